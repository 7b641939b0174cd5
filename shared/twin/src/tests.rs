//! What is found when two servers are compared.

use api::{
    AfterFailure, AfterMissing, Digest, Permission, RestoreLine, RestorePlan, RunOn, SummaryDigest, TableDigest,
    Timetable, TimetableTask, UserView,
};
use model::{AcdNumber, Level, Moment, RunStatus};

use crate::account::{permitted_text, timetable_text, user_text};
use crate::heal::{Failed, gaps_of};
use crate::records::{Compared, lacking, questions, takes, window};
use crate::{
    Account, AcdAccount, Area, Comparison, Gap, HealError, Healed, HealedAcd, Restored, Stretch, are_two, compare, gaps,
};

const ACD: AcdNumber = AcdNumber(1);

/// Half hours by number: `a`, `b` … are digests, a capital lacks data, `-` is not there.
fn intervals(letters: &str) -> Vec<Digest> {
    let digest = |(number, letter): (usize, char)| Digest {
        start: Moment(number as i64 * 1800),
        end: Moment(number as i64 * 1800 + 1800),
        digest: letter.to_lowercase().to_string(),
        rows: 1,
        incomplete: letter.is_uppercase(),
        partly: false,
        records: Vec::new(),
    };
    letters.chars().enumerate().filter(|(_, letter)| *letter != '-').map(digest).collect()
}

fn account(letters: &str) -> Account {
    let intervals = intervals(letters);
    let archived_to = intervals.last().map(|digest| digest.start);
    let acd = AcdAccount { archived_to, intervals, ..AcdAccount::default() };
    let mut account = Account::default();
    account.acds.insert(ACD, acd);
    account
}

/// Findings as `thing xN verdict`, and how many things of the area are the same.
fn told(comparison: &Comparison, area: Area) -> String {
    let of_area = comparison.findings.iter().filter(|finding| finding.area == area);
    let mut lines: Vec<String> = of_area
        .map(|finding| match finding.stretch {
            Some((start, _)) => format!("{} x{} {}", start.0 / 1800, finding.intervals, finding.verdict),
            None => format!("{} {}", finding.thing, finding.verdict),
        })
        .collect();
    lines.push(format!("{} same", comparison.identical.get(&area).copied().unwrap_or_default()));
    lines.join(", ")
}

/// Intervals of any length, in half hours: start, length, letter.
fn account_of(spans: &[(i64, i64, char)]) -> Account {
    let mut account = account("");
    let digest = |(start, length, letter): &(i64, i64, char)| Digest {
        start: Moment(start * 1800),
        end: Moment((start + length) * 1800),
        ..intervals(&letter.to_string()).remove(0)
    };
    let acd = account.acds.get_mut(&ACD).expect("an ACD");
    acd.intervals = spans.iter().map(digest).collect();
    acd.archived_to = acd.intervals.last().map(|digest| digest.start);
    account
}

/// Only some tables of it were restored here: of what lacks data on both servers, the other one has more.
#[test]
fn an_interval_that_was_restored_in_part_is_taken_from_the_other_server() {
    let (mut here, there) = (account("aBc"), account("aDc"));
    assert_eq!(told(&compare(&here, &there), Area::Intervals), "1 x1 incomplete on both, 2 same");
    here.acds.get_mut(&ACD).expect("an ACD").intervals[1].partly = true;
    assert_eq!(told(&compare(&here, &there), Area::Intervals), "1 x1 incomplete here, 2 same");
    assert_eq!(told(&compare(&there, &here), Area::Intervals), "1 x1 incomplete there, 2 same");
    let gaps = gaps(&here, &there).expect("one switch");
    assert_eq!((gaps[0].intervals, gaps[0].stretches.len(), gaps[0].on_both.len()), (1, 1, 0));
}

