//! Answered calls: talk, hold, after-call work, transfers, codes, and the interval they are credited to.

use super::story::{check, settings, tell_with};

const STAFF: &str = "
    09:00:00 pump-up begins
    09:00:00 pump-up ends
    09:00:00 agent 1001 logs in 1
    09:00:00 agent 1001 avail
    09:00:00 agent 1002 logs in 1
    09:00:00 agent 1002 aux 3
";

fn check_staffed(story: &str, expected: &str) {
    check(&format!("{STAFF}{story}"), expected);
}

#[test]
fn a_call_with_after_call_work() {
    check_staffed(
        "
        09:01:00 call 7 queues 1 high
        09:01:06 call 7 rings 1001 for 1
        09:01:10 call 7 answered 1001 for 1
        09:02:10 call 7 held 1001
        09:02:30 call 7 retrieved 1001
        09:03:10 call 7 ended caller
        09:03:10 agent 1001 acw 7
        09:03:40 agent 1001 avail
        09:30:00 heartbeat
        ",
        "
        09:00 hsplit 1: only CALLSOFFERED=1 I_ARRIVED=1 ACDCALLS=1 ACDCALLS2=1 ACCEPTABLE=1 HIGHCALLS=1 ANSTIME=10 ACDTIME=100 ACWTIME=30 HOLDCALLS=1 HOLDTIME=20 RINGCALLS=1 RINGTIME=4 MAXINQUEUE=1 MAXOCWTIME=10 MAXSTAFFED=2 MAXTOP=2 I_STAFFTIME=3600 I_AVAILTIME=1646 I_RINGTIME=4 I_ACDTIME=100 I_ACWTIME=30 I_OTHERTIME=20 I_ACDOTHERTIME=20 I_AUXTIME=1800 I_AUXTIME3=1800 I_TAVAILTIME=1646 I_TAUXTIME=1800 I_TOTHERTIME=20
        09:00 hagent 1,1001,1: ACDCALLS=1 ACDTIME=100 ACWTIME=30 ANSRINGTIME=4 RINGCALLS=1 RINGTIME=4 HOLDCALLS=1 HOLDTIME=20 HOLDACDTIME=20 TI_STAFFTIME=1800 ACD_RELEASE=0
        09:00 hagent 1,1002,2: only I_STAFFTIME=1800 I_AUXTIME=1800 TI_STAFFTIME=1800 TI_AUXTIME=1800 TI_AUXTIME3=1800
        ",
    );
}

#[test]
fn a_call_counts_where_its_after_call_work_ends() {
    check_staffed(
        "
        09:20:00 call 7 queues 1
        09:20:00 call 7 answered 1001 for 1
        09:29:00 call 7 ended agent
        09:29:00 agent 1001 acw
        09:31:00 agent 1001 avail
        10:00:00 heartbeat
        ",
        "
        09:00 hsplit 1: ACDCALLS=0 CALLSOFFERED=0 ACDTIME=0 I_ACDTIME=540 I_ACWTIME=60 I_ARRIVED=1
        09:30 hsplit 1: ACDCALLS=1 CALLSOFFERED=1 ACDTIME=540 ACWTIME=120 I_ACDTIME=0 I_ACWTIME=60 I_ARRIVED=0
        09:30 hagent 1,1001,1: ACDCALLS=1 ACD_RELEASE=1 ACDTIME=540 ACWTIME=120
        ",
    );
}

#[test]
fn a_call_that_ends_in_the_last_second_belongs_to_it() {
    check_staffed(
        "
        09:29:00 call 7 queues 1
        09:29:30 call 7 answered 1001 for 1
        09:29:59 call 7 ended caller
        09:30:00 agent 1001 aux 1
        10:00:00 heartbeat
        ",
        "
        09:00 hsplit 1: ACDCALLS=1 ACDTIME=29 ANSTIME=30 ACDCALLS5=1 ACCEPTABLE=0
        09:30 hsplit 1: ACDCALLS=0 I_AUXTIME1=1800
        ",
    );
}

#[test]
fn work_modes_chosen_on_a_call_wait_for_its_end() {
    check_staffed(
        "
        09:01:00 call 7 queues 1
        09:01:00 call 7 answered 1001 for 1
        09:02:00 agent 1001 aux 5
        09:03:00 call 7 ended caller
        09:30:00 heartbeat
        ",
        "09:00 hagent 1,1001,1: I_ACDTIME=120 TI_AUXTIME5=1620 I_AVAILTIME=60 TI_AVAILTIME=60",
    );
}

