//! TLS on one link: whom the switch takes for its server, what it shows of itself, and in words why a connection did not come
//! about.

use std::io;
use std::sync::Arc;

use certificate::{Fingerprint, Identity, IdentityError, connecting, stranger};
use rustls::{AlertDescription, Error};
use rustls_pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// A connection, whatever carries it.
pub trait Bytes: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Bytes for T {}

/// A connection.
pub type Wire = Box<dyn Bytes>;

/// How a link is TLS. Cheap to clone.
#[derive(Clone)]
pub struct LinkTls(TlsConnector);

impl std::fmt::Debug for LinkTls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LinkTls")
    }
}

impl LinkTls {
    /// Towards a server with one of these certificates; the switch shows its own if it has one.
    ///
    /// # Errors
    /// If its certificate and key do not belong together.
    pub fn new(servers: Vec<Fingerprint>, own: Option<Identity>) -> Result<Self, IdentityError> {
        Ok(LinkTls(TlsConnector::from(Arc::new(connecting(servers, own)?))))
    }

    /// Shakes hands; the error says why not, and what to do.
    pub(super) async fn shake(&self, address: &str, stream: TcpStream) -> Result<Wire, String> {
        let host = address.rsplit_once(':').map_or(address, |(host, _)| host).trim_matches(['[', ']']);
        // The name is only told, for a server that has several; what is compared is the certificate.
        let name = ServerName::try_from(host.to_owned()).unwrap_or(ServerName::from(std::net::IpAddr::from([0; 4])));
        match self.0.connect(name, stream).await {
            Ok(stream) => Ok(Box::new(stream)),
            Err(error) => Err(in_words(address, &error)),
        }
    }
}

/// What went wrong on a connection. TLS tells much of it only after the handshake: a server looks at the switch's certificate when
/// the switch is done.
pub(super) fn in_words(address: &str, error: &io::Error) -> String {
    let Some(tls) = error.get_ref().and_then(|error| error.downcast_ref::<Error>()) else {
        return match error.kind() {
            io::ErrorKind::UnexpectedEof => format!("{address} closed the connection"),
            _ => format!("the connection to {address} broke: {error}"),
        };
    };
    if let Some(stranger) = stranger(tls) {
        return format!(
            "the certificate of {address} is {}, not the one that --fingerprint gives: if the server has a new one, give its \
             fingerprint (`cms-server check` tells it)",
            stranger.found
        );
    }
    match tls {
        Error::InvalidMessage(_) => {
            format!(
                "{address} does not speak TLS: set `tls = true` under [acd.link] in its cms.toml, or leave --tls out"
            )
        }
        Error::AlertReceived(AlertDescription::CertificateRequired) => {
            format!("{address} wants a certificate of this switch: give --certificate and --key")
        }
        Error::AlertReceived(AlertDescription::CertificateUnknown) => format!(
            "{address} does not accept this switch's certificate: write its fingerprint into `accept` under [acd.link] of the \
             server's cms.toml"
        ),
        other => format!("TLS with {address} failed: {other}"),
    }
}
