//! What is done on both servers at once: worksheets, and healing. Each is one at a time.

use super::Driver;
use crate::guiding::{WorksheetRequest, WorksheetsTold, WorksheetsView};
use crate::healing::HealView;
use crate::network::sign_in::Party;
use crate::network::task::Task;
use crate::network::{heal, worksheets};
use crate::pages::Page;
use crate::profile::Which;
use crate::twin::Stretch;
use crate::update::Update;
use crate::view::NoticeLevel;

/// What goes on.
#[derive(Default)]
pub(super) struct Guided {
    working: Option<Task>,
    worksheets: WorksheetsView,
    /// A quiet look at what both keep; held, not read, besides whether it goes on.
    looking: Option<Task>,
    /// The problem that is shown is one of looking, and goes with the next look that succeeds.
    looked_in_vain: bool,
    healing: Option<Task>,
    heal: HealView,
}

impl Driver {
    /// The serving server and the other one, if the profile has two.
    fn both(&self) -> Option<[Party; 2]> {
        let here = self.serving?;
        Some([self.party(here)?, self.party(here.other())?])
    }

    pub(super) fn work_by_worksheet(&mut self, request: WorksheetRequest) {
        if self.guided.working.as_ref().is_some_and(Task::is_running) {
            return;
        }
        let Some(parties) = self.both() else {
            let why = "the profile names one server only; a worksheet is about both".to_owned();
            self.guided.worksheets.problem = Some(why);
            return self.tell(Update::Worksheets(self.guided.worksheets.clone()));
        };
        if request == WorksheetRequest::LookAgain {
            if !self.guided.looking.as_ref().is_some_and(Task::is_running) {
                self.guided.looking = Some(Task::spawn(worksheets::look(parties, self.happened.clone())));
            }
            return;
        }
        // What it was about to tell is told anew behind this.
        (self.guided.looking, self.guided.looked_in_vain) = (None, false);
        let work = worksheets::work(parties, request, self.guided.worksheets.clone(), self.happened.clone());
        self.guided.working = Some(Task::spawn(work));
    }

    /// What a server has begun goes on there; the step can be done again.
    pub(super) fn stop_worksheet(&mut self) {
        if self.guided.working.take().is_some_and(|task| task.is_running()) {
            self.guided.worksheets.step = None;
            self.tell(Update::Worksheets(self.guided.worksheets.clone()));
        }
    }

    pub(super) fn worksheets_told(&mut self, view: WorksheetsView) {
        // What was broken off has said last.
        if self.guided.working.is_none() {
            return;
        }
        self.guided.worksheets = view.clone();
        if view.step.is_none() {
            self.guided.working = None;
        }
        self.tell(Update::Worksheets(view));
    }

    /// What both keep was looked at. What is being done meanwhile tells it itself.
    pub(super) fn worksheets_looked(&mut self, told: Result<WorksheetsTold, String>) {
        if self.guided.working.is_some() || self.serving.is_none() {
            return;
        }
        let view = &mut self.guided.worksheets;
        match told {
            Ok(told) => view.take_in(told),
            Err(why) if view.problem.is_none() || self.guided.looked_in_vain => {
                (view.problem, self.guided.looked_in_vain) = (Some(why), true);
                return self.tell(Update::Worksheets(self.guided.worksheets.clone()));
            }
            Err(_) => return,
        }
        if std::mem::take(&mut self.guided.looked_in_vain) {
            self.guided.worksheets.problem = None;
        }
        self.tell(Update::Worksheets(self.guided.worksheets.clone()));
    }

    /// Heals the server that the person looked at from the other one, or plans that.
    pub(super) fn heal(&mut self, which: Which, stretch: Stretch, dry_run: bool) {
        if self.guided.healing.as_ref().is_some_and(Task::is_running) {
            return;
        }
        if self.serving != Some(which) {
            let text = match self.serving {
                Some(serving) => {
                    let (of, name) = (self.views[which].name(), self.views[serving].name());
                    format!("{of} was not healed: {name} serves meanwhile; plan a heal there")
                }
                None => "Nothing was healed: nobody is signed in; sign in first".to_owned(),
            };
            return self.notice(Some(which), NoticeLevel::Problem, text);
        }
        let Some([here, there]) = self.both() else {
            let why = "the profile names one server only; add the other one to heal from it".to_owned();
            self.guided.heal.problem = Some(why);
            return self.tell(Update::Heal(self.guided.heal.clone()));
        };
        let before = HealView { problem: None, ..self.guided.heal.clone() };
        let work = heal::heal(here, there, stretch, dry_run, before, self.happened.clone());
        self.guided.healing = Some(Task::spawn(work));
    }

    pub(super) fn heal_told(&mut self, view: HealView) {
        if self.guided.healing.is_none() {
            return;
        }
        self.guided.heal = view.clone();
        if view.step.is_none() {
            self.guided.healing = None;
            self.healing_ended(&view);
        }
        self.tell(Update::Heal(view));
    }

    /// Whoever looks at something else reads how it ended.
    fn healing_ended(&mut self, view: &HealView) {
        self.ask_page();
        if self.shows(&Page::Backups) {
            return;
        }
        match (&view.problem, &view.report) {
            (Some(why), _) => {
                self.notice(self.serving, NoticeLevel::Problem, format!("The heal was broken off: {why}"))
            }
            (None, Some(report)) if !report.dry_run => {
                let (here, there) = (&report.healed.here, &report.healed.there);
                self.notice(Some(report.which), NoticeLevel::Info, format!("{here} was healed from {there}"));
            }
            _ => {}
        }
    }
}
