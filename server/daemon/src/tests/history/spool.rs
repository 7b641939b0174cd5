//! Files: what is in them, how they are called, and what is told of them.

use std::fs;
use std::path::Path;

use echi::Version;
use model::Moment;
use parking_lot::Mutex;

use super::world::{FakeReceiver, FusedDisk, START, call, calls, no_fuse, options, room_for};
use crate::config::FileForm;
use crate::history::{HandOver, Place, Spool, SpoolOptions, hand_over};

fn open_with(folder: &Path, options: SpoolOptions) -> Spool {
    Spool::open(folder, options, Box::new(FusedDisk(no_fuse()))).unwrap()
}

fn open(folder: &Path) -> Spool {
    open_with(folder, options(room_for(1_000)))
}

/// Takes calls that end one second after the other, and puts them on disk.
fn take(spool: &mut Spool, numbers: impl IntoIterator<Item = u64>) {
    for number in numbers {
        spool.take(number, &call(number, number as i64));
    }
    spool.sync().unwrap();
}

/// The closed files of a folder by name, with their sequence numbers and calls.
fn closed(folder: &Path) -> Vec<(String, u32, Vec<i64>)> {
    let mut found: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_name().to_str().unwrap().starts_with("chr"))
        .map(|entry| {
            let (sequence, calls) = calls(&fs::read(entry.path()).unwrap());
            (entry.file_name().into_string().unwrap(), sequence, calls)
        })
        .collect();
    found.sort();
    found
}

#[test]
fn a_record_is_taken_once_however_often_it_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let mut spool = open(dir.path());
    take(&mut spool, [1, 2, 3, 2, 3]);
    drop(spool);
    let mut spool = open(dir.path());
    take(&mut spool, 1..=4);
    spool.close_now().unwrap();
    take(&mut spool, 1..=5);
    drop(spool);
    let mut spool = open(dir.path());
    take(&mut spool, 1..=6);
    spool.close_now().unwrap();
    let file = |name: &str, sequence, calls: &[i64]| (name.to_owned(), sequence, calls.to_vec());
    assert_eq!(closed(dir.path()), [file("chr0001", 1, &[1, 2, 3, 4]), file("chr0002", 2, &[5, 6])]);
}

#[test]
fn files_are_closed_at_the_interval_s_end_and_at_the_size_limit() {
    let dir = tempfile::tempdir().unwrap();
    let mut spool = open_with(dir.path(), options(room_for(2)));
    take(&mut spool, 1..=5);
    assert_eq!(closed(dir.path()).len(), 2);
    spool.close_interval(START + 1_800).unwrap();
    // Told again, and an interval without a call: no file.
    spool.close_interval(START + 1_800).unwrap();
    spool.close_interval(START + 3_600).unwrap();
    let segments: Vec<_> = closed(dir.path()).into_iter().map(|(_, sequence, calls)| (sequence, calls)).collect();
    assert_eq!(segments, [(1, vec![1, 2]), (2, vec![3, 4]), (3, vec![5])]);
    for name in ["chr0001", "chr0002", "chr0003"] {
        assert!(fs::metadata(dir.path().join(name)).unwrap().len() <= room_for(2));
    }
}

/// The clock was ahead by a day, and the ends of days to come were told.
#[test]
fn an_interval_s_end_counts_whatever_ends_were_told_before() {
    let dir = tempfile::tempdir().unwrap();
    let mut spool = open(dir.path());
    take(&mut spool, 1..=2);
    spool.close_interval(START + 86_400 + 1_800).unwrap();
    take(&mut spool, 3..=4);
    spool.close_interval(START + 1_800).unwrap();
    take(&mut spool, 5..=5);
    drop(spool);
    let mut spool = open(dir.path());
    spool.go_on_behind(5).unwrap();
    spool.close_interval(START + 3_600).unwrap();
    let all: Vec<_> = closed(dir.path()).into_iter().map(|(_, _, calls)| calls).collect();
    assert_eq!(all, [vec![1, 2], vec![3, 4], vec![5]]);
}

