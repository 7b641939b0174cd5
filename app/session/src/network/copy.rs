//! Copying reports: the tasks behind the copy commands.

use std::path::PathBuf;
use std::sync::Arc;

use api::{ErrorCode, HouseChoice, ReportEntry, SaveReport, Scope};
use client::{Client, ClientError};
use report::CarriedReport;
use tokio::sync::mpsc;

use super::happened::Happened;
use super::short;
use super::sign_in::{Party, ensure, is_token_lost, token_lost};
use crate::command::Command;
use crate::copying::{
    CopyError, CopyState, describe_existing, describe_namesake, describe_use, house_choices, in_one_line,
    read_report_file, rename_report, write_report_file,
};
use crate::previewing::{PreviewRequest, Previewed};
use crate::profile::Which;
use crate::update::Update;

/// How the report is to be saved.
pub(super) struct Saving {
    pub(super) scope: Scope,
    pub(super) rename: Option<String>,
    pub(super) overwrite: bool,
    pub(super) house: Option<HouseChoice>,
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
        let name = answer.definition.name.clone();
        let target = file.clone();
        on_disk(move || write_report_file(&target, &answer, overwrite))
            .await?
            .map_err(|error| file_state(error, again))?;
        Ok(format!("The report {name:?} of the {} was copied to the file {}", from.which, file.display()))
    };
    finish(state.await, &happened).await;
}

/// From a file to a server. The file is read and checked before anything is sent.
pub(super) async fn from_file(to: Party, file: PathBuf, saving: Saving, happened: mpsc::Sender<Happened>) {
    let (read, scope, rename) = (file.clone(), saving.scope, saving.rename.clone());
    let origin = format!("copied from the file {}", file.display());
    let again = move |overwrite, house| {
        let (file, rename) = (file.clone(), rename.clone());
        Command::CopyFromFile { file, scope, rename, overwrite, house }
    };
    let state = async {
        let report = on_disk(move || read_report_file(&read)).await?.map_err(|error| failed(in_one_line(&error)))?;
        let entry = save(&to, report, saving, &again, &happened).await?;
        Ok(saved(&entry, &origin, to.which))
    };
    finish(state.await, &happened).await;
}

/// From one server to the other.
pub(super) async fn to_server(from: Party, to: Party, path: String, saving: Saving, happened: mpsc::Sender<Happened>) {
    let (which, scope, rename) = (to.which, saving.scope, saving.rename.clone());
    let again = |overwrite, house| {
        let (path, rename) = (path.clone(), rename.clone());
        Command::CopyToServer { path, to: which, scope, rename, overwrite, house }
    };
    let state = async {
        let report = fetch(&from, &path, &happened).await?;
        let entry = save(&to, report, saving, &again, &happened).await?;
        Ok(saved(&entry, &format!("copied from the {}", from.which), to.which))
    };
    finish(state.await, &happened).await;
}

/// From the designer to a server.
pub(super) async fn designed(to: Party, report: CarriedReport, saving: Saving, happened: mpsc::Sender<Happened>) {
    let (kept, scope) = (report.clone(), saving.scope);
    let again = move |overwrite, house| Command::SaveReport { report: Box::new(kept.clone()), scope, overwrite, house };
    let entry = save(&to, report, saving, &again, &happened).await;
    finish(entry.map(|entry| saved(&entry, "saved", to.which)), &happened).await;
}

/// What was done with a report and where it is now, with its place in the library there.
fn saved(entry: &ReportEntry, how: &str, to: Which) -> String {
    let reach = match entry.scope {
        Scope::Personal => "for you alone",
        Scope::Global | Scope::BuiltIn => "for everyone there",
    };
    format!(
        "The report {:?} was {how} to the {to}, {reach}. Its place in the library there is {}",
        entry.name, entry.path
    )
}

