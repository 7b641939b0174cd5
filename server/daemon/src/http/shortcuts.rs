//! Endpoints of shortcuts: each hands over to [`Administration`](crate::administration::Administration).

use std::sync::Arc;

use api::endpoints::{self as e, Endpoint, Method};
use api::{AddShortcut, Changed, GiveShortcut, ModifyShortcut, Shortcut};
use axum::Json;
use axum::extract::State;
use axum::routing::MethodRouter;
use serde::Deserialize;

use super::handlers::{Answer, Shared};
use super::{Body, May, Query, blocking, on};
use crate::app::App;
use crate::auth::User;

/// The handler of an endpoint of shortcuts.
///
/// # Panics
/// If there is none, as [`super::handlers::route`] does.
pub(super) fn route(endpoint: &Endpoint) -> MethodRouter<Arc<App>> {
    let method = endpoint.method;
    match (method, endpoint.path) {
        (Method::Get, e::SHORTCUTS) => on(method, list),
        (Method::Post, e::SHORTCUT) => on(method, add),
        (Method::Put, e::SHORTCUT) => on(method, modify),
        (Method::Delete, e::SHORTCUT) => on(method, delete),
        (Method::Post, e::SHORTCUT_COPY) => on(method, give),
        (method, path) => panic!("{method:?} {path} has no handler"),
    }
}

#[derive(Deserialize)]
struct Whose {
    owner: Option<String>,
    #[serde(default)]
    everybody: bool,
}

#[derive(Deserialize)]
struct Named {
    owner: Option<String>,
    name: String,
}

async fn list(State(app): Shared, user: User, Query(query): Query<Whose>) -> Answer<Vec<Shortcut>> {
    let Whose { owner, everybody } = query;
    blocking(move || app.administration.shortcuts(&app.reports, &user, owner.as_deref(), everybody)).await.map(Json)
}

async fn add(State(app): Shared, user: User, may: May, Body(add): Body<AddShortcut>) -> Answer<Changed> {
    blocking(move || app.administration.add_shortcut(&app.reports, &user, &may.rights, &add)).await.map(Json)
}

async fn modify(State(app): Shared, user: User, may: May, Body(modify): Body<ModifyShortcut>) -> Answer<Changed> {
    blocking(move || app.administration.modify_shortcut(&app.reports, &user, &may.rights, &modify)).await.map(Json)
}

async fn delete(State(app): Shared, user: User, Query(query): Query<Named>) -> Answer<Changed> {
    let Named { owner, name } = query;
    blocking(move || app.administration.delete_shortcut(&app.reports, &user, owner.as_deref(), &name)).await.map(Json)
}

async fn give(State(app): Shared, user: User, Body(give): Body<GiveShortcut>) -> Answer<Changed> {
    blocking(move || app.administration.give_shortcut(&app.reports, &user, &give)).await.map(Json)
}
