//! The indexes of a table that gets many records at once: they go before, and are made again behind the rows.
//!
//! Records come in the order of their numbers and have a place of its own in each index: with the five of `call_rec` that is
//! three times the work of the rows. Made again, each index is sorted once. It is all one transaction, so nobody ever sees the
//! table without them.
//!
//! Sorting what comes by each index in a file of its own was turned down: it is quicker than one by one, too, and needs room for
//! the rows a second time.

use rusqlite::Connection;

use super::as_stored::{Beside, count};
use crate::carried::Piece;

/// Indexes are made again where so many times the rows that come are at least those that are there.
const MANY: u64 = 2;
/// With more rows than this sorting would need more memory than a server is to have.
const ROWS_MOST: u64 = 2_000_000;

/// Takes the indexes of a table away if more work is saved by it than making them again costs. Gives the words that make them.
pub(super) fn take_away(connection: &Connection, beside: &Beside, piece: &Piece) -> rusqlite::Result<Vec<String>> {
    if piece.carried.unit.order().is_none() {
        return Ok(Vec::new());
    }
    let here = count(connection, &format!("main.{}", piece.carried.table))?;
    let coming = beside.coming(connection, piece)?;
    if coming == 0 || coming.saturating_mul(MANY) < here || here + coming > ROWS_MOST {
        return Ok(Vec::new());
    }
    let sql = "SELECT name, sql FROM main.sqlite_schema WHERE type = 'index' AND tbl_name = ?1 AND sql IS NOT NULL";
    let mut statement = connection.prepare(sql)?;
    let known = statement.query_map([piece.carried.table], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
    let (names, words): (Vec<String>, Vec<String>) = known.collect::<rusqlite::Result<Vec<_>>>()?.into_iter().unzip();
    names.iter().try_for_each(|name| connection.execute_batch(&format!("DROP INDEX main.\"{name}\"")))?;
    Ok(words)
}

/// Makes indexes again.
pub(super) fn make(connection: &Connection, words: &[String]) -> rusqlite::Result<()> {
    words.iter().try_for_each(|words| connection.execute_batch(words))
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::{Beside, make, take_away};
    use crate::carried::{Carried, Extent, Piece, Unit};

    const TABLE: &str = "(NUMBER INTEGER PRIMARY KEY, AT INTEGER, AGENT TEXT) STRICT";

    fn fill(connection: &Connection, table: &str, numbers: std::ops::Range<i64>) {
        let sql = format!("INSERT INTO {table} VALUES (?1, ?1 / 10, 'a' || (?1 * 7 % 13))");
        numbers.for_each(|number| assert_eq!(connection.execute(&sql, [number]).unwrap(), 1));
    }

    /// Names of the indexes while rows of `coming` come to those of `here`, and behind that.
    fn indexes(here: std::ops::Range<i64>, coming: std::ops::Range<i64>, unit: Unit) -> [Vec<String>; 2] {
        let folder = tempfile::tempdir().unwrap();
        let volume = folder.path().join("volume.db");
        let writer = Connection::open(&volume).unwrap();
        writer.execute_batch(&format!("CREATE TABLE records {TABLE}")).unwrap();
        fill(&writer, "records", coming.clone());
        writer.close().unwrap();
        let connection = Connection::open_in_memory().unwrap();
        let indexes = "CREATE INDEX by_time ON records (AT); CREATE INDEX by_agent ON records (AGENT, AT)";
        connection.execute_batch(&format!("CREATE TABLE records {TABLE}; {indexes}")).unwrap();
        fill(&connection, "main.records", here);
        let names = || -> Vec<String> {
            let sql = "SELECT name || sql FROM main.sqlite_schema WHERE type = 'index' ORDER BY name";
            connection.prepare(sql).unwrap().query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
        };
        let before = names();
        let beside = Beside::begin(&connection, &[volume]).unwrap();
        let carried = Carried { table: "records", unit, only: None };
        let extents = vec![Extent::new(coming.start / 10, coming.end / 10 + 1)];
        let piece = Piece { carried, stored_as: "records".to_owned(), extents };
        let words = take_away(&connection, &beside, &piece).unwrap();
        let meanwhile = names();
        connection.execute_batch("INSERT OR REPLACE INTO main.records SELECT * FROM volume_0.records").unwrap();
        make(&connection, &words).unwrap();
        assert_eq!(names(), before, "as they were");
        let sound: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(sound, "ok");
        [before, meanwhile]
    }

    #[test]
    fn indexes_are_made_again_where_many_records_come() {
        let events = Unit::Event { place: "AT", order: "NUMBER" };
        let [before, meanwhile] = indexes(0..100, 200..250, events);
        assert_eq!((before.len(), meanwhile.len()), (2, 0), "half as many as are there");
        assert_eq!(indexes(0..0, 200..250, events)[1].len(), 0, "all that there is");
        assert_eq!(indexes(0..100, 200..249, events)[1], before, "few beside those that are there");
        assert_eq!(indexes(0..100, 200..200, events)[1], before, "none");
        assert_eq!(indexes(0..100, 200..250, Unit::Interval)[1], before, "rows of intervals");
    }
}
