//! What a restore will do: which stretches of which tables, and how many rows that is.
//!
//! The restore range is what the volumes really hold, cut by what was asked for. It is made of whole intervals and whole
//! days, and never of what the backup does not hold: an interval that is missing there stays here as it is.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use catalog::{TableKind as Archived, all_tables};
use chrono::{Days, Months, NaiveDate, NaiveTime};
use model::period::date_of;
use model::{AcdNumber, Calendar, DataKind, Level, Moment, hex};
use sha2::{Digest as _, Sha256};
use store::{Carried, Counts, DataFolder, Extent, Piece, Snapshot, SourceFile, Stood, Unit, VolumeReader};

use crate::error::{BackupError, Result};
use crate::made::{by_order, is_placed_by_its_end, moment_of};
use crate::manifest::Manifest;
use crate::mode::Mode;
use crate::parts::{Choice, NO_ACD, Part, list_of_intervals, parts_of};
use crate::places::Places;

mod healing;
mod sparing;
mod weeks;

use healing::Healed;
use sparing::Spared;

/// The stretch that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cut {
    /// The interval with this moment is the first.
    pub from: Option<Moment>,
    /// The interval with this moment is the last.
    pub to: Option<Moment>,
}

/// One ACD of this server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The files of this server.
    pub data: DataFolder,
    /// Its zone and interval.
    pub calendar: Calendar,
    /// Start of the interval that is being collected: from there on nothing is restored.
    pub collecting_from: Option<Moment>,
    /// Interval tables of which nothing is kept here.
    pub left_out: BTreeSet<&'static str>,
    /// The intervals that are here, in order: start, end, and whether they lack data.
    pub here: Vec<(i64, i64, bool)>,
    /// Whether intervals stay that are whole here, where the backup lacks data of them.
    pub keep_whole: bool,
    /// Where a restore only heals: what is healed.
    pub healing: Option<Healing>,
}

/// What a restore finds that only heals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Healing {
    /// Starts of those in which the switch's clock was set: they stand for other times than intervals of another server.
    pub clock_set: BTreeSet<i64>,
    /// Starts of those that were missing, and of which only some tables were restored.
    pub partly: BTreeSet<i64>,
    /// Whether this server made the backup itself, by collecting again: then what lacks data in it has more than what is here.
    pub is_own: bool,
}

/// What is restored.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chosen {
    /// Tables by file and ACD.
    pub pieces: BTreeMap<(SourceFile, Option<AcdNumber>), Vec<Piece>>,
    /// The parts that they come from, by name in the volume.
    pub parts: BTreeMap<String, Part>,
    /// What people should know.
    pub notes: Vec<String>,
    /// Intervals of which the backup lacks data and its records are taken, by ACD; none where a restore only heals.
    pub lacking: BTreeMap<AcdNumber, Vec<(i64, i64)>>,
    /// Whether it is a copy of what a restore replaced, which is put back as it was.
    pub puts_back: bool,
}

/// What a restore does to one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The field's name.
    pub name: &'static str,
    /// Kind of data.
    pub kind: DataKind,
    /// Its ACD.
    pub acd: Option<AcdNumber>,
    /// Rows.
    pub counts: Counts,
    /// Rows of the backup that are left out.
    pub skipped: u64,
    /// The actual range: moments, of which the last is not part of it, or days.
    pub range: Option<Places>,
}

impl Plan {
    /// Adds a line. What the field has in one table and we in several (an addition to the main menu, and who may open it) is one line.
    fn add(&mut self, line: Line) {
        let is_same = |known: &&mut Line| {
            (known.name, known.acd, known.range) == (line.name, line.acd, None) && line.range.is_none()
        };
        let Some(known) = self.lines.iter_mut().find(is_same) else { return self.lines.push(line) };
        let Counts { added, replaced, identical, removed } = line.counts;
        known.counts.added += added;
        known.counts.replaced += replaced;
        known.counts.identical += identical;
        known.counts.removed += removed;
        known.skipped += line.skipped;
    }
}

