//! The report list: four tabs, a search, and the categories that hold what is left.

use std::collections::{BTreeMap, BTreeSet};

use api::{ReportEntry, Scope};
use report::ReportKind;

/// A tab of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// The running interval and the present state.
    RealTime,
    /// Closed intervals.
    Historical,
    /// Both.
    Integrated,
    /// Everything that was made or changed here.
    Designer,
}

impl Tab {
    /// All, in order, as people read them.
    pub const ALL: [(Tab, &'static str); 4] = [
        (Tab::RealTime, "Real-time"),
        (Tab::Historical, "Historical"),
        (Tab::Integrated, "Integrated"),
        (Tab::Designer, "Designer"),
    ];

    /// What an empty tab says.
    pub fn when_empty(self) -> &'static str {
        match self {
            Tab::RealTime => "This server has no real-time report that you may see",
            Tab::Historical => "This server has no historical report that you may see",
            Tab::Integrated => "This server has no integrated report that you may see",
            Tab::Designer => "No reports of your own yet. Design one here, or bring one from a file with Copy…",
        }
    }

    fn holds(self, entry: &ReportEntry) -> bool {
        match self {
            Tab::Designer => entry.scope != Scope::BuiltIn,
            Tab::RealTime => entry.kind == ReportKind::RealTime,
            Tab::Historical => entry.kind == ReportKind::Historical,
            Tab::Integrated => entry.kind == ReportKind::Integrated,
        }
    }
}

/// Reports under one heading.
#[derive(Debug, Clone, PartialEq)]
pub struct Category<'a> {
    /// The heading.
    pub name: String,
    /// The reports, by name.
    pub entries: Vec<&'a ReportEntry>,
}

/// Names that both a report of the product and a saved one have: by such a name the saved one is meant.
#[derive(Debug, Clone, Default)]
pub struct Namesakes {
    built_in: BTreeSet<String>,
    saved: BTreeSet<String>,
}

impl Namesakes {
    /// Of a list of reports.
    pub fn of(library: &[ReportEntry]) -> Namesakes {
        let mut names = Namesakes::default();
        for entry in library {
            match entry.scope {
                Scope::BuiltIn => names.built_in.extend(names_of(entry)),
                Scope::Global | Scope::Personal => names.saved.extend(names_of(entry)),
            }
        }
        names
    }

    /// What a report is in a word and in a sentence, where another one has its name.
    pub fn told(&self, entry: &ReportEntry) -> Option<(&'static str, &'static str)> {
        let others = if entry.scope == Scope::BuiltIn { &self.saved } else { &self.built_in };
        names_of(entry).iter().any(|name| others.contains(name)).then_some(match entry.scope {
            Scope::BuiltIn => {
                ("built-in", "A saved report has this name, too: by its name that one is meant, not this one")
            }
            Scope::Global => {
                ("global", "Has the name of a report that comes with the product: by its name this one is meant")
            }
            Scope::Personal => {
                ("personal", "Has the name of a report that comes with the product: by its name this one is meant")
            }
        })
    }
}

/// What a report is called by: its name, and the last part of its path.
fn names_of(entry: &ReportEntry) -> [String; 2] {
    let last = entry.path.rsplit('/').next().unwrap_or(&entry.path);
    [entry.name.to_lowercase(), last.to_lowercase()]
}

/// How well a report fits what is searched: the fewer the better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// It is its name.
    Whole,
    /// Its name begins with it.
    Beginning,
    /// Each of its words begins one of the name's.
    Words,
    /// Each of its words is somewhere in the name.
    Name,
    /// A word is in the path or the description alone.
    Elsewhere,
}

fn fit(entry: &ReportEntry, search: &str) -> Fit {
    let name = entry.name.to_lowercase();
    let begins = |word: &str| {
        name.match_indices(word).any(|(at, _)| !name[..at].chars().next_back().is_some_and(char::is_alphanumeric))
    };
    match () {
        () if name == search => Fit::Whole,
        () if name.starts_with(search) => Fit::Beginning,
        () if search.split_whitespace().all(begins) => Fit::Words,
        () if search.split_whitespace().all(|word| name.contains(word)) => Fit::Name,
        () => Fit::Elsewhere,
    }
}

