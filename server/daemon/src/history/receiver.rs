//! Where files go: a folder of this machine here, an SFTP server in `sftp`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use model::AcdNumber;

use super::disk::{Disk, RealDisk};
use super::sftp::{self, SftpReceiver};
use crate::config::{ACD_IN_PATHS, HistoryConfig, Target};
use crate::files::sync_folder;

/// Breaks off what a receiver is doing and all that it is asked for later: from another thread, and at once.
pub type BreakOff = Box<dyn Fn() + Send + Sync>;

/// A place that takes files. What is put or renamed is durable when the call returns, as far as the place can promise that.
pub trait Receiver: Send {
    /// What it is, for people and to know it again.
    fn place(&self) -> String;
    /// Whether it has a file of this name.
    fn has(&mut self, name: &str) -> Result<bool>;
    /// Writes a whole file anew.
    fn put(&mut self, name: &str, content: &[u8]) -> Result<()>;
    /// Gives a file another name that nothing bears.
    fn rename(&mut self, from: &str, to: &str) -> Result<()>;
    /// Gives a file another name, in place of what bears it.
    fn replace(&mut self, from: &str, to: &str) -> Result<()>;
    /// Nothing will be wanted for a while.
    fn rest(&mut self) {}
    /// What breaks it off where it may hang. What was begun is an error, and done again.
    fn break_off(&self) -> BreakOff {
        Box::new(|| {})
    }
}

/// The receiver of an ACD's files. `dir` is the data folder, which the names of secret files are relative to.
pub fn open_receiver(config: &HistoryConfig, acd: AcdNumber, dir: &Path) -> Box<dyn Receiver> {
    let of_acd = |text: &str| text.replace(ACD_IN_PATHS, &acd.to_string());
    match &config.target {
        Target::Folder(folder) => Box::new(FolderReceiver::new(dir.join(of_acd(&folder.to_string_lossy())))),
        Target::Sftp(sftp) => {
            let mut sftp = sftp.clone();
            sftp.path = of_acd(&sftp.path);
            Box::new(SftpReceiver::new(sftp, dir.to_owned()))
        }
    }
}

/// Whether an ACD's files could go where they are to go, as far as this machine knows without connecting.
pub fn readiness(config: &HistoryConfig, acd: AcdNumber, dir: &Path) -> Result<String, String> {
    let place = open_receiver(config, acd, dir).place();
    match &config.target {
        Target::Folder(_) => match fs::metadata(&place) {
            Ok(folder) if folder.is_dir() => Ok(place),
            Ok(_) => Err(format!("{place} is no folder: change [history] in cms.toml")),
            Err(error) => {
                Err(format!("{place}: {error}; create it or mount its disk, or change [history] in cms.toml"))
            }
        },
        Target::Sftp(sftp) => sftp::judge(sftp, dir).map(|()| format!("{place}, not tried")),
    }
}

/// A folder of this machine.
pub struct FolderReceiver {
    folder: PathBuf,
    disk: RealDisk,
}

impl FolderReceiver {
    /// The folder; it must exist when it is used.
    pub fn new(folder: PathBuf) -> Self {
        FolderReceiver { folder, disk: RealDisk }
    }

    /// The folder's path of a file, if the folder is there.
    fn path(&self, name: &str) -> Result<PathBuf> {
        if !fs::metadata(&self.folder).is_ok_and(|folder| folder.is_dir()) {
            bail!("{} is no folder: create it or mount its disk, or change [history] in cms.toml", self.place());
        }
        Ok(self.folder.join(name))
    }
}

impl Receiver for FolderReceiver {
    fn place(&self) -> String {
        self.folder.display().to_string()
    }

    fn has(&mut self, name: &str) -> Result<bool> {
        let path = self.path(name)?;
        path.try_exists().with_context(|| format!("looking for {}", path.display()))
    }

    fn put(&mut self, name: &str, content: &[u8]) -> Result<()> {
        let path = self.path(name)?;
        // The folder, too: that the file is there under this name must outlive a power cut.
        let written = self.disk.write(&path, content).and_then(|()| sync_folder(&self.folder));
        written.with_context(|| format!("cannot write {}", path.display()))
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<()> {
        self.replace(from, to)
    }

    fn replace(&mut self, from: &str, to: &str) -> Result<()> {
        let (from, to) = (self.path(from)?, self.path(to)?);
        self.disk.rename(&from, &to).with_context(|| format!("cannot rename {} to {}", from.display(), to.display()))
    }
}
