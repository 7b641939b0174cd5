//! One link's socket: connecting with back-off, writing, reading, and the faults put on it. Knows nothing of what
//! the bytes say, but for where an event's frame begins and ends.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::fault::LinkFault;
use super::tls::{LinkTls, Wire, in_words};

/// Orders from the feed.
#[derive(Debug)]
pub enum ToLink {
    Fault(LinkFault),
    Resume,
}

/// News for the feed.
#[derive(Debug)]
pub enum FromLink {
    Connected { link: usize, epoch: u64, bytes: mpsc::UnboundedSender<Vec<u8>> },
    Received { link: usize, epoch: u64, bytes: Vec<u8> },
    Closed { link: usize, epoch: u64, error: String },
}

const FIRST_BACK_OFF: Duration = Duration::from_millis(100);
const LONGEST_BACK_OFF: Duration = Duration::from_secs(5);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Bytes of event frames remembered for sending them again.
const REMEMBERED_BYTES: usize = 256 << 10;
/// A frame's first byte if it holds an event: field 1, length-delimited.
const EVENT_FRAME: u8 = 0x0a;

struct Link {
    number: usize,
    address: String,
    tls: Option<LinkTls>,
    orders: mpsc::UnboundedReceiver<ToLink>,
    feed: mpsc::Sender<FromLink>,
    epoch: u64,
    fault: Option<LinkFault>,
}

/// Why a connection is no more.
enum End {
    /// The feed is gone.
    Quit,
    Lost(String),
}

/// Keeps the link until the feed is gone.
pub async fn run(
    number: usize,
    address: String,
    tls: Option<LinkTls>,
    orders: mpsc::UnboundedReceiver<ToLink>,
    feed: mpsc::Sender<FromLink>,
) {
    let mut link = Link { number, address, tls, orders, feed, epoch: 0, fault: None };
    let mut back_off = FIRST_BACK_OFF;
    loop {
        if !link.wait_while_cut().await {
            return;
        }
        link.epoch += 1;
        let began = Instant::now();
        let error = match link.connect().await {
            Ok(wire) => match link.talk(wire).await {
                End::Quit => return,
                End::Lost(error) => error,
            },
            Err(error) => error,
        };
        let closed = FromLink::Closed { link: link.number, epoch: link.epoch, error };
        if link.feed.send(closed).await.is_err() {
            return;
        }
        // A connection that held for a while was a good one: the next attempt need not wait long.
        back_off =
            if began.elapsed() > LONGEST_BACK_OFF { FIRST_BACK_OFF } else { (back_off * 2).min(LONGEST_BACK_OFF) };
        if !link.pause(back_off).await {
            return;
        }
    }
}

impl Link {
    /// Takes orders until the link may connect; false if the feed is gone.
    async fn wait_while_cut(&mut self) -> bool {
        while self.fault == Some(LinkFault::Cut) {
            match self.orders.recv().await {
                Some(order) => self.take(&order),
                None => return false,
            }
        }
        true
    }

    /// Waits before the next attempt; a resumed link tries at once.
    async fn pause(&mut self, length: Duration) -> bool {
        let until = Instant::now() + length;
        loop {
            tokio::select! {
                () = tokio::time::sleep_until(until) => return true,
                order = self.orders.recv() => match order {
                    Some(order) => {
                        self.take(&order);
                        if matches!(order, ToLink::Resume) {
                            return true;
                        }
                    }
                    None => return false,
                },
            }
        }
    }

    fn take(&mut self, order: &ToLink) {
        self.fault = match order {
            ToLink::Fault(fault) => Some(*fault),
            ToLink::Resume => None,
        };
    }

