//! Numbers follow from names and settings alone; these are fixed for good, because history hangs on them.

use model::{AuxReason, LoginId, SplitId};

use super::world::settings;
use crate::asterisk::numbering::{aux_reason, born_at, call_id, login, peer, split, user_part};
use crate::asterisk::{Settings, SettingsError};

#[test]
fn queues_keep_their_numbers_and_names_get_one() {
    let plain = Settings::default();
    assert_eq!(split(&plain, "6001"), SplitId(6001));
    assert_eq!(split(&settings(), "sales"), SplitId(1));
    assert_eq!(split(&plain, "sales"), SplitId(3055));
    assert_ne!(split(&plain, "support"), split(&plain, "sales"));
}

#[test]
fn agents_are_numbered_by_their_phone() {
    let check = |interface: &str, expect: &str| {
        assert_eq!(login(&Settings::default(), interface), LoginId::new(expect).unwrap(), "{interface}");
    };
    check("SIP/1001", "1001");
    check("PJSIP/1001", "1001");
    check("Local/1007@agents/n", "1007");
    check("hint:1007@ext-local", "1007");
    check("Agent:1009", "1009");
    check("Custom:AGENT1003", "1003");
    check("SIP/alice", "alice");
    check("SIP/desk-7", "desk-7");
    let long = login(&Settings::default(), "PJSIP/somebody-with-a-long-name");
    assert_eq!(long.as_str().len(), 16);
    let named =
        Settings { agents: [("SIP/alice".to_owned(), LoginId::new("42").unwrap())].into(), ..Settings::default() };
    assert_eq!(login(&named, "SIP/alice").as_str(), "42");
}

#[test]
fn reasons_are_numbered_by_their_text() {
    let plain = Settings::default();
    assert_eq!(
        [aux_reason(&plain, ""), aux_reason(&plain, "Auto-Pause"), aux_reason(&plain, "5")],
        [0, 0, 5].map(AuxReason)
    );
    assert_eq!(aux_reason(&plain, "Lunch"), AuxReason(51));
    assert!((10..100).contains(&aux_reason(&plain, "500").0), "a number that is no code is a text");
}

#[test]
fn calls_are_unique_over_restarts() {
    assert_eq!(call_id("1795351188.0"), call_id("pbx1-1795351188.0"));
    assert_ne!(call_id("1795351188.0"), call_id("1795351189.0"));
    assert_ne!(call_id("1795351188.1"), call_id("1795351188.0"));
    assert!(call_id("whatever").0 >> 63 == 1 && call_id("1795351188.0").0 >> 63 == 0);
    assert_eq!((born_at("1795351188.7"), born_at("x")), (Some(1_795_351_188), None));
    assert_eq!((peer("SIP/desk-7-0000001a"), user_part("SIP/desk-7")), ("SIP/desk-7", "desk-7"));
}

#[test]
fn bad_settings_name_the_key() {
    let fault = |change: &dyn Fn(&mut Settings)| {
        let mut changed = settings();
        change(&mut changed);
        changed.check().unwrap_err()
    };
    assert_eq!(settings().check(), Ok(()));
    assert_eq!(fault(&|s| s.username.clear()), SettingsError::NoUsername);
    assert_eq!(fault(&|s| s.secret.push('\n')), SettingsError::ControlCharacter { key: "secret_file" });
    let same = fault(&|s| _ = s.splits.insert("marketing".to_owned(), SplitId(1))).to_string();
    assert!(same.contains("\"marketing\"") && same.contains("\"sales\"") && same.contains("number 1"), "{same}");
    let range = fault(&|s| _ = s.aux_reasons.insert("Lunch".to_owned(), AuxReason(100))).to_string();
    assert!(range.contains("Lunch") && range.contains("100"), "{range}");
}

#[test]
fn settings_read_from_a_file() {
    let text = r#"{"username": "cms", "splits": {"sales": 1}, "vdns": {"7001": "Sales"}, "aux_reasons": {"Lunch": 3},
        "agents": {"SIP/alice": "42"}, "trunk_groups": {"SIP/trunk": 9}, "wrapup_secs": {"sales": 5}, "vdn_contexts": ["in"]}"#;
    let read: Settings = serde_json::from_str(text).unwrap();
    assert_eq!(read.check(), Ok(()));
    assert_eq!((split(&read, "sales"), aux_reason(&read, "Lunch")), (SplitId(1), AuxReason(3)));
    assert!(read.vdn("in", "7001").is_some() && read.vdn("out", "7001").is_none() && read.vdn("in", "s").is_none());
    assert_eq!(read.acw_reason, "ACW");
}
