//! The folder of profile files, one JSON file each. A broken file is named and left alone.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::Profile;

const SUFFIX: &str = "profile.json";
const NAME_MAX_CHARS: usize = 60;

/// What is wrong with a profile file.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// The file or folder cannot be read or written.
    #[error("cannot {what} {}", path.display())]
    Io {
        /// `read` or `write`.
        what: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is not a profile.
    #[error("{}, line {line}, column {column}: {why}; mend the file or delete it", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What the reader expected.
        why: String,
    },
    /// The name cannot be the name of a file on every system.
    #[error(
        "a profile cannot be named {0:?}; use 1 to 60 letters, digits, blanks, `-`, `_` or `.`, beginning with a letter or digit"
    )]
    Name(String),
}

/// The user's own folder for profiles and layouts; `None` where the system knows no home folder.
pub fn config_dir() -> Option<PathBuf> {
    directories::ProjectDirs::from("", "", "Understudy").map(|dirs| dirs.config_dir().to_owned())
}

/// All profiles of a folder by name, and what is wrong with the files that are not profiles. A folder that
/// does not exist holds none.
pub fn load(dir: &Path) -> (Vec<Profile>, Vec<ProfileError>) {
    let mut profiles = Vec::new();
    let mut problems = Vec::new();
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return (profiles, problems),
        Err(source) => return (profiles, vec![ProfileError::Io { what: "read", path: dir.to_owned(), source }]),
    };
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.sort();
    for file in files {
        if !file.file_name().is_some_and(|name| name.to_string_lossy().ends_with(SUFFIX)) {
            continue;
        }
        match read(&file) {
            Ok(profile) => profiles.push(profile),
            Err(problem) => problems.push(problem),
        }
    }
    profiles.sort_by(|a: &Profile, b| a.name.cmp(&b.name));
    (profiles, problems)
}

/// Reads one profile file.
pub fn read(file: &Path) -> Result<Profile, ProfileError> {
    let text = fs::read(file).map_err(|source| ProfileError::Io { what: "read", path: file.to_owned(), source })?;
    serde_json::from_slice(&text).map_err(|error| ProfileError::Broken {
        path: file.to_owned(),
        line: error.line(),
        column: error.column(),
        why: reason(&error),
    })
}

/// Writes a profile's file whole or not at all, and gives its path.
pub fn save(dir: &Path, profile: &Profile) -> Result<PathBuf, ProfileError> {
    let file = file_of(dir, &profile.name)?;
    let failed = |source| ProfileError::Io { what: "write", path: file.clone(), source };
    let text = serde_json::to_string_pretty(profile).map_err(|error| failed(io::Error::other(error)))?;
    fs::create_dir_all(dir).map_err(failed)?;
    crate::whole_file::write_whole(&file, text.as_bytes()).map_err(failed)?;
    Ok(file)
}

/// Writes the file of a profile that bore another name, then deletes the file of before, and gives the new one's path. What
/// cannot be written costs nothing: the file of before is still there then.
pub fn rename(dir: &Path, before: &str, profile: &Profile) -> Result<PathBuf, ProfileError> {
    let file = save(dir, profile)?;
    // Where upper and lower case are one, the old name may lead to the new file.
    if file_of(dir, before).is_ok_and(|old| read(&old).is_ok_and(|kept| kept.name == before)) {
        delete(dir, before)?;
    }
    Ok(file)
}

/// Deletes a profile's file; one that does not exist is no error.
pub fn delete(dir: &Path, name: &str) -> Result<(), ProfileError> {
    let file = file_of(dir, name)?;
    match fs::remove_file(&file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(ProfileError::Io { what: "write", path: file, source: error })
        }
        _ => Ok(()),
    }
}

/// Name of a file that belongs to the profile of this name; profiles of different names have different files. `suffix` is what
/// stands behind the dot.
pub fn file_name(name: &str, suffix: &str) -> Result<String, ProfileError> {
    check_name(name)?;
    Ok(format!("{name}.{suffix}"))
}

/// Whether a profile can bear this name: it is the name of its file, too.
pub fn check_name(name: &str) -> Result<(), ProfileError> {
    let fits = name.chars().next().is_some_and(char::is_alphanumeric)
        && name.chars().count() <= NAME_MAX_CHARS
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.'));
    if fits { Ok(()) } else { Err(ProfileError::Name(name.to_owned())) }
}

/// Whether two names would be the name of one file: some systems make no difference between upper and lower case.
pub fn is_same_name(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

fn file_of(dir: &Path, name: &str) -> Result<PathBuf, ProfileError> {
    Ok(dir.join(file_name(name, SUFFIX)?))
}

/// The reader's words without the place, which [`ProfileError::Broken`] tells itself.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}
