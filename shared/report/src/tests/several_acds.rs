//! Reports over several ACDs: whose row is whose, what is put together, and which names are meant.

use model::event::Configuration;
use model::{AcdNumber, Calendar, Dictionary, Interval, SplitId};

use super::past::{TODAY, interval};
use super::world::{Given, NOW, berlin, dictionary, int};
use crate::{Acd, Bounds, Definition, InputError, Inputs, chosen_acds, find_built_in, run_over};

/// Split 1 is Sales in both, split 2 is Billing in one and Returns in the other, split 7 is only in the other.
fn hamburg() -> Dictionary {
    let mut dictionary = Dictionary::default();
    for (split, name) in [(1, "Sales"), (2, "Returns"), (7, "Night desk")] {
        let (split, name) = (SplitId(split), name.to_owned());
        dictionary.learn(&Configuration::Split { split, name, service_level_secs: None });
    }
    dictionary
}

fn calls(acd: i64, splits: &[i64]) -> Given {
    let given = Given { calendar: Some(berlin()), ..Given::default() };
    splits.iter().fold(given, |given, split| {
        let items = [
            ("ACD", int(acd)),
            ("SPLIT", int(*split)),
            ("CALLSOFFERED", int(10 * acd + split)),
            ("ACDCALLS", int(10 * acd)),
            ("ANSTIME", int(200 / acd)),
            ("MAXINQUEUE", int(acd + split)),
            ("I_STAFFTIME", int(1800)),
        ];
        interval(given, "hsplit", TODAY, &items)
    })
}

fn text(report: &Definition, typed: &[(&str, &str)]) -> String {
    let (berlin, hamburg) = (calls(1, &[1, 2]), calls(2, &[1, 2, 7]));
    let names = [dictionary(), self::hamburg()];
    let acds = [
        Acd { number: AcdNumber(1), name: "Berlin", source: &berlin, dictionary: &names[0], now: NOW },
        Acd { number: AcdNumber(2), name: "Hamburg", source: &hamburg, dictionary: &names[1], now: NOW + 2 },
    ];
    let inputs: Inputs = typed.iter().map(|(name, typed)| ((*name).to_owned(), (*typed).to_owned())).collect();
    match run_over(report, &inputs, &acds, Bounds::NONE) {
        Ok(sheet) => {
            assert_eq!(sheet.at, NOW + 2);
            let keys = sheet.blocks[0].rows.iter().map(|row| row.key.clone()).collect::<Vec<_>>().join(" ");
            let keep = |id: &&str| sheet.blocks[0].columns.iter().position(|column| column.id == *id);
            let columns: Vec<usize> =
                ["acd", "split", "date", "offered", "acd_calls", "avg_answer_speed", "max_queue", "positions_staffed"]
                    .iter()
                    .filter_map(keep)
                    .collect();
            let rows = sheet.blocks[0].rows.iter().map(|row| &row.cells).chain(&sheet.blocks[0].totals);
            let cell = |cells: &[crate::Cell], column: usize| {
                crate::format_value(sheet.blocks[0].columns[column].format, &cells[column].value, NOW)
            };
            let lines =
                rows.map(|cells| columns.iter().map(|&column| cell(cells, column)).collect::<Vec<_>>().join("|"));
            format!("{}\n{keys}", lines.collect::<Vec<_>>().join("\n"))
        }
        Err(error) => error.to_string(),
    }
}

fn summary() -> &'static Definition {
    find_built_in("Split/Skill Summary Interval").unwrap()
}

#[test]
fn rows_say_whose_they_are_and_totals_are_over_all() {
    assert_eq!(
        text(summary(), &[]),
        "Berlin|Billing|2026-03-02|12|10|0:20|3|1.0\n\
         Hamburg|Night desk|2026-03-02|27|20|0:05|9|1.0\n\
         Hamburg|Returns|2026-03-02|22|20|0:05|4|1.0\n\
         Berlin|Sales|2026-03-02|11|10|0:20|2|1.0\n\
         Hamburg|Sales|2026-03-02|21|20|0:05|3|1.0\n\
         Total|||93|80|0:09|9|5.0\n\
         1|2|1772438400 2|7|1772438400 2|2|1772438400 1|1|1772438400 2|1|1772438400"
    );
}

