//! Series of columns, columns that only show where they are used, and headings made from rows.

use super::world::{Given, NOW, column, definition, dictionary, int};
use crate::{ColumnDef, Definition, Each, Format, Inputs, Total, check, run};

fn bins() -> Definition {
    let bin = ColumnDef {
        heading: "Bin {n}".to_owned(),
        heading_of: Some("if(PERIOD{n} > PERIOD{n-1}, join(PERIOD{n-1} + 1, 'to', PERIOD{n}), blank)".to_owned()),
        each: Some(Each { from: 2, to: 4 }),
        where_used: true,
        total: Some(Total::Sum),
        ..column("bin_{n}", "ACDCALLS{n}", Format::Count)
    };
    let mut report = definition(vec![column("split", "name(SPLIT)", Format::Text), bin]);
    report.blocks[0].total_row = Some("Total".to_owned());
    assert_eq!(check(&report), []);
    report
}

fn split(given: Given, split: i64, limits: [i64; 4], bins: [i64; 3]) -> Given {
    let items = [
        ("SPLIT", int(split)),
        ("PERIOD1", int(limits[0])),
        ("PERIOD2", int(limits[1])),
        ("PERIOD3", int(limits[2])),
        ("PERIOD4", int(limits[3])),
        ("ACDCALLS2", int(bins[0])),
        ("ACDCALLS3", int(bins[1])),
        ("ACDCALLS4", int(bins[2])),
    ];
    given.row("csplit", &items)
}

fn csv(given: &Given, report: &Definition) -> String {
    let sheet = run(report, &Inputs::new(), given, &dictionary(), NOW).unwrap();
    let headings: Vec<&str> = sheet.blocks[0].columns.iter().map(|column| column.heading.as_str()).collect();
    assert_eq!(sheet.blocks[0].totals.as_ref().map(Vec::len), Some(headings.len()));
    format!("{}\n{}", headings.join(","), sheet.to_csv())
}

#[test]
fn headings_are_what_all_rows_share_and_unused_columns_are_left_out() {
    let given = split(Given::default(), 1, [5, 10, 20, 30], [3, 0, 1]);
    let given = split(given, 2, [5, 10, 20, 40], [0, 0, 2]);
    assert_eq!(csv(&given, &bins()), "split,6 to 10,Bin 4\nsplit,bin_2,bin_4\nSales,3,1\nBilling,0,2\n");
    assert_eq!(csv(&Given::default(), &bins()), "split\nsplit\n");
}

#[test]
fn a_column_that_a_limit_hides_the_use_of_stays() {
    let given = split(Given::default(), 1, [5, 10, 20, 30], [3, 0, 0]);
    let given = split(given, 2, [5, 10, 20, 30], [0, 7, 0]);
    let mut first = bins();
    first.blocks[0].limit = Some(1);
    assert_eq!(csv(&given, &first), "split,6 to 10,11 to 20\nsplit,bin_2,bin_3\nSales,3,0\n");
}

#[test]
fn names_of_computed_numbers_are_blank_where_there_are_none() {
    let name = |expression: &str| {
        let report = definition(vec![column("x", expression, Format::Text)]);
        assert_eq!(check(&report), [], "{expression}");
        let given = split(Given::default(), 1, [0; 4], [2, 0, 0]);
        run(&report, &Inputs::new(), &given, &dictionary(), NOW).unwrap().to_csv().replace("x\n", "").trim().to_owned()
    };
    assert_eq!(name("name(aux_reason, ACDCALLS2)"), "Training");
    assert_eq!(name("name(AUX_REASON, 1)"), "Lunch");
    assert_eq!(name("coalesce(name(aux_reason, 77), 'none')"), "none");
    assert_eq!(name("name(agent, '1001')"), "Ada Lovelace");
    assert_eq!(name("coalesce(name(split, blank), 'none')"), "none");
    let wrong = check(&definition(vec![column("x", "name(pause, 1)", Format::Text)]));
    let said = "pause is no kind of thing that has names; there are split, agent, vdn, vector, trunk_group, trunk, work_code, \
                aux_reason, logout_reason";
    assert!(wrong[0].message.contains(said), "{}", wrong[0]);
}
