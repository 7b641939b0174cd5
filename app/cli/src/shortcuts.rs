//! `cms shortcut`.

use std::fmt::Write as _;
use std::path::Path;

use api::{AddShortcut, GiveShortcut, ModifyShortcut, Refresh, ReportRequest, RunReport, Shortcut, TypedRequest};
use client::Client;
use model::AcdNumber;
use serde::Serialize;

use crate::arguments::{AddShortcutChoice, Format, ModifyShortcutChoice, Owned, ShortcutCommand};
use crate::failure::{Failure, FailureKind};
use crate::output;
use crate::report;
use crate::when::iso;

pub(crate) async fn shortcut(client: &Client, command: ShortcutCommand) -> Result<(), Failure> {
    match command {
        ShortcutCommand::List { owner, everybody, json } => {
            let shortcuts = match everybody {
                true => client.shortcuts_of_everybody().await?,
                false => client.shortcuts(owner.as_deref()).await?,
            };
            output::print(&if json { output::json(&shortcuts)? } else { list_text(&shortcuts) })
        }
        ShortcutCommand::Show(Owned { name, owner, json }) => {
            let shortcut = find(client, owner.as_deref(), &name).await?;
            output::print(&if json { output::json(&shortcut)? } else { show_text(&shortcut) })
        }
        ShortcutCommand::Add(choice) => add(client, choice).await,
        ShortcutCommand::Modify(choice) => modify(client, choice).await,
        ShortcutCommand::Delete(Owned { name, owner, json }) => {
            output::told(&client.delete_shortcut(owner.as_deref(), &name).await?, json)
        }
        ShortcutCommand::Give { shortcut: Owned { name, owner, json }, to, rename } => {
            output::told(&client.give_shortcut(&GiveShortcut { owner, name, to, rename }).await?, json)
        }
        ShortcutCommand::Run { name, format, json } => {
            run(client, &name, if json { Format::Json } else { format }).await
        }
    }
}

async fn find(client: &Client, owner: Option<&str>, name: &str) -> Result<Shortcut, Failure> {
    let known = client.shortcuts(owner).await?.into_iter().find(|known| known.name.eq_ignore_ascii_case(name));
    known.ok_or_else(|| {
        let whose = owner.map_or_else(|| "you have".to_owned(), |owner| format!("{owner} has"));
        Failure::refused(format!("{whose} no shortcut {name:?}; `cms shortcut list` shows what there is"))
    })
}

async fn add(client: &Client, choice: AddShortcutChoice) -> Result<(), Failure> {
    let AddShortcutChoice { name, steps, from_file, acd, json } = choice;
    let typed = match &from_file {
        Some(file) => lines(file)?,
        None => steps,
    };
    let steps = read(client, &typed, acd).await?;
    output::told(&client.add_shortcut(&AddShortcut { name, steps, arrangement: None }).await?, json)
}

async fn modify(client: &Client, choice: ModifyShortcutChoice) -> Result<(), Failure> {
    let ModifyShortcutChoice { name, rename, steps, from_file, add_steps, delete_steps, acd, json } = choice;
    let typed = match &from_file {
        Some(file) => Some(lines(file)?),
        None => (!steps.is_empty()).then_some(steps),
    };
    let steps = match typed {
        Some(typed) => Some(read(client, &typed, acd).await?),
        None => None,
    };
    let add_steps = read(client, &add_steps, acd).await?;
    output::told(
        &client
            .modify_shortcut(&ModifyShortcut { name, rename, steps, delete_steps, add_steps, arrangement: None })
            .await?,
        json,
    )
}

/// The steps of a file: one on each line, but for empty ones and remarks behind `#`.
fn lines(file: &Path) -> Result<Vec<String>, Failure> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::failed(format!("cannot read {}: {error}", file.display())))?;
    let steps = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    Ok(steps.map(str::to_owned).collect())
}