#[test]
fn after_call_work_told_late_is_added_to_the_credited_call() {
    check_staffed(
        "
        09:01:00 call 7 queues 1
        09:01:00 call 7 answered 1001 for 1
        09:02:00 call 7 ended caller
        09:02:03 agent 1001 acw 7
        09:02:13 agent 1001 avail
        09:30:00 heartbeat
        ",
        "
        09:00 hsplit 1: ACDCALLS=1 ACWTIME=10 I_ACWTIME=10
        09:00 hagent 1,1001,1: ACDCALLS=1 ACWTIME=10
        ",
    );
}

#[test]
fn a_blind_transfer_to_another_agent() {
    check_staffed(
        "
        09:00:30 agent 1002 avail
        09:01:00 call 7 vdn 5000
        09:01:00 call 7 queues 1
        09:01:05 call 7 answered 1001 for 1
        09:02:05 call 7 transferred 1001
        09:02:05 agent 1001 acw 7
        09:02:05 call 7 rings 1002 personal
        09:02:15 call 7 answered 1002 personal
        09:03:15 call 7 ended caller
        09:04:05 agent 1001 avail
        09:30:00 heartbeat
        ",
        "
        09:00 hsplit 1: ACDCALLS=1 ACDTIME=60 ACWTIME=120 TRANSFERRED=1 AUXINCALLS=1 AUXINTIME=60
        09:00 hagent 1,1001,1: ACDCALLS=1 TRANSFERRED=1 ACD_RELEASE=1
        09:00 hagent 1,1002,2: ACDCALLS=0 AUXINCALLS=1 AUXINTIME=60 I_AUXINTIME=60 TI_OTHERTIME=10
        09:00 hvdn 5000,0: INCALLS=1 ACDCALLS=1 TRANSFERRED=1 ACDTIME=60 ACWTIME=120 ANSTIME=5 INTIME=65 CONNTALKTIME=60 ANSCONNCALLS1=1
        ",
    );
}

#[test]
fn an_attended_transfer_ends_with_either_of_its_calls() {
    check_staffed(
        "
        09:00:30 agent 1002 avail
        09:01:00 call 7 queues 1
        09:01:00 call 7 answered 1001 for 1
        09:02:00 call 7 held 1001
        09:02:00 call 8 dialed 1001
        09:02:00 call 8 rings 1002 personal
        09:02:10 call 8 answered 1002 personal
        09:02:40 call 7 transferred 1001 to 8
        09:05:00 call 8 ended caller
        09:30:00 heartbeat
        ",
        "
        09:00 hsplit 1: ACDCALLS=1 ACDTIME=60 HOLDTIME=40 TRANSFERRED=1 ACDAUXOUTCALLS=1 AUXOUTCALLS=1 AUXOUTTIME=40 I_ACDAUX_OUTTIME=40 AUXINCALLS=1 AUXINTIME=170
        09:00 hagent 1,1001,1: ACDAUXOUTCALLS=1 I_ACDAUX_OUTTIME=40 I_AUXTIME=40 TI_AUXTIME0=40 I_AVAILTIME=1700
        09:00 hagent 1,1002,2: I_AUXINTIME=170
        ",
    );
}

#[test]
fn codes_strokes_assists_and_audio() {
    check_staffed(
        "
        09:01:00 call 7 trunk T1 of 9 in
        09:01:00 call 7 queues 1
        09:01:00 call 7 answered 1001 for 1
        09:01:10 call 7 code 11 1001
        09:01:20 call 7 stroke 3 1001
        09:01:30 call 7 stroke 3 1001
        09:01:40 call 7 assist 1001
        09:01:50 call 7 audio 1001
        09:02:00 call 7 ended caller
        09:02:00 agent 1001 acw 7
        09:02:10 call 7 code 12 1001
        09:02:20 call 7 code 12 1001
        09:02:30 agent 1001 avail
        09:30:00 heartbeat
        ",
        "
        09:00 hcwc 11: only ACDCALLS=1 ACDTIME=60 ACWTIME=30
        09:00 hcwc 12: only ACDCALLS=2 ACDTIME=60 ACWTIME=30
        09:00 hsplit 1: EVENT3=2 ASSISTS=1
        09:00 hagent 1,1001,1: EVENT3=2 ASSISTS=1
        09:00 htkgrp 9: AUDIO=1 ACDCALLS=1
        ",
    );
}

