//! Integrated reports: what was collected since a chosen time, every interval once, and what is so now.

use catalog::Value;
use model::{Calendar, Interval, IntervalMinutes, Moment};
use proptest::prelude::*;

use super::past::interval;
use super::world::{Given, NOW, berlin, column, definition, dictionary, int, lasting, text};
use crate::{
    ColumnDef, Definition, Format, InputDef, InputKind, Inputs, KeyFilter, ReportKind, Sheet, Total, check,
    find_built_in, run,
};

/// 2026-03-02 09:30 in Berlin: what runs is half an hour old.
const RUNNING: Moment = Moment(NOW.0 - 1800);

fn running() -> Option<Interval> {
    Some(Interval { start: RUNNING, end: RUNNING + 1800 })
}

fn given() -> Given {
    Given { calendar: Some(berlin()), running: running(), ..Given::default() }
}

fn closed(given: Given, at: Moment, split: i64, calls: i64) -> Given {
    let items = [
        ("SPLIT", int(split)),
        ("CALLSOFFERED", int(calls)),
        ("ACDCALLS", int(calls - 1)),
        ("ACCEPTABLE", int(calls / 2)),
        ("ANSTIME", int(calls * 10)),
        ("MAXINQUEUE", int(calls)),
        ("I_STAFFTIME", int(3600)),
        ("SERVICELEVEL", int(20)),
    ];
    interval(given, "hsplit", at, &items)
}

fn now(given: Given, split: i64, calls: i64) -> Given {
    let items = [
        ("ACD", int(1)),
        ("SPLIT", int(split)),
        ("INQUEUE", int(4)),
        ("OLDESTCALL", lasting(50)),
        ("STAFFED", int(6)),
        ("CALLSOFFERED", int(calls)),
        ("ACDCALLS", int(calls - 1)),
        ("ACCEPTABLE", int(calls / 2)),
        ("ANSTIME", int(calls * 10)),
        ("MAXINQUEUE", int(calls)),
        ("I_STAFFTIME", int(5400)),
        ("SERVICELEVEL", int(20)),
        ("INCOMPLETE", int(1)),
    ];
    given.row("csplit", &items)
}

fn view(given: &Given, typed: &[(&str, &str)]) -> Result<Sheet, String> {
    let inputs: Inputs = typed.iter().map(|(name, typed)| ((*name).to_owned(), (*typed).to_owned())).collect();
    let report = find_built_in("Split/Skill View").unwrap();
    run(report, &inputs, given, &dictionary(), NOW).map_err(|error| error.to_string())
}

fn cells(sheet: &Sheet, ids: &[&str]) -> String {
    let block = &sheet.blocks[0];
    let places = ids.iter().map(|id| block.columns.iter().position(|column| column.id == *id).unwrap());
    let places: Vec<usize> = places.collect();
    let rows = block.rows.iter().map(|row| &row.cells).chain(&block.totals);
    let cell = |cells: &[crate::Cell], place: usize| {
        crate::format_value(block.columns[place].format, &cells[place].value, sheet.at)
    };
    let lines = rows.map(|cells| places.iter().map(|&place| cell(cells, place)).collect::<Vec<_>>().join("|"));
    format!("{}\n{}", block.title, lines.collect::<Vec<_>>().join("\n"))
}

const SHOWN: [&str; 8] =
    ["split", "waiting", "staffed", "offered", "avg_answer_speed", "max_queue", "positions_staffed", "incomplete"];

#[test]
fn history_and_the_running_interval_are_one() {
    let eight = RUNNING + -5400;
    let rows = now(closed(closed(given(), eight, 1, 20), eight + 1800, 1, 30), 1, 5);
    // Of the past alone, and of the present alone.
    let rows = now(closed(rows, eight, 2, 7), 12, 3);
    let sheet = view(&rows, &[("from", "08:00")]).unwrap();
    assert_eq!(
        cells(&sheet, &SHOWN),
        "Splits/skills: since 2026-03-02 08:00\n\
         12|4|6|3|0:15|3|3.0|1 interval incomplete\n\
         Billing|||7|0:12|7|2.0|\n\
         Sales|4|6|55|0:11|30|2.3|1 interval incomplete\n\
         Total|8||65|0:11|30|4.0|1 interval incomplete"
    );
    assert_eq!(sheet.blocks[0].rows[2].cells[3].value, lasting(50));
}

