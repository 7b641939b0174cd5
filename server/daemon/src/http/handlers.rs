//! What each endpoint does.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, LazyLock};

use api::endpoints::{self as e, Endpoint, Method};
use api::{
    Digest, ErrorBody, ErrorCode, Health, Login, Mode, PreviewAnswer, PreviewReport, ReportAnswer, ReportEntry,
    RunAnswer, RunReport, SaveReport, Session, Sql, SqlAnswer, Status, TableDigest,
};
use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::MethodRouter;
use model::{AcdNumber, Dictionary, Moment};
use report::Cell;
use serde::Deserialize;

use super::{
    Body, May, Query, Refusal, administration, bearer, blocking, dictionary, exceptions, history, images, maintenance,
    maintenance_log, menu, metrics, on, parcels, people, shortcuts, skills, storage, stream, sync, timetables,
    worksheets,
};
use crate::app::App;
use crate::auth::{self, IDLE, PRESENT, User};
use crate::causes::failed;
use crate::source::Source;
use crate::troubles::Trouble;

/// A query may run this long and give this many rows.
const SQL_LIMITS: store::QueryLimits = store::QueryLimits { rows: 100_000, millis: 20_000 };
/// Hash that a wrong user name is held against, so that it takes as long as a wrong password.
static NOBODY: LazyLock<String> = LazyLock::new(|| auth::hash_password("nobody has this one").unwrap_or_default());

pub(super) type Answer<T> = Result<Json<T>, Refusal>;
pub(super) type Shared = State<Arc<App>>;

