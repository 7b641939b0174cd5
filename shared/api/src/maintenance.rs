//! Backups and restores: what is asked for, how far it is, what there is.

use std::collections::BTreeMap;

use chrono::NaiveDate;
pub use model::DataKind;
use model::{AcdNumber, Moment, RunStatus};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::ErrorCode;
use crate::sync::SyncReport;

/// Begins a backup.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RunBackup {
    /// Kinds of data: `local`, `system`, `acd`, `historical`, `custom`.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub data: Vec<DataKind>,
    /// Instead of kinds: tables by the field's names.
    #[serde(default)]
    pub tables: Vec<String>,
    /// The ACD; all of them if left out.
    #[serde(default)]
    #[schema(value_type = Option<u8>)]
    pub acd: Option<AcdNumber>,
    /// Of history only what was archived since the last backup.
    #[serde(default)]
    pub incremental: bool,
    /// Name of the device; the first one if left out.
    #[serde(default)]
    pub device: Option<String>,
}

/// Names a backup.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NameBackup {
    /// Label of the backup or of one of its volumes; with `SERVER/` before it where several servers have the same.
    pub label: String,
    /// Name of the device; the first one if left out.
    #[serde(default)]
    pub device: Option<String>,
}

/// Plans or runs a restore.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RunRestore {
    /// Label of the backup; with `SERVER/` before it where several servers have the same.
    pub label: String,
    /// Name of the device; the first one if left out.
    #[serde(default)]
    pub device: Option<String>,
    /// Kinds of data; all that the backup has if left out.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub data: Vec<DataKind>,
    /// Only these tables, by the field's names; all of the chosen data if left out.
    #[serde(default)]
    pub tables: Vec<String>,
    /// The ACD; all of the backup if left out.
    #[serde(default)]
    #[schema(value_type = Option<u8>)]
    pub acd: Option<AcdNumber>,
    /// Of history: the interval with this moment is the first, UNIX seconds.
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    pub from: Option<Moment>,
    /// The interval with this moment is the last.
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    pub to: Option<Moment>,
    /// Of history: intervals that are whole here and lack data in the backup stay as they are, with their records.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub keep_whole: bool,
    /// A person's yes to whatever the plan cautions of. Without it, and without `expect`, a restore whose plan has cautions is
    /// refused with `needs_yes` and that plan. What only heals needs none.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub yes: bool,
    /// Only heals: takes intervals that are missing here or lack data, with their records, and leaves what is whole here as it
    /// is. Only of a parcel.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub heals: bool,
    /// The `digest` of the plan that was shown: the restore is refused with a new plan if it would do anything else by now. What
    /// was still being collected when that was planned is left as it is. Without it, what is so then is restored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expect: Option<String>,
}

/// Takes a restore back, or forward again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UndoRestore {
    /// Number of the restore on this server.
    pub restore: i64,
    /// Only to find out what would be done: the job has a plan then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
    /// Takes one that was taken back forward again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub forward: bool,
    /// The `digest` of the plan that was shown: refused with a new plan if it would do anything else by now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expect: Option<String>,
    /// That something may go by it for good, which is refused otherwise; `expect` says so, too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub yes: bool,
}

/// Something was begun that takes its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Started {
    /// Number to ask for it by.
    pub job: u64,
}

/// How something stands that takes its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// It is going on.
    #[default]
    Running,
    /// It has ended as it should.
    Done,
    /// Not done; nothing half done is left behind.
    Failed,
}

/// A backup, a verification, a plan, a restore or a sync.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Job {
    /// Number by which it is asked for.
    pub job: u64,
    /// What it is, for people.
    pub what: String,
    /// Who began it: a user, or a timetable as `timetable "nightly" of anna`. Empty where a server of before does not tell.
    #[serde(default)]
    pub by: String,
    /// Whether it goes on, and if not, how it ended.
    pub state: JobState,
    /// What is being done at the moment, for people.
    pub step: String,
    /// Rows dealt with so far in this step.
    pub rows: u64,
    /// What came of it, or why it failed.
    pub text: String,
    /// Why it failed, for programs.
    pub code: Option<ErrorCode>,
    /// Whether it can be called off as long as it runs.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub can_be_called_off: bool,
    /// Label of the backup or image that it makes or reads; absent if there is none.
    pub label: Option<String>,
    /// Number of the restore that it carries out or takes back; absent if it is none.
    pub restore: Option<i64>,
    /// The plan. Of a restore that was refused because another plan was shown: what would happen now.
    pub plan: Option<RestorePlan>,
    /// What a sync did, or would do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sync: Option<Box<SyncReport>>,
}

