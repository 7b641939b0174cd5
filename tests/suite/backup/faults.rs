//! Bad input and bad devices: always said, nothing half restored, the server collecting.

use anyhow::{Context, Result};
use api::{ErrorCode, LinkState, LogCode, Mode, RunRestore, SetCollection};
use client::{Client, ClientError};
use model::{AcdNumber, DataKind, Severity};
use testkit::{LIMIT, Place, Site, SiteOptions};

use super::{carry, data, done, files, history, of, over};
use crate::child::ServerProcess;
use crate::cli::Server;
use crate::running::Running;

fn told(outcome: Result<api::Started, ClientError>) -> String {
    outcome.expect_err("it is refused").to_string()
}

async fn collects(client: &Client) -> Result<()> {
    let health = client.health(LIMIT).await?;
    assert_eq!((health.acds[0].link, health.acds[0].archive_problem.as_str()), (LinkState::Up, ""));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn volumes_that_cannot_be_trusted_are_refused_and_change_nothing() -> Result<()> {
    let running = Running::start().await?;
    let site = &running.site;
    let (a, b) = (site.client(Place::A).await?, site.client(Place::B).await?);
    let label =
        done(&a, a.run_backup(&data(&[DataKind::Acd, DataKind::Historical])).await?).await?.label.context("a label")?;
    carry(site, Place::A, Place::B)?;
    let folder = site.folder(Place::B).join("backup/CMS-A");
    let path = folder.join(format!("{label}-01.db.zst"));
    let sound = std::fs::read(&path)?;
    let before = b.digests(Site::ACD, None, None).await?;
    b.set_mode(Mode::SingleUser).await?;

    // Its content has changed: found when it is unpacked.
    let mut damaged = sound.clone();
    damaged[100] ^= 1;
    std::fs::write(&path, &damaged)?;
    let job = over(&b, b.run_restore(&of(&label)).await?).await;
    assert!(job.text.contains("is damaged") && job.restore.is_none(), "{job:?}");
    // Cut off: found at once, and listed as a problem.
    std::fs::write(&path, &sound[..sound.len() - 9])?;
    assert!(told(b.run_restore(&of(&label)).await).contains("cut off"));
    assert!(b.backups().await?.problems.iter().any(|problem| problem.contains("cut off")));
    // A label that lies.
    std::fs::write(&path, &sound)?;
    let lie = label.replacen("-01-", "-44-", 1);
    std::fs::rename(&path, folder.join(format!("{lie}-01.db.zst")))?;
    assert!(told(b.run_restore(&of(&lie)).await).contains("its name is not its label"));
    assert!(told(b.run_restore(&of(&label)).await).contains("there is no backup"));
    std::fs::remove_file(folder.join(format!("{lie}-01.db.zst")))?;
    // No volume at all.
    std::fs::write(&path, "something else altogether, and long enough to be looked at as a volume would be")?;
    assert!(told(b.run_restore(&of(&label)).await).contains("is no volume"));

    assert_eq!(b.digests(Site::ACD, None, None).await?[..before.len()], before);
    assert!(b.restores().await?.is_empty());
    assert!(files(&site.folder(Place::B).join("restores/unpacked")).is_empty());
    collects(&b).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_the_backup_or_this_server_does_not_have_is_named() -> Result<()> {
    let running = Running::start().await?;
    let a = running.site.client(Place::A).await?;
    let label = done(&a, a.run_backup(&history(false)).await?).await?.label.context("a label")?;
    let wants = async |asked: RunRestore| told(a.run_restore(&asked).await);
    let other = RunRestore { acd: Some(AcdNumber(3)), ..of(&label) };
    assert!(wants(other).await.contains("has nothing of ACD 3; it is of ACD 1"));
    let system = RunRestore { data: vec![DataKind::System], ..of(&label) };
    assert!(wants(system).await.contains("has no CMS system administration data"));
    let cms = Server::of(&running.site, Place::A)?;
    let nonsense = cms.run(&["restore", "plan", &label, "--data", "everything"]);
    assert!(nonsense.err.contains("there are local, system, acd, historical, custom"), "{nonsense:?}");
    assert!(wants(of("CMS-260230-01-XXHX-00-F")).await.contains("no day"));
    assert!(wants(of("CMS-260228-01-XXHX-00-F")).await.contains("there is no backup"));
    let nowhere = RunRestore { device: Some("tape".to_owned()), ..of(&label) };
    assert!(wants(nowhere).await.contains("there is no device tape; there are backup"));
    let custom = a.run_backup(&data(&[DataKind::Custom])).await.expect_err("there is none");
    assert!(custom.to_string().contains("keeps no custom data"), "{custom}");
    let beside = done(&a, a.run_backup(&data(&[DataKind::System, DataKind::Custom])).await?).await?;
    assert!(beside.text.ends_with("it has no custom data, because this server keeps none"), "{}", beside.text);
    let undone = a.undo_restore(5).await.expect_err("there is none");
    assert_eq!(undone.refusal().map(|body| body.code), Some(ErrorCode::NotFound));
    collects(&a).await
}

/// Whoever plans a restore is told of everything that is to be done before, not of one thing after the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_plan_names_all_that_stands_against_a_restore() -> Result<()> {
    let running = Running::start().await?;
    let (a, cms) = (running.site.client(Place::A).await?, Server::of(&running.site, Place::A)?);
    let label = done(&a, a.run_backup(&data(&[DataKind::Local, DataKind::System, DataKind::Acd])).await?).await?.label;
    let label = label.context("a label")?;
    let each = [
        "restoring local system administration data, restoring CMS system administration data and restoring ACD-specific administration data \
         are possible only in single-user mode",
        "restoring local system administration data is possible only while the data collection of ACD 1 is off",
    ];
    let plan = done(&a, a.plan_restore(&of(&label)).await?).await?.plan.context("a plan")?;
    let against = &plan.obstacles;
    assert_eq!(against.len(), each.len(), "{against:?}");
    assert!(each.iter().zip(against).all(|(each, told)| told.starts_with(each)), "{against:?}");
    let shown = cms.out(&["restore", "plan", &label]);
    assert!(each.iter().all(|each| shown.contains(&format!("Not yet: {each}"))), "{shown}");
    let refused = told(a.run_restore(&of(&label)).await);
    assert!(each.iter().all(|each| refused.contains(each)), "{refused}");

    // What is done is told no more.
    a.set_mode(Mode::SingleUser).await?;
    let plan = done(&a, a.plan_restore(&of(&label)).await?).await?.plan.context("a plan")?;
    let against = &plan.obstacles;
    assert!(against.len() == 1 && against[0].contains("cms collection off --acd 1"), "{against:?}");
    a.set_collection(&SetCollection { acd: Site::ACD, on: false }).await?;
    let plan = done(&a, a.plan_restore(&of(&label)).await?).await?.plan.context("a plan")?;
    assert_eq!(plan.obstacles, [""; 0]);
    Ok(())
}

/// A device that is missing or may not be written: said, nothing left, and the next backup is made when it is back.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_device_that_is_gone_is_named_and_used_again_when_it_is_back() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = Site::make(dir.path(), &SiteOptions::default())?;
    let device = dir.path().join("device");
    let file = site.folder(Place::A).join(daemon::config::FILE);
    let text = std::fs::read_to_string(&file)?;
    let entry = format!("\n[[backup.device]]\nname = \"nightly\"\nfolder = \"{}\"\nkeep = 1\n", device.display());
    std::fs::write(&file, text + &entry)?;
    site.run(Place::A)?;
    let a = site.client(Place::A).await?;
    let job = over(&a, a.run_backup(&history(false)).await?).await;
    assert!(job.text.contains("does not exist; mount the device"), "{}", job.text);
    assert!(!device.exists(), "a device that is not mounted is not made up");
    let backups = a.backups().await?;
    assert!(
        backups.status.contains("failed at") && backups.problems.iter().any(|problem| problem.contains("nightly")),
        "{backups:?}"
    );
    assert_eq!(backups.completed_today, 0);
    std::fs::create_dir(&device)?;
    done(&a, a.run_backup(&history(false)).await?).await?;
    // The next one takes its place: one is kept.
    let newest = done(&a, a.run_backup(&history(false)).await?).await?;
    assert!(newest.text.contains("let go: CMS-"), "{}", newest.text);
    let backups = a.backups().await?;
    assert_eq!((backups.backups.len(), backups.completed_today), (1, 2));
    Ok(())
}

