//! `cms.toml`: what an administrator writes. Every fault is told with the file, the line and the key.

mod devices;
mod history;
mod lines;
mod link;
mod timetables;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use chrono_tz::Tz;
use model::{AcdNumber, IntervalMinutes};
use serde::Deserialize;

pub use self::devices::{DeviceConfig, devices};
pub use self::history::{ACD_IN_PATHS, FileForm, HistoryConfig, SftpConfig, Target};
use self::lines::{Fault, Place};
pub use self::link::{LinkConfig, LinkTls};
pub use self::timetables::{PrintForm, PrinterConfig, TimetableConfig, TimetableFolders};
use crate::menu::MenuConfig;

/// Name of the file in the data folder.
pub const FILE: &str = "cms.toml";

/// The whole file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where the API listens.
    pub listen: SocketAddr,
    /// Days of journal kept; what is needed for recovery is kept regardless.
    #[serde(default = "default_journal_days")]
    pub journal_days: u32,
    /// Where call records go; nowhere without it.
    #[serde(default)]
    pub history: Option<HistoryConfig>,
    /// Where timetables export to, and whether they may run scripts.
    #[serde(default)]
    pub timetables: Option<TimetableConfig>,
    /// Whether programs of main menu additions run; none do without it.
    #[serde(default)]
    pub menu: MenuConfig,
    /// What prints reports; nothing without it.
    #[serde(default)]
    pub printing: Option<PrinterConfig>,
    /// Who may ask for metrics without signing in; nobody without it.
    #[serde(default)]
    pub metrics: Option<MetricsConfig>,
    /// How the log is written.
    #[serde(default)]
    pub log: LogConfig,
    /// Where backups go; a folder `backup` in the data folder without it.
    #[serde(default)]
    pub backup: BackupConfig,
    /// The ACDs to collect from.
    #[serde(default, rename = "acd")]
    pub acds: Vec<AcdConfig>,
}

/// `[log]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogConfig {
    /// One JSON object for each line instead of text.
    #[serde(default)]
    pub json: bool,
}

/// `[backup]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackupConfig {
    /// `[[backup.device]]`.
    #[serde(default, rename = "device")]
    pub devices: Vec<DeviceConfig>,
}

/// `[metrics]` of `cms.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetricsConfig {
    /// File with the token, one line; relative to the data folder.
    pub token_file: PathBuf,
}

/// One `[[acd]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcdConfig {
    /// 1 to 8.
    #[serde(deserialize_with = "acd_number")]
    pub number: AcdNumber,
    /// For people.
    pub name: String,
    /// Time zone of its archive, such as `Europe/Berlin`.
    pub zone: Tz,
    /// 15, 30 or 60.
    #[serde(default)]
    pub interval_minutes: IntervalMinutes,
    /// Calls answered and over within this many seconds count as abandoned; 0 for never.
    #[serde(default)]
    pub phantom_abandon_secs: u32,
    /// How its events come.
    pub link: LinkConfig,
}

impl AcdConfig {
    /// What decides the rows besides zone and interval, each thing and its value as text: both servers have to have it alike.
    pub fn setup(&self) -> BTreeMap<String, String> {
        let mut setup = BTreeMap::from([("phantom limit".to_owned(), format!("{} s", self.phantom_abandon_secs))]);
        match &self.link {
            LinkConfig::Native { .. } => _ = setup.insert("link".to_owned(), "native".to_owned()),
            LinkConfig::Asterisk { settings, .. } => {
                setup.insert("link".to_owned(), "asterisk".to_owned());
                setup.extend(settings.told().into_iter().map(|(thing, value)| (thing.to_owned(), value)));
            }
        }
        setup
    }
}

fn default_journal_days() -> u32 {
    7
}

fn acd_number<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<AcdNumber, D::Error> {
    let number = u8::deserialize(deserializer)?;
    if !(1..=8).contains(&number) {
        return Err(serde::de::Error::custom(format!("an ACD's number is 1 to 8, not {number}")));
    }
    Ok(AcdNumber(number))
}

impl Config {
    /// Reads and checks the file of a data folder.
    pub fn load(dir: &Path) -> Result<Config> {
        let path = dir.join(FILE);
        let bytes = std::fs::read(&path).with_context(|| {
            format!("cannot read {}: is this a data folder made by `cms-server init`?", path.display())
        })?;
        let text = utf8(&bytes).with_context(|| format!("{} is not right", path.display()))?;
        Config::parse(text).with_context(|| format!("{} is not right", path.display()))
    }

    /// Checks the text of a file.
    pub fn parse(text: &str) -> Result<Config> {
        let config: Config = toml::from_str(text).map_err(|error| anyhow!("{}", located(text, &error)))?;
        config.check().map_err(|fault| anyhow!("{}", fault.located(text)))?;
        Ok(config)
    }

