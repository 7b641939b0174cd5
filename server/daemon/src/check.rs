//! `cms-server check`: looks at a data folder without changing it and tells what is wrong and what to do.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};

use model::Calendar;
use model::words::{and_more, counted};
use store::{AcdReader, DataFolder, LocalStore, Soundness, SourceFile, StoreError, Unsound};

use crate::acd::{native, saved};
use crate::causes::told;
use crate::clock::{Clock, SystemClock};
use crate::config::{AcdConfig, Config, LinkConfig, LinkTls};
use crate::config::{TimetableFolders, devices};
use crate::files::free_bytes;
use crate::folder_lock;
use crate::history;
use crate::journal::JournalReader;
use crate::lost_files;
use crate::scraper::Scraper;
use crate::standing::Standing;
use crate::tls;

/// One large interval in the log of an ACD's history, as much in that of its records, and some of the journal.
const LEAST_FREE_BYTES: u64 = 64 << 20;

/// So many intervals whose rows are not right are named.
const NAMED: usize = 10;
/// What is looked at where the room on the disk is.
const FREE_SPACE: &str = "free space";

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at.
    pub what: String,
    /// What is wrong and what to do; empty if it is right.
    pub problem: String,
    /// How it is, where it is right.
    pub detail: String,
    /// Whether it is of a device of backups, and so not of the data folder.
    pub is_of_device: bool,
}

impl Finding {
    fn new(what: impl Into<String>, outcome: Result<String, String>) -> Self {
        let (problem, detail) = match outcome {
            Ok(detail) => (String::new(), detail),
            Err(problem) => (problem, String::new()),
        };
        Finding { what: what.into(), problem, detail, is_of_device: false }
    }

    /// Whether it is of the room on the disk, which says nothing of what is in the folder.
    pub fn is_of_room(&self) -> bool {
        self.what == FREE_SPACE
    }

    /// Whether nothing is wrong with it.
    pub fn is_right(&self) -> bool {
        self.problem.is_empty()
    }
}

/// Checks configuration, keys, databases and journals.
pub fn check(dir: &Path) -> Vec<Finding> {
    let mut findings = Vec::new();
    let config = Config::load(dir);
    findings.push(Finding::new(
        crate::config::FILE,
        config.as_ref().map(|config| acds(config.acds.len())).map_err(|error| format!("{error:#}")),
    ));
    findings.push(Finding::new(FREE_SPACE, free_space(free_bytes(dir))));
    findings.push(Finding::new(tls::CERTIFICATE, certificate(dir).map_err(|error| format!("{error:#}"))));
    let folder = DataFolder::new(dir);
    for file in [SourceFile::Local, SourceFile::System] {
        findings.push(database(dir, &folder.file(file, None), file));
    }
    let local = LocalStore::open_read_only(&folder.local()).ok();
    for entry in local.iter().filter_map(|local| lost_files::unacknowledged(local).ok()).flatten() {
        findings.push(Finding::new("maintenance error log", Err(entry.text)));
    }
    for device in config.iter().flat_map(|config| devices(dir, config)) {
        let finding = Finding::new(format!("device {}", device.name), backups_on(&device, dir));
        findings.push(Finding { is_of_device: true, ..finding });
    }
    if let Ok(config) = &config {
        findings.extend(unconfigured(dir, config));
        findings.extend(token(dir, config));
        findings.extend(folders_of_timetables(dir, config));
    }
    findings.extend(lock_file(dir));
    let (acds, history) = config.map(|config| (config.acds, config.history)).unwrap_or_default();
    for acd in acds {
        findings.extend(files_of(dir, &acd, local.as_ref()));
        findings.extend(local.as_ref().and_then(|local| times_of(local, &acd)));
        if let Some(history) = &history {
            let what = format!("call history of ACD {}", acd.number);
            findings.push(Finding::new(what, history::readiness(history, acd.number, dir)));
        }
        if let LinkConfig::Native { tls: Some(tls), .. } = &acd.link {
            let what = format!("TLS of the link of ACD {}", acd.number);
            findings.push(Finding::new(what, link_tls(dir, tls).map_err(|error| format!("{error:#}"))));
        }
        if let LinkConfig::Asterisk { secret_file, .. } = &acd.link {
            let path = dir.join(secret_file);
            let readable = std::fs::read(&path).map(|_| "the manager secret can be read".to_owned());
            let outcome =
                readable.map_err(|error| format!("cannot be read: {error}; write the manager secret into it"));
            findings.push(Finding::new(path.display().to_string(), outcome));
        }
    }
    findings
}

/// Makes the digests of all archived intervals again, of each ACD: the one thing that finds a value that has changed by itself.
pub fn check_rows(dir: &Path) -> Vec<Finding> {
    let folder = DataFolder::new(dir);
    let Ok(config) = Config::load(dir) else { return Vec::new() };
    let rows = |acd: &AcdConfig| Finding::new(format!("rows of ACD {}", acd.number), rows_of(&folder, acd));
    config.acds.iter().filter(|acd| folder.acd(acd.number).exists()).map(rows).collect()
}

