//! Admin-Sync: administration of one server pushed to the other one, and the log of it.

use std::fmt;

pub use model::Conflicts;
use model::{AcdNumber, DataKind, Moment, RunStatus};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Begins to pack administration for another server: kinds of data, or tables.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PackAdministration {
    /// `system`, `acd` or both; both if neither kinds nor tables are named.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub data: Vec<DataKind>,
    /// Instead of kinds: tables of these kinds by the field's names.
    #[serde(default)]
    pub tables: Vec<String>,
    /// The ACD; all of them if left out.
    #[serde(default)]
    #[schema(value_type = Option<u8>)]
    pub acd: Option<AcdNumber>,
}

/// Begins to take in administration of another server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeAdministration {
    /// Label of the parcel, as it was told when it was received.
    pub label: String,
    /// What becomes of things that were changed here since the last sync.
    #[serde(default)]
    #[schema(value_type = String)]
    pub conflicts: Conflicts,
    /// Only to find out what would be done.
    #[serde(default)]
    pub dry_run: bool,
    /// Whether it is taken in although this server is the primary.
    #[serde(default)]
    pub to_primary: bool,
    /// Whether it is taken in although this server was synced last from another one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub from_another: bool,
    /// The `digest` of the report that was shown: refused if it would come to anything else by now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expect: Option<String>,
}

/// How a thing stands that is not the same on both servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SyncState {
    /// It was changed on the receiving server since the last sync.
    Conflict,
    /// It must differ, or belongs to one server alone.
    Bound,
    /// Its table was never synced from that server.
    NeverSynced,
    /// It was changed on the sending server alone.
    Changed,
}

impl fmt::Display for SyncState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            SyncState::Conflict => "conflict",
            SyncState::Bound => "belongs to one server",
            SyncState::NeverSynced => "differs, never synced",
            SyncState::Changed => "changed on the sender",
        })
    }
}

/// What a sync does to a thing on the receiving server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SyncAct {
    /// It is not there yet, and is added.
    Add,
    /// It becomes what it is on the sending server.
    Replace,
    /// The sending server has it no more, and it is removed.
    Remove,
    /// It stays as it is.
    Keep,
}

impl fmt::Display for SyncAct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            SyncAct::Add => "add",
            SyncAct::Replace => "replace",
            SyncAct::Remove => "remove",
            SyncAct::Keep => "keep",
        })
    }
}

/// A thing that is not the same on both servers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SyncLine {
    /// The field's name of its table; of a timetable the first one.
    pub table: String,
    /// The ACD that it belongs to; absent for what belongs to the whole server.
    #[schema(value_type = Option<u8>)]
    pub acd: Option<AcdNumber>,
    /// What names it in its table, such as the user ID or the number of a split.
    pub key: String,
    /// What the sending server has of it, as far as it differs; empty if nothing.
    pub from: SyncValues,
    /// What the receiving server has of it, as far as it differs; empty if nothing.
    pub to: SyncValues,
    /// Where it was changed since the last sync.
    pub state: SyncState,
    /// What is done to it.
    pub act: SyncAct,
    /// Why it stays, if it does.
    pub why: String,
}

/// What one server has of a thing and the other one has not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SyncValues {
    /// Columns by the field's names, and their values; long ones are cut. Of a timetable's server its name is the value.
    pub values: Vec<(String, String)>,
    /// How many more there are, which are not told.
    pub more: u64,
}

impl SyncValues {
    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.more == 0
    }
}

/// `COLUMN value, COLUMN value, and 3 more`.
impl fmt::Display for SyncValues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (column, value)) in self.values.iter().enumerate() {
            write!(f, "{}{column} {value}", if place > 0 { ", " } else { "" })?;
        }
        match self.more {
            0 => Ok(()),
            more => write!(f, ", and {more} more"),
        }
    }
}

