//! Puts rows together: for groups, and for the totals that are computed from summed items.
//!
//! Each item follows its own rule, so that an average over many rows is the ratio of two sums and never
//! an average of averages.

use std::collections::BTreeMap;

use catalog::{Class, Item, Kind, Table, Unit, Value};
use model::Moment;

use crate::evaluate::compare;
use crate::period::{Periods, Span};
use crate::program::Program;

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

/// How the rows of a block become one.
#[derive(Debug)]
pub(crate) struct Rules {
    /// Of each of its items.
    each: Vec<Rollup>,
    /// Where rows of days, weeks and months bring how many intervals lack data (INCOMPLETE), and the date of their period.
    /// The rows of one period lack data of the same intervals, so the most of them counts; other periods have others.
    incomplete: Option<[usize; 2]>,
}

impl Rules {
    pub fn new(program: &Program, incomplete: Option<[usize; 2]>) -> Self {
        let rule = |&item: &usize| rollup(program.table, &program.table.items()[item]);
        Rules { each: program.items.iter().map(rule).collect(), incomplete }
    }
}

/// The rule of an item.
fn rollup(table: &Table, item: &Item) -> Rollup {
    // Rows of cagent repeat what is so of the agent in each of the agent's skills.
    let repeated = table.kind == Kind::RealTime && table.name == "cagent";
    match (item.class, item.unit) {
        (Class::Call | Class::Timed, _) | (Class::Event, Unit::Count | Unit::Secs) => Rollup::Sum,
        (Class::Max, _) | (_, Unit::Flag) => Rollup::Max,
        // In daily, weekly and monthly rows it is a number of intervals: see [`Rules`].
        (Class::Admin, Unit::Count) if item.name == "INCOMPLETE" => Rollup::Max,
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
    incomplete: Incomplete,
}

/// How many intervals lack data: the most that a row of each period says, and of all periods together.
#[derive(Debug, Clone, Default)]
struct Incomplete {
    by_period: BTreeMap<i64, i64>,
    all: i64,
}

impl Gathered {
    pub fn new(width: usize) -> Self {
        Gathered {
            values: vec![Value::Blank; width],
            rows: 0,
            periods: Periods::default(),
            incomplete: Incomplete::default(),
        }
    }

    /// Adds a row; says how many values more that keeps.
    pub fn add(&mut self, rules: &Rules, row: &[Value], span: Option<Span>, now: Moment) -> usize {
        for ((into, value), rule) in self.values.iter_mut().zip(row).zip(&rules.each) {
            gather(*rule, into, value, self.rows == 0, now);
        }
        self.rows += 1;
        self.count_incomplete(rules, row) + self.add_period(span)
    }

    /// Adds a row of which only some items count: those that `told` marks. The others stay as they are.
    pub fn add_part(&mut self, rules: &Rules, row: &[Value], told: &[bool], span: Option<Span>, now: Moment) -> usize {
        let parts = self.values.iter_mut().zip(row).zip(&rules.each).zip(told).filter(|(_, told)| **told);
        for (((into, value), rule), _) in parts {
            gather(*rule, into, value, self.rows == 0, now);
        }
        self.rows += 1;
        self.add_period(span)
    }

    /// Adds what was put together before. That is never so with days, weeks and months, whose periods would have to be known.
    pub fn add_gathered(&mut self, rules: &Rules, other: &Gathered, now: Moment) {
        self.add(rules, &other.values, None, now);
        self.periods.add_all(&other.periods);
    }

    fn add_period(&mut self, span: Option<Span>) -> usize {
        usize::from(span.is_some_and(|span| self.periods.add(span)))
    }

    fn count_incomplete(&mut self, rules: &Rules, row: &[Value]) -> usize {
        let Some([count, period]) = rules.incomplete else { return 0 };
        let (Value::Int(lacking), Value::Int(period)) = (&row[count], &row[period]) else { return 0 };
        if *lacking <= 0 {
            return 0;
        }
        let Incomplete { by_period, all } = &mut self.incomplete;
        let before = by_period.len();
        let most = by_period.entry(*period).or_default();
        let more = (*lacking - *most).max(0);
        *most += more;
        *all += more;
        self.values[count] = Value::Int(*all);
        by_period.len() - before
    }

    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// Length of the periods of all rows, each counted once.
    pub fn period_secs(&self, kind: Kind) -> Option<i64> {
        self.periods.secs(kind)
    }
}
