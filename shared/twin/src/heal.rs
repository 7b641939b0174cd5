//! Healing: what is missing on one server or lacks data is packed at the other one, carried across, and restored.
//!
//! This program is the only one that talks to both. It asks the other server for exactly the intervals that the comparison
//! names; what is restored in the end is decided by the server that is healed, which never puts anything in the place of an
//! interval that is whole. Each step can be repeated, so a heal that broke off is begun anew and goes on where it was.

use std::collections::BTreeMap;

use api::{
    CollectAgain, ErrorCode, IntervalStretch, Job, MissedEvents, MissedIn, PARCELS_DEVICE, PackParcel, RestorePlan,
    RunRestore, Summarize, Summarized,
};
use client::{Client, ClientError};
use model::{AcdNumber, Level, Moment};
use tokio::sync::Notify;

use super::carrying::{self, Step, read_by_both};
use super::gap::{Gap, extend, touched};
use super::pairs::pairs;
use super::records::{self, Fetching, Told, take_records_of, told_ahead};
use super::{Account, AcdAccount, Comparison, Stretch, Verdict, compare, told_to_by_both};

/// Why a heal or a push broke off.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum HealError {
    /// A server did not answer, or refused.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// A server began and could not finish.
    #[error("{server}: {text}")]
    Job {
        /// The server.
        server: String,
        /// Its words.
        text: String,
        /// The same for programs.
        code: Option<ErrorCode>,
        /// Of a restore that was refused because another plan was shown: what would happen now.
        plan: Option<Box<RestorePlan>>,
    },
    /// The two servers do not belong together.
    #[error("{0}")]
    Apart(String),
}

/// What became of one ACD.
#[derive(Debug, Clone, PartialEq)]
pub struct HealedAcd {
    /// What was fetched.
    pub gap: Gap,
    /// The restores, in order.
    pub restores: Vec<Restored>,
    /// What people should know besides.
    pub notes: Vec<String>,
}

impl HealedAcd {
    /// Rows that are fetched, of intervals and of records.
    pub fn rows(&self) -> u64 {
        let lines = self.restores.iter().flat_map(|restored| &restored.plan.tables);
        lines.map(|line| line.added + line.replaced).sum()
    }

    /// Whether there is nothing to do and nothing to say of it.
    pub fn is_idle(&self) -> bool {
        self.gap.intervals == 0 && self.gap.on_both.is_empty() && self.rows() == 0 && self.notes.is_empty()
    }

    /// Says a thing once.
    fn note(&mut self, text: &str) {
        if !self.notes.iter().any(|known| known == text) {
            self.notes.push(text.to_owned());
        }
    }
}

/// One restore of a heal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// What it did, or would do.
    pub plan: RestorePlan,
    /// Its number, to take it back by; none if nothing was to be changed.
    pub restore: Option<i64>,
    /// In the server's words.
    pub text: String,
}

/// What became of a heal.
#[derive(Debug, Clone, PartialEq)]
pub struct Healed {
    /// The server that was healed.
    pub here: String,
    /// The one that the data came from.
    pub there: String,
    /// ACDs of which something was fetched.
    pub acds: Vec<HealedAcd>,
    /// Days, weeks and months that were made again.
    pub summarized: Vec<Summarized>,
    /// How both stand now: intervals, records of the touched ones and of the last days, and summaries.
    pub comparison: Comparison,
}

/// A stretch that both lack data of, and the events of it that one did not get.
type Missed = ((Moment, Moment), Vec<MissedEvents>);

/// A heal that is to be done.
pub struct Healing<'a> {
    /// The server that lacks something.
    pub here: &'a Client,
    /// The server that may have it.
    pub there: &'a Client,
    /// Which intervals are looked at.
    pub stretch: Stretch,
    /// Only to find out what would be restored.
    pub dry_run: bool,
    /// Is told how far it is.
    pub tell: &'a mut (dyn FnMut(&Step) + Send),
}

impl Healed {
    /// Intervals that are fetched, of all ACDs.
    pub fn intervals(&self) -> usize {
        self.acds.iter().map(|acd| acd.gap.intervals).sum()
    }

    /// Rows that are fetched, of all ACDs.
    pub fn rows(&self) -> u64 {
        self.acds.iter().map(HealedAcd::rows).sum()
    }