/// Steps as typed, with what was not said filled in.
async fn read(client: &Client, typed: &[String], usual: Option<AcdNumber>) -> Result<Vec<ReportRequest>, Failure> {
    let mut steps = Vec::new();
    for text in typed {
        let TypedRequest { path, acd, refresh, inputs } = text.parse().map_err(Failure::usage)?;
        let acd = acd.or(usual).ok_or_else(|| {
            Failure::usage(format!("{text:?} says no ACD: write acd=N into it, or give --acd N for all steps"))
        })?;
        let refresh = match refresh {
            Some(refresh) => refresh,
            None => usual_refresh(client, &path).await?,
        };
        steps.push(ReportRequest { path, acd, inputs, refresh });
    }
    Ok(steps)
}

async fn usual_refresh(client: &Client, path: &str) -> Result<Refresh, Failure> {
    let definition = client.report(path).await?.definition;
    Ok(definition.kind.refresh_secs().map_or(Refresh::Once, |_| Refresh::Secs(definition.refresh_secs)))
}

/// A step and what became of it.
#[derive(Serialize)]
struct Ran {
    step: usize,
    report: String,
    acd: AcdNumber,
    #[serde(flatten)]
    outcome: Outcome,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Answer(Box<api::RunAnswer>),
    Error(String),
}

/// Runs each step once. One that fails is told, and the others are run all the same, unless the server is gone.
async fn run(client: &Client, name: &str, format: Format) -> Result<(), Failure> {
    let shortcut = find(client, None, name).await?;
    if let Some(unreadable) = &shortcut.unreadable {
        return Err(Failure::refused(format!("shortcut {name:?} cannot be run: {}", unreadable.why)));
    }
    let (mut all, mut failed, mut gone) = (Vec::new(), 0, None);
    for (at, request) in (1..).zip(shortcut.steps) {
        let ReportRequest { path, acd, inputs, .. } = request;
        let run = RunReport { path, acd, acds: Vec::new(), inputs };
        let outcome = match client.run(&run).await {
            Ok(answer) if format == Format::Json => Outcome::Answer(Box::new(answer)),
            Ok(answer) => {
                let between = if at - failed > 1 { "\n" } else { "" };
                output::print(&format!(
                    "{between}{}",
                    report::written(&run, answer, format, output::is_terminal(None))?
                ))?;
                continue;
            }
            Err(error) => {
                let Failure { kind, text } = error.into();
                if kind == FailureKind::NotReachable {
                    gone = Some(Failure { kind, text: format!("step {at} ({}): {text}", run.path) });
                    break;
                }
                eprintln!("cms: step {at} ({}): {text}", run.path);
                failed += 1;
                Outcome::Error(text)
            }
        };
        all.push(Ran { step: at, report: run.path, acd, outcome });
    }
    if format == Format::Json {
        output::print(&output::json(&all)?)?;
    }
    match (gone, failed) {
        (Some(gone), _) => Err(gone),
        (None, 0) => Ok(()),
        (None, 1) => Err(Failure::failed("1 step could not be done")),
        (None, more) => Err(Failure::failed(format!("{more} steps could not be done"))),
    }
}

fn list_text(shortcuts: &[Shortcut]) -> String {
    let mut table = output::table(output::is_terminal(None));
    table.set_header(["Owner", "Name", "Steps", "Reports", "Last changed", "By"]);
    for shortcut in shortcuts {
        let reports: Vec<&str> = shortcut.steps.iter().map(|step| step.path.as_str()).collect();
        let reports = match &shortcut.unreadable {
            None => reports.join(", "),
            Some(unreadable) => format!("CANNOT BE READ: {}", unreadable.why),
        };
        table.add_row([
            shortcut.owner.clone(),
            shortcut.name.clone(),
            shortcut.typed().len().to_string(),
            reports,
            iso(shortcut.changed_at, model::Calendar::of_zone("UTC").as_ref()),
            shortcut.changed_by.clone(),
        ]);
    }
    output::table_text(&table)
}

fn show_text(shortcut: &Shortcut) -> String {
    let Shortcut { owner, name, changed_at, changed_by, unreadable, .. } = shortcut;
    let mut text = format!("# {name} of {owner}, last changed {changed_at} by {changed_by}\n");
    if let Some(unreadable) = unreadable {
        let _ = writeln!(text, "# cannot be read: {}", unreadable.why);
    }
    for (at, step) in (1..).zip(shortcut.typed()) {
        let _ = writeln!(text, "# step {at}\n{step}");
    }
    text
}
