//! The forms of a document.

/// How a sheet is written into a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Form {
    /// Comma-separated values, for other programs.
    #[default]
    Csv,
    /// A workbook, for spreadsheets.
    Xlsx,
    /// A page for browsers and mails.
    Html,
    /// Pages to print.
    Pdf,
}

impl Form {
    /// All of them, from plain numbers to the printed page.
    pub const ALL: [Form; 4] = [Form::Csv, Form::Xlsx, Form::Html, Form::Pdf];

    /// The ending of such a file's name, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Form::Csv => "csv",
            Form::Xlsx => "xlsx",
            Form::Html => "html",
            Form::Pdf => "pdf",
        }
    }

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Form::Csv => "CSV",
            Form::Xlsx => "Excel (XLSX)",
            Form::Html => "HTML",
            Form::Pdf => "PDF",
        }
    }

    /// The form that an ending says, however it is written.
    pub fn of_extension(extension: &str) -> Option<Form> {
        Form::ALL.into_iter().find(|form| form.extension().eq_ignore_ascii_case(extension))
    }
}
