//! Timetables on real servers by a clock that the tests drive: what runs, what is missed, who may, and the guide's procedures.

mod carried;
mod missed;
mod procedures;
mod renaming;
mod running;
mod syncing;
mod who;

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;
use api::{AddTimetable, LogCode, MaintenanceEntry, ModifyTimetable, Timetable, TimetableTask};
use client::Client;
use model::{Access, Feature, Moment, ServerId};
use store::{DataFolder, KeptTimetable, LocalStore, SystemStore, User};
use testkit::{ADMINISTRATOR, DrivenClock, EventFeed, LIMIT, PASSWORD, Place, Site, SiteOptions, until};

use crate::day::Day;

/// 2026-11-23 00:00 UTC, a Monday.
const MIDNIGHT: Moment = Moment(1_795_392_000);
const MINUTE: i64 = 60;
const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;
const SUMMARY: &str = "Split/Skill Summary Interval";

/// Two servers whose timetables are due by a clock that stands at midnight.
/// A timetable that sums up the day before in the night.
pub fn nightly() -> api::AddTimetable {
    api::AddTimetable {
        owner: None,
        name: "nightly".to_owned(),
        description: String::new(),
        acd: Site::ACD,
        schedule: "daily 00:45".to_owned(),
        run_on: None,
        after_failure: None,
        after_missing: None,
        tasks: vec![api::TimetableTask { acd: Site::ACD, task: "summarize daily -1 -1".to_owned() }],
    }
}

struct Night {
    site: Site,
    clock: Arc<DrivenClock>,
    dir: tempfile::TempDir,
}

impl Night {
    fn start() -> Result<Night> {
        let dir = tempfile::tempdir()?;
        let clock = DrivenClock::at(MIDNIGHT);
        let site = Site::start(dir.path(), &SiteOptions { clock: Some(Arc::clone(&clock)), ..SiteOptions::default() })?;
        Ok(Night { site, clock, dir })
    }

    /// The same, and scripts may be run from the folder `scripts`.
    fn with_scripts() -> Result<Night> {
        let mut night = Night::start()?;
        std::fs::create_dir(night.scripts())?;
        for place in Place::BOTH {
            night.site.stop(place);
            let path = night.site.folder(place).join("cms.toml");
            let text = std::fs::read_to_string(&path)? + &format!("\n[timetables]\nscripts = {:?}\n", night.scripts());
            std::fs::write(&path, text)?;
            night.site.run(place)?;
        }
        Ok(night)
    }

    fn scripts(&self) -> PathBuf {
        self.dir.path().join("scripts")
    }

    fn write_script(&self, name: &str, text: &str) -> Result<()> {
        use std::os::unix::fs::PermissionsExt;
        let path = self.scripts().join(name);
        std::fs::write(&path, format!("#!/bin/sh\n{text}\n"))?;
        Ok(std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755))?)
    }

    /// A morning collected by both servers, so that reports have something to show.
    fn collect_a_morning(&self) -> Result<Day> {
        let day = Day::small(8);
        let (snapshot, events) = day.split_pump_up();
        let mut feed = EventFeed::new(Site::ACD, &self.site.links(), day.scenario.start, snapshot);
        tokio::task::block_in_place(|| {
            feed.tell(&events, LIMIT)?;
            feed.settle(LIMIT)
        })?;
        Ok(day)
    }

    fn export(&self, place: Place, name: &str) -> PathBuf {
        self.site.folder(place).join("exports").join(name)
    }

    /// A further user on both servers, with the administrator's password.
    fn add_user(&self, name: &str, administrator: bool) -> Result<()> {
        for place in Place::BOTH {
            let full_name = name.to_owned();
            let user = User { full_name, administrator, reads_everything: true, ..User::new(name, MIDNIGHT) };
            let mut system = self.system(place)?;
            system.create_user(&user)?;
            system.set_feature(name, Feature::Timetable, Access::new(true, true, false))?;
            self.local(place)?.set_password(name, &daemon::auth::hash_password(PASSWORD)?, MIDNIGHT)?;
        }
        Ok(())
    }

    fn system(&self, place: Place) -> Result<SystemStore> {
        Ok(SystemStore::open(&DataFolder::new(self.site.folder(place)).system())?)
    }

    fn local(&self, place: Place) -> Result<LocalStore> {
        Ok(LocalStore::open(&DataFolder::new(self.site.folder(place)).local())?)
    }

    /// What a backup of CMS system administration data on the one server and its restore on the other do to timetables, with
    /// the other in single-user mode meanwhile: its tables are replaced by the first one's. Returns once that server knows.
    async fn carry_tables(&self, from: Place, to: Place) -> Result<()> {
        self.local(to)?.set_setting("mode", "single-user")?;
        let carried = self.system(from)?.timetables()?.timetables;
        let mut system = self.system(to)?;
        let there = system.timetables()?.timetables;
        let key = |known: &KeptTimetable| known.timetable.key.clone();
        for gone in there.iter().map(key).filter(|gone| !carried.iter().any(|known| key(known) == *gone)) {
            system.delete_timetable(&gone)?;
        }
        for known in &carried {
            match there.iter().any(|before| key(before) == key(known)) {
                true => system.modify_timetable(known)?,
                false => system.add_timetable(known)?,
            }
        }
        self.local(to)?.set_setting("mode", "multi-user")?;
        let server = ServerId(self.local(to)?.identity()?.server_id);
        let runs_there = carried.iter().filter(|known| known.timetable.scope.runs_on(&server));
        let expected: Vec<_> = runs_there.map(key).collect();
        until("the other server has looked at its timetables", async || {
            let states = self.local(to).ok()?.run_states().ok()?;
            states.into_keys().eq(expected.iter().cloned()).then_some(())
        })
        .await;
        Ok(())
    }
}

fn task(text: &str) -> TimetableTask {
    TimetableTask { acd: Site::ACD, task: text.to_owned() }
}

/// A timetable of whoever adds it.
fn timetable(name: &str, schedule: &str, tasks: &[&str]) -> AddTimetable {
    AddTimetable {
        owner: None,
        name: name.to_owned(),
        description: String::new(),
        acd: Site::ACD,
        schedule: schedule.to_owned(),
        run_on: None,
        after_failure: None,
        after_missing: None,
        tasks: tasks.iter().map(|text| task(text)).collect(),
    }
}

fn modify(name: &str) -> ModifyTimetable {
    ModifyTimetable { name: name.to_owned(), ..ModifyTimetable::default() }
}

/// The timetable once a run of it has begun at or after a moment and ended.
async fn ended_after(client: &Client, owner: &str, name: &str, moment: Moment) -> Timetable {
    until(&format!("{name} of {owner} has run"), async || {
        let found = client.timetable(Some(owner), name).await.ok()?;
        (found.started_at >= Some(moment) && found.ended_at.is_some()).then_some(found)
    })
    .await
}

async fn ended(client: &Client, name: &str) -> Timetable {
    ended_after(client, ADMINISTRATOR, name, MIDNIGHT).await
}

/// The entries of the log with a code, newest first, once there is one.
async fn logged(client: &Client, code: LogCode) -> Vec<MaintenanceEntry> {
    until(&format!("{code} is in the maintenance error log"), async || {
        let mut log = client.maintenance_log(true, 100).await.ok()?;
        log.retain(|entry| entry.code == code);
        (!log.is_empty()).then_some(log)
    })
    .await
}
