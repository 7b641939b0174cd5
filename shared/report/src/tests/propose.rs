//! What a designer is given to begin with can always be run.

use model::NameKind as Entity;

use crate::{
    Format, ReportKind, Total, add_columns, calculations_of, check, new_report, proposed_column, tables_of_kind,
};

const KINDS: [ReportKind; 3] = [ReportKind::RealTime, ReportKind::Historical, ReportKind::Integrated];

#[test]
fn a_new_report_over_any_table_can_be_run() {
    for kind in KINDS {
        for table in tables_of_kind(kind) {
            let report = new_report(kind, table, "New");
            assert_eq!(check(&report), [], "{kind:?} {}", table.name);
            assert!(!report.blocks[0].columns.is_empty(), "{kind:?} {}", table.name);
        }
    }
}

#[test]
fn every_item_and_calculation_can_be_added_to_it() {
    for kind in KINDS {
        for table in tables_of_kind(kind) {
            let items = table.items().iter().map(|item| item.name.clone());
            let names: Vec<String> = items.chain(calculations_of(table).map(|known| known.name.to_owned())).collect();
            for some in names.chunks(100) {
                let mut report = new_report(kind, table, "New");
                let mut block = report.blocks.remove(0);
                add_columns(&report, &mut block, some);
                report.blocks.push(block);
                assert_eq!(check(&report), [], "{kind:?} {}", table.name);
            }
        }
    }
}

#[test]
fn a_column_looks_like_its_model_in_the_product() {
    let table = catalog::table("dsplit").unwrap();
    let speed = proposed_column(table, "AVG_ANSWER_SPEED", &[]);
    assert_eq!(
        (speed.heading.as_str(), speed.format, speed.total),
        ("Avg speed of answer", Format::Duration, Some(Total::Ratio))
    );
    let split = proposed_column(table, "SPLIT", &[]);
    assert_eq!((split.expression.as_str(), split.format), ("name(SPLIT)", Format::Name(Entity::Split)));
    let date = proposed_column(catalog::table("msplit").unwrap(), "ROW_DATE", &[]);
    assert_eq!(date.format, Format::Month);
    let unknown = proposed_column(table, "LOWCALLS", &[]);
    assert_eq!((unknown.heading.as_str(), unknown.total), ("LOWCALLS", Some(Total::Sum)));
}

#[test]
fn the_same_item_twice_has_two_ids() {
    let table = catalog::table("hsplit").unwrap();
    let mut report = new_report(ReportKind::Historical, table, "New");
    let mut block = report.blocks.remove(0);
    add_columns(&report, &mut block, &["ACDCALLS".to_owned(), "ACDCALLS".to_owned()]);
    let last: Vec<&str> = block.columns.iter().rev().take(2).map(|column| column.id.as_str()).collect();
    assert_ne!(last[0], last[1]);
    assert_eq!(block.total_row.as_deref(), Some("Total"));
}
