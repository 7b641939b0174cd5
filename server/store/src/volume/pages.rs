//! A file of history as the ground of a volume: its pages go into the volume as they lie on the disk, and no copy of them is
//! made on the way.
//!
//! A draft beside holds only what the volume has of its own: its first page with the names of the tables, and everything
//! behind the pages of the file. Pages of the file that belong to no table of the volume come out as free and empty, so
//! nothing travels that was not chosen. [`VolumeBytes`] reads both as the one database that they are.
//!
//! It must never read a page that somebody changes. What SQLite promises is used for that: while a reader needs nothing of the
//! write-ahead log, nobody moves the log into the file. So the log is moved completely while writers are held back, and the
//! reader begins before they go on. SQLite's own copying of pages was turned down: a whole second file is written, which takes
//! longer than packing it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, params};

use super::as_stored::{Made, Tree, count};
use super::{APPLICATION_ID, Slice, Snapshot, VolumeWriter};
use crate::carried::{Carried, SourceFile};
use crate::database::Database;
use crate::error::{Result, StoreError};
use crate::held;

/// How often the log is tried to be moved as a whole, and the time between: whoever still reads an older state ends meanwhile.
const TRIES: u32 = 20;
const BETWEEN_TRIES: Duration = Duration::from_millis(50);
/// Bytes of a database's header.
const HEADER: usize = 100;
/// Here the header says how many pages there are, where the list of free pages begins, and how many it has.
const PAGE_COUNT_AT: u64 = 28;
const FREE_AT: u64 = 32;
/// SQLite never uses the page at this byte: locks are taken there.
const LOCK_BYTE: u64 = 1 << 30;
/// Free pages that are listed on one page are fewer than its four-byte numbers by this.
const LIST_OVERHEAD: u32 = 8;

/// The pages of a file at one moment.
#[derive(Debug)]
pub(super) struct Pages {
    /// As long as it reads, no page changes.
    snapshot: Snapshot,
    file: Arc<File>,
    count: u32,
    page_bytes: u32,
    /// The tables that are taken, by their names in the volume.
    taken: BTreeMap<String, Taken>,
    /// Pages that no table of the volume has.
    free: BTreeSet<u32>,
}

#[derive(Debug)]
struct Taken {
    made: Made,
    rows: u64,
}

/// What is wrong with a file's pages, for people.
type Fault = String;

/// Begins to read a file at a moment at which its log is in it as a whole; `None` if somebody kept on reading an older state.
fn with_no_log<T>(path: &Path, read: impl Fn() -> Result<T>) -> Result<Option<T>> {
    for _ in 0..TRIES {
        // Most of it before anybody has to wait.
        Database::move_log(path)?;
        let writers = Database::hold_writers(path)?;
        let held = match Database::move_log(path)? {
            true => Some(read()?),
            false => None,
        };
        writers.execute_batch("ROLLBACK").map_err(|source| StoreError::sql("let writers go on", path, source))?;
        if held.is_some() {
            return Ok(held);
        }
        std::thread::sleep(BETWEEN_TRIES);
    }
    Ok(None)
}

impl Snapshot {
    /// Holds on to a file as it is now, so that any number of volumes, one after the other, can be filled with its tables as they
    /// are stored at this moment: the file's pages stay as they are as long as this lives. `None` if somebody kept on reading an
    /// older state.
    pub fn open_lasting(path: &Path, file: SourceFile) -> Result<Option<Snapshot>> {
        let held = with_no_log(path, || Snapshot::open(path, file))?;
        Ok(held.map(|snapshot| Snapshot { is_lasting: true, ..snapshot }))
    }
}

impl Pages {
    /// Holds on to a file as it is now; `None` if it is not made as a volume is, or somebody kept on reading an older state.
    /// The snapshot is of the same moment.
    fn hold(path: &Path, file: SourceFile) -> Result<Option<(Pages, Snapshot)>> {
        let both = || Ok((Snapshot::open(path, file)?, Snapshot::open(path, file)?));
        let Some((snapshot, other)) = with_no_log(path, both)? else { return Ok(None) };
        Ok(Pages::of(snapshot)?.map(|pages| (pages, other)))
    }

    fn of(snapshot: Snapshot) -> Result<Option<Pages>> {
        let path = snapshot.path().to_owned();
        let reading = |source| StoreError::Io { operation: "read", path: path.clone(), source };
        let file = held::open(&path).map_err(reading)?;
        let mut header = [0; HEADER];
        file.read_exact_at(&mut header, 0).map_err(reading)?;
        let number = |at: usize| u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
        // Nothing reserved on its pages, no map of them, texts as UTF-8.
        let is_plain = header[20] == 0 && number(52) == 0 && number(56) == 1;
        let size = |name| {
            let size = snapshot.connection().pragma_query_value(None, name, |row| row.get::<_, u32>(0));
            size.map_err(|source| StoreError::sql("read for a backup", &path, source))
        };
        let (count, page_bytes) = (size("page_count")?, size("page_size")?);
        let bytes = file.metadata().map_err(reading)?.len();
        if !is_plain || bytes < u64::from(count) * u64::from(page_bytes) {
            return Ok(None);
        }
        Ok(Some(Pages { snapshot, file, count, page_bytes, taken: BTreeMap::new(), free: BTreeSet::new() }))
    }

