//! Records of calls: one for each part, written when the last of them is over.

use catalog::{MaliciousRow, Record};
use model::SplitId;

use super::story::{Told, check, moment, settings, tell, tell_with};

const STAFF: &str = "
    09:00:00 pump-up begins
    09:00:00 pump-up ends
    09:00:00 agent 1001 logs in 1/2 2
    09:00:00 agent 1001 avail
    09:00:00 agent 1002 logs in 1 2
    09:00:00 agent 1002 aux 3
";

#[track_caller]
fn check_records(story: &str, records: &str) -> Told {
    let told = check(&format!("{STAFF}{story}"), "");
    told.expect_records(records);
    told
}

#[test]
fn an_answered_call_from_seizure_to_after_call_work() {
    check_records(
        "
        09:01:00 call 7 trunk T1 of 9 in
        09:01:00 call 7 identified from 5551234 line 3 to 5000 ucid 00001000071795395660 uui hello
        09:01:00 call 7 vdn 5000
        09:01:00 call 7 vector 10
        09:01:05 call 7 vector 11 routed
        09:01:05 call 7 identified from 5551234 line 3 to 5000 entered 42 ucid 00001000071795395660 uui hello
        09:01:10 call 7 queues 1 high
        09:01:30 call 7 rings 1001 for 1
        09:01:34 call 7 answered 1001 for 1
        09:02:00 call 7 held 1001
        09:02:10 call 7 retrieved 1001
        09:02:15 call 7 held 1001
        09:02:20 call 7 retrieved 1001
        09:02:30 call 7 code 11 1001
        09:02:31 call 7 stroke 3 1001
        09:02:32 call 7 stroke 3 1001
        09:02:33 call 7 assist 1001
        09:02:34 call 7 audio 1001
        09:02:35 call 7 malicious 1001
        09:02:40 call 7 ended agent
        09:02:40 agent 1001 acw 7
        09:02:50 call 7 code 12 1001
        09:03:10 agent 1001 avail
        ",
        "
        7.1: SEGSTART_UTC=09:01:00 SEGSTOP_UTC=09:03:10 ROW_TIME=903 DISPOSITION=2 DISPTIME=34 QUEUETIME=20 RINGTIME=4 TALKTIME=51 ANSHOLDTIME=15 ACWTIME=30 DURATION=100 DISPSPLIT=1 SPLIT1=1 SPLIT2= DISPPRIORITY=5 DISPSKLEVEL=2 DISPVDN=5000 FIRSTVDN=5000 VDN2= FIRSTIVECTOR=10 DISPIVECTOR=11 ANSLOGIN=1001 ANSREASON=0 ORIGLOGIN= TKGRP=9 EQLOC=T1 HELD=2 AGT_RELEASED=1 ASSIST=1 AUDIO=1 MALICIOUS=1 CONFERENCE=0 TRANSFERRED=0 DA_QUEUED=0 HOLDABN=0 CWC1=11 CWC2=12 CWC3= LASTCWC=12 EVENT3=2 EVENT4=0 UCID=00001000071795395660 CALLING_PTY=5551234 CALLING_II=03 DIALED_NUM=5000 LASTDIGITS=42 ASAI_UUI=hello UUI_LEN=5 CONSULTTIME=0 ORIGHOLDTIME=0
        ",
    );
}

