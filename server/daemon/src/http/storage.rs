//! Endpoints of archiving and storage: each hands over to [`crate::storage`].

use api::{ArchiveStatus, Changed, SetStorage, SetSummarizing, StorageView, Summarize, Summarized, SummaryDigest};
use axum::Json;
use axum::extract::State;
use model::{AcdNumber, Level};
use serde::Deserialize;

use super::handlers::{Answer, ByAcd, Shared};
use super::{Body, Query, blocking};
use crate::auth::User;
use crate::storage;

#[derive(Deserialize)]
pub(super) struct MaybeAcd {
    acd: Option<AcdNumber>,
}

pub(super) async fn archive_status(State(app): Shared, Query(query): Query<MaybeAcd>) -> Answer<Vec<ArchiveStatus>> {
    let work = move || {
        let acds = match query.acd {
            Some(acd) => vec![acd],
            None => app.reports.sources.iter().map(|source| source.view.number()).collect(),
        };
        acds.into_iter().map(|acd| storage::archive_status(&app.reports, acd)).collect()
    };
    blocking(work).await.map(Json)
}

#[derive(Deserialize)]
pub(super) struct AtLevel {
    acd: AcdNumber,
    level: Level,
}

pub(super) async fn summaries(State(app): Shared, Query(query): Query<AtLevel>) -> Answer<Vec<SummaryDigest>> {
    blocking(move || storage::summaries(&app.reports, query.acd, query.level)).await.map(Json)
}

pub(super) async fn summarize(State(app): Shared, user: User, Body(asked): Body<Summarize>) -> Answer<Vec<Summarized>> {
    blocking(move || app.administration.summarize(&app.reports, &user, &asked)).await.map(Json)
}

pub(super) async fn show(State(app): Shared, Query(query): Query<ByAcd>) -> Answer<StorageView> {
    let work = move || {
        let interval = app.administration.interval(app.reports.source(query.acd)?)?;
        storage::storage_view(&app.reports, query.acd, interval)
    };
    blocking(work).await.map(Json)
}

pub(super) async fn set(State(app): Shared, user: User, Body(set): Body<SetStorage>) -> Answer<Changed> {
    blocking(move || app.administration.set_storage(&app.reports, &user, &set)).await.map(Json)
}

pub(super) async fn set_summarizing(
    State(app): Shared,
    user: User,
    Body(set): Body<SetSummarizing>,
) -> Answer<Changed> {
    blocking(move || app.administration.set_summarizing(&app.reports, &user, &set)).await.map(Json)
}