    fn connection(&self) -> &Connection {
        self.snapshot.connection()
    }

    fn bytes(&self) -> u64 {
        u64::from(self.count) * u64::from(self.page_bytes)
    }

    fn failed(&self, source: rusqlite::Error) -> StoreError {
        StoreError::sql("read for a backup", self.snapshot.path(), source)
    }

    fn damaged(&self, detail: Fault) -> StoreError {
        StoreError::Damaged { path: self.snapshot.path().to_owned(), detail }
    }

    /// The names of all trees that are taken.
    fn trees(&self) -> BTreeSet<&str> {
        self.taken.values().flat_map(|taken| taken.made.trees()).map(|tree| tree.name.as_str()).collect()
    }

    /// Finds the pages that no taken table has: free ones, and those of other tables and of the names.
    fn find_free(&mut self) -> Result<()> {
        let others = || {
            let sql = "SELECT name FROM sqlite_schema WHERE rootpage > 0 UNION ALL SELECT 'sqlite_schema'";
            let names: rusqlite::Result<Vec<String>> =
                self.connection().prepare(sql)?.query_map([], |row| row.get(0))?.collect();
            let names = names?;
            let trees = self.trees();
            let mut free = BTreeSet::new();
            for name in names.iter().filter(|name| !trees.contains(name.as_str())) {
                let mut statement = self.connection().prepare_cached("SELECT pageno FROM dbstat WHERE name = ?1")?;
                for page in statement.query_map([name], |row| row.get(0))? {
                    free.insert(page?);
                }
            }
            Ok(free)
        };
        let mut free: BTreeSet<u32> = others().map_err(|source| self.failed(source))?;
        self.listed_free(&mut free)?;
        free.remove(&1);
        self.free = free;
        Ok(())
    }

    /// The pages that the file itself lists as free.
    fn listed_free(&self, free: &mut BTreeSet<u32>) -> Result<()> {
        let reading = |source| StoreError::Io { operation: "read", path: self.snapshot.path().to_owned(), source };
        let mut first = [0; 4];
        self.file.read_exact_at(&mut first, FREE_AT).map_err(reading)?;
        let mut list = u32::from_be_bytes(first);
        let mut page = vec![0; self.page_bytes as usize];
        while list != 0 {
            if list > self.count || !free.insert(list) {
                return Err(self.damaged(format!("its list of free pages leads to page {list} and on from there")));
            }
            self.file.read_exact_at(&mut page, (u64::from(list) - 1) * u64::from(self.page_bytes)).map_err(reading)?;
            let mut numbers =
                page.chunks_exact(4).map(|bytes| u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]));
            list = numbers.next().unwrap_or(0);
            let listed = numbers.next().unwrap_or(0) as usize;
            free.extend(numbers.take(listed));
        }
        Ok(())
    }

    /// Writes what the draft has to say of free pages: lists of them, each on one of them, and where the first list is.
    fn list_free(&self, draft: &File) -> io::Result<()> {
        let free: Vec<u32> = self.free.iter().copied().collect();
        let lists: Vec<&[u32]> = free.chunks((self.page_bytes / 4 - LIST_OVERHEAD) as usize).collect();
        let first = |lists: &[&[u32]]| lists.first().map_or(0, |list| list[0]);
        for (number, list) in lists.iter().enumerate() {
            let mut page = first(&lists[number + 1..]).to_be_bytes().to_vec();
            page.extend((list.len() as u32 - 1).to_be_bytes());
            page.extend(list[1..].iter().flat_map(|page| page.to_be_bytes()));
            draft.write_all_at(&page, (u64::from(list[0]) - 1) * u64::from(self.page_bytes))?;
        }
        let told = [first(&lists).to_be_bytes(), (free.len() as u32).to_be_bytes()].concat();
        draft.write_all_at(&told, FREE_AT)
    }

    /// Walks through every page of the tables that are taken.
    fn check(&self) -> Result<()> {
        let mut seen = vec![false; self.count as usize + 1];
        let mut twice = None;
        let mut visit = |page: u32| match seen.get_mut(page as usize) {
            Some(seen) if !*seen => *seen = true,
            _ => twice = Some(page),
        };
        for Taken { made, rows } in self.taken.values() {
            let found = check_table(self.connection(), made, *rows, &mut visit);
            found.map_err(|source| self.failed(source))?.map_err(|fault| self.damaged(fault))?;
        }
        self.free.iter().copied().for_each(&mut visit);
        if let Some(page) = twice {
            return Err(self.damaged(format!("page {page} is used twice, or there is no such page")));
        }
        let unused = LOCK_BYTE / u64::from(self.page_bytes) + 1;
        match (2..=self.count).find(|page| !seen[*page as usize] && u64::from(*page) != unused) {
            None => Ok(()),
            Some(page) => Err(self.damaged(format!("page {page} belongs to nothing"))),
        }
    }
}

