//! Pump-up: the lists of a fresh connection, gathered and then told as what is so now.
//!
//! Lists have no time of their own. They are told with the time of the next event that has one, which every connection
//! sees alike; a clock reading of this connection stands in only when nothing happens.

use std::collections::BTreeMap;

use model::event::{CallAct, CallStage, Configuration, Delivery, Entity, EventBody, Priority};
use model::{Event, Moment, PhoneNumber, SplitId};

use super::calls::{Call, Leg, Talk};
use super::identity::of_channel;
use super::numbering;
use super::roster::{Member, Told, configured};
use super::translator::{Translator, call_event};
use super::wire::Block;
use super::{Refusal, Settings};

/// A queue, as the switch's translations have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Queue {
    name: String,
    service_level_secs: Option<u32>,
}

#[derive(Debug)]
struct Waiting {
    queue: String,
    channel: String,
    caller_id: String,
    wait_secs: i64,
}

#[derive(Debug)]
pub(super) struct Channel {
    pub(super) name: String,
    context: String,
    exten: String,
    pub(super) linked: String,
    caller_id: String,
    ringing: bool,
    pub(super) up: bool,
}

/// What the lists said.
#[derive(Debug, Default)]
pub(super) struct Snapshot {
    queues: Vec<Queue>,
    pub(super) members: Vec<Member>,
    waiting: Vec<Waiting>,
    pub(super) channels: BTreeMap<String, Channel>,
    pub(super) queues_done: bool,
    pub(super) channels_done: bool,
    /// The switch's clock right after the lists.
    pub(super) taken_micros: Option<i64>,
}

impl Snapshot {
    /// Takes an entry of a list; returns whether the block was one.
    pub(super) fn take(&mut self, block: &Block) -> bool {
        match block.event() {
            "QueueParams" => self.queues.extend(block.field("Queue").map(|name| Queue {
                name: name.to_owned(),
                service_level_secs: block.number("ServiceLevel").filter(|secs| *secs > 0),
            })),
            "QueueMember" => self.members.extend(Member::read(block)),
            "QueueEntry" => {
                if let (Some(queue), Some(channel)) = (block.field("Queue"), block.field("Uniqueid")) {
                    let wait_secs = block.number("Wait").filter(|secs| (0..1_000_000).contains(secs)).unwrap_or(0);
                    let caller_id = block.text("CallerIDNum").to_owned();
                    self.waiting.push(Waiting {
                        queue: queue.to_owned(),
                        channel: channel.to_owned(),
                        caller_id,
                        wait_secs,
                    });
                }
            }
            "CoreShowChannel" | "QueueCallerJoin" => self.channel(block),
            "AgentCalled" | "AgentConnect" => self.phone(block, block.event() == "AgentCalled"),
            "QueueStatusComplete" => self.queues_done = true,
            "CoreShowChannelsComplete" => self.channels_done = true,
            _ => return false,
        }
        true
    }

    /// Two queues that get one number, if any do.
    pub(super) fn clash(&self, settings: &Settings) -> Option<Refusal> {
        let mut names: BTreeMap<SplitId, &str> = BTreeMap::new();
        for queue in &self.queues {
            let split = numbering::split(settings, &queue.name);
            if let Some(first) = names.insert(split, &queue.name)
                && first != queue.name
            {
                return Some(Refusal::SameSplit { split, first: first.to_owned(), second: queue.name.clone() });
            }
        }
        None
    }

    fn queues(&self, settings: &Settings) -> BTreeMap<SplitId, Queue> {
        self.queues.iter().map(|queue| (numbering::split(settings, &queue.name), queue.clone())).collect()
    }

    /// A phone rings, or is picked up, after the channels were listed and before the queues are.
    fn phone(&mut self, block: &Block, ringing: bool) {
        let (Some(id), Some(name)) = (block.field("DestUniqueid"), block.field("DestChannel")) else { return };
        let channel = Channel {
            name: name.to_owned(),
            context: block.text("DestContext").to_owned(),
            exten: block.text("DestExten").to_owned(),
            linked: block.text("Linkedid").to_owned(),
            caller_id: block.text("DestCallerIDNum").to_owned(),
            ringing,
            up: !ringing,
        };
        self.channels.insert(id.to_owned(), channel);
    }

