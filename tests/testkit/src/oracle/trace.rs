//! What traced agents were doing, state by state, as the trace must tell it.
//!
//! A state is what is shown of the agent over all skills. It is told when another begins, with what the agent did in it and
//! what was known of its call; login and logout are told as moments.

use std::collections::BTreeMap;
use std::sync::Arc;

use catalog::{Record, TraceFlags, TraceRow};
use model::event::{AgentAct, CallAct, CallIdentity, Direction, Party, WorkMode};
use model::{AuxReason, CallId, LoginId, LogoutReason, Moment, SplitId, WorkCode};

use super::Recount;
use super::desk::{Base, Desk, Part, Stage, Way};
use super::work::{Doing, reason};

/// Most differences told.
const TOLD_MAX: usize = 40;
const ON: [Stage; 2] = [Stage::Talking, Stage::Held];

/// The trace of one agent.
#[derive(Default)]
pub(super) struct Watch {
    state: Option<State>,
    /// The second of the last record, and how many there were in it.
    last: (Moment, u32),
}

struct State {
    since: Moment,
    shown: Shown,
    /// The agent's part that it is about.
    part: Option<usize>,
    flags: TraceFlags,
    code: Option<WorkCode>,
}

/// What makes two states different.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Shown {
    word: &'static str,
    direction: Option<Direction>,
    split: Option<SplitId>,
    reason: Option<AuxReason>,
}

/// What is known of the call of an agent's part.
#[derive(Debug, Clone, Default)]
pub(super) struct Named {
    pub identity: Option<Arc<CallIdentity>>,
    /// Extension of the agent who dialled the call.
    pub dialed_at: Option<model::Extension>,
    /// What was dialled on it.
    pub digits: Option<model::PhoneNumber>,
}

impl Recount {
    pub(super) fn set_trace(&mut self, agent: LoginId, on: bool) {
        if on {
            self.watches.entry(agent).or_default();
        } else {
            self.end_state(agent);
            self.watches.remove(&agent);
        }
        self.touched.insert(agent);
    }

    /// Logins and logouts are moments of their own.
    pub(super) fn trace_session(&mut self, agent: LoginId, act: &AgentAct) {
        match act {
            AgentAct::LoggedIn { .. } => self.tell_moment(agent, "LOGON", None),
            AgentAct::LoggedOut { reason } => {
                self.end_state(agent);
                self.tell_moment(agent, "LOGOFF", *reason);
            }
            _ => {}
        }
    }

    fn tell_moment(&mut self, agent: LoginId, word: &str, logout_reason: Option<LogoutReason>) {
        let now = self.now;
        if let Some(watch) = self.watches.get_mut(&agent) {
            let seq = watch.next(now);
            self.traces.push(TraceRow { seq, logout_reason, ..TraceRow::bare(agent, now, now, fitting(word)) });
        }
    }

    /// What an agent does on a call belongs to the state under way when it is done.
    pub(super) fn trace_act(&mut self, named: CallId, act: &CallAct) {
        let id = self.survivor(named);
        match act {
            CallAct::Assist { agent } | CallAct::MaliciousTrace { agent } | CallAct::WorkCodeEntered { agent, .. }
                if self.share(*agent, named).is_none() => {}
            CallAct::Held { agent } => self.mark_state(*agent, |state| state.flags.held = true),
            CallAct::Retrieved { agent } => self.mark_state(*agent, |state| state.flags.reconnected = true),
            CallAct::Conferenced { agent, .. } => self.mark_state(*agent, |state| state.flags.conference = true),
            CallAct::AgentLeft { agent } => self.mark_state(*agent, |state| state.flags.agent_released = true),
            CallAct::Transferred { agent, .. } => self.mark_state(*agent, |state| {
                (state.flags.transferred, state.flags.agent_released) = (true, true);
            }),
            CallAct::Assist { agent } => self.mark_state(*agent, |state| state.flags.assist = true),
            CallAct::MaliciousTrace { agent } => self.mark_state(*agent, |state| state.flags.malicious = true),
            CallAct::WorkCodeEntered { agent, code } => self.mark_state(*agent, |state| state.code = Some(*code)),
            CallAct::Ended { by: Party::Agent } => {
                for agent in self.agents_at(id, &ON) {
                    self.mark_state(agent, |state| state.flags.agent_released = true);
                }
            }
            _ => {}
        }
    }

