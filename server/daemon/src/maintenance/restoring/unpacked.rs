//! The volumes of a backup as files that can be read, for as long as they are needed.

use std::path::PathBuf;

use api::ErrorBody;
use backup::{Device, Manifest};

use crate::maintenance::room::room_to_unpack;
use crate::maintenance::{Maintenance, Progress, refused};

/// Volumes that are unpacked; removed when it is over.
pub(in crate::maintenance) struct Unpacked {
    folder: PathBuf,
    pub(in crate::maintenance) volumes: Vec<PathBuf>,
}

impl Unpacked {
    pub(in crate::maintenance) fn of(
        maintenance: &Maintenance,
        device: &Device,
        volumes: &[(PathBuf, Manifest)],
        progress: &Progress,
    ) -> Result<Unpacked, ErrorBody> {
        let mut unpacked = Unpacked { folder: maintenance.unpacked(), volumes: Vec::new() };
        room_to_unpack(maintenance, volumes)?;
        for (path, manifest) in volumes {
            let into = unpacked.folder.join(format!("{}.db", manifest.label));
            let mut go_on = || progress.step(&format!("unpacking {}", manifest.label), 0);
            unpacked.volumes.push(into.clone());
            let volume = device.at_hand(path, &unpacked.folder, &mut go_on);
            let done = volume.and_then(|volume| backup::unpack(volume.path(), &into, &mut go_on));
            done.map_err(|error| refused(&error))?;
        }
        Ok(unpacked)
    }
}

impl Drop for Unpacked {
    fn drop(&mut self) {
        for volume in &self.volumes {
            let _ = std::fs::remove_file(volume);
        }
    }
}
