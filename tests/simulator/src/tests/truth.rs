use std::collections::{BTreeMap, BTreeSet};

use model::event::{CallAct, Delivery};
use model::{CallId, EventBody, Moment, SplitId};
use proptest::prelude::*;

use super::played;
use super::walker::Walker;
use crate::{Scenario, SplitTally, Tallies, Truth, VdnTally};

fn sum_vdns(tallies: &Tallies) -> VdnTally {
    tallies.vdns.values().fold(VdnTally::default(), |mut sum, tally| {
        sum.add(tally);
        sum
    })
}

#[test]
fn an_office_day_is_lively_but_healthy() {
    let midnight = Moment(1_772_409_600);
    let (world, _) = played(Scenario { agents: 100, splits: 10, start: midnight, ..Scenario::default() }, 24);
    let truth = world.truth();
    let mut good = 0;
    for hour in 8..18 {
        let mut tally = SplitTally::default();
        for half in 0..2 {
            if let Some(tallies) = truth.intervals.get(&(midnight + hour * 3_600 + half * 1_800)) {
                tally.add(&tallies.all_splits());
            }
        }
        let level = tally.acceptable * 100 / (tally.answered + tally.abandoned).max(1);
        println!("{hour}: {level} % of {} answered, {} abandoned", tally.answered, tally.abandoned);
        good += u32::from((65..=97).contains(&level));
        assert!(tally.abandoned * 6 < tally.answered, "too many abandon at {hour}: {tally:?}");
    }
    assert!(good >= 7, "only {good} of 10 office hours have a plausible service level");
}

/// Counts by plain reading what must equal the switch's own count.
#[test]
fn counts_agree_with_a_plain_reading_of_the_events() {
    let (world, events) = played(Scenario::default(), 14);
    let truth = world.truth();
    let mut abandoned = 0;
    let mut queued: BTreeMap<SplitId, u64> = BTreeMap::new();
    let (mut answered, mut trunks) = (0, 0);
    let mut waiting: BTreeSet<CallId> = BTreeSet::new();
    for event in &events {
        if let EventBody::Call { call, act } = &event.body {
            // Whatever brings a call to a split counts there, a ring without a queue as well.
            let comes = match act {
                CallAct::Queued { split, .. } => Some(split),
                CallAct::Ringing { delivery: Delivery::Skill(split), .. } if !waiting.contains(call) => Some(split),
                _ => None,
            };
            if let Some(split) = comes {
                *queued.entry(*split).or_default() += 1;
                waiting.insert(*call);
            }
            if matches!(act, CallAct::Answered { .. } | CallAct::QueueLeft { .. }) {
                waiting.remove(call);
            }
            match act {
                CallAct::Answered { delivery: Delivery::Skill(_), .. } => answered += 1,
                CallAct::Abandoned => abandoned += 1,
                CallAct::TrunkSeized { .. } => trunks += 1,
                _ => {}
            }
        }
    }
    let mine = truth.totals.splits.iter().map(|(split, tally)| (*split, tally.queued)).collect::<BTreeMap<_, _>>();
    assert_eq!(mine, queued);
    let splits = truth.totals.all_splits();
    let mut walker = Walker::default();
    walker.walk(&events);
    let in_hand = answered - splits.answered;
    assert!(in_hand <= walker.picture.agents.len() as u64, "{in_hand} calls were answered and never credited");
    let direct_quits: u64 = truth.totals.agents.values().map(|tally| tally.rang_abandoned).sum();
    assert!(abandoned <= sum_vdns(&truth.totals).abandoned + direct_quits + 30);
    let used: u64 = truth.totals.trunk_groups.values().map(|tally| tally.incoming + tally.outgoing).sum();
    let up = walker.picture.calls.values().filter(|line| line.trunk.is_some()).count() as u64;
    assert_eq!(used + up, trunks);
}

#[test]
fn agents_and_splits_answer_the_same_calls() {
    let truth = played(Scenario::default(), 12).0.truth();
    for tallies in truth.intervals.values() {
        let splits = tallies.all_splits();
        let of_agents = |figure: fn(&crate::AgentTally) -> u64| tallies.agents.values().map(figure).sum::<u64>();
        assert_eq!(of_agents(|tally| tally.answered), splits.answered);
        assert_eq!(of_agents(|tally| tally.talk_secs), splits.talk_secs);
        assert_eq!(of_agents(|tally| tally.acw_secs), splits.acw_secs);
        assert_eq!(of_agents(|tally| tally.redirected_no_answer), splits.redirected_no_answer);
    }
}

#[test]
fn the_truth_survives_json() {
    let truth = played(Scenario::default(), 3).0.truth();
    let text = serde_json::to_string(&truth).unwrap();
    assert_eq!(serde_json::from_str::<Truth>(&text).unwrap(), truth);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn figures_add_up(seed in any::<u64>(), agents in 1u32..80, splits in 1u32..12, load in prop::option::of(1u32..900)) {
        let scenario = Scenario { seed, agents, splits, calls_per_hour: load, ..Scenario::default() };
        let (world, events) = played(scenario, 7);
        let truth = world.truth();
        let mut walker = Walker::default();
        walker.walk(&events);
        let total = &truth.totals;

        let waiting: u64 = walker.picture.calls.values().map(|line| line.queues.len() as u64).sum();
        let all = total.all_splits();
        let serving = walker.picture.agents.len() as u64;
        let unfinished = all.queued - all.offered() - waiting;
        prop_assert!(unfinished <= serving, "{unfinished} calls are neither waiting nor with one of {serving} agents");
        prop_assert!(all.abandoned_ringing <= all.abandoned && all.acceptable <= all.answered);

        for tally in total.vdns.values() {
            prop_assert!(tally.offered <= tally.arrived);
            let ends = tally.answered + tally.abandoned + tally.connected + tally.forced_busy
                + tally.forced_disconnect + tally.outflowed;
            prop_assert_eq!(tally.offered, ends);
        }
        for tally in total.agents.values() {
            let parts = tally.available_secs + tally.ringing_secs + tally.on_call_secs + tally.in_acw_secs
                + tally.direct_agent_secs + tally.aux_secs + tally.other_secs;
            prop_assert_eq!(tally.staffed_secs, parts);
            prop_assert_eq!(tally.aux_secs, tally.aux_secs_by_reason.values().sum::<u64>());
            prop_assert!(tally.logouts <= tally.logins && tally.logins <= tally.logouts + 1);
        }
        for (start, tallies) in &truth.intervals {
            prop_assert_eq!(start.0 % 1_800, 0);
            prop_assert!(tallies.agents.values().all(|tally| tally.staffed_secs <= 1_800));
        }
    }
}
