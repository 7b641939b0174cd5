//! A server is up before its state is recovered, says what it is doing, and nothing that comes meanwhile is lost.

use std::fs::OpenOptions;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use api::{AcdHealth, ErrorCode, LinkState, Role, RunReport};
use client::{Address, Client, Trust};
use daemon::config::FILE;
use daemon::{InitOptions, Server};
use model::{AcdNumber, Moment, NameKind};
use nix::sys::stat::Mode;
use report::Inputs;
use session::{Command, Freshness, Refresh, ReportKey, ReportRequest};
use testkit::{EventFeed, LIMIT, PASSWORD, Place, Site, SiteOptions, until};

use crate::day::Day;
use crate::switch_over::desk::{Desk, profile};

const LIVE: &str = "Split/Skill Report";
const HISTORICAL: &str = "Split/Skill Summary Interval";

/// A segment of the journal that cannot be read to its end before it is let go: a pipe. Dropping it lets go.
struct Hold(PathBuf);

impl Hold {
    /// Behind the first segment of an ACD's journal. The checkpoint goes, so that the journal is read.
    fn of(folder: &Path) -> anyhow::Result<Hold> {
        std::fs::remove_file(folder.join("acd/01/checkpoint"))?;
        let path = folder.join("acd/01/journal/00000000000000000002.journal");
        nix::unistd::mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR)?;
        Ok(Hold(path))
    }

    fn let_go(self) {}
}

impl Drop for Hold {
    fn drop(&mut self) {
        // Fails where nobody reads, and then nobody is held. Open until it is gone: whoever opens it once more in between is not
        // held again.
        let writer = OpenOptions::new().write(true).custom_flags(nix::libc::O_NONBLOCK).open(&self.0);
        let _ = std::fs::remove_file(&self.0);
        drop(writer);
    }
}

/// Two servers with half a day behind them, the primary stopped.
struct Morning {
    _dir: tempfile::TempDir,
    site: Site,
    feed: EventFeed,
    rest: Vec<model::Event>,
    day: Day,
}

impl Morning {
    fn new() -> anyhow::Result<Morning> {
        let dir = tempfile::tempdir()?;
        let mut site = Site::start(dir.path(), &SiteOptions::default())?;
        let day = Day::small(51);
        let (snapshot, mut events) = day.split_pump_up();
        let rest = events.split_off(events.len() / 2);
        let mut feed = EventFeed::new(Site::ACD, &site.links(), day.scenario.start, snapshot);
        feed.tell(&events, LIMIT)?;
        feed.settle(LIMIT)?;
        site.stop(Place::A);
        Ok(Morning { _dir: dir, site, feed, rest, day })
    }
}

async fn health_of(client: &Client, acd: AcdNumber) -> anyhow::Result<AcdHealth> {
    let found = client.health(LIMIT).await?.acds.into_iter().find(|known| known.acd == acd);
    Ok(found.expect("the server knows the ACD"))
}

/// What the server answers when it is asked for a report.
async fn refusal(client: &Client, acd: AcdNumber) -> (ErrorCode, String) {
    let run = RunReport { path: LIVE.to_owned(), acd, acds: Vec::new(), inputs: Inputs::new() };
    let error = client.run(&run).await.expect_err("there is nothing to show yet");
    let body = error.refusal().expect("the server answers");
    (body.code, body.message.clone())
}

