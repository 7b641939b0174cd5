//! What the end of the server has broken off: told once, at the next start.

use std::path::Path;

use api::LogCode;
use model::RunStatus;
use store::{LocalStore, Result};

use crate::whole::IMAGE_BEING_MADE;

/// Backups and restores of which one may still count as running.
const LOOKED_THROUGH: u32 = 100;

/// Remembers that an image is being made until this is dropped. Not to remember it is no reason not to make it.
pub(super) struct MakingImage(std::path::PathBuf);

impl MakingImage {
    pub(super) fn on(device: &str, dir: &Path) -> MakingImage {
        let path = dir.join(IMAGE_BEING_MADE);
        let made = path.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| std::fs::write(&path, device));
        if let Err(error) = made {
            tracing::warn!("cannot write {}: {error}", path.display());
        }
        MakingImage(path)
    }
}

impl Drop for MakingImage {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// What was being done when the server ended, each with its code in the maintenance error log.
pub(super) fn told(dir: &Path, local: &LocalStore) -> Result<Vec<(LogCode, String)>> {
    let why = "was broken off: the server ended in the middle";
    let mut told = Vec::new();
    for backup in local.backups(LOOKED_THROUGH)?.into_iter().filter(|backup| backup.status == RunStatus::Running) {
        let (label, user) = (backup.label, backup.user);
        let text = format!("backup {label} of {user} {why}, and nothing of it counts; back up again");
        told.push((LogCode::BackupInterrupted, text));
    }
    for restore in local.restores(LOOKED_THROUGH)?.into_iter().filter(|restore| restore.status == RunStatus::Running) {
        let (number, label, user) = (restore.id, restore.label, restore.user);
        // The copy is whole before the first change: without one, there was none.
        let next = match backup::holds_any(&super::copy_in(dir, number)) {
            true => format!("run it again, or take it back: Administration > Backups, or `cms restore undo {number}`"),
            false => "it had replaced nothing yet; run it again".to_owned(),
        };
        told.push((LogCode::RestoreInterrupted, format!("restore {number} of {label} by {user} {why}; {next}")));
    }
    let path = dir.join(IMAGE_BEING_MADE);
    if let Ok(device) = std::fs::read_to_string(&path) {
        let text = format!("the image on device {device} {why}, and nothing of it counts; make it again");
        told.push((LogCode::ImageInterrupted, text));
        let _ = std::fs::remove_file(&path);
    }
    Ok(told)
}

#[cfg(test)]
#[path = "../tests/broken_off.rs"]
mod tests;
