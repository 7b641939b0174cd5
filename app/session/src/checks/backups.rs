//! The last backup and the last restore. The guide: backups have run each day, on both servers.

use api::{BackupEntry, Backups, DataKind};
use model::{AcdNumber, Moment, RunStatus};

use super::told::Told;
use super::{Check, Light, Subject, lasting};

/// The history must have been backed up within a day; an hour more, because a nightly run does not take as long each night.
const HISTORY_MAX_SECS: i64 = 25 * 3_600;
/// Administration changes seldom, and is lost as a whole; within a week and an hour.
const ADMINISTRATION_MAX_SECS: i64 = (7 * 24 + 1) * 3_600;
/// A backup from further ahead means that a clock is wrong.
const AHEAD_MAX_SECS: i64 = 3_600;
/// What is backed up beside the history.
const ADMINISTRATION: [DataKind; 3] = [DataKind::Local, DataKind::System, DataKind::Acd];

pub(super) fn backup(told: &Told) -> Vec<Check> {
    let backups = match &told.backups {
        Ok(backups) => backups,
        Err(why) => return vec![Check::unknown(Subject::Backup, why)],
    };
    let acds: Vec<AcdNumber> = told.status.acds.iter().map(|acd| acd.health.acd).collect();
    let own = Own { backups, acds, at: backups.asked_at };
    let mut checks = vec![own.history()];
    checks.extend(own.administration());
    if !backups.problems.is_empty() {
        let advice = "mount the device, or look at the file it names: a backup that cannot be read is none";
        checks.push(Check::new(Subject::Backup, Light::Red, backups.problems.join("; "), advice));
    }
    checks
}

/// What a server has backed up of itself.
struct Own<'a> {
    backups: &'a Backups,
    acds: Vec<AcdNumber>,
    at: Moment,
}

