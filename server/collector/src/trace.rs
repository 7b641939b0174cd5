//! Agent trace: a record of every state that a traced agent has been in.
//!
//! A state is WORKMODE and DIRECTION over all skills, with the skill and the AUX reason that its record names. It is told
//! when it ends: when another begins, at logout, when the link is lost (what follows is not known), or when the trace is
//! turned off. Login and logout have records of their own that last no time; a session that only a pump-up told of has
//! none. Flags tell what the agent did in the state, what ended it included; who made the call is told in the call's own
//! states. Who calls and what was dialled is what was known last, while the state lasted, of the call with which it began;
//! another one that comes to the agent meanwhile has no part in it. The words are those of the call's record.
//!
//! An agent who is not traced costs one look at an empty pointer. Records made from the difference of two boards were
//! turned down: what lasts less than a second would be lost.

use std::sync::Arc;

use arrayvec::ArrayString;
use catalog::{Record, TraceFlags, TraceRow};
use model::event::{CallIdentity, Direction};
use model::{AuxReason, CallId, Extension, LoginId, LogoutReason, Moment, PhoneNumber, SplitId, WorkCode};
use serde::{Deserialize, Serialize};

use crate::agent::Agent;
use crate::call::Call;
use crate::call_record::{calling_party, line_kind};
use crate::collector::Collector;
use crate::leg::{Leg, LegKind, Phase};
use crate::slots::Ix;
use crate::work::Mode;

/// The trace of one agent.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Trace {
    /// What the agent is doing; `None` while not logged in, or not known to be.
    state: Option<Traced>,
    /// The second of the last record, and the records in it.
    last: (Moment, u32),
}

/// A state under way.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Traced {
    since: Moment,
    doing: Doing,
    /// The call that it is about, if that is at the agent.
    about: Option<CallId>,
    call: Named,
    flags: TraceFlags,
    work_code: Option<WorkCode>,
    /// A pump-up told of it, or the clock was set meanwhile: when it began is not known.
    unseen: bool,
}

/// What is known of the call that a state is about.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Named {
    identity: Option<Arc<CallIdentity>>,
    /// Extension of the agent who made the call.
    made_at: Option<Extension>,
    /// What the traced agent dialled.
    digits: Option<PhoneNumber>,
}

/// What makes two states different.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Doing {
    mode: Mode,
    direction: Option<Direction>,
    split: Option<SplitId>,
    reason: Option<AuxReason>,
}

impl Trace {
    pub(crate) fn shift(&mut self, secs: i64) {
        if let Some(state) = &mut self.state {
            state.since = state.since + secs;
        }
    }

    fn next_seq(&mut self, at: Moment) -> u32 {
        let (second, count) = &mut self.last;
        if *second != at {
            (*second, *count) = (at, 0);
        }
        *count += 1;
        *count
    }
}

impl Collector {
    /// Turns the trace of an agent on or off. What the agent is doing is traced from this moment, or up to it.
    pub(crate) fn set_trace(&mut self, id: LoginId, on: bool) {
        let ix = self.agent_ix(id);
        if self.agents[ix].trace.is_some() == on {
            return;
        }
        let traced = std::sync::Arc::make_mut(&mut self.traced);
        if on {
            traced.insert(id);
            self.agents[ix].trace = Some(Box::default());
            self.trace_state(ix);
        } else {
            traced.remove(&id);
            self.end_traced_state(ix);
            self.agents[ix].trace = None;
        }
    }

    /// What the agent is doing may have changed; looked at when the event is done with.
    #[inline]
    pub(crate) fn trace_state(&mut self, ix: Ix<Agent>) {
        if self.agents[ix].trace.is_some() {
            self.changed_traced.push(ix);
        }
    }

    /// Follows the traced agents whom the event has changed. States that only a step of ours knew, between two parts of one
    /// event, are no states.
    #[inline]
    pub(crate) fn follow_traced_agents(&mut self) {
        if !self.changed_traced.is_empty() {
            let mut changed = std::mem::take(&mut self.changed_traced);
            changed.drain(..).for_each(|ix| self.follow_traced(ix));
            self.changed_traced = changed;
        }
    }

