//! Both ends of the link against each other: resuming, gaps, acknowledgements, windows.

use std::collections::BTreeMap;

use model::event::{AgentAct, CallAct, CallIdentity, CallStage, LinkReason, Priority, Skills, WorkMode};
use model::{AcdNumber, CallId, Event, EventBody, Moment};
use proptest::prelude::*;

use super::events;
use crate::native::frame::{Frame, Hello, PumpUpBegin, write_event_frame, write_frame};
use crate::native::plausible::check_snapshot;
use crate::native::{
    Capacity, Delivery, Identity, LinkError, PROTOCOL, Position, RefuseCode, Resume, ServerSession, SwitchSession,
};

const ACD: AcdNumber = AcdNumber(1);
const BOOT: u64 = 0xB007;
const SMALL: Capacity = Capacity { events: 8, bytes: 4096, in_flight: 4 };

fn heartbeat(secs: i64) -> Event {
    Event { at: Moment(secs), body: EventBody::Heartbeat }
}

fn agent_seen(secs: i64) -> Event {
    let agent = model::LoginId::new("4711").expect("an id");
    let extension = model::Extension::new("2201").expect("an id");
    let act = AgentAct::Seen { extension, skills: Skills::new(), since: None, mode: WorkMode::Available };
    Event { at: Moment(secs), body: EventBody::Agent { agent, act } }
}

fn switch(boot_id: u64, servers: usize, capacity: Capacity) -> SwitchSession {
    SwitchSession::new(Identity { acd: ACD, name: "North".to_owned(), boot_id }, servers, capacity)
}

fn push(switch: &mut SwitchSession, secs: std::ops::Range<i64>) {
    secs.for_each(|secs| {
        switch.push(&heartbeat(secs)).expect("a heartbeat");
    });
}

fn hello_frame(acd: AcdNumber, boot_id: u64, oldest_seq: u64, next_seq: u64) -> Vec<u8> {
    let hello = Hello {
        protocol: PROTOCOL,
        acd,
        boot_id,
        switch_name: String::new(),
        oldest_seq,
        next_seq,
        now: Moment(0),
        takes_commands: false,
    };
    frame(&Frame::Hello(hello))
}

fn frame(frame: &Frame<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_frame(frame, &mut bytes);
    bytes
}

fn event_frame(seq: u64, event: &Event) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_event_frame(seq, event, &mut bytes);
    bytes
}

/// Carries bytes to and fro until neither end has anything to say, pumping up with one agent where asked to.
fn settle(switch: &mut SwitchSession, server: usize, session: &mut ServerSession, acknowledge: bool) -> Vec<Delivery> {
    let mut deliveries = Vec::new();
    loop {
        if switch.wants_pump_up(server) {
            switch.pump_up(server, Moment(1000), None, &[agent_seen(1000)]).expect("a snapshot");
        }
        let from_switch = switch.take_output(server);
        let from_server = session.take_output();
        if from_switch.is_empty() && from_server.is_empty() {
            return deliveries;
        }
        session.receive(&from_switch, &mut deliveries).expect("the switch speaks correctly");
        switch.receive(server, &from_server).expect("the server speaks correctly");
        if let Some(position) = deliveries.iter().rev().find_map(|delivery| delivery.position).filter(|_| acknowledge) {
            session.acknowledge(position);
        }
    }
}

fn connect(switch: &mut SwitchSession, server: usize, resume: Option<Resume>) -> (ServerSession, Vec<Delivery>) {
    switch.connected(server, Moment(0));
    let mut session = ServerSession::new(ACD, resume);
    let deliveries = settle(switch, server, &mut session, true);
    (session, deliveries)
}

/// One line for each delivery: its number or `-`, `*` if it is not of the sequence, its time, its kind.
fn lines(deliveries: &[Delivery]) -> Vec<String> {
    let line = |delivery: &Delivery| {
        let seq = delivery.position.map_or("-".to_owned(), |position| position.seq.to_string());
        let kind = match &delivery.event.body {
            EventBody::LinkDown { reason } => format!("down {reason:?}"),
            EventBody::Agent { act: AgentAct::Seen { .. }, .. } => "seen".to_owned(),
            body => format!("{body:?}"),
        };
        format!("{seq}{} {} {kind}", if delivery.snapshot { "*" } else { "" }, delivery.event.at.0)
    };
    deliveries.iter().map(line).collect()
}

