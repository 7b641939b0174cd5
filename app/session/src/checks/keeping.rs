//! Room on the disks, the maintenance error log, timetables, and call records on their way out.

use std::collections::BTreeMap;

use api::{BackupDevice, Backups, LogCode, Role, Space, Timetable, TimetableTask};
use model::Severity;
use model::timetable::Task;
use model::words::{and_more, counted};

use super::told::Told;
use super::{Check, Light, Subject};

/// Below this a server soon stops collecting.
const FREE_MIN_BYTES: u64 = 1_000_000_000;
/// Below this somebody should make room while there is time.
const FREE_LOW_BYTES: u64 = 5_000_000_000;
/// The same in days, at the present growth.
const DAYS_MIN: u64 = 7;
const DAYS_LOW: u64 = 30;
/// The next full backup may be larger than the last one by so many percent.
const NEXT_BACKUP_PERCENT: u64 = 125;
/// Before the first full backup this part of the databases is expected; history is packed to a twentieth.
const FIRST_BACKUP_SHARE: u64 = 8;

pub(super) fn space(told: &Told) -> Vec<Check> {
    let mut checks = Vec::new();
    for (acd, storage) in &told.storage {
        checks.push(match storage {
            Ok(storage) => disk(&storage.space).of(*acd),
            Err(why) => Check::unknown(Subject::Space, why).of(*acd),
        });
    }
    if let Ok(backups) = &told.backups {
        checks.extend(backups.devices.iter().filter_map(|device| device_space(told, backups, device)));
    }
    checks
}

fn disk(space: &Space) -> Check {
    let mut found = format!("{} free", size(space.free_bytes));
    if let Some(days) = space.days_left {
        found += &format!(", {} at the present growth", counted(days, "day", "days"));
    }
    let (free, days) = (space.free_bytes, space.days_left.unwrap_or(u64::MAX));
    if free < FREE_MIN_BYTES || days < DAYS_MIN {
        let advice =
            "make room now: your own files, old copies, a larger disk. Delete nothing in the data folder by hand";
        return Check::new(Subject::Space, Light::Red, found, advice);
    }
    if free < FREE_LOW_BYTES || days < DAYS_LOW {
        let advice = "make room this week, or keep less: Administration > Data storage, or `cms storage set`; journal_days in cms.toml";
        return Check::new(Subject::Space, Light::Yellow, found, advice);
    }
    Check::good(Subject::Space, found)
}

/// Whether another full backup fits on a device.
fn device_space(told: &Told, backups: &Backups, device: &BackupDevice) -> Option<Check> {
    let free = device.free_bytes?;
    // The largest one on whatever device: a backup of a few tables is full, too, and says nothing of the next one.
    let is_full = |backup: &&api::BackupEntry| backup.server == told.status.server && backup.mode == "full";
    let largest = backups.backups.iter().filter(is_full).map(|backup| backup.bytes).max();
    let packed = match largest {
        Some(largest) => largest.saturating_mul(NEXT_BACKUP_PERCENT) / 100,
        None => backups.unpacked_bytes / FIRST_BACKUP_SHARE,
    };
    // Each volume is written there as it is before it is packed.
    let needed = packed.saturating_add(backups.unpacked_bytes.min(device.volume_bytes));
    let found = format!("device {}: {} free", device.name, size(free));
    Some(match free <= needed {
        true => {
            let found = format!("{found}; a full backup needs {}, with a volume that is not packed yet", size(needed));
            Check::new(
                Subject::Space,
                Light::Red,
                found,
                "make room on the device, or let it keep fewer backups (keep)",
            )
        }
        false => Check::good(Subject::Space, found),
    })
}

