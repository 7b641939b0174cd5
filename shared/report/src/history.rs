//! What was collected since a chosen time, for integrated reports: the closed intervals before the running one.
//!
//! The real-time tables hold the present state and the running interval; the interval tables hold everything before it
//! (see [`RowSource::running`](crate::RowSource::running)). Reading the latter exactly up to the start of the former
//! counts every interval once, also in the moment in which one closes. Items are put together by their class; what is
//! so now, such as calls waiting, comes from the real-time row alone.
//!
//! The first interval is the one that contains the chosen time. How long it was says its row: the length may have been
//! another one then, so reckoning by the length that is in force was turned down.

use catalog::{Table, TableKind, Value};
use model::{Calendar, Interval, IntervalMinutes, Moment};

use crate::acds::Acd;
use crate::definition::Definition;
use crate::gaps;
use crate::input_error::InputError;
use crate::inputs::Resolved;
use crate::period::{self, Span, Spans};
use crate::plan::Plan;
use crate::run_error::RunError;
use crate::source::{Filter, Kept, RowSource, SourceError};
use crate::when::{When, local_minute};
use crate::window::{Placed, Window};

/// An integrated report begins at most so long ago, as in the field.
const BACK_SECS_MAX: i64 = 24 * 3600;

/// The closed intervals that belong to a block.
pub(crate) struct History {
    table: &'static Table,
    /// Items of the interval table that are read.
    items: Vec<usize>,
    /// Where the block's program wants each of them; what is read for the row's time alone goes nowhere.
    places: Vec<Option<usize>>,
    /// Which of the program's items history tells of.
    told: Vec<bool>,
    /// What is read: from the hour of the chosen time on, which no interval passes.
    window: Window<'static>,
    placed: Placed,
    spans: Spans,
    since: Since,
    /// Where rows bring the length of their interval in minutes.
    minutes: usize,
}

/// The chosen time.
#[derive(Debug, Clone, Copy)]
struct Since {
    /// `None` for nothing but the running interval.
    chosen: Option<Moment>,
    /// When the interval that contains it began, as far as that is known.
    begins_at: Option<Moment>,
    calendar: Option<Calendar>,
}

impl Since {
    /// Whether an interval that begins at `start` is not over yet at the chosen time.
    fn holds(&mut self, start: Moment, minutes: i64) -> bool {
        let Some(chosen) = self.chosen.filter(|chosen| start <= *chosen) else { return true };
        let holds = start == chosen || chosen < period::interval_end(self.calendar, start, minutes);
        if holds {
            self.begins_at = Some(start);
        }
        holds
    }
}

impl History {
    pub fn new(
        definition: &Definition,
        plan: &Plan<'_>,
        inputs: &Resolved,
        acd: &Acd<'_>,
    ) -> Result<History, RunError> {
        let now_table = plan.program.table;
        let missing = || SourceError::NotHere { table: now_table.name };
        let table = now_table.of_kind(TableKind::Interval).ok_or_else(missing)?;
        let (window, since) = window(definition, plan, inputs, acd)?;
        let (mut items, mut places) = (Vec::new(), Vec::new());
        let mut told = vec![false; plan.program.items.len()];
        for (place, &item) in plan.program.items.iter().enumerate() {
            // What is so now is no matter of history, even if an item of that name is archived. Rows are chosen by it all
            // the same.
            let identifies = plan.key.contains(&place) || now_table.items()[item].name == "ACD";
            let is_told = identifies || item >= now_table.first_value();
            let name = &now_table.items()[item].name;
            if let Some(position) = table.position(name).filter(|_| is_told || plan.filter.contains(&place)) {
                told[place] = is_told;
                items.push(position);
                places.push(Some(place));
            }
        }
        let mut apart = |name: &str| {
            table.position(name).map(|position| {
                items.push(position);
                places.push(None);
                items.len() - 1
            })
        };
        let period: Vec<usize> = period::items(TableKind::Interval).iter().filter_map(|item| apart(item)).collect();
        let &[start, minutes] = period.as_slice() else { return Err(missing().into()) };
        let placed = Placed::of(table, start);
        let spans = Spans::new(table, period, acd.source, &Filter::default(), acd.now)?;
        Ok(History { table, items, places, told, window, placed, spans, since, minutes })
    }

    /// Which of the program's items history tells of.
    pub fn told(&self) -> &[bool] {
        &self.told
    }

