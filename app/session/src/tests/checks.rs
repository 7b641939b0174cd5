//! The daily checks: a server on which all is well, and one thing after the other that is not.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use api::{
    AcdHealth, AcdStatus, ArchiveStatus, BackupDevice, BackupEntry, Backups, Digest, HistoryInterface, ItemUse,
    LevelState, LevelStatus, LinkState, MaintenanceEntry, Mode, RestoreEntry, Role, Space, Status, StorageView,
    SummarizingView, Timetable, TimetableTask,
};
use model::{AcdNumber, DataKind, IntervalMinutes, Moment, RunStatus};

use crate::checks::{Check, Heard, Layers, Light, NotAsked, Subject, Told, judge, judge_all, judge_pair};

mod lasting;

const ACD: AcdNumber = AcdNumber(1);
const NOW: Moment = Moment(1_795_431_600);
const GB: u64 = 1_000_000_000;

pub(super) fn acd() -> AcdStatus {
    AcdStatus {
        health: AcdHealth {
            acd: ACD,
            name: "Berlin".to_owned(),
            zone: "UTC".to_owned(),
            link: LinkState::Up,
            collecting: true,
            link_text: String::new(),
            acd_at: Some(NOW),
            age_ms: Some(700),
            archived_to: Some(NOW + -1_800),
            settled_to: None,
            archive_problem: String::new(),
            unusable: String::new(),
            interval_minutes: Some(30),
        },
        dialect: "native".to_owned(),
        address: "0.0.0.0:5001".to_owned(),
        interval_minutes: IntervalMinutes::Half,
        peer: Some("10.0.0.9:40000".to_owned()),
        events: 5,
        acknowledged: Some(5),
        intervals: 3,
        rows: 30,
        anomalies: Vec::new(),
        journal_bytes: 100,
        setup: Default::default(),
    }
}

fn level(level: &str) -> LevelStatus {
    LevelStatus {
        level: level.to_owned(),
        last: Some("2026-11-22".to_owned()),
        done_at: Some(NOW),
        status: LevelState::Done,
        detail: String::new(),
        next: None,
        next_due: None,
        missing: Vec::new(),
        out_of_date: Vec::new(),
    }
}

fn backup(secs_ago: i64) -> BackupEntry {
    BackupEntry {
        label: "CMS-261122-01-LSAX-00-F".to_owned(),
        device: "nightly".to_owned(),
        folder: "CMS-A".to_owned(),
        server: "CMS-A".to_owned(),
        own: true,
        role: "primary".to_owned(),
        made_at: NOW + -secs_ago,
        mode: "full".to_owned(),
        data: vec![DataKind::Local, DataKind::System, DataKind::Acd, DataKind::Historical],
        tables: None,
        acds: vec![ACD],
        builds_on: None,
        bases: Vec::new(),
        acd_bases: BTreeMap::new(),
        volumes: 1,
        missing: Vec::new(),
        damaged: String::new(),
        rows: 30,
        bytes: 4 * GB,
    }
}

/// The half hours of four days up to now; those that begin so many of them ago are left out.
fn intervals(without: &[i64]) -> Vec<Digest> {
    let began = (1..=4 * 48).rev().filter(|ago| !without.contains(ago)).map(|ago| NOW + -1_800 * ago);
    began.map(interval).collect()
}

fn interval(start: Moment) -> Digest {
    Digest {
        start,
        end: start + 1_800,
        digest: String::new(),
        rows: 10,
        incomplete: false,
        partly: false,
        records: Vec::new(),
    }
}

fn storage() -> StorageView {
    let space = Space {
        tables: Vec::new(),
        measured_on: None,
        file_bytes: GB,
        reusable_bytes: 0,
        free_bytes: 50 * GB,
        growth_bytes: Some(10),
        days_left: Some(1_000),
    };
    let summarizing = SummarizingView {
        interval_minutes: 30,
        daily_start: "00:00".to_owned(),
        daily_stop: "23:59".to_owned(),
        week_start: "monday".to_owned(),
        week_stop: "sunday".to_owned(),
        summarize_at: "00:35".to_owned(),
        rerun: true,
    };
    let members = ItemUse { allocated: 1, most: 1, most_at: None, last: 1, beyond: 0 };
    StorageView { acd: ACD, elements: Vec::new(), members, records: Vec::new(), summarizing, space }
}

