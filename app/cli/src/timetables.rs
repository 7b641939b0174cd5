//! `cms timetable`.

use api::{
    AddTimetable, AfterFailure, AfterMissing, GlobalEdit, ModifyTimetable, RunOn, RunTimetable, Timetable,
    TimetableTask, UndoGlobalEdit,
};
use client::Client;
use model::timetable::box_line;
use model::{AcdNumber, Calendar, Moment, RunScope, RunStatus};

use crate::arguments::{AddChoice, Boxes, FailureChoice, GlobalChoice, MissedChoice, ModifyChoice, TimetableCommand};
use crate::failure::Failure;
use crate::output;
use crate::when::iso;

pub(crate) async fn timetable(client: &Client, command: TimetableCommand) -> Result<(), Failure> {
    match command {
        TimetableCommand::List { owner, json } => {
            let timetables = client.timetables(owner.as_deref()).await?;
            output::print(&if json { output::json(&timetables)? } else { list_text(&timetables) })
        }
        TimetableCommand::Show(choice) => {
            let timetable = client.timetable(choice.owner.as_deref(), &choice.name).await?;
            output::print(&if choice.json { output::json(&timetable)? } else { show_text(&timetable) })
        }
        TimetableCommand::Add(choice) => add(client, choice).await,
        TimetableCommand::Modify(choice) => modify(client, choice).await,
        TimetableCommand::Delete(choice) => {
            output::told(&client.delete_timetable(choice.owner.as_deref(), &choice.name).await?, choice.json)
        }
        TimetableCommand::Run(choice) => {
            let run = RunTimetable { owner: choice.owner, name: choice.name };
            output::told(&client.run_timetable(&run).await?, choice.json)
        }
        TimetableCommand::GlobalEdit(GlobalChoice { owner, boxes, json }) => {
            let run_on = run_on(&boxes).unwrap_or(RunOn::ThisOrAnother);
            output::told(&client.edit_timetables(&GlobalEdit { owner, run_on }).await?, json)
        }
        TimetableCommand::Undo { owner, json } => {
            output::told(&client.undo_timetables_edit(&UndoGlobalEdit { owner }).await?, json)
        }
    }
}

async fn add(client: &Client, choice: AddChoice) -> Result<(), Failure> {
    let AddChoice { timetable, schedule, acd, tasks, description, boxes, on_failure, missed } = choice;
    let add = AddTimetable {
        owner: timetable.owner,
        name: timetable.name,
        description,
        acd,
        schedule,
        run_on: run_on(&boxes),
        after_failure: Some(after_failure(on_failure)),
        after_missing: Some(after_missing(missed)),
        tasks: typed(acd, tasks),
    };
    output::told(&client.add_timetable(&add).await?, timetable.json)
}

async fn modify(client: &Client, choice: ModifyChoice) -> Result<(), Failure> {
    let ModifyChoice { timetable, rename, schedule, description, boxes, on_failure, missed, .. } = choice;
    let has_tasks = !(choice.tasks.is_empty() && choice.add_tasks.is_empty());
    let acd = match choice.acd {
        Some(acd) => acd,
        None if has_tasks => client.timetable(timetable.owner.as_deref(), &timetable.name).await?.acd,
        None => AcdNumber(1),
    };
    let modify = ModifyTimetable {
        owner: timetable.owner,
        name: timetable.name,
        rename,
        description,
        schedule,
        run_on: run_on(&boxes),
        after_failure: on_failure.map(after_failure),
        after_missing: missed.map(after_missing),
        tasks: (!choice.tasks.is_empty()).then(|| typed(acd, choice.tasks)),
        delete_tasks: choice.delete_tasks,
        add_tasks: typed(acd, choice.add_tasks),
    };
    output::told(&client.modify_timetable(&modify).await?, timetable.json)
}

fn typed(acd: AcdNumber, tasks: Vec<String>) -> Vec<TimetableTask> {
    tasks.into_iter().map(|task| TimetableTask { acd, task }).collect()
}

fn run_on(boxes: &Boxes) -> Option<RunOn> {
    let here = boxes.only_here.then_some(RunOn::ThisServer);
    here.or(boxes.anywhere.then_some(RunOn::ThisOrAnother))
}

