//! A report while it is being designed: what it is, what may be done to it, and what was done before, to be undone.
//!
//! Nothing here draws or asks a server. Every change goes through [`Design::put`], so that each can be undone, and keeps the
//! report in one piece: what goes takes along what refers to it. Whether the report can be run is another question, which
//! [`Design::problems`] answers; on the way it may well be wrong.

use std::sync::Arc;

use api::Scope;
use catalog::Table;
use report::{
    Block, Calculation, CarriedReport, ColumnDef, Definition, Format, HouseFormula, InputKind, Place, Problem,
    ReportKind, add_columns, add_input, block_of, check, new_report,
};

/// Most steps that can be undone.
const UNDO_MAX: usize = 200;

/// A part of a report that can be looked at by itself. Numbers are positions from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// What is of the report as a whole.
    Report,
    /// An input.
    Input(usize),
    /// A calculation of its own.
    Calculation(usize),
    /// A block.
    Block(usize),
    /// A column: its block, and its position there.
    Column(usize, usize),
}

/// Where a report that is being designed is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its path.
    pub path: String,
    /// Whose it is.
    pub scope: Scope,
    /// When it was changed last, as far as this client knows: whoever has changed it since is not overwritten unasked.
    pub changed_at: Option<model::Moment>,
}

/// A report while it is being designed.
#[derive(Debug, Clone)]
pub struct Design {
    report: Arc<Definition>,
    /// As it was stored last; as it was begun with if it never was.
    kept: Arc<Definition>,
    stored: Option<Stored>,
    /// Whom the report is for that it is a copy of.
    copied_from: Option<Scope>,
    past: Vec<Arc<Definition>>,
    future: Vec<Arc<Definition>>,
    /// What was changed last, so that typing into one field is one step.
    changing: Option<u64>,
    /// Calculations of the house, as the serving server told them last.
    house: Vec<HouseFormula>,
}

impl Design {
    /// A new report over a table.
    pub fn new(kind: ReportKind, table: &'static Table, name: &str) -> Design {
        Design::begin(new_report(kind, table, name), None)
    }

    /// A copy of a report under another name, for those whom the report is for, if it is stored.
    pub fn copy_of(report: &Definition, name: &str, scope: Option<Scope>) -> Design {
        let mut report = report.clone();
        crate::copying::rename_report(&mut report, name.to_owned());
        Design { copied_from: scope, ..Design::begin(report, None) }
    }

    /// A stored report that is to be changed.
    pub fn of_stored(report: &Definition, stored: Stored) -> Design {
        Design::begin(report.clone(), Some(stored))
    }

    fn begin(report: Definition, stored: Option<Stored>) -> Design {
        let report = Arc::new(report);
        let kept = Arc::clone(&report);
        Design {
            report,
            kept,
            stored,
            copied_from: None,
            past: Vec::new(),
            future: Vec::new(),
            changing: None,
            house: Vec::new(),
        }
    }

    /// The report as it is now.
    pub fn report(&self) -> &Arc<Definition> {
        &self.report
    }

    /// Where it is stored, if it is.
    pub fn stored(&self) -> Option<&Stored> {
        self.stored.as_ref()
    }

    /// Whom it is for, to begin with: those it is stored for, or whom the report is for that it is a copy of.
    pub fn proposed_scope(&self) -> Scope {
        self.stored.as_ref().map(|stored| stored.scope).or(self.copied_from).unwrap_or(Scope::Personal)
    }

    /// Whether something would be lost if it were let go.
    pub fn is_changed(&self) -> bool {
        self.kept != self.report
    }

    /// It was stored as it was then.
    pub fn saved(&mut self, report: Arc<Definition>, stored: Stored) {
        self.kept = report;
        self.stored = Some(stored);
    }

    /// Takes over what the server says of the house's calculations.
    pub fn take_house(&mut self, house: &[HouseFormula]) {
        if self.house != house {
            self.house = house.to_vec();
        }
    }

    /// Calculations of the house that its expressions may name.
    pub fn house(&self) -> &[HouseFormula] {
        &self.house
    }

    /// The report with what it needs of its house, to be stored anywhere.
    pub fn carried(&self) -> CarriedReport {
        let house = self.report.needs(&self.house).into_iter().cloned().collect();
        CarriedReport { definition: (*self.report).clone(), house }
    }

