//! Identifiers as the field writes them. All are `Copy`, so events and rows never allocate for them.

use std::fmt;
use std::str::FromStr;

use arrayvec::ArrayString;
use serde::{Deserialize, Serialize};

/// Why a text is not an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// The text is empty or longer than the identifier's width.
    #[error("{kind} must have 1 to {max} characters, not {len}")]
    Length {
        /// Which identifier was meant.
        kind: &'static str,
        /// Longest permitted length in bytes.
        max: usize,
        /// Length of what was given.
        len: usize,
    },
    /// The text has a control character or a blank at its ends.
    #[error("{kind} has a character that is not allowed: {text:?}")]
    Character {
        /// Which identifier was meant.
        kind: &'static str,
        /// The text as given.
        text: String,
    },
    /// The text is not a number in range.
    #[error("{kind} must be a number, not {text:?}")]
    Number {
        /// Which identifier was meant.
        kind: &'static str,
        /// The text as given.
        text: String,
    },
}

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident($int:ty), $kind:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $int);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                text.parse().map($name).map_err(|_| IdError::Number { kind: $kind, text: text.to_owned() })
            }
        }
    };
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident[$max:literal], $kind:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "ArrayString<96>", into = "ArrayString<96>")]
        pub struct $name(ArrayString<$max>);

        impl $name {
            /// Longest identifier of this kind, in bytes.
            pub const MAX: usize = $max;

            /// Checks and makes an identifier; the error names the kind and the fault.
            pub fn new(text: &str) -> Result<Self, IdError> {
                // Nearly all are digits; those need no look at what Unicode calls a space.
                let plain = text.bytes().all(|byte| byte.is_ascii_graphic());
                if !plain && (text.chars().any(char::is_control) || text.trim() != text) {
                    return Err(IdError::Character { kind: $kind, text: text.to_owned() });
                }
                match ArrayString::from(text) {
                    Ok(id) if !text.is_empty() => Ok($name(id)),
                    _ => Err(IdError::Length { kind: $kind, max: $max, len: text.len() }),
                }
            }

            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.0.as_str())
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                $name::new(text)
            }
        }

        impl TryFrom<ArrayString<96>> for $name {
            type Error = IdError;

            fn try_from(text: ArrayString<96>) -> Result<Self, IdError> {
                $name::new(&text)
            }
        }

        impl From<$name> for ArrayString<96> {
            fn from(id: $name) -> Self {
                let mut text = ArrayString::new();
                text.push_str(id.as_str());
                text
            }
        }
    };
}

number_id! {
    /// An ACD (telephone switch). 1 to 8 are real, 9 to 26 are pseudo-ACDs.
    AcdNumber(u8), "an ACD number"
}
number_id! {
    /// A split or skill (queue).
    SplitId(u32), "a split/skill number"
}
number_id! {
    /// A call vector.
    VectorId(u32), "a vector number"
}
number_id! {
    /// A trunk group.
    TrunkGroupId(u32), "a trunk group number"
}
number_id! {
    /// An AUX reason code, 0 to 99; 0 is the system's own.
    AuxReason(u8), "an AUX reason code"
}
number_id! {
    /// A logout reason code, 0 to 99.
    LogoutReason(u8), "a logout reason code"
}
number_id! {
    /// Kind of line that a caller uses (CALLING_II), 0 to 99.
    LineKind(u8), "a kind of line"
}
number_id! {
    /// One call as the switch numbers it. Unique among the calls alive at one moment.
    CallId(u64), "a call ID"
}

text_id! {
    /// An agent's login ID (LOGID).
    LoginId[16], "a login ID"
}
text_id! {
    /// A station's extension (EXTENSION).
    Extension[16], "an extension"
}
text_id! {
    /// A vector directory number (VDN).
    VdnId[16], "a VDN"
}
text_id! {
    /// A trunk's equipment location (EQLOC).
    EqLoc[16], "an equipment location"
}
text_id! {
    /// A call work code (CWC), up to 16 digits.
    WorkCode[16], "a call work code"
}

text_id! {
    /// A telephone number, or what else a caller is known by (CALLING_PTY, DIALED_NUM).
    PhoneNumber[24], "a telephone number"
}
text_id! {
    /// Digits that were collected from a caller (LASTDIGITS).
    CollectedDigits[16], "collected digits"
}
text_id! {
    /// A universal call ID (UCID): 20 digits, of which 5 are the node, 5 the sequence and 10 the start in UNIX seconds.
    Ucid[20], "a universal call ID"
}
text_id! {
    /// User-to-user information that comes with a call (ASAI_UUI).
    UserToUser[96], "user-to-user information"
}
