//! `cms report new` and `check`: report files, without a server.

use std::path::Path;

use report::{CarriedReport, FileError, Problem, ReportKind, add_columns, new_report};
use session::CopyError;

use crate::arguments::{self, NewReport};
use crate::copy::from_copy;
use crate::failure::Failure;
use crate::output;

pub(crate) fn new(options: &NewReport) -> Result<(), Failure> {
    let kind = match options.kind {
        arguments::ReportKind::RealTime => ReportKind::RealTime,
        arguments::ReportKind::Historical => ReportKind::Historical,
        arguments::ReportKind::Integrated => ReportKind::Integrated,
    };
    let table = report::tables_of_kind(kind).find(|table| table.name.eq_ignore_ascii_case(&options.rows_of));
    let table = table.ok_or_else(|| {
        let known: Vec<&str> = report::tables_of_kind(kind).map(|table| table.name).collect();
        Failure::usage(format!("such a report has no rows of {:?}; there are {}", options.rows_of, known.join(", ")))
    })?;
    let mut report = new_report(kind, table, &options.name);
    let mut block = report.blocks.remove(0);
    add_columns(&report, &mut block, &options.shown);
    report.blocks.push(block);
    refuse(&report::check(&report))?;
    let carried = CarriedReport::from(report);
    session::write_report_file(&options.to_file, &carried, options.overwrite).map_err(from_copy)?;
    let file = options.to_file.display();
    output::print(&format!("{} is in {file}; `cms report copy --from-file {file}` puts it on a server\n", options.name))
}

pub(crate) fn check(file: &Path) -> Result<(), Failure> {
    match session::read_report_file(file) {
        Ok(report) => output::print(&format!("{} can be run\n", report.definition.name)),
        Err(CopyError::NotUsable { source: FileError::Invalid { problems }, .. }) => refuse(&problems),
        Err(error) => Err(from_copy(error)),
    }
}

/// Tells all that is wrong, a line each.
fn refuse(problems: &[Problem]) -> Result<(), Failure> {
    let lines: Vec<String> = problems.iter().map(Problem::to_string).collect();
    if lines.is_empty() { Ok(()) } else { Err(Failure::refused(lines.join("\n"))) }
}