    fn check(&self) -> Result<(), Fault> {
        self.check_acds()?;
        let mut names = BTreeSet::new();
        for (index, device) in self.backup.devices.iter().enumerate() {
            let fault = |text: String| Err(Fault { place: Place::Device(index), text });
            if device.name.trim().is_empty() || device.name == api::PARCELS_DEVICE || !names.insert(&device.name) {
                return fault(format!(
                    "[[backup.device]] name {:?}: each device needs a name of its own, other than parcels",
                    device.name
                ));
            }
            if device.name.chars().any(char::is_control) {
                return fault(format!("[[backup.device]] name {:?} must be in one line", device.name));
            }
            if device.volume_mb == 0 || device.keep == Some(0) {
                return fault(format!("[[backup.device]] {}: volume_mb and keep begin with 1", device.name));
            }
        }
        let history = self.history.iter().try_for_each(|history| history.check(self.acds.len()));
        history.map_err(|text| Fault { place: Place::History, text })
    }

    fn check_acds(&self) -> Result<(), Fault> {
        let mut listens = BTreeMap::from([(self.listen, "listen".to_owned())]);
        let mut numbers = BTreeMap::new();
        for (index, acd) in self.acds.iter().enumerate() {
            let key = format!("[[acd]] number {}", acd.number);
            let fault = |key: &'static str, text: String| Err(Fault { place: Place::Acd(index, key), text });
            if let Some(before) = numbers.insert(acd.number, index) {
                return fault("number", format!("{key} is there twice, as entries {} and {}", before + 1, index + 1));
            }
            if let Err(why) = check_acd_name(&acd.name) {
                return fault("name", format!("{key}: {why}"));
            }
            let LinkConfig::Native { listen, .. } = &acd.link else { continue };
            if listen.port() != 0
                && let Some(other) = listens.insert(*listen, format!("link.listen of {key}"))
            {
                return fault("listen", format!("link.listen of {key} is {listen}, which {other} uses already"));
            }
        }
        Ok(())
    }
}

/// Why an ACD cannot be called so.
pub(crate) fn check_acd_name(name: &str) -> Result<(), String> {
    if name.trim().is_empty() {
        return Err("it needs a name; people see it on every screen".to_owned());
    }
    if name.chars().any(char::is_control) {
        return Err(format!("its name {name:?} must be in one line"));
    }
    Ok(())
}

fn utf8(bytes: &[u8]) -> Result<&str> {
    std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
        anyhow!("line {line}: this is no UTF-8: save the file as UTF-8, for an editor may have written it in another encoding")
    })
}

/// The parser's message with the line and its text, so that nobody has to count characters.
fn located(text: &str, error: &toml::de::Error) -> String {
    let line = error.span().map_or_else(String::new, |span| lines::told(text, span.start));
    line + error.message().trim_end()
}

/// The file that `init` writes.
pub fn template(acds: &[(AcdNumber, String)], zone: Tz) -> String {
    let mut text = String::from(
        "# Understudy server. The server reads this at start; `cms-server check` tells whether it is right.\n\n\
         # Where supervisors and administrators connect (HTTPS).\nlisten = \"0.0.0.0:8443\"\n\n\
         # Days of link journal kept for collecting intervals again.\njournal_days = 7\n",
    );
    for (index, (number, name)) in acds.iter().enumerate() {
        let name = toml::Value::String(name.clone());
        let _ = write!(
            text,
            "\n[[acd]]\nnumber = {number}\nname = {name}\nzone = \"{zone}\"\ninterval_minutes = 30\n\n\
             [acd.link]\nkind = \"native\"\nlisten = \"0.0.0.0:{port}\"\n\
             # TLS on the link, for switches with these certificates alone (SHA-256). See docs/operating/security.md.\n\
             # tls = true\n# accept = [\"HEX\"]\n\
             # For an Asterisk PBX instead:\n# kind = \"asterisk\"\n# address = \"pbx.example:5038\"\n\
             # username = \"cmslink\"\n# secret_file = \"asterisk-{number}.secret\"\n",
            port = 5001 + index,
        );
    }
    text.push_str(
        "\n# External Call History: call records as files for another program. `cms history-interface on` starts it on a\n\
         # secondary; a primary begins with it on. See docs/operating/call-history.md.\n\
         # [history]\n# version = 181\n# folder = \"/srv/call-history\"\n\n\
         # Timetables: where they export reports to (the folder exports in here, unless said otherwise), and the folder whose\n\
         # programs they may run (none, unless said otherwise).\n\
         # [timetables]\n# exports = \"/srv/reports\"\n# scripts = \"/srv/cms-scripts\"\n\n\
         # What prints reports for timetables: a command like lp, given them on its standard input as text or pdf (none,\n\
         # unless said so).\n\
         # [printing]\n# command = [\"lp\", \"-d\", \"office\"]\n# form = \"pdf\"\n\n\
         # Programs of main menu additions run here, as this server's user (they do not, unless said so), for so long at most.\n\
         # [menu]\n# programs = true\n# time_limit_secs = 60\n\n\
         # Where backups go; without it a folder `backup` beside this file. Another disk is better.\n\
         # See docs/operating/backup-and-restore.md.\n\
         # [[backup.device]]\n# name = \"nightly\"\n# folder = \"/srv/backup\"\n# keep = 14\n\
         # For an object store instead of `folder`: bucket, prefix, endpoint, region, access_key, secret_file.\n\n\
         # Metrics for Prometheus at /metrics: a file with the token that it sends, one line of 16 characters or more.\n\
         # [metrics]\n# token_file = \"metrics.token\"\n\n\
         # The log as JSON lines.\n# [log]\n# json = true\n",
    );
    text
}
