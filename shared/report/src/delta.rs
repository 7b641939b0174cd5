//! What changed from one sheet of a report to the next.
//!
//! Rows are named by position, which is short; the base's time is carried along so that a delta is not
//! applied to the wrong sheet. A row that only moved travels as two numbers.

use std::collections::{BTreeMap, HashMap, HashSet};

use model::Moment;
use serde::{Deserialize, Serialize};

use crate::cell::Cell;
use crate::sheet::{Sheet, SheetBlock, SheetRow};

/// The way from one sheet to the next.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Delta {
    /// Time of the sheet that it applies to.
    pub since: Moment,
    /// Time of the sheet that it leads to.
    pub at: Moment,
    /// The whole new sheet, where too much differs to say it in blocks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<Box<Sheet>>,
    /// Changes by position of the block; blocks that stayed are not named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blocks: Vec<(u32, BlockDelta)>,
}

/// What changed in a block.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockDelta {
    /// All of it.
    Whole(SheetBlock),
    /// Some rows or cells.
    Rows(RowsDelta),
}

/// Row and cell changes, to be applied in the order of the fields.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct RowsDelta {
    /// Old positions of rows that leave their place, rising; those not placed again are gone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taken: Vec<u32>,
    /// New positions, rising, and what comes there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub placed: Vec<(u32, Placed)>,
    /// New row position, column position, new cell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cells: Vec<(u32, u32, Cell)>,
    /// Column position and new cell of the total row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub totals: Vec<(u32, Cell)>,
}

/// What comes to a place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Placed {
    /// The row that stood at this old position.
    Moved(u32),
    /// A row that was not there before.
    New(SheetRow),
}

/// Why a delta does not fit a sheet; the sheet is then unusable and must be fetched whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeltaError {
    /// The delta belongs to another sheet.
    #[error("the delta continues the sheet of {since}, not that of {at}; fetch the sheet whole")]
    WrongBase {
        /// Time of the sheet it applies to.
        since: Moment,
        /// Time of the sheet at hand.
        at: Moment,
    },
    /// A position lies outside the sheet.
    #[error("the delta names {what} {position}, which the sheet does not have; fetch the sheet whole")]
    NoSuchPlace {
        /// Block, row or column.
        what: &'static str,
        /// The position.
        position: u32,
    },
}

/// Computes what leads from `before` to `after`.
pub fn delta(before: &Sheet, after: &Sheet) -> Delta {
    let mut delta = Delta { since: before.at, at: after.at, sheet: None, blocks: Vec::new() };
    if before.title != after.title || before.blocks.len() != after.blocks.len() {
        delta.sheet = Some(Box::new(after.clone()));
        return delta;
    }
    for (position, (before, after)) in (0..).zip(before.blocks.iter().zip(&after.blocks)) {
        let change = match rows_delta(before, after) {
            Some(rows) if rows == RowsDelta::default() => continue,
            Some(rows) => BlockDelta::Rows(rows),
            None => BlockDelta::Whole(after.clone()),
        };
        delta.blocks.push((position, change));
    }
    delta
}

/// `None` if the blocks differ in more than rows, or rows cannot be told apart by their keys.
fn rows_delta(before: &SheetBlock, after: &SheetBlock) -> Option<RowsDelta> {
    if !same_frame(before, after) {
        return None;
    }
    let origins = origins(&before.rows, &after.rows)?;
    let mut stays = vec![false; before.rows.len()];
    for position in longest_rising(&origins) {
        stays[position as usize] = true;
    }
    let leaving = (0..).zip(&stays).filter(|(_, stays)| !**stays);
    let mut rows = RowsDelta { taken: leaving.map(|(position, _)| position).collect(), ..RowsDelta::default() };
    for ((position, row), origin) in (0..).zip(&after.rows).zip(&origins) {
        let Some(origin) = *origin else {
            rows.placed.push((position, Placed::New(row.clone())));
            continue;
        };
        if !stays[origin as usize] {
            rows.placed.push((position, Placed::Moved(origin)));
        }
        let old = &before.rows[origin as usize];
        rows.cells.extend(changed(&old.cells, &row.cells).map(|(column, new)| (position, column, new)));
    }
    if let (Some(old), Some(new)) = (&before.totals, &after.totals) {
        rows.totals = changed(old, new).collect();
    }
    Some(rows)
}

fn changed(old: &[Cell], new: &[Cell]) -> impl Iterator<Item = (u32, Cell)> {
    let pairs = (0..).zip(old.iter().zip(new));
    pairs.filter(|(_, (old, new))| old != new).map(|(column, (_, new))| (column, new.clone()))
}