/// As in reports of days, weeks and months: the rows of one interval lack data of the same, other intervals are others.
#[test]
fn intervals_that_lack_data_are_counted() {
    let closed = |given, at, split, incomplete| {
        interval(
            given,
            "hsplit",
            at,
            &[("SPLIT", int(split)), ("CALLSOFFERED", int(2)), ("INCOMPLETE", int(incomplete))],
        )
    };
    let eight = RUNNING + -5400;
    let rows = closed(closed(given(), eight, 1, 1), eight, 2, 1);
    let rows = closed(closed(rows, eight + 1800, 1, 1), eight + 1800, 2, 0);
    let rows = closed(rows, eight + 3600, 1, 0);
    let shown = |rows: &Given| cells(&view(rows, &[("from", "08:00")]).unwrap(), &["split", "offered", "incomplete"]);
    let title = "Splits/skills: since 2026-03-02 08:00";
    assert_eq!(
        shown(&rows),
        format!(
            "{title}\nBilling|4|1 interval incomplete\nSales|6|2 intervals incomplete\nTotal|10|2 intervals incomplete"
        )
    );
    // The one that runs lacks data, too.
    assert_eq!(
        shown(&now(rows, 2, 5)),
        format!(
            "{title}\nBilling|9|2 intervals incomplete\nSales|6|2 intervals incomplete\nTotal|15|3 intervals incomplete"
        )
    );
    assert_eq!(shown(&closed(given(), eight, 2, 0)), format!("{title}\nBilling|2|\nTotal|2|"));
}

#[test]
fn the_window_ends_where_the_running_interval_begins() {
    let asked = |rows: Given, from: &str| {
        let sheet = view(&rows, &[("from", from)]).unwrap();
        let of_history = rows.asked.take().into_iter().find(|(table, _)| *table == "hsplit").unwrap().1;
        (sheet.blocks[0].title.clone(), of_history.from, of_history.to)
    };
    // From the interval that contains the start, up to the one that runs.
    let (title, from, to) = asked(given(), "08:10");
    assert_eq!(
        (title.as_str(), from, to),
        ("Splits/skills: since 2026-03-02 08:00", Some(RUNNING + -5400), Some(RUNNING))
    );
    let (title, from, to) = asked(given(), "09:45");
    assert_eq!((title.as_str(), from, to), ("Splits/skills: since 2026-03-02 09:30", Some(RUNNING), Some(RUNNING)));
    // Before the first event nothing runs, and the archive is all there is.
    let quiet = Given { running: None, ..given() };
    assert_eq!(
        asked(quiet, "-1 11:00"),
        ("Splits/skills: since 2026-03-01 11:00".to_owned(), Some(NOW + -23 * 3600), Some(NOW))
    );
}

/// The calendar knows how long intervals are now, or by the configuration; the rows how long they were.
#[test]
fn the_first_interval_is_the_one_that_contains_the_start_however_long_it_was() {
    let eight = RUNNING + -5400;
    let check = |minutes, rows: &[(i64, i64, i64)], expect: &str| {
        let given = Given { calendar: Some(Calendar { interval: minutes, ..berlin() }), ..given() };
        let row = |given, &(after, minutes, calls): &(i64, i64, i64)| {
            let items = [("SPLIT", int(1)), ("INTRVL", int(minutes)), ("CALLSOFFERED", int(calls))];
            interval(given, "hsplit", eight + after * 60, &items)
        };
        let rows = now(rows.iter().fold(given, row), 1, 5);
        let sheet = view(&rows, &[("from", "08:40")]).unwrap();
        assert_eq!(cells(&sheet, &["offered"]), format!("Splits/skills: since 2026-03-02 {expect}"));
    };
    check(IntervalMinutes::Half, &[(0, 60, 20), (60, 30, 3)], "08:00\n28\n28");
    check(IntervalMinutes::Hour, &[(0, 15, 1), (15, 15, 2), (30, 15, 4), (45, 15, 8)], "08:30\n17\n17");
    // Behind a change of length an interval begins where the last one ended, and is over before its length has passed.
    check(IntervalMinutes::Half, &[(0, 15, 1), (15, 30, 2), (30, 30, 4)], "08:30\n9\n9");
    check(IntervalMinutes::Half, &[(60, 30, 3)], "08:30\n8\n8");
}