/// What a restore does.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// Table by table.
    pub lines: Vec<Line>,
    /// What would be lost.
    pub cautions: Vec<String>,
    /// What people should know.
    pub notes: Vec<String>,
    /// SHA-256 over what it does, hexadecimal: the same as long as the same would happen.
    pub digest: String,
}

impl Chosen {
    /// Whether there is nothing to restore.
    pub fn is_empty(&self) -> bool {
        self.pieces.values().all(Vec::is_empty)
    }

    /// Every stretch by the name of its table in the volume, for a copy of what will be replaced.
    pub fn extents(&self) -> BTreeMap<String, Vec<Extent>> {
        let all = self.pieces.values().flatten();
        let mut extents: BTreeMap<String, Vec<Extent>> =
            all.map(|piece| (piece.stored_as.clone(), piece.extents.clone())).collect();
        // The list of intervals goes with its tables, also where it is not replaced from the backup: it changes.
        for ((_, acd), pieces) in &self.pieces {
            let intervals = pieces.iter().filter(|piece| piece.carried.unit == Unit::Interval);
            let starts: BTreeSet<Extent> = intervals.flat_map(|piece| piece.extents.iter().copied()).collect();
            if let Some(acd) = acd.filter(|_| !starts.is_empty()) {
                extents.entry(list_of_intervals(acd)).or_insert_with(|| starts.into_iter().collect());
            }
        }
        extents
    }

    /// What a piece has of the records of intervals of which the backup lacks data.
    fn poorer(&self, piece: &Piece, acd: Option<AcdNumber>) -> Piece {
        let table = piece.carried.table;
        // Times without data are each server's own.
        let is_record = matches!(piece.carried.unit, Unit::Event { place, order } if place != order);
        let lacking = acd.filter(|_| is_record).and_then(|acd| self.lacking.get(&acd));
        let lacking = lacking.into_iter().flatten().map(|(from, to)| by_order(table, *from, *to));
        let within = |lacks: Extent| {
            piece.extents.iter().filter_map(move |extent| {
                let (after, up_to) = (extent.after.max(lacks.after), extent.up_to.min(lacks.up_to));
                (after < up_to).then_some(Extent { after, up_to, ..*extent })
            })
        };
        Piece { extents: lacking.flat_map(within).collect(), ..piece.clone() }
    }

    /// What a copy of what will be replaced takes.
    pub fn choice(&self) -> Choice {
        let names = self.parts.values().filter(|part| !part.is_list).map(|part| part.name).collect::<BTreeSet<_>>();
        Choice {
            kinds: self.parts.values().map(|part| part.kind).collect(),
            tables: Some(names.into_iter().collect()),
            acds: self.parts.values().filter_map(|part| part.acd).collect::<BTreeSet<_>>().into_iter().collect(),
            all_acds: false,
            mode: Mode::Full,
        }
    }
}