/// A server on which all is well.
pub(super) fn well() -> Told {
    let status = Status {
        server: "CMS-A".to_owned(),
        role: Role::Primary,
        version: "0.1.0".to_owned(),
        mode: Mode::MultiUser,
        user: "cms".to_owned(),
        up_secs: 90_000,
        watchers: 0,
        evaluations: 0,
        certificate: None,
        acds: vec![acd()],
    };
    let device = BackupDevice {
        name: "nightly".to_owned(),
        folder: "/srv/backup".to_owned(),
        volume_bytes: 4 * GB,
        keep: None,
        volumes_needed: 1,
        free_bytes: Some(50 * GB),
    };
    let backups = Backups {
        completed_today: 1,
        status: "Last backup finished at 2026-11-23 01:00:00".to_owned(),
        last_state: Some(RunStatus::Done),
        asked_at: NOW,
        unpacked_bytes: 0,
        devices: vec![device],
        backups: vec![backup(11 * 3_600)],
        problems: Vec::new(),
    };
    let levels = ["interval", "daily", "weekly", "monthly"].map(level).to_vec();
    let call_history = HistoryInterface { on: false, configured: false, version: None, form: None, acds: Vec::new() };
    let at = Instant::now();
    Told {
        status,
        heard: Heard { status: at, backups: at },
        archiving: Ok(vec![ArchiveStatus { acd: ACD, acd_at: Some(NOW), levels, waiting: Some(0) }]),
        intervals: BTreeMap::from([(ACD, Ok(intervals(&[])))]),
        storage: BTreeMap::from([(ACD, Ok(storage()))]),
        backups: Ok(backups),
        restores: Ok(Vec::new()),
        entries: Ok(vec![entry("info", "timetable-done")]),
        timetables: Ok(vec![timetable(RunStatus::Done)]),
        call_history: Ok(call_history),
    }
}

fn entry(severity: &str, code: &str) -> MaintenanceEntry {
    MaintenanceEntry {
        id: 1,
        severity: serde_json::from_value(severity.into()).unwrap(),
        code: code.into(),
        text: "something".to_owned(),
        count: 1,
        first_at: NOW,
        last_at: NOW,
        acknowledged_at: None,
        acknowledged_by: None,
    }
}

fn timetable(outcome: RunStatus) -> Timetable {
    Timetable {
        owner: "cms".to_owned(),
        name: "nightly".to_owned(),
        description: String::new(),
        acd: ACD,
        schedule: "daily 00:45".to_owned(),
        run_text: String::new(),
        run_on: Some(api::RunOn::ThisOrAnother),
        after_failure: api::AfterFailure::Stop,
        after_missing: api::AfterMissing::Report,
        tasks: vec![TimetableTask { acd: ACD, task: "backup local,system,acd,historical".to_owned() }],
        next_at: None,
        zone: "UTC".to_owned(),
        started_at: Some(NOW),
        ended_at: Some(NOW),
        outcome: Some(outcome),
        outcome_text: "task 1 of 1 failed".to_owned(),
        unusable: String::new(),
        changed_at: NOW,
        changed_by: "cms".to_owned(),
        may_change: true,
        global_edit: None,
    }
}

fn restore(status: RunStatus, undone_at: Option<Moment>) -> RestoreEntry {
    RestoreEntry {
        restore: 3,
        label: "CMS-261122-01-LSAX-00-F".to_owned(),
        what: "historical".to_owned(),
        started_at: NOW,
        finished_at: None,
        status,
        detail: "no room".to_owned(),
        user: "cms".to_owned(),
        undone_at,
        barred_by: None,
        can_go_forward: false,
    }
}

/// One thing is changed on a server on which all is well: that check alone is no longer green, and says what to do.
#[track_caller]
fn check(what: &str, change: impl FnOnce(&mut Told), expect: &[(Subject, Light, &str)]) {
    let mut told = well();
    change(&mut told);
    let checks = judge(&told).checks;
    let wrong: Vec<_> = checks.iter().filter(|check| check.light != Light::Green).collect();
    let found: Vec<_> = wrong.iter().map(|check| (check.subject, check.light)).collect();
    let wanted: Vec<_> = expect.iter().map(|(subject, light, _)| (*subject, *light)).collect();
    assert_eq!(found, wanted, "{what}: {wrong:?}");
    for (check, (.., part)) in wrong.iter().zip(expect) {
        assert!(check.found.contains(part), "{what}: {part:?} is not in {:?}", check.found);
        assert!(!check.advice.is_empty(), "{what}: nobody is told what to do");
    }
}

#[test]
fn all_is_green_only_where_all_is_well() {
    check("all is well", |_| {}, &[]);
    let subjects: Vec<Subject> = judge(&well()).checks.iter().map(|check| check.subject).collect();
    use Subject::{Acd, Archiving, Backup, ErrorLog, Link, Restore, Server, Space, Summaries, Timetables};
    let all = [Server, Link, Acd, Archiving, Summaries, Backup, Restore, Space, Space, ErrorLog, Timetables];
    assert_eq!(subjects, all, "each of the guide's checks is made");
}

