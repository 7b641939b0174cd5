//! Running programs for people: scripts of timetables, what prints, additions of the main menu.
//!
//! Each is in a process group of its own, so that what it has started ends with it, and none outlives the server. What has left
//! the group (`setsid`) is found by a mark in the environment that everything inherits which a program starts. A cgroup for each
//! was turned down: it needs rights that the service does not have. So was being the one to whom orphans come: then whose they
//! are would not be known.

use std::fs;
use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime};

use nix::sys::signal::{Signal, kill, killpg};
use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid};
use nix::unistd::Pid;
use parking_lot::Mutex;

/// How often a running program is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// How often, and after which pause, a program that is just being written is tried again.
const BUSY_TRIES: u32 = 100;
const BUSY_PAUSE: Duration = Duration::from_millis(20);
/// The variable that marks what a program has started.
const MARK: &str = "CMS_RUN";
/// How often it is looked for more of it: what is started while others are being ended is found by the next look.
const LOOKS: u32 = 20;
/// How long the last words of what a program left behind are waited for.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// A program that was started.
pub struct Started {
    /// The program itself.
    pub child: Child,
    mark: String,
}

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

/// What is kept of what a program says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// So many bytes of its beginning.
    Beginning(usize),
    /// So many bytes of its end.
    End(usize),
}

/// Hears all that a program says, and keeps a part of it.
pub struct Ears {
    heard: Arc<Mutex<Heard>>,
    thread: JoinHandle<()>,
}

/// What was heard.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Heard {
    /// What was kept of it.
    pub kept: Vec<u8>,
    /// Whether there was more.
    pub cut: bool,
}

impl Ears {
    /// Begins to listen.
    pub fn open(reader: impl Read + Send + 'static, keep: Keep) -> Ears {
        Ears::telling(reader, keep, |_| {})
    }

    /// The same, and hands on at once what is kept, as it comes.
    pub fn telling(
        mut reader: impl Read + Send + 'static,
        keep: Keep,
        mut tell: impl FnMut(&[u8]) + Send + 'static,
    ) -> Ears {
        let heard = Arc::new(Mutex::new(Heard::default()));
        let into = Arc::clone(&heard);
        let thread = std::thread::spawn(move || {
            let mut part = [0; 16 * 1024];
            // To the end, or a program with more to say would wait for ever.
            while let Ok(count @ 1..) = reader.read(&mut part) {
                let kept = into.lock().take(&part[..count], keep);
                if kept > 0 {
                    tell(&part[..kept]);
                }
            }
        });
        Ears { heard, thread }
    }

    /// What was heard. Something that could not be ended with the program, or goes on after it, may speak for ever, and is
    /// waited for only for a moment.
    pub fn heard(self) -> Heard {
        let until = Instant::now() + LAST_WORDS;
        while !self.thread.is_finished() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(5));
        }
        self.heard.lock().clone()
    }
}

impl Heard {
    /// Takes in a part, and says how much of its beginning is kept.
    fn take(&mut self, part: &[u8], keep: Keep) -> usize {
        let before = self.kept.len();
        let kept = match keep {
            Keep::Beginning(most) => part.len().min(most - before),
            Keep::End(_) => part.len(),
        };
        self.kept.extend_from_slice(&part[..kept]);
        if let Keep::End(most) = keep {
            self.kept.drain(..self.kept.len().saturating_sub(most));
        }
        self.cut |= self.kept.len() < before + part.len();
        kept
    }
}

/// Starts a program in a group of its own.
///
/// # Errors
/// What the operating system says.
pub fn start(command: &mut Command) -> io::Result<Started> {
    let mark = new_mark();
    command.process_group(0).env(MARK, &mark);
    for _ in 0..BUSY_TRIES {
        match command.spawn() {
            // Another thread started a program while this one was being written, and that holds the file for a moment.
            Err(error) if error.kind() == io::ErrorKind::ExecutableFileBusy => std::thread::sleep(BUSY_PAUSE),
            started => return Ok(Started { child: started?, mark }),
        }
    }
    Ok(Started { child: command.spawn()?, mark })
}

/// One that no other run has, of this server or of another one on the machine.
fn new_mark() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let nanos = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_nanos());
    format!("{}-{count}-{nanos}", std::process::id())
}

/// Waits until a program ends, and ends it with all that it has started when it runs longer than `most`, or when `stopping`
/// is set.
///
/// # Errors
/// If it cannot be waited for.
pub fn wait(started: &mut Started, most: Duration, stopping: &AtomicBool, leftovers: Leftovers) -> io::Result<Ending> {
    let Started { child, mark } = started;
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
        end_marked(mark);
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

/// Ends what has left the group. What has emptied its environment as well is not found: it has taken pains to stay.
fn end_marked(mark: &str) {
    for _ in 0..LOOKS {
        let found = marked(mark);
        if found.is_empty() {
            return;
        }
        for process in found {
            // Gone by itself meanwhile is as good.
            let _ = kill(process, Signal::SIGKILL);
        }
        std::thread::sleep(BUSY_PAUSE);
    }
    tracing::warn!("a program goes on starting others, and not all of them could be ended");
}

/// The processes of this machine that bear a mark; those of other users cannot be looked at and are none.
fn marked(mark: &str) -> Vec<Pid> {
    let wanted = format!("{MARK}={mark}");
    let bears = |process: &Pid| {
        let environment = fs::read(format!("/proc/{process}/environ")).unwrap_or_default();
        environment.split(|byte| *byte == 0).any(|variable| variable == wanted.as_bytes())
    };
    let entries = fs::read_dir("/proc").into_iter().flatten().filter_map(Result::ok);
    let processes = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).map(Pid::from_raw);
    processes.filter(bears).collect()
}

fn pid(child: &Child) -> io::Result<Pid> {
    i32::try_from(child.id()).map(Pid::from_raw).map_err(io::Error::other)
}
