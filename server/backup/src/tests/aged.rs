//! Restores beside ageing: what was let go on one server or the other, and what is summed up of it.

use std::collections::{BTreeMap, BTreeSet};

use catalog::{LoginRow, TableKind as Archived, all_tables, table};
use chrono::{Datelike, Weekday};
use model::event::Skill;
use model::{Extension, Level, LoginId, Moment, Period, SplitId, SummaryTimes};
use store::{AcdReader, AcdStore, ELEMENTS, Retention, Storage};

use super::restores::Restore;
use super::{ACD, NINE, Place, calendar, marks_of, rows};
use crate::{Cut, Marks, Mode};

const DAY_SECS: i64 = 86_400;

fn period(at: Moment) -> Period {
    let times = SummaryTimes::default();
    times.period_of(Level::Daily, calendar().local(at).date()).expect("every day is one")
}

/// One interval on each of three days, summed up.
fn three_days() -> Place {
    let place = Place::with(0, 0);
    let mut store = place.store();
    for number in 0..3 {
        let at = NINE + number * DAY_SECS;
        store.archive(&rows(at, 10)).expect("it is archived");
        sum_up(&mut store, at);
    }
    place
}

/// Sums up the day of an interval.
fn sum_up(store: &mut AcdStore, at: Moment) {
    sum_up_without(store, at, "");
}

/// The same without one table.
fn sum_up_without(store: &mut AcdStore, at: Moment, left_out: &str) {
    let reader = store.reader().expect("a reader");
    let summing = reader.sum_up(period(at), SummaryTimes::default(), calendar()).expect("a day");
    for table in all_tables().iter().filter(|table| table.kind == Archived::Daily && table.name != left_out) {
        let summed = summing.rows(table, &mut || true).expect("rows").expect("all of them");
        store.store_summary(summing.head(), &summed).expect("they are stored");
    }
    store.finish_summary(summing.head(), at).expect("the day is done");
}

/// Lets go of the splits' intervals of the first two days.
fn age_splits(place: &Place) {
    age(place, 1, 60);
}

/// Keeps the intervals of splits and of all others for so many days.
fn age(place: &Place, splits: u32, others: u32) {
    let mut storage = Storage::default();
    for (word, allocation) in &mut storage.elements {
        let intrahour_days = if word == ELEMENTS[0].0 { splits } else { others };
        allocation.kept = Retention { intrahour_days, daily_days: 400, weekly_weeks: 0, monthly_months: 0 };
    }
    let today = calendar().local(NINE + 3 * DAY_SECS).date();
    let mut store = place.store();
    while store.age(&storage, &SummaryTimes::default(), today).expect("ageing").table.is_some() {}
}

fn reader(place: &Place) -> AcdReader {
    AcdReader::open(&place.data.acd(ACD)).expect("the history opens")
}

/// Whether nothing can be summed up any more for splits, by day.
fn gone(place: &Place) -> [bool; 3] {
    let reader = reader(place);
    let dsplit = table("dsplit").expect("a table");
    [0, 1, 2].map(|number| {
        let day = period(NINE + number * DAY_SECS);
        reader.sum_up(day, SummaryTimes::default(), calendar()).expect("a day").is_gone(dsplit)
    })
}

fn restore(made: &crate::Made, to: &Place) {
    Restore::of(made, to, None, Cut::default(), None).run(to, &mut |_| true).expect("it is restored");
}

#[test]
fn days_of_which_the_intervals_were_let_go_are_not_made_anew() {
    let (a, b) = (three_days(), Place::with(0, 0));
    age_splits(&a);
    assert_eq!(gone(&a), [true, true, false]);
    let full = a.back_up(1, Mode::Full, &Marks::new()).unwrap();
    restore(&full, &b);
    let last = period(NINE + 2 * DAY_SECS);
    let wanted = reader(&b).unsummed(&last, &SummaryTimes::default(), true).unwrap();
    assert!(wanted.is_empty(), "made again, they would lose their splits: {wanted:?}");
    assert_eq!(gone(&b), [true, true, false]);
    let days = |place: &Place| reader(place).summaries(Level::Daily, None, None).unwrap();
    assert_eq!(days(&b), days(&a));
}

#[test]
fn what_is_back_can_be_summed_up_and_backed_up_again() {
    let (a, b) = (three_days(), Place::with(0, 0));
    let full = a.back_up(1, Mode::Full, &Marks::new()).unwrap();
    age_splits(&a);
    assert_eq!(gone(&a), [true, true, false]);
    restore(&full, &a);
    assert_eq!(gone(&a), [false, false, false]);
    restore(&a.back_up(2, Mode::Full, &Marks::new()).unwrap(), &b);
    let splits = |start| reader(&b).interval_rows(start).unwrap().unwrap().hsplit.len();
    assert_eq!([0, 1, 2].map(|number| splits(NINE + number * DAY_SECS)), [3, 3, 3]);
}

