//! Records, a disk that fails when it is told to, and a receiver that reads and deletes what it gets.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::bail;
use arrayvec::ArrayVec;
use catalog::{CallRecord, Disposition};
use echi::Version;
use model::{AcdNumber, Calendar, CallId, Moment, SplitId};
use parking_lot::{Mutex, MutexGuard};

use crate::config::FileForm;
use crate::history::{Archive, Disk, Opener, RealDisk, Receiver, Spool, SpoolOptions};

/// 2026-11-23 10:00:00 UTC.
pub const START: Moment = Moment(1_795_428_000);

/// Options of an ACD in UTC.
pub fn options(size_limit_bytes: u64) -> SpoolOptions {
    SpoolOptions {
        acd: AcdNumber(1),
        calendar: Calendar { zone: "UTC".parse().unwrap(), interval: Default::default() },
        form: FileForm { version: Version::R181, text: false },
        size_limit_bytes,
    }
}

/// A size limit that this many records fit in.
pub fn room_for(records: u64) -> u64 {
    8 + records * 720
}

/// A call with this number, answered and over so many seconds after the start.
pub fn call(number: u64, ended_after_secs: i64) -> CallRecord {
    let (began_at, ended_at) = (START + (ended_after_secs - 60), START + ended_after_secs);
    CallRecord {
        disposition_secs: 10,
        disposition_split: Some(SplitId(1)),
        skill_level: 1,
        splits: ArrayVec::from_iter([SplitId(1)]),
        queue_secs: 7,
        ring_secs: 3,
        talk_secs: 50,
        duration_secs: 60,
        answering_agent: Some("1001".parse().unwrap()),
        ..CallRecord::bare(CallId(number), began_at, ended_at, Disposition::Answered)
    }
}

/// An archive without records.
pub fn no_archive() -> Archive {
    Box::new(|_, _| Ok(Vec::new()))
}

/// Opens a spool on a disk behind a fuse, whose files have room for so many records.
pub fn opener(folder: &Path, fuse: &SharedFuse, records: u64) -> Opener {
    let (folder, fuse) = (folder.to_owned(), fuse.clone());
    Box::new(move || Ok(Spool::open(&folder, options(room_for(records)), Box::new(FusedDisk(fuse.clone())))?))
}

/// Opens a spool on the real disk.
pub fn real_opener(folder: &Path, records: u64) -> Opener {
    let folder = folder.to_owned();
    Box::new(move || Ok(Spool::open(&folder, options(room_for(records)), Box::new(RealDisk))?))
}

/// The call numbers in a binary file, and its sequence number.
pub fn calls(file: &[u8]) -> (u32, Vec<i64>) {
    let file = echi::read(file).unwrap();
    let call = |record: &Vec<catalog::Value>| match &record[0] {
        catalog::Value::Int(call) => *call,
        other => panic!("{other:?} is no call number"),
    };
    (file.sequence, file.records.iter().map(call).collect())
}

/// When a change goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// Before it is made.
    Before,
    /// With half of the bytes written.
    Half,
    /// Behind it: it is made, but nobody is told.
    After,
}

/// Lets so many changes succeed; then one goes wrong, and all after it are refused until it is set again.
pub struct Fuse {
    left: u64,
    wrong: Wrong,
    blown: bool,
}

pub type SharedFuse = Arc<Mutex<Fuse>>;

/// A fuse for the change after so many.
pub fn fuse(after: u64, wrong: Wrong) -> SharedFuse {
    Arc::new(Mutex::new(Fuse { left: after, wrong, blown: false }))
}

/// One that never blows.
pub fn no_fuse() -> SharedFuse {
    fuse(u64::MAX, Wrong::Before)
}

pub fn is_blown(fuse: &SharedFuse) -> bool {
    fuse.lock().blown
}

/// Sets it for the change after so many; `u64::MAX` for never.
pub fn set(fuse: &SharedFuse, after: u64) {
    let mut fuse = fuse.lock();
    (fuse.left, fuse.blown) = (after, false);
}