/// Chooses from a backup: `kinds` or `tables` of it, for `acd` or all ACDs that it holds. With `targets` empty the backup is
/// taken as it is, which is how a restore is taken back.
pub fn choose(
    manifests: &[Manifest],
    volumes: &[PathBuf],
    kinds: &BTreeSet<DataKind>,
    tables: Option<&[&'static str]>,
    cut: Cut,
    targets: &BTreeMap<AcdNumber, Target>,
) -> Result<Chosen> {
    let first = manifests.first().ok_or_else(|| BackupError::NotFound("the backup has no volume".to_owned()))?;
    let choice = Choice {
        kinds: kinds.clone(),
        tables: tables.map(<[_]>::to_vec),
        acds: first.acds.iter().map(|acd| AcdNumber(*acd)).collect(),
        all_acds: false,
        mode: Mode::Full,
    };
    let readers = volumes.iter().map(|path| VolumeReader::open(path)).collect::<std::result::Result<Vec<_>, _>>()?;
    let chosen = Chosen { puts_back: targets.is_empty(), ..Chosen::default() };
    let (left, heals, spared, moved_weeks) = Default::default();
    let mut choosing = Choosing { manifests, readers, cut, targets, chosen, left, heals, spared, moved_weeks };
    choosing.heal()?;
    choosing.spare()?;
    let parts = parts_of(&choice);
    parts.iter().filter(|part| !part.is_list).try_for_each(|part| choosing.part(part))?;
    let some_tables = tables.is_some() || manifests.iter().any(|manifest| manifest.tables.is_some());
    parts.iter().filter(|part| part.is_list).try_for_each(|part| choosing.list(part, some_tables))?;
    choosing.tell();
    choosing.tell_moved_weeks();
    Ok(choosing.chosen)
}

struct Choosing<'a> {
    manifests: &'a [Manifest],
    readers: Vec<VolumeReader>,
    cut: Cut,
    targets: &'a BTreeMap<AcdNumber, Target>,
    chosen: Chosen,
    /// Intervals that this server still collects, by ACD.
    left: BTreeMap<AcdNumber, BTreeSet<i64>>,
    /// Where a restore only heals: the intervals that it takes, by ACD.
    heals: BTreeMap<AcdNumber, Healed>,
    /// What stays of what is here, by ACD.
    spared: BTreeMap<AcdNumber, Spared>,
    /// First days of weeks that cannot stand beside others, by ACD: those that go, or stay out.
    moved_weeks: BTreeMap<AcdNumber, BTreeSet<i64>>,
}

