//! Which rows lie in the time that a report shows.

use catalog::Value;
use model::Moment;

use super::world::{Given, NOW, berlin, column, definition, dictionary, int};
use crate::{Definition, Format, InputDef, InputKind, Inputs, ReportKind, check, find_built_in, run};

fn windowed(table: &str, expression: &str) -> Definition {
    let mut report = definition(vec![column("when", expression, Format::Text)]);
    (report.kind, report.refresh_secs) = (ReportKind::Historical, 0);
    let input = |name: &str, kind| InputDef {
        name: name.to_owned(),
        label: name.to_owned(),
        kind,
        required: false,
        default: String::new(),
        many: false,
    };
    let unit = match table.as_bytes()[0] {
        b'w' => InputKind::Weeks,
        b'm' => InputKind::Months,
        _ => InputKind::Dates,
    };
    report.inputs = vec![
        input("from", InputKind::DateTime),
        input("to", InputKind::DateTime),
        input("dates", unit),
        input("times", InputKind::Times),
    ];
    let block = &mut report.blocks[0];
    block.table = table.to_owned();
    (block.from, block.to, block.dates) = (Some("from".to_owned()), Some("to".to_owned()), Some("dates".to_owned()));
    match catalog::table(table).unwrap().kind.is_summary() {
        true => _ = report.inputs.pop(),
        false => block.times = Some("times".to_owned()),
    }
    assert_eq!(check(&report), [], "{table}");
    report
}

fn shown(given: &Given, report: &Definition, inputs: &[(&str, &str)]) -> String {
    shown_at(given, report, inputs, NOW)
}

fn shown_at(given: &Given, report: &Definition, inputs: &[(&str, &str)], now: Moment) -> String {
    let inputs: Inputs = inputs.iter().map(|(name, typed)| ((*name).to_owned(), (*typed).to_owned())).collect();
    match run(report, &inputs, given, &dictionary(), now) {
        Ok(sheet) => {
            let rows =
                sheet.blocks[0].rows.iter().map(|row| crate::format_value(Format::Text, &row.cells[0].value, now));
            format!("{}: {}", sheet.blocks[0].title, rows.collect::<Vec<_>>().join(" "))
        }
        Err(error) => error.to_string(),
    }
}

fn intervals(hours: impl IntoIterator<Item = (Moment, i64)>) -> Given {
    let given = Given { calendar: Some(berlin()), ..Given::default() };
    hours.into_iter().fold(given, |given, (at, number)| {
        given.row("hsplit", &[("SPLIT", int(number)), ("STARTTIME_UTC", Value::At(at))])
    })
}

/// Every three hours, numbered by the hour since midnight of 2026-03-01, a Sunday; today is the 2nd.
fn hours() -> Given {
    let midnight = NOW + -34 * 3600;
    intervals((0..17).map(|step| (midnight + step * 3 * 3600, step * 3)))
}

#[test]
fn intervals_by_day_and_time() {
    let report = windowed("hsplit", "SPLIT");
    let check = |inputs: &[(&str, &str)], expect: &str| assert_eq!(shown(&hours(), &report, inputs), expect);
    check(&[("dates", "-1")], "2026-03-01: 0 3 6 9 12 15 18 21");
    check(&[("dates", "-1:0"), ("times", "09:00-12:00")], "2026-03-01 to 2026-03-02, 09:00 to 12:00: 9 12 33 36");
    check(&[("dates", "-1"), ("times", "21:00-03:00")], "2026-03-01, 21:00 to 03:00: 21 24 27");
    check(&[("dates", "0"), ("times", "21:00-03:00")], "2026-03-02, 21:00 to 03:00: 45 48");
    check(&[("times", "06:00;12:00")], "06:00 and 12:00: 6 12 30 36");
    check(&[("from", "-1 18:00"), ("to", "06:00")], "2026-03-01 18:00 to 2026-03-02 06:00: 18 21 24 27");
    check(&[("from", "-1"), ("to", "-1")], "2026-03-01: 0 3 6 9 12 15 18 21");
    check(&[("from", "03:00")], "since 2026-03-02 03:00: 27 30 33 36 39 42 45 48");
    check(&[("to", "-1 06:00")], "before 2026-03-01 06:00: 0 3");
    check(&[("dates", "-1"), ("from", "-1 12:00")], "2026-03-01: 12 15 18 21");
    check(&[("dates", "2026-04-01")], "2026-04-01: ");
    check(&[("dates", "0:-1")], "dates: the range 0:-1 runs backwards; write the earlier end first, as in -7:0");
    let empty = "to: 2026-03-01 06:00 is not after from, 2026-03-02 06:00; write a later end or an earlier start";
    check(&[("from", "06:00"), ("to", "-1 06:00")], empty);
    let nothing = "to: 2026-03-02 06:00 is not after from, 2026-03-02 06:00; write a later end or an earlier start";
    check(&[("from", "06:00"), ("to", "06:00")], nothing);
    check(
        &[("from", "0"), ("to", "-1")],
        "to: 2026-03-02 00:00 is not after from, 2026-03-02 00:00; write a later end or an earlier start",
    );
    let late = "dates: the range 0:2026-03-01 runs backwards; write the earlier end first, as in -7:0";
    check(&[("dates", "0:2026-03-01")], late);
}