fn after_failure(choice: FailureChoice) -> AfterFailure {
    match choice {
        FailureChoice::Stop => AfterFailure::Stop,
        FailureChoice::GoOn => AfterFailure::GoOn,
    }
}

fn after_missing(choice: MissedChoice) -> AfterMissing {
    match choice {
        MissedChoice::Report => AfterMissing::Report,
        MissedChoice::RunLate => AfterMissing::RunLate,
    }
}

fn at(moment: Option<Moment>, zone: &str) -> String {
    moment.map_or_else(String::new, |at| iso(at, Calendar::of_zone(zone).as_ref()))
}

fn list_text(timetables: &[Timetable]) -> String {
    let mut table = output::table(output::is_terminal(None));
    table.set_header(["Owner", "Name", "Schedule", "Runs", "Next", "Last", "Outcome", "Tasks", "Description"]);
    for timetable in timetables {
        let runs = match timetable.run_on {
            Some(RunOn::ThisServer) => "only here",
            Some(RunOn::ThisOrAnother) => "here or on another",
            None => "not here",
        };
        table.add_row([
            timetable.owner.clone(),
            timetable.name.clone(),
            timetable.schedule.clone(),
            runs.to_owned(),
            at(timetable.next_at, &timetable.zone),
            at(timetable.started_at, &timetable.zone),
            match timetable.unusable.is_empty() {
                true => timetable.outcome.map_or("", RunStatus::word).to_owned(),
                false => "unusable".to_owned(),
            },
            timetable.tasks.len().to_string(),
            timetable.description.clone(),
        ]);
    }
    let mut text = output::table_text(&table);
    for timetable in timetables.iter().filter(|timetable| !timetable.unusable.is_empty()) {
        let Timetable { owner, name, unusable, .. } = timetable;
        text += &format!("Unusable, {name} of {owner}: {unusable}\n");
    }
    text
}

pub(crate) fn show_text(timetable: &Timetable) -> String {
    let zone = &timetable.zone;
    let mut lines = vec![format!("Timetable {} of {}", timetable.name, timetable.owner)];
    if !timetable.description.is_empty() {
        lines.push(timetable.description.clone());
    }
    if !timetable.unusable.is_empty() {
        lines.push(format!("Unusable: {}", timetable.unusable));
    }
    let next = timetable.next_at.map_or_else(|| "none".to_owned(), |next| at(Some(next), zone));
    lines.push(format!(
        "Schedule: {}, by the clock of ACD {} ({zone}); next run: {next}",
        timetable.schedule, timetable.acd
    ));
    lines.push(match timetable.after_failure {
        AfterFailure::Stop => "A failing task: the rest is not done".to_owned(),
        AfterFailure::GoOn => "A failing task: the rest is done all the same".to_owned(),
    });
    lines.push(match timetable.after_missing {
        AfterMissing::Report => "A missed run: reported".to_owned(),
        AfterMissing::RunLate => "A missed run: reported, and made up for once".to_owned(),
    });
    let began = at(timetable.started_at, zone);
    lines.push(match timetable.outcome {
        None => "Last run: none on this server".to_owned(),
        Some(RunStatus::Running) if timetable.outcome_text.is_empty() => format!("Last run: going on since {began}"),
        Some(outcome) => format!("Last run: {began}, {outcome}: {}", timetable.outcome_text),
    });
    lines.push(format!("Last changed: {} by {}", at(Some(timetable.changed_at), zone), timetable.changed_by));
    lines.push("Tasks:".to_owned());
    let task = |(place, task): (usize, &TimetableTask)| format!("  {place}. ACD {}: {}", task.acd, task.task);
    lines.extend((1..).zip(&timetable.tasks).map(task));
    lines.push(String::new());
    lines.push(timetable.run_text.clone());
    lines.push(box_line(timetable.run_on == Some(RunOn::ThisServer), RunScope::ONLY_HERE));
    lines.push(box_line(timetable.run_on == Some(RunOn::ThisOrAnother), RunScope::ANYWHERE));
    lines.join("\n") + "\n"
}
