//! What exists, what it is called, and the profiles and lengths in force. Entities taken out of the translations keep
//! their rows to the end of the interval.

use std::sync::Arc;

use model::event::{Configuration, Entity};
use model::{CallProfile, SplitId, TrunkGroupId, VdnId, VectorId};

use crate::collector::Collector;
use crate::judged::Said;
use crate::slots::Ix;
use crate::trunk::TrunkGroup;
use crate::vdn::Vdn;
use crate::vector::Vector;

/// Of what the switch has no more, nobody can tell its service level; that is no change of it.
const GONE: Said<'static> = Said::Told { level_secs: None, first: true };

impl Collector {
    pub(crate) fn configure(&mut self, configuration: &Configuration) {
        Arc::make_mut(&mut self.dictionary).learn(configuration);
        if self.link.lost_at().is_some() {
            self.named.extend(configuration.entity());
        }
        match configuration {
            Configuration::Split { split, service_level_secs, .. } => {
                let ix = self.split_ix(*split);
                let split = &mut self.splits[ix];
                let first = !std::mem::replace(&mut split.configured, true);
                let said = Said::Told { level_secs: *service_level_secs, first };
                split.configure(said, &self.settings.split_profile);
            }
            Configuration::SplitProfile { split, profile } => self.give_split(*split, Some(profile)),
            Configuration::SplitProfileRemoved { split } => self.give_split(*split, None),
            Configuration::Vdn { vdn, vector, service_level_secs, .. } => {
                let ix = self.vdn_ix(*vdn);
                let vdn = &mut self.vdns[ix];
                let first = !std::mem::replace(&mut vdn.configured, true);
                let said = Said::Told { level_secs: *service_level_secs, first };
                vdn.configure(said, &self.settings.vdn_profile);
                if let Some(vector) = vector {
                    vdn.learn_vector(*vector);
                }
            }
            Configuration::VdnProfile { vdn, profile } => self.give_vdn(*vdn, Some(profile)),
            Configuration::VdnProfileRemoved { vdn } => self.give_vdn(*vdn, None),
            Configuration::Vector { vector, .. } => {
                let ix = self.vector_ix(*vector);
                self.vectors[ix].configured = true;
                self.vectors[ix].fresh = false;
            }
            Configuration::TrunkGroup { group, .. } => {
                let ix = self.group_ix(*group);
                self.groups[ix].configured = true;
                self.groups[ix].fresh = false;
            }
            Configuration::Trunk { trunk, group } => self.configure_trunk(*trunk, *group),
            Configuration::Interval { minutes } => self.next_calendar.interval = *minutes,
            Configuration::Zone { zone } => self.next_calendar.zone = *zone,
            Configuration::PhantomLimit { secs } => self.settings.phantom_abandon_secs = *secs,
            Configuration::Trace { agent, on } => self.set_trace(*agent, *on),
            Configuration::Exception { rule } => self.administer_exception(rule),
            Configuration::Agent { .. }
            | Configuration::WorkCode { .. }
            | Configuration::AuxReason { .. }
            | Configuration::LogoutReason { .. } => {}
        }
    }

    fn give_split(&mut self, split: SplitId, profile: Option<&CallProfile>) {
        let ix = self.split_ix(split);
        self.splits[ix].configure(Said::Given(profile), &self.settings.split_profile);
    }

    fn give_vdn(&mut self, vdn: VdnId, profile: Option<&CallProfile>) {
        let ix = self.vdn_ix(vdn);
        self.vdns[ix].configure(Said::Given(profile), &self.settings.vdn_profile);
    }

    /// The administered profile of a split.
    fn given_to_split(&self, split: SplitId) -> Option<&CallProfile> {
        match self.splits.find(split) {
            Some(ix) => self.splits[ix].given(),
            None => self.settings.split_profiles.get(&split),
        }
    }

    /// Likewise of a VDN.
    fn given_to_vdn(&self, vdn: VdnId) -> Option<&CallProfile> {
        match self.vdns.find(vdn) {
            Some(ix) => self.vdns[ix].given(),
            None => self.settings.vdn_profiles.get(&vdn),
        }
    }

