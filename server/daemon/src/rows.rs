//! Where reports get their rows: the board for real-time tables, the archive for all others.
//!
//! An interval closes in the collector, is handed to the archiver and stands in the archive a little later; a board is
//! a moment old. [`Rows`] is taken so that every interval is there once: first the board, then the intervals that are
//! closed but not archived, then the archive. What is held in memory is not read from the archive as well.

mod open_sessions;

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;
use std::sync::Arc;

use catalog::{IntervalRows, Table, TableKind, Value};
use collector::{Board, OpenSession};
use model::{Calendar, Interval, Moment, Period, SummaryTimes};
use report::{Closed, DayBounds, Filter, Kept, RowSource, SourceError};
use store::AcdReader;

use crate::standing::Keeping;
use open_sessions::Sessions;

/// One ACD's rows at one moment.
pub struct Rows {
    /// The present.
    pub board: Arc<Board>,
    /// Intervals that were closed and not archived after the board was taken, as they closed.
    pub closed: Vec<Arc<IntervalRows>>,
    /// History; opened by the caller, after the others, for reports that ask for it.
    pub archive: Option<AcdReader>,
    /// In which dates are meant.
    pub calendar: Calendar,
    /// What is summed up, and into which weeks.
    pub keeping: Arc<Keeping>,
}

impl RowSource for Rows {
    fn for_each_row(
        &self,
        table: &'static Table,
        items: &[usize],
        filter: &Filter,
        each: &mut dyn FnMut(&[Value]),
    ) -> Result<(), SourceError> {
        match table.kind {
            TableKind::RealTime | TableKind::Previous
                if self.board.for_each_row_where(table, items, &board_filter(filter), each) =>
            {
                Ok(())
            }
            TableKind::RealTime | TableKind::Previous => Err(SourceError::NotHere { table: table.name }),
            TableKind::Interval => self.intervals(table, items, filter, each),
            TableKind::Daily | TableKind::Weekly | TableKind::Monthly => self.archived(table, items, filter, each),
            TableKind::Event if table.name == "haglog" => self.sessions(table, items, filter, each),
            TableKind::Event => self.archived(table, items, filter, each),
        }
    }

    fn calendar(&self) -> Option<Calendar> {
        Some(self.calendar)
    }

    fn running(&self) -> Option<Interval> {
        self.board.interval
    }

    fn summary_times(&self) -> SummaryTimes {
        self.keeping.summarizing.times
    }

    fn not_summed_up(&self, kind: TableKind, (first, last): DayBounds) -> Result<Vec<Period>, SourceError> {
        let (Some(archive), Some(level)) = (&self.archive, kind.level()) else { return Ok(Vec::new()) };
        if !self.keeping.makes(level) {
            return Ok(Vec::new());
        }
        let today = self.calendar.row_date(self.board.at);
        let bounds = (first, last.unwrap_or(today));
        let not_made = archive.not_made(level, &self.summary_times(), bounds, today);
        // What would be let go at once is not waited for.
        not_made
            .and_then(|periods| archive.still_wanted(periods, &self.keeping.storage, today))
            .map_err(|error| SourceError::Failed { table: "summaries", source: Box::new(error) })
    }

