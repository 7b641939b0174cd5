//! What a store answers in place of what was asked, in words that name the next step.

use std::error::Error as _;
use std::path::Path;

use object_store::Error;
use object_store::client::{HttpError, HttpErrorKind};

use super::Bucket;
use crate::error::BackupError;

/// What was asked of a store.
pub(super) struct Asked<'a> {
    /// Of which.
    pub bucket: &'a Bucket,
    /// What was to be done.
    pub operation: &'static str,
    /// With which object, or what is below it.
    pub path: &'a Path,
}

const REFUSED: &str = "check access_key and secret_file of this device in cms.toml, what the store permits this key, and the clock of this machine";
/// What S3 calls the several ways to be refused.
const REFUSALS: [&str; 5] =
    ["AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "RequestTimeTooSkewed", "ExpiredToken"];
const NO_BUCKET: &str = "make the bucket, or correct `bucket` of this device in cms.toml";
const NO_CONNECTION: &str = "check the network, and `endpoint` of this device in cms.toml";
const TOO_SLOW: &str = "the store or the way to it is too slow or hangs; check both, and try again";
const ITS_OWN: &str = "look at the store itself, and try again";

impl Asked<'_> {
    /// The error in our words.
    pub(super) fn failed(&self, error: &Error) -> BackupError {
        let said = said(error);
        let (detail, advice) = match error {
            Error::NotFound { .. } if said.contains("NoSuchBucket") => {
                (format!("there is no bucket {}", self.bucket.settings.bucket), NO_BUCKET)
            }
            Error::NotFound { .. } => return BackupError::Lost { path: self.path.to_owned() },
            Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => {
                (format!("the store refuses it ({said})"), REFUSED)
            }
            // Of a list the refusal comes without its kind.
            _ if REFUSALS.iter().any(|code| said.starts_with(code)) => {
                (format!("the store refuses it ({said})"), REFUSED)
            }
            _ => match kind(error) {
                Some(HttpErrorKind::Connect | HttpErrorKind::Request | HttpErrorKind::Interrupted) => {
                    (format!("no connection ({said})"), NO_CONNECTION)
                }
                Some(HttpErrorKind::Timeout) => return self.unanswered(),
                _ => (format!("the store answers: {said}"), ITS_OWN),
            },
        };
        BackupError::Remote { operation: self.operation, path: self.path.to_owned(), detail, advice }
    }

    /// It did not answer in time.
    pub(super) fn unanswered(&self) -> BackupError {
        let (operation, path, detail) = (self.operation, self.path.to_owned(), "no answer in time".to_owned());
        BackupError::Remote { operation, path, detail, advice: TOO_SLOW }
    }
}

/// What became of the connection, if that was it.
fn kind(error: &Error) -> Option<HttpErrorKind> {
    let mut cause = error.source();
    while let Some(known) = cause {
        if let Some(http) = known.downcast_ref::<HttpError>() {
            return Some(http.kind());
        }
        cause = known.source();
    }
    None
}

/// The store's own words: its code and message where it gave them, else the innermost cause.
fn said(error: &Error) -> String {
    let text = error.to_string();
    let within = |name: &str| {
        let rest = text.split_once(&format!("<{name}>"))?.1;
        Some(rest.split_once(&format!("</{name}>"))?.0.trim()).filter(|said| !said.is_empty())
    };
    match (within("Code"), within("Message")) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (Some(code), None) => code.to_owned(),
        (None, _) => {
            let mut cause: &dyn std::error::Error = error;
            while let Some(next) = cause.source() {
                cause = next;
            }
            cause.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
        }
    }
}
