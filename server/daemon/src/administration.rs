//! Administration of the ACDs: checked, kept, entered into the sequence of events, and recorded with who, when, before and
//! after. What is refused in which state of the server is said in `administration/rules.rs` and nowhere else.

mod arriving;
mod dictionary;
mod error_log;
mod exceptions;
mod menu;
mod mode;
mod numbers;
pub mod peer;
mod permissions;
mod recording;
mod rules;
mod shortcuts;
mod skills;
mod users;
mod worksheets;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize};

use api::{
    Changed, ErrorBody, ErrorCode, Mode, Operation, Profile, Profiled, RemoveProfile, SetCollection, SetInterval,
    SetProfile,
};
use model::event::Configuration;
use model::{AcdNumber, CallProfile, IntervalMinutes, Moment};
use parking_lot::{Mutex, MutexGuard, RwLock};
use store::{Change, LocalStore};

use crate::auth::User;
use crate::causes::failed;
use crate::clock::Clock;
use crate::people::People;
use crate::reports::Reports;
use crate::source::Source;
use crate::standing::{Standing, collection_key, interval_key};

pub use dictionary::check_name;
pub use mode::{CmsState, HeldStill, MASTER_ACD, clock, lowest_acd, master_acd};
pub use recording::Recorded;
pub use rules::{RULES, in_single_user_mode, needs_a_state, refuse};
pub use users::Estate;

/// So many changes are looked through for what somebody else has just changed.
const CHANGES_LOOKED_AT: u32 = 200;
/// A change is just made for so long: whoever has a page open from before may not have seen it.
const JUST_NOW_SECS: i64 = 3_600;

/// The server's own file, and the record of changes in it.
pub struct Administration {
    local: Arc<Mutex<LocalStore>>,
    clock: Arc<dyn Clock>,
    /// Held while somebody signs in, so that nobody comes in while single-user mode begins.
    state: RwLock<CmsState>,
    /// Its mode, for whoever must not wait.
    single_user: AtomicBool,
    /// Held while what is known of users, or permitted to them, is read, changed and kept: of two changes at once the second
    /// begins with what the first has left.
    changing_people: Mutex<()>,
    /// The same for what is administered of ACDs and in the Dictionary.
    changing_acds: Mutex<()>,
    /// How many restores replace data that need the mode, or data collection off, as they were when that was looked at.
    held_still: AtomicUsize,
    /// Users, and what each may.
    pub people: People,
}

impl Administration {
    /// Administration of the server whose own file this is.
    pub fn new(local: LocalStore, clock: Arc<dyn Clock>) -> store::Result<Self> {
        let state = CmsState::read(&local)?;
        let single_user = AtomicBool::new(state.mode == Mode::SingleUser);
        let (local, changing_people) = (Arc::new(Mutex::new(local)), Mutex::default());
        Ok(Administration {
            local,
            clock,
            state: RwLock::new(state),
            single_user,
            changing_people,
            changing_acds: Mutex::default(),
            held_still: AtomicUsize::new(0),
            people: People::default(),
        })
    }

    /// Now, by the server's clock: changes are made by people, not by the switch.
    pub fn now(&self) -> Moment {
        self.clock.now()
    }