    fn left_out(&self, _: &'static Table, _: &Filter) -> Option<&'static str> {
        None
    }

    fn has_intervals(&self, from: Option<Moment>, to: Option<Moment>) -> Result<bool, SourceError> {
        let is_in = |rows: &Arc<IntervalRows>| {
            let start = rows.interval.start;
            from.is_none_or(|from| from <= start) && to.is_none_or(|to| start < to)
        };
        let Some(archive) = self.archive.as_ref().filter(|_| !self.closed.iter().any(is_in)) else { return Ok(true) };
        let failed = |error| SourceError::Failed { table: "digests", source: Box::new(error) };
        archive.has_intervals(from, to).map_err(failed)
    }

    fn closed(&self, from: Option<Moment>, to: Option<Moment>) -> Result<Vec<Closed>, SourceError> {
        let failed = |error| SourceError::Failed { table: "digests", source: Box::new(error) };
        let archived = self.archive.as_ref().map_or(Ok(Vec::new()), |archive| archive.digests(from, to));
        let archived = archived.map_err(failed)?.into_iter();
        let mut found: BTreeMap<Moment, Closed> = archived
            .map(|known| (known.interval.start, Closed { interval: known.interval, incomplete: known.incomplete }))
            .collect();
        let is_in = |start: Moment| from.is_none_or(|from| from <= start) && to.is_none_or(|to| start < to);
        for rows in self.closed.iter().filter(|rows| is_in(rows.interval.start)) {
            found.insert(rows.interval.start, Closed { interval: rows.interval, incomplete: rows.incomplete });
        }
        Ok(found.into_values().collect())
    }

    fn incomplete(&self, kind: TableKind, (first, last): DayBounds) -> Result<Vec<(Period, u32)>, SourceError> {
        let (Some(archive), Some(level)) = (&self.archive, kind.level()) else { return Ok(Vec::new()) };
        let failed = |error| SourceError::Failed { table: "summaries", source: Box::new(error) };
        archive.incomplete(level, first, last).map_err(failed)
    }

    fn kept(&self, table: &'static Table) -> Result<Kept, SourceError> {
        let kept = self.keeping.storage.kept(table);
        let is_kept = match (table.kind, table.kind.level()) {
            (TableKind::Interval, _) => kept.intrahour_days > 0,
            (_, Some(level)) => kept.makes(level),
            _ => return Ok(Kept::All),
        };
        let Some(archive) = self.archive.as_ref().filter(|_| is_kept) else {
            return Ok(if is_kept { Kept::All } else { Kept::Nothing });
        };
        let failed = |error| SourceError::Failed { table: "aged", source: Box::new(error) };
        Ok(archive.kept_from(table).map_err(failed)?.map_or(Kept::All, Kept::From))
    }

    fn out_of_date(&self, kind: TableKind) -> Result<Vec<Period>, SourceError> {
        let (Some(archive), Some(level)) = (&self.archive, kind.level()) else { return Ok(Vec::new()) };
        let failed = |error| SourceError::Failed { table: "summaries", source: Box::new(error) };
        Ok(archive.out_of_date(level).map_err(failed)?.0)
    }

    fn not_made_again(&self, kind: TableKind) -> Result<Vec<Period>, SourceError> {
        let (Some(archive), Some(level)) = (&self.archive, kind.level()) else { return Ok(Vec::new()) };
        let failed = |error| SourceError::Failed { table: "summaries", source: Box::new(error) };
        Ok(archive.out_of_date(level).map_err(failed)?.1)
    }

    fn lacking(&self, table: &'static Table, (first, last): DayBounds) -> Result<Vec<Period>, SourceError> {
        let Some(archive) = &self.archive else { return Ok(Vec::new()) };
        // Of what is not kept at all, nothing is expected.
        let is_made = table.kind.level().is_some_and(|level| self.keeping.storage.kept(table).makes(level));
        if !is_made {
            return Ok(Vec::new());
        }
        let failed = |error| SourceError::Failed { table: "summaries", source: Box::new(error) };
        archive.made_without(table, first, last).map_err(failed)
    }
}

impl Rows {
    fn archived(
        &self,
        table: &'static Table,
        items: &[usize],
        filter: &Filter,
        each: &mut dyn FnMut(&[Value]),
    ) -> Result<(), SourceError> {
        let archive = self.archive.as_ref().ok_or(SourceError::NotHere { table: table.name })?;
        archive
            .for_each_row(table, items, &store_filter(table, filter), each)
            .map_err(|error| SourceError::Failed { table: table.name, source: Box::new(error) })
    }

    /// The archive's intervals, and those that are not there yet.
    fn intervals(
        &self,
        table: &'static Table,
        items: &[usize],
        filter: &Filter,
        each: &mut dyn FnMut(&[Value]),
    ) -> Result<(), SourceError> {
        // Of one that closed twice (it was collected again), the later.
        let mut held: BTreeMap<Moment, &IntervalRows> = BTreeMap::new();
        for rows in &self.closed {
            let start = rows.interval.start;
            if filter.from.is_none_or(|from| from <= start) && filter.to.is_none_or(|to| start < to) {
                held.insert(start, rows);
            }
        }
        let Some(start) = table.position("STARTTIME_UTC").filter(|_| !held.is_empty()) else {
            return self.archived(table, items, filter, each);
        };
        let with_start: Vec<usize> = items.iter().copied().chain([start]).collect();
        self.archived(table, &with_start, filter, &mut |row| {
            let Some((Value::At(at), wanted)) = row.split_last() else { return };
            if !held.contains_key(at) {
                each(wanted);
            }
        })?;
        held.into_values().for_each(|rows| self.held(rows, table, items, each));
        Ok(())
    }

