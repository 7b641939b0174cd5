//! Backups, users, the mode and the comparison from the desktop's side, against real servers: what the desktop asks is done,
//! followed to its end, and told in the server's words.

use std::time::Instant;

use anyhow::Result;
use api::{Mode, NameBackup, Permission, RunBackup, RunRestore, SetPermissions, SetProfile, SetTrace, SetUser};
use model::DataKind;
use session::twin::{Area, Stretch, Verdict};
use session::{
    ChangeRequest, ChangeState, Command, Detail, DetailData, JobRequest, JobStage, Model, NewUser, Page, PageData,
    Profile, Secret, TwinReport, Which,
};
use testkit::{PASSWORD, Place, Site, SiteOptions};

use crate::pages::shown;
use crate::running::Running;
use crate::switch_over::desk::{Desk, profile};

impl Desk {
    /// Asks for a job on the primary and follows it to its end.
    async fn job(&mut self, request: JobRequest) -> JobStage {
        let before = self.model.job.as_ref().map_or(0, |job| job.number);
        self.send(Command::StartJob { which: Which::Primary, request });
        let is_over = move |model: &Model, _: Instant| {
            model.job.as_ref().is_some_and(|job| job.number > before && job.stage.is_over())
        };
        self.wait("the end of the job", is_over).await;
        self.model.job.as_ref().expect("it has just been there").stage.clone()
    }

    async fn done(&mut self, request: JobRequest) -> api::Job {
        match self.job(request).await {
            JobStage::Done(job) => job,
            other => panic!("it was not done: {other:?}"),
        }
    }

    async fn look_at(&mut self, of: Detail) -> DetailData {
        self.send(Command::LookAt(Some(of.clone())));
        let is_told = move |model: &Model, _: Instant| {
            model.detail.as_ref().is_some_and(|detail| detail.of == of && detail.told.is_some())
        };
        self.wait("what is looked at", is_told).await;
        let told = self.model.detail.as_ref().and_then(|detail| detail.told.clone()).expect("it has just been there");
        told.map(|data| DetailData::clone(&data)).expect("it can be told")
    }

    async fn compared(&mut self) -> TwinReport {
        let before = self.model.twin.report.as_ref().map(|report| report.at);
        self.send(Command::CompareServers { stretch: Stretch::default() });
        let is_new = move |model: &Model, _: Instant| {
            let twin = &model.twin;
            twin.step.is_none() && (twin.problem.is_some() || twin.report.as_ref().map(|report| report.at) > before)
        };
        self.wait("the comparison", is_new).await;
        assert_eq!(self.model.twin.problem, None);
        self.model.twin.report.as_deref().expect("it has just been there").clone()
    }
}

fn level(service_level_secs: u32) -> ChangeRequest {
    let (of, number) = (api::Profiled::Split, "1".to_owned());
    let profile = api::Profile { of, number, service_level_secs, increments_secs: vec![5, 10] };
    ChangeRequest::Profile(SetProfile { acd: Site::ACD, profile })
}

