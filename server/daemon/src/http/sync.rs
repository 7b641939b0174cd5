//! Endpoints of Admin-Sync: each hands over to [`crate::maintenance::syncing`], or to
//! [`Administration`](crate::administration::Administration) for the other server's address.

use std::sync::Arc;

use api::endpoints::{self as e, Endpoint, Method};
use api::{Changed, ErrorCode, NoteSync, PackAdministration, Peer, SetPeer, Started, SyncEntry, TakeAdministration};
use axum::Json;
use axum::extract::State;
use axum::routing::MethodRouter;

use super::handlers::{Answer, Shared};
use super::{Body, Refusal, blocking, on};
use crate::administration::peer;
use crate::app::App;
use crate::auth::User;
use crate::maintenance::syncing;

/// The handler of an endpoint of Admin-Sync.
///
/// # Panics
/// If there is none, as [`super::handlers::route`] does.
pub(super) fn route(endpoint: &Endpoint) -> MethodRouter<Arc<App>> {
    let method = endpoint.method;
    match (method, endpoint.path) {
        (Method::Post, e::SYNC_PACK) => on(method, pack),
        (Method::Post, e::SYNC) => on(method, take),
        (Method::Get, e::SYNC) => on(method, log),
        (Method::Put, e::SYNC) => on(method, sent),
        (Method::Get, e::SYNC_PEER) => on(method, show_peer),
        (Method::Put, e::SYNC_PEER) => on(method, set_peer),
        (Method::Delete, e::SYNC_PEER) => on(method, remove_peer),
        (method, path) => panic!("{method:?} {path} has no handler"),
    }
}

async fn pack(State(app): Shared, user: User, Body(asked): Body<PackAdministration>) -> Answer<Started> {
    blocking(move || syncing::pack(&app.stock(), &user, &asked)).await.map(Json)
}

async fn take(State(app): Shared, user: User, Body(asked): Body<TakeAdministration>) -> Answer<Started> {
    blocking(move || syncing::take(&app.stock(), &user, &asked)).await.map(Json)
}

async fn log(State(app): Shared) -> Answer<Vec<SyncEntry>> {
    blocking(move || syncing::log(&app.stock())).await.map(Json)
}

async fn sent(State(app): Shared, user: User, Body(note): Body<NoteSync>) -> Result<(), Refusal> {
    blocking(move || syncing::sent(&app.stock(), &user, &note)).await
}

async fn show_peer(State(app): Shared) -> Answer<Option<Peer>> {
    blocking(move || app.administration.peer()).await.map(Json)
}

async fn set_peer(State(app): Shared, user: User, Body(set): Body<SetPeer>) -> Answer<Changed> {
    let own = crate::tls::fingerprint(app.maintenance.folder());
    let own = own.map_err(|error| Refusal::new(ErrorCode::Internal, format!("{error:#}")))?;
    let name = peer::try_out(&set, &own).await?;
    blocking(move || app.administration.set_peer(&user, set, &name)).await.map(Json)
}

async fn remove_peer(State(app): Shared, user: User) -> Answer<Changed> {
    blocking(move || app.administration.remove_peer(&user)).await.map(Json)
}
