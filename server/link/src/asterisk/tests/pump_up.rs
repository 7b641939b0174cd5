//! What is so now, told after a cut, against the stream that was not cut.

use std::collections::{BTreeMap, BTreeSet};

use model::event::{AgentAct, CallAct, CallStage, Skills, WorkMode};
use model::{CallId, Event, EventBody, LoginId, SplitId};

use super::totals::Count;
use super::world::{Played, member_fields};
use crate::asterisk::{Notice, Settings, numbering};

/// What a watcher knows: agents with skills and mode, who waits where, who talks to whom.
#[derive(Debug, PartialEq, Eq, Default)]
struct Known {
    agents: BTreeMap<LoginId, (Skills, Option<WorkMode>)>,
    split_modes: BTreeMap<(LoginId, SplitId), WorkMode>,
    waiting: BTreeSet<(CallId, SplitId)>,
    talking: BTreeSet<(CallId, LoginId)>,
}

impl Known {
    fn of(events: &[Event]) -> Self {
        let mut known = Known::default();
        for event in events {
            match &event.body {
                EventBody::PumpUpBegan => known = Known::default(),
                EventBody::Agent { agent, act } => known.agent(*agent, act),
                EventBody::Call { call, act } => known.call(*call, act),
                _ => {}
            }
        }
        // Which call after-call work belongs to is not in a list.
        for (_, mode) in known.agents.values_mut() {
            if matches!(mode, Some(WorkMode::Acw(_))) {
                *mode = Some(WorkMode::Acw(None));
            }
        }
        known
    }

    fn agent(&mut self, agent: LoginId, act: &AgentAct) {
        match act {
            AgentAct::LoggedIn { skills, .. } => {
                self.agents.insert(agent, (skills.clone(), None));
            }
            AgentAct::Seen { skills, mode, .. } => {
                self.agents.insert(agent, (skills.clone(), Some(*mode)));
            }
            AgentAct::LoggedOut { .. } => {
                self.agents.remove(&agent);
                self.split_modes.retain(|(other, _), _| *other != agent);
            }
            AgentAct::SkillsChanged { skills } => self.agents.get_mut(&agent).unwrap().0.clone_from(skills),
            AgentAct::Mode { split: None, mode } => {
                self.agents.get_mut(&agent).unwrap().1 = Some(*mode);
                self.split_modes.retain(|(other, _), _| *other != agent);
            }
            AgentAct::Mode { split: Some(split), mode } => {
                if self.agents[&agent].1 == Some(*mode) {
                    self.split_modes.remove(&(agent, *split));
                } else {
                    self.split_modes.insert((agent, *split), *mode);
                }
            }
        }
    }

    fn call(&mut self, call: CallId, act: &CallAct) {
        match act {
            CallAct::Queued { split, .. } => _ = self.waiting.insert((call, *split)),
            CallAct::Seen { stage: CallStage::Waiting { split, .. }, .. } => _ = self.waiting.insert((call, *split)),
            CallAct::Seen { stage: CallStage::Talking { agent, .. }, .. } => _ = self.talking.insert((call, *agent)),
            CallAct::Answered { agent, .. } => {
                self.waiting.retain(|(other, _)| *other != call);
                self.talking.insert((call, *agent));
            }
            CallAct::Transferred { agent, .. } | CallAct::AgentLeft { agent } => {
                self.talking.remove(&(call, *agent));
            }
            CallAct::QueueLeft { .. } => self.waiting.retain(|(other, _)| *other != call),
            CallAct::Ended { .. } | CallAct::Abandoned => {
                self.waiting.retain(|(other, _)| *other != call);
                self.talking.retain(|(other, _)| *other != call);
            }
            _ => {}
        }
    }
}

/// The stream that was not cut, up to the first event after the pump-up; the pump-up; and all after it.
fn around(whole: &str, reopened: &str) -> (Vec<Event>, Vec<Event>, Vec<Event>) {
    let whole = Played::captures(&[whole]).events();
    let cut = Played::captures(&[reopened]).events();
    let ended = cut.iter().position(|event| event.body == EventBody::PumpUpEnded).unwrap();
    let next = whole.iter().position(|event| *event == cut[ended + 1]).expect("both hear the first event after it");
    (whole[..next].to_vec(), cut[..=ended].to_vec(), cut[ended + 1..].to_vec())
}

