//! Restores between two small histories, file by file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use catalog::{IntervalRows, LoginRow, Record, TraceRow};
use model::{Calendar, DataKind, IntervalMinutes, LoginId, Moment};
use store::{AcdReader, Counts, Piece, QueryLimits, RestoredFrom, Restoring, SourceFile, Stood, StoreError};

use super::{ACD, NINE, Place, calendar, history, marks_of, rows, unpack_all};
use crate::{
    Choice, Chosen, Cut, Made, Manifest, Marks, Mode, PartEntry, Places, Plan, Target, choose, compare, standing,
};

pub(super) struct Restore {
    manifests: Vec<Manifest>,
    volumes: Vec<PathBuf>,
    chosen: Chosen,
}

impl Restore {
    pub(super) fn of(
        made: &Made,
        to: &Place,
        tables: Option<&[&'static str]>,
        cut: Cut,
        collecting_from: Option<Moment>,
    ) -> Restore {
        Restore::keeping(made, to, tables, (cut, collecting_from), false)
    }

    /// The same where intervals may stay that are whole and of which the backup lacks data.
    pub(super) fn keeping(
        made: &Made,
        to: &Place,
        tables: Option<&[&'static str]>,
        (cut, collecting_from): (Cut, Option<Moment>),
        keep_whole: bool,
    ) -> Restore {
        let manifests: Vec<Manifest> = made.volumes.iter().map(|(_, manifest)| manifest.clone()).collect();
        let volumes = unpack_all(made, &to.device);
        let known = AcdReader::open(&to.data.acd(ACD)).unwrap().digests(None, None).unwrap();
        let here = known.iter().map(|known| (known.interval.start.0, known.interval.end.0, known.incomplete)).collect();
        let left_out = BTreeSet::new();
        let (data, calendar, healing) = (to.data.clone(), calendar(), None);
        let target = Target { data, calendar, collecting_from, left_out, here, keep_whole, healing };
        let targets = BTreeMap::from([(ACD, target)]);
        let kinds = BTreeSet::from([DataKind::Historical]);
        let chosen = choose(&manifests, &volumes, &kinds, tables, cut, &targets).unwrap();
        Restore { manifests, volumes, chosen }
    }

    pub(super) fn notes(&self) -> &[String] {
        &self.chosen.notes
    }

    fn plan(&self, to: &Place) -> Plan {
        let path_of = |file, _| match file {
            SourceFile::Events => to.data.acd_events(ACD),
            _ => to.data.acd(ACD),
        };
        compare(&self.chosen, &self.manifests, &self.volumes, &path_of, &mut |_| true).unwrap()
    }

    fn pieces(&self, file: SourceFile) -> Vec<Piece> {
        self.chosen.pieces.get(&(file, Some(ACD))).cloned().unwrap_or_default()
    }

    pub(super) fn run(&self, to: &Place, go_on: &mut (dyn FnMut(u64) -> bool + Send)) -> Result<Vec<i64>, StoreError> {
        let (from, pieces) = (from_backup(), self.pieces(SourceFile::Acd));
        let mut restoring = Restoring { from, volumes: &self.volumes, pieces: &pieces, stood: None, mark: None, go_on };
        to.store().restore(&mut restoring, None).map(|restored| restored.changed)
    }

    fn run_records(&self, to: &Place) {
        let (from, volumes, go_on) = (from_backup(), &self.volumes[..], &mut |_| true);
        let pieces = self.pieces(SourceFile::Events);
        let mut restoring = Restoring { from, volumes, pieces: &pieces, stood: None, mark: None, go_on };
        assert!(to.store().restore_events(&mut restoring).unwrap().is_empty());
    }

    /// The same with the records of single events, from wherever.
    fn run_with_records(&self, to: &Place, from: RestoredFrom) -> Result<Vec<i64>, StoreError> {
        let (pieces, records) = (self.pieces(SourceFile::Acd), self.pieces(SourceFile::Events));
        assert!(!records.is_empty(), "the backup has records");
        let (volumes, go_on, also) = (&self.volumes[..], &mut |_| true, &mut |_| true);
        let mut beside =
            Restoring { from: from.clone(), volumes, pieces: &records, stood: None, mark: None, go_on: also };
        let mut restoring = Restoring { from, volumes, pieces: &pieces, stood: None, mark: None, go_on };
        to.store().restore(&mut restoring, Some(&mut beside)).map(|restored| restored.changed)
    }
}

fn from_backup() -> RestoredFrom {
    RestoredFrom::Backup { label: "CMS-261123-01-XXHX-00-F".to_owned(), heals: false }
}

/// A traced state that ends half a minute into an interval.
fn trace_in(place: &Place, interval: Moment, login: &str) {
    let agent = LoginId::new(login).unwrap();
    let row = TraceRow::bare(agent, interval, interval + 30, "AVAIL".parse().unwrap());
    let record = (Record::first_number(interval + 30), Record::Trace(Box::new(row)));
    place.store().append_records(&[record], &calendar()).unwrap();
}

/// Whose states are traced, in order.
fn traced(place: &Place) -> Vec<String> {
    let mut reader = AcdReader::open(&place.data.acd(ACD)).unwrap();
    let found = reader.query("SELECT LOGID FROM ag_actv ORDER BY rowid", QueryLimits::default()).unwrap();
    found.rows.into_iter().map(|row| format!("{:?}", row[0])).collect()
}

fn digests(place: &Place) -> Vec<(i64, String, u32)> {
    let reader = AcdReader::open(&place.data.acd(ACD)).unwrap();
    let known = reader.digests(None, None).unwrap();
    known.into_iter().map(|known| (known.interval.start.0, known.digest, known.revision)).collect()
}

/// Which intervals lack data.
fn incomplete(place: &Place) -> Vec<bool> {
    let reader = AcdReader::open(&place.data.acd(ACD)).unwrap();
    reader.digests(None, None).unwrap().into_iter().map(|known| known.incomplete).collect()
}

/// The list must say what the rows are.
fn check_rows_make_digests(place: &Place) {
    let reader = AcdReader::open(&place.data.acd(ACD)).unwrap();
    for known in reader.digests(None, None).unwrap() {
        assert_eq!(
            reader.recomputed_digest(known.interval.start).unwrap(),
            Some(known.digest),
            "{}",
            known.interval.start
        );
    }
}

fn counts(plan: &Plan, name: &str) -> Counts {
    plan.lines.iter().find(|line| line.name == name).map(|line| line.counts).unwrap_or_default()
}

#[test]
fn intervals_that_are_missing_or_other_become_those_of_the_backup() {
    let (a, b) = (Place::with(4, 10), Place::with(1, 10));
    b.store().archive(&rows(NINE + 1800, 3)).unwrap();
    // One that A never had stays.
    b.store().archive(&rows(NINE + 9 * 1800, 5)).unwrap();
    let made = a.back_up(1, Mode::Full, &Marks::new()).unwrap();
    let restore = Restore::of(&made, &b, None, Cut::default(), None);
    let plan = restore.plan(&b);
    assert_eq!(counts(&plan, "hsplit"), Counts { added: 6, replaced: 3, identical: 3, removed: 0 });
    assert_eq!(counts(&plan, "htkgrp"), Counts { added: 2, replaced: 1, identical: 1, removed: 0 });
    let line = plan.lines.iter().find(|line| line.name == "hsplit").unwrap();
    assert_eq!(line.range, Some(Places::Moments(NINE, NINE + 4 * 1800)));
    let changed = restore.run(&b, &mut |_| true).unwrap();
    assert_eq!(changed, [1, 2, 3].map(|number| NINE.0 + number * 1800));
    let (a_has, b_has) = (digests(&a), digests(&b));
    assert_eq!(b_has.len(), 5);
    assert_eq!(
        b_has[..4].iter().map(|known| &known.1).collect::<Vec<_>>(),
        a_has.iter().map(|known| &known.1).collect::<Vec<_>>()
    );
    assert_eq!(b_has[..4].iter().map(|known| known.2).collect::<Vec<_>>(), [1, 2, 1, 1]);
    check_rows_make_digests(&b);
}

/// A plan is the same as long as the same would happen: neither what stands outside nor an interval that ends makes another one of
/// it, but other rows do, be they so many as before.
#[test]
fn the_digest_of_a_plan_follows_what_would_happen() {
    let (a, b) = (Place::with(3, 10), Place::with(1, 3));
    let made = a.back_up(1, Mode::Full, &Marks::new()).unwrap();
    let restore = || Restore::of(&made, &b, None, Cut::default(), Some(NINE + 2 * 1800));
    let shown = restore().plan(&b).digest;
    assert_eq!(restore().plan(&b).digest, shown);
    for later in [2, 9] {
        b.store().archive(&rows(NINE + later * 1800, 5)).unwrap();
        assert_eq!(restore().plan(&b).digest, shown);
    }
    let all = Restore::of(&made, &b, None, Cut::default(), None).plan(&b);
    assert_ne!(all.digest, shown);
    b.store().archive(&rows(NINE, 4)).unwrap();
    let other = restore().plan(&b);
    assert_eq!(counts(&other, "hsplit").replaced, 3);
    assert_ne!(other.digest, shown);
}

/// As the guide rounds them: 5:13 is from 5:00 on, 5:19 is up to 5:29.
#[test]
fn times_are_rounded_to_whole_intervals() {
    let (a, b) = (Place::with(6, 10), Place::with(0, 0));
    let made = a.back_up(1, Mode::Full, &Marks::new()).unwrap();
    let cut = Cut { from: Some(NINE + 1800 + 780), to: Some(NINE + 3600 + 1140) };
    let restore = Restore::of(&made, &b, None, cut, None);
    restore.run(&b, &mut |_| true).unwrap();
    let starts: Vec<i64> = digests(&b).into_iter().map(|known| known.0).collect();
    assert_eq!(starts, [NINE.0 + 1800, NINE.0 + 3600]);
    let outside = Cut { from: Some(NINE + 86_400), to: None };
    assert!(Restore::of(&made, &Place::with(0, 0), None, outside, None).chosen.is_empty());
}

/// Collected by the hour, while this server's calendar has half hours.
#[test]
fn times_are_rounded_to_the_intervals_of_the_backup() {
    let (a, b) = (Place::with(0, 0), Place::with(0, 0));
    let by_the_hour = Calendar { interval: IntervalMinutes::Hour, ..calendar() };
    for hour in 0..4 {
        let mut rows = rows(NINE + hour * 3600, 10);
        (rows.interval, rows.calendar) = (by_the_hour.interval(NINE + hour * 3600), by_the_hour);
        a.store().archive(&rows).unwrap();
    }
    let made = a.back_up(1, Mode::Full, &Marks::new()).unwrap();
    // 10:40 to 11:10.
    let cut = Cut { from: Some(NINE + 6000), to: Some(NINE + 7800) };
    Restore::of(&made, &b, None, cut, None).run(&b, &mut |_| true).unwrap();
    let starts: Vec<i64> = digests(&b).into_iter().map(|known| known.0).collect();
    assert_eq!(starts, [NINE.0 + 3600, NINE.0 + 7200]);
}

fn session(agent: &str, login: i64, logout: i64, lost: bool) -> LoginRow {
    LoginRow {
        logid: LoginId::new(agent).unwrap(),
        extension: "2001".parse().unwrap(),
        login: NINE + login,
        logout: NINE + logout,
        reason: None,
        seen_at_pump_up: false,
        lost_at_link_down: lost,
        skills: std::iter::empty().collect(),
    }
}

/// A session is of the interval in which it ended: what this server's loss cut off goes, what went on comes, whenever they began.
#[test]
fn sessions_that_ended_in_the_chosen_time_become_those_of_the_backup() {
    let (a, b) = (Place::with(4, 10), Place::with(1, 10));
    let session = |login, logout, lost| session("1001", login, logout, lost);
    let (early, on, late) = (session(-7200, 600, false), session(-3600, 5000, false), session(1860, 7200, false));
    for row in [&early, &on, &late] {
        a.store().append_login(row, &calendar()).unwrap();
    }
    let cut_off = session(-3600, 1790, true);
    for row in [&early, &cut_off] {
        b.store().append_login(row, &calendar()).unwrap();
    }
    let made = a.back_up(1, Mode::Full, &Marks::new()).unwrap();
    let cut = Cut { from: Some(NINE + 1200), to: Some(NINE + 5400) };
    let restore = Restore::of(&made, &b, None, cut, None);
    assert_eq!(counts(&restore.plan(&b), "haglog"), Counts { added: 1, replaced: 0, identical: 1, removed: 1 });
    restore.run(&b, &mut |_| true).unwrap();
    let reader = AcdReader::open(&b.data.acd(ACD)).unwrap();
    assert_eq!(reader.logins(NINE + -9000, NINE + 9000).unwrap(), [early, on]);
}

/// The backup's server lost its link and was not there for the next two intervals: the sessions that it only cut off went on here, and
/// ended where nothing is replaced, or have not ended. Whoever was signed in then is not so twice.
#[test]
fn a_session_that_the_backup_cuts_off_does_not_come_beside_the_one_that_went_on_here() {
    let (a, b) = (Place::with(1, 10), Place::with(3, 10));
    a.store().archive(&IntervalRows { incomplete: true, ..rows(NINE + 1800, 4) }).unwrap();
    let (whole, open) = (session("1001", 600, 4000, false), session("1002", 600, 2400, true));
    let cut_off = LoginRow { logout: NINE + 2400, lost_at_link_down: true, ..whole.clone() };
    let early = session("1003", 300, 900, false);
    for row in [&cut_off, &open, &early] {
        a.store().append_login(row, &calendar()).unwrap();
    }
    b.store().append_login(&whole, &calendar()).unwrap();
    let made = a.back_up(1, Mode::Full, &Marks::new()).unwrap();
    let restore = Restore::of(&made, &b, None, Cut::default(), None);
    assert_eq!(counts(&restore.plan(&b), "haglog"), Counts { added: 1, replaced: 0, identical: 0, removed: 0 });
    restore.run(&b, &mut |_| true).unwrap();
    let reader = AcdReader::open(&b.data.acd(ACD)).unwrap();
    assert_eq!(reader.logins(NINE, NINE + 9000).unwrap(), [early.clone(), whole.clone()]);

    // Where this server knows nothing of them, what the other one saw of them comes.
    let c = Place::with(1, 10);
    Restore::of(&made, &c, None, Cut::default(), None).run(&c, &mut |_| true).unwrap();
    let reader = AcdReader::open(&c.data.acd(ACD)).unwrap();
    assert_eq!(reader.logins(NINE, NINE + 9000).unwrap(), [early, cut_off, open]);
}

/// The backup's server was not there when a session began, and counted it from when its link was up again. Where what is whole is
/// to stay, that one stays, although it ended in an interval that comes.
#[test]
fn a_whole_session_stays_where_the_backup_has_not_seen_its_beginning() {
    let (a, b, c) = (Place::with(1, 10), Place::with(3, 10), Place::with(3, 10));
    a.store().archive(&IntervalRows { incomplete: true, ..rows(NINE + 1800, 4) }).unwrap();
    a.store().archive(&rows(NINE + 3600, 12)).unwrap();
    let (whole, other) = (session("1001", 600, 4000, false), session("1002", 3700, 4500, false));
    let late = LoginRow { login: NINE + 2400, seen_at_pump_up: true, ..whole.clone() };
    // Nobody here knows this one better.
    let only_there = LoginRow { seen_at_pump_up: true, ..session("1003", 2400, 5000, false) };
    for row in [&late, &other, &only_there] {
        a.store().append_login(row, &calendar()).unwrap();
    }
    let made = a.back_up(1, Mode::Full, &Marks::new()).unwrap();
    let restored = |to: &Place, keep_whole| {
        to.store().append_login(&whole, &calendar()).unwrap();
        let restore = Restore::keeping(&made, to, None, (Cut::default(), None), keep_whole);
        restore.run(to, &mut |_| true).unwrap();
        AcdReader::open(&to.data.acd(ACD)).unwrap().logins(NINE, NINE + 9000).unwrap()
    };
    let by_login = |mut rows: Vec<LoginRow>| {
        rows.sort_by_key(|row| row.logid.to_string());
        rows
    };
    assert_eq!(by_login(restored(&b, true)), [whole.clone(), other.clone(), only_there.clone()]);
    assert_eq!(by_login(restored(&c, false)), [late, other, only_there], "unasked, the backup's take its place");
}

/// They stand in a file of their own, and are one restore with the history all the same.
#[test]
fn records_stay_where_the_history_cannot_be_restored() {
    let (a, b) = (Place::with(2, 10), Place::with(0, 0));
    let mut hour = rows(NINE, 10);
    hour.calendar = Calendar { interval: IntervalMinutes::Hour, ..calendar() };
    hour.interval = hour.calendar.interval(NINE);
    b.store().archive(&hour).unwrap();
    trace_in(&a, NINE + 1800, "1001");
    trace_in(&b, NINE + 1800, "1002");
    let before = traced(&b);
    let made = a.back_up(1, Mode::Full, &Marks::new()).unwrap();
    let cut = Cut { from: Some(NINE + 1800), to: None };
    let restore = Restore::of(&made, &b, None, cut, None);
    let refused = restore.run_with_records(&b, from_backup()).unwrap_err();
    assert!(refused.to_string().contains("overlap"), "{refused}");
    assert_eq!(traced(&b), before);
}

/// Else a server that collects anew from its journal would put what it had missed in the place of it.
#[test]
fn what_came_whole_with_its_records_is_noted_so_and_what_is_taken_back_as_it_was() {
    let (a, b) = (Place::with(2, 10), Place::with(0, 0));
    let mut lacking = rows(NINE + 3600, 10);
    lacking.incomplete = true;
    a.store().archive(&lacking).unwrap();
    trace_in(&a, NINE, "1001");
    let made = a.back_up(1, Mode::Full, &Marks::new()).unwrap();
    let restore = Restore::of(&made, &b, None, Cut::default(), None);
    let origins = || AcdReader::open(&b.data.acd(ACD)).unwrap().origins().unwrap();
    restore.run_with_records(&b, from_backup()).unwrap();
    let with_records: Vec<bool> = origins().iter().map(|origin| origin.with_records).collect();
    assert_eq!(with_records, [true, true, false], "of the last one, this server's own journal may have more");

    let before = origins();
    restore.run_with_records(&b, RestoredFrom::Copy(Vec::new())).unwrap();
    assert_eq!(origins(), []);
    restore.run_with_records(&b, RestoredFrom::Copy(before.clone())).unwrap();
    assert_eq!(origins(), before);
}

#[test]
fn the_interval_that_is_being_collected_is_left_out_and_told() {
    let (a, b) = (Place::with(3, 10), Place::with(0, 0));
    let made = a.back_up(1, Mode::Full, &Marks::new()).unwrap();
    let restore = Restore::of(&made, &b, None, Cut::default(), Some(NINE + 3600));
    let plan = restore.plan(&b);
    assert_eq!(counts(&plan, "hsplit").added, 6);
    assert_eq!(plan.lines.iter().find(|line| line.name == "hsplit").unwrap().skipped, 3);
    assert!(plan.notes.iter().any(|note| note.contains("still collects")), "{:?}", plan.notes);
}

#[test]
fn one_table_alone_gets_new_digests_and_leaves_the_others() {
    let (a, b) = (Place::with(2, 10), Place::with(1, 3));
    let made = a.back_up(1, Mode::Full, &Marks::new()).unwrap();
    Restore::of(&made, &b, Some(&["hsplit"]), Cut::default(), None).run(&b, &mut |_| true).unwrap();
    check_rows_make_digests(&b);
    let reader = AcdReader::open(&b.data.acd(ACD)).unwrap();
    let first = reader.interval_rows(NINE).unwrap().unwrap();
    assert_eq!((first.hsplit.clone(), first.htkgrp.clone()), (rows(NINE, 10).hsplit, rows(NINE, 3).htkgrp));
    assert_eq!(reader.interval_rows(NINE + 1800).unwrap().unwrap().htkgrp, []);
    assert_eq!(incomplete(&b), [false, true], "of the interval that was missing the other tables lack");
}

/// What was not in the backup is not taken for having been nothing: the list says what is there, and that it is not all.
#[test]
fn a_backup_of_one_table_makes_no_interval_whole() {
    let (a, b) = (Place::with(2, 10), Place::with(1, 3));
    let choice = Choice { tables: Some(vec!["hsplit"]), ..history(Mode::Full) };
    let made = a.back_up_on(1, &choice, &Marks::new(), None);
    Restore::of(&made, &b, None, Cut::default(), None).run(&b, &mut |_| true).unwrap();
    check_rows_make_digests(&b);
    assert!(digests(&a).iter().zip(digests(&b)).all(|(there, here)| there.1 != here.1), "they do not hold the same");
    assert_eq!(incomplete(&b), [false, true]);
    let whole = a.back_up(2, Mode::Full, &Marks::new()).unwrap();
    Restore::of(&whole, &b, None, Cut::default(), None).run(&b, &mut |_| true).unwrap();
    assert_eq!(incomplete(&b), [false, false]);
    assert!(digests(&a).iter().zip(digests(&b)).all(|(there, here)| there.1 == here.1));
}

#[test]
fn a_restore_that_is_broken_off_changes_nothing() {
    let (a, b) = (Place::with(400, 10), Place::with(3, 7));
    let made = a.back_up(1, Mode::Full, &Marks::new()).unwrap();
    let before = digests(&b);
    let restore = Restore::of(&made, &b, None, Cut::default(), None);
    let outcome = restore.run(&b, &mut |_| false);
    assert!(matches!(outcome, Err(StoreError::Stopped)), "{outcome:?}");
    assert_eq!(digests(&b), before);
    check_rows_make_digests(&b);
}

/// Collected again with what this server saw, a healed interval stays healed; better rows are taken.
#[test]
fn a_restored_interval_outweighs_its_own_incomplete_one() {
    let (a, b) = (Place::with(1, 10), Place::with(0, 0));
    let mut own = rows(NINE, 2);
    own.incomplete = true;
    b.store().archive(&own).unwrap();
    let made = a.back_up(1, Mode::Full, &Marks::new()).unwrap();
    Restore::of(&made, &b, None, Cut::default(), None).run(&b, &mut |_| true).unwrap();
    b.store().archive(&own).unwrap();
    assert_eq!(digests(&b)[0].1, digests(&a)[0].1);
    let reader = AcdReader::open(&b.data.acd(ACD)).unwrap();
    assert_eq!(reader.restored_from(NINE).unwrap().as_deref(), Some("CMS-261123-01-XXHX-00-F"));
    b.store().archive(&rows(NINE, 4)).unwrap();
    assert_ne!(digests(&b)[0].1, digests(&a)[0].1);
    check_rows_make_digests(&b);
}

#[test]
fn an_incomplete_interval_in_place_of_a_whole_one_is_cautioned() {
    let (a, b) = (Place::with(1, 10), Place::with(2, 10));
    let mut bad = rows(NINE + 1800, 2);
    bad.incomplete = true;
    a.store().archive(&bad).unwrap();
    let made = a.back_up(1, Mode::Full, &Marks::new()).unwrap();
    let plan = Restore::of(&made, &b, None, Cut::default(), None).plan(&b);
    assert!(plan.cautions.iter().any(|caution| caution.ends_with("take the place of whole ones: 1")), "{plan:?}");
}

/// What a timetable takes from the primary each night must not make the secondary poorer, of records either.
#[test]
fn intervals_that_are_whole_here_and_not_in_the_backup_stay_where_that_is_asked_for() {
    let (a, b) = (Place::with(1, 10), Place::with(2, 10));
    a.store().archive(&IntervalRows { incomplete: true, ..rows(NINE + 1800, 4) }).unwrap();
    a.store().archive(&rows(NINE + 3600, 10)).unwrap();
    trace_in(&a, NINE, "2001");
    trace_in(&a, NINE + 1800, "2002");
    trace_in(&a, NINE + 3600, "2003");
    trace_in(&b, NINE + 1800, "2009");
    let made = a.back_up(1, Mode::Full, &Marks::new()).unwrap();
    let (before, all) = (digests(&b), (Cut::default(), None));
    let restore = Restore::keeping(&made, &b, None, all, true);
    let plan = restore.plan(&b);
    assert!(plan.cautions.is_empty(), "{:?}", plan.cautions);
    assert!(plan.notes.iter().any(|note| note.ends_with("they are whole here and lack data in the backup: 1")));
    assert_eq!(counts(&plan, "hsplit"), Counts { added: 3, replaced: 0, identical: 3, removed: 0 });
    restore.run_with_records(&b, from_backup()).unwrap();
    assert_eq!(digests(&b)[1].1, before[1].1);
    assert_eq!(incomplete(&b), [false, false, false]);
    let is_of = |(traced, login): (&String, &str)| traced.contains(login);
    let traced = traced(&b);
    assert!(traced.len() == 3 && traced.iter().zip(["2001", "2009", "2003"]).all(is_of), "{traced:?}");
}

/// One table of an interval that lacks data there: the interval lacks some here, too, then, and that is told before.
#[test]
fn a_table_of_an_incomplete_interval_makes_a_whole_one_incomplete() {
    let (a, b) = (Place::with(1, 10), Place::with(3, 10));
    a.store().archive(&IntervalRows { incomplete: true, ..rows(NINE + 1800, 4) }).unwrap();
    let made = a.back_up(1, Mode::Full, &Marks::new()).unwrap();
    let tables = Some(&["hsplit"][..]);
    let restore = Restore::of(&made, &b, tables, Cut::default(), None);
    let plan = restore.plan(&b);
    assert!(plan.cautions[0].ends_with("take the place of whole ones: 1"), "{:?}", plan.cautions);
    restore.run(&b, &mut |_| true).unwrap();
    assert_eq!(incomplete(&b), [false, true, false]);
    check_rows_make_digests(&b);

    let c = Place::with(3, 10);
    let keeping = Restore::keeping(&made, &c, tables, (Cut::default(), None), true);
    assert_eq!(keeping.plan(&c).cautions, [""; 0]);
    keeping.run(&c, &mut |_| true).unwrap();
    assert_eq!(incomplete(&c), [false, false, false]);
}

/// The backup's server was not there for an hour and more: of what it does not have, records stay as intervals do, on a whole backup and on
/// one of records alone. What it has goes by the backup.
#[test]
fn records_of_intervals_that_the_backup_does_not_have_stay() {
    let (a, b) = (Place::with(1, 10), Place::with(4, 10));
    a.store().archive(&rows(NINE + 3 * 1800, 10)).unwrap();
    trace_in(&a, NINE, "2001");
    trace_in(&a, NINE + 3 * 1800, "2004");
    for (number, login) in [(0, "2009"), (1, "2012"), (2, "2013"), (3, "2019")] {
        trace_in(&b, NINE + number * 1800, login);
    }
    let whole = a.back_up(1, Mode::Full, &Marks::new()).unwrap();
    let records = Choice { tables: Some(vec!["ag_actv"]), ..history(Mode::Full) };
    let alone = a.back_up_on(2, &records, &Marks::new(), None);
    for (made, tables) in [(whole, None), (alone, Some(&["ag_actv"][..]))] {
        let restore = Restore::of(&made, &b, tables, Cut::default(), None);
        let plan = restore.plan(&b);
        assert_eq!(plan.cautions, [""; 0]);
        let is_first = tables.is_none();
        let (replaced, identical) = if is_first { (2, 0) } else { (0, 2) };
        assert_eq!(counts(&plan, "ag_actv"), Counts { added: 0, replaced, identical, removed: 0 });
        match is_first {
            true => drop(restore.run_with_records(&b, from_backup()).unwrap()),
            false => restore.run_records(&b),
        }
        let is_of = |(traced, login): (&String, &str)| traced.contains(login);
        let traced = traced(&b);
        let expected = ["2001", "2012", "2013", "2004"];
        assert!(traced.len() == 4 && traced.iter().zip(expected).all(is_of), "{traced:?}");
    }
}

/// Records that are here only go by a backup that lacks data of their interval, with rows of that interval or alone: that is told before,
/// and where whole intervals are kept, they stay.
#[test]
fn records_that_are_here_only_and_go_are_cautioned() {
    let a = Place::with(1, 10);
    a.store().archive(&IntervalRows { incomplete: true, ..rows(NINE + 1800, 4) }).unwrap();
    a.store().archive(&rows(NINE + 3600, 10)).unwrap();
    trace_in(&a, NINE, "2001");
    trace_in(&a, NINE + 3600, "2003");
    let records = Choice { tables: Some(vec!["ag_actv"]), ..history(Mode::Full) };
    let made = a.back_up_on(2, &records, &Marks::new(), None);
    let is_told = |caution: &&String| {
        *caution == "1 record of ag_actv is here and not in the backup, and goes: it lacks data of their intervals"
    };
    for incomplete in [false, true] {
        let b = Place::with(1, 10);
        b.store().archive(&IntervalRows { incomplete, ..rows(NINE + 1800, 10) }).unwrap();
        b.store().archive(&rows(NINE + 3600, 10)).unwrap();
        trace_in(&b, NINE, "2001");
        trace_in(&b, NINE + 1800, "2009");
        let restore = Restore::of(&made, &b, Some(&["ag_actv"]), Cut::default(), None);
        let plan = restore.plan(&b);
        assert_eq!(plan.cautions.iter().filter(is_told).count(), 1, "{:?}", plan.cautions);
        assert_eq!(counts(&plan, "ag_actv").removed, 1);
    }
    let b = Place::with(3, 10);
    trace_in(&b, NINE + 1800, "2009");
    let keeping = Restore::keeping(&made, &b, Some(&["ag_actv"]), (Cut::default(), None), true);
    let plan = keeping.plan(&b);
    assert_eq!((plan.cautions.len(), counts(&plan, "ag_actv").removed), (0, 0), "{plan:?}");
}

/// What was archived, or changed by somebody, behind the look at what would be replaced is in no plan and in no copy.
#[test]
fn what_changed_since_it_was_looked_at_is_not_replaced() {
    let (a, b) = (Place::with(2, 10), Place::with(1, 10));
    let made = a.back_up(1, Mode::Full, &Marks::new()).unwrap();
    let restore = Restore::of(&made, &b, None, Cut::default(), None);
    let path_of = |file, _| match file {
        SourceFile::Events => b.data.acd_events(ACD),
        _ => b.data.acd(ACD),
    };
    let looked_at = || standing(&restore.chosen, false, &path_of).unwrap();
    let run = |stood: &Stood| {
        let (volumes, pieces) = (&restore.volumes[..], restore.pieces(SourceFile::Acd));
        let from = from_backup();
        let mut restoring =
            Restoring { from, volumes, pieces: &pieces, stood: Some(stood), mark: None, go_on: &mut |_| true };
        b.store().restore(&mut restoring, None).map(|restored| restored.changed)
    };
    let stood = looked_at();
    b.store().archive(&rows(NINE + 1800, 4)).unwrap();
    let before = digests(&b);
    let refused = run(&stood).unwrap_err();
    assert!(matches!(refused, StoreError::Overtaken { .. }), "{refused}");
    assert_eq!(digests(&b), before, "and nothing was changed");
    assert!(standing(&restore.chosen, true, &path_of).unwrap().is_empty(), "a heal has a guard of its own");
    run(&looked_at()).unwrap();
    assert_eq!(digests(&b)[1].1, digests(&a)[1].1);
}

/// Copied as they are stored, in one volume or in many, or row by row, as an incremental backup is: on an empty server, on one that
/// has a part, and cut.
#[test]
fn every_way_of_copying_makes_the_same_history() {
    let (a, grown) = (Place::with(300, 10), Place::with(0, 10));
    let at_once = a.back_up(1, Mode::Full, &Marks::new()).unwrap();
    let in_volumes = a.back_up_in_volumes(2, Mode::Full, &Marks::new(), 300_000).unwrap();
    let empty = grown.back_up(1, Mode::Full, &Marks::new()).unwrap();
    let mut store = grown.store();
    (0..300).for_each(|number| drop(store.archive(&rows(NINE + number * 1800, 10)).unwrap()));
    let by_rows = grown.back_up(2, Mode::Incremental, &marks_of(&[&empty])).unwrap();
    let is_stored = |made: &Made| {
        made.volumes.iter().flat_map(|(_, manifest)| &manifest.parts).filter(|part| part.digest.is_empty()).count()
    };
    assert!(is_stored(&at_once) > 10 && is_stored(&in_volumes) > 10 && in_volumes.volumes.len() > 1);
    assert_eq!(is_stored(&by_rows), 0);
    assert_eq!(at_once.rows(), in_volumes.rows());
    let from_fifth = Cut { from: Some(NINE + 4 * 1800), to: Some(NINE + 90 * 1800) };
    for (present, cut) in [(0, Cut::default()), (7, Cut::default()), (0, from_fifth), (2, from_fifth)] {
        let restored = [&at_once, &in_volumes, &by_rows].map(|made| {
            let b = Place::with(present, 3);
            let restore = Restore::of(made, &b, None, cut, Some(NINE + 250 * 1800));
            let changed = restore.run(&b, &mut |_| true).unwrap();
            check_rows_make_digests(&b);
            (changed, digests(&b))
        });
        assert!(restored[0].0.len() > 80);
        let [at_once, in_volumes, by_rows] = restored;
        assert_eq!(at_once, in_volumes, "{present} intervals were there, {cut:?}");
        assert_eq!(at_once, by_rows, "row by row, {present} intervals were there, {cut:?}");
    }
}

/// A history that is larger than a volume goes into several as it is stored, also in the middle of a table, and is of one moment;
/// it comes back whole, and not without each of them.
#[test]
fn a_history_in_several_volumes_is_as_it_is_stored_and_comes_back_whole() {
    let (a, b) = (Place::with(1_500, 10), Place::with(3, 7));
    let wanted = digests(&a);
    let mut next = 1_500;
    let made = a.back_up_while(1, Mode::Full, &Marks::new(), 400_000, &mut || {
        if next < 1_540 {
            a.store().archive(&rows(NINE + next * 1800, 10)).unwrap();
            next += 1;
        }
        true
    });
    let made = made.unwrap();
    let parts = |name: &str| -> Vec<PartEntry> {
        let all = made.volumes.iter().flat_map(|(_, manifest)| manifest.parts.clone());
        all.filter(|part| part.stored_as == name).collect()
    };
    let hsplit = parts("acd01_hsplit");
    assert!(hsplit.len() > 1 && hsplit.iter().all(|part| part.digest.is_empty() && part.rows > 0), "{hsplit:?}");
    let known: u64 = parts("acd01_digests").iter().map(|part| part.rows).sum();
    assert!((1_500..1_503).contains(&known), "{known}");
    assert_eq!(hsplit.iter().map(|part| part.rows).sum::<u64>(), 3 * known);
    let places: Vec<(i64, i64)> = hsplit.iter().filter_map(|part| part.places).collect();
    assert_eq!(places.iter().map(|(from, _)| *from).min(), Some(NINE.0));
    assert_eq!(places.iter().map(|(_, to)| *to).max(), Some(NINE.0 + (known as i64 - 1) * 1800));
    for (path, _) in &made.volumes {
        crate::verify(path, &a.device.join("scratch"), &mut || true).unwrap();
    }

    Restore::of(&made, &b, None, Cut::default(), None).run(&b, &mut |_| true).unwrap();
    let back: Vec<(i64, String)> = digests(&b).into_iter().map(|known| (known.0, known.1)).collect();
    assert_eq!(back[..1_500], wanted.into_iter().map(|known| (known.0, known.1)).collect::<Vec<_>>());
    check_rows_make_digests(&b);

    let middle = &made.volumes[made.volumes.len() / 2].0;
    let mut bytes = std::fs::read(middle).unwrap();
    let half = bytes.len() / 2;
    bytes[half] ^= 1;
    std::fs::write(middle, bytes).unwrap();
    let refused =
        crate::unpack(middle, &b.device.join("middle.db"), &mut || true).expect_err("it is damaged").to_string();
    assert!(refused.contains("damaged"), "{refused}");
}