impl Own<'_> {
    fn history(&self) -> Check {
        let subject = Subject::Backup;
        let Backups { completed_today, status, .. } = self.backups;
        let mut found = format!("backups completed today: {completed_today}; {status}");
        if self.backups.last_state.is_some_and(RunStatus::is_not_done) {
            return Check::new(
                subject,
                Light::Red,
                found,
                "mend what it says, then back up once more: Administration > Backups, or `cms backup run`",
            );
        }
        let covers = |backup: &BackupEntry| self.acds.iter().all(|acd| backup.acds.contains(acd));
        let Some(newest) = self.newest(DataKind::Historical, covers) else {
            found += "; no whole backup of this server's history is on its devices";
            let advice = "back up all kinds of data (Administration > Backups, or `cms backup run --data local,system,acd,historical`), \
                          and have a timetable do it each night";
            return Check::new(subject, Light::Red, found, advice);
        };
        let age_secs = self.age_secs(newest);
        found += &format!("; history: {} ({}), {} ago", newest.label, newest.mode, lasting(age_secs));
        if let Some(base) = self.lacking_base(newest) {
            found += &format!("; it has only what is newer than {base}, which is not whole on any device");
            let advice = "make a full backup (Administration > Backups, or `cms backup run --data historical`), or bring that one \
                          back to the device";
            return Check::new(subject, Light::Red, found, advice);
        }
        match age_secs {
            ..0 if age_secs < -AHEAD_MAX_SECS => ahead(format!("{found}; it"), age_secs),
            ..=HISTORY_MAX_SECS => Check::good(subject, found),
            _ => {
                let advice = "no backup since yesterday: does its timetable run? Administration > Timetables and Maintenance error log, or \
                     `cms timetable list`, `cms maintenance log`";
                Check::new(subject, Light::Red, found, advice)
            }
        }
    }

    fn age_secs(&self, backup: &BackupEntry) -> i64 {
        self.at.0.saturating_sub(backup.made_at.0)
    }

    /// Tells what of the administration is not backed up, too long ago, or by a clock that was wrong.
    fn administration(&self) -> Option<Check> {
        let newest = |data: DataKind| self.newest(data, |_| true);
        let is_old =
            |data: &DataKind| newest(*data).is_none_or(|newest| self.age_secs(newest) > ADMINISTRATION_MAX_SECS);
        let old: Vec<&str> = ADMINISTRATION.into_iter().filter(is_old).map(DataKind::word).collect();
        if !old.is_empty() {
            let found = format!("administration that was not backed up within a week: {}", old.join(", "));
            let advice =
                format!("back them up: Administration > Backups, or `cms backup run --data {}`", old.join(","));
            return Some(Check::new(Subject::Backup, Light::Yellow, found, advice));
        }
        let is_ahead = |backup: &&BackupEntry| self.age_secs(backup) < -AHEAD_MAX_SECS;
        let newest = ADMINISTRATION.into_iter().filter_map(newest).find(is_ahead)?;
        // Of the history's own newest backup that is said already.
        let covers = |backup: &BackupEntry| self.acds.iter().all(|acd| backup.acds.contains(acd));
        if self.newest(DataKind::Historical, covers).is_some_and(|known| known.label == newest.label) {
            return None;
        }
        Some(ahead(format!("administration: {}", newest.label), self.age_secs(newest)))
    }

    /// The backup that an incremental one needs and that is not there, or not with all its volumes.
    fn lacking_base<'b>(&'b self, backup: &'b BackupEntry) -> Option<&'b str> {
        // Each was made before the one that builds on it.
        let mut needs: Vec<(&str, Moment)> = backup.needs().into_iter().map(|label| (label, backup.made_at)).collect();
        while let Some((label, before)) = needs.pop() {
            let is_base = |base: &&BackupEntry| base.own && base.label == label;
            let base = self.backups.backups.iter().filter(is_base).find(|base| base.missing.is_empty());
            let Some(base) = base.filter(|base| base.made_at <= before && base.label != backup.label) else {
                return Some(label);
            };
            needs.extend(base.needs().into_iter().map(|label| (label, base.made_at)));
        }
        None
    }

    /// The newest whole backup of this server that holds a kind of data. One that a wrong clock has put ahead is the newest only where
    /// there is no other.
    fn newest(&self, data: DataKind, fits: impl Fn(&BackupEntry) -> bool) -> Option<&BackupEntry> {
        let holds = |backup: &&BackupEntry| {
            backup.own
                && backup.tables.is_none()
                && backup.missing.is_empty()
                && backup.data.contains(&data)
                && fits(backup)
        };
        self.backups.backups.iter().filter(holds).max_by_key(|backup| {
            let is_ahead = self.age_secs(backup) < -AHEAD_MAX_SECS;
            (!is_ahead, backup.made_at)
        })
    }
}

/// A backup that the server's clock says is still to come: how old it really is, nobody knows.
fn ahead(what: String, age_secs: i64) -> Check {
    let found = format!("{what} was made {} ahead of the server's clock", lasting(-age_secs));
    Check::new(Subject::Backup, Light::Yellow, found, "set the machine's clock (is NTP running?), and back up anew")
}

pub(super) fn restore(told: &Told) -> Check {
    let subject = Subject::Restore;
    let restores = match &told.restores {
        Ok(restores) => restores,
        Err(why) => return Check::unknown(subject, why),
    };
    let Some(last) = restores.first() else { return Check::good(subject, "nothing was ever restored on this server") };
    let found = format!("last one: {} of {}, {}", last.restore, last.label, last.status);
    match (last.status, last.undone_at) {
        (_, Some(_)) => Check::good(subject, format!("{found}, taken back")),
        (RunStatus::Done, None) => Check::good(subject, found),
        (RunStatus::Running, None) => Check::new(subject, Light::Yellow, found, "wait until it has ended"),
        _ => {
            let found = if last.detail.is_empty() { found } else { format!("{found}: {}", last.detail) };
            let advice = format!(
                "run it again, or take it back: Administration > Backups, or `cms restore undo {}`",
                last.restore
            );
            Check::new(subject, Light::Red, found, advice)
        }
    }
}
