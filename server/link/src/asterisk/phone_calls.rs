//! Agents' phones outside the queues: calls they dial, calls that reach them directly, hold, and transfers.
//!
//! A queue's member may be a Local channel with the phone behind it. Hold and transfer name the phone's own channel, so
//! they are matched by the linked ID that it shares with the caller.

use model::event::{CallAct, Delivery, Party as By};

use super::calls::{Call, Party};
use super::identity;
use super::numbering;
use super::translator::Translator;
use super::wire::Block;

impl Translator {
    pub(super) fn dial_end(&mut self, block: &Block) {
        let Some(dialled) = block.field("DestUniqueid") else { return };
        if let Some(caller) = self.calls.ringing_at(dialled) {
            if block.text("DialStatus") != "ANSWER" {
                self.ring_gone(&caller, dialled);
            }
            return;
        }
        if block.text("DialStatus") == "ANSWER" {
            self.answered_directly(block, dialled);
        }
    }

    /// A call that no queue gave was answered: by an agent, or for one.
    fn answered_directly(&mut self, block: &Block, dialled: &str) {
        let (Some(from), Some(to)) = (block.field("Channel"), block.field("DestChannel")) else { return };
        let Some(caller) = block.field("Uniqueid") else { return };
        // Halves of Local channels lead to a phone that is already counted.
        if from.starts_with("Local/") || to.starts_with("Local/") || self.calls.party_at(dialled).is_some() {
            return;
        }
        let dialling = self.roster.at_phone(numbering::peer(from));
        let reached = self.roster.at_phone(numbering::peer(to));
        if reached
            .is_some_and(|agent| self.calls.queue_has(block.text("Linkedid"), agent) && !self.calls.contains(caller))
        {
            return;
        }
        if !self.calls.contains(caller) {
            if dialling.is_none() && reached.is_none() {
                return;
            }
            let id = self.calls.insert(caller, Call::new(caller, block.text("Linkedid"))).id;
            if let Some(agent) = dialling {
                let off_switch = reached.is_none();
                self.say(id, CallAct::Dialed { agent, off_switch, adjunct: false });
                self.identify(id, block);
                if let Some(digits) = identity::dialed(block) {
                    self.say(id, CallAct::DigitsDialed { agent, digits });
                }
                if off_switch {
                    self.say(id, CallAct::FarEndAnswered);
                }
                self.join(caller, Party { channel: caller.to_owned(), agent, held: false });
            } else if let Some(agent) = reached {
                // From outside, straight to the agent's phone: the call begins with its ringing there.
                self.say(id, CallAct::Ringing { agent, delivery: Delivery::Extension });
                self.identify(id, block);
            }
        }
        if let (Some(agent), Some(call)) = (reached, self.calls.find(caller)) {
            let id = call.id;
            self.join(caller, Party { channel: dialled.to_owned(), agent, held: false });
            self.say(id, CallAct::Answered { agent, delivery: Delivery::Extension });
        }
    }

    fn join(&mut self, caller: &str, party: Party) {
        if let Some(call) = self.calls.find(caller) {
            call.parties.push(party);
        }
    }

    pub(super) fn hold(&mut self, block: &Block, held: bool) {
        let Some(channel) = block.field("Uniqueid") else { return };
        let peer = numbering::peer(block.text("Channel"));
        // A caller may hold the agent as well; that is his own affair.
        let found = match self.calls.talk_at(channel, block.text("Linkedid"), peer) {
            Some((id, talk)) => Some((id, talk.agent, std::mem::replace(&mut talk.held, held))),
            None => self.calls.party_at(channel).and_then(|caller| {
                let call = self.calls.find(&caller)?;
                let party = call.parties.iter_mut().find(|party| party.channel == channel)?;
                Some((call.id, party.agent, std::mem::replace(&mut party.held, held)))
            }),
        };
        let Some((id, agent, before)) = found else { return };
        if before != held {
            self.say(id, if held { CallAct::Held { agent } } else { CallAct::Retrieved { agent } });
        }
    }

    /// A blind or attended transfer. The queue notices it at once for a phone of its own, but for a phone behind a
    /// Local channel only when the transferred conversation ends.
    pub(super) fn transfer(&mut self, block: &Block, who: &str) {
        if block.text("Result") != "Success" {
            return;
        }
        let field = |name: &str| format!("{who}{name}");
        let Some(channel) = block.field(&field("Uniqueid")) else { return };
        let peer = numbering::peer(block.text(&field("Channel")));
        let transferred = match self.calls.talk_at(channel, block.text(&field("Linkedid")), peer) {
            Some((id, talk)) => {
                (talk.open, talk.held) = (false, false);
                Some((id, talk.agent))
            }
            None => self.calls.party_at(channel).and_then(|caller| {
                let call = self.calls.find(&caller)?;
                let index = call.parties.iter().position(|party| party.channel == channel)?;
                Some((call.id, call.parties.remove(index).agent))
            }),
        };
        let Some((id, agent)) = transferred else { return };
        self.say(id, CallAct::Transferred { agent, to: None });
        if block.event() == "AttendedTransfer" {
            self.consulted(block, id);
        }
    }

    /// The consultation is over, and whoever was consulted has the call now.
    fn consulted(&mut self, block: &Block, id: model::CallId) {
        let Some(consultation) = block.field("SecondTransfererUniqueid") else { return };
        if !self.calls.find(consultation).is_some_and(|call| call.dialled_by_agent(consultation)) {
            return;
        }
        let Some(consulted) = self.calls.remove(consultation) else { return };
        self.say(consulted.id, CallAct::Ended { by: By::Agent });
        let target = block.text("TransferTargetUniqueid");
        let Some(party) = consulted.parties.into_iter().find(|party| party.channel == target) else { return };
        let agent = party.agent;
        let Some(caller) = self.calls.channel_of(id) else { return };
        self.join(&caller, party);
        self.say(id, CallAct::Answered { agent, delivery: Delivery::Extension });
    }

    /// A phone that no queue has rung hung up.
    pub(super) fn party_gone(&mut self, channel: &str) {
        let Some(caller) = self.calls.party_at(channel) else { return };
        let Some(call) = self.calls.find(&caller) else { return };
        let id = call.id;
        let Some(index) = call.parties.iter().position(|party| party.channel == channel) else { return };
        let agent = call.parties.remove(index).agent;
        if call.talks.is_empty() && !call.answered {
            // A call of two parties, one of which is gone.
            self.calls.remove(&caller);
            self.say(id, CallAct::Ended { by: By::Agent });
        } else {
            self.say(id, CallAct::AgentLeft { agent });
        }
    }
}
