//! What is looked at before a step, and what a step waits for. Always asked anew.

use api::{AcdHealth, AcdStatus, ErrorCode, LinkState, Mode, Role, Status, StepTime, Worksheet};
use client::ClientError;
use model::{Calendar, Moment};

use super::outcome::Acted;
use super::pair::Pair;
use super::plan::{Step, StepKey, other};
use super::words::local;
use super::{StepError, in_its_words};

/// No archive interval is longer; in seconds.
pub(super) const INTERVAL_LONGEST: i64 = 3600;

/// Why an ACD does not collect now; nothing if it does.
fn not_collecting(acd: &AcdHealth) -> Option<String> {
    let number = acd.acd;
    match (acd.collecting, acd.link) {
        (true, LinkState::Up) => None,
        (false, _) => Some(format!("data collection of ACD {number} is off")),
        (true, _) if acd.link_text.is_empty() => Some(format!("the link to ACD {number} is not up yet")),
        (true, _) => Some(format!("the link to ACD {number} is not up: {}", acd.link_text)),
    }
}

fn idle(status: &Status) -> Vec<String> {
    status.acds.iter().filter_map(|acd| not_collecting(&acd.health)).collect()
}

/// The clocks of all ACDs, as a recorded time.
pub(super) fn clocks(status: &Status, what: &str) -> Vec<StepTime> {
    let clock = |acd: &AcdHealth| Some(StepTime { what: what.to_owned(), acd: acd.acd, at: acd.acd_at? });
    status.acds.iter().filter_map(|acd| clock(&acd.health)).collect()
}

/// The same of the server that knows the time best: where no data are collected the clock of an ACD stands still.
pub(crate) fn latest_clocks(own: &Status, there: Option<&Status>, what: &str) -> Vec<StepTime> {
    let there = there.map(|there| clocks(there, what)).unwrap_or_default();
    let latest = |own: StepTime| {
        let of_same = there.iter().filter(|known| known.acd == own.acd).map(|known| known.at);
        StepTime { at: of_same.fold(own.at, Moment::max), ..own }
    };
    clocks(own, what).into_iter().map(latest).collect()
}

/// Whether the switch has told a server less of an ACD than it told the other one a moment before: a link that has just come
/// up has told nothing yet, and the server's clock stands where it was when the link was lost.
fn is_behind(own: &Status, there: &Status) -> bool {
    let there = clocks(there, "");
    clocks(own, "").iter().any(|own| there.iter().any(|known| known.acd == own.acd && known.at > own.at))
}

/// Whether a server that could not be asked may be asked again without anybody doing anything.
pub(crate) fn is_worth_waiting(error: &ClientError) -> bool {
    match error {
        ClientError::Unreachable { .. } => true,
        error => error.refusal().is_some_and(|body| body.code == ErrorCode::Unavailable),
    }
}

/// When the first interval that is whole after this moment is over, by the clock of the ACD; the end of the running one, where that
/// was passed without one.
pub(crate) fn whole_at(acd: &AcdStatus, at: Moment) -> Option<Moment> {
    let calendar = Calendar { zone: acd.health.zone.parse().ok()?, interval: acd.interval_minutes };
    let next = calendar.interval(calendar.interval(at).end).end;
    Some(acd.health.acd_at.map_or(next, |now| next.max(calendar.interval(now).end)))
}

impl Pair {
    /// How a server is now.
    pub(super) async fn status(&self, role: Role) -> Result<Status, ClientError> {
        self.side(role).member.status().await
    }

    /// Makes sure that the other server can be worked with while this one is not.
    pub(super) async fn other_takes_people(&self, sheet: &Worksheet, role: Role) -> Result<(), StepError> {
        let there = other(role);
        let name = self.side(there).name(sheet.server(there));
        let not = |why: String| {
            StepError::Not(format!("{name} cannot take people now, and they would have no server at all: {why}"))
        };
        let status = self.status(there).await.map_err(|error| not(in_its_words(&error)))?;
        match (status.mode, idle(&status).first()) {
            (Mode::SingleUser, _) => Err(not("it is in single-user mode".to_owned())),
            (_, Some(why)) => Err(not(why.clone())),
            _ => Ok(()),
        }
    }

