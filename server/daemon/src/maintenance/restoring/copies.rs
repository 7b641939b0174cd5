//! The copies of what restores have replaced, by which they are taken back.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use api::{ErrorBody, ErrorCode};

use crate::maintenance::{COPIES_KEPT, Maintenance, undoing};

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

/// Removes the copy of what a restore replaced, if there is one.
///
/// # Errors
/// Names the folder: a copy that stays would be taken for what is to be put back.
pub(in crate::maintenance) fn remove_copy(folder: &Path) -> Result<(), ErrorBody> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            let message = format!("{} could not be removed ({error}); remove it by hand", folder.display());
            Err(ErrorBody::new(ErrorCode::Unavailable, message))
        }
        _ => Ok(()),
    }
}
