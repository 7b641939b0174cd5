//! Disks that are full or may not be written to.

use std::fs::File;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use api::LogCode;
use daemon::{Server, config::Config};
use model::DataKind;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use rusqlite::Connection;
use testkit::{EventFeed, LIMIT, Place, Site, SiteOptions, until};

use crate::backup::{carry, data, done, of};
use crate::child::{ROOM, ServerProcess};
use crate::cli::built;
use crate::day::Day;

/// Files of the primary may not grow beyond this many blocks of 512 bytes: enough to start, too little for the day.
const BLOCKS: u64 = 700;

/// A value that a disk has changed is seen by no comparison; proving the rows finds it, and the other server's backup puts it right.
#[tokio::test(flavor = "multi_thread")]
async fn an_interval_that_a_disk_has_changed_is_found_and_restored_from_the_other_server() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = Site::start(dir.path(), &SiteOptions::default())?;
    let day = Day::small(43);
    let (mut feed, events) = day.feed(&site);
    tokio::task::block_in_place(|| {
        feed.tell(&events, LIMIT)?;
        feed.settle(LIMIT)
    })?;
    let [before, _] = site.both_digests_through(day.end).await?;
    let folder = site.folder(Place::A).to_owned();
    let proved = || tokio::task::block_in_place(|| daemon::check_rows(&folder)).remove(0);
    assert!(proved().is_right() && proved().detail.contains("4 intervals are as archived"), "{:?}", proved());

    site.stop(Place::A);
    let file = Connection::open(folder.join("acd/01.db"))?;
    let start = before[1].start;
    file.execute("UPDATE hsplit SET ACDCALLS = ACDCALLS + 1 WHERE STARTTIME_UTC = ?1", [start.0])?;
    drop(file);
    site.run(Place::A)?;
    let [after, other] = site.both_digests_through(day.end).await?;
    assert_eq!(after, other, "the lists of both say nothing of it");
    let found = proved();
    assert!(found.problem.starts_with("1 interval is not as archived: 2026-03-02 09:"), "{found:?}");

    let (a, b) = (site.client(Place::A).await?, site.client(Place::B).await?);
    let label = done(&b, b.run_backup(&data(&[DataKind::Historical])).await?).await?.label.expect("it has a label");
    carry(&site, Place::B, Place::A)?;
    let restore = api::RunRestore { acd: Some(Site::ACD), ..of(&label) };
    let restored = done(&a, a.run_restore(&restore).await?).await?;
    let tables = restored.plan.expect("what it did").tables;
    let replaced = |name: &str| tables.iter().filter(|line| line.table == name).map(|line| line.replaced).sum::<u64>();
    assert!(replaced("hsplit") > 0 && replaced("hagent") == 0, "{tables:?}");
    assert!(proved().is_right(), "{:?}", proved());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_loses_nothing_that_was_acknowledged_and_goes_on_when_there_is_room() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = Site::start(dir.path(), &SiteOptions::default())?;
    let links = site.links();
    let day = Day::small(41);
    let (snapshot, events) = day.split_pump_up();
    let health = site.client(Place::A).await?;
    site.stop(Place::A);
    let folder = site.folder(Place::A).to_owned();
    let process = ServerProcess::start(&folder, Some(BLOCKS))?;
    let mut feed = EventFeed::new(Site::ACD, &links, day.scenario.start, snapshot);
    tokio::task::block_in_place(|| feed.tell(&events, LIMIT))?;

    // The other server is not held up, and this one says what is wrong.
    let feeding = std::thread::spawn(move || -> anyhow::Result<EventFeed> {
        feed.settle(LIMIT)?;
        Ok(feed)
    });
    let problem = until("the server tells of its full disk", async || {
        let health = health.health(LIMIT).await.ok()?;
        health.acds.first().map(|acd| acd.archive_problem.clone()).filter(|problem| !problem.is_empty())
    });
    let problem = problem.await;
    assert!(problem.contains("cannot archive") || problem.contains("cannot write the journal"), "{problem}");
    site.digests_through(Place::B, day.end).await?;

    std::fs::write(folder.with_extension(ROOM), "")?;
    tokio::task::block_in_place(|| feeding.join().expect("the feed does not panic"))?;
    until("the server has got over it", async || {
        let health = health.health(LIMIT).await.ok()?;
        health.acds.first().filter(|acd| acd.archive_problem.is_empty()).map(|_| ())
    })
    .await;
    tokio::task::block_in_place(|| process.stop())?;
    site.run(Place::A)?;
    let told = site.client(Place::A).await?.maintenance_log(false, 100).await?;
    assert!(
        told.iter().any(|entry| entry.code == LogCode::ArchiveRecovered && entry.text.contains(&problem)),
        "{told:?}"
    );
    let [a, b] = site.both_digests_through(day.end).await?;
    assert_eq!(a, b);
    assert_eq!(a, day.collect().digests());
    Ok(())
}

