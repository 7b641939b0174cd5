//! What a real PBX told several connections, cut anywhere, and put together again.

use std::io::Read as _;
use std::path::Path;

use link::asterisk::{Output, Session, Settings};
use model::event::{AgentAct, LinkReason, WorkMode};
use model::{AuxReason, Event, EventBody, LoginId, Moment, SplitId};

use super::{Told, weave};
use crate::journal::Origin;

fn settings() -> Settings {
    let numbers = [("sales", 1), ("support", 2), ("billing", 3)];
    Settings {
        username: "cms".to_owned(),
        secret: "secret".to_owned(),
        splits: numbers.map(|(name, number)| (name.to_owned(), SplitId(number))).into(),
        wrapup_secs: [("sales", 5), ("support", 8), ("billing", 4)].map(|(name, secs)| (name.to_owned(), secs)).into(),
        ..Settings::default()
    }
}

/// Everything that a connection received, in blocks.
fn recorded(name: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/asterisk").join(format!("{name}.ami.gz"));
    let file = std::fs::File::open(&path).unwrap_or_else(|error| panic!("open {}: {error}", path.display()));
    let mut text = String::new();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap();
    text.split_inclusive("\r\n\r\n").map(str::to_owned).collect()
}

fn time(block: &str) -> Option<&str> {
    block.lines().find_map(|line| line.strip_prefix("Timestamp: "))
}

fn second(block: &str) -> Option<i64> {
    time(block)?.split('.').next()?.parse().ok()
}

/// The ID of an action among what was sent.
fn id_of(action: &str, sent: &[Output]) -> Option<String> {
    sent.iter().find_map(|output| {
        let Output::Send(bytes) = output else { return None };
        let text = std::str::from_utf8(bytes).ok()?;
        let block = text.split("\r\n\r\n").find(|block| block.contains(&format!("Action: {action}\r\n")))?;
        block.lines().find_map(|line| line.strip_prefix("ActionID: ")).map(str::to_owned)
    })
}

/// What a server's journal holds of connections, each lost at its end or at a time.
fn journal(connections: &[(&str, Option<i64>)]) -> Vec<Told> {
    let mut session = Session::new(settings());
    let mut all = Vec::new();
    for (name, lost_at) in connections {
        let (_, recorder) = name.split_once('/').unwrap();
        session.connected();
        let mut outputs = Vec::new();
        for block in recorded(name) {
            if let (Some(lost_at), Some(at)) = (lost_at, second(&block))
                && at > *lost_at
            {
                break;
            }
            // The recorder numbered its actions; the answers are to ours.
            let mut block = block;
            for (number, action) in [(1, "Login"), (2, "QueueStatus"), (4, "CoreShowChannels")] {
                let theirs = format!("ActionID: {recorder}-{number}\r\n");
                if block.contains(&theirs)
                    && let Some(ours) = id_of(action, &outputs)
                {
                    block = block.replace(&theirs, &format!("ActionID: {ours}\r\n"));
                }
            }
            let known = outputs.len();
            session.receive(block.as_bytes(), &mut outputs);
            if let (Some(id), Some(at)) = (id_of("Ping", &outputs[known..]), time(&block)) {
                // A look at the queues. The PBX lists none, so nothing is found.
                let complete = format!("Event: QueueStatusComplete\r\nActionID: {id}\r\n\r\n");
                let clock = format!("Response: Success\r\nActionID: {id}\r\nTimestamp: {at}\r\n\r\n");
                session.receive((complete + &clock).as_bytes(), &mut outputs);
            }
        }
        session.disconnected(LinkReason::SessionDown, &mut outputs);
        all.extend(outputs.into_iter().filter_map(|output| match output {
            Output::Deliver(event) => Some(of_event(event)),
            _ => None,
        }));
    }
    all
}

fn of_event(event: Event) -> Told {
    let snapshot = matches!(event.body, EventBody::LinkDown { .. });
    Told { origin: Origin { position: None, snapshot }, event }
}

/// What is given of two journals, without heartbeats and the loss in the end.
fn woven(own: &[Told], others: &[Told]) -> Vec<Event> {
    let mut given = Vec::new();
    weave(own, others, &mut |event| given.push(event.clone()));
    plain(given)
}

fn plain(mut events: Vec<Event>) -> Vec<Event> {
    events.retain(|event| event.body != EventBody::Heartbeat);
    while matches!(events.last(), Some(Event { body: EventBody::LinkDown { .. }, .. })) {
        events.pop();
    }
    events
}

fn events(journal: &[Told]) -> Vec<Event> {
    plain(journal.iter().map(|told| told.event.clone()).collect())
}

fn losses(events: &[Event]) -> Vec<Moment> {
    let lost = |event: &&Event| matches!(event.body, EventBody::LinkDown { .. });
    events.iter().filter(lost).map(|event| event.at).collect()
}

