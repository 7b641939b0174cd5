//! A call: what it holds and where it waits. The agents' parts in it are kept by the agents.

use model::event::Direction;
use model::{CallId, Moment, SplitId};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::agent::Agent;
use crate::exceptions::Timer;
use crate::history::History;
use crate::outcome::Outcome;
use crate::parts::Awaits;
use crate::slots::{Ix, Lookup, Pool};
use crate::split::Wait;
use crate::trunk::{Carried, TrunkUse};
use crate::vdn::{Vdn, Visit};
use crate::vector::{Passage, Vector};

/// Where a call stands, for its trunk and its VDN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Stage {
    Seized,
    Queued,
    Ringing,
    Connected,
    Held,
}

/// The VDN and the vector in which a call waits in a queue.
pub(crate) type WaitsIn = (Option<Ix<Vdn>>, Option<Ix<Vector>>);

/// One call.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Call {
    pub id: CallId,
    pub began_at: Moment,
    pub history: Ix<History>,
    /// What it waits for in its present part, and since when.
    pub waits_for: Awaits,
    pub waits_since: Moment,
    /// It began while nothing was collected.
    pub unseen: bool,
    /// One, but for calls that were joined.
    pub trunks: SmallVec<[TrunkUse; 1]>,
    pub visit: Option<Ix<Visit>>,
    pub first_vdn: Option<Ix<Vdn>>,
    /// The VDN that counts it among its active calls.
    pub active_in: Option<Ix<Vdn>>,
    pub passage: Option<Passage>,
    pub in_vector: bool,
    pub waits: SmallVec<[Wait; 3]>,
    /// It has left a queue unanswered, and no other queue has taken it in yet.
    pub flowed: bool,
    /// Agents it rings at, is with, or is held by.
    pub agents: SmallVec<[Ix<Agent>; 2]>,
    /// Answered at a station that is no measured agent's, or gone to an unmeasured place.
    pub elsewhere: bool,
    pub stage: Stage,
    pub outcome: Option<Outcome>,
    /// How many agents answered it as a skill or direct-agent call.
    pub answers: u32,
    /// The split that answered it last.
    pub answered_in: Option<SplitId>,
    /// An agent dialled it.
    pub dialed: bool,
    pub far_end_at: Option<Moment>,
    pub transfers: u32,
    pub audio: u32,
    pub reserve: u8,
    /// Numbers of calls that have become one with it.
    pub merged: SmallVec<[CallId; 1]>,
    /// The VDN and the vector that count it as waiting in a queue.
    pub waits_in: WaitsIn,
    /// What rules time of it.
    pub timers: Vec<Timer>,
}

impl Call {
    pub(crate) fn new(id: CallId, began_at: Moment, history: Ix<History>) -> Self {
        Call {
            id,
            began_at,
            history,
            waits_for: Awaits::Nothing,
            waits_since: began_at,
            unseen: false,
            trunks: SmallVec::new(),
            visit: None,
            first_vdn: None,
            active_in: None,
            passage: None,
            in_vector: false,
            waits: SmallVec::new(),
            flowed: false,
            agents: SmallVec::new(),
            elsewhere: false,
            stage: Stage::Seized,
            outcome: None,
            answers: 0,
            answered_in: None,
            dialed: false,
            far_end_at: None,
            transfers: 0,
            audio: 0,
            reserve: 0,
            merged: SmallVec::new(),
            waits_in: (None, None),
            timers: Vec::new(),
        }
    }

    /// Looks at what most acts on the call change, see `ahead`.
    #[inline]
    pub(crate) fn touch(&self) -> usize {
        let places = self.agents.len() ^ self.waits.len() ^ self.trunks.len() ^ self.merged.len() ^ self.timers.len();
        places ^ self.history.number() ^ self.stage as usize ^ usize::from(self.reserve) ^ usize::from(self.unseen)
    }

