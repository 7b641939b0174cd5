//! External Call History: its state, and the switch.

use std::sync::Arc;

use api::{ErrorBody, ErrorCode, HistoryInterface, SwitchHistory};
use axum::Json;
use axum::extract::State;

use super::{App, Body, Refusal, blocking};
use crate::auth::User;

pub(super) async fn status(State(app): State<Arc<App>>) -> Result<Json<HistoryInterface>, Refusal> {
    blocking(move || Ok(app.histories.status())).await.map(Json)
}

pub(super) async fn switch(
    State(app): State<Arc<App>>,
    user: User,
    Body(wanted): Body<SwitchHistory>,
) -> Result<Json<HistoryInterface>, Refusal> {
    let work = move || {
        if !user.administrator {
            let message = format!("{} may not switch the history interface: only administrators may", user.name);
            return Err(ErrorBody::new(ErrorCode::NotPermitted, message));
        }
        tracing::info!(user = user.name, on = wanted.on, "the history interface is to be switched");
        app.histories.switch(wanted.on)
    };
    blocking(work).await.map(Json)
}
