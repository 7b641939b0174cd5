//! What client and server say to each other: endpoints, messages, errors.
//!
//! The list in [`endpoints`] is the API: the server's router, `/openapi.json`, `docs/api.md` and the
//! permission tests are all held against it. Nothing here does I/O.

mod administration;
pub mod carried;
mod dictionary;
pub mod endpoints;
mod error;
mod exceptions;
mod history;
mod images;
mod log_code;
mod maintenance;
mod maintenance_log;
mod menu;
mod message;
mod openapi;
mod operation;
mod parcels;
mod people;
mod refresh;
mod report_request;
mod role;
mod shape;
mod shortcuts;
mod skills;
mod storage;
mod sync;
mod tables;
#[cfg(test)]
mod tests;
mod timetables;
mod worksheets;

pub use administration::*;
pub use carried::{HouseChoice, HouseLine, HouseState};
pub use dictionary::*;
pub use error::{ErrorBody, ErrorCode};
pub use exceptions::*;
pub use history::{HistoryAcd, HistoryInterface, Misfit, SwitchHistory};
pub use images::*;
pub use log_code::LogCode;
pub use maintenance::*;
pub use maintenance_log::*;
pub use menu::*;
pub use message::*;
pub use openapi::{markdown, openapi_json};
pub use operation::{ModeRule, Operation};
pub use parcels::*;
pub use people::*;
pub use refresh::Refresh;
pub use report_request::{ReportRequest, TypedRequest};
pub use role::{Mode, Role};
pub use shortcuts::*;
pub use skills::*;
pub use storage::*;
pub use sync::*;
pub use tables::TableName;
pub use timetables::*;
pub use worksheets::*;

/// Version of the API: the major number is part of every path.
pub const VERSION: &str = "1.0";
/// Header of an administrator's or supervisor's token: `Authorization: Bearer TOKEN`.
pub const TOKEN_SCHEME: &str = "Bearer";