    /// What stands against running it, in the order of its parts.
    pub fn problems(&self) -> Vec<Problem> {
        let house: Vec<Calculation> = self.house.iter().map(HouseFormula::calculation).collect();
        check(&self.report.with_house(&house))
    }

    /// The part in which a problem is.
    pub fn part_of(&self, place: &Place) -> Part {
        match place {
            Place::Report => Part::Report,
            Place::Input(name) => {
                let at = self.report.inputs.iter().position(|input| input.name == *name);
                at.map_or(Part::Report, Part::Input)
            }
            Place::Calculation(name) => {
                let own = &self.report.calculations;
                let at = own.iter().position(|own| own.name.eq_ignore_ascii_case(name));
                at.map_or(Part::Report, Part::Calculation)
            }
            Place::Block { index, .. } => Part::Block(*index),
            Place::Column { index, id, .. } => match self.column_at(*index, id) {
                Some(at) => Part::Column(*index, at),
                None => Part::Block(*index),
            },
        }
    }

    /// The column with this id in a block, also of a series that has one of that id.
    pub fn column_at(&self, block: usize, id: &str) -> Option<usize> {
        let columns = &self.report.blocks.get(block)?.columns;
        columns.iter().position(|column| column.ids().any(|known| known == id))
    }

    /// Whether the report still has this part.
    pub fn has(&self, part: Part) -> bool {
        match part {
            Part::Report => true,
            Part::Input(at) => at < self.report.inputs.len(),
            Part::Calculation(at) => at < self.report.calculations.len(),
            Part::Block(at) => at < self.report.blocks.len(),
            Part::Column(block, at) => self.report.blocks.get(block).is_some_and(|block| at < block.columns.len()),
        }
    }

    /// Takes over a changed report. Changes of one field, which have the same number, one after the other are one step.
    pub fn put(&mut self, report: Definition, field: Option<u64>) {
        if *self.report == report {
            return;
        }
        if field.is_none() || field != self.changing {
            self.past.push(Arc::clone(&self.report));
            if self.past.len() > UNDO_MAX {
                self.past.remove(0);
            }
        }
        self.future.clear();
        self.changing = field;
        self.report = Arc::new(report);
    }

    /// Whether there is anything to undo, and to do again.
    pub fn can_undo(&self) -> (bool, bool) {
        (!self.past.is_empty(), !self.future.is_empty())
    }

    /// Takes back the last step.
    pub fn undo(&mut self) {
        if let Some(before) = self.past.pop() {
            self.future.push(std::mem::replace(&mut self.report, before));
            self.changing = None;
        }
    }

    /// Does again what was taken back last.
    pub fn redo(&mut self) {
        if let Some(after) = self.future.pop() {
            self.past.push(std::mem::replace(&mut self.report, after));
            self.changing = None;
        }
    }

    /// Makes one step of a change.
    fn change(&mut self, change: impl FnOnce(&mut Definition)) {
        let mut report = (*self.report).clone();
        change(&mut report);
        self.put(report, None);
    }

    /// Adds a block over a table, with the inputs that it needs; gives the new part.
    pub fn add_block(&mut self, table: &'static Table) -> Part {
        self.change(|report| {
            let block = block_of(report, table);
            report.blocks.push(block);
        });
        Part::Block(self.report.blocks.len() - 1)
    }

    /// Adds an input of a kind; gives the new part.
    pub fn add_input(&mut self, kind: InputKind) -> Part {
        self.change(|report| _ = add_input(report, kind));
        Part::Input(self.report.inputs.len() - 1)
    }

    /// Adds a calculation of the report's own; gives the new part.
    pub fn add_calculation(&mut self) -> Part {
        self.change(|report| {
            let taken = |name: &str| report.calculations.iter().any(|own| own.name.eq_ignore_ascii_case(name));
            let name = (1..).map(|number| format!("MY_CALC_{number}")).find(|name| !taken(name)).unwrap_or_default();
            report.calculations.push(Calculation { name, expression: "0".to_owned(), meaning: String::new() });
        });
        Part::Calculation(self.report.calculations.len() - 1)
    }

