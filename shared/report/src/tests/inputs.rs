//! What people may type into inputs.

use model::Moment;

use super::world::{NOW, berlin, column, definition, dictionary};
use crate::{Chosen, Definition, Format, InputDef, InputKind, Inputs, ReportKind, When, check_typed, resolve_inputs};

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
            Chosen::Within(..) => panic!("what exists now is named"),
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
    check_splits(" ; ", "all");
}

#[test]
fn entries_that_mean_nothing_are_named() {
    check_splits("1;3", "Wanted: \"3\" is neither a known number nor a known name");
    check_splits("1,Nobody", "Wanted: \"Nobody\" is neither a known number nor a known name");
    check_splits("6-9", "Wanted: the range 6-9 takes in nothing that exists");
    check_splits("5-1", "Wanted: the range 5-1 begins behind its end; write the lower number first");
    check_splits(",", "Wanted must be given");
}

/// For a run that is still to come: dates that never are, and ranges that always run backwards, but no names.
#[test]
fn what_means_nothing_on_any_day_is_told_before_a_run() {
    let check = |kind, required, typed: &str, expect: Result<(), &str>| {
        let inputs = Inputs::from([("wanted".to_owned(), typed.to_owned())]);
        let told = check_typed(&asking(kind, true, required, ""), &inputs).map_err(|error| error.to_string());
        match expect {
            Ok(()) => assert_eq!(told, Ok(()), "{typed}"),
            Err(part) => assert!(told.as_ref().is_err_and(|why| why.contains(part)), "{typed}: {told:?}"),
        }
    };
    check(InputKind::Dates, true, "2026-02-31", Err("Wanted: \"2026-02-31\" means no days"));
    check(InputKind::Dates, true, "2026-02-28;-1", Ok(()));
    check(InputKind::Dates, true, "-1:-7", Err("the range -1:-7 runs backwards"));
    check(InputKind::Dates, true, "2026-11-07:2026-11-01", Err("runs backwards"));
    check(InputKind::Dates, true, "0:2026-11-01", Ok(()));
    check(InputKind::Months, true, "2026-11-30:2026-11-01", Ok(()));
    check(InputKind::Months, true, "2026-13", Err("means no months"));
    check(InputKind::DateTime, true, "2026-02-31 08:00", Err("is no date"));
    check(InputKind::Times, true, "25:00", Err("means no times"));
    check(InputKind::Number { min: 1, max: 9 }, true, "10", Err("from 1 to 9"));
    check(InputKind::Splits, true, "not there yet;77", Ok(()));
    check(InputKind::Splits, true, "", Err("Wanted must be given"));
    check(InputKind::Dates, false, "", Ok(()));
    let others = check_typed(&asking(InputKind::Dates, true, false, ""), &Inputs::from([("day".into(), "0".into())]));
    assert!(others.unwrap_err().to_string().contains("no input \"day\""));
}

#[test]
fn what_was_removed_still_has_its_past() {
    for kind in [ReportKind::Historical, ReportKind::Integrated] {
        let past = Definition { kind, ..asking(InputKind::Splits, true, false, "") };
        let check = |typed: &str, expect: Result<&[&str], &str>| {
            let chosen = resolve(&past, typed).map(|resolved| resolved.chosen["wanted"].clone());
            let these = |numbers: &[&str]| Chosen::These(numbers.iter().map(|number| (*number).to_owned()).collect());
            assert_eq!(chosen, expect.map(these).map_err(str::to_owned), "{typed}");
        };
        check("3", Ok(&["3"]));
        check("1;3,sales", Ok(&["1", "3"]));
        check("Nobody", Err("Wanted: \"Nobody\" is neither a known number nor a known name"));
        check("3a", Err("Wanted: \"3a\" is neither a known number nor a known name"));
        check(
            "99999999999999999999",
            Err("Wanted: \"99999999999999999999\" is neither a known number nor a known name"),
        );
        check("2-4", Ok(&["2", "3", "4"]));
        check("4-2", Err("Wanted: the range 4-2 begins behind its end; write the lower number first"));
        let wide = resolve(&past, "1;5-20000").unwrap().chosen["wanted"].clone();
        assert_eq!(wide, Chosen::Within(["1", "5", "12"].map(str::to_owned).into(), vec![(5, 20_000)]));
    }
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
    assert_eq!(said, "this report has no input \"split\"; it has wanted, acds");
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
    check_when("2026-10-25T02:00+01:00", "2026-10-25T01:00:00Z", "2026-10-25T01:00:00Z");
    for typed in ["", "tomorrow", "2026-13-01", "20260329", "2026-03-29 25:00", "-99999999999999"] {
        assert_eq!(When::parse(typed), None, "{typed}");
    }
    assert_eq!(When::parse("0").unwrap().begins_at(None, Moment(100_000)), Moment(86_400));
}

/// Today is Monday, 2026-03-02.
fn check_days(kind: InputKind, typed: &str, expect: &str) {
    let today = chrono::NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
    let days = resolve(&asking(kind, false, false, ""), typed).map(|resolved| {
        let ranges = resolved.days["wanted"].on(today).map_err(|range| range.to_string());
        ranges.map_or_else(
            |range| format!("backwards: {range}"),
            |ranges| ranges.iter().map(|(first, last)| format!("{first}..{last}")).collect::<Vec<_>>().join(" "),
        )
    });
    assert_eq!(days.unwrap_or_else(|error| error), expect, "{typed}");
}