#[test]
fn an_interval_s_end_that_a_start_tells_again_closes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut spool = open(dir.path());
    take(&mut spool, 1..=5);
    spool.close_interval(START + 1_800).unwrap();
    take(&mut spool, 6..=7);
    drop(spool);
    // The checkpoint is of before the end; the journal tells the rest.
    let mut spool = open(dir.path());
    spool.go_on_behind(3).unwrap();
    take(&mut spool, 4..=5);
    spool.close_interval(START + 1_800).unwrap();
    assert_eq!(spool.report().growing_segments, 2);
    take(&mut spool, 6..=8);
    spool.close_interval(START + 3_600).unwrap();
    let all: Vec<_> = closed(dir.path()).into_iter().map(|(_, _, calls)| calls).collect();
    assert_eq!(all, [vec![1, 2, 3, 4, 5], vec![6, 7, 8]]);
}

#[test]
fn a_start_behind_more_than_is_here_asks_the_archive() {
    let dir = tempfile::tempdir().unwrap();
    let mut spool = open(dir.path());
    // New: what was told before nobody wanted.
    spool.go_on_behind(3).unwrap();
    assert_eq!((spool.last().number, spool.catch_up_to()), (3, None));
    take(&mut spool, 3..=5);
    drop(spool);
    let mut spool = open(dir.path());
    spool.go_on_behind(4).unwrap();
    assert_eq!((spool.last().number, spool.catch_up_to()), (5, None));
    drop(spool);
    // Told while nobody was here.
    let mut spool = open(dir.path());
    spool.go_on_behind(9).unwrap();
    assert_eq!((spool.last().number, spool.catch_up_to()), (5, Some(9)));
    drop(spool);
    let mut spool = open(dir.path());
    spool.go_on_behind(11).unwrap();
    assert_eq!((spool.last().number, spool.catch_up_to()), (5, Some(11)));
    spool.caught_up().unwrap();
    // Told while it was off.
    spool.switch_off().unwrap();
    drop(spool);
    let mut spool = open(dir.path());
    spool.go_on_behind(20).unwrap();
    assert_eq!((spool.last().number, spool.catch_up_to()), (20, None));
    drop(spool);
    let mut spool = open(dir.path());
    spool.go_on_behind(20).unwrap();
    assert_eq!((spool.last().number, spool.catch_up_to()), (20, None));
}

#[test]
fn a_record_larger_than_the_limit_has_a_file_to_itself() {
    let dir = tempfile::tempdir().unwrap();
    let mut spool = open_with(dir.path(), options(100));
    take(&mut spool, 1..=2);
    spool.close_now().unwrap();
    assert_eq!(closed(dir.path()).len(), 2);
}

#[test]
fn behind_9999_comes_0000() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path()));
    let state = r#"{"next_file": 9998, "next_sequence": 4294967295, "last": {"number": 0, "at": 0}, "closed_to": 0,
        "waiting": [], "placing_at": null, "leftover": null, "handed_files": 0, "handed_segments": 0, "handed_number": 0}"#;
    fs::write(dir.path().join("state.json"), state).unwrap();
    let mut spool = open_with(dir.path(), options(room_for(1)));
    take(&mut spool, 1..=4);
    spool.close_now().unwrap();
    let named: Vec<_> = closed(dir.path()).into_iter().map(|(name, sequence, _)| (name, sequence)).collect();
    let expected = [("chr0000", 1), ("chr0001", 2), ("chr9998", u32::MAX), ("chr9999", 0)];
    assert_eq!(named, expected.map(|(name, sequence)| (name.to_owned(), sequence)));
    // They leave in the order in which they were closed.
    let (spool, mut receiver) = (Mutex::new(spool), FakeReceiver::new(&no_fuse()));
    let mut left = Vec::new();
    while let HandOver::Done { name, .. } = hand_over(&spool, &mut receiver, "").unwrap() {
        left.push(name);
    }
    assert_eq!(left, ["chr9998", "chr9999", "chr0000", "chr0001"]);
}

