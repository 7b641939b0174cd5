//! Exceptions: rules, and what they tell of a morning.

use catalog::{ExceptionOf, ExceptionRow, Record};
use model::{ExceptionElement, ExceptionKind, ExceptionRule};

use super::story::{Told, event, settings, tell, tell_with, time};

/// One exception a line: when, of what, which, and who takes part.
fn line(row: &ExceptionRow) -> String {
    let (element, what, more) = match row.of {
        ExceptionOf::Agent { agent, split, reason } => {
            let split = split.map_or_else(String::new, |split| format!(" in {split}"));
            (ExceptionElement::Agent, agent.to_string() + &split, reason.map(|reason| format!("reason {reason}")))
        }
        ExceptionOf::Split { split } => (ExceptionElement::Split, split.to_string(), None),
        ExceptionOf::Vdn { vdn, vector } => {
            (ExceptionElement::Vdn, vdn.to_string(), vector.map(|vector| format!("vector {vector}")))
        }
        ExceptionOf::Vector { vector } => (ExceptionElement::Vector, vector.to_string(), None),
        ExceptionOf::TrunkGroup { group, trunk, agent } => {
            let trunk = trunk.map(|trunk| trunk.to_string());
            let parts: Vec<String> = trunk.into_iter().chain(agent.map(|agent| agent.to_string())).collect();
            (ExceptionElement::TrunkGroup, group.to_string(), Some(parts.join(" ")).filter(|parts| !parts.is_empty()))
        }
    };
    let kind = ExceptionKind::by_number(element, row.kind).expect("a known kind");
    let mut text = format!("{} {} {what} {}", time(row.at), element.word(), kind.name());
    more.into_iter().for_each(|more| text += &format!(" {more}"));
    text
}

fn exceptions(told: &Told) -> Vec<String> {
    let row = |record: &Record| match record {
        Record::Exception(row) => Some(line(row)),
        _ => None,
    };
    told.records.iter().filter_map(|(_, record)| row(record)).collect()
}

#[track_caller]
fn check(story: &str, expected: &str) -> Told {
    let told = tell(story);
    let expected: Vec<&str> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(exceptions(&told), expected);
    told
}

const STAFF: &str = "
    09:00:00 agent 1001 logs in 1 2
    09:00:00 agent 1001 avail
    09:00:00 agent 1002 logs in 1
    09:00:00 agent 1002 avail
";

fn staffed(story: &str) -> String {
    format!("{STAFF}{story}")
}

#[test]
fn without_rules_nothing_is_an_exception() {
    check(
        &staffed(
            "
            09:01:00 call 7 queues 1
            09:20:00 call 7 abandoned
            09:40:00 heartbeat
            ",
        ),
        "",
    );
}

#[test]
fn what_lasts_too_long_is_dated_when_it_was_due() {
    let told = check(
        &staffed(
            "
            09:00:00 rule split 1 time-in-queue limit 60
            09:00:00 rule agent 1 time-aux limit 300
            09:01:00 call 7 queues 1
            09:01:30 call 8 queues 1
            09:02:20 call 8 abandoned
            09:05:00 call 7 answered 1002 for 1
            09:06:00 agent 1001 aux 4
            09:20:00 heartbeat
            ",
        ),
        "
        09:02:00 split 1 time-in-queue
        09:11:00 agent 1001 in 1 time-aux reason 4
        ",
    );
    assert!(told.records.iter().all(|(number, record)| *number >> 16 == record.at().0 as u64));
}

#[test]
fn a_moment_due_comes_before_what_happens_then() {
    check(
        &staffed(
            "
            09:00:00 rule split 1 time-in-queue limit 60
            09:01:00 call 7 queues 1
            09:02:00 call 7 answered 1001 for 1
            09:03:00 call 8 queues 1
            09:03:59 call 8 answered 1002 for 1
            ",
        ),
        "09:02:00 split 1 time-in-queue",
    );
}

