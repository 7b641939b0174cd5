//! Endpoints of administration: each hands over to [`Administration`](crate::administration::Administration).

use api::{Change, Changed, ErrorBody, ErrorCode, Profile, SetCollection, SetInterval, SetProfile};
use axum::Json;
use serde::Deserialize;

use super::handlers::{Answer, ByAcd, Shared};
use super::{Body, Query, blocking};
use crate::auth::User;

pub(super) async fn profiles(axum::extract::State(app): Shared, Query(query): Query<ByAcd>) -> Answer<Vec<Profile>> {
    blocking(move || app.administration.profiles(&app.reports, query.acd)).await.map(Json)
}

pub(super) async fn set_profile(
    axum::extract::State(app): Shared,
    user: User,
    Body(set): Body<SetProfile>,
) -> Answer<Changed> {
    blocking(move || app.administration.set_profile(&app.reports, &user, &set)).await.map(Json)
}

pub(super) async fn set_collection(
    axum::extract::State(app): Shared,
    user: User,
    Body(set): Body<SetCollection>,
) -> Answer<Changed> {
    blocking(move || app.administration.set_collection(&app.reports, &user, &set)).await.map(Json)
}

pub(super) async fn set_interval(
    axum::extract::State(app): Shared,
    user: User,
    Body(set): Body<SetInterval>,
) -> Answer<Changed> {
    blocking(move || app.administration.set_interval(&app.reports, &user, &set)).await.map(Json)
}

#[derive(Deserialize)]
pub(super) struct HowMany {
    limit: Option<u32>,
}

pub(super) async fn changes(axum::extract::State(app): Shared, Query(query): Query<HowMany>) -> Answer<Vec<Change>> {
    let limit = query.limit.unwrap_or(100);
    let work = move || {
        if !(1..=1000).contains(&limit) {
            let message = format!("limit must be 1 to 1000, not {limit}");
            return Err(ErrorBody::new(ErrorCode::BadRequest, message));
        }
        app.administration.changes(limit)
    };
    blocking(work).await.map(Json)
}
