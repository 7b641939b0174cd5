//! Groups and total rows, and thresholds.

use catalog::Value;
use model::Moment;

use super::past::interval;
use super::world::{Given, NOW, column, definition, dictionary, int, lasting, text};
use crate::{Cell, ColumnDef, Definition, Format, Inputs, Level, ReportKind, SortKey, Threshold, Total, check, run};

fn splits() -> Given {
    let split = |given: Given, split, offered, accepted, oldest| {
        let items = [
            ("SPLIT", int(split)),
            ("CALLSOFFERED", int(offered)),
            ("ACCEPTABLE", int(accepted)),
            ("OLDESTCALL", oldest),
            ("MAXINQUEUE", int(offered / 2)),
            ("INQUEUE", int(split)),
        ];
        given.row("csplit", &items)
    };
    let given = split(Given::default(), 1, 90, 90, lasting(10));
    let given = split(given, 2, 10, 0, lasting(99));
    split(given, 12, 0, 0, Value::Blank)
}

fn totalled(columns: Vec<ColumnDef>) -> Definition {
    let mut definition = definition(columns);
    definition.blocks[0].total_row = Some("Total".to_owned());
    assert_eq!(check(&definition), []);
    definition
}

fn with_total(id: &str, expression: &str, format: Format, total: Total) -> ColumnDef {
    ColumnDef { total: Some(total), ..column(id, expression, format) }
}

#[test]
fn a_total_ratio_is_the_ratio_of_sums() {
    let definition = totalled(vec![
        column("split", "name(SPLIT)", Format::Text),
        with_total("offered", "CALLSOFFERED", Format::Count, Total::Sum),
        with_total("level", "100 * ACCEPTABLE / CALLSOFFERED", Format::Percent(0), Total::Ratio),
        with_total("oldest", "OLDESTCALL", Format::Duration, Total::Max),
        with_total("peak", "MAXINQUEUE", Format::Count, Total::Max),
        with_total("peak_again", "MAXINQUEUE", Format::Count, Total::Ratio),
        column("number", "SPLIT", Format::Text),
    ]);
    let sheet = run(&definition, &Inputs::new(), &splits(), &dictionary(), NOW).unwrap();
    let totals: Vec<Value> = sheet.blocks[0].totals.iter().flatten().map(|cell| cell.value.clone()).collect();
    // The average of 100 % and 0 % would be 50 %.
    assert_eq!(totals, [text("Total"), int(100), int(90), lasting(99), int(45), int(45), Value::Blank]);
    assert_eq!(sheet.blocks[0].rows[2].cells[2].value, Value::Blank);
}

#[test]
fn a_limit_cuts_rows_and_not_totals() {
    let mut definition = totalled(vec![with_total("offered", "CALLSOFFERED", Format::Count, Total::Sum)]);
    definition.blocks[0].sort = vec![SortKey { column: "offered".to_owned(), descending: true }];
    definition.blocks[0].limit = Some(1);
    let sheet = run(&definition, &Inputs::new(), &splits(), &dictionary(), NOW).unwrap();
    assert_eq!(sheet.blocks[0].rows.len(), 1);
    assert_eq!(sheet.blocks[0].rows[0].cells[0].value, int(90));
    assert_eq!(sheet.blocks[0].totals.as_ref().unwrap()[0].value, int(100));
}

