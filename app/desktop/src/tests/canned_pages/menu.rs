//! What the made-up call centre has added to its menu.

use api::{MenuAddition, MenuFile};
use model::MenuKind;

use super::super::world::NOW;

/// The additions.
pub fn additions() -> Vec<MenuAddition> {
    let addition = |place, name: &str, kind, description: &str, users: &[&str]| MenuAddition {
        name: name.to_owned(),
        description: description.to_owned(),
        place,
        kind,
        address: String::new(),
        file: None,
        users: users.iter().map(|user| (*user).to_owned()).collect(),
        changed_at: NOW + -864_000,
        changed_by: "cms".to_owned(),
    };
    let file = |name: &str, bytes| {
        let digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned();
        Some(MenuFile { name: name.to_owned(), bytes, digest })
    };
    vec![
        MenuAddition {
            address: "https://intranet.example.com/orders".to_owned(),
            ..addition(1, "Order desk", MenuKind::Web, "Orders of today", &["ann", "bob"])
        },
        MenuAddition {
            file: file("roster.txt", 2_140),
            ..addition(2, "Roster", MenuKind::Document, "Early and late shift", &["ann"])
        },
        MenuAddition { file: file("disk.sh", 64), ..addition(9, "Disk space", MenuKind::Program, "", &[]) },
    ]
}
