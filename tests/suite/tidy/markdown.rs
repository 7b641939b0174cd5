//! Markdown as far as links and headings go.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::files::{files, root};

/// All Markdown files, by their path from the root.
pub(super) fn documents() -> Vec<String> {
    files(&root(), "md")
}

pub(super) fn resolve(from: &str, target: &str, root: &Path) -> PathBuf {
    root.join(from).parent().expect("a file lies in a folder").join(target)
}

/// Links and pictures inside the repository, with their line; code is left out.
pub(super) fn links(page: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (number, line) in prose(page) {
        let text: String = line.split('`').step_by(2).collect::<Vec<_>>().join("`");
        for rest in text.split("](").skip(1) {
            let target = rest.split([')', ' ']).next().unwrap_or_default();
            if !target.contains("://") && !target.starts_with("mailto:") {
                found.push((number, target.to_owned()));
            }
        }
    }
    found
}

/// The anchors that a page's headings make.
pub(super) fn headings(page: &str) -> BTreeSet<String> {
    let anchor = |heading: &str| -> String {
        let kept = heading.trim().to_lowercase();
        kept.chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
            .map(|c| if c == ' ' { '-' } else { c })
            .collect()
    };
    prose(page)
        .filter(|(_, line)| line.starts_with('#'))
        .map(|(_, line)| anchor(line.trim_start_matches('#')))
        .collect()
}

/// Lines outside fenced code, with their number.
fn prose(page: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    (1..).zip(page.lines()).filter(move |(_, line)| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        !fence && !fenced
    })
}
