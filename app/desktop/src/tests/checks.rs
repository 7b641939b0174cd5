//! The daily checks: what the page says as text, and how it is used.

use egui_kittest::kittest::{AccessKitNode, NodeT as _, Queryable as _};
use session::checks::Check;
use session::{ChecksReport, ChecksView, Command, Update};

use super::administration::administering;
use super::canned_pages::checks as canned;
use super::harness::{Screen, Setup, now};
use crate::view::administration::checks::{details, headline, outcome, rows};
use crate::view::administration::{LineKind, PageKind};

#[test]
fn what_is_not_good_comes_first_and_says_what_to_do() {
    let report = canned::troubled(now()).report.expect("a report");
    assert_eq!(
        outcome(&report),
        (LineKind::Problem, "cms-north and cms-south: 3 of 20 checks are not good".to_owned())
    );
    let rows_of = |only| rows(&report, only).into_iter().map(|row| row.cells[0].text.clone()).collect::<Vec<_>>();
    assert_eq!(rows_of(true), ["bad", "not known", "look"]);
    assert_eq!(rows_of(false).len(), 20);
    assert_eq!(rows_of(false)[..4], ["bad", "not known", "look", "good"]);
    let first = &rows(&report, true)[0];
    assert_eq!(headline(first), "Link of ACD 1 on cms-south: bad");
    assert!(details(first)[1].1.contains("port 5001"), "{first:?}");
    let good = canned::good(now()).report.expect("a report");
    assert_eq!(outcome(&good), (LineKind::Good, "cms-north and cms-south: all 20 checks are good".to_owned()));
    assert!(rows(&good, true).is_empty());
}

#[test]
fn opening_the_page_checks_both_servers_once_and_so_does_the_button() {
    let mut screen = administering(Setup::default());
    let _ = screen.commands();
    screen.click("Daily checks");
    screen.harness.run_steps(3);
    let sent = screen.commands();
    let checks = sent.iter().filter(|sent| matches!(sent, Command::CheckServers)).count();
    assert_eq!(checks, 1, "once, however often it is drawn: {sent:?}");
    assert!(screen.sees_part("3 of 20 checks are not good") && screen.sees_part("412 GB free"));
    screen.choose_row("State bad, Server cms-south");
    assert!(screen.sees_part("Look at the switch's side of this link"));
    screen.click("Not good");
    assert!(!screen.sees_part("412 GB free"));
    screen.click("Check now");
    assert_eq!(screen.commands(), [Command::CheckServers]);
    let step = Some("Asking the secondary…".to_owned());
    screen.tell(Update::Checks(ChecksView { step, ..canned::troubled(now()) }));
    screen.harness.run_steps(2);
    assert!(screen.sees_part("Asking the secondary…") && screen.is_disabled("Check now"));
    assert!(screen.sees_part("3 of 20"), "what was found before stays until then");
    screen.tell(Update::Checks(canned::good(now())));
    screen.harness.run_steps(2);
    assert!(screen.sees_part("all 20 checks are good") && screen.sees_part("Everything is good"));
}

/// Of several of a kind the one is chosen that was clicked, and stays so while it is found again.
#[test]
fn checks_of_one_kind_are_told_apart_by_what_was_found() {
    let chosen = |screen: &Screen| {
        let is = |node: &AccessKitNode<'_>| {
            node.role() == egui::Role::Row && node.toggled() == Some(egui::accesskit::Toggled::True)
        };
        screen.harness.query_all_by(is).next().and_then(|node| node.accesskit_node().label()).unwrap_or_default()
    };
    let mut report = (*canned::good(now()).report.expect("a report")).clone();
    let another = |found: &str| Check { found: found.to_owned(), ..report.servers[0].checks[6].clone() };
    let (first, second) = (another("restore 3 of Friday"), another("restore 4 of Saturday"));
    report.servers[0].checks.extend([first, second]);
    let told = |report: ChecksReport| Update::Checks(ChecksView { step: None, report: Some(report.into()) });
    let mut screen = administering(Setup::default());
    screen.open_page(PageKind::Checks);
    screen.tell(told(report.clone()));
    screen.harness.run_steps(2);
    screen.choose_row("Found Restore 4 of Saturday");
    assert!(chosen(&screen).contains("Saturday"), "{}", chosen(&screen));
    screen.choose_row("Server cms-north, Check Free space");
    report.servers[0].checks[7].found = "411 GB free; enough for 610 days".to_owned();
    report.servers.truncate(1);
    screen.tell(told(report));
    screen.harness.run_steps(2);
    assert!(chosen(&screen).contains("411 GB"), "the only one of its kind: {}", chosen(&screen));
}
