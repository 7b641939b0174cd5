//! Agent trace: what a traced agent was doing, state by state.

use catalog::{Record, TraceRow};

use super::story::{Told, tell, time};

/// One record a line: begin, end, order in the second, state, direction, skill, reasons, and the flags that are set.
fn line(row: &TraceRow) -> String {
    let mut words = vec![time(row.began_at), time(row.ended_at), row.seq.to_string(), row.work_mode.to_string()];
    words.extend(Some(row.direction.to_string()).filter(|direction| !direction.is_empty()));
    words.extend(row.split.map(|split| format!("split {split}")));
    words.extend(row.aux_reason.map(|reason| format!("reason {reason}")));
    words.extend(row.logout_reason.map(|reason| format!("logout {reason}")));
    words.extend(row.work_code.map(|code| format!("code {code}")));
    let texts = [
        ("ucid", row.ucid.as_str()),
        ("from", row.calling_party.as_str()),
        ("line", row.calling_ii.as_str()),
        ("digits", row.digits_dialed.as_str()),
    ];
    words.extend(texts.into_iter().filter(|(_, text)| !text.is_empty()).map(|(name, text)| format!("{name} {text}")));
    let flags = &row.flags;
    let named = [
        (flags.agent_released, "released"),
        (flags.assist, "assist"),
        (flags.held, "held"),
        (flags.reconnected, "reconnected"),
        (flags.conference, "conference"),
        (flags.transferred, "transferred"),
        (flags.malicious, "malicious"),
        (flags.dialed_by_adjunct, "adjunct"),
        (flags.extension_call_made, "made"),
    ];
    words.extend(named.into_iter().filter(|(set, _)| *set).map(|(_, name)| name.to_owned()));
    words.join(" ")
}

fn traced(told: &Told) -> Vec<String> {
    let row = |record: &Record| match record {
        Record::Trace(row) => Some(line(row)),
        _ => None,
    };
    told.records.iter().filter_map(|(_, record)| row(record)).collect()
}

fn check(story: &str, expected: &str) -> Told {
    let told = tell(story);
    let expected: Vec<&str> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(traced(&told), expected);
    told
}

#[test]
fn a_traced_morning() {
    check(
        "
        08:59:00 trace 1001 on
        09:00:00 agent 1001 logs in 1
        09:00:00 agent 1001 avail
        09:01:00 call 7 queues 1
        09:01:00 call 7 rings 1001 for 1
        09:01:05 call 7 answered 1001 for 1
        09:02:00 call 7 held 1001
        09:02:30 call 7 retrieved 1001
        09:02:40 call 7 assist 1001
        09:02:41 call 7 code 55 1001
        09:03:00 agent 1001 acw 7
        09:03:00 call 7 ended agent
        09:03:30 agent 1001 aux 4
        09:04:00 agent 1001 aux 5
        09:05:00 call 8 dialed 1001 off
        09:06:00 call 8 ended caller
        09:10:00 agent 1001 logs out 2
        10:00:00 heartbeat
        ",
        "
        09:00:00 09:00:00 1 LOGON
        09:00:00 09:00:00 2 OTHER
        09:00:00 09:01:00 1 AVAIL
        09:01:00 09:01:05 1 RING IN split 1
        09:01:05 09:02:00 1 ACD IN split 1 held
        09:02:00 09:02:30 1 OTHER split 1 reconnected
        09:02:30 09:03:00 1 ACD IN split 1 code 55 released assist
        09:03:00 09:03:30 1 ACW split 1
        09:03:30 09:04:00 1 AUX reason 4
        09:04:00 09:05:00 1 AUX reason 5
        09:05:00 09:06:00 1 AUX OUT split 1 reason 5 from 1 made
        09:06:00 09:10:00 1 AUX reason 5
        09:10:00 09:10:00 2 LOGOFF logout 2
        ",
    );
}

/// As soon as it is known, for all that the call is about, and no longer.
#[test]
fn states_tell_who_calls_what_was_dialled_and_what_was_traced() {
    check(
        "
        09:00:00 agent 1001 logs in 1
        09:00:00 agent 1001 avail
        09:00:00 agent 1002 logs in 1
        09:00:00 agent 1002 aux 3
        09:00:00 trace 1001 on
        09:00:00 trace 1002 on
        09:01:00 call 7 queues 1
        09:01:00 call 7 rings 1001 for 1
        09:01:02 call 7 identified from 5551 line 7 ucid 00001000011795395600
        09:01:05 call 7 answered 1001 for 1
        09:01:30 call 7 malicious 1001
        09:02:00 agent 1001 acw 7
        09:02:00 call 7 ended caller
        09:02:30 call 8 dialed 1001
        09:02:30 call 8 digits 777 1001
        09:02:31 call 8 rings 1002 personal
        09:02:35 call 8 answered 1002 personal
        09:03:00 call 8 ended agent
        09:03:30 agent 1001 avail
        ",
        "
        09:00:00 09:01:00 1 AVAIL
        09:01:00 09:01:05 1 RING IN split 1 ucid 00001000011795395600 from 5551 line 07
        09:01:05 09:02:00 1 ACD IN split 1 ucid 00001000011795395600 from 5551 line 07 malicious
        09:02:00 09:02:30 1 ACW split 1 ucid 00001000011795395600 from 5551 line 07
        09:00:00 09:02:31 1 AUX reason 3
        09:02:31 09:02:35 1 OTHER from 1
        09:02:35 09:03:00 1 AUX IN split 1 reason 3 from 1 released
        09:02:30 09:03:00 1 ACW OUT split 1 from 1 digits 777 released made
        09:03:00 09:03:30 1 ACW split 1 ucid 00001000011795395600 from 5551 line 07
        ",
    );
}

