//! Endpoints of archiving and storage: each hands over to [`crate::storage`].

use api::{ArchiveStatus, Changed, SetStorage, SetSummarizing, StorageView, Summarize, Summarized, SummaryDigest};
use axum::Json;
use axum::extract::State;
use model::{AcdNumber, Level};
use serde::Deserialize;

use super::handlers::{Answer, ByAcd, Shared};
use super::{Body, May, Query, blocking};
use crate::auth::User;
use crate::storage;

#[derive(Deserialize)]
pub(super) struct MaybeAcd {
    acd: Option<AcdNumber>,
}

pub(super) async fn archive_status(
    State(app): Shared,
    may: May,
    Query(query): Query<MaybeAcd>,
) -> Answer<Vec<ArchiveStatus>> {
    let work = move || {
        let all = app.reports.sources.iter().map(|source| source.view.number());
        if let Some(acd) = query.acd {
            may.rights.may_read(acd)?;
            return Ok(vec![storage::archive_status(&app.reports, acd)?]);
        }
        let acds: Vec<AcdNumber> = all.filter(|acd| may.rights.sees(*acd)).collect();
        acds.iter().try_for_each(|acd| may.rights.may_read(*acd))?;
        Ok(storage::archive_statuses(&app.reports, &acds))
    };
    blocking(work).await.map(Json)
}

#[derive(Deserialize)]
pub(super) struct AtLevel {
    acd: AcdNumber,
    level: Level,
}

pub(super) async fn summaries(
    State(app): Shared,
    may: May,
    Query(query): Query<AtLevel>,
) -> Answer<Vec<SummaryDigest>> {
    let work = move || {
        may.rights.may_read_all(query.acd)?;
        storage::summaries(&app.reports, query.acd, query.level)
    };
    blocking(work).await.map(Json)
}

pub(super) async fn summarize(
    State(app): Shared,
    user: User,
    may: May,
    Body(asked): Body<Summarize>,
) -> Answer<Vec<Summarized>> {
    let work = move || {
        let mut sources = app.reports.sources.iter().map(|source| source.view.number());
        match asked.acd {
            Some(acd) => may.rights.may_write(acd)?,
            None => sources.try_for_each(|acd| may.rights.may_write(acd))?,
        }
        app.administration.summarize(&app.reports, &user, &asked)
    };
    blocking(work).await.map(Json)
}

pub(super) async fn show(State(app): Shared, may: May, Query(query): Query<ByAcd>) -> Answer<StorageView> {
    let work = move || {
        may.rights.may_read(query.acd)?;
        let interval = app.administration.interval(app.reports.source(query.acd)?)?;
        storage::storage_view(&app.reports, query.acd, interval)
    };
    blocking(work).await.map(Json)
}

pub(super) async fn set(State(app): Shared, user: User, may: May, Body(set): Body<SetStorage>) -> Answer<Changed> {
    let work = move || {
        may.rights.may_write(set.acd)?;
        app.administration.set_storage(&app.reports, &user, &set)
    };
    blocking(work).await.map(Json)
}

pub(super) async fn set_summarizing(
    State(app): Shared,
    user: User,
    may: May,
    Body(set): Body<SetSummarizing>,
) -> Answer<Changed> {
    let work = move || {
        may.rights.may_write(set.acd)?;
        app.administration.set_summarizing(&app.reports, &user, &set)
    };
    blocking(work).await.map(Json)
}
