//! A document as the content of a file.

use crate::contents::Document;
use crate::error::DocumentError;
use crate::form::Form;
use crate::html::html;
use crate::pdf::pdf;
use crate::xlsx::xlsx;

impl Document<'_> {
    /// The document as the content of a file.
    ///
    /// # Errors
    /// If the form cannot hold it, such as a workbook more than a million rows.
    pub fn content(&self, form: Form) -> Result<Vec<u8>, DocumentError> {
        match form {
            Form::Csv => Ok(self.sheet.to_csv_as(self.shown, self.order).into_bytes()),
            Form::Html => Ok(html(self).into_bytes()),
            Form::Xlsx => xlsx(self),
            Form::Pdf => pdf(self),
        }
    }
}
