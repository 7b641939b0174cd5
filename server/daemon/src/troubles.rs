//! What troubles the server itself, counted since it started (CMS-execution-based exceptions).
//!
//! These are no exceptions of calls: they are no events, do not reach the collector, and are kept in no table. Two servers
//! count different ones, because they started at different times and have disks, links and visitors of their own. They are
//! kept apart from the others, so that nobody compares them.

use std::collections::BTreeMap;

use api::ServerException;
use model::{AcdNumber, Moment};
use parking_lot::Mutex;

/// The kinds of trouble that are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    /// A link that was up is down.
    LinkLost,
    /// A switch was turned away.
    SwitchRefused,
    /// Intervals or records could not be archived; counted once until it works again.
    ArchiveFailed,
    /// The journal could not be written; counted once until it works again.
    JournalFailed,
    /// Somebody gave a wrong user name or password.
    LogOnRefused,
}

impl Trouble {
    fn word(self) -> &'static str {
        match self {
            Trouble::LinkLost => "link-lost",
            Trouble::SwitchRefused => "switch-refused",
            Trouble::ArchiveFailed => "archive-failed",
            Trouble::JournalFailed => "journal-failed",
            Trouble::LogOnRefused => "log-on-refused",
        }
    }
}

/// Troubles of one ACD's collection, or of the server as a whole.
#[derive(Debug, Default)]
pub struct Troubles(Mutex<BTreeMap<Trouble, Counted>>);

#[derive(Debug)]
struct Counted {
    count: u64,
    last_at: Moment,
    text: String,
}

impl Troubles {
    /// Counts one more, at a moment of the server's clock.
    pub fn note(&self, at: Moment, trouble: Trouble, text: impl Into<String>) {
        let mut known = self.0.lock();
        let counted =
            known.entry(trouble).or_insert(Counted { count: 0, last_at: Moment::default(), text: String::new() });
        counted.count += 1;
        (counted.last_at, counted.text) = (at, text.into());
    }

    /// All that were counted.
    pub fn list(&self, acd: Option<AcdNumber>) -> Vec<ServerException> {
        let known = self.0.lock();
        let exception = |(trouble, counted): (&Trouble, &Counted)| ServerException {
            exception: trouble.word().to_owned(),
            acd,
            count: counted.count,
            last_at: counted.last_at,
            text: counted.text.clone(),
        };
        known.iter().map(exception).collect()
    }
}
