//! The names of one ACD as people read them: the switch's, with the Dictionary's synonyms and agent groups over them, and those of
//! what the switch has taken out beneath, because reports of earlier days tell of it.
//!
//! The synonyms are read once and kept until they change. Should they not be readable, the names that were known last are
//! shown and the log says why: a report with the switch's names is worth more at night than none.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use model::{Dictionary, NameKind};
use parking_lot::{Mutex, MutexGuard};
use store::{AcdReader, AgentGroup, FormerName, Synonym};

use crate::causes::told;

/// See the module.
pub struct Names {
    database: PathBuf,
    /// How often the switch's names were stored.
    stored: Arc<AtomicU64>,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// Whether what is kept is what the file says.
    fresh: bool,
    /// How often the switch's names had been stored.
    stored: u64,
    former: Vec<FormerName>,
    synonyms: Vec<Synonym>,
    groups: Vec<AgentGroup>,
    /// The switch's names that were put together last, and what came of it.
    together: Option<[Arc<Dictionary>; 2]>,
}

impl Names {
    /// Of the ACD whose file this is, and into which the switch's names were `stored` so many times by now.
    pub fn new(database: PathBuf, stored: Arc<AtomicU64>) -> Names {
        Names { database, stored, kept: Mutex::default() }
    }

    /// The Dictionary has changed.
    pub fn forget(&self) {
        self.kept.lock().fresh = false;
    }

    /// The names as people read them. As long as nothing changes, the same ones are given again. Blocks when the
    /// Dictionary has to be read.
    pub fn over(&self, switch: &Arc<Dictionary>) -> Arc<Dictionary> {
        let mut kept = self.kept();
        if kept.synonyms.is_empty() && kept.groups.is_empty() && kept.former.is_empty() {
            return Arc::clone(switch);
        }
        if let Some([_, together]) = kept.together.as_ref().filter(|[of, _]| Arc::ptr_eq(of, switch)) {
            return Arc::clone(together);
        }
        let mut together = Dictionary::clone(switch);
        let synonyms = kept.synonyms.iter();
        let groups: BTreeMap<_, _> =
            kept.groups.iter().map(|group| (group.name.clone(), group.agents.clone())).collect();
        together.overlay(synonyms.map(|known| (known.kind, known.number.as_str(), known.name.as_str())), groups);
        together.remember(kept.former.iter().map(|was| (was.kind, was.number.as_str(), was.name.as_str())));
        let together = Arc::new(together);
        kept.together = Some([Arc::clone(switch), Arc::clone(&together)]);
        together
    }

    /// The name that an administrator gave.
    pub fn synonym(&self, kind: NameKind, number: &str) -> Option<String> {
        let kept = self.kept();
        let found = kept.synonyms.iter().find(|known| known.kind == kind && known.number == number);
        found.map(|known| known.name.clone())
    }

    /// What the file says. Held while reading, so that it cannot be older than a `forget` that comes meanwhile.
    fn kept(&self) -> MutexGuard<'_, Kept> {
        let mut kept = self.kept.lock();
        // Looked at before reading: what is stored meanwhile is read again.
        let stored = self.stored.load(Ordering::Acquire);
        if !kept.fresh || kept.stored != stored {
            self.read(&mut kept, stored);
        }
        kept
    }

    fn read(&self, kept: &mut Kept, stored: u64) {
        let read = || {
            let reader = AcdReader::open(&self.database)?;
            let (synonyms, groups, former) = (reader.synonyms()?, reader.agent_groups()?, reader.former_names()?);
            Ok(Kept { fresh: true, stored, former, synonyms, groups, together: None })
        };
        match read() {
            Ok(read) => *kept = read,
            Err(error) => {
                let error: store::StoreError = error;
                let file = self.database.display();
                tracing::warn!("the Dictionary in {file} cannot be read, so older names are shown: {}", told(&error));
            }
        }
    }
}
