//! Worksheets as people read them on a terminal.

use std::fmt::Write;

use api::{StepState, Worksheet, WorksheetStep};
use session::worksheets::{
    Ending, Outcome, Pair, advice, ending, of_another_version, recorded_title, sheet_title, step_title, steps_of,
};

use crate::maintenance::plan_text;
use crate::output;

/// How a worksheet stands, in a few words.
fn state(sheet: &Worksheet) -> String {
    if sheet.unreadable.is_some() {
        return "CANNOT BE READ by this version".to_owned();
    }
    match (ending(sheet), sheet.now()) {
        (Some(ending), _) => ending.text,
        (None, Some(now)) => format!("step {} of {}", now + 1, sheet.steps.len()),
        (None, None) => "over".to_owned(),
    }
}

pub(crate) fn list_text(pair: &Pair, sheets: &[Worksheet]) -> String {
    if sheets.is_empty() {
        return "no worksheet was begun yet\n".to_owned();
    }
    let mut table = output::table(output::is_terminal(None));
    table.set_header(["Worksheet", "What for", "State", "Begun", "By", "Changed", "About"]);
    for sheet in sheets {
        table.add_row([
            sheet.id.clone(),
            sheet_title(sheet.kind).to_owned(),
            state(sheet),
            pair.local(None, sheet.started_at),
            sheet.started_by.clone(),
            pair.local(None, sheet.changed_at),
            sheet.about.clone(),
        ]);
    }
    output::table_text(&table)
}

pub(crate) fn sheet_text(pair: &Pair, sheet: &Worksheet) -> String {
    let mut text = format!("{}: {}, {}\n", sheet.id, sheet_title(sheet.kind), state(sheet));
    if !sheet.about.is_empty() {
        let _ = writeln!(text, "About: {}", sheet.about);
    }
    let mut table = output::table(output::is_terminal(None));
    table.set_header(["Step", "State", "What", "When", "Who", "What came of it"]);
    for (index, known) in sheet.steps.iter().enumerate() {
        table.add_row([
            (index + 1).to_string(),
            known.state.to_string(),
            recorded_title(sheet, index),
            known.at.map_or_else(String::new, |at| pair.local(None, at)),
            known.by.clone(),
            came_of(pair, known),
        ]);
    }
    text += &output::table_text(&table);
    text + &now_text(sheet)
}

fn came_of(pair: &Pair, step: &WorksheetStep) -> String {
    let times =
        step.times.iter().map(|time| format!("ACD {} {} {}", time.acd, time.what, pair.local(Some(time.acd), time.at)));
    let mut parts: Vec<String> = times.collect();
    if !step.text.is_empty() && step.state != StepState::ToDo {
        parts.push(step.text.clone());
    }
    parts.join("; ")
}

/// What is to be done now.
fn now_text(sheet: &Worksheet) -> String {
    if let Some(what) = of_another_version(sheet).filter(|_| sheet.end.is_none()) {
        return format!("{what}\n");
    }
    let Some(now) = sheet.now() else { return String::new() };
    let steps = steps_of(sheet).unwrap_or_default();
    steps.get(now).map_or_else(String::new, |step| {
        format!("Now step {}: {}\n  {}\n", now + 1, step_title(sheet, step), advice(step.act))
    })
}

/// `the worksheet is done`, or that it ended otherwise.
fn ended_text(Ending { text, whole }: &Ending) -> String {
    format!("the worksheet {}{text}\n", if *whole { "is " } else { "" })
}

pub(super) fn outcome_text(pair: &Pair, sheet: &Worksheet, number: usize, outcome: &Outcome) -> String {
    match outcome {
        Outcome::Done(text) => {
            let times = number.checked_sub(1).and_then(|index| sheet.steps.get(index));
            let told = times.map_or_else(|| text.clone(), |step| came_of(pair, step));
            let end = ending(sheet).map_or_else(|| now_text(sheet), |ending| ended_text(&ending));
            format!("Step {number} is done: {told}\n{end}")
        }
        Outcome::Asks(plans) => plans.iter().map(|planned| plan_text(&planned.plan)).collect::<Vec<_>>().join("\n"),
        Outcome::Person(text) => format!("{text}\n{}", now_text(sheet)),
        // Told as the failure that they are.
        Outcome::Waits(_) | Outcome::Failed(_) => String::new(),
    }
}
