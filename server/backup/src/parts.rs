//! What exactly is copied for a choice of data: every table of every ACD by the name that it has in a volume.

use std::collections::BTreeSet;

use catalog::TableKind as Archived;
use model::{AcdNumber, DataKind, Level};
use store::{Carried, SourceFile, Unit};

use crate::label::AcdData;
use crate::mode::Mode;
use crate::tables::{Known, known};

/// Stands for the ACD of what belongs to none.
pub(crate) const NO_ACD: AcdNumber = AcdNumber(0);

/// What is to be backed up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Kinds of data.
    pub kinds: BTreeSet<DataKind>,
    /// Only these tables, by the field's names; `None` for all of the kinds.
    pub tables: Option<Vec<&'static str>>,
    /// ACDs.
    pub acds: Vec<AcdNumber>,
    /// Whether these are all ACDs of the server because all were asked for.
    pub all_acds: bool,
    /// How much.
    pub mode: Mode,
}

/// One table on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The field's name; for lists that go with the history, our own.
    pub name: &'static str,
    /// Kind of data.
    pub kind: DataKind,
    /// Its file.
    pub file: SourceFile,
    /// Its ACD.
    pub acd: Option<AcdNumber>,
    /// How it is copied.
    pub carried: Carried,
    /// Its name in the volume.
    pub stored_as: String,
    /// Whether it is a list that goes with the history: always whole, never split, not asked for by name.
    pub is_list: bool,
}

impl Choice {
    fn takes(&self, table: &Known) -> bool {
        match &self.tables {
            Some(names) => names.contains(&table.name),
            None => self.kinds.contains(&table.kind),
        }
    }

    /// The third letter of the label.
    pub fn acd_data(&self) -> AcdData {
        match (self.kinds.contains(&DataKind::Acd), self.kinds.contains(&DataKind::Historical)) {
            (false, false) => AcdData::None,
            (false, true) => AcdData::Historical,
            (true, false) => AcdData::Administration,
            (true, true) => AcdData::Both,
        }
    }
}

/// Everything that a choice takes, lists first.
pub fn parts_of(choice: &Choice) -> Vec<Part> {
    let taken: Vec<&'static Known> = known().iter().filter(|table| choice.takes(table)).collect();
    let part = |table: &'static Known, carried: &Carried, acd: Option<AcdNumber>| {
        let prefix = match (table.file, acd) {
            (_, Some(acd)) => format!("acd{:02}", acd.0),
            (SourceFile::Local, None) => "local".to_owned(),
            (_, None) => "system".to_owned(),
        };
        let stored_as = format!("{prefix}_{}", carried.table);
        Part { name: table.name, kind: table.kind, file: table.file, acd, carried: *carried, stored_as, is_list: false }
    };
    let mut parts = Vec::new();
    let of_server = taken.iter().filter(|table| matches!(table.file, SourceFile::Local | SourceFile::System));
    parts.extend(of_server.flat_map(|table| table.tables.iter().map(|carried| part(table, carried, None))));
    let of_acds: Vec<&&Known> =
        taken.iter().filter(|table| matches!(table.file, SourceFile::Acd | SourceFile::Events)).collect();
    for acd in &choice.acds {
        parts.extend(lists(&taken, *acd));
        parts.extend(
            of_acds.iter().flat_map(|table| table.tables.iter().map(|carried| part(table, carried, Some(*acd)))),
        );
    }
    parts
}

/// The table that lists the intervals.
const DIGESTS: &str = "digests";

/// How volumes call the list of an ACD's intervals.
pub(crate) fn list_of_intervals(acd: AcdNumber) -> String {
    list_of(acd, DIGESTS)
}

fn list_of(acd: AcdNumber, table: &str) -> String {
    format!("acd{:02}_{table}", acd.0)
}

/// The lists of intervals and of summaries that go with historical tables.
fn lists(taken: &[&'static Known], acd: AcdNumber) -> Vec<Part> {
    let archived = || taken.iter().filter_map(|known| known.archived);
    if archived().next().is_none() {
        return Vec::new();
    }
    let list = |table: &'static str, unit, only: Option<(&'static str, &'static str)>| {
        let of = only.map_or_else(String::new, |(_, value)| format!("_{value}"));
        Part {
            name: table,
            kind: DataKind::Historical,
            file: SourceFile::Acd,
            acd: Some(acd),
            carried: Carried { table, unit, only },
            stored_as: list_of(acd, table) + &of,
            is_list: true,
        }
    };
    // Of records alone, too: it says of which time the backup can have some.
    let mut lists = vec![list(DIGESTS, Unit::Interval, None)];
    if archived().all(|table| table.kind == Archived::Event) {
        return lists;
    }
    lists.extend(Level::ALL.map(|level| list("summaries", Unit::Period, Some(("LEVEL", level.word())))));
    let summaries = archived().filter(|table| table.kind.is_summary());
    lists.extend(summaries.map(|table| list("summary_digests", Unit::Period, Some(("TABLE_NAME", table.name)))));
    lists
}
