//! The evaluator: a definition over rows gives a sheet. There is no other.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use catalog::{Table, Value};
use model::words::and_more;
use model::{AcdNumber, Dictionary, Moment, Period};

use crate::acds::Acd;
use crate::bounds::{Bounds, Room};
use crate::definition::{Definition, Inputs};
use crate::evaluate::{Context, Names};
use crate::gaps;
use crate::history::History;
use crate::inputs::{Chosen, Range, Resolved, resolve_inputs_among};
use crate::order::sort_rows;
use crate::period::{self, Spans};
use crate::plan::Plan;
use crate::problem::{Place, Problem};
use crate::rows::Rows;
use crate::run_error::RunError;
use crate::sheet::{Sheet, SheetBlock};
use crate::slips::Slips;
use crate::source::Filter;
use crate::window::{Placed, Window};

/// Runs a report with inputs as typed; `now` is the switch's time that the sheet shows.
pub fn run(
    definition: &Definition,
    inputs: &Inputs,
    source: &dyn crate::source::RowSource,
    dictionary: &Dictionary,
    now: Moment,
) -> Result<Sheet, RunError> {
    let acd = Acd { number: AcdNumber(1), name: "", source, dictionary, now };
    run_over(definition, inputs, &[acd], Bounds::NONE)
}

/// Runs a report over the rows of several ACDs, each with its own names and clock. Where there are several, rows say
/// which ACD they are of, and totals are over all of them. The sheet shows the latest of their times. What would hold more
/// than the bounds permit is broken off while its rows are taken.
pub fn run_over(definition: &Definition, inputs: &Inputs, acds: &[Acd<'_>], bounds: Bounds) -> Result<Sheet, RunError> {
    let now = acds.iter().map(|acd| acd.now).max().unwrap_or_default();
    let mut resolved = Vec::with_capacity(acds.len());
    for (index, acd) in acds.iter().enumerate() {
        let others = acds.iter().enumerate().filter(|(other, _)| *other != index);
        let others: Vec<&Dictionary> = others.map(|(_, acd)| acd.dictionary).collect();
        resolved.push(resolve_inputs_among(definition, inputs, acd.dictionary, &others)?);
    }
    let nothing = Dictionary::default();
    let mut contexts: Vec<Context<'_>> = Vec::with_capacity(acds.len() + 1);
    contexts.extend(acds.iter().map(|acd| Context { now, names: Names::new(acd.dictionary), acd_name: acd.name }));
    // What is put together over several ACDs has the names of none.
    contexts.push(Context { now, names: Names::new(&nothing), acd_name: "" });
    let numbers = resolved.first().map(|inputs| inputs.numbers.clone()).unwrap_or_default();
    let run = Run { definition, acds, inputs: &resolved, contexts: &contexts, numbers: &numbers, now };
    let mut room = Room::new(bounds);
    let block = |index| {
        let block = run.block(index, room)?;
        room.take(&block)?;
        Ok::<_, RunError>(block)
    };
    let blocks = (0..definition.blocks.len()).map(block).collect::<Result<Vec<_>, _>>()?;
    Ok(Sheet { title: definition.name.clone(), at: now, blocks })
}

/// One report being run.
struct Run<'a> {
    definition: &'a Definition,
    acds: &'a [Acd<'a>],
    /// One for each ACD.
    inputs: &'a [Resolved],
    /// One for each ACD, and one for what is of several.
    contexts: &'a [Context<'a>],
    numbers: &'a BTreeMap<String, i64>,
    now: Moment,
}

