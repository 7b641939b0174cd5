//! Why a document could not be made.

use rust_xlsxwriter::XlsxError;

/// Why a document could not be made. Another form, or fewer rows, may do.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// A workbook takes no more rows.
    #[error("{block:?} has {rows} rows, and a worksheet takes {most}; choose fewer days, or write it as CSV")]
    TooManyRows {
        /// Title of the block.
        block: String,
        /// How many it has.
        rows: usize,
        /// How many fit.
        most: usize,
    },
    /// The workbook was refused.
    #[error("cannot make the workbook; write the report as CSV instead")]
    Workbook(#[from] XlsxError),
    /// The pages could not be put together.
    #[error("cannot make the PDF: {0}; write the report as HTML and print that instead")]
    Pages(String),
}
