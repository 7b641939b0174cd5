//! Signing in to a server.

use api::ErrorCode;
use client::{Client, ClientError};
use tokio::sync::mpsc;

use super::happened::Happened;
use super::short;
use crate::profile::Which;
use crate::secret::Secret;

/// User name and password, kept in memory only.
#[derive(Clone)]
pub(super) struct Credentials {
    pub(super) user: String,
    pub(super) password: String,
}

/// One server that takes part in something, and who works there.
pub(super) struct Party {
    pub(super) which: Which,
    pub(super) client: Client,
    pub(super) credentials: Option<Credentials>,
    /// Only one administrator can be signed in there, and this one was signed out, or not let in.
    pub(super) put_out: bool,
}

/// Whether a server does not know the token any more.
pub(super) fn is_token_lost(error: &ClientError) -> bool {
    error.refusal().is_some_and(|body| body.code.is_signed_out())
}

/// What is to be told where that is so.
pub(super) fn token_lost(which: Which, error: &ClientError) -> Happened {
    Happened::TokenLost { which, single_user: single_user(error) }
}

/// Why a server lets in no more than one administrator, if it is that.
pub(super) fn single_user(error: &ClientError) -> Option<String> {
    error.refusal().filter(|body| body.code == ErrorCode::SingleUser).map(|_| short(error))
}

/// What is told of a server that has put its user out.
pub(super) const PUT_OUT: &str = "you are not signed in there: it is in single-user mode";

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
    match client.is_signed_in().await {
        Ok(true) => return Ok(()),
        Ok(false) => {}
        Err(error) => {
            let _ = happened.send(token_lost(which, &error)).await;
            return Err(short(&error));
        }
    }
    let Some(credentials) = credentials else {
        let _ = happened.send(Happened::TokenLost { which, single_user: None }).await;
        return Err(format!("not signed in to the {which}: it asks for your password"));
    };
    let result = client.login(&credentials.user, &credentials.password).await.map(|session| session.administrator);
    let outcome = result.as_ref().map(|_| ()).map_err(short);
    let _ = happened.send(Happened::SignedIn { which, result }).await;
    outcome
}

/// The same where nobody asked to be signed in: what a server refuses is said in words alone, and asks for no password.
pub(super) async fn beside(party: &Party, happened: &mpsc::Sender<Happened>) -> Result<(), String> {
    let (which, client) = (party.which, &party.client);
    match client.is_signed_in().await {
        Ok(true) => return Ok(()),
        Ok(false) => {}
        Err(error) => {
            let _ = happened.send(token_lost(which, &error)).await;
            return Err(format!("you are not signed in there: {}", short(&error)));
        }
    }
    if party.put_out {
        return Err(PUT_OUT.to_owned());
    }
    let Some(credentials) = &party.credentials else {
        return Err("you are not signed in there, and it does not take the password of the other server".to_owned());
    };
    match client.login(&credentials.user, &credentials.password).await {
        Ok(session) => {
            let result = Ok(session.administrator);
            let _ = happened.send(Happened::SignedIn { which, result }).await;
            Ok(())
        }
        Err(error) => {
            if error.refusal().is_some_and(|body| body.code == ErrorCode::WrongPassword) {
                let password = Secret::new(credentials.password.clone());
                let _ = happened.send(Happened::RefusedBeside { which, password }).await;
            }
            Err(format!("you are not signed in there: {}", short(&error)))
        }
    }
}
