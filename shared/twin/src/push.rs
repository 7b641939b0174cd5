//! Admin-Sync: chosen administration of one server is packed there, carried across and taken in by the other one, which
//! decides row by row what it takes.
//!
//! Only one way: what the other server has is never brought back. The parcel may be carried again after a break at any
//! point, because taking it in is one restore that is whole or not there.

use api::{AcdHealth, Conflicts, Health, NoteSync, PackAdministration, SyncReport, TakeAdministration};
use client::Client;
use model::Moment;

use super::account::HEALTH_TIMEOUT;
use super::carrying::{self, Step};
use super::{HealError, Healed, Healing, Stretch};

/// A push that is to be done.
pub struct Pushing<'a> {
    /// The server that the administration is of.
    pub from: &'a Client,
    /// The server that is written to.
    pub to: &'a Client,
    /// Which administration.
    pub asked: PackAdministration,
    /// What becomes of things that were changed on the other server since the last sync.
    pub conflicts: Conflicts,
    /// Whether the other server may be the primary.
    pub to_primary: bool,
    /// Whether the other server may have been synced last from yet another one.
    pub from_another: bool,
    /// Whether gaps in the other server's history are healed, too.
    pub history: bool,
    /// Only to find out what would be done.
    pub dry_run: bool,
    /// Digest of the report that was shown: refused if it would come to anything else by now.
    pub expect: Option<String>,
    /// Is told how far it is.
    pub tell: &'a mut (dyn FnMut(&Step) + Send),
}

/// What became of a push.
#[derive(Debug, Clone, PartialEq)]
pub struct Pushed {
    /// What the other server did with the administration, or would do.
    pub report: SyncReport,
    /// In its words.
    pub text: String,
    /// Number of the restore on the other server, to take it back by; none if nothing was to be changed.
    pub restore: Option<i64>,
    /// What became of the history, if that was asked for. Where that failed, the administration was taken over all the same.
    pub healed: Option<Result<Healed, HealError>>,
}

impl Pushing<'_> {
    /// Pushes, or with `dry_run` only says what would be done.
    ///
    /// # Errors
    /// After an error nothing of the administration is taken over by half; whatever was on its way is removed.
    pub async fn run(mut self) -> Result<Pushed, HealError> {
        let (sender, receiver) = (self.from.health(HEALTH_TIMEOUT).await?, self.to.health(HEALTH_TIMEOUT).await?);
        alike(&sender, &receiver)?;
        let (from, to) = (sender.server.clone(), receiver.server.clone());
        let label = carrying::carry_administration((self.from, &from), self.to, &self.asked, self.tell).await?;
        let taken = self.take(&to, &label).await;
        let _ = self.to.remove_parcel(&label).await;
        let mut pushed = taken?;
        pushed.report.notes.extend(doubts((self.from, &sender), (self.to, &receiver)).await);
        if !self.dry_run {
            let note = NoteSync { to: to.clone(), restore: pushed.restore, report: pushed.report.clone() };
            // It is done, whatever the sender's log says of it.
            if let Err(error) = self.from.note_sync(&note).await {
                pushed.report.notes.push(format!("the log of {from} does not have this: {error}"));
            }
        }
        if self.history {
            let Pushing { from, to, dry_run, tell, .. } = self;
            let healing = Healing { here: to, there: from, stretch: Stretch::default(), dry_run, tell };
            pushed.healed = Some(healing.run().await);
        }
        Ok(pushed)
    }

    async fn take(&mut self, to: &str, label: &str) -> Result<Pushed, HealError> {
        let Pushing { conflicts, to_primary, from_another, dry_run, .. } = *self;
        let (label, expect) = (label.to_owned(), self.expect.clone());
        let asked = TakeAdministration { label, conflicts, to_primary, from_another, dry_run, expect };
        let started = self.to.take_administration(&asked).await?;
        let job = carrying::follow(self.to, to, started, self.tell).await?;
        let report = job.sync.map(|report| *report).unwrap_or_default();
        Ok(Pushed { report, text: job.text, restore: job.restore, healed: None })
    }
}

/// How far back intervals are looked at.
const LOOKED_AT_SECS: i64 = 86_400;

/// ACDs of the same number, as each tells of them.
fn common<'h>(sender: &'h Health, receiver: &'h Health) -> impl Iterator<Item = (&'h AcdHealth, &'h AcdHealth)> {
    let beside = |acd: &AcdHealth| receiver.acds.iter().find(|known| known.acd == acd.acd);
    sender.acds.iter().filter_map(move |acd| Some((acd, beside(acd)?)))
}

/// Refuses what cannot be two servers of one site.
fn alike(sender: &Health, receiver: &Health) -> Result<(), HealError> {
    let Some((there, here)) = common(sender, receiver).find(|(there, here)| there.zone != here.zone) else {
        return Ok(());
    };
    let (from, to) = (&sender.server, &receiver.server);
    Err(HealError::Apart(format!(
        "ACD {} is in zone {} on {from} and in {} on {to}, so nothing was synced: see whether these are the two servers that are \
         meant; if they are, set both alike in cms.toml first",
        there.acd, there.zone, here.zone
    )))
}

/// What speaks for ACDs of two switches: of the newest intervals that both hold whole, none is the same. No more than a note,
/// because a call profile that only one of them has yet comes to the same, and a sync is what mends that.
async fn doubts((from, sender): (&Client, &Health), (to, receiver): (&Client, &Health)) -> Vec<String> {
    let mut doubts = Vec::new();
    for acd in common(sender, receiver).map(|(acd, _)| acd) {
        let Some(since) = acd.archived_to.map(|newest| Moment(newest.0 - LOOKED_AT_SECS)) else { continue };
        let told = (from.digests(acd.acd, Some(since), None).await, to.digests(acd.acd, Some(since), None).await);
        // Whoever may not see them, or cannot just now, has no doubt.
        let (Ok(there), Ok(here)) = told else { continue };
        let pairs = there.iter().filter_map(|digest| {
            let beside = here.iter().find(|other| (other.start, other.end) == (digest.start, digest.end))?;
            (!digest.incomplete && !beside.incomplete).then_some(digest.digest == beside.digest)
        });
        let (alike, others): (Vec<bool>, Vec<bool>) = pairs.partition(|is_alike| *is_alike);
        if alike.is_empty() && others.len() > 1 {
            doubts.push(format!(
                "of the last {} intervals of ACD {} that both hold whole none is the same: see whether both are of one switch; a call \
                 profile that one of them does not have comes to that, too",
                others.len(),
                acd.acd
            ));
        }
    }
    doubts
}
