//! The files of the repository, and their text.

use std::path::{Path, PathBuf};

pub(super) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub(super) fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()))
}

pub(super) fn slashed(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// Files with this ending below a folder, by their path from the root, in order.
pub(super) fn files(folder: &Path, ending: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        for path in entries.map(|entry| entry.expect("a folder can be read").path()) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                if name != "target" && !name.starts_with('.') {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|found| found == ending) {
                let root = root().canonicalize().expect("the root exists");
                let full = path.canonicalize().expect("the file exists");
                found.push(slashed(full.strip_prefix(root).expect("the file lies below the root")));
            }
        }
    }
    found.sort();
    found
}

/// Rust files below a folder: path from the root, and text.
pub(super) fn sources(folder: &Path) -> Vec<(String, String)> {
    let read = |path: String| {
        let source = read(&root().join(&path));
        (path, source)
    };
    files(folder, "rs").into_iter().map(read).collect()
}

pub(super) fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.contains("/src/tests/") || path.contains("/tests/")
}

/// Lines with their number from 1 on, without comments.
pub(super) fn code_lines(source: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..).zip(source.lines()).map(|(number, line)| (number, line.split("//").next().unwrap_or_default()))
}

/// An attribute from its first line to its end.
pub(super) fn attribute(source: &str, line: usize) -> String {
    let mut whole = String::new();
    for line in source.lines().skip(line - 1) {
        whole.push_str(line);
        if line.trim_end().ends_with(']') {
            break;
        }
    }
    whole
}
