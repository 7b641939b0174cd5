//! Both servers side by side: what the page says as text, and how it is used.

use model::{AcdNumber, Moment};
use report::Level;
use session::twin::{Area, Finding, Stretch, Verdict};
use session::{Command, TwinView, Update};

use super::administration::administering;
use super::administration_clicks::page;
use super::canned_pages::twin as canned;
use super::harness::{Screen, Setup, now};
use super::world;
use crate::view::administration::twin::{areas, details, findings, outcome};
use crate::view::administration::{LineKind, PageKind};
use crate::view::cells::CellView;

fn since(from: Option<Moment>) -> Stretch {
    Stretch { from, to: None }
}

fn compared(twin: TwinView) -> Screen {
    let mut screen = page(PageKind::Twin);
    screen.tell(Update::Twin(twin));
    screen.harness.run_steps(2);
    screen
}

#[test]
fn what_is_identical_missing_incomplete_and_different_is_counted_by_area() {
    let report = canned::different(now()).report.expect("a report");
    let cells = |report: &session::TwinReport, name: &str| {
        areas(report).into_iter().find(|cells| cells[0].text == name).expect("an area")
    };
    let texts = |name: &str| cells(&report, name).map(|cell| cell.text);
    assert_eq!(texts("Intervals"), ["Intervals", "17,520", "1", "4", "–", "–"]);
    assert_eq!(texts("Call profiles"), ["Call profiles", "41", "–", "–", "1", "–"]);
    let (kind, text) = outcome(&report);
    assert_eq!(kind, LineKind::Caution);
    assert!(
        text.starts_with("cms-north and cms-south are not the same: 6 findings; 18,084 things are identical"),
        "{text}"
    );
    let mut more = (*report).clone();
    let alike = Finding { verdict: Verdict::IncompleteAlike, ..more.comparison.findings[0].clone() };
    more.comparison.findings.push(alike);
    let text = outcome(&more).1;
    assert!(
        text.contains("6 findings") && text.contains("Besides, both lack data: incomplete on both and equal"),
        "{text}"
    );
    let same = canned::same(now()).report.expect("a report");
    assert_eq!(outcome(&same).0, LineKind::Good);
    assert!(outcome(&same).1.contains("hold the same, and lack nothing"));
    let mut part = (*same).clone();
    part.comparison.records_from.insert(AcdNumber(1), model::Moment(0));
    assert!(outcome(&part).1.contains("Records were compared of the last day alone"));
    let mut lost = (*same).clone();
    lost.comparison.findings = report.comparison.findings[..1].to_vec();
    lost.comparison.findings[0].verdict = Verdict::IncompleteAlike;
    let (kind, text) = outcome(&lost);
    assert!(kind == LineKind::Caution && text.contains("incomplete on both and equal: 4 intervals"), "{text}");
}

/// What one can give to the other is seen first; what both lack has no colour beside it.
#[test]
fn what_differs_comes_before_what_both_lack() {
    let mut report = (*canned::different(now()).report.expect("a report")).clone();
    let of = |area: Area, verdict: Verdict| Finding { area, verdict, ..report.comparison.findings[0].clone() };
    report.comparison.findings =
        vec![of(Area::Intervals, Verdict::MissingOnBoth), of(Area::Timetables, Verdict::MissingHere)];
    let levels = |cells: &[CellView; 6]| (cells[0].text.clone(), cells[2].level);
    let all = areas(&report);
    assert_eq!(levels(&all[0]), ("Timetables".to_owned(), Level::Caution));
    let intervals = all.iter().find(|cells| cells[0].text == "Intervals").expect("an area");
    assert_eq!(levels(intervals).1, Level::Normal);
    let told: Vec<(String, Level)> =
        findings(&report, "").iter().map(|row| (row.cells[0].text.clone(), row.cells[3].level)).collect();
    assert_eq!(told, [("Timetables".to_owned(), Level::Caution), ("Intervals".to_owned(), Level::Normal)]);
    for (dark, word) in [(false, "light"), (true, "dark")] {
        let mut screen = administering(Setup { size: [1280.0, 800.0], dark, ..Setup::default() });
        screen.open_page(PageKind::Twin);
        screen.tell(Update::Twin(canned::different(now())));
        screen.harness.run_steps(3);
        screen.shot(&format!("twin-overview-{word}"));
    }
}

