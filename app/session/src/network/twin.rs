//! Compares both servers of the profile, in the background.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::mpsc;

use super::happened::Happened;
use super::short;
use super::sign_in::{Party, ensure};
use crate::comparing::{TwinReport, TwinView};
use crate::twin::{self, Account, Stretch};

/// Compares `here` with `there` and tells how far it is. What was found before is kept until then.
pub(super) async fn compare(
    here: Party,
    there: Party,
    stretch: Stretch,
    mut view: TwinView,
    happened: mpsc::Sender<Happened>,
) {
    match found(&here, &there, stretch, &mut view, &happened).await {
        Ok(report) => view = TwinView { report: Some(Arc::new(report)), ..TwinView::default() },
        Err(why) => (view.step, view.problem) = (None, Some(why)),
    }
    let _ = happened.send(Happened::Twin(view)).await;
}

async fn found(
    here: &Party,
    there: &Party,
    stretch: Stretch,
    view: &mut TwinView,
    happened: &mpsc::Sender<Happened>,
) -> Result<TwinReport, String> {
    for party in [here, there] {
        tell(format!("Signing in to the {}…", party.which), view, happened).await;
        let signed_in = ensure(party.which, &party.client, party.credentials.as_ref(), happened).await;
        signed_in.map_err(|why| format!("cannot sign in to the {}: {why}", party.which))?;
    }
    tell("Asking both servers for their digests and their administration…".to_owned(), view, happened).await;
    let at = Instant::now();
    let (mine, others) = tokio::join!(Account::of(&here.client, stretch), Account::of(&there.client, stretch));
    let told = |account: Result<Account, client::ClientError>, party: &Party| {
        account.map_err(|error| format!("the {} did not tell all of itself: {}", party.which, short(&error)))
    };
    let (mut mine, mut others) = (told(mine, here)?, told(others, there)?);
    twin::are_two(&mine, &others).map_err(|error| error.to_string())?;
    let records = twin::take_records((&here.client, &mut mine), (&there.client, &mut others), stretch).await;
    records.map_err(|error| format!("records could not be compared: {}", short(&error)))?;
    tell("Comparing…".to_owned(), view, happened).await;
    let which = here.which;
    // A year of intervals takes a moment, and live reports come over this thread.
    let work = move || {
        let comparison = twin::compare(&mine, &others);
        TwinReport { here: mine.server, there: others.server, which, at, comparison }
    };
    tokio::task::spawn_blocking(work).await.map_err(|error| error.to_string())
}

async fn tell(step: String, view: &mut TwinView, happened: &mpsc::Sender<Happened>) {
    view.step = Some(step);
    let _ = happened.send(Happened::Twin(view.clone())).await;
}
