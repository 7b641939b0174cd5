//! Calls in vectors: when each processed which call. While a call rings anywhere its vector has nothing to do with it.

use model::{CallId, ExceptionKind, ExceptionScope, Moment, VectorId};

use super::Recount;
use super::watching::Fact;

/// A call in a vector.
#[derive(Debug, Clone)]
pub(super) struct Passage {
    pub vector: VectorId,
    /// When it was processed.
    pub spans: Vec<(Moment, Option<Moment>)>,
}

impl Recount {
    pub(super) fn begin_passage(&mut self, id: CallId, vector: VectorId) {
        self.end_passage(id, None);
        let spans = vec![(self.now, None)];
        self.get(id).passage = Some(Passage { vector, spans });
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

    /// The call is out of its vector; `as_what` it counts there.
    pub(super) fn end_passage(&mut self, id: CallId, as_what: Option<ExceptionKind>) {
        self.pause_passage(id);
        let call = self.get(id).clone();
        self.note_passage(&call, Some(self.now));
        if let (Some(passage), Some(kind)) = (call.passage, as_what) {
            self.note(ExceptionScope::Vector(passage.vector), kind, self.now, Fact::Happened);
        }
        self.get(id).passage = None;
    }
}