#[test]
fn the_first_connection_pumps_up_and_is_no_loss() {
    let mut switch = switch(BOOT, 1, SMALL);
    push(&mut switch, 1..4);
    let (_, deliveries) = connect(&mut switch, 0, None);
    assert_eq!(lines(&deliveries), ["-* 1000 PumpUpBegan", "-* 1000 seen", "3* 1000 PumpUpEnded"]);
    assert_eq!(switch.acknowledged(0), 3);
}

#[test]
fn a_short_cut_loses_nothing_and_repeats_nothing() {
    let mut switch = switch(BOOT, 1, SMALL);
    let (session, _) = connect(&mut switch, 0, None);
    switch.disconnected(0);
    push(&mut switch, 2000..2005);
    let (session, deliveries) = connect(&mut switch, 0, session.resume());
    let expect: Vec<String> = (1..6).map(|seq| format!("{seq} {} Heartbeat", 1999 + seq)).collect();
    assert_eq!(lines(&deliveries), expect);
    assert_eq!(session.hello().map(|hello| hello.oldest_seq), Some(1));
}

#[test]
fn a_buffer_that_rolled_over_is_a_gap_from_the_last_event_on() {
    let mut switch = switch(BOOT, 1, SMALL);
    let (session, _) = connect(&mut switch, 0, None);
    switch.disconnected(0);
    push(&mut switch, 2000..2020);
    let resume = session.resume().map(|resume| Resume { reason: LinkReason::TimedOut, ..resume });
    let (mut session, deliveries) = connect(&mut switch, 0, resume);
    let expect = ["-* 1000 down TimedOut", "-* 1000 PumpUpBegan", "-* 1000 seen", "20* 1000 PumpUpEnded"];
    assert_eq!(lines(&deliveries), expect);
    push(&mut switch, 2020..2021);
    assert_eq!(lines(&settle(&mut switch, 0, &mut session, true)), ["21 2020 Heartbeat"]);
}

#[test]
fn a_restarted_switch_is_a_gap_and_counts_anew() {
    let mut before = switch(BOOT, 1, SMALL);
    let (session, _) = connect(&mut before, 0, None);
    let mut after = switch(BOOT + 1, 1, SMALL);
    let (_, deliveries) = connect(&mut after, 0, session.resume());
    assert_eq!(lines(&deliveries)[0], "-* 1000 down SessionDown");
    assert_eq!(deliveries.last().and_then(|last| last.position), Some(Position { boot: BOOT + 1, seq: 0 }));
}

#[test]
fn a_pump_up_that_was_cut_is_asked_for_again() {
    let mut session = ServerSession::new(ACD, None);
    let mut deliveries = Vec::new();
    session.receive(&hello_frame(ACD, BOOT, 1, 4), &mut deliveries).expect("hello");
    let begin = Frame::PumpUpBegin(PumpUpBegin { as_of_seq: 3, at: Moment(50), reason: None });
    session.receive(&frame(&begin), &mut deliveries).expect("begin");
    assert!(session.is_pumping_up());
    let mut switch = switch(BOOT, 1, SMALL);
    push(&mut switch, 1..4);
    let (_, deliveries) = connect(&mut switch, 0, session.resume());
    assert_eq!(lines(&deliveries)[..2], ["-* 50 down SessionDown", "-* 1000 PumpUpBegan"]);
}

/// The disk of a server hung while its link was made anew, and the switch had let go of what came meanwhile.
#[test]
fn what_was_brought_before_is_not_acknowledged_to_a_switch_that_is_to_pump_up() {
    let mut session = ServerSession::new(ACD, None);
    let mut deliveries = Vec::new();
    session.receive(&hello_frame(ACD, BOOT, 9, 12), &mut deliveries).expect("hello");
    session.take_output();
    session.acknowledge(Position { boot: BOOT, seq: 3 });
    assert!(session.take_output().is_empty(), "a snapshot is awaited, and nothing is to come before it");
    let begin = Frame::PumpUpBegin(PumpUpBegin { as_of_seq: 11, at: Moment(50), reason: None });
    session.receive(&frame(&begin), &mut deliveries).expect("begin");
    session.acknowledge(Position { boot: BOOT, seq: 4 });
    assert!(session.take_output().is_empty(), "nothing of this connection is safe yet");
    session.receive(&frame(&Frame::PumpUpEnd), &mut deliveries).expect("end");
    session.acknowledge(Position { boot: BOOT, seq: 11 });
    assert_eq!(session.take_output(), frame(&Frame::Ack(crate::native::frame::Ack { seq: 11 })));
}

