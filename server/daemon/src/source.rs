//! An ACD of this server as the rest of the program sees it: its live side, its archive, and the ways to it.

use std::path::PathBuf;
use std::sync::Arc;

use crate::acd::{AcdFiles, AcdView, Orders};
use crate::names::Names;

/// One ACD.
pub struct Source {
    /// Live side.
    pub view: Arc<AcdView>,
    /// Archive.
    pub database: PathBuf,
    /// The one writer of the archive.
    pub files: AcdFiles,
    /// Where administrators' orders go.
    pub orders: Orders,
    /// What people read instead of numbers.
    pub names: Arc<Names>,
}

impl Source {
    /// The house's names have changed: for reports, and for those who get call history.
    pub fn forget_names(&self) {
        self.names.forget();
        if let Some(history) = self.view.history() {
            history.house_changed();
        }
    }

    /// The ACD's name by the Dictionary, or else by `cms.toml`.
    pub fn name(&self) -> String {
        let synonym = self.names.synonym(model::NameKind::Acd, &self.view.number().to_string());
        synonym.unwrap_or_else(|| self.view.name().to_owned())
    }
}
