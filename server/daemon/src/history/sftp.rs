//! An SFTP server as receiver.
//!
//! A connection is made when something is to be done and given up at the first error and when there is nothing more to do: files
//! come twice an hour, and a connection that lies idle for so long is one that a firewall forgets. The server is known by the
//! fingerprint of one of its keys. Calling the `sftp` program was turned down: what it says about an error is for people, and it is not
//! on every machine.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use parking_lot::Mutex;
use russh::client::{self, Handle};
use russh::keys::{Algorithm, EcdsaCurve, HashAlg, PrivateKeyWithHashAlg, PublicKeyOrCertificate, decode_secret_key};
use russh::{AlgorithmKind, Preferred};
use tokio::runtime::Runtime;
use tokio::sync::watch;

use super::receiver::{BreakOff, Receiver};
use crate::config::SftpConfig;
use files::Files;

mod files;
mod settings;

pub use settings::judge;

/// Connecting and signing in may take this long.
const CONNECT_LIMIT: Duration = Duration::from_secs(30);
/// Taking leave is good manners, not worth waiting for: what was done is done.
const GOODBYE_LIMIT: Duration = Duration::from_secs(1);
/// One request may take this long; a large file is many requests.
const REQUEST_SECS: u64 = 30;

/// Kinds of keys by which a server may be known. A server shows one key only, the first of these that it has.
const KINDS: [Algorithm; 4] = [
    Algorithm::Ed25519,
    Algorithm::Ecdsa { curve: EcdsaCurve::NistP256 },
    Algorithm::Ecdsa { curve: EcdsaCurve::NistP384 },
    Algorithm::Ecdsa { curve: EcdsaCurve::NistP521 },
];

/// An SFTP server.
pub struct SftpReceiver {
    config: SftpConfig,
    dir: PathBuf,
    runtime: Option<Runtime>,
    connection: Option<Connection>,
    /// Of which kind the key was by which the server was known last.
    kind: Option<Algorithm>,
    /// Whether all is to be broken off.
    broken_off: watch::Sender<bool>,
}

struct Connection {
    session: Handle<KnownServer>,
    files: Files,
}

/// A key that a server has shown.
struct Shown {
    kind: Algorithm,
    fingerprint: String,
}

/// Accepts the one key that the configuration names, and remembers what was shown.
struct KnownServer {
    fingerprint: String,
    shown: Arc<Mutex<Option<Shown>>>,
}

impl client::Handler for KnownServer {
    type Error = russh::Error;

    async fn check_server_key(&mut self, key: &PublicKeyOrCertificate) -> Result<bool, russh::Error> {
        let key = key.public_key();
        let fingerprint = key.fingerprint(HashAlg::Sha256).to_string();
        let known = fingerprint == self.fingerprint;
        *self.shown.lock() = Some(Shown { kind: key.algorithm(), fingerprint });
        Ok(known)
    }
}

impl SftpReceiver {
    /// The server; `dir` is what the names of secret files are relative to. Nothing is sent yet.
    pub fn new(config: SftpConfig, dir: PathBuf) -> Self {
        let broken_off = watch::Sender::new(false);
        SftpReceiver { config, dir, runtime: None, connection: None, kind: None, broken_off }
    }

    fn path(&self, name: &str) -> String {
        format!("{}/{name}", self.config.path.trim_end_matches('/'))
    }

    /// Runs something on the connection, which is made before if need be and dropped after an error.
    fn run<T>(&mut self, work: impl AsyncFnOnce(&Files) -> Result<T>) -> Result<T> {
        let runtime = match self.runtime.take() {
            Some(runtime) => runtime,
            None => tokio::runtime::Builder::new_current_thread().enable_all().build().context("preparing SFTP")?,
        };
        let mut broken_off = self.broken_off.subscribe();
        let result = runtime.block_on(async {
            tokio::select! {
                biased;
                _ = broken_off.wait_for(|broken_off| *broken_off) => {
                    // Whatever was begun is done again: it counts once the spool has noted it.
                    self.connection = None;
                    Err(anyhow!("broken off: the server is being stopped"))
                }
                result = self.connected(work) => result,
            }
        });
        self.runtime = Some(runtime);
        result
    }

    async fn connected<T>(&mut self, work: impl AsyncFnOnce(&Files) -> Result<T>) -> Result<T> {
        let connection = match self.connection.take() {
            Some(connection) if !connection.session.is_closed() => connection,
            _ => tokio::time::timeout(CONNECT_LIMIT, self.connect())
                .await
                .map_err(|_| anyhow!("{} does not answer", self.config.address))??,
        };
        match work(&connection.files).await {
            Ok(done) => {
                self.connection = Some(connection);
                Ok(done)
            }
            // What the library says of a lost connection is about its own channels.
            Err(error) if connection.session.is_closed() => {
                Err(error.context(format!("the connection to {} was lost", self.config.address)))
            }
            Err(error) => Err(error),
        }
    }

    async fn connect(&mut self) -> Result<Connection> {
        let (mut session, kind) = reach(&self.config, self.kind.as_ref()).await?;
        self.kind = Some(kind);
        sign_in(&mut session, &self.config, &self.dir).await?;
        let SftpConfig { address, user, .. } = &self.config;
        let refused = || format!("{address} gives {user} no SFTP");
        let channel = session.channel_open_session().await.with_context(refused)?;
        channel.request_subsystem(true, "sftp").await.with_context(refused)?;
        let files = Files::open(channel.into_stream(), REQUEST_SECS).await.with_context(refused)?;
        Ok(Connection { session, files })
    }
}

