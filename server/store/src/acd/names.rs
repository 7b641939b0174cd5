//! What the switch calls things, as it told last.

use model::event::Configuration;
use model::id::IdError;
use model::{Dictionary, NameKind, TrunkGroupId};
use rusqlite::types::Type;

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

impl History {
    /// Stores all names in place of those of before.
    pub fn save_dictionary(&mut self, dictionary: &Dictionary) -> Result<()> {
        let acd = self.acd;
        self.database.write("store the names", |transaction| {
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

impl AcdReader {
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