#[test]
fn links_and_acds_are_judged() {
    use Light::{Red, Yellow};
    use Subject::{Acd, Link};
    let health = |change: fn(&mut AcdHealth)| move |told: &mut Told| change(&mut told.status.acds[0].health);
    check("down", health(|acd| acd.link = LinkState::Down), &[(Link, Red, "session: quiescent")]);
    let mut down = well();
    down.status.acds[0].health.link = LinkState::Down;
    let advice = judge(&down).checks.into_iter().find(|check| check.subject == Link).map(|check| check.advice);
    assert!(
        advice.is_some_and(|advice| advice.contains("Administration > Data collection")),
        "a page, not only a book"
    );
    check("pump-up", health(|acd| acd.link = LinkState::PumpUp), &[(Link, Yellow, "translation pump-up")]);
    check("silent", health(|acd| acd.age_ms = Some(6_000)), &[(Link, Red, "age 6.0 s")]);
    check("never heard", health(|acd| acd.age_ms = None), &[(Link, Red, "data transfer")]);
    let off = health(|acd| (acd.link, acd.collecting) = (LinkState::Down, false));
    check("off", off, &[(Link, Red, "not collecting data"), (Acd, Red, "collection off")]);
    let full = health(|acd| acd.archive_problem = "cannot archive: no space left".to_owned());
    check("full", full, &[(Acd, Red, "no space left")]);
    let odd = |told: &mut Told| told.status.acds[0].anomalies = vec![("unknown agent".to_owned(), 2)];
    check("impossible input", odd, &[(Acd, Yellow, "2 x unknown agent")]);
    check("single-user", |told| told.status.mode = Mode::SingleUser, &[(Subject::Server, Yellow, "single-user")]);
    let none = |told: &mut Told| told.status.acds.clear();
    check("no ACD is seen", none, &[(Acd, Light::Unlit, "no ACD")]);
}

#[test]
fn the_fields_layers_are_those_of_the_link() {
    let layers = |change: fn(&mut AcdStatus)| {
        let mut acd = acd();
        change(&mut acd);
        let Layers { application, session, connection } = Layers::of(&acd);
        [application, session, connection]
    };
    assert_eq!(layers(|_| {}), ["data transfer", "data transfer", "operational"]);
    let down = |acd: &mut AcdStatus| (acd.health.link, acd.peer) = (LinkState::Down, None);
    assert_eq!(layers(down), ["waiting session", "quiescent", "quiescent"]);
    let pbx = |acd: &mut AcdStatus| {
        (acd.health.link, acd.peer, acd.dialect) = (LinkState::Down, None, "asterisk".to_owned());
    };
    assert_eq!(layers(pbx), ["waiting session", "quiescent", "out of order"]);
    let hello = |acd: &mut AcdStatus| acd.health.link = LinkState::Connecting;
    assert_eq!(layers(hello), ["waiting session", "waiting acceptance", "operational"]);
}

#[test]
fn archiving_and_summaries_are_judged() {
    use Light::{Red, Yellow};
    use Subject::{Archiving, Summaries};
    let archive =
        |change: fn(&mut ArchiveStatus)| move |told: &mut Told| change(&mut told.archiving.as_mut().unwrap()[0]);
    let late = |waiting: Option<u64>| {
        move |told: &mut Told| {
            told.status.acds[0].health.archived_to = Some(NOW + -3_721);
            told.archiving.as_mut().unwrap()[0].waiting = waiting;
        }
    };
    check("late", late(Some(1)), &[(Archiving, Red, "62 min before the ACD's clock")]);
    check("late on a server that does not tell what waits", late(None), &[(Archiving, Red, "62 min")]);
    check("after an outage", late(Some(0)), &[(Archiving, Yellow, "nothing waits to be archived")]);
    let in_time = |told: &mut Told| told.status.acds[0].health.archived_to = Some(NOW + -3_720);
    check("just in time", in_time, &[]);
    let new = |told: &mut Told| {
        let health = &mut told.status.acds[0].health;
        (health.archived_to, health.zone) = (None, "Europe/Berlin".to_owned());
    };
    check("a new server", new, &[(Archiving, Yellow, "nothing is archived at 12:00:00 by the ACD's clock")]);
    let set_back = |told: &mut Told| told.status.acds[0].health.archived_to = Some(NOW + 7_200);
    check("the clock was set back", set_back, &[(Archiving, Yellow, "was set back by 2 h or more")]);
    let failed = archive(|acd| (acd.levels[1].status, acd.levels[1].detail) = (LevelState::Failed, "disk".to_owned()));
    check("failed", failed, &[(Archiving, Red, "daily failed: disk")]);
    let missing = archive(|acd| acd.levels[1].missing = ["a", "b", "c"].map(str::to_owned).to_vec());
    check("missing", missing, &[(Summaries, Yellow, "due and not made: daily a and 2 more")]);
    let stale = archive(|acd| acd.levels[2].out_of_date = vec!["week".to_owned()]);
    check("out of date", stale, &[(Summaries, Yellow, "out of date: weekly week")]);
    let off = archive(|acd| acd.levels[3].status = LevelState::Off);
    check("nothing of months is kept, which is intended", off, &[]);
}

