//! One server: its endpoints as methods. The token from signing in is held inside.

use std::sync::Arc;
use std::time::Duration;

use api::{
    Digest, ErrorBody, ErrorCode, Health, HistoryInterface, Login, PreviewAnswer, PreviewReport, ReportAnswer,
    ReportEntry, RunAnswer, RunReport, SaveReport, Session, Sql, SqlAnswer, Status, SwitchHistory, endpoints as at,
};
use futures_util::StreamExt;
use model::{AcdNumber, Dictionary, Moment};
use parking_lot::RwLock;
use reqwest::header::{ACCEPT, HeaderName};
use reqwest::{Method, RequestBuilder, Response, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::address::Address;
use crate::error::ClientError;
use crate::live::{Live, LiveRequest};
use crate::trust::tls_config;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// A connection without a request is let go of after this, before the server closes it.
const IDLE: Duration = Duration::from_secs(15);
/// For everything that is answered from memory or by one look-up.
pub(crate) const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);
/// Reports and queries over long histories.
pub(crate) const LONG_REQUEST_TIMEOUT: Duration = Duration::from_secs(300);
/// A live report's first answer: its headers.
const STREAM_OPEN_TIMEOUT: Duration = Duration::from_secs(10);
const ANSWER_MAX_BYTES: usize = 256 * 1024 * 1024;
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// A connection to one server. Clones share it and its token.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    base: Url,
    url: Arc<str>,
    token: Arc<RwLock<Option<String>>>,
}

