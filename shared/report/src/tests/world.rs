//! A small call centre as rows, and the shortest way to run a report over it.

use std::cell::RefCell;
use std::collections::BTreeMap;

use catalog::{Class, Table, Unit, Value};
use model::event::Configuration;
use model::{
    AuxReason, Calendar, Dictionary, Interval, IntervalMinutes, LoginId, LogoutReason, Moment, Period, SplitId,
    SummaryTimes, TrunkGroupId, VdnId, VectorId, WorkCode,
};

use crate::{
    Block, Closed, ColumnDef, DayBounds, Definition, Filter, Format, Kept, Layout, ReportKind, RowSource, SourceError,
};

/// 2026-03-02 10:00:00 in Berlin, a Monday.
pub const NOW: Moment = Moment(1_772_442_000);

/// Rows by table. Items that a row does not name are blank, or 0 if they are counted.
#[derive(Default)]
pub struct Given {
    pub rows: BTreeMap<&'static str, Vec<Vec<Value>>>,
    pub calendar: Option<Calendar>,
    pub running: Option<Interval>,
    /// Days, weeks and months that are out of date.
    pub out_of_date: Vec<Period>,
    /// Those that are so and cannot be made again.
    pub not_made_again: Vec<Period>,
    /// Those that are not there yet, whatever is asked for.
    pub not_summed_up: Vec<Period>,
    /// Those that were made without the table that is asked for.
    pub lacking: Vec<Period>,
    /// What the person may not see all of.
    pub left_out: Option<&'static str>,
    /// When closed intervals began.
    pub closed: Vec<Moment>,
    /// The closed intervals, and whether each lacks data.
    pub intervals: Vec<Closed>,
    /// Periods of which intervals lack data, and how many.
    pub incomplete: Vec<(Period, u32)>,
    /// What is kept of each table; all of those that are not named.
    pub kept: BTreeMap<&'static str, Kept>,
    /// Which days make a week.
    pub times: SummaryTimes,
    /// What was asked for, table by table.
    pub asked: RefCell<Vec<(&'static str, Filter)>>,
}

impl Given {
    pub fn row(mut self, table: &str, items: &[(&str, Value)]) -> Self {
        let table = catalog::table(table).expect("a table of the catalogue");
        let empty = |item: &catalog::Item| match (item.class, item.unit) {
            (Class::Key, _) => Value::Blank,
            (Class::Event, unit) if !matches!(unit, Unit::Count | Unit::Flag) => Value::Blank,
            (Class::Status, unit) if !matches!(unit, Unit::Count | Unit::Flag) => Value::Blank,
            _ => Value::Int(0),
        };
        let mut row: Vec<Value> = table.items().iter().map(empty).collect();
        for (item, value) in items {
            row[table.position(item).unwrap_or_else(|| panic!("{} has no {item}", table.name))] = value.clone();
        }
        self.rows.entry(table.name).or_default().push(row);
        self
    }
}

impl RowSource for Given {
    /// Gives all rows, whatever the filter: the evaluator must cope.
    fn for_each_row(
        &self,
        table: &'static Table,
        items: &[usize],
        filter: &Filter,
        each: &mut dyn FnMut(&[Value]),
    ) -> Result<(), SourceError> {
        self.asked.borrow_mut().push((table.name, filter.clone()));
        for row in self.rows.get(table.name).into_iter().flatten() {
            let chosen: Vec<Value> = items.iter().map(|&item| row[item].clone()).collect();
            each(&chosen);
        }
        Ok(())
    }

    fn calendar(&self) -> Option<Calendar> {
        self.calendar
    }

    fn running(&self) -> Option<Interval> {
        self.running
    }

    fn summary_times(&self) -> SummaryTimes {
        self.times
    }

    fn not_summed_up(&self, kind: catalog::TableKind, _: DayBounds) -> Result<Vec<Period>, SourceError> {
        Ok(self.not_summed_up.iter().filter(|period| Some(period.level) == kind.level()).copied().collect())
    }

