//! The switch's end of the link over real sockets, without a world behind it: it tells what it is given.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use link::native::{Capacity, Identity, SwitchSession};
use model::{Event, Moment};

use crate::centre::START;
use crate::server::ACD;

/// A server that answers nothing for this long has failed the measurement.
const PATIENCE: Duration = Duration::from_secs(60);

/// A switch that is connected to its servers and has told them that nobody is there yet.
pub struct Switch {
    session: SwitchSession,
    lanes: Vec<Option<TcpStream>>,
    buffer: Vec<u8>,
}

impl Switch {
    /// Connects. `in_flight`: most events told ahead of a server's acknowledgements.
    pub fn connect(servers: &[SocketAddr], in_flight: u64) -> Result<Switch> {
        Switch::connect_at(servers, in_flight, START)
    }

    /// The same with another time on the switch's clock.
    pub fn connect_at(servers: &[SocketAddr], in_flight: u64, at: Moment) -> Result<Switch> {
        Switch::connect_keeping(servers, Capacity { events: usize::MAX, bytes: usize::MAX >> 1, in_flight }, at)
    }

    /// The same, and of what a server that is away does not hear only so much is kept.
    pub fn connect_keeping(servers: &[SocketAddr], capacity: Capacity, at: Moment) -> Result<Switch> {
        let identity = Identity { acd: ACD, name: "cms-load".to_owned(), boot_id: 1 };
        let mut switch = Switch {
            session: SwitchSession::new(identity, servers.len(), capacity),
            lanes: Vec::new(),
            buffer: vec![0; 64 << 10],
        };
        for (lane, server) in servers.iter().enumerate() {
            switch.lanes.push(None);
            switch.come_back(lane, *server, at, &[])?;
        }
        Ok(switch)
    }

    /// Connects to a server; `snapshot` is what is so at this moment, should the server have missed something.
    pub fn come_back(&mut self, lane: usize, server: SocketAddr, at: Moment, snapshot: &[Event]) -> Result<()> {
        let stream = TcpStream::connect(server).with_context(|| format!("connecting to the link at {server}"))?;
        stream.set_nodelay(true)?;
        self.lanes[lane] = Some(stream);
        self.session.connected(lane, at);
        self.send(lane)?;
        let deadline = Instant::now() + PATIENCE;
        while !self.session.is_streaming(lane) {
            ensure!(Instant::now() < deadline, "{server} did not welcome the switch");
            self.hear(lane, Duration::from_millis(100))?;
            if self.session.wants_pump_up(lane) {
                self.session.pump_up(lane, at, None, snapshot)?;
                self.send(lane)?;
            }
        }
        Ok(())
    }

    /// Ends the connection to a server.
    pub fn leave(&mut self, lane: usize) {
        self.lanes[lane] = None;
        self.session.disconnected(lane);
    }

    /// Sends what may be sent, and waits until the server has everything on disk; at most so long.
    pub fn settle(&mut self, lane: usize, patience: Duration) -> Result<()> {
        let last = self.session.next_seq() - 1;
        let deadline = Instant::now() + patience;
        while self.session.acknowledged(lane) < last {
            self.send(lane)?;
            self.hear(lane, Duration::from_millis(10))?;
            ensure!(Instant::now() < deadline, "server {lane} did not acknowledge within {patience:?}");
        }
        Ok(())
    }

    /// Takes an event; it is sent by the next [`Self::tell`] or [`Self::tell_all`].
    pub fn push(&mut self, event: &Event) -> Result<()> {
        self.session.push(event)?;
        Ok(())
    }

    /// Sends what may be sent and takes the acknowledgements that are there. A server that is gone is left out from
    /// then on.
    pub fn tell(&mut self) -> Result<()> {
        for lane in 0..self.lanes.len() {
            let gone = self.send(lane).is_err() || self.hear(lane, Duration::ZERO).is_err();
            if gone && self.lanes[lane].take().is_some() {
                self.session.disconnected(lane);
            }
        }
        Ok(())
    }

    /// Sends everything and waits until every server that is connected has it on disk.
    pub fn tell_all(&mut self) -> Result<()> {
        let last = self.session.next_seq() - 1;
        for lane in (0..self.lanes.len()).filter(|lane| self.lanes[*lane].is_some()).collect::<Vec<_>>() {
            let mut heard_at = Instant::now();
            while self.session.acknowledged(lane) < last {
                self.send(lane)?;
                let before = self.session.acknowledged(lane);
                self.hear(lane, Duration::from_secs(1))?;
                if self.session.acknowledged(lane) > before {
                    heard_at = Instant::now();
                }
                ensure!(heard_at.elapsed() < PATIENCE, "server {lane} has acknowledged nothing for {PATIENCE:?}");
            }
        }
        Ok(())
    }

    fn send(&mut self, lane: usize) -> Result<()> {
        let Some(stream) = &mut self.lanes[lane] else { return Ok(()) };
        let output = self.session.take_output(lane);
        if !output.is_empty() {
            stream.set_nonblocking(false)?;
            stream.write_all(&output).context("sending to the link")?;
        }
        Ok(())
    }

    /// Takes what has come; waits for it at most so long.
    fn hear(&mut self, lane: usize, wait: Duration) -> Result<()> {
        let Some(stream) = &mut self.lanes[lane] else { return Ok(()) };
        stream.set_nonblocking(wait.is_zero())?;
        if !wait.is_zero() {
            stream.set_read_timeout(Some(wait))?;
        }
        match stream.read(&mut self.buffer) {
            Ok(0) => bail!("the server has closed the link"),
            Ok(length) => Ok(self.session.receive(lane, &self.buffer[..length])?),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => Ok(()),
            Err(error) => Err(error).context("reading from the link"),
        }
    }
}