#[test]
fn direct_agent_calls_are_other_to_the_split() {
    check_staffed(
        "
        09:01:00 call 7 rings 1001 direct 1
        09:01:08 call 7 answered 1001 direct 1
        09:02:08 call 7 ended agent
        09:02:08 agent 1001 acw 7
        09:02:38 agent 1001 avail
        09:30:00 heartbeat
        ",
        "
        09:00 hagent 1,1001,1: DA_ACDCALLS=1 DA_ACDTIME=60 DA_ACWTIME=30 DA_ANSTIME=8 DA_RELEASE=1 ACDCALLS=0 I_DA_ACDTIME=60 I_DA_ACWTIME=30 I_OTHERTIME=90 TI_OTHERTIME=0 I_RINGTIME=8
        09:00 hsplit 1: ACDCALLS=0 CALLSOFFERED=0 I_DA_ACDTIME=60 I_DA_ACWTIME=30 I_OTHERTIME=90
        ",
    );
}

/// The agent alone counts them, with the caller's whole wait; the split only saw them arrive.
#[test]
fn direct_agent_calls_that_queued_are_other_to_the_split() {
    check_staffed(
        "
        09:01:00 call 7 queues 1
        09:01:40 call 7 rings 1001 direct 1
        09:01:45 call 7 answered 1001 direct 1
        09:02:45 call 7 ended caller
        09:02:45 agent 1001 acw 7
        09:03:15 agent 1001 avail
        09:10:00 call 8 queues 1
        09:10:10 call 8 rings 1001 direct 1
        09:10:20 call 8 abandoned
        09:30:00 heartbeat
        ",
        "
        09:00 hsplit 1: only I_ARRIVED=2 MAXINQUEUE=1 MAXSTAFFED=2 MAXTOP=2 I_STAFFTIME=3600 I_AVAILTIME=1695 I_RINGTIME=15 I_DA_ACDTIME=60 I_DA_ACWTIME=30 I_OTHERTIME=90 I_AUXTIME=1800 I_AUXTIME3=1800 I_TAVAILTIME=1695 I_TAUXTIME=1800 I_TOTHERTIME=90
        09:00 hagent 1,1001,1: DA_ACDCALLS=1 DA_ANSTIME=45 DA_ACDTIME=60 DA_ACWTIME=30 DA_ABNCALLS=1 DA_ABNTIME=20 RINGCALLS=2 RINGTIME=15 ANSRINGTIME=5 ABNCALLS=0 ABNTIME=0
        ",
    );
}

#[test]
fn a_direct_agent_call_that_nobody_takes_is_no_flow_of_the_split() {
    check_staffed(
        "
        09:01:00 call 7 queues 1
        09:01:10 call 7 rings 1001 direct 1
        09:01:28 call 7 redirected 1001
        09:01:28 agent 1001 aux 0
        09:01:30 call 7 connected 555
        09:02:00 call 7 ended caller
        09:30:00 heartbeat
        ",
        "
        09:00 hsplit 1: CALLSOFFERED=0 OUTFLOWCALLS=0 OTHERCALLS=0 SLVLOUTFLOWS=0 MAXOCWTIME=0 I_ARRIVED=1
        09:00 hagent 1,1001,1: DA_OTHERCALLS=1 DA_OTHERTIME=28 RINGTIME=18 NOANSREDIR=1
        ",
    );
}

/// It came for one agent and went to another as a call of the split: that is what counts.
#[test]
fn a_direct_agent_call_may_become_one_of_the_split() {
    check_staffed(
        "
        09:00:30 agent 1002 avail
        09:01:00 call 7 queues 1
        09:01:10 call 7 rings 1001 direct 1
        09:01:28 call 7 redirected 1001
        09:01:30 call 7 rings 1002 for 1
        09:01:35 call 7 answered 1002 for 1
        09:02:35 call 7 ended caller
        09:30:00 heartbeat
        ",
        "
        09:00 hsplit 1: CALLSOFFERED=1 ACDCALLS=1 ANSTIME=35 OUTFLOWCALLS=0 BACKUPCALLS=0
        09:00 hagent 1,1001,1: DA_OTHERCALLS=1 DA_OTHERTIME=28
        09:00 hagent 1,1002,2: ACDCALLS=1 ACDTIME=60
        ",
    );
}

