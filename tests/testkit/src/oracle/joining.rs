//! Transfers and conferences: two calls become one.
//!
//! On a transfer the call goes on under the consultation's number, on a conference the other way round. The number
//! that is given up means the other call from then on.

use model::event::Direction;
use model::{CallId, LoginId, Moment};

use super::Recount;
use super::calls::Outcome;
use super::desk::{Part, Stage};
use super::passages::Exit;
use super::tales::{Tale, What};

const OPEN: [Stage; 3] = [Stage::Ringing, Stage::Talking, Stage::Held];

impl Recount {
    /// The call that this number means now.
    pub(super) fn survivor(&self, id: CallId) -> CallId {
        self.joined.get(&id).map_or(id, |other| self.survivor(*other))
    }

    /// The tale that this one had become a part of at a moment.
    fn root(&self, tale: usize, by: (Moment, u64)) -> usize {
        let Tale { heir, joined_at, .. } = self.tales[tale];
        heir.filter(|_| joined_at.is_some_and(|at| at <= by)).map_or(tale, |heir| self.root(heir, by))
    }

    /// Whether a part is one in the call of this number, as things were at a moment: any number of what had become one.
    fn is_in(&self, part: &Part, number: CallId, by: (Moment, u64)) -> bool {
        let same = |tale: usize| self.tales[tale].call == number && self.root(tale, by) == self.root(part.tale, by);
        (0..self.tales.len()).any(same)
    }

    pub(super) fn is_in_now(&self, part: &Part, number: CallId) -> bool {
        part.call == number || self.is_in(part, number, (self.now, self.step))
    }

    /// The agent's part in the call of this number: the one open, else the one whose after-call work goes on, else the one
    /// that ended in this second.
    pub(super) fn share(&self, agent: LoginId, number: CallId) -> Option<usize> {
        let newest = |stages: &[Stage]| {
            let found = |part: &Part| {
                let is_kept = OPEN.contains(&part.stage()) || part.way.split().is_some();
                part.agent == agent && stages.contains(&part.stage()) && is_kept && self.is_in_now(part, number)
            };
            self.open_parts().rev().find(|(_, part)| found(part)).map(|(number, _)| number)
        };
        newest(&OPEN).or_else(|| newest(&[Stage::Acw])).or_else(|| newest(&[Stage::Over]))
    }

    /// The split's or direct-agent call that the agent was done with last, after-call work included, if it is the one of this
    /// number.
    pub(super) fn last_share(&self, agent: LoginId, number: CallId) -> Option<usize> {
        let done = |part: &Part| match part.stages.last() {
            Some((Stage::Done, at, step)) if part.had(Stage::Over) => Some((*at, *step)),
            Some((Stage::Over, at, _)) if *at < self.now => Some((*at, u64::MAX)),
            _ => None,
        };
        let of_agent =
            self.parts.iter().enumerate().filter(|(_, part)| part.agent == agent && part.way.split().is_some());
        let (done_at, last) = of_agent.filter_map(|(place, part)| Some((done(part)?, place))).max()?;
        self.is_in(&self.parts[last], number, done_at).then_some(last)
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
        self.tales[call.tale].joined_at = Some((self.now, self.step));
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
