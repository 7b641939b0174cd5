use std::collections::BTreeSet;
use std::fs;

use model::DataKind;

use super::{NINE, Place, history, marks_of, rows};
use crate::{Choice, Device, Made, Making, Manifest, Marks, Mode, make};

fn device(place: &Place, keep: Option<u32>) -> Device {
    let folder = crate::Place::Folder(place.device.clone());
    Device { name: "nightly".to_owned(), place: folder, volume_bytes: u64::MAX, keep }
}

#[test]
fn a_device_lists_what_lies_on_it_newest_first() {
    let place = Place::with(3, 10);
    place.back_up(1, Mode::Full, &Marks::new()).unwrap();
    place.back_up(2, Mode::Full, &Marks::new()).unwrap();
    fs::write(place.folder().join("CMS-261123-03-XXHX-00-F-01.db.zst"), "no volume").unwrap();
    fs::write(place.folder().join("notes.txt"), "not ours").unwrap();
    let found = device(&place, None).list().unwrap();
    let labels: Vec<&str> = found.sets.iter().map(|set| set.label.as_str()).collect();
    assert_eq!(labels, ["CMS-261123-02-XXHX-00-F", "CMS-261123-01-XXHX-00-F"]);
    assert_eq!(found.problems.len(), 1);
    let told = device(&place, None).find("CMS-261123-03-XXHX-00-F").expect_err("it is no volume").to_string();
    assert!(told.contains("is no volume of a backup"), "{told}");
}

#[test]
fn the_same_label_of_two_servers_is_told_apart_by_their_folders() {
    let place = Place::with(1, 10);
    place.back_up(1, Mode::Full, &Marks::new()).unwrap();
    let other = place.device.join("CMS-B");
    fs::create_dir(&other).unwrap();
    let name = "CMS-261123-01-XXHX-00-F-01.db.zst";
    fs::copy(place.folder().join(name), other.join(name)).unwrap();
    let device = device(&place, None);
    let told = device.find("CMS-261123-01-XXHX-00-F").expect_err("there are two").to_string();
    assert!(told.contains("CMS-A/CMS-261123") && told.contains("CMS-B/CMS-261123"), "{told}");
    assert_eq!(device.find("CMS-B/CMS-261123-01-XXHX-00-F-01").unwrap().folder, "CMS-B");
    assert!(device.find("CMS-261123-09-XXHX-00-F").expect_err("none").to_string().contains("there is no backup"));
}

#[test]
fn a_missing_volume_is_named() {
    let place = Place::with(200, 10);
    let made = place.back_up_in_volumes(1, Mode::Full, &Marks::new(), 300_000).unwrap();
    fs::remove_file(&made.volumes[1].0).unwrap();
    let set = device(&place, None).find("CMS-261123-01-XXHX-00-F").unwrap();
    assert_eq!(set.missing(), [2]);
    let told = set.whole().expect_err("it is not whole").to_string();
    assert!(told.contains("number 02 is missing"), "{told}");
}

#[test]
fn old_full_backups_go_with_what_builds_on_them() {
    let place = Place::with(2, 10);
    let mut made = vec![place.back_up(1, Mode::Full, &Marks::new()).unwrap()];
    place.store().archive(&rows(NINE + 7 * 1800, 1)).unwrap();
    made.push(place.back_up(2, Mode::Incremental, &marks_of(&[&made[0]])).unwrap());
    made.push(place.back_up(3, Mode::Full, &Marks::new()).unwrap());
    made.push(place.back_up(4, Mode::Full, &Marks::new()).unwrap());
    let newest = &made[3].volumes[0].1;
    assert_eq!(device(&place, None).rotate("a1", newest, &[]).unwrap(), Vec::<String>::new());
    assert_eq!(device(&place, Some(3)).rotate("a1", newest, &[]).unwrap(), Vec::<String>::new());
    // Those of another server are not ours to remove.
    assert_eq!(device(&place, Some(1)).rotate("b2", newest, &[]).unwrap(), Vec::<String>::new());
    let gone = device(&place, Some(2)).rotate("a1", newest, &[]).unwrap();
    assert_eq!(gone, ["CMS-261123-02-XXHX-00-I", "CMS-261123-01-XXHX-00-F"]);
    assert_eq!(device(&place, None).list().unwrap().sets.len(), 2);
}

