//! Workbooks, read back cell by cell by another library.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use catalog::Value;
use report::{Format, Sheet};

use super::content;
use super::sample::{block, cell, column, head, mixed, row, sheet, text};
use crate::{Document, DocumentError, Form};

/// The cells of each worksheet.
fn read(bytes: &[u8]) -> Vec<(String, Vec<Vec<Data>>)> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let sheets = workbook.worksheets();
    sheets.into_iter().map(|(name, range)| (name, range.rows().map(<[Data]>::to_vec).collect())).collect()
}

/// All cells as text, a line for each row.
pub fn lines(bytes: &[u8]) -> String {
    let sheets = read(bytes).into_iter().flat_map(|(_, rows)| rows);
    let rows = sheets.map(|row| row.iter().map(ToString::to_string).collect::<Vec<_>>().join("\t"));
    rows.collect::<Vec<_>>().join("\n")
}

fn worksheets(sheet: &Sheet) -> Vec<(String, Vec<Vec<Data>>)> {
    read(&content(sheet, &head(), Form::Xlsx))
}

/// A number that a spreadsheet shows as a date, a time or a length.
fn time(data: &Data) -> f64 {
    match data {
        Data::DateTime(time) => time.as_f64(),
        other => panic!("{other:?} is no time"),
    }
}

fn near(left: f64, right: f64) -> bool {
    (left - right).abs() < 1e-9
}

#[test]
fn figures_are_numbers_and_times_are_times() {
    let sheets = worksheets(&mixed());
    let names: Vec<&str> = sheets.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["By split", "One of them"]);
    let rows = &sheets[0].1;
    let head: Vec<String> = rows[..8].iter().map(|row| row[0].to_string()).collect();
    let expect = [
        "Split/Skill Summary",
        "By split",
        "Time: 2026-11-23 10:42:07 Europe/Berlin",
        "ACD: 1",
        "Server: east (primary)",
        "Splits/Skills: 1;3;Sales & \"Service\"",
        "Dates: -1",
        "Not summed up yet: 2026-11-23",
    ];
    assert_eq!(head, expect);
    let headings: Vec<String> = rows[9].iter().map(ToString::to_string).collect();
    let expect: Vec<String> = mixed().blocks[0].columns.iter().map(|column| column.heading.clone()).collect();
    assert_eq!(headings, expect);
    let first = &rows[10];
    assert_eq!(first[0], Data::String("Sales <east> & \"west\"".to_owned()));
    // The 22nd of November 2026 is day 46348 of spreadsheets, the 1st is day 46327.
    assert_eq!((time(&first[1]), time(&first[2])), (46_348.0, 46_327.0));
    assert!(near(time(&first[3]), 9.5 / 24.0));
    assert_eq!(first[4], Data::Float(1200.0));
    assert!(near(time(&first[5]), 93_784.0 / 86_400.0));
    assert_eq!((&first[6], &first[7]), (&Data::Float(0.725), &Data::Float(3.25)));
    assert!(near(time(&first[8]), 46_349.0 + (10.0 * 3600.0 + 41.0 * 60.0 + 7.0) / 86_400.0));
    assert!(near(time(&first[9]), 125.0 / 86_400.0));
    assert_eq!(first[10], Data::String("=1+1".to_owned()), "what people typed is no formula");
    let odd = &rows[11];
    assert_eq!(odd[0], Data::Float(7.0));
    assert_eq!((&odd[1], &odd[6], &odd[10]), (&Data::Empty, &Data::Empty, &Data::Empty), "blanks stay blank");
    assert_eq!(odd[3], Data::String("02:00 UTC+2".to_owned()));
    assert_eq!(odd[5], Data::String("-0:05".to_owned()), "a spreadsheet shows no negative time");
    let totals = &rows[12];
    assert_eq!((&totals[0], &totals[4]), (&Data::String("Totals".to_owned()), &Data::Float(1200.0)));
    assert_eq!(rows.len(), 13);
}

#[test]
fn fields_stand_below_each_other() {
    let rows = &worksheets(&mixed())[1].1;
    let pairs = &rows[8..];
    assert_eq!(pairs.len(), 11);
    assert_eq!((&pairs[4][0], &pairs[4][1]), (&Data::String("ACD calls".to_owned()), &Data::Float(1200.0)));
}

