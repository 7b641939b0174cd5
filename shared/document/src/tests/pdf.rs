//! Pages to print, by the texts that stand on them.

use std::collections::BTreeSet;

use report::{Format, Level, Sheet};

use super::sample::{block, column, head, mixed, row, sheet, table, text};
use super::{content, pages};
use crate::Form;

/// The texts of each page, line by line.
fn printed(sheet: &Sheet) -> Vec<Vec<String>> {
    pages::texts(&content(sheet, &head(), Form::Pdf))
}

fn has(page: &[String], text: &str) -> bool {
    page.iter().any(|line| line == text)
}

#[test]
fn pages_show_all_that_the_screen_shows() {
    let pages = printed(&mixed());
    insta::assert_snapshot!(pages.iter().map(|page| page.join("\n")).collect::<Vec<_>>().join("\n--- page\n"));
}

#[test]
fn long_tables_have_their_headings_on_each_page() {
    let sheet = table(5000, 4);
    let pages = printed(&sheet);
    assert!(pages.len() > 50, "{} pages", pages.len());
    for (number, page) in (1..).zip(&pages) {
        assert!((0..4).all(|column| has(page, &format!("Column{column}"))), "page {number}: {page:?}");
        assert!(has(page, &format!("Page {number} of {}", pages.len())), "page {number}: {page:?}");
    }
    let cells: Vec<&str> = pages.iter().flatten().map(String::as_str).filter(|line| line.contains('.')).collect();
    let expect: Vec<String> = (0..5000).flat_map(|row| (0..4).map(move |column| format!("{row}.{column}"))).collect();
    assert_eq!(cells, expect, "each cell once, in order");
}

#[test]
fn wide_tables_are_cut_by_columns_and_say_what_each_row_is() {
    for rows in [3, 200] {
        let pages = printed(&table(rows, 60));
        let printed: BTreeSet<&str> = pages.iter().flatten().map(String::as_str).collect();
        for row in 0..rows {
            for column in 0..60 {
                assert!(printed.contains(format!("{row}.{column}").as_str()), "{row}.{column} is missing");
            }
        }
        let parts =
            pages.iter().flatten().filter(|line| line.starts_with("Table") && line.contains(": columns ")).count();
        let keys = pages.iter().flatten().filter(|line| *line == "1.0").count();
        let groups = pages.iter().flatten().filter(|line| *line == "Column0").count();
        assert!(
            pages[0]
                .iter()
                .any(|line| line.starts_with("Table: columns “Column1” to “") && line.contains("(part 1 of "))
        );
        assert_eq!(parts, groups, "each part has the column that says what its rows are");
        assert!(keys >= 3, "the key stands beside each part of its row, not {keys} times");
        assert_eq!(pages.len() == 1, rows == 3, "a few rows fit on one page, part below part");
    }
}

#[test]
fn letters_that_the_font_lacks_are_boxes_and_stay_what_they_are() {
    let names = ["Отдел продаж", "営業部", "Ωμέγα", "العربية", "שלום", "İstanbul Çağrı", "Übung — ßø", "👍"];
    let rows = names.iter().enumerate().map(|(at, name)| row(&at.to_string(), vec![text(name)])).collect();
    let pages = printed(&sheet("Имена 名前", vec![block("", vec![column("a", "Name", Format::Text)], rows)]));
    for name in names.iter().chain(&["Имена 名前"]) {
        assert!(pages[0].iter().any(|line| line == name), "{name} in {:?}", pages[0]);
    }
    let faces = super::super::pdf::boxes("営業部 Отдел");
    assert_eq!(faces, [true, true, true, false, false, false, false, false, false], "CJK has none, Cyrillic has");
}

#[test]
fn a_long_text_goes_on_in_further_lines_and_pages() {
    let words: Vec<String> = (0..3000).map(|number| format!("w{number}")).collect();
    let rows = vec![row("1", vec![text(&words.join(" "))]), row("2", vec![text("the last")])];
    let pages = printed(&sheet("Long", vec![block("", vec![column("a", "Remark", Format::Text)], rows)]));
    let all = pages.iter().flatten().cloned().collect::<Vec<_>>().join(" ");
    let printed: Vec<&str> = all.split(' ').filter(|word| word.starts_with('w')).collect();
    assert_eq!(printed, words);
    assert!(pages.len() > 2 && has(&pages[pages.len() - 1], "the last"));
}

#[test]
fn an_empty_report_says_that_it_is() {
    let pages = printed(&sheet("Nothing", vec![block("", vec![column("a", "Calls", Format::Count)], Vec::new())]));
    assert!(pages.len() == 1 && has(&pages[0], "Calls") && has(&pages[0], "No rows"), "{pages:?}");
    assert_eq!(printed(&sheet("Nothing at all", Vec::new())).len(), 1);
}

#[test]
fn tables_can_be_heard() {
    let bytes = content(&mixed(), &head(), Form::Pdf);
    let tags = pages::tags(&bytes);
    let count = |tag: &str| tags.iter().filter(|known| *known == tag).count();
    // Two rows, the totals and the headings; the fields in rows of their own.
    assert_eq!((count("H1"), count("Table")), (1, 2));
    assert_eq!(count("TD"), 3 * 11 + 11, "blank cells have their place, too");
    assert_eq!(count("TH"), 11 + 11);
}

#[test]
fn colours_are_those_of_the_screen() {
    let mut colourful = table(2, 2);
    colourful.blocks[0].rows[0].cells[1].level = Level::Caution;
    let plain = pages::fills(&content(&table(2, 2), &head(), Form::Pdf));
    let coloured = pages::fills(&content(&colourful, &head(), Form::Pdf));
    assert!(!plain.contains(&0xFF_EFC2) && coloured.contains(&0xFF_EFC2) && coloured.contains(&0x74_4A00));
}
