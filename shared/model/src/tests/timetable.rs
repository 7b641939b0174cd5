//! Schedules through changes of the clocks, scopes as the field shows them, and what people type.

use chrono::{NaiveDate, NaiveTime, Timelike, Weekday, WeekdaySet};
use chrono_tz::Tz;
use proptest::prelude::*;

use super::calendar;
use crate::timetable::{Day, ExportFile, ExportForm, MonthDay, NameWork, Ordinal, Policy, RestoreWork, box_line};
use crate::{AcdNumber, Calendar, DataKind, Moment, RunScope, Schedule, ServerId, Task, Timetable, TimetableKey, Work};

const ACD: AcdNumber = AcdNumber(1);

fn schedule(text: &str) -> Schedule {
    text.parse().unwrap()
}

/// The runs after a local time, as local times.
fn runs(text: &str, zone: Tz, after: &str, count: usize) -> Vec<String> {
    let calendar = calendar(zone);
    let mut at = calendar.moment_at(after.parse().unwrap());
    let mut found = Vec::new();
    for _ in 0..count {
        let Some(next) = schedule(text).next_after(at, &calendar) else { break };
        found.push(calendar.local(next).format("%m-%d %H:%M").to_string());
        at = next;
    }
    found
}

#[test]
fn each_kind_of_schedule_runs_when_it_says() {
    let check = |text: &str, after: &str, expect: &[&str]| {
        assert_eq!(runs(text, Tz::Europe__Berlin, after, expect.len().max(1)), expect, "{text} after {after}");
    };
    check("once 2026-12-01 10:00", "2026-11-23T00:00:00", &["12-01 10:00"]);
    check("once 2026-12-01 10:00", "2026-12-01T10:00:00", &[]);
    check("hourly :15", "2026-11-23T09:15:00", &["11-23 10:15", "11-23 11:15"]);
    check("daily 00:45", "2026-11-23T00:44:59", &["11-23 00:45", "11-24 00:45"]);
    check("daily 00:45", "2026-11-23T00:45:00", &["11-24 00:45"]);
    // The 23rd is a Monday.
    check("weekly mon,fri 06:00", "2026-11-23T06:00:00", &["11-27 06:00", "11-30 06:00", "12-04 06:00"]);
    check("weekly mon-fri 06:00", "2026-11-27T07:00:00", &["11-30 06:00"]);
    check("weekly sat-mon 06:00", "2026-11-27T07:00:00", &["11-28 06:00", "11-29 06:00", "11-30 06:00", "12-05 06:00"]);
    check("monthly 15 06:00", "2026-11-23T00:00:00", &["12-15 06:00", "01-15 06:00"]);
    check("monthly last 23:00", "2027-01-15T00:00:00", &["01-31 23:00", "02-28 23:00", "03-31 23:00"]);
    check("monthly 31 23:00", "2027-01-31T23:00:00", &["02-28 23:00", "03-31 23:00", "04-30 23:00"]);
    check("monthly last fri 23:00", "2026-11-23T00:00:00", &["11-27 23:00", "12-25 23:00", "01-29 23:00"]);
    check("monthly second tue 06:00", "2026-11-23T00:00:00", &["12-08 06:00", "01-12 06:00"]);
    check("monthly first sun 06:00", "2026-11-01T06:00:00", &["12-06 06:00"]);
    check("monthly fourth mon 06:00", "2026-11-01T06:00:00", &["11-23 06:00", "12-28 06:00"]);
}