/// Goes through a table and its indexes page by page. SQLite looks whether each page is one of a tree and each entry lies on its
/// page, but not at values; every index must have as many entries as there are rows.
fn check_table(
    connection: &Connection,
    made: &Made,
    rows: u64,
    visit: &mut dyn FnMut(u32),
) -> rusqlite::Result<std::result::Result<(), Fault>> {
    let table = &made.table.name;
    for tree in made.trees() {
        let in_leaves = tree.name == *table && !made.is_by_key;
        let mut statement = connection.prepare_cached("SELECT pageno, pagetype, ncell FROM dbstat WHERE name = ?1")?;
        let mut pages = statement.query([&tree.name])?;
        let mut entries = 0;
        while let Some(row) = pages.next()? {
            let page: u32 = row.get(0)?;
            match row.get_ref(1)?.as_str()? {
                "internal" if in_leaves => {}
                "leaf" | "internal" => entries += row.get::<_, i64>(2)?.unsigned_abs(),
                "overflow" => {}
                _ => return Ok(Err(format!("page {page} of {} is no page of a tree", tree.name))),
            }
            visit(page);
        }
        if entries != rows {
            return Ok(Err(format!("{} has {entries} entries for {rows} rows of {table}", tree.name)));
        }
    }
    Ok(Ok(()))
}

impl VolumeWriter {
    /// Begins a volume in a new file, over the pages of a history as it is now; `None` if they have to be copied otherwise. The
    /// snapshot is of the same moment.
    pub fn create_over(draft: &Path, path: &Path, file: SourceFile) -> Result<Option<(VolumeWriter, Snapshot)>> {
        let Some((pages, snapshot)) = Pages::hold(path, file)? else { return Ok(None) };
        if draft.exists() {
            return Err(StoreError::AlreadyThere { path: draft.to_owned() });
        }
        let failed = |source| StoreError::sql("begin a volume", draft, source);
        let empty = || {
            let connection = Connection::open(draft)?;
            connection.pragma_update(None, "page_size", pages.page_bytes)?;
            connection.pragma_update(None, "application_id", APPLICATION_ID)?;
            connection.close().map_err(|(_, source)| source)
        };
        empty().map_err(failed)?;
        let reserve = || {
            let file = OpenOptions::new().write(true).open(draft)?;
            file.write_all_at(&pages.count.to_be_bytes(), PAGE_COUNT_AT)?;
            // A hole: nothing is written for it.
            file.set_len(pages.bytes())
        };
        reserve().map_err(|source| StoreError::Io { operation: "begin", path: draft.to_owned(), source })?;
        let mut writer = VolumeWriter::begin_in(draft).map_err(failed)?;
        writer.pages = Some(pages);
        Ok(Some((writer, snapshot)))
    }

    /// Takes a table of the ground with its indexes; `None` if it has to go row by row.
    pub(super) fn take(&mut self, from: &Path, carried: &Carried, stored_as: &str) -> Result<Option<Slice>> {
        let Some(pages) = self.pages.as_mut().filter(|pages| pages.snapshot.path() == from) else { return Ok(None) };
        let table = carried.table;
        let read = || {
            let connection = pages.connection();
            let made = Made::of(connection, "main", table)?;
            let Some(made) = made.filter(|made| made.is_by_key) else { return Ok(None) };
            let rows = count(connection, table)?;
            Ok(Some((Taken { made, rows }, super::as_stored::places(connection, "main", carried)?)))
        };
        let Some((taken, places)) = read().map_err(|source| pages.failed(source))? else { return Ok(None) };
        let name = || {
            self.connection.pragma_update(None, "writable_schema", true)?;
            let mut insert = self.connection.prepare_cached("INSERT INTO sqlite_schema VALUES (?1, ?2, ?3, ?4, ?5)")?;
            let Made { table: Tree { root, words, .. }, indexes, .. } = &taken.made;
            let sql = format!("CREATE TABLE \"{stored_as}\" {words}");
            insert.execute(params!["table", stored_as, stored_as, root, sql])?;
            for (number, Tree { root, words, .. }) in indexes.iter().enumerate() {
                let name = format!("{stored_as}_{number}");
                let sql = format!("CREATE INDEX \"{name}\" ON \"{stored_as}\" {words}");
                insert.execute(params!["index", name, stored_as, root, sql])?;
            }
            self.connection.pragma_update(None, "writable_schema", false)
        };
        name().map_err(|source| StoreError::sql("write a volume", &self.path, source))?;
        let slice = Slice { stored_as: stored_as.to_owned(), rows: taken.rows, digest: String::new(), places };
        pages.taken.insert(stored_as.to_owned(), taken);
        Ok(Some(slice))
    }
}