#[test]
fn days_weeks_and_months() {
    check_days(InputKind::Dates, "0", "2026-03-02..2026-03-02");
    check_days(InputKind::Dates, "-7:0", "2026-02-23..2026-03-02");
    check_days(InputKind::Dates, "2026-11-01:2026-11-07", "2026-11-01..2026-11-07");
    check_days(InputKind::Dates, "2026-02-27 : 0; -10", "2026-02-20..2026-02-20 2026-02-27..2026-03-02");
    check_days(InputKind::Dates, "-1,0,-2:-1", "2026-02-28..2026-03-02");
    check_days(InputKind::Dates, "0:-7", "backwards: 0:-7");
    check_days(InputKind::Weeks, "-1", "2026-02-23..2026-02-23");
    check_days(InputKind::Weeks, "-4:-1", "2026-02-02..2026-02-23");
    check_days(InputKind::Weeks, "2026-03-05", "2026-03-05..2026-03-05");
    check_days(InputKind::Months, "0", "2026-03-01..2026-03-31");
    check_days(InputKind::Months, "-1", "2026-02-01..2026-02-28");
    check_days(InputKind::Months, "2025-11:-2", "2025-11-01..2026-01-31");
    check_days(InputKind::Months, "2025-12-24", "2025-12-01..2025-12-31");
}

#[test]
fn days_that_mean_nothing_are_named_with_what_would_be_right() {
    let days = "means no days; write 2026-11-01, -1 for yesterday, -7:0, or several with ; between";
    for typed in ["yesterday", "-7-0", "2026-13-01", "20261101", "-7:", "1:2:3", "-99999", "2026-11"] {
        check_days(InputKind::Dates, typed, &format!("Wanted: {typed:?} {days}"));
    }
    check_days(
        InputKind::Dates,
        ";",
        "Wanted: \";\" means no days; write 2026-11-01, -1 for yesterday, -7:0, or several with ; between",
    );
    check_days(
        InputKind::Weeks,
        "2026-W45",
        "Wanted: \"2026-W45\" means no weeks; write any day of one as 2026-11-01, -1 for last week, -4:-1, or several with ; between",
    );
    check_days(
        InputKind::Months,
        "November",
        "Wanted: \"November\" means no months; write 2026-11, -1 for last month, -12:-1, or several with ; between",
    );
}

fn check_times(typed: &str, expect: &str) {
    let times = resolve(&asking(InputKind::Times, false, false, ""), typed);
    let said = times.map(|resolved| {
        let times = &resolved.times["wanted"];
        let hours = (0..24).filter(|hour| times.hold(hour * 60)).map(|hour| hour.to_string()).collect::<Vec<_>>();
        let after = (0..24).filter(|hour| times.hold_past_midnight(hour * 60)).map(|hour| format!("+{hour}"));
        format!("{times}: {}", hours.into_iter().chain(after).collect::<Vec<_>>().join(" "))
    });
    assert_eq!(said.unwrap_or_else(|error| error), expect, "{typed}");
}

#[test]
fn times_of_the_day_take_in_both_ends() {
    check_times("08:00-11:00", "08:00 to 11:00: 8 9 10 11");
    check_times("8:30-10:59", "08:30 to 10:59: 9 10");
    check_times("12:00", "12:00: 12");
    check_times("08:00-09:00; 22:00-24:00", "08:00 to 09:00 and 22:00 to 23:59: 8 9 22 23");
    check_times("22:00-01:00", "22:00 to 01:00: 22 23 +0 +1");
    for typed in ["8", "24:00-01:00", "08:00-25:00", "08:00-", "8-17", "morning"] {
        check_times(
            typed,
            &format!("Wanted: {typed:?} means no times; write 08:00-17:30, 08:00, or several with ; between"),
        );
    }
}

#[test]
fn synonyms_and_agent_groups_are_typed_like_names() {
    let mut names = dictionary();
    let members = |agents: &[&str]| agents.iter().map(|agent| (*agent).to_owned()).collect();
    let groups = [("Early, late".to_owned(), members(&["1001", "1002"])), ("Left".to_owned(), members(&["9999"]))];
    names.overlay([(model::NameKind::Agent, "1003", "Enigma"), (model::NameKind::Split, "1", "Orders")], groups.into());
    let check = |kind: InputKind, many: bool, typed: &str, expect: &str| {
        let inputs = Inputs::from([("wanted".to_owned(), typed.to_owned())]);
        let resolved = resolve_inputs(&asking(kind, many, false, ""), &inputs, &names);
        let told = resolved.map_or_else(
            |error| error.to_string(),
            |resolved| match &resolved.chosen["wanted"] {
                Chosen::All => "all".to_owned(),
                Chosen::These(numbers) => numbers.iter().cloned().collect::<Vec<_>>().join(" "),
                Chosen::Within(..) => panic!("what exists now is named"),
            },
        );
        assert_eq!(told, expect, "{typed}");
    };
    check(InputKind::Agents, true, "enigma;early, LATE", "1001 1002 1003");
    check(InputKind::Agents, true, "Alan Turing,Left", "1003 9999");
    check(InputKind::Agents, false, "Left", "9999");
    check(InputKind::Agents, false, "Early, late", "Wanted takes one number or name, not \"Early, late\"");
    check(InputKind::Splits, true, "orders;sales", "1");
    check(InputKind::Splits, true, "Left", "Wanted: \"Left\" is neither a known number nor a known name");
}
