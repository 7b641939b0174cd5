//! The order that a person chooses with a click on a heading.

use catalog::Value;
use model::Moment;

use crate::definition::SortKey;
use crate::order::sort_rows;
use crate::{Cell, Format, Layout, SheetBlock, SheetColumn, SheetRow};

const NOW: Moment = Moment(1_795_426_927);

fn block(values: &[Value]) -> SheetBlock {
    let column = SheetColumn {
        id: "value".to_owned(),
        heading: "Value".to_owned(),
        format: Format::Text,
        width: 0,
        limits: None,
        summed: false,
    };
    let row = |(number, value): (usize, &Value)| SheetRow {
        key: number.to_string(),
        cells: vec![Cell::normal(value.clone())],
    };
    let rows = values.iter().enumerate().map(row).collect();
    SheetBlock {
        title: String::new(),
        note: String::new(),
        partial: String::new(),
        hint: String::new(),
        layout: Layout::Table,
        columns: vec![column],
        rows,
        totals: None,
    }
}

#[track_caller]
fn check(values: &[Value], up: &[u32], down: &[u32]) {
    let block = block(values);
    assert_eq!(block.order_by(0, false, NOW, &[]), up);
    assert_eq!(block.order_by(0, true, NOW, &[]), down);
    // Where the sorting began makes no difference.
    assert_eq!(block.order_by(0, false, NOW, down), up);
    assert_eq!(block.order_by(0, true, NOW, &[1, 2]), down, "an order of another sheet's is no order");
}

#[test]
fn values_are_ordered_by_worth_and_equal_ones_stay_as_they_are() {
    let int = |number| Value::Int(number);
    let text = Value::text;
    check(&[int(5), int(3), int(5), int(-1)], &[3, 1, 0, 2], &[0, 2, 1, 3]);
    check(
        &[text("10"), text("9"), text("b"), text("Á"), text("á"), text("A")],
        &[1, 0, 5, 2, 3, 4],
        &[4, 3, 2, 5, 0, 1],
    );
    // Blanks and empty texts last, both ways.
    check(&[Value::Blank, text("a"), text(""), int(1)], &[3, 1, 0, 2], &[1, 3, 0, 2]);
    // The shortest time first.
    let since = |secs: i64| Value::Since(NOW + -secs);
    check(&[since(60), since(5), since(3600)], &[1, 0, 2], &[2, 0, 1]);
    assert_eq!(block(&[int(2), int(1)]).order_by(7, false, NOW, &[]), [0, 1], "a column that is not there");
}

/// However a source gives them: two servers that hold the same rows show the same, also behind a limit.
#[test]
fn rows_of_one_worth_stand_by_what_identifies_them() {
    let sorted = |keys: [&str; 4]| {
        let mut block = block(&[Value::Int(7), Value::Int(7), Value::Int(7), Value::Int(7)]);
        block.rows.iter_mut().zip(keys).for_each(|(row, key)| key.clone_into(&mut row.key));
        let by = SortKey { column: "value".to_owned(), descending: true };
        sort_rows(&mut block, &[by], &[0], NOW);
        block.rows.into_iter().map(|row| row.key).collect::<Vec<_>>()
    };
    let expected = ["3|900", "3|1001", "3|1001|2", "12|5"];
    assert_eq!(sorted(["12|5", "3|1001|2", "3|1001", "3|900"]), expected);
    assert_eq!(sorted(["3|900", "12|5", "3|1001", "3|1001|2"]), expected);
}
