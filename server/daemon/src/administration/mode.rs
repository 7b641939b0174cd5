//! The state of the server: whether one administrator or everybody may work on it, and the master ACD.
//!
//! Collection knows nothing of it and goes on. The mode is kept in `local.db`, so a server that restarts in single-user mode
//! still is; the master ACD is kept in `system.db`, because it is carried with the system's administration.

use std::sync::atomic::{AtomicUsize, Ordering};

use api::{Changed, ErrorBody, ErrorCode, Mode, ModeView, Operation, SetMasterAcd, SetMode};
use model::words::counted;
use model::{AcdNumber, Calendar, IntervalMinutes, Moment};
use store::{Done, LocalStore};

use super::Administration;
use crate::auth::{Sessions, User};
use crate::causes::failed;
use crate::reports::Reports;
use crate::source::Source;

const MODE: &str = "mode";
const MODE_BY: &str = "mode.by";
const MODE_SINCE: &str = "mode.since";
/// The setting that says which ACD is the master.
pub const MASTER_ACD: &str = "master_acd";

/// Whether one or many may work on the server.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CmsState {
    /// Which.
    pub mode: Mode,
    /// Who set it; empty if nobody ever did.
    pub by: String,
    /// When.
    pub since: Option<Moment>,
}

impl CmsState {
    /// Reads what `local.db` says.
    pub fn read(local: &LocalStore) -> store::Result<CmsState> {
        let single = local.setting(MODE)?.as_deref() == Some("single-user");
        let since = local.setting(MODE_SINCE)?.and_then(|since| since.parse().ok()).map(Moment);
        let mode = if single { Mode::SingleUser } else { Mode::MultiUser };
        Ok(CmsState { mode, by: local.setting(MODE_BY)?.unwrap_or_default(), since })
    }

    /// As `local.db` keeps it.
    fn kept(&self) -> Vec<(String, String)> {
        let since = self.since.unwrap_or_default().0.to_string();
        let all = [(MODE_BY, self.by.clone()), (MODE_SINCE, since), (MODE, self.mode.to_string())];
        all.map(|(key, value)| (key.to_owned(), value)).into()
    }

    /// Why somebody is signed out, or cannot sign in; the time is by the clock of `calendar`.
    pub fn notice(&self, server: &str, calendar: &Calendar) -> ErrorBody {
        let since = self.since.map(|since| format!(" since {}", calendar.second_text(since))).unwrap_or_default();
        let message = format!(
            "{server} is in single-user mode{since}, set by {}: only one administrator can be signed in. Data collection goes \
             on; use the other server, or sign in again later",
            self.by
        );
        ErrorBody::new(ErrorCode::SingleUser, message)
    }

    /// Why somebody was signed out who may sign in again.
    fn is_over(&self, server: &str) -> ErrorBody {
        let message = format!(
            "sign in again: {server} was in single-user mode, set by {}, which has ended all other sessions; that is over",
            self.by
        );
        ErrorBody::new(ErrorCode::NotSignedIn, message)
    }
}

/// While it lives, the mode and data collection stay as they are.
pub struct HeldStill<'a>(&'a AtomicUsize);

