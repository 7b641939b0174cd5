//! `cms-server check`: looks at a data folder without changing it and tells what is wrong and what to do.

use std::path::Path;

use store::DataFolder;

use crate::administration::now;
use crate::causes::told;
use crate::config::{Config, LinkConfig};
use crate::history;
use crate::journal::JournalReader;
use crate::maintenance::devices;
use crate::tls;

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at.
    pub what: String,
    /// What is wrong and what to do; empty if it is right.
    pub problem: String,
    /// How it is, where it is right.
    pub detail: String,
}

impl Finding {
    fn new(what: impl Into<String>, outcome: Result<String, String>) -> Self {
        let (problem, detail) = match outcome {
            Ok(detail) => (String::new(), detail),
            Err(problem) => (problem, String::new()),
        };
        Finding { what: what.into(), problem, detail }
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
    findings.push(Finding::new(tls::CERTIFICATE, certificate(dir).map_err(|error| format!("{error:#}"))));
    let folder = DataFolder::new(dir);
    for path in [folder.local(), folder.system()] {
        findings.push(database(dir, &path));
    }
    for device in config.iter().flat_map(|config| devices(dir, config)).filter(|device| device.folder().is_none()) {
        let outcome = device.list().map(|found| format!("answers; {} backups", found.sets.len()));
        findings.push(Finding::new(format!("device {}", device.name), outcome.map_err(|error| told(&error))));
    }
    let (acds, history) = config.map(|config| (config.acds, config.history)).unwrap_or_default();
    for acd in acds {
        for path in [folder.acd(acd.number), folder.acd_events(acd.number)] {
            if path.exists() {
                findings.push(database(dir, &path));
            }
        }
        let journal = dir.join("acd").join(format!("{:02}", acd.number.0)).join("journal");
        if journal.exists() {
            findings.push(Finding::new(format!("journal of ACD {}", acd.number), read_journal(&journal)));
        }
        if let Some(history) = &history {
            let what = format!("call history of ACD {}", acd.number);
            findings.push(Finding::new(what, history::readiness(history, acd.number, dir)));
        }
        if let LinkConfig::Asterisk { secret_file, .. } = &acd.link {
            let path = dir.join(secret_file);
            let readable = std::fs::read(&path).map(|_| String::new());
            let outcome =
                readable.map_err(|error| format!("cannot be read: {error}; write the manager secret into it"));
            findings.push(Finding::new(path.display().to_string(), outcome));
        }
    }
    findings
}

fn certificate(dir: &Path) -> anyhow::Result<String> {
    tls::server_config(dir)?;
    let (fingerprint, until) = (tls::fingerprint(dir)?, tls::good_until(dir, now())?);
    Ok(format!("fingerprint {fingerprint}, good until {until}"))
}

fn acds(count: usize) -> String {
    if count == 1 { "1 ACD".to_owned() } else { format!("{count} ACDs") }
}

fn database(dir: &Path, path: &Path) -> Finding {
    let what = path.strip_prefix(dir).unwrap_or(path).display().to_string();
    Finding::new(what, store::check(path).map(|()| "sound".to_owned()).map_err(|error| told(&error)))
}

fn read_journal(folder: &Path) -> Result<String, String> {
    let mut reader = JournalReader::open(folder, 0).map_err(|error| format!("cannot be read: {error}"))?;
    let mut records = 0_u64;
    loop {
        match reader.next_entry() {
            Ok(Some(_)) => records += 1,
            Ok(None) => break,
            Err(error) => return Err(format!("cannot be read: {error}")),
        }
    }
    match reader.damage() {
        Some(damage) if !reader.at_the_end() => {
            Err(format!("{damage}; the server will go on from there and ask the switch for the rest"))
        }
        Some(_) => Ok(format!("{records} records; the last batch was torn by a crash and was never acknowledged")),
        None => Ok(format!("{records} records")),
    }
}
