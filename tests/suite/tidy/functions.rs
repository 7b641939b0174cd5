//! How long functions are, by their text. Relies on rustfmt's layout; a parser would be a dependency for one number.

/// A function and its length, signature and braces included.
#[derive(Debug, PartialEq)]
pub(super) struct Function {
    pub(super) name: String,
    pub(super) line: usize,
    pub(super) lines: usize,
}

/// Functions of more than one line: a body ends with a brace as far in as its `fn`.
pub(super) fn functions(source: &str) -> Vec<Function> {
    let lines: Vec<&str> = source.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let indent = &line[..line.len() - line.trim_start().len()];
        let Some(name) = function_name(line.trim_start()) else { continue };
        if line.ends_with('}') || line.ends_with(';') {
            continue;
        }
        let end = format!("{indent}}}");
        let length = lines[at..].iter().position(|line| **line == end || **line == format!("{indent});"));
        if let Some(length) = length {
            found.push(Function { name: name.to_owned(), line: at + 1, lines: length + 1 });
        }
    }
    found
}

fn function_name(line: &str) -> Option<&str> {
    let (before, after) = line.split_once("fn ")?;
    let qualifiers = ["pub", "pub(crate)", "pub(super)", "const", "async", "unsafe", "extern", "\"C\""];
    let plain = before.split_whitespace().all(|word| qualifiers.contains(&word) || word.starts_with("pub("));
    let end = after.find(|c: char| !c.is_alphanumeric() && c != '_')?;
    (plain && end > 0).then(|| &after[..end])
}