/// Its log lies on the full disk, too, and no line of it can be written: collecting goes on.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_whose_log_cannot_be_written_collects() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = Site::start(dir.path(), &SiteOptions::default())?;
    let links = site.links();
    let day = Day::small(44);
    let (snapshot, events) = day.split_pump_up();
    site.stop(Place::A);
    let full = || File::options().write(true).open("/dev/full");
    let mut command = Command::new(built("cms-server"));
    command.arg("run").arg(site.folder(Place::A)).env("RUST_LOG", "debug").stdin(Stdio::null());
    let mut process = command.stdout(full()?).stderr(full()?).spawn()?;
    let mut feed = EventFeed::new(Site::ACD, &links, day.scenario.start, snapshot);
    tokio::task::block_in_place(|| feed.tell(&events, LIMIT).and_then(|()| feed.settle(LIMIT)))?;
    kill(Pid::from_raw(i32::try_from(process.id())?), Signal::SIGTERM)?;
    let status = tokio::task::block_in_place(|| process.wait())?;
    assert!(status.success(), "{status}");
    drop(feed);
    site.run(Place::A)?;
    let [a, b] = site.both_digests_through(day.end).await?;
    assert_eq!(a, b);
    Ok(())
}

/// Told to stop while its disk is full, a server ends. What it had acknowledged it has when it is started again with room, and what
/// it had not the switch tells it then.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_whose_disk_is_full_stops_and_has_lost_nothing() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = Site::start(dir.path(), &SiteOptions::default())?;
    let links = site.links();
    let day = Day::small(43);
    let (snapshot, events) = day.split_pump_up();
    let health = site.client(Place::A).await?;
    site.stop(Place::A);
    let process = ServerProcess::start(site.folder(Place::A), Some(BLOCKS))?;
    let mut feed = EventFeed::new(Site::ACD, &links, day.scenario.start, snapshot);
    tokio::task::block_in_place(|| feed.tell(&events, LIMIT))?;
    let feeding = std::thread::spawn(move || -> anyhow::Result<EventFeed> {
        feed.settle(LIMIT)?;
        Ok(feed)
    });
    until("the server tells of its full disk", async || {
        let health = health.health(LIMIT).await.ok()?;
        health.acds.first().filter(|acd| !acd.archive_problem.is_empty()).map(|_| ())
    })
    .await;
    tokio::task::block_in_place(|| process.stop())?;

    site.run(Place::A)?;
    tokio::task::block_in_place(|| feeding.join().expect("the feed does not panic"))?;
    let [a, b] = site.both_digests_through(day.end).await?;
    assert_eq!(a, b);
    assert_eq!(a, day.collect().digests());
    Ok(())
}

