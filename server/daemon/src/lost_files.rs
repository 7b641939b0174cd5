//! Files of an ACD that this server had and that are gone: told before they are made anew, and remembered until somebody has
//! acknowledged it.
//!
//! A new file is all that a server can go on with, and collecting nothing meanwhile was turned down: it would lose more. But an
//! empty file looks like one in which everything was removed. Whoever looks after the server is told, and nothing is sent to
//! the other server from it: a sync would remove there what is lost here.
//!
//! The reverse is told, too: files of an ACD that `cms.toml` does not name. Nobody sees their history, and a number that was
//! changed by mistake begins a new one in silence.

use std::collections::BTreeMap;
use std::path::Path;

use api::{ErrorBody, ErrorCode, LogCode};
use model::{AcdNumber, Severity};
use store::{DataFolder, LOG_ENTRIES_MAX, LocalStore, LogEntry};

use crate::causes::told;
use crate::config::{AcdConfig, Config};
use crate::journal;

/// A file that is gone, or that belongs to no ACD.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// What it is to programs.
    pub code: LogCode,
    /// Its path in the data folder.
    pub file: String,
    /// What is gone with it or lies unseen in it, and what to do.
    pub text: String,
}

/// What is missing of an ACD. Only `local.db` knows of files that are all gone.
pub fn of(dir: &Path, acd: &AcdConfig, local: Option<&LocalStore>) -> store::Result<Vec<Lost>> {
    let folder = DataFolder::new(dir);
    let (history, records) = (folder.acd(acd.number), folder.acd_events(acd.number));
    let own = folder.acd_own(acd.number);
    let had = match local {
        Some(local) => local.setting(&key(acd.number))?.is_some(),
        None => false,
    };
    let has_collected = own.join("checkpoint").exists()
        || journal::first_index(&own.join("journal")).is_ok_and(|first| first.is_some());
    let name = |path: &Path| path.strip_prefix(dir).unwrap_or(path).display().to_string();
    let title = format!("ACD {} ({})", acd.number, acd.name);
    let mut lost = Vec::new();
    if !history.exists() && (had || has_collected || records.exists()) {
        let file = name(&history);
        let text = format!(
            "{file} was here and is gone, and with it the history, names, call profiles, exceptions, traces and permissions of \
             {title}; the server goes on with a new one, and makes the intervals again that its journal still has. Put the file of the newest copy \
             or of the other server in its place while the server is stopped (operating.md, \"A damaged file\"), or restore a backup \
             (Administration > Backups), then acknowledge this; until then nothing that is administered of an ACD is sent to another server from here"
        );
        lost.push(Lost { code: LogCode::AcdHistoryLost, file, text });
    }
    // A history from before there were files of records has none, and nothing is lost of it.
    if !records.exists() && had {
        let file = name(&records);
        let text = format!(
            "{file} was here and is gone, and with it the records of calls, of traced agents and of exceptions of {title}; without it \
             the server goes on with an empty one. Put the file of the newest copy or of the other server in its place while the \
             server is stopped (operating.md, \"A damaged file\"), or restore a backup (Administration > Backups), then acknowledge this"
        );
        lost.push(Lost { code: LogCode::AcdRecordsLost, file, text });
    }
    if !own.join("journal").exists() && had {
        let file = name(&own.join("journal"));
        let text = format!(
            "{file} was here and is gone, and with it what {title} had told since the last closed interval; the switch tells again as \
             much as it keeps. See Administration > Servers side by side for intervals that lack data, and heal them, then acknowledge this"
        );
        lost.push(Lost { code: LogCode::JournalLost, file, text });
    }
    Ok(lost)
}