pub(super) fn error_log(told: &Told) -> Check {
    let entries = match &told.entries {
        Ok(entries) => entries,
        Err(why) => return Check::unknown(Subject::ErrorLog, why),
    };
    let of = |severity: Severity| entries.iter().filter(|entry| entry.severity == severity).collect::<Vec<_>>();
    let (errors, warnings) = (of(Severity::Error), of(Severity::Warning));
    // What was lost comes before what merely failed since: whoever looks at the first one only must see it.
    let lost = errors.iter().find(|entry| entry.code.is_lost());
    let Some(newest) = lost.or(errors.first()).or(warnings.first()) else {
        return Check::good(Subject::ErrorLog, "no error and no warning that nobody has acknowledged");
    };
    let counts = [(errors.len(), "error", "errors"), (warnings.len(), "warning", "warnings")];
    let counts = counts.iter().filter(|(count, ..)| *count > 0);
    let counts: Vec<String> = counts.map(|(count, one, many)| counted(*count, one, many)).collect();
    let which = if lost.is_some() { "gravest" } else { "newest" };
    let found = format!("not acknowledged: {}; {which}: {}: {}", counts.join(", "), newest.code, newest.text);
    let light = if errors.is_empty() { Light::Yellow } else { Light::Red };
    let advice = "mend what it says, then acknowledge it: Administration > Maintenance error log, or `cms maintenance log` and \
                  `cms maintenance acknowledge ID…`";
    Check::new(Subject::ErrorLog, light, found, advice)
}

pub(super) fn timetables(told: &Told) -> Check {
    let subject = Subject::Timetables;
    let timetables = match &told.timetables {
        Ok(timetables) => timetables,
        Err(why) => return Check::unknown(subject, why),
    };
    let failed = |timetable: &Timetable| {
        let outcome = timetable.outcome.filter(|outcome| outcome.is_not_done())?;
        Some(format!("{} of {} {outcome}: {}", timetable.name, timetable.owner, timetable.outcome_text))
    };
    let failed: Vec<String> = timetables.iter().filter_map(failed).collect();
    if !failed.is_empty() {
        let advice = "the maintenance error log has the cause; mend it, then run it: Administration > Timetables, or `cms timetable run \
                      NAME --owner OWNER`";
        return Check::new(subject, Light::Red, and_more(&failed, 1), advice);
    }
    if let Some(check) = unusable(timetables) {
        return check;
    }
    let entries = match &told.entries {
        Ok(entries) => entries,
        // Which runs were missed stands there alone.
        Err(why) => return Check::unknown(subject, why),
    };
    let missed: Vec<String> =
        entries.iter().filter(|entry| entry.code == LogCode::TimetableMissed).map(|entry| entry.text.clone()).collect();
    if !missed.is_empty() {
        let advice = "needed? Run it (Administration > Timetables, or `cms timetable run NAME --owner OWNER`); then acknowledge the \
                      entry of the maintenance error log";
        return Check::new(subject, Light::Yellow, and_more(&missed, 1), advice);
    }
    let here: Vec<&Timetable> = timetables.iter().filter(|timetable| timetable.run_on.is_some()).collect();
    match not_by_itself(told, timetables, &here) {
        Some((found, advice)) => Check::new(subject, Light::Yellow, found, advice),
        None => {
            let found = format!("{} here, none failed or missed", counted(here.len(), "timetable", "timetables"));
            Check::good(subject, found + &not_here(timetables))
        }
    }
}

/// Timetables that cannot run: grave where they are to run here, since what they do is not done and no run of theirs ever fails.
fn unusable(timetables: &[Timetable]) -> Option<Check> {
    let named = |runs_here: bool| -> Vec<String> {
        let unusable = timetables.iter().filter(|timetable| !timetable.unusable.is_empty());
        let unusable = unusable.filter(|timetable| timetable.run_on.is_some() == runs_here);
        unusable.map(|known| format!("{} of {} cannot run: {}", known.name, known.owner, known.unusable)).collect()
    };
    let advice = "make it whole or delete it: Administration > Timetables, or `cms timetable modify NAME --owner OWNER` and `cms timetable \
                  delete NAME --owner OWNER`";
    let of = |light: Light, named: Vec<String>| {
        (!named.is_empty()).then(|| Check::new(Subject::Timetables, light, and_more(&named, 1), advice))
    };
    of(Light::Red, named(true)).or_else(|| of(Light::Yellow, named(false)))
}

