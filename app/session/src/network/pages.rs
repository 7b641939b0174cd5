//! What administration pages ask of a server, and how changes reach it.

use std::sync::Arc;
use std::time::Instant;

use api::Changed;
use client::{Client, ClientError};
use tokio::sync::mpsc;

use super::happened::Happened;
use super::short;
use crate::pages::{ChangeRequest, ChangeState, Page, PageData};
use crate::profile::Which;
use crate::update::Update;

/// Changes that are shown. The whole list is one `cms changes` away.
const CHANGES: u32 = 500;

/// Asks a server for a page and tells what came.
pub(super) async fn load(which: Which, client: Client, page: Page, happened: mpsc::Sender<Happened>) {
    let result = match ask(&client, &page).await {
        Ok(data) => Ok(Arc::new(data)),
        Err(error) if is_token_lost(&error) => {
            // Asked again once signed in.
            let _ = happened.send(Happened::TokenLost { which }).await;
            return;
        }
        Err(error) => Err(short(&error)),
    };
    // The driver has ended if nobody listens; then there is nothing left to do.
    let _ = happened.send(Happened::Tell(Update::Page { which, page, result, at: Instant::now() })).await;
}

async fn ask(client: &Client, page: &Page) -> Result<PageData, ClientError> {
    Ok(match *page {
        Page::Collection => PageData::Collection(client.status().await?),
        Page::Profiles(acd) => PageData::Profiles(client.profiles(acd).await?),
        Page::Changes => PageData::Changes(client.changes(CHANGES).await?),
    })
}

/// Asks a server to make a change and tells what became of it.
pub(super) async fn administer(which: Which, client: Client, change: ChangeRequest, happened: mpsc::Sender<Happened>) {
    let result = make(&client, &change).await;
    if result.as_ref().is_err_and(is_token_lost) {
        let _ = happened.send(Happened::TokenLost { which }).await;
    }
    let state = match result {
        Ok(Changed { changed, text }) => ChangeState::Done { changed, text },
        Err(error) if is_token_lost(&error) => ChangeState::Refused {
            why: "the server has signed you out; it is signed in to again, then try once more".to_owned(),
        },
        Err(error) if error.refusal().is_some() => ChangeState::Refused { why: short(&error) },
        Err(error) => ChangeState::Unknown { why: short(&error) },
    };
    let _ = happened.send(Happened::Administered { which, change, state }).await;
}

async fn make(client: &Client, change: &ChangeRequest) -> Result<Changed, ClientError> {
    match change {
        ChangeRequest::Collection(set) => client.set_collection(set).await,
        ChangeRequest::Interval(set) => client.set_interval(set).await,
        ChangeRequest::Profile(set) => client.set_profile(set).await,
    }
}

fn is_token_lost(error: &ClientError) -> bool {
    error.refusal().is_some_and(|body| body.code.is_signed_out())
}
