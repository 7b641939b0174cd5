//! Copying reports: to a file, from a file, from server to server. What exists is shown before it is
//! overwritten, and a file that is not a sound report is refused before anything is sent.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use api::{ErrorBody, ErrorCode, HouseChoice, HouseState, Scope};
use report::{CarriedReport, Definition};

use crate::command::Command;
use crate::whole_file::write_whole;

/// Larger files are no report definitions.
const REPORT_FILE_MAX_BYTES: u64 = 4 * 1024 * 1024;

/// How a copy stands.
#[derive(Debug, Clone, PartialEq)]
pub enum CopyState {
    /// Under way.
    Running {
        /// What is being done, for people.
        what: String,
    },
    /// Something is there already; nothing was changed. Show it, and send `again` to overwrite it.
    Exists {
        /// What is there, for people.
        what: String,
        /// The same command with permission to overwrite.
        again: Box<Command>,
    },
    /// A report that comes with the product has this name; nothing was changed. Show it, and send `again` to have the saved one meant
    /// by that name.
    Namesake {
        /// Which it is, for people.
        what: String,
        /// The same command with permission to save it so.
        again: Box<Command>,
    },
    /// The report needs calculations that are not, or otherwise, in the Dictionary there; nothing was changed. Show how they
    /// stand, and send one of the commands.
    Needs {
        /// How they stand, for people.
        what: String,
        /// What can be chosen, and the command for it.
        choices: Vec<(HouseChoice, Command)>,
    },
    /// The report that is to be deleted is used by timetables or shortcuts; nothing was changed. Show by which, and send `again`
    /// to delete it all the same.
    Used {
        /// What uses it, for people.
        what: String,
        /// The same command with permission to delete it.
        again: Box<Command>,
    },
    /// Done.
    Done {
        /// What was done, for people.
        what: String,
    },
    /// Not done; nothing was changed.
    Failed {
        /// Why, and what to do.
        why: String,
    },
}

/// Why a report file cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The file cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file cannot be written; an older one is as it was.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is too large for a report.
    #[error("{} is too large for a report file ({bytes} bytes); choose a .cmsreport file", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size.
        bytes: u64,
    },
    /// There is a file already.
    #[error("{} exists already ({what})", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
        /// What it is.
        what: String,
    },
    /// The file is damaged, newer, foreign or invalid.
    #[error("{} cannot be used", path.display())]
    NotUsable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: report::FileError,
    },
}

/// Reads and checks a report file.
pub fn read_report_file(path: &Path) -> Result<CarriedReport, CopyError> {
    let read = |source| CopyError::Read { path: path.to_owned(), source };
    let bytes = fs::metadata(path).map_err(read)?.len();
    if bytes > REPORT_FILE_MAX_BYTES {
        return Err(CopyError::TooLarge { path: path.to_owned(), bytes });
    }
    let content = fs::read(path).map_err(read)?;
    report::read_carried(&content).map_err(|source| CopyError::NotUsable { path: path.to_owned(), source })
}

/// Writes a report file whole or not at all. Without `overwrite` an existing file is not touched.
pub fn write_report_file(path: &Path, report: &CarriedReport, overwrite: bool) -> Result<(), CopyError> {
    if !overwrite && path.exists() {
        return Err(CopyError::Exists { path: path.to_owned(), what: describe_file(path) });
    }
    write_whole(path, report::write_carried(report).as_bytes())
        .map_err(|source| CopyError::Write { path: path.to_owned(), source })
}

/// What a file is, for a person who is about to overwrite it.
fn describe_file(path: &Path) -> String {
    match read_report_file(path) {
        Ok(report) => format!("the report {:?}", report.definition.name),
        Err(_) => "not a report file".to_owned(),
    }
}

/// Gives a report another name; its path follows.
pub fn rename_report(definition: &mut Definition, name: String) {
    if let Some((folder, _)) = definition.path.rsplit_once('/') {
        definition.path = format!("{folder}/{name}");
    }
    definition.name = name;
}

/// What a server says is there already.
pub fn describe_existing(body: &ErrorBody) -> String {
    let Some(entry) = &body.existing else { return body.message.clone() };
    let scope = match entry.scope {
        Scope::BuiltIn => "built-in",
        Scope::Global => "global",
        Scope::Personal => "personal",
    };
    let mut text = format!("{} ({scope}", entry.path);
    if let Some(owner) = &entry.owner {
        text += &format!(", saved by {owner}");
    }
    if let Some(at) = entry.changed_at {
        text += &format!(" at {at}");
    }
    text + ") exists already"
}

/// The report that comes with the product, if one has the name under which another is to be saved.
pub fn describe_namesake(body: &ErrorBody) -> Option<String> {
    let entry = body.existing.as_ref().filter(|entry| entry.scope == Scope::BuiltIn)?;
    Some(format!("{} comes with the product and has this name: by that name the saved one would be meant", entry.path))
}

/// What uses a report that is to be deleted, if that is why a server refuses to.
pub fn describe_use(path: &str, body: &ErrorBody) -> Option<String> {
    if body.code != ErrorCode::InUse {
        return None;
    }
    let used_by = body.used_by.join(", ");
    Some(format!("{path:?} is used by {used_by}, which would not find it any more: change those first"))
}

/// What can be chosen where a report needs calculations that are not, or otherwise, in the Dictionary there: adding alone is
/// no choice where something differs.
pub fn house_choices(body: &ErrorBody) -> Vec<HouseChoice> {
    let differs = body.house.iter().any(|line| line.state == HouseState::Different);
    vec![if differs { HouseChoice::Replace } else { HouseChoice::Add }, HouseChoice::Own]
}

/// An error and all its sources in one line.
pub fn in_one_line(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text += &format!(": {cause}");
        source = cause.source();
    }
    text
}
