//! What the Dictionary may name, and by which rules: sections, numbers, names and descriptions.
//!
//! The rules are the field's: a name has 1 to 20 characters and begins with a letter. Two of ours come on top, because
//! inputs find names without regard to case: inside a section two names must differ in more than their case, and letters
//! of every language are letters.

use crate::dictionary::NameKind;
use crate::id::{
    AcdNumber, AuxReason, IdError, LoginId, LogoutReason, SplitId, TrunkGroupId, VdnId, VectorId, WorkCode,
};

/// Most characters of a name.
pub const NAME_CHARS_MAX: usize = 20;
/// Most characters of a description.
pub const DESCRIPTION_CHARS_MAX: usize = 50;

/// Words that the switch and the collector use in rows of agents.
const AGENT_STRINGS: &[&str] = &[
    "AVAIL",
    "ACD",
    "ACW",
    "AUX",
    "DACD",
    "DACW",
    "RING",
    "OTHER",
    "UNKNOWN",
    "UNSTAFF",
    "LOGON",
    "LOGOFF",
    "IN",
    "OUT",
    "PHONE",
    "KEYBOARD",
    "PBX",
    "OFF",
    "TOP",
    "ALLOCATED",
    "BACKUP",
    "RESERVE",
    "LEVEL",
    "NEED",
    "PERCENT",
];
const SPLIT_STRINGS: &[&str] = &["NORMAL", "OVER1", "OVER2"];
/// Words in rows of trunks.
const TRUNK_STRINGS: &[&str] = &[
    "IDLE", "SEIZED", "QUEUED", "RINGING", "CONN", "HOLD", "MBUSY", "IN", "OUT", "LOW", "MEDIUM", "HIGH", "TOP",
    "MAIN", "BACKUP",
];
const GENERIC_STRINGS: &[&str] = &["y", "n"];

/// What an input takes for everything.
const ALL: &str = "all";

/// Most digits of the number of an announcement or a location.
const DIGITS_MAX: usize = 15;

