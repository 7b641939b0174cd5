//! Where results go: standard output or a file. A reader that has enough is no error.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use api::Changed;
use comfy_table::{ContentArrangement, Table, presets};
use model::words::counted;
use serde::Serialize;

use crate::failure::{Failure, FailureKind};

/// Writes a result to standard output, or whole or not at all into a file.
pub(crate) fn write(content: &[u8], file: Option<&Path>) -> Result<(), Failure> {
    match file {
        Some(file) => session::write_whole(file, content)
            .map_err(|error| Failure::failed(format!("cannot write {}: {error}", file.display()))),
        None => print_bytes(content),
    }
}

/// Writes to standard output at once.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    print_bytes(text.as_bytes())
}

fn print_bytes(content: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(content).and_then(|()| out.flush()).map_err(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Failure { kind: FailureKind::OutputClosed, text: String::new() },
        _ => Failure::failed(format!("cannot write to standard output: {error}")),
    })
}

/// Whether a person looks at the result as it comes.
pub(crate) fn is_terminal(file: Option<&Path>) -> bool {
    file.is_none() && io::stdout().is_terminal()
}

/// An empty table: with lines and colours on a terminal, plain aligned columns elsewhere.
pub(crate) fn table(terminal: bool) -> Table {
    let mut table = Table::new();
    if terminal {
        table.load_style(presets::UTF8_FULL_CONDENSED);
        table.set_content_arrangement(ContentArrangement::Dynamic);
    } else {
        table.load_style(presets::NOTHING);
        table.set_content_arrangement(ContentArrangement::Disabled);
        table.force_no_tty();
    }
    table
}

/// A table as lines, without blanks at their ends.
pub(crate) fn table_text(table: &Table) -> String {
    let mut text = table.trim_fmt();
    text.push('\n');
    text
}

/// So many rows, in words.
pub(crate) fn rows(count: u64) -> String {
    counted(count, "row", "rows")
}

/// A value as readable JSON.
pub(crate) fn json(value: &impl Serialize) -> Result<String, Failure> {
    let mut text =
        serde_json::to_string_pretty(value).map_err(|error| Failure::failed(format!("cannot write JSON: {error}")))?;
    text.push('\n');
    Ok(text)
}

/// Records as comma-separated values, the column names first.
pub(crate) fn csv<Row: IntoIterator<Item = String>>(
    columns: &[String],
    rows: impl IntoIterator<Item = Row>,
) -> Result<String, Failure> {
    let failed = |error: String| Failure::failed(format!("cannot write CSV: {error}"));
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    writer.write_record(columns).map_err(|error| failed(error.to_string()))?;
    for row in rows {
        writer.write_record(row).map_err(|error| failed(error.to_string()))?;
    }
    let bytes = writer.into_inner().map_err(|error| failed(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| failed(error.to_string()))
}

/// Tells what a change came to.
pub(crate) fn told(changed: &Changed, json: bool) -> Result<(), Failure> {
    print(&if json { self::json(changed)? } else { format!("{}\n", changed.text) })
}
