//! The native desktop: screens for a [`session`], drawn with egui.
//!
//! Views compute plain view data and draw it; they leave intents and never change the model. No network, no
//! report arithmetic and no knowledge of the server's insides is here.

mod app;
mod arrangement;
mod backend;
mod ctx;
mod dialogs;
mod files;
mod fonts;
mod icons;
mod keep;
mod layout;
mod printing;
mod run;
mod screens;
mod settings;
#[cfg(test)]
mod tests;
mod theme;
mod view;
mod widgets;
mod workspace;

pub use app::{App, Start};
pub use backend::Backend;
pub use files::{FileDialogs, NativeDialogs};
pub use run::{Options, run};
