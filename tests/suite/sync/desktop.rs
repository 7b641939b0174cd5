//! The desktop syncs: planned first, done as planned, and taken back from the log.

use std::time::Instant;

use anyhow::{Context, Result};
use api::{PackAdministration, SetTrace};
use session::{
    ChangeRequest, Command, Detail, DetailData, Model, NewPeer, Secret, SyncChoice, SyncRequest, SyncView, Which,
};
use testkit::{ADMINISTRATOR, PASSWORD, Place, Site};

use super::{quiet, set_level};
use crate::switch_over::desk::{Desk, profile};

/// Asks for something about syncing, and gives what came of it.
async fn synced(desk: &mut Desk, request: SyncRequest) -> SyncView {
    let before = desk.model.sync.outcome.as_ref().map(|outcome| outcome.at);
    // What was refused before stands there until this is begun.
    let refused = desk.model.sync.problem.clone();
    let asked = request.clone();
    desk.send(Command::Sync(request));
    let is_over = move |model: &Model, _: Instant| {
        let sync = &model.sync;
        let is_told = match asked {
            SyncRequest::Push(_) => sync.outcome.as_ref().map(|outcome| outcome.at) > before,
            SyncRequest::Undo { .. } => sync.told.is_some(),
            SyncRequest::Log(_) => sync.log.is_some(),
        };
        sync.step.is_none() && (sync.problem.is_some() && sync.problem != refused || is_told)
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
    let planned = synced(&mut desk, SyncRequest::Push(plan.clone())).await.outcome.context("a plan")?;
    assert_eq!((planned.choice.clone(), planned.pushed.restore), (plan, None));
    assert!(planned.pushed.report.lines.iter().any(|line| line.table == "split_pro"), "{planned:?}");
    assert!(b.profiles(Site::ACD).await?.is_empty());
    // What is changed there meanwhile is shown before it goes.
    set_level(&b, "2", 40).await?;
    desk.send(Command::Sync(SyncRequest::Push(SyncChoice::default())));
    desk.wait("the sync is refused", |model, _| model.sync.step.is_none() && model.sync.problem.is_some()).await;
    let why = desk.model.sync.problem.clone().unwrap_or_default();
    assert!(why.contains("so nothing was taken over"), "{why}");
    assert_eq!(b.profiles(Site::ACD).await?.len(), 1);
    synced(&mut desk, SyncRequest::Push(SyncChoice { dry_run: true, ..SyncChoice::default() })).await;

    let done = synced(&mut desk, SyncRequest::Push(SyncChoice::default())).await.outcome.context("an outcome")?;
    let restore = done.pushed.restore.context("a restore has a number")?;
    assert_eq!(b.profiles(Site::ACD).await?, a.profiles(Site::ACD).await?);

    let back = synced(&mut desk, SyncRequest::Undo { at: Which::Secondary, restore }).await;
    assert!(back.outcome.is_none() && back.told.is_some_and(|told| told.contains("was taken back")));
    assert!(b.profiles(Site::ACD).await?.iter().all(|profile| profile.number == "2"));
    let log = back.log.context("the log")?;
    assert!(log.len() == 1 && log[0].undone_at.is_some(), "{log:?}");
    Ok(())
}

/// Chosen tables go and others stay; the server that timetables sync to is set as `cms sync peer set` does it.
#[tokio::test(flavor = "multi_thread")]
async fn the_desktop_syncs_chosen_tables_and_sets_the_peer() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = quiet(dir.path())?;
    let (a, b) = (site.client(Place::A).await?, site.client(Place::B).await?);
    set_level(&a, "1", 30).await?;
    a.set_trace(&SetTrace { acd: Site::ACD, agent: "1002".parse()?, on: true }).await?;
    let mut desk = Desk::sign_in(profile(&site)?).await?;
    let asked = PackAdministration { tables: vec!["aar_agents".to_owned()], ..PackAdministration::default() };
    let choice = SyncChoice { asked, ..SyncChoice::default() };
    let done = synced(&mut desk, SyncRequest::Push(choice)).await.outcome.context("an outcome")?;
    assert!(done.pushed.report.tables.iter().all(|table| table.table == "aar_agents"), "{done:?}");
    assert_eq!((b.traces(Site::ACD).await?, b.profiles(Site::ACD).await?.len()), (vec!["1002".to_owned()], 0));
    desk.wait("the names of tables", |model, _| model.tables.iter().any(|table| table.table == "synonyms")).await;

    let there = site.server(Place::B);
    let peer = |fingerprint: String| {
        let (url, user, password) = (there.url(), ADMINISTRATOR.to_owned(), Secret::new(PASSWORD));
        ChangeRequest::Peer(NewPeer { url, fingerprint, user, password })
    };
    let refused = desk.refused(peer(site.server(Place::A).fingerprint()?)).await;
    assert!(refused.contains("this very server's certificate"), "{refused}");
    assert_eq!(a.peer().await?, None);
    let set = desk.change(peer(there.fingerprint()?)).await;
    assert!(set.contains("sync to CMS-B"), "{set}");
    desk.send(Command::LookAt(Some(Detail::Peer)));
    let is_told = |model: &Model, _: Instant| {
        let told = model.detail.as_ref().and_then(|detail| detail.told.clone());
        matches!(told, Some(Ok(data)) if matches!(&*data, DetailData::Peer(Some(peer)) if peer.user == ADMINISTRATOR))
    };
    desk.wait("the peer", is_told).await;
    desk.change(ChangeRequest::RemovePeer).await;
    assert_eq!(a.peer().await?, None);
    Ok(())
}

/// After an outage the primary gets what was changed on the secondary, and its own log takes it back.
#[tokio::test(flavor = "multi_thread")]
async fn the_desktop_syncs_the_primary_and_takes_it_back_there() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = quiet(dir.path())?;
    let (a, b) = (site.client(Place::A).await?, site.client(Place::B).await?);
    set_level(&b, "1", 30).await?;
    let mut desk = Desk::sign_in(profile(&site)?).await?;
    let choice = SyncChoice { to_primary: true, ..SyncChoice::default() };
    let view = synced(&mut desk, SyncRequest::Push(choice)).await;
    let done = view.outcome.context("an outcome")?;
    let restore = done.pushed.restore.context("a restore has a number")?;
    assert_eq!(a.profiles(Site::ACD).await?.len(), 1, "{done:?}");
    assert_eq!(a.profiles(Site::ACD).await?, b.profiles(Site::ACD).await?);
    let log = view.log.context("the log")?;
    assert_eq!((view.log_of, log[0].restore), (Some(Which::Primary), Some(restore)));
    let back = synced(&mut desk, SyncRequest::Undo { at: Which::Primary, restore }).await;
    assert!(back.told.is_some_and(|told| told.contains("was taken back")));
    assert!(a.profiles(Site::ACD).await?.is_empty() && !b.profiles(Site::ACD).await?.is_empty());
    Ok(())
}
