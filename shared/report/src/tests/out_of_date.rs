//! What a report says of days, weeks and months that were made from other rows than there are now.

use model::{AcdNumber, Level, Period};

use super::world::{Given, NOW, berlin, dictionary, int};
use crate::{Acd, Bounds, Inputs, Sheet, delta, find_built_in, run, run_over};

fn periods(level: Level, days: &[(&str, &str)]) -> Vec<Period> {
    let day = |text: &str| text.parse().unwrap();
    days.iter().map(|(first, last)| Period { level, first: day(first), last: day(last) }).collect()
}

fn given(out_of_date: Vec<Period>) -> Given {
    let day = [("ACD", int(1)), ("SPLIT", int(1)), ("ROW_DATE", int(20_260_301)), ("ACDCALLS", int(12))];
    let given = Given { calendar: Some(berlin()), out_of_date, ..Given::default() }.row("dsplit", &day);
    [20_260_228, 20_260_301].iter().fold(given, |given, date| given.row("d_secs", &[("ROW_DATE", int(*date))]))
}

fn shown(report: &str, out_of_date: Vec<Period>, dates: &str) -> Sheet {
    let inputs = Inputs::from([("dates".to_owned(), dates.to_owned())]);
    run(find_built_in(report).unwrap(), &inputs, &given(out_of_date), &dictionary(), NOW).unwrap()
}

const TWO: [(&str, &str); 2] = [("2026-02-27", "2026-02-27"), ("2026-03-01", "2026-03-01")];

#[test]
fn it_names_those_that_it_shows_and_no_others() {
    let note = |report, periods, dates| shown(report, periods, dates).blocks[0].note.clone();
    let daily = || periods(Level::Daily, &TWO);
    let name = "Split/Skill Summary Daily";
    assert_eq!(note(name, daily(), "-7:-1"), "Out of date until summed up again: 2026-02-27, 2026-03-01");
    assert_eq!(note(name, daily(), "-1"), "Out of date until summed up again: 2026-03-01");
    assert_eq!(note(name, daily(), "-2"), "", "the day between them is as it was made");
    assert_eq!(note(name, periods(Level::Weekly, &[("2026-02-23", "2026-03-01")]), "-7:-1"), "", "of another level");
    let weekly = periods(Level::Weekly, &[("2026-02-23", "2026-03-01")]);
    let words = "Out of date until summed up again: 2026-02-23 to 2026-03-01";
    assert_eq!(note("Split/Skill Summary Weekly", weekly, "-1"), words);
    let monthly = periods(Level::Monthly, &[("2026-02-01", "2026-02-28")]);
    assert_eq!(note("Split/Skill Summary Monthly", monthly, "-1"), "Out of date until summed up again: 2026-02");
    assert_eq!(note("Split/Skill Summary Interval", daily(), "-7:-1"), "", "intervals are made of nothing");
}

#[test]
fn it_names_those_that_are_not_there_yet_before_those_that_are_out_of_date() {
    let note = |dates: &str| {
        let not_summed_up = periods(Level::Daily, &[("2026-03-02", "2026-03-02")]);
        let given = Given { not_summed_up, ..given(periods(Level::Daily, &TWO)) };
        let inputs = Inputs::from([("dates".to_owned(), dates.to_owned())]);
        let report = find_built_in("Split/Skill Summary Daily").unwrap();
        run(report, &inputs, &given, &dictionary(), NOW).unwrap().blocks[0].note.clone()
    };
    assert_eq!(note("0"), "Not summed up yet: 2026-03-02");
    let both = "Not summed up yet: 2026-03-02. Out of date until summed up again: 2026-03-01";
    assert_eq!(note("-1:0"), both);
    assert_eq!(note("-2"), "", "it is not shown");
}

/// Its days were let go, so nothing would ever take a mark of it away.
#[test]
fn what_cannot_be_made_again_is_not_said_to_be_out_of_date_until_it_is() {
    let weeks = periods(Level::Weekly, &[("2026-02-22", "2026-02-28")]);
    let given = Given { not_made_again: weeks, ..given(Vec::new()) };
    let inputs = Inputs::from([("dates".to_owned(), "-2:-1".to_owned())]);
    let report = find_built_in("Split/Skill Summary Weekly").unwrap();
    assert_eq!(
        run(report, &inputs, &given, &dictionary(), NOW).unwrap().blocks[0].note,
        "Made of other rows than there are now, and not to be made again because those were let go: 2026-02-22 to 2026-02-28"
    );
}

#[test]
fn it_names_those_that_are_made_without_its_table() {
    let note = |dates: &str| {
        let given = Given { lacking: periods(Level::Daily, &TWO[..1]), ..given(Vec::new()) };
        let inputs = Inputs::from([("dates".to_owned(), dates.to_owned())]);
        let report = find_built_in("Split/Skill Summary Daily").unwrap();
        run(report, &inputs, &given, &dictionary(), NOW).unwrap().blocks[0].note.clone()
    };
    assert_eq!(note("-4:-1"), "Not made, because not all rows that it is made from are here: 2026-02-27");
    assert_eq!(note("-1"), "");
}

