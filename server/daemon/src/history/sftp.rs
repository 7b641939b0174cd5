//! An SFTP server as receiver.
//!
//! A connection is made when something is to be done and given up at the first error and when there is nothing more to do: files
//! come twice an hour, and a connection that lies idle for so long is one that a firewall forgets. The server is known by the
//! fingerprint of its key. Calling the `sftp` program was turned down: what it says about an error is for people, and it is not
//! on every machine.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use parking_lot::Mutex;
use russh::client::{self, Handle};
use russh::keys::{HashAlg, PrivateKeyWithHashAlg, PublicKeyOrCertificate, decode_secret_key};
use russh_sftp::client::SftpSession;
use russh_sftp::client::error::Error as SftpError;
use russh_sftp::protocol::StatusCode;
use tokio::io::AsyncWriteExt;
use tokio::runtime::Runtime;

use super::receiver::Receiver;
use crate::config::SftpConfig;

/// Connecting and signing in may take this long.
const CONNECT_LIMIT: Duration = Duration::from_secs(30);
/// Taking leave is good manners, not worth waiting for: what was done is done.
const GOODBYE_LIMIT: Duration = Duration::from_secs(1);
/// One request may take this long; a large file is many requests.
const REQUEST_SECS: u64 = 30;

/// An SFTP server.
pub struct SftpReceiver {
    config: SftpConfig,
    dir: PathBuf,
    runtime: Option<Runtime>,
    connection: Option<Connection>,
}

struct Connection {
    session: Handle<KnownServer>,
    sftp: SftpSession,
}

/// Accepts the one key that the configuration names, and remembers another one for the error.
struct KnownServer {
    fingerprint: String,
    other: Arc<Mutex<Option<String>>>,
}

impl client::Handler for KnownServer {
    type Error = russh::Error;

    async fn check_server_key(&mut self, key: &PublicKeyOrCertificate) -> Result<bool, russh::Error> {
        let shown = key.public_key().fingerprint(HashAlg::Sha256).to_string();
        let known = shown == self.fingerprint;
        if !known {
            *self.other.lock() = Some(shown);
        }
        Ok(known)
    }
}

impl SftpReceiver {
    /// The server; `dir` is what the names of secret files are relative to. Nothing is sent yet.
    pub fn new(config: SftpConfig, dir: PathBuf) -> Self {
        SftpReceiver { config, dir, runtime: None, connection: None }
    }

    fn path(&self, name: &str) -> String {
        format!("{}/{name}", self.config.path.trim_end_matches('/'))
    }

    /// Runs something on the connection, which is made before if need be and dropped after an error.
    fn run<T>(&mut self, work: impl AsyncFnOnce(&SftpSession) -> Result<T>) -> Result<T> {
        let runtime = match self.runtime.take() {
            Some(runtime) => runtime,
            None => tokio::runtime::Builder::new_current_thread().enable_all().build().context("preparing SFTP")?,
        };
        let result = runtime.block_on(async {
            let connection = match self.connection.take() {
                Some(connection) if !connection.session.is_closed() => connection,
                _ => tokio::time::timeout(CONNECT_LIMIT, connect(&self.config, &self.dir))
                    .await
                    .map_err(|_| anyhow!("{} does not answer", self.config.address))??,
            };
            match work(&connection.sftp).await {
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
        });
        self.runtime = Some(runtime);
        result
    }
}

async fn connect(config: &SftpConfig, dir: &std::path::Path) -> Result<Connection> {
    let SftpConfig { address, user, host_key, .. } = config;
    let other = Arc::new(Mutex::new(None));
    let server = KnownServer { fingerprint: host_key.clone(), other: Arc::clone(&other) };
    let session = client::connect(Arc::new(client::Config::default()), address.as_str(), server).await;
    let mut session = session.map_err(|error| match other.lock().take() {
        Some(shown) => anyhow!(
            "the key of {address} is {shown}, not {host_key}: ask its administrator; if it is right, write it as \
             history.sftp.host_key"
        ),
        None => anyhow::Error::new(error).context(format!("cannot connect to {address}")),
    })?;
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
    let refused = || format!("{address} gives {user} no SFTP");
    let channel = session.channel_open_session().await.with_context(refused)?;
    channel.request_subsystem(true, "sftp").await.with_context(refused)?;
    let sftp = SftpSession::new(channel.into_stream()).await.with_context(refused)?;
    sftp.set_timeout(REQUEST_SECS);
    Ok(Connection { session, sftp })
}

impl Receiver for SftpReceiver {
    fn place(&self) -> String {
        format!("sftp://{}@{}/{}", self.config.user, self.config.address, self.config.path.trim_matches('/'))
    }

    fn has(&mut self, name: &str) -> Result<bool> {
        let (path, place) = (self.path(name), self.place());
        self.run(async |sftp| sftp.try_exists(&path).await.with_context(|| format!("looking for {name} at {place}")))
    }

    fn put(&mut self, name: &str, content: &[u8]) -> Result<()> {
        let (path, place) = (self.path(name), self.place());
        let what = || format!("cannot write {name} at {place}");
        self.run(async |sftp| {
            let mut file = sftp.create(&path).await.with_context(what)?;
            file.write_all(content).await.with_context(what)?;
            file.flush().await.with_context(what)?;
            file.sync_all().await.with_context(what)?;
            file.close().await.with_context(what)?;
            let there = sftp.metadata(&path).await.with_context(what)?.size;
            if there != Some(content.len() as u64) {
                bail!("{}: {} of {} bytes are there", what(), there.unwrap_or(0), content.len());
            }
            Ok(())
        })
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<()> {
        let place = self.place();
        let (from_path, to_path) = (self.path(from), self.path(to));
        self.run(async |sftp| {
            let renamed = sftp.rename(&from_path, &to_path).await;
            renamed.with_context(|| format!("cannot rename {from} to {to} at {place}"))
        })
    }

    /// The protocol renames only to names that are free, so what bears the name goes first.
    fn replace(&mut self, from: &str, to: &str) -> Result<()> {
        let (place, path) = (self.place(), self.path(to));
        self.run(async |sftp| match sftp.remove_file(&path).await {
            Err(SftpError::Status(status)) if status.status_code == StatusCode::NoSuchFile => Ok(()),
            result => result.with_context(|| format!("cannot replace {to} at {place}")),
        })?;
        self.rename(from, to)
    }

    fn rest(&mut self) {
        if let (Some(runtime), Some(connection)) = (&self.runtime, self.connection.take()) {
            let goodbye = connection.session.disconnect(russh::Disconnect::ByApplication, "", "en");
            let _ = runtime.block_on(async { tokio::time::timeout(GOODBYE_LIMIT, goodbye).await });
        }
    }
}
