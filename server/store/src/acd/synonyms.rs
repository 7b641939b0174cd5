//! Names that administrators gave, and agent groups: the field's tables `synonyms` and `agroups`. They are carried with the
//! ACD's administration. What the switch calls things stands in `switch_names`, and is told to each server by itself.

use std::collections::{BTreeMap, BTreeSet};

use model::NameKind;
use rusqlite::{Connection, Row, params};

use super::{AcdReader, AcdStore};
use crate::error::Result;

/// A name in place of a number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Synonym {
    /// What kind of thing is named.
    pub kind: NameKind,
    /// Its number, or the switch's word.
    pub number: String,
    /// Its name; empty takes it away.
    pub name: String,
    /// What else is to be known of it.
    pub description: String,
}

/// Agents under one name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AgentGroup {
    /// Its name.
    pub name: String,
    /// What else is to be known of it.
    pub description: String,
    /// Login IDs; none deletes it.
    pub agents: BTreeSet<String>,
}

/// From the version before, which kept the switch's names as `synonyms`.
pub(super) fn create_tables(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "ALTER TABLE synonyms RENAME TO switch_names;
         CREATE TABLE synonyms (
            ACD_NO INTEGER NOT NULL, ITEM_TYPE TEXT NOT NULL, ITEM_NAME TEXT NOT NULL, VALUE TEXT NOT NULL,
            DESCR TEXT NOT NULL, STANDARD INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (ITEM_TYPE, VALUE)
         ) STRICT, WITHOUT ROWID;
         CREATE TABLE agroups (
            ACD_NO INTEGER NOT NULL, ITEM_NAME TEXT NOT NULL, VALUE TEXT NOT NULL, DESCR TEXT NOT NULL,
            PRIMARY KEY (ITEM_NAME, VALUE)
         ) STRICT, WITHOUT ROWID;",
    )
}

impl AcdStore {
    /// Gives names and takes names away, all in one transaction.
    pub fn set_synonyms(&mut self, synonyms: &[Synonym]) -> Result<()> {
        let acd = self.history.acd;
        self.history.database.write("keep names of the Dictionary", |transaction| {
            let mut remove = transaction.prepare_cached("DELETE FROM synonyms WHERE ITEM_TYPE = ?1 AND VALUE = ?2")?;
            let mut keep = transaction.prepare_cached(
                "INSERT INTO synonyms (ACD_NO, ITEM_TYPE, ITEM_NAME, VALUE, DESCR) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?;
            for Synonym { kind, number, name, description } in synonyms {
                remove.execute([kind.section_word(), number])?;
                if !name.is_empty() {
                    keep.execute(params![acd.0, kind.section_word(), name, number, description])?;
                }
            }
            Ok(())
        })
    }

    /// Makes or changes an agent group; one without agents is deleted.
    pub fn set_agent_group(&mut self, group: &AgentGroup) -> Result<()> {
        let acd = self.history.acd;
        self.history.database.write("keep an agent group", |transaction| {
            transaction.execute("DELETE FROM agroups WHERE ITEM_NAME = ?1 COLLATE NOCASE", [&group.name])?;
            for agent in &group.agents {
                let row = params![acd.0, group.name, agent, group.description];
                transaction.execute("INSERT INTO agroups VALUES (?1, ?2, ?3, ?4)", row)?;
            }
            Ok(())
        })
    }
}

impl AcdReader {
    /// All names that administrators gave, by section and number as text. Sections of a newer version are left out.
    pub fn synonyms(&self) -> Result<Vec<Synonym>> {
        self.database.run("read the Dictionary", |connection| {
            let sql = "SELECT ITEM_TYPE, VALUE, ITEM_NAME, DESCR FROM synonyms ORDER BY ITEM_TYPE, VALUE";
            let mut statement = connection.prepare_cached(sql)?;
            let synonym = |row: &Row<'_>| -> rusqlite::Result<Option<Synonym>> {
                let Ok(kind) = NameKind::of_section(row.get_ref(0)?.as_str()?) else { return Ok(None) };
                let (number, name, description) = (row.get(1)?, row.get(2)?, row.get(3)?);
                Ok(Some(Synonym { kind, number, name, description }))
            };
            let found = statement.query_map([], synonym)?.collect::<rusqlite::Result<Vec<_>>>()?;
            Ok(found.into_iter().flatten().collect())
        })
    }

    /// The agent groups, by name.
    pub fn agent_groups(&self) -> Result<Vec<AgentGroup>> {
        self.database.run("read the agent groups", |connection| {
            let sql = "SELECT ITEM_NAME, DESCR, VALUE FROM agroups ORDER BY ITEM_NAME, VALUE";
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query([])?;
            let mut groups: BTreeMap<String, AgentGroup> = BTreeMap::new();
            while let Some(row) = rows.next()? {
                let (name, description): (String, String) = (row.get(0)?, row.get(1)?);
                let group = groups.entry(name.clone()).or_insert_with(|| AgentGroup {
                    name,
                    description,
                    agents: BTreeSet::new(),
                });
                group.agents.insert(row.get(2)?);
            }
            Ok(groups.into_values().collect())
        })
    }
}