impl Job {
    /// Whether it was not done because what was shown before is another by now; `plan` tells what it would do now.
    pub fn is_overtaken(&self) -> bool {
        self.state == JobState::Failed && self.code == Some(ErrorCode::Overtaken)
    }
}

/// What a restore does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RestorePlan {
    /// Label of the backup that is restored.
    pub label: String,
    /// The server that it was made on.
    pub server: String,
    /// What is done to each table; those of which nothing was chosen are absent.
    pub tables: Vec<RestoreLine>,
    /// What is to be done first: as long as there is any of it, the restore is refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub obstacles: Vec<String>,
    /// What would be lost or spoilt by it, each in a sentence; to be seen before anybody says yes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cautions: Vec<String>,
    /// What people should know besides.
    pub notes: Vec<String>,
    /// Stands for what would happen: whoever restores sends it along as `expect`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub digest: String,
    /// Of taking a restore back: how many things and intervals were changed since; absent if that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_since: Option<u64>,
    /// Whether something goes by it at once that taking it back does not bring again; a caution says what.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub for_good: bool,
}

/// What a restore does to one table, in rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RestoreLine {
    /// The field's name of the table.
    pub table: String,
    /// Kind of data: `local`, `system`, `acd` or `historical`.
    #[schema(value_type = String)]
    pub data: DataKind,
    /// The ACD; absent for tables of the whole server.
    #[schema(value_type = Option<u8>)]
    pub acd: Option<AcdNumber>,
    /// Rows of the backup that are not there now.
    pub added: u64,
    /// Rows of the backup that are there with other values.
    pub replaced: u64,
    /// Rows of the backup that are there just so.
    pub identical: u64,
    /// Rows that are there now and not in the backup, and go.
    pub removed: u64,
    /// Rows of the backup that are left out.
    pub skipped: u64,
    /// First moment or day of what is restored, in the ACD's time; absent for whole tables.
    pub from: Option<String>,
    /// Last moment or day of it.
    pub to: Option<String>,
}

impl RestoreLine {
    /// Of a table in which nothing changes.
    pub fn unchanged(table: &str, data: DataKind) -> RestoreLine {
        RestoreLine {
            table: table.to_owned(),
            data,
            acd: None,
            added: 0,
            replaced: 0,
            identical: 0,
            removed: 0,
            skipped: 0,
            from: None,
            to: None,
        }
    }

    /// Whether anything is done to the table, or left out of it: not only rows that are there just so.
    pub fn is_of_something(&self) -> bool {
        self.added + self.replaced + self.removed + self.skipped > 0
    }
}

/// All backups, and how backing up stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Backups {
    /// Backups that were completed today, by the time of the server's first ACD.
    pub completed_today: u32,
    /// How the last one went.
    pub status: String,
    /// The same in a word: `running`, `done`, `failed` or `interrupted`; absent before the first.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub last_state: Option<RunStatus>,
    /// When this was told, UNIX seconds of the server's clock.
    #[schema(value_type = i64)]
    pub asked_at: Moment,
    /// Bytes of all that a full backup of all data would take in, before they are packed.
    #[serde(default)]
    pub unpacked_bytes: u64,
    /// The devices of `cms.toml`, in its order; the first one is taken where none is named.
    pub devices: Vec<BackupDevice>,
    /// The backups on the devices, newest first.
    pub backups: Vec<BackupEntry>,
    /// Devices and files that cannot be read, and why.
    pub problems: Vec<String>,
}

/// A device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BackupDevice {
    /// Name of the device in `cms.toml`.
    pub name: String,
    /// Its folder, or the address of its bucket.
    pub folder: String,
    /// A volume ends when its database has so many bytes.
    pub volume_bytes: u64,
    /// So many full backups are kept; absent if all are.
    pub keep: Option<u32>,
    /// Volumes that a full backup of everything needs at most.
    pub volumes_needed: u32,
    /// Bytes free on it; absent if it is not there.
    #[serde(default)]
    pub free_bytes: Option<u64>,
}

