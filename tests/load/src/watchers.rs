//! Many watchers of live reports over TLS, each on a connection of its own and all in a process of their own, so that
//! the server's processor time is the server's alone.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use api::Role;
use client::{Client, LiveRequest};
use serde::{Deserialize, Serialize};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use crate::Bench;
use crate::centre::Centre;
use crate::feeder::Feeder;
use crate::figures::{Spread, line, millis};
use crate::processor::{Memory, Took, forget_peak, measured_process};
use crate::server::{PASSWORD, Server, USER, client_of};
use crate::switch_over::request;

/// Seconds after the last watcher has joined, before anything counts.
const CALM: Duration = Duration::from_secs(3);
/// Watchers that join at once: as many handshakes wait for the server.
const JOINING: usize = 16;
/// What the watchers' process says once all watch.
const READY: &str = "ready";

#[derive(clap::Args)]
pub struct Options {
    /// Watchers.
    #[arg(long, default_value_t = 1600)]
    watchers: u32,
    /// Different reports that they watch.
    #[arg(long, default_value_t = 8)]
    reports: u32,
    /// Seconds to measure.
    #[arg(long, default_value_t = 20)]
    secs: u32,
}

/// What the watchers' process is told.
#[derive(clap::Args)]
pub struct ProcessOptions {
    url: String,
    fingerprint: String,
    watchers: u32,
    reports: u32,
    secs: u32,
    agents: u32,
    splits: u32,
}

/// What the watchers' process has seen.
#[derive(Serialize, Deserialize)]
struct Seen {
    frames: u64,
    bytes_a_frame: f64,
    /// Behind the first watcher of the same refresh; microseconds.
    behind_micros: Vec<u64>,
    ended: u32,
}

/// A frame at a watcher.
struct Arrival {
    report: u32,
    id: u64,
    at: Instant,
    /// Only of the first watchers: counting costs processor time that the server needs.
    bytes: Option<u64>,
}

pub fn run(bench: &Bench, options: &Options) -> Result<()> {
    let mut server = Server::start(&bench.server, &bench.folder("watchers"), "CMS-A", Role::Primary)?;
    let pid = server.pid()?;
    let feeder = Feeder::settled(&[server.link()], bench.centre)?;
    let measuring = Duration::from_secs(u64::from(options.secs));
    let alone = during(pid, measuring)?;
    let report = |what: &str, took: Took| line(what, format!("{:.1} % of a core", took.percent_of_core()));
    report("collecting, nobody watches", alone);
    let few = watched(bench, &server, options.reports, options)?;
    report(&format!("one watcher of each of {} reports", options.reports), few.0);
    forget_peak(pid)?;
    let (many, seen) = watched(bench, &server, options.watchers, options)?;
    report(&format!("{} watchers of {} reports", options.watchers, options.reports), many);
    let share = |took: Took| took.cpu.as_secs_f64() / took.wall.as_secs_f64();
    let (all, reports) = (share(many) - share(alone), share(few.0) - share(alone));
    line("  of that for watching", format!("{:.1} % of a core", all * 100.0));
    line("  of that for computing the reports", format!("{:.1} % of a core", reports * 100.0));
    let frames_per_sec = seen.frames as f64 / f64::from(options.secs);
    let micros = (share(many) - share(few.0)) / frames_per_sec * 1e6;
    line(
        "frames",
        format!("{frames_per_sec:.0} a second, {:.0} bytes, {micros:.1} µs of CPU each", seen.bytes_a_frame),
    );
    let behind = seen.behind_micros.iter().map(|&micros| Duration::from_micros(micros)).collect();
    if let Some(Spread { p50, p99, max, .. }) = Spread::of(behind) {
        let (p50, p99, max) = (millis(p50), millis(p99), millis(max));
        line("a frame behind the first of the same refresh", format!("p50 {p50} p99 {p99} max {max}"));
    }
    line("watchers that were lost", seen.ended);
    line("memory", Memory::of(pid)?);
    feeder.stop()?;
    server.stop()
}

fn during(pid: u32, time: Duration) -> Result<Took> {
    let ((), took) = measured_process(pid, || {
        std::thread::sleep(time);
        Ok(())
    })?;
    Ok(took)
}

/// The server's work while so many watch.
fn watched(bench: &Bench, server: &Server, watchers: u32, options: &Options) -> Result<(Took, Seen)> {
    let mut process = start_process(bench, server, watchers, options)?;
    let mut output = BufReader::new(process.stdout.take().context("the watchers' output")?);
    let mut said = String::new();
    output.read_line(&mut said)?;
    ensure!(said.trim() == READY, "the watchers' process did not get ready");
    std::thread::sleep(CALM);
    let took = during(server.pid()?, Duration::from_secs(u64::from(options.secs)))?;
    said.clear();
    output.read_line(&mut said)?;
    process.wait()?;
    let seen = serde_json::from_str(&said).context("reading what the watchers have seen")?;
    Ok((took, seen))
}

