//! `[timetables]` and `[printing]` of `cms.toml`.

use std::path::{Path, PathBuf};

use model::timetable::ExportForm;
use serde::Deserialize;

/// The keys as written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimetableConfig {
    /// Folder that reports are exported to; `exports` in the data folder without it. It must exist: an absent one may be a disk
    /// that is not mounted.
    pub exports: Option<PathBuf>,
    /// Folder whose programs timetables may run; none may be without it.
    pub scripts: Option<PathBuf>,
}

/// `[printing]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "RawPrinter")]
pub struct PrinterConfig {
    /// A program that takes what is printed on its standard input, such as `lp`, and what else it is given.
    pub command: Vec<String>,
    /// In which form it takes that.
    pub form: PrintForm,
}

/// What a program that prints is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrintForm {
    /// Lines, in UTF-8.
    #[default]
    Text,
    /// A PDF.
    Pdf,
}

impl PrintForm {
    /// The same as a form of a report.
    pub fn export(self) -> ExportForm {
        match self {
            PrintForm::Text => ExportForm::Text,
            PrintForm::Pdf => ExportForm::Pdf,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPrinter {
    command: Vec<String>,
    #[serde(default)]
    form: PrintForm,
}

impl TryFrom<RawPrinter> for PrinterConfig {
    type Error = &'static str;

    fn try_from(RawPrinter { command, form }: RawPrinter) -> Result<Self, Self::Error> {
        match command.first() {
            Some(program) if !program.is_empty() => Ok(PrinterConfig { command, form }),
            _ => Err("[printing] command names a program, such as [\"lp\", \"-d\", \"office\"]"),
        }
    }
}

/// Where exports go and scripts come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimetableFolders {
    /// Folder of exports.
    pub exports: PathBuf,
    /// Whether that folder is made where it is missing: the server's own.
    pub makes_exports: bool,
    /// Folder of scripts, if scripts are allowed.
    pub scripts: Option<PathBuf>,
}

impl TimetableFolders {
    /// The folders of a server; relative ones lie in its data folder.
    pub fn new(dir: &Path, config: Option<&TimetableConfig>) -> Self {
        let config = config.cloned().unwrap_or_default();
        TimetableFolders {
            makes_exports: config.exports.is_none(),
            exports: config.exports.map_or_else(|| usual_exports(dir), |folder| dir.join(folder)),
            scripts: config.scripts.map(|folder| dir.join(folder)),
        }
    }
}

/// Where exports go unless `cms.toml` says otherwise.
pub fn usual_exports(dir: &Path) -> std::path::PathBuf {
    dir.join("exports")
}