/// The archive may be ahead of the board that is read, or the board ahead of the archive: what the source says is running
/// decides.
#[test]
fn an_interval_that_closes_meanwhile_counts_once() {
    let total = |rows: &Given| {
        cells(&view(rows, &[("from", "08:00")]).unwrap(), &["offered"]).lines().last().unwrap().to_owned()
    };
    let before = closed(given(), RUNNING + -1800, 1, 20);
    // Running still, as the board has it; archived already.
    let archived_early = closed(now(closed(given(), RUNNING + -1800, 1, 20), 1, 5), RUNNING, 1, 5);
    assert_eq!(total(&now(before, 1, 5)), "25");
    assert_eq!(total(&archived_early), "25");
    // The board has gone on; what closed is given as history.
    let next = Some(Interval { start: RUNNING + 1800, end: RUNNING + 3600 });
    let gone_on = closed(closed(given(), RUNNING + -1800, 1, 20), RUNNING, 1, 5);
    let gone_on = Given { running: next, ..gone_on.row("csplit", &[("SPLIT", int(1))]) };
    assert_eq!(total(&gone_on), "25");
}

#[test]
fn starts_that_cannot_be_are_refused() {
    let said = |from: &str| view(&given(), &[("from", from)]).map(|sheet| sheet.blocks[0].title.clone());
    let write = "write a time of the past 24 hours, such as 08:00 or -1 22:00";
    assert_eq!(said("10:01"), Err(format!("Since: 2026-03-02 10:01 is still to come; {write}")));
    assert_eq!(said("-1 09:00"), Err(format!("Since: 2026-03-01 09:00 is more than 24 hours ago; {write}")));
    assert_eq!(said("-1 10:00"), Ok("Splits/skills: since 2026-03-01 10:00".to_owned()));
    assert_eq!(said("10:00"), Ok("Splits/skills: since 2026-03-02 09:30".to_owned()));
    assert_eq!(said(""), Ok("Splits/skills: since 2026-03-02 00:00".to_owned()));
    assert_eq!(
        said("noon"),
        Err("Since: \"noon\" is no date; write 2026-03-29, 2026-03-29 08:30, 08:30, or -1 for yesterday".to_owned())
    );
}

/// In the evening of the day that has 25 hours, its midnight is still today's.
#[test]
fn midnight_of_a_long_day_is_today() {
    let evening = Moment(1_792_879_200 + 24 * 3600 + 1800);
    let given = Given { calendar: Some(berlin()), ..Given::default() };
    let report = find_built_in("Split/Skill View").unwrap();
    let sheet = run(report, &Inputs::new(), &given, &dictionary(), evening).unwrap();
    assert_eq!(sheet.blocks[0].title, "Splits/skills: since 2026-10-25 00:00");
}

fn agents() -> Definition {
    let sum =
        |id: &str, expression: &str| ColumnDef { total: Some(Total::Sum), ..column(id, expression, Format::Count) };
    let mut report = definition(vec![
        column("agent", "LOGID", Format::Text),
        column("extension", "EXTENSION", Format::Text),
        column("state", "AWORKMODE", Format::Text),
        sum("calls", "ACDCALLS"),
        sum("staffed", "TI_STAFFTIME"),
        ColumnDef { total: Some(Total::Ratio), ..column("talk", "ACDTIME / ACDCALLS", Format::Count) },
    ]);
    report.kind = ReportKind::Integrated;
    report.inputs = vec![InputDef {
        name: "from".to_owned(),
        label: "Since".to_owned(),
        kind: InputKind::DateTime,
        required: true,
        default: String::new(),
        many: false,
    }];
    let block = &mut report.blocks[0];
    block.table = "cagent".to_owned();
    block.from = Some("from".to_owned());
    block.group_by = vec!["LOGID".to_owned()];
    block.total_row = Some("Total".to_owned());
    assert_eq!(check(&report), []);
    report
}

