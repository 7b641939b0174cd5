//! Everything against real files in a temporary folder.

mod administration;
mod ageing;
mod archive;
mod done;
mod files;
mod locks;
mod maintenance;
mod menu;
mod pages;
mod permissions;
mod query;
mod reading;
mod records;
mod restores;
mod shortcuts;
mod summaries;
mod synonyms;
mod system;
mod timetables;
mod weeks;

use std::collections::BTreeMap;

use catalog::{AgentKey, IntervalRows, TrunkKey, VdnKey};
use catalog::{hagent, hcwc, hsplit, htkgrp, htrunk, hvdn, hvector};
use model::{
    AcdNumber, Calendar, EqLoc, Extension, IntervalMinutes, LoginId, Moment, SplitId, TrunkGroupId, VdnId, VectorId,
    WorkCode,
};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use tempfile::TempDir;

use crate::AcdStore;

const ACD: AcdNumber = AcdNumber(1);
/// 2026-11-23 09:00 in Berlin.
const NINE: Moment = Moment(1_795_420_800);

fn berlin() -> Calendar {
    Calendar { zone: "Europe/Berlin".parse().unwrap(), interval: IntervalMinutes::Half }
}

fn store(folder: &TempDir) -> AcdStore {
    AcdStore::open(&folder.path().join("01.db"), ACD).unwrap()
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// An interval in which the splits 1 to `splits` answered `calls` calls, each with two agents.
fn small(start: Moment, splits: u32, calls: u32) -> IntervalRows {
    let mut rows = IntervalRows::empty(berlin().interval(start), berlin());
    for split in (1..=splits).map(SplitId) {
        let mut values = hsplit::Row::default();
        values[hsplit::ACDCALLS] = calls;
        rows.hsplit.push((split, values));
        for agent in 0..2 {
            let mut values = hagent::Row::default();
            values[hagent::ACDCALLS] = calls + agent;
            let logid = LoginId::new(&format!("{}", 2000 + split.0 * 2 + agent)).unwrap();
            rows.hagent.push((AgentKey { split, logid, extension: Extension::new("710").unwrap() }, values));
        }
    }
    rows
}

/// Some of the values of a row, by position.
fn sparse(width: usize) -> impl Strategy<Value = Vec<(usize, u32)>> {
    vec((0..width, any::<u32>()), 0..12)
}

fn filled<R: Default>(values: &[(usize, u32)], values_of: fn(&mut R) -> &mut [u32]) -> R {
    let mut row = R::default();
    for &(place, value) in values {
        values_of(&mut row)[place] = value;
    }
    row
}

macro_rules! rows_of {
    ($table:ident, $key:expr) => {
        btree_map($key, sparse($table::WIDTH), 0..5).prop_map(|rows: BTreeMap<_, Vec<(usize, u32)>>| {
            rows.into_iter().map(|(key, values)| (key, filled(&values, $table::Row::values_mut))).collect::<Vec<_>>()
        })
    };
}

/// An interval of any kind: every table, any values, texts as keys that are not numbers.
fn any_rows() -> impl Strategy<Value = IntervalRows> {
    rows_among("[A-Za-z0-9'\"%é]{1,7}", 50)
}

/// An interval with any values, of entities with such texts and so many numbers.
fn rows_among(text: &'static str, numbers: u32) -> impl Strategy<Value = IntervalRows> {
    let split = move || (0..numbers).prop_map(SplitId);
    let few = numbers.min(9);
    let agent = (split(), text, text).prop_map(|(split, logid, extension)| AgentKey {
        split,
        logid: LoginId::new(&logid).unwrap(),
        extension: Extension::new(&extension).unwrap(),
    });
    let vdn = (text, proptest::option::of(1..=few))
        .prop_map(|(vdn, vector)| VdnKey { vdn: VdnId::new(&vdn).unwrap(), vector: vector.map(VectorId) });
    let trunk = (text, 0..few)
        .prop_map(|(eqloc, group)| TrunkKey { eqloc: EqLoc::new(&eqloc).unwrap(), group: TrunkGroupId(group) });
    let code = text.prop_map(|code| WorkCode::new(&code).unwrap());
    let tables = (
        rows_of!(hsplit, split()),
        rows_of!(hagent, agent),
        rows_of!(hvdn, vdn),
        rows_of!(hvector, (0..few).prop_map(VectorId)),
        rows_of!(htkgrp, (0..few).prop_map(TrunkGroupId)),
        rows_of!(htrunk, trunk),
        rows_of!(hcwc, code),
    );
    (0i64..4_000_000_000, any::<bool>(), tables).prop_map(|(at, incomplete, tables)| {
        let mut rows = IntervalRows::empty(berlin().interval(Moment(at)), berlin());
        rows.incomplete = incomplete;
        (rows.hsplit, rows.hagent, rows.hvdn, rows.hvector, rows.htkgrp, rows.htrunk, rows.hcwc) = tables;
        rows
    })
}
