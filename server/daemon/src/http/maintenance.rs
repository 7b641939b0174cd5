//! Endpoints of backups and restores: each hands over to [`crate::maintenance`].

use std::sync::Arc;

use api::{
    BackupDescription, Backups, Changed, Job, NameBackup, RestoreEntry, RunBackup, RunRestore, Started, UndoRestore,
};
use axum::Json;
use axum::extract::State;
use serde::Deserialize;

use super::handlers::{Answer, Shared};
use super::{Body, Query, blocking};
use crate::auth::User;
use crate::maintenance::{backups as listed, restoring, run, undoing};

pub(super) async fn backups(State(app): Shared) -> Answer<Backups> {
    blocking(move || listed::list(&app.stock())).await.map(Json)
}

pub(super) async fn run_backup(State(app): Shared, user: User, Body(asked): Body<RunBackup>) -> Answer<Started> {
    blocking(move || run::by_hand(&app.stock(), &user, &asked)).await.map(Json)
}

#[derive(Deserialize)]
pub(super) struct Named {
    label: String,
    device: Option<String>,
}

pub(super) async fn backup(State(app): Shared, Query(named): Query<Named>) -> Answer<BackupDescription> {
    let name = NameBackup { label: named.label, device: named.device };
    blocking(move || listed::describe(&app.stock(), &name)).await.map(Json)
}

pub(super) async fn verify(State(app): Shared, user: User, Body(name): Body<NameBackup>) -> Answer<Started> {
    blocking(move || listed::verify(&app.stock(), &user, &name)).await.map(Json)
}

pub(super) async fn plan_restore(State(app): Shared, user: User, Body(asked): Body<RunRestore>) -> Answer<Started> {
    blocking(move || restoring::plan(&app.stock(), &user, &asked)).await.map(Json)
}

pub(super) async fn restores(State(app): Shared) -> Answer<Vec<RestoreEntry>> {
    blocking(move || restoring::list(&app.stock())).await.map(Json)
}

pub(super) async fn run_restore(State(app): Shared, user: User, Body(asked): Body<RunRestore>) -> Answer<Started> {
    blocking(move || restoring::by_hand(&app.stock(), &user, &asked)).await.map(Json)
}

pub(super) async fn undo_restore(State(app): Shared, user: User, Body(undo): Body<UndoRestore>) -> Answer<Started> {
    blocking(move || undoing::undo(&app.stock(), &user, &undo)).await.map(Json)
}

#[derive(Deserialize)]
pub(super) struct ByJob {
    job: u64,
}

pub(super) async fn job(State(app): Shared, user: User, Query(query): Query<ByJob>) -> Answer<Job> {
    let maintenance = Arc::clone(&app.maintenance);
    blocking(move || Ok(seen(maintenance.jobs().job(query.job)?, &user))).await.map(Json)
}

pub(super) async fn jobs(State(app): Shared, user: User) -> Answer<Vec<Job>> {
    let maintenance = Arc::clone(&app.maintenance);
    let work = move || Ok(maintenance.jobs().all().into_iter().map(|job| seen(job, &user)).collect());
    blocking(work).await.map(Json)
}

pub(super) async fn call_off(State(app): Shared, user: User, Query(query): Query<ByJob>) -> Answer<Changed> {
    let maintenance = Arc::clone(&app.maintenance);
    blocking(move || maintenance.jobs().call_off(query.job, &user.name)).await.map(Json)
}

/// What a sync does tells of users, where they sit, and what each may: as its log, that is for administrators.
fn seen(job: Job, user: &User) -> Job {
    if user.administrator { job } else { Job { sync: None, ..job } }
}
