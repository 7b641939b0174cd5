//! A document as one page for browsers and mails: nothing is fetched from anywhere, and nothing in it runs.
//!
//! Printed from a browser it keeps its colours, and headings come again on each page. Very wide tables print better as PDF.

use std::fmt::Write;

use report::{Layout, Level};

use crate::colours::{Colours, DARK, LIGHT, Pair};
use crate::contents::{Document, NO_ROWS, Part, is_left};

const STYLE: &str = include_str!("html.css");
/// Tables of more columns are printed smaller.
const WIDE_COLUMNS: usize = 14;

/// The page.
pub(crate) fn html(document: &Document<'_>) -> String {
    let title = escaped(&document.sheet.title);
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<meta name=\"generator\" content=\"Understudy\">\n\
         <title>{title}</title>\n<style>\n{STYLE}"
    );
    let _ = write!(page, ":root {{ {} }}\n@media (prefers-color-scheme: dark) ", variables(&LIGHT));
    // Paper is bright, whatever the screen is.
    let _ = write!(page, "and (not print) {{ :root {{ {} }} }}\n</style>\n</head>\n<body>\n", variables(&DARK));
    let _ = writeln!(page, "<h1>{title}</h1>\n<dl class=\"facts\">");
    for (label, value) in document.head.facts(document.sheet) {
        let _ = writeln!(page, "<div><dt>{}</dt><dd>{}</dd></div>", escaped(&label), escaped(&value));
    }
    page.push_str("</dl>\n");
    document.head.notes().iter().for_each(|text| note(&mut page, text));
    for part in document.parts() {
        page.push_str("<section>\n");
        if !part.block.title.is_empty() {
            let _ = writeln!(page, "<h2>{}</h2>", escaped(&part.block.title));
        }
        part.block.notes().for_each(|text| note(&mut page, text));
        match part.block.layout {
            Layout::Table => table(document, &part, &mut page),
            Layout::Fields => fields(document, &part, &mut page),
        }
        page.push_str("</section>\n");
    }
    page.push_str("</body>\n</html>\n");
    page
}

fn note(page: &mut String, text: &str) {
    let _ = writeln!(page, "<p class=\"note\">{}</p>", escaped(text));
}

fn table(document: &Document<'_>, part: &Part<'_>, page: &mut String) {
    page.push_str(if part.columns.len() > WIDE_COLUMNS { "<table class=\"wide\">\n" } else { "<table>\n" });
    page.push_str("<thead><tr>");
    for &column in &part.columns {
        let column = part.column(column);
        let left = if is_left(column) { " class=\"left\"" } else { "" };
        let _ = write!(page, "<th scope=\"col\"{left}>{}</th>", escaped(&column.heading));
    }
    page.push_str("</tr></thead>\n<tbody>\n");
    for &row in &part.rows {
        page.push_str("<tr>");
        part.columns.iter().for_each(|&column| cell(document, part, column, part.cell(row, column), page));
        page.push_str("</tr>\n");
    }
    page.push_str("</tbody>\n");
    if part.has_totals() {
        page.push_str("<tfoot><tr>");
        part.columns.iter().for_each(|&column| cell(document, part, column, part.total(column), page));
        page.push_str("</tr></tfoot>\n");
    }
    page.push_str("</table>\n");
    if part.rows.is_empty() {
        let _ = writeln!(page, "<p class=\"none\">{NO_ROWS}</p>");
    }
}

fn cell(document: &Document<'_>, part: &Part<'_>, column: usize, cell: &report::Cell, page: &mut String) {
    let column = part.column(column);
    let classes = match (is_left(column), class(cell.level)) {
        (false, "") => String::new(),
        (false, level) => format!(" class=\"{level}\""),
        (true, level) => format!(" class=\"{}\"", format!("left {level}").trim_end()),
    };
    let _ = write!(page, "<td{classes}>{}</td>", escaped(&document.text(column, cell)));
}

fn fields(document: &Document<'_>, part: &Part<'_>, page: &mut String) {
    for &row in &part.rows {
        page.push_str("<dl class=\"fields\">\n");
        for &column in &part.columns {
            let (cell, column) = (part.cell(row, column), part.column(column));
            let level = match class(cell.level) {
                "" => String::new(),
                level => format!(" class=\"{level}\""),
            };
            let (label, value) = (escaped(&column.heading), escaped(&document.text(column, cell)));
            let _ = writeln!(page, "<div><dt>{label}</dt><dd{level}>{value}</dd></div>");
        }
        page.push_str("</dl>\n");
    }
    if part.rows.is_empty() {
        let _ = writeln!(page, "<p class=\"none\">{NO_ROWS}</p>");
    }
}

fn class(level: Level) -> &'static str {
    match level {
        Level::Normal => "",
        Level::Caution => "caution",
        Level::Warning => "warning",
    }
}

/// The colours as the style names them.
fn variables(colours: &Colours) -> String {
    let Colours { surface, raised, line, outline, text, soft, caution, warning, note } = colours;
    let mut all = String::new();
    let plain = [("surface", surface), ("raised", raised), ("line", line), ("outline", outline)];
    for (name, colour) in plain.into_iter().chain([("text", text), ("soft", soft)]) {
        let _ = write!(all, "--{name}: #{colour:06x}; ");
    }
    for (name, Pair { fill, text }) in [("caution", caution), ("warning", warning), ("note", note)] {
        let _ = write!(all, "--{name}-fill: #{fill:06x}; --{name}-text: #{text:06x}; ");
    }
    all.trim_end().to_owned()
}

/// A text in which nothing is taken for markup. Characters that no page may have become the mark for what cannot be shown.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\n' | '\t' => safe.push(letter),
            letter if letter.is_control() => safe.push('\u{FFFD}'),
            letter => safe.push(letter),
        }
    }
    safe
}
