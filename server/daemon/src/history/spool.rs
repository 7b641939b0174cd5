//! One ACD's spool folder: the file that grows, closed files that wait, and what is known of both.
//!
//! | file | what |
//! |---|---|
//! | `growing` | records of the next file, each with its number (`growing`) |
//! | `chrNNNN` | closed files that the receiver does not have yet |
//! | `state.json` | numbers, the queue of closed files, and the step at which the first of them stands (`state`) |
//! | `dropped` | closed files that were not to leave ([`Spool::drop_waiting`]) |
//! | `growing.unread` | what a kill tore off the end of `growing`; kept, never read |
//!
//! Closing is: write the file under another name, rename it, note it in the state, remove `growing`. A start that finds the
//! renamed file but no note goes on behind the renaming; one that finds the note removes `growing`. A record is taken once by
//! its number, however often the journal tells it, and an interval's end counts only if no record behind it was taken yet.
//! Telling an end told again by its time was turned down: a clock that was ahead for a moment has told ends of days to come.
//! Nothing here waits, reads a clock or talks to the receiver.

use std::collections::VecDeque;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use catalog::{CallRecord, Record, Value};
use echi::{Encoder, HEADER_BYTES, Misfits};
use model::{AcdNumber, Calendar, Moment};

use super::disk::Disk;
use super::growing::{Frame, Grown, Head, grown};
use super::state::{Closed, Handed, Place, State};
use crate::config::FileForm;

/// From so many records on that the receiver does not have, the interface says that it should be looked after.
pub const BUFFER_SEGMENTS: u64 = 99_999;
/// Names are chr0000 to chr9999; one of them is for the file that grows.
const FILES: u16 = 10_000;
const WAITING_MAX: usize = FILES as usize - 1;

const GROWING: &str = "growing";
const UNREAD: &str = "growing.unread";
const DRAFT: &str = "closing.new";
const DROPPED: &str = "dropped";

/// What the files of an ACD are to be.
#[derive(Debug, Clone, Copy)]
pub struct SpoolOptions {
    /// The ACD, for the records' own field.
    pub acd: AcdNumber,
    /// Its calendar, for times in local reckoning, until the collector tells another one.
    pub calendar: Calendar,
    /// How records are written.
    pub form: FileForm,
    /// A file is closed before it would become larger than this.
    pub size_limit_bytes: u64,
}

/// The folder.
pub struct Spool {
    folder: PathBuf,
    disk: Box<dyn Disk>,
    options: SpoolOptions,
    encoder: Encoder,
    state: State,
    growing: Option<Growing>,
    /// Taken, but not on disk yet.
    batch: VecDeque<Frame>,
    /// The last record taken, on disk or not.
    last: Place,
    /// Number of the last record that the collector told, taken or not: how far it is.
    told: u64,
    closed_to: i64,
    /// A write has failed and may have left a part of it behind.
    torn: bool,
    misfits: Misfits,
}

/// The file that grows, as far as it is on disk.
struct Growing {
    head: Head,
    segments: u64,
    last: Place,
    /// Bytes of the file that will leave.
    bytes: u64,
    /// Bytes of `growing`.
    disk_bytes: u64,
}

/// The closed file that is next to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Front {
    /// `chrNNNN`.
    pub name: String,
    /// Where it lies.
    pub path: PathBuf,
    /// Records in it.
    pub segments: u64,
    /// The receiver at which it was just being renamed, if a kill or an error came in between.
    pub placing_at: Option<String>,
}

/// What there is to tell of a spool.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SpoolReport {
    /// Records in the file that grows.
    pub growing_segments: u64,
    /// Closed files that wait.
    pub waiting_files: u64,
    /// Records in them.
    pub waiting_segments: u64,
    /// Files handed over so far.
    pub handed_files: u64,
    /// Records handed over so far.
    pub handed_segments: u64,
    /// Number of the last record handed over; 0 before the first.
    pub handed_number: u64,
    /// The file handed over last.
    pub last_handed: Option<Handed>,
    /// The last record that was taken, or after which the interface was switched on.
    pub last: Place,
    /// Name of the next file to be closed.
    pub next_file: String,
    /// Its sequence number.
    pub next_sequence: u32,
    /// Values that did not fit their fields since the start.
    pub misfits: Misfits,
}