#[test]
fn a_pump_up_knows_what_the_uninterrupted_stream_knows() {
    for (whole, reopened, waiting, talking) in [("small/1", "small/2b", 3, 2), ("mixed/A", "mixed/C2", 2, 2)] {
        let (before, pump_up, _) = around(whole, reopened);
        let (streamed, seen) = (Known::of(&before), Known::of(&pump_up));
        assert_eq!(seen.waiting.len(), waiting);
        assert_eq!(seen.talking.len(), talking);
        assert_eq!(streamed, seen, "{reopened}");
    }
}

#[test]
fn after_a_pump_up_all_ends_alike() {
    for (whole, reopened) in [("small/1", "small/2b"), ("mixed/A", "mixed/C2")] {
        let end = |name: &str| Known::of(&Played::captures(&[name]).events());
        assert_eq!(end(whole), end(reopened), "{reopened}");
    }
}

/// Whatever a cut connection tells of calls, the uninterrupted one tells as well, at the same second.
#[test]
fn a_cut_invents_nothing_and_doubles_nothing() {
    for (whole, first, second) in [("small/1", "small/2a", "small/2b"), ("mixed/A", "mixed/C1", "mixed/C2")] {
        let mut told: Vec<Event> = Played::captures(&[whole]).course();
        let cut = Played::captures(&[first, second]);
        for event in cut.course() {
            let EventBody::Call { act, .. } = &event.body else { continue };
            if matches!(act, CallAct::Seen { .. }) {
                continue;
            }
            let place = told.iter().position(|other| *other == event);
            told.remove(place.unwrap_or_else(|| panic!("{second} alone tells {event:?}")));
        }
        assert!(Count::of(&cut.events()).lost > 0, "calls were cut off");
    }
}

#[test]
fn a_restart_is_noticed() {
    let played = Played::captures(&["odd/A1", "odd/A2"]);
    assert_eq!(
        played.notices().iter().filter(|notice| matches!(notice, Notice::Restarted { uptime_secs: 3 })).count(),
        1
    );
    let cut = Played::captures(&["small/2a", "small/2b"]);
    assert!(!cut.notices().iter().any(|notice| matches!(notice, Notice::Restarted { .. })));
}

/// What a connection finds that was made while these channels were there and the member of queue 7, busy and perhaps in a call
/// of the queue; this happened between the lists.
fn found(channels: &[(&str, &str, &str, &str)], in_call: u8, between: &str) -> Played {
    let mut played = Played::new(Settings { username: "cms".to_owned(), ..Settings::default() });
    played.session.connected();
    played.receive("Asterisk Call Manager/9.0.0\nResponse: Success\n\nEvent: FullyBooted\nUptime: 9000\n\n");
    for (id, name, linked, state) in channels {
        played.receive(&format!(
            "Event: CoreShowChannel\nActionID: understudy-channels\nChannel: {name}\nChannelStateDesc: {state}\n\
             Uniqueid: {id}\nLinkedid: {linked}\n\n"
        ));
    }
    played.receive("Event: CoreShowChannelsComplete\nActionID: understudy-channels\n\n");
    played.receive(between);
    let fields = member_fields("SIP/1001", "Status: 2\n").replace("InCall: 0", &format!("InCall: {in_call}"));
    played.receive(&format!(
        "Event: QueueParams\nActionID: understudy-queues\nQueue: 7\n\n\
         Event: QueueMember\nActionID: understudy-queues\nQueue: 7\nName: Alice\nLocation: SIP/1001\n{fields}\n\
         Event: QueueStatusComplete\nActionID: understudy-queues\n\n"
    ));
    played.happen("1000000.0", "Tick", "");
    played
}

const TALKING: &str = "Seen since: Moment(999990), stage: Talking agent: LoginId(1001), delivery: ";

/// The server that heard it begin counts it, so the intervals here must not be taken for whole before it is over.
#[test]
fn a_call_of_the_agents_own_is_known_to_have_begun_unseen() {
    let dialled =
        [("999990.1", "SIP/1001-00000001", "999990.1", "Up"), ("999990.2", "SIP/trunk-00000002", "999990.1", "Up")];
    let mut played = found(&dialled, 0, "");
    let told = played.news();
    assert!(told.contains(&format!("{TALKING}Extension")) && told.contains("mode: Available"), "{told}");
    played.happen("1000005.0", "Hangup", "Uniqueid: 999990.2\n");
    played.happen("1000005.0", "Hangup", "Uniqueid: 999990.1\n");
    played.happen("1000008.0", "Tick", "");
    let told = played.news();
    assert!(told.contains("5 Ended by: Agent\n"), "{told}");

    // Not answered yet, or with an announcement: nobody counts that.
    let alone = [("999990.1", "SIP/1001-00000001", "999990.1", "Up")];
    let rings =
        [("999990.1", "SIP/1001-00000001", "999990.1", "Up"), ("999990.2", "SIP/9-00000002", "999990.1", "Ringing")];
    for channels in [&alone[..], &rings[..]] {
        let told = found(channels, 0, "").news();
        assert!(!told.contains("Talking") && told.contains("mode: Available"), "{told}");
    }
}

