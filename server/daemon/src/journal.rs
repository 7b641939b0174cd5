//! The journal: every event, on disk before it is acknowledged or changes any state.
//!
//! A journal is a folder of segments, each named by the index of its first record. Records are appended,
//! checksummed and numbered without a gap, so that a torn tail is recognised (and not read) and a record that
//! was written twice around a failed sync counts once. Nothing is ever overwritten and nothing damaged is
//! deleted: appending after a restart begins a new segment. One sync serves all records of a batch; a failed
//! sync is never repeated on the same file. Writing events straight into SQLite was turned down: 0.6 million
//! rows a second in large batches against several million records, and nobody asks the journal by SQL.

mod reader;
mod record;
mod replay;
mod writer;

pub use reader::{JournalReader, begins_at, index_before};
pub use record::{Entry, Origin};
pub use replay::{Progress, Recovered, recover};
pub use writer::{Batch, JournalWriter};

/// First bytes of a segment.
const MAGIC: &[u8; 8] = b"UNDJRNL1";
/// Ending of a segment's file name.
const ENDING: &str = "journal";
/// A segment is closed when it has grown beyond this.
const SEGMENT_BYTES: u64 = 64 << 20;

fn segment_name(first_index: u64) -> String {
    format!("{first_index:020}.{ENDING}")
}

/// Index of the oldest record that is there; `None` if there is none.
pub fn first_index(folder: &std::path::Path) -> std::io::Result<Option<u64>> {
    Ok(segments(folder)?.first().map(|(index, _)| *index))
}

/// The segments of a folder with the index of their first record, oldest first.
fn segments(folder: &std::path::Path) -> std::io::Result<Vec<(u64, std::path::PathBuf)>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == ENDING)
            && let Some(index) = path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.parse().ok())
        {
            found.push((index, path));
        }
    }
    found.sort();
    Ok(found)
}
