use catalog::{IntervalRows, LinkRow, LoginRow, Value, hsplit};
use model::event::{Configuration, Skill};
use model::{Dictionary, Extension, LoginId, LogoutReason, Moment, NameKind, SplitId, VdnId};
use proptest::prelude::*;

use super::{NINE, any_rows, berlin, folder, small, store};
use crate::{RowFilter, Soundness, Storage, StoreError, Unsound};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn rows_come_back_as_they_were_and_two_stores_agree(rows in any_rows()) {
        let (here, there) = (folder(), folder());
        let (mut a, mut b) = (store(&here), store(&there));
        let archived = a.archive(&rows).unwrap();
        let reader = a.reader().unwrap();
        prop_assert_eq!(reader.interval_rows(rows.interval.start).unwrap().unwrap(), rows.clone());
        prop_assert_eq!(reader.recomputed_digest(rows.interval.start).unwrap().unwrap(), archived.digest.clone());

        b.archive(&IntervalRows { incomplete: true, ..small(rows.interval.start, 3, 1) }).unwrap();
        b.archive(&rows).unwrap();
        let (mine, theirs) = (reader.digests(None, None).unwrap(), b.reader().unwrap().digests(None, None).unwrap());
        prop_assert_eq!(&mine[0].digest, &theirs[0].digest);
        prop_assert_eq!((mine[0].rows, mine[0].incomplete), (rows.len() as u64, rows.incomplete));
    }
}

/// What is collected again from a journal that no longer has all of it is no reason to forget what was known.
#[test]
fn whole_rows_are_not_replaced_by_rows_that_lack_data() {
    let folder = folder();
    let mut store = store(&folder);
    let (whole, less) = (small(NINE, 3, 5), IntervalRows { incomplete: true, ..small(NINE, 1, 2) });
    store.archive(&less).unwrap();
    store.archive(&whole).unwrap();
    store.archive(&less).unwrap();
    assert_eq!(store.reader().unwrap().interval_rows(NINE).unwrap().unwrap(), whole);
}

/// Intervals of another length, as after a change in `cms.toml`: what is collected anew of a part of their time, or of all of it with
/// less than they have, does not come beside them or in their place.
#[test]
fn what_was_stored_in_another_length_is_neither_halved_nor_doubled() {
    let long = |start: Moment, calls: u32| {
        let mut rows = small(start, 1, calls);
        rows.calendar.interval = model::IntervalMinutes::Hour;
        rows.interval = rows.calendar.interval(start);
        rows
    };
    let stored = |store: &crate::AcdStore| -> Vec<(i64, i64)> {
        let known = store.reader().unwrap().intervals(None, None).unwrap();
        known.iter().map(|interval| (interval.start - NINE, interval.end - NINE)).collect()
    };
    let folder_of_hours = folder();
    let mut hours = store(&folder_of_hours);
    hours.archive(&IntervalRows { incomplete: true, ..long(NINE, 7) }).unwrap();
    for start in [NINE, NINE + 1800, NINE + 3600] {
        hours.archive(&small(start, 1, 3)).unwrap();
    }
    assert_eq!(stored(&hours), [(0, 3600), (3600, 5400)], "halves of a stored hour");

    let folder_of_halves = folder();
    let mut halves = store(&folder_of_halves);
    halves.archive(&small(NINE, 1, 3)).unwrap();
    halves.archive(&IntervalRows { incomplete: true, ..long(NINE, 2) }).unwrap();
    assert_eq!(stored(&halves), [(0, 1800)], "a whole half hour under an hour that lacks data");
    halves.archive(&long(NINE, 7)).unwrap();
    assert_eq!(stored(&halves), [(0, 3600)], "a whole hour has all of it");
}

#[test]
fn twice_is_once_and_other_rows_are_a_new_revision() {
    let folder = folder();
    let mut store = store(&folder);
    let revision = |reader: &crate::AcdReader| reader.digests(None, None).unwrap()[0].revision;
    let (first, better) = (small(NINE, 3, 5), small(NINE, 2, 6));
    let archived = store.archive(&first).unwrap();
    assert_eq!(store.archive(&first).unwrap(), archived);
    let reader = store.reader().unwrap();
    assert_eq!((revision(&reader), reader.digests(None, None).unwrap().len()), (1, 1));
    store.archive(&better).unwrap();
    assert_eq!(reader.interval_rows(NINE).unwrap().unwrap(), better);
    assert_eq!(revision(&reader), 2);
}

