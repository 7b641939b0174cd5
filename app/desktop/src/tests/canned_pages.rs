//! Administration pages of the made-up call centre.

use std::sync::Arc;
use std::time::Instant;

use api::{AcdStatus, Change, LinkState, Profile, Profiled, Role, Status};
use api::{AfterFailure, AfterMissing, GloballyEdited, RunOn, Timetable, TimetableTask};
use model::{IntervalMinutes, RunStatus};
use session::{Detail, DetailData, DetailView, Page, PageData, Update, Which};

#[path = "canned_pages/backups.rs"]
pub mod backups;
#[path = "canned_pages/checks.rs"]
pub mod checks;
#[path = "canned_pages/error_log.rs"]
pub mod error_log;
#[path = "canned_pages/exceptions.rs"]
mod exceptions;
#[path = "canned_pages/heal.rs"]
pub mod heal;
#[path = "canned_pages/history.rs"]
mod history;
#[path = "canned_pages/menu.rs"]
pub mod menu;
#[path = "canned_pages/names.rs"]
pub mod names;
#[path = "canned_pages/people.rs"]
pub mod people;
#[path = "canned_pages/twin.rs"]
pub mod twin;
#[path = "canned_pages/worksheets.rs"]
pub mod worksheets;

use super::world::{self, ACD, NOW};

/// Answers for pages, as a network that is always well would.
#[derive(Default)]
pub struct Pages {
    serving: Option<Which>,
    shown: Option<Page>,
}

impl Pages {
    /// What comes of an update that the screen is told.
    pub fn told(&mut self, update: &Update, at: Instant) -> Vec<Update> {
        let Update::Serving(which) = update else { return Vec::new() };
        self.serving = *which;
        self.answer(at)
    }

    /// A page is to be shown.
    pub fn show(&mut self, page: Option<Page>, at: Instant) -> Vec<Update> {
        self.shown = page;
        self.answer(at)
    }

    /// One thing is looked at in full.
    pub fn look(&self, of: Option<Detail>) -> Update {
        let (Some(which), Some(of)) = (self.serving, of) else { return Update::Detail(None) };
        let data = match &of {
            Detail::Backup(name) => DetailData::Backup(Box::new(backups::description(&name.label))),
            Detail::Peer => DetailData::Peer(None),
            Detail::Permissions(name) => DetailData::Permissions(people::permissions(name)),
        };
        Update::Detail(Some(DetailView { which, of, told: Some(Ok(Arc::new(data))) }))
    }

    fn answer(&self, at: Instant) -> Vec<Update> {
        let (Some(which), Some(page)) = (self.serving, self.shown.clone()) else { return Vec::new() };
        let which = page.told_by(which);
        let result = Ok(Arc::new(data(which, &page)));
        vec![Update::Page { which, page, result, at }]
    }
}

/// What a server tells of a page.
pub fn data(which: Which, page: &Page) -> PageData {
    match page {
        Page::Collection => PageData::Collection(status(which)),
        Page::Profiles(_) => PageData::Profiles(profiles()),
        Page::Archiving => PageData::Archiving(history::archiving()),
        Page::Storage(acd) => PageData::Storage(history::storage(*acd)),
        Page::Exceptions(_) => PageData::Exceptions(exceptions::exceptions(which)),
        Page::Traces(_) => PageData::Traces(vec!["4003".to_owned(), "4017".to_owned(), "9001".to_owned()]),
        Page::HistoryInterface => PageData::HistoryInterface(history::interface(which)),
        Page::Timetables => PageData::Timetables(timetables(which)),
        Page::ErrorLog => PageData::ErrorLog(error_log::log(true)),
        Page::OtherErrorLog => PageData::ErrorLog(error_log::log_of_the_other()),
        Page::Changes => PageData::Changes(changes()),
        Page::Backups => PageData::Backups(backups::backups()),
        Page::Users => PageData::Users(people::users()),
        Page::Mode => PageData::Mode(people::mode(which)),
        Page::Dictionary(_) => PageData::Dictionary(names::dictionary()),
        Page::Menu => PageData::Menu(menu::additions()),
        Page::Skills(_) => PageData::Skills(names::skills()),
        Page::Shortcuts => PageData::Shortcuts(people::shortcuts()),
    }
}