fn rows_of(folder: &DataFolder, acd: &AcdConfig) -> Result<String, String> {
    let look = || {
        let storage = LocalStore::open_read_only(&folder.local())?.storage(acd.number)?;
        AcdReader::open(&folder.acd(acd.number))?.soundness(&storage, &mut |_| true)
    };
    let Soundness { sound, let_go, unsound } = look().map_err(|error: StoreError| told(&error))?;
    if unsound.is_empty() {
        let proved = format!("{} as archived", counted(sound, "interval is", "intervals are"));
        let rest = format!(
            "{}, because not all their rows are kept any more",
            counted(let_go, "interval is not proved", "intervals are not proved")
        );
        return Ok(if let_go == 0 { proved } else { format!("{proved}; {rest}") });
    }
    let calendar = Calendar { zone: acd.zone, interval: acd.interval_minutes };
    let named: Vec<String> = unsound.iter().map(|known| name(&calendar, known)).collect();
    Err(format!(
        "{} not as archived: {}. A comparison of the servers does not see this, and a heal does not mend it: restore these \
         intervals (--from, --to) from a historical backup that is older than the damage, or from one of the other server, and look at \
         the disk",
        counted(unsound.len(), "interval is", "intervals are"),
        and_more(&named, NAMED)
    ))
}

fn name(calendar: &Calendar, known: &Unsound) -> String {
    let start = calendar.minute_text(known.start);
    match known.found {
        Some(found) if found == known.archived => start,
        Some(found) => format!("{start} ({found} rows of {})", known.archived),
        None => format!("{start} (a row cannot be read)"),
    }
}

/// Refuses what is too little for a server to start and to go on for some minutes.
fn free_space(free: Option<u64>) -> Result<String, String> {
    let Some(free) = free else { return Ok("not told by this system".to_owned()) };
    let told = format!("{} MB left on the disk of the data folder", free / 1_000_000);
    match free < LEAST_FREE_BYTES {
        true => Err(format!("{told}, too few to go on for long; make room first")),
        false => Ok(told),
    }
}

/// Times of summing up that do not go with the length of the intervals: while they are so, no change of them is taken.
fn times_of(local: &LocalStore, acd: &AcdConfig) -> Option<Finding> {
    let Standing { interval, keeping, .. } = Standing::read(local, acd.number).ok()?;
    let why = keeping.summarizing.times.check(interval.unwrap_or(acd.interval_minutes)).err()?;
    let next = format!("`cms interval set --acd {} --summarize-at 01:05`, with data collection off", acd.number);
    Some(Finding::new(format!("times of summing up of ACD {}", acd.number), Err(format!("{why}: {next}"))))
}

/// Files of ACDs that `cms.toml` does not name.
fn unconfigured(dir: &Path, config: &Config) -> Vec<Finding> {
    match lost_files::unconfigured(dir, config) {
        Ok(found) => found.into_iter().map(|found| Finding::new(found.file, Err(found.text))).collect(),
        Err(error) => {
            vec![Finding::new("acd", Err(format!("cannot be read: {error}; everything belongs to the server's user")))]
        }
    }
}

/// The token of those who read the metrics, where there is one.
fn token(dir: &Path, config: &Config) -> Option<Finding> {
    let metrics = config.metrics.as_ref()?;
    let outcome = Scraper::new(dir, Some(metrics)).map(|_| "holds a token".to_owned());
    Some(Finding::new(
        dir.join(&metrics.token_file).display().to_string(),
        outcome.map_err(|error| format!("{error:#}")),
    ))
}

/// The folders that `cms.toml` names for timetables; where it names none, there is nothing to be missing.
fn folders_of_timetables(dir: &Path, config: &Config) -> Vec<Finding> {
    let Some(named) = &config.timetables else { return Vec::new() };
    let folders = TimetableFolders::new(dir, Some(named));
    let exports = (!folders.makes_exports).then_some(("exports", folders.exports));
    let look = |(key, folder): (&str, PathBuf)| {
        let outcome = match std::fs::read_dir(&folder) {
            Ok(_) => Ok("there".to_owned()),
            Err(error) => Err(format!(
                "cannot be read: {error}; {key} under [timetables] of cms.toml names it, and timetables that need it fail: make the folder, \
                 mount its disk, or change that line"
            )),
        };
        Finding::new(folder.display().to_string(), outcome)
    };
    exports.into_iter().chain(folders.scripts.map(|folder| ("scripts", folder))).map(look).collect()
}

/// What keeps a second server out, where it cannot be opened: a start would be refused.
fn lock_file(dir: &Path) -> Option<Finding> {
    let path = dir.join(folder_lock::LOCK);
    let opened = path.exists().then(|| OpenOptions::new().write(true).open(&path))?;
    opened.err().map(|error| {
        Finding::new(folder_lock::LOCK, Err(format!("{}: {error}", folder_lock::cannot_lock(dir, &error))))
    })
}

