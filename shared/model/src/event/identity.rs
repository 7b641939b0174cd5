//! Who calls, and for what: what call records and traces say of a call and nothing is counted by.
//!
//! It lies behind a pointer in the event, so that the many events of a call that do not tell it stay small. Single acts
//! for each of its texts were turned down: a switch knows most of them at once, and a part that changed is told with the
//! rest.

use serde::{Deserialize, Serialize};

use crate::id::{CollectedDigits, LineKind, PhoneNumber, Ucid, UserToUser};

/// What a switch knows of a call's identity. Each telling replaces the one before as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CallIdentity {
    /// Number of the caller, or the extension that calls (CALLING_PTY).
    pub calling_party: Option<PhoneNumber>,
    /// Kind of line that the caller uses (CALLING_II).
    pub line_kind: Option<LineKind>,
    /// Number that was dialled (DIALED_NUM).
    pub dialed_number: Option<PhoneNumber>,
    /// Digits that were collected last (LASTDIGITS).
    pub collected_digits: Option<CollectedDigits>,
    /// Universal call ID (UCID).
    pub ucid: Option<Ucid>,
    /// User-to-user information (ASAI_UUI).
    pub user_to_user: Option<UserToUser>,
}
