//! The server that timetables of the serving one sync to: shown, set and forgotten.

use api::Peer;
use session::{ChangeRequest, Model, NewPeer, Secret, Which};

use super::Confirm;

/// The server while it is typed.
#[derive(Clone, PartialEq, Eq)]
pub struct PeerDraft {
    /// Its address.
    pub url: String,
    /// SHA-256 fingerprint of its certificate.
    pub fingerprint: String,
    /// An administrator there.
    pub user: String,
    /// That user's password there.
    pub password: String,
}

/// Everything but the password.
impl std::fmt::Debug for PeerDraft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PeerDraft").field("url", &self.url).field("user", &self.user).finish_non_exhaustive()
    }
}

impl PeerDraft {
    /// As it is set; else the other server of the profile, whose certificate was compared when it was first connected to.
    pub fn new(model: &Model, known: Option<&Peer>) -> PeerDraft {
        let profile = model.profile.as_ref();
        let other = profile.zip(model.serving).and_then(|(profile, which)| profile.server(which.other()));
        let (url, fingerprint, user) = match known {
            Some(peer) => (peer.url.clone(), peer.fingerprint.clone(), peer.user.clone()),
            None => (
                other.map(|other| other.url.clone()).unwrap_or_default(),
                other.and_then(|other| other.fingerprint.clone()).unwrap_or_default(),
                profile.map(|profile| profile.user.clone()).unwrap_or_default(),
            ),
        };
        PeerDraft { url, fingerprint, user, password: String::new() }
    }

    /// What is asked for, or what is wrong. The server signs in there before it keeps it.
    pub fn change(&self) -> Result<ChangeRequest, String> {
        let (url, user) = (self.url.trim().to_owned(), self.user.trim().to_owned());
        if url.is_empty() {
            return Err("Type the address of the other server".to_owned());
        }
        let fingerprint: String = self.fingerprint.chars().filter(|letter| !letter.is_whitespace()).collect();
        let digits = fingerprint.replace(':', "");
        if digits.len() != 64 || !digits.chars().all(|letter| letter.is_ascii_hexdigit()) {
            return Err("A fingerprint is 64 hexadecimal digits, as cms-server told it when it was made".to_owned());
        }
        if user.is_empty() || self.password.is_empty() {
            return Err("Name an administrator there, and type that user's password there".to_owned());
        }
        Ok(ChangeRequest::Peer(NewPeer { url, fingerprint, user, password: Secret::new(self.password.clone()) }))
    }
}

/// The server at an address as everything else names it, `cms-south, the secondary`; the address itself if it is none of the
/// profile.
pub fn named(model: &Model, url: &str) -> String {
    let same = |one: &str| one.trim_end_matches('/').eq_ignore_ascii_case(url.trim_end_matches('/'));
    let found = Which::BOTH.into_iter().find(|&which| same(&model.servers[which].address));
    match found.filter(|&which| model.servers[which].health.is_some()) {
        Some(which) => format!("{}, the {}", model.servers[which].name(), model.role(which)),
        None => url.to_owned(),
    }
}

/// What is known of it, in words: name of a fact, text.
pub fn facts(model: &Model, server: &str, known: Option<&Peer>) -> Vec<(&'static str, String)> {
    match known {
        None => vec![("Syncs to", format!("no server yet: timetables of {server} cannot have the task Admin-Sync"))],
        Some(peer) => {
            let named = named(model, &peer.url);
            let mut facts = vec![("Syncs to", format!("{named} as {}", peer.user))];
            facts.extend((named != peer.url).then(|| ("Address", peer.url.clone())));
            facts.push(("Certificate", peer.fingerprint.clone()));
            facts
        }
    }
}

/// The question before it is forgotten.
pub fn forget(model: &Model, server: &str, which: Which, known: &Peer) -> Confirm {
    Confirm {
        title: format!("Have {server} sync to no server?"),
        lines: vec![
            format!("Timetables of {server} with the task Admin-Sync fail from then on, and say why"),
            format!("The password of {} at {} is removed from {server}", known.user, named(model, &known.url)),
        ],
        button: format!("Forget it on {server}"),
        dangerous: false,
        which,
        change: ChangeRequest::RemovePeer,
    }
}
