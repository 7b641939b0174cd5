//! Pages that a question will read, asked for ahead.
//!
//! History arrives by time and lies by entity: the pages of one split's year are as far apart as the half hours are, and SQLite
//! reads each of them when it gets there, so a disk is waited for a thousand times. Here the tree is walked down to the leaves,
//! without reading these, and the operating system is told of all of them at once. It fetches them side by side.
//!
//! These are hints and nothing else: SQLite reads for itself whatever it reads. So it does no harm that the pages here may be
//! older than the write-ahead log, or half written; the walk ends at whatever is odd. A memory-mapped file was turned down: the
//! system then reads what lies around each page, which is of other splits, and a disk's error ends the program.

use std::fs::File;
use std::os::unix::fs::FileExt;

use rusqlite::types::Value;
use rusqlite::{Connection, Row};

use crate::held;

/// Levels of a tree above its leaves; SQLite allows no more.
const LEVELS_MOST: usize = 20;
/// More pages than this (64 MB) are not asked for at once: others read, too.
const PAGES_MOST: usize = 8_192;
/// What a page of a tree by key begins with.
const INTERIOR: u8 = 2;
const LEAF: u8 = 10;

/// Rows of one entity within a stretch of time: `from <= time < to`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Span {
    pub(super) entity: Value,
    pub(super) from: i64,
    pub(super) to: i64,
}

/// The beginning of a key: entity, then time. Numbers come before texts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Entity {
    Number(i64),
    Text(Vec<u8>),
}

type Key = (Entity, i64);

/// A page of a tree, and the keys between which those of its rows are; none where there is no bound.
struct Branch {
    page: u32,
    behind: Option<Key>,
    up_to: Option<Key>,
}

impl Span {
    fn entity(&self) -> Option<Entity> {
        match &self.entity {
            Value::Integer(number) => Some(Entity::Number(*number)),
            Value::Text(text) => Some(Entity::Text(text.clone().into_bytes())),
            _ => None,
        }
    }
}

/// Asks for the pages of a table with these spans, as far as they are to be found.
pub(super) fn ask(connection: &Connection, table: &str, spans: &[Span]) {
    if spans.is_empty() {
        return;
    }
    let root = |row: &Row<'_>| row.get::<_, u32>(0);
    let root = connection.query_row("SELECT rootpage FROM main.sqlite_schema WHERE name = ?1", [table], root);
    let page_bytes = connection.pragma_query_value(Some("main"), "page_size", |row| row.get::<_, u32>(0));
    let (Ok(root), Ok(page_bytes), Some(path)) = (root, page_bytes, connection.path()) else { return };
    let Ok(file) = held::open(path.as_ref()) else { return };
    let tree = Tree { file: &file, page_bytes };
    for (first, count) in runs(tree.leaves(root, spans).unwrap_or_default()) {
        tree.will_need(first, count);
    }
}

/// Pages that follow each other as one: the first and how many.
fn runs(mut pages: Vec<u32>) -> Vec<(u32, u32)> {
    pages.sort_unstable();
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for page in pages {
        match runs.last_mut() {
            Some((first, count)) if *first + *count == page => *count += 1,
            _ => runs.push((page, 1)),
        }
    }
    runs
}

struct Tree<'f> {
    file: &'f File,
    page_bytes: u32,
}

impl Tree<'_> {
    /// The leaves that may have rows of the spans; `None` where the tree is none, or there are too many.
    fn leaves(&self, root: u32, spans: &[Span]) -> Option<Vec<u32>> {
        let bounds = |span: &Span| Some(((span.entity()?, span.from), (span.entity()?, span.to)));
        let mut spans = spans.iter().map(bounds).collect::<Option<Vec<_>>>()?;
        spans.sort_unstable();
        let mut level = vec![Branch { page: root, behind: None, up_to: None }];
        for _ in 0..LEVELS_MOST {
            match *self.page(level.first()?.page)?.first()? {
                LEAF => return Some(level.into_iter().map(|branch| branch.page).collect()),
                INTERIOR => {}
                _ => return None,
            }
            level.iter().skip(1).for_each(|branch| self.will_need(branch.page, 1));
            let mut next = Vec::new();
            for branch in level {
                children(&self.page(branch.page)?, branch, &spans, &mut next)?;
            }
            level = next;
            if level.len() > PAGES_MOST {
                return None;
            }
        }
        None
    }

    fn page(&self, number: u32) -> Option<Vec<u8>> {
        let mut page = vec![0; self.page_bytes as usize];
        self.file.read_exact_at(&mut page, self.place(number)).ok()?;
        Some(page)
    }

    fn place(&self, number: u32) -> u64 {
        u64::from(number.saturating_sub(1)) * u64::from(self.page_bytes)
    }

    #[cfg(target_os = "linux")]
    fn will_need(&self, first: u32, count: u32) {
        use nix::fcntl::{PosixFadviseAdvice, posix_fadvise};
        let (place, bytes) = (self.place(first).cast_signed(), i64::from(count) * i64::from(self.page_bytes));
        // Without it the page is read when its turn comes.
        let _ = posix_fadvise(self.file, place, bytes, PosixFadviseAdvice::POSIX_FADV_WILLNEED);
    }

    #[cfg(not(target_os = "linux"))]
    fn will_need(&self, _first: u32, _count: u32) {}
}

