use api::{
    AcdHealth, AcdStatus, ArchiveStatus, Digest, ErrorBody, ErrorCode, LevelState, LevelStatus, LinkState, Role,
    SqlAnswer, Stamp, Status, TableDigest,
};
use catalog::Value;
use clap::{CommandFactory, Parser};
use client::ClientError;
use model::{AcdNumber, Calendar, IntervalMinutes, Moment};
use report::{Cell, Format as CellFormat, Layout, Level, Sheet, SheetBlock, SheetColumn, SheetRow};

use crate::arguments::{Arguments, Command, Format, PermissionCommand, ReportCommand, UserCommand};
use crate::failure::Failure;
use crate::when::{Limit, iso};

/// Noon in Berlin on 23 November 2026.
const NOON: Moment = Moment(1_795_431_600);

fn parse(line: &str) -> Result<Arguments, String> {
    Arguments::try_parse_from(std::iter::once("cms").chain(line.split(' '))).map_err(|error| error.to_string())
}

#[test]
fn the_contract_is_understood() {
    Arguments::command().debug_assert();
    for line in [
        "--server https://x --user cms status",
        "--server https://x --user cms --password-file p --fingerprint ab report list",
        "report list --server https://x --user cms --ca f",
        "report run Real-time/A/B --acd 1 --input splits=1;3 --input agents=7 --format csv --output f",
        "report watch P --acd 1 --refresh 5 --count 3",
        "report watch P --acd 1 --refresh 0",
        "report run P --acd 1 --acd 2 --input dates=-7:0 --input times=08:00-17:30",
        "report copy P --to-file f",
        "report copy --from-file f --as N --global --overwrite",
        "report copy P --to-server https://y --to-fingerprint ab --global --overwrite",
        "archive digests --acd 1 --from 2026-11-23T10:00 --to 2026-11-24 --json",
        "sql --acd 1 SELECT --format json",
        "exceptions types --json",
        "exceptions list --acd 1 --json",
        "exceptions set split 1,2,5 time-in-queue --acd 1 --limit 60 --threshold 3",
        "exceptions set agent 7 time-aux --acd 1 --limit 600 --reason 5",
        "exceptions set trunk-group 9 51 --acd 1 --off --json",
        "exceptions log --acd 1 --json",
        "exceptions log --acd 1 --follow --count 3",
        "exceptions server --json",
        "trace on --agent 1001 --acd 1 --json",
        "trace off --agent 1001 --acd 1",
        "trace list --acd 1 --json",
        "history-interface on --json",
        "history-interface on --after 117665169408000",
        "history-interface off",
        "history-interface status --json",
        "history-interface show chr0003.123 --format csv",
        "archive digests --acd 1 --level daily",
        "archive digests --acd 1 --records --from 2026-11-23",
        "archive status",
        "archive status --acd 1 --json",
        "archive summarize --level daily --from 2026-11-01 --to -1",
        "archive summarize --level monthly --from -40 --to -10 --acd 2 --json",
        "storage show",
        "storage set splits --acd 1 --items 50 --intrahour-days 31 --daily-days 400 --weekly-weeks 9 --monthly-months 5",
        "storage set call_rec --acd 1 --records 1000 --json",
        "interval show --acd 1",
        "interval set 15 --acd 1",
        "interval set --acd 1 --week-start monday --week-stop sunday --daily-start 08:00 --daily-stop 20:00",
        "interval set 60 --acd 1 --summarize-at 01:05 --rerun off",
        "timetable list --json",
        "timetable list --owner ann",
        "timetable show nightly --owner ann --json",
        "timetable add nightly --schedule daily --acd 1 --task collection --task script --only-here",
        "timetable add nightly --schedule daily --acd 1 --task x --on-failure go-on --missed run-late --description y",
        "timetable modify nightly --anywhere",
        "timetable modify nightly --add-task x --delete-task 1 --delete-task 2 --schedule y --json",
        "timetable modify nightly --task x --acd 2 --rename each_night",
        "timetable delete nightly",
        "timetable run nightly --owner cms",
        "timetable global-edit --owner ann --only-here --json",
        "timetable global-edit --anywhere",
        "timetable undo --owner ann --json",
        "maintenance log --all --count 5 --json",
        "checks",
        "checks --with https://y --with-fingerprint ab --json",
        "maintenance report --severity warning --code task-failed,timetable-missed --from -1 --format csv --output f",
        "maintenance acknowledge 3 4",
        "backup tables --json",
        "image run --device nas --json",
        "image verify CMS-A/CMSADM-261126-01 --device nas --json",
        "maintenance acknowledge --all",
    ] {
        parse(line).unwrap_or_else(|error| panic!("{line}: {error}"));
    }
}

