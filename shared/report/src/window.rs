//! Which time a block shows: what its inputs mean today, which rows that takes in, and how people read it.
//!
//! A row that has a moment belongs to a window if the moment lies in it: an interval by its start, an event by when it
//! happened. What lasts, a session or a state, belongs to a window that it reaches into, however long before it began: of a
//! night's shift the later half would be in no report of its day. A day, week or month belongs to a window if it overlaps it, even by one day. Times of the day are those of
//! the ACD's clock face, so an hour that comes twice in autumn is shown twice. Sources get the window as a few stretches
//! and may give more; every row is looked at once more here.

use catalog::{Table, TableKind, Value};
use chrono::{Datelike, Days as Distance, NaiveDate, NaiveTime, TimeDelta, Timelike};
use model::period::date_of;
use model::{Calendar, Level, Moment, SummaryTimes};

use crate::acds::Acd;
use crate::days::DayUnit;
use crate::definition::{Block, Definition};
use crate::input_error::InputError;
use crate::inputs::Resolved;
use crate::period::{Span, last_day};
use crate::source::Filter;
use crate::times::Times;
use crate::when::{local, local_minute, moment_at};

/// So many stretches are asked for one by one; of more, their hull.
const STRETCHES_MAX: usize = 32;

/// The time that a block shows.
#[derive(Debug, Default)]
pub(crate) struct Window<'a> {
    from: Option<Moment>,
    to: Option<Moment>,
    /// Chosen days, rising and apart.
    days: Option<(DayUnit, Vec<(NaiveDate, NaiveDate)>)>,
    times: Option<&'a Times>,
    calendar: Option<Calendar>,
    /// By which weeks are named.
    week: SummaryTimes,
    /// Up to which what is not over has lasted.
    now: Moment,
}

/// Where a row says when it was, among the values that it brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Placed {
    /// A moment.
    Moment(usize),
    /// ROW_DATE of a day, week or month.
    Date(usize, TableKind),
    /// When it began, and when it ended; blank if it goes on.
    Lasting { begins: usize, ends: usize },
}

impl Placed {
    /// Of rows of this table, whose placing item they bring at this position.
    pub fn of(table: &Table, position: usize) -> Placed {
        if table.kind.is_summary() { Placed::Date(position, table.kind) } else { Placed::Moment(position) }
    }
}

