//! Which parts of the product a user may read or change: the field's table `features`.

use model::{Access, Feature};
use rusqlite::{Connection, params};

use super::SystemStore;
use crate::error::Result;

pub(super) fn create_table(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "CREATE TABLE features (
            user TEXT NOT NULL, feature TEXT NOT NULL, access TEXT NOT NULL, PRIMARY KEY (user, feature)
         ) STRICT, WITHOUT ROWID;",
    )
}

impl SystemStore {
    /// The features that a user was given. What this version does not know is left out.
    pub fn features(&self, user: &str) -> Result<Vec<(Feature, Access)>> {
        self.0.run("read the features of a user", |connection| {
            let mut statement =
                connection.prepare_cached("SELECT feature, access FROM features WHERE user = ?1 ORDER BY feature")?;
            let rows = statement.query_map([user], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
            let rows = rows.collect::<rusqlite::Result<Vec<_>>>()?;
            Ok(rows
                .iter()
                .filter_map(|(feature, access)| Some((Feature::parse(feature)?, Access::parse(access)?)))
                .collect())
        })
    }

    /// Gives a user access to a feature, or takes it away.
    pub fn set_feature(&mut self, user: &str, feature: Feature, access: Access) -> Result<()> {
        self.0.write("keep the features of a user", |transaction| {
            transaction.execute("DELETE FROM features WHERE user = ?1 AND feature = ?2", [user, feature.word()])?;
            if access.is_nothing() {
                return Ok(());
            }
            let row = params![user, feature.word(), access.to_string()];
            transaction.execute("INSERT INTO features VALUES (?1, ?2, ?3)", row).map(drop)
        })
    }
}
