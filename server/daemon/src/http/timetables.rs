//! Endpoints of timetables: each hands over to [`Timetables`].

use std::sync::Arc;

use api::endpoints::{self as e, Endpoint, Method};
use api::{AddTimetable, Changed, GlobalEdit, ModifyTimetable, RunTimetable, Timetable, UndoGlobalEdit};
use axum::Json;
use axum::extract::State;
use axum::routing::MethodRouter;
use serde::Deserialize;

use super::handlers::{Answer, Shared};
use super::{Body, Query, blocking, on};
use crate::app::App;
use crate::auth::User;
use crate::timetables::Timetables;

/// The handler of an endpoint of timetables.
///
/// # Panics
/// If there is none, as [`super::handlers::route`] does.
pub(super) fn route(endpoint: &Endpoint) -> MethodRouter<Arc<App>> {
    let method = endpoint.method;
    match (method, endpoint.path) {
        (Method::Get, e::TIMETABLES) => on(method, list),
        (Method::Put, e::TIMETABLES_EDIT) => on(method, edit_all),
        (Method::Post, e::TIMETABLES_UNDO) => on(method, undo),
        (Method::Get, e::TIMETABLE) => on(method, show),
        (Method::Post, e::TIMETABLE) => on(method, add),
        (Method::Put, e::TIMETABLE) => on(method, modify),
        (Method::Delete, e::TIMETABLE) => on(method, delete),
        (Method::Post, e::TIMETABLE_RUN) => on(method, run),
        (method, path) => panic!("{method:?} {path} has no handler"),
    }
}

#[derive(Deserialize)]
struct OfOwner {
    owner: Option<String>,
}

#[derive(Deserialize)]
struct Named {
    owner: Option<String>,
    name: String,
}

async fn list(State(app): Shared, user: User, Query(query): Query<OfOwner>) -> Answer<Vec<Timetable>> {
    blocking(move || app.timetables.list(&user, query.owner.as_deref())).await.map(Json)
}

async fn show(State(app): Shared, user: User, Query(query): Query<Named>) -> Answer<Timetable> {
    let key = Timetables::key(&user, query.owner.as_deref(), &query.name);
    blocking(move || app.timetables.show(&user, &key)).await.map(Json)
}

async fn add(State(app): Shared, user: User, Body(add): Body<AddTimetable>) -> Answer<Changed> {
    blocking(move || app.timetables.add(&user, &add)).await.map(Json)
}

async fn modify(State(app): Shared, user: User, Body(modify): Body<ModifyTimetable>) -> Answer<Changed> {
    blocking(move || app.timetables.modify(&user, &modify)).await.map(Json)
}

async fn delete(State(app): Shared, user: User, Query(query): Query<Named>) -> Answer<Changed> {
    let key = Timetables::key(&user, query.owner.as_deref(), &query.name);
    blocking(move || app.timetables.delete(&user, &key)).await.map(Json)
}

async fn run(State(app): Shared, user: User, Body(run): Body<RunTimetable>) -> Answer<Changed> {
    blocking(move || app.timetables.run_now(&user, &run)).await.map(Json)
}

async fn edit_all(State(app): Shared, user: User, Body(edit): Body<GlobalEdit>) -> Answer<Changed> {
    blocking(move || app.timetables.edit_all(&user, &edit)).await.map(Json)
}

async fn undo(State(app): Shared, user: User, Body(undo): Body<UndoGlobalEdit>) -> Answer<Changed> {
    blocking(move || app.timetables.undo_edit_all(&user, &undo)).await.map(Json)
}
