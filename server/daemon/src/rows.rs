//! Where reports get their rows: the board for real-time tables, the archive for interval tables.

use std::collections::BTreeSet;
use std::str::FromStr;
use std::sync::Arc;

use catalog::{Kind, Table, Value};
use collector::Board;
use model::Calendar;
use report::{Filter, RowSource, SourceError};
use store::AcdReader;

/// One ACD's rows at one moment.
pub struct Rows {
    /// The present.
    pub board: Arc<Board>,
    /// History; opened by the caller for reports that ask for it.
    pub archive: Option<AcdReader>,
    /// In which dates are meant.
    pub calendar: Calendar,
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
            Kind::RealTime | Kind::Previous
                if self.board.for_each_row_where(table, items, &board_filter(filter), each) =>
            {
                Ok(())
            }
            Kind::RealTime | Kind::Previous => Err(SourceError::NotHere { table: table.name }),
            Kind::Interval | Kind::Daily | Kind::Weekly | Kind::Monthly | Kind::Event => {
                let archive = self.archive.as_ref().ok_or(SourceError::NotHere { table: table.name })?;
                archive
                    .for_each_row(table, items, &store_filter(filter), each)
                    .map_err(|error| SourceError::Failed { table: table.name, source: Box::new(error) })
            }
        }
    }

    fn calendar(&self) -> Option<Calendar> {
        Some(self.calendar)
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

fn store_filter(filter: &Filter) -> store::RowFilter {
    let chosen = |item: &str| filter.chosen(item).map(|numbers: &BTreeSet<String>| numbers.iter().cloned().collect());
    store::RowFilter {
        from: filter.from,
        to: filter.to,
        splits: chosen("SPLIT"),
        agents: chosen("LOGID"),
        vdns: chosen("VDN"),
        vectors: chosen("VECTOR"),
        trunk_groups: chosen("TKGRP"),
        trunks: chosen("EQLOC"),
        work_codes: chosen("CWC"),
    }
}