    /// Rows of one interval, as the archive will have them.
    fn held(&self, rows: &IntervalRows, table: &'static Table, items: &[usize], each: &mut dyn FnMut(&[Value])) {
        let (start, calendar) = (rows.interval.start, &rows.calendar);
        let entity = |name: &str| !matches!(name, "ACD" | "ROW_DATE" | "STARTTIME" | "STARTTIME_UTC" | "INTRVL");
        let keys: Vec<usize> = (0..table.first_value()).filter(|&item| entity(&table.items()[item].name)).collect();
        let mut cells = Vec::with_capacity(items.len());
        rows.for_each(|row| {
            if row.table.name != table.name {
                return;
            }
            cells.clear();
            cells.extend(items.iter().map(|&item| {
                if let Some(value) = item.checked_sub(table.first_value()) {
                    return Value::from(row.values[value]);
                }
                match table.items()[item].name.as_str() {
                    "ACD" => Value::Int(i64::from(self.board.acd.0)),
                    "ROW_DATE" => Value::Int(calendar.row_date_number(start)),
                    "STARTTIME" => Value::from(calendar.starttime(start)),
                    "STARTTIME_UTC" => Value::At(start),
                    "INTRVL" => Value::Int(i64::from(u8::from(calendar.interval))),
                    _ => {
                        let key = keys.iter().position(|&key| key == item).map_or("", |place| row.key[place].as_str());
                        key_value(key, table.items()[item].text)
                    }
                }
            }));
            each(&cells);
        });
    }

    /// Sessions of the archive, which has a session when it is over, and those of agents who are logged in now; without these
    /// nobody who works at the moment would be seen. A board is a moment old: who has logged out since is given once.
    fn sessions(
        &self,
        table: &'static Table,
        items: &[usize],
        filter: &Filter,
        each: &mut dyn FnMut(&[Value]),
    ) -> Result<(), SourceError> {
        let sessions = Sessions::new(table, items, self.board.acd, self.calendar);
        let mut open: BTreeMap<&str, OpenSession<'_>> =
            self.board.open_sessions().map(|session| (session.logid.as_ref(), session)).collect();
        let known = ["LOGID", "LOGIN", "LOGOUT"].map(|item| table.position(item));
        let Some(known) = known.into_iter().collect::<Option<Vec<usize>>>().filter(|_| !open.is_empty()) else {
            return self.archived(table, items, filter, each);
        };
        let read: Vec<usize> = items.iter().copied().chain(known).collect();
        self.archived(table, &read, filter, &mut |row| {
            let (wanted, session) = row.split_at(items.len());
            // One that ended before the board was made and is open on it is another one of the same login.
            if let [Value::Text(logid), Value::At(login), Value::At(logout)] = session
                && *logout >= self.board.at
                && open.get(logid.as_ref()).is_some_and(|open| open.login == *login)
            {
                open.remove(logid.as_ref());
            }
            each(wanted);
        })?;
        open.values().for_each(|session| each(&sessions.cells(session)));
        Ok(())
    }
}

fn key_value(key: &str, text: bool) -> Value {
    match key.parse() {
        Ok(number) if !text => Value::Int(number),
        _ => Value::text(key),
    }
}

/// What the board can leave out by itself: with thousands of agents, reading all rows costs more than the report. The
/// evaluator looks at every row once more, so what cannot be read as a key restricts nothing here.
fn board_filter(filter: &Filter) -> collector::RowFilter {
    fn chosen<K: FromStr + Ord>(filter: &Filter, item: &str) -> Option<BTreeSet<K>> {
        filter.chosen(item)?.iter().map(|number| number.parse().ok()).collect()
    }
    collector::RowFilter {
        splits: chosen(filter, "SPLIT"),
        agents: chosen(filter, "LOGID"),
        vdns: chosen(filter, "VDN"),
        vectors: chosen(filter, "VECTOR"),
        groups: chosen(filter, "TKGRP"),
    }
}

fn store_filter(table: &Table, filter: &Filter) -> store::RowFilter {
    // A list of entities restricts the item that tells of them in this table.
    let chosen = |key: &str| {
        let numbers: &BTreeSet<String> = filter.chosen(&table.item_for_key(key)?.name)?;
        Some(numbers.iter().cloned().collect())
    };
    store::RowFilter {
        from: filter.from,
        to: filter.to,
        ends_from: filter.ends_from,
        splits: chosen("SPLIT"),
        agents: chosen("LOGID"),
        vdns: chosen("VDN"),
        vectors: chosen("VECTOR"),
        trunk_groups: chosen("TKGRP"),
        trunks: chosen("EQLOC"),
        work_codes: chosen("CWC"),
    }
}
