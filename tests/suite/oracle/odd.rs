//! What a switch may tell otherwise than the simulated one does: deeds at any time, profiles that people change meanwhile, and
//! any number of a call where calls have become one.

use std::collections::{BTreeMap, BTreeSet};

use model::event::{AgentAct, CallAct, Configuration, Delivery, Priority, WorkMode};
use model::{CallId, CallProfile, Event, EventBody, LoginId, WorkCode};

use super::rules::Dice;

/// The day with more deeds of agents: on calls, in the after-call work, and just after it.
pub fn busier(events: &[Event], seed: u64) -> Vec<Event> {
    let mut dice = Dice(seed ^ 0xD0);
    let mut day = Vec::with_capacity(events.len());
    let mut in_acw: BTreeMap<LoginId, CallId> = BTreeMap::new();
    for event in events {
        day.push(event.clone());
        let (share, is_late) = match &event.body {
            EventBody::Call { call, act } => (has_it(act).map(|agent| (agent, *call)), false),
            EventBody::Agent { agent, act: AgentAct::Mode { mode: WorkMode::Acw(Some(call)), .. } } => {
                in_acw.insert(*agent, *call);
                (Some((*agent, *call)), false)
            }
            EventBody::Agent { agent, act: AgentAct::Mode { .. } } => {
                (in_acw.remove(agent).map(|call| (*agent, call)), true)
            }
            _ => (None, false),
        };
        if let Some((agent, call)) = share.filter(|_| dice.below(5) == 0) {
            for _ in 0..=dice.below(2) {
                let act = deed(agent, if is_late { dice.below(2) } else { dice.below(4) }, &mut dice);
                day.push(Event { at: event.at, body: EventBody::Call { call, act } });
            }
        }
    }
    day
}

/// Whoever has the call after this.
fn has_it(act: &CallAct) -> Option<LoginId> {
    match act {
        CallAct::Answered { agent, .. }
        | CallAct::Held { agent }
        | CallAct::Retrieved { agent }
        | CallAct::Dialed { agent, .. } => Some(*agent),
        _ => None,
    }
}

fn deed(agent: LoginId, kind: u64, dice: &mut Dice) -> CallAct {
    match kind {
        0 => {
            let code = WorkCode::new(&(1 + dice.below(6)).to_string()).expect("a digit is a code");
            CallAct::WorkCodeEntered { agent, code }
        }
        1 => CallAct::MaliciousTrace { agent },
        2 => CallAct::Assist { agent },
        _ => CallAct::StrokeCount { agent, button: 1 + dice.below(9) as u8 },
    }
}

/// The day with half of the calls for one agent waiting for that agent in the queue of the split first.
pub fn waited_for(events: &[Event], seed: u64) -> Vec<Event> {
    let mut dice = Dice(seed ^ 0x3A);
    let mut seen = BTreeSet::new();
    let mut waits: Vec<Event> = Vec::new();
    let mut first = None;
    for event in events {
        let EventBody::Call { call, act } = &event.body else { continue };
        let began = *first.get_or_insert(event.at);
        if let CallAct::Ringing { delivery: Delivery::DirectAgent(split), .. } = act
            && seen.insert(*call)
            && dice.below(2) == 0
        {
            let at = (event.at + -(dice.below(90) as i64)).max(began);
            let priorities = [Priority::Low, Priority::Medium, Priority::High, Priority::Top];
            let priority = priorities[dice.below(4) as usize];
            waits.push(Event {
                at,
                body: EventBody::Call { call: *call, act: CallAct::Queued { split: *split, priority } },
            });
        }
    }
    // Behind the translations and what else was told before the first call; ahead of whatever else is told of that second.
    let mut day = events.to_vec();
    for wait in waits {
        let first_call = day.iter().position(|event| matches!(event.body, EventBody::Call { .. })).unwrap_or(day.len());
        let later = day[first_call..].iter().position(|event| event.at >= wait.at).unwrap_or(day.len() - first_call);
        day.insert(first_call + later, wait);
    }
    day
}