/// Adds the pages below an interior one that may have rows of the spans, which are in order.
fn children(page: &[u8], branch: Branch, spans: &[(Key, Key)], found: &mut Vec<Branch>) -> Option<()> {
    let number = |at: usize| Some(u32::from_be_bytes(*page.get(at..)?.first_chunk()?));
    let short = |at: usize| Some(usize::from(u16::from_be_bytes(*page.get(at..)?.first_chunk()?)));
    if *page.first()? != INTERIOR {
        return None;
    }
    // Before the first key, between two of them, or behind the last one.
    let mut behind = branch.behind;
    let mut add = |page: u32, up_to: Option<Key>| {
        let first = behind.as_ref().map_or(0, |behind| spans.partition_point(|(_, to)| to <= behind));
        let is_asked = spans.get(first).is_some_and(|(from, _)| up_to.as_ref().is_none_or(|up_to| from <= up_to));
        let behind = std::mem::replace(&mut behind, up_to.clone());
        if is_asked {
            found.push(Branch { page, behind, up_to });
        }
    };
    for cell in 0..short(3)? {
        let at = short(12 + cell * 2)?;
        add(number(at)?, Some(key(page.get(at + 4..)?)?));
    }
    add(number(8)?, branch.up_to);
    Some(())
}

/// The first two values of the row of a cell.
fn key(cell: &[u8]) -> Option<Key> {
    let (_, row) = varint(cell)?;
    let (head, mut types) = varint(row)?;
    let mut values = row.get(usize::try_from(head).ok()?..)?;
    let mut next = || {
        let (kind, rest) = varint(types)?;
        types = rest;
        let bytes = match kind {
            0 | 8 | 9 => 0,
            1..=4 => kind,
            5 => 6,
            6 | 7 => 8,
            _ => kind.checked_sub(12)? / 2,
        };
        let (value, rest) = values.split_at_checked(usize::try_from(bytes).ok()?)?;
        values = rest;
        Some((kind, value))
    };
    let whole = |(kind, value): (u64, &[u8])| match kind {
        8 => Some(0),
        9 => Some(1),
        1..=6 => {
            let sign = if value.first()? & 0x80 == 0 { 0 } else { -1 };
            Some(value.iter().fold(sign, |number: i64, byte| number << 8 | i64::from(*byte)))
        }
        _ => None,
    };
    let entity = next()?;
    let entity = match entity.0 {
        13.. if entity.0 % 2 == 1 => Entity::Text(entity.1.to_vec()),
        _ => Entity::Number(whole(entity)?),
    };
    Some((entity, whole(next()?)?))
}