#[test]
fn days_that_are_back_only_in_part_stay_gone() {
    let a = three_days();
    let full = a.back_up(1, Mode::Full, &Marks::new()).unwrap();
    age_splits(&a);
    let second = Cut { from: Some(NINE + DAY_SECS), to: Some(NINE + DAY_SECS + 60) };
    Restore::of(&full, &a, None, second, None).run(&a, &mut |_| true).unwrap();
    assert_eq!(gone(&a), [true, false, false]);
}

#[test]
fn a_day_of_which_some_intervals_are_back_is_not_made_from_those() {
    let a = three_days();
    let mut store = a.store();
    // The first day had two intervals, and all that it was made from goes.
    store.archive(&rows(NINE + 1800, 10)).unwrap();
    sum_up(&mut store, NINE);
    drop(store);
    let full = a.back_up(1, Mode::Full, &Marks::new()).unwrap();
    age(&a, 1, 1);
    assert_eq!(reader(&a).intervals(None, None).unwrap().len(), 1, "the list of intervals has forgotten the day");
    let first = Cut { from: Some(NINE), to: Some(NINE + 60) };
    Restore::of(&full, &a, None, first, None).run(&a, &mut |_| true).unwrap();
    assert!(reader(&a).interval_rows(NINE).unwrap().is_some());
    assert_eq!(gone(&a), [true, true, false], "half a day is no day");
    let whole = Cut { from: Some(NINE), to: Some(NINE + 3600) };
    Restore::of(&full, &a, None, whole, None).run(&a, &mut |_| true).unwrap();
    assert_eq!(gone(&a), [true, true, false], "and what is whole begins with a day behind which none is missing");
    let both = Cut { from: Some(NINE), to: Some(NINE + DAY_SECS + 60) };
    Restore::of(&full, &a, None, both, None).run(&a, &mut |_| true).unwrap();
    assert_eq!(gone(&a), [false, false, false]);
}

/// A session whose logout the switch dates before one that is backed up already, because its clock was set back.
#[test]
fn an_incremental_backup_takes_sessions_that_come_late() {
    let place = Place::with(2, 10);
    let session = |logout| LoginRow {
        logid: LoginId::new("4711").expect("a login"),
        extension: Extension::new("2001").expect("an extension"),
        login: NINE,
        logout,
        reason: None,
        seen_at_pump_up: false,
        lost_at_link_down: false,
        skills: [Skill::new(SplitId(4), 1)].into_iter().collect(),
    };
    place.store().append_login(&session(NINE + 3600), &calendar()).unwrap();
    let full = place.back_up(1, Mode::Full, &Marks::new()).unwrap();
    place.store().append_login(&session(NINE + 600), &calendar()).unwrap();
    let made = place.back_up(2, Mode::Incremental, &marks_of(&[&full])).unwrap();
    let parts = made.volumes.iter().flat_map(|(_, manifest)| &manifest.parts);
    let rows: BTreeMap<&str, u64> = parts.map(|part| (part.name.as_str(), part.rows)).collect();
    assert_eq!(rows["haglog"], 2, "the one before comes again, which does no harm");
}

/// A restore of some tables and a heal, and in between this server collects by itself.
#[test]
fn days_that_a_heal_completes_can_be_summed_up_beside_intervals_collected_here() {
    let (a, b) = (three_days(), Place::with(0, 0));
    let own = NINE + 2 * DAY_SECS + 1800;
    a.store().archive(&rows(own, 10)).unwrap();
    let full = a.back_up(1, Mode::Full, &Marks::new()).unwrap();
    let cut = Cut { from: None, to: Some(own + -60) };
    Restore::of(&full, &b, Some(&["htkgrp"]), cut, None).run(&b, &mut |_| true).unwrap();
    assert_eq!(gone(&b), [true; 3], "splits never came");
    let partly = || reader(&b).digests(None, None).unwrap().iter().map(|known| known.partly).collect::<Vec<_>>();
    assert_eq!(partly(), [true; 3]);
    b.store().archive(&rows(own, 10)).unwrap();
    // Made as far as it can be, so it lacks splits.
    let (last, dsplit) = (period(own), table("dsplit").unwrap());
    sum_up_without(&mut b.store(), own, "dsplit");
    let without = || reader(&b).made_without(dsplit, Some(last.first), Some(last.last)).unwrap();
    assert_eq!(without(), [last]);
    restore(&full, &b);
    assert_eq!(gone(&b), [false; 3]);
    assert_eq!(partly(), [false; 4]);
    let wanted = reader(&b).unsummed(&last, &SummaryTimes::default(), true).unwrap();
    // The other days came as they were made there.
    assert_eq!(wanted, [last]);
    assert!(without().is_empty(), "what is out of date says so itself");
}

