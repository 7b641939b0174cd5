//! From the options of the command line to a server that is signed in to.

use std::fs;
use std::io::{self, IsTerminal};
use std::path::Path;
use std::time::Duration;

use api::Role;
use client::{Address, Client, ClientError, Trust};
use session::Secret;
use session::worksheets::Member;

use crate::arguments::ServerOptions;
use crate::failure::Failure;

const PASSWORD_VARIABLE: &str = "CMS_PASSWORD";
/// Signing out is good manners, not worth waiting for.
const SIGN_OUT_TIMEOUT: Duration = Duration::from_secs(1);

/// Connects and signs in; gives the password, too, for whoever changes it.
pub(crate) async fn sign_in(options: &ServerOptions) -> Result<(Client, String), Failure> {
    let url = options.server.as_deref().ok_or_else(|| Failure::usage("no server named; give --server URL"))?;
    sign_in_to(url, options.fingerprint.as_deref(), options.ca.as_deref(), options, "").await
}

/// Signs in to a server as the user of `options`. `prefix` is what the certificate options of that server
/// begin with, for the advice.
pub(crate) async fn sign_in_to(
    url: &str,
    fingerprint: Option<&str>,
    ca: Option<&Path>,
    options: &ServerOptions,
    prefix: &str,
) -> Result<(Client, String), Failure> {
    let user = options.user.as_deref().ok_or_else(|| Failure::usage("no user named; give --user NAME"))?;
    let client = Client::new(Address { url: url.to_owned(), trust: trust(fingerprint, ca)? })?;
    // Before anybody types a password: is it there, and is it the right one?
    client.health(Duration::from_secs(10)).await.map_err(|error| with_advice(error, prefix))?;
    let password = password(options, user, url)?;
    let session = client.login(user, &password).await?;
    // The other server of a comparison or a copy is meant to be the other one.
    if session.role == Role::Secondary && prefix.is_empty() {
        // Whether the primary is up is not known here: the servers do not know of each other, and one is named.
        let server = &session.server;
        eprintln!("cms: {server} is the secondary: while the primary is up, work and administration belong there");
    }
    Ok((client, password))
}

/// A server that may be down, and how to sign in to it. Its certificate is looked at if it answers.
pub(crate) async fn member(
    url: &str,
    fingerprint: Option<&str>,
    ca: Option<&Path>,
    options: &ServerOptions,
    prefix: &str,
) -> Result<Member, Failure> {
    let user = options.user.clone().ok_or_else(|| Failure::usage("no user named; give --user NAME"))?;
    let client = Client::new(Address { url: url.to_owned(), trust: trust(fingerprint, ca)? })?;
    match client.health(Duration::from_secs(10)).await {
        Ok(_) | Err(ClientError::Unreachable { .. }) => {}
        Err(error) => return Err(with_advice(error, prefix)),
    }
    let password = Some(Secret::new(password(options, &user, url)?));
    Ok(Member { client, user, password })
}

/// Signs out; the token expires by itself if that fails.
pub(crate) async fn sign_out(client: &Client) {
    let _ = tokio::time::timeout(SIGN_OUT_TIMEOUT, client.logout()).await;
}

fn trust(fingerprint: Option<&str>, ca: Option<&Path>) -> Result<Trust, Failure> {
    match (fingerprint, ca) {
        (Some(text), _) => text.parse().map(Trust::Fingerprint).map_err(|error| Failure::usage(format!("{error}"))),
        (None, Some(file)) => fs::read(file)
            .map(Trust::CaFile)
            .map_err(|error| Failure::usage(format!("cannot read {}: {error}", file.display()))),
        (None, None) => Ok(Trust::FirstUse),
    }
}

fn with_advice(error: ClientError, prefix: &str) -> Failure {
    let advice = match &error {
        ClientError::UnknownCertificate { fingerprint, .. } => {
            format!("\n     to trust it, add --{prefix}fingerprint {fingerprint}")
        }
        _ => String::new(),
    };
    let mut failure = Failure::from(error);
    failure.text += &advice;
    failure
}

fn password(options: &ServerOptions, user: &str, url: &str) -> Result<String, Failure> {
    if let Some(file) = &options.password_file {
        let text = fs::read_to_string(file)
            .map_err(|error| Failure::usage(format!("cannot read {}: {error}", file.display())))?;
        return Ok(text.trim_end_matches(['\r', '\n']).to_owned());
    }
    if let Ok(password) = std::env::var(PASSWORD_VARIABLE) {
        return Ok(password);
    }
    if !io::stdin().is_terminal() {
        return Err(Failure::usage(format!("no password; give --password-file FILE or set {PASSWORD_VARIABLE}")));
    }
    rpassword::prompt_password(format!("Password of {user} on {url}: "))
        .map_err(|error| Failure::failed(format!("cannot read the password: {error}")))
}
