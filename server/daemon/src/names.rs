//! The names of one ACD as people read them: the switch's, with the Dictionary's synonyms and agent groups over them.
//!
//! The synonyms are read once and kept until they change. Should they not be readable, the names that were known last are
//! shown and the log says why: a report with the switch's names is worth more at night than none.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use model::{Dictionary, NameKind};
use parking_lot::{Mutex, MutexGuard};
use store::{AcdReader, AgentGroup, Synonym};

use crate::causes::told;

/// See the module.
pub struct Names {
    database: PathBuf,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// Whether what is kept is what the file says.
    fresh: bool,
    synonyms: Vec<Synonym>,
    groups: Vec<AgentGroup>,
    /// The switch's names that were put together last, and what came of it.
    together: Option<[Arc<Dictionary>; 2]>,
}

impl Names {
    /// Of the ACD whose file this is.
    pub fn new(database: PathBuf) -> Names {
        Names { database, kept: Mutex::default() }
    }

    /// The Dictionary has changed.
    pub fn forget(&self) {
        self.kept.lock().fresh = false;
    }

    /// The names as people read them. As long as nothing changes, the same ones are given again. Blocks when the
    /// Dictionary has to be read.
    pub fn over(&self, switch: &Arc<Dictionary>) -> Arc<Dictionary> {
        let mut kept = self.kept();
        if kept.synonyms.is_empty() && kept.groups.is_empty() {
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
        if !kept.fresh {
            self.read(&mut kept);
        }
        kept
    }

    fn read(&self, kept: &mut Kept) {
        let read = || {
            let reader = AcdReader::open(&self.database)?;
            Ok((reader.synonyms()?, reader.agent_groups()?))
        };
        match read() {
            Ok((synonyms, groups)) => *kept = Kept { fresh: true, synonyms, groups, together: None },
            Err(error) => {
                let error: store::StoreError = error;
                let file = self.database.display();
                tracing::warn!("the Dictionary in {file} cannot be read, so older names are shown: {}", told(&error));
            }
        }
    }
}
