//! Admin-Sync: what a sync found or did, thing by thing, and the secondary's log of syncs.

use std::collections::BTreeSet;

use api::{Conflicts, PackAdministration, SyncAct, SyncEntry, SyncLine, SyncReport, SyncState, SyncValues, TableName};
use model::{AcdNumber, Calendar, DataKind, RunStatus};
use report::Level;
use session::{Model, SyncChoice, SyncOutcome, Which};

use super::backup_draft::{By, tables};
use super::table_words::{table_title, values_in_words};
use super::{LineKind, heal, moment_text};
use crate::view::cells::CellView;

/// Which way it goes, as the page names it.
pub const WAYS: [(bool, &str); 2] = [(false, "To the secondary"), (true, "To the primary")];

/// What becomes of conflicts, as the page names it.
pub const RULES: [(Conflicts, &str); 3] =
    [(Conflicts::Keep, "Keep theirs"), (Conflicts::Replace, "Replace"), (Conflicts::Refuse, "Refuse all")];

/// Kinds of data that are synced.
pub const SYNCED: [DataKind; 2] = [DataKind::System, DataKind::Acd];

/// Whether a table can be synced.
pub fn is_synced(table: &TableName) -> bool {
    table.data.is_some_and(|kind| SYNCED.contains(&kind))
}

/// A sync while it is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncDraft {
    /// By what it is chosen.
    pub by: By,
    /// The ticked kinds of data.
    pub kinds: BTreeSet<DataKind>,
    /// Names of tables, as typed.
    pub tables: String,
    /// The ACD; all of them without one.
    pub acd: Option<AcdNumber>,
    /// Whether the primary is written to, from the secondary.
    pub to_primary: bool,
    /// Whether it was confirmed that the primary is overwritten.
    pub confirmed: bool,
    /// Whether the server that is written to may have been synced last from another one.
    pub from_another: bool,
    /// What becomes of conflicts.
    pub conflicts: Conflicts,
    /// Whether the history is healed, too.
    pub history: bool,
}

impl Default for SyncDraft {
    fn default() -> SyncDraft {
        let (tables, conflicts) = (String::new(), Conflicts::default());
        SyncDraft {
            by: By::Kinds,
            kinds: SYNCED.into(),
            tables,
            acd: None,
            to_primary: false,
            confirmed: false,
            from_another: false,
            conflicts,
            history: false,
        }
    }
}

impl SyncDraft {
    /// The server that is written to.
    pub fn target(&self) -> Which {
        if self.to_primary { Which::Primary } else { Which::Secondary }
    }

    /// What must be confirmed before the primary is written to; none where the secondary is.
    pub fn to_confirm(&self, model: &Model) -> Option<(String, String)> {
        let [primary, secondary] = Which::BOTH.map(|which| model.servers[which].name());
        self.to_primary.then(|| {
            let text = format!(
                "The administration of {primary}, the primary, is overwritten with that of {secondary}. Do it only after an outage of \
                 {primary}, when what was changed on {secondary} meanwhile is to be carried back: usually it goes the other way. It can be \
                 taken back from the log"
            );
            (text, format!("Overwrite {primary}, the primary, with the administration of {secondary}"))
        })
    }

    /// What can be said where the server that is written to was synced last from another one, and it was refused therefore.
    pub fn to_take_over(&self, model: &Model) -> Option<String> {
        let (target, source) = match self.target() {
            Which::Primary => (Which::Primary, Which::Secondary),
            Which::Secondary => (Which::Secondary, Which::Primary),
        };
        let [target, source] = [target, source].map(|which| model.servers[which].name());
        (model.sync.is_from_another || self.from_another)
            .then(|| format!("{source} is the server that {target} is to be synced from, now and from now on"))
    }

    /// Whether all is confirmed that must be.
    pub fn is_confirmed(&self) -> Result<(), String> {
        match self.to_primary && !self.confirmed {
            true => Err("Tick above that the primary is to be overwritten".to_owned()),
            false => Ok(()),
        }
    }

    /// What is asked for, or what is wrong.
    pub fn choice(&self, dry_run: bool) -> Result<SyncChoice, String> {
        let (data, tables) = match self.by {
            By::Kinds if self.kinds.is_empty() => {
                return Err("Tick the administration that is to be synced".to_owned());
            }
            // Without any named it is all that can be synced.
            By::Kinds if self.kinds.len() == SYNCED.len() => (Vec::new(), Vec::new()),
            By::Kinds => (self.kinds.iter().copied().collect(), Vec::new()),
            By::Tables => match tables(&self.tables) {
                names if names.is_empty() => return Err("Name a table, such as synonyms or split_pro".to_owned()),
                names => (Vec::new(), names),
            },
        };
        let asked = PackAdministration { data, tables, acd: self.acd };
        let SyncDraft { to_primary, from_another, conflicts, history, .. } = *self;
        Ok(SyncChoice { asked, to_primary, from_another, conflicts, history, dry_run })
    }
}