    fn begun(mine: &Account, other: &Account) -> Healed {
        Healed {
            here: mine.server.clone(),
            there: other.server.clone(),
            acds: Vec::new(),
            summarized: Vec::new(),
            comparison: Comparison::default(),
        }
    }
}

/// What the first server lacks and the other one has.
///
/// # Errors
/// [`HealError::Apart`] if they do not collect from the same ACD.
pub fn gaps(here: &Account, there: &Account) -> Result<Vec<Gap>, HealError> {
    gaps_of(here, there, false)
}

/// The same. Whether both collect from one switch may be known already: after a change of a call profile on one of them nothing
/// in a short stretch of time needs to be equal.
pub(crate) fn gaps_of(here: &Account, there: &Account, is_one_switch: bool) -> Result<Vec<Gap>, HealError> {
    let common: Vec<(AcdNumber, &AcdAccount, &AcdAccount)> =
        here.acds.iter().filter_map(|(acd, mine)| Some((*acd, mine, there.acds.get(acd)?))).collect();
    if common.is_empty() {
        let (here, there) = (&here.server, &there.server);
        return Err(HealError::Apart(format!(
            "{here} and {there} have no ACD of the same number, so neither can heal the other"
        )));
    }
    let mut gaps = Vec::new();
    for (acd, mine, other) in common {
        if mine.zone != other.zone {
            let (here, there) = (&here.server, &there.server);
            return Err(HealError::Apart(format!(
                "ACD {acd} is in zone {} on {here} and in {} on {there}: set both alike in cms.toml first",
                mine.zone, other.zone
            )));
        }
        gaps.extend(gap_of(acd, mine, other, is_one_switch).map_err(|why| {
            let (here, there) = (&here.server, &there.server);
            HealError::Apart(format!(
                "ACD {acd} of {here} and of {there} are not the same: {why}; nothing was changed. If a call profile or a storage interval \
                 was administered on one of them only, or later, restore these intervals from a historical backup of the server that is \
                 right; otherwise see whether both are of one switch"
            ))
        })?);
    }
    Ok(gaps)
}

fn gap_of(acd: AcdNumber, here: &AcdAccount, there: &AcdAccount, is_one_switch: bool) -> Result<Option<Gap>, String> {
    let Some(until) = told_to_by_both(here, there) else { return Ok(None) };
    let (mut equal, mut different) = (0, 0);
    let mut gap = Gap { acd, stretches: Vec::new(), intervals: 0, on_both: Vec::new() };
    for pair in pairs(here, there, until) {
        let (start, end) = pair.stretch();
        match pair.verdict() {
            None => equal += 1,
            // Of different length they are no sign of another switch.
            Some(Verdict::Differs) => different += usize::from(pair.alike().is_some()),
            Some(Verdict::MissingHere | Verdict::IncompleteHere) => {
                gap.intervals += pair.there.len();
                extend(&mut gap.stretches, start, end);
            }
            // Equal rows are no proof that both missed the same moments.
            Some(Verdict::IncompleteOnBoth | Verdict::IncompleteAlike) => extend(&mut gap.on_both, start, end),
            _ => {}
        }
    }
    // One alone may be the mistake of one server, or the only one that is whole on both; of another switch hardly any would be equal.
    if equal == 0 && different > 1 && !is_one_switch {
        return Err(format!("both hold {different} intervals whole, and none is equal"));
    }
    Ok((gap.intervals > 0 || !gap.on_both.is_empty()).then_some(gap))
}

fn as_asked(stretches: &[(Moment, Moment)]) -> Vec<IntervalStretch> {
    stretches.iter().map(|(from, to)| IntervalStretch { from: *from, to: *to }).collect()
}

