//! Timetables: those of all users, what each does and where it runs, and one while it is written.

use api::{AddTimetable, AfterFailure, AfterMissing, ModifyTimetable, RunOn, RunTimetable, Timetable, TimetableTask};
use model::timetable::box_line;
use model::{AcdNumber, Moment, RunScope, RunStatus, Schedule, ServerId};
use report::Level;
use session::{ChangeRequest, Model, Which};

use super::task_draft::{TaskDraft, TaskKind};
use super::{Confirm, moment_text};
use crate::view::cells::calendar;

/// A timetable's owner and name.
pub type Key = (String, String);

/// One timetable as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimetableRow {
    /// Whose, and what it is called.
    pub key: Key,
    texts: [String; 7],
    is_unusable: bool,
}

/// Place of the next run among a row's texts, and what stands there of one that will never run as it is.
const NEXT_RUN: usize = 4;
const UNUSABLE: &str = "unusable";

impl TimetableRow {
    /// Its texts, in the order of the columns.
    pub fn texts(&self) -> &[String; 7] {
        &self.texts
    }

    /// How grave it is what stands in a column.
    pub fn level(&self, column: usize) -> Level {
        if self.is_unusable && column == NEXT_RUN { Level::Warning } else { Level::Normal }
    }
}

fn key(timetable: &Timetable) -> Key {
    (timetable.owner.clone(), timetable.name.clone())
}

fn at(moment: Option<Moment>, timetable: &Timetable) -> String {
    moment.map_or_else(String::new, |at| moment_text(at, calendar(&timetable.zone).as_ref()))
}

/// Where a timetable runs, in words that follow "runs".
pub fn runs_text(run_on: Option<RunOn>) -> &'static str {
    match run_on {
        Some(RunOn::ThisServer) => "only here",
        Some(RunOn::ThisOrAnother) => "here or on another",
        None => "not here",
    }
}

/// The timetables that have the searched words in them.
pub fn rows(known: &[Timetable], search: &str) -> Vec<TimetableRow> {
    let search = search.trim().to_lowercase();
    let row = |timetable: &Timetable| {
        let last = match timetable.outcome {
            None => String::new(),
            Some(going @ (RunStatus::Running | RunStatus::Waiting)) if timetable.outcome_text.is_empty() => {
                going.to_string()
            }
            Some(going @ (RunStatus::Running | RunStatus::Waiting)) => format!("{going}: {}", timetable.outcome_text),
            Some(ended) => format!("{ended} {}", at(timetable.started_at, timetable)),
        };
        let texts = [
            timetable.owner.clone(),
            timetable.name.clone(),
            timetable.schedule.clone(),
            runs_text(timetable.run_on).to_owned(),
            match timetable.unusable.is_empty() {
                true => at(timetable.next_at, timetable),
                false => UNUSABLE.to_owned(),
            },
            last,
            timetable.description.clone(),
        ];
        TimetableRow { key: key(timetable), texts, is_unusable: !timetable.unusable.is_empty() }
    };
    let holds = |row: &TimetableRow| {
        let text = row.texts.join(" ").to_lowercase();
        search.split_whitespace().all(|word| text.contains(word))
    };
    known.iter().map(row).filter(holds).collect()
}

/// The timetable of a key.
pub fn find<'a>(known: &'a [Timetable], key: &Key) -> Option<&'a Timetable> {
    known.iter().find(|timetable| (&timetable.owner, &timetable.name) == (&key.0, &key.1))
}

/// What a timetable does and how it went, line by line, with the foot that says where it runs.
pub fn lines(timetable: &Timetable) -> Vec<String> {
    let title = format!("{} of {}", timetable.name, timetable.owner);
    let mut lines = vec![match timetable.schedule.is_empty() {
        true => title,
        false => format!("{title}: {}, by the clock of ACD {}", timetable.schedule, timetable.acd),
    }];
    lines.extend(Some(format!("Unusable: {}", timetable.unusable)).filter(|_| !timetable.unusable.is_empty()));
    let task = |(place, task): (usize, &TimetableTask)| format!("{place}. ACD {}: {}", task.acd, task.task);
    lines.extend((1..).zip(&timetable.tasks).map(task));
    let (began, ended) = (at(timetable.started_at, timetable), at(timetable.ended_at, timetable));
    lines.extend(timetable.outcome.map(|outcome| match outcome {
        RunStatus::Waiting => format!("Waiting since {began}: {}", timetable.outcome_text),
        RunStatus::Running if timetable.outcome_text.is_empty() => format!("Running since {began}"),
        RunStatus::Running => format!("Running since {began}: {}", timetable.outcome_text),
        over => format!("Last run {over} at {ended}: {}", timetable.outcome_text),
    }));
    lines.push(timetable.run_text.clone());
    lines.push(box_line(timetable.run_on == Some(RunOn::ThisServer), RunScope::ONLY_HERE));
    lines.push(box_line(timetable.run_on == Some(RunOn::ThisOrAnother), RunScope::ANYWHERE));
    lines
}

