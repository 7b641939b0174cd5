//! Says what is wrong with a definition before it is stored or run.

use std::collections::{BTreeMap, BTreeSet};

use crate::column::{COLUMNS_MAX, ColumnDef, Format};
use crate::days::{DayUnit, Days};
use crate::definition::{Block, Definition, InputDef, InputKind, ReportKind};
use crate::entity::entity_of_item;
use crate::inputs::ACDS_INPUT;
use crate::plan::Plan;
use crate::problem::{Place, Problem};
use crate::times::Times;
use crate::when::When;

const NAME_CHARS_MAX: usize = 50;
const BLOCKS_MAX: usize = 20;

/// All faults of a definition, in the order of its parts; none if it can be run.
pub fn check(definition: &Definition) -> Vec<Problem> {
    let mut problems = Vec::new();
    check_frame(definition, &mut problems);
    check_inputs(definition, &mut problems);
    check_calculations(definition, &mut problems);
    // What number inputs are worth does not matter here, only their names.
    let numbers = definition.inputs.iter().filter(|input| matches!(input.kind, InputKind::Number { .. }));
    let constants: BTreeMap<String, i64> = numbers.map(|input| (input.name.clone(), 1)).collect();
    for (index, block) in definition.blocks.iter().enumerate() {
        check_block(definition, block, &Place::block(definition, index), &mut problems);
        Plan::new(definition, index, &constants, false, &mut problems);
    }
    problems
}

fn check_frame(definition: &Definition, problems: &mut Vec<Problem>) {
    let mut report = |message: String| problems.push(Problem::new(&Place::Report, message));
    let chars = definition.name.chars().count();
    if chars == 0 || chars > NAME_CHARS_MAX || definition.name.trim() != definition.name {
        report(format!("its name must have 1 to {NAME_CHARS_MAX} characters and no blank at its ends"));
    }
    if definition.name.chars().chain(definition.path.chars()).any(char::is_control) {
        report("its name and path must not have control characters".to_owned());
    }
    if definition.path.split('/').any(|part| part.trim().is_empty()) {
        report("its path must have a name between its slashes, as in Real-time/Agent/My report".to_owned());
    }
    match definition.kind.refresh_secs() {
        Some((least, most)) if !(least..=most).contains(&definition.refresh_secs) => {
            report(format!("refresh_secs must be {least} to {most}, not {}", definition.refresh_secs));
        }
        None if definition.refresh_secs != 0 => {
            report("a historical report does not refresh; leave refresh_secs out".to_owned());
        }
        _ => {}
    }
    if definition.blocks.is_empty() || definition.blocks.len() > BLOCKS_MAX {
        report(format!("it must have 1 to {BLOCKS_MAX} blocks, not {}", definition.blocks.len()));
    }
}

fn check_inputs(definition: &Definition, problems: &mut Vec<Problem>) {
    let mut names = BTreeSet::new();
    for input in &definition.inputs {
        let place = Place::Input(input.name.clone());
        let mut report = |message: &str| problems.push(Problem::new(&place, message));
        if !is_id(&input.name) {
            report("its name must be lower-case letters, digits and underscores, a letter first");
        }
        if !names.insert(&input.name) {
            report("the name is used twice");
        }
        if input.name == ACDS_INPUT {
            report("every report has an input of this name, for further ACDs; choose another");
        }
        if let Some(problem) = default_problem(input) {
            report(problem);
        }
        let mut tables = definition.blocks.iter().filter_map(|block| catalog::table(&block.table));
        if matches!(input.kind, InputKind::Number { .. }) && tables.any(|table| table.position(&input.name).is_some()) {
            report("expressions would take its name for an item; choose another");
        }
        if input.many && input.kind.entity().is_none() {
            report("only splits, agents and the like can be many");
        }
        // Numbers may be named by expressions, which say themselves what they do not know.
        if !matches!(input.kind, InputKind::Number { .. })
            && !definition.blocks.iter().any(|block| uses(block, &input.name))
        {
            report("nothing uses it, so what is entered would change nothing; use it in a block, or remove it");
        }
    }
}

fn uses(block: &Block, input: &str) -> bool {
    let named = [&block.from, &block.to, &block.dates, &block.times];
    named.into_iter().flatten().chain(block.filter.iter().map(|filter| &filter.input)).any(|name| name == input)
}

fn default_problem(input: &InputDef) -> Option<&'static str> {
    let default = input.default.trim();
    match input.kind {
        InputKind::Number { min, max } => {
            let number: Option<i64> = default.parse().ok();
            let fits = number.is_some_and(|number| (min..=max).contains(&number)) || input.required;
            (!fits).then_some("its default must be a whole number between its limits")
        }
        _ if default.is_empty() => None,
        InputKind::DateTime => When::parse(default).is_none().then_some("its default is no date"),
        InputKind::Times => Times::parse(default).is_err().then_some("its default means no times of the day"),
        kind => {
            let unit = kind.day_unit()?;
            Days::parse(unit, default).is_err().then_some("its default means no days, weeks or months")
        }
    }
}

