//! What is wrong with a definition, and where in it.

use std::fmt;

use crate::definition::Definition;

/// One fault of a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where it is.
    pub place: Place,
    /// What is wrong and what would be right.
    pub message: String,
}

impl Problem {
    pub(crate) fn new(place: &Place, message: impl Into<String>) -> Self {
        Problem { place: place.clone(), message: message.into() }
    }
}

/// Where in a definition something is; as people read it, such as `block 2 "Agents", column "asa"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// What is of the report as a whole: its name, its path, its refresh, how many blocks it has.
    Report,
    /// An input, by its name.
    Input(String),
    /// A calculation of the report's own, by its name.
    Calculation(String),
    /// A block, or a part of it that is not of one column.
    Block {
        /// Its position among the blocks, from 0.
        index: usize,
        /// Its title, which may be empty.
        title: String,
        /// The part.
        part: Option<&'static str>,
    },
    /// A column of a block, or a part of it.
    Column {
        /// Position of the block, from 0.
        index: usize,
        /// Title of the block, which may be empty.
        title: String,
        /// The column's id; of a series that of one of its columns.
        id: String,
        /// The part.
        part: Option<&'static str>,
    },
}

impl Place {
    /// A block of a definition.
    pub(crate) fn block(definition: &Definition, index: usize) -> Place {
        let title = definition.blocks.get(index).map_or_else(String::new, |block| block.title.clone());
        Place::Block { index, title, part: None }
    }

    /// A part of this block.
    pub(crate) fn part(&self, part: &'static str) -> Place {
        match self.clone() {
            Place::Block { index, title, .. } => Place::Block { index, title, part: Some(part) },
            Place::Column { index, title, id, .. } => Place::Column { index, title, id, part: Some(part) },
            whole => whole,
        }
    }

    /// A column of this block.
    pub(crate) fn column(&self, id: &str) -> Place {
        match self.clone() {
            Place::Block { index, title, .. } | Place::Column { index, title, .. } => {
                Place::Column { index, title, id: id.to_owned(), part: None }
            }
            whole => whole,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Report => f.write_str("report"),
            Place::Input(name) => write!(f, "input \"{name}\""),
            Place::Calculation(name) => write!(f, "calculation {name}"),
            Place::Block { index, title, part } => {
                write_block(f, *index, title)?;
                part.map_or(Ok(()), |part| write!(f, ", {part}"))
            }
            Place::Column { index, title, id, part } => {
                write_block(f, *index, title)?;
                match part {
                    Some(part) => write!(f, ", {part} of column \"{id}\""),
                    None => write!(f, ", column \"{id}\""),
                }
            }
        }
    }
}

fn write_block(f: &mut fmt::Formatter<'_>, index: usize, title: &str) -> fmt::Result {
    write!(f, "block {}", index + 1)?;
    if title.is_empty() { Ok(()) } else { write!(f, " \"{title}\"") }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}