impl Choosing<'_> {
    fn is_there(&self, stored_as: &str) -> bool {
        self.manifests.iter().flat_map(|manifest| &manifest.parts).any(|part| part.stored_as == stored_as)
    }

    fn rows_of(&self, stored_as: &str) -> u64 {
        let parts = self.manifests.iter().flat_map(|manifest| &manifest.parts);
        parts.filter(|part| part.stored_as == stored_as).map(|part| part.rows).sum()
    }

    fn held(&self, stored_as: &str) -> Result<Vec<Extent>> {
        let mut held = BTreeSet::new();
        for reader in &self.readers {
            held.extend(reader.held(stored_as)?);
        }
        Ok(held.into_iter().collect())
    }

    /// The backup's intervals of an ACD that contain the moments at which is cut: how long they are says the backup.
    fn intervals_at_the_ends(&self, acd: AcdNumber) -> Result<Vec<Extent>> {
        if self.cut == Cut::default() {
            return Ok(Vec::new());
        }
        let ends = [self.cut.from, self.cut.to];
        let contains =
            |interval: &Extent| ends.iter().flatten().any(|at: &Moment| interval.from <= at.0 && at.0 < interval.to);
        Ok(self.held(&list_of_intervals(acd))?.into_iter().filter(contains).collect())
    }

    fn take(&mut self, part: &Part, extents: Vec<Extent>) {
        let piece = Piece { carried: part.carried, stored_as: part.stored_as.clone(), extents };
        self.chosen.pieces.entry((part.file, part.acd)).or_default().push(piece);
        self.chosen.parts.insert(part.stored_as.clone(), part.clone());
    }

    fn part(&mut self, part: &Part) -> Result<()> {
        if !self.is_there(&part.stored_as) {
            return Ok(());
        }
        if part.carried.unit == Unit::Whole {
            self.take(part, Vec::new());
            return Ok(());
        }
        let mut extents = self.held(&part.stored_as)?;
        let acd = part.acd.unwrap_or(NO_ACD);
        if let Some(target) = self.targets.get(&acd) {
            if target.left_out.contains(part.carried.table) {
                let note = format!("{} of ACD {acd} is left out: this server keeps none of it", part.carried.table);
                self.chosen.notes.push(note);
                return Ok(());
            }
            if let Some(healed) = self.heals.get(&acd) {
                let is_own = target.healing.as_ref().is_some_and(|healing| healing.is_own);
                if healing::follows_rules(part) && !is_own && self.rows_of(&part.stored_as) == 0 {
                    return Ok(());
                }
                extents = healed.cut(part, &extents, &target.data)?;
                if !extents.is_empty() {
                    self.take(part, extents);
                }
                return Ok(());
            }
            let range = Range::of(self.cut, target, &self.intervals_at_the_ends(acd)?);
            extents = extents.into_iter().filter_map(|extent| range.cut(part, &extent)).collect();
            if let Some(spared) = self.spared.get(&acd) {
                extents = spared.cut(part, extents, target.calendar);
                extents = self.without_cut_off(part, extents, target)?;
                extents = self.without_begun_unseen(part, extents, target)?;
            }
            extents = self.without_shared_days(part, extents, target)?;
            if part.carried.unit == Unit::Interval {
                let collecting = |extent: &Extent| target.collecting_from.is_some_and(|from| extent.to > from.0);
                let (open, closed): (Vec<_>, Vec<_>) = extents.into_iter().partition(collecting);
                self.left.entry(acd).or_default().extend(open.iter().map(|extent| extent.from));
                extents = closed;
            }
        }
        if !extents.is_empty() {
            self.take(part, extents);
        }
        Ok(())
    }

    /// Lists follow their tables. Where only some tables of an interval or day are restored, because no others were chosen or the
    /// backup is of some tables, they are made anew instead.
    fn list(&mut self, part: &Part, some_tables: bool) -> Result<()> {
        let (file, acd) = (part.file, part.acd);
        if !self.is_there(&part.stored_as) {
            return Ok(());
        }
        let taken: Vec<Piece> = self.chosen.pieces.get(&(file, acd)).cloned().unwrap_or_default();
        let whole = self.targets.is_empty();
        let extents: BTreeSet<Extent> = match part.carried.only {
            None => {
                let intervals = taken.iter().filter(|piece| piece.carried.unit == Unit::Interval);
                if !whole && !self.has_all(acd, &taken, Archived::Interval, some_tables) {
                    return Ok(());
                }
                intervals.flat_map(|piece| piece.extents.clone()).collect()
            }
            Some(("TABLE_NAME", table)) => {
                let same = taken.iter().filter(|piece| piece.carried.table == table);
                same.flat_map(|piece| piece.extents.clone()).collect()
            }
            Some((_, level)) => {
                let level = Level::ALL.into_iter().find(|known| known.word() == level).unwrap_or(Level::Daily);
                if !whole && !self.has_all(acd, &taken, Archived::of(level), some_tables) {
                    return Ok(());
                }
                let of_level = |piece: &&Piece| {
                    catalog::table(piece.carried.table).is_some_and(|table| table.kind.level() == Some(level))
                };
                taken.iter().filter(of_level).flat_map(|piece| piece.extents.clone()).collect()
            }
        };
        let extents: Vec<Extent> = if whole { self.held(&part.stored_as)? } else { extents.into_iter().collect() };
        if !extents.is_empty() {
            self.take(part, extents);
        }
        Ok(())
    }

    /// Whether all tables of a kind are restored that the backup's server keeps and this one does.
    fn has_all(&self, acd: Option<AcdNumber>, taken: &[Piece], kind: Archived, some_tables: bool) -> bool {
        let number = acd.unwrap_or(NO_ACD);
        let left_out_there = |name: &str| {
            self.manifests
                .iter()
                .flat_map(|manifest| &manifest.left_out)
                .any(|(acd, table)| *acd == number.0 && table == name)
        };
        let left_out_here = |name: &str| self.targets.get(&number).is_some_and(|target| target.left_out.contains(name));
        let is_taken = |name: &str| taken.iter().any(|piece| piece.carried.table == name);
        let mut tables = all_tables().iter().filter(|table| table.kind == kind);
        match some_tables {
            true => tables.all(|table| is_taken(table.name) || left_out_there(table.name) || left_out_here(table.name)),
            false => tables.any(|table| is_taken(table.name)),
        }
    }

    fn tell(&mut self) {
        for (acd, left) in self.left.iter().filter(|(_, left)| !left.is_empty()) {
            self.chosen.notes.push(format!(
                "left out of ACD {acd}, because this server still collects them: {}; restore them when they are archived",
                if left.len() == 1 { "one interval".to_owned() } else { format!("{} intervals", left.len()) }
            ));
        }
    }
}

