//! Putting a volume's rows in the place of what a file has: what would change, and the change itself.
//!
//! Everything of one file is one transaction, so a program that ends in the middle leaves the file as it was. Whatever
//! stands in a stretch that the backup holds goes, then the backup's rows come; what it does not hold stays.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::thread::ScopedJoinHandle;

use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row, Transaction, TransactionBehavior, params_from_iter};

use super::as_stored::{self, Beside};
use super::in_part::{self, InPart};
use super::long_log::LongLog;
use super::rows::{Column, columns, is_empty, list, own_columns};
use super::snapshot::{Passed, Snapshot, within};
use super::{Stood, VolumeReader, indexes, summaries};
use crate::acd::{AcdStore, History, restored, returned};
use crate::carried::{Carried, Extent, Piece, RestoredFrom, SourceFile};
use crate::database::Database;
use crate::error::{Result, StoreError};
use crate::local::LocalStore;
use crate::system::SystemStore;

/// Rows between two looks at whether to go on.
const LOOK_EVERY: u64 = 1_000;

/// What a restore does to one table, in rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Not there before.
    pub added: u64,
    /// There, with other values.
    pub replaced: u64,
    /// There and equal.
    pub identical: u64,
    /// There, and not in the backup.
    pub removed: u64,
}

/// A restore into one file.
pub struct Restoring<'a> {
    /// Where it comes from.
    pub from: RestoredFrom,
    /// Its unpacked volumes, in order.
    pub volumes: &'a [PathBuf],
    /// The tables.
    pub pieces: &'a [Piece],
    /// What must still stand in their place, where it was looked at.
    pub stood: Option<&'a Stood>,
    /// What is noted in the file with it, in the same transaction ([`restore_mark`]): whoever finds it there knows that this is done.
    pub mark: Option<&'a str>,
    /// Gets the number of rows that were written since the last call, and says whether to go on.
    pub go_on: &'a mut (dyn FnMut(u64) -> bool + Send),
}

/// What a restore of an ACD's files did.
#[derive(Debug, Default)]
pub struct Restored {
    /// Starts of the intervals that are others than before.
    pub changed: Vec<i64>,
    /// What could not be done behind it. It is restored all the same, and what is left is done with the next restore or start.
    pub left: Vec<StoreError>,
}

impl Piece {
    /// Its stretches, those that follow each other as one: a year of half hours is one question then. Stretches of events stay.
    fn joined(&self) -> Vec<Extent> {
        if self.carried.unit.order().is_some() {
            return self.extents.clone();
        }
        let mut joined: Vec<Extent> = Vec::new();
        for extent in &self.extents {
            match joined.last_mut() {
                Some(before) if before.to == extent.from => before.to = extent.to,
                _ => joined.push(*extent),
            }
        }
        joined
    }

    fn holds(&self, place: i64, order: Option<i64>) -> bool {
        // Of events several stretches may cover the same places.
        if order.is_some() {
            return self.extents.iter().any(|extent| extent.holds(place, order));
        }
        let behind = self.extents.partition_point(|extent| extent.from <= place);
        self.extents[..behind].last().is_some_and(|extent| extent.holds(place, order))
    }
}