    fn follow_traced(&mut self, ix: Ix<Agent>) {
        let now = self.now();
        let agent = &self.agents[ix];
        let doing = agent.session.is_some().then(|| self.doing(agent));
        let known = agent.trace.as_ref().and_then(|trace| trace.state.as_ref());
        if known.map(|state| state.doing) == doing {
            return;
        }
        let about = agent.traced_leg().filter(|leg| leg.is_open()).map(|leg| leg.call_id);
        let call = agent.traced_leg().map(|leg| self.named(leg)).unwrap_or_default();
        let made = agent.traced_leg().filter(|leg| leg.kind == LegKind::Extension(Direction::Out));
        let flags = TraceFlags {
            dialed_by_adjunct: made.is_some_and(|leg| leg.adjunct),
            extension_call_made: made.is_some(),
            ..TraceFlags::default()
        };
        let unseen = doing.is_some() && self.link.lost_at().is_some();
        self.end_traced_state(ix);
        if let Some(trace) = &mut self.agents[ix].trace {
            trace.state = doing.map(|doing| Traced { since: now, doing, about, call, flags, work_code: None, unseen });
            self.unseen += u32::from(unseen);
            self.incomplete |= unseen;
        }
    }

    /// What is known of the call of an agent's part.
    fn named(&self, leg: &Leg) -> Named {
        let call = self.calls.pool.get(leg.call).filter(|_| leg.is_open());
        let Some(part) = leg.place.or(call.map(|call| self.last_place(call))).map(|place| self.part_of(place)) else {
            return Named::default();
        };
        let origin = part.origin.as_deref();
        let made = leg.kind == LegKind::Extension(Direction::Out);
        Named {
            identity: part.identity.clone(),
            made_at: origin.and_then(|origin| origin.extension),
            digits: origin.and_then(|origin| origin.digits).filter(|_| made),
        }
    }

    /// A call has a new identity, or an agent has dialled on it: traced agents whose state is about it know it too.
    #[inline]
    pub(crate) fn trace_names(&mut self, ix: Ix<Call>) {
        if !self.traced.is_empty() {
            for agent in self.calls.pool[ix].agents.clone() {
                self.trace_name(ix, agent);
            }
        }
    }

    fn trace_name(&mut self, ix: Ix<Call>, agent: Ix<Agent>) {
        let leg = self.agents[agent].legs.iter().rfind(|leg| leg.call == ix && leg.is_open());
        let Some((id, call)) = leg.map(|leg| (leg.call_id, self.named(leg))) else { return };
        if let Some(state) = self.agents[agent].trace.as_mut().and_then(|trace| trace.state.as_mut())
            && state.about == Some(id)
        {
            state.call = call;
        }
    }

    /// The call that an agent's state is about has become one with another, and goes on under that one's number.
    pub(crate) fn trace_merged(&mut self, agent: Ix<Agent>, gone: CallId, survivor: CallId) {
        if let Some(state) = self.agents[agent].trace.as_mut().and_then(|trace| trace.state.as_mut())
            && state.about == Some(gone)
        {
            state.about = Some(survivor);
        }
    }

    fn doing(&self, agent: &Agent) -> Doing {
        let reason = agent.oldest().and_then(|position| agent.skills[position].state);
        Doing {
            mode: agent.work.mode,
            direction: agent.work.direction,
            split: agent.work.skill.map(|split| self.splits[split].id),
            reason: reason.filter(|_| agent.work.mode == Mode::Aux).map(|state| AuxReason(state.reason)),
        }
    }

    /// All states under way count as begun unseen from now on.
    pub(crate) fn doubt_traced_states(&mut self) {
        for agent in self.agents.iter_mut() {
            if let Some(state) = agent.trace.as_mut().and_then(|trace| trace.state.as_mut()) {
                self.unseen += u32::from(!std::mem::replace(&mut state.unseen, true));
            }
        }
    }

