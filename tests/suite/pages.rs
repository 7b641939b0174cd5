//! Administration from the desktop's side, against real servers: each page is told by the server in use, a change is answered
//! in the server's words, and what is not allowed changes nothing.

use std::time::Instant;

use anyhow::Result;
use api::{
    AcknowledgeMaintenance, AddTimetable, LogCode, RunTimetable, SetCollection, SetException, SetStorage, SetTrace,
    Summarize, SwitchHistory, TimetableTask,
};
use model::Level;
use session::{ChangeRequest, ChangeState, Command, ExceptionsData, Model, Page, PageData, Unacknowledged, Which};
use testkit::{EventFeed, LIMIT, Place, Site, SiteOptions, until};

use crate::day::Day;
use crate::switch_over::desk::{Desk, profile};

pub fn shown<'a>(model: &'a Model, page: &Page) -> Option<&'a PageData> {
    model.pages.get(page).filter(|view| view.problem.is_none())?.data.as_deref()
}

fn exceptions(model: &Model) -> Option<&ExceptionsData> {
    match shown(model, &Page::Exceptions(Site::ACD)) {
        Some(PageData::Exceptions(told)) => Some(told),
        _ => None,
    }
}

impl Desk {
    pub async fn show(&mut self, page: Page) {
        self.send(Command::ShowPage(Some(page.clone())));
        let what = format!("the page {page:?}");
        self.wait(&what, move |model, _: Instant| shown(model, &page).is_some()).await;
    }

    /// Asks for a change on the primary and gives what became of it.
    pub async fn administer(&mut self, change: ChangeRequest) -> ChangeState {
        let before = self.model.change.as_ref().map_or(0, |change| change.number);
        self.send(Command::Administer { which: Which::Primary, change });
        let is_over = move |model: &Model, _: Instant| {
            let change = model.change.as_ref().filter(|change| change.number > before);
            change.is_some_and(|change| change.state != ChangeState::Running)
        };
        self.wait("the end of the change", is_over).await;
        self.model.change.as_ref().expect("it has just been there").state.clone()
    }

    pub async fn change(&mut self, change: ChangeRequest) -> String {
        match self.administer(change).await {
            ChangeState::Done { changed: true, text } => text,
            other => panic!("it was not made: {other:?}"),
        }
    }

    pub async fn refused(&mut self, change: ChangeRequest) -> String {
        match self.administer(change).await {
            ChangeState::Refused { why } => why,
            other => panic!("it was not refused: {other:?}"),
        }
    }
}