#[test]
fn phantoms_count_as_abandoned() {
    let settings = crate::Settings { phantom_abandon_secs: 5, ..settings() };
    let story = "
        09:01:00 call 7 trunk T1 of 9 in
        09:01:00 call 7 vdn 5000
        09:01:00 call 7 queues 1
        09:01:10 call 7 answered 1001 for 1
        09:01:13 call 7 ended caller
        09:30:00 heartbeat
    ";
    tell_with(settings, &format!("{STAFF}{story}")).expect(
        "
        09:00 hsplit 1: CALLSOFFERED=1 ACDCALLS=0 PHANTOMABNS=1 ABNCALLS=1 ABNTIME=13 ABNCALLS3=1 SLVLABNS=1
        09:00 hagent 1,1001,1: ACDCALLS=0 PHANTOMABNS=1 ABNCALLS=1 I_ACDTIME=3
        09:00 hvdn 5000,0: INCALLS=1 ACDCALLS=0 ABNCALLS=1 PHANTOMABNS=1 ABNTIME=13 INTIME=13
        09:00 htkgrp 9: INCALLS=1 ACDCALLS=0 ABNCALLS=1
        ",
    );
}

/// A call is judged by the limit that held when it was answered, so that its vector and its split count it alike.
#[test]
fn a_changed_phantom_limit_counts_for_calls_answered_from_then_on() {
    let story = "
        09:01:00 call 7 vector 10
        09:01:00 call 7 queues 1
        09:01:10 call 7 answered 1001 for 1
        09:01:11 there is phantom limit 5
        09:01:13 call 7 ended caller
        09:02:00 call 8 vector 10
        09:02:00 call 8 queues 1
        09:02:10 call 8 answered 1001 for 1
        09:02:11 there is phantom limit 0
        09:02:13 call 8 ended caller
        09:30:00 heartbeat
    ";
    tell_with(settings(), &format!("{STAFF}{story}")).expect(
        "
        09:00 hsplit 1: CALLSOFFERED=2 ACDCALLS=1 PHANTOMABNS=1 ABNCALLS=1
        09:00 hvector 10: INCALLS=2 ACDCALLS=1 PHANTOMABNS=1 ABNCALLS=1
        ",
    );
}

/// A vector counts an answer that may be a phantom when that is known, be it in the next interval.
#[test]
fn a_vector_waits_for_what_an_answer_was() {
    let settings = crate::Settings { phantom_abandon_secs: 5, ..settings() };
    let story = "
        09:29:50 call 7 vector 10
        09:29:50 call 7 queues 1
        09:29:58 call 7 answered 1001 for 1
        09:30:01 call 7 ended caller
        09:40:00 call 8 vector 10
        09:40:00 call 8 queues 1
        09:40:05 call 8 answered 1001 for 1
        09:41:00 call 8 ended caller
        10:00:00 heartbeat
    ";
    tell_with(settings, &format!("{STAFF}{story}")).expect(
        "
        09:00 hvector 10: INCALLS=0 ACDCALLS=0 ABNCALLS=0
        09:30 hvector 10: only INCALLS=2 INTIME=13 ACDCALLS=1 ANSTIME=5 ABNCALLS=1 ABNTIME=11 PHANTOMABNS=1
        ",
    );
}

#[test]
fn a_transferred_call_goes_on_under_the_consultations_number() {
    check_staffed(
        "
        09:00:30 agent 1002 avail
        09:01:00 call 7 trunk T1 of 9 in
        09:01:00 call 7 vdn 5000
        09:01:00 call 7 queues 1
        09:01:00 call 7 answered 1001 for 1
        09:02:00 call 7 held 1001
        09:02:00 call 8 dialed 1001
        09:02:00 call 8 queues 1
        09:02:00 call 8 rings 1002 for 1
        09:02:10 call 8 answered 1002 for 1
        09:02:30 call 7 transferred 1001 to 8
        09:03:10 call 8 ended caller
        09:30:00 heartbeat
        ",
        "
        09:00 hsplit 1: ACDCALLS=2 ACDTIME=120 HOLDTIME=30 TRANSFERRED=1
        09:00 htkgrp 9: only INCALLS=1 INTIME=130 I_INOCC=130 ACDCALLS=1 TRANSFERRED=1
        09:00 hvdn 5000,0: INCALLS=1 ACDCALLS=1 ACDTIME=60 HOLDTIME=30 TRANSFERRED=1
        ",
    );
}

