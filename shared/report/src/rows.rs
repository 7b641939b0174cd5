//! Gathers the rows of a block as they come, and turns them into those that are shown.

use std::collections::{BTreeSet, HashMap};

use catalog::Value;
use model::{Calendar, Moment};

use crate::acds::Acd;
use crate::aggregate::{Rollup, Rules, gather, sum};
use crate::bounds::{Room, TooLarge};
use crate::cell::{Cell, Level};
use crate::column::{Threshold, Total};
use crate::evaluate::{Context, Evaluator, truth};
use crate::format::{rounded, time_that_comes_twice};
use crate::period::Span;
use crate::plan::{ColumnPlan, Plan};
use crate::sheet::{SheetBlock, SheetColumn, SheetRow};
use crate::whole::Whole;

/// What a row takes up beside its values, in values: its key, and what holds it.
const ROW_CELLS: usize = 4;
/// What a group does: its key twice, and what holds it.
const GROUP_CELLS: usize = 8;

/// The rows of one block, ACD after ACD.
pub(crate) struct Rows<'a> {
    plan: &'a Plan<'a>,
    acds: &'a [Acd<'a>],
    now: Moment,
    /// One for each ACD, and one for what is of several.
    evaluators: Vec<Evaluator<'a>>,
    /// Local time of each ACD.
    calendars: Vec<Option<Calendar>>,
    rules: Rules,
    shown: Vec<SheetRow>,
    groups: Vec<Group>,
    group_of: HashMap<String, usize>,
    totals: Option<Whole>,
    key: String,
    /// A row with what is added up over rows.
    with_sums: Vec<Value>,
    room: Room,
    /// Whether each row that is kept is one that is shown: none is left out later.
    all_shown: bool,
}

/// Rows that are put together.
struct Group {
    key: String,
    /// Whose names it has, among the evaluators.
    acd: usize,
    gathered: Whole,
}

