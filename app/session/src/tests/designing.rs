//! A report while it is designed: what goes takes along what refers to it, and every step can be undone.

use report::{InputKind, ReportKind, SortKey};

use crate::designing::{Design, Part, rename_column};

fn daily() -> Design {
    let mut design = Design::new(ReportKind::Historical, catalog::table("dsplit").unwrap(), "Mine");
    design.add_columns(0, &["ACDCALLS".to_owned(), "ABNCALLS".to_owned()]);
    design
}

#[test]
fn an_input_takes_along_what_chooses_by_it() {
    let mut design = daily();
    let dates = design.report().inputs.iter().position(|input| input.kind == InputKind::Dates).unwrap();
    design.remove(Part::Input(dates));
    assert_eq!(design.report().blocks[0].dates, None);
    let splits = design.report().inputs.iter().position(|input| input.kind == InputKind::Splits).unwrap();
    design.remove(Part::Input(splits));
    assert!(design.report().blocks[0].filter.is_empty() && design.problems().is_empty());
    design.undo();
    design.undo();
    assert_eq!(design.report().inputs, daily().report().inputs);
    assert_eq!(design.report().blocks[0].dates.as_deref(), Some("dates"));
}

#[test]
fn a_column_takes_along_the_order_by_it_and_a_new_name_keeps_it() {
    let mut design = daily();
    let mut report = (**design.report()).clone();
    report.blocks[0].sort = vec![SortKey { column: report.blocks[0].columns[2].id.clone(), descending: true }];
    rename_column(&mut report.blocks[0], 2, "answered".to_owned());
    assert_eq!(report.blocks[0].sort[0].column, "answered");
    design.put(report, None);
    assert!(design.problems().is_empty());
    design.remove(Part::Column(0, 2));
    assert!(design.report().blocks[0].sort.is_empty() && design.problems().is_empty());
}

#[test]
fn parts_move_among_their_like_and_not_beyond() {
    let mut design = daily();
    let count = design.report().blocks[0].columns.len();
    assert_eq!(design.moved(Part::Column(0, count - 1), true), None);
    let heading = design.report().blocks[0].columns[count - 1].heading.clone();
    assert_eq!(design.shift(Part::Column(0, count - 1), false), Part::Column(0, count - 2));
    assert_eq!(design.report().blocks[0].columns[count - 2].heading, heading);
    assert_eq!(design.shift(Part::Block(0), true), Part::Block(0));
}

#[test]
fn typing_into_one_field_is_one_step() {
    let mut design = daily();
    for name in ["M", "My", "My day"] {
        let mut report = (**design.report()).clone();
        report.name = name.to_owned();
        design.put(report, Some(7));
    }
    design.undo();
    assert_eq!(design.report().name, "Mine");
    design.redo();
    assert_eq!((design.report().name.as_str(), design.can_undo()), ("My day", (true, false)));
}

#[test]
fn a_problem_leads_to_its_part() {
    let mut design = daily();
    let mut report = (**design.report()).clone();
    report.blocks[0].columns[1].expression = "NOTHING_LIKE_IT".to_owned();
    design.put(report, None);
    let problems = design.problems();
    assert_eq!(problems.iter().map(|problem| design.part_of(&problem.place)).collect::<Vec<_>>(), [Part::Column(0, 1)]);
}
