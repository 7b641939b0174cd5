//! Reports that would become too large are broken off while their rows come.

use model::AcdNumber;

use super::past::{TODAY, YESTERDAY, interval};
use super::world::{Given, NOW, berlin, column, definition, dictionary, int};
use crate::{Acd, Bounds, Definition, Format, Inputs, ReportKind, find_built_in, run_over};

const ANY: usize = usize::MAX;

/// How many rows a report shows within these bounds.
fn rows_within(report: &Definition, typed: &[(&str, &str)], given: &Given, bounds: Bounds) -> Result<usize, String> {
    let names = dictionary();
    let acd = Acd { number: AcdNumber(1), name: "", source: given, dictionary: &names, now: NOW };
    let inputs: Inputs = typed.iter().map(|(name, typed)| ((*name).to_owned(), (*typed).to_owned())).collect();
    let sheet = run_over(report, &inputs, &[acd], bounds).map_err(|error| error.to_string())?;
    Ok(sheet.blocks.iter().map(|block| block.rows.len()).sum())
}

fn splits(count: i64) -> Given {
    (1..=count).fold(Given::default(), |given, split| given.row("csplit", &[("SPLIT", int(split))]))
}

#[test]
fn rows_are_counted_over_all_blocks() {
    let check = |report: &Definition, most: usize, expect: Option<usize>| {
        let told = format!("the report has more than {most} rows: choose fewer entities or a shorter time");
        let found = rows_within(report, &[], &splits(5), Bounds { rows: most, cells: ANY });
        assert_eq!(found, expect.ok_or(told));
    };
    let mut report = definition(vec![column("waiting", "INQUEUE", Format::Count)]);
    check(&report, 5, Some(5));
    check(&report, 4, None);
    report.blocks[0].group_by = vec!["SPLIT".to_owned()];
    check(&report, 5, Some(5));
    check(&report, 4, None);
    report.blocks.push(report.blocks[0].clone());
    check(&report, 10, Some(10));
    check(&report, 9, None);
    // The best of many are few.
    report.blocks.iter_mut().for_each(|block| block.limit = Some(2));
    check(&report, 4, Some(4));
    check(&report, 3, None);
}

#[test]
fn what_is_kept_is_counted() {
    let check = |report: &Definition, given: &Given, most: usize, expect: Option<usize>| {
        let told = format!("the report puts more than {most} values together: choose fewer entities or a shorter time");
        let found = rows_within(report, &[], given, Bounds { rows: ANY, cells: most });
        assert_eq!(found, expect.ok_or(told));
    };
    let report = definition(vec![column("waiting", "INQUEUE", Format::Count)]);
    check(&report, &splits(100), 100, None);
    check(&report, &splits(100), 1_000, Some(100));
    // One row of many intervals remembers them where their length is asked for.
    let given = Given { calendar: Some(berlin()), ..Given::default() };
    let given = (0..100).fold(given, |given, number| {
        interval(given, "hsplit", YESTERDAY + number * 900, &[("SPLIT", int(1)), ("ACDCALLS", int(1))])
    });
    let by_split = |expression: &str| {
        let mut report = definition(vec![column("x", expression, Format::Count)]);
        (report.kind, report.refresh_secs) = (ReportKind::Historical, 0);
        report.blocks[0].table = "hsplit".to_owned();
        report.blocks[0].group_by = vec!["SPLIT".to_owned()];
        report
    };
    check(&by_split("ACDCALLS"), &given, 90, Some(1));
    check(&by_split("SECSPERPERIOD"), &given, 90, None);
    check(&by_split("SECSPERPERIOD"), &given, 900, Some(1));
}

#[test]
fn beyond_the_bounds_nothing_more_is_read() {
    let report = find_built_in("Split/Skill Summary Interval").unwrap();
    let given = || {
        let given = Given { calendar: Some(berlin()), ..Given::default() };
        let given = interval(given, "hsplit", YESTERDAY, &[("SPLIT", int(1))]);
        interval(given, "hsplit", TODAY, &[("SPLIT", int(1))])
    };
    // Two days apart are two stretches.
    let days = [("dates", "2026-03-01;2026-03-03")];
    let (all, few) = (given(), given());
    assert_eq!(rows_within(report, &days, &all, Bounds::NONE), Ok(2));
    assert_eq!(all.asked.borrow().len(), 2);
    assert!(rows_within(report, &days, &few, Bounds { rows: 0, cells: ANY }).is_err());
    assert_eq!(few.asked.borrow().len(), 1);
}