/// Calls `each` with the chosen rows of a table, in the columns that volume and file have in common.
fn for_each_row(
    volumes: &[PathBuf],
    piece: &Piece,
    wanted: &[Column],
    each: &mut dyn FnMut(&Row<'_>, &[usize]) -> Result<()>,
) -> Result<()> {
    for path in volumes {
        let reader = VolumeReader::open(path)?;
        let reading = |source| StoreError::sql("read a volume", path, source);
        let known = columns(&reader.connection, &piece.stored_as).map_err(reading)?;
        if known.is_empty() {
            continue;
        }
        let common: Vec<usize> =
            (0..wanted.len()).filter(|place| known.iter().any(|column| column.name == wanted[*place].name)).collect();
        let position = |name: &str| common.iter().position(|place| wanted[*place].name == name);
        let place = piece.carried.unit.place().and_then(position);
        let order = piece.carried.unit.order().and_then(position);
        let mut sql =
            format!("SELECT {} FROM \"{}\"", list(common.iter().map(|place| &wanted[*place])), piece.stored_as);
        let only: Vec<&str> = piece.carried.only.iter().map(|(_, value)| *value).collect();
        if let Some((column, _)) = piece.carried.only {
            sql.push_str(&format!(" WHERE {column} = ?1"));
        }
        if !as_stored::is(&known) {
            sql.push_str(" ORDER BY _rowid_");
        }
        let mut statement = reader.connection.prepare(&sql).map_err(reading)?;
        let mut rows = statement.query(params_from_iter(only)).map_err(reading)?;
        while let Some(row) = rows.next().map_err(reading)? {
            if let Some(place) = place {
                let Some(at) = row.get::<_, Option<i64>>(place).map_err(reading)? else { continue };
                let order = order.map(|order| row.get(order)).transpose().map_err(reading)?;
                if !piece.holds(at, order) {
                    continue;
                }
            }
            each(row, &common)?;
        }
    }
    Ok(())
}

/// Starts of the chosen intervals that lack data in the volumes. `piece` is the list of intervals.
fn lacking_in(volumes: &[PathBuf], piece: &Piece) -> Result<BTreeSet<i64>> {
    let mut lacking = BTreeSet::new();
    for path in volumes {
        let listed = VolumeReader::open(path)?.intervals(&piece.stored_as)?.into_iter();
        lacking.extend(listed.filter(|(start, _, lacks)| *lacks && piece.holds(*start, None)).map(|(start, ..)| start));
    }
    Ok(lacking)
}

/// Stretches of a table as conditions; one that is always true for whole tables.
pub(super) fn stretches(piece: &Piece) -> impl Iterator<Item = (String, Vec<Value>)> + '_ {
    let whole = piece.carried.unit.place().is_none().then(|| Extent::new(0, 0));
    whole.into_iter().chain(piece.joined()).map(|extent| {
        let (mut condition, bounds) = within(piece.carried.unit, &extent);
        let mut values: Vec<Value> = bounds.into_iter().map(Value::Integer).collect();
        if let Some((column, value)) = piece.carried.only {
            condition.push_str(&format!(" AND {column} = ?"));
            values.push(Value::Text(value.to_owned()));
        }
        (condition, values)
    })
}

impl Snapshot {
    /// How many of the chosen intervals are whole here and lack data in the volumes. `piece` is the list of intervals.
    pub fn losses(&self, volumes: &[PathBuf], piece: &Piece) -> Result<u64> {
        let path = self.path().to_owned();
        let reading = |source| StoreError::sql("compare with a backup", &path, source);
        let sql = "SELECT EXISTS (SELECT 1 FROM digests WHERE STARTTIME_UTC = ?1 AND INCOMPLETE = 0)";
        let mut look_up = self.connection().prepare(sql).map_err(reading)?;
        let mut losses = 0;
        for start in lacking_in(volumes, piece)? {
            let whole: bool = look_up.query_row([start], |row| row.get(0)).map_err(reading)?;
            losses += u64::from(whole);
        }
        Ok(losses)
    }

    /// What restoring a table that has no row from these volumes would add, where the volumes have an index to count by; `None`
    /// if rows have to be looked at one by one.
    fn added(&self, volumes: &[PathBuf], piece: &Piece) -> Result<Option<u64>> {
        let keys = own_columns(self.connection(), piece.carried.table)
            .map_err(|source| StoreError::sql("compare with a backup", self.path(), source))?;
        let mut added = 0;
        for path in volumes {
            let reader = VolumeReader::open(path)?;
            let reading = |source| StoreError::sql("read a volume", path, source);
            let known = columns(&reader.connection, &piece.stored_as).map_err(reading)?;
            if known.is_empty() {
                continue;
            }
            let has = |key: &Column| known.iter().any(|column| column.name == key.name);
            if !as_stored::is(&known) || !keys.iter().filter(|column| column.key > 0).all(has) {
                return Ok(None);
            }
            for (condition, values) in stretches(piece) {
                let sql = format!("SELECT count(*) FROM \"{}\" WHERE {condition}", piece.stored_as);
                let mut count = reader.connection.prepare_cached(&sql).map_err(reading)?;
                let rows: i64 = count.query_row(params_from_iter(values), |row| row.get(0)).map_err(reading)?;
                added += rows.unsigned_abs();
            }
        }
        Ok(Some(added))
    }

