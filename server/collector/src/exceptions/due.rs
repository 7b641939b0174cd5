//! The queue of due moments: what becomes an exception if nothing happens before.
//!
//! Of things due in the same second, the order is that of their public numbers, never that of this server's slots: two
//! servers tell them in the same order.

use std::collections::{BTreeMap, BTreeSet};

use model::{CallId, EqLoc, ExceptionKey, LoginId, Moment};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What lasts: under which rule, and which of the things that the rule watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Subject {
    pub key: ExceptionKey,
    pub of: Of,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Of {
    /// What the rule watches as a whole.
    Whole,
    /// A state of an agent.
    Agent(LoginId),
    /// An agent's part in a call.
    Part(LoginId, CallId),
    /// A call.
    Call(CallId),
    /// A call on a trunk, if the trunk is known.
    Use(Option<EqLoc>, CallId),
    /// A trunk.
    Trunk(EqLoc),
}

/// Due moments, the earliest first.
pub(super) struct Due {
    by_subject: BTreeMap<Subject, Moment>,
    by_time: BTreeSet<(Moment, Subject)>,
    /// The earliest, or the end of time: looked at before every event.
    first: Moment,
}

impl Default for Due {
    fn default() -> Self {
        Due { by_subject: BTreeMap::new(), by_time: BTreeSet::new(), first: Moment(i64::MAX) }
    }
}

impl Due {
    /// Whether anything is due at `at` or before.
    #[inline]
    pub(super) fn by(&self, at: Moment) -> bool {
        self.first <= at
    }

    /// The subject becomes due at `at`, whatever it was due at before.
    pub(super) fn insert(&mut self, subject: Subject, at: Moment) {
        if let Some(before) = self.by_subject.insert(subject, at) {
            self.by_time.remove(&(before, subject));
        }
        self.by_time.insert((at, subject));
        self.find_first();
    }

    /// When the subject becomes due.
    pub(super) fn of_subject(&self, subject: &Subject) -> Option<Moment> {
        self.by_subject.get(subject).copied()
    }

    /// What is due of the states of agents, trunks and groups, none of them a call's.
    pub(super) fn states(&self) -> impl Iterator<Item = (Subject, Moment)> {
        let due = self.by_subject.iter().map(|(subject, at)| (*subject, *at));
        due.filter(|(subject, _)| matches!(subject.of, Of::Whole | Of::Agent(_) | Of::Trunk(_)))
    }

    /// The subject is over.
    pub(super) fn remove(&mut self, subject: &Subject) {
        if let Some(at) = self.by_subject.remove(subject) {
            self.by_time.remove(&(at, *subject));
            self.find_first();
        }
    }

    /// The earliest subject due at `at` or before.
    pub(super) fn pop(&mut self, at: Moment) -> Option<(Moment, Subject)> {
        if !self.by(at) {
            return None;
        }
        let (due, subject) = self.by_time.pop_first()?;
        self.by_subject.remove(&subject);
        self.find_first();
        Some((due, subject))
    }

    /// Takes out all subjects of a rule.
    pub(super) fn remove_rule(&mut self, key: &ExceptionKey) {
        self.by_subject.retain(|subject, _| subject.key != *key);
        self.by_time.retain(|(_, subject)| subject.key != *key);
        self.find_first();
    }

    pub(super) fn clear(&mut self) {
        *self = Due::default();
    }

    pub(super) fn shift(&mut self, secs: i64) {
        self.by_subject.values_mut().for_each(|at| *at = *at + secs);
        *self = Due::of(std::mem::take(&mut self.by_subject));
    }

    fn of(by_subject: BTreeMap<Subject, Moment>) -> Self {
        let by_time = by_subject.iter().map(|(subject, at)| (*at, *subject)).collect();
        let mut due = Due { by_subject, by_time, first: Moment(0) };
        due.find_first();
        due
    }

    fn find_first(&mut self) {
        self.first = self.by_time.first().map_or(Moment(i64::MAX), |(at, _)| *at);
    }
}

impl Serialize for Due {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.by_subject.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Due {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        BTreeMap::deserialize(deserializer).map(Due::of)
    }
}
