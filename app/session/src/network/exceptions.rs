//! Follows the exceptions of an ACD for as long as somebody is signed in, whatever page is on the screen.
//!
//! The page of exceptions has a stream of its own: it shows the rules beside the log, and is asked for only while it is looked at.

use std::time::Duration;

use client::{Client, ClientError};
use model::AcdNumber;
use tokio::sync::mpsc;

use super::happened::Happened;
use super::sign_in::{is_token_lost, token_lost};
use crate::exceptions::ExceptionsTold;
use crate::profile::Which;
use crate::update::Update;

/// A stream that has ended is asked for again after so long.
const AGAIN: Duration = Duration::from_secs(5);
/// Who may not be told may have been permitted it after so long.
const REFUSED_AGAIN: Duration = Duration::from_secs(60);
/// The server tells its age every few seconds; one that has been silent for so long is gone.
const SILENT_MAX: Duration = Duration::from_secs(20);

/// Goes on until it is ended, or until the server does not know the token any more.
pub(super) async fn follow(which: Which, client: Client, acd: AcdNumber, happened: mpsc::Sender<Happened>) {
    let mut told = ExceptionsTold::default();
    loop {
        let pause = match stream(which, &client, acd, &mut told, &happened).await {
            Err(error) if is_token_lost(&error) => {
                // The driver has ended if nobody listens; then there is nothing left to do.
                let _ = happened.send(token_lost(which, &error)).await;
                return;
            }
            Err(error) if error.refusal().is_some() => {
                let _ = happened.send(Happened::Tell(Update::Exceptions { which, acd, told: None })).await;
                REFUSED_AGAIN
            }
            Ok(()) | Err(_) => AGAIN,
        };
        tokio::time::sleep(pause).await;
    }
}

/// One connection, from opening to its end.
async fn stream(
    which: Which,
    client: &Client,
    acd: AcdNumber,
    told: &mut ExceptionsTold,
    happened: &mpsc::Sender<Happened>,
) -> Result<(), ClientError> {
    let mut live = client.follow_exceptions(acd).await?;
    while let Ok(frame) = tokio::time::timeout(SILENT_MAX, live.next_frame()).await {
        let Some(log) = frame? else { break };
        let before = told.clone();
        told.follow(log);
        if *told != before {
            let told = Some(Box::new(told.clone()));
            let _ = happened.send(Happened::Tell(Update::Exceptions { which, acd, told })).await;
        }
    }
    Ok(())
}