/// The handler of an endpoint.
///
/// # Panics
/// If the list has an endpoint without a handler; a test starts a router, so this is seen before it ships.
pub(super) fn route(endpoint: &Endpoint) -> MethodRouter<Arc<App>> {
    let method = endpoint.method;
    match (method, endpoint.path) {
        (Method::Get, e::HEALTH) => on(method, health),
        (Method::Get, e::OPENAPI) => on(method, async || Json(api::openapi_json())),
        (Method::Post, e::LOGIN) => on(method, login),
        (Method::Post, e::LOGOUT) => on(method, logout),
        (Method::Get, e::STATUS) => on(method, status),
        (Method::Get, e::REPORTS) => on(method, reports),
        (Method::Get, e::REPORT) => on(method, report),
        (Method::Put, e::REPORT) => on(method, save),
        (Method::Delete, e::REPORT) => on(method, delete),
        (Method::Post, e::RUN) => on(method, run),
        (Method::Post, e::PREVIEW) => on(method, preview),
        (Method::Get, e::LIVE) => on(method, stream::live),
        (Method::Get, e::DICTIONARY) => on(method, names),
        (Method::Get, e::DIGESTS) => on(method, digests),
        (Method::Post, e::SQL) => on(method, sql),
        (Method::Get, e::PROFILES) => on(method, administration::profiles),
        (Method::Put, e::PROFILE) => on(method, administration::set_profile),
        (Method::Delete, e::PROFILE) => on(method, administration::remove_profile),
        (Method::Put, e::COLLECTION) => on(method, administration::set_collection),
        (Method::Put, e::INTERVAL) => on(method, administration::set_interval),
        (Method::Get, e::CHANGES) => on(method, administration::changes),
        (Method::Get, e::EXCEPTION_TYPES) => on(method, exceptions::types),
        (Method::Get, e::EXCEPTIONS) => on(method, exceptions::rules),
        (Method::Put, e::EXCEPTION) => on(method, exceptions::set_rule),
        (Method::Get, e::EXCEPTION_LOG) => on(method, exceptions::log),
        (Method::Get, e::EXCEPTIONS_LIVE) => on(method, exceptions::live),
        (Method::Get, e::SERVER_EXCEPTIONS) => on(method, exceptions::server),
        (Method::Get, e::TRACES) => on(method, exceptions::traces),
        (Method::Put, e::TRACE) => on(method, exceptions::set_trace),
        (Method::Get, e::AGENT_SKILLS) => on(method, skills::show),
        (Method::Put, e::AGENT_SKILLS) => on(method, skills::set),
        (Method::Get, e::ARCHIVE_STATUS) => on(method, storage::archive_status),
        (Method::Get, e::SUMMARIES) => on(method, storage::summaries),
        (Method::Post, e::SUMMARIZE) => on(method, storage::summarize),
        (Method::Get, e::STORAGE) => on(method, storage::show),
        (Method::Put, e::STORAGE) => on(method, storage::set),
        (Method::Put, e::SUMMARIZING) => on(method, storage::set_summarizing),
        (Method::Get, e::BACKUPS) => on(method, maintenance::backups),
        (Method::Post, e::BACKUPS) => on(method, maintenance::run_backup),
        (Method::Get, e::BACKUP) => on(method, maintenance::backup),
        (Method::Post, e::BACKUP_VERIFY) => on(method, maintenance::verify),
        (Method::Post, e::RESTORE_PLAN) => on(method, maintenance::plan_restore),
        (Method::Get, e::RESTORES) => on(method, maintenance::restores),
        (Method::Post, e::RESTORES) => on(method, maintenance::run_restore),
        (Method::Post, e::RESTORE_UNDO) => on(method, maintenance::undo_restore),
        (Method::Get, e::JOB) => on(method, maintenance::job),
        (Method::Delete, e::JOB) => on(method, maintenance::call_off),
        (Method::Get, e::JOBS) => on(method, maintenance::jobs),
        (Method::Get, e::HISTORY_INTERFACE) => on(method, history::status),
        (Method::Put, e::HISTORY_INTERFACE) => on(method, history::switch),
        (_, path) if path.starts_with(e::TIMETABLE) => timetables::route(endpoint),
        (_, path) if path.starts_with(e::SHORTCUT) => shortcuts::route(endpoint),
        (_, path) if path.starts_with(e::PARCEL) => parcels::route(endpoint),
        (_, path) if path.starts_with(e::MENU) => menu::route(endpoint),
        (_, path) if path.starts_with(e::SYNC) => sync::route(endpoint),
        (_, e::BACKUP_TABLES | e::IMAGES | e::IMAGE_VERIFY) => images::route(endpoint),
        (Method::Get, e::METRICS) => on(method, metrics::metrics),
        (Method::Get, e::MAINTENANCE_LOG) => on(method, maintenance_log::log),
        (Method::Post, e::MAINTENANCE_ACKNOWLEDGE) => on(method, maintenance_log::acknowledge),
        (Method::Get, e::WORKSHEETS) => on(method, worksheets::list),
        (Method::Put, e::WORKSHEETS) => on(method, worksheets::keep),
        (_, path) if path.starts_with(e::DICTIONARY) => dictionary::route(endpoint),
        _ => people::route(endpoint),
    }
}

async fn health(State(app): Shared) -> Json<Health> {
    Json(Health {
        server: app.reports.server.clone(),
        role: app.reports.role,
        version: crate::VERSION.to_owned(),
        mode: app.administration.mode(),
        reads_volumes: backup::FORMAT,
        acds: app.reports.sources.iter().map(|source| source.view.health()).collect(),
    })
}

async fn login(
    State(app): Shared,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Body(login): Body<Login>,
) -> Answer<Session> {
    let from = peer.ip();
    let shared = Arc::clone(&app);
    let _room = shared.checking.acquire().await;
    blocking(move || sign_in(&app, &login, from)).await.map(Json)
}

fn sign_in(app: &App, login: &Login, from: IpAddr) -> Result<Session, ErrorBody> {
    let attempt = app.sessions.attempt(&login.user, from);
    let _attempt = attempt.map_err(|delay| auth::too_many(&login.user, delay))?;
    let doing = |error| failed("reading the user", &error);
    let found = app.reports.lock().user(&login.user).map_err(doing)?;
    let hash = app.administration.local().password(&login.user).map_err(doing)?;
    let matches = auth::verify_password(&login.password, hash.as_deref().unwrap_or(NOBODY.as_str()));
    let Some(known) = found.filter(|_| matches && hash.is_some()) else {
        app.sessions.failed(&login.user, from);
        tracing::warn!(user = login.user, %from, "wrong user name or password, or no password on this server");
        app.troubles.note(
            app.administration.now(),
            Trouble::LogOnRefused,
            format!("wrong user name or password from {from}"),
        );
        let message =
            format!("the user name or the password is wrong; {} has passwords of its own", app.reports.server);
        return Err(ErrorBody::new(ErrorCode::WrongPassword, message));
    };
    let user = User { name: known.name, administrator: known.administrator };
    let token = open_session(app, user.clone(), from)?;
    Ok(Session {
        token,
        user: user.name,
        administrator: user.administrator,
        idle_secs: IDLE.as_secs(),
        login_acd: known.login_acd,
        server: app.reports.server.clone(),
        role: app.reports.role,
        mode: app.administration.mode(),
    })
}