/// A gap in the middle, and one table of it from a backup: a day without the others says so, however old their other rows are.
#[test]
fn a_day_that_came_with_one_table_is_not_made_of_the_others() {
    let (a, b) = (three_days(), Place::with(0, 0));
    for number in [0, 2] {
        b.store().archive(&rows(NINE + number * DAY_SECS, 10)).expect("it is archived");
    }
    let made = a.back_up(1, Mode::Full, &Marks::new()).unwrap();
    let day = period(NINE + DAY_SECS);
    let cut = Cut { from: Some(NINE + DAY_SECS), to: Some(NINE + DAY_SECS) };
    let gone = |name: &str| {
        let reader = reader(&b);
        let summing = reader.sum_up(day, SummaryTimes::default(), calendar()).expect("a day");
        summing.is_gone(table(name).expect("a table"))
    };
    let restore = |tables: &[&'static str]| {
        Restore::of(&made, &b, Some(tables), cut, None).run(&b, &mut |_| true).expect("it is restored");
    };
    restore(&["hsplit"]);
    assert_eq!(["dsplit", "dtkgrp"].map(gone), [false, true]);
    restore(&["htkgrp"]);
    assert_eq!(["dsplit", "dtkgrp"].map(gone), [false, false]);
    Restore::of(&made, &b, None, cut, None).run(&b, &mut |_| true).expect("it is restored");
    assert_eq!(["dsplit", "dtkgrp", "dagent"].map(gone), [false, false, false], "all of it came");
}

/// The list of intervals as it stands: digest and number of rows of each.
fn listed(place: &Place) -> Vec<(String, u64)> {
    reader(place).digests(None, None).unwrap().into_iter().map(|known| (known.digest, known.rows)).collect()
}

fn restore_trunks(made: &crate::Made, to: &Place) -> Vec<i64> {
    Restore::of(made, to, Some(&["htkgrp"]), Cut::default(), None).run(to, &mut |_| true).expect("it is restored")
}

/// What is left of an interval is not all that it was: days must not be made again from nothing because another table came.
#[test]
fn a_restore_of_another_table_brings_nothing_back_that_was_let_go() {
    let place = three_days();
    let full = place.back_up(1, Mode::Full, &Marks::new()).unwrap();
    age_splits(&place);
    let before = listed(&place);
    assert_eq!(restore_trunks(&full, &place), [0; 0], "all is as it was");
    assert_eq!((gone(&place), listed(&place)), ([true, true, false], before));
    let last = period(NINE + 2 * DAY_SECS);
    let wanted = reader(&place).unsummed(&last, &SummaryTimes::default(), true).unwrap();
    assert!(wanted.is_empty(), "made again, they would lose their splits: {wanted:?}");
}

/// Rows of an element of which nothing is kept are in the digest, too.
#[test]
fn a_restore_of_one_table_keeps_the_digest_of_rows_that_are_never_kept() {
    let (a, b) = (Place::with(2, 10), Place::with(0, 0));
    let mut storage = Storage::default();
    storage.elements.get_mut(ELEMENTS[0].0).expect("splits").kept.intrahour_days = 0;
    let mut store = b.store();
    store.set_storage(&storage).unwrap();
    (0..2).for_each(|number| drop(store.archive(&rows(NINE + number * 1800, 10)).expect("it is archived")));
    assert!(reader(&b).interval_rows(NINE).unwrap().unwrap().hsplit.is_empty());
    assert_eq!(restore_trunks(&a.back_up(1, Mode::Full, &Marks::new()).unwrap(), &b), [0; 0]);
    assert_eq!(listed(&b), listed(&a));
}

/// Three days of which the trunk groups had other calls, and the first interval what `other` makes of it; the splits were let go.
fn other_trunks(other: impl Fn(&mut catalog::IntervalRows)) -> Place {
    let place = Place::with(0, 0);
    let mut store = place.store();
    for number in 0..3 {
        let at = NINE + number * DAY_SECS;
        let mut rows = catalog::IntervalRows { htkgrp: rows(at, 4).htkgrp, ..rows(at, 10) };
        if number == 0 {
            other(&mut rows);
        }
        store.archive(&rows).expect("it is archived");
        sum_up(&mut store, at);
    }
    age_splits(&place);
    place
}

/// Two servers that hold the same rows hold the same digests, also where each has let go of some.
#[test]
fn what_is_as_in_the_backup_but_for_what_was_let_go_is_listed_so() {
    let a = three_days();
    let full = a.back_up(1, Mode::Full, &Marks::new()).unwrap();
    let b = other_trunks(|_| {});
    assert_eq!(restore_trunks(&full, &b).len(), 3);
    assert_eq!((listed(&b), gone(&b)), (listed(&a), [true, true, false]));
}