    /// What restoring a table from these volumes would change in this file.
    pub fn compare(&self, volumes: &[PathBuf], piece: &Piece) -> Result<Counts> {
        let path = self.path().to_owned();
        let connection = self.connection();
        let reading = |source| StoreError::sql("compare with a backup", &path, source);
        let table = piece.carried.table;
        let is_empty = is_empty(connection, table).map_err(reading)?;
        if is_empty
            && piece.carried.unit.order().is_none()
            && let Some(added) = self.added(volumes, piece)?
        {
            return Ok(Counts { added, ..Counts::default() });
        }
        let compared = self.beside.compare(connection, piece).map_err(reading)?;
        let mut counts = compared.map_or_else(|| self.compare_rows(volumes, piece, is_empty), Ok)?;
        let mut there = 0;
        for (condition, values) in stretches(piece) {
            let sql = format!("SELECT count(*) FROM {table} WHERE {condition}");
            let mut count = connection.prepare_cached(&sql).map_err(reading)?;
            there +=
                count.query_row(params_from_iter(values), |row| row.get::<_, i64>(0)).map_err(reading)?.unsigned_abs();
        }
        counts.removed = there.saturating_sub(counts.identical + counts.replaced);
        Ok(counts)
    }

    /// The same row by row, removed ones apart.
    fn compare_rows(&self, volumes: &[PathBuf], piece: &Piece, is_empty: bool) -> Result<Counts> {
        let path = self.path().to_owned();
        let connection = self.connection();
        let reading = |source| StoreError::sql("compare with a backup", &path, source);
        let Carried { table, unit, .. } = piece.carried;
        let mut wanted = own_columns(connection, table).map_err(reading)?;
        if is_empty {
            // Nothing to compare with: what tells rows apart and places them is enough to count them.
            let places = [unit.place(), unit.order()];
            wanted.retain(|column| column.key > 0 || places.contains(&Some(column.name.as_str())));
        }
        let keys: Vec<&Column> = wanted.iter().filter(|column| column.key > 0).collect();
        let condition: Vec<String> = keys.iter().map(|key| format!("\"{}\" = ?", key.name)).collect();
        let sql = format!("SELECT {} FROM {table} WHERE {}", list(&wanted), condition.join(" AND "));
        let mut look_up = connection.prepare(&sql).map_err(reading)?;
        let mut counts = Counts::default();
        for_each_row(volumes, piece, &wanted, &mut |row, common| {
            let mut bound = 0;
            for (place, column) in common.iter().enumerate() {
                let number = keys.iter().position(|key| key.name == wanted[*column].name);
                if let Some(number) = number {
                    let value = Passed(row.get_ref(place).map_err(reading)?);
                    look_up.raw_bind_parameter(number + 1, value).map_err(reading)?;
                    bound += 1;
                }
            }
            if bound < keys.len() {
                return Err(lacks_keys(piece, &path));
            }
            let mut found = look_up.raw_query();
            let Some(here) = found.next().map_err(reading)? else {
                counts.added += 1;
                return Ok(());
            };
            let mut equal = true;
            for (place, column) in common.iter().enumerate() {
                equal &= row.get_ref(place).map_err(reading)? == here.get_ref(*column).map_err(reading)?;
            }
            *(if equal { &mut counts.identical } else { &mut counts.replaced }) += 1;
            Ok(())
        })?;
        Ok(counts)
    }
}

