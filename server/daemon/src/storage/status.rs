//! How archiving stands: what was made last, what is due, what is out of date.

use api::{ArchiveStatus, ErrorBody, LevelState, LevelStatus};
use model::{AcdNumber, Calendar, Level, Moment, Period, RunStatus};
use store::AcdReader;

use super::reached;
use crate::causes::failed;
use crate::reports::Reports;
use crate::source::Source;

/// The level below days.
const INTERVAL: &str = "interval";

/// How archiving of an ACD stands.
pub fn archive_status(reports: &Reports, acd: AcdNumber) -> Result<ArchiveStatus, ErrorBody> {
    let source = reports.source(acd)?;
    let reader = reports.archive(acd)?;
    let status = Status { source, reader: &reader, calendar: source.view.calendar(), at: reached(source) };
    let read = || -> store::Result<Vec<LevelStatus>> {
        let mut levels = vec![status.intervals()?];
        for level in Level::ALL {
            levels.push(status.level(level)?);
        }
        Ok(levels)
    };
    let levels = read().map_err(|error| {
        source.view.cannot_be_read(&error);
        failed("reading the archiving status", &error)
    })?;
    source.view.was_read();
    let waiting = u64::try_from(source.view.unarchived().len()).ok();
    Ok(ArchiveStatus { acd, acd_at: status.at, levels, waiting })
}

/// How archiving of each of these ACDs stands. One whose files cannot be read has failed at every level: that is told of it, and
/// no reason to say nothing of the others.
pub fn archive_statuses(reports: &Reports, acds: &[AcdNumber]) -> Vec<ArchiveStatus> {
    let status = |acd: &AcdNumber| archive_status(reports, *acd).unwrap_or_else(|error| unreadable(*acd, &error));
    acds.iter().map(status).collect()
}

fn unreadable(acd: AcdNumber, error: &ErrorBody) -> ArchiveStatus {
    let level = |level: &str| LevelStatus {
        level: level.to_owned(),
        last: None,
        done_at: None,
        status: LevelState::Failed,
        detail: error.message.clone(),
        next: None,
        next_due: None,
        missing: Vec::new(),
        out_of_date: Vec::new(),
    };
    let levels = [INTERVAL].into_iter().chain(Level::ALL.map(Level::word)).map(level).collect();
    ArchiveStatus { acd, acd_at: None, levels, waiting: None }
}

struct Status<'a> {
    source: &'a Source,
    reader: &'a AcdReader,
    calendar: Calendar,
    at: Option<Moment>,
}

impl Status<'_> {
    fn begin(&self, level: &str) -> store::Result<LevelStatus> {
        let known = self.reader.archiving()?.into_iter().find(|known| known.level == level);
        Ok(LevelStatus {
            level: level.to_owned(),
            last: known.as_ref().map(|known| known.period.clone()),
            done_at: known.as_ref().map(|known| known.at),
            status: known.as_ref().map_or(LevelState::Never, |known| level_state(known.status)),
            detail: known.map(|known| known.detail).unwrap_or_default(),
            next: None,
            next_due: None,
            missing: Vec::new(),
            out_of_date: Vec::new(),
        })
    }

    fn intervals(&self) -> store::Result<LevelStatus> {
        let mut status = self.begin(INTERVAL)?;
        let text = |at| self.calendar.minute_text(at);
        status.last = self.reader.last_interval()?.map(|interval| text(interval.start));
        let running = self.source.view.board().and_then(|board| board.interval);
        status.next = running.map(|interval| text(interval.start));
        status.next_due = running.map(|interval| interval.end);
        let problem = self.source.view.archive_problem();
        if !problem.is_empty() {
            (status.status, status.detail) = (LevelState::Failed, problem);
        }
        Ok(status)
    }

    fn level(&self, level: Level) -> store::Result<LevelStatus> {
        let mut status = self.begin(level.word())?;
        let keeping = self.source.view.keeping();
        let times = keeping.summarizing.times;
        let texts = |periods: Vec<Period>| periods.iter().map(ToString::to_string).collect();
        let known = self.reader.summaries(level, None, None)?;
        let (out_of_date, newest) = (
            known.iter().filter(|known| known.out_of_date && known.revision > 0),
            known.iter().rfind(|known| known.revision > 0),
        );
        status.out_of_date = texts(out_of_date.map(|known| known.period).collect());
        status.last = newest.map(|newest| newest.period.to_string()).or(status.last);
        if !keeping.makes(level) {
            status.status = LevelState::Off;
            return Ok(status);
        }
        if let Some(at) = self.at {
            if let Some(last) = times.last_due(level, &self.calendar, at) {
                let missing = self.reader.unsummed(&last, &times, false)?;
                let today = self.calendar.row_date(at);
                status.missing = texts(self.reader.still_wanted(missing, &keeping.storage, today)?);
            }
            let next = times.next_due(level, &self.calendar, at);
            status.next_due = next.map(|next| times.due_at(&next, &self.calendar));
            status.next = next.map(|next| next.to_string());
        }
        let problem = self.source.view.summary_problem();
        if let Some(summing) = self.source.view.summing().filter(|summing| summing.level == level) {
            (status.status, status.detail) = (LevelState::Running, summing.to_string());
        } else if !problem.is_empty() {
            (status.status, status.detail) = (LevelState::Failed, problem);
        }
        Ok(status)
    }
}

/// The days, weeks or months of an ACD that are summed up.
pub fn summaries(reports: &Reports, acd: AcdNumber, level: Level) -> Result<Vec<api::SummaryDigest>, ErrorBody> {
    let known = reports.archive(acd)?.summaries(level, None, None);
    let known = known.map_err(|error| failed("reading the summaries", &error))?;
    let digest = |known: store::SummaryDigest| api::SummaryDigest {
        level,
        first: known.period.first.to_string(),
        last: known.period.last.to_string(),
        parts: known.parts,
        incomplete: known.incomplete,
        rows: known.rows,
        digest: known.digest,
        out_of_date: known.out_of_date,
        stays: known.stays,
        tables: known
            .tables
            .into_iter()
            .map(|table| api::TableDigest { table: table.table, rows: table.rows, digest: table.digest })
            .collect(),
    };
    // One that was begun and not finished has no digest.
    Ok(known.into_iter().filter(|known| known.revision > 0).map(digest).collect())
}

/// How a level stands that was archived so the last time.
fn level_state(status: RunStatus) -> LevelState {
    match status {
        RunStatus::Waiting | RunStatus::Running => LevelState::Running,
        RunStatus::Done => LevelState::Done,
        RunStatus::Failed | RunStatus::Interrupted => LevelState::Failed,
    }
}
