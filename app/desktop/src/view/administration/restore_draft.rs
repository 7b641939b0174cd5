//! A restore while it is chosen, and its plan.

use std::collections::BTreeSet;

use api::{AcdHealth, BackupEntry, RestoreLine, RestorePlan, RunRestore, TableName};
use model::{AcdNumber, Calendar, DataKind, Moment};
use report::When;
use session::Model;

use super::backup_draft::{By, acds, tables};
use super::backups::{kind_title, named};
use super::table_words::table_title;
use super::{acd_calendar, acd_name};
use crate::view::counts::{counted_u64, figure};

/// A restore while it is chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct RestoreDraft {
    /// The backup.
    pub entry: BackupEntry,
    /// By what data are chosen.
    pub by: By,
    /// The kinds of data that it holds.
    pub held: Vec<DataKind>,
    /// The ticked ones.
    pub kinds: BTreeSet<DataKind>,
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
    /// Whether intervals of history stay as they are that are whole here and lack data in the backup.
    pub keep_whole: bool,
    /// What this server does not take of it, and why.
    pub foreign: Option<String>,
    /// The clocks of the server's ACDs.
    clocks: Vec<Clock>,
}

/// The clock of an ACD, by which times of its history are typed.
#[derive(Debug, Clone, PartialEq)]
struct Clock {
    acd: AcdNumber,
    name: String,
    calendar: Option<Calendar>,
    now: Option<Moment>,
}

impl Clock {
    fn of(model: &Model) -> Vec<Clock> {
        let health = model.serving.and_then(|which| model.servers[which].health.as_ref());
        let clock = |known: &AcdHealth| Clock {
            acd: known.acd,
            name: acd_name(model, known.acd),
            calendar: acd_calendar(model, Some(known.acd)),
            now: known.acd_at,
        };
        health.into_iter().flat_map(|health| &health.acds).map(clock).collect()
    }
}

impl RestoreDraft {
    /// All that this server takes of a backup.
    pub fn new(model: &Model, entry: &BackupEntry) -> RestoreDraft {
        let here = model.serving.map_or("", |which| model.servers[which].name());
        let held = entry.data.clone();
        let is_foreign = entry.server != here && held.contains(&DataKind::Local);
        let foreign = is_foreign.then(|| {
            format!(
                "Local system administration data belong to {}: they can be restored only there, not on {here}",
                entry.server
            )
        });
        let acds = acds(model).into_iter().filter(|(acd, _)| entry.acds.contains(acd)).collect();
        RestoreDraft {
            by: if entry.tables.is_some() { By::Tables } else { By::Kinds },
            kinds: held.iter().copied().filter(|kind| !(is_foreign && *kind == DataKind::Local)).collect(),
            held,
            tables: entry.tables.as_ref().map(|tables| tables.join(", ")).unwrap_or_default(),
            acds,
            acd: None,
            from: String::new(),
            to: String::new(),
            keep_whole: false,
            foreign,
            clocks: Clock::of(model),
            entry: entry.clone(),
        }
    }

    /// `Restore CMS-261126-01-LSAX-00-F`.
    pub fn title(&self) -> String {
        format!("Restore {}", self.entry.label)
    }

    /// Whether the backup has a table, and this server takes it from there.
    pub fn holds(&self, table: &TableName) -> bool {
        let is_taken = |kind| self.held.contains(&kind) && (kind != DataKind::Local || self.foreign.is_none());
        let is_of = table.data.is_some_and(is_taken);
        let only = self.entry.tables.as_ref();
        is_of && only.is_none_or(|only| only.iter().any(|name| table.is_meant_by(name)))
    }

    /// Whether history may be among what is chosen.
    pub fn takes_history(&self) -> bool {
        match self.by {
            By::Kinds => self.kinds.contains(&DataKind::Historical),
            By::Tables => self.held.contains(&DataKind::Historical),
        }
    }

    /// The clock of the chosen ACD; of the backup's first one where all are restored.
    fn clock(&self) -> Option<&Clock> {
        let acd = self.acd.or(self.acds.first().map(|(acd, _)| *acd));
        self.clocks.iter().find(|clock| Some(clock.acd) == acd).or(self.clocks.first())
    }

    /// Whose clock that is.
    pub fn clock_name(&self) -> &str {
        self.clock().map_or("the ACD", |clock| &clock.name)
    }