/// The outcome in a sentence, and how much it wants to be seen.
pub fn outcome(outcome: &SyncOutcome) -> (LineKind, String) {
    let report = &outcome.pushed.report;
    let kind = match (report.conflicts, outcome.choice.conflicts) {
        // Nothing was done yet that could be good.
        (0, _) | (_, Conflicts::Replace) if outcome.choice.dry_run => LineKind::Info,
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

/// Whether an outcome is that of a dry run of just this choice.
pub fn plans(planned: &SyncOutcome, choice: &SyncChoice) -> bool {
    planned.choice == SyncChoice { dry_run: true, ..choice.clone() }
}

/// Whether a sync may be begun: only as it was planned.
pub fn may_sync(planned: Option<&SyncOutcome>, choice: &SyncChoice) -> Result<(), String> {
    match planned {
        Some(planned) if plans(planned, choice) => {
            let report = &planned.pushed.report;
            match (choice.conflicts, report.conflicts) {
                (Conflicts::Refuse, 1..) => Err("There are conflicts, and they are to be refused".to_owned()),
                _ => Ok(()),
            }
        }
        _ => Err("Make a dry run first, to see what would be done".to_owned()),
    }
}

/// What becomes of a thing, or became of it.
fn act_in_words(act: SyncAct, dry_run: bool) -> String {
    match (act, dry_run) {
        (act, true) => act.to_string(),
        (SyncAct::Add, false) => "added".to_owned(),
        (SyncAct::Replace, false) => "replaced".to_owned(),
        (SyncAct::Remove, false) => "removed".to_owned(),
        (SyncAct::Keep, false) => "kept".to_owned(),
    }
}

/// A thing that is not the same on both servers, in the order of the columns.
pub fn line(line: &SyncLine, dry_run: bool) -> [CellView; 7] {
    let normal = |text: String| CellView { text, level: Level::Normal };
    let beside = |has: &SyncValues| normal(if has.is_empty() { "–".to_owned() } else { values_in_words(has) });
    let level = match (line.state, line.act) {
        (SyncState::Conflict, _) => Level::Warning,
        (_, SyncAct::Remove) => Level::Caution,
        _ => Level::Normal,
    };
    let act = act_in_words(line.act, dry_run);
    let act = if line.why.is_empty() { act } else { format!("{act}: {}", line.why) };
    [
        CellView { text: line.state.to_string(), level },
        normal(line.acd.map_or_else(String::new, |acd| acd.to_string())),
        normal(table_title(&line.table).to_owned()),
        normal(line.key.clone()),
        beside(&line.from),
        beside(&line.to),
        CellView { text: act, level },
    ]
}

/// What is said of a sync that a server of another version has noted in a way of its own.
const UNREADABLE: &str = "Noted by another version, which alone can show it";

/// A sync of the log, in the order of the columns.
pub fn entry(entry: &SyncEntry, calendar: Option<&Calendar>) -> [CellView; 6] {
    let level = match (entry.status, entry.report.as_ref().map_or(0, SyncReport::kept)) {
        (RunStatus::Done, 0) => Level::Normal,
        (RunStatus::Done, _) => Level::Caution,
        _ => Level::Warning,
    };
    let normal = |text: String| CellView { text, level: Level::Normal };
    let status = match (&entry.detail, entry.undone_at) {
        (_, Some(at)) => format!("taken back at {}", moment_text(at, calendar)),
        (detail, None) if detail.is_empty() => entry.status.to_string(),
        (detail, None) => format!("{}: {detail}", entry.status),
    };
    [
        normal(moment_text(entry.at, calendar)),
        normal(entry.report.as_ref().map_or_else(String::new, |report| format!("{} to {}", report.from, report.to))),
        normal(entry.user.clone()),
        CellView { text: status, level },
        normal(entry.report.as_ref().map_or_else(|| UNREADABLE.to_owned(), SyncReport::counted)),
        normal(entry.restore.map_or_else(String::new, |restore| restore.to_string())),
    ]
}

/// The restore by which a sync of the log can be taken back, or why not.
pub fn may_take_back(entry: Option<&SyncEntry>) -> Result<i64, String> {
    let entry = entry.ok_or_else(|| "Choose a sync of the log".to_owned())?;
    match (entry.restore, entry.undone_at, entry.sent) {
        (_, Some(_), _) => Err("It was taken back already".to_owned()),
        (Some(restore), None, false) => Ok(restore),
        _ => Err("It changed nothing on the server of this log".to_owned()),
    }
}
