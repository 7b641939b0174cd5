//! From the PBX's events to the vocabulary of `model`: time, dispatch, and what waits to be decided.
//!
//! Everything here follows from timestamped events alone, which are the same on every connection; nothing may depend on
//! when this connection began or on its own pings, and what a list corrects has the time that every connection gives it.

use std::collections::{BTreeMap, VecDeque};

use model::event::{CallAct, EventBody, Party};
use model::{CallId, Event, LoginId, Moment, SplitId};

use super::calls::Calls;
use super::numbering;
use super::outbox::{Outbox, Place};
use super::roster::{Member, Roster};
use super::snapshot::Queue;
use super::wire::Block;
use super::{Notice, Settings};

/// How long the reason of something may come after it. Events trail by milliseconds, at worst by 0.4 s.
const DECIDE_MICROS: i64 = 1_500_000;
/// Answered calls after which a hang-up should have been seen.
const UNHEARD_MAX: u32 = 20;

/// Something that happened and is not understood yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Question {
    /// A phone stopped ringing: because the caller gave up, or otherwise?
    RingStop { channel: String, agent: LoginId },
    /// The caller left the queue: answered, gone, or sent on?
    Left { split: SplitId, abandoned: bool },
    /// The agent hung up: is the caller gone too, or sent on?
    AgentDone { agent: LoginId },
    /// The caller's channel is gone: the queue has yet to say how.
    CallerGone,
    /// The phone is idle: will the queue say that the call is over?
    PhoneIdle { agent: LoginId, channel: String },
    /// The queue did not take the caller: gone, or sent on?
    Refused,
}

#[derive(Debug)]
struct Pending {
    place: Place,
    at_micros: i64,
    caller: String,
    question: Question,
}

/// The state of one PBX, and the events that come of it.
#[derive(Debug)]
pub(super) struct Translator {
    pub(super) settings: Settings,
    pub(super) roster: Roster,
    pub(super) calls: Calls,
    pub(super) out: Outbox,
    pub(super) notices: Vec<Notice>,
    pending: VecDeque<Pending>,
    told_at: Option<Moment>,
    /// The queues as they were told last, on whatever connection.
    pub(super) queues: BTreeMap<SplitId, Queue>,
    /// Calls answered by agents before any channel was seen to hang up; none are counted after that.
    unheard: Option<u32>,
    status_missed: bool,
    /// Time of the event in hand.
    pub(super) at_micros: i64,
}

impl Translator {
    pub(super) fn new(settings: Settings) -> Self {
        Translator {
            settings,
            roster: Roster::default(),
            calls: Calls::default(),
            out: Outbox::default(),
            notices: Vec::new(),
            pending: VecDeque::new(),
            told_at: None,
            queues: BTreeMap::new(),
            unheard: Some(0),
            status_missed: false,
            at_micros: 0,
        }
    }

    /// Takes one timestamped event; returns whether it was one that is translated.
    pub(super) fn take(&mut self, block: &Block, at_micros: i64) -> bool {
        self.at_micros = at_micros;
        self.pass(at_micros);
        let known = self.dispatch(block);
        self.let_go(Moment::from_micros(at_micros));
        known
    }

    /// Whoever has left queues and is off their calls has left them now.
    pub(super) fn let_go(&mut self, at: Moment) {
        let Translator { roster, settings, calls, out, .. } = self;
        roster.end_leaving(settings, at, |agent, queue| calls.queue_is_at(queue, agent), out);
        for agent in roster.departing() {
            // Of whoever is in no queue, nobody tells any more when the phone is idle.
            if let Some(call) = calls.take_phones(agent) {
                out.push(call_event(at, call, CallAct::Ended { by: Party::Agent }));
            }
        }
        roster.let_go(at, |agent| calls.busy(agent), out);
    }

    /// Lets time pass: what was due up to then has happened, what should have been explained will not be.
    pub(super) fn pass(&mut self, now_micros: i64) {
        let due = |pending: &Pending| pending.at_micros + DECIDE_MICROS;
        while let Some(due_micros) = self.pending.front().map(due).filter(|due| *due <= now_micros) {
            // One after the other, whether time passes in one step or in many.
            self.roster.pass(&self.settings, Moment::from_micros(due_micros), &mut self.out);
            if let Some(pending) = self.pending.pop_front() {
                self.give_up(pending);
            }
            self.let_go(Moment::from_micros(due_micros));
        }
        self.roster.pass(&self.settings, Moment::from_micros(now_micros), &mut self.out);
    }

