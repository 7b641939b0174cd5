//! Evaluates bound expressions over one row.
//!
//! A blank makes arithmetic and comparisons blank; so does division by zero. Running times stay running
//! when they stand alone and are measured when they are computed with.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use catalog::Value;
use model::{Dictionary, Moment, NameKind};

use crate::expression::Operator;
use crate::program::{Node, Program};

/// What stays the same while rows are evaluated.
pub(crate) struct Context<'a> {
    pub now: Moment,
    pub names: Names<'a>,
    /// Name of the ACD whose rows these are; empty if it has none, or if they are of several.
    pub acd_name: &'a str,
}

/// Names by number, with the text of each made once.
pub(crate) struct Names<'a> {
    dictionary: &'a Dictionary,
    by_number: RefCell<HashMap<(NameKind, i64), Value>>,
    by_text: RefCell<HashMap<(NameKind, Arc<str>), Value>>,
}

impl<'a> Names<'a> {
    pub fn new(dictionary: &'a Dictionary) -> Self {
        Names { dictionary, by_number: RefCell::default(), by_text: RefCell::default() }
    }

    /// The name of a number, or the number itself where it has none.
    fn of(&self, kind: NameKind, number: &Value) -> Value {
        match number {
            Value::Int(number) => {
                let mut known = self.by_number.borrow_mut();
                known.entry((kind, *number)).or_insert_with(|| self.named_or(kind, &number.to_string(), None)).clone()
            }
            Value::Text(number) => {
                let mut known = self.by_text.borrow_mut();
                let entry = known.entry((kind, Arc::clone(number)));
                entry.or_insert_with_key(|(_, number)| self.named_or(kind, number, Some(number))).clone()
            }
            other => other.clone(),
        }
    }

    /// The name of a number; blank where it has none.
    fn find(&self, kind: NameKind, number: &Value) -> Value {
        let number = match number {
            Value::Int(number) => number.to_string(),
            Value::Text(number) => number.to_string(),
            _ => return Value::Blank,
        };
        self.dictionary.name(kind, &number).map_or(Value::Blank, Value::text)
    }

    fn named_or(&self, kind: NameKind, number: &str, shared: Option<&Arc<str>>) -> Value {
        match (self.dictionary.name(kind, number), shared) {
            (Some(name), _) => Value::text(name),
            (None, Some(shared)) => Value::Text(Arc::clone(shared)),
            (None, None) => Value::text(number),
        }
    }
}

/// A program with room for the values of its calculations.
pub(crate) struct Evaluator<'a> {
    program: &'a Program,
    context: &'a Context<'a>,
    calculated: Vec<Value>,
    period_secs: Value,
}

impl<'a> Evaluator<'a> {
    pub fn new(program: &'a Program, context: &'a Context<'a>) -> Self {
        let calculated = Vec::with_capacity(program.calculations.len());
        Evaluator { program, context, calculated, period_secs: Value::Blank }
    }

    /// Computes all calculations of the row, in their order. `period_secs` is the length of its period, if it has one.
    pub fn enter(&mut self, row: &[Value], period_secs: Option<i64>) {
        self.period_secs = period_secs.map_or(Value::Blank, Value::Int);
        self.calculated.clear();
        for calculation in &self.program.calculations {
            let value = self.value(&calculation.node, row);
            self.calculated.push(value);
        }
    }

    /// The row with what is to be added up over rows behind its items, as it is put together with others.
    pub fn with_sums(&mut self, row: &[Value], period_secs: Option<i64>, with: &mut Vec<Value>) {
        self.enter(row, period_secs);
        with.clear();
        with.extend_from_slice(row);
        with.extend(self.program.row_sums.iter().map(|sum| self.value(sum, row)));
    }

    /// The averages over time of what one ACD has, to be added up over ACDs.
    pub fn rates(&mut self, row: &[Value], period_secs: Option<i64>) -> Vec<Value> {
        self.enter(row, period_secs);
        (0..self.program.rates.len()).map(|position| self.value(&Node::Rate(position), row)).collect()
    }

    /// The value of a node in the row last entered.
    pub fn value(&self, node: &Node, row: &[Value]) -> Value {
        match node {
            Node::Constant(value) => value.clone(),
            Node::Item(item) => row[*item].clone(),
            Node::Calculation(position) => self.calculated[*position].clone(),
            Node::Name { item, kind } => self.context.names.of(*kind, &row[*item]),
            Node::NameOf { kind, number } => self.context.names.find(*kind, &self.value(number, row)),
            Node::AcdName { .. } if !self.context.acd_name.is_empty() => Value::text(self.context.acd_name),
            Node::AcdName { item } => row[*item].clone(),
            Node::PeriodSecs => self.period_secs.clone(),
            // A row alone brings its items and nothing behind them; of rows put together the sums stand there.
            Node::RowSum(position) => match row.get(self.program.items.len() + position) {
                Some(sum) => sum.clone(),
                None => self.value(&self.program.row_sums[*position], row),
            },
            // Only what is put together over several ACDs brings it.
            Node::Rate(position) => match row.get(self.program.width() + position) {
                Some(rate) => rate.clone(),
                None => {
                    let over_time = self.value(&self.program.rates[*position], row);
                    self.arithmetic(Operator::Divide, &over_time, &self.period_secs)
                }
            },
            Node::Negate(inside) => match self.value(inside, row) {
                Value::Int(value) => Value::Int(value.saturating_neg()),
                other => real(other.number(self.context.now).map(|value| -value)),
            },
            Node::Not(inside) => flag(truth(&self.value(inside, row)).map(|truth| !truth)),
            Node::Binary { operator, sides } => self.binary(*operator, sides, row),
            Node::If(parts) => {
                let chosen = if truth(&self.value(&parts[0], row)) == Some(true) { 1 } else { 2 };
                self.value(&parts[chosen], row)
            }
            Node::Extreme { largest, arguments } => {
                let values = arguments.iter().map(|argument| self.value(argument, row));
                values.reduce(|a, b| self.extreme(*largest, a, b)).unwrap_or(Value::Blank)
            }
            Node::Coalesce(arguments) => {
                let mut values = arguments.iter().map(|argument| self.value(argument, row));
                values.find(|value| *value != Value::Blank).unwrap_or(Value::Blank)
            }
            Node::Join(arguments) => self.join(arguments, row),
        }
    }

