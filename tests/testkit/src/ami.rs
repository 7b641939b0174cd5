//! A PBX's manager interface that plays recorded connections back, byte for byte and in odd chunks.
//!
//! It speaks when it is spoken to, as the PBX did: the banner first, the answer to the login when that has come, the
//! lists when they were asked for. A ping is answered between the recorded blocks, never within one. What it has to
//! say of time it takes from the recording; it owns no clock.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context, Result};
use parking_lot::Mutex;

/// Sizes of what is sent at once, over and over: single bytes, odd pieces, and pieces of many blocks.
const CHUNKS: [usize; 9] = [1, 7, 2, 61, 509, 3, 4_099, 13, 32_749];
/// The queues are looked at when so much of the PBX's time is over.
const QUARTER_MICROS: i64 = 900_000_000;
/// How long a look for requests may take before the end of the test is looked for.
const LOOK: Duration = Duration::from_millis(20);

/// One connection of a recording.
#[derive(Debug, Clone)]
pub struct Recording {
    bytes: Vec<u8>,
    ending: Ending,
}

/// What comes after the recorded bytes.
#[derive(Debug, Clone, Copy)]
enum Ending {
    /// The PBX stays, and tells a time so much later with every answer to a ping.
    Stays { step_secs: i64 },
    /// The connection is closed.
    Closes,
}

/// A manager interface that listens on a port of its own. Dropping it closes everything.
pub struct AmiServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    secret: String,
    recordings: Mutex<VecDeque<Recording>>,
    logins: AtomicU64,
    stopping: AtomicBool,
}

impl Recording {
    /// A gzipped recording. After its end the PBX stays, and `step_secs` pass with every ping.
    pub fn load(path: &Path, step_secs: i64) -> Result<Recording> {
        let file = std::fs::File::open(path).with_context(|| format!("opening {}", path.display()))?;
        let mut bytes = Vec::new();
        let read = flate2::read::GzDecoder::new(file).read_to_end(&mut bytes);
        read.with_context(|| format!("reading {}", path.display()))?;
        Ok(Recording { bytes, ending: Ending::Stays { step_secs } })
    }

    /// Something that speaks first and stays, whatever it is told.
    pub fn text(text: &str) -> Recording {
        Recording { bytes: text.as_bytes().to_vec(), ending: Ending::Stays { step_secs: 0 } }
    }

    /// The PBX stays behind its end, and a second passes with every ping.
    #[must_use]
    pub fn then_stays(mut self) -> Recording {
        self.ending = Ending::Stays { step_secs: 1 };
        self
    }

    /// The connection is closed at its end.
    #[must_use]
    pub fn then_closed(mut self) -> Recording {
        self.ending = Ending::Closes;
        self
    }

    /// The connection is closed behind the last block of a second, UNIX time.
    #[must_use]
    pub fn up_to(mut self, last: i64) -> Recording {
        let text = String::from_utf8_lossy(&self.bytes);
        let second = |block: &str| -> Option<i64> {
            block.lines().find_map(|line| line.strip_prefix("Timestamp: "))?.split('.').next()?.parse().ok()
        };
        let heard = text.split_inclusive("\r\n\r\n").take_while(|block| second(block).is_none_or(|at| at <= last));
        self.bytes = heard.collect::<String>().into_bytes();
        self.then_closed()
    }

    /// The connection is closed in the middle of its last block.
    ///
    /// # Panics
    /// If it has no block.
    #[must_use]
    pub fn torn(mut self) -> Recording {
        let text = self.bytes.strip_suffix(b"\r\n\r\n").unwrap_or(&self.bytes);
        let begun = text.windows(4).rposition(|window| window == b"\r\n\r\n").expect("a recording has blocks") + 4;
        self.bytes.truncate(begun + (text.len() - begun) / 2);
        self.then_closed()
    }
}

impl AmiServer {
    /// Listens, and plays one recording after the other to whoever knows the secret. Further connections are closed.
    pub fn start(secret: &str, recordings: Vec<Recording>) -> Result<AmiServer> {
        let listener = TcpListener::bind("127.0.0.1:0").context("opening a port for the manager interface")?;
        let address = listener.local_addr().context("reading the manager interface's address")?;
        let shared = Arc::new(Shared {
            secret: secret.to_owned(),
            recordings: Mutex::new(recordings.into()),
            logins: AtomicU64::new(0),
            stopping: AtomicBool::new(false),
        });
        let playing = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("ami".to_owned()).spawn(move || playing.serve(&listener))?;
        Ok(AmiServer { address, shared, thread: Some(thread) })
    }

    /// `HOST:PORT`.
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// How often somebody signed in.
    pub fn logins(&self) -> u64 {
        self.shared.logins.load(Ordering::SeqCst)
    }
}

