//! Records of both servers: which are compared without being asked for, and which a heal fetches of intervals that are whole.
//!
//! Digests of records are made over what is kept whenever somebody asks (decision 0025), so a comparison of a year does not ask for
//! all of them: of some days it asks for all, of more for the last day, and says so. A record that only the other server has is
//! fetched by an ordinary restore of chosen tables, and only where that takes nothing away: which of two records is right,
//! nobody can say from outside.

use std::collections::{BTreeMap, BTreeSet};

use api::{Digest, IntervalStretch, Job, PARCELS_DEVICE, PackParcel, RestorePlan, RunRestore, TableDigest};
use client::{Client, ClientError};
use model::{AcdNumber, Moment};

use super::carrying::{self, Step, read_by_both};
use super::gap::{Lacking, touched};
use super::sessions::{LOGINS, cut_off_alone, takes_cut_off, unseen_logins};
use super::{
    Account, AcdAccount, DAY_SECS, Gap, HealError, HealedAcd, Restored, Stretch, counted_in_words, joined, last_of_both,
};

/// Of a range that is longer only the last day's records are compared.
const AT_ONCE_SECS: i64 = 8 * DAY_SECS;
/// More stretches than these are asked for as one, with what lies between them.
const QUESTIONS_MOST: usize = 8;
/// What a heal fetches. Traces and exceptions follow from what each server administers, and are only told.
const FETCHED: [&str; 3] = ["call_rec", "mctex", LOGINS];

/// Has both servers make the digests of the records that are compared, and writes them into their accounts. What a server has
/// told of an interval already is not asked for again.
///
/// # Errors
/// The first question that a server does not answer.
pub async fn take_records(
    here: (&Client, &mut Account),
    there: (&Client, &mut Account),
    stretch: Stretch,
) -> Result<(), ClientError> {
    take_records_of(here, there, stretch, None).await
}

/// The same with the records of intervals that were `touched`, however long ago they were.
pub(crate) async fn take_records_of(
    (here, mine): (&Client, &mut Account),
    (there, others): (&Client, &mut Account),
    stretch: Stretch,
    touched: Option<Stretch>,
) -> Result<(), ClientError> {
    let common = mine.acds.iter().filter_map(|(acd, account)| Some((*acd, account, others.acds.get(acd)?)));
    let asked = common.filter_map(|(acd, one, another)| Some((acd, Compared::of(one, another, stretch, touched)?)));
    for (acd, compared) in asked.collect::<Vec<_>>() {
        for account in [&mut *mine, &mut *others] {
            account.acds.entry(acd).and_modify(|account| account.records_from = compared.from);
        }
        let [own, other] = [&*mine, &*others].map(|account| questions(account, acd, &compared.starts));
        // Both at once: reading all records takes each server its time.
        let told = tokio::try_join!(ask(here, acd, own), ask(there, acd, other))?;
        mine.take_record_digests(vec![(acd, told.0)]);
        others.take_record_digests(vec![(acd, told.1)]);
    }
    Ok(())
}

async fn ask(client: &Client, acd: AcdNumber, questions: Vec<(Moment, Moment)>) -> Result<Vec<Digest>, ClientError> {
    let mut told = Vec::new();
    for (first, last) in questions {
        told.extend(client.record_digests(acd, Some(first), Some(last)).await?);
    }
    Ok(told)
}

/// What two servers told of records, by ACD.
pub(crate) type Told = [Vec<(AcdNumber, Vec<Digest>)>; 2];

/// Has both servers make the digests that will be compared once the gaps of the first one are closed, as far as they are known before: they
/// have the time while one packs and the other restores. Where a server cannot answer, it is asked again in the end.
pub(crate) async fn told_ahead(
    clients: (&Client, &Client),
    (mine, others): (&Account, &Account),
    gaps: &[Gap],
    stretch: Stretch,
) -> Told {
    let touched = touched(gaps);
    let mut told = Told::default();
    for (acd, other) in &others.acds {
        let Some(own) = mine.acds.get(acd) else { continue };
        let healed: Vec<(Moment, Moment)> = gaps.iter().filter(|gap| gap.acd == *acd).flat_map(Gap::all).collect();
        let of = |healed: &[(Moment, Moment)]| Compared::of_healed(own, other, healed, stretch, touched);
        let (Some(before), Some(behind)) = (of(&[]), of(&healed)) else { continue };
        let is_in_gap = |at: &Moment| healed.iter().any(|(from, to)| (*from..*to).contains(at));
        let before = before.starts.into_iter().filter(|at| !is_in_gap(at)).collect();
        let [own, other] = [questions(mine, *acd, &before), questions(others, *acd, &behind.starts)];
        let answers = tokio::join!(ask(clients.0, *acd, own), ask(clients.1, *acd, other));
        for (told, answer) in told.iter_mut().zip([answers.0, answers.1]) {
            told.push((*acd, answer.unwrap_or_default()));
        }
    }
    told
}

