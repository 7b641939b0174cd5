//! Days that people ask for most, and what something typed means. It is Monday, 2 March 2026, in Berlin.

use super::world::{NOW, berlin};
use crate::{Days, InputKind, When, days_in_words, usual_days};

fn check(kind: InputKind, choice: &str, typed: &str, words: &str) {
    let calendar = berlin();
    let clock = (&calendar, NOW);
    let choices = usual_days(kind, Some(clock));
    let found = choices.iter().find(|(name, _)| *name == choice).map(|(_, typed)| typed.as_str());
    assert_eq!(found, Some(typed), "{kind:?}, {choice}");
    assert_eq!(days_in_words(kind, typed, clock).as_deref(), Some(words), "{kind:?}, {typed}");
}

#[test]
fn each_choice_says_the_days_that_it_means() {
    let days = InputKind::Dates;
    check(days, "Today", "0", "Today, Monday 2026-03-02");
    check(days, "Yesterday", "-1", "Yesterday, Sunday 2026-03-01");
    check(days, "Last 7 days", "-7:-1", "Monday 2026-02-23 to Sunday 2026-03-01, 7 days");
    check(days, "This week", "2026-03-02", "Today, Monday 2026-03-02");
    check(days, "Last week", "2026-02-23:2026-03-01", "Monday 2026-02-23 to Sunday 2026-03-01, 7 days");
    check(days, "This month", "2026-03-01:2026-03-02", "Sunday 2026-03-01 to Monday 2026-03-02, 2 days");
    check(days, "Last month", "2026-02-01:2026-02-28", "Sunday 2026-02-01 to Saturday 2026-02-28, 28 days");
    check(InputKind::Weeks, "Last week", "-1", "The week of Monday 2026-02-23");
    let weeks = "The weeks from that of Monday 2026-02-02 to that of Monday 2026-02-23, 4 weeks";
    check(InputKind::Weeks, "Last 4 weeks", "-4:-1", weeks);
    check(InputKind::Months, "Last month", "-1", "February 2026");
    check(InputKind::Months, "Last 12 months", "-12:-1", "March 2025 to February 2026, 12 months");
    check(InputKind::Months, "This year", "2026-01:2026-03", "January 2026 to March 2026, 3 months");
    check(InputKind::DateTime, "Last week", "2026-02-23", "Monday 2026-02-23");
    check(InputKind::DateTime, "Yesterday", "-1", "Yesterday, Sunday 2026-03-01");
}

#[test]
fn every_choice_can_be_typed_and_those_of_a_later_run_count_from_its_day() {
    let calendar = berlin();
    for kind in [InputKind::Dates, InputKind::Weeks, InputKind::Months, InputKind::DateTime] {
        for (choice, typed) in usual_days(kind, Some((&calendar, NOW))) {
            let is_read = match kind.day_unit() {
                Some(unit) => Days::parse(unit, &typed).is_ok(),
                None => When::parse(&typed).is_some(),
            };
            assert!(is_read, "{kind:?}, {choice}: {typed}");
        }
        for (choice, typed) in usual_days(kind, None) {
            assert!(typed.split(':').all(|end| end.parse::<i32>().is_ok()), "{kind:?}, {choice}: {typed}");
        }
    }
    assert!(usual_days(InputKind::Splits, Some((&calendar, NOW))).is_empty());
}

#[test]
fn what_means_no_day_has_no_words() {
    let calendar = berlin();
    let check = |kind, typed: &str, words: Option<&str>| {
        assert_eq!(days_in_words(kind, typed, (&calendar, NOW)).as_deref(), words, "{typed}");
    };
    check(InputKind::Dates, "tomorrow", None);
    check(InputKind::Dates, "-1:-7", None);
    check(InputKind::Dates, "", None);
    check(InputKind::Splits, "1", None);
    check(InputKind::Dates, "-3;-1", Some("Friday 2026-02-27; Yesterday, Sunday 2026-03-01"));
    check(InputKind::Dates, "-9;-7;-5;-3;-1", Some("5 times between 2026-02-21 and 2026-03-01"));
    check(InputKind::DateTime, "08:30", Some("Today, Monday 2026-03-02, 08:30"));
}
