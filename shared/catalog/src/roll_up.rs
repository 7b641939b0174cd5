//! How rows become one row of a longer time: intervals a day, days a week or a month.
//!
//! Each item says by its class and name how its values become one; nothing else decides it. Rows are given one after
//! the other in order of time, so one pass over the rows of an entity makes its sum.

use model::Moment;

use crate::item::{Class, Item};
use crate::table::{Table, TableKind};
use crate::tables::busy_hour::{self, BusyHourLine};

/// How the values of an item become one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RollUp {
    /// They add up.
    Sum,
    /// The largest counts.
    Max,
    /// The last one in force counts.
    Last,
    /// 1 if any is not 0.
    Any,
    /// Part of the day's busy hour.
    BusyHour,
}

impl Item {
    /// How its values become one; `None` for what is no value of a row that can be summed up.
    ///
    /// Of administered items the last value in force counts, but a target is the largest that was set, a change is one
    /// whenever it came, INCOMPLETE counts the intervals that lack data, and lengths of periods add up.
    pub fn roll_up(&self) -> Option<RollUp> {
        match self.class {
            Class::Call | Class::Timed => Some(RollUp::Sum),
            Class::Max => Some(RollUp::Max),
            Class::BusyHour => Some(RollUp::BusyHour),
            Class::Admin if self.name == "INCOMPLETE" || self.name.starts_with("SECSPER") => Some(RollUp::Sum),
            Class::Admin if self.name.ends_with("CHG") => Some(RollUp::Any),
            Class::Admin if self.name.starts_with("TARGET") => Some(RollUp::Max),
            Class::Admin => Some(RollUp::Last),
            Class::Key | Class::Status | Class::Event => None,
        }
    }
}

/// The clock hour of an interval row, for the busy hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BusyHourOf {
    /// When the hour began; tells the two halves of a repeated hour apart.
    pub began_at: Moment,
    /// Its local time, `HHMM` as a number.
    pub starttime: u32,
    /// Length of the interval in minutes (INTRVL).
    pub minutes: u32,
}

/// How the rows of one table become rows of another one of the same element.
#[derive(Debug)]
pub struct Rolling {
    /// Where the sums go.
    pub target: &'static Table,
    /// By position in the source's values; the target's values begin with the same items.
    rules: Vec<RollUp>,
    busy_hour: Option<BusyHour>,
}

/// Where the busy hour's figures come from and go to, as positions among the values.
#[derive(Debug)]
struct BusyHour {
    /// What the busiest hour has most of.
    measure: Vec<usize>,
    /// From the interval's value to the day's.
    parts: Vec<(usize, usize)>,
    starttime: usize,
    minutes: usize,
}

/// The sum of one entity so far.
#[derive(Debug, Clone)]
pub struct Sum {
    values: Vec<i64>,
    hour: Option<Hour>,
    busiest: Option<Hour>,
}

#[derive(Debug, Clone)]
struct Hour {
    of: BusyHourOf,
    measure: i64,
    parts: Vec<i64>,
}

impl Rolling {
    /// How to sum up into a daily, weekly or monthly table of an element; `None` for any other table.
    pub fn into_table(target: &'static Table) -> Option<Rolling> {
        let source = Rolling::source_of(target)?;
        let rules = source.values().iter().map(Item::roll_up).collect::<Option<Vec<_>>>()?;
        let busy_hour = match (target.kind, target.element()) {
            (TableKind::Daily, "vdn") => Some(BusyHour::new(target, busy_hour::VDN, &["INCALLS"])),
            (TableKind::Daily, "tkgrp") => {
                Some(BusyHour::new(target, busy_hour::TRUNK_GROUP, &["I_INOCC", "I_OUTOCC"]))
            }
            _ => None,
        };
        Some(Rolling { target, rules: rules.into_iter().filter(|rule| *rule != RollUp::BusyHour).collect(), busy_hour })
    }

