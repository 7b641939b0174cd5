//! Where in `cms.toml` something stands that is right by itself and clashes with the rest.

use serde::Deserialize;
use toml::{Spanned, Value};

/// What is wrong, and where.
pub(super) struct Fault {
    pub(super) place: Place,
    /// It names the key.
    pub(super) text: String,
}

/// An entry of the file, counted from 0 among its kind.
pub(super) enum Place {
    /// A key of an `[[acd]]`, or of its link.
    Acd(usize, &'static str),
    /// The name of a `[[backup.device]]`.
    Device(usize),
    /// `[history]` as a whole.
    History,
}

/// Only what is told with its line.
#[derive(Deserialize)]
struct Lines {
    #[serde(default, rename = "acd")]
    acds: Vec<AcdLines>,
    #[serde(default)]
    backup: BackupLines,
    history: Option<Spanned<Value>>,
}

#[derive(Deserialize)]
struct AcdLines {
    number: Option<Spanned<Value>>,
    name: Option<Spanned<Value>>,
    link: LinkLines,
}

#[derive(Deserialize)]
struct LinkLines {
    listen: Option<Spanned<Value>>,
}

#[derive(Default, Deserialize)]
struct BackupLines {
    #[serde(default, rename = "device")]
    devices: Vec<DeviceLines>,
}

#[derive(Deserialize)]
struct DeviceLines {
    name: Option<Spanned<Value>>,
}

impl Fault {
    /// The text behind its line.
    pub(super) fn located(&self, text: &str) -> String {
        let start = toml::from_str(text).ok().and_then(|lines| self.place.start(&lines));
        start.map_or_else(String::new, |start| told(text, start)) + &self.text
    }
}

impl Place {
    /// Where it begins, in bytes.
    fn start(&self, lines: &Lines) -> Option<usize> {
        let value = match *self {
            Place::Acd(index, key) => {
                let acd = lines.acds.get(index)?;
                match key {
                    "number" => &acd.number,
                    "name" => &acd.name,
                    _ => &acd.link.listen,
                }
            }
            Place::Device(index) => &lines.backup.devices.get(index)?.name,
            Place::History => &lines.history,
        };
        value.as_ref().map(|value| value.span().start)
    }
}

/// The line of a byte, and what it says.
pub(super) fn told(text: &str, start: usize) -> String {
    let line = text[..start.min(text.len())].matches('\n').count();
    format!("line {}: `{}`: ", line + 1, text.lines().nth(line).unwrap_or_default().trim())
}
