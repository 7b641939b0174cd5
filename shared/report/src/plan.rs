//! A block bound to its table: everything that can be settled before rows come.

use std::borrow::Cow;
use std::collections::BTreeMap;

use catalog::{Class, Table, TableKind};

use crate::aggregate::Lacking;
use crate::column::{ColumnDef, Format, Total};
use crate::definition::{self, Block, Definition};
use crate::entity::{entity_of_item, identity};
use crate::period;
use crate::problem::{Place, Problem};
use crate::program::{Compiler, Node, Program};
use crate::window::Placed;

/// One block, ready to be evaluated.
#[derive(Debug)]
pub(crate) struct Plan<'a> {
    pub block: &'a Block,
    pub program: Program,
    pub columns: Vec<ColumnPlan<'a>>,
    pub only: Option<Node>,
    /// Positions among the program's items of what identifies a row, or a group.
    pub key: Vec<usize>,
    /// Position of each filter's item, in the order of the block's filters.
    pub filter: Vec<usize>,
    /// What says when a row was, if the block has a time window.
    pub placed: Option<Placed>,
    /// What tells a row's period, if anything asks for its length.
    pub period: Vec<usize>,
    /// How it is counted how many intervals lack data, where rows stand for several and anything asks for that.
    pub incomplete: Option<Lacking>,
    /// Column of each sort key.
    pub sort: Vec<usize>,
    /// Whether it shows what was collected since a chosen time: history and the running interval put together.
    pub since: bool,
    /// Whether a row or group belongs to one ACD. What is grouped by day alone is put together over all ACDs.
    pub of_one_acd: bool,
}

/// One column, bound.
#[derive(Debug)]
pub(crate) struct ColumnPlan<'a> {
    pub column: Cow<'a, ColumnDef>,
    pub node: Node,
    /// What the threshold compares, if not the cell's own value.
    pub compared: Option<Node>,
    /// What the heading is made by, if not fixed.
    pub heading: Option<Node>,
    /// Where rows bring the moment whose local time of day it shows, of an interval's start.
    pub started: Option<usize>,
}

impl<'a> Plan<'a> {
    /// Binds a block; what does not fit is added to `problems`. `None` if anything was added. Over several ACDs a
    /// block whose rows belong to one of them each begins with a column that says which.
    pub fn new(
        definition: &'a Definition,
        index: usize,
        constants: &'a BTreeMap<String, i64>,
        several_acds: bool,
        problems: &mut Vec<Problem>,
    ) -> Option<Plan<'a>> {
        let (block, place) = (&definition.blocks[index], Place::block(definition, index));
        let Some(table) = catalog::table(&block.table) else {
            problems.push(Problem::new(&place, format!("there is no table {}", block.table)));
            return None;
        };
        let before = problems.len();
        let compiler = Compiler::new(table, &definition.calculations, constants);
        let since = definition.kind == definition::ReportKind::Integrated
            && table.kind == TableKind::RealTime
            && block.from.is_some();
        let binder = Binder { table, place: &place, compiler, problems: &mut *problems };
        let plan = binder.plan(block, since, several_acds);
        (problems.len() == before).then_some(plan)
    }

    /// Whether rows are put together.
    pub fn groups(&self) -> bool {
        self.since || !self.block.group_by.is_empty()
    }

    /// Whether the items of all rows are needed, put together.
    pub fn gathers_totals(&self) -> bool {
        let total = |column: &ColumnPlan<'_>| column.column.total == Some(Total::Ratio);
        self.block.total_row.is_some() && self.columns.iter().any(total)
            || self.columns.iter().any(|column| column.heading.is_some())
    }
}

struct Binder<'a, 'p> {
    table: &'static Table,
    place: &'p Place,
    compiler: Compiler<'a>,
    problems: &'p mut Vec<Problem>,
}

