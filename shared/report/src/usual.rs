//! Days, weeks and months that people ask for most, with what is typed for each; and in words, what something typed means.
//!
//! What no count from today can say, such as the days of last month, becomes dates. Weeks begin on Mondays here: only the server
//! knows what the house has set, and the dates stand in the field for everybody to see.

use chrono::{Datelike, Days as Distance, Months, NaiveDate};
use model::{Calendar, Moment};

use crate::days::{DayUnit, Days, first_of_month, last_of_month};
use crate::definition::InputKind;
use crate::when::When;

/// Ranges that are told in words; of more than these only how many there are.
const TOLD_MOST: usize = 3;

/// A choice for an input of days, weeks, months or a moment, and what is typed for it; in the order in which people look for them.
/// Without the ACD's clock, only those that mean other days tomorrow, as a run that is still to come wants them. None for other
/// inputs.
pub fn usual_days(kind: InputKind, clock: Option<(&Calendar, Moment)>) -> Vec<(&'static str, String)> {
    let today = clock.map(today);
    let counted = |name, typed: &str| (name, typed.to_owned());
    let is_moment = kind == InputKind::DateTime;
    match kind {
        InputKind::Weeks => {
            vec![counted("This week", "0"), counted("Last week", "-1"), counted("Last 4 weeks", "-4:-1")]
        }
        InputKind::Months => {
            let year = today.map(|today| ("This year", format!("{}-01:{}", today.year(), today.format("%Y-%m"))));
            let mut choices = vec![counted("This month", "0"), counted("Last month", "-1")];
            choices.extend([counted("Last 3 months", "-3:-1"), counted("Last 12 months", "-12:-1")]);
            choices.into_iter().chain(year).collect()
        }
        InputKind::Dates | InputKind::DateTime => {
            let mut choices = vec![counted("Today", "0"), counted("Yesterday", "-1")];
            choices.push(counted("Last 7 days", if is_moment { "-7" } else { "-7:-1" }));
            choices.extend(today.into_iter().flat_map(|today| dated(today, is_moment)));
            choices
        }
        _ => Vec::new(),
    }
}

/// Those that a count from today cannot say: as ranges, or as the days on which they begin.
fn dated(today: NaiveDate, is_moment: bool) -> [(&'static str, String); 4] {
    let monday = back(today, u64::from(today.weekday().num_days_from_monday()));
    let month = first_of_month(today);
    let last_month = month.checked_sub_months(Months::new(1)).unwrap_or(month);
    let typed = |first: NaiveDate, last: NaiveDate| match is_moment || first == last {
        true => first.to_string(),
        false => format!("{first}:{last}"),
    };
    [
        ("This week", typed(monday, today)),
        ("Last week", typed(back(monday, 7), back(monday, 1))),
        ("This month", typed(month, today)),
        ("Last month", typed(last_month, last_of_month(last_month))),
    ]
}

/// Which days, weeks or months something typed means by the ACD's clock; `None` where it means none.
pub fn days_in_words(kind: InputKind, typed: &str, clock: (&Calendar, Moment)) -> Option<String> {
    let today = today(clock);
    let Some(unit) = kind.day_unit() else {
        return if kind == InputKind::DateTime { moment_in_words(typed, today) } else { None };
    };
    let ranges = Days::parse(unit, typed).ok()?.on(today).ok()?;
    if ranges.len() > TOLD_MOST {
        let (first, last) = (ranges.first()?.0, ranges.last()?.1);
        return Some(format!("{} times between {first} and {last}", ranges.len()));
    }
    let told: Vec<String> = ranges.iter().map(|&(first, last)| range_in_words(unit, first, last, today)).collect();
    Some(told.join("; "))
}

fn range_in_words(unit: DayUnit, first: NaiveDate, last: NaiveDate, today: NaiveDate) -> String {
    let days = (last - first).num_days() + 1;
    let month = |day: NaiveDate| day.format("%B %Y").to_string();
    match unit {
        DayUnit::Day if first == last => day_in_words(first, today),
        DayUnit::Day => format!("{} to {}, {days} days", weekday(first), weekday(last)),
        DayUnit::Week if first == last => format!("The week of {}", weekday(first)),
        DayUnit::Week => {
            format!("The weeks from that of {} to that of {}, {} weeks", weekday(first), weekday(last), days / 7 + 1)
        }
        DayUnit::Month if first.month() == last.month() && first.year() == last.year() => month(first),
        DayUnit::Month => {
            let months = (last.year() - first.year()) * 12 + last.month0() as i32 - first.month0() as i32 + 1;
            format!("{} to {}, {months} months", month(first), month(last))
        }
    }
}

fn moment_in_words(typed: &str, today: NaiveDate) -> Option<String> {
    let (day, time) = match When::parse(typed)? {
        When::Exact(_) => return None,
        When::Relative(days, time) => {
            let distance = Distance::new(u64::from(days.unsigned_abs()));
            let day = if days < 0 { today.checked_sub_days(distance) } else { today.checked_add_days(distance) };
            (day?, time)
        }
        When::Dated(day, time) => (day, time),
    };
    let day = day_in_words(day, today);
    Some(time.map_or_else(|| day.clone(), |time| format!("{day}, {}", time.format("%H:%M"))))
}

fn day_in_words(day: NaiveDate, today: NaiveDate) -> String {
    match (today - day).num_days() {
        0 => format!("Today, {}", weekday(day)),
        1 => format!("Yesterday, {}", weekday(day)),
        _ => weekday(day),
    }
}

fn weekday(day: NaiveDate) -> String {
    day.format("%A %Y-%m-%d").to_string()
}

fn today((calendar, now): (&Calendar, Moment)) -> NaiveDate {
    calendar.local(now).date()
}

fn back(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(Distance::new(days)).unwrap_or(day)
}
