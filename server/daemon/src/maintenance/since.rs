//! What a restore left behind, kept beside its copy: so that whoever takes it back is told what was changed since.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use api::ErrorBody;
use backup::Chosen;
use serde::{Deserialize, Serialize};
use store::{Snapshot, SourceFile, Unit};

use super::{Maintenance, refused};
use crate::causes::failed;

/// Changed things that are named.
const NAMED: usize = 20;

/// The state of what a restore is about.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Left {
    /// Administration, by kind and key: name and digest of each thing.
    things: BTreeMap<String, BTreeMap<String, (String, String)>>,
    /// Digests of the intervals of each ACD, by their start.
    intervals: BTreeMap<u8, BTreeMap<i64, String>>,
}

/// What was changed since a restore.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Since {
    /// How many things and intervals.
    pub(super) count: u64,
    /// Which, for people.
    pub(super) names: Vec<String>,
}

impl Left {
    fn of(maintenance: &Maintenance, chosen: &Chosen) -> Result<Left, ErrorBody> {
        let path_of = |file, acd| maintenance.data.file(file, acd);
        let reading = |error| failed("reading what a restore left", &error);
        let mut left = Left::default();
        let mut whole = chosen.clone();
        whole.parts.retain(|_, part| part.carried.unit == Unit::Whole);
        for group in backup::groups(&whole, &path_of).map_err(|error| refused(&error))? {
            let file = group.parts.first().map_or(SourceFile::System, |part| part.file);
            let snapshot = Snapshot::open(&path_of(file, group.acd), file).map_err(reading)?;
            let things = group.standing(&snapshot).map_err(|error| refused(&error))?;
            let acd = group.acd.map_or_else(String::new, |acd| format!(" of ACD {acd}"));
            left.things.insert(format!("{}{acd}", group.name), things);
        }
        for ((file, acd), pieces) in &chosen.pieces {
            let (SourceFile::Acd, Some(acd)) = (file, acd) else { continue };
            let intervals = pieces.iter().filter(|piece| piece.carried.unit == Unit::Interval);
            let starts: BTreeSet<i64> = intervals.flat_map(|piece| &piece.extents).map(|extent| extent.from).collect();
            if starts.is_empty() {
                continue;
            }
            let snapshot = Snapshot::open(&path_of(*file, Some(*acd)), *file).map_err(reading)?;
            let known = snapshot.intervals().map_err(reading)?.into_iter();
            let known = known.filter(|(start, ..)| starts.contains(start)).map(|(start, _, digest)| (start, digest));
            left.intervals.insert(acd.0, known.collect());
        }
        Ok(left)
    }

    fn changed_to(&self, now: &Left) -> Since {
        let mut since = Since::default();
        let none = BTreeMap::new();
        for (kind, things) in &now.things {
            let before = self.things.get(kind).unwrap_or(&none);
            let keys: BTreeSet<&String> = before.keys().chain(things.keys()).collect();
            for key in keys.into_iter().filter(|key| before.get(*key) != things.get(*key)) {
                let name = things.get(key).or(before.get(key)).map_or(key.as_str(), |(name, _)| name);
                since.names.push(format!("{kind} {name}"));
            }
        }
        since.count = since.names.len() as u64;
        if since.names.len() > NAMED {
            let more = since.names.len() - NAMED;
            since.names.truncate(NAMED);
            since.names.push(format!("and {more} more"));
        }
        let none = BTreeMap::new();
        for (acd, intervals) in &now.intervals {
            let before = self.intervals.get(acd).unwrap_or(&none);
            let starts: BTreeSet<&i64> = before.keys().chain(intervals.keys()).collect();
            let count = starts.into_iter().filter(|start| before.get(start) != intervals.get(start)).count();
            if count > 0 {
                since.count += count as u64;
                since.names.push(format!("intervals of ACD {acd}: {count}"));
            }
        }
        since
    }
}

fn file(maintenance: &Maintenance, restore: i64) -> PathBuf {
    maintenance.restore_folder(restore).with_extension("left")
}

/// Keeps what is there once a restore is done. Without it, nobody can be told what was changed since, and that is all.
pub(super) fn remember(maintenance: &Maintenance, restore: i64, chosen: &Chosen) {
    let path = file(maintenance, restore);
    let kept = Left::of(maintenance, chosen).map_err(|error| error.message).and_then(|left| {
        let text = serde_json::to_vec(&left).map_err(|error| error.to_string())?;
        std::fs::write(&path, text).map_err(|error| error.to_string())
    });
    if let Err(error) = kept {
        tracing::warn!("{} cannot be kept: {error}", path.display());
        let _ = std::fs::remove_file(&path);
    }
}

/// What was changed since; `None` if what the restore left is not known.
pub(super) fn since(maintenance: &Maintenance, restore: i64, chosen: &Chosen) -> Result<Option<Since>, ErrorBody> {
    let kept = std::fs::read(file(maintenance, restore)).ok();
    let Some(left) = kept.and_then(|text| serde_json::from_slice::<Left>(&text).ok()) else { return Ok(None) };
    Ok(Some(left.changed_to(&Left::of(maintenance, chosen)?)))
}
