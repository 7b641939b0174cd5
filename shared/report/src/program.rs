//! Expressions of one block, bound to the items of its table: names become positions once, so that
//! evaluating a row looks nothing up.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use catalog::{Class, Item, Table, Unit, Value};

use crate::calculations;
use crate::definition::Calculation;
use crate::entity::{entity_of_item, strings_of_item};
use crate::expression::{Expr, ExpressionError, Operator, parse};
use crate::period;

/// Most calculations that one block may draw in, directly or through each other.
const CALCULATIONS_MAX: usize = 200;
/// Deepest tree, calculations inside calculations included: definitions come from people and must not
/// exhaust the stack.
const DEPTH_MAX: usize = 200;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    Constant(Value),
    /// Position among the program's items.
    Item(usize),
    /// Position among the program's calculations.
    Calculation(usize),
    /// The name of the number in an item; the number itself where it has none.
    Name {
        item: usize,
        kind: model::NameKind,
    },
    /// The name of a number that is computed; blank where it has none.
    NameOf {
        kind: model::NameKind,
        number: Box<Node>,
    },
    /// The name of the row's ACD.
    AcdName {
        item: usize,
    },
    /// Length of the row's period, or of the periods of all rows put together.
    PeriodSecs,
    /// What each of the rows put together gives, added up: position among the program's sums.
    RowSum(usize),
    /// An average over time: something divided by the length of its period. Of several ACDs each has its own time, and what they
    /// come to is added up: position among the program's rates.
    Rate(usize),
    Negate(Box<Node>),
    Not(Box<Node>),
    Binary {
        operator: Operator,
        sides: Box<[Node; 2]>,
    },
    If(Box<[Node; 3]>),
    Extreme {
        largest: bool,
        arguments: Vec<Node>,
    },
    Coalesce(Vec<Node>),
    Join(Vec<Node>),
}

/// What the expressions of a block read and compute.
#[derive(Debug)]
pub(crate) struct Program {
    pub table: &'static Table,
    /// Positions in the table of the items that rows must bring, in this order.
    pub items: Vec<usize>,
    /// Calculations in an order in which each needs only earlier ones.
    pub calculations: Vec<Calculated>,
    /// What is added up row by row where rows are put together.
    pub row_sums: Vec<Node>,
    /// What is divided by the length of the period.
    pub rates: Vec<Node>,
    /// Whether anything asks for the length of periods.
    pub uses_periods: bool,
}

/// A calculation, and what follows from its expression. Kept once: calculations that name each other
/// twice and twice again would otherwise take for ever to look through.
#[derive(Debug)]
pub(crate) struct Calculated {
    pub node: Node,
    items: BTreeSet<usize>,
    not_summable: Option<String>,
}

/// Binds expressions to a table and collects what they need.
pub(crate) struct Compiler<'a> {
    program: Program,
    constants: &'a BTreeMap<String, i64>,
    own: &'a [Calculation],
    /// Where each calculation stands once compiled; `None` while it is being compiled.
    known: BTreeMap<String, Option<usize>>,
    depth: usize,
}

impl<'a> Compiler<'a> {
    /// `constants` are the number inputs, `own` the definition's calculations.
    pub fn new(table: &'static Table, own: &'a [Calculation], constants: &'a BTreeMap<String, i64>) -> Self {
        let (items, calculations, row_sums, rates) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let program = Program { table, items, calculations, row_sums, rates, uses_periods: false };
        Compiler { program, constants, own, known: BTreeMap::new(), depth: 0 }
    }

    pub fn finish(self) -> Program {
        self.program
    }

    pub fn program(&self) -> &Program {
        &self.program
    }

    pub fn expression(&mut self, text: &str) -> Result<Node, ExpressionError> {
        self.depth = 0;
        self.node(&parse(text)?)
    }

    /// What a column shows of an expression: a word of the switch alone is shown by its name, where it has one. Inside
    /// expressions it stays the word, so that conditions mean the same whatever people call it.
    pub fn shown(&self, node: Node) -> Node {
        let Node::Item(item) = node else { return node };
        let table = self.program.table;
        let shown = &table.items()[self.program.items[item]];
        strings_of_item(table, shown).map_or(node, |kind| Node::Name { item, kind })
    }