impl Spool {
    /// Opens a folder, made if it is missing, and brings what a kill left half done to its end.
    pub fn open(folder: &Path, options: SpoolOptions, mut disk: Box<dyn Disk>) -> io::Result<Spool> {
        fs::create_dir_all(folder)?;
        let state = State::load(folder, disk.as_mut())?;
        let mut spool = Spool {
            folder: folder.to_owned(),
            disk,
            options,
            encoder: Encoder::new(options.form.version),
            last: state.last,
            told: 0,
            closed_to: state.closed_to,
            state,
            growing: None,
            batch: VecDeque::new(),
            torn: false,
            misfits: Misfits::default(),
        };
        spool.recover()?;
        Ok(spool)
    }

    fn recover(&mut self) -> io::Result<()> {
        self.remove_leftover()?;
        self.disk.remove(&self.folder.join(DRAFT))?;
        let path = self.folder.join(GROWING);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        let Some(found) = grown(&bytes) else {
            // Not even the head was whole: no record in it was promised to anybody.
            return self.disk.rename(&path, &self.folder.join(UNREAD));
        };
        if found.head.sequence != self.state.next_sequence {
            return self.disk.remove(&path);
        }
        if found.whole_bytes < bytes.len() {
            self.disk.write(&self.folder.join(UNREAD), &bytes[found.whole_bytes..])?;
            self.disk.truncate(&path, found.whole_bytes as u64)?;
        }
        self.closed_to = self.closed_to.max(found.head.closed_to);
        let growing = Growing::of(&found, self.state.last);
        self.last = growing.last;
        let is_closed = self.file(found.head.file).exists();
        self.growing = Some(growing);
        if is_closed {
            return self.note_closed(self.closed_to);
        }
        if found.head.form != self.options.form {
            return self.close(self.closed_to);
        }
        Ok(())
    }

    /// Local times of what is taken from now on are by this calendar, if it is known.
    pub fn place_by(&mut self, calendar: Option<Calendar>) {
        self.options.calendar = calendar.unwrap_or(self.options.calendar);
    }

    /// Takes a record, unless it was taken before. It is safe after the next [`Spool::sync`].
    pub fn take(&mut self, number: u64, record: &CallRecord) -> bool {
        self.told = self.told.max(number);
        if number <= self.last.number {
            return false;
        }
        let SpoolOptions { acd, calendar, .. } = self.options;
        let values = Record::Call(Box::new(record.clone())).values(acd, number, &calendar);
        self.take_values(Place { number, at: record.ended_at }, &values)
    }

    /// Takes a record by its values of call_rec, unless it was taken before.
    pub fn take_values(&mut self, place: Place, values: &[Value]) -> bool {
        if place.number <= self.last.number {
            return false;
        }
        let bytes = if self.options.form.text {
            let mut line = String::new();
            self.encoder.text(values, &mut line);
            line.into_bytes()
        } else {
            let mut bytes = Vec::new();
            self.encoder.binary(values, &mut bytes, &mut self.misfits);
            bytes
        };
        self.batch.push_back(Frame { number: place.number, at: place.at.0, bytes });
        self.last = place;
        true
    }

