//! Names of the Dictionary as a CSV file, as both clients read and write it: section, number, name, description.

use std::path::Path;

use api::{SetSynonym, Synonym};

const COLUMNS: [&str; 4] = ["section", "number", "name", "description"];
/// Larger files are no lists of names: a server takes some thousand lines at once.
const FILE_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// Reads a file of names.
///
/// # Errors
/// Why it cannot be read, or what is wrong with it, with the name of the file.
pub fn read_names_file(file: &Path) -> Result<Vec<SetSynonym>, String> {
    Ok(read_numbered_names(file)?.into_iter().map(|(_, set)| set).collect())
}

/// The same, each name with the number of its line, to tell people where it stands.
///
/// # Errors
/// As [`read_names_file`].
pub fn read_numbered_names(file: &Path) -> Result<Vec<(u64, SetSynonym)>, String> {
    let cannot = |error: std::io::Error| format!("cannot read {}: {error}", file.display());
    let bytes = std::fs::metadata(file).map_err(cannot)?.len();
    if bytes > FILE_BYTES_MAX {
        return Err(format!("{} is too large for a list of names ({bytes} bytes)", file.display()));
    }
    let text = std::fs::read_to_string(file).map_err(cannot)?;
    numbered(&text).map_err(|why| format!("{}: {why}", file.display()))
}

/// The names of a CSV text. Its columns come in any order, the description may be absent, and further columns are ignored.
///
/// # Errors
/// What is wrong with it.
pub fn parse_names(text: &str) -> Result<Vec<SetSynonym>, String> {
    Ok(numbered(text)?.into_iter().map(|(_, set)| set).collect())
}

/// Blank lines before a record: its position is where the one before ends.
fn blank_lines(text: &str, at: &csv::Position) -> u64 {
    let begin = usize::try_from(at.byte()).ok().and_then(|begin| text.as_bytes().get(begin..)).unwrap_or_default();
    let blank = begin.iter().take_while(|byte| matches!(byte, b'\n' | b'\r'));
    blank.filter(|byte| **byte == b'\n').count() as u64
}

fn numbered(text: &str) -> Result<Vec<(u64, SetSynonym)>, String> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let headings = reader.headers().map_err(|error| error.to_string())?.clone();
    let place = |name: &str| headings.iter().position(|heading| heading.eq_ignore_ascii_case(name));
    let places = COLUMNS.map(place);
    if let Some(missing) = COLUMNS[..3].iter().zip(places).find(|(_, place)| place.is_none()) {
        return Err(format!("the first line names no column {:?}; it must be {}", missing.0, COLUMNS.join(",")));
    }
    let mut found = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        let part = |place: Option<usize>| place.and_then(|place| record.get(place)).unwrap_or_default().to_owned();
        let [section, number, name, description] = places.map(part);
        let line = record.position().map_or(0, |at| at.line() + blank_lines(text, at));
        found.push((line, SetSynonym { section, number, name, description }));
    }
    match found.is_empty() {
        true => Err("there is no line in it".to_owned()),
        false => Ok(found),
    }
}

/// Names as a CSV text, which [`parse_names`] reads.
///
/// # Errors
/// Why it cannot be written.
pub fn names_csv(known: &[Synonym]) -> Result<String, String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS).map_err(|error| error.to_string())?;
    for Synonym { section, number, name, description, .. } in known {
        writer.write_record([section, number, name, description]).map_err(|error| error.to_string())?;
    }
    let bytes = writer.into_inner().map_err(|error| error.to_string())?;
    String::from_utf8(bytes).map_err(|error| error.to_string())
}