impl Drop for AmiServer {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        // Wakes the listener; whether that works does not matter, it may have ended already.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn serve(&self, listener: &TcpListener) {
        while let Ok((stream, _)) = listener.accept() {
            if self.stopping.load(Ordering::SeqCst) {
                return;
            }
            let recording = self.recordings.lock().pop_front();
            let Some(recording) = recording else { continue };
            // How a connection ends is for the far end to tell.
            let _ = Connection::new(stream, self).and_then(|mut connection| connection.play(&recording));
        }
    }
}

/// One connection: what was asked on it and not answered yet.
struct Connection<'a> {
    stream: TcpStream,
    shared: &'a Shared,
    heard: Vec<u8>,
    asked: Vec<Action>,
    /// IDs of looks at the queues that were answered.
    looked: Vec<String>,
    chunk: usize,
}

/// What the far end wants.
struct Action {
    name: String,
    id: String,
    secret: String,
    queue: String,
    interface: String,
    penalty: String,
}

impl<'a> Connection<'a> {
    fn new(stream: TcpStream, shared: &'a Shared) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(LOOK))?;
        Ok(Connection { stream, shared, heard: Vec::new(), asked: Vec::new(), looked: Vec::new(), chunk: 0 })
    }

    fn play(&mut self, recording: &Recording) -> io::Result<()> {
        let bytes = recording.bytes.as_slice();
        let (banner, rest) = bytes.split_at(find(bytes, b"\n").map_or(bytes.len(), |at| at + 1));
        self.send(banner)?;
        let login = self.wait_for("Login")?;
        if login.secret != self.shared.secret {
            let id = login.id;
            let refused = format!("Response: Error\r\nActionID: {id}\r\nMessage: Authentication failed\r\n\r\n");
            return self.send(refused.as_bytes());
        }
        self.shared.logins.fetch_add(1, Ordering::SeqCst);
        let (accepted, rest) = rest.split_at(end_of_block(rest, b"Response: Success"));
        self.send(accepted)?;
        for list in ["CoreShowChannels", "QueueStatus"] {
            self.wait_for(list)?;
        }
        let (lists, rest) = rest.split_at(end_of_block(rest, b"Event: CoreShowChannelsComplete"));
        self.send(lists)?;
        self.answer_pings(micros(lists), 0)?;
        let mut parts = between_looks(rest).into_iter().peekable();
        while let Some(part) = parts.next() {
            self.send(part)?;
            if parts.peek().is_some() {
                let asked = self.wait_for("QueueStatus")?;
                self.answer_look(&asked.id, micros(part))?;
            }
        }
        match recording.ending {
            Ending::Closes => Ok(()),
            Ending::Stays { step_secs } => self.answer_pings(micros(bytes), step_secs),
        }
    }

    /// Answers pings for as long as the connection lasts, or, if no time passes with them, those that have come.
    fn answer_pings(&mut self, mut clock_micros: i64, step_secs: i64) -> io::Result<()> {
        loop {
            self.listen()?;
            for action in std::mem::take(&mut self.asked) {
                if action.name == "QueuePenalty" {
                    clock_micros += 1_000_000;
                    self.set_penalty(&action, clock_micros)?;
                }
                let Action { name, id, .. } = action;
                if name == "Logoff" {
                    return self.send(format!("Response: Goodbye\r\nActionID: {id}\r\n\r\n").as_bytes());
                }
                if name == "QueueStatus" {
                    self.answer_look(&id, clock_micros)?;
                } else if name == "Ping" && !self.looked.contains(&id) {
                    // Whoever looks when a quarter of an hour is over must not find that much more of it is.
                    let soon = (clock_micros / QUARTER_MICROS + 1) * QUARTER_MICROS + 3_000_000;
                    clock_micros = (clock_micros + step_secs * 1_000_000).min(soon);
                    self.pong(&id, clock_micros)?;
                }
            }
            if step_secs == 0 {
                return Ok(());
            }
        }
    }

    fn pong(&mut self, id: &str, clock_micros: i64) -> io::Result<()> {
        let (secs, fraction) = (clock_micros / 1_000_000, clock_micros % 1_000_000);
        let time = format!("Timestamp: {secs}.{fraction:06}");
        self.send(format!("Response: Success\r\nActionID: {id}\r\nPing: Pong\r\n{time}\r\n\r\n").as_bytes())
    }

    /// What is asked for later is not in the recording: the PBX lists no queues, so nothing is found. The time behind it has the same
    /// ID.
    fn answer_look(&mut self, id: &str, clock_micros: i64) -> io::Result<()> {
        self.looked.push(id.to_owned());
        self.send(format!("Event: QueueStatusComplete\r\nActionID: {id}\r\n\r\n").as_bytes())?;
        self.pong(id, clock_micros)
    }

