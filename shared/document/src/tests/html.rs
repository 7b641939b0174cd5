//! The page for browsers.

use api::LinkState;
use report::Sheet;

use super::content;
use super::sample::{block, head, mixed, sheet, stamp};
use crate::{Form, Head};

fn page(sheet: &Sheet, head: &Head) -> String {
    String::from_utf8(content(sheet, head, Form::Html)).expect("a page is UTF-8")
}

/// Without the style, which is kept in a file of its own.
fn body(page: &str) -> &str {
    &page[page.find("<body>").expect("a body")..]
}

#[test]
fn a_page_has_all_that_the_screen_shows() {
    insta::assert_snapshot!(body(&page(&mixed(), &head())));
}

#[test]
fn a_page_fetches_nothing_and_runs_nothing() {
    let page = page(&mixed(), &head());
    for part in ["http:", "https:", "url(", "<script", "src=", "<link", "@import"] {
        assert!(!page.contains(part), "{part}");
    }
    assert!(page.contains("prefers-color-scheme: dark") && page.contains("@media print"));
    assert!(page.contains("--caution-fill: #ffefc2") && page.contains("--caution-fill: #4a3a0a"));
}

#[test]
fn what_must_be_known_stands_above_the_rows() {
    let stamp = api::Stamp { link: LinkState::Down, incomplete: true, ..stamp() };
    let page = page(&sheet("Nothing", vec![block("", Vec::new(), Vec::new())]), &Head::new(&stamp, &[], Vec::new()));
    let notes: Vec<&str> = body(&page).lines().filter(|line| line.contains("\"note\"")).collect();
    let stale = "<p class=\"note\">Stale: the link to ACD 1 is down on east; data of 2026-11-23T09:42:07Z</p>";
    assert_eq!(notes, [stale, "<p class=\"note\">The running interval lacks data</p>"]);
    assert!(page.contains("No rows"));
}
