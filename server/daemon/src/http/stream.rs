//! Live reports as `text/event-stream`.

use std::convert::Infallible;
use std::sync::Arc;

use api::{ErrorBody, ErrorCode};
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use model::AcdNumber;
use report::Inputs;
use serde::Deserialize;

use super::leave::Leave;
use super::{May, Query, Refusal, blocking};
use crate::app::App;
use crate::auth::User;
use crate::live::{Asked, Watcher, failed_frame};
use crate::people::Window;

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
    may: May,
    Query(query): Query<Live>,
) -> Result<Response, Refusal> {
    let rights = Arc::clone(&may.rights);
    if query.refresh > REFRESH_MAX {
        let message = format!("refresh is 1 to {REFRESH_MAX} seconds (0: as it happens), not {}", query.refresh);
        return Err(Refusal::new(ErrorCode::BadRequest, message));
    }
    let fastest = u32::from(rights.fastest_refresh_secs);
    if query.refresh < fastest {
        let message =
            format!("{} may have a refresh each {fastest} seconds or slower, not {}", user.name, query.refresh);
        return Err(Refusal::new(ErrorCode::NotPermitted, message));
    }
    let inputs: Inputs = match query.inputs.as_deref() {
        None | Some("") => Inputs::default(),
        Some(text) => serde_json::from_str(text).map_err(|error| {
            Refusal::new(ErrorCode::BadRequest, format!("`inputs` is not a JSON object of texts: {error}"))
        })?,
    };
    let shared = Arc::clone(&app);
    // Wrong inputs are refused here, with a status that programs understand.
    let (watcher, window) = blocking(move || {
        rights.may_read(query.acd)?;
        let (_, definition) = shared.reports.find(&user, &query.path)?;
        if definition.kind == report::ReportKind::Integrated && query.refresh < INTEGRATED_REFRESH_MIN {
            // Each time it reads up to a day of history.
            let message = format!(
                "an integrated report refreshes every {INTEGRATED_REFRESH_MIN} to {REFRESH_MAX} seconds, not {}",
                query.refresh
            );
            return Err(ErrorBody::new(ErrorCode::BadRequest, message));
        }
        let window = shared.administration.people.open_window(&rights)?;
        let reach = Arc::clone(&rights.reach);
        let asked = Asked { definition, acd: query.acd, inputs, refresh_secs: query.refresh, reach };
        Ok((shared.hub.watch(&shared.reports, asked)?, window))
    })
    .await?;
    let frames = stream::unfold(Some(Shown { watcher, leave: Leave::new(&app, may), _window: window }), next);
    let headers = [(CONTENT_TYPE, "text/event-stream"), (CACHE_CONTROL, "no-store")];
    Ok((headers, Body::from_stream(frames)).into_response())
}

/// A live report that somebody watches.
struct Shown {
    watcher: Watcher,
    leave: Leave,
    /// Held, not read: dropping it closes the user's window.
    _window: Window,
}

/// The next frame; the last one says why the stream ends, if there is something to say.
async fn next(shown: Option<Shown>) -> Option<(Result<Bytes, Infallible>, Option<Shown>)> {
    let mut shown = shown?;
    tokio::select! {
        biased;
        why = shown.leave.wait() => why.map(|error| (Ok(failed_frame(&error)), None)),
        frame = shown.watcher.next() => frame.map(|frame| (Ok(frame), Some(shown))),
    }
}
