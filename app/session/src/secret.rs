//! A password on its way to a server: it is compared and handed on, and never written out.

use std::fmt;

/// A password. Nothing shows it, no log and no failed test.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes over what was typed.
    pub fn new(typed: impl Into<String>) -> Secret {
        Secret(typed.into())
    }

    /// The password itself, for the one request that needs it.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }

    /// One that stands for a password that was sent and is forgotten.
    pub(crate) fn forgotten() -> Secret {
        Secret(String::new())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