/// Where it cannot be known whether what was let go was the backup's, what is left has a digest of its own, and does not count as all.
#[test]
fn what_is_left_of_another_interval_is_listed_by_what_is_left() {
    let trunks = |calls| rows(NINE, calls).htkgrp;
    let with_vector = |rows: &mut catalog::IntervalRows| {
        rows.hvector.push((model::VectorId(3), Default::default()));
        rows.hsplit.truncate(2);
    };
    let all_there = three_days();
    let full = all_there.back_up(1, Mode::Full, &Marks::new()).unwrap();
    let without_splits = three_days();
    without_splits.store().archive(&catalog::IntervalRows { hsplit: Vec::new(), ..rows(NINE, 10) }).unwrap();
    let poor = without_splits.back_up(1, Mode::Full, &Marks::new()).unwrap();
    for (made, place, archived) in [(&full, other_trunks(with_vector), 4), (&poor, other_trunks(|_| {}), 4)] {
        let before = listed(&place);
        restore_trunks(made, &place);
        let now = listed(&place);
        assert_eq!(reader(&place).recomputed_digest(NINE).unwrap().as_ref(), Some(&now[0].0));
        assert_eq!((before[0].1, now[0].1), (archived, archived), "what was let go is still counted");
        assert_eq!(reader(&place).interval_rows(NINE).unwrap().unwrap().htkgrp, trunks(10));
        assert_eq!(gone(&place), [true, true, false]);
    }
}

/// Sums up the weeks of these three days by weeks that begin on a day.
fn sum_up_weeks(place: &Place, week_start: Weekday) {
    let times = SummaryTimes { week_start, week_stop: week_start.pred(), ..SummaryTimes::default() };
    let mut store = place.store();
    let of = |number: i64| times.period_of(Level::Weekly, calendar().local(NINE + number * DAY_SECS).date());
    let weeks: BTreeSet<Period> = (0..3).filter_map(of).collect();
    for week in weeks {
        let reader = store.reader().expect("a reader");
        let summing = reader.sum_up(week, times, calendar()).expect("a week");
        for table in all_tables().iter().filter(|table| table.kind == Archived::Weekly) {
            let summed = summing.rows(table, &mut || true).expect("rows").expect("all of them");
            store.store_summary(summing.head(), &summed).expect("they are stored");
        }
        store.finish_summary(summing.head(), NINE).expect("the week is done");
    }
}

/// The weeks of the list, and those of which splits have rows.
fn weeks(place: &Place) -> (Vec<Period>, Vec<i64>) {
    let listed = reader(place).summaries(Level::Weekly, None, None).expect("the weeks");
    let snapshot = store::Snapshot::open(&place.data.acd(ACD), store::SourceFile::Acd).expect("the history opens");
    let rows = snapshot.periods("wsplit").expect("weeks of splits");
    (listed.into_iter().map(|known| known.period).collect(), rows.into_iter().map(|(first, _)| first).collect())
}

/// A day that is in two weeks would count twice: what is restored goes before what is here.
#[test]
fn weeks_that_begin_on_another_day_do_not_stand_beside_restored_ones() {
    let (a, b) = (three_days(), three_days());
    let today = calendar().local(NINE).date().weekday();
    // Of one the last two days are in one week, of the other all three.
    sum_up_weeks(&a, today);
    sum_up_weeks(&b, today.succ());
    let (wanted, before) = (weeks(&a), weeks(&b));
    assert_ne!(wanted, before);
    let full = a.back_up(1, Mode::Full, &Marks::new()).unwrap();
    let whole = Restore::of(&full, &b, None, Cut::default(), None);
    assert!(whole.notes().iter().any(|note| note.contains("weeks of ACD 1 that go")), "{:?}", whole.notes());
    restore(&full, &b);
    assert_eq!(weeks(&b), wanted);
    let again = Restore::of(&full, &b, None, Cut::default(), None);
    assert!(!again.notes().iter().any(|note| note.contains("weeks of ACD")), "{:?}", again.notes());
}

#[test]
fn weeks_of_a_backup_stay_out_where_what_is_whole_stays() {
    let (a, b) = (three_days(), three_days());
    let today = calendar().local(NINE).date().weekday();
    sum_up_weeks(&a, today);
    sum_up_weeks(&b, today.succ());
    let before = weeks(&b);
    let full = a.back_up(1, Mode::Full, &Marks::new()).unwrap();
    Restore::keeping(&full, &b, None, (Cut::default(), None), true).run(&b, &mut |_| true).unwrap();
    assert_eq!(weeks(&b), before);
}
