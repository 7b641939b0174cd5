//! Transfers and conferences: two calls become one.
//!
//! On a transfer the call goes on under the consultation's number, on a conference the other way round. The number
//! that is given up means the other call from then on.

use model::event::Direction;
use model::{CallId, LoginId};

use super::Recount;
use super::calls::Outcome;
use super::desk::Stage;
use super::passages::Exit;
use super::tales::What;

const OPEN: [Stage; 3] = [Stage::Ringing, Stage::Talking, Stage::Held];

impl Recount {
    /// The call that this number means now.
    pub(super) fn survivor(&self, id: CallId) -> CallId {
        self.joined.get(&id).map_or(id, |other| self.survivor(*other))
    }

    pub(super) fn transfer(&mut self, id: CallId, agent: LoginId, to: Option<CallId>) {
        self.get(id).so_far.transfers += 1;
        self.mark(id, agent, |deeds| {
            deeds.transfers += 1;
            deeds.released = true;
        });
        self.end_part(id, agent);
        if let Some(consultation) = self.other(id, to) {
            self.end_part(consultation, agent);
            self.join(id, consultation);
        }
    }

    pub(super) fn conference(&mut self, id: CallId, agent: LoginId, with: Option<CallId>) {
        self.mark(id, agent, |deeds| {
            deeds.conferences += 1;
            deeds.released = true;
        });
        if let Some(consultation) = self.other(id, with) {
            self.end_part(consultation, agent);
            self.join(consultation, id);
        }
        if self.part_at(id, agent, &[Stage::Held]).is_some() {
            self.restage(id, agent, Stage::Talking);
        }
    }

    fn other(&self, id: CallId, other: Option<CallId>) -> Option<CallId> {
        let other = self.survivor(other?);
        (other != id && self.calls.contains_key(&other)).then_some(other)
    }

    /// `gone` is a part of `heir` from now on.
    fn join(&mut self, gone: CallId, heir: CallId) {
        for agent in self.agents_at(gone, &OPEN) {
            if self.part_at(heir, agent, &OPEN).is_some() {
                self.end_ring(gone, agent, false, false);
                self.end_part(gone, agent);
            }
        }
        if self.get(heir).visit.is_some() {
            self.decide_visit(gone, Outcome::Outflow { interflow: false });
            self.leave_visit(gone);
        }
        if self.get(heir).passage.is_some() {
            self.end_passage(gone, Exit::AWAY);
        }
        let Some(call) = self.calls.remove(&gone) else { return };
        self.joined.insert(gone, heir);
        self.tell(heir, What::Joined(call.tale));
        self.tales[call.tale].heir = Some(self.get(heir).tale);
        let moves: Vec<usize> =
            self.open_parts().filter(|(_, part)| part.call == gone).map(|(number, _)| number).collect();
        for number in moves {
            if OPEN.contains(&self.parts[number].stage()) {
                self.parts[number].call = heir;
            }
        }
        assert!(call.waits.is_empty(), "call {gone} is joined while it waits");
        let was = call.so_far;
        let heir = self.get(heir);
        let is = heir.so_far;
        // Each trunk keeps what its own call was before.
        for (seizure, carried) in heir.trunks.iter_mut() {
            if seizure.direction == Direction::Out {
                carried.get_or_insert(is);
            }
        }
        for (seizure, mut carried) in call.trunks {
            if was.outcome.is_some() || seizure.direction == Direction::Out {
                carried.get_or_insert(was);
            }
            heir.trunks.push((seizure, carried));
        }
        heir.visit = heir.visit.or(call.visit);
        heir.passage = heir.passage.take().or(call.passage);
        heir.dialed |= call.dialed;
        heir.answers += call.answers;
        heir.so_far.in_vector |= was.in_vector;
        heir.so_far.outcome = is.outcome.or(was.outcome);
        heir.so_far.far_end_at = is.far_end_at.or(was.far_end_at);
        heir.so_far.transfers += was.transfers;
        heir.so_far.audio += was.audio;
    }
}