impl Client {
    /// Prepares a connection; nothing is sent yet. Needs a tokio runtime only when used.
    pub fn new(address: Address) -> Result<Client, ClientError> {
        let base = address.checked_url()?;
        let url: Arc<str> = address.url.trim_end_matches('/').into();
        let tls = tls_config(&address.trust).map_err(|why| ClientError::Untrusted { url: url.to_string(), why })?;
        // No proxy: the two servers must be reached and judged directly. No redirect: the address is the identity.
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .http1_only()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_idle_timeout(IDLE)
            .tcp_nodelay(true)
            .user_agent(concat!("understudy/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| ClientError::from_request(&url, &error))?;
        Ok(Client { http, base, url, token: Arc::new(RwLock::new(None)) })
    }

    /// The server's address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether a token is held.
    pub fn has_token(&self) -> bool {
        self.token().is_some()
    }

    /// Whether the server takes the token that is held: it does not know it any more after it was started again, or after the token's
    /// time. Such a token is forgotten. A server that does not answer is no reason to doubt it.
    ///
    /// # Errors
    /// If the server is in single-user mode and has signed us out for that: its refusal. That token is forgotten, too.
    pub async fn is_signed_in(&self) -> Result<bool, ClientError> {
        let asked_with = self.token();
        if asked_with.is_none() {
            return Ok(false);
        }
        let Err(error) = self.status().await else { return Ok(true) };
        let Some(code) = error.refusal().map(|body| body.code).filter(|code| code.is_signed_out()) else {
            return Ok(true);
        };
        let mut token = self.token.write();
        // Somebody may have signed in meanwhile.
        *token = token.take().filter(|now| Some(now) != asked_with.as_ref());
        match token.is_some() {
            true => Ok(true),
            false if code == ErrorCode::SingleUser => Err(error),
            false => Ok(false),
        }
    }

    /// Forgets the token without telling the server, which has forgotten it itself.
    pub fn forget_token(&self) {
        self.set_token(None);
    }

    /// How the server is. Needs no token. Fails after `timeout`, so that a hang is noticed.
    pub async fn health(&self, timeout: Duration) -> Result<Health, ClientError> {
        self.json(self.http.get(self.endpoint(at::HEALTH)).timeout(timeout)).await
    }

    /// The API's description.
    pub async fn openapi(&self) -> Result<serde_json::Value, ClientError> {
        self.json(self.get(at::OPENAPI)).await
    }

    /// Signs in; the token is kept for all further requests.
    pub async fn login(&self, user: &str, password: &str) -> Result<Session, ClientError> {
        let body = Login { user: user.to_owned(), password: password.to_owned() };
        let request = self.http.post(self.endpoint(at::LOGIN)).timeout(REQUEST_TIMEOUT).json(&body);
        let session: Session = self.json(request).await?;
        self.set_token(Some(session.token.clone()));
        Ok(session)
    }

    /// Goes on with a token that the server gave in another way than by [`Client::login`].
    pub fn take_token(&self, token: String) {
        self.set_token(Some(token));
    }

    /// Signs out. The token is forgotten even if the server cannot be told.
    pub async fn logout(&self) -> Result<(), ClientError> {
        let request = self.request(Method::POST, at::LOGOUT, REQUEST_TIMEOUT);
        self.set_token(None);
        self.send(request).await.map(drop)
    }

    /// How the server is, in detail.
    pub async fn status(&self) -> Result<Status, ClientError> {
        self.json(self.get(at::STATUS)).await
    }

    /// The reports the user can run.
    pub async fn reports(&self) -> Result<Vec<ReportEntry>, ClientError> {
        self.json(self.get(at::REPORTS)).await
    }

    /// One report's definition.
    pub async fn report(&self, path: &str) -> Result<ReportAnswer, ClientError> {
        self.json(self.get(at::REPORT).query(&[("path", path)])).await
    }

    /// Stores a designer report.
    pub async fn save_report(&self, save: &SaveReport) -> Result<ReportEntry, ClientError> {
        self.json(self.with_body(Method::PUT, at::REPORT, REQUEST_TIMEOUT, save)).await
    }

    /// Deletes a designer report; refused while timetables or shortcuts use it.
    pub async fn delete_report(&self, path: &str) -> Result<(), ClientError> {
        let request = self.request(Method::DELETE, at::REPORT, REQUEST_TIMEOUT).query(&[("path", path)]);
        self.send(request).await.map(drop)
    }

    /// Deletes a designer report, whatever uses it.
    pub async fn delete_used_report(&self, path: &str) -> Result<(), ClientError> {
        let query = [("path", path), ("anyway", "true")];
        let request = self.request(Method::DELETE, at::REPORT, REQUEST_TIMEOUT).query(&query);
        self.send(request).await.map(drop)
    }

    /// Runs a report once.
    pub async fn run(&self, run: &RunReport) -> Result<RunAnswer, ClientError> {
        self.json(self.with_body(Method::POST, at::RUN, LONG_REQUEST_TIMEOUT, run)).await
    }

    /// Runs a report once that is not stored.
    pub async fn preview(&self, preview: &PreviewReport) -> Result<PreviewAnswer, ClientError> {
        self.json(self.with_body(Method::POST, at::PREVIEW, LONG_REQUEST_TIMEOUT, preview)).await
    }

    /// Watches a report. With the ID of the last frame of an earlier stream, goes on from there if the
    /// server still can; else the first frame is a whole sheet again.
    pub async fn live(&self, live: &LiveRequest, last_event_id: Option<&str>) -> Result<Live, ClientError> {
        let inputs = serde_json::to_string(&live.inputs)
            .map_err(|error| ClientError::Garbled { url: self.url.to_string(), why: error.to_string() })?;
        let asked = |request: RequestBuilder| {
            request
                .query(&[("path", live.path.as_str()), ("inputs", &inputs)])
                .query(&[("acd", u32::from(live.acd.0)), ("refresh", live.refresh_secs)])
        };
        self.stream(at::LIVE, asked, last_event_id).await
    }

    /// Opens a stream of frames.
    pub(crate) async fn stream<F: DeserializeOwned>(
        &self,
        path: &str,
        asked: impl FnOnce(RequestBuilder) -> RequestBuilder,
        last_event_id: Option<&str>,
    ) -> Result<Live<F>, ClientError> {
        let request = self.authorised(self.http.get(self.endpoint(path))).header(ACCEPT, "text/event-stream");
        let mut request = asked(request);
        if let Some(id) = last_event_id {
            request = request.header(LAST_EVENT_ID, id);
        }
        let answer = tokio::time::timeout(STREAM_OPEN_TIMEOUT, self.send(request)).await.map_err(|_| {
            ClientError::Unreachable { url: self.url.to_string(), why: "no answer in time".to_owned() }
        })??;
        Ok(Live::new(self.url.to_string(), answer, last_event_id.map(str::to_owned)))
    }

    /// An ACD's names.
    pub async fn dictionary(&self, acd: AcdNumber) -> Result<Dictionary, ClientError> {
        self.json(self.get(at::DICTIONARY).query(&[("acd", acd.0)])).await
    }

    /// Digests of the archived intervals whose start lies in `from..=to`.
    pub async fn digests(
        &self,
        acd: AcdNumber,
        from: Option<Moment>,
        to: Option<Moment>,
    ) -> Result<Vec<Digest>, ClientError> {
        self.digests_with(acd, from, to, false).await
    }

    /// The same with those of the records, which takes longer.
    pub async fn record_digests(
        &self,
        acd: AcdNumber,
        from: Option<Moment>,
        to: Option<Moment>,
    ) -> Result<Vec<Digest>, ClientError> {
        self.digests_with(acd, from, to, true).await
    }

    async fn digests_with(
        &self,
        acd: AcdNumber,
        from: Option<Moment>,
        to: Option<Moment>,
        records: bool,
    ) -> Result<Vec<Digest>, ClientError> {
        let mut query = vec![("acd", acd.to_string())];
        query.extend(from.map(|from| ("from", from.0.to_string())));
        query.extend(to.map(|to| ("to", to.0.to_string())));
        query.extend(records.then(|| ("records", "true".to_owned())));
        self.json(self.request(Method::GET, at::DIGESTS, LONG_REQUEST_TIMEOUT).query(&query)).await
    }

    /// Runs one SELECT on an ACD's history tables.
    pub async fn sql(&self, acd: AcdNumber, sql: &str) -> Result<SqlAnswer, ClientError> {
        let body = Sql { acd, sql: sql.to_owned() };
        self.json(self.with_body(Method::POST, at::SQL, LONG_REQUEST_TIMEOUT, &body)).await
    }

    /// How External Call History stands.
    pub async fn history_interface(&self) -> Result<HistoryInterface, ClientError> {
        self.json(self.get(at::HISTORY_INTERFACE)).await
    }

    /// Switches External Call History on or off; on behind a record, if one is named.
    pub async fn switch_history_interface(
        &self,
        on: bool,
        after: Option<u64>,
    ) -> Result<HistoryInterface, ClientError> {
        let body = SwitchHistory { on, after };
        self.json(self.with_body(Method::PUT, at::HISTORY_INTERFACE, REQUEST_TIMEOUT, &body)).await
    }

    fn endpoint(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        url.set_path(path);
        url
    }

    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.request(Method::GET, path, REQUEST_TIMEOUT)
    }

    pub(crate) fn request(&self, method: Method, path: &str, timeout: Duration) -> RequestBuilder {
        self.authorised(self.http.request(method, self.endpoint(path))).timeout(timeout)
    }

    pub(crate) fn with_body(
        &self,
        method: Method,
        path: &str,
        timeout: Duration,
        body: &impl Serialize,
    ) -> RequestBuilder {
        self.request(method, path, timeout).json(body)
    }

    fn authorised(&self, request: RequestBuilder) -> RequestBuilder {
        match self.token() {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    fn token(&self) -> Option<String> {
        self.token.read().clone()
    }

    fn set_token(&self, token: Option<String>) {
        *self.token.write() = token;
    }

    pub(crate) async fn json<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, ClientError> {
        let answer = self.send(request).await?;
        let body = self.body(answer).await?;
        serde_json::from_slice(&body).map_err(|error| self.garbled(error.to_string()))
    }

    /// Sends, and turns every answer that is not a success into an error.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Result<Response, ClientError> {
        let answer = request.send().await.map_err(|error| ClientError::from_request(&self.url, &error))?;
        let status = answer.status();
        if status.is_success() {
            return Ok(answer);
        }
        let body = self.body(answer).await?;
        match serde_json::from_slice::<ErrorBody>(&body) {
            Ok(body) => Err(ClientError::Refused { url: self.url.to_string(), body: Box::new(body) }),
            Err(_) => Err(self.garbled(format!("HTTP status {status} without a reason"))),
        }
    }

    pub(crate) async fn body(&self, answer: Response) -> Result<Vec<u8>, ClientError> {
        let mut chunks = answer.bytes_stream();
        let mut body = Vec::new();
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|error| ClientError::from_request(&self.url, &error))?;
            if body.len() + chunk.len() > ANSWER_MAX_BYTES {
                return Err(self.garbled(format!("more than {ANSWER_MAX_BYTES} bytes")));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    fn garbled(&self, why: String) -> ClientError {
        ClientError::Garbled { url: self.url.to_string(), why }
    }
}