#[test]
fn neighbours_stay_and_shorter_intervals_of_the_same_time_go() {
    let folder = folder();
    let mut store = store(&folder);
    let quarter = |start: Moment| {
        let mut calendar = berlin();
        calendar.interval = model::IntervalMinutes::Quarter;
        let mut rows = IntervalRows::empty(calendar.interval(start), calendar);
        rows.hsplit.push((SplitId(1), hsplit::Row::default()));
        rows
    };
    for start in [NINE + -900, NINE, NINE + 900, NINE + 1800] {
        store.archive(&quarter(start)).unwrap();
    }
    store.archive(&small(NINE, 1, 7)).unwrap();
    let reader = store.reader().unwrap();
    let starts: Vec<_> = reader.intervals(None, None).unwrap().iter().map(|known| known.start - NINE).collect();
    assert_eq!(starts, [-900, 0, 1800]);
    assert_eq!(reader.interval_rows(NINE + 900).unwrap(), None);
    assert_eq!(reader.interval_rows(NINE + -900).unwrap().unwrap(), quarter(NINE + -900));
    let bounded = reader.intervals(Some(NINE), Some(NINE + 1800)).unwrap();
    assert_eq!(bounded, [berlin().interval(NINE)]);
    assert_eq!(reader.last_interval().unwrap().unwrap().start, NINE + 1800);
}

/// A value that changes by itself, a row that goes by itself, and one that the allocation lets go.
#[test]
fn rows_that_are_not_what_was_archived_are_found() {
    let folder = folder();
    let mut store = store(&folder);
    for hour in 0..4 {
        store.archive(&small(NINE + hour * 3600, 2, 3)).unwrap();
    }
    let storage = Storage::default();
    let look = |storage: &Storage| store.reader().unwrap().soundness(storage, &mut |_| true).unwrap();
    assert_eq!(look(&storage), Soundness { sound: 4, ..Soundness::default() });

    let by_itself = rusqlite::Connection::open(folder.path().join("01.db")).unwrap();
    let at = |hour: i64| [(NINE + hour * 3600).0];
    by_itself.execute("UPDATE hsplit SET ACDCALLS = ACDCALLS + 1 WHERE STARTTIME_UTC = ?1", at(1)).unwrap();
    let gone = by_itself.execute("DELETE FROM hagent WHERE STARTTIME_UTC = ?1", at(2)).unwrap() as u64;
    by_itself.execute("UPDATE hsplit SET ACDCALLS = -1 WHERE STARTTIME_UTC = ?1", at(3)).unwrap();
    let found = look(&storage);
    let of = |known: &Unsound| (known.start, known.found.map(|found| known.archived - found));
    let expected = [(NINE + 3600, Some(0)), (NINE + 7200, Some(gone)), (NINE + 10_800, None)];
    assert_eq!((found.sound, found.let_go), (1, 0));
    assert_eq!(found.unsound.iter().map(of).collect::<Vec<_>>(), expected);

    let mut none_of_agents = storage.clone();
    none_of_agents.elements.get_mut("agents").unwrap().kept.intrahour_days = 0;
    let found = look(&none_of_agents);
    assert_eq!((found.sound, found.let_go, found.unsound.len()), (1, 1, 2));
}

#[test]
fn a_full_disk_stores_nothing_and_is_only_temporary() {
    let folder = folder();
    let mut store = store(&folder);
    let before = small(NINE, 2, 1);
    store.archive(&before).unwrap();
    let large = small(NINE, 4_000, 3);
    let limit = |store: &mut crate::AcdStore, pages: i64| {
        let limit = |connection: &rusqlite::Connection| {
            connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))
        };
        store.history.database.run("limit", limit).unwrap();
    };
    limit(&mut store, 60);
    let error = store.archive(&large).unwrap_err();
    assert!(matches!(error, StoreError::Full { .. }) && error.is_temporary(), "{error}");
    assert!(error.to_string().contains("01.db"), "{error}");
    assert_eq!(store.reader().unwrap().interval_rows(NINE).unwrap().unwrap(), before);
    limit(&mut store, 1_000_000);
    let archived = store.archive(&large).unwrap();
    assert_eq!(store.reader().unwrap().recomputed_digest(NINE).unwrap().unwrap(), archived.digest);
}