    /// The link is gone: drops what was not explained and forgets everything.
    pub(super) fn clear(&mut self) {
        while let Some(pending) = self.pending.pop_front() {
            match pending.question {
                // That the conversation is over is certain; only where the caller went is not.
                Question::AgentDone { .. } => self.give_up(pending),
                _ => self.out.decide(pending.place, Vec::new()),
            }
        }
        self.roster.clear();
        self.calls.clear();
    }

    pub(super) fn at(&self) -> Moment {
        Moment::from_micros(self.at_micros)
    }

    pub(super) fn say(&mut self, call: CallId, act: CallAct) {
        let at = self.at();
        self.out.push(call_event(at, call, act));
    }

    /// Holds a place for what is not understood yet.
    pub(super) fn ask(&mut self, caller: &str, question: Question) {
        let place = self.out.hold();
        self.pending.push_back(Pending { place, at_micros: self.at_micros, caller: caller.to_owned(), question });
    }

    /// Whether the call has an open question of this kind.
    pub(super) fn asked(&self, caller: &str, wanted: impl Fn(&Question) -> bool) -> bool {
        self.pending.iter().any(|pending| pending.caller == caller && wanted(&pending.question))
    }

    /// Answers the call's first open question of this kind with acts dated when it arose; returns whether there was one.
    pub(super) fn answer(
        &mut self,
        caller: &str,
        wanted: impl Fn(&Question) -> bool,
        acts: impl FnOnce(&Question) -> Vec<CallAct>,
    ) -> bool {
        let found = self.pending.iter().position(|pending| pending.caller == caller && wanted(&pending.question));
        let Some(pending) = found.and_then(|index| self.pending.remove(index)) else { return false };
        let acts = acts(&pending.question);
        self.decide(&pending, acts);
        true
    }

    fn decide(&mut self, pending: &Pending, acts: Vec<CallAct>) {
        let at = Moment::from_micros(pending.at_micros);
        let id = numbering::call_id(&pending.caller);
        self.out.decide(pending.place, acts.into_iter().map(|act| call_event(at, id, act)).collect());
    }

    /// Nothing explained it in time: the likeliest meaning.
    fn give_up(&mut self, pending: Pending) {
        let acts = match &pending.question {
            Question::RingStop { channel, agent } => self.stop_ringing(&pending.caller, channel, *agent),
            Question::Left { split, abandoned } => self.left(&pending.caller, *split, *abandoned),
            Question::AgentDone { agent } => vec![CallAct::AgentLeft { agent: *agent }],
            Question::CallerGone => {
                let call = self.calls.remove(&pending.caller);
                match call.map(|call| (call.ended, call.waiting.is_some())) {
                    None | Some((true, _)) => Vec::new(),
                    Some((false, true)) => vec![CallAct::Abandoned],
                    Some((false, false)) => vec![CallAct::Ended { by: Party::Caller }],
                }
            }
            Question::PhoneIdle { agent, channel } => match self.calls.find(&pending.caller) {
                None => Vec::new(),
                Some(call) if call.is_the_phones() => {
                    self.calls.remove(&pending.caller);
                    vec![CallAct::Ended { by: Party::Agent }]
                }
                Some(call) => {
                    call.talks.iter_mut().filter(|talk| talk.channel == *channel).for_each(|talk| talk.open = false);
                    vec![CallAct::AgentLeft { agent: *agent }]
                }
            },
            Question::Refused => vec![CallAct::Outflowed { interflow: false }],
        };
        if acts.last() == Some(&CallAct::Abandoned) {
            self.calls.remove(&pending.caller);
        }
        self.decide(&pending, acts);
    }

    /// What it means that a phone stopped ringing while the caller stayed.
    pub(super) fn stop_ringing(&mut self, caller: &str, channel: &str, agent: LoginId) -> Vec<CallAct> {
        let Some(call) = self.calls.find(caller) else { return Vec::new() };
        call.legs.retain(|leg| leg.channel != channel);
        vec![CallAct::RingStopped { agent }]
    }

    /// What it means that the caller left the queue without being answered.
    pub(super) fn left(&mut self, caller: &str, split: SplitId, abandoned: bool) -> Vec<CallAct> {
        let Some(call) = self.calls.find(caller) else { return Vec::new() };
        call.waiting = None;
        let legs = std::mem::take(&mut call.legs);
        if abandoned {
            return vec![CallAct::Abandoned];
        }
        let stopped = legs.into_iter().map(|leg| CallAct::RingStopped { agent: leg.agent });
        stopped.chain([CallAct::QueueLeft { split }]).collect()
    }

