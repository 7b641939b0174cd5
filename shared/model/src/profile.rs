//! Call profiles: the acceptable service level of a split or VDN, and the limits of its ten wait bins.

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

/// Service level and up to nine increments, in seconds of wait.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CallProfile {
    /// Calls answered within this many seconds are ACCEPTABLE (less than or equal counts).
    pub service_level_secs: u32,
    /// Upper limits of bins 1 to 9, rising; a limit itself belongs to the lower bin. Without any, all
    /// calls are in bin 1.
    pub increments_secs: SmallVec<[u32; 9]>,
}

impl CallProfile {
    /// Most increments a profile can have.
    pub const INCREMENTS: usize = 9;

    /// Index 0 to 9 of the bin that a wait falls into.
    pub fn bin(&self, wait_secs: u32) -> usize {
        if self.increments_secs.is_empty() {
            return 0;
        }
        self.increments_secs.iter().position(|&limit| wait_secs <= limit).unwrap_or(Self::INCREMENTS)
    }

    /// The profile if its increments rise by at least one second each and there are at most nine.
    pub fn checked(service_level_secs: u32, increments_secs: &[u32]) -> Result<Self, String> {
        if increments_secs.len() > Self::INCREMENTS {
            return Err(format!("a call profile has at most nine increments, not {}", increments_secs.len()));
        }
        if let Some(pair) = increments_secs.windows(2).find(|pair| pair[0] >= pair[1]) {
            return Err(format!("increment {} must be above the one before it, {}", pair[1], pair[0]));
        }
        Ok(CallProfile { service_level_secs, increments_secs: SmallVec::from_slice(increments_secs) })
    }
}