#[test]
fn calls_that_nobody_answers() {
    check_records(
        "
        09:01:00 call 1 trunk T1 of 9 in
        09:01:00 call 1 vdn 5000
        09:01:00 call 1 vector 10
        09:01:20 call 1 abandoned
        09:02:00 call 2 vdn 5000
        09:02:00 call 2 queues 1
        09:02:10 call 2 queues 2 top
        09:02:30 call 2 abandoned
        09:03:00 call 3 queues 1
        09:03:10 call 3 queues 2
        09:03:15 call 3 rings 1001 for 2
        09:03:25 call 3 abandoned
        09:04:00 call 4 queues 2
        09:04:10 call 4 busy
        09:05:00 call 5 vdn 5000
        09:05:10 call 5 disconnected by timer
        09:06:00 call 6 queues 1
        09:06:12 call 6 flows off
        09:06:30 call 6 ended caller
        09:07:00 call 7 vdn 5000
        09:07:03 call 7 flows out
        09:07:10 call 7 ended caller
        09:08:00 call 8 vdn 5000
        09:08:05 call 8 connected 4444
        09:08:45 call 8 ended caller
        09:09:00 call 9 trunk T1 of 9 in
        09:09:01 call 9 ended caller
        ",
        "
        1.1: DISPOSITION=3 DISPTIME=20 DURATION=20 QUEUETIME=0 DISPSPLIT= DISPPRIORITY=0 DISPVDN=5000 DISPIVECTOR=10 TKGRP=9 ANSLOGIN=
        2.1: DISPOSITION=3 DISPTIME=30 DURATION=30 QUEUETIME=30 DISPSPLIT=1 DISPPRIORITY=4 SPLIT1=1 SPLIT2=2
        3.1: DISPOSITION=3 DISPTIME=25 DURATION=25 QUEUETIME=15 RINGTIME=10 DISPSPLIT=2 ANSLOGIN=1001 TALKTIME=0
        4.1: DISPOSITION=5 DISPTIME=10 DURATION=10 DISPSPLIT=2
        5.1: DISPOSITION=6 DISPTIME=10 DURATION=10 DISPSPLIT=
        6.1: DISPOSITION=4 DISPTIME=12 DURATION=30 DISPSPLIT=1
        7.1: DISPOSITION=7 DISPTIME=3 DURATION=10
        8.1: DISPOSITION=1 DISPTIME=5 DURATION=45 TALKTIME=0
        9.1: DISPOSITION=7 DISPTIME=0 DURATION=1 TKGRP=9
        ",
    );
}

#[test]
fn queued_again_and_from_vdn_to_vdn_it_is_one_part() {
    check_records(
        "
        09:01:00 call 7 vdn 5000
        09:01:00 call 7 queues 1
        09:01:00 call 7 rings 1001 for 1
        09:01:20 call 7 redirected 1001
        09:01:20 call 7 queues 1 top
        09:01:30 call 7 leaves queue 1
        09:01:30 call 7 vdn 5001 routed
        09:01:40 call 7 queues 2
        09:01:50 call 7 rings 1001 for 2
        09:01:55 call 7 answered 1001 for 2
        09:02:55 call 7 ended caller
        09:30:00 heartbeat
        ",
        "7.1: DISPOSITION=2 DISPTIME=55 QUEUETIME=20 RINGTIME=25 TALKTIME=60 DURATION=115 SPLIT1=1 SPLIT2=2 DISPSPLIT=2 FIRSTVDN=5000 VDN2=5001 DISPVDN=5001 DISPSKLEVEL=1 DISPPRIORITY=4",
    );
}

/// The consultation is a part of its own; both parts last as long as the caller's trunk.
#[test]
fn an_attended_transfer() {
    check_records(
        "
        09:00:30 agent 1002 avail
        09:01:00 call 7 trunk T1 of 9 in
        09:01:00 call 7 identified from 5551234 to 5000
        09:01:00 call 7 vdn 5000
        09:01:00 call 7 queues 1
        09:01:10 call 7 answered 1001 for 1
        09:02:00 call 7 held 1001
        09:02:00 call 8 dialed 1001
        09:02:01 call 8 digits 5001 1001
        09:02:02 call 8 vdn 5001
        09:02:05 call 8 queues 2
        09:02:05 call 8 rings 1002 for 2
        09:02:10 call 8 answered 1002 for 2
        09:02:30 call 7 transferred 1001 to 8
        09:02:30 agent 1001 acw 7
        09:02:50 agent 1001 avail
        09:03:10 call 8 ended caller
        09:03:10 agent 1002 acw 8
        09:03:40 agent 1002 avail
        ",
        "
        7.1: SEGSTART_UTC=09:01:00 SEGSTOP_UTC=09:03:40 DISPOSITION=2 DISPTIME=10 TALKTIME=50 ANSHOLDTIME=30 ACWTIME=20 DURATION=130 TRANSFERRED=1 AGT_RELEASED=1 HELD=1 ANSLOGIN=1001 TKGRP=9 FIRSTVDN=5000 CALLING_PTY=5551234
        7.2: SEGSTART_UTC=09:02:00 SEGSTOP_UTC=09:03:40 DISPOSITION=2 DISPTIME=10 QUEUETIME=0 RINGTIME=5 TALKTIME=60 CONSULTTIME=30 ACWTIME=30 DURATION=70 TRANSFERRED=0 ANSLOGIN=1002 ORIGLOGIN=1001 TKGRP= FIRSTVDN=5001 DIALED_NUM=5001 CALLING_PTY=1 DISPSPLIT=2
        ",
    );
}

