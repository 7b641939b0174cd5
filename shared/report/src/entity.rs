//! Which items hold the number of something that has a name, and which tell rows apart.

use catalog::{Class, Table};
use model::Kind;

/// The kind of entity whose number the item holds; `None` for all other items.
pub fn entity_of_item(item: &str) -> Option<Kind> {
    let kind = match item.to_ascii_uppercase().as_str() {
        "SPLIT" | "WORKSKILL" | "OLDEST_LOGON" | "SKILL1" | "SKILL2" | "SKILL3" => Kind::Split,
        "LOGID" => Kind::Agent,
        "VDN" => Kind::Vdn,
        "VECTOR" => Kind::Vector,
        "TKGRP" => Kind::TrunkGroup,
        "EQLOC" => Kind::Trunk,
        "CWC" => Kind::WorkCode,
        "AUXREASON" => Kind::AuxReason,
        _ => return None,
    };
    Some(kind)
}

/// The items that tell the rows of a table apart inside one ACD, in the table's order.
pub(crate) fn identity(table: &Table) -> Vec<&'static str> {
    match (table.kind, table.name) {
        (catalog::Kind::RealTime, "cagent") => vec!["SPLIT", "LOGID"],
        (catalog::Kind::RealTime, "ctrunk") => vec!["EQLOC"],
        (catalog::Kind::RealTime | catalog::Kind::Previous, _) => {
            let has = |name: &&str| table.position(name).is_some_and(|at| at < table.first_value());
            IDENTITY.iter().copied().filter(has).collect()
        }
        _ => {
            let is_key = |name: &&str| table.position(name).is_some_and(|at| table.items()[at].class == Class::Key);
            IDENTITY.iter().copied().chain(table.placed_by).filter(is_key).collect()
        }
    }
}

/// Which of these a table has are its keys; what places it in time comes last. STARTTIME_UTC does so for interval rows,
/// because ROW_DATE and STARTTIME may come twice in autumn.
const IDENTITY: [&str; 8] = ["SPLIT", "LOGID", "EXTENSION", "VDN", "VECTOR", "TKGRP", "EQLOC", "CWC"];
