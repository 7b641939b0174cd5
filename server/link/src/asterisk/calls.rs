//! The calls alive on the PBX as far as queues and agents' phones show them, and how to find one again.
//!
//! A call is its caller's channel. Events name it by that channel, by an agent's channel, by the linked ID that all its
//! channels share, or, when the channels are gone already, only by queue and member.

use std::collections::BTreeMap;

use model::{CallId, LoginId, SplitId, VdnId};

use super::numbering;

/// An agent's phone that rings for a call.
#[derive(Debug, Clone)]
pub(super) struct Leg {
    pub(super) channel: String,
    pub(super) agent: LoginId,
}

/// An agent connected to a call of a queue.
#[derive(Debug, Clone)]
pub(super) struct Talk {
    pub(super) channel: String,
    pub(super) agent: LoginId,
    pub(super) peer: String,
    pub(super) queue: String,
    pub(super) interface: String,
    pub(super) answered_micros: i64,
    pub(super) wrapup_secs: u32,
    pub(super) held: bool,
    /// False once the agent is off the call though the queue has not said so.
    pub(super) open: bool,
}

/// An agent on a call that no queue gave him.
#[derive(Debug, Clone)]
pub(super) struct Party {
    pub(super) channel: String,
    pub(super) agent: LoginId,
    pub(super) held: bool,
}

/// One call.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) id: CallId,
    pub(super) linked: String,
    pub(super) vdn: Option<VdnId>,
    /// The queue it waits in; a channel can wait in one only.
    pub(super) waiting: Option<(String, SplitId)>,
    pub(super) legs: Vec<Leg>,
    pub(super) talks: Vec<Talk>,
    pub(super) parties: Vec<Party>,
    /// No list named it: only that the agent's phone is in use is known.
    pub(super) unnamed: bool,
    /// An agent had it since it entered its VDN.
    pub(super) answered: bool,
    /// The caller's channel is gone.
    pub(super) hung_up: bool,
    /// Its end was told, though a queue has yet to notice.
    pub(super) ended: bool,
}

impl Call {
    pub(super) fn new(uniqueid: &str, linked: &str) -> Self {
        Call {
            id: numbering::call_id(uniqueid),
            linked: linked.to_owned(),
            vdn: None,
            waiting: None,
            legs: Vec::new(),
            talks: Vec::new(),
            parties: Vec::new(),
            unnamed: false,
            answered: false,
            hung_up: false,
            ended: false,
        }
    }

    /// Whether the channel that the call came from is an agent's.
    pub(super) fn dialled_by_agent(&self, caller: &str) -> bool {
        self.parties.iter().any(|party| party.channel == caller)
    }

    /// Whether only the phone can say that it is over: it has no name, and no queue gave it.
    pub(super) fn is_the_phones(&self) -> bool {
        self.unnamed && self.talks.iter().all(|talk| talk.queue.is_empty())
    }

    fn has(&self, agent: LoginId) -> bool {
        self.legs.iter().any(|leg| leg.agent == agent)
            || self.talks.iter().any(|talk| talk.open && talk.agent == agent)
            || self.parties.iter().any(|party| party.agent == agent)
    }
}

/// All calls, by the caller's channel.
#[derive(Debug, Default)]
pub(super) struct Calls {
    by_channel: BTreeMap<String, Call>,
}

impl Calls {
    pub(super) fn find(&mut self, channel: &str) -> Option<&mut Call> {
        self.by_channel.get_mut(channel)
    }

    pub(super) fn contains(&self, channel: &str) -> bool {
        self.by_channel.contains_key(channel)
    }

    pub(super) fn insert(&mut self, channel: &str, call: Call) -> &mut Call {
        self.by_channel.entry(channel.to_owned()).or_insert(call)
    }

    pub(super) fn remove(&mut self, channel: &str) -> Option<Call> {
        self.by_channel.remove(channel)
    }

    pub(super) fn clear(&mut self) {
        self.by_channel.clear();
    }

    /// The caller's channel of a call.
    pub(super) fn channel_of(&self, id: CallId) -> Option<String> {
        self.by_channel.iter().find(|(_, call)| call.id == id).map(|(caller, _)| caller.clone())
    }

    /// Whether the agent rings or talks on any call.
    pub(super) fn busy(&self, agent: LoginId) -> bool {
        self.by_channel.values().any(|call| call.has(agent))
    }

    /// Takes away the call of an agent that only the phone could end, and gives its number.
    pub(super) fn take_phones(&mut self, agent: LoginId) -> Option<CallId> {
        let mut calls = self.by_channel.iter();
        let caller =
            calls.find(|(_, call)| call.is_the_phones() && call.has(agent)).map(|(caller, _)| caller.clone())?;
        self.remove(&caller).map(|call| call.id)
    }

