//! The evaluator: a definition over rows gives a sheet. There is no other.

use std::collections::{BTreeSet, HashMap, HashSet};

use catalog::Value;
use model::{Dictionary, Moment};

use crate::aggregate::{Gathered, Rollup, gather, rollup, sum};
use crate::cell::{Cell, Level};
use crate::check::Problem;
use crate::definition::{Definition, Inputs, Threshold, Total};
use crate::evaluate::{Context, Evaluator, Names, truth};
use crate::format::rounded;
use crate::inputs::{Chosen, InputError, Resolved, resolve_inputs};
use crate::order::sort_rows;
use crate::plan::{ColumnPlan, Plan, place_of};
use crate::sheet::{Sheet, SheetBlock, SheetColumn, SheetRow};
use crate::source::{Filter, RowSource, SourceError};

/// Why a report could not be run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// An input cannot be used.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The definition does not fit the catalogue.
    #[error("this report cannot be run: {0}")]
    Definition(Problem),
    /// Rows could not be read.
    #[error(transparent)]
    Source(#[from] SourceError),
}

/// Runs a report with inputs as typed; `now` is the switch's time that the sheet shows.
pub fn run(
    definition: &Definition,
    inputs: &Inputs,
    source: &dyn RowSource,
    dictionary: &Dictionary,
    now: Moment,
) -> Result<Sheet, RunError> {
    let resolved = resolve_inputs(definition, inputs, dictionary)?;
    run_resolved(definition, &resolved, source, dictionary, now)
}

/// Runs a report with inputs that were checked before.
pub fn run_resolved(
    definition: &Definition,
    inputs: &Resolved,
    source: &dyn RowSource,
    dictionary: &Dictionary,
    now: Moment,
) -> Result<Sheet, RunError> {
    let context = Context { now, names: Names::new(dictionary) };
    let mut blocks = Vec::with_capacity(definition.blocks.len());
    for (index, block) in definition.blocks.iter().enumerate() {
        let mut problems = Vec::new();
        let place = place_of(definition, index);
        let plan = Plan::new(block, &place, &definition.calculations, &inputs.numbers, &mut problems);
        let plan = plan.ok_or_else(|| {
            let unnamed = || Problem::new(&place, "it does not fit its table");
            RunError::Definition(problems.into_iter().next().unwrap_or_else(unnamed))
        })?;
        blocks.push(run_block(&plan, inputs, source, &context)?);
    }
    Ok(Sheet { title: definition.name.clone(), at: now, blocks })
}

fn run_block(
    plan: &Plan<'_>,
    inputs: &Resolved,
    source: &dyn RowSource,
    context: &Context<'_>,
) -> Result<SheetBlock, SourceError> {
    let filter = filter_of(plan, inputs, source, context.now);
    let wanted = Wanted::new(plan, &filter);
    let mut rows = Rows::new(plan, context);
    source.for_each_row(plan.program.table, &plan.program.items, &filter, &mut |row| {
        if wanted.matches(row) {
            rows.take(row);
        }
    })?;
    let (mut shown, totals) = rows.finish();
    sort_rows(&mut shown, &plan.block.sort, &plan.sort, context.now);
    if let Some(limit) = plan.block.limit {
        shown.truncate(limit as usize);
    }
    let columns = plan.columns.iter().map(|ColumnPlan { column, .. }| SheetColumn {
        id: column.id.clone(),
        heading: column.heading.clone(),
        format: column.format,
        width: column.width,
    });
    let (title, layout) = (plan.block.title.clone(), plan.block.layout);
    Ok(SheetBlock { title, layout, columns: columns.collect(), rows: shown, totals })
}

fn filter_of(plan: &Plan<'_>, inputs: &Resolved, source: &dyn RowSource, now: Moment) -> Filter {
    let mut filter = Filter::default();
    for key in &plan.block.filter {
        if let Some(Chosen::These(numbers)) = inputs.chosen.get(&key.input) {
            let item = key.item.to_ascii_uppercase();
            let both = filter.keys.get(&item).map(|known: &BTreeSet<String>| known & numbers);
            filter.keys.insert(item, both.unwrap_or_else(|| numbers.clone()));
        }
    }
    let calendar = source.calendar();
    let date = |input: &Option<String>| input.as_ref().and_then(|input| inputs.dates.get(input));
    filter.from = date(&plan.block.from).map(|when| when.begins_at(calendar.as_ref(), now));
    filter.to = date(&plan.block.to).map(|when| when.ends_at(calendar.as_ref(), now));
    filter
}

/// The filter once more over the rows themselves, so that a source may give more than it was asked for.
struct Wanted {
    keys: Vec<(usize, HashSet<String>, HashSet<i64>)>,
    starts_at: Option<usize>,
    from: Option<Moment>,
    to: Option<Moment>,
}

impl Wanted {
    fn new(plan: &Plan<'_>, filter: &Filter) -> Self {
        let keys = plan.block.filter.iter().zip(&plan.filter).filter_map(|(key, &position)| {
            let numbers = filter.chosen(&key.item.to_ascii_uppercase())?;
            let whole = numbers.iter().filter_map(|number| number.parse().ok()).collect();
            Some((position, numbers.iter().cloned().collect(), whole))
        });
        Wanted { keys: keys.collect(), starts_at: plan.starts_at, from: filter.from, to: filter.to }
    }

