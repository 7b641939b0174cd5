//! The name files: what the numbers in the records are called. Comma-separated values, three columns: ACD, number, name.
//!
//! Things without a name are left out; a receiver shows their number.

use model::{AcdNumber, Dictionary, NameKind};

use crate::text::push_quoted;

/// One of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NameFile {
    /// Its name, such as `split.dat`.
    pub file: &'static str,
    /// What it names; `None` for the ACD itself.
    kind: Option<NameKind>,
}

/// All of them.
pub const NAME_FILES: [NameFile; 8] = [
    NameFile { file: "acd.dat", kind: None },
    NameFile { file: "agname.dat", kind: Some(NameKind::Agent) },
    NameFile { file: "aux_rsn.dat", kind: Some(NameKind::AuxReason) },
    NameFile { file: "cwc.dat", kind: Some(NameKind::WorkCode) },
    NameFile { file: "split.dat", kind: Some(NameKind::Split) },
    NameFile { file: "tkgrp.dat", kind: Some(NameKind::TrunkGroup) },
    NameFile { file: "vdn.dat", kind: Some(NameKind::Vdn) },
    NameFile { file: "vector.dat", kind: Some(NameKind::Vector) },
];

impl NameFile {
    /// The file's text: numbers in their order, then what is no number.
    pub fn text(&self, acd: AcdNumber, acd_name: &str, names: &Dictionary) -> String {
        let own = acd.to_string();
        let mut lines: Vec<(&str, &str)> = match self.kind {
            None => vec![(&own, acd_name)],
            Some(kind) => names.iter(kind).filter(|(_, name)| !name.is_empty()).collect(),
        };
        lines.sort_by_key(|(number, _)| (number.parse::<u64>().unwrap_or(u64::MAX), *number));
        let mut text = String::new();
        for (number, name) in lines {
            text.push_str(&own);
            text.push(',');
            push_quoted(number, &mut text);
            text.push(',');
            push_quoted(name, &mut text);
            text.push('\n');
        }
        text
    }
}
