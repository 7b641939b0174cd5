//! What holds of the call records of any stream of events.

use std::collections::BTreeMap;

use catalog::{CallRecord, Disposition, Record, hsplit};
use model::event::{AgentAct, CallAct, Direction, Party};
use model::{CallId, Event, EventBody, LoginId, Moment, SplitId, TrunkGroupId};
use proptest::prelude::*;

use super::properties::{anything, intervals, phantom, run, stream, traffic};
use super::story::DAY;
use crate::{Collector, Effect};

fn records(effects: &[Effect]) -> Vec<&CallRecord> {
    let calls = effects.iter().filter_map(|effect| match effect {
        Effect::Record { record: Record::Call(call), .. } => Some(&**call),
        _ => None,
    });
    calls.collect()
}

fn begins(act: &CallAct) -> bool {
    matches!(
        act,
        CallAct::TrunkSeized { .. }
            | CallAct::VdnEntered { .. }
            | CallAct::VectorEntered { .. }
            | CallAct::Queued { .. }
            | CallAct::Ringing { .. }
            | CallAct::Dialed { .. }
            | CallAct::WorkCodeEntered { .. }
            | CallAct::StrokeCount { .. }
            | CallAct::Assist { .. }
            | CallAct::MaliciousTrace { .. }
    )
}

/// Applies events in which every call is told of from its beginning, and ends all of them.
fn run_whole_calls(events: &[Event]) -> (Collector, Vec<Effect>) {
    let (mut collector, mut effects) = (Collector::new(phantom()), Vec::new());
    let last = events.iter().map(|event| event.at).max().unwrap_or(Moment(DAY));
    for event in events {
        match &event.body {
            EventBody::Call { act: CallAct::Seen { .. }, .. } | EventBody::Agent { act: AgentAct::Seen { .. }, .. } => {
                continue;
            }
            EventBody::Call { call, act } if !begins(act) && collector.calls.find(*call).is_none() => {
                let act = CallAct::TrunkSeized { trunk: None, group: TrunkGroupId(1), direction: Direction::In };
                collector.apply(&Event { at: event.at, body: EventBody::Call { call: *call, act } }, &mut effects);
            }
            _ => {}
        }
        collector.apply(event, &mut effects);
    }
    let mut tell = |after: i64, body| collector.apply(&Event { at: last + after, body }, &mut effects);
    for call in (1..9).map(CallId) {
        tell(60, EventBody::Call { call, act: CallAct::Ended { by: Party::Caller } });
    }
    for n in 1..6 {
        let agent = LoginId::new(&format!("100{n}")).unwrap();
        tell(90, EventBody::Agent { agent, act: AgentAct::LoggedOut { reason: None } });
    }
    tell(7_200, EventBody::Heartbeat);
    (collector, effects)
}

fn check_sums(record: &CallRecord) {
    assert!(record.disposition_secs >= record.queue_secs + record.ring_secs, "{record:?}");
    assert!(record.ended_at >= record.began_at + i64::from(record.duration_secs), "{record:?}");
    if record.disposition == Disposition::Abandoned {
        assert_eq!(record.duration_secs, record.disposition_secs, "{record:?}");
        assert_eq!(record.talk_secs, 0, "{record:?}");
    }
}

/// A call of one part that was neither transferred nor joined by others.
fn check_plain(record: &CallRecord) {
    if record.transferred || record.conference {
        return;
    }
    let talked_secs = record.talk_secs + record.answer_hold_secs;
    if record.disposition == Disposition::Answered {
        assert!(record.duration_secs >= record.disposition_secs + talked_secs, "{record:?}");
    }
    // Whoever leaves before the caller has after-call work while the call goes on.
    if record.acw_secs == 0 || record.duration_secs == record.disposition_secs + talked_secs {
        let whole = record.ended_at.since(record.began_at);
        assert_eq!(whole, record.duration_secs + record.acw_secs, "{record:?}");
    }
}

/// Parts of a call stand together, in order, with one end.
fn check_order(records: &[&CallRecord]) {
    for pair in records.windows(2) {
        let [before, record] = pair else { continue };
        assert!(before.ended_at <= record.ended_at, "{before:?} before {record:?}");
        if record.segment > 1 {
            assert_eq!((record.call, record.ended_at), (before.call, before.ended_at));
            assert_eq!(record.segment, before.segment + 1);
            assert!(before.began_at <= record.began_at);
        }
    }
    assert!(records.first().is_none_or(|first| first.segment == 1));
}

/// Answered and abandoned calls by split, as the rows count them and as the records do.
fn counts(effects: &[Effect]) -> [BTreeMap<(SplitId, bool), u32>; 2] {
    let (mut rows, mut told) = (BTreeMap::new(), BTreeMap::new());
    for (split, row) in intervals(effects).flat_map(|rows| &rows.hsplit) {
        *rows.entry((*split, true)).or_default() += row[hsplit::ACDCALLS];
        *rows.entry((*split, false)).or_default() += row[hsplit::ABNCALLS];
    }
    for record in records(effects).into_iter().filter(|record| !record.direct_agent) {
        let answered = match record.disposition {
            Disposition::Answered => true,
            Disposition::Abandoned => false,
            _ => continue,
        };
        if let Some(split) = record.disposition_split {
            *told.entry((split, answered)).or_default() += 1;
        }
    }
    rows.retain(|_, count| *count > 0);
    [rows, told]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sums_hold_whatever_comes(events in stream(anything())) {
        let (_, effects) = run(&events);
        let records = records(&effects);
        records.iter().for_each(|record| check_sums(record));
    }

    #[test]
    fn whole_calls_are_told_in_order_and_add_up(events in stream(traffic())) {
        let (collector, effects) = run_whole_calls(&events);
        let records = records(&effects);
        check_order(&records);
        for (index, record) in records.iter().enumerate() {
            check_sums(record);
            let alone = record.segment == 1 && records.get(index + 1).is_none_or(|next| next.segment == 1);
            if alone {
                check_plain(record);
            }
        }
        prop_assert_eq!(collector.histories.indexed().count(), 0, "histories are left behind");
    }

    #[test]
    fn records_and_rows_count_the_same_calls(events in stream(traffic())) {
        let (_, effects) = run_whole_calls(&events);
        let [rows, told] = counts(&effects);
        prop_assert_eq!(rows, told);
    }
}

/// The streams above reach what they are about.
#[test]
fn random_calls_are_of_every_kind() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut found = BTreeMap::new();
    let mut parts = 0;
    for _ in 0..300 {
        let events = proptest::strategy::Strategy::new_tree(&stream(traffic()), &mut runner).unwrap();
        let events = proptest::strategy::ValueTree::current(&events);
        let (_, effects) = run_whole_calls(&events);
        for record in records(&effects) {
            *found.entry(record.disposition as u8).or_insert(0) += 1;
            parts = parts.max(record.segment);
        }
    }
    assert!((1..=7).all(|disposition| found.get(&disposition).is_some_and(|&count| count > 20)), "{found:?}");
    assert!(parts > 3);
}
