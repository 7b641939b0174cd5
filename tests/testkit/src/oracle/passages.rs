//! Calls in vectors: when each processed which call, and what came of it. While a call rings anywhere its vector has nothing
//! to do with it.

use model::event::Entry;
use model::{CallId, ExceptionKind, ExceptionScope, Moment, VectorId};

use super::Recount;
use super::calls::{GaveUp, Outcome, Rings};
use super::watching::Fact;

/// A call in a vector.
#[derive(Debug, Clone)]
pub(super) struct Passage {
    pub vector: VectorId,
    pub entered_at: Moment,
    pub entry: Entry,
    /// When it was processed.
    pub spans: Vec<(Moment, Option<Moment>)>,
    pub rings: Rings,
}

/// How a call leaves a vector.
#[derive(Debug, Clone, Copy)]
pub(super) enum Exit {
    /// Into another vector.
    Goto,
    /// With this outcome; the reserve level of an agent who answered.
    To(Outcome, u8),
}

impl Exit {
    /// For another VDN, or to nobody.
    pub const AWAY: Exit = Exit::To(Outcome::Outflow { interflow: false }, 0);
}

impl Recount {
    pub(super) fn begin_passage(&mut self, id: CallId, vector: VectorId, entry: Entry) {
        self.end_passage(id, Exit::Goto);
        let spans = vec![(self.now, None)];
        let passage = Passage { vector, entered_at: self.now, entry, spans, rings: Rings::default() };
        self.get(id).passage = Some(passage);
    }

    pub(super) fn pause_passage(&mut self, id: CallId) {
        let now = self.now;
        if let Some((_, to)) = self.get(id).passage.as_mut().and_then(|passage| passage.spans.last_mut()) {
            to.get_or_insert(now);
        }
    }

    pub(super) fn resume_passage(&mut self, id: CallId) {
        let now = self.now;
        let paused = |(_, to): &(Moment, Option<Moment>)| to.is_some();
        if let Some(passage) = &mut self.get(id).passage
            && passage.spans.last().is_none_or(paused)
        {
            passage.spans.push((now, None));
        }
    }

    /// The call is out of its vector.
    fn leave_passage(&mut self, id: CallId) -> Option<Passage> {
        self.pause_passage(id);
        let call = self.get(id).clone();
        self.note_passage(&call, Some(self.now));
        self.get(id).passage.take()
    }

    /// The call has come to an agent; whether it was an answer is known when the talk is over.
    pub(super) fn pass_to(&mut self, id: CallId, part: usize, outcome: Outcome) {
        let now = self.now;
        self.parts[part].passed = self.leave_passage(id).map(|passage| (passage, now, outcome));
    }

    pub(super) fn credit_late_passage(&mut self, part: usize, (passage, left_at, outcome): (Passage, Moment, Outcome)) {
        let part = &self.parts[part];
        let waited_secs = left_at.since(passage.entered_at);
        match part.deeds.phantom {
            true => {
                let secs = waited_secs + part.on_secs();
                self.enter_passage(&passage, Exit::To(Outcome::Abandoned(GaveUp::Phantom), 0), secs);
            }
            false => self.enter_passage(&passage, Exit::To(outcome, part.reserve), waited_secs),
        }
    }

    pub(super) fn end_passage(&mut self, id: CallId, exit: Exit) {
        if let Some(passage) = self.leave_passage(id) {
            let secs = self.now.since(passage.entered_at);
            self.enter_passage(&passage, exit, secs);
        }
    }

    /// Counts how a passage ended, after so many seconds.
    fn enter_passage(&mut self, passage: &Passage, exit: Exit, secs: u32) {
        let now = self.now;
        self.credit_passage(passage, exit, secs);
        let kind = match exit {
            Exit::To(Outcome::Abandoned(_), _) => ExceptionKind::VectorAbandons,
            Exit::To(Outcome::Busy, _) => ExceptionKind::VectorBusy,
            Exit::To(Outcome::Disconnected { .. }, _) => ExceptionKind::VectorDisconnects,
            _ => return,
        };
        self.note(ExceptionScope::Vector(passage.vector), kind, now, Fact::Happened);
    }

    fn credit_passage(&mut self, passage: &Passage, exit: Exit, secs: u32) {
        let (now, key) = (self.now, ("hvector", passage.vector.to_string()));
        let processed: u32 = passage.spans.iter().map(|(from, to)| to.unwrap_or(now).since(*from)).sum();
        let mut add = |item: &str, amount: u32| self.book.add(now, &key, item, amount);
        add("INCALLS", 1);
        add("INTIME", processed);
        add("INFLOWCALLS", u32::from(passage.entry != Entry::First));
        add("RINGCALLS", passage.rings.calls);
        add("RINGTIME", passage.rings.secs);
        match exit {
            Exit::To(Outcome::Answered { backup }, reserve) => {
                add("ACDCALLS", 1);
                add("ANSTIME", secs);
                add("BACKUPCALLS", u32::from(backup || reserve > 0));
                return add(&format!("ACDCALLS_R{reserve}"), u32::from(reserve > 0));
            }
            Exit::To(Outcome::Abandoned(gave_up), _) => {
                add("ABNCALLS", 1);
                add("ABNTIME", secs);
                add("ABNQUECALLS", u32::from(gave_up == GaveUp::InQueue));
                add("PHANTOMABNS", u32::from(gave_up == GaveUp::Phantom));
                return add("ABNRINGCALLS", u32::from(gave_up == GaveUp::Ringing));
            }
            _ => {}
        }
        add("OTHERCALLS", 1);
        add("OTHERTIME", secs);
        let name = match exit {
            Exit::Goto => "GOTO",
            Exit::To(Outcome::Busy, _) => "BUSY",
            Exit::To(Outcome::Disconnected { .. }, _) => "DISC",
            Exit::To(..) => "OUTFLOW",
        };
        add(&format!("{name}CALLS"), 1);
        add(&format!("{name}TIME"), secs);
        add("VDISCCALLS", u32::from(matches!(exit, Exit::To(Outcome::Disconnected { timer: true }, _))));
        add("INTERFLOWCALLS", u32::from(matches!(exit, Exit::To(Outcome::Outflow { interflow: true }, _))));
    }
}
