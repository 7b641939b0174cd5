//! The controls that the screens are made of. They know colours and sizes, and nothing of reports.

mod button;
mod chip;
mod dialog;
mod field;
mod hatch;
mod listing;
mod message;
mod segments;
mod settled;
pub mod table;

pub use button::{
    danger_button, focus_ring, guarded, icon_button, icon_text_button, leading_button, primary_button, toggle_button,
};
pub use chip::{chip, chip_at};
pub use dialog::{DialogUi, button_row, dialog, entered_by_default};
pub use field::{choose, choose_all, field, hint, labelled, option, placeholder, secret_field, section};
pub use hatch::hatch;
pub use listing::{ListColumn, Listing};
pub use message::message;
pub use segments::segments;
pub use settled::settled_height;