#[test]
fn what_runs_is_listed_and_called_off() {
    for line in ["backup jobs", "backup jobs --json", "backup call-off", "backup call-off 3 --json"] {
        parse(line).unwrap_or_else(|error| panic!("{line}: {error}"));
    }
    let job = |job, state, what: &str, text: &str| {
        let (what, text) = (what.to_owned(), text.to_owned());
        let (by, step) = ("timetable \"nightly\" of ann".to_owned(), "packing hsplit".to_owned());
        api::Job { job, state, what, by, text, step, ..api::Job::default() }
    };
    let failed = job(1, api::JobState::Failed, "the image of the server", "cms called it off; nothing of it is kept");
    let text = crate::maintenance::jobs_text(&[job(2, api::JobState::Running, "the full backup", ""), failed]);
    let line = |parts: &[&str]| text.lines().any(|line| parts.iter().all(|part| line.contains(part)));
    assert!(line(&["2", "the full backup", "timetable \"nightly\" of ann", "running", "packing hsplit"]), "{text}");
    assert!(line(&["1", "the image of the server", "failed", "cms called it off"]), "{text}");
}

#[test]
fn commands_about_report_files_are_understood() {
    for line in [
        "report new N --kind real-time --rows-of csplit --show INQUEUE --show STAFFED --to-file f --overwrite",
        "report check f",
        "report delete P",
        "report delete P --yes",
    ] {
        parse(line).unwrap_or_else(|error| panic!("{line}: {error}"));
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    for (line, part) in [
        ("report run P", "--acd"),
        ("report run P --acd x", "number"),
        ("report run P --acd 1 --input splits", "NAME=VALUE"),
        ("report watch P --acd 1 --refresh 601", "0..=600"),
        ("report copy P", "--to-file"),
        ("timetable add nightly --schedule daily --acd 1", "--task"),
        ("timetable modify nightly", "--schedule"),
        ("timetable modify nightly --only-here --anywhere", "cannot be used"),
        ("timetable global-edit --owner ann", "--only-here"),
        ("checks --with-fingerprint ab", "--with <URL>"),
        ("maintenance acknowledge", "<ID"),
        ("image verify", "<LABEL>"),
        ("maintenance log --count 0", "1..=1000"),
        ("report copy --to-file f", "PATH"),
        ("report copy P --to-file f --from-file g", "cannot be used"),
        ("report copy P --to-file f --global", "cannot be used"),
        ("--fingerprint a --ca b status", "cannot be used"),
        ("sql --acd 1", "SELECT"),
        ("exceptions set queue 1 calls-waiting --acd 1", "agent, split, vdn, vector or trunk-group"),
        ("exceptions set split 1 calls-waiting", "--acd"),
        ("exceptions log --acd 1 --count 3", "--follow"),
        ("trace on --acd 1", "--agent"),
        ("archive summarize --from -2 --to -1", "--level"),
        ("archive summarize --level hourly --from -2 --to -1", "daily, weekly, monthly"),
        ("archive digests --acd 1 --level daily --from 2026-11-01", "cannot be used"),
        ("archive digests --acd 1 --level daily --records", "cannot be used"),
        ("storage set splits --acd 1", "--items"),
        ("storage set splits --acd 1 --items many", "invalid digit"),
        ("interval set --acd 1", "MINUTES"),
    ] {
        let error = parse(line).err().unwrap_or_else(|| panic!("{line} was taken"));
        assert!(error.contains(part), "{line}: {error}");
    }
}

#[test]
fn shortcuts_are_understood() {
    for line in [
        "shortcut list --owner ann --json",
        "shortcut list --everybody",
        "shortcut show Morning --owner ann",
        "shortcut add Morning --step VDN --step Agent --acd 1",
        "shortcut add Morning --from-file f --json",
        "shortcut modify Morning --rename Early --delete-step 2 --add-step VDN --acd 1",
        "shortcut give Morning --to bob --owner ann --as Late",
        "shortcut delete Morning",
        "shortcut run Morning --format csv",
    ] {
        if let Err(error) = parse(line) {
            panic!("{line}: {error}");
        }
    }
    for (line, part) in [
        ("shortcut add Morning --acd 1", "--step"),
        ("shortcut add Morning --step VDN --from-file f", "cannot be used"),
        ("shortcut list --owner ann --everybody", "cannot be used"),
        ("shortcut modify Morning", "--rename"),
        ("shortcut modify Morning --step VDN --delete-step 1", "cannot be used"),
        ("shortcut give Morning", "--to"),
    ] {
        let error = parse(line).err().unwrap_or_else(|| panic!("{line} was taken"));
        assert!(error.contains(part), "{line}: {error}");
    }
}

#[test]
fn inputs_are_taken_apart_at_the_first_equals_sign() {
    let arguments = parse("report run P --acd 1 --input from=a=b").unwrap();
    let Command::Report(ReportCommand::Run(options)) = arguments.command else { panic!("not run") };
    assert_eq!(options.report.inputs, [("from".to_owned(), "a=b".to_owned())]);
}

#[test]
fn exit_codes_tell_what_became_of_it() {
    let url = || "https://x".to_owned();
    let refused = |code| ClientError::Refused { url: url(), body: Box::new(ErrorBody::new(code, "no")) };
    for (error, code) in [
        (ClientError::Unreachable { url: url(), why: "down".to_owned() }, 4),
        (ClientError::Address { url: url(), why: "odd".to_owned() }, 2),
        (ClientError::UnknownCertificate { url: url(), fingerprint: "ab".to_owned() }, 3),
        (refused(ErrorCode::WrongPassword), 3),
        (refused(ErrorCode::NotFound), 3),
        (refused(ErrorCode::Internal), 1),
        (ClientError::Garbled { url: url(), why: "odd".to_owned() }, 1),
    ] {
        assert_eq!(Failure::from(error.clone()).exit_code(), code, "{error:?}");
    }
    assert_eq!(Failure::usage("x").exit_code(), 2);
}

#[test]
fn times_are_read_in_the_acds_zone() {
    let limit = Limit::at("Europe/Berlin", NOON);
    let first = |text: &str| limit.first(text).unwrap().0 - NOON.0;
    let last = |text: &str| limit.last(text).unwrap().0 - NOON.0;
    assert_eq!((first("2026-11-23T10:00"), last("2026-11-23T10:00")), (-7200, -7200));
    assert_eq!((first("2026-11-23"), last("2026-11-23")), (-43_200, 43_199));
    assert_eq!((first("1795431600"), last("1795431601")), (0, 1));
    assert!(limit.first("yesterday").unwrap_err().text.contains("2026-11-23T10:00"));
    assert_eq!(
        limit.range(Some("2026-11-23"), Some("2026-11-23")).unwrap(),
        (Some(NOON + -43_200), Some(NOON + 43_199))
    );
    let backwards = limit.range(Some("2026-11-24"), Some("2026-11-23")).unwrap_err();
    assert!(backwards.text.contains("ends before it begins"), "{}", backwards.text);
}

#[test]
fn moments_carry_their_offset() {
    assert_eq!(iso(NOON, Calendar::of_zone("Europe/Berlin").as_ref()), "2026-11-23T12:00:00+01:00");
    assert_eq!(iso(NOON, Calendar::of_zone("America/St_Johns").as_ref()), "2026-11-23T07:30:00-03:30");
    assert_eq!(iso(NOON, Calendar::of_zone("Nowhere").as_ref()), "2026-11-23T11:00:00Z");
}

fn sheet() -> Sheet {
    let column = |id: &str, heading: &str, format| SheetColumn {
        id: id.to_owned(),
        heading: heading.to_owned(),
        format,
        width: 0,
        limits: None,
        summed: false,
    };
    let row = |key: &str, name: &str, waiting: i64, level| SheetRow {
        key: key.to_owned(),
        cells: vec![Cell::normal(Value::text(name)), Cell { value: Value::Int(waiting), level }],
    };
    let columns =
        vec![column("split", "Split/Skill", CellFormat::Text), column("waiting", "Waiting", CellFormat::Count)];
    let rows = vec![row("1", "Sales", 12, Level::Warning), row("2", "Service desk", 3, Level::Normal)];
    let block = SheetBlock {
        title: "Queues".to_owned(),
        note: "Out of date until summed up again: 2026-11-22".to_owned(),
        partial: String::new(),
        hint: String::new(),
        layout: Layout::Table,
        columns,
        rows,
        totals: Some(vec![Cell::normal(Value::text("Total")), Cell::normal(Value::Int(15))]),
    };
    Sheet { title: "Split/Skill Report".to_owned(), at: NOON, blocks: vec![block] }
}

fn stamp(link: LinkState) -> Stamp {
    Stamp {
        server: "cms1".to_owned(),
        role: Role::Primary,
        acd: AcdNumber(1),
        acd_at: NOON,
        zone: "Europe/Berlin".to_owned(),
        link,
        age_ms: Some(1250),
        incomplete: false,
        stale: Vec::new(),
    }
}

#[test]
fn a_report_is_written_with_its_source_and_age() {
    let text = crate::report::table(&stamp(LinkState::Up), &[], &sheet(), false);
    let expect = "Split/Skill Report\n\
        ACD 1 at 2026-11-23T12:00:00+01:00, from cms1 (primary), link up, data 1.2 s old\n\n\
        Queues\nOut of date until summed up again: 2026-11-22\n \
        Split/Skill   Waiting\n Sales            12!!\n Service desk        3\n Total              15\n";
    assert_eq!(text, expect);
    assert!(
        crate::report::table(&stamp(LinkState::Down), &[], &sheet(), false)
            .contains("link down, data 1.2 s old - STALE")
    );
    let restarted = Stamp { age_ms: None, ..stamp(LinkState::Down) };
    let text = crate::report::table(&restarted, &[], &sheet(), false);
    assert!(text.contains("link down, nothing heard since the server was started - STALE"), "{text}");
}

/// The first ACD's link is up, the second one's is not.
#[test]
fn of_several_acds_the_one_whose_link_is_down_is_named() {
    let of = |acd, link| Stamp { acd: AcdNumber(acd), ..stamp(link) };
    let both = of(1, LinkState::Up).with(of(2, LinkState::Down));
    let text = crate::report::table(&both, &[AcdNumber(2)], &sheet(), false);
    assert!(
        text.contains("ACD 1, 2 at 2026-11-23T12:00:00+01:00, from cms1 (primary), link down (ACD 2), data"),
        "{text}"
    );
    let line = |stamp: &Stamp| stamp.stale_line();
    assert_eq!(line(&both).as_deref(), Some("stale: the link to ACD 2 is down on cms1"));
    let three = both.with(of(3, LinkState::Connecting));
    assert_eq!(line(&three).as_deref(), Some("stale: the links to ACDs 2, 3 are not up on cms1"));
    assert_eq!(line(&of(1, LinkState::Up).with(of(2, LinkState::Up))), None);
    let alone = line(&of(1, LinkState::Down)).unwrap();
    assert!(alone.starts_with("stale: the link to ACD 1 is down on cms1; data of "), "{alone}");
}

#[test]
fn what_is_out_of_date_stands_beside_a_file_of_figures_and_not_in_it() {
    let sheet = sheet();
    let notes: Vec<String> = crate::report::notes(&sheet).collect();
    assert_eq!(notes, ["Queues: Out of date until summed up again: 2026-11-22"]);
    assert_eq!(sheet.to_csv(), "split,waiting\nSales,12\nService desk,3\n");
}

#[test]
fn query_results_come_as_table_csv_and_json() {
    let answer = SqlAnswer {
        columns: vec!["SPLIT".to_owned(), "NAME".to_owned()],
        rows: [[Value::Int(1), Value::text("a, b")], [Value::Blank, Value::text("c")]]
            .map(|row| row.map(report::Cell::normal).to_vec())
            .to_vec(),
        truncated: false,
    };
    let text = |format| crate::sql::text(&answer, format).unwrap();
    assert_eq!(text(Format::Csv), "SPLIT,NAME\n1,\"a, b\"\n,c\n");
    assert_eq!(text(Format::Table), " SPLIT  NAME\n 1      a, b\n        c\n");
    assert_eq!(serde_json::from_str::<SqlAnswer>(&text(Format::Json)).unwrap(), answer);
}

#[test]
fn digests_and_status_are_written_for_people() {
    let calls = TableDigest { table: "call_rec".to_owned(), rows: 31, digest: "cd34".to_owned() };
    let records = vec![calls];
    let digest = Digest {
        start: NOON,
        end: NOON + 1800,
        digest: "ab12".to_owned(),
        rows: 7,
        incomplete: true,
        partly: false,
        records,
    };
    let records =
        crate::archive::records_text(std::slice::from_ref(&digest), Calendar::of_zone("Europe/Berlin").as_ref());
    assert!(records.contains("call_rec") && records.contains("31") && records.contains("cd34"), "{records}");
    let text = crate::archive::text(&[digest], Calendar::of_zone("Europe/Berlin").as_ref());
    assert!(text.contains("2026-11-23T12:00:00+01:00  2026-11-23T12:30:00+01:00  7     no"), "{text}");
    let health = AcdHealth {
        acd: AcdNumber(1),
        name: "Hamburg".to_owned(),
        zone: "Europe/Berlin".to_owned(),
        link: LinkState::Down,
        collecting: true,
        link_text: "nobody has connected".to_owned(),
        acd_at: None,
        age_ms: None,
        archived_to: Some(NOON),
        settled_to: None,
        archive_problem: "disk full".to_owned(),
        unusable: String::new(),
        interval_minutes: Some(15),
    };
    let acd = AcdStatus {
        health,
        dialect: "native".to_owned(),
        address: "0.0.0.0:5001".to_owned(),
        interval_minutes: IntervalMinutes::Quarter,
        peer: None,
        events: 5,
        acknowledged: Some(4),
        intervals: 1,
        rows: 2,
        anomalies: vec![("call unknown".to_owned(), 3)],
        journal_bytes: 9,
        setup: Default::default(),
    };
    let status = Status {
        server: "cms1".to_owned(),
        role: Role::Primary,
        version: "0.1.0".to_owned(),
        mode: api::Mode::MultiUser,
        user: "cms".to_owned(),
        up_secs: 60,
        watchers: 2,
        evaluations: 1,
        certificate: None,
        acds: vec![acd],
    };
    let text = crate::status::text(&status);
    for part in
        ["cms1 (primary)", "ACD 1 Hamburg", "down: nobody has connected", "disk full", "3 x call unknown", "15 minutes"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn the_help_names_the_forms_of_inputs() {
    for command in ["run", "watch"] {
        let error = parse(&format!("report {command} --help")).expect_err("help is told");
        for form in ["-7:0", "2026-11-01:2026-11-07", "08:00-17:30", "any of their days", "2;3", "1;3;5-9;Billing"] {
            assert!(error.contains(form), "{form} is not in {error}");
        }
    }
}

#[test]
fn further_acds_are_named_in_the_head() {
    let text =
        crate::report::table(&stamp(LinkState::Up), &[model::AcdNumber(2), model::AcdNumber(5)], &sheet(), false);
    assert!(text.contains("ACD 1, 2, 5 at "), "{text}");
}

#[test]
fn sizes_are_short_and_periods_few() {
    let sizes = [0, 999, 1_000, 12_345, 999_999, 123_456_789, 4_500_000_000_000].map(crate::storage::bytes);
    assert_eq!(sizes, ["0 B", "999 B", "1.0 KB", "12.3 KB", "1000 KB", "123 MB", "4.5 TB"]);
    let level = |missing: &[&str]| LevelStatus {
        level: "daily".to_owned(),
        last: Some("2026-11-22".to_owned()),
        done_at: Some(NOON),
        status: LevelState::Done,
        detail: String::new(),
        next: Some("2026-11-23".to_owned()),
        next_due: Some(NOON),
        missing: missing.iter().map(|day| (*day).to_owned()).collect(),
        out_of_date: Vec::new(),
    };
    let levels = vec![level(&["a", "b"]), level(&["a", "b", "c", "d", "e"])];
    let status = ArchiveStatus { acd: AcdNumber(1), acd_at: Some(NOON), levels, waiting: Some(0) };
    let text = crate::archive::status_text(&[status], &[]);
    assert!(text.contains("  a, b\n") && text.contains("a, b, c and 2 more"), "{text}");
}

/// 12:00 in Berlin is 11:00 UTC in winter.
#[test]
fn times_that_belong_to_no_acd_are_told_in_the_zone_of_the_servers_first_one() {
    let berlin = Calendar::of_zone("Europe/Berlin");
    let (told, utc) = ("2026-11-23T12:00:00+01:00", "2026-11-23T11:00:00Z");
    assert_eq!(NOON.to_string(), utc);
    let mode = api::ModeView {
        server: "CMS-A".to_owned(),
        role: api::Role::Primary,
        mode: api::Mode::SingleUser,
        by: "ann".to_owned(),
        since: Some(NOON),
        master_acd: AcdNumber(1),
    };
    let backup = serde_json::json!({
        "label": "L", "device": "nightly", "folder": "f", "server": "CMS-A", "role": "primary", "made_at": NOON, "mode": "full",
        "data": [], "tables": null, "acds": [], "builds_on": null, "volumes": 1, "missing": [], "rows": 0, "bytes": 0
    });
    let described = serde_json::json!({
        "backup": backup.clone(), "printed": "L", "parts": [], "product": "0", "format": 1, "tables": []
    });
    let described: api::BackupDescription = serde_json::from_value(described).unwrap();
    let backups = serde_json::json!({
        "completed_today": 1, "status": "", "asked_at": NOON, "devices": [], "backups": [backup], "problems": []
    });
    let backups: api::Backups = serde_json::from_value(backups).unwrap();
    let image = api::ImageEntry { made_at: Some(NOON), ..api::ImageEntry::default() };
    let images = api::Images { images: vec![image], ..api::Images::default() };
    let entry = serde_json::json!({
        "id": 1, "severity": "error", "code": "c", "text": "t", "count": 1, "first_at": NOON, "last_at": NOON,
        "acknowledged_at": NOON, "acknowledged_by": "ann"
    });
    let entries: Vec<api::MaintenanceEntry> = vec![serde_json::from_value(entry).unwrap()];
    let texts = |calendar: Option<&model::Calendar>| {
        [
            api::error_log_text(&entries, calendar),
            api::error_log_csv(&entries, calendar),
            crate::people::mode_text(&mode, calendar),
            crate::maintenance::list_text(&backups, calendar),
            crate::maintenance::describe_text(&described, calendar),
            crate::images::list_text(&images, calendar),
        ]
    };
    for text in texts(berlin.as_ref()) {
        assert!(text.contains(told) && !text.contains(utc), "{text}");
    }
    assert!(texts(None).iter().all(|text| text.contains(utc)), "where the zone is not known");
}

#[test]
fn a_call_profile_can_be_deleted() {
    for line in ["profile delete split 3 --acd 1", "profile delete vdn 5001 --acd 1 --json"] {
        parse(line).unwrap_or_else(|text| panic!("{line}: {text}"));
    }
    assert!(parse("profile delete agent 1001 --acd 1").is_err() && parse("profile delete split 3").is_err());
}

#[test]
fn the_forms_of_the_main_menu_are_understood() {
    for line in [
        "menu list --json",
        "menu show Roster",
        "menu add Intranet --web https://intranet --place 3 --description x",
        "menu add Roster --document roster.txt",
        "menu add Disk --program df.sh --take-over",
        "menu modify Roster --as Plan --document plan.txt",
        "menu delete Roster --take-over",
        "menu run Disk --acd 1 --json",
        "menu save Roster --output r.txt --overwrite",
        "user permissions set ann --menu Roster --menu Intranet --access read",
    ] {
        parse(line).unwrap_or_else(|text| panic!("{line}: {text}"));
    }
    for line in ["menu add Roster", "menu add R --web https://a --program b", "menu modify Roster", "menu run"] {
        assert!(parse(line).is_err(), "{line}");
    }
}

#[test]
fn permissions_are_said_by_lists_and_ranges() {
    fn check(typed: &str, expect: Result<&str, &str>) {
        let line = format!("user permissions set ann {typed}");
        let told = match parse(&line).map(|arguments| arguments.command) {
            Ok(Command::User(UserCommand::Permissions(PermissionCommand::Set(choice)))) => {
                crate::people::set_permissions(choice).map_err(|failure| failure.text)
            }
            Ok(other) => Err(format!("{other:?}")),
            Err(text) => Err(text),
        };
        let told = told.map(|set| {
            let each = set.permissions.iter().map(|one| {
                let acd = one.acd.map_or_else(String::new, |acd| acd.to_string());
                format!("{acd}/{}/{}/{}", one.kind, one.of, one.access)
            });
            each.collect::<Vec<_>>().join(" ")
        });
        match expect {
            Ok(expect) => assert_eq!(told.as_deref(), Ok(expect), "{typed}"),
            Err(part) => assert!(told.as_ref().is_err_and(|text| text.contains(part)), "{typed}: {told:?}"),
        }
    }
    check("--feature reports,exceptions --access read", Ok("/feature/reports/read /feature/exceptions/read"));
    check("--acd 1 --access write", Ok("1/acd//write"));
    check("--menu Roster --menu all --access read", Ok("/menu/Roster/read /menu/all/read"));
    check("--menu Roster", Err("--access"));
    check(
        "--acd 2 --splits 1;3-5 --vdns all --access none",
        Ok("2/splits/1/none 2/splits/3/none 2/splits/4/none 2/splits/5/none 2/vdns/all/none"),
    );
    check("--everything on", Ok(""));
    check("--acd 1 --splits 5-3 --access read", Err("lower number first"));
    check("--acd 1 --splits 1-99999 --access read", Err("more than 10000 numbers"));
    check("--acd 1 --splits 7;1- --access read", Err("\"1-\" is an open range"));
    check("--acd 1 --splits ; --access read", Err("names nothing"));
    check("--splits 1 --access read", Err("--acd"));
    check("--acd 1", Err("--access"));
}

#[test]
fn skills_are_typed_with_their_levels() {
    let kept = session::parse_skills("3:2:30, 9:1:70", &[]).expect("skills with percentages");
    let told = |text: &str| {
        let part = |skill: &api::AgentSkill| (skill.split.0, skill.level, skill.reserve, skill.percent);
        session::parse_skills(text, &kept).map(|skills| skills.iter().map(part).collect::<Vec<_>>())
    };
    assert_eq!(told("1:1, 3:16;7:r2:5"), Ok(vec![(1, 1, 0, 0), (3, 16, 0, 30), (7, 1, 2, 5)]));
    assert_eq!(told("3:2:0"), Ok(vec![(3, 2, 0, 0)]));
    assert_eq!(session::skills_text(&kept), "3:2:30, 9:1:70");
    for wrong in ["1", "1:", "x:1", "1:x", "1:r", "1:2:x", "1:2:3:4"] {
        assert!(told(wrong).is_err_and(|why| why.contains("write 3:2")), "{wrong}");
    }
}

#[test]
fn what_is_no_text_is_kept_from_terminals() {
    use crate::arguments::RunFormat;
    use crate::failure::FailureKind;
    use crate::report::{Written, form};
    for format in [RunFormat::Xlsx, RunFormat::Pdf] {
        let refused = form(format, true).expect_err("it is no text");
        assert!(refused.kind == FailureKind::Usage && refused.text.contains("--output FILE."), "{refused:?}");
        assert!(matches!(form(format, false), Ok(Written::Document(_))));
    }
    assert_eq!(form(RunFormat::Html, true).unwrap(), Written::Document(document::Form::Html));
    assert_eq!(form(RunFormat::Table, true).unwrap(), Written::Lines(Format::Table));
}

#[test]
fn the_usual_profile_is_shown_with_the_others() {
    let profile = api::Profile {
        of: api::Profiled::Split,
        number: "3".to_owned(),
        service_level_secs: 30,
        increments_secs: vec![10, 20],
    };
    let text = crate::administration::profiles_text(&[profile]);
    let lines: Vec<String> = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    assert!(lines.iter().any(|line| line.contains("split") && line.contains("10, 20")), "{text}");
    let usual = lines.iter().find(|line| line.contains("usual")).expect("the usual one");
    assert!(
        usual.contains("20 s, or what the switch tells") && usual.contains("5, 10, 15, 20, 30, 45, 60, 90, 120"),
        "{text}"
    );
}
