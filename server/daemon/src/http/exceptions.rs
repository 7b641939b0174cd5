//! Endpoints of exceptions and agent traces.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use api::{
    Changed, ErrorBody, Exception, ExceptionLog, ExceptionType, LoggedException, ServerExceptions, SetException,
    SetTrace,
};
use axum::Json;
use axum::body::{Body as Content, Bytes};
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use catalog::ExceptionOf;
use collector::Board;
use futures_util::stream;
use model::{AcdNumber, ExceptionElement, ExceptionKind};
use tokio::sync::watch;

use super::handlers::{Answer, ByAcd, Shared};
use super::{App, Body, Query, Refusal, blocking};
use crate::auth::User;

/// A frame comes at least this often, to tell the age.
const KEEP_ALIVE: Duration = Duration::from_secs(5);

pub(super) async fn types() -> Json<Vec<ExceptionType>> {
    Json(ExceptionKind::ALL.iter().map(|kind| ExceptionType::from(*kind)).collect())
}

pub(super) async fn rules(State(app): Shared, Query(query): Query<ByAcd>) -> Answer<Vec<Exception>> {
    blocking(move || app.administration.exceptions(&app.reports, query.acd)).await.map(Json)
}

pub(super) async fn set_rule(State(app): Shared, user: User, Body(set): Body<SetException>) -> Answer<Changed> {
    blocking(move || app.administration.set_exception(&app.reports, &user, &set)).await.map(Json)
}

pub(super) async fn traces(State(app): Shared, Query(query): Query<ByAcd>) -> Answer<Vec<String>> {
    blocking(move || app.administration.traces(&app.reports, query.acd)).await.map(Json)
}

pub(super) async fn set_trace(State(app): Shared, user: User, Body(set): Body<SetTrace>) -> Answer<Changed> {
    blocking(move || app.administration.set_trace(&app.reports, &user, &set)).await.map(Json)
}

pub(super) async fn server(State(app): Shared) -> Json<ServerExceptions> {
    let of_acds = app.reports.sources.iter().flat_map(|source| source.view.troubles().list(Some(source.view.number())));
    let up_secs = i64::try_from(app.started_at.elapsed().as_secs()).unwrap_or(i64::MAX);
    Json(ServerExceptions {
        server: app.reports.server.clone(),
        since: crate::administration::now() + -up_secs,
        exceptions: app.troubles.list(None).into_iter().chain(of_acds).collect(),
    })
}

pub(super) async fn log(State(app): Shared, Query(query): Query<ByAcd>) -> Answer<ExceptionLog> {
    Ok(Json(Follower::new(app, query.acd)?.news()))
}

/// The log, and then what is added to it.
pub(super) async fn live(State(app): Shared, Query(query): Query<ByAcd>) -> Result<Response, Refusal> {
    let follower = Follower::new(app, query.acd)?;
    let frames = stream::unfold((follower, true), |(mut follower, first)| async move {
        if !first {
            follower.wait().await?;
        }
        let frame = follower.frame();
        Some((Ok::<_, Infallible>(frame), (follower, false)))
    });
    let headers = [(CONTENT_TYPE, "text/event-stream"), (CACHE_CONTROL, "no-store")];
    Ok((headers, Content::from_stream(frames)).into_response())
}

/// Somebody who reads the log as it grows.
struct Follower {
    app: Arc<App>,
    acd: AcdNumber,
    boards: watch::Receiver<Option<Arc<Board>>>,
    /// The last exception that was handed out.
    seen: Option<collector::LoggedException>,
}

impl Follower {
    fn new(app: Arc<App>, acd: AcdNumber) -> Result<Self, ErrorBody> {
        let boards = app.reports.source(acd)?.view.boards();
        Ok(Follower { app, acd, boards, seen: None })
    }

    /// Waits until there is something new, or until it is time to tell the age; `None` when there will be nothing.
    async fn wait(&mut self) -> Option<()> {
        let until = tokio::time::Instant::now() + KEEP_ALIVE;
        while !self.has_news() {
            match tokio::time::timeout_at(until, self.boards.changed()).await {
                Ok(changed) => changed.ok()?,
                Err(_) => break,
            }
        }
        Some(())
    }

    fn has_news(&self) -> bool {
        let board = self.boards.borrow();
        board.as_ref().is_some_and(|board| board.exception_log.back() != self.seen.as_ref())
    }

    /// What came since the last time; everything if that is no longer in the log.
    fn news(&mut self) -> ExceptionLog {
        let board = self.boards.borrow_and_update().clone();
        let log = board.as_ref().map(|board| &board.exception_log);
        let seen = log.and_then(|log| log.iter().rposition(|logged| Some(logged) == self.seen.as_ref()));
        let first = seen.map_or(0, |last| last + 1);
        let exceptions = log.into_iter().flat_map(|log| log.iter().skip(first)).map(logged).collect();
        self.seen = log.and_then(|log| log.back().cloned());
        let reports = &self.app.reports;
        let stamp = reports.source(self.acd).map(|source| source.view.stamp(&reports.server, reports.role));
        let stamp = stamp.unwrap_or_else(|_| unreachable!("the ACD was there"));
        ExceptionLog { stamp, counted: board.map_or(0, |board| board.exceptions), exceptions }
    }

    fn frame(&mut self) -> Bytes {
        let mut text = b"event: exceptions\ndata: ".to_vec();
        if let Err(error) = serde_json::to_writer(&mut text, &self.news()) {
            tracing::error!("cannot encode a frame: {error}");
        }
        text.extend_from_slice(b"\n\n");
        Bytes::from(text)
    }
}

fn logged(logged: &collector::LoggedException) -> LoggedException {
    let row = &logged.row;
    let joined = |parts: [Option<String>; 2]| parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let (element, name, split, detail) = match row.of {
        ExceptionOf::Agent { agent, split, reason } => {
            let reason = reason.map(|reason| format!("reason {reason}"));
            (ExceptionElement::Agent, agent.to_string(), split, joined([reason, None]))
        }
        ExceptionOf::Split { split } => (ExceptionElement::Split, split.to_string(), None, String::new()),
        ExceptionOf::TrunkGroup { group, trunk, agent } => {
            let parts = [trunk.map(|trunk| format!("trunk {trunk}")), agent.map(|agent| format!("agent {agent}"))];
            (ExceptionElement::TrunkGroup, group.to_string(), None, joined(parts))
        }
        ExceptionOf::Vdn { vdn, vector } => {
            let vector = vector.map(|vector| format!("vector {vector}"));
            (ExceptionElement::Vdn, vdn.to_string(), None, joined([vector, None]))
        }
        ExceptionOf::Vector { vector } => (ExceptionElement::Vector, vector.to_string(), None, String::new()),
    };
    LoggedException {
        number: logged.number,
        at: row.at,
        of: element.word().to_owned(),
        element: name,
        split,
        detail,
        exception: ExceptionKind::by_number(element, row.kind).map_or("", ExceptionKind::name).to_owned(),
        extype: row.kind,
        threshold: row.threshold,
        limit_secs: row.limit_secs,
        value: logged.value,
    }
}