#[test]
fn a_finding_names_the_servers_and_what_each_has() {
    let report = canned::different(now()).report.expect("a report");
    let rows = findings(&report, "profiles differs");
    assert_eq!(rows.len(), 1);
    let texts: Vec<&str> = rows[0].cells.iter().map(|cell| cell.text.as_str()).collect();
    assert_eq!(texts[..4], ["Call profiles", "1", "split/skill 3", "differs"]);
    assert!(texts[4].contains("30 s") && texts[5].contains("20 s"), "{texts:?}");
    let first = &findings(&report, "incomplete on cms-south")[0];
    assert_eq!(first.cells[2].text, "2026-11-22 22:00 and 3 more");
    assert_eq!(details(&report, &first.finding)[1].1, "4 intervals in a row");
    assert_eq!(findings(&report, "4017")[0].cells[5].text, "–", "nothing is there");
}

#[test]
fn servers_are_compared_when_asked_and_the_last_outcome_is_kept_meanwhile() {
    let mut screen = page(PageKind::Twin);
    assert!(screen.sees_part("Not compared yet") && screen.commands().is_empty(), "nothing by itself");
    screen.click("Last day");
    screen.click("Compare");
    assert_eq!(screen.commands(), [Command::CompareServers { stretch: since(Some(world::NOW + -86_400)) }]);
    let step = "Asking both servers for their digests and their administration…".to_owned();
    screen.tell(Update::Twin(TwinView { step: Some(step), ..TwinView::default() }));
    screen.harness.run_steps(2);
    assert!(screen.sees_part("Asking both servers") && screen.is_disabled("Compare"));
    screen.click("Stop");
    assert_eq!(screen.commands(), [Command::StopComparing]);
    screen.tell(Update::Twin(canned::different(now())));
    screen.harness.run_steps(2);
    assert!(screen.sees_part("are not the same: 6 findings"));
    let failed =
        TwinView { problem: Some("cannot sign in to the secondary: timed out".to_owned()), ..canned::different(now()) };
    screen.tell(Update::Twin(failed));
    screen.harness.run_steps(2);
    assert!(screen.sees_part("They could not be compared: cannot sign in to the secondary"));
    assert!(screen.sees_part("6 findings"), "what was found before");
    screen.click("All that is kept");
    screen.click("Compare");
    assert_eq!(screen.commands(), [Command::CompareServers { stretch: since(None) }]);
}

/// As `cms twin compare --from --to`: by the ACD's clock, and a date alone is a whole day.
#[test]
fn servers_are_compared_over_a_time_that_is_typed() {
    let mut screen = page(PageKind::Twin);
    screen.click("From, to");
    screen.click("Compare");
    assert_eq!(screen.commands(), [Command::CompareServers { stretch: Stretch::default() }], "nothing is typed");
    let (first, last) = ("First interval; empty: all before", "Last interval; empty: all after");
    screen.retype(first, "2026-11-22");
    screen.retype(last, "2026-11-22");
    screen.shot("twin-from-to");
    screen.click("Compare");
    // It is 10:42:07 in Berlin.
    let midnight = world::NOW + -(10 * 3_600 + 42 * 60 + 7);
    let stretch = Stretch { from: Some(midnight + -86_400), to: Some(midnight + -1) };
    assert_eq!(screen.commands(), [Command::CompareServers { stretch }]);
    screen.retype(last, "2026-11-21");
    assert!(screen.sees_part("The last time is before the first") && screen.is_disabled("Compare"));
    screen.retype(last, "soon");
    assert!(screen.sees_part("\"soon\" is no time") && screen.is_disabled("Compare"));
    screen.retype(first, " ");
    screen.retype(last, "-1");
    screen.click("Compare");
    let stretch = Stretch { from: None, to: Some(midnight + -1) };
    assert_eq!(screen.commands(), [Command::CompareServers { stretch }]);
}

