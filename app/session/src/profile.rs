//! Connection profiles: whom to connect to and how. A profile file never holds a password.

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub mod profiles;

pub use profiles::ProfileError;

/// One of the two servers of a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Which {
    /// The server for day-to-day work.
    Primary,
    /// The server that stands by.
    Secondary,
}

impl Which {
    /// Both, the primary first.
    pub const BOTH: [Which; 2] = [Which::Primary, Which::Secondary];

    /// The other of the two.
    pub fn other(self) -> Which {
        match self {
            Which::Primary => Which::Secondary,
            Which::Secondary => Which::Primary,
        }
    }
}

impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Which::Primary => "primary",
            Which::Secondary => "secondary",
        })
    }
}

/// How to reach one server and how to know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerRef {
    /// Such as `https://cms1.example.com:8443`.
    pub url: String,
    /// SHA-256 of its certificate, hexadecimal, once somebody has trusted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// A PEM file of authorities to check its certificate by, instead of a fingerprint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
}

impl ServerRef {
    /// A server of which only the address is known; its certificate is asked about on first use.
    pub fn new(url: impl Into<String>) -> Self {
        ServerRef { url: url.into(), fingerprint: None, ca_file: None }
    }
}

/// Whom a person works with: two servers with the same data, and one user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// What the person calls it; also the name of its file.
    pub name: String,
    /// User name on both servers.
    pub user: String,
    /// The server for day-to-day work.
    pub primary: ServerRef,
    /// The server that stands by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secondary: Option<ServerRef>,
    /// Switch to the other server by itself after so many seconds of trouble; `None`, the default, never does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auto_switch_secs: Option<u32>,
}

impl Profile {
    /// The server, if the profile has it.
    pub fn server(&self, which: Which) -> Option<&ServerRef> {
        match which {
            Which::Primary => Some(&self.primary),
            Which::Secondary => self.secondary.as_ref(),
        }
    }

    /// The same with the two addresses exchanged; `None` with one server only.
    pub fn exchanged(&self) -> Option<Profile> {
        let secondary = self.secondary.clone()?;
        Some(Profile { primary: secondary, secondary: Some(self.primary.clone()), ..self.clone() })
    }

    pub(crate) fn server_mut(&mut self, which: Which) -> Option<&mut ServerRef> {
        match which {
            Which::Primary => Some(&mut self.primary),
            Which::Secondary => self.secondary.as_mut(),
        }
    }
}
