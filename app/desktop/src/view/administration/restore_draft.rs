//! A restore while it is chosen, and its plan.

use std::collections::BTreeSet;

use api::{BackupEntry, RestoreLine, RestorePlan, RunRestore, TableName};
use model::{AcdNumber, Calendar, Moment};
use report::When;
use session::Model;

use super::acd_calendar;
use super::backup_draft::{By, acds, tables};
use super::backups::{KINDS, kind_title, named};
use super::storage::figure;

/// A restore while it is chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct RestoreDraft {
    /// The backup.
    pub entry: BackupEntry,
    /// By what data are chosen.
    pub by: By,
    /// The kinds of data that it holds.
    pub held: Vec<&'static str>,
    /// The ticked ones.
    pub kinds: BTreeSet<&'static str>,
    /// Names of tables, as typed.
    pub tables: String,
    /// The ACDs that it holds.
    pub acds: Vec<(AcdNumber, String)>,
    /// The ACD; all of the backup without one.
    pub acd: Option<AcdNumber>,
    /// First time of history, as typed; from the beginning if empty.
    pub from: String,
    /// Last time.
    pub to: String,
    /// What this server does not take of it, and why.
    pub foreign: Option<String>,
    calendar: Option<Calendar>,
    now: Moment,
}

impl RestoreDraft {
    /// All that this server takes of a backup.
    pub fn new(model: &Model, entry: &BackupEntry) -> RestoreDraft {
        let here = model.serving.map_or("", |which| model.servers[which].name());
        let held: Vec<&'static str> =
            KINDS.iter().map(|(word, _)| *word).filter(|word| entry.data.iter().any(|held| held == word)).collect();
        let is_foreign = entry.server != here && held.contains(&"local");
        let foreign = is_foreign.then(|| {
            format!(
                "Local system administration data belong to {}: they can be restored only there, not on {here}",
                entry.server
            )
        });
        let acds = acds(model).into_iter().filter(|(acd, _)| entry.acds.contains(acd)).collect();
        let health = model.serving.and_then(|which| model.servers[which].health.as_ref());
        let told = health.and_then(|health| health.acds.iter().find_map(|acd| acd.acd_at));
        RestoreDraft {
            by: if entry.tables.is_some() { By::Tables } else { By::Kinds },
            kinds: held.iter().copied().filter(|word| !(is_foreign && *word == "local")).collect(),
            held,
            tables: entry.tables.as_ref().map(|tables| tables.join(", ")).unwrap_or_default(),
            acds,
            acd: None,
            from: String::new(),
            to: String::new(),
            foreign,
            calendar: acd_calendar(model, None),
            now: told.unwrap_or(entry.made_at),
            entry: entry.clone(),
        }
    }

    /// `Restore CMS-261126-01-LSAX-00-F`.
    pub fn title(&self) -> String {
        format!("Restore {}", self.entry.label)
    }

    /// Whether the backup has a table, and this server takes it from there.
    pub fn holds(&self, table: &TableName) -> bool {
        let is_of = self.held.contains(&table.data.as_str()) && (table.data != "local" || self.foreign.is_none());
        let only = self.entry.tables.as_ref();
        is_of && only.is_none_or(|only| only.iter().any(|name| table.is_meant_by(name)))
    }

    /// The first moment of history, or what is wrong.
    pub fn from(&self) -> Result<Option<Moment>, String> {
        Ok(when(&self.from)?.map(|when| when.begins_at(self.calendar.as_ref(), self.now)))
    }

    /// The last moment of history, or what is wrong. A date alone means the whole day.
    pub fn to(&self) -> Result<Option<Moment>, String> {
        Ok(when(&self.to)?.map(|when| {
            let begin = when.begins_at(self.calendar.as_ref(), self.now);
            let end = when.ends_at(self.calendar.as_ref(), self.now);
            if end > begin { end + -1 } else { begin }
        }))
    }

    /// What is asked for, or what is wrong.
    pub fn request(&self) -> Result<RunRestore, String> {
        let (from, to) = (self.from()?, self.to()?);
        if let (Some(from), Some(to)) = (from, to)
            && to < from
        {
            return Err("The last time is before the first".to_owned());
        }
        let (data, tables): (Vec<String>, Vec<String>) = match self.by {
            By::Kinds => (self.kinds.iter().map(|word| (*word).to_owned()).collect(), Vec::new()),
            By::Tables => (Vec::new(), tables(&self.tables)),
        };
        match self.by {
            By::Kinds if data.is_empty() => return Err("Tick the data that are to be restored".to_owned()),
            By::Tables if tables.is_empty() => return Err("Name a table of the backup".to_owned()),
            _ => {}
        }
        let name = named(&self.entry);
        Ok(RunRestore { label: name.label, device: name.device, data, tables, acd: self.acd, from, to, heals: false })
    }
}

fn when(typed: &str) -> Result<Option<When>, String> {
    match typed.trim() {
        "" => Ok(None),
        text => match When::parse(text) {
            Some(when) => Ok(Some(when)),
            None => Err(format!("{text:?} is no time; write 2026-11-23 or 2026-11-23T05:30")),
        },
    }
}

/// A plan's lines, in the order of the columns.
pub fn plan_rows(plan: &RestorePlan) -> Vec<[String; 9]> {
    let row = |line: &RestoreLine| {
        let range = match (&line.from, &line.to) {
            (Some(from), Some(to)) if from == to => from.clone(),
            (Some(from), Some(to)) => format!("{from} to {to}"),
            _ => String::new(),
        };
        [
            kind_title(&line.data).to_owned(),
            line.table.clone(),
            line.acd.map_or_else(String::new, |acd| acd.to_string()),
            range,
            figure(line.added),
            figure(line.replaced),
            figure(line.identical),
            figure(line.removed),
            figure(line.skipped),
        ]
    };
    plan.tables.iter().map(row).collect()
}

/// A plan in one sentence.
pub fn plan_sum(plan: &RestorePlan) -> String {
    let sum = |of: fn(&RestoreLine) -> u64| figure(plan.tables.iter().map(of).sum());
    format!(
        "{} rows would be added, {} replaced and {} removed; {} are identical, {} are skipped",
        sum(|line| line.added),
        sum(|line| line.replaced),
        sum(|line| line.removed),
        sum(|line| line.identical),
        sum(|line| line.skipped)
    )
}

/// Why what is planned would be refused now, in the server's words.
pub fn refusal(plan: &RestorePlan) -> Option<&str> {
    plan.notes.iter().find_map(|note| note.strip_prefix("not yet: "))
}
