//! Appending: batches are encoded by the ACD's task and written and synced on the journal's own thread.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::record::{Origin, encode};
use super::{MAGIC, SEGMENT_BYTES, segment_name, segments};

use model::Event;

/// The end of the journal. Use from one thread at a time.
#[derive(Debug)]
pub struct JournalWriter {
    folder: PathBuf,
    open: Option<Segment>,
    next_index: u64,
}

#[derive(Debug)]
struct Segment {
    file: File,
    /// Bytes that are durable; what lies beyond was never promised to anybody.
    durable: u64,
}

/// Encoded records that wait to be written.
#[derive(Debug, Default)]
pub struct Batch {
    bytes: Vec<u8>,
    records: u64,
    first: u64,
}

impl Batch {
    /// A batch whose first record will bear this index.
    pub fn starting_at(first: u64) -> Self {
        Batch { bytes: Vec::new(), records: 0, first }
    }

    /// Adds an event.
    pub fn push(&mut self, origin: Origin, event: &Event) {
        encode(self.first + self.records, origin, event, &mut self.bytes);
        self.records += 1;
    }

    /// Number of records.
    pub fn len(&self) -> u64 {
        self.records
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.records == 0
    }

    /// Empties the batch, keeping its buffer; its first record will bear this index.
    pub fn restart(&mut self, first: u64) {
        self.bytes.clear();
        (self.records, self.first) = (0, first);
    }

    /// Length of the records in bytes.
    pub fn bytes(&self) -> u64 {
        self.bytes.len() as u64
    }
}

impl JournalWriter {
    /// Continues a journal after the record `last_index` (0 for none). The first append begins a segment.
    pub fn new(folder: &Path, last_index: u64) -> Self {
        JournalWriter { folder: folder.to_owned(), open: None, next_index: last_index + 1 }
    }

    /// Index that the next record must bear.
    pub fn next_index(&self) -> u64 {
        self.next_index
    }

    /// Writes a batch and makes it durable. After an error nothing of it counts, and the same batch may be
    /// appended again; it then goes into a new segment.
    pub fn append(&mut self, batch: &Batch) -> io::Result<()> {
        debug_assert_eq!(batch.first, self.next_index, "records are numbered without a gap");
        if batch.is_empty() {
            return Ok(());
        }
        if self.open.as_ref().is_none_or(|segment| segment.durable > SEGMENT_BYTES) {
            self.open = Some(begin_segment(&self.folder, self.next_index)?);
        }
        let Some(segment) = &mut self.open else { return Err(io::Error::other("no segment")) };
        let written = segment.file.write_all(&batch.bytes).and_then(|()| segment.file.sync_data());
        if let Err(error) = written {
            // Whatever reached the file is beyond the promise; the reader stops at it or sees its index twice.
            self.open = None;
            return Err(error);
        }
        segment.durable += batch.bytes.len() as u64;
        self.next_index += batch.records;
        Ok(())
    }

    /// Deletes whole segments that lie before `needed_index` and whose newest record is older than the
    /// moment `keep` says; returns the bytes left.
    pub fn expire(&mut self, needed_index: u64, mut keep: impl FnMut(&Path) -> bool) -> io::Result<u64> {
        let all = segments(&self.folder)?;
        let mut left = 0;
        let mut deleting = true;
        for (position, (_, path)) in all.iter().enumerate() {
            let before_need = all.get(position + 1).is_some_and(|(next, _)| *next <= needed_index);
            deleting &= before_need && !keep(path);
            if deleting {
                std::fs::remove_file(path)?;
            } else {
                left += path.metadata()?.len();
            }
        }
        Ok(left)
    }
}

fn begin_segment(folder: &Path, first_index: u64) -> io::Result<Segment> {
    let path = folder.join(segment_name(first_index));
    // A segment of this name holds only records that were never promised: the failed write of this very batch.
    if path.exists() {
        let mut aside = path.as_os_str().to_owned();
        aside.push(".unpromised");
        std::fs::rename(&path, PathBuf::from(aside))?;
    }
    let mut file = OpenOptions::new().create_new(true).append(true).open(&path)?;
    file.write_all(MAGIC)?;
    crate::files::sync_folder(folder)?;
    Ok(Segment { file, durable: MAGIC.len() as u64 })
}
