//! The data storage allocation, the times of summing up, and how archiving stands: what the API shows and changes.
//!
//! Both are matters of one server (`local.db`); the other one is set by hand, as the field does it. Whether a change is
//! allowed in the present state is said by the table in `administration/rules.rs`.

mod allocation;
mod space;
mod status;
mod times;

use std::collections::BTreeSet;
use std::sync::Arc;

use api::{Changed, ErrorBody, ErrorCode, Operation, SetStorage, SetSummarizing, Summarize, Summarized};
use chrono::NaiveDate;
use model::words::and_more;
use model::{AcdNumber, Level, Moment, Period, SummaryTimes};
use store::{InPlace, LocalStore, Storage, SummaryDigest};

use crate::acd::Made;
use crate::administration::{Administration, running};
use crate::auth::User;
use crate::causes::failed;
use crate::reports::Reports;
use crate::source::Source;
use crate::standing::Keeping;

pub use allocation::storage_view;
pub use status::{archive_status, archive_statuses, summaries};

/// Days without a week that are named.
const WEEKLESS_NAMED: usize = 6;
/// Most periods that can be asked for at once.
const PERIODS_MOST: usize = 2_000;

fn wrong(why: impl Into<String>) -> ErrorBody {
    ErrorBody::new(ErrorCode::BadRequest, why)
}

/// The ACD's time; `None` before the first event.
fn reached(source: &Source) -> Option<Moment> {
    source.view.board().map(|board| board.at)
}

fn date(text: &str) -> Result<NaiveDate, ErrorBody> {
    text.parse().map_err(|_| wrong(format!("{text:?} is no date; write it as 2026-11-23")))
}

impl Administration {
    /// Sums up chosen dates again, on one ACD or all of them.
    pub fn summarize(&self, reports: &Reports, user: &User, asked: &Summarize) -> Result<Vec<Summarized>, ErrorBody> {
        let (from, to) = (date(&asked.from)?, date(&asked.to)?);
        if to < from {
            return Err(wrong(format!("the last day {to} is before the first day {from}")));
        }
        let acds = match asked.acd {
            Some(acd) => vec![acd],
            None => reports.sources.iter().map(|source| source.view.number()).collect(),
        };
        let mut done = Vec::new();
        for acd in acds {
            let source = running(reports, acd)?;
            self.can_record()?;
            let mut outcome = summarize_one(source, asked.level, from, to)?;
            tell_weekless(reports, acd, &mut outcome)?;
            let mut outcome: Vec<Summarized> = outcome.into_iter().map(|(told, _)| told).collect();
            if let Some(last) = outcome.iter_mut().rfind(|period| period.made) {
                let what = format!("{} summary", asked.level);
                let recorded = self.record(user, Some(acd), what, "", format!("made again from {from} to {to}"));
                last.text.push_str(&recorded.note().unwrap_or_default());
            }
            done.extend(outcome);
        }
        Ok(done)
    }

    /// Changes the allocation of an element or a table of events.
    pub fn set_storage(&self, reports: &Reports, user: &User, set: &SetStorage) -> Result<Changed, ErrorBody> {
        let source = running(reports, set.acd)?;
        // What another administrator is just changing stays: this changes nothing but what it names.
        let _changing = self.changing_acds()?;
        self.allowed(&[source], Operation::Allocation)?;
        let before = source.view.keeping();
        let mut storage = before.storage.clone();
        let (was, is) = allocation::change(&mut storage, set)?;
        if storage == before.storage {
            let text = format!("the allocation of {} in ACD {} is so already: {is}", set.element, set.acd);
            return Ok(Changed { changed: false, text });
        }
        storage.check().map_err(|error| wrong(error.to_string()))?;
        let what = format!("data storage allocation of {}", set.element);
        let replaced = self.replaced(user, Some(set.acd), &what)?;
        let keep = |local: &mut LocalStore| local.set_storage(set.acd, &storage);
        keep(&mut self.local()).map_err(|error| failed("keeping the allocation", &error))?;
        let new_levels = Level::ALL.into_iter().filter(|level| begins_to_make(&before.storage, &storage, *level));
        let keeping = Arc::new(Keeping { storage: storage.clone(), summarizing: before.summarizing });
        source.files.keep(keeping, new_levels.collect()).map_err(unavailable)?;
        let recorded = self.record(user, Some(set.acd), what, was, is.clone());
        let text = format!(
            "{} in ACD {}: {is}. What is older than that, or more, is removed; set the other server alike, and turn data \
             collection on again{replaced}",
            set.element, set.acd
        );
        Ok(recorded.told(Changed { changed: true, text }))
    }