/// After a change of the length of intervals, which is done on one server after the other.
#[test]
fn an_hour_is_compared_with_all_that_stands_in_its_time() {
    let halves = |first: char, second: char| account_of(&[(0, 1, 'a'), (1, 1, first), (2, 1, second), (4, 1, 'e')]);
    let hour = |letter: char| account_of(&[(0, 1, 'a'), (1, 2, letter), (4, 1, 'e')]);
    let intervals = |here: &Account, there: &Account| told(&compare(here, there), Area::Intervals);
    let lost = "3 x1 missing on both, 2 same";
    assert_eq!(intervals(&halves('b', 'c'), &hour('d')), format!("1 x2 differs, {lost}"));
    assert_eq!(intervals(&halves('B', 'c'), &hour('d')), format!("1 x2 incomplete here, {lost}"));
    assert_eq!(intervals(&hour('D'), &halves('b', 'c')), format!("1 x2 incomplete here, {lost}"));
    assert_eq!(intervals(&hour('d'), &halves('b', 'C')), format!("1 x2 incomplete there, {lost}"));
    assert_eq!(intervals(&hour('D'), &halves('b', 'C')), format!("1 x2 incomplete on both, {lost}"));
    let texts = compare(&halves('b', 'c'), &hour('d')).findings.remove(0);
    assert_eq!((&*texts.here, &*texts.there), ("intervals of 30 and 30 minutes", "interval of 60 minutes"));

    let half_of_it = account_of(&[(0, 1, 'a'), (2, 1, 'c'), (4, 1, 'e')]);
    assert_eq!(gaps(&hour('d'), &half_of_it), Ok(Vec::new()), "nothing beside a whole hour");
    assert_eq!(gaps(&hour('d'), &halves('b', 'c')), Ok(Vec::new()), "another length is no other switch");
    let stretches = vec![(Moment(1800), Moment(3 * 1800))];
    let gap = Gap { acd: ACD, stretches, intervals: 1, on_both: Vec::new() };
    assert_eq!(gaps(&halves('B', 'c'), &hour('d')), Ok(vec![gap.clone()]));
    let counted_twice = account_of(&[(0, 1, 'a'), (1, 2, 'd'), (2, 1, 'c'), (4, 1, 'e')]);
    assert_eq!(gaps(&counted_twice, &hour('d')), Ok(vec![gap]), "as an earlier version left it");
}

#[track_caller]
fn check_intervals(here: &str, there: &str, expect: &str) {
    assert_eq!(told(&compare(&account(here), &account(there)), Area::Intervals), expect, "{here} and {there}");
}

#[test]
fn intervals_are_compared_by_their_digests() {
    check_intervals("abc", "abc", "3 same");
    check_intervals("abc", "axc", "1 x1 differs, 2 same");
    check_intervals("abcd", "a--d", "1 x2 missing there, 2 same");
    check_intervals("-bcd", "abcd", "0 x1 missing here, 3 same");
    // What both lack alike is told, and is no difference.
    check_intervals("aBc", "aBc", "1 x1 incomplete on both and equal, 2 same");
    check_intervals("aBc", "aXc", "1 x1 incomplete on both, 2 same");
    check_intervals("aBCd", "abcd", "1 x2 incomplete here, 2 same");
    check_intervals("abcd", "abXd", "2 x1 incomplete there, 3 same");
    // What stands differently is not one stretch.
    check_intervals("aBCd", "abCd", "1 x1 incomplete here, 2 x1 incomplete on both and equal, 2 same");
}

#[test]
fn what_neither_server_has_is_told_with_its_length() {
    check_intervals("ab--e", "ab--e", "2 x2 missing on both, 3 same");
    check_intervals(
        "aB---F",
        "aB---F",
        "1 x1 incomplete on both and equal, 2 x3 missing on both, 5 x1 incomplete on both and equal, 1 same",
    );
    let lost = compare(&account("ab--e"), &account("ab--e"));
    assert!(lost.is_lost_alike() && !lost.is_clean());
    assert_eq!(lost.lost_text().as_deref(), Some("missing on both: 2 intervals"));
    // What one of them has is not lost.
    check_intervals("a--de", "ab--e", "1 x1 missing here, 2 x1 missing on both, 3 x1 missing there, 2 same");
    // Before the first and behind the last interval nothing was expected.
    check_intervals("--cd-", "--cd-", "2 same");
}

#[test]
fn a_loss_that_is_equal_on_both_is_no_difference() {
    let lost = compare(&account("aBC--Fg"), &account("aBC--Fg"));
    assert!(lost.is_lost_alike() && !lost.is_clean() && lost.differences().next().is_none());
    let told = "missing on both: 2 intervals; incomplete on both and equal: 3 intervals";
    assert_eq!(lost.lost_text().as_deref(), Some(told));
    // Where something else is not the same, that alone is the difference.
    let differs = compare(&account("aBcd"), &account("aBxd"));
    assert!(!differs.is_lost_alike());
    assert_eq!(differs.differences().count(), 1);
    assert_eq!(differs.lost_text().as_deref(), Some("incomplete on both and equal: one interval"));
    // What each has of it is not the same: either may have what the other lacks.
    let apart = compare(&account("aBc"), &account("aXc"));
    assert!(!apart.is_lost_alike() && apart.lost_text().is_none());
    assert_eq!(compare(&account("abc"), &account("abc")).lost_text(), None);
}

