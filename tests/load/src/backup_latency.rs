//! What a full backup does to collection: how long events take to the disk and to a client's cell while the server does nothing
//! else, and while it backs up a year's history again and again.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use api::{Role, RunBackup};
use client::Client;
use model::DataKind;

use crate::Bench;
use crate::backup::done;
use crate::feeder::Feeder;
use crate::figures::{Spread, heading, line, spread_line};
use crate::latency::Follower;
use crate::server::{PASSWORD, Server, USER};

#[derive(clap::Args)]
pub struct Options {
    /// The history of an ACD, as for `backup`.
    #[arg(long, value_name = "FILE")]
    history: PathBuf,
    /// Events to follow in each part of a round.
    #[arg(long, default_value_t = 100)]
    events: u32,
    /// Rounds; each has a part without backups and one with them.
    #[arg(long, default_value_t = 3)]
    rounds: u32,
}

pub fn run(bench: &Bench, options: &Options) -> Result<()> {
    let mut server = Server::make(&bench.server, &bench.folder("latency"), "CMS-A", Role::Primary)?;
    std::fs::create_dir_all(server.path("acd"))?;
    std::fs::copy(&options.history, server.path("acd/01.db")).context("giving the server the history")?;
    server.run()?;
    let feeder = Feeder::settled(&[server.link()], bench.centre)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(rounds(bench, options, &server, &feeder))?;
    feeder.stop()?;
    server.stop()
}

async fn rounds(bench: &Bench, options: &Options, server: &Server, feeder: &Feeder) -> Result<()> {
    let client = server.client()?;
    client.login(USER, PASSWORD).await?;
    let mut follower = Follower::begin(bench, server, feeder, 0).await?;
    for round in 1..=options.rounds {
        heading(&format!("Round {round}"));
        let alone = follower.follow(feeder, options.events).await?;
        spread_line("alone: acknowledged", alone.acknowledged);
        spread_line("alone: shown as it happens", alone.shown);
        let stop = AtomicBool::new(false);
        let (beside, backups) = tokio::join!(
            async {
                let followed = follower.follow(feeder, options.events).await;
                stop.store(true, Ordering::Release);
                followed
            },
            back_up_until(&client, &stop)
        );
        let (beside, backups) = (beside?, backups?);
        spread_line("backing up: acknowledged", beside.acknowledged);
        spread_line("backing up: shown as it happens", beside.shown);
        let median = Spread::of(backups.clone()).map_or(Duration::ZERO, |spread| spread.p50);
        line("full backups meanwhile", format!("{}, the median took {:.2} s", backups.len(), median.as_secs_f64()));
    }
    Ok(())
}

/// One full backup after the other; how long each took.
async fn back_up_until(client: &Client, stop: &AtomicBool) -> Result<Vec<Duration>> {
    let asked = RunBackup { data: vec![DataKind::Historical], ..RunBackup::default() };
    let mut took = Vec::new();
    while !stop.load(Ordering::Acquire) {
        took.push(done(client, client.run_backup(&asked).await?).await?.1);
    }
    Ok(took)
}
