//! Where the files of one server lie.

use std::fs;
use std::path::{Path, PathBuf};

use model::AcdNumber;

use crate::carried::SourceFile;
use crate::error::{Result, StoreError};

/// The data folder of one server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataFolder(PathBuf);

impl DataFolder {
    /// The folder at `path`, whether it exists or not.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        DataFolder(path.into())
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// What is this server's only.
    pub fn local(&self) -> PathBuf {
        self.0.join("local.db")
    }

    /// Users, saved reports and timetables.
    pub fn system(&self) -> PathBuf {
        self.0.join("system.db")
    }

    /// The folder of all ACDs.
    pub fn acds(&self) -> PathBuf {
        self.0.join("acd")
    }

    /// History and names of one ACD.
    pub fn acd(&self, acd: AcdNumber) -> PathBuf {
        self.acds().join(format!("{:02}.db", acd.0))
    }

    /// Event records of one ACD.
    pub fn acd_events(&self, acd: AcdNumber) -> PathBuf {
        self.acds().join(format!("{:02}-events.db", acd.0))
    }

    /// A file of those that are backed up; `acd` for those of an ACD.
    pub fn file(&self, file: SourceFile, acd: Option<AcdNumber>) -> PathBuf {
        let acd = acd.unwrap_or(AcdNumber(0));
        match file {
            SourceFile::Local => self.local(),
            SourceFile::System => self.system(),
            SourceFile::Acd => self.acd(acd),
            SourceFile::Events => self.acd_events(acd),
        }
    }

    /// What one ACD's collector keeps beside its databases: journal and checkpoint.
    pub fn acd_own(&self, acd: AcdNumber) -> PathBuf {
        self.acds().join(format!("{:02}", acd.0))
    }

    /// Makes the folder and its subfolders where they are missing.
    pub fn make(&self) -> Result<()> {
        let acds = self.acds();
        fs::create_dir_all(&acds).map_err(|source| StoreError::Io {
            operation: "create the folder",
            path: acds,
            source,
        })
    }
}
