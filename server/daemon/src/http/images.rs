//! Endpoints of images of the whole server, and of the names of tables: each hands over to
//! [`crate::maintenance::images`].

use std::sync::Arc;

use api::endpoints::{self as e, Endpoint, Method};
use api::{Images, NameImage, RunImage, Started};
use axum::Json;
use axum::extract::State;
use axum::routing::MethodRouter;

use super::handlers::{Answer, Shared};
use super::{Body, blocking, on};
use crate::app::App;
use crate::auth::User;
use crate::maintenance::images as made;

/// The handler of an endpoint of images.
///
/// # Panics
/// If there is none, as [`super::handlers::route`] does.
pub(super) fn route(endpoint: &Endpoint) -> MethodRouter<Arc<App>> {
    let method = endpoint.method;
    match (method, endpoint.path) {
        (Method::Get, e::BACKUP_TABLES) => on(method, async || Json(made::tables())),
        (Method::Get, e::IMAGES) => on(method, images),
        (Method::Post, e::IMAGES) => on(method, run),
        (Method::Post, e::IMAGE_VERIFY) => on(method, verify),
        (method, path) => panic!("{method:?} {path} has no handler"),
    }
}

async fn images(State(app): Shared) -> Answer<Images> {
    blocking(move || Ok(made::list(&app.maintenance))).await.map(Json)
}

async fn run(State(app): Shared, user: User, Body(asked): Body<RunImage>) -> Answer<Started> {
    blocking(move || made::run(&app.stock(), &user, asked)).await.map(Json)
}

async fn verify(State(app): Shared, user: User, Body(name): Body<NameImage>) -> Answer<Started> {
    blocking(move || made::verify(&app.stock(), &user, &name)).await.map(Json)
}
