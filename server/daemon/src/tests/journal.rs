//! The journal through damage: what was promised is read back, and nothing is read that was not written.

use std::fs::OpenOptions;
use std::io::{Seek, SeekFrom, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use link::native::Position;
use model::{Event, EventBody, Moment};

use crate::journal::{Batch, JournalReader, JournalWriter, Origin, Progress, recover};

fn event(number: u64) -> (Origin, Event) {
    let position = Some(Position { boot: 7, seq: number });
    let at = Moment(1_700_000_000 + i64::try_from(number).unwrap());
    (Origin { position, snapshot: number.is_multiple_of(5) }, Event { at, body: EventBody::Heartbeat })
}

fn batch(first: u64, count: u64) -> Batch {
    let mut batch = Batch::starting_at(first);
    for number in first..first + count {
        let (origin, event) = event(number);
        batch.push(origin, &event);
    }
    batch
}

fn write(folder: &Path, last: u64, counts: &[u64]) {
    let mut writer = JournalWriter::new(folder, last);
    for &count in counts {
        writer.append(&batch(writer.next_index(), count)).unwrap();
    }
}

/// The numbers that are read from `from` on, with what was wrong; each record is held against what was written.
fn read(folder: &Path, from: u64) -> (Vec<u64>, Option<String>) {
    let mut numbers = Vec::new();
    let mut furthest = Progress::default();
    let recovered = recover(folder, from, |entries, progress| {
        for entry in entries {
            assert_eq!((entry.origin, entry.event.clone()), event(entry.index));
            numbers.push(entry.index);
        }
        assert!(furthest.read <= progress.read && progress.read <= progress.all, "{furthest:?} {progress:?}");
        furthest = progress;
        ControlFlow::Continue(())
    })
    .unwrap();
    assert!(!recovered.stopped);
    assert!(recovered.damage.is_some() || furthest.read == furthest.all, "all of it is read: {furthest:?}");
    (numbers, recovered.damage)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn cut(path: &Path, bytes: u64) {
    let file = OpenOptions::new().write(true).open(path).unwrap();
    file.set_len(file.metadata().unwrap().len() - bytes).unwrap();
}

#[test]
fn what_was_appended_is_read_from_any_record_on() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), 0, &[3, 1, 4]);
    write(folder.path(), 8, &[2]);
    assert_eq!(read(folder.path(), 1), ((1..=10).collect(), None));
    assert_eq!(read(folder.path(), 6), ((6..=10).collect(), None));
    assert_eq!(read(folder.path(), 11), (vec![], None));
}

#[test]
fn a_replay_that_is_told_to_stop_stops_and_sets_nothing_aside() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), 0, &[20_000]);
    write(folder.path(), 20_002, &[1]);
    let before = files(folder.path());
    for chunks in [0, 1, 2] {
        let mut numbers = Vec::new();
        let mut calls = 0;
        let recovered = recover(folder.path(), 1, |entries, _| {
            numbers.extend(entries.iter().map(|entry| entry.index));
            calls += 1;
            if calls > chunks { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        let recovered = recovered.unwrap();
        assert!(recovered.stopped && recovered.damage.is_none(), "{recovered:?}");
        assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());
        assert!(numbers.len() < 20_000, "{}", numbers.len());
        assert_eq!(files(folder.path()), before);
    }
    let (numbers, damage) = read(folder.path(), 1);
    assert_eq!(numbers.len(), 20_000);
    assert!(damage.unwrap().contains("20001 to 20002 are missing"));
}

#[test]
fn a_torn_end_is_not_read_and_the_next_start_goes_on_after_it() {
    for torn in 1..80 {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), 0, &[5]);
        cut(&files(folder.path())[0], torn);
        let (numbers, _) = read(folder.path(), 1);
        let last = numbers.len() as u64;
        assert_eq!(numbers, (1..=last).collect::<Vec<_>>());
        assert!(last < 5, "cut by {torn}: {last}");
        write(folder.path(), last, &[2]);
        assert_eq!(read(folder.path(), 1), ((1..=last + 2).collect(), None));
    }
}