    /// One change of users or permissions at a time, and none that could not be recorded.
    fn changing_people(&self) -> Result<MutexGuard<'_, ()>, ErrorBody> {
        let changing = self.changing_people.lock();
        self.can_record().map(|()| changing)
    }

    /// The same for what is administered of ACDs and in the Dictionary.
    pub(crate) fn changing_acds(&self) -> Result<MutexGuard<'_, ()>, ErrorBody> {
        let changing = self.changing_acds.lock();
        self.can_record().map(|()| changing)
    }

    /// What is to be said to whoever replaces something whole that somebody else has changed a short while ago, and perhaps has not
    /// seen that; nothing if nobody has.
    pub(crate) fn replaced(&self, user: &User, acd: Option<AcdNumber>, what: &str) -> Result<String, ErrorBody> {
        let known = self.local().changes(CHANGES_LOOKED_AT).map_err(|error| failed("reading the changes", &error))?;
        let is_of = |change: &&Change| {
            // Behind what was changed there may be in brackets how.
            change.acd == acd
                && change.what.strip_prefix(what).is_some_and(|rest| rest.is_empty() || rest.starts_with(" ("))
        };
        let last =
            known.iter().find(is_of).filter(|last| last.user != user.name && self.now() - last.at < JUST_NOW_SECS);
        Ok(last.map_or_else(String::new, |last| {
            let (was, by, at) = (told_or_nothing(&last.before), &last.user, last.at);
            let became = told_or_nothing(&last.after);
            format!("; it replaces what {by} has changed at {at}, from {was} to {became}")
        }))
    }

    /// The server's own file, for who writes it too.
    pub fn shared(&self) -> Arc<Mutex<LocalStore>> {
        Arc::clone(&self.local)
    }

    /// The server's own file.
    pub fn local(&self) -> MutexGuard<'_, LocalStore> {
        self.local.lock()
    }

    /// The administered call profiles of an ACD.
    pub fn profiles(&self, reports: &Reports, acd: AcdNumber) -> Result<Vec<Profile>, ErrorBody> {
        let known = reports.archive(acd)?.administration().map_err(|error| failed("reading the profiles", &error))?;
        Ok(known.iter().filter_map(profile_of).collect())
    }

    /// Gives a split or VDN its call profile.
    pub fn set_profile(&self, reports: &Reports, user: &User, set: &SetProfile) -> Result<Changed, ErrorBody> {
        let source = running(reports, set.acd)?;
        let configuration = configuration_of(&set.profile)?;
        let kind = match set.profile.of {
            Profiled::Split => model::NameKind::Split,
            Profiled::Vdn => model::NameKind::Vdn,
        };
        numbers::check(source, kind, &set.profile.number)?;
        let _changing = self.changing_acds()?;
        let known = self.profiles(reports, set.acd)?;
        let before = known.iter().find(|known| known.of == set.profile.of && known.number == set.profile.number);
        let thing = profiled(set.profile.of, &set.profile.number);
        if before == Some(&set.profile) {
            return Ok(Changed { changed: false, text: format!("the call profile of {thing} is so already") });
        }
        let what = format!("call profile of {thing}");
        let replaced = self.replaced(user, Some(set.acd), &what)?;
        source
            .files
            .administer(&configuration)
            .and_then(|()| source.orders.enter(&configuration))
            .map_err(unavailable)?;
        let recorded = self.record(
            user,
            Some(set.acd),
            what,
            before.map(profile_text).unwrap_or_default(),
            profile_text(&set.profile),
        );
        let since = since_when(source);
        let text = format!("the call profile of {thing} is in force{since}; no data are lost{replaced}");
        Ok(recorded.told(Changed { changed: true, text }))
    }

    /// Takes the call profile of a split or VDN away.
    pub fn remove_profile(&self, reports: &Reports, user: &User, remove: &RemoveProfile) -> Result<Changed, ErrorBody> {
        let source = running(reports, remove.acd)?;
        let thing = profiled(remove.of, &remove.number);
        let _changing = self.changing_acds()?;
        let known = self.profiles(reports, remove.acd)?;
        let before = known.iter().find(|known| known.of == remove.of && known.number == remove.number);
        let Some(before) = before else {
            return Ok(Changed { changed: false, text: format!("{thing} has no call profile of its own") });
        };
        let what = format!("call profile of {thing}");
        let replaced = self.replaced(user, Some(remove.acd), &what)?;
        let (kept, removed) = (configuration_of(before)?, removal_of(before)?);
        // First out of force: a server that ends in between enters again what its tables still have, and nothing is half removed.
        source.orders.enter(&removed).map_err(unavailable)?;
        if let Err(why) = source.files.administer(&removed) {
            source.orders.enter(&kept).map_err(unavailable)?;
            return Err(unavailable(why));
        }
        let recorded = self.record(user, Some(remove.acd), what, profile_text(before), "");
        let since = since_when(source);
        let text = format!(
            "{thing} has no call profile of its own{since}: the switch's service level holds, or the usual profile; no data are \
             lost{replaced}"
        );
        Ok(recorded.told(Changed { changed: true, text }))
    }

    /// Turns data collection of an ACD on or off.
    pub fn set_collection(&self, reports: &Reports, user: &User, set: &SetCollection) -> Result<Changed, ErrorBody> {
        let source = running(reports, set.acd)?;
        let _changing = self.changing_acds()?;
        let word = |on| if on { "on" } else { "off" };
        let before = source.view.collecting();
        if before == set.on {
            let text = format!("data collection of ACD {} is {} already", set.acd, word(set.on));
            return Ok(Changed { changed: false, text });
        }
        self.may_move()?;
        let keep = |local: &mut LocalStore| local.set_setting(&collection_key(set.acd), word(set.on));
        keep(&mut self.local()).map_err(|error| failed("keeping the state of data collection", &error))?;
        source.orders.collect(set.on).map_err(unavailable)?;
        let recorded = self.record(user, Some(set.acd), "data collection", word(before), word(set.on));
        let text = match set.on {
            true => format!(
                "data collection of ACD {} is on; the link comes up when the switch has told its state",
                set.acd
            ),
            false => format!(
                "data collection of ACD {} is off; what happens until it is on again is missing on this server, and the \
                 intervals are INCOMPLETE",
                set.acd
            ),
        };
        Ok(recorded.told(Changed { changed: true, text }))
    }

    /// The storage interval of an ACD, as it is in force or will be with the next interval that can begin by it: the switch tells
    /// it, too. Before anything is collected, as it was set.
    pub fn interval(&self, source: &Source) -> Result<IntervalMinutes, ErrorBody> {
        if let Some(told) = source.view.told_interval() {
            return Ok(told);
        }
        let standing = Standing::read(&self.local(), source.view.number());
        let standing = standing.map_err(|error| failed("reading the storage interval", &error))?;
        Ok(standing.interval.unwrap_or(source.view.calendar().interval))
    }

    /// Sets the storage interval of an ACD.
    pub fn set_interval(&self, reports: &Reports, user: &User, set: &SetInterval) -> Result<Changed, ErrorBody> {
        let source = running(reports, set.acd)?;
        let _changing = self.changing_acds()?;
        self.allowed(&[source], Operation::StorageInterval)?;
        let minutes = u8::from(set.minutes);
        let before = self.interval(source)?;
        source.view.keeping().summarizing.times.check(set.minutes).map_err(|why| {
            let next = format!("change that first: Administration > Data storage, Edit times, or `cms interval set --acd {} --summarize-at …`", set.acd);
            ErrorBody::new(ErrorCode::WrongState, format!("{why}; {next}"))
        })?;
        let begins = interval_begins(source, set.minutes);
        let keep = |local: &mut LocalStore| local.set_setting(&interval_key(set.acd), &minutes.to_string());
        if before == set.minutes {
            // What was set before the switch told this one must not come back with a start.
            let was_set = Standing::read(&self.local(), set.acd).map(|standing| standing.interval);
            let was_set = was_set.map_err(|error| failed("reading the storage interval", &error))?;
            if was_set.is_some_and(|was_set| was_set != set.minutes) {
                keep(&mut self.local()).map_err(|error| failed("keeping the storage interval", &error))?;
            }
            let text = format!("the storage interval of ACD {} is {minutes} minutes already{begins}", set.acd);
            return Ok(Changed { changed: false, text });
        }
        keep(&mut self.local()).map_err(|error| failed("keeping the storage interval", &error))?;
        source.orders.enter(&Configuration::Interval { minutes: set.minutes }).map_err(unavailable)?;
        let (before, after) = (format!("{} minutes", u8::from(before)), format!("{minutes} minutes"));
        let recorded = self.record(user, Some(set.acd), "storage interval", before, after);
        let text = format!(
            "the storage interval of ACD {} is {minutes} minutes{begins}; turn data collection on again",
            set.acd
        );
        Ok(recorded.told(Changed { changed: true, text }))
    }

    /// The newest changes, newest first.
    pub fn changes(&self, limit: u32) -> Result<Vec<api::Change>, ErrorBody> {
        let known = self.local().changes(limit).map_err(|error| failed("reading the changes", &error))?;
        let change = |change: Change| {
            let Change { at, user, acd, what, before, after } = change;
            api::Change { at, user, acd, what, before, after }
        };
        Ok(known.into_iter().map(change).collect())
    }
}

