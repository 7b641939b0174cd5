//! Calculations of the house, and names of the switch's words.

use super::world::{Given, NOW, column, definition, dictionary, int, text};
use crate::{Calculation, Format, check, formula_uses, house_name_fault, run, tables_of};

fn house() -> Vec<Calculation> {
    let calculation = |name: &str, expression: &str| Calculation {
        name: name.to_owned(),
        expression: expression.to_owned(),
        meaning: String::new(),
    };
    vec![calculation("GOAL", "80"), calculation("OVER_GOAL", "100 * ACCEPTABLE / CALLSOFFERED - goal")]
}

#[test]
fn a_report_uses_the_houses_calculations_and_its_own_before_them() {
    let given = Given::default().row("csplit", &[("SPLIT", int(1)), ("CALLSOFFERED", int(10)), ("ACCEPTABLE", int(9))]);
    let mut report = definition(vec![column("x", "OVER_GOAL", Format::Decimal(0))]);
    let value = |report: &crate::Definition| {
        let sheet = run(&report.with_house(&house()), &Default::default(), &given, &dictionary(), NOW).unwrap();
        sheet.to_csv()
    };
    assert!(check(&report)[0].message.contains("OVER_GOAL is neither an item"), "{:?}", check(&report));
    assert_eq!(check(&report.with_house(&house())), []);
    assert_eq!(value(&report), "x\n10\n");
    assert!(report.uses("over_goal") && !report.uses("GOAL") && !report.uses("OVER"));
    report.calculations =
        vec![Calculation { name: "Goal".to_owned(), expression: "70".to_owned(), meaning: String::new() }];
    assert_eq!(check(&report.with_house(&house())), []);
    assert_eq!(value(&report), "x\n20\n", "the report's own goal counts");
    assert!(!report.uses("GOAL"));
    assert!(formula_uses(&house()[1].expression, "GOAL") && !formula_uses(&house()[1].expression, "OFFERED"));
}

#[test]
fn a_formula_says_over_which_tables_it_can_be_computed() {
    let tables = tables_of("OVER_GOAL / 2", &house()).unwrap();
    assert!(["csplit", "hsplit", "dsplit"].iter().all(|table| tables.contains(table)), "{tables:?}");
    assert!(!tables.contains(&"hagent") && tables.len() < catalog::all_tables().len());
    assert_eq!(tables_of("80", &[]).unwrap().len(), catalog::all_tables().len());
    assert!(tables_of("ACDCALLS + INQUEUE + NOTHING", &[]).unwrap_err().contains("NOTHING is neither"));
    assert!(tables_of("1 +", &[]).is_err());
    assert_eq!(house_name_fault("HOUSE_GOAL"), None);
    for wrong in ["", "2ND", "A GOAL", "acdcalls", "AVG_ANSWER_SPEED", "A23456789012345678901"] {
        assert!(house_name_fault(wrong).is_some(), "{wrong}");
    }
}

/// A column shows the name of the switch's word; conditions mean the word.
#[test]
fn words_of_the_switch_are_shown_by_their_names() {
    let given = Given::default()
        .row("cagent", &[("SPLIT", int(1)), ("LOGID", text("1001")), ("WORKMODE", text("AUX"))])
        .row("cagent", &[("SPLIT", int(1)), ("LOGID", text("1002")), ("WORKMODE", text("AVAIL"))]);
    let mut report = definition(vec![
        column("mode", "WORKMODE", Format::Text),
        column("is_aux", "if(WORKMODE = 'AUX', 'yes', 'no')", Format::Text),
    ]);
    report.blocks[0].table = "cagent".to_owned();
    let mut names = dictionary();
    names.overlay([(model::Kind::AgentString, "AUX", "Break")], Default::default());
    let sheet = run(&report, &Default::default(), &given, &names, NOW).unwrap();
    assert_eq!(sheet.to_csv(), "mode,is_aux\nBreak,yes\nAVAIL,no\n");
    assert_eq!(check(&report), []);
}
