//! A restore that ends before its end on a server that goes on: called off, or failing in the second of its two files.

use anyhow::{Context, Result};
use api::{ErrorCode, JobState, UndoRestore};
use client::Client;
use rusqlite::Connection;
use testkit::{LIMIT, Place, Site, until};

use super::{Gap, done, files, history, of, over};

/// A file of the secondary, from beside it.
fn file(site: &Site, name: &str) -> Result<Connection> {
    let file = Connection::open(site.folder(Place::B).join(name))?;
    file.busy_timeout(LIMIT)?;
    Ok(file)
}

/// The records of single calls that the secondary has.
fn calls(site: &Site) -> Result<i64> {
    Ok(file(site, "acd/01-events.db")?.query_row("SELECT count(*) FROM call_rec", [], |row| row.get(0))?)
}

async fn backed_up(gap: &Gap) -> Result<String> {
    let a = gap.site.client(Place::A).await?;
    let label = done(&a, a.run_backup(&history(false)).await?).await?.label.context("a label")?;
    gap.carry()?;
    Ok(label)
}

async fn taken_back(b: &Client, restore: i64, forward: bool) -> Result<api::Job> {
    let undo = UndoRestore { restore, forward, ..UndoRestore::default() };
    Ok(over(b, b.undo(&undo).await?).await)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_restore_that_is_called_off_before_its_first_change_changes_nothing() -> Result<()> {
    let gap = Gap::open(73).await?;
    let label = backed_up(&gap).await?;
    let [wanted, before] = gap.digests().await?;
    let b = gap.site.client(Place::B).await?;
    // It is noted before anything is replaced, and cannot be for as long as somebody else writes there.
    let own = file(&gap.site, "local.db")?;
    own.execute_batch("BEGIN IMMEDIATE")?;
    let started = b.run_restore(&of(&label)).await?;
    // From when on it can be is for the job to say.
    let called = until("it can be called off", async || b.call_off(started.job).await.ok()).await;
    own.execute_batch("ROLLBACK")?;
    assert!(called.changed && called.text.contains("ends at its next step"), "{}", called.text);
    let job = over(&b, started).await;
    assert_eq!((job.state, job.code), (JobState::Failed, Some(ErrorCode::CalledOff)), "{}", job.text);
    assert!(job.text.contains("cms called it off"), "{}", job.text);
    assert_eq!(gap.digests().await?[1], before);
    let left = files(&gap.site.folder(Place::B).join("restores"));
    assert!(left.iter().all(|name| name.parse::<u32>().is_err()), "no copy stays of what was not replaced: {left:?}");
    // It bars nothing.
    done(&b, b.run_restore(&of(&label)).await?).await?;
    assert_eq!(gap.digests().await?[1], wanted);
    Ok(())
}

/// Records and history are two files: both are restored, or neither.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_restore_that_fails_in_its_second_file_changes_neither() -> Result<()> {
    let gap = Gap::open(74).await?;
    let label = backed_up(&gap).await?;
    let [wanted, before] = gap.digests().await?;
    let b = gap.site.client(Place::B).await?;
    let had = calls(&gap.site)?;
    let rows = file(&gap.site, "acd/01.db")?;
    rows.execute_batch("CREATE TRIGGER no_room BEFORE INSERT ON hsplit BEGIN SELECT RAISE(ABORT, 'no room'); END")?;
    let job = over(&b, b.run_restore(&of(&label)).await?).await;
    assert_eq!(job.state, JobState::Failed, "{}", job.text);
    assert!(job.text.contains("no room") && job.text.contains("nothing was restored before that"), "{}", job.text);
    assert_eq!((calls(&gap.site)?, &gap.digests().await?[1]), (had, &before));
    rows.execute_batch("DROP TRIGGER no_room")?;
    done(&b, b.run_restore(&of(&label)).await?).await?;
    assert_eq!(gap.digests().await?[1], wanted);
    assert!(calls(&gap.site)? > had, "the records of the gap are there, too");
    Ok(())
}

/// An attempt that fails changes nothing, and leaves both ways open.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn taking_back_that_fails_and_is_repeated_keeps_the_way_forward() -> Result<()> {
    let gap = Gap::open(75).await?;
    let label = backed_up(&gap).await?;
    let [wanted, before] = gap.digests().await?;
    let b = gap.site.client(Place::B).await?;
    let had = calls(&gap.site)?;
    let restore = done(&b, b.run_restore(&of(&label)).await?).await?.restore.context("it has a number")?;
    let has = calls(&gap.site)?;
    let rows = file(&gap.site, "acd/01.db")?;
    rows.execute_batch("CREATE TRIGGER no_room BEFORE DELETE ON hsplit BEGIN SELECT RAISE(ABORT, 'no room'); END")?;
    let job = taken_back(&b, restore, false).await?;
    assert_eq!(job.state, JobState::Failed, "{}", job.text);
    assert_eq!((calls(&gap.site)?, &gap.digests().await?[1]), (has, &wanted), "{}", job.text);
    rows.execute_batch("DROP TRIGGER no_room")?;
    let job = taken_back(&b, restore, false).await?;
    assert_eq!(job.state, JobState::Done, "{}", job.text);
    assert_eq!((calls(&gap.site)?, &gap.digests().await?[1]), (had, &before));
    let job = taken_back(&b, restore, true).await?;
    assert_eq!(job.state, JobState::Done, "{}", job.text);
    assert_eq!((calls(&gap.site)?, &gap.digests().await?[1]), (has, &wanted));
    Ok(())
}