    /// Puts what was taken on disk, closing files that are full. May be called again after an error.
    pub fn sync(&mut self) -> io::Result<()> {
        self.mend()?;
        while !self.batch.is_empty() {
            let (head, mut bytes, starts) = match &self.growing {
                Some(growing) => (growing.head.clone(), growing.bytes, false),
                None => (self.head(), first_bytes(self.options.form), true),
            };
            let limit = self.size_limit();
            let fits = |frame: &&Frame| {
                let fits = bytes + frame.bytes.len() as u64 <= limit;
                bytes += frame.bytes.len() as u64;
                fits
            };
            // A record larger than the limit has a file to itself.
            let count = self.batch.iter().take_while(fits).count().max(usize::from(starts));
            if count == 0 {
                self.close(self.closed_to)?;
            } else {
                self.grow(&head, starts, count)?;
            }
        }
        Ok(())
    }

    /// An archive interval is over: the file that grows is closed. Told again, it changes nothing: what was taken since came
    /// behind it.
    pub fn close_interval(&mut self, end: Moment) -> io::Result<()> {
        if self.told < self.last.number {
            return Ok(());
        }
        self.sync()?;
        self.close(end.0)?;
        self.closed_to = end.0;
        Ok(())
    }

    /// Closes the file that grows, whenever it is.
    pub fn close_now(&mut self) -> io::Result<()> {
        self.sync()?;
        self.close(self.closed_to)
    }

    /// From now on records are taken only behind `seen`, the last one that the collector told; or behind the number `after`,
    /// and then those up to `seen` are to be taken from the archive. `interval_end` is the end of the last interval that is
    /// over. Never behind less than what was taken already.
    pub fn go_on_after(
        &mut self,
        seen: Option<Place>,
        after: Option<u64>,
        interval_end: Option<Moment>,
    ) -> io::Result<()> {
        self.close_now()?;
        let mut state = self.state.clone();
        let from = after.map(Place::behind).or(seen);
        if let Some(from) = from.filter(|from| from.number > self.last.number) {
            state.last = from;
        }
        state.catch_up_to = after.map(|_| seen.map_or(0, |seen| seen.number));
        state.closed_to = interval_end.map_or(self.closed_to, |end| end.0);
        state.off = false;
        self.put_state(state)?;
        (self.last, self.closed_to) = (self.state.last, self.state.closed_to);
        self.told = self.told.max(seen.map_or(0, |seen| seen.number));
        Ok(())
    }

    /// The collector goes on behind the record of this number, as it does once at each start: all up to there was told before.
    /// What of it is not here was told while nobody took it, and is to be taken from the archive. A spool that was off, or is
    /// new, begins here instead.
    pub fn go_on_behind(&mut self, number: u64) -> io::Result<()> {
        self.told = self.told.max(number);
        if self.state.off || self.last.number == 0 && number > 0 {
            return self.go_on_after(Some(Place::behind(number)), None, None);
        }
        if number <= self.last.number {
            return Ok(());
        }
        let up_to = match self.state.catch_up_to {
            // All that there is.
            Some(0) => 0,
            known => known.unwrap_or_default().max(number),
        };
        self.put_state(State { catch_up_to: Some(up_to), ..self.state.clone() })
    }

    /// Closes the file that grows, and remembers that nothing is taken from now on.
    pub fn switch_off(&mut self) -> io::Result<()> {
        self.close_now()?;
        if self.state.off && self.state.catch_up_to.is_none() {
            return Ok(());
        }
        self.put_state(State { off: true, catch_up_to: None, ..self.state.clone() })
    }

    /// Records up to this number are to be taken from the archive; 0 if what it has will do.
    pub fn catch_up_to(&self) -> Option<u64> {
        self.state.catch_up_to
    }

    /// The last record taken.
    pub fn last(&self) -> Place {
        self.last
    }

    /// All that was to be taken from the archive is on disk.
    pub fn caught_up(&mut self) -> io::Result<()> {
        self.sync()?;
        self.put_state(State { catch_up_to: None, ..self.state.clone() })
    }

    /// The closed file that is next to go.
    pub fn front(&self) -> Option<Front> {
        let closed = self.state.waiting.front()?;
        Some(Front {
            name: name(closed.file),
            path: self.file(closed.file),
            segments: closed.segments,
            placing_at: self.state.placing_at.clone(),
        })
    }