    fn matches(&self, row: &[Value]) -> bool {
        let keys = self.keys.iter().all(|(position, texts, numbers)| match &row[*position] {
            Value::Int(number) => numbers.contains(number),
            Value::Text(text) => texts.contains(text.as_ref()),
            _ => false,
        });
        let at = self.starts_at.and_then(|position| match &row[position] {
            Value::At(at) => Some(*at),
            Value::Int(secs) => Some(Moment(*secs)),
            _ => None,
        });
        keys && at.is_none_or(|at| self.from.is_none_or(|from| from <= at) && self.to.is_none_or(|to| at < to))
    }
}

/// Gathers the rows of a block as they come.
struct Rows<'a> {
    plan: &'a Plan<'a>,
    context: &'a Context<'a>,
    evaluator: Evaluator<'a>,
    rules: Vec<Rollup>,
    shown: Vec<SheetRow>,
    groups: Vec<(String, Gathered)>,
    group_of: HashMap<String, usize>,
    totals: Option<Gathered>,
    key: String,
}

impl<'a> Rows<'a> {
    fn new(plan: &'a Plan<'a>, context: &'a Context<'a>) -> Self {
        let program = &plan.program;
        let rules = program.items.iter().map(|&item| rollup(program.table, &program.table.items()[item]));
        Rows {
            plan,
            context,
            evaluator: Evaluator::new(program, context),
            rules: rules.collect(),
            shown: Vec::new(),
            groups: Vec::new(),
            group_of: HashMap::new(),
            totals: plan.gathers_totals().then(|| Gathered::new(program.items.len())),
            key: String::new(),
        }
    }

    fn take(&mut self, row: &[Value]) {
        if let Some(only) = &self.plan.only {
            self.evaluator.enter(row);
            if truth(&self.evaluator.value(only, row)) != Some(true) {
                return;
            }
        }
        if let Some(totals) = &mut self.totals {
            totals.add(&self.rules, row, self.context.now);
        }
        key_of(&self.plan.key, row, &mut self.key);
        if !self.plan.groups() {
            let cells = self.cells(row);
            self.shown.push(SheetRow { key: self.key.clone(), cells });
            return;
        }
        let group = match self.group_of.get(&self.key) {
            Some(&group) => group,
            None => {
                self.groups.push((self.key.clone(), Gathered::new(row.len())));
                self.group_of.insert(self.key.clone(), self.groups.len() - 1);
                self.groups.len() - 1
            }
        };
        self.groups[group].1.add(&self.rules, row, self.context.now);
    }

    fn cells(&mut self, row: &[Value]) -> Vec<Cell> {
        self.evaluator.enter(row);
        let cells = self.plan.columns.iter().map(|column| {
            let value = rounded(column.column.format, self.evaluator.value(&column.node, row));
            let Some(threshold) = &column.column.threshold else { return Cell::normal(value) };
            let compared = column.compared.as_ref().map(|node| self.evaluator.value(node, row));
            let level = level(threshold, compared.as_ref().unwrap_or(&value), self.context.now);
            Cell { value, level }
        });
        cells.collect()
    }

    fn finish(mut self) -> (Vec<SheetRow>, Option<Vec<Cell>>) {
        for (key, gathered) in std::mem::take(&mut self.groups) {
            let cells = self.cells(gathered.values());
            self.shown.push(SheetRow { key, cells });
        }
        let totals = self.plan.block.total_row.as_ref().map(|label| self.total_row(label));
        (self.shown, totals)
    }

    fn total_row(&mut self, label: &str) -> Vec<Cell> {
        let whole = self.totals.take().map(|totals| self.cells(totals.values())).unwrap_or_default();
        let mut label = Some(Cell::normal(Value::text(label)));
        let columns = self.plan.columns.iter().enumerate();
        let cells = columns.map(|(index, column)| match column.column.total {
            None => label.take().unwrap_or(Cell::normal(Value::Blank)),
            Some(Total::Ratio) => whole[index].clone(),
            Some(Total::Sum) => {
                let values = self.shown.iter().map(|row| &row.cells[index].value);
                Cell::normal(values.fold(Value::Blank, |total, value| match total {
                    Value::Blank => value.clone(),
                    total => sum(&total, value, self.context.now),
                }))
            }
            Some(Total::Max) => {
                let mut value = Value::Blank;
                for row in &self.shown {
                    gather(Rollup::Max, &mut value, &row.cells[index].value, false, self.context.now);
                }
                let threshold = column.column.threshold.as_ref().filter(|threshold| threshold.of.is_none());
                let level = threshold.map_or(Level::Normal, |threshold| level(threshold, &value, self.context.now));
                Cell { value, level }
            }
        });
        cells.collect()
    }
}

fn level(threshold: &Threshold, value: &Value, now: Moment) -> Level {
    let Some(number) = value.number(now) else { return Level::Normal };
    let reached = |limit: f64| if threshold.low_is_bad { number <= limit } else { number >= limit };
    if reached(threshold.warning) {
        Level::Warning
    } else if reached(threshold.caution) {
        Level::Caution
    } else {
        Level::Normal
    }
}

fn key_of(positions: &[usize], row: &[Value], key: &mut String) {
    use std::fmt::Write;
    key.clear();
    for (index, &position) in positions.iter().enumerate() {
        if index > 0 {
            key.push('|');
        }
        let _ = match &row[position] {
            Value::Int(number) => write!(key, "{number}"),
            Value::Text(text) => write!(key, "{text}"),
            Value::At(at) | Value::Since(at) => write!(key, "{}", at.0),
            Value::Real(number) => write!(key, "{number}"),
            Value::Blank => Ok(()),
        };
    }
}
