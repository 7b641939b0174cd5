//! Users as the rest of the server sees them: what each may, settled, and how many live reports each has open.
//!
//! What users are permitted is kept in `system.db` and in the ACDs' files; here it is read once and put together. It must never be
//! more than what stands there: whatever changes users or permissions ends with [`People::forget`], and an ACD whose file
//! cannot be read is one that may not be seen.

mod rights;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Weak};

use api::{ErrorBody, ErrorCode};
use model::{Access, AcdAccess, AcdNumber};
use parking_lot::Mutex;
use store::AcdReader;

pub use rights::{Rights, element_watched};

use crate::causes::{failed, told};
use crate::reach::Reach;
use crate::reports::Reports;

/// See the module.
pub struct People {
    rights: Mutex<HashMap<String, Arc<Rights>>>,
    reaches: Mutex<Reaches>,
    everything: Arc<Reach>,
    windows: Arc<Mutex<HashMap<String, u32>>>,
}

impl Default for People {
    fn default() -> Self {
        let everything = Arc::new(Reach::everything());
        People { rights: Mutex::default(), reaches: Mutex::default(), everything, windows: Arc::default() }
    }
}

/// The reaches that somebody has, by what may be read of each ACD: a reach lives as long as somebody may read by it.
#[derive(Default)]
struct Reaches {
    known: BTreeMap<BTreeMap<AcdNumber, AcdAccess>, Weak<Reach>>,
    /// Number of the last one; none is given twice.
    last: u64,
}

impl Reaches {
    /// The one reach of all who may read this of each ACD.
    fn of(&mut self, acds: BTreeMap<AcdNumber, AcdAccess>) -> Arc<Reach> {
        if let Some(known) = self.known.get(&acds).and_then(Weak::upgrade) {
            return known;
        }
        self.known.retain(|_, reach| reach.strong_count() > 0);
        self.last += 1;
        let reach = Arc::new(Reach::new(self.last, &acds));
        self.known.insert(acds, Arc::downgrade(&reach));
        reach
    }
}

/// One live report that a user has open; dropping it closes it.
pub struct Window {
    user: String,
    windows: Arc<Mutex<HashMap<String, u32>>>,
}

impl Drop for Window {
    fn drop(&mut self) {
        let mut windows = self.windows.lock();
        if let Some(open) = windows.get_mut(&self.user) {
            *open -= 1;
            if *open == 0 {
                windows.remove(&self.user);
            }
        }
    }
}

impl People {
    /// What a user is permitted, if that is known without asking.
    pub fn known(&self, user: &str) -> Option<Arc<Rights>> {
        self.rights.lock().get(user).cloned()
    }

    /// What a user is permitted. Blocks when it has to be read.
    pub fn rights(&self, reports: &Reports, user: &str) -> Result<Arc<Rights>, ErrorBody> {
        if let Some(known) = self.known(user) {
            return Ok(known);
        }
        // Held while reading, so that what is read here cannot be older than a `forget` that comes meanwhile.
        let mut known = self.rights.lock();
        let rights = Arc::new(self.read(reports, user)?);
        known.insert(user.to_owned(), Arc::clone(&rights));
        Ok(rights)
    }

    /// Users or permissions have changed.
    pub fn forget(&self) {
        self.rights.lock().clear();
    }

    /// Opens one more live report, if the user may have one more.
    pub fn open_window(&self, rights: &Rights) -> Result<Window, ErrorBody> {
        let mut windows = self.windows.lock();
        let open = windows.get(&rights.user).copied().unwrap_or_default();
        if rights.max_windows > 0 && open >= u32::from(rights.max_windows) {
            let (user, most) = (&rights.user, rights.max_windows);
            let message = format!("{user} has {open} live reports open and may have {most}: close one first");
            return Err(ErrorBody::new(ErrorCode::TooMany, message));
        }
        windows.insert(rights.user.clone(), open + 1);
        Ok(Window { user: rights.user.clone(), windows: Arc::clone(&self.windows) })
    }

    fn read(&self, reports: &Reports, name: &str) -> Result<Rights, ErrorBody> {
        let doing = |error| failed("reading what the user is permitted", &error);
        let (user, features) = {
            let system = reports.lock();
            (system.user(name).map_err(doing)?, system.features(name).map_err(doing)?)
        };
        let gone = || ErrorBody::new(ErrorCode::NotSignedIn, format!("there is no user {name} any more"));
        let user = user.ok_or_else(gone)?;
        if user.administrator {
            return Ok(Rights::of_administrator(&user, Arc::clone(&self.everything)));
        }
        let mut acds = BTreeMap::new();
        for source in &reports.sources {
            let permitted = AcdReader::open(&source.database).and_then(|reader| reader.permissions(name));
            match permitted {
                Ok(permitted) => _ = acds.insert(source.view.number(), permitted),
                Err(error) => {
                    let acd = source.view.number();
                    tracing::warn!(%acd, user = name, "what the user is permitted of it cannot be read: {}", told(&error));
                }
            }
        }
        let reach = match user.reads_everything {
            true => Arc::clone(&self.everything),
            false => self.reach(&acds),
        };
        Ok(Rights::of_user(&user, features, acds, reach))
    }

    /// The one reach of all who may read the same.
    fn reach(&self, acds: &BTreeMap<AcdNumber, AcdAccess>) -> Arc<Reach> {
        let readable = |(acd, access): (&AcdNumber, &AcdAccess)| (*acd, read_only(access));
        let acds = acds.iter().filter(|(_, access)| access.acd.read()).map(readable).collect();
        self.reaches.lock().of(acds)
    }
}

/// What of an access is about reading, so that equal reaches are equal.
fn read_only(access: &AcdAccess) -> AcdAccess {
    let mut only = AcdAccess { acd: Access::READ, ..AcdAccess::default() };
    for (element, granted) in &access.elements {
        let into = only.elements.entry(*element).or_default();
        if granted.all.read() {
            into.all = Access::READ;
            continue;
        }
        let each = granted.each.iter().filter(|(_, access)| access.read());
        into.each = each.map(|(number, _)| (number.clone(), Access::READ)).collect();
    }
    only.elements.retain(|_, granted| !granted.all.is_nothing() || !granted.each.is_empty());
    only
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use model::{Access, AcdAccess, AcdNumber};

    use super::Reaches;

    #[test]
    fn a_reach_is_shared_and_goes_with_its_last_reader() {
        let acds =
            |number| BTreeMap::from([(AcdNumber(number), AcdAccess { acd: Access::READ, ..AcdAccess::default() })]);
        let mut reaches = Reaches::default();
        let first = reaches.of(acds(1));
        assert!(Arc::ptr_eq(&first, &reaches.of(acds(1))));
        let number = first.number;
        drop(first);
        for acd in 2..=8 {
            assert_eq!(reaches.of(acds(acd)).number, number + u64::from(acd) - 1);
        }
        assert_eq!(reaches.known.len(), 1, "those that nobody reads by are gone");
        assert_eq!(reaches.of(acds(1)).number, number + 8, "no number is given twice");
    }
}
