//! Main menu additions on the screen: what is asked for when one is opened, and how that stands. A web address is the
//! screen's own business, and nothing is asked for it.

use std::path::PathBuf;
use std::sync::Arc;

use api::{MenuOutput, SetMenuAddition};
use model::AcdNumber;

use crate::profile::Which;

/// What is to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MenuRequest {
    /// The document of this addition.
    Document(String),
    /// The program of an addition, run on the serving server.
    Program {
        /// The addition.
        name: String,
        /// The ACD that it is told.
        acd: Option<AcdNumber>,
    },
}

impl MenuRequest {
    /// The addition.
    pub fn name(&self) -> &str {
        match self {
            MenuRequest::Document(name) | MenuRequest::Program { name, .. } => name,
        }
    }
}

/// How that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MenuStage {
    /// The server was asked.
    Asking,
    /// The program runs, and has said this so far.
    Running(String),
    /// The document.
    File(Arc<Vec<u8>>),
    /// The program has ended.
    Said(MenuOutput),
    /// Neither came.
    Failed(String),
}

/// What is opened of the main menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MenuView {
    /// The server.
    pub which: Which,
    /// What was asked for.
    pub request: MenuRequest,
    /// How it stands.
    pub stage: MenuStage,
}

impl MenuView {
    /// The program has said more.
    pub fn said(&mut self, text: &str) {
        match &mut self.stage {
            MenuStage::Running(said) => said.push_str(text),
            MenuStage::Asking => self.stage = MenuStage::Running(text.to_owned()),
            MenuStage::File(_) | MenuStage::Said(_) | MenuStage::Failed(_) => {}
        }
    }
}

/// A change of the main menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MenuChange {
    /// A new addition, with the file on this PC that is to be kept with it.
    Add(SetMenuAddition, Option<PathBuf>),
    /// Another of what there is, with another file if one is named.
    Modify(SetMenuAddition, Option<PathBuf>),
    /// An addition goes.
    Delete {
        /// Which.
        name: String,
        /// Whether a secondary is changed because the primary is down.
        take_over: bool,
    },
}

impl MenuChange {
    /// The addition.
    pub fn name(&self) -> &str {
        match self {
            MenuChange::Add(set, _) | MenuChange::Modify(set, _) => &set.name,
            MenuChange::Delete { name, .. } => name,
        }
    }
}
