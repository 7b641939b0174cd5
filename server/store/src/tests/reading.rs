use catalog::{Value, table};
use model::Moment;

use super::{NINE, folder, small, store};
use crate::{AcdReader, RowFilter, StoreError};

fn read(reader: &AcdReader, name: &str, items: &[&str], filter: &RowFilter) -> Result<String, StoreError> {
    let table = table(name).unwrap();
    let items: Vec<usize> = items.iter().map(|item| table.position(item).unwrap()).collect();
    let mut text = String::new();
    reader.for_each_row(table, &items, filter, &mut |values| {
        let words = values.iter().map(|value| match value {
            Value::Int(number) => number.to_string(),
            Value::Text(word) => word.to_string(),
            Value::At(at) => format!("@{}", *at - NINE),
            other => format!("{other:?}"),
        });
        text.push_str(&words.collect::<Vec<_>>().join(" "));
        text.push('\n');
    })?;
    Ok(text)
}

fn list(ids: &[&str]) -> Option<Vec<String>> {
    Some(ids.iter().map(|&id| id.to_owned()).collect())
}

#[test]
fn rows_come_by_entity_then_time_and_as_filtered() {
    let folder = folder();
    let mut store = store(&folder);
    for (start, calls) in [(NINE, 5), (NINE + 1800, 6)] {
        store.archive(&small(start, 3, calls)).unwrap();
    }
    let reader = store.reader().unwrap();
    let check = |name: &str, items: &[&str], filter: RowFilter, expect: &str| {
        assert_eq!(read(&reader, name, items, &filter).unwrap().trim_end(), expect, "{filter:?}");
    };
    let all = RowFilter::default();
    check(
        "hsplit",
        &["SPLIT", "STARTTIME", "ACDCALLS"],
        all.clone(),
        "1 900 5\n1 930 6\n2 900 5\n2 930 6\n3 900 5\n3 930 6",
    );
    check(
        "hsplit",
        &["STARTTIME_UTC", "ROW_DATE", "ACD", "INTRVL"],
        RowFilter { splits: list(&["2"]), ..all.clone() },
        "@0 20261123 1 30\n@1800 20261123 1 30",
    );
    check(
        "hsplit",
        &["SPLIT"],
        RowFilter { to: Some(NINE + 1800), splits: list(&["3", "1", "99"]), ..all.clone() },
        "1\n3",
    );
    check("hsplit", &["SPLIT"], RowFilter { splits: list(&[]), ..all.clone() }, "");
    let second = RowFilter { from: Some(NINE + 1), ..all.clone() };
    check(
        "hagent",
        &["LOGID", "SPLIT", "ACDCALLS"],
        RowFilter { agents: list(&["2004", "2003"]), ..second.clone() },
        "2003 1 7\n2004 2 6",
    );
    check("hagent", &["LOGID"], RowFilter { agents: list(&["2004"]), splits: list(&["1"]), ..all.clone() }, "");
    check("hagent", &["LOGID"], RowFilter { splits: list(&["2"]), ..second }, "2004\n2005");
    check("hvdn", &["VDN"], RowFilter { vdns: list(&["5000"]), ..all }, "");
}

#[test]
fn a_filter_that_does_not_fit_is_refused() {
    let folder = folder();
    let reader = store(&folder).reader().unwrap();
    let check = |filter: RowFilter, expect: &str| {
        let error = read(&reader, "htkgrp", &["INCALLS"], &filter).unwrap_err();
        assert!(error.to_string().contains(expect), "{error}");
    };
    check(RowFilter { splits: list(&["1"]), ..RowFilter::default() }, "htkgrp cannot be restricted by SPLIT");
    check(RowFilter { trunk_groups: list(&["x"]), ..RowFilter::default() }, "TKGRP must be a number, not \"x\"");
}

#[test]
fn questions_are_answered_by_look_ups_not_by_walking_through_everything() {
    let folder = folder();
    let mut store = store(&folder);
    store.archive(&small(NINE, 3, 5)).unwrap();
    let reader = store.reader().unwrap();
    let day = RowFilter { from: Some(NINE), to: Some(NINE + 86_400), ..RowFilter::default() };
    let check = |name: &str, filter: &RowFilter, expect: &str| {
        let table = table(name).unwrap();
        let plan = reader.plan(table, &[table.first_value()], filter);
        assert!(plan.iter().any(|line| line.contains(expect)), "{name}: {plan:#?}");
        assert!(!plan.iter().any(|line| line.starts_with(&format!("SCAN {name}"))), "{name}: {plan:#?}");
    };
    check(
        "hsplit",
        &RowFilter { splits: list(&["1", "2"]), ..day.clone() },
        "PRIMARY KEY (SPLIT=? AND STARTTIME_UTC>?",
    );
    check("hagent", &RowFilter { splits: list(&["1"]), ..day.clone() }, "PRIMARY KEY (SPLIT=? AND STARTTIME_UTC>?");
    check(
        "hagent",
        &RowFilter { agents: list(&["2003"]), ..day.clone() },
        "hagent_by_time (STARTTIME_UTC=? AND LOGID=?)",
    );
    // A long time goes from split to split, whose rows lie together; a short one by time.
    check("hsplit", &day, "PRIMARY KEY (SPLIT=? AND STARTTIME_UTC>?");
    check("hagent", &day, "PRIMARY KEY (SPLIT=? AND STARTTIME_UTC>?");
    // Which ones there are, a day's stretch of the index says; a month is not looked through for that.
    check("hsplit", &day, "COVERING INDEX hsplit_by_time (STARTTIME_UTC>? AND STARTTIME_UTC<?)");
    let month = RowFilter { to: Some(NINE + 30 * 86_400), ..day.clone() };
    check("hsplit", &month, "PRIMARY KEY (SPLIT=? AND STARTTIME_UTC>?");
    check("hsplit", &month, "PRIMARY KEY (SPLIT>?)");
    check("hagent", &day, "PRIMARY KEY (SPLIT>?)");
    let hour = RowFilter { to: Some(NINE + 3600), ..day.clone() };
    check("hsplit", &hour, "hsplit_by_time (STARTTIME_UTC>?");
    check("hagent", &hour, "hagent_by_time (STARTTIME_UTC>?");
    let later = RowFilter { from: Some(Moment(0)), ..RowFilter::default() };
    check("hvdn", &RowFilter { vdns: list(&["5000"]), ..later }, "PRIMARY KEY (VDN=? AND STARTTIME_UTC>?");
}