#[test]
fn the_threshold_says_how_many_are_allowed_in_an_interval() {
    check(
        &staffed(
            "
            09:00:00 rule split 1 time-in-queue limit 10 over 2
            09:01:00 call 1 queues 1
            09:01:00 call 2 queues 1
            09:01:00 call 3 queues 1
            09:01:00 call 4 queues 1
            09:29:55 call 5 queues 1
            09:31:00 call 6 queues 1
            09:32:00 call 7 queues 1
            09:40:00 heartbeat
            ",
        ),
        "
        09:01:10 split 1 time-in-queue
        09:01:10 split 1 time-in-queue
        09:32:10 split 1 time-in-queue
        ",
    );
}

#[test]
fn a_rule_counts_what_is_under_way_when_it_comes_into_force() {
    check(
        &staffed(
            "
            09:01:00 call 7 queues 1
            09:01:00 call 8 queues 1
            09:05:00 rule split 1 time-in-queue limit 60
            09:05:10 rule split 1 time-in-queue limit 300
            09:05:20 rule split 1 calls-waiting over 1
            09:05:50 call 8 abandoned
            09:07:00 heartbeat
            09:08:00 rule split 1 time-in-queue limit 60 off
            09:09:00 call 9 queues 1
            09:20:00 heartbeat
            ",
        ),
        "
        09:05:00 split 1 time-in-queue
        09:05:00 split 1 time-in-queue
        09:05:20 split 1 calls-waiting
        09:06:00 split 1 time-in-queue
        09:09:00 split 1 calls-waiting
        ",
    );
}

#[test]
fn totals_are_told_once_in_an_interval_and_begin_anew() {
    check(
        &staffed(
            "
            09:00:00 rule split 1 abandons over 1
            09:00:00 rule agent 1 transfers
            09:01:00 call 1 queues 1
            09:02:00 call 1 abandoned
            09:03:00 call 2 queues 1
            09:04:00 call 2 abandoned
            09:05:00 call 3 queues 1
            09:06:00 call 3 abandoned
            09:10:00 call 4 queues 1
            09:10:00 call 4 answered 1001 for 1
            09:11:00 call 4 transferred 1001
            09:12:00 call 4 ended caller
            09:13:00 call 5 queues 1
            09:13:00 call 5 answered 1001 for 1
            09:14:00 call 5 transferred 1001
            09:31:00 call 6 queues 1
            09:31:10 call 6 abandoned
            09:32:00 call 7 queues 1
            09:32:10 call 7 abandoned
            10:00:00 heartbeat
            ",
        ),
        "
        09:04:00 split 1 abandons
        09:11:00 agent 1001 in 1 transfers
        09:32:10 split 1 abandons
        ",
    );
}

#[test]
fn a_queue_that_grows_is_told_each_time_it_passes_the_threshold() {
    check(
        &staffed(
            "
            09:00:00 rule split 1 calls-waiting over 1
            09:01:00 call 1 queues 1
            09:01:10 call 2 queues 1
            09:01:20 call 3 queues 1
            09:01:30 call 1 rings 1001 for 1
            09:01:35 call 2 rings 1002 for 1
            09:01:40 call 1 answered 1001 for 1
            09:01:50 call 2 redirected 1002
            09:02:00 call 3 abandoned
            ",
        ),
        "
        09:01:10 split 1 calls-waiting
        09:01:50 split 1 calls-waiting
        ",
    );
}

#[test]
fn an_agents_calls_too_short_and_too_long() {
    check(
        &staffed(
            "
            09:00:00 rule agent 1 acd-in-min limit 20
            09:00:00 rule agent 1 acd-in-max limit 120
            09:00:00 rule agent 1 hold-max limit 30
            09:00:00 rule agent 1 ring-max limit 10
            09:00:00 rule agent 1 time-acw limit 60
            09:01:00 call 1 queues 1
            09:01:00 call 1 rings 1001 for 1
            09:01:15 call 1 answered 1001 for 1
            09:01:30 call 1 ended caller
            09:02:00 call 2 queues 1
            09:02:00 call 2 rings 1001 for 1
            09:02:05 call 2 answered 1001 for 1
            09:03:05 call 2 held 1001
            09:04:05 call 2 retrieved 1001
            09:05:00 heartbeat
            09:05:10 agent 1001 acw 2
            09:05:10 call 2 ended caller
            09:07:00 agent 1001 avail
            ",
        ),
        "
        09:01:10 agent 1001 in 1 ring-max
        09:01:30 agent 1001 in 1 acd-in-min
        09:03:35 agent 1001 in 1 hold-max
        09:05:05 agent 1001 in 1 acd-in-max
        09:06:10 agent 1001 in 1 time-acw
        ",
    );
}

