//! What the search of reports finds besides reports: agents, splits, VDNs, vectors and trunk groups by parts of their names or by
//! their numbers. And what a line of an input may mean while it is typed.

use model::{AcdNumber, Dictionary, NameKind};
use session::{Model, ReportRequest};

use super::drill::{Entity, reports_of};
use super::inputs::Choice;

/// What is looked for, in the order in which it is listed.
const KINDS: [(NameKind, &str); 5] = [
    (NameKind::Agent, "Agents"),
    (NameKind::Split, "Splits/skills"),
    (NameKind::Vdn, "VDNs"),
    (NameKind::Vector, "Vectors"),
    (NameKind::TrunkGroup, "Trunk groups"),
];
/// Most that are listed of a kind.
const LISTED_MAX: usize = 8;
/// Most that are suggested below a line.
const SUGGESTED_MAX: usize = 6;

/// What was found of a kind.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The heading.
    pub heading: String,
    /// What fits best, first.
    pub lines: Vec<FoundLine>,
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundLine {
    /// Name and number.
    pub text: String,
    /// Its reports, with their names in words; the first is opened.
    pub reports: Vec<(String, ReportRequest)>,
}

/// How well something fits what is searched: the fewer the better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// It is its number or name.
    Whole,
    /// Its number or name begins with it.
    Beginning,
    /// Each of its words begins one of the name's.
    Words,
    /// Each of its words is somewhere in the name.
    Inside,
}

/// How well a number and a name fit words, which are in small letters; `None` if they do not.
fn fit(number: &str, name: &str, search: &str) -> Option<Fit> {
    let (number, name) = (number.to_lowercase(), name.to_lowercase());
    let begins = |word: &str| {
        name.match_indices(word).any(|(at, _)| !name[..at].chars().next_back().is_some_and(char::is_alphanumeric))
    };
    let words = || search.split_whitespace();
    match () {
        () if number == search || name == search => Some(Fit::Whole),
        () if number.starts_with(search) || name.starts_with(search) => Some(Fit::Beginning),
        () if words().all(|word| begins(word) || number.starts_with(word)) => Some(Fit::Words),
        // One letter is somewhere in nearly every name.
        () if search.chars().count() > 1 && words().all(|word| name.contains(word)) => Some(Fit::Inside),
        () => None,
    }
}

/// Everything of a kind that fits, the best first.
fn fitting<'a>(names: &'a Dictionary, kind: NameKind, search: &str) -> Vec<(&'a str, &'a str)> {
    let search = search.trim().to_lowercase();
    let mut found: Vec<(Fit, &str, &str)> = match search.is_empty() {
        true => Vec::new(),
        false => {
            names.iter(kind).filter_map(|(number, name)| Some((fit(number, name, &search)?, number, name))).collect()
        }
    };
    found.sort_by_cached_key(|(fit, number, name)| {
        (*fit, name.to_lowercase(), number.parse::<u64>().unwrap_or(u64::MAX), (*number).to_owned())
    });
    found.into_iter().map(|(_, number, name)| (number, name)).collect()
}

/// What an ACD has that fits what is searched and has a report that the user may open.
pub fn entities(model: &Model, acd: AcdNumber, search: &str) -> Vec<Found> {
    let Some(names) = model.dictionaries.get(&acd) else { return Vec::new() };
    let found = |(kind, heading): (NameKind, &str)| {
        let fitting = fitting(names, kind, search);
        let lines = fitting.iter().take(LISTED_MAX).filter_map(|(number, name)| {
            let entity = Entity { acd, kind, number: (*number).to_owned() };
            let reports = reports_of(model, &entity, None);
            let text = if name.is_empty() { (*number).to_owned() } else { format!("{name}  {number}") };
            (!reports.is_empty()).then_some(FoundLine { text, reports })
        });
        let lines: Vec<FoundLine> = lines.collect();
        let heading = match fitting.len() {
            all if all > LISTED_MAX => format!("{heading} · {LISTED_MAX} of {all}"),
            _ => heading.to_owned(),
        };
        (!lines.is_empty()).then_some(Found { heading, lines })
    };
    KINDS.into_iter().filter_map(found).collect()
}

/// The part of a line that is being typed, and where it begins; in a list the last one.
fn last_part(text: &str, many: bool) -> (usize, &str) {
    let at = if many { text.rfind([';', ',']).map_or(0, |at| at + 1) } else { 0 };
    let part = &text[at..];
    (at + part.len() - part.trim_start().len(), part.trim())
}

/// What the end of a line may mean: nothing where it means something already.
pub fn suggestions(names: &Dictionary, kind: NameKind, text: &str, many: bool) -> Vec<Choice> {
    let (_, part) = last_part(text, many);
    let is_known = names.contains(kind, part) || names.number(kind, part).is_some() || part.eq_ignore_ascii_case("all");
    let groups = || names.agent_groups().filter(|_| kind == NameKind::Agent);
    if part.is_empty() || is_known || groups().any(|group| group.eq_ignore_ascii_case(part)) {
        return Vec::new();
    }
    let small = part.to_lowercase();
    let groups = groups().filter(|group| group.to_lowercase().contains(&small));
    let groups = groups.map(|group| Choice { number: group.to_owned(), name: "agent group".to_owned() });
    let fitting = fitting(names, kind, part).into_iter();
    let known = fitting.map(|(number, name)| Choice { number: number.to_owned(), name: name.to_owned() });
    known.chain(groups).take(SUGGESTED_MAX).collect()
}

/// Whether the end of a line is part of a name: then the first suggestion is what Enter takes.
pub fn is_of_name(text: &str, many: bool) -> bool {
    last_part(text, many).1.chars().any(char::is_alphabetic)
}

/// The line with a suggestion in the place of its end.
pub fn taken(text: &str, choice: &Choice, many: bool) -> String {
    let (at, _) = last_part(text, many);
    format!("{}{}", &text[..at], choice.number)
}