#[test]
fn what_one_server_has_not_had_the_time_to_archive_is_not_missing() {
    check_intervals("abcd", "ab", "2 same");
    check_intervals("ab", "abcd", "2 same");
    // But a server that has nothing at all lacks everything.
    check_intervals("abcd", "", "0 x4 missing there, 0 same");
    check_intervals("", "abcd", "0 x4 missing here, 0 same");
    check_intervals("", "", "0 same");
}

/// Of what the other server closed meanwhile, a server that went on behind it will never have anything.
#[test]
fn what_lies_before_the_interval_that_a_server_has_gone_on_with_is_missing_there() {
    let settled = |half_hours: i64| {
        let mut account = account("aB");
        account.acds.get_mut(&ACD).expect("an ACD").settled_to = Some(Moment(half_hours * 1_800));
        account
    };
    let check = |here: &Account, there: &Account, expect: &str| {
        assert_eq!(told(&compare(here, there), Area::Intervals), expect);
        let turned = expect.replace("here", "there");
        assert_eq!(told(&compare(there, here), Area::Intervals), turned);
    };
    check(&settled(5), &account("abcdef"), "1 x1 incomplete here, 2 x3 missing here, 1 same");
    let [gap] = &gaps(&settled(5), &account("abcdef")).expect("one switch")[..] else { panic!("one ACD") };
    assert_eq!((gap.intervals, &gap.stretches[..]), (4, &[(Moment(1_800), Moment(5 * 1_800))][..]));
    // What was collected and waits to be archived is not missing.
    check(&settled(2), &account("abcdef"), "1 x1 incomplete here, 1 same");
    check(&account("aB"), &account("abcdef"), "1 x1 incomplete here, 1 same");
}

/// The second half of an hour counts once it is archived, and the first one with it.
#[test]
fn intervals_of_different_length_count_when_all_that_overlap_are_archived() {
    let intervals = |here: &[(i64, i64, char)], there: &[(i64, i64, char)]| {
        told(&compare(&account_of(here), &account_of(there)), Area::Intervals)
    };
    let (hour, halves) = ([(0, 1, 'a'), (1, 2, 'd')], [(0, 1, 'a'), (1, 1, 'b'), (2, 1, 'c')]);
    assert_eq!(intervals(&hour, &halves[..2]), "1 same");
    assert_eq!(intervals(&halves, &hour[..1]), "1 same");
    assert_eq!(intervals(&hour, &halves), "1 x2 differs, 1 same");
    assert_eq!(intervals(&halves, &hour), "1 x2 differs, 1 same");
}

/// What one server cannot do for one ACD is told in the end, with what was done all the same.
#[test]
fn a_failure_of_one_acd_is_kept_until_the_others_are_healed() {
    let job = |text: &str| HealError::Job { server: "CMS-B".to_owned(), text: text.to_owned(), code: None, plan: None };
    let restored = Restored { plan: RestorePlan::default(), restore: Some(7), text: String::new() };
    let gap = Gap { acd: AcdNumber(3), stretches: Vec::new(), intervals: 0, on_both: Vec::new() };
    let healed = Healed {
        here: "CMS-B".to_owned(),
        there: "CMS-A".to_owned(),
        acds: vec![HealedAcd { gap, restores: vec![restored], notes: Vec::new() }],
        summarized: Vec::new(),
        comparison: Comparison::default(),
    };
    let mut failed = Failed::default();
    assert_eq!(failed.keep(ACD, Ok(1)), Ok(Some(1)));
    assert_eq!(failed.keep::<()>(ACD, Err(job("the disk is full"))), Ok(None));
    assert_eq!(failed.keep::<()>(AcdNumber(2), Err(job("no journal"))), Ok(None));
    let apart = HealError::Apart("two switches".to_owned());
    assert_eq!(failed.keep::<()>(ACD, Err(apart.clone())), Err(apart));
    let told = failed.or(healed.clone()).expect_err("two ACDs failed").to_string();
    let expect = "CMS-B: ACD 1: the disk is full; ACD 2: CMS-B: no journal; all else is healed, by the restores 7";
    assert_eq!(told, expect);
    assert!(Failed::default().or(healed).is_ok());
}

