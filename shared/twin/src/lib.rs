//! Two servers side by side: whether they hold the same, how the one is healed from the other, and how administration is
//! pushed from the one to the other.
//!
//! Both are asked through their API, by whoever may: `cms`, the desktop, or a server that an administrator has given the
//! other one's address (a timetable's Admin-Sync). What they say is compared as plain data in, plain data out ([`compare`]);
//! everything else is one step after the other that can be repeated. Nothing here decides what may be overwritten: that does
//! the server that is written to.

mod account;
mod carrying;
mod dictionary;
mod gap;
mod heal;
mod menu;
mod pairs;
mod push;
mod records;
mod sessions;
mod shortcuts;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use api::{Digest, SummaryDigest, TableDigest};
use model::{AcdNumber, Moment};

pub use account::{Account, AcdAccount, Stretch};
pub use carrying::{Step, carry_administration, follow};
pub use gap::Gap;
pub use heal::{HealError, Healed, HealedAcd, Healing, Restored, gaps};
pub use push::{Pushed, Pushing};
pub use records::take_records;

use pairs::{pairs, short};

const DAY_SECS: i64 = 86_400;

/// What is compared, in the order in which it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Area {
    /// Versions of the programs, zones and ACDs: what must agree before anything else can.
    Setup,
    /// Rows of closed intervals.
    Intervals,
    /// Rows of days, weeks and months.
    Summaries,
    /// Records that became final in closed intervals: of some days, see [`take_records`].
    Records,
    /// Call profiles.
    Profiles,
    /// Rules for exceptions.
    Exceptions,
    /// Traced agents.
    Traces,
    /// Data storage allocation, and when history is summed up.
    Storage,
    /// Designer reports.
    Reports,
    /// Shortcuts.
    Shortcuts,
    /// Users, without their passwords.
    Users,
    /// Timetables.
    Timetables,
    /// Names of the Dictionary, agent groups, calculations and constants.
    Dictionary,
    /// Main menu additions, with their files and to whom they are permitted.
    Menu,
}

impl Area {
    /// All, in the order in which they are told.
    pub const ALL: [Area; 14] = [
        Area::Setup,
        Area::Intervals,
        Area::Summaries,
        Area::Records,
        Area::Profiles,
        Area::Exceptions,
        Area::Traces,
        Area::Storage,
        Area::Reports,
        Area::Shortcuts,
        Area::Users,
        Area::Timetables,
        Area::Dictionary,
        Area::Menu,
    ];
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Area::Setup => "setup",
            Area::Intervals => "intervals",
            Area::Summaries => "summaries",
            Area::Records => "records",
            Area::Profiles => "call profiles",
            Area::Exceptions => "exceptions",
            Area::Traces => "agent traces",
            Area::Storage => "storage",
            Area::Reports => "designer reports",
            Area::Shortcuts => "shortcuts",
            Area::Users => "users",
            Area::Timetables => "timetables",
            Area::Dictionary => "dictionary",
            Area::Menu => "main menu",
        })
    }
}

/// How two servers stand to each other in one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Only the first server has it.
    MissingThere,
    /// Only the other server has it.
    MissingHere,
    /// The first server lacks data of it, the other one does not.
    IncompleteHere,
    /// The other server lacks data of it, the first one does not.
    IncompleteThere,
    /// Both lack data of it, and what they have is not the same.
    IncompleteOnBoth,
    /// Both lack data of it, and what they have is equal: neither can have more from the other's rows.
    IncompleteAlike,
    /// Both have what came before it and what came after it, and neither has it: nobody was receiving, or has it any more.
    MissingOnBoth,
    /// Both have it, and it is not the same.
    Differs,
    /// Whoever compares may not see all of it on the first server, so it cannot be said whether it is the same.
    UnseenHere,
    /// Whoever compares may not see all of it on the other server.
    UnseenThere,
    /// Whoever compares may not see all of it on either.
    UnseenOnBoth,
}

