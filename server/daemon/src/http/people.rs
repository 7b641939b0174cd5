//! Endpoints of users, permissions and the mode of the server: each hands over to
//! [`Administration`](crate::administration::Administration).

use std::net::SocketAddr;
use std::sync::Arc;

use api::endpoints::{self as e, Endpoint, Method};
use api::{
    AddUser, Changed, ErrorBody, ErrorCode, ModeRule, ModeView, SetMasterAcd, SetMode, SetPassword, SetPermissions,
    SetUser, UserPermissions, UserView,
};
use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::routing::MethodRouter;
use serde::Deserialize;

use super::handlers::{Answer, Shared};
use super::{Body, Query, Refusal, blocking, on};
use crate::administration::{Estate, RULES};
use crate::app::App;
use crate::auth::User;

/// The handler of an endpoint that is no other module's.
///
/// # Panics
/// If the list has an endpoint without a handler; a test starts a router, so this is seen before it ships.
pub(super) fn route(endpoint: &Endpoint) -> MethodRouter<Arc<App>> {
    let method = endpoint.method;
    match (method, endpoint.path) {
        (Method::Get, e::USERS) => on(method, users),
        (Method::Get, e::USER) => on(method, user),
        (Method::Post, e::USER) => on(method, add),
        (Method::Put, e::USER) => on(method, modify),
        (Method::Delete, e::USER) => on(method, remove),
        (Method::Put, e::PASSWORD) => on(method, set_password),
        (Method::Get, e::PERMISSIONS) => on(method, permissions),
        (Method::Put, e::PERMISSIONS) => on(method, set_permissions),
        (Method::Get, e::MODE) => on(method, mode),
        (Method::Put, e::MODE) => on(method, set_mode),
        (Method::Get, e::MODE_RULES) => on(method, async || Json::<Vec<ModeRule>>(RULES.to_vec())),
        (Method::Put, e::MASTER_ACD) => on(method, set_master_acd),
        (method, path) => panic!("{method:?} {path} has no handler"),
    }
}

#[derive(Deserialize)]
struct ByName {
    name: String,
}

/// Oneself, or anybody for an administrator.
fn may_look(by: &User, name: &str) -> Result<(), ErrorBody> {
    match by.administrator || by.name == name {
        true => Ok(()),
        false => Err(ErrorBody::new(ErrorCode::NotPermitted, format!("only an administrator can look at {name}"))),
    }
}

async fn users(State(app): Shared) -> Answer<Vec<UserView>> {
    blocking(move || app.administration.users(&app.reports)).await.map(Json)
}

async fn user(State(app): Shared, by: User, Query(query): Query<ByName>) -> Answer<UserView> {
    let work = move || {
        may_look(&by, &query.name)?;
        app.administration.user(&app.reports, &query.name)
    };
    blocking(work).await.map(Json)
}

/// Makes a change, and has every stream look whether it may go on.
async fn change(
    app: Arc<App>,
    make: impl FnOnce(&App) -> Result<Changed, ErrorBody> + Send + 'static,
) -> Result<Json<Changed>, Refusal> {
    let work = move || {
        let made = make(&app);
        app.sessions.stir();
        made
    };
    blocking(work).await.map(Json)
}

/// Makes a change that hashes a password: like signing in, that takes its turn.
async fn hashing(
    app: Arc<App>,
    make: impl FnOnce(&App) -> Result<Changed, ErrorBody> + Send + 'static,
) -> Result<Json<Changed>, Refusal> {
    let shared = Arc::clone(&app);
    let _room = shared.checking.acquire().await;
    change(app, make).await
}

async fn add(State(app): Shared, by: User, Body(add): Body<AddUser>) -> Answer<Changed> {
    hashing(app, move |app| app.administration.add_user(&app.reports, &by, &add)).await
}

async fn modify(State(app): Shared, by: User, Body(set): Body<SetUser>) -> Answer<Changed> {
    change(app, move |app| app.administration.modify_user(&app.reports, &by, &set)).await
}

#[derive(Deserialize)]
struct Removal {
    name: String,
    give_to: Option<String>,
    #[serde(default)]
    with_belongings: bool,
}

async fn remove(State(app): Shared, by: User, Query(query): Query<Removal>) -> Answer<Changed> {
    let work = move |app: &App| {
        let Removal { name, give_to, with_belongings } = &query;
        let estate = match give_to {
            Some(_) if *with_belongings => {
                let message = "give what belongs to the user to another one, or remove it: not both";
                return Err(ErrorBody::new(ErrorCode::BadRequest, message));
            }
            Some(heir) => Estate::GiveTo(heir),
            None if *with_belongings => Estate::Remove,
            None => Estate::None,
        };
        app.administration.remove_user(&app.reports, &app.sessions, &by, name, &estate)
    };
    change(app, work).await
}

async fn set_password(
    State(app): Shared,
    by: User,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Body(set): Body<SetPassword>,
) -> Answer<Changed> {
    let from = peer.ip();
    hashing(app, move |app| app.administration.set_password(&app.reports, &app.sessions, &by, from, &set)).await
}

async fn permissions(State(app): Shared, by: User, Query(query): Query<ByName>) -> Answer<UserPermissions> {
    let work = move || {
        may_look(&by, &query.name)?;
        app.administration.permissions(&app.reports, &query.name)
    };
    blocking(work).await.map(Json)
}

async fn set_permissions(State(app): Shared, by: User, Body(set): Body<SetPermissions>) -> Answer<Changed> {
    change(app, move |app| app.administration.set_permissions(&app.reports, &by, &set)).await
}

async fn mode(State(app): Shared) -> Answer<ModeView> {
    blocking(move || app.administration.mode_view(&app.reports)).await.map(Json)
}

async fn set_mode(State(app): Shared, by: User, Body(set): Body<SetMode>) -> Answer<Changed> {
    change(app, move |app| app.administration.set_mode(&app.reports, &app.sessions, &by, &set)).await
}

async fn set_master_acd(State(app): Shared, by: User, Body(set): Body<SetMasterAcd>) -> Answer<Changed> {
    change(app, move |app| app.administration.set_master_acd(&app.reports, &by, &set)).await
}
