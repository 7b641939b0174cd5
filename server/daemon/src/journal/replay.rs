//! The journal once more, at a start: read and decoded on one thread, applied on another.
//!
//! Decoding takes half as long as applying; side by side a start waits for the slower of the two only. Decoding on several
//! threads was turned down: records are found one behind the other, and applying is the limit.

use std::fmt;
use std::fs::File;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};

use super::reader::JournalReader;
use super::record::Entry;
use super::segments;

/// Records that are handed over at once, and how often so many may wait.
const CHUNK: usize = 4096;
const CHUNKS_WAITING: usize = 4;

/// How far a replay is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes of the journal that were read.
    pub read: u64,
    /// Bytes that are to be read in all.
    pub all: u64,
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} MB of the journal read", self.read.div_ceil(1 << 20), self.all.div_ceil(1 << 20))
    }
}

/// What a restart found at the end of the journal.
#[derive(Debug, Default)]
pub struct Recovered {
    /// What was wrong, for the log; the torn end of an unpromised batch is told too.
    pub damage: Option<String>,
    /// Whether nothing follows what was wrong: the torn end of a batch that was never promised.
    pub at_the_end: bool,
    /// Whether the caller ended it before the end.
    pub stopped: bool,
}

/// Records in order, and how far the reading was with them.
struct Chunk {
    entries: Vec<Entry>,
    read: u64,
}

/// Replays the journal from record `from_index` on into `each`, some thousand records at a time, until it is over or `each`
/// says to stop. Segments that lie behind damage are renamed to `*.unread`, so that what comes next follows the last
/// record that was read; not after a stop.
pub fn recover(
    folder: &Path,
    from_index: u64,
    mut each: impl FnMut(&[Entry], Progress) -> ControlFlow<()>,
) -> io::Result<Recovered> {
    let reader = JournalReader::open(folder, from_index)?;
    let all = reader.bytes_ahead()?;
    if each(&[], Progress { read: 0, all }).is_break() {
        return Ok(Recovered { stopped: true, ..Recovered::default() });
    }
    let (hand_over, chunks) = sync_channel(CHUNKS_WAITING);
    let (give_back, emptied) = channel();
    let (read, stopped) = std::thread::scope(|scope| {
        let reading = scope.spawn(move || read_all(reader, &hand_over, &emptied));
        let stopped = take_all(&chunks, &give_back, |entries, read| each(entries, Progress { read, all }));
        // A reader that still has something to hand over ends at that.
        drop(chunks);
        (reading.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), stopped)
    });
    let reader = read?;
    if stopped {
        return Ok(Recovered { stopped, ..Recovered::default() });
    }
    // A killed program may have left the end in memory only, and the switch lets go of what the replayed state stands for. A sync
    // that failed began a new segment, so the end may be in several.
    let all = segments(folder)?;
    let first = all.iter().rposition(|(index, _)| *index <= from_index).unwrap_or(0);
    for (_, segment) in &all[first..] {
        File::open(segment)?.sync_data()?;
    }
    for path in reader.unread() {
        let mut aside = path.as_os_str().to_owned();
        aside.push(".unread");
        std::fs::rename(path, PathBuf::from(aside))?;
    }
    Ok(Recovered { damage: reader.damage().map(str::to_owned), at_the_end: reader.at_the_end(), stopped })
}

/// Hands over chunk after chunk until the end, or until nobody takes them any more.
fn read_all(
    mut reader: JournalReader,
    hand_over: &SyncSender<Chunk>,
    emptied: &Receiver<Vec<Entry>>,
) -> io::Result<JournalReader> {
    loop {
        let mut entries: Vec<Entry> = emptied.try_recv().unwrap_or_else(|_| Vec::with_capacity(CHUNK));
        let mut ended = false;
        while entries.len() < CHUNK && !ended {
            match reader.next_entry()? {
                Some(entry) => entries.push(entry),
                None => ended = true,
            }
        }
        let read = reader.bytes_read();
        if hand_over.send(Chunk { entries, read }).is_err() || ended {
            return Ok(reader);
        }
    }
}

/// Takes chunk after chunk; tells whether `each` stopped it.
fn take_all(
    chunks: &Receiver<Chunk>,
    give_back: &Sender<Vec<Entry>>,
    mut each: impl FnMut(&[Entry], u64) -> ControlFlow<()>,
) -> bool {
    for Chunk { mut entries, read } in chunks {
        if each(&entries, read).is_break() {
            return true;
        }
        entries.clear();
        // The reader may have ended; then the buffer is of no more use.
        let _ = give_back.send(entries);
    }
    false
}