    fn left_out(&self, _: &'static Table, _: &Filter) -> Option<&'static str> {
        self.left_out
    }

    fn has_intervals(&self, from: Option<Moment>, to: Option<Moment>) -> Result<bool, SourceError> {
        let is_in = |at: &Moment| from.is_none_or(|from| from <= *at) && to.is_none_or(|to| *at < to);
        Ok(self.closed.iter().any(is_in) || self.intervals.iter().any(|closed| is_in(&closed.interval.start)))
    }

    fn closed(&self, from: Option<Moment>, to: Option<Moment>) -> Result<Vec<Closed>, SourceError> {
        let is_in = |at: Moment| from.is_none_or(|from| from <= at) && to.is_none_or(|to| at < to);
        Ok(self.intervals.iter().filter(|closed| is_in(closed.interval.start)).copied().collect())
    }

    fn incomplete(&self, kind: catalog::TableKind, _: DayBounds) -> Result<Vec<(Period, u32)>, SourceError> {
        Ok(self.incomplete.iter().filter(|(period, _)| Some(period.level) == kind.level()).copied().collect())
    }

    fn kept(&self, table: &'static Table) -> Result<Kept, SourceError> {
        Ok(self.kept.get(table.name).copied().unwrap_or(Kept::All))
    }

    fn out_of_date(&self, kind: catalog::TableKind) -> Result<Vec<Period>, SourceError> {
        Ok(self.out_of_date.iter().filter(|period| Some(period.level) == kind.level()).copied().collect())
    }

    fn not_made_again(&self, kind: catalog::TableKind) -> Result<Vec<Period>, SourceError> {
        Ok(self.not_made_again.iter().filter(|period| Some(period.level) == kind.level()).copied().collect())
    }

    fn lacking(&self, table: &'static Table, _: DayBounds) -> Result<Vec<Period>, SourceError> {
        Ok(self.lacking.iter().filter(|period| Some(period.level) == table.kind.level()).copied().collect())
    }
}

pub fn int(number: i64) -> Value {
    Value::Int(number)
}

pub fn text(text: &str) -> Value {
    Value::text(text)
}

/// A state that has lasted this long.
pub fn lasting(secs: i64) -> Value {
    Value::Since(NOW + -secs)
}

pub fn berlin() -> Calendar {
    Calendar { zone: chrono_tz::Europe::Berlin, interval: IntervalMinutes::Half }
}

/// Splits 1, 2, 5, 12; agents 1001 to 1004; VDNs 7001, 7002; vectors 3, 4; trunk groups 10, 11; AUX reasons 1, 2; logout
/// reason 1; work code 12.
pub fn dictionary() -> Dictionary {
    let mut dictionary = Dictionary::default();
    for (split, name) in [(1, "Sales"), (2, "Billing"), (5, "Support, Europe"), (12, "")] {
        let (split, name) = (SplitId(split), name.to_owned());
        dictionary.learn(&Configuration::Split { split, name, service_level_secs: None });
    }
    for (agent, name) in [("1001", "Ada Lovelace"), ("1002", "Grace Hopper"), ("1003", "Alan Turing"), ("1004", "")] {
        let agent = LoginId::new(agent).unwrap();
        dictionary.learn(&Configuration::Agent { agent, name: name.to_owned() });
    }
    for (vdn, name) in [("7001", "Main line"), ("7002", "After hours")] {
        let (vdn, name) = (VdnId::new(vdn).unwrap(), name.to_owned());
        dictionary.learn(&Configuration::Vdn { vdn, name, vector: None, service_level_secs: None });
    }
    for (group, name) in [(10, "City trunks"), (11, "Long distance")] {
        dictionary.learn(&Configuration::TrunkGroup { group: TrunkGroupId(group), name: name.to_owned() });
    }
    for (reason, name) in [(1, "Lunch"), (2, "Training")] {
        dictionary.learn(&Configuration::AuxReason { reason: AuxReason(reason), name: name.to_owned() });
    }
    let (reason, name) = (LogoutReason(1), "End of shift".to_owned());
    dictionary.learn(&Configuration::LogoutReason { reason, name });
    let (code, name) = (WorkCode::new("12").unwrap(), "Complaint".to_owned());
    dictionary.learn(&Configuration::WorkCode { code, name });
    for (vector, name) in [(3, "Open"), (4, "")] {
        dictionary.learn(&Configuration::Vector { vector: VectorId(vector), name: name.to_owned() });
    }
    dictionary
}

/// A real-time report of one table over csplit.
pub fn definition(columns: Vec<ColumnDef>) -> Definition {
    Definition {
        name: "Try".to_owned(),
        path: "Real-time/Try".to_owned(),
        kind: ReportKind::RealTime,
        description: String::new(),
        inputs: Vec::new(),
        refresh_secs: 10,
        blocks: vec![Block {
            title: String::new(),
            table: "csplit".to_owned(),
            filter: Vec::new(),
            from: None,
            to: None,
            dates: None,
            times: None,
            only: None,
            layout: Layout::Table,
            group_by: Vec::new(),
            columns,
            sort: Vec::new(),
            total_row: None,
            limit: None,
        }],
        calculations: Vec::new(),
    }
}

pub fn column(id: &str, expression: &str, format: Format) -> ColumnDef {
    ColumnDef {
        id: id.to_owned(),
        heading: id.to_owned(),
        heading_of: None,
        each: None,
        where_used: false,
        expression: expression.to_owned(),
        format,
        width: 0,
        threshold: None,
        total: None,
    }
}