/// Which timetables do not run on this server, and why; nothing where all do.
fn not_here(timetables: &[Timetable]) -> String {
    let lying = timetables.iter().filter(|timetable| timetable.run_on.is_none());
    let names: Vec<String> = lying.map(|timetable| format!("{} of {}", timetable.name, timetable.owner)).collect();
    if names.is_empty() {
        return String::new();
    }
    format!("; not run here, being copies of what runs on the other server: {}", names.join(", "))
}

/// What a primary does not do by itself: nothing at all, or no backup. So it is, too, after all its timetables were taken over by
/// the secondary and did not come back.
fn not_by_itself(told: &Told, all: &[Timetable], here: &[&Timetable]) -> Option<(String, &'static str)> {
    if told.status.role != Role::Primary {
        return None;
    }
    let lying = all.len() - here.len();
    let lying = match lying {
        0 => String::new(),
        _ => format!("; {} here as copies that lie still{}", counted(lying, "timetable", "timetables"), not_here(all)),
    };
    if here.is_empty() {
        let advice = "on a primary a timetable backs up each night. Bring back those that ran before (Administration > Timetables, or \
                      `cms timetable global-edit --owner OWNER --only-here`), or add one";
        return Some((format!("no timetable runs on this primary{lying}"), advice));
    }
    let does = |task: &TimetableTask| Task::kept(task.acd, &task.task).work.backs_up();
    let backs_up = |timetable: &&Timetable| timetable.tasks.iter().any(does);
    if here.iter().any(backs_up) {
        return None;
    }
    let advice = "have one do it each night: Administration > Timetables, or `cms timetable add nightly --schedule 'daily 00:45' \
                  --acd N --task 'backup local,system,acd,historical'`";
    Some((format!("none of {} here backs up{lying}", counted(here.len(), "timetable", "timetables")), advice))
}

/// Timetables that neither of two servers runs: a copy of each lies still wherever there is one. So it is with those that ran
/// only on a server that was made anew, which is another one to them. Nothing is said where one server did not tell.
pub(super) fn run_nowhere(here: &Told, there: &Told) -> Option<Check> {
    let (Ok(mine), Ok(others)) = (&here.timetables, &there.timetables) else { return None };
    let mut runs: BTreeMap<(&str, &str), bool> = BTreeMap::new();
    for timetable in mine.iter().chain(others) {
        *runs.entry((timetable.owner.as_str(), timetable.name.as_str())).or_default() |= timetable.run_on.is_some();
    }
    let still = runs.iter().filter(|(_, runs)| !**runs).map(|((owner, name), _)| format!("{name} of {owner}"));
    let still: Vec<String> = still.collect();
    if still.is_empty() {
        return None;
    }
    let found = format!("on neither server runs {}", and_more(&still, 1));
    let advice = "on the server that is to run it tick one of its boxes (Administration > Timetables, or `cms timetable modify NAME --owner \
                  OWNER --only-here`); delete what nobody wants any more";
    Some(Check::new(Subject::Timetables, Light::Yellow, found, advice))
}

/// Nothing where call records go nowhere.
pub(super) fn call_history(told: &Told) -> Vec<Check> {
    let subject = Subject::CallHistory;
    let interface = match &told.call_history {
        Ok(interface) if interface.configured => interface,
        Ok(_) => return Vec::new(),
        Err(why) => return vec![Check::unknown(subject, why)],
    };
    let state = if interface.on { "on" } else { "off" };
    let of_acd = |acd: &api::HistoryAcd| {
        let found = format!("{state}, {} waiting", counted(acd.waiting_files, "file", "files"));
        let check = match acd.problem.is_empty() {
            true => Check::good(subject, found),
            false => {
                let advice =
                    "operating/call-history.md, \"What a problem says\"; nothing is lost while the disk has room";
                Check::new(subject, Light::Red, format!("{found}; {}", acd.problem), advice)
            }
        };
        check.of(acd.acd)
    };
    interface.acds.iter().map(of_acd).collect()
}

fn size(bytes: u64) -> String {
    match bytes {
        0..10_000_000_000 => format!("{} MB", bytes / 1_000_000),
        _ => format!("{} GB", bytes / 1_000_000_000),
    }
}