fn agent_rows() -> Given {
    let was = |given, at, split, extension: &str, calls: i64, secs: i64| {
        let items = [
            ("SPLIT", int(split)),
            ("LOGID", text("1001")),
            ("EXTENSION", text(extension)),
            ("ACDCALLS", int(calls)),
            ("ACDTIME", int(calls * 100)),
            ("TI_STAFFTIME", int(secs)),
        ];
        interval(given, "hagent", at, &items)
    };
    let given = was(given(), RUNNING + -3600, 1, "5001", 3, 1800);
    let given = was(given, RUNNING + -1800, 1, "5002", 2, 900);
    let given = was(given, RUNNING + -1800, 2, "5002", 4, 0);
    let is = |given: Given, split, agent: &str, calls: i64, state| {
        let items = [
            ("SPLIT", int(split)),
            ("LOGID", text(agent)),
            ("EXTENSION", text("5003")),
            ("AWORKMODE", text(state)),
            ("ACDCALLS", int(calls)),
            ("ACDTIME", int(calls * 200)),
            ("TI_STAFFTIME", int(if split == 1 { 1800 } else { 0 })),
        ];
        given.row("cagent", &items)
    };
    is(is(is(given, 1, "1001", 1, "AVAIL"), 2, "1001", 1, "AVAIL"), 1, "1002", 0, "AUX")
}

#[test]
fn what_is_so_now_is_that_of_now() {
    let inputs = Inputs::from([("from".to_owned(), "08:00".to_owned())]);
    let shown = |report: &Definition| run(report, &inputs, &agent_rows(), &dictionary(), NOW).unwrap();
    let ids = ["agent", "extension", "state", "calls", "staffed", "talk"];
    let all = "since 2026-03-02 08:00\n1001|5003|AVAIL|11|4500|118\n1002|5003|AUX|0|1800|\nTotal|||11|6300|118";
    assert_eq!(cells(&shown(&agents()), &ids), all);
    // A condition looks at what was put together, and totals are of what is shown.
    let mut busy = agents();
    busy.blocks[0].only = Some("ACDCALLS > 2".to_owned());
    let some = "since 2026-03-02 08:00\n1001|5003|AVAIL|11|4500|118\nTotal|||11|4500|118";
    assert_eq!(cells(&shown(&busy), &ids), some);
    // By skill, where the table itself has a row for each.
    let mut by_skill = agents();
    by_skill.blocks[0].group_by = Vec::new();
    let each = "since 2026-03-02 08:00\n1001|5003|AVAIL|6|4500|117\n1001|5003|AVAIL|5|0|120\n1002|5003|AUX|0|1800|\nTotal|||11|6300|118";
    assert_eq!(cells(&shown(&by_skill), &ids), each);
}

