//! What a report can be made of: tables for a kind, items and calculations for a table, and a first draft of a report, a
//! block or a column, which whoever designs it changes as they like.
//!
//! Headings, formats and totals are taken from the reports that come with the product where one of them shows the same: a
//! column of a designer report then looks like its model. What none of them shows is called as in the catalogue.

use std::collections::BTreeMap;

use catalog::{Class, Item, Table, Unit};
use model::NameKind as Entity;

use crate::built_in::built_in;
use crate::calculations::{StandardCalculation, standard_calculations};
use crate::check::{check, fits};
use crate::column::{ColumnDef, Format, Total};
use crate::definition::{Block, Calculation, Definition, InputDef, InputKind, KeyFilter, ReportKind};
use crate::entity::{entity_of_item, identity};
use crate::program::Compiler;
use crate::sheet::Layout;

/// Label of a total row that nobody has named otherwise.
const TOTAL: &str = "Total";
/// How often a new report is shown anew, in seconds, where its kind permits.
const REFRESH_SECS: u32 = 5;

/// The tables whose rows a report of this kind can show, in the catalogue's order.
pub fn tables_of_kind(kind: ReportKind) -> impl Iterator<Item = &'static Table> {
    catalog::all_tables().iter().filter(move |table| fits(kind, table))
}

