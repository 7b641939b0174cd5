//! The link lost and found again.

use model::NameKind;

use super::story::{Told, check, moment, settings, tell, tell_with};
use crate::Settings;

#[test]
fn the_first_pump_up_starts_the_collection() {
    let told = check(
        "
        09:00:00 pump-up begins
        09:00:00 agent 1001 seen in 1 since 08:00:00 avail
        09:00:00 pump-up ends
        09:20:00 agent 1001 logs out
        09:30:00 heartbeat
        ",
        "09:00 hagent 1,1001,1: TI_STAFFTIME=1200 I_AVAILTIME=1200 INCOMPLETE=0",
    );
    assert_eq!((told.links[0].reason, told.links[0].duration_secs), (91, 0));
    assert!(told.logins[0].seen_at_pump_up);
    assert_eq!(told.logins[0].login, moment("08:00:00"));
}

/// Whatever time it bears, what it tells takes the place of what was known.
#[test]
fn a_pump_up_of_an_impossible_time_forgets_what_was_known() {
    let told = tell(
        "
        09:00:00 agent 1001 logs in 1
        09:00:00 agent 1001 avail
        09:05:00 call 7 queues 1
        3000000:00:00 pump-up begins
        09:15:00 agent 1002 seen in 1 avail
        09:15:00 pump-up ends
        09:30:00 heartbeat
        ",
    );
    told.expect("09:00 hsplit 1: I_STAFFTIME=1200");
    assert_eq!(told.logins.iter().map(|row| row.logid.as_str()).collect::<Vec<_>>(), ["1001"]);
    assert!(told.intervals[0].incomplete);
}

/// All of the call was heard; only how much after-call work was still to come was not.
#[test]
fn a_call_with_after_call_work_counts_when_the_link_is_lost() {
    check(
        "
        09:00:00 agent 1001 logs in 1
        09:00:00 agent 1001 avail
        09:05:00 call 7 queues 1
        09:05:05 call 7 answered 1001 for 1
        09:06:05 agent 1001 acw 7
        09:06:05 call 7 ended caller
        09:06:25 link down
        09:15:00 pump-up begins
        09:15:00 agent 1001 seen in 1 acw 7
        09:15:00 pump-up ends
        09:16:00 agent 1001 avail
        09:30:00 heartbeat
        ",
        "
        09:00 hsplit 1: ACDCALLS=1 ACDTIME=60 ACWTIME=20 CALLSOFFERED=1 INCOMPLETE=1
        09:00 hagent 1,1001,1: ACDCALLS=1 ACDTIME=60 ACWTIME=20
        ",
    );
}

#[test]
fn a_loss_stops_time_and_forgets_calls() {
    let told = check(
        "
        09:00:00 agent 1001 logs in 1
        09:00:00 agent 1001 avail
        09:00:00 agent 1002 logs in 1
        09:00:00 agent 1002 avail
        09:05:00 call 7 trunk T1 of 9 in
        09:05:00 call 7 queues 1
        09:05:05 call 7 answered 1001 for 1
        09:10:00 link down
        09:15:00 pump-up begins
        09:15:00 agent 1001 seen in 1 avail
        09:15:00 pump-up ends
        09:30:00 heartbeat
        10:00:00 heartbeat
        ",
        "
        09:00 hagent 1,1001,1: TI_STAFFTIME=1500 I_ACDTIME=295 ACDCALLS=0 INCOMPLETE=1
        09:00 hagent 1,1002,2: TI_STAFFTIME=600 INCOMPLETE=1
        09:00 hsplit 1: CALLSOFFERED=0 I_ARRIVED=1 INCOMPLETE=1
        09:00 htkgrp 9: INCALLS=0 I_INOCC=300 INCOMPLETE=1
        09:30 hagent 1,1001,1: TI_STAFFTIME=1800 INCOMPLETE=0
        09:30 hagent 1,1002,2: TI_STAFFTIME=0
        ",
    );
    assert_eq!((told.links[0].at, told.links[0].reason, told.links[0].duration_secs), (moment("09:10:00"), 97, 300));
    let lost = &told.logins[0];
    assert!(lost.lost_at_link_down);
    assert_eq!((lost.logid.as_str(), lost.logout), ("1002", moment("09:10:00")));
    assert_eq!(told.logins.len(), 1, "the session of agent 1001 goes on");
}

#[test]
fn a_session_begun_anew_meanwhile_is_another_one() {
    let told = check(
        "
        09:00:00 agent 1001 logs in 1
        09:10:00 link down
        09:15:00 pump-up begins
        09:15:00 agent 1001 seen in 1 since 09:12:00 avail
        09:15:00 pump-up ends
        09:20:00 agent 1001 logs out
        ",
        "",
    );
    let flags: Vec<_> = told.logins.iter().map(|row| (row.login, row.seen_at_pump_up, row.lost_at_link_down)).collect();
    assert_eq!(flags, [(moment("09:00:00"), false, true), (moment("09:12:00"), true, false)]);
}

