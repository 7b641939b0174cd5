//! Exceptions: the rules, what was told by them, the server's own troubles, and a rule while it is typed.

use std::collections::BTreeSet;

use api::{Exception, ExceptionType, LoggedException, ServerExceptions, SetException};
use model::number_list::EntryFault;
use model::{AcdNumber, Calendar, Dictionary, ExceptionKind, ExceptionRule, NameKind, list_with_words};
use report::Level;
use session::ChangeRequest;

use super::moment_text;
use crate::view::cells::CellView;

/// Parts of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Part {
    /// The rules.
    #[default]
    Rules,
    /// What was told by them.
    Log,
    /// The server's own troubles.
    Server,
}

/// Parts, as the page's tabs have them.
pub const TABS: [(Part, &str); 3] = [(Part::Rules, "Rules"), (Part::Log, "Log"), (Part::Server, "This server")];

/// What is watched: the server's word, and what people call it.
pub const ELEMENTS: [(&str, &str); 5] = [
    ("agent", "Agents"),
    ("split", "Splits/skills"),
    ("vdn", "VDNs"),
    ("vector", "Vectors"),
    ("trunk-group", "Trunk groups"),
];

/// Most numbers that a rule can be set for at once.
const NUMBERS_MOST: usize = 500;

/// What one of them is called within a sentence.
pub fn thing(of: &str) -> &'static str {
    match of {
        "agent" => "agents of split/skill",
        "split" => "split/skill",
        "vdn" => "VDN",
        "vector" => "vector",
        _ => "trunk group",
    }
}

/// Several of them.
pub fn things(of: &str) -> &'static str {
    match of {
        "agent" => "the splits/skills whose agents are watched",
        "split" => "splits/skills",
        "vdn" => "VDNs",
        "vector" => "vectors",
        _ => "trunk groups",
    }
}

