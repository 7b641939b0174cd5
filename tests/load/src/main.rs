//! `cms-load`: how fast and how large everything is, as figures.
//!
//! Each command prints what it measured next to the bare limits of the same machine in the same run, and never
//! judges: `docs/performance.md` holds targets against figures. Servers are real `cms-server` processes, fed over the
//! real link; processor time is that of the server's process alone. Linux only, because it reads `/proc`.

mod archive;
mod backup;
mod backup_latency;
mod board;
mod calls;
mod centre;
mod feeder;
mod figures;
mod front;
mod heal;
mod ingest;
mod latency;
mod processor;
mod server;
mod startup;
mod switch;
mod switch_over;
#[cfg(test)]
mod tests;
mod watchers;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand};
use tempfile::TempDir;

use crate::centre::Centre;

/// As in `cms-server`, so that what is measured inside of this program is what a server does.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures Understudy and prints figures; judges nothing.
#[derive(Parser)]
#[command(name = "cms-load", version)]
struct Arguments {
    #[command(flatten)]
    place: PlaceArguments,
    #[command(flatten)]
    centre: CentreArguments,
    #[command(subcommand)]
    command: Command,
}

#[derive(Args)]
struct PlaceArguments {
    /// The `cms-server` to measure; the one beside this program if absent.
    #[arg(long, global = true, value_name = "FILE")]
    server: Option<PathBuf>,
    /// Where data folders are made (and removed again), so that the right disk is measured.
    #[arg(long, global = true, value_name = "DIR")]
    dir: Option<PathBuf>,
}

#[derive(Args)]
struct CentreArguments {
    /// Agents logged in, each in three splits.
    #[arg(long, global = true, default_value_t = 10_000)]
    agents: u32,
    /// Splits.
    #[arg(long, global = true, default_value_t = 2_000)]
    splits: u32,
}

#[derive(Subcommand)]
enum Command {
    /// Events into one ACD: bare limits, each step of the way, and a whole server.
    Ingest(ingest::Options),
    /// A real bank's calls, a million of them, from the link to archived half hours.
    Calls(calls::Options),
    /// A busy half hour of a very large site archived while collection goes on.
    Archive(archive::Options),
    /// A year's history backed up, restored on another server, and both compared.
    Backup(backup::Options),
    /// From an event at the link to the disk and to a cell, with and without full backups of a year's history meanwhile.
    BackupLatency(backup_latency::Options),
    /// An hour that one server missed, fetched from the other one until both compare equal.
    Heal(heal::Options),
    /// Publishing the board of a large centre, and the memory of a server that holds it.
    Board(board::Options),
    /// Many watchers of live reports over TLS.
    Watchers(watchers::Options),
    /// The watchers' own process; started by `watchers`.
    #[command(hide = true)]
    WatcherProcess(watchers::ProcessOptions),
    /// From an event at the link to its cell at a client.
    Latency(latency::Options),
    /// From the switch-over command to all reports live on the other server.
    SwitchOver(switch_over::Options),
    /// Start of the server, with and without a past, and of the desktop.
    Startup(startup::Options),
}

/// What every measurement needs to know.
pub struct Bench {
    server: PathBuf,
    dir: TempDir,
    centre: Centre,
}

impl Bench {
    fn new(place: PlaceArguments, centre: &CentreArguments) -> Result<Bench> {
        let server = place.server.map_or_else(|| beside("cms-server"), Ok)?;
        let dir = match place.dir {
            Some(dir) => TempDir::new_in(&dir).with_context(|| format!("making a folder in {}", dir.display()))?,
            None => tempfile::tempdir().context("making a temporary folder")?,
        };
        Ok(Bench { server, dir, centre: Centre::new(centre.agents, centre.splits)? })
    }

    /// A folder of the measurement's own.
    fn folder(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }
}

/// A program of the same build as this one.
fn beside(name: &str) -> Result<PathBuf> {
    let own = std::env::current_exe().context("finding this program")?;
    Ok(own.parent().unwrap_or(Path::new(".")).join(name))
}

fn main() -> ExitCode {
    let Arguments { place, centre, command } = Arguments::parse();
    match run(place, &centre, command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cms-load: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(place: PlaceArguments, centre: &CentreArguments, command: Command) -> Result<()> {
    if let Command::WatcherProcess(options) = command {
        return watchers::process(&options);
    }
    let bench = Bench::new(place, centre)?;
    println!("{}", processor::machine());
    println!("{}", bench.centre);
    if cfg!(debug_assertions) {
        println!("(built without optimisation: these figures mean nothing)");
    }
    match command {
        Command::Ingest(options) => ingest::run(&bench, &options),
        Command::Calls(options) => calls::run(&bench, &options),
        Command::Archive(options) => archive::run(&bench, &options),
        Command::Backup(options) => backup::run(&bench, &options),
        Command::BackupLatency(options) => backup_latency::run(&bench, &options),
        Command::Heal(options) => heal::run(&bench, &options),
        Command::Board(options) => board::run(&bench, &options),
        Command::Watchers(options) => watchers::run(&bench, &options),
        Command::WatcherProcess(_) => Ok(()),
        Command::Latency(options) => latency::run(&bench, &options),
        Command::SwitchOver(options) => switch_over::run(&bench, &options),
        Command::Startup(options) => startup::run(&bench, &options),
    }
}
