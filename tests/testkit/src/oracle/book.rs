//! The recounted figures by interval, table, entity and item, and how they are held against archived rows.

use std::collections::{BTreeMap, BTreeSet};

use catalog::{Class, IntervalRows, LoginRow, Record, TraceRow};
use model::{Calendar, CallProfile, Moment};

use super::administered::Administered;
use super::call_records::Rows;
use super::exceptions;
use super::trace;

/// Tables that are recounted.
const TABLES: [&str; 7] = ["hsplit", "hagent", "hvdn", "hvector", "htkgrp", "htrunk", "hcwc"];
/// Items that exceptions are counted by.
const COUNTED: [&str; 18] = [
    "ABNCALLS",
    "ACDCALLS",
    "ACWINCALLS",
    "ACWOUTCALLS",
    "AUDIO",
    "AUXINCALLS",
    "AUXOUTCALLS",
    "BACKUPCALLS",
    "BUSYCALLS",
    "DISCCALLS",
    "HOLDABNCALLS",
    "HOLDCALLS",
    "INFLOWCALLS",
    "INTERFLOWCALLS",
    "NOANSREDIR",
    "O_ACDCALLS",
    "OUTFLOWCALLS",
    "TRANSFERRED",
];
/// Most differences told.
const TOLD_MAX: usize = 40;

