//! `cms worksheet`: guided work on both servers. Either of them may be down, so they are signed in to here.

mod text;

use std::io::{IsTerminal, Write as _};
use std::time::Duration;

use api::Worksheet;
use serde_json::{Value, json};
use session::twin::Step as Progress;
use session::worksheets::{Member, Outcome, Pair, WorksheetError, of_another_version, recorded_title};

use crate::arguments::{GoOptions, ServerOptions, WorksheetCommand};
use crate::connection;
use crate::failure::{Failure, FailureKind};
use crate::output;

pub(crate) use text::{list_text, sheet_text};

/// How often a step that waits looks again.
const LOOK_EVERY: Duration = Duration::from_millis(500);

pub(crate) async fn worksheet(command: &WorksheetCommand, server: &ServerOptions) -> Result<(), Failure> {
    let members = members(command, server).await?;
    let done = with_both(command, &members).await;
    for member in &members {
        if member.client.has_token() {
            connection::sign_out(&member.client).await;
        }
    }
    done
}

async fn members(command: &WorksheetCommand, server: &ServerOptions) -> Result<[Member; 2], Failure> {
    let url = server.server.as_deref().ok_or_else(|| Failure::usage("no server named; give --server URL"))?;
    let here = connection::member(url, server.fingerprint.as_deref(), server.ca.as_deref(), server, "").await?;
    let other = command.other();
    let (fingerprint, ca) = (other.with_fingerprint.as_deref(), other.with_ca.as_deref());
    Ok([here, connection::member(&other.with, fingerprint, ca, server, "with-").await?])
}

async fn meet(members: &[Member; 2]) -> Result<Pair, Failure> {
    let [here, there] = members.clone();
    Ok(Pair::meet(here, there).await?)
}

async fn with_both(command: &WorksheetCommand, members: &[Member; 2]) -> Result<(), Failure> {
    let pair = meet(members).await?;
    for side in pair.sides() {
        if let Err(why) = &side.told {
            eprintln!("cms: the {} cannot be asked: {why}", side.role);
        }
    }
    match command {
        WorksheetCommand::List(options) => {
            let sheets = pair.worksheets().await?;
            output::print(&if options.other.json { output::json(&sheets)? } else { list_text(&pair, &sheets) })
        }
        WorksheetCommand::Start(options) => {
            let sheet = pair.start(options.kind, options.by_backup, &options.about).await?;
            show(&pair, &sheet, options.other.json)
        }
        WorksheetCommand::Show(options) => {
            show(&pair, &pair.worksheet(options.id.as_deref()).await?, options.other.json)
        }
        WorksheetCommand::Go(options) => go(pair, members, options).await,
        WorksheetCommand::Confirm(options) => {
            let mut sheet = pair.worksheet(options.id.as_deref()).await?;
            let index = options.step.map(|step| usize::from(step) - 1).or(sheet.now());
            let outcome = pair.confirm(&mut sheet, index, &options.note).await?;
            tell(&pair, &sheet, index, &outcome, options.other.json)
        }
        WorksheetCommand::Skip(options) => {
            let mut sheet = pair.worksheet(options.id.as_deref()).await?;
            pair.skip(&mut sheet, None, &options.why).await?;
            show(&pair, &sheet, options.other.json)
        }
        WorksheetCommand::Abandon(options) => {
            let mut sheet = pair.worksheet(options.id.as_deref()).await?;
            pair.abandon(&mut sheet, &options.why).await?;
            show(&pair, &sheet, options.other.json)
        }
    }
}

