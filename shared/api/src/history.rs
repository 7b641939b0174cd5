//! State of the External Call History interface, and the wish to change it.

use model::{AcdNumber, Moment};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How the interface stands on this server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HistoryInterface {
    /// Whether records are taken. Belongs to this server and is carried nowhere.
    pub on: bool,
    /// Whether `cms.toml` says where to send to.
    pub configured: bool,
    /// Version of the record format of `cms.toml`; absent if nothing is configured.
    pub version: Option<u32>,
    /// How records are written, `binary` or `text`; absent if nothing is configured.
    pub form: Option<String>,
    /// The ACDs, if it is configured.
    pub acds: Vec<HistoryAcd>,
}

/// One ACD's part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HistoryAcd {
    /// Number of the ACD.
    #[schema(value_type = u8)]
    pub acd: AcdNumber,
    /// Folder or server that files go to.
    pub target: String,
    /// Segments in the file that grows.
    pub growing_segments: u64,
    /// Closed files that the receiver does not have yet.
    pub waiting_files: u64,
    /// Segments in those files.
    pub waiting_segments: u64,
    /// Files handed over so far.
    pub handed_files: u64,
    /// Segments handed over so far.
    pub handed_segments: u64,
    /// Number (SEQNUM) of the last record handed over; 0 before the first.
    pub handed_record: u64,
    /// Name, at the receiver, of the file handed over last; absent before the first.
    #[serde(default)]
    pub handed_file: Option<String>,
    /// When it was handed over, UNIX seconds of the server's clock.
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    pub handed_at: Option<Moment>,
    /// Number (SEQNUM) of the last record taken. While it is on, it goes on with the next one. Both servers give a record
    /// the same number.
    pub last_record: u64,
    /// When that record became final, UNIX seconds.
    #[schema(value_type = Option<i64>)]
    pub last_record_at: Option<Moment>,
    /// Name of the next file to be closed.
    pub next_file: String,
    /// Sequence number of that file.
    pub next_sequence: u32,
    /// Values that did not fit their fields since the program started.
    pub misfits: Vec<Misfit>,
    /// What is wrong and what to do; empty if nothing is.
    pub problem: String,
}

/// Values that did not fit a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Misfit {
    /// Name of the item of `call_rec` whose value did not fit.
    pub item: String,
    /// How many values of it did not fit since the program started.
    pub count: u64,
}

/// Switches it on or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SwitchHistory {
    /// Whether records are to be taken.
    pub on: bool,
    /// Behind which record (SEQNUM) to go on when it is switched on; what is in `call_rec` of this server behind it is handed
    /// over first. Without it, behind the last one that there is.
    #[serde(default)]
    pub after: Option<u64>,
}

impl HistoryAcd {
    /// An ACD of which nothing is known but where its files would go.
    pub fn new(acd: AcdNumber, target: String) -> Self {
        HistoryAcd {
            acd,
            target,
            growing_segments: 0,
            waiting_files: 0,
            waiting_segments: 0,
            handed_files: 0,
            handed_segments: 0,
            handed_record: 0,
            handed_file: None,
            handed_at: None,
            last_record: 0,
            last_record_at: None,
            next_file: String::new(),
            next_sequence: 0,
            misfits: Vec::new(),
            problem: String::new(),
        }
    }
}