#[test]
fn a_stalled_server_gets_one_window_then_a_pump_up_and_never_an_endless_backlog() {
    let mut switch = switch(BOOT, 2, SMALL);
    let (mut session, _) = connect(&mut switch, 0, None);
    push(&mut switch, 2000..2020);
    let stalled = settle(&mut switch, 0, &mut session, false);
    assert_eq!(
        lines(&stalled),
        ["-* 1000 down SessionDown", "-* 1000 PumpUpBegan", "-* 1000 seen", "20* 1000 PumpUpEnded"]
    );
    push(&mut switch, 2020..2060);
    assert!(switch.take_output(0).is_empty() && !switch.wants_pump_up(0), "waits for the acknowledgement");
    session.acknowledge(Position { boot: BOOT, seq: 20 });
    switch.receive(0, &session.take_output()).expect("an acknowledgement");
    assert!(switch.wants_pump_up(0));
}

#[test]
fn the_window_bounds_what_is_on_its_way() {
    let mut switch = switch(BOOT, 1, SMALL);
    let (mut session, _) = connect(&mut switch, 0, None);
    push(&mut switch, 2000..2007);
    assert_eq!(settle(&mut switch, 0, &mut session, false).len(), 4);
    session.acknowledge(Position { boot: BOOT, seq: 2 });
    assert_eq!(settle(&mut switch, 0, &mut session, false).len(), 2);
}

#[test]
fn what_a_server_never_acknowledged_it_is_sent_again() {
    let mut switch = switch(BOOT, 2, SMALL);
    let (session, _) = connect(&mut switch, 0, None);
    let (mut other, _) = connect(&mut switch, 1, None);
    let resume = session.resume();
    push(&mut switch, 2000..2003);
    let mut session = session;
    let first = settle(&mut switch, 0, &mut session, false);
    settle(&mut switch, 1, &mut other, true);
    switch.disconnected(0);
    let (_, second) = connect(&mut switch, 0, resume);
    assert_eq!((first.len(), first), (3, second));
}

#[test]
fn the_switch_keeps_what_a_server_has_and_could_still_lose() {
    let mut switch = switch(BOOT, 2, SMALL);
    let (mut session, _) = connect(&mut switch, 0, None);
    let (mut other, _) = connect(&mut switch, 1, None);
    session.acknowledge(Position { boot: BOOT, seq: 0 });
    let on_disk = session.resume().map(|resume| Resume { safe: resume.position, ..resume });
    push(&mut switch, 2000..2003);
    let told = settle(&mut switch, 0, &mut session, false);
    switch.disconnected(0);
    // Its link comes back before its disk does, and the other server acknowledges meanwhile.
    let (mut session, again) = connect(&mut switch, 0, session.resume());
    assert_eq!(lines(&again), [""; 0], "it has them");
    push(&mut switch, 2003..2004);
    assert_eq!(lines(&settle(&mut switch, 0, &mut session, false)), ["4 2003 Heartbeat"]);
    settle(&mut switch, 1, &mut other, true);
    switch.disconnected(0);
    let (_, after_its_end) = connect(&mut switch, 0, on_disk);
    assert_eq!(after_its_end[..3], told);
    assert_eq!(after_its_end.len(), 4);
}

#[test]
fn an_event_that_the_server_refused_is_not_sent_again() {
    let mut switch = switch(BOOT, 1, SMALL);
    let (session, _) = connect(&mut switch, 0, None);
    let resume = session.resume();
    let mut session = session;
    push(&mut switch, 2000..2002);
    session.refuse(RefuseCode::Event, "event 1: cannot be");
    let refused = switch.receive(0, &session.take_output());
    assert!(matches!(refused, Err(LinkError::Refused { code: RefuseCode::Event, .. })));
    let (_, deliveries) = connect(&mut switch, 0, resume);
    assert_eq!(lines(&deliveries)[0], "-* 1000 down SessionDown");
    assert_eq!(lines(&deliveries)[3], "2* 1000 PumpUpEnded");
}

/// What the server answers to these frames of a switch, of which it has already event 3 of `BOOT`.
fn check(frames: &[Vec<u8>], expect: &str) {
    let position = Some(Position { boot: BOOT, seq: 3 });
    let resume = Resume { position, safe: position, last_at: Moment(0), reason: LinkReason::SessionDown };
    let mut session = ServerSession::new(ACD, Some(resume));
    let error = session.receive(&frames.concat(), &mut Vec::new()).expect_err(expect);
    assert!(error.in_full().contains(expect), "{} does not say {expect:?}", error.in_full());
    assert_eq!(session.receive(&frames[0], &mut Vec::new()), Err(error.clone()), "a failed session stays failed");
    let mut switch = switch(BOOT, 1, SMALL);
    push(&mut switch, 0..8);
    switch.connected(0, Moment(0));
    let Err(LinkError::Refused { code, text }) = switch.receive(0, &session.take_output()) else {
        panic!("the switch is told")
    };
    assert_eq!((code, text), (error.refuse_code(), error.in_full()));
}

