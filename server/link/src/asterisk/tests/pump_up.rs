//! What is so now, told after a cut, against the stream that was not cut.

use std::collections::{BTreeMap, BTreeSet};

use model::event::{AgentAct, CallAct, CallStage, Skills, WorkMode};
use model::{CallId, Event, EventBody, LoginId, SplitId};

use super::totals::Count;
use super::world::Played;
use crate::asterisk::Notice;

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
