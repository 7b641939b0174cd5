//! `acd-sim`: a simulated switch that feeds one or two servers.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, ensure};
use certificate::{Fingerprint, Identity};
use clap::Parser;
use link::native::Capacity;
use model::{AcdNumber, Moment};
use simulator::feed::{FeedStatus, LinkState, LinkTls, Outcome, ScheduledFault};
use simulator::{Feed, FeedSettings, LinkControl, LinkStatus, Pace, Scenario, World, parse_duration};

/// Simulates a telephone switch with agents, queues and callers, and tells servers what happens.
#[derive(Debug, Parser)]
#[command(name = "acd-sim", version)]
struct Options {
    /// Server to feed; give it twice to feed two.
    #[arg(long = "to", value_name = "HOST:PORT", required = true, value_parser = parse_server)]
    servers: Vec<String>,
    /// The same seed and numbers give the same events.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Seconds of switch time per second; a very large number means as fast as the servers acknowledge.
    #[arg(long, default_value_t = 1.0)]
    speed: f64,
    /// Agents on the books.
    #[arg(long, default_value_t = 60)]
    agents: u32,
    /// Splits/skills.
    #[arg(long, default_value_t = 8)]
    splits: u32,
    /// Incoming calls per hour at the day's peak; by default what suits the agents.
    #[arg(long)]
    calls_per_hour: Option<u32>,
    /// Ends after this much switch time, such as 90s, 10m or 2h; by default runs until Ctrl-C.
    #[arg(long = "for", value_name = "DURATION", value_parser = parse_duration)]
    run_for: Option<Duration>,
    /// Writes what really happened to this file at the end, as JSON.
    #[arg(long, value_name = "FILE")]
    truth: Option<PathBuf>,
    /// Number of the ACD.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=8))]
    acd: u8,
    /// Switch time to start at: `now`, `morning` (06:00 today, replayed fast up to now), or UNIX seconds.
    #[arg(long, value_name = "TIME", default_value = "now", value_parser = parse_start)]
    start: Start,
    /// Local time of the call centre minus UTC, in minutes: places shifts and peaks on the clock.
    #[arg(long, value_name = "MINUTES", default_value_t = 0, allow_negative_numbers = true,
          value_parser = clap::value_parser!(i32).range(-840..=840))]
    utc_offset: i32,
    /// Leaves out extension and direct-agent calls.
    #[arg(long)]
    no_extension_calls: bool,
    /// Puts a fault on a link (numbered from 1): LINK:KIND@OFFSET[+DURATION] in switch time; KIND is cut, stall,
    /// late=DELAY, duplicate=EVENTS or restart.
    #[arg(long = "fault", value_name = "FAULT")]
    faults: Vec<ScheduledFault>,
    /// Most events kept for a server that is away; small numbers force gaps.
    #[arg(long, value_name = "N")]
    buffer_events: Option<usize>,
    /// The links are TLS.
    #[arg(long)]
    tls: bool,
    /// With --tls: SHA-256 of the server's certificate, for each --to in its order. While a server's certificate is being
    /// changed, the old and the new one: HEX,HEX.
    #[arg(long = "fingerprint", value_name = "HEX[,HEX]", requires = "tls", value_parser = parse_fingerprints)]
    fingerprints: Vec<Fingerprints>,
    /// With --tls: the switch's own certificate (PEM), for servers that accept only some.
    #[arg(long, value_name = "FILE", requires = "tls", requires = "key")]
    certificate: Option<PathBuf>,
    /// The certificate's private key (PEM).
    #[arg(long, value_name = "FILE", requires = "certificate")]
    key: Option<PathBuf>,
}

/// Certificates that one server may show.
#[derive(Debug, Clone)]
struct Fingerprints(Vec<Fingerprint>);

fn parse_server(text: &str) -> Result<String, String> {
    let named =
        text.rsplit_once(':').filter(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok_and(|port| port > 0));
    named.map(|_| text.to_owned()).ok_or_else(|| "write it as HOST:PORT, such as cms-a:5001".to_owned())
}