/// What running it now asks for.
pub fn run_now(timetable: &Timetable) -> ChangeRequest {
    let run = RunTimetable { owner: Some(timetable.owner.clone()), name: timetable.name.clone() };
    ChangeRequest::RunTimetable(run)
}

/// The question before it is deleted.
pub fn delete(model: &Model, which: Which, timetable: &Timetable) -> Confirm {
    let here = model.servers[which].name();
    let (owner, name) = key(timetable);
    Confirm {
        title: format!("Delete timetable {name} of {owner}?"),
        lines: vec![format!("It is deleted on {here} alone; a copy on another server stays")],
        button: format!("Delete on {here}"),
        dangerous: true,
        which,
        change: ChangeRequest::DeleteTimetable { owner, name },
    }
}

/// A timetable while it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// As it is kept; absent for a new one.
    pub kept: Option<Timetable>,
    /// The ACD of a new one and of added tasks.
    pub acd: AcdNumber,
    /// User ID of the owner of a new one, as typed; empty for whoever is signed in.
    pub owner: String,
    /// Its name, as typed.
    pub name: String,
    /// For people, as typed.
    pub description: String,
    /// When it runs, as typed.
    pub schedule: String,
    /// The box that is ticked now.
    pub run_on: Option<RunOn>,
    /// Whether the tasks behind one that fails are done all the same.
    pub goes_on: bool,
    /// Whether a run that was missed is made up for.
    pub runs_late: bool,
    /// Its tasks, in order.
    pub tasks: Vec<TimetableTask>,
    /// The task that is to be added, or that takes the place of one.
    pub task: TaskDraft,
    /// Place in the list of the task that is changed; none while one is to be added.
    pub editing: Option<usize>,
}

impl Draft {
    /// A new one.
    pub fn new(acd: AcdNumber) -> Draft {
        Draft {
            kept: None,
            acd,
            owner: String::new(),
            name: String::new(),
            description: String::new(),
            schedule: String::new(),
            run_on: Some(RunOn::ThisOrAnother),
            goes_on: false,
            runs_late: false,
            tasks: Vec::new(),
            task: TaskDraft::new(TaskKind::Report, acd),
            editing: None,
        }
    }

    /// One that there is.
    pub fn of(timetable: &Timetable) -> Draft {
        Draft {
            kept: Some(timetable.clone()),
            name: timetable.name.clone(),
            description: timetable.description.clone(),
            schedule: timetable.schedule.clone(),
            run_on: timetable.run_on,
            goes_on: timetable.after_failure == AfterFailure::GoOn,
            runs_late: timetable.after_missing == AfterMissing::RunLate,
            tasks: timetable.tasks.clone(),
            task: TaskDraft::new(TaskKind::None, timetable.acd),
            ..Draft::new(timetable.acd)
        }
    }

    /// The line above the two boxes: how it is kept, not what is ticked now.
    pub fn run_text(&self) -> &str {
        match &self.kept {
            Some(kept) => &kept.run_text,
            None => RunScope::Anywhere.shown_on(&ServerId(String::new())).text,
        }
    }

    /// What is wrong with the schedule; `None` if nothing is, or nothing is typed yet.
    pub fn schedule_fault(&self) -> Option<String> {
        if self.schedule.trim().is_empty() { None } else { self.schedule.parse::<Schedule>().err() }
    }

    /// What is wrong with a schedule that has no run any more; `None` if it has one, or nobody knows what time it is there. A
    /// schedule that is kept so is not asked about again.
    pub fn past(&self, model: &Model) -> Option<String> {
        let schedule: Schedule = self.schedule.trim().parse().ok()?;
        if self.kept.as_ref().is_some_and(|kept| kept.schedule == schedule.to_string()) {
            return None;
        }
        let acd = self.kept.as_ref().map_or(self.acd, |kept| kept.acd);
        let health = model.servers[model.serving?].health.as_ref()?;
        let known = health.acds.iter().find(|known| known.acd == acd)?;
        let (calendar, now) = (calendar(&known.zone)?, known.acd_at?);
        match schedule.next_after(now, &calendar) {
            Some(_) => None,
            None => {
                let now = moment_text(now, Some(&calendar));
                Some(format!("That time is past, so it would never run: it is {now} at ACD {acd}. Give a later one"))
            }
        }
    }

    /// Puts the task that is chosen behind the others, or in the place of the one that it was; another one can then be chosen.
    pub fn add_task(&mut self) {
        if let Ok(tasks) = self.all_tasks() {
            self.tasks = tasks;
            self.drop_task();
        }
    }