    /// The first closed file is whole at the receiver under another name and is about to be renamed there.
    pub fn placing(&mut self, receiver: &str) -> io::Result<()> {
        self.put_state(State { placing_at: Some(receiver.to_owned()), ..self.state.clone() })
    }

    /// The receiver has the first closed file, under the name and since the moment given: its copy here goes.
    pub fn placed(&mut self, handed: Handed) -> io::Result<()> {
        let mut state = self.state.clone();
        let Some(closed) = state.waiting.pop_front() else { return Ok(()) };
        (state.placing_at, state.leftover) = (None, Some(closed.file));
        state.handed_files += 1;
        state.handed_segments += closed.segments;
        state.handed_number = closed.last_number;
        state.last_handed = Some(handed);
        self.put_state(state)?;
        self.remove_leftover()
    }

    /// What the receiver does not have yet will never leave: it is moved into the subfolder `dropped`. Says how many records.
    pub fn drop_waiting(&mut self) -> io::Result<u64> {
        self.close_now()?;
        let mut state = self.state.clone();
        let waiting = std::mem::take(&mut state.waiting);
        state.placing_at = None;
        self.put_state(state)?;
        let dropped = self.folder.join(DROPPED);
        fs::create_dir_all(&dropped)?;
        for closed in &waiting {
            let path = self.file(closed.file);
            // Under its sequence number: names come again.
            let aside = dropped.join(format!("{}-{}", name(closed.file), closed.sequence));
            if path.exists() {
                self.disk.rename(&path, &aside)?;
            }
        }
        Ok(waiting.iter().map(|closed| closed.segments).sum())
    }

    /// What there is to tell.
    pub fn report(&self) -> SpoolReport {
        let state = &self.state;
        SpoolReport {
            growing_segments: self.growing.as_ref().map_or(0, |growing| growing.segments) + self.batch.len() as u64,
            waiting_files: state.waiting.len() as u64,
            waiting_segments: state.waiting.iter().map(|closed| closed.segments).sum(),
            handed_files: state.handed_files,
            handed_segments: state.handed_segments,
            handed_number: state.handed_number,
            last_handed: state.last_handed.clone(),
            last: self.last,
            next_file: name(state.next_file),
            next_sequence: state.next_sequence,
            misfits: self.misfits.clone(),
        }
    }

    /// Takes back what a failed write may have left.
    fn mend(&mut self) -> io::Result<()> {
        if self.torn {
            let path = self.folder.join(GROWING);
            match &self.growing {
                Some(growing) => self.disk.truncate(&path, growing.disk_bytes)?,
                None => self.disk.remove(&path)?,
            }
            self.torn = false;
        }
        Ok(())
    }

    /// Appends the first `count` records that wait.
    fn grow(&mut self, head: &Head, starts: bool, count: usize) -> io::Result<()> {
        let path = self.folder.join(GROWING);
        let mut written = Vec::new();
        if starts {
            self.disk.remove(&path)?;
            Frame::of_head(head).encode(&mut written);
        }
        self.batch.iter().take(count).for_each(|frame| frame.encode(&mut written));
        self.torn = true;
        self.disk.append(&path, &written)?;
        self.torn = false;
        let last = self.state.last;
        let growing = self.growing.get_or_insert_with(|| Growing::starting(head.clone(), last));
        growing.disk_bytes += written.len() as u64;
        self.batch.drain(..count).for_each(|frame| growing.add(&frame));
        Ok(())
    }

