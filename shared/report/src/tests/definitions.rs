//! What `check` finds.

use super::world::{column, definition};
use crate::{
    Block, Calculation, ColumnDef, Definition, Format, InputDef, InputKind, KeyFilter, ReportKind, SortKey, Threshold,
    Total, calculations_markdown, check, standard_calculations,
};

fn check_says(change: impl FnOnce(&mut Definition), expect: &str) {
    let mut broken = definition(vec![column("waiting", "INQUEUE", Format::Count)]);
    assert_eq!(check(&broken), []);
    change(&mut broken);
    let said: Vec<String> = check(&broken).iter().map(ToString::to_string).collect();
    assert!(said.iter().any(|problem| problem.contains(expect)), "{said:?} does not say {expect:?}");
}

fn total(expression: &str, format: Format, total: Total) -> impl FnOnce(&mut Definition) {
    let column = ColumnDef { total: Some(total), ..column("t", expression, format) };
    move |report| {
        report.blocks[0].columns.push(column);
        report.blocks[0].total_row = Some("Total".to_owned());
    }
}

/// The same over another table.
fn history(table: &'static str, expression: &str, kind: Total) -> impl FnOnce(&mut Definition) {
    let add = total(expression, Format::Count, kind);
    move |report| {
        (report.kind, report.refresh_secs) = (ReportKind::Historical, 0);
        report.blocks[0].table = table.to_owned();
        report.blocks[0].columns.clear();
        add(report);
    }
}

#[test]
fn frames() {
    check_says(|report| report.name = String::new(), "1 to 50 characters");
    check_says(|report| report.path = "Real-time//Try".to_owned(), "a name between its slashes");
    check_says(|report| report.refresh_secs = 0, "refresh_secs must be 1 to 600");
    check_says(|report| report.blocks.clear(), "1 to 20 blocks");
    check_says(|report| report.kind = ReportKind::Historical, "wrong kind of rows");
    let integrated = |report: &mut Definition| (report.kind, report.refresh_secs) = (ReportKind::Integrated, 9);
    check_says(integrated, "refresh_secs must be 10 to 600, not 9");
    check_says(|report| report.blocks[0].table = "tsplit".to_owned(), "there is no table tsplit");
    check_says(|report| report.blocks[0].columns.clear(), "1 to 200 columns");
}

#[test]
fn columns() {
    let twice = |report: &mut Definition| report.blocks[0].columns.push(column("waiting", "INRING", Format::Count));
    check_says(twice, "block 1, column \"waiting\": the id is used twice");
    check_says(|report| report.blocks[0].columns[0].id = "Waiting".to_owned(), "its id must be lower-case");
    check_says(|report| report.blocks[0].columns[0].format = Format::Percent(7), "at most 6 decimals");
    let threshold = |report: &mut Definition| {
        let backwards = Threshold { caution: 5.0, warning: 1.0, low_is_bad: false, of: None };
        report.blocks[0].columns[0].threshold = Some(backwards);
    };
    check_says(threshold, "its caution must come before its warning");
    let sort = SortKey { column: "nothing".to_owned(), descending: false };
    check_says(|report| report.blocks[0].sort = vec![sort], "there is no column \"nothing\" to sort by");
    check_says(|report| report.blocks[0].group_by = vec!["LOGID".to_owned()], "table csplit has no item LOGID");
    check_says(|report| report.blocks[0].only = Some("LOGID".to_owned()), "condition");
}

#[test]
fn every_standard_calculation_fits_a_table() {
    for calculation in standard_calculations() {
        let fits = catalog::all_tables().iter().any(|table| {
            let mut report = definition(vec![column("x", calculation.name, Format::Decimal(2))]);
            report.blocks[0].table = table.name.to_owned();
            if table.kind.is_archived() {
                (report.kind, report.refresh_secs) = (ReportKind::Historical, 0);
            }
            check(&report).is_empty()
        });
        assert!(fits, "{} fits no table", calculation.name);
    }
}