impl Verdict {
    /// Whether it says no more than that somebody may not see enough.
    pub fn is_unseen(self) -> bool {
        matches!(self, Verdict::UnseenHere | Verdict::UnseenThere | Verdict::UnseenOnBoth)
    }

    /// Whether both lack the same, which is a loss and no difference.
    pub fn is_lost_alike(self) -> bool {
        matches!(self, Verdict::MissingOnBoth | Verdict::IncompleteAlike)
    }

    /// Whether it says that the two servers do not hold the same.
    pub fn is_difference(self) -> bool {
        !self.is_unseen() && !self.is_lost_alike()
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Verdict::MissingThere => "missing there",
            Verdict::MissingHere => "missing here",
            Verdict::IncompleteHere => "incomplete here",
            Verdict::IncompleteThere => "incomplete there",
            Verdict::IncompleteOnBoth => "incomplete on both",
            Verdict::IncompleteAlike => "incomplete on both and equal",
            Verdict::MissingOnBoth => "missing on both",
            Verdict::Differs => "differs",
            Verdict::UnseenHere => "not permitted here",
            Verdict::UnseenThere => "not permitted there",
            Verdict::UnseenOnBoth => "not permitted on both",
        })
    }
}

/// Something that is not identical and complete on both servers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What kind of thing.
    pub area: Area,
    /// Of which ACD; none for what concerns the whole server.
    pub acd: Option<AcdNumber>,
    /// What it is: a name, a date, or the first interval of several in a row.
    pub thing: String,
    /// For intervals and their records: the first one's start, and the end of the last one in a row that stands the same way.
    pub stretch: Option<(Moment, Moment)>,
    /// How many intervals in a row; 1 for other things.
    pub intervals: usize,
    /// How it stands.
    pub verdict: Verdict,
    /// What the first server has of it, as text or digest; empty if nothing.
    pub here: String,
    /// What the other server has of it.
    pub there: String,
}

/// All that was found, and how much there was to compare.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Comparison {
    /// What is not identical and complete on both servers.
    pub findings: Vec<Finding>,
    /// How many things are the same, by area.
    pub identical: BTreeMap<Area, usize>,
    /// Of which ACDs records were compared from a moment on only, because more was asked for than is looked at without a word.
    pub records_from: BTreeMap<AcdNumber, Moment>,
}

impl Comparison {
    /// Whether both servers hold the same, and lack nothing.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    /// Whether all that could be seen is the same, and not all could be.
    pub fn is_clean_as_far_as_seen(&self) -> bool {
        !self.is_clean() && self.findings.iter().all(|finding| finding.verdict.is_unseen())
    }

    /// Whether nothing differs, and both lack the same, which neither can have from the other.
    pub fn is_lost_alike(&self) -> bool {
        !self.is_clean() && self.findings.iter().all(|finding| finding.verdict.is_lost_alike())
    }

    /// What is not the same on both, without what both lack alike and what may not be seen.
    pub fn differences(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.verdict.is_difference())
    }

    /// What both lack alike, in words with numbers; nothing where they lack nothing alike.
    pub fn lost_text(&self) -> Option<String> {
        let told = [Verdict::MissingOnBoth, Verdict::IncompleteAlike].into_iter().filter_map(|verdict| {
            let of_verdict = self.findings.iter().filter(|finding| finding.verdict == verdict);
            match of_verdict.map(|finding| finding.intervals).sum::<usize>() {
                0 => None,
                lost => Some(format!("{verdict}: {}", counted_in_words(lost, "interval", "intervals"))),
            }
        });
        let told: Vec<String> = told.collect();
        (!told.is_empty()).then(|| told.join("; "))
    }

    fn same(&mut self, area: Area) {
        *self.identical.entry(area).or_default() += 1;
    }
}

/// A count in words: `one interval`, `2 intervals`.
pub fn counted_in_words(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("one {one}") } else { format!("{count} {many}") }
}

