//! What `check` finds.

use super::world::{column, definition};
use crate::{
    Calculation, ColumnDef, Definition, Format, InputDef, InputKind, KeyFilter, Kind, SortKey, Threshold, Total, check,
    standard_calculations,
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

#[test]
fn frames() {
    check_says(|report| report.name = String::new(), "1 to 50 characters");
    check_says(|report| report.path = "Real-time//Try".to_owned(), "a name between its slashes");
    check_says(|report| report.refresh_secs = 0, "refresh_secs must be 1 to 600");
    check_says(|report| report.blocks.clear(), "1 to 20 blocks");
    check_says(|report| report.kind = Kind::Historical, "wrong kind of rows");
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
            if table.kind == catalog::Kind::Interval {
                (report.kind, report.refresh_secs) = (Kind::Historical, 0);
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
    check_says(total("MAXINQUEUE", Format::Count, Total::Sum), "MAXINQUEUE is a maximum; use the total \"max\"");
    check_says(total("1 + MAXINQUEUE", Format::Count, Total::Sum), "MAXINQUEUE is a maximum");
    check_says(total("OLDESTCALL", Format::Duration, Total::Sum), "OLDESTCALL is a running time");
    check_says(total("AVG_ANSWER_SPEED", Format::Duration, Total::Sum), "it is a ratio or product");
    check_says(total("name(SPLIT)", Format::Text, Total::Sum), "it is text");
    check_says(total("SPLIT", Format::Text, Total::Sum), "SPLIT is neither a count nor a time");
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
    let item = vec![input("inqueue", InputKind::Number { min: 0, max: 9 })];
    check_says(|report| report.inputs = item, "would take its name for an item");
    check_says(|report| report.blocks[0].from = Some("from".to_owned()), "which is no date input");
}
