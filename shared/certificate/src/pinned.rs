//! The check of a far end's certificate, whichever end that is.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{CertificateError, DigitallySignedStruct, DistinguishedName, OtherError, SignatureScheme};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};

use crate::fingerprint::Fingerprint;

/// A certificate that is none of those that are known; travels inside the TLS error.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the certificate {found} is not known")]
pub struct Stranger {
    /// The one that was shown.
    pub found: Fingerprint,
    /// Those that are known; none before the first contact.
    pub known: Vec<Fingerprint>,
}

/// The stranger that a TLS error is about, if our own check refused one.
pub fn stranger(error: &rustls::Error) -> Option<&Stranger> {
    match error {
        rustls::Error::InvalidCertificate(CertificateError::Other(other)) => other.0.downcast_ref(),
        _ => None,
    }
}

/// Compares the whole certificate with those that are known; others are refused, and told what was seen.
#[derive(Debug)]
pub struct Pinned {
    known: Vec<Fingerprint>,
    provider: Arc<CryptoProvider>,
}

impl Pinned {
    /// A check that lets these through; without any, nobody.
    pub fn new(known: Vec<Fingerprint>, provider: Arc<CryptoProvider>) -> Self {
        Pinned { known, provider }
    }

    fn check(&self, certificate: &CertificateDer<'_>) -> Result<(), rustls::Error> {
        let found = Fingerprint::of(certificate);
        if self.known.contains(&found) {
            return Ok(());
        }
        let stranger = Stranger { found, known: self.known.clone() };
        // The far end is told by the alert certificate_unknown.
        Err(CertificateError::Other(OtherError(Arc::new(stranger))).into())
    }
}

macro_rules! signatures {
    () => {
        fn verify_tls12_signature(
            &self,
            message: &[u8],
            certificate: &CertificateDer<'_>,
            signature: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, rustls::Error> {
            verify_tls12_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
        }

        fn verify_tls13_signature(
            &self,
            message: &[u8],
            certificate: &CertificateDer<'_>,
            signature: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, rustls::Error> {
            verify_tls13_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
        }

        fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
            self.provider.signature_verification_algorithms.supported_schemes()
        }
    };
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        self.check(end_entity).map(|()| ServerCertVerified::assertion())
    }

    signatures!();
}

impl ClientCertVerifier for Pinned {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        self.check(end_entity).map(|()| ClientCertVerified::assertion())
    }

    signatures!();
}
