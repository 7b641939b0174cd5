//! The server, its links and its archive.

use std::fmt;

use api::{
    AcdStatus, ArchiveStatus, CERTIFICATE_SOON_DAYS, CertificateDates, LevelState, LevelStatus, LinkState, Mode,
};
use model::words::{and_more, counted};
use model::{Calendar, Moment};

use super::told::Told;
use super::{Check, Light, Subject, holes, lasting};

/// Data older than this are told with an alarm; a quiet switch sends a heartbeat each second.
const AGE_MAX_MS: u64 = 5_000;
/// How long an interval may take to be archived after its end.
const ARCHIVED_WITHIN_SECS: i64 = 120;

pub(super) fn server(told: &Told) -> Check {
    let status = &told.status;
    let found = format!("version {}, up {}, {}", status.version, lasting(signed(status.up_secs)), status.mode);
    match status.mode {
        Mode::MultiUser => Check::good(Subject::Server, found),
        Mode::SingleUser => {
            let advice = "nobody else can sign in, and no timetable runs; Administration > Mode, or `cms mode multi-user` ends it";
            Check::new(Subject::Server, Light::Yellow, found, advice)
        }
    }
}

/// Tells of a certificate that ends soon, where anybody asks for that: clients that know it by its fingerprint do not.
pub(super) fn certificate(told: &Told) -> Option<Check> {
    let CertificateDates { good_until, days_left, of_authority } = told.status.certificate?;
    if !of_authority || days_left >= CERTIFICATE_SOON_DAYS {
        return None;
    }
    let (light, when) = match days_left {
        ..0 => (Light::Red, "expired on".to_owned()),
        _ => (Light::Yellow, format!("is good for {} more, until", counted(days_left.unsigned_abs(), "day", "days"))),
    };
    let found = format!("the server's certificate of an authority {when} {good_until}");
    let advice = "put a new one with its key in place of server.crt and server.key, `cms-server check DIR`, and restart: clients that know the \
                  authority are refused by an expired one (operating/security.md, \"Certificate of the server\")";
    Some(Check::new(Subject::Server, light, found, advice))
}

/// Link and state of each ACD.
pub(super) fn acds(told: &Told) -> Vec<Check> {
    if told.status.acds.is_empty() {
        let advice = "permit the user an ACD, or add one to cms.toml";
        return vec![Check::new(Subject::Acd, Light::Unlit, "no ACD, or none that this user may see", advice)];
    }
    let checks = |acd: &AcdStatus| [link(acd).of(acd.health.acd), state(acd).of(acd.health.acd)];
    told.status.acds.iter().flat_map(checks).collect()
}

/// The three layers of a link as the field's connection status names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layers {
    /// What is done with the data.
    pub application: &'static str,
    /// The session between switch and server.
    pub session: &'static str,
    /// The connection below it.
    pub connection: &'static str,
}

impl Layers {
    /// Of an ACD.
    pub fn of(acd: &AcdStatus) -> Layers {
        let connection = match (&acd.peer, acd.dialect.as_str()) {
            (Some(_), _) => "operational",
            // The server connects to an Asterisk, and waits for any other switch.
            (None, "asterisk") if acd.health.collecting => "out of order",
            (None, _) => "quiescent",
        };
        let (application, session) = match acd.health.link {
            _ if !acd.health.collecting => ("not collecting data", "quiescent"),
            LinkState::Up => ("data transfer", "data transfer"),
            LinkState::PumpUp => ("translation pump-up", "data transfer"),
            LinkState::Connecting => ("waiting session", "waiting acceptance"),
            LinkState::Down => ("waiting session", "quiescent"),
        };
        Layers { application, session, connection }
    }
}

impl fmt::Display for Layers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Layers { application, session, connection } = self;
        write!(f, "application: {application}, session: {session}, connection: {connection}")
    }
}

/// An ACD that could not be started, or whose files cannot be read.
const UNUSABLE: &str = "mend what it says, then restart the server; the other ACDs go on meanwhile, and people find this one on the other \
                        server: operating.md, \"What a link state means\"";

fn link(acd: &AcdStatus) -> Check {
    let health = &acd.health;
    let mut found = Layers::of(acd).to_string();
    if let Some(age) = health.age_ms {
        found += &format!(", age {}.{} s", age / 1_000, age % 1_000 / 100);
    }
    if !health.link_text.is_empty() {
        found += &format!("; {}", health.link_text);
    }
    let check = |light, advice: &str| Check::new(Subject::Link, light, found.clone(), advice);
    if !health.unusable.is_empty() {
        return check(Light::Red, UNUSABLE);
    }
    match health.link {
        _ if !health.collecting => {
            let advice = "intended? Otherwise turn it on (Administration > Data collection, or `cms collection on --acd N`): what \
                          happens meanwhile is missing here";
            check(Light::Red, advice)
        }
        LinkState::Up if health.age_ms.is_none_or(|age| age > AGE_MAX_MS) => {
            check(Light::Red, "the link is up and nothing comes: look at the switch and the network")
        }
        LinkState::Up => check(Light::Green, ""),
        LinkState::PumpUp | LinkState::Connecting => {
            check(Light::Yellow, "ask again in a minute; if it stays, look at the switch's log")
        }
        LinkState::Down => {
            let advice = format!(
                "is the other server's link up? If it is, look at the network between the switch and this server (the link's \
                 address is {}): Administration > Data collection shows its layers; operating.md, \"What a link state means\"",
                acd.address
            );
            check(Light::Red, &advice)
        }
    }
}