    /// Adds columns for items and calculations behind those of a block; gives the first new part.
    pub fn add_columns(&mut self, block: usize, names: &[String]) -> Part {
        let before = self.report.blocks.get(block).map_or(0, |block| block.columns.len());
        let own: Vec<Calculation> = self.house.iter().map(HouseFormula::calculation).collect();
        self.change(|report| {
            let with_house = report.with_house(&own).into_owned();
            if let Some(block) = report.blocks.get_mut(block) {
                add_columns(&with_house, block, names);
            }
        });
        if self.has(Part::Column(block, before)) { Part::Column(block, before) } else { Part::Block(block) }
    }

    /// Removes a part, and what refers to it; gives the part to look at instead.
    pub fn remove(&mut self, part: Part) -> Part {
        self.change(|report| match part {
            Part::Report => {}
            Part::Input(at) => remove_input(report, at),
            Part::Calculation(at) => _ = report.calculations.remove(at),
            Part::Block(at) => _ = report.blocks.remove(at),
            Part::Column(block, at) => remove_column(&mut report.blocks[block], at),
        });
        let before = match part {
            Part::Input(at) => Part::Input(at.saturating_sub(1)),
            Part::Calculation(at) => Part::Calculation(at.saturating_sub(1)),
            Part::Block(at) => Part::Block(at.saturating_sub(1)),
            Part::Column(block, 0) => Part::Block(block),
            Part::Column(block, at) => Part::Column(block, at - 1),
            Part::Report => Part::Report,
        };
        if self.has(before) { before } else { Part::Report }
    }

    /// Where a part would be one place further up or down; `None` if it is at the end.
    pub fn moved(&self, part: Part, down: bool) -> Option<Part> {
        let step = |at: usize| if down { Some(at + 1) } else { at.checked_sub(1) };
        let to = match part {
            Part::Report => return None,
            Part::Input(at) => Part::Input(step(at)?),
            Part::Calculation(at) => Part::Calculation(step(at)?),
            Part::Block(at) => Part::Block(step(at)?),
            Part::Column(block, at) => Part::Column(block, step(at)?),
        };
        self.has(to).then_some(to)
    }

    /// Moves a part one place up or down among its like; gives where it is then.
    pub fn shift(&mut self, part: Part, down: bool) -> Part {
        let Some(to) = self.moved(part, down) else { return part };
        self.change(|report| match (part, to) {
            (Part::Input(from), Part::Input(to)) => report.inputs.swap(from, to),
            (Part::Calculation(from), Part::Calculation(to)) => report.calculations.swap(from, to),
            (Part::Block(from), Part::Block(to)) => report.blocks.swap(from, to),
            (Part::Column(block, from), Part::Column(_, to)) => report.blocks[block].columns.swap(from, to),
            _ => {}
        });
        to
    }
}

/// An input goes, and with it what chooses rows by it.
fn remove_input(report: &mut Definition, at: usize) {
    let name = report.inputs.remove(at).name;
    for block in &mut report.blocks {
        block.filter.retain(|filter| filter.input != name);
        for named in [&mut block.from, &mut block.to, &mut block.dates, &mut block.times] {
            if named.as_ref() == Some(&name) {
                *named = None;
            }
        }
    }
}

/// A column goes, and with it the order by it.
fn remove_column(block: &mut Block, at: usize) {
    let column = block.columns.remove(at);
    block.sort.retain(|key| column.ids().all(|id| id != key.column));
}

/// Gives a column another id; the order by it goes on.
pub fn rename_column(block: &mut Block, at: usize, id: String) {
    let before = std::mem::replace(&mut block.columns[at].id, id.clone());
    for key in block.sort.iter_mut().filter(|key| key.column == before) {
        key.column.clone_from(&id);
    }
}

/// Has a block begin or cease to show a total row. Totals without one would be refused.
pub fn set_total_row(block: &mut Block, label: Option<String>) {
    if label.is_none() {
        block.columns.iter_mut().for_each(|column| column.total = None);
    }
    block.total_row = label;
}

/// Whether a column can be coloured by limits: what is a number.
pub fn has_limits(column: &ColumnDef) -> bool {
    matches!(column.format, Format::Count | Format::Decimal(_) | Format::Duration | Format::Percent(_))
}
