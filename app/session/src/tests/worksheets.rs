//! What the steps of each worksheet are: complete, in an order that can be followed, and in words.

use std::collections::BTreeSet;

use api::{
    AfterFailure, AfterMissing, Mode, Role, RunOn, Status, StepState, Timetable, Worksheet, WorksheetEnd,
    WorksheetKind, WorksheetStep,
};
use model::{AcdNumber, Moment};

use crate::guiding::{WorksheetAsks, WorksheetsTold, WorksheetsView};
use crate::twin::{Area, Comparison, Finding, Verdict};
use crate::worksheets::{
    Act, Compared, Scope, Step, StepKey, advice, ending, fate, is_worth_waiting, judged, latest_clocks, left_behind,
    of_another_version, plan, recorded_title, step_title, steps_of, whole_at,
};

fn all() -> impl Iterator<Item = (WorksheetKind, bool, Vec<Step>)> {
    WorksheetKind::ALL
        .into_iter()
        .flat_map(|kind| [false, true].map(|by_backup| (kind, by_backup, plan(kind, by_backup))))
}

fn sheet(kind: WorksheetKind, by_backup: bool) -> Worksheet {
    let steps = plan(kind, by_backup);
    let step = |step: &Step| WorksheetStep { step: step.key.word().to_owned(), ..WorksheetStep::default() };
    Worksheet {
        id: "one".to_owned(),
        kind,
        by_backup,
        about: String::new(),
        primary: "CMS-A".to_owned(),
        secondary: String::new(),
        edition: 1,
        started_at: Moment(0),
        started_by: "cms".to_owned(),
        changed_at: Moment(0),
        changed_by: "cms".to_owned(),
        end: None,
        steps: steps.iter().map(step).collect(),
        unreadable: None,
    }
}

/// Step 7 of an outage waits for hours, in which servers are restarted.
#[test]
fn a_step_that_waits_outlasts_a_server_that_does_not_answer() {
    let url = "https://cms2:8443".to_owned();
    let refused = |code| {
        let body = Box::new(api::ErrorBody::new(code, "no".to_owned()));
        client::ClientError::Refused { url: url.clone(), body }
    };
    let gone = client::ClientError::Unreachable { url: url.clone(), why: "Connection refused".to_owned() };
    assert!(is_worth_waiting(&gone) && is_worth_waiting(&refused(api::ErrorCode::Unavailable)));
    assert!(!is_worth_waiting(&refused(api::ErrorCode::NotPermitted)), "somebody has to do something");
}

#[test]
fn a_wait_for_a_whole_interval_says_when_it_can_be_over() {
    let mut acd = super::checks::acd();
    acd.health.zone = "Europe/Berlin".to_owned();
    acd.interval_minutes = model::IntervalMinutes::Half;
    // 12:00 in Berlin; the link came up at 12:10, so that the interval from 12:30 is the first that can be whole.
    let noon = super::NOON;
    for (now, over) in [(noon + 600, noon + 3_600), (noon + 3_500, noon + 3_600), (noon + 3_700, noon + 5_400)] {
        acd.health.acd_at = Some(now);
        assert_eq!(whole_at(&acd, noon + 600), Some(over), "at {now}");
    }
}

/// What a step needs of another one comes before it, and whatever is turned off or closed is turned on and opened again.
#[test]
fn each_worksheet_can_be_followed() {
    for (kind, by_backup, steps) in all() {
        let before = |at: usize, key: StepKey| steps[..at].iter().find(|step| step.key == key).copied();
        let keys: BTreeSet<&str> = steps.iter().map(|step| step.key.word()).collect();
        assert_eq!(keys.len(), steps.len(), "{kind}: no word twice");
        let mut closed: BTreeSet<(bool, String)> = BTreeSet::new();
        for (at, step) in steps.iter().enumerate() {
            let on = step.on.to_string();
            match step.act {
                Act::Restore(scope, of) => {
                    let backup = before(at, of).unwrap_or_else(|| panic!("{kind}: {of:?} comes before {:?}", step.key));
                    assert!(backup.on != step.on && matches!(backup.act, Act::BackUp(_)), "{kind}: {step:?}");
                    assert!(
                        scope == Scope::History || closed.contains(&(false, on)),
                        "{kind}: single-user before {step:?}"
                    );
                }
                Act::Carry => assert!(closed.contains(&(false, on)), "{kind}: single-user before {step:?}"),
                Act::Archived(of) => {
                    assert!(before(at, of).is_some_and(|known| known.act == Act::LinksUp), "{kind}: {step:?}");
                }
                Act::SingleUser => assert!(closed.insert((false, on)), "{kind}: {step:?}"),
                Act::MultiUser => assert!(closed.remove(&(false, on)), "{kind}: {step:?}"),
                Act::CollectionOff => {
                    assert!(!closed.iter().any(|(off, _)| *off), "{kind}: one server always collects");
                    assert!(closed.insert((true, on)), "{kind}: {step:?}");
                }
                Act::CollectionOn => assert!(closed.remove(&(true, on)), "{kind}: {step:?}"),
                _ => {}
            }
        }
        assert!(closed.is_empty(), "{kind} {by_backup}: left behind: {closed:?}");
        let carried = steps.iter().any(|step| matches!(step.act, Act::Carry | Act::Heal));
        assert_eq!(carried, !by_backup, "{kind}: a device is needed only where somebody has chosen it");
        assert!(steps.iter().any(|step| matches!(step.act, Act::Compare(_))), "{kind} is judged in the end");
    }
}

