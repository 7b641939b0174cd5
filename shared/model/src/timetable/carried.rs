//! Work that puts data back or gives names: restores, and changes of the Dictionary.

use std::fmt;

use crate::data_kind::DataKind;
use crate::words::quoted;

/// Stands for the newest backup in place of a label.
pub const LAST: &str = "last";

/// A restore: `restore LABEL|last [DATA[,DATA…]] [tables=TABLE[,TABLE…]] [this-acd] [device=NAME]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoreWork {
    /// Label of the backup, or `last`; the folder of a server may stand before it, as in `CMS-A/last`.
    pub label: String,
    /// The kinds of data; all that the backup has if there are none.
    pub data: Vec<DataKind>,
    /// Only these tables, by the field's names.
    pub tables: Vec<String>,
    /// Whether the task's ACD alone.
    pub this_acd: bool,
    /// Name of the device; the first one if absent.
    pub device: Option<String>,
}

impl RestoreWork {
    pub(super) fn from_words(label: &str, rest: &[&str]) -> Result<RestoreWork, String> {
        let label = label.to_owned();
        let mut work = RestoreWork { label, data: Vec::new(), tables: Vec::new(), this_acd: false, device: None };
        let list = |text: &str| text.split(',').map(str::to_owned).collect::<Vec<_>>();
        for part in rest {
            match (*part, part.split_once('=')) {
                ("this-acd", _) => work.this_acd = true,
                (_, Some(("device", name))) if !name.is_empty() => work.device = Some(name.to_owned()),
                (_, Some(("tables", names))) if !names.is_empty() => work.tables = list(names),
                (data, None) if work.data.is_empty() => work.data = DataKind::list(data)?,
                _ => {
                    return Err(format!(
                        "{part:?} is not DATA[,DATA…], tables=TABLE[,TABLE…], this-acd or device=NAME of a restore"
                    ));
                }
            }
        }
        match work.data.is_empty() || work.tables.is_empty() {
            true => Ok(work),
            false => Err("say either kinds of data or tables of a restore, not both".to_owned()),
        }
    }

    /// The folder of a server, if one is named, where the newest backup is meant; `None` if it is a label.
    pub fn newest_of(&self) -> Option<Option<&str>> {
        match self.label.rsplit_once('/') {
            Some((folder, LAST)) => Some(Some(folder)),
            None if self.label == LAST => Some(None),
            _ => None,
        }
    }
}

impl fmt::Display for RestoreWork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "restore {}", quoted(&self.label))?;
        if !self.data.is_empty() {
            write!(f, " {}", DataKind::words(&self.data))?;
        }
        if !self.tables.is_empty() {
            write!(f, " {}", quoted(&format!("tables={}", self.tables.join(","))))?;
        }
        f.write_str(if self.this_acd { " this-acd" } else { "" })?;
        device(f, self.device.as_deref())
    }
}

/// A change of the Dictionary: `name SECTION NUMBER NAME [description=TEXT] [take-over]`, or `unname SECTION NUMBER
/// [take-over]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameWork {
    /// Section of the Dictionary, such as `splits`.
    pub section: String,
    /// What is named.
    pub number: String,
    /// Its name; `None` takes it away.
    pub name: Option<String>,
    /// What else is to be known of it.
    pub description: String,
    /// Also on a secondary, which is for viewing.
    pub take_over: bool,
}

impl NameWork {
    pub(super) fn from_words(
        section: &str,
        number: &str,
        name: Option<&str>,
        rest: &[&str],
    ) -> Result<NameWork, String> {
        let mut work = NameWork {
            section: section.to_owned(),
            number: number.to_owned(),
            name: name.map(str::to_owned),
            description: String::new(),
            take_over: false,
        };
        if name == Some("") {
            return Err("a name has 1 to 20 characters; unname takes it away".to_owned());
        }
        for part in rest {
            match (*part, part.split_once('=')) {
                ("take-over", _) => work.take_over = true,
                (_, Some(("description", text))) if name.is_some() => text.clone_into(&mut work.description),
                _ => return Err(format!("{part:?} is not description=TEXT or take-over")),
            }
        }
        Ok(work)
    }
}

impl fmt::Display for NameWork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (section, number) = (quoted(&self.section), quoted(&self.number));
        match &self.name {
            Some(name) => write!(f, "name {section} {number} {}", quoted(name))?,
            None => write!(f, "unname {section} {number}")?,
        }
        if !self.description.is_empty() {
            write!(f, " {}", quoted(&format!("description={}", self.description)))?;
        }
        f.write_str(if self.take_over { " take-over" } else { "" })
    }
}

/// Names a device, if one is meant.
pub(super) fn device(f: &mut fmt::Formatter<'_>, device: Option<&str>) -> fmt::Result {
    device.map_or(Ok(()), |device| write!(f, " {}", quoted(&format!("device={device}"))))
}
