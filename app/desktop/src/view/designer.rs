//! What the report designer shows, as words: the outline of a report, the choices of its forms, and what is chosen at its start.

use api::{ReportEntry, Scope};
use catalog::Table;
use model::NameKind as Entity;
use report::{Definition, Format, InputKind, Layout, Problem, ReportKind, Total};
use session::Model;
use session::designing::{Design, Part, Stored};

/// The kinds of reports, as people read them.
pub const KINDS: [(ReportKind, &str); 3] = [
    (ReportKind::RealTime, "Real-time"),
    (ReportKind::Historical, "Historical"),
    (ReportKind::Integrated, "Integrated"),
];

/// The ways in which a block is drawn.
pub const LAYOUTS: [(Layout, &str); 2] = [(Layout::Table, "A table"), (Layout::Fields, "Fields")];

/// The kinds of inputs, as people read them.
pub const INPUT_KINDS: [(InputKind, &str); 13] = [
    (InputKind::Splits, "Splits/skills"),
    (InputKind::Agents, "Agents"),
    (InputKind::Vdns, "VDNs"),
    (InputKind::Vectors, "Vectors"),
    (InputKind::TrunkGroups, "Trunk groups"),
    (InputKind::Trunks, "Trunks"),
    (InputKind::WorkCodes, "Call work codes"),
    (InputKind::Dates, "Days"),
    (InputKind::Weeks, "Weeks"),
    (InputKind::Months, "Months"),
    (InputKind::Times, "Times of the day"),
    (InputKind::DateTime, "A date and time"),
    (InputKind::Number { min: 0, max: 100 }, "A number"),
];

/// What a total row may show.
pub const TOTALS: [(Option<Total>, &str); 4] = [
    (None, "Nothing"),
    (Some(Total::Sum), "The sum"),
    (Some(Total::Max), "The largest"),
    (Some(Total::Ratio), "Over all rows together"),
];

/// The formats, as people read them.
pub const FORMATS: [(Format, &str); 9] = [
    (Format::Count, "Whole number"),
    (Format::Decimal(1), "Number with decimals"),
    (Format::Percent(0), "Percentage"),
    (Format::Duration, "Duration"),
    (Format::Text, "Text"),
    (Format::Date, "Date"),
    (Format::Month, "Month"),
    (Format::TimeOfDay, "Time of the day"),
    (Format::Clock, "Moment"),
];

/// A format in words; of names with what they are names of.
pub fn format_words(format: Format) -> &'static str {
    match format {
        Format::Name(Entity::Split) => "Name of a split/skill",
        Format::Name(Entity::Agent) => "Name of an agent",
        Format::Name(Entity::Vdn) => "Name of a VDN",
        Format::Name(Entity::Vector) => "Name of a vector",
        Format::Name(Entity::TrunkGroup) => "Name of a trunk group",
        Format::Name(_) => "Name",
        other => FORMATS.iter().find(|(known, _)| is_same(*known, other)).map_or("", |(_, words)| words),
    }
}

/// Whether two formats differ in their decimals at most.
pub fn is_same(one: Format, other: Format) -> bool {
    std::mem::discriminant(&one) == std::mem::discriminant(&other)
}

/// The kind of an input in words.
pub fn input_words(kind: InputKind) -> &'static str {
    let same = |known: InputKind| std::mem::discriminant(&known) == std::mem::discriminant(&kind);
    INPUT_KINDS.iter().find(|(known, _)| same(*known)).map_or("", |(_, words)| words)
}

/// A table in words, with its name in the field.
pub fn table_words(table: &Table) -> String {
    format!("{} ({})", table.title, table.name)
}

/// One line of the outline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it stands for.
    pub part: Part,
    /// How far it is set in.
    pub depth: u8,
    /// What it says.
    pub text: String,
    /// Whether something is wrong in it.
    pub faulty: bool,
}

/// The outline of a report: itself, its inputs, its blocks with their columns, its calculations.
pub fn outline(design: &Design, problems: &[Problem]) -> Vec<Line> {
    let report = design.report();
    let faulty: Vec<Part> = problems.iter().map(|problem| design.part_of(&problem.place)).collect();
    let line = |part, depth, text: &str| {
        let text = if text.trim().is_empty() { "(no name)".to_owned() } else { text.to_owned() };
        Line { part, depth, text, faulty: faulty.contains(&part) }
    };
    let mut lines = vec![line(Part::Report, 0, &report.name)];
    for (at, input) in report.inputs.iter().enumerate() {
        lines.push(line(Part::Input(at), 1, &format!("Asks for: {}", input.label)));
    }
    for (at, block) in report.blocks.iter().enumerate() {
        lines.push(line(Part::Block(at), 1, &block.title));
        for (place, column) in block.columns.iter().enumerate() {
            lines.push(line(Part::Column(at, place), 2, &column.heading));
        }
    }
    for (at, calculation) in report.calculations.iter().enumerate() {
        lines.push(line(Part::Calculation(at), 1, &format!("Calculation: {}", calculation.name)));
    }
    lines
}

