//! Whether archived rows are still what was archived: each interval's digest, made again and held against the one in the list.
//!
//! A damaged page is found by SQLite itself ([`crate::check`]), a changed value by nothing else: comparing two servers compares the
//! digests that they keep.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use model::Moment;
use model::period::date_number;
use rusqlite::Connection;

use super::{AcdReader, ageing, archive, digests, interval_rows, schema};
use crate::error::Result;
use crate::storage::Storage;

/// What became of the rows of all archived intervals.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Soundness {
    /// Intervals whose rows are what was archived.
    pub sound: usize,
    /// Intervals that cannot be proved, because the allocation does not keep all their rows.
    pub let_go: usize,
    /// Intervals whose rows are others than those that were archived, or fewer than the allocation keeps.
    pub unsound: Vec<Unsound>,
}

/// An interval whose rows are not what was archived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsound {
    /// When it starts.
    pub start: Moment,
    /// Its rows when it was archived.
    pub archived: u64,
    /// Its rows now; none if a value of one is none that it can have.
    pub found: Option<u64>,
}

impl AcdReader {
    /// Makes the digest of every archived interval again; takes minutes for a year of a large site. `go_on` is told how many
    /// intervals were looked at, and says whether to go on: what was found so far is given then.
    ///
    /// # Errors
    /// If the list or an interval cannot be read.
    pub fn soundness(&self, storage: &Storage, go_on: &mut dyn FnMut(usize) -> bool) -> Result<Soundness> {
        let mut found = Soundness::default();
        for (number, known) in self.intervals(None, None)?.into_iter().enumerate() {
            if !go_on(number) {
                break;
            }
            self.database
                .run("make a digest again", |connection| look(connection, known.start, storage, &mut found))?;
        }
        Ok(found)
    }
}

/// Looks at one interval. Its rows and its entry in the list are of one moment: a restore may replace both meanwhile.
fn look(connection: &Connection, start: Moment, storage: &Storage, found: &mut Soundness) -> rusqlite::Result<()> {
    let moment = connection.unchecked_transaction()?;
    let Some((digest, archived)) = digests::listed(&moment, start)? else { return Ok(()) };
    let rows = match interval_rows::read(&moment, start) {
        Ok(Some(rows)) => rows,
        Ok(None) => return Ok(()),
        Err(error @ rusqlite::Error::SqliteFailure(..)) => return Err(error),
        // A value that no row can have.
        Err(_) => {
            found.unsound.push(Unsound { start, archived, found: None });
            return Ok(());
        }
    };
    let count = rows.len() as u64;
    if archive::digest(&rows) == digest {
        found.sound += 1;
    } else if count < archived && !keeps_all(&ageing::kept_from(&moment)?, storage, rows.calendar.row_date(start)) {
        found.let_go += 1;
    } else {
        found.unsound.push(Unsound { start, archived, found: Some(count) });
    }
    Ok(())
}

/// Whether all rows of a day ought to be there still: `aged` names the first such day of each table that has lost some.
fn keeps_all(aged: &BTreeMap<String, i64>, storage: &Storage, day: NaiveDate) -> bool {
    schema::interval_tables().all(|table| {
        let is_aged = aged.get(table.name).is_some_and(|first| date_number(day) < *first);
        !is_aged && storage.kept(table).intrahour_days > 0
    })
}
