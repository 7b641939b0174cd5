//! Publishing the board of a large centre, and the memory of a server that holds one.

use std::time::{Duration, Instant};

use anyhow::Result;
use api::Role;
use collector::{Collector, Settings};
use model::{Calendar, IntervalMinutes};

use crate::Bench;
use crate::feeder::Feeder;
use crate::figures::{heading, line, spread_line};
use crate::processor::{Memory, forget_peak, measured_process};
use crate::server::{ACD, Server};
use crate::switch::Switch;

#[derive(clap::Args)]
pub struct Options {
    /// Seconds of the centre's time that are collected before anything is measured.
    #[arg(long, default_value_t = 200)]
    settle_secs: u32,
    /// Boards to publish.
    #[arg(long, default_value_t = 300)]
    boards: u32,
    /// Seconds for which the server is watched in real time; it checkpoints every 60.
    #[arg(long, default_value_t = 75)]
    watch_secs: u32,
}

pub fn run(bench: &Bench, options: &Options) -> Result<()> {
    heading("Publishing the board, in process");
    boards(bench, options)?;
    heading("A whole cms-server process");
    memory(bench, options)
}

fn boards(bench: &Bench, options: &Options) -> Result<()> {
    let calendar = Calendar { zone: chrono_tz::Tz::UTC, interval: IntervalMinutes::Half };
    let mut collector = Collector::new(Settings::new(ACD, calendar));
    let mut effects = Vec::new();
    let mut events = bench.centre.opening()?;
    (1..=options.settle_secs).for_each(|second| bench.centre.second(second, &mut events));
    events.iter().for_each(|event| collector.apply(event, &mut effects));
    let begun = Instant::now();
    // Somebody always reads the one before, so that rows are shared and not written over.
    let mut before = collector.board();
    line("the first board", crate::figures::millis(begun.elapsed()));
    let mut durations = [const { Vec::new() }; 2];
    for second in options.settle_secs + 1..=options.settle_secs + options.boards {
        events.clear();
        bench.centre.second(second, &mut events);
        // In turn: after a tenth of the second's events, as often as the server publishes, and after all of them.
        let tenth = second % 2 == 0;
        let first = if tenth { events.len() / 10 } else { events.len() };
        events[..first].iter().for_each(|event| collector.apply(event, &mut effects));
        let begun = Instant::now();
        before = collector.board();
        durations[usize::from(tenth)].push(begun.elapsed());
        events[first..].iter().for_each(|event| collector.apply(event, &mut effects));
        effects.clear();
    }
    drop(before);
    let [second, tenth] = durations;
    spread_line("after a second of events", second);
    spread_line("after a tenth of a second of events", tenth);
    Ok(())
}

fn memory(bench: &Bench, options: &Options) -> Result<()> {
    let mut server = Server::start(&bench.server, &bench.folder("board"), "CMS-A", Role::Primary)?;
    let pid = server.pid()?;
    line("empty", Memory::of(pid)?);
    let mut switch = Switch::connect(&[server.link()], 16_384)?;
    bench.centre.opening()?.iter().try_for_each(|event| switch.push(event))?;
    let mut events = Vec::new();
    (1..=options.settle_secs).for_each(|second| bench.centre.second(second, &mut events));
    events.iter().try_for_each(|event| switch.push(event))?;
    switch.tell_all()?;
    line("all logged in, calls under way", Memory::of(pid)?);
    forget_peak(pid)?;
    let feeder = Feeder::start(switch, bench.centre, options.settle_secs);
    let watching = Duration::from_secs(u64::from(options.watch_secs));
    let ((), took) = measured_process(pid, || {
        std::thread::sleep(watching);
        Ok(())
    })?;
    line(&format!("in real time, {} s, with checkpoints", options.watch_secs), Memory::of(pid)?);
    line("processor while collecting in real time", format!("{:.1} % of a core", took.percent_of_core()));
    let checkpoint = server.path("acd/01/checkpoint").metadata().map_or(0, |file| file.len());
    line("checkpoint", format!("{:.1} MB", checkpoint as f64 / 1e6));
    feeder.stop()?;
    server.stop()
}
