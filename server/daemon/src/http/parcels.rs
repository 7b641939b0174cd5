//! Endpoints of parcels: each hands over to [`crate::maintenance::parcels`]. Volumes come and go in pieces.

use std::fs::File;
use std::io::Read;
use std::sync::Arc;

use api::endpoints::{self as e, Endpoint, Method};
use api::{CollectAgain, ErrorCode, MissedEvents, MissedIn, PackParcel, Received, Started};
use axum::Json;
use axum::body::{Body as RawBody, Bytes};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;
use futures_util::{StreamExt, stream};
use serde::Deserialize;

use super::handlers::{Answer, Shared};
use super::{Body, Query, Refusal, blocking, on};
use crate::app::App;
use crate::auth::User;
use crate::maintenance::again;
use crate::maintenance::parcels::{self, Receiving};

/// Bytes that are read and sent at once.
const PIECE: usize = 256 * 1024;

/// The handler of an endpoint of parcels.
///
/// # Panics
/// If there is none, as [`super::handlers::route`] does.
pub(super) fn route(endpoint: &Endpoint) -> MethodRouter<Arc<App>> {
    let method = endpoint.method;
    match (method, endpoint.path) {
        (Method::Post, e::PARCEL) => on(method, pack),
        (Method::Post, e::PARCEL_MISSED) => on(method, missed),
        (Method::Post, e::PARCEL_COLLECT) => on(method, collect),
        (Method::Delete, e::PARCEL) => on(method, remove),
        (Method::Get, e::PARCEL_VOLUME) => on(method, send),
        (Method::Put, e::PARCEL_VOLUME) => on(method, receive),
        (method, path) => panic!("{method:?} {path} has no handler"),
    }
}

async fn pack(State(app): Shared, user: User, Body(asked): Body<PackParcel>) -> Answer<Started> {
    blocking(move || parcels::pack(&app.stock(), &user, &asked)).await.map(Json)
}

async fn missed(State(app): Shared, Body(asked): Body<MissedIn>) -> Answer<Vec<MissedEvents>> {
    blocking(move || again::missed_in(&app.stock(), &asked)).await.map(Json)
}

async fn collect(State(app): Shared, user: User, Body(asked): Body<CollectAgain>) -> Answer<Started> {
    blocking(move || again::collect(&app.stock(), &user, &asked)).await.map(Json)
}

#[derive(Deserialize)]
struct Named {
    label: String,
}

async fn remove(State(app): Shared, Query(named): Query<Named>) -> Result<(), Refusal> {
    blocking(move || parcels::remove(&app.stock(), &named.label)).await
}

#[derive(Deserialize)]
struct OneVolume {
    label: String,
    volume: String,
}

async fn send(State(app): Shared, Query(query): Query<OneVolume>) -> Result<Response, Refusal> {
    let (file, bytes) = blocking(move || parcels::volume(&app.stock(), &query.label, &query.volume)).await?;
    let pieces = stream::unfold(Some(file), |file: Option<File>| async move {
        let mut file = file?;
        let read = tokio::task::spawn_blocking(move || {
            let mut piece = vec![0; PIECE];
            let read = file.read(&mut piece)?;
            piece.truncate(read);
            Ok::<_, std::io::Error>((piece, file))
        });
        match read.await.map_err(std::io::Error::other).and_then(|read| read) {
            Ok((piece, _)) if piece.is_empty() => None,
            Ok((piece, file)) => Some((Ok(Bytes::from(piece)), Some(file))),
            // The stream ends short of the announced length, which the other end notices.
            Err(error) => Some((Err(error), None)),
        }
    });
    let headers = [(CONTENT_TYPE, "application/octet-stream".to_owned()), (CONTENT_LENGTH, bytes.to_string())];
    Ok((headers, RawBody::from_stream(pieces)).into_response())
}

#[derive(Deserialize)]
struct Announced {
    volume: String,
}

async fn receive(
    State(app): Shared,
    headers: HeaderMap,
    Query(query): Query<Announced>,
    body: RawBody,
) -> Answer<Received> {
    let announced = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let shared = Arc::clone(&app);
    let mut receiving = blocking(move || Receiving::begin(&shared.stock(), &query.volume, announced)).await?;
    let mut pieces = body.into_data_stream();
    while let Some(piece) = pieces.next().await {
        let broken = |error| Refusal::new(ErrorCode::BadRequest, format!("the volume broke off on its way: {error}"));
        let piece = piece.map_err(broken)?;
        receiving = blocking(move || receiving.add(&piece).map(|()| receiving)).await?;
    }
    blocking(move || receiving.finish(&app.stock())).await.map(Json)
}