#[test]
fn each_step_names_its_server_and_says_why_it_is_there() {
    for (kind, by_backup, steps) in all() {
        let sheet = sheet(kind, by_backup);
        for step in steps {
            let title = step_title(&sheet, &step);
            let named = match step.on {
                Role::Primary => title.contains("CMS-A (primary)"),
                Role::Secondary => title.contains("the secondary"),
            };
            let both = matches!(step.act, Act::Archived(_) | Act::Compare(_));
            assert!(named || both, "{kind}: {title}");
            assert!(!advice(step.act).is_empty());
        }
    }
}

#[test]
fn the_step_to_be_done_is_the_first_that_is_not_over() {
    let mut sheet = sheet(WorksheetKind::Administration, false);
    assert_eq!(sheet.now(), Some(0));
    (sheet.steps[0].state, sheet.steps[1].state) = (StepState::Done, StepState::Skipped);
    sheet.steps[2].state = StepState::Failed;
    assert_eq!(sheet.now(), Some(2));
    sheet.steps.iter_mut().for_each(|step| step.state = StepState::Done);
    assert_eq!(sheet.now(), None);
}

/// A record of before goes on as it was begun; one whose steps are others is read and told what to do with.
#[test]
fn a_worksheet_of_another_version_is_read_and_never_taken_for_one_of_this() {
    // Before administration was carried it went by backup, and the record did not say so.
    let mut before = sheet(WorksheetKind::Administration, true);
    before.by_backup = false;
    let steps = steps_of(&before).expect("it goes on");
    assert!(matches!(steps[0].act, Act::BackUp(Scope::Administration)) && of_another_version(&before).is_none());
    assert_eq!(recorded_title(&before, 0), "Back up the administration of CMS-A (primary)");

    // Before timetables were given back, the steps after an outage of the primary were the others.
    let mut before = sheet(WorksheetKind::PrimaryOutage, false);
    before.steps.retain(|step| step.step != "timetables");
    let steps = steps_of(&before).expect("it goes on");
    assert!(steps.iter().all(|step| step.act != Act::GiveTimetablesBack) && steps.len() == before.steps.len());

    let mut other = sheet(WorksheetKind::Administration, false);
    other.steps.insert(1, WorksheetStep { step: "telephone-everybody".to_owned(), ..WorksheetStep::default() });
    assert_eq!(steps_of(&other), None);
    assert!(
        of_another_version(&other).is_some_and(|what| what.contains("give it up with a reason, and begin a new one"))
    );
    assert_eq!(recorded_title(&other, 1), "telephone-everybody (a step of another version)");
    assert_eq!(recorded_title(&other, 2), "Carry the administration of CMS-A (primary) to the secondary");

    let mut unreadable = sheet(WorksheetKind::Collection, false);
    unreadable.unreadable = Some("version 0.1.0 does not understand it".to_owned());
    assert_eq!(steps_of(&unreadable), None);
    assert!(of_another_version(&unreadable).is_some_and(|what| what.contains("It stays as it is")));
}

/// Whoever reads that a worksheet is done believes that both servers are the same.
#[test]
fn a_worksheet_whose_comparison_was_left_out_does_not_end_as_done() {
    for (kind, by_backup, steps) in all() {
        let mut sheet = sheet(kind, by_backup);
        assert_eq!(ending(&sheet), None, "{kind}: it goes on");
        sheet.steps.iter_mut().for_each(|step| step.state = StepState::Done);
        let end = WorksheetEnd { abandoned: false, at: Moment(0), by: "cms".to_owned(), why: String::new() };
        sheet.end = Some(end.clone());
        let told = |sheet: &Worksheet| ending(sheet).map(|ending| (ending.text, ending.whole)).expect("it is over");
        assert_eq!(told(&sheet), ("done".to_owned(), true));
        sheet.steps[1].state = StepState::Skipped;
        assert_eq!(told(&sheet), ("done; step 2 was left out".to_owned(), true));
        let compare = steps.iter().position(|step| matches!(step.act, Act::Compare(_))).expect("one compares");
        sheet.steps[compare].state = StepState::Skipped;
        sheet.steps[compare].text = "no time".to_owned();
        let (text, whole) = told(&sheet);
        assert!(text.starts_with("ended without comparison") && text.ends_with(": no time") && !whole, "{text}");
        sheet.end = Some(WorksheetEnd { abandoned: true, why: "later".to_owned(), ..end });
        assert_eq!(told(&sheet), ("abandoned by cms: later".to_owned(), false));
    }
}

