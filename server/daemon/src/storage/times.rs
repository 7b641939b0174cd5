//! The times of summing up as they are written.

use api::{ErrorBody, SetSummarizing, SummarizingView};
use chrono::{NaiveDate, NaiveTime, Weekday};
use model::{IntervalMinutes, Level, Period, SummaryTimes};
use store::Summarizing;

use super::wrong;

const DAYS: [(Weekday, &str); 7] = [
    (Weekday::Mon, "Monday"),
    (Weekday::Tue, "Tuesday"),
    (Weekday::Wed, "Wednesday"),
    (Weekday::Thu, "Thursday"),
    (Weekday::Fri, "Friday"),
    (Weekday::Sat, "Saturday"),
    (Weekday::Sun, "Sunday"),
];

fn day_name(day: Weekday) -> String {
    DAYS.iter().find(|(known, _)| *known == day).map_or_else(String::new, |(_, name)| (*name).to_owned())
}

fn time_text(time: NaiveTime) -> String {
    time.format("%H:%M").to_string()
}

/// The times with what is asked for.
pub(super) fn changed(mut summarizing: Summarizing, set: &SetSummarizing) -> Result<Summarizing, ErrorBody> {
    let time = |text: &Option<String>, old: NaiveTime| match text {
        None => Ok(old),
        Some(text) => NaiveTime::parse_from_str(text.trim(), "%H:%M")
            .map_err(|_| wrong(format!("{text:?} is no time of day; write it as 00:35"))),
    };
    let day = |text: &Option<String>, old: Weekday| match text {
        None => Ok(old),
        Some(text) => text.trim().parse().map_err(|_| wrong(format!("{text:?} is no day of the week"))),
    };
    let times = &mut summarizing.times;
    times.daily_start = time(&set.daily_start, times.daily_start)?;
    times.daily_stop = time(&set.daily_stop, times.daily_stop)?;
    let was_whole = times.week_start == times.week_stop.succ();
    times.week_start = day(&set.week_start, times.week_start)?;
    // A week of seven days stays one where only its beginning is told.
    let stop = if was_whole && set.week_start.is_some() { times.week_start.pred() } else { times.week_stop };
    times.week_stop = day(&set.week_stop, stop)?;
    times.summarize_at = time(&set.summarize_at, times.summarize_at)?;
    summarizing.rerun = set.rerun.unwrap_or(summarizing.rerun);
    Ok(summarizing)
}

/// The times for the API.
pub(super) fn view(summarizing: &Summarizing, interval: IntervalMinutes) -> SummarizingView {
    let times = &summarizing.times;
    SummarizingView {
        interval_minutes: u8::from(interval),
        daily_start: time_text(times.daily_start),
        daily_stop: time_text(times.daily_stop),
        week_start: day_name(times.week_start),
        week_stop: day_name(times.week_stop),
        summarize_at: time_text(times.summarize_at),
        rerun: summarizing.rerun,
    }
}

/// Days that will lie in no week where weeks begin or end anew behind the last one that is summed up: weeks that have days in
/// common with it are not made by themselves, as they would take its place. With them goes the week that they would be in.
pub(super) fn in_no_week(after: &SummaryTimes, last_made: &Period) -> Option<(Vec<NaiveDate>, Period)> {
    let week = |day: &NaiveDate| after.period_of(Level::Weekly, *day).filter(|week| week.first <= last_made.last);
    let days: Vec<NaiveDate> = last_made.last.iter_days().skip(1).take(6).filter(|day| week(day).is_some()).collect();
    let week = days.first().and_then(week)?;
    Some((days, week))
}

/// The times in one line for people.
pub(super) fn text(summarizing: &Summarizing) -> String {
    let view = view(summarizing, IntervalMinutes::default());
    format!(
        "days from {} to {}, weeks from {} to {}, at {}, {}",
        view.daily_start,
        view.daily_stop,
        view.week_start,
        view.week_stop,
        view.summarize_at,
        if view.rerun { "again when out of date" } else { "again only by hand" }
    )
}