    /// The calendar by which times are typed, and what is now by it.
    fn calendar(&self) -> (Option<&Calendar>, Moment) {
        let clock = self.clock();
        let told = clock.and_then(|clock| clock.now).or(self.clocks.iter().find_map(|clock| clock.now));
        (clock.and_then(|clock| clock.calendar.as_ref()), told.unwrap_or(self.entry.made_at))
    }

    /// The first moment of history, or what is wrong.
    pub fn from(&self) -> Result<Option<Moment>, String> {
        let (calendar, now) = self.calendar();
        Ok(when(&self.from)?.map(|when| when.begins_at(calendar, now)))
    }

    /// The last moment of history, or what is wrong. A date alone means the whole day.
    pub fn to(&self) -> Result<Option<Moment>, String> {
        let (calendar, now) = self.calendar();
        Ok(when(&self.to)?.map(|when| last_of(when, calendar, now)))
    }

    /// What is asked for, or what is wrong.
    pub fn request(&self) -> Result<RunRestore, String> {
        let (from, to) = (self.from()?, self.to()?);
        if let (Some(from), Some(to)) = (from, to)
            && to < from
        {
            return Err("The last time is before the first".to_owned());
        }
        let (data, tables): (Vec<DataKind>, Vec<String>) = match self.by {
            By::Kinds => (self.kinds.iter().copied().collect(), Vec::new()),
            By::Tables => (Vec::new(), tables(&self.tables)),
        };
        match self.by {
            By::Kinds if data.is_empty() => return Err("Tick the data that are to be restored".to_owned()),
            By::Tables if tables.is_empty() => return Err("Name a table of the backup".to_owned()),
            _ => {}
        }
        let name = named(&self.entry);
        let (label, device, acd) = (name.label, name.device, self.acd);
        let keep_whole = self.keep_whole && self.takes_history();
        Ok(RunRestore { label, device, data, tables, acd, from, to, keep_whole, ..RunRestore::default() })
    }
}

/// The last moment of a time: a date alone means the whole day.
pub(super) fn last_of(when: When, calendar: Option<&Calendar>, now: Moment) -> Moment {
    let (begin, end) = (when.begins_at(calendar, now), when.ends_at(calendar, now));
    if end > begin { end + -1 } else { begin }
}

/// A time as it is typed; none if nothing is.
pub(super) fn when(typed: &str) -> Result<Option<When>, String> {
    match typed.trim() {
        "" => Ok(None),
        text => match When::parse(text) {
            Some(when) => Ok(Some(when)),
            None => Err(format!("{text:?} is no time; write 2026-11-23 or 2026-11-23T05:30")),
        },
    }
}

/// A plan's lines with those of one table put together: what people call one table may be kept in two. Tables that change come
/// first, and behind them those of which rows are skipped: most of a plan has nothing to do.
fn table_lines(plan: &RestorePlan) -> Vec<RestoreLine> {
    let mut lines: Vec<RestoreLine> = Vec::new();
    for line in &plan.tables {
        let same =
            |known: &&mut RestoreLine| (&known.table, known.acd, known.data) == (&line.table, line.acd, line.data);
        match lines.iter_mut().find(same).filter(|known| (&known.from, &known.to) == (&line.from, &line.to)) {
            Some(known) => {
                known.added += line.added;
                known.replaced += line.replaced;
                known.identical += line.identical;
                known.removed += line.removed;
                known.skipped += line.skipped;
            }
            None => lines.push(line.clone()),
        }
    }
    lines.sort_by_key(|line| (line.added + line.replaced + line.removed == 0, line.skipped == 0));
    lines
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
            kind_title(line.data).to_owned(),
            table_title(&line.table).to_owned(),
            line.acd.map_or_else(String::new, |acd| acd.to_string()),
            range,
            figure(line.added),
            figure(line.replaced),
            figure(line.identical),
            figure(line.removed),
            figure(line.skipped),
        ]
    };
    table_lines(plan).iter().map(row).collect()
}

/// A plan in one sentence.
pub fn plan_sum(plan: &RestorePlan) -> String {
    let sum = |of: fn(&RestoreLine) -> u64| plan.tables.iter().map(of).sum::<u64>();
    format!(
        "{} would be added, {} replaced and {} removed; {} identical, {} skipped",
        counted_u64(sum(|line| line.added), "row", "rows"),
        figure(sum(|line| line.replaced)),
        figure(sum(|line| line.removed)),
        counted_u64(sum(|line| line.identical), "is", "are"),
        counted_u64(sum(|line| line.skipped), "is", "are")
    )
}
