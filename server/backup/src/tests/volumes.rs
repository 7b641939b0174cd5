use std::fs;
use std::path::Path;

use model::{DataKind, Moment};
use store::{AcdReader, VolumeReader};

use super::{ACD, NINE, Place, marks_of, rows};
use crate::{BackupError, Label, Made, Marks, Mode, PartEntry, Places, read_header, unpack, verify};

fn first(made: &Made) -> &Path {
    &made.volumes[0].0
}

fn refusal(outcome: Result<crate::Manifest, BackupError>) -> String {
    outcome.expect_err("it is refused").to_string()
}

#[test]
fn a_volume_says_what_it_holds_and_is_read_back() {
    let place = Place::with(4, 10);
    let made = place.back_up(1, Mode::Full, &Marks::new()).unwrap();
    assert_eq!(made.volumes.len(), 1);
    let manifest = read_header(first(&made)).unwrap();
    assert_eq!((manifest.label.as_str(), manifest.volumes), ("CMS-261123-01-XXHX-00-F-01", 1));
    let hsplit = manifest.parts.iter().find(|part| part.stored_as == "acd01_hsplit").unwrap();
    assert_eq!((hsplit.rows, hsplit.places), (12, Some((NINE.0, NINE.0 + 3 * 1800))));
    assert_eq!(hsplit.range(), Some(Places::Moments(NINE, NINE + 3 * 1800)));
    let scratch = place.device.join("scratch");
    assert_eq!(verify(first(&made), &scratch, &mut || true).unwrap(), manifest);
    assert!(!scratch.exists());
    let left: Vec<_> = fs::read_dir(place.folder()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["CMS-261123-01-XXHX-00-F-01.db.zst"]);
}

/// Files keep moments and days as numbers of which nobody could tell one from the other: the table says which.
#[test]
fn where_rows_lie_in_time_is_told_by_what_they_are() {
    let day = |day| chrono::NaiveDate::from_ymd_opt(2026, 11, day);
    let (numbers, days) = ((20_261_101, 20_261_123), Places::Days(day(1), day(23)));
    let moments = Places::Moments(Moment(20_261_101), Moment(20_261_123));
    for (name, expected) in [
        ("hsplit", Some(moments)),
        ("call_rec", Some(moments)),
        ("digests", Some(moments)),
        ("journal", Some(moments)),
        ("dsplit", Some(days)),
        ("mvdn", Some(days)),
        ("summaries", Some(days)),
        ("users", None),
        ("of_a_newer_version", None),
    ] {
        let part = PartEntry {
            name: name.to_owned(),
            kind: DataKind::Historical,
            acd: Some(1),
            stored_as: format!("acd01_{name}"),
            rows: 1,
            digest: String::new(),
            places: Some(numbers),
        };
        assert_eq!(part.range(), expected, "{name}");
    }
}

#[test]
fn volumes_are_split_and_hold_every_row_once() {
    let place = Place::with(200, 10);
    let whole = place.back_up(1, Mode::Full, &Marks::new()).unwrap();
    let made = place.back_up_in_volumes(2, Mode::Full, &Marks::new(), 300_000).unwrap();
    assert!(made.volumes.len() > 1, "{}", made.volumes.len());
    assert_eq!(made.rows(), whole.rows());
    let volumes = made.volumes.len() as u8;
    for (number, (path, manifest)) in (1..).zip(&made.volumes) {
        let label: Label = manifest.label.parse().unwrap();
        assert_eq!((label.volume, manifest.volumes), (number, volumes));
        assert!(path.ends_with(format!("{}.db.zst", manifest.label)));
    }
}

/// The list of intervals and every table are of one moment, however long the copying takes.
#[test]
fn what_is_archived_meanwhile_is_not_in_it() {
    let place = Place::with(4, 10);
    let mut next = 4;
    let made = place
        .back_up_while(1, Mode::Full, &Marks::new(), u64::MAX, &mut || {
            if next < 40 {
                place.store().archive(&rows(NINE + next * 1800, 10)).unwrap();
                place.store().archive(&rows(NINE, next as u32)).unwrap();
                next += 1;
            }
            true
        })
        .unwrap();
    assert_eq!(next, 40);
    let parts = &made.volumes[0].1.parts;
    let rows_of = |name: &str| parts.iter().find(|part| part.stored_as == name).unwrap().rows;
    let known = rows_of("acd01_digests");
    assert!((4..7).contains(&known), "{known}");
    assert_eq!((rows_of("acd01_hsplit"), rows_of("acd01_htkgrp")), (3 * known, known));
}

#[test]
fn an_incremental_backup_has_what_came_since_and_what_became_other() {
    let place = Place::with(4, 10);
    let full = place.back_up(1, Mode::Full, &Marks::new()).unwrap();
    let marks = marks_of(&[&full]);
    let none = place.back_up(2, Mode::Incremental, &marks).unwrap();
    let rows_of = |made: &Made, name: &str| -> u64 {
        made.volumes
            .iter()
            .flat_map(|(_, manifest)| &manifest.parts)
            .filter(|part| part.name == name)
            .map(|part| part.rows)
            .sum()
    };
    assert_eq!(rows_of(&none, "hsplit"), 0);
    place.store().archive(&rows(NINE + 4 * 1800, 10)).unwrap();
    place.store().archive(&rows(NINE, 99)).unwrap();
    let some = place.back_up(3, Mode::Incremental, &marks).unwrap();
    assert_eq!((rows_of(&some, "hsplit"), rows_of(&some, "htkgrp")), (6, 2));
    let plain = place.device.join("plain");
    unpack(first(&some), &plain, &mut || true).unwrap();
    let held = VolumeReader::open(&plain).unwrap().held("acd01_hsplit").unwrap();
    let starts: Vec<i64> = held.iter().map(|extent| extent.from).collect();
    assert_eq!(starts, [NINE.0, NINE.0 + 4 * 1800]);
}

