//! Sheets as documents: one [`Sheet`](report::Sheet) as CSV, HTML, XLSX or PDF.
//!
//! A [`Document`] is a sheet as somebody arranged it, with a [`Head`] that says whose data it holds, of when, and what was asked
//! for. Every form shows the columns that the screen shows, in its order, and values as [`report::format_value_local`] writes them.
//! Nothing here does I/O or reads a clock: the only time is the sheet's, so that the same sheet gives the same bytes everywhere.
//! A template language, and an HTML engine that prints, were turned down: the first hides what is escaped, the second is larger
//! than the rest of the client.

mod colours;
mod contents;
mod dates;
mod error;
pub mod font;
mod form;
mod head;
mod html;
mod pdf;
#[cfg(test)]
mod tests;
mod writing;
mod xlsx;

pub use contents::Document;
pub use error::DocumentError;
pub use form::Form;
pub use head::{Head, labelled};