#[test]
fn damage_in_the_middle_ends_the_reading_and_later_segments_are_kept_aside() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), 0, &[4]);
    write(folder.path(), 4, &[4]);
    write(folder.path(), 8, &[4]);
    let second = &files(folder.path())[1];
    let mut file = OpenOptions::new().write(true).open(second).unwrap();
    file.seek(SeekFrom::Start(60)).unwrap();
    file.write_all(&[0xFF; 3]).unwrap();
    let (numbers, damage) = read(folder.path(), 1);
    assert!(numbers.len() < 8 && numbers.len() >= 4, "{numbers:?}");
    assert!(damage.unwrap().contains("damaged at byte"));
    let kept: Vec<_> =
        files(folder.path()).iter().filter(|path| path.to_string_lossy().ends_with(".unread")).cloned().collect();
    assert_eq!(kept.len(), 1, "nothing is deleted");
    let last = numbers.len() as u64;
    write(folder.path(), last, &[1]);
    assert_eq!(read(folder.path(), 1), ((1..=last + 1).collect(), None));
}

#[test]
fn damage_among_old_records_does_not_keep_newer_ones_from_being_read() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), 0, &[10]);
    write(folder.path(), 10, &[2]);
    let mut file = OpenOptions::new().write(true).open(&files(folder.path())[0]).unwrap();
    file.seek(SeekFrom::Start(60)).unwrap();
    file.write_all(&[0xFF; 3]).unwrap();
    assert_eq!(read(folder.path(), 6), ((6..=12).collect(), None), "a checkpoint has what lies before");
    let mut reader = JournalReader::open(folder.path(), 1).unwrap();
    while reader.next_entry().unwrap().is_some() {}
    assert!(!reader.at_the_end());
    assert!(reader.damage().unwrap().contains("cannot be read"));
}

#[test]
fn a_batch_that_was_written_twice_counts_once() {
    let folder = tempfile::tempdir().unwrap();
    // The first writer's sync failed after the bytes had reached the disk: the same batch then went elsewhere.
    write(folder.path(), 0, &[2, 3]);
    write(folder.path(), 2, &[3, 1]);
    assert_eq!(read(folder.path(), 1), ((1..=6).collect(), None));
}

#[test]
fn a_missing_segment_is_told() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), 0, &[2]);
    write(folder.path(), 2, &[2]);
    write(folder.path(), 4, &[2]);
    std::fs::remove_file(&files(folder.path())[1]).unwrap();
    let (numbers, damage) = read(folder.path(), 1);
    assert_eq!(numbers, [1, 2]);
    assert!(damage.unwrap().contains("3 to 4 are missing"));
}

#[test]
fn old_segments_expire_only_before_what_is_needed() {
    let folder = tempfile::tempdir().unwrap();
    for start in [0, 4, 8] {
        write(folder.path(), start, &[4]);
    }
    let mut writer = JournalWriter::new(folder.path(), 12);
    writer.expire(7, |_| false).unwrap();
    assert_eq!(read(folder.path(), 5).0, (5..=12).collect::<Vec<_>>());
    writer.expire(13, |_| true).unwrap();
    assert_eq!(files(folder.path()).len(), 2, "young segments stay");
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(64))]

    #[test]
    fn no_damage_invents_or_reorders_a_record(at in 0usize..400, value: u8) {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), 0, &[3]);
        write(folder.path(), 3, &[3]);
        for path in files(folder.path()) {
            let mut bytes = std::fs::read(&path).unwrap();
            let length = bytes.len();
            bytes[at % length] ^= value;
            std::fs::write(&path, bytes).unwrap();
        }
        let (numbers, _) = read(folder.path(), 1);
        proptest::prop_assert_eq!(&numbers, &(1..=numbers.len() as u64).collect::<Vec<_>>());
    }
}
