//! `[acd.link]`: how an ACD's events come.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::PathBuf;

use certificate::Fingerprint;
use link::asterisk;
use model::{AuxReason, LoginId, SplitId, TrunkGroupId, VdnId};
use serde::Deserialize;

use crate::tls;

/// `[acd.link]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "RawLink")]
pub enum LinkConfig {
    /// The switch connects to us and speaks the native protocol.
    Native {
        /// Where to listen.
        listen: SocketAddr,
        /// The link is TLS; plain TCP without it.
        tls: Option<LinkTls>,
    },
    /// We sign in to an Asterisk's Manager Interface.
    Asterisk {
        /// `HOST:PORT` of the manager interface.
        address: String,
        /// File with the secret, one line; relative to the data folder.
        secret_file: PathBuf,
        /// The PBX's certificates, where the link is TLS; plain TCP without them.
        accept: Option<Vec<Fingerprint>>,
        /// All else; the secret itself is read at start.
        settings: Box<asterisk::Settings>,
    },
}

/// TLS on a native link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkTls {
    /// Certificate chain that the switch is shown, PEM; relative to the data folder.
    pub certificate: PathBuf,
    /// Its private key, PEM; relative to the data folder.
    pub key: PathBuf,
    /// Certificates of switches that may connect; any switch may without them.
    pub accept: Option<Vec<Fingerprint>>,
}

/// The keys of `[acd.link]` as written; flat, so that an unknown one is told with its own line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLink {
    kind: LinkKind,
    listen: Option<SocketAddr>,
    #[serde(default)]
    tls: bool,
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
    accept: Option<Vec<Accepted>>,
    address: Option<String>,
    secret_file: Option<PathBuf>,
    username: Option<String>,
    splits: Option<BTreeMap<String, SplitId>>,
    agents: Option<BTreeMap<String, LoginId>>,
    wrapup_secs: Option<BTreeMap<String, u32>>,
    aux_reasons: Option<BTreeMap<String, AuxReason>>,
    acw_reason: Option<String>,
    vdns: Option<BTreeMap<VdnId, String>>,
    vdn_contexts: Option<BTreeSet<String>>,
    trunk_groups: Option<BTreeMap<String, TrunkGroupId>>,
}

/// One of `accept`; read by itself, so that a wrong one is told with its own line.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Accepted(Fingerprint);

impl TryFrom<String> for Accepted {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse().map(Accepted).map_err(|error: certificate::FingerprintError| format!("`accept`: {error}"))
    }
}

impl RawLink {
    /// Certificates of the far end; `None` if any will do.
    fn accepted(&mut self) -> Result<Option<Vec<Fingerprint>>, String> {
        let accept: Option<Vec<Fingerprint>> =
            self.accept.take().map(|accept| accept.into_iter().map(|Accepted(fingerprint)| fingerprint).collect());
        if accept.as_ref().is_some_and(Vec::is_empty) {
            return Err(
                "`accept` of [acd.link] names no certificate, so nobody could be at the far end; name one, or leave \
                        `accept` out"
                    .to_owned(),
            );
        }
        Ok(accept)
    }

    /// What is said of TLS on a native link.
    fn native_tls(&mut self) -> Result<Option<LinkTls>, String> {
        let accept = self.accepted()?;
        let written =
            [("certificate", self.certificate.is_some()), ("key", self.key.is_some()), ("accept", accept.is_some())];
        if !self.tls {
            return match written.into_iter().find(|(_, is_there)| *is_there) {
                Some((key, _)) => {
                    Err(format!("`{key}` of [acd.link] needs `tls = true`; without it the link is plain TCP"))
                }
                None => Ok(None),
            };
        }
        let (certificate, key) = match (self.certificate.take(), self.key.take()) {
            (Some(certificate), Some(key)) => (certificate, key),
            (None, None) => (tls::CERTIFICATE.into(), tls::KEY.into()),
            (Some(_), None) => return Err("`certificate` of [acd.link] needs `key`, its private key".to_owned()),
            (None, Some(_)) => return Err("`key` of [acd.link] needs `certificate`".to_owned()),
        };
        Ok(Some(LinkTls { certificate, key, accept }))
    }

    /// What is said of TLS towards an Asterisk.
    fn asterisk_tls(&mut self) -> Result<Option<Vec<Fingerprint>>, String> {
        if self.certificate.is_some() || self.key.is_some() {
            return Err("`certificate` and `key` of [acd.link] are for kind \"native\"".to_owned());
        }
        match (self.tls, self.accepted()?) {
            (true, Some(accept)) => Ok(Some(accept)),
            (false, None) => Ok(None),
            (true, None) => {
                Err("`tls` of [acd.link] of kind \"asterisk\" needs `accept`, the fingerprint (SHA-256) of the \
                                 PBX's certificate"
                    .to_owned())
            }
            (false, Some(_)) => {
                Err("`accept` of [acd.link] needs `tls = true`; without it the link is plain TCP".to_owned())
            }
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum LinkKind {
    Native,
    Asterisk,
}

impl TryFrom<RawLink> for LinkConfig {
    type Error = String;

    fn try_from(mut raw: RawLink) -> Result<Self, String> {
        let missing = |key: &str, kind: &str| format!("[acd.link] of kind {kind} needs `{key}`");
        match raw.kind {
            LinkKind::Native => {
                let listen = raw.listen.ok_or_else(|| missing("listen", "\"native\""))?;
                Ok(LinkConfig::Native { listen, tls: raw.native_tls()? })
            }
            LinkKind::Asterisk => {
                let kind = "\"asterisk\"";
                let defaults = asterisk::Settings::default();
                let accept = raw.asterisk_tls()?;
                let settings = asterisk::Settings {
                    username: raw.username.ok_or_else(|| missing("username", kind))?,
                    secret: String::new(),
                    splits: raw.splits.unwrap_or_default(),
                    agents: raw.agents.unwrap_or_default(),
                    wrapup_secs: raw.wrapup_secs.unwrap_or_default(),
                    aux_reasons: raw.aux_reasons.unwrap_or_default(),
                    acw_reason: raw.acw_reason.unwrap_or(defaults.acw_reason),
                    vdns: raw.vdns.unwrap_or_default(),
                    vdn_contexts: raw.vdn_contexts.unwrap_or_default(),
                    trunk_groups: raw.trunk_groups.unwrap_or_default(),
                };
                settings.check().map_err(|error| error.to_string())?;
                Ok(LinkConfig::Asterisk {
                    address: raw.address.ok_or_else(|| missing("address", kind))?,
                    secret_file: raw.secret_file.ok_or_else(|| missing("secret_file", kind))?,
                    accept,
                    settings: Box::new(settings),
                })
            }
        }
    }
}
