//! `cms maintenance`: the maintenance error log, its report, and acknowledging.

use api::{AcknowledgeMaintenance, MaintenanceEntry, error_log_csv, error_log_text};
use client::Client;
use model::Moment;

use crate::archive::acd_health;
use crate::arguments::{ErrorLogChoice, ErrorLogFormat, MaintenanceCommand};
use crate::failure::Failure;
use crate::output;
use crate::when::{self, Limit};

/// A server keeps no more entries.
const ENTRIES: u32 = 1_000;

pub(crate) async fn maintenance(client: &Client, command: MaintenanceCommand) -> Result<(), Failure> {
    match command {
        MaintenanceCommand::Log { all, count, json } => {
            let entries = client.maintenance_log(all, count).await?;
            let calendar = when::of_server(client).await;
            output::print(&if json { output::json(&entries)? } else { log_text(&entries, calendar.as_ref()) })
        }
        MaintenanceCommand::Report(choice) => report(client, &choice).await,
        MaintenanceCommand::Acknowledge { ids, all, json } => {
            let entries = AcknowledgeMaintenance { ids: (!all).then_some(ids) };
            output::told(&client.acknowledge_maintenance(&entries).await?, json)
        }
    }
}

async fn report(client: &Client, choice: &ErrorLogChoice) -> Result<(), Failure> {
    let (from, to) = match (&choice.from, &choice.to) {
        (None, None) => (None, None),
        (from, to) => {
            let limit = Limit::of(&acd_health(client, None).await?);
            limit.range(from.as_deref(), to.as_deref())?
        }
    };
    let mut entries = client.maintenance_log(true, ENTRIES).await?;
    entries.retain(|entry| is_chosen(entry, choice, from, to));
    let calendar = when::of_server(client).await;
    let text = match if choice.json { ErrorLogFormat::Json } else { choice.format } {
        ErrorLogFormat::Text => error_log_text(&entries, calendar.as_ref()),
        ErrorLogFormat::Csv => error_log_csv(&entries, calendar.as_ref()),
        ErrorLogFormat::Json => output::json(&entries)?,
    };
    output::write(text.as_bytes(), choice.output.as_deref())
}

/// Whether an entry belongs to the report. One that was counted from before to after a stretch happened within it, too.
pub(crate) fn is_chosen(
    entry: &MaintenanceEntry,
    choice: &ErrorLogChoice,
    from: Option<Moment>,
    to: Option<Moment>,
) -> bool {
    entry.severity >= choice.severity.least()
        && (choice.codes.is_empty() || choice.codes.contains(&entry.code))
        && from.is_none_or(|from| entry.last_at >= from)
        && to.is_none_or(|to| entry.first_at <= to)
}

fn log_text(entries: &[MaintenanceEntry], calendar: Option<&model::Calendar>) -> String {
    let mut table = output::table(output::is_terminal(None));
    table.set_header(["ID", "Last", "Severity", "Code", "Count", "First", "Text", "Acknowledged"]);
    for entry in entries {
        let by = entry.acknowledged_by.as_ref().map_or_else(String::new, |by| format!("by {by}"));
        table.add_row([
            entry.id.to_string(),
            when::iso(entry.last_at, calendar),
            entry.severity.to_string(),
            entry.code.to_string(),
            entry.count.to_string(),
            when::iso(entry.first_at, calendar),
            entry.text.clone(),
            by,
        ]);
    }
    output::table_text(&table)
}