/// The day with other profiles now and then.
pub fn judged_anew(events: &[Event], seed: u64) -> Vec<Event> {
    let mut dice = Dice(seed ^ 0xB1);
    let mut known: Vec<Configuration> = Vec::new();
    let mut day = Vec::with_capacity(events.len());
    for event in events {
        day.push(event.clone());
        if let EventBody::Configured(told) = &event.body
            && matches!(**told, Configuration::Split { .. } | Configuration::Vdn { .. })
        {
            known.push((**told).clone());
        }
        if known.is_empty() || dice.below(150) > 0 {
            continue;
        }
        let profile = profile(&mut dice);
        let is_removed = dice.below(3) == 0;
        let one = known[dice.below(known.len() as u64) as usize].clone();
        let told = match (one, is_removed) {
            (Configuration::Vdn { vdn, .. }, false) => Configuration::VdnProfile { vdn, profile },
            (Configuration::Vdn { vdn, .. }, true) => Configuration::VdnProfileRemoved { vdn },
            (Configuration::Split { split, .. }, false) => Configuration::SplitProfile { split, profile },
            (Configuration::Split { split, .. }, true) => Configuration::SplitProfileRemoved { split },
            _ => continue,
        };
        day.push(Event { at: event.at, body: EventBody::Configured(Box::new(told)) });
        // The switch may tell its own level again at any time; it counts once nobody has decided otherwise.
        if dice.below(3) == 0 {
            let level_secs = Some(5 + dice.below(30) as u32);
            let mut again = known[dice.below(known.len() as u64) as usize].clone();
            if let Configuration::Vdn { service_level_secs, .. } | Configuration::Split { service_level_secs, .. } =
                &mut again
            {
                *service_level_secs = level_secs;
            }
            day.push(Event { at: event.at, body: EventBody::Configured(Box::new(again)) });
        }
    }
    day
}

fn profile(dice: &mut Dice) -> CallProfile {
    let mut limit_secs = 0;
    let increments: Vec<u32> = (0..dice.below(10))
        .map(|_| {
            limit_secs += 1 + dice.below(20) as u32;
            limit_secs
        })
        .collect();
    CallProfile::checked(5 + dice.below(30) as u32, &increments).expect("the increments rise")
}

/// The same day told by a switch that means a call by any number of those that have become one with it.
pub fn renamed(events: &[Event], seed: u64) -> Vec<Event> {
    let mut dice = Dice(seed ^ 0x1D);
    let mut heirs: BTreeMap<CallId, CallId> = BTreeMap::new();
    let mut day = Vec::with_capacity(events.len());
    for event in events {
        let mut event = event.clone();
        match &mut event.body {
            EventBody::Call { call, act } => {
                let plain = *call;
                *call = any_number(plain, &heirs, &mut dice);
                match act {
                    CallAct::Transferred { to: Some(other), .. } => _ = heirs.insert(plain, *other),
                    CallAct::Conferenced { with: Some(other), .. } => _ = heirs.insert(*other, plain),
                    _ => {}
                }
            }
            EventBody::Agent { act: AgentAct::Mode { mode: WorkMode::Acw(Some(call)), .. }, .. } => {
                *call = any_number(*call, &heirs, &mut dice);
            }
            _ => {}
        }
        day.push(event);
    }
    day
}

fn any_number(call: CallId, heirs: &BTreeMap<CallId, CallId>, dice: &mut Dice) -> CallId {
    let root = |mut call: CallId| {
        while let Some(heir) = heirs.get(&call) {
            call = *heir;
        }
        call
    };
    let all = heirs.keys().copied().chain([root(call)]).filter(|number| root(*number) == root(call));
    let all: Vec<CallId> = all.collect();
    all[dice.below(all.len() as u64) as usize]
}
