//! The API's manners: who may call what, what garbage is answered by, and live reports.

use std::collections::BTreeSet;

use api::endpoints::{self, Guard, Method};
use api::{ErrorBody, ErrorCode, Frame};
use client::LiveRequest;
use model::{AcdNumber, Feature};
use report::Inputs;
use reqwest::{Client, RequestBuilder};
use testkit::{ADMINISTRATOR, LIMIT, PASSWORD, Place, Site, SiteOptions, until};

use crate::running::Running;

use endpoints::Guard::{Administrator, Reads, User, Writes};

/// Every endpoint that is known to need a signed-in user, and what the user must be or may. A new one is to be written here,
/// or below.
const GUARDED: [(Method, &str, Guard); 107] = [
    (Method::Post, endpoints::LOGOUT, User),
    (Method::Get, endpoints::STATUS, User),
    (Method::Get, endpoints::METRICS, Reads(Feature::Maintenance)),
    (Method::Get, endpoints::REPORTS, Reads(Feature::Reports)),
    (Method::Get, endpoints::REPORT, Reads(Feature::Reports)),
    (Method::Put, endpoints::REPORT, Writes(Feature::Reports)),
    (Method::Delete, endpoints::REPORT, Writes(Feature::Reports)),
    (Method::Post, endpoints::RUN, Reads(Feature::Reports)),
    (Method::Post, endpoints::PREVIEW, Writes(Feature::Reports)),
    (Method::Get, endpoints::LIVE, Reads(Feature::Reports)),
    (Method::Get, endpoints::SHORTCUTS, User),
    (Method::Post, endpoints::SHORTCUT, User),
    (Method::Put, endpoints::SHORTCUT, User),
    (Method::Delete, endpoints::SHORTCUT, User),
    (Method::Post, endpoints::SHORTCUT_COPY, Administrator),
    (Method::Get, endpoints::DICTIONARY, User),
    (Method::Get, endpoints::AGENT_SKILLS, Reads(Feature::AgentAdministration)),
    (Method::Put, endpoints::AGENT_SKILLS, Writes(Feature::AgentAdministration)),
    (Method::Get, endpoints::SYNONYMS, Reads(Feature::Dictionary)),
    (Method::Put, endpoints::SYNONYMS, Writes(Feature::Dictionary)),
    (Method::Get, endpoints::AGENT_GROUPS, Reads(Feature::Dictionary)),
    (Method::Put, endpoints::AGENT_GROUPS, Writes(Feature::Dictionary)),
    (Method::Get, endpoints::CALCULATIONS, Reads(Feature::Dictionary)),
    (Method::Put, endpoints::CALCULATIONS, Writes(Feature::Dictionary)),
    (Method::Get, endpoints::MENU, User),
    (Method::Post, endpoints::MENU, Administrator),
    (Method::Put, endpoints::MENU, Administrator),
    (Method::Delete, endpoints::MENU, Administrator),
    (Method::Get, endpoints::MENU_FILE, User),
    (Method::Post, endpoints::MENU_RUN, User),
    (Method::Post, endpoints::MENU_RUN_LIVE, User),
    (Method::Get, endpoints::DIGESTS, Reads(Feature::Maintenance)),
    (Method::Post, endpoints::SQL, Reads(Feature::Maintenance)),
    (Method::Get, endpoints::PROFILES, Reads(Feature::CallCenterAdministration)),
    (Method::Get, endpoints::ARCHIVE_STATUS, Reads(Feature::Maintenance)),
    (Method::Get, endpoints::SUMMARIES, Reads(Feature::Maintenance)),
    (Method::Get, endpoints::STORAGE, Reads(Feature::SystemSetup)),
    (Method::Get, endpoints::HISTORY_INTERFACE, Reads(Feature::SystemSetup)),
    (Method::Get, endpoints::EXCEPTION_TYPES, User),
    (Method::Get, endpoints::EXCEPTIONS, Reads(Feature::Exceptions)),
    (Method::Get, endpoints::EXCEPTION_LOG, Reads(Feature::Exceptions)),
    (Method::Get, endpoints::EXCEPTIONS_LIVE, Reads(Feature::Exceptions)),
    (Method::Get, endpoints::SERVER_EXCEPTIONS, Reads(Feature::Maintenance)),
    (Method::Get, endpoints::TRACES, Reads(Feature::AgentAdministration)),
    (Method::Put, endpoints::PROFILE, Writes(Feature::CallCenterAdministration)),
    (Method::Delete, endpoints::PROFILE, Writes(Feature::CallCenterAdministration)),
    (Method::Put, endpoints::COLLECTION, Writes(Feature::SystemSetup)),
    (Method::Put, endpoints::INTERVAL, Writes(Feature::SystemSetup)),
    (Method::Get, endpoints::CHANGES, Administrator),
    (Method::Post, endpoints::SUMMARIZE, Writes(Feature::Maintenance)),
    (Method::Put, endpoints::STORAGE, Writes(Feature::SystemSetup)),
    (Method::Put, endpoints::SUMMARIZING, Writes(Feature::SystemSetup)),
    (Method::Put, endpoints::HISTORY_INTERFACE, Writes(Feature::SystemSetup)),
    (Method::Put, endpoints::EXCEPTION, Writes(Feature::Exceptions)),
    (Method::Put, endpoints::TRACE, Writes(Feature::AgentAdministration)),
    (Method::Get, endpoints::USERS, Administrator),
    (Method::Get, endpoints::USER, User),
    (Method::Post, endpoints::USER, Administrator),
    (Method::Put, endpoints::USER, Administrator),
    (Method::Delete, endpoints::USER, Administrator),
    (Method::Put, endpoints::PASSWORD, User),
    (Method::Get, endpoints::PERMISSIONS, User),
    (Method::Put, endpoints::PERMISSIONS, Administrator),
    (Method::Get, endpoints::MODE, User),
    (Method::Put, endpoints::MODE, Administrator),
    (Method::Get, endpoints::MODE_RULES, User),
    (Method::Put, endpoints::MASTER_ACD, Administrator),
    (Method::Get, endpoints::TIMETABLES, Reads(Feature::Timetable)),
    (Method::Get, endpoints::TIMETABLE, Reads(Feature::Timetable)),
    (Method::Post, endpoints::TIMETABLE, Writes(Feature::Timetable)),
    (Method::Put, endpoints::TIMETABLE, Writes(Feature::Timetable)),
    (Method::Delete, endpoints::TIMETABLE, Writes(Feature::Timetable)),
    (Method::Post, endpoints::TIMETABLE_RUN, Writes(Feature::Timetable)),
    (Method::Put, endpoints::TIMETABLES_EDIT, Writes(Feature::Timetable)),
    (Method::Post, endpoints::TIMETABLES_UNDO, Writes(Feature::Timetable)),
    (Method::Get, endpoints::MAINTENANCE_LOG, Reads(Feature::Maintenance)),
    (Method::Post, endpoints::MAINTENANCE_ACKNOWLEDGE, Writes(Feature::Maintenance)),
    (Method::Get, endpoints::BACKUPS, Reads(Feature::Maintenance)),
    (Method::Get, endpoints::BACKUP, Reads(Feature::Maintenance)),
    (Method::Get, endpoints::BACKUP_TABLES, Reads(Feature::Maintenance)),
    (Method::Get, endpoints::IMAGES, Reads(Feature::Maintenance)),
    (Method::Post, endpoints::IMAGES, Administrator),
    (Method::Post, endpoints::IMAGE_VERIFY, Administrator),
    (Method::Get, endpoints::RESTORES, Reads(Feature::Maintenance)),
    (Method::Get, endpoints::JOB, Reads(Feature::Maintenance)),
    (Method::Delete, endpoints::JOB, Administrator),
    (Method::Get, endpoints::JOBS, Reads(Feature::Maintenance)),
    (Method::Post, endpoints::BACKUPS, Administrator),
    (Method::Post, endpoints::BACKUP_VERIFY, Administrator),
    (Method::Post, endpoints::RESTORE_PLAN, Administrator),
    (Method::Post, endpoints::RESTORES, Administrator),
    (Method::Post, endpoints::RESTORE_UNDO, Administrator),
    (Method::Post, endpoints::PARCEL, Administrator),
    (Method::Post, endpoints::PARCEL_MISSED, Administrator),
    (Method::Post, endpoints::PARCEL_COLLECT, Administrator),
    (Method::Delete, endpoints::PARCEL, Administrator),
    (Method::Get, endpoints::PARCEL_VOLUME, Administrator),
    (Method::Put, endpoints::PARCEL_VOLUME, Administrator),
    (Method::Post, endpoints::SYNC_PACK, Administrator),
    (Method::Post, endpoints::SYNC, Administrator),
    (Method::Get, endpoints::SYNC, Administrator),
    (Method::Put, endpoints::SYNC, Administrator),
    (Method::Get, endpoints::SYNC_PEER, Administrator),
    (Method::Put, endpoints::SYNC_PEER, Administrator),
    (Method::Delete, endpoints::SYNC_PEER, Administrator),
    (Method::Get, endpoints::WORKSHEETS, Reads(Feature::Maintenance)),
    (Method::Put, endpoints::WORKSHEETS, Writes(Feature::Maintenance)),
];
/// Every endpoint that is meant for everybody.
const OPEN: [(Method, &str); 3] =
    [(Method::Get, endpoints::HEALTH), (Method::Get, endpoints::OPENAPI), (Method::Post, endpoints::LOGIN)];