    /// An outgoing call that no agent dialled: an adjunct placed it for the agents to take.
    pub(crate) fn is_predictive(&self) -> bool {
        !self.dialed && self.trunks.first().is_some_and(|seized| seized.direction == Direction::Out)
    }

    /// Whether the queue it joins now takes in what flowed out of another. Of several, only the first one does.
    pub(crate) fn takes_flow(&mut self) -> bool {
        self.waits.is_empty() && std::mem::take(&mut self.flowed)
    }

    /// Whether it came in on a trunk.
    pub(crate) fn is_incoming(&self) -> bool {
        self.trunks.iter().any(|seized| seized.direction == Direction::In)
    }

    /// What it has been so far, for its trunk.
    pub(crate) fn carried(&self) -> Carried {
        Carried {
            outcome: self.outcome,
            in_vector: self.in_vector,
            transfers: self.transfers,
            audio: self.audio,
            far_end_at: self.far_end_at,
            reserve: self.reserve,
        }
    }

    pub(crate) fn decide(&mut self, outcome: Outcome) {
        self.outcome.get_or_insert(outcome);
    }

    pub(crate) fn shift(&mut self, secs: i64) {
        self.began_at = self.began_at + secs;
        self.waits_since = self.waits_since + secs;
        self.far_end_at = self.far_end_at.map(|at| at + secs);
        self.waits.iter_mut().for_each(|wait| wait.since = wait.since + secs);
        self.timers.iter_mut().for_each(|timer| timer.shift(secs));
        for seized in &mut self.trunks {
            seized.seized_at = seized.seized_at + secs;
            if let Some(carried) = &mut seized.carried {
                carried.far_end_at = carried.far_end_at.map(|at| at + secs);
            }
        }
        if let Some(passage) = &mut self.passage {
            passage.entered_at = passage.entered_at + secs;
            passage.in_since = passage.in_since.map(|since| since + secs);
        }
    }

    pub(crate) fn remove_agent(&mut self, agent: Ix<Agent>) {
        self.agents.retain(|other| *other != agent);
    }
}

/// All calls alive, by their number.
#[derive(Default)]
pub(crate) struct Calls {
    pub pool: Pool<Call>,
    by_id: Lookup<CallId, Ix<Call>>,
}

impl Calls {
    pub(crate) fn find(&self, id: CallId) -> Option<Ix<Call>> {
        self.by_id.get(&id).copied()
    }

    pub(crate) fn insert(&mut self, call: Call) -> Ix<Call> {
        let id = call.id;
        let ix = self.pool.insert(call);
        self.by_id.insert(id, ix);
        ix
    }

    pub(crate) fn remove(&mut self, ix: Ix<Call>) -> Option<Call> {
        let call = self.pool.remove(ix)?;
        self.by_id.remove(&call.id);
        for id in &call.merged {
            self.by_id.remove(id);
        }
        Some(call)
    }

    /// Takes a call out that goes on as a part of `survivor`; its number means that one from now on.
    pub(crate) fn merge(&mut self, gone: Ix<Call>, survivor: Ix<Call>) -> Option<Call> {
        let call = self.pool.remove(gone)?;
        let numbers = call.merged.iter().copied().chain([call.id]);
        for id in numbers {
            self.by_id.insert(id, survivor);
            self.pool[survivor].merged.push(id);
        }
        Some(call)
    }

    pub(crate) fn clear(&mut self) {
        self.pool.clear();
        self.by_id.clear();
    }
}

impl Serialize for Calls {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.pool.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Calls {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let pool = Pool::<Call>::deserialize(deserializer)?;
        let numbers = |(ix, call): (Ix<Call>, &Call)| {
            call.merged.iter().copied().chain([call.id]).map(|id| (id, ix)).collect::<Vec<_>>()
        };
        let by_id = pool.indexed().flat_map(numbers).collect();
        Ok(Calls { pool, by_id })
    }
}
