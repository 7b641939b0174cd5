//! Report definitions and calculations: rows in, sheets out.
//!
//! A [`Definition`] says what a report asks for and shows; [`run`] evaluates it over the rows of a
//! [`RowSource`] and gives a [`Sheet`], the one form that screen, export and command line all take.
//! Nothing here does I/O or reads a clock: rows come through the trait, and `now` is the switch's time.
//! A general expression crate was turned down: blanks, running times and names of numbers are values
//! here, totals are computed from summed items, and errors must name the item and the position.

mod aggregate;
mod built_in;
mod calculations;
mod cell;
mod check;
mod definition;
mod delta;
mod entity;
mod evaluate;
mod export;
mod expression;
mod file;
mod format;
mod inputs;
mod order;
mod plan;
mod program;
mod run;
mod sheet;
mod source;
#[cfg(test)]
mod tests;
mod when;

pub use built_in::{built_in, find_built_in};
pub use calculations::{StandardCalculation, standard_calculations};
pub use cell::{Cell, Level};
pub use check::{Problem, check};
pub use definition::{
    Block, Calculation, ColumnDef, Definition, Format, InputDef, InputKind, Inputs, KeyFilter, Kind, Layout, SortKey,
    Threshold, Total,
};
pub use delta::{BlockDelta, Delta, DeltaError, Placed, RowsDelta, delta};
pub use entity::entity_of_item;
pub use expression::ExpressionError;
pub use file::{EXTENSION, FORMAT_VERSION, FileError, read_file, write_file};
pub use format::{format_value, format_value_local};
pub use inputs::{Chosen, InputError, Resolved, resolve_inputs};
pub use run::{RunError, run, run_resolved};
pub use sheet::{Sheet, SheetBlock, SheetColumn, SheetRow};
pub use source::{Filter, RowSource, SourceError};
pub use when::When;
