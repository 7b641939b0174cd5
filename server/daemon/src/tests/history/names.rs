//! The name files come with the records, and again when a name changes.

use std::sync::Arc;

use model::event::Configuration;
use model::{AcdNumber, Dictionary, SplitId};

use super::world::{FakeReceiver, no_archive, no_fuse, real_opener, until};
use crate::history::Recorder;
use crate::names::Names;

fn names(split: &str) -> Arc<Dictionary> {
    let mut names = Dictionary::default();
    names.learn(&Configuration::Split { split: SplitId(4), name: split.to_owned(), service_level_secs: None });
    Arc::new(names)
}

#[test]
fn names_are_handed_over_and_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let receiver = FakeReceiver::new(&no_fuse());
    let opener = real_opener(dir.path(), 9);
    let recorder =
        Recorder::start(AcdNumber(1), "Berlin", opener, (no_archive(), Box::new(receiver.clone())), "", false).unwrap();
    recorder.names(&names("Sales"));
    recorder.switch_on(None).unwrap();
    let file = |name: &str| receiver.files().get(name).map(|file| String::from_utf8(file.clone()).unwrap());
    until("the last of them", || file("vector.dat"));
    let expected =
        ["acd.dat", "agname.dat", "aux_rsn.dat", "cwc.dat", "split.dat", "tkgrp.dat", "vdn.dat", "vector.dat"];
    assert_eq!(receiver.files().keys().cloned().collect::<Vec<_>>(), expected);
    assert_eq!(
        (file("acd.dat").unwrap().as_str(), file("split.dat").unwrap().as_str()),
        ("1,1,Berlin\n", "1,4,Sales\n")
    );
    recorder.names(&names("Orders"));
    until("the new name", || file("split.dat").filter(|text| text == "1,4,Orders\n"));
    recorder.stop();
    assert_eq!(receiver.files().keys().cloned().collect::<Vec<_>>(), expected);
}

/// Whoever reads the files calls things as reports do: by the house's Dictionary, where that has a name.
#[test]
fn names_of_the_house_take_the_place_of_those_of_the_switch() {
    let dir = tempfile::tempdir().unwrap();
    let database = dir.path().join("01.db");
    let mut store = store::AcdStore::open(&database, AcdNumber(1)).unwrap();
    let receiver = FakeReceiver::new(&no_fuse());
    let opener = real_opener(dir.path(), 9);
    let recorder =
        Recorder::start(AcdNumber(1), "Berlin", opener, (no_archive(), Box::new(receiver.clone())), "", true).unwrap();
    let house = Arc::new(Names::new(database, Arc::default()));
    recorder.put_over(&house);
    recorder.names(&names("Sales"));
    let file = |name: &str| receiver.files().get(name).map(|file| String::from_utf8(file.clone()).unwrap());
    until("the switch's name", || file("split.dat").filter(|text| text == "1,4,Sales\n"));
    let synonym = store::Synonym {
        kind: model::NameKind::Split,
        number: "4".to_owned(),
        name: "Orders, Europe".to_owned(),
        description: String::new(),
    };
    store.set_synonyms(&[synonym]).unwrap();
    house.forget();
    recorder.house_changed();
    until("the house's name", || file("split.dat").filter(|text| text == "1,4,\"Orders, Europe\"\n"));
    recorder.stop();
}