impl<'a> Rows<'a> {
    /// `room` is what blocks before this one have left.
    pub fn new(plan: &'a Plan<'a>, contexts: &'a [Context<'a>], acds: &'a [Acd<'a>], room: Room) -> Self {
        let program = &plan.program;
        Rows {
            plan,
            acds,
            now: contexts.first().map(|context| context.now).unwrap_or_default(),
            evaluators: contexts.iter().map(|context| Evaluator::new(program, context)).collect(),
            calendars: acds.iter().map(|acd| acd.source.calendar()).collect(),
            rules: Rules::new(program, plan.incomplete),
            shown: Vec::new(),
            groups: Vec::new(),
            group_of: HashMap::new(),
            totals: plan.gathers_totals().then(|| Whole::new(program.width(), apart(plan, acds))),
            key: String::new(),
            with_sums: Vec::new(),
            room,
            all_shown: plan.block.limit.is_none() && !(plan.since && plan.only.is_some()),
        }
    }

    /// Whether it has all come in within the bounds. Beyond them nothing more is kept, and nothing more need be read.
    pub fn outcome(&self) -> Result<(), TooLarge> {
        self.room.outcome()
    }

    /// Takes a row of the block's table.
    pub fn take(&mut self, acd: usize, row: &[Value], span: Option<Span>) {
        if self.room.is_over() {
            return;
        }
        if self.plan.since {
            return self.add_to_group(acd, row, span);
        }
        let secs = span.map(Span::secs);
        if !self.admits(acd, row, secs) {
            return;
        }
        if let Some(totals) = &mut self.totals {
            let summed = with_sums(self.plan, &mut self.evaluators[acd], row, secs, &mut self.with_sums);
            let more = totals.add(acd, &self.rules, summed, None, span, self.now);
            self.room.cells(more);
        }
        if self.plan.groups() {
            return self.add_to_group(acd, row, span);
        }
        self.keep(self.plan.columns.len() + ROW_CELLS);
        self.set_key(acd, row);
        let cells = self.cells(acd, row, secs);
        self.shown.push(SheetRow { key: self.key.clone(), cells });
    }

    /// Takes a row that tells only some of the items, to be put together with a row of the block's table.
    pub fn take_part(&mut self, acd: usize, row: &[Value], told: &[bool], span: Option<Span>) {
        if self.room.is_over() {
            return;
        }
        let group = self.group(acd, row);
        let secs = span.map(Span::secs);
        let summed = with_sums(self.plan, &mut self.evaluators[acd], row, secs, &mut self.with_sums);
        let more = self.groups[group].gathered.add(acd, &self.rules, summed, Some(told), span, self.now);
        self.room.cells(more);
    }

    fn add_to_group(&mut self, acd: usize, row: &[Value], span: Option<Span>) {
        let group = self.group(acd, row);
        let secs = span.map(Span::secs);
        let summed = with_sums(self.plan, &mut self.evaluators[acd], row, secs, &mut self.with_sums);
        let more = self.groups[group].gathered.add(acd, &self.rules, summed, None, span, self.now);
        self.room.cells(more);
    }

    /// One more row or group is kept, of so many values.
    fn keep(&mut self, cells: usize) {
        if self.all_shown {
            self.room.row();
        }
        self.room.cells(cells);
    }

    fn admits(&mut self, evaluator: usize, row: &[Value], secs: Option<i64>) -> bool {
        let Some(only) = &self.plan.only else { return true };
        let evaluator = &mut self.evaluators[evaluator];
        evaluator.enter(row, secs);
        truth(&evaluator.value(only, row)) == Some(true)
    }

    /// The group that a row belongs to.
    fn group(&mut self, acd: usize, row: &[Value]) -> usize {
        self.set_key(acd, row);
        if let Some(&group) = self.group_of.get(&self.key) {
            return group;
        }
        // Its values, and those that will be shown of it.
        let of_one = self.plan.of_one_acd || self.acds.len() == 1;
        let (acd, apart) = if of_one { (acd, 0) } else { (self.acds.len(), apart(self.plan, self.acds)) };
        self.keep(row.len() * (apart + 1) + self.plan.columns.len() + GROUP_CELLS);
        let gathered = Whole::new(self.plan.program.width(), apart);
        self.groups.push(Group { key: self.key.clone(), acd, gathered });
        self.group_of.insert(self.key.clone(), self.groups.len() - 1);
        self.groups.len() - 1
    }

    fn set_key(&mut self, acd: usize, row: &[Value]) {
        use std::fmt::Write;
        self.key.clear();
        if self.acds.len() > 1 && self.plan.of_one_acd {
            let _ = write!(self.key, "{}|", self.acds[acd].number);
        }
        key_of(&self.plan.key, row, &mut self.key);
    }

    fn cells(&mut self, evaluator: usize, row: &[Value], secs: Option<i64>) -> Vec<Cell> {
        let calendar = self.calendars.get(evaluator).and_then(Option::as_ref);
        let evaluator = &mut self.evaluators[evaluator];
        evaluator.enter(row, secs);
        let cells = self.plan.columns.iter().map(|column| {
            let value = rounded(column.column.format, evaluator.value(&column.node, row));
            let value = column.started.and_then(|at| comes_twice(&value, &row[at], calendar?)).unwrap_or(value);
            let Some(threshold) = &column.column.threshold else { return Cell::normal(value) };
            let compared = column.compared.as_ref().map(|node| evaluator.value(node, row));
            let level = level(threshold, compared.as_ref().unwrap_or(&value), self.now);
            Cell { value, level }
        });
        cells.collect()
    }

    /// The block as it is shown, not yet in order.
    pub fn finish(mut self) -> SheetBlock {
        let kind = self.plan.program.table.kind;
        for Group { key, acd, gathered } in std::mem::take(&mut self.groups) {
            let secs = gathered.period_secs(kind);
            let values = gathered.values(&mut self.evaluators, kind, self.now);
            if self.plan.since {
                if !self.admits(acd, &values, secs) {
                    continue;
                }
                if let Some(totals) = &mut self.totals {
                    totals.add_whole(acd, &gathered, &self.rules, self.now);
                }
            }
            let cells = self.cells(acd, &values, secs);
            self.shown.push(SheetRow { key, cells });
        }
        let totals = self.totals.take();
        let whole = totals
            .as_ref()
            .map(|totals| (totals.values(&mut self.evaluators, kind, self.now), totals.period_secs(kind)));
        let whole = whole.as_ref().map(|(values, secs)| (values.as_ref(), *secs));
        let columns = self.columns(whole);
        let totals = self.plan.block.total_row.as_ref().map(|label| self.total_row(label, whole));
        let layout = self.plan.block.layout;
        SheetBlock {
            title: String::new(),
            note: String::new(),
            partial: String::new(),
            hint: String::new(),
            layout,
            columns,
            rows: self.shown,
            totals,
        }
    }

    /// Whose names the rows have when all are put together.
    fn over_all(&self) -> usize {
        if self.acds.len() == 1 { 0 } else { self.acds.len() }
    }

    fn columns(&mut self, whole: Option<(&[Value], Option<i64>)>) -> Vec<SheetColumn> {
        let over_all = self.over_all();
        let evaluator = &mut self.evaluators[over_all];
        if let Some((values, secs)) = whole {
            evaluator.enter(values, secs);
        }
        let columns = self.plan.columns.iter().map(|ColumnPlan { column, heading, .. }| {
            let made = whole.zip(heading.as_ref()).map(|((values, _), heading)| evaluator.value(heading, values));
            let heading = made.filter(|made| *made != Value::Blank).map(|made| crate::evaluate::plain(&made, self.now));
            let heading = heading.unwrap_or_else(|| column.heading.clone());
            let own = column.threshold.as_ref().filter(|threshold| threshold.of.is_none());
            let limits = own.map(Threshold::limits);
            let summed = column.total == Some(Total::Sum);
            SheetColumn { id: column.id.clone(), heading, format: column.format, width: column.width, limits, summed }
        });
        columns.collect()
    }

    fn total_row(&mut self, label: &str, whole: Option<(&[Value], Option<i64>)>) -> Vec<Cell> {
        let over_all = self.over_all();
        let whole = whole.map(|(values, secs)| self.cells(over_all, values, secs));
        let mut label = Some(Cell::normal(Value::text(label)));
        let columns = self.plan.columns.iter().enumerate();
        let cells = columns.map(|(index, column)| match column.column.total {
            None => label.take().unwrap_or(Cell::normal(Value::Blank)),
            Some(Total::Ratio) => whole.as_ref().map_or(Cell::normal(Value::Blank), |whole| whole[index].clone()),
            Some(Total::Sum) => {
                let values = self.shown.iter().map(|row| &row.cells[index].value);
                Cell::normal(values.fold(Value::Blank, |total, value| match total {
                    Value::Blank => value.clone(),
                    total => sum(&total, value, self.now),
                }))
            }
            Some(Total::Max) => {
                let mut value = Value::Blank;
                for row in &self.shown {
                    gather(Rollup::Max, &mut value, &row.cells[index].value, false, self.now);
                }
                let threshold = column.column.threshold.as_ref().filter(|threshold| threshold.of.is_none());
                let level = threshold.map_or(Level::Normal, |threshold| level(threshold, &value, self.now));
                Cell { value, level }
            }
        });
        cells.collect()
    }
}

