//! Files that are the old or the new, never half of either.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// Replaces a file in one step, through a temporary file beside it: whoever reads it sees the old or the
/// new content, never half of either. A link is followed, and what may be done with the old file may be done with the new one.
/// What is no file, such as a device or a named pipe, is written to and stays what it is.
pub fn write_whole(path: &Path, content: &[u8]) -> io::Result<()> {
    let old = fs::metadata(path).ok();
    if old.as_ref().is_some_and(|old| !old.is_file() && !old.is_dir()) {
        return fs::OpenOptions::new().write(true).open(path)?.write_all(content);
    }
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut name = OsString::from(".");
    name.push(target.file_name().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "no file name"))?);
    name.push(format!(".{}.part", std::process::id()));
    let part = target.with_file_name(name);
    let written = fs::File::create(&part).and_then(|mut file| {
        // Before there is anything in it that not everybody may read.
        old.map_or(Ok(()), |old| file.set_permissions(old.permissions()))?;
        file.write_all(content)?;
        file.sync_all()
    });
    let result = written.and_then(|()| fs::rename(&part, &target));
    if result.is_err() {
        // The part is of no use to anybody; the first error is the one to tell.
        let _ = fs::remove_file(&part);
    }
    result
}
