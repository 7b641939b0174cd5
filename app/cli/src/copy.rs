//! `cms report copy`: to a file, from a file, or to another server.

use api::{ErrorCode, HouseChoice, SaveReport, Scope};
use client::{Client, ClientError};
use report::CarriedReport;
use session::CopyError;

use crate::arguments::{CopyOptions, ServerOptions};
use crate::connection;
use crate::failure::Failure;
use crate::output;

pub(crate) async fn copy(client: &Client, options: CopyOptions, server: &ServerOptions) -> Result<(), Failure> {
    if let Some(file) = &options.from_file {
        // Read and checked before anything is sent.
        let report = session::read_report_file(file).map_err(from_copy)?;
        return save(client, report, &options).await;
    }
    let path = options.path.as_deref().ok_or_else(|| Failure::usage("no report named"))?;
    let answer = client.report(path).await?;
    let report = CarriedReport { definition: answer.definition, house: answer.house };
    if let Some(file) = &options.to_file {
        session::write_report_file(file, &report, options.overwrite).map_err(from_copy)?;
        let with: Vec<&str> = report.house.iter().map(|formula| formula.name.as_str()).collect();
        let with = if with.is_empty() { String::new() } else { format!(", with {} of the house", with.join(", ")) };
        return output::print(&format!("{} is copied to {}{with}\n", report.definition.name, file.display()));
    }
    let url = options.to_server.as_deref().ok_or_else(|| Failure::usage("no target named"))?;
    let (fingerprint, ca) = (options.to_fingerprint.as_deref(), options.to_ca.as_deref());
    let (target, _) = connection::sign_in_to(url, fingerprint, ca, server, "to-").await?;
    let saved = save(&target, report, &options).await;
    connection::sign_out(&target).await;
    saved
}

pub(crate) async fn delete(client: &Client, path: &str, yes: bool) -> Result<(), Failure> {
    match yes {
        true => client.delete_used_report(path).await?,
        false => client.delete_report(path).await?,
    }
    output::print(&format!("{path} is deleted on {}\n", client.url()))
}

async fn save(client: &Client, report: CarriedReport, options: &CopyOptions) -> Result<(), Failure> {
    let CarriedReport { mut definition, house } = report;
    if let Some(name) = &options.rename {
        session::rename_report(&mut definition, name.clone());
    }
    let scope = if options.global { Scope::Global } else { Scope::Personal };
    let (house_choice, take_over) = (options.calculations.map(HouseChoice::from), options.take_over);
    let save = SaveReport::new(definition, scope, options.overwrite);
    let request = SaveReport { house, house_choice, take_over, ..save };
    match client.save_report(&request).await {
        Ok(entry) => output::print(&format!("{} is on {}\n", entry.path, client.url())),
        Err(ClientError::Refused { body, url }) if body.code == ErrorCode::Exists && !body.house.is_empty() => {
            let told = api::carried::told(&body.house);
            let words = session::house_choices(&body).into_iter().map(|choice| match choice {
                HouseChoice::Add => "--calculations add to add what is not there",
                HouseChoice::Replace => "--calculations replace to replace them for every report there",
                HouseChoice::Own => "--calculations own to keep them in this report alone",
            });
            let words = words.collect::<Vec<_>>().join(", or ");
            Err(Failure::refused(format!("{told} (on {url}); nothing was changed: add {words}")))
        }
        Err(ClientError::Refused { body, url }) if body.code == ErrorCode::Exists => {
            let (what, overwrite) = match session::describe_namesake(&body) {
                Some(what) => (what, "have it so"),
                None => (session::describe_existing(&body), "replace it"),
            };
            Err(Failure::refused(format!("{what} on {url}; add --as NAME, or --overwrite to {overwrite}")))
        }
        Err(error) => Err(error.into()),
    }
}

pub(crate) fn from_copy(error: CopyError) -> Failure {
    let text = session::in_one_line(&error);
    match error {
        CopyError::Read { .. } | CopyError::Write { .. } => Failure::failed(text),
        CopyError::Exists { .. } => Failure::refused(format!("{text}; add --overwrite to replace it")),
        CopyError::TooLarge { .. } | CopyError::NotUsable { .. } => Failure::refused(text),
    }
}