/// A table and the entity's key as text, as rows of the archive write it.
pub(super) type Key = (&'static str, String);
type Row = BTreeMap<String, u64>;

/// All figures.
pub struct Book {
    calendar: Calendar,
    rows: BTreeMap<Moment, BTreeMap<Key, Row>>,
    /// Figures that stand for a while and of which an interval keeps the highest: the value and since when.
    levels: BTreeMap<(Key, &'static str), (u64, Moment)>,
    through: Moment,
    pub(super) traces: Vec<TraceRow>,
    pub(super) logins: Vec<LoginRow>,
    pub(super) administered: Administered,
    pub(super) rows_of_calls: Rows,
    pub(super) exceptions: Vec<exceptions::Told>,
    /// Whether it is kept when the items grew that exceptions are counted by.
    pub(super) keeps_growth: bool,
    pub(super) growth: Vec<(Moment, Key, &'static str, u64)>,
}

impl Book {
    pub(super) fn new(calendar: Calendar, usual: CallProfile) -> Self {
        Book {
            calendar,
            rows: BTreeMap::new(),
            levels: BTreeMap::new(),
            through: Moment(0),
            traces: Vec::new(),
            logins: Vec::new(),
            administered: Administered::new(usual),
            rows_of_calls: Rows::default(),
            exceptions: Vec::new(),
            keeps_growth: false,
            growth: Vec::new(),
        }
    }

    fn cell(&mut self, at: Moment, key: &Key, item: &str) -> &mut u64 {
        let start = self.calendar.interval(at).start;
        let row = self.rows.entry(start).or_default().entry(key.clone()).or_default();
        row.entry(item.to_owned()).or_default()
    }

    /// Counts something that happened at a moment.
    pub(super) fn add(&mut self, at: Moment, key: &Key, item: &str, amount: impl Into<u64>) {
        let amount = amount.into();
        if amount > 0 {
            *self.cell(at, key, item) += amount;
            if let Some(item) = COUNTED.iter().find(|counted| self.keeps_growth && **counted == item) {
                self.growth.push((at, key.clone(), item, amount));
            }
        }
    }

    /// Keeps the highest.
    pub(super) fn raise(&mut self, at: Moment, key: &Key, item: &str, value: u64) {
        if value > 0 {
            let cell = self.cell(at, key, item);
            *cell = value.max(*cell);
        }
    }

    /// Counts the seconds from one moment to another, each in its interval.
    pub(super) fn spread(&mut self, from: Moment, to: Moment, key: &Key, item: &str) {
        let mut at = from;
        while at < to {
            let until = self.calendar.interval(at).end.min(to);
            self.add(at, key, item, until.since(at));
            at = until;
        }
    }

    /// From now on the figure is `value`. What it was before was so in every interval up to and with this second.
    pub(super) fn set_level(&mut self, now: Moment, key: &Key, item: &'static str, value: u64) {
        let level = self.levels.entry((key.clone(), item)).or_insert((0, now));
        let (before, since) = *level;
        if before == value {
            return;
        }
        *level = (value, now);
        self.raise_over(since, now, key, item, before);
        self.raise(now, key, item, value);
    }

    fn raise_over(&mut self, from: Moment, to: Moment, key: &Key, item: &str, value: u64) {
        let mut at = from;
        while at <= to {
            self.raise(at, key, item, value);
            at = self.calendar.interval(at).end;
        }
    }

    /// Nothing is known after `now`.
    pub(super) fn close(&mut self, now: Moment) {
        for ((key, item), (value, since)) in std::mem::take(&mut self.levels) {
            self.raise_over(since, now, &key, item, value);
        }
        self.through = now;
    }

    /// A figure of one row; 0 if it was never counted.
    pub fn figure(&self, start: Moment, table: &'static str, key: &str, item: &str) -> u64 {
        let row = self.rows.get(&start).and_then(|rows| rows.get(&(table, key.to_owned())));
        row.and_then(|row| row.get(item)).copied().unwrap_or(0)
    }

    /// Every difference to the rows of closed intervals, in words; empty if there is none.
    pub fn differences(&self, closed: &[IntervalRows]) -> Vec<String> {
        let mut found = Vec::new();
        for interval in closed {
            self.compare(interval, &mut found);
        }
        let more = found.len().saturating_sub(TOLD_MAX);
        found.truncate(TOLD_MAX);
        found.extend((more > 0).then(|| format!("… and {more} more")));
        found
    }

    /// Every difference to the records of agent trace, in words; empty if there is none.
    pub fn trace_differences(&self, records: &[(u64, Record)]) -> Vec<String> {
        trace::differences(&self.traces, records)
    }

    /// Every difference to the login sessions that are over, in words; empty if there is none.
    pub fn login_differences(&self, told: &[LoginRow]) -> Vec<String> {
        let missing = self.logins.iter().filter(|login| !told.contains(login));
        let more = told.iter().filter(|login| !self.logins.contains(login));
        let missing = missing.map(|login| format!("not told: {login:?}"));
        let mut found: Vec<String> = missing.chain(more.map(|login| format!("only told: {login:?}"))).collect();
        if found.is_empty() && self.logins.len() != told.len() {
            found.push(format!("{} sessions are told, {} recounted", told.len(), self.logins.len()));
        }
        found
    }

    /// Every difference to the records of calls and of malicious-call traces, in words; empty if there is none.
    pub fn call_differences(&self, records: &[(u64, Record)]) -> Vec<String> {
        let mut found = self.rows_of_calls.call_differences(records, &self.calendar, self.through);
        found.extend(self.rows_of_calls.malicious_differences(records, &self.calendar));
        found
    }

    /// Every difference to the records of exceptions, in words; empty if there is none.
    pub fn exception_differences(&self, records: &[(u64, Record)]) -> Vec<String> {
        exceptions::differences(&self.exceptions, records, &self.calendar, self.through)
    }

    /// How many exceptions there are of each table.
    pub fn exceptions_told(&self) -> BTreeMap<&'static str, usize> {
        let mut told = BTreeMap::new();
        for (table, ..) in &self.exceptions {
            *told.entry(*table).or_default() += 1;
        }
        told
    }

    fn compare(&self, interval: &IntervalRows, found: &mut Vec<String>) {
        let (start, calendar) = (interval.interval.start, self.calendar);
        let at = calendar.local(start);
        let mut seen = BTreeSet::new();
        interval.for_each(|row| {
            if !TABLES.contains(&row.table.name) {
                return;
            }
            let key = row.key.join(",");
            for (item, value) in row.table.values().iter().zip(row.values) {
                let recounted = match item.class {
                    Class::Admin => {
                        let key = (row.table.name, key.clone());
                        self.administered.figure(&key, &item.name, interval.interval)
                    }
                    _ => self.figure(start, row.table.name, &key, &item.name),
                };
                if u64::from(*value) != recounted {
                    found.push(format!(
                        "{at} {} {key} {}: archived {value}, recounted {recounted}",
                        row.table.name, item.name
                    ));
                }
            }
            seen.insert((row.table.name, key));
        });
        let recounted = self.rows.get(&start).into_iter().flatten();
        for ((table, key), row) in recounted.filter(|(key, _)| !seen.contains(*key)) {
            found.push(format!("{at} {table} {key}: there is no row; recounted {row:?}"));
        }
    }
}
