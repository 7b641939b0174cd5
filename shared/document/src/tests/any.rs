//! Whatever a sheet holds, its documents are made.

use catalog::Value;
use model::{Moment, NameKind};
use proptest::prelude::*;
use report::{Cell, Format, Layout, Level, Sheet, SheetBlock, SheetColumn, SheetRow};

use super::pages;
use super::sample::head;
use crate::{Document, Form};

fn any_format() -> impl Strategy<Value = Format> {
    prop_oneof![
        Just(Format::Count),
        any::<u8>().prop_map(Format::Decimal),
        any::<u8>().prop_map(Format::Percent),
        Just(Format::Duration),
        Just(Format::Text),
        Just(Format::Name(NameKind::Split)),
        Just(Format::Clock),
        Just(Format::Date),
        Just(Format::Month),
        Just(Format::TimeOfDay),
    ]
}

/// Letters of any script, controls among them, blanks and line ends.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-zA-Z0-9 ,/-]{0,30}",
        1 => proptest::collection::vec(any::<char>(), 0..20).prop_map(String::from_iter),
        1 => Just("word ".repeat(400)),
        1 => Just("W\n".repeat(90)),
    ]
}

fn any_cell() -> impl Strategy<Value = Cell> {
    let moment = -1_000_000_000_000_i64..1_000_000_000_000;
    let value = prop_oneof![
        Just(Value::Blank),
        any::<i64>().prop_map(Value::Int),
        (-100_000_i64..30_000_000).prop_map(Value::Int),
        any::<f64>().prop_map(Value::Real),
        Just(Value::Real(f64::NAN)),
        any_text().prop_map(|text| Value::text(&text)),
        moment.clone().prop_map(|at| Value::At(Moment(at))),
        moment.prop_map(|at| Value::Since(Moment(at))),
    ];
    let level = prop_oneof![Just(Level::Normal), Just(Level::Caution), Just(Level::Warning)];
    (value, level).prop_map(|(value, level)| Cell { value, level })
}

fn any_block() -> impl Strategy<Value = SheetBlock> {
    let column = ("[a-z]{1,4}", any_text(), any_format()).prop_map(|(id, heading, format)| SheetColumn {
        id,
        heading,
        format,
        width: 0,
        limits: None,
        summed: false,
    });
    // Rows of any length: what a newer server sends need not be what this program expects.
    let cells = || proptest::collection::vec(any_cell(), 0..8);
    let row = cells().prop_map(|cells| SheetRow { key: String::new(), cells });
    let layout = prop_oneof![3 => Just(Layout::Table), 1 => Just(Layout::Fields)];
    let rows = proptest::collection::vec(row, 0..12);
    let columns = proptest::collection::vec(column, 0..30);
    let words = (any_text(), any_text(), any_text(), any_text());
    (words, layout, columns, rows, proptest::option::of(cells())).prop_map(
        |((title, note, partial, hint), layout, columns, rows, totals)| SheetBlock {
            title,
            note,
            partial,
            hint,
            layout,
            columns,
            rows,
            totals,
        },
    )
}

fn any_sheet() -> impl Strategy<Value = Sheet> {
    let at = prop_oneof![9 => 0_i64..4_000_000_000, 1 => any::<i64>()];
    (any_text(), at, proptest::collection::vec(any_block(), 0..4)).prop_map(|(title, at, blocks)| Sheet {
        title,
        at: Moment(at),
        blocks,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_sheet_gives_documents(sheet in any_sheet()) {
        let head = head();
        let document = Document::new(&sheet, &head);
        for form in Form::ALL {
            prop_assert!(document.content(form).is_ok(), "{:?}: {:?}", form, document.content(form).err());
        }
        // A page on paper is finished as the reader expects it.
        prop_assert!(!pages::texts(&document.content(Form::Pdf).unwrap_or_default()).is_empty());
    }
}