fn same_frame(before: &SheetBlock, after: &SheetBlock) -> bool {
    before.title == after.title
        && before.note == after.note
        && before.partial == after.partial
        && before.hint == after.hint
        && before.layout == after.layout
        && before.columns == after.columns
        && before.totals.as_ref().map(Vec::len) == after.totals.as_ref().map(Vec::len)
        && before.rows.iter().chain(&after.rows).all(|row| row.cells.len() == after.columns.len())
}

/// Old position of each new row, found by key; `None` if a key comes twice.
fn origins(before: &[SheetRow], after: &[SheetRow]) -> Option<Vec<Option<u32>>> {
    if before.len() == after.len() && before.iter().zip(after).all(|(old, new)| old.key == new.key) {
        return Some((0..).map(Some).take(after.len()).collect());
    }
    let positions: HashMap<&str, u32> = before.iter().map(|row| row.key.as_str()).zip(0..).collect();
    let keys: HashSet<&str> = after.iter().map(|row| row.key.as_str()).collect();
    let each_once = positions.len() == before.len() && keys.len() == after.len();
    each_once.then(|| after.iter().map(|row| positions.get(row.key.as_str()).copied()).collect())
}

/// The longest rising subsequence of the positions present: the rows that need not move.
fn longest_rising(positions: &[Option<u32>]) -> Vec<u32> {
    // ends[n]: index of the smallest value that ends a rising run of n + 1; linked backwards by `before`.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; positions.len()];
    for (index, position) in positions.iter().enumerate() {
        let Some(position) = position else { continue };
        let length = ends.partition_point(|&end| positions[end] < Some(*position));
        before[index] = length.checked_sub(1).map(|shorter| ends[shorter]);
        if length == ends.len() { ends.push(index) } else { ends[length] = index }
    }
    let mut run = Vec::with_capacity(ends.len());
    let mut next = ends.last().copied();
    while let Some(index) = next {
        run.extend(positions[index]);
        next = before[index];
    }
    run.reverse();
    run
}

impl Sheet {
    /// Applies a delta. After an error the sheet is half changed and must be fetched whole.
    pub fn apply(&mut self, delta: &Delta) -> Result<(), DeltaError> {
        if self.at != delta.since {
            return Err(DeltaError::WrongBase { since: delta.since, at: self.at });
        }
        if let Some(sheet) = &delta.sheet {
            self.clone_from(sheet);
            return Ok(());
        }
        for (position, change) in &delta.blocks {
            let block = self.blocks.get_mut(*position as usize);
            let block = block.ok_or(DeltaError::NoSuchPlace { what: "block", position: *position })?;
            match change {
                BlockDelta::Whole(new) => block.clone_from(new),
                BlockDelta::Rows(rows) => apply_rows(block, rows)?,
            }
        }
        self.at = delta.at;
        Ok(())
    }
}

fn apply_rows(block: &mut SheetBlock, change: &RowsDelta) -> Result<(), DeltaError> {
    if !change.taken.is_empty() || !change.placed.is_empty() {
        place_rows(&mut block.rows, change)?;
    }
    for (row, column, cell) in &change.cells {
        let place = block.rows.get_mut(*row as usize).ok_or(DeltaError::NoSuchPlace { what: "row", position: *row })?;
        let place = place.cells.get_mut(*column as usize);
        *place.ok_or(DeltaError::NoSuchPlace { what: "column", position: *column })? = cell.clone();
    }
    for (column, cell) in &change.totals {
        let place = block.totals.as_mut().and_then(|totals| totals.get_mut(*column as usize));
        *place.ok_or(DeltaError::NoSuchPlace { what: "total of column", position: *column })? = cell.clone();
    }
    Ok(())
}

fn place_rows(rows: &mut Vec<SheetRow>, change: &RowsDelta) -> Result<(), DeltaError> {
    let missing = |position| DeltaError::NoSuchPlace { what: "row", position };
    let mut old: Vec<Option<SheetRow>> = std::mem::take(rows).into_iter().map(Some).collect();
    let mut taken: BTreeMap<u32, SheetRow> = BTreeMap::new();
    for &position in &change.taken {
        let row = old.get_mut(position as usize).and_then(Option::take);
        taken.insert(position, row.ok_or_else(|| missing(position))?);
    }
    let mut kept = old.into_iter().flatten();
    for (position, placed) in &change.placed {
        while rows.len() < *position as usize {
            rows.push(kept.next().ok_or_else(|| missing(*position))?);
        }
        rows.push(match placed {
            Placed::New(row) => row.clone(),
            Placed::Moved(origin) => taken.remove(origin).ok_or_else(|| missing(*origin))?,
        });
    }
    rows.extend(kept);
    Ok(())
}