fn abandons(number: &str) -> ChangeRequest {
    ChangeRequest::Exception(SetException {
        acd: Site::ACD,
        of: "split".to_owned(),
        numbers: vec![number.to_owned()],
        exception: "time-in-queue".to_owned(),
        reason: None,
        threshold: Some(0),
        limit_secs: Some(1),
        on: true,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn exceptions_are_seen_as_they_happen_under_the_rules_that_were_just_made() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let day = Day::small(8);
    let (snapshot, events) = day.split_pump_up();
    let mut feed = EventFeed::new(Site::ACD, &site.links(), day.scenario.start, snapshot);
    let mut desk = Desk::sign_in(profile(&site)?).await?;
    desk.show(Page::Exceptions(Site::ACD)).await;
    let told = exceptions(&desk.model).expect("it is shown");
    assert!(!told.types.is_empty() && told.rules.is_empty() && told.log.exceptions.is_empty());
    assert_eq!(told.troubles.server, "CMS-A");

    let third = events.len() / 3;
    tokio::task::block_in_place(|| feed.tell(&events[..third], LIMIT).and_then(|()| feed.settle(LIMIT)))?;
    for split in ["1", "2", "3", "4"] {
        let text = desk.change(abandons(split)).await;
        assert_eq!(text, format!("exception time-in-queue of split {split} is on and checked from now on"));
    }
    desk.wait("the rules are on the page", |model, _| exceptions(model).is_some_and(|told| told.rules.len() == 4))
        .await;
    tokio::task::block_in_place(|| feed.tell(&events[third..2 * third], LIMIT).and_then(|()| feed.settle(LIMIT)))?;
    let some = |model: &Model, _: Instant| exceptions(model).is_some_and(|told| !told.log.exceptions.is_empty());
    desk.wait("the first exceptions", some).await;
    tokio::task::block_in_place(|| feed.tell(&events[2 * third..], LIMIT).and_then(|()| feed.settle(LIMIT)))?;
    // Followed on the page, the log is what the server has, each once and in order.
    let client = site.client(Place::A).await?;
    let last = events.last().expect("a day has events").at;
    let whole = until("the day's last exceptions are published", async || {
        let log = client.exception_log(Site::ACD).await.ok()?;
        (log.stamp.acd_at >= last).then_some(log.exceptions)
    })
    .await;
    assert!(whole.len() > 2, "{whole:?}");
    let all = |model: &Model, _: Instant| exceptions(model).is_some_and(|told| told.log.exceptions == whole);
    desk.wait("all exceptions", all).await;
    assert!(site.client(Place::B).await?.exceptions(Site::ACD).await?.is_empty(), "the other server was left alone");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_told_and_what_is_not_allowed_is_refused_in_the_servers_words() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let day = Day::small(8);
    let (snapshot, events) = day.split_pump_up();
    let mut feed = EventFeed::new(Site::ACD, &site.links(), day.scenario.start, snapshot);
    tokio::task::block_in_place(|| feed.tell(&events, LIMIT).and_then(|()| feed.settle(LIMIT)))?;
    let mut desk = Desk::sign_in(profile(&site)?).await?;
    for page in [Page::Collection, Page::Archiving, Page::HistoryInterface, Page::Changes, Page::Profiles(Site::ACD)] {
        desk.show(page).await;
    }

    desk.show(Page::Storage(Site::ACD)).await;
    let set = SetStorage {
        acd: Site::ACD,
        element: "splits".to_owned(),
        items: None,
        intrahour_days: Some(100),
        daily_days: None,
        weekly_weeks: None,
        monthly_months: None,
        records: None,
    };
    let why = desk.refused(ChangeRequest::Storage(set.clone())).await;
    assert!(why.contains("only while the data collection of ACD 1 is off"), "{why}");
    let collection = |on| ChangeRequest::Collection(SetCollection { acd: Site::ACD, on });
    desk.change(collection(false)).await;
    let text = desk.change(ChangeRequest::Storage(set)).await;
    assert!(text.contains("100 days of intervals"), "{text}");
    let is_changed = |model: &Model, _: Instant| match shown(model, &Page::Storage(Site::ACD)) {
        Some(PageData::Storage(view)) => view.elements.iter().any(|element| element.intrahour_days == 100),
        _ => false,
    };
    desk.wait("the page has what was changed", is_changed).await;
    desk.change(collection(true)).await;

    desk.show(Page::Traces(Site::ACD)).await;
    let agent = "1001".parse().expect("a login ID");
    desk.change(ChangeRequest::Trace(SetTrace { acd: Site::ACD, agent, on: true })).await;
    let is_traced = |model: &Model, _: Instant| {
        shown(model, &Page::Traces(Site::ACD)) == Some(&PageData::Traces(vec!["1001".to_owned()]))
    };
    desk.wait("the agent is on the page", is_traced).await;

    let (from, to) = ("1999-01-01".to_owned(), "1999-01-02".to_owned());
    let asked = Summarize { acd: Some(Site::ACD), level: Level::Daily, from, to };
    let outcome = desk.administer(ChangeRequest::Summarize(asked)).await;
    let ChangeState::Done { changed: false, text } = &outcome else { panic!("{outcome:?}") };
    assert!(text.starts_with("nothing was summed up again. ACD 1, 1999-01-01: no interval of 1999-01-01"), "{text}");
    let why = desk.refused(ChangeRequest::History(SwitchHistory { on: true, after: None })).await;
    assert!(why.contains("nowhere to send to: add [history]"), "{why}");
    Ok(())
}

fn error_log<'a>(model: &'a Model, page: &Page) -> Option<&'a session::ErrorLogData> {
    match shown(model, page) {
        Some(PageData::ErrorLog(told)) => Some(told),
        _ => None,
    }
}