/// A server with days, each with its digest.
fn with_days(days: &[(&str, &str)]) -> Account {
    let mut account = account("a");
    let digest = |(first, digest): &(&str, &str)| SummaryDigest {
        level: Level::Daily,
        first: (*first).to_owned(),
        last: (*first).to_owned(),
        parts: 48,
        incomplete: 0,
        rows: 5,
        digest: (*digest).to_owned(),
        out_of_date: false,
        stays: false,
        tables: Vec::new(),
    };
    let days = days.iter().map(digest).collect();
    account.acds.get_mut(&ACD).unwrap().summaries.insert(Level::Daily, days);
    account
}

#[test]
fn a_server_without_a_single_period_lacks_those_that_are_long_due() {
    // The fourth of November 2026, 00:00 UTC.
    const FOURTH: i64 = 1_793_750_400;
    let days = [("2026-11-01", "a"), ("2026-11-02", "b"), ("2026-11-03", "c")];
    let check = |archived_to: [Option<i64>; 2], expect: &str| {
        let [mut here, mut there] = [with_days(&days), with_days(&[])];
        for (account, archived_to) in [&mut here, &mut there].into_iter().zip(archived_to) {
            account.acds.get_mut(&ACD).unwrap().archived_to = archived_to.map(Moment);
        }
        assert_eq!(told(&compare(&here, &there), Area::Summaries), expect, "{archived_to:?}");
        let turned = expect.replace("missing there", "missing here");
        assert_eq!(told(&compare(&there, &here), Area::Summaries), turned, "{archived_to:?}");
    };
    let two = "daily 2026-11-01 missing there, daily 2026-11-02 missing there, 0 same";
    check([Some(FOURTH); 2], two);
    // What ended last may still be in the making.
    check([Some(FOURTH - 1_800); 2], "daily 2026-11-01 missing there, 0 same");
    check([Some(FOURTH), Some(FOURTH - 2 * 86_400)], "0 same");
    // A server that has archived nothing at all lacks everything.
    check([Some(FOURTH), None], two);
    check([None, None], "0 same");
}

#[test]
fn periods_are_compared_up_to_the_last_one_that_both_have() {
    let check = |here: &[(&str, &str)], there: &[(&str, &str)], expect: &str| {
        assert_eq!(told(&compare(&with_days(here), &with_days(there)), Area::Summaries), expect);
    };
    check(&[("2026-11-01", "a"), ("2026-11-02", "b")], &[("2026-11-01", "a")], "1 same");
    check(
        &[("2026-11-01", "a"), ("2026-11-03", "c")],
        &[("2026-11-02", "b"), ("2026-11-03", "x")],
        "daily 2026-11-01 missing there, daily 2026-11-02 missing here, daily 2026-11-03 differs, 0 same",
    );
}

#[test]
fn administration_is_compared_row_by_row() {
    let mut here = account("a");
    let mut there = account("a");
    for (account, limit) in [(&mut here, "20 s"), (&mut there, "30 s")] {
        account.fact(Area::Profiles, Some(ACD), "split/skill 1", limit);
        account.fact(Area::Profiles, Some(ACD), "split/skill 2", "20 s");
    }
    here.fact(Area::Traces, Some(ACD), "agent 2001", "traced");
    there.fact(Area::Reports, None, "Real-time/Mine", "{}");
    let comparison = compare(&here, &there);
    assert_eq!(told(&comparison, Area::Profiles), "split/skill 1 differs, 1 same");
    assert_eq!(told(&comparison, Area::Traces), "agent 2001 missing there, 0 same");
    assert_eq!(told(&comparison, Area::Reports), "Real-time/Mine missing here, 0 same");
    assert!(!comparison.is_clean());
    assert!(compare(&here, &here).is_clean());
}

fn user() -> UserView {
    UserView {
        name: "ann".to_owned(),
        full_name: "Ann Archer".to_owned(),
        room: "1.07".to_owned(),
        phone: "107".to_owned(),
        administrator: false,
        reads_everything: false,
        max_windows: 0,
        fastest_refresh_secs: 0,
        login_acd: ACD,
        has_password: true,
        belongings: String::new(),
        changed_at: Moment(7),
    }
}

