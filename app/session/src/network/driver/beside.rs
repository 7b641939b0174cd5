//! What goes on beside the page that is shown: a backup or restore that is followed, what is looked at in full, and the
//! comparison, the syncing and the daily checks of both servers. Each is one at a time.

use super::Driver;
use crate::checking::ChecksView;
use crate::comparing::TwinView;
use crate::detail::{Detail, DetailView};
use crate::jobs::{JobRequest, JobStage, JobView};
use crate::lasting::Lasting;
use crate::network::task::Task;
use crate::network::{checks, detail, jobs, sync, twin};
use crate::pages::Page;
use crate::profile::Which;
use crate::syncing::{SyncRequest, SyncView};
use crate::twin::Stretch;
use crate::update::Update;
use crate::view::NoticeLevel;

/// What goes on beside the page.
#[derive(Default)]
pub(super) struct Beside {
    /// The job that is followed, and its server.
    job: Option<(Which, Task)>,
    /// Number of the last job.
    jobs_told: u64,
    looking_at: Option<DetailView>,
    asking: Option<Task>,
    comparing: Option<Task>,
    twin: TwinView,
    syncing: Option<Task>,
    sync: SyncView,
    checking: Option<Task>,
    checks: ChecksView,
}

impl Beside {
    /// Ends all of it. Numbers go on, so that nothing late is taken for something new.
    pub(super) fn end(&mut self) {
        *self = Beside { jobs_told: self.jobs_told, ..Beside::default() };
    }
}

/// What is told of a job's end where its page is not shown; a plan has a dialog of its own.
fn end_text(view: &JobView) -> Option<(NoticeLevel, String)> {
    match (&view.request, &view.stage) {
        (JobRequest::Plan(_) | JobRequest::Undo(api::UndoRestore { dry_run: true, .. }), _)
        | (_, JobStage::Asked | JobStage::Running { .. }) => None,
        (_, JobStage::Done(job)) => Some((NoticeLevel::Info, job.text.clone())),
        (_, JobStage::Failed(job)) => Some((NoticeLevel::Problem, format!("{} failed: {}", job.what, job.text))),
        (_, JobStage::Refused { why }) => Some((NoticeLevel::Problem, format!("Nothing was begun: {why}"))),
        (_, JobStage::Unknown { why }) => {
            Some((NoticeLevel::Problem, format!("What became of the backup or restore is not known: {why}")))
        }
    }
}

impl Driver {
    /// Begins a job on the server that the person looked at, and follows it. What goes on at the other server, which may be gone,
    /// is in nobody's way: it is no longer followed.
    pub(super) fn start_job(&mut self, which: Which, request: JobRequest) {
        let followed = self.beside.job.as_ref().filter(|(_, task)| task.is_running()).map(|(at, _)| *at);
        if followed == Some(which) {
            let text = "Another backup or restore is followed still; wait for its end".to_owned();
            return self.trouble_notice(Some(which), text, Lasting::Job);
        }
        let client = match self.serving_client() {
            Some((serving, client)) if serving == which => client,
            serving => {
                let why = match serving {
                    Some((serving, _)) => format!("{} serves meanwhile; ask there", self.views[serving].name()),
                    None => "nobody is signed in; sign in first".to_owned(),
                };
                return self.job_refused(which, request, why);
            }
        };
        if let Some(at) = followed {
            let text = format!("What was begun on {} goes on there, and is no longer followed", self.views[at].name());
            self.notice(Some(at), NoticeLevel::Info, text);
        }
        self.beside.jobs_told += 1;
        let asked = JobView { number: self.beside.jobs_told, which, request, stage: JobStage::Asked };
        let work = jobs::run(client, asked.clone(), self.happened.clone());
        self.beside.job = Some((which, Task::spawn(work)));
        self.tell(Update::Job(Some(Box::new(asked))));
    }

    fn job_refused(&mut self, which: Which, request: JobRequest, why: String) {
        // What is followed keeps its place: nothing was begun that could take it.
        if self.beside.job.as_ref().is_some_and(|(_, task)| task.is_running()) {
            return self.notice(Some(which), NoticeLevel::Problem, format!("Nothing was begun: {why}"));
        }
        self.beside.jobs_told += 1;
        let view = JobView { number: self.beside.jobs_told, which, request, stage: JobStage::Refused { why } };
        self.tell(Update::Job(Some(Box::new(view))));
    }

    /// What the server does goes on; nothing more is told of it.
    pub(super) fn dismiss_job(&mut self) {
        self.beside.job = None;
        self.tell(Update::Job(None));
    }

    pub(super) fn job_went_on(&mut self, view: JobView) {
        // What a job that is no longer followed has said last.
        if self.beside.job.is_none() || view.number != self.beside.jobs_told {
            return;
        }
        let end = view.stage.is_over().then(|| end_text(&view)).flatten();
        let (which, is_over) = (view.which, view.stage.is_over());
        self.tell(Update::Job(Some(Box::new(view))));
        if is_over {
            self.beside.job = None;
            self.ask_page();
        }
        // On the page it stands anyway.
        if let Some((level, text)) = end.filter(|_| !self.shows(&Page::Backups)) {
            self.notice(Some(which), level, text);
        }
    }

