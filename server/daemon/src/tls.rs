//! The server's certificate: made at `init`, pinned by clients by its fingerprint.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use api::CertificateDates;
use model::{Moment, hex};
use rustls::ServerConfig;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use sha2::{Digest, Sha256};

mod validity;

/// The certificate chain, PEM. An administrator may put another one here.
pub const CERTIFICATE: &str = "server.crt";
/// Its private key, PEM, readable by the server's user alone.
pub const KEY: &str = "server.key";

/// Makes a self-signed certificate for this machine and writes it into the data folder.
pub fn create(dir: &Path, name: &str) -> Result<()> {
    let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
    let dns: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '-' { c.to_ascii_lowercase() } else { '-' })
        .collect();
    names.push(dns);
    let mut params = rcgen::CertificateParams::new(names).context("making the certificate's names")?;
    params.distinguished_name.push(rcgen::DnType::CommonName, format!("Understudy {name}"));
    let key = rcgen::KeyPair::generate().context("making the certificate's key")?;
    let certificate = params.self_signed(&key).context("signing the certificate")?;
    crate::files::write_private(&dir.join(KEY), key.serialize_pem().as_bytes())?;
    std::fs::write(dir.join(CERTIFICATE), certificate.pem()).context("writing the certificate")?;
    Ok(())
}

/// SHA-256 of the first certificate in the data folder, hexadecimal.
pub fn fingerprint(dir: &Path) -> Result<String> {
    Ok(hex(&Sha256::digest(first(dir)?)))
}

fn first(dir: &Path) -> Result<CertificateDer<'static>> {
    let path = dir.join(CERTIFICATE);
    CertificateDer::from_pem_file(&path)
        .with_context(|| format!("no certificate in {}; take the file out of an image or a copy", path.display()))
}

/// Until when the certificate is good; `now` is a moment of the machine's clock.
///
/// # Errors
/// If it is not good now, with what to do.
pub fn good_until(dir: &Path, now: Moment) -> Result<Moment> {
    good(&first(dir)?, (CERTIFICATE, KEY), now)
}

/// The same of a certificate (DER) that lies elsewhere, with its key, under these names.
///
/// # Errors
/// If it is not good now, with what to do.
pub fn good(certificate: &[u8], (name, key): (&str, &str), now: Moment) -> Result<Moment> {
    let read = validity::validity(certificate);
    let (from, to) = read.with_context(|| format!("{name} tells no dates; put another one there"))?;
    let renew = format!("put a new one with its key in place of {name} and {key}, and restart the server");
    ensure!(now <= to, "it expired on {to}; {renew}");
    ensure!(from <= now, "it is good only from {from} on; is the clock of this machine right? Otherwise {renew}");
    Ok(to)
}

/// The certificate that the server shows, as it was when it started.
#[derive(Debug, Clone, Copy)]
pub struct Shown {
    /// Last moment at which it is good.
    pub good_until: Moment,
    of_authority: bool,
}

impl Shown {
    /// Of a data folder; nothing if it tells no dates.
    pub fn of(dir: &Path) -> Option<Shown> {
        let certificate = first(dir).ok()?;
        let (_, good_until) = validity::validity(&certificate)?;
        Some(Shown { good_until, of_authority: validity::is_of_authority(&certificate)? })
    }

    /// How it stands by a clock.
    pub fn dates(&self, now: Moment) -> CertificateDates {
        let Shown { good_until, of_authority } = *self;
        let days_left = good_until.0.saturating_sub(now.0).div_euclid(86_400);
        CertificateDates { good_until, days_left, of_authority }
    }

    /// Says at a start that it ends soon, where somebody asks for that.
    pub fn warn(&self, now: Moment) {
        let CertificateDates { good_until, days_left, of_authority } = self.dates(now);
        if of_authority && days_left < api::CERTIFICATE_SOON_DAYS {
            tracing::warn!(
                "{CERTIFICATE} is good until {good_until}: put a new one with its key there before that, and restart; clients that know its \
                 authority are refused afterwards"
            );
        }
    }
}

/// What the HTTPS listener needs.
pub fn server_config(dir: &Path) -> Result<Arc<ServerConfig>> {
    let path = dir.join(CERTIFICATE);
    let chain = CertificateDer::pem_file_iter(&path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .with_context(|| format!("cannot use the certificate in {}", path.display()))?;
    let path = dir.join(KEY);
    let key =
        PrivateKeyDer::from_pem_file(&path).with_context(|| format!("cannot use the key in {}", path.display()))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .context("choosing TLS versions")?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .context("certificate and key do not belong together")?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
