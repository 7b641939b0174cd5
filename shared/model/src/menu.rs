//! Main menu additions: what the house puts into everybody's menu, and what such an entry may say.
//!
//! An addition opens a web address on the person's own computer, shows a document that is kept with it, or has a program
//! that is kept with it run on the server and shows what that says.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Longest name of an addition, as in the field.
pub const NAME_CHARS_MAX: usize = 20;
/// Longest address.
pub const ADDRESS_CHARS_MAX: usize = 500;
/// Longest name of a file.
pub const FILE_NAME_CHARS_MAX: usize = 60;
/// Largest file of an addition.
pub const FILE_BYTES_MAX: usize = 4 << 20;
/// Most additions of a server.
pub const ADDITIONS_MAX: usize = 100;
/// Highest place in the menu.
pub const PLACE_MAX: u16 = 999;
/// Stands for every addition where it is said what is permitted; no addition is called so.
pub const ALL: &str = "all";

/// What an addition opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MenuKind {
    /// A web address, opened where the person sits.
    Web,
    /// A file, shown or saved where the person sits.
    Document,
    /// A program, run on the server that the person is signed in to.
    Program,
}

impl MenuKind {
    /// All of them.
    pub const ALL: [MenuKind; 3] = [MenuKind::Web, MenuKind::Document, MenuKind::Program];

    /// What it is called in files.
    pub fn word(self) -> &'static str {
        match self {
            MenuKind::Web => "web",
            MenuKind::Document => "document",
            MenuKind::Program => "program",
        }
    }

    /// What it is called by people.
    pub fn noun(self) -> &'static str {
        match self {
            MenuKind::Web => "web address",
            MenuKind::Document => "document",
            MenuKind::Program => "program",
        }
    }

    /// From its word.
    pub fn parse(word: &str) -> Option<MenuKind> {
        MenuKind::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Whether a file is kept with it.
    pub fn has_file(self) -> bool {
        self != MenuKind::Web
    }
}

impl fmt::Display for MenuKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.noun())
    }
}

/// What is wrong with the name of an addition; `None` if it can be used.
pub fn name_fault(name: &str) -> Option<String> {
    if name.eq_ignore_ascii_case(ALL) {
        return Some(format!("no addition can be called {name:?}: that stands for all of them"));
    }
    let right = !name.is_empty()
        && name.trim() == name
        && name.chars().count() <= NAME_CHARS_MAX
        && !name.chars().any(char::is_control);
    (!right).then(|| {
        format!("a name has 1 to {NAME_CHARS_MAX} characters in one line, no blank at either end, unlike {name:?}")
    })
}

/// What is wrong with a web address; `None` if it can be used. Nothing but the web is opened: an address of another scheme
/// could start a program on the person's computer.
pub fn address_fault(address: &str) -> Option<String> {
    let scheme = ["http://", "https://"].into_iter().find(|scheme| address.starts_with(scheme));
    let Some(rest) = scheme.and_then(|scheme| address.strip_prefix(scheme)) else {
        return Some(format!("a web address begins with http:// or https://, unlike {address:?}"));
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let right = !host.is_empty()
        && address.chars().count() <= ADDRESS_CHARS_MAX
        && !address.chars().any(|c| c.is_whitespace() || c.is_control() || "\"<>\\".contains(c));
    (!right).then(|| {
        format!(
            "a web address names a host, has at most {ADDRESS_CHARS_MAX} characters and no blanks, unlike {address:?}"
        )
    })
}

/// What is wrong with the name of an addition's file; `None` if it can be used on any computer.
pub fn file_name_fault(name: &str) -> Option<String> {
    let inside = |c: char| c.is_alphanumeric() || "._-+() ".contains(c);
    let right = name.starts_with(char::is_alphanumeric)
        && name.chars().all(inside)
        && !name.ends_with(['.', ' '])
        && name.chars().count() <= FILE_NAME_CHARS_MAX;
    (!right).then(|| {
        format!(
            "the name of a file has 1 to {FILE_NAME_CHARS_MAX} letters, digits, blanks and . _ - + ( ), a letter or digit first, \
             unlike {name:?}"
        )
    })
}
