//! How the server's own work comes in through its API, in a user's name: for what talks to two servers at once (Admin-Sync),
//! so that both are asked in the same way and the same rules refuse it.
//!
//! No password is needed, because the server opens the session itself; whoever uses this has seen to it that the user may.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use api::{ErrorBody, ErrorCode};
use client::Client;

use crate::administration::peer;
use crate::auth::{Sessions, User};
use crate::tls;

/// The server's own API, from inside.
pub struct Door {
    sessions: Arc<Sessions>,
    url: String,
    fingerprint: String,
}

/// Somebody who came in; dropping it ends the session.
pub struct Inside {
    /// Signed in as the user.
    pub client: Client,
    sessions: Arc<Sessions>,
    token: String,
}

impl Drop for Inside {
    fn drop(&mut self) {
        self.sessions.close(&self.token);
    }
}

/// The API's address for clients on this machine.
pub fn local_url(address: SocketAddr) -> String {
    let host = if address.ip().is_unspecified() { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { address.ip() };
    format!("https://{}", SocketAddr::new(host, address.port()))
}

impl Door {
    /// The door of the server that listens on this address.
    pub fn new(sessions: &Arc<Sessions>, address: SocketAddr, dir: &Path) -> Result<Door> {
        let fingerprint = tls::fingerprint(dir)?;
        Ok(Door { sessions: Arc::clone(sessions), url: local_url(address), fingerprint })
    }

    /// Comes in as a user.
    pub fn enter(&self, user: &User) -> Result<Inside, ErrorBody> {
        let client = peer::connection(&self.url, &self.fingerprint)?;
        let token = self.sessions.open(user.clone(), IpAddr::V4(Ipv4Addr::LOCALHOST));
        let token = token.map_err(|error| ErrorBody::new(ErrorCode::Internal, format!("{error:#}")))?;
        client.take_token(token.clone());
        Ok(Inside { client, sessions: Arc::clone(&self.sessions), token })
    }
}
