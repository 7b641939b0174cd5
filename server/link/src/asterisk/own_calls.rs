//! Pump-up: calls that agents have without a queue, and calls that no list names.
//!
//! Nobody says when they began or who dialled, so they are told only as calls that began unseen: what the other server
//! counts of them is missing here until they are over, and the intervals say so. A phone in use whose channel is not listed, or
//! not as that phone's, is on such a call, too; a work mode of its own for it would leave the intervals whole.

use std::collections::{BTreeMap, BTreeSet};

use model::event::{CallStage, Delivery};
use model::{Event, LoginId, Moment};

use super::calls::{Call, Party};
use super::numbering;
use super::roster::Member;
use super::snapshot::{Snapshot, seen_event};
use super::translator::Translator;

impl Translator {
    /// Takes over agents' calls that no queue gave. Gives the agents whose phones' channels are listed: whatever they are on is
    /// known.
    pub(super) fn find_own_calls(
        &mut self,
        snapshot: &Snapshot,
        at: Moment,
        seen: &mut Vec<Event>,
    ) -> BTreeSet<LoginId> {
        let mut understood = BTreeSet::new();
        for member in &snapshot.members {
            let agent = numbering::login(&self.settings, &member.state_interface);
            for (id, phone) in &snapshot.channels {
                if phone.up && numbering::peer(&phone.name) == member.state_interface {
                    understood.insert(agent);
                    self.take_over_own_call(snapshot, (id, member, agent), at, seen);
                }
            }
        }
        understood
    }

    /// Takes over a call for each phone that is in use and was not named with one, unless it is `understood` what it is on. It ends
    /// with the queue's word if it is a queue's, else when the phone is idle.
    pub(super) fn find_unnamed_calls(
        &mut self,
        snapshot: &Snapshot,
        at: Moment,
        understood: &BTreeSet<LoginId>,
        seen: &mut Vec<Event>,
    ) {
        let mut unnamed: BTreeMap<LoginId, &Member> = BTreeMap::new();
        for member in snapshot.members.iter().filter(|member| member.is_in_use()) {
            let agent = numbering::login(&self.settings, &member.state_interface);
            let is_seen = self.settings.extension(&member.state_interface, agent).is_some();
            if is_seen && !understood.contains(&agent) && !self.calls.busy(agent) {
                let found = unnamed.entry(agent).or_insert(member);
                if member.in_call && !found.in_call {
                    *found = member;
                }
            }
        }
        for (agent, member) in unnamed {
            // No channel's ID has a blank.
            let caller = format!("{} {}", member.state_interface, at.0);
            let mut call = Call::new(&caller, &caller);
            let mut talk = self.talk_of(member, &caller, at);
            let delivery = match member.in_call {
                true => Delivery::Skill(numbering::split(&self.settings, &member.queue)),
                false => Delivery::Extension,
            };
            if !member.in_call {
                (talk.queue, talk.interface) = (String::new(), String::new());
            }
            (call.answered, call.unnamed) = (true, true);
            call.talks.push(talk);
            seen.push(seen_event(at, &call, at, CallStage::Talking { agent, delivery }));
            self.calls.insert(&caller, call);
        }
    }

    fn take_over_own_call(
        &mut self,
        snapshot: &Snapshot,
        (id, member, agent): (&str, &Member, LoginId),
        at: Moment,
        seen: &mut Vec<Event>,
    ) {
        let linked = snapshot.channels.get(id).map_or("", |phone| phone.linked.as_str());
        let family = |other: &str| snapshot.channels.get(other).is_some_and(|other| other.linked == linked);
        // A call that nobody has answered yet is told when somebody does.
        let answered = snapshot
            .channels
            .iter()
            .any(|(other, channel)| other != id && family(other) && channel.up && !channel.name.starts_with("Local/"));
        let caller = if linked.is_empty() { id } else { linked };
        let waits = self.calls.find(caller).is_some_and(|call| call.waiting.is_some());
        if !answered || waits || self.calls.party_at(id).is_some() || self.calls.queue_has(linked, agent) {
            return;
        }
        let party = Party { channel: id.to_owned(), agent, held: member.status == 8 };
        let call = self.calls.insert(caller, Call::new(caller, linked));
        call.parties.push(party);
        let since = numbering::born_at(id).map_or(at, Moment);
        let stage = CallStage::Talking { agent, delivery: Delivery::Extension };
        seen.push(seen_event(at, call, since, stage));
    }
}
