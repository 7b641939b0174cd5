//! The kinds of data that are backed up, restored and synced apart from each other.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};

/// A kind of data, by the field's division of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DataKind {
    /// Local system administration data: this server's only.
    Local,
    /// CMS system administration data.
    System,
    /// ACD-specific administration data.
    Acd,
    /// Historical data.
    Historical,
    /// Custom (non-CMS) data, of which no server keeps any.
    Custom,
}

impl DataKind {
    /// All of them.
    pub const ALL: [DataKind; 5] =
        [DataKind::Local, DataKind::System, DataKind::Acd, DataKind::Historical, DataKind::Custom];

    /// The word that commands, tasks and the API use.
    pub fn word(self) -> &'static str {
        match self {
            DataKind::Local => "local",
            DataKind::System => "system",
            DataKind::Acd => "acd",
            DataKind::Historical => "historical",
            DataKind::Custom => "custom",
        }
    }

    /// What people call it, as it stands within a sentence.
    pub fn title(self) -> &'static str {
        match self {
            DataKind::Local => "local system administration data",
            DataKind::System => "CMS system administration data",
            DataKind::Acd => "ACD-specific administration data",
            DataKind::Historical => "historical data",
            DataKind::Custom => "custom data",
        }
    }

    /// Their words, with commas between them.
    pub fn words(kinds: &[DataKind]) -> String {
        kinds.iter().map(|kind| kind.word()).collect::<Vec<_>>().join(",")
    }

    /// Reads what [`DataKind::words`] writes.
    ///
    /// # Errors
    /// A sentence that names the word that is no kind of data, and those that are.
    pub fn list(text: &str) -> Result<Vec<DataKind>, String> {
        text.split(',').map(str::parse).collect()
    }
}

impl fmt::Display for DataKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl FromStr for DataKind {
    type Err = String;

    fn from_str(text: &str) -> Result<DataKind, String> {
        let known = DataKind::ALL.into_iter().find(|kind| kind.word() == text);
        known.ok_or_else(|| {
            format!("there is no kind of data {text:?}; there are {}", DataKind::ALL.map(DataKind::word).join(", "))
        })
    }
}

/// By hand, because the derived refusal of an unknown word is none for people.
impl<'de> Deserialize<'de> for DataKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<DataKind, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