/// Shows what a report that is being designed shows.
pub(super) async fn preview(which: Which, client: Client, request: PreviewRequest, happened: mpsc::Sender<Happened>) {
    let PreviewRequest { number, definition, acd, inputs } = request;
    let asked = api::PreviewReport { definition: (*definition).clone(), acd, inputs };
    let answer = client.preview(&asked).await;
    if let Some(error) = answer.as_ref().err().filter(|error| is_token_lost(error)) {
        let _ = happened.send(token_lost(which, error)).await;
    }
    let previewed = |answer: api::PreviewAnswer| {
        let api::PreviewAnswer { stamp, sheet, house } = answer;
        Box::new(Previewed { stamp, sheet: Arc::new(sheet), house })
    };
    let result = answer.map(previewed).map_err(|error| short(&error));
    let _ = happened.send(Happened::Tell(Update::Previewed { number, result })).await;
}

/// Deletes a designer report.
pub(super) async fn delete(on: Party, path: String, anyway: bool, happened: mpsc::Sender<Happened>) {
    let asked = match anyway {
        true => on.client.delete_used_report(&path).await,
        false => on.client.delete_report(&path).await,
    };
    let refused = |error: ClientError| match error.refusal().and_then(|body| describe_use(&path, body)) {
        Some(what) => {
            CopyState::Used { what, again: Box::new(Command::DeleteReport { path: path.clone(), anyway: true }) }
        }
        None => failed(error.to_string()),
    };
    let state = asked.map(|()| format!("The report {path} was deleted on the {}", on.which)).map_err(refused);
    finish(state, &happened).await;
}

async fn finish(state: Result<String, CopyState>, happened: &mpsc::Sender<Happened>) {
    let state = state.map_or_else(|state| state, |what| CopyState::Done { what });
    let changed = matches!(state, CopyState::Done { .. });
    // The driver has ended if nobody listens; then nobody waits for the outcome either.
    let _ = happened.send(Happened::Copied(state)).await;
    if changed {
        let _ = happened.send(Happened::LibraryChanged).await;
    }
}

async fn fetch(from: &Party, path: &str, happened: &mpsc::Sender<Happened>) -> Result<CarriedReport, CopyState> {
    signed_in(from, happened).await?;
    let answer = from.client.report(path).await.map_err(|error| failed(error.to_string()))?;
    Ok(CarriedReport { definition: answer.definition, house: answer.house })
}

async fn save(
    to: &Party,
    CarriedReport { mut definition, house }: CarriedReport,
    saving: Saving,
    again: &(dyn Fn(bool, Option<HouseChoice>) -> Command + Sync),
    happened: &mpsc::Sender<Happened>,
) -> Result<ReportEntry, CopyState> {
    signed_in(to, happened).await?;
    if let Some(name) = saving.rename {
        rename_report(&mut definition, name);
    }
    let request =
        SaveReport { house, house_choice: saving.house, ..SaveReport::new(definition, saving.scope, saving.overwrite) };
    match to.client.save_report(&request).await {
        Ok(entry) => Ok(entry),
        Err(ClientError::Refused { body, .. }) if body.code == ErrorCode::Exists => {
            if body.house.is_empty() {
                let again = Box::new(again(true, saving.house));
                return Err(match describe_namesake(&body) {
                    Some(what) => CopyState::Namesake { what, again },
                    None => CopyState::Exists { what: describe_existing(&body), again },
                });
            }
            let choice = |choice: HouseChoice| (choice, again(saving.overwrite, Some(choice)));
            let choices = house_choices(&body).into_iter().map(choice).collect();
            Err(CopyState::Needs { what: api::carried::told(&body.house), choices })
        }
        Err(error) => Err(failed(error.to_string())),
    }
}

async fn signed_in(party: &Party, happened: &mpsc::Sender<Happened>) -> Result<(), CopyState> {
    ensure(party.which, &party.client, party.credentials.as_ref(), happened)
        .await
        .map_err(|why| failed(format!("Sign in to the {} first: {why}", party.which)))
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
