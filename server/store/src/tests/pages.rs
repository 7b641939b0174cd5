//! Volumes over the pages of a history: what comes out of them, and what must not.

use std::fs;
use std::io::Read;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::Path;

use catalog::{CallRecord, Disposition, Record, table};
use model::event::Configuration;
use model::{AcdNumber, CallId, Dictionary, SplitId};
use rusqlite::Connection;
use tempfile::TempDir;

use super::{NINE, berlin, folder, small, store};
use crate::{
    AcdStore, Carried, Extent, Snapshot, SourceFile, StoreError, Unit, VolumeReader, VolumeWriter, WrittenVolume,
};

const TABLES: [&str; 3] = ["hsplit", "hagent", "hvdn"];

/// A history of so many half hours from which some pages became free again.
fn history(folder: &TempDir, intervals: i64) -> AcdStore {
    let mut store = store(folder);
    for number in 0..intervals {
        store.archive(&small(NINE + number * 1800, 9, 7)).unwrap();
    }
    let connection = Connection::open(file(folder)).unwrap();
    connection
        .execute_batch(
            "CREATE TABLE passing (TEXT TEXT) STRICT;
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000)
             INSERT INTO passing SELECT 'what was deleted ' || i FROM n;
             DELETE FROM passing WHERE rowid > 10;",
        )
        .unwrap();
    store
}

fn file(folder: &TempDir) -> std::path::PathBuf {
    folder.path().join("01.db")
}

fn draft(folder: &TempDir) -> std::path::PathBuf {
    folder.path().join("volume.db.part")
}

fn carried(table: &'static str) -> Carried {
    Carried { table, unit: Unit::Interval, only: None }
}

/// The three tables as they are stored, and the list of intervals row by row.
fn write(folder: &TempDir) -> WrittenVolume {
    let (mut writer, snapshot) =
        VolumeWriter::create_over(&draft(folder), &file(folder), SourceFile::Acd).unwrap().unwrap();
    for table in TABLES {
        copy(&mut writer, &snapshot, &carried(table), None);
    }
    copy(&mut writer, &snapshot, &carried("digests"), Some(&[Extent::new(i64::MIN, i64::MAX)]));
    writer.finish(&[("label", "a volume".to_owned())]).unwrap()
}

fn copy(writer: &mut VolumeWriter, snapshot: &Snapshot, carried: &Carried, extents: Option<&[Extent]>) -> u64 {
    let stored_as = format!("acd01_{}", carried.table);
    let mut copying = snapshot.copy(carried, &stored_as, None, extents).unwrap();
    copying.begin_in(snapshot, writer, u64::MAX).unwrap();
    while copying.some(snapshot, writer).unwrap().is_some() {}
    writer.end().unwrap().unwrap().rows
}

/// Reads the volume as it would be packed.
fn content(written: &WrittenVolume) -> Vec<u8> {
    let mut content = Vec::new();
    written.bytes().unwrap().read_to_end(&mut content).unwrap();
    content
}

fn open(folder: &TempDir, content: &[u8]) -> VolumeReader {
    let path = folder.path().join("volume.db");
    fs::write(&path, content).unwrap();
    VolumeReader::open(&path).unwrap()
}

fn rows(path: &Path, table: &str) -> Vec<String> {
    let connection = Connection::open(path).unwrap();
    let sql = format!("SELECT STARTTIME_UTC || ' ' || SPLIT || ' ' || ACDCALLS FROM {table} ORDER BY 1");
    connection.prepare(&sql).unwrap().query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

#[test]
fn a_volume_over_pages_is_a_sound_database_of_the_chosen_tables() {
    let folder = folder();
    let mut store = history(&folder, 200);
    let mut names = Dictionary::default();
    let name = "a name that stays here".to_owned();
    names.learn(&Configuration::Split { split: SplitId(1), name, service_level_secs: None });
    store.save_dictionary(&names).unwrap();
    let mut written = write(&folder);
    written.check().unwrap();
    let content = content(&written);
    let has = |content: &[u8], text: &str| content.windows(text.len()).any(|found| found == text.as_bytes());
    let source = fs::read(file(&folder)).unwrap();
    for gone in ["a name that stays here", "what was deleted", "CREATE TABLE digests", "passing"] {
        assert!(has(&source, gone) && !has(&content, gone), "{gone}");
    }
    let volume = open(&folder, &content);
    volume.check().unwrap();
    assert_eq!(volume.manifest("label").unwrap(), "a volume");
    assert_eq!(volume.recount("acd01_hsplit").unwrap(), (1800, String::new()));
    assert_eq!(volume.recount("acd01_digests").unwrap().0, 200);
    let volume = folder.path().join("volume.db");
    for table in ["hsplit", "hagent"] {
        assert_eq!(rows(&volume, &format!("acd01_{table}")), rows(&file(&folder), table));
    }
    // Nobody has to make room for what is only passing through.
    let on_disk = fs::metadata(draft(&folder)).unwrap().blocks() * 512;
    assert!(on_disk < content.len() as u64 / 2, "{on_disk} of {}", content.len());
}

/// Whoever writes meanwhile, and moves the log into the file, changes nothing of what is read.
#[test]
fn pages_stay_as_they_were_while_others_write() {
    let folder = folder();
    let mut store = history(&folder, 60);
    let written = write(&folder);
    let before = content(&written);
    let at_the_time = rows(&file(&folder), "hsplit");
    for number in 0..60 {
        store.archive(&small(NINE + number * 1800, 9, 8)).unwrap();
    }
    let moved: (i64, i64) = Connection::open(file(&folder))
        .unwrap()
        .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| Ok((row.get(1)?, row.get(2)?)))
        .unwrap();
    assert!(moved.0 > 0 && moved.1 < moved.0, "the log waits for the reader: {moved:?}");
    assert!(content(&written) == before, "the pages are those of before");
    open(&folder, &before);
    assert_eq!(rows(&folder.path().join("volume.db"), "acd01_hsplit"), at_the_time);
    drop(written);
    assert_ne!(rows(&file(&folder), "hsplit"), at_the_time);
}

