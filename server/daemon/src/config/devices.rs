//! `[[backup.device]]` of `cms.toml`: folders and object stores that backups go to.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use backup::{Bucket, BucketSettings, Device, Place};
use serde::Deserialize;

use super::Config;

/// Name of the device where none is configured, and of its folder.
const DEFAULT_DEVICE: &str = "backup";
/// The region of stores that know none.
const USUAL_REGION: &str = "us-east-1";

/// One `[[backup.device]]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "RawDevice")]
pub struct DeviceConfig {
    /// Name in commands.
    pub name: String,
    /// Where it is.
    pub place: PlaceConfig,
    /// Volumes end at so many MB of 1,000,000 bytes, before they are packed.
    pub volume_mb: u32,
    /// So many full backups are kept, with what builds on them; all without it.
    pub keep: Option<u32>,
}

/// What a device is. Paths are relative to the data folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlaceConfig {
    /// A folder.
    Folder(PathBuf),
    /// A bucket of an object store.
    Store(BucketSettings),
}

/// The keys as written; flat, so that an unknown one is told with its own line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDevice {
    name: String,
    folder: Option<PathBuf>,
    bucket: Option<String>,
    prefix: Option<String>,
    endpoint: Option<String>,
    region: Option<String>,
    access_key: Option<String>,
    secret_file: Option<PathBuf>,
    ca_file: Option<PathBuf>,
    #[serde(default = "default_volume_mb")]
    volume_mb: u32,
    keep: Option<u32>,
}

fn default_volume_mb() -> u32 {
    4_000
}

impl TryFrom<RawDevice> for DeviceConfig {
    type Error = String;

    fn try_from(raw: RawDevice) -> Result<Self, String> {
        let RawDevice { name, volume_mb, keep, .. } = raw;
        let wrong = |why: &str| format!("[[backup.device]] {name}: {why}");
        let of_stores = [&raw.prefix, &raw.endpoint, &raw.region, &raw.access_key];
        let is_store = of_stores.iter().any(|key| key.is_some()) || raw.secret_file.is_some() || raw.ca_file.is_some();
        let place = match (raw.folder, raw.bucket) {
            (Some(folder), None) if !is_store => PlaceConfig::Folder(folder),
            (None, Some(bucket)) => {
                let endpoint = raw.endpoint;
                let is_address = |text: &String| text.starts_with("https://") || text.starts_with("http://");
                if endpoint.as_ref().is_some_and(|endpoint| !is_address(endpoint)) {
                    return Err(wrong("`endpoint` begins with https:// (or http://)"));
                }
                if bucket.is_empty() || bucket.contains('/') {
                    return Err(wrong("`bucket` is a name alone; what stands before its objects' names is `prefix`"));
                }
                PlaceConfig::Store(BucketSettings {
                    bucket,
                    prefix: raw.prefix.unwrap_or_default(),
                    endpoint,
                    region: raw.region.unwrap_or_else(|| USUAL_REGION.to_owned()),
                    access_key: raw.access_key.ok_or_else(|| wrong("a store needs `access_key`"))?,
                    secret_file: raw.secret_file.ok_or_else(|| wrong("a store needs `secret_file`"))?,
                    ca_file: raw.ca_file,
                })
            }
            (Some(_), None) => {
                return Err(wrong("a folder has no bucket; say either `folder` or `bucket` with its keys"));
            }
            _ => return Err(wrong("say where it is: either `folder` or `bucket`")),
        };
        Ok(DeviceConfig { name, place, volume_mb, keep })
    }
}

impl DeviceConfig {
    fn device(&self, dir: &Path) -> Device {
        let place = match &self.place {
            PlaceConfig::Folder(folder) => Place::Folder(dir.join(folder)),
            PlaceConfig::Store(settings) => Place::Store(Arc::new(Bucket::new(BucketSettings {
                secret_file: dir.join(&settings.secret_file),
                ca_file: settings.ca_file.as_ref().map(|path| dir.join(path)),
                ..settings.clone()
            }))),
        };
        Device { name: self.name.clone(), place, volume_bytes: u64::from(self.volume_mb) * 1_000_000, keep: self.keep }
    }
}

/// Where backups go: what `cms.toml` says, or a folder in the data folder.
pub fn devices(dir: &Path, config: &Config) -> Vec<Device> {
    let mut devices: Vec<Device> = config.backup.devices.iter().map(|device| device.device(dir)).collect();
    if devices.is_empty() {
        let place = Place::Folder(dir.join(DEFAULT_DEVICE));
        devices.push(Device { name: DEFAULT_DEVICE.to_owned(), place, volume_bytes: 4_000_000_000, keep: None });
    }
    devices
}
