//! A document as a workbook: one worksheet a block, with values that can be counted on.
//!
//! Durations, dates, times and percentages are numbers that look as they do on the screen. What a workbook cannot hold as such
//! stays text: negative durations, dates before 1900, whole numbers beyond what it counts exactly.

mod names;
mod styles;
mod values;

use report::Layout;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use crate::contents::{Document, NO_ROWS, Part};
use crate::error::DocumentError;
use names::SheetNames;
use styles::Styles;
use values::{Entry, entry};

/// Most rows of a worksheet.
const ROWS_MAX: u32 = 1_048_576;
/// Most characters of a cell.
const TEXT_MAX: usize = 32_767;
/// Widest and narrowest column, in characters.
const WIDTHS: (f64, f64) = (6.0, 60.0);
/// A4, as workbooks number papers.
const A4: u8 = 9;

/// The workbook's bytes.
pub(crate) fn xlsx(document: &Document<'_>) -> Result<Vec<u8>, DocumentError> {
    let mut workbook = Workbook::new();
    // Without a time of the sheet's own, the workbook would bear that of the PC.
    let made = ExcelDateTime::from_timestamp(document.sheet.at.0).or_else(|_| ExcelDateTime::from_ymd(1980, 1, 1))?;
    let properties = DocProperties::new().set_title(short(&document.sheet.title)).set_author("Understudy");
    workbook.set_properties(&properties.set_creation_datetime(&made));
    let (mut styles, mut names) = (Styles::default(), SheetNames::default());
    let parts = document.parts();
    for part in &parts {
        let title = if part.block.title.is_empty() { &document.sheet.title } else { &part.block.title };
        let worksheet = workbook.add_worksheet();
        worksheet.set_name(names.name(title))?;
        let mut filled = Filled { document, part, styles: &mut styles, worksheet, row: 0, widths: Vec::new() };
        filled.fill()?;
    }
    if parts.is_empty() {
        workbook.add_worksheet().set_name(names.name(&document.sheet.title))?.write(
            0,
            0,
            short(&document.sheet.title),
        )?;
    }
    Ok(workbook.save_to_buffer()?)
}

/// A worksheet that is being filled, from the top.
struct Filled<'a> {
    document: &'a Document<'a>,
    part: &'a Part<'a>,
    styles: &'a mut Styles,
    worksheet: &'a mut Worksheet,
    /// The next row.
    row: u32,
    /// Widest text of each column of the table, in characters.
    widths: Vec<usize>,
}