#[test]
fn a_name_or_number_means_what_it_means_in_each_acd() {
    let splits = |typed: &str| {
        let text = text(summary(), &[("splits", typed)]);
        let rows = text.lines().take_while(|line| !line.starts_with("Total"));
        rows.map(|line| line.split('|').take(2).collect::<Vec<_>>().join(" ")).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(splits("sales"), "Berlin Sales, Hamburg Sales");
    assert_eq!(splits("2"), "Berlin Billing, Hamburg Returns");
    assert_eq!(splits("Billing;7"), "Berlin Billing, Hamburg Night desk");
    assert_eq!(splits("2-9"), "Berlin Billing, Hamburg Night desk, Hamburg Returns");
    assert_eq!(splits("7"), "Hamburg Night desk");
    // What neither has any more may have a past.
    assert_eq!(splits("99"), "");
    assert_eq!(splits("Nobody"), "Splits/skills: \"Nobody\" is neither a known number nor a known name");
    assert_eq!(splits("90-99"), "");
}

#[test]
fn what_is_grouped_by_time_alone_is_put_together_over_all() {
    let mut by_day = summary().clone();
    by_day.blocks[0].group_by = vec!["ROW_DATE".to_owned()];
    assert_eq!(text(&by_day, &[]), "|2026-03-02|93|80|0:09|9|5.0\nTotal||93|80|0:09|9|5.0\n20260302");
    // A number that means one thing here and another there has no name.
    assert!(text(&by_day, &[("splits", "2")]).starts_with("2|2026-03-02|34|30|"));
    let mut by_split = summary().clone();
    by_split.blocks[0].group_by = vec!["SPLIT".to_owned(), "ROW_DATE".to_owned()];
    assert!(text(&by_split, &[]).contains("Hamburg|Sales|2026-03-02|21|20|0:05|3|1.0\n"));
    let mut by_acd = summary().clone();
    by_acd.blocks[0].group_by = vec!["ACD".to_owned()];
    assert_eq!(
        text(&by_acd, &[]),
        "Berlin||2026-03-02|23|20|0:20|3|2.0\nHamburg||2026-03-02|70|60|0:05|9|3.0\nTotal|||93|80|0:09|9|5.0\n1|1 2|2"
    );
}

#[test]
fn a_definition_that_shows_the_acd_itself_keeps_its_place() {
    let mut own = summary().clone();
    let acd = crate::ColumnDef {
        id: "acd".to_owned(),
        expression: "name(ACD)".to_owned(),
        ..own.blocks[0].columns[0].clone()
    };
    own.blocks[0].columns.insert(3, acd);
    assert!(text(&own, &[]).starts_with("Berlin|Billing|"));
}

#[test]
fn acds_are_chosen_by_number_name_range_or_all() {
    let known = [(AcdNumber(1), "Berlin"), (AcdNumber(2), "Hamburg"), (AcdNumber(5), "Leipzig-Nord")];
    let check = |text: &str, expect: &[u8]| {
        let chosen = chosen_acds(text, AcdNumber(2), &known).unwrap();
        assert_eq!(chosen.iter().map(|acd| acd.0).collect::<Vec<_>>(), expect, "{text}");
    };
    check("", &[2]);
    check("2", &[2]);
    check("1;2", &[2, 1]);
    check("5, berlin", &[2, 1, 5]);
    check("1-8", &[2, 1, 5]);
    check("leipzig-nord", &[2, 5]);
    check("All", &[2, 1, 5]);
    let error = chosen_acds("1;3", AcdNumber(2), &known).unwrap_err();
    assert!(matches!(error, InputError::Acd { .. }));
    let said = "acds: \"3\" is no ACD here; there are 1 Berlin, 2 Hamburg, 5 Leipzig-Nord; write 1;2, 1-3 or all";
    assert_eq!(error.to_string(), said);
}

/// An agent who is staffed all the time, in an ACD of a zone: half hours by what has passed since nine in Berlin, the last one running.
fn one_agent(zone: chrono_tz::Tz, acd: i64, half_hours: std::ops::RangeInclusive<i64>) -> Given {
    let calendar = Some(Calendar { zone, ..berlin() });
    let at = |number: i64| TODAY + number * 1800;
    let runs = at(*half_hours.end());
    let given = Given { calendar, running: Some(Interval { start: runs, end: runs + 1800 }), ..Given::default() };
    let items = |secs| [("ACD", int(acd)), ("SPLIT", int(1)), ("ACDCALLS", int(3)), ("I_STAFFTIME", int(secs))];
    let closed = *half_hours.start()..*half_hours.end();
    let given = closed.fold(given, |given, number| interval(given, "hsplit", at(number), &items(1800)));
    given.row("csplit", &items(NOW - runs))
}

fn over_two(report: &Definition, typed: &[(&str, &str)], sources: [&Given; 2], ids: &[&str]) -> (String, String) {
    let names = [dictionary(), hamburg()];
    let acd = |number, name, source, dictionary| Acd { number: AcdNumber(number), name, source, dictionary, now: NOW };
    let acds = [acd(1, "Berlin", sources[0], &names[0]), acd(2, "", sources[1], &names[1])];
    let inputs: Inputs = typed.iter().map(|(name, typed)| ((*name).to_owned(), (*typed).to_owned())).collect();
    let sheet = run_over(report, &inputs, &acds, Bounds::NONE).unwrap();
    let block = &sheet.blocks[0];
    let rows = block.rows.iter().map(|row| &row.cells).chain(&block.totals);
    let cell = |cells: &[crate::Cell], id: &&str| {
        let place = block.columns.iter().position(|column| column.id == **id).unwrap();
        crate::format_value(block.columns[place].format, &cells[place].value, NOW)
    };
    let lines = rows.map(|cells| ids.iter().map(|id| cell(cells, id)).collect::<Vec<_>>().join("|"));
    (block.title.clone(), lines.collect::<Vec<_>>().join(", "))
}

/// Eight o'clock is an hour later in London, and has an hour less behind it.
#[test]
fn a_start_is_told_by_each_clock_and_positions_are_added_up() {
    let view = find_built_in("Split/Skill View").unwrap();
    let berlin = one_agent(chrono_tz::Europe::Berlin, 1, -2..=1);
    let shown = |other: &Given, from: &str| {
        over_two(view, &[("from", from)], [&berlin, other], &["acd_calls", "positions_staffed"])
    };
    let london = one_agent(chrono_tz::Europe::London, 2, 0..=1);
    let each = "Splits/skills: Berlin since 2026-03-02 08:00; ACD 2 since 2026-03-02 08:00, each by its own clock";
    assert_eq!(shown(&london, "08:00"), (each.to_owned(), "12|1.0, 6|1.0, 18|2.0".to_owned()));
    // Of one zone it is said once; one moment is told by both clocks all the same.
    let hamburg = one_agent(chrono_tz::Europe::Berlin, 2, -2..=1);
    let once = "Splits/skills: since 2026-03-02 08:00";
    assert_eq!(shown(&hamburg, "08:00"), (once.to_owned(), "12|1.0, 12|1.0, 24|2.0".to_owned()));
    let moment = shown(&london, "2026-03-02T08:00:00Z").0;
    assert!(
        moment.ends_with("Berlin since 2026-03-02 09:00; ACD 2 since 2026-03-02 08:00, each by its own clock"),
        "{moment}"
    );
}

#[test]
fn averages_over_time_are_those_of_the_acds_added_up() {
    let sources = [one_agent(chrono_tz::Europe::Berlin, 1, -2..=1), one_agent(chrono_tz::Europe::London, 2, 0..=1)];
    let shown = |group_by: &[&str]| {
        let mut report = summary().clone();
        report.blocks[0].group_by = group_by.iter().map(|item| (*item).to_owned()).collect();
        let ids = ["acd_calls", "positions_staffed", "calls_per_position"];
        over_two(&report, &[], [&sources[0], &sources[1]], &ids).1
    };
    // Nine calls of the one and three of the other, each with one position.
    let total = "12|2.0|6.0";
    assert_eq!(shown(&["ACD"]), format!("3|1.0|3.0, 9|1.0|9.0, {total}"));
    assert_eq!(shown(&["ROW_DATE"]), format!("{total}, {total}"));
    assert_eq!(shown(&["STARTTIME_UTC"]), format!("3|1.0|3.0, 3|1.0|3.0, 6|2.0|3.0, {total}"));
}
