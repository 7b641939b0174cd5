//! What holds of any stream of events, possible or not.

use catalog::{IntervalRows, hagent, hsplit, htkgrp, htrunk, hvdn, hvector};
use model::event::{
    AgentAct, CallAct, CallIdentity, CallStage, Configuration, Delivery, Direction, Entity, Entry, LinkReason, Party,
    Priority, Skill, Skills, WorkMode,
};
use model::{
    AuxReason, CallId, CallProfile, EqLoc, Event, EventBody, ExceptionKey, ExceptionKind, ExceptionRule,
    ExceptionScope, Extension, LoginId, Moment, PhoneNumber, SplitId, TrunkGroupId, VdnId, VectorId, WorkCode,
};
use proptest::collection::vec;
use proptest::prelude::*;

use super::story::{DAY, settings};
use crate::{Collector, Effect, Settings};

pub(super) fn agent() -> impl Strategy<Value = LoginId> {
    (1u8..6).prop_map(|n| LoginId::new(&format!("100{n}")).unwrap())
}

fn split() -> impl Strategy<Value = SplitId> {
    (1u32..5).prop_map(SplitId)
}

pub(super) fn call() -> impl Strategy<Value = CallId> {
    (1u64..9).prop_map(CallId)
}

fn skills() -> impl Strategy<Value = Skills> {
    vec((1u32..5, 1u8..4, 0u8..3), 1..4).prop_map(|skills| {
        let mut found = Skills::new();
        for (split, level, reserve) in skills {
            if found.iter().all(|skill: &Skill| skill.split.0 != split) {
                found.push(Skill { reserve, percent: 10, ..Skill::new(SplitId(split), level) });
            }
        }
        found
    })
}

fn mode() -> impl Strategy<Value = WorkMode> {
    prop_oneof![
        4 => Just(WorkMode::Available),
        2 => (0u8..120).prop_map(|reason| WorkMode::Aux(AuxReason(reason))),
        1 => Just(WorkMode::Acw(None)),
        3 => call().prop_map(|call| WorkMode::Acw(Some(call))),
        1 => Just(WorkMode::Unknown),
    ]
}

fn extension() -> impl Strategy<Value = Extension> {
    (1u8..4).prop_map(|n| Extension::new(&n.to_string()).unwrap())
}

fn agent_act() -> impl Strategy<Value = AgentAct> {
    prop_oneof![
        3 => (extension(), skills()).prop_map(|(extension, skills)| AgentAct::LoggedIn { extension, skills }),
        1 => Just(AgentAct::LoggedOut { reason: None }),
        8 => (proptest::option::weighted(0.1, split()), mode()).prop_map(|(split, mode)| AgentAct::Mode { split, mode }),
        1 => skills().prop_map(|skills| AgentAct::SkillsChanged { skills }),
        1 => (extension(), skills(), mode())
            .prop_map(|(extension, skills, mode)| AgentAct::Seen { extension, skills, since: None, mode }),
    ]
}

fn delivery() -> impl Strategy<Value = Delivery> {
    prop_oneof![
        6 => split().prop_map(Delivery::Skill),
        1 => split().prop_map(Delivery::DirectAgent),
        1 => Just(Delivery::Extension),
    ]
}

fn entry() -> impl Strategy<Value = Entry> {
    prop_oneof![Just(Entry::First), Just(Entry::Routed), Just(Entry::Returned)]
}

fn trunk() -> impl Strategy<Value = EqLoc> {
    (1u8..4).prop_map(|n| EqLoc::new(&format!("T{n}")).unwrap())
}

fn phone() -> impl Strategy<Value = PhoneNumber> {
    (1u8..9).prop_map(|n| PhoneNumber::new(&format!("555{n}")).unwrap())
}

fn party() -> impl Strategy<Value = Party> {
    prop_oneof![Just(Party::Caller), Just(Party::Agent), Just(Party::Switch)]
}