/// The table is made by the first restore that has a mark: files without one are as they were.
fn note_mark(transaction: &Transaction<'_>, mark: &str) -> rusqlite::Result<()> {
    transaction.execute_batch(
        "CREATE TABLE IF NOT EXISTS restore_mark (MARK TEXT NOT NULL) STRICT;
         DELETE FROM restore_mark;",
    )?;
    transaction.execute("INSERT INTO restore_mark VALUES (?1)", [mark]).map(drop)
}

/// The mark of the last restore into a file that had one.
pub fn restore_mark(path: &Path, file: SourceFile) -> Result<Option<String>> {
    let snapshot = Snapshot::open(path, file)?;
    let connection = snapshot.connection();
    let read = || {
        let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'restore_mark')";
        match connection.query_row(sql, [], |row| row.get(0))? {
            true => connection.query_row("SELECT MARK FROM restore_mark", [], |row| row.get(0)).optional(),
            false => Ok(None),
        }
    };
    read().map_err(|source| StoreError::sql("read the mark of a restore", path, source))
}

fn lacks_keys(piece: &Piece, path: &Path) -> StoreError {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    StoreError::Invalid(format!(
        "the backup's {} lacks columns by which {name} tells rows apart; it is of another program",
        piece.carried.table
    ))
}

/// Runs `work` in one transaction: all of it, or nothing.
fn in_one_transaction<T>(database: &mut Database, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
    let path = database.path().to_owned();
    let failed = |source| StoreError::sql("restore", &path, source);
    let connection = database.connection_mut();
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
    let done = work(&transaction)?;
    transaction.commit().map_err(failed)?;
    Ok(done)
}

/// The same with volumes as parts of the connection, and a log that may become long. Gives what failed behind the transaction, too.
fn with_volumes<T>(
    database: &mut Database,
    volumes: &[PathBuf],
    work: impl FnOnce(&Transaction<'_>, &Beside) -> Result<T>,
) -> Result<(T, Vec<StoreError>)> {
    let path = database.path().to_owned();
    let failed = |source| StoreError::sql("restore", &path, source);
    let beside = Beside::begin(database.connection(), volumes).map_err(failed)?;
    let done = LongLog::begin(database).and_then(|log| {
        let done = in_one_transaction(database, |transaction| work(transaction, &beside));
        let ended = log.end(database).err();
        Ok((done?, ended))
    });
    let let_go = beside.end(database.connection()).map_err(failed).err();
    done.map(|(done, ended)| (done, ended.into_iter().chain(let_go).collect()))
}

impl Restoring<'_> {
    /// Replaces the tables inside a transaction. Tables that volumes `beside` have as they are stored here go at once.
    fn replace(&mut self, transaction: &Transaction<'_>, path: &Path, beside: Option<&Beside>) -> Result<()> {
        self.stands_still(transaction, path)?;
        if let Some(mark) = self.mark {
            note_mark(transaction, mark).map_err(|source| StoreError::sql("note the restore", path, source))?;
        }
        let pieces = self.pieces;
        pieces.iter().try_for_each(|piece| self.replace_one(transaction, path, piece, beside))
    }

    fn replace_one(
        &mut self,
        transaction: &Transaction<'_>,
        path: &Path,
        piece: &Piece,
        beside: Option<&Beside>,
    ) -> Result<()> {
        let writing = |source| StoreError::sql("restore", path, source);
        let indexes = beside.map_or(Ok(Vec::new()), |beside| indexes::take_away(transaction, beside, piece));
        let indexes = indexes.map_err(writing)?;
        self.replace_rows(transaction, path, piece, beside)?;
        indexes::make(transaction, &indexes).map_err(writing)
    }

    fn replace_rows(
        &mut self,
        transaction: &Transaction<'_>,
        path: &Path,
        piece: &Piece,
        beside: Option<&Beside>,
    ) -> Result<()> {
        let writing = |source| StoreError::sql("restore", path, source);
        let table = piece.carried.table;
        for (condition, values) in stretches(piece) {
            let sql = format!("DELETE FROM {table} WHERE {condition}");
            transaction
                .prepare_cached(&sql)
                .and_then(|mut delete| delete.execute(params_from_iter(values)))
                .map_err(writing)?;
        }
        let Some(beside) = beside else { return self.insert(transaction, path, piece) };
        let goes_on = match beside.fill(transaction, piece).map_err(writing)? {
            Some(rows) => Some((self.go_on)(rows)),
            None => beside.copy(transaction, piece, self.go_on).map_err(writing)?,
        };
        match goes_on {
            None => self.insert(transaction, path, piece),
            Some(true) => Ok(()),
            Some(false) => Err(StoreError::Stopped),
        }
    }

    /// Inserts the rows of a table.
    fn insert(&mut self, transaction: &Transaction<'_>, path: &Path, piece: &Piece) -> Result<()> {
        let writing = |source| StoreError::sql("restore", path, source);
        let wanted = own_columns(transaction, piece.carried.table).map_err(writing)?;
        let mut insert = None;
        let mut since = 0;
        let go_on = &mut self.go_on;
        for_each_row(self.volumes, piece, &wanted, &mut |row, common| {
            let statement = match &mut insert {
                Some((known, statement)) if *known == common => statement,
                _ => {
                    let names = list(common.iter().map(|place| &wanted[*place]));
                    let places = vec!["?"; common.len()];
                    let table = piece.carried.table;
                    let sql = format!("INSERT OR REPLACE INTO {table} ({names}) VALUES ({})", places.join(", "));
                    let statement = transaction.prepare(&sql).map_err(writing)?;
                    &mut insert.insert((common.to_vec(), statement)).1
                }
            };
            for place in 0..common.len() {
                let value = Passed(row.get_ref(place).map_err(writing)?);
                statement.raw_bind_parameter(place + 1, value).map_err(writing)?;
            }
            statement.raw_execute().map_err(writing)?;
            since += 1;
            if since == LOOK_EVERY {
                since = 0;
                return if go_on(LOOK_EVERY) { Ok(()) } else { Err(StoreError::Stopped) };
            }
            Ok(())
        })?;
        if go_on(since) { Ok(()) } else { Err(StoreError::Stopped) }
    }
}