#[test]
fn a_number_that_still_waits_is_left_out() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path()));
    let waiting = r#"{"file": 0, "sequence": 5, "segments": 1, "last_number": 0}"#;
    let state = format!(
        r#"{{"next_file": 9999, "next_sequence": 6, "last": {{"number": 0, "at": 0}}, "closed_to": 0, "waiting": [{waiting}],
        "placing_at": null, "leftover": null, "handed_files": 0, "handed_segments": 0, "handed_number": 0}}"#
    );
    fs::write(dir.path().join("state.json"), state).unwrap();
    let mut spool = open(dir.path());
    take(&mut spool, [1]);
    spool.close_now().unwrap();
    assert_eq!(spool.report().next_file, "chr0001");
}

#[test]
fn a_receiver_that_does_not_fetch_is_told_of() {
    let dir = tempfile::tempdir().unwrap();
    let mut spool = open(dir.path());
    take(&mut spool, [1]);
    spool.close_now().unwrap();
    let (spool, mut receiver) = (Mutex::new(spool), FakeReceiver::new(&no_fuse()));
    receiver.files().insert("chr0001.5".to_owned(), vec![1]);
    let told = format!("{:#}", hand_over(&spool, &mut receiver, "5").unwrap_err());
    assert!(told.contains("chr0001.5") && told.contains("fetch"), "{told}");
    assert_eq!(receiver.files().get("chr0001.5"), Some(&vec![1]), "it was overwritten");
    receiver.fetch();
    assert_eq!(
        hand_over(&spool, &mut receiver, "5").unwrap(),
        HandOver::Done { name: "chr0001.5".to_owned(), segments: 1 }
    );
}

#[test]
fn another_form_begins_with_another_file() {
    let dir = tempfile::tempdir().unwrap();
    let mut spool = open(dir.path());
    take(&mut spool, 1..=2);
    drop(spool);
    let form = FileForm { version: Version::R12, text: true };
    let mut spool = open_with(dir.path(), SpoolOptions { form, ..options(room_for(9)) });
    assert_eq!(closed(dir.path()), [("chr0001".to_owned(), 1, vec![1, 2])]);
    take(&mut spool, 2..=3);
    spool.close_now().unwrap();
    let text = fs::read_to_string(dir.path().join("chr0002")).unwrap();
    assert!(text.starts_with("3,0,0,0,10,60,2026-11-23 09:59:03,2026-11-23 10:00:03,50,"), "{text}");
    assert_eq!(text.lines().count(), 1);
}

#[test]
fn two_servers_write_the_same_bytes() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (mut first, mut second) = (open(one.path()), open(other.path()));
    // The second has sent files before, and gets its records in other portions.
    take(&mut second, [1]);
    second.close_now().unwrap();
    second.go_on_after(Some(Place { number: 20, at: START + 20 }), None, None).unwrap();
    take(&mut first, 21..=40);
    (15..=40).for_each(|number| take(&mut second, [number]));
    first.close_interval(START + 1_800).unwrap();
    second.close_interval(START + 1_800).unwrap();
    let (first, second) =
        (fs::read(one.path().join("chr0001")).unwrap(), fs::read(other.path().join("chr0002")).unwrap());
    assert_eq!((first[..4].to_vec(), &first[8..]), (second[..4].to_vec(), &second[8..]));
    assert_eq!((calls(&first).0, calls(&second).0), (1, 2));
}

#[test]
fn switched_on_it_goes_on_behind_what_was_seen() {
    let dir = tempfile::tempdir().unwrap();
    let mut spool = open(dir.path());
    take(&mut spool, 1..=3);
    spool.go_on_after(Some(Place { number: 7, at: START + 7 }), None, Some(START)).unwrap();
    assert_eq!(spool.report().last, Place { number: 7, at: START + 7 });
    drop(spool);
    // The journal tells all of it again.
    let mut spool = open(dir.path());
    take(&mut spool, 4..=9);
    spool.close_now().unwrap();
    let all: Vec<_> = closed(dir.path()).into_iter().map(|(_, _, calls)| calls).collect();
    assert_eq!(all, [vec![1, 2, 3], vec![8, 9]]);
}

