//! What an administrator may say about a PBX. Everything has a default that works without a dictionary.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use model::{AuxReason, Extension, LoginId, SplitId, TrunkGroupId, VdnId};
use serde::Deserialize;

/// Settings of one manager-interface link; the keys of `[acd.link]` in `cms.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Manager user.
    pub username: String,
    /// Its password; read from `secret_file` by the program, never from the settings file.
    #[serde(skip)]
    pub secret: String,
    /// Numbers of queues by name. A queue whose name is a number keeps it without an entry.
    pub splits: BTreeMap<String, SplitId>,
    /// Login IDs by state interface (`SIP/1001`), where the part after the slash will not do.
    pub agents: BTreeMap<String, LoginId>,
    /// Wrap-up seconds by queue name, for members that have no wrap-up of their own: the interface does not tell it.
    pub wrapup_secs: BTreeMap<String, u32>,
    /// AUX reason codes by pause reason. A reason that is a number up to 99 keeps it without an entry.
    pub aux_reasons: BTreeMap<String, AuxReason>,
    /// The pause reason that means after-call work rather than AUX; empty for none.
    pub acw_reason: String,
    /// Names of VDNs by number.
    pub vdns: BTreeMap<VdnId, String>,
    /// Dialplan contexts whose extension at joining a queue is a VDN; all of them if empty.
    pub vdn_contexts: BTreeSet<String>,
    /// Trunk group numbers by peer (`SIP/trunk`); without them calls have no trunks.
    pub trunk_groups: BTreeMap<String, TrunkGroupId>,
}

impl Settings {
    /// What decides the rows, each setting by its name in the file, and its value as text.
    pub fn told(&self) -> [(&'static str, String); 8] {
        fn pairs<K: Display, V: Display>(known: &BTreeMap<K, V>) -> String {
            known.iter().map(|(key, value)| format!("{key} = {value}")).collect::<Vec<_>>().join(", ")
        }
        [
            ("splits", pairs(&self.splits)),
            ("agents", pairs(&self.agents)),
            ("wrapup_secs", pairs(&self.wrapup_secs)),
            ("aux_reasons", pairs(&self.aux_reasons)),
            ("acw_reason", self.acw_reason.clone()),
            ("vdns", pairs(&self.vdns)),
            ("vdn_contexts", self.vdn_contexts.iter().cloned().collect::<Vec<_>>().join(", ")),
            ("trunk_groups", pairs(&self.trunk_groups)),
        ]
    }
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            username: String::new(),
            secret: String::new(),
            splits: BTreeMap::new(),
            agents: BTreeMap::new(),
            wrapup_secs: BTreeMap::new(),
            aux_reasons: BTreeMap::new(),
            acw_reason: "ACW".to_owned(),
            vdns: BTreeMap::new(),
            vdn_contexts: BTreeSet::new(),
            trunk_groups: BTreeMap::new(),
        }
    }
}

/// Why settings cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// No manager user is named.
    #[error("`username` of the asterisk link is empty; name the user of manager.conf")]
    NoUsername,
    /// A line break in the name or password would be a second line on the wire.
    #[error("`{key}` of the asterisk link has a control character; remove it")]
    ControlCharacter {
        /// Which key.
        key: &'static str,
    },
    /// Two queues have the same number.
    #[error("queues {first:?} and {second:?} both have split number {split} in `splits`; give one another number")]
    SameSplit {
        /// The number.
        split: SplitId,
        /// One queue.
        first: String,
        /// The other queue.
        second: String,
    },
    /// Two pause reasons have the same code.
    #[error("pause reasons {first:?} and {second:?} both have code {code} in `aux_reasons`; give one another code")]
    SameReason {
        /// The code.
        code: AuxReason,
        /// One reason.
        first: String,
        /// The other reason.
        second: String,
    },
    /// A reason code above 99.
    #[error("pause reason {reason:?} has code {code} in `aux_reasons`; codes are 0 to 99")]
    ReasonRange {
        /// The reason.
        reason: String,
        /// Its code.
        code: AuxReason,
    },
}

impl Settings {
    /// Whether the settings can be used; the error names the key and what to change.
    pub fn check(&self) -> Result<(), SettingsError> {
        if self.username.is_empty() {
            return Err(SettingsError::NoUsername);
        }
        for (key, text) in [("username", &self.username), ("secret_file", &self.secret)] {
            if text.chars().any(char::is_control) {
                return Err(SettingsError::ControlCharacter { key });
            }
        }
        if let Some((split, first, second)) = twice(&self.splits) {
            return Err(SettingsError::SameSplit { split, first, second });
        }
        if let Some((code, first, second)) = twice(&self.aux_reasons) {
            return Err(SettingsError::SameReason { code, first, second });
        }
        match self.aux_reasons.iter().find(|(_, code)| code.0 > 99) {
            Some((reason, &code)) => Err(SettingsError::ReasonRange { reason: reason.clone(), code }),
            None => Ok(()),
        }
    }

    /// The VDN that a dialled extension of a context is, if it is one.
    pub(super) fn vdn(&self, context: &str, exten: &str) -> Option<VdnId> {
        let measured = self.vdn_contexts.is_empty() || self.vdn_contexts.contains(context);
        let dialled = exten.len() > 1 && exten.bytes().all(|byte| byte.is_ascii_digit());
        VdnId::new(exten).ok().filter(|_| measured && dialled)
    }

    pub(super) fn extension(&self, state_interface: &str, login: LoginId) -> Option<Extension> {
        Extension::new(super::numbering::user_part(state_interface)).or_else(|_| Extension::new(login.as_str())).ok()
    }
}

fn twice<V: Copy + Ord>(map: &BTreeMap<String, V>) -> Option<(V, String, String)> {
    let mut seen: BTreeMap<V, &String> = BTreeMap::new();
    for (name, &number) in map {
        if let Some(first) = seen.insert(number, name) {
            return Some((number, first.clone(), name.clone()));
        }
    }
    None
}
