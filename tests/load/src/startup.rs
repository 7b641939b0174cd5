//! Start of the server, with and without a past, and of the desktop.

use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use api::{Health, Role};
use daemon::Checkpoint;

use crate::Bench;
use crate::figures::{heading, line, spread_line};
use crate::server::Server;
use crate::switch::Switch;

/// A program that takes longer to start has failed.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often a start is looked for.
const LOOK_EVERY: Duration = Duration::from_millis(2);

#[derive(clap::Args)]
pub struct Options {
    /// Starts of each kind.
    #[arg(long, default_value_t = 7)]
    starts: u32,
    /// Events in the past of a server that has one.
    #[arg(long, default_value_t = 3_000_000)]
    events: usize,
    /// The `cms-supervisor` to measure; the one beside this program if absent.
    #[arg(long, value_name = "FILE")]
    supervisor: Option<PathBuf>,
}

pub fn run(bench: &Bench, options: &Options) -> Result<()> {
    heading("cms-server: from the start of the process to the answer of /health");
    let nothing = || Ok(());
    let mut server = Server::make(&bench.server, &bench.folder("empty"), "CMS-A", Role::Primary)?;
    starts(&mut server, options.starts, nothing, Server::stop)?.told("empty");
    let mut server = Server::start(&bench.server, &bench.folder("past"), "CMS-A", Role::Primary)?;
    let mut switch = Switch::connect(&[server.link()], 16_384)?;
    bench.centre.events(options.events)?.iter().try_for_each(|event| switch.push(event))?;
    switch.tell_all()?;
    drop(switch);
    server.kill()?;
    let megabytes = server.bytes_on_disk("acd/01/journal")? >> 20;
    line("the past", format!("{} events, a journal of {megabytes} MB", options.events));
    let acd = server.path("acd/01");
    let file = acd.join("checkpoint");
    if let (Some(checkpoint), _) = Checkpoint::load(&acd)? {
        // A start writes a new checkpoint; the old one is put back, so that every start finds the same.
        let left = std::fs::read(&file)?;
        let put_back = || Ok(std::fs::write(&file, &left)?);
        let behind = (options.events as u64).saturating_sub(checkpoint.index);
        let starts = starts(&mut server, options.starts, put_back, Server::kill)?;
        starts.told(&format!("killed {behind} events after a checkpoint"));
    }
    starts(&mut server, 1, nothing, Server::stop)?;
    starts(&mut server, options.starts, nothing, Server::stop)?.told("stopped in good order");
    let remove = || Ok(std::fs::remove_file(&file)?);
    starts(&mut server, 1, remove, Server::kill)?.told("checkpoint lost: all from the journal");
    heading("cms-supervisor: from the start of the process to its window on the screen");
    desktop(bench, options)
}

/// What some starts took, each counted from the start of the process.
#[derive(Default)]
struct Starts {
    /// To the answer of `/health`.
    up: Vec<Duration>,
    /// Until the state was recovered, too.
    recovered: Vec<Duration>,
}

impl Starts {
    fn told(self, what: &str) {
        spread_line(what, self.up);
        spread_line("  and recovered", self.recovered);
    }
}

/// Starts the server some times. `prepare` comes before each start, `end` ends it again.
fn starts(
    server: &mut Server,
    count: u32,
    prepare: impl Fn() -> Result<()>,
    end: fn(&mut Server) -> Result<()>,
) -> Result<Starts> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut starts = Starts::default();
    for _ in 0..count {
        prepare()?;
        let client = server.client()?;
        let begun = Instant::now();
        server.spawn_only()?;
        // A listening socket is there early; only the answer counts.
        while TcpStream::connect(server.api()).is_err() || runtime.block_on(client.health(PATIENCE)).is_err() {
            if begun.elapsed() > PATIENCE {
                bail!("the server did not answer within {PATIENCE:?}");
            }
            std::thread::sleep(LOOK_EVERY);
        }
        starts.up.push(begun.elapsed());
        while !is_recovered(&runtime.block_on(client.health(PATIENCE))?) {
            if begun.elapsed() > PATIENCE {
                bail!("the server did not recover within {PATIENCE:?}");
            }
            std::thread::sleep(LOOK_EVERY);
        }
        starts.recovered.push(begun.elapsed());
        end(server)?;
    }
    Ok(starts)
}

/// Whether every ACD goes about its link; a start that fails does not.
fn is_recovered(health: &Health) -> bool {
    health.acds.iter().all(|acd| acd.link_text.starts_with("waiting for the switch"))
}

fn desktop(bench: &Bench, options: &Options) -> Result<()> {
    let program = options.supervisor.clone().map_or_else(|| crate::beside("cms-supervisor"), Ok)?;
    if !program.exists() {
        line("skipped", format!("{} is not there; `cargo build --release -p desktop` makes it", program.display()));
        return Ok(());
    }
    let Some(screen) = Screen::open()? else {
        line("skipped", "Xvfb or xdotool is not installed");
        return Ok(());
    };
    let mut durations = Vec::new();
    for number in 0..options.starts {
        durations.push(screen.first_window(&program, &bench.folder(&format!("desktop-{number}")))?);
    }
    spread_line("a screen in memory, drawn by the processor", durations);
    Ok(())
}

/// A process that ends with its owner.
struct Owned(Child);

impl Drop for Owned {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A screen in memory.
struct Screen {
    display: String,
    _server: Owned,
}

impl Screen {
    /// `None` if the programs for it are not installed.
    fn open() -> Result<Option<Screen>> {
        let installed = |program: &str| {
            std::env::var_os("PATH")
                .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).is_file()))
        };
        if !installed("Xvfb") || !installed("xdotool") {
            return Ok(None);
        }
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1600x1000x24", "-nolisten", "tcp", "-noreset"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("starting Xvfb")?;
        let output = server.stdout.take().context("the output of Xvfb")?;
        let server = Owned(server);
        let mut number = String::new();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(output), &mut number)?;
        Ok(Some(Screen { display: format!(":{}", number.trim()), _server: server }))
    }

    fn first_window(&self, program: &Path, config: &Path) -> Result<Duration> {
        let begun = Instant::now();
        let desktop = Command::new(program)
            .arg("--config")
            .arg(config)
            .env("DISPLAY", &self.display)
            .env_remove("WAYLAND_DISPLAY")
            .stdout(Stdio::null())
            .spawn()
            .with_context(|| format!("starting {}", program.display()))?;
        let mut desktop = Owned(desktop);
        // Asked for again and again: xdotool's own waiting looks only twice a second.
        while !self.shows_a_window()? {
            if let Some(status) = desktop.0.try_wait()? {
                bail!("{} ended with {status} before it showed a window", program.display());
            }
            if begun.elapsed() > PATIENCE {
                bail!("{} showed no window within {PATIENCE:?}", program.display());
            }
            std::thread::sleep(LOOK_EVERY);
        }
        Ok(begun.elapsed())
    }

    fn shows_a_window(&self) -> Result<bool> {
        let found = Command::new("xdotool")
            .args(["search", "--onlyvisible", "--name", "^Understudy"])
            .env("DISPLAY", &self.display)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .context("looking for the window")?;
        Ok(found.success())
    }
}