    /// Calls `each` with every row, its items where the program wants them and all others blank.
    pub fn for_each_row(
        &mut self,
        source: &dyn RowSource,
        keys: &Filter,
        each: &mut dyn FnMut(&[Value], Option<Span>),
    ) -> Result<(), SourceError> {
        let mut there = vec![Value::Blank; self.told.len()];
        for filter in self.window.filters(keys, self.table) {
            source.for_each_row(self.table, &self.items, &filter, &mut |row| {
                if !self.window.holds(self.placed, row) || !holds(&mut self.since, self.placed, self.minutes, row) {
                    return;
                }
                for (value, place) in row.iter().zip(&self.places) {
                    if let Some(place) = place {
                        there[*place].clone_from(value);
                    }
                }
                each(&there, self.spans.of(row));
            })?;
        }
        Ok(())
    }

    /// What is lacking of the closed intervals, in sentences.
    pub fn lacking(&self, acd: &Acd<'_>) -> Result<Vec<String>, SourceError> {
        if self.since.chosen.is_none() {
            return Ok(Vec::new());
        }
        if acd.source.kept(self.table)? == Kept::Nothing {
            let name = self.table.name;
            return Ok(vec![format!("Only the running interval is counted: no intervals of this are kept ({name})")]);
        }
        // What is read begins with the hour, and what is shown with the interval of the chosen time.
        let to = acd.source.running().map_or(acd.now, |running| running.start);
        let window = Window::between(self.since.begins_at, Some(to), self.since.calendar);
        gaps::told(acd, self.table, &window, true)
    }

    /// Since when, as people read it and as a moment.
    pub fn since(&self) -> (String, Option<Moment>) {
        let begins_at = self.since.begins_at;
        (Window::between(begins_at, None, self.since.calendar).since_words(), begins_at)
    }
}

fn holds(since: &mut Since, placed: Placed, minutes: usize, row: &[Value]) -> bool {
    match (placed, &row[minutes]) {
        (Placed::Moment(start), Value::Int(minutes)) => match &row[start] {
            Value::At(start) => since.holds(*start, *minutes),
            _ => true,
        },
        _ => true,
    }
}

/// From the interval that contains the chosen time up to the running one.
fn window(
    definition: &Definition,
    plan: &Plan<'_>,
    inputs: &Resolved,
    acd: &Acd<'_>,
) -> Result<(Window<'static>, Since), RunError> {
    let calendar = acd.source.calendar();
    let running = acd.source.running();
    let started = running.map(|interval| interval.start);
    let input = plan.block.from.as_deref().unwrap_or_default();
    let Some(when) = inputs.dates.get(input) else {
        let since = Since { chosen: None, begins_at: started, calendar };
        return Ok((Window::between(started, started, calendar), since));
    };
    let from = when.begins_at(calendar.as_ref(), acd.now);
    // Midnight of a day that has 25 hours is more than 24 hours ago in the evening.
    let midnight = When::Relative(0, None).begins_at(calendar.as_ref(), acd.now);
    let fault = if from > acd.now {
        Some("still to come")
    } else if acd.now - from > BACK_SECS_MAX && from < midnight {
        Some("more than 24 hours ago")
    } else {
        None
    };
    if let Some(fault) = fault {
        let label = definition.input(input).map_or_else(|| input.to_owned(), |input| input.label.clone());
        let entry = local_minute(calendar.as_ref(), from);
        return Err(InputError::Start { label, entry, fault }.into());
    }
    Ok(since(from, running, acd.now, calendar))
}

/// What is read to have everything since a moment, and what of it counts.
fn since(
    chosen: Moment,
    running: Option<Interval>,
    now: Moment,
    calendar: Option<Calendar>,
) -> (Window<'static>, Since) {
    if let Some(running) = running.filter(|running| running.start <= chosen) {
        let since = Since { chosen: None, begins_at: Some(running.start), calendar };
        return (Window::between(Some(running.start), Some(running.start), calendar), since);
    }
    let begun = |calendar: Calendar| calendar.interval(chosen).start;
    let hour = |calendar: Calendar| begun(Calendar { interval: IntervalMinutes::Hour, ..calendar });
    let from = calendar.map_or(chosen + -IntervalMinutes::Hour.secs(), hour);
    let to = running.map_or(now, |running| running.start);
    let since = Since { chosen: Some(chosen), begins_at: Some(calendar.map_or(chosen, begun)), calendar };
    (Window::between(Some(from), Some(to), calendar), since)
}