/// A client without manners, which sends anything to anybody.
pub fn rude() -> anyhow::Result<Client> {
    // Whoever is first installs it; it is the same for all.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Ok(Client::builder().danger_accept_invalid_certs(true).no_proxy().timeout(LIMIT).build()?)
}

pub fn verb(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Delete => reqwest::Method::DELETE,
    }
}

/// How a request is refused: the status, and the error in our own shape.
async fn refused(request: RequestBuilder) -> anyhow::Result<(u16, ErrorBody)> {
    let answer = request.send().await?;
    let status = answer.status().as_u16();
    let body = answer.text().await?;
    let error = serde_json::from_str(&body).map_err(|error| anyhow::anyhow!("{status} {body:?}: {error}"))?;
    Ok((status, error))
}

async fn check_refused(request: RequestBuilder, code: ErrorCode, text: &str) -> anyhow::Result<()> {
    let (status, error) = refused(request).await?;
    assert_eq!((status, error.code), (code.status(), code), "{error:?}");
    assert!(error.message.contains(text), "{:?} does not say {text:?}", error.message);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_endpoint_is_guarded_or_known_to_be_open() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let (http, url) = (rude()?, site.server(Place::A).url());
    let all = endpoints::all();
    let listed = |endpoint: &endpoints::Endpoint| {
        let known = GUARDED.iter().find(|(method, path, _)| (*method, *path) == (endpoint.method, endpoint.path));
        known.is_some_and(|(_, _, guard)| *guard == endpoint.guard)
    };
    let (open, guarded): (Vec<_>, Vec<_>) = all.iter().partition(|endpoint| endpoint.guard == Guard::Open);
    let open: BTreeSet<_> = open.iter().map(|endpoint| (endpoint.method, endpoint.path)).collect();
    assert_eq!(open, BTreeSet::from(OPEN));
    for endpoint in &guarded {
        assert!(listed(endpoint), "{:?} {} is not guarded as it is listed", endpoint.method, endpoint.path);
    }
    assert_eq!(guarded.len(), GUARDED.len());
    for (method, path, _) in GUARDED {
        let request = || http.request(verb(method), format!("{url}{path}"));
        check_refused(request(), ErrorCode::NotSignedIn, "sign in").await?;
        check_refused(request().bearer_auth("0123456789abcdef"), ErrorCode::NotSignedIn, "sign in").await?;
        check_refused(request().basic_auth(ADMINISTRATOR, Some(PASSWORD)), ErrorCode::NotSignedIn, "sign in").await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_with_logging_out() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let (one, other) = (site.client(Place::A).await?, site.client(Place::A).await?);
    let shared = one.clone();
    one.status().await?;
    shared.logout().await?;
    let refusal = one.status().await.expect_err("the token is gone");
    assert_eq!(refusal.refusal().map(|body| body.code), Some(ErrorCode::NotSignedIn));
    other.status().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_passwords_are_slowed_down_and_the_right_one_works_again() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let known = site.client(Place::A).await?;
    let (http, url) = (rude()?, format!("{}{}", site.server(Place::A).url(), endpoints::LOGIN));
    let attempt =
        |password: &str| http.post(&url).json(&serde_json::json!({"user": ADMINISTRATOR, "password": password}));
    let (status, error) = refused(attempt("not the password")).await?;
    assert_eq!((status, error.code), (401, ErrorCode::WrongPassword));
    let mut slowed = 0;
    for _ in 0..6 {
        slowed += u32::from(refused(attempt("not the password")).await?.1.code == ErrorCode::TooMany);
    }
    assert!(slowed > 0, "nobody was slowed down");
    let (status, error) =
        refused(http.post(&url).json(&serde_json::json!({"user": "nobody", "password": "x"}))).await?;
    assert_eq!((status, error.code), (401, ErrorCode::WrongPassword), "another name is not held up");
    // Who is signed in notices nothing, and the right password works once the time is over.
    known.status().await?;
    until("the right password is taken again", async || {
        let answer = attempt(PASSWORD).send().await.ok()?;
        answer.status().is_success().then_some(())
    })
    .await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_is_refused_in_our_own_words() -> anyhow::Result<()> {
    let running = Running::start().await?;
    let (http, url) = (rude()?, running.site.server(Place::A).url());
    let login = serde_json::json!({"user": ADMINISTRATOR, "password": PASSWORD});
    let answer = http.post(format!("{url}{}", endpoints::LOGIN)).json(&login).send().await?.text().await?;
    let session: api::Session = serde_json::from_str(&answer)?;
    let get = |path: &str| http.get(format!("{url}{path}")).bearer_auth(&session.token);
    let post = |path: &str, body: &str| {
        let request = http.post(format!("{url}{path}")).bearer_auth(&session.token);
        request.header("content-type", "application/json").body(body.to_owned())
    };
    use ErrorCode::{BadRequest, NotFound};
    check_refused(get("/api/v1/nowhere"), NotFound, "no such endpoint").await?;
    let (status, error) = refused(post(endpoints::STATUS, "{}")).await?;
    assert!(
        status == 405 && error.code == BadRequest && error.message.contains("no such method"),
        "{status} {error:?}"
    );
    check_refused(post(endpoints::RUN, "{"), BadRequest, "").await?;
    check_refused(post(endpoints::RUN, "[1, 2]"), BadRequest, "").await?;
    check_refused(post(endpoints::RUN, r#"{"path": "VDN Report", "acd": 1, "wrong": 2}"#), BadRequest, "wrong").await?;
    // A little more than is read: of much more, the rest may still be on its way when the connection is closed.
    check_refused(post(endpoints::RUN, &format!("\"{}\"", "x".repeat(1 << 20))), BadRequest, "").await?;
    check_refused(post(endpoints::RUN, r#"{"path": "No such report", "acd": 1}"#), NotFound, "No such report").await?;
    check_refused(post(endpoints::RUN, r#"{"path": "VDN Report", "acd": 8}"#), NotFound, "ACD 8").await?;
    let inputs = r#"{"path": "VDN Report", "acd": 1, "inputs": {"vdns": "no-such-vdn"}}"#;
    check_refused(post(endpoints::RUN, inputs), BadRequest, "no-such-vdn").await?;
    check_refused(get(endpoints::DIGESTS), BadRequest, "acd").await?;
    check_refused(get("/api/v1/archive/digests?acd=one"), BadRequest, "").await?;
    check_refused(get("/api/v1/report/live?path=VDN%20Report&acd=1&refresh=601"), BadRequest, "601").await?;
    check_refused(get("/api/v1/report/live?path=VDN%20Report&acd=1&refresh=1&inputs=%7B"), BadRequest, "inputs")
        .await?;
    for sql in
        ["DELETE FROM hsplit", "SELECT 1; DROP TABLE hsplit", "ATTACH 'x' AS x", "SELECT nothing FROM hsplit", ""]
    {
        let body = serde_json::json!({"acd": 1, "sql": sql}).to_string();
        check_refused(post(endpoints::SQL, &body), BadRequest, "").await?;
    }
    let rows = running.site.figures(Place::A, "SELECT count(*) FROM hsplit").await?;
    assert!(rows[0] > 0, "{rows:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_description_names_every_endpoint() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let openapi = site.client(Place::A).await?.openapi().await?;
    for (method, path) in GUARDED.map(|(method, path, _)| (method, path)).into_iter().chain(OPEN) {
        let name = verb(method).as_str().to_lowercase();
        assert!(openapi["paths"][path][&name].is_object(), "{name} {path} is not described");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn many_watchers_of_one_report_share_one_evaluation() -> anyhow::Result<()> {
    let running = Running::start().await?;
    let client = running.site.client(Place::A).await?;
    let request = |splits: &str| LiveRequest {
        path: "Split/Skill Report".to_owned(),
        acd: Site::ACD,
        inputs: Inputs::from([("splits".to_owned(), splits.to_owned())]),
        refresh_secs: 1,
    };
    let mut watchers = Vec::new();
    for _ in 0..5 {
        watchers.push(client.live(&request("1-3"), None).await?);
    }
    let mut last = Vec::new();
    for watcher in &mut watchers {
        let Some(Frame::Sheet { stamp, sheet }) = watcher.next_frame().await? else { panic!("a sheet comes first") };
        assert_eq!((stamp.server.as_str(), stamp.link), ("CMS-A", api::LinkState::Up));
        assert_eq!(sheet.blocks[0].rows.len(), 3);
        last.push(sheet);
    }
    for watcher in &mut watchers {
        let Some(Frame::Cells { stamp, .. }) = watcher.next_frame().await? else { panic!("then come cells") };
        assert!(stamp.age_ms.is_some_and(|age_ms| age_ms < 60_000));
    }
    let status = client.status().await?;
    assert_eq!((status.watchers, status.evaluations), (5, 1));
    let _other = client.live(&request("4"), None).await?;
    let status = client.status().await?;
    assert_eq!((status.watchers, status.evaluations), (6, 2));
    drop(watchers);
    until("the watchers are gone", async || {
        let status = client.status().await.ok()?;
        ((status.watchers, status.evaluations) == (1, 1)).then_some(())
    })
    .await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn digests_are_given_from_start_to_start() -> anyhow::Result<()> {
    let running = Running::start().await?;
    let client = running.site.client(Place::B).await?;
    let all = client.digests(Site::ACD, None, None).await?;
    let (first, second) = (all[0].start, all[1].start);
    assert_eq!(client.digests(Site::ACD, Some(second), None).await?[0], all[1]);
    assert_eq!(client.digests(Site::ACD, Some(first), Some(second)).await?, all[..2]);
    assert_eq!(client.digests(Site::ACD, None, Some(first)).await?, all[..1]);
    let refusal = client.digests(AcdNumber(5), None, None).await.expect_err("there is no ACD 5");
    assert_eq!(refusal.refusal().map(|body| body.code), Some(ErrorCode::NotFound));
    Ok(())
}