/// One half hour without data marks every row of its day, and is one interval all the same.
#[test]
fn intervals_that_lack_data_count_once_in_each_period() {
    let day = |given: Given, split, date, lacking| {
        given.row("dsplit", &[("SPLIT", int(split)), ("ROW_DATE", int(date)), ("INCOMPLETE", int(lacking))])
    };
    let days = |given, split, lacking: [i64; 3]| {
        lacking.into_iter().zip(20_260_301..).fold(given, |given, (lacking, date)| day(given, split, date, lacking))
    };
    // Of the third day split 2 lacks one that split 1 has no row of.
    let given = days(days(Given::default(), 1, [1, 0, 2]), 2, [1, 0, 3]);
    let lacking = |group_by: &[&str]| {
        let column = with_total("lacking", "INCOMPLETE", Format::Count, Total::Ratio);
        let mut report = definition(vec![column]);
        (report.kind, report.refresh_secs) = (ReportKind::Historical, 0);
        report.blocks[0].table = "dsplit".to_owned();
        report.blocks[0].group_by = group_by.iter().map(|item| (*item).to_owned()).collect();
        report.blocks[0].total_row = Some("Total".to_owned());
        assert_eq!(check(&report), []);
        let sheet = run(&report, &Inputs::new(), &given, &dictionary(), NOW).unwrap();
        let block = &sheet.blocks[0];
        let rows = block.rows.iter().map(|row| &row.cells).chain(&block.totals);
        rows.map(|cells| cells[0].value.clone()).collect::<Vec<_>>()
    };
    assert_eq!(lacking(&[]), [1, 0, 2, 1, 0, 3, 4].map(int));
    assert_eq!(lacking(&["SPLIT"]), [3, 4, 4].map(int));
    assert_eq!(lacking(&["ROW_DATE"]), [1, 0, 3, 4].map(int));
}

/// Two groups of two and six trunks over an hour of two intervals: the shares of both are of the time of both.
#[test]
fn busy_trunks_of_several_groups_are_shares_of_all_their_time() {
    let half = |given, at, group, trunks, all_busy, maintenance| {
        let items = [
            ("TKGRP", int(group)),
            ("TRUNKS", int(trunks)),
            ("ALLINUSETIME", int(all_busy)),
            ("MBUSYTIME", int(maintenance)),
        ];
        interval(given, "htkgrp", at, &items)
    };
    let start = Moment(NOW.0 - 3600);
    let given = half(half(Given::default(), start, 10, 2, 1800, 1800), start, 11, 6, 900, 0);
    let given = half(half(given, start + 1800, 10, 2, 900, 1800), start + 1800, 11, 6, 1800, 5400);
    let shares = |group_by: &[&str]| {
        let all_busy = with_total("all_busy", "PERCENT_ALL_BUSY", Format::Percent(1), Total::Ratio);
        let maintenance = with_total("maintenance", "PERCENT_MBUSY", Format::Percent(1), Total::Ratio);
        let mut report = definition(vec![all_busy, maintenance]);
        (report.kind, report.refresh_secs) = (ReportKind::Historical, 0);
        report.blocks[0].table = "htkgrp".to_owned();
        report.blocks[0].group_by = group_by.iter().map(|item| (*item).to_owned()).collect();
        report.blocks[0].total_row = Some("Total".to_owned());
        assert_eq!(check(&report), []);
        let sheet = run(&report, &Inputs::new(), &given, &dictionary(), NOW).unwrap();
        let block = &sheet.blocks[0];
        let rows = block.rows.iter().map(|row| &row.cells).chain(&block.totals);
        rows.map(|cells| {
            crate::evaluate::plain(&cells[0].value, NOW) + " " + &crate::evaluate::plain(&cells[1].value, NOW)
        })
        .collect::<Vec<_>>()
    };
    // 5400 of 2 * 3600 s; 9000 of 8 * 3600 s.
    let total = "75 31.3";
    assert_eq!(shares(&[]), ["100 50", "50 0", "50 50", "100 50", total]);
    assert_eq!(shares(&["TKGRP"]), ["75 50", "75 25", total]);
    assert_eq!(shares(&["STARTTIME"]), ["75 12.5", "75 50", total]);
}

