//! The shortcuts of all users, for administrators: whose they are, what they open, who changed them last.

use api::Shortcut;
use model::Calendar;
use session::{ChangeRequest, Model, ShortcutChange, Which};

use super::{Confirm, moment_text};
use crate::view::pane::report_name;

/// One shortcut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShortcutRow {
    /// The shortcut.
    pub shortcut: Shortcut,
    /// Its texts, in the order of the columns.
    pub texts: [String; 5],
}

/// Shortcuts with the searched words in any of their texts.
pub fn rows(model: &Model, shortcuts: &[Shortcut], search: &str, calendar: Option<&Calendar>) -> Vec<ShortcutRow> {
    let row = |shortcut: &Shortcut| {
        let reports: Vec<String> = shortcut.steps.iter().map(|step| report_name(model, step)).collect();
        let reports = match &shortcut.unreadable {
            None => reports.join(", "),
            Some(_) => "cannot be read by this version".to_owned(),
        };
        let texts = [
            shortcut.owner.clone(),
            shortcut.name.clone(),
            shortcut.typed().len().to_string(),
            reports,
            format!("{} by {}", moment_text(shortcut.changed_at, calendar), shortcut.changed_by),
        ];
        ShortcutRow { shortcut: shortcut.clone(), texts }
    };
    let search = search.trim().to_lowercase();
    let holds = |row: &ShortcutRow| {
        let text = row.texts.join(" ").to_lowercase();
        search.split_whitespace().all(|word| text.contains(word))
    };
    shortcuts.iter().map(row).filter(holds).collect()
}

/// Asks before a shortcut is deleted.
pub fn deletion(which: Which, server: &str, shortcut: &Shortcut) -> Confirm {
    let (owner, name) = (&shortcut.owner, &shortcut.name);
    Confirm {
        title: format!("Delete the shortcut {name} of {owner}?"),
        lines: vec![format!("{owner} can no longer open these reports with it. The reports themselves stay")],
        button: format!("Delete on {server}"),
        dangerous: false,
        which,
        change: ChangeRequest::Shortcut(ShortcutChange::Delete { owner: Some(owner.clone()), name: name.clone() }),
    }
}
