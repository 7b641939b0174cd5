use std::{env, fs, path::Path};

use model::{AcdNumber, Calendar, CallId, Moment, SplitId};

use crate::tables::busy_hour;
use crate::tables::unfilled::{UNFILLED, is_unfilled};
use crate::{
    Belonging, CallRecord, Class, Derived, Disposition, ExceptionOf, ExceptionRow, Record, TableKind, Value,
    all_tables, hsplit, items_markdown, table,
};

#[test]
fn series_and_singles_have_their_own_columns() {
    let mut row = hsplit::Row::default();
    row[hsplit::ACDCALLS] += 1;
    row[hsplit::ACDCALLS_N.at(10)] += 2;
    let hsplit = table("HSPLIT").unwrap();
    let value = |name: &str| row.values()[hsplit.position(name).unwrap() - hsplit.first_value()];
    assert_eq!((value("acdcalls"), value("ACDCALLS10"), value("ACDCALLS9")), (1, 2, 0));
}

#[test]
fn names_are_unique_and_real_time_tables_carry_the_interval_items() {
    for table in all_tables() {
        let mut names: Vec<_> = table.items().iter().map(|item| item.name.as_str()).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count, "{} has an item twice", table.name);
        assert!(table.values().iter().all(|item| !matches!(item.class, Class::Key | Class::Status)));
        assert!(
            table.placed_by.is_none_or(|item| table.position(item).is_some()),
            "{} is placed by nothing",
            table.name
        );
    }
    let (csplit, hsplit) = (table("csplit").unwrap(), table("hsplit").unwrap());
    assert_eq!(csplit.values().len(), hsplit.values().len());
}

#[test]
fn every_item_says_what_it_means() {
    for table in all_tables() {
        for item in table.items() {
            assert!(item.meaning.len() > 5, "{}.{} has no meaning", table.name, item.name);
            assert!(!item.meaning.ends_with('.'), "{}.{}: a meaning is no sentence", table.name, item.name);
        }
    }
}

#[test]
fn what_nothing_fills_is_an_item_that_says_so() {
    let mut named = Vec::new();
    for entry in UNFILLED {
        for &name in entry.tables {
            let table = table(name).unwrap_or_else(|| panic!("there is no table {name}"));
            for &item in entry.items {
                assert!(table.position(item).is_some(), "{name} has no {item}");
                assert!(entry.reason.len() > 10, "{name}.{item} has no reason");
                assert!(!named.contains(&(name, item)), "{name}.{item} is named twice");
                named.push((name, item));
            }
        }
    }
}

/// The names that the field knows, a table a line, `EVENT1..9` for EVENT1 to EVENT9.
const FIELD_ITEMS: &str = include_str!("tests/field_items.txt");

#[test]
fn every_item_that_the_field_knows_is_one_of_the_catalogue() {
    let mut known = 0;
    for line in FIELD_ITEMS.lines() {
        let (name, items) = line.split_once(": ").unwrap();
        let table = table(name).unwrap_or_else(|| panic!("there is no table {name}"));
        for item in items.split(' ').flat_map(numbered) {
            assert!(table.position(&item).is_some(), "{name} has no {item}");
            known += 1;
        }
    }
    assert_eq!(known, 1292);
}

fn numbered(item: &str) -> Vec<String> {
    let Some((first, last)) = item.split_once("..") else { return vec![item.to_owned()] };
    let stem = first.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let (first, last): (u32, u32) = (first[stem.len()..].parse().unwrap(), last.parse().unwrap());
    (first..=last).map(|number| format!("{stem}{number}")).collect()
}

/// What a record does not store stays blank in it, and what is made from another item has that one.
#[test]
fn derived_items_are_made_from_items_that_are_stored() {
    let mut found = Vec::new();
    for table in all_tables() {
        for item in table.items() {
            let from = match table.derived(item) {
                None => continue,
                Some(Derived::Same(from) | Derived::DateOf(from)) => from,
                Some(Derived::Blank) => {
                    assert!(is_unfilled(table.name, &item.name), "{} is blank, and nobody says why", item.name);
                    continue;
                }
            };
            let from = &table.items()[table.position(from).unwrap()];
            assert_eq!((table.derived(from), from.text), (None, item.text), "{}", item.name);
            found.push(item.name.as_str());
        }
        assert!(table.kind == TableKind::Event || table.stored_items().count() == table.items().len());
    }
    let dates = ["START_DATE", "START_DATE_UTC", "STOP_DATE", "STOP_DATE_UTC"];
    let logins = ["LOGIN_DATE", "LOGIN_DATE_UTC", "LOGOUT_DATE_UTC"];
    assert_eq!(found, [&dates[..], &logins[..]].concat());
}

#[test]
fn the_document_of_the_items_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/items.md");
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, items_markdown()).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(written == items_markdown(), "docs/items.md is stale; run the tests with UPDATE_DOCS=1");
}

