//! The hour that comes twice in autumn: both are told apart, and stand in the order of time.

use catalog::Value;
use chrono_tz::Tz;
use model::{Calendar, IntervalMinutes, Moment};

use super::past::placed;
use super::world::{Given, column, definition, dictionary, int};
use crate::{Definition, Format, InputDef, InputKind, Inputs, ReportKind, Sheet, SortKey, check, run};

/// Date and time of each interval, the newest row of a source first.
fn times(group_by: &[&str]) -> Definition {
    let mut report = definition(vec![
        column("date", "ROW_DATE", Format::Date),
        column("time", "STARTTIME", Format::TimeOfDay),
        column("calls", "ACDCALLS", Format::Count),
    ]);
    (report.kind, report.refresh_secs) = (ReportKind::Historical, 0);
    report.inputs = vec![InputDef {
        name: "times".to_owned(),
        label: "Times".to_owned(),
        kind: InputKind::Times,
        required: false,
        default: String::new(),
        many: false,
    }];
    let block = &mut report.blocks[0];
    block.table = "hsplit".to_owned();
    block.times = Some("times".to_owned());
    block.group_by = group_by.iter().map(|item| (*item).to_owned()).collect();
    let by = |column: &str| SortKey { column: column.to_owned(), descending: false };
    block.sort = vec![by("date"), by("time")];
    assert_eq!(check(&report), []);
    report
}

/// Half hours of a zone from a moment on, numbered from 0 by their calls.
fn half_hours(zone: Tz, from: &str, count: i64) -> (Given, Moment) {
    let calendar = Calendar { zone, interval: IntervalMinutes::Half };
    let from = Moment(chrono::DateTime::parse_from_rfc3339(from).unwrap().timestamp());
    let given = Given { calendar: Some(calendar), ..Given::default() };
    let given = (0..count).rev().fold(given, |given, number| {
        let mut items = placed(from + number * 1800, &calendar);
        items.extend([("SPLIT", int(1)), ("ACDCALLS", int(number))]);
        given.row("hsplit", &items)
    });
    (given, from + count * 1800)
}

fn sheet(report: &Definition, (given, now): &(Given, Moment), times: &str) -> Sheet {
    let inputs: Inputs = [("times".to_owned(), times.to_owned())].into();
    run(report, &inputs, given, &dictionary(), *now).unwrap()
}

/// The times as a file has them, and the numbers of the rows.
fn shown(sheet: &Sheet) -> (String, String) {
    let csv = sheet.to_csv();
    let cells = |place: usize| {
        let fields = csv.lines().skip(1).map(|line| line.split(',').nth(place).unwrap().to_owned());
        fields.collect::<Vec<_>>()
    };
    (cells(1).join(", "), cells(2).join(" "))
}

const BERLIN: &str = "01:30, 02:00 UTC+2, 02:30 UTC+2, 02:00 UTC+1, 02:30 UTC+1, 03:00, 03:30";
const NEW_YORK: &str = "00:30, 01:00 UTC-4, 01:30 UTC-4, 01:00 UTC-5, 01:30 UTC-5, 02:00, 02:30";
/// The clock goes back by half an hour there.
const LORD_HOWE: &str = "01:00, 01:30 UTC+11, 01:30 UTC+10:30, 02:00, 02:30";

fn berlin() -> (Given, Moment) {
    half_hours(Tz::Europe__Berlin, "2026-10-24T23:30:00Z", 7)
}

#[test]
fn both_are_told_apart_in_the_order_of_time() {
    let days = [
        (berlin(), BERLIN, "0 1 2 3 4 5 6"),
        (half_hours(Tz::America__New_York, "2026-11-01T04:30:00Z", 7), NEW_YORK, "0 1 2 3 4 5 6"),
        (half_hours(Tz::Australia__Lord_Howe, "2026-04-04T14:00:00Z", 5), LORD_HOWE, "0 1 2 3 4"),
    ];
    for (day, times_expected, numbers) in &days {
        for group_by in [&[][..], &["SPLIT", "ROW_DATE", "STARTTIME", "STARTTIME_UTC"]] {
            let sheet = sheet(&times(group_by), day, "");
            assert_eq!(shown(&sheet), ((*times_expected).to_owned(), (*numbers).to_owned()), "{group_by:?}");
            assert!(sheet.to_text().contains(" UTC"), "{}", sheet.to_text());
            // As a person orders them by a click on the heading, both ways.
            let block = &sheet.blocks[0];
            let up: Vec<u32> = (0..block.rows.len() as u32).collect();
            assert_eq!(block.order_by(1, false, sheet.at, &[]), up);
            assert_eq!(block.order_by(1, true, sheet.at, &[]), up.iter().rev().copied().collect::<Vec<_>>());
        }
    }
}

#[test]
fn times_of_the_day_take_in_both() {
    let report = times(&[]);
    assert_eq!(shown(&sheet(&report, &berlin(), "02:00-02:30")).1, "1 2 3 4");
    assert_eq!(shown(&sheet(&report, &berlin(), "01:00-03:00")).1, "0 1 2 3 4 5");
    assert_eq!(shown(&sheet(&report, &berlin(), "02:00")).0, "02:00 UTC+2, 02:00 UTC+1");
}

/// What is put together over both is of neither.
#[test]
fn put_together_by_the_time_of_day_it_is_one_row() {
    let report = times(&["ROW_DATE", "STARTTIME"]);
    assert_eq!(
        shown(&sheet(&report, &berlin(), "")),
        ("01:30, 02:00, 02:30, 03:00, 03:30".to_owned(), "0 4 6 5 6".to_owned())
    );
}

#[test]
fn other_days_stay_between_them() {
    let (mut given, now) = berlin();
    let day_before = half_hours(Tz::Europe__Berlin, "2026-10-23T23:30:00Z", 4).0;
    for (table, rows) in day_before.rows {
        given.rows.entry(table).or_default().extend(rows);
    }
    let sheet = sheet(&times(&[]), &(given, now), "");
    let block = &sheet.blocks[0];
    let order = block.order_by(1, false, sheet.at, &[]);
    let time = |row: u32| match &block.rows[row as usize].cells[1].value {
        Value::Text(text) => text.to_string(),
        other => crate::format_value(Format::TimeOfDay, other, sheet.at),
    };
    assert_eq!(
        order.into_iter().map(time).collect::<Vec<_>>().join(", "),
        "01:30, 01:30, 02:00, 02:30, 02:00 UTC+2, 02:30 UTC+2, 02:00 UTC+1, 02:30 UTC+1, 03:00, 03:00, 03:30"
    );
}
