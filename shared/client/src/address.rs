//! Where a server is and how to know it.

use std::net::IpAddr;

use certificate::Fingerprint;
use reqwest::Url;

use crate::error::ClientError;

/// How to know that a server is the right one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trust {
    /// By the SHA-256 fingerprint of its certificate. Name and expiry do not matter then.
    Fingerprint(Fingerprint),
    /// By an authority: the content of a PEM file with one or more certificates.
    CaFile(Vec<u8>),
    /// Not yet: connecting fails with the fingerprint, so that a person can decide to trust it.
    FirstUse,
}

/// Where a server is and how to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Such as `https://cms1.example.com:8443`; `http` only to this PC itself.
    pub url: String,
    /// How to know it.
    pub trust: Trust,
}

impl Address {
    /// The URL taken apart, if it can be used.
    pub(crate) fn checked_url(&self) -> Result<Url, ClientError> {
        let wrong = |why: &str| ClientError::Address { url: self.url.clone(), why: why.to_owned() };
        let url = Url::parse(&self.url).map_err(|error| wrong(&error.to_string()))?;
        if url.host_str().is_none_or(str::is_empty) {
            return Err(wrong("it names no host"));
        }
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(wrong("nothing may follow the host and port"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("user and password do not belong into it"));
        }
        match url.scheme() {
            "https" => Ok(url),
            "http" if is_loopback(&url) => Ok(url),
            "http" => Err(wrong("http is allowed to this PC only; use https")),
            _ => Err(wrong("it must begin with https://")),
        }
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