#[test]
fn extension_calls_and_the_reason_codes_of_aux() {
    check(
        &staffed(
            "
            09:00:00 rule agent 1 aux-out-max limit 60
            09:00:00 rule agent 1 aux-out-calls over 1
            09:00:00 rule agent 1 time-aux limit 100 reason 5
            09:01:00 agent 1001 aux 4
            09:03:00 agent 1001 aux 5
            09:03:30 call 1 dialed 1001 off
            09:04:20 call 1 ended caller
            09:05:00 call 2 dialed 1001 off
            09:07:00 call 2 ended caller
            ",
        ),
        "
        09:04:40 agent 1001 in 1 time-aux reason 5
        09:06:00 agent 1001 in 1 aux-out-max
        09:07:00 agent 1001 in 1 aux-out-calls
        ",
    );
}

#[test]
fn codes_that_the_switch_does_not_have() {
    check(
        &staffed(
            "
            09:00:00 there is aux reason 3 Lunch
            09:00:00 there is logout reason 1 Home
            09:00:00 there is work code 77 Order
            09:00:00 rule agent 1 aux-reason
            09:00:00 rule agent 1 logout-reason
            09:00:00 rule agent 1 work-code
            09:01:00 agent 1002 aux 3
            09:02:00 agent 1002 aux 8
            09:03:00 agent 1002 avail
            09:04:00 call 1 queues 1
            09:04:00 call 1 answered 1002 for 1
            09:04:10 call 1 code 77 1002
            09:04:20 call 1 code 78 1002
            09:05:00 call 1 ended caller
            09:06:00 agent 1001 logs out 1
            09:07:00 agent 1002 logs out
            ",
        ),
        "
        09:02:00 agent 1002 in 1 aux-reason reason 8
        09:04:20 agent 1002 in 1 work-code
        09:07:00 agent 1002 in 1 logout-reason
        ",
    );
}

#[test]
fn a_second_login_is_told_without_any_rule() {
    let told = tell(&staffed(
        "
        09:01:00 agent 1001 logs in 2
        09:02:00 rule agent 2 login-id off
        09:03:00 agent 1001 logs in 2
        ",
    ));
    assert_eq!(exceptions(&told), ["09:01:00 agent 1001 in 2 login-id"]);
}

#[test]
fn speed_of_answer_and_expected_waits() {
    check(
        &staffed(
            "
            09:00:00 rule split 1 answer-speed limit 20 over 1
            09:00:00 rule split 1 rolling-speed limit 25
            09:00:00 rule split 1 wait-low limit 120
            09:01:00 call 1 queues 1
            09:01:40 call 1 answered 1001 for 1
            09:02:00 call 2 queues 1
            09:02:10 call 2 answered 1002 for 1
            09:03:40 call 2 ended caller
            09:04:00 call 3 queues 1
            09:04:00 call 4 queues 1
            09:05:00 call 1 ended caller
            09:06:00 heartbeat
            ",
        ),
        "
        09:01:40 split 1 rolling-speed
        09:04:00 split 1 wait-low
        09:05:00 split 1 answer-speed
        ",
    );
}

/// A server that was away for the first interval has not its answers, and is to tell the same of the second.
#[test]
fn estimates_are_of_the_running_interval() {
    let story = |away: &str| {
        exceptions(&tell(&staffed(&format!(
            "
            09:00:00 rule split 1 rolling-speed limit 25
            09:00:00 rule split 1 wait-low limit 60
            09:01:00 call 1 queues 1
            09:01:40 call 1 answered 1001 for 1
            09:03:00 call 1 ended caller
            {away}
            09:31:00 call 2 queues 1
            09:31:10 call 2 answered 1001 for 1
            09:33:00 call 2 ended caller
            09:33:10 call 3 queues 1
            09:33:15 call 4 queues 1
            09:33:50 call 3 answered 1001 for 1
            09:34:00 call 3 ended caller
            10:00:00 heartbeat
            "
        ))))
    };
    let loss = "
        09:10:00 link down
        09:11:00 pump-up begins
        09:11:00 agent 1001 seen in 1 avail
        09:11:00 agent 1002 seen in 1 avail
        09:11:00 pump-up ends
    ";
    let expected = ["09:33:10 split 1 wait-low", "09:33:50 split 1 rolling-speed"];
    assert_eq!(story("")[1..], expected);
    assert_eq!(story(loss)[1..], expected);
}

