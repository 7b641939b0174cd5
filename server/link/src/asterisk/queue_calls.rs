//! Calls in queues: joining, ringing, answering, leaving, and the ends of all that.

use model::event::{CallAct, Delivery, Direction, Entry, Party, Priority};
use model::{LoginId, SplitId};

use super::calls::{Call, Leg, Over, Talk};
use super::numbering;
use super::translator::{Question, Translator};
use super::wire::Block;

impl Translator {
    pub(super) fn queue_join(&mut self, block: &Block) {
        let (Some(caller), Some(queue)) = (block.field("Uniqueid"), block.field("Queue")) else {
            return self.bad(block, "it lacks Uniqueid or Queue");
        };
        let split = numbering::split(&self.settings, queue);
        let leaving = self.asked(caller, |question| matches!(question, Question::Left { .. }));
        if let Some(call) = self.calls.find(caller)
            && !leaving
            && call.waiting.as_ref().is_some_and(|(waits_in, _)| waits_in == queue)
        {
            return;
        }
        if self.asked(caller, |question| matches!(question, Question::Left { abandoned: true, .. })) {
            self.miss_status();
        }
        self.sent_on(caller);
        let known = self.enter(block, caller);
        let Some(call) = self.calls.find(caller) else { return };
        call.waiting = Some((queue.to_owned(), split));
        let id = call.id;
        self.say(id, CallAct::Queued { split, priority: Priority::Medium });
        if !known {
            self.identify(id, block);
        }
    }

    pub(super) fn queue_leave(&mut self, block: &Block) {
        let Some((caller, split)) = self.waiting_in(block) else { return };
        if !self.asked(&caller, |question| matches!(question, Question::Left { .. })) {
            self.settle_rings(&caller);
            self.ask(&caller, Question::Left { split, abandoned: false });
        }
    }

    /// Also timeouts, empty queues and withdrawn callers end like this; a status that follows tells them apart.
    pub(super) fn queue_abandon(&mut self, block: &Block) {
        let Some((caller, split)) = self.waiting_in(block) else { return };
        // The phones stopped because the caller left: he may have abandoned while they rang.
        while self.answer(&caller, |question| matches!(question, Question::RingStop { .. }), |_| Vec::new()) {}
        let gone = self.answer(&caller, |question| *question == Question::CallerGone, |_| Vec::new());
        self.ask(&caller, Question::Left { split, abandoned: true });
        if gone {
            self.abandoned(&caller);
        }
    }

    pub(super) fn agent_called(&mut self, block: &Block) {
        let (Some(caller), Some(channel)) = (block.field("Uniqueid"), block.field("DestUniqueid")) else { return };
        let (split, agent) = self.split_and_agent(block);
        let Some(call) = self.calls.find(caller).filter(|call| call.waiting.is_some()) else { return };
        let id = call.id;
        if call.legs.iter().any(|leg| leg.channel == channel) {
            return;
        }
        call.legs.push(Leg { channel: channel.to_owned(), agent });
        let at = self.at();
        self.roster.ringing(&self.settings, agent, at, &mut self.out);
        self.say(id, CallAct::Ringing { agent, delivery: Delivery::Skill(split) });
    }

    pub(super) fn agent_connect(&mut self, block: &Block) {
        let (Some(caller), Some(channel)) = (block.field("Uniqueid"), block.field("DestUniqueid")) else { return };
        let (split, agent) = self.split_and_agent(block);
        if self.calls.find(caller).is_some_and(|call| call.talks.iter().any(|talk| talk.channel == channel)) {
            return;
        }
        self.settle_rings(caller);
        self.answer(caller, |question| matches!(question, Question::Left { .. }), |_| Vec::new());
        let interface = block.text("Interface");
        let talk = Talk {
            channel: channel.to_owned(),
            agent,
            peer: self.roster.phone_of(agent, block.text("Queue"), interface).unwrap_or(interface).to_owned(),
            queue: block.text("Queue").to_owned(),
            interface: interface.to_owned(),
            answered_micros: self.at_micros,
            wrapup_secs: self.roster.wrapup_secs(&self.settings, agent, block.text("Queue"), interface),
            held: false,
            open: true,
        };
        let call = self.calls.insert(caller, Call::new(caller, block.text("Linkedid")));
        (call.waiting, call.answered) = (None, true);
        call.talks.push(talk);
        let (id, legs) = (call.id, std::mem::take(&mut call.legs));
        for leg in legs.into_iter().filter(|leg| leg.channel != channel) {
            self.say(id, CallAct::RingStopped { agent: leg.agent });
        }
        self.say(id, CallAct::Answered { agent, delivery: Delivery::Skill(split) });
    }

    pub(super) fn agent_ring_no_answer(&mut self, block: &Block) {
        // In milliseconds; none means that the phone was busy or refused at once.
        let rang = block.number::<i64>("RingTime").unwrap_or(0) > 0;
        self.ring_over(
            block,
            |agent| if rang { CallAct::Redirected { agent } } else { CallAct::RingStopped { agent } },
        );
    }

