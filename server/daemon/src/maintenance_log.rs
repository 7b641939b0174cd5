//! The maintenance error log: what the server did by itself, and what it could not do, until a person acknowledges it.
//!
//! Whoever has something to tell calls [`MaintenanceLog::log`], which never fails: what cannot be written waits, is listed with the
//! rest, and is in the program's own log at least. Times and numbers that differ each time do not belong into a text, or the same
//! trouble is never counted as one.

use std::sync::Arc;

use api::{ErrorBody, ErrorCode, LogCode, MaintenanceEntry, error_log_csv, error_log_text};
use model::timetable::ExportForm;
use model::{Calendar, Moment, Severity};
use parking_lot::Mutex;
use store::{Done, LOG_ENTRIES_MAX, LocalStore, LogEntry};

use crate::causes::{failed, told};
use crate::clock::Clock;

/// The log of this server.
pub struct MaintenanceLog {
    local: Arc<Mutex<LocalStore>>,
    clock: Arc<dyn Clock>,
    calendar: ClockFace,
}

/// Tells by which calendar times are written for people.
type ClockFace = Box<dyn Fn() -> Calendar + Send + Sync>;

impl MaintenanceLog {
    /// The log in the server's own file. The calendar is that of the server's first ACD, for the times of reports.
    pub fn new(
        local: Arc<Mutex<LocalStore>>,
        clock: Arc<dyn Clock>,
        calendar: impl Fn() -> Calendar + Send + Sync + 'static,
    ) -> Self {
        MaintenanceLog { local, clock, calendar: Box::new(calendar) }
    }

    /// Tells something. `code` is for programs, `text` for people.
    pub fn log(&self, severity: Severity, code: LogCode, text: impl AsRef<str>) {
        self.log_since(self.clock.now(), severity, code, text);
    }

    /// The same of what has lasted from a moment until now.
    pub fn log_since(&self, first_at: Moment, severity: Severity, code: LogCode, text: impl AsRef<str>) {
        let (code, text) = (code.word(), text.as_ref());
        match severity {
            Severity::Info => tracing::info!(code, "maintenance: {text}"),
            Severity::Warning => tracing::warn!(code, "maintenance: {text}"),
            Severity::Error => tracing::error!(code, "maintenance: {text}"),
        }
        let last_at = self.clock.now();
        let (code, text) = (code.to_owned(), text.to_owned());
        let done = Done::Told { first_at, last_at, severity, code, text, count: 1 };
        if let Err(error) = self.local.lock().note_done(done) {
            tracing::error!("the maintenance error log cannot be written yet: {}", told(&error));
        }
    }

    /// Writes what was done, and told, and could not be written then.
    pub fn make_up(&self) {
        match self.local.lock().make_up() {
            Ok(0) => {}
            Ok(notes) => tracing::info!(notes, "what was done and could not be recorded is recorded"),
            Err(error) => tracing::debug!("what was done still cannot be recorded: {}", told(&error)),
        }
    }

    /// Now, by the clock of its entries.
    pub fn now(&self) -> Moment {
        self.clock.now()
    }

    /// The newest entries, newest first.
    pub fn entries(&self, all: bool, limit: u32) -> Result<Vec<MaintenanceEntry>, ErrorBody> {
        if !(1..=LOG_ENTRIES_MAX).contains(&limit) {
            let message = format!("limit must be 1 to {LOG_ENTRIES_MAX}, not {limit}");
            return Err(ErrorBody::new(ErrorCode::BadRequest, message));
        }
        let known = self.local.lock().maintenance_log(all, limit);
        Ok(known.map_err(|error| failed("reading the maintenance error log", &error))?.into_iter().map(entry).collect())
    }

    /// The whole log as a file: what was acknowledged, too.
    pub fn report(&self, form: ExportForm) -> Result<String, ErrorBody> {
        let entries = self.entries(true, LOG_ENTRIES_MAX)?;
        Ok(match form {
            ExportForm::Csv => error_log_csv(&entries, Some(&(self.calendar)())),
            ExportForm::Text => error_log_text(&entries, Some(&(self.calendar)())),
            ExportForm::Json => serde_json::to_string_pretty(&entries)
                .map_err(|error| ErrorBody::new(ErrorCode::Internal, format!("cannot write JSON: {error}")))?,
            ExportForm::Html | ExportForm::Xlsx | ExportForm::Pdf => {
                let message = "the maintenance error log is written as .csv, .json or .txt";
                return Err(ErrorBody::new(ErrorCode::BadRequest, message));
            }
        })
    }
}

fn entry(kept: LogEntry) -> MaintenanceEntry {
    let LogEntry { id, severity, code, text, count, first_at, last_at, acknowledged } = kept;
    let (acknowledged_at, acknowledged_by) = acknowledged.unzip();
    let code = LogCode::from(code);
    MaintenanceEntry { id, severity, code, text, count, first_at, last_at, acknowledged_at, acknowledged_by }
}
