//! The file that keeps a second server out of a data folder.

use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// Name of the file that keeps a second server out of a data folder.
pub(crate) const LOCK: &str = "lock";

/// How long a start waits for a folder that is in use: a server that is just ending has it, and so has, for a moment, a
/// program that was being started from a server when that ended.
const LOCK_WAIT: Duration = Duration::from_secs(1);
const LOCK_LOOK: Duration = Duration::from_millis(20);

/// Why the file that keeps a second server out cannot be written, and what to do. One that is there may belong to somebody else,
/// such as root after a start by hand, while the folder may well be writable.
pub(crate) fn cannot_lock(dir: &Path, error: &std::io::Error) -> String {
    let path = dir.join(LOCK);
    let owner = |path: &Path| path.metadata().ok().map(|known| known.uid());
    let name = |uid: u32| if uid == 0 { "root".to_owned() } else { format!("the user with the number {uid}") };
    match (error.kind(), owner(&path), owner(dir)) {
        (ErrorKind::ReadOnlyFilesystem, ..) => {
            format!("cannot write to {}: its disk is mounted read-only; mount it for writing", dir.display())
        }
        (ErrorKind::PermissionDenied | ErrorKind::IsADirectory, Some(of_file), Some(of_folder))
            if of_file == of_folder =>
        {
            format!(
                "cannot open {}, which belongs to {}, as all of {} does: start the server as that user, or give the folder to the one \
             that runs it (`chown -R USER {}` as root)",
                path.display(),
                name(of_file),
                dir.display(),
                dir.display()
            )
        }
        (ErrorKind::PermissionDenied | ErrorKind::IsADirectory, Some(of_file), Some(of_folder)) => {
            format!(
                "cannot open {}, which belongs to {}: the folder belongs to {}, and so should all that is in it; `chown -R {of_folder} {}` as root \
                 gives it back",
                path.display(),
                name(of_file),
                name(of_folder),
                dir.display()
            )
        }
        _ => format!("cannot write to {}: check that the folder exists and is writable", dir.display()),
    }
}

/// Keeps a second server out of the folder for as long as the file is open.
pub(crate) fn lock(dir: &Path) -> Result<File> {
    let path = dir.join(LOCK);
    let file = File::create(&path).map_err(|error| {
        let told = cannot_lock(dir, &error);
        anyhow::Error::new(error).context(told)
    })?;
    let until = Instant::now() + LOCK_WAIT;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if Instant::now() < until => std::thread::sleep(LOCK_LOOK),
            Err(TryLockError::WouldBlock) => bail!("a server is already running on {}", dir.display()),
            Err(TryLockError::Error(error)) => return Err(error).context(format!("locking {}", path.display())),
        }
    }
}