    /// Changes when an ACD's history is summed up.
    pub fn set_summarizing(&self, reports: &Reports, user: &User, set: &SetSummarizing) -> Result<Changed, ErrorBody> {
        let source = running(reports, set.acd)?;
        let _changing = self.changing_acds()?;
        let before = source.view.keeping();
        let after = times::changed(before.summarizing, set)?;
        if after == before.summarizing {
            let text = format!("the history of ACD {} is summed up so already", set.acd);
            return Ok(Changed { changed: false, text });
        }
        if after.times != before.summarizing.times {
            self.allowed(&[source], Operation::SummaryTimes)?;
        }
        after.times.check(self.interval(source)?).map_err(wrong)?;
        let what = "times of summing up";
        let replaced = self.replaced(user, Some(set.acd), what)?;
        let keep = |local: &mut LocalStore| local.set_summarizing(set.acd, &after);
        keep(&mut self.local()).map_err(|error| failed("keeping the times of summing up", &error))?;
        let keeping = Arc::new(Keeping { storage: before.storage.clone(), summarizing: after });
        source.files.keep(keeping, Vec::new()).map_err(unavailable)?;
        let without = without_week(reports, set.acd, &before.summarizing.times, &after.times)?;
        let texts = [&before.summarizing, &after].map(times::text);
        let recorded = self.record(user, Some(set.acd), what, texts[0].clone(), texts[1].clone());
        let text = format!(
            "the history of ACD {} is summed up: {}. What is summed up already stays, but what is due only later \
             by these times is made again then; Administration > Archiving status, or `cms archive summarize` makes it again{without}. Set the other server alike, or their summaries differ{replaced}",
            set.acd, texts[1]
        );
        Ok(recorded.told(Changed { changed: true, text }))
    }
}

/// Which days lie in no week once weeks begin or end otherwise, as a sentence behind others; empty if none does.
fn without_week(
    reports: &Reports,
    acd: AcdNumber,
    before: &SummaryTimes,
    after: &SummaryTimes,
) -> Result<String, ErrorBody> {
    if (before.week_start, before.week_stop) == (after.week_start, after.week_stop) {
        return Ok(String::new());
    }
    let made = reports.archive(acd)?.summaries(Level::Weekly, None, None);
    let made = made.map_err(|error| failed("reading the weeks", &error))?;
    let Some(last) = made.last().map(|known| known.period) else { return Ok(String::new()) };
    let Some((days, week)) = times::in_no_week(after, &last) else { return Ok(String::new()) };
    let (are, days) = match &days[..] {
        [day] => ("lies", day.to_string()),
        [first, .., end] => ("lie", format!("{first} to {end}")),
        [] => return Ok(String::new()),
    };
    let (from, to) = (week.first, week.last);
    Ok(format!(
        ". {days} {are} in no week: the week {last} is summed up, and the week {week} has days in common with it. `cms archive summarize \
         --acd {acd} --level weekly --from {from} --to {to}` makes that one and takes {last} away, while all their days are here"
    ))
}

/// Says behind the last week that was made which days lie in no week now: those of weeks that went, as weeks begin or end otherwise now.
fn tell_weekless(
    reports: &Reports,
    acd: AcdNumber,
    outcome: &mut [(Summarized, Vec<Period>)],
) -> Result<(), ErrorBody> {
    let gone: BTreeSet<NaiveDate> = outcome
        .iter()
        .flat_map(|(_, replaced)| replaced)
        .flat_map(|week| week.first.iter_days().take_while(|day| *day <= week.last))
        .collect();
    let Some((last, _)) = outcome.iter_mut().rfind(|(_, replaced)| !replaced.is_empty()) else { return Ok(()) };
    let made = reports.archive(acd)?.summaries(Level::Weekly, None, None);
    let made = made.map_err(|error| failed("reading the weeks", &error))?;
    let is_in_none = |day: &NaiveDate| made.iter().all(|known| !known.period.contains(*day));
    let weekless: Vec<String> = gone.into_iter().filter(is_in_none).map(|day| day.to_string()).collect();
    if !weekless.is_empty() {
        let (days, lie) = (and_more(&weekless, WEEKLESS_NAMED), if weekless.len() == 1 { "lies" } else { "lie" });
        last.text.push_str(&format!("; {days} {lie} in no week now: sum up the weeks before and behind, too"));
    }
    Ok(())
}

