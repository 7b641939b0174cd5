//! Who calls whom: callers, agents who dial, and the same after a cut.

use std::collections::BTreeMap;

use model::event::{CallAct, CallIdentity};
use model::{CallId, Event, EventBody};

use super::world::Played;
use crate::asterisk::numbering::call_id;

/// What was told last of each call.
fn identities(events: &[Event]) -> BTreeMap<CallId, CallIdentity> {
    let told = events.iter().filter_map(|event| match &event.body {
        EventBody::Call { call, act: CallAct::Identified { identity } } => Some((*call, CallIdentity::clone(identity))),
        _ => None,
    });
    told.collect()
}

#[track_caller]
fn check(identity: &CallIdentity, calling: &str, dialed: &str, ucid: &str) {
    let text = |number: Option<model::PhoneNumber>| number.map_or(String::new(), |number| number.to_string());
    assert_eq!(text(identity.calling_party), calling);
    assert_eq!(text(identity.dialed_number), dialed);
    assert_eq!(identity.ucid.map(|ucid| ucid.to_string()).unwrap_or_default(), ucid);
}

#[test]
fn callers_and_agents_who_dial() {
    let mixed = Played::captures(&["mixed/A"]).events();
    let known = identities(&mixed);
    check(&known[&call_id("1795349109.0")], "5551001", "7003", "00000000001795349109");
    check(&known[&call_id("1795349109.3")], "5551002", "7014", "00000000031795349109");
    check(&known[&call_id("1795349121.8")], "1004", "9301", "00000000081795349121");
    let digits = mixed.iter().find_map(|event| match &event.body {
        EventBody::Call { call, act: CallAct::DigitsDialed { agent, digits } } => Some((*call, *agent, *digits)),
        _ => None,
    });
    let (call, agent, digits) = digits.expect("an agent dials");
    assert_eq!((call, agent.as_str(), digits.as_str()), (call_id("1795349121.8"), "1004", "9301"));
}

/// Nothing but the call's first events comes before its identity, and each call has its own.
#[test]
fn every_call_is_identified_once() {
    for name in ["mixed/A", "small/1", "odd/A1"] {
        let mut acts: BTreeMap<CallId, Vec<CallAct>> = BTreeMap::new();
        for event in Played::captures(&[name]).events() {
            if let EventBody::Call { call, act } = event.body {
                acts.entry(call).or_default().push(act);
            }
        }
        let mut ucids = Vec::new();
        for (call, acts) in acts {
            let told = acts.iter().filter_map(|act| match act {
                CallAct::Identified { identity } => Some(identity),
                _ => None,
            });
            let told: Vec<_> = told.collect();
            assert_eq!(told.len(), 1, "{name}: call {call}: {acts:?}");
            assert!(!matches!(acts[0], CallAct::Identified { .. }), "{name}: call {call}: {acts:?}");
            ucids.push(told[0].ucid.expect("the PBX numbers its channels"));
        }
        let count = ucids.len();
        ucids.sort_unstable();
        ucids.dedup();
        assert_eq!(ucids.len(), count, "{name}: two calls have one universal call ID");
    }
}

#[test]
fn a_pump_up_tells_the_same_of_a_call() {
    for (whole, reopened) in [("small/1", "small/2b"), ("mixed/A", "mixed/C2")] {
        let streamed = identities(&Played::captures(&[whole]).events());
        let seen = Played::captures(&[reopened]).events();
        let ended = seen.iter().position(|event| event.body == EventBody::PumpUpEnded).unwrap();
        let seen = identities(&seen[..ended]);
        assert!(seen.len() > 2);
        for (call, identity) in seen {
            let known = &streamed[&call];
            assert_eq!(
                (identity.ucid, identity.calling_party),
                (known.ucid, known.calling_party),
                "{reopened}: {call}"
            );
            assert!(identity.dialed_number.is_none() || identity.dialed_number == known.dialed_number);
        }
    }
}
