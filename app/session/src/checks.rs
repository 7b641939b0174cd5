//! The daily checks of a server: links, archiving, backups, the maintenance error log and whatever else must be looked at each
//! day on both servers, each with what was found and what to do.
//!
//! What a server says of itself is asked for in [`Told`]; [`judge`] is plain data in, plain data out, so that a screen and
//! a command judge alike. What could not be asked is never green: a check that nobody could make was not passed. Asking one
//! server for the checks of both was turned down: the servers do not know of each other.

mod backups;
mod clocks;
mod collecting;
mod holes;
mod keeping;
mod told;

use std::fmt;

use api::Role;
use client::ClientError;
use model::AcdNumber;

pub use collecting::Layers;
#[cfg(test)]
pub(crate) use told::Heard;
pub use told::Told;

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// That the server answers, its mode, and whether both servers fit together.
    Server,
    /// Clocks that are apart: an ACD's and the server's, or those of both servers.
    Clock,
    /// The link to an ACD, in the layers of the field's connection status.
    Link,
    /// An ACD's collection: on or off, and what was impossible.
    Acd,
    /// Whether intervals, days, weeks and months are archived.
    Archiving,
    /// Whether what is summed up is up to date.
    Summaries,
    /// The last backup of the history and of the administration.
    Backup,
    /// The last restore.
    Restore,
    /// Free space on the server's disk and on the devices of backups.
    Space,
    /// What nobody has acknowledged in the maintenance error log.
    ErrorLog,
    /// Timetables that failed, were broken off or missed.
    Timetables,
    /// Call records that are handed over to another program.
    CallHistory,
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Subject::Server => "server",
            Subject::Clock => "clock",
            Subject::Link => "link",
            Subject::Acd => "ACD status",
            Subject::Archiving => "archiving",
            Subject::Summaries => "summaries",
            Subject::Backup => "backup",
            Subject::Restore => "restore",
            Subject::Space => "free space",
            Subject::ErrorLog => "maintenance error log",
            Subject::Timetables => "timetables",
            Subject::CallHistory => "call history",
        })
    }
}

/// How a check came out, from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Light {
    /// All is well.
    Green,
    /// Nothing is lost; somebody should look.
    Yellow,
    /// It could not be found out.
    Unlit,
    /// Something does not work, or soon will not.
    Red,
}

impl fmt::Display for Light {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Light::Green => "good",
            Light::Yellow => "look",
            Light::Unlit => "not known",
            Light::Red => "BAD",
        })
    }
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What was looked at.
    pub subject: Subject,
    /// Of which ACD; none for what concerns the whole server.
    pub acd: Option<AcdNumber>,
    /// How it came out.
    pub light: Light,
    /// What was found.
    pub found: String,
    /// What to do; empty where there is nothing to do.
    pub advice: String,
}

impl Check {
    fn new(subject: Subject, light: Light, found: impl Into<String>, advice: impl Into<String>) -> Check {
        Check { subject, acd: None, light, found: found.into(), advice: advice.into() }
    }

    fn good(subject: Subject, found: impl Into<String>) -> Check {
        Check::new(subject, Light::Green, found, "")
    }

    fn unknown(subject: Subject, why: &str) -> Check {
        let advice = "sign in as a user who may read this, or ask again when the server answers";
        Check::new(subject, Light::Unlit, format!("not told: {why}"), advice)
    }

    fn of(self, acd: AcdNumber) -> Check {
        Check { acd: Some(acd), ..self }
    }
}

/// All checks of one server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerChecks {
    /// Name of the server; its address where it did not tell its name.
    pub server: String,
    /// Its role, if it told.
    pub role: Option<Role>,
    /// Its checks, in the order of the subjects.
    pub checks: Vec<Check>,
}

/// Why a server could not be asked, in its or the client's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotAsked {
    /// Nobody answers.
    Gone(String),
    /// Somebody answers whose certificate is not the trusted one, or is no longer good.
    Certificate(String),
    /// It answers and lets nobody in, or says what cannot be understood.
    Refused(String),
}

impl NotAsked {
    /// From what went wrong, with the words for it.
    pub fn of(error: &ClientError, words: String) -> NotAsked {
        match error {
            ClientError::UnknownCertificate { .. }
            | ClientError::ChangedCertificate { .. }
            | ClientError::Untrusted { .. } => NotAsked::Certificate(words),
            ClientError::Unreachable { .. } => NotAsked::Gone(words),
            ClientError::Refused { .. } | ClientError::Garbled { .. } | ClientError::Address { .. } => {
                NotAsked::Refused(words)
            }
        }
    }

