//! What a heal takes of records that follow from each server's own rules.

use std::collections::{BTreeMap, BTreeSet};

use catalog::{Record, TraceRow};
use model::{DataKind, LoginId, Moment};

use super::{ACD, NINE, Place, calendar, history, label, rows, server, unpack_all};
use crate::error::Result;
use crate::{Chosen, Cut, Healing, Making, Manifest, Marks, Mode, Stretches, Target, choose, make};

const TRACES: &str = "acd01_ag_actv";

/// What is chosen of the first half hour of `from`, where `to` lacks data of it.
fn chosen(from: &Place, to: &Place, is_own: bool) -> Chosen {
    healing(from, to, NINE.0 + 1800, vec![(NINE.0, NINE.0 + 1800, true)], is_own).expect("something to heal")
}

/// What is chosen of `from` up to a moment, where `to` has these intervals.
fn healing(from: &Place, to: &Place, up_to: i64, here: Vec<(i64, i64, bool)>, is_own: bool) -> Result<Chosen> {
    let healing = Healing { clock_set: BTreeSet::new(), partly: BTreeSet::new(), is_own };
    healing_of(from, to, up_to, here, healing)
}

fn healing_of(from: &Place, to: &Place, up_to: i64, here: Vec<(i64, i64, bool)>, healing: Healing) -> Result<Chosen> {
    let stretches = Stretches { of: vec![(NINE.0, up_to)], ..Stretches::default() };
    let made = make(Making {
        choice: &history(Mode::Full),
        label: label(1, Mode::Full),
        server: server(),
        product: "0.1.0",
        at: NINE,
        data: &from.data,
        folder: from.folder(),
        volume_bytes: u64::MAX,
        builds_on: BTreeMap::new(),
        marks: &Marks::new(),
        left_out: BTreeSet::new(),
        only: None,
        stretches: Some(&stretches),
        go_on: &mut |_, _| true,
    })
    .expect("a parcel");
    let manifests: Vec<Manifest> = made.volumes.iter().map(|(_, manifest)| manifest.clone()).collect();
    let volumes = unpack_all(&made, &to.device);
    let left_out = BTreeSet::new();
    let target = Target {
        data: to.data.clone(),
        calendar: calendar(),
        collecting_from: None,
        left_out,
        here,
        keep_whole: false,
        healing: Some(healing),
    };
    let (kinds, targets) = (BTreeSet::from([DataKind::Historical]), BTreeMap::from([(ACD, target)]));
    choose(&manifests, &volumes, &kinds, None, Cut::default(), &targets)
}

/// After a change of the length of intervals, at another moment on each server.
#[test]
fn of_intervals_of_another_length_all_are_taken_or_none() {
    let hour = |lacks: bool| vec![(NINE.0, NINE.0 + 3600, lacks)];
    let halves =
        |first: bool, second: bool| vec![(NINE.0, NINE.0 + 1800, first), (NINE.0 + 1800, NINE.0 + 3600, second)];
    let taken = |intervals: i64, here: Vec<(i64, i64, bool)>| {
        let (a, b) = (Place::with(intervals, 10), Place::with(1, 5));
        let chosen = healing(&a, &b, NINE.0 + 3600, here, false).expect("a choice");
        let starts = chosen.pieces.values().flatten().filter(|piece| piece.carried.table == "digests");
        starts.flat_map(|piece| &piece.extents).map(|extent| extent.from - NINE.0).collect::<Vec<i64>>()
    };
    assert_eq!(taken(2, hour(true)), [0, 1800], "an hour that lacks data gives way to its two halves");
    assert!(taken(2, hour(false)).is_empty(), "a whole hour does not");
    assert!(taken(1, hour(true)).is_empty(), "half of it is less than is here");
    assert_eq!(taken(2, halves(true, false)), [0], "of the same length each is judged by itself");
    let twice = vec![(NINE.0, NINE.0 + 3600, false), (NINE.0 + 1800, NINE.0 + 3600, false)];
    assert_eq!(taken(2, twice), [0, 1800], "what counts twice is not whole");
}

/// No trace there says no more than that nobody is traced there.
#[test]
fn traces_stay_where_the_other_server_has_none() {
    let (a, b) = (Place::with(1, 10), Place::with(1, 5));
    let taken = chosen(&a, &b, false);
    assert!(taken.parts.contains_key("acd01_call_rec"), "calls are told to both");
    assert!(!taken.parts.contains_key(TRACES));
}

