//! The endpoint of Prometheus.

use axum::extract::State;
use axum::http::HeaderName;
use axum::http::header::CONTENT_TYPE;

use super::handlers::Shared;
use super::{May, Refusal, blocking};

/// Name and version of the text format.
const FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

pub(super) async fn metrics(
    State(app): Shared,
    may: May,
) -> Result<([(HeaderName, &'static str); 1], String), Refusal> {
    let text = blocking(move || crate::metrics::metrics(&app, &may.rights)).await?;
    Ok(([(CONTENT_TYPE, FORMAT)], text))
}
