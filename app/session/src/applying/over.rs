//! Notices about a state go when that is over, whether they were read or not: what they ask for cannot be done any more, or need not be.
//!
//! What ends them is told anyway, so that nothing is kept for them beside the notices themselves.

use api::Mode;

use crate::copying::CopyState;
use crate::jobs::JobStage;
use crate::lasting::{Asked, Lasting};
use crate::pages::ChangeState;
use crate::update::Update;

impl Asked {
    fn has_come(&self, update: &Update) -> bool {
        match (self, update) {
            (Asked::Library, Update::Library { .. } | Update::LibraryClosed { .. })
            | (Asked::Shortcuts, Update::Shortcuts { .. }) => true,
            (Asked::Names(known), Update::Dictionary { acd, .. } | Update::AcdClosed { acd, .. }) => known == acd,
            (Asked::Definition(known), Update::Definition { path, .. }) => known == path,
            _ => false,
        }
    }
}

impl Lasting {
    /// Whether it is over with this.
    pub(super) fn ends_with(&self, update: &Update) -> bool {
        match (self, update) {
            // Of another profile's servers nothing is known yet.
            (_, Update::Connected(_)) => true,
            (Lasting::SingleUser(of), Update::Health { which, health, .. }) => {
                of == which && health.mode == Mode::MultiUser
            }
            (Lasting::SingleUser(of) | Lasting::SignedOut(of), Update::SignedIn { which, .. }) => of == which,
            // It may go on at a server that nobody is signed in to.
            (Lasting::SingleUser(_), _) => false,
            // Whoever signs out leaves the rest behind.
            (_, Update::Serving(None)) => true,
            (Lasting::NotMoved(to), Update::Serving(Some(which))) => to == which,
            // The other server has lists of its own.
            (Lasting::Missing(_), Update::Serving(_)) => true,
            (Lasting::Missing(asked), update) => asked.has_come(update),
            (Lasting::Copying, Update::Copy(state)) => !matches!(state, Some(CopyState::Running { .. })),
            (Lasting::Changing, Update::Administered(Some(change))) => !matches!(change.state, ChangeState::Running),
            (Lasting::Job, Update::Job(job)) => {
                job.as_ref().is_none_or(|job| job.stage.is_over() || job.stage == JobStage::Asked)
            }
            _ => false,
        }
    }
}