    /// Position of an item among those that rows bring; `None` if the table has no such item.
    pub fn item(&mut self, name: &str) -> Option<usize> {
        let position = self.program.table.position(name)?;
        let known = self.program.items.iter().position(|&item| item == position);
        Some(known.unwrap_or_else(|| {
            self.program.items.push(position);
            self.program.items.len() - 1
        }))
    }

    fn node(&mut self, expression: &Expr) -> Result<Node, ExpressionError> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            let message = format!("more than {DEPTH_MAX} steps inside each other");
            return Err(ExpressionError { at: 1, message });
        }
        let node = match expression {
            Expr::Number(number) => Node::Constant(number_value(*number)),
            Expr::Text(text) => Node::Constant(Value::Text(Arc::from(text.as_str()))),
            Expr::Name { name, at } => self.name(name, *at)?,
            Expr::Call { function, arguments, at } => self.call(function, arguments, *at)?,
            Expr::Negate(inside) => Node::Negate(Box::new(self.node(inside)?)),
            Expr::Not(inside) => Node::Not(Box::new(self.node(inside)?)),
            Expr::Binary { operator, left, right } => match (operator, self.node(left)?, self.node(right)?) {
                (Operator::Divide, over_time, Node::PeriodSecs) => {
                    Node::Rate(place_among(&mut self.program.rates, over_time))
                }
                (operator, left, right) => Node::Binary { operator: *operator, sides: Box::new([left, right]) },
            },
        };
        self.depth -= 1;
        Ok(node)
    }

    fn nodes(&mut self, expressions: &[Expr]) -> Result<Vec<Node>, ExpressionError> {
        expressions.iter().map(|expression| self.node(expression)).collect()
    }

    fn name(&mut self, name: &str, at: usize) -> Result<Node, ExpressionError> {
        if let Some(item) = self.item(name) {
            return Ok(Node::Item(item));
        }
        if period::is_name(self.program.table, name) {
            self.program.uses_periods = true;
            return Ok(Node::PeriodSecs);
        }
        if name.eq_ignore_ascii_case("blank") {
            return Ok(Node::Constant(Value::Blank));
        }
        if let Some(constant) = self.constants.get(name) {
            return Ok(Node::Constant(Value::Int(*constant)));
        }
        self.calculation(name, at)
    }

    fn calculation(&mut self, name: &str, at: usize) -> Result<Node, ExpressionError> {
        let fault = |message: String| ExpressionError { at, message };
        let key = name.to_ascii_uppercase();
        match self.known.get(&key) {
            Some(Some(position)) => return Ok(Node::Calculation(*position)),
            Some(None) => return Err(fault(format!("calculation {key} needs itself"))),
            None => {}
        }
        let own = self.own.iter().find(|known| known.name.eq_ignore_ascii_case(name));
        let text = match own {
            Some(own) => own.expression.as_str(),
            None => calculations::find(name).ok_or_else(|| fault(self.unknown(name)))?.expression,
        };
        if self.known.len() >= CALCULATIONS_MAX {
            return Err(fault(format!("more than {CALCULATIONS_MAX} calculations in one block")));
        }
        self.known.insert(key.clone(), None);
        // The innermost calculation is the one at fault.
        let inside = |error: ExpressionError| match error.message.starts_with("in calculation") {
            true => fault(error.message),
            false => fault(format!("in calculation {key}, {error}")),
        };
        let node = parse(text).and_then(|expression| self.node(&expression)).map_err(inside);
        if node.is_err() {
            self.known.remove(&key);
        }
        let node = node?;
        let mut items = BTreeSet::new();
        self.program.collect_items(&node, &mut items);
        let not_summable = self.program.not_summable(&node);
        self.program.calculations.push(Calculated { node, items, not_summable });
        let position = self.program.calculations.len() - 1;
        self.known.insert(key, Some(position));
        Ok(Node::Calculation(position))
    }

    fn unknown(&self, name: &str) -> String {
        let table = self.program.table;
        let items = table.items().iter().map(|item| item.name.as_str());
        let names = items.chain(self.own.iter().map(|own| own.name.as_str()));
        let near = names.map(|known| (distance(&name.to_ascii_uppercase(), known), known)).min();
        let hint = match near {
            Some((steps, known)) if steps <= 2 => format!("; did you mean {known}?"),
            _ => String::new(),
        };
        format!("{name} is neither an item of {} nor a calculation{hint}", table.name)
    }

    fn call(&mut self, function: &str, arguments: &[Expr], at: usize) -> Result<Node, ExpressionError> {
        let fault = |message: String| Err(ExpressionError { at, message });
        let function = function.to_ascii_lowercase();
        match (function.as_str(), arguments) {
            ("name", [Expr::Name { name, at }]) => self.entity_name(name, *at),
            ("name", [Expr::Name { name: kind, at }, number]) => {
                let kind = kind_of(kind).ok_or_else(|| ExpressionError { at: *at, message: no_kind(kind) })?;
                Ok(Node::NameOf { kind, number: Box::new(self.node(number)?) })
            }
            ("name", _) => fault(
                "name() takes one item, such as name(SPLIT), or a kind and a number, such as name(aux_reason, 3)"
                    .to_owned(),
            ),
            ("if", [condition, then, otherwise]) => {
                Ok(Node::If(Box::new([self.node(condition)?, self.node(then)?, self.node(otherwise)?])))
            }
            ("if", _) => fault(format!("if() takes a condition and two values, not {} parts", arguments.len())),
            ("min" | "max" | "coalesce" | "join", []) => fault(format!("{function}() needs at least one value")),
            ("min" | "max", _) => Ok(Node::Extreme { largest: function == "max", arguments: self.nodes(arguments)? }),
            ("coalesce", _) => Ok(Node::Coalesce(self.nodes(arguments)?)),
            ("join", _) => Ok(Node::Join(self.nodes(arguments)?)),
            ("sum", [inside]) => {
                let inside = self.node(inside)?;
                Ok(Node::RowSum(place_among(&mut self.program.row_sums, inside)))
            }
            ("sum", _) => fault(format!("sum() takes one value, not {}", arguments.len())),
            _ => fault(format!(
                "there is no function {function}(); there are if, min, max, coalesce, join, sum and name"
            )),
        }
    }

    fn entity_name(&mut self, name: &str, at: usize) -> Result<Node, ExpressionError> {
        let fault = |message: String| ExpressionError { at, message };
        if name.eq_ignore_ascii_case("ACD") {
            let item = self.item(name).ok_or_else(|| fault(self.unknown(name)))?;
            return Ok(Node::AcdName { item });
        }
        let kind =
            entity_of_item(name).ok_or_else(|| fault(format!("{name} does not hold the number of something named")))?;
        let item = self.item(name).ok_or_else(|| fault(self.unknown(name)))?;
        Ok(Node::Name { item, kind })
    }
}