/// That the newest interval came in time says nothing of those before it. Now is 11:00.
#[test]
fn a_day_with_a_hole_is_not_green() {
    use Light::Yellow;
    use Subject::Archiving;
    let known = |intervals: Vec<Digest>| move |told: &mut Told| drop(told.intervals.insert(ACD, Ok(intervals)));
    let missing = "missing: 2026-11-23 09:00 to 10:00";
    check("two in a row are missing", known(intervals(&[3, 4])), &[(Archiving, Yellow, missing)]);
    let missing = "missing: 2026-11-22 09:30 to 11:00";
    check(
        "across the beginning of the day that is judged",
        known(intervals(&[49, 50, 51])),
        &[(Archiving, Yellow, missing)],
    );
    let older = "1 older gap not healed, the oldest of 2026-11-22 08:30";
    check("a hole that nobody healed stays", known(intervals(&[52, 53])), &[(Archiving, Yellow, older)]);
    let older = "2 older gaps not healed, the oldest of 2026-11-20 11:00";
    check("how many, and since when", known(intervals(&[52, 53, 144])), &[(Archiving, Yellow, older)]);
    let apart = "missing: 2026-11-22 23:30 to 2026-11-23 00:00, 2026-11-23 09:30 to 10:00";
    check("each is named", known(intervals(&[3, 23])), &[(Archiving, Yellow, apart)]);
    let mut lacking = intervals(&[]);
    lacking.iter_mut().rev().skip(2).take(2).for_each(|interval| interval.incomplete = true);
    check("lacking data", known(lacking), &[(Archiving, Yellow, "without all their data: 2026-11-23 09:00 to 10:00")]);
    let first = Digest { incomplete: true, ..interval(NOW + -3_600) };
    check("a new server", known(vec![first, interval(NOW + -1_800)]), &[]);
    let berlin = |told: &mut Told| {
        told.status.acds[0].health.zone = "Europe/Berlin".to_owned();
        known(intervals(&[3]))(told);
    };
    check("by the ACD's clock", berlin, &[(Archiving, Yellow, "missing: 2026-11-23 10:30 to 11:00")]);
    let late = |told: &mut Told| {
        told.status.acds[0].health.archived_to = Some(NOW + -3_721);
        known(intervals(&[3]))(told);
    };
    check("beside what is worse", late, &[(Archiving, Yellow, "missing: 2026-11-23 09:30 to 10:00")]);
}

/// A server whose list of backups is changed so.
fn backups(change: fn(&mut Backups)) -> impl FnOnce(&mut Told) {
    move |told| change(told.backups.as_mut().unwrap())
}

#[test]
fn backups_are_judged_by_their_age() {
    use Light::{Red, Yellow};
    use Subject::Backup;
    let none = backups(|told| told.backups.clear());
    check("none", none, &[(Backup, Red, "no whole backup"), (Backup, Yellow, "local, system, acd")]);
    check("old", backups(|told| told.backups = vec![backup(26 * 3_600)]), &[(Backup, Red, "26 h ago")]);
    check("in time", backups(|told| told.backups = vec![backup(25 * 3_600)]), &[]);
    let failed = backups(|told| told.last_state = Some(RunStatus::Failed));
    check("failed", failed, &[(Backup, Red, "Last backup")]);
    let gone = backups(|told| told.problems = vec!["device nightly: /srv/backup does not exist".to_owned()]);
    check("the device is gone", gone, &[(Backup, Red, "does not exist")]);
    let ahead = backups(|told| told.backups = vec![backup(-7_300)]);
    check("clocks apart", ahead, &[(Backup, Yellow, "2 h ahead")]);
    let ahead = backups(|told| {
        let mut future = backup(-3 * 86_400);
        future.label = "CMS-261126-01-LSAX-00-F".to_owned();
        future.data.retain(|data| *data != DataKind::Historical);
        told.backups.push(future);
    });
    check("administration from ahead beside one in time", ahead, &[]);
    let ahead = backups(|told| {
        let mut future = backup(-3 * 86_400);
        future.label = "CMS-261126-01-LSAX-00-F".to_owned();
        future.data.retain(|data| *data != DataKind::Historical);
        told.backups[0].data = vec![DataKind::Historical];
        told.backups.push(future);
    });
    check("administration from ahead", ahead, &[(Backup, Yellow, "CMS-261126-01-LSAX-00-F was made 3 days ahead")]);
    let renamed = backups(|told| told.backups[0].server = "CMS-OLD".to_owned());
    check("made before the server got another name", renamed, &[]);
    let history_alone = backups(|told| {
        let mut old = backup(8 * 86_400);
        old.data.retain(|data| *data != DataKind::Historical);
        told.backups[0].data = vec![DataKind::Historical];
        told.backups.push(old);
    });
    check("administration", history_alone, &[(Backup, Yellow, "local, system, acd")]);
}