impl Run<'_> {
    fn block(&self, index: usize, room: Room) -> Result<SheetBlock, RunError> {
        let mut problems = Vec::new();
        let plan = Plan::new(self.definition, index, self.numbers, self.acds.len() > 1, &mut problems);
        let plan = plan.ok_or_else(|| {
            let unnamed = || Problem::new(&Place::block(self.definition, index), "it does not fit its table");
            RunError::Definition(problems.into_iter().next().unwrap_or_else(unnamed))
        })?;
        let mut rows = Rows::new(&plan, self.contexts, self.acds, room);
        let mut shown = Vec::with_capacity(self.acds.len());
        let (mut left_out, mut lacking) = (None, Vec::with_capacity(self.acds.len()));
        for (index, acd) in self.acds.iter().enumerate() {
            let inputs = &self.inputs[index];
            let keys = keys_of(&plan, inputs);
            left_out = left_out.or_else(|| acd.source.left_out(plan.program.table, &keys));
            let (words, lacks) = if plan.since {
                self.since(&plan, acd, index, &keys, &mut rows)?
            } else {
                let (words, lacks) = self.plain(&plan, acd, index, &keys, &mut rows)?;
                ((words, None), lacks)
            };
            shown.push(words);
            lacking.push(lacks);
        }
        let mut block = rows.finish();
        sort_rows(&mut block, &plan.block.sort, &plan.sort, self.now);
        let hidden = plan.unused_columns(&block.rows);
        if let Some(limit) = plan.block.limit {
            block.rows.truncate(limit as usize);
        }
        if !hidden.is_empty() {
            leave_out(&mut block, &hidden);
        }
        block.title = titled(&plan.block.title, &self.words(&shown));
        let summed_up = self.note(&plan, block.rows.is_empty())?;
        let notes = [self.lacking_words(lacking), summed_up];
        block.note = notes.into_iter().filter(|note| !note.is_empty()).collect::<Vec<_>>().join(". ");
        if block.rows.is_empty() {
            let Run { definition, acds, inputs, .. } = *self;
            block.hint = Slips { definition, plan: &plan, acds, inputs, is_partial: left_out.is_some() }.told()?;
        }
        block.partial = left_out.map(|things| partial_words(things, plan.program.table)).unwrap_or_default();
        Ok(block)
    }

    /// Which days, weeks or months of the time that the block shows are not there yet or out of date; empty if none is.
    fn note(&self, plan: &Plan<'_>, empty: bool) -> Result<String, RunError> {
        let kind = plan.program.table.kind;
        if !kind.is_summary() {
            return Ok(String::new());
        }
        let (mut missing, mut stale, mut stays, mut lacking) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (acd, inputs) in self.acds.iter().zip(self.inputs) {
            let window = Window::new(self.definition, plan.block, inputs, acd)?;
            let shown = |mut periods: Vec<Period>| {
                periods.retain(|period| window.overlaps(period.first, period.last));
                (acd.number, periods)
            };
            missing.push(shown(acd.source.not_summed_up(kind, window.hull())?));
            stale.push(shown(acd.source.out_of_date(kind)?));
            stays.push(shown(acd.source.not_made_again(kind)?));
            lacking.push(shown(acd.source.lacking(plan.program.table, window.hull())?));
        }
        let notes = [
            ("Not summed up yet", &missing),
            ("Out of date until summed up again", &stale),
            ("Made of other rows than there are now, and not to be made again because those were let go", &stays),
            ("Not made, because not all rows that it is made from are here", &lacking),
        ];
        let notes: Vec<String> = notes.into_iter().filter_map(|(what, found)| periods_words(what, found)).collect();
        if notes.is_empty() && empty && !self.has_periods(plan)? {
            return Ok("There are no data of this time".to_owned());
        }
        Ok(notes.join(". "))
    }

    /// Whether any day, week or month of the time that the block shows was summed up at all.
    fn has_periods(&self, plan: &Plan<'_>) -> Result<bool, RunError> {
        let Some((table, item)) = period::table_of_lengths(plan.program.table.kind) else { return Ok(true) };
        let mut found = false;
        for (acd, inputs) in self.acds.iter().zip(self.inputs) {
            let window = Window::new(self.definition, plan.block, inputs, acd)?;
            for filter in window.filters(&Filter::default(), table) {
                let placed = Placed::of(table, 0);
                acd.source.for_each_row(table, &[item], &filter, &mut |row| found |= window.holds(placed, row))?;
            }
        }
        Ok(found)
    }

    /// What the rows lack of the time that the block shows: once if it is the same of all ACDs, else of each.
    fn lacking_words(&self, lacking: Vec<Vec<String>>) -> String {
        if lacking.iter().all(|other| Some(other) == lacking.first()) {
            return lacking.into_iter().next().unwrap_or_default().join(". ");
        }
        let of_acd = |(acd, told): (&Acd<'_>, Vec<String>)| {
            told.into_iter().map(|told| format!("ACD {}: {told}", acd.number)).collect::<Vec<_>>()
        };
        self.acds.iter().zip(lacking).flat_map(of_acd).collect::<Vec<_>>().join(". ")
    }

    /// The rows of the block's own table; gives the time that it shows, in words, and what is lacking of it.
    fn plain(
        &self,
        plan: &Plan<'_>,
        acd: &Acd<'_>,
        index: usize,
        keys: &Filter,
        rows: &mut Rows<'_>,
    ) -> Result<(String, Vec<String>), RunError> {
        let window = Window::new(self.definition, plan.block, &self.inputs[index], acd)?;
        let wanted = Wanted::new(plan, keys);
        let table = plan.program.table;
        let filters = window.filters(keys, table);
        let spans = match filters.first().filter(|_| plan.program.uses_periods) {
            Some(filter) => Some(Spans::new(table, plan.period.clone(), acd.source, filter, acd.now)?),
            None => None,
        };
        let span_of = |row: &[Value]| match (&spans, plan.placed) {
            (Some(_), Some(Placed::Lasting { begins, .. })) => window.span_of_lasting(begins, row),
            (spans, _) => spans.as_ref()?.of(row),
        };
        for filter in &filters {
            acd.source.for_each_row(table, &plan.program.items, filter, &mut |row| {
                if wanted.matches(row) && plan.placed.is_none_or(|placed| window.holds(placed, row)) {
                    rows.take(index, row, span_of(row));
                }
            })?;
            rows.outcome()?;
        }
        Ok((window.words(), gaps::told(acd, table, &window, false)?))
    }

    /// The time that the ACDs show: once if it is the same in all of them, else that of each, by its own clock. What is since a
    /// moment is the same only if the moment is, whatever the clocks show.
    fn words(&self, shown: &[(String, Option<Moment>)]) -> String {
        let Some(first) = shown.first() else { return String::new() };
        if shown.iter().all(|other| other == first) {
            return first.0.clone();
        }
        let of_acd = |(acd, (words, _)): (&Acd<'_>, &(String, Option<Moment>))| match acd.name {
            "" => format!("ACD {} {words}", acd.number),
            name => format!("{name} {words}"),
        };
        let each: Vec<String> = self.acds.iter().zip(shown).map(of_acd).collect();
        format!("{}, each by its own clock", each.join("; "))
    }

    /// What was collected since a chosen time: the running interval, then the closed ones before it.
    fn since(
        &self,
        plan: &Plan<'_>,
        acd: &Acd<'_>,
        index: usize,
        keys: &Filter,
        rows: &mut Rows<'_>,
    ) -> Result<(Shown, Vec<String>), RunError> {
        let mut history = History::new(self.definition, plan, &self.inputs[index], acd)?;
        let wanted = Wanted::new(plan, keys);
        let uses_periods = plan.program.uses_periods || plan.incomplete.is_some();
        let table = plan.program.table;
        let spans = Spans::new(table, Vec::new(), acd.source, keys, acd.now)?;
        acd.source.for_each_row(table, &plan.program.items, keys, &mut |row| {
            if wanted.matches(row) {
                rows.take(index, row, spans.of(row).filter(|_| uses_periods));
            }
        })?;
        rows.outcome()?;
        // What is added up row by row is told by each row.
        let told = [history.told(), &vec![true; plan.program.row_sums.len()]].concat();
        history.for_each_row(acd.source, keys, &mut |row, span| {
            if wanted.matches(row) {
                rows.take_part(index, row, &told, span.filter(|_| uses_periods));
            }
        })?;
        rows.outcome()?;
        Ok((history.since(), history.lacking(acd)?))
    }
}

