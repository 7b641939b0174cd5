//! What a sync does to one thing: pure, from what both servers have of it and what was synced last.

use std::collections::{BTreeMap, BTreeSet};

use api::{Conflicts, SyncAct, SyncLine, SyncState, SyncTable, SyncValues};
use backup::{Group, Rows, Thing};
use model::timetable::Task;
use model::{AcdNumber, hex};
use sha2::{Digest as _, Sha256};

use crate::administration::MASTER_ACD;
use crate::maintenance::master::SETTINGS;

/// Column of a timetable: the number of the server that it runs only on.
const ONLY_ON: &str = "ONLY_ON";

/// From so many things on it is doubted that all of a kind were removed.
const SEVERAL: usize = 2;

/// What is the same for all things of a sync.
pub(super) struct Judging<'a> {
    /// What becomes of conflicts.
    pub(super) rule: Conflicts,
    /// Who is signed in here for it.
    pub(super) user: &'a str,
    /// Number and name of this server.
    pub(super) own: (&'a str, &'a str),
    /// Number and name of the sending one.
    pub(super) sender: (&'a str, &'a str),
}

/// A thing, and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Judged {
    pub(super) key: String,
    pub(super) thing: Thing,
    /// How it stands and what is done; none if it is the same on both.
    pub(super) differs: Option<(SyncState, SyncAct)>,
    /// Why it stays, if it does.
    pub(super) why: String,
}

impl Judging<'_> {
    /// Judges one thing by what earlier syncs brought, the newest first.
    pub(super) fn judge(&self, known: &[BTreeMap<String, String>], key: String, thing: Thing) -> Judged {
        let (there, here) = (thing.there.digest(), thing.here.digest());
        if there == here {
            return Judged { key, thing, differs: None, why: String::new() };
        }
        if let Some(why) = self.bound(&thing) {
            return Judged { key, thing, differs: Some((SyncState::Bound, SyncAct::Keep)), why };
        }
        let is_untouched = known.iter().any(|brought| brought.get(&key) == here.as_ref());
        let state = match (known.is_empty(), is_untouched) {
            (true, _) => SyncState::NeverSynced,
            (false, true) => SyncState::Changed,
            (false, false) => SyncState::Conflict,
        };
        if state == SyncState::Conflict && self.rule != Conflicts::Replace {
            let why = format!("it was changed on {} since the last sync", self.own.1);
            return Judged { key, thing, differs: Some((state, SyncAct::Keep)), why };
        }
        let act = match (&there, &here) {
            (Some(_), None) => SyncAct::Add,
            (None, _) => SyncAct::Remove,
            (Some(_), Some(_)) => SyncAct::Replace,
        };
        Judged { key, thing, differs: Some((state, act)), why: String::new() }
    }

    /// A sender that has nothing any more of a kind of which there are several things here has more likely lost them than removed
    /// one after the other: they are conflicts. What it has and never had at a sync before says nothing: it was administered
    /// since.
    pub(super) fn doubt_emptiness(&self, known: &[BTreeMap<String, String>], judged: &mut [Judged]) {
        let was_synced = |key: &str| known.is_empty() || known.iter().any(|brought| brought.contains_key(key));
        let has_any = |judged: &Judged| !judged.is_bound() && !judged.thing.there.is_empty() && was_synced(&judged.key);
        let is_removed = |judged: &&mut Judged| {
            matches!(judged.differs, Some((_, SyncAct::Remove | SyncAct::Keep))) && !judged.is_bound()
        };
        if judged.iter().any(has_any) || judged.iter_mut().filter(is_removed).count() < SEVERAL {
            return;
        }
        for one in judged.iter_mut().filter(is_removed) {
            let act = if self.rule == Conflicts::Replace { SyncAct::Remove } else { SyncAct::Keep };
            one.differs = Some((SyncState::Conflict, act));
            if act == SyncAct::Keep {
                one.why = format!(
                    "{} has nothing any more of this kind that was synced: was it removed or lost there?",
                    self.sender.1
                );
            }
        }
    }

    /// What one server has of a thing and the other one has not.
    fn beside(&self, rows: &Rows, other: &Rows) -> SyncValues {
        let (mut values, more) = rows.beside(other);
        for (column, value) in &mut values {
            if column == ONLY_ON && !value.is_empty() {
                self.name_of(value).clone_into(value);
            }
        }
        SyncValues { values, more: more as u64 }
    }

    /// What a server of this number is called.
    fn name_of(&self, server: &str) -> &str {
        match server {
            own if own == self.own.0 => self.own.1,
            sender if sender == self.sender.0 => self.sender.1,
            _ => "another server",
        }
    }

    /// For people, of a thing of this kind; none if it is the same on both.
    pub(super) fn line(&self, group: &Group, judged: &Judged) -> Option<SyncLine> {
        let (state, act) = judged.differs?;
        let Thing { name, there, here } = &judged.thing;
        Some(SyncLine {
            table: group.name.to_owned(),
            acd: group.acd,
            key: name.clone(),
            from: self.beside(there, here),
            to: self.beside(here, there),
            state,
            act,
            why: judged.why.clone(),
        })
    }

    /// Why a thing belongs to one server alone.
    fn bound(&self, thing: &Thing) -> Option<String> {
        let both = [&thing.here, &thing.there];
        if let Some(server) = both.iter().find_map(|rows| rows.value("ttsc", ONLY_ON)) {
            return Some(format!("it runs only on {}", self.name_of(server)));
        }
        let is_sync = |(table, row): &(&str, store::TextRow)| {
            // A timetable of these belongs to one server.
            let pushes = |task: &String| Task::kept(AcdNumber(0), task).work.pushes_administration();
            *table == "ttsctasks" && row.get("TASK").is_some_and(pushes)
        };
        if both.iter().any(|rows| rows.0.iter().any(is_sync)) {
            return Some("it is a timetable that syncs, and goes one way only".to_owned());
        }
        if both.iter().any(|rows| rows.value(SETTINGS, "key") == Some(MASTER_ACD)) {
            let why = "which ACD is the master is chosen on each server by itself, in single-user mode and with data collection off";
            return Some(why.to_owned());
        }
        let is_own = |rows: &&Rows| {
            [("users", "name"), ("features", "user")]
                .iter()
                .any(|(table, column)| rows.value(table, column) == Some(self.user))
        };
        both.into_iter().find(is_own)?;
        // Who syncs must neither be locked out in the middle of it nor become more than the administrators here have made of them.
        let known =
            if thing.there.is_empty() { format!(", and {} does not have it", self.sender.1) } else { String::new() };
        Some(format!("{} signs in for this sync{known}", self.user))
    }
}