fn start_process(bench: &Bench, server: &Server, watchers: u32, options: &Options) -> Result<Child> {
    let (agents, splits) = bench.centre.size();
    let numbers = [watchers, options.reports, options.secs, agents, splits];
    Command::new(std::env::current_exe()?)
        .arg("watcher-process")
        .args([server.url(), server.fingerprint()?])
        .args(numbers.map(|number| number.to_string()))
        .stdout(Stdio::piped())
        .spawn()
        .context("starting the watchers' process")
}

/// The watchers' process.
pub fn process(options: &ProcessOptions) -> Result<()> {
    let centre = Centre::new(options.agents, options.splits)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let seen = runtime.block_on(watch(options, centre))?;
    println!("{}", serde_json::to_string(&seen)?);
    Ok(())
}

async fn watch(options: &ProcessOptions, centre: Centre) -> Result<Seen> {
    let client = client_of(options.url.clone(), &options.fingerprint)?;
    client.login(USER, PASSWORD).await?;
    let (arrivals, mut arrived) = mpsc::unbounded_channel();
    let (joined, mut joining) = mpsc::channel(JOINING);
    let places = Arc::new(Semaphore::new(JOINING));
    for number in 0..options.watchers {
        let report = number % options.reports;
        let wanted = request(centre, report);
        let request = LiveRequest { path: wanted.path, acd: wanted.acd, inputs: wanted.inputs, refresh_secs: 1 };
        let watcher = Watcher { report, request, counts_bytes: number < options.reports, arrivals: arrivals.clone() };
        let (client, joined, places) = (client.clone(), joined.clone(), places.clone());
        tokio::spawn(async move {
            let place = places.acquire_owned().await;
            let result = watcher.watch(&client, &joined, place.ok()).await;
            if let Err(error) = result {
                eprintln!("cms-load: watcher {number}: {error:#}");
            }
        });
    }
    drop((arrivals, joined));
    for number in 0..options.watchers {
        if joining.recv().await.is_none() {
            bail!("only {number} of {} watchers could join", options.watchers);
        }
    }
    println!("{READY}");
    std::io::stdout().flush()?;
    tokio::time::sleep(CALM).await;
    while arrived.try_recv().is_ok() {}
    let mut all = Vec::new();
    let until = tokio::time::Instant::now() + Duration::from_secs(u64::from(options.secs));
    while let Ok(Some(arrival)) = tokio::time::timeout_at(until, arrived.recv()).await {
        all.push(arrival);
    }
    let alive = u32::try_from(arrived.sender_strong_count()).unwrap_or(u32::MAX);
    Ok(summed_up(&all, options.watchers.saturating_sub(alive)))
}

/// One watcher.
struct Watcher {
    report: u32,
    request: LiveRequest,
    counts_bytes: bool,
    arrivals: mpsc::UnboundedSender<Arrival>,
}

impl Watcher {
    /// Watches until the process ends. `place` is held until the first frame has come.
    async fn watch(
        self,
        client: &Client,
        joined: &mpsc::Sender<()>,
        place: Option<OwnedSemaphorePermit>,
    ) -> Result<()> {
        let mut live = client.live(&self.request, None).await?;
        live.next_frame().await?.context("the live report ended at once")?;
        drop(place);
        joined.send(()).await?;
        while let Some(frame) = live.next_frame().await? {
            let at = Instant::now();
            let bytes = if self.counts_bytes { Some(serde_json::to_vec(&frame)?.len() as u64) } else { None };
            let id = live.last_event_id().and_then(|id| id.parse().ok()).context("a frame without a number")?;
            self.arrivals.send(Arrival { report: self.report, id, at, bytes })?;
        }
        bail!("the live report ended")
    }
}

fn summed_up(arrivals: &[Arrival], ended: u32) -> Seen {
    let mut first: HashMap<(u32, u64), Instant> = HashMap::new();
    for arrival in arrivals {
        let at = first.entry((arrival.report, arrival.id)).or_insert(arrival.at);
        *at = arrival.at.min(*at);
    }
    let behind = |arrival: &Arrival| (arrival.at - first[&(arrival.report, arrival.id)]).as_micros() as u64;
    let counted: Vec<u64> = arrivals.iter().filter_map(|arrival| arrival.bytes).collect();
    Seen {
        frames: arrivals.len() as u64,
        bytes_a_frame: counted.iter().sum::<u64>() as f64 / counted.len().max(1) as f64,
        behind_micros: arrivals.iter().map(behind).collect(),
        ended,
    }
}
