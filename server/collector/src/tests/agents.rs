//! Staffed time by state, skills that come and go, and login sessions.

use super::story::{check, moment};

#[test]
fn the_states_of_a_morning() {
    check(
        "
        09:00:00 agent 1001 logs in 1/2 2/1
        09:00:10 agent 1001 unknown
        09:00:30 agent 1001 avail
        09:10:00 agent 1001 aux 4
        09:20:00 agent 1001 acw
        09:25:00 agent 1001 avail
        09:30:00 heartbeat
        ",
        "
        09:00 hagent 1,1001,1: only I_STAFFTIME=1800 I_OTHERTIME=30 I_AVAILTIME=870 I_AUXTIME=600 I_ACWTIME=300 TI_STAFFTIME=1800 TI_OTHERTIME=30 TI_AVAILTIME=870 TI_AUXTIME=600 TI_AUXTIME4=600
        09:00 hagent 2,1001,1: only I_STAFFTIME=1800 I_OTHERTIME=330 I_AVAILTIME=870 I_AUXTIME=600
        09:00 hsplit 2: MAXTOP=1 I_TAVAILTIME=870 I_TAUXTIME=600 I_AUXTIME4=600
        09:00 hsplit 1: MAXTOP=0 I_TAVAILTIME=0
        ",
    );
}

#[test]
fn aux_in_one_skill_alone_is_not_aux() {
    check(
        "
        09:00:00 agent 1001 logs in 1 2
        09:00:00 agent 1001 avail
        09:10:00 agent 1001 aux 4 in 2
        09:20:00 agent 1001 aux 5 in 1
        09:30:00 heartbeat
        ",
        "
        09:00 hagent 1,1001,1: I_AVAILTIME=1200 I_AUXTIME=600 TI_AUXTIME5=600 TI_AVAILTIME=1200
        09:00 hagent 2,1001,1: I_AVAILTIME=600 I_OTHERTIME=600 I_AUXTIME=600
        ",
    );
}

/// That of a call is for all skills; told for one skill alone and of no call, it keeps nobody from the calls of others.
#[test]
fn after_call_work_of_no_call_in_one_skill_alone_is_none() {
    check(
        "
        09:00:00 agent 1001 logs in 1 2
        09:00:00 agent 1001 avail
        09:05:00 agent 1001 acw in 2
        09:10:00 agent 1001 acw in 1
        09:15:00 agent 1001 avail
        09:20:00 call 7 queues 1
        09:20:00 call 7 answered 1001 for 1
        09:21:00 call 7 ended caller
        09:21:00 agent 1001 acw 7 in 1
        09:25:00 agent 1001 avail
        09:30:00 heartbeat
        ",
        "
        09:00 hagent 1,1001,1: TI_AVAILTIME=1200 I_AVAILTIME=1200 I_ACDTIME=60 I_ACWTIME=540 ACWTIME=240
        09:00 hagent 2,1001,1: I_AVAILTIME=900 I_ACWTIME=0 I_OTHERTIME=900
        ",
    );
}

#[test]
fn skills_come_and_go() {
    check(
        "
        09:00:00 agent 1001 logs in 1 2
        09:00:00 agent 1001 avail
        09:10:00 agent 1001 has 2 3
        09:30:00 heartbeat
        10:00:00 heartbeat
        ",
        "
        09:00 hagent 1,1001,1: only I_STAFFTIME=600 I_AVAILTIME=600 TI_STAFFTIME=600 TI_AVAILTIME=600
        09:00 hagent 2,1001,1: only I_STAFFTIME=1800 I_AVAILTIME=1800 TI_STAFFTIME=1200 TI_AVAILTIME=1200
        09:00 hagent 3,1001,1: only I_STAFFTIME=1200 I_AVAILTIME=1200
        09:30 hagent 2,1001,1: TI_STAFFTIME=1800
        09:30 hagent 1,1001,1: I_STAFFTIME=0
        ",
    );
}

#[test]
fn a_session_is_told_when_it_ends() {
    let told = check(
        "
        09:00:00 agent 1001 logs in 1
        09:40:00 agent 1001 logs out 2
        10:00:00 heartbeat
        ",
        "09:30 hagent 1,1001,1: only I_STAFFTIME=600 I_OTHERTIME=600 TI_STAFFTIME=600 TI_OTHERTIME=600",
    );
    let row = &told.logins[0];
    assert_eq!((row.login, row.logout), (moment("09:00:00"), moment("09:40:00")));
    assert_eq!(row.reason.map(|reason| reason.0), Some(2));
    assert!(!row.seen_at_pump_up && !row.lost_at_link_down);
}

#[test]
fn impossible_things_are_counted_and_survived() {
    use crate::AnomalyKind as A;
    let told = super::story::tell(
        "
        09:00:00 agent 1001 avail
        09:00:00 agent 1001 logs in 1
        09:01:00 agent 1001 logs in 1
        09:01:00 agent 1001 avail in 9
        09:02:00 call 7 held 1001
        09:02:00 call 8 ended caller
        09:02:00 call 8 ended caller
        09:01:00 heartbeat
        09:30:00 heartbeat
        ",
    );
    let counts: Vec<_> = told.collector.anomalies().iter().map(|(kind, count)| (*kind, *count)).collect();
    let expected = [
        (A::TimeRanBack, 1),
        (A::UnknownCall, 3),
        (A::UnknownAgent, 1),
        (A::AlreadyLoggedIn, 1),
        (A::NotASkill, 1),
        (A::OutOfPlace, 1),
    ];
    assert_eq!(counts, expected);
    assert_eq!(told.anomalies.len(), 6, "each kind is told once in the interval");
    told.expect("09:00 hagent 1,1001,1: TI_STAFFTIME=1800 INCOMPLETE=1");
    assert_eq!(told.logins.len(), 1);
}

#[test]
fn the_largest_percentage_counts_skills_that_stay() {
    check(
        "
        09:00:00 agent 1001 logs in 1/1/0/20
        09:00:00 agent 1001 avail
        09:00:00 agent 1002 logs in 1/1/0/30 2/2/0/70
        09:00:00 agent 1002 avail
        09:05:00 agent 1001 has 1/1/0/90
        09:10:00 agent 1001 has 1/1/0/10
        09:30:00 heartbeat
        10:00:00 heartbeat
        ",
        "
        09:00 hsplit 1: MAX_TOT_PERCENTS=120 MAXSTAFFED=2
        09:00 hsplit 2: MAX_TOT_PERCENTS=70
        09:30 hsplit 1: MAX_TOT_PERCENTS=40
        ",
    );
}