fn request(path: &str, refresh: Refresh) -> ReportRequest {
    let report = report::find_built_in(path).expect("a built-in report");
    let inputs = report.inputs.iter().map(|input| (input.name.clone(), input.default.clone())).collect();
    ReportRequest { path: report.path.clone(), acd: Site::ACD, inputs, refresh }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_recovers_answers_and_goes_on_by_itself() -> anyhow::Result<()> {
    let Morning { _dir, mut site, mut feed, rest, day } = Morning::new()?;
    let hold = Hold::of(site.folder(Place::A))?;
    site.launch(Place::A)?;
    assert!(site.server(Place::A).is_recovering());

    let client = site.client(Place::A).await?;
    let health = until("it tells how far it is", async || {
        let health = health_of(&client, Site::ACD).await.ok()?;
        health.link_text.contains("of the journal read").then_some(health)
    });
    let health = health.await;
    assert_eq!((health.link, health.archive_problem.as_str()), (LinkState::Down, ""));
    assert!(health.link_text.starts_with("recovering: "), "{}", health.link_text);
    let (code, message) = refusal(&client, Site::ACD).await;
    assert_eq!(code, ErrorCode::Unavailable);
    assert!(message.contains("ACD 1 is still recovering on CMS-A"), "{message}");
    assert!(
        client.dictionary(Site::ACD).await?.iter(NameKind::Split).next().is_some(),
        "names are known from the archive"
    );
    assert!(!client.digests(Site::ACD, None, None).await?.is_empty(), "what is archived can be read");

    let mut desk = Desk::sign_in(profile(&site)?).await?;
    let open = [(ReportKey(1), request(LIVE, Refresh::Secs(1))), (ReportKey(2), request(HISTORICAL, Refresh::Once))];
    for (report, request) in open {
        desk.send(Command::Open { report, request });
    }
    let waiting = "both reports say what they wait for";
    desk.wait(waiting, |model, now| {
        let waits = |report| match model.freshness(report, now) {
            Freshness::Stale { why, .. } => why.contains("ACD 1 is down") || why.contains("still recovering"),
            _ => false,
        };
        model.reports.len() == 2 && [ReportKey(1), ReportKey(2)].into_iter().all(waits)
    })
    .await;
    // The switch is not refused, only kept waiting; the other server goes on.
    let before = feed.acknowledged(0);
    rest.iter().try_for_each(|event| feed.push(event))?;
    let told = feed.acknowledged(1) + rest.len() as u64;
    feed.keep_going("the other server has it all", LIMIT, |feed| feed.acknowledged(1) == told)?;
    assert_eq!(feed.acknowledged(0), before);
    assert!(
        feed.last_error(0).contains("the server is stopping"),
        "the last word was the stop: {}",
        feed.last_error(0)
    );
    assert!(site.server(Place::A).is_recovering());

    hold.let_go();
    tokio::task::block_in_place(|| feed.settle(LIMIT))?;
    desk.wait("the live report is live, the historical one complete", |model, now| {
        model.freshness(ReportKey(1), now) == Freshness::Live && model.freshness(ReportKey(2), now) == Freshness::Once
    })
    .await;
    assert!(!site.server(Place::A).is_recovering());
    let [a, b] = site.both_digests_through(day.end).await?;
    assert_eq!(a, b);
    assert_eq!(a, day.collect().digests());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_stopped_while_it_recovers_begins_anew() -> anyhow::Result<()> {
    let Morning { _dir, mut site, mut feed, rest, day } = Morning::new()?;
    let hold = Hold::of(site.folder(Place::A))?;
    site.launch(Place::A)?;
    let address = site.server(Place::A).address();
    std::thread::scope(|scope| {
        let stopping = scope.spawn(|| site.stop(Place::A));
        // The API closes first; from then on the recovery may be gone on with, and must not be.
        while TcpStream::connect(address).is_ok() {
            std::thread::yield_now();
        }
        hold.let_go();
        stopping.join().expect("the server stops");
    });
    assert!(!site.folder(Place::A).join("acd/01/checkpoint").exists(), "half a recovery is no state to keep");
    site.run(Place::A)?;
    tokio::task::block_in_place(|| -> anyhow::Result<()> {
        feed.tell(&rest, LIMIT)?;
        feed.settle(LIMIT)
    })?;
    let [a, b] = site.both_digests_through(day.end).await?;
    assert_eq!(a, b);
    assert_eq!(a, day.collect().digests());
    Ok(())
}

/// A server with two ACDs on free ports.
pub fn two_acds(folder: &Path) -> anyhow::Result<()> {
    let acds = [(1, "North"), (2, "South")].map(|(number, name)| (AcdNumber(number), name.to_owned()));
    let (name, password) = ("CMS-A".to_owned(), PASSWORD.to_owned());
    let (role, zone, at) = (Role::Primary, chrono_tz::Tz::UTC, Moment(0));
    daemon::init(folder, &InitOptions { name, role, acds: acds.to_vec(), zone, password, at })?;
    let file = folder.join(FILE);
    let text = std::fs::read_to_string(&file)?;
    let text = ["0.0.0.0:8443", "0.0.0.0:5001", "0.0.0.0:5002"]
        .iter()
        .fold(text, |text, address| text.replace(address, "127.0.0.1:0"));
    std::fs::write(&file, text)?;
    Ok(())
}

async fn signed_in(server: &Server) -> anyhow::Result<Client> {
    let trust = Trust::Fingerprint(server.fingerprint()?.parse()?);
    let client = Client::new(Address { url: server.url(), trust })?;
    client.login(testkit::ADMINISTRATOR, PASSWORD).await?;
    Ok(client)
}

#[tokio::test(flavor = "multi_thread")]
async fn one_acd_that_cannot_be_recovered_or_opened_leaves_the_other_alone() -> anyhow::Result<()> {
    for opened in [true, false] {
        let dir = tempfile::tempdir()?;
        let folder = dir.path().join("cms");
        two_acds(&folder)?;
        let taken = TcpListener::bind("127.0.0.1:0")?;
        let part = if opened {
            // No file can be read that is a folder.
            std::fs::create_dir_all(folder.join("acd/02/journal/00000000000000000001.journal"))?;
            "recovering ACD 2 (South): reading the journal"
        } else {
            let file = folder.join(FILE);
            let text = std::fs::read_to_string(&file)?;
            let (head, tail) = text.rsplit_once("127.0.0.1:0").expect("the second ACD's port");
            std::fs::write(&file, format!("{head}{}{tail}", taken.local_addr()?))?;
            "starting ACD 2 (South): cannot listen on"
        };
        let server = Server::start(&folder, None)?;
        let client = signed_in(&server).await?;
        let health = until("the second ACD says what is wrong", async || {
            let health = health_of(&client, AcdNumber(2)).await.ok()?;
            (!health.archive_problem.is_empty()).then_some(health)
        });
        let health = health.await;
        assert!(health.link == LinkState::Down && health.link_text.contains(part), "{health:?}");
        assert!(health.archive_problem.contains("nothing is collected"), "{health:?}");
        let (code, message) = refusal(&client, AcdNumber(2)).await;
        assert!(code == ErrorCode::Unavailable && message.contains(part), "{code:?} {message}");
        until("the first ACD waits for its switch", async || {
            let health = health_of(&client, AcdNumber(1)).await.ok()?;
            (health.link_text.contains("waiting for the switch") && health.archive_problem.is_empty()).then_some(())
        })
        .await;
        assert!(!server.is_recovering());
    }
    Ok(())
}
