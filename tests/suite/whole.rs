//! The backup of a whole server (CMSADM), and a bare machine that becomes that server again.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use daemon::{WholeTarget, back_up_whole, restore_whole};
use testkit::{EventFeed, LIMIT, Place, Site, SiteOptions};

use crate::day::Day;

/// Tells the child what to do: `backup DIR FOLDER` or `restore VOLUME DIR`, and where to say that it is in the middle of it.
const DEED: &str = "UNDERSTUDY_SUITE_WHOLE";
const REACHED: &str = "UNDERSTUDY_SUITE_WHOLE_REACHED";
/// After so many steps the child is in the middle.
const STEPS: usize = 4;

/// The child's whole life, when this binary is run as one: it begins and never ends.
#[test]
fn deed() -> Result<()> {
    let Some(deed) = std::env::var_os(DEED) else { return Ok(()) };
    let deed = deed.to_string_lossy().into_owned();
    let [what, from, into] = deed.split('|').collect::<Vec<_>>()[..] else { anyhow::bail!("{deed:?}") };
    let reached = PathBuf::from(std::env::var_os(REACHED).context("where to say so")?);
    let mut steps = 0;
    let mut go_on = || {
        steps += 1;
        if steps == STEPS {
            std::fs::write(&reached, "").expect("it can be said");
            loop {
                std::thread::park();
            }
        }
        true
    };
    match what {
        "backup" => drop(back_up_whole(Path::new(from), &into_folder(into), &mut |_| go_on())?),
        _ => drop(restore_whole(Path::new(from), Path::new(into), &mut go_on)?),
    }
    anyhow::bail!("it ended after {steps} steps")
}

fn into_folder(folder: impl AsRef<Path>) -> WholeTarget {
    WholeTarget { folder: Some(folder.as_ref().to_owned()), device: None }
}

/// Lets a child begin, and kills it in the middle.
fn kill_in_the_middle(deed: &str, from: &Path, into: &Path, dir: &Path) -> Result<()> {
    let reached = dir.join("reached");
    let _ = std::fs::remove_file(&reached);
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["--exact", "whole::deed", "--nocapture"]).stdout(Stdio::null()).stderr(Stdio::null());
    command.env(DEED, format!("{deed}|{}|{}", from.display(), into.display())).env(REACHED, &reached);
    let mut child = command.spawn()?;
    let began = std::time::Instant::now();
    while !reached.exists() {
        anyhow::ensure!(child.try_wait()?.is_none(), "the child has ended before it was in the middle of the {deed}");
        anyhow::ensure!(began.elapsed() < LIMIT, "the child did not come to the middle of the {deed}");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    child.kill()?;
    child.wait()?;
    Ok(())
}

/// Names of the files in a folder that end so.
fn ending(folder: &Path, ending: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| name.ends_with(ending));
    names.sort();
    names
}

/// Names of all files of an image.
fn files_in(volume: &Path, into: &Path) -> Result<Vec<String>> {
    // Not by way of the server's own check, which opens the databases.
    ::backup::restore_image(volume, into, &mut || true)?;
    let mut names = Vec::new();
    let mut ahead = vec![into.to_owned()];
    while let Some(folder) = ahead.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            match path.is_dir() {
                true => ahead.push(path),
                false => names.push(path.strip_prefix(into)?.to_string_lossy().into_owned()),
            }
        }
    }
    names.sort();
    Ok(names)
}

/// The machine is gone; what is left is an image that was made while the server collected. The new one takes up where the
/// image ends, and has the rows of the other server.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_lost_machine_is_made_again_from_the_image_of_a_running_server() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = Site::start(dir.path(), &SiteOptions::default())?;
    let folder = site.folder(Place::A).to_owned();
    let tape = dir.path().join("tape");
    std::fs::create_dir(&tape)?;
    let day = Day::small(47);
    let (snapshot, events) = day.split_pump_up();
    let mut feed = EventFeed::new(Site::ACD, &site.links(), day.scenario.start, snapshot);
    let (before, after) = events.split_at(events.len() / 2);
    std::fs::create_dir_all(folder.join("exports"))?;
    std::fs::write(folder.join("exports/splits.csv"), "1,2\n")?;
    // What the other server backed up, and what is of a moment only.
    std::fs::create_dir_all(folder.join("backup/CMS-B"))?;
    std::fs::write(folder.join("backup/CMS-B/CMS-261126-01-XXHX-00-F-01.db.zst"), "another one's")?;
    std::fs::create_dir_all(folder.join("restores/unpacked"))?;
    std::fs::write(folder.join("restores/unpacked/verified.db"), "scratch")?;
    let made = tokio::task::block_in_place(|| -> Result<_> {
        feed.tell(before, LIMIT)?;
        feed.settle(LIMIT)?;
        back_up_whole(&folder, &into_folder(&tape), &mut |_| true)
    })?;
    let volume = made.volumes[0].0.clone();
    let told = daemon::verify_whole(&volume, &mut || true)?;
    assert!(told.contains("CMS-A (primary)") && told.contains("1 volume"), "{told}");
    let files = files_in(&volume, &dir.path().join("looked-at"))?;
    for wanted in
        ["cms.toml", "server.key", "local.db", "system.db", "acd/01.db", "acd/01-events.db", "exports/splits.csv"]
    {
        assert!(files.iter().any(|name| name == wanted), "{wanted} is not in {files:?}");
    }
    assert!(files.iter().any(|name| name.ends_with(".journal")), "{files:?}");
    let unwanted = |name: &&String| {
        ["lock", "-wal", "-shm", "verified.db"].iter().any(|part| name.ends_with(part)) || name.starts_with("backup/")
    };
    assert_eq!(files.iter().filter(unwanted).count(), 0, "{files:?}");

    // The machine burns down.
    site.stop(Place::A);
    std::fs::rename(&folder, dir.path().join("ashes"))?;
    let (image, findings) = restore_whole(&volume, &folder, &mut || true)?;
    assert_eq!(image.server.name, "CMS-A");
    assert!(findings.iter().all(daemon::Finding::is_right), "{findings:?}");
    tokio::task::block_in_place(|| -> Result<()> {
        site.run(Place::A)?;
        feed.tell(after, LIMIT)?;
        feed.settle(LIMIT)
    })?;
    let [a, b] = site.both_digests_through(day.end).await?;
    assert_eq!(a, b);
    assert_eq!(a, day.collect().digests());
    assert_eq!(site.figures(Place::A, "SELECT count(*) FROM linkex WHERE REASON <> 91").await?, [0]);
    // Its people sign in as before, and its certificate is the one that they trust.
    site.client(Place::A).await?;
    Ok(())
}

