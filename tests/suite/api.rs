//! The API's manners: who may call what, what garbage is answered by, and live reports.

use std::time::Duration;

use api::endpoints::{self, Endpoint, Guard, Method};
use api::{ErrorBody, ErrorCode, Frame, SaveReport, Scope};
use client::{ClientError, LiveRequest};
use report::Inputs;
use testkit::{ADMINISTRATOR, EventFeed, LIMIT, PASSWORD, Place, Site, SiteOptions, until};

use crate::day::Day;

/// Every endpoint that needs a signed-in user. A new one is written here when it is known to be guarded.
const GUARDED: [(Method, &str); 11] = [
    (Method::Post, endpoints::LOGOUT),
    (Method::Get, endpoints::STATUS),
    (Method::Get, endpoints::REPORTS),
    (Method::Get, endpoints::REPORT),
    (Method::Put, endpoints::REPORT),
    (Method::Delete, endpoints::REPORT),
    (Method::Post, endpoints::RUN),
    (Method::Get, endpoints::LIVE),
    (Method::Get, endpoints::DICTIONARY),
    (Method::Get, endpoints::DIGESTS),
    (Method::Post, endpoints::SQL),
];
const OPEN: [(Method, &str); 3] =
    [(Method::Get, endpoints::HEALTH), (Method::Get, endpoints::OPENAPI), (Method::Post, endpoints::LOGIN)];

/// A client without manners, which takes any certificate.
fn rude() -> anyhow::Result<reqwest::Client> {
    let tls = client::tls_config_for_tests();
    Ok(reqwest::Client::builder().tls_backend_preconfigured(tls).no_proxy().timeout(LIMIT).build()?)
}

fn verb(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Delete => reqwest::Method::DELETE,
    }
}

/// The status and the error of a refused request.
async fn refused(request: reqwest::RequestBuilder) -> anyhow::Result<(u16, ErrorBody)> {
    let answer = request.send().await?;
    let status = answer.status().as_u16();
    let body = answer.text().await?;
    let error = serde_json::from_str(&body).map_err(|error| anyhow::anyhow!("{status} {body:?}: {error}"))?;
    Ok((status, error))
}
