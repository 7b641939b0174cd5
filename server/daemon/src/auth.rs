//! Signing in: passwords are hashed with argon2id, tokens live in memory, guessing is slowed down.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use api::{ErrorBody, ErrorCode};
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use parking_lot::Mutex;
use sha2::{Digest, Sha256};
use tokio::sync::watch;

/// Name of the administrator that `init` makes.
pub const ADMINISTRATOR: &str = "cms";

/// A token that was not used for this long is no longer good.
pub const IDLE: Duration = Duration::from_secs(12 * 3600);
/// Shortest password that is taken.
pub const PASSWORD_MIN: usize = 8;
/// Sessions kept at once; the longest unused goes first.
const SESSIONS_MAX: usize = 10_000;
/// Delay after a wrong password, doubling with each up to the last.
const DELAY_FIRST: Duration = Duration::from_millis(500);
const DELAY_MAX: Duration = Duration::from_secs(30);
/// A wrong password is forgotten after this long.
const FORGET: Duration = Duration::from_secs(15 * 60);
/// Origins of wrong passwords remembered at once.
pub(crate) const FAILURES_MAX: usize = 10_000;

/// Passwords that one user at one address may have in the checking at once, so that guesses made side by side
/// wait like guesses made in a row.
const CHECKING_MAX: u32 = 4;

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Name.
    pub name: String,
    /// Whether an administrator.
    pub administrator: bool,
}

/// In single-user mode, an administrator who has asked for nothing for this long makes room for another one, also the one who
/// set it; that one takes it back at any time.
pub const PRESENT: Duration = Duration::from_secs(10 * 60);

/// All sessions and recent failures.
pub struct Sessions {
    inner: Mutex<Inner>,
    /// Wakes streams, so that each looks whether it may go on.
    stirred: watch::Sender<()>,
}

struct Inner {
    /// Since when the server runs. Who had asked for something before that, it has forgotten.
    started_at: Instant,
    /// By SHA-256 of the token, so that a memory dump gives no tokens.
    sessions: HashMap<[u8; 32], Open>,
    /// Sessions that were ended for a reason that their users are to be told, and when.
    ended: HashMap<[u8; 32], (ErrorBody, Instant)>,
    /// When each user asked for something last, signed out since or not.
    seen: HashMap<String, Instant>,
    failures: HashMap<(String, IpAddr), Failures>,
    checking: HashMap<(String, IpAddr), u32>,
}

impl Default for Sessions {
    fn default() -> Self {
        Sessions::since(Instant::now())
    }
}

/// A password that is being checked; dropping it ends the attempt.
pub struct Attempt<'a> {
    sessions: &'a Sessions,
    who: (String, IpAddr),
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        let mut inner = self.sessions.inner.lock();
        if let Some(count) = inner.checking.get_mut(&self.who) {
            *count -= 1;
            if *count == 0 {
                inner.checking.remove(&self.who);
            }
        }
    }
}

struct Open {
    user: User,
    used_at: Instant,
}

struct Failures {
    count: u32,
    last_at: Instant,
}

impl Inner {
    fn open(&mut self, token: &str, user: User, from: IpAddr) {
        self.failures.remove(&(user.name.clone(), from));
        self.sessions.retain(|_, open| open.used_at.elapsed() < IDLE);
        if self.sessions.len() >= SESSIONS_MAX {
            let oldest = self.sessions.iter().min_by_key(|(_, open)| open.used_at).map(|(key, _)| *key);
            oldest.map(|key| self.sessions.remove(&key));
        }
        self.seen.retain(|_, at| at.elapsed() < IDLE);
        self.seen.insert(user.name.clone(), Instant::now());
        self.sessions.insert(digest(token), Open { user, used_at: Instant::now() });
    }

    /// Whether a user has asked for something a short while ago. Of those who have asked for nothing since the server was started,
    /// nobody knows: they may have done so just before.
    fn is_present(&self, name: &str) -> bool {
        self.seen.get(name).unwrap_or(&self.started_at).elapsed() < PRESENT
    }

    fn end(&mut self, which: impl Fn(&User) -> bool, why: &ErrorBody) -> usize {
        self.ended.retain(|_, (_, at)| at.elapsed() < IDLE);
        let ended: Vec<[u8; 32]> = self.sessions.extract_if(|_, open| which(&open.user)).map(|(key, _)| key).collect();
        let count = ended.len();
        let room = SESSIONS_MAX.saturating_sub(self.ended.len());
        self.ended.extend(ended.into_iter().take(room).map(|key| (key, (why.clone(), Instant::now()))));
        count
    }
}

