//! Errors as one line for people, and as answers to them.

use api::{ErrorBody, ErrorCode};
use store::StoreError;

/// An error with its causes, for people.
pub fn told(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

/// A failure of this server, told with what it was doing. Whoever answers with it, or ends a job with it, logs it once.
pub fn failed(doing: &str, error: &StoreError) -> ErrorBody {
    let code = if error.is_temporary() { ErrorCode::Unavailable } else { ErrorCode::Internal };
    ErrorBody::new(code, format!("{doing} failed: {}", told(error)))
}

/// Logs a failure that nobody is answered with.
pub fn log_failed(doing: &str, error: &StoreError) {
    tracing::error!("{}", failed(doing, error).message);
}
