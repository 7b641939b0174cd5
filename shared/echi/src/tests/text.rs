//! The text form.

use super::sample::{bare, full, values};
use crate::{Encoder, Version};

fn line(version: Version, values: &[catalog::Value]) -> String {
    let mut line = String::new();
    Encoder::new(version).text(values, &mut line);
    line
}

#[test]
fn a_line_has_the_fields_in_their_order() {
    let text = line(Version::R12, &values(&full()));
    let expected = "70001,55,15,22,31,196,2026-11-23 11:00:00,2026-11-23 11:04:11,150,,4,20,8,7,12,6,12,40,,31,,,,,15,\
                    1,0,1,0,0,1,,1,1,2,2,5,2,2,4,9,3,1,0,3,0,0,0,0,0,9,00001070011795428000,5101,01A0305,5100,1002,1001,,\
                    08001234,+49301234567,4711#,18,27,17,18,,,,5101,5102,,,,,,,\"order=17,line=3\"\n";
    assert_eq!(text, expected);
}

#[test]
fn what_is_not_known_is_empty() {
    let text = line(Version::R181, &values(&bare()));
    let cells: Vec<&str> = text.trim_end().split(',').collect();
    let fields = Version::R181.fields();
    assert_eq!(cells.len(), fields.len());
    let cell = |name: &str| cells[fields.iter().position(|field| field.name == name).unwrap()];
    assert_eq!((cell("SEGSTART"), cell("SEGSTART_UTC")), ("2026-11-23 11:00:00", "2026-11-23 10:00:00"));
    assert_eq!(["DISPSPLIT", "SPLIT1", "TKGRP", "ANSLOGIN", "TENANT", "ECD_STR"].map(cell), [""; 6]);
    assert_eq!((cell("ASSIST"), cell("OBSERVINGCALL"), cell("DISPTIME")), ("0", "", "9"));
}
