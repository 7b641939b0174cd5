//! Damaged, torn and endless input: no panic, and the next connection works.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::world::{Played, capture, settings};
use crate::asterisk::{Notice, Output};

static STREAM: LazyLock<Vec<u8>> = LazyLock::new(|| capture("small/2a"));
static WHOLE: LazyLock<Vec<Output>> = LazyLock::new(|| Played::captures(&["small/2a"]).outputs);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_chunking_gives_the_same(chunk in 1usize..5000) {
        let mut played = Played::new(settings());
        played.connection(&STREAM, chunk);
        prop_assert!(played.outputs == *WHOLE);
    }

    #[test]
    fn damage_is_survived(
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..200),
        drops in prop::collection::vec((any::<prop::sample::Index>(), 1usize..3000), 0..20),
        end in any::<prop::sample::Index>(),
    ) {
        let mut bytes = STREAM.clone();
        for (index, byte) in flips {
            // The greeting stays, or nothing is read at all.
            let place = index.index(bytes.len()).max(200);
            bytes[place] = byte;
        }
        for (index, count) in drops {
            let from = index.index(bytes.len()).clamp(200, bytes.len());
            let to = (from + count).min(bytes.len());
            bytes.drain(from..to);
        }
        bytes.truncate(end.index(bytes.len()).max(200));
        let mut played = Played::new(settings());
        played.connection(&bytes, 1000);
        let before = played.outputs.len();
        played.connection(&STREAM, usize::MAX);
        let again = played.events().len();
        prop_assert!(played.outputs.len() > before && again > 100);
    }

    #[test]
    fn noise_is_survived(noise in prop::collection::vec(any::<u8>(), 0..4000)) {
        let mut played = Played::new(settings());
        let greeting = b"Asterisk Call Manager/9.0.0\r\nResponse: Success\r\n\r\n".to_vec();
        played.connection(&[greeting, noise].concat(), 100);
        prop_assert_eq!(played.events(), Vec::new());
    }
}

#[test]
fn endless_lines_and_blocks_are_skipped() {
    let mut played = Played::new(settings());
    played.session.connected();
    played.receive("Asterisk Call Manager/9.0.0\nResponse: Success\n\n");
    played.receive(&format!("Event: {}\nQueue: x\n\n", "x".repeat(100_000)));
    played.receive(&format!("Event: Long\n{}\n", "Key: value\n".repeat(200_000)));
    played.receive("this is no field\n\n");
    let faults: Vec<Notice> = played.notices();
    assert_eq!(faults.len(), 3, "{faults:?}");
    assert!(faults.iter().all(|fault| matches!(fault, Notice::Malformed { .. })));
}

#[test]
fn a_half_block_at_the_end_is_dropped() {
    let stream = STREAM.as_slice();
    let last = stream.windows(4).rposition(|four| four == b"\r\n\r\n").unwrap();
    let mut whole = Played::new(settings());
    whole.connection(&stream[..last + 4], usize::MAX);
    let mut torn = Played::new(settings());
    torn.connection(
        &[&stream[..last + 4], b"Event: AgentComplete\r\nTimestamp: 1795351267.9\r\nQue"].concat(),
        usize::MAX,
    );
    assert_eq!(whole.outputs, torn.outputs);
}
