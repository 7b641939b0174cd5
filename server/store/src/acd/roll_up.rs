//! Summing up: one pass over the rows of a period, entity by entity and each in order of time.
//!
//! Everything of a period is read in one snapshot on a connection of its own, so collection and archiving go on
//! meanwhile. Rows lie by entity first, so each entity's stretch is read from one place; what has to be kept at once are
//! the sums of one split. GROUP BY in SQL was turned down: busy hours and last values need the order of rows. How the two
//! compare in speed is printed by `cargo bench -p store --bench summary_rate`.

use std::collections::{BTreeMap, BTreeSet};

use catalog::{BusyHourOf, Key, Rolling, Sum, SummaryRow, SummaryTable, Table, TableKind};
use chrono::{DateTime, NaiveDate};
use model::period::{date_number, date_of};
use model::{Calendar, Level, Moment, Period, SummaryTimes};
use rusqlite::types::{Value as Sql, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row, Transaction};

use super::{AcdReader, digests, restored, schema, summaries};
use crate::error::{Result, StoreError};
use crate::storage::Storage;

/// What a period was made from, and under which settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Which period.
    pub period: Period,
    /// The settings in force.
    pub times: SummaryTimes,
    /// First moment of its first day.
    pub starts_at: Moment,
    /// The intervals of a day, the days of a week or month.
    pub(super) parts: Vec<Part>,
}

/// An interval by its start, or a day by its ROW_DATE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub place: i64,
    pub digest: String,
    /// Intervals that lack data.
    pub incomplete: u32,
}

impl Head {
    /// What there is now to make the period from.
    pub(super) fn parts(&self, connection: &Connection) -> rusqlite::Result<Vec<Part>> {
        match self.period.level {
            Level::Daily => digests::of_day(connection, self.period.first, &self.times),
            Level::Weekly | Level::Monthly => summaries::days_of(connection, &self.period),
        }
    }

    /// Intervals that lack data.
    pub(super) fn incomplete(&self) -> u32 {
        self.parts.iter().map(|part| part.incomplete).sum()
    }

    /// How many intervals or days it is made from.
    pub fn len(&self) -> usize {
        self.parts.len()
    }

    /// Whether there is nothing to make it from.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }
}

/// A period that is being summed up: one snapshot of the history.
pub struct Summing<'r> {
    snapshot: Transaction<'r>,
    path: std::path::PathBuf,
    head: Head,
    /// Rows from here on are there to be summed up, by table: older ones were aged out.
    kept_from: BTreeMap<String, i64>,
    /// Tables that did not come with the intervals of the day of which only some tables were restored.
    lacking: BTreeSet<&'static str>,
    others: Others,
}

/// What is stored already and has days in common with a period that is being summed up: weeks of before the week was set anew.
#[derive(Debug, Default)]
struct Others {
    periods: Vec<Period>,
    /// Tables that have rows of them.
    tables: BTreeSet<&'static str>,
    /// Whether one was made from days that are not summed up any more.
    lacks_days: bool,
}

impl Others {
    fn of(connection: &Connection, period: &Period) -> rusqlite::Result<Others> {
        let periods = summaries::overlapping(connection, period)?;
        let mut others = Others::default();
        for table in summaries::tables(period.level).filter(|_| !periods.is_empty()) {
            if summaries::has_any(connection, table, &periods)? {
                others.tables.insert(table.name);
            }
        }
        for other in &periods {
            others.lacks_days |= summaries::lacks_days(connection, other)?;
        }
        Ok(Others { periods, ..others })
    }
}

/// Why nothing is made of a period: others stand in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InPlace {
    /// The others, in order.
    pub periods: Vec<Period>,
    /// Tables of theirs whose days were let go; none if it is days of all tables that are missing.
    pub tables: Vec<&'static str>,
}

impl AcdReader {
    /// Begins to sum up a period. `calendar` is the ACD's. If [`Summing::head`] is empty there is nothing to sum up.
    pub fn sum_up(&self, period: Period, times: SummaryTimes, calendar: Calendar) -> Result<Summing<'_>> {
        let path = self.database.path().to_owned();
        let begin = || {
            let snapshot = self.database.connection().unchecked_transaction()?;
            let mut head = Head { period, times, starts_at: period.starts_at(&calendar), parts: Vec::new() };
            head.parts = head.parts(&snapshot)?;
            let kept_from = super::ageing::kept_from(&snapshot)?;
            let lacking = match period.level {
                Level::Daily => restored::lacking(&snapshot, head.parts.iter().map(|part| part.place))?,
                Level::Weekly | Level::Monthly => BTreeSet::new(),
            };
            let others = Others::of(&snapshot, &period)?;
            Ok(Summing { snapshot, path: path.clone(), head, kept_from, lacking, others })
        };
        begin().map_err(|source| StoreError::sql("begin a summary", &path, source))
    }
}

