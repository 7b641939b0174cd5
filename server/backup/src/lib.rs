//! Maintenance backups: which tables belong to which kind of data, labels, volumes, devices, and what a restore will do.
//!
//! A backup is one or more volumes in a folder of a device. A volume is a SQLite database packed by zstd, so it opens with
//! standard tools; a frame behind it, which those tools skip, tells what it is without unpacking. Nothing counts as done
//! that was not read back. SQL is in `store`; when something is backed up, and who may, is for `daemon`. This crate never
//! reads a clock and starts no thread; where volumes lie in an object store, it waits for the network.
//!
//! One archive for a whole backup, cut into pieces, was turned down: a piece would open only together with all others.

mod bucket;
mod device;
mod envelope;
mod error;
mod image;
mod label;
mod made;
mod manifest;
mod mode;
mod parts;
mod places;
mod restore;
mod tables;
#[cfg(test)]
mod tests;
mod things;

pub use bucket::{Bucket, BucketSettings};
pub use device::{AtHand, Device, Found, Place, Problem, Set};
pub use envelope::{VERIFIED_AS, file_name, read_header, received, unpack, verify};
pub use error::{BackupError, Result};
pub use image::{
    ImageLabel, ImageLabelError, ImageMade, ImageMaking, ImageManifest, ImageWriter, restore_image, verify_image,
    volumes_of,
};
pub use label::{AcdData, Label, LabelError};
pub use made::{INTERVALS, Made, Making, Marks, Stretches, holds_any, journal_of, make, sweep};
pub use manifest::{FORMAT, Manifest, PartEntry, ServerEntry};
pub use mode::Mode;
pub use parts::{Choice, Part, parts_of};
pub use places::Places;
pub use restore::{Chosen, Cut, Healing, Line, Plan, Target, choose, compare, standing};
pub use tables::{Known, NOT_KEPT, known, lookup};
pub use things::{Group, Rows, Thing, groups};