impl Healing<'_> {
    /// Heals, or with `dry_run` only says what would be restored.
    ///
    /// # Errors
    /// After an error what was restored before stays and can be taken back; whatever was on its way is removed. What a server
    /// cannot do for one ACD does not keep the others from being healed: it is the error in the end.
    pub async fn run(mut self) -> Result<Healed, HealError> {
        let (here, there, stretch) = (self.here, self.there, self.stretch);
        let (mut mine, mut other) =
            tokio::try_join!(Account::of_history(here, stretch), Account::of_history(there, stretch))?;
        super::are_two(&mine, &other)?;
        let gaps = self.gaps(&mine, &other).await?;
        // What would be restored is not there to be compared.
        let touched = touched(&gaps).filter(|_| !self.dry_run);
        let mut healed = Healed::begun(&mine, &other);
        let mut failed = Failed::default();
        if self.dry_run || gaps.is_empty() {
            self.close(gaps, &mut healed, &mut failed, &Notify::new()).await?;
        } else {
            let told = self.close_and_ask(gaps, (&mine, &other), &mut healed, &mut failed).await?;
            for (account, told) in [&mut mine, &mut other].into_iter().zip(told) {
                account.take_record_digests(told);
            }
            (mine, other) = tokio::try_join!(mine.again(here, stretch, &[]), other.again(there, stretch, &[]))?;
        }
        take_records_of((here, &mut mine), (there, &mut other), stretch, touched).await?;
        let fetched = self.fetch_records((&mine, &other), &mut healed, &mut failed).await?;
        if !self.dry_run {
            let acds: Vec<AcdNumber> = mine.acds.keys().filter(|acd| other.acds.contains_key(acd)).copied().collect();
            for acd in acds {
                healed.summarized.extend(self.sum_up(&mine.server, acd).await?);
            }
            (mine, other) = tokio::try_join!(mine.again(here, stretch, &fetched), other.again(there, stretch, &[]))?;
            take_records_of((here, &mut mine), (there, &mut other), stretch, touched).await?;
        }
        healed.comparison = compare(&mine, &other);
        failed.or(healed)
    }

    /// Closes the gaps, one ACD after the other. Tells when the other server has packed, and so has time.
    async fn close(
        &mut self,
        gaps: Vec<Gap>,
        healed: &mut Healed,
        failed: &mut Failed,
        packed: &Notify,
    ) -> Result<(), HealError> {
        for gap in gaps {
            let mut one = HealedAcd { gap, restores: Vec::new(), notes: Vec::new() };
            let done = self.one(&healed.here, &healed.there, &mut one, packed).await;
            failed.keep(one.gap.acd, done)?;
            healed.acds.push(one);
        }
        Ok(())
    }

    /// The same, while both servers make the digests by which it is proved; gives those.
    async fn close_and_ask(
        &mut self,
        gaps: Vec<Gap>,
        accounts: (&Account, &Account),
        healed: &mut Healed,
        failed: &mut Failed,
    ) -> Result<Told, HealError> {
        let (here, there, stretch, packed) = (self.here, self.there, self.stretch, Notify::new());
        let asked = gaps.clone();
        let ahead = async {
            packed.notified().await;
            told_ahead((here, there), accounts, &asked, stretch).await
        };
        let closing = self.close(gaps, healed, failed, &packed);
        tokio::pin!(ahead, closing);
        let mut told = None;
        loop {
            tokio::select! {
                done = &mut closing => break done?,
                answers = &mut ahead, if told.is_none() => told = Some(answers),
            }
        }
        // Nothing was packed where nothing was to be had.
        packed.notify_one();
        match told {
            Some(told) => Ok(told),
            None => Ok(ahead.await),
        }
    }

    /// Fetches records that the other server alone has of intervals that both hold; gives the stretches in which that was tried.
    async fn fetch_records(
        &mut self,
        (mine, other): (&Account, &Account),
        healed: &mut Healed,
        failed: &mut Failed,
    ) -> Result<Vec<(AcdNumber, (Moment, Moment))>, HealError> {
        let mut tried = Vec::new();
        for lacking in records::lacking(mine, other) {
            let (here, there) = ((self.here, mine.server.as_str()), (self.there, other.server.as_str()));
            let fetching = Fetching { here, there, dry_run: self.dry_run, tell: &mut *self.tell };
            let acd = lacking.acd;
            tried.extend(lacking.all().map(|stretch| (acd, stretch)));
            healed.acds.extend(failed.keep(acd, fetching.run(lacking).await)?.flatten());
        }
        Ok(tried)
    }

    async fn gaps(&mut self, mine: &Account, other: &Account) -> Result<Vec<Gap>, HealError> {
        match gaps(mine, other) {
            Err(HealError::Apart(_)) if self.stretch != Stretch::default() => {
                // All that is kept says whether they are of one switch.
                let all = Stretch::default();
                let (all, others) =
                    tokio::try_join!(Account::of_history(self.here, all), Account::of_history(self.there, all))?;
                gaps(&all, &others)?;
                gaps_of(mine, other, true)
            }
            found => found,
        }
    }

    fn say(&mut self, server: &str, what: &str) {
        (self.tell)(&Step { server: server.to_owned(), what: what.to_owned(), ..Step::default() });
    }

    /// Missing intervals first, then one stretch after the other that both lack data of. Each has a parcel of its own: one that is too
    /// large, or too old for its journal, keeps no other from being healed.
    async fn one(&mut self, here: &str, there: &str, healed: &mut HealedAcd, packed: &Notify) -> Result<(), HealError> {
        let missed = self.missed(here, healed).await?;
        let mut failed: Option<HealError> = None;
        let stretches = healed.gap.stretches.clone();
        let rows = (!stretches.is_empty()).then_some((stretches, Vec::new()));
        let merges = missed.into_iter().map(|(stretch, events)| (vec![stretch], events));
        let all: Vec<_> = rows.into_iter().chain(merges).collect();
        if all.is_empty() {
            return Ok(());
        }
        let reads_volumes = read_by_both(self.here, self.there).await?;
        for (stretches, events) in all {
            let stretches = as_asked(&stretches);
            let asked = PackParcel { acd: healed.gap.acd, stretches, events, reads_volumes };
            match (self.fetch(here, there, healed, asked, packed).await, &failed) {
                (Ok(()), _) => {}
                (Err(error @ HealError::Job { .. }), None) => failed = Some(error),
                (Err(error @ HealError::Job { .. }), Some(_)) => healed.notes.push(error.to_string()),
                (Err(error), _) => return Err(error),
            }
        }
        failed.map_or(Ok(()), Err)
    }

    /// Has the other server pack stretches, and restores them, or collects them again with the events that came along.
    async fn fetch(
        &mut self,
        here: &str,
        there: &str,
        healed: &mut HealedAcd,
        asked: PackParcel,
        packed: &Notify,
    ) -> Result<(), HealError> {
        let started = self.there.pack_parcel(&asked).await?;
        let label = carrying::follow(self.there, there, started, self.tell).await?.label.unwrap_or_default();
        packed.notify_one();
        let received = carrying::carry_all((self.there, there), self.here, &label, self.tell).await;
        let done = match received {
            Err(error) => Err(error),
            Ok(received) if asked.events.is_empty() => self.restore_into(here, healed, &received).await,
            Ok(label) => {
                let asked = CollectAgain { acd: asked.acd, stretches: asked.stretches, label };
                self.collect_again(here, healed, asked).await
            }
        };
        // Good manners; it goes by itself after a day.
        for client in [self.there, self.here] {
            let _ = client.remove_parcel(&label).await;
        }
        done
    }

    /// The events that the server to be healed did not get, where the other one lacks others: by stretch, where there are any.
    async fn missed(&mut self, here: &str, healed: &mut HealedAcd) -> Result<Vec<Missed>, HealError> {
        let mut found = Vec::new();
        for stretch in healed.gap.on_both.clone() {
            self.say(here, "looking for what was missed");
            let asked = MissedIn { acd: healed.gap.acd, stretches: as_asked(&[stretch]) };
            match self.here.missed_events(&asked).await {
                Ok(missed) if missed.is_empty() => {}
                Ok(missed) => found.push((stretch, missed)),
                // Times that are in no order cannot be collected again; what else there is to heal is healed.
                Err(error) => match error.refusal() {
                    Some(body) if body.code == ErrorCode::WrongState => healed.note(&body.message),
                    _ => return Err(error.into()),
                },
            }
        }
        Ok(found)
    }

    async fn collect_again(
        &mut self,
        here: &str,
        healed: &mut HealedAcd,
        asked: CollectAgain,
    ) -> Result<(), HealError> {
        let started = self.here.collect_again(&asked).await?;
        let collected = carrying::follow(self.here, here, started, self.tell).await?;
        healed.note(&collected.text);
        if let Some(own) = collected.label {
            let restored = self.restore_into(here, healed, &own).await;
            let _ = self.here.remove_parcel(&own).await;
            restored?;
        }
        Ok(())
    }

    async fn restore_into(&mut self, here: &str, healed: &mut HealedAcd, label: &str) -> Result<(), HealError> {
        match self.restore(here, healed.gap.acd, label).await {
            Ok(restored) => healed.restores.push(restored),
            // Nothing in it is better than what is here by now; the words say why.
            Err(HealError::Job { text, code: Some(ErrorCode::NotFound), .. }) => healed.note(&text),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    async fn restore(&mut self, here: &str, acd: AcdNumber, label: &str) -> Result<Restored, HealError> {
        let (label, device) = (label.to_owned(), Some(PARCELS_DEVICE.to_owned()));
        let asked = RunRestore { label, device, acd: Some(acd), heals: true, ..RunRestore::default() };
        let started = match self.dry_run {
            true => self.here.plan_restore(&asked).await?,
            false => self.here.run_restore(&asked).await?,
        };
        let Job { plan, restore, text, .. } = carrying::follow(self.here, here, started, self.tell).await?;
        Ok(Restored { plan: plan.unwrap_or_default(), restore, text })
    }

    /// Makes the days, weeks and months again that are not what the other server has, each level from the one below.
    async fn sum_up(&mut self, here: &str, acd: AcdNumber) -> Result<Vec<Summarized>, HealError> {
        let mut done = Vec::new();
        for level in Level::ALL {
            let mine: BTreeMap<String, (String, bool)> = self
                .here
                .summaries(acd, level)
                .await?
                .into_iter()
                .map(|known| (known.first, (known.digest, known.out_of_date)))
                .collect();
            for there in self.there.summaries(acd, level).await? {
                let known = mine.get(&there.first);
                if known.is_some_and(|(digest, out_of_date)| *digest == there.digest && !out_of_date) {
                    continue;
                }
                self.say(here, &format!("summing up {level} {}", there.first));
                let asked = Summarize { acd: Some(acd), level, from: there.first, to: there.last };
                match self.here.summarize(&asked).await {
                    Ok(made) => done.extend(made),
                    Err(error) => match error.refusal() {
                        // A level of which this server keeps nothing.
                        Some(body) if body.code == ErrorCode::WrongState => break,
                        // A week that is none here, because the days of a week differ.
                        Some(body) if body.code == ErrorCode::BadRequest => done.push(Summarized {
                            acd,
                            period: asked.from,
                            made: false,
                            rows: 0,
                            digest: String::new(),
                            text: body.message.clone(),
                        }),
                        _ => return Err(error.into()),
                    },
                }
            }
        }
        Ok(done)
    }
}

/// What the servers could not do for single ACDs.
#[derive(Debug, Default)]
pub(crate) struct Failed(Vec<(AcdNumber, HealError)>);

impl Failed {
    /// Keeps what a server began for an ACD and could not finish; everything else ends the heal.
    pub(crate) fn keep<T>(&mut self, acd: AcdNumber, done: Result<T, HealError>) -> Result<Option<T>, HealError> {
        match done {
            Ok(done) => Ok(Some(done)),
            Err(error @ HealError::Job { .. }) => {
                self.0.push((acd, error));
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// The first of them as an error, with the others and the restores that were made all the same in its words.
    pub(crate) fn or(self, healed: Healed) -> Result<Healed, HealError> {
        let mut all = self.0.into_iter();
        let Some((acd, HealError::Job { server, text, code, plan })) = all.next() else { return Ok(healed) };
        let mut text = format!("ACD {acd}: {text}");
        for (acd, other) in all {
            text.push_str(&format!("; ACD {acd}: {other}"));
        }
        let restores = healed.acds.iter().flat_map(|acd| &acd.restores).filter_map(|restored| restored.restore);
        let numbers: Vec<String> = restores.map(|number| number.to_string()).collect();
        if !numbers.is_empty() {
            text.push_str(&format!("; all else is healed, by the restores {}", numbers.join(", ")));
        }
        Err(HealError::Job { server, text, code, plan })
    }
}
