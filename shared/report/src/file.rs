//! The `.cmsreport` file: one report as JSON that people can read and compare, with the calculations of its house that it
//! needs. A file without any has the version of before, so that a program of before reads it.
//!
//! Every fault has its own answer: not ours, newer than this program, damaged, or ours but not runnable.
//! The checksum guards against damage, not against people; a report written by hand may leave it out.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::check::check;
use crate::definition::Definition;
use crate::house::HouseFormula;
use crate::problem::{Place, Problem};

/// What the names of report files end with, without the dot.
pub const EXTENSION: &str = "cmsreport";

/// The version of a report by itself.
const BY_ITSELF: u32 = 1;
/// The version of a report with calculations of its house, and the newest that this program reads.
pub const FORMAT_VERSION: u32 = 2;

const FORMAT: &str = "understudy-report";

/// Why a file is not taken as a report.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// Something else altogether.
    #[error("this is no Understudy report: it seems to be {seems}")]
    Foreign {
        /// What it looks like.
        seems: String,
    },
    /// Written by a newer version.
    #[error("this report has format {theirs}, newer than the {ours} that this program reads; update the program")]
    Newer {
        /// The file's version.
        theirs: u64,
        /// The newest that can be read.
        ours: u32,
    },
    /// Ours once, but not whole.
    #[error("this report file is damaged: {place}; copy the report again from where it came")]
    Damaged {
        /// What is wrong, with line and column where known.
        place: String,
    },
    /// Ours, but what it holds is not what its checksum was made of.
    #[error(
        "this report file was changed or is damaged: its checksum is {claimed}, its contents give \"{found}\"; if you changed it \
         yourself, remove the line with the checksum, otherwise copy the report again from where it came"
    )]
    Changed {
        /// The checksum in the file, as it is written there.
        claimed: String,
        /// That of its contents.
        found: String,
    },
    /// Whole, but it cannot be run.
    #[error("this report cannot be run: {}", joined(.problems))]
    Invalid {
        /// What is wrong with it, at least one.
        problems: Vec<Problem>,
    },
}

fn joined(problems: &[Problem]) -> String {
    problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("; ")
}

/// A report with the calculations and constants of its house that it needs.
#[derive(Debug, Clone, PartialEq)]
pub struct CarriedReport {
    /// The report.
    pub definition: Definition,
    /// What it needs of its house, each behind what it needs itself.
    pub house: Vec<HouseFormula>,
}

impl From<Definition> for CarriedReport {
    fn from(definition: Definition) -> Self {
        CarriedReport { definition, house: Vec::new() }
    }
}

#[derive(Serialize)]
struct Written<'a> {
    format: &'static str,
    version: u32,
    checksum: String,
    report: &'a Definition,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    calculations: &'a [HouseFormula],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Read {
    #[serde(rename = "format")]
    _format: String,
    #[serde(rename = "version")]
    _version: u32,
    #[serde(rename = "checksum", default)]
    _checksum: Option<String>,
    report: Definition,
    #[serde(default)]
    calculations: Vec<HouseFormula>,
}

/// A report as file contents.
pub fn write_file(definition: &Definition) -> String {
    written(definition, &[])
}

/// A report with what it needs as file contents.
pub fn write_carried(carried: &CarriedReport) -> String {
    written(&carried.definition, &carried.house)
}

fn written(definition: &Definition, calculations: &[HouseFormula]) -> String {
    let report = serde_json::to_value(definition).expect("a definition has only text keys");
    let needed = serde_json::to_value(calculations).expect("a formula has only text keys");
    let version = if calculations.is_empty() { BY_ITSELF } else { FORMAT_VERSION };
    let checksum = checksum(&report, Some(&needed).filter(|_| !calculations.is_empty()));
    let written = Written { format: FORMAT, version, checksum, report: definition, calculations };
    let mut text = serde_json::to_string_pretty(&written).expect("a definition has only text keys");
    text.push('\n');
    text
}

/// Reads and checks file contents.
pub fn read_file(bytes: &[u8]) -> Result<Definition, FileError> {
    Ok(read_carried(bytes)?.definition)
}

