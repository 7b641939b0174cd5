//! Heals the serving server from the other one, in the background.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::mpsc;

use super::happened::Happened;
use super::sign_in::{Party, ensure};
use super::worksheets::progress_text;
use crate::healing::{HealReport, HealView};
use crate::twin::{self, Healing, Stretch};

/// Heals `here` from `there`, or plans that, and tells how far it is.
pub(super) async fn heal(
    here: Party,
    there: Party,
    stretch: Stretch,
    dry_run: bool,
    mut view: HealView,
    happened: mpsc::Sender<Happened>,
) {
    match healed(&here, &there, stretch, dry_run, &mut view, &happened).await {
        Ok(report) => view = HealView { report: Some(Arc::new(report)), ..HealView::default() },
        Err(why) => (view.step, view.problem) = (None, Some(why)),
    }
    let _ = happened.send(Happened::Heal(view)).await;
}

async fn healed(
    here: &Party,
    there: &Party,
    stretch: Stretch,
    dry_run: bool,
    view: &mut HealView,
    happened: &mpsc::Sender<Happened>,
) -> Result<HealReport, String> {
    for party in [here, there] {
        view.step = Some(format!("Signing in to the {}…", party.which));
        let _ = happened.send(Happened::Heal(view.clone())).await;
        let signed_in = ensure(party.which, &party.client, party.credentials.as_ref(), happened).await;
        signed_in.map_err(|why| format!("cannot sign in to the {}: {why}", party.which))?;
    }
    view.step = Some("Asking both servers what they have…".to_owned());
    let _ = happened.send(Happened::Heal(view.clone())).await;
    let (shown, teller) = (view.clone(), happened.clone());
    // Progress is for the eye: what does not get through is told by the next.
    let mut tell = move |step: &twin::Step| {
        let _ = teller.try_send(Happened::Heal(HealView { step: Some(progress_text(step)), ..shown.clone() }));
    };
    let healing = Healing { here: &here.client, there: &there.client, stretch, dry_run, tell: &mut tell };
    let healed = healing.run().await.map_err(|error| error.to_string())?;
    Ok(HealReport { which: here.which, stretch, dry_run, at: Instant::now(), healed })
}