fn stage() -> impl Strategy<Value = CallStage> {
    prop_oneof![
        split().prop_map(|split| CallStage::Waiting { split, vdn: None, priority: Priority::Low }),
        (agent(), delivery()).prop_map(|(agent, delivery)| CallStage::Ringing { agent, delivery }),
        (agent(), delivery()).prop_map(|(agent, delivery)| CallStage::Talking { agent, delivery }),
    ]
}

fn arriving() -> impl Strategy<Value = CallAct> {
    let direction = prop_oneof![Just(Direction::In), Just(Direction::Out)];
    let priority = prop_oneof![Just(Priority::Low), Just(Priority::Medium), Just(Priority::High), Just(Priority::Top)];
    prop_oneof![
        (proptest::option::of(trunk()), 1u32..3, direction).prop_map(|(trunk, group, direction)| {
            CallAct::TrunkSeized { trunk, group: TrunkGroupId(group), direction }
        }),
        (1u8..4, entry())
            .prop_map(|(n, entry)| CallAct::VdnEntered { vdn: VdnId::new(&n.to_string()).unwrap(), entry }),
        (1u32..4, entry()).prop_map(|(n, entry)| CallAct::VectorEntered { vector: VectorId(n), entry }),
        (split(), priority).prop_map(|(split, priority)| CallAct::Queued { split, priority }),
        split().prop_map(|split| CallAct::QueueLeft { split }),
    ]
}

fn at_agents() -> impl Strategy<Value = CallAct> {
    prop_oneof![
        3 => (agent(), delivery()).prop_map(|(agent, delivery)| CallAct::Ringing { agent, delivery }),
        4 => (agent(), delivery()).prop_map(|(agent, delivery)| CallAct::Answered { agent, delivery }),
        1 => agent().prop_map(|agent| CallAct::Redirected { agent }),
        1 => agent().prop_map(|agent| CallAct::RingStopped { agent }),
        1 => agent().prop_map(|agent| CallAct::Held { agent }),
        1 => agent().prop_map(|agent| CallAct::Retrieved { agent }),
        1 => (agent(), proptest::option::of(call())).prop_map(|(agent, to)| CallAct::Transferred { agent, to }),
        1 => (agent(), proptest::option::of(call())).prop_map(|(agent, with)| CallAct::Conferenced { agent, with }),
        1 => agent().prop_map(|agent| CallAct::AgentLeft { agent }),
        2 => (agent(), any::<bool>(), any::<bool>())
            .prop_map(|(agent, off_switch, adjunct)| CallAct::Dialed { agent, off_switch, adjunct }),
        1 => (agent(), 0u8..12).prop_map(|(agent, button)| CallAct::StrokeCount { agent, button }),
        1 => agent().prop_map(|agent| CallAct::Assist { agent }),
        1 => agent().prop_map(|agent| CallAct::AudioDifficulty { agent }),
        1 => agent().prop_map(|agent| CallAct::MaliciousTrace { agent }),
        1 => (agent(), phone()).prop_map(|(agent, digits)| CallAct::DigitsDialed { agent, digits }),
        1 => proptest::option::of(phone()).prop_map(|calling_party| {
            CallAct::Identified { identity: CallIdentity { calling_party, ..CallIdentity::default() }.into() }
        }),
        1 => agent().prop_map(|agent| CallAct::WorkCodeEntered { agent, code: WorkCode::new("5").unwrap() }),
    ]
}

fn leaving() -> impl Strategy<Value = CallAct> {
    prop_oneof![
        2 => Just(CallAct::Abandoned),
        1 => Just(CallAct::ForcedBusy),
        1 => any::<bool>().prop_map(|vdn_timer| CallAct::ForcedDisconnect { vdn_timer }),
        1 => any::<bool>().prop_map(|interflow| CallAct::Outflowed { interflow }),
        1 => extension().prop_map(|extension| CallAct::Connected { extension }),
        1 => Just(CallAct::FarEndAnswered),
        4 => party().prop_map(|by| CallAct::Ended { by }),
        1 => stage().prop_map(|stage| CallAct::Seen { since: Moment(DAY), stage }),
    ]
}