/// Which records of an ACD are compared.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Compared {
    /// Starts of the intervals. Both servers ought to [hold the same records](hold_the_same_records) of them: a digest of an
    /// hour's records that only one server has takes it seconds.
    pub(crate) starts: BTreeSet<Moment>,
    /// Where they begin, if that is later than what was asked for.
    pub(crate) from: Option<Moment>,
}

impl Compared {
    pub(crate) fn of(
        here: &AcdAccount,
        there: &AcdAccount,
        stretch: Stretch,
        touched: Option<Stretch>,
    ) -> Option<Compared> {
        Compared::of_healed(here, there, &[], stretch, touched)
    }

    /// The same for when the first server has what the other one has of some stretches.
    fn of_healed(
        here: &AcdAccount,
        there: &AcdAccount,
        healed: &[(Moment, Moment)],
        stretch: Stretch,
        touched: Option<Stretch>,
    ) -> Option<Compared> {
        let (from, to, is_all) = window(here, there, stretch)?;
        let is_asked = |at: Moment| (from..=to).contains(&at) || touched.is_some_and(|touched| touched.holds(at));
        let own: BTreeMap<Moment, &Digest> = here.intervals.iter().map(|digest| (digest.start, digest)).collect();
        let is_alike = |other: &&Digest| {
            let is_healed = |(from, to): &(Moment, Moment)| (*from..*to).contains(&other.start);
            let mine = own.get(&other.start);
            healed.iter().any(is_healed) || mine.is_some_and(|mine| hold_the_same_records(mine, other))
        };
        let asked = there.intervals.iter().filter(|digest| is_asked(digest.start)).filter(is_alike);
        Some(Compared { starts: asked.map(|digest| digest.start).collect(), from: Some(from).filter(|_| !is_all) })
    }
}

/// Starts of the first and the last of intervals that follow each other, of those that a server has not told the records of yet.
pub(crate) fn questions(account: &Account, acd: AcdNumber, starts: &BTreeSet<Moment>) -> Vec<(Moment, Moment)> {
    let Some(account) = account.acds.get(&acd) else { return Vec::new() };
    let mut questions: Vec<(Moment, Moment)> = Vec::new();
    let mut behind = None;
    let is_open = |digest: &&Digest| starts.contains(&digest.start) && !account.records_told.contains(&digest.start);
    for digest in account.intervals.iter().filter(is_open) {
        match questions.last_mut().filter(|_| behind == Some(digest.start)) {
            Some((_, last)) => *last = digest.start,
            None => questions.push((digest.start, digest.start)),
        }
        behind = Some(digest.end);
    }
    if let (true, [(first, _), .., (_, last)]) = (questions.len() > QUESTIONS_MOST, &questions[..]) {
        questions = vec![(*first, *last)];
    }
    questions
}

/// Whether two servers ought to hold the same records of an interval: both received all of it, whatever call profile they counted by, or
/// both the same part of it.
pub(crate) fn hold_the_same_records(mine: &Digest, other: &Digest) -> bool {
    let is_same_time = (mine.start, mine.end) == (other.start, other.end);
    is_same_time && mine.incomplete == other.incomplete && (!mine.incomplete || mine.digest == other.digest)
}