    /// Turns the file that grows into a closed one, unless it is empty or all names are taken.
    fn close(&mut self, closed_to: i64) -> io::Result<()> {
        let Some(growing) = &self.growing else { return Ok(()) };
        if growing.segments == 0 {
            // The end of the program cut off its first record, which comes again: there is nothing to close.
            self.disk.remove(&self.folder.join(GROWING))?;
            self.growing = None;
            return Ok(());
        }
        if self.is_full() {
            return Ok(());
        }
        let bytes = fs::read(self.folder.join(GROWING))?;
        let found = grown(&bytes).filter(|found| found.whole_bytes == bytes.len()).ok_or_else(|| {
            let told = format!("{} is damaged; move it aside and restart", self.folder.join(GROWING).display());
            io::Error::new(io::ErrorKind::InvalidData, told)
        })?;
        let draft = self.folder.join(DRAFT);
        self.disk.write(&draft, &content(&found))?;
        self.disk.rename(&draft, &self.file(found.head.file))?;
        self.note_closed(closed_to)
    }

    /// The growing file's content bears its final name; from now on it is a closed file.
    fn note_closed(&mut self, closed_to: i64) -> io::Result<()> {
        let Some(growing) = &self.growing else { return Ok(()) };
        let mut state = self.state.clone();
        let file = growing.head.file;
        state.waiting.push_back(Closed {
            file,
            sequence: growing.head.sequence,
            segments: growing.segments,
            last_number: growing.last.number,
        });
        (state.last, state.closed_to) = (growing.last, closed_to);
        state.next_sequence = state.next_sequence.wrapping_add(1);
        state.next_file = self.free_after(file, &state);
        self.put_state(state)?;
        self.growing = None;
        self.disk.remove(&self.folder.join(GROWING))
    }

    /// The next file number that no waiting file has. Behind 9999 comes 0000.
    fn free_after(&self, file: u16, state: &State) -> u16 {
        let is_taken = |file: u16| state.waiting.iter().any(|closed| closed.file == file) || self.file(file).exists();
        (1..FILES).map(|step| (file + step) % FILES).find(|file| !is_taken(*file)).unwrap_or((file + 1) % FILES)
    }

    fn is_full(&self) -> bool {
        self.state.waiting.len() >= WAITING_MAX
    }

    fn size_limit(&self) -> u64 {
        if self.is_full() { u64::MAX } else { self.options.size_limit_bytes }
    }

    fn head(&self) -> Head {
        let State { next_file: file, next_sequence: sequence, .. } = self.state;
        Head { file, sequence, form: self.options.form, closed_to: self.closed_to }
    }

    fn put_state(&mut self, state: State) -> io::Result<()> {
        state.save(&self.folder, self.disk.as_mut())?;
        self.state = state;
        Ok(())
    }

    fn remove_leftover(&mut self) -> io::Result<()> {
        if let Some(file) = self.state.leftover {
            self.disk.remove(&self.file(file))?;
            // Written with the next state; until then a start looks for the file once more.
            self.state.leftover = None;
        }
        Ok(())
    }

    fn file(&self, file: u16) -> PathBuf {
        self.folder.join(name(file))
    }
}

impl Growing {
    fn starting(head: Head, before: Place) -> Self {
        Growing { bytes: first_bytes(head.form), head, segments: 0, last: before, disk_bytes: 0 }
    }

    fn of(found: &Grown, before: Place) -> Self {
        let mut growing = Growing::starting(found.head.clone(), before);
        found.frames.iter().for_each(|frame| growing.add(frame));
        growing.disk_bytes = found.whole_bytes as u64;
        growing
    }

    fn add(&mut self, frame: &Frame) {
        self.segments += 1;
        self.bytes += frame.bytes.len() as u64;
        self.last = Place { number: frame.number, at: Moment(frame.at) };
    }
}

/// Bytes before the first record.
fn first_bytes(form: FileForm) -> u64 {
    if form.text { 0 } else { HEADER_BYTES as u64 }
}

/// The file as it leaves.
fn content(found: &Grown) -> Vec<u8> {
    let Head { sequence, form, .. } = found.head;
    let header = if form.text { Vec::new() } else { echi::header(form.version, sequence).to_vec() };
    found.frames.iter().fold(header, |mut file, frame| {
        file.extend(&frame.bytes);
        file
    })
}

fn name(file: u16) -> String {
    format!("chr{file:04}")
}
