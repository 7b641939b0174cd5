//! Lengths of periods: what averages over time are divided by.

use catalog::Value;
use model::{Interval, Moment};

use super::past::{TODAY, YESTERDAY, interval};
use super::world::{Given, NOW, berlin, column, definition, dictionary, int};
use crate::{ColumnDef, Definition, Format, Inputs, ReportKind, Total, check, run};

fn staffed(table: &str) -> Definition {
    averaged(table, "AVG_POS_STAFFED", "SPLIT")
}

fn averaged(table: &str, expression: &str, entity: &str) -> Definition {
    let ratio = |id: &str, expression: &str| ColumnDef {
        total: Some(Total::Ratio),
        ..column(id, expression, Format::Decimal(2))
    };
    let own = match table.as_bytes()[0] {
        b'd' => "SECSPERDAY",
        b'w' => "SECSPERWK",
        b'm' => "SECSPERMN",
        _ => "SECSPERPERIOD",
    };
    let mut report =
        definition(vec![ratio("average", expression), ratio("secs", own), column("entity", entity, Format::Text)]);
    if !table.starts_with('c') {
        (report.kind, report.refresh_secs) = (ReportKind::Historical, 0);
    }
    report.blocks[0].table = table.to_owned();
    report.blocks[0].total_row = Some("Total".to_owned());
    assert_eq!(check(&report), [], "{table}");
    report
}

fn figures(given: &Given, report: &Definition) -> String {
    let sheet = run(report, &Inputs::new(), given, &dictionary(), NOW).unwrap();
    let block = &sheet.blocks[0];
    let rows = block.rows.iter().map(|row| &row.cells).chain(&block.totals);
    let text = |value: &Value| crate::format_value(Format::Text, value, NOW);
    let lines = rows.map(|cells| format!("{} in {}", text(&cells[0].value), text(&cells[1].value)));
    lines.collect::<Vec<_>>().join("; ")
}

fn given() -> Given {
    Given { calendar: Some(berlin()), ..Given::default() }
}

#[test]
fn of_several_rows_each_period_counts_once() {
    let row = |given, at, split, secs: i64| {
        interval(given, "hsplit", at, &[("SPLIT", int(split)), ("I_STAFFTIME", int(secs))])
    };
    let rows = row(row(row(given(), TODAY, 1, 5400), TODAY, 2, 1800), YESTERDAY, 1, 3600);
    assert_eq!(figures(&rows, &staffed("hsplit")), "3 in 1800; 1 in 1800; 2 in 1800; 3 in 3600");
    let mut by_split = staffed("hsplit");
    by_split.blocks[0].group_by = vec!["SPLIT".to_owned()];
    assert_eq!(figures(&rows, &by_split), "2.5 in 3600; 1 in 1800; 3 in 3600");
}

#[test]
fn intervals_of_different_length_that_overlap_do_not_add_up() {
    let row = |given: Given, at: Moment, minutes| {
        let items = [("STARTTIME_UTC", Value::At(at)), ("INTRVL", int(minutes)), ("I_STAFFTIME", int(900))];
        given.row("hsplit", &items)
    };
    // Half an hour of one ACD beside the two quarters of another.
    let rows = row(row(row(given(), TODAY, 30), TODAY, 15), TODAY + 900, 15);
    assert!(figures(&rows, &staffed("hsplit")).ends_with("; 1.5 in 1800"));
    // An hour of one, of which the other has rows of the second quarter alone.
    let rows = row(row(given(), TODAY, 60), TODAY + 900, 15);
    assert!(figures(&rows, &staffed("hsplit")).ends_with("; 0.5 in 3600"));
}

