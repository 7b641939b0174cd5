//! Signing in to a server.

use client::{Client, ClientError};
use tokio::sync::mpsc;

use super::happened::Happened;
use crate::profile::Which;

/// User name and password, kept in memory only.
#[derive(Clone)]
pub(super) struct Credentials {
    pub(super) user: String,
    pub(super) password: String,
}

/// Signs in and reports the outcome to the driver.
pub(super) async fn sign_in(which: Which, client: Client, credentials: Credentials, happened: mpsc::Sender<Happened>) {
    let result = client.login(&credentials.user, &credentials.password).await;
    // The driver has ended if nobody listens.
    let _ = happened.send(Happened::SignedIn { which, result: result.map(|session| session.administrator) }).await;
}

/// Makes sure that there is a token, signing in if need be; the error is for people.
pub(super) async fn ensure(
    which: Which,
    client: &Client,
    credentials: Option<&Credentials>,
    happened: &mpsc::Sender<Happened>,
) -> Result<(), String> {
    if client.has_token() {
        return Ok(());
    }
    let Some(credentials) = credentials else {
        let _ = happened.send(Happened::TokenLost { which }).await;
        return Err(format!("not signed in to the {which}: it asks for your password"));
    };
    let result = client.login(&credentials.user, &credentials.password).await.map(|session| session.administrator);
    let outcome = result.as_ref().map(|_| ()).map_err(ClientError::to_string);
    let _ = happened.send(Happened::SignedIn { which, result }).await;
    outcome
}