impl Drop for SftpReceiver {
    /// Looking a name up may hang, and cannot be broken off: it is left behind.
    fn drop(&mut self) {
        self.connection = None;
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Connects to the server that has the configured key, and says of which kind that is. Which one the server shows depends on
/// what it is asked for, and a fingerprint does not tell of which kind its key is: so it is asked for each kind that it has,
/// first for the one that was right last. Nothing is told to a server that is not known.
async fn reach(config: &SftpConfig, last: Option<&Algorithm>) -> Result<(Handle<KnownServer>, Algorithm)> {
    let SftpConfig { address, host_key, .. } = config;
    let mut kinds = KINDS.to_vec();
    kinds.sort_by_key(|kind| Some(kind) != last);
    let mut others: Vec<String> = Vec::new();
    while !kinds.is_empty() {
        let shown = Arc::new(Mutex::new(None));
        let server = KnownServer { fingerprint: host_key.clone(), shown: Arc::clone(&shown) };
        let preferred = Preferred { key: Cow::Owned(kinds.clone()), ..Preferred::DEFAULT };
        let ssh = client::Config { preferred, ..client::Config::default() };
        let session = client::connect(Arc::new(ssh), address.as_str(), server).await;
        let shown: Option<Shown> = shown.lock().take();
        match (session, shown) {
            (Ok(session), Some(shown)) => return Ok((session, shown.kind)),
            (Err(_), Some(shown)) if shown.fingerprint != *host_key && kinds.contains(&shown.kind) => {
                kinds.retain(|kind| *kind != shown.kind);
                others.push(shown.fingerprint);
            }
            (Err(russh::Error::NoCommonAlgo { kind: AlgorithmKind::Key, .. }), _) => break,
            (Err(error), _) => return Err(anyhow::Error::new(error).context(format!("cannot connect to {address}"))),
            (Ok(_), None) => bail!("{address} has shown no key"),
        }
    }
    Err(unknown(address, host_key, &others))
}

/// A server that has keys, but not the right one.
fn unknown(address: &str, host_key: &str, others: &[String]) -> anyhow::Error {
    let next = "ask its administrator; if it is right, write it as history.sftp.host_key";
    match others {
        [] => anyhow!(
            "{address} has neither an Ed25519 nor an ECDSA key, and RSA keys are not supported: ask its administrator for one"
        ),
        [other] => anyhow!("the key of {address} is {other}, not {host_key}: {next}"),
        others => anyhow!("the keys of {address} are {}, not {host_key}: {next}", others.join(" and ")),
    }
}

async fn sign_in(session: &mut Handle<KnownServer>, config: &SftpConfig, dir: &Path) -> Result<()> {
    let SftpConfig { address, user, .. } = config;
    let accepted = match (&config.key_file, &config.password_file) {
        (Some(file), _) => {
            let path = dir.join(file);
            let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            let key = decode_secret_key(&text, None)
                .with_context(|| format!("{} is no private key without a passphrase", path.display()))?;
            session.authenticate_publickey(user, PrivateKeyWithHashAlg::new(Arc::new(key), None)).await
        }
        (None, Some(file)) => {
            let path = dir.join(file);
            let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            session.authenticate_password(user, text.lines().next().unwrap_or_default()).await
        }
        (None, None) => bail!("[history.sftp] needs one of `password_file` and `key_file`"),
    };
    if !accepted.with_context(|| format!("signing in to {address}"))?.success() {
        bail!("{address} does not take {user} with this key or password");
    }
    Ok(())
}

impl Receiver for SftpReceiver {
    fn place(&self) -> String {
        format!("sftp://{}@{}/{}", self.config.user, self.config.address, self.config.path.trim_matches('/'))
    }

    fn has(&mut self, name: &str) -> Result<bool> {
        let (path, place) = (self.path(name), self.place());
        self.run(async |files| {
            let len = files.len(&path).await;
            len.map(|len| len.is_some()).with_context(|| format!("looking for {name} at {place}"))
        })
    }

    fn put(&mut self, name: &str, content: &[u8]) -> Result<()> {
        let (path, place) = (self.path(name), self.place());
        let what = || format!("cannot write {name} at {place}");
        self.run(async |files| {
            files.put(&path, content).await.with_context(what)?;
            let there = files.len(&path).await.with_context(what)?.unwrap_or(0);
            if there != content.len() as u64 {
                bail!("{}: {there} of {} bytes are there", what(), content.len());
            }
            Ok(())
        })
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<()> {
        let place = self.place();
        let (from_path, to_path) = (self.path(from), self.path(to));
        self.run(async |files| {
            let renamed = files.rename(&from_path, &to_path).await;
            renamed.with_context(|| format!("cannot rename {from} to {to} at {place}"))
        })
    }

    fn replace(&mut self, from: &str, to: &str) -> Result<()> {
        let place = self.place();
        let (from_path, to_path, aside) = (self.path(from), self.path(to), self.path(&aside_of(to)));
        self.run(async |files| {
            let replaced = files.replace(&from_path, &to_path, &aside).await;
            replaced.with_context(|| format!("cannot replace {to} at {place}"))
        })
    }

    fn rest(&mut self) {
        if let (Some(runtime), Some(connection)) = (&self.runtime, self.connection.take()) {
            let goodbye = connection.session.disconnect(russh::Disconnect::ByApplication, "", "en");
            let _ = runtime.block_on(async { tokio::time::timeout(GOODBYE_LIMIT, goodbye).await });
        }
    }

    fn break_off(&self) -> BreakOff {
        let broken_off = self.broken_off.clone();
        Box::new(move || {
            broken_off.send_replace(true);
        })
    }
}

/// The name that the old file has while a new one takes its place, where that needs more than one step.
fn aside_of(name: &str) -> String {
    format!(".{name}.old")
}
