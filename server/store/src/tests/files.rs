use std::fs;
use std::path::Path;

use model::Moment;
use rusqlite::{Connection, OpenFlags};

use super::{ACD, NINE, folder, small, store};
use crate::database::{Database, Schema, Step};
use crate::{AcdReader, AcdStore, DataFolder, Identity, LocalStore, StoreError, SystemStore, check, set_aside};

const STEPS: [Step; 3] = [
    |connection| connection.execute_batch("CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (1);"),
    |connection| connection.execute_batch("ALTER TABLE a ADD COLUMN y INTEGER; UPDATE a SET y = x + 1;"),
    |connection| connection.execute_batch("CREATE INDEX a_by_y ON a (y);"),
];

const fn schema(steps: &'static [Step]) -> Schema {
    Schema { what: "a trial", application_id: 77, steps, settle: None }
}

const OLD: Schema = schema(STEPS.split_at(1).0);
const NEW: Schema = schema(&STEPS);
const FAILS: Schema = schema(&[STEPS[0], STEPS[1], |connection| connection.execute_batch("CREATE TABLE a (z)")]);

/// Tables, content and version of a trial file.
fn shape(database: &Database) -> Vec<String> {
    let sql = "SELECT sql FROM sqlite_schema UNION ALL SELECT x || ',' || y FROM a
               UNION ALL SELECT 'version ' || user_version FROM pragma_user_version";
    let read = |connection: &Connection| connection.prepare(sql)?.query_map([], |row| row.get(0))?.collect();
    database.run("read", read).unwrap()
}

#[test]
fn a_migrated_file_equals_a_fresh_one() {
    let folder = folder();
    let (old, fresh) = (folder.path().join("old.db"), folder.path().join("fresh.db"));
    drop(Database::create(&old, &OLD).unwrap());
    let migrated = Database::open(&old, &NEW).unwrap();
    let fresh = Database::create(&fresh, &NEW).unwrap();
    assert_eq!(shape(&migrated), shape(&fresh));
    assert!(shape(&fresh).contains(&"version 3".to_owned()), "{:?}", shape(&fresh));
}

#[test]
fn a_migration_that_fails_leaves_the_file_as_it_was() {
    let folder = folder();
    let path = folder.path().join("old.db");
    drop(Database::create(&path, &OLD).unwrap());
    Database::open(&path, &FAILS).unwrap_err();
    let count = |connection: &Connection| {
        connection.query_row("SELECT count(*) FROM pragma_table_info('a')", [], |row| row.get::<_, i64>(0))
    };
    assert_eq!(Database::open(&path, &OLD).unwrap().run("count", count).unwrap(), 1);
}

#[test]
fn a_creation_that_was_cut_short_is_begun_anew() {
    let folder = folder();
    let path = folder.path().join("01.db");
    fs::write(folder.path().join("01.db.new"), b"half of a database").unwrap();
    AcdStore::open(&path, ACD).unwrap().archive(&small(NINE, 1, 1)).unwrap();
    assert!(!folder.path().join("01.db.new").exists());
    check(&path).unwrap();
}

#[test]
fn a_newer_file_is_refused_untouched_with_the_numbers() {
    let folder = folder();
    let path = folder.path().join("01.db");
    drop(store(&folder));
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 42).unwrap();
    let before = fs::read(&path).unwrap();
    for error in [AcdStore::open(&path, ACD).unwrap_err(), AcdReader::open(&path).unwrap_err()] {
        assert!(matches!(error, StoreError::Newer { found: 42, .. }), "{error}");
        assert!(error.to_string().contains("schema 42") && error.to_string().contains("01.db"), "{error}");
    }
    assert_eq!(fs::read(&path).unwrap(), before);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "no file was added");
}

#[test]
fn a_newer_version_that_is_still_in_the_log_is_seen() {
    let (folder, copies) = (super::folder(), super::folder());
    drop(store(&folder));
    let writer = Connection::open(folder.path().join("01.db")).unwrap();
    writer.pragma_update(None, "user_version", 42).unwrap();
    for name in ["01.db", "01.db-wal"] {
        fs::copy(folder.path().join(name), copies.path().join(name)).unwrap();
    }
    let error = AcdStore::open(&copies.path().join("01.db"), ACD).unwrap_err();
    assert!(matches!(error, StoreError::Newer { found: 42, .. }), "{error}");
}

#[test]
fn a_file_of_another_kind_is_refused_untouched() {
    let folder = folder();
    let path = folder.path().join("system.db");
    drop(SystemStore::create(&path).unwrap());
    let before = fs::read(&path).unwrap();
    assert!(matches!(AcdStore::open(&path, ACD).unwrap_err(), StoreError::Foreign { .. }));
    assert_eq!(fs::read(&path).unwrap(), before);
}

