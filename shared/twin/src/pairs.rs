//! The intervals of two servers side by side.

use api::Digest;
use model::{Moment, overlapping, whole};

use super::{AcdAccount, Verdict};

/// A stretch of time as both servers hold it: one interval of each, or, where their lengths differ, all that overlap.
pub(crate) struct Pair<'d> {
    pub(crate) here: &'d [Digest],
    pub(crate) there: &'d [Digest],
}

/// The intervals of both, in order, as far as all that overlap end before `until` or there. Of a half hour beside two quarters the
/// second one may not be archived yet, so they count together or not at all.
pub(crate) fn pairs<'d>(here: &'d AcdAccount, there: &'d AcdAccount, until: Moment) -> Vec<Pair<'d>> {
    let (here, there) = (&here.intervals[..], &there.intervals[..]);
    let groups = overlapping(&spans(here), &spans(there));
    let pairs = groups.into_iter().map(|(mine, others)| Pair { here: &here[mine], there: &there[others] });
    pairs.filter(|pair| pair.stretch().1 <= until).collect()
}

fn spans(intervals: &[Digest]) -> Vec<(Moment, Moment)> {
    intervals.iter().map(|digest| (digest.start, digest.end)).collect()
}

impl<'d> Pair<'d> {
    /// The stretch that both take.
    pub(crate) fn stretch(&self) -> (Moment, Moment) {
        let all = || self.here.iter().chain(self.there);
        let start = all().map(|digest| digest.start).min().unwrap_or_default();
        (start, all().map(|digest| digest.end).max().unwrap_or(start))
    }

    /// The interval of each, where no lengths differ.
    pub(crate) fn alike(&self) -> Option<(Option<&'d Digest>, Option<&'d Digest>)> {
        match (self.here, self.there) {
            ([here], [there]) if (here.start, here.end) != (there.start, there.end) => None,
            ([] | [_], [] | [_]) => Some((self.here.first(), self.there.first())),
            _ => None,
        }
    }

    /// How many intervals it is, on the server that has more of them.
    pub(crate) fn count(&self) -> usize {
        self.here.len().max(self.there.len())
    }

    /// How it stands; `None` if both have the same rows and lack nothing.
    pub(crate) fn verdict(&self) -> Option<Verdict> {
        if let Some((here, there)) = self.alike() {
            return one_verdict(here, there);
        }
        Some(match (self.is_whole(self.here), self.is_whole(self.there)) {
            // Rows of other lengths cannot be equal.
            (true, true) => Verdict::Differs,
            (true, false) => Verdict::IncompleteThere,
            (false, true) => Verdict::IncompleteHere,
            (false, false) => Verdict::IncompleteOnBoth,
        })
    }

    /// Whether these intervals lack nothing of the stretch, and count nothing twice.
    fn is_whole(&self, intervals: &[Digest]) -> bool {
        let (from, to) = self.stretch();
        whole(intervals.iter().map(|digest| (digest.start, digest.end, digest.incomplete)), from, to)
    }

    /// What each server has, for people.
    pub(crate) fn texts(&self) -> (String, String) {
        match self.alike() {
            Some((here, there)) => (digest_text(here), digest_text(there)),
            None => (lengths_text(self.here), lengths_text(self.there)),
        }
    }
}

fn one_verdict(here: Option<&Digest>, there: Option<&Digest>) -> Option<Verdict> {
    match (here, there) {
        (None, None) => None,
        (Some(_), None) => Some(Verdict::MissingThere),
        (None, Some(_)) => Some(Verdict::MissingHere),
        // Of what was restored in part, the other server has more.
        (Some(here), Some(there)) if here.partly && !there.partly => Some(Verdict::IncompleteHere),
        (Some(here), Some(there)) if there.partly && !here.partly => Some(Verdict::IncompleteThere),
        (Some(here), Some(there)) => match (here.incomplete, there.incomplete) {
            (true, true) if here.digest == there.digest => Some(Verdict::IncompleteAlike),
            (true, true) => Some(Verdict::IncompleteOnBoth),
            (true, false) => Some(Verdict::IncompleteHere),
            (false, true) => Some(Verdict::IncompleteThere),
            (false, false) if here.digest == there.digest => None,
            (false, false) => Some(Verdict::Differs),
        },
    }
}

fn digest_text(digest: Option<&Digest>) -> String {
    digest.map_or_else(String::new, |digest| format!("{} rows, {}", digest.rows, short(&digest.digest)))
}

/// As `intervals of 30 and 30 minutes`.
fn lengths_text(intervals: &[Digest]) -> String {
    let minutes: Vec<String> =
        intervals.iter().map(|digest| ((digest.end.0 - digest.start.0) / 60).to_string()).collect();
    let noun = if minutes.len() == 1 { "interval" } else { "intervals" };
    format!("{noun} of {} minutes", minutes.join(" and "))
}

/// As much of a digest as people compare by eye.
pub(crate) fn short(digest: &str) -> &str {
    digest.get(..12).unwrap_or(digest)
}
