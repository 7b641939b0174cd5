//! In which state of the server a restore is possible.

use api::{ErrorBody, ErrorCode, Operation};
use model::DataKind;

use super::run::Stock;
use super::tables_of;
use crate::administration::{HeldStill, in_single_user_mode, needs_a_state, refuse};
use crate::source::Source;

/// What restoring is, for the rules of what is refused when. Chosen tables need less than whole kinds of data, except where they
/// belong to this server only.
fn operation(kind: DataKind, by_tables: bool) -> Operation {
    match kind {
        DataKind::Local => Operation::RestoreLocal,
        _ if by_tables => Operation::RestoreTables,
        DataKind::System => Operation::RestoreSystem,
        DataKind::Acd => Operation::RestoreAcd,
        DataKind::Historical => Operation::RestoreHistorical,
        DataKind::Custom => Operation::RestoreTables,
    }
}

/// Refuses what is not allowed in the present state of the server, and names the steps that come first. It is the same for a
/// restore and for taking it back.
pub(super) fn allowed(stock: &Stock, kinds: impl Iterator<Item = DataKind>, by_tables: bool) -> Result<(), ErrorBody> {
    refuse(&obstacles(stock, kinds, by_tables))
}

/// Keeps the state of the server as it is, where it matters for restoring these kinds of data.
pub(super) fn held_still(
    stock: &Stock,
    mut kinds: impl Iterator<Item = DataKind>,
    by_tables: bool,
) -> Option<HeldStill<'_>> {
    kinds.any(|kind| needs_a_state(operation(kind, by_tables))).then(|| stock.administration.hold_still())
}

/// All that stands against it, each step that comes first once.
pub(super) fn obstacles(stock: &Stock, kinds: impl Iterator<Item = DataKind>, by_tables: bool) -> Vec<String> {
    let all: Vec<&Source> = stock.reports.sources.iter().collect();
    let operations: Vec<Operation> = kinds.map(|kind| operation(kind, by_tables)).collect();
    stock.administration.obstacles(&all, &operations)
}

/// Refuses tables that are not known, and data and tables that are restored in single-user mode only.
pub fn check(data: &[DataKind], tables: &[String]) -> Result<(), ErrorBody> {
    let whole = data.iter().map(|kind| operation(*kind, false));
    let chosen = tables_of(tables)?.into_iter().map(|table| operation(table.kind, true));
    match whole.chain(chosen).find_map(in_single_user_mode) {
        None => Ok(()),
        Some(what) => Err(ErrorBody::new(ErrorCode::WrongState, format!("{what} needs single-user mode"))),
    }
}
