//! The layouts against the lengths that receivers know, and against the published layouts where they are at hand.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::{FieldKind, Version};

#[test]
fn records_have_the_lengths_that_receivers_know() {
    let lengths = Version::ALL.map(|version| (version.number(), version.record_bytes()));
    assert_eq!(lengths, [(12, 493), (16, 615), (163, 617), (170, 629), (180, 697), (181, 720)]);
}

#[test]
fn fields_follow_each_other_without_a_hole() {
    for version in Version::ALL {
        let mut end = 0;
        for field in version.fields() {
            let same_byte = matches!(field.kind, FieldKind::Flag(bit) if bit > 0);
            assert_eq!(field.offset, if same_byte { end - 1 } else { end }, "{version}: {}", field.name);
            end = field.offset + field.width;
        }
        assert_eq!(end, version.record_bytes(), "{version}");
    }
}

#[test]
fn every_version_is_known_by_its_number() {
    for version in Version::ALL {
        assert_eq!(Version::from_number(version.number()), Some(version));
    }
    assert_eq!([0, 11, 13, 182].map(Version::from_number), [None; 4]);
}

/// The published layouts, in the folder that `UNDERSTUDY_SHARED` names, else in `shared` beside the checkout.
fn published() -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("UNDERSTUDY_SHARED").map_or_else(beside, PathBuf::from);
    shared.join("reference/echi-layouts.json")
}

#[test]
fn layouts_are_the_published_ones() {
    let path = published();
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: {} is not there", path.display());
        return;
    };
    let layouts: Value = serde_json::from_str(&text).unwrap();
    for version in Version::ALL {
        let layout = &layouts[version.number().to_string()];
        assert_eq!(layout["record_length"], version.record_bytes());
        let mut fields = version.fields().into_iter();
        for expected in layout["fields"].as_array().unwrap() {
            for (name, bit) in expected["name"].as_str().unwrap().split(',').zip(0..) {
                let field = fields.next().unwrap();
                let kind = match expected["type"].as_str().unwrap() {
                    "u32" | "i16" | "u8" => FieldKind::Number,
                    "char" => FieldKind::Text,
                    "bits lsb-first" | "bit0" => FieldKind::Flag(bit),
                    other => panic!("{version}: a {other}"),
                };
                assert_eq!((field.name, field.kind), (name, kind), "{version}");
                let place = (expected["offset"].as_u64().unwrap(), expected["width"].as_u64().unwrap());
                assert_eq!((field.offset as u64, field.width as u64), place, "{version}: {name}");
            }
        }
        assert_eq!(fields.next(), None, "{version}");
    }
}