#[test]
fn a_vdn_and_its_vector() {
    check(
        &staffed(
            "
            09:00:00 there is vdn 5000 Orders vector 30
            09:00:00 rule vdn 5000 time-in-vector limit 30
            09:00:00 rule vdn 5000 time-at-agent-max limit 60
            09:00:00 rule vdn 5000 time-at-agent-min limit 10
            09:00:00 rule vdn 5000 calls-in-queue
            09:00:00 rule vdn 5000 forced-busy
            09:00:00 rule vector 30 time-in-vector-max limit 45
            09:00:00 rule vector 30 time-in-vector-min limit 5
            09:00:00 rule vector 30 abandons
            09:01:00 call 1 vdn 5000
            09:01:00 call 1 vector 30
            09:01:10 call 1 queues 1
            09:01:50 call 1 rings 1001 for 1
            09:01:55 call 1 answered 1001 for 1
            09:03:00 call 1 ended caller
            09:04:00 call 2 vdn 5000
            09:04:00 call 2 vector 30
            09:04:03 call 2 abandoned
            09:05:00 call 3 vdn 5000
            09:05:00 call 3 vector 30
            09:05:10 call 3 busy
            09:06:00 call 4 vdn 5000
            09:06:00 call 4 vector 30
            09:06:20 call 4 answered 1002 for 1
            09:06:25 call 4 ended caller
            ",
        ),
        "
        09:01:10 vdn 5000 calls-in-queue vector 30
        09:01:30 vdn 5000 time-in-vector vector 30
        09:01:45 vector 30 time-in-vector-max
        09:02:55 vdn 5000 time-at-agent-max vector 30
        09:04:03 vector 30 time-in-vector-min
        09:04:03 vector 30 abandons
        09:05:10 vdn 5000 forced-busy vector 30
        09:06:25 vdn 5000 time-at-agent-min vector 30
        ",
    );
}

#[test]
fn a_call_that_has_left_for_another_place_is_with_no_agent() {
    check(
        &staffed(
            "
            09:00:00 rule vdn 5000 time-at-agent-max limit 60
            09:00:00 rule vdn 5000 time-at-agent-min limit 300
            09:01:00 call 1 vdn 5000
            09:01:10 call 1 connected 4444
            09:03:00 call 1 ended caller
            09:04:00 call 2 vdn 5000
            09:04:10 call 2 flows off
            09:06:00 call 2 ended caller
            09:07:00 call 3 vdn 5000
            09:07:10 call 3 answered 1002 for 1
            09:09:00 call 3 ended caller
            ",
        ),
        "
        09:08:10 vdn 5000 time-at-agent-max
        09:09:00 vdn 5000 time-at-agent-min
        ",
    );
}

#[test]
fn a_trunk_group() {
    check(
        &staffed(
            "
            09:00:00 there is trunk T1 of 9
            09:00:00 there is trunk T2 of 9
            09:00:00 rule trunk-group 9 in-use-max limit 60
            09:00:00 rule trunk-group 9 in-use-min limit 5
            09:00:00 rule trunk-group 9 in-use
            09:00:00 rule trunk-group 9 all-busy limit 10
            09:00:00 rule trunk-group 9 maintenance
            09:00:00 rule trunk-group 9 maintenance-time limit 300
            09:00:00 rule trunk-group 9 audio
            09:01:00 call 1 trunk T1 of 9 in
            09:01:00 call 1 queues 1
            09:01:20 call 1 answered 1001 for 1
            09:01:30 call 1 audio 1001
            09:02:00 call 2 trunk T2 of 9 in
            09:02:03 call 2 ended caller
            09:02:30 call 1 ended caller
            09:03:00 trunk T1 busy
            09:04:00 call 3 trunk T2 of 9 in
            09:10:00 call 3 ended caller
            ",
        ),
        "
        09:01:00 trunk-group 9 in-use
        09:02:00 trunk-group 9 in-use-max T1 1001
        09:02:03 trunk-group 9 in-use-min T2
        09:02:30 trunk-group 9 audio
        09:03:00 trunk-group 9 maintenance
        09:04:00 trunk-group 9 in-use
        09:04:10 trunk-group 9 all-busy
        09:05:00 trunk-group 9 in-use-max T2
        09:08:00 trunk-group 9 maintenance-time T1
        ",
    );
}

