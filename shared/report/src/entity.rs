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
        (catalog::Kind::RealTime, "csplit") => vec!["SPLIT"],
        (catalog::Kind::RealTime, "cagent") => vec!["SPLIT", "LOGID"],
        (catalog::Kind::RealTime, "cvdn") => vec!["VDN", "VECTOR"],
        (catalog::Kind::RealTime, "cvector") => vec!["VECTOR"],
        (catalog::Kind::RealTime, "ctkgrp") => vec!["TKGRP"],
        (catalog::Kind::RealTime, "ctrunk") => vec!["EQLOC"],
        (catalog::Kind::RealTime, _) => Vec::new(),
        (catalog::Kind::Interval, _) => INTERVAL_IDENTITY
            .iter()
            .filter(|name| table.position(name).is_some_and(|at| table.items()[at].class == Class::Key))
            .copied()
            .collect(),
    }
}

/// STARTTIME_UTC stands for ROW_DATE and STARTTIME, which may come twice in autumn.
const INTERVAL_IDENTITY: [&str; 9] =
    ["SPLIT", "LOGID", "EXTENSION", "VDN", "VECTOR", "TKGRP", "EQLOC", "CWC", "STARTTIME_UTC"];
