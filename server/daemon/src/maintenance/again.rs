//! Intervals of which both servers missed a part, but not the same: collected again from this server's journal and the
//! events that came in a parcel of the other one.
//!
//! What comes out is a parcel of this server, which is restored as any other: with a plan, a copy of what it replaces, and
//! nothing in the place of what is whole. Where the same events lead to other rows than those of an interval that this server
//! has collected whole itself, the intervals beside it cannot be trusted: they stay as they are, and it is named.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use api::{CollectAgain, ErrorBody, ErrorCode, Job, MissedEvents, MissedIn, Started};
use backup::{Manifest, Stretches};
use catalog::{IntervalRows, hsplit};
use collector::SET_BACK_MAX_SECS;
use link::native::{Position, wire};
use model::{AcdNumber, Interval, Moment};
use store::{AcdReader, AcdStore, DataFolder, LinkEvent, VolumeReader};

use super::restoring::Unpacked;
use super::run::Stock;
use super::{Maintenance, Progress, parcels, refused, run, wrong};
use crate::acd::again::{Again, Placed, collect_again};
use crate::acd::merging::{self, Told};
use crate::administration::running;
use crate::auth::User;
use crate::causes::failed;
use crate::config::{AcdConfig, LinkConfig};
use crate::journal::Origin;
use crate::source::Source;

/// How long before an interval a gap may lie that it is incomplete because of: longer than a call or a login lasts.
const REACH_SECS: i64 = 86_400;
/// Events of one parcel.
const EVENTS_MOST: usize = 3_000_000;

/// The events that this server did not get in intervals.
pub fn missed_in(stock: &Stock, asked: &MissedIn) -> Result<Vec<MissedEvents>, ErrorBody> {
    let source = running(&stock.reports, asked.acd)?;
    let stretches = parcels::stretches(source, &asked.stretches)?;
    let stretches = of_times_in_order(source, stretches)?;
    let config = configured(&stock.maintenance, asked.acd)?;
    let journal = stock.maintenance.journal(asked.acd);
    let unread = |error| unread(&journal, &error);
    if let LinkConfig::Asterisk { .. } = config.link {
        // One stretch from the first interval to the last: what is collected again is one piece.
        let (from, to) = ends(&stretches);
        let since = own_since(source, from)?;
        return Ok(merging::missed_alike(&journal, since, (from, to)).map_err(unread)?.into_iter().collect());
    }
    let mut found: Vec<MissedEvents> = Vec::new();
    for (from, to) in stretches.of {
        let since = own_since(source, Moment(from))?;
        let missed = merging::missed(&journal, since, Moment(to)).map_err(unread)?;
        found.extend(missed.into_iter().filter(|missed| !found.contains(missed)).collect::<Vec<_>>());
    }
    Ok(found)
}

/// Those of the stretches whose times do not come a second time behind a clock that was set back: what was missed is found, and
/// collected again, by time.
///
/// # Errors
/// If none is left.
fn of_times_in_order(source: &Source, mut stretches: Stretches) -> Result<Stretches, ErrorBody> {
    let (from, to) = ends(&stretches);
    let reader = AcdReader::open(&source.database);
    let set = reader.and_then(|reader| reader.clock_set(from, to + SET_BACK_MAX_SECS));
    let set = set.map_err(|error| failed("listing when the clock was set", &error))?;
    let count = stretches.of.len();
    stretches.of.retain(|(from, to)| !set.iter().any(|at| *from <= at.0 && at.0 < to + SET_BACK_MAX_SECS));
    if count > 0 && stretches.of.is_empty() {
        let why = "the switch's clock was set in these intervals, or within a day behind them: events of their time may have come \
                   twice, so they are not collected again and stay as they are";
        return Err(ErrorBody::new(ErrorCode::WrongState, why));
    }
    Ok(stretches)
}

