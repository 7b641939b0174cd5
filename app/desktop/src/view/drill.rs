//! From a row of a report to the report of what it names: a split's agents, an agent at length, a VDN.
//!
//! What a column names follows from its format or from the item that it shows, never from its heading. Which report that opens is
//! one table. Numbers come from the row: two agents may bear one name, and then the name alone leads nowhere.

use model::{AcdNumber, NameKind};
use report::{Block, Definition, Format, InputDef, InputKind, SheetBlock, SheetRow, entity_of_item, numbers_of_key};
use session::{Model, Refresh, ReportRequest};

use super::meanings::expression;
use super::pane::definition;

/// The reports that something opens.
struct Leads {
    /// What it is.
    kind: NameKind,
    /// The input that chooses it.
    input: InputKind,
    /// Live reports of it; the first one comes first in menus, too.
    live: &'static [&'static str],
    /// Reports of its past, without the word for their rows (`Daily`).
    past: &'static [&'static str],
}

/// Where each kind of thing leads to.
const LEADS: [Leads; 5] = [
    Leads {
        kind: NameKind::Split,
        input: InputKind::Splits,
        live: &["Queue/Agent Status", "Split/Skill Call Profile"],
        past: &["Split/Skill Summary", "Agent Split/Skill"],
    },
    Leads { kind: NameKind::Agent, input: InputKind::Agents, live: &["Agent Information"], past: &["Agent Summary"] },
    Leads {
        kind: NameKind::Vdn,
        input: InputKind::Vdns,
        live: &["VDN Report", "VDN Call Profile"],
        past: &["VDN Summary", "VDN Call Profile"],
    },
    Leads { kind: NameKind::Vector, input: InputKind::Vectors, live: &["Vector Report"], past: &["Vector"] },
    Leads {
        kind: NameKind::TrunkGroup,
        input: InputKind::TrunkGroups,
        live: &["Trunk Group Report"],
        past: &["Trunk Group Summary"],
    },
];

/// Something with a number that leads to a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    /// Of which ACD.
    pub acd: AcdNumber,
    /// What it is.
    pub kind: NameKind,
    /// Its number or login ID.
    pub number: String,
}

/// A report that a row leads to.
#[derive(Debug, Clone, PartialEq)]
pub struct Drill {
    /// The column that names what it is about, by its place in the block.
    pub column: usize,
    /// What it opens, in words: `Agent Information of Dahl, Anna`.
    pub text: String,
    /// What is opened.
    pub request: ReportRequest,
}

/// Whether something of a kind leads anywhere.
pub fn leads(kind: NameKind) -> bool {
    LEADS.iter().any(|leads| leads.kind == kind)
}

/// Where a row of a report leads to, in the order of its columns; of these columns alone.
pub fn drills(
    model: &Model,
    request: &ReportRequest,
    (index, block): (usize, &SheetBlock),
    row: &SheetRow,
    shown: &[usize],
) -> Vec<Drill> {
    let mut drills: Vec<Drill> = Vec::new();
    for &column in shown {
        let Some(entity) = entity(model, request, (index, block), row, column) else { continue };
        for (text, wanted) in reports_of(model, &entity, Some(request)) {
            // A name and the number beside it are one.
            if wanted != *request && drills.iter().all(|known| known.request != wanted) {
                drills.push(Drill { column, text, request: wanted });
            }
        }
    }
    drills
}

/// Which columns of a block name something that leads to a report. What stands in them may still be nothing.
pub fn leading(model: &Model, request: &ReportRequest, (index, block): (usize, &SheetBlock)) -> Vec<bool> {
    let known = definition(model, &request.path).and_then(|known| known.blocks.get(index));
    let is_leading = |at: usize| match block.columns[at].format {
        Format::Name(kind) => leads(kind),
        Format::Text => {
            known.and_then(|known| item_of(known, block, at)).as_deref().and_then(entity_of_item).is_some_and(leads)
        }
        _ => false,
    };
    (0..block.columns.len()).map(is_leading).collect()
}

/// The item or expression that a column shows, in capitals.
fn item_of(known: &Block, block: &SheetBlock, at: usize) -> Option<String> {
    let expression = known.columns.iter().find_map(|known| expression(known, &block.columns[at].id))?;
    Some(expression.trim().to_ascii_uppercase())
}

/// What a cell names, if it leads anywhere.
fn entity(
    model: &Model,
    request: &ReportRequest,
    (index, block): (usize, &SheetBlock),
    row: &SheetRow,
    column: usize,
) -> Option<Entity> {
    let shown = plain_text(row, column)?;
    let known = definition(model, &request.path).and_then(|known| known.blocks.get(index));
    let item_of = |at: usize| item_of(known?, block, at);
    let key = known.and_then(|known| numbers_of_key(known, &row.key));
    let acd = key.as_ref().and_then(|key| key.acd).unwrap_or(request.acd);
    let (kind, number) = match block.columns[column].format {
        Format::Name(kind) if leads(kind) => {
            let item = item_of(column).and_then(|text| Some(text.strip_prefix("NAME(")?.strip_suffix(')')?.to_owned()));
            let item = item.as_deref().map(str::trim);
            let beside = || (0..block.columns.len()).find(|&at| item.is_some() && item_of(at).as_deref() == item);
            let by_key = || {
                let found = key
                    .as_ref()?
                    .numbers
                    .iter()
                    .find(|(known, _)| item.is_some_and(|item| known.eq_ignore_ascii_case(item)));
                Some(found?.1.to_owned())
            };
            let number = beside().and_then(|at| plain_text(row, at)).or_else(by_key);
            (kind, number.or_else(|| number_of(model, acd, kind, &shown))?)
        }
        Format::Text => (item_of(column).as_deref().and_then(entity_of_item).filter(|kind| leads(*kind))?, shown),
        _ => return None,
    };
    Some(Entity { acd, kind, number }).filter(|entity| may_be_seen(model, entity))
}

