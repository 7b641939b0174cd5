//! Trunks and trunk groups.

use super::story::check;

#[test]
fn incoming_calls_by_outcome() {
    check(
        "
        09:00:00 there is trunk T1 of 9
        09:00:00 there is trunk T2 of 9
        09:01:00 call 1 trunk T1 of 9 in
        09:01:01 call 1 ended caller
        09:02:00 call 2 trunk T1 of 9 in
        09:02:00 call 2 vdn 5000
        09:02:00 call 2 vector 10
        09:02:30 call 2 abandoned
        09:03:00 call 3 trunk T1 of 9 in
        09:03:00 call 3 vdn 5000
        09:03:00 call 3 vector 10
        09:03:10 call 3 queues 1
        09:03:30 call 3 abandoned
        09:04:00 call 4 trunk T1 of 9 in
        09:04:00 call 4 vdn 5000
        09:04:00 call 4 vector 10
        09:04:10 call 4 busy
        09:05:00 call 5 trunk T1 of 9 in
        09:05:10 call 5 connected 4444
        09:05:30 call 5 ended caller
        09:30:00 heartbeat
        ",
        "
        09:00 htkgrp 9: only TRUNKS=2 INCALLS=5 INTIME=101 I_INOCC=101 ABNCALLS=2 ABNVECCALLS=2 ABNQUECALLS=1 OTHERCALLS=3 BUSYCALLS=1 CONNECTCALLS=1 SHORTCALLS=1
        09:00 htrunk T1,9: only INCALLS=5 INTIME=101 I_INOCC=101 ABNCALLS=2 OTHERCALLS=3 SHORTCALLS=1
        09:00 hvdn 5000,10: INCALLS=3 ABNCALLS=2 ABNTIME=60 ABNQUECALLS=1 BUSYCALLS=1 BUSYTIME=10 INTIME=70 OTHERCALLS=1
        09:00 hvector 10: INCALLS=3 ABNCALLS=2 ABNQUECALLS=1 BUSYCALLS=1 INTIME=70
        ",
    );
}

#[test]
fn outgoing_calls_and_their_setup() {
    check(
        "
        09:00:00 agent 1001 logs in 1
        09:00:00 agent 1001 aux 2
        09:01:00 call 1 dialed 1001 off
        09:01:00 call 1 trunk T1 of 9 out
        09:01:12 call 1 far end answers
        09:02:00 call 1 ended agent
        09:03:00 call 2 dialed 1001 off
        09:03:00 call 2 trunk T1 of 9 out
        09:03:20 call 2 ended agent
        09:30:00 heartbeat
        ",
        "
        09:00 htkgrp 9: only OUTCALLS=2 OUTTIME=80 I_OUTOCC=80 SETUPTIME=32 COMPLETED=1 O_OTHERCALLS=2
        09:00 htrunk T1,9: only OUTCALLS=2 OUTTIME=80 I_OUTOCC=80 O_OTHERCALLS=2
        ",
    );
}

#[test]
fn predictive_calls_are_outgoing_and_answered() {
    check(
        "
        09:00:00 agent 1001 logs in 1
        09:00:00 agent 1001 avail
        09:01:00 call 1 trunk T1 of 9 out
        09:01:05 call 1 far end answers
        09:01:05 call 1 queues 1
        09:01:08 call 1 answered 1001 for 1
        09:02:08 call 1 ended caller
        09:30:00 heartbeat
        ",
        "
        09:00 hsplit 1: ACDCALLS=1 O_ACDCALLS=1 O_ACDTIME=60
        09:00 htkgrp 9: OUTCALLS=1 O_ACDCALLS=1 COMPLETED=1 SETUPTIME=5
        ",
    );
}

#[test]
fn all_in_use_and_maintenance() {
    check(
        "
        09:00:00 there is trunk T1 of 9
        09:00:00 there is trunk T2 of 9
        09:01:00 trunk T2 busy
        09:02:00 call 1 trunk T1 of 9 in
        09:03:00 call 1 ended caller
        09:04:00 trunk T2 back
        09:30:00 heartbeat
        ",
        "
        09:00 htkgrp 9: MBUSYTIME=180 ALLINUSETIME=60 I_INOCC=60
        09:00 htrunk T2,9: only MBUSYTIME=180
        ",
    );
}