#[test]
fn a_conference_takes_the_consultation_in() {
    check_staffed(
        "
        09:00:30 agent 1002 avail
        09:01:00 call 7 trunk T1 of 9 in
        09:01:00 call 7 queues 1
        09:01:00 call 7 answered 1001 for 1
        09:02:00 call 7 held 1001
        09:02:00 call 8 dialed 1001
        09:02:00 call 8 rings 1002 personal
        09:02:10 call 8 answered 1002 personal
        09:02:30 call 7 conferenced 1001 with 8
        09:03:00 call 7 left by 1001
        09:04:00 call 7 ended caller
        09:30:00 heartbeat
        ",
        "
        09:00 hsplit 1: ACDCALLS=1 ACDTIME=90 HOLDTIME=30 CONFERENCE=1 AUXINTIME=110 AUXOUTTIME=30
        09:00 htkgrp 9: INCALLS=1 INTIME=180 ACDCALLS=1
        ",
    );
}

/// A consultation that the call joins: the agent's share began under one number, and the call goes on under the other.
fn transferred(entered: &str, number: u32, expected: &str) {
    check(
        &format!(
            "
            09:00:00 agent 1001 logs in 1
            09:00:00 agent 1001 avail
            09:00:00 agent 1002 logs in 2
            09:00:00 agent 1002 avail
            09:01:00 call 7 queues 1
            09:01:00 call 7 answered 1001 for 1
            09:02:00 call 7 held 1001
            09:02:00 call 8 dialed 1001
            09:02:05 call 8 rings 1002 personal
            09:02:10 call 8 answered 1002 personal
            09:02:30 call 7 transferred 1001 to 8
            09:02:30 agent 1001 acw {number}
            {entered}
            09:04:30 agent 1001 avail
            09:05:00 call 8 ended caller
            09:30:00 heartbeat
            "
        ),
        expected,
    );
}

#[test]
fn after_call_work_is_a_calls_by_any_of_its_numbers() {
    for number in [7, 8] {
        transferred("", number, "09:00 hagent 1,1001,1: ACDCALLS=1 ACDTIME=60 ACWTIME=120 I_ACWTIME=120");
    }
}

#[test]
fn deeds_are_found_by_any_number_of_a_call() {
    for (number, other) in [(7, 8), (8, 7), (8, 8)] {
        let entered = format!(
            "
            09:03:00 call {other} code 11 1001
            09:03:00 call {other} stroke 3 1001
            09:03:10 call {number} code 12 1002
            09:03:10 call {number} assist 1002
            "
        );
        let expected = "
            09:00 hagent 1,1001,1: ACDCALLS=1 ACWTIME=120 EVENT3=1
            09:00 hagent 2,1002,2: AUXINCALLS=1 ASSISTS=1
            09:00 hcwc 11: ACDCALLS=1 ACDTIME=60 ACWTIME=120
            09:00 hcwc 12: ACDCALLS=1 ACDTIME=170
        ";
        transferred(&entered, number, expected);
    }
}

/// The share is credited; only the code still has a row to go to.
#[test]
fn a_late_code_is_found_by_the_number_that_the_call_went_on_with() {
    for number in [7, 8] {
        let story = format!(
            "
            09:00:00 agent 1001 logs in 1
            09:00:00 agent 1001 avail
            09:01:00 call 7 queues 1
            09:01:00 call 7 answered 1001 for 1
            09:02:00 call 7 held 1001
            09:02:00 call 8 dialed 1001
            09:02:30 call 7 transferred 1001 to 8
            09:02:40 call 8 ended caller
            09:03:00 call {number} code 11 1001
            09:03:10 call {number} malicious 1001
            09:30:00 heartbeat
            "
        );
        check(&story, "09:00 hcwc 11: ACDCALLS=1 ACDTIME=0");
    }
}
