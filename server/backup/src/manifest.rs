//! What a volume says of itself.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use model::DataKind;
use store::Unit;

use crate::mode::Mode;
use crate::places::Places;

/// Version of the volumes' format. A newer one is refused, an older one is read.
pub const FORMAT: u32 = 2;
/// The format in which no table is as it is stored; a volume without one bears it, so that older servers read it.
pub(crate) const FORMAT_BY_ROWS: u32 = 1;

/// Which server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerEntry {
    /// Name that people gave it.
    pub name: String,
    /// Random number of the installation.
    pub id: String,
    /// `primary` or `secondary` at that time.
    pub role: String,
}

/// One table of a volume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartEntry {
    /// The field's name.
    pub name: String,
    /// Kind of data.
    pub kind: DataKind,
    /// Its ACD.
    pub acd: Option<u8>,
    /// Name of the table in the volume.
    pub stored_as: String,
    /// Number of rows in this volume.
    pub rows: u64,
    /// SHA-256 over columns and rows; empty for a table that was copied as it is stored.
    pub digest: String,
    /// Least and greatest place of its rows: UNIX seconds, or days as `YYYYMMDD`.
    pub places: Option<(i64, i64)>,
}

impl PartEntry {
    /// Where its rows lie; nothing without rows, for whole tables, and for tables that this version does not know.
    pub fn range(&self) -> Option<Places> {
        let unit = match self.name.as_str() {
            "digests" | "journal" => Unit::Interval,
            "summaries" | "summary_digests" => Unit::Period,
            name => catalog::table(name).map(Unit::of)?,
        };
        Places::of(unit, self.places?)
    }
}

/// A volume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the format.
    pub format: u32,
    /// Label of this volume.
    pub label: String,
    /// How many volumes the backup has.
    pub volumes: u8,
    /// The server that it was made on.
    pub server: ServerEntry,
    /// Version of the program.
    pub product: String,
    /// When the backup began, UNIX seconds; the same in all its volumes.
    pub made_at: i64,
    /// How much.
    pub mode: Mode,
    /// What an incremental backup builds on; of one of several ACDs, what the last of them does.
    pub builds_on: Option<String>,
    /// What each ACD builds on, where that is not the same for all of them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub bases: BTreeMap<u8, String>,
    /// Kinds of data.
    pub kinds: Vec<DataKind>,
    /// Only these tables, if not all of the kinds.
    pub tables: Option<Vec<String>>,
    /// ACDs.
    pub acds: Vec<u8>,
    /// Of history only the intervals in these stretches, and the records that became final in them: start and end, UNIX
    /// seconds. Empty for a backup of all of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stretches: Vec<(i64, i64)>,
    /// Interval tables of which that server keeps no rows, by ACD.
    pub left_out: Vec<(u8, String)>,
    /// The tables in this volume.
    pub parts: Vec<PartEntry>,
    /// Bytes of the database.
    pub bytes: u64,
    /// SHA-256 of the database.
    pub sha256: String,
    /// Bytes of the packed database.
    pub packed_bytes: u64,
    /// SHA-256 of the packed database.
    pub packed_sha256: String,
}

impl Manifest {
    /// All backups that an incremental one builds on; none of a full one.
    pub fn builds_on(&self) -> BTreeSet<&str> {
        self.builds_on.iter().chain(self.bases.values()).map(String::as_str).collect()
    }

    /// The one that it builds on for an ACD.
    pub fn base_of(&self, acd: u8) -> Option<&str> {
        self.bases.get(&acd).or(self.builds_on.as_ref()).map(String::as_str)
    }

    /// Number of rows in this volume.
    pub fn rows(&self) -> u64 {
        self.parts.iter().map(|part| part.rows).sum()
    }
}
