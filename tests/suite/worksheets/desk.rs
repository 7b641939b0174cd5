//! The same from the desktop's side: a worksheet that another desktop goes on with, a heal, names, skills, the own password.

use std::time::Instant;

use anyhow::{Context, Result};
use api::{SetAgentSkills, SetSynonym, SetSynonyms, StepState, Worksheet, WorksheetKind};
use session::twin::Stretch;
use session::{
    ChangeRequest, ChangeState, Command, HealReport, JobRequest, JobStage, Model, Page, PageData, Secret, Which,
    WorksheetRequest,
};
use testkit::{PASSWORD, Place, Site, SiteOptions, until};

use super::{Centre, step};
use crate::heal::{Missed, Outage};
use crate::pages::shown;
use crate::people::{add, client};
use crate::switch_over::desk::{Desk, profile};

impl Desk {
    /// Does what is wanted of the worksheets and gives the newest one as both servers tell it then.
    async fn work(&mut self, request: WorksheetRequest) -> Option<Worksheet> {
        let before = self.model.worksheets.told.as_ref().map(|told| told.at);
        self.send(Command::Worksheet(request));
        let is_told = move |model: &Model, _: Instant| {
            let worksheets = &model.worksheets;
            worksheets.step.is_none() && worksheets.told.as_ref().map(|told| told.at) > before
        };
        self.wait("what became of the worksheet", is_told).await;
        self.model.worksheets.told.as_ref().and_then(|told| told.sheets.first().cloned())
    }

    async fn go(&mut self, id: &str) -> Worksheet {
        let id = id.to_owned();
        self.work(WorksheetRequest::Go { id, step: None, all: true }).await.expect("it is there")
    }

    /// Says yes to the plan that is shown.
    async fn yes(&mut self) -> Worksheet {
        let asks = self.model.worksheets.asks.clone().expect("a plan is shown");
        let (id, step, edition) = (asks.id.clone(), asks.step, asks.edition);
        self.work(WorksheetRequest::Yes { id, step, edition }).await.expect("it is there")
    }

    async fn heal(&mut self, dry_run: bool) -> HealReport {
        let before = self.model.heal.report.as_ref().map(|report| report.at);
        self.send(Command::Heal { which: Which::Primary, stretch: Stretch::default(), dry_run });
        let is_over = move |model: &Model, _: Instant| {
            let heal = &model.heal;
            let is_new = heal.report.as_ref().map(|report| report.at) > before;
            heal.step.is_none() && (is_new || heal.problem.is_some())
        };
        self.wait("the end of the heal", is_over).await;
        assert_eq!(self.model.heal.problem, None);
        self.model.heal.report.as_deref().expect("it has just been there").clone()
    }
}

