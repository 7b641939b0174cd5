//! Recorded connections and a session to play them to.

use std::io::Read as _;
use std::path::Path;

use model::event::{CallAct, LinkReason};
use model::{Event, EventBody};

use crate::asterisk::numbering::call_id;
use crate::asterisk::{Notice, Output, Refusal, Session, Settings, actions};

/// Settings as the recorded PBX needs them: wrap-up of the queues is nowhere in the stream.
pub(super) fn settings() -> Settings {
    let numbers = [("sales", 1), ("support", 2), ("billing", 3)];
    let wrapup = [("sales", 5), ("support", 8), ("billing", 4)];
    Settings {
        username: "cms".to_owned(),
        secret: "secret".to_owned(),
        splits: numbers.map(|(name, number)| (name.to_owned(), model::SplitId(number))).into(),
        wrapup_secs: wrapup.map(|(name, secs)| (name.to_owned(), secs)).into(),
        ..Settings::default()
    }
}

/// The bytes of a recorded connection, with our action IDs in place of the recorder's.
pub(super) fn capture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/asterisk").join(format!("{name}.ami.gz"));
    let file = std::fs::File::open(&path).unwrap_or_else(|error| panic!("open {}: {error}", path.display()));
    let mut text = String::new();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap();
    let (_, connection) = name.split_once('/').unwrap();
    for (number, id) in [(1, actions::LOGIN), (2, actions::QUEUES), (4, actions::CHANNELS)] {
        text = text.replace(&format!("ActionID: {connection}-{number}\r\n"), &format!("ActionID: {id}\r\n"));
    }
    with_answers(&text)
}

/// A recorded connection was not asked for the queues while it was up. Each look is answered here as by a PBX that lists none, so
/// that nothing is found.
fn with_answers(recorded: &str) -> Vec<u8> {
    let mut session = Session::new(settings());
    session.connected();
    let (mut all, mut outputs, mut looks) = (String::new(), Vec::new(), 0);
    for block in recorded.split_inclusive("\r\n\r\n") {
        session.receive(block.as_bytes(), &mut outputs);
        all.push_str(block);
        while session.looks > looks {
            looks = session.looks;
            let at = block.lines().find_map(|line| line.strip_prefix("Timestamp: ")).expect("an event made it look");
            let answer = answer_to_look(looks, "", at).replace('\n', "\r\n");
            session.receive(answer.as_bytes(), &mut outputs);
            all.push_str(&answer);
        }
    }
    all.into_bytes()
}

/// What the PBX answers to a look: the list, and its clock behind it.
fn answer_to_look(number: u64, list: &str, at: &str) -> String {
    let complete = "Event: QueueStatusComplete\nActionID: understudy-queues\n\n";
    let clock = format!("Response: Success\nActionID: understudy-queues\nPing: Pong\nTimestamp: {at}\n\n");
    format!("{list}{complete}{clock}").replace(actions::QUEUES, &actions::look_id(number))
}

/// A session with everything that came out of it.
pub(super) struct Played {
    pub(super) session: Session,
    pub(super) outputs: Vec<Output>,
}

impl Played {
    pub(super) fn new(settings: Settings) -> Self {
        Played { session: Session::new(settings), outputs: Vec::new() }
    }

    /// Plays connections one after the other, each cut at its end.
    pub(super) fn captures(names: &[&str]) -> Self {
        let mut played = Played::new(settings());
        for name in names {
            played.connection(&capture(name), usize::MAX);
        }
        played
    }

    /// One whole connection, in chunks of at most so many bytes.
    pub(super) fn connection(&mut self, bytes: &[u8], chunk: usize) {
        self.session.connected();
        for piece in bytes.chunks(chunk.min(bytes.len().max(1))) {
            self.session.receive(piece, &mut self.outputs);
        }
        self.session.disconnected(LinkReason::SessionDown, &mut self.outputs);
    }

    pub(super) fn receive(&mut self, text: &str) {
        self.session.receive(text.replace('\n', "\r\n").as_bytes(), &mut self.outputs);
    }

    /// Answers the look that was begun last with this list, and with the clock.
    pub(super) fn answer_look(&mut self, list: &str, at: &str) {
        self.receive(&answer_to_look(self.session.looks, list, at));
    }

    /// As `answer_look`, and the clock two seconds later: whatever the list shows has been told by then.
    pub(super) fn found(&mut self, list: &str, at: &str) {
        self.answer_look(list, at);
        let later = at.parse::<f64>().expect("a time") + 2.0;
        let clock = format!("Response: Success\nActionID: {}\nPing: Pong\nTimestamp: {later:.1}\n\n", actions::PING);
        self.receive(&clock);
    }