fn status(which: Which) -> Status {
    let health = world::health(which, LinkState::Up);
    let acd = |(at, mut health): (usize, api::AcdHealth)| {
        health.archived_to = Some(NOW + -2527);
        if at == 1 {
            health.collecting = false;
            health.link = LinkState::Down;
            health.link_text =
                "data collection is off; Administration > Data collection, or `cms collection on --acd 2` turns it on"
                    .to_owned();
        }
        AcdStatus {
            health,
            dialect: if at == 0 { "native" } else { "asterisk" }.to_owned(),
            address: if at == 0 { "0.0.0.0:5001" } else { "pbx.example:5038" }.to_owned(),
            interval_minutes: if at == 0 { IntervalMinutes::Half } else { IntervalMinutes::Quarter },
            peer: (at == 0).then(|| "10.0.0.7:49152".to_owned()),
            events: 1_284_410,
            acknowledged: Some(1_284_410),
            intervals: 412,
            rows: 96_004,
            anomalies: Vec::new(),
            journal_bytes: 734_003_200,
            setup: Default::default(),
        }
    };
    Status {
        server: health.server,
        role: if which == Which::Primary { Role::Primary } else { Role::Secondary },
        version: "0.1.0".to_owned(),
        mode: api::Mode::MultiUser,
        user: "m.keller".to_owned(),
        up_secs: 86_400,
        watchers: 4,
        evaluations: 3,
        certificate: None,
        acds: health.acds.into_iter().enumerate().map(acd).collect(),
    }
}

fn profiles() -> Vec<Profile> {
    let profile = |of, number: &str, service_level_secs, increments: &[u32]| Profile {
        of,
        number: number.to_owned(),
        service_level_secs,
        increments_secs: increments.to_vec(),
    };
    vec![
        profile(Profiled::Split, "1", 20, &[5, 10, 20, 30, 45, 60, 90, 120, 180]),
        profile(Profiled::Split, "3", 30, &[10, 20, 30, 60, 90, 120]),
        profile(Profiled::Split, "7", 10, &[5, 10, 15, 20]),
        profile(Profiled::Split, "40", 20, &[]),
        profile(Profiled::Vdn, "2040", 5, &[2, 5, 10, 20, 30]),
    ]
}

fn timetables(which: Which) -> Vec<Timetable> {
    let here = which == Which::Primary;
    let timetable = |owner: &str, name: &str, schedule: &str, run_text: &str, run_on, tasks: &[&str]| Timetable {
        owner: owner.to_owned(),
        name: name.to_owned(),
        description: String::new(),
        acd: ACD,
        schedule: schedule.to_owned(),
        run_text: format!("This timetable will {run_text} this CMS server"),
        run_on,
        after_failure: AfterFailure::Stop,
        after_missing: AfterMissing::Report,
        tasks: tasks.iter().map(|task| TimetableTask { acd: ACD, task: (*task).to_owned() }).collect(),
        next_at: run_on.map(|_| NOW + 45_000),
        zone: "Europe/Berlin".to_owned(),
        started_at: run_on.map(|_| NOW + -41_400),
        ended_at: run_on.map(|_| NOW + -41_396),
        outcome: run_on.map(|_| RunStatus::Done),
        outcome_text: if run_on.is_some() { "all 2 tasks are done" } else { "" }.to_owned(),
        unusable: String::new(),
        changed_at: NOW + -864_000,
        changed_by: owner.to_owned(),
        may_change: true,
        global_edit: None,
    };
    let reports = [
        "report \"Split/Skill Summary Daily\" to splits-{date}.csv dates=-1",
        "report \"Agent Summary Daily\" to agents-{date}.csv dates=-1",
    ];
    let (text, run_on) = if here { ("run only on", Some(RunOn::ThisServer)) } else { ("not run on", None) };
    let was = Some(RunOn::ThisOrAnother);
    let edited = here.then(|| GloballyEdited { at: NOW + -7_200, by: "cms".to_owned(), was, can_be_undone: true });
    vec![
        timetable("cms", "nightly", "daily 00:45", text, run_on, &reports),
        Timetable {
            global_edit: edited,
            ..timetable("m.keller", "weekly", "weekly fri 18:00", text, run_on, &reports[..1])
        },
    ]
}

fn changes() -> Vec<Change> {
    let change = |minutes: i64, user: &str, acd, what: &str, before: &str, after: &str| Change {
        at: NOW + -60 * minutes,
        user: user.to_owned(),
        acd,
        what: what.to_owned(),
        before: before.to_owned(),
        after: after.to_owned(),
    };
    let one = Some(ACD);
    vec![
        change(
            12,
            "m.keller",
            one,
            "call profile of split/skill 1",
            "service level 20 s, increments 5, 10, 20, 30, 60",
            "service level 20 s, increments 5, 10, 20, 30, 45, 60, 90, 120, 180",
        ),
        change(95, "cms", one, "call profile of VDN 2040", "", "service level 5 s, increments 2, 5, 10, 20, 30"),
        change(1502, "cms", Some(model::AcdNumber(2)), "data collection", "on", "off"),
        change(1501, "cms", Some(model::AcdNumber(2)), "storage interval", "30 minutes", "15 minutes"),
    ]
}