    /// Chooses no task: what is typed of one is dropped, and one that was being changed stays as it was.
    pub fn drop_task(&mut self) {
        (self.task, self.editing) = (TaskDraft::new(TaskKind::None, self.acd), None);
    }

    /// Changes a task of the list; the one that was chosen before is taken in first.
    pub fn edit_task(&mut self, place: usize) {
        self.add_task();
        if let Some(task) = self.tasks.get(place) {
            (self.task, self.editing) = (TaskDraft::of(task), Some(place));
        }
    }

    /// Moves a task of the list down, or up.
    pub fn move_task(&mut self, place: usize, down: bool) {
        let Some(other) = (if down { place.checked_add(1) } else { place.checked_sub(1) }) else { return };
        if place.max(other) < self.tasks.len() {
            self.tasks.swap(place, other);
            self.editing = self.editing.map(|at| match at {
                _ if at == place => other,
                _ if at == other => place,
                _ => at,
            });
        }
    }

    /// Takes a task out of the list.
    pub fn delete_task(&mut self, place: usize) {
        if place < self.tasks.len() {
            self.tasks.remove(place);
        }
        match self.editing {
            Some(at) if at == place => self.drop_task(),
            Some(at) if at > place => self.editing = Some(at - 1),
            _ => {}
        }
    }

    /// All tasks: those of the list, with the one that is chosen.
    fn all_tasks(&self) -> Result<Vec<TimetableTask>, String> {
        let (mut tasks, task) = (self.tasks.clone(), self.task.task()?);
        match (task, self.editing.and_then(|place| tasks.get_mut(place))) {
            (Some(task), Some(place)) => *place = task,
            (Some(task), None) => tasks.push(task),
            (None, _) => {}
        }
        Ok(tasks)
    }

    fn after(&self) -> (AfterFailure, AfterMissing) {
        let after_failure = if self.goes_on { AfterFailure::GoOn } else { AfterFailure::Stop };
        (after_failure, if self.runs_late { AfterMissing::RunLate } else { AfterMissing::Report })
    }

    /// The change that is asked for, or what is wrong.
    pub fn change(&self) -> Result<ChangeRequest, String> {
        let schedule: Schedule = self.schedule.trim().parse()?;
        let tasks = self.all_tasks()?;
        let name = self.name.trim();
        if name.is_empty() {
            return Err("The name is needed".to_owned());
        }
        let Some(kept) = &self.kept else {
            if tasks.is_empty() {
                return Err("A timetable needs a task: name a report and its file, or choose another kind".to_owned());
            }
            let (after_failure, after_missing) = self.after();
            let add = AddTimetable {
                owner: Some(self.owner.trim().to_owned()).filter(|owner| !owner.is_empty()),
                name: name.to_owned(),
                description: self.description.trim().to_owned(),
                acd: self.acd,
                schedule: schedule.to_string(),
                run_on: self.run_on,
                after_failure: Some(after_failure),
                after_missing: Some(after_missing),
                tasks,
            };
            return Ok(ChangeRequest::AddTimetable(add));
        };
        if tasks.is_empty() {
            return Err("A timetable needs a task; delete the timetable if it is to do nothing".to_owned());
        }
        Ok(ChangeRequest::ModifyTimetable(self.modify(kept, &schedule.to_string(), tasks)))
    }

    /// Only what differs is asked for: the rest may have been changed by somebody else meanwhile.
    fn modify(&self, kept: &Timetable, schedule: &str, tasks: Vec<TimetableTask>) -> ModifyTimetable {
        let (after_failure, after_missing) = self.after();
        let description = self.description.trim();
        let (behind, other) = match tasks.strip_prefix(kept.tasks.as_slice()) {
            Some(behind) => (behind.to_vec(), None),
            None => (Vec::new(), Some(tasks)),
        };
        ModifyTimetable {
            owner: Some(kept.owner.clone()),
            name: kept.name.clone(),
            rename: (self.name.trim() != kept.name).then(|| self.name.trim().to_owned()),
            description: (description != kept.description).then(|| description.to_owned()),
            schedule: (schedule != kept.schedule).then(|| schedule.to_owned()),
            run_on: self.run_on.filter(|chosen| Some(*chosen) != kept.run_on),
            after_failure: (after_failure != kept.after_failure).then_some(after_failure),
            after_missing: (after_missing != kept.after_missing).then_some(after_missing),
            tasks: other,
            add_tasks: behind,
            ..ModifyTimetable::default()
        }
    }

    /// `Timetable nightly of cms`.
    pub fn title(&self) -> String {
        match &self.kept {
            Some(kept) => format!("Timetable {} of {}", kept.name, kept.owner),
            None => "New timetable".to_owned(),
        }
    }
}