/// A volume that is written, and not packed yet.
#[derive(Debug)]
pub struct WrittenVolume {
    path: PathBuf,
    /// Tables that were copied as they are stored, and their rows.
    as_stored: Vec<(String, u64)>,
    pages: Option<Pages>,
}

impl WrittenVolume {
    pub(super) fn new(path: PathBuf, as_stored: Vec<(String, u64)>, mut pages: Option<Pages>) -> Result<WrittenVolume> {
        if let Some(pages) = &mut pages {
            pages.find_free()?;
            let finish = || pages.list_free(&OpenOptions::new().write(true).open(&path)?);
            finish().map_err(|source| StoreError::Io { operation: "finish", path: path.clone(), source })?;
        }
        Ok(WrittenVolume { path, as_stored, pages })
    }

    /// Whether a table has no rows of its own in the draft: they are counted by [`WrittenVolume::check`].
    pub fn is_as_stored(&self, stored_as: &str) -> bool {
        let is_taken = self.pages.as_ref().is_some_and(|pages| pages.taken.contains_key(stored_as));
        is_taken || self.as_stored.iter().any(|(name, _)| name == stored_as)
    }

    /// Goes through every page of the tables that were copied as they are stored, and counts their rows and what their
    /// indexes have of them.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] names the file that is: a history's own, or the draft.
    pub fn check(&mut self) -> Result<()> {
        if let Some(pages) = &self.pages {
            pages.check()?;
        }
        if self.as_stored.is_empty() {
            return Ok(());
        }
        let failed = |source| StoreError::sql("read a volume", &self.path, source);
        let connection = super::VolumeReader::open(&self.path)?.connection;
        for (table, rows) in &self.as_stored {
            let Some(made) = Made::of(&connection, "main", table).map_err(failed)? else { continue };
            let found = check_table(&connection, &made, *rows, &mut |_| {});
            let damaged = |detail| StoreError::Damaged { path: self.path.clone(), detail };
            found.map_err(failed)?.map_err(damaged)?;
        }
        Ok(())
    }

    /// The volume's bytes from its first to its last. They are right as long as the volume itself is held on to.
    pub fn bytes(&self) -> io::Result<VolumeBytes> {
        let ground = self.pages.as_ref().map(|pages| {
            let (file, free) = (Arc::clone(&pages.file), pages.free.clone());
            Ground { file, bytes: pages.bytes(), page_bytes: u64::from(pages.page_bytes), free }
        });
        Ok(VolumeBytes { draft: File::open(&self.path)?, ground, at: 0 })
    }
}

/// Reads a volume that was not packed yet.
#[derive(Debug)]
pub struct VolumeBytes {
    draft: File,
    ground: Option<Ground>,
    at: u64,
}

/// The file that has most of a volume's first bytes.
#[derive(Debug)]
struct Ground {
    file: Arc<File>,
    bytes: u64,
    page_bytes: u64,
    free: BTreeSet<u32>,
}

impl VolumeBytes {
    /// The file that has the next bytes, and how many there are before the other one's turn.
    fn next(&self) -> (&File, u64) {
        let Some(ground) = self.ground.as_ref().filter(|ground| self.at < ground.bytes) else {
            return (&self.draft, u64::MAX);
        };
        let page = (self.at / ground.page_bytes) as u32 + 1;
        // Of the first pages the draft has its own, and those that are free.
        let own = match page {
            1 => Some(1),
            _ => ground.free.range(page..).next().copied(),
        };
        let starts_at = |page: u32| (u64::from(page) - 1) * ground.page_bytes;
        match own {
            Some(own) if own == page => (&self.draft, starts_at(page + 1) - self.at),
            Some(own) => (&ground.file, starts_at(own) - self.at),
            None => (&ground.file, ground.bytes - self.at),
        }
    }
}

impl Read for VolumeBytes {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let (file, left) = self.next();
        let wanted = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        let read = file.read_at(&mut buffer[..wanted], self.at)?;
        if read == 0 && wanted > 0 && left != u64::MAX {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.at += read as u64;
        Ok(read)
    }
}
