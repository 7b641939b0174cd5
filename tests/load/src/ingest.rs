//! Events into one ACD: the bare limits of the machine, each step of the way, and a whole server.
//!
//! Every line handles the same events. In-process lines are the best of some rounds, because other programs on the
//! machine only ever slow them down; the server is measured once, as it is.

mod bare;
mod server;
mod steps;

use std::path::PathBuf;

use anyhow::Result;
use link::native::wire::encode_event;
use link::native::{Capacity, Identity, ServerSession, SwitchSession};
use model::Event;

use crate::Bench;
use crate::centre::START;
use crate::figures::{heading, line};
use crate::processor::{Took, measured};
use crate::server::ACD;

#[derive(clap::Args)]
pub struct Options {
    /// Events to take in.
    #[arg(long, default_value_t = 2_000_000)]
    events: usize,
    /// Rounds of each in-process measurement; the best counts.
    #[arg(long, default_value_t = 3)]
    rounds: u32,
    /// Events that one sync serves, in the in-process measurements.
    #[arg(long, default_value_t = 8192)]
    batch: usize,
    /// Events that the switch tells ahead of the server's acknowledgements.
    #[arg(long, default_value_t = 16_384)]
    in_flight: u64,
    /// Leave the in-process measurements out.
    #[arg(long)]
    server_only: bool,
    /// The whole server's link is TLS.
    #[arg(long)]
    tls: bool,
}

/// The events in all the forms that the measurements need.
struct Input {
    events: Vec<Event>,
    /// Each in the link's encoding, without a frame.
    encoded: Vec<u8>,
    /// Where each ends in `encoded`.
    ends: Vec<usize>,
    /// All that the switch sends over a connection.
    stream: Vec<u8>,
    /// For files that are written.
    folder: PathBuf,
    rounds: u32,
    batch: usize,
}

pub fn run(bench: &Bench, options: &Options) -> Result<()> {
    let events = bench.centre.events(options.events)?;
    if !options.server_only {
        let input = Input::new(events.clone(), bench, options)?;
        let per_event = |bytes: usize| bytes as f64 / input.events.len() as f64;
        line("events", format!("{} of {:.1} bytes on the link", input.events.len(), per_event(input.stream.len())));
        heading("Bare limits");
        bare::run(&input)?;
        heading("One thread: each step of the way");
        steps::run(&input)?;
    }
    heading("A whole cms-server process, fed over loopback");
    server::run(bench, options, &events)
}

impl Input {
    fn new(events: Vec<Event>, bench: &Bench, options: &Options) -> Result<Input> {
        let (mut encoded, mut ends) = (Vec::new(), Vec::with_capacity(events.len()));
        for event in &events {
            encode_event(event, &mut encoded);
            ends.push(encoded.len());
        }
        let stream = link_stream(&events)?;
        let folder = bench.folder("ingest");
        std::fs::create_dir_all(&folder)?;
        let Options { rounds, batch, .. } = *options;
        Ok(Input { events, encoded, ends, stream, folder, rounds: rounds.max(1), batch: batch.max(1) })
    }

    /// Does the work some times over and prints the best; the work gives the bytes it handled. `prepare` is not
    /// measured.
    fn best<T>(
        &self,
        what: &str,
        mut prepare: impl FnMut() -> Result<T>,
        mut work: impl FnMut(T) -> Result<usize>,
    ) -> Result<()> {
        let mut best = Took { wall: std::time::Duration::MAX, cpu: std::time::Duration::MAX };
        let mut bytes = 0;
        for _ in 0..self.rounds {
            let prepared = prepare()?;
            let (handled, took) = measured(|| work(prepared))?;
            bytes = handled;
            best = Took { wall: best.wall.min(took.wall), cpu: best.cpu.min(took.cpu) };
        }
        rate_line(what, self.events.len(), bytes, best);
        Ok(())
    }
}

/// Prints events by processor time and by the clock, and bytes by the clock.
fn rate_line(what: &str, events: usize, bytes: usize, took: Took) {
    let millions = |secs: f64| events as f64 / secs.max(1e-9) / 1e6;
    let (cpu, wall) = (took.cpu.as_secs_f64(), took.wall.as_secs_f64());
    let megabytes = bytes as f64 / wall.max(1e-9) / 1e6;
    line(
        what,
        format!("{:>7.2} M/s of CPU {:>7.2} M/s wall {megabytes:>8.0} MB/s wall", millions(cpu), millions(wall)),
    );
}

/// What a switch sends over a new connection: its hello, an empty pump-up, then all events.
fn link_stream(events: &[Event]) -> Result<Vec<u8>> {
    let identity = Identity { acd: ACD, name: "cms-load".to_owned(), boot_id: 1 };
    let capacity = Capacity { events: usize::MAX, bytes: usize::MAX >> 1, in_flight: u64::MAX };
    let mut switch = SwitchSession::new(identity, 1, capacity);
    let mut server = ServerSession::new(ACD, None);
    switch.connected(0, START);
    let mut stream = switch.take_output(0);
    server.receive(&stream, &mut Vec::new())?;
    switch.receive(0, &server.take_output())?;
    switch.pump_up(0, START, None, &[])?;
    for event in events {
        switch.push(event)?;
    }
    stream.extend(switch.take_output(0));
    Ok(stream)
}
