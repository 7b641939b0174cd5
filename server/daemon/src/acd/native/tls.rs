//! TLS on a native link: what the server shows, whom it lets in, and in words why it does not.

use std::io;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use certificate::{Fingerprint, Identity, listening, stranger};
use rustls::{AlertDescription, Error};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::super::wire::Wire;
use crate::config::LinkTls;

/// First byte of a TLS connection: a record with a handshake in it. A frame of the link begins with 0.
pub(super) const FIRST_BYTE: u8 = 0x16;

/// TLS as `cms.toml` wants it.
#[derive(Clone)]
pub(crate) struct Tls {
    acceptor: TlsAcceptor,
    fingerprint: Fingerprint,
}

/// Reads certificate and key.
pub(crate) fn identity(dir: &Path, config: &LinkTls) -> Result<Identity> {
    let read = |key: &str, path: &Path| {
        let path = dir.join(path);
        std::fs::read(&path)
            .with_context(|| format!("cannot read {} (`{key}` of [acd.link] in cms.toml)", path.display()))
    };
    let (certificate, key) = (read("certificate", &config.certificate)?, read("key", &config.key)?);
    let files = || format!("{} and {} ([acd.link] in cms.toml)", config.certificate.display(), config.key.display());
    Identity::from_pem(&certificate, &key).with_context(files)
}

impl Tls {
    /// Reads certificate and key, and sees whether they belong together.
    pub(crate) fn new(dir: &Path, config: &LinkTls) -> Result<Tls> {
        let identity = identity(dir, config)?;
        let fingerprint = identity.fingerprint();
        let files =
            || format!("{} and {} ([acd.link] in cms.toml)", config.certificate.display(), config.key.display());
        let listening = listening(identity, config.accept.clone()).with_context(files)?;
        Ok(Tls { acceptor: TlsAcceptor::from(Arc::new(listening)), fingerprint })
    }

    /// SHA-256 of the certificate that the switch is shown.
    pub(crate) fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// Shakes hands; the error says why not, and what to do, and gives the connection back.
    pub(super) async fn shake(&self, stream: TcpStream) -> Result<Wire, (String, Wire)> {
        match self.acceptor.accept(stream).into_fallible().await {
            Ok(stream) => Ok(Box::new(stream)),
            Err((error, stream)) => Err((self.why(&error), Box::new(stream))),
        }
    }

    fn why(&self, error: &io::Error) -> String {
        let Some(error) = error.get_ref().and_then(|error| error.downcast_ref::<Error>()) else {
            return match error.kind() {
                io::ErrorKind::UnexpectedEof => {
                    "it ended the TLS handshake half-way; its own log may say why".to_owned()
                }
                _ => format!("the connection broke during the TLS handshake: {error}"),
            };
        };
        if let Some(stranger) = stranger(error) {
            return format!(
                "its certificate {} is not accepted. If this is the switch, add that fingerprint to `accept` of [acd.link] in \
                 cms.toml and restart the server; if not, find out who connects to this port",
                stranger.found
            );
        }
        match error {
            Error::NoCertificatesPresented => {
                "it shows no certificate, and this link accepts those named in `accept` alone: give the switch its \
                 certificate and key (acd-sim: --certificate, --key)"
                    .to_owned()
            }
            Error::AlertReceived(alert) if is_about_certificate(*alert) => format!(
                "it does not trust this server's certificate: tell the switch the fingerprint {} (acd-sim: --fingerprint)",
                self.fingerprint
            ),
            other => format!("the TLS handshake failed: {other}; docs/link.md says what a switch must speak"),
        }
    }
}

/// Whether the far end complains of our certificate.
fn is_about_certificate(alert: AlertDescription) -> bool {
    use AlertDescription as A;
    matches!(
        alert,
        A::BadCertificate
            | A::UnsupportedCertificate
            | A::CertificateRevoked
            | A::CertificateExpired
            | A::CertificateUnknown
            | A::UnknownCA
            | A::AccessDenied
    )
}
