//! Endpoints of worksheets.

use api::{Changed, Worksheet};
use axum::Json;
use axum::extract::State;

use super::handlers::{Answer, Shared};
use super::{Body, blocking};
use crate::auth::User;

pub(super) async fn list(State(app): Shared) -> Answer<Vec<Worksheet>> {
    blocking(move || app.administration.worksheets()).await.map(Json)
}

pub(super) async fn keep(State(app): Shared, user: User, Body(sheet): Body<Worksheet>) -> Answer<Changed> {
    blocking(move || app.administration.keep_worksheet(&user, &sheet)).await.map(Json)
}
