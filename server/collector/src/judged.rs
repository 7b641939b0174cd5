//! The waits that a call profile has judged in the running interval.
//!
//! Only the service level and the limits of the ten bins depend on a profile. As long as the waits themselves are
//! kept, a changed profile can judge the whole running interval anew, at once and on every server alike, whatever
//! second each of them learns of it. Collecting the interval again from the journal was turned down for this: it needs
//! a saved state of the interval's beginning, takes time, and cannot work where the journal does not reach.

use model::CallProfile;
use serde::{Deserialize, Serialize};

/// What is said of a profile.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Said<'a> {
    /// A person decides it, or that there is none; whatever is in force was known, so what becomes other is a change.
    Given(Option<&'a CallProfile>),
    /// The switch tells its own service level, if it has one; `first`: with its first translations, which change nothing that
    /// anybody knew of.
    Told { level_secs: Option<u32>, first: bool },
}

/// The profile that judges, and what decides it: what a person has given; without that the profile of all others, with the
/// switch's own service level.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Standard {
    given: Option<CallProfile>,
    level_secs: Option<u32>,
    profile: CallProfile,
    /// What was in force when the running interval began, or was told first in it.
    begun: CallProfile,
}

/// Of a profile that has become another one, what is other than at the beginning of the running interval. What was changed and changed
/// back in it is no change: everything is judged as if it had never been.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ProfileChange {
    pub level: bool,
    pub periods: bool,
}

impl Standard {
    /// `given` is what was administered, `default` the profile of all others.
    pub(crate) fn new(given: Option<&CallProfile>, default: &CallProfile) -> Self {
        let profile = given.unwrap_or(default).clone();
        Standard { given: given.cloned(), level_secs: None, begun: profile.clone(), profile }
    }

    /// The profile in force.
    pub(crate) fn profile(&self) -> &CallProfile {
        &self.profile
    }

    /// What a person has decided.
    pub(crate) fn given(&self) -> Option<&CallProfile> {
        self.given.as_ref()
    }

    /// Takes in what is said; `None` if the same profile judges as before. Another one holds from the beginning of the running
    /// interval: what was credited in it already is to be judged anew, so that a change costs no data.
    pub(crate) fn learn(&mut self, said: Said<'_>, default: &CallProfile) -> Option<ProfileChange> {
        let first = match said {
            Said::Given(given) => {
                self.given = given.cloned();
                false
            }
            Said::Told { level_secs, first } => {
                self.level_secs = level_secs;
                first
            }
        };
        let mut profile = self.given.as_ref().unwrap_or(default).clone();
        if let (None, Some(secs)) = (&self.given, self.level_secs) {
            profile.service_level_secs = secs;
        }
        if profile == self.profile {
            return None;
        }
        let before = std::mem::replace(&mut self.profile, profile);
        if first && before.service_level_secs == self.begun.service_level_secs {
            self.begun.service_level_secs = self.profile.service_level_secs;
        }
        if first && before.increments_secs == self.begun.increments_secs {
            self.begun.increments_secs.clone_from(&self.profile.increments_secs);
        }
        Some(ProfileChange {
            level: self.begun.service_level_secs != self.profile.service_level_secs,
            periods: self.begun.increments_secs != self.profile.increments_secs,
        })
    }

    /// An interval begins.
    pub(crate) fn begin_interval(&mut self) {
        if self.begun != self.profile {
            self.begun.clone_from(&self.profile);
        }
    }
}

/// As what a wait was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Verdict {
    /// Answered, or connected to a station.
    Answered,
    Abandoned,
    Outflowed,
}

/// Waits in the order in which they were counted.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Judged(Vec<(Verdict, u32)>);

impl Judged {
    #[inline]
    pub(crate) fn push(&mut self, verdict: Verdict, secs: u32) {
        self.0.push((verdict, secs));
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Verdict, u32)> {
        self.0.iter().copied()
    }

    /// The interval is over; the room is kept for the next one.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}