/// The same, with what the report needs of its house.
pub fn read_carried(bytes: &[u8]) -> Result<CarriedReport, FileError> {
    let Read { report: definition, calculations: house, .. } = read(bytes)?;
    let needed: Vec<_> = house.iter().map(HouseFormula::calculation).collect();
    let problems = check(&definition.with_house(&needed));
    if problems.is_empty() { Ok(CarriedReport { definition, house }) } else { Err(FileError::Invalid { problems }) }
}

/// Reads file contents that are known to be whole, such as a server keeps. Whether the report can be run is another question:
/// it may use calculations of that server's house.
pub fn read_stored(bytes: &[u8]) -> Result<Definition, FileError> {
    Ok(read(bytes)?.report)
}

fn read(bytes: &[u8]) -> Result<Read, FileError> {
    // Some editors put a byte-order mark first.
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let whole: Value = serde_json::from_slice(bytes).map_err(|error| not_json(bytes, &error))?;
    if whole.get("format").and_then(Value::as_str) != Some(FORMAT) {
        return Err(FileError::Foreign { seems: "JSON of another program".to_owned() });
    }
    let damaged = |place: String| FileError::Damaged { place };
    let version = whole.get("version").and_then(Value::as_u64);
    let version = version.filter(|version| *version > 0).ok_or_else(|| damaged("it has no version".to_owned()))?;
    if version > u64::from(FORMAT_VERSION) {
        return Err(FileError::Newer { theirs: version, ours: FORMAT_VERSION });
    }
    let report = whole.get("report").ok_or_else(|| damaged("it has no report".to_owned()))?;
    if let Some(claimed) = whole.get("checksum") {
        let found = checksum(report, whole.get("calculations"));
        if claimed.as_str() != Some(found.as_str()) {
            return Err(FileError::Changed { claimed: claimed.to_string(), found });
        }
    }
    // Once more from the text, because only then errors have lines.
    serde_json::from_slice(bytes)
        .map_err(|error| FileError::Invalid { problems: vec![Problem::new(&Place::Report, error.to_string())] })
}

/// A file that is not JSON: ours but torn, or something else.
fn not_json(bytes: &[u8], error: &serde_json::Error) -> FileError {
    let head = &bytes[..bytes.len().min(200)];
    let text = String::from_utf8_lossy(head);
    if text.contains(FORMAT) {
        return FileError::Damaged { place: format!("line {}, column {}: {error}", error.line(), error.column()) };
    }
    let starts = |prefix: &[u8]| head.starts_with(prefix);
    let seems = if bytes.is_empty() {
        "an empty file"
    } else if starts(b"PK\x03\x04") {
        "a ZIP archive or an office document"
    } else if starts(b"%PDF") {
        "a PDF document"
    } else if starts(b"SQLite format 3") {
        "an SQLite database"
    } else if text.trim_start().starts_with('<') {
        "XML or HTML"
    } else if text.trim_start().starts_with(['{', '[']) {
        "damaged JSON of another program"
    } else if head.contains(&0) || std::str::from_utf8(bytes).is_err() {
        "binary data"
    } else {
        "plain text"
    };
    FileError::Foreign { seems: seems.to_owned() }
}

/// CRC-32 over the report, and what it needs, with sorted keys and no blanks, so that indenting a file anew does not damage it.
fn checksum(report: &Value, calculations: Option<&Value>) -> String {
    let mut text = String::new();
    canonical(report, &mut text);
    calculations.into_iter().for_each(|needed| canonical(needed, &mut text));
    format!("crc32:{:08x}", crc32fast::hash(text.as_bytes()))
}

fn canonical(value: &Value, text: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(name, _)| name.as_str());
            for (name, value) in fields {
                text.push_str(name);
                text.push(':');
                canonical(value, text);
            }
            text.push('}');
        }
        Value::Array(values) => {
            for value in values {
                canonical(value, text);
                text.push(',');
            }
            text.push(']');
        }
        scalar => text.push_str(&scalar.to_string()),
    }
}
