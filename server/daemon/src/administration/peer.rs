//! The server that timetables sync to: set by an administrator, kept in `local.db`, and signed in to once before it is kept.

use std::time::Duration;

use api::{Changed, ErrorBody, ErrorCode, Peer, Role, SetPeer};
use client::{Address, Client, ClientError, Trust};
use store::KeptPeer;

use super::Administration;
use crate::auth::User;
use crate::causes::failed;

const HEALTH_TIMEOUT: Duration = Duration::from_secs(10);

/// A connection to the other server; nothing is sent yet.
pub fn connection(url: &str, fingerprint: &str) -> Result<Client, ErrorBody> {
    let wrong = |why: String| ErrorBody::new(ErrorCode::BadRequest, why);
    let trust = fingerprint.parse().map(Trust::Fingerprint).map_err(|error| wrong(format!("{error}")))?;
    Client::new(Address { url: url.to_owned(), trust }).map_err(|error| wrong(error.to_string()))
}

/// What the other server's answer is to whoever asked this one.
pub fn not_so(error: &ClientError) -> ErrorBody {
    let code = match error {
        ClientError::Refused { body, .. } => match body.code {
            // It is not this server that the person has to sign in to.
            code if code.is_signed_out() || code == ErrorCode::WrongPassword => ErrorCode::WrongState,
            code => code,
        },
        ClientError::Address { .. } => ErrorCode::BadRequest,
        ClientError::UnknownCertificate { .. }
        | ClientError::ChangedCertificate { .. }
        | ClientError::Untrusted { .. } => ErrorCode::WrongState,
        ClientError::Unreachable { .. } | ClientError::Garbled { .. } => ErrorCode::Unavailable,
    };
    ErrorBody::new(code, error.to_string())
}

/// What the other server's refusal to let this one in is to whoever can mend it.
pub fn not_let_in(error: &ClientError) -> ErrorBody {
    let told = not_so(error);
    let by_password = error.refusal().is_some_and(|body| body.code == ErrorCode::WrongPassword);
    let by_certificate = matches!(error, ClientError::ChangedCertificate { .. } | ClientError::Untrusted { .. });
    let what = match (by_password, by_certificate) {
        (true, _) => "the password that is kept for it is no longer that user's there",
        (_, true) => "the certificate that is kept for it is no longer that server's",
        _ => return told,
    };
    let message = format!(
        "{}; {what}: set it anew with `cms sync peer set URL --to-fingerprint HEX`, or on the desktop: Servers side by side, Admin-Sync, \
         By timetables…",
        told.message
    );
    ErrorBody { message, ..told }
}

/// Sees that the other server is there, is another one than that with the fingerprint `own`, and lets an administrator in.
/// Gives its name.
pub async fn try_out(set: &SetPeer, own: &str) -> Result<String, ErrorBody> {
    if set.fingerprint.eq_ignore_ascii_case(own) {
        let why = "the fingerprint is that of this very server's certificate; give the other server's address and the fingerprint that \
                   `cms-server run` prints there";
        return Err(ErrorBody::new(ErrorCode::BadRequest, why));
    }
    let client = connection(&set.url, &set.fingerprint)?;
    let there = client.health(HEALTH_TIMEOUT).await.map_err(|error| not_so(&error))?;
    if there.role == Role::Primary {
        let why = format!(
            "{} is the primary, and what a timetable syncs goes from the primary to the secondary: it would refuse each run. Set this \
             on {}, with the address of its secondary",
            there.server, there.server
        );
        return Err(ErrorBody::new(ErrorCode::WrongState, why));
    }
    let session = client.login(&set.user, &set.password).await.map_err(|error| not_so(&error))?;
    let _ = client.logout().await;
    match session.administrator {
        true => Ok(session.server),
        false => {
            let why =
                format!("{} is no administrator on {}, and only one can take in a sync", set.user, session.server);
            Err(ErrorBody::new(ErrorCode::NotPermitted, why))
        }
    }
}

impl Administration {
    /// The server that timetables sync to.
    pub fn peer(&self) -> Result<Option<Peer>, ErrorBody> {
        let told = |KeptPeer { url, fingerprint, user, .. }| Peer { url, fingerprint, user };
        Ok(self.kept_peer()?.map(told))
    }

    /// The same with the password.
    pub fn kept_peer(&self) -> Result<Option<KeptPeer>, ErrorBody> {
        self.local().peer().map_err(|error| failed("reading the other server's address", &error))
    }

    /// Keeps the server that timetables sync to, after it was tried out and said its name.
    pub fn set_peer(&self, user: &User, set: SetPeer, name: &str) -> Result<Changed, ErrorBody> {
        let SetPeer { url, fingerprint, user: signs_in, password } = set;
        let before = self.peer()?.map(|peer| peer_text(&peer)).unwrap_or_default();
        let peer = KeptPeer { url, fingerprint, user: signs_in, password };
        let kept = self.local().keep_peer(Some(&peer));
        kept.map_err(|error| failed("keeping the other server's address", &error))?;
        let KeptPeer { url, fingerprint, user: signs_in, .. } = peer;
        let after = peer_text(&Peer { url, fingerprint, user: signs_in });
        let recorded = self.record(user, None, "the server that timetables sync to", before, &after);
        let text = format!(
            "timetables sync to {name}, {after}; that user's password is kept in local.db of this server, and is part of an image \
             of it, but of no backup"
        );
        Ok(recorded.told(Changed { changed: true, text }))
    }

    /// Forgets the server that timetables sync to.
    pub fn remove_peer(&self, user: &User) -> Result<Changed, ErrorBody> {
        let Some(before) = self.peer()? else {
            return Ok(Changed { changed: false, text: "timetables sync to no server already".to_owned() });
        };
        self.local().keep_peer(None).map_err(|error| failed("forgetting the other server's address", &error))?;
        let recorded = self.record(user, None, "the server that timetables sync to", peer_text(&before), "");
        Ok(recorded.told(Changed {
            changed: true,
            text: "timetables sync to no server any more; its password is gone".to_owned(),
        }))
    }
}

fn peer_text(peer: &Peer) -> String {
    format!("{} as {}, certificate {}", peer.url, peer.user, peer.fingerprint)
}
