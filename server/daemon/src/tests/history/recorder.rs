//! The threads: what is told is written, closed and handed over, whatever the receiver does.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use model::AcdNumber;
use parking_lot::{Condvar, Mutex};

use super::world::{
    FakeReceiver, START, SharedFuse, Wrong, call, calls, fuse, no_archive, no_fuse, opener, options, real_opener,
    room_for, set, until,
};
use crate::history::{BreakOff, FolderReceiver, RealDisk, Receiver, Recorder, Spool};

const PATIENCE: Duration = Duration::from_secs(60);

fn recorder(folder: &Path, disk: &SharedFuse, receiver: impl Receiver + 'static, on: bool) -> Recorder {
    let opener = opener(folder, disk, 100);
    Recorder::start(AcdNumber(1), "Berlin", opener, (no_archive(), Box::new(receiver)), "", on).unwrap()
}

fn tell(recorder: &Recorder, numbers: impl IntoIterator<Item = u64>) {
    numbers.into_iter().for_each(|number| recorder.record(number, &call(number, number as i64)));
}

#[test]
fn files_reach_a_folder() {
    let (dir, target) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let opener = real_opener(dir.path(), 100);
    let receiver = Box::new(FolderReceiver::new(target.path().to_owned()));
    let recorder = Recorder::start(AcdNumber(1), "Berlin", opener, (no_archive(), receiver), "123", true).unwrap();
    tell(&recorder, 1..=3);
    recorder.interval_closed(START + 1_800);
    tell(&recorder, 4..=4);
    recorder.interval_closed(START + 3_600);
    let found = until("two files", || fs::read(target.path().join("chr0002.123")).ok());
    assert_eq!(calls(&found), (2, vec![4]));
    assert_eq!(calls(&fs::read(target.path().join("chr0001.123")).unwrap()), (1, vec![1, 2, 3]));
    until("nothing waits", || (recorder.report().0.waiting_files == 0).then_some(()));
    let names = fs::read_dir(target.path()).unwrap().count();
    assert_eq!(names, 2, "something else is in the folder");
    assert!(!dir.path().join("chr0001").exists());
}

#[test]
fn a_target_that_is_not_there_is_told_and_files_wait() {
    let (dir, target) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let folder = target.path().join("mounted-later");
    let recorder = recorder(dir.path(), &no_fuse(), FolderReceiver::new(folder.clone()), true);
    tell(&recorder, 1..=3);
    recorder.interval_closed(START + 1_800);
    let problem = until("the problem is told", || Some(recorder.report().1).filter(|problem| !problem.is_empty()));
    assert!(problem.contains("mounted-later") && problem.contains("[history]"), "{problem}");
    assert_eq!(recorder.report().0.waiting_segments, 3);
    fs::create_dir(&folder).unwrap();
    until("the file is there", || fs::read(folder.join("chr0001")).ok());
    until("all is well", || recorder.report().1.is_empty().then_some(()));
}

/// Takes nothing and gives no answer before it is broken off.
struct Hanging {
    asked: Arc<AtomicBool>,
    broken_off: Arc<(Mutex<bool>, Condvar)>,
}

impl Receiver for Hanging {
    fn place(&self) -> String {
        "nowhere".to_owned()
    }

    fn has(&mut self, _: &str) -> anyhow::Result<bool> {
        self.asked.store(true, Ordering::SeqCst);
        let (broken_off, told) = &*self.broken_off;
        let mut broken_off = broken_off.lock();
        told.wait_while(&mut broken_off, |broken_off| !*broken_off);
        anyhow::bail!("broken off")
    }

    fn put(&mut self, _: &str, _: &[u8]) -> anyhow::Result<()> {
        self.has("").map(|_| ())
    }

    fn rename(&mut self, _: &str, _: &str) -> anyhow::Result<()> {
        self.has("").map(|_| ())
    }

    fn replace(&mut self, _: &str, _: &str) -> anyhow::Result<()> {
        self.has("").map(|_| ())
    }

    fn break_off(&self) -> BreakOff {
        let ends = Arc::clone(&self.broken_off);
        Box::new(move || {
            *ends.0.lock() = true;
            ends.1.notify_all();
        })
    }
}

/// This test does not end if nothing breaks it off.
#[test]
fn a_receiver_that_hangs_does_not_hold_up_a_stop_and_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (asked, broken_off) = (Arc::new(AtomicBool::new(false)), Arc::default());
    let hanging = Hanging { asked: Arc::clone(&asked), broken_off };
    let stopped = recorder(dir.path(), &no_fuse(), hanging, true);
    tell(&stopped, 1..=3);
    stopped.interval_closed(START + 1_800);
    until("it is asked", || asked.load(Ordering::SeqCst).then_some(()));
    stopped.stop();
    assert_eq!(stopped.report().1, "", "a stop is no problem");
    drop(stopped);
    let receiver = FakeReceiver::new(&no_fuse());
    let _started = recorder(dir.path(), &no_fuse(), receiver.clone(), true);
    let file = until("the file is there", || receiver.files().get("chr0001").cloned());
    assert_eq!(calls(&file), (1, vec![1, 2, 3]));
}

