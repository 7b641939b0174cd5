//! What a sync does to one thing, as a table.

use std::collections::BTreeMap;

use api::{Conflicts, SyncAct, SyncState};
use backup::{Rows, Thing};

use super::judging::{Judged, Judging, kept, marks};

/// A thing of one row with this value; `-` is not there.
fn rows(value: char) -> Rows {
    let row = || [("NAME".to_owned(), "one".to_owned()), ("VALUE".to_owned(), value.to_string())].into();
    Rows((value != '-').then(|| ("some", row())).into_iter().collect())
}

fn judged(known: &[char], there: char, here: char, rule: Conflicts) -> Judged {
    let brought = |value: &char| -> BTreeMap<String, String> {
        rows(*value).digest().map(|digest| ("one".to_owned(), digest)).into_iter().collect()
    };
    let known: Vec<_> = known.iter().map(brought).collect();
    let judging = Judging { rule, user: "cms", own: ("b", "CMS-B"), sender: ("a", "CMS-A") };
    judging.judge(&known, "one".to_owned(), Thing { name: "one".to_owned(), there: rows(there), here: rows(here) })
}

#[test]
fn what_was_changed_here_alone_is_a_conflict_and_nothing_else_is() {
    use SyncAct::{Add, Keep, Remove, Replace};
    use SyncState::{Changed, Conflict, NeverSynced};
    let check = |known: &[char], there: char, here: char, expect: Option<(SyncState, SyncAct)>| {
        let found = judged(known, there, here, Conflicts::Keep).differs;
        assert_eq!(found, expect, "synced {known:?}, {there} there, {here} here");
    };
    check(&[], 'x', 'x', None);
    check(&['y'], 'x', 'x', None);
    check(&[], 'x', 'y', Some((NeverSynced, Replace)));
    check(&[], 'x', '-', Some((NeverSynced, Add)));
    check(&[], '-', 'x', Some((NeverSynced, Remove)));
    check(&['y'], 'x', 'y', Some((Changed, Replace)));
    check(&['-'], 'x', '-', Some((Changed, Add)));
    check(&['y'], '-', 'y', Some((Changed, Remove)));
    check(&['x'], 'x', 'y', Some((Conflict, Keep)));
    check(&['x'], 'z', 'y', Some((Conflict, Keep)));
    check(&['x'], 'x', '-', Some((Conflict, Keep)));
    check(&['-'], '-', 'y', Some((Conflict, Keep)));
    // A sync that broke off may have brought it or not: both are no change that a person made.
    check(&['z', 'y'], 'w', 'z', Some((Changed, Replace)));
    check(&['z', 'y'], 'w', 'y', Some((Changed, Replace)));
    check(&['z', 'y'], 'w', 'v', Some((Conflict, Keep)));
    assert_eq!(judged(&['x'], 'x', 'y', Conflicts::Replace).differs, Some((Conflict, Replace)));
    assert_eq!(judged(&['x'], 'x', '-', Conflicts::Replace).differs, Some((Conflict, Add)));
    assert_eq!(judged(&['-'], '-', 'y', Conflicts::Replace).differs, Some((Conflict, Remove)));
    assert_eq!(judged(&['x'], 'x', 'y', Conflicts::Refuse).differs, Some((Conflict, Keep)));
}