/// What a name in an expression means: an item of the table, a standard calculation, one of the report's own or of its house.
pub fn meaning(design: &Design, table: &Table, name: &str) -> Option<String> {
    let name = name.trim();
    let own = design.report().calculations.iter().find(|own| own.name.eq_ignore_ascii_case(name));
    if let Some(own) = own {
        return Some(told(&own.meaning, &own.expression));
    }
    if let Some(position) = table.position(name) {
        return Some(table.items()[position].meaning.to_owned());
    }
    if let Some(house) = design.house().iter().find(|house| house.name.eq_ignore_ascii_case(name)) {
        return Some(told(&house.description, &house.formula));
    }
    let standard = report::standard_calculations().iter().find(|known| known.name.eq_ignore_ascii_case(name))?;
    Some(told(standard.meaning, standard.expression))
}

fn told(meaning: &str, formula: &str) -> String {
    if meaning.is_empty() { formula.to_owned() } else { format!("{meaning}: {formula}") }
}

/// Something that a column can show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// As expressions name it.
    pub name: String,
    /// What it means.
    pub meaning: String,
    /// Where it is from: `item`, `calculation`, …
    pub from: &'static str,
}

/// Everything that a column over a table can show. Each calculation is tried over the table, so this is no work for every frame.
pub fn choices(design: &Design, table: &'static Table) -> Vec<Choice> {
    let own = design.report().calculations.iter().map(|own| Choice {
        name: own.name.clone(),
        meaning: told(&own.meaning, &own.expression),
        from: "of this report",
    });
    let items = table.items().iter().map(|item| Choice {
        name: item.name.clone(),
        meaning: item.meaning.to_owned(),
        from: "item",
    });
    let standard = report::calculations_of(table).map(|known| Choice {
        name: known.name.to_owned(),
        meaning: told(known.meaning, known.expression),
        from: "calculation",
    });
    let house = design.house().iter().map(|house| Choice {
        name: house.name.clone(),
        meaning: told(&house.description, &house.formula),
        from: "of the house",
    });
    own.chain(items).chain(standard).chain(house).collect()
}

/// Those that have all searched words in their name or meaning.
pub fn found<'a>(choices: &'a [Choice], search: &str) -> Vec<&'a Choice> {
    let search = search.trim().to_lowercase();
    let matches = |choice: &&Choice| {
        let text = format!("{} {}", choice.name, choice.meaning).to_lowercase();
        search.split_whitespace().all(|word| text.contains(word))
    };
    let mut found: Vec<&Choice> = choices.iter().filter(matches).collect();
    // What is called just so comes first, then what begins so, then what has it in its name.
    let called = search.replace(' ', "");
    found.sort_by_key(|choice| match choice.name.to_lowercase() {
        name if name == called => 0,
        name if name.starts_with(&called) => 1,
        name if name.contains(&called) => 2,
        _ => 3,
    });
    found
}

/// How the report stands that is being designed, beside its name.
pub fn standing(design: &Design, problems: usize) -> String {
    let stored = match (design.stored(), design.is_changed()) {
        (None, _) => "Not saved yet",
        (Some(_), true) => "Changed since it was saved",
        (Some(_), false) => "Saved",
    };
    match problems {
        0 => stored.to_owned(),
        1 => format!("{stored} · 1 thing to mend"),
        more => format!("{stored} · {more} things to mend"),
    }
}

/// A name for a copy that no report of the list has yet.
pub fn copy_name(library: &[ReportEntry], name: &str) -> String {
    let short: String = name.chars().take(40).collect();
    let numbered = (2..).map(|number| format!("{short} (mine {number})"));
    first_free(library, std::iter::once(format!("{short} (mine)")).chain(numbered))
}

/// The same for a new report.
pub fn new_name(library: &[ReportEntry]) -> String {
    let numbered = (2..).map(|number| format!("My report {number}"));
    first_free(library, std::iter::once("My report".to_owned()).chain(numbered))
}

fn first_free(library: &[ReportEntry], mut names: impl Iterator<Item = String>) -> String {
    let taken = |wanted: &str| library.iter().any(|entry| entry.name.eq_ignore_ascii_case(wanted));
    names.find(|name| !taken(name)).unwrap_or_default()
}

/// Where an entry of the list is stored; `None` if it comes with the product.
pub fn stored(entry: &ReportEntry) -> Option<Stored> {
    let stored = Stored { path: entry.path.clone(), scope: entry.scope, changed_at: entry.changed_at };
    (entry.scope != Scope::BuiltIn).then_some(stored)
}

/// Whether storing a report under this name for these people replaces just what the designer began with, unchanged since.
pub fn replaces_its_own(model: &Model, design: &Design, name: &str, scope: Scope) -> bool {
    let Some(stored) = design.stored().filter(|stored| stored.scope == scope) else { return false };
    let there = model.library.iter().find(|entry| entry.path == stored.path && entry.scope == scope);
    let is_as_known = there.is_some_and(|entry| entry.changed_at == stored.changed_at);
    is_as_known && stored.path.rsplit_once("/Designer/").is_some_and(|(_, known)| known.eq_ignore_ascii_case(name))
}

/// The inputs that a preview begins with: the report's own defaults.
pub fn defaults(report: &Definition) -> report::Inputs {
    report.inputs.iter().map(|input| (input.name.clone(), input.default.clone())).collect()
}