fn level_shown(model: &Model) -> Option<u32> {
    match shown(model, &Page::Profiles(Site::ACD)) {
        Some(PageData::Profiles(known)) => {
            known.iter().find(|known| known.number == "1").map(|it| it.service_level_secs)
        }
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_made_described_restored_as_planned_and_the_restore_taken_back() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let mut desk = Desk::sign_in(profile(&site)?).await?;
    desk.change(level(20)).await;
    let data = vec![DataKind::Acd];
    let made = desk.done(JobRequest::Backup(RunBackup { data, ..RunBackup::default() })).await;
    let label = made.label.expect("a backup has a label");
    let is_told = |model: &Model, _: Instant| model.notices.iter().any(|notice| notice.text == made.text);
    desk.wait("its end is told where its page is not shown", is_told).await;
    desk.show(Page::Backups).await;
    let Some(PageData::Backups(known)) = shown(&desk.model, &Page::Backups) else { panic!("it is shown") };
    assert_eq!((known.backups.completed_today, known.backups.backups.len()), (1, 1));
    assert_eq!(known.backups.backups[0].label, label);
    let name = NameBackup { label: label.clone(), device: None };
    let DetailData::Backup(described) = desk.look_at(Detail::Backup(name.clone())).await else { panic!("a backup") };
    assert!(described.parts.iter().any(|(code, meaning)| code == "F" && meaning == "full backup"), "{described:?}");
    desk.done(JobRequest::Verify(name)).await;

    desk.change(level(30)).await;
    let restore = RunRestore { label: label.clone(), ..RunRestore::default() };
    let plan = desk.done(JobRequest::Plan(restore.clone())).await.plan.expect("a plan");
    let profiles = plan.tables.iter().find(|line| line.table == "split_pro").expect("it is in the backup");
    assert_eq!(profiles.replaced, 1, "{plan:?}");
    let JobStage::Refused { why } = desk.job(JobRequest::Restore(restore.clone())).await else {
        panic!("not in multi-user mode")
    };
    assert!(why.contains("single-user"), "{why}");
    desk.change(ChangeRequest::Mode(Mode::SingleUser)).await;
    let restored = desk.done(JobRequest::Restore(restore)).await.restore.expect("a restore has a number");
    desk.show(Page::Profiles(Site::ACD)).await;
    desk.wait("what was restored", |model, _| level_shown(model) == Some(20)).await;
    desk.done(JobRequest::Undo(api::UndoRestore { restore: restored, ..api::UndoRestore::default() })).await;
    desk.wait("what was there before", |model, _| level_shown(model) == Some(30)).await;
    desk.show(Page::Backups).await;
    let is_undone = move |model: &Model, _: Instant| match shown(model, &Page::Backups) {
        Some(PageData::Backups(known)) => {
            known.restores.iter().any(|known| known.restore == restored && known.undone_at.is_some())
        }
        _ => false,
    };
    desk.wait("the restore is told as taken back", is_undone).await;
    let missing = JobRequest::Verify(NameBackup { label: "CMS-200101-01-LSAX-00-F".to_owned(), device: None });
    let JobStage::Refused { why } = desk.job(missing).await else { panic!("there is none") };
    assert!(why.contains("there is no backup CMS-200101-01-LSAX-00-F"), "{why}");
    Ok(())
}

fn ann(password: Option<&str>) -> ChangeRequest {
    let user = SetUser { name: "ann".to_owned(), full_name: Some("Ann Archer".to_owned()), ..SetUser::default() };
    ChangeRequest::AddUser(NewUser { user, password: password.map(Secret::new), reads_everything: false })
}

#[tokio::test(flavor = "multi_thread")]
async fn users_are_added_permitted_and_removed_and_no_password_is_kept_by_the_screen() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let mut desk = Desk::sign_in(profile(&site)?).await?;
    desk.change(ann(Some("a long password"))).await;
    let shown_change = &desk.model.change.as_ref().expect("the last change").change;
    let ChangeRequest::AddUser(add) = shown_change else { panic!("{shown_change:?}") };
    assert_ne!(add.password, Some(Secret::new("a long password")), "it was forgotten");
    desk.show(Page::Users).await;
    let Some(PageData::Users(users)) = shown(&desk.model, &Page::Users) else { panic!("they are shown") };
    assert!(users.iter().any(|user| user.name == "ann" && user.has_password), "{users:?}");

    let permissions = desk.look_at(Detail::Permissions("ann".to_owned())).await;
    let DetailData::Permissions(before) = permissions else { panic!("{permissions:?}") };
    assert!(before.permissions.is_empty() && !before.reads_everything);
    let acd = Permission { kind: "acd".to_owned(), acd: Some(Site::ACD), of: String::new(), access: "read".to_owned() };
    let set = SetPermissions { user: "ann".to_owned(), reads_everything: None, permissions: vec![acd.clone()] };
    desk.change(ChangeRequest::Permissions(set)).await;
    let is_permitted = move |model: &Model, _: Instant| {
        let told = model.detail.as_ref().and_then(|detail| detail.told.clone());
        matches!(told, Some(Ok(data)) if matches!(&*data, DetailData::Permissions(now) if now.permissions == [acd.clone()]))
    };
    desk.wait("it is asked again by itself after the change", is_permitted).await;

    let new = Secret::new("another long one");
    desk.change(ChangeRequest::Password { user: Some("ann".to_owned()), old: None, new }).await;
    let client = crate::people::client(site.server(Place::A))?;
    client.login("ann", "another long one").await?;
    let removal = ChangeRequest::RemoveUser { name: "ann".to_owned(), give_to: None, with_belongings: false };
    desk.change(removal.clone()).await;
    assert!(desk.refused(removal).await.contains("ann"));
    Ok(())
}