fn parse_fingerprints(text: &str) -> Result<Fingerprints, certificate::FingerprintError> {
    text.split(',').map(str::parse).collect::<Result<Vec<_>, _>>().map(Fingerprints)
}

/// How each link is TLS; nothing for plain TCP.
fn tls(options: &Options) -> anyhow::Result<Vec<LinkTls>> {
    if !options.tls {
        return Ok(Vec::new());
    }
    let (links, given) = (options.servers.len(), options.fingerprints.len());
    ensure!(
        links == given,
        "--tls needs one --fingerprint for each --to ({links}), not {given}; `cms-server check` tells a server's fingerprint"
    );
    let own = || -> anyhow::Result<Option<Identity>> {
        let (Some(certificate), Some(key)) = (&options.certificate, &options.key) else { return Ok(None) };
        let read = |path: &PathBuf| std::fs::read(path).with_context(|| format!("cannot read {}", path.display()));
        Ok(Some(Identity::from_pem(&read(certificate)?, &read(key)?)?))
    };
    let link = |Fingerprints(servers): &Fingerprints| Ok(LinkTls::new(servers.clone(), own()?)?);
    let links = options.fingerprints.iter().map(link).collect::<anyhow::Result<_>>();
    links.context("the switch's own certificate (--certificate, --key)")
}

#[derive(Debug, Clone, Copy)]
enum Start {
    Now,
    Morning,
    At(Moment),
}

fn parse_start(text: &str) -> Result<Start, String> {
    match text {
        "now" => Ok(Start::Now),
        "morning" => Ok(Start::Morning),
        _ => {
            text.parse().map(|secs| Start::At(Moment(secs))).map_err(|_| "give now, morning or UNIX seconds".to_owned())
        }
    }
}

fn main() -> ExitCode {
    let options = Options::parse();
    match run(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("acd-sim: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: Options) -> anyhow::Result<()> {
    ensure!(options.servers.len() <= 2, "a switch feeds one or two servers, not {}", options.servers.len());
    ensure!(options.speed.is_finite() && options.speed > 0.0, "the speed must be above 0, not {}", options.speed);
    for fault in &options.faults {
        ensure!(fault.link < options.servers.len(), "there is no link {} to put a fault on", fault.link + 1);
    }
    let (scenario, pace) = plan(&options)?;
    let tls = tls(&options)?;
    let world = World::new(scenario)?;
    let mut settings = FeedSettings::new(AcdNumber(options.acd), options.servers);
    (settings.pace, settings.tls) = (pace, tls);
    settings.run_for = options.run_for;
    settings.faults = options.faults;
    if let Some(events) = options.buffer_events {
        settings.capacity = Capacity { events: events.max(1), ..settings.capacity };
    }
    let runtime = tokio::runtime::Runtime::new().context("starting the runtime")?;
    let outcome = runtime.block_on(feed(world, settings))?;
    for link in &outcome.links {
        println!("{}: acknowledged {} of {} events", link.address, link.acknowledged, outcome.last_seq);
    }
    if let Some(path) = &options.truth {
        let text = serde_json::to_string_pretty(&outcome.truth).context("writing the truth as JSON")?;
        std::fs::write(path, text).with_context(|| format!("writing the truth to {}", path.display()))?;
        println!("truth written to {}", path.display());
    }
    delivered(&outcome)
}

/// A server that took nothing is a failure, whatever it was: whoever tests by this program goes by its exit code.
fn delivered(outcome: &Outcome) -> anyhow::Result<()> {
    let without = |link: &&LinkStatus| outcome.last_seq > 0 && link.acknowledged == 0;
    let told: Vec<String> = outcome.links.iter().filter(without).map(took_nothing).collect();
    ensure!(told.is_empty(), "{}", told.join("; "));
    Ok(())
}

fn took_nothing(link: &LinkStatus) -> String {
    let why = link.last_error.as_deref().unwrap_or("it was not connected");
    format!("{} acknowledged nothing ({why})", link.address)
}

fn plan(options: &Options) -> anyhow::Result<(Scenario, Pace)> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).context("this machine's clock is before 1970")?;
    let now = Moment(now.as_secs() as i64);
    let offset = i64::from(options.utc_offset) * 60;
    let (start, catch_up_until) = match options.start {
        Start::Now => (now, None),
        Start::Morning => {
            let today = now.0 - (now.0 + offset).rem_euclid(86_400);
            (Moment(today + 6 * 3_600).min(now), Some(now))
        }
        Start::At(moment) => (moment, None),
    };
    let scenario = Scenario {
        seed: options.seed,
        start,
        utc_offset_secs: options.utc_offset * 60,
        agents: options.agents,
        splits: options.splits,
        calls_per_hour: options.calls_per_hour,
        extension_calls: !options.no_extension_calls,
        ..Scenario::default()
    };
    Ok((scenario, Pace { catch_up_until, speed: options.speed }))
}