#[test]
fn groups_put_the_skills_of_an_agent_together() {
    let agent = |given: Given, split, agent, calls, mode| {
        let items = [
            ("SPLIT", int(split)),
            ("LOGID", text(agent)),
            ("AWORKMODE", text(mode)),
            ("ONHOLD", int(1)),
            ("ACDCALLS", int(calls)),
            ("ACDTIME", int(60)),
            ("AGDURATION", lasting(5)),
        ];
        given.row("cagent", &items)
    };
    let given = agent(Given::default(), 1, "1001", 3, "AVAIL");
    let given = agent(given, 1, "1002", 1, "AUX");
    let given = agent(given, 2, "1001", 9, "AVAIL");
    let mut definition = definition(vec![
        column("agent", "name(LOGID)", Format::Text),
        column("split", "SPLIT", Format::Text),
        column("state", "AWORKMODE", Format::Text),
        column("hold", "ONHOLD", Format::Count),
        column("calls", "ACDCALLS", Format::Count),
        column("talk", "ACDTIME / ACDCALLS", Format::Duration),
        column("time", "AGDURATION", Format::Duration),
    ]);
    definition.blocks[0].table = "cagent".to_owned();
    definition.blocks[0].group_by = vec!["LOGID".to_owned()];
    definition.blocks[0].only = Some("AWORKMODE <> 'UNSTAFF'".to_owned());
    assert_eq!(check(&definition), []);
    let sheet = run(&definition, &Inputs::new(), &given, &dictionary(), NOW).unwrap();
    let rows = &sheet.blocks[0].rows;
    let values = |row: usize| rows[row].cells.iter().map(|cell| cell.value.clone()).collect::<Vec<_>>();
    assert_eq!((rows[0].key.as_str(), rows[1].key.as_str(), rows.len()), ("1001", "1002", 2));
    let ada = [text("Ada Lovelace"), Value::Blank, text("AVAIL"), int(1), int(12), int(10), lasting(5)];
    assert_eq!(values(0), ada);
    assert_eq!(values(1)[1], int(1));
}

#[test]
fn thresholds_colour_by_the_value_shown_or_by_another() {
    let threshold = |caution, warning, low_is_bad, of: Option<&str>| {
        Some(Threshold { caution, warning, low_is_bad, of: of.map(str::to_owned) })
    };
    let mut columns = vec![
        column("level", "100 * ACCEPTABLE / CALLSOFFERED", Format::Percent(0)),
        column("oldest", "OLDESTCALL", Format::Duration),
        column("split", "SPLIT", Format::Text),
    ];
    columns[0].threshold = threshold(80.0, 70.0, true, None);
    columns[1].threshold = threshold(10.0, 99.0, false, None);
    columns[2].threshold = threshold(1.0, 2.0, false, Some("if(INQUEUE < 10, INQUEUE, blank)"));
    let sheet = run(&definition(columns), &Inputs::new(), &splits(), &dictionary(), NOW).unwrap();
    let levels = |row: usize| sheet.blocks[0].rows[row].cells.iter().map(|cell: &Cell| cell.level).collect::<Vec<_>>();
    assert_eq!(levels(0), [Level::Normal, Level::Caution, Level::Caution]);
    assert_eq!(levels(1), [Level::Warning, Level::Warning, Level::Warning]);
    assert_eq!(levels(2), [Level::Normal, Level::Normal, Level::Normal]);
}

#[test]
fn rows_are_sorted_by_worth_with_blanks_last() {
    let given = ["10", "9", "b", "A"]
        .into_iter()
        .fold(Given::default(), |given, logid| given.row("cagent", &[("LOGID", text(logid)), ("SPLIT", int(1))]));
    let given = given.row("cagent", &[("SPLIT", int(2))]);
    let sorted = |descending| {
        let mut definition = definition(vec![column("agent", "LOGID", Format::Text)]);
        definition.blocks[0].table = "cagent".to_owned();
        definition.blocks[0].sort = vec![SortKey { column: "agent".to_owned(), descending }];
        run(&definition, &Inputs::new(), &given, &dictionary(), NOW).unwrap().to_csv()
    };
    assert_eq!(sorted(false), "agent\n9\n10\nA\nb\n\n");
    assert_eq!(sorted(true), "agent\nb\nA\n10\n9\n\n");
}
