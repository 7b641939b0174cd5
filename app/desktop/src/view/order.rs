//! The order in which a block's rows are shown, kept between frames: a new sheet is nearly in order already,
//! and sorting what is nearly sorted costs little.

use std::cmp::Ordering;
use std::sync::Arc;

use catalog::Value;
use report::{Sheet, SheetBlock};

use super::prefs::SortBy;

/// The order of one block's rows.
#[derive(Debug, Default)]
pub struct RowOrder {
    of: Option<(Arc<Sheet>, Option<SortBy>)>,
    rows: Vec<u32>,
}

/// Sheets with more rows than this are let go of on a thread of their own.
const LARGE: usize = 5_000;

/// This is often the last owner of a sheet that was replaced, and freeing a million cells takes longer than
/// drawing a frame may.
fn let_go(sheet: Arc<Sheet>) {
    if sheet.blocks.iter().any(|block| block.rows.len() > LARGE) {
        std::thread::spawn(move || drop(sheet));
    }
}

/// What a row is compared by. Blanks come last, whichever way the order goes.
enum Key<'a> {
    Number(f64),
    Text(&'a str),
    Blank,
}

impl RowOrder {
    /// Brings the order up to date; does nothing if sheet and wish are those of the last call.
    pub fn update(&mut self, sheet: &Arc<Sheet>, block: usize, sort: Option<&SortBy>) {
        if self.of.as_ref().is_some_and(|(known, by)| Arc::ptr_eq(known, sheet) && by.as_ref() == sort) {
            return;
        }
        let shown = sheet.blocks.get(block);
        let column = sort.and_then(|sort| shown?.columns.iter().position(|column| column.id == sort.column));
        match (shown, sort, column) {
            (Some(shown), Some(sort), Some(column)) => self.sort(sheet, shown, column, sort.descending),
            _ => self.rows.clear(),
        }
        if let Some((old, _)) = self.of.replace((sheet.clone(), sort.cloned())) {
            let_go(old);
        }
    }

    /// Position in the sheet of the row that is shown at `index`.
    pub fn row(&self, index: usize) -> usize {
        self.rows.get(index).map_or(index, |&row| row as usize)
    }

    fn sort(&mut self, sheet: &Sheet, block: &SheetBlock, column: usize, descending: bool) {
        let count = u32::try_from(block.rows.len()).unwrap_or(u32::MAX);
        if self.rows.len() != block.rows.len() {
            self.rows = (0..count).collect();
        }
        let keys: Vec<Key<'_>> = block
            .rows
            .iter()
            .map(|row| match row.cells.get(column).map(|cell| &cell.value) {
                Some(Value::Text(text)) if !text.is_empty() => Key::Text(text),
                Some(value) => value.number(sheet.at).map_or(Key::Blank, Key::Number),
                None => Key::Blank,
            })
            .collect();
        self.rows.sort_by(|&left, &right| {
            compare(&keys[left as usize], &keys[right as usize], descending).then_with(|| left.cmp(&right))
        });
    }
}

fn compare(left: &Key<'_>, right: &Key<'_>, descending: bool) -> Ordering {
    let way = |order: Ordering| if descending { order.reverse() } else { order };
    match (left, right) {
        (Key::Blank, Key::Blank) => Ordering::Equal,
        (Key::Blank, _) => Ordering::Greater,
        (_, Key::Blank) => Ordering::Less,
        (Key::Number(left), Key::Number(right)) => way(left.total_cmp(right)),
        (Key::Number(_), Key::Text(_)) => way(Ordering::Less),
        (Key::Text(_), Key::Number(_)) => way(Ordering::Greater),
        (Key::Text(left), Key::Text(right)) => way(compare_text(left, right)),
    }
}

/// Without regard to case; numbers that stand as text in the order of their value.
fn compare_text(left: &str, right: &str) -> Ordering {
    match (left.parse::<u64>(), right.parse::<u64>()) {
        (Ok(left), Ok(right)) => left.cmp(&right),
        _ => left.chars().map(fold).cmp(right.chars().map(fold)),
    }
}

fn fold(character: char) -> char {
    character.to_lowercase().next().unwrap_or(character)
}
