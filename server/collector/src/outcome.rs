//! How an element's tracking of a call can end.

use catalog::Disposition;
use serde::{Deserialize, Serialize};

/// Where a call was when the caller gave up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum GaveUp {
    /// Before it queued anywhere.
    InVector,
    /// Waiting in a queue.
    InQueue,
    /// Ringing at an agent.
    Ringing,
    /// "Answered", but for less than the phantom-abandon time.
    Phantom,
}

/// The first disposition of a call, as a VDN, vector or trunk sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Outcome {
    /// Answered as a split/skill or direct-agent call; `backup`: not by way of a queue.
    Answered {
        backup: bool,
    },
    /// Answered at a station, or as an extension call.
    Connected,
    Abandoned(GaveUp),
    Busy,
    Disconnected {
        timer: bool,
    },
    /// Left for another VDN or an unmeasured place.
    Outflow {
        interflow: bool,
    },
}

impl Outcome {
    /// As what a call record writes it.
    pub(crate) fn disposition(self) -> Disposition {
        match self {
            Outcome::Answered { .. } => Disposition::Answered,
            Outcome::Connected => Disposition::Connected,
            Outcome::Abandoned(_) => Disposition::Abandoned,
            Outcome::Busy => Disposition::Busy,
            Outcome::Disconnected { .. } => Disposition::Disconnected,
            Outcome::Outflow { interflow: true } => Disposition::Interflow,
            Outcome::Outflow { interflow: false } => Disposition::Other,
        }
    }
}

/// How a call left one split's queue without being answered there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Departure {
    Abandoned {
        ringing: bool,
    },
    Busy,
    Disconnected,
    Outflow {
        interflow: bool,
    },
    /// Queued here as the second or third split, finished elsewhere.
    Dequeued,
}