impl LocalStore {
    /// Restores tables of this server's own.
    ///
    /// # Errors
    /// After an error nothing has changed.
    pub fn restore(&mut self, restoring: &mut Restoring<'_>) -> Result<()> {
        let path = self.0.path().to_owned();
        in_one_transaction(&mut self.0, |transaction| restoring.replace(transaction, &path, None))
    }
}

impl SystemStore {
    /// Restores tables of users, reports and so on. Passwords stay those of this server.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] if nobody could administer the server afterwards: `with_password` are the users who have one
    /// here. After an error nothing has changed.
    pub fn restore(&mut self, restoring: &mut Restoring<'_>, with_password: &BTreeSet<String>) -> Result<()> {
        let path = self.0.path().to_owned();
        let is_backup = matches!(restoring.from, RestoredFrom::Backup { .. });
        let is_kept = |table: &str| !restoring.pieces.iter().any(|piece| piece.carried.table == table);
        let kept_rights: Vec<&str> = crate::system::RIGHTS.into_iter().filter(|table| is_kept(table)).collect();
        in_one_transaction(&mut self.0, |transaction| {
            let failed = |source| StoreError::sql("restore", &path, source);
            let before = crate::system::user_names(transaction).map_err(failed)?;
            restoring.replace(transaction, &path, None)?;
            // Whoever comes by a backup is not the one of before who bore the name.
            if is_backup {
                crate::system::clear_rights_of_added(transaction, &kept_rights, &before).map_err(failed)?;
            }
            crate::system::keep_an_administrator(transaction, with_password)
                .map_err(|source| StoreError::sql("restore", &path, source))?
        })
    }
}