fn token() -> Result<String> {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(|error| anyhow!("no random numbers: {error}"))?;
    Ok(model::hex(&secret))
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
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

/// Refuses an attempt that comes too soon after wrong ones.
pub fn too_many(user: &str, delay: Duration) -> ErrorBody {
    let what = if delay > DELAY_FIRST {
        format!("too many wrong passwords for {user}")
    } else {
        format!("a wrong password was given for {user} a moment ago")
    };
    let message = format!("{what}: try again in {} s", delay.as_secs() + 1);
    ErrorBody::new(ErrorCode::TooMany, message)
}

impl Sessions {
    /// Of a server that runs since then; nobody is signed in.
    pub fn since(started_at: Instant) -> Self {
        let inner = Inner {
            started_at,
            sessions: HashMap::new(),
            ended: HashMap::new(),
            seen: HashMap::new(),
            failures: HashMap::new(),
            checking: HashMap::new(),
        };
        Sessions { inner: Mutex::new(inner), stirred: watch::Sender::default() }
    }

    /// How long this user at this address has to wait before the next attempt.
    pub fn delay(&self, user: &str, from: IpAddr) -> Duration {
        let mut inner = self.inner.lock();
        inner.failures.retain(|_, failures| failures.last_at.elapsed() < FORGET);
        let Some(failures) = inner.failures.get(&(user.to_owned(), from)) else { return Duration::ZERO };
        let delay = DELAY_FIRST.saturating_mul(1 << failures.count.saturating_sub(1).min(10)).min(DELAY_MAX);
        delay.saturating_sub(failures.last_at.elapsed())
    }

    /// Begins an attempt, or tells how long to wait before the next one.
    pub fn attempt(&self, user: &str, from: IpAddr) -> Result<Attempt<'_>, Duration> {
        let delay = self.delay(user, from);
        if !delay.is_zero() {
            return Err(delay);
        }
        let who = (user.to_owned(), from);
        let mut inner = self.inner.lock();
        let checking = inner.checking.entry(who.clone()).or_default();
        if *checking >= CHECKING_MAX {
            return Err(DELAY_FIRST * 2);
        }
        *checking += 1;
        Ok(Attempt { sessions: self, who })
    }

    /// Remembers a wrong password.
    pub fn failed(&self, user: &str, from: IpAddr) {
        let (mut inner, who) = (self.inner.lock(), (user.to_owned(), from));
        // With no room for further ones, guessing where it has been going on already is slowed all the same.
        if inner.failures.len() >= FAILURES_MAX && !inner.failures.contains_key(&who) {
            return;
        }
        let entry = inner.failures.entry(who).or_insert(Failures { count: 0, last_at: Instant::now() });
        entry.count += 1;
        entry.last_at = Instant::now();
    }

    /// Opens a session and returns its token.
    pub fn open(&self, user: User, from: IpAddr) -> Result<String> {
        let token = token()?;
        self.inner.lock().open(&token, user, from);
        Ok(token)
    }

    /// Opens a session in single-user mode and returns its token, or the name of the user whose place it is. That is first of
    /// all `holder`, who set the mode: also signed out, for as long as they have asked for something a short while ago, or the server
    /// was started since. Sessions of others that must make room are ended with the notice.
    pub fn open_alone(
        &self,
        user: User,
        from: IpAddr,
        notice: &ErrorBody,
        holder: Option<&str>,
    ) -> Result<Result<String, String>> {
        let token = token()?;
        let mut inner = self.inner.lock();
        if holder != Some(&user.name) {
            if let Some(holder) = holder.filter(|name| inner.is_present(name)) {
                return Ok(Err(holder.to_owned()));
            }
            let mut others = inner.sessions.values().filter(|open| open.user.name != user.name);
            if let Some(other) = others.find(|open| open.used_at.elapsed() < PRESENT) {
                return Ok(Err(other.user.name.clone()));
            }
        }
        let name = user.name.clone();
        inner.end(|known| known.name != name, notice);
        inner.open(&token, user, from);
        drop(inner);
        self.stir();
        Ok(Ok(token))
    }

    /// Ends sessions; whoever uses one of them again is told why. Returns how many there were.
    pub fn sign_out(&self, which: impl Fn(&User) -> bool, why: &ErrorBody) -> usize {
        let count = self.inner.lock().end(which, why);
        self.stir();
        count
    }

    /// Single-user mode is over: whoever was signed out by it, and has not come since, may sign in again, and is told so instead.
    pub fn let_in_again(&self, why: &ErrorBody) {
        let mut inner = self.inner.lock();
        inner.ended.values_mut().filter(|(told, _)| told.code == ErrorCode::SingleUser).for_each(|(told, _)| {
            told.clone_from(why);
        });
    }

    /// Why the session of a token was ended, if there is a reason to tell.
    pub fn why_ended(&self, token: &str) -> Option<ErrorBody> {
        self.inner.lock().ended.get(&digest(token)).map(|(why, _)| why.clone())
    }

    /// Makes every stream look whether it may go on.
    pub fn stir(&self) {
        self.stirred.send_replace(());
    }

    /// Follows what [`stir`](Sessions::stir) tells.
    pub fn stirred(&self) -> watch::Receiver<()> {
        self.stirred.subscribe()
    }

    /// Who the token belongs to.
    pub fn user(&self, token: &str) -> Option<User> {
        let mut inner = self.inner.lock();
        let open = inner.sessions.get_mut(&digest(token)).filter(|open| open.used_at.elapsed() < IDLE)?;
        open.used_at = Instant::now();
        let user = open.user.clone();
        match inner.seen.get_mut(&user.name) {
            Some(at) => *at = Instant::now(),
            None => drop(inner.seen.insert(user.name.clone(), Instant::now())),
        }
        Some(user)
    }

    /// Ends the session of a token.
    pub fn close(&self, token: &str) {
        self.inner.lock().sessions.remove(&digest(token));
    }
}
