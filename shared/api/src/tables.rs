//! The tables that can be backed up, restored and synced by their names.

use model::DataKind;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A table of the field's lists.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TableName {
    /// The field's name of the table.
    pub table: String,
    /// Kind of data: `local`, `system`, `acd` or `historical`; empty if this server does not keep it.
    #[serde(with = "word_or_empty")]
    #[schema(value_type = String)]
    pub data: Option<DataKind>,
    /// Why this server does not keep it; empty if it does.
    #[serde(default)]
    pub why_not: String,
}

impl TableName {
    /// Whether a name that somebody wrote means this table: the field's own, or the last part of its path.
    pub fn is_meant_by(&self, written: &str) -> bool {
        let last = self.table.rsplit('/').next().unwrap_or_default();
        self.table.eq_ignore_ascii_case(written) || last.eq_ignore_ascii_case(written)
    }
}

/// A kind of data by its word; none is the empty text.
mod word_or_empty {
    use model::DataKind;
    use serde::{Deserialize, Deserializer, Serializer, de};

    pub(super) fn serialize<S: Serializer>(kind: &Option<DataKind>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(kind.map_or("", DataKind::word))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DataKind>, D::Error> {
        let word = String::deserialize(deserializer)?;
        if word.is_empty() { Ok(None) } else { word.parse().map(Some).map_err(de::Error::custom) }
    }
}
