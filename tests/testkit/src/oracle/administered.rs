//! What rows tell of how things were administered: profiles, trunks, reserve levels, and whether the interval is whole.

use std::collections::{BTreeMap, BTreeSet};

use model::{CallProfile, Interval, Moment};

use super::book::Key;

/// What was so from when on.
#[derive(Debug)]
struct Since<T>(Vec<(Moment, T)>);

/// Everything administered, by table and key.
#[derive(Debug)]
pub(super) struct Administered {
    usual: CallProfile,
    /// Of splits and VDNs.
    profiles: BTreeMap<Key, Since<CallProfile>>,
    /// Whose profile a person has decided.
    given: BTreeSet<Key>,
    /// The service level that the switch told last, if it then had one, also beside what a person had decided.
    levels: BTreeMap<Key, u32>,
    /// What the switch has told of.
    told_of: BTreeSet<Key>,
    /// When levels and limits became others, and whether that counts as a change: what is told first does not.
    changes: BTreeMap<Key, Vec<Change>>,
    trunks: BTreeMap<Key, Since<usize>>,
    /// Of an agent's skill; none while the agent does not have it.
    reserves: BTreeMap<Key, Since<Option<u8>>>,
    /// The first event.
    begun_at: Option<Moment>,
}

/// A profile became another one.
#[derive(Debug)]
struct Change {
    at: Moment,
    before: CallProfile,
    after: CallProfile,
    counts: bool,
}

impl<T: PartialEq> Since<T> {
    /// What was so when the interval began, and what came to be so in it.
    fn within(&self, interval: Interval) -> impl Iterator<Item = &(Moment, T)> {
        let before = self.0.iter().rev().find(|(at, _)| *at < interval.start);
        before.into_iter().chain(self.0.iter().filter(move |(at, _)| (interval.start..interval.end).contains(at)))
    }

    fn set(&mut self, at: Moment, value: T) {
        if self.0.last().is_none_or(|(_, last)| *last != value) {
            self.0.push((at, value));
        }
    }
}

impl Administered {
    pub fn new(usual: CallProfile) -> Self {
        Administered {
            usual,
            profiles: BTreeMap::new(),
            given: BTreeSet::new(),
            levels: BTreeMap::new(),
            told_of: BTreeSet::new(),
            changes: BTreeMap::new(),
            trunks: BTreeMap::new(),
            reserves: BTreeMap::new(),
            begun_at: None,
        }
    }

    pub fn begin(&mut self, at: Moment) {
        self.begun_at.get_or_insert(at);
    }

    /// The switch tells its own service level, which does not count beside what a person has decided. What it tells first is
    /// no change.
    pub fn set_level(&mut self, key: Key, at: Moment, secs: Option<u32>) {
        let first = self.told_of.insert(key.clone());
        match secs {
            Some(secs) => _ = self.levels.insert(key.clone(), secs),
            None => _ = self.levels.remove(&key),
        }
        if !self.given.contains(&key) {
            let profile = self.undecided(&key);
            self.set_profile(key, at, profile, !first);
        }
    }

    /// The switch has it no more, nor a level for it; what it tells next is the first again.
    pub fn forget_level(&mut self, key: Key, at: Moment) {
        self.told_of.remove(&key);
        self.set_level(key.clone(), at, None);
        self.told_of.remove(&key);
    }

    /// What holds where no person has decided.
    fn undecided(&self, key: &Key) -> CallProfile {
        let mut profile = self.usual.clone();
        if let Some(told) = self.levels.get(key) {
            profile.service_level_secs = *told;
        }
        profile
    }

    /// A person decides the profile.
    pub fn give_profile(&mut self, key: Key, at: Moment, profile: CallProfile) {
        self.given.insert(key.clone());
        self.set_profile(key, at, profile, true);
    }

    /// A person has no opinion any more.
    pub fn take_profile(&mut self, key: Key, at: Moment) {
        self.given.remove(&key);
        let profile = self.undecided(&key);
        self.set_profile(key, at, profile, true);
    }

    fn set_profile(&mut self, key: Key, at: Moment, profile: CallProfile, changes: bool) {
        let usual = self.usual.clone();
        let before = self.profiles.get(&key).and_then(|known| known.0.last()).map_or(&usual, |(_, last)| last).clone();
        let change = Change { at, before, after: profile.clone(), counts: changes };
        self.changes.entry(key.clone()).or_default().push(change);
        self.profiles.entry(key).or_insert_with(|| Since(vec![(Moment(i64::MIN), usual)])).set(at, profile);
    }

    pub fn set_trunks(&mut self, key: Key, at: Moment, trunks: usize) {
        self.trunks.entry(key).or_insert_with(|| Since(Vec::new())).set(at, trunks);
    }

    pub fn set_reserve(&mut self, key: Key, at: Moment, reserve: Option<u8>) {
        self.reserves.entry(key).or_insert_with(|| Since(Vec::new())).set(at, reserve);
    }

    /// The profile that an interval is judged by: that in force at its end.
    pub fn profile(&self, key: &Key, interval: Interval) -> CallProfile {
        let known = self.profiles.get(key).and_then(|known| known.within(interval).last());
        known.map_or(&self.usual, |(_, profile)| profile).clone()
    }

    /// 1 if a part of a profile is another one at the end of an interval than at its beginning, or than was told first in it.
    fn changed(&self, key: &Key, interval: Interval, part: fn(&CallProfile) -> Vec<u32>) -> u64 {
        let all = self.changes.get(&profile_key(key)).into_iter().flatten();
        let mut within = all.filter(|change| (interval.start..interval.end).contains(&change.at)).peekable();
        let Some(mut begun) = within.peek().map(|first| part(&first.before)) else { return 0 };
        let mut now = begun.clone();
        for change in within {
            if !change.counts && now == begun {
                begun = part(&change.after);
            }
            now = part(&change.after);
        }
        u64::from(now != begun)
    }

    /// An administered item of a row.
    pub fn figure(&self, key: &Key, item: &str, interval: Interval) -> u64 {
        match (key.0, item) {
            (_, "INCOMPLETE") => {
                let cut_short = |at: Moment| interval.start < at && at < interval.end;
                u64::from(self.begun_at.is_some_and(cut_short))
            }
            ("hsplit" | "hvdn", "SERVICELEVEL") => self.profile(&profile_key(key), interval).service_level_secs.into(),
            ("hsplit" | "hvdn", "SVCLEVELCHG") => {
                self.changed(key, interval, |profile| vec![profile.service_level_secs])
            }
            ("hsplit" | "hvdn", "PERIODCHG") => self.changed(key, interval, |profile| profile.increments_secs.to_vec()),
            ("htkgrp", "TRUNKS") => {
                let known = self.trunks.get(key).into_iter().flat_map(|known| known.within(interval));
                known.last().map_or(0, |(_, trunks)| *trunks as u64)
            }
            ("hagent", "RSV_LEVEL") => {
                let known = self.reserves.get(key).into_iter().flat_map(|known| known.within(interval));
                known.filter_map(|(_, reserve)| *reserve).last().unwrap_or(0).into()
            }
            (_, item) => match item.strip_prefix("PERIOD").and_then(|number| number.parse::<usize>().ok()) {
                Some(number) => {
                    let profile = self.profile(&profile_key(key), interval);
                    profile.increments_secs.get(number - 1).copied().unwrap_or(0).into()
                }
                // No event tells it.
                None => 0,
            },
        }
    }
}

/// A profile is a VDN's, whatever vector the row is of.
fn profile_key(key: &Key) -> Key {
    (key.0, key.1.split(',').next().unwrap_or_default().to_owned())
}
