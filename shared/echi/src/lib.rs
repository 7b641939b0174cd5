//! External Call History: the files in which call records leave for other programs, and how to read them.
//!
//! Records go in as the values of `call_rec`, so that a field is found by its item's name and what an item means is said
//! in the catalogue alone. The layouts of the six versions are data ([`layout`]). Nothing here does I/O, reads a clock or
//! knows a file's name; whoever calls keeps the files. A struct for each version was turned down: six structs with ninety
//! fields each, all but a few alike, would be kept in step by hand.

mod encode;
mod layout;
mod names;
mod read;
#[cfg(test)]
mod tests;
mod text;

pub use encode::{Encoder, HEADER_BYTES, Misfits, header};
pub use layout::{Field, FieldKind, Version};
pub use names::{NAME_FILES, NameFile};
pub use read::{ReadError, ReadFile, read};

/// The table whose items the fields are.
pub const TABLE: &str = "call_rec";