const UNNAMED: &str = "Seen since: Moment(1000000), stage: Talking agent: LoginId(1001), delivery: ";

/// Nobody can name what keeps the phone busy: the channels are not listed, or not as this phone's. It is a call that began unseen,
/// so the intervals are incomplete until it is over.
#[test]
fn a_call_that_no_list_names_is_known_to_have_begun_unseen() {
    let idle = |played: &mut Played, at: &str| played.member(at, "QueueMemberStatus", "Status: 1\n");
    let mut own = found(&[], 0, "");
    let told = own.news();
    assert!(told.contains(&format!("{UNNAMED}Extension")) && told.contains("mode: Available"), "{told}");
    idle(&mut own, "1000005.0");
    own.happen("1000007.0", "Tick", "");
    assert_eq!(own.news(), "5 Ended by: Agent\n");

    // A queue's, of which the queue tells the end, however its phone is called.
    let complete = "Queue: 7\nInterface: SIP/1001\nUniqueid: 999000.1\nTalkTime: 500\nReason: transfer\n";
    let mut of_queue = found(&[], 1, "");
    let told = of_queue.news();
    assert!(told.contains(&format!("{UNNAMED}Skill(SplitId(7))")), "{told}");
    of_queue.happen("1000004.9", "AgentComplete", complete);
    idle(&mut of_queue, "1000005.0");
    of_queue.happen("1000016.0", "Tick", "");
    let call = model::CallId(numbering::call_id("SIP/1001 1000000").0);
    let told = of_queue.news();
    assert_eq!(
        told,
        format!(
            "4 Ended by: Agent\n4 Mode {{ split: None, mode: Acw(Some({call:?})) }}\n14 Mode {{ split: None, mode: Available }}\n"
        )
    );

    // Who leaves the queues is heard of no more.
    let mut leaves = found(&[], 0, "");
    leaves.news();
    leaves.member("1000005.0", "QueueMemberRemoved", "Status: 2\n");
    assert_eq!(leaves.news(), "5 Ended by: Agent\n5 LoggedOut { reason: None }\n");
}

/// In AUX, too: the pause waits for the end of the call that nobody can name.
#[test]
fn a_pause_hides_no_call() {
    let mut played = Played::new(Settings { username: "cms".to_owned(), ..Settings::default() });
    played.session.connected();
    played.receive("Asterisk Call Manager/9.0.0\nResponse: Success\n\nEvent: FullyBooted\nUptime: 9000\n\n");
    played.receive("Response: Error\nActionID: understudy-channels\nMessage: Permission denied\n\n");
    let fields = member_fields("hint:1001@ext-local", "Status: 3\nPaused: 1\nPausedReason: 5\n");
    played.receive(&format!(
        "Event: QueueParams\nActionID: understudy-queues\nQueue: 7\n\n\
         Event: QueueMember\nActionID: understudy-queues\nQueue: 7\nName: Alice\nLocation: Local/1001@q\n{fields}\n\
         Event: QueueStatusComplete\nActionID: understudy-queues\n\n"
    ));
    played.happen("1000000.0", "Tick", "");
    let told = played.news();
    assert!(told.contains(&format!("{UNNAMED}Extension")) && told.contains("mode: Aux(AuxReason(5))"), "{told}");
}

/// The lists are not of one moment: a call that is answered between them is in neither as one that is talked on.
#[test]
fn a_call_answered_between_the_lists_is_not_lost() {
    let channels = [
        ("999980.1", "SIP/trunk-00000001", "999980.1", "Up"),
        ("999990.2", "SIP/1001-00000002", "999980.1", "Ringing"),
    ];
    let connect = "Event: AgentConnect\nPrivilege: agent,all\nTimestamp: 999999.9\nQueue: 7\nInterface: SIP/1001\n\
                   Uniqueid: 999980.1\nLinkedid: 999980.1\nDestChannel: SIP/1001-00000002\nDestUniqueid: 999990.2\n\n";
    let told = found(&channels, 1, connect).news();
    assert!(told.contains(&format!("{TALKING}Skill(SplitId(7))")), "{told}");
}
