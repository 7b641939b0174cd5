//! The ACDs of this server that a restore is for, and what it finds of them here.

use std::collections::{BTreeMap, BTreeSet};

use api::{ErrorBody, ErrorCode};
use backup::{Healing, Manifest, Target};
use model::{AcdNumber, DataKind, Moment};
use store::{AcdReader, DataFolder, IntervalDigest};

use super::run::{self, Stock};
use super::wrong;
use crate::administration::running;
use crate::causes::failed;
use crate::reports::Reports;
use crate::source::Source;

/// The ACDs of the backup that are wanted; each must be one of this server.
pub(super) fn acds(
    stock: &Stock,
    manifest: &Manifest,
    asked: Option<AcdNumber>,
    kinds: &BTreeSet<DataKind>,
) -> Result<Vec<AcdNumber>, ErrorBody> {
    if !kinds.contains(&DataKind::Acd) && !kinds.contains(&DataKind::Historical) {
        return Ok(Vec::new());
    }
    let there: Vec<AcdNumber> = manifest.acds.iter().map(|acd| AcdNumber(*acd)).collect();
    let wanted = match asked {
        None => there,
        Some(acd) if there.contains(&acd) => vec![acd],
        Some(acd) => {
            let numbers: Vec<String> = there.iter().map(ToString::to_string).collect();
            return Err(wrong(format!(
                "{} has nothing of ACD {acd}; it is of ACD {}",
                manifest.label,
                numbers.join(", ")
            )));
        }
    };
    for acd in &wanted {
        running(&stock.reports, *acd).map_err(|error| match error.code {
            ErrorCode::NotFound => wrong(format!("the backup is of ACD {acd}: {}; choose with --acd", error.message)),
            _ => error,
        })?;
    }
    Ok(wanted)
}

/// How a restore takes intervals that are here already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taking {
    /// As the backup has them.
    All,
    /// As the backup has them, except where they are whole here and not there.
    KeepingWhole,
    /// Each by what is here, and by whether this server made the backup itself.
    Healing {
        /// Whether it did.
        is_own: bool,
    },
}

/// What a restore finds of each of these ACDs here.
pub(super) fn of(
    reports: &Reports,
    data: &DataFolder,
    acds: &[AcdNumber],
    taking: Taking,
) -> Result<BTreeMap<AcdNumber, Target>, ErrorBody> {
    let left_out = run::left_out(reports);
    let known: Vec<&'static str> = catalog::all_tables().iter().map(|table| table.name).collect();
    let mut targets = BTreeMap::new();
    for acd in acds {
        let source = reports.source(*acd)?;
        let view = &source.view;
        let of_acd = |name: &&&'static str| left_out.contains(&(acd.0, (**name).to_owned()));
        let here = here(source)?;
        let healing = match taking {
            Taking::Healing { is_own } => Some(healing(source, &here, is_own)?),
            Taking::All | Taking::KeepingWhole => None,
        };
        let target = Target {
            data: data.clone(),
            calendar: view.calendar(),
            collecting_from: view.board().and_then(|board| board.interval).map(|interval| interval.start),
            left_out: known.iter().filter(of_acd).copied().collect(),
            here: here.iter().map(|known| (known.interval.start.0, known.interval.end.0, known.incomplete)).collect(),
            keep_whole: taking == Taking::KeepingWhole,
            healing,
        };
        targets.insert(*acd, target);
    }
    Ok(targets)
}

/// The intervals of an ACD, in order.
fn here(source: &Source) -> Result<Vec<IntervalDigest>, ErrorBody> {
    let known = AcdReader::open(&source.database).and_then(|reader| reader.digests(None, None));
    known.map_err(|error| failed("listing the intervals", &error))
}

/// What a restore finds that only heals: those of the intervals `here` in which the switch's clock was set, and those of which only some
/// tables were restored.
fn healing(source: &Source, here: &[IntervalDigest], is_own: bool) -> Result<Healing, ErrorBody> {
    let set = AcdReader::open(&source.database).and_then(|reader| reader.clock_set(Moment(0), Moment(i64::MAX)));
    let set = set.map_err(|error| failed("listing the intervals", &error))?;
    let partly = here.iter().filter(|known| known.partly).map(|known| known.interval.start.0).collect();
    let within = |at: Moment| {
        let behind = here.partition_point(|known| known.interval.start <= at);
        here[..behind].last().filter(|known| at < known.interval.end).map(|known| known.interval.start.0)
    };
    let clock_set = set.into_iter().filter_map(within).collect();
    Ok(Healing { clock_set, partly, is_own })
}