/// Makes a change; `half` makes the half of it.
fn change(
    fuse: &SharedFuse,
    whole: impl FnOnce() -> io::Result<()>,
    half: impl FnOnce() -> io::Result<()>,
) -> io::Result<()> {
    let mut fuse = fuse.lock();
    if fuse.blown {
        return Err(io::Error::from(io::ErrorKind::StorageFull));
    }
    if fuse.left > 0 {
        fuse.left -= 1;
        return whole();
    }
    fuse.blown = true;
    match fuse.wrong {
        Wrong::Before => {}
        Wrong::Half => half()?,
        Wrong::After => whole()?,
    }
    Err(io::Error::from(io::ErrorKind::StorageFull))
}

/// A disk behind a fuse. It does not wait for the platters: the program ends here, not the machine.
pub struct FusedDisk(pub SharedFuse);

impl Disk for FusedDisk {
    fn append(&mut self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let open = || OpenOptions::new().append(true).create(true).open(path);
        let write = |bytes: &[u8]| open().and_then(|mut file| file.write_all(bytes));
        change(&self.0, || write(bytes), || write(&bytes[..bytes.len() / 2]))
    }

    fn write(&mut self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        change(&self.0, || fs::write(path, bytes), || fs::write(path, &bytes[..bytes.len() / 2]))
    }

    fn truncate(&mut self, path: &Path, len: u64) -> io::Result<()> {
        let cut = || OpenOptions::new().write(true).open(path).and_then(|file| file.set_len(len));
        change(&self.0, cut, || Ok(()))
    }

    fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        change(&self.0, || fs::rename(from, to), || Ok(()))
    }

    fn remove(&mut self, path: &Path) -> io::Result<()> {
        let remove = || match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        };
        change(&self.0, remove, || Ok(()))
    }
}

/// A receiver in memory, behind a fuse. Clones are the same receiver.
#[derive(Clone)]
pub struct FakeReceiver {
    fuse: SharedFuse,
    files: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
}

impl FakeReceiver {
    pub fn new(fuse: &SharedFuse) -> Self {
        FakeReceiver { fuse: Arc::clone(fuse), files: Arc::default() }
    }

    pub fn files(&self) -> MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        self.files.lock()
    }

    /// Takes the files that a receiver looks for, and deletes them.
    pub fn fetch(&self) -> Vec<(String, Vec<u8>)> {
        let mut files = self.files();
        let names: Vec<String> = files.keys().filter(|name| name.starts_with("chr")).cloned().collect();
        names.into_iter().map(|name| (name.clone(), files.remove(&name).unwrap())).collect()
    }
}

impl Receiver for FakeReceiver {
    fn place(&self) -> String {
        "memory".to_owned()
    }

    fn has(&mut self, name: &str) -> anyhow::Result<bool> {
        if is_blown(&self.fuse) {
            bail!("not reachable");
        }
        Ok(self.files().contains_key(name))
    }

    fn put(&mut self, name: &str, content: &[u8]) -> anyhow::Result<()> {
        let put = |content: &[u8]| {
            self.files().insert(name.to_owned(), content.to_owned());
            Ok(())
        };
        Ok(change(&self.fuse, || put(content), || put(&content[..content.len() / 2]))?)
    }

    fn rename(&mut self, from: &str, to: &str) -> anyhow::Result<()> {
        let rename = || {
            let mut files = self.files();
            let content = files.remove(from).ok_or(io::ErrorKind::NotFound)?;
            assert_eq!(files.insert(to.to_owned(), content), None, "{to} was there");
            Ok(())
        };
        Ok(change(&self.fuse, rename, || Ok(()))?)
    }

    fn replace(&mut self, from: &str, to: &str) -> anyhow::Result<()> {
        self.files().remove(to);
        self.rename(from, to)
    }
}

/// Waits for something that another thread does.
#[track_caller]
pub fn until<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let limit = Instant::now() + Duration::from_secs(60);
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(Instant::now() < limit, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
