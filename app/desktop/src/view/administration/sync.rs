//! Admin-Sync: what a sync found or did, thing by thing, and the secondary's log of syncs.

use api::{Conflicts, SyncAct, SyncEntry, SyncLine, SyncState};
use report::Level;
use session::{SyncChoice, SyncOutcome};

use super::{LineKind, heal};
use crate::view::cells::CellView;

/// What becomes of conflicts, as the page names it.
pub const RULES: [(Conflicts, &str); 3] =
    [(Conflicts::Keep, "Keep theirs"), (Conflicts::Replace, "Replace"), (Conflicts::Refuse, "Refuse all")];

/// The outcome in a sentence, and how much it wants to be seen.
pub fn outcome(outcome: &SyncOutcome) -> (LineKind, String) {
    let report = &outcome.pushed.report;
    let kind = match (report.conflicts, outcome.choice.conflicts) {
        (0, _) | (_, Conflicts::Replace) => LineKind::Good,
        _ => LineKind::Caution,
    };
    (kind, format!("{} to {}: {}", report.from, report.to, outcome.pushed.text))
}

/// What became of the history, or would; none if it was not asked for.
pub fn history(outcome: &SyncOutcome) -> Option<(LineKind, String)> {
    let dry_run = outcome.choice.dry_run;
    Some(match outcome.pushed.healed.as_ref()? {
        Ok(healed) => heal::told(healed, dry_run),
        Err(why) if dry_run => (LineKind::Caution, format!("What a heal would fetch is not known: {why}")),
        Err(why) => {
            let text = format!("The history was not healed: {why}. Sync again, and what is left is done");
            (LineKind::Caution, text)
        }
    })
}

/// Whether a sync may be begun: only as it was planned.
pub fn may_sync(planned: Option<&SyncOutcome>, choice: SyncChoice) -> Result<(), String> {
    let dry_run = SyncChoice { dry_run: true, ..choice };
    match planned {
        Some(planned) if planned.choice == dry_run => {
            let report = &planned.pushed.report;
            match (choice.conflicts, report.conflicts) {
                (Conflicts::Refuse, 1..) => Err("There are conflicts, and they are to be refused".to_owned()),
                _ => Ok(()),
            }
        }
        _ => Err("Make a dry run first, to see what would be done".to_owned()),
    }
}

/// A thing that is not the same on both servers, in the order of the columns.
pub fn line(line: &SyncLine) -> [CellView; 7] {
    let normal = |text: String| CellView { text, level: Level::Normal };
    let beside = |text: &str| normal(if text.is_empty() { "–".to_owned() } else { text.to_owned() });
    let level = match (line.state, line.act) {
        (SyncState::Conflict, _) => Level::Warning,
        (_, SyncAct::Remove) => Level::Caution,
        _ => Level::Normal,
    };
    let act = if line.why.is_empty() { line.act.to_string() } else { format!("{}: {}", line.act, line.why) };
    [
        CellView { text: line.state.to_string(), level },
        normal(line.acd.map_or_else(String::new, |acd| acd.to_string())),
        normal(line.table.clone()),
        normal(line.key.clone()),
        beside(&line.from),
        beside(&line.to),
        CellView { text: act, level },
    ]
}

/// A sync of the log, in the order of the columns.
pub fn entry(entry: &SyncEntry) -> [CellView; 6] {
    let level = match (entry.status.as_str(), entry.report.kept()) {
        ("done", 0) => Level::Normal,
        ("done", _) => Level::Caution,
        _ => Level::Warning,
    };
    let normal = |text: String| CellView { text, level: Level::Normal };
    let status = match (&entry.detail, entry.undone_at) {
        (_, Some(at)) => format!("taken back at {at}"),
        (detail, None) if detail.is_empty() => entry.status.clone(),
        (detail, None) => format!("{}: {detail}", entry.status),
    };
    [
        normal(entry.at.to_string()),
        normal(format!("{} to {}", entry.report.from, entry.report.to)),
        normal(entry.user.clone()),
        CellView { text: status, level },
        normal(entry.report.counted()),
        normal(entry.restore.map_or_else(String::new, |restore| restore.to_string())),
    ]
}

/// The restore by which a sync of the log can be taken back, or why not.
pub fn may_take_back(entry: Option<&SyncEntry>) -> Result<i64, String> {
    let entry = entry.ok_or_else(|| "Choose a sync of the log".to_owned())?;
    match (entry.restore, entry.undone_at, entry.sent) {
        (_, Some(_), _) => Err("It was taken back already".to_owned()),
        (Some(restore), None, false) => Ok(restore),
        _ => Err("It changed nothing on the secondary".to_owned()),
    }
}