async fn go(mut pair: Pair, members: &[Member; 2], options: &GoOptions) -> Result<(), Failure> {
    let is_watched = std::io::stderr().is_terminal();
    let watch = |line: &str| {
        if is_watched {
            let _ = write!(std::io::stderr(), "\r\x1b[K{line}");
            let _ = std::io::stderr().flush();
        }
    };
    let mut sheet = pair.worksheet(options.id.as_deref()).await?;
    loop {
        let index = options.step.map(|step| usize::from(step) - 1).or(sheet.now());
        let mut progress =
            |step: &Progress| watch(&format!("{}: {}, {}", step.server, step.what, output::rows(step.rows)));
        let yes = options.yes && (!options.all || plan_was_shown(&sheet, index));
        let gone = pair.go(&mut sheet, index, yes, &mut progress).await;
        let outcome = gone.inspect_err(|_| watch(""))?;
        match &outcome {
            Outcome::Waits(what) if !options.no_wait => {
                watch(&format!("waiting: {what}"));
                tokio::time::sleep(LOOK_EVERY).await;
                // Whoever was away may be back, and has a name then.
                pair = meet(members).await.unwrap_or(pair);
            }
            Outcome::Done(_) if options.all && sheet.now().is_some() => {
                watch("");
                if !options.other.json {
                    tell(&pair, &sheet, index, &outcome, false)?;
                }
            }
            _ => {
                watch("");
                return tell(&pair, &sheet, index, &outcome, options.other.json);
            }
        }
    }
}

/// Whether the plan of a step was shown: the record has what was planned. A yes that was given before is none to a plan that
/// nobody has seen.
fn plan_was_shown(sheet: &Worksheet, index: Option<usize>) -> bool {
    let step = index.and_then(|index| sheet.steps.get(index));
    step.is_some_and(|step| !step.state.is_over() && !step.label.is_empty())
}

impl From<WorksheetError> for Failure {
    fn from(error: WorksheetError) -> Failure {
        match error {
            WorksheetError::Client(error) => error.into(),
            WorksheetError::Refused(why) => Failure::refused(why),
            WorksheetError::Nobody(_) => Failure { kind: FailureKind::NotReachable, text: error.to_string() },
        }
    }
}

fn show(pair: &Pair, sheet: &Worksheet, json: bool) -> Result<(), Failure> {
    output::print(&if json { output::json(&as_json(sheet, None))? } else { sheet_text(pair, sheet) })
}

/// Says what became of a step, and ends as it ended.
fn tell(pair: &Pair, sheet: &Worksheet, index: Option<usize>, outcome: &Outcome, json: bool) -> Result<(), Failure> {
    let number = index.map_or(0, |index| index + 1);
    if json {
        output::print(&output::json(&as_json(sheet, Some(outcome)))?)?;
    } else {
        output::print(&text::outcome_text(pair, sheet, number, outcome))?;
    }
    match outcome {
        Outcome::Done(_) => Ok(()),
        Outcome::Waits(what) => Err(Failure::failed(format!("step {number} waits: {what}"))),
        Outcome::Asks(_) => Err(Failure::refused(format!(
            "step {number} needs a yes to this plan, and nothing was changed: `cms worksheet go --yes`, or skip it with a reason"
        ))),
        Outcome::Person(_) => Err(Failure::refused(format!(
            "step {number} is done by a person; then `cms worksheet confirm`, or skip it with a reason"
        ))),
        Outcome::Failed(why) => Err(Failure::failed(format!("step {number} was not done: {why}"))),
    }
}

fn as_json(sheet: &Worksheet, outcome: Option<&Outcome>) -> Value {
    let titles: Vec<String> = (0..sheet.steps.len()).map(|index| recorded_title(sheet, index)).collect();
    let mut value = json!({
        "worksheet": sheet,
        "now": sheet.now().map(|index| index + 1),
        "titles": titles,
        "of_another_version": of_another_version(sheet),
    });
    if let Some(outcome) = outcome {
        value["outcome"] = match outcome {
            Outcome::Done(text) => json!({ "state": "done", "text": text }),
            Outcome::Waits(text) => json!({ "state": "waits", "text": text }),
            Outcome::Person(text) => json!({ "state": "person", "text": text }),
            Outcome::Failed(text) => json!({ "state": "failed", "text": text }),
            Outcome::Asks(plans) => {
                let plans: Vec<_> = plans.iter().map(|planned| &planned.plan).collect();
                json!({ "state": "asks", "plans": plans })
            }
        };
    }
    value
}

#[cfg(test)]
#[path = "tests/worksheets.rs"]
mod tests;
