//! What is known of an ACD before its first event.

use std::collections::{BTreeMap, BTreeSet};

use model::event::Configuration;
use model::{AcdNumber, Calendar, CallProfile, ExceptionKey, ExceptionRule, LoginId, SplitId, VdnId};
use serde::{Deserialize, Serialize};

/// The settings that one collector begins with. Whatever changes while it runs comes as an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Number of the ACD.
    pub acd: AcdNumber,
    /// Its zone and the length of its archive interval, of the running interval.
    pub calendar: Calendar,
    /// Answered calls that end before this many seconds of talk count as abandoned; 0 turns it off.
    pub phantom_abandon_secs: u32,
    /// Profile of splits/skills that have none of their own.
    pub split_profile: CallProfile,
    /// Profile of VDNs that have none of their own.
    pub vdn_profile: CallProfile,
    /// Profiles that were administered before the first event.
    pub split_profiles: BTreeMap<SplitId, CallProfile>,
    /// Likewise of VDNs.
    pub vdn_profiles: BTreeMap<VdnId, CallProfile>,
    /// Rules for exceptions that were administered before the first event.
    pub exceptions: BTreeMap<ExceptionKey, ExceptionRule>,
    /// Agents whose trace was on before the first event.
    pub traced: BTreeSet<LoginId>,
    /// Whether a pump-up names all that the switch knows by number, so that the rest is gone. A PBX names all its queues and the
    /// VDNs of its settings, but of agents and reasons only who and what is in use.
    pub pump_ups_name_all: bool,
    /// Whether the switch tells by itself, and exactly, when its clock was set and from when. A PBX does not: each server finds out by
    /// what it heard last, so what runs meanwhile has another length at each.
    pub tells_set_clocks: bool,
}

impl Settings {
    /// The usual settings: service level 20 s, increments from 5 to 120 s, no phantom abandons, pump-ups that name all, a
    /// clock whose setting is told.
    pub fn new(acd: AcdNumber, calendar: Calendar) -> Self {
        let profile = CallProfile::usual();
        Settings {
            acd,
            calendar,
            phantom_abandon_secs: 0,
            split_profile: profile.clone(),
            vdn_profile: profile,
            split_profiles: BTreeMap::new(),
            vdn_profiles: BTreeMap::new(),
            exceptions: BTreeMap::new(),
            traced: BTreeSet::new(),
            pump_ups_name_all: true,
            tells_set_clocks: true,
        }
    }

    /// Enters what was administered before the first event.
    pub fn administer(&mut self, configuration: &Configuration) {
        match configuration {
            Configuration::SplitProfile { split, profile } => {
                self.split_profiles.insert(*split, profile.clone());
            }
            Configuration::SplitProfileRemoved { split } => {
                self.split_profiles.remove(split);
            }
            Configuration::VdnProfile { vdn, profile } => {
                self.vdn_profiles.insert(*vdn, profile.clone());
            }
            Configuration::VdnProfileRemoved { vdn } => {
                self.vdn_profiles.remove(vdn);
            }
            Configuration::Interval { minutes } => self.calendar.interval = *minutes,
            Configuration::Zone { zone } => self.calendar.zone = *zone,
            Configuration::PhantomLimit { secs } => self.phantom_abandon_secs = *secs,
            Configuration::Exception { rule } => {
                self.exceptions.insert(rule.key, *rule);
            }
            Configuration::Trace { agent, on: true } => {
                self.traced.insert(*agent);
            }
            Configuration::Trace { agent, on: false } => {
                self.traced.remove(agent);
            }
            _ => {}
        }
    }
}
