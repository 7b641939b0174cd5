//! Which items hold the number of something that has a name, and which tell rows apart.

use catalog::tables::unfilled::is_unfilled;
use catalog::{Class, Item, Table, Unit};
use model::{AcdNumber, NameKind};

use crate::definition::Block;

/// The kind of entity whose number the item holds; `None` for all other items.
pub fn entity_of_item(item: &str) -> Option<NameKind> {
    let kind = match item.to_ascii_uppercase().as_str() {
        "SPLIT" | "WORKSKILL" | "WORKSPLIT" | "OLDEST_LOGON" | "LOGONSKILL" | "TOPSKILL" | "PENDINGSPLIT" => {
            NameKind::Split
        }
        "SKILL1" | "SKILL2" | "SKILL3" | "DISPSPLIT" | "SPLIT1" | "SPLIT2" | "SPLIT3" => NameKind::Split,
        "LOGID" | "ANSLOGIN" | "ORIGLOGIN" | "LASTOBSERVER" => NameKind::Agent,
        "VDN" | "DISPVDN" | "FIRSTVDN" => NameKind::Vdn,
        "VDN2" | "VDN3" | "VDN4" | "VDN5" | "VDN6" | "VDN7" | "VDN8" | "VDN9" => NameKind::Vdn,
        "VECTOR" | "FIRSTIVECTOR" | "DISPIVECTOR" => NameKind::Vector,
        "TKGRP" => NameKind::TrunkGroup,
        "EQLOC" => NameKind::Trunk,
        "CWC" | "WORKCODE" | "LASTCWC" | "CWC1" | "CWC2" | "CWC3" | "CWC4" | "CWC5" => NameKind::WorkCode,
        "AUXREASON" | "REASON_CODE" | "ANSREASON" | "ORIGREASON" => NameKind::AuxReason,
        "LOGOUT_REASON" => NameKind::LogoutReason,
        item if is_logon_skill(item) => NameKind::Split,
        _ => return None,
    };
    Some(kind)
}

/// LOGONSKILL2 to LOGONSKILL120: the further skills of a login session.
fn is_logon_skill(item: &str) -> bool {
    item.strip_prefix("LOGONSKILL").is_some_and(|number| number.parse::<u8>().is_ok())
}

/// The section of the Dictionary in which the words of an item have names; `None` for items that hold no such word.
pub(crate) fn strings_of_item(table: &Table, item: &Item) -> Option<NameKind> {
    if item.unit != Unit::Word {
        return None;
    }
    match item.name.as_str() {
        "DIRECTION" | "TKSTATE" | "PRIORITY" | "QUETYPE" if table.name == "ctrunk" => Some(NameKind::TrunkString),
        "WORKMODE" | "AWORKMODE" | "DIRECTION" | "ROLE" | "ORIGIN" | "DESTINATION" | "PREFERENCE" => {
            Some(NameKind::AgentString)
        }
        "SKSTATE" => Some(NameKind::SplitString),
        "AGT_RELEASED" | "ASSIST_ACTV" | "CALLER_HOLD" | "RECONNECT" | "CONFERENCE" | "TRANSFERRED" | "MCT"
        | "KEYBD_DIALED" | "EXT_CALL_ORIG" | "INTERRUPTED" => Some(NameKind::GenericString),
        _ => None,
    }
}

/// What the key of a shown row says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowNumbers<'k> {
    /// Its ACD, where the rows are of several.
    pub acd: Option<AcdNumber>,
    /// Its numbers, each with the item that holds it.
    pub numbers: Vec<(&'k str, &'k str)>,
}

/// What the key of a shown row says; `None` where the key is not of such a block.
pub fn numbers_of_key<'k>(block: &'k Block, key: &'k str) -> Option<RowNumbers<'k>> {
    let table = catalog::table(&block.table)?;
    let items: Vec<&str> = match block.group_by.as_slice() {
        [] => identity(table),
        grouped => grouped.iter().map(String::as_str).collect(),
    };
    let (before, numbers) = match key.matches('|').count() + 1 {
        parts if parts == items.len() => (None, key),
        parts if parts == items.len() + 1 => key.split_once('|').map(|(acd, rest)| (Some(acd), rest))?,
        _ => return None,
    };
    let acd = before.map(str::parse).transpose().ok()?;
    Some(RowNumbers { acd, numbers: items.into_iter().zip(numbers.split('|')).collect() })
}

/// The items that tell the rows of a table apart inside one ACD, in the table's order.
pub(crate) fn identity(table: &Table) -> Vec<&'static str> {
    match (table.kind, table.name) {
        (catalog::TableKind::RealTime, "cagent") => vec!["SPLIT", "LOGID"],
        (catalog::TableKind::RealTime, "ctrunk") => vec!["EQLOC"],
        (catalog::TableKind::RealTime | catalog::TableKind::Previous, _) => {
            let has = |name: &&str| table.position(name).is_some_and(|at| at < table.first_value());
            IDENTITY.iter().copied().filter(has).collect()
        }
        (catalog::TableKind::Event, _) => {
            let has = |name: &&str| table.position(name).is_some();
            let numbered = ["SEQNUM", "SEQNO"].into_iter().find(|name| has(name) && !is_unfilled(table.name, name));
            match numbered {
                Some(number) => vec![number],
                None => table.placed_by.into_iter().chain(RECORD.into_iter().filter(has)).collect(),
            }
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

/// What tells the records of a moment apart where they have no number.
const RECORD: [&str; 6] = ["LOGID", "WMODE_SEQ", "EXTN", "LOGOUT", "REASON", "EQLOC"];
