//! What a restore of administration takes away that taking it back does not bring again, or that somebody would miss: told before, by
//! name.

use std::collections::BTreeSet;
use std::path::PathBuf;

use api::{ErrorBody, KEPT, less_is_kept};
use backup::Chosen;
use model::words::and_more;
use model::{AcdNumber, Moment};
use store::{
    Identity, LocalStore, Piece, RestoredFrom, Restoring, Retention, SourceFile, Storage, StoreError, VolumeReader,
};

use crate::causes::failed;
use crate::maintenance::run::Stock;

/// So many names are told.
const NAMED: usize = 12;

/// What is told before.
pub(super) struct Cautions {
    /// Each in a sentence.
    pub(super) of: Vec<String>,
    /// Whether taking the restore back does not bring again what goes.
    pub(super) for_good: bool,
}

/// The cautions of what was chosen.
pub(super) fn of(stock: &Stock, chosen: &Chosen, volumes: &[PathBuf]) -> Result<Cautions, ErrorBody> {
    let mut cautions = smaller_allocations(stock, chosen, volumes)?;
    let for_good = !cautions.is_empty();
    let rows = |table: &str, columns: &[&str]| names_in(chosen, volumes, table, columns);
    if let Some(there) = rows("users", &["name"]).map_err(reading)? {
        let here = stock.reports.lock().users().map_err(|error| failed("listing the users", &error))?;
        let here = here.into_iter().map(|user| user.name);
        cautions.extend(going("users who are not in the backup go, and can sign in here no more", here, &there));
    }
    if let Some(there) = rows("ttsc", &["NAME", "OWNER"]).map_err(reading)? {
        let here = stock.reports.lock().timetable_heads().map_err(|error| failed("listing the timetables", &error))?;
        let here =
            here.timetables.into_iter().map(|known| named(&[known.timetable.key.name, known.timetable.key.owner]));
        cautions.extend(going("timetables that are not in the backup go", here, &there));
    }
    Ok(Cautions { of: cautions, for_good })
}

fn reading(error: StoreError) -> ErrorBody {
    failed("reading the backup", &error)
}

fn named(parts: &[String]) -> String {
    parts.join(" of ")
}

/// Which of those that are here are not there.
fn going(what: &str, here: impl Iterator<Item = String>, there: &BTreeSet<String>) -> Option<String> {
    let gone: Vec<String> = here.filter(|name| !there.contains(name)).collect();
    (!gone.is_empty()).then(|| format!("{what}: {}", and_more(&gone, NAMED)))
}

/// The names in a table of the volumes; `None` if it is not chosen.
pub(in crate::maintenance) fn names_in(
    chosen: &Chosen,
    volumes: &[PathBuf],
    table: &str,
    columns: &[&str],
) -> store::Result<Option<BTreeSet<String>>> {
    let Some(part) = chosen.parts.values().find(|part| part.carried.table == table) else { return Ok(None) };
    let columns: Vec<String> = columns.iter().map(|column| (*column).to_owned()).collect();
    let mut names = BTreeSet::new();
    for volume in volumes {
        let reader = VolumeReader::open(volume)?;
        if reader.columns_of(&part.stored_as)?.is_empty() {
            continue;
        }
        for row in reader.text_rows(&part.stored_as, &columns)? {
            let values: Vec<String> = columns.iter().filter_map(|column| row.get(column).cloned()).collect();
            names.insert(named(&values));
        }
    }
    Ok(Some(names))
}

/// Of which elements and records less would be kept: what is beyond is let go at once, and no undo brings it again.
fn smaller_allocations(stock: &Stock, chosen: &Chosen, volumes: &[PathBuf]) -> Result<Vec<String>, ErrorBody> {
    let pieces: Vec<Piece> = chosen
        .pieces
        .iter()
        .filter(|((file, _), _)| *file == SourceFile::Local)
        .flat_map(|(_, pieces)| pieces.iter().filter(|piece| piece.carried.table == ALLOCATION).cloned())
        .collect();
    if pieces.is_empty() {
        return Ok(Vec::new());
    }
    let acds: Vec<AcdNumber> = stock.reports.sources.iter().map(|source| source.view.number()).collect();
    let after = as_restored(stock, &pieces, volumes, &acds).map_err(reading)?;
    let mut cautions = Vec::new();
    for (source, after) in stock.reports.sources.iter().zip(after) {
        let less = less(&source.view.keeping().storage, &after);
        if !less.is_empty() {
            cautions.push(format!(
                "less is kept of ACD {} by it: {}. What is older is removed at once and for good; taking the restore back does not \
                 bring it again",
                source.view.number(),
                less.join(", ")
            ));
        }
    }
    Ok(cautions)
}

/// The table of the allocation.
const ALLOCATION: &str = "dcalloc";

/// What the tables will say is asked of a file that has nothing but them.
fn as_restored(
    stock: &Stock,
    pieces: &[Piece],
    volumes: &[PathBuf],
    acds: &[AcdNumber],
) -> store::Result<Vec<Storage>> {
    let folder = stock.maintenance.unpacked();
    let path = folder.join("allocation.db");
    let remove = || ["", "-wal", "-shm"].map(|end| std::fs::remove_file(folder.join(format!("allocation.db{end}"))));
    let _ = remove();
    let read = || {
        let nobody =
            Identity { name: String::new(), role: String::new(), server_id: String::new(), created_at: Moment(0) };
        let mut trial = LocalStore::create(&path, &nobody)?;
        let from = RestoredFrom::Copy(Vec::new());
        trial.restore(&mut Restoring { from, volumes, pieces, stood: None, mark: None, go_on: &mut |_| true })?;
        acds.iter().map(|acd| trial.storage(*acd)).collect()
    };
    let read = read();
    let _ = remove();
    read
}

/// What is kept for less long, or less of, than now.
fn less(now: &Storage, after: &Storage) -> Vec<String> {
    let kept =
        |kept: Retention| [kept.intrahour_days, kept.daily_days, kept.weekly_weeks, kept.monthly_months].map(u64::from);
    let elements = now.elements.iter().filter_map(|(word, now)| Some((word, now, after.elements.get(word)?)));
    let elements = elements.flat_map(|(word, now, after)| {
        let amounts = KEPT.iter().zip(kept(now.kept)).zip(kept(after.kept));
        amounts.map(move |((what, now), after)| (format!("{what} of {word}"), now, after))
    });
    let records = now.records.iter().map(|(table, records)| {
        (format!("records of {table}"), *records, after.records.get(table).copied().unwrap_or_default())
    });
    less_is_kept(elements.chain(records))
}