/// The empty folder that a disk leaves behind when it is not mounted is no device; another disk is one as soon as somebody says so.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_folder_of_a_disk_that_is_not_mounted_takes_no_backup() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = Site::make(dir.path(), &SiteOptions::default())?;
    let (device, disk) = (dir.path().join("device"), dir.path().join("disk"));
    std::fs::create_dir(&device)?;
    let folder = site.folder(Place::A).to_owned();
    let file = folder.join(daemon::config::FILE);
    let text = std::fs::read_to_string(&file)?;
    std::fs::write(
        &file,
        format!("{text}\n[[backup.device]]\nname = \"nightly\"\nfolder = \"{}\"\n", device.display()),
    )?;
    site.run(Place::A)?;
    let a = site.client(Place::A).await?;
    done(&a, a.run_backup(&data(&[DataKind::System])).await?).await?;

    std::fs::rename(&device, &disk)?;
    std::fs::create_dir(&device)?;
    let refused = "the folder of device nightly is not the one that backups were written to: is its disk mounted?"
        .replace("the folder of", &format!("the folder {} of", device.display()));
    let backup = over(&a, a.run_backup(&data(&[DataKind::System])).await?).await;
    assert!(backup.text.contains(&refused), "{}", backup.text);
    let image = over(&a, a.run_image(&api::RunImage::default()).await?).await;
    assert!(image.text.contains(&refused), "{}", image.text);
    let by_hand = daemon::back_up_whole(&folder, &daemon::WholeTarget::default(), &mut |_| true);
    assert!(format!("{:#}", by_hand.expect_err("it is not mounted")).contains(&refused));
    assert_eq!(files(&device), Vec::<String>::new());
    let problems = a.backups().await?.problems;
    assert!(problems.iter().any(|problem| problem.contains(&refused)), "{problems:?}");

    std::fs::remove_dir(&device)?;
    std::fs::rename(&disk, &device)?;
    done(&a, a.run_backup(&data(&[DataKind::System])).await?).await?;
    assert_eq!(a.backups().await?.problems, Vec::<String>::new());

    std::fs::rename(&device, &disk)?;
    std::fs::create_dir(&device)?;
    std::fs::write(device.join("understudy-device"), "")?;
    for _ in 0..2 {
        done(&a, a.run_backup(&data(&[DataKind::System])).await?).await?;
    }
    assert_eq!(a.backups().await?.backups.len(), 2);
    Ok(())
}

