//! Makes the daily checks of the profile's servers, in the background.

use std::sync::Arc;
use std::time::{Duration, Instant};

use client::ClientError;
use tokio::sync::mpsc;

use super::happened::Happened;
use super::short;
use super::sign_in::{Party, beside};
use crate::checking::{ChecksReport, ChecksView};
use crate::checks::{NotAsked, Told, judge_all};

/// How long a server may take to say that it is there.
const HEALTH_TIMEOUT: Duration = Duration::from_secs(10);

/// Asks the servers one after the other, judges, and tells how far it is. What was found before is kept until then.
pub(super) async fn make(parties: Vec<Party>, mut view: ChecksView, happened: mpsc::Sender<Happened>) {
    let at = Instant::now();
    let mut asked = Vec::new();
    for party in &parties {
        view.step = Some(format!("Asking the {}…", party.which));
        let _ = happened.send(Happened::Checks(view.clone())).await;
        asked.push(ask(party, &happened).await);
    }
    let servers = judge_all(&asked);
    view = ChecksView { step: None, report: Some(Arc::new(ChecksReport { at, servers })) };
    let _ = happened.send(Happened::Checks(view)).await;
}

/// What a server tells of itself, with its name; its address where it does not tell that.
async fn ask(party: &Party, happened: &mpsc::Sender<Happened>) -> (String, Result<Told, NotAsked>) {
    // Who signs in is told in words alone, so it is first looked whether anybody is there, and who.
    let not_asked = |error: ClientError| NotAsked::of(&error, short(&error));
    let health = match party.client.health(HEALTH_TIMEOUT).await {
        Ok(health) => health,
        Err(error) => return (party.client.url().to_owned(), Err(not_asked(error))),
    };
    let told = match beside(party, happened).await {
        Ok(()) => Told::by(&party.client).await.map_err(not_asked),
        Err(why) => Err(NotAsked::Refused(why)),
    };
    (health.server, told)
}