impl AcdStore {
    /// Restores tables of the history and administration of an ACD and, beside it, its records of single events: they stand in a
    /// file of their own. Intervals get the digests that the backup has, or, where not all their tables are restored, those that are
    /// right then (`in_part.rs`); what is summed up of changed ones counts as out of date.
    ///
    /// # Errors
    /// After an error nothing has changed, except after [`StoreError::RecordsAlone`]. A server that is killed between the two commits
    /// has restored the records alone, too: until the list of intervals tells of them, a restore that broke off is seen to be missing.
    pub fn restore(&mut self, restoring: &mut Restoring<'_>, records: Option<&mut Restoring<'_>>) -> Result<Restored> {
        let AcdStore { history: History { database, discarded, .. }, events, .. } = self;
        let path = database.path().to_owned();
        let mut left = Vec::new();
        let mut are_records_in = false;
        let restored = std::thread::scope(|scope| {
            let with_records = records.is_some();
            // The records wait for the history: where that fails, they stay as they are, too.
            let (agree, agreed) = channel();
            let records = records.map(|restoring| {
                let is_agreed = move || agreed.recv().is_ok();
                scope.spawn(|| restore_records(&mut events.database, restoring, is_agreed))
            });
            with_volumes(database, restoring.volumes, |transaction, beside| {
                let changed = restore_history(transaction, (beside, discarded), &path, restoring, with_records);
                let agree = agree;
                let changed = changed?;
                // Nobody listens where they have failed.
                let _ = agree.send(());
                match records.map(ScopedJoinHandle::join) {
                    None => Ok(changed),
                    Some(Ok(restored)) => {
                        left.extend(restored?);
                        are_records_in = true;
                        Ok(changed)
                    }
                    Some(Err(panic)) => std::panic::resume_unwind(panic),
                }
            })
        });
        let (changed, behind) = restored.map_err(|error| match are_records_in {
            true => StoreError::RecordsAlone { source: Box::new(error) },
            false => error,
        })?;
        left.extend(behind);
        match restored::healed(self.history.database.connection()) {
            Ok(healed) => self.history.healed = healed,
            Err(source) => left.push(StoreError::sql("list the healed intervals", &path, source)),
        }
        left.extend(self.recount_records().err());
        Ok(Restored { changed, left })
    }

    /// Restores records of single events alone. Gives what could not be done behind it.
    ///
    /// # Errors
    /// After an error nothing has changed.
    pub fn restore_events(&mut self, restoring: &mut Restoring<'_>) -> Result<Vec<StoreError>> {
        let mut left = restore_records(&mut self.events.database, restoring, || true)?;
        left.extend(self.recount_records().err());
        Ok(left)
    }
}

fn restore_records(
    events: &mut Database,
    restoring: &mut Restoring<'_>,
    is_agreed: impl FnOnce() -> bool,
) -> Result<Vec<StoreError>> {
    let path = events.path().to_owned();
    let restored = with_volumes(events, restoring.volumes, |transaction, beside| {
        restoring.replace(transaction, &path, Some(beside))?;
        match is_agreed() {
            true => Ok(()),
            false => Err(StoreError::Stopped),
        }
    });
    restored.map(|((), left)| left)
}