/// A comparison with these findings: area, verdict, and of intervals the number of the half hour.
fn comparison(findings: &[(Area, Verdict, Option<i64>)]) -> Comparison {
    let finding = |(area, verdict, half_hour): &(Area, Verdict, Option<i64>)| Finding {
        area: *area,
        acd: None,
        thing: half_hour.map_or_else(|| "daily 2026-11-01".to_owned(), |number| format!("half hour {number}")),
        stretch: half_hour.map(|number| (Moment(number * 1_800), Moment(number * 1_800 + 1_800))),
        intervals: 1,
        verdict: *verdict,
        here: String::new(),
        there: String::new(),
    };
    Comparison { findings: findings.iter().map(finding).collect(), ..Comparison::default() }
}

#[track_caller]
fn check_judged(since: Option<i64>, findings: &[(Area, Verdict, Option<i64>)], expect: Result<&str, &str>) {
    let since = since.map(|number| Moment(number * 1_800));
    check_outcome(&judged(&comparison(findings), Compared::History, since, "CMS-A"), expect);
}

#[track_caller]
fn check_outcome(outcome: &Result<String, String>, expect: Result<&str, &str>) {
    let (found, part) = match (outcome, expect) {
        (Ok(found), Ok(part)) | (Err(found), Err(part)) => (found, part),
        _ => panic!("{outcome:?} is not {expect:?}"),
    };
    assert!(found.contains(part), "{part:?} is not in {found:?}");
}

#[test]
fn a_worksheet_is_judged_by_its_own_time_and_not_by_a_loss_that_both_share() {
    use Area::{Intervals, Summaries, Users};
    use Verdict::{Differs, IncompleteAlike, IncompleteHere, IncompleteOnBoth, MissingOnBoth};
    check_judged(None, &[], Ok("the history of both servers is the same"));
    // Nobody can get this back; it is told and holds nothing up.
    let lost = [(Intervals, IncompleteAlike, Some(3)), (Intervals, MissingOnBoth, Some(5))];
    let told = "both lack data: missing on both: one interval; incomplete on both and equal: one interval";
    check_judged(None, &lost, Ok(told));
    check_judged(Some(2), &lost, Ok(told));
    check_judged(None, &[(Intervals, IncompleteHere, Some(3))], Err("incomplete here"));
    check_judged(None, &[(Intervals, IncompleteOnBoth, Some(3))], Err("a heal of each from the other"));
    // With its own time known: what was so before it is told besides, with the days above.
    let before = [(Intervals, Differs, Some(3)), (Summaries, Differs, None)];
    check_judged(Some(4), &before, Ok("besides, 2 findings"));
    check_judged(Some(3), &before, Err("2 findings"));
    check_judged(Some(4), &before[1..], Err("daily 2026-11-01 differs"));
    check_judged(Some(4), &[(Users, Differs, None)], Ok("besides, one finding"));
    let administration = judged(&comparison(&[(Users, Differs, None)]), Compared::Administration, None, "CMS-A");
    assert!(administration.is_err_and(|why| why.contains("users")));
}

/// What was changed on one server only is what a change with data collection off must not leave.
#[test]
fn a_change_that_was_made_on_one_server_only_does_not_end_as_done() {
    use Area::{Setup, Storage, Users};
    use Verdict::Differs;
    let judged = |found: &[(Area, Verdict, Option<i64>)], of| judged(&comparison(found), of, None, "CMS-A");
    let (storage, master) = ([(Storage, Differs, None)], [(Setup, Differs, None)]);
    for found in [&storage, &master] {
        check_outcome(&judged(found, Compared::Change), Err("to be changed on the other, too"));
        check_outcome(&judged(found, Compared::History), Ok("besides, one finding"));
    }
    check_outcome(&judged(&[(Users, Differs, None)], Compared::Change), Ok("besides, one finding"));
    check_outcome(&judged(&[], Compared::Change), Ok("the history and the data storage of both servers are the same"));
    let mut version = comparison(&master);
    "version".clone_into(&mut version.findings[0].thing);
    check_outcome(&crate::worksheets::judged(&version, Compared::Change, None, "CMS-A"), Ok("besides"));
    let compare = plan(WorksheetKind::Collection, false).pop().expect("a last step");
    assert_eq!(compare.act, Act::Compare(Compared::Change));
}

