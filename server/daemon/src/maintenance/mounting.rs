//! Whether the device of a backup is the one that it was, before anything is written there.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use backup::Device;

use super::Maintenance;
use crate::administration::Administration;
use crate::mounted::{Memory, check, marked, setting};

impl Maintenance {
    /// Looks whether a device is there and what it was, and remembers it. A device that is not mounted must not be made up by us.
    pub(super) fn mounted(&self, device: &Device, administration: &Administration) -> Result<()> {
        let Some(folder) = device.folder().filter(|_| !self.is_default(device)) else { return Ok(()) };
        ensure!(folder.is_dir(), "{} does not exist; mount the device or make its folder", folder.display());
        let memory = Memory::of(device, &administration.local())?;
        check(device, &self.server.name, &memory)?;
        let known = (marked(folder)?, folder.as_os_str().to_owned());
        if memory.kept.as_ref() != Some(&known) {
            let text = format!("{} {}", known.0, folder.display());
            administration.local().set_setting(&setting(device), &text).context("remembering the device")?;
        }
        Ok(())
    }

    /// What is wrong with a device that can be read: it may be empty because it is another one.
    pub(super) fn stranger(&self, device: &Device, administration: &Administration) -> Option<String> {
        let is_there = device.folder().is_some_and(Path::is_dir) && !self.is_default(device);
        let memory = is_there.then(|| Memory::of(device, &administration.local()))?;
        let looked = memory.and_then(|memory| check(device, &self.server.name, &memory));
        looked.err().map(|error| format!("device {}: {error:#}", device.name))
    }
}
