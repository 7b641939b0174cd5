//! Reports that are printed: written as PDF into the system's folder for temporary files and opened with the person's own
//! viewer, whose print command does the rest.
//!
//! A print dialog of our own was turned down: printers, papers and previews are the viewer's, and every system has one.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, TryRecvError};
use std::thread;
use std::time::Duration;

use crate::files::Writer;

/// Opens a file with the program that the person has for it. Called on a thread of its own; some viewers hold it until they
/// are closed.
pub type Opener = Arc<dyn Fn(&Path) -> io::Result<()> + Send + Sync>;

/// A viewer that says nothing amiss for so long has opened the file.
const AMISS_WITHIN: Duration = Duration::from_secs(3);

/// What became of a report that was to be printed.
#[derive(Debug)]
pub enum Printed {
    /// A viewer shows it.
    Opened(PathBuf),
    /// It is written, and nothing opened it.
    Unopened(PathBuf),
    /// It could not be written: why, and what to do instead.
    Failed(String),
}

/// A report that is being printed, or a file that is being opened.
pub struct Printing {
    /// Whether it is opened to be printed.
    pub prints: bool,
    outcome: Receiver<Printed>,
}

impl Printing {
    /// Makes the pages, writes them under this name and opens them, all on new threads, and calls `wake` when that is over.
    pub fn start(
        write: Writer,
        open: Opener,
        name: String,
        pages: impl FnOnce() -> Result<Vec<u8>, String> + Send + 'static,
        wake: impl FnOnce() + Send + 'static,
    ) -> Printing {
        let (send, outcome) = mpsc::channel();
        thread::spawn(move || {
            let printed = match written(&write, &name, pages) {
                Ok(file) => opened(open, file),
                Err(why) => Printed::Failed(why),
            };
            // Nobody waits any more if the window was closed meanwhile.
            let _ = send.send(printed);
            wake();
        });
        Printing { prints: true, outcome }
    }

    /// Opens a file or a folder that is there, and calls `wake` once it is known whether something has.
    pub fn open(open: Opener, file: PathBuf, wake: impl FnOnce() + Send + 'static) -> Printing {
        let (send, outcome) = mpsc::channel();
        thread::spawn(move || {
            // Nobody waits any more if the window was closed meanwhile.
            let _ = send.send(opened(open, file));
            wake();
        });
        Printing { prints: false, outcome }
    }

    /// What became of it, once it is over.
    pub fn outcome(&self) -> Option<Printed> {
        match self.outcome.try_recv() {
            Ok(printed) => Some(printed),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => {
                Some(Printed::Failed("printing it was broken off; try again".to_owned()))
            }
        }
    }
}

/// Writes the pages into a folder that only this person reads. It stays: a viewer may read the file for as long as it shows it.
fn written(write: &Writer, name: &str, pages: impl FnOnce() -> Result<Vec<u8>, String>) -> Result<PathBuf, String> {
    let pages = pages()?;
    let failed = |error: io::Error| {
        let folder = std::env::temp_dir();
        format!("cannot write into {}: {error}; export it as PDF into another folder, and print that", folder.display())
    };
    let folder = tempfile::Builder::new().prefix("understudy-").tempdir().map_err(failed)?;
    let file = folder.path().join(name);
    write(&file, &pages).map_err(failed)?;
    let _ = folder.keep();
    Ok(file)
}

fn opened(open: Opener, file: PathBuf) -> Printed {
    let (send, answer) = mpsc::channel();
    let path = file.clone();
    thread::spawn(move || send.send(open(&path)));
    match answer.recv_timeout(AMISS_WITHIN) {
        Ok(Ok(())) | Err(RecvTimeoutError::Timeout) => Printed::Opened(file),
        Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => Printed::Unopened(file),
    }
}