/// The first and the last interval whose records are compared, and whether those are all that were asked for.
pub(crate) fn window(here: &AcdAccount, there: &AcdAccount, stretch: Stretch) -> Option<(Moment, Moment, bool)> {
    let last = last_of_both(here, there)?;
    let to = stretch.to.map_or(last, |to| to.min(last));
    let firsts = [here, there].into_iter().filter_map(|account| account.intervals.first());
    let first = firsts.map(|digest| digest.start).min()?;
    let from = stretch.from.map_or(first, |from| from.max(first));
    match to.0.saturating_sub(from.0) {
        ..0 => None,
        0..=AT_ONCE_SECS => Some((from, to, true)),
        _ => Some((to + -DAY_SECS, to, false)),
    }
}

/// What the first server lacks.
pub(crate) fn lacking(here: &Account, there: &Account) -> Vec<Lacking> {
    let common = here.acds.iter().filter_map(|(acd, mine)| Some((*acd, mine, there.acds.get(acd)?)));
    let of_acd = common.map(|(acd, mine, others)| {
        let mut lacking =
            Lacking { acd, stretches: Vec::new(), intervals: 0, tables: BTreeSet::new(), logins: Vec::new() };
        let known: BTreeMap<Moment, &Digest> = others.intervals.iter().map(|digest| (digest.start, digest)).collect();
        for digest in &mine.intervals {
            if let Some(other) = known.get(&digest.start).filter(|other| hold_the_same_records(digest, other)) {
                lacking_of(&mut lacking, digest, other);
            }
        }
        lacking
    });
    of_acd.filter(|lacking| lacking.intervals > 0 || !lacking.logins.is_empty()).collect()
}

/// The records of an interval by table. What a full table of one of the two has let go is left out.
pub(crate) fn by_table(digest: &Digest, other: &Digest) -> BTreeMap<String, TableDigest> {
    let is_told = |table: &str| {
        let both = digest.records.iter().chain(&other.records);
        both.filter(|records| records.table == table).all(TableDigest::is_told)
    };
    let told = digest.records.iter().filter(|records| is_told(&records.table));
    told.map(|records| (records.table.clone(), records.clone())).collect()
}

fn lacking_of(lacking: &mut Lacking, here: &Digest, there: &Digest) {
    let interval = (here.start, here.end);
    let mut is_lacking = false;
    for (table, one, another) in joined(&by_table(here, there), &by_table(there, here)) {
        let Some(table) = FETCHED.into_iter().find(|fetched| fetched == table) else { continue };
        let [rows, others] = [one, another].map(|records| records.map_or(0, |records| records.rows));
        if table == LOGINS {
            if one.map(|one| &one.digest) != another.map(|another| &another.digest) {
                lacking.logins.push((interval, others > rows));
            }
        } else if others > rows {
            lacking.tables.insert(table);
            is_lacking = true;
        }
    }
    if is_lacking {
        lacking.add(interval);
    }
}

/// The same stretches in order, those that touch as one.
fn merged(mut stretches: Vec<(Moment, Moment)>) -> Vec<(Moment, Moment)> {
    stretches.sort();
    let mut merged: Vec<(Moment, Moment)> = Vec::new();
    for (from, to) in stretches {
        match merged.last_mut() {
            Some((_, last)) if *last >= from => *last = to.max(*last),
            _ => merged.push((from, to)),
        }
    }
    merged
}

/// Two servers, and how far it is.
pub(crate) struct Fetching<'a> {
    pub(crate) here: (&'a Client, &'a str),
    pub(crate) there: (&'a Client, &'a str),
    pub(crate) dry_run: bool,
    pub(crate) tell: &'a mut (dyn FnMut(&Step) + Send),
}

