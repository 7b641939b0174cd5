//! Another name or role for a server that is not running.

use std::path::Path;

use anyhow::{Context, Result};
use api::Role;
use model::Moment;
use store::{Change, DataFolder, Done, LocalStore};

use crate::folder_lock;
use crate::init::check_name;

/// Gives the server of a data folder another name or another role, and records that as changes of its administration. Its number,
/// by which timetables and backups know it, stays. Gives what was changed, for people; nothing if it is so already.
///
/// # Errors
/// If the server runs, or its file cannot be written.
pub fn rename(dir: &Path, name: Option<&str>, role: Option<Role>, at: Moment) -> Result<Vec<String>> {
    if let Some(name) = name {
        check_name(name)?;
    }
    let _lock = folder_lock::lock(dir)?;
    let mut local = LocalStore::open(&DataFolder::new(dir).local()).context("opening local.db")?;
    let before = local.identity().context("reading local.db")?;
    let mut identity = before.clone();
    if let Some(name) = name {
        name.clone_into(&mut identity.name);
    }
    if let Some(role) = role {
        identity.role = role.to_string();
    }
    let pairs = [("name", &before.name, &identity.name), ("role", &before.role, &identity.role)];
    let changed: Vec<_> = pairs.into_iter().filter(|(_, before, after)| before != after).collect();
    if changed.is_empty() {
        return Ok(Vec::new());
    }
    local.set_identity(&identity).context("writing local.db")?;
    let mut told = Vec::new();
    for (what, before, after) in changed {
        let (user, what) = ("cms-server".to_owned(), format!("{what} of the server"));
        told.push(format!("{what}: {before} became {after}"));
        let change = Change { at, user, acd: None, what, before: before.clone(), after: after.clone() };
        local.note_done(Done::Change(change)).context("recording the change")?;
    }
    Ok(told)
}
