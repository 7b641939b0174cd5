//! Users whom a sync removes or brings: what was permitted to one who is removed goes with them, whoever still owns something here
//! stays, and one who comes may what is permitted there, whatever an earlier one of that name has left here. Judged thing by thing alone,
//! rights that were changed here would stay as conflicts of nobody, and be the next one's of that name.

use std::collections::BTreeSet;

use api::{SyncAct, SyncState};
use backup::Group;
use store::Belongings;

use super::judging::Judged;

/// Tables of what is permitted, and the column that says to whom.
const RIGHTS: &[(&str, &str)] = &[
    ("features", "user"),
    ("menu_access", "user"),
    ("acds", "USER"),
    ("splits", "USER"),
    ("tgroups", "USER"),
    ("vdns", "USER"),
    ("vectors", "USER"),
];

/// Whether a table says what is permitted to whom.
pub(in crate::maintenance) fn is_right(table: &str) -> bool {
    RIGHTS.iter().any(|(known, _)| *known == table)
}

/// Tables that list what belongs to somebody, with the columns that say to whom, and that name it.
const OWNED: &[(&str, &str, &str)] =
    &[("reports", "owner", "path"), ("ttsc", "OWNER", "NAME"), ("shortcuts", "OWNER", "NAME")];

/// The value that a thing has in a column of a table, on whichever server has it.
fn value<'j>(judged: &'j Judged, table: &str, column: &str) -> Option<&'j str> {
    [&judged.thing.here, &judged.thing.there].into_iter().find_map(|rows| rows.value(table, column))
}

fn table_of(group: &Group) -> &'static str {
    group.parts.first().map_or("", |part| part.carried.table)
}

fn is_removed(judged: &Judged) -> bool {
    judged.differs.is_some_and(|(_, act)| act == SyncAct::Remove)
}

/// What is removed of what belongs to a user, by its table and name.
fn removed_of(all: &[(Group, Vec<Judged>)], user: &str) -> BTreeSet<(&'static str, String)> {
    let mut removed = BTreeSet::new();
    for (table, owner, name) in OWNED {
        let things = all.iter().filter(|(group, _)| table_of(group) == *table).flat_map(|(_, judged)| judged);
        let theirs = things.filter(|judged| is_removed(judged) && value(judged, table, owner) == Some(user));
        removed.extend(theirs.filter_map(|judged| Some((*table, value(judged, table, name)?.to_owned()))));
    }
    removed
}

/// Judges anew what depends on who will be a user. `users` are those of this server, called `own`, and `belongings` says what
/// belongs to one of them here.
///
/// # Errors
/// Those of `belongings`.
pub(super) fn settle<E>(
    all: &mut [(Group, Vec<Judged>)],
    mut users: BTreeSet<String>,
    own: &str,
    belongings: impl Fn(&str) -> Result<Belongings, E>,
) -> Result<(), E> {
    let mut added = BTreeSet::new();
    let known = all.iter().position(|(group, _)| table_of(group) == "users");
    for at in known.map_or(0..0, |place| 0..all[place].1.len()) {
        let place = known.unwrap_or_default();
        let one = &all[place].1[at];
        let (Some(name), Some((_, act))) = (value(one, "users", "name").map(str::to_owned), one.differs) else {
            continue;
        };
        match act {
            SyncAct::Keep | SyncAct::Replace => {}
            SyncAct::Add => {
                users.insert(name.clone());
                added.insert(name);
            }
            SyncAct::Remove => {
                let removed = removed_of(all, &name);
                let left = belongings(&name)?.without(&|table, title| {
                    removed.iter().any(|(known, gone)| *known == table && gone.eq_ignore_ascii_case(title))
                });
                if left.is_empty() {
                    users.remove(&name);
                    continue;
                }
                let one = &mut all[place].1[at];
                // Whatever becomes of conflicts: what is left would belong to nobody.
                one.differs = Some((SyncState::Conflict, SyncAct::Keep));
                one.why = format!(
                    "{name} still owns {} on {own}, which this sync leaves there: give that to somebody, or remove it",
                    left.text()
                );
            }
        }
    }
    for (group, judged) in all {
        let Some((table, column)) = RIGHTS.iter().find(|(table, _)| *table == table_of(group)) else { continue };
        for one in judged {
            let name = value(one, table, column).unwrap_or_default().to_owned();
            if !users.contains(&name) {
                of_nobody(one, &name, own);
            } else if added.contains(&name) {
                of_an_earlier_one(one, &name, own);
            }
        }
    }
    Ok(())
}

/// What is permitted here to somebody who was no user until now: it becomes what is permitted there.
fn of_an_earlier_one(one: &mut Judged, name: &str, own: &str) {
    if one.differs.is_none() || one.thing.here.is_empty() {
        return;
    }
    let act = if one.thing.there.is_empty() { SyncAct::Remove } else { SyncAct::Replace };
    one.differs = Some((SyncState::Changed, act));
    one.why = format!("it was an earlier {name}'s of {own}");
}

/// What is permitted to somebody who is no user here: it goes, and none comes.
fn of_nobody(one: &mut Judged, name: &str, own: &str) {
    let Some((state, _)) = one.differs else { return };
    one.why = format!("{name} is no user of {own}");
    if one.thing.here.is_empty() {
        one.differs = Some((SyncState::Bound, SyncAct::Keep));
    } else if one.thing.there.is_empty() {
        let state = if state == SyncState::Conflict { SyncState::Changed } else { state };
        one.differs = Some((state, SyncAct::Remove));
    }
}