    /// Tells the state under way as it stands; the next one has not begun.
    pub(crate) fn end_traced_state(&mut self, ix: Ix<Agent>) {
        let now = self.now();
        let agent = &mut self.agents[ix];
        let Some(trace) = &mut agent.trace else { return };
        let Some(state) = trace.state.take() else { return };
        self.unseen = self.unseen.saturating_sub(u32::from(state.unseen));
        let mut row = trace_row(agent.id, state.since, now, trace.next_seq(now), state.doing.mode.word());
        row.direction = text(match state.doing.direction {
            Some(Direction::In) => "IN",
            Some(Direction::Out) => "OUT",
            None => "",
        });
        row.split = state.doing.split;
        row.aux_reason = state.doing.reason;
        let identity = state.call.identity.as_deref();
        row.ucid = text(identity.and_then(|known| known.ucid.as_ref()).map_or("", |ucid| ucid.as_str()));
        row.calling_party = calling_party(identity, state.call.made_at.as_ref());
        row.calling_ii = line_kind(identity);
        row.digits_dialed = text(state.call.digits.as_ref().map_or("", |digits| digits.as_str()));
        row.work_code = state.work_code;
        row.flags = state.flags;
        self.record(Record::Trace(Box::new(row)));
    }

    /// The agent logged in.
    pub(crate) fn trace_login(&mut self, ix: Ix<Agent>) {
        self.trace_moment(ix, "LOGON", None);
    }

    /// The agent logged out.
    pub(crate) fn trace_logout(&mut self, ix: Ix<Agent>, reason: Option<LogoutReason>) {
        self.end_traced_state(ix);
        self.trace_moment(ix, "LOGOFF", reason);
    }

    fn trace_moment(&mut self, ix: Ix<Agent>, word: &str, reason: Option<LogoutReason>) {
        let now = self.now();
        let agent = &mut self.agents[ix];
        let Some(trace) = &mut agent.trace else { return };
        let mut row = trace_row(agent.id, now, now, trace.next_seq(now), word);
        row.logout_reason = reason;
        self.record(Record::Trace(Box::new(row)));
    }

    /// Notes what the agent does in the state under way.
    #[inline]
    pub(crate) fn note_traced(&mut self, ix: Ix<Agent>, note: impl FnOnce(&mut TraceFlags)) {
        if let Some(state) = self.agents[ix].trace.as_mut().and_then(|trace| trace.state.as_mut()) {
            note(&mut state.flags);
        }
    }

    /// Notes what an agent does, who may be unknown.
    #[inline]
    pub(crate) fn note_traced_act(&mut self, id: LoginId, note: impl FnOnce(&mut TraceFlags)) {
        if let Some(ix) = self.agents.find(id).filter(|_| !self.traced.is_empty()) {
            self.note_traced(ix, note);
        }
    }

    /// Notes a call work code; the last one stands in the record.
    #[inline]
    pub(crate) fn note_traced_code(&mut self, ix: Ix<Agent>, code: WorkCode) {
        if let Some(state) = self.agents[ix].trace.as_mut().and_then(|trace| trace.state.as_mut()) {
            state.work_code = Some(code);
        }
    }
}

impl Agent {
    /// The part that the present state is about.
    fn traced_leg(&self) -> Option<&Leg> {
        let newest = |phase| self.legs.iter().rev().find(move |leg| leg.phase == phase);
        newest(Phase::Talking)
            .or_else(|| newest(Phase::Ringing))
            .or_else(|| newest(Phase::Held))
            .or_else(|| newest(Phase::Acw))
    }
}

fn trace_row(agent: LoginId, began_at: Moment, ended_at: Moment, seq: u32, mode: &str) -> TraceRow {
    TraceRow { seq, ..TraceRow::bare(agent, began_at, ended_at, text(mode)) }
}

/// As much of a text as the column holds.
fn text<const N: usize>(whole: &str) -> ArrayString<N> {
    let mut kept = ArrayString::new();
    whole.chars().for_each(|letter| _ = kept.try_push(letter));
    kept
}