    fn channel(&mut self, block: &Block) {
        let (Some(id), Some(name)) = (block.field("Uniqueid"), block.field("Channel")) else { return };
        let channel = Channel {
            name: name.to_owned(),
            context: block.text("Context").to_owned(),
            exten: block.text("Exten").to_owned(),
            linked: block.text("Linkedid").to_owned(),
            caller_id: block.text("CallerIDNum").to_owned(),
            ringing: block.text("ChannelStateDesc") == "Ringing",
            up: block.text("ChannelStateDesc") == "Up",
        };
        self.channels.insert(id.to_owned(), channel);
    }
}

impl Translator {
    /// Tells the lists, dated with the event in hand.
    pub(super) fn pump_up(&mut self, snapshot: &Snapshot) {
        let at = self.at();
        self.out.push(Event { at, body: EventBody::PumpUpBegan });
        self.configure(snapshot, at);
        let seen = self.find_calls(snapshot);
        let Translator { roster, settings, out, .. } = self;
        roster.seed(settings, &snapshot.members, at, out);
        for event in seen {
            self.out.push(event);
        }
        self.out.push(Event { at, body: EventBody::PumpUpEnded });
    }

    /// Corrects what changes without an event, as of `at`: queues and static members. What was `told_since` of members is
    /// left to its own time.
    pub(super) fn correct(&mut self, snapshot: &Snapshot, told_since: &BTreeMap<(String, String), Told>, at: Moment) {
        if snapshot.queues.is_empty() {
            // A PBX without any queue has not read its configuration yet.
            return;
        }
        for queue in snapshot.queues(&self.settings) {
            if self.queues.get(&queue.0) != Some(&queue.1) {
                self.tell_queue(queue, at);
            }
        }
        self.forget_queues(snapshot, at);
        let Translator { roster, settings, out, .. } = self;
        roster.correct(settings, &snapshot.members, told_since, at, out);
        self.let_go(at);
    }

    fn tell_queue(&mut self, (split, queue): (SplitId, Queue), at: Moment) {
        let name = queue.name.chars().take(100).collect();
        let service_level_secs = queue.service_level_secs;
        self.out.push(configured(at, Configuration::Split { split, name, service_level_secs }));
        self.queues.insert(split, queue);
    }

    /// Tells which queues the PBX has no more. One without any, as above, has not read its configuration yet.
    fn forget_queues(&mut self, snapshot: &Snapshot, at: Moment) {
        let there = snapshot.queues(&self.settings);
        if !there.is_empty() {
            let (kept, gone) =
                std::mem::take(&mut self.queues).into_iter().partition(|(split, _)| there.contains_key(split));
            self.queues = kept;
            let gone: BTreeMap<SplitId, Queue> = gone;
            for split in gone.into_keys() {
                self.out.push(Event { at, body: EventBody::Removed(Entity::Split(split)) });
            }
        }
    }

    fn configure(&mut self, snapshot: &Snapshot, at: Moment) {
        for queue in snapshot.queues(&self.settings) {
            self.tell_queue(queue, at);
        }
        self.forget_queues(snapshot, at);
        for (&vdn, name) in &self.settings.vdns {
            let configuration = Configuration::Vdn { vdn, name: name.clone(), vector: None, service_level_secs: None };
            self.out.push(configured(at, configuration));
        }
        for (name, &reason) in &self.settings.aux_reasons {
            self.out.push(configured(at, Configuration::AuxReason { reason, name: name.clone() }));
        }
    }

