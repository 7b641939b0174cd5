//! Asks a server once a second how it is, without signing in.

use std::time::{Duration, Instant};

use client::Client;
use tokio::sync::{mpsc, watch};

use super::happened::Happened;
use crate::profile::Which;

const EVERY: Duration = Duration::from_secs(1);
/// For the server in use: asked every second and given this long, a hang is known within two seconds.
const IN_USE_TIMEOUT: Duration = Duration::from_millis(900);
const STANDBY_TIMEOUT: Duration = Duration::from_millis(1500);
/// For the first answer, which takes a new connection and perhaps a slow name lookup.
const FIRST_TIMEOUT: Duration = Duration::from_secs(3);

/// Goes on until it is ended. `in_use` tells whether reports come from this server.
pub(super) async fn watch(
    which: Which,
    client: Client,
    mut in_use: watch::Receiver<bool>,
    happened: mpsc::Sender<Happened>,
) {
    let mut answered = false;
    loop {
        let asked_at = Instant::now();
        let timeout = match (answered, *in_use.borrow_and_update()) {
            (false, _) => FIRST_TIMEOUT,
            (true, true) => IN_USE_TIMEOUT,
            (true, false) => STANDBY_TIMEOUT,
        };
        let result = client.health(timeout).await;
        answered = result.is_ok();
        let at = Instant::now();
        let told = happened.send(Happened::Asked { which, result, took: at - asked_at, at }).await;
        if told.is_err() {
            return;
        }
        tokio::select! {
            () = tokio::time::sleep_until((asked_at + EVERY).max(at).into()) => {}
            // A server that just came into use is asked at once.
            changed = in_use.changed() => if changed.is_err() { return },
        }
    }
}