#[test]
fn an_area_leads_to_its_findings_and_a_finding_is_read_in_full() {
    let mut screen = compared(canned::different(now()));
    screen.shot("twin-overview");
    screen.choose_row("What Call profiles");
    assert!(screen.sees_part("“Here” is cms-north"), "its findings");
    screen.choose_row("split/skill 3");
    assert!(screen.sees_part("service level 20 s, increments 10 s, 20 s, 30 s"));
    screen.shot("twin-finding");
    let mut same = compared(canned::same(now()));
    same.click("Findings");
    assert!(same.sees_part("There is none: all that was compared is identical"));
}

#[test]
fn what_is_the_same_thing_of_two_acds_is_told_apart() {
    let of_one = canned::finding(Area::Profiles, "split/skill 3", Verdict::Differs, "30 s", "20 s");
    let of_two = Finding { acd: Some(AcdNumber(2)), ..of_one.clone() };
    let report = Some(canned::report(vec![of_one, of_two], now()));
    let mut screen = compared(TwinView { report, ..TwinView::default() });
    screen.click("Findings");
    screen.choose_row("ACD 2, Which split/skill 3");
    assert!(screen.sees_part("Call profiles of ACD 2: split/skill 3"));
    screen.choose_row("ACD 1, Which split/skill 3");
    assert!(screen.sees_part("Call profiles of ACD 1: split/skill 3"));
}

/// They hold the same as far as somebody may see who is an administrator of the first one only.
fn unseen(at: std::time::Instant) -> TwinView {
    let area = |area, thing: &str, why: &str| Finding {
        acd: None,
        ..canned::finding(area, thing, Verdict::UnseenThere, "", why)
    };
    let part = "m.keller is no administrator of cms-south and is told a part of it only";
    let findings = vec![
        area(Area::Shortcuts, "9 that only one server tells", part),
        area(Area::Users, "30 that only one server tells", "only an administrator can do this"),
        area(Area::Menu, "what is not permitted", part),
    ];
    TwinView { report: Some(canned::report(findings, at)), ..TwinView::default() }
}

/// Somebody is an administrator of one server only: what the other one does not tell is no finding of its own.
#[test]
fn what_may_not_be_seen_is_said_and_is_not_missing() {
    let twin = unseen(now());
    let report = twin.report.clone().expect("a report");
    let (kind, text) = outcome(&report);
    assert_eq!(kind, LineKind::Caution);
    assert!(text.contains("What may be seen of cms-north and cms-south is the same"), "{text}");
    let users = areas(&report).into_iter().find(|row| row[0].text == "Users").expect("an area").map(|cell| cell.text);
    assert_eq!(users[2..], ["–", "–", "–", "on cms-south"]);
    assert_eq!(findings(&report, "users")[0].cells[5].text, "only an administrator can do this");
    for (dark, word) in [(false, "light"), (true, "dark")] {
        for scale_percent in [100, 200] {
            let mut screen = administering(Setup { dark, scale_percent, ..Setup::default() });
            screen.open_page(PageKind::Twin);
            screen.tell(Update::Twin(twin.clone()));
            screen.shot(&format!("twin-unseen-{word}-{scale_percent}"));
        }
    }
}

#[test]
fn a_profile_with_one_server_has_nothing_to_compare() {
    let mut screen = administering(Setup::default());
    let mut profile = world::profile();
    profile.secondary = None;
    screen.tell(Update::ProfileChanged(profile));
    screen.click("Servers side by side");
    assert!(screen.is_disabled("Compare") && screen.sees_part("names one server only"));
}

#[test]
fn both_outcomes_are_drawn_in_both_themes_and_at_both_scales() {
    for (dark, word) in [(false, "light"), (true, "dark")] {
        for scale_percent in [100, 200] {
            let mut screen = administering(Setup { dark, scale_percent, ..Setup::default() });
            screen.open_page(PageKind::Twin);
            screen.tell(Update::Twin(canned::different(now())));
            screen.shot(&format!("twin-{word}-{scale_percent}"));
            screen.click("Findings");
            screen.choose_row("split/skill 3");
            screen.shot(&format!("twin-findings-{word}-{scale_percent}"));
        }
    }
}
