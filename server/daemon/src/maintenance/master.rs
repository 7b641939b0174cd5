//! The master ACD in a backup: it comes with the rest of the system's administration, and to change it needs more than that.

use std::path::PathBuf;

use api::{ErrorBody, ErrorCode, Operation};
use backup::Chosen;
use store::VolumeReader;

use super::run::Stock;
use crate::administration::{MASTER_ACD, lowest_acd, master_acd};
use crate::causes::failed;
use crate::source::Source;

/// Our table, with one row for each setting.
pub const SETTINGS: &str = "sys_info";

/// Refuses what would change the master ACD, if that may not be changed as things are now.
pub(super) fn allowed(stock: &Stock, chosen: &Chosen, volumes: &[PathBuf]) -> Result<(), ErrorBody> {
    let Some(brought) = brought(chosen, volumes)? else { return Ok(()) };
    let lowest = || lowest_acd(&stock.reports);
    let (before, after) =
        (master_acd(&stock.reports)?, brought.and_then(|text| text.parse().ok()).unwrap_or_else(lowest));
    if before == after {
        return Ok(());
    }
    let all: Vec<&Source> = stock.reports.sources.iter().collect();
    stock.administration.allowed(&all, Operation::MasterAcd).map_err(|error| {
        let message = format!(
            "it would make ACD {after} the master ACD instead of ACD {before}: {}; or leave {SETTINGS} out by naming tables",
            error.message
        );
        ErrorBody::new(ErrorCode::WrongState, message)
    })
}

/// What the settings that are chosen say of the master ACD; `None` if no settings are chosen.
fn brought(chosen: &Chosen, volumes: &[PathBuf]) -> Result<Option<Option<String>>, ErrorBody> {
    let Some(part) = chosen.parts.values().find(|part| part.carried.table == SETTINGS) else { return Ok(None) };
    let columns = ["key", "value"].map(str::to_owned);
    let read = |volume: &PathBuf| {
        let reader = VolumeReader::open(volume)?;
        match reader.columns_of(&part.stored_as)?.is_empty() {
            true => Ok(Vec::new()),
            false => reader.text_rows(&part.stored_as, &columns),
        }
    };
    for volume in volumes {
        let rows = read(volume).map_err(|error| failed("reading the settings in the backup", &error))?;
        let is_master = |row: &store::TextRow| row.get("key").is_some_and(|key| key == MASTER_ACD);
        if let Some(row) = rows.into_iter().find(is_master) {
            return Ok(Some(row.get("value").cloned()));
        }
    }
    Ok(Some(None))
}
