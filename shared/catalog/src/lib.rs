//! The item catalogue: every column of every table, written once, and what follows from it.
//!
//! One line per item in `tables/*.rs`. From it follow the rows that the collector fills
//! (`row[hsplit::ACDCALLS] += 1`), CREATE TABLE, roll-up rules, `docs/items.md`, the columns of the API
//! and the names that report expressions accept. Item and table names are the field's.
//! Nothing here does I/O. A derive macro over structs was turned down: a dense array with named columns
//! rolls up, compares and stores in one loop, and the line below is all there is to an item.

#[macro_use]
mod macros;
mod belonging;
mod canonical;
mod document;
mod event_rows;
mod interval;
mod item;
mod records;
mod roll_up;
mod summary;
mod table;
pub mod tables;
#[cfg(test)]
mod tests;

pub use belonging::Belonging;
pub use canonical::{CanonicalLine, canonical_record};
pub use document::items_markdown;
pub use event_rows::{LinkRow, LoginRow};
pub use interval::{AgentKey, IntervalRow, IntervalRows, TrunkKey, VdnKey};
pub use item::{Class, Item, Unit, Value};
pub use records::{CallRecord, Disposition, ExceptionOf, ExceptionRow, MaliciousRow, Record, TraceFlags, TraceRow};
pub use roll_up::{BusyHourOf, RollUp, Rolling, Sum};
pub use summary::{Key, SummaryRow, SummaryTable};
pub use table::{Table, TableKind, all_tables, table};
pub use tables::derived::Derived;
pub use tables::{hagent, hcwc, hsplit, htkgrp, htrunk, hvdn, hvector};
