//! Live reports as `text/event-stream`.

use std::sync::Arc;

use api::{ErrorBody, ErrorCode};
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use model::AcdNumber;
use report::Inputs;
use serde::Deserialize;

use super::{App, Query, Refusal, blocking};
use crate::auth::User;

/// Slowest refresh, seconds.
const REFRESH_MAX: u32 = 600;
/// Fastest refresh of an integrated report, seconds.
const INTEGRATED_REFRESH_MIN: u32 = 10;

#[derive(Deserialize)]
pub(super) struct Live {
    path: String,
    acd: AcdNumber,
    refresh: u32,
    inputs: Option<String>,
}

/// Joins the watchers of a report. What is wrong with the request is told before the stream begins.
pub(super) async fn live(
    State(app): State<Arc<App>>,
    user: User,
    Query(query): Query<Live>,
) -> Result<Response, Refusal> {
    if query.refresh > REFRESH_MAX {
        let message = format!("refresh is 1 to {REFRESH_MAX} seconds (0: as it happens), not {}", query.refresh);
        return Err(Refusal::new(ErrorCode::BadRequest, message));
    }
    let inputs: Inputs = match query.inputs.as_deref() {
        None | Some("") => Inputs::default(),
        Some(text) => serde_json::from_str(text).map_err(|error| {
            Refusal::new(ErrorCode::BadRequest, format!("`inputs` is not a JSON object of texts: {error}"))
        })?,
    };
    let reports = Arc::clone(&app.reports);
    let first = inputs.clone();
    let definition = blocking(move || {
        let (_, definition) = reports.find(&user, &query.path)?;
        if definition.kind == report::Kind::Integrated && query.refresh < INTEGRATED_REFRESH_MIN {
            // Each time it reads up to a day of history.
            let message = format!(
                "an integrated report refreshes every {INTEGRATED_REFRESH_MIN} to {REFRESH_MAX} seconds, not {}",
                query.refresh
            );
            return Err(ErrorBody::new(ErrorCode::BadRequest, message));
        }
        // Wrong inputs are refused here, with a status that programs understand.
        reports.evaluate(&definition, query.acd, &first)?;
        Ok(definition)
    })
    .await?;
    let watcher = app.hub.watch(&app.reports, definition, query.acd, inputs, query.refresh);
    let frames = stream::unfold(watcher, |mut watcher| async {
        let frame = watcher.next().await?;
        Some((Ok::<_, std::convert::Infallible>(frame), watcher))
    });
    let headers = [(CONTENT_TYPE, "text/event-stream"), (CACHE_CONTROL, "no-store")];
    Ok((headers, Body::from_stream(frames)).into_response())
}