impl Filled<'_> {
    fn fill(&mut self) -> Result<(), DocumentError> {
        self.worksheet.set_paper_size(A4).set_landscape().set_print_fit_to_pages(1, 0);
        self.worksheet.set_footer("&L&A&RPage &P of &N").set_screen_gridlines(false);
        self.head()?;
        match self.part.block.layout {
            Layout::Table => self.table()?,
            Layout::Fields => self.fields()?,
        }
        for (column, &width) in (0_u16..).zip(&self.widths) {
            // A little air beside the text, and room for the arrow of the filter.
            self.worksheet.set_column_width(column, (width as f64 + 2.5).clamp(WIDTHS.0, WIDTHS.1))?;
        }
        Ok(())
    }

    /// Title, facts and notes, each a line of its own, as they stand above the table on paper.
    fn head(&mut self) -> Result<(), DocumentError> {
        let (sheet, head, block) = (self.document.sheet, self.document.head, self.part.block);
        self.line(&sheet.title, &Styles::title())?;
        if !block.title.is_empty() && block.title != sheet.title {
            self.line(&block.title, &Styles::heading())?;
        }
        for (label, value) in head.facts(sheet) {
            self.line(&format!("{label}: {value}"), &Styles::soft())?;
        }
        for note in head.notes().iter().chain(block.notes()) {
            self.line(note, &Styles::note())?;
        }
        self.row += 1;
        Ok(())
    }

    fn line(&mut self, text: &str, format: &Format) -> Result<(), DocumentError> {
        self.worksheet.write_string_with_format(self.row, 0, short(text), format)?;
        self.row += 1;
        Ok(())
    }

    fn table(&mut self) -> Result<(), DocumentError> {
        let part = self.part;
        self.has_room(part.rows.len())?;
        self.widths = vec![0; part.columns.len()];
        let heading = self.row;
        for (at, &column) in (0_u16..).zip(&part.columns) {
            let column = part.column(column);
            // Long headings go on below; the longest word has to fit.
            let longest = column.heading.split_whitespace().map(|word| word.chars().count()).max().unwrap_or(0);
            self.widths[usize::from(at)] = longest.max(column.heading.chars().count().min(14));
            let format = Styles::column_heading(column);
            self.worksheet.write_string_with_format(heading, at, short(&column.heading), &format)?;
        }
        self.row += 1;
        for &row in &part.rows {
            self.cells(|column| part.cell(row, column), false)?;
        }
        if let Some(last) = u16::try_from(part.columns.len()).ok().and_then(|columns| columns.checked_sub(1)) {
            self.worksheet.autofilter(heading, 0, self.row - 1, last)?;
        }
        if part.rows.is_empty() {
            self.line(NO_ROWS, &Styles::soft())?;
        }
        if part.has_totals() {
            self.cells(|column| part.total(column), true)?;
        }
        self.worksheet.set_freeze_panes(heading + 1, 0)?.set_repeat_rows(heading, heading)?;
        Ok(())
    }

    /// One row of cells.
    fn cells<'c>(&mut self, cell: impl Fn(usize) -> &'c report::Cell, total: bool) -> Result<(), DocumentError> {
        let part = self.part;
        for (at, &column) in (0_u16..).zip(&part.columns) {
            let width = self.cell(at, column, cell(column), total)?;
            let widest = &mut self.widths[usize::from(at)];
            *widest = (*widest).max(width);
        }
        self.row += 1;
        Ok(())
    }

    /// Writes one cell into the current row; gives how wide its text is.
    fn cell(&mut self, at: u16, column: usize, cell: &report::Cell, total: bool) -> Result<usize, XlsxError> {
        let column = self.part.column(column);
        let (entry, pattern) = entry(self.document, column, cell);
        let format = self.styles.of(column, pattern, cell.level, total);
        match entry {
            Entry::Blank => self.worksheet.write_blank(self.row, at, format)?,
            Entry::Number(number) => self.worksheet.write_number_with_format(self.row, at, number, format)?,
            Entry::Text(text) => self.worksheet.write_string_with_format(self.row, at, short(&text), format)?,
        };
        Ok(self.document.text(column, cell).chars().count())
    }

    /// Label and value of each column, one below the other, for each row.
    fn fields(&mut self) -> Result<(), DocumentError> {
        let part = self.part;
        self.has_room(part.rows.len().saturating_mul(part.columns.len() + 1))?;
        self.widths = vec![0; 2];
        if part.rows.is_empty() {
            self.line(NO_ROWS, &Styles::soft())?;
        }
        for (index, &row) in part.rows.iter().enumerate() {
            self.row += u32::from(index > 0);
            for &column in &part.columns {
                let heading = &part.column(column).heading;
                self.worksheet.write_string_with_format(self.row, 0, short(heading), &Styles::label())?;
                let width = self.cell(1, column, part.cell(row, column), false)?;
                self.widths = vec![self.widths[0].max(heading.chars().count()), self.widths[1].max(width)];
                self.row += 1;
            }
        }
        Ok(())
    }

    /// Refuses what a worksheet cannot hold.
    fn has_room(&self, rows: usize) -> Result<(), DocumentError> {
        // Heading, totals and a line for no rows.
        let most = ROWS_MAX - self.row - 3;
        if u32::try_from(rows).is_ok_and(|rows| rows <= most) {
            return Ok(());
        }
        Err(DocumentError::TooManyRows { block: self.part.block.title.clone(), rows, most: most as usize })
    }
}

/// A text that a cell takes.
fn short(text: &str) -> String {
    text.chars().take(TEXT_MAX).collect()
}