#[test]
fn a_lost_link_ends_what_lasts_and_a_pump_up_begins_anew() {
    check(
        "
        09:00:00 pump-up begins
        09:00:00 pump-up ends
        09:00:00 agent 1001 logs in 1
        09:00:00 rule split 1 time-in-queue limit 60
        09:00:00 rule agent 1 time-aux limit 300
        09:01:00 call 7 queues 1
        09:01:00 agent 1001 aux 3
        09:01:30 link down
        09:10:00 pump-up begins
        09:10:00 agent 1001 seen in 1 aux 3
        09:10:00 call 7 seen since 09:01:00 waiting 1
        09:10:00 call 8 seen since 09:09:30 waiting 1
        09:10:00 pump-up ends
        09:20:00 heartbeat
        ",
        "
        09:10:30 split 1 time-in-queue
        09:15:00 agent 1001 in 1 time-aux reason 3
        ",
    );
}

/// It was so before the link came back, and only the other server knows since when.
#[test]
fn what_a_pump_up_tells_to_be_above_a_limit_is_no_exception_of_its_second() {
    check(
        &staffed(
            "
            09:00:00 there is trunk T1 of 9
            09:00:00 there is trunk T2 of 9
            09:00:00 rule trunk-group 9 in-use over 1
            09:00:00 rule split 1 calls-waiting over 1
            09:01:00 link down
            09:10:00 pump-up begins
            09:10:00 agent 1001 seen in 1 avail
            09:10:00 call 7 seen since 09:09:00 waiting 1
            09:10:00 call 8 seen since 09:09:30 waiting 1
            09:10:00 pump-up ends
            09:12:00 call 9 queues 1
            09:13:00 call 7 abandoned
            09:13:00 call 8 abandoned
            09:14:00 call 10 queues 1
            09:15:00 heartbeat
            ",
        ),
        "
        09:14:00 split 1 calls-waiting
        ",
    );
}

#[test]
fn a_clock_that_is_set_moves_what_is_due() {
    check(
        &staffed(
            "
            09:00:00 rule split 1 time-in-queue limit 60
            09:01:00 call 7 queues 1
            11:01:30 clock was 09:01:30
            11:05:00 heartbeat
            ",
        ),
        "11:02:00 split 1 time-in-queue",
    );
}

#[test]
fn a_call_that_becomes_a_part_of_another_keeps_its_times() {
    check(
        &staffed(
            "
            09:00:00 there is trunk T1 of 9
            09:00:00 rule trunk-group 9 in-use-max limit 300
            09:01:00 call 7 trunk T1 of 9 in
            09:01:00 call 7 queues 1
            09:01:10 call 7 answered 1001 for 1
            09:02:00 call 7 held 1001
            09:02:00 call 8 dialed 1001
            09:02:10 call 8 answered 1002 personal
            09:02:20 call 7 transferred 1001 to 8
            09:07:00 call 8 ended caller
            ",
        ),
        "09:06:00 trunk-group 9 in-use-max T1 1002",
    );
}