/// Since when a gap may be the reason why the interval that begins at `from` is incomplete: what was not seen to begin is not
/// counted in any interval, to its end. So all intervals directly before it count that this server has not collected whole by
/// itself; those that were restored tell nothing of what this server's own events lack.
fn own_since(source: &Source, from: Moment) -> Result<Moment, ErrorBody> {
    let reading = |error| failed("listing the intervals", &error);
    let reader = AcdReader::open(&source.database).map_err(reading)?;
    let mut since = from;
    for known in reader.digests(Some(from + -REACH_SECS), Some(from)).map_err(reading)?.into_iter().rev() {
        // What lies between the two is missing, and no interval of this server's own either.
        since = since.min(known.interval.end);
        if !known.incomplete && is_own(&reader, known.interval.start)? {
            break;
        }
        since = known.interval.start;
    }
    Ok(since)
}

/// Begin of the first one, end of the last one.
fn ends(stretches: &Stretches) -> (Moment, Moment) {
    let (from, to) = (stretches.of.iter().map(|(from, _)| *from).min(), stretches.of.iter().map(|(_, to)| *to).max());
    (Moment(from.unwrap_or_default()), Moment(to.unwrap_or_default()))
}

/// Of what the other server missed, what this one got, as it goes into a volume.
pub(super) fn events(
    maintenance: &Maintenance,
    acd: AcdNumber,
    missed: &[MissedEvents],
) -> Result<Vec<LinkEvent>, ErrorBody> {
    if missed.is_empty() {
        return Ok(Vec::new());
    }
    configured(maintenance, acd)?;
    let journal = maintenance.journal(acd);
    let got = merging::got(&journal, missed, EVENTS_MOST).map_err(|error| unread(&journal, &error))?;
    let carried = got.into_iter().map(|Told { origin, event }| {
        let mut bytes = Vec::new();
        wire::encode_event(&event, &mut bytes);
        let Position { boot, seq } = origin.position.unwrap_or(Position { boot: 0, seq: 0 });
        LinkEvent { boot, seq, at: event.at.0, snapshot: origin.snapshot, event: bytes }
    });
    Ok(carried.collect())
}

fn configured(maintenance: &Maintenance, acd: AcdNumber) -> Result<&AcdConfig, ErrorBody> {
    let missing = || ErrorBody::new(ErrorCode::NotFound, format!("there is no ACD {acd}"));
    maintenance.acds.iter().find(|config| config.number == acd).ok_or_else(missing)
}

fn unread(journal: &std::path::Path, error: &std::io::Error) -> ErrorBody {
    ErrorBody::new(ErrorCode::Unavailable, format!("reading {}: {error}", journal.display()))
}

impl Maintenance {
    fn journal(&self, acd: AcdNumber) -> PathBuf {
        self.acd_folder(acd).join("journal")
    }

    fn acd_folder(&self, acd: AcdNumber) -> PathBuf {
        self.data.path().join("acd").join(format!("{:02}", acd.0))
    }
}

/// Begins to collect intervals again.
pub fn collect(stock: &Stock, user: &User, asked: &CollectAgain) -> Result<Started, ErrorBody> {
    let source = running(&stock.reports, asked.acd)?;
    let stretches = parcels::stretches(source, &asked.stretches)?;
    configured(&stock.maintenance, asked.acd)?;
    let set = stock.maintenance.parcel(&asked.label)?;
    set.whole().map_err(|error| refused(&error))?;
    let (shared, acd) = (stock.clone(), asked.acd);
    stock.maintenance.jobs().start("collecting again", &user.name, move |progress| {
        progress.can_be_called_off();
        let others = unpacked_events(&shared.maintenance, &set.volumes, acd, progress)?;
        let collecting = Collecting { stock: &shared, acd, stretches, progress };
        collecting.run(&others)
    })
}

fn unpacked_events(
    maintenance: &Maintenance,
    volumes: &[(PathBuf, Manifest)],
    acd: AcdNumber,
    progress: &Progress,
) -> Result<Vec<Told>, ErrorBody> {
    let unpacked = Unpacked::of(maintenance, maintenance.parcels(), volumes, progress)?;
    let mut others = Vec::new();
    for path in &unpacked.volumes {
        let read = || VolumeReader::open(path)?.link_events(&backup::journal_of(acd));
        for LinkEvent { boot, seq, snapshot, event, .. } in
            read().map_err(|error| failed("reading the parcel", &error))?
        {
            let event = wire::decode_event(&event)
                .map_err(|error| wrong(format!("event {seq} of the parcel cannot be understood: {error}")))?;
            let position = (boot != 0).then_some(Position { boot, seq });
            others.push(Told { origin: Origin { position, snapshot }, event });
        }
    }
    Ok(others)
}

