//! The name files.

use model::event::Configuration;
use model::{AcdNumber, Dictionary};

use crate::NAME_FILES;

#[test]
fn names_stand_by_number() {
    let mut names = Dictionary::default();
    let split = |split: u32, name: &str| {
        let name = name.to_owned();
        Configuration::Split { split: model::SplitId(split), name, service_level_secs: None }
    };
    names.learn(&split(10, "Orders, new"));
    names.learn(&split(2, "The \"big\" ones"));
    names.learn(&split(3, ""));
    let text = |file: &str| {
        let found = NAME_FILES.iter().find(|names| names.file == file).unwrap();
        found.text(AcdNumber(4), "Berlin", &names)
    };
    assert_eq!(text("acd.dat"), "4,4,Berlin\n");
    assert_eq!(text("split.dat"), "4,2,\"The \"\"big\"\" ones\"\n4,10,\"Orders, new\"\n");
    assert_eq!(text("vdn.dat"), "");
}
