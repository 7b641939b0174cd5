//! Running programs for people: scripts of timetables, what prints, additions of the main menu.
//!
//! Each is in a process group of its own, so that what it has started ends with it, and none outlives the server.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid};
use nix::unistd::Pid;

/// How often a running program is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// How often, and after which pause, a program that is just being written is tried again.
const BUSY_TRIES: u32 = 100;
const BUSY_PAUSE: Duration = Duration::from_millis(20);

/// How a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// By itself.
    Itself(ExitStatus),
    /// Because somebody, or the server, did not want it any more.
    Stopped,
    /// Because it ran too long.
    TooLong,
}

/// What becomes of what a program has started, once it has ended by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leftovers {
    /// It goes on.
    Stay,
    /// It is ended.
    End,
}

/// Starts a program in a group of its own.
///
/// # Errors
/// What the operating system says.
pub fn start(command: &mut Command) -> io::Result<Child> {
    command.process_group(0);
    for _ in 0..BUSY_TRIES {
        match command.spawn() {
            // Another thread started a program while this one was being written, and that holds the file for a moment.
            Err(error) if error.kind() == io::ErrorKind::ExecutableFileBusy => std::thread::sleep(BUSY_PAUSE),
            started => return started,
        }
    }
    command.spawn()
}

/// Waits until a program ends, and ends it with all that it has started when it runs longer than `most`, or when `stopping`
/// is set.
///
/// # Errors
/// If it cannot be waited for.
pub fn wait(child: &mut Child, most: Duration, stopping: &AtomicBool, leftovers: Leftovers) -> io::Result<Ending> {
    let began = Instant::now();
    let forced = loop {
        if has_ended(child)? {
            break None;
        }
        if stopping.load(Ordering::Acquire) {
            break Some(Ending::Stopped);
        }
        if began.elapsed() > most {
            break Some(Ending::TooLong);
        }
        std::thread::sleep(LOOK_EVERY);
    };
    if forced.is_some() || leftovers == Leftovers::End {
        end_group(child);
    }
    let status = child.wait()?;
    Ok(forced.unwrap_or(Ending::Itself(status)))
}

/// Whether it has ended. It is not buried yet, so that its number cannot be another program's when its group is ended.
fn has_ended(child: &Child) -> io::Result<bool> {
    let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOHANG | WaitPidFlag::WNOWAIT;
    Ok(waitid(Id::Pid(pid(child)?), flags)? != WaitStatus::StillAlive)
}

fn end_group(child: &Child) {
    let ended = pid(child).and_then(|group| Ok(killpg(group, Signal::SIGKILL)?));
    if let Err(error) = ended {
        tracing::warn!("a program could not be ended: {error}");
    }
}

fn pid(child: &Child) -> io::Result<Pid> {
    i32::try_from(child.id()).map(Pid::from_raw).map_err(io::Error::other)
}
