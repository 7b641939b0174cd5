//! An hour that one of two servers missed, fetched from the other one: from the first question to both compared equal again.
//!
//! The hour is one of a large centre, told at full speed. Calls run out before the link is lost and before it is back, so that
//! nothing but whole half hours is missing.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use api::Role;
use client::Client;
use link::native::Capacity;
use model::{Event, EventBody, Moment};
use session::twin::{Healing, Step, Stretch};

use crate::Bench;
use crate::centre::{Centre, START};
use crate::figures::{heading, line};
use crate::processor::{Memory, process_cpu};
use crate::server::{ACD, PASSWORD, Server, USER};
use crate::switch::Switch;

/// Events that the switch keeps for a server that is away, and that are told at once.
const KEPT: usize = 32_768;
/// Seconds after the beginning: the link of one server is lost, is back, and all is told.
const LOST: u32 = 1_800;
const BACK: u32 = LOST + 3_600 - 5;
const END: u32 = LOST + 3_600 + 1_800;
/// Calls end within so many seconds.
const CALL_SECS: u32 = 80;
/// Archiving that takes longer has failed.
const PATIENCE: Duration = Duration::from_secs(300);

#[derive(clap::Args)]
pub struct Options {
    /// How often the same is done, each time with two new servers.
    #[arg(long, default_value_t = 1)]
    rounds: u32,
}

pub fn run(bench: &Bench, options: &Options) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    for round in 1..=options.rounds {
        heading(&format!("Round {round}: two servers, of which the second misses an hour"));
        let a = Server::start(&bench.server, &bench.folder(&format!("{round}a")), "CMS-A", Role::Primary)?;
        let b = Server::start(&bench.server, &bench.folder(&format!("{round}b")), "CMS-B", Role::Secondary)?;
        let switch = tell(bench.centre, &a, &b)?;
        runtime.block_on(heal(&a, &b))?;
        drop(switch);
    }
    Ok(())
}

/// Tells both servers two and a half hours, the second one without the hour in between.
fn tell(centre: Centre, a: &Server, b: &Server) -> Result<Switch> {
    let capacity = Capacity { events: KEPT * 2, bytes: usize::MAX >> 1, in_flight: KEPT as u64 };
    let mut switch = Switch::connect_keeping(&[a.link(), b.link()], capacity, START)?;
    let begun = Instant::now();
    let mut told = Telling { centre, switch: &mut switch, events: centre.opening()?, count: 0 };
    told.seconds(1..LOST, 0..LOST - CALL_SECS)?;
    told.all()?;
    told.switch.leave(1);
    told.seconds(LOST..BACK, LOST..BACK - CALL_SECS)?;
    told.all()?;
    let at = START + i64::from(BACK);
    let snapshot = centre.between_calls(at)?;
    told.switch.come_back(1, b.link(), at, &snapshot)?;
    told.seconds(BACK..END, BACK..END - CALL_SECS)?;
    told.events.push(Event { at: START + i64::from(END), body: EventBody::Heartbeat });
    told.all()?;
    let count = told.count;
    line("events", format!("{count}, told in {:.1} s", begun.elapsed().as_secs_f64()));
    Ok(switch)
}

struct Telling<'a> {
    centre: Centre,
    switch: &'a mut Switch,
    events: Vec<Event>,
    count: usize,
}

impl Telling<'_> {
    /// These seconds, with the calls that came in those.
    fn seconds(&mut self, seconds: std::ops::Range<u32>, coming: std::ops::Range<u32>) -> Result<()> {
        for second in seconds {
            self.centre.second_of(second, coming.clone(), &mut self.events);
            if self.events.len() >= KEPT / 2 {
                self.all()?;
            }
        }
        Ok(())
    }

    fn all(&mut self) -> Result<()> {
        for part in self.events.chunks(KEPT) {
            part.iter().try_for_each(|event| self.switch.push(event))?;
            self.switch.tell_all()?;
        }
        self.count += self.events.len();
        self.events.clear();
        Ok(())
    }
}

async fn heal(a: &Server, b: &Server) -> Result<()> {
    let (there, here) = (a.client()?, b.client()?);
    for client in [&there, &here] {
        client.login(USER, PASSWORD).await?;
        until_archived(client, START + i64::from(END - 1_800)).await?;
    }
    let cpu = (process_cpu(a.pid()?)?, process_cpu(b.pid()?)?);
    let begun = Instant::now();
    let mut steps: Vec<(String, Instant)> = Vec::new();
    let mut tell = |step: &Step| {
        let named = format!("{}: {}", step.server, step.what);
        if steps.last().is_none_or(|(last, _)| *last != named) {
            steps.push((named, Instant::now()));
        }
    };
    let healing = Healing { here: &here, there: &there, stretch: Stretch::default(), dry_run: false, tell: &mut tell };
    let healed = healing.run().await?;
    let took = begun.elapsed();
    let ends = steps.iter().skip(1).map(|(_, at)| *at).chain([Instant::now()]);
    for ((step, at), end) in steps.iter().zip(ends) {
        line(&format!("  {step}"), format!("{:.2} s", (end - *at).as_secs_f64()));
    }
    line("healed, compared again", format!("{:.2} s", took.as_secs_f64()));
    let used =
        |before: Duration, server: &Server| Ok::<_, anyhow::Error>(process_cpu(server.pid()?)?.saturating_sub(before));
    line("  CPU of the first and the second server", format!("{:.2?}, {:.2?}", used(cpu.0, a)?, used(cpu.1, b)?));
    let restores = healed.acds.iter().flat_map(|acd| &acd.restores);
    let tables = restores.flat_map(|restored| &restored.plan.tables);
    for table in tables.filter(|table| table.added + table.replaced > 0) {
        line(&format!("  rows of {}", table.table), table.added + table.replaced);
    }
    line("  intervals", healed.acds.iter().map(|acd| acd.gap.intervals).sum::<usize>());
    line("  the same, by area", format!("{:?}", healed.comparison.identical));
    line("  not the same", healed.comparison.findings.len());
    for (server, name) in [(a, "first server"), (b, "second server")] {
        line(&format!("memory, {name}"), Memory::of(server.pid()?)?);
    }
    Ok(())
}

/// Waits until an interval is archived.
async fn until_archived(client: &Client, start: Moment) -> Result<()> {
    let begun = Instant::now();
    loop {
        let known = client.digests(ACD, Some(start), None).await.context("asking for the intervals")?;
        if known.iter().any(|known| known.start == start) {
            return Ok(());
        }
        ensure!(begun.elapsed() < PATIENCE, "the interval of {start} was not archived");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
