//! Why a report could not be run.

use crate::bounds::TooLarge;
use crate::input_error::InputError;
use crate::problem::Problem;
use crate::source::SourceError;

/// Why a report could not be run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// An input cannot be used.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The definition does not fit the catalogue.
    #[error("this report cannot be run: {0}")]
    Definition(Problem),
    /// Rows could not be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// It would hold more than it may.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
}
