use std::collections::BTreeSet;

use crate::event::Configuration;
use crate::synonym::{description_fault, name_fault};
use crate::{
    AuxReason, CallProfile, Dictionary, EqLoc, LoginId, LogoutReason, NameKind, SplitId, TrunkGroupId, VdnId, VectorId,
    WorkCode,
};

fn switch() -> Dictionary {
    let mut names = Dictionary::default();
    for (split, name) in [(1, "Billing"), (2, "Sales"), (3, "")] {
        let (split, name) = (SplitId(split), name.to_owned());
        names.learn(&Configuration::Split { split, name, service_level_secs: None });
    }
    names
}

fn named() -> Dictionary {
    let mut names = switch();
    let groups = [("Early".to_owned(), BTreeSet::from(["1001".to_owned()]))].into();
    names.overlay(
        [(NameKind::Split, "1", "Sales"), (NameKind::Split, "9", "Night"), (NameKind::AgentString, "AUX", "Break")],
        groups,
    );
    names
}

#[test]
fn a_synonym_comes_before_the_switchs_name() {
    let names = named();
    let all: Vec<(&str, &str)> = names.iter(NameKind::Split).collect();
    assert_eq!(all, [("1", "Sales"), ("2", "Sales"), ("3", ""), ("9", "Night")]);
    assert_eq!(
        (names.name(NameKind::Split, "1"), names.switch_name(NameKind::Split, "1")),
        (Some("Sales"), Some("Billing"))
    );
    // What was the name of two is that of the synonym; the name that is no longer shown still means its number.
    assert_eq!(names.number(NameKind::Split, "SALES"), Some("1"));
    assert_eq!(names.number(NameKind::Split, "billing"), Some("1"));
    assert_eq!(names.number(NameKind::Split, "night"), Some("9"));
    assert!(names.contains(NameKind::Split, "9") && !names.contains(NameKind::Split, "4"));
    assert_eq!(names.name(NameKind::AgentString, "AUX"), Some("Break"));
    assert_eq!(names.agent_group("EARLY").map(BTreeSet::len), Some(1));
}

#[test]
fn what_the_switch_has_told_of_is_known_until_it_is_taken_away() {
    let name = String::new();
    let (split, trunk, group) = (SplitId(1), EqLoc::new("01A 07").unwrap(), TrunkGroupId(9));
    let told = [
        Configuration::Split { split, name: name.clone(), service_level_secs: None },
        Configuration::Agent { agent: LoginId::new("anna-1").unwrap(), name: name.clone() },
        Configuration::Vdn {
            vdn: VdnId::new("5000").unwrap(),
            name: name.clone(),
            vector: None,
            service_level_secs: None,
        },
        Configuration::Vector { vector: VectorId(10), name: name.clone() },
        Configuration::TrunkGroup { group, name: name.clone() },
        Configuration::Trunk { trunk, group },
        Configuration::WorkCode { code: WorkCode::new("007").unwrap(), name: name.clone() },
        Configuration::AuxReason { reason: AuxReason(0), name: name.clone() },
        Configuration::LogoutReason { reason: LogoutReason(99), name },
    ];
    let mut names = Dictionary::default();
    told.iter().for_each(|told| assert!(names.learn(told)));
    assert!(!names.learn(&Configuration::SplitProfile { split, profile: CallProfile::default() }));
    names.overlay([(NameKind::Split, "2", "Night")], Default::default());
    let known = names.entities();
    assert_eq!(known, told.iter().filter_map(Configuration::entity).collect());
    assert_eq!(known.len(), told.len());
    known.into_iter().for_each(|entity| assert!(names.forget(entity)));
    assert!(names.entities().is_empty());
}

