//! Main menu additions as administrators see them, and while one is made or changed.

use std::path::{Path, PathBuf};

use api::{MenuAddition, SetMenuAddition};
use model::MenuKind;
use model::menu::{PLACE_MAX, address_fault, file_name_fault, name_fault};
use model::synonym::description_fault;
use session::{ChangeRequest, MenuChange, Model, Which};

use super::Confirm;
use super::storage::bytes_text;

/// What an addition opens, as the dialog names it.
pub const KINDS: [(MenuKind, &str); 3] =
    [(MenuKind::Web, "Web address"), (MenuKind::Document, "Document"), (MenuKind::Program, "Program")];

/// The additions as texts: place, name, what it is, what it opens, description, users.
pub fn rows(known: &[MenuAddition], search: &str) -> Vec<[String; 6]> {
    let search = search.to_lowercase();
    let holds = |row: &[String; 6]| {
        let text = row.join(" ").to_lowercase();
        search.split_whitespace().all(|word| text.contains(word))
    };
    let row = |addition: &MenuAddition| {
        let opens = match &addition.file {
            Some(file) => format!("{} ({})", file.name, bytes_text(file.bytes)),
            None => addition.address.clone(),
        };
        [
            addition.place.to_string(),
            addition.name.clone(),
            addition.kind.to_string(),
            opens,
            addition.description.clone(),
            addition.users.join(", "),
        ]
    };
    known.iter().map(row).filter(holds).collect()
}

/// The question before one is deleted.
pub fn delete(model: &Model, which: Which, addition: &MenuAddition, take_over: bool) -> Confirm {
    let (here, name) = (model.servers[which].name(), addition.name.clone());
    Confirm {
        title: format!("Delete {name} from the main menu?"),
        lines: vec![
            "Its file and what was permitted of it go with it".to_owned(),
            format!("It is deleted on {here} alone, until administration is carried over"),
        ],
        button: format!("Delete on {here}"),
        dangerous: true,
        which,
        change: ChangeRequest::Menu(MenuChange::Delete { name, take_over }),
    }
}

/// An addition while it is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MenuDraft {
    /// As it is kept; absent for a new one.
    kept: Option<MenuAddition>,
    /// What the menu calls it.
    pub name: String,
    /// What else is to be known.
    pub description: String,
    /// Its place, as typed.
    pub place: String,
    /// What it opens.
    pub kind: MenuKind,
    /// The web address.
    pub address: String,
    /// The file on this PC that is to be kept with it.
    pub file: String,
    /// Whether a secondary is changed.
    take_over: bool,
}

impl MenuDraft {
    /// A new one.
    pub fn new(take_over: bool) -> MenuDraft {
        let nothing = String::new;
        MenuDraft {
            kept: None,
            name: nothing(),
            description: nothing(),
            place: nothing(),
            kind: MenuKind::Web,
            address: nothing(),
            file: nothing(),
            take_over,
        }
    }

    /// One that there is.
    pub fn of(kept: &MenuAddition, take_over: bool) -> MenuDraft {
        MenuDraft {
            name: kept.name.clone(),
            description: kept.description.clone(),
            place: kept.place.to_string(),
            kind: kept.kind,
            address: kept.address.clone(),
            file: String::new(),
            kept: Some(kept.clone()),
            take_over,
        }
    }

    /// What the dialog is called.
    pub fn title(&self) -> String {
        match &self.kept {
            Some(kept) => format!("Main menu addition {}", kept.name),
            None => "New main menu addition".to_owned(),
        }
    }

    /// Name of the file that is kept now and stays if no other is named.
    pub fn kept_file(&self) -> Option<&str> {
        let file = self.kept.as_ref().filter(|_| self.kind.has_file())?.file.as_ref()?;
        Some(&file.name)
    }

    /// A file was chosen natively.
    pub fn chosen(&mut self, file: PathBuf) {
        self.file = file.display().to_string();
    }

    fn place(&self) -> Result<u16, String> {
        match self.place.trim() {
            "" => Ok(0),
            typed => match typed.parse() {
                Ok(place) if place <= PLACE_MAX => Ok(place),
                _ => Err(format!("The place is a whole number from 0 to {PLACE_MAX}, unlike {typed:?}")),
            },
        }
    }

    /// The change that is asked for, or what is wrong. The file is read when it is sent.
    pub fn change(&self) -> Result<ChangeRequest, String> {
        let [name, description, address] =
            [&self.name, &self.description, &self.address].map(|typed| typed.trim().to_owned());
        let wrong = |fault: Option<String>| fault.map_or(Ok(()), Err);
        if name.is_empty() {
            return Err("The name is needed".to_owned());
        }
        wrong(name_fault(&name))?;
        wrong(description_fault(&description))?;
        let file = Some(self.file.trim()).filter(|file| !file.is_empty() && self.kind.has_file()).map(PathBuf::from);
        let file_name = file.as_deref().map(file_name).transpose()?;
        match (self.kind, &file) {
            (MenuKind::Web, _) => wrong(address_fault(&address))?,
            (_, None) if self.kept_file().is_none() => return Err("Choose the file".to_owned()),
            _ => {}
        }
        let address = (!self.kind.has_file()).then_some(address);
        let set = SetMenuAddition {
            name,
            rename: None,
            description: Some(description),
            place: Some(self.place()?),
            kind: Some(self.kind),
            address,
            file_name,
            take_over: self.take_over,
        };
        let Some(kept) = &self.kept else { return Ok(ChangeRequest::Menu(MenuChange::Add(set, file))) };
        let rename = Some(set.name.clone()).filter(|name| *name != kept.name);
        let changed = SetMenuAddition {
            name: kept.name.clone(),
            rename,
            description: set.description.filter(|new| *new != kept.description),
            place: set.place.filter(|new| *new != kept.place),
            kind: set.kind.filter(|new| *new != kept.kind),
            address: set.address.filter(|new| *new != kept.address),
            ..set
        };
        let take_over = self.take_over;
        if changed == (SetMenuAddition { name: kept.name.clone(), take_over, ..SetMenuAddition::default() }) {
            return Err("Nothing differs from what is kept".to_owned());
        }
        Ok(ChangeRequest::Menu(MenuChange::Modify(changed, file)))
    }
}

fn file_name(file: &Path) -> Result<String, String> {
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    file_name_fault(&name).map_or(Ok(name), Err)
}
