//! Endpoints of main menu additions: each hands over to [`Administration`](crate::administration::Administration), and a
//! program to [`Programs`](crate::menu::Programs).

mod live;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use api::endpoints::{self as e, Endpoint, Method};
use api::{Changed, ErrorBody, ErrorCode, MenuAddition, MenuOutput, RunMenuAddition, SetMenuAddition};
use axum::Json;
use axum::body::{Body as RawBody, Bytes};
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;
use model::MenuKind;
use model::menu::FILE_BYTES_MAX;
use serde::Deserialize;

use super::handlers::{Answer, Shared};
use super::{Body, May, Query, Refusal, blocking, on};
use crate::app::App;
use crate::auth::User;
use crate::causes::failed;
use crate::menu::Program;

/// So much of a file is read: enough to say of one that is too large how large it is, before the connection ends.
const READ_MAX: usize = 4 * FILE_BYTES_MAX;

/// The handler of an endpoint of main menu additions.
///
/// # Panics
/// If the list has such an endpoint without a handler; a test starts a router, so this is seen before it ships.
pub(super) fn route(endpoint: &Endpoint) -> MethodRouter<Arc<App>> {
    let method = endpoint.method;
    match (method, endpoint.path) {
        (Method::Get, e::MENU) => on(method, list),
        (Method::Post, e::MENU) => on(method, add),
        (Method::Put, e::MENU) => on(method, modify),
        (Method::Delete, e::MENU) => on(method, delete),
        (Method::Get, e::MENU_FILE) => on(method, file),
        (Method::Post, e::MENU_RUN) => on(method, run),
        (Method::Post, e::MENU_RUN_LIVE) => on(method, live::run),
        (method, path) => panic!("{method:?} {path} has no handler"),
    }
}

async fn list(State(app): Shared, user: User) -> Answer<Vec<MenuAddition>> {
    blocking(move || app.administration.menu(&app.reports, &user)).await.map(Json)
}

async fn whole(body: RawBody) -> Result<Bytes, Refusal> {
    let too_large = |error| {
        let most = FILE_BYTES_MAX >> 20;
        Refusal::new(ErrorCode::BadRequest, format!("the file did not come: {error}; it may have {most} MiB"))
    };
    axum::body::to_bytes(body, READ_MAX).await.map_err(too_large)
}

async fn add(State(app): Shared, by: User, Query(set): Query<SetMenuAddition>, body: RawBody) -> Answer<Changed> {
    let file = whole(body).await?;
    let work = move || {
        let mut changed = app.administration.add_menu_addition(&app.reports, &by, &set, &file)?;
        if let (Some(MenuKind::Program), Err(off)) = (set.kind, app.programs.allowed()) {
            changed.text += &format!("; {}", off.message);
        }
        Ok(changed)
    };
    blocking(work).await.map(Json)
}

async fn modify(State(app): Shared, by: User, Query(set): Query<SetMenuAddition>, body: RawBody) -> Answer<Changed> {
    let file = whole(body).await?;
    blocking(move || app.administration.modify_menu_addition(&app.reports, &by, &set, &file)).await.map(Json)
}

#[derive(Deserialize)]
struct Deletion {
    name: String,
    #[serde(default)]
    take_over: bool,
}

async fn delete(State(app): Shared, by: User, Query(query): Query<Deletion>) -> Answer<Changed> {
    let work = move || app.administration.delete_menu_addition(&app.reports, &by, &query.name, query.take_over);
    blocking(work).await.map(Json)
}

#[derive(Deserialize)]
struct ByName {
    name: String,
}

async fn file(State(app): Shared, user: User, Query(query): Query<ByName>) -> Result<Response, Refusal> {
    let (_, content) = blocking(move || app.administration.menu_addition(&app.reports, &user, &query.name)).await?;
    Ok(([(CONTENT_TYPE, "application/octet-stream")], content).into_response())
}

/// Ends a program when whoever asked for it is gone: the request is then given up, and everything that it holds dropped.
struct Asking(Arc<AtomicBool>);

impl Drop for Asking {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

async fn run(State(app): Shared, user: User, may: May, Body(asked): Body<RunMenuAddition>) -> Answer<MenuOutput> {
    let gone = Arc::new(AtomicBool::new(false));
    let _asking = Asking(Arc::clone(&gone));
    blocking(move || run_program(&app, &user, &may, &asked, &gone, |_| {})).await.map(Json)
}

/// Runs the program of an addition and hands on what it says: first nothing, when it has begun.
fn run_program(
    app: &App,
    user: &User,
    may: &May,
    asked: &RunMenuAddition,
    gone: &AtomicBool,
    tell: impl FnMut(&[u8]) + Send + 'static,
) -> Result<MenuOutput, ErrorBody> {
    let (addition, content) = app.administration.menu_addition(&app.reports, user, &asked.name)?;
    let Some(file) = addition.file.filter(|_| addition.kind == MenuKind::Program) else {
        let message = format!("{} is a {}, and nothing to be run", addition.name, addition.kind);
        return Err(ErrorBody::new(ErrorCode::BadRequest, message));
    };
    app.programs.allowed()?;
    let acd = match asked.acd {
        Some(acd) => {
            may.rights.may_read(acd)?;
            app.reports.source(acd)?.view.number()
        }
        None => {
            let known = app.reports.lock().user(&user.name).map_err(|error| failed("reading the user", &error))?;
            known.map_or(model::AcdNumber(1), |known| known.login_acd)
        }
    };
    let _room = app.programs.room()?;
    let variables = [
        ("CMS_SERVER", app.reports.server.clone()),
        ("CMS_ROLE", app.reports.role.to_string()),
        ("CMS_USER", user.name.clone()),
        ("CMS_ACD", acd.to_string()),
        ("CMS_MENU", addition.name.clone()),
    ];
    let program = Program { file_name: &file.name, content: &content, variables: &variables };
    let output = app.programs.run_telling(&program, gone, tell)?;
    let (name, digest, outcome) = (&addition.name, &file.digest, &output.outcome);
    tracing::info!(user = user.name, addition = name, digest, outcome, "a program of the main menu was run");
    Ok(output)
}
