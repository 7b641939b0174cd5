//! Licence expressions, and what deny.toml says of them.

use std::collections::BTreeSet;

/// The licences of deny.toml: those for everybody, and those for one crate.
pub(super) fn allowed_licences(deny: &str) -> (BTreeSet<String>, BTreeSet<(String, String)>) {
    let quoted = |line: &str| -> Vec<String> { line.split('"').skip(1).step_by(2).map(str::to_owned).collect() };
    let mut allowed = BTreeSet::new();
    let mut exceptions = BTreeSet::new();
    let section = deny.split("[licenses]").nth(1).expect("deny.toml has [licenses]");
    for line in section.lines().take_while(|line| !line.starts_with('[')).filter(|line| line.starts_with("    ")) {
        match quoted(line).as_slice() {
            [id] => _ = allowed.insert(id.clone()),
            [id, name] if line.contains("crate = ") => _ = exceptions.insert((name.clone(), id.clone())),
            _ => panic!("deny.toml: a line of [licenses] that is not understood: {line}"),
        }
    }
    (allowed, exceptions)
}

/// Whether a licence expression can be met with what is allowed. AND binds closer than OR; `/` is an old OR.
pub(super) fn permits(expression: &str, allowed: &dyn Fn(&str) -> bool) -> bool {
    let expression = expression.replace('/', " OR ");
    split_outside(&expression, " OR ").iter().any(|choice| {
        split_outside(choice, " AND ").iter().all(|part| {
            let part = part.trim();
            match part.strip_prefix('(').and_then(|part| part.strip_suffix(')')) {
                Some(inner) => permits(inner, allowed),
                None => allowed(part),
            }
        })
    })
}

/// Splits where the separator stands outside all parentheses.
fn split_outside<'a>(text: &'a str, separator: &str) -> Vec<&'a str> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_i32);
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ if depth == 0 && at >= start && text[at..].starts_with(separator) => {
                parts.push(&text[start..at]);
                start = at + separator.len();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}
