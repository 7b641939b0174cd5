//! External Call History: its state, and the switch.

use api::{HistoryInterface, SwitchHistory};
use axum::Json;

use super::handlers::{Answer, Shared};
use super::{Body, May, blocking};
use crate::auth::User;

pub(super) async fn status(axum::extract::State(app): Shared, may: May) -> Answer<HistoryInterface> {
    let work = move || {
        let mut status = app.histories.status();
        status.acds.retain(|acd| may.rights.sees(acd.acd));
        Ok(status)
    };
    blocking(work).await.map(Json)
}

pub(super) async fn switch(
    axum::extract::State(app): Shared,
    user: User,
    may: May,
    Body(wanted): Body<SwitchHistory>,
) -> Answer<HistoryInterface> {
    let work = move || {
        // The switch is one for all ACDs.
        app.reports.sources.iter().try_for_each(|source| may.rights.may_write(source.view.number()))?;
        app.histories.switch(&app.administration, &user, wanted)
    };
    blocking(work).await.map(Json)
}
