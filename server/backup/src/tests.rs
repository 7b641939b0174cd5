//! Labels, the list of tables, and volumes of a small history: made, read, damaged, exchanged.

mod aged;
mod devices;
mod heals;
mod images;
mod labels;
mod restores;
mod stores;
mod tables;
mod volumes;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use catalog::{IntervalRows, hsplit, htkgrp};
use chrono::NaiveDate;
use model::{AcdNumber, Calendar, DataKind, IntervalMinutes, Moment, SplitId, TrunkGroupId};
use store::{AcdStore, DataFolder};
use tempfile::TempDir;

use crate::{AcdData, Choice, Label, Made, Making, Marks, Mode, Result, ServerEntry, make};

const ACD: AcdNumber = AcdNumber(1);
/// 2026-11-23 09:00 UTC.
const NINE: Moment = Moment(1_795_424_400);

fn calendar() -> Calendar {
    Calendar { zone: "UTC".parse().expect("UTC is a zone"), interval: IntervalMinutes::Half }
}

/// An interval in which splits 1 to 3 answered so many calls.
fn rows(start: Moment, calls: u32) -> IntervalRows {
    let mut rows = IntervalRows::empty(calendar().interval(start), calendar());
    for split in 1..=3 {
        let mut values = hsplit::Row::default();
        values[hsplit::ACDCALLS] = calls + split;
        rows.hsplit.push((SplitId(split), values));
    }
    let mut values = htkgrp::Row::default();
    values[htkgrp::INCALLS] = calls;
    rows.htkgrp.push((TrunkGroupId(7), values));
    rows
}

/// A data folder with a history.
struct Place {
    _dir: TempDir,
    data: DataFolder,
    device: PathBuf,
}

impl Place {
    /// So many half-hours from nine on, with `calls` in each.
    fn with(intervals: i64, calls: u32) -> Place {
        let dir = tempfile::tempdir().expect("a folder");
        let data = DataFolder::new(dir.path().join("data"));
        data.make().expect("the folder can be made");
        let place = Place { device: dir.path().join("device"), data, _dir: dir };
        std::fs::create_dir_all(&place.device).expect("a device");
        let mut store = place.store();
        for number in 0..intervals {
            store.archive(&rows(NINE + number * 1800, calls)).expect("it is archived");
        }
        place
    }

    fn store(&self) -> AcdStore {
        AcdStore::open(&self.data.acd(ACD), ACD).expect("the history opens")
    }

    fn folder(&self) -> PathBuf {
        self.device.join("CMS-A")
    }

    /// Backs the history up as number `count` of the day.
    fn back_up(&self, count: u8, mode: Mode, marks: &Marks) -> Result<Made> {
        self.back_up_in_volumes(count, mode, marks, u64::MAX)
    }

    fn back_up_in_volumes(&self, count: u8, mode: Mode, marks: &Marks, volume_bytes: u64) -> Result<Made> {
        self.back_up_while(count, mode, marks, volume_bytes, &mut || true)
    }

    /// The same, asking at each step whether to go on.
    fn back_up_while(
        &self,
        count: u8,
        mode: Mode,
        marks: &Marks,
        volume_bytes: u64,
        go_on: &mut dyn FnMut() -> bool,
    ) -> Result<Made> {
        let choice = history(mode);
        make(Making { volume_bytes, ..self.making(count, &choice, marks, &mut |_, _| go_on()) })
    }

    /// A backup of such data, built on another one.
    fn back_up_on(&self, count: u8, choice: &Choice, marks: &Marks, builds_on: Option<&str>) -> Made {
        let builds_on = builds_on.map(|label| (ACD.0, label.to_owned())).into_iter().collect();
        make(Making { builds_on, ..self.making(count, choice, marks, &mut |_, _| true) }).unwrap()
    }

    fn making<'a>(
        &'a self,
        count: u8,
        choice: &'a Choice,
        marks: &'a Marks,
        go_on: &'a mut dyn FnMut(&str, u64) -> bool,
    ) -> Making<'a> {
        Making {
            choice,
            label: label(count, choice.mode),
            server: server(),
            product: "0.1.0",
            at: NINE + i64::from(count),
            data: &self.data,
            folder: self.folder(),
            volume_bytes: u64::MAX,
            builds_on: BTreeMap::new(),
            marks,
            left_out: BTreeSet::new(),
            only: None,
            stretches: None,
            go_on,
        }
    }
}

fn server() -> ServerEntry {
    ServerEntry { name: "CMS-A".to_owned(), id: "a1".to_owned(), role: "primary".to_owned() }
}

fn history(mode: Mode) -> Choice {
    Choice { kinds: BTreeSet::from([DataKind::Historical]), tables: None, acds: vec![ACD], all_acds: true, mode }
}

fn label(count: u8, mode: Mode) -> Label {
    Label {
        date: NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day"),
        count,
        local: false,
        system: false,
        acd_data: AcdData::Historical,
        custom: false,
        acd: 0,
        mode,
        volume: 1,
    }
}

/// Marks as the server keeps them.
fn marks_of(made: &[&Made]) -> Marks {
    let mut marks = Marks::new();
    for known in made.iter().flat_map(|made| &made.marks) {
        marks.entry((known.acd, known.part.clone())).or_default().insert(known.place, known.mark.clone());
    }
    marks
}

fn unpack_all(made: &Made, into: &Path) -> Vec<PathBuf> {
    let volume = |(number, (path, _)): (usize, &(PathBuf, crate::Manifest))| {
        let plain = into.join(format!("{number}.db"));
        // From the restore before.
        let _ = std::fs::remove_file(&plain);
        crate::unpack(path, &plain, &mut || true).expect("the volume is sound");
        plain
    };
    made.volumes.iter().enumerate().map(volume).collect()
}