/// Whose names the numbers of a rule have: agents are watched by their split/skill.
pub fn kind_of_number(of: &str) -> NameKind {
    match of {
        "agent" | "split" => NameKind::Split,
        "vdn" => NameKind::Vdn,
        "vector" => NameKind::Vector,
        _ => NameKind::TrunkGroup,
    }
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleRow {
    /// The rule.
    pub rule: Exception,
    /// Its texts, in the order of the columns.
    pub texts: [String; 6],
}

impl RuleRow {
    /// What makes it this rule and no other.
    pub fn is(&self, other: &Exception) -> bool {
        let key = |rule: &Exception| (rule.of.clone(), rule.number.clone(), rule.extype, rule.reason);
        key(&self.rule) == key(other)
    }
}

/// The rules of one kind of thing that have the searched words in them, in the order of numbers and names.
pub fn rules(known: &[Exception], names: Option<&Dictionary>, of: &str, search: &str) -> Vec<RuleRow> {
    let row = |rule: &Exception| {
        let name = names.and_then(|names| names.name(kind_of_number(&rule.of), &rule.number)).unwrap_or_default();
        let exception = match rule.reason {
            Some(reason) => format!("{}, reason {reason}", rule.exception),
            None => rule.exception.clone(),
        };
        let limit = if rule.limit_secs > 0 { format!("{} s", rule.limit_secs) } else { String::new() };
        let state = if rule.on { "on" } else { "off" };
        let texts =
            [rule.number.clone(), name.to_owned(), exception, limit, rule.threshold.to_string(), state.to_owned()];
        RuleRow { rule: rule.clone(), texts }
    };
    let mut rows: Vec<RuleRow> = known.iter().filter(|rule| rule.of == of).map(row).collect();
    rows.retain(|row| holds(&row.texts, search));
    let number = |row: &RuleRow| row.rule.number.parse::<u64>().unwrap_or(u64::MAX);
    rows.sort_by(|one, other| {
        (number(one), &one.rule.number, &one.texts[2]).cmp(&(number(other), &other.rule.number, &other.texts[2]))
    });
    rows
}

fn holds(texts: &[String], search: &str) -> bool {
    let text = texts.join(" ").to_lowercase();
    search.to_lowercase().split_whitespace().all(|word| text.contains(word))
}

/// The log, newest first: when, of what, which, what was reached and allowed, and who else takes part.
pub fn log(
    known: &[LoggedException],
    names: Option<&Dictionary>,
    calendar: Option<&Calendar>,
    search: &str,
) -> Vec<[String; 6]> {
    let row = |told: &LoggedException| log_row(told, names, calendar);
    known.iter().rev().map(row).filter(|texts| holds(texts, search)).collect()
}

fn log_row(told: &LoggedException, names: Option<&Dictionary>, calendar: Option<&Calendar>) -> [String; 6] {
    let kind = if told.of == "agent" { NameKind::Agent } else { kind_of_number(&told.of) };
    let name = names.and_then(|names| names.name(kind, &told.element)).unwrap_or_default();
    let what = if told.of == "agent" { "agent" } else { thing(&told.of) };
    let split = told.split.map_or_else(String::new, |split| format!(", split/skill {split}"));
    let (reached, allowed) = match told.limit_secs {
        0 => (told.value.to_string(), told.threshold.to_string()),
        limit => (format!("{} s", told.value), format!("{limit} s")),
    };
    let of = format!("{what} {} {name}", told.element);
    [
        moment_text(told.at, calendar),
        format!("{}{split}", of.trim_end()),
        told.exception.clone(),
        reached,
        allowed,
        told.detail.clone(),
    ]
}

/// One in a line: which, of what, what was reached and allowed.
pub fn newest_text(told: &LoggedException, names: Option<&Dictionary>) -> String {
    let [_, of, exception, reached, allowed, _] = log_row(told, names, None);
    format!("Exception {exception} of {of}: {reached}, where {allowed} is allowed")
}

/// What the server calls its troubles, in words.
fn trouble_words(word: &str) -> &str {
    match word {
        "link-lost" => "Link lost",
        "switch-refused" => "Switch refused",
        "archive-failed" => "Archive not written",
        "journal-failed" => "Journal not written",
        "log-on-refused" => "Log-on refused",
        other => other,
    }
}

/// The server's troubles, the newest first.
pub fn troubles(known: &ServerExceptions, calendar: Option<&Calendar>) -> Vec<[CellView; 5]> {
    let cell = |text: String, level| CellView { text, level };
    let mut known: Vec<_> = known.exceptions.iter().collect();
    known.sort_by_key(|trouble| std::cmp::Reverse(trouble.last_at));
    let row = |trouble: &api::ServerException| {
        let is_of_data = matches!(trouble.exception.as_str(), "archive-failed" | "journal-failed");
        [
            cell(trouble_words(&trouble.exception).to_owned(), if is_of_data { Level::Caution } else { Level::Normal }),
            cell(trouble.acd.map_or_else(String::new, |acd| acd.to_string()), Level::Normal),
            cell(trouble.count.to_string(), Level::Normal),
            cell(moment_text(trouble.last_at, calendar), Level::Normal),
            cell(trouble.text.clone(), Level::Normal),
        ]
    };
    known.into_iter().map(row).collect()
}

/// A rule while it is typed, for one thing or several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The ACD.
    pub acd: AcdNumber,
    /// What the server can watch.
    pub types: Vec<ExceptionType>,
    /// Whether what is watched is to be chosen, too.
    pub is_new: bool,
    /// Of what.
    pub of: &'static str,
    /// Numbers and names of what is watched, as typed.
    pub numbers: String,
    /// The names that are taken for numbers.
    pub names: Dictionary,
    /// Name of the exception; empty before one is chosen.
    pub exception: String,
    /// Reason code, as typed; empty is any.
    pub reason: String,
    /// Time limit in seconds, as typed.
    pub limit: String,
    /// Threshold, as typed.
    pub threshold: String,
    /// Whether it is to be checked.
    pub on: bool,
}

impl Draft {
    /// A rule that there is not yet.
    pub fn new(acd: AcdNumber, types: &[ExceptionType], of: &'static str) -> Draft {
        Draft {
            acd,
            types: types.to_vec(),
            is_new: true,
            of,
            numbers: String::new(),
            names: Dictionary::default(),
            exception: String::new(),
            reason: String::new(),
            limit: String::new(),
            threshold: "0".to_owned(),
            on: true,
        }
    }

    /// Begins with a rule as it is.
    pub fn of(acd: AcdNumber, types: &[ExceptionType], rule: &Exception) -> Draft {
        let of = ELEMENTS.iter().find(|(word, _)| *word == rule.of).map_or("", |(word, _)| word);
        Draft {
            is_new: false,
            numbers: rule.number.clone(),
            exception: rule.exception.clone(),
            reason: rule.reason.map_or_else(String::new, |reason| reason.to_string()),
            limit: rule.limit_secs.to_string(),
            threshold: rule.threshold.to_string(),
            on: rule.on,
            ..Draft::new(acd, types, of)
        }
    }

