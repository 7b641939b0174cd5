//! What is asked of a server about main menu additions, and files of this PC on their way there.

use std::path::Path;
use std::sync::Arc;

use api::{Changed, ErrorCode, MenuAddition, RunMenuAddition};
use client::{Client, ClientError};
use model::menu::FILE_BYTES_MAX;
use tokio::sync::mpsc;

use super::happened::Happened;
use super::pages::is_token_lost;
use super::short;
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
            client.run_menu_addition(&run).await.map(MenuStage::Said)
        }
    };
    if result.as_ref().is_err_and(is_token_lost) {
        let _ = happened.send(Happened::TokenLost { which: view.which }).await;
    }
    view.stage = result.unwrap_or_else(|error| MenuStage::Failed(short(&error)));
    let _ = happened.send(Happened::Menu(view)).await;
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