/// Text or a whole number of a cell that holds one.
fn plain_text(row: &SheetRow, column: usize) -> Option<String> {
    match &row.cells.get(column)?.value {
        catalog::Value::Text(text) if !text.trim().is_empty() => Some(text.to_string()),
        catalog::Value::Int(number) if *number > 0 => Some(number.to_string()),
        _ => None,
    }
}

/// The number behind a name that only one bears, or a number that stands there itself.
fn number_of(model: &Model, acd: AcdNumber, kind: NameKind, shown: &str) -> Option<String> {
    let names = model.dictionaries.get(&acd)?;
    let mut bearers = names.iter(kind).filter(|(_, name)| name.eq_ignore_ascii_case(shown)).map(|(number, _)| number);
    match (bearers.next(), bearers.next()) {
        (Some(only), None) => Some(only.to_owned()),
        (None, _) if names.contains(kind, shown) => Some(shown.to_owned()),
        _ => None,
    }
}

/// The server leaves out of the names what the user may not see; agents have no permission of their own.
fn may_be_seen(model: &Model, entity: &Entity) -> bool {
    let names = model.dictionaries.get(&entity.acd);
    entity.kind == NameKind::Agent || names.is_none_or(|names| names.contains(entity.kind, &entity.number))
}

/// The reports of something that the user has, with their names in words. Beside a report of the past they are of its days;
/// live ones else.
pub fn reports_of(model: &Model, entity: &Entity, beside: Option<&ReportRequest>) -> Vec<(String, ReportRequest)> {
    let Some(leads) = LEADS.iter().find(|leads| leads.kind == entity.kind) else { return Vec::new() };
    let source = match beside.filter(|request| is_past(model, request)) {
        None => None,
        Some(request) => match definition(model, &request.path) {
            Some(known) => Some((known, request)),
            // Its days are not known yet.
            None => return Vec::new(),
        },
    };
    let names: Vec<String> = match source.map(|(known, _)| row_word(known)) {
        None => leads.live.iter().map(|name| (*name).to_owned()).collect(),
        Some(None) => Vec::new(),
        Some(Some(rows)) => leads.past.iter().map(|name| format!("{name} {rows}")).collect(),
    };
    names.iter().filter_map(|name| report_of(model, entity, leads.input, name, source)).collect()
}

fn report_of(
    model: &Model,
    entity: &Entity,
    chosen_by: InputKind,
    name: &str,
    source: Option<(&Definition, &ReportRequest)>,
) -> Option<(String, ReportRequest)> {
    let known = report::find_built_in(name)?;
    // Who may not have it has it in no list.
    model.library.iter().find(|entry| entry.path == known.path)?;
    let typed = |input: &InputDef| match source {
        _ if input.kind == chosen_by => entity.number.clone(),
        Some((from, request)) => days_of(from, request, input).unwrap_or_else(|| input.default.clone()),
        None => input.default.clone(),
    };
    let inputs = known.inputs.iter().map(|input| (input.name.clone(), typed(input))).collect();
    let refresh = match known.kind.refresh_secs() {
        Some(_) => model.slowed(Refresh::Secs(known.refresh_secs)),
        None => Refresh::Once,
    };
    let called = model.dictionaries.get(&entity.acd).and_then(|names| names.name(entity.kind, &entity.number));
    let text = format!("{} of {}", known.name, called.unwrap_or(&entity.number));
    Some((text, ReportRequest { path: known.path.clone(), acd: entity.acd, inputs, refresh }))
}

/// Whether a report is of the past.
fn is_past(model: &Model, request: &ReportRequest) -> bool {
    let listed = || model.library.iter().find(|entry| entry.path == request.path).map(|entry| entry.kind);
    definition(model, &request.path).map(|known| known.kind).or_else(listed) == Some(report::ReportKind::Historical)
}

/// What the rows of reports for the same days are, as their names say it.
fn row_word(known: &Definition) -> Option<&'static str> {
    let has = |wanted: InputKind| known.inputs.iter().any(|input| input.kind == wanted);
    match () {
        () if has(InputKind::Months) => Some("Monthly"),
        () if has(InputKind::Weeks) => Some("Weekly"),
        () if has(InputKind::Times) => Some("Interval"),
        () if has(InputKind::Dates) || has(InputKind::DateTime) => Some("Daily"),
        () => None,
    }
}

/// What is typed in a report for the days or times that this input of another one asks for.
fn days_of(from: &Definition, request: &ReportRequest, input: &InputDef) -> Option<String> {
    let typed = |known: &InputDef| request.inputs.get(&known.name).unwrap_or(&known.default).trim().to_owned();
    if input.kind.day_unit().is_none() && input.kind != InputKind::Times {
        return None;
    }
    if let Some(known) = from.inputs.iter().find(|known| known.kind == input.kind) {
        return Some(typed(known));
    }
    // From one moment to another are the days from the one's to the other's.
    let moments: Vec<String> =
        from.inputs.iter().filter(|known| known.kind == InputKind::DateTime).map(typed).collect();
    let day = |text: &String| match text.split_whitespace().next() {
        Some(day) if !day.contains(':') => day.to_owned(),
        // A time alone is one of today.
        _ => "0".to_owned(),
    };
    match &moments[..] {
        [first, .., last] if day(first) != day(last) => Some(format!("{}:{}", day(first), day(last))),
        [first, ..] => Some(day(first)),
        [] => None,
    }
}