impl Fetching<'_> {
    /// Fetches what is lacking; nothing where it turns out that nothing is.
    pub(crate) async fn run(mut self, mut lacking: Lacking) -> Result<Option<HealedAcd>, HealError> {
        for (interval, has_more) in std::mem::take(&mut lacking.logins) {
            let (acd, here, there) = (lacking.acd, self.here.0, self.there.0);
            let takes = match has_more {
                // What it has more may be sessions that it cut off, and that went on.
                true => !cut_off_alone((there, here), acd, interval).await?,
                false => {
                    let unseen = unseen_logins(here, acd, interval).await?;
                    let sees_more = unseen > unseen_logins(there, acd, interval).await?;
                    sees_more || cut_off_alone((here, there), acd, interval).await?
                }
            };
            if takes {
                lacking.tables.insert(LOGINS);
                lacking.add(interval);
            }
        }
        if lacking.intervals == 0 {
            return Ok(None);
        }
        // Sessions may be of an interval that is among them already.
        lacking.stretches = merged(std::mem::take(&mut lacking.stretches));
        let stretches = lacking.stretches.iter().map(|(from, to)| IntervalStretch { from: *from, to: *to }).collect();
        let reads_volumes = read_by_both(self.here.0, self.there.0).await?;
        let asked = PackParcel { acd: lacking.acd, stretches, events: Vec::new(), reads_volumes };
        let (there, name) = self.there;
        let started = there.pack_parcel(&asked).await?;
        let label = carrying::follow(there, name, started, self.tell).await?.label.unwrap_or_default();
        let done = self.carry_and_restore(&lacking, &label).await;
        // Good manners; it goes by itself after a day.
        for client in [self.there.0, self.here.0] {
            let _ = client.remove_parcel(&label).await;
        }
        done.map(Some)
    }

    async fn carry_and_restore(&mut self, lacking: &Lacking, label: &str) -> Result<HealedAcd, HealError> {
        let received = carrying::carry_all(self.there, self.here.0, label, self.tell).await?;
        let (acd, tables) = (lacking.acd, lacking.tables.iter().map(|table| (*table).to_owned()).collect());
        let device = Some(PARCELS_DEVICE.to_owned());
        // What would go is looked at here, by the plan.
        let yes = true;
        let mut asked = RunRestore { label: received, device, acd: Some(acd), tables, yes, ..RunRestore::default() };
        let (client, name) = self.here;
        let planned = carrying::follow(client, name, client.plan_restore(&asked).await?, self.tell).await?;
        let plan = planned.plan.clone().unwrap_or_default();
        let mut takes = takes(&plan);
        takes.extend(takes_cut_off((client, self.there.0), lacking, &plan).await?.then(|| LOGINS.to_owned()));
        let left: Vec<&str> = lacking.tables.iter().filter(|table| !takes.contains(**table)).copied().collect();
        let gap = Gap { acd, stretches: Vec::new(), intervals: 0, on_both: Vec::new() };
        let mut healed = HealedAcd { gap, restores: Vec::new(), notes: Vec::new() };
        let (from, to) = (lacking.stretches.first(), lacking.stretches.last());
        if let (false, Some((from, _)), Some((_, to))) = (left.is_empty(), from, to) {
            healed.notes.push(format!(
                "records of {} are left as they are: {name} has some that {} has not, and those would go; look at both, then restore what \
                 is right: `cms backup run --tables {} --acd {acd}` there, `cms restore run LABEL --tables {} --acd {acd} --from {from} \
                 --to {to}` here",
                left.join(", "),
                self.there.1,
                left.join(","),
                left.join(",")
            ));
        }
        if takes.is_empty() {
            return Ok(healed);
        }
        let many = counted_in_words(lacking.intervals, "interval", "intervals");
        let taken: Vec<&str> = takes.iter().map(String::as_str).collect();
        let cut_off: u64 = plan.tables.iter().filter(|line| takes.contains(&line.table)).map(|line| line.removed).sum();
        let went_on = match cut_off {
            0 => String::new(),
            many => format!("; login sessions that {name} had cut off and that went on: {many}"),
        };
        healed.notes.push(format!("{many} whole on both lacked records of {} on {name}{went_on}", taken.join(", ")));
        let tables = plan.tables.iter().filter(|line| takes.contains(&line.table)).cloned().collect();
        let shown = RestorePlan { tables, ..plan };
        asked.tables = takes.into_iter().collect();
        let done = match self.dry_run {
            true => planned,
            false => carrying::follow(client, name, client.run_restore(&asked).await?, self.tell).await?,
        };
        let Job { restore, text, .. } = done;
        healed.restores.push(Restored { plan: shown, restore, text });
        Ok(healed)
    }
}

/// Tables of which a restore only adds. Of a login session the one that saw the login takes the place of the one that did not.
pub(crate) fn takes(plan: &RestorePlan) -> BTreeSet<String> {
    let only_adds = |line: &&api::RestoreLine| {
        line.removed == 0 && line.added + line.replaced > 0 && (line.replaced == 0 || line.table == LOGINS)
    };
    plan.tables.iter().filter(only_adds).map(|line| line.table.clone()).collect()
}