#[test]
fn all_that_is_carried_of_a_user_is_compared() {
    let usual = user_text(&user());
    let each: [fn(&mut UserView); 8] = [
        |user| user.full_name.clear(),
        |user| user.room.clear(),
        |user| user.phone.clear(),
        |user| user.administrator = true,
        |user| user.reads_everything = true,
        |user| user.max_windows = 3,
        |user| user.fastest_refresh_secs = 30,
        |user| user.login_acd = AcdNumber(2),
    ];
    for change in each {
        let mut other = user();
        change(&mut other);
        assert_ne!(user_text(&other), usual, "{other:?}");
    }
    // What each server has of its own.
    let own = UserView { has_password: false, belongings: "shortcuts A".to_owned(), changed_at: Moment(8), ..user() };
    assert_eq!(user_text(&own), usual);
}

#[test]
fn what_is_permitted_is_one_text_whatever_its_order() {
    let permission = |kind: &str, acd: Option<AcdNumber>, of: &str, access: &str| Permission {
        kind: kind.to_owned(),
        acd,
        of: of.to_owned(),
        access: access.to_owned(),
    };
    let mut permissions = vec![
        permission("feature", None, "reports", "read"),
        permission("acd", Some(ACD), "", "read"),
        permission("splits", Some(ACD), "1", "read,exceptions"),
        // Told with the additions themselves.
        permission("menu", None, "Roster", "read"),
    ];
    let told = "ACD 1 splits 1: read,exceptions; ACD 1: read; feature reports: read";
    assert_eq!(permitted_text(&permissions), told);
    permissions.reverse();
    assert_eq!(permitted_text(&permissions), told);
    assert_eq!(permitted_text(&permissions[..1]), "");
}

fn timetable() -> Timetable {
    Timetable {
        owner: "ann".to_owned(),
        name: "nightly".to_owned(),
        description: String::new(),
        acd: ACD,
        schedule: "daily 00:45".to_owned(),
        run_text: "This timetable will run on this or another CMS server".to_owned(),
        run_on: Some(RunOn::ThisOrAnother),
        after_failure: AfterFailure::Stop,
        after_missing: AfterMissing::Report,
        tasks: vec![TimetableTask { acd: ACD, task: "summarize daily -1 -1".to_owned() }],
        next_at: Some(Moment(9)),
        zone: "UTC".to_owned(),
        started_at: None,
        ended_at: None,
        outcome: None,
        outcome_text: String::new(),
        unusable: String::new(),
        changed_at: Moment(7),
        changed_by: "ann".to_owned(),
        may_change: true,
        global_edit: None,
    }
}

#[test]
fn all_that_is_carried_of_a_timetable_is_compared() {
    let usual = timetable_text(&timetable());
    let each: [fn(&mut Timetable); 6] = [
        |timetable| timetable.schedule = "daily 00:46".to_owned(),
        |timetable| timetable.acd = AcdNumber(2),
        |timetable| timetable.description = "each night".to_owned(),
        |timetable| timetable.after_failure = AfterFailure::GoOn,
        |timetable| timetable.after_missing = AfterMissing::RunLate,
        |timetable| timetable.tasks.clear(),
    ];
    for change in each {
        let mut other = timetable();
        change(&mut other);
        assert_ne!(timetable_text(&other), usual, "{other:?}");
    }
    // What each server has of its own, and who changed it last.
    let own = Timetable {
        next_at: None,
        started_at: Some(Moment(1)),
        ended_at: Some(Moment(2)),
        outcome: Some(RunStatus::Done),
        outcome_text: "its task is done".to_owned(),
        unusable: String::new(),
        changed_at: Moment(8),
        changed_by: "cms".to_owned(),
        may_change: false,
        ..timetable()
    };
    assert_eq!(timetable_text(&own), usual);
}

/// Half hours that would be fetched, and those of which both lack data.
#[track_caller]
fn check_gaps(here: &str, there: &str, expect: &str) {
    let told = match gaps(&account(here), &account(there)) {
        Err(error) => error.to_string(),
        Ok(gaps) => {
            let list = |stretches: &[(Moment, Moment)]| {
                let told = stretches.iter().map(|(from, to)| format!("{}-{}", from.0 / 1800, to.0 / 1800));
                told.collect::<Vec<_>>().join(" ")
            };
            let gap = |gap: &Gap| format!("{}: {} / {}", gap.intervals, list(&gap.stretches), list(&gap.on_both));
            gaps.iter().map(gap).collect()
        }
    };
    assert!(told.contains(expect) && (told.is_empty() == expect.is_empty()), "{here} from {there}: {told}");
}

