//! Whether the folder of a device is the one that backups were written to before. A disk that is not mounted leaves an empty
//! folder behind, and a backup in there would fill the system's disk and be found by nobody.
//!
//! A file in the folder bears a number that `local.db` remembers. Remembering the disk's own number was turned down: a shared
//! folder has none that lasts.

use std::ffi::OsString;
use std::path::Path;

use anyhow::{Context, Result, anyhow, ensure};
use backup::Device;
use model::RunStatus;
use store::LocalStore;

use crate::files;

/// The file in a device's folder. An empty one that somebody has put there says that the folder is right from now on.
pub const MARKER: &str = "understudy-device";
/// Backups of a time without such files that are looked through.
const LOOKED_THROUGH: u32 = 1_000;
/// Bytes of the number.
const NUMBER_BYTES: usize = 16;

/// What the server remembers of a device.
pub struct Memory {
    /// Its number, and its folder at that time.
    pub kept: Option<(String, OsString)>,
    /// Whether this server has backed up to it, in the time before there were such files.
    was_used: bool,
}

impl Memory {
    /// What `local.db` says of a device. Nothing of the device is looked at: it may hang.
    pub fn of(device: &Device, local: &LocalStore) -> Result<Memory> {
        let kept = local.setting(&setting(device)).context("reading what is known of the device")?;
        let kept = kept.and_then(|kept| kept.split_once(' ').map(|(number, place)| (number.to_owned(), place.into())));
        let known = local.backups(LOOKED_THROUGH).context("listing the backups")?;
        let was_used = known.iter().any(|backup| backup.device == device.name && backup.status == RunStatus::Done);
        Ok(Memory { kept, was_used })
    }
}

/// Looks whether a device is what it was, before anything is written there; nothing is changed.
///
/// # Errors
/// If it is another folder than before, with what to do.
pub fn check(device: &Device, server: &str, memory: &Memory) -> Result<()> {
    let Some(folder) = device.folder() else { return Ok(()) };
    let here = number(folder)?;
    let is_it = match (&memory.kept, &here) {
        // Put there by a person.
        (_, Some(here)) if here.is_empty() => true,
        (Some((number, place)), here) if place == folder.as_os_str() => here.as_ref() == Some(number),
        // Another place since then, or one that the other server uses, too.
        (Some(_), _) | (None, Some(_)) => true,
        (None, None) => !memory.was_used || holds_volumes(device, server)?,
    };
    ensure!(
        is_it,
        "the folder {} of device {} is not the one that backups were written to: is its disk mounted? If this is another disk \
         from now on, say so with an empty file in it: `touch {}`; then try again",
        folder.display(),
        device.name,
        folder.join(MARKER).display()
    );
    Ok(())
}

/// The number in a folder.
fn number(folder: &Path) -> Result<Option<String>> {
    let path = folder.join(MARKER);
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(Some(text.trim().to_owned())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("reading {}", path.display())),
    }
}

/// Where `local.db` remembers it.
pub fn setting(device: &Device) -> String {
    format!("backup_device {}", device.name)
}

fn holds_volumes(device: &Device, server: &str) -> Result<bool> {
    Ok(device.names(server, &mut || true)?.iter().any(|name| name.ends_with(".zst")))
}

/// The number in a folder, which is marked where nothing does.
pub fn marked(folder: &Path) -> Result<String> {
    if let Some(number) = number(folder)?.filter(|number| !number.is_empty()) {
        return Ok(number);
    }
    let mut bytes = [0; NUMBER_BYTES];
    getrandom::fill(&mut bytes).map_err(|error| anyhow!("no random numbers: {error}"))?;
    let (number, path) = (model::hex(&bytes), folder.join(MARKER));
    let written = files::replace(&path, &[format!("{number}\n").as_bytes()]);
    written.with_context(|| format!("cannot write {}; this server must be able to write there", path.display()))?;
    Ok(number)
}

#[cfg(test)]
#[path = "tests/mounted.rs"]
mod tests;
