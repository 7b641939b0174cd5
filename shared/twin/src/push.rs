//! Admin-Sync: chosen administration of one server is packed there, carried across and taken in by the other one, which
//! decides row by row what it takes.
//!
//! Only one way: what the other server has is never brought back. The parcel may be carried again after a break at any
//! point, because taking it in is one restore that is whole or not there.

use api::{Conflicts, NoteSync, PackAdministration, SyncReport, TakeAdministration};
use client::Client;

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
        let from = self.from.health(HEALTH_TIMEOUT).await?.server;
        let to = self.to.health(HEALTH_TIMEOUT).await?.server;
        let label = carrying::carry_administration((self.from, &from), self.to, &self.asked, self.tell).await?;
        let taken = self.take(&to, &label).await;
        let _ = self.to.remove_parcel(&label).await;
        let mut pushed = taken?;
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
        let Pushing { conflicts, to_primary, dry_run, .. } = *self;
        let (label, expect) = (label.to_owned(), self.expect.clone());
        let asked = TakeAdministration { label, conflicts, to_primary, dry_run, expect };
        let started = self.to.take_administration(&asked).await?;
        let job = carrying::follow(self.to, to, started, self.tell).await?;
        let report = job.sync.map(|report| *report).unwrap_or_default();
        Ok(Pushed { report, text: job.text, restore: job.restore, healed: None })
    }
}
