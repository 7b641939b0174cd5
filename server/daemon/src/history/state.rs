//! What the spool knows beyond the files themselves; replaced as a whole at every step that counts.

use std::collections::VecDeque;
use std::io;
use std::path::Path;

use model::Moment;
use serde::{Deserialize, Serialize};

use super::disk::Disk;

pub(super) const FILE: &str = "state.json";

/// A record as a place to go on from. Its number decides: it rises with time and is the same on both servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Place {
    /// Number of the record.
    pub number: u64,
    /// When it became final.
    pub at: Moment,
}

impl Place {
    /// The place behind a record of which only the number is known: its second is in it (docs/decisions/0019).
    pub(super) fn behind(number: u64) -> Place {
        Place { number, at: Moment((number >> 16).cast_signed()) }
    }
}

/// A closed file that waits for the receiver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Closed {
    /// NNNN of its name.
    pub(super) file: u16,
    /// Its sequence number.
    pub(super) sequence: u32,
    /// Records in it.
    pub(super) segments: u64,
    /// Number of its last record.
    pub(super) last_number: u64,
}

/// A file that the receiver has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handed {
    /// Its name there.
    pub name: String,
    /// When it was handed over, by this server's clock.
    pub at: Moment,
}

/// The whole of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct State {
    /// NNNN of the next file.
    pub(super) next_file: u16,
    /// Sequence number of the next file.
    pub(super) next_sequence: u32,
    /// The last record in a closed file, or the one after which the interface was switched on.
    pub(super) last: Place,
    /// End of the last interval that closed a file, UNIX seconds. Earlier builds tell by it what is told again.
    pub(super) closed_to: i64,
    /// Closed files in the order in which they go.
    pub(super) waiting: VecDeque<Closed>,
    /// Where the first of them is just being renamed at the receiver: it is there whole under another name, or renamed.
    pub(super) placing_at: Option<String>,
    /// A file that has been handed over and whose copy here may still exist.
    pub(super) leftover: Option<u16>,
    /// Records up to this one are still to be taken from the archive; 0 if what it has will do.
    #[serde(default)]
    pub(super) catch_up_to: Option<u64>,
    /// Whether it was switched off when the spool was in use last: then what came since is nobody's to take.
    #[serde(default)]
    pub(super) off: bool,
    /// Files handed over so far.
    pub(super) handed_files: u64,
    /// Records handed over so far.
    pub(super) handed_segments: u64,
    /// Number of the last record handed over.
    pub(super) handed_number: u64,
    /// The file handed over last.
    #[serde(default)]
    pub(super) last_handed: Option<Handed>,
}

impl State {
    /// The state of a folder; the first one, put on disk at once, of a new folder. A folder that has lost its state is refused:
    /// what of its files was handed over is not known.
    pub(super) fn load(folder: &Path, disk: &mut dyn Disk) -> io::Result<State> {
        match std::fs::read(folder.join(FILE)) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| {
                let told = format!(
                    "{} is damaged ({error}); move the folder aside, hand its chr files over by hand, and switch the \
                     interface on again",
                    folder.join(FILE).display()
                );
                io::Error::new(io::ErrorKind::InvalidData, told)
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                for entry in std::fs::read_dir(folder)? {
                    let name = entry?.file_name();
                    if name == "growing" || name.to_string_lossy().starts_with("chr") {
                        let told = format!(
                            "{} is missing, but there is {}; put it back from a copy, or move the folder aside",
                            folder.join(FILE).display(),
                            name.display()
                        );
                        return Err(io::Error::new(io::ErrorKind::InvalidData, told));
                    }
                }
                let state = State { next_file: 1, next_sequence: 1, ..State::default() };
                state.save(folder, disk).map(|()| state)
            }
            Err(error) => Err(error),
        }
    }

    /// Puts it on disk; after a kill the one before or this one is there.
    pub(super) fn save(&self, folder: &Path, disk: &mut dyn Disk) -> io::Result<()> {
        let draft = folder.join("state.json.new");
        disk.write(&draft, &serde_json::to_vec_pretty(self)?)?;
        disk.rename(&draft, &folder.join(FILE))
    }
}