/// Killed in the middle, a backup is not there, and a folder is no server's; begun again, both are.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_killed_in_the_middle_is_not_there() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let day = Day::small(48);
    let (snapshot, events) = day.split_pump_up();
    let mut feed = EventFeed::new(Site::ACD, &site.links(), day.scenario.start, snapshot);
    tokio::task::block_in_place(|| {
        feed.tell(&events, LIMIT)?;
        feed.settle(LIMIT)
    })?;
    let digests = site.digests_through(Place::A, day.end).await?;
    let (tape, again) = (dir.path().join("tape"), dir.path().join("cms-again"));
    std::fs::create_dir(&tape)?;
    tokio::task::block_in_place(|| -> Result<()> {
        kill_in_the_middle("backup", site.folder(Place::A), &tape, dir.path())?;
        assert_eq!(ending(&tape, ".tar.zst"), <[String; 0]>::default(), "nothing counts");
        assert!(!ending(&tape, ".part").is_empty(), "it was in the middle of it");
        let made = back_up_whole(site.folder(Place::A), &into_folder(&tape), &mut |_| true)?;
        assert_eq!(ending(&tape, ".part"), <[String; 0]>::default(), "what was left behind is gone");

        let volume = made.volumes[0].0.clone();
        kill_in_the_middle("restore", &volume, &again, dir.path())?;
        assert!(again.exists() && !again.join("cms.toml").exists());
        let Err(refused) = daemon::Server::start(&again, None) else { panic!("half a server must not start") };
        assert!(format!("{refused:#}").contains("cms.toml"), "{refused:#}");
        restore_whole(&volume, &again, &mut || true)?;
        // A folder in which a server is gets no other one.
        let twice = restore_whole(&volume, &again, &mut || true).expect_err("it is not empty");
        assert!(format!("{twice:#}").contains("is not empty"), "{twice:#}");
        Ok(())
    })?;
    let reader = store::AcdReader::open(&store::DataFolder::new(&again).acd(Site::ACD))?;
    let restored: Vec<String> = reader.digests(None, None)?.into_iter().map(|digest| digest.digest).collect();
    let known: Vec<String> = digests.into_iter().map(|digest| digest.digest).collect();
    assert_eq!(restored, known);
    Ok(())
}

/// A device that is not mounted is told and not made up, and a device of the configuration has a folder for each server.
#[tokio::test(flavor = "multi_thread")]
async fn an_image_goes_where_backups_go() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::make(dir.path(), &SiteOptions::default())?;
    let folder = site.folder(Place::B);
    let made = back_up_whole(folder, &WholeTarget::default(), &mut |_| true)?;
    let (volume, manifest) = &made.volumes[0];
    assert_eq!(volume.parent(), Some(folder.join("backup/CMS-B").as_path()));
    assert_eq!(manifest.server.role, "secondary");
    let second = back_up_whole(folder, &WholeTarget::default(), &mut |_| true)?;
    assert!(second.volumes[0].1.label.ends_with("-02-01"), "{:?}", second.volumes[0].1.label);
    let unknown = back_up_whole(folder, &WholeTarget { device: Some("tape".to_owned()), folder: None }, &mut |_| true);
    assert!(
        format!("{:#}", unknown.expect_err("no such device")).contains("there is no device tape; there are backup")
    );
    let gone = back_up_whole(folder, &into_folder(dir.path().join("not-mounted")), &mut |_| true);
    assert!(format!("{:#}", gone.expect_err("it is not there")).contains("does not exist; mount the device"));
    Ok(())
}
