//! Makes the daily checks of the profile's servers, in the background.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::mpsc;

use super::copy::Party;
use super::happened::Happened;
use super::short;
use super::sign_in::ensure;
use crate::checking::{ChecksReport, ChecksView};
use crate::checks::{Told, judge_all};

/// Asks the servers one after the other, judges, and tells how far it is. What was found before is kept until then.
pub(super) async fn make(parties: Vec<Party>, mut view: ChecksView, happened: mpsc::Sender<Happened>) {
    let at = Instant::now();
    let mut asked = Vec::new();
    for party in &parties {
        view.step = Some(format!("Asking the {}…", party.which));
        let _ = happened.send(Happened::Checks(view.clone())).await;
        asked.push((party.client.url().to_owned(), ask(party, &happened).await));
    }
    let servers = judge_all(&asked);
    view = ChecksView { step: None, report: Some(Arc::new(ChecksReport { at, servers })) };
    let _ = happened.send(Happened::Checks(view)).await;
}

async fn ask(party: &Party, happened: &mpsc::Sender<Happened>) -> Result<Told, String> {
    ensure(party.which, &party.client, party.credentials.as_ref(), happened).await?;
    Told::by(&party.client).await.map_err(|error| short(&error))
}
