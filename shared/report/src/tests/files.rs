//! The file format: whole, damaged, newer, foreign, and the built-in files themselves.

use catalog::tables::unfilled::is_unfilled;

use super::families::is_derived;
use super::world::{column, definition};
use crate::built_in::FILES;
use crate::{FileError, Format, Problem, built_in, check, find_built_in, is_called, read_file, write_file};

fn check_error(bytes: &[u8], expect: &str) {
    let said = read_file(bytes).map_or_else(|error| error.to_string(), |_| "taken as a report".to_owned());
    assert!(said.contains(expect), "{said:?} does not say {expect:?}");
}

#[test]
fn what_is_written_is_read() {
    for report in built_in() {
        let text = write_file(report);
        assert_eq!(&read_file(text.as_bytes()).unwrap(), report);
        assert_eq!(&read_file(format!("\u{feff}{text}").as_bytes()).unwrap(), report, "with a byte-order mark");
    }
}

#[test]
fn indenting_anew_is_no_damage_and_the_checksum_may_be_left_out() {
    let report = &built_in()[0];
    let value: serde_json::Value = serde_json::from_str(&write_file(report)).unwrap();
    assert_eq!(&read_file(value.to_string().as_bytes()).unwrap(), report);
    let mut by_hand = value;
    by_hand.as_object_mut().unwrap().remove("checksum");
    assert_eq!(&read_file(by_hand.to_string().as_bytes()).unwrap(), report);
}

#[test]
fn damage_is_told_from_foreign_files_and_newer_ones() {
    let text = write_file(&definition(vec![column("x", "INQUEUE", Format::Count)]));
    check_error(&text.as_bytes()[..text.len() / 2], "damaged: line ");
    check_error(
        text.replace("INQUEUE", "INRING").as_bytes(),
        "if you changed it yourself, remove the line with the checksum",
    );
    check_error(text.replace("\"version\": 1", "\"version\": 3").as_bytes(), "format 3, newer than the 2");
    check_error(text.replace("\"version\": 1", "\"version\": \"one\"").as_bytes(), "damaged: it has no version");
    check_error(b"", "seems to be an empty file");
    check_error(b"PK\x03\x04rest", "a ZIP archive");
    check_error(b"<html></html>", "XML or HTML");
    check_error(b"{\"a\": 1}", "JSON of another program");
    check_error(b"{\"a\": ", "damaged JSON of another program");
    check_error(b"[]", "JSON of another program");
    check_error(b"Dear all,", "plain text");
    check_error(&[0, 1, 2, 255], "binary data");
}

#[test]
fn unknown_fields_and_reports_that_cannot_run_are_refused() {
    let strange = r#"{"format":"understudy-report","version":1,"report":{"name":"a","path":"a","kind":"real_time",
        "colour":"red","blocks":[]}}"#;
    check_error(strange.as_bytes(), "unknown field `colour`");
    let broken = definition(vec![column("x", "NOTHING", Format::Count)]);
    let Err(FileError::Invalid { problems }) = read_file(write_file(&broken).as_bytes()) else {
        panic!("a report over an unknown item was taken");
    };
    assert_eq!(problems, check(&broken));
}

#[test]
fn the_built_in_reports_are_sound_and_found() {
    for report in built_in() {
        assert_eq!(check(report), Vec::<Problem>::new(), "{}", report.name);
        assert_eq!(find_built_in(&report.path).unwrap(), report);
        assert_eq!(find_built_in(&report.path.to_uppercase().replace('/', "\\")).unwrap(), report);
        assert_eq!(find_built_in(&report.name.to_lowercase()).unwrap(), report);
        // The last part of its path means it and nothing else.
        let last = report.path.rsplit('/').next().unwrap();
        assert_eq!(find_built_in(&last.to_uppercase()).unwrap(), report);
        let called = built_in().iter().filter(|other| is_called(last, &other.path, &other.name));
        assert_eq!(called.count(), 1, "{last}");
    }
    assert_eq!(find_built_in("No such report"), None);
}

#[test]
fn every_built_in_report_is_in_the_documents() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reports.md");
    let text = std::fs::read_to_string(path).unwrap();
    for report in built_in() {
        assert!(text.contains(&format!("`{}`", report.name)), "docs/reports.md does not name {}", report.name);
    }
}

/// A 0 that nobody counted reads like one that somebody did.
#[test]
fn the_built_in_reports_show_nothing_that_nothing_fills() {
    for (report, block) in built_in().iter().flat_map(|report| report.blocks.iter().map(move |block| (report, block))) {
        let table = catalog::table(&block.table).unwrap();
        let archived = table.of_kind(catalog::TableKind::Interval).unwrap_or(table);
        for column in &block.columns {
            let shown = column.expression.to_ascii_uppercase();
            let unfilled = [table, archived].iter().any(|table| is_unfilled(table.name, &shown));
            assert!(!unfilled, "{} shows {shown}", report.name);
        }
    }
}

/// With UPDATE_REPORTS=1 it writes them, but for those that follow from an interval report; the text must then be
/// compiled in anew. Whoever changes a file by hand leaves its checksum out.
#[test]
fn the_built_in_files_are_as_the_program_writes_them() {
    for ((file, text), report) in FILES.iter().zip(built_in()) {
        let written = write_file(report);
        if std::env::var_os("UPDATE_REPORTS").is_some() {
            if is_derived(file) {
                continue;
            }
            let path = format!("{}/reports/{file}.cmsreport", env!("CARGO_MANIFEST_DIR"));
            std::fs::write(path, &written).unwrap();
        } else {
            assert_eq!(text.replace("\r\n", "\n"), written, "{file}: run with UPDATE_REPORTS=1");
        }
    }
}
