//! Endpoints of the maintenance error log.

use api::{AcknowledgeMaintenance, Changed, MaintenanceEntry};
use axum::Json;
use axum::extract::State;
use serde::Deserialize;

use super::handlers::{Answer, Shared};
use super::{Body, Query, blocking};
use crate::auth::User;

#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    all: bool,
    limit: Option<u32>,
}

pub(super) async fn log(State(app): Shared, Query(query): Query<Wanted>) -> Answer<Vec<MaintenanceEntry>> {
    blocking(move || app.maintenance_log.entries(query.all, query.limit.unwrap_or(100))).await.map(Json)
}

pub(super) async fn acknowledge(
    State(app): Shared,
    user: User,
    Body(asked): Body<AcknowledgeMaintenance>,
) -> Answer<Changed> {
    blocking(move || app.administration.acknowledge(&user, &asked)).await.map(Json)
}