#[test]
fn what_is_damaged_cut_off_or_exchanged_is_named_and_not_unpacked() {
    let place = Place::with(4, 10);
    let one = place.back_up(1, Mode::Full, &Marks::new()).unwrap();
    place.store().archive(&rows(NINE, 99)).unwrap();
    let other = place.back_up(2, Mode::Full, &Marks::new()).unwrap();
    let (path, sound) = (first(&one), fs::read(first(&one)).unwrap());
    let plain = place.device.join("plain");
    let try_it = |content: &[u8]| {
        fs::write(path, content).unwrap();
        let told = refusal(verify(path, &plain, &mut || true));
        assert!(told.contains("CMS-261123-01-XXHX-00-F-01.db.zst"), "{told}");
        assert!(!plain.exists());
        told
    };
    let body = read_header(path).unwrap().packed_bytes as usize;
    for at in [5, body / 2, body - 1, body + 20, sound.len() - 50] {
        let mut damaged = sound.clone();
        damaged[at] ^= 0x20;
        let told = try_it(&damaged);
        assert!(told.contains("is damaged") || told.contains("is no volume"), "byte {at}: {told}");
    }
    assert!(try_it(&sound[..sound.len() - 100]).contains("cut off"));
    assert!(try_it(&sound[..body / 2]).contains("cut off"));
    assert!(try_it(b"").contains("too short"));
    assert!(try_it(&[7; 4096]).contains("is no volume of a backup"));
    // Exchanged: the other one under this one's name, and its body before this one's end.
    let foreign = fs::read(first(&other)).unwrap();
    assert!(try_it(&foreign).contains("its name is not its label"), "exchanged");
    let foreign_body = read_header(first(&other)).unwrap().packed_bytes as usize;
    let mixed = [&foreign[..foreign_body], &sound[body..]].concat();
    let told = try_it(&mixed);
    assert!(told.contains("is damaged"), "{told}");
    fs::write(path, &sound).unwrap();
    verify(path, &plain, &mut || true).unwrap();
}

/// What a server of before can read bears its number: incremental backups. Full ones are as they are stored, however many volumes
/// they need.
#[test]
fn volumes_bear_the_oldest_format_that_reads_them() {
    let place = Place::with(200, 10);
    let formats = |made: Made| made.volumes.iter().map(|(_, manifest)| manifest.format).collect::<Vec<_>>();
    let full = place.back_up(1, Mode::Full, &Marks::new()).unwrap();
    let marks = marks_of(&[&full]);
    assert_eq!(formats(full), [2]);
    assert_eq!(formats(place.back_up(2, Mode::Incremental, &marks).unwrap()), [1]);
    let small = formats(place.back_up_in_volumes(3, Mode::Full, &Marks::new(), 300_000).unwrap());
    assert!(small.len() > 1 && small.contains(&2), "{small:?}");
}

#[test]
fn a_newer_format_is_refused_by_its_number() {
    let place = Place::with(1, 10);
    let made = place.back_up(1, Mode::Full, &Marks::new()).unwrap();
    let mut manifest = made.volumes[0].1.clone();
    manifest.format = 9;
    let sound = fs::read(first(&made)).unwrap();
    fs::write(first(&made), &sound[..manifest.packed_bytes as usize]).unwrap();
    // Sealing reads back, and reading refuses what is newer.
    let told = crate::envelope::seal(first(&made), &manifest).expect_err("it is newer").to_string();
    assert!(told.contains("has format 9") && told.contains("reads up to 2"), "{told}");
    assert!(refusal(read_header(first(&made))).contains("use the newer version"));
}

#[test]
fn whoever_says_stop_finds_nothing_left() {
    let place = Place::with(4, 10);
    for patience in [0, 3, 12, 40] {
        let mut looks = 0;
        let outcome = place.back_up_while(1, Mode::Full, &Marks::new(), u64::MAX, &mut || {
            looks += 1;
            looks <= patience
        });
        assert!(matches!(outcome, Err(BackupError::Stopped)), "{patience}: {outcome:?}");
        assert_eq!(fs::read_dir(place.folder()).unwrap().count(), 0, "{patience}");
    }
    // The history was only read.
    assert_eq!(AcdReader::open(&place.data.acd(ACD)).unwrap().digests(None, None).unwrap().len(), 4);
}

#[test]
fn a_backup_of_the_same_label_is_left_as_it_is() {
    let place = Place::with(2, 10);
    let made = place.back_up(1, Mode::Full, &Marks::new()).unwrap();
    let before = fs::read(first(&made)).unwrap();
    let told = place.back_up(1, Mode::Full, &Marks::new()).expect_err("it is there").to_string();
    assert!(told.contains("is there already"), "{told}");
    assert_eq!(fs::read(first(&made)).unwrap(), before);
}
