//! What is noted last cannot be: what was done is told as done, and noted as soon as that is possible; what is not done is left
//! whole.

use anyhow::{Context, Result};
use api::{LogCode, Mode, Profile, Profiled, SetProfile};
use client::Client;
use model::{DataKind, RunStatus};
use rusqlite::Connection;
use testkit::{Place, Site, SiteOptions, until};

use super::{data, done, of, over};

/// From now on none of these rows can be written, as on a disk that has become full.
fn refuse(file: &Connection, rows: &[&str]) -> Result<()> {
    for (number, rows) in rows.iter().enumerate() {
        let trigger = format!(
            "CREATE TRIGGER no_room_{number} BEFORE INSERT ON {rows} BEGIN SELECT RAISE(ABORT, 'no room'); END"
        );
        file.execute_batch(&trigger)?;
    }
    Ok(())
}

fn make_room(file: &Connection, rows: usize) -> Result<()> {
    (0..rows).try_for_each(|number| Ok(file.execute_batch(&format!("DROP TRIGGER no_room_{number}"))?))
}

fn own_file(site: &Site) -> Result<Connection> {
    let file = Connection::open(site.folder(Place::A).join("local.db"))?;
    file.busy_timeout(testkit::LIMIT)?;
    Ok(file)
}

/// What stands in the file.
fn in_file(file: &Connection, sql: &str) -> Result<String> {
    Ok(file.query_row(sql, [], |row| row.get(0))?)
}

async fn set_level(client: &Client, service_level_secs: u32) -> Result<api::Changed, client::ClientError> {
    let profile = Profile { of: Profiled::Split, number: "1".to_owned(), service_level_secs, increments_secs: vec![5] };
    client.set_profile(&SetProfile { acd: Site::ACD, profile }).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_done_is_told_as_done_although_it_cannot_be_noted() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let a = site.client(Place::A).await?;
    let file = own_file(&site)?;
    set_level(&a, 7).await?;

    // A backup and a restore of it.
    refuse(&file, &["backups WHEN NEW.STATUS = 'done'"])?;
    let backup = done(&a, a.run_backup(&data(&[DataKind::Acd])).await?).await?;
    assert!(backup.text.contains("could not be recorded yet"), "{}", backup.text);
    assert_eq!(a.backups().await?.last_state, Some(RunStatus::Done), "nothing runs");
    assert_eq!(in_file(&file, "SELECT STATUS FROM backups")?, "running");
    let refused = a.run_backup(&data(&[DataKind::Acd])).await?;
    assert!(over(&a, refused).await.text.contains("noting the backup failed"), "nothing is begun before it is noted");
    make_room(&file, 1)?;
    until("it is noted", async || in_file(&file, "SELECT STATUS FROM backups").ok().filter(|status| status == "done"))
        .await;

    a.set_mode(Mode::SingleUser).await?;
    set_level(&a, 9).await?;
    refuse(&file, &["restores WHEN NEW.STATUS = 'done'"])?;
    let restored = done(&a, a.run_restore(&of(&backup.label.context("a label")?)).await?).await?;
    assert!(restored.text.contains("is done") && restored.text.contains("could not be recorded yet"), "{restored:?}");
    let listed = a.restores().await?.remove(0);
    assert_eq!((listed.status, listed.finished_at.is_some()), (RunStatus::Done, true), "nothing runs");
    assert_eq!(a.profiles(Site::ACD).await?[0].service_level_secs, 7);
    make_room(&file, 1)?;
    until("it is noted", async || in_file(&file, "SELECT STATUS FROM restores").ok().filter(|status| status == "done"))
        .await;
    Ok(())
}

/// Nobody stays locked out for want of room: the end of single-user mode is in force at once, and kept later.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn everybody_is_let_in_again_although_that_cannot_be_kept() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let a = site.client(Place::A).await?;
    crate::people::add(&a, "ann", |_| {}).await?;
    a.set_mode(Mode::SingleUser).await?;
    let file = own_file(&site)?;
    refuse(&file, &["settings"])?;
    let ended = a.set_mode(Mode::MultiUser).await?;
    assert!(ended.changed && ended.text.contains("could not be recorded yet"), "{}", ended.text);
    crate::people::signed_in(site.server(Place::A), "ann").await?;
    let refused = a.set_mode(Mode::SingleUser).await.expect_err("this one can wait");
    assert!(refused.to_string().contains("nothing was changed"), "{refused}");
    let mode = "SELECT value FROM settings WHERE key = 'mode'";
    assert_eq!(in_file(&file, mode)?, "single-user");
    make_room(&file, 1)?;
    until("it is kept", async || in_file(&file, mode).ok().filter(|mode| mode == "multi-user")).await;
    Ok(())
}

/// What is in force is in the record of changes, or not in force.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_change_is_recorded_or_not_made() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let a = site.client(Place::A).await?;
    let file = own_file(&site)?;
    refuse(&file, &["changes"])?;
    let changed = set_level(&a, 7).await?;
    assert!(changed.changed && changed.text.contains("is in force"), "{}", changed.text);
    assert!(changed.text.contains("could not be recorded yet"), "{}", changed.text);
    assert_eq!(a.changes(1).await?[0].what, "call profile of split/skill 1", "it is shown all the same");
    let told = a.maintenance_log(false, 10).await?;
    assert!(told.iter().any(|entry| entry.code == LogCode::NotRecorded), "{told:?}");
    let refused = set_level(&a, 9).await.expect_err("this one could not be recorded either");
    assert!(refused.to_string().contains("nothing was changed"), "{refused}");
    assert_eq!(a.profiles(Site::ACD).await?[0].service_level_secs, 7);
    make_room(&file, 1)?;
    until("it is recorded", async || in_file(&file, "SELECT what FROM changes ORDER BY id DESC").ok()).await;
    set_level(&a, 9).await?;
    assert_eq!(a.changes(9).await?.iter().filter(|change| change.what.starts_with("call profile")).count(), 2);
    Ok(())
}

