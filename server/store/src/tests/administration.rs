use model::event::Configuration;
use model::{CallProfile, SplitId, VdnId};

use super::{ACD, NINE, folder, store};
use crate::{Change, Identity, LocalStore, StoreError};

fn profile(level: u32, increments: &[u32]) -> CallProfile {
    CallProfile::checked(level, increments).unwrap()
}

#[test]
fn profiles_come_back_and_replace_those_of_before() {
    let folder = folder();
    let mut store = store(&folder);
    let vdn = VdnId::new("5001").unwrap();
    let of_split = |profile| Configuration::SplitProfile { split: SplitId(7), profile };
    let of_vdn = Configuration::VdnProfile { vdn, profile: profile(30, &[]) };
    store.administer(&of_split(profile(20, &[5, 10]))).unwrap();
    store.administer(&of_vdn).unwrap();
    let last = of_split(profile(15, &[1, 2, 3, 4, 5, 6, 7, 8, 9]));
    store.administer(&last).unwrap();
    assert_eq!(store.reader().unwrap().administration().unwrap(), [last.clone(), of_vdn.clone()]);

    // What is removed is not kept; what is not there can be removed, too.
    store.administer(&Configuration::VdnProfileRemoved { vdn }).unwrap();
    store.administer(&Configuration::SplitProfileRemoved { split: SplitId(8) }).unwrap();
    assert_eq!(store.reader().unwrap().administration().unwrap(), [last]);
    store.administer(&of_vdn).unwrap();
    store.administer(&Configuration::SplitProfileRemoved { split: SplitId(7) }).unwrap();
    assert_eq!(store.reader().unwrap().administration().unwrap(), [of_vdn]);
}

#[test]
fn what_the_switch_decides_is_not_administered() {
    let folder = folder();
    let name = Configuration::Agent { agent: "1001".parse().unwrap(), name: "Ada".to_owned() };
    assert!(matches!(store(&folder).administer(&name), Err(StoreError::Invalid(_))));
}

#[test]
fn changes_are_remembered_newest_first() {
    let folder = folder();
    let identity =
        Identity { name: "CMS-A".to_owned(), role: "primary".to_owned(), server_id: "1".to_owned(), created_at: NINE };
    let path = folder.path().join("local.db");
    let mut local = LocalStore::create(&path, &identity).unwrap();
    let change = |what: &str, acd| Change {
        at: NINE,
        user: "cms".to_owned(),
        acd,
        what: what.to_owned(),
        before: String::new(),
        after: "on".to_owned(),
    };
    local.record_change(&change("first", None)).unwrap();
    local.record_change(&change("second", Some(ACD))).unwrap();
    drop(local);
    let local = LocalStore::open(&path).unwrap();
    assert_eq!(local.changes(10).unwrap(), [change("second", Some(ACD)), change("first", None)]);
    assert_eq!(local.changes(1).unwrap().len(), 1);
}

#[test]
fn what_was_in_force_before_a_record_is_known() {
    let folder = folder();
    let mut store = store(&folder);
    let level = |split, level| Configuration::SplitProfile { split: SplitId(split), profile: profile(level, &[]) };
    store.note_entered(0, &level(1, 10)).unwrap();
    store.note_entered(0, &level(2, 20)).unwrap();
    store.note_entered(500, &level(1, 11)).unwrap();
    store.note_entered(500, &level(1, 11)).unwrap();
    store.note_entered(900, &level(1, 12)).unwrap();
    let removed = Configuration::SplitProfileRemoved { split: SplitId(1) };
    store.note_entered(950, &removed).unwrap();
    let reader = store.reader().unwrap();
    assert_eq!(reader.entered_before(1).unwrap(), [level(1, 10), level(2, 20)]);
    assert_eq!(reader.entered_before(900).unwrap(), [level(1, 10), level(2, 20), level(1, 11)]);
    assert_eq!(reader.entered_before(901).unwrap().last(), Some(&level(1, 12)));
    assert_eq!(reader.entered_before(951).unwrap().last(), Some(&removed));
}

#[test]
fn rules_for_exceptions_and_traces_come_back_also_while_they_are_off() {
    use model::{AuxReason, ExceptionKey, ExceptionKind as K, ExceptionRule, ExceptionScope as S};
    let folder = folder();
    let mut store = store(&folder);
    let rule = |scope, kind, reason: Option<u8>, on| {
        let key = ExceptionKey { scope, kind, reason: reason.map(AuxReason) };
        ExceptionRule { key, threshold: 3, limit_secs: 60, on }
    };
    let rules = [
        rule(S::Agents(SplitId(7)), K::AgentAux, None, true),
        rule(S::Agents(SplitId(7)), K::AgentAux, Some(5), true),
        rule(S::Split(SplitId(1)), K::SplitQueueTime, None, true),
        rule(S::Vdn(VdnId::new("0050").unwrap()), K::VdnTime, None, false),
        rule(S::Vector(model::VectorId(3)), K::VectorLong, None, true),
        rule(S::TrunkGroup(model::TrunkGroupId(9)), K::TrunkLong, None, true),
    ];
    let (one, two): (model::LoginId, model::LoginId) = ("1001".parse().unwrap(), "1002".parse().unwrap());
    let off = ExceptionRule { on: false, ..rules[2] };
    for rule in rules.into_iter().chain([off]) {
        store.administer(&Configuration::Exception { rule }).unwrap();
    }
    for (agent, on) in [(two, true), (one, true), (two, false)] {
        store.administer(&Configuration::Trace { agent, on }).unwrap();
    }
    let mut expected: Vec<Configuration> = rules.map(|rule| Configuration::Exception { rule }).to_vec();
    expected[2] = Configuration::Exception { rule: off };
    expected.extend([(one, true), (two, false)].map(|(agent, on)| Configuration::Trace { agent, on }));
    assert_eq!(store.reader().unwrap().administration().unwrap(), expected);
}
