//! Each built-in report over a small call centre, as text; and the CSV form.

use catalog::Value;

use super::past::past;
use super::world::{Given, NOW, column, definition, dictionary, int, lasting, text};
use crate::{Format, Inputs, RunError, find_built_in, run};

fn splits(given: Given) -> Given {
    let given = given.row(
        "csplit",
        &[
            ("SPLIT", int(1)),
            ("INQUEUE", int(6)),
            ("INRING", int(1)),
            ("OLDESTCALL", lasting(45)),
            ("STAFFED", int(3)),
            ("AVAILABLE", int(0)),
            ("ONACD", int(1)),
            ("INAUX", int(1)),
            ("AGINRING", int(1)),
            ("SERVICELEVEL", int(20)),
            ("CALLSOFFERED", int(40)),
            ("ACDCALLS", int(36)),
            ("ACCEPTABLE", int(30)),
            ("ANSTIME", int(450)),
            ("ACDTIME", int(7200)),
            ("ACWTIME", int(720)),
            ("ABNCALLS", int(4)),
            ("ABNTIME", int(130)),
        ],
    );
    let quiet = [("SPLIT", int(2)), ("STAFFED", int(2)), ("AVAILABLE", int(2)), ("SERVICELEVEL", int(20))];
    let given = given.row("csplit", &quiet);
    let other = [("SPLIT", int(12)), ("CALLSOFFERED", int(10)), ("ACDCALLS", int(9)), ("ACCEPTABLE", int(9))];
    given.row("csplit", &other)
}

struct Agent {
    split: i64,
    logid: &'static str,
    mode: &'static str,
    overall: &'static str,
    direction: Value,
    reason: Value,
    secs: i64,
}

fn agents(given: Given) -> Given {
    let agent = |split, logid, mode, overall, direction, reason, secs| Agent {
        split,
        logid,
        mode,
        overall,
        direction,
        reason,
        secs,
    };
    let agents = [
        agent(1, "1001", "ACD", "ACD", text("IN"), Value::Blank, 65),
        agent(1, "1002", "AUX", "AUX", Value::Blank, int(1), 1900),
        agent(1, "1003", "RING", "RING", Value::Blank, Value::Blank, 4),
        agent(2, "1001", "OTHER", "ACD", text("IN"), Value::Blank, 65),
        agent(2, "1004", "AVAIL", "AVAIL", Value::Blank, Value::Blank, 610),
        agent(12, "1003", "UNSTAFF", "UNSTAFF", Value::Blank, Value::Blank, 9000),
    ];
    agents.into_iter().fold(given, |given, agent| {
        let working = agent.overall == "ACD";
        let items = [
            ("SPLIT", int(agent.split)),
            ("LOGID", text(agent.logid)),
            ("EXTENSION", text(&format!("5{}", &agent.logid[1..]))),
            ("WORKMODE", text(agent.mode)),
            ("AWORKMODE", text(agent.overall)),
            ("DIRECTION", agent.direction),
            ("AUXREASON", agent.reason),
            ("DURATION", lasting(agent.secs)),
            ("AGDURATION", lasting(agent.secs)),
            ("WORKSKILL", if working { int(1) } else { Value::Blank }),
            ("WORKSKLEVEL", if working { int(2) } else { Value::Blank }),
            ("SKLEVEL", int(agent.split)),
            ("LOGONSTART", Value::At(NOW + -3600)),
            ("VDN", if working { text("7001") } else { Value::Blank }),
            ("ACDCALLS", int(agent.split * 3)),
            ("ACDTIME", int(agent.split * 500)),
            ("ACWTIME", int(agent.split * 31)),
            ("TI_STAFFTIME", int(if agent.split == 1 { 1800 } else { 0 })),
            ("TI_AUXTIME", int(if agent.mode == "AUX" { 1800 } else { 0 })),
        ];
        given.row("cagent", &items)
    })
}

fn vdns_and_trunks(given: Given) -> Given {
    let vdn = |given: Given, vector, waiting: i64, oldest| {
        let items = [
            ("VDN", text("7001")),
            ("VECTOR", int(vector)),
            ("INPROGRESS", int(waiting + 2)),
            ("ATAGENT", int(2)),
            ("OLDESTCALL", oldest),
            ("SERVICELEVEL", int(20)),
            ("INCALLS", int(20)),
            ("ACDCALLS", int(16)),
            ("ACCEPTABLE", int(12)),
            ("ANSTIME", int(200)),
            ("ACDTIME", int(3000)),
            ("ABNCALLS", int(3)),
            ("ABNTIME", int(61)),
            ("OUTFLOWCALLS", int(1)),
            ("BUSYCALLS", int(1)),
            ("DISCCALLS", int(1)),
        ];
        given.row("cvdn", &items)
    };
    let given = vdn(vdn(given, 1, 3, lasting(22)), 2, 0, Value::Blank);
    let group = [
        ("TKGRP", int(10)),
        ("TRUNKS", int(2)),
        ("INUSE", int(2)),
        ("ONINBOUND", int(2)),
        ("ALLINUSE", int(1)),
        ("ATAGENT", int(1)),
        ("INQUEUE", int(1)),
        ("INCALLS", int(31)),
    ];
    let given = given.row("ctkgrp", &group).row("ctkgrp", &[("TKGRP", int(11)), ("TRUNKS", int(1)), ("MBUSY", int(1))]);
    let trunk = |given: Given, eqloc, group, state, items: &[(&str, Value)]| {
        let fixed =
            [("EQLOC", text(eqloc)), ("TKGRP", int(group)), ("TKSTATE", text(state)), ("DURATION", lasting(65))];
        let items: Vec<(&str, Value)> = fixed.into_iter().chain(items.iter().cloned()).collect();
        given.row("ctrunk", &items)
    };
    let talking = [("DIRECTION", text("IN")), ("LOGID", text("1001")), ("VDN", text("7001")), ("SPLIT", int(1))];
    let queued = [("DIRECTION", text("IN")), ("VDN", text("7001")), ("SPLIT", int(1))];
    let given = trunk(given, "T001", 10, "CONN", &talking);
    let given = trunk(given, "T002", 10, "QUEUED", &queued);
    trunk(given, "T003", 11, "MBUSY", &[])
}

