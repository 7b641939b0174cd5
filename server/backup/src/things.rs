//! Administration thing by thing: what people call one thing, out of one row or of several, in a backup and on this server.
//!
//! A restore replaces whole tables; whoever takes only a part of one (Admin-Sync) finds out here what differs, and has what is
//! to stay put into the unpacked volume. From there on it is a restore like any other. A way of its own into the tables
//! was turned down: it would need all that makes a restore safe a second time.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use model::{AcdNumber, hex};
use sha2::{Digest as _, Sha256};
use store::{Snapshot, SourceFile, TextRow, VolumeReader};

use crate::error::{BackupError, Result};
use crate::parts::Part;
use crate::restore::Chosen;

/// Longest value that is told.
const TOLD_MAX: usize = 60;
/// Values that are told of one thing.
const VALUES_MAX: usize = 16;
/// Columns that say when and by whom, and numbers that only count rows: no part of what a thing is.
const NO_PART: &[&str] = &["changed_at", "changed_by", "CHANGED_AT", "CHANGED_BY", "id"];
/// Columns that nobody could read: the content of a file, whose digest stands beside it.
const UNTOLD: &[&str] = &["CONTENT"];
/// Between the parts of a key.
const BETWEEN: &str = "\u{1f}";

/// How rows make up things, where it is not simply the key of one table.
struct Sorting {
    tables: &'static [&'static str],
    key: &'static [&'static str],
    /// Names without regard to case.
    no_case: bool,
    /// A column that only counts rows.
    number: Option<&'static str>,
}

const SORTINGS: &[Sorting] = &[
    Sorting { tables: &["ttsc", "ttsched", "ttsctasks"], key: &["OWNER", "NAME"], no_case: false, number: None },
    Sorting { tables: &["reports"], key: &["owner", "path"], no_case: true, number: Some("id") },
    Sorting { tables: &["shortcuts"], key: &["OWNER", "NAME"], no_case: true, number: None },
    Sorting { tables: &["dbitems"], key: &["ITEM_NAME"], no_case: true, number: None },
    Sorting { tables: &["menu_add"], key: &["NAME"], no_case: true, number: None },
    Sorting { tables: &["menu_access"], key: &["user", "NAME"], no_case: true, number: None },
    Sorting { tables: &["agroups"], key: &["ITEM_NAME"], no_case: true, number: None },
];

/// Tables whose rows make up the things of one kind.
#[derive(Debug, Clone)]
pub struct Group {
    /// The field's name of the first one.
    pub name: &'static str,
    /// Their ACD.
    pub acd: Option<AcdNumber>,
    /// The tables.
    pub parts: Vec<Part>,
    key: Vec<String>,
    no_case: bool,
    number: Option<&'static str>,
}

/// The rows of a thing, each with its table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rows(pub Vec<(&'static str, TextRow)>);

/// A thing that the backup has, or this server, or both.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Thing {
    /// What names it, for people.
    pub name: String,
    /// The backup's rows.
    pub there: Rows,
    /// This server's rows.
    pub here: Rows,
}

impl Group {
    /// What the tables are called where it is remembered what was synced.
    pub fn mark(&self) -> &str {
        self.parts.first().map_or("", |part| part.stored_as.as_str())
    }

    /// All things by key, of one unpacked volume and of the file that the tables are in.
    ///
    /// # Errors
    /// If either cannot be read.
    pub fn things(&self, snapshot: &Snapshot, volume: &Path) -> Result<BTreeMap<String, Thing>> {
        let reader = VolumeReader::open(volume)?;
        let mut things: BTreeMap<String, Thing> = BTreeMap::new();
        for part in &self.parts {
            let table = part.carried.table;
            let there = reader.columns_of(&part.stored_as)?;
            let mut columns = snapshot.columns_of(table)?;
            columns.retain(|name| there.contains(name));
            if let Some(missing) = self.key.iter().find(|name| !columns.contains(name)) {
                let why = format!("the {table} that came lacks {missing}, by which its rows are told apart");
                return Err(BackupError::Refused(why));
            }
            for row in reader.text_rows(&part.stored_as, &columns)? {
                self.thing(&mut things, &row).there.0.push((table, row));
            }
            for row in snapshot.text_rows(table, &columns)? {
                self.thing(&mut things, &row).here.0.push((table, row));
            }
        }
        Ok(things)
    }