fn check_calculations(definition: &Definition, problems: &mut Vec<Problem>) {
    let mut names = BTreeSet::new();
    for calculation in &definition.calculations {
        let name = calculation.name.to_ascii_uppercase();
        let mut report = |message: String| problems.push(Problem::new(&Place::Calculation(name.clone()), message));
        if !is_id(&name.to_ascii_lowercase()) {
            report("its name must be letters, digits and underscores, a letter first".to_owned());
        }
        if let Err(error) = crate::expression::parse(&calculation.expression) {
            report(format!("\"{}\", {error}", calculation.expression));
        }
        let tables = definition.blocks.iter().filter_map(|block| catalog::table(&block.table));
        if let Some(table) = tables.into_iter().find(|table| table.position(&name).is_some()) {
            report(format!("table {} has an item of this name; choose another", table.name));
        }
        if !names.insert(name.clone()) {
            report("the name is used twice".to_owned());
        }
    }
}

fn check_block(definition: &Definition, block: &Block, place: &Place, problems: &mut Vec<Problem>) {
    let mut report = |message: String| problems.push(Problem::new(place, message));
    if let Some(table) = catalog::table(&block.table)
        && !fits(definition.kind, table)
    {
        report(format!("table {} holds the wrong kind of rows for this kind of report", table.name));
    }
    let columns: usize = block.columns.iter().map(|column| column.expanded().len()).sum();
    if columns == 0 || columns > COLUMNS_MAX {
        report(format!("it must have 1 to {COLUMNS_MAX} columns, not {columns}"));
    }
    for filter in &block.filter {
        match definition.input(&filter.input) {
            None => report(format!("its filter names an input \"{}\" that is not there", filter.input)),
            Some(input) if input.kind.entity() != entity_of_item(&filter.item) || input.kind.entity().is_none() => {
                report(format!("the input \"{}\" does not choose values of {}", filter.input, filter.item));
            }
            Some(_) => {}
        }
    }
    check_window(definition, block, &mut report);
    if block.total_row.is_none() && block.columns.iter().any(|column| column.total.is_some()) {
        report("columns have totals, but total_row has no label".to_owned());
    }
    for column in block.columns.iter().filter(|column| column.each.is_some_and(|each| each.from > each.to)) {
        report(format!("column \"{}\": its series of numbers runs backwards", column.id));
    }
    let mut ids = BTreeSet::new();
    for column in block.columns.iter().flat_map(ColumnDef::expanded) {
        let place = place.column(&column.id);
        check_column(&column, &place, problems);
        if !ids.insert(column.id.clone()) {
            problems.push(Problem::new(&place, "the id is used twice"));
        }
    }
}

/// Whether reports of a kind may show the rows of a table.
pub(crate) fn fits(kind: ReportKind, table: &catalog::Table) -> bool {
    match kind {
        ReportKind::RealTime => !table.kind.is_archived(),
        ReportKind::Historical => table.kind.is_archived(),
        ReportKind::Integrated => true,
    }
}

fn check_window(definition: &Definition, block: &Block, report: &mut dyn FnMut(String)) {
    let kind = |name: &str| definition.input(name).map(|input| input.kind);
    for name in block.from.iter().chain(&block.to) {
        if kind(name) != Some(InputKind::DateTime) {
            report(format!("its time window names \"{name}\", which is no date input"));
        }
    }
    let unit = block.dates.as_ref().map(|name| (name, kind(name).and_then(InputKind::day_unit)));
    if let Some((name, None)) = unit {
        report(format!("its dates are \"{name}\", which is no input for dates, weeks or months"));
    }
    if let Some(name) = block.times.as_ref().filter(|name| kind(name) != Some(InputKind::Times)) {
        report(format!("its times are \"{name}\", which is no input for times"));
    }
    let Some(table) = catalog::table(&block.table) else { return };
    let since = definition.kind == ReportKind::Integrated && table.kind == catalog::TableKind::RealTime;
    let windowed = block.to.is_some() || block.dates.is_some() || block.times.is_some();
    if table.placed_by.is_none() && (windowed || block.from.is_some() && !since) {
        report(format!("table {} is of now and has no time window", table.name));
    }
    if block.times.is_some() && table.kind.is_summary() {
        report(format!("rows of table {} have no time of the day", table.name));
    }
    if matches!(unit, Some((_, Some(DayUnit::Week)))) && table.kind != catalog::TableKind::Weekly {
        report(format!("table {} has no weeks; use an input for dates or months", table.name));
    }
}

fn check_column(column: &ColumnDef, place: &Place, problems: &mut Vec<Problem>) {
    let mut report = |message: &str| problems.push(Problem::new(place, message));
    if !is_id(&column.id) {
        report("its id must be lower-case letters, digits and underscores, a letter first");
    }
    if let Some(threshold) = &column.threshold {
        let (low, high) = match threshold.low_is_bad {
            true => (threshold.warning, threshold.caution),
            false => (threshold.caution, threshold.warning),
        };
        if !(low.is_finite() && high.is_finite() && low <= high) {
            report("its caution must come before its warning");
        }
    }
    if let Format::Decimal(decimals) | Format::Percent(decimals) = column.format
        && decimals > 6
    {
        report("it can show at most 6 decimals");
    }
}

fn is_id(text: &str) -> bool {
    let inside = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    text.starts_with(|c: char| c.is_ascii_lowercase()) && text.len() <= 60 && text.chars().all(inside)
}
