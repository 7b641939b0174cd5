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

    /// Longest service level and increment that a person can enter, in seconds: no caller waits for more than a day.
    pub const SECS_MAX: u32 = 86_400;

    /// What holds where nothing was administered: 20 s, unless the switch tells a service level, and increments from 5 to 120 s.
    pub fn usual() -> CallProfile {
        CallProfile {
            service_level_secs: 20,
            increments_secs: SmallVec::from_slice(&[5, 10, 15, 20, 30, 45, 60, 90, 120]),
        }
    }

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

    /// The profile if a person can enter it: as [`checked`](Self::checked), the first increment above 0, and nothing beyond
    /// [`SECS_MAX`](Self::SECS_MAX). What a switch tells, or a journal of before holds, is not asked for this.
    pub fn entered(service_level_secs: u32, increments_secs: &[u32]) -> Result<Self, String> {
        if service_level_secs > Self::SECS_MAX {
            return Err(format!("a service level is 0 to {} seconds, not {service_level_secs}", Self::SECS_MAX));
        }
        let profile = Self::checked(service_level_secs, increments_secs)?;
        if increments_secs.first() == Some(&0) {
            return Err("the first increment must be above 0".to_owned());
        }
        match increments_secs.last().filter(|last| **last > Self::SECS_MAX) {
            Some(last) => Err(format!("an increment is 1 to {} seconds, not {last}", Self::SECS_MAX)),
            None => Ok(profile),
        }
    }
}
