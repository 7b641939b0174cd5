//! What people may type into inputs.

use model::Moment;

use super::world::{NOW, berlin, column, definition, dictionary};
use crate::{Chosen, Definition, Format, InputDef, InputKind, Inputs, When, resolve_inputs};

fn asking(kind: InputKind, many: bool, required: bool, default: &str) -> Definition {
    let mut definition = definition(vec![column("x", "INQUEUE", Format::Count)]);
    definition.inputs = vec![InputDef {
        name: "wanted".to_owned(),
        label: "Wanted".to_owned(),
        kind,
        required,
        default: default.to_owned(),
        many,
    }];
    definition
}

fn resolve(definition: &Definition, typed: &str) -> Result<crate::Resolved, String> {
    let inputs = Inputs::from([("wanted".to_owned(), typed.to_owned())]);
    resolve_inputs(definition, &inputs, &dictionary()).map_err(|error| error.to_string())
}

fn check_splits(typed: &str, expect: &str) {
    let chosen =
        resolve(&asking(InputKind::Splits, true, false, ""), typed).map(|resolved| match &resolved.chosen["wanted"] {
            Chosen::All => "all".to_owned(),
            Chosen::These(numbers) => numbers.iter().cloned().collect::<Vec<_>>().join(" "),
        });
    assert_eq!(chosen.unwrap_or_else(|error| error), expect, "{typed}");
}

#[test]
fn lists_ranges_numbers_and_names() {
    check_splits("1", "1");
    check_splits(" 2 ; 1 ;", "1 2");
    check_splits("1,2", "1 2");
    check_splits("sales;BILLING", "1 2");
    check_splits("support, europe", "5");
    check_splits("1-5", "1 2 5");
    check_splits("2-12;Sales", "1 12 2 5");
    check_splits("", "all");
    check_splits("All", "all");
}

#[test]
fn entries_that_mean_nothing_are_named() {
    check_splits("1;3", "Wanted: \"3\" is neither a known number nor a known name");
    check_splits("1,Nobody", "Wanted: \"Nobody\" is neither a known number nor a known name");
    check_splits("6-9", "Wanted: the range 6-9 takes in nothing that exists");
    check_splits("5-1", "Wanted: the range 5-1 takes in nothing that exists");
    check_splits(";", "Wanted must be given");
}

#[test]
fn single_and_required_inputs() {
    let one = asking(InputKind::Splits, false, true, "");
    assert_eq!(resolve(&one, "1;2"), Err("Wanted takes one number or name, not \"1;2\"".to_owned()));
    assert_eq!(resolve(&one, "all"), Err("Wanted takes one number or name, not \"all\"".to_owned()));
    assert_eq!(resolve(&one, " "), Err("Wanted must be given".to_owned()));
    let defaulted = asking(InputKind::Splits, true, false, "2");
    assert_eq!(resolve(&defaulted, "").unwrap().chosen["wanted"], Chosen::These(["2".to_owned()].into()));
    let unknown = Inputs::from([("split".to_owned(), "1".to_owned())]);
    let said = resolve_inputs(&one, &unknown, &dictionary()).unwrap_err().to_string();
    assert_eq!(said, "this report has no input \"split\"; it has wanted");
}

#[test]
fn numbers_have_limits() {
    let number = asking(InputKind::Number { min: 1, max: 9 }, false, false, "3");
    assert_eq!(resolve(&number, "").unwrap().numbers["wanted"], 3);
    assert_eq!(resolve(&number, "9").unwrap().numbers["wanted"], 9);
    assert_eq!(resolve(&number, "10"), Err("Wanted must be a whole number from 1 to 9, not \"10\"".to_owned()));
}

fn check_when(typed: &str, begins_at: &str, ends_at: &str) {
    let when = When::parse(typed).unwrap_or_else(|| panic!("{typed} is a date"));
    let found = (when.begins_at(Some(&berlin()), NOW).to_string(), when.ends_at(Some(&berlin()), NOW).to_string());
    assert_eq!(found, (begins_at.to_owned(), ends_at.to_owned()), "{typed}");
}

#[test]
fn dates_are_local_and_days_are_whole() {
    check_when("0", "2026-03-01T23:00:00Z", "2026-03-02T23:00:00Z");
    check_when("-1", "2026-02-28T23:00:00Z", "2026-03-01T23:00:00Z");
    check_when("-1 08:30", "2026-03-01T07:30:00Z", "2026-03-01T07:30:00Z");
    check_when("08:30", "2026-03-02T07:30:00Z", "2026-03-02T07:30:00Z");
    check_when("2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z");
    check_when("2026-03-29T06:30:00Z", "2026-03-29T06:30:00Z", "2026-03-29T06:30:00Z");
    for typed in ["", "tomorrow", "2026-13-01", "20260329", "2026-03-29 25:00", "-99999999999999"] {
        assert_eq!(When::parse(typed), None, "{typed}");
    }
    assert_eq!(When::parse("0").unwrap().begins_at(None, Moment(100_000)), Moment(86_400));
}