    async fn connect(&self) -> Result<Wire, String> {
        let attempt = tokio::time::timeout(CONNECT_TIMEOUT, TcpStream::connect(&self.address));
        let stream = match attempt.await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => return Err(format!("cannot connect to {}: {error}", self.address)),
            Err(_) => return Err(format!("cannot connect to {}: no answer in time", self.address)),
        };
        stream.set_nodelay(true).map_err(|error| format!("setting up the connection to {}: {error}", self.address))?;
        let Some(tls) = &self.tls else { return Ok(Box::new(stream)) };
        match tokio::time::timeout(CONNECT_TIMEOUT, tls.shake(&self.address, stream)).await {
            Ok(shaken) => shaken,
            Err(_) => Err(format!("cannot connect to {}: the TLS handshake was not over in time", self.address)),
        }
    }

    async fn talk(&mut self, wire: Wire) -> End {
        let (to_link, mut bytes) = mpsc::unbounded_channel();
        let connected = FromLink::Connected { link: self.number, epoch: self.epoch, bytes: to_link };
        if self.feed.send(connected).await.is_err() {
            return End::Quit;
        }
        let (mut reader, mut writer) = tokio::io::split(wire);
        let mut output = Output::default();
        let mut input = vec![0; 16 << 10];
        loop {
            let moving = self.fault != Some(LinkFault::Stall);
            tokio::select! {
                order = self.orders.recv() => match order {
                    None => return End::Quit,
                    Some(ToLink::Fault(LinkFault::Cut)) => {
                        self.fault = Some(LinkFault::Cut);
                        return End::Lost("cut on purpose".to_owned());
                    }
                    Some(ToLink::Fault(LinkFault::Duplicate(events))) => output.repeat(events),
                    Some(order) => self.take(&order),
                },
                told = bytes.recv() => match told {
                    Some(told) => output.add(told, self.delay()),
                    None => {
                        let _ = tokio::time::timeout(CONNECT_TIMEOUT, output.end(&mut writer)).await;
                        return End::Lost("closed by the switch".to_owned());
                    }
                },
                result = output.write(&mut writer), if moving && !output.is_empty() => {
                    if let Err(error) = result {
                        return End::Lost(format!("sending: {}", in_words(&self.address, &error)));
                    }
                }
                result = read(&mut reader, &mut input), if moving => match result {
                    Ok(0) => return End::Lost(format!("{} closed the connection", self.address)),
                    Ok(len) => {
                        let received =
                            FromLink::Received { link: self.number, epoch: self.epoch, bytes: input[..len].to_vec() };
                        if self.feed.send(received).await.is_err() {
                            return End::Quit;
                        }
                    }
                    Err(error) => return End::Lost(in_words(&self.address, &error)),
                },
            }
        }
    }

    fn delay(&self) -> Duration {
        if let Some(LinkFault::Late(delay)) = self.fault { delay } else { Duration::ZERO }
    }
}

async fn read(reader: &mut ReadHalf<Wire>, input: &mut [u8]) -> std::io::Result<usize> {
    reader.read(input).await
}

/// Bytes on their way out, each with the time from which it may go.
#[derive(Default)]
struct Output {
    waiting: VecDeque<(Instant, Vec<u8>)>,
    written: usize,
    /// Whether something that was written may still lie in a buffer of TLS.
    unflushed: bool,
    /// The last event frames, whole.
    remembered: VecDeque<Vec<u8>>,
    remembered_bytes: usize,
}

impl Output {
    fn is_empty(&self) -> bool {
        self.waiting.is_empty() && !self.unflushed
    }

    /// Adds whole frames.
    fn add(&mut self, bytes: Vec<u8>, delay: Duration) {
        let mut rest = bytes.as_slice();
        while let Some((length, _)) = rest.split_first_chunk::<4>() {
            let whole = (u32::from_be_bytes(*length) as usize + 4).min(rest.len());
            let (frame, next) = rest.split_at(whole);
            if frame.get(4) == Some(&EVENT_FRAME) {
                self.remember(frame);
            }
            rest = next;
        }
        self.waiting.push_back((Instant::now() + delay, bytes));
    }

    fn remember(&mut self, frame: &[u8]) {
        self.remembered_bytes += frame.len();
        self.remembered.push_back(frame.to_vec());
        while self.remembered_bytes > REMEMBERED_BYTES {
            self.remembered_bytes -= self.remembered.pop_front().map_or(0, |frame| frame.len());
        }
    }

    /// Sends the last event frames once more, after what waits.
    fn repeat(&mut self, events: usize) {
        let from = self.remembered.len().saturating_sub(events);
        let again: Vec<u8> = self.remembered.iter().skip(from).flatten().copied().collect();
        if !again.is_empty() {
            self.waiting.push_back((Instant::now(), again));
        }
    }

    /// Writes some of what may go, or sees it off; safe to drop half-way.
    async fn write(&mut self, writer: &mut WriteHalf<Wire>) -> std::io::Result<()> {
        let Some((due, bytes)) = self.waiting.front() else {
            writer.flush().await?;
            self.unflushed = false;
            return Ok(());
        };
        tokio::time::sleep_until(*due).await;
        self.written += writer.write(&bytes[self.written..]).await?;
        self.unflushed = true;
        if self.written == bytes.len() {
            self.waiting.pop_front();
            self.written = 0;
        }
        Ok(())
    }

    async fn end(&mut self, writer: &mut WriteHalf<Wire>) -> std::io::Result<()> {
        while !self.is_empty() {
            self.write(writer).await?;
        }
        writer.shutdown().await
    }
}
