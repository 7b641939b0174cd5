//! `cms-demo`: a simulated switch, two servers and the desktop, in one command.
//!
//! The switch replays the day so far through the real links, so that nothing opens empty, and then goes on in
//! real time. Without a window (`--headless`, or no display) the board is printed as text.

mod board;
mod day;
mod stage;
mod summary;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Parser;
use session::{Profile, Refresh, ReportRequest, ServerRef};
use testkit::{ADMINISTRATOR, PASSWORD, Place, Site};

use crate::stage::Stage;

/// Shows Understudy at work: a simulated switch, two servers, and the desktop signed in to the primary.
#[derive(Parser)]
#[command(name = "cms-demo", version)]
pub struct Arguments {
    /// Print the live board as text instead of opening a window.
    #[arg(long)]
    headless: bool,
    /// End after this much of the switch's time, such as 90s, 10m or 2h. With a window: until it is closed.
    #[arg(long = "for", value_name = "DURATION", value_parser = simulator::parse_duration)]
    length: Option<Duration>,
    /// Seconds of the switch's time per second, once the day so far is replayed.
    #[arg(long, default_value_t = 1.0, value_parser = parse_speed)]
    speed: f64,
    /// Print the last line as JSON, and nothing else.
    #[arg(long)]
    json: bool,
    /// Agents of the simulated call centre.
    #[arg(long, default_value_t = 120)]
    agents: u32,
    /// Splits of the simulated call centre.
    #[arg(long, default_value_t = 10)]
    splits: u32,
    /// The same seed gives the same day.
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Keep the two servers' data folders here (a new or empty folder) instead of throwing them away.
    #[arg(long, value_name = "DIR")]
    keep: Option<std::path::PathBuf>,
}

fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match run(&Arguments::parse()) {
        Ok(same) => ExitCode::from(u8::from(!same)),
        Err(error) => {
            eprintln!("cms-demo: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Returns whether every closed interval is equal on both servers.
fn run(arguments: &Arguments) -> Result<bool> {
    let windowless = !has_display();
    if windowless && !arguments.headless && !arguments.json {
        println!("There is no display: showing the board as text. Give --headless to ask for this.");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let stage = runtime.block_on(Stage::set(arguments))?;
    if arguments.headless || windowless || arguments.json {
        runtime.block_on(board::show(&stage, arguments.json))?;
    } else {
        desktop::run(desktop_options(&stage)?)?;
    }
    let summary = runtime.block_on(stage.end())?;
    if arguments.json {
        println!("{}", serde_json::to_string(&summary)?);
    } else {
        println!("{summary}");
    }
    Ok(summary.same())
}

fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

fn desktop_options(stage: &Stage) -> Result<desktop::Options> {
    let server = |place| -> Result<ServerRef> {
        let server = stage.site.server(place);
        let mut reference = ServerRef::new(server.url());
        reference.fingerprint = Some(server.fingerprint()?);
        Ok(reference)
    };
    let profile = Profile {
        name: "Demo".to_owned(),
        user: ADMINISTRATOR.to_owned(),
        primary: server(Place::A)?,
        secondary: Some(server(Place::B)?),
        auto_switch_secs: None,
    };
    let report = |name: &str, inputs: &[(&str, &str)]| -> Result<ReportRequest> {
        let definition = report::find_built_in(name).with_context(|| format!("there is no report {name:?}"))?;
        let inputs = inputs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Ok(ReportRequest { path: definition.path.clone(), acd: Site::ACD, inputs, refresh: Refresh::Secs(1) })
    };
    Ok(desktop::Options {
        profile: Some(profile),
        password: Some(PASSWORD.to_owned()),
        config_dir: Some(stage.folder().join("desktop")),
        reports: vec![
            report("Split/Skill Report", &[])?,
            report("VDN Report", &[])?,
            report("Agent Report", &[])?,
            report("Trunk Group Report", &[])?,
        ],
        ..desktop::Options::default()
    })
}

fn parse_speed(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(speed) if speed.is_finite() && speed > 0.0 => Ok(speed),
        _ => Err("the speed must be a number above 0".to_owned()),
    }
}
