//! Reading: from a record on, to the first damage.

use std::io;
use std::path::{Path, PathBuf};

use model::Moment;

use super::record::{Entry, Found, decode};
use super::{MAGIC, segments};

/// So much of a segment is read to see its first record.
const HEAD_BYTES: usize = 64 * 1024;

/// Reads records in order, from one index on.
pub struct JournalReader {
    segments: std::vec::IntoIter<(u64, PathBuf)>,
    bytes: Vec<u8>,
    at: usize,
    path: PathBuf,
    next_index: u64,
    /// First index of the segment that is being read.
    first_index: u64,
    damage: Option<String>,
    ends_here: bool,
    rest: Vec<PathBuf>,
    /// Bytes of the segments before the one that is being read.
    passed: u64,
}

impl JournalReader {
    /// Reads from record `from_index` on (or from the oldest, if that is younger).
    pub fn open(folder: &Path, from_index: u64) -> io::Result<Self> {
        let mut all = segments(folder)?;
        let first = all.iter().rposition(|(index, _)| *index <= from_index).unwrap_or(0);
        all.drain(..first);
        let next_index = all.first().map_or(from_index, |(index, _)| (*index).max(from_index));
        Ok(JournalReader {
            segments: all.into_iter(),
            bytes: Vec::new(),
            at: 0,
            path: PathBuf::new(),
            next_index,
            first_index: next_index,
            damage: None,
            ends_here: true,
            rest: Vec::new(),
            passed: 0,
        })
    }

    /// The next record, or `None` at the end or at damage.
    pub fn next_entry(&mut self) -> io::Result<Option<Entry>> {
        while self.damage.is_none() {
            match decode(&self.bytes[self.at..], self.next_index) {
                Found::Older(length) => self.at += length,
                Found::Record(entry, length) => {
                    self.at += length;
                    if entry.index > self.next_index {
                        self.stop(format!("records {} to {} are missing", self.next_index, entry.index - 1));
                        self.ends_here = false;
                        continue;
                    }
                    self.next_index += 1;
                    return Ok(Some(entry));
                }
                Found::End => {
                    if !self.open_next()? {
                        return Ok(None);
                    }
                }
                Found::Damage => self.after_damage()?,
            }
        }
        Ok(None)
    }

    /// What stopped the reading before the end, if anything did.
    pub fn damage(&self) -> Option<&str> {
        self.damage.as_deref()
    }

    /// Whether nothing follows what stopped the reading: the torn end of a batch that was never promised.
    pub fn at_the_end(&self) -> bool {
        self.ends_here
    }

    /// A record that cannot be read is harmless where the next segment goes on with the very next index: it is
    /// the torn end of a batch that was never promised.
    ///
    /// Otherwise the reading goes on behind the damage if all that lies in it is older than what is asked for.
    fn after_damage(&mut self) -> io::Result<()> {
        let next_segment = self.segments.as_slice().first().map(|(index, _)| *index);
        if next_segment.is_some_and(|index| index <= self.next_index) {
            self.open_next()?;
            return Ok(());
        }
        let place = format!("{} is damaged at byte {}", self.path.display(), self.at);
        match find_record(&self.bytes, self.at + 1, self.first_index) {
            Some((at, index)) if index <= self.next_index => self.at = at,
            Some((_, index)) => {
                self.stop(format!("{place}; records {} to {} cannot be read", self.next_index, index - 1));
                self.ends_here = false;
            }
            None => self.stop(place),
        }
        Ok(())
    }

    /// Bytes read so far.
    pub fn bytes_read(&self) -> u64 {
        self.passed + self.at as u64
    }

    /// Bytes of the segments that were not begun yet.
    pub fn bytes_ahead(&self) -> io::Result<u64> {
        self.segments.as_slice().iter().map(|(_, path)| path.metadata().map(|metadata| metadata.len())).sum()
    }

    /// Segments behind damage, which nothing that follows may be read from.
    pub(super) fn unread(&self) -> &[PathBuf] {
        &self.rest
    }

    fn stop(&mut self, why: String) {
        self.damage = Some(why);
        self.ends_here = self.segments.as_slice().is_empty();
        self.rest = self.segments.as_slice().iter().map(|(_, path)| path.clone()).collect();
    }

    fn open_next(&mut self) -> io::Result<bool> {
        let Some((index, path)) = self.segments.next() else { return Ok(false) };
        self.passed += self.bytes.len() as u64;
        self.at = 0;
        self.bytes = std::fs::read(&path)?;
        self.path = path;
        self.first_index = index;
        if index > self.next_index {
            self.stop(format!("records {} to {} are missing", self.next_index, index - 1));
            self.ends_here = false;
            self.rest.insert(0, self.path.clone());
            return Ok(true);
        }
        if self.bytes.starts_with(MAGIC) {
            self.at = MAGIC.len();
        } else {
            // Shorter than its own head: torn while it was begun. Otherwise not ours.
            if self.bytes.len() < MAGIC.len() {
                self.bytes.clear();
            }
        }
        Ok(true)
    }
}

/// Index of a record from which on everything at and behind `at` is read, with at least the record before it: the beginning
/// of the segment before the one that it lies in.
pub fn index_before(folder: &Path, at: Moment) -> io::Result<u64> {
    let (mut before, mut within) = (None, None);
    for (index, path) in segments(folder)? {
        match first_record(&path)? {
            Some(entry) if entry.event.at > at => break,
            Some(_) => (before, within) = (within, Some(index)),
            None => {}
        }
    }
    Ok(before.or(within).unwrap_or(0))
}

/// When the oldest record that is kept was told; `None` where none was ever let go.
pub fn begins_at(folder: &Path) -> io::Result<Option<Moment>> {
    for (index, path) in segments(folder)? {
        if let Some(entry) = first_record(&path)? {
            return Ok((index > 1).then_some(entry.event.at));
        }
    }
    Ok(None)
}

/// The first record of a segment, if that begins with a whole one.
fn first_record(path: &Path) -> io::Result<Option<Entry>> {
    let mut head = vec![0; HEAD_BYTES];
    let read = std::io::Read::read(&mut std::fs::File::open(path)?, &mut head)?;
    Ok(match head[..read].strip_prefix(MAGIC).map(|bytes| decode(bytes, 0)) {
        Some(Found::Record(entry, _)) => Some(entry),
        _ => None,
    })
}

/// Place and index of the first whole record at or behind `from`, in a segment that begins with record `first`.
fn find_record(bytes: &[u8], from: usize, first: u64) -> Option<(usize, u64)> {
    // A segment cannot hold more records than bytes; anything else is not an index, and need not be summed.
    let plausible = first..first.saturating_add(bytes.len() as u64);
    (from..bytes.len()).find_map(|at| {
        let index = u64::from_le_bytes(bytes.get(at + 8..at + 16)?.try_into().ok()?);
        match plausible.contains(&index).then(|| decode(&bytes[at..], first)) {
            Some(Found::Record(entry, _)) => Some((at, entry.index)),
            _ => None,
        }
    })
}