fn state(acd: &AcdStatus) -> Check {
    let health = &acd.health;
    let collecting = if health.collecting { "collection on" } else { "collection off" };
    let mut found = format!("{collecting}, {} since the start", counted(acd.events, "event", "events"));
    if !health.unusable.is_empty() {
        found += &format!("; {}", health.unusable);
        return Check::new(Subject::Acd, Light::Red, found, UNUSABLE);
    }
    if !health.archive_problem.is_empty() {
        found += &format!("; {}", health.archive_problem);
        let advice = "nothing acknowledged is lost: mend what it says; operating.md, \"Problems and what to do\"";
        return Check::new(Subject::Acd, Light::Red, found, advice);
    }
    if !health.collecting {
        let advice = "intended? Otherwise turn it on: Administration > Data collection, or `cms collection on --acd N`";
        return Check::new(Subject::Acd, Light::Red, found, advice);
    }
    if !acd.anomalies.is_empty() {
        let kinds: Vec<String> = acd.anomalies.iter().map(|(kind, count)| format!("{count} x {kind}")).collect();
        found += &format!("; impossible input: {}", kinds.join(", "));
        let advice = "survived and counted; note kind and text from the log. If both servers show it, it is the switch";
        return Check::new(Subject::Acd, Light::Yellow, found, advice);
    }
    Check::good(Subject::Acd, found)
}

/// Archiving and summaries of each ACD.
///
/// `other` is what the other server told, where that was asked.
pub(super) fn archiving(told: &Told, other: Option<&Told>) -> Vec<Check> {
    let archiving = match &told.archiving {
        Ok(archiving) => archiving,
        Err(why) => return vec![Check::unknown(Subject::Archiving, why), Check::unknown(Subject::Summaries, why)],
    };
    let checks = |acd: &AcdStatus| {
        let number = acd.health.acd;
        let Some(archive) = archiving.iter().find(|archive| archive.acd == number) else {
            let unknown = Check::unknown(Subject::Archiving, "the server said nothing of this ACD");
            return vec![unknown.of(number)];
        };
        vec![without_holes((told, other), acd, archived(acd, archive)).of(number), summed_up(acd, archive).of(number)]
    };
    told.status.acds.iter().flat_map(checks).collect()
}

fn archived(acd: &AcdStatus, archive: &ArchiveStatus) -> Check {
    let subject = Subject::Archiving;
    let of_level = |level: &LevelStatus| match &level.last {
        Some(last) => format!("{} {last}", level.level),
        None => format!("{} {}", level.level, level.status),
    };
    let found = archive.levels.iter().map(of_level).collect::<Vec<_>>().join(", ");
    if let Some(failed) = archive.levels.iter().find(|level| level.status == LevelState::Failed) {
        let found = format!("{found}; {} failed: {}", failed.level, failed.detail);
        let advice = match acd.health.unusable.is_empty() {
            true => "it is tried again by itself; mend what it says",
            false => UNUSABLE,
        };
        return Check::new(subject, Light::Red, found, advice);
    }
    match (archive.acd_at, acd.health.archived_to) {
        (None, _) => Check::new(subject, Light::Yellow, found, "the switch has told nothing yet; look at the link"),
        (Some(at), None) => not_yet(subject, acd, at, found),
        (Some(at), Some(to)) if at.0 - to.0 > allowed_secs(acd) => {
            let found = format!("{found}; the newest interval began {} before the ACD's clock", lasting(at.0 - to.0));
            if archive.waiting == Some(0) {
                return after_outage(subject, acd, at, found);
            }
            let advice = "intervals close and are not archived: is the disk full? Administration > Archiving status, `cms status` and \
                          the log say why";
            Check::new(subject, Light::Red, found, advice)
        }
        (Some(at), Some(to)) if to > at => set_back(subject, acd, at, to, found),
        _ => Check::good(subject, found),
    }
}