/// Events of a link that stays up.
pub(super) fn traffic() -> impl Strategy<Value = EventBody> {
    let call_act = prop_oneof![4 => arriving(), 5 => at_agents(), 3 => leaving()];
    prop_oneof![
        6 => (agent(), agent_act()).prop_map(|(agent, act)| EventBody::Agent { agent, act }),
        14 => (call(), call_act).prop_map(|(call, act)| EventBody::Call { call, act }),
        1 => (trunk(), any::<bool>()).prop_map(|(trunk, busy)| EventBody::TrunkMaintenance { trunk, busy }),
        1 => prop_oneof![trunk().prop_map(Entity::Trunk), split().prop_map(Entity::Split)].prop_map(EventBody::Removed),
        1 => (trunk(), 1u32..3).prop_map(|(trunk, group)| {
            EventBody::Configured(Box::new(Configuration::Trunk { trunk, group: TrunkGroupId(group) }))
        }),
        1 => (split(), 0u32..40).prop_map(|(split, secs)| {
            let profile = CallProfile::checked(secs, &[secs + 1, secs + 9]).unwrap();
            EventBody::Configured(Box::new(Configuration::SplitProfile { split, profile }))
        }),
        1 => split().prop_map(|split| {
            EventBody::Configured(Box::new(Configuration::SplitProfileRemoved { split }))
        }),
        1 => Just(EventBody::Heartbeat),
        1 => (agent(), prop::bool::weighted(0.8)).prop_map(|(agent, on)| {
            EventBody::Configured(Box::new(Configuration::Trace { agent, on }))
        }),
        1 => rule().prop_map(|rule| EventBody::Configured(Box::new(Configuration::Exception { rule }))),
    ]
}

fn rule() -> impl Strategy<Value = ExceptionRule> {
    let values = (0u16..3, 0u32..200, prop::bool::weighted(0.9), proptest::option::weighted(0.3, 0u8..120));
    (prop::sample::select(ExceptionKind::ALL), 1u32..5, values).prop_map(|(kind, number, values)| {
        let (threshold, limit_secs, on, reason) = values;
        let scope = ExceptionScope::parse(kind.element(), &number.to_string()).unwrap();
        let reason = reason.filter(|reason| kind == ExceptionKind::AgentAux && *reason < 100).map(AuxReason);
        let limit_secs = if kind.counting().is_timed() { limit_secs } else { 0 };
        ExceptionRule { key: ExceptionKey { scope, kind, reason }, threshold, limit_secs, on }
    })
}

/// Anything at all.
pub(super) fn anything() -> impl Strategy<Value = EventBody> {
    prop_oneof![
        30 => traffic(),
        1 => Just(EventBody::LinkDown { reason: LinkReason::TimedOut }),
        1 => Just(EventBody::PumpUpBegan),
        1 => Just(EventBody::PumpUpEnded),
        1 => (0i64..40_000).prop_map(|secs| EventBody::ClockChanged { before: Moment(DAY + secs) }),
    ]
}

/// A stream with steps of up to two minutes, a few of them backwards.
pub(super) fn stream(body: impl Strategy<Value = EventBody>) -> impl Strategy<Value = Vec<Event>> {
    let step = prop_oneof![4 => 0i64..1, 6 => 0i64..120, 1 => -10i64..0];
    (vec(rule(), 0..20), vec((step, body), 1..150)).prop_map(|(rules, steps)| {
        let mut at = DAY + 9 * 3600;
        let rules = rules.into_iter().map(|rule| EventBody::Configured(Box::new(Configuration::Exception { rule })));
        let rules: Vec<Event> = rules.map(|body| Event { at: Moment(at), body }).collect();
        let told = steps.into_iter().map(|(step, body)| {
            at += step;
            Event { at: Moment(at), body }
        });
        rules.into_iter().chain(told).collect()
    })
}