#[test]
fn only_what_the_other_server_has_better_is_fetched() {
    check_gaps("abc", "abc", "");
    check_gaps("a-c", "abc", "1: 1-2 / ");
    check_gaps("aB--ef", "abcdef", "3: 1-4 / ");
    check_gaps("aB-d-f", "abcdef", "3: 1-3 4-5 / ");
    // Better than nothing.
    check_gaps("a-c", "aBc", "1: 1-2 / ");
    check_gaps("aBCd", "aBcd", "1: 2-3 / 1-2");
    check_gaps("abcd", "aB-d", "");
    check_gaps("axc", "abc", "");
    check_gaps("", "abc", "3: 0-3 / ");
    // One that differs is no other switch.
    check_gaps("xB", "ab", "1: 1-2 / ");
    check_gaps("xyz", "abc", "both hold 3 intervals whole, and none is equal");
    let found = gaps_of(&account("xYz"), &account("abc"), true).expect("known to be of one switch");
    assert_eq!((found[0].intervals, &found[0].stretches[..]), (1, &[(Moment(1_800), Moment(3_600))][..]));
}

#[test]
fn servers_without_a_common_acd_are_refused() {
    let mut other = account("abc");
    other.acds = [(AcdNumber(2), AcdAccount::default())].into();
    let error = gaps(&account("abc"), &other).expect_err("there is nothing in common");
    assert!(error.to_string().contains("no ACD of the same number"), "{error}");
    let mut abroad = account("abc");
    abroad.acds.values_mut().for_each(|acd| "Europe/Berlin".clone_into(&mut acd.zone));
    let error = gaps(&account("abc"), &abroad).expect_err("the zones differ");
    assert!(error.to_string().contains("is in zone"), "{error}");
}

/// What somebody may not see is not missing, and it is not the same either until somebody has seen it.
#[test]
fn what_is_not_permitted_is_unseen_and_not_missing() {
    let mut here = account("a");
    let mut there = account("a");
    for name in ["ann", "bob"] {
        here.fact(Area::Users, None, name, "normal");
    }
    here.fact(Area::Dictionary, None, "agents", "1");
    there.fact(Area::Dictionary, None, "agents", "2");
    there.fact(Area::Dictionary, None, "more", "3");
    for area in [Area::Users, Area::Dictionary] {
        there.unseen.insert(area, "only an administrator can do this".to_owned());
    }
    let comparison = compare(&here, &there);
    let users = "2 that only one server tells not permitted there, 0 same";
    assert_eq!(told(&comparison, Area::Users), users);
    // Of what both tell, all that differs is told; what the other tells alone is missing where all is told.
    let names = "agents differs, more missing here, what is not permitted not permitted there, 0 same";
    assert_eq!(told(&comparison, Area::Dictionary), names);
    assert_eq!(told(&compare(&there, &here), Area::Users), users.replace("there", "here"));
    here.unseen.insert(Area::Users, String::new());
    assert!(told(&compare(&here, &there), Area::Users).contains("not permitted on both"));
}

/// An account whose intervals have records: table, how many, and a letter for their digest.
fn with_records(letters: &str, records: &[(usize, &str, u64, &str)]) -> Account {
    let mut account = account(letters);
    let intervals = &mut account.acds.get_mut(&ACD).unwrap().intervals;
    for (interval, table, rows, digest) in records {
        let (table, digest) = ((*table).to_owned(), (*digest).to_owned());
        intervals[*interval].records.push(TableDigest { table, rows: *rows, digest });
    }
    account
}

