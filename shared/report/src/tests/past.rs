//! The past of the small call centre: intervals of two days, what is summed up from them, and records.

use std::collections::BTreeMap;

use catalog::{Class, Table, TableKind, Unit, Value};
use model::{Calendar, Moment};

use super::world::{Given, NOW, berlin, int, text};

/// 2026-03-01 09:00 in Berlin, a Sunday.
pub const YESTERDAY: Moment = Moment(NOW.0 - 25 * 3600);
/// 2026-03-02 09:00 in Berlin.
pub const TODAY: Moment = Moment(NOW.0 - 3600);

/// The keys that place an interval row in time.
pub fn placed(at: Moment, calendar: &Calendar) -> Vec<(&'static str, Value)> {
    vec![
        ("ACD", int(1)),
        ("ROW_DATE", int(calendar.row_date_number(at))),
        ("STARTTIME", int(i64::from(calendar.starttime(at)))),
        ("STARTTIME_UTC", Value::At(at)),
        ("INTRVL", int(i64::from(u8::from(calendar.interval)))),
    ]
}

/// Adds an interval row.
pub fn interval(given: Given, table: &str, at: Moment, items: &[(&'static str, Value)]) -> Given {
    let placed = placed(at, &berlin());
    let all: Vec<(&str, Value)> = placed.into_iter().chain(items.iter().cloned()).collect();
    given.row(table, &all)
}

/// Adds daily, weekly and monthly rows by the rule of each item's class, told once more here: counts and times add up,
/// of maxima the largest stays, of all else the last; INCOMPLETE counts intervals. Weeks begin on Sunday.
pub fn summed(mut given: Given) -> Given {
    let intervals: Vec<(&'static Table, Vec<Vec<Value>>)> = given
        .rows
        .iter()
        .filter_map(|(name, rows)| catalog::table(name).map(|table| (table, rows.clone())))
        .filter(|(table, _)| table.kind == TableKind::Interval)
        .collect();
    for kind in TableKind::SUMMARIES {
        for (table, rows) in &intervals {
            let summary = table.of_kind(kind).unwrap();
            let mut sums: BTreeMap<String, Vec<Value>> = BTreeMap::new();
            for row in rows {
                let mut there = vec![int(0); summary.items().len()];
                for (place, item) in summary.items().iter().enumerate() {
                    if let Some(position) = table.position(&item.name) {
                        there[place] = row[position].clone();
                    }
                }
                let date = summary.position("ROW_DATE").unwrap();
                there[date] = int(first_date(&there[date], kind));
                let key = format!("{:?}", &there[..summary.first_value()]);
                match sums.get_mut(&key) {
                    None => drop(sums.insert(key, there)),
                    Some(sum) => add(summary, sum, &there),
                }
            }
            given.rows.entry(summary.name).or_default().extend(sums.into_values());
        }
    }
    given
}

fn first_date(date: &Value, kind: TableKind) -> i64 {
    use chrono::Datelike;
    let Value::Int(date) = date else { panic!("ROW_DATE is a number") };
    let day = model::period::date_of(*date).unwrap();
    let first = match kind {
        TableKind::Weekly => day - chrono::Days::new(u64::from(day.weekday().num_days_from_sunday())),
        TableKind::Monthly => day.with_day(1).unwrap(),
        _ => day,
    };
    i64::from(first.year()) * 10_000 + i64::from(first.month()) * 100 + i64::from(first.day())
}

fn add(table: &Table, sum: &mut [Value], row: &[Value]) {
    for ((item, into), value) in table.items().iter().zip(sum).zip(row) {
        let (Value::Int(before), Value::Int(more)) = (into.clone(), value) else { continue };
        *into = int(match (item.class, item.unit) {
            (Class::Key, _) => before,
            (Class::Call | Class::Timed, _) => before + more,
            _ if item.name == "INCOMPLETE" => before + more,
            (Class::Max, _) | (_, Unit::Flag) => before.max(*more),
            _ => *more,
        });
    }
}

fn splits(mut given: Given) -> Given {
    let half_hours = [YESTERDAY, YESTERDAY + 1800, YESTERDAY + 5 * 3600, TODAY, TODAY + 1800];
    for (number, &at) in (1..).zip(&half_hours) {
        for split in [1, 2] {
            let calls = 10 * split + number;
            let mut items = vec![
                ("SPLIT", int(split)),
                ("CALLSOFFERED", int(calls + 3)),
                ("ACDCALLS", int(calls)),
                ("ACDCALLS1", int(calls - 4)),
                ("ACDCALLS2", int(3)),
                ("ACDCALLS10", int(1)),
                ("ACCEPTABLE", int(calls - 2)),
                ("ANSTIME", int(calls * 9)),
                ("ACDTIME", int(calls * 150)),
                ("ACWTIME", int(calls * 20)),
                ("ABNCALLS", int(2)),
                ("ABNCALLS2", int(2)),
                ("ABNTIME", int(17)),
                ("OUTFLOWCALLS", int(1)),
                ("MAXOCWTIME", int(calls * 4)),
                ("MAXINQUEUE", int(calls / 3)),
                ("I_STAFFTIME", int(3 * 1800)),
                ("I_ACDTIME", int(calls * 150)),
                ("SERVICELEVEL", int(20)),
                ("INCOMPLETE", int(i64::from(number == 2))),
            ];
            let limits = [5, 10, 20, 30, 40, 60, 90, 120, 180];
            let names =
                ["PERIOD1", "PERIOD2", "PERIOD3", "PERIOD4", "PERIOD5", "PERIOD6", "PERIOD7", "PERIOD8", "PERIOD9"];
            items.extend(names.into_iter().zip(limits.map(int)));
            given = interval(given, "hsplit", at, &items);
        }
    }
    given
}

fn agents(mut given: Given) -> Given {
    for at in [YESTERDAY, YESTERDAY + 1800, TODAY] {
        for (logid, split, oldest) in [("1001", 1, true), ("1001", 2, false), ("1004", 1, true)] {
            let wide = |secs: i64| int(if oldest { secs } else { 0 });
            let items = [
                ("SPLIT", int(split)),
                ("LOGID", text(logid)),
                ("EXTENSION", text("5001")),
                ("ACDCALLS", int(4)),
                ("ACDTIME", int(400)),
                ("ACWTIME", int(80)),
                ("DA_ACDCALLS", wide(1)),
                ("DA_ACDTIME", wide(60)),
                ("I_ACDTIME", int(420)),
                ("I_ACWTIME", int(80)),
                ("I_RINGTIME", int(10)),
                ("I_DA_ACDTIME", wide(60)),
                ("TI_STAFFTIME", wide(1800)),
                ("TI_AUXTIME", wide(300)),
                ("TI_AUXTIME0", wide(60)),
                ("TI_AUXTIME1", wide(240)),
                ("TI_AVAILTIME", wide(410)),
                ("TI_OTHERTIME", wide(10)),
                ("HOLDCALLS", int(1)),
                ("HOLDTIME", int(15)),
                ("AUXOUTCALLS", wide(2)),
                ("AUXOUTTIME", wide(90)),
            ];
            given = interval(given, "hagent", at, &items);
        }
    }
    given
}

fn others(mut given: Given) -> Given {
    for at in [YESTERDAY, YESTERDAY + 1800, TODAY] {
        for vector in [3, 4] {
            let calls = [
                ("VECTOR", int(vector)),
                ("INCALLS", int(20)),
                ("INTIME", int(600)),
                ("ACDCALLS", int(15)),
                ("ANSTIME", int(150)),
                ("ABNCALLS", int(2)),
                ("ABNTIME", int(44)),
                ("OUTFLOWCALLS", int(1)),
                ("BUSYCALLS", int(1)),
                ("DISCCALLS", int(1)),
            ];
            given = interval(given, "hvector", at, &calls);
            let more =
                [("VDN", text("7001")), ("ACCEPTABLE", int(12)), ("ACDTIME", int(2000)), ("ANSCONNCALLS1", int(15))];
            let vdn: Vec<_> = calls.into_iter().chain(more).collect();
            given = interval(given, "hvdn", at, &vdn);
        }
        let group = [
            ("TKGRP", int(10)),
            ("TRUNKS", int(4)),
            ("INCALLS", int(20)),
            ("INTIME", int(4000)),
            ("I_INOCC", int(3600)),
            ("ACDCALLS", int(15)),
            ("ABNCALLS", int(2)),
            ("OUTCALLS", int(5)),
            ("OUTTIME", int(500)),
            ("I_OUTOCC", int(450)),
            ("COMPLETED", int(4)),
            ("ALLINUSETIME", int(90)),
            ("MBUSYTIME", int(360)),
        ];
        given = interval(given, "htkgrp", at, &group);
        let code = [("CWC", text("12")), ("ACDCALLS", int(3)), ("ACDTIME", int(500)), ("ACWTIME", int(60))];
        given = interval(given, "hcwc", at, &code);
    }
    given
}

fn records(given: Given) -> Given {
    let session = |given: Given, logid, login: Moment, logout: Value, marks: (&str, &str)| {
        let items = [
            ("ACD", int(1)),
            ("ROW_DATE", int(berlin().row_date_number(login))),
            ("LOGID", text(logid)),
            ("EXTN", text("5001")),
            ("LOGIN", Value::At(login)),
            ("LOGOUT", logout),
            ("LOGOUT_DATE", int(berlin().row_date_number(login + 4 * 3600))),
            ("LOGOUT_REASON", int(1)),
            ("INFLAG", text(marks.0)),
            ("OUTFLAG", text(marks.1)),
            ("SPLIT", int(1)),
        ];
        given.row("haglog", &items)
    };
    let given = session(given, "1001", YESTERDAY, Value::At(YESTERDAY + 4 * 3600), ("<", ""));
    let given = session(given, "1001", TODAY, Value::Blank, ("", ""));
    let given = session(given, "1004", TODAY + -3600, Value::At(TODAY), ("", ">"));
    let state = |given: Given, seq, at: Moment, state, more: &[(&'static str, Value)]| {
        let fixed = [
            ("ACD", int(1)),
            ("ROW_DATE", int(berlin().row_date_number(at))),
            ("LOGID", text("1001")),
            ("STARTTIME", Value::At(at)),
            ("EVENT_TIME", Value::At(at + 60)),
            ("WMODE_SEQ", int(seq)),
            ("WORKMODE", text(state)),
            ("DURATION", int(60)),
        ];
        let items: Vec<_> = fixed.into_iter().chain(more.iter().cloned()).collect();
        given.row("ag_actv", &items)
    };
    let given = state(given, 1, TODAY, "AUX", &[("AUXREASON", int(1)), ("SPLIT", Value::Blank)]);
    let call = [
        ("SPLIT", int(1)),
        ("DIRECTION", text("IN")),
        ("CALLING_PTY", text("0301234")),
        ("CALLER_HOLD", text("y")),
        ("TRANSFERRED", text("y")),
        ("AUXREASON", Value::Blank),
        ("LOGOUT_REASON", Value::Blank),
    ];
    state(given, 2, TODAY + 60, "ACD", &call)
}

fn call_record(given: Given) -> Given {
    let items = [
        ("ACD", int(1)),
        ("ROW_DATE", int(20_260_302)),
        ("SEQNUM", int(7)),
        ("CALLID", int(77)),
        ("SEGMENT", int(1)),
        ("SEGSTART_UTC", Value::At(TODAY)),
        ("SEGSTOP_UTC", Value::At(TODAY + 200)),
        ("CALLING_PTY", text("0301234")),
        ("DIALED_NUM", text("7001")),
        ("DISPOSITION", int(2)),
        ("DISPTIME", int(12)),
        ("DISPSPLIT", int(1)),
        ("ANSLOGIN", text("1001")),
        ("TALKTIME", int(150)),
        ("ANSHOLDTIME", int(8)),
        ("ACWTIME", int(30)),
        ("DURATION", int(170)),
        ("AGT_RELEASED", int(1)),
        ("TRANSFERRED", int(0)),
        ("DISPVDN", text("7001")),
        ("FIRSTVDN", text("7002")),
        ("TKGRP", int(10)),
        ("LASTCWC", text("12")),
        ("UCID", text("00001000021772438400")),
    ];
    given.row("call_rec", &items)
}

/// All of it.
pub fn past() -> Given {
    let given = Given { calendar: Some(berlin()), ..Given::default() };
    summed(call_record(records(others(agents(splits(given))))))
}
