//! Passwords of users whom a restore removes: they hold no longer, and lie beside the copy of what the restore replaced, so that
//! the users have them again if just that restore is taken back.
//!
//! Leaving them in `local.db` was turned down: whoever is given the same name later would get in, and be got in as, by a
//! password that somebody else knows.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use model::Moment;
use store::{Done, LocalStore};

use crate::administration::Administration;
use crate::causes::told;
use crate::files::replace_private;

/// The passwords of users by their names, as finished texts, and when each was given.
pub type SetAside = BTreeMap<String, (String, Moment)>;

/// Beside a copy: the passwords of those who are in it and were removed by what the copy was made for.
pub fn beside(copy: &Path) -> PathBuf {
    let mut path = copy.as_os_str().to_owned();
    path.push(".passwords");
    PathBuf::from(path)
}

/// What lies beside a copy; nothing if there is nothing.
pub fn of_copy(copy: &Path) -> SetAside {
    let kept = std::fs::read(beside(copy)).ok();
    kept.and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default()
}

/// Gives those who came with a copy the passwords that lie beside it. Whoever cannot be given one has none.
pub fn give_back(local: &mut LocalStore, aside: &SetAside, came: &BTreeSet<String>) {
    for (name, (hash, at)) in aside.iter().filter(|(name, _)| came.contains(*name)) {
        if let Err(error) = local.set_password(name, hash, *at) {
            tracing::warn!(user = name, "the password cannot be given back: {}", told(&error));
        }
    }
}

/// Takes the passwords of those who are gone out of force, and puts them beside a copy. Where that cannot be written, they are
/// gone: the users need new ones if they come back.
pub fn put_beside(administration: &Administration, copy: &Path, gone: &BTreeSet<String>) {
    let mut aside = SetAside::new();
    for name in gone {
        match administration.local().password_kept(name) {
            Ok(kept) => aside.extend(kept.map(|kept| (name.clone(), kept))),
            Err(error) => tracing::warn!(user = name, "the password cannot be set aside: {}", told(&error)),
        }
    }
    if !aside.is_empty() {
        let path = beside(copy);
        let text = serde_json::to_vec(&aside).map_err(std::io::Error::other);
        let written = text.and_then(|text| replace_private(&path, &text));
        if let Err(error) = written {
            tracing::warn!("{} cannot be written: {error}", path.display());
        }
    }
    // It is told where this has to wait for room; until then nobody has these names.
    let _recorded = administration.note_done(Done::PasswordsGone(gone.iter().cloned().collect()));
}
