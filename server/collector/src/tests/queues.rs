//! Calls that wait in several splits, and every way to leave a queue.

use super::story::{Told, check};

const STAFF: &str = "
    09:00:00 agent 1001 logs in 1 2
    09:00:00 agent 1001 avail
    09:00:00 agent 1002 logs in 2 3
    09:00:00 agent 1002 avail
";

fn check_staffed(story: &str, expected: &str) -> Told {
    check(&format!("{STAFF}{story}"), expected)
}

#[test]
fn the_second_split_answers() {
    check_staffed(
        "
        09:01:00 call 7 queues 1
        09:01:10 call 7 queues 2 top
        09:01:20 call 7 queues 3 low
        09:01:30 call 7 rings 1002 for 2
        09:01:34 call 7 answered 1002 for 2
        09:02:34 call 7 ended caller
        09:30:00 heartbeat
        ",
        "
        09:00 hsplit 1: CALLSOFFERED=1 OUTFLOWCALLS=1 OUTFLOWTIME=34 OTHERCALLS=1 OTHERTIME=34 INFLOWCALLS=0 ACDCALLS=0
        09:00 hsplit 2: CALLSOFFERED=1 INFLOWCALLS=1 ACDCALLS=1 ANSTIME=24 TOPCALLS=1 ACDTIME=60
        09:00 hsplit 3: CALLSOFFERED=1 DEQUECALLS=1 DEQUETIME=14 OTHERCALLS=1
        09:00 hagent 3,1002,2: I_OTHERTIME=64 I_AVAILTIME=1736 ACDCALLS=0
        09:00 hagent 2,1002,2: I_RINGTIME=4 I_ACDTIME=60 TI_AVAILTIME=1736 TI_STAFFTIME=1800 ACDCALLS=1
        ",
    );
}

#[test]
fn abandons_are_the_first_queued_splits() {
    check_staffed(
        "
        09:01:00 call 7 queues 1
        09:01:10 call 7 queues 2
        09:01:15 call 7 abandoned
        09:30:00 heartbeat
        ",
        "
        09:00 hsplit 1: CALLSOFFERED=1 ABNCALLS=1 ABNTIME=15 ABNCALLS3=1 SLVLABNS=1 ABNRINGCALLS=0
        09:00 hsplit 2: CALLSOFFERED=1 DEQUECALLS=1 DEQUETIME=5
        ",
    );
}

#[test]
fn abandons_while_ringing_are_the_ringing_splits() {
    check_staffed(
        "
        09:01:00 call 7 queues 1
        09:01:10 call 7 queues 2
        09:01:15 call 7 rings 1002 for 2
        09:01:40 call 7 abandoned
        09:30:00 heartbeat
        ",
        "
        09:00 hsplit 1: CALLSOFFERED=1 OUTFLOWCALLS=1
        09:00 hsplit 2: CALLSOFFERED=1 ABNCALLS=1 ABNTIME=30 ABNRINGCALLS=1 INFLOWCALLS=1 RINGCALLS=1 RINGTIME=25 SLVLABNS=0
        09:00 hagent 2,1002,2: ABNCALLS=1 ABNTIME=25 RINGCALLS=1 RINGTIME=25 I_RINGTIME=25
        ",
    );
}

#[test]
fn redirected_on_no_answer_and_queued_again() {
    check_staffed(
        "
        09:01:00 call 7 queues 1
        09:01:00 call 7 rings 1001 for 1
        09:01:20 call 7 redirected 1001
        09:01:20 agent 1001 aux 0
        09:01:20 call 7 queues 1 high
        09:02:00 agent 1001 avail
        09:02:00 call 7 rings 1001 for 1
        09:02:05 call 7 answered 1001 for 1
        09:03:05 call 7 ended caller
        09:30:00 heartbeat
        ",
        "
        09:00 hsplit 1: CALLSOFFERED=2 OUTFLOWCALLS=1 OUTFLOWTIME=20 SLVLOUTFLOWS=1 INFLOWCALLS=1 ACDCALLS=1 ANSTIME=45 RINGCALLS=2 RINGTIME=25 NOANSREDIR=1 I_ARRIVED=2
        09:00 hagent 1,1001,1: RINGCALLS=2 RINGTIME=25 ANSRINGTIME=5 NOANSREDIR=1 ACDCALLS=1 TI_AUXTIME0=40
        ",
    );
}

