//! `cms history-interface`: the switch of External Call History, its state, and its files read.

use std::fmt::Write;
use std::path::Path;

use api::{AcdHealth, HistoryAcd, HistoryInterface};
use catalog::Value;
use client::Client;
use echi::ReadFile;
use model::Calendar;
use model::words::counted;

use crate::arguments::{Format, HistoryCommand};
use crate::failure::Failure;
use crate::output;
use crate::when::iso;

const HEALTH_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(10);

pub(crate) async fn history_interface(client: &Client, command: HistoryCommand) -> Result<(), Failure> {
    let (state, json) = match command {
        HistoryCommand::On { after, json } => (client.switch_history_interface(true, after).await?, json),
        HistoryCommand::Off { json } => (client.switch_history_interface(false, None).await?, json),
        HistoryCommand::Status { json } => (client.history_interface().await?, json),
        HistoryCommand::Show { file, format } => return show(&file, format),
    };
    if json {
        return output::print(&output::json(&state)?);
    }
    let health = client.health(HEALTH_TIMEOUT).await?;
    output::print(&text(&state, &health.acds))
}

/// The state for people.
pub(crate) fn text(state: &HistoryInterface, acds: &[AcdHealth]) -> String {
    let mut text = format!("External Call History is {}", if state.on { "on" } else { "off" });
    if let (Some(version), Some(form)) = (state.version, &state.form) {
        let _ = write!(text, ", version {version}, {form}");
    }
    text.push('\n');
    if !state.configured {
        text.push_str("It has nowhere to send to: add [history] to cms.toml and restart the server\n");
    }
    for acd in &state.acds {
        let zone = acds.iter().find(|known| known.acd == acd.acd).and_then(|known| Calendar::of_zone(&known.zone));
        let mut table = output::table(false);
        for (what, value) in lines(acd, state.on, zone.as_ref()) {
            table.add_row([format!("  {what}"), value]);
        }
        let _ = write!(text, "\nACD {}\n{}", acd.acd, output::table_text(&table));
    }
    text
}

fn lines(acd: &HistoryAcd, on: bool, zone: Option<&Calendar>) -> Vec<(&'static str, String)> {
    let last = match acd.last_record_at {
        Some(at) => format!("record {} of {}", acd.last_record, iso(at, zone)),
        None => "the first record that comes".to_owned(),
    };
    let goes_on = match (on, acd.last_record_at) {
        (true, Some(_)) => ("goes on behind", last),
        (true, None) => ("begins with", last),
        (false, Some(_)) => ("ended with", last),
        (false, None) => ("ended with", "no record so far".to_owned()),
    };
    let files = |files: u64| counted(files, "file", "files");
    let mut lines = vec![
        ("to", acd.target.clone()),
        goes_on,
        ("growing", format!("{} segments, to be {} number {}", acd.growing_segments, acd.next_file, acd.next_sequence)),
        ("waiting", format!("{} with {} segments", files(acd.waiting_files), acd.waiting_segments)),
        ("handed over", format!("{} with {} segments", files(acd.handed_files), acd.handed_segments)),
    ];
    if let (Some(file), Some(at)) = (&acd.handed_file, acd.handed_at) {
        lines.push(("last file", format!("{file}, handed over at {}", iso(at, zone))));
    }
    if acd.handed_record > 0 {
        lines.push(("handed over up to", format!("record {}", acd.handed_record)));
    }
    if !acd.misfits.is_empty() {
        let told: Vec<String> =
            acd.misfits.iter().map(|misfit| format!("{} x {}", misfit.count, misfit.item)).collect();
        lines.push(("did not fit", told.join(", ")));
    }
    if !acd.problem.is_empty() {
        lines.push(("PROBLEM", acd.problem.clone()));
    }
    lines
}

/// Reads a file of this machine.
pub(crate) fn show(file: &Path, format: Format) -> Result<(), Failure> {
    let bytes =
        std::fs::read(file).map_err(|error| Failure::usage(format!("cannot read {}: {error}", file.display())))?;
    let read = echi::read(&bytes)
        .map_err(|error| Failure::refused(format!("{} is no file of call history: {error}", file.display())))?;
    output::print(&match format {
        Format::Table => table(&read),
        Format::Csv => csv(&read)?,
        Format::Json => json(&read)?,
    })
}

fn names(read: &ReadFile) -> Vec<String> {
    read.version.fields().iter().map(|field| field.name.to_owned()).collect()
}

fn cell(value: &Value) -> String {
    match value {
        Value::Int(number) => number.to_string(),
        Value::Text(text) => text.to_string(),
        _ => String::new(),
    }
}

/// Each record with its fields one below the other: nobody reads ninety columns. What is empty or 0 is left out.
fn table(read: &ReadFile) -> String {
    let count = read.records.len();
    let mut text = format!("version {}, sequence number {}, {count} segments\n", read.version, read.sequence);
    let names = names(read);
    for (record, number) in read.records.iter().zip(1..) {
        let mut table = output::table(false);
        for (name, value) in names.iter().zip(record) {
            if !matches!(value, Value::Blank | Value::Int(0)) {
                table.add_row([format!("  {name}"), cell(value)]);
            }
        }
        let _ = write!(text, "\nsegment {number}\n{}", output::table_text(&table));
    }
    text
}

fn csv(read: &ReadFile) -> Result<String, Failure> {
    output::csv(&names(read), read.records.iter().map(|record| record.iter().map(cell).collect::<Vec<_>>()))
}

fn json(read: &ReadFile) -> Result<String, Failure> {
    let names = names(read);
    let value = |value: &Value| match value {
        Value::Int(number) => serde_json::Value::from(*number),
        Value::Text(text) => serde_json::Value::from(text.as_ref()),
        _ => serde_json::Value::Null,
    };
    let records: Vec<serde_json::Map<String, serde_json::Value>> =
        read.records.iter().map(|record| names.iter().cloned().zip(record.iter().map(value)).collect()).collect();
    output::json(&serde_json::json!({
        "version": read.version.number(),
        "sequence": read.sequence,
        "records": records,
    }))
}