    /// Events of what happens: neither heartbeats, which mean nothing, nor who calls whom, which has tests of its own.
    pub(super) fn course(&self) -> Vec<Event> {
        let tells = |event: &Event| match &event.body {
            EventBody::Call { act, .. } => !matches!(act, CallAct::Identified { .. } | CallAct::DigitsDialed { .. }),
            _ => true,
        };
        self.events().into_iter().filter(tells).collect()
    }

    /// Events but heartbeats.
    pub(super) fn events(&self) -> Vec<Event> {
        let delivered = self.outputs.iter().filter_map(|output| match output {
            Output::Deliver(event) => Some(event.clone()),
            _ => None,
        });
        delivered.filter(|event| event.body != EventBody::Heartbeat).collect()
    }

    pub(super) fn notices(&self) -> Vec<Notice> {
        let notices = self.outputs.iter().filter_map(|output| match output {
            Output::Notice(notice) => Some(notice.clone()),
            _ => None,
        });
        notices.collect()
    }

    pub(super) fn refusal(&self) -> Option<Refusal> {
        self.outputs.iter().find_map(|output| match output {
            Output::Refused(refusal) => Some(refusal.clone()),
            _ => None,
        })
    }

    /// The story of one call, by its channel's unique ID: one line per event.
    pub(super) fn call(&self, uniqueid: &str) -> String {
        let mut story = String::new();
        for event in self.course() {
            if let EventBody::Call { call, act } = event.body
                && call == call_id(uniqueid)
            {
                story.push_str(&line(event.at.0 % 10_000, &act));
            }
        }
        story
    }
}

/// An act as a test writes it: `seconds Act fields`.
fn line(secs: i64, act: &CallAct) -> String {
    format!("{secs} {act:?}\n").replace(" { ", " ").replace(" }", "")
}

/// A session that is up with one queue, number 7, and a dynamic member 1001; its clock reads 1,000,000 s.
pub(super) fn small_pbx(settings: Settings) -> Played {
    let mut played = Played::new(settings);
    played.session.connected();
    played.receive("Asterisk Call Manager/9.0.0\nResponse: Success\nActionID: understudy-login\n\n");
    played.receive("Event: FullyBooted\nPrivilege: system,all\nUptime: 500\n\n");
    played.receive(&format!(
        "Event: CoreShowChannelsComplete\nActionID: understudy-channels\n\n\
         Event: QueueParams\nActionID: understudy-queues\nQueue: 7\nServiceLevel: 20\n\n\
         Event: QueueMember\nActionID: understudy-queues\nQueue: 7\nName: Alice\nLocation: SIP/1001\n{}\n\
         Event: QueueStatusComplete\nActionID: understudy-queues\n\n",
        member_fields("SIP/1001", "Status: 1\n")
    ));
    played.happen("1000000.0", "Tick", "");
    played
}

pub(super) fn member_fields(state_interface: &str, fields: &str) -> String {
    format!(
        "StateInterface: {state_interface}\nMembership: dynamic\nPenalty: 0\nLastCall: 0\nLastPause: 0\nLoginTime: 999000\n\
         InCall: 0\nWrapuptime: 10\n{fields}"
    )
}

impl Played {
    /// An asynchronous event.
    pub(super) fn happen(&mut self, at: &str, event: &str, fields: &str) {
        self.receive(&format!("Event: {event}\nPrivilege: agent,all\nTimestamp: {at}\n{fields}\n"));
    }

    /// An event of the member 1001 in queue 7.
    pub(super) fn member(&mut self, at: &str, event: &str, fields: &str) {
        let fields = format!("Queue: 7\nMemberName: Alice\nInterface: SIP/1001\n{}", member_fields("SIP/1001", fields));
        self.happen(at, event, &fields);
    }

    /// An event of the call 999999.1, which dialled 5000, in queue 7, at 1001's channel 999999.2.
    pub(super) fn queue_call(&mut self, at: &str, event: &str, fields: &str) {
        let call =
            "Channel: SIP/trunk-00000001\nContext: in\nExten: 5000\nUniqueid: 999999.1\nLinkedid: 999999.1\nQueue: 7\n";
        let phone = "DestChannel: SIP/1001-00000002\nDestUniqueid: 999999.2\nInterface: SIP/1001\n";
        self.happen(at, event, &format!("{call}{phone}{fields}"));
    }

    /// What came since the last time this was asked, but heartbeats: one line per event.
    pub(super) fn news(&mut self) -> String {
        let events = self.course();
        let news = events.iter().map(|event| match &event.body {
            EventBody::Call { act, .. } => line(event.at.0 - 1_000_000, act),
            EventBody::Agent { act, .. } => format!("{} {act:?}\n", event.at.0 - 1_000_000),
            body => format!("{} {body:?}\n", event.at.0 - 1_000_000),
        });
        let news = news.collect();
        self.outputs.clear();
        news
    }
}
