//! A heal of the serving server from the other one: what would be fetched, and what came of it.

use std::time::Instant;

use api::{RestoreEntry, RestoreLine};
use model::{Moment, RunStatus};
use session::twin::Healed;
use session::{HealReport, Model};

use super::{LineKind, acd_calendar, moment_text, other_name};
use crate::view::counts::{counted, counted_u64, figure};
use crate::view::times::age_text;

/// What the lines of a heal's plan are, in the order of the columns: ACD, table, range, added, replaced, identical, skipped. Tables of which
/// nothing is to be done are left out.
pub fn plan_rows(report: &HealReport) -> Vec<[String; 7]> {
    let row = |line: &RestoreLine| {
        let range = match (&line.from, &line.to) {
            (Some(from), Some(to)) => format!("{from} to {to}"),
            _ => String::new(),
        };
        [
            line.acd.map_or_else(String::new, |acd| acd.to_string()),
            line.table.clone(),
            range,
            figure(line.added),
            figure(line.replaced),
            figure(line.identical),
            figure(line.skipped),
        ]
    };
    let restores = report.healed.acds.iter().flat_map(|acd| &acd.restores);
    restores.flat_map(|restored| &restored.plan.tables).filter(|line| line.is_of_something()).map(row).collect()
}

/// Whether there is anything to be fetched: ACDs that were looked at need not lack anything.
pub fn has_work(healed: &Healed) -> bool {
    healed.intervals() > 0 || healed.rows() > 0
}

/// What came of it in a sentence, and how much it wants to be seen.
pub fn outcome(report: &HealReport) -> (LineKind, String) {
    told(&report.healed, report.dry_run)
}

/// Which server would be healed from which, before anything is planned: the one that the pages show.
pub fn direction(model: &Model) -> Option<String> {
    let here = model.serving?;
    let there = other_name(model)?;
    let name = model.servers[here].name();
    Some(format!("{name}, the {here}, would be healed from {there}. To heal {there}, move to it first"))
}

/// How old it is, and which intervals were looked at.
pub fn reach_text(model: &Model, report: &HealReport, now: Instant) -> String {
    let did = if report.dry_run { "Planned" } else { "Done" };
    let age = age_text(now.saturating_duration_since(report.at));
    let calendar = acd_calendar(model, None);
    let text = |at| moment_text(at, calendar.as_ref());
    let what = match (report.stretch.from, report.stretch.to) {
        (Some(from), None) => format!("intervals from {} on", text(from)),
        (Some(from), Some(to)) => format!("intervals from {} to {}", text(from), text(to)),
        (None, Some(to)) => format!("intervals until {}", text(to)),
        (None, None) => "all intervals that are kept".to_owned(),
    };
    format!("{did} {age} ago, of {what}")
}

/// The same of a heal that was part of something else.
pub(super) fn told(healed: &Healed, dry_run: bool) -> (LineKind, String) {
    let (here, there) = (&healed.here, &healed.there);
    let many = match (healed.intervals(), healed.rows()) {
        (0, 0) => "nothing".to_owned(),
        (0, rows) => counted_u64(rows, "row", "rows"),
        (intervals, _) => counted(intervals, "interval", "intervals"),
    };
    let left = healed.comparison.differences().count();
    if let Some(lost) = healed.comparison.lost_text().filter(|_| !dry_run && left == 0) {
        let text = format!(
            "{here} got {many} from {there}; their history is the same now, and both lack data: {lost}; neither was receiving, or has it any more"
        );
        return (LineKind::Caution, text);
    }
    match (!has_work(healed), dry_run, left) {
        (true, true, _) => (LineKind::Good, format!("{there} has nothing that {here} lacks")),
        (false, true, _) => (LineKind::Info, format!("{here} would get {many} from {there}; nothing was changed yet")),
        (true, false, 0) => {
            (LineKind::Good, format!("{there} has nothing that {here} lacks; their history is the same"))
        }
        (false, false, 0) => {
            (LineKind::Good, format!("{here} got {many} from {there}; the history of both is the same now"))
        }
        (_, false, left) => {
            let findings = counted(left, "finding is", "findings are");
            (LineKind::Caution, format!("{here} got {many} from {there}; {findings} left: compare to see what"))
        }
    }
}

/// What else was said: stretches, notes, and periods that were made again.
pub fn remarks(model: &Model, report: &HealReport) -> Vec<String> {
    let mut remarks = Vec::new();
    for acd in &report.healed.acds {
        let calendar = acd_calendar(model, Some(acd.gap.acd));
        let text = |at: &Moment| moment_text(*at, calendar.as_ref());
        let stretch = |(from, to): &(Moment, Moment)| format!("{} to {}", text(from), text(to));
        let list = |stretches: &[(Moment, Moment)]| stretches.iter().map(stretch).collect::<Vec<_>>().join("; ");
        if !acd.gap.stretches.is_empty() {
            remarks.push(format!("ACD {}: {}", acd.gap.acd, list(&acd.gap.stretches)));
        }
        if !acd.gap.on_both.is_empty() {
            remarks.push(format!("ACD {}: incomplete on both: {}", acd.gap.acd, list(&acd.gap.on_both)));
        }
        remarks.extend(acd.notes.iter().cloned());
    }
    for period in &report.healed.summarized {
        let outcome = if period.made {
            "summed up again".to_owned()
        } else {
            format!("not summed up as a whole: {}", period.text)
        };
        remarks.push(format!("ACD {}, {}: {outcome}", period.acd, period.period));
    }
    remarks
}

/// The restores that it did, the last first, so that each can be taken back.
pub fn restores(report: &HealReport) -> Vec<RestoreEntry> {
    let done = report.healed.acds.iter().flat_map(|acd| &acd.restores);
    let entry = |number: i64, label: &str| RestoreEntry {
        restore: number,
        label: label.to_owned(),
        what: String::new(),
        started_at: Moment(0),
        finished_at: None,
        status: RunStatus::Done,
        detail: String::new(),
        user: String::new(),
        undone_at: None,
        barred_by: None,
        can_go_forward: false,
    };
    let mut restores: Vec<RestoreEntry> =
        done.filter_map(|restored| Some(entry(restored.restore?, &restored.plan.label))).collect();
    restores.reverse();
    restores
}
