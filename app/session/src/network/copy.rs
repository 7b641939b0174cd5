//! Copying reports: the tasks behind the copy commands.

use std::path::PathBuf;
use std::time::Instant;

use api::{ErrorCode, SaveReport, Scope};
use client::{Client, ClientError};
use report::Definition;
use tokio::sync::mpsc;

use super::happened::Happened;
use super::sign_in::{Credentials, ensure};
use crate::command::Command;
use crate::copying::{
    CopyError, CopyState, describe_existing, in_one_line, read_report_file, rename_report, write_report_file,
};
use crate::profile::Which;
use crate::update::Update;
use crate::view::NoticeLevel;

/// One server that takes part in a copy.
pub(super) struct Party {
    pub(super) which: Which,
    pub(super) client: Client,
    pub(super) credentials: Option<Credentials>,
}

/// How the report is to be saved.
pub(super) struct Saving {
    pub(super) scope: Scope,
    pub(super) rename: Option<String>,
    pub(super) overwrite: bool,
}

/// From a server to a file.
pub(super) async fn to_file(
    from: Party,
    path: String,
    file: PathBuf,
    overwrite: bool,
    happened: mpsc::Sender<Happened>,
) {
    let again = Command::CopyToFile { path: path.clone(), file: file.clone(), overwrite: true };
    let state = async {
        let answer = fetch(&from, &path, &happened).await?;
        let name = answer.name.clone();
        let target = file.clone();
        on_disk(move || write_report_file(&target, &answer, overwrite))
            .await?
            .map_err(|error| file_state(error, again))?;
        Ok(format!("{name} is copied to {}", file.display()))
    };
    finish(state.await, &happened).await;
}

/// From a file to a server. The file is read and checked before anything is sent.
pub(super) async fn from_file(to: Party, file: PathBuf, saving: Saving, happened: mpsc::Sender<Happened>) {
    let again = Command::CopyFromFile {
        file: file.clone(),
        scope: saving.scope,
        rename: saving.rename.clone(),
        overwrite: true,
    };
    let state = async {
        let read = file.clone();
        let definition =
            on_disk(move || read_report_file(&read)).await?.map_err(|error| failed(in_one_line(&error)))?;
        save(&to, definition, saving, again, &happened).await
    };
    finish(state.await, &happened).await;
}

/// From one server to the other.
pub(super) async fn to_server(from: Party, to: Party, path: String, saving: Saving, happened: mpsc::Sender<Happened>) {
    let again = Command::CopyToServer {
        path: path.clone(),
        to: to.which,
        scope: saving.scope,
        rename: saving.rename.clone(),
        overwrite: true,
    };
    let state = async {
        let definition = fetch(&from, &path, &happened).await?;
        save(&to, definition, saving, again, &happened).await
    };
    finish(state.await, &happened).await;
}

/// Deletes a designer report.
pub(super) async fn delete(on: Party, path: String, happened: mpsc::Sender<Happened>) {
    let (level, text) = match on.client.delete_report(&path).await {
        Ok(()) => (NoticeLevel::Info, format!("{path} is deleted on the {}", on.which)),
        Err(error) => (NoticeLevel::Problem, format!("{path} is not deleted: {error}")),
    };
    let notice = Update::Notice { which: Some(on.which), level, text, at: Instant::now() };
    let _ = happened.send(Happened::Tell(notice)).await;
    let _ = happened.send(Happened::LibraryChanged).await;
}

async fn finish(state: Result<String, CopyState>, happened: &mpsc::Sender<Happened>) {
    let state = state.map_or_else(|state| state, |what| CopyState::Done { what });
    let changed = matches!(state, CopyState::Done { .. });
    // The driver has ended if nobody listens; then nobody waits for the outcome either.
    let _ = happened.send(Happened::Tell(Update::Copy(Some(state)))).await;
    if changed {
        let _ = happened.send(Happened::LibraryChanged).await;
    }
}

async fn fetch(from: &Party, path: &str, happened: &mpsc::Sender<Happened>) -> Result<Definition, CopyState> {
    signed_in(from, happened).await?;
    let answer = from.client.report(path).await.map_err(|error| failed(error.to_string()))?;
    Ok(answer.definition)
}

async fn save(
    to: &Party,
    mut definition: Definition,
    saving: Saving,
    again: Command,
    happened: &mpsc::Sender<Happened>,
) -> Result<String, CopyState> {
    signed_in(to, happened).await?;
    if let Some(name) = saving.rename {
        rename_report(&mut definition, name);
    }
    let request = SaveReport { definition, scope: saving.scope, overwrite: saving.overwrite };
    match to.client.save_report(&request).await {
        Ok(entry) => Ok(format!("{} is on the {}", entry.path, to.which)),
        Err(ClientError::Refused { body, .. }) if body.code == ErrorCode::Exists => {
            Err(CopyState::Exists { what: describe_existing(&body), again: Box::new(again) })
        }
        Err(error) => Err(failed(error.to_string())),
    }
}

async fn signed_in(party: &Party, happened: &mpsc::Sender<Happened>) -> Result<(), CopyState> {
    ensure(party.which, &party.client, party.credentials.as_ref(), happened)
        .await
        .map_err(|why| failed(format!("sign in to the {} first: {why}", party.which)))
}

fn file_state(error: CopyError, again: Command) -> CopyState {
    match error {
        CopyError::Exists { .. } => CopyState::Exists { what: error.to_string(), again: Box::new(again) },
        error => failed(in_one_line(&error)),
    }
}

fn failed(why: String) -> CopyState {
    CopyState::Failed { why }
}

/// File operations must not hold up the network.
async fn on_disk<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, CopyState> {
    tokio::task::spawn_blocking(work).await.map_err(|error| failed(error.to_string()))
}