/// What another server, some tables, or half a set of volumes says is no backup of this server.
#[test]
fn only_whole_backups_of_this_server_count() {
    use Light::Red;
    use Subject::Backup;
    type Spoil = fn(&mut BackupEntry);
    let spoils: [Spoil; 4] = [
        |backup| backup.own = false,
        |backup| backup.tables = Some(vec!["hsplit".to_owned()]),
        |backup| backup.missing = vec![1],
        |backup| backup.acds.clear(),
    ];
    for spoil in spoils {
        let mut told = well();
        spoil(&mut told.backups.as_mut().unwrap().backups[0]);
        let checks = judge(&told).checks;
        assert!(checks.iter().any(|check| check.subject == Backup && check.light == Red), "{checks:?}");
    }
}

#[test]
fn an_incremental_backup_is_nothing_without_what_it_builds_on() {
    use Light::Red;
    use Subject::Backup;
    let incremental = |told: &mut Backups| {
        let mut incremental = backup(60);
        incremental.label = "CMS-261123-01-XXHX-00-I".to_owned();
        incremental.mode = "incremental".to_owned();
        incremental.builds_on = Some(told.backups[0].label.clone());
        told.backups.push(incremental);
    };
    check("an incremental one", move |told: &mut Told| incremental(told.backups.as_mut().unwrap()), &[]);
    let baseless: [fn(&mut Backups); 2] =
        [|told| told.backups[0].missing = vec![1], |told| told.backups[0].label = "CMS-261122-02-LSAX-00-F".to_owned()];
    for spoil in baseless {
        let spoiled = move |told: &mut Told| {
            incremental(told.backups.as_mut().unwrap());
            spoil(told.backups.as_mut().unwrap());
        };
        check(
            "without its full one",
            spoiled,
            &[(Backup, Red, "newer than CMS-261122-01-LSAX-00-F, which is not whole")],
        );
    }
    // Each ACD has a full one of its own.
    let of_two = |told: &mut Told| {
        let told = told.backups.as_mut().unwrap();
        incremental(told);
        let mut other = backup(7_200);
        other.label = "CMS-261122-03-XXHX-02-F".to_owned();
        let label = other.label.clone();
        told.backups.push(other);
        let made = told.backups.iter_mut().find(|backup| backup.mode == "incremental").unwrap();
        made.acd_bases = [(1, "CMS-261122-01-LSAX-00-F".to_owned()), (2, label.clone())].into();
        made.builds_on = Some(label);
    };
    check("an incremental one of two", of_two, &[]);
    let first_gone = move |told: &mut Told| {
        of_two(told);
        told.backups.as_mut().unwrap().backups[0].missing = vec![1];
    };
    let words = "newer than CMS-261122-01-LSAX-00-F, which is not whole";
    check("without the full one of the first ACD", first_gone, &[(Backup, Red, words)]);
}

