//! `dcalloc` and `dcadmin`: the data storage allocation of each ACD, and its times of summing up.
//!
//! What was never set is not stored and has its default, so a better default reaches everybody who never chose.

use chrono::{NaiveTime, Weekday};
use model::{AcdNumber, SummaryTimes};
use rusqlite::{Connection, OptionalExtension, params};

use super::LocalStore;
use crate::error::Result;
use crate::storage::{Allocation, MEMBERS, Retention, Storage};

const TIME: &str = "%H:%M";

pub(super) fn create_tables(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "CREATE TABLE dcalloc (
            ACD INTEGER NOT NULL, ELEMENT TEXT NOT NULL, ITEMS INTEGER NOT NULL, INTRAHOUR_DAYS INTEGER,
            DAILY_DAYS INTEGER, WEEKLY_WEEKS INTEGER, MONTHLY_MONTHS INTEGER, PRIMARY KEY (ACD, ELEMENT)
         ) STRICT, WITHOUT ROWID;
         CREATE TABLE dcadmin (
            ACD INTEGER NOT NULL PRIMARY KEY, DAILY_START TEXT NOT NULL, DAILY_STOP TEXT NOT NULL,
            WEEK_START TEXT NOT NULL, WEEK_STOP TEXT NOT NULL, SUMMARIZE_AT TEXT NOT NULL, RERUN INTEGER NOT NULL
         ) STRICT, WITHOUT ROWID;",
    )
}

/// When an ACD's history is summed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summarizing {
    /// Days, weeks and the time of summing up.
    pub times: SummaryTimes,
    /// Whether what has become out of date is made again without anybody asking.
    pub rerun: bool,
}

impl Default for Summarizing {
    fn default() -> Self {
        Summarizing { times: SummaryTimes::default(), rerun: true }
    }
}

impl LocalStore {
    /// The allocation of an ACD.
    pub fn storage(&self, acd: AcdNumber) -> Result<Storage> {
        let mut storage = Storage::default();
        self.0.run("read the data storage allocation", |connection| {
            let sql = "SELECT ELEMENT, ITEMS, INTRAHOUR_DAYS, DAILY_DAYS, WEEKLY_WEEKS, MONTHLY_MONTHS FROM dcalloc
                       WHERE ACD = ?1";
            let mut statement = connection.prepare(sql)?;
            let mut rows = statement.query([acd.0])?;
            while let Some(row) = rows.next()? {
                let (word, items): (String, i64) = (row.get(0)?, row.get(1)?);
                if let Some(allocation) = storage.elements.get_mut(&word) {
                    let kept = Retention {
                        intrahour_days: row.get(2)?,
                        daily_days: row.get(3)?,
                        weekly_weeks: row.get(4)?,
                        monthly_months: row.get(5)?,
                    };
                    *allocation = Allocation { items: u32::try_from(items).unwrap_or(u32::MAX), kept };
                } else if word == MEMBERS {
                    storage.members = u32::try_from(items).unwrap_or(u32::MAX);
                } else if let Some(records) = storage.records.get_mut(&word) {
                    *records = items.unsigned_abs();
                }
            }
            Ok(())
        })?;
        Ok(storage)
    }

    /// Stores the allocation of an ACD, as far as it differs from what is stored or usual.
    ///
    /// # Errors
    /// [`StoreError::Invalid`](crate::StoreError::Invalid) if it is more than can be kept.
    pub fn set_storage(&mut self, acd: AcdNumber, storage: &Storage) -> Result<()> {
        storage.check()?;
        let before = self.storage(acd)?;
        self.0.write("store the data storage allocation", |transaction| {
            let mut statement =
                transaction.prepare("INSERT OR REPLACE INTO dcalloc VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
            for (word, allocation) in &storage.elements {
                if before.elements.get(word) != Some(allocation) {
                    let Allocation { items, kept } = allocation;
                    let (days, daily) = (kept.intrahour_days, kept.daily_days);
                    let row = params![acd.0, word, items, days, daily, kept.weekly_weeks, kept.monthly_months];
                    statement.execute(row)?;
                }
            }
            let none = None::<u32>;
            if storage.members != before.members {
                statement.execute(params![acd.0, MEMBERS, storage.members, none, none, none, none])?;
            }
            for (table, records) in &storage.records {
                if before.records.get(table) != Some(records) {
                    let records = i64::try_from(*records).unwrap_or(i64::MAX);
                    statement.execute(params![acd.0, table, records, none, none, none, none])?;
                }
            }
            Ok(())
        })
    }

    /// When the history of an ACD is summed up.
    pub fn summarizing(&self, acd: AcdNumber) -> Result<Summarizing> {
        let found = self.0.run("read the times of summing up", |connection| {
            let sql = "SELECT DAILY_START, DAILY_STOP, WEEK_START, WEEK_STOP, SUMMARIZE_AT, RERUN FROM dcadmin WHERE ACD = ?1";
            let time = |row: &rusqlite::Row<'_>, place| {
                NaiveTime::parse_from_str(row.get_ref(place)?.as_str()?, TIME).map_err(|fault| odd(place, fault.into()))
            };
            let day = |row: &rusqlite::Row<'_>, place| {
                let text = row.get_ref(place)?.as_str()?;
                text.parse::<Weekday>().map_err(|_| odd(place, format!("{text:?} is no day of the week").into()))
            };
            let read = |row: &rusqlite::Row<'_>| {
                let times = SummaryTimes {
                    daily_start: time(row, 0)?,
                    daily_stop: time(row, 1)?,
                    week_start: day(row, 2)?,
                    week_stop: day(row, 3)?,
                    summarize_at: time(row, 4)?,
                };
                Ok(Summarizing { times, rerun: row.get(5)? })
            };
            connection.query_row(sql, [acd.0], read).optional()
        })?;
        Ok(found.unwrap_or_default())
    }

    /// Stores when the history of an ACD is summed up.
    pub fn set_summarizing(&mut self, acd: AcdNumber, summarizing: &Summarizing) -> Result<()> {
        let times = summarizing.times;
        let time = |time: NaiveTime| time.format(TIME).to_string();
        let days = [times.week_start, times.week_stop].map(|day| day.to_string());
        self.0.write("store the times of summing up", |transaction| {
            let sql = "INSERT OR REPLACE INTO dcadmin VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
            let (start, stop, at) = (time(times.daily_start), time(times.daily_stop), time(times.summarize_at));
            transaction.execute(sql, params![acd.0, start, stop, days[0], days[1], at, summarizing.rerun]).map(drop)
        })
    }
}

fn odd(place: usize, fault: Box<dyn std::error::Error + Send + Sync>) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(place, rusqlite::types::Type::Text, fault)
}