/// Of a kind of which the sender has nothing any more, several things here are conflicts; one alone is removed, and so is one
/// of several.
#[test]
fn all_of_a_kind_is_not_removed_without_being_asked_for() {
    let judged_alike = |rule: Conflicts, there: &str| -> Vec<Option<(SyncState, SyncAct)>> {
        let mut judged: Vec<Judged> =
            there.chars().filter(|there| *there != 'n').map(|there| judged(&['y'], there, 'y', rule)).collect();
        let judging = Judging { rule, user: "cms", own: ("b", "CMS-B"), sender: ("a", "CMS-A") };
        // Administered there since the last sync, after what there was is gone.
        judged.extend(there.contains('n').then(|| self::judged(&[], 'n', '-', rule)));
        if let Some(new) = judged.iter_mut().find(|judged| judged.thing.here.is_empty()) {
            "new".clone_into(&mut new.key);
        }
        let known = [rows('y').digest().map(|digest| ("one".to_owned(), digest)).into_iter().collect()];
        judging.doubt_emptiness(&known, &mut judged);
        judged.into_iter().map(|judged| judged.differs).collect()
    };
    let removed = Some((SyncState::Changed, SyncAct::Remove));
    assert_eq!(judged_alike(Conflicts::Keep, "-"), [removed]);
    assert_eq!(judged_alike(Conflicts::Keep, "--y"), [removed, removed, None]);
    assert_eq!(judged_alike(Conflicts::Keep, "--"), [Some((SyncState::Conflict, SyncAct::Keep)); 2]);
    let [kept, added] = [(SyncState::Conflict, SyncAct::Keep), (SyncState::NeverSynced, SyncAct::Add)].map(Some);
    assert_eq!(judged_alike(Conflicts::Keep, "--n"), [kept, kept, added]);
    assert_eq!(judged_alike(Conflicts::Refuse, "--"), [Some((SyncState::Conflict, SyncAct::Keep)); 2]);
    assert_eq!(judged_alike(Conflicts::Replace, "--"), [Some((SyncState::Conflict, SyncAct::Remove)); 2]);
}

#[test]
fn a_conflict_that_stays_is_one_again() {
    let first = judged(&['x'], 'z', 'y', Conflicts::Keep);
    assert!(kept(std::slice::from_ref(&first)).contains("one"));
    let brought = marks(&[first]);
    assert_eq!(brought.get("one"), rows('z').digest().as_ref());
    assert_eq!(judged(&['z'], 'z', 'y', Conflicts::Keep).differs, Some((SyncState::Conflict, SyncAct::Keep)));
}

#[test]
fn when_and_by_whom_a_thing_was_changed_is_no_difference() {
    let mut later = rows('x');
    later.0[0].1.insert("CHANGED_AT".to_owned(), "99".to_owned());
    assert_eq!(later.digest(), rows('x').digest());
    let pair = |column: &str, value: &str| (column.to_owned(), value.to_owned());
    assert_eq!(later.beside(&rows('y')), (vec![pair("VALUE", "x")], 0));
    assert_eq!(rows('x').beside(&rows('-')), (vec![pair("NAME", "one"), pair("VALUE", "x")], 0));
}

#[test]
fn what_belongs_to_one_server_stays_whatever_is_asked() {
    let judging = Judging { rule: Conflicts::Replace, user: "cms", own: ("b", "CMS-B"), sender: ("a", "CMS-A") };
    let of = |table: &'static str, pairs: &[(&str, &str)]| {
        let row = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Rows(vec![(table, row)])
    };
    let check = |there: Rows, here: Rows, why: &str| {
        let judged = judging.judge(&[], "key".to_owned(), Thing { name: "key".to_owned(), there, here });
        assert!(judged.why.contains(why) && judged.differs == Some((SyncState::Bound, SyncAct::Keep)), "{judged:?}");
        assert!(marks(&[judged]).is_empty());
    };
    check(of("ttsc", &[("NAME", "n"), ("ONLY_ON", "a")]), Rows::default(), "only on CMS-A");
    check(Rows::default(), of("ttsc", &[("NAME", "n"), ("ONLY_ON", "b")]), "only on CMS-B");
    check(of("ttsc", &[("NAME", "n")]), of("ttsc", &[("NAME", "n"), ("ONLY_ON", "b")]), "only on CMS-B");
    check(of("ttsctasks", &[("TASK", "admin-sync history")]), Rows::default(), "goes one way");
    check(Rows::default(), of("users", &[("name", "cms")]), "signs in for this sync");
    check(Rows::default(), of("features", &[("user", "cms")]), "signs in for this sync");
    let [south, north] = ["2", "1"].map(|acd| of("sys_info", &[("key", "master_acd"), ("value", acd)]));
    check(south, north, "the master is chosen on each server");
    // Also one that both have, and one that only the sender has: neither is what it is there before it was ever synced.
    let [here, there] = ["1.07", "2.07"].map(|room| of("users", &[("name", "cms"), ("room", room)]));
    check(there, here, "signs in for this sync");
    check(of("features", &[("user", "cms")]), Rows::default(), "signs in for this sync");
}
