//! `cms menu`: main menu additions.

use std::path::{Path, PathBuf};

use api::{ErrorCode, MenuAddition, MenuFrame, MenuOutput, RunMenuAddition, SetMenuAddition};
use client::Client;
use model::MenuKind;
use model::menu::FILE_BYTES_MAX;

use crate::arguments::{MenuAbout, MenuCommand, MenuOpens, TakeOver};
use crate::failure::{Failure, FailureKind};
use crate::output;

pub(crate) async fn menu(client: &Client, command: MenuCommand) -> Result<(), Failure> {
    match command {
        MenuCommand::List { json } => {
            let known = client.menu().await?;
            output::print(&if json { output::json(&known)? } else { additions_text(&known) })
        }
        MenuCommand::Show { name, json } => {
            let known = find(client, &name).await?;
            output::print(&if json { output::json(&known)? } else { addition_text(&known) })
        }
        MenuCommand::Add { addition } => {
            let json = addition.over.json;
            let (set, file) = set(addition.name, None, addition.opens, addition.about, addition.over)?;
            output::told(&client.add_menu_addition(&set, file).await?, json)
        }
        MenuCommand::Modify { change } => {
            let json = change.over.json;
            let (set, file) = set(change.name, change.rename, change.opens, change.about, change.over)?;
            output::told(&client.modify_menu_addition(&set, file).await?, json)
        }
        MenuCommand::Delete { name, over: TakeOver { take_over, json } } => {
            output::told(&client.delete_menu_addition(&name, take_over).await?, json)
        }
        MenuCommand::Run { name, acd, json } => run(client, &RunMenuAddition { name, acd }, json).await,
        MenuCommand::Save { name, output, overwrite } => save(client, &name, output, overwrite).await,
    }
}

async fn find(client: &Client, name: &str) -> Result<MenuAddition, Failure> {
    let known = client.menu().await?;
    let found = known.into_iter().find(|known| known.name.eq_ignore_ascii_case(name));
    found.ok_or_else(|| Failure::refused(format!("there is no main menu addition {name:?} that you may open")))
}

/// Runs a program and prints what it says as it says it; as JSON, or from a server that cannot tell it so, in the end.
async fn run(client: &Client, run: &RunMenuAddition, json: bool) -> Result<(), Failure> {
    if json {
        return run_to_its_end(client, run, json).await;
    }
    let mut frames = match client.run_menu_addition_live(run).await {
        Err(error) if error.refusal().is_some_and(|body| body.code == ErrorCode::NotFound) => {
            return run_to_its_end(client, run, json).await;
        }
        frames => frames?,
    };
    loop {
        match frames.next_frame().await? {
            Some(MenuFrame::Said { text }) => output::print(&text)?,
            Some(MenuFrame::Ended { cut, success, outcome }) => {
                return ended(&run.name, &MenuOutput { text: String::new(), cut, success, outcome });
            }
            Some(MenuFrame::Failed { error }) => return Err(Failure::refused(error.message)),
            None => {
                let text = format!("{} has stopped telling what {} says", client.url(), run.name);
                return Err(Failure { kind: FailureKind::NotReachable, text });
            }
        }
    }
}

async fn run_to_its_end(client: &Client, run: &RunMenuAddition, json: bool) -> Result<(), Failure> {
    let said = client.run_menu_addition(run).await?;
    output::print(&if json { output::json(&said)? } else { said.text.clone() })?;
    ended(&run.name, &said)
}

/// How a program ended: what it said is printed already, and it fails as the program did.
fn ended(name: &str, said: &MenuOutput) -> Result<(), Failure> {
    let cut = if said.cut { ", and said more than is shown" } else { "" };
    match said.success {
        true if said.cut => {
            eprintln!("cms: {name} said more than is shown");
            Ok(())
        }
        true => Ok(()),
        false => Err(Failure::failed(format!("{name} {}{cut}", said.outcome))),
    }
}

async fn save(client: &Client, name: &str, output: Option<PathBuf>, overwrite: bool) -> Result<(), Failure> {
    let known = find(client, name).await?;
    let Some(file) = &known.file else {
        return Err(Failure::refused(format!("{} opens {} and has no file", known.name, known.address)));
    };
    let into = output.unwrap_or_else(|| PathBuf::from(&file.name));
    if into.exists() && !overwrite {
        return Err(Failure::refused(format!("{} is there already; replace it with --overwrite", into.display())));
    }
    let content = client.menu_file(&known.name).await?;
    session::write_whole(&into, &content)
        .map_err(|error| Failure::failed(format!("cannot write {}: {error}", into.display())))?;
    output::print(&format!("{} is saved as {}\n", known.name, into.display()))
}

/// The request that was typed, with the file that goes with it.
fn set(
    name: String,
    rename: Option<String>,
    opens: MenuOpens,
    about: MenuAbout,
    TakeOver { take_over, .. }: TakeOver,
) -> Result<(SetMenuAddition, Vec<u8>), Failure> {
    let MenuAbout { description, place } = about;
    let mut set = SetMenuAddition { name, rename, description, place, take_over, ..SetMenuAddition::default() };
    let file = match (opens.web, opens.document, opens.program) {
        (Some(address), ..) => {
            (set.kind, set.address) = (Some(MenuKind::Web), Some(address));
            None
        }
        (_, Some(file), _) => Some((MenuKind::Document, file)),
        (.., Some(file)) => Some((MenuKind::Program, file)),
        (None, None, None) => None,
    };
    let Some((kind, file)) = file else { return Ok((set, Vec::new())) };
    let content = read(&file)?;
    let file_name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    (set.kind, set.file_name) = (Some(kind), Some(file_name));
    Ok((set, content))
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |why: String| Failure::usage(format!("cannot read {}: {why}", file.display()));
    let bytes = std::fs::metadata(file).map_err(|error| failed(error.to_string()))?.len();
    if bytes > FILE_BYTES_MAX as u64 {
        let most = FILE_BYTES_MAX >> 20;
        return Err(Failure::usage(format!("{} has {bytes} bytes; a file has at most {most} MiB", file.display())));
    }
    std::fs::read(file).map_err(|error| failed(error.to_string()))
}

fn opens(addition: &MenuAddition) -> String {
    match &addition.file {
        Some(file) => file.name.clone(),
        None => addition.address.clone(),
    }
}

pub(crate) fn additions_text(known: &[MenuAddition]) -> String {
    let mut table = output::table(output::is_terminal(None));
    table.set_header(["Place", "Name", "Kind", "Opens", "Description", "Users"]);
    for addition in known {
        let MenuAddition { name, description, place, kind, users, .. } = addition;
        let (place, kind, users) = (place.to_string(), kind.to_string(), users.join(", "));
        table.add_row([place, name.clone(), kind, opens(addition), description.clone(), users]);
    }
    output::table_text(&table)
}

fn addition_text(known: &MenuAddition) -> String {
    let MenuAddition { name, description, place, kind, users, changed_at, changed_by, .. } = known;
    let mut lines = vec![
        ("opens", format!("{kind} {}", opens(known))),
        ("description", description.clone()),
        ("place", place.to_string()),
        ("changed", format!("{changed_at} by {changed_by}")),
    ];
    if let Some(file) = &known.file {
        lines.push(("file", format!("{} bytes, SHA-256 {}", file.bytes, file.digest)));
    }
    if !users.is_empty() {
        lines.push(("users", users.join(", ")));
    }
    let mut table = output::table(false);
    for (what, value) in lines {
        table.add_row([format!("  {what}"), value]);
    }
    format!("{name}\n{}", output::table_text(&table))
}
