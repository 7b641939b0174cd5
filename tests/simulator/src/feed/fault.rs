//! Faults of a link, as code and as people write them: `1:cut@10m+30s`.

use std::str::FromStr;
use std::time::Duration;

use model::Moment;

use crate::duration::{DurationError, parse_duration};

/// What can be wrong with a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkFault {
    /// The connection closes and none is made until the fault ends.
    Cut,
    /// The connection stays, and nothing moves on it.
    Stall,
    /// Everything is sent later by so much real time.
    Late(Duration),
    /// The last so many events are sent again, once.
    Duplicate(usize),
    /// The switch starts its numbering anew, on all links.
    Restart,
}

/// A fault by plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScheduledFault {
    /// Which link, from 0.
    pub link: usize,
    pub fault: LinkFault,
    /// Switch time since the world's start.
    pub offset: Duration,
    /// Switch time that it lasts; `None`: at once over (cut), or for ever.
    pub lasting: Option<Duration>,
}

/// Why a text is not a fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FaultError {
    /// Not of the form.
    #[error("{text:?} is not LINK:KIND@OFFSET[+DURATION], such as 1:cut@10m+30s")]
    Form {
        /// The text as given.
        text: String,
    },
    /// No such kind.
    #[error("{kind:?} is not a kind of fault: use cut, stall, late=DELAY, duplicate=EVENTS or restart")]
    Kind {
        /// The kind as given.
        kind: String,
    },
    /// A time that is none.
    #[error(transparent)]
    Duration(#[from] DurationError),
}

impl FromStr for ScheduledFault {
    type Err = FaultError;

    /// Links are numbered from 1 here, as on the command line.
    fn from_str(text: &str) -> Result<Self, FaultError> {
        let form = || FaultError::Form { text: text.to_owned() };
        let (link, rest) = text.split_once(':').ok_or_else(form)?;
        let (kind, times) = rest.split_once('@').ok_or_else(form)?;
        let link = link.parse::<usize>().ok().and_then(|link| link.checked_sub(1)).ok_or_else(form)?;
        let (offset, lasting) = match times.split_once('+') {
            Some((offset, lasting)) => (offset, Some(parse_duration(lasting)?)),
            None => (times, None),
        };
        Ok(ScheduledFault { link, fault: parse_kind(kind)?, offset: parse_duration(offset)?, lasting })
    }
}

fn parse_kind(text: &str) -> Result<LinkFault, FaultError> {
    let (kind, value) = text.split_once('=').map_or((text, None), |(kind, value)| (kind, Some(value)));
    let unknown = || FaultError::Kind { kind: text.to_owned() };
    match (kind, value) {
        ("cut", None) => Ok(LinkFault::Cut),
        ("stall", None) => Ok(LinkFault::Stall),
        ("restart", None) => Ok(LinkFault::Restart),
        ("late", Some(delay)) => Ok(LinkFault::Late(parse_duration(delay)?)),
        ("duplicate", Some(events)) => events.parse().map(LinkFault::Duplicate).map_err(|_| unknown()),
        _ => Err(unknown()),
    }
}

/// A fault begins or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    Begin(usize, LinkFault),
    End(usize),
}

/// All begins and ends by switch time. A cut without a length is over at once: the link connects again.
pub(super) fn plan(start: Moment, faults: &[ScheduledFault]) -> Vec<(Moment, Change)> {
    let mut plan = Vec::new();
    for fault in faults {
        let at = start + fault.offset.as_secs() as i64;
        plan.push((at, Change::Begin(fault.link, fault.fault)));
        let brief = (fault.fault == LinkFault::Cut).then_some(Duration::ZERO);
        if let Some(lasting) = fault.lasting.or(brief) {
            plan.push((at + lasting.as_secs() as i64, Change::End(fault.link)));
        }
    }
    plan.sort_by_key(|&(at, _)| at);
    plan
}