/// What fails before anything is replaced has replaced nothing, and what fails later says what was done.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_restore_into_several_files_does_none_of_them_or_says_which() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let a = site.client(Place::A).await?;
    set_level(&a, 7).await?;
    crate::people::add(&a, "ann", |_| {}).await?;
    let label =
        done(&a, a.run_backup(&data(&[DataKind::System, DataKind::Acd])).await?).await?.label.context("a label")?;
    let has_ann = async || -> Result<bool> { Ok(a.users().await?.iter().any(|user| user.name == "ann")) };
    a.set_mode(Mode::SingleUser).await?;
    a.remove_user("ann", None, false).await?;
    set_level(&a, 9).await?;

    // What the trial of ACD administration lies in cannot be made.
    let unpacked = site.folder(Place::A).join("restores/unpacked");
    std::fs::create_dir_all(&unpacked)?;
    std::fs::write(unpacked.join("administration"), "")?;
    let failed = over(&a, a.run_restore(&of(&label)).await?).await;
    assert!(failed.text.contains("nothing was restored before that"), "{}", failed.text);
    assert!(!has_ann().await?, "a half");
    std::fs::remove_file(unpacked.join("administration"))?;

    let history = Connection::open(site.folder(Place::A).join("acd/01.db"))?;
    refuse(&history, &["split_pro"])?;
    let failed = over(&a, a.run_restore(&of(&label)).await?).await;
    let told = &failed.text;
    assert!(told.contains("restored before that: CMS system administration data; not restored: "), "{told}");
    assert!(!told.contains("nothing was") && told.contains("`cms restore undo 2` takes it back"), "{told}");
    assert!(has_ann().await?);
    make_room(&history, 1)?;
    done(&a, a.undo_restore(2).await?).await?;
    assert!(!has_ann().await?);
    assert_eq!(a.profiles(Site::ACD).await?[0].service_level_secs, 9);
    Ok(())
}

/// A restore that was killed while its copy was being made had replaced nothing: it is taken back, and bars no other.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_restore_that_was_killed_while_it_copied_bars_nothing() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = Site::start(dir.path(), &SiteOptions::default())?;
    let a = site.client(Place::A).await?;
    set_level(&a, 7).await?;
    let label = done(&a, a.run_backup(&data(&[DataKind::Acd])).await?).await?.label.context("a label")?;
    a.set_mode(Mode::SingleUser).await?;
    set_level(&a, 9).await?;
    done(&a, a.run_restore(&of(&label)).await?).await?;
    site.stop(Place::A);
    let killed = "INSERT INTO restores SELECT 2, LABEL, WHAT, STARTED_AT, NULL, 'running', '', USER, NULL, BY_TABLES FROM restores";
    own_file(&site)?.execute_batch(killed)?;
    let copy = site.folder(Place::A).join("restores/000002");
    std::fs::create_dir_all(&copy)?;
    std::fs::write(copy.join("CMS-261123-01-XSAX-00-F-01.db.part"), "half a volume")?;
    site.run(Place::A)?;

    let a = site.client(Place::A).await?;
    let told = a.maintenance_log(false, 10).await?;
    let broken_off = told.iter().find(|entry| entry.code == LogCode::RestoreInterrupted).context("it is told")?;
    assert!(broken_off.text.contains("it had replaced nothing yet"), "{}", broken_off.text);
    assert!(a.restores().await?.iter().all(|restore| restore.barred_by.is_none()), "neither is barred in the list");
    done(&a, a.undo_restore(1).await?).await?;
    assert_eq!(a.profiles(Site::ACD).await?[0].service_level_secs, 9);
    let undone = done(&a, a.undo_restore(2).await?).await?;
    assert!(undone.text.contains("had replaced nothing"), "{}", undone.text);
    assert!(!copy.exists());
    Ok(())
}

/// Only who came by the restore is told of: others may have no password on purpose.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn only_who_was_restored_is_said_to_have_no_password() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let (a, b) = (site.client(Place::A).await?, site.client(Place::B).await?);
    let user = |name: &str| api::AddUser {
        user: api::SetUser { name: name.to_owned(), ..api::SetUser::default() },
        password: None,
        reads_everything: true,
    };
    a.add_user(&user("dora")).await?;
    let label = done(&a, a.run_backup(&data(&[DataKind::System])).await?).await?.label.context("a label")?;
    super::carry(&site, Place::A, Place::B)?;
    b.add_user(&user("dora")).await?;
    b.set_mode(Mode::SingleUser).await?;
    let without = async |client: &Client| -> Result<Vec<String>> {
        let told = client.maintenance_log(true, 100).await?.into_iter();
        Ok(told.filter(|entry| entry.code == LogCode::UserWithoutPassword).map(|entry| entry.text).collect())
    };
    done(&b, b.run_restore(&of(&label)).await?).await?;
    assert_eq!(without(&b).await?, [""; 0], "she was here before");
    b.remove_user("dora", None, false).await?;
    done(&b, b.run_restore(&of(&label)).await?).await?;
    done(&b, b.run_restore(&of(&label)).await?).await?;
    let told = b.maintenance_log(true, 100).await?;
    let counts = told.iter().filter(|entry| entry.code == LogCode::UserWithoutPassword).map(|entry| entry.count);
    assert_eq!(counts.collect::<Vec<_>>(), [1], "told when she came, and not again");
    Ok(())
}
