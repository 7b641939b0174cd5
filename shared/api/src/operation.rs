//! What is possible only in one state of the server or of its data collection, as data. Programs decide by it; the words are
//! made by whoever shows it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Mode, Role};

/// What the field's rules tie to the state of data collection or of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// How much of the history is kept.
    Allocation,
    /// Length of the storage interval.
    StorageInterval,
    /// Daily start and stop, week, and when history is summed up: part of the field's storage intervals.
    SummaryTimes,
    /// Which ACD is the master.
    MasterAcd,
    /// Restoring what belongs to this server only.
    RestoreLocal,
    /// Restoring users, timetables, reports and the like.
    RestoreSystem,
    /// Restoring the administration of an ACD.
    RestoreAcd,
    /// Restoring the history of an ACD.
    RestoreHistorical,
    /// Restoring chosen tables.
    RestoreTables,
    /// Running a timetable.
    Timetable,
    /// Naming things, grouping agents, defining calculations.
    Dictionary,
    /// What the house adds to the menu.
    Menu,
    /// One of a newer server.
    #[serde(other)]
    Unknown,
}

impl Operation {
    /// What is done, as a phrase for people.
    pub fn what(self) -> &'static str {
        match self {
            Operation::Allocation => "changing the data storage allocation",
            Operation::StorageInterval => "changing the storage interval",
            Operation::SummaryTimes => "changing the times of summing up",
            Operation::MasterAcd => "changing the master ACD",
            Operation::RestoreLocal => "restoring local system administration data",
            Operation::RestoreSystem => "restoring CMS system administration data",
            Operation::RestoreAcd => "restoring ACD-specific administration data",
            Operation::RestoreHistorical => "restoring historical data",
            Operation::RestoreTables => "restoring custom data or specific tables",
            Operation::Timetable => "running a timetable",
            Operation::Dictionary => "changing the Dictionary",
            Operation::Menu => "changing the main menu",
            Operation::Unknown => "something that a newer server does",
        }
    }
}

/// What an operation needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ModeRule {
    /// What is to be done.
    pub operation: Operation,
    /// Whether data collection must be off, of the ACDs concerned.
    pub collection_off: bool,
    /// In which mode the server must be; absent for either.
    pub mode: Option<Mode>,
    /// On which server it is done; on the other one only by an administrator who takes over. Absent for either.
    pub role: Option<Role>,
}

impl ModeRule {
    /// The rule as a row of a table: operation, data collection, mode, server.
    pub fn words(&self) -> [String; 4] {
        let either = || "either".to_owned();
        [
            self.operation.what().to_owned(),
            if self.collection_off { "off" } else { "on or off" }.to_owned(),
            self.mode.map_or_else(either, |mode| mode.to_string()),
            self.role.map_or_else(either, |role| role.to_string()),
        ]
    }
}