    fn dispatch(&mut self, block: &Block) -> bool {
        self.listen_for_hangups(block.event());
        match block.event() {
            "QueueCallerJoin" => self.queue_join(block),
            "QueueCallerLeave" => self.queue_leave(block),
            "QueueCallerAbandon" => self.queue_abandon(block),
            "AgentCalled" => self.agent_called(block),
            "AgentConnect" => self.agent_connect(block),
            "AgentComplete" => self.agent_complete(block),
            "AgentRingNoAnswer" => self.agent_ring_no_answer(block),
            "AgentDump" => self.agent_dump(block),
            "VarSet" => return self.variable_set(block),
            "Hangup" => self.hangup(block),
            "DialEnd" => self.dial_end(block),
            "Hold" => self.hold(block, true),
            "Unhold" => self.hold(block, false),
            "BlindTransfer" => self.transfer(block, "Transferer"),
            "AttendedTransfer" => self.transfer(block, "OrigTransferer"),
            "QueueMemberAdded"
            | "QueueMemberPause"
            | "QueueMemberPenalty"
            | "QueueMemberStatus"
            | "QueueMemberRinginuse" => self.member(block),
            "QueueMemberRemoved" => {
                self.roster.remove(block.text("Queue"), block.text("Interface"));
            }
            _ => return false,
        }
        true
    }

    fn member(&mut self, block: &Block) {
        let Some(member) = Member::read(block) else {
            self.bad(block, "it lacks Queue or Interface");
            return;
        };
        if block.event() == "QueueMemberStatus" && matches!(member.status, 1 | 5) {
            self.phone_idle(self.roster.login(&self.settings, &member.state_interface));
        }
        let at = self.at();
        self.roster.update(&self.settings, member, at, &mut self.out);
    }

    /// The phone is on no call, whatever the queue believes: a redirected caller, for one, keeps the queue busy.
    fn phone_idle(&mut self, agent: LoginId) {
        for (caller, channel) in self.calls.open_talks(agent) {
            let asked = |question: &Question| match question {
                Question::CallerGone => true,
                Question::PhoneIdle { channel: other, .. } => *other == channel,
                _ => false,
            };
            if !self.asked(&caller, asked) {
                self.ask(&caller, Question::PhoneIdle { agent, channel });
            }
        }
    }

    /// Notices once that hang-ups are never told.
    pub(super) fn listen_for_hangups(&mut self, event: &str) {
        match (self.unheard, event) {
            (Some(_), "Hangup") => self.unheard = None,
            (Some(answered), "AgentConnect") => {
                self.unheard = Some(answered.saturating_add(1));
                if answered + 1 == UNHEARD_MAX {
                    self.class_missing("call", "no call was ever seen to hang up");
                }
            }
            _ => {}
        }
    }

    /// Notices once that a caller went on after leaving a queue though nobody said why he left.
    pub(super) fn miss_status(&mut self) {
        if !std::mem::replace(&mut self.status_missed, true) {
            self.class_missing("dialplan", "a caller left a queue and no VarSet of QUEUESTATUS said why");
        }
    }

    fn class_missing(&mut self, class: &'static str, symptom: &'static str) {
        let username = self.settings.username.clone();
        self.notices.push(Notice::ClassMissing { username, class, symptom });
    }

    pub(super) fn bad(&mut self, block: &Block, fault: &'static str) {
        self.notices.push(Notice::BadEvent { event: block.event().chars().take(40).collect(), fault });
    }
}

pub(super) fn call_event(at: Moment, call: CallId, act: CallAct) -> Event {
    Event { at, body: EventBody::Call { call, act } }
}

impl Translator {
    /// The clock was set by so much: what is under way moves along.
    pub(super) fn clock_changed(&mut self, by_micros: i64) {
        while let Some(pending) = self.pending.pop_front() {
            self.give_up(pending);
        }
        self.roster.clock_changed(by_micros.div_euclid(1_000_000));
        self.told_at = None;
    }

    /// Time passes and nothing else; told once a second at most.
    pub(super) fn heartbeat(&mut self, micros: i64) {
        let at = Moment::from_micros(micros);
        if self.told_at.is_none_or(|told| at > told) {
            self.told_at = Some(at);
            self.out.push(Event { at, body: EventBody::Heartbeat });
        }
    }
}