    fn mark_state(&mut self, agent: LoginId, mark: impl FnOnce(&mut State)) {
        if let Some(state) = self.watches.get_mut(&agent).and_then(|watch| watch.state.as_mut()) {
            mark(state);
        }
    }

    /// The event is done with: another state may have begun.
    pub(super) fn follow_trace(&mut self, agent: LoginId) {
        let Some(watch) = self.watches.get(&agent) else { return };
        let known = watch.state.as_ref().map(|state| state.shown);
        let shown = self.desks.get(&agent).filter(|desk| desk.extension.is_some()).map(|desk| self.shown(agent, desk));
        if known == shown {
            return;
        }
        self.end_state(agent);
        let part = self.newest_part(agent);
        let made = part.and_then(|part| match self.parts[part].way {
            Way::Out { adjunct, .. } => Some(adjunct),
            _ => None,
        });
        let flags = TraceFlags {
            dialed_by_adjunct: made.unwrap_or(false),
            extension_call_made: made.is_some(),
            ..TraceFlags::default()
        };
        let since = self.now;
        if let Some(watch) = self.watches.get_mut(&agent) {
            watch.state = shown.map(|shown| State { since, shown, part, flags, code: None });
        }
    }

    fn end_state(&mut self, agent: LoginId) {
        let now = self.now;
        let Some(watch) = self.watches.get_mut(&agent) else { return };
        let Some(state) = watch.state.take() else { return };
        let seq = watch.next(now);
        let mut row = TraceRow { seq, ..TraceRow::bare(agent, state.since, now, fitting(state.shown.word)) };
        row.direction = fitting(match state.shown.direction {
            Some(Direction::In) => "IN",
            Some(Direction::Out) => "OUT",
            None => "",
        });
        (row.split, row.aux_reason) = (state.shown.split, state.shown.reason);
        (row.flags, row.work_code) = (state.flags, state.code);
        if let Some(part) = state.part.map(|part| &self.parts[part]) {
            name(&mut row, &part.named, matches!(part.way, Way::Out { .. }));
        }
        self.traces.push(row);
    }

    /// The part that the agent's state is about: the newest talked on, else ringing, held, or worked on.
    fn newest_part(&self, agent: LoginId) -> Option<usize> {
        let newest = |stage| {
            let parts = self.open_parts().filter(move |(_, part)| part.agent == agent && part.stage() == stage);
            parts.max_by_key(|(_, part)| part.since().1).map(|(number, _)| number)
        };
        [Stage::Talking, Stage::Ringing, Stage::Held, Stage::Acw].into_iter().find_map(newest)
    }

    fn shown(&self, agent: LoginId, desk: &Desk) -> Shown {
        let oldest = desk.skills.iter().min_by_key(|skill| skill.age);
        let plain = |word| Shown { word, direction: None, split: None, reason: None };
        let of = |word, split| Shown { split: Some(split), ..plain(word) };
        let part = self.newest_part(agent).map(|part| &self.parts[part]);
        let shown = match part.map(Part::stage) {
            Some(Stage::Talking) => {
                part.map_or(plain("OTHER"), |part| talking(part, oldest.map(|own| own.skill.split)))
            }
            Some(Stage::Ringing) => {
                let ringing = self.parts_of(agent).filter(|part| part.stage() == Stage::Ringing);
                let split = ringing.map(|part| part.way.split()).find(Option::is_some).flatten();
                split.map_or(plain("OTHER"), |split| Shown { direction: Some(Direction::In), ..of("RING", split) })
            }
            Some(Stage::Held) => {
                let acd = self.parts_of(agent).find_map(|part| match (part.stage(), part.way) {
                    (Stage::Held, Way::Skill(split)) => Some(split),
                    _ => None,
                });
                Shown { split: acd, ..plain("OTHER") }
            }
            _ => match self.by_mode(agent, desk) {
                Doing::Available => plain("AVAIL"),
                Doing::Acw(split) => of("ACW", split),
                Doing::DirectAcw(split) => of("DACW", split),
                Doing::Aux => plain("AUX"),
                _ => plain("OTHER"),
            },
        };
        let mode: Option<WorkMode> = oldest.and_then(|skill| skill.mode);
        let reason = (shown.word == "AUX").then(|| AuxReason(reason(mode)));
        Shown { reason, ..shown }
    }