/// Opens a session, in single-user mode of an administrator alone.
fn open_session(app: &App, user: User, from: IpAddr) -> Result<String, ErrorBody> {
    let by = app.administration.state().by.clone();
    let found = app.reports.lock().user(&by).map_err(|error| failed("reading the user", &error))?;
    let failed = |error: anyhow::Error| ErrorBody::new(ErrorCode::Internal, error.to_string());
    let calendar = crate::administration::clock(&app.reports);
    // Held until the session is open, so that none is opened while single-user mode begins.
    let state = app.administration.state();
    if state.mode == Mode::MultiUser {
        return app.sessions.open(user, from).map_err(failed);
    }
    let notice = state.notice(&app.reports.server, &calendar);
    if !user.administrator {
        return Err(notice);
    }
    // The place is of whoever set the mode, and is to end it, as long as that one may.
    let holder = found.filter(|known| known.administrator && known.name == state.by).map(|known| known.name);
    let opened = app.sessions.open_alone(user, from, &notice, holder.as_deref()).map_err(failed)?;
    opened.map_err(|other| {
        let why = match holder.as_ref() == Some(&other) {
            true => {
                let minutes = PRESENT.as_secs() / 60;
                format!(
                    "the place is kept for {other} until {minutes} minutes after {other} has asked for something last, or the \
                     server was started"
                )
            }
            false => format!("{other} is signed in"),
        };
        ErrorBody::new(ErrorCode::SingleUser, format!("{}; {why}", notice.message))
    })
}

async fn logout(State(app): Shared, headers: HeaderMap) -> StatusCode {
    if let Some(token) = bearer(&headers) {
        app.sessions.close(token);
    }
    StatusCode::OK
}

async fn status(State(app): Shared, may: May) -> Answer<Status> {
    blocking(move || status_of(&app, &may)).await.map(Json)
}

fn status_of(app: &App, may: &May) -> Result<Status, ErrorBody> {
    let (watchers, evaluations) = app.hub.counts();
    let seen = app.reports.sources.iter().filter(|source| may.rights.sees(source.view.number()));
    let acd = |source: &Source| Ok(source.view.status(app.administration.interval(source)?));
    Ok(Status {
        server: app.reports.server.clone(),
        role: app.reports.role,
        version: crate::VERSION.to_owned(),
        mode: app.administration.mode(),
        user: may.rights.user.clone(),
        up_secs: app.started_at.elapsed().as_secs(),
        watchers,
        evaluations,
        certificate: app.certificate.map(|certificate| certificate.dates(app.administration.now())),
        acds: seen.map(acd).collect::<Result<_, ErrorBody>>()?,
    })
}

async fn reports(State(app): Shared, user: User) -> Answer<Vec<ReportEntry>> {
    blocking(move || app.reports.list(&user)).await.map(Json)
}

#[derive(Deserialize)]
struct ByPath {
    path: String,
}

async fn report(State(app): Shared, user: User, Query(query): Query<ByPath>) -> Answer<ReportAnswer> {
    let work = move || {
        let (entry, definition) = app.reports.find(&user, &query.path)?;
        let house = app.reports.house_formulas()?;
        let house = definition.needs(&house).into_iter().cloned().collect();
        Ok(ReportAnswer { entry, definition: (*definition).clone(), house })
    };
    blocking(work).await.map(Json)
}

