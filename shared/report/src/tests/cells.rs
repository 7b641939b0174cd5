//! The JSON that cells travel as.

use catalog::Value;
use model::Moment;
use proptest::prelude::*;

use super::world::{int, text};
use crate::{Cell, Level};

fn check(value: Value, level: Level, json: &str) {
    let cell = Cell { value, level };
    assert_eq!(serde_json::to_string(&cell).unwrap(), json);
    assert_eq!(serde_json::from_str::<Cell>(json).unwrap(), cell);
}

#[test]
fn normal_cells_are_bare_values_and_coloured_ones_are_pairs() {
    check(Value::Blank, Level::Normal, "null");
    check(int(5), Level::Normal, "5");
    check(int(-5), Level::Normal, "-5");
    check(Value::Real(5.0), Level::Normal, "5.0");
    check(text("AVAIL"), Level::Normal, "\"AVAIL\"");
    check(Value::Since(Moment(17)), Level::Normal, "{\"s\":17}");
    check(Value::At(Moment(17)), Level::Normal, "{\"a\":17}");
    check(int(5), Level::Caution, "[1,5]");
    check(Value::Since(Moment(17)), Level::Warning, "[2,{\"s\":17}]");
}

#[test]
fn other_json_is_refused() {
    for json in ["[0,5]", "[3,5]", "[1]", "[1,2,3]", "[1,[1,5]]", "{}", "{\"x\":1}", "true", "18446744073709551615"] {
        assert!(serde_json::from_str::<Cell>(json).is_err(), "{json}");
    }
}

pub fn any_cell() -> impl Strategy<Value = Cell> {
    let value = prop_oneof![
        Just(Value::Blank),
        any::<i64>().prop_map(Value::Int),
        any::<i32>().prop_map(|number| Value::Real(f64::from(number) / 7.0)),
        "[a-z\"\\\\é]{0,3}".prop_map(|word| Value::text(&word)),
        any::<i64>().prop_map(|at| Value::Since(Moment(at))),
        any::<i64>().prop_map(|at| Value::At(Moment(at))),
    ];
    let level = prop_oneof![3 => Just(Level::Normal), 1 => Just(Level::Caution), 1 => Just(Level::Warning)];
    (value, level).prop_map(|(value, level)| Cell { value, level })
}

proptest! {
    #[test]
    fn every_cell_survives_the_journey(cell in any_cell()) {
        let json = serde_json::to_string(&cell).unwrap();
        prop_assert_eq!(serde_json::from_str::<Cell>(&json).unwrap(), cell);
    }
}
