//! Names of the Dictionary from a file: what it would change before it is done.

use std::collections::BTreeMap;
use std::path::Path;

use api::{SetSynonym, SetSynonyms, Synonym};
use model::synonym::{description_fault, name_fault};
use model::{AcdNumber, NameKind};
use session::{ChangeRequest, read_numbered_names};

use crate::view::counts::counted;

/// Faults that are told one by one.
const FAULTS_MAX: usize = 12;

/// A file of names while it is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportDraft {
    /// The ACD.
    pub acd: AcdNumber,
    /// The file, as typed or chosen.
    pub file: String,
    /// Whether a secondary is changed.
    pub take_over: bool,
    /// The names of the page.
    known: Vec<Synonym>,
    /// The file that was read last, and what came of it. It is worked out once: a file may have thousands of names.
    read: Option<(String, Result<Plan, String>)>,
}

/// What a file of names comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    names: Vec<SetSynonym>,
    /// What each name that is not so already would change.
    pub lines: Vec<String>,
}

impl Plan {
    /// How much of the file would change something.
    pub fn sum(&self) -> String {
        let (all, changing) = (self.names.len(), self.lines.len());
        let all_text = counted(all, "name", "names");
        format!("{all_text} in the file: {changing} would change something, {} are so already", all - changing)
    }
}

impl ImportDraft {
    /// For the Dictionary of an ACD as the page shows it.
    pub fn new(acd: AcdNumber, known: &[Synonym], take_over: bool) -> ImportDraft {
        ImportDraft { acd, file: String::new(), take_over, known: known.to_vec(), read: None }
    }

    /// A file was chosen natively: it is read at once.
    pub fn chosen(&mut self, file: &Path) {
        self.file = file.display().to_string();
        self.read();
    }

    /// Reads the file that is typed.
    pub fn read(&mut self) {
        let typed = self.file.trim().to_owned();
        let plan = read_numbered_names(Path::new(&typed)).and_then(|names| plan(names, &self.known));
        self.read = Some((typed, plan));
    }

    /// Whether the file that is typed is still to be read.
    pub fn is_unread(&self) -> bool {
        let typed = self.file.trim();
        !typed.is_empty() && self.read.as_ref().is_none_or(|(read, _)| read != typed)
    }

    /// What the file comes to.
    ///
    /// # Errors
    /// What is wrong with it, or with one of its names: then none is given.
    pub fn plan(&self) -> Result<&Plan, String> {
        match &self.read {
            Some((read, plan)) if read == self.file.trim() => plan.as_ref().map_err(Clone::clone),
            _ if self.is_unread() => Err("Read the file first, to see what it would change".to_owned()),
            _ => Err("Choose the file".to_owned()),
        }
    }

    /// The change that is asked for, or what is wrong.
    pub fn change(&self) -> Result<ChangeRequest, String> {
        let Plan { names, lines } = self.plan()?;
        if lines.is_empty() {
            return Err("All of these names are so already".to_owned());
        }
        let (synonyms, take_over) = (names.clone(), self.take_over);
        Ok(ChangeRequest::Synonyms(SetSynonyms { acd: self.acd, synonyms, take_over, was: Vec::new() }))
    }
}

fn plan(read: Vec<(u64, SetSynonym)>, known: &[Synonym]) -> Result<Plan, String> {
    let (numbers, names): (Vec<u64>, Vec<SetSynonym>) = read.into_iter().unzip();
    let known: BTreeMap<_, _> =
        known.iter().map(|known| ((known.section.as_str(), known.number.as_str()), known)).collect();
    let (mut lines, mut faults, mut seen) = (Vec::new(), Vec::new(), BTreeMap::new());
    for (set, number) in names.iter().zip(numbers) {
        match line(set, &known) {
            Ok(text) => lines.extend(text),
            Err(why) => faults.push(format!("Line {number}: {why}")),
        }
        if let Some(before) = same_in_file(set, number, &mut seen) {
            faults.push(format!("Line {number}: {} {}: {before}", set.section, set.number));
        }
    }
    if faults.is_empty() {
        return Ok(Plan { lines, names });
    }
    let more = faults.len().saturating_sub(FAULTS_MAX);
    faults.truncate(FAULTS_MAX);
    if more > 0 {
        faults.push(format!("and {more} more"));
    }
    Err(format!("Nothing is taken from the file before this is mended:\n{}", faults.join("\n")))
}

/// What of a line stands in the file before it, if anything: a number has one name, and a name of a section one number.
fn same_in_file(set: &SetSynonym, line: u64, seen: &mut BTreeMap<(String, bool, String), u64>) -> Option<String> {
    let section = NameKind::of_section(&set.section).map_or(set.section.clone(), |kind| kind.section_word().to_owned());
    let number = seen.insert((section.clone(), true, set.number.clone()), line);
    // An empty name takes one away; what is one name for an input is written in capitals or not.
    let name = if set.name.is_empty() { None } else { seen.insert((section, false, set.name.to_lowercase()), line) };
    match (number, name) {
        (Some(before), _) => Some(format!("it stands in line {before} already")),
        (None, Some(before)) => Some(format!("line {before} gives the name {} already", set.name)),
        (None, None) => None,
    }
}

/// What one name would change; nothing if it is so already.
fn line(set: &SetSynonym, known: &BTreeMap<(&str, &str), &Synonym>) -> Result<Option<String>, String> {
    let wrong = |why: String| format!("{} {}: {why}", set.section, set.number);
    let kind = NameKind::of_section(&set.section).map_err(wrong)?;
    let number = kind.checked_number(&set.number).map_err(wrong)?;
    let name = set.name.as_str();
    let fault = if name.is_empty() { None } else { name_fault(name) };
    if let Some(why) = fault.or_else(|| description_fault(&set.description)) {
        return Err(wrong(why));
    }
    let text = match known.get(&(kind.section_word(), number.as_str())) {
        None if name.is_empty() => return Ok(None),
        None => format!("{name}, new"),
        Some(before) if name.is_empty() => format!("{} is taken away", before.name),
        Some(before) if before.name != name => format!("{} becomes {name}", before.name),
        Some(before) if before.description != set.description => format!("{name} is described otherwise"),
        Some(_) => return Ok(None),
    };
    Ok(Some(format!("{} {number}: {text}", kind.section_title())))
}