fn call_centre() -> Given {
    vdns_and_trunks(agents(splits(Given::default())))
}

fn text_of(report: &str, inputs: &[(&str, &str)], given: &Given) -> String {
    let inputs: Inputs = inputs.iter().map(|(name, typed)| ((*name).to_owned(), (*typed).to_owned())).collect();
    let report = find_built_in(report).expect("a built-in report");
    run(report, &inputs, given, &dictionary(), NOW).map_or_else(|error| error.to_string(), |sheet| sheet.to_text())
}

#[test]
fn split_skill_status() {
    insta::assert_snapshot!(text_of("Split/Skill Status", &[("splits", "Sales;2")], &call_centre()));
}

#[test]
fn split_skill_report() {
    insta::assert_snapshot!(text_of("Split/Skill Report", &[], &call_centre()));
}

#[test]
fn queue_agent_status() {
    insta::assert_snapshot!(text_of("Queue/Agent Status", &[("splits", "1-2")], &call_centre()));
}

#[test]
fn agent_report() {
    insta::assert_snapshot!(text_of("Agent Report", &[("agents", "Ada Lovelace;1002")], &call_centre()));
}

#[test]
fn vdn_report() {
    insta::assert_snapshot!(text_of("VDN Report", &[("vdns", "main line")], &call_centre()));
}

#[test]
fn trunk_group_report() {
    insta::assert_snapshot!(text_of("Trunk Group Report", &[], &call_centre()));
}

/// Historical reports of the two days, of which the second is not summed up for the levels above.
fn check_past(report: &str, inputs: &[(&str, &str)]) {
    let file = report.to_lowercase().replace(['/', ' '], "_");
    insta::assert_snapshot!(file, text_of(report, inputs, &past()));
}

#[test]
fn split_skill_history() {
    check_past("Split/Skill Summary Interval", &[("splits", "1"), ("dates", "-1:0"), ("times", "09:30-14:00")]);
    check_past("Split/Skill Summary Daily", &[("dates", "-1:0")]);
    check_past("Split/Skill Summary Weekly", &[("splits", "2"), ("dates", "2026-03-04")]);
    check_past("Split/Skill Summary Monthly", &[("dates", "2026-03")]);
    check_past("Split/Skill Call Profile Interval", &[("splits", "1")]);
    check_past("Split/Skill Call Profile Daily", &[("dates", "-1")]);
}

#[test]
fn agent_history() {
    check_past("Agent Summary Interval", &[("agents", "1001"), ("dates", "-1")]);
    check_past("Agent Summary Daily", &[("dates", "-1:0")]);
    check_past("Agent Attendance", &[("dates", "-1:0")]);
    check_past("Agent AUX Interval", &[]);
    check_past("Agent AUX Daily", &[("dates", "-1")]);
}

#[test]
fn agent_records() {
    check_past("Agent Login/Logout", &[("dates", "-1:0")]);
    check_past("Agent Trace", &[("agents", "ada lovelace")]);
    check_past("Call Records", &[("from", "08:00")]);
}

#[test]
fn other_history() {
    check_past("VDN Summary Interval", &[("dates", "-1:0")]);
    check_past("VDN Summary Daily", &[("dates", "-1")]);
    check_past("VDN Call Profile Daily", &[("dates", "-1")]);
    check_past("Vector Daily", &[("dates", "-1")]);
    check_past("Trunk Group Summary Interval", &[("dates", "-1:0")]);
    check_past("Trunk Group Summary Daily", &[("dates", "-1")]);
    check_past("Call Work Codes Monthly", &[("dates", "0")]);
}

#[test]
fn csv_is_bare_and_exact() {
    let columns = vec![
        column("name", "'Support, \"Europe\"'", Format::Text),
        column("oldest", "OLDESTCALL", Format::Duration),
        column("level", "PERCENT_SERV_LVL_SPL", Format::Percent(1)),
    ];
    let mut two_blocks = definition(columns);
    two_blocks.blocks.push(two_blocks.blocks[0].clone());
    let sheet = run(&two_blocks, &Inputs::new(), &call_centre(), &dictionary(), NOW).unwrap();
    let block = "name,oldest,level\n\"Support, \"\"Europe\"\"\",45,75\n\"Support, \"\"Europe\"\"\",,\n\"Support, \"\"Europe\"\"\",,90\n";
    assert_eq!(sheet.to_csv(), format!("{block}\n{block}"));
}

#[test]
fn a_definition_that_does_not_fit_is_named() {
    let broken = definition(vec![column("x", "ACDCALL", Format::Count)]);
    let error = run(&broken, &Inputs::new(), &call_centre(), &dictionary(), NOW).unwrap_err();
    assert!(matches!(error, RunError::Definition(_)));
    let expect = "this report cannot be run: block 1, column \"x\": \"ACDCALL\", at character 1: ACDCALL is neither an \
                  item of csplit nor a calculation; did you mean ACDCALLS?";
    assert_eq!(error.to_string(), expect);
}
