//! A new password for a user of a server that is not running: the way back where nobody can sign in who may set one.
//!
//! Whoever may write the data folder may do this; that is the authority. The server must be stopped: tokens of those who are signed in
//! live in its memory alone, and end with it. Asking the running server was turned down: it would need a door that nobody has to
//! sign in at.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use anyhow::{Context, Result, bail};
use model::Moment;
use store::{Change, DataFolder, Done, LocalStore, SystemStore};

use crate::{auth, folder_lock};

/// Gives a user a password on the server of a data folder, and records that as a change of its administration. Gives the server's
/// name.
///
/// # Errors
/// If the server runs, there is no such user, the password is too short, or a file cannot be written.
pub fn set_password(dir: &Path, user: &str, password: &str, at: Moment) -> Result<String> {
    is_of_its_owner(dir)?;
    let hash = auth::hash_password(password)?;
    let _lock = folder_lock::lock(dir).with_context(|| {
        "the server must be stopped for this (`systemctl stop cms-server`): its switch keeps what it tells meanwhile, and the other \
         server goes on"
    })?;
    let folder = DataFolder::new(dir);
    let users = SystemStore::open(&folder.system()).and_then(|system| system.users()).context("reading system.db")?;
    if !users.iter().any(|known| known.name == user) {
        let administrators = users.iter().filter(|known| known.administrator).map(|known| known.name.as_str());
        let administrators: Vec<&str> = administrators.collect();
        bail!("there is no user {user} on this server; its administrators are {}", administrators.join(", "));
    }
    let mut local = LocalStore::open(&folder.local()).context("opening local.db")?;
    let name = local.identity().context("reading local.db")?.name;
    let had_one = local.password(user).context("reading local.db")?.is_some();
    local.set_password(user, &hash, at).context("writing local.db")?;
    let (by, what) = ("cms-server".to_owned(), format!("password of {user}"));
    let before = if had_one { "set" } else { "none" };
    let change = Change { at, user: by, acd: None, what, before: before.to_owned(), after: "set".to_owned() };
    local.note_done(Done::Change(change)).context("recording the change")?;
    Ok(name)
}

/// Files that somebody else makes in the folder could not be opened by the server.
fn is_of_its_owner(dir: &Path) -> Result<()> {
    let owner = dir.metadata().with_context(|| format!("cannot look at {}", dir.display()))?.uid();
    if owner != rustix::process::geteuid().as_raw() {
        let dir = dir.display();
        bail!("{dir} belongs to the user with the number {owner}: `sudo -u '#{owner}' cms-server password {dir} …`");
    }
    Ok(())
}