/// The list of intervals was lost, the records were not; the other server missed a part.
#[test]
fn records_stay_where_the_other_server_lacks_data() {
    let agent = LoginId::new("4711").expect("a login");
    let trace = |at: Moment| {
        let row = TraceRow::bare(agent, at, at + 60, "AVAIL".parse().expect("a mode"));
        (Record::first_number(at + 60), Record::Trace(Box::new(row)))
    };
    let taken = |lacks: bool, own: &[Moment]| {
        let (a, b) = (Place::with(0, 0), Place::with(0, 0));
        for interval in [NINE, NINE + 1800] {
            let mut rows = rows(interval, 10);
            rows.incomplete = lacks;
            a.store().archive(&rows).expect("it is archived");
        }
        a.store().append_records(&[trace(NINE), trace(NINE + 1800)], &calendar()).expect("they are stored");
        let own: Vec<_> = own.iter().map(|at| trace(*at)).collect();
        b.store().append_records(&own, &calendar()).expect("they are stored");
        let chosen = healing(&a, &b, NINE.0 + 3600, Vec::new(), false).expect("a choice");
        let pieces: Vec<_> = chosen.pieces.into_values().flatten().collect();
        let places = |table: &str| {
            let of_table = pieces.iter().filter(|piece| piece.carried.table == table);
            of_table.flat_map(|piece| piece.extents.clone()).collect::<Vec<_>>()
        };
        assert_eq!(places("hsplit").len(), 2, "the intervals come");
        let moment = |number: i64| Record::moment_of(number as u64).0;
        let of = places("ag_actv").into_iter().map(|extent| [extent.after + 1, extent.up_to + 1].map(moment));
        of.collect::<Vec<_>>()
    };
    let all = [NINE.0, NINE.0 + 3600];
    assert_eq!(taken(true, &[]), [all], "there are none here");
    assert_eq!(taken(false, &[NINE]), [all], "the other server has them whole");
    assert_eq!(taken(true, &[NINE]), [[NINE.0 + 1800, NINE.0 + 3600]], "those of the first stay");
    assert!(taken(true, &[NINE, NINE + 1800]).is_empty());
}

#[test]
fn traces_come_where_the_other_server_has_some_or_this_one_made_them_anew() {
    let (a, b) = (Place::with(1, 10), Place::with(1, 5));
    assert!(chosen(&a, &b, true).parts.contains_key(TRACES), "collected again by this server's own rules");
    let (a, b) = (Place::with(1, 10), Place::with(1, 5));
    let agent = LoginId::new("4711").expect("a login");
    let row = TraceRow::bare(agent, NINE, NINE + 60, "AVAIL".parse().expect("a mode"));
    let number = Record::first_number(NINE + 60);
    a.store().append_records(&[(number, Record::Trace(Box::new(row)))], &calendar()).expect("it is stored");
    assert!(chosen(&a, &b, false).parts.contains_key(TRACES));
}

/// Only some tables of it were restored: what the other server has of it is more, although it lacks data, too.
#[test]
fn an_interval_that_was_restored_in_part_is_taken_as_the_other_server_has_it() {
    let mut rows = rows(NINE, 10);
    rows.incomplete = true;
    let taken = |partly: &[i64]| {
        let (a, b) = (Place::with(0, 0), Place::with(0, 0));
        a.store().archive(&rows).unwrap();
        let (here, clock_set) = (vec![(NINE.0, NINE.0 + 1800, true)], BTreeSet::new());
        let partly = partly.iter().copied().collect();
        let healing = Healing { clock_set, partly, is_own: false };
        let chosen = healing_of(&a, &b, NINE.0 + 1800, here, healing).expect("a choice");
        chosen.pieces.values().flatten().any(|piece| piece.carried.table == "hsplit")
    };
    assert!(!taken(&[]) && taken(&[NINE.0]));
}

/// The hour that came twice is in one interval here, and the other server has the second pass of it alone: whole, and less.
#[test]
fn an_interval_in_which_the_clock_was_set_stays() {
    let (a, b) = (Place::with(2, 10), Place::with(1, 5));
    let here = vec![(NINE.0, NINE.0 + 1800, true), (NINE.0 + 1800, NINE.0 + 3600, true)];
    let healing = Healing { clock_set: BTreeSet::from([NINE.0]), partly: BTreeSet::new(), is_own: false };
    let chosen = healing_of(&a, &b, NINE.0 + 3600, here, healing).expect("a choice");
    let taken = chosen.pieces.values().flatten().filter(|piece| piece.carried.table == "digests");
    assert_eq!(taken.flat_map(|piece| &piece.extents).map(|extent| extent.from).collect::<Vec<_>>(), [NINE.0 + 1800]);
    assert!(chosen.notes.iter().any(|note| note.contains("the switch's clock was set in them")), "{:?}", chosen.notes);
}