impl Summing<'_> {
    /// What the period is made from.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// Whether the rows that the table would be made from were aged out, all or some, or did not come with what was restored; then it
    /// stays as it is.
    pub fn is_gone(&self, target: &'static Table) -> bool {
        let source = Rolling::source_of(target).map_or("", |source| source.name);
        self.is_aged(source, self.head.period.first) || self.lacking.contains(source)
    }

    fn is_aged(&self, source: &str, first: NaiveDate) -> bool {
        self.kept_from.get(source).is_some_and(|from| date_number(first) < *from)
    }

    /// What is stored already and has days in common with this period, in order; it goes as this one is stored.
    pub fn others(&self) -> &[Period] {
        &self.others.periods
    }

    /// Whether something of that has to stay, and nothing is to be made of this period: a week of before the week was set anew goes
    /// only where all its days are still here, and those of this one, too. What it tells could not be made again; and to make
    /// only some tables of this one would have days twice in those, beside weeks that stay in the others.
    pub fn in_place(&self, storage: &Storage) -> Option<InPlace> {
        let Others { periods, tables, lacks_days } = &self.others;
        let (level, own) = (self.head.period.level, self.head.period.first);
        let first = periods.first().map_or(own, |other| own.min(other.first));
        let is_let_go = |table: &&'static Table| {
            tables.contains(table.name)
                && storage.kept(table).makes(level)
                && Rolling::source_of(table).is_some_and(|source| self.is_aged(source.name, first))
        };
        let tables: Vec<&'static str> = summaries::tables(level).filter(is_let_go).map(|table| table.name).collect();
        (!tables.is_empty() || *lacks_days).then(|| InPlace { periods: periods.clone(), tables })
    }

    /// The rows of one table of the period; `None` if `go_on` said no on the way.
    pub fn rows(&self, target: &'static Table, go_on: &mut dyn FnMut() -> bool) -> Result<Option<SummaryTable>> {
        let failed = |error| StoreError::sql("sum up", &self.path, error);
        match (Rolling::into_table(target), Rolling::source_of(target)) {
            (Some(rolling), Some(source)) => {
                let pass = Pass { connection: &self.snapshot, source, rolling: &rolling, head: &self.head };
                let rows = pass.run(go_on).map_err(failed)?;
                Ok(rows.map(|rows| SummaryTable { table: target, rows }))
            }
            _ => Ok(Some(SummaryTable { table: target, rows: vec![self.seconds().map_err(failed)?] })),
        }
    }

    /// How much of the day was collected: all its intervals that count into it. Averages over time are divided by it, and of the time
    /// without data nobody knows who was staffed.
    fn seconds(&self) -> rusqlite::Result<SummaryRow> {
        let archived = digests::intervals_of_day(&self.snapshot, self.head.period.first)?;
        let counts = archived.iter().filter(|(interval, its)| self.head.times.takes(its.starttime(interval.start)));
        let secs = counts.map(|(interval, _)| interval.end - interval.start).sum();
        Ok(SummaryRow { key: Vec::new(), values: vec![(0, secs)] })
    }
}

/// One pass over a table.
struct Pass<'a> {
    connection: &'a Connection,
    source: &'static Table,
    rolling: &'a Rolling,
    head: &'a Head,
}

/// The columns that place an interval in its hour.
const HOUR_COLUMNS: [&str; 2] = ["STARTTIME", "INTRVL"];

