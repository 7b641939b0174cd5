//! What the switch calls things, as it told last, and what it called those that it has taken out since.

use model::event::Configuration;
use model::id::IdError;
use model::{Dictionary, NameKind, TrunkGroupId};
use rusqlite::types::Type;
use rusqlite::{Connection, params};

use super::{AcdReader, History};
use crate::error::Result;

const KINDS: [(NameKind, &str); 9] = [
    (NameKind::Split, "split"),
    (NameKind::Agent, "agent"),
    (NameKind::Vdn, "vdn"),
    (NameKind::Vector, "vector"),
    (NameKind::TrunkGroup, "trunk_group"),
    (NameKind::Trunk, "trunk"),
    (NameKind::WorkCode, "work_code"),
    (NameKind::AuxReason, "aux_reason"),
    (NameKind::LogoutReason, "logout_reason"),
];

/// A name that the switch gave once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormerName {
    /// What kind of thing was named.
    pub kind: NameKind,
    /// Its number.
    pub number: String,
    /// Its last name; never empty.
    pub name: String,
}

/// From the version before, which forgot names with what bore them.
pub(super) fn create_former_names(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "CREATE TABLE former_names (
            ACD_NO INTEGER NOT NULL, ITEM_TYPE TEXT NOT NULL, VALUE TEXT NOT NULL, ITEM_NAME TEXT NOT NULL,
            PRIMARY KEY (ITEM_TYPE, VALUE)
         ) STRICT, WITHOUT ROWID;",
    )
}

impl History {
    /// Stores all names in place of those of before. What is no longer among them keeps its last name in `former_names`.
    pub fn save_dictionary(&mut self, dictionary: &Dictionary) -> Result<()> {
        let acd = self.acd;
        self.database.write("store the names", |transaction| {
            keep_former(transaction, dictionary)?;
            transaction.execute("DELETE FROM switch_names", [])?;
            let mut statement = transaction.prepare_cached("INSERT INTO switch_names VALUES (?1, ?2, ?3, ?4)")?;
            for (kind, word) in KINDS {
                for (number, name) in dictionary.iter(kind) {
                    statement.execute((acd.0, word, number, name))?;
                }
            }
            Ok(())
        })
    }
}

/// Moves the names of what `dictionary` has no more to the former ones, and out of those what it has again.
fn keep_former(connection: &Connection, dictionary: &Dictionary) -> rusqlite::Result<()> {
    let of_table = |table: &str| format!("SELECT VALUE, ITEM_NAME, ACD_NO FROM {table} WHERE ITEM_TYPE = ?1");
    let mut named = connection.prepare_cached(&of_table("switch_names"))?;
    let mut former = connection.prepare_cached(&of_table("former_names"))?;
    let mut keep = connection.prepare_cached("INSERT OR REPLACE INTO former_names VALUES (?1, ?2, ?3, ?4)")?;
    let mut drop = connection.prepare_cached("DELETE FROM former_names WHERE ITEM_TYPE = ?1 AND VALUE = ?2")?;
    for (kind, word) in KINDS {
        let mut rows = named.query([word])?;
        while let Some(row) = rows.next()? {
            let (number, name): (String, String) = (row.get(0)?, row.get(1)?);
            if !name.is_empty() && !dictionary.contains(kind, &number) {
                keep.execute(params![row.get::<_, i64>(2)?, word, number, name])?;
            }
        }
        let numbers = former.query_map([word], |row| row.get::<_, String>(0))?;
        for number in numbers.collect::<rusqlite::Result<Vec<_>>>()? {
            if dictionary.contains(kind, &number) {
                drop.execute([word, &number])?;
            }
        }
    }
    Ok(())
}

impl AcdReader {
    /// The last names of what the switch has taken out of its translations.
    pub fn former_names(&self) -> Result<Vec<FormerName>> {
        self.database.run("read the former names", |connection| {
            let sql = "SELECT VALUE, ITEM_NAME FROM former_names WHERE ITEM_TYPE = ?1 ORDER BY VALUE";
            let mut statement = connection.prepare_cached(sql)?;
            let mut found = Vec::new();
            for (kind, word) in KINDS {
                let rows = statement
                    .query_map([word], |row| Ok(FormerName { kind, number: row.get(0)?, name: row.get(1)? }))?;
                found.extend(rows.collect::<rusqlite::Result<Vec<_>>>()?);
            }
            Ok(found)
        })
    }

    /// All names as they were stored last; empty if they never were.
    pub fn dictionary(&self) -> Result<Dictionary> {
        self.database.run("read the names", |connection| {
            let mut dictionary = Dictionary::default();
            let mut statement =
                connection.prepare_cached("SELECT VALUE, ITEM_NAME FROM switch_names WHERE ITEM_TYPE = ?1")?;
            for (kind, word) in KINDS {
                let mut rows = statement.query([word])?;
                while let Some(row) = rows.next()? {
                    let told = configuration(kind, row.get_ref(0)?.as_str()?, row.get(1)?)
                        .map_err(|fault| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(fault)))?;
                    told.map(|told| dictionary.learn(&told));
                }
            }
            Ok(dictionary)
        })
    }
}

/// What the switch would say to give this name; `None` for what it never names.
fn configuration(kind: NameKind, number: &str, name: String) -> std::result::Result<Option<Configuration>, IdError> {
    Ok(Some(match kind {
        NameKind::Split => Configuration::Split { split: number.parse()?, name, service_level_secs: None },
        NameKind::Agent => Configuration::Agent { agent: number.parse()?, name },
        NameKind::Vdn => Configuration::Vdn { vdn: number.parse()?, name, vector: None, service_level_secs: None },
        NameKind::Vector => Configuration::Vector { vector: number.parse()?, name },
        NameKind::TrunkGroup => Configuration::TrunkGroup { group: number.parse()?, name },
        NameKind::Trunk => Configuration::Trunk { trunk: number.parse()?, group: TrunkGroupId(0) },
        NameKind::WorkCode => Configuration::WorkCode { code: number.parse()?, name },
        NameKind::AuxReason => Configuration::AuxReason { reason: number.parse()?, name },
        NameKind::LogoutReason => Configuration::LogoutReason { reason: number.parse()?, name },
        NameKind::Acd | NameKind::Announcement | NameKind::Location => return Ok(None),
        NameKind::AgentString | NameKind::SplitString | NameKind::TrunkString | NameKind::GenericString => {
            return Ok(None);
        }
    }))
}
