//! A switch that tells a given list of events to its servers over the native link, as fast as they acknowledge.
//!
//! It keeps everything until every server has it, so servers may die and come back meanwhile. It tells its state
//! once, at the very beginning; a server that needs to be told it later has lost something, and that is an error, unless
//! the server was away on purpose and comes back.

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use link::native::{Capacity, Identity, SwitchSession};
use model::{AcdNumber, Event, Moment};

use crate::wait::LIMIT;

/// Events that are kept in hand beyond the slowest server's acknowledgements.
const AHEAD: u64 = 32 * 1024;
/// Events that are kept unless less is wanted.
const EVENTS_MOST: usize = 10_000_000;
/// Events that are told at once while somebody is away.
const FEW: usize = 16;
/// Pause between two attempts to connect.
const RETRY: Duration = Duration::from_millis(50);
/// Pause when there is nothing to send and nothing to read.
const IDLE: Duration = Duration::from_millis(1);

/// The switch.
pub struct EventFeed {
    acd: AcdNumber,
    session: SwitchSession,
    lanes: Vec<Lane>,
    snapshot: Vec<Event>,
    /// Whether a server may be told the state again.
    tells_again: bool,
    now: Moment,
}

struct Lane {
    address: String,
    stream: Option<TcpStream>,
    output: Vec<u8>,
    is_away: bool,
    /// It need not acknowledge, though its link may be up.
    is_excused: bool,
    retry_at: Instant,
    last_error: String,
}

impl EventFeed {
    /// A switch that begins at `start` with `snapshot` as its state, and feeds the servers at `links`.
    pub fn new(acd: AcdNumber, links: &[String], start: Moment, snapshot: Vec<Event>) -> Self {
        let lane = |address: &String| Lane {
            address: address.clone(),
            stream: None,
            output: Vec::new(),
            is_away: false,
            is_excused: false,
            retry_at: Instant::now(),
            last_error: String::new(),
        };
        EventFeed {
            acd,
            session: session(acd, 1, links.len(), EVENTS_MOST),
            lanes: links.iter().map(lane).collect(),
            snapshot,
            tells_again: false,
            now: start,
        }
    }

    /// The same, as another start of the switch: a random number that must be another one than before. Normally 1.
    pub fn with_boot(mut self, boot_id: u64) -> Self {
        self.session = session(self.acd, boot_id, self.lanes.len(), EVENTS_MOST);
        self
    }

    /// Keeps no more than so many events for a server that is away, which then misses those before.
    pub fn with_capacity(mut self, events: usize) -> Self {
        self.session = session(self.acd, 1, self.lanes.len(), events);
        self
    }

    /// Drops a link; no connection is made until the server comes back.
    pub fn leave(&mut self, server: usize) {
        self.cut(server);
        self.lanes[server].is_away = true;
    }

    /// Goes on telling a server, and does not wait for it until it comes back: its disk is full.
    pub fn excuse(&mut self, server: usize) {
        self.lanes[server].is_excused = true;
    }

    /// Connects to a server that was away or excused. If it missed too much it is told `snapshot`, which is so after the last event.
    pub fn come_back(&mut self, server: usize, snapshot: Vec<Event>) -> Result<()> {
        self.lanes[server].is_away = false;
        self.lanes[server].is_excused = false;
        (self.snapshot, self.tells_again) = (snapshot, true);
        self.keep_going("the server is back", LIMIT, |feed| {
            feed.session.is_streaming(server) && feed.session.acknowledged(server) + 1 >= feed.session.next_seq()
        })?;
        self.tells_again = false;
        Ok(())
    }

    /// Tells the events, a few at a time, and returns once the servers that are not away have acknowledged them.
    pub fn tell_those_here(&mut self, events: &[Event]) -> Result<()> {
        for some in events.chunks(FEW) {
            some.iter().try_for_each(|event| self.push(event))?;
            self.keep_going("those that are here acknowledge", LIMIT, |feed| {
                let told = feed.session.next_seq() - 1;
                let waits = |lane: &Lane| !lane.is_away && !lane.is_excused;
                (0..feed.lanes.len()).all(|lane| !waits(&feed.lanes[lane]) || feed.session.acknowledged(lane) >= told)
            })?;
        }
        Ok(())
    }

    /// Tells the events in order and returns once all but the last few are acknowledged by every server.
    /// `limit` is how long no server at all may make progress.
    pub fn tell(&mut self, events: &[Event], limit: Duration) -> Result<()> {
        self.keep_going("every server has greeted", limit, |feed| {
            (0..feed.lanes.len()).all(|lane| feed.session.is_streaming(lane))
        })?;
        for event in events {
            self.push(event)?;
            if self.backlog() >= AHEAD {
                self.keep_going("the servers acknowledge", limit, |feed| feed.backlog() < AHEAD / 2)?;
            }
        }
        Ok(())
    }

    /// Tells the events and returns once every server has acknowledged them; for tests whose servers run on the same
    /// threads.
    pub fn tell_all(&mut self, events: &[Event]) -> Result<()> {
        tokio::task::block_in_place(|| {
            self.tell(events, LIMIT)?;
            self.settle(LIMIT)
        })
    }

    /// Returns once every server has acknowledged everything.
    pub fn settle(&mut self, limit: Duration) -> Result<()> {
        self.keep_going("the servers acknowledge the last event", limit, |feed| feed.backlog() == 0)
    }

    /// Number of the last event that a server has on disk.
    pub fn acknowledged(&self, server: usize) -> u64 {
        self.session.acknowledged(server)
    }

