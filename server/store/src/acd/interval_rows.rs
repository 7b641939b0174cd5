//! Reading an interval back as the typed rows it was stored from.

use catalog::{AgentKey, IntervalRows, TrunkKey, VdnKey, hagent, hcwc, hsplit, htkgrp, htrunk, hvdn, hvector, table};
use model::id::IdError;
use model::{Moment, VectorId};
use rusqlite::Connection;
use rusqlite::types::{Type, ValueRef};

use super::{AcdReader, archive, digests, schema};
use crate::error::Result;

impl AcdReader {
    /// The rows of the interval that starts at `start`; `None` if it is not archived.
    pub fn interval_rows(&self, start: Moment) -> Result<Option<IntervalRows>> {
        self.database.run("read an interval", |connection| read(connection, start))
    }

    /// Digest of the rows as they are now, to compare with the one in the list; `None` if not archived.
    pub fn recomputed_digest(&self, start: Moment) -> Result<Option<String>> {
        Ok(self.interval_rows(start)?.map(|rows| archive::digest(&rows)))
    }
}

/// The same on any connection to a history.
pub(super) fn read(connection: &Connection, start: Moment) -> rusqlite::Result<Option<IntervalRows>> {
    let Some(mut rows) = digests::stored_interval(connection, start)? else { return Ok(None) };
    let from = Source { connection, start };
    rows.hsplit = from.read("hsplit", hsplit::Row::values_mut, |key| key[0].parse())?;
    rows.hagent = from.read("hagent", hagent::Row::values_mut, agent_key)?;
    rows.hvdn = from.read("hvdn", hvdn::Row::values_mut, vdn_key)?;
    rows.hvector = from.read("hvector", hvector::Row::values_mut, |key| key[0].parse())?;
    rows.htkgrp = from.read("htkgrp", htkgrp::Row::values_mut, |key| key[0].parse())?;
    rows.htrunk = from.read("htrunk", htrunk::Row::values_mut, trunk_key)?;
    rows.hcwc = from.read("hcwc", hcwc::Row::values_mut, |key| key[0].parse())?;
    Ok(Some(rows))
}

fn agent_key(key: &[String]) -> std::result::Result<AgentKey, IdError> {
    Ok(AgentKey { split: key[0].parse()?, logid: key[1].parse()?, extension: key[2].parse()? })
}

fn vdn_key(key: &[String]) -> std::result::Result<VdnKey, IdError> {
    let vector: VectorId = key[1].parse()?;
    Ok(VdnKey { vdn: key[0].parse()?, vector: Some(vector).filter(|vector| vector.0 != 0) })
}

fn trunk_key(key: &[String]) -> std::result::Result<TrunkKey, IdError> {
    Ok(TrunkKey { eqloc: key[0].parse()?, group: key[1].parse()? })
}

struct Source<'c> {
    connection: &'c Connection,
    start: Moment,
}

impl Source<'_> {
    fn read<K: Ord, R: Default>(
        &self,
        name: &str,
        values_of: fn(&mut R) -> &mut [u32],
        key_of: fn(&[String]) -> std::result::Result<K, IdError>,
    ) -> rusqlite::Result<Vec<(K, R)>> {
        let table = table(name).expect("every interval table is in the catalogue");
        let keys: Vec<&str> = schema::entity_keys(table).map(|item| item.name.as_str()).collect();
        let columns = keys.iter().copied().chain(table.values().iter().map(|item| item.name.as_str()));
        let columns: Vec<String> = columns.map(|column| format!("\"{column}\"")).collect();
        let sql = format!("SELECT {} FROM {name} WHERE STARTTIME_UTC = ?1", columns.join(", "));
        let mut statement = self.connection.prepare(&sql)?;
        let mut found = statement.query([self.start.0])?;
        let mut rows = Vec::new();
        while let Some(row) = found.next()? {
            let key =
                (0..keys.len()).map(|place| key_text(row.get_ref(place)?)).collect::<rusqlite::Result<Vec<_>>>()?;
            let key = key_of(&key)
                .map_err(|fault| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(fault)))?;
            let mut values = R::default();
            for (place, value) in values_of(&mut values).iter_mut().enumerate() {
                *value = row.get(keys.len() + place)?;
            }
            rows.push((key, values));
        }
        rows.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(rows)
    }
}

fn key_text(value: ValueRef<'_>) -> rusqlite::Result<String> {
    match value {
        ValueRef::Integer(number) => Ok(number.to_string()),
        other => Ok(other.as_str()?.to_owned()),
    }
}