#[test]
fn intervals_are_incomplete_until_what_began_unseen_is_over() {
    let told = check(
        "
        09:00:00 agent 1001 logs in 1
        09:10:00 link down
        09:15:00 pump-up begins
        09:15:00 agent 1001 seen in 1 avail
        09:15:00 call 7 seen since 09:11:00 talking 1001 for 1
        09:15:00 pump-up ends
        09:50:00 call 7 ended caller
        09:50:00 agent 1001 acw 7
        10:10:00 agent 1001 avail
        11:30:00 heartbeat
        ",
        "
        09:30 hagent 1,1001,1: I_ACDTIME=1200 I_ACWTIME=600 ACDCALLS=0
        10:00 hagent 1,1001,1: ACDCALLS=0 ACWTIME=0
        ",
    );
    assert_eq!(told.intervals.iter().map(|rows| rows.incomplete).collect::<Vec<_>>(), [true, true, true, false, false]);
}

/// The records of a call are one: they are written when its last after-call work is over, and lack what was not seen. So does the
/// interval in which that is, although all of its counts are right: another server has more.
#[test]
fn intervals_are_incomplete_until_the_records_of_what_began_unseen_are_written() {
    let told = check(
        "
        09:00:00 agent 1001 logs in 1
        09:00:00 agent 1002 logs in 1
        09:10:00 link down
        09:15:00 pump-up begins
        09:15:00 agent 1001 seen in 1 avail
        09:15:00 agent 1002 seen in 1 avail
        09:15:00 call 6 seen since 09:05:00 talking 1001 for 1
        09:15:00 pump-up ends
        09:20:00 call 6 transferred 1001
        09:20:00 call 6 vdn 5001 routed
        09:20:05 call 6 queues 1
        09:20:10 call 6 answered 1002 for 1
        09:20:15 agent 1001 avail
        09:59:50 call 6 ended caller
        09:59:50 agent 1002 acw 6
        10:00:17 agent 1002 avail
        11:00:00 heartbeat
        ",
        "10:00 hagent 1,1002,2: ACDCALLS=1 ACWTIME=27",
    );
    assert_eq!(told.records.len(), 1);
    assert_eq!(told.intervals.iter().map(|rows| rows.incomplete).collect::<Vec<_>>(), [true, true, true, false]);
}

#[test]
fn a_call_seen_waiting_is_credited_when_answered() {
    check(
        "
        09:00:00 agent 1001 logs in 1
        09:10:00 link down
        09:15:00 pump-up begins
        09:15:00 agent 1001 seen in 1 avail
        09:15:00 call 7 seen since 09:14:00 waiting 1
        09:15:00 pump-up ends
        09:15:30 call 7 answered 1001 for 1
        09:16:30 call 7 ended caller
        09:30:00 heartbeat
        ",
        "09:00 hsplit 1: ACDCALLS=1 ANSTIME=90 CALLSOFFERED=1 INCOMPLETE=1",
    );
}

/// A snapshot tells a held call as talking. That it is retrieved is then nothing impossible, once; a second time it is.
#[test]
fn a_call_that_was_held_when_the_snapshot_was_told_is_retrieved() {
    let story = "
        09:00:00 agent 1001 logs in 1
        09:10:00 link down
        09:15:00 pump-up begins
        09:15:00 agent 1001 seen in 1 avail
        09:15:00 call 7 seen since 09:11:00 talking 1001 for 1
        09:15:00 call 8 seen since 09:13:00 talking 1001 personal
        09:15:00 pump-up ends
        09:20:00 call 8 ended agent
        09:20:00 call 7 retrieved 1001
        09:25:00 call 7 held 1001
        09:26:00 call 7 retrieved 1001
        ";
    let rest = "
        09:30:00 call 7 ended caller
        10:30:00 heartbeat
        ";
    let told = check(&format!("{story}{rest}"), "09:00 hsplit 1: ACDCALLS=0 HOLDTIME=0 HOLDCALLS=0 INCOMPLETE=1");
    assert_eq!(told.intervals.iter().map(|rows| rows.incomplete).collect::<Vec<_>>(), [true, true, false]);
    let twice = tell(&format!("{story}        09:27:00 call 7 retrieved 1001\n{rest}"));
    assert_eq!(twice.anomalies.len(), 1);
    assert!(twice.anomalies[0].text.contains("call 7 at agent 1001 is not Held"), "{:?}", twice.anomalies);
}

