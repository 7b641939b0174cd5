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
        let advice = "mount the device, or mend the file it names: what cannot be read is in no backup, and a backup that cannot be read is none";
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
        if let Some(damaged) = self.damaged() {
            found += &format!("; {} is damaged: {}", damaged.label, damaged.damaged);
            let advice = "make a full backup (Administration > Backups, or `cms backup run --data historical`): what builds on this one cannot \
                          be restored without it. Or bring another copy of the volume to the device, and verify it again";
            return Check::new(subject, Light::Red, found, advice);
        }
        let Some(newest) = self.newest_history() else {
            found += "; no whole backup of this server's history is on its devices";
            let advice = "back up all kinds of data (Administration > Backups, or `cms backup run --data local,system,acd,historical`), \
                          and have a timetable do it each night";
            return Check::new(subject, Light::Red, found, advice);
        };
        for (backup, of, _) in &newest {
            let age = lasting(self.age_secs(backup));
            found += &format!("; history{of}: {} ({}), {age} ago", backup.label, backup.mode);
        }
        let is_one = newest.len() == 1;
        let called = |backup: &BackupEntry| if is_one { "it".to_owned() } else { backup.label.clone() };
        let lacking = newest.iter().find_map(|(backup, _, acds)| {
            let base = acds.iter().find_map(|acd| self.lacking_base(backup, *acd))?;
            Some((called(backup), base))
        });
        if let Some((what, base)) = lacking {
            found += &format!("; {what} has only what is newer than {base}, which is not whole on any device");
            let advice = "make a full backup (Administration > Backups, or `cms backup run --data historical`), or bring that one \
                          back to the device";
            return Check::new(subject, Light::Red, found, advice);
        }
        let mut ages = newest.iter().map(|(backup, ..)| (self.age_secs(backup), *backup));
        if let Some((ahead_secs, backup)) = ages.clone().find(|(age_secs, _)| *age_secs < -AHEAD_MAX_SECS) {
            return ahead(format!("{found}; {}", called(backup)), ahead_secs);
        }
        if ages.all(|(age_secs, _)| age_secs <= HISTORY_MAX_SECS) {
            return Check::good(subject, found);
        }
        let advice = "no backup since yesterday: does its timetable run? Administration > Timetables and Maintenance error log, or \
                      `cms timetable list`, `cms maintenance log`";
        Check::new(subject, Light::Red, found, advice)
    }

    /// The newest whole backups of the history, each with the ACDs that it is the newest one of, and words for them; one alone is of
    /// all ACDs. Nothing if an ACD has none.
    fn newest_history(&self) -> Option<Vec<(&BackupEntry, String, Vec<AcdNumber>)>> {
        let mut newest: Vec<(&BackupEntry, Vec<AcdNumber>)> = Vec::new();
        for acd in &self.acds {
            let backup = self.newest(DataKind::Historical, |backup| backup.acds.contains(acd))?;
            match newest.iter_mut().find(|(known, _)| std::ptr::eq(*known, backup)) {
                Some((_, acds)) => acds.push(*acd),
                None => newest.push((backup, vec![*acd])),
            }
        }
        if newest.is_empty() {
            newest.push((self.newest(DataKind::Historical, |_| true)?, Vec::new()));
        }
        let is_one = newest.len() == 1;
        let told = |acds: &[AcdNumber]| {
            let numbers: Vec<String> = acds.iter().map(AcdNumber::to_string).collect();
            if is_one { String::new() } else { format!(" of ACD {}", numbers.join(", ")) }
        };
        Some(newest.into_iter().map(|(backup, acds)| (backup, told(&acds), acds)).collect())
    }

    /// A backup of the history in which a verification found damage, and which the next incremental one needs still: no full one that
    /// is sound was made of its ACDs since. Whether anybody has seen the error is another matter.
    fn damaged(&self) -> Option<&BackupEntry> {
        let of_history = |backup: &&BackupEntry| {
            backup.own && backup.tables.is_none() && backup.data.contains(&DataKind::Historical)
        };
        let all = || self.backups.backups.iter().filter(of_history);
        all().filter(|backup| !backup.damaged.is_empty()).find(|damaged| {
            let is_replaced = |other: &BackupEntry| {
                let has_all = damaged.acds.iter().all(|acd| other.acds.contains(acd));
                other.is_sound() && other.mode == "full" && has_all && other.made_at > damaged.made_at
            };
            !all().any(is_replaced)
        })
    }

    fn age_secs(&self, backup: &BackupEntry) -> i64 {
        self.at.0.saturating_sub(backup.made_at.0)
    }

    /// Tells what of the administration is not backed up, too long ago, or by a clock that was wrong.
    fn administration(&self) -> Option<Check> {
        // What an ACD administers is backed up where that of each ACD is.
        let newest = |data: DataKind| match data {
            DataKind::Acd if !self.acds.is_empty() => {
                let of_each = self.acds.iter().map(|acd| self.newest(data, |backup| backup.acds.contains(acd)));
                let of_each: Option<Vec<&BackupEntry>> = of_each.collect();
                of_each?.into_iter().min_by_key(|backup| backup.made_at)
            }
            _ => self.newest(data, |_| true),
        };
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
        if self.newest_history().is_some_and(|all| all.iter().any(|(known, ..)| known.label == newest.label)) {
            return None;
        }
        Some(ahead(format!("administration: {}", newest.label), self.age_secs(newest)))
    }

    /// The backup that an incremental one needs for an ACD and that is not there, or not with all its volumes. What it builds on for
    /// other ACDs, which may have newer backups, has nothing to say here.
    fn lacking_base<'b>(&'b self, backup: &'b BackupEntry, acd: AcdNumber) -> Option<&'b str> {
        let mut at = backup;
        while let Some(label) = at.base_of(acd) {
            let is_base = |base: &&BackupEntry| base.own && base.label == label;
            let base = self.backups.backups.iter().filter(is_base).find(|base| base.is_sound());
            // Each was made before the one that builds on it.
            match base.filter(|base| base.made_at <= at.made_at && base.label != backup.label) {
                Some(base) => at = base,
                None => return Some(label),
            }
        }
        None
    }

    /// The newest whole backup of this server that holds a kind of data. One that a wrong clock has put ahead is the newest only where
    /// there is no other.
    fn newest(&self, data: DataKind, fits: impl Fn(&BackupEntry) -> bool) -> Option<&BackupEntry> {
        let holds = |backup: &&BackupEntry| {
            backup.own && backup.tables.is_none() && backup.is_sound() && backup.data.contains(&data) && fits(backup)
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
