//! Report definitions and calculations: rows in, sheets out.
//!
//! A [`Definition`] says what a report asks for and shows; [`run`] evaluates it over the rows of a
//! [`RowSource`], [`run_over`] over those of several ACDs, and gives a [`Sheet`], the one form that screen, export and
//! command line all take.
//! Nothing here does I/O or reads a clock: rows come through the trait, and `now` is the switch's time.
//! A general expression crate was turned down: blanks, running times and names of numbers are values
//! here, totals are computed from summed items, and errors must name the item and the position.

mod acds;
mod aggregate;
mod bounds;
mod built_in;
mod calculations;
mod cell;
mod check;
mod column;
mod days;
mod definition;
mod delta;
mod entity;
mod evaluate;
mod export;
mod expression;
mod file;
mod format;
mod gaps;
mod history;
mod house;
mod input_error;
mod inputs;
mod order;
mod period;
mod plan;
mod problem;
mod program;
mod propose;
mod rows;
mod run;
mod run_error;
mod sheet;
mod slips;
mod source;
#[cfg(test)]
mod tests;
mod times;
mod usual;
mod when;
mod whole;
mod window;

pub use acds::{Acd, chosen_acds};
pub use bounds::{Bounds, TooLarge};
pub use built_in::{built_in, find_built_in, is_called};
pub use calculations::{StandardCalculation, calculations_markdown, standard_calculations};
pub use cell::{Cell, Level};
pub use check::check;
pub use column::{ColumnDef, Each, Format, Limits, Threshold, Total};
pub use days::{Day, DayUnit, Days};
pub use definition::{Block, Calculation, Definition, InputDef, InputKind, Inputs, KeyFilter, ReportKind, SortKey};
pub use delta::{BlockDelta, Delta, DeltaError, Placed, RowsDelta, delta};
pub use entity::{RowNumbers, entity_of_item, numbers_of_key};
pub use export::csv_line;
pub use expression::ExpressionError;
pub use file::{
    CarriedReport, EXTENSION, FORMAT_VERSION, FileError, read_carried, read_file, read_stored, write_carried,
    write_file,
};
pub use format::{format_value, format_value_local};
pub use house::{HouseFormula, formula_uses, house_name_fault, tables_of};
pub use input_error::InputError;
pub use inputs::{ACDS_INPUT, Chosen, Resolved, check_typed, resolve_inputs};
pub use problem::{Place, Problem};
pub use propose::{
    add_columns, add_input, block_of, calculations_of, chosen_by, grouped_by, input_kind_of, input_of, new_report,
    proposed_column, tables_of_kind,
};
pub use run::{run, run_over};
pub use run_error::RunError;
pub use sheet::{Layout, Sheet, SheetBlock, SheetColumn, SheetRow};
pub use source::{Closed, DayBounds, Filter, Kept, RowSource, SourceError};
pub use times::Times;
pub use usual::{days_in_words, usual_days};
pub use when::When;