/// One desktop begins and is closed; another one goes on where it was, and ends it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn another_desktop_goes_on_with_a_worksheet() -> Result<()> {
    let centre = Centre::open(331).await?;
    let mut first = Desk::sign_in(profile(&centre.site)?).await?;
    assert_eq!(first.work(WorksheetRequest::Look).await, None);
    let names = SetSynonym {
        section: "splits".to_owned(),
        number: "1".to_owned(),
        name: "Orders".to_owned(),
        description: String::new(),
    };
    let set = SetSynonyms { acd: Site::ACD, synonyms: vec![names], take_over: false, was: Vec::new() };
    first.change(ChangeRequest::Synonyms(set)).await;
    first.show(Page::Dictionary(Site::ACD)).await;
    let is_named = |model: &Model, _: Instant| match shown(model, &Page::Dictionary(Site::ACD)) {
        Some(PageData::Dictionary(known)) => known.synonyms.iter().any(|synonym| synonym.name == "Orders"),
        _ => false,
    };
    first.wait("the name is shown", is_named).await;
    first.show(Page::Skills(Site::ACD)).await;
    let nobody = SetAgentSkills {
        acd: Site::ACD,
        agent: "99999".parse()?,
        skills: session::parse_skills("1:1", &[]).expect("a skill"),
        was: None,
    };
    assert!(!first.refused(ChangeRequest::Skills(nobody)).await.is_empty());

    let (kind, by_backup, about) = (WorksheetKind::Administration, false, "names".to_owned());
    let begun = first.work(WorksheetRequest::Start { kind, by_backup, about }).await.context("it was begun")?;
    let sheet = first.go(&begun.id).await;
    let shown_first = step(&sheet, "administration");
    assert!(shown_first.state == StepState::ToDo && shown_first.label.starts_with("CMS-A/"), "{shown_first:?}");
    assert!(first.model.worksheets.asks.is_some());
    drop(first);

    let mut second = Desk::sign_in(profile(&centre.site)?).await?;
    assert_eq!(second.work(WorksheetRequest::Look).await.as_ref(), Some(&sheet), "as the first one left it");
    second.go(&begun.id).await;
    let asks = second.model.worksheets.asks.clone().context("a plan")?;
    assert!(asks.plans[0].plan.tables.iter().any(|line| line.table == "synonyms" && line.added == 1), "{asks:?}");
    let stale = WorksheetRequest::Yes { id: asks.id.clone(), step: asks.step, edition: asks.edition - 1 };
    second.work(stale).await;
    let why = second.model.worksheets.problem.clone().context("a yes to what was shown before")?;
    assert!(why.contains("the worksheet has gone on meanwhile"), "{why}");
    second.go(&begun.id).await;
    let sheet = second.yes().await;
    let passwords = sheet.now().context("it goes on")?;
    assert_eq!(sheet.steps[passwords].step, "passwords", "{sheet:?}");
    second.go(&begun.id).await;
    let told = second.model.worksheets.person.clone().context("what a person is to know")?;
    assert!(told.contains("CMS-B"), "{told}");
    let confirm = |step| {
        let (id, note) = (begun.id.clone(), "told everybody".to_owned());
        WorksheetRequest::Confirm { id, step, note }
    };
    let same = second.work(confirm(passwords - 1)).await.context("it is there")?;
    assert_eq!(same.now(), Some(passwords), "only the step that is due is confirmed");
    second.work(confirm(passwords)).await;
    let sheet = second.go(&begun.id).await;
    assert!(sheet.end.as_ref().is_some_and(|end| !end.abandoned), "{sheet:?}");
    let there = centre.site.client(Place::B).await?.synonyms(Site::ACD).await?;
    assert!(there.iter().any(|synonym| synonym.name == "Orders"), "{there:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_heal_is_planned_done_and_taken_back_from_the_desktop() -> Result<()> {
    let missed = Missed::open(95, 4, &[Outage { place: Place::A, minute: 45, minutes: 30 }]).await?;
    let (before, wanted) = (missed.digests(Place::A).await?, missed.digests(Place::B).await?);
    let mut desk = Desk::sign_in(profile(&missed.site)?).await?;
    let planned = desk.heal(true).await;
    assert!(planned.dry_run && planned.healed.acds[0].gap.intervals > 0, "{planned:?}");
    assert_eq!(missed.digests(Place::A).await?, before, "a plan changes nothing");
    let done = desk.heal(false).await;
    assert!(!done.dry_run && done.which == Which::Primary && done.healed.comparison.is_clean(), "{done:?}");
    assert_eq!(missed.digests(Place::A).await?, wanted);
    let restore = done.healed.acds[0].restores[0].restore.context("it can be taken back")?;
    let request = JobRequest::Undo(api::UndoRestore { restore, ..api::UndoRestore::default() });
    desk.send(Command::StartJob { which: Which::Primary, request });
    let is_done =
        |model: &Model, _: Instant| model.job.as_ref().is_some_and(|job| matches!(job.stage, JobStage::Done(_)));
    desk.wait("it is taken back", is_done).await;
    assert_eq!(missed.digests(Place::A).await?, before);
    Ok(())
}

/// Nobody needs to be an administrator for that, nor to look at a page.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn everybody_changes_the_own_password() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let cms = site.client(Place::A).await?;
    add(&cms, "ann", |_| {}).await?;
    let mut desk = Desk::sign_in(session::Profile { user: "ann".to_owned(), ..profile(&site)? }).await?;
    let change = |old: &str| ChangeRequest::Password {
        user: None,
        old: Some(Secret::new(old)),
        new: Secret::new("another long one"),
    };
    assert!(!desk.refused(change("a wrong one")).await.is_empty());
    // The right one is slowed down as well, for a moment.
    let told = until("it is taken", async || match desk.administer(change(PASSWORD)).await {
        ChangeState::Done { changed: true, text } => Some(text),
        ChangeState::Refused { why } if why.contains("try again in") => None,
        other => panic!("it was not made: {other:?}"),
    })
    .await;
    let is_told = move |model: &Model, _: Instant| model.notices.iter().any(|notice| notice.text == told);
    desk.wait("it is told though no page is shown", is_told).await;
    let ann = client(site.server(Place::A))?;
    assert!(ann.login("ann", PASSWORD).await.is_err());
    until("the new one is taken", async || ann.login("ann", "another long one").await.ok().map(|_| ())).await;
    Ok(())
}