/// A report since 08:00 over what an input chooses by an item.
fn chosen_by(table: &str, filter: (&str, InputKind, &str), rows: &Given, columns: &[&str], by: &[&str]) -> String {
    let (item, kind, typed) = filter;
    let mut report = definition(columns.iter().map(|item| column(&item.to_lowercase(), item, Format::Text)).collect());
    report.kind = ReportKind::Integrated;
    let input = |name: &str, kind, many| InputDef {
        name: name.to_owned(),
        label: name.to_owned(),
        kind,
        required: false,
        default: String::new(),
        many,
    };
    report.inputs = vec![input("from", InputKind::DateTime, false), input("chosen", kind, true)];
    let block = &mut report.blocks[0];
    block.table = table.to_owned();
    block.from = Some("from".to_owned());
    block.filter = vec![KeyFilter { item: item.to_owned(), input: "chosen".to_owned() }];
    block.group_by = by.iter().map(|item| (*item).to_owned()).collect();
    assert_eq!(check(&report), []);
    let inputs = [("from", "08:00"), ("chosen", typed)].map(|(name, typed)| (name.to_owned(), typed.to_owned()));
    let sheet = run(&report, &Inputs::from(inputs), rows, &dictionary(), NOW).unwrap();
    let ids: Vec<String> = columns.iter().map(|item| item.to_lowercase()).collect();
    cells(&sheet, &ids.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn history_is_chosen_by_items_that_do_not_tell_its_rows_apart() {
    let was = |given, eqloc: &str, group, calls| {
        let items = [("EQLOC", text(eqloc)), ("TKGRP", int(group)), ("INCALLS", int(calls))];
        interval(given, "htrunk", RUNNING + -1800, &items)
    };
    // T003 belongs to another group by now, and T009 has gone.
    let rows = was(was(was(was(given(), "T001", 10, 5), "T002", 11, 7), "T003", 10, 3), "T009", 10, 2);
    let is = |given: Given, eqloc: &str, group| {
        given.row("ctrunk", &[("EQLOC", text(eqloc)), ("TKGRP", int(group)), ("INCALLS", int(1))])
    };
    let rows = is(is(is(rows, "T001", 10), "T002", 11), "T003", 11);
    let filter = ("TKGRP", InputKind::TrunkGroups, "10");
    let shown = chosen_by("ctrunk", filter, &rows, &["EQLOC", "TKGRP", "INCALLS"], &[]);
    assert_eq!(shown, "since 2026-03-02 08:00\nT001|10|6\nT003||3\nT009||2");

    let filter = ("LOGID", InputKind::Agents, "1001");
    let shown = chosen_by("cagent", filter, &agent_rows(), &["SPLIT", "ACDCALLS"], &["SPLIT"]);
    assert_eq!(shown, "since 2026-03-02 08:00\n1|6\n2|5");
}

proptest! {
    /// Since its start, an integrated report shows what a historical one will when the running interval has closed.
    #[test]
    fn integrated_is_history_and_the_running_interval(
        closed in prop::collection::vec((0..20_i64, 1..4_i64, prop::collection::vec(0..500_i64, 40)), 0..12),
        open in prop::collection::vec(prop::collection::vec(0..500_i64, 40), 0..3),
    ) {
        let items = |table: &str, values: &[i64]| -> Vec<(&'static str, Value)> {
            let table = catalog::table(table).unwrap();
            let counted = table.values().iter().filter(|item| !matches!(item.class, catalog::Class::Admin));
            // Every few items, so that most of what the report reads has something in it.
            counted.zip(values.iter().cycle()).map(|(item, value)| (item.name.as_str(), int(*value))).collect()
        };
        let (mut integrated, mut historical) = (given(), given());
        let mut taken = std::collections::BTreeSet::new();
        for (step, split, values) in &closed {
            if !taken.insert((step, split)) {
                continue;
            }
            let row: Vec<_> = std::iter::once(("SPLIT", int(*split))).chain(items("hsplit", values)).collect();
            integrated = interval(integrated, "hsplit", RUNNING + -1800 * (step + 1), &row);
            historical = interval(historical, "hsplit", RUNNING + -1800 * (step + 1), &row);
        }
        for (split, values) in (1..).zip(&open) {
            let row: Vec<_> = std::iter::once(("SPLIT", int(split))).chain(items("hsplit", values)).collect();
            historical = interval(historical, "hsplit", RUNNING, &row);
            let row: Vec<_> = row.into_iter().chain([("ACD", int(1))]).collect();
            integrated = integrated.row("csplit", &row);
        }
        let view = view(&integrated, &[("from", "00:00")]).unwrap();
        let mut summary = find_built_in("Split/Skill Summary Interval").unwrap().clone();
        summary.blocks[0].group_by = vec!["SPLIT".to_owned()];
        let summary = run(&summary, &Inputs::new(), &historical, &dictionary(), NOW).unwrap();
        let (view, summary) = (&view.blocks[0], &summary.blocks[0]);
        prop_assert_eq!(view.rows.len(), summary.rows.len());
        let place = |block: &crate::SheetBlock, id: &str| block.columns.iter().position(|column| column.id == id);
        let mut compared = 0;
        for (at, column) in summary.columns.iter().enumerate().filter(|(_, column)| column.id != "incomplete") {
            let Some(there) = place(view, &column.id) else { continue };
            compared += 1;
            for (ours, theirs) in view.rows.iter().zip(&summary.rows) {
                prop_assert_eq!(&ours.cells[there].value, &theirs.cells[at].value, "{}", column.id);
            }
            let totals = |block: &crate::SheetBlock, at: usize| block.totals.as_ref().unwrap()[at].value.clone();
            prop_assert_eq!(totals(view, there), totals(summary, at), "total of {}", column.id);
        }
        prop_assert!(compared > 12);
    }
}