/// The time that an ACD shows, in words, and since which moment.
type Shown = (String, Option<Moment>);

fn keys_of(plan: &Plan<'_>, inputs: &Resolved) -> Filter {
    let mut filter = Filter::default();
    for key in &plan.block.filter {
        let item = key.item.to_ascii_uppercase();
        match inputs.chosen.get(&key.input) {
            Some(Chosen::These(numbers)) => {
                let both = filter.keys.get(&item).map(|known: &BTreeSet<String>| known & numbers);
                filter.keys.insert(item, both.unwrap_or_else(|| numbers.clone()));
            }
            Some(Chosen::Within(numbers, ranges)) => {
                filter.within.insert(item, (numbers.clone(), ranges.clone()));
            }
            Some(Chosen::All) | None => {}
        }
    }
    filter
}

/// The filter once more over the rows themselves, so that a source may give more than it was asked for.
struct Wanted {
    keys: Vec<WantedKey>,
}

/// The wanted numbers of one key item.
struct WantedKey {
    position: usize,
    texts: HashSet<String>,
    numbers: HashSet<i64>,
    ranges: Vec<Range>,
}

impl WantedKey {
    fn new(position: usize, numbers: &BTreeSet<String>, ranges: &[Range]) -> Self {
        let whole = numbers.iter().filter_map(|number| number.parse().ok()).collect();
        WantedKey { position, texts: numbers.iter().cloned().collect(), numbers: whole, ranges: ranges.to_vec() }
    }