#[test]
fn summaries_have_the_values_of_their_interval_table_and_then_the_busy_hour() {
    for interval in all_tables().iter().filter(|table| table.kind == TableKind::Interval) {
        for kind in TableKind::SUMMARIES {
            let summary = interval.of_kind(kind).unwrap();
            let same = summary.values().iter().zip(interval.values()).all(|(summed, item)| summed.name == item.name);
            assert!(same, "{} differs from {}", summary.name, interval.name);
            let rest = &summary.values()[interval.values().len()..];
            assert!(rest.iter().all(|item| item.class == Class::BusyHour && kind == TableKind::Daily));
        }
    }
    assert_eq!(table("dvdn").unwrap().of_kind(TableKind::RealTime).unwrap().name, "cvdn");
    assert_eq!(table("dvdn").unwrap().values().last().unwrap().name, "BH_INTERFLOWCALLS");
}

#[test]
fn busy_hour_items_are_parts_of_items_that_exist() {
    for (interval, lines) in [("hvdn", busy_hour::VDN), ("htkgrp", busy_hour::TRUNK_GROUP)] {
        let interval = table(interval).unwrap();
        let parts = lines.iter().filter_map(|(_, part, _, _)| *part);
        parts.for_each(|part| assert!(interval.position(part).is_some(), "{} has no {part}", interval.name));
    }
}

#[test]
fn a_record_fills_its_row() {
    let calendar = Calendar { zone: "Europe/Berlin".parse().unwrap(), interval: Default::default() };
    let exception = ExceptionRow {
        at: Moment(1_790_000_000),
        kind: 30,
        threshold: 5,
        limit_secs: 0,
        of: ExceptionOf::Split { split: SplitId(7) },
    };
    let record = Record::Exception(exception);
    let values = record.values(AcdNumber(1), 12, &calendar);
    let value = |item: &str| values[record.table().position(item).unwrap()].clone();
    assert_eq!(record.table().name, "spex");
    assert_eq!((value("SPLIT"), value("SEQNO"), value("EXTYPE")), (Value::Int(7), Value::Int(12), Value::Int(30)));
    assert_eq!((value("ROW_DATE"), value("ROW_TIME")), (Value::Int(20_260_921), Value::Int(1613)));
}

#[test]
fn every_row_belongs_to_something_that_its_table_tells() {
    let mut everything = Vec::new();
    for table in all_tables() {
        match table.belonging() {
            Belonging::Acd => {}
            Belonging::Everything => everything.push(table.name),
            Belonging::Elements(items) => {
                for (_, item) in items {
                    assert!(table.position(item).is_some(), "{} has no {item}", table.name);
                }
            }
        }
    }
    everything.sort_unstable();
    assert_eq!(everything, ["ccwc", "dcwc", "hcwc", "mcwc", "pcwc", "wcwc"]);
}

/// Places of the row are constants; where they come from, names can be read.
#[test]
fn what_a_call_did_stands_under_its_names() {
    let calendar = Calendar { zone: "Europe/Berlin".parse().unwrap(), interval: Default::default() };
    let at = Moment(1_790_000_000);
    let mut call = CallRecord::bare(CallId(70), at, at + 90, Disposition::Answered);
    call.vdns.extend(["1", "2", "3"].map(|vdn| vdn.parse().unwrap()));
    call.splits.extend([SplitId(4), SplitId(5)]);
    call.work_codes.extend(["11", "12"].map(|code| code.parse().unwrap()));
    call.strokes[8] = 3;
    let record = Record::Call(Box::new(call));
    let values = record.values(AcdNumber(1), 12, &calendar);
    let value = |item: &str| values[record.table().position(item).unwrap()].clone();
    for (item, text) in [("FIRSTVDN", "1"), ("VDN2", "2"), ("VDN3", "3"), ("CWC1", "11"), ("CWC2", "12")] {
        assert_eq!(value(item), Value::text(text), "{item}");
    }
    for (item, number) in [("SPLIT1", 4), ("SPLIT2", 5), ("EVENT9", 3), ("EVENT8", 0), ("DISPOSITION", 2)] {
        assert_eq!(value(item), Value::Int(number), "{item}");
    }
    assert_eq!((value("SEGSTART"), value("UTC_TIMEZONE")), (Value::Int(at.0 + 7_200), Value::Int(120)));
    assert_eq!((value("VDN4"), value("CWC3"), value("NETINTIME")), (Value::Blank, Value::Blank, Value::Blank));
}

#[test]
fn the_tables_of_records_are_those_of_their_records() {
    let at = Moment(1_790_000_000);
    let record = Record::Call(Box::new(CallRecord::bare(CallId(1), at, at, Disposition::Other)));
    assert_eq!(record.table().name, Record::TABLES[record.table_place()]);
    let tables = Record::TABLES.map(|name| table(name).unwrap());
    assert!(tables.iter().all(|table| table.kind == TableKind::Event));
    // What all exceptions have in common stands at the same places.
    let places = |table: &crate::Table| ["ACD", "ROW_DATE", "SEQNO", "EXTYPE", "TIME"].map(|item| table.position(item));
    assert!(tables[2..7].iter().all(|table| places(table) == places(tables[2])));
}