#[test]
fn sessions_and_link_losses_stored_again_are_stored_once() {
    let folder = folder();
    let mut store = store(&folder);
    let login = LoginRow {
        logid: LoginId::new("2001").unwrap(),
        extension: Extension::new("7101").unwrap(),
        login: NINE,
        logout: NINE + 3600,
        reason: Some(LogoutReason(3)),
        seen_at_pump_up: true,
        lost_at_link_down: false,
        skills: [Skill::new(SplitId(7), 1), Skill { split: SplitId(9), level: 0, reserve: 2, percent: 40 }]
            .into_iter()
            .collect(),
    };
    let other = LoginRow { logout: NINE, reason: None, skills: Default::default(), ..login.clone() };
    let link = LinkRow { at: NINE + 60, reason: 97, duration_secs: 300 };
    for _ in 0..2 {
        store.append_login(&login, &berlin()).unwrap();
        store.append_login(&other, &berlin()).unwrap();
        store.append_link(&link, &berlin()).unwrap();
    }
    let mut reader = store.reader().unwrap();
    assert_eq!(reader.logins(NINE, NINE + 1).unwrap(), [other, login]);
    assert_eq!(reader.links(NINE, NINE + 61).unwrap(), [link]);
    assert!(reader.logins(NINE + 1, NINE + 9).unwrap().is_empty());
    let sql = "SELECT SPLIT, SKLEVEL, LOGONSKILL2, SKPERCENT2, LOGONSKILL120, ROW_DATE, LOGIN_UTC FROM haglog WHERE LOGOUT > LOGIN";
    let shown = format!("{:?}", reader.query(sql, Default::default()).unwrap().rows[0]);
    assert_eq!(shown, "[Int(7), Int(1), Int(9), Int(40), Blank, Int(20261123), Int(1795420800)]");
    let haglog = catalog::table("haglog").unwrap();
    let every: Vec<usize> = (0..haglog.items().len()).collect();
    let logouts = |ends_from: i64| {
        let filter = RowFilter { to: Some(NINE + 60), ends_from: Some(Moment(ends_from)), ..RowFilter::default() };
        let (mut found, logout) = (Vec::new(), haglog.position("LOGOUT").unwrap());
        reader.for_each_row(haglog, &[logout], &filter, &mut |row| found.push(row[0].clone())).unwrap();
        found
    };
    assert_eq!(logouts(NINE.0), [Value::At(NINE), Value::At(NINE + 3600)]);
    assert_eq!(logouts(NINE.0 + 3600), [Value::At(NINE + 3600)], "it began before");
    assert!(logouts(NINE.0 + 3601).is_empty());
    let mut rows = Vec::new();
    reader.for_each_row(haglog, &every, &Default::default(), &mut |row| rows.push(row.to_vec())).unwrap();
    let value = |item: &str| rows[1][haglog.position(item).unwrap()].clone();
    for (item, number) in [("LOGONSKILL2", 9), ("SKLEVEL2", 0), ("SKPERCENT2", 40), ("LOGIN_DATE", 20_261_123)] {
        assert_eq!(value(item), Value::Int(number), "{item}");
    }
    for (item, date) in [("LOGIN_DATE_UTC", 20_261_123), ("LOGOUT_DATE_UTC", 20_261_123)] {
        assert_eq!(value(item), Value::Int(date), "{item}");
    }
    for item in ["LOGONSKILL3", "LOGONSKILL120", "SKINTRTYPE", "SKINTRTYPE120", "SEQNUM", "LOC_ID"] {
        assert_eq!(value(item), Value::Blank, "{item}");
    }
    let sql = "SELECT ROW_DATE, ROW_TIME, REASON FROM linkex";
    let shown = format!("{:?}", reader.query(sql, Default::default()).unwrap().rows);
    assert_eq!(shown, "[[Int(20261123), Int(901), Int(97)]]");
}

#[test]
fn names_come_back_and_replace_those_of_before() {
    let folder = folder();
    let mut store = store(&folder);
    let mut names = Dictionary::default();
    names.learn(&Configuration::Split { split: SplitId(1), name: "Sales".into(), service_level_secs: None });
    names.learn(&Configuration::Agent { agent: LoginId::new("2001").unwrap(), name: "Ann O'Hara".into() });
    names.learn(&Configuration::Trunk { trunk: "T1".parse().unwrap(), group: model::TrunkGroupId(3) });
    store.save_dictionary(&names).unwrap();
    let reader = store.reader().unwrap();
    assert_eq!(reader.dictionary().unwrap(), names);
    let mut fewer = Dictionary::default();
    fewer.learn(&Configuration::Vdn {
        vdn: VdnId::new("5000").unwrap(),
        name: "Main".into(),
        vector: None,
        service_level_secs: None,
    });
    store.save_dictionary(&fewer).unwrap();
    assert_eq!(reader.dictionary().unwrap().name(NameKind::Vdn, "5000"), Some("Main"));
    assert!(!reader.dictionary().unwrap().contains(NameKind::Split, "1"));
}
