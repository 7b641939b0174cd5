//! Signing in: passwords are hashed with argon2id, tokens live in memory, guessing is slowed down.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use sha2::{Digest, Sha256};

/// A token that was not used for this long is no longer good.
pub const IDLE: Duration = Duration::from_secs(12 * 3600);
/// Shortest password that `init` takes.
pub const PASSWORD_MIN: usize = 8;
/// Sessions kept at once; the longest unused goes first.
const SESSIONS_MAX: usize = 10_000;
/// Delay after a wrong password, doubling with each up to the last.
const DELAY_FIRST: Duration = Duration::from_millis(500);
const DELAY_MAX: Duration = Duration::from_secs(30);
/// A wrong password is forgotten after this long.
const FORGET: Duration = Duration::from_secs(15 * 60);
/// Origins of wrong passwords remembered at once.
const FAILURES_MAX: usize = 10_000;

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Name.
    pub name: String,
    /// Whether an administrator.
    pub administrator: bool,
}

/// All sessions and recent failures.
#[derive(Default)]
pub struct Sessions {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    /// By SHA-256 of the token, so that a memory dump gives no tokens.
    sessions: HashMap<[u8; 32], Open>,
    failures: HashMap<(String, IpAddr), Failures>,
}

struct Open {
    user: User,
    used_at: Instant,
}

struct Failures {
    count: u32,
    last_at: Instant,
}

fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::default())
}

/// Hashes a password with a fresh salt, as a PHC string.
pub fn hash_password(password: &str) -> Result<String> {
    if password.chars().count() < PASSWORD_MIN {
        return Err(anyhow!("the password needs at least {PASSWORD_MIN} characters"));
    }
    let hash = argon2().hash_password(password.as_bytes());
    Ok(hash.map_err(|error| anyhow!("cannot hash the password: {error}"))?.to_string())
}

/// Whether the password belongs to the hash. Takes about a tenth of a second: call from a blocking thread.
pub fn verify_password(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| argon2().verify_password(password.as_bytes(), &hash).is_ok())
}

impl Sessions {
    /// How long this user at this address has to wait before the next attempt.
    pub fn delay(&self, user: &str, from: IpAddr) -> Duration {
        let mut inner = self.lock();
        inner.failures.retain(|_, failures| failures.last_at.elapsed() < FORGET);
        let Some(failures) = inner.failures.get(&(user.to_owned(), from)) else { return Duration::ZERO };
        let delay = DELAY_FIRST.saturating_mul(1 << failures.count.saturating_sub(1).min(10)).min(DELAY_MAX);
        delay.saturating_sub(failures.last_at.elapsed())
    }

    /// Remembers a wrong password.
    pub fn failed(&self, user: &str, from: IpAddr) {
        let mut inner = self.lock();
        if inner.failures.len() >= FAILURES_MAX {
            return;
        }
        let entry =
            inner.failures.entry((user.to_owned(), from)).or_insert(Failures { count: 0, last_at: Instant::now() });
        entry.count += 1;
        entry.last_at = Instant::now();
    }

    /// Opens a session and returns its token.
    pub fn open(&self, user: User, from: IpAddr) -> Result<String> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(|error| anyhow!("no random numbers: {error}"))?;
        let token = crate::tls::hex(&secret);
        let mut inner = self.lock();
        inner.failures.remove(&(user.name.clone(), from));
        inner.sessions.retain(|_, open| open.used_at.elapsed() < IDLE);
        if inner.sessions.len() >= SESSIONS_MAX {
            let oldest = inner.sessions.iter().min_by_key(|(_, open)| open.used_at).map(|(key, _)| *key);
            oldest.map(|key| inner.sessions.remove(&key));
        }
        inner.sessions.insert(Sha256::digest(token.as_bytes()).into(), Open { user, used_at: Instant::now() });
        Ok(token)
    }

    /// Who the token belongs to.
    pub fn user(&self, token: &str) -> Option<User> {
        let key: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        let mut inner = self.lock();
        let open = inner.sessions.get_mut(&key).filter(|open| open.used_at.elapsed() < IDLE)?;
        open.used_at = Instant::now();
        Some(open.user.clone())
    }

    /// Ends the session of a token.
    pub fn close(&self, token: &str) {
        let key: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        self.lock().sessions.remove(&key);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
