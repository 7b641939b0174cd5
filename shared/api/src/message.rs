//! Requests and answers. Every answer with data carries a [`Stamp`]: nothing stale may look live.

use std::collections::BTreeMap;

use model::{AcdNumber, IntervalMinutes, Moment};
use report::{Cell, Definition, Delta, HouseFormula, Inputs, ReportKind, Sheet};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::carried::HouseChoice;
use crate::error::ErrorBody;
use crate::role::{Mode, Role};
use crate::storage::TableDigest;

/// State of the link to one ACD, from worst to best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LinkState {
    /// There is no connection to the switch.
    Down,
    /// There is a connection, and no session on it yet.
    Connecting,
    /// The switch is telling its present state.
    PumpUp,
    /// The switch is telling its events as they happen.
    Up,
}

impl LinkState {
    /// The word that screens and tables use.
    pub fn word(self) -> &'static str {
        match self {
            LinkState::Down => "down",
            LinkState::Connecting => "connecting",
            LinkState::PumpUp => "pump-up",
            LinkState::Up => "up",
        }
    }
}

/// Whose data, from when, over which link.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Stamp {
    /// Name of the server that tells it.
    pub server: String,
    /// Role of that server.
    pub role: Role,
    /// Number of the ACD whose data it is.
    #[schema(value_type = u8)]
    pub acd: AcdNumber,
    /// The ACD's clock, UNIX seconds, as of the last event.
    #[schema(value_type = i64)]
    pub acd_at: Moment,
    /// Name of the ACD's time zone.
    pub zone: String,
    /// How the link from that server to the ACD stands.
    pub link: LinkState,
    /// Milliseconds since anything was heard from the ACD, measured on the server; absent before the first event since the
    /// server was started.
    pub age_ms: Option<u64>,
    /// Whether the running interval lacks data.
    pub incomplete: bool,
    /// Where data of several ACDs are shown together: those whose link is not up. Of one ACD alone, `link` says it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<u8>)]
    pub stale: Vec<AcdNumber>,
}

impl Stamp {
    /// This stamp, with the worst of two where data of two ACDs are shown together: the older data, the worse link.
    pub fn with(self, other: Stamp) -> Stamp {
        let mut stale = self.stale_acds();
        stale.extend(other.stale_acds());
        Stamp {
            stale,
            link: self.link.min(other.link),
            // What was not heard of at all is older than anything.
            age_ms: self.age_ms.zip(other.age_ms).map(|(age_ms, other_ms)| age_ms.max(other_ms)),
            incomplete: self.incomplete || other.incomplete,
            ..self
        }
    }

    /// The ACDs whose link is not up.
    pub fn stale_acds(&self) -> Vec<AcdNumber> {
        match self.link {
            LinkState::Up => Vec::new(),
            _ if self.stale.is_empty() => vec![self.acd],
            _ => self.stale.clone(),
        }
    }

    /// Whose link is not up, in a sentence; `None` if all are.
    pub fn stale_line(&self) -> Option<String> {
        let (server, word) = (&self.server, self.link.word());
        Some(match self.stale_acds().as_slice() {
            [] => return None,
            [acd] if *acd == self.acd => {
                format!("stale: the link to ACD {acd} is {word} on {server}; data of {}", self.acd_at)
            }
            [acd] => format!("stale: the link to ACD {acd} is {word} on {server}"),
            acds => {
                let acds: Vec<String> = acds.iter().map(ToString::to_string).collect();
                format!("stale: the links to ACDs {} are not up on {server}", acds.join(", "))
            }
        })
    }
}

/// One ACD in [`Health`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AcdHealth {
    /// Number of the ACD.
    #[schema(value_type = u8)]
    pub acd: AcdNumber,
    /// Name of the ACD.
    pub name: String,
    /// Name of its time zone.
    pub zone: String,
    /// How this server's link to it stands.
    pub link: LinkState,
    /// Whether data are to be collected; an administrator can turn that off.
    #[serde(default = "collecting")]
    pub collecting: bool,
    /// Why the link is down or what it waits for; empty while up.
    pub link_text: String,
    /// The ACD's clock as of the last event; absent before the first.
    #[schema(value_type = Option<i64>)]
    pub acd_at: Option<Moment>,
    /// Milliseconds since the last event; absent before the first.
    pub age_ms: Option<u64>,
    /// Start of the newest archived interval.
    #[schema(value_type = Option<i64>)]
    pub archived_to: Option<Moment>,
    /// Up to where nothing more comes of intervals: one that begins before it and is not archived was not collected. The start
    /// of the running interval, or of the first one that waits to be archived; absent while nobody knows, and not told by older
    /// servers.
    #[schema(value_type = Option<i64>)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled_to: Option<Moment>,
    /// What keeps intervals from being archived (a full disk, say); empty if nothing does.
    pub archive_problem: String,
    /// Why this server can do nothing with the ACD: it could not be started, or its files cannot be read, with what to do; empty
    /// where it can.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unusable: String,
    /// Length of the running interval in minutes; absent while none runs, and not told by older servers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval_minutes: Option<u8>,
}