pub(super) fn phantom() -> Settings {
    Settings { phantom_abandon_secs: 8, ..settings() }
}

pub(super) fn run(events: &[Event]) -> (Collector, Vec<Effect>) {
    let mut collector = Collector::new(phantom());
    let mut effects = Vec::new();
    for event in events {
        collector.apply(event, &mut effects);
    }
    (collector, effects)
}

pub(super) fn intervals(effects: &[Effect]) -> impl Iterator<Item = &IntervalRows> {
    effects.iter().filter_map(|effect| match effect {
        Effect::IntervalClosed(rows) => Some(&**rows),
        _ => None,
    })
}

fn split_identities(row: &hsplit::Row) {
    use hsplit as h;
    let others = row[h::BUSYCALLS] + row[h::DISCCALLS] + row[h::OUTFLOWCALLS] + row[h::DEQUECALLS];
    assert_eq!(row[h::OTHERCALLS], others);
    assert_eq!(row[h::OTHERTIME], row[h::BUSYTIME] + row[h::DISCTIME] + row[h::OUTFLOWTIME] + row[h::DEQUETIME]);
    assert_eq!(row[h::CALLSOFFERED], row[h::ACDCALLS] + row[h::ABNCALLS] + others);
    assert_eq!((1..=10).map(|n| row[h::ACDCALLS_N.at(n)]).sum::<u32>(), row[h::ACDCALLS]);
    assert_eq!((1..=10).map(|n| row[h::ABNCALLS_N.at(n)]).sum::<u32>(), row[h::ABNCALLS]);
    let states = [h::I_AVAILTIME, h::I_ACDTIME, h::I_ACWTIME, h::I_RINGTIME, h::I_AUXTIME, h::I_OTHERTIME];
    assert_eq!(states.map(|column| row[column]).iter().sum::<u32>(), row[h::I_STAFFTIME]);
    assert_eq!((0..=99).map(|n| row[h::I_AUXTIME_N.at(n)]).sum::<u32>(), row[h::I_AUXTIME]);
    assert!(row[h::I_DA_ACDTIME] + row[h::I_DA_ACWTIME] + row[h::I_ACDOTHERTIME] <= row[h::I_OTHERTIME]);
    assert!(row[h::PHANTOMABNS] <= row[h::ABNCALLS] && row[h::SLVLABNS] <= row[h::ABNCALLS]);
    assert!(row[h::NOANSREDIR] <= row[h::RINGCALLS] && row[h::ACCEPTABLE] <= row[h::ACDCALLS]);
    assert!(row[h::SLVLOUTFLOWS] <= row[h::OUTFLOWCALLS] && row[h::BACKUPCALLS] <= row[h::ACDCALLS]);
}

fn agent_identities(rows: &IntervalRows) {
    use hagent as h;
    let states = [h::I_AVAILTIME, h::I_ACDTIME, h::I_ACWTIME, h::I_RINGTIME, h::I_AUXTIME, h::I_OTHERTIME];
    let wide = [
        h::I_ACDTIME,
        h::I_ACWTIME,
        h::I_DA_ACDTIME,
        h::I_DA_ACWTIME,
        h::I_RINGTIME,
        h::TI_AUXTIME,
        h::TI_AVAILTIME,
        h::TI_OTHERTIME,
    ];
    let mut by_agent = std::collections::BTreeMap::<LoginId, (u32, u32)>::new();
    for (key, row) in &rows.hagent {
        assert_eq!(states.map(|column| row[column]).iter().sum::<u32>(), row[h::I_STAFFTIME], "{key:?}");
        assert_eq!((0..=99).map(|n| row[h::TI_AUXTIME_N.at(n)]).sum::<u32>(), row[h::TI_AUXTIME], "{key:?}");
        assert!(row[h::NOANSREDIR] <= row[h::RINGCALLS] && row[h::PHANTOMABNS] <= row[h::ABNCALLS]);
        let sums = by_agent.entry(key.logid).or_default();
        sums.0 += row[h::TI_STAFFTIME];
        sums.1 += wide.map(|column| row[column]).iter().sum::<u32>();
    }
    for (agent, (staffed, by_state)) in by_agent {
        assert_eq!(staffed, by_state, "agent {agent} in {:?}", rows.interval);
    }
}

