//! Trunks and trunk groups.

use catalog::Record;

use super::story::{check, moment};

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

#[test]
fn a_trunk_that_is_removed_is_out_of_service_no_more() {
    check(
        "
        09:00:00 there is trunk T1 of 9
        09:00:00 there is trunk T2 of 9
        09:00:00 rule trunk-group 9 maintenance-time limit 600
        09:05:00 trunk T2 busy
        09:06:00 there is no trunk T2
        09:10:00 call 1 trunk T1 of 9 in
        09:12:00 call 1 ended caller
        09:20:00 there is trunk T2 of 9
        09:25:00 call 2 trunk T1 of 9 in
        09:26:00 call 2 ended caller
        09:30:00 heartbeat
        ",
        "
        09:00 htkgrp 9: TRUNKS=2 MBUSYTIME=60 ALLINUSETIME=120
        09:00 htrunk T2,9: only MBUSYTIME=60
        ",
    );
}

/// What it does goes along with it: out of service it is so in the group that it comes to, and its call is the old group's.
#[test]
fn a_trunk_is_moved_whatever_it_does() {
    let told = check(
        "
        09:00:00 there is trunk T1 of 9
        09:00:00 there is trunk T2 of 9
        09:00:00 there is trunk T3 of 8
        09:00:00 there is trunk T4 of 8
        09:00:00 rule trunk-group 9 maintenance-time limit 300
        09:00:00 rule trunk-group 8 maintenance-time limit 300
        09:01:00 trunk T1 busy
        09:02:00 there is trunk T1 of 8
        09:08:00 trunk T1 back
        09:10:00 call 1 trunk T2 of 9 in
        09:11:00 there is trunk T2 of 8
        09:11:00 call 2 trunk T3 of 8 in
        09:11:00 call 3 trunk T4 of 8 in
        09:12:00 call 4 trunk T1 of 8 in
        09:13:00 call 1 ended caller
        09:14:00 call 4 ended caller
        09:15:00 call 3 ended caller
        09:15:00 call 2 ended caller
        09:15:00 there is trunk T4 of 9
        09:20:00 call 5 trunk T4 of 9 in
        09:22:00 call 5 ended caller
        09:30:00 heartbeat
        ",
        "
        09:00 htkgrp 9: TRUNKS=1 MBUSYTIME=60 ALLINUSETIME=180 INCALLS=2 I_INOCC=300
        09:00 htkgrp 8: TRUNKS=3 MBUSYTIME=360 ALLINUSETIME=60 INCALLS=3
        09:00 htrunk T1,8: MBUSYTIME=420 INCALLS=1
        ",
    );
    let exceptions: Vec<_> = told.records.iter().filter(|(_, record)| matches!(record, Record::Exception(_))).collect();
    assert_eq!(exceptions.len(), 1, "the time in group 8 alone reaches the limit: {exceptions:?}");
}

/// That a trunk goes leaves the others: while a call is still on it, it takes none of them.
#[test]
fn a_trunk_that_goes_in_a_call_leaves_the_others_free() {
    check(
        "
        09:00:00 there is trunk T1 of 9
        09:00:00 there is trunk T2 of 9
        09:01:00 call 1 trunk T1 of 9 in
        09:02:00 there is no trunk T1
        09:05:00 call 2 trunk T2 of 9 in
        09:06:00 call 2 ended caller
        09:10:00 call 1 ended caller
        09:30:00 heartbeat
        ",
        "09:00 htkgrp 9: TRUNKS=1 ALLINUSETIME=60 INCALLS=2 I_INOCC=600",
    );
}

/// None was free before, and none is afterwards: the group has been all busy from the beginning.
#[test]
fn a_group_that_loses_a_trunk_out_of_service_is_all_busy_as_long_as_it_was() {
    let told = check(
        "
        09:00:00 there is trunk T1 of 9
        09:00:00 there is trunk T2 of 9
        09:00:00 rule trunk-group 9 all-busy limit 300
        09:09:00 trunk T2 busy
        09:10:00 call 1 trunk T1 of 9 in
        09:12:00 there is no trunk T2
        09:16:00 call 1 ended caller
        09:30:00 heartbeat
        ",
        "09:00 htkgrp 9: TRUNKS=1 ALLINUSETIME=360 MBUSYTIME=180",
    );
    let at: Vec<_> = told.records.iter().filter(|(_, record)| matches!(record, Record::Exception(_))).collect();
    assert_eq!(at.iter().map(|(_, record)| record.at()).collect::<Vec<_>>(), [moment("09:15:00")]);
}