#[test]
fn days_of_23_and_25_hours_are_whole() {
    let report = windowed("hsplit", "SPLIT");
    // Every hour around the last Sundays of March and October.
    let around = |midnight_utc: i64| intervals((-2..28).map(|hour| (Moment(midnight_utc + hour * 3600), hour)));
    let spring = shown(&around(1_774_738_800), &report, &[("dates", "2026-03-29")]);
    assert_eq!(
        spring,
        format!("2026-03-29: {}", (0..23).map(|hour: i64| hour.to_string()).collect::<Vec<_>>().join(" "))
    );
    let autumn = shown(&around(1_792_879_200), &report, &[("dates", "2026-10-25")]);
    assert_eq!(
        autumn,
        format!("2026-10-25: {}", (0..25).map(|hour: i64| hour.to_string()).collect::<Vec<_>>().join(" "))
    );
    // The hour that comes twice is shown twice, the one that does not exist not at all.
    let twice = [("dates", "2026-10-25"), ("times", "02:00-02:30")];
    assert_eq!(shown(&around(1_792_879_200), &report, &twice), "2026-10-25, 02:00 to 02:30: 2 3");
    // From the first of both to the second, unless one of them is named.
    let check = |from, to, expect: &str| {
        assert_eq!(shown(&around(1_792_879_200), &report, &[("from", from), ("to", to)]), expect);
    };
    let (first, second) = ("2026-10-25 02:00 UTC+2", "2026-10-25 02:00 UTC+1");
    check("2026-10-25 02:00", "2026-10-25 02:30", &format!("{first} to 2026-10-25 02:30 UTC+1: 2 3"));
    check("2026-10-25 01:00", second, &format!("2026-10-25 01:00 to {second}: 1 2"));
    check(second, "2026-10-25 04:00", &format!("{second} to 2026-10-25 04:00: 3 4"));
    let never = [("dates", "2026-03-29"), ("times", "02:00-02:30")];
    assert_eq!(shown(&around(1_774_738_800), &report, &never), "2026-03-29, 02:00 to 02:30: ");
}

/// Sessions by number, from hour to hour since midnight of 2026-03-01; of the last one no end is known.
fn sessions() -> Given {
    let midnight = NOW + -34 * 3600;
    let at = |hour: i64| Value::At(midnight + hour * 3600);
    let given = Given { calendar: Some(berlin()), ..Given::default() };
    let given = [(1, -30, 2), (2, -2, 0), (3, 20, 29), (4, 25, 25), (5, 26, 33)].into_iter().fold(
        given,
        |given, (number, login, logout)| {
            given.row("haglog", &[("SPLIT", int(number)), ("LOGIN", at(login)), ("LOGOUT", at(logout))])
        },
    );
    given.row("haglog", &[("SPLIT", int(6)), ("LOGIN", at(22))])
}

#[test]
fn sessions_belong_to_all_the_time_that_they_reach_into() {
    let report = windowed("haglog", "join(SPLIT, if(BEGAN_BEFORE, 'before', blank))");
    let check = |inputs: &[(&str, &str)], expect: &str| {
        let shown = shown(&sessions(), &report, inputs);
        assert_eq!(shown.split_once(": ").unwrap().1, expect, "{inputs:?}");
    };
    // At midnight one that ends then is over; one without any length is there all the same.
    check(&[("dates", "-1")], "1 before 3 6");
    check(&[("dates", "0")], "3 before 4 5 6 before");
    check(&[("dates", "-2:0")], "1 2 3 4 5 6".replace("1", "1 before").as_str());
    check(&[("dates", "1")], "");
    check(&[("from", "04:00")], "3 before 5 before 6 before");
    check(&[("from", "-1 10:00"), ("to", "-1 21:00")], "3");
    check(&[("to", "-1 00:00")], "1 2");
    // Into the times of the day, too; a range past midnight is of the day on which it begins.
    check(&[("dates", "0"), ("times", "05:00-06:00")], "5 before 6 before");
    check(&[("dates", "-1"), ("times", "20:00-20:30;23:00")], "3 6 before");
    check(&[("dates", "-1"), ("times", "23:00-04:00")], "3 before 4 5 6 before");
    check(&[("dates", "-2"), ("times", "23:00-01:00")], "1 before 2 before");
    check(&[("times", "10:00")], "1 before");
    check(&[], "1 2 3 4 5 6");
}