impl Program {
    /// Values of a row that is put together with others: its items, and what is added up over rows.
    pub fn width(&self) -> usize {
        self.items.len() + self.row_sums.len()
    }

    /// Every item that the node reads, through calculations too.
    pub fn items_of(&self, node: &Node) -> impl Iterator<Item = &'static Item> {
        let mut found = BTreeSet::new();
        self.collect_items(node, &mut found);
        found.into_iter().map(|position| &self.table.items()[self.items[position]])
    }

    fn collect_items(&self, node: &Node, found: &mut BTreeSet<usize>) {
        match node {
            Node::Constant(_) | Node::PeriodSecs => {}
            Node::Item(item) | Node::Name { item, .. } | Node::AcdName { item } => {
                found.insert(*item);
            }
            Node::Calculation(position) => found.extend(&self.calculations[*position].items),
            Node::RowSum(position) => self.collect_items(&self.row_sums[*position], found),
            Node::Rate(position) => self.collect_items(&self.rates[*position], found),
            Node::Negate(inside) | Node::Not(inside) | Node::NameOf { number: inside, .. } => {
                self.collect_items(inside, found);
            }
            Node::Binary { sides, .. } => sides.iter().for_each(|side| self.collect_items(side, found)),
            Node::If(parts) => parts.iter().for_each(|part| self.collect_items(part, found)),
            Node::Extreme { arguments, .. } | Node::Coalesce(arguments) | Node::Join(arguments) => {
                arguments.iter().for_each(|argument| self.collect_items(argument, found));
            }
        }
    }

    /// Why the values of the node cannot be added up over rows; `None` if they can.
    pub fn not_summable(&self, node: &Node) -> Option<String> {
        match node {
            Node::Constant(_) | Node::RowSum(_) => None,
            Node::Item(item) => item_not_summable(&self.table.items()[self.items[*item]]),
            Node::Calculation(position) => self.calculations[*position].not_summable.clone(),
            Node::Negate(inside) => self.not_summable(inside),
            Node::Binary { operator: Operator::Add | Operator::Subtract, sides } => {
                sides.iter().find_map(|side| self.not_summable(side))
            }
            Node::Binary { operator: Operator::Multiply, sides } if sides.iter().any(is_constant) => {
                sides.iter().find_map(|side| self.not_summable(side))
            }
            Node::Binary { operator: Operator::Divide, sides } if is_constant(&sides[1]) => {
                self.not_summable(&sides[0])
            }
            Node::If(parts) => parts[1..].iter().find_map(|part| self.not_summable(part)),
            Node::Coalesce(arguments) => arguments.iter().find_map(|argument| self.not_summable(argument)),
            Node::Name { .. } | Node::NameOf { .. } | Node::AcdName { .. } | Node::Join(_) => {
                Some("it is text".to_owned())
            }
            Node::PeriodSecs => Some(format!("it is the length of a period. {WHOLE}")),
            Node::Binary { .. } | Node::Rate(_) => Some(format!("it is a ratio or product. {WHOLE}")),
            Node::Not(_) => Some("it is a condition".to_owned()),
            Node::Extreme { .. } => Some("it is a maximum or minimum".to_owned()),
        }
    }
}

