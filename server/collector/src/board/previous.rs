//! Rows of the interval before the running one, shared with what was archived of it.

use catalog::{AgentKey, IntervalRows, Value, hagent};

use super::Board;
use super::rows::{Reader, RowFilter, admits};
use crate::live::Cells;

impl Board {
    /// Reads a table of the previous interval; `false` if there is no such table.
    pub(super) fn read_previous(&self, reader: &mut Reader<'_>, filter: &RowFilter) -> bool {
        let Some(rows) = self.previous.as_deref() else { return true };
        match reader.table.element() {
            "split" => {
                for (split, row) in rows.hsplit.iter().filter(|(split, _)| admits(&filter.splits, split)) {
                    reader.settled(row, |_| Value::from(split.0));
                }
            }
            "agent" => read_agents(rows, reader, filter),
            "vdn" => {
                for (key, row) in rows.hvdn.iter().filter(|(key, _)| admits(&filter.vdns, &key.vdn)) {
                    reader.settled(row, |key_item| match key_item {
                        1 => Value::text(key.vdn.as_str()),
                        _ => Value::from(key.vector.map_or(0, |vector| vector.0)),
                    });
                }
            }
            "vector" => {
                for (vector, row) in rows.hvector.iter().filter(|(vector, _)| admits(&filter.vectors, vector)) {
                    reader.settled(row, |_| Value::from(vector.0));
                }
            }
            "tkgrp" => {
                for (group, row) in rows.htkgrp.iter().filter(|(group, _)| admits(&filter.groups, group)) {
                    reader.settled(row, |_| Value::from(group.0));
                }
            }
            "trunk" => {
                for (key, row) in rows.htrunk.iter().filter(|(key, _)| admits(&filter.groups, &key.group)) {
                    reader.settled(row, |key_item| match key_item {
                        1 => Value::text(key.eqloc.as_str()),
                        _ => Value::from(key.group.0),
                    });
                }
            }
            "cwc" => {
                for (code, row) in &rows.hcwc {
                    reader.settled(row, |_| Value::text(code.as_str()));
                }
            }
            _ => return false,
        }
        true
    }
}

/// The rows of one split stand together, so a few splits of many are found by halving.
fn read_agents(rows: &IntervalRows, reader: &mut Reader<'_>, filter: &RowFilter) {
    let mut read = |rows: &[(AgentKey, hagent::Row)]| {
        for (key, row) in rows.iter().filter(|(key, _)| admits(&filter.agents, &key.logid)) {
            reader.settled(row, |key_item| match key_item {
                1 => Value::from(key.split.0),
                2 => Value::text(key.logid.as_str()),
                _ => Value::text(key.extension.as_str()),
            });
        }
    };
    match &filter.splits {
        None => read(&rows.hagent),
        Some(splits) => splits.iter().for_each(|split| {
            let begin = rows.hagent.partition_point(|(key, _)| key.split < *split);
            let end = rows.hagent.partition_point(|(key, _)| key.split <= *split);
            read(&rows.hagent[begin..end]);
        }),
    }
}

impl Reader<'_> {
    /// A row that no longer grows; `key` gives the items after the ACD that identify it.
    fn settled<R: Cells>(&mut self, row: &R, key: impl Fn(usize) -> Value) {
        let first_value = self.table.first_value();
        self.cells.clear();
        for &item in self.items {
            self.cells.push(match (item, item.checked_sub(first_value)) {
                (_, Some(index)) => Value::from(row.cells()[index]),
                (0, None) => self.acd.clone(),
                (key_item, None) => key(key_item),
            });
        }
        (self.each)(&self.cells);
    }
}