/// ACDs whose full backups are made on different nights, with incremental ones of one or both between: each ACD has a chain of its
/// own, and what others build on is let go when it is not needed any more.
#[test]
fn what_an_incremental_backup_builds_on_is_followed_acd_by_acd() {
    use Light::Red;
    use Subject::Backup;
    let other = AcdNumber(2);
    let label = |count: u8, mode: char| format!("CMS-261123-{count:02}-XXHX-00-{mode}");
    let made = move |count: u8, acds: &[AcdNumber], bases: &[(u8, u8, char)]| {
        let mut made = backup(3_600 - 60 * i64::from(count));
        made.acds = acds.to_vec();
        let mode = if bases.is_empty() { 'F' } else { 'I' };
        made.label = label(count, mode);
        if !bases.is_empty() {
            made.mode = "incremental".to_owned();
            made.acd_bases = bases.iter().map(|(acd, count, mode)| (*acd, label(*count, *mode))).collect();
            made.builds_on = made.acd_bases.values().next_back().cloned();
        }
        if let [(_, _, _)] = bases {
            made.acd_bases.clear();
        }
        made
    };
    let lying = move |counts: &'static [u8]| {
        let all = [
            made(2, &[ACD], &[]),
            made(3, &[other], &[]),
            made(4, &[ACD, other], &[(1, 2, 'F'), (2, 3, 'F')]),
            made(5, &[other], &[(2, 4, 'I')]),
            made(6, &[ACD], &[]),
            made(7, &[ACD, other], &[(1, 6, 'F'), (2, 5, 'I')]),
            made(8, &[other], &[]),
        ];
        let lying =
            all.into_iter().filter(|made| counts.iter().any(|count| made.label.starts_with(&label(*count, 'F')[..13])));
        lying.collect::<Vec<_>>()
    };
    let judged = |counts: &'static [u8]| {
        let mut told = well();
        told.status.acds.push(acd());
        told.status.acds[1].health.acd = other;
        told.backups.as_mut().unwrap().backups = lying(counts);
        let checks = judge(&told).checks;
        let check = checks.into_iter().find(|check| check.subject == Backup).expect("it is checked");
        (check.light, check.found)
    };
    let (light, found) = judged(&[3, 4, 5, 6, 7]);
    assert!(
        light == Light::Green && found.ends_with("; history: CMS-261123-07-XXHX-00-I (incremental), 53 min ago"),
        "{found}"
    );
    let (light, found) = judged(&[4, 5, 6, 7, 8]);
    assert!(light == Light::Green && found.contains("; history of ACD 1: CMS-261123-07-XXHX-00-I"), "{found}");
    assert!(found.contains("; history of ACD 2: CMS-261123-08-XXHX-00-F (full)"), "{found}");
    for (counts, words) in [
        (&[4, 5, 6, 7][..], "it has only what is newer than CMS-261123-03-XXHX-00-F, which is not whole"),
        (&[3, 4, 6, 7], "it has only what is newer than CMS-261123-05-XXHX-00-I, which is not whole"),
        (&[7, 8], "CMS-261123-07-XXHX-00-I has only what is newer than CMS-261123-06-XXHX-00-F, which is not whole"),
    ] {
        let (light, found) = judged(counts);
        assert!(light == Red && found.contains(words), "{found}");
    }
}

#[test]
fn the_last_restore_is_judged() {
    use Light::{Red, Yellow};
    use Subject::Restore;
    let restored = |status: RunStatus, undone| move |told: &mut Told| told.restores = Ok(vec![restore(status, undone)]);
    check("done", restored(RunStatus::Done, None), &[]);
    check("broken off", restored(RunStatus::Interrupted, None), &[(Restore, Red, "interrupted: no room")]);
    check("going on", restored(RunStatus::Running, None), &[(Restore, Yellow, "running")]);
    check("taken back", restored(RunStatus::Failed, Some(NOW)), &[]);
}

#[test]
fn room_the_log_and_timetables_are_judged() {
    use Light::{Red, Yellow};
    use Subject::{Backup, ErrorLog, Space, Timetables};
    let space = |free_bytes, days_left| {
        move |told: &mut Told| {
            let mut storage = storage();
            (storage.space.free_bytes, storage.space.days_left) = (free_bytes, days_left);
            told.storage.insert(ACD, Ok(storage));
        }
    };
    check("full", space(GB - 1, None), &[(Space, Red, "999 MB free")]);
    check("low", space(5 * GB - 1, None), &[(Space, Yellow, "free")]);
    check("grows fast", space(50 * GB, Some(6)), &[(Space, Red, "6 days")]);
    check("grows", space(50 * GB, Some(29)), &[(Space, Yellow, "29 days")]);
    check("enough", space(5 * GB, Some(30)), &[]);
    let device = |told: &mut Told| told.backups.as_mut().unwrap().devices[0].free_bytes = Some(5 * GB);
    check("no room for a backup", device, &[(Space, Red, "device nightly")]);
    // A volume lies there before it is packed, and the first full backup needs room, too.
    let first = |unpacked_bytes| {
        move |told: &mut Told| {
            let backups = told.backups.as_mut().unwrap();
            (backups.unpacked_bytes, backups.devices[0].free_bytes) = (unpacked_bytes, Some(5 * GB));
            backups.backups.clear();
        }
    };
    let none = [(Backup, Red, ""), (Backup, Yellow, "")];
    let no_room = [none[0], none[1], (Space, Red, "needs 5125 MB")];
    check("no room for the first backup", first(9 * GB), &no_room);
    check("room for the first backup", first(7 * GB), &none);
    let logged = |entries: &'static [(&str, &str)]| {
        move |told: &mut Told| told.entries = Ok(entries.iter().map(|(severity, code)| entry(severity, code)).collect())
    };
    check("error", logged(&[("warning", "a"), ("error", "b")]), &[(ErrorLog, Red, "1 error, 1 warning; newest: b")]);
    let lost = logged(&[("error", "b"), ("error", "acd-history-lost")]);
    check("a lost file before all else", lost, &[(ErrorLog, Red, "2 errors; gravest: acd-history-lost")]);
    check("warnings", logged(&[("warning", "a"), ("warning", "b")]), &[(ErrorLog, Yellow, "2 warnings; newest: a")]);
    check("a newer server's word", logged(&[("fatal", "c")]), &[(ErrorLog, Red, "1 error")]);
    let missed = logged(&[("warning", "timetable-missed")]);
    check("missed", missed, &[(ErrorLog, Yellow, "1 warning"), (Timetables, Yellow, "something")]);
    let ran = |outcome: RunStatus| move |told: &mut Told| told.timetables = Ok(vec![timetable(outcome)]);
    check("done", ran(RunStatus::Done), &[]);
    check("failed", ran(RunStatus::Failed), &[(Timetables, Red, "nightly of cms failed: task 1 of 1 failed")]);
    check("broken off", ran(RunStatus::Interrupted), &[(Timetables, Red, "interrupted")]);
    let kept = |timetables: Vec<Timetable>| move |told: &mut Told| told.timetables = Ok(timetables);
    check("none", kept(Vec::new()), &[(Timetables, Yellow, "no timetable runs on this primary")]);
    let lying = Timetable { run_on: None, ..timetable(RunStatus::Done) };
    check("none runs", kept(vec![lying.clone()]), &[(Timetables, Yellow, "1 timetable here as copies that lie still")]);
    let faulty = |run_on| Timetable { run_on, unusable: "it has no schedule".to_owned(), ..timetable(RunStatus::Done) };
    let broken = kept(vec![faulty(Some(api::RunOn::ThisServer))]);
    check("cannot run", broken, &[(Timetables, Red, "nightly of cms cannot run: it has no schedule")]);
    check(
        "a copy that could not",
        kept(vec![timetable(RunStatus::Done), faulty(None)]),
        &[(Timetables, Yellow, "cannot run")],
    );
    let mut beside = well();
    kept(vec![timetable(RunStatus::Done), Timetable { name: "there".to_owned(), ..lying.clone() }])(&mut beside);
    let named = judge(&beside).checks.into_iter().find(|check| check.subject == Timetables).expect("it is judged");
    assert!(
        named.light == Light::Green && named.found.ends_with("runs on the other server: there of cms"),
        "{named:?}"
    );
    let mut sums_up = timetable(RunStatus::Done);
    sums_up.tasks[0].task = "summarize daily -1 -1".to_owned();
    check("no backup", kept(vec![sums_up, lying]), &[(Timetables, Yellow, "none of 1 timetable here backs up")]);
    let secondary = |told: &mut Told| (told.status.role, told.timetables) = (Role::Secondary, Ok(Vec::new()));
    check("a secondary has none of its own", secondary, &[]);
}

