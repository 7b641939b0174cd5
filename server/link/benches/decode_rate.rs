//! Prints how many events per second the native link encodes, decodes bare, and takes in as a session, beside the bare
//! limits: copying the same bytes, and looking at each of them once.
//!
//! `cargo bench -p link [-- EVENTS]`

#![expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use link::native::wire::{WireError, decode_event, encode_event};
use link::native::{Capacity, Identity, LinkError, Position, Resume, ServerSession, SwitchSession};
use model::event::{AgentAct, CallAct, Delivery, Direction, Entry, Party, Priority, WorkMode};
use model::{AcdNumber, CallId, EqLoc, Event, EventBody, LoginId, Moment, SplitId, TrunkGroupId, VdnId};

const ROUNDS: usize = 20;

/// A call from the trunk to its end, as a switch tells it.
fn call(number: u64) -> Result<Vec<Event>, Box<dyn Error>> {
    let agent = LoginId::new(&format!("{}", 40_000 + number % 10_000))?;
    let trunk = EqLoc::new(&format!("01A{:05}", number % 4_000))?;
    let split = SplitId((number % 2_000) as u32);
    let delivery = Delivery::Skill(split);
    let acts = [
        CallAct::TrunkSeized { trunk: Some(trunk), group: TrunkGroupId(12), direction: Direction::In },
        CallAct::VdnEntered { vdn: VdnId::new("72001")?, entry: Entry::First },
        CallAct::Queued { split, priority: Priority::Medium },
        CallAct::Ringing { agent, delivery },
        CallAct::Answered { agent, delivery },
        CallAct::Held { agent },
        CallAct::Retrieved { agent },
        CallAct::Ended { by: Party::Caller },
    ];
    let at = |index: usize| Moment(1_763_900_000 + number as i64 / 50 + index as i64);
    let call = CallId(number);
    let mut events: Vec<Event> = acts
        .into_iter()
        .enumerate()
        .map(|(index, act)| Event { at: at(index), body: EventBody::Call { call, act } })
        .collect();
    let act = AgentAct::Mode { split: None, mode: WorkMode::Available };
    events.push(Event { at: at(8), body: EventBody::Agent { agent, act } });
    Ok(events)
}

/// Runs the work some times over and prints the best: other programs on the machine only ever slow it down.
fn best<E>(what: &str, events: usize, mut work: impl FnMut() -> Result<usize, E>) -> Result<(), E> {
    let mut best = (f64::INFINITY, 0);
    for _ in 0..ROUNDS {
        let started = Instant::now();
        let bytes = black_box(work()?);
        let secs = started.elapsed().as_secs_f64();
        if secs < best.0 {
            best = (secs, bytes);
        }
    }
    let (secs, bytes) = best;
    println!("{what:<24} {:>7.2} M events/s {:>8.1} MB/s", events as f64 / secs / 1e6, bytes as f64 / secs / 1e6);
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    // Cargo hands `--bench` over, too.
    let count = std::env::args().skip(1).find(|text| !text.starts_with('-'));
    let count: usize = count.map_or(Ok(200_000), |text| text.parse())?;
    let mut events = Vec::with_capacity(count + 16);
    for number in 0.. {
        if events.len() >= count {
            break;
        }
        events.extend(call(number)?);
    }
    events.truncate(count);
    println!("{} bytes for an event in memory", size_of::<Event>());

    let mut bytes = Vec::with_capacity(count * 64);
    let mut ends = Vec::with_capacity(count);
    best("encode_event", count, || {
        bytes.clear();
        ends.clear();
        for event in &events {
            encode_event(event, &mut bytes);
            ends.push(bytes.len());
        }
        Ok::<_, Box<dyn Error>>(bytes.len())
    })?;
    println!("{:.1} bytes for an event, encoded", bytes.len() as f64 / count as f64);
    let mut copy = Vec::with_capacity(bytes.len());
    best("bare limit: copy", count, || {
        copy.clear();
        copy.extend_from_slice(&bytes);
        Ok::<_, WireError>(black_box(&copy).len())
    })?;
    best("bare limit: add up", count, || {
        // Every byte is looked at once, as any decoder must.
        let sum = bytes.iter().fold(0_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(*byte)));
        black_box(sum);
        Ok::<_, WireError>(bytes.len())
    })?;
    best("decode_event", count, || {
        let mut start = 0;
        for end in &ends {
            black_box(decode_event(&bytes[start..*end])?);
            start = *end;
        }
        Ok::<_, WireError>(start)
    })?;
    through_the_link(&events)
}

/// The same events through both ends of the link, without a network in between.
fn through_the_link(events: &[Event]) -> Result<(), Box<dyn Error>> {
    let capacity = Capacity { events: usize::MAX, bytes: usize::MAX >> 1, in_flight: u64::MAX };
    let identity = Identity { acd: AcdNumber(1), name: "rate".to_owned(), boot_id: 1 };
    best("SwitchSession::push", events.len(), || {
        let mut switch = SwitchSession::new(identity.clone(), 1, capacity);
        events.iter().try_for_each(|event| switch.push(event).map(drop))?;
        Ok::<_, LinkError>(0)
    })?;

    let mut switch = SwitchSession::new(identity, 1, capacity);
    events.iter().try_for_each(|event| switch.push(event).map(drop))?;
    let reason = model::event::LinkReason::SessionDown;
    let at = Some(Position { boot: 1, seq: 0 });
    let start = Resume { position: at, safe: at, last_at: Moment(0), reason };
    let mut deliveries = Vec::new();
    let mut last = None;
    best("ServerSession::receive", events.len(), || {
        let mut session = ServerSession::new(AcdNumber(1), Some(start));
        switch.connected(0, Moment(0));
        session.receive(&switch.take_output(0), &mut deliveries)?;
        switch.receive(0, &session.take_output())?;
        let stream = switch.take_output(0);
        stream.chunks(64 << 10).try_for_each(|chunk| {
            deliveries.clear();
            session.receive(chunk, &mut deliveries)
        })?;
        last = session.resume();
        Ok::<_, LinkError>(stream.len())
    })?;
    println!("last delivered: {:?}", last.and_then(|last| last.position));
    Ok(())
}
