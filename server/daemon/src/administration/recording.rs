//! The record of what was done: nothing is changed that could not be recorded, and what was done all the same is told as done,
//! shown, and recorded as soon as that is possible.

use std::path::Path;

use api::{Changed, ErrorBody, ErrorCode, LogCode};
use model::{AcdNumber, Severity};
use store::{Change, Done, StoreError};

use super::Administration;
use crate::auth::User;
use crate::causes::told;
use crate::files::free_bytes;

/// With less than this on the disk no change is begun: a record of it takes some pages of `local.db` and of its log.
const TO_RECORD_BYTES: u64 = 128 << 10;

/// Whether what was done is recorded, and if not, why not.
#[derive(Debug, Default)]
#[must_use = "whoever asked for it is to be told where it could not be recorded"]
pub struct Recorded(Option<String>);

impl Recorded {
    fn of(written: store::Result<()>) -> Recorded {
        Recorded(written.err().map(|error| told(&error)))
    }

    /// For behind what became of something; empty where it is recorded.
    pub fn text(&self) -> String {
        self.0.as_ref().map_or_else(String::new, |why| {
            format!("; this could not be recorded yet ({why}), and is recorded as soon as there is room")
        })
    }

    /// The same by itself.
    pub fn note(&self) -> Option<String> {
        self.text().strip_prefix("; ").map(str::to_owned)
    }

    /// An error that is told, with that.
    pub fn behind(&self, error: ErrorBody) -> ErrorBody {
        ErrorBody { message: error.message.clone() + &self.text(), ..error }
    }

    /// The answer to whoever asked for it.
    pub fn told(self, changed: Changed) -> Changed {
        let text = changed.text + &self.text();
        Changed { text, ..changed }
    }

    /// Of two records, whether both are written.
    pub fn and(self, other: Recorded) -> Recorded {
        Recorded(self.0.or(other.0))
    }

    /// The same where the answer has no text: an error that says that it is done.
    ///
    /// # Errors
    /// Where it could not be recorded.
    pub fn or_refused(self, done: &str) -> Result<(), ErrorBody> {
        let text = self.text();
        if text.is_empty() { Ok(()) } else { Err(ErrorBody::new(ErrorCode::Unavailable, format!("{done}{text}"))) }
    }
}

impl Administration {
    /// Refuses to begin with what could not be recorded. Whatever is changed elsewhere than in `local.db` asks this before.
    pub fn can_record(&self) -> Result<(), ErrorBody> {
        let mut local = self.local();
        let before = local.make_up().map(drop);
        recordable(before, local.path(), free_bytes(local.path()))
    }

    /// Writes what was done to `local.db`.
    pub fn note_done(&self, done: Done) -> Recorded {
        let mut local = self.local();
        let written = local.note_done(done);
        if let Err(error) = &written {
            let why = told(error);
            tracing::error!("what was done cannot be recorded: {why}");
            let text = format!(
                "what was done could not be recorded: {why}; it is shown all the same, and recorded as soon as there is room, but \
                 if the server ends before that, the record lacks it"
            );
            let (code, severity) = (LogCode::NotRecorded.word().to_owned(), Severity::Warning);
            // It waits with the rest.
            let (first_at, last_at) = (self.now(), self.now());
            let _ = local.note_done(Done::Told { first_at, last_at, severity, code, text, count: 1 });
        }
        Recorded::of(written)
    }

    /// Records a change that has been made.
    pub fn record(
        &self,
        user: &User,
        acd: Option<AcdNumber>,
        what: impl Into<String>,
        before: impl Into<String>,
        after: impl Into<String>,
    ) -> Recorded {
        let (what, before, after) = (what.into(), before.into(), after.into());
        tracing::info!(user = user.name, acd = acd.map(|acd| acd.0), what, before, after, "administration");
        self.note_done(Done::Change(Change { at: self.now(), user: user.name.clone(), acd, what, before, after }))
    }
}

fn recordable(before: Result<(), StoreError>, local: &Path, free: Option<u64>) -> Result<(), ErrorBody> {
    let refused = |why: String| Err(ErrorBody::new(ErrorCode::Unavailable, format!("nothing was changed: {why}")));
    if let Err(error) = before {
        return refused(format!(
            "what was done before could not be recorded yet ({}), and so neither could this; free some space first",
            told(&error)
        ));
    }
    match free {
        Some(free) if free < TO_RECORD_BYTES => refused(format!(
            "the disk of {} has {free} bytes left, too few to record a change; free some space first",
            local.display()
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
#[path = "../tests/recording.rs"]
mod tests;
