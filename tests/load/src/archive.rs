//! A busy half hour of a very large site goes into the archive while collection goes on: how long it takes, and what those who
//! watch notice of it.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use api::Role;

use crate::Bench;
use crate::centre::START;
use crate::feeder::Feeder;
use crate::figures::{line, millis, spread_line};
use crate::latency::Follower;
use crate::processor::{Memory, threads_cpu};
use crate::server::{ACD, PASSWORD, Server, USER};
use crate::switch::Switch;

/// Length of the interval.
const INTERVAL_SECS: u32 = 1_800;
/// So long before its end, telling goes over to real time.
const BEFORE_END_SECS: u32 = 20;
/// Events that are followed to their cells, before the end and across it: some six seconds each.
const FOLLOWED: u32 = 24;
/// Archiving that takes longer has failed.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(clap::Args)]
pub struct Options {
    /// VDNs of the site, each with a vector of its own.
    #[arg(long, default_value_t = 5_000)]
    vdns: u32,
}

pub fn run(bench: &Bench, options: &Options) -> Result<()> {
    let centre = bench.centre.with_vdns(options.vdns)?;
    let mut server = Server::start(&bench.server, &bench.folder("archive"), "CMS-A", Role::Primary)?;
    let mut switch = Switch::connect(&[server.link()], 16_384)?;
    centre.opening()?.iter().try_for_each(|event| switch.push(event))?;
    let told = INTERVAL_SECS - BEFORE_END_SECS;
    let mut events = Vec::new();
    for second in 1..=told {
        events.clear();
        centre.second(second, &mut events);
        events.iter().try_for_each(|event| switch.push(event))?;
        if second % 60 == 0 {
            switch.tell_all()?;
        }
    }
    switch.tell_all()?;
    let ends_at = Instant::now() + Duration::from_secs(u64::from(BEFORE_END_SECS) - 1);
    let feeder = Feeder::start(switch, centre, told);
    let pid = server.pid()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut follower = Follower::begin(bench, &server, &feeder, 0).await?;
        let within = follower.follow(&feeder, FOLLOWED).await?;
        spread_line("within the half hour: acknowledged", within.acknowledged);
        spread_line("within the half hour: shown as it happens", within.shown);
        let used = threads_cpu(pid)?;
        tokio::time::sleep(ends_at.saturating_duration_since(Instant::now()).saturating_sub(Duration::from_secs(1)))
            .await;
        let (across, archived) = tokio::join!(follower.follow(&feeder, FOLLOWED), until_archived(&server, ends_at));
        let ((took, rows), across) = (archived?, across?);
        spread_line("across its end: acknowledged", across.acknowledged);
        spread_line("across its end: shown as it happens", across.shown);
        line("rows of the half hour", rows);
        line("from its end to its rows in the archive", millis(took));
        for (thread, cpu) in threads_cpu(pid)? {
            if thread.starts_with("archive") || thread.starts_with("acd") {
                let spent = cpu.saturating_sub(used.get(&thread).copied().unwrap_or_default());
                line(&format!("  thread {thread}"), format!("{} of CPU in these seconds", millis(spent)));
            }
        }
        anyhow::Ok(())
    })?;
    line("memory", Memory::of(pid)?);
    feeder.stop()?;
    server.stop()
}

/// How long after `ends_at` the half hour stands in the list of archived intervals, and with how many rows.
async fn until_archived(server: &Server, ends_at: Instant) -> Result<(Duration, u64)> {
    let client = server.client()?;
    client.login(USER, PASSWORD).await?;
    let to = START + i64::from(INTERVAL_SECS);
    loop {
        let listed = client.digests(ACD, Some(START), Some(to)).await.context("asking for the archived intervals")?;
        if let Some(digest) = listed.first() {
            return Ok((ends_at.elapsed(), digest.rows));
        }
        ensure!(ends_at.elapsed() < PATIENCE, "the half hour was not archived within {PATIENCE:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
