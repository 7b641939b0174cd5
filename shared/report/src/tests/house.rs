//! Calculations of the house, and names of the switch's words.

use super::world::{Given, NOW, column, definition, dictionary, int, text};
use crate::{
    Calculation, CarriedReport, FileError, Format, HouseFormula, check, formula_uses, house_name_fault, read_carried,
    run, tables_of, write_carried, write_file,
};

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
    names.overlay([(model::NameKind::AgentString, "AUX", "Break")], Default::default());
    let sheet = run(&report, &Default::default(), &given, &names, NOW).unwrap();
    assert_eq!(sheet.to_csv(), "mode,is_aux\nBreak,yes\nAVAIL,no\n");
    assert_eq!(check(&report), []);
}

#[test]
fn a_report_needs_what_it_names_and_what_that_needs() {
    let formula = |name: &str, formula: &str| HouseFormula {
        name: name.to_owned(),
        constant: false,
        formula: formula.to_owned(),
        description: String::new(),
    };
    let house = [
        formula("OVER", "ACDCALLS > LIMIT"),
        formula("LIMIT", "GOAL * 2"),
        formula("GOAL", "80"),
        formula("OTHER", "GOAL"),
    ];
    let names = |report: &crate::Definition| -> Vec<String> {
        report.needs(&house).into_iter().map(|needed| needed.name.clone()).collect()
    };
    assert_eq!(names(&definition(vec![column("x", "ACDCALLS", Format::Count)])), Vec::<String>::new());
    let mut report = definition(vec![column("x", "over + 1", Format::Count)]);
    assert_eq!(names(&report), ["GOAL", "LIMIT", "OVER"]);
    // What the report has itself is not the house's, nor is what only that would need.
    report.calculations.push(formula("LIMIT", "5").calculation());
    assert_eq!(names(&report), ["OVER"]);
    // Whoever writes a file by hand may name things in a circle.
    let circle = [formula("OVER", "LIMIT"), formula("LIMIT", "OVER")];
    assert_eq!(definition(vec![column("x", "OVER", Format::Count)]).needs(&circle).len(), 2);
}

#[test]
fn a_file_carries_what_the_report_needs_and_guards_it() {
    let goal = HouseFormula {
        name: "HOUSE_GOAL".to_owned(),
        constant: true,
        formula: "80".to_owned(),
        description: "by contract".to_owned(),
    };
    let definition = definition(vec![column("x", "ACDCALLS / HOUSE_GOAL", Format::Decimal(1))]);
    let alone = write_file(&definition);
    assert!(matches!(read_carried(alone.as_bytes()), Err(FileError::Invalid { .. })), "it needs what it lacks");
    let carried = CarriedReport { definition, house: vec![goal] };
    let text = write_carried(&carried);
    assert_eq!(read_carried(text.as_bytes()).unwrap(), carried);
    let changed = read_carried(text.replace("\"80\"", "\"90\"").as_bytes()).unwrap_err().to_string();
    assert!(changed.contains("its checksum is"), "{changed}");
}