#[test]
fn busy_disconnect_and_flow_out() {
    check_staffed(
        "
        09:01:00 call 1 queues 1
        09:01:10 call 1 busy
        09:02:00 call 2 queues 1
        09:02:20 call 2 disconnected by timer
        09:03:00 call 3 queues 1
        09:03:30 call 3 flows off
        09:03:40 call 3 ended caller
        09:04:00 call 4 queues 1
        09:04:40 call 4 connected 4444
        09:05:00 call 4 ended caller
        09:06:00 call 5 queues 1
        09:06:50 call 5 leaves queue 1
        09:07:00 call 5 queues 2
        09:07:05 call 5 answered 1001 for 2
        09:08:00 call 5 ended agent
        09:30:00 heartbeat
        ",
        "
        09:00 hsplit 1: CALLSOFFERED=5 BUSYCALLS=1 BUSYTIME=10 DISCCALLS=1 DISCTIME=20 OUTFLOWCALLS=3 OUTFLOWTIME=120 INTERFLOWCALLS=1 OTHERCALLS=5 OTHERTIME=150 I_ARRIVED=5
        09:00 hsplit 2: CALLSOFFERED=1 ACDCALLS=1 INFLOWCALLS=1 ANSTIME=5
        ",
    );
}

#[test]
fn a_call_delivered_past_the_queue_is_a_backup_call() {
    check_staffed(
        "
        09:01:00 call 7 rings 1001 for 1
        09:01:05 call 7 answered 1001 for 1
        09:02:05 call 7 ended caller
        09:30:00 heartbeat
        ",
        "09:00 hsplit 1: CALLSOFFERED=1 ACDCALLS=1 BACKUPCALLS=1 ANSTIME=5 I_ARRIVED=1",
    );
}

#[test]
fn a_vdn_and_its_vectors() {
    check_staffed(
        "
        09:00:30 there is vdn 5000 Sales vector 10
        09:01:00 call 7 trunk T1 of 9 in
        09:01:00 call 7 vdn 5000
        09:01:00 call 7 vector 10
        09:01:05 call 7 vector 11 routed
        09:01:10 call 7 queues 1
        09:01:15 call 7 vdn 5001 routed
        09:01:15 call 7 vector 12
        09:01:15 call 7 leaves queue 1
        09:01:20 call 7 queues 2
        09:01:25 call 7 rings 1001 for 2
        09:01:30 call 7 answered 1001 for 2
        09:02:30 call 7 ended caller
        09:02:30 agent 1001 acw 7
        09:02:50 agent 1001 avail
        09:30:00 heartbeat
        ",
        "
        09:00 hvdn 5000,10: only INCALLS=1 I_ARRIVED=1 MAXWAITING=1 OUTFLOWCALLS=1 OUTFLOWTIME=15 OTHERCALLS=1 OTHERTIME=15 INTIME=15 MAXOCWTIME=15 SLVLOUTFLOWS=1
        09:00 hvdn 5001,12: INCALLS=1 INFLOWCALLS=1 ACDCALLS=1 ANSTIME=15 ACDTIME=60 ACWTIME=20 INTIME=75 ANSCONNCALLS3=1 ACCEPTABLE=1 RINGCALLS=1 RINGTIME=5
        09:00 hvector 10: only INCALLS=1 INTIME=5 OTHERCALLS=1 OTHERTIME=5 GOTOCALLS=1 GOTOTIME=5
        09:00 hvector 11: only INCALLS=1 INTIME=10 INFLOWCALLS=1 OTHERCALLS=1 OTHERTIME=10 OUTFLOWCALLS=1 OUTFLOWTIME=10
        09:00 hvector 12: only INCALLS=1 INTIME=10 ANSTIME=15 ACDCALLS=1 RINGCALLS=1 RINGTIME=5
        09:00 htkgrp 9: INCALLS=1 ACDCALLS=1 INTIME=90 I_INOCC=90
        ",
    );
}

#[test]
fn a_call_that_flows_on_is_taken_in_once() {
    check_staffed(
        "
        09:01:00 call 7 queues 1
        09:01:50 call 7 leaves queue 1
        09:02:00 call 7 queues 2
        09:02:10 call 7 queues 3
        09:02:30 call 7 abandoned
        09:30:00 heartbeat
        ",
        "
        09:00 hsplit 1: OUTFLOWCALLS=1 INFLOWCALLS=0
        09:00 hsplit 2: ABNCALLS=1 INFLOWCALLS=1
        09:00 hsplit 3: DEQUECALLS=1 INFLOWCALLS=0
        ",
    );
}

