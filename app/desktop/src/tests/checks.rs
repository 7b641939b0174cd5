//! The daily checks: what the page says as text, and how it is used.

use session::{ChecksView, Command, Update};

use super::administration::administering;
use super::canned_pages::checks as canned;
use super::harness::{Setup, now};
use crate::view::administration::LineKind;
use crate::view::administration::checks::{details, headline, outcome, rows};

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
    assert!(screen.sees_part("look at the switch's side of this link"));
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