struct Collecting<'a> {
    stock: &'a Stock,
    acd: AcdNumber,
    stretches: Stretches,
    progress: &'a Progress,
}

impl Collecting<'_> {
    fn run(&self, others: &[Told]) -> Result<Job, ErrorBody> {
        let maintenance = &self.stock.maintenance;
        let source = self.stock.reports.source(self.acd)?;
        let Some(again) = self.again(source, others)? else {
            let text = format!(
                "no interval becomes whole: the journal of ACD {} no longer reaches back to {}, or to what led there; it is kept for \
                 `journal_days` of cms.toml",
                self.acd,
                source.view.calendar().minute_text(ends(&self.stretches).0)
            );
            return Ok(Job { text, ..Job::default() });
        };
        let folder = maintenance.unpacked().join("again");
        let scratch = Scratch(folder.clone());
        let _ = std::fs::remove_dir_all(&folder);
        let data = DataFolder::new(&folder);
        let better = self.store(source, &data, &again, others)?;
        let (doubts, Better { whole, fuller, some_poorer, .. }) = (better.doubts(), better);
        let left = "for a part of it, neither server was receiving";
        if whole.is_empty() && fuller.is_empty() {
            let why = match (doubts.is_empty(), others.is_empty()) {
                (false, _) => doubts,
                (true, true) => ": the other server has no event of it that this one did not get".to_owned(),
                (true, false) if some_poorer => {
                    ": what both received cannot be put in one order beyond doubt, and what comes of it has less than what is here"
                        .to_owned()
                }
                (true, false) => format!(": {left}"),
            };
            return Ok(Job { text: format!("no interval becomes whole{why}"), ..Job::default() });
        }
        let mut text = format!("collected again, and whole now: {} intervals", whole.len());
        if !fuller.is_empty() {
            text.push_str(&format!("; fuller than before, and still incomplete: {} ({left})", fuller.len()));
        }
        text.push_str(&doubts);
        let label = maintenance.parcel_label(self.acd)?;
        let stretches = Stretches::of_intervals(whole.union(&fuller).copied());
        let from = (&data, run::left_out(&self.stock.reports));
        maintenance.pack(from, self.acd, label, &stretches, self.progress)?;
        drop(scratch);
        let label = maintenance.named(&label);
        Ok(Job { text: format!("{text}, in parcel {label}"), label: Some(label), ..Job::default() })
    }

    fn again(&self, source: &Source, others: &[Told]) -> Result<Option<Again>, ErrorBody> {
        let maintenance = &self.stock.maintenance;
        let config = configured(maintenance, self.acd)?;
        let range = ends(&self.stretches);
        let before = |index| Ok(AcdReader::open(&source.database)?.entered_before(index)?);
        let mut go_on = |events| self.progress.step("collecting again", events);
        let folder = maintenance.acd_folder(self.acd);
        let since = own_since(source, range.0)?;
        collect_again(&folder, config, before, (since, range), others, &mut go_on)
            .map_err(|error| ErrorBody::new(ErrorCode::Unavailable, format!("{error:#}")))
    }

    /// Puts what was collected into a history of its own; gives the wanted intervals that are better than those here.
    fn store(&self, source: &Source, data: &DataFolder, again: &Again, others: &[Told]) -> Result<Better, ErrorBody> {
        let storing = |error| failed("storing what was collected again", &error);
        let reading = |error| failed("listing the intervals", &error);
        let reader = AcdReader::open(&source.database).map_err(reading)?;
        let known: BTreeMap<(Moment, Moment), (bool, String)> = reader
            .digests(None, None)
            .map_err(reading)?
            .into_iter()
            .map(|known| ((known.interval.start, known.interval.end), (known.incomplete, known.digest)))
            .collect();
        data.make().map_err(storing)?;
        let mut store = AcdStore::open(&data.acd(self.acd), self.acd).map_err(storing)?;
        store.keep_all_records();
        let mut better = Better::default();
        for rows in &again.intervals {
            let (start, end) = (rows.interval.start, rows.interval.end);
            let digest = store.archive(rows).map_err(storing)?.digest;
            let here = known.get(&(start, end));
            if let Some((false, here)) = here {
                if *here != digest && !rows.incomplete && is_own(&reader, start)? {
                    better.doubted.insert((start.0, end.0));
                }
                continue;
            }
            let is_wanted = self.stretches.of.iter().any(|(from, to)| start.0 >= *from && end.0 <= *to);
            match here {
                _ if !is_wanted => false,
                _ if !rows.incomplete => better.whole.insert((start.0, end.0)),
                // It is of this server's own events and others. Without any of the others it is no more than what this server
                // had, and what is here may have been made with them when they were still kept.
                Some((true, here)) if *here != digest && have_any(others, rows.interval) => {
                    let stored = reader.interval_rows(start).map_err(reading)?;
                    let poorer = stored.is_some_and(|stored| is_poorer(rows, &stored));
                    better.some_poorer |= poorer;
                    !poorer && better.fuller.insert((start.0, end.0))
                }
                _ => false,
            };
        }
        for Placed { calendar, records, logins } in &again.placed {
            store.append_records(records, calendar).map_err(storing)?;
            logins.iter().try_for_each(|row| store.append_login(row, calendar)).map_err(storing)?;
        }
        better.leave_what_is_doubted();
        Ok(better)
    }
}

