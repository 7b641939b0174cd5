//! Handles on database files beside those of SQLite: opened once, and kept for as long as the file is there.
//!
//! The locks of POSIX belong to a process and a file, and closing any handle on the file gives up all of them, also the ones
//! that SQLite holds through handles of its own. Another program would then find the file unused, and remove the write-ahead
//! log when it closes it, while this process goes on writing to the log that is gone. So nothing here is ever closed while
//! the file has a name.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::Path;
use std::sync::Arc;

use parking_lot::Mutex;

/// By device and number of the file.
static HELD: Mutex<BTreeMap<(u64, u64), Arc<File>>> = Mutex::new(BTreeMap::new());

/// A handle for reading at places; it has no place of its own, since others read through it, too.
pub fn open(path: &Path) -> io::Result<Arc<File>> {
    let key = |found: &fs::Metadata| (found.dev(), found.ino());
    let mut held = HELD.lock();
    // What no longer has a name cannot be opened by anybody else.
    held.retain(|_, file| file.metadata().is_ok_and(|found| found.nlink() > 0));
    if let Some(known) = held.get(&key(&fs::metadata(path)?)) {
        return Ok(Arc::clone(known));
    }
    let file = Arc::new(File::open(path)?);
    held.insert(key(&file.metadata()?), Arc::clone(&file));
    Ok(file)
}

/// Reads the beginning of a file, as much as is there.
pub(crate) fn read_start(file: &File, into: &mut [u8]) -> io::Result<usize> {
    let mut read = 0;
    while read < into.len() {
        match file.read_at(&mut into[read..], read as u64) {
            Ok(0) => break,
            Ok(more) => read += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(read)
}