/// MAXINQUEUE is of calls that wait and do not ring, as INQUEUE is.
#[test]
fn a_call_that_only_rings_never_waited_in_the_queue() {
    check_staffed(
        "
        09:01:00 call 7 rings 1001 for 1
        09:01:05 call 7 answered 1001 for 1
        09:02:00 call 7 ended caller
        09:30:00 heartbeat
        ",
        "09:00 hsplit 1: I_ARRIVED=1 ACDCALLS=1 BACKUPCALLS=1 RINGCALLS=1 MAXINQUEUE=0",
    );
}

#[test]
fn calls_that_ring_no_more_wait_again() {
    check_staffed(
        "
        09:01:00 call 7 rings 1001 for 1
        09:01:05 call 8 rings 1001 for 1
        09:01:10 call 7 redirected 1001
        09:01:12 call 8 stops ringing 1001
        09:01:20 call 7 abandoned
        09:01:20 call 8 abandoned
        09:30:00 heartbeat
        ",
        "09:00 hsplit 1: I_ARRIVED=2 ABNCALLS=2 MAXINQUEUE=2",
    );
}

/// The one that answers takes the call out of the queue at the same moment, and rings elsewhere end with it.
#[test]
fn an_answer_does_not_put_a_call_back_into_the_queue() {
    check_staffed(
        "
        09:01:00 call 7 rings 1001 for 1
        09:01:00 call 7 rings 1002 for 2
        09:01:05 call 7 answered 1001 for 1
        09:02:00 call 7 ended caller
        09:30:00 heartbeat
        ",
        "
        09:00 hsplit 1: ACDCALLS=1 MAXINQUEUE=0
        09:00 hsplit 2: DEQUECALLS=1 MAXINQUEUE=0
        ",
    );
}

/// All tables mean the same by it: what came by the way for emergencies, be it the delivery or the agent.
#[test]
fn calls_to_reserve_agents_are_backup_calls_everywhere() {
    let story = "
        09:01:00 call 7 trunk T1 of 9 in
        09:01:00 call 7 vdn 5000
        09:01:00 call 7 vector 10
        09:01:00 call 7 queues 1
        09:01:05 call 7 answered 1001 for 1
        09:02:00 call 7 ended caller
        09:30:00 heartbeat
    ";
    for (skill, backup) in [("1/1", 0), ("1/1/1", 1), ("1/1/2", 1)] {
        let staff = format!("09:00:00 agent 1001 logs in {skill}\n09:00:00 agent 1001 avail\n");
        let wanted = ["hsplit 1", "hvdn 5000,10", "hvector 10", "htkgrp 9"];
        let lines = wanted.map(|row| format!("09:00 {row}: ACDCALLS=1 BACKUPCALLS={backup}"));
        check(&format!("{staff}{story}"), &lines.join("\n"));
    }
}

/// As an abandon is. The call record says the same.
#[test]
fn what_befalls_a_call_that_has_left_its_first_queue_is_the_one_it_waited_in_longest() {
    let told = check_staffed(
        "
        09:01:00 call 1 queues 3
        09:01:10 call 1 queues 2
        09:01:15 call 1 queues 1
        09:01:20 call 1 leaves queue 3
        09:02:20 call 1 busy
        09:03:00 call 2 queues 3
        09:03:10 call 2 queues 2
        09:03:20 call 2 leaves queue 3
        09:04:20 call 2 flows off
        09:04:30 call 2 ended caller
        09:05:00 call 3 queues 3
        09:05:00 call 3 queues 2
        09:05:10 call 3 leaves queue 3
        09:05:20 call 3 disconnected by timer
        09:30:00 heartbeat
        ",
        "
        09:00 hsplit 3: CALLSOFFERED=3 OUTFLOWCALLS=3 OUTFLOWTIME=50 INTERFLOWCALLS=0
        09:00 hsplit 2: CALLSOFFERED=3 BUSYCALLS=1 BUSYTIME=70 OUTFLOWCALLS=1 OUTFLOWTIME=70 INTERFLOWCALLS=1 DISCCALLS=1 DISCTIME=20 DEQUECALLS=0
        09:00 hsplit 1: CALLSOFFERED=1 DEQUECALLS=1 DEQUETIME=65
        ",
    );
    told.expect_records("1.1: DISPSPLIT=2\n2.1: DISPSPLIT=2\n3.1: DISPSPLIT=2");
}