fn restore_history(
    transaction: &Transaction<'_>,
    (beside, discarded): (&Beside, &BTreeSet<&'static str>),
    path: &Path,
    restoring: &mut Restoring<'_>,
    with_records: bool,
) -> Result<Vec<i64>> {
    let writing = |source| StoreError::sql("restore", path, source);
    let extents = intervals_of(restoring.pieces);
    let before = restored::intervals(transaction, &extents).map_err(writing)?;
    let touched = touched(transaction, beside, restoring.pieces).map_err(writing)?;
    let is_partial = !extents.is_empty() && !restoring.pieces.iter().any(|piece| piece.carried.table == "digests");
    let within = in_part::Within { transaction, beside, path, discarded, extents: &extents, before: &before };
    let in_part = is_partial.then(|| InPart::begin(within, restoring.pieces, &touched));
    let in_part = in_part.transpose().map_err(writing)?;
    restoring.replace(transaction, path, Some(beside))?;
    if let Some(in_part) = in_part {
        let missing: Vec<Extent> =
            extents.iter().filter(|extent| !before.contains_key(&extent.from)).copied().collect();
        restoring.add_digests(transaction, path, missing.clone())?;
        restored::mark_incomplete(transaction, &missing).map_err(writing)?;
        // Rows that lack data do not become whole by the others that are here.
        let there = restoring
            .list(extents.clone())
            .map_or_else(|| Ok(BTreeSet::new()), |list| lacking_in(restoring.volumes, &list))?;
        let lacking: Vec<Extent> = extents.iter().filter(|extent| there.contains(&extent.from)).copied().collect();
        restored::mark_incomplete(transaction, &lacking).map_err(writing)?;
        in_part.relist(restoring)?;
    }
    let came = restored::Came { in_part: is_partial, with_records, touched };
    let changed = restored::settle(transaction, &extents, &before, &restoring.from, came).map_err(writing)?;
    if restoring.from.heals() {
        let now = restored::intervals(transaction, &extents).map_err(writing)?;
        if let Some(start) = restored::harmed(&before, &now) {
            return Err(StoreError::Invalid(format!(
                "the interval of {start} became whole here meanwhile, so nothing was restored; compare again"
            )));
        }
    }
    // Taking a restore back may bring back what an older version had left so.
    let overlapped = match restoring.from {
        RestoredFrom::Copy(_) => None,
        RestoredFrom::Backup { .. } => restored::overlapped(transaction, &extents).map_err(writing)?,
    };
    if let Some((one, another)) = overlapped {
        return Err(StoreError::Invalid(format!(
            "the intervals of {one} and of {another} are of different length and overlap, the one from the backup and the other one \
             of this server, so nothing was restored; choose a range that begins and ends where no interval is cut (--from, --to)"
        )));
    }
    returned::settle(transaction, restoring.pieces, &before).map_err(writing)?;
    summaries::settle(transaction, restoring, path)?;
    Ok(changed)
}

/// Starts of the intervals of which rows change, whatever their digests say.
fn touched(transaction: &Transaction<'_>, beside: &Beside, pieces: &[Piece]) -> rusqlite::Result<BTreeSet<i64>> {
    let rows = pieces.iter().filter(|piece| piece.carried.unit == super::Unit::Interval);
    let mut touched = BTreeSet::new();
    for piece in rows.filter(|piece| piece.carried.table != "digests") {
        touched.extend(beside.changed(transaction, piece)?);
    }
    Ok(touched)
}

/// The stretches of all interval tables.
fn intervals_of(pieces: &[Piece]) -> Vec<Extent> {
    let intervals = pieces.iter().filter(|piece| piece.carried.unit == super::Unit::Interval);
    let all: BTreeSet<Extent> = intervals.flat_map(|piece| piece.extents.iter().copied()).collect();
    // One start has one interval.
    all.into_iter().map(|extent| (extent.from, extent)).collect::<BTreeMap<_, _>>().into_values().collect()
}

impl Restoring<'_> {
    /// A table of the backup's history, although it is not restored; `None` if no piece says of which ACD.
    pub(super) fn piece_of(&self, carried: Carried, extents: Vec<Extent>) -> Option<Piece> {
        let acd = self.pieces.iter().find_map(|piece| Some(piece.stored_as.split_once('_')?.0))?;
        Some(Piece { carried, stored_as: format!("{acd}_{}", carried.table), extents })
    }

    /// The backup's list of these intervals, likewise.
    fn list(&self, extents: Vec<Extent>) -> Option<Piece> {
        self.piece_of(Carried::INTERVALS, extents)
    }

    /// Puts intervals into the list that are not there yet, as the backup lists them.
    fn add_digests(&mut self, transaction: &Transaction<'_>, path: &Path, missing: Vec<Extent>) -> Result<()> {
        self.list(missing).map_or(Ok(()), |list| self.insert(transaction, path, &list))
    }
}