/// What is archived in time is good only if there is no hole that can be healed.
fn without_holes((told, other): (&Told, Option<&Told>), acd: &AcdStatus, check: Check) -> Check {
    let number = acd.health.acd;
    let (Some(at), Some(intervals)) = (acd.health.acd_at, told.intervals.get(&number)) else { return check };
    let intervals = match intervals {
        Ok(intervals) => intervals,
        Err(why) if check.light == Light::Green => return Check::unknown(Subject::Archiving, why),
        Err(_) => return check,
    };
    let others = other.and_then(|other| other.intervals.get(&number)?.as_ref().ok());
    let of_last_day = holes::told(acd, at, intervals);
    let older = holes::older(acd, at, intervals, others.map(Vec::as_slice));
    let heal_from = older.as_ref().and_then(|older| older.heal_from.clone());
    let texts = of_last_day.iter().cloned().chain(older.map(|older| older.text));
    let found = std::iter::once(check.found.clone()).chain(texts).collect::<Vec<_>>().join("; ");
    if check.light != Light::Green || (of_last_day.is_none() && heal_from.is_none()) {
        return Check { found, ..check };
    }
    let mut advice =
        "has the other server them? Then heal this one: Administration > Servers side by side, or `cms twin heal`"
            .to_owned();
    if let Some(day) = heal_from {
        advice += &format!(
            "; what is older shows `cms twin compare --from {day}`. What neither server has whole is told for a month where this one is \
             asked alone, and is no finding where both are (`cms checks --with`)"
        );
    } else {
        advice += ". What neither has stays missing";
    }
    Check::new(Subject::Archiving, Light::Yellow, found, advice)
}

/// Nothing is archived before the first interval has ended.
fn not_yet(subject: Subject, acd: &AcdStatus, at: Moment, found: String) -> Check {
    let found =
        format!("{found}; nothing is archived at {} by the ACD's clock", crate::clock_text(at, &acd.health.zone));
    let minutes = u8::from(acd.interval_minutes);
    let advice = format!("a new server archives its first interval after at most {minutes} minutes; ask again then");
    Check::new(subject, Light::Yellow, found, advice)
}

/// After a time without data there is nothing to archive until the interval that runs has ended.
fn after_outage(subject: Subject, acd: &AcdStatus, at: Moment, found: String) -> Check {
    let found = format!("{found}, and nothing waits to be archived");
    let advice = match acd.health.zone.parse() {
        Ok(zone) => {
            let calendar = Calendar { zone, interval: acd.interval_minutes };
            let ends = calendar.local_text(calendar.interval(at).end, "%H:%M");
            format!(
                "so it is after an outage: the first interval after it ends at {ends} and is archived then; ask again after that"
            )
        }
        Err(_) => "so it is after an outage, until the first interval after it has ended; ask again then".to_owned(),
    };
    Check::new(subject, Light::Yellow, found, advice)
}

/// Until the clock has come as far again as intervals are archived, all counts into one.
fn set_back(subject: Subject, acd: &AcdStatus, at: Moment, to: Moment, found: String) -> Check {
    let zone = &acd.health.zone;
    let (now, until) = (crate::clock_text(at, zone), crate::clock_text(to, zone));
    let found = format!(
        "{found}; the ACD's clock says {now} and was set back by {} or more: nothing is archived until it is {until} again",
        lasting(to.0 - at.0)
    );
    let advice = "what comes until then counts into one INCOMPLETE interval; see whether the switch's clock is right";
    Check::new(subject, Light::Yellow, found, advice)
}

/// The newest archived interval began at most so long ago: it has closed, and the one that runs has not.
fn allowed_secs(acd: &AcdStatus) -> i64 {
    2 * i64::from(u8::from(acd.interval_minutes)) * 60 + ARCHIVED_WITHIN_SECS
}

fn summed_up(acd: &AcdStatus, archive: &ArchiveStatus) -> Check {
    let nothing_is_known = |level: &LevelStatus| level.status == LevelState::Failed && level.last.is_none();
    if !acd.health.unusable.is_empty() && archive.levels.iter().all(nothing_is_known) {
        let found = "what is summed up cannot be read, and nothing is summed up";
        return Check::new(Subject::Summaries, Light::Red, found, UNUSABLE);
    }
    let of_levels = |pick: fn(&LevelStatus) -> &Vec<String>| -> Vec<String> {
        let named = |level: &LevelStatus| -> Vec<String> {
            pick(level).iter().map(|period| format!("{} {period}", level.level)).collect()
        };
        archive.levels.iter().flat_map(named).collect()
    };
    let missing = of_levels(|level| &level.missing);
    let out_of_date = of_levels(|level| &level.out_of_date);
    if missing.is_empty() && out_of_date.is_empty() {
        return Check::good(Subject::Summaries, "days, weeks and months are up to date");
    }
    let mut found = Vec::new();
    if !missing.is_empty() {
        found.push(format!("due and not made: {}", and_more(&missing, 1)));
    }
    if !out_of_date.is_empty() {
        found.push(format!("out of date: {}", and_more(&out_of_date, 1)));
    }
    let advice = "made by themselves within minutes, unless that is turned off (`--rerun off`); if it stays, sum them up again, days before weeks and months: Administration, \
                  Archiving status, or `cms archive status` and `cms archive summarize --level daily --from D --to D`";
    Check::new(Subject::Summaries, Light::Yellow, found.join("; "), advice)
}

fn signed(secs: u64) -> i64 {
    i64::try_from(secs).unwrap_or(i64::MAX)
}
