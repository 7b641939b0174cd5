//! How long reports take over a large centre: 10,000 agents in three skills each. The bare limit is reading the same rows
//! and items without computing anything.
//!
//! `cargo bench -p report`

use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use catalog::{Class, Table, Unit, Value};
use model::event::Configuration;
use model::{Dictionary, LoginId, Moment, SplitId};
use report::{Filter, Inputs, RowSource, SourceError, delta, find_built_in, run};

const AGENTS: i64 = 10_000;
const SPLITS: i64 = 2_000;
const NOW: Moment = Moment(1_772_442_000);
/// Items that a report asks for, about.
const ITEMS: usize = 20;
const ROUNDS: u32 = 20;

/// Rows that are ready, so that the figures are those of the evaluator.
struct Centre {
    agents: Vec<Vec<Value>>,
    splits: Vec<Vec<Value>>,
}

impl RowSource for Centre {
    fn for_each_row(
        &self,
        table: &'static Table,
        items: &[usize],
        _: &Filter,
        each: &mut dyn FnMut(&[Value]),
    ) -> Result<(), SourceError> {
        let rows = match table.name {
            "cagent" => &self.agents,
            "csplit" => &self.splits,
            _ => return Err(SourceError::NotHere { table: table.name }),
        };
        let mut chosen = Vec::with_capacity(items.len());
        for row in rows {
            chosen.clear();
            chosen.extend(items.iter().map(|&item| row[item].clone()));
            each(&chosen);
        }
        Ok(())
    }

    fn calendar(&self) -> Option<model::Calendar> {
        None
    }

    fn running(&self) -> Option<model::Interval> {
        None
    }

    fn summary_times(&self) -> model::SummaryTimes {
        model::SummaryTimes::default()
    }

    fn not_summed_up(&self, _: catalog::TableKind, _: report::DayBounds) -> Result<Vec<model::Period>, SourceError> {
        Ok(Vec::new())
    }

    fn left_out(&self, _: &'static catalog::Table, _: &Filter) -> Option<&'static str> {
        None
    }

    fn has_intervals(&self, _: Option<model::Moment>, _: Option<model::Moment>) -> Result<bool, SourceError> {
        Ok(true)
    }

    fn out_of_date(&self, _: catalog::TableKind) -> Result<Vec<model::Period>, SourceError> {
        Ok(Vec::new())
    }

    fn not_made_again(&self, _: catalog::TableKind) -> Result<Vec<model::Period>, SourceError> {
        Ok(Vec::new())
    }

    fn closed(&self, _: Option<Moment>, _: Option<Moment>) -> Result<Vec<report::Closed>, SourceError> {
        Ok(Vec::new())
    }

    fn incomplete(
        &self,
        _: catalog::TableKind,
        _: report::DayBounds,
    ) -> Result<Vec<(model::Period, u32)>, SourceError> {
        Ok(Vec::new())
    }

    fn kept(&self, _: &'static Table) -> Result<report::Kept, SourceError> {
        Ok(report::Kept::All)
    }
}

fn row(table: &str, items: &[(&str, Value)]) -> Vec<Value> {
    let table = catalog::table(table).expect("a table of the catalogue");
    let empty = |item: &catalog::Item| match (item.class, item.unit) {
        (Class::Status, unit) if unit != Unit::Count => Value::Blank,
        _ => Value::Int(7),
    };
    let mut row: Vec<Value> = table.items().iter().map(empty).collect();
    for (item, value) in items {
        row[table.position(item).expect("an item of the table")] = value.clone();
    }
    row
}

fn centre(shift: i64) -> Centre {
    const STATES: [&str; 5] = ["AVAIL", "ACD", "ACW", "AUX", "OTHER"];
    let states: Vec<Value> = STATES.iter().map(|state| Value::text(state)).collect();
    let agents = (0..AGENTS * 3).map(|index| {
        let agent = index % AGENTS;
        let state = states[((agent + shift * i64::from(agent % 10 == 0)) % 5) as usize].clone();
        let items = [
            ("SPLIT", Value::Int(1 + (agent * 7 + index / AGENTS) % SPLITS)),
            ("LOGID", Value::text(&(100_000 + agent).to_string())),
            ("EXTENSION", Value::text(&(500_000 + agent).to_string())),
            ("WORKMODE", state.clone()),
            ("AWORKMODE", state),
            ("DURATION", Value::Since(NOW + -agent)),
            ("AGDURATION", Value::Since(NOW + -agent)),
            ("AUXREASON", Value::Int(agent % 10)),
        ];
        row("cagent", &items)
    });
    let splits = (1..=SPLITS).map(|split| row("csplit", &[("SPLIT", Value::Int(split))]));
    Centre { agents: agents.collect(), splits: splits.collect() }
}

fn dictionary() -> Result<Dictionary, Box<dyn Error>> {
    let mut dictionary = Dictionary::default();
    for split in 1..=SPLITS {
        let name = format!("Skill {split}");
        dictionary.learn(&Configuration::Split { split: SplitId(split as u32), name, service_level_secs: None });
    }
    for agent in 0..AGENTS {
        let number = LoginId::new(&(100_000 + agent).to_string())?;
        dictionary.learn(&Configuration::Agent { agent: number, name: format!("Agent {agent}") });
    }
    Ok(dictionary)
}

#[expect(clippy::disallowed_methods, reason = "a measuring program reads the clock")]
fn timed<T>(mut work: impl FnMut() -> T) -> (Duration, T) {
    let mut best = Duration::MAX;
    let mut result = None;
    for _ in 0..ROUNDS {
        let began = Instant::now();
        result = Some(work());
        best = best.min(began.elapsed());
    }
    (best, result.expect("at least one round"))
}

fn main() -> Result<(), Box<dyn Error>> {
    let (before, after, dictionary) = (centre(0), centre(1), dictionary()?);
    println!("{AGENTS} agents, three skills each, {SPLITS} splits; best of {ROUNDS} runs");
    for table in ["cagent", "csplit"] {
        let table = catalog::table(table).ok_or(table)?;
        let items: Vec<usize> = (0..table.items().len().min(ITEMS)).collect();
        let read = || {
            let mut cells = 0;
            before.for_each_row(table, &items, &Filter::default(), &mut |row| cells += black_box(row).len())?;
            Ok::<_, SourceError>(cells)
        };
        let (took, cells) = timed(read);
        println!("bare limit: reading {} cells of {} in {took:.1?}", cells?, table.name);
    }
    for name in ["Split/Skill Status", "Agent Report", "Queue/Agent Status", "Split/Skill Report"] {
        let report = find_built_in(name).ok_or(name)?;
        let (took, sheet) = timed(|| run(report, &Inputs::new(), &before, &dictionary, NOW));
        let sheet = sheet?;
        let next = run(report, &Inputs::new(), &after, &dictionary, NOW + 1)?;
        let (delta_took, change) = timed(|| delta(&sheet, &next));
        let (whole, small) = (serde_json::to_string(&sheet)?.len(), serde_json::to_string(&change)?.len());
        let rows: usize = sheet.blocks.iter().map(|block| block.rows.len()).sum();
        println!(
            "{name:20} {rows:6} rows in {took:8.1?}; delta in {delta_took:8.1?}; JSON {whole} bytes, delta {small}"
        );
    }
    Ok(())
}