    /// Takes over the calls that wait, ring or are talked on, and gives what to tell of them, by call.
    fn find_calls(&mut self, snapshot: &Snapshot) -> Vec<Event> {
        let at = self.at();
        let taken_at = snapshot.taken_micros.map_or(at, Moment::from_micros);
        let mut seen = Vec::new();
        for waiting in &snapshot.waiting {
            let split = numbering::split(&self.settings, &waiting.queue);
            let channel = snapshot.channels.get(&waiting.channel);
            let vdn = channel.and_then(|channel| self.settings.vdn(&channel.context, &channel.exten));
            let linked = channel.map_or(waiting.channel.as_str(), |channel| &channel.linked);
            let mut call = Call::new(&waiting.channel, linked);
            (call.vdn, call.waiting) = (vdn, Some((waiting.queue.clone(), split)));
            let stage = CallStage::Waiting { split, vdn, priority: Priority::Medium };
            seen.push(seen_event(at, &call, taken_at + -waiting.wait_secs, stage));
            let dialed_number = vdn.and_then(|vdn| PhoneNumber::new(vdn.as_str()).ok());
            let identity = of_channel(&waiting.channel, &waiting.caller_id, dialed_number).into();
            seen.push(call_event(at, call.id, CallAct::Identified { identity }));
            self.calls.insert(&waiting.channel, call);
        }
        for member in &snapshot.members {
            self.find_phone(snapshot, member, at, &mut seen);
        }
        let understood = self.find_own_calls(snapshot, at, &mut seen);
        self.find_unnamed_calls(snapshot, at, &understood, &mut seen);
        seen.sort_by_key(|event| match event.body {
            EventBody::Call { call, .. } => Some(call),
            _ => None,
        });
        seen
    }

    /// The call that a member's phone or Local channel rings for or is on.
    fn find_phone(&mut self, snapshot: &Snapshot, member: &Member, at: Moment, seen: &mut Vec<Event>) {
        let split = numbering::split(&self.settings, &member.queue);
        let agent = numbering::login(&self.settings, &member.state_interface);
        let interface = member.interface.strip_suffix("/n").unwrap_or(&member.interface);
        let phones = snapshot.channels.iter().filter(|(_, channel)| {
            // Of the two halves of a Local channel, the first is the queue's.
            numbering::peer(&channel.name) == interface && !channel.name.ends_with(";2")
        });
        for (id, phone) in phones {
            let Some(caller) = snapshot.caller_of(id, phone) else { continue };
            let since = numbering::born_at(id).map_or(at, Moment);
            let delivery = Delivery::Skill(split);
            if let Some(call) = self.calls.find(caller) {
                let here = call.waiting.as_ref().is_some_and(|(queue, _)| *queue == member.queue);
                if here && phone.ringing {
                    call.legs.push(Leg { channel: id.clone(), agent });
                    seen.push(seen_event(at, call, since, CallStage::Ringing { agent, delivery }));
                }
            } else if member.in_call && !phone.ringing {
                let mut call = Call::new(caller, &phone.linked);
                call.answered = true;
                call.talks.push(self.talk_of(member, id, since));
                seen.push(seen_event(at, &call, since, CallStage::Talking { agent, delivery }));
                let caller_id = snapshot.channels.get(caller).map_or("", |channel| &channel.caller_id);
                let identity = of_channel(caller, caller_id, None).into();
                seen.push(call_event(at, call.id, CallAct::Identified { identity }));
                self.calls.insert(caller, call);
            }
        }
    }

    pub(super) fn talk_of(&self, member: &Member, channel: &str, since: Moment) -> Talk {
        let queue_secs = self.settings.wrapup_secs.get(&member.queue).copied().unwrap_or(0);
        Talk {
            channel: channel.to_owned(),
            agent: numbering::login(&self.settings, &member.state_interface),
            peer: member.state_interface.clone(),
            queue: member.queue.clone(),
            interface: member.interface.clone(),
            answered_micros: since.0.saturating_mul(1_000_000),
            wrapup_secs: if member.wrapup_secs > 0 { member.wrapup_secs } else { queue_secs },
            held: member.status == 8,
            open: true,
        }
    }
}

impl Snapshot {
    /// The caller of a phone's channel: the first of its family, which gave the family its linked ID.
    fn caller_of<'a>(&'a self, id: &'a str, phone: &'a Channel) -> Option<&'a str> {
        (phone.linked != *id && !phone.linked.is_empty()).then_some(phone.linked.as_str())
    }
}

pub(super) fn seen_event(at: Moment, call: &Call, since: Moment, stage: CallStage) -> Event {
    call_event(at, call.id, CallAct::Seen { since: since.min(at), stage })
}