    /// Does as the PBX does: the answer to who asked, and the event that everybody hears.
    fn set_penalty(&mut self, action: &Action, clock_micros: i64) -> io::Result<()> {
        let Action { id, queue, interface, penalty, .. } = action;
        let (secs, fraction) = (clock_micros / 1_000_000, clock_micros % 1_000_000);
        self.send(
            format!("Response: Success\r\nActionID: {id}\r\nMessage: Interface penalty updated successfully\r\n\r\n")
                .as_bytes(),
        )?;
        let told = format!(
            "Event: QueueMemberPenalty\r\nPrivilege: agent,all\r\nTimestamp: {secs}.{fraction:06}\r\nQueue: {queue}\r\n\
             Interface: {interface}\r\nStateInterface: {interface}\r\nMembership: dynamic\r\nPenalty: {penalty}\r\n\
             CallsTaken: 0\r\nLastCall: 0\r\nLastPause: 0\r\nLoginTime: {secs}\r\nInCall: 0\r\nStatus: 1\r\n\
             Paused: 0\r\nPausedReason: \r\nWrapuptime: 0\r\n\r\n"
        );
        self.send(told.as_bytes())
    }

    fn wait_for(&mut self, name: &str) -> io::Result<Action> {
        loop {
            if let Some(index) = self.asked.iter().position(|action| action.name == name) {
                return Ok(self.asked.remove(index));
            }
            self.listen()?;
        }
    }

    /// Takes what has come; an error if nothing more will.
    fn listen(&mut self) -> io::Result<()> {
        if self.shared.stopping.load(Ordering::SeqCst) {
            return Err(ErrorKind::Interrupted.into());
        }
        let mut buffer = [0; 4096];
        match self.stream.read(&mut buffer) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(length) => self.heard.extend_from_slice(&buffer[..length]),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(error) => return Err(error),
        }
        while let Some(end) = find(&self.heard, b"\r\n\r\n") {
            let block = self.heard.drain(..end + 4).collect::<Vec<_>>();
            self.asked.push(Action::read(&String::from_utf8_lossy(&block)));
        }
        Ok(())
    }

    fn send(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let (piece, rest) = bytes.split_at(CHUNKS[self.chunk % CHUNKS.len()].min(bytes.len()));
            self.chunk += 1;
            self.stream.write_all(piece)?;
            bytes = rest;
        }
        Ok(())
    }
}

impl Action {
    fn read(block: &str) -> Action {
        let field = |key: &str| {
            let mut lines = block.lines().filter_map(|line| line.split_once(": "));
            lines.find(|(name, _)| *name == key).map_or_else(String::new, |(_, value)| value.to_owned())
        };
        let (queue, interface, penalty) = (field("Queue"), field("Interface"), field("Penalty"));
        Action { name: field("Action"), id: field("ActionID"), secret: field("Secret"), queue, interface, penalty }
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

/// A recording in parts, each but the last one up to a block that makes its listeners look at the queues.
fn between_looks(bytes: &[u8]) -> Vec<&[u8]> {
    let (mut parts, mut rest, mut quarter, mut from) = (Vec::new(), bytes, None, 0);
    while let Some(end) = find(&rest[from..], b"\r\n\r\n").map(|at| from + at + 4) {
        let block = &rest[from..end];
        let (before, now) = (quarter, micros(block) / QUARTER_MICROS);
        quarter = quarter.max((now > 0).then_some(now));
        if before.is_some_and(|before| now > before) || find(block, b"Event: Reload\r\n").is_some() {
            parts.push(&rest[..end]);
            (rest, from) = (&rest[end..], 0);
        } else {
            from = end;
        }
    }
    parts.push(rest);
    parts
}

/// Where the first block with this line ends; nowhere before the end if there is none.
fn end_of_block(bytes: &[u8], line: &[u8]) -> usize {
    let end = find(bytes, line).and_then(|at| Some(at + find(&bytes[at..], b"\r\n\r\n")? + 4));
    end.unwrap_or(bytes.len())
}

/// The latest time told in these bytes, in UNIX microseconds; 0 if none was.
fn micros(bytes: &[u8]) -> i64 {
    let text = String::from_utf8_lossy(bytes);
    let times = text.lines().filter_map(|line| line.strip_prefix("Timestamp: "));
    let read = |time: &str| {
        let (secs, fraction) = time.split_once('.')?;
        Some(secs.parse::<i64>().ok()? * 1_000_000 + fraction.parse::<i64>().ok()?)
    };
    times.filter_map(read).max().unwrap_or(0)
}