#[test]
fn what_a_worksheet_that_is_given_up_leaves_is_named_with_what_puts_it_right() {
    let mut acd = super::checks::acd().health;
    assert_eq!(left_behind("CMS-A", Mode::MultiUser, [&acd]), None);
    let closed = left_behind("CMS-A", Mode::SingleUser, [&acd]).expect("it is closed");
    assert!(closed.contains("CMS-A is in single-user mode") && closed.contains("`cms mode multi-user`"), "{closed}");
    acd.collecting = false;
    let both = left_behind("CMS-A", Mode::SingleUser, [&acd]).expect("it is closed, and collects nothing");
    assert!(both.starts_with("data collection of CMS-A is off for ACD 1: turn it on"), "{both}");
    assert!(both.ends_with(&closed), "{both}");
}

/// Where nothing is collected the clock of the ACD stands still, and the other server's goes on.
#[test]
fn collection_is_on_again_at_the_time_of_the_server_that_knows_it() {
    let status = |at: Option<Moment>| {
        let mut acd = super::checks::acd();
        acd.health.acd_at = at;
        Status { server: "CMS-A".to_owned(), acds: vec![acd], ..super::checks::well().status }
    };
    let at = |own: i64, there: Option<i64>| {
        let there = there.map(|at| status(Some(Moment(at))));
        latest_clocks(&status(Some(Moment(own))), there.as_ref(), "collection on")[0].at.0
    };
    assert_eq!((at(100, Some(1_700)), at(100, Some(90)), at(100, None)), (1_700, 100, 100));
}

/// A page that looks again must not take away the plan that somebody is reading, unless it holds no longer.
#[test]
fn looking_again_keeps_what_is_read_while_it_holds() {
    let told = |sheet: &Worksheet| WorksheetsTold {
        at: std::time::Instant::now(),
        sheets: vec![sheet.clone()],
        silent: Vec::new(),
        zone: String::new(),
    };
    let mut sheet = sheet(WorksheetKind::Administration, false);
    let asks = WorksheetAsks { id: sheet.id.clone(), step: 0, edition: sheet.edition, plans: Vec::new() };
    let mut view = WorksheetsView {
        told: Some(told(&sheet).into()),
        asks: Some(asks.into()),
        person: Some("tell them".to_owned()),
        ..WorksheetsView::default()
    };
    view.take_in(told(&sheet));
    assert!(view.asks.is_some() && view.person.is_some());
    sheet.edition += 1;
    sheet.steps[0].state = StepState::Done;
    view.take_in(told(&sheet));
    assert!(view.asks.is_none() && view.person.is_none(), "a colleague has gone on");
    assert_eq!(view.told.expect("told").sheets, [sheet]);
}

fn timetable(name: &str, run_on: Option<RunOn>) -> Timetable {
    Timetable {
        owner: "cms".to_owned(),
        name: name.to_owned(),
        description: String::new(),
        acd: AcdNumber(1),
        schedule: "daily 00:45".to_owned(),
        run_text: String::new(),
        run_on,
        after_failure: AfterFailure::Stop,
        after_missing: AfterMissing::Report,
        tasks: Vec::new(),
        next_at: None,
        zone: "UTC".to_owned(),
        started_at: None,
        ended_at: None,
        outcome: None,
        outcome_text: String::new(),
        unusable: String::new(),
        changed_at: Moment(0),
        changed_by: "cms".to_owned(),
        may_change: true,
        global_edit: None,
    }
}

/// What a restored table of timetables would take away is said before, and what the other server never has is kept.
#[test]
fn timetables_that_a_restore_would_take_away_are_named() {
    let (alone, both) = (Some(RunOn::ThisServer), Some(RunOn::ThisOrAnother));
    let here = [
        timetable("sync", alone),
        timetable("nightly", alone),
        timetable("lies still", None),
        timetable("both", both),
        timetable("gone", both),
        timetable("taken over", alone),
    ];
    let there = [timetable("nightly", None), timetable("both", both), timetable("taken over", alone)];
    let found = fate(&here, &there, ("CMS-A", "CMS-B"));
    let names: Vec<&str> = found.added_again.iter().map(|timetable| timetable.name.as_str()).collect();
    assert_eq!(names, ["sync"]);
    let [sync, gone, taken_over] = &found.cautions[..] else { panic!("three cautions: {:?}", found.cautions) };
    assert!(sync.contains("sync of cms runs on CMS-A alone") && sync.contains("added again"), "{sync}");
    assert!(gone.contains("gone of cms goes"), "{gone}");
    assert!(taken_over.contains("taken over of cms runs on CMS-B alone and will lie still on CMS-A"), "{taken_over}");
    assert_eq!(fate(&here[2..4], &there, ("CMS-A", "CMS-B")).cautions, [""; 0]);
}