#[test]
fn a_trace_covers_the_time_it_is_on_and_nobody_else() {
    check(
        "
        09:00:00 agent 1001 logs in 1
        09:00:00 agent 1001 avail
        09:00:00 agent 1002 logs in 1
        09:00:00 agent 1002 avail
        09:10:00 trace 1001 on
        09:10:00 trace 1001 on
        09:20:00 agent 1001 aux 3
        09:20:00 agent 1002 aux 3
        09:30:00 trace 1001 off
        09:40:00 agent 1001 avail
        ",
        "
        09:10:00 09:20:00 1 AVAIL
        09:20:00 09:30:00 1 AUX reason 3
        ",
    );
}

#[test]
fn a_transfer_and_a_conference_are_told_in_the_state_they_ended() {
    check(
        "
        09:00:00 agent 1001 logs in 1
        09:00:00 agent 1001 avail
        09:00:00 trace 1001 on
        09:01:00 call 7 queues 1
        09:01:00 call 7 rings 1001 for 1
        09:01:10 call 7 answered 1001 for 1
        09:02:00 call 7 held 1001
        09:02:00 call 8 dialed 1001
        09:02:20 call 7 transferred 1001 to 8
        09:02:20 agent 1001 avail
        09:03:00 call 9 queues 1
        09:03:00 call 9 answered 1001 for 1
        09:03:30 call 9 held 1001
        09:03:30 call 10 dialed 1001
        09:03:50 call 9 conferenced 1001 with 10
        09:04:00 call 9 ended caller
        ",
        "
        09:00:00 09:01:00 1 AVAIL
        09:01:00 09:01:10 1 RING IN split 1
        09:01:10 09:02:00 1 ACD IN split 1 held
        09:02:00 09:02:00 2 OTHER split 1
        09:02:00 09:02:20 1 AUX OUT split 1 reason 0 from 1 released transferred made
        09:02:20 09:03:00 1 AVAIL
        09:03:00 09:03:30 1 ACD IN split 1 held
        09:03:30 09:03:30 2 OTHER split 1
        09:03:30 09:03:50 1 AUX OUT split 1 reason 0 from 1 conference made
        09:03:50 09:04:00 1 ACD IN split 1
        ",
    );
}

#[test]
fn a_lost_link_ends_what_is_known_and_invents_neither_logout_nor_login() {
    check(
        "
        09:00:00 pump-up begins
        09:00:00 pump-up ends
        09:00:00 trace 1001 on
        09:00:00 trace 1002 on
        09:00:00 agent 1001 logs in 1
        09:00:00 agent 1002 logs in 1
        09:10:00 link down
        09:20:00 pump-up begins
        09:20:00 agent 1001 seen in 1 aux 3
        09:20:00 pump-up ends
        09:30:00 agent 1001 avail
        ",
        "
        09:00:00 09:00:00 1 LOGON
        09:00:00 09:00:00 1 LOGON
        09:00:00 09:10:00 1 OTHER
        09:00:00 09:10:00 1 OTHER
        09:20:00 09:30:00 1 AUX reason 3
        ",
    );
}

#[test]
fn a_clock_that_is_set_moves_the_state_under_way() {
    check(
        "
        09:00:00 trace 1001 on
        09:00:00 agent 1001 logs in 1
        09:00:00 agent 1001 avail
        10:00:10 clock was 09:00:10
        10:00:20 agent 1001 aux 1
        ",
        "
        09:00:00 09:00:00 1 LOGON
        09:00:00 09:00:00 2 OTHER
        10:00:00 10:00:20 1 AVAIL
        ",
    );
}

/// Two calls are at the agent, and nothing about the state changes when the second one comes.
#[test]
fn a_state_tells_of_the_call_with_which_it_began() {
    let told = tell(
        "
        09:00:00 trace 1001 on
        09:00:00 agent 1001 logs in 1
        09:00:00 agent 1001 avail
        09:01:00 call 7 rings 1001 personal
        09:01:00 call 7 identified from 5551
        09:01:05 call 7 answered 1001 personal
        09:02:00 call 7 held 1001
        09:02:00 call 8 rings 1001 personal
        09:02:00 call 8 identified from 5552
        09:02:10 call 7 identified from 5551 to 7000 ucid 00001000021795395600
        09:02:20 call 8 abandoned
        09:03:00 call 7 retrieved 1001
        09:30:00 heartbeat
        ",
    );
    let states = traced(&told);
    let held: Vec<&String> = states.iter().filter(|state| state.starts_with("09:02:00 09:03:00 1 OTHER")).collect();
    assert!(matches!(held[..], [held] if held.contains("ucid 00001000021795395600 from 5551")), "{states:?}");
}
