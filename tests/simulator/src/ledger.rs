//! Keeps the truth while the world runs: dense figures of the running interval, and the closed ones by key.

use std::collections::BTreeMap;

use model::{Moment, WorkCode};

use crate::office::Office;
use crate::truth::{AgentTally, SplitTally, Tallies, TrunkGroupTally, Truth, VdnTally};

/// Figures by index of the office's lists.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    since: Moment,
    pub splits: Vec<SplitTally>,
    pub agents: Vec<AgentTally>,
    pub vdns: Vec<VdnTally>,
    pub trunk_groups: Vec<TrunkGroupTally>,
    pub work_codes: BTreeMap<WorkCode, u64>,
    closed: BTreeMap<Moment, Tallies>,
}

impl Ledger {
    pub fn new(since: Moment, office: &Office) -> Self {
        let mut ledger = Ledger { since, ..Ledger::default() };
        ledger.clear(office);
        ledger
    }

    fn clear(&mut self, office: &Office) {
        self.splits = vec![SplitTally::default(); office.splits.len()];
        self.agents = vec![AgentTally::default(); office.agents.len()];
        self.vdns = vec![VdnTally::default(); office.vdns.len()];
        self.trunk_groups = vec![TrunkGroupTally::default(); office.trunk_groups.len()];
        self.work_codes = BTreeMap::new();
    }

    /// Ends the interval that began at `start`.
    pub fn close(&mut self, start: Moment, office: &Office) {
        let tallies = self.running(office);
        self.closed.entry(start).or_default().add(&tallies);
        self.clear(office);
    }

    fn running(&self, office: &Office) -> Tallies {
        let mut tallies = Tallies { work_codes: self.work_codes.clone(), ..Tallies::default() };
        for (plan, tally) in office.splits.iter().zip(&self.splits).filter(|(_, tally)| !tally.is_empty()) {
            tallies.splits.insert(plan.id, tally.clone());
        }
        for (plan, tally) in office.agents.iter().zip(&self.agents).filter(|(_, tally)| !tally.is_empty()) {
            tallies.agents.insert(plan.id, tally.clone());
        }
        for (plan, tally) in office.vdns.iter().zip(&self.vdns).filter(|(_, tally)| !tally.is_empty()) {
            tallies.vdns.insert(plan.id, tally.clone());
        }
        for (plan, tally) in office.trunk_groups.iter().zip(&self.trunk_groups).filter(|(_, tally)| !tally.is_empty()) {
            tallies.trunk_groups.insert(plan.id, tally.clone());
        }
        tallies
    }

    /// All figures up to `through`, the running interval (from `start`) included.
    pub fn truth(&self, start: Moment, through: Moment, office: &Office) -> Truth {
        let mut intervals = self.closed.clone();
        intervals.entry(start).or_default().add(&self.running(office));
        let mut totals = Tallies::default();
        intervals.values().for_each(|tallies| totals.add(tallies));
        Truth { since: self.since, through, totals, intervals }
    }
}
