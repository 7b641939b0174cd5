//! Files that must be whole or not there, files that only the server may read, and the room that they have.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Writes a file by way of a neighbour, so that after a crash the old or the new content is there.
pub fn replace(path: &Path, parts: &[&[u8]]) -> std::io::Result<()> {
    replace_beside(path, "new", parts)
}

/// The same with a file that only its owner may read.
pub fn replace_private(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let mut neighbour = path.as_os_str().to_owned();
    neighbour.push(".new");
    let neighbour = PathBuf::from(neighbour);
    // One that was left by a crash would keep its own mode.
    match std::fs::remove_file(&neighbour) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&neighbour)?;
    file.write_all(content)?;
    file.sync_all()?;
    std::fs::rename(&neighbour, path)?;
    sync_folder(path.parent().unwrap_or(Path::new(".")))
}

/// The same as [`replace`] where others may do so at the same time: each has an ending of its own for what is not whole yet.
pub fn replace_beside(path: &Path, ending: &str, parts: &[&[u8]]) -> std::io::Result<()> {
    let mut neighbour = path.as_os_str().to_owned();
    neighbour.push(".");
    neighbour.push(ending);
    let neighbour = PathBuf::from(neighbour);
    let mut file = File::create(&neighbour)?;
    for part in parts {
        file.write_all(part)?;
    }
    file.sync_all()?;
    std::fs::rename(&neighbour, path)?;
    sync_folder(path.parent().unwrap_or(Path::new(".")))
}

/// Makes a folder with those above it that are missing, each durable in the one above: what is promised of a file in it would
/// else be lost with the folder.
pub fn make_folder(folder: &Path) -> std::io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let above = folder.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
    make_folder(above)?;
    match std::fs::create_dir(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => sync_folder(above),
    }
}

/// Makes entries of a folder durable.
pub fn sync_folder(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Writes a file that only its owner may read.
pub fn write_private(path: &Path, content: &[u8]) -> Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("cannot create {}", path.display()))?;
    file.write_all(content).and_then(|()| file.sync_all()).with_context(|| format!("cannot write {}", path.display()))
}

/// Bytes that this program may still write on the disk of a file or folder; `None` if the system does not tell.
pub fn free_bytes(path: &Path) -> Option<u64> {
    let told = nix::sys::statvfs::statvfs(path).ok()?;
    Some(told.blocks_available().saturating_mul(told.fragment_size()))
}