#[test]
fn what_was_not_told_is_never_green() {
    let refused = || "bob may not see maintenance".to_owned();
    let checks = |change: &dyn Fn(&mut Told)| {
        let mut told = well();
        change(&mut told);
        judge(&told).checks.into_iter().filter(|check| check.light == Light::Unlit).count()
    };
    assert_eq!(checks(&|told| told.archiving = Err(refused())), 2, "archiving and summaries");
    assert_eq!(checks(&|told| drop(told.intervals.insert(ACD, Err(refused())))), 1, "whether there are holes");
    assert_eq!(checks(&|told| drop(told.storage.insert(ACD, Err(refused())))), 1);
    assert_eq!(checks(&|told| told.backups = Err(refused())), 1);
    assert_eq!(checks(&|told| told.restores = Err(refused())), 1);
    assert_eq!(checks(&|told| told.entries = Err(refused())), 2, "the log, and the runs that were missed");
    assert_eq!(checks(&|told| told.timetables = Err(refused())), 1);
    assert_eq!(checks(&|told| told.call_history = Err(refused())), 1);
}

#[test]
fn two_servers_have_two_roles_and_one_version() {
    let (here, mut there) = (well(), well());
    let itself = judge_pair(&here, &there).expect("one server twice");
    assert!(itself.light == Light::Red && itself.found == "both addresses are of CMS-A", "{itself:?}");
    there.status.server = "CMS-B".to_owned();
    let both = judge_pair(&here, &there).expect("two primaries");
    assert!(both.light == Light::Red && both.found.contains("both say that they are the primary"), "{both:?}");
    there.status.role = Role::Secondary;
    assert_eq!(judge_pair(&here, &there), None);
    there.status.version = "0.2.0".to_owned();
    assert_eq!(judge_pair(&here, &there).map(|check| check.light), Some(Light::Yellow));
}

