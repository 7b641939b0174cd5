//! What a server keeps of an ACD for itself, outside of `cms.toml`: read when the ACD is opened, changed by administration.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{AcdNumber, IntervalMinutes, Level};
use store::{LocalStore, MEMBERS, Storage, Summarizing, Usage};

/// What a server keeps of an ACD for itself, outside of `cms.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Whether data are to be collected.
    pub collecting: bool,
    /// The storage interval, if an administrator has set one.
    pub interval: Option<IntervalMinutes>,
    /// How much of its history is kept, and when it is summed up.
    pub keeping: Arc<Keeping>,
}

impl Default for Standing {
    fn default() -> Self {
        Standing { collecting: true, interval: None, keeping: Arc::default() }
    }
}

pub fn collection_key(acd: AcdNumber) -> String {
    format!("collection.{acd}")
}

pub fn interval_key(acd: AcdNumber) -> String {
    format!("interval.{acd}")
}

impl Standing {
    /// Reads what `local.db` says of an ACD.
    pub fn read(local: &LocalStore, acd: AcdNumber) -> store::Result<Standing> {
        let collecting = local.setting(&collection_key(acd))?.as_deref() != Some("off");
        let minutes = local.setting(&interval_key(acd))?.and_then(|minutes| minutes.parse::<u8>().ok());
        let interval = minutes.and_then(|minutes| IntervalMinutes::try_from(minutes).ok());
        Ok(Standing { collecting, interval, keeping: Arc::new(Keeping::read(local, acd)?) })
    }
}

/// How much of an ACD's history is kept, and when it is summed up.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Keeping {
    /// How much is kept.
    pub storage: Storage,
    /// When it is summed up.
    pub summarizing: Summarizing,
}

impl Keeping {
    /// Reads what `local.db` says of an ACD.
    pub fn read(local: &LocalStore, acd: AcdNumber) -> store::Result<Keeping> {
        Ok(Keeping { storage: local.storage(acd)?, summarizing: local.summarizing(acd)? })
    }

    /// Whether anything is summed up into a level.
    pub fn makes(&self, level: Level) -> bool {
        self.storage.elements.values().any(|allocation| allocation.kept.makes(level))
    }

    /// Elements of which there were more than are allocated: the word, how many, how many are allocated.
    pub fn beyond<'a>(&'a self, usage: &'a BTreeMap<String, Usage>) -> impl Iterator<Item = (&'a str, u32, u32)> {
        let elements = self.storage.elements.iter().map(|(word, allocation)| (word.as_str(), allocation.items));
        elements.chain([(MEMBERS, self.storage.members)]).filter_map(|(word, expected)| {
            let most = usage.get(word)?.most;
            (most > expected).then_some((word, most, expected))
        })
    }
}