#[test]
fn changed_clocks_neither_lose_a_run_nor_double_it() {
    let berlin = Tz::Europe__Berlin;
    // 29 March 2026: 02:00 to 03:00 does not exist. 25 October 2026: it comes twice.
    assert_eq!(runs("daily 02:30", berlin, "2026-03-28T03:00:00", 2), ["03-29 03:00", "03-30 02:30"]);
    assert_eq!(runs("daily 02:30", berlin, "2026-10-24T03:00:00", 2), ["10-25 02:30", "10-26 02:30"]);
    assert_eq!(runs("weekly sun 02:00", berlin, "2026-03-28T00:00:00", 1), ["03-29 03:00"]);
    assert_eq!(runs("once 2026-03-29 02:15", berlin, "2026-03-28T00:00:00", 2), ["03-29 03:00"]);
    // Of the hours that pass each has its run: none in the skipped one, two in the repeated one.
    assert_eq!(runs("hourly :15", berlin, "2026-03-29T00:30:00", 2), ["03-29 01:15", "03-29 03:15"]);
    assert_eq!(
        runs("hourly :15", berlin, "2026-10-25T01:00:00", 4),
        ["10-25 01:15", "10-25 02:15", "10-25 02:15", "10-25 03:15"]
    );
    // Havana skips midnight; Lord Howe changes by half an hour; Apia had no 30 December 2011.
    assert_eq!(runs("daily 00:30", Tz::America__Havana, "2025-03-08T12:00:00", 1), ["03-09 01:00"]);
    assert_eq!(
        runs("hourly :45", Tz::Australia__Lord_Howe, "2026-04-05T01:00:00", 3),
        ["04-05 01:45", "04-05 01:45", "04-05 02:45"]
    );
    assert_eq!(runs("daily 12:00", Tz::Pacific__Apia, "2011-12-29T12:00:00", 2), ["12-31 00:00", "12-31 12:00"]);
}

fn any_schedule() -> impl Strategy<Value = Schedule> {
    let time = || (0u32..24, 0u32..60).prop_map(|(hour, minute)| NaiveTime::from_hms_opt(hour, minute, 0).unwrap());
    let date = (0u64..2_000).prop_map(|days| NaiveDate::from_ymd_opt(2024, 1, 1).unwrap() + chrono::Days::new(days));
    let week_day = || (0u8..7).prop_map(|day| Weekday::try_from(day).unwrap());
    let ordinal = prop_oneof![
        Just(Ordinal::First),
        Just(Ordinal::Second),
        Just(Ordinal::Third),
        Just(Ordinal::Fourth),
        Just(Ordinal::Last)
    ];
    let month_day = prop_oneof![
        (1u8..=31).prop_map(MonthDay::Number),
        Just(MonthDay::Last),
        (ordinal, week_day()).prop_map(|(ordinal, day)| MonthDay::Weekday(ordinal, day)),
    ];
    prop_oneof![
        (date, time()).prop_map(|(date, at)| Schedule::Once { at: date.and_time(at) }),
        (0u8..60).prop_map(|minute| Schedule::Hourly { minute }),
        time().prop_map(|at| Schedule::Daily { at }),
        (proptest::collection::vec(week_day(), 1..7), time())
            .prop_map(|(days, at)| Schedule::Weekly { days: WeekdaySet::from_iter(days), at }),
        (month_day, time()).prop_map(|(day, at)| Schedule::Monthly { day, at }),
    ]
}

fn any_zone() -> impl Strategy<Value = Tz> {
    proptest::sample::select(vec![
        Tz::UTC,
        Tz::Europe__Berlin,
        Tz::America__Havana,
        Tz::America__St_Johns,
        Tz::Australia__Lord_Howe,
        Tz::Asia__Kathmandu,
    ])
}