    fn binary(&self, operator: Operator, sides: &[Node; 2], row: &[Value]) -> Value {
        let left = self.value(&sides[0], row);
        // An operand that decides alone does so even beside a blank.
        match (operator, truth(&left)) {
            (Operator::And, Some(false)) => return Value::Int(0),
            (Operator::Or, Some(true)) => return Value::Int(1),
            _ => {}
        }
        let right = self.value(&sides[1], row);
        match operator {
            Operator::And | Operator::Or => match (truth(&left), truth(&right)) {
                (_, Some(decided)) if decided == (operator == Operator::Or) => flag(Some(decided)),
                (Some(_), Some(second)) => flag(Some(second)),
                _ => Value::Blank,
            },
            Operator::Add | Operator::Subtract | Operator::Multiply | Operator::Divide => {
                self.arithmetic(operator, &left, &right)
            }
            _ => flag(compare(&left, &right, self.context.now).map(|ordering| holds(operator, ordering))),
        }
    }

    fn arithmetic(&self, operator: Operator, left: &Value, right: &Value) -> Value {
        if let (Value::Int(left), Value::Int(right)) = (left, right) {
            let whole = match operator {
                Operator::Add => left.checked_add(*right),
                Operator::Subtract => left.checked_sub(*right),
                Operator::Multiply => left.checked_mul(*right),
                _ => None,
            };
            if let Some(whole) = whole {
                return Value::Int(whole);
            }
        }
        let now = self.context.now;
        let (Some(left), Some(right)) = (left.number(now), right.number(now)) else { return Value::Blank };
        real(match operator {
            Operator::Add => Some(left + right),
            Operator::Subtract => Some(left - right),
            Operator::Multiply => Some(left * right),
            _ => Some(left / right).filter(|_| right != 0.0),
        })
    }

    /// The larger or smaller of two values; a blank gives way to the other.
    fn extreme(&self, largest: bool, a: Value, b: Value) -> Value {
        match (&a, &b) {
            (Value::Blank, _) => return b,
            (_, Value::Blank) => return a,
            _ => {}
        }
        let wanted = if largest { Ordering::Less } else { Ordering::Greater };
        if compare(&a, &b, self.context.now) == Some(wanted) { b } else { a }
    }

    fn join(&self, arguments: &[Node], row: &[Value]) -> Value {
        let mut text = String::new();
        for argument in arguments {
            let value = self.value(argument, row);
            if value != Value::Blank {
                if !text.is_empty() {
                    text.push(' ');
                }
                text.push_str(&plain(&value, self.context.now));
            }
        }
        if text.is_empty() { Value::Blank } else { Value::text(&text) }
    }
}

/// A value as bare text: words as they are, running times in seconds, moments in UTC.
pub(crate) fn plain(value: &Value, now: Moment) -> String {
    match value {
        Value::Blank => String::new(),
        Value::Int(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Text(text) => text.to_string(),
        Value::Since(since) => now.since(*since).to_string(),
        Value::At(at) => at.to_string(),
    }
}

/// Order of two values: texts as texts, all others as numbers; `None` beside a blank or across kinds.
pub(crate) fn compare(left: &Value, right: &Value, now: Moment) -> Option<Ordering> {
    match (left, right) {
        (Value::Text(left), Value::Text(right)) => Some(left.cmp(right)),
        (Value::Int(left), Value::Int(right)) => Some(left.cmp(right)),
        _ => left.number(now)?.partial_cmp(&right.number(now)?),
    }
}

fn holds(operator: Operator, ordering: Ordering) -> bool {
    match operator {
        Operator::Equal => ordering.is_eq(),
        Operator::Differs => ordering.is_ne(),
        Operator::Less => ordering.is_lt(),
        Operator::LessOrEqual => ordering.is_le(),
        Operator::Greater => ordering.is_gt(),
        _ => ordering.is_ge(),
    }
}

/// Whether a value counts as true: a number other than zero, a text that is not empty; `None` if blank.
pub(crate) fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Blank => None,
        Value::Int(number) => Some(*number != 0),
        Value::Real(number) => Some(*number != 0.0),
        Value::Text(text) => Some(!text.is_empty()),
        Value::Since(_) | Value::At(_) => Some(true),
    }
}

fn flag(truth: Option<bool>) -> Value {
    truth.map_or(Value::Blank, |truth| Value::Int(i64::from(truth)))
}

fn real(number: Option<f64>) -> Value {
    number.filter(|number| number.is_finite()).map_or(Value::Blank, Value::Real)
}