/// Of how many ACDs rows that are put together are to be told apart.
fn apart(plan: &Plan<'_>, acds: &[Acd<'_>]) -> usize {
    if plan.program.rates.is_empty() || acds.len() == 1 { 0 } else { acds.len() }
}

impl Plan<'_> {
    /// Columns that are to be left out because no row has anything in them.
    pub(crate) fn unused_columns(&self, rows: &[SheetRow]) -> BTreeSet<usize> {
        let empty = |index: usize| {
            rows.iter().all(|row| match &row.cells[index].value {
                Value::Blank | Value::Int(0) => true,
                Value::Real(number) => *number == 0.0,
                _ => false,
            })
        };
        let columns = self.columns.iter().enumerate().filter(|(_, column)| column.column.where_used);
        columns.map(|(index, _)| index).filter(|&index| empty(index)).collect()
    }
}

/// A local time of day with its distance from UTC, if the clock shows it at another moment, too.
fn comes_twice(starttime: &Value, started: &Value, calendar: &Calendar) -> Option<Value> {
    match (starttime, started) {
        (Value::Int(starttime), Value::At(at)) => {
            calendar.offset_if_twice(*at).map(|offset| time_that_comes_twice(*starttime, offset))
        }
        _ => None,
    }
}

/// A row as it is put together with others.
fn with_sums<'r>(
    plan: &Plan<'_>,
    evaluator: &mut Evaluator<'_>,
    row: &'r [Value],
    secs: Option<i64>,
    with: &'r mut Vec<Value>,
) -> &'r [Value] {
    if plan.program.row_sums.is_empty() {
        return row;
    }
    evaluator.with_sums(row, secs, with);
    with
}

fn level(threshold: &Threshold, value: &Value, now: Moment) -> Level {
    value.number(now).map_or(Level::Normal, |number| threshold.limits().level(number))
}

fn key_of(positions: &[usize], row: &[Value], key: &mut String) {
    use std::fmt::Write;
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