impl Drop for HeldStill<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Administration {
    /// Keeps the mode and data collection as they are: between the last look at both and the last change of a restore nobody is
    /// let in, and nothing is collected.
    pub fn hold_still(&self) -> HeldStill<'_> {
        self.held_still.fetch_add(1, Ordering::SeqCst);
        let held = HeldStill(&self.held_still);
        // Whoever is changing one of both holds one of these and has looked before, or looks now. They are waited for one after the
        // other: whoever waits for one and holds the other stops all who ask for the mode.
        drop(self.state());
        drop(self.changing_acds.lock());
        held
    }

    /// Refuses to change the mode or data collection while a restore needs them as they are.
    pub(crate) fn may_move(&self) -> Result<(), ErrorBody> {
        if self.held_still.load(Ordering::SeqCst) == 0 {
            return Ok(());
        }
        let message = "a restore is replacing data and needs the mode and data collection as they are; try again when it is over: \
                       Administration > Backups, or `cms restore list`";
        Err(ErrorBody::new(ErrorCode::Busy, message.to_owned()))
    }

    /// Whether one or many may work on the server. Nobody waits for it: the other server's desktops ask for it, too, and take one
    /// that does not answer for dead. While it is being changed, it is told as before.
    pub fn mode(&self) -> Mode {
        if self.single_user.load(Ordering::SeqCst) { Mode::SingleUser } else { Mode::MultiUser }
    }

    /// The state of the server, which stays as it is while this is held. Nothing else is waited for meanwhile.
    pub fn state(&self) -> parking_lot::RwLockReadGuard<'_, CmsState> {
        self.state.read()
    }

    #[cfg(test)]
    pub(crate) fn is_being_changed(&self) -> bool {
        self.state.is_locked_exclusive()
    }

    /// The state of the server, for people.
    pub fn mode_view(&self, reports: &Reports) -> Result<ModeView, ErrorBody> {
        let CmsState { mode, by, since } = self.state().clone();
        let (server, role) = (reports.server.clone(), reports.role);
        Ok(ModeView { server, role, mode, by, since, master_acd: master_acd(reports)? })
    }

    /// Lets one or many work on the server. Others are signed out before single-user mode is told to be in force.
    pub fn set_mode(
        &self,
        reports: &Reports,
        sessions: &Sessions,
        user: &User,
        set: &SetMode,
    ) -> Result<Changed, ErrorBody> {
        let calendar = clock(reports);
        let mut state = self.state.write();
        let (server, mode) = (&reports.server, set.mode);
        if state.mode == mode {
            return Ok(Changed { changed: false, text: format!("{server} is in {mode} mode already") });
        }
        self.may_move()?;
        let next = CmsState { mode, by: user.name.clone(), since: Some(self.now()) };
        // Everybody is let in again also on a full disk: that is in force, and kept as soon as there is room.
        if mode == Mode::SingleUser {
            self.can_record()?;
        }
        let kept = self.note_done(Done::Settings(next.kept()));
        let before = std::mem::replace(&mut *state, next);
        let signed_out = match mode {
            Mode::MultiUser => {
                sessions.let_in_again(&before.is_over(server));
                0
            }
            Mode::SingleUser => sessions.sign_out(|known| known.name != user.name, &state.notice(server, &calendar)),
        };
        self.single_user.store(mode == Mode::SingleUser, Ordering::SeqCst);
        drop(state);
        let recorded = kept.and(self.record(user, None, "CMS state", before.mode.to_string(), mode.to_string()));
        let ended = match signed_out {
            0 => "nobody else was signed in".to_owned(),
            many => format!("{} ended with a notice", counted(many, "session was", "sessions were")),
        };
        let text = match mode {
            Mode::MultiUser => format!("{server} is in multi-user mode; everybody can sign in again"),
            Mode::SingleUser => format!(
                "{server} is in single-user mode; {ended}, and data collection goes on. \
                 Administration > Mode, or `cms mode multi-user` ends it"
            ),
        };
        Ok(recorded.told(Changed { changed: true, text }))
    }

    /// Chooses the master ACD.
    pub fn set_master_acd(&self, reports: &Reports, user: &User, set: &SetMasterAcd) -> Result<Changed, ErrorBody> {
        reports.source(set.acd)?;
        let before = master_acd(reports)?;
        if before == set.acd {
            return Ok(Changed { changed: false, text: format!("ACD {} is the master ACD already", set.acd) });
        }
        let all: Vec<&Source> = reports.sources.iter().collect();
        self.allowed(&all, Operation::MasterAcd)?;
        self.can_record()?;
        let kept = reports.lock().set_setting(MASTER_ACD, &set.acd.to_string());
        kept.map_err(|error| failed("keeping the master ACD", &error))?;
        let recorded = self.record(user, None, "master ACD", before.to_string(), set.acd.to_string());
        let text = format!("ACD {} is the master ACD; set the other server alike", set.acd);
        Ok(recorded.told(Changed { changed: true, text }))
    }
}

/// The ACD whose clock stands for what belongs to no ACD: as it was chosen, else the lowest. One that was chosen and is not in
/// `cms.toml` any more has no clock; should it come back, it is chosen still.
pub fn master_acd(reports: &Reports) -> Result<AcdNumber, ErrorBody> {
    let kept = reports.lock().setting(MASTER_ACD).map_err(|error| failed("reading the master ACD", &error))?;
    let chosen = kept.and_then(|kept| kept.parse().ok()).filter(|acd| reports.source(*acd).is_ok());
    Ok(chosen.unwrap_or_else(|| lowest_acd(reports)))
}

/// The clock of the master ACD; that of the first one where the master is not there, and UTC without any.
pub fn clock(reports: &Reports) -> Calendar {
    let master = master_acd(reports).and_then(|acd| reports.source(acd)).ok();
    let utc = || Calendar { zone: chrono_tz::Tz::UTC, interval: IntervalMinutes::default() };
    master.or(reports.sources.first()).map_or_else(utc, |source| source.view.calendar())
}

/// The ACD of the lowest number.
pub fn lowest_acd(reports: &Reports) -> AcdNumber {
    reports.sources.iter().map(|source| source.view.number()).min().unwrap_or(AcdNumber(1))
}