    /// Makes sure that the other server collects from every ACD of this one.
    pub(super) async fn other_collects(&self, sheet: &Worksheet, role: Role) -> Result<(), StepError> {
        let there = other(role);
        let name = self.side(there).name(sheet.server(there));
        let not = |why: String| {
            StepError::Not(format!(
                "{name} does not collect everything now, and what happens meanwhile would be lost on both: {why}"
            ))
        };
        let status = self.status(there).await.map_err(|error| not(in_its_words(&error)))?;
        let own = self.status(role).await?;
        for acd in &own.acds {
            let number = acd.health.acd;
            let known = status.acds.iter().find(|known| known.health.acd == number);
            match known.map(|known| not_collecting(&known.health)) {
                Some(None) => {}
                Some(Some(why)) => return Err(not(why)),
                None => return Err(not(format!("it has no ACD {number}"))),
            }
        }
        Ok(())
    }

    /// Waits for the server and its links.
    pub(super) async fn links_up(&self, sheet: &Worksheet, role: Role) -> Result<Acted, StepError> {
        // Asked first: the one that is waited for must have come as far.
        let there = self.status(other(role)).await.ok();
        let status = match self.status(role).await {
            Ok(status) => status,
            Err(ClientError::Unreachable { why, .. }) => {
                let name = self.side(role).name(sheet.server(role));
                return Ok(Acted::waits(format!("{name} does not answer: {why}")));
            }
            Err(error) => return Err(error.into()),
        };
        let (name, idle) = (&status.server, idle(&status));
        if !idle.is_empty() {
            return Ok(Acted::waits(format!("{name}: {}", idle.join("; "))));
        }
        let times = clocks(&status, "link up");
        if times.len() < status.acds.len() || there.is_some_and(|there| is_behind(&status, &there)) {
            return Ok(Acted::waits(format!("{name}: the switch has told nothing since its link came up")));
        }
        let acds: Vec<String> =
            times.iter().map(|time| format!("ACD {} at {}", time.acd, local(&status, time.acd, time.at))).collect();
        Ok(Acted { times, ..Acted::done(format!("all links of {name} are up: {}", acds.join(", "))) })
    }

    /// Waits until this server has archived an interval that is whole, after another step's times, and the other one that
    /// interval, too. The one in which a link comes up lacks data, and so does each one into which calls go on that began while
    /// it was down: before the last of those is over, it cannot be fetched from the other server.
    pub(super) async fn archived(&self, sheet: &Worksheet, step: &Step, since: StepKey) -> Result<Acted, StepError> {
        let times = match sheet.steps.iter().position(|known| since.is_of(known)) {
            Some(index) if !sheet.steps[index].times.is_empty() => &sheet.steps[index].times,
            Some(index) => {
                let number = index + 1;
                return Err(StepError::Not(format!(
                    "step {number} has recorded no time, so nobody knows which interval is waited for: do it again \
                     (Worksheets, or `cms worksheet go --step {number}`), or skip this one"
                )));
            }
            None => return Err(StepError::Not(format!("this worksheet has no step {}", since.word()))),
        };
        let (own, there) = (self.status(step.on).await?, self.status(other(step.on)).await?);
        for StepTime { acd, at, .. } in times {
            let (from, number) = (Some(Moment(at.0 - INTERVAL_LONGEST)), *acd);
            let archived = self.client(step.on).digests(number, from, None).await?;
            let whole = archived.iter().find(|digest| digest.end > *at && !digest.incomplete);
            let Some(whole) = whole else {
                let known = own.acds.iter().find(|known| known.health.acd == number);
                let over = known.and_then(|known| whole_at(known, *at));
                let over = over.map_or_else(String::new, |over| {
                    format!("; the first that can be whole is over at {}", local(&own, number, over))
                });
                let (name, at) = (&own.server, local(&own, number, *at));
                let text = format!("{name} has archived no whole interval of ACD {acd} since {at} yet{over}");
                return Ok(Acted::waits(text));
            };
            let archived = self.client(other(step.on)).digests(number, from, None).await?;
            if archived.iter().all(|digest| digest.end < whole.end) {
                let (name, start) = (&there.server, local(&there, number, whole.start));
                return Ok(Acted::waits(format!("{name} has not archived the interval of {start} of ACD {acd} yet")));
            }
        }
        Ok(Acted::done("both servers have archived it"))
    }
}