#[test]
fn the_log_holds_the_last_hundred_with_what_was_reached() {
    let mut story = staffed("09:00:00 rule split 1 calls-waiting over 1\n09:00:00 call 1 queues 1\n");
    for minute in 1..60 {
        for call in [10, 11] {
            story += &format!("09:{minute:02}:0{} call {call} queues 1\n", call - 8);
            story += &format!("09:{minute:02}:0{} call {call} abandoned\n", call - 7);
        }
    }
    let mut told = tell(&story);
    // Each of the calls leaves its record, too.
    told.records.retain(|(_, record)| matches!(record, Record::Exception(_)));
    let board = told.collector.board();
    assert_eq!(told.records.len(), 118);
    assert_eq!(board.exception_log.len(), 100);
    let (number, newest) = told.records.last().unwrap();
    let logged = board.exception_log.back().unwrap();
    assert_eq!((logged.number, &Record::Exception(logged.row), logged.value), (*number, newest, 2));
    assert_eq!(board.exception_rules.len(), 1);
}

#[test]
fn rules_from_before_the_first_event_are_in_force_from_it_on() {
    let mut before = settings();
    for line in ["09:00:00 rule split 1 time-in-queue limit 60", "09:00:00 trace 1001 on"] {
        let model::EventBody::Configured(told) = event(line).body else { unreachable!() };
        before.administer(&told);
    }
    let told = tell_with(before, "09:01:00 call 7 queues 1\n09:05:00 heartbeat");
    assert_eq!(exceptions(&told), ["09:02:00 split 1 time-in-queue"]);
    let rule = told.collector.exceptions.rules.values().next().copied().unwrap();
    let has = |rule: ExceptionRule| told.collector.has(&model::event::Configuration::Exception { rule });
    assert!(has(rule) && !has(ExceptionRule { threshold: 1, ..rule }));
}

/// Two trunks, given back in the same second; the rule lets one pass.
fn given_back(first: u32, second: u32, expected: &str) {
    check(
        &staffed(&format!(
            "
            09:00:00 rule trunk-group 9 in-use-min limit 60 over 1
            09:01:00 call 1 trunk T3 of 9 in
            09:01:05 call 2 trunk T5 of 9 in
            09:01:20 call {first} ended caller
            09:01:20 call {second} ended caller
            "
        )),
        expected,
    );
}

#[test]
fn of_two_that_end_in_one_second_the_one_told_later_is_beyond_the_threshold() {
    given_back(1, 2, "09:01:20 trunk-group 9 in-use-min T5");
    given_back(2, 1, "09:01:20 trunk-group 9 in-use-min T3");
}

#[test]
fn of_two_that_fall_due_in_one_second_the_lower_location_comes_first() {
    for (first, second) in [("T3", "T5"), ("T5", "T3")] {
        let story = format!(
            "
            09:00:00 rule trunk-group 9 in-use-max limit 60 over 1
            09:01:00 call 1 trunk {first} of 9 in
            09:01:00 call 2 trunk {second} of 9 in
            09:05:00 heartbeat
            "
        );
        check(&staffed(&story), "09:02:00 trunk-group 9 in-use-max T5");
    }
}

/// A limit of 0 is reached at once, one by one.
#[test]
fn what_is_due_as_soon_as_it_begins_goes_in_the_order_told() {
    for (first, second) in [("T3", "T5"), ("T5", "T3")] {
        let story = format!(
            "
            09:00:00 rule trunk-group 9 in-use-max limit 0 over 1
            09:01:00 call 1 trunk {first} of 9 in
            09:01:00 call 2 trunk {second} of 9 in
            09:05:00 heartbeat
            "
        );
        check(&staffed(&story), &format!("09:01:00 trunk-group 9 in-use-max {second}"));
    }
}

/// By a transfer one call has two trunks; whichever call went on, the lower location is given back first.
#[test]
fn of_two_trunks_of_one_call_the_lower_location_is_given_back_first() {
    for (caller, consultation) in [("T3", "T5"), ("T5", "T3")] {
        let story = format!(
            "
            09:00:00 rule trunk-group 9 in-use-min limit 600 over 1
            09:01:00 call 7 trunk {caller} of 9 in
            09:01:10 call 7 answered 1001 for 1
            09:02:00 call 7 held 1001
            09:02:00 call 8 dialed 1001 off
            09:02:00 call 8 trunk {consultation} of 9 out
            09:02:30 call 8 far end answers
            09:02:40 call 7 transferred 1001 to 8
            09:03:00 call 8 ended caller
            "
        );
        check(&staffed(&story), "09:03:00 trunk-group 9 in-use-min T5");
    }
}
