//! Images of a whole server: carried, cut into volumes, made again; damaged, exchanged, broken off.

use std::fs;
use std::path::{Path, PathBuf};

use store::{AcdReader, SourceFile};

use super::{ACD, NINE, Place, rows, server};
use crate::{
    BackupError, ImageLabel, ImageMade, ImageMaking, ImageWriter, Result, restore_image, verify_image, volumes_of,
};

/// Longer than a name in a header can be.
const LONG: &str =
    "exports/reports of a very long name, in a folder of a very long name, as somebody may have wanted it/splits.csv";

/// An image of a small server, number `count` of the day.
fn image(place: &Place, count: u8, volume_bytes: u64, go_on: &mut dyn FnMut() -> bool) -> Result<ImageMade> {
    let date = chrono::NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day");
    let mut writer = ImageWriter::begin(ImageMaking {
        label: ImageLabel { date, count, volume: 1 },
        server: server(),
        product: "0.1.0",
        at: NINE + i64::from(count),
        folder: place.folder(),
        volume_bytes,
        go_on,
    })?;
    writer.bytes("cms.toml", b"listen = \"0.0.0.0:8443\"\n")?;
    writer.bytes("acd/01/checkpoint", &noise(300_000))?;
    writer.database("acd/01.db", &place.data.acd(ACD), SourceFile::Acd)?;
    writer.database("acd/01-events.db", &place.data.acd_events(ACD), SourceFile::Events)?;
    writer.bytes(LONG, b"1,2,3\n")?;
    writer.bytes("empty", b"")?;
    assert!(!writer.file("gone", &place.device.join("gone"))?, "a file that is not there is no error");
    writer.finish()
}

/// Bytes that cannot be packed.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    std::iter::repeat_with(next).take(length).collect()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .map(|entries| entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect())
        .unwrap_or_default();
    names.sort();
    names
}

/// The server is there again: every file, and every row of its database.
#[track_caller]
fn check_restored(folder: &Path, intervals: u64) {
    assert_eq!(names(folder), ["acd", "cms.toml", "empty", "exports"]);
    assert_eq!(fs::read(folder.join("acd/01/checkpoint")).unwrap(), noise(300_000));
    assert_eq!(fs::read(folder.join(LONG)).unwrap(), b"1,2,3\n");
    assert_eq!(fs::read(folder.join("empty")).unwrap(), b"");
    let reader = AcdReader::open(&folder.join("acd/01.db")).unwrap();
    assert_eq!(reader.last_interval().unwrap().map(|last| last.start), Some(NINE + (intervals as i64 - 1) * 1800));
}

#[test]
fn a_server_is_made_again_from_its_volumes() {
    let place = Place::with(20, 10);
    let whole = image(&place, 1, u64::MAX, &mut || true).unwrap();
    assert_eq!(whole.volumes.len(), 1);
    let cut = image(&place, 2, 100_000, &mut || true).unwrap();
    assert!(cut.volumes.len() > 3, "{}", cut.volumes.len());
    assert!(cut.volumes.iter().all(|(_, manifest)| manifest.bytes <= 100_000));
    let drafts = names(&place.folder()).into_iter().filter(|name| name.contains(".part")).count();
    assert_eq!(drafts, 0, "{:?}", names(&place.folder()));
    // What is written after the image is not in it.
    place.store().archive(&rows(NINE + 20 * 1800, 10)).unwrap();
    for (number, made) in [whole, cut].into_iter().enumerate() {
        // Any volume stands for all.
        let (any, _) = made.volumes.last().unwrap();
        let (volumes, files) = verify_image(any, &mut || true).unwrap();
        assert_eq!((volumes.len(), files), (made.volumes.len(), 6));
        let into = place.device.join(format!("restored-{number}"));
        restore_image(any, &into, &mut || true).unwrap();
        check_restored(&into, 20);
    }
}

/// `zstd -dc` of all volumes, and tar.
#[test]
fn volumes_open_with_standard_tools() {
    let place = Place::with(4, 10);
    let made = image(&place, 1, 100_000, &mut || true).unwrap();
    let packed: Vec<u8> = made.volumes.iter().flat_map(|(path, _)| fs::read(path).unwrap()).collect();
    let archive = place.device.join("image.tar");
    fs::write(&archive, zstd::decode_all(&packed[..]).unwrap()).unwrap();
    let into = place.device.join("by-hand");
    fs::create_dir(&into).unwrap();
    match std::process::Command::new("tar").arg("-xf").arg(&archive).arg("-C").arg(&into).status() {
        Ok(status) => assert!(status.success(), "tar understands it"),
        // Nothing to look with.
        Err(_) => return,
    }
    check_restored(&into, 4);
}

