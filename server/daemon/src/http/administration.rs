//! Endpoints of administration: each hands over to [`Administration`](crate::administration::Administration).

use api::{
    Change, Changed, ErrorBody, ErrorCode, Profile, Profiled, RemoveProfile, SetCollection, SetInterval, SetProfile,
};
use axum::Json;
use model::Element;
use serde::Deserialize;

use super::handlers::{Answer, ByAcd, Shared};
use super::{Body, May, Query, blocking};
use crate::auth::User;

pub(super) async fn profiles(
    axum::extract::State(app): Shared,
    may: May,
    Query(query): Query<ByAcd>,
) -> Answer<Vec<Profile>> {
    let work = move || {
        may.rights.may_read(query.acd)?;
        let mut profiles = app.administration.profiles(&app.reports, query.acd)?;
        profiles.retain(|known| may.rights.sees_element(query.acd, element(known.of), Some(&known.number)));
        Ok(profiles)
    };
    blocking(work).await.map(Json)
}

/// What the profile is of.
fn element(of: Profiled) -> Element {
    match of {
        Profiled::Split => Element::Split,
        Profiled::Vdn => Element::Vdn,
    }
}

pub(super) async fn set_profile(
    axum::extract::State(app): Shared,
    user: User,
    may: May,
    Body(set): Body<SetProfile>,
) -> Answer<Changed> {
    let work = move || {
        may.rights.may_write_element(set.acd, element(set.profile.of), &set.profile.number)?;
        app.administration.set_profile(&app.reports, &user, &set)
    };
    blocking(work).await.map(Json)
}

pub(super) async fn remove_profile(
    axum::extract::State(app): Shared,
    user: User,
    may: May,
    Query(remove): Query<RemoveProfile>,
) -> Answer<Changed> {
    let work = move || {
        may.rights.may_write_element(remove.acd, element(remove.of), &remove.number)?;
        app.administration.remove_profile(&app.reports, &user, &remove)
    };
    blocking(work).await.map(Json)
}

pub(super) async fn set_collection(
    axum::extract::State(app): Shared,
    user: User,
    may: May,
    Body(set): Body<SetCollection>,
) -> Answer<Changed> {
    let work = move || {
        may.rights.may_write(set.acd)?;
        app.administration.set_collection(&app.reports, &user, &set)
    };
    blocking(work).await.map(Json)
}

pub(super) async fn set_interval(
    axum::extract::State(app): Shared,
    user: User,
    may: May,
    Body(set): Body<SetInterval>,
) -> Answer<Changed> {
    let work = move || {
        may.rights.may_write(set.acd)?;
        app.administration.set_interval(&app.reports, &user, &set)
    };
    blocking(work).await.map(Json)
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
