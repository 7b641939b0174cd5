//! A switch on a thread of its own that tells a centre's events in real time, and others in between on request.

use std::net::SocketAddr;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use model::{Event, EventBody, Moment};

use crate::centre::{Centre, START};
use crate::switch::Switch;

/// An acknowledgement that takes longer is given up.
const PATIENCE: Duration = Duration::from_secs(60);
/// A second's events are told in so many parts.
const PARTS: u32 = 20;

enum Order {
    /// Tell this now; the answer says when it went out.
    Tell(EventBody, Sender<Instant>),
    /// Tell this now to the first server; the answer says when it went out, and how long its acknowledgement took.
    Confirm(EventBody, Sender<(Instant, Duration)>),
    Stop,
}

/// The running feed.
pub struct Feeder {
    orders: Sender<Order>,
    thread: Option<JoinHandle<Result<()>>>,
}

/// Seconds of the centre's time told at once before a measurement begins.
const SETTLE_SECS: u32 = 100;

impl Feeder {
    /// Connects a switch to the servers, tells a settled centre as fast as they take it, and goes on in real time.
    pub fn settled(links: &[SocketAddr], centre: Centre) -> Result<Feeder> {
        let mut switch = Switch::connect(links, 16_384)?;
        let mut events = centre.opening()?;
        (1..=SETTLE_SECS).for_each(|second| centre.second(second, &mut events));
        events.iter().try_for_each(|event| switch.push(event))?;
        switch.tell_all()?;
        Ok(Feeder::start(switch, centre, SETTLE_SECS))
    }

    /// Goes on with the second after `done` of the centre's time.
    pub fn start(mut switch: Switch, centre: Centre, done: u32) -> Feeder {
        let (orders, received) = channel();
        let thread = std::thread::spawn(move || feed(&mut switch, centre, done, &received));
        Feeder { orders, thread: Some(thread) }
    }

    /// Tells something in between; gives the moment just before it was sent.
    pub fn tell(&self, body: EventBody) -> Result<Instant> {
        let (reply, sent) = channel();
        self.orders.send(Order::Tell(body, reply)).ok().context("the feed has ended")?;
        sent.recv().context("the feed has ended")
    }

    /// Tells something in between to the first server; gives the moment just before it was sent, and how long it took until
    /// the server had it on disk and said so.
    pub fn confirmed(&self, body: EventBody) -> Result<(Instant, Duration)> {
        let (reply, confirmed) = channel();
        self.orders.send(Order::Confirm(body, reply)).ok().context("the feed has ended")?;
        confirmed.recv().context("the feed has ended")
    }

    /// Ends the feed; tells what went wrong with it.
    pub fn stop(mut self) -> Result<()> {
        let _ = self.orders.send(Order::Stop);
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(result)) => result,
            _ => Err(anyhow::anyhow!("the feed's thread panicked")),
        }
    }
}

impl Drop for Feeder {
    fn drop(&mut self) {
        let _ = self.orders.send(Order::Stop);
    }
}

fn feed(switch: &mut Switch, centre: Centre, done: u32, orders: &Receiver<Order>) -> Result<()> {
    let begun = Instant::now();
    let mut events = Vec::new();
    for part in 0u32.. {
        let second = done + 1 + part / PARTS;
        if part % PARTS == 0 {
            events.clear();
            centre.second(second, &mut events);
        }
        let cut = |part: u32| events.len() * (part % PARTS) as usize / PARTS as usize;
        let end = if (part + 1) % PARTS == 0 { events.len() } else { cut(part + 1) };
        for event in &events[cut(part)..end] {
            switch.push(event)?;
        }
        switch.tell()?;
        let next = begun + Duration::from_secs(1) * (part + 1) / PARTS;
        loop {
            match orders.recv_timeout(next.saturating_duration_since(Instant::now())) {
                Ok(Order::Tell(body, reply)) => tell_between(switch, START + i64::from(second), body, &reply)?,
                Ok(Order::Confirm(body, reply)) => confirm(switch, START + i64::from(second), body, &reply)?,
                Ok(Order::Stop) | Err(RecvTimeoutError::Disconnected) => return Ok(()),
                Err(RecvTimeoutError::Timeout) => break,
            }
        }
    }
    Ok(())
}

fn confirm(switch: &mut Switch, at: Moment, body: EventBody, reply: &Sender<(Instant, Duration)>) -> Result<()> {
    switch.push(&Event { at, body })?;
    let sent = Instant::now();
    switch.settle(0, PATIENCE)?;
    // Whoever asked may have given up waiting.
    let _ = reply.send((sent, sent.elapsed()));
    Ok(())
}

fn tell_between(switch: &mut Switch, at: Moment, body: EventBody, reply: &Sender<Instant>) -> Result<()> {
    switch.push(&Event { at, body })?;
    let sent = Instant::now();
    switch.tell()?;
    // Whoever asked may have given up waiting.
    let _ = reply.send(sent);
    Ok(())
}