/// One backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BackupEntry {
    /// Label without the volume's number.
    pub label: String,
    /// Name of the device on which it lies.
    pub device: String,
    /// Folder of the server on the device.
    pub folder: String,
    /// The server that it was made on.
    pub server: String,
    /// Whether this server made it, whatever it was called then: servers are told apart by their numbers, and a name may have been
    /// another one's before.
    #[serde(default)]
    pub own: bool,
    /// `primary` or `secondary` at that time.
    pub role: String,
    /// When, UNIX seconds of that server's clock.
    #[schema(value_type = i64)]
    pub made_at: Moment,
    /// How much it took: `full` or `incremental`.
    pub mode: String,
    /// Kinds of data that it holds something of.
    #[schema(value_type = Vec<String>)]
    pub data: Vec<DataKind>,
    /// Only these tables, if not all.
    pub tables: Option<Vec<String>>,
    /// Numbers of the ACDs that it is of.
    #[schema(value_type = Vec<u8>)]
    pub acds: Vec<AcdNumber>,
    /// What an incremental backup builds on.
    pub builds_on: Option<String>,
    /// All backups that it builds on, where those of its ACDs are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bases: Vec<String>,
    /// What each ACD builds on, by its number, where that is not the same for all of them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub acd_bases: BTreeMap<u8, String>,
    /// How many volumes it was made in.
    pub volumes: u8,
    /// Numbers of volumes that are not there; the backup can be used only with them.
    pub missing: Vec<u8>,
    /// Why it cannot be restored, as its last verification found; empty if none found anything. It holds until one finds it sound.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub damaged: String,
    /// Rows in the volumes that are there.
    pub rows: u64,
    /// Bytes that its volumes take on the device.
    pub bytes: u64,
}

impl BackupEntry {
    /// Whether nothing is known that keeps it from being restored.
    pub fn is_sound(&self) -> bool {
        self.missing.is_empty() && self.damaged.is_empty()
    }

    /// All backups that an incremental one builds on; none of a full one.
    pub fn needs(&self) -> Vec<&str> {
        match self.bases.is_empty() {
            true => self.builds_on.as_deref().into_iter().collect(),
            false => self.bases.iter().map(String::as_str).collect(),
        }
    }

    /// The one that it builds on for an ACD.
    pub fn base_of(&self, acd: AcdNumber) -> Option<&str> {
        self.acd_bases.get(&acd.0).or(self.builds_on.as_ref()).map(String::as_str)
    }
}

/// A backup in detail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BackupDescription {
    /// The backup as it stands in the list.
    pub backup: BackupEntry,
    /// The label of its first volume as it is printed, with the number of each part.
    pub printed: String,
    /// Each part of the label: code and meaning.
    pub parts: Vec<(String, String)>,
    /// Version of the program that made it.
    pub product: String,
    /// Version of the format of its volumes.
    pub format: u32,
    /// What it holds, a line for each table, ACD and volume.
    pub tables: Vec<BackupTable>,
}

/// One table of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BackupTable {
    /// The field's name of the table.
    pub table: String,
    /// Kind of data: `local`, `system`, `acd` or `historical`.
    #[schema(value_type = String)]
    pub data: DataKind,
    /// The ACD; absent for tables of the whole server.
    #[schema(value_type = Option<u8>)]
    pub acd: Option<AcdNumber>,
    /// Label of the volume in which it lies.
    pub volume: String,
    /// Name of the table in it.
    pub stored_as: String,
    /// How many rows of it the volume has.
    pub rows: u64,
    /// Where its rows lie; absent without rows and for whole tables.
    pub range: Option<TimeRange>,
    /// SHA-256 over columns and rows.
    pub digest: String,
}

/// The first and the last place of rows in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TimeRange {
    /// Rows of intervals and of events.
    Moments {
        /// The first, UNIX seconds.
        #[schema(value_type = i64)]
        from: Moment,
        /// Last moment or day of it.
        #[schema(value_type = i64)]
        to: Moment,
    },
    /// Daily, weekly and monthly rows.
    Days {
        /// The first, such as `2026-11-23`.
        #[schema(value_type = Option<String>)]
        from: Option<NaiveDate>,
        /// Last moment or day of it.
        #[schema(value_type = Option<String>)]
        to: Option<NaiveDate>,
    },
}

/// One restore on this server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RestoreEntry {
    /// Number of the restore on this server; later ones have higher ones.
    pub restore: i64,
    /// Label of the backup that was restored.
    pub label: String,
    /// What of it was restored, for people.
    pub what: String,
    /// When it began, UNIX seconds of the server's clock.
    #[schema(value_type = i64)]
    pub started_at: Moment,
    /// When it ended, UNIX seconds of the server's clock; absent while it goes on.
    #[schema(value_type = Option<i64>)]
    pub finished_at: Option<Moment>,
    /// `running`, `done`, `failed` or `interrupted`.
    #[schema(value_type = String)]
    pub status: RunStatus,
    /// Why it failed; empty otherwise.
    pub detail: String,
    /// User ID of who asked for it.
    pub user: String,
    /// When it was taken back.
    #[schema(value_type = Option<i64>)]
    pub undone_at: Option<Moment>,
    /// Number of a later restore that stands, and is to be taken back first; whether this one is to be taken back or forward.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub barred_by: Option<i64>,
    /// Whether it was taken back and can be taken forward again.
    #[serde(default)]
    pub can_go_forward: bool,
}