#[test]
fn what_builds_on_a_full_backup_of_more_data_stays_as_long_as_that_does() {
    let place = Place::with(2, 10);
    let more = Choice { kinds: BTreeSet::from([DataKind::Acd, DataKind::Historical]), ..history(Mode::Full) };
    let all = place.back_up_on(1, &more, &Marks::new(), None);
    place.store().archive(&rows(NINE + 7 * 1800, 1)).unwrap();
    let base = "CMS-261123-01-XXHX-00-F";
    let marks = marks_of(&[&all]);
    place.back_up_on(2, &history(Mode::Incremental), &marks, Some(base));
    place.back_up_on(3, &history(Mode::Incremental), &marks, Some("CMS-261123-02-XXHX-00-I"));
    let made: Vec<Made> = (4..7).map(|count| place.back_up(count, Mode::Full, &Marks::new()).unwrap()).collect();
    let newest = &made[2].volumes[0].1;
    let gone = device(&place, Some(2)).rotate("a1", newest, &[]).unwrap();
    assert_eq!(gone, ["CMS-261123-04-XXHX-00-F"], "01 has other data and stays, and what builds on it with it");
    let first = device(&place, None).find(base).unwrap();
    first.volumes.iter().for_each(|(path, _)| fs::remove_file(path).unwrap());
    let gone = device(&place, Some(2)).rotate("a1", newest, &[]).unwrap();
    assert_eq!(gone, ["CMS-261123-03-XXHX-00-I", "CMS-261123-02-XXHX-00-I"], "nothing to build on is left");
}

#[test]
fn an_incremental_backup_names_what_each_of_its_acds_builds_on() {
    let place = Place::with(2, 10);
    let bases = |labels: &[(u8, &str)]| {
        let builds_on = labels.iter().map(|(acd, label)| (*acd, (*label).to_owned())).collect();
        let (choice, marks) = (history(Mode::Incremental), Marks::new());
        let made = make(Making { builds_on, ..place.making(labels.len() as u8, &choice, &marks, &mut |_, _| true) });
        made.unwrap().volumes[0].1.clone()
    };
    let (one, other) = ("CMS-261122-01-XXHX-01-F", "CMS-261122-02-XXHX-02-F");
    let alike = bases(&[(1, one)]);
    assert_eq!((alike.builds_on.as_deref(), alike.bases.len()), (Some(one), 0));
    let several = bases(&[(1, one), (2, other)]);
    assert_eq!(several.builds_on().into_iter().collect::<Vec<_>>(), [one, other]);
    assert_eq!([1, 2].map(|acd| several.base_of(acd)), [Some(one), Some(other)]);
    // As an older version wrote it.
    let mut old = serde_json::to_value(&several).unwrap();
    old.as_object_mut().unwrap().remove("bases");
    let old: Manifest = serde_json::from_value(old).unwrap();
    assert_eq!(old.builds_on().into_iter().collect::<Vec<_>>(), [other]);
}

#[test]
fn the_backup_just_made_stays_although_one_of_a_clock_that_was_ahead_seems_newer() {
    let place = Place::with(2, 10);
    for count in [1, 9, 3] {
        place.back_up(count, Mode::Full, &Marks::new()).unwrap();
    }
    // By its clock, number 9 was made after this one.
    let made = place.back_up(4, Mode::Full, &Marks::new()).unwrap();
    let label = |count| format!("CMS-261123-{count:02}-XXHX-00-F");
    let begun = [1, 9, 3, 4].map(label);
    let gone = device(&place, Some(3)).rotate("a1", &made.volumes[0].1, &begun).unwrap();
    assert_eq!(gone, [label(1)]);
    let gone = device(&place, Some(2)).rotate("a1", &made.volumes[0].1, &begun).unwrap();
    assert_eq!(gone, [label(9)]);
    let gone = device(&place, Some(1)).rotate("a1", &made.volumes[0].1, &begun).unwrap();
    assert_eq!(gone, [label(3)]);
    assert_eq!(device(&place, None).list().unwrap().sets[0].label, label(4));
}

#[test]
fn a_backup_of_a_clock_that_was_ahead_and_in_no_list_is_no_older_than_the_others() {
    let place = Place::with(2, 10);
    for count in [1, 9] {
        place.back_up(count, Mode::Full, &Marks::new()).unwrap();
    }
    let made = place.back_up(4, Mode::Full, &Marks::new()).unwrap();
    let gone = device(&place, Some(2)).rotate("a1", &made.volumes[0].1, &[]).unwrap();
    assert_eq!(gone, ["CMS-261123-01-XXHX-00-F"]);
    let gone = device(&place, Some(1)).rotate("a1", &made.volumes[0].1, &[]).unwrap();
    assert_eq!(gone, ["CMS-261123-09-XXHX-00-F"]);
}

#[test]
fn a_device_that_is_not_there_is_named() {
    let place = Place::with(1, 10);
    fs::remove_dir_all(&place.device).unwrap();
    let told = device(&place, None).list().expect_err("it is gone").to_string();
    assert!(told.contains("device") && told.contains("mount"), "{told}");
}

#[test]
fn a_server_s_name_is_made_fit_for_a_folder() {
    let place = Place::with(0, 0);
    let device = device(&place, None);
    for (name, folder) in [("CMS-A", "CMS-A"), ("Büro 1/2", "B-ro-1-2"), ("..", "-.."), (".hidden", "-.hidden")] {
        assert_eq!(device.own_folder(name), place.device.join(folder));
    }
}
