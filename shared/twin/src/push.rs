//! Admin-Sync: chosen administration of one server is packed there, carried across and taken in by the other one, which
//! decides row by row what it takes.
//!
//! Only one way: what the other server has is never brought back. The parcel may be carried again after a break at any
//! point, because taking it in is one restore that is whole or not there.

use std::time::Duration;

use api::{Conflicts, NoteSync, PackAdministration, SyncReport, TakeAdministration};
use client::Client;

use super::carrying::{self, Step};
use super::{HealError, Healed, Healing, Stretch};

const HEALTH_TIMEOUT: Duration = Duration::from_secs(10);

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
    /// What became of the history, if that was asked for.
    pub healed: Option<Healed>,
}

impl Pushing<'_> {
    /// Pushes, or with `dry_run` only says what would be done.
    ///
    /// # Errors
    /// After an error nothing of the administration is taken over by half; whatever was on its way is removed. Where the heal
    /// failed, the administration was taken over before.
    pub async fn run(mut self) -> Result<Pushed, HealError> {
        let from = self.from.health(HEALTH_TIMEOUT).await?.server;
        let to = self.to.health(HEALTH_TIMEOUT).await?.server;
        let started = self.from.pack_administration(&self.asked).await?;
        let label = carrying::follow(self.from, &from, started, self.tell).await?.label.unwrap_or_default();
        let pushed = self.carry_and_take(&from, &to, &label).await;
        // Good manners; it goes by itself after a day.
        for client in [self.from, self.to] {
            let _ = client.remove_parcel(&label).await;
        }
        let mut pushed = pushed?;
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
            pushed.healed = Some(healing.run().await?);
        }
        Ok(pushed)
    }

    async fn carry_and_take(&mut self, from: &str, to: &str, label: &str) -> Result<Pushed, HealError> {
        let label = carrying::carry_all((self.from, from), self.to, label, self.tell).await?;
        let Pushing { conflicts, to_primary, dry_run, .. } = *self;
        let started =
            self.to.take_administration(&TakeAdministration { label, conflicts, to_primary, dry_run }).await?;
        let job = carrying::follow(self.to, to, started, self.tell).await?;
        let report = job.sync.map(|report| *report).unwrap_or_default();
        Ok(Pushed { report, text: job.text, restore: job.restore, healed: None })
    }
}