#[test]
fn a_gap_is_filled_by_a_connection_that_went_on() {
    for (whole, parts) in [("small/1", ["small/2a", "small/2b"]), ("mixed/A", ["mixed/C1", "mixed/C2"])] {
        let (whole, parts) = (journal(&[(whole, None)]), journal(&parts.map(|part| (part, None))));
        let expected = events(&whole);
        assert_eq!(losses(&events(&parts)).len(), 1);
        assert!(woven(&parts, &whole) == expected, "the one that was cut");
        assert!(woven(&whole, &parts) == expected, "the one that was not");
    }
}

/// One connection is lost for a minute, the other one for good at any later moment: what is put together is what a connection
/// that was never lost would have told, or says that something is lost; and both say the same.
#[test]
fn two_connections_that_were_cut_at_any_two_moments_are_whole_or_say_so() {
    let parts = journal(&[("mixed/C1", None), ("mixed/C2", None)]);
    let whole = journal(&[("mixed/A", None)]);
    let expected = events(&whole);
    let lost_at = losses(&events(&parts))[0];
    let back_at = parts.iter().rfind(|told| told.event.body == EventBody::PumpUpBegan).unwrap().event.at;
    let end = expected.last().unwrap().at;
    let (mut made_whole, mut tried) = (0, 0);
    for cut in (lost_at.0 + 5..end.0 - 10).step_by(7) {
        let other = journal(&[("mixed/A", Some(cut))]);
        let found = woven(&parts, &other);
        assert!(found == woven(&other, &parts), "cut at {cut}: each comes to something else");
        if losses(&found).is_empty() {
            assert!(found == expected, "cut at {cut}: something else than what happened");
            assert!(cut >= back_at.0, "cut at {cut}: nobody heard what came then");
            made_whole += 1;
        }
        tried += u32::from(cut >= back_at.0);
    }
    // Who was told again just before may not know yet how what is under way began.
    assert!(made_whole * 10 >= tried * 7, "{made_whole} of {tried}");
}

/// The PBX is started anew: both lose it, and there is nothing to put together.
#[test]
fn a_pbx_that_was_gone_is_gone_for_both() {
    let of = |names: [&str; 3]| journal(&names.map(|name| (name, None)));
    let [a, b] = [of(["odd/A1", "odd/A2", "odd/A3"]), of(["odd/B1", "odd/B2", "odd/B3"])];
    assert_eq!(losses(&woven(&a, &b)).len(), 2);
    // When collecting began is each server's own.
    let since_then = |mut events: Vec<Event>| {
        let told = events.iter().position(|event| event.body == EventBody::PumpUpEnded).unwrap();
        events.split_off(told + 1)
    };
    let (one, other) = (since_then(woven(&a, &b)), since_then(woven(&b, &a)));
    let first = one.iter().zip(&other).position(|(one, other)| one != other);
    assert_eq!(first.map(|first| (&one[first], &other[first])), None);
    assert_eq!(one.len(), other.len());
}

fn mode(at: i64, agent: u64, mode: WorkMode) -> Told {
    let agent = LoginId::new(&agent.to_string()).unwrap();
    let act = AgentAct::Mode { split: None, mode };
    of_event(Event { at: Moment(at), body: EventBody::Agent { agent, act } })
}

fn mark(at: i64, body: EventBody) -> Told {
    of_event(Event { at: Moment(at), body })
}

fn lost(at: i64) -> Told {
    mark(at, EventBody::LinkDown { reason: LinkReason::SessionDown })
}

/// Events that stand at two places do not tell which one is meant, and after-call work that began before a connection is not
/// known to it.
#[test]
fn what_is_not_certain_is_not_believed() {
    let lunch = WorkMode::Aux(AuxReason(1));
    let again = |at| [mark(at, EventBody::PumpUpBegan), mark(at, EventBody::PumpUpEnded)];
    let twice: Vec<Told> =
        vec![mode(10, 1, lunch), mode(10, 1, lunch), mode(20, 1, WorkMode::Available), mode(90, 2, lunch)];
    let own: Vec<Told> =
        [vec![mode(10, 1, lunch), mark(14, EventBody::Heartbeat), lost(14)], again(80).to_vec()].concat();
    assert_eq!(losses(&woven(&own, &twice)), [Moment(14)]);
    let own: Vec<Told> = [vec![mode(10, 1, lunch), mode(10, 1, lunch), lost(14)], again(80).to_vec()].concat();
    assert_eq!(losses(&woven(&own, &twice)), []);

    let acw = [mode(10, 1, WorkMode::Acw(None)), mode(11, 2, lunch), mode(16, 3, lunch)];
    let own = [acw.to_vec(), vec![lost(20)], again(80).to_vec()].concat();
    let later = [again(12).to_vec(), vec![mode(16, 3, lunch), mode(30, 3, WorkMode::Available)]].concat();
    assert_eq!(losses(&woven(&own, &later)), [Moment(20)]);
    let earlier = [acw.to_vec(), vec![mode(30, 3, WorkMode::Available)]].concat();
    assert_eq!(losses(&woven(&own, &earlier)), []);
}