    /// A call is known by another identity, or by what was dialled: so are the parts in it.
    pub(super) fn name_call(&mut self, id: CallId, act: &CallAct) {
        let call = self.get(id);
        match act {
            CallAct::Identified { identity } => call.named.identity = Some(Arc::clone(identity)),
            CallAct::DigitsDialed { digits, .. } => call.named.digits = Some(*digits),
            _ => return,
        }
        let named = call.named.clone();
        for &number in &self.open {
            let part = &mut self.parts[number];
            if part.call == id && [Stage::Ringing, Stage::Talking, Stage::Held].contains(&part.stage()) {
                part.named = named.clone();
            }
        }
    }
}

impl Watch {
    fn next(&mut self, at: Moment) -> u32 {
        self.last = if self.last.0 == at { (at, self.last.1 + 1) } else { (at, 1) };
        self.last.1
    }
}

fn talking(part: &Part, oldest: Option<SplitId>) -> Shown {
    let inward = match part.way {
        Way::Out { .. } => Direction::Out,
        Way::Skill(_) if part.placed => Direction::Out,
        _ => Direction::In,
    };
    let (word, split) = match (part.way, part.base) {
        (Way::Skill(split), _) => ("ACD", Some(split)),
        (Way::Direct(split), _) => ("DACD", Some(split)),
        (_, Base::Acw { split, direct: false }) => ("ACW", Some(split)),
        (_, Base::Acw { split, direct: true }) => ("DACW", Some(split)),
        (_, Base::Holding(split)) => ("AUX", Some(split)),
        (_, Base::Aux) => ("AUX", oldest),
    };
    Shown { word, direction: Some(inward), split, reason: None }
}

fn name(row: &mut TraceRow, named: &Named, made: bool) {
    let identity = named.identity.as_deref();
    if let Some(ucid) = identity.and_then(|known| known.ucid) {
        row.ucid = fitting(ucid.as_str());
    }
    if let Some(kind) = identity.and_then(|known| known.line_kind) {
        row.calling_ii = fitting(&format!("{:02}", kind.0));
    }
    match (identity.and_then(|known| known.calling_party), named.dialed_at) {
        (Some(number), _) => row.calling_party = fitting(number.as_str()),
        (None, Some(extension)) => row.calling_party = fitting(extension.as_str()),
        (None, None) => {}
    }
    if let Some(digits) = named.digits.filter(|_| made) {
        row.digits_dialed = fitting(digits.as_str());
    }
}

fn fitting<const N: usize>(text: &str) -> arrayvec::ArrayString<N> {
    arrayvec::ArrayString::from(text).expect("the text fits")
}

/// Every difference between recounted states and the records of them, in words; empty if there is none.
pub(super) fn differences(recounted: &[TraceRow], records: &[(u64, Record)]) -> Vec<String> {
    type Place = (LoginId, Moment, u32);
    let place = |row: &TraceRow| (row.agent, row.ended_at, row.seq);
    let told = records.iter().filter_map(|(_, record)| match record {
        Record::Trace(row) => Some((place(row), &**row)),
        _ => None,
    });
    let told: BTreeMap<Place, &TraceRow> = told.collect();
    let recounted: BTreeMap<Place, &TraceRow> = recounted.iter().map(|row| (place(row), row)).collect();
    let missing = recounted
        .iter()
        .filter(|(place, row)| told.get(*place) != Some(*row))
        .map(|(place, row)| format!("recounted {row:?}, told {:?}", told.get(place)));
    let more =
        told.iter().filter(|(place, _)| !recounted.contains_key(*place)).map(|(_, row)| format!("only told: {row:?}"));
    missing.chain(more).take(TOLD_MAX).collect()
}