fn told_or_nothing(text: &str) -> &str {
    if text.is_empty() { "nothing" } else { text }
}

/// The ACD, if its thread can take orders now.
pub fn running(reports: &Reports, acd: AcdNumber) -> Result<&Source, ErrorBody> {
    let source = reports.source(acd)?;
    match source.view.recovery() {
        None => Ok(source),
        Some(_) => {
            let message = format!("ACD {acd} is still recovering its state; try again in a moment");
            Err(ErrorBody::new(ErrorCode::Unavailable, message))
        }
    }
}

/// What has a profile, in words.
fn profiled(of: Profiled, number: &str) -> String {
    match of {
        Profiled::Split => format!("split/skill {number}"),
        Profiled::Vdn => format!("VDN {number}"),
    }
}

/// From when on another profile holds, in words; nothing before the first event.
fn since_when(source: &Source) -> String {
    let since = source.view.board().and_then(|board| board.interval);
    since.map_or_else(String::new, |interval| {
        let local = source.view.calendar().local(interval.start);
        format!(", from the beginning of the running interval ({}) on", local.format("%H:%M"))
    })
}

/// From when on intervals of this length are archived, in words that follow others; nothing if they are now.
fn interval_begins(source: &Source, minutes: IntervalMinutes) -> String {
    let Some(board) = source.view.board() else { return " from the first interval on".to_owned() };
    let now = board.calendar.interval;
    let Some(begins) = board.would_begin(minutes).filter(|_| now != minutes) else { return String::new() };
    // A longer one waits for its grid (docs/decisions/0055), and while nothing is collected no interval begins.
    let later = match minutes > now {
        true => format!("the next {} after that at the latest", minutes.grid()),
        false => "then on".to_owned(),
    };
    format!(
        " from {} on by the ACD's time (if data collection is on again only later, from {later}); until then intervals have {} minutes",
        board.calendar.minute_text(begins),
        u8::from(now)
    )
}