fn other_identities(rows: &IntervalRows) {
    for (_, row) in &rows.hvdn {
        use hvdn as h;
        let others = row[h::BUSYCALLS] + row[h::CONNECTCALLS] + row[h::DISCCALLS] + row[h::OUTFLOWCALLS];
        assert_eq!(row[h::OTHERCALLS], others);
        assert_eq!(row[h::INCALLS], row[h::ACDCALLS] + row[h::ABNCALLS] + others);
        let times = [h::ACDTIME, h::ABNTIME, h::ANSTIME, h::HOLDTIME, h::OTHERTIME];
        assert_eq!(row[h::INTIME], times.map(|column| row[column]).iter().sum::<u32>());
        let bins: u32 = (1..=10).map(|n| row[h::ANSCONNCALLS.at(n)]).sum();
        assert_eq!(bins, row[h::ACDCALLS] + row[h::CONNECTCALLS]);
    }
    for (_, row) in &rows.hvector {
        use hvector as h;
        assert_eq!(row[h::INCALLS], row[h::ACDCALLS] + row[h::ABNCALLS] + row[h::OTHERCALLS]);
    }
    for (_, row) in &rows.htkgrp {
        use htkgrp as h;
        assert_eq!(row[h::INCALLS], row[h::ACDCALLS] + row[h::ABNCALLS] + row[h::OTHERCALLS]);
        assert_eq!(row[h::OUTCALLS], row[h::O_ACDCALLS] + row[h::O_ABNCALLS] + row[h::O_OTHERCALLS]);
    }
    for (_, row) in &rows.htrunk {
        use htrunk as h;
        assert_eq!(row[h::INCALLS], row[h::ACDCALLS] + row[h::ABNCALLS] + row[h::OTHERCALLS]);
        assert!(row[h::I_INOCC] + row[h::I_OUTOCC] <= 3600 * 24);
    }
}

/// The split's seconds are its agents' seconds.
fn split_and_agents_agree(rows: &IntervalRows) {
    let pairs = [
        (hsplit::I_STAFFTIME, hagent::I_STAFFTIME),
        (hsplit::I_AUXTIME, hagent::I_AUXTIME),
        (hsplit::I_ACDTIME, hagent::I_ACDTIME),
        (hsplit::I_AUXOUTTIME, hagent::I_AUXOUTTIME),
        (hsplit::I_ACDOTHERTIME, hagent::I_ACDOTHERTIME),
    ];
    for (split, row) in &rows.hsplit {
        for (of_split, of_agent) in pairs {
            let agents = rows.hagent.iter().filter(|(key, _)| key.split == *split);
            assert_eq!(row[of_split], agents.map(|(_, row)| row[of_agent]).sum::<u32>(), "split {split}");
        }
    }
}

pub(super) fn checkpoint(collector: &Collector) -> Vec<u8> {
    postcard::to_stdvec(collector).expect("a collector can be written")
}

