//! How long the periods of rows are: what averages over time are divided by.
//!
//! `SECSPERPERIOD` is the length of a row's period in every table that has periods: interval, day, week, month, and in
//! real-time tables what has passed of the running interval. `SECSPERDAY`, `SECSPERWK` and `SECSPERMN` are the field's
//! names for it in daily, weekly and monthly tables. Rows of one period share its length, so of several rows put
//! together it is the length of their periods, each counted once: the positions staffed of all splits over a day are
//! divided by one day. Taking INTRVL was turned down, because nothing can be totalled over it.

use std::collections::BTreeMap;

use catalog::{Table, TableKind, Value};
use chrono::{Days as Distance, NaiveDate, NaiveTime};
use model::period::date_of;
use model::{Calendar, IntervalMinutes, Level, Moment, SummaryTimes};

use crate::days::last_of_month;
use crate::source::{Filter, RowSource, SourceError};
use crate::when::moment_at;

/// Length of the period, in every table that has periods.
const ANY: &str = "SECSPERPERIOD";

/// Of sessions and states: 1 if the row began before the time that the report shows and reaches into it, else 0.
const BEGAN_BEFORE: &str = "BEGAN_BEFORE";

/// Last day of the day, week or month that begins on this one. A week that begins on another day than weeks do now is an older one,
/// of seven days as far as is known here.
pub(crate) fn last_day(first: NaiveDate, kind: TableKind, week: &SummaryTimes) -> NaiveDate {
    match kind {
        TableKind::Weekly => match week.period_of(Level::Weekly, first) {
            Some(week) if week.first == first => week.last,
            _ => first.checked_add_days(Distance::new(6)).unwrap_or(first),
        },
        TableKind::Monthly => last_of_month(first),
        _ => first,
    }
}

/// One period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    /// A number that rises with time and that only this period has: of an interval its start, of a day its ROW_DATE.
    start: i64,
    secs: i64,
}

impl Span {
    /// A number that only this period has.
    pub fn start(self) -> i64 {
        self.start
    }

    pub fn secs(self) -> i64 {
        self.secs
    }

    /// Of a row of what lasts, which has no period: what [`BEGAN_BEFORE`] says of it stands in place of a length.
    pub fn of_lasting(start: Moment, began_before: bool) -> Span {
        Span { start: start.0, secs: i64::from(began_before) }
    }
}

/// The periods of rows that are put together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Periods(BTreeMap<i64, i64>);

impl Periods {
    /// Adds a period; whether it was not among them.
    pub fn add(&mut self, span: Span) -> bool {
        let before = self.0.len();
        let secs = self.0.entry(span.start).or_default();
        *secs = span.secs.max(*secs);
        self.0.len() > before
    }

    pub fn add_all(&mut self, others: &Periods) {
        for (&start, &secs) in &others.0 {
            self.add(Span { start, secs });
        }
    }

    /// Length of all periods together. Where intervals of ACDs with different lengths overlap, time counts once.
    pub fn secs(&self, kind: TableKind) -> Option<i64> {
        if kind.is_summary() {
            return (!self.0.is_empty()).then(|| self.0.values().sum());
        }
        // One may lie within a longer one, which then goes on behind it.
        let mut covered_to = i64::MIN;
        let lengths = self.0.iter().map(|(&start, &secs)| {
            let (from, end) = (start.max(covered_to), start + secs);
            covered_to = covered_to.max(end);
            (end - from).max(0)
        });
        (!self.0.is_empty()).then(|| lengths.sum())
    }
}

/// Whether expressions over this table mean the length of the period by this name, or in tables of what lasts whether the row began
/// before the time shown.
pub(crate) fn is_name(table: &Table, name: &str) -> bool {
    let own = match table.kind {
        TableKind::Daily => "SECSPERDAY",
        TableKind::Weekly => "SECSPERWK",
        TableKind::Monthly => "SECSPERMN",
        TableKind::Interval | TableKind::RealTime => ANY,
        TableKind::Event => return table.ends_by().is_some() && name.eq_ignore_ascii_case(BEGAN_BEFORE),
        TableKind::Previous => return false,
    };
    name.eq_ignore_ascii_case(own) || name.eq_ignore_ascii_case(ANY)
}

/// The items that a row of this table must bring so that its period is known.
pub(crate) fn items(kind: TableKind) -> &'static [&'static str] {
    match kind {
        TableKind::Interval => &["STARTTIME_UTC", "INTRVL"],
        TableKind::Daily | TableKind::Weekly | TableKind::Monthly => &["ROW_DATE"],
        TableKind::RealTime | TableKind::Previous | TableKind::Event => &[],
    }
}

