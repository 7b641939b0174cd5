//! From the switch-over command to all reports live on the other server, as the desktop's session does it.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use api::Role;
use session::{Command, Freshness, Model, Profile, Refresh, ReportKey, ReportRequest, Session, Which};

use crate::Bench;
use crate::centre::Centre;
use crate::feeder::Feeder;
use crate::figures::{line, millis, spread_line};
use crate::server::{ACD, PASSWORD, Server, USER};

/// Whatever takes longer has failed.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(clap::Args)]
pub struct Options {
    /// Live reports open at once.
    #[arg(long, default_value_t = 8)]
    reports: u32,
    /// Switches there and back.
    #[arg(long, default_value_t = 20)]
    switches: u32,
}

pub fn run(bench: &Bench, options: &Options) -> Result<()> {
    let mut servers = [
        Server::start(&bench.server, &bench.folder("a"), "CMS-A", Role::Primary)?,
        Server::start(&bench.server, &bench.folder("b"), "CMS-B", Role::Secondary)?,
    ];
    let feeder = Feeder::settled(&[servers[0].link(), servers[1].link()], bench.centre)?;
    let mut desk = Desk::open(&servers, bench.centre, options.reports)?;
    line("first switch, signing in on the way", millis(desk.switch_to(Which::Secondary)?));
    let mut durations = Vec::new();
    for number in 0..options.switches {
        std::thread::sleep(Duration::from_millis(300 + u64::from(number) * 97 % 400));
        durations.push(desk.switch_to(if number % 2 == 0 { Which::Primary } else { Which::Secondary })?);
    }
    spread_line(&format!("{} reports, both servers well", options.reports), durations);
    desk.switch_to(Which::Primary)?;
    let killed = Instant::now();
    servers[0].kill()?;
    desk.wait("the loss to be noticed", |model, now| {
        model.reports.keys().all(|&report| matches!(model.freshness(report, now), Freshness::Stale { .. }))
    })?;
    line("server killed: all reports visibly stale after", millis(killed.elapsed()));
    line("and all live on the other after the command", millis(desk.switch_to(Which::Secondary)?));
    drop(desk);
    feeder.stop()?;
    servers[1].stop()
}

/// A desktop without a screen.
struct Desk {
    session: Session,
    model: Model,
}

impl Desk {
    fn open(servers: &[Server; 2], centre: Centre, reports: u32) -> Result<Desk> {
        let session = Session::start(|| {}).context("starting the session")?;
        let mut desk = Desk { session, model: Model::default() };
        let profile = Profile {
            name: "Load".to_owned(),
            user: USER.to_owned(),
            primary: servers[0].reference()?,
            secondary: Some(servers[1].reference()?),
            auto_switch_secs: None,
        };
        desk.session.send(Command::Connect(profile));
        desk.session.send(Command::SignIn { which: Which::Primary, password: PASSWORD.to_owned() });
        desk.wait("the sign-in", |model, _| model.serving == Some(Which::Primary))?;
        for number in 0..reports {
            let request = request(centre, number);
            desk.session.send(Command::Open { report: ReportKey(u64::from(number)), request });
        }
        desk.wait("the reports", |model, now| {
            model.reports.len() == reports as usize && all_live(model, Which::Primary, now)
        })?;
        Ok(desk)
    }

    fn switch_to(&mut self, which: Which) -> Result<Duration> {
        let begun = Instant::now();
        self.session.send(Command::SwitchTo(which));
        self.wait("the reports on the other server", |model, now| all_live(model, which, now))?;
        Ok(begun.elapsed())
    }

    fn wait(&mut self, what: &str, done: impl Fn(&Model, Instant) -> bool) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            self.session.drain(&mut self.model, Duration::from_millis(10));
            let now = Instant::now();
            if done(&self.model, now) {
                return Ok(());
            }
            let problems =
                || self.model.notices.iter().map(|notice| notice.text.as_str()).collect::<Vec<_>>().join("; ");
            ensure!(now < deadline, "{what} did not come within {PATIENCE:?}; notices: {}", problems());
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

fn all_live(model: &Model, which: Which, now: Instant) -> bool {
    let live = |report: &ReportKey| model.freshness(*report, now) == Freshness::Live;
    model.reports.iter().all(|(report, view)| view.from == Some(which) && live(report))
}

/// Different reports, as on a supervisor's screen.
pub fn request(centre: Centre, number: u32) -> ReportRequest {
    let (name, input, value) = match number % 4 {
        0 => ("Split/Skill Report", "splits", centre.splits_input(number, 10)),
        1 => ("Queue/Agent Status", "splits", centre.splits_input(number, 1)),
        2 => ("VDN Report", "vdns", Centre::vdns_input(number, 10)),
        _ => ("Split/Skill Status", "splits", centre.splits_input(number, 1)),
    };
    let path = report::find_built_in(name).map_or_else(|| name.to_owned(), |definition| definition.path.clone());
    ReportRequest { path, acd: ACD, inputs: [(input.to_owned(), value)].into(), refresh: Refresh::Secs(1) }
}