async fn feed(world: World, settings: FeedSettings) -> anyhow::Result<Outcome> {
    let (feed, control) = Feed::new(world, settings);
    let progress = tokio::spawn(print_progress(control.clone()));
    let stop = tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            println!("stopping …");
            control.stop();
        }
    });
    let outcome = feed.run().await.context("running the feed");
    progress.abort();
    stop.abort();
    outcome
}

/// A line every few seconds, and one for every change of a link.
async fn print_progress(mut control: LinkControl) {
    const EVERY: Duration = Duration::from_secs(5);
    let mut known: Vec<(LinkState, Option<String>)> = Vec::new();
    let mut next_line = tokio::time::Instant::now() + EVERY;
    loop {
        let changed = control.wait_for(|status| link_states(status) != known);
        match tokio::time::timeout_at(next_line, changed).await {
            Ok(None) => return,
            Ok(Some(status)) => {
                for (number, link) in status.links.iter().enumerate() {
                    if known.get(number) != Some(&(link.state, link.last_error.clone())) {
                        println!("link {} to {}: {}", number + 1, link.address, link_line(link));
                    }
                }
                known = link_states(&status);
            }
            Err(_) => {
                next_line += EVERY;
                let status = control.status();
                let links: Vec<String> = status
                    .links
                    .iter()
                    .map(|link| format!("{} acknowledged {}", link.address, link.acknowledged))
                    .collect();
                println!("{}: {} events told, {}", status.at, status.events, links.join(", "));
            }
        }
    }
}

fn link_states(status: &FeedStatus) -> Vec<(LinkState, Option<String>)> {
    status.links.iter().map(|link| (link.state, link.last_error.clone())).collect()
}

fn link_line(link: &LinkStatus) -> String {
    match link.state {
        LinkState::Down => match &link.last_error {
            Some(error) => format!("down, trying again ({error})"),
            None => "connecting".to_owned(),
        },
        LinkState::Connected => "connected".to_owned(),
        LinkState::Streaming => format!("up, pumped up {} times", link.pump_ups),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_a_host_and_a_port() {
        for right in ["127.0.0.1:5001", "cms-a:5001", "[::1]:5001"] {
            assert_eq!(parse_server(right), Ok(right.to_owned()));
        }
        for wrong in ["nonsense", "127.0.0.1", ":5001", "cms-a:", "cms-a:0", "cms-a:70000"] {
            let parsed = Options::try_parse_from(["acd-sim", "--to", wrong]);
            assert!(parsed.unwrap_err().to_string().contains("HOST:PORT"), "{wrong}");
        }
    }

    #[test]
    fn a_server_that_took_nothing_is_a_failure() {
        let link = |acknowledged, last_error: Option<&str>| LinkStatus {
            address: "cms-a:5001".to_owned(),
            state: LinkState::Down,
            acknowledged,
            connections: 1,
            pump_ups: 0,
            last_error: last_error.map(str::to_owned),
            fault: None,
        };
        let outcome = |links| Outcome { truth: Default::default(), events: 3, last_seq: 3, links };
        delivered(&outcome(vec![link(3, Some("the connection broke")), link(1, None)])).unwrap();
        let told = delivered(&outcome(vec![link(3, None), link(0, Some("refused"))])).unwrap_err().to_string();
        assert_eq!(told, "cms-a:5001 acknowledged nothing (refused)");
    }
}