#[test]
fn a_checkpoint_waits_for_what_cannot_be_written() {
    let dir = tempfile::tempdir().unwrap();
    let disk = fuse(u64::MAX, Wrong::Half);
    let receiver = FakeReceiver::new(&no_fuse());
    let recorder = recorder(dir.path(), &disk, receiver.clone(), true);
    tell(&recorder, [1]);
    assert!(recorder.settle(PATIENCE) && recorder.is_idle());
    set(&disk, 0);
    tell(&recorder, [2]);
    let problem = until("the problem is told", || Some(recorder.report().1).filter(|problem| !problem.is_empty()));
    assert!(problem.contains("cannot write call history"), "{problem}");
    assert!(!recorder.is_idle() && !recorder.settle(Duration::ZERO));
    set(&disk, u64::MAX);
    assert!(recorder.settle(PATIENCE) && recorder.is_idle());
    recorder.interval_closed(START + 1_800);
    until("the file is there", || receiver.files().get("chr0001").map(|file| assert_eq!(calls(file).1, [1, 2])));
}

/// Nothing waits for it meanwhile: it may be damaged, and then nobody knows for how long.
#[test]
fn a_disk_that_is_full_at_the_start_is_tried_again() {
    let dir = tempfile::tempdir().unwrap();
    let disk = fuse(0, Wrong::Before);
    let receiver = FakeReceiver::new(&no_fuse());
    let recorder = recorder(dir.path(), &disk, receiver.clone(), true);
    let (report, problem) = recorder.report();
    assert!(problem.starts_with("no call history is handed over") && problem.ends_with("retrying"), "{problem}");
    assert_eq!((report.last.number, report.next_file.as_str()), (0, ""));
    recorder.go_on_behind(7);
    assert!(recorder.is_idle() && recorder.settle(Duration::ZERO));
    set(&disk, u64::MAX);
    until("it is open", || recorder.report().1.is_empty().then_some(()));
    tell(&recorder, 7..=9);
    recorder.interval_closed(START + 1_800);
    until("the file is there", || receiver.files().get("chr0001").map(|file| assert_eq!(calls(file).1, [8, 9])));
}

#[test]
fn off_means_that_nothing_is_taken_and_on_says_from_where() {
    let dir = tempfile::tempdir().unwrap();
    let receiver = FakeReceiver::new(&no_fuse());
    let recorder = recorder(dir.path(), &no_fuse(), receiver.clone(), false);
    tell(&recorder, 1..=5);
    assert_eq!(recorder.report().0.growing_segments, 0);
    recorder.switch_on(None).unwrap();
    assert_eq!(recorder.report().0.last.number, 5);
    tell(&recorder, 5..=7);
    recorder.switch_off();
    tell(&recorder, 8..=9);
    // What was taken leaves at once, in a file of its own.
    until("the first file", || receiver.files().get("chr0001").map(|file| assert_eq!(calls(file).1, [6, 7])));
    recorder.switch_on(None).unwrap();
    assert_eq!(recorder.report().0.last.number, 9);
    tell(&recorder, 10..=10);
    recorder.interval_closed(START + 1_800);
    until("the second file", || receiver.files().get("chr0002").map(|file| assert_eq!(calls(file).1, [10])));
}

#[test]
fn too_much_that_waits_is_told() {
    let dir = tempfile::tempdir().unwrap();
    drop(Spool::open(dir.path(), options(room_for(1)), Box::new(RealDisk)).unwrap());
    let waiting = r#"{"file": 1, "sequence": 1, "segments": 99998, "last_number": 99998}"#;
    let state = format!(
        r#"{{"next_file": 2, "next_sequence": 2, "last": {{"number": 99998, "at": 0}}, "closed_to": 0, "waiting": [{waiting}],
        "placing_at": null, "leftover": null, "handed_files": 0, "handed_segments": 0, "handed_number": 0}}"#
    );
    fs::write(dir.path().join("state.json"), state).unwrap();
    let hangs = fuse(0, Wrong::Before);
    let recorder = recorder(dir.path(), &no_fuse(), FakeReceiver::new(&hangs), true);
    tell(&recorder, 99_999..=99_999);
    let told = until("the buffer is told of", || {
        Some(recorder.report().1).filter(|problem| problem.contains("99999 segments"))
    });
    assert!(told.contains("wait for the receiver"), "{told}");
    // It is still taken.
    tell(&recorder, 100_000..=100_000);
    assert!(recorder.settle(PATIENCE));
    assert_eq!(recorder.report().0.growing_segments, 2);
}
