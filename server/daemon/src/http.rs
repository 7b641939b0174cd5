//! The HTTP API: the router, who may call what, and errors as bodies.

mod administration;
mod dictionary;
mod exceptions;
mod handlers;
mod history;
mod images;
mod leave;
mod maintenance;
mod maintenance_log;
mod menu;
mod metrics;
mod parcels;
mod people;
mod shortcuts;
mod skills;
mod storage;
mod stream;
mod sync;
mod timetables;
mod worksheets;

use std::sync::Arc;
use std::time::Duration;

use api::endpoints::{self, Guard, Method};
use api::{ErrorBody, ErrorCode};
use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Request};
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;
use model::Feature;
use serde::de::DeserializeOwned;
use tower_http::timeout::RequestBodyTimeoutLayer;

use crate::app::App;
use crate::auth::User;
use crate::people::Rights;

/// Largest request body; a report definition is a few kilobytes.
const BODY_MAX: usize = 1 << 20;

/// Longest time between two parts of a request body.
const BODY_WAIT: Duration = if cfg!(test) { Duration::from_millis(300) } else { Duration::from_secs(30) };

/// The router. Every endpoint of the list has its handler here, and nothing else has.
pub fn router(app: Arc<App>) -> Router {
    let mut router = Router::new();
    for endpoint in endpoints::all() {
        let route = handlers::route(&endpoint);
        let signed_in = axum::middleware::from_fn_with_state(Arc::clone(&app), guard);
        // The layer added last is met first: who it is, then whether that is enough.
        let route = match endpoint.guard {
            Guard::Open => route,
            Guard::User => route.route_layer(signed_in),
            Guard::Reads(feature) => {
                let readers = move |request: Request, next| permitted(feature, false, request, next);
                route.route_layer(axum::middleware::from_fn(readers)).route_layer(signed_in)
            }
            Guard::Writes(feature) => {
                let writers = move |request: Request, next| permitted(feature, true, request, next);
                route.route_layer(axum::middleware::from_fn(writers)).route_layer(signed_in)
            }
            Guard::Administrator => route.route_layer(axum::middleware::from_fn(administrators)).route_layer(signed_in),
        };
        router = router.route(endpoint.path, route);
    }
    router
        .fallback(async || Refusal::new(ErrorCode::NotFound, "there is no such endpoint; see /openapi.json"))
        .method_not_allowed_fallback(async || {
            let told = "this endpoint has no such method; see /openapi.json";
            (StatusCode::METHOD_NOT_ALLOWED, axum::Json(ErrorBody::new(ErrorCode::BadRequest, told)))
        })
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(RequestBodyTimeoutLayer::new(BODY_WAIT))
        .with_state(app)
}

/// Picks the routing function of a method.
fn on<H, T>(method: Method, handler: H) -> MethodRouter<Arc<App>>
where
    H: axum::handler::Handler<T, Arc<App>>,
    T: 'static,
{
    match method {
        Method::Get => axum::routing::get(handler),
        Method::Post => axum::routing::post(handler),
        Method::Put => axum::routing::put(handler),
        Method::Delete => axum::routing::delete(handler),
    }
}

/// Lets signed-in users through and tells the handler who it is, and what they may.
async fn guard(
    axum::extract::State(app): axum::extract::State<Arc<App>>,
    mut request: Request,
    next: axum::middleware::Next,
) -> Response {
    let token = bearer(request.headers()).unwrap_or_default().to_owned();
    // The token of cms.toml is good for this and nothing else.
    let scraper = (request.uri().path() == endpoints::METRICS).then(|| app.scraper.admits(&token)).flatten();
    if let Some(rights) = scraper {
        request.extensions_mut().insert(May { rights, token: token.into() });
        return next.run(request).await;
    }
    match who(&app, &token).await {
        Ok((user, rights)) => {
            request.extensions_mut().insert(user);
            request.extensions_mut().insert(May { rights, token: token.into() });
            next.run(request).await
        }
        Err(refusal) => refusal.into_response(),
    }
}

