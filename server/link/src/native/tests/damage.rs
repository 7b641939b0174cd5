//! Damaged and invented bytes: an error or other events, never a panic, at either end.

use model::{AcdNumber, Event, EventBody, Moment};
use proptest::prelude::*;

use super::events;
use crate::native::frame::{Frame, Hello, PumpUpBegin, write_event_frame, write_frame, write_snapshot_frame};
use crate::native::wire::{decode_event, encode_event};
use crate::native::{Capacity, Identity, PROTOCOL, ServerSession, SwitchSession};

fn stream(events: &[Event]) -> Vec<u8> {
    let hello = Hello {
        protocol: PROTOCOL,
        acd: AcdNumber(1),
        boot_id: 1,
        switch_name: "North".to_owned(),
        oldest_seq: 1,
        next_seq: 1,
        now: Moment(0),
        takes_commands: false,
    };
    let mut bytes = Vec::new();
    write_frame(&Frame::Hello(hello), &mut bytes);
    let begin = PumpUpBegin { as_of_seq: 0, at: Moment(0), reason: None };
    write_frame(&Frame::PumpUpBegin(begin), &mut bytes);
    events.iter().for_each(|event| write_snapshot_frame(event, &mut bytes));
    write_frame(&Frame::PumpUpEnd, &mut bytes);
    events.iter().zip(1..).for_each(|(event, seq)| write_event_frame(seq, event, &mut bytes));
    bytes
}

fn damage(bytes: &mut Vec<u8>, hits: &[(prop::sample::Index, u8, u8)]) {
    for (place, kind, byte) in hits {
        let place = place.index(bytes.len());
        match kind % 4 {
            0 => bytes[place] = *byte,
            1 => bytes[place] ^= 1 << (byte % 8),
            2 => bytes.insert(place, *byte),
            _ if bytes.len() > 1 => _ = bytes.remove(place),
            _ => {}
        }
    }
}

fn hits() -> impl Strategy<Value = Vec<(prop::sample::Index, u8, u8)>> {
    prop::collection::vec(any::<(prop::sample::Index, u8, u8)>(), 0..6)
}

proptest! {
    #[test]
    fn a_server_survives_damage_and_says_so_at_most_once(
        events in prop::collection::vec(events::event(), 0..12), hits in hits(), cut in 1usize..64,
    ) {
        let mut bytes = stream(&events);
        damage(&mut bytes, &hits);
        let mut session = ServerSession::new(AcdNumber(1), None);
        let mut deliveries = Vec::new();
        let mut failed = None;
        for piece in bytes.chunks(cut) {
            let before = deliveries.len();
            let result = session.receive(piece, &mut deliveries);
            if let Some(error) = &failed {
                prop_assert_eq!(result.as_ref(), Err(error));
                prop_assert_eq!(deliveries.len(), before);
            }
            failed = result.err();
        }
        let numbers: Vec<u64> = deliveries
            .iter()
            .filter(|delivery| !delivery.snapshot)
            .filter_map(|delivery| delivery.position.map(|position| position.seq))
            .collect();
        prop_assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1));
        let refusals = session.take_output().windows(1).count();
        prop_assert!(failed.is_none() || refusals > 0);
    }

    #[test]
    fn a_switch_survives_any_answer(bytes in prop::collection::vec(any::<u8>(), 0..60), frames in any::<bool>()) {
        let identity = Identity { acd: AcdNumber(1), name: String::new(), boot_id: 1 };
        let mut switch = SwitchSession::new(identity, 1, Capacity::default());
        switch.push(&Event { at: Moment(1), body: EventBody::Heartbeat }).expect("a heartbeat");
        switch.connected(0, Moment(1));
        let mut answer = Vec::new();
        if frames {
            answer.extend((bytes.len() as u32).to_be_bytes());
        }
        answer.extend(&bytes);
        if switch.receive(0, &answer).is_err() {
            prop_assert!(switch.take_output(0).is_empty(), "nothing is said after an error");
        }
    }

    #[test]
    fn what_decodes_can_be_kept(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        if let Ok(event) = decode_event(&bytes) {
            let mut again = Vec::new();
            encode_event(&event, &mut again);
            prop_assert_eq!(decode_event(&again), Ok(event));
        }
    }

    #[test]
    fn a_damaged_event_that_decodes_can_be_kept(event in events::event(), hits in hits()) {
        let mut bytes = Vec::new();
        encode_event(&event, &mut bytes);
        damage(&mut bytes, &hits);
        if let Ok(event) = decode_event(&bytes) {
            let mut again = Vec::new();
            encode_event(&event, &mut again);
            prop_assert_eq!(decode_event(&again), Ok(event));
        }
    }
}