fn unavailable(why: String) -> ErrorBody {
    ErrorBody::new(ErrorCode::Unavailable, why)
}

fn profile_of(configuration: &Configuration) -> Option<Profile> {
    let (of, number, profile) = match configuration {
        Configuration::SplitProfile { split, profile } => (Profiled::Split, split.to_string(), profile),
        Configuration::VdnProfile { vdn, profile } => (Profiled::Vdn, vdn.to_string(), profile),
        _ => return None,
    };
    let (service_level_secs, increments_secs) = (profile.service_level_secs, profile.increments_secs.to_vec());
    Some(Profile { of, number, service_level_secs, increments_secs })
}

fn configuration_of(profile: &Profile) -> Result<Configuration, ErrorBody> {
    let wrong = |why: String| ErrorBody::new(ErrorCode::BadRequest, why);
    let call_profile = CallProfile::entered(profile.service_level_secs, &profile.increments_secs).map_err(wrong)?;
    Ok(match removal_of(profile)? {
        Configuration::SplitProfileRemoved { split } => Configuration::SplitProfile { split, profile: call_profile },
        Configuration::VdnProfileRemoved { vdn } => Configuration::VdnProfile { vdn, profile: call_profile },
        other => other,
    })
}

fn removal_of(profile: &Profile) -> Result<Configuration, ErrorBody> {
    let wrong = |error: model::id::IdError| ErrorBody::new(ErrorCode::BadRequest, error.to_string());
    Ok(match profile.of {
        Profiled::Split => Configuration::SplitProfileRemoved { split: profile.number.parse().map_err(wrong)? },
        Profiled::Vdn => Configuration::VdnProfileRemoved { vdn: profile.number.parse().map_err(wrong)? },
    })
}

fn profile_text(profile: &Profile) -> String {
    let increments: Vec<String> = profile.increments_secs.iter().map(ToString::to_string).collect();
    format!("service level {} s, increments {}", profile.service_level_secs, increments.join(", "))
}