    /// Whether a server has not acknowledged everything that was told.
    pub fn is_behind(&self, server: usize) -> bool {
        self.session.acknowledged(server) + 1 < self.session.next_seq()
    }

    /// What went wrong last on a link; empty if nothing did.
    pub fn last_error(&self, server: usize) -> &str {
        &self.lanes[server].last_error
    }

    /// Sends bytes of somebody else's on a link that is up, after the first `whole` bytes of what it would send.
    pub fn spoil(&mut self, server: usize, whole: usize, bytes: &[u8]) -> Result<()> {
        let mut output = self.session.take_output(server);
        let lane = &mut self.lanes[server];
        let stream = lane.stream.as_mut().context("the link is down")?;
        output.truncate(whole);
        stream.set_nonblocking(false)?;
        // What was begun to be sent is finished first.
        stream.write_all(&std::mem::take(&mut lane.output))?;
        stream.write_all(&output)?;
        stream.write_all(bytes)?;
        stream.set_nonblocking(true)?;
        Ok(())
    }

    /// Drops a link's connection; the next turn makes a new one.
    pub fn cut(&mut self, server: usize) {
        self.session.disconnected(server);
        self.lanes[server].stream = None;
        self.lanes[server].output.clear();
    }

    /// Adds an event to what is to be told, without waiting for anything.
    pub fn push(&mut self, event: &Event) -> Result<()> {
        self.now = event.at;
        self.session.push(event).with_context(|| format!("telling {event:?}"))?;
        Ok(())
    }

    /// Looks after the links until `done`.
    pub fn keep_going(&mut self, what: &str, limit: Duration, done: impl Fn(&Self) -> bool) -> Result<()> {
        let mut progress = (0, Instant::now());
        while !done(self) {
            if !self.turn()? {
                std::thread::sleep(IDLE);
            }
            let acknowledged = (0..self.lanes.len()).map(|lane| self.session.acknowledged(lane)).sum();
            if progress.0 != acknowledged {
                progress = (acknowledged, Instant::now());
            }
            if progress.1.elapsed() > limit {
                let errors: Vec<_> = self.lanes.iter().map(|lane| lane.last_error.as_str()).collect();
                bail!("waited {} s in vain until {what}; the links say {errors:?}", limit.as_secs());
            }
        }
        Ok(())
    }

    /// Does what can be done at once on every link; whether anything could be.
    pub fn turn(&mut self) -> Result<bool> {
        let mut moved = false;
        for number in 0..self.lanes.len() {
            self.connect(number);
            // What is so after the last event is known when it comes back.
            if self.session.wants_pump_up(number) && !self.lanes[number].is_excused {
                if self.session.next_seq() > 1 && !self.tells_again {
                    bail!("{} has lost what it acknowledged: it asks for a pump-up", self.lanes[number].address);
                }
                self.session.pump_up(number, self.now, None, &self.snapshot)?;
            }
            match self.exchange(number) {
                Ok(some) => moved |= some,
                Err(error) => {
                    self.session.disconnected(number);
                    let lane = &mut self.lanes[number];
                    lane.last_error = format!("{error:#}");
                    (lane.stream, lane.retry_at) = (None, Instant::now() + RETRY);
                    lane.output.clear();
                }
            }
        }
        Ok(moved)
    }

    fn backlog(&self) -> u64 {
        let told = self.session.next_seq() - 1;
        (0..self.lanes.len()).map(|lane| told - self.session.acknowledged(lane)).max().unwrap_or(0)
    }

    fn connect(&mut self, number: usize) {
        let lane = &mut self.lanes[number];
        if lane.is_away || lane.stream.is_some() || Instant::now() < lane.retry_at {
            return;
        }
        let connected = TcpStream::connect(&lane.address).and_then(|stream| {
            stream.set_nonblocking(true)?;
            stream.set_nodelay(true)?;
            Ok(stream)
        });
        match connected {
            Ok(stream) => {
                lane.stream = Some(stream);
                self.session.connected(number, self.now);
            }
            Err(error) => (lane.last_error, lane.retry_at) = (error.to_string(), Instant::now() + RETRY),
        }
    }

    /// Sends and reads what can be sent and read; an error ends the connection.
    fn exchange(&mut self, number: usize) -> Result<bool> {
        let mut moved = false;
        let lane = &mut self.lanes[number];
        let Some(stream) = &mut lane.stream else { return Ok(false) };
        if lane.output.is_empty() {
            lane.output = self.session.take_output(number);
        }
        if let Some(sent) = unless_blocked(stream.write(&lane.output)).context("sending")? {
            lane.output.drain(..sent);
            moved |= sent > 0;
        }
        let mut buffer = [0; 4096];
        match unless_blocked(stream.read(&mut buffer)).context("receiving")? {
            Some(0) => bail!("the server closed the connection"),
            Some(read) => {
                self.session.receive(number, &buffer[..read])?;
                moved = true;
            }
            None => {}
        }
        Ok(moved)
    }
}

fn session(acd: AcdNumber, boot_id: u64, servers: usize, events: usize) -> SwitchSession {
    let capacity = Capacity { events, bytes: 1 << 30, ..Capacity::default() };
    SwitchSession::new(Identity { acd, name: "Event list".to_owned(), boot_id }, servers, capacity)
}

fn unless_blocked(result: io::Result<usize>) -> io::Result<Option<usize>> {
    match result {
        Ok(count) => Ok(Some(count)),
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => Ok(None),
        Err(error) => Err(error),
    }
}
