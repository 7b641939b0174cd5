use model::event::Configuration;
use model::{Event, EventBody, Moment};
use proptest::prelude::*;

use super::played;
use super::walker::Walker;
use crate::{Scenario, World};

/// A name of everything that a day should bring.
const KINDS: [&str; 42] = [
    "abandoned",
    "abandoned ringing",
    "acw",
    "agent left",
    "answered",
    "attended transfer",
    "aux",
    "aux on a call",
    "available",
    "blind transfer",
    "button",
    "conference",
    "connected",
    "consulted",
    "dialed",
    "digits",
    "direct answered",
    "disconnect",
    "ended",
    "extension answered",
    "far end answered",
    "heartbeat",
    "held",
    "identified",
    "late work code",
    "login",
    "logout",
    "maintenance",
    "malicious",
    "manual acw",
    "outflowed",
    "placed",
    "queue left",
    "queued",
    "rang beside a call on hold",
    "rang straight",
    "redirected",
    "requeued",
    "returned",
    "ring stopped",
    "skills changed",
    "trunk seized",
];

#[test]
fn the_same_seed_tells_the_same_events_in_whatever_steps() {
    let scenario = Scenario { seed: 11, ..Scenario::default() };
    let (_, at_once) = played(scenario.clone(), 3);
    let mut world = World::new(scenario.clone()).unwrap();
    let mut in_steps = world.pump_up();
    let end = world.now() + 3 * 3_600;
    while world.next_at() <= end {
        world.step(&mut in_steps);
    }
    assert_eq!(at_once, in_steps);
    let (_, other) = played(Scenario { seed: 12, ..scenario }, 3);
    assert_ne!(at_once, other);
}

#[test]
fn a_day_brings_everything_and_breaks_no_rule() {
    let (_, events) =
        played(Scenario { agents: 120, splits: 10, start: Moment(1_772_409_600), ..Scenario::default() }, 24);
    let mut walker = Walker::default();
    walker.walk(&events);
    let missing: Vec<_> = KINDS.iter().filter(|kind| !walker.kinds.contains_key(*kind)).collect();
    assert!(missing.is_empty(), "a day without {missing:?}: {:?}", walker.kinds);
}

#[test]
fn a_drowned_office_gives_busy_and_overflows() {
    let scenario =
        Scenario { agents: 30, splits: 6, calls_per_hour: Some(900), talk_secs: Some(240), ..Scenario::default() };
    let (_, events) = played(scenario, 5);
    let mut walker = Walker::default();
    walker.walk(&events);
    for kind in ["busy", "queue left", "abandoned"] {
        assert!(walker.kinds.get(kind).is_some_and(|&count| count > 20), "{kind}: {:?}", walker.kinds);
    }
}

#[test]
fn without_extension_calls_nobody_dials_of_their_own_accord() {
    let (_, events) = played(Scenario { extension_calls: false, ..Scenario::default() }, 6);
    let mut walker = Walker::default();
    walker.walk(&events);
    assert!(!walker.kinds.contains_key("dialed") && !walker.kinds.contains_key("direct answered"));
}

#[test]
fn quiet_seconds_have_a_heartbeat() {
    let night = Moment(1_772_420_400);
    let (_, events) = played(Scenario { heartbeat_secs: 3, start: night, agents: 12, ..Scenario::default() }, 2);
    let numbered: Vec<&Event> = events.iter().filter(|event| !matches!(event.body, EventBody::Configured(_))).collect();
    assert!(numbered.windows(2).all(|pair| pair[1].at - pair[0].at <= 3));
    assert!(numbered.iter().any(|event| event.body == EventBody::Heartbeat));
}

#[test]
fn everything_that_is_named_was_configured() {
    let (world, _) = played(Scenario { agents: 5, splits: 40, ..Scenario::default() }, 0);
    let mut dictionary = model::Dictionary::default();
    let mut trunks = 0;
    for event in world.snapshot() {
        if let EventBody::Configured(told) = event.body {
            trunks += usize::from(matches!(*told, Configuration::Trunk { .. }));
            assert!(dictionary.learn(&told), "told twice: {told:?}");
        }
    }
    use model::NameKind::*;
    assert_eq!(dictionary.iter(Split).count(), 40);
    assert_eq!(dictionary.iter(Agent).count(), 5);
    assert_eq!(dictionary.name(Split, "1"), Some("Billing"));
    assert_eq!(dictionary.name(Split, "25"), Some("Billing 2"));
    assert_eq!(dictionary.iter(Trunk).count(), trunks);
    assert!(
        [Vdn, Vector, TrunkGroup, WorkCode, AuxReason, LogoutReason]
            .iter()
            .all(|&kind| dictionary.iter(kind).next().is_some())
    );
}

#[test]
fn agents_have_names_of_their_own() {
    let mut names = crate::names::agents(3_000, &mut crate::random::Random::new(1));
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 3_000);
}

#[test]
fn impossible_scenarios_are_refused_by_name() {
    let error = World::new(Scenario { agents: 0, ..Scenario::default() }).unwrap_err();
    assert_eq!(error.to_string(), "the number of agents must be 1 to 50000, not 0");
    assert!(World::new(Scenario { splits: 9_000, ..Scenario::default() }).is_err());
    assert!(World::new(Scenario { calls_per_hour: Some(0), ..Scenario::default() }).is_err());
}

#[test]
fn thousands_of_agents_work() {
    let ten = Moment(1_772_409_600 + 10 * 3_600);
    let (world, events) = played(Scenario { agents: 5_000, splits: 400, start: ten, ..Scenario::default() }, 1);
    let mut walker = Walker::default();
    // The walker looks at every call for every event: ten minutes are enough of that.
    let upto = events.partition_point(|event| event.at < ten + 600);
    walker.walk(&events[..upto]);
    assert!(walker.picture.agents.len() > 3_000);
    assert!(world.truth().totals.all_splits().answered > 15_000);
}

/// What a collector that has only just heard of the switch takes it to be.
fn first_look(world: &World) -> Walker {
    let mut walker = Walker::default();
    walker.walk(&world.pump_up());
    walker
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_rule_is_broken_and_a_snapshot_says_what_the_events_said(
        seed in any::<u64>(),
        agents in 1u32..150,
        splits in 1u32..20,
        load in prop::option::of(1u32..1_500),
        start in 0i64..86_400,
        looks in prop::collection::vec(1i64..7_200, 1..5),
    ) {
        let start = Moment(1_772_409_600 + start);
        let scenario = Scenario { seed, agents, splits, calls_per_hour: load, start, ..Scenario::default() };
        let mut world = World::new(scenario).unwrap();
        let mut walker = first_look(&world);
        for secs in looks {
            let mut events = Vec::new();
            let end = world.now() + secs;
            world.run_until(end, &mut events);
            walker.walk(&events);
            prop_assert_eq!(walker.picture.as_seen(), first_look(&world).picture.as_seen());
        }
    }
}
