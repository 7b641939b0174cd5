//! Two connections to one PBX: whatever differs between them must not show.

use model::{Event, EventBody};

use super::world::{Played, capture, settings};

/// Events of the pump-up, undated, and those after it up to the loss of the link.
fn halves(played: &Played) -> (Vec<EventBody>, Vec<Event>) {
    let events = played.events();
    let ended = events.iter().position(|event| event.body == EventBody::PumpUpEnded).unwrap();
    let seed = events[..=ended].iter().map(|event| event.body.clone()).collect();
    let lost = events.iter().position(|event| matches!(event.body, EventBody::LinkDown { .. })).unwrap();
    (seed, events[ended + 1..lost].to_vec())
}

#[track_caller]
fn check_equal(one: &str, other: &str) {
    let (seed, events) = halves(&Played::captures(&[one]));
    let (other_seed, other_events) = halves(&Played::captures(&[other]));
    assert_eq!(seed, other_seed, "{one} and {other}: what was so at the start");
    for (index, pair) in events.iter().zip(&other_events).enumerate() {
        assert_eq!(pair.0, pair.1, "{one} and {other}, event {index}");
    }
    assert_eq!(events.len(), other_events.len());
    assert!(!events.is_empty());
}

#[test]
fn two_connections_give_the_same_events() {
    check_equal("mixed/A", "mixed/B");
    check_equal("odd/A1", "odd/B1");
    check_equal("odd/A2", "odd/B2");
}

#[test]
fn a_connection_that_is_cut_gives_the_beginning_of_the_other() {
    for (whole, cut) in [("small/1", "small/2a"), ("mixed/A", "mixed/C1")] {
        let (seed, events) = halves(&Played::captures(&[whole]));
        let (cut_seed, cut_events) = halves(&Played::captures(&[cut]));
        assert_eq!(seed, cut_seed);
        assert!(cut_events.len() > 100 && cut_events.len() < events.len());
        assert_eq!(events[..cut_events.len()], cut_events, "{cut}");
    }
}

/// One server may ask for the time more often than the other.
#[test]
fn pings_and_their_answers_change_nothing() {
    let plain = Played::captures(&["small/1"]);
    let text = String::from_utf8(capture("small/1")).unwrap();
    let mut pinged = String::new();
    for (index, block) in text.split_inclusive("\r\n\r\n").enumerate() {
        pinged.push_str(block);
        let at = block.lines().find_map(|line| line.strip_prefix("Timestamp: ")).filter(|_| index % 7 == 0);
        if let Some(at) = at {
            pinged.push_str(&format!(
                "Response: Success\r\nActionID: understudy-ping\r\nPing: Pong\r\nTimestamp: {at}\r\n\r\n"
            ));
        }
    }
    let mut played = Played::new(settings());
    played.connection(pinged.as_bytes(), usize::MAX);
    assert_eq!(halves(&plain).1, halves(&played).1);
}