    /// Enters what was administered before the first event; later it has to come as an event.
    pub fn administer(&mut self, configuration: &Configuration) {
        if self.clock.is_none() {
            self.settings.administer(configuration);
            self.next_calendar = self.settings.calendar;
            match configuration {
                Configuration::Trace { agent, on } => self.set_trace(*agent, *on),
                Configuration::Exception { rule } => self.administer_exception(rule),
                _ => {}
            }
        }
    }

    /// Whether an administered configuration is in force already. What only the switch tells never is.
    pub fn has(&self, configuration: &Configuration) -> bool {
        match configuration {
            Configuration::SplitProfile { split, profile } => self.given_to_split(*split) == Some(profile),
            Configuration::SplitProfileRemoved { split } => self.given_to_split(*split).is_none(),
            Configuration::VdnProfile { vdn, profile } => self.given_to_vdn(*vdn) == Some(profile),
            Configuration::VdnProfileRemoved { vdn } => self.given_to_vdn(*vdn).is_none(),
            Configuration::Trace { agent, on } => self.traced.contains(agent) == *on,
            Configuration::Exception { rule } => self.exceptions.rules.get(&rule.key) == Some(rule),
            _ => self.setting(configuration).as_ref() == Some(configuration),
        }
    }

    /// The switch has told all that is so: what it did not name was taken out of its translations while nothing was heard.
    pub(crate) fn remove_unnamed(&mut self) {
        if self.link.lost_at().is_none() {
            return;
        }
        let named = std::mem::take(&mut self.named);
        let is_split = |entity: &Entity| matches!(entity, Entity::Split(_));
        // A PBX that names no queue has not read its configuration yet.
        let splits = named.iter().any(is_split);
        let all = self.settings.pump_ups_name_all;
        let gone = |entity: &&Entity| all || splits && (is_split(entity) || matches!(entity, Entity::Vdn(_)));
        self.dictionary.entities().difference(&named).filter(gone).for_each(|entity| self.remove(*entity));
    }

    pub(crate) fn remove(&mut self, entity: Entity) {
        Arc::make_mut(&mut self.dictionary).forget(entity);
        match entity {
            Entity::Split(id) => {
                if let Some(ix) = self.splits.find(id) {
                    self.splits[ix].configure(GONE, &self.settings.split_profile);
                    self.splits[ix].configured = false;
                    self.splits[ix].fresh = false;
                }
            }
            Entity::Vdn(id) => {
                if let Some(ix) = self.vdns.find(id) {
                    self.vdns[ix].configure(GONE, &self.settings.vdn_profile);
                    self.vdns[ix].configured = false;
                    self.vdns[ix].fresh = false;
                }
            }
            Entity::Vector(id) => {
                if let Some(ix) = self.vectors.find(id) {
                    self.vectors[ix].configured = false;
                    self.vectors[ix].fresh = false;
                }
            }
            Entity::TrunkGroup(id) => {
                if let Some(ix) = self.groups.find(id) {
                    self.groups[ix].configured = false;
                    self.groups[ix].fresh = false;
                }
            }
            Entity::Trunk(id) => {
                if let Some(ix) = self.trunks.find(id) {
                    self.unconfigure_trunk(ix);
                }
            }
            Entity::Agent(_) | Entity::WorkCode(_) | Entity::AuxReason(_) | Entity::LogoutReason(_) => {}
        }
    }

    pub(crate) fn vdn_ix(&mut self, id: VdnId) -> Ix<Vdn> {
        let settings = &self.settings;
        self.vdns.intern(id, || Vdn::new(id, settings.vdn_profiles.get(&id), &settings.vdn_profile))
    }

    pub(crate) fn vector_ix(&mut self, id: VectorId) -> Ix<Vector> {
        self.vectors.intern(id, || Vector::new(id))
    }

    pub(crate) fn group_ix(&mut self, id: TrunkGroupId) -> Ix<TrunkGroup> {
        self.groups.intern(id, || TrunkGroup::new(id))
    }
}