    fn matches(&self, value: &Value) -> bool {
        let within = |number: u64| self.ranges.iter().any(|(low, high)| (*low..=*high).contains(&number));
        match value {
            Value::Int(number) => self.numbers.contains(number) || u64::try_from(*number).is_ok_and(within),
            Value::Text(text) => self.texts.contains(text.as_ref()) || text.parse().is_ok_and(within),
            _ => false,
        }
    }
}

impl Wanted {
    fn new(plan: &Plan<'_>, filter: &Filter) -> Self {
        let keys = plan.block.filter.iter().zip(&plan.filter).flat_map(|(key, &position)| {
            let item = key.item.to_ascii_uppercase();
            let named = filter.chosen(&item).map(|numbers| WantedKey::new(position, numbers, &[]));
            let within = filter.within.get(&item);
            named.into_iter().chain(within.map(|(numbers, ranges)| WantedKey::new(position, numbers, ranges)))
        });
        Wanted { keys: keys.collect() }
    }

    fn matches(&self, row: &[Value]) -> bool {
        self.keys.iter().all(|key| key.matches(&row[key.position]))
    }
}

/// That sums are not of all there is. Times over all skills stand in the row of one skill alone, which may be left out.
fn partial_words(things: &str, table: &Table) -> String {
    let agents = if table.position("TI_STAFFTIME").is_some() {
        "; an agent's times over all skills (staffed, available, AUX, other) are with the skill of the oldest login, and missing where \
         that is another one"
    } else {
        ""
    };
    format!("Only the {things} that you may see are counted{agents}")
}

/// The block's title, with the time that it shows.
fn titled(title: &str, words: &str) -> String {
    match (title.is_empty(), words.is_empty()) {
        (_, true) => title.to_owned(),
        (true, false) => words.to_owned(),
        (false, false) => format!("{title}: {words}"),
    }
}

/// `Out of date until summed up again: 2026-11-22, 2026-11-23 and 4 more`; of several ACDs, each with its number. `None` if
/// there are none.
fn periods_words(what: &str, found: &[(AcdNumber, Vec<Period>)]) -> Option<String> {
    /// Periods that are named.
    const NAMED: usize = 3;
    let of_acd = |(acd, periods): &(AcdNumber, Vec<Period>)| {
        let named: Vec<String> = periods.iter().map(ToString::to_string).collect();
        let acd = if found.len() > 1 { format!("ACD {acd} ") } else { String::new() };
        format!("{acd}{}", and_more(&named, NAMED))
    };
    let texts: Vec<String> = found.iter().filter(|(_, periods)| !periods.is_empty()).map(of_acd).collect();
    (!texts.is_empty()).then(|| format!("{what}: {}", texts.join("; ")))
}

fn leave_out(block: &mut SheetBlock, hidden: &BTreeSet<usize>) {
    fn keep<T>(list: &mut Vec<T>, hidden: &BTreeSet<usize>) {
        let mut place = 0;
        list.retain(|_| {
            place += 1;
            !hidden.contains(&(place - 1))
        });
    }
    keep(&mut block.columns, hidden);
    block.rows.iter_mut().for_each(|row| keep(&mut row.cells, hidden));
    if let Some(totals) = &mut block.totals {
        keep(totals, hidden);
    }
}