/// A number of SQLite's varying length, and what follows it.
fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0;
    for (place, byte) in bytes.iter().enumerate().take(9) {
        if place == 8 {
            return Some((number << 8 | u64::from(*byte), &bytes[9..]));
        }
        number = number << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((number, &bytes[place + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs::File;
    use std::os::unix::fs::FileExt;

    use rusqlite::Connection;
    use rusqlite::types::Value;

    use super::{Span, Tree, key, runs, varint};

    const PAGE: u32 = 1_024;

    /// A file whose table has rows of 200 bytes by entity and time, which came by time.
    fn file(folder: &tempfile::TempDir, text: bool) -> (Connection, u32) {
        let connection = Connection::open(folder.path().join("01.db")).unwrap();
        connection.pragma_update(None, "page_size", PAGE).unwrap();
        let (kind, entity) = if text { ("TEXT", "printf('v%03d', it)") } else { ("INTEGER", "it * 1000 - 5000") };
        let sql = format!(
            "CREATE TABLE rows (ENTITY {kind} NOT NULL, AT INTEGER NOT NULL, BODY TEXT NOT NULL, PRIMARY KEY (ENTITY, AT))
             STRICT, WITHOUT ROWID;
             WITH RECURSIVE n(it) AS (SELECT 0 UNION ALL SELECT it + 1 FROM n WHERE it < 39),
                t(at) AS (SELECT 0 UNION ALL SELECT at + 1800 FROM t WHERE at < 1800 * 199)
             INSERT INTO rows SELECT {entity}, at, printf('%0200d', at) FROM t, n ORDER BY at, it;"
        );
        connection.execute_batch(&sql).unwrap();
        let sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'rows'";
        let root = connection.query_row(sql, [], |row| row.get(0)).unwrap();
        (connection, root)
    }

    /// The leaves as SQLite itself finds them.
    fn all_leaves(connection: &Connection) -> BTreeSet<u32> {
        let sql = "SELECT pageno FROM dbstat WHERE name = 'rows' AND pagetype = 'leaf'";
        connection.prepare(sql).unwrap().query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    /// The leaves that are found are no more than those of `rows` rows, and SQLite needs no other ones.
    fn check(text: bool, spans: &[Span], rows: usize) {
        let folder = tempfile::tempdir().unwrap();
        let (connection, root) = file(&folder, text);
        let all = all_leaves(&connection);
        connection.close().unwrap();
        let path = folder.path().join("01.db");
        let file = File::options().read(true).write(true).open(&path).unwrap();
        let found: BTreeSet<u32> =
            Tree { file: &file, page_bytes: PAGE }.leaves(root, spans).expect("a tree").into_iter().collect();
        assert!(found.is_subset(&all), "a page is no leaf");
        assert!(found.len() <= rows / 2 + 2 * spans.len(), "{} pages for {rows} rows", found.len());
        for page in all.difference(&found) {
            file.write_all_at(&[0xff; PAGE as usize], u64::from(page - 1) * u64::from(PAGE)).unwrap();
        }
        let connection = Connection::open(&path).unwrap();
        let sql = "SELECT count(BODY) FROM rows WHERE ENTITY = ?1 AND AT >= ?2 AND AT < ?3";
        let mut count = connection.prepare(sql).unwrap();
        let counts = spans.iter().map(|span| {
            count
                .query_row((&span.entity, span.from, span.to), |row| row.get::<_, i64>(0))
                .expect("a page was left out")
        });
        assert_eq!(counts.sum::<i64>(), rows as i64);
    }

    fn spans(entities: impl IntoIterator<Item = impl Into<Value>>, from: i64, to: i64) -> Vec<Span> {
        entities.into_iter().map(|entity| Span { entity: entity.into(), from, to }).collect()
    }

    #[test]
    fn the_leaves_of_an_entity_are_found_and_no_others() {
        let always = |entity: i64| spans([entity], i64::MIN, i64::MAX);
        check(false, &always(12_000), 200);
        check(false, &always(-5_000), 200);
        check(false, &always(34_000), 200);
        check(false, &always(-4_999), 0);
        check(false, &always(i64::MAX), 0);
        check(true, &spans(["v017".to_owned()], i64::MIN, i64::MAX), 200);
        check(true, &spans(["v".to_owned(), "w".to_owned()], i64::MIN, i64::MAX), 0);
    }

    #[test]
    fn the_leaves_of_a_day_of_all_entities_are_found() {
        let all = || (0..40).map(|number| number * 1_000 - 5_000);
        check(false, &spans(all(), 1_800 * 50, 1_800 * 98), 40 * 48);
        // In whatever order they are named.
        check(false, &spans(all().rev().step_by(3), 1_800 * 50, 1_800 * 51), 14);
        check(true, &spans((0..40).map(|number| format!("v{number:03}")), 0, 1_800), 40);
    }

    #[test]
    fn what_is_no_tree_ends_the_walk() {
        let folder = tempfile::tempdir().unwrap();
        let (connection, root) = file(&folder, false);
        connection.close().unwrap();
        let file = File::options().read(true).write(true).open(folder.path().join("01.db")).unwrap();
        let tree = Tree { file: &file, page_bytes: PAGE };
        let wanted = spans([0], i64::MIN, i64::MAX);
        assert_eq!(tree.leaves(0, &wanted), None, "the list of tables is another kind of tree");
        assert_eq!(tree.leaves(u32::MAX, &wanted), None, "behind the end");
        assert_eq!(tree.leaves(root, &spans([Value::Null], 0, 1)), None);
        let place = u64::from(root - 1) * u64::from(PAGE);
        let whole = tree.page(root).unwrap();
        // Whatever stands there, nothing panics.
        for at in 0..PAGE as usize {
            for byte in [0, 0x7f, 0xff] {
                let mut page = whole.clone();
                page[at] = byte;
                file.write_all_at(&page, place).unwrap();
                let _ = tree.leaves(root, &wanted);
            }
        }
    }

    #[test]
    fn keys_are_read_as_they_are_stored() {
        let number = |value| Some((super::Entity::Number(value), 1_800));
        // Length of the row, of its head, then the types.
        assert_eq!(key(&[5, 3, 8, 2, 0x07, 0x08]), Some((super::Entity::Number(0), 1_800)));
        assert_eq!(key(&[6, 3, 1, 2, 0xfe, 0x07, 0x08]), number(-2));
        assert_eq!(key(&[9, 3, 17, 2, b'5', b'0', 0x07, 0x08]), Some((super::Entity::Text(b"50".to_vec()), 1_800)));
        assert_eq!(key(&[6, 3, 1, 2, 0xfe]), None, "cut off");
        assert_eq!(key(&[6, 3, 7, 2]), None, "no whole number");
        assert_eq!(varint(&[0x81, 0x00, 9]), Some((128, &[9][..])));
        assert_eq!(varint(&[0xff; 9]), Some((u64::MAX, &[][..])));
        assert_eq!(varint(&[0xff; 8]), None);
        assert_eq!(runs(vec![9, 3, 4, 1, 5]), [(1, 1), (3, 3), (9, 1)]);
    }
}