impl Judged {
    /// Whether something is done to it.
    pub(super) fn changes(&self) -> bool {
        self.differs.is_some_and(|(_, act)| act != SyncAct::Keep)
    }

    pub(super) fn is_conflict(&self) -> bool {
        self.differs.is_some_and(|(state, _)| state == SyncState::Conflict)
    }

    fn is_bound(&self) -> bool {
        self.differs.is_some_and(|(state, _)| state == SyncState::Bound)
    }
}

/// What is done to the things of one kind, counted.
pub(super) fn counted(group: &Group, judged: &[Judged]) -> SyncTable {
    let mut table = SyncTable { table: group.name.to_owned(), acd: group.acd, ..SyncTable::default() };
    for one in judged {
        let count = match one.differs {
            None => &mut table.identical,
            Some((_, SyncAct::Add)) => &mut table.added,
            Some((_, SyncAct::Replace)) => &mut table.replaced,
            Some((_, SyncAct::Remove)) => &mut table.removed,
            Some((SyncState::Bound, SyncAct::Keep)) => &mut table.skipped,
            Some((_, SyncAct::Keep)) => &mut table.kept,
        };
        *count += 1;
    }
    table
}

/// Adds what is done to things of a table, which may be of several kinds: additions to the main menu, and who may open them.
pub(super) fn add(tables: &mut Vec<SyncTable>, table: SyncTable) {
    let Some(known) = tables.iter_mut().find(|known| (&known.table, known.acd) == (&table.table, table.acd)) else {
        return tables.push(table);
    };
    known.added += table.added;
    known.replaced += table.replaced;
    known.removed += table.removed;
    known.identical += table.identical;
    known.kept += table.kept;
    known.skipped += table.skipped;
}

/// SHA-256 over what is done to which things, and to what they are on both servers: it changes with what would happen.
pub(super) fn digest(all: &[(Group, Vec<Judged>)]) -> String {
    let mut hash = Sha256::new();
    for (group, judged) in all {
        for one in judged.iter().filter(|judged| judged.differs.is_some()) {
            let (there, here) = (one.thing.there.digest(), one.thing.here.digest());
            hash.update(format!("{} {:?} {:?} {there:?} {here:?}\n", group.mark(), one.key, one.differs));
        }
    }
    hex(&hash.finalize())
}

/// What the sending server has of each thing that both may have: what is held against the things here next time. A conflict
/// that stays is one again.
pub(super) fn marks(judged: &[Judged]) -> BTreeMap<String, String> {
    let synced = judged.iter().filter(|judged| !judged.is_bound());
    synced.filter_map(|judged| Some((judged.key.clone(), judged.thing.there.digest()?))).collect()
}

/// Keys of what stays as it is here.
pub(super) fn kept(judged: &[Judged]) -> BTreeSet<String> {
    let kept = judged.iter().filter(|judged| judged.differs.is_some_and(|(_, act)| act == SyncAct::Keep));
    kept.map(|judged| judged.key.clone()).collect()
}