/// The first interval behind a change from 30 to 60 minutes begins at the half hour and is over at the hour.
#[test]
fn an_interval_that_a_change_of_the_length_cut_short_is_as_long_as_it_was() {
    let row = |given: Given, minutes: i64, length, split| {
        let at = Value::At(TODAY + minutes * 60);
        let items = [
            ("STARTTIME_UTC", at),
            ("INTRVL", int(length)),
            ("SPLIT", int(split)),
            ("I_STAFFTIME", int(1800)),
            ("ACDCALLS", int(1)),
            ("ALLINUSETIME", int(900)),
        ];
        given.row("hsplit", &items[..5]).row("htkgrp", &[&items[..2], &items[5..]].concat())
    };
    let rows = row(row(given(), 0, 30, 1), 30, 60, 1);
    assert_eq!(figures(&rows, &staffed("hsplit")), "1 in 1800; 1 in 1800; 1 in 3600");
    let calls = averaged("hsplit", "CALL_PER_POS", "SPLIT");
    assert_eq!(figures(&rows, &calls), "1 in 1800; 1 in 1800; 2 in 3600");
    let all_busy = averaged("htkgrp", "PERCENT_ALL_BUSY", "TKGRP");
    assert_eq!(figures(&rows, &all_busy), "50 in 1800; 50 in 1800; 50 in 3600");
    let rows = row(rows, 60, 60, 1);
    assert_eq!(figures(&rows, &staffed("hsplit")), "1 in 1800; 1 in 1800; 0.5 in 3600; 0.75 in 7200");
}

#[test]
fn days_weeks_and_months_have_the_length_that_the_archive_keeps() {
    let row = |given: Given, table: &str, date, secs| {
        given.row(table, &[("SPLIT", int(1)), ("ROW_DATE", int(date)), ("I_STAFFTIME", int(secs))])
    };
    let days = row(row(given(), "dsplit", 20_260_301, 86_400), "dsplit", 20_260_302, 36_000);
    assert_eq!(figures(&days, &staffed("dsplit")), "1 in 86400; 0.42 in 86400; 0.71 in 172800");
    // From 08:00 to 18:00 only.
    let days = days.row("d_secs", &[("ROW_DATE", int(20_260_302)), ("SECSPERDAY", int(36_000))]);
    assert_eq!(figures(&days, &staffed("dsplit")), "1 in 86400; 1 in 36000; 1 in 122400");
    let weeks = row(given(), "wsplit", 20_260_301, 604_800);
    assert_eq!(figures(&weeks, &staffed("wsplit")), "1 in 604800; 1 in 604800");
    let weeks = weeks.row("w_secs", &[("ROW_DATE", int(20_260_301)), ("SECSPERWK", int(302_400))]);
    assert_eq!(figures(&weeks, &staffed("wsplit")), "2 in 302400; 2 in 302400");
    let months = row(given(), "msplit", 20_260_201, 2_419_200);
    assert_eq!(figures(&months, &staffed("msplit")), "1 in 2419200; 1 in 2419200");
}

#[test]
fn without_it_days_last_from_midnight_to_midnight_through_changes_of_the_clock() {
    let row = |given: Given, table: &str, date| given.row(table, &[("ROW_DATE", int(date)), ("I_STAFFTIME", int(0))]);
    let secs = |table: &str, date| figures(&row(given(), table, date), &staffed(table));
    assert_eq!(secs("dsplit", 20_260_329), "0 in 82800; 0 in 82800");
    assert_eq!(secs("dsplit", 20_261_025), "0 in 90000; 0 in 90000");
    assert_eq!(secs("wsplit", 20_260_329), "0 in 601200; 0 in 601200");
    assert_eq!(secs("msplit", 20_261_001), "0 in 2682000; 0 in 2682000");
    let mut working = row(given(), "wsplit", 20_260_323);
    (working.times.week_start, working.times.week_stop) = (chrono::Weekday::Mon, chrono::Weekday::Fri);
    assert_eq!(figures(&working, &staffed("wsplit")), "0 in 432000; 0 in 432000");
}

#[test]
fn of_the_running_interval_it_is_what_has_passed() {
    let row = |running| {
        let given = Given { running, ..given() };
        given.row("csplit", &[("SPLIT", int(1)), ("I_STAFFTIME", int(1200))])
    };
    let running = |ago: i64| Some(Interval { start: NOW + -ago, end: NOW + (1800 - ago) });
    assert_eq!(figures(&row(running(600)), &staffed("csplit")), "2 in 600; 2 in 600");
    assert_eq!(figures(&row(running(0)), &staffed("csplit")), " in 0;  in 0");
    assert_eq!(figures(&row(None), &staffed("csplit")), " in ;  in ");
}

#[test]
fn events_have_no_period() {
    let mut report = definition(vec![column("x", "DURATION / SECSPERPERIOD", Format::Count)]);
    (report.kind, report.refresh_secs) = (ReportKind::Historical, 0);
    report.blocks[0].table = "call_rec".to_owned();
    let said = check(&report)[0].message.clone();
    assert!(said.contains("SECSPERPERIOD is neither an item of call_rec nor a calculation"), "{said}");
}
