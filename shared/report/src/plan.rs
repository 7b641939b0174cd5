//! A block bound to its table: everything that can be settled before rows come.

use std::collections::BTreeMap;

use catalog::Table;

use crate::check::Problem;
use crate::definition::{Block, Calculation, ColumnDef, Definition, Total};
use crate::entity::identity;
use crate::program::{Compiler, Node, Program};

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
    /// Position of STARTTIME_UTC, if the block has a time window.
    pub starts_at: Option<usize>,
    /// Column of each sort key.
    pub sort: Vec<usize>,
}

/// One column, bound.
#[derive(Debug)]
pub(crate) struct ColumnPlan<'a> {
    pub column: &'a ColumnDef,
    pub node: Node,
    /// What the threshold compares, if not the cell's own value.
    pub compared: Option<Node>,
}

impl<'a> Plan<'a> {
    /// Binds a block; what does not fit is added to `problems`. `None` if anything was added.
    pub fn new(
        block: &'a Block,
        place: &str,
        calculations: &'a [Calculation],
        constants: &'a BTreeMap<String, i64>,
        problems: &mut Vec<Problem>,
    ) -> Option<Plan<'a>> {
        let Some(table) = catalog::table(&block.table) else {
            problems.push(Problem::new(place, format!("there is no table {}", block.table)));
            return None;
        };
        let before = problems.len();
        let compiler = Compiler::new(table, calculations, constants);
        let plan = Binder { table, place, compiler, problems: &mut *problems }.plan(block);
        (problems.len() == before).then_some(plan)
    }

    /// Whether rows are put together by `group_by`.
    pub fn groups(&self) -> bool {
        !self.block.group_by.is_empty()
    }

    /// Whether the total row needs the items of all rows.
    pub fn gathers_totals(&self) -> bool {
        self.block.total_row.is_some() && self.columns.iter().any(|column| column.column.total == Some(Total::Ratio))
    }
}

/// How problems name a block: by position and title.
pub(crate) fn place_of(definition: &Definition, index: usize) -> String {
    let title = definition.blocks.get(index).map_or("", |block| block.title.as_str());
    if title.is_empty() { format!("block {}", index + 1) } else { format!("block {} \"{title}\"", index + 1) }
}

struct Binder<'a, 'p> {
    table: &'static Table,
    place: &'p str,
    compiler: Compiler<'a>,
    problems: &'p mut Vec<Problem>,
}

impl<'a> Binder<'a, '_> {
    fn plan(mut self, block: &'a Block) -> Plan<'a> {
        let columns = block.columns.iter().filter_map(|column| self.column(column)).collect();
        let only = block.only.as_ref().and_then(|only| self.expression(only, "condition"));
        let identity = identity(self.table);
        let key: Vec<&str> = match block.group_by.as_slice() {
            [] => identity,
            grouped => grouped.iter().map(String::as_str).collect(),
        };
        let key = key.iter().filter_map(|item| self.item(item, "grouping")).collect();
        let filter = block.filter.iter().filter_map(|filter| self.item(&filter.item, "filter")).collect();
        let window = block.from.is_some() || block.to.is_some();
        let starts_at = if window { self.item("STARTTIME_UTC", "time window") } else { None };
        let sort = block.sort.iter().filter_map(|key| self.sorted_column(block, &key.column)).collect();
        Plan { block, program: self.compiler.finish(), columns, only, key, filter, starts_at, sort }
    }

    fn column(&mut self, column: &'a ColumnDef) -> Option<ColumnPlan<'a>> {
        let part = format!("column \"{}\"", column.id);
        let node = self.expression(&column.expression, &part)?;
        let of = column.threshold.as_ref().and_then(|threshold| threshold.of.as_ref());
        let compared = match of {
            Some(of) => Some(self.expression(of, &format!("threshold of {part}"))?),
            None => None,
        };
        self.total(column, &node, &part);
        Some(ColumnPlan { column, node, compared })
    }

    fn total(&mut self, column: &ColumnDef, node: &Node, part: &str) {
        let program = self.compiler.program();
        let mut problem = None;
        match column.total {
            Some(Total::Sum) => {
                problem = program.not_summable(node).map(|reason| format!("cannot be summed: {reason}"));
            }
            Some(Total::Ratio) if program.items_of(node).any(|item| item.name == "INTRVL") => {
                problem = Some("cannot be totalled: INTRVL is the length of one interval".to_owned());
            }
            Some(Total::Ratio | Total::Max) | None => {}
        }
        if let Some(problem) = problem {
            self.report(part, problem);
        }
    }

    fn expression(&mut self, text: &str, part: &str) -> Option<Node> {
        match self.compiler.expression(text) {
            Ok(node) => Some(node),
            Err(error) => {
                self.report(part, format!("\"{text}\", {error}"));
                None
            }
        }
    }

    fn item(&mut self, item: &str, part: &str) -> Option<usize> {
        let found = self.compiler.item(item);
        if found.is_none() {
            self.report(part, format!("table {} has no item {item}", self.table.name));
        }
        found
    }

    fn sorted_column(&mut self, block: &Block, id: &str) -> Option<usize> {
        let found = block.columns.iter().position(|column| column.id == id);
        if found.is_none() {
            self.report("order", format!("there is no column \"{id}\" to sort by"));
        }
        found
    }

    fn report(&mut self, part: &str, message: String) {
        self.problems.push(Problem::new(&format!("{}, {part}", self.place), message));
    }
}
