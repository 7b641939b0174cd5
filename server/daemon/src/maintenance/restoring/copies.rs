//! The copies of what restores have replaced, by which they are taken back.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use api::{ErrorBody, ErrorCode};
use backup::Chosen;
use model::AcdNumber;
use store::{AcdReader, IntervalOrigin, SourceFile};

use crate::causes::failed;
use crate::files::{make_folder, replace};
use crate::maintenance::{COPIES_KEPT, Maintenance, broken_off, rights_aside, set_aside, undoing};

/// What was noted of restored intervals, by ACD.
pub(in crate::maintenance) type Origins = BTreeMap<AcdNumber, Vec<IntervalOrigin>>;

/// Beside a copy: what was noted of the intervals in it.
fn origins_beside(copy: &Path) -> PathBuf {
    let mut path = copy.as_os_str().to_owned();
    path.push(".origins");
    PathBuf::from(path)
}

/// Keeps beside a copy what is noted of the intervals that it will hold: which were restored, and whether with their records. With
/// the rows, it comes back when they do; without, a server that collects anew from its journal would put what it had missed in
/// the place of what was healed.
pub(super) fn keep_origins(maintenance: &Maintenance, chosen: &Chosen, copy: &Path) -> Result<(), ErrorBody> {
    let mut all = Origins::new();
    for acd in chosen.pieces.keys().filter(|(file, _)| *file == SourceFile::Acd).filter_map(|(_, acd)| *acd) {
        let known = AcdReader::open(&maintenance.data.acd(acd)).and_then(|reader| reader.origins());
        let known = known.map_err(|error| failed("listing the restored intervals", &error))?;
        all.insert(acd, known);
    }
    let path = origins_beside(copy);
    let text = serde_json::to_vec(&all).map_err(std::io::Error::other);
    let kept = text.and_then(|text| {
        path.parent().map_or(Ok(()), make_folder)?;
        replace(&path, &[&text])
    });
    kept.map_err(|error| ErrorBody::new(ErrorCode::Unavailable, format!("cannot write {}: {error}", path.display())))
}

/// What was noted of the intervals in a copy. Copies of before have none: their intervals count as this server's own.
pub(in crate::maintenance) fn origins_of_copy(copy: &Path) -> Origins {
    let kept = std::fs::read(origins_beside(copy)).ok();
    kept.and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default()
}

/// The oldest copies of what was replaced go.
pub(super) fn forget_old_copies(maintenance: &Maintenance) {
    let folder = maintenance.restore_folder(0);
    let Some(folder) = folder.parent() else { return };
    let is_copy = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().bytes().all(|byte| byte.is_ascii_digit()))
    };
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut copies: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(is_copy).collect();
    copies.sort();
    for copy in copies.iter().rev().skip(COPIES_KEPT) {
        if let Err(error) = remove_copy(copy) {
            tracing::warn!("{}", error.message);
        }
        // What goes with it, where there is any.
        let _ = std::fs::remove_file(copy.with_extension("left"));
        if let Some(number) = copy.file_name().and_then(|name| name.to_str()?.parse().ok())
            && let Err(error) = remove_copy(&undoing::forward_folder(maintenance, number))
        {
            tracing::warn!("{}", error.message);
        }
    }
}

/// Beside a copy whose restore has begun and is not known to have ended: what it was made of may be there no longer.
fn begun_beside(copy: &Path) -> PathBuf {
    let mut path = copy.as_os_str().to_owned();
    path.push(".begun");
    PathBuf::from(path)
}

/// Whether a change began after which this copy is the way back, and is not known to have ended.
pub(in crate::maintenance) fn begun(copy: &Path) -> bool {
    begun_beside(copy).exists()
}

/// Marks that from now on.
pub(in crate::maintenance) fn mark_begun(copy: &Path) -> Result<(), ErrorBody> {
    let path = begun_beside(copy);
    let marked = replace(&path, &[]);
    marked.map_err(|error| ErrorBody::new(ErrorCode::Unavailable, format!("cannot write {}: {error}", path.display())))
}

/// The change has ended, or changed nothing.
pub(in crate::maintenance) fn forget_begun(copy: &Path) {
    let _ = std::fs::remove_file(begun_beside(copy));
}

/// Removes the copy of what a restore replaced, if there is one.
///
/// # Errors
/// Names the folder: a copy that stays would be taken for what is to be put back.
pub(in crate::maintenance) fn remove_copy(folder: &Path) -> Result<(), ErrorBody> {
    // Alone it says nothing.
    let _ = std::fs::remove_file(origins_beside(folder));
    forget_begun(folder);
    let _ = std::fs::remove_file(broken_off::files_beside(folder));
    let _ = std::fs::remove_file(set_aside::beside(folder));
    let _ = std::fs::remove_file(rights_aside::beside(folder));
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            let message = format!("{} could not be removed ({error}); remove it by hand", folder.display());
            Err(ErrorBody::new(ErrorCode::Unavailable, message))
        }
        _ => Ok(()),
    }
}