async fn save(State(app): Shared, user: User, may: May, Body(request): Body<SaveReport>) -> Answer<ReportEntry> {
    let work = move || app.administration.save_report(&app.reports, &user, &may.rights, &request);
    blocking(work).await.map(Json)
}

#[derive(Deserialize)]
struct Deletion {
    path: String,
    #[serde(default)]
    anyway: bool,
}

async fn delete(State(app): Shared, user: User, Query(query): Query<Deletion>) -> Result<StatusCode, Refusal> {
    blocking(move || app.reports.delete(&user, &query.path, query.anyway)).await?;
    Ok(StatusCode::OK)
}

async fn run(State(app): Shared, user: User, may: May, Body(request): Body<RunReport>) -> Answer<RunAnswer> {
    let work = move || {
        may.rights.may_read(request.acd)?;
        let (_, definition) = app.reports.find(&user, &request.path)?;
        let (stamp, sheet) =
            app.reports.evaluate(&definition, request.acd, &request.all_inputs(), &may.rights.reach)?;
        Ok(RunAnswer { stamp, sheet })
    };
    blocking(work).await.map(Json)
}

async fn preview(State(app): Shared, may: May, Body(request): Body<PreviewReport>) -> Answer<PreviewAnswer> {
    let work = move || {
        may.rights.may_read(request.acd)?;
        app.reports.preview(&request, &may.rights.reach)
    };
    blocking(work).await.map(Json)
}

#[derive(Deserialize)]
pub(super) struct ByAcd {
    pub(super) acd: AcdNumber,
}

async fn names(State(app): Shared, may: May, Query(query): Query<ByAcd>) -> Answer<Arc<Dictionary>> {
    let work = move || {
        may.rights.may_read(query.acd)?;
        app.reports.dictionary(query.acd, &may.rights.reach)
    };
    blocking(work).await.map(Json)
}

#[derive(Deserialize)]
struct DigestRange {
    acd: AcdNumber,
    from: Option<i64>,
    to: Option<i64>,
    #[serde(default)]
    records: bool,
}

async fn digests(State(app): Shared, may: May, Query(query): Query<DigestRange>) -> Answer<Vec<Digest>> {
    let work = move || {
        may.rights.may_read_all(query.acd)?;
        let archive = app.reports.archive(query.acd)?;
        // The archive's range ends before its end, the API's with it.
        let (from, to) = (query.from.map(Moment), query.to.map(|to| Moment(to.saturating_add(1))));
        let known = archive.digests(from, to).map_err(|error| failed("reading the digests", &error))?;
        let mut records = BTreeMap::new();
        if query.records {
            let intervals: Vec<_> = known.iter().map(|known| known.interval).collect();
            let keeping = app.reports.source(query.acd)?.view.keeping();
            let made = archive.record_digests(&intervals, &keeping.storage);
            records = made.map_err(|error| failed("making digests of the records", &error))?;
        }
        Ok(known.into_iter().map(|known| digest(known, &mut records)).collect())
    };
    blocking(work).await.map(Json)
}

fn digest(known: store::IntervalDigest, records: &mut BTreeMap<Moment, Vec<store::TableDigest>>) -> Digest {
    let (start, end) = (known.interval.start, known.interval.end);
    let records = records.remove(&start).unwrap_or_default().into_iter();
    let records = records.map(|made| TableDigest { table: made.table, rows: made.rows, digest: made.digest });
    let records = records.collect();
    Digest {
        start,
        end,
        digest: known.digest,
        rows: known.rows,
        incomplete: known.incomplete,
        partly: known.partly,
        records,
    }
}

async fn sql(State(app): Shared, may: May, Body(request): Body<Sql>) -> Answer<SqlAnswer> {
    let work = move || {
        may.rights.may_read_all(request.acd)?;
        let mut archive = app.reports.archive(request.acd)?;
        let found = archive
            .query(&request.sql, SQL_LIMITS)
            .map_err(|error| ErrorBody::new(ErrorCode::BadRequest, error.to_string()))?;
        let rows = found.rows.into_iter().map(|row| row.into_iter().map(Cell::normal).collect()).collect();
        Ok(SqlAnswer { columns: found.columns, rows, truncated: found.truncated })
    };
    blocking(work).await.map(Json)
}