    /// The agent hung up while the call was announced to him; the caller waits on.
    pub(super) fn agent_dump(&mut self, block: &Block) {
        self.ring_over(block, |agent| CallAct::RingStopped { agent });
    }

    pub(super) fn agent_complete(&mut self, block: &Block) {
        let talked_secs: i64 = block.number("TalkTime").unwrap_or(0);
        let over = Over {
            agent_channel: block.field("DestUniqueid"),
            caller: block.field("Uniqueid"),
            queue: block.text("Queue"),
            interface: block.text("Interface"),
            began_micros: self.at_micros.saturating_sub(talked_secs.saturating_mul(1_000_000)),
        };
        let Some((caller, index)) = self.calls.talk_over(&over) else { return };
        let Some(call) = self.calls.find(&caller) else { return };
        let (talk, id) = (call.talks.remove(index), call.id);
        let (hung_up, unnamed) = (call.hung_up, call.unnamed);
        let idle = |question: &Question| match question {
            Question::PhoneIdle { channel, .. } => *channel == talk.channel,
            question => *question == Question::CallerGone,
        };
        while self.answer(&caller, idle, |_| Vec::new()) {}
        let agent = talk.agent;
        if unnamed {
            // Where the caller goes, nobody will say of a call without a name.
            let by = if block.text("Reason") == "caller" { Party::Caller } else { Party::Agent };
            return self.over(&caller, &talk, by);
        }
        match block.text("Reason") {
            "transfer" if talk.open => self.say(id, CallAct::Transferred { agent, to: None }),
            "agent" if talk.open && !hung_up => self.ask(&caller, Question::AgentDone { agent }),
            "agent" if talk.open => return self.over(&caller, &talk, Party::Agent),
            "caller" if talk.open => return self.over(&caller, &talk, Party::Caller),
            _ => {}
        }
        if hung_up {
            return self.over(&caller, &talk, Party::Caller);
        }
        self.after_call(&talk, id);
    }

    /// Why a caller is not in a queue any more, or was not let in.
    pub(super) fn variable_set(&mut self, block: &Block) -> bool {
        if block.text("Variable") != "QUEUESTATUS" {
            return false;
        }
        let Some(caller) = block.field("Uniqueid") else { return false };
        let left = |question: &Question| matches!(question, Question::Left { .. });
        match block.text("Value") {
            "CONTINUE" => self.sent_on(caller),
            _ if self.asked(caller, left) => self.sent_on(caller),
            "FULL" | "JOINEMPTY" | "JOINUNAVAIL" => {
                if !self.enter(block, caller) {
                    self.identify_refused(block, caller);
                }
                self.ask(caller, Question::Refused);
            }
            _ => {}
        }
        true
    }

    pub(super) fn hangup(&mut self, block: &Block) {
        let Some(channel) = block.field("Uniqueid") else { return };
        if self.calls.contains(channel) {
            return self.caller_gone(channel);
        }
        if let Some(caller) = self.calls.ringing_at(channel) {
            return self.ring_gone(&caller, channel);
        }
        self.party_gone(channel);
    }

    /// A phone stopped ringing; whether the caller gave up shows in a moment.
    pub(super) fn ring_gone(&mut self, caller: &str, channel: &str) {
        let same =
            |question: &Question| matches!(question, Question::RingStop { channel: other, .. } if other == channel);
        if self.asked(caller, same) {
            return;
        }
        let Some(call) = self.calls.find(caller) else { return };
        if let Some(agent) = call.legs.iter().find(|leg| leg.channel == channel).map(|leg| leg.agent) {
            self.ask(caller, Question::RingStop { channel: channel.to_owned(), agent });
        }
    }

    fn caller_gone(&mut self, caller: &str) {
        if self.asked(caller, |question| matches!(question, Question::Left { abandoned: true, .. })) {
            return self.abandoned(caller);
        }
        let done = |question: &Question| matches!(question, Question::AgentDone { .. });
        if self.answer(caller, done, |_| vec![CallAct::Ended { by: Party::Agent }]) {
            self.calls.remove(caller);
            return;
        }
        if self.answer(caller, |question| *question == Question::Refused, |_| vec![CallAct::ForcedBusy]) {
            self.calls.remove(caller);
            return;
        }
        self.settle_left(caller);
        let Some(call) = self.calls.find(caller) else { return };
        let id = call.id;
        call.hung_up = true;
        let undecided = call.waiting.is_some() || call.talks.iter().any(|talk| talk.open);
        let by = if call.dialled_by_agent(caller) { Party::Agent } else { Party::Caller };
        let believed = !call.talks.is_empty();
        if !undecided {
            // If the queue still believes in a conversation, the end of that only dates the after-call work.
            call.ended = true;
            self.say(id, CallAct::Ended { by });
        }
        if !undecided && !believed {
            self.calls.remove(caller);
        } else if !self.asked(caller, |question| *question == Question::CallerGone) {
            self.ask(caller, Question::CallerGone);
        }
    }

    fn abandoned(&mut self, caller: &str) {
        let left = |question: &Question| matches!(question, Question::Left { abandoned: true, .. });
        self.answer(caller, left, |_| vec![CallAct::Abandoned]);
        self.calls.remove(caller);
    }

