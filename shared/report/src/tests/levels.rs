//! A daily report is the interval report of that day summed up: counts and times, maxima and ratios.

use catalog::{Class, TableKind, Unit, Value};
use proptest::prelude::*;

use super::past::{YESTERDAY, placed, summed};
use super::world::{Given, NOW, berlin, dictionary, int, text};
use crate::{Inputs, Sheet, find_built_in, run};

/// Interval reports that have a daily one, with the table that they read.
const PAIRS: [(&str, &str); 14] = [
    ("Split/Skill Summary", "hsplit"),
    ("Split/Skill Call Profile", "hsplit"),
    ("Split/Skill Outbound", "hsplit"),
    ("Agent Summary", "hagent"),
    ("Agent AUX", "hagent"),
    ("Agent Event Count", "hagent"),
    ("Agent Inbound/Outbound", "hagent"),
    ("Agent Split/Skill", "hagent"),
    ("VDN Summary", "hvdn"),
    ("VDN Call Profile", "hvdn"),
    ("Vector", "hvector"),
    ("Trunk Group Summary", "htkgrp"),
    ("Trunk Summary", "htrunk"),
    ("Call Work Codes", "hcwc"),
];

/// Numbers that look like nothing in particular.
fn number(seed: u64, place: usize) -> i64 {
    let mut mixed = seed ^ (place as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed ^= mixed >> 29;
    mixed = mixed.wrapping_mul(0xBF58_476D_1CE4_E5B9);
    (mixed >> 40) as i64 % 300
}

/// A row of an interval table in which every item has something.
fn row(given: Given, table: &str, half_hour: i64, entity: i64, seed: u64) -> Given {
    let known = catalog::table(table).unwrap();
    let mut items = placed(YESTERDAY + half_hour * 1800, &berlin());
    let fixed = items.len();
    for item in known.items().iter().filter(|item| item.class == Class::Key) {
        if items[..fixed].iter().all(|(name, _)| *name != item.name) {
            let key = if item.text { text(&(1000 + entity).to_string()) } else { int(entity) };
            items.push((item.name.as_str(), key));
        }
    }
    let mut all: Vec<(&str, Value)> = items.clone();
    for (place, item) in known.values().iter().enumerate() {
        let value = match (item.class, item.unit) {
            (_, Unit::Flag) => number(seed, place) % 2,
            // Administered values that stay as they are all day.
            (Class::Admin, _) => 20,
            _ => number(seed, place),
        };
        all.push((item.name.as_str(), int(value)));
    }
    given.row(table, &all)
}

fn shown(report: &str, given: &Given) -> Sheet {
    let inputs = Inputs::from([("dates".to_owned(), "-1".to_owned())]);
    run(find_built_in(report).unwrap(), &inputs, given, &dictionary(), NOW).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn a_day_is_its_intervals_summed(
        rows in prop::collection::btree_map((0..20_i64, 1..4_i64), any::<u64>(), 1..16),
        pair in prop::sample::select(PAIRS.to_vec()),
    ) {
        let (name, table) = pair;
        let mut given = Given { calendar: Some(berlin()), ..Given::default() };
        for ((half_hour, entity), seed) in &rows {
            given = row(given, table, *half_hour, *entity, *seed);
        }
        let half_hours: std::collections::BTreeSet<i64> = rows.keys().map(|(half_hour, _)| *half_hour).collect();
        let given = summed(given);
        let day = [("ROW_DATE", int(20_260_301)), ("SECSPERDAY", int(half_hours.len() as i64 * 1800))];
        let given = given.row("d_secs", &day);
        let (intervals, days) = (shown(&format!("{name} Interval"), &given), shown(&format!("{name} Daily"), &given));
        let (intervals, days) = (&intervals.blocks[0], &days.blocks[0]);
        let entities: std::collections::BTreeSet<i64> = rows.keys().map(|(_, entity)| *entity).collect();
        prop_assert_eq!(days.rows.len(), entities.len());
        let ids = days.columns.iter().enumerate().filter(|(_, column)| column.id != "incomplete");
        for (at, column) in ids {
            let there = intervals.columns.iter().position(|known| known.id == column.id);
            let Some(there) = there else { panic!("{} has no {}", name, column.id) };
            let total = |block: &crate::SheetBlock, at: usize| block.totals.as_ref().unwrap()[at].value.clone();
            prop_assert_eq!(total(days, at), total(intervals, there), "{}: {}", name, &column.id);
        }
        let table = catalog::table(table).unwrap().of_kind(TableKind::Daily).unwrap();
        prop_assert!(given.asked.borrow().iter().any(|(asked, _)| *asked == table.name));
    }
}
