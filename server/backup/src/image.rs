//! An image: the backup of a whole server (the field's CMSADM), from which one is made again in an empty folder.
//!
//! One archive of files (tar) is cut into numbered volumes, each packed by zstd with a frame behind it that says what it is,
//! as with other backups. `zstd -dc` of all volumes in order, piped into `tar -x`, gives the folder. A volume of its own for
//! each file was turned down: all of them are needed anyway, and a single database is often larger than a volume.
//!
//! Which files belong to it, and in which order they must be read, the server knows; here they are only carried.

mod archive;
mod label;
mod read;
mod write;

use serde::{Deserialize, Serialize};

pub use label::{ImageLabel, LabelError as ImageLabelError};
pub use read::{restore_image, verify_image, volumes_of};
pub use write::{ImageMade, ImageMaking, ImageWriter};

use crate::envelope::Framed;
use crate::manifest::ServerEntry;

/// How the names of an image's volumes end.
pub(crate) const IMAGE_ENDING: &str = ".tar.zst";
/// The configuration is put in place last: a folder without it is no server's.
pub(crate) const LAST_FILE: &str = "cms.toml";
/// Under this name it stands until then, and marks the folder as one that is being restored.
pub(crate) const UNFINISHED_RESTORE: &str = "cms.toml.restoring";

/// What a volume of an image says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageManifest {
    /// Version of the format, counted with that of other volumes.
    pub format: u32,
    /// Label of this volume.
    pub label: String,
    /// How many volumes the image has.
    pub volumes: u8,
    /// The server.
    pub server: ServerEntry,
    /// Version of the program.
    pub product: String,
    /// When it was begun, UNIX seconds; the same in all its volumes.
    pub made_at: i64,
    /// How many files the whole image has.
    pub files: u64,
    /// Bytes of this piece of the archive.
    pub bytes: u64,
    /// SHA-256 of them.
    pub sha256: String,
    /// Bytes when packed.
    pub packed_bytes: u64,
    /// SHA-256 of that.
    pub packed_sha256: String,
}

impl Framed for ImageManifest {
    fn packed_bytes(&self) -> u64 {
        self.packed_bytes
    }
}