#[test]
fn intervals_without_any_data_are_not_told() {
    let told = check(
        "
        09:00:00 agent 1001 logs in 1
        09:10:00 link down
        12:10:00 pump-up begins
        12:10:00 pump-up ends
        13:00:00 heartbeat
        ",
        "",
    );
    let starts: Vec<_> = told.intervals.iter().map(|rows| (rows.interval.start, rows.incomplete)).collect();
    assert_eq!(starts, [(moment("09:00:00"), true), (moment("12:00:00"), true), (moment("12:30:00"), false)]);
}

#[test]
fn a_pump_up_out_of_the_blue_is_a_loss_since_the_last_event() {
    let told = check(
        "
        09:00:00 agent 1001 logs in 1
        09:00:00 agent 1001 avail
        09:10:00 heartbeat
        09:40:00 pump-up begins
        09:40:00 agent 1001 seen in 1 avail
        09:40:00 pump-up ends
        10:00:00 heartbeat
        ",
        "
        09:00 hagent 1,1001,1: TI_STAFFTIME=600 INCOMPLETE=1
        09:30 hagent 1,1001,1: TI_STAFFTIME=1200 INCOMPLETE=1
        ",
    );
    assert_eq!((told.links[0].at, told.links[0].duration_secs), (moment("09:10:00"), 1800));
}

/// Two servers: one hears that things are taken out of the translations, the link of the other is down meanwhile.
#[test]
fn what_a_pump_up_does_not_name_is_gone() {
    let before = "
        09:00:00 there is split 1 Sales
        09:00:00 there is split 2 Old level 45
        09:00:00 there is vdn 5000 Hotline vector 10 level 45
        09:00:00 there is trunk U1 of 9
        09:00:00 there is trunk U2 of 9
        09:00:00 there is aux reason 3 Lunch
        09:00:00 there is work code 7 Sold
        09:00:00 rule agent 1 aux-reason
        09:00:00 rule agent 1 work-code
        09:00:00 rule trunk-group 9 all-busy limit 60
        09:00:00 agent 1001 logs in 1
        09:00:00 agent 1001 avail
        ";
    let heard = "
        09:12:00 there is no trunk U2
        09:12:00 there is no split 2
        09:12:00 there is no vdn 5000
        09:12:00 there is no aux reason 3
        09:12:00 there is no work code 7
        ";
    let away = "
        09:10:00 link down
        09:11:00 pump-up begins
        09:11:00 there is split 1 Sales
        09:11:00 there is split 2 Old level 45
        09:11:00 there is trunk U2 of 9
        09:11:00 there is work code 7 Sold
        09:11:00 link down
        09:13:00 pump-up begins
        09:13:00 there is trunk U1 of 9
        09:13:00 there is split 1 Sales
        09:13:00 agent 1001 seen in 1 since 09:00:00 avail
        09:13:00 pump-up ends
        ";
    let after = "
        10:00:00 call 1 trunk U1 of 9 in
        10:00:00 call 1 vdn 5000
        10:00:00 call 1 queues 1
        10:00:30 call 1 answered 1001 for 1
        10:00:40 call 1 code 7 1001
        10:10:00 call 1 ended caller
        10:10:00 agent 1001 aux 3
        10:12:00 call 2 vdn 5000
        10:12:00 call 2 queues 2
        10:12:30 call 2 abandoned
        10:30:00 heartbeat
        ";
    let up = check(
        &format!("{before}{heard}{after}"),
        "10:00 htkgrp 9: TRUNKS=1 ALLINUSETIME=600\n10:00 hsplit 2: ABNCALLS=1 SLVLABNS=0",
    );
    let mut back = tell(&format!("{before}{away}"));
    back.collector = postcard::from_bytes(&postcard::to_stdvec(&back.collector).unwrap()).unwrap();
    back.go_on(after);
    let whole = |told: &Told| {
        let whole: Vec<_> =
            told.intervals.iter().filter(|rows| !rows.incomplete).map(|rows| rows.canonical()).collect();
        let lunch = moment("09:59:59");
        let records: Vec<_> =
            told.records.iter().filter(|(_, record)| record.at() > lunch).map(|(_, record)| record.clone()).collect();
        (whole, records, told.collector.dictionary().clone())
    };
    assert_eq!(whole(&back).0.last(), whole(&up).0.last());
    assert_eq!(whole(&back).1, whole(&up).1);
    assert_eq!(whole(&back).2, whole(&up).2);
    assert_eq!(whole(&up).1.len(), 5, "two call records and three exceptions: {:?}", whole(&up).1);
}

