//! Whole recordings against the totals of the PBX's own queue log, as the recordings' description lists them.

use model::SplitId;

use super::totals::{Count, Totals};
use super::world::{Played, capture};

/// What the queue log says of one queue.
struct Truth {
    queue: &'static str,
    offered: u32,
    connected: u32,
    completed: u32,
    transferred: u32,
    abandoned: u32,
    /// Timeouts, empty queue, withdrawn, exit key.
    left: [u32; 4],
    ring_no_answer: u32,
    hold_secs: u32,
    talk_secs: u32,
    within_service_level: u32,
    /// Transfers behind Local channels, which the log takes for talk until the transferred caller hangs up, and for how
    /// many seconds it does.
    unnoticed: (u32, u32),
}

#[rustfmt::skip]
const SMALL: [Truth; 3] = [
    Truth { queue: "sales", offered: 28, connected: 20, completed: 20, transferred: 3, abandoned: 6, left: [1, 0, 0, 1], ring_no_answer: 4, hold_secs: 179, talk_secs: 230, within_service_level: 13, unnoticed: (1, 9) },
    Truth { queue: "support", offered: 24, connected: 16, completed: 16, transferred: 2, abandoned: 6, left: [2, 0, 0, 0], ring_no_answer: 3, hold_secs: 118, talk_secs: 199, within_service_level: 16, unnoticed: (0, 0) },
    Truth { queue: "billing", offered: 9, connected: 5, completed: 5, transferred: 0, abandoned: 2, left: [0, 2, 0, 0], ring_no_answer: 0, hold_secs: 19, talk_secs: 79, within_service_level: 5, unnoticed: (1, 11) },
];
#[rustfmt::skip]
const MIXED: [Truth; 3] = [
    Truth { queue: "sales", offered: 75, connected: 53, completed: 53, transferred: 4, abandoned: 20, left: [1, 0, 0, 1], ring_no_answer: 40, hold_secs: 368, talk_secs: 870, within_service_level: 42, unnoticed: (0, 0) },
    Truth { queue: "support", offered: 71, connected: 47, completed: 47, transferred: 3, abandoned: 21, left: [3, 0, 0, 0], ring_no_answer: 3, hold_secs: 279, talk_secs: 764, within_service_level: 45, unnoticed: (0, 0) },
    Truth { queue: "billing", offered: 44, connected: 31, completed: 31, transferred: 2, abandoned: 8, left: [0, 5, 0, 0], ring_no_answer: 4, hold_secs: 150, talk_secs: 444, within_service_level: 29, unnoticed: (0, 0) },
];
#[rustfmt::skip]
const ODD: [Truth; 3] = [
    Truth { queue: "sales", offered: 3, connected: 1, completed: 1, transferred: 0, abandoned: 1, left: [0, 0, 0, 1], ring_no_answer: 0, hold_secs: 4, talk_secs: 6, within_service_level: 1, unnoticed: (0, 0) },
    Truth { queue: "support", offered: 14, connected: 9, completed: 9, transferred: 2, abandoned: 3, left: [1, 0, 1, 0], ring_no_answer: 2, hold_secs: 3, talk_secs: 73, within_service_level: 9, unnoticed: (0, 0) },
    Truth { queue: "billing", offered: 16, connected: 10, completed: 9, transferred: 0, abandoned: 4, left: [0, 0, 0, 0], ring_no_answer: 1, hold_secs: 15, talk_secs: 43, within_service_level: 10, unnoticed: (0, 0) },
];

/// How often a phone of the queue was busy or refused at once: no redirection, but the log has no other word for it.
fn refused_at_once(names: &[&str], queue: &str) -> u32 {
    let text: String = names.iter().map(|name| String::from_utf8(capture(name)).unwrap()).collect();
    let refused = text.split("\r\n\r\n").filter(|block| {
        block.contains("Event: AgentRingNoAnswer")
            && block.contains(&format!("Queue: {queue}\r\n"))
            && block.ends_with("RingTime: 0")
    });
    refused.count() as u32
}

fn check(names: &[&str], truths: &[Truth; 3], busy: u32, lost: u32) {
    let played = Played::captures(names);
    assert_eq!(played.refusal(), None);
    let count = Count::of(&played.events());
    for (truth, split) in truths.iter().zip(1..) {
        let found = count.splits[&SplitId(split)];
        let log = Totals {
            offered: truth.offered,
            connected: truth.connected,
            completed: truth.completed,
            transferred: truth.transferred + truth.unnoticed.0,
            abandoned: truth.abandoned,
            left: truth.left.iter().sum(),
            redirected: truth.ring_no_answer - refused_at_once(names, truth.queue),
            within_service_level: truth.within_service_level,
            hold_secs: found.hold_secs,
            talk_secs: found.talk_secs,
        };
        assert_eq!(found, log, "{names:?} {}", truth.queue);
        // The log rounds each of its times; a whole second either way per call is its own error.
        assert!(found.hold_secs.abs_diff(truth.hold_secs) <= truth.connected, "{} hold {found:?}", truth.queue);
        let talk_secs = truth.talk_secs - truth.unnoticed.1;
        assert!(found.talk_secs.abs_diff(talk_secs) <= truth.completed, "{} talk {found:?}", truth.queue);
    }
    assert_eq!((count.busy, count.lost), (busy, lost), "{names:?} forced busy, lost with the link");
}

#[test]
fn small_equals_the_queue_log() {
    check(&["small/1"], &SMALL, 1, 0);
}

#[test]
fn mixed_equals_the_queue_log() {
    check(&["mixed/A"], &MIXED, 1, 0);
    check(&["mixed/B"], &MIXED, 1, 0);
}

#[test]
fn odd_equals_the_queue_log_through_restart_and_crash() {
    check(&["odd/A1", "odd/A2", "odd/A3"], &ODD, 1, 3);
}

/// The sums of the times are right on average: far closer than a second per call.
#[test]
fn the_errors_of_rounding_do_not_add_up() {
    let count = Count::of(&Played::captures(&["mixed/A"]).events());
    let (hold, talk) = count.splits.values().fold((0, 0), |(h, t), split| (h + split.hold_secs, t + split.talk_secs));
    assert!(hold.abs_diff(368 + 279 + 150) <= 3 && talk.abs_diff(870 + 764 + 444) <= 3, "{hold} {talk}");
}
