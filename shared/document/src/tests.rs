//! Documents of made sheets, read back.

mod any;
mod html;
mod pages;
mod pdf;
mod sample;
mod workbook;

use report::Sheet;

use crate::{Document, Form, Head};
use sample::{head, mixed, table};

/// The document; also written into the folder `DOCUMENT_SHOTS` for whoever wants to look at it.
fn content(sheet: &Sheet, head: &Head, form: Form) -> Vec<u8> {
    let content = Document::new(sheet, head).content(form).unwrap_or_else(|error| panic!("{form:?}: {error}"));
    if let Some(folder) = std::env::var_os("DOCUMENT_SHOTS") {
        let rows: usize = sheet.blocks.iter().map(|block| block.rows.len()).sum();
        let columns = sheet.blocks.first().map_or(0, |block| block.columns.len());
        let name = format!("{}-{rows}x{columns}.{}", sheet.title.replace('/', "-"), form.extension());
        std::fs::write(std::path::Path::new(&folder).join(name), &content).expect("the folder can be written to");
    }
    content
}

#[test]
fn the_same_sheet_gives_the_same_bytes() {
    let (sheet, head) = (mixed(), head());
    for form in Form::ALL {
        assert!(content(&sheet, &head, form) == content(&sheet, &head, form), "{form:?}");
    }
}

#[test]
fn comma_separated_values_are_those_of_the_report() {
    assert_eq!(content(&mixed(), &head(), Form::Csv), mixed().to_csv().into_bytes());
}

#[test]
fn an_ending_says_the_form() {
    for form in Form::ALL {
        assert_eq!(Form::of_extension(form.extension()), Some(form));
    }
    assert_eq!(Form::of_extension("PDF"), Some(Form::Pdf));
    assert_eq!(Form::of_extension("txt"), None);
}

#[test]
fn every_form_has_the_columns_and_the_order_of_the_screen() {
    let sheet = table(3, 4);
    let head = head();
    let shown = |_: usize, column: &report::SheetColumn| column.id != "c1";
    let order = |_: usize, place: usize| 2 - place;
    let document = Document::new(&sheet, &head).arranged(&shown, &order);
    let rows =
        |text: &str| ["2.0", "1.0", "0.0"].map(|name| text.find(name).unwrap_or_else(|| panic!("{name}: {text}")));
    let csv = String::from_utf8(document.content(Form::Csv).unwrap()).unwrap();
    let html = String::from_utf8(document.content(Form::Html).unwrap()).unwrap();
    let html = &html[html.find("<table").unwrap()..];
    let pdf = pages::texts(&document.content(Form::Pdf).unwrap()).concat().join("\n");
    let xlsx = workbook::lines(&document.content(Form::Xlsx).unwrap());
    for text in [csv, html.to_owned(), pdf, xlsx] {
        assert!(rows(&text).is_sorted() && !text.contains(".1"), "{text}");
        assert!(text.contains("0.2") && text.contains("2.3"), "{text}");
    }
}