#[test]
fn nonsense_is_named() {
    let hello = hello_frame(ACD, BOOT, 1, 9);
    let seen = agent_seen(1);
    check(&[event_frame(4, &heartbeat(1))], "hello was expected, but the frame that came was event");
    check(&[hello_frame(AcdNumber(2), BOOT, 1, 9)], "it is ACD 2, but this link is for ACD 1");
    check(&[hello_frame(ACD, 0, 1, 9)], "boot 0000000000000000");
    check(&[hello_frame(ACD, BOOT, 10, 9)], "oldest event 10, next event 9");
    check(&[hello_frame(ACD, BOOT, 1, 3)], "event 3 of boot 000000000000b007 was collected before");
    check(&[hello.clone(), event_frame(5, &heartbeat(1))], "event 4 should come next, but 5 came");
    check(&[hello.clone(), event_frame(0, &heartbeat(1))], "event 4 should come next, but 0 came");
    check(&[hello.clone(), hello.clone()], "the frame that came was hello");
    check(&[hello.clone(), event_frame(4, &seen)], "event 4 is a seen");
    check(&[hello.clone(), frame(&Frame::PumpUpEnd)], "the frame that came was pump_up_end");
    let old = Frame::PumpUpBegin(PumpUpBegin { as_of_seq: 2, at: Moment(0), reason: None });
    check(&[hello.clone(), frame(&old)], "as of event 2 cannot follow event 3");
    check(&[hello.clone(), vec![0x7f, 0, 0, 0]], "a frame of 2130706432 bytes");
    check(&[hello.clone(), vec![0, 0, 0, 0]], "Frame says nothing");
    check(&[hello.clone(), frame(&Frame::Event(&[8, 4, 16]))], "reading event 4: a field reaches beyond");
    check(&[hello.clone(), frame(&Frame::Event(&[8, 4, 0x9a, 6, 0]))], "Event says nothing");
    let press = CallAct::StrokeCount { agent: model::LoginId::new("1").expect("an id"), button: 10 };
    let press = Event { at: Moment(1), body: EventBody::Call { call: CallId(1), act: press } };
    check(&[hello.clone(), event_frame(4, &press)], "event 4: a stroke count button is 1 to 9, not 10");
    check(&[hello.clone(), event_frame(4, &identified("0000100002179500000", 0))], "a universal call ID has 20 digits");
    check(
        &[hello.clone(), event_frame(4, &identified("0000100002x795000000", 0))],
        "a universal call ID has 20 digits",
    );
    check(&[hello, event_frame(4, &identified("00001000021795000000", 100))], "a kind of line is 0 to 99, not 100");
    check(&[frame(&Frame::Hello(other_version()))], "protocol version 2, this server 1");
}

fn identified(ucid: &str, line_kind: u8) -> Event {
    let identity = CallIdentity {
        ucid: Some(model::Ucid::new(ucid).expect("no blanks")),
        line_kind: Some(model::LineKind(line_kind)),
        ..CallIdentity::default()
    };
    let act = CallAct::Identified { identity: identity.into() };
    Event { at: Moment(1), body: EventBody::Call { call: CallId(1), act } }
}

#[test]
fn a_refusal_stays_short_whatever_it_quotes() {
    let mut session = ServerSession::new(ACD, None);
    session.refuse(RefuseCode::Closed, &"long ".repeat(300_000));
    let mut switch = switch(BOOT, 1, SMALL);
    switch.connected(0, Moment(0));
    let Err(LinkError::Refused { text, .. }) = switch.receive(0, &session.take_output()) else { panic!("refused") };
    assert_eq!(text.len(), 500);
}

fn other_version() -> Hello {
    Hello {
        protocol: 2,
        acd: ACD,
        boot_id: BOOT,
        switch_name: String::new(),
        oldest_seq: 1,
        next_seq: 9,
        now: Moment(0),
        takes_commands: false,
    }
}