#[test]
fn a_faulty_calculation_is_told_the_same_way_wherever_it_is_used() {
    let mut broken = definition(vec![column("a", "WRONG", Format::Count), column("b", "WRONG", Format::Count)]);
    let expression = "ACDCALLS + NOTHING".to_owned();
    broken.calculations = vec![Calculation { name: "WRONG".to_owned(), expression, meaning: String::new() }];
    let problems = check(&broken);
    assert_eq!(problems.len(), 2);
    assert_eq!(problems[0].message, problems[1].message);
    assert!(
        problems[0].message.contains("in calculation WRONG, at character 12: NOTHING is neither"),
        "{}",
        problems[0]
    );
}

#[test]
fn totals_that_would_lie_are_refused() {
    check_says(
        total("MAXINQUEUE", Format::Count, Total::Sum),
        "MAXINQUEUE is a maximum. In the total row choose \"The largest\" (\"max\"",
    );
    check_says(total("1 + MAXINQUEUE", Format::Count, Total::Sum), "MAXINQUEUE is a maximum");
    check_says(total("OLDESTCALL", Format::Duration, Total::Sum), "OLDESTCALL is a running time");
    check_says(
        total("AVG_ANSWER_SPEED", Format::Duration, Total::Sum),
        "it is a ratio or product. In the total row choose \"Over all rows together\"",
    );
    check_says(total("name(SPLIT)", Format::Text, Total::Sum), "it is text");
    check_says(total("SPLIT", Format::Text, Total::Sum), "SPLIT is neither a count nor a time");
    check_says(total("AVG_POS_STAFFED", Format::Decimal(1), Total::Sum), "it is a ratio or product");
    check_says(total("SECSPERPERIOD", Format::Duration, Total::Sum), "it is the length of a period");
    check_says(
        history("hsplit", "INTRVL", Total::Ratio),
        "INTRVL is the length of one interval; SECSPERPERIOD is that of all",
    );
    for table in ["hsplit", "dsplit", "wsplit", "msplit"] {
        check_says(
            history(table, "MAXINQUEUE", Total::Sum),
            "MAXINQUEUE is a maximum. In the total row choose \"The largest\" (\"max\"",
        );
    }
    check_says(history("dvdn", "BH_INCALLS", Total::Sum), "BH_INCALLS is of each row's own busy hour");
    check_says(history("dvdn", "BH_INCALLS", Total::Ratio), "every row has its own busy hour");
    check_says(history("call_rec", "DISPOSITION", Total::Sum), "DISPOSITION is neither a count nor a time");
    let unlabelled = |report: &mut Definition| report.blocks[0].columns[0].total = Some(Total::Sum);
    check_says(unlabelled, "total_row has no label");
}

#[test]
fn inputs_and_filters() {
    let input = |name: &str, kind| InputDef {
        name: name.to_owned(),
        label: String::new(),
        kind,
        required: false,
        default: String::new(),
        many: false,
    };
    let filter = |input: &str| vec![KeyFilter { item: "SPLIT".to_owned(), input: input.to_owned() }];
    check_says(|report| report.blocks[0].filter = filter("splits"), "an input \"splits\" that is not there");
    let agents = |report: &mut Definition| {
        report.inputs = vec![input("agents", InputKind::Agents)];
        report.blocks[0].filter = filter("agents");
    };
    check_says(agents, "the input \"agents\" does not choose values of SPLIT");
    let twice = vec![input("splits", InputKind::Splits), input("splits", InputKind::Splits)];
    check_says(|report| report.inputs = twice, "the name is used twice");
    let limits = vec![input("level", InputKind::Number { min: 1, max: 9 })];
    check_says(|report| report.inputs = limits, "its default must be a whole number between its limits");
    let dates = vec![InputDef { default: "-7-0".to_owned(), ..input("dates", InputKind::Dates) }];
    check_says(|report| report.inputs = dates, "its default means no days, weeks or months");
    let times = vec![InputDef { default: "8".to_owned(), ..input("times", InputKind::Times) }];
    check_says(|report| report.inputs = times, "its default means no times of the day");
    let acds = vec![input("acds", InputKind::Splits)];
    check_says(|report| report.inputs = acds, "every report has an input of this name");
    let item = vec![input("inqueue", InputKind::Number { min: 0, max: 9 })];
    check_says(|report| report.inputs = item, "would take its name for an item");
    check_says(|report| report.blocks[0].from = Some("from".to_owned()), "which is no date input");
    let unused = vec![input("agents", InputKind::Agents)];
    check_says(|report| report.inputs = unused, "input \"agents\": nothing uses it");
}