fn damaged(folder: &Path, name: &str, spoil: impl FnOnce(&mut Vec<u8>)) -> StoreError {
    let path = folder.join(name);
    let mut store = AcdStore::open(&path, ACD).unwrap();
    store.archive(&small(NINE, 200, 9)).unwrap();
    drop(store);
    let mut bytes = fs::read(&path).unwrap();
    spoil(&mut bytes);
    fs::write(&path, &bytes).unwrap();
    let error = AcdStore::open(&path, ACD).unwrap_err();
    assert_eq!(fs::read(&path).unwrap(), bytes, "{name} is as it was");
    assert!(check(&path).is_err(), "{name}");
    error
}

#[test]
fn damage_is_named_kept_and_set_aside() {
    let folder = folder();
    let spoiled = [
        damaged(folder.path(), "empty.db", Vec::clear),
        damaged(folder.path(), "text.db", |bytes| *bytes = b"interval rows, one a line".repeat(40)),
        damaged(folder.path(), "cut.db", |bytes| bytes.truncate(bytes.len() / 2)),
        damaged(folder.path(), "zeros.db", |bytes| bytes[8192..40_960].fill(0)),
    ];
    for error in spoiled {
        assert!(matches!(error, StoreError::Damaged { .. }), "{error:?}");
        assert!(error.to_string().contains(".db is damaged"), "{error}");
    }
    let path = folder.path().join("cut.db");
    let bytes = fs::read(&path).unwrap();
    let aside = set_aside(&path, NINE).unwrap();
    assert_eq!(aside, folder.path().join("cut.db.damaged-20261123T080000Z"));
    assert_eq!(fs::read(&aside).unwrap(), bytes);
    AcdStore::open(&path, ACD).unwrap().archive(&small(NINE, 1, 1)).unwrap();
    assert!(matches!(set_aside(&path, NINE), Err(StoreError::AlreadyThere { .. })), "never over another");
    assert!(set_aside(&path, NINE + 1).is_ok());
}

#[test]
fn items_that_the_catalogue_gained_become_columns() {
    let folder = folder();
    let path = folder.path().join("01.db");
    let mut before = store(&folder);
    before.archive(&small(NINE, 1, 4)).unwrap();
    drop(before);
    Connection::open(&path).unwrap().execute_batch("ALTER TABLE hsplit DROP COLUMN MAXSTAFFED").unwrap();
    let reader = store(&folder).reader().unwrap();
    assert_eq!(reader.interval_rows(NINE).unwrap().unwrap(), small(NINE, 1, 4));
}

#[test]
fn what_cannot_be_written_or_opened_says_so() {
    let folder = folder();
    drop(store(&folder));
    let path = folder.path().join("01.db");
    let mut fixed = store(&folder);
    let read_only = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    *fixed.history.database.connection_mut() = read_only;
    let error = fixed.archive(&small(NINE, 1, 1)).unwrap_err();
    assert!(matches!(error, StoreError::ReadOnly { .. }), "{error:?}");
    assert!(error.to_string().contains("01.db is read-only; give this program permission"), "{error}");

    let nowhere = folder.path().join("no/such/01.db");
    let error = AcdStore::open(&nowhere, ACD).unwrap_err();
    assert!(matches!(error, StoreError::CannotOpen { .. }), "{error:?}");
    assert!(error.to_string().contains("check that its folder exists"), "{error}");
    assert!(matches!(AcdReader::open(&nowhere).unwrap_err(), StoreError::Missing { .. }));
}

#[test]
fn a_folder_has_its_identity_and_settings() {
    let folder = folder();
    let data = DataFolder::new(folder.path().join("data"));
    data.make().unwrap();
    assert_eq!(data.acd(ACD), folder.path().join("data").join("acd").join("01.db"));
    assert!(matches!(LocalStore::open(&data.local()), Err(StoreError::Missing { .. })));
    let identity =
        Identity { name: "north".into(), role: "primary".into(), server_id: "9f2c".into(), created_at: Moment(1) };
    drop(LocalStore::create(&data.local(), &identity).unwrap());
    assert!(matches!(LocalStore::create(&data.local(), &identity), Err(StoreError::AlreadyThere { .. })));
    let mut local = LocalStore::open(&data.local()).unwrap();
    assert_eq!(local.identity().unwrap(), identity);
    assert_eq!(local.setting("colour").unwrap(), None);
    local.set_setting("colour", "red").unwrap();
    local.set_setting("colour", "blue").unwrap();
    assert_eq!(local.setting("colour").unwrap().as_deref(), Some("blue"));
}