#[test]
fn a_blind_transfer_goes_on_as_a_part_of_the_agents_making() {
    check_records(
        "
        09:01:00 call 7 trunk T1 of 9 in
        09:01:00 call 7 queues 1
        09:01:10 call 7 answered 1001 for 1
        09:02:00 call 7 transferred 1001
        09:02:00 call 7 vdn 5001 routed
        09:02:20 call 7 queues 2
        09:02:50 call 7 abandoned
        09:05:00 call 8 queues 1
        09:05:00 call 8 answered 1001 for 1
        09:06:00 call 8 transferred 1001
        09:06:00 call 8 flows off
        09:07:00 call 8 ended caller
        ",
        "
        7.1: DISPOSITION=2 DISPTIME=10 TALKTIME=50 DURATION=110 TRANSFERRED=1 FIRSTVDN= SPLIT1=1
        7.2: SEGSTART_UTC=09:02:00 DISPOSITION=3 DISPTIME=50 QUEUETIME=30 DURATION=50 DISPSPLIT=2 SPLIT1=2 FIRSTVDN=5001 ORIGLOGIN=1001 TKGRP=
        8.1: DISPOSITION=2 TALKTIME=60 DURATION=120 TRANSFERRED=1
        8.2: DISPOSITION=4 DISPTIME=0 DURATION=60 DISPSPLIT=1 ORIGLOGIN=1001
        ",
    );
}

#[test]
fn conferences_with_a_consultation_and_on_the_very_call() {
    check_records(
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
        09:05:00 call 9 queues 1
        09:05:00 call 9 answered 1001 for 1
        09:06:00 call 9 rings 1002 personal
        09:06:10 call 9 answered 1002 personal
        09:06:10 call 9 conferenced 1001
        09:07:00 call 9 ended agent
        09:30:00 heartbeat
        ",
        "
        7.1: DISPOSITION=2 TALKTIME=90 ANSHOLDTIME=30 DURATION=180 CONFERENCE=1 ANSLOGIN=1001
        7.2: SEGSTART_UTC=09:02:00 DISPOSITION=1 DISPTIME=0 RINGTIME=0 TALKTIME=110 CONSULTTIME=30 DURATION=120 ANSLOGIN=1002 ORIGLOGIN=1001 CONFERENCE=0
        9.1: DISPOSITION=2 TALKTIME=120 DURATION=120 CONFERENCE=1
        9.2: SEGSTART_UTC=09:06:00 DISPOSITION=1 DISPTIME=0 TALKTIME=50 DURATION=60 ANSLOGIN=1002 ORIGLOGIN=1001
        ",
    );
}