/// A part of the workbook as it is kept.
fn part(bytes: &[u8], name: &str) -> String {
    let at = bytes.windows(name.len()).position(|window| window == name.as_bytes()).expect("the part");
    // The local header: sizes stand before the name, the content behind it.
    let number = |from: usize, length: usize| {
        bytes[from..from + length].iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte))
    };
    let begin = at + name.len() + number(at - 2, 2);
    let mut text = String::new();
    let mut packed = flate2::read::DeflateDecoder::new(&bytes[begin..]);
    std::io::Read::read_to_string(&mut packed, &mut text).expect("the part is packed text");
    text
}

#[test]
fn a_worksheet_can_be_worked_with() {
    let bytes = content(&mixed(), &head(), Form::Xlsx);
    let first = part(&bytes, "xl/worksheets/sheet1.xml");
    // Headings in row 10, two rows below them, totals below those and outside of the filter.
    assert!(first.contains("<autoFilter ref=\"A10:K12\"/>"), "{first}");
    assert!(first.contains("topLeftCell=\"A11\"") && first.contains("state=\"frozen\""), "{first}");
    let styles = part(&bytes, "xl/styles.xml");
    for expect in ["[h]:mm:ss", "0.0 %", "yyyy-mm-dd", "yyyy-mm", "FFFFEFC2", "FFFDDEDB"] {
        assert!(styles.contains(expect), "{expect}: {styles}");
    }
    assert!(part(&bytes, "docProps/core.xml").contains("2026-11-23T09:42:07Z"));
}

#[test]
fn worksheets_have_names_that_spreadsheets_take() {
    let titles = ["", "a/b: c?*[x]\\", "History", "'quoted'", "Same", "same", &"long ".repeat(20), &"long ".repeat(20)];
    let blocks = titles.map(|title| block(title, Vec::new(), Vec::new()));
    let sheets = worksheets(&sheet("Report of all", blocks.to_vec()));
    let names: Vec<&str> = sheets.iter().map(|(name, _)| name.as_str()).collect();
    let expect = [
        "Report of all",
        "a-b- c---x--",
        "History 2",
        "quoted",
        "Same",
        "same 2",
        "long long long long long long",
        "long long long long long long 2",
    ];
    assert_eq!(names, expect);
    // A date is whole or not there.
    let titles = ["Split/Skill Summary: 2026-11-01 to 2026-11-23", "Agents of the week 2026-11-01 to 2026-11-07"];
    let blocks = titles.map(|title| block(title, Vec::new(), Vec::new()));
    let sheets = worksheets(&sheet("Summary", blocks.to_vec()));
    let names: Vec<&str> = sheets.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["Split-Skill Summary", "Agents of the week 2026-11-01"]);
    assert_eq!(worksheets(&sheet("Empty", Vec::new()))[0].0, "Empty");
}

#[test]
fn what_a_spreadsheet_cannot_hold_stays_text() {
    let check = |format: Format, value: Value, expect: &str| {
        let rows = vec![row("1", vec![cell(value.clone())])];
        let sheets = worksheets(&sheet("One", vec![block("", vec![column("a", "A", format)], rows)]));
        let last = sheets[0].1.last().expect("the row");
        assert_eq!(last[0], Data::String(expect.to_owned()), "{format:?} {value:?}");
    };
    check(Format::Count, Value::Int(1_234_567_890_123_456_789), "1234567890123456768");
    check(Format::Text, Value::Int(1_234_567_890_123_456_789), "1234567890123456789");
    check(Format::Date, Value::Int(18_991_231), "1899-12-31");
    check(Format::Date, Value::Int(20_260_231), "2026-02-31");
    check(Format::TimeOfDay, Value::Int(2400), "24:00");
    check(Format::Decimal(1), Value::Real(f64::INFINITY), "inf");
    // The hour that comes twice in autumn.
    check(Format::Clock, Value::At(model::Moment(1_792_888_200)), "02:30:00 UTC+2");
}

#[test]
fn a_worksheet_that_is_too_long_is_refused() {
    let rows = (0..1_048_570).map(|at| row(&at.to_string(), vec![text("x")])).collect();
    let sheet = sheet("Long", vec![block("All calls", vec![column("a", "A", Format::Text)], rows)]);
    let head = head();
    let error = Document::new(&sheet, &head).content(Form::Xlsx).expect_err("it is too long");
    assert!(matches!(error, DocumentError::TooManyRows { .. }));
    assert!(error.to_string().contains("\"All calls\" has 1048570 rows"), "{error}");
}
