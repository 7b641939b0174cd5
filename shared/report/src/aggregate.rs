//! Puts rows together: for groups, and for the totals that are computed from summed items.
//!
//! Each item follows its own rule, so that an average over many rows is the ratio of two sums and never
//! an average of averages.

use std::collections::BTreeMap;

use catalog::{Class, Item, Table, TableKind, Unit, Value};
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
    /// How it is counted how many intervals lack data, if anything asks for that.
    incomplete: Option<Lacking>,
}

/// Where rows say that intervals lack data (INCOMPLETE: how many of a day, week or month do, or whether the one interval does), and
/// what tells their period. The rows of one period lack data of the same intervals, so the most of them counts; other periods
/// have others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lacking {
    /// The period is that of a date, at this position.
    ByDate { count: usize, date: usize },
    /// The period is the row's interval.
    ByInterval { count: usize },
}

impl Lacking {
    fn count(self) -> usize {
        match self {
            Lacking::ByDate { count, .. } | Lacking::ByInterval { count } => count,
        }
    }
}

impl Rules {
    pub fn new(program: &Program, incomplete: Option<Lacking>) -> Self {
        let rule = |&item: &usize| rollup(program.table, &program.table.items()[item]);
        // Behind the items stand the sums over rows.
        let sums = program.row_sums.iter().map(|_| Rollup::Sum);
        Rules { each: program.items.iter().map(rule).chain(sums).collect(), incomplete }
    }
}

/// The rule of an item.
fn rollup(table: &Table, item: &Item) -> Rollup {
    // Rows of cagent repeat what is so of the agent in each of the agent's skills.
    let repeated = table.kind == TableKind::RealTime && table.name == "cagent";
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

impl Incomplete {
    /// Takes what a row of a period says; whether the period was not among them.
    fn add(&mut self, period: i64, lacking: i64) -> bool {
        let before = self.by_period.len();
        let most = self.by_period.entry(period).or_default();
        let more = (lacking - *most).max(0);
        *most += more;
        self.all += more;
        self.by_period.len() > before
    }
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
        self.count_incomplete(rules, row, span) + self.add_period(span)
    }

    /// Adds a row of which only some items count: those that `told` marks. The others stay as they are.
    pub fn add_part(&mut self, rules: &Rules, row: &[Value], told: &[bool], span: Option<Span>, now: Moment) -> usize {
        let parts = self.values.iter_mut().zip(row).zip(&rules.each).zip(told).filter(|(_, told)| **told);
        for (((into, value), rule), _) in parts {
            gather(*rule, into, value, self.rows == 0, now);
        }
        self.rows += 1;
        self.count_incomplete(rules, row, span) + self.add_period(span)
    }

    /// Adds what was put together before.
    pub fn add_gathered(&mut self, rules: &Rules, other: &Gathered, now: Moment) {
        for ((into, value), rule) in self.values.iter_mut().zip(&other.values).zip(&rules.each) {
            gather(*rule, into, value, self.rows == 0, now);
        }
        self.rows += 1;
        self.periods.add_all(&other.periods);
        for (&period, &lacking) in &other.incomplete.by_period {
            self.incomplete.add(period, lacking);
        }
        self.say_incomplete(rules);
    }

    fn add_period(&mut self, span: Option<Span>) -> usize {
        usize::from(span.is_some_and(|span| self.periods.add(span)))
    }

    fn count_incomplete(&mut self, rules: &Rules, row: &[Value], span: Option<Span>) -> usize {
        let Some(lacking) = rules.incomplete else { return 0 };
        let period = match lacking {
            Lacking::ByDate { date, .. } => match &row[date] {
                Value::Int(date) => Some(*date),
                _ => None,
            },
            Lacking::ByInterval { .. } => span.map(Span::start),
        };
        let more = match (&row[lacking.count()], period) {
            (Value::Int(lacking), Some(period)) if *lacking > 0 => self.incomplete.add(period, *lacking),
            _ => false,
        };
        self.say_incomplete(rules);
        usize::from(more)
    }

    /// Puts the number where rows say theirs.
    fn say_incomplete(&mut self, rules: &Rules) {
        if let Some(lacking) = rules.incomplete.filter(|_| self.incomplete.all > 0) {
            self.values[lacking.count()] = Value::Int(self.incomplete.all);
        }
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// Length of the periods of all rows, each counted once.
    pub fn period_secs(&self, kind: TableKind) -> Option<i64> {
        self.periods.secs(kind)
    }
}
