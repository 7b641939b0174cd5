//! Personal calls: by what the agent was in when they began.

use super::story::check;

const STAFF: &str = "
    09:00:00 agent 1001 logs in 1 2
    09:00:00 agent 1001 avail
";

fn check_staffed(story: &str, expected: &str) {
    check(&format!("{STAFF}{story}"), expected);
}

#[test]
fn a_call_out_while_available_is_aux() {
    check_staffed(
        "
        09:01:00 call 7 dialed 1001 off
        09:02:00 call 7 ended agent
        09:30:00 heartbeat
        ",
        "
        09:00 hagent 1,1001,1: AUXOUTCALLS=1 AUXOUTTIME=60 AUXOUTOFFCALLS=1 AUXOUTOFFTIME=60 I_AUXTIME=60 I_AUXOUTTIME=60 TI_AUXTIME0=60 I_AVAILTIME=1740
        09:00 hagent 2,1001,1: AUXOUTCALLS=0 I_AUXTIME=60 I_AUXOUTTIME=0
        09:00 hsplit 1: AUXOUTCALLS=1 I_AUXOUTTIME=60 AUXOUTOFFTIME=60
        ",
    );
}

#[test]
fn a_call_from_aux_keeps_its_reason() {
    check_staffed(
        "
        09:01:00 agent 1001 aux 7
        09:02:00 call 7 rings 1001 personal
        09:02:10 call 7 answered 1001 personal
        09:03:10 call 7 ended caller
        09:04:00 agent 1001 avail
        09:30:00 heartbeat
        ",
        "09:00 hagent 1,1001,1: AUXINCALLS=1 AUXINTIME=60 TI_AUXTIME7=170 TI_OTHERTIME=10 RINGCALLS=0",
    );
}

#[test]
fn calls_in_after_call_work_are_part_of_it() {
    check_staffed(
        "
        09:01:00 call 7 queues 2
        09:01:00 call 7 answered 1001 for 2
        09:02:00 call 7 ended caller
        09:02:00 agent 1001 acw 7
        09:02:10 call 8 dialed 1001
        09:02:40 call 8 ended agent
        09:03:00 agent 1001 avail
        09:30:00 heartbeat
        ",
        "
        09:00 hagent 2,1001,1: ACDCALLS=1 ACWTIME=60 I_ACWTIME=60 ACWOUTCALLS=1 ACWOUTTIME=30 I_ACWOUTTIME=30
        09:00 hagent 1,1001,1: ACWOUTCALLS=0 I_OTHERTIME=120
        09:00 hsplit 2: ACWTIME=60 ACWOUTCALLS=1 ACWOUTTIME=30 I_ACWTIME=60
        ",
    );
}

#[test]
fn calls_in_direct_agent_after_call_work() {
    check_staffed(
        "
        09:01:00 call 7 rings 1001 direct 2
        09:01:00 call 7 answered 1001 direct 2
        09:02:00 call 7 ended caller
        09:02:00 agent 1001 acw 7
        09:02:10 call 8 rings 1001 personal
        09:02:10 call 8 answered 1001 personal
        09:02:40 call 8 ended caller
        09:03:00 agent 1001 avail
        09:30:00 heartbeat
        ",
        "
        09:00 hagent 2,1001,1: DA_ACDCALLS=1 DA_ACWTIME=60 I_DA_ACWTIME=60 I_ACWTIME=0 ACWINCALLS=1 DA_ACWINCALLS=1 DA_ACWINTIME=30 I_ACWINTIME=30
        09:00 hsplit 2: DA_ACWINCALLS=1 DA_ACWINTIME=30 ACWINCALLS=1
        ",
    );
}

/// What it is counted with is settled when it begins: neither a logout nor other skills take it away.
#[test]
fn a_call_counts_with_the_skill_that_the_agent_had_when_it_began() {
    for meanwhile in ["logs out", "has 3", "has 2 3"] {
        check_staffed(
            &format!(
                "
                09:01:00 call 7 dialed 1001 off
                09:03:00 agent 1001 {meanwhile}
                09:06:00 call 7 ended agent
                09:30:00 heartbeat
                "
            ),
            "
            09:00 hagent 1,1001,1: AUXOUTCALLS=1 AUXOUTTIME=300 AUXOUTOFFCALLS=1 AUXOUTOFFTIME=300
            09:00 hagent 2,1001,1: AUXOUTCALLS=0
            09:00 hagent 3,1001,1: AUXOUTCALLS=0
            09:00 hsplit 1: AUXOUTCALLS=1 AUXOUTTIME=300
            09:00 hsplit 2: AUXOUTCALLS=0
            09:00 hsplit 3: AUXOUTCALLS=0
            ",
        );
    }
}

#[test]
fn a_call_taken_counts_with_the_skill_that_the_agent_had_when_it_was_answered() {
    check_staffed(
        "
        09:01:00 call 7 rings 1001 personal
        09:01:05 agent 1001 has 2
        09:01:10 call 7 answered 1001 personal
        09:03:00 agent 1001 logs out
        09:06:10 call 7 ended caller
        09:30:00 heartbeat
        ",
        "
        09:00 hagent 1,1001,1: AUXINCALLS=0
        09:00 hagent 2,1001,1: AUXINCALLS=1 AUXINTIME=300
        09:00 hsplit 2: AUXINCALLS=1 AUXINTIME=300
        ",
    );
}
