//! Shortcuts: reports with their inputs under a name, opened together. They belong to their user.
//!
//! A step names its report by its path, which is the same on both servers, never by a number that one server gave it.

use model::Moment;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::report_request::ReportRequest;

/// Most steps of a shortcut.
pub const SHORTCUT_STEPS_MOST: usize = 20;
/// Longest name of a shortcut, in letters.
pub const SHORTCUT_NAME_LONGEST: usize = 20;
/// Longest arrangement of a shortcut, in bytes.
pub const ARRANGEMENT_LONGEST: usize = 65_536;

/// A shortcut as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Shortcut {
    /// User ID of its owner.
    pub owner: String,
    /// Its name, unique for the owner without regard to case.
    pub name: String,
    /// What it opens, in order.
    pub steps: Vec<ReportRequest>,
    /// How the program that kept it has arranged the steps on the screen, as JSON of that program's own; others leave it alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrangement: Option<String>,
    /// When it was last changed, UNIX seconds of the server's clock.
    #[schema(value_type = i64)]
    pub changed_at: Moment,
    /// User ID of who changed it.
    pub changed_by: String,
    /// Set where this server's version does not understand what is kept; `steps` is empty then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreadable: Option<UnreadableSteps>,
}

/// What a shortcut opens, where the server does not understand it. It stays as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnreadableSteps {
    /// The steps as they are kept, in order.
    pub kept: Vec<String>,
    /// Which cannot be read and why, and what to do.
    pub why: String,
}

impl Shortcut {
    /// Its steps as they are typed, also those that are not understood.
    pub fn typed(&self) -> Vec<String> {
        match &self.unreadable {
            Some(unreadable) => unreadable.kept.clone(),
            None => self.steps.iter().map(ReportRequest::typed).collect(),
        }
    }
}

/// Adds a shortcut of one's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddShortcut {
    /// Name of the shortcut, 1 to 20 characters.
    pub name: String,
    /// What it opens, in order.
    pub steps: Vec<ReportRequest>,
    /// How they are arranged on the screen, as JSON of the program's own; at most 65536 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrangement: Option<String>,
}

/// Changes a shortcut of one's own; what is left out stays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ModifyShortcut {
    /// Name that the shortcut has.
    pub name: String,
    /// Name that it is to have instead.
    #[serde(default)]
    pub rename: Option<String>,
    /// Other steps instead of all that there are.
    #[serde(default)]
    pub steps: Option<Vec<ReportRequest>>,
    /// Steps to be deleted, by their place from 1 on.
    #[serde(default)]
    pub delete_steps: Vec<u32>,
    /// Steps to be added behind the others.
    #[serde(default)]
    pub add_steps: Vec<ReportRequest>,
    /// How the steps are arranged on the screen from now on. Without it an arrangement goes once there are other steps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrangement: Option<String>,
}

/// Gives a copy of a shortcut to another user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GiveShortcut {
    /// User ID of its owner; whoever asks if left out.
    #[serde(default)]
    pub owner: Option<String>,
    /// Name of the shortcut.
    pub name: String,
    /// User ID of who gets the copy.
    pub to: String,
    /// Another name for the copy.
    #[serde(default)]
    pub rename: Option<String>,
}

/// What is wrong with the name of a shortcut, if anything is.
pub fn shortcut_name_fault(name: &str) -> Option<String> {
    let fits = (1..=SHORTCUT_NAME_LONGEST).contains(&name.chars().count());
    let is_plain = name.trim() == name && !name.chars().any(char::is_control);
    (!fits || !is_plain).then(|| {
        format!("a shortcut's name has 1 to {SHORTCUT_NAME_LONGEST} letters and no blank at its ends, unlike {name:?}")
    })
}

/// What is wrong with the number of steps, if anything is.
pub fn shortcut_steps_fault(steps: usize) -> Option<String> {
    match steps {
        0 => Some("a shortcut needs at least one step: a report with its inputs".to_owned()),
        1..=SHORTCUT_STEPS_MOST => None,
        more => Some(format!("a shortcut has at most {SHORTCUT_STEPS_MOST} steps, not {more}")),
    }
}
