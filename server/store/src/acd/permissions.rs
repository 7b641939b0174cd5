//! What users may see of this ACD: the field's tables `acds`, `splits`, `tgroups`, `vdns` and `vectors`. They are carried
//! with the ACD's administration; who the users are stands in `system.db`.

use model::{Access, AcdAccess, Element};
use rusqlite::{Connection, params};

use super::{AcdReader, AcdStore};
use crate::error::Result;

/// Stands for every number of a kind, also those that come later.
const ALL: &str = "all";

const TABLES: [(Element, &str); 4] = [
    (Element::Split, "splits"),
    (Element::TrunkGroup, "tgroups"),
    (Element::Vdn, "vdns"),
    (Element::Vector, "vectors"),
];

pub(super) fn create_tables(connection: &Connection) -> rusqlite::Result<()> {
    connection
        .execute_batch("CREATE TABLE acds (USER TEXT PRIMARY KEY, ACCESS TEXT NOT NULL) STRICT, WITHOUT ROWID;")?;
    TABLES.iter().try_for_each(|(_, table)| {
        connection.execute_batch(&format!(
            "CREATE TABLE {table} (
                USER TEXT NOT NULL, VALUE TEXT NOT NULL, ACCESS TEXT NOT NULL, PRIMARY KEY (USER, VALUE)
             ) STRICT, WITHOUT ROWID;"
        ))
    })
}

impl AcdStore {
    /// What a user may of this ACD, in place of what was permitted before.
    pub fn set_permissions(&mut self, user: &str, permitted: &AcdAccess) -> Result<()> {
        self.history.database.write("keep what a user is permitted", |transaction| {
            transaction.execute("DELETE FROM acds WHERE USER = ?1", [user])?;
            if !permitted.acd.is_nothing() {
                let row = [user, &permitted.acd.to_string()];
                transaction.execute("INSERT INTO acds VALUES (?1, ?2)", row)?;
            }
            for (element, table) in TABLES {
                transaction.execute(&format!("DELETE FROM {table} WHERE USER = ?1"), [user])?;
                let Some(granted) = permitted.elements.get(&element) else { continue };
                let each = granted.each.iter().map(|(number, access)| (number.as_str(), access));
                for (value, access) in each.chain([(ALL, &granted.all)]).filter(|(_, access)| !access.is_nothing()) {
                    let row = params![user, value, access.to_string()];
                    transaction.execute(&format!("INSERT INTO {table} VALUES (?1, ?2, ?3)"), row)?;
                }
            }
            Ok(())
        })
    }
}

impl AcdReader {
    /// What a user was permitted of this ACD.
    pub fn permissions(&self, user: &str) -> Result<AcdAccess> {
        self.database.run("read what a user is permitted", |connection| {
            let mut permitted = AcdAccess::default();
            let mut statement = connection.prepare_cached("SELECT ACCESS FROM acds WHERE USER = ?1")?;
            let mut rows = statement.query([user])?;
            if let Some(row) = rows.next()? {
                permitted.acd = Access::parse(row.get_ref(0)?.as_str()?).unwrap_or_default();
            }
            for (element, table) in TABLES {
                let sql = format!("SELECT VALUE, ACCESS FROM {table} WHERE USER = ?1");
                let mut statement = connection.prepare_cached(&sql)?;
                let mut rows = statement.query([user])?;
                while let Some(row) = rows.next()? {
                    let access = Access::parse(row.get_ref(1)?.as_str()?).unwrap_or_default();
                    let granted = permitted.elements.entry(element).or_default();
                    match row.get::<_, String>(0)? {
                        all if all == ALL => granted.all = access,
                        number => _ = granted.each.insert(number, access),
                    }
                }
            }
            Ok(permitted)
        })
    }
}