/// What a total row can show of what is computed from other values; in the words of the designer, and of a report's file.
const WHOLE: &str = "In the total row choose \"Over all rows together\" (\"ratio\" in a report's file)";
/// The same of what is a largest value.
const LARGEST: &str = "In the total row choose \"The largest\" (\"max\" in a report's file)";

/// Where a node stands in a list, which it is added to if it is not in it.
fn place_among(nodes: &mut Vec<Node>, node: Node) -> usize {
    let known = nodes.iter().position(|known| *known == node);
    known.unwrap_or_else(|| {
        nodes.push(node);
        nodes.len() - 1
    })
}

fn is_constant(node: &Node) -> bool {
    matches!(node, Node::Constant(_))
}

fn item_not_summable(item: &Item) -> Option<String> {
    match (item.class, item.unit) {
        (Class::Max, _) => Some(format!("{} is a maximum. {LARGEST}", item.name)),
        (Class::Status, Unit::Secs) => Some(format!("{} is a running time. {LARGEST}", item.name)),
        (Class::BusyHour, _) => Some(format!("{} is of each row's own busy hour", item.name)),
        (_, Unit::Count) | (Class::Call | Class::Timed | Class::Event, Unit::Secs) => None,
        _ => Some(format!("{} is neither a count nor a time", item.name)),
    }
}

/// The kinds of things that have names, as expressions write them.
const KINDS: [(&str, model::NameKind); 9] = [
    ("split", model::NameKind::Split),
    ("agent", model::NameKind::Agent),
    ("vdn", model::NameKind::Vdn),
    ("vector", model::NameKind::Vector),
    ("trunk_group", model::NameKind::TrunkGroup),
    ("trunk", model::NameKind::Trunk),
    ("work_code", model::NameKind::WorkCode),
    ("aux_reason", model::NameKind::AuxReason),
    ("logout_reason", model::NameKind::LogoutReason),
];

fn kind_of(word: &str) -> Option<model::NameKind> {
    KINDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)).map(|(_, kind)| *kind)
}

fn no_kind(word: &str) -> String {
    let known: Vec<&str> = KINDS.iter().map(|(known, _)| *known).collect();
    format!("{word} is no kind of thing that has names; there are {}", known.join(", "))
}

/// Whole numbers stay whole, so that counts do not turn into decimals.
pub(crate) fn number_value(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() < 9e15 { Value::Int(number as i64) } else { Value::Real(number) }
}

/// Number of single-character edits between two names.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