/// The built-in report says so of each.
#[test]
fn a_login_of_the_day_before_is_marked() {
    let inputs = Inputs::from([("dates".to_owned(), "0".to_owned())]);
    let report = find_built_in("Agent Login/Logout").unwrap();
    let sheet = run(report, &inputs, &sessions(), &dictionary(), NOW).unwrap();
    let notes = sheet.blocks[0].rows.iter().map(|row| {
        let note = &row.cells.last().unwrap().value;
        crate::format_value(Format::Text, note, NOW)
    });
    let before = "logged in before the chosen time";
    let expected = [before, &format!("{before} still logged in"), "", ""];
    assert_eq!(notes.collect::<Vec<_>>(), expected);
}

#[test]
fn states_of_a_trace_reach_into_the_next_day() {
    let state = |given: Given, number: i64, from: i64, to: i64| {
        let (from, to) = (Value::At(NOW + from), Value::At(NOW + to));
        given.row("ag_actv", &[("WMODE_SEQ", int(number)), ("STARTTIME", from), ("EVENT_TIME", to)])
    };
    // From 23:30 of the day before to 00:10, then to 01:00.
    let given = Given { calendar: Some(berlin()), ..Given::default() };
    let given = state(state(given, 1, -37_800, -35_400), 2, -35_400, -32_400);
    let report = windowed("ag_actv", "join(WMODE_SEQ, if(BEGAN_BEFORE, 'before', blank))");
    assert_eq!(shown(&given, &report, &[("dates", "0")]), "2026-03-02: 1 before 2");
    assert_eq!(shown(&given, &report, &[("dates", "-1")]), "2026-03-01: 1");
}

fn dated(table: &str, dates: &[i64]) -> Given {
    let given = Given { calendar: Some(berlin()), ..Given::default() };
    dates.iter().fold(given, |given, date| given.row(table, &[("SPLIT", int(1)), ("ROW_DATE", int(*date))]))
}

#[test]
fn days_weeks_and_months_that_overlap_belong() {
    let days = dated("dsplit", &[20_260_227, 20_260_228, 20_260_301, 20_260_302]);
    let report = windowed("dsplit", "ROW_DATE");
    let check = |given: &Given, report: &Definition, inputs: &[(&str, &str)], expect: &str| {
        assert_eq!(shown(given, report, inputs), expect);
    };
    check(&days, &report, &[("dates", "-2:-1")], "2026-02-28 to 2026-03-01: 20260228 20260301");
    check(&days, &report, &[("dates", "0;-3")], "2026-02-27; 2026-03-02: 20260227 20260302");
    check(
        &days,
        &report,
        &[("from", "-2 18:00"), ("to", "-1 06:00")],
        "2026-02-28 18:00 to 2026-03-01 06:00: 20260228 20260301",
    );
    // To midnight is not into the next day.
    check(&days, &report, &[("from", "-2"), ("to", "-1 00:00")], "2026-02-28: 20260228");

    // Weeks that begin on Sunday, and those of another site that begin on Monday: known by any of their days.
    let report = windowed("wsplit", "ROW_DATE");
    let sundays = dated("wsplit", &[20_260_215, 20_260_222, 20_260_301]);
    check(&sundays, &report, &[("dates", "0")], "week of 2026-03-01: 20260301");
    check(&sundays, &report, &[("dates", "-1")], "week of 2026-02-22: 20260222");
    check(&sundays, &report, &[("dates", "-2:-1")], "weeks of 2026-02-15 to 2026-02-22: 20260215 20260222");
    check(&sundays, &report, &[("dates", "2026-02-28")], "week of 2026-02-22: 20260222");
    check(
        &sundays,
        &report,
        &[("from", "2026-02-28"), ("to", "2026-03-01")],
        "2026-02-28 to 2026-03-01: 20260222 20260301",
    );
    let mut mondays = dated("wsplit", &[20_260_216, 20_260_223, 20_260_302]);
    (mondays.times.week_start, mondays.times.week_stop) = (chrono::Weekday::Mon, chrono::Weekday::Sun);
    check(&mondays, &report, &[("dates", "0")], "week of 2026-03-02: 20260302");
    check(&mondays, &report, &[("dates", "2026-03-01")], "week of 2026-02-23: 20260223");

    // Weeks from Monday to Friday: Saturday and Sunday belong to none.
    let mut working = dated("wsplit", &[20_260_216, 20_260_223, 20_260_302]);
    (working.times.week_start, working.times.week_stop) = (chrono::Weekday::Mon, chrono::Weekday::Fri);
    check(&working, &report, &[("dates", "2026-02-28")], "2026-02-28 (in no week): ");
    check(&working, &report, &[("dates", "2026-02-28:2026-03-01")], "2026-02-28 to 2026-03-01 (in no week): ");
    check(&working, &report, &[("dates", "2026-02-27:2026-03-01")], "week of 2026-02-23: 20260223");
    check(&working, &report, &[("dates", "2026-02-28:2026-03-02")], "week of 2026-03-02: 20260302");
    check(
        &working,
        &report,
        &[("dates", "2026-02-22:2026-03-02")],
        "weeks of 2026-02-23 to 2026-03-02: 20260223 20260302",
    );
    check(&working, &report, &[("from", "2026-02-28"), ("to", "2026-03-01")], "2026-02-28 to 2026-03-01: ");
    // At the weekend, this week is the one that is over, and the one before it is still to be had by -1.
    let sunday = |dates: &str| shown_at(&working, &report, &[("dates", dates)], NOW + -86_400);
    assert_eq!(sunday("0"), "week of 2026-02-23: 20260223");
    assert_eq!(sunday("-1:0"), "weeks of 2026-02-16 to 2026-02-23: 20260216 20260223");

    let report = windowed("msplit", "ROW_DATE");
    let months = dated("msplit", &[20_260_101, 20_260_201, 20_260_301]);
    check(&months, &report, &[("dates", "-1")], "2026-02: 20260201");
    check(&months, &report, &[("dates", "2026-01-31:2026-02-01")], "2026-01 to 2026-02: 20260101 20260201");
    check(
        &months,
        &report,
        &[("from", "2026-02-28"), ("to", "2026-03-01")],
        "2026-02-28 to 2026-03-01: 20260201 20260301",
    );
}