/// What is told where both addresses lead to one server: what it is, and what to do.
pub fn one_server(server: &str) -> (String, &'static str) {
    (format!("both addresses are of {server}"), "give the address of the other server")
}

/// Makes sure that two accounts are of two servers.
///
/// # Errors
/// [`HealError::Apart`] if both bear one name.
pub fn are_two(here: &Account, there: &Account) -> Result<(), HealError> {
    if here.server != there.server {
        return Ok(());
    }
    let (what, next) = one_server(&here.server);
    Err(HealError::Apart(format!("{what}; {next}")))
}

/// Compares what two servers say of themselves. Intervals count up to where both have had the time to archive.
pub fn compare(here: &Account, there: &Account) -> Comparison {
    let mut comparison = Comparison::default();
    compare_facts(here, there, &mut comparison);
    let acds: BTreeSet<AcdNumber> = here.acds.keys().chain(there.acds.keys()).copied().collect();
    for acd in acds {
        // An ACD that only one server has is a finding of the setup.
        if let (Some(here), Some(there)) = (here.acds.get(&acd), there.acds.get(&acd)) {
            comparison.records_from.extend(here.records_from.map(|from| (acd, from)));
            compare_intervals(acd, here, there, &mut comparison);
            compare_summaries(acd, here, there, &mut comparison);
        }
    }
    comparison.findings.sort_by(|a, b| (a.area, a.acd, a.stretch, &a.thing).cmp(&(b.area, b.acd, b.stretch, &b.thing)));
    comparison
}

fn compare_facts(here: &Account, there: &Account, comparison: &mut Comparison) {
    // Things that one server tells and the other may only keep to itself.
    let mut told_alone: BTreeMap<Area, usize> = BTreeMap::new();
    let is_hidden = |area: Area, of: &Account| of.unseen.contains_key(&area);
    for (subject, mine, other) in joined(&here.facts, &there.facts) {
        let area = subject.area;
        if mine.is_some() && mine == other {
            comparison.same(area);
            continue;
        }
        let is_kept_back = match (mine, other) {
            (Some(_), None) => is_hidden(area, there),
            (None, _) => is_hidden(area, here),
            // To whom an addition is permitted only administrators are told.
            (Some(_), Some(_)) => area == Area::Menu && is_hidden(area, here) != is_hidden(area, there),
        };
        if is_kept_back {
            *told_alone.entry(area).or_default() += 1;
            continue;
        }
        let verdict = match (mine, other) {
            (Some(_), Some(_)) => Verdict::Differs,
            (_, None) => Verdict::MissingThere,
            (None, _) => Verdict::MissingHere,
        };
        comparison.findings.push(Finding {
            area,
            acd: subject.acd,
            thing: subject.thing.clone(),
            stretch: None,
            intervals: 1,
            verdict,
            here: mine.cloned().unwrap_or_default(),
            there: other.cloned().unwrap_or_default(),
        });
    }
    let unseen: BTreeSet<Area> = here.unseen.keys().chain(there.unseen.keys()).copied().collect();
    for area in unseen {
        let count = told_alone.get(&area).copied().unwrap_or_default();
        comparison.findings.push(unseen_finding(area, here.unseen.get(&area), there.unseen.get(&area), count));
    }
}

/// That an area could not be compared, or not all of it, with the reason in the place of whoever does not tell.
fn unseen_finding(area: Area, here: Option<&String>, there: Option<&String>, told_alone: usize) -> Finding {
    let verdict = match (here, there) {
        (Some(_), Some(_)) => Verdict::UnseenOnBoth,
        (Some(_), None) => Verdict::UnseenHere,
        (None, _) => Verdict::UnseenThere,
    };
    let thing = match told_alone {
        0 => "what is not permitted".to_owned(),
        1 => "one that only one server tells".to_owned(),
        many => format!("{many} that only one server tells"),
    };
    let (here, there) = (here.cloned().unwrap_or_default(), there.cloned().unwrap_or_default());
    Finding { area, acd: None, thing, stretch: None, intervals: 1, verdict, here, there }
}