proptest! {
    /// The next run comes after, is the same from every moment before it, and shows its time unless that was skipped.
    #[test]
    fn the_next_run_is_the_first(
        schedule in any_schedule(), zone in any_zone(), at in 1_700_000_000i64..1_900_000_000, part in 0.0f64..1.0,
    ) {
        let (calendar, at) = (calendar(zone), Moment(at));
        let Some(next) = schedule.next_after(at, &calendar) else {
            let is_over = matches!(schedule, Schedule::Once { at: once } if calendar.moment_at(once) <= at);
            prop_assert!(is_over);
            return Ok(());
        };
        prop_assert!(next > at);
        let between = at + ((next - at) as f64 * part) as i64;
        prop_assert_eq!(schedule.next_after(between.min(next + -1), &calendar), Some(next));
        check_face(schedule, &calendar, next)?;
    }

    #[test]
    fn what_is_printed_is_read_back(schedule in any_schedule()) {
        prop_assert_eq!(schedule.to_string().parse(), Ok(schedule));
    }

    #[test]
    fn any_words_are_quoted_so_that_they_come_back(path in "[ -~é]{1,20}", value in "[ -~]{0,12}", argument in ".{0,9}") {
        let inputs = [("splits".to_owned(), value)].into();
        let report = Work::Report { path, file: ExportFile::new("a b/{date}.csv").unwrap(), inputs };
        let print = Work::Print { path: argument.clone(), inputs: [("dates".to_owned(), argument.clone())].into() };
        let (label, tables, device) = (argument.clone(), vec!["synonyms".to_owned()], Some(format!("{argument}d")));
        let restore = Work::Restore(RestoreWork { label, data: Vec::new(), tables, this_acd: true, device });
        let (section, number, described) = ("splits".to_owned(), argument.clone(), argument.clone());
        let called = Some(format!("x{argument}"));
        let name =
            Work::Name(NameWork { section, number, name: called, description: described, take_over: true });
        let script = Work::Script { program: "tell".to_owned(), arguments: vec![argument, String::new()] };
        for work in [report, script, print, restore, name] {
            let task = Task { acd: ACD, work };
            prop_assert_eq!(Task::parse(&task.work.to_string(), ACD), Ok(task.clone()));
            prop_assert_eq!(Task::kept(ACD, &task.work.to_string()), task);
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused_without_a_panic(text in ".{0,40}") {
        let _ = text.parse::<Schedule>();
        let _ = Task::parse(&text, ACD);
        let _ = ExportFile::new(&text);
    }
}

/// The local clock shows the schedule's time; or the second before, it showed one from before what was skipped.
fn check_face(schedule: Schedule, calendar: &Calendar, run: Moment) -> Result<(), TestCaseError> {
    let local = calendar.local(run);
    let time = match schedule {
        Schedule::Hourly { minute } => {
            prop_assert_eq!((local.minute(), local.second()), (u32::from(minute), 0));
            return Ok(());
        }
        Schedule::Once { at } => at.time(),
        Schedule::Daily { at } | Schedule::Weekly { at, .. } | Schedule::Monthly { at, .. } => at,
    };
    let is_skipped = calendar.local(run) - calendar.local(run + -1) > chrono::TimeDelta::seconds(1);
    prop_assert!(local.time() == time || is_skipped, "{} at {}", schedule, local);
    Ok(())
}

#[test]
fn what_people_type_is_read_or_refused_with_the_reason() {
    for text in ["daily 00:45", "weekly mon,fri 06:00", "monthly last fri 23:00", "once 2026-12-01 10:00", "hourly :15"]
    {
        assert_eq!(schedule(text).to_string(), text);
    }
    let as_typed = |text: &str, expect: &str| assert_eq!(schedule(text).to_string(), expect);
    as_typed("Daily 7:05", "daily 07:05");
    as_typed("weekly Friday,MON 06:00", "weekly mon,fri 06:00");
    as_typed("monthly last day 06:00", "monthly last 06:00");
    let refused = |text: &str, part: &str| {
        let why = text.parse::<Schedule>().unwrap_err();
        assert!(why.contains(part), "{text}: {why}");
    };
    refused("", "write it as");
    refused("yearly 1 06:00", "is no schedule");
    refused("daily 24:00", "\"24:00\" is no time");
    refused("daily 00:45:30", "is no time");
    refused("hourly :60", ":00 to :59");
    refused("hourly 15", ":00 to :59");
    refused("weekly mon,someday 06:00", "\"someday\" is no day of the week");
    refused("monthly 32 06:00", "1 to 31");
    refused("monthly fifth mon 06:00", "not first, second");
    refused("once 2026-02-30 10:00", "is no date");
}

#[test]
fn a_day_is_always_after_another_one_only_where_both_are_counted_or_dated() {
    let is_after = |day: &str, other: &str| {
        let day: crate::timetable::Day = day.parse().unwrap();
        day.is_always_after(other.parse().unwrap())
    };
    assert!(is_after("-1", "-7") && is_after("0", "-1") && is_after("2026-11-08", "2026-11-07"));
    assert!(!is_after("-7", "-1") && !is_after("0", "0") && !is_after("2026-11-07", "2026-11-07"));
    assert!(!is_after("0", "2026-11-07") && !is_after("2026-11-07", "-9"));
}

#[test]
fn tasks_are_read_as_typed_and_printed_alike() {
    let check = |text: &str, expect: &str| {
        let task = Task::parse(text, ACD).unwrap_or_else(|why| panic!("{text}: {why}"));
        assert_eq!(format!("{} {}", task.acd, task.work), expect);
    };
    check(
        "report 'Split/Skill Summary Daily' to daily/splits-{date}.csv splits=1;3 dates=-1",
        "1 report \"Split/Skill Summary Daily\" to daily/splits-{date}.csv dates=-1 splits=1;3",
    );
    check("acd 2 summarize daily -7 -1", "2 summarize daily -7 -1");
    check("summarize monthly 2026-11-01 0", "1 summarize monthly 2026-11-01 0");
    check(
        "exception on split 1,2 time-in-queue threshold=3 limit=60",
        "1 exception on split 1,2 time-in-queue limit=60 threshold=3",
    );
    check("collection off", "1 collection off");
    check("call-history on", "1 call-history on");
    check("backup system,acd,historical", "1 backup system,acd,historical");
    check("admin-sync", "1 admin-sync");
    check("admin-sync system,acd conflicts=keep", "1 admin-sync system,acd");
    check(
        "admin-sync history conflicts=refuse tables=users,ttsc",
        "1 admin-sync tables=users,ttsc conflicts=refuse history",
    );
    check("backup tables=users,split_pro", "1 backup tables=users,split_pro");
    check("backup tables=hsplit incremental", "1 backup tables=hsplit incremental");
    check("backup historical device=tape this-acd incremental", "1 backup historical incremental this-acd device=tape");
    check("print 'VDN Summary Daily' vdns=7 dates=-1", "1 print \"VDN Summary Daily\" dates=-1 vdns=7");
    check("restore CMS-A/last this-acd device=nas historical", "1 restore CMS-A/last historical this-acd device=nas");
    check("restore CMS-261126-01-LSAX-00-F tables=split_pro", "1 restore CMS-261126-01-LSAX-00-F tables=split_pro");
    check("name splits 3 'Bill ing' take-over description=x", "1 name splits 3 \"Bill ing\" description=x take-over");
    check("acd 2 unname agents 1001", "2 unname agents 1001");
    check("image device='the nas'", "1 image \"device=the nas\"");
    check("script tell.sh 'two words' three", "1 script tell.sh \"two words\" three");
    let refused = |text: &str, part: &str| {
        let why = Task::parse(text, ACD).unwrap_err();
        assert!(why.contains(part), "{text}: {why}");
    };
    refused("report A to b.csv splits", "NAME=VALUE");
    refused("report A to b.doc", "must end in .csv, .json, .txt, .html, .xlsx or .pdf");
    refused("error-log to errors.pdf", "must end in .csv, .json or .txt");
    refused("report A to ../b.csv", "below the folder of exports");
    refused("report A to /etc/b.csv", "below the folder of exports");
    refused("report A to b{week}.csv", "{date}, {time} and {acd}");
    refused("report 'A to b.csv", "is not closed");
    refused("backup historical often", "device=NAME");
    refused("backup everything", "there are local, system, acd, historical, custom");
    refused("restore last acd,everything", "there is no kind of data \"everything\"");
    refused("admin-sync System", "there is no kind of data \"System\"");
    refused("backup tables=", "tables=TABLE");
    refused("backup device=tape", "DATA[,DATA…]");
    refused("script ../sh -c x", "folder of scripts");
    refused("script /bin/sh", "folder of scripts");
    refused("exception on split 1 no-such", "no-such");
    refused("exception on split 1 time-in-queue limt=4", "limit=SECS");
    refused("summarize daily -1 tomorrow", "is no day");
    refused("restore last historical acd", "tables=TABLE");
    refused("restore last historical tables=synonyms", "either kinds of data or tables");
    refused("restore last device=", "device=NAME");
    refused("name splits 3 ''", "1 to 20 characters");
    refused("unname splits 3 description=x", "take-over");
    refused("image nas", "device=NAME");
    refused("print A splits", "is no input");
    refused("dance", "a task is");
}

#[test]
fn a_task_of_a_newer_version_is_kept_as_it_is() {
    let task = Task::kept(AcdNumber(3), "sing \"a song\" loudly");
    assert_eq!(task.work, Work::Unknown("sing \"a song\" loudly".to_owned()));
    assert_eq!((task.acd, task.work.to_string().as_str()), (AcdNumber(3), "sing \"a song\" loudly"));
    let of_a_further_kind = Task::kept(AcdNumber(3), "backup system,voice");
    assert_eq!(of_a_further_kind.work, Work::Unknown("backup system,voice".to_owned()));
}

#[test]
fn a_kind_of_data_is_its_word_and_what_is_none_is_refused_with_those_there_are() {
    for kind in DataKind::ALL {
        let word = format!("\"{kind}\"");
        assert_eq!(serde_json::to_string(&kind).unwrap(), word);
        assert_eq!(serde_json::from_str::<DataKind>(&word).unwrap(), kind);
    }
    assert_eq!(DataKind::list(&DataKind::words(&DataKind::ALL)).unwrap(), DataKind::ALL);
    let refused = serde_json::from_str::<DataKind>("\"Acd\"").unwrap_err().to_string();
    assert!(refused.contains("\"Acd\"; there are local, system, acd, historical, custom"), "{refused}");
}

/// What a timetable is for is not read from words, except where a newer version has put more of them.
#[test]
fn programs_ask_a_task_what_it_does() {
    let asked = |text: &str| {
        let work = Task::kept(AcdNumber(3), text).work;
        (work.backs_up(), work.pushes_administration())
    };
    assert_eq!(asked("backup historical"), (true, false));
    assert_eq!(asked("image device=nas"), (true, false));
    assert_eq!(asked("backup everything and-more=1"), (true, false), "of a newer version");
    assert_eq!(asked("admin-sync history"), (false, true));
    assert_eq!(asked("admin-sync twice=1"), (false, true), "of a newer version");
    for text in ["backups", "script backup", "error-log to admin-sync.txt", "restore last"] {
        assert_eq!(asked(text), (false, false), "{text}");
    }
    let script = Task::kept(AcdNumber(3), "script tidy.sh 'two words' plain").work;
    assert_eq!(script.script_line().as_deref(), Some("tidy.sh \"two words\" plain"));
    assert_eq!(Work::Collection { on: true }.script_line(), None);
}

#[test]
fn an_export_is_named_after_the_run() {
    let local = "2026-11-23T00:45:00".parse().unwrap();
    let file = ExportFile::new("{acd}/splits-{date}-{time}.json").unwrap();
    assert_eq!(file.name_at(local, AcdNumber(2)), "2/splits-2026-11-23-0045.json");
    assert_eq!((file.form(), file.name()), (ExportForm::Json, "{acd}/splits-{date}-{time}.json"));
    assert_eq!(Day::Back(1).on(local.date()).to_string(), "2026-11-22");
}

#[test]
fn the_foot_of_the_screen_is_the_fields() {
    let (a, b) = (ServerId("a".to_owned()), ServerId("b".to_owned()));
    let check = |scope: &RunScope, server: &ServerId, text: &str, boxes: [&str; 2]| {
        let shown = scope.shown_on(server);
        assert_eq!(shown.text, text);
        let lines = [box_line(shown.only_here, RunScope::ONLY_HERE), box_line(shown.anywhere, RunScope::ANYWHERE)];
        assert_eq!(lines, boxes);
        assert_eq!(scope.runs_on(server), shown.only_here || shown.anywhere);
    };
    let only_a = RunScope::Only(a.clone());
    let on_another = "This timetable will run on this or another CMS server";
    let (empty, ticked) = ("< > Run only on this CMS server", "<X> Run only on this CMS server");
    check(&RunScope::default(), &a, on_another, [empty, "<X> Run on this or another CMS server"]);
    check(&RunScope::default(), &b, on_another, [empty, "<X> Run on this or another CMS server"]);
    let not_another = "< > Run on this or another CMS server";
    check(&only_a, &a, "This timetable will run only on this CMS server", [ticked, not_another]);
    check(&only_a, &b, "This timetable will not run on this CMS server", [empty, not_another]);
}

#[test]
fn a_timetable_keeps_the_rules() {
    let task = Task::parse("collection on", ACD).unwrap();
    let whole = Timetable {
        key: TimetableKey { owner: "cms".to_owned(), name: "nightly".to_owned() },
        description: String::new(),
        acd: ACD,
        schedule: schedule("daily 00:45"),
        scope: RunScope::default(),
        policy: Policy::default(),
        tasks: vec![task.clone(); 100],
    };
    assert_eq!(whole.fault(), None);
    let refused = |change: fn(&mut Timetable), part: &str| {
        let mut timetable = whole.clone();
        change(&mut timetable);
        assert!(timetable.fault().is_some_and(|why| why.contains(part)), "{part}");
    };
    refused(|timetable| timetable.tasks.clear(), "at least one task");
    refused(|timetable| timetable.tasks.extend(timetable.tasks.clone()), "at most 100 tasks, not 200");
    refused(|timetable| timetable.key.name = " nightly".to_owned(), "1 to 40 characters");
    refused(|timetable| timetable.key.name = "x".repeat(41), "1 to 40 characters");
    refused(|timetable| timetable.description = "a\nb".to_owned(), "in one line");
}