/// What a sync does to one table of the receiving server, in things.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SyncTable {
    /// The field's name; of timetables the first one.
    pub table: String,
    /// The ACD; absent for tables of the whole server.
    #[schema(value_type = Option<u8>)]
    pub acd: Option<AcdNumber>,
    /// Things that were not there before.
    pub added: u64,
    /// Things that were there and are others now.
    pub replaced: u64,
    /// There, and not on the sending server.
    pub removed: u64,
    /// Things that are the same on both servers.
    pub identical: u64,
    /// Conflicts that stay as they are.
    pub kept: u64,
    /// What belongs to one server alone.
    pub skipped: u64,
}

/// What a sync does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SyncReport {
    /// Name of the sending server.
    pub from: String,
    /// Name of the receiving server.
    pub to: String,
    /// What was asked for, in words.
    pub what: String,
    /// What was asked to become of conflicts.
    #[schema(value_type = String)]
    pub rule: Conflicts,
    /// How many things were changed on the receiving server since the last sync, whatever becomes of them.
    pub conflicts: u64,
    /// How many things of each table are added, replaced and so on.
    pub tables: Vec<SyncTable>,
    /// Things that are not the same, conflicts first.
    pub lines: Vec<SyncLine>,
    /// How many more there are.
    pub left_out: u64,
    /// What people should know besides, each in a sentence.
    pub notes: Vec<String>,
    /// Stands for what is done, thing by thing: whoever syncs after a look sends it along as `expect`. Empty from a server of
    /// before.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub digest: String,
}

impl SyncReport {
    /// Whether nothing is to be changed on the receiving server.
    pub fn changes_nothing(&self) -> bool {
        self.tables.iter().all(|table| table.added + table.replaced + table.removed == 0)
    }

    /// How many conflicts stay as they are.
    pub fn kept(&self) -> u64 {
        self.tables.iter().map(|table| table.kept).sum()
    }

    /// What it comes to, in one line.
    pub fn counted(&self) -> String {
        let sum = |of: fn(&SyncTable) -> u64| self.tables.iter().map(of).sum::<u64>();
        format!(
            "{} added, {} replaced, {} removed, {} identical, {} conflicts kept, {} left alone because they belong to one server",
            sum(|table| table.added),
            sum(|table| table.replaced),
            sum(|table| table.removed),
            sum(|table| table.identical),
            sum(|table| table.kept),
            sum(|table| table.skipped)
        )
    }
}

/// Tells the server that sent it what became of a sync.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteSync {
    /// Name of the receiving server.
    pub to: String,
    /// Number of the restore there.
    pub restore: Option<i64>,
    /// What it did.
    pub report: SyncReport,
}

/// A sync in the log of one server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SyncEntry {
    /// Its number on this server.
    pub sync: i64,
    /// Whether this server sent it.
    pub sent: bool,
    /// When it began, or was told to this server; UNIX seconds of the server's clock.
    #[schema(value_type = i64)]
    pub at: Moment,
    /// Who asked for it: on the receiving server the user who is signed in there.
    pub user: String,
    /// `running`, `done`, `failed` or `interrupted`.
    #[schema(value_type = String)]
    pub status: RunStatus,
    /// Why it failed; empty otherwise.
    pub detail: String,
    /// Number of the restore on the receiving server, to take it back by; none if nothing was to be changed.
    pub restore: Option<i64>,
    /// When it was taken back; known on the receiving server alone.
    #[schema(value_type = Option<i64>)]
    pub undone_at: Option<Moment>,
    /// What it did; absent where a server of another version has noted it in a way that this one cannot read.
    #[serde(default)]
    pub report: Option<SyncReport>,
}

/// Sets the server that this one's timetables sync to.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPeer {
    /// Its address, such as `https://cms2.example.com:8443`.
    pub url: String,
    /// SHA-256 fingerprint of its certificate, hexadecimal.
    pub fingerprint: String,
    /// User ID of an administrator there.
    pub user: String,
    /// That user's password there.
    pub password: String,
}

impl fmt::Debug for SetPeer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SetPeer").field("url", &self.url).field("user", &self.user).finish_non_exhaustive()
    }
}

/// The server that this one's timetables sync to. The password is never told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Peer {
    /// Its address, such as `https://cms2.example.com:8443`.
    pub url: String,
    /// SHA-256 fingerprint of its certificate, hexadecimal.
    pub fingerprint: String,
    /// User ID of who signs in there.
    pub user: String,
}
