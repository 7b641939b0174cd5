//! The handle of a screen or program on its network thread.

use std::io;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use crate::command::Command;
use crate::network::{self, mailbox::Mailbox};
use crate::update::Update;
use crate::view::{Model, NoticeLevel};

/// Commands that may wait for the network thread. It never waits for anything itself, so that this many
/// are only reached by a program that sends without end.
const COMMANDS_MAX: usize = 1024;

/// The network thread of one screen. Dropping it ends the thread and signs out.
pub struct Session {
    commands: mpsc::Sender<Command>,
    mailbox: Mailbox,
    thread: Option<JoinHandle<()>>,
}

impl Session {
    /// Starts the network thread. `wake` is called on that thread when news wait of which it was not called yet; it must
    /// not block. What a server tells again as it was, but for its clocks, is no news.
    pub fn start(wake: impl Fn() + Send + Sync + 'static) -> io::Result<Session> {
        let (commands, received) = mpsc::channel(COMMANDS_MAX);
        let mailbox = Mailbox::new(wake);
        let thread = network::spawn(received, mailbox.clone())?;
        Ok(Session { commands, mailbox, thread: Some(thread) })
    }

    /// Hands a command over. Never blocks; a command that cannot be taken is told as a notice.
    pub fn send(&self, command: Command) {
        if let Err(error) = self.commands.try_send(command) {
            let text = match error {
                mpsc::error::TrySendError::Full(_) => "Too much is waiting to be done; try again in a moment",
                mpsc::error::TrySendError::Closed(_) => "The connection thread has ended; start the program again",
            };
            self.mailbox.put(Update::Notice {
                which: None,
                level: NoticeLevel::Problem,
                text: text.to_owned(),
                lasting: None,
                at: Instant::now(),
            });
        }
    }

    /// Applies waiting updates for at most about `limit`; returns whether there are more left.
    pub fn drain(&mut self, model: &mut Model, limit: Duration) -> bool {
        let until = Instant::now() + limit;
        while let Some(update) = self.mailbox.take() {
            model.apply(update);
            if Instant::now() >= until {
                return !self.mailbox.is_empty();
            }
        }
        false
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // A full queue is no reason to wait: closing it ends the thread too.
        let _ = self.commands.try_send(Command::Quit);
        let (closed, _) = mpsc::channel(1);
        self.commands = closed;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