#[test]
fn a_switch_is_told_at_once_what_no_server_would_take() {
    let mut switch = switch(BOOT, 1, SMALL);
    let down = EventBody::LinkDown { reason: LinkReason::BusiedOut };
    let refused = [agent_seen(1), Event { at: Moment(1), body: down }].map(|event| switch.push(&event).is_err());
    assert_eq!((refused, switch.next_seq()), ([true, true], 1));
    switch.connected(0, Moment(0));
    // A time that was left out reads as 1970.
    for since in [0, -5] {
        let stage = CallStage::Waiting { split: model::SplitId(1), vdn: None, priority: Priority::Medium };
        let call = EventBody::Call { call: CallId(1), act: CallAct::Seen { since: Moment(since), stage } };
        let mut agent = agent_seen(1000);
        if let EventBody::Agent { act: AgentAct::Seen { since: known, .. }, .. } = &mut agent.body {
            *known = Some(Moment(since));
        }
        for event in [Event { at: Moment(1000), body: call }, agent] {
            let fault = check_snapshot(&event).expect_err("no time").in_full();
            assert!(fault.contains("later than 1970-01-01"), "{fault}");
        }
    }
    let welcome = frame(&Frame::Welcome(crate::native::frame::Welcome { want_seq: Some(2), protocol: PROTOCOL }));
    assert_eq!(switch.receive(0, &welcome), Err(LinkError::NeverSent { seq: 2, last: 0 }));
}

proptest! {
    #[test]
    fn any_chunking_gives_the_same_deliveries(
        sequence in prop::collection::vec(events::sequenced(), 1..20),
        snapshot in prop::collection::vec(events::snapshot(), 0..10),
        cuts in prop::collection::vec(1usize..40, 1..200),
        twice in any::<bool>(),
    ) {
        let mut stream = hello_frame(ACD, BOOT, 1, 1);
        let begin = PumpUpBegin { as_of_seq: 0, at: Moment(5), reason: None };
        stream.extend(frame(&Frame::PumpUpBegin(begin)));
        snapshot.iter().for_each(|event| crate::native::frame::write_snapshot_frame(event, &mut stream));
        stream.extend(frame(&Frame::PumpUpEnd));
        for _ in 0..=usize::from(twice) {
            for (event, seq) in sequence.iter().zip(1..) {
                write_event_frame(seq, event, &mut stream);
            }
        }
        let (mut whole, mut pieces) = (Vec::new(), Vec::new());
        let mut session = ServerSession::new(ACD, None);
        session.receive(&stream, &mut whole).expect("a good stream");
        let mut session = ServerSession::new(ACD, None);
        let mut rest = &stream[..];
        for cut in cuts.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (piece, after) = rest.split_at(rest.len().min(*cut));
            session.receive(piece, &mut pieces).expect("a good stream");
            rest = after;
        }
        prop_assert_eq!(whole.len(), snapshot.len() + sequence.len() + 2);
        prop_assert_eq!(&whole, &pieces);
        let sent: Vec<&Event> = whole.iter().filter(|delivery| !delivery.snapshot).map(|delivery| &delivery.event).collect();
        prop_assert_eq!(sent, sequence.iter().collect::<Vec<_>>());
    }

    /// Two servers that are cut, stalled and crash at random: where both have an event by number, it is the same
    /// event, and without a gap nothing is missing.
    #[test]
    fn two_servers_agree_on_every_number(steps in prop::collection::vec((0u8..6, 0usize..2, 1i64..9), 1..120)) {
        let mut switch = switch(BOOT, 2, Capacity { events: 20, bytes: 4096, in_flight: 7 });
        let mut sessions: [Option<ServerSession>; 2] = [None, None];
        let mut kept: [Vec<Delivery>; 2] = [Vec::new(), Vec::new()];
        let mut now = 2000;
        for (step, server, count) in steps {
            match (step, &mut sessions[server]) {
                (0, session) => {
                    *session = None;
                    switch.disconnected(server);
                }
                (1, session @ None) => {
                    let reason = LinkReason::SessionDown;
                    let resume = kept[server]
                        .last()
                        .map(|last| Resume { position: last.position, safe: None, last_at: last.event.at, reason });
                    switch.connected(server, Moment(now));
                    *session = Some(ServerSession::new(ACD, resume));
                }
                (2 | 3, _) => {
                    push(&mut switch, now..now + count);
                    now += count;
                }
                (_, Some(session)) => kept[server].extend(settle(&mut switch, server, session, step == 4)),
                _ => {}
            }
        }
        let mut by_number = BTreeMap::new();
        for deliveries in &kept {
            let mut before: Option<&Delivery> = None;
            for delivery in deliveries {
                if !delivery.snapshot {
                    let position = delivery.position.expect("a numbered event has a position");
                    prop_assert_eq!(*by_number.entry(position).or_insert(&delivery.event), &delivery.event);
                    let previous = before.and_then(|before| before.position).map(|position| position.seq + 1);
                    prop_assert_eq!(previous, Some(position.seq));
                }
                before = Some(delivery);
            }
        }
    }
}