/// The list of backups is in `local.db`. With a new one, the labels that lie on the device are not given again.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn labels_go_on_behind_those_on_the_device_when_the_list_is_lost() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = Site::start(dir.path(), &SiteOptions::default())?;
    let a = site.client(Place::A).await?;
    let first = done(&a, a.run_backup(&data(&[DataKind::System])).await?).await?.label.context("a label")?;
    site.stop(Place::A);
    let (folder, fresh) = (site.folder(Place::A).to_owned(), dir.path().join("fresh"));
    crate::recovering::two_acds(&fresh)?;
    for name in ["local.db-wal", "local.db-shm"] {
        let _ = std::fs::remove_file(folder.join(name));
    }
    std::fs::copy(fresh.join("local.db"), folder.join("local.db"))?;
    site.run(Place::A)?;
    let a = site.client(Place::A).await?;
    let second = done(&a, a.run_backup(&data(&[DataKind::System])).await?).await?.label.context("a label")?;
    assert!(first.contains("-01-") && second.contains("-02-"), "{first} {second}");
    Ok(())
}

/// A volume that was cut off is told when somebody verifies it, not only the one that is found damaged while it is unpacked.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_volume_that_was_cut_off_is_in_the_maintenance_error_log() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let a = site.client(Place::A).await?;
    let label = done(&a, a.run_backup(&data(&[DataKind::System])).await?).await?.label.context("a label")?;
    let own = site.folder(Place::A).join("backup/CMS-A");
    let volume = own.join(files(&own).first().context("a volume")?);
    let content = std::fs::read(&volume)?;
    std::fs::write(&volume, &content[..content.len() / 2])?;
    let damaged = async || -> Result<Vec<api::MaintenanceEntry>> {
        let log = a.maintenance_log(true, 100).await?;
        Ok(log.into_iter().filter(|entry| entry.code == LogCode::BackupDamaged).collect())
    };
    told(a.verify_backup(&api::NameBackup { label: "CMS-200101-01-XSXX-00-F".to_owned(), device: None }).await);
    assert_eq!(damaged().await?, []);
    told(a.verify_backup(&api::NameBackup { label: label.clone(), device: None }).await);
    let log = damaged().await?;
    assert!(log.len() == 1 && log[0].severity == Severity::Error && log[0].text.contains(&label), "{log:?}");
    Ok(())
}

/// Files of this server may not grow beyond so many blocks of 512 bytes.
const BLOCKS: u64 = 500;

/// A device without room: said, nothing left behind, and the server goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_full_device_leaves_nothing_behind() -> Result<()> {
    let mut running = Running::start().await?;
    let a = running.site.client(Place::A).await?;
    running.site.stop(Place::A);
    let folder = running.site.folder(Place::A).to_owned();
    let process = ServerProcess::start(&folder, Some(BLOCKS))?;
    testkit::until("the server is up", async || a.health(LIMIT).await.ok()).await;
    a.login(testkit::ADMINISTRATOR, testkit::PASSWORD).await?;
    let job = over(&a, a.run_backup(&history(false)).await?).await;
    assert_eq!(job.state, api::JobState::Failed, "{job:?}");
    assert!(files(&folder.join("backup/CMS-A")).is_empty(), "{:?}", files(&folder.join("backup/CMS-A")));
    let backups = a.backups().await?;
    assert!(backups.backups.is_empty() && backups.status.contains("failed"), "{backups:?}");
    a.health(LIMIT).await?;
    tokio::task::block_in_place(|| process.stop())
}
