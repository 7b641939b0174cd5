//! Restored days, weeks and months: whether they are still what their intervals and days make.

use std::path::Path;

use model::{Calendar, IntervalMinutes, Moment};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::VolumeReader;
use super::restore::Restoring;
use crate::carried::{Piece, Unit};
use crate::error::{Result, StoreError};

/// No zone is further away from UTC, and no interval longer.
const AROUND_SECS: i64 = 27 * 3600;

/// A summary that was restored is out of date unless this server has the very parts that the backup's server made it from; then
/// it is what it was there. Made again it could lose rows whose intervals were aged out long ago.
pub(super) fn settle(transaction: &Connection, restoring: &Restoring<'_>, path: &Path) -> Result<()> {
    mark_partial(transaction, restoring).map_err(|source| StoreError::sql("restore", path, source))?;
    let heads = restoring.pieces.iter().filter(|piece| piece.carried.table == "summaries");
    let Some(volume) = restoring.volumes.last() else { return Ok(()) };
    let writing = |source| StoreError::sql("restore", path, source);
    for piece in heads {
        // Lists are small and stand whole in one volume.
        let reader = restoring.volumes.iter().map(|path| VolumeReader::open(path)).find(|reader| {
            reader.as_ref().map_or(true, |reader| reader.held(&piece.stored_as).is_ok_and(|held| !held.is_empty()))
        });
        let reader = reader.unwrap_or_else(|| VolumeReader::open(volume))?;
        for head in restored_heads(transaction, piece).map_err(writing)? {
            let mark = || {
                let out_of_date = match same_parts(transaction, &reader, piece, &head)? {
                    true => was_out_of_date(&reader.connection, piece, &head)?,
                    false => true,
                };
                let sql = "UPDATE summaries SET OUT_OF_DATE = ?3 WHERE LEVEL = ?1 AND ROW_DATE = ?2";
                transaction.execute(sql, params![head.level, head.first, out_of_date])
            };
            mark().map_err(writing)?;
        }
    }
    Ok(())
}

/// Where only some tables of a level were restored, the whole period is out of date.
fn mark_partial(transaction: &Connection, restoring: &Restoring<'_>) -> rusqlite::Result<()> {
    let has_list = |level: &str| {
        restoring
            .pieces
            .iter()
            .any(|piece| piece.carried.table == "summaries" && piece.carried.only == Some(("LEVEL", level)))
    };
    let sql = "UPDATE summaries SET OUT_OF_DATE = 1 WHERE LEVEL = ?1 AND ROW_DATE = ?2";
    for piece in restoring.pieces.iter().filter(|piece| piece.carried.table == "summary_digests") {
        let table = piece.carried.only.and_then(|(_, table)| catalog::table(table));
        let Some(level) = table.and_then(|table| table.kind.level()).filter(|level| !has_list(level.word())) else {
            continue;
        };
        for extent in &piece.extents {
            transaction.execute(sql, params![level.word(), extent.from])?;
        }
    }
    Ok(())
}

struct Head {
    level: String,
    first: i64,
    last: i64,
    starts_at: i64,
    window: (u32, u32),
}

fn restored_heads(connection: &Connection, piece: &Piece) -> rusqlite::Result<Vec<Head>> {
    let Some((_, level)) = piece.carried.only else { return Ok(Vec::new()) };
    let sql = "SELECT ROW_DATE, LAST_DATE, STARTTIME_UTC, DAILY_START, DAILY_STOP FROM summaries
               WHERE LEVEL = ?1 AND ROW_DATE = ?2";
    let mut statement = connection.prepare(sql)?;
    let mut heads = Vec::new();
    for extent in &piece.extents {
        let head = |row: &Row<'_>| {
            let window = (row.get(3)?, row.get(4)?);
            Ok(Head { level: level.to_owned(), first: row.get(0)?, last: row.get(1)?, starts_at: row.get(2)?, window })
        };
        heads.extend(statement.query_row(params![level, extent.from], head).optional()?);
    }
    Ok(heads)
}

fn was_out_of_date(volume: &Connection, piece: &Piece, head: &Head) -> rusqlite::Result<bool> {
    let sql = format!("SELECT OUT_OF_DATE FROM \"{}\" WHERE LEVEL = ?1 AND ROW_DATE = ?2", piece.stored_as);
    volume
        .query_row(&sql, params![head.level, head.first], |row| row.get(0))
        .optional()
        .map(|known| known.unwrap_or(true))
}

fn same_parts(connection: &Connection, reader: &VolumeReader, piece: &Piece, head: &Head) -> rusqlite::Result<bool> {
    debug_assert_eq!(piece.carried.unit, Unit::Period);
    let prefix = piece.stored_as.split_once('_').map_or("", |(prefix, _)| prefix);
    match head.level.as_str() {
        "daily" => {
            let theirs = intervals_of(&reader.connection, &format!("{prefix}_digests"), head)?;
            Ok(intervals_of(connection, "digests", head)? == theirs)
        }
        _ => {
            let theirs = days_of(&reader.connection, &format!("{prefix}_summaries_daily"), head)?;
            Ok(days_of(connection, "summaries", head)? == theirs)
        }
    }
}

/// The intervals of a day, by the calendar that each was archived under: start and digest.
fn intervals_of(connection: &Connection, table: &str, head: &Head) -> rusqlite::Result<Vec<(i64, String)>> {
    let sql = format!(
        "SELECT STARTTIME_UTC, DIGEST, ZONE, INTRVL FROM \"{table}\"
         WHERE STARTTIME_UTC >= ?1 AND STARTTIME_UTC < ?2 ORDER BY STARTTIME_UTC"
    );
    let mut statement = connection.prepare(&sql)?;
    let mut rows = statement.query([head.starts_at - AROUND_SECS, head.starts_at + 2 * AROUND_SECS])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let (start, calendar) = (Moment(row.get(0)?), calendar(row)?);
        let time = calendar.starttime(start);
        if calendar.row_date_number(start) == head.first && (head.window.0..=head.window.1).contains(&time) {
            found.push((start.0, row.get(1)?));
        }
    }
    Ok(found)
}

fn calendar(row: &Row<'_>) -> rusqlite::Result<Calendar> {
    let odd = |place, fault: Box<dyn std::error::Error + Send + Sync>| {
        rusqlite::Error::FromSqlConversionFailure(place, Type::Text, fault)
    };
    let zone = row.get_ref(2)?.as_str()?.parse().map_err(|fault| odd(2, Box::new(fault)))?;
    let interval = IntervalMinutes::try_from(row.get::<_, u8>(3)?).map_err(|fault| odd(3, fault.into()))?;
    Ok(Calendar { zone, interval })
}

/// The days of a week or month that are summed up: day and digest.
fn days_of(connection: &Connection, table: &str, head: &Head) -> rusqlite::Result<Vec<(i64, String)>> {
    let sql = format!(
        "SELECT ROW_DATE, DIGEST FROM \"{table}\" WHERE LEVEL = 'daily' AND ROW_DATE >= ?1 AND ROW_DATE <= ?2 ORDER BY ROW_DATE"
    );
    connection.prepare(&sql)?.query_map([head.first, head.last], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}
