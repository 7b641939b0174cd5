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
use model::{AcdNumber, Element, ExceptionElement, ExceptionKind};
use tokio::sync::watch;

use super::handlers::{Answer, ByAcd, Shared};
use super::leave::Leave;
use super::{Body, May, Query, Refusal, blocking};
use crate::app::App;
use crate::auth::User;
use crate::people::{Rights, element_watched};

/// A frame comes at least this often, to tell the age.
const KEEP_ALIVE: Duration = Duration::from_secs(5);

pub(super) async fn types() -> Json<Vec<ExceptionType>> {
    Json(ExceptionKind::ALL.iter().map(|kind| ExceptionType::from(*kind)).collect())
}

pub(super) async fn rules(State(app): Shared, may: May, Query(query): Query<ByAcd>) -> Answer<Vec<Exception>> {
    let work = move || {
        may.rights.may_read(query.acd)?;
        let mut rules = app.administration.exceptions(&app.reports, query.acd)?;
        rules.retain(|rule| {
            let (element, number) = scope_element(&rule.of);
            may.rights.sees_element(query.acd, element, number.then_some(rule.number.as_str()))
        });
        Ok(rules)
    };
    blocking(work).await.map(Json)
}

pub(super) async fn set_rule(
    State(app): Shared,
    user: User,
    may: May,
    Body(set): Body<SetException>,
) -> Answer<Changed> {
    let work = move || {
        may.rights.may_read(set.acd)?;
        let (element, _) = scope_element(&set.of);
        set.numbers.iter().try_for_each(|number| may.rights.may_write_element(set.acd, element, number))?;
        app.administration.set_exception(&app.reports, &user, &set)
    };
    blocking(work).await.map(Json)
}

pub(super) async fn traces(State(app): Shared, may: May, Query(query): Query<ByAcd>) -> Answer<Vec<String>> {
    let work = move || {
        may.rights.may_read(query.acd)?;
        app.administration.traces(&app.reports, query.acd)
    };
    blocking(work).await.map(Json)
}

pub(super) async fn set_trace(State(app): Shared, user: User, may: May, Body(set): Body<SetTrace>) -> Answer<Changed> {
    let work = move || {
        may.rights.may_write(set.acd)?;
        app.administration.set_trace(&app.reports, &user, &set)
    };
    blocking(work).await.map(Json)
}

pub(super) async fn server(State(app): Shared, may: May) -> Json<ServerExceptions> {
    let sources = app.reports.sources.iter().filter(|source| may.rights.sees(source.view.number()));
    let of_acds = sources.flat_map(|source| source.view.troubles().list(Some(source.view.number())));
    let up_secs = i64::try_from(app.started_at.elapsed().as_secs()).unwrap_or(i64::MAX);
    Json(ServerExceptions {
        server: app.reports.server.clone(),
        since: app.administration.now() + -up_secs,
        exceptions: app.troubles.list(None).into_iter().chain(of_acds).collect(),
    })
}

pub(super) async fn log(State(app): Shared, may: May, Query(query): Query<ByAcd>) -> Answer<ExceptionLog> {
    Ok(Json(Follower::new(app, may.rights, query.acd)?.news()))
}

/// The log, and then what is added to it.
pub(super) async fn live(State(app): Shared, may: May, Query(query): Query<ByAcd>) -> Result<Response, Refusal> {
    let follower = Follower::new(Arc::clone(&app), Arc::clone(&may.rights), query.acd)?;
    let leave = Leave::new(&app, may);
    let frames = stream::unfold((follower, leave, true), |(mut follower, mut leave, first)| async move {
        tokio::select! {
            biased;
            // There is no frame to say why; the next request is told.
            _ = leave.wait() => return None,
            waited = follower.wait(), if !first => waited?,
            () = std::future::ready(()), if first => {}
        }
        let frame = follower.frame();
        Some((Ok::<_, Infallible>(frame), (follower, leave, false)))
    });
    let headers = [(CONTENT_TYPE, "text/event-stream"), (CACHE_CONTROL, "no-store")];
    Ok((headers, Content::from_stream(frames)).into_response())
}

/// The element that a rule of this kind is about; `false` if its number is none of it.
fn scope_element(of: &str) -> (Element, bool) {
    match of.parse() {
        Ok(of) => (element_watched(of), true),
        Err(_) => (Element::Split, false),
    }
}

/// Somebody who reads the log as it grows.
struct Follower {
    app: Arc<App>,
    /// Whose reader.
    rights: Arc<Rights>,
    acd: AcdNumber,
    boards: watch::Receiver<Option<Arc<Board>>>,
    /// The last exception that was handed out.
    seen: Option<collector::LoggedException>,
}

impl Follower {
    fn new(app: Arc<App>, rights: Arc<Rights>, acd: AcdNumber) -> Result<Self, ErrorBody> {
        rights.may_read(acd)?;
        let boards = app.reports.source(acd)?.view.boards();
        Ok(Follower { app, rights, acd, boards, seen: None })
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
        let news = log.into_iter().flat_map(|log| log.iter().skip(first));
        let exceptions = news.filter(|logged| self.is_told(logged)).map(logged).collect();
        let counted = board.as_ref().map_or(0, |board| self.counted(board));
        self.seen = log.and_then(|log| log.back().cloned());
        let reports = &self.app.reports;
        let stamp = reports.source(self.acd).map(|source| source.view.stamp(&reports.server, reports.role));
        let stamp = stamp.unwrap_or_else(|_| unreachable!("the ACD was there"));
        ExceptionLog { stamp, counted, exceptions }
    }

    /// Whether the reader may be told of an exception.
    fn is_told(&self, logged: &collector::LoggedException) -> bool {
        let (element, number) = match logged.row.of {
            ExceptionOf::Agent { split, .. } => (Element::Split, split.map(|split| split.to_string())),
            ExceptionOf::Split { split } => (Element::Split, Some(split.to_string())),
            ExceptionOf::TrunkGroup { group, .. } => (Element::TrunkGroup, Some(group.to_string())),
            ExceptionOf::Vdn { vdn, .. } => (Element::Vdn, Some(vdn.to_string())),
            ExceptionOf::Vector { vector } => (Element::Vector, Some(vector.to_string())),
        };
        self.rights.is_told_of(self.acd, element, number.as_deref())
    }

    /// How many the running interval has had. Of a reader who is not told of all, those of the last hundred that count.
    fn counted(&self, board: &Board) -> u32 {
        if self.rights.is_told_all(self.acd) {
            return board.exceptions;
        }
        let since = board.interval.map(|interval| interval.start);
        let running = |logged: &&collector::LoggedException| since.is_some_and(|since| logged.row.at >= since);
        let told = board.exception_log.iter().filter(running).filter(|logged| self.is_told(logged));
        u32::try_from(told.count()).unwrap_or(u32::MAX)
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