impl Pass<'_> {
    fn run(&self, go_on: &mut dyn FnMut() -> bool) -> rusqlite::Result<Option<Vec<SummaryRow>>> {
        let mut done = Vec::new();
        let (Some(first), Some(last)) = (self.head.parts.first(), self.head.parts.last()) else {
            return Ok(Some(done));
        };
        let parts: BTreeSet<i64> = self.head.parts.iter().map(|part| part.place).collect();
        let keys: Vec<&str> = schema::entity_keys(self.source).map(|item| item.name.as_str()).collect();
        let mut statement = self.connection.prepare(&self.select(&keys))?;
        let mut buffer = vec![0; self.rolling.width()];
        let mut entity = self.next_entity(keys.first().copied(), None)?;
        while let Some(of) = entity {
            if !go_on() {
                return Ok(None);
            }
            let mut sums: BTreeMap<Vec<Key>, Sum> = BTreeMap::new();
            let mut rows = statement.query((first.place, last.place, &of))?;
            while let Some(row) = rows.next()? {
                if parts.contains(&row.get(0)?) {
                    self.add(row, keys.len(), &mut buffer, &mut sums)?;
                }
            }
            done.extend(sums.into_iter().map(|(key, sum)| SummaryRow { key, values: self.rolling.finish(sum) }));
            entity = match keys.first() {
                Some(key) => self.next_entity(Some(key), Some(of))?,
                None => None,
            };
        }
        Ok(Some(done))
    }

    /// One entity's rows in order of time: where they are placed, its keys, its hour, its values.
    fn select(&self, keys: &[&str]) -> String {
        let time = self.source.placed_by.unwrap_or_default();
        let hours: &[&str] = if self.rolling.wants_hours() { &HOUR_COLUMNS } else { &[] };
        let values = self.source.values()[..self.rolling.width()].iter().map(|item| item.name.as_str());
        let columns = [time].into_iter().chain(keys.iter().copied()).chain(hours.iter().copied()).chain(values);
        let columns: Vec<String> = columns.map(|column| format!("\"{column}\"")).collect();
        let of = keys.first().map_or_else(|| "?3 IS NULL".to_owned(), |key| format!("\"{key}\" = ?3"));
        format!(
            "SELECT {columns} FROM {source} WHERE {of} AND {time} >= ?1 AND {time} <= ?2 ORDER BY {order}",
            columns = columns.join(", "),
            source = self.source.name,
            order = schema::primary_key(self.source).join(", "),
        )
    }

    /// The entity after `of` by the table's first key; `Null` once for a table that has no entities.
    fn next_entity(&self, key: Option<&str>, of: Option<Sql>) -> rusqlite::Result<Option<Sql>> {
        let Some(key) = key else { return Ok(Some(Sql::Null)) };
        let beyond = if of.is_some() { format!("WHERE \"{key}\" > ?1") } else { "WHERE ?1 IS NULL".to_owned() };
        let sql = format!("SELECT \"{key}\" FROM {} {beyond} ORDER BY \"{key}\" LIMIT 1", self.source.name);
        self.connection.prepare_cached(&sql)?.query_row([of], |row| row.get(0)).optional()
    }

    fn add(
        &self,
        row: &Row<'_>,
        keys: usize,
        buffer: &mut [i64],
        sums: &mut BTreeMap<Vec<Key>, Sum>,
    ) -> rusqlite::Result<()> {
        let key = (1..=keys).map(|place| key_at(row, place)).collect::<rusqlite::Result<Vec<Key>>>()?;
        let mut place = keys + 1;
        let mut hour = None;
        if self.rolling.wants_hours() && self.source.kind == TableKind::Interval {
            let (start, starttime, minutes): (i64, u32, u32) = (row.get(0)?, row.get(place)?, row.get(place + 1)?);
            let began_at = Moment(start - i64::from(starttime % 100) * 60);
            hour = Some(BusyHourOf { began_at, starttime: starttime / 100 * 100, minutes });
            place += HOUR_COLUMNS.len();
        }
        for (value, place) in buffer.iter_mut().zip(place..) {
            *value = row.get_ref(place)?.as_i64()?;
        }
        let sum = sums.entry(key).or_insert_with(|| self.rolling.begin());
        self.rolling.add(sum, buffer, hour);
        Ok(())
    }
}

fn key_at(row: &Row<'_>, place: usize) -> rusqlite::Result<Key> {
    match row.get_ref(place)? {
        ValueRef::Integer(number) => Ok(Key::Number(number)),
        other => Ok(Key::Text(other.as_str()?.into())),
    }
}

