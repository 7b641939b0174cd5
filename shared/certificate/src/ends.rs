//! Both ends of a connection whose parties know each other's certificates. TLS 1.3 or 1.2, no ALPN, no resumption: each
//! connection shows its certificates anew, so that one that is no longer accepted is out with the next connection.

use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::server::NoServerSessionStorage;
use rustls::{ClientConfig, ServerConfig};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

use crate::fingerprint::Fingerprint;
use crate::pinned::Pinned;

/// A certificate chain with its private key.
#[derive(Debug)]
pub struct Identity {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

/// Why two files are no identity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// No certificate in PEM form.
    #[error("the certificate file holds no certificate in PEM form")]
    Certificate,
    /// No private key in PEM form.
    #[error("the key file holds no private key in PEM form")]
    Key,
    /// They cannot be used, or not together.
    #[error("certificate and key cannot be used together: {0}")]
    Pair(String),
}

impl Identity {
    /// Of the contents of two PEM files; they may be one and the same.
    ///
    /// # Errors
    /// If either is missing in them.
    pub fn from_pem(certificate: &[u8], key: &[u8]) -> Result<Self, IdentityError> {
        let chain = CertificateDer::pem_slice_iter(certificate).collect::<Result<Vec<_>, _>>();
        let chain = chain.ok().filter(|chain| !chain.is_empty()).ok_or(IdentityError::Certificate)?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| IdentityError::Key)?;
        Ok(Identity { chain, key })
    }

    /// SHA-256 of the certificate, as the far end sees it.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.chain[0])
    }

    /// The certificate alone, DER.
    pub fn certificate(&self) -> &[u8] {
        &self.chain[0]
    }
}

/// The end that is connected to. `accept` are the certificates of whoever may connect; without it anybody may, with a certificate
/// or without.
///
/// # Errors
/// If certificate and key do not belong together.
pub fn listening(identity: Identity, accept: Option<Vec<Fingerprint>>) -> Result<ServerConfig, IdentityError> {
    let provider = provider();
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions();
    let builder = builder.map_err(pair)?;
    let builder = match accept {
        Some(accept) => builder.with_client_cert_verifier(Arc::new(Pinned::new(accept, provider))),
        None => builder.with_no_client_auth(),
    };
    let mut config = builder.with_single_cert(identity.chain, identity.key).map_err(pair)?;
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    Ok(config)
}

/// The end that connects: to whoever shows one of these certificates, with a certificate of its own if it has one.
///
/// # Errors
/// If certificate and key do not belong together.
pub fn connecting(known: Vec<Fingerprint>, identity: Option<Identity>) -> Result<ClientConfig, IdentityError> {
    let provider = provider();
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions();
    let builder = builder.map_err(pair)?;
    let builder = builder.dangerous().with_custom_certificate_verifier(Arc::new(Pinned::new(known, provider)));
    let mut config = match identity {
        Some(identity) => builder.with_client_auth_cert(identity.chain, identity.key).map_err(pair)?,
        None => builder.with_no_client_auth(),
    };
    config.resumption = rustls::client::Resumption::disabled();
    Ok(config)
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

fn pair(error: rustls::Error) -> IdentityError {
    IdentityError::Pair(error.to_string())
}
