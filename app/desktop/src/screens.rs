//! The screens: each draws its view data and leaves intents. None changes the model.

pub mod administration;
pub mod banner;
pub mod blocks;
pub mod columns_dialog;
pub mod confirm_dialog;
pub mod copy_dialog;
pub mod delete_dialog;
pub mod designer;
pub mod export_dialog;
pub mod fields;
pub mod input_fields;
pub mod inputs_dialog;
pub mod list;
pub mod menu;
pub mod pane;
pub mod pane_filter;
pub mod password_dialog;
pub mod profile_editor;
pub mod settings_dialog;
pub mod shortcuts;
pub mod sign_in;
pub mod suggest;
pub mod toasts;
pub mod top_bar;
pub mod workspace;
pub mod written_file;