/// Finds the periods of an ACD's rows.
#[derive(Debug)]
pub(crate) struct Spans {
    kind: TableKind,
    /// Where rows bring [`items`].
    places: Vec<usize>,
    /// Length by ROW_DATE, as the archive has it.
    known: BTreeMap<i64, i64>,
    calendar: Option<Calendar>,
    /// Which days make a week.
    times: SummaryTimes,
    running: Option<Span>,
}

impl Spans {
    /// For rows of `table` that bring [`items`] at these places. Daily, weekly and monthly lengths are those that the
    /// archive has (d_secs and its like); where it has none, from midnight to midnight.
    pub fn new(
        table: &Table,
        places: Vec<usize>,
        source: &dyn RowSource,
        filter: &Filter,
        now: Moment,
    ) -> Result<Spans, SourceError> {
        let running = source.running().map(|interval| Span { start: interval.start.0, secs: now - interval.start });
        let known = if table.kind.is_summary() { lengths(table.kind, source, filter)? } else { BTreeMap::new() };
        let (calendar, times) = (source.calendar(), source.summary_times());
        Ok(Spans { kind: table.kind, places, known, calendar, times, running })
    }

    /// The period of a row.
    pub fn of(&self, row: &[Value]) -> Option<Span> {
        let number = |place: usize| match &row[self.places[place]] {
            Value::Int(number) => Some(*number),
            Value::At(at) => Some(at.0),
            _ => None,
        };
        match self.kind {
            TableKind::RealTime => self.running,
            TableKind::Interval => {
                let start = Moment(number(0)?);
                Some(Span { start: start.0, secs: interval_end(self.calendar, start, number(1)?) - start })
            }
            TableKind::Daily | TableKind::Weekly | TableKind::Monthly => {
                let start = number(0)?;
                let known = self.known.get(&start).copied();
                Some(Span { start, secs: known.or_else(|| self.midnights(date_of(start)?))? })
            }
            TableKind::Previous | TableKind::Event => None,
        }
    }

    fn midnights(&self, first: NaiveDate) -> Option<i64> {
        let midnight = |day: NaiveDate| moment_at(self.calendar.as_ref(), day.and_time(NaiveTime::MIN));
        Some(midnight(last_day(first, self.kind, &self.times).succ_opt()?) - midnight(first))
    }
}

/// When the interval ended that began at `start`, of so many minutes (INTRVL). Behind a change of the length one begins where the
/// last one ended and is over where it would have been all the same, sooner than after its minutes; so is one in which the clocks
/// change.
pub(crate) fn interval_end(calendar: Option<Calendar>, start: Moment, minutes: i64) -> Moment {
    let length = u8::try_from(minutes).ok().and_then(|minutes| IntervalMinutes::try_from(minutes).ok());
    match calendar.zip(length) {
        Some((calendar, interval)) => Calendar { interval, ..calendar }.interval(start).end,
        None => start + minutes * 60,
    }
}

/// The table of the lengths of days, weeks or months, with the position of its ROW_DATE.
pub(crate) fn table_of_lengths(kind: TableKind) -> Option<(&'static Table, usize)> {
    let table = catalog::table(lengths_of(kind).0).filter(|_| kind.is_summary())?;
    Some((table, table.position("ROW_DATE")?))
}

/// Names of the table of the lengths, and of the item.
fn lengths_of(kind: TableKind) -> (&'static str, &'static str) {
    match kind {
        TableKind::Daily => ("d_secs", "SECSPERDAY"),
        TableKind::Weekly => ("w_secs", "SECSPERWK"),
        _ => ("m_secs", "SECSPERMN"),
    }
}

fn lengths(kind: TableKind, source: &dyn RowSource, filter: &Filter) -> Result<BTreeMap<i64, i64>, SourceError> {
    let (name, item) = lengths_of(kind);
    let mut known = BTreeMap::new();
    let found =
        catalog::table(name).and_then(|table| Some((table, [table.position("ROW_DATE")?, table.position(item)?])));
    let Some((table, items)) = found else { return Ok(known) };
    let filter = Filter { from: filter.from, to: filter.to, ..Filter::default() };
    let read = source.for_each_row(table, &items, &filter, &mut |row| {
        if let [Value::Int(date), Value::Int(secs)] = row {
            known.insert(*date, *secs);
        }
    });
    match read {
        Ok(()) | Err(SourceError::NotHere { .. }) => Ok(known),
        Err(error) => Err(error),
    }
}
