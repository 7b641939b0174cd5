//! What can go wrong between client and server. Every error names its server.

use std::error::Error;
use std::io;

use api::ErrorBody;
use certificate::{Stranger, stranger};

/// What went wrong.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ClientError {
    /// The address cannot be used.
    #[error("{url:?} is not the address of a server: {why}")]
    Address {
        /// As it was given.
        url: String,
        /// What is wrong with it.
        why: String,
    },
    /// No answer: not running, no route, too slow, or cut off in the middle.
    #[error("{url} cannot be reached: {why}")]
    Unreachable {
        /// The server.
        url: String,
        /// Why.
        why: String,
    },
    /// The server answered and refused.
    #[error("{url} refused: {body}")]
    Refused {
        /// The server.
        url: String,
        /// Its words.
        body: Box<ErrorBody>,
    },
    /// Nobody has trusted the server's certificate yet.
    #[error(
        "the certificate of {url} is not known yet; its SHA-256 fingerprint is {fingerprint}; compare it with the one \
         that the server shows, then trust it"
    )]
    UnknownCertificate {
        /// The server.
        url: String,
        /// SHA-256, hexadecimal.
        fingerprint: String,
    },
    /// The certificate is not the trusted one.
    #[error(
        "the certificate of {url} has changed: {expected} was trusted, {found} is shown now; either the server was set \
         up anew or somebody is in between; ask its administrator before trusting it"
    )]
    ChangedCertificate {
        /// The server.
        url: String,
        /// The trusted one, SHA-256, hexadecimal.
        expected: String,
        /// The one shown now.
        found: String,
    },
    /// The certificate does not stand the check by the authorities given.
    #[error("the certificate of {url} cannot be trusted: {why}")]
    Untrusted {
        /// The server.
        url: String,
        /// Why.
        why: String,
    },
    /// The answer cannot be understood: another program or another version.
    #[error("{url} gave an answer that cannot be understood: {why}; is it a CMS server of this version?")]
    Garbled {
        /// The server.
        url: String,
        /// What is wrong with it.
        why: String,
    },
}

impl ClientError {
    /// The server's refusal, if it is one.
    pub fn refusal(&self) -> Option<&ErrorBody> {
        match self {
            ClientError::Refused { body, .. } => Some(body),
            _ => None,
        }
    }

    /// From a failed request: what happened on the way, told apart by its cause.
    pub(crate) fn from_request(url: &str, error: &reqwest::Error) -> Self {
        let url = url.to_owned();
        match certificate_trouble(error) {
            Some(Trouble::Ours(Stranger { found, known })) => {
                let found = found.to_string();
                return match known.first() {
                    Some(expected) => ClientError::ChangedCertificate { url, expected: expected.to_string(), found },
                    None => ClientError::UnknownCertificate { url, fingerprint: found },
                };
            }
            Some(Trouble::Theirs(why)) => return ClientError::Untrusted { url, why },
            None => {}
        }
        let why = if error.is_timeout() {
            if error.is_connect() { "no connection in time".to_owned() } else { "no answer in time".to_owned() }
        } else {
            plain_to_tls(&url, innermost(error))
        };
        ClientError::Unreachable { url, why }
    }
}

enum Trouble {
    Ours(Stranger),
    Theirs(String),
}

/// Looks through an error and all its causes for one about the certificate.
fn certificate_trouble(error: &(dyn Error + 'static)) -> Option<Trouble> {
    let mut current = Some(error);
    while let Some(error) = current {
        if let Some(tls) = error.downcast_ref::<rustls::Error>() {
            return from_tls(tls);
        }
        // An I/O error leaves its payload out of the chain of sources.
        if let Some(inner) = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref)
            && let Some(found) = certificate_trouble(inner)
        {
            return Some(found);
        }
        current = error.source();
    }
    None
}

/// For tests: whether the certificate is to blame.
#[cfg(test)]
pub(crate) fn is_about_certificate(error: &(dyn Error + 'static)) -> bool {
    certificate_trouble(error).is_some()
}

fn from_tls(error: &rustls::Error) -> Option<Trouble> {
    match error {
        error if stranger(error).is_some() => stranger(error).cloned().map(Trouble::Ours),
        rustls::Error::InvalidCertificate(why) => Some(Trouble::Theirs(in_words(why))),
        _ => None,
    }
}

/// The library tells moments in seconds since 1970.
fn in_words(why: &rustls::CertificateError) -> String {
    use rustls::CertificateError::{ExpiredContext, NotValidYetContext};
    let moment = |at: &rustls::pki_types::UnixTime| model::Moment(i64::try_from(at.as_secs()).unwrap_or(i64::MAX));
    match why {
        ExpiredContext { not_after, .. } => format!("it expired on {}", moment(not_after)),
        NotValidYetContext { not_before, .. } => {
            format!("it is good only from {} on; is the clock of this machine right?", moment(not_before))
        }
        other => other.to_string(),
    }
}

/// For tests: why a certificate is not accepted.
#[cfg(test)]
pub(crate) fn told_of_certificate(error: &(dyn Error + 'static)) -> Option<String> {
    match certificate_trouble(error)? {
        Trouble::Theirs(why) => Some(why),
        Trouble::Ours(_) => None,
    }
}

/// The library calls it so when bytes of TLS come where a line of HTTP is awaited.
fn plain_to_tls(url: &str, why: String) -> String {
    match url.starts_with("http://") && why.contains("invalid HTTP version") {
        true => "it speaks HTTPS there: write https://".to_owned(),
        false => why,
    }
}

/// The cause at the bottom, in words without error numbers.
fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut error = error;
    loop {
        let kind = error.downcast_ref::<io::Error>().map(io::Error::kind);
        if matches!(kind, Some(io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset)) {
            return "the connection was cut off".to_owned();
        }
        match error.source() {
            Some(source) => error = source,
            None => break,
        }
    }
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}