/// One's own password changes on one server alone: this client goes on there, and still gets in at the other one.
#[tokio::test(flavor = "multi_thread")]
async fn ones_own_password_is_changed_without_being_asked_for_it_again() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let mut desk = Desk::sign_in(profile(&site)?).await?;
    let own = |old: &str, new: &str| ChangeRequest::Password {
        user: None,
        old: Some(Secret::new(old)),
        new: Secret::new(new),
    };
    desk.change(own(PASSWORD, "a new long one")).await;
    desk.show(Page::Mode).await;
    desk.refused(own("wrong", "another long one")).await;
    desk.send(Command::SwitchTo(Which::Secondary));
    desk.wait("the secondary serves", |model, _| model.serving == Some(Which::Secondary)).await;
    assert_eq!(Which::BOTH.map(|which| desk.model.servers[which].needs_password.clone()), [None, None]);
    Ok(())
}

/// Whoever is signed out by single-user mode is told so, is not let in, and comes back by itself.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_signed_out_is_told_so_and_comes_back_afterwards() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let mut desk = Desk::sign_in(profile(&site)?).await?;
    desk.change(ann(Some(PASSWORD))).await;
    let other = Profile { user: "ann".to_owned(), ..profile(&site)? };
    let mut other = Desk::sign_in(other).await?;
    other.show(Page::Mode).await;
    let state = desk.administer(ChangeRequest::Mode(Mode::SingleUser)).await;
    assert!(matches!(state, ChangeState::Done { changed: true, .. }), "{state:?}");
    let why = |model: &Model| {
        model.servers[Which::Primary].shut_out.clone().filter(|_| !model.servers[Which::Primary].signed_in)
    };
    other.wait("ann is told", move |model, _| why(model).is_some_and(|why| why.contains("single-user mode"))).await;
    let banner = other.model.banner(Instant::now()).expect("it is said at the top");
    assert!(banner.headline.contains("You are signed out of CMS-A"), "{}", banner.headline);
    desk.change(ChangeRequest::Mode(Mode::MultiUser)).await;
    other.wait("ann is back", |model, _| model.servers[Which::Primary].signed_in).await;
    assert_eq!(other.model.servers[Which::Primary].shut_out, None);
    Ok(())
}

/// A server that was started again knows no token of before.
#[tokio::test(flavor = "multi_thread")]
async fn the_other_server_is_signed_in_to_anew_after_it_was_started_again() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = Site::start(dir.path(), &SiteOptions::default())?;
    let mut desk = Desk::sign_in(profile(&site)?).await?;
    desk.compared().await;
    site.stop(Place::B);
    site.run(Place::B)?;
    assert_eq!(desk.compared().await.there, "CMS-B");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn both_servers_are_compared_in_the_background() -> Result<()> {
    let running = Running::start().await?;
    let mut desk = Desk::sign_in(profile(&running.site)?).await?;
    let same = desk.compared().await;
    assert_eq!((same.here.as_str(), same.there.as_str(), same.which), ("CMS-A", "CMS-B", Which::Primary));
    assert!(same.comparison.is_clean(), "{:?}", same.comparison.findings);
    assert!(same.comparison.identical.get(&Area::Intervals) >= Some(&2));
    let other = running.site.client(Place::B).await?;
    other.set_trace(&SetTrace { acd: Site::ACD, agent: "1002".parse()?, on: true }).await?;
    let found = desk.compared().await;
    let [finding] = &found.comparison.findings[..] else { panic!("{:?}", found.comparison.findings) };
    assert_eq!(
        (finding.area, finding.verdict, finding.thing.as_str()),
        (Area::Traces, Verdict::MissingHere, "agent 1002")
    );
    Ok(())
}