    /// What this server has of all things, by key: name and digest.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn standing(&self, snapshot: &Snapshot) -> Result<BTreeMap<String, (String, String)>> {
        let mut things: BTreeMap<String, Thing> = BTreeMap::new();
        for part in &self.parts {
            let table = part.carried.table;
            for row in snapshot.text_rows(table, &snapshot.columns_of(table)?)? {
                self.thing(&mut things, &row).here.0.push((table, row));
            }
        }
        let told = |thing: Thing| (thing.name, thing.here.digest().unwrap_or_default());
        Ok(things.into_iter().map(|(key, thing)| (key, told(thing))).collect())
    }

    /// Puts this server's rows of chosen things into an unpacked volume, in the place of the rows there.
    ///
    /// # Errors
    /// If the volume is of a version that lacks columns of these tables.
    pub fn keep(&self, snapshot: &Snapshot, volume: &Path, is_kept: &dyn Fn(&str) -> bool) -> Result<()> {
        for part in &self.parts {
            let names = (part.carried.table, part.stored_as.as_str());
            snapshot.keep_in(volume, names, self.number, &|row| is_kept(&self.key_of(row)))?;
        }
        Ok(())
    }

    fn thing<'t>(&self, things: &'t mut BTreeMap<String, Thing>, row: &TextRow) -> &'t mut Thing {
        let thing = things.entry(self.key_of(row)).or_default();
        if thing.name.is_empty() {
            let parts: Vec<&str> = self.key.iter().filter_map(|name| row.get(name).map(String::as_str)).collect();
            thing.name = parts.join(" ");
        }
        thing
    }

    fn key_of(&self, row: &TextRow) -> String {
        let parts: Vec<&str> = self.key.iter().map(|name| row.get(name).map_or("", String::as_str)).collect();
        let key = parts.join(BETWEEN);
        if self.no_case { key.to_ascii_lowercase() } else { key }
    }
}

/// What was chosen of administration, sorted by kinds of things. `path_of` gives the files of this server.
///
/// # Errors
/// If one of these cannot be read.
pub fn groups(chosen: &Chosen, path_of: &dyn Fn(SourceFile, Option<AcdNumber>) -> PathBuf) -> Result<Vec<Group>> {
    let mut groups: Vec<Group> = Vec::new();
    for part in chosen.parts.values() {
        let table = part.carried.table;
        let sorting = SORTINGS.iter().find(|sorting| sorting.tables.contains(&table));
        let same = |group: &&mut Group| {
            let first = group.parts.first().map_or("", |known| known.carried.table);
            group.acd == part.acd && sorting.is_some_and(|sorting| sorting.tables.contains(&first))
        };
        if let Some(group) = groups.iter_mut().find(same) {
            group.parts.push(part.clone());
            continue;
        }
        let key = match sorting {
            Some(sorting) => sorting.key.iter().map(|name| (*name).to_owned()).collect(),
            None => Snapshot::open(&path_of(part.file, part.acd), part.file)?.key_of(table)?,
        };
        let (no_case, number) = sorting.map_or((false, None), |sorting| (sorting.no_case, sorting.number));
        groups.push(Group { name: part.name, acd: part.acd, parts: vec![part.clone()], key, no_case, number });
    }
    Ok(groups)
}

impl Rows {
    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// SHA-256 over what the rows say; `None` without rows.
    pub fn digest(&self) -> Option<String> {
        if self.is_empty() {
            return None;
        }
        let mut texts: Vec<String> = self.0.iter().map(|(table, row)| format!("{table} {}", said(row))).collect();
        texts.sort();
        let mut hash = Sha256::new();
        for text in texts {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        }
        Some(hex(&hash.finalize()))
    }

    /// The first value of a column in a table's rows.
    pub fn value(&self, table: &str, column: &str) -> Option<&str> {
        self.0.iter().filter(|(known, _)| *known == table).find_map(|(_, row)| row.get(column).map(String::as_str))
    }

    /// What is in these rows and not in those, for people: columns and the values that differ, and how many more there are.
    pub fn beside(&self, other: &Rows) -> (Vec<(String, String)>, usize) {
        let mut told = Vec::new();
        for (table, row) in &self.0 {
            let beside: Vec<&TextRow> =
                other.0.iter().filter(|(known, _)| known == table).map(|(_, row)| row).collect();
            if beside.iter().any(|known| said(known) == said(row)) {
                continue;
            }
            let is_alone = self.0.iter().filter(|(known, _)| known == table).count() == 1 && beside.len() == 1;
            let alike = |name: &String, value: &String| is_alone && beside[0].get(name) == Some(value);
            let values = row.iter().filter(|(name, value)| is_told(name) && !alike(name, value));
            told.extend(values.map(|(name, value)| (name.clone(), shortened(value))));
        }
        let more = told.len().saturating_sub(VALUES_MAX);
        told.truncate(VALUES_MAX);
        (told, more)
    }
}

fn is_part(column: &str) -> bool {
    !NO_PART.contains(&column)
}

fn is_told(column: &str) -> bool {
    is_part(column) && !UNTOLD.contains(&column)
}

fn said(row: &TextRow) -> String {
    let values = row.iter().filter(|(name, _)| is_part(name));
    values.map(|(name, value)| format!("{name}{BETWEEN}{}{BETWEEN}{value}", value.len())).collect()
}

fn shortened(value: &str) -> String {
    match value.char_indices().nth(TOLD_MAX) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}
