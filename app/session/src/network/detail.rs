//! Asks a server for one thing in full.

use std::sync::Arc;

use client::{Client, ClientError};
use tokio::sync::mpsc;

use super::happened::Happened;
use super::short;
use super::sign_in::{is_token_lost, token_lost};
use crate::detail::{Detail, DetailData, DetailView};

/// Asks for what a view is of, and tells what came.
pub(super) async fn load(client: Client, mut view: DetailView, happened: mpsc::Sender<Happened>) {
    let result = ask(&client, &view.of).await;
    // Asked again once signed in.
    if let Some(error) = result.as_ref().err().filter(|error| is_token_lost(error)) {
        let _ = happened.send(token_lost(view.which, error)).await;
        return;
    }
    view.told = Some(result.map(Arc::new).map_err(|error| short(&error)));
    let _ = happened.send(Happened::Detail(view)).await;
}

async fn ask(client: &Client, detail: &Detail) -> Result<DetailData, ClientError> {
    Ok(match detail {
        Detail::Backup(name) => DetailData::Backup(Box::new(client.backup(name).await?)),
        Detail::Peer => DetailData::Peer(client.peer().await?),
        Detail::Permissions(name) => DetailData::Permissions(client.permissions(name).await?),
    })
}
