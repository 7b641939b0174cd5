//! The rows of one closed archive interval, as the collector hands them over and the store keeps them.

use std::fmt::{self, Write};

use model::{Calendar, EqLoc, Extension, Interval, LoginId, SplitId, TrunkGroupId, VdnId, VectorId, WorkCode};
use serde::{Deserialize, Serialize};

use crate::canonical::CanonicalLine;
use crate::table::{Table, table};
use crate::{hagent, hcwc, hsplit, htkgrp, htrunk, hvdn, hvector};

/// Identity of an hagent row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AgentKey {
    /// Split/skill.
    pub split: SplitId,
    /// Login ID.
    pub logid: LoginId,
    /// Extension logged in at.
    pub extension: Extension,
}

/// Identity of an hvdn row. `vector` is `None` where the switch has no vectors (stored as 0).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct VdnKey {
    /// VDN.
    pub vdn: VdnId,
    /// The vector it leads to.
    pub vector: Option<VectorId>,
}

/// Identity of an htrunk row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TrunkKey {
    /// Equipment location.
    pub eqloc: EqLoc,
    /// Its trunk group.
    pub group: TrunkGroupId,
}

/// One closed interval of one ACD. Each list is sorted by key; an entity without activity has no row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntervalRows {
    /// Which interval.
    pub interval: Interval,
    /// The calendar in force, from which ROW_DATE, STARTTIME and INTRVL derive.
    pub calendar: Calendar,
    /// Whether data are missing from it; then every row bears INCOMPLETE.
    pub incomplete: bool,
    pub hsplit: Vec<(SplitId, hsplit::Row)>,
    pub hagent: Vec<(AgentKey, hagent::Row)>,
    pub hvdn: Vec<(VdnKey, hvdn::Row)>,
    pub hvector: Vec<(VectorId, hvector::Row)>,
    pub htkgrp: Vec<(TrunkGroupId, htkgrp::Row)>,
    pub htrunk: Vec<(TrunkKey, htrunk::Row)>,
    pub hcwc: Vec<(WorkCode, hcwc::Row)>,
}

/// One row without its type: the entity's key as text and number columns, and the values.
pub struct IntervalRow<'a> {
    /// The table it belongs to.
    pub table: &'static Table,
    /// The entity key's columns in the table's order, as text.
    pub key: Vec<String>,
    /// The values in the order of `table.values()`.
    pub values: &'a [u32],
}

impl IntervalRows {
    /// No rows yet.
    pub fn empty(interval: Interval, calendar: Calendar) -> Self {
        IntervalRows {
            interval,
            calendar,
            incomplete: false,
            hsplit: Vec::new(),
            hagent: Vec::new(),
            hvdn: Vec::new(),
            hvector: Vec::new(),
            htkgrp: Vec::new(),
            htrunk: Vec::new(),
            hcwc: Vec::new(),
        }
    }

    /// Number of rows in all tables.
    pub fn len(&self) -> usize {
        self.hsplit.len()
            + self.hagent.len()
            + self.hvdn.len()
            + self.hvector.len()
            + self.htkgrp.len()
            + self.htrunk.len()
            + self.hcwc.len()
    }

    /// Whether no entity had activity.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Calls `each` with every row, table by table in a fixed order, each table in key order.
    pub fn for_each<'a>(&'a self, mut each: impl FnMut(IntervalRow<'a>)) {
        let of = |name| table(name).expect("every interval table is in the catalogue");
        let mut row = |table, key, values| each(IntervalRow { table, key, values });
        for (split, values) in &self.hsplit {
            row(of("hsplit"), vec![split.to_string()], values.values());
        }
        for (key, values) in &self.hagent {
            let key = vec![key.split.to_string(), key.logid.to_string(), key.extension.to_string()];
            row(of("hagent"), key, values.values());
        }
        for (key, values) in &self.hvdn {
            row(
                of("hvdn"),
                vec![key.vdn.to_string(), key.vector.map_or(0, |vector| vector.0).to_string()],
                values.values(),
            );
        }
        for (vector, values) in &self.hvector {
            row(of("hvector"), vec![vector.to_string()], values.values());
        }
        for (group, values) in &self.htkgrp {
            row(of("htkgrp"), vec![group.to_string()], values.values());
        }
        for (key, values) in &self.htrunk {
            row(of("htrunk"), vec![key.eqloc.to_string(), key.group.to_string()], values.values());
        }
        for (code, values) in &self.hcwc {
            row(of("hcwc"), vec![code.to_string()], values.values());
        }
    }

    /// The rows as text that two servers can compare: one line per row, `table|key|ITEM=value …` with the
    /// items that are not zero. Items added to the catalogue later do not change the text of old rows.
    pub fn canonical(&self) -> String {
        let mut text = String::new();
        let _ = self.write_canonical(&mut text);
        text
    }

    /// Writes [`IntervalRows::canonical`] row by row: of a large site it is some ten megabytes.
    ///
    /// # Errors
    /// Only what `text` itself fails with.
    pub fn write_canonical(&self, text: &mut impl Write) -> fmt::Result {
        let (mut line, mut written) = (CanonicalLine::default(), Ok(()));
        self.for_each(|row| {
            line.begin(row.table.name, row.key.join(","));
            for (item, value) in row.table.values().iter().zip(row.values).filter(|(_, value)| **value != 0) {
                line.whole(&item.name, i64::from(*value));
            }
            written = written.and_then(|()| text.write_str(line.end()));
        });
        written
    }
}