    /// The caller is elsewhere in the dialplan: whatever was open about him ended without his hanging up.
    fn sent_on(&mut self, caller: &str) {
        self.settle_left(caller);
        let done = |question: &Question| matches!(question, Question::AgentDone { .. });
        self.answer(caller, done, |question| match question {
            Question::AgentDone { agent } => vec![CallAct::AgentLeft { agent: *agent }],
            _ => Vec::new(),
        });
        self.answer(caller, |question| *question == Question::Refused, |_| Vec::new());
    }

    fn settle_left(&mut self, caller: &str) {
        let Some((_, split)) = self.calls.find(caller).and_then(|call| call.waiting.clone()) else { return };
        let left = |question: &Question| matches!(question, Question::Left { .. });
        if self.asked(caller, left) {
            let acts = self.left(caller, split, false);
            self.answer(caller, left, |_| acts);
        }
    }

    fn settle_rings(&mut self, caller: &str) {
        let ring = |question: &Question| matches!(question, Question::RingStop { .. });
        while self.asked(caller, ring) {
            let mut stopped = None;
            self.answer(caller, ring, |question| match question {
                Question::RingStop { channel, agent } => {
                    stopped = Some(channel.clone());
                    vec![CallAct::RingStopped { agent: *agent }]
                }
                _ => Vec::new(),
            });
            if let (Some(channel), Some(call)) = (stopped, self.calls.find(caller)) {
                call.legs.retain(|leg| leg.channel != channel);
            }
        }
    }

    fn ring_over(&mut self, block: &Block, act: impl FnOnce(LoginId) -> CallAct) {
        let (Some(caller), Some(channel)) = (block.field("Uniqueid"), block.field("DestUniqueid")) else { return };
        let same =
            |question: &Question| matches!(question, Question::RingStop { channel: other, .. } if other == channel);
        self.answer(caller, same, |_| Vec::new());
        let Some(call) = self.calls.find(caller) else { return };
        let Some(index) = call.legs.iter().position(|leg| leg.channel == channel) else { return };
        let (id, agent) = (call.id, call.legs.remove(index).agent);
        self.say(id, act(agent));
    }

    /// A new call, or a known one that reached another VDN or comes back from an agent. Returns whether it was known.
    fn enter(&mut self, block: &Block, caller: &str) -> bool {
        let vdn = self.settings.vdn(block.text("Context"), block.text("Exten"));
        let group = self.settings.trunk_groups.get(numbering::peer(block.text("Channel"))).copied();
        let known = self.calls.contains(caller);
        let call = self.calls.insert(caller, Call::new(caller, block.text("Linkedid")));
        let id = call.id;
        let moved = vdn.is_some() && (call.vdn != vdn || call.answered);
        if moved {
            (call.vdn, call.answered) = (vdn, false);
        }
        if let Some(group) = group.filter(|_| !known) {
            self.say(id, CallAct::TrunkSeized { trunk: None, group, direction: Direction::In });
        }
        if let Some(vdn) = vdn.filter(|_| moved) {
            self.say(id, CallAct::VdnEntered { vdn, entry: if known { Entry::Routed } else { Entry::First } });
        }
        known
    }

    /// A caller whom the queue did not take is known only if a trunk or a VDN told of him.
    fn identify_refused(&mut self, block: &Block, caller: &str) {
        let group = self.settings.trunk_groups.contains_key(numbering::peer(block.text("Channel")));
        if let Some(id) = self.calls.find(caller).filter(|call| group || call.vdn.is_some()).map(|call| call.id) {
            self.identify(id, block);
        }
    }

    fn over(&mut self, caller: &str, talk: &Talk, by: Party) {
        let Some(call) = self.calls.find(caller) else { return };
        let (id, ended) = (call.id, std::mem::replace(&mut call.ended, true));
        if call.talks.is_empty() {
            self.calls.remove(caller);
        }
        if !ended {
            self.say(id, CallAct::Ended { by });
        }
        self.after_call(talk, id);
    }

    fn after_call(&mut self, talk: &Talk, id: model::CallId) {
        if self.calls.open_talks(talk.agent).is_empty() {
            let at = self.at();
            let Translator { roster, settings, out, .. } = self;
            // A queue that the agent has left keeps nobody from calls.
            let stays = roster.stays(talk.agent, &talk.queue, &talk.interface);
            let wrapup_secs = if stays { talk.wrapup_secs } else { 0 };
            roster.after_call(settings, talk.agent, id, wrapup_secs, at, out);
        }
    }

    fn waiting_in(&mut self, block: &Block) -> Option<(String, SplitId)> {
        let (caller, queue) = (block.field("Uniqueid")?, block.field("Queue")?);
        let (waits_in, split) = self.calls.find(caller)?.waiting.as_ref()?;
        (waits_in == queue).then(|| (caller.to_owned(), *split))
    }

    fn split_and_agent(&self, block: &Block) -> (SplitId, LoginId) {
        let agent = self.roster.member(&self.settings, block.text("Queue"), block.text("Interface"));
        (numbering::split(&self.settings, block.text("Queue")), agent)
    }
}
