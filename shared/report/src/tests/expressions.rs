//! What expressions mean, and what is said of those that mean nothing.

use catalog::Value;

use super::world::{Given, NOW, column, definition, dictionary, int, lasting, text};
use crate::{Calculation, Format, InputDef, InputKind, Inputs, Total, check, format_value, run};

fn given() -> Given {
    Given::default().row(
        "csplit",
        &[
            ("SPLIT", int(1)),
            ("INQUEUE", int(3)),
            ("INRING", int(1)),
            ("OLDESTCALL", lasting(75)),
            ("ACDCALLS", int(8)),
            ("ANSTIME", int(100)),
            ("CALLSOFFERED", int(10)),
            ("ACCEPTABLE", int(7)),
        ],
    )
}

fn value(expression: &str) -> Value {
    let definition = definition(vec![column("x", expression, Format::Text)]);
    let sheet = run(&definition, &Default::default(), &given(), &dictionary(), NOW).unwrap();
    sheet.blocks[0].rows[0].cells[0].value.clone()
}

fn check_value(expression: &str, expect: Value) {
    assert_eq!(value(expression), expect, "{expression}");
}

#[test]
fn arithmetic_keeps_whole_numbers_and_the_usual_precedence() {
    check_value("INQUEUE + INRING", int(4));
    check_value("inqueue - 2 * INRING", int(1));
    check_value("(INQUEUE - 2) * INRING", int(1));
    check_value("100 * ACCEPTABLE / CALLSOFFERED", Value::Real(70.0));
    check_value("10 - 3 - 2", int(5));
    check_value("-INQUEUE + 1", int(-2));
    check_value("1.5 * 3", Value::Real(4.5));
    check_value("AVG_ANSWER_SPEED", Value::Real(12.5));
}

#[test]
fn blanks_spread_and_division_by_zero_is_blank() {
    check_value("ABNTIME / ABNCALLS", Value::Blank);
    check_value("1 + ABNTIME / ABNCALLS", Value::Blank);
    check_value("blank = 0", Value::Blank);
    check_value("-blank", Value::Blank);
    check_value("coalesce(ABNTIME / ABNCALLS, 0)", int(0));
    check_value("max(blank, 3, 2)", int(3));
    check_value("min(blank, 3, 2)", int(2));
    check_value("'a' + 1", Value::Blank);
    check_value("9000000000000000 * 9000000000000000 * 0", Value::Real(0.0));
}

#[test]
fn conditions() {
    check_value("if(INQUEUE > 2, 'long', 'short')", text("long"));
    check_value("if(blank, 1, 2)", int(2));
    check_value("INQUEUE >= 3 and not INRING = 0", int(1));
    check_value("INQUEUE < 3 or INRING <> 1", int(0));
    check_value("0 and blank", int(0));
    check_value("blank or 1", int(1));
    check_value("blank and 1", Value::Blank);
    check_value("'AUX' = 'AUX'", int(1));
}

#[test]
fn running_times_stay_running_until_they_are_computed_with() {
    check_value("OLDESTCALL", lasting(75));
    check_value("if(INQUEUE, OLDESTCALL, blank)", lasting(75));
    check_value("OLDESTCALL * 2", Value::Real(150.0));
    check_value("OLDESTCALL > 60", int(1));
}

#[test]
fn names_fall_back_to_numbers() {
    check_value("name(SPLIT)", text("Sales"));
    check_value("join(SPLIT, name(SPLIT), blank)", text("1 Sales"));
    let unknown = Given::default().row("csplit", &[("SPLIT", int(99))]);
    let definition = definition(vec![column("x", "name(SPLIT)", Format::Name(model::NameKind::Split))]);
    let sheet = run(&definition, &Default::default(), &unknown, &dictionary(), NOW).unwrap();
    let cell = &sheet.blocks[0].rows[0].cells[0];
    assert_eq!(format_value(Format::Name(model::NameKind::Split), &cell.value, NOW), "99");
}

