//! Which modules of a crate name each other, read from the text of `use` and of paths that begin with `crate` or `super`.

use std::collections::{BTreeMap, BTreeSet};

use super::files::code_lines;

/// For each module of a crate: the modules beside it that it names, each with the file that does.
pub(super) type Names = BTreeMap<String, BTreeMap<String, String>>;

/// Reads them; `files` are paths below the crate's `src`, and texts.
pub(super) fn names<'a>(files: impl Iterator<Item = (&'a str, &'a str)> + Clone) -> Names {
    let modules: BTreeSet<String> = files.clone().filter_map(|(path, _)| module(path).into_iter().next()).collect();
    let mut names = Names::new();
    for (path, source) in files {
        let own = module(path);
        let Some(top) = own.first() else { continue };
        for named in paths(source).filter_map(|path| resolved(&own, &path)) {
            if named != *top && modules.contains(&named) {
                names.entry(top.clone()).or_default().entry(named).or_insert_with(|| path.to_owned());
            }
        }
    }
    names
}

/// A way from a module back to itself, if there is one: the modules in their order, the first one again at the end.
pub(super) fn circle(names: &Names) -> Option<Vec<String>> {
    let mut done = BTreeSet::new();
    names.keys().find_map(|module| way_back(names, module, &mut Vec::new(), &mut done))
}

fn way_back(names: &Names, module: &str, way: &mut Vec<String>, done: &mut BTreeSet<String>) -> Option<Vec<String>> {
    if let Some(at) = way.iter().position(|met| met == module) {
        return Some(way[at..].iter().cloned().chain([module.to_owned()]).collect());
    }
    if !done.insert(module.to_owned()) {
        return None;
    }
    way.push(module.to_owned());
    let found = names.get(module).and_then(|named| named.keys().find_map(|next| way_back(names, next, way, done)));
    way.pop();
    found
}

/// The module of a file; nothing for the crate's root.
fn module(path: &str) -> Vec<String> {
    let path = path.strip_suffix(".rs").unwrap_or(path);
    if matches!(path, "lib" | "main") {
        return Vec::new();
    }
    path.split('/').filter(|part| *part != "mod").map(str::to_owned).collect()
}

/// The crate's module that a path leads into, seen from a module.
fn resolved(own: &[String], path: &str) -> Option<String> {
    let mut parts = path.split("::").map(str::trim).peekable();
    let mut base = match *parts.peek()? {
        "crate" => {
            parts.next();
            &own[..0]
        }
        "super" => own,
        _ => return None,
    };
    while parts.next_if_eq(&"super").is_some() {
        base = &base[..base.len().checked_sub(1)?];
    }
    match base.first() {
        // Still inside of the module.
        Some(_) => None,
        None => parts.next().map(str::to_owned),
    }
}

/// All paths of a source that begin with `crate` or `super`, groups in braces taken apart.
fn paths(source: &str) -> impl Iterator<Item = String> {
    let product = source.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let code: String = code_lines(product).flat_map(|(_, line)| [line, "\n"]).collect();
    let mut found = Vec::new();
    for start in ["crate::", "super::"] {
        for (at, _) in code.match_indices(start) {
            let before = code[..at].chars().next_back();
            if before.is_none_or(|before| !before.is_alphanumeric() && !matches!(before, '_' | ':')) {
                take(&code[at..], String::new(), &mut found);
            }
        }
    }
    found.into_iter()
}

/// Takes one path, or the paths of one group, from the beginning of a text; says how much of it that was.
fn take(text: &str, before: String, found: &mut Vec<String>) -> usize {
    let own = text.find(|char: char| !(char.is_alphanumeric() || char.is_whitespace() || matches!(char, '_' | ':')));
    let own = own.unwrap_or(text.len());
    let path = before + text[..own].trim();
    if !text[own..].starts_with('{') {
        found.push(path);
        return own;
    }
    let mut at = own + 1;
    loop {
        at += take(&text[at..], path.clone(), found);
        match text[at..].chars().next() {
            Some(',') => at += 1,
            Some(_) => return at + 1,
            None => return at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{circle, names};

    #[test]
    fn a_circle_is_found_however_it_is_written() {
        let check = |files: &[(&str, &str)], expect: Option<&[&str]>| {
            let found = circle(&names(files.iter().copied()));
            assert_eq!(
                found.as_deref(),
                expect.map(|way| way.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).as_deref()
            );
        };
        let way: &[&str] = &["acd", "rows", "acd"];
        check(&[("acd.rs", "use crate::rows::Rows;"), ("rows.rs", "use std::fmt;")], None);
        check(
            &[("acd.rs", "use crate::{clock, rows::{Rows, Row}};"), ("rows.rs", "fn f() { crate::acd::f() }")],
            Some(way),
        );
        check(&[("acd/view.rs", "use super::super::rows::Rows;"), ("rows.rs", "use super::acd::View;")], Some(way));
        check(&[("acd.rs", "use self::view::View; use super::rows;"), ("acd/view.rs", "use super::Acd;")], None);
        check(&[("acd.rs", "// crate::rows\nmod view;"), ("rows.rs", "use crate::acd::Acd;")], None);
        let tested = "use crate::acd::Acd;\n#[cfg(test)]\nmod tests {\n    use super::acd;\n}\n";
        check(&[("acd.rs", "use crate::rows::Rows;"), ("rows.rs", tested)], Some(way));
    }
}