/// A split that was quiet and a time that nobody collected both give an empty sheet.
#[test]
fn a_time_without_any_data_is_told_from_one_without_calls() {
    let note = |report, dates| shown(report, Vec::new(), dates).blocks[0].note.clone();
    assert_eq!(note("Split/Skill Summary Daily", "-3"), "There are no data of this time");
    assert_eq!(note("Split/Skill Summary Daily", "-2"), "", "the day is summed up, and nobody called");
    assert_eq!(note("Split/Skill Summary Daily", "-1"), "");
    assert_eq!(note("Split/Skill Summary Monthly", "-1"), "There are no data of this time");
    assert_eq!(note("Split/Skill Summary Interval", "-3"), "", "intervals are summed up of nothing");
}

#[test]
fn of_many_it_names_the_first_and_of_several_acds_it_says_which() {
    let days: Vec<String> = (20..=27).map(|day| format!("2026-02-{day}")).collect();
    let days: Vec<(&str, &str)> = days.iter().map(|day| (day.as_str(), day.as_str())).collect();
    let (berlin, hamburg) = (given(periods(Level::Daily, &days)), given(periods(Level::Daily, &TWO[1..])));
    let names = dictionary();
    let acd = |number, source| Acd { number: AcdNumber(number), name: "", source, dictionary: &names, now: NOW };
    let inputs = Inputs::from([("dates".to_owned(), "-30:-1".to_owned())]);
    let report = find_built_in("Split/Skill Summary Daily").unwrap();
    let sheet = run_over(report, &inputs, &[acd(1, &berlin), acd(2, &hamburg)], Bounds::NONE).unwrap();
    assert_eq!(
        sheet.blocks[0].note,
        "Out of date until summed up again: ACD 1 2026-02-20, 2026-02-21, 2026-02-22 and 5 more; ACD 2 2026-03-01"
    );
}

#[test]
fn the_note_is_in_the_text_and_in_the_changes_but_never_among_the_figures() {
    let (before, after) =
        ["-1", "-1"].map(|dates| shown("Split/Skill Summary Daily", periods(Level::Daily, &TWO), dates)).into();
    let fresh = shown("Split/Skill Summary Daily", Vec::new(), "-1");
    assert!(delta(&before, &after).blocks.is_empty(), "nothing has changed");
    let mut sheet: Sheet = before.clone();
    sheet.apply(&delta(&before, &fresh)).unwrap();
    assert_eq!(sheet, fresh, "the note goes when the day was made again");
    assert!(before.to_text().contains("Out of date until summed up again: 2026-03-01\n"));
    assert_eq!(before.to_csv(), fresh.to_csv());
}

/// Sums for who may not see everything say so, and of agents, what of their time may be missing.
#[test]
fn what_the_person_may_not_see_all_of_is_told() {
    let note = |report: &str, inputs: &[(&str, &str)]| {
        let given = Given { left_out: Some("splits/skills"), ..given(Vec::new()) };
        let inputs: Inputs = inputs.iter().map(|(input, typed)| ((*input).to_owned(), (*typed).to_owned())).collect();
        let sheet = run(find_built_in(report).unwrap(), &inputs, &given, &dictionary(), NOW).unwrap();
        sheet.blocks[0].notes().cloned().collect::<Vec<_>>().join(". ")
    };
    let only = "Only the splits/skills that you may see are counted";
    assert_eq!(note("Split/Skill Summary Daily", &[("dates", "-1")]), only);
    assert_eq!(
        note("Split/Skill Summary Daily", &[("dates", "-3")]),
        format!("{only}. There are no data of this time")
    );
    let agents = note("Agent Summary Interval", &[("agents", "1001"), ("dates", "-1")]);
    assert!(agents.starts_with(only) && agents.contains("times over all skills"), "{agents}");
}

/// Of the past a range means whatever has rows in it, whether it is there still or not.
#[test]
fn a_range_of_the_past_has_what_was_removed() {
    let splits = [1, 7, 15_000]
        .map(|split| [("ACD", int(1)), ("SPLIT", int(split)), ("ROW_DATE", int(20_260_301)), ("ACDCALLS", int(12))]);
    let given = splits.iter().fold(given(Vec::new()), |given, split| given.row("dsplit", split));
    let rows = |range: &str| {
        let inputs = [("dates", "-1"), ("splits", range)];
        let inputs: Inputs = inputs.iter().map(|(input, typed)| ((*input).to_owned(), (*typed).to_owned())).collect();
        let report = find_built_in("Split/Skill Summary Daily").unwrap();
        run(report, &inputs, &given, &dictionary(), NOW).unwrap().blocks[0].rows.len()
    };
    assert_eq!((rows("7"), rows("6-9"), rows("2-20000"), rows("10-20000;7"), rows("9-10")), (1, 1, 2, 2, 0));
}