/// Somebody reads an older state all the time: then there is no moment at which the file has everything.
#[test]
fn an_older_reader_is_waited_for_and_then_it_goes_otherwise() {
    let folder = folder();
    let mut store = history(&folder, 4);
    let older = Snapshot::open(&file(&folder), SourceFile::Acd).unwrap();
    store.archive(&small(NINE, 9, 8)).unwrap();
    assert!(VolumeWriter::create_over(&draft(&folder), &file(&folder), SourceFile::Acd).unwrap().is_none());
    assert!(!draft(&folder).exists());
    drop(older);
    assert!(VolumeWriter::create_over(&draft(&folder), &file(&folder), SourceFile::Acd).unwrap().is_some());
}

#[test]
fn a_damaged_page_of_the_history_is_found_and_named() {
    let folder = folder();
    drop(history(&folder, 60));
    let sound = fs::read(file(&folder)).unwrap();
    let page_of = |sql: &str| -> (u64, u64) {
        let connection = Connection::open(file(&folder)).unwrap();
        connection.query_row(sql, [], |row| Ok((row.get::<_, u32>(0)?.into(), row.get::<_, u32>(1)?.into()))).unwrap()
    };
    let leaf = "SELECT pageno, pgsize FROM dbstat WHERE name = 'hsplit' AND pagetype = 'leaf' LIMIT 1 OFFSET 3";
    let (page, bytes) = page_of(leaf);
    let harm = |at: u64, with: &[u8]| {
        fs::write(file(&folder), &sound).unwrap();
        let damaged = fs::OpenOptions::new().write(true).open(file(&folder)).unwrap();
        damaged.write_all_at(with, (page - 1) * bytes + at).unwrap();
        let mut written = write(&folder);
        let told = written.check().expect_err("the page is found");
        assert!(matches!(&told, StoreError::Damaged { path, .. } if *path == file(&folder)), "{told:?}");
        fs::remove_file(draft(&folder)).unwrap();
        told.to_string()
    };
    // The kind of page; how many entries it has; where its first one is.
    harm(0, &[0]);
    let told = harm(3, &[0, 1]);
    assert!(told.contains("hsplit has"), "{told}");
    harm(8, &[0xff, 0xff]);
    // Nothing was written to the history itself.
    fs::write(file(&folder), &sound).unwrap();
    write(&folder).check().unwrap();
    AcdStore::open(&file(&folder), AcdNumber(1)).unwrap();
}

/// Rows that stand under numbers are counted otherwise than those by key.
#[test]
fn records_that_were_copied_as_they_are_stored_are_counted() {
    let folder = folder();
    let mut store = store(&folder);
    let record = |number: u64| {
        let at = NINE + number as i64;
        let call = CallRecord::bare(CallId(number), at + -90, at, Disposition::Answered);
        ((at.0 as u64) << 16, Record::Call(Box::new(call)))
    };
    store.append_records(&(0..3000).map(record).collect::<Vec<_>>(), &berlin()).unwrap();
    let mut writer = VolumeWriter::create(&draft(&folder)).unwrap();
    let events = folder.path().join("01-events.db");
    let snapshot = Snapshot::open_beside(&events, SourceFile::Events, &mut writer).unwrap();
    let table = table("call_rec").unwrap();
    assert_eq!(
        copy(&mut writer, &snapshot, &Carried { table: "call_rec", unit: Unit::of(table), only: None }, None),
        3000
    );
    let mut written = writer.finish(&[]).unwrap();
    assert!(written.is_as_stored("acd01_call_rec"));
    written.check().unwrap();
    Connection::open(draft(&folder)).unwrap().execute_batch("DELETE FROM acd01_call_rec WHERE rowid % 9 = 0").unwrap();
    assert!(written.check().unwrap_err().to_string().contains("acd01_call_rec has"));
}
