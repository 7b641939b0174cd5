//! Puts rows together: for groups, and for the totals that are computed from summed items.
//!
//! Each item follows its own rule, so that an average over many rows is the ratio of two sums and never
//! an average of averages.

use catalog::{Class, Item, Kind, Table, Unit, Value};
use model::Moment;

use crate::evaluate::compare;
use crate::period::{Periods, Span};

/// How the values of an item in several rows become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rollup {
    Sum,
    Max,
    /// The longest running time, or the earliest moment.
    Oldest,
    /// The value that all rows share; blank where they differ.
    Common,
}

/// The rule of an item.
pub(crate) fn rollup(table: &Table, item: &Item) -> Rollup {
    // Rows of cagent repeat what is so of the agent in each of the agent's skills.
    let repeated = table.kind == Kind::RealTime && table.name == "cagent";
    match (item.class, item.unit) {
        (Class::Call | Class::Timed, _) | (Class::Event, Unit::Count | Unit::Secs) => Rollup::Sum,
        (Class::Max, _) | (_, Unit::Flag) => Rollup::Max,
        // In daily, weekly and monthly rows it is a number of intervals.
        (Class::Admin, Unit::Count) if item.name == "INCOMPLETE" => Rollup::Sum,
        (Class::Event, Unit::Moment) => Rollup::Oldest,
        (Class::Status, Unit::Count) if !repeated => Rollup::Sum,
        (Class::Status, Unit::Secs | Unit::Moment) => Rollup::Oldest,
        _ => Rollup::Common,
    }
}

/// Adds `value` to what was gathered before; `first` says that nothing was.
pub(crate) fn gather(rule: Rollup, into: &mut Value, value: &Value, first: bool, now: Moment) {
    if first {
        *into = value.clone();
        return;
    }
    match rule {
        Rollup::Common if into != value => *into = Value::Blank,
        Rollup::Common => {}
        _ if *value == Value::Blank => {}
        _ if *into == Value::Blank => *into = value.clone(),
        Rollup::Sum => *into = sum(into, value, now),
        Rollup::Max if compare(into, value, now).is_some_and(std::cmp::Ordering::is_lt) => *into = value.clone(),
        Rollup::Max => {}
        Rollup::Oldest => *into = oldest(into, value, now),
    }
}

/// Sum of two values; blanks count as nothing.
pub(crate) fn sum(left: &Value, right: &Value, now: Moment) -> Value {
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => Value::Int(left.saturating_add(*right)),
        _ => match (left.number(now), right.number(now)) {
            (Some(left), Some(right)) => Value::Real(left + right),
            (Some(_), None) => left.clone(),
            _ => right.clone(),
        },
    }
}

fn oldest(left: &Value, right: &Value, now: Moment) -> Value {
    match (left, right) {
        // Compared as moments: those ahead of `now` would all count as zero seconds.
        (Value::Since(a), Value::Since(b)) => Value::Since(*a.min(b)),
        (Value::At(a), Value::At(b)) => Value::At(*a.min(b)),
        _ if compare(left, right, now).is_some_and(std::cmp::Ordering::is_lt) => right.clone(),
        _ => left.clone(),
    }
}

/// Rows put together item by item, and their periods.
#[derive(Debug, Clone)]
pub(crate) struct Gathered {
    values: Vec<Value>,
    rows: usize,
    periods: Periods,
}

impl Gathered {
    pub fn new(width: usize) -> Self {
        Gathered { values: vec![Value::Blank; width], rows: 0, periods: Periods::default() }
    }

    pub fn add(&mut self, rules: &[Rollup], row: &[Value], span: Option<Span>, now: Moment) {
        for ((into, value), rule) in self.values.iter_mut().zip(row).zip(rules) {
            gather(*rule, into, value, self.rows == 0, now);
        }
        self.rows += 1;
        if let Some(span) = span {
            self.periods.add(span);
        }
    }

    /// Adds a row of which only some items count: those that `told` marks. The others stay as they are.
    pub fn add_part(&mut self, rules: &[Rollup], row: &[Value], told: &[bool], span: Option<Span>, now: Moment) {
        let parts = self.values.iter_mut().zip(row).zip(rules).zip(told).filter(|(_, told)| **told);
        for (((into, value), rule), _) in parts {
            gather(*rule, into, value, self.rows == 0, now);
        }
        self.rows += 1;
        if let Some(span) = span {
            self.periods.add(span);
        }
    }

    /// Adds what was put together before.
    pub fn add_gathered(&mut self, rules: &[Rollup], other: &Gathered, now: Moment) {
        self.add(rules, &other.values, None, now);
        self.periods.add_all(&other.periods);
    }

    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// Length of the periods of all rows, each counted once.
    pub fn period_secs(&self, kind: Kind) -> Option<i64> {
        self.periods.secs(kind)
    }
}