/// A source is asked for no more than a stretch around what is wanted.
#[test]
fn sources_are_asked_for_stretches() {
    let asked = |table: &str, expression: &str, inputs: &[(&str, &str)]| {
        let given = Given { calendar: Some(berlin()), ..Given::default() };
        shown(&given, &windowed(table, expression), inputs);
        let face =
            |at: Option<Moment>| at.map_or("-".to_owned(), |at| berlin().local(at).format("%d %H:%M").to_string());
        let filters = given.asked.take().into_iter().map(|(_, asked)| {
            let reaching = if asked.ends_from.is_some() { "over from " } else { "" };
            format!("{reaching}{}..{}", face(asked.from.or(asked.ends_from)), face(asked.to))
        });
        let mut filters = filters.collect::<Vec<_>>();
        // An empty answer is asked for once more, without what was chosen: whether there are data of the time at all.
        filters.dedup();
        filters.join(", ")
    };
    assert_eq!(asked("hsplit", "SPLIT", &[]), "-..-");
    assert_eq!(asked("hsplit", "SPLIT", &[("dates", "-1")]), "01 00:00..02 00:00");
    assert_eq!(asked("hsplit", "SPLIT", &[("dates", "-1"), ("times", "22:00-06:00")]), "01 00:00..03 00:00");
    assert_eq!(asked("hsplit", "SPLIT", &[("dates", "-5;-2:0")]), "25 00:00..26 00:00, 28 00:00..03 00:00");
    assert_eq!(asked("hsplit", "SPLIT", &[("dates", "0"), ("from", "08:00")]), "02 08:00..03 00:00");
    assert_eq!(asked("hsplit", "SPLIT", &[("dates", "-1"), ("from", "08:00")]), "");
    assert_eq!(asked("agex", "LOGID", &[("from", "-1 12:00"), ("to", "-1")]), "01 12:00..02 00:00");
    assert_eq!(asked("ag_actv", "LOGID", &[("from", "-1 12:00"), ("to", "-1")]), "over from 01 12:00..02 00:00");
    assert_eq!(asked("haglog", "LOGID", &[("dates", "-5;-2:0")]), "over from 25 00:00..03 00:00");
    assert_eq!(asked("haglog", "LOGID", &[]), "-..-");
    assert_eq!(asked("dsplit", "ROW_DATE", &[("dates", "-5;-2")]), "25 00:00..01 00:00");
    assert_eq!(asked("wsplit", "ROW_DATE", &[("dates", "-1")]), "17 00:00..24 00:00");
    assert_eq!(asked("msplit", "ROW_DATE", &[("dates", "-1")]), "01 00:00..01 00:00");
    assert_eq!(asked("msplit", "ROW_DATE", &[("from", "2026-02-10"), ("to", "2026-02-11")]), "01 00:00..12 00:00");
    let every_other = (0..40).map(|day| format!("-{}", day * 2)).collect::<Vec<_>>().join(";");
    assert_eq!(asked("hsplit", "SPLIT", &[("dates", &every_other)]).matches("..").count(), 1);
}
