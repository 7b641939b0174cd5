//! The desktop syncs: planned first, done as planned, and taken back from the log.

use std::time::Instant;

use anyhow::{Context, Result};
use session::{Command, Model, SyncChoice, SyncRequest, SyncView};
use testkit::{Place, Site};

use super::{quiet, set_level};
use crate::switch_over::desk::{Desk, profile};

/// Asks for something about syncing, and gives what came of it.
async fn synced(desk: &mut Desk, request: SyncRequest) -> SyncView {
    let before = desk.model.sync.outcome.as_ref().map(|outcome| outcome.at);
    desk.send(Command::Sync(request));
    let is_over = move |model: &Model, _: Instant| {
        let sync = &model.sync;
        let is_told = match request {
            SyncRequest::Push(_) => sync.outcome.as_ref().map(|outcome| outcome.at) > before,
            SyncRequest::Undo(_) => sync.told.is_some(),
            SyncRequest::Log => sync.log.is_some(),
        };
        sync.step.is_none() && (sync.problem.is_some() || is_told)
    };
    desk.wait("syncing", is_over).await;
    let view = desk.model.sync.clone();
    assert_eq!(view.problem, None);
    view
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desktop_syncs_as_planned_and_takes_it_back() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = quiet(dir.path())?;
    let (a, b) = (site.client(Place::A).await?, site.client(Place::B).await?);
    set_level(&a, "1", 30).await?;
    let mut desk = Desk::sign_in(profile(&site)?).await?;
    let plan = SyncChoice { dry_run: true, ..SyncChoice::default() };
    let planned = synced(&mut desk, SyncRequest::Push(plan)).await.outcome.context("a plan")?;
    assert_eq!((planned.choice, planned.pushed.restore), (plan, None));
    assert!(planned.pushed.report.lines.iter().any(|line| line.table == "split_pro"), "{planned:?}");
    assert!(b.profiles(Site::ACD).await?.is_empty());

    let done = synced(&mut desk, SyncRequest::Push(SyncChoice::default())).await.outcome.context("an outcome")?;
    let restore = done.pushed.restore.context("a restore has a number")?;
    assert_eq!(b.profiles(Site::ACD).await?, a.profiles(Site::ACD).await?);

    let back = synced(&mut desk, SyncRequest::Undo(restore)).await;
    assert!(back.outcome.is_none() && back.told.is_some_and(|told| told.contains("was taken back")));
    assert!(b.profiles(Site::ACD).await?.is_empty());
    let log = back.log.context("the log")?;
    assert!(log.len() == 1 && log[0].undone_at.is_some(), "{log:?}");
    Ok(())
}