/// Whether an interval is as this server has collected it. One that was restored is as the other server counted it, whose call
/// profile or interval may be another one.
fn is_own(reader: &AcdReader, start: Moment) -> Result<bool, ErrorBody> {
    let restored = reader.restored_from(start);
    Ok(restored.map_err(|error| failed("looking up what was restored", &error))?.is_none())
}

/// Whether rows tell of less time or of fewer calls than others of the same interval. No measure says which of two that lack data
/// has more, but nothing that is here may go for what has less.
fn is_poorer(rows: &IntervalRows, than: &IntervalRows) -> bool {
    let sum = |rows: &IntervalRows, column| rows.hsplit.iter().map(|(_, row)| u64::from(row[column])).sum::<u64>();
    [hsplit::I_STAFFTIME, hsplit::I_ARRIVED].into_iter().any(|column| sum(rows, column) < sum(than, column))
}

/// Whether the other server's events tell anything of an interval, or of what began before it.
fn have_any(others: &[Told], interval: Interval) -> bool {
    others.iter().any(|told| told.event.at < interval.end)
}

/// Intervals that were collected again, starts and ends.
#[derive(Default)]
struct Better {
    whole: BTreeSet<(i64, i64)>,
    /// With more in them than before; for a part of them, nothing was received by either server.
    fuller: BTreeSet<(i64, i64)>,
    /// Something has less in it than before: events of both could not be placed beyond doubt.
    some_poorer: bool,
    /// Whole here, and not what collecting again makes of them.
    doubted: BTreeSet<(i64, i64)>,
}

impl Better {
    /// What touches an interval that comes out otherwise than it was collected is no better.
    fn leave_what_is_doubted(&mut self) {
        let doubted = self.doubted.clone();
        let is_sure = |(start, end): &(i64, i64)| !doubted.iter().any(|(from, to)| to == start || from == end);
        self.whole.retain(is_sure);
        self.fuller.retain(is_sure);
    }

    /// In words, behind what became of the others.
    fn doubts(&self) -> String {
        if self.doubted.is_empty() {
            return String::new();
        }
        let starts: Vec<String> = self.doubted.iter().map(|(start, _)| Moment(*start).to_string()).collect();
        let starts = starts.join(", ");
        format!(
            "; collecting again leads to other rows for {starts}, which is whole here and stays, as do the intervals beside it"
        )
    }
}

/// A folder that is removed however things end.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