    fn told(&self) -> (&str, &'static str) {
        match self {
            NotAsked::Gone(why) => (
                why,
                "is the machine up, does `cms-server` run, is the address right? Let people work on the other server meanwhile",
            ),
            NotAsked::Certificate(why) => (
                why,
                "the server answers, and its certificate is not the one that is trusted: compare the fingerprint with the one that \
                 `cms-server` prints when it starts, and give that; one that has expired is renewed by whoever made it",
            ),
            NotAsked::Refused(why) => (
                why,
                "the server answers and could not be asked: sign in as a user whom it knows, with that user's password there",
            ),
        }
    }
}

impl ServerChecks {
    /// Of a server that could not be asked at all.
    pub fn not_asked(address: &str, why: &NotAsked) -> ServerChecks {
        let (found, advice) = why.told();
        let check = Check::new(Subject::Server, Light::Red, found, advice);
        ServerChecks { server: address.to_owned(), role: None, checks: vec![check] }
    }

    /// How many checks are not good.
    pub fn not_good(&self) -> usize {
        self.checks.iter().filter(|check| check.light != Light::Green).count()
    }
}

/// Judges what a server told of itself.
pub fn judge(told: &Told) -> ServerChecks {
    judge_beside(told, None)
}

/// The same where the other server was asked, too: what neither has, nobody can heal.
fn judge_beside(told: &Told, other: Option<&Told>) -> ServerChecks {
    let mut checks = vec![collecting::server(told)];
    checks.extend(collecting::certificate(told));
    checks.extend(clocks::acds(told));
    checks.extend(collecting::acds(told));
    checks.extend(collecting::archiving(told, other));
    checks.extend(backups::backup(told));
    checks.push(backups::restore(told));
    checks.extend(keeping::space(told));
    checks.push(keeping::error_log(told));
    checks.push(keeping::timetables(told));
    checks.extend(keeping::call_history(told));
    checks.sort_by_key(|check| (check.subject, check.acd));
    ServerChecks { server: told.status.server.clone(), role: Some(told.status.role), checks }
}

/// Judges what each of some servers told, by their addresses, or why one could not be asked: that one is gone is a finding
/// about that one, and no reason to say nothing of the others. Of two, whether they fit together, and what neither does, too.
pub fn judge_all(asked: &[(String, Result<Told, NotAsked>)]) -> Vec<ServerChecks> {
    let other = |of: usize| match asked {
        [(_, Ok(here)), (_, Ok(there))] => Some(if of == 0 { there } else { here }),
        _ => None,
    };
    let judged = |(place, (address, told)): (usize, &(String, Result<Told, NotAsked>))| match told {
        Ok(told) => judge_beside(told, other(place)),
        Err(why) => ServerChecks::not_asked(address, why),
    };
    let mut all: Vec<ServerChecks> = asked.iter().enumerate().map(judged).collect();
    if let [(_, Ok(here)), (_, Ok(there))] = asked
        && let Some(last) = all.last_mut()
    {
        let of_both = judge_pair(here, there)
            .into_iter()
            .chain(clocks::of_both(here, there))
            .chain(keeping::run_nowhere(here, there));
        last.checks.splice(0..0, of_both);
        last.checks.sort_by_key(|check| (check.subject, check.acd));
    }
    all
}

/// What two servers of one site must not both be, and must both be.
pub(crate) fn judge_pair(here: &Told, there: &Told) -> Option<Check> {
    let (one, other) = (&here.status, &there.status);
    if one.role == other.role {
        if one.server == other.server {
            let (found, advice) = twin::one_server(&one.server);
            return Some(Check::new(Subject::Server, Light::Red, found, advice));
        }
        let found = format!("{} and {} both say that they are the {}", one.server, other.server, one.role);
        let advice = "stop the one that is not, and give it the other role by `cms-server rename DIR --role`: operating.md, \"Two servers \
                      with one role\"; until then both do what only one should";
        return Some(Check::new(Subject::Server, Light::Red, found, advice));
    }
    if one.version != other.version {
        let (here, there) = (&one.version, &other.version);
        let found = format!("{} has version {here}, {} has {there}", one.server, other.server);
        return Some(Check::new(Subject::Server, Light::Yellow, found, "upgrade the older one"));
    }
    None
}

/// A length of time as people say it: one unit, rounded down.
fn lasting(secs: i64) -> String {
    let (count, unit) = match secs.max(0) {
        secs @ 0..120 => (secs, "s"),
        secs @ 120..7_200 => (secs / 60, "min"),
        secs @ 7_200..172_800 => (secs / 3_600, "h"),
        secs => (secs / 86_400, "days"),
    };
    format!("{count} {unit}")
}
