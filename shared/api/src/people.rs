//! Users, their passwords and what they may; and whether one or many may work on the server.

use model::{AcdNumber, Moment};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::role::{Mode, Role};

/// One user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UserView {
    /// What is typed at sign-in.
    pub name: String,
    /// The person's name; empty if it is not known.
    pub full_name: String,
    /// Where the person sits; empty if it is not known.
    pub room: String,
    /// The person's telephone number; empty if it is not known.
    pub phone: String,
    /// Whether the user is an administrator.
    pub administrator: bool,
    /// Whether the user may read everything, whatever else is permitted.
    pub reads_everything: bool,
    /// Live reports that may be open at once; 0 for as many as wanted.
    pub max_windows: u8,
    /// Shortest time between two refreshes in seconds; 0 for as it happens.
    pub fastest_refresh_secs: u16,
    /// The ACD that the user begins with.
    #[schema(value_type = u8)]
    pub login_acd: AcdNumber,
    /// Whether there is a password on this server. Without one the user cannot sign in here.
    pub has_password: bool,
    /// What belongs to the user, in words; empty if nothing does.
    pub belongings: String,
    /// When this was last changed, UNIX seconds of the server's clock.
    #[schema(value_type = i64)]
    pub changed_at: Moment,
}

/// What is to be known of a user; what is absent stays as it is, or is nothing of a new one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetUser {
    /// Whom; 3 to 31 lower-case letters, digits, `_`, `-` and `.`.
    pub name: String,
    /// The person's name.
    #[serde(default)]
    pub full_name: Option<String>,
    /// Where the person sits.
    #[serde(default)]
    pub room: Option<String>,
    /// The person's telephone number.
    #[serde(default)]
    pub phone: Option<String>,
    /// Whether the user is to be an administrator.
    #[serde(default)]
    pub administrator: Option<bool>,
    /// Live reports that may be open at once, 1 to 12; 0 for as many as wanted.
    #[serde(default)]
    pub max_windows: Option<u8>,
    /// Shortest time between two refreshes in seconds, 3 to 600; 0 for as it happens.
    #[serde(default)]
    pub fastest_refresh_secs: Option<u16>,
    /// The ACD that the user begins with.
    #[serde(default)]
    #[schema(value_type = Option<u8>)]
    pub login_acd: Option<AcdNumber>,
}

/// Adds a user.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddUser {
    /// What is to be known of the user.
    pub user: SetUser,
    /// A password on this server; without one the user cannot sign in yet.
    #[serde(default)]
    pub password: Option<String>,
    /// Whether the user may read everything. Without it nothing is permitted yet.
    #[serde(default)]
    pub reads_everything: bool,
}

/// Gives a user a password on this server.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPassword {
    /// Whom; absent for oneself. Another's password is set by administrators.
    #[serde(default)]
    pub user: Option<String>,
    /// One's own present password; not needed for another's.
    #[serde(default)]
    pub old: Option<String>,
    /// The new password.
    pub new: String,
}

/// One thing that is permitted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Permission {
    /// `feature`, `menu`, `acd`, `splits`, `trunk-groups`, `vdns` or `vectors`.
    pub kind: String,
    /// The ACD; absent for features and main menu additions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u8>)]
    pub acd: Option<AcdNumber>,
    /// Name of the feature or main menu addition, number of the element, or `all` for every one of the kind; empty for the ACD
    /// itself.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub of: String,
    /// `read`, `write`, `exceptions` between commas, or `none`. Who may write may read.
    pub access: String,
}

/// What a user is permitted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UserPermissions {
    /// User ID of whom it is permitted.
    pub user: String,
    /// Whether the user is an administrator, who may do everything.
    pub administrator: bool,
    /// Whether the user may read everything, whatever else is permitted.
    pub reads_everything: bool,
    /// Shortest time between two refreshes in seconds; 0 for as it happens.
    #[serde(default)]
    pub fastest_refresh_secs: u16,
    /// What was permitted thing by thing; what is not named is not.
    pub permissions: Vec<Permission>,
}

/// Changes what a user is permitted. What is not named stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPermissions {
    /// User ID of whom it is permitted.
    pub user: String,
    /// Whether the user may read everything, whatever else is permitted.
    #[serde(default)]
    pub reads_everything: Option<bool>,
    /// What is permitted, or with `none` no longer.
    #[serde(default)]
    pub permissions: Vec<Permission>,
}

/// The state of the server for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ModeView {
    /// Name of the server.
    pub server: String,
    /// Role of the server.
    pub role: Role,
    /// Whether one or many may work.
    pub mode: Mode,
    /// Who set that; empty if nobody ever did.
    pub by: String,
    /// When, UNIX seconds of the server's clock.
    #[schema(value_type = Option<i64>)]
    pub since: Option<Moment>,
    /// The ACD whose clock stands for what belongs to no ACD.
    #[schema(value_type = u8)]
    pub master_acd: AcdNumber,
}

/// Lets one or many work on the server.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetMode {
    /// The mode from now on.
    pub mode: Mode,
}

/// Chooses the master ACD.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetMasterAcd {
    /// Number of the ACD that is to be the master.
    #[schema(value_type = u8)]
    pub acd: AcdNumber,
}