/// A time that a switch left out, or made wrongly, is no wait of fifty years: none is counted before the pump-up.
#[test]
fn a_call_that_is_seen_since_an_impossible_time_counts_from_the_pump_up() {
    for since in ["-499000:00:00", "-400:00:00", "99:00:00"] {
        let told = tell(&format!(
            "
            09:00:00 pump-up begins
            09:00:00 agent 1001 seen in 1 since {since} avail
            09:00:00 call 1 seen since {since} waiting 1
            09:00:00 call 2 seen since {since} waiting 1
            09:00:00 pump-up ends
            09:01:00 call 1 abandoned
            09:01:00 call 2 rings 1001 for 1
            09:01:00 call 2 answered 1001 for 1
            09:02:00 call 2 ended caller
            09:30:00 heartbeat
            "
        ));
        told.expect("09:00 hsplit 1: ABNTIME=60 MAXOCWTIME=60 ANSTIME=60");
    }
    // A week is not impossible.
    let told = tell(
        "
        09:00:00 pump-up begins
        09:00:00 call 1 seen since -158:00:00 waiting 1
        09:00:00 pump-up ends
        09:01:00 call 1 abandoned
        09:30:00 heartbeat
        ",
    );
    told.expect("09:00 hsplit 1: ABNTIME=601260");
}

/// A PBX names only who is in a queue now: who is not keeps the name. But it names all its queues and VDNs, as the other server
/// hears when one is taken away.
#[test]
fn a_link_whose_pump_ups_do_not_name_all_takes_away_queues_and_vdns_alone() {
    let known = |named: &str| {
        let settings = Settings { pump_ups_name_all: false, ..settings() };
        let told = tell_with(
            settings,
            &format!(
                "
                09:00:00 there is split 1 Sales
                09:00:00 there is split 2 Service
                09:00:00 there is vdn 5000 Orders vector 30
                09:00:00 there is aux reason 3 Lunch
                09:10:00 link down
                09:13:00 pump-up begins
                {named}
                09:13:00 there is aux reason 4 Meeting
                09:13:00 pump-up ends
                "
            ),
        );
        let numbers =
            |kind| told.collector.dictionary().iter(kind).map(|(number, _)| number.to_owned()).collect::<Vec<_>>();
        [NameKind::Split, NameKind::Vdn, NameKind::AuxReason].map(numbers)
    };
    assert_eq!(known("09:13:00 there is split 2 Service"), [vec!["2"], vec![], vec!["3", "4"]]);
    assert_eq!(known(""), [vec!["1", "2"], vec!["5000"], vec!["3", "4"]], "its configuration is not read yet");
}

/// What has lasted since before the loss is recorded with its true beginning where that was seen. Where it was not, no interval is whole
/// until it is over or past its limit, so that one server's whole intervals have the records of the other's.
#[test]
fn intervals_are_incomplete_while_a_state_lasts_that_began_unseen_and_is_recorded() {
    let begin = "
        09:00:00 there is trunk T1 of 9
        09:00:00 there is trunk T2 of 9
        09:00:00 trace 1001 on
        09:00:00 agent 1001 logs in 1
        09:00:00 agent 1001 avail
        09:05:00 trunk T1 busy
        09:10:00 heartbeat
        ";
    let away = "
        09:10:00 link down
        09:13:00 pump-up begins
        09:13:00 there is trunk T1 of 9
        09:13:00 there is trunk T2 of 9
        09:13:00 trunk T1 busy
        09:13:00 agent 1001 seen in 1 since 09:00:00 avail
        09:13:00 pump-up ends
        ";
    let story = |rule: &str, away: &str| {
        let end = "
        10:10:00 agent 1001 aux 3
        11:20:00 trunk T1 back
        11:40:00 agent 1001 avail
        12:00:00 heartbeat
        ";
        tell(&format!("09:00:00 rule trunk-group 9 maintenance-time limit {rule}\n{begin}{away}{end}"))
    };
    let incomplete = |told: &Told| -> Vec<bool> { told.intervals.iter().map(|rows| rows.incomplete).collect() };
    for (limit, expected) in [
        ("300", [true, true, true, false, false, false]),
        ("5400", [true, true, true, true, false, false]),
        ("7500", [true, true, true, true, true, false]),
    ] {
        let (up, back) = (story(limit, ""), story(limit, away));
        assert_eq!(incomplete(&up), [false; 6]);
        assert_eq!(incomplete(&back), expected, "{limit}");
        for (one, other) in up.intervals.iter().zip(&back.intervals).filter(|(_, other)| !other.incomplete) {
            assert_eq!(one.canonical(), other.canonical());
            let of_interval = |told: &Told| -> Vec<_> {
                let records = told.records.iter().map(|(_, record)| record.clone());
                records.filter(|record| one.interval.start <= record.at() && record.at() < one.interval.end).collect()
            };
            assert_eq!(of_interval(&up), of_interval(&back), "{limit}");
        }
    }
}
