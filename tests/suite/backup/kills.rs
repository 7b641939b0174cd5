//! A server that is killed in the middle of a backup or a restore.

use anyhow::{Context, Result};
use api::JobState;
use model::RunStatus;
use testkit::{ADMINISTRATOR, LIMIT, PASSWORD, Place, until};

use super::{Gap, done, files, history, of};
use crate::child::ServerProcess;

/// Kills come at another step each time.
const ROUNDS: u64 = 6;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_killed_backup_leaves_nothing_that_counts() -> Result<()> {
    let mut gap = Gap::open(71).await?;
    let a = gap.site.client(Place::A).await?;
    let folder = gap.site.folder(Place::A).to_owned();
    gap.site.stop(Place::A);
    for round in 0..ROUNDS {
        let process = ServerProcess::start(&folder, None)?;
        up(&a).await?;
        let started = a.run_backup(&history(false)).await?;
        until("the backup is on its way", async || {
            let job = a.job(started).await.ok()?;
            (job.rows >= round * 400 || job.state != JobState::Running).then_some(())
        })
        .await;
        tokio::task::block_in_place(|| process.kill())?;
    }
    gap.site.run(Place::A)?;
    let a = gap.site.client(Place::A).await?;
    let own = folder.join("backup/CMS-A");
    assert!(files(&own).iter().all(|name| name.ends_with(".db.zst")), "{:?}", files(&own));
    for backup in a.backups().await?.backups {
        let name = api::NameBackup { label: backup.label.clone(), device: None };
        done(&a, a.verify_backup(&name).await?).await?;
    }
    done(&a, a.run_backup(&history(true)).await?).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_killed_restore_is_whole_or_not_there() -> Result<()> {
    let mut gap = Gap::open(72).await?;
    let a = gap.site.client(Place::A).await?;
    let label = done(&a, a.run_backup(&history(false)).await?).await?.label.context("a label")?;
    gap.carry()?;
    let [wanted, before] = gap.digests().await?;
    let folder = gap.site.folder(Place::B).to_owned();
    let b = gap.site.client(Place::B).await?;
    gap.site.stop(Place::B);
    for round in 0..ROUNDS {
        let process = ServerProcess::start(&folder, None)?;
        up(&b).await?;
        let started = b.run_restore(&of(&label)).await?;
        until("the restore is on its way", async || {
            let job = b.job(started).await.ok()?;
            let begun = job.step.contains("restoring") && job.rows >= round * 500;
            (begun || job.state != JobState::Running).then_some(())
        })
        .await;
        tokio::task::block_in_place(|| process.kill())?;
        let reader = store::AcdReader::open(&folder.join("acd/01.db"))?;
        let found: Vec<String> = reader.digests(None, None)?.into_iter().map(|known| known.digest).collect();
        let same = |digests: &[api::Digest]| digests.iter().map(|digest| &digest.digest).eq(found.iter());
        assert!(same(&wanted) || same(&before), "round {round}: the restore is there by half");
    }
    gap.site.run(Place::B)?;
    let b = gap.site.client(Place::B).await?;
    for restore in b.restores().await?.iter().filter(|restore| restore.status == RunStatus::Interrupted) {
        assert!(restore.detail.contains("the server ended in the middle"), "{restore:?}");
    }
    done(&b, b.run_restore(&of(&label)).await?).await?;
    assert_eq!(gap.digests().await?[1], wanted);
    // All of them can be taken back, the last one first.
    for restore in b.restores().await?.iter().filter(|restore| restore.undone_at.is_none()) {
        done(&b, b.undo_restore(restore.restore).await?).await?;
    }
    assert_eq!(gap.digests().await?[1], before);
    Ok(())
}

async fn up(client: &client::Client) -> Result<()> {
    until("the server is up and recovered", async || {
        let health = client.health(LIMIT).await.ok()?;
        health.acds.iter().all(|acd| !acd.link_text.contains("recovering")).then_some(())
    })
    .await;
    client.login(ADMINISTRATOR, PASSWORD).await?;
    Ok(())
}
