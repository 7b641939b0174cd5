//! What is asked of a server about main menu additions, and files of this PC on their way there.

use std::path::Path;
use std::sync::Arc;

use api::{Changed, ErrorCode, MenuAddition, MenuFrame, MenuOutput, RunMenuAddition};
use client::{Client, ClientError};
use model::menu::FILE_BYTES_MAX;
use tokio::sync::mpsc;

use super::happened::Happened;
use super::short;
use super::sign_in::{is_token_lost, token_lost};
use crate::menu::{MenuChange, MenuRequest, MenuStage, MenuView};

/// The additions that the user may open; of a version that knows none, none.
pub(super) async fn list(client: &Client) -> Result<Vec<MenuAddition>, ClientError> {
    match client.menu().await {
        Err(error) if error.refusal().is_some_and(|body| body.code == ErrorCode::NotFound) => Ok(Vec::new()),
        listed => listed,
    }
}

/// Asks for what a view is of, and tells what came. Given up, it has the server end the program.
pub(super) async fn open(client: Client, mut view: MenuView, happened: mpsc::Sender<Happened>) {
    let result = match &view.request {
        MenuRequest::Document(name) => client.menu_file(name).await.map(|content| MenuStage::File(Arc::new(content))),
        MenuRequest::Program { name, acd } => {
            let run = RunMenuAddition { name: name.clone(), acd: *acd };
            run_live(&client, &run, &view.request, &happened).await
        }
    };
    if let Some(error) = result.as_ref().err().filter(|error| is_token_lost(error)) {
        let _ = happened.send(token_lost(view.which, error)).await;
    }
    view.stage = result.unwrap_or_else(|error| MenuStage::Failed(short(&error)));
    let _ = happened.send(Happened::Menu(view)).await;
}

/// Runs a program and tells what it says as it says it; of a server that cannot tell it so, in the end.
async fn run_live(
    client: &Client,
    run: &RunMenuAddition,
    request: &MenuRequest,
    happened: &mpsc::Sender<Happened>,
) -> Result<MenuStage, ClientError> {
    let mut frames = match client.run_menu_addition_live(run).await {
        Err(error) if error.refusal().is_some_and(|body| body.code == ErrorCode::NotFound) => {
            return client.run_menu_addition(run).await.map(MenuStage::Said);
        }
        frames => frames?,
    };
    let mut said = String::new();
    let why = loop {
        match frames.next_frame().await {
            Ok(Some(MenuFrame::Said { text })) if text.is_empty() => {}
            Ok(Some(MenuFrame::Said { text })) => {
                said.push_str(&text);
                let _ = happened.send(Happened::MenuSaid { request: request.clone(), text }).await;
            }
            Ok(Some(MenuFrame::Ended { cut, success, outcome })) => {
                return Ok(MenuStage::Said(MenuOutput { text: said, cut, success, outcome }));
            }
            Ok(Some(MenuFrame::Failed { error })) => break error.message,
            Ok(None) => break format!("{} has stopped telling what it says", client.url()),
            Err(error) if said.is_empty() => return Err(error),
            Err(error) => break short(&error),
        }
    };
    if said.is_empty() {
        return Ok(MenuStage::Failed(why));
    }
    // What it has said stays to be read.
    let outcome = format!("is not told of any more: {why}");
    Ok(MenuStage::Said(MenuOutput { text: said, cut: false, success: false, outcome }))
}

/// The file of this PC that a change sends; nothing if it sends none.
///
/// # Errors
/// Why it cannot be sent.
pub(super) async fn file_of(change: &MenuChange) -> Result<Vec<u8>, String> {
    let (MenuChange::Add(_, Some(file)) | MenuChange::Modify(_, Some(file))) = change else { return Ok(Vec::new()) };
    let path = file.clone();
    // File operations must not hold up the network.
    let read = tokio::task::spawn_blocking(move || read(&path)).await.map_err(|error| error.to_string())?;
    read.map_err(|why| format!("cannot read {}: {why}", file.display()))
}

fn read(file: &Path) -> Result<Vec<u8>, String> {
    let bytes = std::fs::metadata(file).map_err(|error| error.to_string())?.len();
    if bytes > FILE_BYTES_MAX as u64 {
        return Err(format!("it has {bytes} bytes, and at most {} MiB are kept", FILE_BYTES_MAX >> 20));
    }
    std::fs::read(file).map_err(|error| error.to_string())
}

/// Makes a change of the main menu.
pub(super) async fn change(client: &Client, change: &MenuChange, file: Vec<u8>) -> Result<Changed, ClientError> {
    match change {
        MenuChange::Add(set, _) => client.add_menu_addition(set, file).await,
        MenuChange::Modify(set, _) => client.modify_menu_addition(set, file).await,
        MenuChange::Delete { name, take_over } => client.delete_menu_addition(name, *take_over).await,
    }
}