#[test]
fn records_that_differ_are_found_and_what_is_lacking_is_fetched() {
    let here = with_records("abCd", &[(0, "call_rec", 118, "x"), (1, "haglog", 5, "y"), (2, "call_rec", 1, "z")]);
    let there = with_records(
        "abCd",
        &[
            (0, "call_rec", 119, "u"),
            (1, "haglog", 5, "v"),
            (2, "call_rec", 9, "w"),
            (3, "spex", 2, "s"),
            (3, "mctex", 1, "m"),
        ],
    );
    let comparison = compare(&here, &there);
    let found = told(&comparison, Area::Records);
    assert!(found.contains("0 x1 differs") && found.contains("1 x1 differs"), "{found}");
    assert!(found.contains("2 x1 differs") && found.contains("3 x1 missing here"), "{found}");
    let [lacks] = &lacking(&here, &there)[..] else { panic!("one ACD lacks something") };
    // Also of what both received the same part of; exceptions follow from each server's own rules.
    let half_hours = |from: i64, to: i64| (Moment(from * 1_800), Moment(to * 1_800));
    assert_eq!(lacks.stretches, [half_hours(0, 1), half_hours(2, 4)]);
    assert_eq!(lacks.tables.iter().copied().collect::<Vec<_>>(), ["call_rec", "mctex"]);
    // As many sessions, and not the same: the servers are asked which of them saw the logins.
    assert_eq!(lacks.logins, [(half_hours(1, 2), false)]);
    let [other_way] = &lacking(&there, &here)[..] else { panic!("the sessions") };
    assert_eq!((other_way.intervals, other_way.logins.len()), (0, 1));
    assert_eq!(lacking(&here, &here), []);
}

/// A table that is smaller on one of the two has let records go that the other one keeps: nothing lacks, and no heal brings them back.
#[test]
fn what_a_full_table_has_let_go_is_not_missing() {
    let here = with_records("ab", &[(0, "call_rec", 0, ""), (0, "haglog", 5, "y"), (1, "call_rec", 9, "x")]);
    let there = with_records("ab", &[(0, "call_rec", 119, "u"), (0, "haglog", 5, "y"), (1, "call_rec", 9, "x")]);
    for (one, other) in [(&here, &there), (&there, &here)] {
        assert_eq!(told(&compare(one, other), Area::Records), "2 same");
        assert_eq!(lacking(one, other), []);
    }
}

#[test]
fn records_are_restored_only_where_nothing_goes() {
    let line = |table: &str, added, replaced, removed| RestoreLine {
        added,
        replaced,
        removed,
        identical: 7,
        ..RestoreLine::unchanged(table, model::DataKind::Historical)
    };
    let taken = |line: RestoreLine| !takes(&RestorePlan { tables: vec![line], ..RestorePlan::default() }).is_empty();
    assert!(taken(line("call_rec", 1, 0, 0)));
    assert!(!taken(line("call_rec", 2, 0, 1)), "one that only this server has would go");
    assert!(!taken(line("call_rec", 1, 1, 0)), "nobody knows which is right");
    assert!(!taken(line("call_rec", 0, 0, 0)));
    assert!(taken(line("haglog", 0, 1, 0)), "the other server saw the login");
}

#[test]
fn records_of_more_than_eight_days_are_compared_of_the_last_one() {
    const DAY: i64 = 86_400;
    let mut account = account("a");
    let acd = account.acds.get_mut(&ACD).unwrap();
    acd.archived_to = Some(Moment(20 * DAY));
    let here = acd.clone();
    let asked = |from: Option<i64>, to: Option<i64>| {
        let stretch = Stretch { from: from.map(Moment), to: to.map(Moment) };
        window(&here, &here, stretch).map(|(from, to, is_all)| (from.0, to.0, is_all))
    };
    assert_eq!(asked(None, None), Some((19 * DAY, 20 * DAY, false)));
    assert_eq!(asked(Some(12 * DAY), None), Some((12 * DAY, 20 * DAY, true)));
    assert_eq!(asked(Some(12 * DAY - 1), None), Some((19 * DAY, 20 * DAY, false)));
    assert_eq!(asked(Some(DAY), Some(3 * DAY)), Some((DAY, 3 * DAY, true)));
    assert_eq!(asked(Some(21 * DAY), None), None);
    // Told with the comparison, so that nobody takes the rest for compared.
    let mut here = account.clone();
    here.acds.get_mut(&ACD).unwrap().records_from = Some(Moment(19 * DAY));
    assert_eq!(compare(&here, &account).records_from, [(ACD, Moment(19 * DAY))].into());
}