impl<'a> Binder<'a, '_> {
    fn plan(mut self, block: &'a Block, since: bool, several_acds: bool) -> Plan<'a> {
        let identity = identity(self.table);
        let (key_items, of_one_acd): (Vec<&str>, bool) = match block.group_by.as_slice() {
            [] => (identity, true),
            grouped => {
                let names_entity = |item: &String| entity_of_item(item).is_some() || item.eq_ignore_ascii_case("ACD");
                (grouped.iter().map(String::as_str).collect(), grouped.iter().any(names_entity))
            }
        };
        let mut columns: Vec<ColumnPlan<'a>> = Vec::with_capacity(block.columns.len() + 1);
        if several_acds && of_one_acd && block.columns.iter().all(|column| column.id != "acd") {
            columns.extend(self.column(Cow::Owned(acd_column())));
        }
        let expanded = block.columns.iter().flat_map(ColumnDef::expanded);
        columns.extend(expanded.filter_map(|column| self.column(column)));
        let only = block.only.as_ref().and_then(|only| self.expression(only, self.place.part("condition")));
        let key = key_items.iter().filter_map(|item| self.item(item, "grouping")).collect();
        let filter = block.filter.iter().filter_map(|filter| self.item(&filter.item, "filter")).collect();
        let window = [&block.from, &block.to, &block.dates, &block.times].into_iter().any(Option::is_some);
        let placed = match self.table.placed_by.filter(|_| window) {
            Some(item) => self.placed(item),
            None => None,
        };
        let period = match self.compiler.program().uses_periods {
            true => period::items(self.table.kind).iter().filter_map(|item| self.item(item, "period")).collect(),
            false => Vec::new(),
        };
        let incomplete = self.incomplete(since);
        let sort = block.sort.iter().filter_map(|key| self.sorted_column(&columns, &key.column)).collect();
        let program = self.compiler.finish();
        Plan { block, program, columns, only, key, filter, placed, period, incomplete, sort, since, of_one_acd }
    }

    fn placed(&mut self, item: &str) -> Option<Placed> {
        let begins = self.item(item, "time window")?;
        match self.table.ends_by() {
            Some(ends) => Some(Placed::Lasting { begins, ends: self.item(ends, "time window")? }),
            None => Some(Placed::of(self.table, begins)),
        }
    }

    /// Of rows that stand for several intervals, if anything asks how many of these lack data.
    fn incomplete(&mut self, since: bool) -> Option<Lacking> {
        let position = self.table.position("INCOMPLETE")?;
        let count = self.compiler.program().items.iter().position(|&item| item == position)?;
        match self.table.kind.is_summary() {
            true => Some(Lacking::ByDate { count, date: self.compiler.item("ROW_DATE")? }),
            false => since.then_some(Lacking::ByInterval { count }),
        }
    }

    fn column(&mut self, column: Cow<'a, ColumnDef>) -> Option<ColumnPlan<'a>> {
        let place = self.place.column(&column.id);
        let node = self.expression(&column.expression, place.clone())?;
        let node = self.compiler.shown(node);
        let of = column.threshold.as_ref().and_then(|threshold| threshold.of.as_ref());
        let compared = match of {
            Some(of) => Some(self.expression(of, place.part("threshold"))?),
            None => None,
        };
        let heading = match &column.heading_of {
            Some(heading) => Some(self.expression(heading, place.part("heading"))?),
            None => None,
        };
        self.total(&column, &node, place);
        let started = self.started(&column, &node);
        Some(ColumnPlan { column, node, compared, heading, started })
    }

    /// What tells a local time apart that comes twice, if the column shows one.
    fn started(&mut self, column: &ColumnDef, node: &Node) -> Option<usize> {
        let Node::Item(item) = node else { return None };
        let shown = self.compiler.program().items[*item];
        let is_start = self.table.kind == TableKind::Interval && self.table.items()[shown].name == "STARTTIME";
        (is_start && column.format == Format::TimeOfDay).then(|| self.compiler.item("STARTTIME_UTC"))?
    }

    fn total(&mut self, column: &ColumnDef, node: &Node, place: Place) {
        let program = self.compiler.program();
        let mut problem = None;
        match column.total {
            Some(Total::Sum) => {
                problem = program.not_summable(node).map(|reason| format!("cannot be summed: {reason}"));
            }
            Some(Total::Ratio) if program.items_of(node).any(|item| item.name == "INTRVL") => {
                problem = Some(
                    "cannot be totalled: INTRVL is the length of one interval; SECSPERPERIOD is that of all".to_owned(),
                );
            }
            Some(Total::Ratio) if program.items_of(node).any(|item| item.class == Class::BusyHour) => {
                problem = Some("cannot be totalled: every row has its own busy hour".to_owned());
            }
            Some(Total::Ratio | Total::Max) | None => {}
        }
        if let Some(problem) = problem {
            self.report(place, problem);
        }
    }

    fn expression(&mut self, text: &str, place: Place) -> Option<Node> {
        match self.compiler.expression(text) {
            Ok(node) => Some(node),
            Err(error) => {
                self.report(place, format!("\"{text}\", {error}"));
                None
            }
        }
    }

    fn item(&mut self, item: &str, part: &'static str) -> Option<usize> {
        let found = self.compiler.item(item);
        if found.is_none() {
            self.report(self.place.part(part), format!("table {} has no item {item}", self.table.name));
        }
        found
    }

    fn sorted_column(&mut self, columns: &[ColumnPlan<'_>], id: &str) -> Option<usize> {
        let found = columns.iter().position(|column| column.column.id == id);
        if found.is_none() {
            self.report(self.place.part("order"), format!("there is no column \"{id}\" to sort by"));
        }
        found
    }

    fn report(&mut self, place: Place, message: String) {
        self.problems.push(Problem { place, message });
    }
}

/// Which ACD a row belongs to, where there are several.
fn acd_column() -> ColumnDef {
    ColumnDef {
        id: "acd".to_owned(),
        heading: "ACD".to_owned(),
        heading_of: None,
        expression: "name(ACD)".to_owned(),
        each: None,
        where_used: false,
        format: Format::Text,
        width: 12,
        threshold: None,
        total: None,
    }
}
