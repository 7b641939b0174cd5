//! Reading: from a record on, to the first damage; and what a restart finds.

use std::io;
use std::path::{Path, PathBuf};

use super::record::{Entry, Found, decode};
use super::{MAGIC, segments};

/// Reads records in order, from one index on.
pub struct JournalReader {
    segments: std::vec::IntoIter<(u64, PathBuf)>,
    bytes: Vec<u8>,
    at: usize,
    path: PathBuf,
    next_index: u64,
    damage: Option<String>,
    rest: Vec<PathBuf>,
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
            damage: None,
            rest: Vec::new(),
        })
    }

    /// The next record, or `None` at the end or at damage.
    pub fn next(&mut self) -> io::Result<Option<Entry>> {
        while self.damage.is_none() {
            match decode(&self.bytes[self.at..]) {
                Found::Record(entry, length) => {
                    self.at += length;
                    if entry.index < self.next_index {
                        continue;
                    }
                    if entry.index > self.next_index {
                        self.stop(format!("records {} to {} are missing", self.next_index, entry.index - 1));
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
        self.rest.is_empty()
    }

    /// A record that cannot be read is harmless where the next segment goes on with the very next index: it is
    /// the torn end of a batch that was never promised.
    fn after_damage(&mut self) -> io::Result<()> {
        let place = format!("{} is damaged at byte {}", self.path.display(), self.at);
        match self.segments.as_slice().first() {
            Some((index, _)) if *index <= self.next_index => {
                self.open_next()?;
            }
            Some(_) => self.stop(place),
            None => {
                self.at = self.bytes.len();
                self.stop(place);
                self.rest.clear();
            }
        }
        Ok(())
    }

    fn stop(&mut self, why: String) {
        self.damage = Some(why);
        self.rest = self.segments.as_slice().iter().map(|(_, path)| path.clone()).collect();
    }

    fn open_next(&mut self) -> io::Result<bool> {
        let Some((index, path)) = self.segments.next() else { return Ok(false) };
        self.bytes = std::fs::read(&path)?;
        self.path = path;
        if index > self.next_index {
            let why = format!("records {} to {} are missing", self.next_index, index - 1);
            self.rest.push(self.path.clone());
            self.stop(why);
            return Ok(true);
        }
        if self.bytes.starts_with(MAGIC) {
            self.at = MAGIC.len();
        } else {
            // Shorter than its own head: torn while it was begun. Otherwise not ours.
            self.at = 0;
            if self.bytes.len() < MAGIC.len() {
                self.bytes.clear();
            }
        }
        Ok(true)
    }
}

/// What a restart found at the end of the journal.
#[derive(Debug, Default)]
pub struct Recovered {
    /// The last record that could be read.
    pub last: Option<Entry>,
    /// What was wrong, for the log; the torn end of an unpromised batch is told too.
    pub damage: Option<String>,
}

/// Replays the journal from record `from_index` on into `each`. Segments that lie behind damage are renamed to
/// `*.unread`, so that what comes next follows the last record that was read.
pub fn recover(folder: &Path, from_index: u64, mut each: impl FnMut(&Entry)) -> io::Result<Recovered> {
    let mut reader = JournalReader::open(folder, from_index)?;
    let mut last = None;
    while let Some(entry) = reader.next()? {
        each(&entry);
        last = Some(entry);
    }
    for path in &reader.rest {
        let mut aside = path.as_os_str().to_owned();
        aside.push(".unread");
        std::fs::rename(path, PathBuf::from(aside))?;
    }
    Ok(Recovered { last, damage: reader.damage })
}