#[test]
fn the_torn_end_of_a_file_is_kept_and_told_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut spool = open(dir.path());
    take(&mut spool, 1..=3);
    drop(spool);
    let growing = dir.path().join("growing");
    let bytes = fs::read(&growing).unwrap();
    fs::write(&growing, &bytes[..bytes.len() - 100]).unwrap();
    let mut spool = open(dir.path());
    assert_eq!(spool.report().growing_segments, 2);
    assert!(fs::metadata(dir.path().join("growing.unread")).unwrap().len() > 0);
    take(&mut spool, 1..=4);
    spool.close_now().unwrap();
    assert_eq!(closed(dir.path())[0].2, [1, 2, 3, 4]);
}

#[test]
fn what_is_kept_back_never_leaves_and_is_not_deleted() {
    let dir = tempfile::tempdir().unwrap();
    let mut spool = open_with(dir.path(), options(room_for(2)));
    take(&mut spool, 1..=5);
    assert_eq!(spool.drop_waiting().unwrap(), 5);
    assert_eq!((spool.front(), closed(dir.path())), (None, Vec::new()));
    let mut kept: Vec<_> =
        fs::read_dir(dir.path().join("dropped")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    kept.sort();
    assert_eq!(kept, ["chr0001-1", "chr0002-2", "chr0003-3"]);
    // It goes on behind them.
    take(&mut spool, 4..=6);
    spool.close_now().unwrap();
    assert_eq!(closed(dir.path()), [("chr0004".to_owned(), 4, vec![6])]);
}

#[test]
fn a_damaged_state_is_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path()));
    fs::write(dir.path().join("state.json"), "{").unwrap();
    let refused = Spool::open(dir.path(), options(room_for(1)), Box::new(FusedDisk(no_fuse())));
    let told = refused.err().expect("it is damaged").to_string();
    assert!(told.contains("state.json") && told.contains("damaged"), "{told}");
    assert_eq!(fs::read_to_string(dir.path().join("state.json")).unwrap(), "{");
}

#[test]
fn a_folder_that_has_lost_its_state_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let mut spool = open(dir.path());
    take(&mut spool, [1]);
    drop(spool);
    fs::remove_file(dir.path().join("state.json")).unwrap();
    let refused = Spool::open(dir.path(), options(room_for(1)), Box::new(FusedDisk(no_fuse())));
    let told = refused.err().expect("it has lost its state").to_string();
    assert!(told.contains("state.json is missing") && told.contains("growing"), "{told}");
    assert!(dir.path().join("growing").exists());
}

#[test]
fn what_there_is_to_tell_follows_the_files() {
    let dir = tempfile::tempdir().unwrap();
    let mut spool = open_with(dir.path(), options(room_for(2)));
    take(&mut spool, 1..=5);
    let report = spool.report();
    assert_eq!((report.growing_segments, report.waiting_files, report.waiting_segments), (1, 2, 4));
    assert_eq!(
        (report.last, report.next_file.as_str(), report.next_sequence),
        (Place { number: 5, at: Moment(START.0 + 5) }, "chr0003", 3)
    );
    let (spool, mut receiver) = (Mutex::new(spool), FakeReceiver::new(&no_fuse()));
    hand_over(&spool, &mut receiver, "").unwrap();
    let report = spool.lock().report();
    assert_eq!((report.handed_files, report.handed_segments, report.handed_number, report.waiting_files), (1, 2, 2, 1));
    let handed = report.last_handed.expect("one was handed over");
    assert_eq!(handed.name, "chr0001");
    drop(spool);
    let again = open_with(dir.path(), options(room_for(2))).report();
    assert_eq!(again.last_handed, Some(handed), "known after a restart, too");
}
