//! Timetables: those of all users, what each does and where it runs, and one while it is written.

use api::{AddTimetable, ModifyTimetable, RunOn, RunTimetable, Timetable, TimetableTask};
use model::timetable::box_line;
use model::{AcdNumber, Moment, RunScope, Schedule, ServerId, Task};
use session::{ChangeRequest, Model, Which};

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
}

impl TimetableRow {
    /// Its texts, in the order of the columns.
    pub fn texts(&self) -> &[String; 7] {
        &self.texts
    }
}

fn key(timetable: &Timetable) -> Key {
    (timetable.owner.clone(), timetable.name.clone())
}

fn at(moment: Option<Moment>, timetable: &Timetable) -> String {
    moment.map_or_else(String::new, |at| moment_text(at, calendar(&timetable.zone).as_ref()))
}

/// The timetables that have the searched words in them.
pub fn rows(known: &[Timetable], search: &str) -> Vec<TimetableRow> {
    let search = search.trim().to_lowercase();
    let row = |timetable: &Timetable| {
        let runs = match timetable.run_on {
            Some(RunOn::ThisServer) => "only here",
            Some(RunOn::ThisOrAnother) => "here or on another",
            None => "not here",
        };
        let last = match (timetable.started_at, timetable.ended_at) {
            (None, _) => String::new(),
            (Some(_), None) => "running".to_owned(),
            (Some(_), Some(_)) => format!("{} {}", timetable.outcome, at(timetable.started_at, timetable)),
        };
        let texts = [
            timetable.owner.clone(),
            timetable.name.clone(),
            timetable.schedule.clone(),
            runs.to_owned(),
            at(timetable.next_at, timetable),
            last,
            timetable.description.clone(),
        ];
        TimetableRow { key: key(timetable), texts }
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
    let title = format!("{} of {}: {}", timetable.name, timetable.owner, timetable.schedule);
    let mut lines = vec![format!("{title}, by the clock of ACD {}", timetable.acd)];
    let task = |(place, task): (usize, &TimetableTask)| format!("{place}. ACD {}: {}", task.acd, task.task);
    lines.extend((1..).zip(&timetable.tasks).map(task));
    if !timetable.outcome.is_empty() {
        let when = at(timetable.ended_at, timetable);
        lines.push(format!("Last run {} at {when}: {}", timetable.outcome, timetable.outcome_text));
    }
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
    /// Name of a new one.
    pub name: String,
    /// When it runs, as typed.
    pub schedule: String,
    /// The box that is ticked now.
    pub run_on: Option<RunOn>,
    /// Path of a report to be added, as typed.
    pub report: String,
    /// The file it goes to.
    pub file: String,
    /// Its inputs, parted by blanks.
    pub inputs: String,
}

impl Draft {
    /// A new one.
    pub fn new(acd: AcdNumber) -> Draft {
        let nothing = String::new;
        let (name, schedule, report, file, inputs) = (nothing(), nothing(), nothing(), nothing(), nothing());
        Draft { kept: None, acd, name, schedule, run_on: Some(RunOn::ThisOrAnother), report, file, inputs }
    }

    /// One that there is.
    pub fn of(timetable: &Timetable) -> Draft {
        Draft {
            kept: Some(timetable.clone()),
            name: timetable.name.clone(),
            schedule: timetable.schedule.clone(),
            run_on: timetable.run_on,
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

    /// The report that is to be added, as a task; `None` if none is.
    fn task(&self) -> Result<Option<TimetableTask>, String> {
        let (report, file) = (self.report.trim(), self.file.trim());
        if report.is_empty() && file.is_empty() {
            return Ok(None);
        }
        if report.is_empty() || file.is_empty() || report.contains('"') {
            return Err("A report needs its path or name, and a file it goes to".to_owned());
        }
        let task = format!("report \"{report}\" to {file} {}", self.inputs.trim());
        let task = Task::parse(&task, self.acd)?;
        Ok(Some(TimetableTask { acd: task.acd, task: task.work.to_string() }))
    }

    /// The change that is asked for, or what is wrong.
    pub fn change(&self) -> Result<ChangeRequest, String> {
        let schedule: Schedule = self.schedule.trim().parse()?;
        let task = self.task()?;
        let Some(kept) = &self.kept else {
            let name = self.name.trim();
            if name.is_empty() {
                return Err("The name is needed".to_owned());
            }
            let add = AddTimetable {
                owner: None,
                name: name.to_owned(),
                description: String::new(),
                acd: self.acd,
                schedule: schedule.to_string(),
                run_on: self.run_on,
                after_failure: None,
                after_missing: None,
                tasks: vec![task.ok_or("A timetable needs a task: name a report and its file")?],
            };
            return Ok(ChangeRequest::AddTimetable(add));
        };
        let schedule = schedule.to_string();
        Ok(ChangeRequest::ModifyTimetable(ModifyTimetable {
            owner: Some(kept.owner.clone()),
            name: kept.name.clone(),
            schedule: (schedule != kept.schedule).then_some(schedule),
            run_on: self.run_on.filter(|chosen| Some(*chosen) != kept.run_on),
            add_tasks: task.into_iter().collect(),
            ..ModifyTimetable::default()
        }))
    }

    /// `Timetable nightly of cms`.
    pub fn title(&self) -> String {
        match &self.kept {
            Some(kept) => format!("Timetable {} of {}", kept.name, kept.owner),
            None => "New timetable".to_owned(),
        }
    }
}
