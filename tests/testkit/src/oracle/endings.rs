//! How calls leave queues, VDNs and this world.

use model::event::Party;
use model::{CallId, ExceptionKind, ExceptionScope, LoginId, SplitId};

use super::Recount;
use super::calls::{GaveUp, Outcome, Wait, split_key};
use super::desk::{Stage, Way};
use super::passages::Exit;
use super::tales::What;
use super::watching::Fact;

/// How a call left a queue without being answered there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Departure {
    Abandoned { ringing: bool },
    Busy,
    Disconnected,
    Outflow { interflow: bool },
    Dequeued,
}

const ON: [Stage; 2] = [Stage::Talking, Stage::Held];

impl Recount {
    /// Out of all queues after an answer: the first queue has an outflow, the others are only left.
    pub(super) fn leave_others(&mut self, id: CallId) {
        for wait in std::mem::take(&mut self.get(id).waits) {
            let departure = if wait.first { Departure::Outflow { interflow: false } } else { Departure::Dequeued };
            self.depart(id, &wait, departure);
        }
    }

    /// Out of all queues without an answer: the first queue has the departure, the one waited in longest if the first was left
    /// before.
    fn depart_all(&mut self, id: CallId, departure: Departure) {
        let waits = std::mem::take(&mut self.get(id).waits);
        let whose = waits.iter().position(|wait| wait.first).unwrap_or(0);
        for (place, wait) in waits.iter().enumerate() {
            self.depart(id, wait, if place == whose { departure } else { Departure::Dequeued });
        }
    }

    pub(super) fn depart(&mut self, id: CallId, wait: &Wait, departure: Departure) {
        self.note_wait(wait);
        if wait.for_one {
            // No queue's doing: the agent alone counts it.
            return;
        }
        let placed = u32::from(self.get(id).is_placed());
        let (now, key) = (self.now, split_key(wait.split));
        let secs = now.since(wait.since);
        self.judged.push((wait.split, now, secs, departure));
        self.book.raise(now, &key, "MAXOCWTIME", secs.into());
        let mut add = |item: &str, amount: u32| self.book.add(now, &key, item, amount);
        add("CALLSOFFERED", 1);
        add("RINGCALLS", wait.rings.calls);
        add("RINGTIME", wait.rings.secs);
        add("NOANSREDIR", wait.rings.redirected);
        add("INFLOWCALLS", u32::from(wait.flowed));
        add("INFLOWCALLS", u32::from(!wait.first && departure == Departure::Abandoned { ringing: true }));
        if let Departure::Abandoned { ringing } = departure {
            add("ABNCALLS", 1);
            add("ABNTIME", secs);
            add("ABNRINGCALLS", u32::from(ringing));
            return add("O_ABNCALLS", placed);
        }
        add("OTHERCALLS", 1);
        add("OTHERTIME", secs);
        add("O_OTHERCALLS", placed);
        let name = match departure {
            Departure::Busy => "BUSY",
            Departure::Disconnected => "DISC",
            Departure::Dequeued => "DEQUE",
            Departure::Outflow { .. } | Departure::Abandoned { .. } => "OUTFLOW",
        };
        add(&format!("{name}CALLS"), 1);
        add(&format!("{name}TIME"), secs);
        if let Departure::Outflow { interflow } = departure {
            add("INTERFLOWCALLS", u32::from(interflow));
        }
    }

    /// Waits are judged when it is known by which profile.
    pub(super) fn judge_waits(&mut self) {
        for (split, at, secs, departure) in std::mem::take(&mut self.judged) {
            let key = split_key(split);
            let profile = self.profile(&key, at);
            let in_time = u32::from(secs <= profile.service_level_secs);
            match departure {
                Departure::Abandoned { .. } => {
                    self.book.add(at, &key, &format!("ABNCALLS{}", profile.bin(secs) + 1), 1u32);
                    self.book.add(at, &key, "SLVLABNS", in_time);
                }
                Departure::Outflow { .. } => self.book.add(at, &key, "SLVLOUTFLOWS", in_time),
                Departure::Busy | Departure::Disconnected | Departure::Dequeued => {}
            }
        }
    }

    /// The first outcome counts, for the trunk and for the VDN.
    pub(super) fn decide(&mut self, id: CallId, outcome: Outcome) {
        self.get(id).so_far.outcome.get_or_insert(outcome);
        self.decide_visit(id, outcome);
    }

    pub(super) fn decide_visit(&mut self, id: CallId, outcome: Outcome) {
        let now = self.now;
        if let Some(number) = self.get(id).visit {
            let visit = &self.visits[number];
            let (vdn, wait) = (visit.vdn, now.since(visit.entered_at));
            if let (None, Outcome::Answered { .. }) = (visit.outcome, outcome) {
                let fact = Fact::Answered { wait_secs: wait };
                self.note(ExceptionScope::Vdn(vdn), ExceptionKind::VdnRollingSpeed, now, fact);
            }
            self.visits[number].outcome.get_or_insert((outcome, wait));
            self.visits[number].decided_at.get_or_insert(now);
        }
    }

    pub(super) fn leave_visit(&mut self, id: CallId) {
        if let Some(visit) = self.get(id).visit.take() {
            self.visits[visit].left_at = Some(self.now);
            self.visits[visit].be_with_agent(false, self.now);
        }
    }

    pub(super) fn abandon(&mut self, id: CallId) {
        assert!(self.agents_at(id, &ON).is_empty(), "call {id} is abandoned while an agent is on it");
        self.give_up(id);
        self.close(id, Party::Caller);
    }