/// The last interval that both have had the time to archive. A server that has archived nothing yet lacks all of the other's:
/// it is new, or was made again, and that is what a comparison is to tell.
fn last_of_both(here: &AcdAccount, there: &AcdAccount) -> Option<Moment> {
    match (here.archived_to, there.archived_to) {
        (Some(here), Some(there)) => Some(here.min(there)),
        (here, there) => here.or(there),
    }
}

/// Up to where both have told all that they ever will of intervals: what one of them lacks before it is missing there, and not only
/// on its way to the archive. The same goes for a server that has archived nothing yet.
fn told_to_by_both(here: &AcdAccount, there: &AcdAccount) -> Option<Moment> {
    match (here.told_to(), there.told_to()) {
        (Some(here), Some(there)) => Some(here.min(there)),
        (here, there) => here.or(there),
    }
}

fn compare_intervals(acd: AcdNumber, here: &AcdAccount, there: &AcdAccount, comparison: &mut Comparison) {
    let Some(until) = told_to_by_both(here, there) else { return };
    let mut told_to = None;
    let mut goes_on = false;
    for pair in pairs(here, there, until) {
        let (start, end) = pair.stretch();
        let (mine, other) = pair.texts();
        let found = |stretch: (Moment, Moment), intervals: usize, verdict: Verdict| Finding {
            area: Area::Intervals,
            acd: Some(acd),
            thing: here.moment_text(stretch.0),
            stretch: Some(stretch),
            intervals,
            verdict,
            here: mine.clone(),
            there: other.clone(),
        };
        if let Some(told_to) = told_to.filter(|told_to| *told_to < start) {
            let intervals = intervals_within((told_to, start), (start, end));
            let lost = found((told_to, start), intervals, Verdict::MissingOnBoth);
            comparison.findings.push(Finding { here: String::new(), there: String::new(), ..lost });
        }
        told_to = told_to.max(Some(end));
        if let Some((Some(mine), Some(other))) = pair.alike()
            && records::hold_the_same_records(mine, other)
        {
            compare_records(acd, here, mine, other, comparison);
        }
        let Some(verdict) = pair.verdict() else {
            comparison.same(Area::Intervals);
            continue;
        };
        // Others of the same kind are told as one; not those of different length, which say why they are there.
        let is_alike = pair.alike().is_some();
        let may_go_on = std::mem::replace(&mut goes_on, is_alike) && is_alike;
        match comparison.findings.last_mut() {
            Some(Finding {
                area: Area::Intervals,
                acd: Some(of),
                stretch: Some((_, until)),
                intervals,
                verdict: known,
                ..
            }) if may_go_on && *of == acd && *until == start && *known == verdict => {
                *until = end;
                *intervals += 1;
            }
            _ => comparison.findings.push(found((start, end), pair.count(), verdict)),
        }
    }
}

/// How many intervals as long as this one a stretch has room for.
fn intervals_within(stretch: (Moment, Moment), interval: (Moment, Moment)) -> usize {
    let secs = |(from, to): (Moment, Moment)| to.0.saturating_sub(from.0).max(1);
    usize::try_from(secs(stretch) / secs(interval)).unwrap_or(usize::MAX).max(1)
}