fn collecting() -> bool {
    true
}

/// Answer of `/health`, open to everybody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Health {
    /// Name of the server.
    pub server: String,
    /// Role of the server.
    pub role: Role,
    /// Version of the program, such as `0.1.0`.
    pub version: String,
    /// Whether one or many may work on it.
    #[serde(default)]
    pub mode: Mode,
    /// Newest format of backups' volumes that it reads.
    #[serde(default = "crate::parcels::first_format")]
    pub reads_volumes: u32,
    /// The ACDs it collects from.
    pub acds: Vec<AcdHealth>,
}

/// More about one ACD, for `cms status` and the maintenance views.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AcdStatus {
    /// What `/health` tells of it to everybody.
    pub health: AcdHealth,
    /// Link dialect: `native` or `asterisk`.
    pub dialect: String,
    /// Where it listens or connects to.
    pub address: String,
    /// Storage interval in minutes: in force, or from the next interval on.
    #[schema(value_type = u8)]
    pub interval_minutes: IntervalMinutes,
    /// The far end, while connected.
    pub peer: Option<String>,
    /// Events received since the program started.
    pub events: u64,
    /// Sequence number acknowledged last (native links).
    pub acknowledged: Option<u64>,
    /// Intervals archived since the program started.
    pub intervals: u64,
    /// Rows archived since the program started.
    pub rows: u64,
    /// Input that could not be, by kind and count.
    pub anomalies: Vec<(String, u64)>,
    /// Bytes of journal on disk.
    pub journal_bytes: u64,
    /// What `cms.toml` says that decides the rows, besides zone and interval, each thing and its value: both servers have to
    /// have it alike.
    #[serde(default)]
    pub setup: BTreeMap<String, String>,
}

/// Answer of `status`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Status {
    /// Name of the server.
    pub server: String,
    /// Role of the server.
    pub role: Role,
    /// Version of the program, such as `0.1.0`.
    pub version: String,
    /// Whether one or many may work on it.
    #[serde(default)]
    pub mode: Mode,
    /// User ID of who asks.
    pub user: String,
    /// Seconds since the program started.
    pub up_secs: u64,
    /// Live reports that users of this server watch at the moment.
    pub watchers: u64,
    /// Distinct evaluations that serve them.
    pub evaluations: u64,
    /// The certificate that it shows; absent where it tells no dates, and not told by older servers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<CertificateDates>,
    /// The ACDs that the user may see.
    pub acds: Vec<AcdStatus>,
}

/// A certificate of an authority that is good for fewer days is to be renewed.
pub const CERTIFICATE_SOON_DAYS: i64 = 30;

/// Until when a server's certificate is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CertificateDates {
    /// Last moment, UNIX seconds.
    #[schema(value_type = i64)]
    pub good_until: Moment,
    /// Whole days until then, by the server's clock; below 0 when it has expired.
    pub days_left: i64,
    /// Whether an authority issued it. Who knows a certificate by its fingerprint does not ask for dates; who knows an authority does.
    pub of_authority: bool,
}

/// Asks for a token.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// User ID, as an administrator gave it.
    pub user: String,
    /// The password of that user on this server.
    pub password: String,
}

/// A token and what it is good for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Session {
    /// Goes into the `Authorization` header.
    pub token: String,
    /// User ID of who signed in.
    pub user: String,
    /// Whether the user is an administrator.
    pub administrator: bool,
    /// Seconds until the token expires if it is not used.
    pub idle_secs: u64,
    /// The ACD that the user begins with.
    #[schema(value_type = u8)]
    pub login_acd: AcdNumber,
    /// Name of the server.
    pub server: String,
    /// Role of the server.
    pub role: Role,
    /// Whether one or many may work on it.
    #[serde(default)]
    pub mode: Mode,
}

/// Where a report comes from and who sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Comes with the product; cannot be changed, only copied.
    BuiltIn,
    /// A designer report for every user of this server.
    Global,
    /// A designer report of one user.
    Personal,
}

/// One line of the report list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReportEntry {
    /// `Tab/Category/Name`; unique among what a user sees.
    pub path: String,
    /// Name of the report; two may have the same under different paths.
    pub name: String,
    /// Whether it shows the present, the archive or both: `real_time`, `historical` or `integrated`.
    #[schema(value_type = String)]
    pub kind: ReportKind,
    /// Where it comes from, and who sees it.
    pub scope: Scope,
    /// Owner of a personal report; who saved it last, of a global one.
    pub owner: Option<String>,
    /// What it shows, for people.
    pub description: String,
    /// When it was saved, UNIX seconds of the server's clock.
    #[schema(value_type = Option<i64>)]
    pub changed_at: Option<Moment>,
}

/// A report definition with its line of the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReportAnswer {
    /// Its line of the list.
    pub entry: ReportEntry,
    /// The definition, as it can be stored again.
    #[schema(value_type = Object)]
    pub definition: Definition,
    /// What it needs of the house's calculations and constants.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    pub house: Vec<HouseFormula>,
}