/// Whether a report has the searched words in its name, and not in its path or description alone.
pub fn any_named(library: &[ReportEntry], search: &str) -> bool {
    let search = search.trim().to_lowercase();
    library.iter().any(|entry| matches(entry, &search) && fit(entry, &search) < Fit::Elsewhere)
}

/// What a tab shows for a searched text. A search looks through all tabs, says of each category which one it is of, and puts what
/// fits best first: Enter opens that.
pub fn categories<'a>(library: &'a [ReportEntry], tab: Tab, search: &str) -> Vec<Category<'a>> {
    let search = search.trim().to_lowercase();
    let mut entries: Vec<&ReportEntry> = library
        .iter()
        .filter(|entry| if search.is_empty() { tab.holds(entry) } else { matches(entry, &search) })
        .collect();
    let heading = |entry: &ReportEntry| match (search.is_empty(), entry.scope) {
        (false, Scope::BuiltIn) => format!("{} · {}", kind_word(entry.kind), category(entry)),
        _ => category(entry),
    };
    let place = |entry: &ReportEntry| (!search.is_empty() && entry.scope == Scope::BuiltIn).then_some(entry.kind as u8);
    // Without a search all fit alike.
    let fit = |entry: &ReportEntry| if search.is_empty() { Fit::Whole } else { fit(entry, &search) };
    let mut best: BTreeMap<String, Fit> = BTreeMap::new();
    for entry in &entries {
        let known = best.entry(heading(entry)).or_insert(Fit::Elsewhere);
        *known = fit(entry).min(*known);
    }
    entries.sort_by_key(|entry| {
        let of_category = (best.get(&heading(entry)).copied(), place(entry), category(entry));
        (of_category, fit(entry), entry.name.to_lowercase())
    });
    let mut categories: Vec<Category<'a>> = Vec::new();
    for entry in entries {
        let name = heading(entry);
        match categories.last_mut() {
            Some(last) if last.name == name => last.entries.push(entry),
            _ => categories.push(Category { name, entries: vec![entry] }),
        }
    }
    categories
}

/// Reports with the searched words, whatever their tab: what fits best first, of that those of people, then by kind and name.
pub fn found<'a>(library: &'a [ReportEntry], search: &str) -> Vec<&'a ReportEntry> {
    let search = search.trim().to_lowercase();
    let mut found: Vec<&ReportEntry> = library.iter().filter(|entry| matches(entry, &search)).collect();
    let fit = |entry: &ReportEntry| if search.is_empty() { Fit::Whole } else { fit(entry, &search) };
    found.sort_by_key(|entry| (fit(entry), entry.scope == Scope::BuiltIn, entry.kind as u8, entry.name.to_lowercase()));
    found
}

/// The report that a typed path or name means, as the server takes it: a path, then a name, capitals or not.
pub fn meant<'a>(library: &'a [ReportEntry], typed: &str) -> Option<&'a ReportEntry> {
    let typed = typed.trim();
    let is_path = |entry: &&ReportEntry| entry.path.to_lowercase() == typed.replace('\\', "/").to_lowercase();
    let is_name = |entry: &&ReportEntry| report::is_called(typed, &entry.path, &entry.name);
    library.iter().find(is_path).or_else(|| library.iter().find(is_name))
}

/// What a report is, beside its name.
pub fn place_words(entry: &ReportEntry) -> String {
    format!("{} · {}", kind_word(entry.kind), category(entry))
}

fn kind_word(kind: ReportKind) -> &'static str {
    let tab = match kind {
        ReportKind::RealTime => Tab::RealTime,
        ReportKind::Historical => Tab::Historical,
        ReportKind::Integrated => Tab::Integrated,
    };
    Tab::ALL.iter().find(|(known, _)| *known == tab).map_or("", |(_, word)| word)
}

fn matches(entry: &ReportEntry, search: &str) -> bool {
    // By the name as it is shown, too: a path has no room for its slashes.
    let text = format!("{} {} {}", entry.name, entry.path, entry.description).to_lowercase();
    search.split_whitespace().all(|word| text.contains(word))
}

fn category(entry: &ReportEntry) -> String {
    match entry.scope {
        Scope::Global => "Global".to_owned(),
        Scope::Personal => "Personal".to_owned(),
        Scope::BuiltIn => entry.path.split('/').nth(1).unwrap_or("Other").replace('-', "/"),
    }
}