/// The stretch that is asked for, in whole intervals.
struct Range {
    from: i64,
    to: i64,
    /// Of events, nothing from here on.
    events_to: i64,
    calendar: Calendar,
    is_all: bool,
}

impl Range {
    /// `known` are intervals of the backup; where it has none, those of this server's calendar count.
    fn of(cut: Cut, target: &Target, known: &[Extent]) -> Range {
        let interval = |at: Moment| {
            let known = known.iter().find(|known| known.from <= at.0 && at.0 < known.to);
            let own = target.calendar.interval(at);
            known.map_or((own.start.0, own.end.0), |known| (known.from, known.to))
        };
        let to = cut.to.map_or(i64::MAX, |to| interval(to).1);
        Range {
            from: cut.from.map_or(i64::MIN, |from| interval(from).0),
            to,
            events_to: to.min(target.collecting_from.map_or(i64::MAX, |from| from.0)),
            calendar: target.calendar,
            is_all: cut == Cut::default(),
        }
    }

    /// What is left of a stretch; `None` if nothing.
    fn cut(&self, part: &Part, extent: &Extent) -> Option<Extent> {
        match part.carried.unit {
            // As heals and digests place them: what a loss cut off here ended in the gap, whenever it began.
            Unit::Event { .. } if is_placed_by_its_end(part.carried.table) => {
                let after = extent.after.max(self.from.saturating_sub(1));
                let up_to = extent.up_to.min(self.events_to.saturating_sub(1));
                (after < up_to).then_some(Extent { from: i64::MIN, to: i64::MAX, after, up_to })
            }
            Unit::Event { .. } => {
                let (from, to) = (extent.from.max(self.from), extent.to.min(self.events_to));
                (from < to).then_some(Extent { from, to, ..*extent })
            }
            Unit::Period if self.is_all => Some(*extent),
            Unit::Period => self.has_period(part, extent.from).then_some(*extent),
            Unit::Interval => (extent.from >= self.from && extent.to <= self.to).then_some(*extent),
            Unit::Whole => Some(*extent),
        }
    }

    /// Whether a whole period lies in the range. A week is taken for seven days, whichever of them count.
    fn has_period(&self, part: &Part, first: i64) -> bool {
        period_of(part, first, self.calendar).is_some_and(|(from, to)| from >= self.from && to <= self.to)
    }
}

/// From when to when a period is that begins on the day `first`, in UNIX seconds; a week is taken for seven days.
fn period_of(part: &Part, first: i64, calendar: Calendar) -> Option<(i64, i64)> {
    let level = catalog::table(part.carried.table).and_then(|table| table.kind.level());
    let first = date_of(first)?;
    let next = match level {
        Some(Level::Weekly) => first.checked_add_days(Days::new(7)),
        Some(Level::Monthly) => first.checked_add_months(Months::new(1)),
        _ => first.succ_opt(),
    };
    let midnight = |date: NaiveDate| calendar.moment_at(date.and_time(NaiveTime::MIN)).0;
    Some((midnight(first), midnight(next?)))
}