/// Who a token belongs to, and what the user is permitted.
async fn who(app: &Arc<App>, token: &str) -> Result<(User, Arc<Rights>), Refusal> {
    let Some(user) = app.sessions.user(token) else {
        let unknown = || ErrorBody::new(ErrorCode::NotSignedIn, "sign in first: there is no token, or it has expired");
        return Err(Refusal(app.sessions.why_ended(token).unwrap_or_else(unknown)));
    };
    let rights = match app.administration.people.known(&user.name) {
        Some(rights) => rights,
        None => {
            let (app, name) = (Arc::clone(app), user.name.clone());
            blocking(move || app.administration.people.rights(&app.reports, &name)).await?
        }
    };
    Ok((User { administrator: rights.administrator, ..user }, rights))
}

/// Lets through who may read or write a feature; behind [`guard`].
async fn permitted(feature: Feature, writes: bool, request: Request, next: axum::middleware::Next) -> Response {
    match request.extensions().get::<May>().map(|may| may.rights.may(feature, writes)) {
        Some(Ok(())) => next.run(request).await,
        Some(Err(refusal)) => Refusal(refusal).into_response(),
        None => Refusal::new(ErrorCode::NotSignedIn, "sign in first").into_response(),
    }
}

/// Lets administrators through; behind [`guard`].
async fn administrators(request: Request, next: axum::middleware::Next) -> Response {
    match request.extensions().get::<User>() {
        Some(user) if user.administrator => next.run(request).await,
        _ => Refusal::new(ErrorCode::NotPermitted, "only an administrator can do this").into_response(),
    }
}

fn bearer(headers: &axum::http::HeaderMap) -> Option<&str> {
    headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix(api::TOKEN_SCHEME)?.strip_prefix(' ')
}

/// An error on its way out.
pub struct Refusal(ErrorBody);

impl Refusal {
    fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Refusal(ErrorBody::new(code, message))
    }
}

impl From<ErrorBody> for Refusal {
    fn from(body: ErrorBody) -> Self {
        Refusal(body)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if self.0.code == ErrorCode::Internal {
            tracing::error!("{}", self.0.message);
        }
        let mut response = (status, axum::Json(self.0)).into_response();
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static(api::TOKEN_SCHEME));
        }
        response
    }
}

/// A JSON body whose faults are told in our own shape.
struct Body<T>(T);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Refusal> {
        match axum::Json::<T>::from_request(request, app).await {
            Ok(axum::Json(body)) => Ok(Body(body)),
            Err(rejection) => Err(Refusal::new(ErrorCode::BadRequest, rejection.body_text())),
        }
    }
}

/// Query parameters whose faults are told in our own shape.
struct Query<T>(T);

impl<T: DeserializeOwned> FromRequestParts<Arc<App>> for Query<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        match axum::extract::Query::<T>::from_request_parts(parts, app).await {
            Ok(axum::extract::Query(query)) => Ok(Query(query)),
            Err(rejection) => Err(Refusal::new(ErrorCode::BadRequest, rejection.body_text())),
        }
    }
}

/// The signed-in user; only behind the guard.
impl FromRequestParts<Arc<App>> for User {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, Refusal> {
        parts.extensions.get::<User>().cloned().ok_or_else(|| Refusal::new(ErrorCode::NotSignedIn, "sign in first"))
    }
}

/// What the signed-in user may; only behind the guard.
#[derive(Clone)]
struct May {
    rights: Arc<Rights>,
    /// Of the session.
    token: Arc<str>,
}

impl FromRequestParts<Arc<App>> for May {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, Refusal> {
        parts.extensions.get::<May>().cloned().ok_or_else(|| Refusal::new(ErrorCode::NotSignedIn, "sign in first"))
    }
}

/// Runs something that blocks (SQLite, argon2) where it holds nobody up.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ErrorBody> + Send + 'static,
) -> Result<T, Refusal> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result.map_err(Refusal),
        Err(_) => Err(Refusal::new(ErrorCode::Internal, "the request failed inside; the server's log tells why")),
    }
}
