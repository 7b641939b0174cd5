//! `[history]` of `cms.toml`.

use std::path::PathBuf;

use echi::Version;
use serde::{Deserialize, Serialize};

/// `[history]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Raw")]
pub struct HistoryConfig {
    /// Version of the records and how they are written.
    pub form: FileForm,
    /// Where closed files go.
    pub target: Target,
    /// What the receiver wants behind a file's name, as in `chr0003.123`; may be empty.
    pub suffix: String,
    /// A file is closed before it would become larger than this many bytes.
    pub size_limit_bytes: u64,
}

/// Version and form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileForm {
    /// Which fields a record has.
    pub version: Version,
    /// Lines of text instead of binary records.
    pub text: bool,
}

/// Where closed files go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A folder of this machine. It must exist: an absent one may be a disk that is not mounted.
    Folder(PathBuf),
    /// A folder of an SFTP server.
    Sftp(SftpConfig),
}

/// `[history.sftp]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SftpConfig {
    /// `HOST:PORT`.
    pub address: String,
    /// User name there.
    pub user: String,
    /// Folder there.
    pub path: String,
    /// SHA-256 fingerprint of the server's key, as `ssh-keygen -lf` prints it: `SHA256:…`.
    pub host_key: String,
    /// File with the password on its first line; relative to the data folder.
    pub password_file: Option<PathBuf>,
    /// File with the private key, without a passphrase; relative to the data folder.
    pub key_file: Option<PathBuf>,
}

/// The keys as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    #[serde(default = "newest", deserialize_with = "version")]
    version: Version,
    #[serde(default)]
    form: Form,
    folder: Option<PathBuf>,
    sftp: Option<SftpConfig>,
    #[serde(default, deserialize_with = "suffix")]
    suffix: String,
    #[serde(default = "default_size_limit", deserialize_with = "size_limit")]
    size_limit_mb: u32,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "lowercase")]
enum Form {
    #[default]
    Binary,
    Text,
}

impl TryFrom<Raw> for HistoryConfig {
    type Error = String;

    fn try_from(raw: Raw) -> Result<Self, String> {
        let target = match (raw.folder, raw.sftp) {
            (Some(folder), None) => Target::Folder(folder),
            (None, Some(sftp)) => match (&sftp.password_file, &sftp.key_file) {
                (Some(_), None) | (None, Some(_)) => Target::Sftp(sftp),
                _ => return Err("[history.sftp] needs one of `password_file` and `key_file`".to_owned()),
            },
            _ => return Err("[history] needs one of `folder` and `[history.sftp]`".to_owned()),
        };
        Ok(HistoryConfig {
            form: FileForm { version: raw.version, text: matches!(raw.form, Form::Text) },
            target,
            suffix: raw.suffix,
            size_limit_bytes: u64::from(raw.size_limit_mb) * 1_000_000,
        })
    }
}

impl HistoryConfig {
    /// What several ACDs would do to each other.
    pub fn check(&self, acds: usize) -> Result<(), String> {
        let (key, place) = match &self.target {
            Target::Folder(folder) => ("folder", folder.to_string_lossy().into_owned()),
            Target::Sftp(sftp) => ("sftp.path", sftp.path.clone()),
        };
        if acds > 1 && !place.contains(ACD_IN_PATHS) {
            return Err(format!(
                "[history] `{key}` is {place:?}, but the files of {acds} ACDs would have the same names there; \
                 write {ACD_IN_PATHS} into it, where the number of the ACD belongs"
            ));
        }
        Ok(())
    }
}

/// Stands for the ACD's number in folders.
pub const ACD_IN_PATHS: &str = "{acd}";

fn newest() -> Version {
    Version::R181
}

fn default_size_limit() -> u32 {
    20
}

fn version<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Version, D::Error> {
    let number = u32::deserialize(deserializer)?;
    Version::from_number(number)
        .ok_or_else(|| serde::de::Error::custom(format!("a version is 12, 16, 163, 170, 180 or 181, not {number}")))
}

fn suffix<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let suffix = String::deserialize(deserializer)?;
    if suffix.len() > 3 || !suffix.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(serde::de::Error::custom(format!("a suffix has up to three letters or digits, unlike {suffix:?}")));
    }
    Ok(suffix)
}

fn size_limit<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let megabytes = u32::deserialize(deserializer)?;
    if !(1..=1_000).contains(&megabytes) {
        return Err(serde::de::Error::custom(format!("a size limit is 1 to 1000 (MB), not {megabytes}")));
    }
    Ok(megabytes)
}

/// How a form is kept in the spool.
#[derive(Serialize, Deserialize)]
struct Kept {
    version: u32,
    text: bool,
}

impl Serialize for FileForm {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Kept { version: self.version.number(), text: self.text }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for FileForm {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let kept = Kept::deserialize(deserializer)?;
        let version = Version::from_number(kept.version)
            .ok_or_else(|| serde::de::Error::custom(format!("version {} is not known", kept.version)))?;
        Ok(FileForm { version, text: kept.text })
    }
}
