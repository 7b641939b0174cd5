//! Time stamps that leap ahead or back, and what the next one makes of them.

use super::properties::checkpoint;
use super::story::{Told, check, moment, tell};
use crate::AnomalyKind;

const STAFF: &str = "
    09:00:00 agent 1001 logs in 1
    09:00:00 agent 1001 avail
    09:10:00 heartbeat
";

fn starts(told: &Told) -> Vec<(String, bool)> {
    let from_nine = |rows: &catalog::IntervalRows| (rows.interval.start - moment("00:00:00")) / 60;
    let name = |minutes: i64| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    told.intervals.iter().map(|rows| (name(from_nine(rows)), rows.incomplete)).collect()
}

fn named(spans: &[(&str, bool)]) -> Vec<(String, bool)> {
    spans.iter().map(|(start, incomplete)| ((*start).to_owned(), *incomplete)).collect()
}

/// A story with impossible stamps.
fn told_with(story: &str, expected: &str) -> Told {
    let told = tell(story);
    told.expect(expected);
    told
}

/// How often each was counted.
fn of_time(told: &Told) -> (u64, u64) {
    let count = |kind| told.collector.anomalies().get(&kind).copied().unwrap_or(0);
    (count(AnomalyKind::TimeLeapt), count(AnomalyKind::TimeRanBack))
}

#[test]
fn one_stamp_days_ahead_changes_nothing() {
    for stray in ["57:10:00 heartbeat", "57:10:00 agent 1002 logs in 1", "14:30:00 heartbeat", "400:00:00 heartbeat"] {
        let mut told = tell(&format!("{STAFF}{stray}"));
        // It may be a restart between the two.
        let saved = checkpoint(&told.collector);
        told.collector = postcard::from_bytes(&saved).expect("a checkpoint can be read");
        told.go_on(
            "
            09:10:01 heartbeat
            09:11:00 call 7 queues 1
            09:11:00 call 7 answered 1001 for 1
            09:12:00 call 7 ended caller
            09:30:00 heartbeat
            10:00:00 heartbeat
            ",
        );
        told.expect(
            "
            09:00 hsplit 1: ACDCALLS=1 INCOMPLETE=0
            09:00 hagent 1,1001,1: I_STAFFTIME=1800 I_ACDTIME=60 ACDCALLS=1 INCOMPLETE=0
            09:30 hagent 1,1001,1: I_STAFFTIME=1800 INCOMPLETE=0
            ",
        );
        assert_eq!(starts(&told), named(&[("09:00", false), ("09:30", false)]), "{stray}");
        assert!(told.links.is_empty() && of_time(&told) == (1, 0), "{stray}: {:?}", told.anomalies);
    }
}

#[test]
fn what_is_stamped_falsely_counts_when_it_was_told() {
    let told = told_with(
        &format!(
            "{STAFF}
            09:11:00 call 7 queues 1
            09:11:00 call 7 answered 1001 for 1
            09:12:00 heartbeat
            57:12:00 call 7 ended caller
            09:12:00 agent 1001 acw 7
            09:12:30 agent 1001 avail
            03:13:00 agent 1002 logs in 1
            09:13:00 heartbeat
            09:30:00 heartbeat
            "
        ),
        "
        09:00 hagent 1,1001,1: ACDCALLS=1 ACDTIME=60 ACWTIME=30 INCOMPLETE=0
        09:00 hagent 1,1002,2: I_STAFFTIME=1050
        ",
    );
    assert_eq!(of_time(&told), (1, 1));
}

/// A switch that sets its clock without a word: no time is added, and the interval says that data are missing.
#[test]
fn stamps_that_stay_ahead_are_a_clock_that_was_set() {
    let told = told_with(
        &format!(
            "{STAFF}
            57:10:00 heartbeat
            57:10:01 heartbeat
            57:30:00 heartbeat
            "
        ),
        "
        09:00 hagent 1,1001,1: I_STAFFTIME=600 INCOMPLETE=1
        57:00 hagent 1,1001,1: I_STAFFTIME=1200 INCOMPLETE=1
        ",
    );
    assert_eq!(starts(&told), named(&[("09:00", true), ("57:00", true)]));
    assert_eq!(told.links.iter().map(|row| (row.at, row.reason)).collect::<Vec<_>>(), [(moment("09:10:00"), 96)]);
    assert_eq!(of_time(&told), (1, 0));
}

#[test]
fn time_goes_back_with_stamps_that_stay_behind() {
    let told = told_with(
        &format!(
            "{STAFF}
            57:10:00 heartbeat
            57:10:01 heartbeat
            09:10:02 heartbeat
            09:10:03 heartbeat
            09:31:00 call 7 queues 1
            09:31:00 call 7 answered 1001 for 1
            09:32:00 call 7 ended caller
            10:00:00 heartbeat
            "
        ),
        "
        09:30 hagent 1,1001,1: I_STAFFTIME=2998 I_ACDTIME=60 INCOMPLETE=1
        09:30 hsplit 1: ACDCALLS=1 INCOMPLETE=1
        ",
    );
    let clock_set: Vec<_> = told.links.iter().map(|row| row.reason).collect();
    assert_eq!((clock_set, of_time(&told)), (vec![96, 96], (1, 1)));
    assert_eq!(told.collector.now(), moment("10:00:00"));
}

/// Lists without heartbeats have nights.
#[test]
fn a_night_with_nobody_there_is_no_leap() {
    let told = check(
        "
        09:00:00 agent 1001 logs in 1
        09:05:00 agent 1001 logs out
        21:00:00 agent 1001 logs in 1
        21:00:00 there is split 1 Sales level 10
        21:00:00 agent 1001 avail
        21:30:00 heartbeat
        ",
        "21:00 hagent 1,1001,1: I_STAFFTIME=1800 I_AVAILTIME=1800 INCOMPLETE=0",
    );
    assert_eq!(told.intervals.len(), 25);
    assert!(told.intervals.iter().all(|rows| !rows.incomplete));
    assert!(told.links.is_empty() && of_time(&told) == (0, 0));
    assert_eq!(told.logins[0].logout, moment("09:05:00"));
}

#[test]
fn a_lost_link_ends_the_doubt() {
    let told = tell(&format!(
        "{STAFF}
        57:10:00 heartbeat
        57:10:00 link down
        09:11:00 pump-up begins
        09:11:00 agent 1001 seen in 1 avail
        09:11:00 pump-up ends
        09:30:00 heartbeat
        "
    ));
    assert_eq!(starts(&told), named(&[("09:00", true)]));
    assert_eq!((told.links[0].at, told.links[0].duration_secs), (moment("09:10:00"), 60));
    told.expect("09:00 hagent 1,1001,1: I_STAFFTIME=1740 INCOMPLETE=1");
}