#[test]
fn what_is_damaged_is_named_and_leaves_nothing() {
    let place = Place::with(4, 10);
    let into = place.device.join("restored");
    let check = |damage: &dyn Fn(&[PathBuf]), named: &str, part: &str| {
        let made = image(&place, 1, 100_000, &mut || true).unwrap();
        let paths: Vec<PathBuf> = made.volumes.iter().map(|(path, _)| path.clone()).collect();
        let other = image(&place, 2, 100_000, &mut || true).unwrap();
        let all: Vec<PathBuf> = paths.iter().cloned().chain(other.volumes.into_iter().map(|(path, _)| path)).collect();
        damage(&all);
        let error = restore_image(&paths[0], &into, &mut || true).expect_err("it is refused").to_string();
        assert!(error.contains(named) && error.contains(part), "{part:?}: {error}");
        assert_eq!(names(&into), <[String; 0]>::default(), "{part}: nothing is left");
        all.iter().for_each(|path| drop(fs::remove_file(path)));
    };
    let second = "CMSADM-261123-01-02.tar.zst";
    let flip = |path: &Path, at: usize| {
        let mut bytes = fs::read(path).unwrap();
        bytes[at] ^= 1;
        fs::write(path, bytes).unwrap();
    };
    check(&|paths| flip(&paths[1], 40_000), second, "is damaged");
    check(&|paths| fs::write(&paths[1], &fs::read(&paths[1]).unwrap()[..50_000]).unwrap(), second, "cut off");
    check(&|paths| fs::remove_file(&paths[1]).unwrap(), second, "does not exist");
    // Volume 2 of another image, under its own name and under the other's.
    let twice = |paths: &[PathBuf]| {
        fs::copy(&paths[paths.len() / 2 + 1], &paths[1]).unwrap();
    };
    check(&twice, second, "its name is not its label");
    check(&|paths| flip(&paths[0], fs::read(&paths[0]).unwrap().len() - 60), "CMSADM-261123-01-01", "damaged");
    // After all that the volumes of a sound image still do.
    let made = image(&place, 3, 100_000, &mut || true).unwrap();
    restore_image(&made.volumes[0].0, &into, &mut || true).unwrap();
    check_restored(&into, 4);
}

#[test]
fn a_folder_with_anything_in_it_is_left_alone() {
    let place = Place::with(1, 10);
    let made = image(&place, 1, u64::MAX, &mut || true).unwrap();
    let into = place.device.join("in-use");
    fs::create_dir(&into).unwrap();
    fs::write(into.join("cms.toml"), "mine").unwrap();
    let error = restore_image(&made.volumes[0].0, &into, &mut || true).expect_err("it is refused").to_string();
    assert!(error.contains("is not empty"), "{error}");
    assert_eq!(fs::read(into.join("cms.toml")).unwrap(), b"mine");
    let error = volumes_of(&into.join("cms.toml")).expect_err("no volume").to_string();
    assert!(error.contains("CMSADM-yymmdd-NN-NN"), "{error}");
}

#[test]
fn what_is_broken_off_does_not_count() {
    let place = Place::with(4, 10);
    let mut steps = 0;
    let broken = image(&place, 1, 100_000, &mut || {
        steps += 1;
        steps < 3
    });
    assert!(matches!(broken, Err(BackupError::Stopped)), "{broken:?}");
    assert_eq!(names(&place.folder()), <[String; 0]>::default());
    // What a killed one left behind is removed by the next.
    fs::write(place.folder().join("CMSADM-261123-01-01.tar.zst.part"), "half").unwrap();
    let made = image(&place, 1, u64::MAX, &mut || true).unwrap();
    assert_eq!(names(&place.folder()), ["CMSADM-261123-01-01.tar.zst"]);

    let into = place.device.join("restored");
    let broken = restore_image(&made.volumes[0].0, &into, &mut || false);
    assert!(matches!(broken, Err(BackupError::Stopped)), "{broken:?}");
    assert_eq!(names(&into), <[String; 0]>::default());
    // As a kill leaves it: the mark, some files, no configuration.
    fs::create_dir_all(into.join("acd")).unwrap();
    fs::write(into.join("acd/01.db"), "half").unwrap();
    fs::write(into.join("cms.toml.restoring"), "").unwrap();
    restore_image(&made.volumes[0].0, &into, &mut || true).unwrap();
    check_restored(&into, 4);
}