/// Databases, saved states and journal of an ACD.
fn files_of(dir: &Path, acd: &AcdConfig, local: Option<&LocalStore>) -> Vec<Finding> {
    let folder = DataFolder::new(dir);
    let paths = [SourceFile::Acd, SourceFile::Events].map(|file| (folder.file(file, Some(acd.number)), file));
    let there = paths.iter().filter(|(path, _)| path.exists());
    let mut findings: Vec<Finding> = there.map(|(path, file)| database(dir, path, *file)).collect();
    match lost_files::of(dir, acd, local) {
        Ok(lost) => findings.extend(lost.into_iter().map(|lost| Finding::new(lost.file, Err(lost.text)))),
        Err(error) => findings.push(Finding::new(format!("files of ACD {}", acd.number), Err(told(&error)))),
    }
    let own = folder.acd_own(acd.number);
    let mut starts_behind = 0;
    for (number, (path, state)) in saved(&own).into_iter().enumerate() {
        let what = path.strip_prefix(dir).unwrap_or(&path).display().to_string();
        let is_checkpoint = number == 0 && path.parent() == Some(&own);
        if is_checkpoint {
            starts_behind = *state.as_ref().unwrap_or(&0);
        }
        let next = match is_checkpoint {
            true => "the server puts it aside at its start, and the journal rebuilds the state",
            false => "rename it; intervals are collected again from an earlier one",
        };
        let state = state.map(|index| format!("sound, up to record {index}"));
        findings.push(Finding::new(what, state.map_err(|why| format!("{why}; {next}"))));
    }
    let journal = own.join("journal");
    if journal.exists() {
        findings.push(Finding::new(format!("journal of ACD {}", acd.number), read_journal(&journal, starts_behind)));
    }
    findings
}

/// How many backups lie on a device, and which of their volumes cannot be read.
fn backups_on(device: &backup::Device, dir: &Path) -> Result<String, String> {
    if device.folder().is_some_and(|folder| folder.starts_with(dir) && !folder.exists()) {
        return Ok("no backups yet".to_owned());
    }
    let found = device.list().map_err(|error| told(&error))?;
    let broken: Vec<String> = found.problems.iter().map(|problem| told(&problem.error)).collect();
    match broken.is_empty() {
        true => Ok(format!("answers; {} backups", found.sets.len())),
        false => Err(format!("{}; back up again, and look at the device", broken.join("; "))),
    }
}

fn certificate(dir: &Path) -> anyhow::Result<String> {
    tls::server_config(dir)?;
    let (fingerprint, until) = (tls::fingerprint(dir)?, tls::good_until(dir, SystemClock.now())?);
    Ok(format!("fingerprint {fingerprint}, good until {until}"))
}

/// What a switch is shown, and which switches may come.
fn link_tls(dir: &Path, link: &LinkTls) -> anyhow::Result<String> {
    let shown = native::tls::Tls::new(dir, link)?;
    let files = (&*link.certificate.to_string_lossy(), &*link.key.to_string_lossy());
    let until = tls::good(native::tls::identity(dir, link)?.certificate(), files, SystemClock.now())?;
    let accepts = match link.accept.as_ref().map(Vec::len) {
        None => "accepts any switch that reaches the port; name its certificate in `accept`".to_owned(),
        Some(1) => "accepts 1 certificate of a switch".to_owned(),
        Some(count) => format!("accepts {count} certificates of switches"),
    };
    Ok(format!("fingerprint {}, good until {until}; {accepts}", shown.fingerprint()))
}

fn acds(count: usize) -> String {
    counted(count, "ACD", "ACDs")
}

/// Whether a database is sound, and one that a start would open.
fn database(dir: &Path, path: &Path, file: SourceFile) -> Finding {
    let what = path.strip_prefix(dir).unwrap_or(path).display().to_string();
    Finding::new(what, store::check_as(path, file).map(|()| "sound".to_owned()).map_err(|error| told(&error)))
}

/// Reads to the end or to the first damage; tells how many records there are.
fn read_from(folder: &Path, from_index: u64) -> Result<(u64, JournalReader), String> {
    let unreadable = |error: std::io::Error| format!("cannot be read: {error}");
    let mut reader = JournalReader::open(folder, from_index).map_err(unreadable)?;
    let mut records = 0_u64;
    while reader.next_entry().map_err(unreadable)?.is_some() {
        records += 1;
    }
    Ok((records, reader))
}

/// Looks at a whole journal, of which a start needs what comes behind record `starts_behind` alone.
fn read_journal(folder: &Path, starts_behind: u64) -> Result<String, String> {
    let (records, reader) = read_from(folder, 0)?;
    match reader.damage() {
        Some(damage) if !reader.at_the_end() => {
            let (_, needed) = read_from(folder, starts_behind + 1)?;
            let is_behind = starts_behind > 0 && (needed.damage().is_none() || needed.at_the_end());
            Err(match is_behind {
                true => format!(
                    "{damage}; the server starts from its checkpoint behind that, and lacks nothing. Only intervals of that time \
                     cannot be collected again. Look at the disk"
                ),
                false => format!("{damage}; the server will go on from there and ask the switch for the rest"),
            })
        }
        Some(_) => Ok(format!("{records} records; the last batch was torn by a crash and was never acknowledged")),
        None => Ok(format!("{records} records")),
    }
}

#[cfg(test)]
#[path = "tests/check.rs"]
mod tests;
