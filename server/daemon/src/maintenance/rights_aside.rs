//! What users of before were permitted whose names come anew with a restore: it goes, so that it is not the next one's of that name, and
//! lies beside the copy of what the restore replaced, as far as that has it not. Taking the restore back puts it in force again,
//! and sets aside what was permitted meanwhile; going forward again does the same the other way round.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use api::{ErrorBody, ErrorCode};
use backup::Chosen;
use model::{Access, AcdAccess, AcdNumber, Element, Feature};
use serde::{Deserialize, Serialize};
use store::SourceFile;

use super::run::Stock;
use super::syncing;
use crate::administration::running;
use crate::causes::{failed, told};
use crate::files::replace_private;

/// Words of what something is of, and of the access to it.
type Words = Vec<(String, String)>;

/// What one user may of one ACD: of the ACD itself, and of its elements by kind and number.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct OfAcd {
    acd: String,
    elements: Vec<(String, String, String)>,
}

/// What was permitted, by who it was.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RightsAside {
    features: BTreeMap<String, Words>,
    menu: BTreeMap<String, Words>,
    acds: BTreeMap<u8, BTreeMap<String, OfAcd>>,
}

/// Stands for every number of a kind.
const EVERY: &str = "";

/// Beside a copy: what was permitted to those who came by what the copy was made for.
pub fn beside(copy: &Path) -> PathBuf {
    let mut path = copy.as_os_str().to_owned();
    path.push(".rights");
    PathBuf::from(path)
}

/// What lies beside a copy; nothing if there is nothing.
pub fn of_copy(copy: &Path) -> RightsAside {
    let kept = std::fs::read(beside(copy)).ok();
    kept.and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default()
}

impl RightsAside {
    /// What these users may now, of tables that are not replaced as a whole.
    pub fn now(stock: &Stock, chosen: &Chosen, users: &BTreeSet<String>) -> Result<RightsAside, ErrorBody> {
        let doing = |error| failed("reading what is permitted", &error);
        let replaced: BTreeSet<_> = chosen
            .pieces
            .iter()
            .flat_map(|((file, acd), pieces)| pieces.iter().map(move |piece| (*file, *acd, piece.carried.table)))
            .collect();
        let stays = |table: &'static str| !replaced.contains(&(SourceFile::System, None, table));
        let mut found = RightsAside::default();
        for user in users {
            let system = stock.reports.lock();
            if stays("features") {
                let words = system.features(user).map_err(doing)?.into_iter();
                let words = words.map(|(feature, access)| (feature.word().to_owned(), access.to_string()));
                found.features.insert(user.clone(), words.collect());
            }
            if stays("menu_access") {
                let words = system.menu_access(user).map_err(doing)?.into_iter();
                found.menu.insert(user.clone(), words.map(|(name, access)| (name, access.to_string())).collect());
            }
        }
        let is_replaced = |acd| {
            replaced
                .iter()
                .any(|(file, of, table)| (*file, *of) == (SourceFile::Acd, Some(acd)) && syncing::is_right(table))
        };
        for source in &stock.reports.sources {
            let acd = source.view.number();
            // An ACD without a readable file permits nothing.
            let Ok(archive) = stock.reports.archive(acd) else { continue };
            if is_replaced(acd) {
                continue;
            }
            let of_acd = users.iter().map(|user| Ok((user.clone(), words_of(&archive.permissions(user)?))));
            let of_acd: store::Result<BTreeMap<_, _>> = of_acd.collect();
            found.acds.insert(acd.0, of_acd.map_err(doing)?);
        }
        Ok(found)
    }

    /// Whose rights these are.
    pub fn users(&self) -> BTreeSet<String> {
        let of_acds = self.acds.values().flat_map(BTreeMap::keys);
        self.features.keys().chain(self.menu.keys()).chain(of_acds).cloned().collect()
    }

