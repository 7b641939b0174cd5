//! Which notices are in sight, and for how long.

use std::time::Duration;

use session::{Lasting, NoticeLevel, Update, Which};

use super::harness::{Screen, Setup, now};
use super::world;
use crate::screens::toasts::{AsLongAs, Toasts};

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_problem_folds_after_a_while_and_good_news_goes() {
    let (mut toasts, start) = (Toasts::default(), now());
    toasts.tell(NoticeLevel::Info, "signed in".to_owned(), start);
    toasts.tell(NoticeLevel::Problem, "no room left".to_owned(), start);
    assert_eq!(toasts.in_full(start), ["Signed in", "No room left"]);
    assert_eq!(toasts.next_change(start), Some(6 * SECOND));
    assert_eq!(toasts.in_full(start + 6 * SECOND), ["No room left"]);
    assert_eq!(toasts.next_change(start + 6 * SECOND), Some(14 * SECOND));
    assert!(toasts.in_full(start + 20 * SECOND).is_empty());
    assert_eq!(toasts.next_change(start + 20 * SECOND), None, "nothing changes any more by itself");
    toasts.tell(NoticeLevel::Problem, "no room left".to_owned(), start + 30 * SECOND);
    assert_eq!(toasts.in_full(start + 31 * SECOND), ["No room left"], "told again, it is in sight again");
}

#[test]
fn the_newest_are_in_sight_when_there_are_many() {
    let (mut toasts, start) = (Toasts::default(), now());
    for number in 0..40 {
        toasts.tell(NoticeLevel::Problem, number.to_string(), start);
    }
    assert_eq!(toasts.in_full(start), ["36", "37", "38", "39"]);
}

#[test]
fn a_notice_that_stands_alone_begins_with_a_capital_and_a_name_stays_a_name() {
    let (mut toasts, start) = (Toasts::default(), now());
    for text in ["shortcut \"Morning\" of cms opens 8 reports", "cms-north has no room left", "/tmp/a.csv is written"] {
        toasts.tell(NoticeLevel::Info, text.to_owned(), start);
    }
    let told = toasts.in_full(start);
    assert_eq!(told[0], "Shortcut \"Morning\" of cms opens 8 reports");
    assert_eq!(told[1..], ["cms-north has no room left", "/tmp/a.csv is written"]);
}

#[test]
fn a_notice_about_what_is_over_goes_unread() {
    let (mut toasts, start) = (Toasts::default(), now());
    toasts.tell(NoticeLevel::Problem, "no room left".to_owned(), start);
    toasts.tell_as_long_as(AsLongAs::Staying, "your reports stay on cms-north", start);
    toasts.tell_as_long_as(AsLongAs::Designed("Mine".to_owned()), "Mine is still being designed", start);
    toasts.tell_as_long_as(AsLongAs::Staying, "your reports stay there: it is down", start);
    assert_eq!(toasts.to_read(), 3, "the newer word on the same state takes the place of the older one");
    toasts.end(|about| *about == AsLongAs::Designed("Mine".to_owned()));
    assert_eq!(toasts.in_full(start), ["No room left", "Mine is still being designed"]);
    toasts.end(|_| false);
    assert_eq!(toasts.in_full(start), ["No room left"], "what has happened stays until it was read");
}

/// Over the whole screen: from the session's word to the counter in the top bar.
#[test]
fn what_a_server_has_told_of_itself_goes_with_it() {
    let mut screen = Screen::new(Setup::default());
    let single_user = Lasting::SingleUser(Which::Secondary);
    for (text, lasting) in [("cms-south lets nobody else in", Some(single_user)), ("no room left", None)] {
        let level = NoticeLevel::Problem;
        screen.tell(Update::Notice { which: None, level, text: text.to_owned(), lasting, at: now() });
    }
    assert!(screen.sees("2 notices to read"));
    let health = world::health(Which::Secondary, api::LinkState::Up);
    screen.tell(Update::Health { which: Which::Secondary, health, took: Duration::ZERO, at: now() });
    assert!(screen.sees("1 notice to read") && !screen.sees_part("lets nobody else in"));
}
