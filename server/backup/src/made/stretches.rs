//! Chosen intervals with their records, and events of the link, for the other server.
//!
//! Only what is whole is taken: of a table that has let rows or records of a stretch go, the backup stands for nothing in it.

use std::collections::BTreeMap;

use catalog::Record;
use model::{AcdNumber, DataKind, Moment};
use store::{Extent, LinkEvent, Slice, Unit};

use super::{Run, Selection};
use crate::error::Result;
use crate::manifest::PartEntry;
use crate::parts::Part;

/// Chosen intervals of one ACD.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stretches {
    /// Starts and ends, in order and without overlap, UNIX seconds.
    pub of: Vec<(i64, i64)>,
    /// Events of the link that come along.
    pub events: Vec<LinkEvent>,
    /// How many records the tables of events hold at most; where a full one has let records go, it stands for nothing.
    pub capacities: BTreeMap<String, u64>,
    /// Whether tables go row by row, which servers of the first format read, too.
    pub by_rows: bool,
}

impl Stretches {
    /// Intervals in order, those that follow each other as one stretch: so records are carried without a seam.
    pub fn of_intervals(intervals: impl IntoIterator<Item = (i64, i64)>) -> Self {
        let mut of: Vec<(i64, i64)> = Vec::new();
        for (start, end) in intervals {
            match of.last_mut() {
                Some((_, to)) if *to == start => *to = end,
                _ => of.push((start, end)),
            }
        }
        Stretches { of, ..Stretches::default() }
    }
}

impl Run<'_> {
    /// The intervals of the stretches, unless the rows of some table were let go: what is carried is whole.
    pub(super) fn intervals_within(&mut self, all: &[Part], stretches: &Stretches) -> Result<Selection> {
        let is_kept = |part: &Part| {
            let key = (part.acd.map_or(0, |acd| acd.0), part.carried.table.to_owned());
            !self.making.left_out.contains(&key)
        };
        let interval = |part: &&Part| part.carried.unit == Unit::Interval && !part.is_list;
        let tables: Vec<&Part> = all.iter().filter(interval).filter(|part| is_kept(part)).collect();
        let Some(part) = tables.first() else { return Ok(Selection::default()) };
        let snapshot = self.snapshot(part)?;
        let mut aged_before = None;
        for part in &tables {
            aged_before = aged_before.max(snapshot.aged_before(part.carried.table)?);
        }
        let mut kept_from = i64::MIN;
        if let Some(day) = aged_before {
            // A table without a row says nothing of the day.
            kept_from = i64::MAX;
            for part in &tables {
                kept_from = kept_from.min(snapshot.first_interval(part.carried.table, day)?.unwrap_or(i64::MAX));
            }
        }
        let known = self.snapshot(part)?.intervals()?;
        let chosen = |start: i64, end: i64| stretches.of.iter().any(|(from, to)| start >= *from && end <= *to);
        let held: Vec<Extent> = known
            .into_iter()
            .filter(|(start, end, _)| *start >= kept_from && chosen(*start, *end))
            .map(|(start, end, _)| Extent::new(start, end))
            .collect();
        Ok(Selection { extents: Some(held.clone()), held, since: None })
    }

    /// The records that became final in the stretches, unless the table is full and has let some of them go.
    pub(super) fn events_within(
        &mut self,
        part: &Part,
        order: &'static str,
        stretches: &Stretches,
    ) -> Result<Selection> {
        let table = part.carried.table;
        let oldest = self.snapshot(part)?.oldest_event(table, order)?;
        let capacity = stretches.capacities.get(table).copied().unwrap_or(u64::MAX);
        let gone_before = oldest.filter(|(count, _)| *count >= capacity).map_or(i64::MIN, |(_, oldest)| oldest);
        let extents = stretches.of.iter().map(|(from, to)| by_order(table, *from, *to));
        let held: Vec<Extent> = extents.filter(|extent| extent.after >= gone_before).collect();
        Ok(Selection { extents: Some(held.clone()), held, since: None })
    }

    /// Events of the link, for the other server to collect its intervals again.
    pub(super) fn link_events(&mut self) -> Result<()> {
        let Some(stretches) = self.making.stretches.filter(|stretches| !stretches.events.is_empty()) else {
            return Ok(());
        };
        let Some(acd) = self.making.choice.acds.first() else { return Ok(()) };
        let (acd, stored_as) = (acd.0, journal_of(*acd));
        let open = self.open()?;
        let Slice { stored_as, rows, digest, places } = open.writer.link_events(&stored_as, &stretches.events)?;
        let (name, kind, acd) = ("journal".to_owned(), DataKind::Historical, Some(acd));
        open.parts.push(PartEntry { name, kind, acd, stored_as, rows, digest, places });
        Ok(())
    }
}

/// Name of the table with events of an ACD's link in a volume.
pub fn journal_of(acd: AcdNumber) -> String {
    format!("acd{:02}_journal", acd.0)
}

/// Whether a part is carried from server to server with its intervals. Summaries are made again there, and times without
/// data (linkex) are each server's own.
pub(super) fn is_carried(part: &Part) -> bool {
    match part.carried.unit {
        Unit::Interval => true,
        Unit::Event { .. } => part.carried.table != "linkex",
        Unit::Period | Unit::Whole => false,
    }
}

/// The records of a table that became final in a stretch of time: login sessions by their logout, others by their number.
pub(crate) fn by_order(table: &str, from: i64, to: i64) -> Extent {
    let number = |at: i64| i64::try_from(Record::first_number(Moment(at))).unwrap_or(i64::MAX);
    match table {
        "haglog" => Extent::by_order(from, to),
        _ => Extent::by_order(number(from), number(to)),
    }
}

/// Whether the order of a table's records is the moment at which what they tell of was over: login sessions by their logout.
pub(crate) fn is_placed_by_its_end(table: &str) -> bool {
    table == "haglog"
}

/// How far behind the newest record of a table another one may still come, in its order. Records are numbered as they come;
/// sessions and times without data stand under moments, of which the switch's clock may tell earlier ones after later ones.
pub(super) fn late_by(table: &str) -> i64 {
    match table {
        "haglog" | "linkex" => 86_400,
        _ => 0,
    }
}

/// When a record of this order became final, UNIX seconds.
pub(crate) fn moment_of(table: &str, order: i64) -> i64 {
    match table {
        "haglog" => order,
        _ => Record::moment_of(u64::try_from(order).unwrap_or_default()).0,
    }
}
