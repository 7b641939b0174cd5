//! Which number the next backup of a day has, and which older ones it needs.

use std::collections::BTreeMap;

use backup::Manifest;
use chrono::NaiveDate;

use super::{highest, lacking};

/// Also of labels that lie on no device any more, with the folder before it or without.
#[test]
fn a_number_is_not_given_twice_on_a_day() {
    let date = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
    let of = |labels: &[&str]| highest(date, labels.iter().copied());
    assert_eq!(of(&[]), 0);
    assert_eq!(of(&["CMS-261126-03-XXHX-00-I", "CMS-261126-02-XXHX-00-F"]), 3);
    assert_eq!(of(&["CMS-A/CMS-261126-04-XXHX-00-F"]), 4);
    assert_eq!(of(&["CMS-261125-07-XXHX-00-F", "none"]), 0);
}

/// Full backups of ACD 1 (02, 06) and ACD 2 (03), incremental ones of both (04) and of ACD 2 (05).
#[test]
fn what_a_backup_builds_on_is_followed_acd_by_acd() {
    let made = |bases: &[(u8, &str)]| {
        let bases: BTreeMap<u8, &str> = bases.iter().copied().collect();
        let manifest = serde_json::json!({
            "format": 2, "label": "", "volumes": 1, "server": {"name": "", "id": "", "role": ""}, "product": "", "made_at": 0,
            "mode": if bases.is_empty() { "full" } else { "incremental" }, "builds_on": bases.values().next_back(),
            "bases": if bases.len() > 1 { bases } else { BTreeMap::new() }, "kinds": [], "tables": null, "acds": [],
            "left_out": [], "bytes": 0, "sha256": "", "packed_bytes": 0, "packed_sha256": "", "parts": []
        });
        serde_json::from_value::<Manifest>(manifest).unwrap()
    };
    let all = [
        ("02", made(&[])),
        ("03", made(&[])),
        ("04", made(&[(1, "02"), (2, "03")])),
        ("05", made(&[(2, "04")])),
        ("06", made(&[])),
    ];
    let without = |gone: &str| {
        let builds_on = [(1, "06".to_owned()), (2, "05".to_owned())].into();
        let whole = |label: &str| all.iter().find(|(known, _)| *known == label && label != gone).map(|(_, made)| made);
        lacking(&builds_on, whole)
    };
    assert_eq!(without("02"), None, "ACD 1 has a newer full one, and ACD 2 nothing in it");
    for needed in ["03", "04", "05", "06"] {
        assert_eq!(without(needed).as_deref(), Some(needed));
    }
}