#[test]
fn extension_calls_of_agents() {
    check_records(
        "
        09:01:00 agent 1001 aux 4
        09:01:00 call 1 rings 1001 personal
        09:01:07 call 1 answered 1001 personal
        09:02:00 call 1 ended caller
        09:03:00 call 2 dialed 1001 off
        09:03:02 call 2 digits 0301234 1001
        09:03:05 call 2 trunk T1 of 9 out
        09:03:12 call 2 far end answers
        09:03:20 call 2 held 1001
        09:03:30 call 2 retrieved 1001
        09:04:00 call 2 ended agent
        09:05:00 call 3 dialed 1001
        09:05:00 call 3 rings 1002 personal
        09:05:04 call 3 answered 1002 personal
        09:06:00 call 3 ended agent
        09:07:00 call 4 rings 1001 direct 2
        09:07:05 call 4 answered 1001 direct 2
        09:08:00 call 4 ended caller
        09:09:00 call 5 rings 1001 direct 2
        09:09:05 call 5 abandoned
        09:30:00 heartbeat
        ",
        "
        1.1: DISPOSITION=1 DISPTIME=0 RINGTIME=0 TALKTIME=53 DURATION=60 ANSLOGIN=1001 ANSREASON=4 DISPSPLIT=1 SPLIT1=
        2.1: DISPOSITION=7 DISPTIME=0 TALKTIME=0 CONSULTTIME=50 ORIGHOLDTIME=10 DURATION=60 ORIGLOGIN=1001 ORIGREASON=4 ANSLOGIN= DISPSPLIT=1 SPLIT1= TKGRP=9 EQLOC=T1 DIALED_NUM=0301234 CALLING_PTY=1 HELD=0 AGT_RELEASED=0
        3.1: DISPOSITION=1 DISPTIME=0 TALKTIME=56 CONSULTTIME=60 DURATION=60 ORIGLOGIN=1001 ANSLOGIN=1002 ORIGREASON=4 ANSREASON=3
        4.1: DISPOSITION=2 DA_QUEUED=1 DISPSPLIT=2 DISPSKLEVEL=1 RINGTIME=5 TALKTIME=55
        5.1: DISPOSITION=3 DISPTIME=5 RINGTIME=5 DA_QUEUED=1 DISPSPLIT=2 ANSLOGIN=1001
        ",
    );
}

/// Only a way by a VDN or a queue is a wait for somebody.
#[test]
fn an_extension_that_is_called_directly_is_not_waited_for() {
    check_records(
        "
        09:01:00 call 1 rings 1001 personal
        09:01:07 call 1 answered 1001 personal
        09:02:00 call 1 ended caller
        09:03:00 call 2 vdn 5000
        09:03:05 call 2 rings 1001 personal
        09:03:09 call 2 answered 1001 personal
        09:04:00 call 2 ended caller
        09:05:00 call 3 rings 1001 direct 2
        09:05:04 call 3 redirected 1001
        09:05:06 call 3 rings 1001 personal
        09:05:10 call 3 answered 1001 personal
        09:06:00 call 3 ended caller
        ",
        "
        1.1: DISPOSITION=1 DISPTIME=0 TALKTIME=53 DURATION=60
        2.1: DISPOSITION=1 DISPTIME=9 TALKTIME=51 DURATION=60
        3.1: DISPOSITION=1 DISPTIME=4 RINGTIME=4 TALKTIME=50 DURATION=60
        ",
    );
}

#[test]
fn phantoms_are_abandoned() {
    let settings = crate::Settings { phantom_abandon_secs: 5, ..settings() };
    let story = "
        09:01:00 call 7 queues 1
        09:01:10 call 7 answered 1001 for 1
        09:01:13 call 7 ended caller
        09:02:00 heartbeat
    ";
    tell_with(settings, &format!("{STAFF}{story}"))
        .expect_records("7.1: DISPOSITION=3 DISPTIME=13 DURATION=13 TALKTIME=0 QUEUETIME=10 DISPSPLIT=1 ANSLOGIN=1001");
}

/// What a call was before a pump-up is not known: no record claims to know it. What it becomes later is.
#[test]
fn calls_that_began_unseen_leave_records_of_what_was_seen() {
    let told = check(
        "
        09:00:00 agent 1001 logs in 1
        09:00:00 agent 1001 avail
        09:05:00 call 6 queues 1
        09:05:05 call 6 answered 1001 for 1
        09:10:00 link down
        09:15:00 pump-up begins
        09:15:00 agent 1001 seen in 1 avail
        09:15:00 call 6 seen since 09:05:00 talking 1001 for 1
        09:15:00 call 7 seen since 09:14:00 waiting 1
        09:15:00 pump-up ends
        09:16:00 call 7 abandoned
        09:20:00 call 6 transferred 1001
        09:20:00 call 6 vdn 5001 routed
        09:20:05 call 6 queues 1
        09:20:10 call 6 answered 1001 for 1
        09:21:00 call 6 ended caller
        09:30:00 heartbeat
        ",
        "09:00 hsplit 1: ABNCALLS=1 ACDCALLS=1",
    );
    told.expect_records(
        "6.1: SEGSTART_UTC=09:20:00 DISPOSITION=2 DISPTIME=10 TALKTIME=50 FIRSTVDN=5001 ORIGLOGIN=1001",
    );
}

