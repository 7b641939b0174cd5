use std::{env, fs, path::Path};

use crate::{Class, all_tables, hsplit, items_markdown, table};

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
    }
    let (csplit, hsplit) = (table("csplit").unwrap(), table("hsplit").unwrap());
    assert_eq!(csplit.values().len(), hsplit.values().len());
}

#[test]
fn every_item_says_what_it_means() {
    for table in all_tables() {
        for item in table.items() {
            assert!(item.meaning.len() > 10, "{}.{} has no meaning", table.name, item.name);
            assert!(!item.meaning.ends_with('.'), "{}.{}: a meaning is no sentence", table.name, item.name);
        }
    }
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