/// Counts what a restore would do. `paths` gives the files of this server.
pub fn compare(
    chosen: &Chosen,
    manifests: &[Manifest],
    volumes: &[PathBuf],
    path_of: &dyn Fn(SourceFile, Option<AcdNumber>) -> PathBuf,
    go_on: &mut dyn FnMut(&str) -> bool,
) -> Result<Plan> {
    let mut plan = Plan { notes: chosen.notes.clone(), ..Plan::default() };
    let mut hash = Sha256::new();
    for ((file, acd), pieces) in &chosen.pieces {
        let snapshot = Snapshot::open_with(&path_of(*file, *acd), *file, volumes)?;
        hash.update(told_standing(&snapshot, pieces)?);
        if let Some(list) = acd.and_then(|acd| list_beside(acd, pieces)) {
            note_losses(&snapshot, volumes, &list, (*acd, chosen.puts_back), &mut plan)?;
        }
        for piece in pieces {
            let Some(part) = chosen.parts.get(&piece.stored_as) else { continue };
            if !go_on(part.carried.table) {
                return Err(BackupError::Stopped);
            }
            if piece.carried.table == "digests" {
                note_losses(&snapshot, volumes, piece, (*acd, chosen.puts_back), &mut plan)?;
            }
            if part.is_list {
                continue;
            }
            let counts = snapshot.compare(volumes, piece)?;
            let Counts { added, replaced, removed, .. } = counts;
            hash.update(format!("{} {added} {replaced} {removed}\n", piece.stored_as));
            if counts.removed > 0 && !chosen.puts_back {
                let poorer = chosen.poorer(piece, *acd);
                let poorer = (!poorer.extents.is_empty()).then(|| snapshot.compare(volumes, &poorer)).transpose()?;
                let is_without_list = is_without_list(manifests, part);
                plan.cautions.extend(going(part, counts.removed, poorer.map(|poorer| poorer.removed), is_without_list));
            }
            let parts = manifests.iter().flat_map(|manifest| &manifest.parts);
            let there: u64 = parts.filter(|part| part.stored_as == piece.stored_as).map(|part| part.rows).sum();
            let skipped = there.saturating_sub(counts.added + counts.replaced + counts.identical);
            let ends = piece.extents.first().zip(piece.extents.last());
            let range = ends.and_then(|(first, last)| range(part, first, last));
            plan.add(Line { name: part.name, kind: part.kind, acd: *acd, counts, skipped, range });
        }
    }
    plan.digest = hex(&hash.finalize());
    Ok(plan)
}

/// What is said of records that are here only and go. `poorer` are those of them of whose intervals the backup lacks data, if there are any
/// such intervals.
fn going(part: &Part, removed: u64, poorer: Option<u64>, is_without_list: bool) -> Option<String> {
    let (go, why) = match poorer {
        Some(poorer) => (poorer, "it lacks data of their intervals"),
        None if is_without_list => (removed, "it does not say of which intervals it has them"),
        None => (0, ""),
    };
    let name = part.name;
    match go {
        0 if healing::follows_rules(part) => Some(format!(
            "{removed} records of {name} are here and not in the backup, and go: they were made while data were missing here. If the \
             other server has not the same rules or traces (`cms twin compare`), give both the same first, or take the restore back"
        )),
        0 => None,
        1 => Some(format!("1 record of {name} is here and not in the backup, and goes: {why}")),
        go => Some(format!("{go} records of {name} are here and not in the backup, and go: {why}")),
    }
}

/// Whether these are records of a backup that has no list of intervals, as those of before were if they were of records alone. A copy of
/// what was replaced is put back as it is.
fn is_without_list(manifests: &[Manifest], part: &Part) -> bool {
    let list = list_of_intervals(part.acd.unwrap_or(NO_ACD));
    let is_event = matches!(part.carried.unit, Unit::Event { .. });
    is_event && !manifests.iter().flat_map(|manifest| &manifest.parts).any(|part| part.stored_as == list)
}

