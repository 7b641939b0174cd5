//! Backups in which a verification found damage, remembered until one finds them sound: a backup that looks whole in a list says
//! nothing of what is in it, and an entry of the error log is gone once somebody has acknowledged it.

use backup::{Device, Set};
use serde::{Deserialize, Serialize};
use store::LocalStore;

use crate::causes::told;

/// The setting under which they stand.
const KEY: &str = "damaged-backups";
/// The newest that are remembered; what is no longer on a device says nothing to anybody.
const MOST: usize = 200;

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Damaged {
    device: String,
    folder: String,
    label: String,
    why: String,
}

/// All that are known.
#[derive(Debug, Default)]
pub(super) struct DamagedBackups(Vec<Damaged>);

impl DamagedBackups {
    /// As they are remembered; none where that cannot be read.
    pub(super) fn known(local: &LocalStore) -> DamagedBackups {
        let kept = local.setting(KEY).unwrap_or_else(|error| {
            tracing::warn!("which backups are damaged cannot be read: {}", told(&error));
            None
        });
        DamagedBackups(kept.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
    }

    /// Why a backup cannot be restored; empty where nothing is known.
    pub(super) fn why(&self, device: &Device, set: &Set) -> &str {
        let found = self.0.iter().find(|known| known.is(device, set));
        found.map_or("", |known| &known.why)
    }

    /// What a verification has found: why it cannot be restored, or that it can.
    pub(super) fn note(local: &mut LocalStore, device: &Device, set: &Set, why: Option<&str>) {
        let DamagedBackups(mut all) = DamagedBackups::known(local);
        let before = all.clone();
        all.retain(|known| !known.is(device, set));
        all.extend(why.map(|why| Damaged {
            device: device.name.clone(),
            folder: set.folder.clone(),
            label: set.label.clone(),
            why: why.to_owned(),
        }));
        let too_many = all.len().saturating_sub(MOST);
        all.drain(..too_many);
        if all == before {
            return;
        }
        let text = serde_json::to_string(&all).unwrap_or_default();
        if let Err(error) = local.set_setting(KEY, &text) {
            tracing::warn!("that backup {} was verified cannot be noted: {}", set.label, told(&error));
        }
    }
}

impl Damaged {
    fn is(&self, device: &Device, set: &Set) -> bool {
        (&self.device, &self.folder, &self.label) == (&device.name, &set.folder, &set.label)
    }
}
