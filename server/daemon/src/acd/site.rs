//! What people set of an ACD on this server, and what it was when that was last entered.
//!
//! A setting counts from when it is changed: in `cms.toml`, by `cms interval set`, or at the switch. So a start enters what was set otherwise
//! since the start before, and leaves what a switch has told in between: entered again with each start, it would take that back
//! on the one server of the two that was started anew.

use std::path::{Path, PathBuf};

use model::IntervalMinutes;
use model::event::Configuration;

use crate::config::AcdConfig;
use crate::files::replace;

const FILE: &str = "site";

/// The settings of a site.
pub(super) struct Site {
    settings: [Configuration; 3],
    /// As they were when they were last entered and that was durable; empty if that is not known.
    kept: String,
    /// Record of the journal by which all of them are entered.
    entered_by: u64,
}

impl Site {
    /// What `cms.toml` says, and in the ACD's own folder what it said before. A length of the interval that was administered
    /// holds instead of the file's.
    pub(super) fn read(folder: &Path, config: &AcdConfig, administered: Option<IntervalMinutes>) -> Site {
        let settings = [
            Configuration::Interval { minutes: administered.unwrap_or(config.interval_minutes) },
            Configuration::Zone { zone: config.zone },
            Configuration::PhantomLimit { secs: config.phantom_abandon_secs },
        ];
        // Without it all of them are entered, as on the first day.
        let kept = std::fs::read_to_string(path(folder)).unwrap_or_default();
        Site { settings, kept, entered_by: 0 }
    }

    /// What is set otherwise than it was when it was last entered.
    pub(super) fn changed(&self) -> Vec<Configuration> {
        let is_kept = |setting: &&Configuration| self.kept.lines().any(|line| line == text(setting));
        self.settings.iter().filter(|setting| !is_kept(setting)).cloned().collect()
    }

    /// All is entered by this record of the journal.
    pub(super) fn entered_by(&mut self, index: u64) {
        self.entered_by = index;
    }

    /// Somebody sets this now, by this record.
    pub(super) fn set(&mut self, setting: &Configuration, index: u64) {
        if let Some(known) = self.settings.iter_mut().find(|known| known.is_about_the_same(setting)) {
            known.clone_from(setting);
            self.entered_by = index;
        }
    }

    /// Whether something is to be kept once what was entered up to this record is durable.
    pub(super) fn is_unkept(&self, index: u64) -> bool {
        index >= self.entered_by && self.text() != self.kept
    }

    /// What is to be kept: it counts as kept from here on.
    pub(super) fn take_unkept(&mut self) -> String {
        self.kept = self.text();
        self.kept.clone()
    }

    fn text(&self) -> String {
        self.settings.iter().map(|setting| text(setting) + "\n").collect()
    }
}

/// Keeps it. Where that fails, the next start enters what may have been entered before.
pub(super) fn keep(folder: &Path, text: &str) -> std::io::Result<()> {
    replace(&path(folder), &[text.as_bytes()])
}

fn path(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

fn text(setting: &Configuration) -> String {
    match setting {
        Configuration::Interval { minutes } => format!("interval {}", u8::from(*minutes)),
        Configuration::Zone { zone } => format!("zone {zone}"),
        Configuration::PhantomLimit { secs } => format!("phantom limit {secs}"),
        other => format!("{other:?}"),
    }
}