    /// The same, where names are taken for the numbers that bear them.
    pub fn knowing(self, names: Option<&Dictionary>) -> Draft {
        let mut names = names.cloned().unwrap_or_default();
        names.retain(|kind, _| ELEMENTS.iter().any(|(of, _)| kind_of_number(of) == kind));
        Draft { names, ..self }
    }

    /// `Exception time-in-queue` or `New exception`.
    pub fn title(&self) -> String {
        if self.is_new { "New exception".to_owned() } else { format!("Exception {}", self.exception) }
    }

    /// What can be watched of this kind of thing.
    pub fn choices(&self) -> impl Iterator<Item = &ExceptionType> {
        self.types.iter().filter(|known| known.of == self.of)
    }

    /// What is watched for.
    pub fn chosen(&self) -> Option<&ExceptionType> {
        self.choices().find(|known| known.name == self.exception)
    }

    /// Whether a reason code can be given.
    pub fn takes_reason(&self) -> bool {
        self.exception == ExceptionKind::AgentAux.name()
    }

    /// The numbers, `1, 3, 7-9, Billing` in full and each once, or what is wrong with them.
    pub fn numbers(&self) -> Result<Vec<String>, String> {
        let number = |word: &str| self.names.number(kind_of_number(self.of), word);
        let listed =
            list_with_words(&self.numbers, |word| number(word).is_some()).map_err(|fault| match fault.fault {
                EntryFault::NoNumber => format!(
                    "{:?} is no number and no name of {}; write numbers, ranges and names, such as 1, 3, 7-9, Billing",
                    fault.text,
                    things(self.of)
                ),
                _ => fault.to_string(),
            })?;
        let (mut numbers, mut seen) = (Vec::new(), BTreeSet::new());
        for entry in listed {
            let is_number = entry.bytes().all(|byte| byte.is_ascii_digit());
            let meant = number(&entry).filter(|_| !is_number).map_or(entry.clone(), str::to_owned);
            if seen.insert(meant.clone()) {
                numbers.push(meant);
            }
        }
        if numbers.len() > NUMBERS_MOST {
            return Err(format!("At most {NUMBERS_MOST} can be set at once"));
        }
        if numbers.is_empty() {
            return Err(format!("The numbers or names of what is watched are needed: {} 1, 3, 7-9", thing(self.of)));
        }
        Ok(numbers)
    }

    /// The time limit; `None` for what is not about time.
    pub fn limit(&self) -> Result<Option<u32>, String> {
        if !self.chosen().is_some_and(|known| known.timed) {
            return Ok(None);
        }
        let most = ExceptionRule::LIMIT_SECS_MAX;
        let limit = self.limit.trim().parse::<u32>().ok().filter(|limit| *limit <= most);
        limit.map(Some).ok_or_else(|| format!("The time limit is a number of seconds, 0 to {most}"))
    }

    /// The threshold.
    pub fn threshold(&self) -> Result<u16, String> {
        let most = ExceptionRule::THRESHOLD_MAX;
        let threshold = self.threshold.trim().parse::<u16>().ok().filter(|threshold| *threshold <= most);
        threshold.ok_or_else(|| format!("The threshold is 0 to {most}: how many are still allowed"))
    }

    /// The reason code.
    pub fn reason(&self) -> Result<Option<u8>, String> {
        match self.reason.trim() {
            "" => Ok(None),
            _ if !self.takes_reason() => Ok(None),
            text => {
                let reason = text.parse::<u8>().ok().filter(|reason| *reason <= 99);
                reason.map(Some).ok_or_else(|| format!("{text:?} is no reason code; it is 0 to 99, or nothing for any"))
            }
        }
    }

    /// The change that is asked for, or what is wrong.
    pub fn change(&self) -> Result<ChangeRequest, String> {
        if self.chosen().is_none() {
            return Err("Choose what is watched for".to_owned());
        }
        Ok(ChangeRequest::Exception(SetException {
            acd: self.acd,
            of: self.of.to_owned(),
            numbers: self.numbers()?,
            exception: self.exception.clone(),
            reason: self.reason()?,
            threshold: Some(self.threshold()?),
            limit_secs: self.limit()?,
            on: self.on,
        }))
    }
}

/// Turns a rule on or off as it is.
pub fn switch(acd: AcdNumber, rule: &Exception, on: bool) -> ChangeRequest {
    ChangeRequest::Exception(SetException {
        acd,
        of: rule.of.clone(),
        numbers: vec![rule.number.clone()],
        exception: rule.exception.clone(),
        reason: rule.reason,
        threshold: None,
        limit_secs: None,
        on,
    })
}
