//! Rows put together, and beside them what each of several ACDs has of them.
//!
//! An average over time, such as positions staffed, is by the time of one ACD. Two agents who are staffed throughout, one in each
//! of two ACDs, are two positions, also where the ACDs' zones, intervals or days are not the same; divided by the time that any of
//! the ACDs was shown for, they would be fewer. So the averages of the ACDs are added up.

use std::borrow::Cow;

use catalog::{TableKind, Value};
use model::Moment;

use crate::aggregate::{Gathered, Rules, sum};
use crate::evaluate::Evaluator;
use crate::period::Span;

#[derive(Debug)]
pub(crate) struct Whole {
    all: Gathered,
    /// What each ACD has; nobody asks for that where it is empty.
    of_acds: Vec<Gathered>,
}

impl Whole {
    /// `acds` are those that are put together, 0 if rows are of one or nothing is an average over time.
    pub fn new(width: usize, acds: usize) -> Self {
        Whole { all: Gathered::new(width), of_acds: vec![Gathered::new(width); acds] }
    }

    /// Adds a row of an ACD, or if `told` says so only some of its items; says how many values more that keeps.
    pub fn add(
        &mut self,
        acd: usize,
        rules: &Rules,
        row: &[Value],
        told: Option<&[bool]>,
        span: Option<Span>,
        now: Moment,
    ) -> usize {
        let into = self.of_acds.get_mut(acd).into_iter().chain([&mut self.all]);
        into.map(|into| match told {
            None => into.add(rules, row, span, now),
            Some(told) => into.add_part(rules, row, told, span, now),
        })
        .sum()
    }

    /// Adds what was put together before, of `acd` if it is of one.
    pub fn add_whole(&mut self, acd: usize, other: &Whole, rules: &Rules, now: Moment) {
        self.all.add_gathered(rules, &other.all, now);
        if other.of_acds.is_empty() {
            self.of_acds.get_mut(acd).into_iter().for_each(|into| into.add_gathered(rules, &other.all, now));
        }
        for (into, of_acd) in self.of_acds.iter_mut().zip(&other.of_acds).filter(|(_, of_acd)| !of_acd.is_empty()) {
            into.add_gathered(rules, of_acd, now);
        }
    }

    /// The items of all rows, behind them what is added up over rows and, of several ACDs, over these.
    pub fn values(&self, evaluators: &mut [Evaluator<'_>], kind: TableKind, now: Moment) -> Cow<'_, [Value]> {
        let of_acds = self.of_acds.iter().zip(evaluators).filter(|(of_acd, _)| !of_acd.is_empty());
        let rates = of_acds.map(|(of_acd, evaluator)| evaluator.rates(of_acd.values(), of_acd.period_secs(kind)));
        let add = |all: Vec<Value>, more: Vec<Value>| {
            all.iter().zip(&more).map(|(all, more)| sum(all, more, now)).collect::<Vec<_>>()
        };
        match rates.reduce(add) {
            Some(rates) => Cow::Owned([self.all.values(), &rates].concat()),
            None => Cow::Borrowed(self.all.values()),
        }
    }

    /// Length of the periods of all rows, each counted once.
    pub fn period_secs(&self, kind: TableKind) -> Option<i64> {
        self.all.period_secs(kind)
    }
}