#[test]
fn own_calculations_come_before_the_standard_ones() {
    let own = |name: &str, expression: &str| Calculation {
        name: name.to_owned(),
        expression: expression.to_owned(),
        meaning: String::new(),
    };
    let mut definition = definition(vec![column("x", "DOUBLE + CALLS_WAITING", Format::Count)]);
    definition.calculations = vec![own("DOUBLE", "2 * CALLS_WAITING"), own("CALLS_WAITING", "INQUEUE")];
    assert_eq!(check(&definition), []);
    let sheet = run(&definition, &Default::default(), &given(), &dictionary(), NOW).unwrap();
    assert_eq!(sheet.blocks[0].rows[0].cells[0].value, int(9));

    definition.calculations = vec![own("DOUBLE", "2 * HALF"), own("HALF", "DOUBLE / 4")];
    let problems = check(&definition);
    assert!(problems[0].message.contains("DOUBLE needs itself"), "{}", problems[0]);
}

#[test]
fn number_inputs_are_used_by_their_name() {
    let mut definition = definition(vec![column("x", "INQUEUE > limit", Format::Count)]);
    definition.inputs = vec![InputDef {
        name: "limit".to_owned(),
        label: "Limit".to_owned(),
        kind: InputKind::Number { min: 0, max: 99 },
        required: false,
        default: "2".to_owned(),
        many: false,
    }];
    assert_eq!(check(&definition), []);
    let over = |typed: &str| {
        let inputs = Inputs::from([("limit".to_owned(), typed.to_owned())]);
        let sheet = run(&definition, &inputs, &given(), &dictionary(), NOW).unwrap();
        sheet.blocks[0].rows[0].cells[0].value.clone()
    };
    assert_eq!((over(""), over("3")), (int(1), int(0)));
}

#[test]
fn calculations_without_measure_are_refused_at_once() {
    let own = |number: usize, expression: String| Calculation {
        name: format!("C{number}"),
        expression,
        meaning: String::new(),
    };
    // Each twice in the next: as a tree it would have a million times a million leaves.
    let mut doubling = definition(vec![column("x", "C40", Format::Count)]);
    doubling.calculations = vec![own(0, "INQUEUE".to_owned())];
    doubling.calculations.extend((1..=40).map(|number| own(number, format!("C{0} + C{0}", number - 1))));
    doubling.blocks[0].columns[0].total = Some(Total::Sum);
    doubling.blocks[0].total_row = Some("Total".to_owned());
    assert_eq!(check(&doubling), []);
    let sheet = run(&doubling, &Inputs::new(), &given(), &dictionary(), NOW).unwrap();
    assert_eq!(sheet.blocks[0].rows[0].cells[0].value, int(3 << 40));

    let mut deep = definition(vec![column("x", "C150", Format::Count)]);
    let long = "+1".repeat(400);
    deep.calculations = vec![own(0, "INQUEUE".to_owned())];
    deep.calculations.extend((1..=150).map(|number| own(number, format!("C{}{long}", number - 1))));
    assert!(check(&deep)[0].message.contains("more than 200 steps inside each other"));
}

fn check_error(expression: &str, expect: &str) {
    let problems = check(&definition(vec![column("x", expression, Format::Count)]));
    let said = problems.first().map(|problem| problem.message.clone()).unwrap_or_default();
    assert!(said.contains(expect), "{expression}: {said:?} does not say {expect:?}");
}

#[test]
fn faults_are_named_with_their_place() {
    check_error(
        "ACDCALL + 1",
        "at character 1: ACDCALL is neither an item of csplit nor a calculation; did you mean ACDCALLS?",
    );
    check_error("1 + ", "at character 5: expected an item");
    check_error("(1 + 2", "at character 7: expected \")\" for the parenthesis of character 1");
    check_error("1 2", "at character 3: expected an operator, found the number 2");
    check_error("1..2", "\"1..2\" is not a number");
    check_error("INQUEUE % 2", "\"%\" has no meaning");
    check_error("'open", "no closing");
    check_error("sqrt(2)", "there is no function sqrt()");
    check_error("if(1, 2)", "if() takes a condition and two values, not 2 parts");
    check_error("name(INQUEUE)", "does not hold the number of something named");
    check_error("name(1)", "name() takes one item");
    check_error("LOGID", "LOGID is neither");
    check_error("AVG_CONNECT_TIME", "in calculation AVG_CONNECT_TIME");
    check_error(&"(".repeat(500), "more than 32 levels");
    check_error(&"-".repeat(999), "more than 32 levels");
    check_error(&"1+".repeat(1001), "at most 2000 characters");
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(text in "[A-Z0-9a-z+*/()<>=,;'. éあ-]{0,60}") {
        let _ = crate::expression::parse(&text);
    }
}
