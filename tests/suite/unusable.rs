//! A server with two ACDs, of which one has a database that cannot be opened: everything else goes on, and it is named wherever
//! somebody looks.

use anyhow::{Context, Result};
use api::{JobState, LevelState, LogCode, RunBackup, RunImage};
use client::Client;
use daemon::Server;
use model::{AcdNumber, DataKind, RunStatus};
use session::checks::{Light, Subject, Told, judge};

use crate::backup::{done, over};
use crate::cli;
use crate::metrics::{asked, figures, signed_in};
use crate::recovering::two_acds;

const WELL: AcdNumber = AcdNumber(1);
const SICK: AcdNumber = AcdNumber(2);
const ALL: [DataKind; 4] = [DataKind::Local, DataKind::System, DataKind::Acd, DataKind::Historical];

/// The server, its files made and the database of its second ACD spoilt.
async fn sick_server(folder: &std::path::Path) -> Result<(Server, Client)> {
    two_acds(folder)?;
    Server::start(folder, None)?.stop();
    std::fs::write(folder.join("acd/02.db"), "no database at all".repeat(1_000))?;
    let server = Server::start(folder, None)?;
    let client = cli::Server::at(&server)?.client().await?;
    Ok((server, client))
}

fn all(acd: Option<AcdNumber>) -> RunBackup {
    RunBackup { data: ALL.to_vec(), acd, ..RunBackup::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_acd_that_cannot_be_opened_is_named_by_figures_checks_and_the_log() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let (server, client) = sick_server(&dir.path().join("cms")).await?;
    let url = server.url();
    let token = signed_in(&url, "cms").await?;
    for _ in 0..3 {
        let (status, text) = asked(&url, &token).await?;
        assert_eq!(status, 200, "{text}");
        let figures = figures(&text);
        assert_eq!(figures.get("cms_acd_usable{acd=\"1\"}"), Some(&1.0), "{text}");
        assert_eq!(figures.get("cms_acd_usable{acd=\"2\"}"), Some(&0.0), "{text}");
        assert!(figures.contains_key("cms_summaries_missing{acd=\"1\",level=\"daily\"}"), "{text}");
        assert!(!text.contains("cms_summaries_missing{acd=\"2\""), "what cannot be read is left out: {text}");
    }
    let archiving = client.archive_status(None).await?;
    assert_eq!(archiving.iter().map(|archive| archive.acd).collect::<Vec<_>>(), [WELL, SICK]);
    assert!(archiving[1].levels.iter().all(|level| level.status == LevelState::Failed), "{archiving:?}");
    assert!(archiving[1].levels[0].detail.contains("02.db"), "{archiving:?}");

    let backups = client.backups().await?;
    let [problem] = &backups.problems[..] else { panic!("one problem: {backups:?}") };
    assert!(problem.contains("ACD 2 (South) cannot be backed up") && problem.contains("02.db"), "{problem}");

    let checks = judge(&Told::by(&client).await?).checks;
    let of = |subject: Subject, acd: Option<AcdNumber>| {
        let found = checks.iter().find(|check| check.subject == subject && check.acd == acd);
        found.unwrap_or_else(|| panic!("{subject} is judged: {checks:?}"))
    };
    for subject in [Subject::Link, Subject::Acd, Subject::Archiving] {
        let check = of(subject, Some(SICK));
        assert!(check.light == Light::Red && check.found.contains("02.db"), "{check:?}");
        assert!(check.advice.contains("restart the server"), "{check:?}");
    }
    assert_eq!(of(Subject::Summaries, Some(WELL)).light, Light::Green, "{checks:?}");

    // Told once, however often somebody looks.
    let log = client.maintenance_log(false, 100).await?;
    let of_it: Vec<_> = log.iter().filter(|entry| entry.code == LogCode::AcdUnusable).collect();
    let [entry] = &of_it[..] else { panic!("one entry: {log:?}") };
    assert!(entry.count == 1 && entry.text.contains("starting ACD 2 (South)"), "{entry:?}");
    assert!(entry.text.contains("02.db"), "{entry:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_backup_of_all_acds_has_those_that_can_be_read_and_counts_as_failed() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let folder = dir.path().join("cms");
    let (server, client) = sick_server(&folder).await?;
    // Of the healthy one alone it is an ordinary backup; of the sick one alone there is none.
    done(&client, client.run_backup(&all(Some(WELL))).await?).await?;
    let sick = over(&client, client.run_backup(&all(Some(SICK))).await?).await;
    assert!(sick.state == JobState::Failed && sick.text.contains("02.db"), "{sick:?}");

    let job = over(&client, client.run_backup(&all(None)).await?).await;
    assert_eq!(job.state, JobState::Failed, "{job:?}");
    assert!(job.text.contains("is not whole") && job.text.contains("ACD 2 is MISSING in it"), "{job:?}");
    let label = job.label.context("it has a label all the same")?;
    let backups = client.backups().await?;
    let made = backups.backups.iter().find(|backup| backup.label == label).context("it lies on its device")?;
    assert!(made.acds == [WELL] && made.missing.is_empty() && made.data == ALL, "{made:?}");
    assert_eq!(backups.last_state, Some(RunStatus::Failed));
    let verified = done(&client, client.verify_backup(&api::NameBackup { label, device: None }).await?).await?;
    assert!(verified.text.contains("is sound"), "{verified:?}");
    let log = client.maintenance_log(false, 100).await?;
    assert!(
        log.iter().any(|entry| entry.code == LogCode::BackupFailed && entry.text.contains("ACD 2 is MISSING")),
        "{log:?}"
    );
    // An incremental one builds on it for the ACD that it has.
    let more = RunBackup { data: vec![DataKind::Historical], incremental: true, ..RunBackup::default() };
    let more = over(&client, client.run_backup(&more).await?).await;
    assert!(more.state == JobState::Failed && more.text.contains("ACD 2 is MISSING in it"), "{more:?}");
    let checks = judge(&Told::by(&client).await?).checks;
    let backup = checks.iter().find(|check| check.subject == Subject::Backup).context("backups are judged")?;
    assert!(backup.light == Light::Red && backup.found.contains("ACD 2 is MISSING"), "{backup:?}");

    // The image has the file as it lies, and says so.
    let image = over(&client, client.run_image(&RunImage::default()).await?).await;
    assert!(image.state == JobState::Failed && image.text.contains("acd/02.db is in it as it lies"), "{image:?}");
    let images = client.images().await?;
    let [image] = &images.images[..] else { panic!("it is kept: {images:?}") };
    let again = dir.path().join("again");
    let (_, findings) = daemon::restore_whole(image.volume.as_ref(), &again, &mut || true)?;
    let wrong: Vec<_> = findings.iter().filter(|finding| !finding.is_right()).collect();
    assert!(wrong.iter().any(|finding| finding.what == "acd/02.db"), "{wrong:?}");
    assert_eq!(std::fs::read(again.join("acd/02.db"))?, std::fs::read(folder.join("acd/02.db"))?);
    drop(server);
    Ok(())
}

/// What `run` would refuse, `check` names: which file, its version, ours, and what to do.
#[test]
fn a_file_of_a_newer_version_is_wrong_for_the_check_of_a_folder() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let folder = dir.path().join("cms");
    two_acds(&folder)?;
    Server::start(&folder, None)?.stop();
    let wrong = || -> Vec<daemon::Finding> {
        daemon::check(&folder).into_iter().filter(|finding| !finding.is_right()).collect()
    };
    assert_eq!(wrong(), []);
    for file in ["local.db", "system.db", "acd/01.db", "acd/02-events.db"] {
        let connection = rusqlite::Connection::open(folder.join(file))?;
        let ours: i32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        connection.pragma_update(None, "user_version", 77)?;
        let found = wrong();
        let [finding] = &found[..] else { panic!("{file} alone is wrong: {found:?}") };
        assert_eq!(finding.what, file);
        let parts = ["newer version", "schema 77", &format!("up to {ours}"), "run the newer version"];
        assert!(parts.iter().all(|part| finding.problem.contains(part)), "{finding:?}");
        connection.pragma_update(None, "user_version", ours)?;
    }
    assert_eq!(wrong(), []);
    Ok(())
}

/// An acknowledged entry of the log mends no backup: the checks look at the backup itself, also after a start.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_backup_that_a_verification_found_damaged_stays_bad_until_it_is_sound_again() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let folder = dir.path().join("cms");
    two_acds(&folder)?;
    let mut server = Server::start(&folder, None)?;
    let mut client = cli::Server::at(&server)?.client().await?;
    let label = done(&client, client.run_backup(&all(None)).await?).await?.label.context("a label")?;
    let name = api::NameBackup { label: label.clone(), device: None };
    let path = folder.join(format!("backup/CMS-A/{label}-01.db.zst"));
    let sound = std::fs::read(&path)?;
    let mut damaged = sound.clone();
    damaged[100] ^= 1;
    std::fs::write(&path, &damaged)?;
    let judged = async |client: &Client| -> Result<session::checks::Check> {
        let checks = judge(&Told::by(client).await?).checks;
        checks.into_iter().find(|check| check.subject == Subject::Backup).context("backups are judged")
    };
    assert_eq!(judged(&client).await?.light, Light::Green, "nobody has looked into it yet");
    let job = over(&client, client.verify_backup(&name).await?).await;
    assert_eq!(job.state, JobState::Failed, "{job:?}");
    client.acknowledge_maintenance(&api::AcknowledgeMaintenance { ids: None }).await?;
    for _ in 0..2 {
        let check = judged(&client).await?;
        assert!(check.light == Light::Red && check.found.contains(&format!("{label} is damaged")), "{check:?}");
        server.stop();
        server = Server::start(&folder, None)?;
        client = cli::Server::at(&server)?.client().await?;
    }
    // What would build on it says so.
    let more = RunBackup { data: vec![DataKind::Historical], incremental: true, ..RunBackup::default() };
    let more = done(&client, client.run_backup(&more).await?).await?;
    assert!(more.text.contains(&format!("LOOK: it has only what is newer than {label}")), "{more:?}");
    std::fs::write(&path, &sound)?;
    done(&client, client.verify_backup(&name).await?).await?;
    assert_eq!(judged(&client).await?.light, Light::Green);
    Ok(())
}