/// That a week was not made, because weeks of before the week was set anew have to stay.
fn left_alone(InPlace { periods, tables }: &InPlace) -> String {
    let stay: Vec<String> = periods.iter().map(ToString::to_string).collect();
    let of_tables = if tables.is_empty() { String::new() } else { format!(" ({})", tables.join(", ")) };
    format!(
        "left alone: it has days in common with {}, which stays as it is, because not all days that the two are made from are still \
         here{of_tables}; beside it these days would count twice",
        stay.join(" and ")
    )
}

fn unavailable(why: String) -> ErrorBody {
    ErrorBody::new(ErrorCode::Unavailable, why)
}

/// Whether an element has a level that it had not before.
fn begins_to_make(before: &Storage, after: &Storage, level: Level) -> bool {
    after.elements.iter().any(|(word, allocation)| {
        let made = before.elements.get(word).is_some_and(|before| before.kept.makes(level));
        allocation.kept.makes(level) && !made
    })
}

/// A period of which tables were made; of those that were kept, rows that they are made from are not here.
fn summarized(acd: AcdNumber, Made { period, kept, replaced, .. }: &Made, digest: SummaryDigest) -> Summarized {
    let is_there = |name: &&&'static str| digest.tables.iter().any(|known| known.table == **name);
    let (there, lacking): (Vec<&'static str>, Vec<&'static str>) = kept.iter().partition(is_there);
    let mut texts = Vec::new();
    if !lacking.is_empty() {
        texts.push(format!(
            "without {}: not all rows that they are made from are here; heal this server, or restore these days from a historical backup",
            lacking.join(", ")
        ));
    }
    if !there.is_empty() {
        texts.push(format!("kept as they were: {}", there.join(", ")));
    }
    if !replaced.is_empty() {
        let gone: Vec<String> = replaced.iter().map(ToString::to_string).collect();
        texts.push(format!("in place of {}", gone.join(" and ")));
    }
    Summarized {
        acd,
        period: period.to_string(),
        made: lacking.is_empty(),
        rows: digest.rows,
        digest: digest.digest,
        text: texts.join("; "),
    }
}

/// What became of each period, and which others went for it.
fn summarize_one(
    source: &Source,
    level: Level,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<(Summarized, Vec<Period>)>, ErrorBody> {
    let (acd, calendar) = (source.view.number(), source.view.calendar());
    let keeping = source.view.keeping();
    if !keeping.makes(level) {
        let message = format!(
            "no {level} rows are kept of ACD {acd}: see Administration > Data storage, or `cms storage show --acd {acd}`"
        );
        return Err(ErrorBody::new(ErrorCode::WrongState, message));
    }
    let times = keeping.summarizing.times;
    let periods = times.periods(level, from, to);
    if periods.is_empty() {
        return Err(wrong(format!(
            "no day from {from} to {to} belongs to a week; see the times under Administration > Data storage, or `cms interval show \
             --acd {acd}`"
        )));
    }
    if periods.len() > PERIODS_MOST {
        return Err(wrong(format!("{} periods are too many at once; ask for {PERIODS_MOST} at most", periods.len())));
    }
    let at = reached(source).unwrap_or_default();
    let (over, running): (Vec<_>, Vec<_>) =
        periods.into_iter().partition(|period| times.due_at(period, &calendar) <= at);
    let text = |period: &Period| match level {
        Level::Daily => format!("no interval of {period} is archived"),
        Level::Weekly | Level::Monthly => format!("no day of {period} is summed up; sum up its days first"),
    };
    let none = |period: &Period, text: String| Summarized {
        acd,
        period: period.to_string(),
        made: false,
        rows: 0,
        digest: String::new(),
        text,
    };
    let mut found = Vec::new();
    for made in source.files.make(over).map_err(unavailable)? {
        let gone = format!(
            "not all rows that it is made from are here: they are no longer kept, or never came ({})",
            made.kept.join(", ")
        );
        let told = match (&made.digest, &made.in_place) {
            (Some(digest), _) => summarized(acd, &made, digest.clone()),
            (None, Some(in_place)) => none(&made.period, left_alone(in_place)),
            (None, None) if made.kept.is_empty() => none(&made.period, text(&made.period)),
            (None, None) => none(&made.period, gone),
        };
        found.push((told, if made.digest.is_some() { made.replaced } else { Vec::new() }));
    }
    let not_over = |period| (none(period, "not over yet; it is made when it is due".to_owned()), Vec::new());
    found.extend(running.iter().map(not_over));
    Ok(found)
}
