//! Syncs one server of the profile from the other, in the background.

use std::sync::Arc;
use std::time::{Duration, Instant};

use api::{ErrorCode, Job, JobState, UndoRestore};
use client::Client;
use tokio::sync::mpsc;

use super::happened::Happened;
use super::short;
use super::sign_in::{Party, ensure};
use crate::syncing::{SyncChoice, SyncOutcome, SyncRequest, SyncView};
use crate::twin::{HealError, Pushed, Pushing, Step};

/// How often a job is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Does what was asked for and tells how far it is. What was found before is kept until then.
pub(super) async fn run(
    from: Party,
    to: Party,
    request: SyncRequest,
    mut view: SyncView,
    happened: mpsc::Sender<Happened>,
) {
    view.is_from_another = false;
    let done = done(&from, &to, request, &mut view, &happened).await;
    view.step = None;
    view.problem = done.err();
    let _ = happened.send(Happened::Sync(view)).await;
}

async fn done(
    from: &Party,
    to: &Party,
    request: SyncRequest,
    view: &mut SyncView,
    happened: &mpsc::Sender<Happened>,
) -> Result<(), String> {
    for party in [from, to] {
        if party.which == from.which && !matches!(request, SyncRequest::Push(_)) {
            continue;
        }
        tell(view, format!("Signing in to the {}…", party.which), happened).await;
        let signed_in = ensure(party.which, &party.client, party.credentials.as_ref(), happened).await;
        signed_in.map_err(|why| format!("cannot sign in to the {}: {why}", party.which))?;
    }
    match request {
        SyncRequest::Push(choice) => {
            let pushed = push(from, to, choice.clone(), view, happened).await?;
            view.outcome = Some(Arc::new(SyncOutcome { choice, pushed, at: Instant::now() }));
        }
        SyncRequest::Undo { restore, .. } => {
            tell(view, "Taking the sync back…".to_owned(), happened).await;
            view.told = Some(undo(&to.client, restore).await?);
            view.outcome = None;
        }
        SyncRequest::Log(_) => {}
    }
    // What the other server told is no log of this one.
    (view.log, view.log_of) = (None, Some(to.which));
    let log = to.client.syncs().await;
    view.log = Some(Arc::new(log.map_err(|error| format!("the log cannot be read: {}", short(&error)))?));
    Ok(())
}

async fn push(
    from: &Party,
    to: &Party,
    choice: SyncChoice,
    view: &mut SyncView,
    happened: &mpsc::Sender<Happened>,
) -> Result<Pushed, String> {
    let expect = planned(view, &choice);
    let SyncChoice { asked, to_primary, from_another, conflicts, history, dry_run } = choice;
    let mut going = view.clone();
    let mut said = String::new();
    let mut tell = |step: &Step| {
        let text = format!("{}: {}", step.server, step.what);
        if text != said {
            said.clone_from(&text);
            going.step = Some(text);
            // Where the driver is busy a step is not seen; the end is.
            let _ = happened.try_send(Happened::Sync(going.clone()));
        }
    };
    let (from, to, tell) = (&from.client, &to.client, &mut tell);
    let pushing = Pushing { from, to, asked, conflicts, to_primary, from_another, history, dry_run, expect, tell };
    let pushed = pushing.run().await;
    view.is_from_another = pushed.as_ref().is_err_and(is_from_another);
    pushed.map_err(|error| error.to_string())
}

/// Whether a server refused because it was synced last from another one.
fn is_from_another(error: &HealError) -> bool {
    let code = match error {
        HealError::Job { code, .. } => *code,
        HealError::Client(error) => error.refusal().map(|body| body.code),
        HealError::Apart(_) => None,
    };
    code == Some(ErrorCode::FromAnother)
}

/// The digest of what was shown, where just that was asked for by a dry run before.
fn planned(view: &SyncView, choice: &SyncChoice) -> Option<String> {
    let asked = SyncChoice { dry_run: true, ..choice.clone() };
    let shown = view.outcome.as_ref().filter(|shown| !choice.dry_run && shown.choice == asked)?;
    Some(shown.pushed.report.digest.clone()).filter(|digest| !digest.is_empty())
}

/// Takes a sync back, unless something was changed since: that is looked at before it goes.
async fn undo(client: &Client, restore: i64) -> Result<String, String> {
    let asked = UndoRestore { restore, dry_run: true, ..UndoRestore::default() };
    let plan = job(client, &asked).await?.plan.unwrap_or_default();
    if plan.changed_since != Some(0) {
        let why = plan.notes.first().map_or("", String::as_str);
        return Err(format!(
            "nothing was taken back. {why}. To do it all the same, sign in there and take restore {restore} back under Administration \
             > Backups > Restores done, where the plan is shown"
        ));
    }
    let expect = Some(plan.digest).filter(|digest| !digest.is_empty());
    Ok(job(client, &UndoRestore { expect, dry_run: false, ..asked }).await?.text)
}

async fn job(client: &Client, asked: &UndoRestore) -> Result<Job, String> {
    let started = client.undo(asked).await.map_err(|error| short(&error))?;
    loop {
        let job = client.job(started).await.map_err(|error| short(&error))?;
        match job.state {
            JobState::Running => tokio::time::sleep(LOOK_EVERY).await,
            JobState::Done => return Ok(job),
            JobState::Failed => return Err(job.text),
        }
    }
}

async fn tell(view: &mut SyncView, step: String, happened: &mpsc::Sender<Happened>) {
    view.step = Some(step);
    let _ = happened.send(Happened::Sync(view.clone())).await;
}
