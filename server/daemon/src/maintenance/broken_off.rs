//! What the end of the server has broken off: told once, at the next start.

use std::path::{Path, PathBuf};

use api::LogCode;
use backup::Chosen;
use model::{AcdNumber, Moment, RunStatus};
use store::{DataFolder, LocalStore, Restore, Result, SourceFile, restore_mark};

use crate::files::replace;
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

/// What a restore notes in each file, in the transaction in which it replaces that file's rows.
pub(super) fn mark(restore: i64) -> String {
    format!("restore {restore}")
}

/// Beside a copy: the files into which the restore that it was made for goes.
pub(super) fn files_beside(copy: &Path) -> PathBuf {
    let mut path = copy.as_os_str().to_owned();
    path.push(".files");
    PathBuf::from(path)
}

/// A file as it is written down: its ACD, 0 for none, and whether it has the records.
fn written(file: SourceFile, acd: Option<AcdNumber>) -> String {
    let acd = acd.map_or(0, |acd| acd.0);
    match file {
        SourceFile::Local => "local".to_owned(),
        SourceFile::System => "system".to_owned(),
        SourceFile::Acd => format!("acd {acd}"),
        SourceFile::Events => format!("events {acd}"),
    }
}

fn read(line: &str) -> Option<(SourceFile, Option<AcdNumber>)> {
    let acd = |number: &str| Some(Some(AcdNumber(number.parse().ok()?)));
    Some(match line.split_once(' ') {
        None if line == "local" => (SourceFile::Local, None),
        None if line == "system" => (SourceFile::System, None),
        Some(("acd", number)) => (SourceFile::Acd, acd(number)?),
        Some(("events", number)) => (SourceFile::Events, acd(number)?),
        _ => return None,
    })
}

/// Writes down into which files a restore goes, before the first changes. Not to have it is no reason not to restore: a restore that is
/// broken off then counts as that.
pub(super) fn note_files(copy: &Path, chosen: &Chosen) {
    let lines: Vec<String> = chosen.pieces.keys().map(|(file, acd)| written(*file, *acd)).collect();
    let path = files_beside(copy);
    if let Err(error) = replace(&path, &[lines.join("\n").as_bytes()]) {
        tracing::warn!("{} cannot be written: {error}", path.display());
    }
}

/// Whether all files of a restore have its mark: the server ended between the last transaction and the note that it is done.
fn is_whole(dir: &Path, restore: i64) -> bool {
    let Ok(text) = std::fs::read_to_string(files_beside(&super::copy_in(dir, restore))) else { return false };
    let (data, mark) = (DataFolder::new(dir), mark(restore));
    let is_marked = |line: &str| {
        let Some((file, acd)) = read(line) else { return false };
        restore_mark(&data.file(file, acd), file).is_ok_and(|found| found.as_ref() == Some(&mark))
    };
    !text.is_empty() && text.lines().all(is_marked)
}

/// Restores that count as running and are done, as done.
///
/// # Errors
/// If that cannot be noted.
pub(super) fn settle(dir: &Path, local: &mut LocalStore, at: Moment) -> Result<Vec<(LogCode, String)>> {
    let mut told = Vec::new();
    let running = local.restores(LOOKED_THROUGH)?.into_iter().filter(|restore| restore.status == RunStatus::Running);
    for restore in running.filter(|restore| is_whole(dir, restore.id)) {
        let (number, label, user) = (restore.id, &restore.label, &restore.user);
        let text = format!(
            "restore {number} of {label} by {user} is done: the server ended before that could be noted; Administration > Backups, or \
             `cms restore undo {number}` takes it back"
        );
        told.push((LogCode::RestoreDone, text));
        let detail = "noted after a restart".to_owned();
        local.note_restore(&Restore { status: RunStatus::Done, finished_at: Some(at), detail, ..restore })?;
    }
    Ok(told)
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
