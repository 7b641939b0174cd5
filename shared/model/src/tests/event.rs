//! What is administered, and of two such things the later one decides.

use crate::event::Configuration::{
    self, Interval, PhantomLimit, Split, SplitProfile, SplitProfileRemoved, Trace, VdnProfile, VdnProfileRemoved, Zone,
};
use crate::{CallProfile, IntervalMinutes, SplitId};

#[test]
fn of_two_administered_things_about_the_same_the_later_one_decides() {
    let split = |split| SplitProfile { split: SplitId(split), profile: CallProfile::default() };
    let vdn = |vdn: &str| VdnProfile { vdn: vdn.parse().unwrap(), profile: CallProfile::default() };
    let trace = |agent: &str, on| Trace { agent: agent.parse().unwrap(), on };
    let check = |one: &Configuration, other: &Configuration, same: bool| {
        assert_eq!(one.is_about_the_same(other), same, "{one:?} and {other:?}");
        assert_eq!(other.is_about_the_same(one), same, "{other:?} and {one:?}");
    };
    check(&split(1), &split(1), true);
    check(&split(1), &split(2), false);
    check(&vdn("5001"), &vdn("5001"), true);
    check(&vdn("5001"), &vdn("5002"), false);
    check(&split(1), &vdn("1"), false);
    let (no_split, no_vdn) =
        (SplitProfileRemoved { split: SplitId(1) }, VdnProfileRemoved { vdn: "5001".parse().unwrap() });
    check(&split(1), &no_split, true);
    check(&no_split, &no_split, true);
    check(&split(2), &no_split, false);
    check(&vdn("5001"), &no_vdn, true);
    check(&vdn("5002"), &no_vdn, false);
    check(&no_split, &no_vdn, false);
    let zone = |zone: &str| Zone { zone: zone.parse().unwrap() };
    check(&zone("UTC"), &zone("Europe/Berlin"), true);
    check(&PhantomLimit { secs: 0 }, &PhantomLimit { secs: 5 }, true);
    check(&zone("UTC"), &PhantomLimit { secs: 5 }, false);
    assert!(no_split.is_administered() && no_vdn.is_administered());
    check(&trace("1001", true), &trace("1001", false), true);
    check(&trace("1001", true), &trace("1002", true), false);
    let interval = |minutes| Interval { minutes };
    check(&interval(IntervalMinutes::Half), &interval(IntervalMinutes::Quarter), true);
    // What the switch says of a split is not administered here.
    let named = Split { split: SplitId(1), name: "Sales".to_owned(), service_level_secs: None };
    check(&named, &named, false);
}
