//! The real-time tables.

use std::collections::BTreeSet;
use std::sync::Arc;

use catalog::{Table, Value, table};
use model::SplitId;

use super::story::{DAY, Told, tell};
use crate::RowFilter;

fn cell(value: &Value) -> String {
    match value {
        Value::Blank => "-".to_owned(),
        Value::Int(value) => value.to_string(),
        Value::Real(value) => value.to_string(),
        Value::Text(text) => text.to_string(),
        Value::Since(at) | Value::At(at) => {
            let secs = at.0 - DAY;
            format!("{:02}:{:02}:{:02}", secs / 3600, secs / 60 % 60, secs % 60)
        }
    }
}

fn rows(told: &mut Told, name: &str, items: &str, filter: &RowFilter) -> Vec<String> {
    let table: &'static Table = table(name).unwrap();
    let positions: Vec<usize> = items.split(' ').map(|item| table.position(item).unwrap()).collect();
    let mut rows = Vec::new();
    let board = told.collector.board();
    assert!(board.for_each_row_where(table, &positions, filter, &mut |cells| {
        rows.push(cells.iter().map(cell).collect::<Vec<_>>().join(" "));
    }));
    rows
}

fn check(told: &mut Told, name: &str, items: &str, expected: &[&str]) {
    assert_eq!(rows(told, name, items, &RowFilter::default()), expected, "{name}: {items}");
}

const STAFF: &str = "
    09:00:00 there is split 3 Idle
    09:00:00 there is trunk T1 of 9
    09:00:00 there is trunk T2 of 9
    09:00:00 agent 1002 logs in 1
    09:00:00 agent 1002 aux 3
    09:00:00 agent 1001 logs in 2/2 1/1
    09:00:00 agent 1001 avail
";

#[test]
fn a_call_moves_over_the_screen() {
    let mut told = tell(STAFF);
    told.go_on("09:01:00 call 7 trunk T1 of 9 in\n09:01:00 call 7 vdn 5000\n09:01:00 call 7 queues 1");
    let split = "SPLIT INQUEUE INRING OLDESTCALL STAFFED AVAILABLE ONACD INACW INAUX AGINRING OTHER I_AVAILTIME";
    check(
        &mut told,
        "csplit",
        split,
        &["1 1 0 09:01:00 2 1 0 0 1 0 0 60", "2 0 0 - 1 1 0 0 0 0 0 60", "3 0 0 - 0 0 0 0 0 0 0 0"],
    );
    check(&mut told, "cvdn", "VDN INPROGRESS ATAGENT OLDESTCALL ACTIVECALLS", &["5000 1 0 09:01:00 1"]);
    check(&mut told, "ctkgrp", "TKGRP INUSE ALLINUSE INQUEUE INRING ATAGENT TRUNKS", &["9 1 0 1 0 0 2"]);

    told.go_on("09:01:10 call 7 rings 1001 for 1");
    let agent = "SPLIT LOGID WORKMODE AWORKMODE DIRECTION DURATION AGDURATION AUXREASON WORKSKILL OLDEST_LOGON VDN";
    check(
        &mut told,
        "cagent",
        agent,
        &[
            "1 1001 RING RING IN 09:01:10 09:01:10 - 1 2 -",
            "1 1002 AUX AUX - 09:00:00 09:00:00 3 - 1 -",
            "2 1001 OTHER RING IN 09:01:10 09:01:10 - 1 2 -",
        ],
    );
    check(&mut told, "csplit", "SPLIT INQUEUE INRING AGINRING", &["1 0 1 1", "2 0 0 0", "3 0 0 0"]);
    check(
        &mut told,
        "ctrunk",
        "EQLOC TKSTATE DURATION LOGID SPLIT",
        &["T1 RINGING 09:01:10 1001 1", "T2 IDLE 09:00:00 - -"],
    );

    told.go_on("09:01:15 call 7 answered 1001 for 1\n09:01:20 heartbeat");
    check(
        &mut told,
        "cagent",
        "SPLIT LOGID WORKMODE I_ACDTIME VDN",
        &["1 1001 ACD 5 5000", "1 1002 AUX 0 -", "2 1001 OTHER 0 5000"],
    );
    check(&mut told, "cvdn", "VDN INPROGRESS ATAGENT OLDESTCALL ACTIVECALLS", &["5000 1 1 - 1"]);
    check(&mut told, "ctkgrp", "INUSE INQUEUE INRING ATAGENT I_INOCC", &["1 0 0 1 20"]);

    told.go_on(
        "09:02:00 call 7 ended caller\n09:02:00 agent 1001 acw 7\n09:02:30 agent 1001 logs out\n09:02:31 heartbeat",
    );
    check(
        &mut told,
        "cagent",
        "SPLIT LOGID WORKMODE AWORKMODE DURATION ACDCALLS ACWTIME TI_STAFFTIME",
        &["1 1001 UNSTAFF UNSTAFF - 1 30 0", "1 1002 AUX AUX 09:00:00 0 0 151", "2 1001 UNSTAFF UNSTAFF - 0 0 150"],
    );
    check(&mut told, "ctrunk", "EQLOC TKSTATE", &["T1 IDLE", "T2 IDLE"]);
    check(&mut told, "cvdn", "VDN INPROGRESS ATAGENT ACTIVECALLS ACDCALLS", &["5000 0 0 0 1"]);

    told.go_on("09:30:00 heartbeat");
    check(&mut told, "cagent", "SPLIT LOGID I_STAFFTIME", &["1 1002 0"]);
}

#[test]
fn a_filter_lets_rows_through_in_order() {
    let mut told = tell(STAFF);
    let filter = RowFilter { splits: Some(BTreeSet::from([SplitId(2), SplitId(1)])), ..RowFilter::default() };
    assert_eq!(rows(&mut told, "cagent", "SPLIT LOGID", &filter), ["1 1001", "1 1002", "2 1001"]);
    assert_eq!(rows(&mut told, "csplit", "SPLIT", &filter), ["1", "2"]);
    let filter =
        RowFilter { agents: Some(BTreeSet::from([model::LoginId::new("1002").unwrap()])), ..RowFilter::default() };
    assert_eq!(rows(&mut told, "cagent", "SPLIT LOGID", &filter), ["1 1002"]);
}

#[test]
fn a_board_is_shared_until_an_event_and_never_changes_after() {
    let mut told = tell(STAFF);
    let before = told.collector.board();
    assert!(Arc::ptr_eq(&before, &told.collector.board()));
    told.go_on("09:10:00 agent 1001 aux 1");
    let after = told.collector.board();
    assert!(!Arc::ptr_eq(&before, &after));
    let available = |board: &crate::Board| {
        let table = table("csplit").unwrap();
        let mut values = Vec::new();
        board.for_each_row(table, &[table.position("AVAILABLE").unwrap()], &mut |cells| values.push(cell(&cells[0])));
        values
    };
    assert_eq!(available(&before), ["1", "1", "0"]);
    assert_eq!(available(&after), ["0", "0", "0"]);
    assert!(!before.for_each_row(table("hsplit").unwrap(), &[0], &mut |_| ()));
}