    /// The table whose rows are summed up into `target`: days come from intervals, weeks and months from days.
    pub fn source_of(target: &Table) -> Option<&'static Table> {
        match target.kind {
            TableKind::Daily => target.of_kind(TableKind::Interval),
            TableKind::Weekly | TableKind::Monthly => target.of_kind(TableKind::Daily),
            _ => None,
        }
    }

    /// How many of the source's values are summed up, counted from its first.
    pub fn width(&self) -> usize {
        self.rules.len()
    }

    /// Whether rows are to be given with their hour.
    pub fn wants_hours(&self) -> bool {
        self.busy_hour.is_some()
    }

    /// Nothing yet.
    pub fn begin(&self) -> Sum {
        Sum { values: vec![0; self.rules.len()], hour: None, busiest: None }
    }

    /// Adds the values of a row. Rows come in order of time; `hour` is given where [`Rolling::wants_hours`].
    pub fn add(&self, sum: &mut Sum, values: &[i64], hour: Option<BusyHourOf>) {
        for ((total, &value), rule) in sum.values.iter_mut().zip(values).zip(&self.rules) {
            match rule {
                RollUp::Sum => *total += value,
                RollUp::Max => *total = (*total).max(value),
                RollUp::Last => *total = value,
                RollUp::Any => *total |= i64::from(value != 0),
                RollUp::BusyHour => {}
            }
        }
        if let (Some(busy_hour), Some(of)) = (&self.busy_hour, hour) {
            busy_hour.add(sum, values, of);
        }
    }

    /// The values that are not 0, by position in the target's values.
    pub fn finish(&self, mut sum: Sum) -> Vec<(u16, i64)> {
        let mut values: Vec<(u16, i64)> = Vec::new();
        let mut put = |place: usize, value: i64| {
            if value != 0 {
                values.push((place as u16, value));
            }
        };
        sum.values.iter().enumerate().for_each(|(place, value)| put(place, *value));
        if let Some(busy_hour) = &self.busy_hour {
            sum.end_hour();
            if let Some(busiest) = sum.busiest {
                put(busy_hour.starttime, i64::from(busiest.of.starttime));
                put(busy_hour.minutes, i64::from(busiest.of.minutes));
                busy_hour.parts.iter().zip(busiest.parts).for_each(|(&(_, place), value)| put(place, value));
            }
        }
        values
    }
}

impl BusyHour {
    fn new(target: &Table, lines: &[BusyHourLine], measure: &[&str]) -> Self {
        let place = |name: &str| {
            let found = target.values().iter().position(|item| item.name == name);
            found.unwrap_or_else(|| panic!("{} has no item {name}", target.name))
        };
        BusyHour {
            measure: measure.iter().map(|item| place(item)).collect(),
            parts: lines.iter().filter_map(|(name, part, ..)| Some((place((*part)?), place(name)))).collect(),
            starttime: place("BH_STARTTIME"),
            minutes: place("BH_INTERVAL"),
        }
    }

    fn add(&self, sum: &mut Sum, values: &[i64], of: BusyHourOf) {
        if sum.hour.as_ref().is_none_or(|hour| hour.of.began_at != of.began_at) {
            sum.end_hour();
            sum.hour = Some(Hour { of, measure: 0, parts: vec![0; self.parts.len()] });
        }
        if let Some(hour) = &mut sum.hour {
            hour.measure += self.measure.iter().map(|&place| values[place]).sum::<i64>();
            hour.parts.iter_mut().zip(&self.parts).for_each(|(total, &(place, _))| *total += values[place]);
        }
    }
}

impl Sum {
    /// The hour is over; of equal hours the earlier one stays the busiest.
    fn end_hour(&mut self) {
        if let Some(hour) = self.hour.take()
            && self.busiest.as_ref().is_none_or(|busiest| hour.measure > busiest.measure)
        {
            self.busiest = Some(hour);
        }
    }
}
