//! `cms exceptions` and `cms trace`.

use std::time::Duration;

use api::{Exception, ExceptionType, LoggedException, ServerExceptions, SetException, SetTrace};
use client::Client;
use model::list_with_words;

use crate::arguments::{ExceptionChoice, ExceptionCommand, LogOptions, TraceCommand};
use crate::failure::{Failure, FailureKind};
use crate::output;
use crate::when::iso;

/// A server sends at least every few seconds; one that has been silent for so long is gone.
const SILENT_MAX: Duration = Duration::from_secs(20);

pub(crate) async fn exceptions(client: &Client, command: ExceptionCommand) -> Result<(), Failure> {
    match command {
        ExceptionCommand::Types { json } => {
            let types = client.exception_types().await?;
            output::print(&if json { output::json(&types)? } else { types_text(&types) })
        }
        ExceptionCommand::List { acd, json } => {
            let rules = client.exceptions(acd).await?;
            output::print(&if json { output::json(&rules)? } else { rules_text(&rules) })
        }
        ExceptionCommand::Set(choice) => set(client, choice).await,
        ExceptionCommand::Log(options) => log(client, options).await,
        ExceptionCommand::Server { json } => {
            let troubles = client.server_exceptions().await?;
            output::print(&if json { output::json(&troubles)? } else { server_text(&troubles) })
        }
    }
}

async fn set(client: &Client, choice: ExceptionChoice) -> Result<(), Failure> {
    let ExceptionChoice { of, numbers, exception, acd, limit, threshold, reason, off, json } = choice;
    let set = SetException {
        acd,
        of: of.word().to_owned(),
        numbers: numbers_of(&numbers)?,
        exception,
        reason,
        threshold,
        limit_secs: limit,
        on: !off,
    };
    output::told(&client.set_exception(&set).await?, json)
}

/// The numbers that are watched; the server knows which words are names.
fn numbers_of(list: &str) -> Result<Vec<String>, Failure> {
    let found = list_with_words(list, |_| true).map_err(|fault| Failure::usage(fault.to_string()))?;
    match found.is_empty() {
        true => Err(Failure::usage(format!("{list:?} names nothing; write numbers, such as 1-5;7"))),
        false => Ok(found),
    }
}

async fn log(client: &Client, options: LogOptions) -> Result<(), Failure> {
    if !options.follow {
        let log = client.exception_log(options.acd).await?;
        let zone = log.stamp.zone.clone();
        return output::print(&if options.json { output::json(&log)? } else { log_text(&log.exceptions, &zone) });
    }
    let mut live = client.follow_exceptions(options.acd).await?;
    let mut left = options.count.unwrap_or(u64::MAX);
    while left > 0 {
        let frame = tokio::time::timeout(SILENT_MAX, live.next_frame()).await.map_err(|_| Failure {
            kind: FailureKind::NotReachable,
            text: format!("{} sends nothing any more", client.url()),
        })??;
        let Some(log) = frame else { return Ok(()) };
        for exception in log.exceptions.iter().take(usize::try_from(left).unwrap_or(usize::MAX)) {
            left -= 1;
            let line = match options.json {
                true => serde_json::to_string(exception)
                    .map_err(|error| Failure::failed(format!("cannot write JSON: {error}")))?,
                false => line(exception, &log.stamp.zone).join("  "),
            };
            output::print(&format!("{line}\n"))?;
        }
    }
    Ok(())
}

pub(crate) async fn trace(client: &Client, command: TraceCommand) -> Result<(), Failure> {
    let (choice, on) = match command {
        TraceCommand::On(choice) => (choice, true),
        TraceCommand::Off(choice) => (choice, false),
        TraceCommand::List { agent, acd, json } => {
            let mut agents = client.traces(acd).await?;
            agents.retain(|known| agent.as_ref().is_none_or(|agent| agent.as_str() == known));
            let text =
                if json { output::json(&agents)? } else { agents.iter().map(|agent| format!("{agent}\n")).collect() };
            return output::print(&text);
        }
    };
    let set = SetTrace { acd: choice.acd, agent: choice.agent, on };
    output::told(&client.set_trace(&set).await?, choice.json)
}

fn types_text(types: &[ExceptionType]) -> String {
    let mut table = output::table(output::is_terminal(None));
    table.set_header(["Of", "Exception", "Number", "Time limit", "Counted", "Meaning"]);
    for known in types {
        let timed = if known.timed { "yes" } else { "" };
        let counted = if known.interval_based { "once an interval" } else { "each" };
        table.add_row([&known.of, &known.name, &known.number.to_string(), timed, counted, &known.meaning]);
    }
    output::table_text(&table)
}

pub(crate) fn rules_text(rules: &[Exception]) -> String {
    let mut table = output::table(output::is_terminal(None));
    table.set_header(["Of", "Number", "Exception", "Reason", "Time limit", "Threshold", "State"]);
    for rule in rules {
        let limit = if rule.limit_secs > 0 { format!("{} s", rule.limit_secs) } else { String::new() };
        table.add_row([
            rule.of.clone(),
            rule.number.clone(),
            rule.exception.clone(),
            rule.reason.map_or_else(String::new, |reason| reason.to_string()),
            limit,
            rule.threshold.to_string(),
            if rule.on { "on" } else { "off" }.to_owned(),
        ]);
    }
    output::table_text(&table)
}

/// When, of what, which, what was reached and what was allowed, and who else takes part.
fn line(exception: &LoggedException, zone: &str) -> [String; 6] {
    let at = iso(exception.at, model::Calendar::of_zone(zone).as_ref());
    let split = exception.split.map_or_else(String::new, |split| format!(" in {split}"));
    let of = format!("{} {}{split}", exception.of, exception.element);
    let (reached, allowed) = match exception.limit_secs {
        0 => (exception.value.to_string(), exception.threshold.to_string()),
        limit => (format!("{} s", exception.value), format!("{limit} s")),
    };
    [at, of, exception.exception.clone(), reached, allowed, exception.detail.clone()]
}

pub(crate) fn log_text(log: &[LoggedException], zone: &str) -> String {
    let mut table = output::table(output::is_terminal(None));
    table.set_header(["When", "Of", "Exception", "Reached", "Allowed", "Detail"]);
    log.iter().for_each(|exception| _ = table.add_row(line(exception, zone)));
    output::table_text(&table)
}

fn server_text(troubles: &ServerExceptions) -> String {
    let mut table = output::table(output::is_terminal(None));
    table.set_header(["Exception", "ACD", "Count", "Last", "What"]);
    for trouble in &troubles.exceptions {
        table.add_row([
            trouble.exception.clone(),
            trouble.acd.map_or_else(String::new, |acd| acd.to_string()),
            trouble.count.to_string(),
            trouble.last_at.to_string(),
            trouble.text.clone(),
        ]);
    }
    format!("{} since {}\n{}", troubles.server, troubles.since, output::table_text(&table))
}
