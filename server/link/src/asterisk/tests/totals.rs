//! Counts from events alone what a queue log counts per queue.

use std::collections::BTreeMap;

use model::event::{CallAct, CallStage, Configuration, Delivery};
use model::{CallId, Event, EventBody, LoginId, Moment, SplitId};

/// Totals of one split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Totals {
    pub(super) offered: u32,
    pub(super) connected: u32,
    pub(super) completed: u32,
    pub(super) transferred: u32,
    pub(super) abandoned: u32,
    pub(super) left: u32,
    pub(super) redirected: u32,
    pub(super) within_service_level: u32,
    pub(super) hold_secs: u32,
    pub(super) talk_secs: u32,
}

#[derive(Default)]
struct Call {
    waiting: BTreeMap<SplitId, Moment>,
    ringing: BTreeMap<LoginId, SplitId>,
    talking: BTreeMap<LoginId, (SplitId, Moment)>,
}

/// Per split, and what was still open at the end: calls waiting and calls talked on.
#[derive(Default)]
pub(super) struct Count {
    pub(super) splits: BTreeMap<SplitId, Totals>,
    service_levels: BTreeMap<SplitId, u32>,
    calls: BTreeMap<CallId, Call>,
    pub(super) busy: u32,
    pub(super) lost: u32,
}

impl Count {
    pub(super) fn of(events: &[Event]) -> Self {
        let mut count = Count::default();
        for event in events {
            match &event.body {
                EventBody::Configured(configuration) => {
                    if let Configuration::Split { split, service_level_secs, .. } = **configuration {
                        count.service_levels.insert(split, service_level_secs.unwrap_or(0));
                    }
                }
                EventBody::LinkDown { .. } => {
                    count.lost += count.calls.values().filter(|call| call.open()).count() as u32;
                    count.calls.clear();
                }
                EventBody::Call { call, act } => count.call(event.at, *call, act),
                _ => {}
            }
        }
        count.lost += count.calls.values().filter(|call| call.open()).count() as u32;
        count
    }

    fn call(&mut self, at: Moment, id: CallId, act: &CallAct) {
        let call = self.calls.entry(id).or_default();
        let totals = |splits: &mut BTreeMap<SplitId, Totals>, split: SplitId, add: &dyn Fn(&mut Totals)| {
            add(splits.entry(split).or_default());
        };
        match act {
            CallAct::Queued { split, .. } => {
                assert!(call.waiting.insert(*split, at).is_none(), "{id} queued twice");
                totals(&mut self.splits, *split, &|t| t.offered += 1);
            }
            CallAct::Seen { stage: CallStage::Waiting { split, .. }, since } => {
                call.waiting.insert(*split, *since);
            }
            CallAct::Seen { stage: CallStage::Talking { agent, delivery: Delivery::Skill(split) }, since } => {
                call.talking.insert(*agent, (*split, *since));
            }
            CallAct::Ringing { agent, delivery: Delivery::Skill(split) } => {
                call.ringing.insert(*agent, *split);
            }
            CallAct::Answered { agent, delivery: Delivery::Skill(split) } => {
                let queued_at = call.waiting.remove(split).unwrap_or_else(|| panic!("{id} answered, never queued"));
                let hold_secs = at.since(queued_at);
                let in_time = hold_secs <= self.service_levels[split];
                totals(&mut self.splits, *split, &|t| {
                    t.connected += 1;
                    t.hold_secs += hold_secs;
                    t.within_service_level += u32::from(in_time);
                });
                call.ringing.clear();
                call.talking.insert(*agent, (*split, at));
            }
            CallAct::Redirected { agent } => {
                let split = call.ringing.remove(agent).unwrap_or(SplitId(0));
                totals(&mut self.splits, split, &|t| t.redirected += 1);
            }
            CallAct::QueueLeft { split } => {
                assert!(call.waiting.remove(split).is_some(), "{id} left a queue it was not in");
                totals(&mut self.splits, *split, &|t| t.left += 1);
            }
            CallAct::Abandoned => {
                for split in std::mem::take(&mut call.waiting).into_keys() {
                    totals(&mut self.splits, split, &|t| t.abandoned += 1);
                }
                self.calls.remove(&id);
            }
            CallAct::ForcedBusy => self.busy += 1,
            CallAct::Transferred { agent, .. } | CallAct::AgentLeft { agent } => {
                let moved = u32::from(matches!(act, CallAct::Transferred { .. }));
                if let Some((split, since)) = call.talking.remove(agent) {
                    totals(&mut self.splits, split, &|t| {
                        t.completed += 1;
                        t.transferred += moved;
                        t.talk_secs += at.since(since);
                    });
                }
            }
            CallAct::Ended { .. } => {
                assert!(call.waiting.is_empty(), "{id} ended while it waited");
                for (split, since) in std::mem::take(&mut call.talking).into_values() {
                    totals(&mut self.splits, split, &|t| {
                        t.completed += 1;
                        t.talk_secs += at.since(since);
                    });
                }
                self.calls.remove(&id);
            }
            _ => {}
        }
    }
}

impl Call {
    fn open(&self) -> bool {
        !self.waiting.is_empty() || !self.talking.is_empty()
    }
}