/// The switch connects anew while the disk is full, and the server is killed: what it had received and could not write down it is
/// told again, because the switch has kept it.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_comes_back_before_the_disk_does_loses_nothing_with_the_server() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = Site::start(dir.path(), &SiteOptions::default())?;
    let links = site.links();
    let day = Day::small(45);
    let (snapshot, events) = day.split_pump_up();
    site.stop(Place::A);
    let process = ServerProcess::start(site.folder(Place::A), Some(BLOCKS))?;
    let mut feed = EventFeed::new(Site::ACD, &links, day.scenario.start, snapshot);
    let (first, others) = events.split_at(events.len() / 10);
    tokio::task::block_in_place(|| {
        feed.tell(first, LIMIT)?;
        for some in others.chunks(others.len() / 50) {
            some.iter().try_for_each(|event| feed.push(event))?;
            feed.keep_going("the other server acknowledges", LIMIT, |feed| !feed.is_behind(1))?;
            feed.cut(0);
        }
        anyhow::ensure!(feed.is_behind(0), "its disk was not full");
        process.kill()
    })?;

    site.run(Place::A)?;
    tokio::task::block_in_place(|| feed.settle(LIMIT))?;
    let [a, b] = site.both_digests_through(day.end).await?;
    assert_eq!(a, b);
    assert_eq!(a, day.collect().digests());
    Ok(())
}

/// What starting the server of a folder says.
fn refusal(dir: &std::path::Path) -> String {
    let started = Config::load(dir).and_then(|config| Server::start_with(dir, None, config));
    format!("{:#}", started.err().expect("the server must not start"))
}

#[test]
fn a_folder_that_may_not_be_written_to_is_named() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::make(dir.path(), &SiteOptions::default())?;
    let folder = site.folder(Place::A);
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o500))?;
    let may_write = std::fs::write(folder.join("trial"), "").is_ok();
    if may_write {
        println!("skipped: this user may write to read-only folders");
    } else {
        let told = refusal(folder);
        assert!(told.contains(&folder.display().to_string()) && told.contains("writable"), "{told}");
    }
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?;
    Ok(())
}

#[test]
fn a_folder_that_is_served_already_or_not_there_is_named() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = Site::make(dir.path(), &SiteOptions::default())?;
    site.run(Place::A)?;
    let told = refusal(site.folder(Place::A));
    assert!(told.contains("already running") && told.contains("cms-a"), "{told}");
    let told = refusal(&dir.path().join("nowhere"));
    assert!(told.contains("nowhere") && told.contains("cms-server init"), "{told}");
    Ok(())
}

#[test]
fn a_port_in_use_is_named() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::make(dir.path(), &SiteOptions::default())?;
    let taken = std::net::TcpListener::bind("127.0.0.1:0")?;
    let address = taken.local_addr()?;
    let file = site.folder(Place::A).join(daemon::config::FILE);
    let text = std::fs::read_to_string(&file)?;
    std::fs::write(&file, text.replacen("listen = \"127.0.0.1:0\"", &format!("listen = \"{address}\""), 1))?;
    let told = refusal(site.folder(Place::A));
    assert!(told.contains(&address.to_string()) && told.contains("another program may use the port"), "{told}");
    Ok(())
}

#[test]
fn what_the_only_acd_needs_and_cannot_have_ends_the_start() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::make(dir.path(), &SiteOptions::default())?;
    let folder = site.folder(Place::A);
    let taken = std::net::TcpListener::bind("127.0.0.1:0")?;
    let address = taken.local_addr()?;
    let file = folder.join(daemon::config::FILE);
    let text = std::fs::read_to_string(&file)?;
    let (head, tail) = text.rsplit_once("127.0.0.1:0").expect("the link's port");
    std::fs::write(&file, format!("{head}{address}{tail}"))?;
    let told = refusal(folder);
    assert!(told.contains(&format!("cannot listen on {address} for the ACD link")), "{told}");
    std::fs::write(&file, text)?;
    std::fs::write(folder.join("acd/01.db"), "no database")?;
    let told = refusal(folder);
    assert!(told.contains("starting ACD 1") && told.contains("01.db") && told.contains("damaged"), "{told}");
    Ok(())
}

#[test]
fn a_broken_configuration_is_told_by_line_and_key() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::make(dir.path(), &SiteOptions::default())?;
    let file = site.folder(Place::A).join(daemon::config::FILE);
    let text = std::fs::read_to_string(&file)?;
    std::fs::write(&file, text.replace("journal_days", "jornal_days"))?;
    let line = 1 + text.lines().position(|line| line.starts_with("journal_days")).expect("the key is written");
    let told = refusal(site.folder(Place::A));
    assert!(told.contains(&format!("line {line}")) && told.contains("jornal_days"), "{told}");
    Ok(())
}
