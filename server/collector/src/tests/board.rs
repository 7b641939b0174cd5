//! The real-time tables.

use std::collections::BTreeSet;
use std::sync::Arc;

use catalog::{Table, Value, table};
use model::SplitId;

use super::story::{Told, tell, time};
use crate::RowFilter;

fn cell(value: &Value) -> String {
    match value {
        Value::Blank => "-".to_owned(),
        Value::Int(value) => value.to_string(),
        Value::Real(value) => value.to_string(),
        Value::Text(text) => text.to_string(),
        Value::Since(at) | Value::At(at) => time(*at),
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
fn roles_counts_and_what_an_agent_is_doing_over_all_skills() {
    let mut told = tell(
        "
        09:00:00 there is trunk T1 of 9
        09:00:00 agent 1001 logs in 1/1 2/2
        09:00:00 agent 1001 avail
        09:00:00 agent 1002 logs in 2/1
        09:00:00 agent 1002 avail
        09:01:00 call 7 trunk T1 of 9 in
        09:01:00 call 7 queues 2 high
        09:01:00 call 7 rings 1002 for 2
        09:02:00 call 8 dialed 1001 off
        ",
    );
    let agent = "SPLIT LOGID POSITION ROLE TOPSKILL LOGONSKILL WORKSPLIT AGTIME STARTTIME DESTINATION ORIGIN DA_INRING";
    check(
        &mut told,
        "cagent",
        agent,
        &[
            "1 1001 1 TOP 1 1 1 09:02:00 09:02:00 OFF PHONE 0",
            "2 1001 1 BACKUP 1 2 1 09:02:00 09:02:00 OFF PHONE 0",
            "2 1002 2 TOP 2 2 2 09:01:00 09:01:00 - - 0",
        ],
    );
    let split = "SPLIT TSTAFFED TAVAILABLE TINAUX TAGINRING FSTAFFED FINAUX FAVAILABLE R1STAFFED TOT_PERCENTS";
    check(&mut told, "csplit", split, &["1 1 0 1 0 0 0 0 0 0", "2 1 0 0 1 1 1 0 0 0"]);
    check(&mut told, "ctrunk", "EQLOC TKSTATE PRIORITY QUETYPE", &["T1 RINGING HIGH MAIN"]);
    told.go_on(
        "
        09:03:00 call 7 redirected 1002
        09:03:10 call 8 ended agent
        09:03:10 call 9 rings 1001 direct 1
        09:03:20 agent 1002 aux 2
        ",
    );
    check(
        &mut told,
        "cagent",
        "SPLIT LOGID WORKMODE WORKSKILL WORKSPLIT AGTIME DA_INRING",
        &["1 1001 RING 1 1 09:03:10 1", "2 1001 OTHER 1 1 09:03:10 1", "2 1002 AUX - - 09:03:20 0"],
    );
    told.go_on("09:04:00 call 9 answered 1001 direct 1");
    let split = "SPLIT TSTAFFED TOTHER TDA_ONACD TINAUX FOTHER EWTHIGH";
    check(&mut told, "csplit", split, &["1 1 1 1 0 0 -", "2 1 0 0 1 1 -"]);
    told.go_on("09:05:00 agent 1002 logs out\n09:05:00 agent 1001 logs out");
    check(&mut told, "csplit", "SPLIT TSTAFFED FSTAFFED TOTHER", &["1 0 0 0", "2 0 0 0"]);
}

#[test]
fn expected_waits_come_from_the_last_answers() {
    let mut told = tell(STAFF);
    let waits = "SPLIT EWTTOP EWTHIGH EWTMEDIUM EWTLOW";
    check(&mut told, "csplit", waits, &["1 0 0 0 0", "2 0 0 0 0", "3 - - - -"]);
    told.go_on(
        "
        09:10:00 call 1 queues 1
        09:10:00 call 1 answered 1001 for 1
        09:10:40 call 2 queues 1 top
        09:10:50 call 3 queues 1 low
        09:11:00 heartbeat
        ",
    );
    // One answer a minute ago: each call ahead takes a minute. The call of top priority waits behind its like alone.
    check(&mut told, "csplit", waits, &["1 120 120 120 180", "2 - - - -", "3 - - - -"]);
}

#[test]
fn the_previous_interval_stays_on_the_board() {
    let mut told = tell(STAFF);
    assert_eq!(rows(&mut told, "psplit", "SPLIT", &RowFilter::default()), Vec::<String>::new());
    told.go_on(
        "
        09:01:00 call 7 trunk T1 of 9 in
        09:01:00 call 7 vdn 5000
        09:01:00 call 7 vector 30
        09:01:00 call 7 queues 1
        09:01:00 call 7 answered 1001 for 1
        09:01:30 call 7 code 55 1001
        09:02:00 call 7 ended caller
        09:02:01 heartbeat
        ",
    );
    check(&mut told, "ccwc", "ACD CWC ACDCALLS ACDTIME", &["1 55 1 60"]);
    told.go_on("09:31:00 call 8 queues 2");
    check(&mut told, "psplit", "ACD SPLIT ACDCALLS I_ACDTIME INCOMPLETE", &["1 1 1 60 0", "1 2 0 0 0"]);
    let agents = ["1 1001 1 1", "1 1002 2 0", "2 1001 1 0"];
    check(&mut told, "pagent", "SPLIT LOGID EXTENSION ACDCALLS", &agents);
    check(&mut told, "pvdn", "VDN VECTOR ACDCALLS", &["5000 30 1"]);
    check(&mut told, "pvector", "VECTOR ACDCALLS", &["30 1"]);
    check(&mut told, "ptkgrp", "TKGRP INCALLS", &["9 1"]);
    check(&mut told, "ptrunk", "EQLOC TKGRP INCALLS", &["T1 9 1"]);
    check(&mut told, "pcwc", "CWC ACDCALLS", &["55 1"]);
    check(&mut told, "ccwc", "CWC", &[]);
    let filter = RowFilter { splits: Some(BTreeSet::from([SplitId(2)])), ..RowFilter::default() };
    assert_eq!(rows(&mut told, "pagent", "SPLIT LOGID", &filter), ["2 1001"]);
    // After a time without data there is no interval that the running one follows.
    told.go_on("09:40:00 link down\n11:10:00 pump-up begins\n11:10:00 pump-up ends");
    assert_eq!(rows(&mut told, "psplit", "SPLIT", &RowFilter::default()), Vec::<String>::new());
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

/// A skill that an agent has left keeps its row until the interval ends. What is the same in all rows of the agent stands
/// there, too, or a report of agents finds two values and shows none.
#[test]
fn the_row_of_a_skill_that_was_left_tells_what_the_agent_does() {
    let mut told = tell(STAFF);
    told.go_on("09:01:00 agent 1001 has 2/2\n09:01:00 agent 1001 aux 4");
    let agent = "SPLIT LOGID WORKMODE AWORKMODE DIRECTION DURATION AUXREASON I_AVAILTIME";
    let aux = ["1 1001 UNSTAFF AUX - - 4 60", "1 1002 AUX AUX - 09:00:00 3 0", "2 1001 AUX AUX - 09:01:00 4 60"];
    check(&mut told, "cagent", agent, &aux);
    told.go_on("09:02:00 agent 1001 avail\n09:02:00 call 7 trunk T1 of 9 in\n09:02:00 call 7 queues 2\n09:02:00 call 7 rings 1001 for 2");
    let ring = ["1 1001 UNSTAFF RING IN - - 60", "1 1002 AUX AUX - 09:00:00 3 0", "2 1001 RING RING IN 09:02:00 - 60"];
    check(&mut told, "cagent", agent, &ring);
}