/// A run that fails, so that the maintenance error log has something to tell.
async fn failing_run(client: &client::Client) -> Result<()> {
    let task = TimetableTask { acd: Site::ACD, task: "summarize daily 2020-01-01 2020-01-01".to_owned() };
    let timetable = AddTimetable {
        owner: None,
        name: "odd".to_owned(),
        description: String::new(),
        acd: Site::ACD,
        schedule: "daily 00:45".to_owned(),
        run_on: None,
        after_failure: None,
        after_missing: None,
        tasks: vec![task],
    };
    client.add_timetable(&timetable).await?;
    client.run_timetable(&RunTimetable { owner: None, name: "odd".to_owned() }).await?;
    until("the run has failed", async || {
        let entries = client.maintenance_log(false, 10).await.ok()?;
        entries.iter().any(|entry| entry.code == LogCode::TimetableFailed).then_some(())
    })
    .await;
    Ok(())
}

/// The log of the server that does not serve: signed in to for that, read, and acknowledged there.
#[tokio::test(flavor = "multi_thread")]
async fn the_other_servers_log_is_read_and_acknowledged_from_the_desktop() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    failing_run(&site.client(Place::B).await?).await?;
    let mut desk = Desk::sign_in(profile(&site)?).await?;
    desk.show(Page::ErrorLog).await;
    let task =
        |told: &session::ErrorLogData| told.entries.iter().find(|entry| entry.code == LogCode::TaskFailed).cloned();
    assert!(error_log(&desk.model, &Page::ErrorLog).is_some_and(|told| task(told).is_none()), "here nothing failed");
    desk.show(Page::OtherErrorLog).await;
    let failed = error_log(&desk.model, &Page::OtherErrorLog).and_then(task).expect("the task that failed there");
    let change = ChangeRequest::Acknowledge(AcknowledgeMaintenance { ids: Some(vec![failed.id]) });
    desk.send(Command::Administer { which: Which::Secondary, change });
    let by = move |model: &Model, _: Instant| {
        let known = error_log(model, &Page::OtherErrorLog).and_then(task);
        known.is_some_and(|entry| entry.acknowledged_by.as_deref() == Some(testkit::ADMINISTRATOR))
    };
    desk.wait("the page says by whom", by).await;
    assert_eq!(desk.model.serving, Some(Which::Primary), "the reports stay where they are");
    Ok(())
}

/// The maintenance error log from the desktop: counted before anybody looks, acknowledged by whom it is permitted, refused to others.
#[tokio::test(flavor = "multi_thread")]
async fn the_maintenance_error_log_is_counted_read_and_acknowledged() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let cms = site.client(Place::A).await?;
    failing_run(&cms).await?;

    let mut desk = Desk::sign_in(profile(&site)?).await?;
    let of = |errors| Some(Unacknowledged { errors, warnings: 0 });
    desk.wait("the error is counted", move |model, _| model.unacknowledged == of(1)).await;
    desk.show(Page::ErrorLog).await;
    let told = error_log(&desk.model, &Page::ErrorLog).expect("it is shown").clone();
    assert!(told.may_acknowledge, "an administrator may");
    let failed = told.entries.iter().find(|entry| entry.code == LogCode::TaskFailed).expect("the task");
    let acknowledge = |id| ChangeRequest::Acknowledge(AcknowledgeMaintenance { ids: Some(vec![id]) });
    assert_eq!(desk.change(acknowledge(failed.id)).await, "one entry is acknowledged");
    desk.wait("one less is counted", move |model, _| model.unacknowledged == of(0)).await;
    let by = |model: &Model, _: Instant| {
        let entry = error_log(model, &Page::ErrorLog)
            .and_then(|told| told.entries.iter().find(|entry| entry.code == LogCode::TaskFailed));
        entry.is_some_and(|entry| entry.acknowledged_by.as_deref() == Some(testkit::ADMINISTRATOR))
    };
    desk.wait("the page says by whom", by).await;

    crate::people::add(&cms, "ann", |add| add.reads_everything = true).await?;
    let mut reader = Desk::sign_in(session::Profile { user: "ann".to_owned(), ..profile(&site)? }).await?;
    reader.show(Page::ErrorLog).await;
    let told = error_log(&reader.model, &Page::ErrorLog).expect("who reads everything reads it");
    assert!(!told.may_acknowledge);
    let other = told.entries.iter().find(|entry| entry.acknowledged_at.is_none()).expect("the timetable").id;
    let why = reader.refused(acknowledge(other)).await;
    assert!(why.contains("ann may not change the feature maintenance"), "{why}");
    Ok(())
}