/// Stores a designer report.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SaveReport {
    /// The definition; its name becomes the report's name.
    #[schema(value_type = Object)]
    pub definition: Definition,
    /// For whom it is stored: `global` or `personal`.
    pub scope: Scope,
    /// Replace what bears the same name, or be meant by a name before the report of the product that has it. Without it such a save
    /// is refused with what is there.
    #[serde(default)]
    pub overwrite: bool,
    /// What it needs of the calculations and constants of the house that it comes from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    pub house: Vec<HouseFormula>,
    /// What is done with those that are not, or otherwise, in the Dictionary. Without it such a save is refused with how they
    /// stand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub house_choice: Option<HouseChoice>,
    /// Changes the Dictionary of a secondary, which is for viewing while the primary is up.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub take_over: bool,
}

impl SaveReport {
    /// A report by itself.
    pub fn new(definition: Definition, scope: Scope, overwrite: bool) -> SaveReport {
        SaveReport { definition, scope, overwrite, house: Vec::new(), house_choice: None, take_over: false }
    }
}

/// Runs a report once.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RunReport {
    /// Path or name of the report.
    pub path: String,
    /// Number of the ACD.
    #[schema(value_type = u8)]
    pub acd: AcdNumber,
    /// Further ACDs: rows then say which ACD they are of, and totals are over all. The input `acds` does the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<u8>)]
    pub acds: Vec<AcdNumber>,
    /// Inputs as typed, by name; see the report's definition. `acds` is an input of every report.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub inputs: Inputs,
}

impl RunReport {
    /// The inputs, with the further ACDs among them.
    pub fn all_inputs(&self) -> Inputs {
        let mut inputs = self.inputs.clone();
        if !self.acds.is_empty() {
            let listed: Vec<String> = self.acds.iter().map(AcdNumber::to_string).collect();
            let typed = inputs.entry(report::ACDS_INPUT.to_owned()).or_default();
            *typed = format!("{typed};{}", listed.join(";"));
        }
        inputs
    }
}

/// Runs a report that is being designed, as it would be if it were stored. Nothing is stored.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewReport {
    /// What it is so far. What is wrong with it is answered as when it is stored.
    #[schema(value_type = Object)]
    pub definition: Definition,
    /// Number of the ACD.
    #[schema(value_type = u8)]
    pub acd: AcdNumber,
    /// Inputs as typed, by name.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub inputs: Inputs,
}

/// What a report that is being designed shows now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PreviewAnswer {
    /// Of which server and ACD, and as of when.
    pub stamp: Stamp,
    /// What the report shows.
    #[schema(value_type = Object)]
    pub sheet: Sheet,
    /// Calculations and constants of the house, which its expressions may name.
    #[schema(value_type = Vec<Object>)]
    pub house: Vec<HouseFormula>,
}

/// A computed report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RunAnswer {
    /// Of which server and ACD, and as of when.
    pub stamp: Stamp,
    /// What the report shows.
    #[schema(value_type = Object)]
    pub sheet: Sheet,
}

/// One frame of a live report. The first is a sheet; then come the changes, or a sheet again if the
/// reader fell behind. A frame comes every refresh, changed or not, so that age can be told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Frame {
    /// The whole report. SSE event name `sheet`.
    Sheet {
        /// Of which server and ACD, and as of when.
        stamp: Stamp,
        /// What the report shows.
        #[schema(value_type = Object)]
        sheet: Sheet,
    },
    /// What changed since the frame before. SSE event name `cells`.
    Cells {
        /// Of which server and ACD, and as of when.
        stamp: Stamp,
        /// The cells, rows and totals that are others.
        #[schema(value_type = Object)]
        delta: Delta,
    },
    /// The report can no longer be computed; the stream ends. SSE event name `failed`.
    Failed {
        /// Why it can no longer be computed.
        error: ErrorBody,
    },
}

/// One archived interval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Digest {
    /// Start of the interval, UNIX seconds.
    #[schema(value_type = i64)]
    pub start: Moment,
    /// First second behind the interval, UNIX seconds.
    #[schema(value_type = i64)]
    pub end: Moment,
    /// SHA-256 over the canonical rows, hexadecimal.
    pub digest: String,
    /// Rows of all its tables.
    pub rows: u64,
    /// Whether data are missing from it.
    pub incomplete: bool,
    /// Whether it was missing, and only some of its tables were restored: it lacks more than one that was collected in part.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub partly: bool,
    /// The same of the records that became final in it, for each table that has some; only where they were asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub records: Vec<TableDigest>,
}

/// A read-only query on an ACD's history tables.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Sql {
    /// Number of the ACD.
    #[schema(value_type = u8)]
    pub acd: AcdNumber,
    /// One `SELECT` over the tables of that ACD.
    pub sql: String,
}

/// What a query found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SqlAnswer {
    /// Names of the columns, in the rows' order.
    pub columns: Vec<String>,
    /// The rows: numbers, texts and nulls.
    #[schema(value_type = Vec<Vec<Object>>)]
    pub rows: Vec<Vec<Cell>>,
    /// Whether there was more than the server gives at once.
    pub truncated: bool,
}