/// History and what else was collected of ACDs that `cms.toml` does not name.
///
/// # Errors
/// If the folder of the ACDs cannot be read.
pub fn unconfigured(dir: &Path, config: &Config) -> std::io::Result<Vec<Lost>> {
    let folder = DataFolder::new(dir).acds();
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut found: BTreeMap<u8, Vec<String>> = BTreeMap::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let number =
            name.strip_suffix(".db").map_or(name.as_str(), |stem| stem.strip_suffix("-events").unwrap_or(stem));
        let Ok(number) = number.parse::<u8>() else { continue };
        let is_configured = config.acds.iter().any(|acd| acd.number.0 == number);
        // A folder in which nothing was collected says nothing.
        let holds =
            !entry.path().is_dir() || entry.path().join("checkpoint").exists() || entry.path().join("journal").exists();
        if !is_configured && holds {
            found.entry(number).or_default().push(format!("acd/{name}"));
        }
    }
    let told = |(number, mut files): (u8, Vec<String>)| {
        files.sort();
        let files = files.join(", ");
        let text = format!(
            "{files} hold what was collected of ACD {number}, and cms.toml names no ACD {number}: nothing is collected for it, and nobody \
             sees its history. If its number was changed in cms.toml, stop the server, write `number = {number}` there again, and restart. If the ACD is \
             given up, move these files out of the data folder while the server is stopped, then acknowledge this"
        );
        Lost { code: LogCode::AcdNotConfigured, file: files, text }
    };
    Ok(found.into_iter().map(told).collect())
}

/// Tells what is missing, and what belongs to no ACD, in the maintenance error log, before anything is made anew.
pub fn tell(dir: &Path, config: &Config, local: &mut LocalStore, at: model::Moment) -> store::Result<()> {
    for acd in &config.acds {
        for Lost { code, text, .. } in of(dir, acd, Some(local))? {
            tracing::error!(acd = %acd.number, code = code.word(), "maintenance: {text}");
            local.log_maintenance(at, Severity::Error, code.word(), &text)?;
        }
    }
    match unconfigured(dir, config) {
        Ok(found) => {
            for Lost { code, text, .. } in found {
                tracing::warn!(code = code.word(), "maintenance: {text}");
                local.log_maintenance(at, Severity::Warning, code.word(), &text)?;
            }
        }
        // The ACDs' own start tells what of that folder matters to them.
        Err(error) => tracing::warn!("cannot read {}: {error}", DataFolder::new(dir).acds().display()),
    }
    Ok(())
}

/// Remembers which ACDs have their files now.
pub fn remember(dir: &Path, config: &Config, local: &mut LocalStore) -> store::Result<()> {
    let folder = DataFolder::new(dir);
    for acd in &config.acds {
        let has = folder.acd(acd.number).exists() && folder.acd_events(acd.number).exists();
        if has && local.setting(&key(acd.number))?.is_none() {
            local.set_setting(&key(acd.number), "1")?;
        }
    }
    Ok(())
}

/// What was lost and nobody has acknowledged.
pub fn unacknowledged(local: &LocalStore) -> store::Result<Vec<LogEntry>> {
    let mut entries = local.maintenance_log(false, LOG_ENTRIES_MAX)?;
    entries.retain(|entry| LogCode::from(entry.code.as_str()).is_lost());
    Ok(entries)
}

/// Refuses to send what is administered of ACDs while a lost history is not acknowledged.
pub fn check_sending(local: &LocalStore) -> Result<(), ErrorBody> {
    let known = unacknowledged(local);
    let known =
        known.map_err(|error| ErrorBody::new(ErrorCode::Internal, format!("reading local.db: {}", told(&error))))?;
    match known.iter().find(|entry| entry.code == LogCode::AcdHistoryLost.word()) {
        None => Ok(()),
        Some(entry) => {
            let message = format!(
                "nothing that is administered of an ACD is sent from here, because the other server would lose it, too: {}. It is \
                 acknowledged under Administration > Maintenance error log; what belongs to no ACD can be synced alone",
                entry.text
            );
            Err(ErrorBody::new(ErrorCode::WrongState, message))
        }
    }
}

/// The setting that says that there are files of an ACD.
fn key(acd: AcdNumber) -> String {
    format!("acd.{acd}.files")
}

#[cfg(test)]
#[path = "tests/lost_files.rs"]
mod tests;