#[test]
fn the_document_of_the_calculations_is_fresh() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/calculations.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, calculations_markdown()).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(written == calculations_markdown(), "docs/calculations.md is stale; run the tests with UPDATE_DOCS=1");
}

#[test]
fn windows_fit_their_tables() {
    let input = |name: &str, kind| InputDef {
        name: name.to_owned(),
        label: String::new(),
        kind,
        required: false,
        default: String::new(),
        many: false,
    };
    let check_window = |kind: ReportKind, table: &str, window: &dyn Fn(&mut Block), expect: &str| {
        let mut report = definition(vec![column("x", "ACD", Format::Count)]);
        (report.kind, report.refresh_secs) = (kind, if kind == ReportKind::Historical { 0 } else { 10 });
        report.inputs = vec![
            input("from", InputKind::DateTime),
            input("days", InputKind::Dates),
            input("weeks", InputKind::Weeks),
            input("months", InputKind::Months),
            input("times", InputKind::Times),
        ];
        report.blocks[0].table = table.to_owned();
        window(&mut report.blocks[0]);
        let Block { from, to, dates, times, .. } = &report.blocks[0];
        let named: Vec<String> = [from, to, dates, times].into_iter().flatten().cloned().collect();
        report.inputs.retain(|input| named.contains(&input.name));
        let said: Vec<String> = check(&report).iter().map(ToString::to_string).collect();
        assert_eq!(
            said.join("; "),
            if expect.is_empty() { String::new() } else { format!("block 1: {expect}") },
            "{table}"
        );
    };
    let named = |name: &str| Some(name.to_owned());
    let dates = |name: &'static str| move |block: &mut Block| block.dates = named(name);
    let times = |block: &mut Block| block.times = named("times");
    let from = |block: &mut Block| block.from = named("from");
    check_window(ReportKind::Historical, "hsplit", &dates("days"), "");
    check_window(ReportKind::Historical, "wsplit", &dates("weeks"), "");
    check_window(ReportKind::Historical, "dsplit", &dates("months"), "");
    check_window(ReportKind::Historical, "msplit", &dates("days"), "");
    check_window(ReportKind::Historical, "call_rec", &times, "");
    check_window(ReportKind::Integrated, "csplit", &from, "");
    check_window(ReportKind::RealTime, "csplit", &from, "table csplit is of now and has no time window");
    check_window(ReportKind::Integrated, "csplit", &dates("days"), "table csplit is of now and has no time window");
    check_window(ReportKind::Historical, "dsplit", &times, "rows of table dsplit have no time of the day");
    let weeks = "table dsplit has no weeks; use an input for dates or months";
    check_window(ReportKind::Historical, "dsplit", &dates("weeks"), weeks);
    let no_dates = "its dates are \"times\", which is no input for dates, weeks or months";
    check_window(ReportKind::Historical, "hsplit", &dates("times"), no_dates);
    check_window(
        ReportKind::Historical,
        "hsplit",
        &|block| block.times = named("days"),
        "its times are \"days\", which is no input for times",
    );
}

#[test]
fn series_of_columns() {
    let series = |from, to| {
        let each = Some(crate::Each { from, to });
        ColumnDef { each, ..column("wait_{n}", "ACDCALLS{n} + ABNCALLS{n}", Format::Count) }
    };
    let columns = |change: ColumnDef| move |report: &mut Definition| report.blocks[0].columns.push(change);
    check_says(columns(series(2, 11)), "column \"wait_11\": \"ACDCALLS11 + ABNCALLS11\"");
    check_says(columns(series(3, 2)), "its series of numbers runs backwards");
    check_says(columns(ColumnDef { id: "wait".to_owned(), ..series(1, 2) }), "the id is used twice");
    check_says(columns(series(1, u16::MAX)), "1 to 200 columns");
    let heading = ColumnDef { heading_of: Some("NOTHING".to_owned()), ..series(1, 2) };
    check_says(columns(heading), "heading of column \"wait_1\": \"NOTHING\"");
}