/// A timetable that lies still on the one server is to run on the other one.
#[test]
fn a_timetable_that_neither_server_runs_is_told() {
    let (mut here, mut there) = (well(), well());
    there.status.role = Role::Secondary;
    let told = |here: &Told, there: &Told| -> Vec<Check> {
        let asked = [here, there].map(|told| (told.status.server.clone(), Ok(told.clone())));
        let checks = judge_all(&asked).into_iter().flat_map(|server| server.checks);
        checks.filter(|check| check.light == Light::Yellow).collect()
    };
    let lying = || Timetable { run_on: None, ..timetable(RunStatus::Done) };
    // That nothing backs up is told beside it.
    let backs_up = Timetable { name: "backs up".to_owned(), ..timetable(RunStatus::Done) };
    (here.timetables, there.timetables) = (Ok(vec![timetable(RunStatus::Done)]), Ok(vec![lying()]));
    assert_eq!(told(&here, &there), []);
    // The server on which alone it ran was made anew, or has lost it.
    for here_again in [vec![lying()], Vec::new()] {
        here.timetables = Ok([here_again, vec![backs_up.clone()]].concat());
        let found = told(&here, &there);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].subject == Subject::Timetables && !found[0].advice.is_empty(), "{found:?}");
        assert_eq!(found[0].found, "on neither server runs nightly of cms");
    }
    here.timetables = Err("bob may not see timetables".to_owned());
    assert_eq!(told(&here, &there), [], "what one of them did not tell is not known");
}

/// Clocks that tell different hours are told, whichever is wrong; what goes by between two answers is no difference.
#[test]
fn clocks_that_are_apart_are_told() {
    use Light::Yellow;
    let acd_at = |secs: i64| move |told: &mut Told| told.status.acds[0].health.acd_at = Some(NOW + secs);
    let clocks = |told: &Told| -> Vec<(Light, String)> {
        let checks = judge(told).checks.into_iter().filter(|check| check.subject == Subject::Clock);
        checks.map(|check| (check.light, check.found)).collect()
    };
    check("an hour ahead", acd_at(3_600), &[(Subject::Clock, Yellow, "ACD 1 is 60 min ahead of the server's")]);
    check("five minutes behind", acd_at(-300), &[(Subject::Clock, Yellow, "5 min behind the server's")]);
    let mut told = well();
    acd_at(-299)(&mut told);
    assert_eq!(clocks(&told), [(Light::Green, "the clock of ACD 1 is 4 min behind the server's".to_owned())]);
    acd_at(59)(&mut told);
    assert_eq!(clocks(&told), []);
    // The ACD's last word may be older than the answer, and answers take their time.
    acd_at(-400)(&mut told);
    told.status.acds[0].health.age_ms = Some(100_000);
    told.heard.backups = told.heard.status + Duration::from_secs(300);
    assert_eq!(clocks(&told), []);
    // A link that is down tells no clock.
    acd_at(-90_000)(&mut told);
    told.status.acds[0].health.link = LinkState::Down;
    assert_eq!(clocks(&told), []);

    let (here, mut there) = (well(), well());
    (there.status.role, there.status.server) = (Role::Secondary, "CMS-B".to_owned());
    there.heard = here.heard;
    let both = |there: &Told| {
        let asked = [&here, there].map(|told| (told.status.server.clone(), Ok(told.clone())));
        let checks = judge_all(&asked).into_iter().flat_map(|server| server.checks);
        checks.filter(|check| check.subject == Subject::Clock && check.acd.is_none()).collect::<Vec<_>>()
    };
    assert_eq!(both(&there), []);
    there.backups.as_mut().unwrap().asked_at = NOW + 7_200;
    let found = both(&there);
    assert!(found.len() == 1 && found[0].light == Yellow && !found[0].advice.is_empty(), "{found:?}");
    assert_eq!(found[0].found, "the clock of CMS-B is 2 h ahead of that of CMS-A");
    // Asked two hours later, it tells what it should.
    there.heard.backups += Duration::from_secs(7_200);
    assert_eq!(both(&there), []);
}

/// Whoever could not be asked is told of with the step that helps: nobody there, another certificate, or no entry.
#[test]
fn a_server_that_could_not_be_asked_says_what_to_do() {
    let url = "https://cms-b.example:8443".to_owned();
    let check = |error: client::ClientError, part: &str| {
        let asked = [(url.clone(), Err(NotAsked::of(&error, error.to_string())))];
        let [server] = &judge_all(&asked)[..] else { panic!("one server was asked") };
        let check = &server.checks[0];
        assert!(check.light == Light::Red && check.found == error.to_string(), "{check:?}");
        assert!(check.advice.contains(part), "{part:?} is not in {:?}", check.advice);
    };
    let why = || "as it says".to_owned();
    check(client::ClientError::Unreachable { url: url.clone(), why: why() }, "does `cms-server` run");
    let changed =
        client::ClientError::ChangedCertificate { url: url.clone(), expected: "aa".to_owned(), found: "bb".to_owned() };
    check(changed, "compare the fingerprint");
    check(client::ClientError::Untrusted { url: url.clone(), why: why() }, "expired");
    let body = Box::new(api::ErrorBody::new(api::ErrorCode::WrongPassword, why()));
    check(client::ClientError::Refused { url: url.clone(), body }, "password there");
}