/// Kind, word of its section, section as the field calls it, what is named.
type Section = (NameKind, &'static str, &'static str, &'static str);

const SECTIONS: [Section; 15] = [
    (NameKind::Acd, "acds", "ACDs", "ACD"),
    (NameKind::AgentString, "agent-strings", "Agent string values", "agent string"),
    (NameKind::Announcement, "announcements", "Announcements", "announcement"),
    (NameKind::AuxReason, "aux-reasons", "AUX reason codes", "AUX reason code"),
    (NameKind::WorkCode, "work-codes", "Call work codes", "call work code"),
    (NameKind::GenericString, "generic-strings", "Generic string values", "generic string"),
    (NameKind::Location, "locations", "Location IDs", "location ID"),
    (NameKind::Agent, "agents", "Login identifications", "agent"),
    (NameKind::LogoutReason, "logout-reasons", "Logout reason codes", "logout reason code"),
    (NameKind::SplitString, "split-strings", "Split/skill string values", "split/skill string"),
    (NameKind::Split, "splits", "Splits/skills", "split/skill"),
    (NameKind::TrunkGroup, "trunk-groups", "Trunk groups", "trunk group"),
    (NameKind::TrunkString, "trunk-strings", "Trunk string values", "trunk string"),
    (NameKind::Vdn, "vdns", "VDNs", "VDN"),
    (NameKind::Vector, "vectors", "Vectors", "vector"),
];

impl NameKind {
    /// The kinds that are sections of the Dictionary, in the field's order.
    pub fn sections() -> impl Iterator<Item = NameKind> {
        SECTIONS.iter().map(|(kind, ..)| *kind)
    }

    fn section(self) -> Option<&'static Section> {
        SECTIONS.iter().find(|(kind, ..)| *kind == self)
    }

    /// Word of the section in commands and files; empty for single trunks, which have no section.
    pub fn section_word(self) -> &'static str {
        self.section().map_or("", |(_, word, ..)| word)
    }

    /// The section as the field calls it.
    pub fn section_title(self) -> &'static str {
        self.section().map_or("", |(_, _, title, _)| title)
    }

    /// What one thing of the section is called.
    pub fn noun(self) -> &'static str {
        self.section().map_or("trunk", |(.., noun)| noun)
    }

    /// The kind of a section's word.
    ///
    /// # Errors
    /// Names the sections that there are.
    pub fn of_section(word: &str) -> Result<NameKind, String> {
        let found = SECTIONS.iter().find(|(_, known, ..)| known.eq_ignore_ascii_case(word));
        found.map(|(kind, ..)| *kind).ok_or_else(|| {
            let known: Vec<&str> = SECTIONS.iter().map(|(_, known, ..)| *known).collect();
            format!("{word:?} is no section of the Dictionary; there are {}", known.join(", "))
        })
    }

    /// A number as it stands in rows, or a word as it stands there.
    ///
    /// # Errors
    /// Says what would be right.
    pub fn checked_number(self, number: &str) -> Result<String, String> {
        let number = number.trim();
        let told = |error: IdError| error.to_string();
        let word = |known: &[&str]| {
            let found = known.iter().find(|known| known.eq_ignore_ascii_case(number));
            let wrong = || format!("{number:?} is no {}; there are {}", self.noun(), known.join(", "));
            found.map(|word| (*word).to_owned()).ok_or_else(wrong)
        };
        Ok(match self {
            NameKind::Split => number.parse::<SplitId>().map_err(told)?.to_string(),
            NameKind::Agent => number.parse::<LoginId>().map_err(told)?.to_string(),
            NameKind::Vdn => number.parse::<VdnId>().map_err(told)?.to_string(),
            NameKind::Vector => number.parse::<VectorId>().map_err(told)?.to_string(),
            NameKind::TrunkGroup => number.parse::<TrunkGroupId>().map_err(told)?.to_string(),
            NameKind::WorkCode => number.parse::<WorkCode>().map_err(told)?.to_string(),
            NameKind::AuxReason => number.parse::<AuxReason>().map_err(told)?.to_string(),
            NameKind::LogoutReason => number.parse::<LogoutReason>().map_err(told)?.to_string(),
            NameKind::Acd => number.parse::<AcdNumber>().map_err(told)?.to_string(),
            NameKind::Announcement | NameKind::Location => {
                let digits = (1..=DIGITS_MAX).contains(&number.len()) && number.chars().all(|c| c.is_ascii_digit());
                match digits {
                    true => number.to_owned(),
                    false => return Err(format!("an {} has 1 to {DIGITS_MAX} digits, unlike {number:?}", self.noun())),
                }
            }
            NameKind::AgentString => word(AGENT_STRINGS)?,
            NameKind::SplitString => word(SPLIT_STRINGS)?,
            NameKind::TrunkString => word(TRUNK_STRINGS)?,
            NameKind::GenericString => word(GENERIC_STRINGS)?,
            NameKind::Trunk => return Err("single trunks have no names in the Dictionary".to_owned()),
        })
    }
}

/// What is wrong with a name of the Dictionary; `None` if it can be used.
pub fn name_fault(name: &str) -> Option<String> {
    if name.eq_ignore_ascii_case(ALL) {
        return Some(format!("{name:?} means everything in an input, so nothing can be called that"));
    }
    let inside = |c: char| c.is_alphanumeric() || "_., '+".contains(c);
    let right = name.starts_with(char::is_alphabetic)
        && name.chars().all(inside)
        && !name.ends_with(' ')
        && name.chars().count() <= NAME_CHARS_MAX;
    (!right).then(|| {
        format!(
            "a name has 1 to {NAME_CHARS_MAX} characters, a letter first, then letters, digits, blanks and _ . , ' +, and no \
             blank at its end, unlike {name:?}"
        )
    })
}

/// What is wrong with a description; `None` if it can be used.
pub fn description_fault(description: &str) -> Option<String> {
    let forbidden = |c: char| c.is_control() || ";\"|".contains(c);
    let right = description.chars().count() <= DESCRIPTION_CHARS_MAX && !description.chars().any(forbidden);
    (!right).then(|| {
        format!(
            "a description has at most {DESCRIPTION_CHARS_MAX} characters in one line, without ; \" and |, unlike \
             {description:?}"
        )
    })
}