fn heartbeats_between(events: &[Event], seconds: &[u8]) -> Vec<Event> {
    let mut all: Vec<Event> = Vec::new();
    let mut reached = Moment(i64::MIN);
    for (event, &step) in events.iter().zip(seconds.iter().cycle()) {
        // A heartbeat lies between the time reached and the next event: it may not run ahead of it.
        let at = reached + i64::from(step);
        if reached.0 > 0
            && at <= event.at
            && !matches!(event.body, EventBody::PumpUpBegan | EventBody::ClockChanged { .. })
        {
            all.push(Event { at, body: EventBody::Heartbeat });
        }
        reached = reached.max(event.at);
        all.push(event.clone());
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn identities_hold(mut events in stream(traffic())) {
        events.push(Event { at: Moment(DAY + 40 * 3600), body: EventBody::Heartbeat });
        let (_, effects) = run(&events);
        for rows in intervals(&effects) {
            rows.hsplit.iter().for_each(|(_, row)| split_identities(row));
            agent_identities(rows);
            other_identities(rows);
            split_and_agents_agree(rows);
        }
    }

    #[test]
    fn anything_is_survived_and_identities_hold(events in stream(anything())) {
        let (mut collector, effects) = run(&events);
        for rows in intervals(&effects) {
            rows.hsplit.iter().for_each(|(_, row)| split_identities(row));
            agent_identities(rows);
            other_identities(rows);
        }
        let board = collector.board();
        for table in catalog::all_tables() {
            let items: Vec<usize> = (0..table.items().len()).collect();
            board.for_each_row(table, &items, &mut |cells| assert_eq!(cells.len(), items.len()));
        }
    }

    #[test]
    fn groups_count_the_trunks_that_they_have(events in stream(anything())) {
        let (collector, _) = run(&events);
        for ix in collector.groups.indices() {
            let group = &collector.groups[ix];
            let own: Vec<_> = collector.trunks.iter().filter(|trunk| trunk.configured && trunk.group == Some(ix)).collect();
            let unknown = collector.calls.pool.indexed().flat_map(|(_, call)| &call.trunks);
            let unknown = unknown.filter(|seized| seized.trunk.is_none() && seized.group == ix).count();
            let taken = own.iter().filter(|trunk| trunk.call.is_some() || trunk.maintenance_busy).count() + unknown;
            let out = own.iter().filter(|trunk| trunk.maintenance_busy).count();
            let counted = [group.trunks, group.taken, group.live.count(htkgrp::MBUSYTIME)];
            prop_assert_eq!(counted, [own.len() as u32, taken as u32, out as u32]);
            prop_assert_eq!(group.all_busy_since().is_some(), !own.is_empty() && taken >= own.len());
        }
        prop_assert!(collector.trunks.iter().all(|trunk| trunk.configured || !trunk.maintenance_busy));
    }

    #[test]
    fn heartbeats_change_nothing(events in stream(traffic()), seconds in vec(0u8..60, 1..40)) {
        let end = Event { at: Moment(DAY + 20 * 3600), body: EventBody::Heartbeat };
        let plain: Vec<Event> = events.iter().cloned().chain([end.clone()]).collect();
        let with: Vec<Event> = heartbeats_between(&events, &seconds).into_iter().chain([end]).collect();
        let (one, other) = (run(&plain), run(&with));
        prop_assert_eq!(one.1, other.1);
        prop_assert_eq!(checkpoint(&one.0), checkpoint(&other.0));
    }

    #[test]
    fn records_do_not_depend_on_who_was_known_first(events in stream(traffic())) {
        let start = events[0].at + -60;
        let known = |numbers: Vec<u32>| -> Vec<Event> {
            let told = |number: u32| {
                let (split, name) = (SplitId(number), String::new());
                let agent = LoginId::new(&format!("100{number}")).unwrap();
                [
                    EventBody::Configured(Box::new(Configuration::Split { split, name, service_level_secs: None })),
                    EventBody::Configured(Box::new(Configuration::Trace { agent, on: true })),
                ]
            };
            numbers.into_iter().flat_map(told).map(|body| Event { at: start, body }).collect()
        };
        let records = |first: Vec<u32>| {
            let all: Vec<Event> = known(first).into_iter().chain(events.iter().cloned()).collect();
            let effects = run(&all).1;
            effects.into_iter().filter(|effect| matches!(effect, Effect::Record { .. })).collect::<Vec<_>>()
        };
        prop_assert_eq!(records(vec![1, 2, 3, 4]), records(vec![4, 2, 1, 3]));
    }

    #[test]
    fn traced_states_cover_the_sessions_without_a_gap(events in stream(traffic())) {
        let agents = || (1..6).map(|n| LoginId::new(&format!("100{n}")).unwrap());
        let start = events[0].at;
        let on = agents().map(|agent| Configuration::Trace { agent, on: true });
        let on = on.map(|body| Event { at: start, body: EventBody::Configured(Box::new(body)) });
        let untouched = |event: &&Event| !matches!(&event.body, EventBody::Configured(told) if matches!(**told, Configuration::Trace { .. }));
        let mut events: Vec<Event> = on.chain(events.iter().filter(untouched).cloned()).collect();
        let last = events.iter().map(|event| event.at).max().unwrap_or(start) + 60;
        let out = AgentAct::LoggedOut { reason: None };
        events.extend(agents().map(|agent| Event { at: last, body: EventBody::Agent { agent, act: out.clone() } }));
        let mut traced = std::collections::BTreeMap::<LoginId, (u32, Option<Moment>)>::new();
        let mut sessions = std::collections::BTreeMap::<LoginId, u32>::new();
        for effect in run(&events).1 {
            match effect {
                Effect::Login(row) => *sessions.entry(row.logid).or_default() += row.logout.since(row.login),
                Effect::Record { record: catalog::Record::Trace(row), .. } => {
                    let (secs, ended_at) = traced.entry(row.agent).or_default();
                    *secs += row.ended_at.since(row.began_at);
                    let out = row.work_mode.as_str() == "LOGOFF";
                    prop_assert!(ended_at.is_none_or(|ended_at| ended_at == row.began_at), "a gap before {:?}", row);
                    *ended_at = Some(row.ended_at).filter(|_| !out);
                }
                _ => {}
            }
        }
        for (agent, secs) in sessions {
            prop_assert_eq!(traced.get(&agent).map_or(0, |(traced, _)| *traced), secs, "agent {}", agent);
        }
    }

    #[test]
    fn the_second_of_a_profile_change_makes_no_difference(
        events in stream(traffic()),
        one in any::<prop::sample::Index>(),
        other in any::<prop::sample::Index>(),
        secs in 0u32..60,
        removes in any::<bool>(),
    ) {
        let kept = |event: &Event| !matches!(&event.body, EventBody::Configured(known) if !matches!(**known, Configuration::Trunk { .. }));
        let mut events: Vec<Event> = events.into_iter().filter(kept).collect();
        let end = events.iter().map(|event| event.at).max().unwrap_or(Moment(DAY)) + 3600;
        events.push(Event { at: end, body: EventBody::Heartbeat });
        // The switch's time before each event; a change between two events of one interval is told at either.
        let mut reached = Moment(0);
        let times: Vec<Moment> = events.iter().map(|event| { reached = reached.max(event.at); reached }).collect();
        let one = one.index(events.len());
        let same: Vec<usize> = (0..events.len()).filter(|&at| times[at].0 / 1800 == times[one].0 / 1800).collect();
        let other = same[other.index(same.len())];
        let profile = CallProfile::checked(secs, &[secs + 3, secs + 20]).unwrap();
        let event = |at, body| Event { at, body: EventBody::Configured(Box::new(body)) };
        let vdn = |n: u32| VdnId::new(&format!("500{n}")).unwrap();
        let given = |at| {
            let profile = &profile;
            let splits = (1..4).map(move |n| Configuration::SplitProfile { split: SplitId(n), profile: profile.clone() });
            let vdns = (1..4).map(move |n| Configuration::VdnProfile { vdn: vdn(n), profile: profile.clone() });
            splits.chain(vdns).map(move |body| event(at, body)).collect::<Vec<_>>()
        };
        let taken = |at| {
            let splits = (1..4).map(|n| Configuration::SplitProfileRemoved { split: SplitId(n) });
            let vdns = (1..4).map(|n| Configuration::VdnProfileRemoved { vdn: vdn(n) });
            splits.chain(vdns).map(move |body| event(at, body)).collect::<Vec<_>>()
        };
        // What is taken away was given before the first event.
        let before = if removes { given(events[0].at) } else { Vec::new() };
        let changed = |place: usize| {
            let told = if removes { taken(times[place]) } else { given(times[place]) };
            let (first, rest) = events.split_at(place + 1);
            let all = [&before, first, &told, rest].concat();
            intervals(&run(&all).1).cloned().collect::<Vec<_>>()
        };
        prop_assert_eq!(changed(one), changed(other));
    }

    #[test]
    fn a_checkpoint_is_as_good_as_a_replay(events in stream(anything()), cut in any::<prop::sample::Index>()) {
        let (whole, all) = run(&events);
        let cut = cut.index(events.len());
        let (half, mut effects) = run(&events[..cut]);
        let mut half: Collector = postcard::from_bytes(&checkpoint(&half)).expect("a checkpoint can be read");
        for event in &events[cut..] {
            half.apply(event, &mut effects);
        }
        prop_assert_eq!(all, effects);
        prop_assert_eq!(checkpoint(&whole), checkpoint(&half));
    }

    #[test]
    fn looking_ahead_changes_nothing(events in stream(anything()), cut in any::<prop::sample::Index>()) {
        let (one_by_one, told) = run(&events);
        let mut together = Collector::new(phantom());
        let mut effects = Vec::new();
        let (first, rest) = events.split_at(cut.index(events.len()));
        together.apply_all(first, &mut effects);
        together.apply_all(rest, &mut effects);
        prop_assert_eq!(told, effects);
        prop_assert_eq!(checkpoint(&one_by_one), checkpoint(&together));
    }

    #[test]
    fn boards_in_between_change_nothing(events in stream(anything())) {
        let (plain, all) = run(&events);
        let mut watched = Collector::new(phantom());
        let (mut effects, mut boards) = (Vec::new(), Vec::new());
        for event in &events {
            watched.apply(event, &mut effects);
            boards.push(watched.board());
        }
        prop_assert_eq!(all, effects);
        prop_assert_eq!(checkpoint(&plain), checkpoint(&watched));
        let (mut fresh, _) = run(&events);
        for table in catalog::all_tables() {
            prop_assert_eq!(cells(&watched.board(), table), cells(&fresh.board(), table));
        }
    }

    #[test]
    fn staffed_time_is_the_length_of_the_sessions(events in stream(traffic())) {
        let mut events: Vec<Event> = events
            .into_iter()
            .filter(|event| !matches!(event.body, EventBody::Agent { act: AgentAct::Seen { .. }, .. }))
            .collect();
        let last = events.iter().map(|event| event.at).max().unwrap_or(Moment(DAY));
        for n in 1..6 {
            let agent = LoginId::new(&format!("100{n}")).unwrap();
            events.push(Event { at: last + 60, body: EventBody::Agent { agent, act: AgentAct::LoggedOut { reason: None } } });
        }
        events.push(Event { at: last + 7200, body: EventBody::Heartbeat });
        let (_, effects) = run(&events);
        let sessions: u32 = effects
            .iter()
            .map(|effect| if let Effect::Login(row) = effect { row.logout.since(row.login) } else { 0 })
            .sum();
        let rows = intervals(&effects).flat_map(|rows| &rows.hagent);
        prop_assert_eq!(sessions, rows.map(|(_, row)| row[hagent::TI_STAFFTIME]).sum::<u32>());
    }
}

fn cells(board: &crate::Board, table: &'static catalog::Table) -> Vec<Vec<catalog::Value>> {
    let items: Vec<usize> = (0..table.items().len()).collect();
    let mut rows = Vec::new();
    board.for_each_row(table, &items, &mut |cells| rows.push(cells.to_vec()));
    rows
}
