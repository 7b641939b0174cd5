//! How commands name something that belongs to a user.

use clap::Args;

/// Something of a user: a timetable, a shortcut.
#[derive(Debug, Args)]
pub(crate) struct Owned {
    /// Its name
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// User ID of the owner; your own without it
    #[arg(long, value_name = "USER")]
    pub(crate) owner: Option<String>,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}