/// The records of an interval of which both ought to have the same, table by table.
fn compare_records(acd: AcdNumber, here: &AcdAccount, mine: &Digest, other: &Digest, comparison: &mut Comparison) {
    for (table, one, another) in joined(&records::by_table(mine, other), &records::by_table(other, mine)) {
        let verdict = match (one, another) {
            (Some(one), Some(another)) if one.digest == another.digest => {
                comparison.same(Area::Records);
                continue;
            }
            (Some(_), Some(_)) => Verdict::Differs,
            (_, None) => Verdict::MissingThere,
            (None, _) => Verdict::MissingHere,
        };
        let text = |digest: Option<&TableDigest>| {
            digest.map_or_else(String::new, |digest| format!("{} records, {}", digest.rows, short(&digest.digest)))
        };
        comparison.findings.push(Finding {
            area: Area::Records,
            acd: Some(acd),
            thing: format!("{} {table}", here.moment_text(mine.start)),
            stretch: Some((mine.start, mine.end)),
            intervals: 1,
            verdict,
            here: text(one),
            there: text(another),
        });
    }
}

/// Days, weeks and months count up to the last one that both have: one that one server sums up a minute later than the other is
/// not missing there. A server that has none of a length lacks all that the other one has of it, as one that has archived
/// nothing lacks every interval; but of these count only those that are [long due](long_due).
fn compare_summaries(acd: AcdNumber, here: &AcdAccount, there: &AcdAccount, comparison: &mut Comparison) {
    let long_due = long_due(here, there);
    for (level, mine, other) in joined(&here.summaries, &there.summaries) {
        let by_day = |digests: Option<&Vec<SummaryDigest>>| -> BTreeMap<String, SummaryDigest> {
            digests.into_iter().flatten().map(|digest| (digest.first.clone(), digest.clone())).collect()
        };
        let (mine, others) = (by_day(mine), by_day(other));
        let last_of_both = mine.keys().next_back().min(others.keys().next_back()).cloned();
        let counts = |digest: &SummaryDigest| match (&last_of_both, &long_due) {
            (Some(last), _) => digest.first <= *last,
            (None, Some(day)) => digest.last < *day,
            (None, None) => false,
        };
        let counted = joined(&mine, &others).filter(|(_, mine, other)| mine.or(*other).is_some_and(&counts));
        for (first, mine, other) in counted {
            let verdict = match (mine, other) {
                (Some(mine), Some(other)) if mine.digest == other.digest => {
                    comparison.same(Area::Summaries);
                    continue;
                }
                (Some(_), Some(_)) => Verdict::Differs,
                (_, None) => Verdict::MissingThere,
                (None, _) => Verdict::MissingHere,
            };
            let text = |digest: Option<&SummaryDigest>| digest.map_or_else(String::new, summary_text);
            comparison.findings.push(Finding {
                area: Area::Summaries,
                acd: Some(acd),
                thing: format!("{level} {first}"),
                stretch: None,
                intervals: 1,
                verdict,
                here: text(mine),
                there: text(other),
            });
        }
    }
}

/// Periods that ended before this day, `YYYY-MM-DD`, have been due on both servers for a day at least, at whatever time either
/// sums up: it is the day on which the newest interval that both have had the time to archive began, less a day. Minutes after
/// midnight nothing is long due that one of them is only just making.
fn long_due(here: &AcdAccount, there: &AcdAccount) -> Option<String> {
    let last = last_of_both(here, there)?;
    here.moment_text(last + -DAY_SECS).get(.."YYYY-MM-DD".len()).map(str::to_owned)
}

fn summary_text(digest: &SummaryDigest) -> String {
    let stale = match (digest.out_of_date, digest.stays) {
        (true, _) => ", out of date",
        (_, true) => ", cannot be made again",
        _ => "",
    };
    format!("{} rows, {}{stale}", digest.rows, short(&digest.digest))
}

/// All keys of two maps in their order, with what each map has.
fn joined<'m, K: Ord, V>(
    here: &'m BTreeMap<K, V>,
    there: &'m BTreeMap<K, V>,
) -> impl Iterator<Item = (&'m K, Option<&'m V>, Option<&'m V>)> {
    let keys: BTreeSet<&K> = here.keys().chain(there.keys()).collect();
    keys.into_iter().map(|key| (key, here.get(key), there.get(key)))
}