impl<'a> Window<'a> {
    /// What the block's inputs mean for an ACD now.
    pub fn new(
        definition: &Definition,
        block: &Block,
        inputs: &'a Resolved,
        acd: &Acd<'_>,
    ) -> Result<Window<'a>, InputError> {
        let (calendar, now) = (acd.source.calendar(), acd.now);
        let date = |input: &Option<String>| input.as_ref().and_then(|input| inputs.dates.get(input));
        let today = local(calendar.as_ref(), now).date();
        let week = acd.source.summary_times();
        let days = match block.dates.as_ref().and_then(|input| Some((input, inputs.days.get(input)?))) {
            None => None,
            Some((input, days)) => {
                let today = if days.unit() == DayUnit::Week { week_day(today, &week) } else { today };
                let found = days.on(today).map_err(|range| InputError::Backwards {
                    label: definition.input(input).map_or_else(|| input.clone(), |input| input.label.clone()),
                    entry: range.to_string(),
                });
                Some((days.unit(), found?))
            }
        };
        let window = Window {
            from: date(&block.from).map(|when| when.begins_at(calendar.as_ref(), now)),
            to: date(&block.to).map(|when| when.ends_at(calendar.as_ref(), now)),
            days,
            times: block.times.as_ref().and_then(|input| inputs.times.get(input)),
            calendar,
            week,
            now,
        };
        window.forwards(definition, block)
    }

    /// Refuses an end that is not after the start.
    fn forwards(self, definition: &Definition, block: &Block) -> Result<Self, InputError> {
        let (Some(from), Some(to)) = (self.from.filter(|from| self.to.is_some_and(|to| to <= *from)), self.to) else {
            return Ok(self);
        };
        let label = |input: &Option<String>| {
            let known = input.as_ref().and_then(|input| definition.input(input));
            known.map_or_else(String::new, |input| input.label.clone())
        };
        let face = |at: Moment| local_minute(self.calendar.as_ref(), at);
        Err(InputError::End {
            label: label(&block.to),
            entry: face(to),
            start_label: label(&block.from),
            start: face(from),
        })
    }

    /// All that began at or after `from` and before `to`.
    pub fn between(from: Option<Moment>, to: Option<Moment>, calendar: Option<Calendar>) -> Window<'static> {
        Window { from, to, calendar, ..Window::default() }
    }

    /// Whether the row lies in the window.
    pub fn holds(&self, placed: Placed, row: &[Value]) -> bool {
        match placed {
            Placed::Moment(position) => match &row[position] {
                Value::At(at) => self.holds_moment(*at),
                Value::Int(secs) => self.holds_moment(Moment(*secs)),
                _ => true,
            },
            Placed::Date(position, kind) => match &row[position] {
                Value::Int(date) => {
                    date_of(*date).is_some_and(|first| self.overlaps(first, last_day(first, kind, &self.week)))
                }
                _ => true,
            },
            Placed::Lasting { begins, ends } => match (&row[begins], &row[ends]) {
                (Value::At(begins), Value::At(ends)) => self.is_reached(*begins, *ends),
                (Value::At(begins), _) => self.is_reached(*begins, self.now),
                _ => true,
            },
        }
    }

    /// Whether what begins at `begins` and is over at `ends` has a moment in the window.
    fn is_reached(&self, begins: Moment, ends: Moment) -> bool {
        if self.holds_moment(begins) {
            return true;
        }
        let from = self.from.map_or(begins, |limit| limit.max(begins));
        let to = self.to.map_or(ends, |limit| limit.min(ends));
        if to <= from || self.days.is_none() && self.times.is_none() {
            return from < to;
        }
        let face = |at: Moment| local(self.calendar.as_ref(), at).date();
        // A range that runs past midnight belongs to the day on which it begins.
        let (mut day, mut last) = (face(from).pred_opt().unwrap_or_default(), face(to + -1));
        if let Some(((first, _), (_, end))) = self.days.as_ref().and_then(|(_, days)| days.first().zip(days.last())) {
            (day, last) = (day.max(*first), last.min(*end));
        }
        let mut days = day.iter_days().take_while(|day| *day <= last).filter(|day| self.chosen(*day));
        days.any(|day| self.stretches_of(day).iter().any(|(begins, ends)| *begins < to && from < *ends))
    }

    /// The times of a chosen day, as moments.
    fn stretches_of(&self, day: NaiveDate) -> Vec<(Moment, Moment)> {
        let Some(times) = self.times else { return vec![(self.midnight(day), self.midnight_after(day, 1))] };
        let at = |day: NaiveDate, minute: u16| {
            let there = day.and_time(NaiveTime::MIN) + TimeDelta::minutes(i64::from(minute));
            moment_at(self.calendar.as_ref(), there)
        };
        let next = day.succ_opt().unwrap_or(day);
        let stretch =
            |&(first, last): &(u16, u16)| (at(day, first), at(if last < first { next } else { day }, last + 1));
        times.ranges().iter().map(stretch).collect()
    }

    /// Of a row of what lasts: whether it began before the window, in the form of a period.
    pub fn span_of_lasting(&self, begins: usize, row: &[Value]) -> Option<Span> {
        match &row[begins] {
            Value::At(begins) => Some(Span::of_lasting(*begins, !self.holds_moment(*begins))),
            _ => None,
        }
    }

    fn chosen(&self, day: NaiveDate) -> bool {
        match &self.days {
            None => true,
            Some((_, days)) => days.iter().any(|(first, last)| (*first..=*last).contains(&day)),
        }
    }

    /// Whether a moment lies in it.
    pub fn holds_moment(&self, at: Moment) -> bool {
        if self.from.is_some_and(|from| at < from) || self.to.is_some_and(|to| to <= at) {
            return false;
        }
        if self.days.is_none() && self.times.is_none() {
            return true;
        }
        let there = local(self.calendar.as_ref(), at);
        let Some(times) = self.times else { return self.chosen(there.date()) };
        let minute = (there.hour() * 60 + there.minute()) as u16;
        times.hold(minute) && self.chosen(there.date())
            || times.hold_past_midnight(minute) && there.date().pred_opt().is_some_and(|day| self.chosen(day))
    }

    /// Whether a day, week or month lies in the window, even by one day.
    pub fn overlaps(&self, first: NaiveDate, last: NaiveDate) -> bool {
        let face = |at: Moment| local(self.calendar.as_ref(), at).date();
        let bounds = self.from.is_none_or(|from| face(from) <= last) && self.to.is_none_or(|to| first <= face(to + -1));
        let days = self.days.as_ref().is_none_or(|(_, days)| days.iter().any(|day| day.0 <= last && first <= day.1));
        bounds && days
    }

    /// What to ask a source for, one stretch after the other.
    pub fn filters(&self, keys: &Filter, table: &Table) -> Vec<Filter> {
        if table.placed_by.is_none() {
            return vec![keys.clone()];
        }
        if table.kind.is_summary() {
            let (first, last) = self.hull();
            // A week or month that begins before the window may reach into it.
            let first = first.map(|first| match table.kind {
                TableKind::Weekly => first.checked_sub_days(Distance::new(6)).unwrap_or(first),
                TableKind::Monthly => first.with_day(1).unwrap_or(first),
                _ => first,
            });
            let (from, to) = (first.map(|day| self.midnight(day)), last.map(|day| self.midnight_after(day, 1)));
            return vec![Filter { from, to, ..keys.clone() }];
        }
        let stretches = self.stretches();
        if table.ends_by().is_some() {
            // What began long before may reach into each of them.
            let (first, last) = (stretches.first(), stretches.last());
            let whole = first.zip(last).map(|(&(ends_from, _), &(_, to))| Filter { ends_from, to, ..keys.clone() });
            return whole.into_iter().collect();
        }
        stretches.into_iter().map(|(from, to)| Filter { from, to, ..keys.clone() }).collect()
    }

    /// How many of its days, weeks or months up to today begin before this day, and how many it has. Where it reaches back as far as
    /// there is anything, none is asked for that is not there.
    pub fn let_go(&self, level: Level, kept_from: NaiveDate, today: NaiveDate) -> (usize, usize) {
        let (first, last) = self.hull();
        let Some(first) = first else { return (0, 0) };
        let mut asked = self.week.periods(level, first, last.map_or(today, |last| last.min(today)));
        asked.retain(|period| self.overlaps(period.first, period.last));
        (asked.iter().filter(|period| period.first < kept_from).count(), asked.len())
    }

    /// The first and the last day that it has something of, as far as it has bounds.
    pub fn hull(&self) -> (Option<NaiveDate>, Option<NaiveDate>) {
        let face = |at: Moment| local(self.calendar.as_ref(), at).date();
        let days = self.days.as_ref().map(|(_, days)| days);
        let (first, last) = (days.and_then(|days| days.first()), days.and_then(|days| days.last()));
        let first = self.from.map(face).into_iter().chain(first.map(|days| days.0)).max();
        let last = self.to.map(|to| face(to + -1)).into_iter().chain(last.map(|days| days.1)).min();
        (first, last)
    }

    /// The first moment of a day.
    pub fn midnight(&self, day: NaiveDate) -> Moment {
        moment_at(self.calendar.as_ref(), day.and_time(NaiveTime::MIN))
    }

    fn midnight_after(&self, day: NaiveDate, days: u64) -> Moment {
        self.midnight(day.checked_add_days(Distance::new(days)).unwrap_or(day))
    }

    fn stretches(&self) -> Vec<(Option<Moment>, Option<Moment>)> {
        let Some((_, days)) = &self.days else { return vec![(self.from, self.to)] };
        let over = u64::from(self.times.is_some_and(Times::pass_midnight)) + 1;
        let mut apart: Vec<(Moment, Moment)> = Vec::with_capacity(days.len());
        for (first, last) in days {
            let (from, to) = (self.midnight(*first), self.midnight_after(*last, over));
            match apart.last_mut() {
                Some(before) if from <= before.1 => before.1 = before.1.max(to),
                _ => apart.push((from, to)),
            }
        }
        if apart.len() > STRETCHES_MAX {
            apart = vec![(apart[0].0, apart[apart.len() - 1].1)];
        }
        let clip = |(from, to): (Moment, Moment)| {
            (self.from.map_or(from, |limit| limit.max(from)), self.to.map_or(to, |limit| limit.min(to)))
        };
        let inside = apart.into_iter().map(clip).filter(|(from, to)| from < to);
        inside.map(|(from, to)| (Some(from), Some(to))).collect()
    }

    /// The window as people read it; empty if it is all time.
    pub fn words(&self) -> String {
        let mut words = String::new();
        if let Some((unit, days)) = &self.days {
            let ranges: Vec<String> = days.iter().map(|&(first, last)| self.range_words(*unit, first, last)).collect();
            words = ranges.join("; ");
        } else if self.from.is_some() || self.to.is_some() {
            words = self.moments_words();
        }
        match (self.times, words.is_empty()) {
            (None, _) => words,
            (Some(times), true) => times.to_string(),
            (Some(times), false) => format!("{words}, {times}"),
        }
    }

    /// Only since when, as people read it.
    pub fn since_words(&self) -> String {
        self.from.map_or_else(String::new, |from| format!("since {}", local_minute(self.calendar.as_ref(), from)))
    }

    fn moments_words(&self) -> String {
        let face = |at: Moment| local(self.calendar.as_ref(), at);
        let midnight = |at: Moment| face(at).time() == NaiveTime::MIN;
        let text = |at: Moment| local_minute(self.calendar.as_ref(), at);
        match (self.from, self.to) {
            (Some(from), Some(to)) if midnight(from) && midnight(to) && face(from) < face(to) => {
                let (first, after) = (face(from).date(), face(to).date());
                self.range_words(DayUnit::Day, first, after.pred_opt().unwrap_or(after))
            }
            (Some(from), Some(to)) => format!("{} to {}", text(from), text(to)),
            (Some(from), None) => format!("since {}", text(from)),
            (None, Some(to)) => format!("before {}", text(to)),
            (None, None) => String::new(),
        }
    }

    /// Days, weeks or months; a week is called by its first day, whichever of its days was typed. Days that belong to no week are
    /// said to.
    fn range_words(&self, unit: DayUnit, first: NaiveDate, last: NaiveDate) -> String {
        let month = |day: NaiveDate| day.format("%Y-%m").to_string();
        match unit {
            DayUnit::Day if first == last => first.to_string(),
            DayUnit::Day => format!("{first} to {last}"),
            DayUnit::Week => match self.week.periods(Level::Weekly, first, last).as_slice() {
                [] => format!("{} (in no week)", self.range_words(DayUnit::Day, first, last)),
                [week] => format!("week of {}", week.first),
                [one, .., other] => format!("weeks of {} to {}", one.first, other.first),
            },
            DayUnit::Month if month(first) == month(last) => month(first),
            DayUnit::Month => format!("{} to {}", month(first), month(last)),
        }
    }
}

/// The day from which weeks are counted: today, or the last day before that belongs to a week.
fn week_day(today: NaiveDate, week: &SummaryTimes) -> NaiveDate {
    let mut days = std::iter::successors(Some(today), NaiveDate::pred_opt).take(7);
    days.find(|day| week.period_of(Level::Weekly, *day).is_some()).unwrap_or(today)
}
