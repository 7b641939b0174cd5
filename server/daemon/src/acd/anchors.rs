//! Checkpoints of earlier times, as far back as the journal reaches: from one of them intervals can be collected again.
//!
//! One every few hours is enough, because a replay is fast. Keeping every checkpoint was turned down: a large site's takes
//! megabytes each minute.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::checkpoint::Checkpoint;
use crate::files::make_folder;

const FOLDER: &str = "anchors";
/// The next one is kept when the last one is so old.
const EVERY: Duration = Duration::from_secs(6 * 3600);

/// The anchors of an ACD's folder with the index of the last record in each, oldest first.
fn anchors(folder: &Path) -> Vec<(u64, PathBuf)> {
    let entries = fs::read_dir(folder.join(FOLDER)).into_iter().flatten().flatten();
    let index = |path: &Path| path.file_name()?.to_str()?.parse().ok();
    let mut found: Vec<(u64, PathBuf)> =
        entries.filter_map(|entry| Some((index(&entry.path())?, entry.path()))).collect();
    found.sort();
    found
}

/// Keeps the checkpoint that was just written, if one is due, and lets those go that the journal no longer follows.
pub(super) fn keep(folder: &Path, index: u64, oldest_record: Option<u64>) -> io::Result<()> {
    for (known, path) in anchors(folder) {
        if oldest_record.is_some_and(|oldest| known + 1 < oldest) {
            fs::remove_file(path)?;
        }
    }
    let known = anchors(folder);
    let written = |path: &PathBuf| path.metadata().and_then(|metadata| metadata.modified()).ok();
    let newest = known.last().and_then(|(_, path)| written(path));
    let age = newest.map(|at| SystemTime::now().duration_since(at).unwrap_or(EVERY));
    if age.is_some_and(|age| age < EVERY) {
        return Ok(());
    }
    let into = folder.join(FOLDER);
    make_folder(&into)?;
    let draft = into.join("new");
    fs::copy(Checkpoint::path(folder), &draft)?;
    fs::rename(draft, into.join(format!("{index:020}")))
}

/// The newest anchor that `fits`; one that cannot be read is passed over.
pub(super) fn newest(folder: &Path, fits: impl Fn(&Checkpoint) -> bool) -> Option<Checkpoint> {
    anchors(folder).iter().rev().filter_map(|(_, path)| Checkpoint::read(path).ok()?).find(fits)
}

/// The oldest anchor that `fits`, as it is stored; one that cannot be read is passed over.
pub(super) fn oldest(folder: &Path, fits: impl Fn(&Checkpoint) -> bool) -> Option<Vec<u8>> {
    let fits = |path: &PathBuf| Checkpoint::read(path).ok().flatten().is_some_and(|known| fits(&known));
    let found = anchors(folder).into_iter().find(|(_, path)| fits(path));
    found.and_then(|(_, path)| fs::read(path).ok())
}

/// The checkpoint of a folder, if there is one, and its anchors, each with the index of its last record or why it cannot be
/// used.
pub fn saved(folder: &Path) -> Vec<(PathBuf, Result<u64, String>)> {
    let checkpoint = Some(Checkpoint::path(folder)).filter(|path| path.exists());
    let all = checkpoint.into_iter().chain(anchors(folder).into_iter().map(|(_, path)| path));
    all.map(|path| (path.clone(), Checkpoint::look(&path))).collect()
}
