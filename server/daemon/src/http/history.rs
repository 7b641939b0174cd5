//! External Call History: its state, and the switch.

use api::{HistoryInterface, SwitchHistory};
use axum::Json;

use super::handlers::{Answer, Shared};
use super::{Body, blocking};
use crate::auth::User;

pub(super) async fn status(axum::extract::State(app): Shared) -> Answer<HistoryInterface> {
    blocking(move || Ok(app.histories.status())).await.map(Json)
}

pub(super) async fn switch(
    axum::extract::State(app): Shared,
    user: User,
    Body(wanted): Body<SwitchHistory>,
) -> Answer<HistoryInterface> {
    blocking(move || app.histories.switch(&app.administration, &user, wanted)).await.map(Json)
}