impl AcdReader {
    /// Periods of a level that are to be summed up, in order of time: due by `last`, with something to make them from, and
    /// never made or, if `again`, out of date. Periods that overlap others, because the week was set anew, are left to
    /// people: making them would remove the others. These stay what they are, and are made again of their own days.
    pub fn unsummed(&self, last: &Period, times: &SummaryTimes, again: bool) -> Result<Vec<Period>> {
        let level = last.level;
        let known = self.summaries(level, None, None)?;
        let dates = match level {
            model::Level::Daily => self.database.run("list the days", |connection| digests::days(connection, times))?,
            _ => self.summaries(model::Level::Daily, None, None)?.iter().map(|day| day.period.first).collect(),
        };
        let gone_before = self.gone_before(level)?;
        let mut periods: BTreeSet<Period> = dates.into_iter().filter_map(|date| times.period_of(level, date)).collect();
        // One that was begun by other times and never finished is made by those that hold now.
        periods.retain(|period| {
            let same = known.iter().find(|known| known.period.first == period.first);
            same.is_none_or(|known| {
                known.out_of_date && (known.revision == 0 || again && known.period.last == period.last)
            })
        });
        let of_before = known.iter().filter(|known| {
            let now = times.period_of(level, known.period.first);
            match known.revision {
                0 => known.out_of_date && now.is_none_or(|now| now.first != known.period.first),
                _ => known.out_of_date && again && now != Some(known.period),
            }
        });
        periods.extend(of_before.map(|known| known.period));
        // In place of others it was asked for, and the program ended before it was done.
        let begun = |period: &Period| {
            let is_it = |known: &&summaries::SummaryDigest| known.period.first == period.first;
            times.period_of(level, period.first) == Some(*period)
                && known.iter().find(is_it).is_some_and(|known| known.revision == 0)
        };
        periods.retain(|period| {
            period.last <= last.last && gone_before.and_then(date_of).is_none_or(|from| from <= period.first)
        });
        self.database.run("look for weeks of before the week was set anew", |connection| {
            let mut alone = Vec::with_capacity(periods.len());
            for period in periods {
                let others = summaries::overlapping(connection, &period)?;
                if begun(&period) || others.iter().all(|other| other.first == period.first) {
                    alone.push(period);
                }
            }
            Ok(alone)
        })
    }

    /// Periods of a level with a day from `first` to `last` that were never made, in order: the one of `today`, and those of
    /// before that have something to make them from.
    pub fn not_made(
        &self,
        level: model::Level,
        times: &SummaryTimes,
        (first, last): (Option<NaiveDate>, NaiveDate),
        today: NaiveDate,
    ) -> Result<Vec<Period>> {
        let known = self.listed(level)?;
        let gone_before = self.gone_before(level)?.and_then(date_of);
        let find = |connection: &Connection| {
            let oldest: Option<i64> =
                connection.query_row("SELECT min(STARTTIME_UTC) FROM digests", [], |row| row.get(0))?;
            // By UTC, and one more for zones ahead of it.
            let oldest =
                oldest.and_then(|at| DateTime::from_timestamp(at, 0)?.date_naive().pred_opt()).unwrap_or(today);
            let from = first.map_or(oldest, |first| first.max(oldest));
            let mut found = times.periods(level, from, last.min(today));
            found.retain(|period| {
                let apart = |&(first, last): &(NaiveDate, NaiveDate)| last < period.first || period.last < first;
                known.iter().all(apart) && gone_before.is_none_or(|from| from <= period.first)
            });
            let mut kept = Vec::with_capacity(found.len());
            for period in found {
                if period.contains(today) || has_parts(connection, &period, times)? {
                    kept.push(period);
                }
            }
            Ok(kept)
        };
        self.database.run("list what is not summed up", find)
    }

    /// First and last day of the periods of a level that are listed, made or being made.
    fn listed(&self, level: Level) -> Result<Vec<(NaiveDate, NaiveDate)>> {
        self.database.run("list the periods", |connection| {
            let sql = "SELECT ROW_DATE, LAST_DATE FROM summaries WHERE LEVEL = ?1";
            let days = |row: &Row<'_>| Ok((summaries::date_at(row, 0)?, summaries::date_at(row, 1)?));
            connection.prepare_cached(sql)?.query_map([level.word()], days)?.collect()
        })
    }

    /// The day before which nothing is left to sum up into any table of the level. Of an element that never had a row, nothing went.
    pub(super) fn gone_before(&self, level: Level) -> Result<Option<i64>> {
        self.database.run("read what was aged out", |connection| {
            let kept = super::ageing::kept_from(connection)?;
            let mut gone_before: Option<i64> = None;
            for source in summaries::tables(level).filter_map(Rolling::source_of) {
                let sql = format!("SELECT EXISTS (SELECT 1 FROM {})", source.name);
                let from = match kept.get(source.name) {
                    Some(from) => *from,
                    None if connection.prepare_cached(&sql)?.query_row([], |row| row.get(0))? => 0,
                    None => continue,
                };
                gone_before = Some(gone_before.map_or(from, |known| known.min(from)));
            }
            Ok(gone_before.filter(|from| *from > 0))
        })
    }
}

/// Whether an interval of one of its days is archived.
fn has_parts(connection: &Connection, period: &Period, times: &SummaryTimes) -> rusqlite::Result<bool> {
    for day in period.first.iter_days().take_while(|day| *day <= period.last) {
        if !digests::of_day(connection, day, times)?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}