/// An agent who has left is still somebody in the reports of last month, and nobody among those who are there.
#[test]
fn what_was_taken_out_is_called_as_before_and_is_not_there() {
    let mut names = named();
    names.remember([
        (NameKind::Agent, "1001", "Ada"),
        (NameKind::Agent, "1002", "Grace"),
        (NameKind::Split, "1", "Old billing"),
    ]);
    assert_eq!(names.name(NameKind::Agent, "1001"), Some("Ada"));
    assert_eq!(names.number(NameKind::Agent, "grace"), Some("1002"));
    assert!(!names.contains(NameKind::Agent, "1001") && names.iter(NameKind::Agent).next().is_none());
    assert_eq!(
        (names.name(NameKind::Split, "1"), names.switch_name(NameKind::Split, "1")),
        (Some("Sales"), Some("Billing"))
    );
    let told: Dictionary = serde_json::from_str(&serde_json::to_string(&names).unwrap()).unwrap();
    assert_eq!(told, names);
    names.retain(|kind, number| kind != NameKind::Agent || number == "1002");
    assert_eq!((names.name(NameKind::Agent, "1001"), names.name(NameKind::Agent, "1002")), (None, Some("Grace")));
}

#[test]
fn names_that_may_not_be_seen_go_with_their_synonyms() {
    let mut names = named();
    names.retain(|kind, number| kind != NameKind::Split || number == "2");
    assert_eq!(names.iter(NameKind::Split).collect::<Vec<_>>(), [("2", "Sales")]);
    assert_eq!(names.number(NameKind::Split, "Night"), None);
}

/// People are told everything; a saved state of the collector has what it had before there were synonyms.
#[test]
fn a_saved_state_has_the_switchs_names_alone() {
    let text = serde_json::to_string(&named()).unwrap();
    assert_eq!(serde_json::from_str::<Dictionary>(&text).unwrap(), named());
    let before = r#"{"names":{"split":{"1":"Billing"}}}"#;
    assert_eq!(serde_json::from_str::<Dictionary>(before).unwrap().name(NameKind::Split, "1"), Some("Billing"));
    let saved = postcard::to_stdvec(&named()).unwrap();
    assert_eq!(saved, postcard::to_stdvec(&switch()).unwrap());
    assert_eq!(postcard::from_bytes::<Dictionary>(&saved).unwrap(), switch());
}

#[test]
fn names_follow_the_fields_rules() {
    for right in [
        "A",
        "Orders, Europe",
        "Hot-line".replace('-', "_").as_str(),
        "Überlauf",
        "O'Brien",
        "VIP+",
        "a2345678901234567890",
    ] {
        assert_eq!(name_fault(right), None, "{right}");
    }
    for wrong in ["", "2nd", " A", "A ", "A;B", "A-B", "A|B", "Orders\n", "a23456789012345678901", "1-3", "All"] {
        assert!(name_fault(wrong).is_some(), "{wrong}");
    }
    assert_eq!(description_fault(""), None);
    assert_eq!(description_fault("What else is to be known, by day (and night)"), None);
    for wrong in ["a;b", "a|b", "a\"b", &"x".repeat(51)] {
        assert!(description_fault(wrong).is_some(), "{wrong}");
    }
}

#[test]
fn each_section_takes_numbers_of_its_own_kind() {
    fn check(section: &str, number: &str, expect: Result<&str, &str>) {
        let checked = NameKind::of_section(section).unwrap().checked_number(number);
        match expect {
            Ok(number) => assert_eq!(checked.as_deref(), Ok(number), "{section} {number}"),
            Err(part) => {
                assert!(checked.as_ref().is_err_and(|why| why.contains(part)), "{section} {number}: {checked:?}")
            }
        }
    }
    check("splits", " 007 ", Ok("7"));
    check("splits", "x", Err("split/skill"));
    check("agents", "1001", Ok("1001"));
    check("announcements", "4711", Ok("4711"));
    check("locations", "4x", Err("1 to 15 digits"));
    check("agent-strings", "avail", Ok("AVAIL"));
    check("trunk-strings", "AVAIL", Err("IDLE"));
    assert!(NameKind::of_section("trunks").unwrap_err().contains("trunk-groups"));
    for kind in NameKind::sections() {
        assert_eq!(NameKind::of_section(kind.section_word()), Ok(kind));
        assert!(!kind.section_title().is_empty() && !kind.noun().is_empty());
    }
}
