//! The program is ended at every single change of a file, here and at the receiver, and started again.

use std::path::Path;

use parking_lot::Mutex;

use super::world::{FakeReceiver, FusedDisk, SharedFuse, Wrong, call, fuse, is_blown, no_fuse, options, room_for, set};
use crate::history::{HandOver, Spool, hand_over};

/// What the collector tells, in order.
#[derive(Clone, Copy)]
enum Told {
    Record(u64, i64),
    IntervalClosed(i64),
}

/// Three intervals: a busy one that fills a file, one without a call, one with two calls in one second.
const STORY: &[Told] = &[
    Told::Record(1, 100),
    Told::Record(2, 160),
    Told::Record(3, 900),
    Told::Record(4, 1_700),
    Told::Record(5, 1_799),
    Told::IntervalClosed(1_800),
    Told::IntervalClosed(3_600),
    Told::Record(6, 3_700),
    Told::Record(7, 3_700),
    Told::IntervalClosed(5_400),
    Told::Record(8, 5_500),
];

/// Number of the last record among these; 0 if there is none.
fn last_record(told: &[Told]) -> u64 {
    let number = |told: &Told| if let Told::Record(number, _) = told { Some(*number) } else { None };
    told.iter().rev().find_map(number).unwrap_or_default()
}

/// The collector's last checkpoint is so many steps behind at most.
const CHECKPOINT_STEPS: usize = 4;

/// The files that the receiver gets, in the order in which it gets them.
struct Life {
    receiver: FakeReceiver,
    fetched: Vec<(String, Vec<u8>)>,
    /// Steps that the collector's checkpoint stands for.
    checkpoint: usize,
}

impl Life {
    /// One start of the program. Ends when the story is told and all is handed over, or when the fuse blows.
    fn live(&mut self, folder: &Path, fuse: &SharedFuse) -> Option<()> {
        let spool = Spool::open(folder, options(room_for(3)), Box::new(FusedDisk(fuse.clone()))).ok()?;
        let spool = Mutex::new(spool);
        spool.lock().go_on_behind(last_record(&STORY[..self.checkpoint])).ok()?;
        for (step, told) in STORY.iter().enumerate().skip(self.checkpoint) {
            match *told {
                Told::Record(number, at) => {
                    spool.lock().take(number, &call(number, at));
                }
                Told::IntervalClosed(end) => {
                    spool.lock().close_interval(super::world::START + end).ok()?;
                }
            }
            // Now and then several records are put on disk together.
            if step % 2 == 0 {
                spool.lock().sync().ok()?;
                if step - self.checkpoint >= CHECKPOINT_STEPS {
                    self.checkpoint = step + 1;
                }
            }
            hand_over(&spool, &mut self.receiver, "7").ok()?;
            self.fetched.extend(self.receiver.fetch());
        }
        spool.lock().close_now().ok()?;
        while hand_over(&spool, &mut self.receiver, "7").ok()? != HandOver::Nothing {
            self.fetched.extend(self.receiver.fetch());
        }
        Some(())
    }
}

/// A whole life with an end after so many changes and, after the next start, another one after so many more.
fn life(first: u64, second: u64, wrong: Wrong) -> (Vec<(String, Vec<u8>)>, bool) {
    let dir = tempfile::tempdir().unwrap();
    let fuse = fuse(first, wrong);
    let mut life = Life { receiver: FakeReceiver::new(&fuse), fetched: Vec::new(), checkpoint: 0 };
    let mut ends = [second, u64::MAX].into_iter();
    while life.live(dir.path(), &fuse).is_none() {
        assert!(is_blown(&fuse), "it failed without a reason");
        // The receiver goes on while the program is down.
        life.fetched.extend(life.receiver.fetch());
        set(&fuse, ends.next().expect("it is ended twice at most"));
    }
    life.fetched.extend(life.receiver.fetch());
    assert_eq!(*life.receiver.files(), Default::default(), "something was left at the receiver");
    let left: Vec<String> = std::fs::read_dir(dir.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "state.json" && name != "growing.unread")
        .collect();
    assert_eq!(left, [""; 0], "something was left in the spool");
    (life.fetched, ends.len() == 2)
}

/// Name, sequence and records of each file.
fn told(fetched: &[(String, Vec<u8>)]) -> Vec<(&str, (u32, Vec<i64>))> {
    fetched.iter().map(|(name, file)| (name.as_str(), super::world::calls(file))).collect()
}

#[test]
fn a_kill_at_any_step_loses_nothing_and_repeats_nothing() {
    let (expected, _) = life(u64::MAX, u64::MAX, Wrong::Before);
    assert_eq!(
        told(&expected),
        [
            ("chr0001.7", (1, vec![1, 2, 3])),
            ("chr0002.7", (2, vec![4, 5])),
            ("chr0003.7", (3, vec![6, 7])),
            ("chr0004.7", (4, vec![8])),
        ]
    );
    for wrong in [Wrong::Before, Wrong::Half, Wrong::After] {
        for first in 0.. {
            let mut is_done = false;
            for second in [u64::MAX, first % 11] {
                let (fetched, lived_through) = life(first, second, wrong);
                assert!(fetched == expected, "ended {wrong:?} change {first}, then {second}: {:?}", told(&fetched));
                is_done = lived_through;
            }
            if is_done {
                assert!(first > 40, "only {first} changes were tried");
                break;
            }
        }
    }
}

#[test]
fn a_disk_that_is_full_for_a_while_loses_nothing() {
    let (expected, _) = life(u64::MAX, u64::MAX, Wrong::Before);
    for wrong in [Wrong::Before, Wrong::Half, Wrong::After] {
        for after in 0..60 {
            let dir = tempfile::tempdir().unwrap();
            let (full, receiver_fuse) = (fuse(u64::MAX, wrong), no_fuse());
            let disk = Box::new(FusedDisk(full.clone()));
            let spool = Mutex::new(Spool::open(dir.path(), options(room_for(3)), disk).unwrap());
            let mut receiver = FakeReceiver::new(&receiver_fuse);
            let mut fetched = Vec::new();
            set(&full, after);
            // What fails is told again, as the threads do, and room comes after the third time.
            let mut failures = 0;
            let mut patiently = |work: &mut dyn FnMut() -> bool| {
                while !work() {
                    failures += 1;
                    if failures % 3 == 0 {
                        set(&full, u64::MAX);
                    }
                    assert!(failures < 10, "there is room, but it still fails");
                }
            };
            for told in STORY {
                match *told {
                    Told::Record(number, at) => _ = spool.lock().take(number, &call(number, at)),
                    Told::IntervalClosed(end) => {
                        let end = super::world::START + end;
                        patiently(&mut || spool.lock().close_interval(end).is_ok());
                    }
                }
                patiently(&mut || spool.lock().sync().is_ok());
                patiently(&mut || hand_over(&spool, &mut receiver, "7").is_ok());
                fetched.extend(receiver.fetch());
            }
            patiently(&mut || spool.lock().close_now().is_ok());
            let mut is_over = false;
            while !is_over {
                patiently(&mut || match hand_over(&spool, &mut receiver, "7") {
                    Ok(done) => {
                        is_over = done == HandOver::Nothing;
                        true
                    }
                    Err(_) => false,
                });
                fetched.extend(receiver.fetch());
            }
            assert!(fetched == expected, "full {wrong:?} change {after}");
        }
    }
}