/// The standard calculations that fit this table, because it has their items.
pub fn calculations_of(table: &'static Table) -> impl Iterator<Item = &'static StandardCalculation> {
    standard_calculations().iter().filter(move |calculation| computes(table, calculation.name, &[]))
}

/// Whether an expression can be computed over a table.
fn computes(table: &'static Table, expression: &str, own: &[Calculation]) -> bool {
    Compiler::new(table, own, &BTreeMap::new()).expression(expression).is_ok()
}

/// The kind of input by which people choose the entities of an item; `None` if it holds none that can be chosen.
pub fn input_kind_of(item: &str) -> Option<InputKind> {
    match entity_of_item(item)? {
        Entity::Split => Some(InputKind::Splits),
        Entity::Agent => Some(InputKind::Agents),
        Entity::Vdn => Some(InputKind::Vdns),
        Entity::Vector => Some(InputKind::Vectors),
        Entity::TrunkGroup => Some(InputKind::TrunkGroups),
        Entity::Trunk => Some(InputKind::Trunks),
        Entity::WorkCode => Some(InputKind::WorkCodes),
        _ => None,
    }
}

/// A report that can be run as it is: one block over the table, with inputs for what its rows are of and when they were,
/// and with the columns that tell its rows apart.
pub fn new_report(kind: ReportKind, table: &'static Table, name: &str) -> Definition {
    let mut report = frame(kind, name);
    let block = block_of(&mut report, table);
    report.blocks.push(block);
    report
}

/// A report without blocks.
fn frame(kind: ReportKind, name: &str) -> Definition {
    let tab = match kind {
        ReportKind::RealTime => "Real-time",
        ReportKind::Historical => "Historical",
        ReportKind::Integrated => "Integrated",
    };
    Definition {
        name: name.to_owned(),
        path: format!("{tab}/Designer/{name}"),
        kind,
        description: String::new(),
        inputs: Vec::new(),
        refresh_secs: kind.refresh_secs().map_or(0, |(least, most)| REFRESH_SECS.clamp(least, most)),
        blocks: Vec::new(),
        calculations: Vec::new(),
    }
}

/// A block over a table. Inputs that it needs and the report does not have are added to the report.
pub fn block_of(report: &mut Definition, table: &'static Table) -> Block {
    let mut block = empty_block(table);
    for item in chosen_by(table) {
        let Some(kind) = input_kind_of(&item.name) else { continue };
        let input = input_of(report, kind);
        block.filter.push(KeyFilter { item: item.name.clone(), input });
    }
    place_in_time(report, table, &mut block);
    add_columns(report, &mut block, &first_columns(table));
    block
}

fn empty_block(table: &'static Table) -> Block {
    Block {
        title: table.title.split(", ").next().unwrap_or(table.title).to_owned(),
        table: table.name.to_owned(),
        filter: Vec::new(),
        from: None,
        to: None,
        dates: None,
        times: None,
        only: None,
        layout: Layout::Table,
        group_by: Vec::new(),
        columns: Vec::new(),
        sort: Vec::new(),
        total_row: None,
        limit: None,
    }
}

/// Adds a column for each of these items and calculations. With the first column that has a total, the block gets a total row.
pub fn add_columns(report: &Definition, block: &mut Block, names: &[String]) {
    let Some(table) = catalog::table(&block.table) else { return };
    for name in names {
        let mut column = proposed_column(table, name, &report.calculations);
        let wanted = column.id.clone();
        let taken = |id: &str| block.columns.iter().flat_map(ColumnDef::expanded).any(|known| known.id == id);
        let mut number = 2;
        while taken(&column.id) {
            column.id = format!("{wanted}_{number}");
            number += 1;
        }
        if column.total.is_some() && block.total_row.is_none() && block.layout == Layout::Table {
            block.total_row = Some(TOTAL.to_owned());
        }
        if block.total_row.is_none() {
            column.total = None;
        }
        block.columns.push(column);
    }
}

/// A column that shows an item or a calculation of this name; `own` are calculations that the report or its house has.
pub fn proposed_column(table: &'static Table, name: &str, own: &[Calculation]) -> ColumnDef {
    let item = table.position(name).map(|position| &table.items()[position]);
    if let Some(known) = as_built_in(table, name, item) {
        return known;
    }
    let named = item.and_then(|item| entity_of_item(&item.name));
    let (expression, format) = match (item, named) {
        (Some(item), Some(entity)) => (format!("name({})", item.name), Format::Name(entity)),
        (Some(item), None) => (item.name.clone(), format_of(table, item)),
        (None, _) => (name.to_ascii_uppercase(), calculated(name)),
    };
    let heading = item.map_or_else(|| name.to_ascii_uppercase(), |item| item.name.clone());
    let mut column = ColumnDef {
        id: id_of(name),
        heading,
        heading_of: None,
        expression,
        each: None,
        where_used: false,
        format,
        width: 0,
        threshold: None,
        total: None,
    };
    column.total = total_of(table, &column, item, own);
    column
}

/// How a report that comes with the product shows it: one over the same table, or over another one of the same element.
fn as_built_in(table: &Table, name: &str, item: Option<&Item>) -> Option<ColumnDef> {
    let by_name = format!("name({name})");
    let shows = |column: &&ColumnDef| {
        let expression = column.expression.trim();
        let plain = column.each.is_none() && column.heading_of.is_none();
        plain && (expression.eq_ignore_ascii_case(name) || item.is_some() && expression.eq_ignore_ascii_case(&by_name))
    };
    let blocks = || built_in().iter().flat_map(|report| &report.blocks);
    let same = blocks().filter(|block| block.table == table.name);
    let alike = blocks().filter(|block| catalog::table(&block.table).is_some_and(|of| of.element() == table.element()));
    let found = same.chain(alike).flat_map(|block| &block.columns).find(shows)?;
    let mut column = ColumnDef { threshold: None, where_used: false, ..found.clone() };
    // What a period of another length began with is written otherwise.
    if let Some(item) = item.filter(|item| item.class == Class::Key && entity_of_item(&item.name).is_none()) {
        column.format = format_of(table, item);
    }
    Some(column)
}

fn format_of(table: &Table, item: &Item) -> Format {
    match (item.name.as_str(), item.unit) {
        ("ROW_DATE", _) if table.kind == catalog::TableKind::Monthly => Format::Month,
        ("ROW_DATE", _) => Format::Date,
        ("STARTTIME", _) if table.kind == catalog::TableKind::Interval => Format::TimeOfDay,
        (_, Unit::Secs) => Format::Duration,
        (_, Unit::Percent) => Format::Percent(0),
        (_, Unit::Moment) => Format::Clock,
        (_, Unit::Id | Unit::Word) => Format::Text,
        (_, Unit::Count | Unit::Minutes | Unit::Flag) => Format::Count,
    }
}

/// The format of a calculation: of a standard one by what it counts.
fn calculated(name: &str) -> Format {
    match crate::calculations::find(name).map(|known| known.unit) {
        Some(Unit::Secs) => Format::Duration,
        Some(Unit::Percent) => Format::Percent(0),
        Some(Unit::Word) => Format::Text,
        Some(Unit::Count) => Format::Count,
        _ => Format::Decimal(1),
    }
}

/// What a total row can show of a column; nothing for what identifies and for what cannot be put together.
fn total_of(table: &'static Table, column: &ColumnDef, item: Option<&Item>, own: &[Calculation]) -> Option<Total> {
    if matches!(column.format, Format::Text | Format::Name(_) | Format::Clock | Format::Date | Format::Month) {
        return None;
    }
    let wanted: &[Total] = match item.map(|item| item.class) {
        Some(Class::Call | Class::Timed | Class::Status | Class::Event) => &[Total::Sum],
        Some(Class::Max) => &[Total::Max],
        Some(Class::Key | Class::Admin | Class::BusyHour) => &[],
        None => &[Total::Sum, Total::Ratio],
    };
    wanted.iter().copied().find(|total| {
        let kind = if table.kind.is_archived() { ReportKind::Historical } else { ReportKind::RealTime };
        let mut report = Definition { calculations: own.to_vec(), ..frame(kind, "Trial") };
        let columns = vec![ColumnDef { total: Some(*total), ..column.clone() }];
        report.blocks.push(Block { columns, total_row: Some(TOTAL.to_owned()), ..empty_block(table) });
        check(&report).is_empty()
    })
}

fn id_of(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    let id: String = name.chars().map(plain).collect();
    if id.starts_with(|c: char| c.is_ascii_lowercase()) { id } else { format!("c_{id}") }
}

/// The items by which people choose rows of a table.
pub fn chosen_by(table: &'static Table) -> Vec<&'static Item> {
    let all = all_chosen_by(table);
    all.into_iter().filter(|item| input_kind_of(&item.name).is_some()).collect()
}

/// The items by which rows of a table can be put together: what they are of, and when they were.
pub fn grouped_by(table: &'static Table) -> Vec<&'static Item> {
    let dated = |item: &&Item| matches!(item.name.as_str(), "ROW_DATE" | "STARTTIME" | "STARTTIME_UTC");
    let items = table.items();
    let mut grouped: Vec<&Item> = items.iter().filter(|item| item.name == "ACD").collect();
    grouped.extend(all_chosen_by(table).into_iter().filter(|item| !dated(item)));
    grouped.extend(items.iter().filter(dated));
    grouped
}

fn all_chosen_by(table: &'static Table) -> Vec<&'static Item> {
    const RECORD_KEYS: [&str; 5] = ["SPLIT", "LOGID", "VDN", "VECTOR", "TKGRP"];
    match table.kind {
        catalog::TableKind::Event => RECORD_KEYS.iter().filter_map(|key| table.item_for_key(key)).collect(),
        _ => identity(table).into_iter().filter_map(|name| Some(&table.items()[table.position(name)?])).collect(),
    }
}

/// The columns that tell a row apart from others: whose it is, and when it was.
fn first_columns(table: &'static Table) -> Vec<String> {
    let has = |name: &&str| table.position(name).is_some();
    let when = match table.kind {
        catalog::TableKind::RealTime | catalog::TableKind::Previous => &[][..],
        catalog::TableKind::Interval => &["ROW_DATE", "STARTTIME"][..],
        catalog::TableKind::Daily | catalog::TableKind::Weekly | catalog::TableKind::Monthly => &["ROW_DATE"][..],
        catalog::TableKind::Event => &["ROW_DATE", "ROW_TIME", "STARTTIME", "LOGIN", "SEGSTART_UTC"][..],
    };
    let is_when = |item: &&str| matches!(*item, "STARTTIME_UTC" | "ROW_DATE" | "STARTTIME");
    let whose: Vec<&str> = match table.kind {
        catalog::TableKind::Event => all_chosen_by(table).into_iter().map(|item| item.name.as_str()).collect(),
        _ => identity(table).into_iter().filter(|item| !is_when(item)).collect(),
    };
    whose.into_iter().chain(when.iter().copied().filter(has)).map(str::to_owned).collect()
}

/// Has the block show rows of chosen days.
fn place_in_time(report: &mut Definition, table: &'static Table, block: &mut Block) {
    if report.kind == ReportKind::Integrated && !table.kind.is_archived() {
        block.from = (table.kind == catalog::TableKind::RealTime).then(|| input_of(report, InputKind::DateTime));
        return;
    }
    let days = match table.kind {
        catalog::TableKind::RealTime | catalog::TableKind::Previous => return,
        catalog::TableKind::Interval | catalog::TableKind::Event | catalog::TableKind::Daily => InputKind::Dates,
        catalog::TableKind::Weekly => InputKind::Weeks,
        catalog::TableKind::Monthly => InputKind::Months,
    };
    block.dates = Some(input_of(report, days));
    if matches!(table.kind, catalog::TableKind::Interval | catalog::TableKind::Event) {
        block.times = Some(input_of(report, InputKind::Times));
    }
}

/// The name of the report's first input of a kind; where it has none, one is added.
pub fn input_of(report: &mut Definition, kind: InputKind) -> String {
    match report.inputs.iter().find(|input| input.kind == kind) {
        Some(known) => known.name.clone(),
        None => add_input(report, kind),
    }
}

/// Adds an input of a kind, and gives its name.
pub fn add_input(report: &mut Definition, kind: InputKind) -> String {
    let (name, label, default) = match kind {
        InputKind::Splits => ("splits", "Splits/skills", ""),
        InputKind::Agents => ("agents", "Agents", ""),
        InputKind::Vdns => ("vdns", "VDNs", ""),
        InputKind::Vectors => ("vectors", "Vectors", ""),
        InputKind::TrunkGroups => ("trunk_groups", "Trunk groups", ""),
        InputKind::Trunks => ("trunks", "Trunks", ""),
        InputKind::WorkCodes => ("work_codes", "Call work codes", ""),
        InputKind::Number { .. } => ("number", "Number", "0"),
        InputKind::DateTime => ("from", "Start", "0"),
        InputKind::Dates => ("dates", "Dates", "-1"),
        InputKind::Weeks => ("weeks", "Weeks", "-4:-1"),
        InputKind::Months => ("months", "Months", "-12:-1"),
        InputKind::Times => ("times", "Times", ""),
    };
    let name = free_name(report, name);
    let (label, default) = (label.to_owned(), default.to_owned());
    let many = kind.entity().is_some();
    report.inputs.push(InputDef { name: name.clone(), label, kind, required: false, default, many });
    name
}

fn free_name(report: &Definition, wanted: &str) -> String {
    let numbered = (2..).map(|number| format!("{wanted}_{number}"));
    let mut names = std::iter::once(wanted.to_owned()).chain(numbered);
    names.find(|name| report.input(name).is_none()).unwrap_or_default()
}