    fn give_up(&mut self, id: CallId) {
        let mut ringing: Option<SplitId> = None;
        let agents = self.agents_at(id, &[Stage::Ringing]);
        let rang = agents.first().and_then(|agent| self.part_at(id, *agent, &[Stage::Ringing]));
        let rang = rang.map(|part| (self.parts[part].agent, self.parts[part].way));
        for (index, agent) in agents.iter().enumerate() {
            let part = self.part_at(id, *agent, &[Stage::Ringing]).expect("it rings there");
            if let (Some(split), None) = (self.parts[part].way.split(), ringing) {
                ringing = Some(split).filter(|split| self.get(id).waits.iter().any(|wait| wait.split == *split));
            }
            self.parts[part].abandoned = index == 0;
            self.end_ring(id, *agent, false, false);
        }
        let waits = std::mem::take(&mut self.get(id).waits);
        let gave_up = match (agents.is_empty(), waits.is_empty()) {
            (false, _) => GaveUp::Ringing,
            (true, false) => GaveUp::InQueue,
            (true, true) => GaveUp::InVector,
        };
        let rings = |wait: &Wait| Some(wait.split) == ringing;
        let loser = waits.iter().position(rings).or(waits.iter().position(|wait| wait.first)).unwrap_or(0);
        let lost = waits.get(loser).map(|wait| (wait.split, wait.priority));
        self.tell(id, What::GaveUp { lost, rang });
        for (place, wait) in waits.iter().enumerate() {
            let departure = match (place == loser, wait.first) {
                (true, _) => Departure::Abandoned { ringing: rings(wait) },
                (false, true) => Departure::Outflow { interflow: false },
                (false, false) => Departure::Dequeued,
            };
            self.depart(id, wait, departure);
        }
        self.decide(id, Outcome::Abandoned(gave_up));
        self.end_passage(id, Exit::To(Outcome::Abandoned(gave_up), 0));
    }

    /// Out of all queues and not ringing any more.
    fn go(&mut self, id: CallId, departure: Departure, outcome: Outcome) {
        self.stop_rings(id);
        self.depart_all(id, departure);
        self.decide(id, outcome);
        self.end_passage(id, Exit::To(outcome, 0));
    }

    fn stop_rings(&mut self, id: CallId) {
        for agent in self.agents_at(id, &[Stage::Ringing]) {
            self.end_ring(id, agent, false, false);
        }
    }

    pub(super) fn refuse(&mut self, id: CallId, departure: Departure, outcome: Outcome) {
        self.go(id, departure, outcome);
        self.close(id, Party::Switch);
    }

    pub(super) fn outflow(&mut self, id: CallId, interflow: bool) {
        // Its VDN keeps it to the end.
        self.go(id, Departure::Outflow { interflow }, Outcome::Outflow { interflow });
    }

    pub(super) fn connect(&mut self, id: CallId) {
        self.go(id, Departure::Outflow { interflow: false }, Outcome::Connected);
        let now = self.now;
        if let Some(visit) = self.get(id).visit {
            self.visits[visit].connected_at.get_or_insert(now);
        }
    }

    pub(super) fn end(&mut self, id: CallId, by: Party) {
        assert!(self.get(id).waits.is_empty(), "call {id} ended while it waited");
        self.close(id, by);
    }

    /// Whether the one answer to the call, which is over now, was none.
    fn see_whether_phantom(&mut self, id: CallId, agent: LoginId) {
        let (now, call) = (self.now, self.get(id).clone());
        let once = call.answers == 1 && matches!(call.so_far.outcome, Some(Outcome::Answered { .. }));
        let Some(number) = self.part_at(id, agent, &ON).filter(|_| once) else { return };
        let part = &self.parts[number];
        let on_secs = part.on_secs() + now.since(part.since().0);
        let passed_on = part.deeds.transfers + part.deeds.conferences > 0;
        if !matches!(part.way, Way::Skill(_)) || passed_on || on_secs >= self.rules.phantom_abandon_secs {
            return;
        }
        let gave_up = Outcome::Abandoned(GaveUp::Phantom);
        let visit = part.visit;
        self.parts[number].deeds.phantom = true;
        self.get(id).so_far.outcome = Some(gave_up);
        if let Some(visit) = visit.map(|visit| &mut self.visits[visit])
            && matches!(visit.outcome, Some((Outcome::Answered { .. }, _)))
        {
            visit.outcome = Some((gave_up, now.since(visit.entered_at)));
        }
    }

    /// The call is over, and so are the numbers that meant it.
    fn close(&mut self, id: CallId, by: Party) {
        self.stop_rings(id);
        for agent in self.agents_at(id, &ON) {
            let held = self.part_at(id, agent, &[Stage::Held]).is_some();
            self.mark(id, agent, |deeds| {
                deeds.released |= by == Party::Agent;
                deeds.hold_abandoned |= by == Party::Caller && held;
            });
            self.see_whether_phantom(id, agent);
            self.end_part(id, agent);
        }
        self.end_passage(id, Exit::AWAY);
        self.decide_visit(id, Outcome::Outflow { interflow: false });
        self.leave_visit(id);
        let Some(call) = self.calls.remove(&id) else { return };
        self.tales[call.tale].over_at = Some(self.now);
        self.release(&call);
        let survivors: Vec<_> = self.joined.keys().filter(|known| self.survivor(**known) == id).copied().collect();
        for known in survivors {
            self.joined.remove(&known);
        }
    }
}