#[test]
fn ten_vdns_and_four_queues_are_more_than_a_record_has_room_for() {
    let vdns: String = (1..=10).map(|n| format!("09:01:{n:02} call 7 vdn 500{n} routed\n")).collect();
    let queues: String =
        (1..=4).map(|n| format!("09:02:{n}0 call 7 queues {n}\n09:02:{n}5 call 7 leaves queue {n}\n")).collect();
    let told = tell(&format!("{vdns}{queues}09:03:00 call 7 abandoned"));
    told.expect_records(
        "7.1: FIRSTVDN=5001 VDN2=5002 VDN9=5009 DISPVDN=50010 SPLIT1=1 SPLIT2=2 SPLIT3=3 DISPSPLIT= QUEUETIME=20 DISPTIME=119",
    );
}

#[test]
fn a_call_back_from_a_vdn_return_is_a_further_part() {
    check_records(
        "
        09:01:00 call 7 vdn 5000
        09:01:00 call 7 queues 1
        09:01:10 call 7 answered 1001 for 1
        09:02:10 call 7 left by 1001
        09:02:10 agent 1001 acw 7
        09:02:10 call 7 vdn 5000 returned
        09:02:20 call 7 queues 2
        09:02:30 agent 1001 avail
        09:02:40 call 7 abandoned
        ",
        "
        7.1: DISPOSITION=2 DISPTIME=10 TALKTIME=60 ACWTIME=20 DURATION=100 AGT_RELEASED=1
        7.2: SEGSTART_UTC=09:02:10 DISPOSITION=3 DISPTIME=30 QUEUETIME=20 DURATION=30 DISPSPLIT=2 ORIGLOGIN=
        ",
    );
}

#[test]
fn malicious_calls_are_traced_at_once_and_later() {
    let told = check_records(
        "
        09:01:00 call 7 trunk T1 of 9 in
        09:01:00 call 7 vdn 5000
        09:01:00 call 7 queues 1
        09:01:00 call 7 rings 1001 for 1
        09:01:10 call 7 answered 1001 for 1
        09:01:30 call 7 malicious 1001
        09:02:00 call 7 ended caller
        09:02:00 agent 1001 acw 7
        09:02:05 call 7 malicious 1001
        09:02:10 agent 1001 avail
        09:02:30 call 7 malicious 1001
        ",
        "7.1: MALICIOUS=1 DISPOSITION=2 ACWTIME=10",
    );
    let traces = told.records.iter().filter_map(|(_, record)| match record {
        Record::Malicious(row) => Some(*row),
        _ => None,
    });
    let traces: Vec<_> = traces.collect();
    assert_eq!(traces.iter().map(|row| row.at).collect::<Vec<_>>(), ["09:01:30", "09:02:05", "09:02:30"].map(moment));
    for row in &traces {
        assert_eq!((row.agent.as_str(), row.split), ("1001", Some(SplitId(1))));
        assert_eq!(row.extension.map(|extension| extension.to_string()).as_deref(), Some("1"));
    }
    let where_to = |row: &MaliciousRow| {
        (row.trunk_group.map(|group| group.0), row.trunk.map(|trunk| trunk.to_string()), row.vdn.map(|v| v.to_string()))
    };
    assert_eq!(where_to(&traces[0]), (Some(9), Some("T1".to_owned()), Some("5000".to_owned())));
    assert_eq!(where_to(&traces[1]), where_to(&traces[0]));
    assert_eq!(where_to(&traces[2]), (None, None, None));
}

#[test]
fn identities_of_calls_that_are_not_known_are_passed_over() {
    let told = tell("09:01:00 call 7 identified from 5551\n09:02:00 call 8 rings 1001 personal");
    assert!(told.intervals.is_empty() && told.records.is_empty());
    assert_eq!(told.anomalies.iter().filter(|anomaly| anomaly.text.contains("identity")).count(), 1);
    told.expect_records("");
}
