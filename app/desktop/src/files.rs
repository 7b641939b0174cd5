//! Native file dialogs, and files that are written, each on a thread of its own so that the screen never waits for one.
//!
//! A desktop without a portal and without a helper program shows no dialog and answers as if the person had
//! cancelled; that is why every place that asks for a file has a field to type it in as well.

use std::cell::Cell;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, TryRecvError};
use std::thread::{self, JoinHandle};

use crate::ctx::{Browse, Chosen};

/// Asks for a file and waits for the answer. Called on a thread of its own.
pub trait FileDialogs: Send + Sync {
    /// The file that was chosen.
    fn ask(&self, browse: &Browse) -> Option<PathBuf>;
}

/// The system's own dialogs.
pub struct NativeDialogs;

impl FileDialogs for NativeDialogs {
    #[cfg(not(target_os = "macos"))]
    fn ask(&self, browse: &Browse) -> Option<PathBuf> {
        let dialog =
            rfd::FileDialog::new().add_filter(browse.kind, &[browse.extension]).add_filter("All files", &["*"]);
        if browse.save { dialog.set_file_name(&browse.name).save_file() } else { dialog.pick_file() }
    }

    // Dialogs of macOS belong to the main thread, which draws; the field to type in serves there.
    #[cfg(target_os = "macos")]
    fn ask(&self, _browse: &Browse) -> Option<PathBuf> {
        None
    }
}

/// One question that is being asked.
pub struct Asking {
    answer: Receiver<Chosen>,
    answered: Cell<bool>,
}

impl Asking {
    /// Asks on a new thread and calls `wake` when the answer is there. `dialog` is the number of the dialog that asks.
    pub fn start(
        dialogs: Arc<dyn FileDialogs>,
        browse: Browse,
        dialog: u64,
        wake: impl FnOnce() + Send + 'static,
    ) -> Asking {
        let (send, answer) = mpsc::channel();
        thread::spawn(move || {
            let chosen = Chosen { asker: browse.asker, dialog, file: dialogs.ask(&browse) };
            // Nobody waits any more if the window was closed meanwhile.
            let _ = send.send(chosen);
            wake();
        });
        Asking { answer, answered: Cell::new(false) }
    }

    /// The answer, once it is there.
    pub fn answer(&self) -> Option<Chosen> {
        let chosen = self.answer.try_recv().ok()?;
        self.answered.set(true);
        Some(chosen)
    }

    /// Whether the answer was given out.
    pub fn is_answered(&self) -> bool {
        self.answered.get()
    }
}

/// Writes a file whole, or leaves what is there.
pub type Writer = Arc<dyn Fn(&Path, &[u8]) -> io::Result<()> + Send + Sync>;

/// Why a file was not written.
#[derive(Debug)]
pub enum NotWritten {
    /// There is nothing to write: why, and what to do instead.
    Content(String),
    /// It could not be kept.
    File(io::Error),
}

/// A file that is being written.
pub struct Writing {
    /// The file.
    pub file: PathBuf,
    /// What is told once it is there, before its name.
    pub done: &'static str,
    outcome: Receiver<Result<(), NotWritten>>,
    thread: JoinHandle<()>,
}

impl Writing {
    /// Makes the content and writes it, both on a new thread, and calls `wake` when that is over.
    pub fn start(
        write: Writer,
        file: PathBuf,
        done: &'static str,
        content: impl FnOnce() -> Result<Vec<u8>, String> + Send + 'static,
        wake: impl FnOnce() + Send + 'static,
    ) -> Writing {
        let (send, outcome) = mpsc::channel();
        let path = file.clone();
        let thread = thread::spawn(move || {
            // Nobody waits any more if the window was closed meanwhile.
            let content = content().map_err(NotWritten::Content);
            let _ = send.send(content.and_then(|content| write(&path, &content).map_err(NotWritten::File)));
            wake();
        });
        Writing { file, done, outcome, thread }
    }

    /// What became of it, once it is over.
    pub fn outcome(&self) -> Option<Result<(), NotWritten>> {
        match self.outcome.try_recv() {
            Ok(outcome) => Some(outcome),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => {
                Some(Err(NotWritten::File(io::Error::other("writing it was broken off"))))
            }
        }
    }

    /// Waits until it is over, before the program ends.
    pub fn wait(self) {
        // A thread that has panicked has said so.
        let _ = self.thread.join();
    }
}