/// What is missing or lacks data on one of them is told by its intervals; digests of its records would be made for nothing.
#[test]
fn records_are_asked_for_where_both_ought_to_have_the_same_and_once() {
    let asked = |here: &str, there: &str, touched: Option<Stretch>| {
        let [here, there] = [here, there].map(account);
        let compared = Compared::of(&here.acds[&ACD], &there.acds[&ACD], Stretch::default(), touched).unwrap();
        let numbers = |(first, last): &(Moment, Moment)| (first.0 / 1800, last.0 / 1800);
        questions(&here, ACD, &compared.starts).iter().map(numbers).collect::<Vec<_>>()
    };
    assert_eq!(asked("abcdef", "abcdef", None), [(0, 5)]);
    assert_eq!(asked("A-Cd", "abcd", None), [(3, 3)], "before the heal");
    assert_eq!(asked("aBcd", "aBcd", None), [(0, 3)], "both received the same part of one");
    assert_eq!(asked("abcd", "a-cd", None), [(0, 0), (2, 3)]);
    assert_eq!(asked("ab-d", "ab-d", None), [(0, 1), (3, 3)]);
    assert_eq!(asked("abxdE", "abcdF", None), [(0, 3)], "one was counted by another call profile");
    let every_other: (String, String) = ("ab".repeat(9), "aX".repeat(9));
    assert_eq!(asked(&every_other.0, &every_other.1, None), [(0, 16)], "as one, where there are many");
    // Of ten days the last one, and what a heal has touched before that.
    let ten_days = "a".repeat(480);
    let touched = |from: i64, to: i64| Some(Stretch { from: Some(Moment(from * 1800)), to: Some(Moment(to * 1800)) });
    assert_eq!(asked(&ten_days, &ten_days, None), [(431, 479)]);
    assert_eq!(asked(&ten_days, &ten_days, touched(7, 9)), [(7, 9), (431, 479)]);
    assert_eq!(asked(&ten_days, &ten_days, touched(425, 433)), [(425, 479)]);
    assert_eq!(asked("abcdef", "abcdef", touched(1, 3)), [(0, 5)], "not twice");
}

/// What was told of an interval holds as long as it is what it was; whatever may have changed is asked for again.
#[test]
fn records_that_were_told_are_not_asked_for_again() {
    let told = |letters: &str, numbers: &[i64]| {
        let mut account = account(letters);
        let mut digests = intervals(letters);
        digests.retain(|digest| numbers.contains(&(digest.start.0 / 1800)));
        for digest in digests.iter_mut().filter(|digest| digest.start.0 > 0) {
            let (table, digest_of) = ("call_rec".to_owned(), digest.digest.repeat(2));
            digest.records = vec![TableDigest { table, digest: digest_of, rows: 3 }];
        }
        account.take_record_digests(vec![(ACD, digests)]);
        account
    };
    let open = |account: &Account| {
        let starts = account.acds[&ACD].intervals.iter().map(|digest| digest.start).collect();
        let numbers = questions(account, ACD, &starts).into_iter().map(|(first, last)| (first.0 / 1800, last.0 / 1800));
        numbers.collect::<Vec<_>>()
    };
    let before = told("abcDef", &[0, 1, 3, 4]);
    assert_eq!(open(&before), [(2, 2), (5, 5)], "one without records was told, too");
    let again = |but: &[(i64, i64)]| {
        let but: Vec<_> = but.iter().map(|(from, to)| (Moment(from * 1800), Moment(to * 1800))).collect();
        let mut now = account("abcdef");
        now.acds.get_mut(&ACD).unwrap().keep_record_digests(before.acds[&ACD].clone(), &but);
        now
    };
    let now = again(&[]);
    assert_eq!(open(&now), [(2, 3), (5, 5)], "one was completed since");
    let kept = |number: usize| now.acds[&ACD].intervals[number].records.first().map(|kept| kept.digest.clone());
    assert_eq!([kept(1), kept(3), kept(4)], [Some("bb".to_owned()), None, Some("ee".to_owned())]);
    assert_eq!(open(&again(&[(1, 2)])), [(1, 3), (5, 5)], "records of one were fetched");
}

#[test]
fn a_server_is_not_compared_with_itself() {
    let named = |name: &str| Account { server: name.to_owned(), ..account("a") };
    assert!(are_two(&named("CMS-A"), &named("CMS-B")).is_ok());
    let error = are_two(&named("CMS-A"), &named("CMS-A")).expect_err("they are one");
    assert!(error.to_string().contains("both addresses are of CMS-A"), "{error}");
}