    /// Whether a call of this queue rings at the agent or is talked on.
    pub(super) fn queue_is_at(&self, queue: &str, agent: LoginId) -> bool {
        self.by_channel.values().any(|call| {
            let waits_here = call.waiting.as_ref().is_some_and(|(waits_in, _)| waits_in == queue);
            (waits_here && call.legs.iter().any(|leg| leg.agent == agent))
                || call.talks.iter().any(|talk| talk.open && talk.agent == agent && talk.queue == queue)
        })
    }

    /// Whether a queue's call connects or rings this agent within the family of channels `linked`.
    pub(super) fn queue_has(&self, linked: &str, agent: LoginId) -> bool {
        self.by_channel.values().any(|call| {
            call.linked == linked
                && (call.legs.iter().any(|leg| leg.agent == agent) || call.talks.iter().any(|talk| talk.agent == agent))
        })
    }

    /// The call that rings at this channel.
    pub(super) fn ringing_at(&self, channel: &str) -> Option<String> {
        let mut calls = self.by_channel.iter();
        calls.find(|(_, call)| call.legs.iter().any(|leg| leg.channel == channel)).map(|(caller, _)| caller.clone())
    }

    /// The call that this channel takes part in as a phone no queue has rung.
    pub(super) fn party_at(&self, channel: &str) -> Option<String> {
        let mut calls = self.by_channel.iter();
        calls
            .find(|(_, call)| call.parties.iter().any(|party| party.channel == channel))
            .map(|(caller, _)| caller.clone())
    }

    /// The conversation that a phone's channel belongs to: its own, or, for a phone behind a Local channel, that of the
    /// agent with this phone within the same family of channels.
    pub(super) fn talk_at(&mut self, channel: &str, linked: &str, peer: &str) -> Option<(CallId, &mut Talk)> {
        let direct = self.place(|_, talk| talk.open && talk.channel == channel);
        let at = direct.or_else(|| {
            self.place(|call, talk| talk.open && call.linked == linked && talk.peer == peer && talk.channel != channel)
        })?;
        self.talk(&at)
    }

    /// The conversation that a queue says is over: by the agent's channel, the caller's channel and member, or, with
    /// both channels gone, by the member and when it must have begun.
    pub(super) fn talk_over(&self, over: &Over<'_>) -> Option<(String, usize)> {
        let member = |talk: &Talk| talk.queue == over.queue && talk.interface == over.interface;
        if let Some(channel) = over.agent_channel
            && let Some(at) = self.place(|_, talk| talk.channel == channel)
        {
            return Some(at);
        }
        if let Some(caller) = over.caller
            && let Some(call) = self.by_channel.get(caller)
            && let Some(index) = call.talks.iter().position(member)
        {
            return Some((caller.to_owned(), index));
        }
        let talks = self
            .by_channel
            .iter()
            .flat_map(|(caller, call)| call.talks.iter().enumerate().map(move |(index, talk)| (caller, index, talk)));
        talks
            .filter(|(_, _, talk)| member(talk))
            .min_by_key(|(caller, _, talk)| (talk.answered_micros.abs_diff(over.began_micros), (*caller).clone()))
            .map(|(caller, index, _)| (caller.clone(), index))
    }

    /// All open conversations of an agent, as caller's channel and agent's channel.
    pub(super) fn open_talks(&self, agent: LoginId) -> Vec<(String, String)> {
        let calls = self.by_channel.iter();
        calls
            .flat_map(|(caller, call)| call.talks.iter().map(move |talk| (caller, talk)))
            .filter(|(_, talk)| talk.open && talk.agent == agent)
            .map(|(caller, talk)| (caller.clone(), talk.channel.clone()))
            .collect()
    }

    fn talk(&mut self, at: &(String, usize)) -> Option<(CallId, &mut Talk)> {
        let call = self.by_channel.get_mut(&at.0)?;
        Some((call.id, call.talks.get_mut(at.1)?))
    }

    fn place(&self, wanted: impl Fn(&Call, &Talk) -> bool) -> Option<(String, usize)> {
        self.by_channel.iter().find_map(|(caller, call)| {
            let index = call.talks.iter().position(|talk| wanted(call, talk))?;
            Some((caller.clone(), index))
        })
    }
}

/// What the end of a conversation says about which one it was.
#[derive(Debug)]
pub(super) struct Over<'a> {
    pub(super) agent_channel: Option<&'a str>,
    pub(super) caller: Option<&'a str>,
    pub(super) queue: &'a str,
    pub(super) interface: &'a str,
    pub(super) began_micros: i64,
}