/// From the first to the last of the stretches that are restored.
fn range(part: &Part, first: &Extent, last: &Extent) -> Option<Places> {
    let Part { carried: Carried { unit, table, .. }, .. } = part;
    let numbers = match unit {
        Unit::Period => (first.from, last.from),
        Unit::Event { .. } if first.is_by_order() => {
            (moment_of(table, first.after + 1), moment_of(table, last.up_to + 1))
        }
        _ => (first.from, last.to),
    };
    Places::of(*unit, numbers)
}

/// What stands in the place of all pieces of one file. Most tables of intervals are restored for the same ones, which are looked
/// at once.
fn told_standing(snapshot: &Snapshot, pieces: &[Piece]) -> Result<String> {
    let mut known: &[Extent] = &[];
    let mut text = String::new();
    for piece in pieces {
        let is_new = piece.extents != known;
        if is_new {
            text.extend(piece.extents.iter().map(|extent| format!("{extent:?}")));
            known = &piece.extents;
        }
        if is_new || piece.carried.unit == Unit::Whole {
            text.push_str(&snapshot.standing(piece)?);
        }
        text.push_str(&format!("{}\n", piece.stored_as));
    }
    Ok(text)
}

/// A digest of what stands in the place of each whole table, and of intervals their own digests, by the name in the volume: what somebody
/// changes there, or is archived, while a restore is on its way would be lost without a word. Where it only heals, intervals have a guard of
/// their own.
pub fn standing(
    chosen: &Chosen,
    heals: bool,
    path_of: &dyn Fn(SourceFile, Option<AcdNumber>) -> PathBuf,
) -> Result<Stood> {
    let mut standing = Stood::new();
    for ((file, acd), pieces) in &chosen.pieces {
        let mut known: &[Extent] = &[];
        let looked_at = pieces.iter().filter(|piece| match piece.carried.unit {
            Unit::Whole => true,
            // Most tables are restored for the same intervals, and those have one list.
            Unit::Interval => !heals && std::mem::replace(&mut known, &piece.extents[..]) != &piece.extents[..],
            Unit::Period | Unit::Event { .. } => false,
        });
        let looked_at: Vec<&Piece> = looked_at.collect();
        if looked_at.is_empty() {
            continue;
        }
        let snapshot = Snapshot::open(&path_of(*file, *acd), *file)?;
        for piece in looked_at {
            standing.insert(piece.stored_as.clone(), snapshot.standing(piece)?);
        }
    }
    Ok(standing)
}

/// Where only some tables of intervals are restored, the list of those intervals, which is not restored then.
fn list_beside(acd: AcdNumber, pieces: &[Piece]) -> Option<Piece> {
    let stored_as = list_of_intervals(acd);
    let intervals = pieces.iter().filter(|piece| piece.carried.unit == Unit::Interval);
    let extents: BTreeSet<Extent> = intervals.flat_map(|piece| piece.extents.iter().copied()).collect();
    let is_there = pieces.iter().any(|piece| piece.stored_as == stored_as);
    let (carried, extents) = (Carried::INTERVALS, extents.into_iter().collect::<Vec<_>>());
    (!is_there && !extents.is_empty()).then_some(Piece { carried, stored_as, extents })
}

fn note_losses(
    snapshot: &Snapshot,
    volumes: &[PathBuf],
    piece: &Piece,
    (acd, puts_back): (Option<AcdNumber>, bool),
    plan: &mut Plan,
) -> Result<()> {
    let losses = snapshot.losses(volumes, piece)?;
    let acd = acd.unwrap_or(NO_ACD);
    match puts_back {
        _ if losses == 0 => {}
        true => {
            plan.notes.push(format!("intervals of ACD {acd} that are INCOMPLETE again, as they were before: {losses}"))
        }
        false => plan.cautions.push(format!(
            "intervals of ACD {acd} that are INCOMPLETE in the backup take the place of whole ones: {losses}"
        )),
    }
    Ok(())
}