    /// Without those who were permitted nothing.
    #[must_use]
    pub fn of_somebody(mut self) -> RightsAside {
        let nobody: BTreeSet<String> = self.users().into_iter().filter(|user| self.is_nothing(user)).collect();
        self.features.retain(|user, _| !nobody.contains(user));
        self.menu.retain(|user, _| !nobody.contains(user));
        self.acds.values_mut().for_each(|of_acd| of_acd.retain(|user, _| !nobody.contains(user)));
        self
    }

    fn is_nothing(&self, user: &str) -> bool {
        let is_empty = |words: &BTreeMap<String, Words>| words.get(user).is_none_or(Vec::is_empty);
        let usual = words_of(&AcdAccess::default());
        is_empty(&self.features)
            && is_empty(&self.menu)
            && self.acds.values().all(|of_acd| of_acd.get(user).is_none_or(|known| *known == usual))
    }

    /// Puts it beside a copy, if there is any.
    ///
    /// # Errors
    /// It is to go, and would be lost.
    pub fn put_beside(&self, copy: &Path) -> Result<(), ErrorBody> {
        if self.users().is_empty() {
            return Ok(());
        }
        let path = beside(copy);
        let text = serde_json::to_vec(self).map_err(std::io::Error::other);
        let written = text.and_then(|text| replace_private(&path, &text));
        written.map_err(|error| {
            let message = format!("cannot write {}: {error}", path.display());
            ErrorBody::new(ErrorCode::Unavailable, message)
        })
    }

    /// Puts it in force, in place of what these users may now. Tells what could not be done.
    pub fn give_back(&self, stock: &Stock) -> Vec<String> {
        let mut notes = Vec::new();
        let mut note = |user: &str, why: String| {
            notes.push(format!("what {user} was permitted before is not in force again: {why}"));
        };
        for (user, words) in &self.features {
            let mut system = stock.reports.lock();
            let given = Feature::ALL.iter().try_for_each(|feature| {
                let known = words.iter().find(|(word, _)| word == feature.word());
                system.set_feature(user, *feature, access_of(known.map(|(_, access)| access.as_str())))
            });
            given.unwrap_or_else(|error| note(user, told(&error)));
        }
        for (user, words) in &self.menu {
            let mut system = stock.reports.lock();
            let given = system.menu_access(user).and_then(|now| {
                now.iter().try_for_each(|(name, _)| system.set_menu_access(user, name, Access::NOTHING))?;
                words.iter().try_for_each(|(name, access)| system.set_menu_access(user, name, access_of(Some(access))))
            });
            given.unwrap_or_else(|error| note(user, told(&error)));
        }
        for (acd, of_acd) in &self.acds {
            for (user, known) in of_acd {
                let (permitted, name) = (known.permitted(), user.clone());
                let give = move |store: &mut store::AcdStore| store.set_permissions(&name, &permitted);
                let source = running(&stock.reports, AcdNumber(*acd)).map_err(|error| error.message);
                let given = source.and_then(|source| source.files.change(give));
                given.unwrap_or_else(|why| note(user, why));
            }
        }
        notes
    }
}

fn access_of(word: Option<&str>) -> Access {
    word.and_then(Access::parse).unwrap_or_default()
}

fn words_of(permitted: &AcdAccess) -> OfAcd {
    let elements = permitted.elements.iter().flat_map(|(element, granted)| {
        let each = granted.each.iter().map(|(number, access)| (number.as_str(), access));
        let all = [(EVERY, &granted.all)].into_iter().chain(each).filter(|(_, access)| !access.is_nothing());
        all.map(|(number, access)| (element.word().to_owned(), number.to_owned(), access.to_string()))
    });
    OfAcd { acd: permitted.acd.to_string(), elements: elements.collect() }
}

impl OfAcd {
    fn permitted(&self) -> AcdAccess {
        let mut permitted = AcdAccess { acd: access_of(Some(&self.acd)), ..AcdAccess::default() };
        for (element, number, access) in &self.elements {
            let Some(element) = Element::parse(element) else { continue };
            let granted = permitted.elements.entry(element).or_default();
            match number.as_str() {
                EVERY => granted.all = access_of(Some(access)),
                _ => _ = granted.each.insert(number.clone(), access_of(Some(access))),
            }
        }
        permitted
    }
}
