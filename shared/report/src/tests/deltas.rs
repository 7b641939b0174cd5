//! Deltas lead from any sheet to any other, and are short when little changed.

use catalog::Value;
use model::Moment;
use proptest::prelude::*;

use super::cells::any_cell;
use super::world::{int, lasting};
use crate::{BlockDelta, Cell, Delta, DeltaError, Format, Layout, Sheet, SheetBlock, SheetColumn, SheetRow, delta};

const WIDTH: usize = 3;

fn block(rows: Vec<SheetRow>, totals: Option<Vec<Cell>>) -> SheetBlock {
    let column = |id: usize| SheetColumn {
        id: format!("c{id}"),
        heading: String::new(),
        format: Format::Text,
        width: 0,
        limits: None,
        summed: false,
    };
    SheetBlock {
        title: String::new(),
        note: String::new(),
        partial: String::new(),
        hint: String::new(),
        layout: Layout::Table,
        columns: (0..WIDTH).map(column).collect(),
        rows,
        totals,
    }
}

fn sheet(at: i64, blocks: Vec<SheetBlock>) -> Sheet {
    Sheet { title: "Try".to_owned(), at: Moment(at), blocks }
}

prop_compose! {
    /// Few keys, so that rows stay, move, come, go and even come twice.
    fn any_row()(key in 0..12_u8, cells in prop::collection::vec(any_cell(), WIDTH)) -> SheetRow {
        SheetRow { key: format!("{key}"), cells }
    }
}

fn any_block() -> impl Strategy<Value = SheetBlock> {
    let totals = prop::option::of(prop::collection::vec(any_cell(), WIDTH));
    let rows = prop_oneof![
        // Keys as they should be: each once.
        3 => prop::collection::vec(any_row(), 0..12).prop_map(|mut rows| {
            let mut seen = std::collections::BTreeSet::new();
            rows.retain(|row| seen.insert(row.key.clone()));
            rows
        }),
        1 => prop::collection::vec(any_row(), 0..6),
    ];
    (rows, totals).prop_map(|(rows, totals)| block(rows, totals))
}

fn any_sheet() -> impl Strategy<Value = Sheet> {
    (0..3_i64, prop::collection::vec(any_block(), 1..3)).prop_map(|(at, blocks)| sheet(at, blocks))
}

proptest! {
    #[test]
    fn a_delta_leads_to_the_next_sheet(before in any_sheet(), after in any_sheet()) {
        let json = serde_json::to_string(&delta(&before, &after)).unwrap();
        let delta: Delta = serde_json::from_str(&json).unwrap();
        let mut sheet = before;
        prop_assert_eq!(sheet.apply(&delta), Ok(()));
        prop_assert_eq!(sheet, after);
    }

    #[test]
    fn a_delta_of_another_sheet_never_panics(a in any_sheet(), b in any_sheet(), c in any_sheet()) {
        let mut other = c;
        let _ = other.apply(&Delta { since: other.at, ..delta(&a, &b) });
    }
}

fn agents(count: i64) -> Vec<SheetRow> {
    let row = |agent| SheetRow {
        key: format!("{agent}"),
        cells: vec![Cell::normal(int(agent)), Cell::normal(Value::text("AVAIL")), Cell::normal(lasting(agent))],
    };
    (0..count).map(row).collect()
}

#[test]
fn little_change_is_little_text() {
    let before = sheet(1, vec![block(agents(1000), None)]);
    let mut after = sheet(2, vec![block(agents(1000), None)]);
    assert_eq!(serde_json::to_string(&delta(&before, &before)).unwrap(), r#"{"since":1,"at":1}"#);

    after.blocks[0].rows[7].cells[1] = Cell::normal(Value::text("ACD"));
    let one_cell = delta(&before, &after);
    let json = serde_json::to_string(&one_cell).unwrap();
    assert_eq!(json, r#"{"since":1,"at":2,"blocks":[[0,{"rows":{"cells":[[7,1,"ACD"]]}}]]}"#);

    let moved = after.blocks[0].rows.remove(7);
    after.blocks[0].rows.push(moved);
    let json = serde_json::to_string(&delta(&before, &after)).unwrap();
    let expect = r#"{"rows":{"taken":[7],"placed":[[999,7]],"cells":[[999,1,"ACD"]]}}"#;
    assert_eq!(json, format!(r#"{{"since":1,"at":2,"blocks":[[0,{expect}]]}}"#));
}

#[test]
fn a_changed_frame_travels_whole() {
    let before = sheet(1, vec![block(agents(3), None)]);
    let mut after = sheet(2, vec![block(agents(3), None)]);
    after.blocks[0].columns[0].heading = "Agent".to_owned();
    assert!(matches!(delta(&before, &after).blocks[0], (0, BlockDelta::Whole(_))));
}

#[test]
fn deltas_out_of_turn_are_refused() {
    let (one, two) = (sheet(1, vec![]), sheet(2, vec![]));
    let mut late = sheet(9, vec![]);
    assert_eq!(late.apply(&delta(&one, &two)), Err(DeltaError::WrongBase { since: Moment(1), at: Moment(9) }));
}