    /// Looks at one thing in full, or at nothing.
    pub(super) fn look_at(&mut self, of: Option<Detail>) {
        self.beside.asking = None;
        self.beside.looking_at = match (of, self.serving) {
            (Some(of), Some(which)) => Some(DetailView { which, of, told: None }),
            _ => None,
        };
        self.tell(Update::Detail(self.beside.looking_at.clone()));
        self.ask_detail();
    }

    /// Asks the serving server for what is looked at; what it told before is shown until then.
    pub(super) fn ask_detail(&mut self) {
        let Some((which, client)) = self.serving_client() else { return };
        let Some(view) = self.beside.looking_at.clone().filter(|view| view.which == which) else { return };
        if client.has_token() {
            self.beside.asking = Some(Task::spawn(detail::load(client, view, self.happened.clone())));
        }
    }

    /// Somebody else may change what a user may while it is looked at.
    pub(super) fn ask_permissions(&mut self) {
        if matches!(&self.beside.looking_at, Some(DetailView { of: Detail::Permissions(_), .. })) {
            self.ask_detail();
        }
    }

    pub(super) fn detail_told(&mut self, view: DetailView) {
        let looked_at = self.beside.looking_at.as_mut();
        if let Some(known) = looked_at.filter(|known| (known.which, &known.of) == (view.which, &view.of)) {
            *known = view.clone();
            self.tell(Update::Detail(Some(view)));
        }
    }

    /// Compares the serving server with the other one.
    pub(super) fn compare_servers(&mut self, stretch: Stretch) {
        if self.beside.comparing.as_ref().is_some_and(Task::is_running) {
            return;
        }
        let parties = self.serving.and_then(|here| Some((self.party(here)?, self.party(here.other())?)));
        let Some((here, there)) = parties else {
            let why = "the profile names one server only; add the other one to compare them".to_owned();
            self.beside.twin.problem = Some(why);
            return self.tell(Update::Twin(self.beside.twin.clone()));
        };
        let before = TwinView { problem: None, ..self.beside.twin.clone() };
        let work = twin::compare(here, there, stretch, before, self.happened.clone());
        self.beside.comparing = Some(Task::spawn(work));
    }

    pub(super) fn stop_comparing(&mut self) {
        if self.beside.comparing.take().is_some_and(|task| task.is_running()) {
            self.beside.twin.step = None;
            self.tell(Update::Twin(self.beside.twin.clone()));
        }
    }

    pub(super) fn twin_told(&mut self, view: TwinView) {
        // What one that was broken off has said last.
        if self.beside.comparing.is_none() {
            return;
        }
        self.beside.twin = view.clone();
        if view.step.is_none() {
            self.beside.comparing = None;
        }
        self.tell(Update::Twin(view));
    }

    /// Syncs the one server from the other, whichever serves. What was begun goes on to its end: breaking it off half way
    /// would leave open what the one that is written to did.
    pub(super) fn sync(&mut self, request: SyncRequest) {
        if self.beside.syncing.as_ref().is_some_and(Task::is_running) {
            return;
        }
        let to = request.target();
        let parties = self.party(to.other()).zip(self.party(to)).filter(|_| self.serving.is_some());
        let Some((from, to)) = parties else {
            let why = "the profile names one server only; add the other one to sync them".to_owned();
            self.beside.sync.problem = Some(why);
            return self.tell(Update::Sync(self.beside.sync.clone()));
        };
        let before = SyncView { problem: None, told: None, ..self.beside.sync.clone() };
        self.beside.syncing = Some(Task::spawn(sync::run(from, to, request, before, self.happened.clone())));
    }

    pub(super) fn sync_told(&mut self, view: SyncView) {
        // What was broken off by signing out has said last.
        if self.beside.syncing.is_none() {
            return;
        }
        self.beside.sync = view.clone();
        if view.step.is_none() {
            self.beside.syncing = None;
            self.ask_page();
        }
        self.tell(Update::Sync(view));
    }

    /// Makes the daily checks of the servers of the profile.
    pub(super) fn check_servers(&mut self) {
        let Some(here) = self.serving else { return };
        if self.beside.checking.as_ref().is_some_and(Task::is_running) {
            return;
        }
        let parties = [here, here.other()].into_iter().filter_map(|which| self.party(which)).collect();
        let work = checks::make(parties, self.beside.checks.clone(), self.happened.clone());
        self.beside.checking = Some(Task::spawn(work));
    }

    pub(super) fn checks_told(&mut self, view: ChecksView) {
        // What was broken off by signing out has said last.
        if self.beside.checking.is_none() {
            return;
        }
        self.beside.checks = view.clone();
        if view.step.is_none() {
            self.beside.checking = None;
        }
        self.tell(Update::Checks(view));
    }
}
