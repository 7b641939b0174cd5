//! `cms report copy`: to a file, from a file, or to another server.

use api::{ErrorCode, SaveReport, Scope};
use client::{Client, ClientError};
use report::Definition;
use session::CopyError;

use crate::arguments::{CopyOptions, ServerOptions};
use crate::connection;
use crate::failure::Failure;
use crate::output;

pub(crate) async fn copy(client: &Client, options: CopyOptions, server: &ServerOptions) -> Result<(), Failure> {
    if let Some(file) = &options.from_file {
        // Read and checked before anything is sent.
        let definition = session::read_report_file(file).map_err(from_copy)?;
        return save(client, definition, &options).await;
    }
    let path = options.path.as_deref().ok_or_else(|| Failure::usage("no report named"))?;
    let definition = client.report(path).await?.definition;
    if let Some(file) = &options.to_file {
        session::write_report_file(file, &definition, options.overwrite).map_err(from_copy)?;
        return output::print(&format!("{} is copied to {}\n", definition.name, file.display()));
    }
    let url = options.to_server.as_deref().ok_or_else(|| Failure::usage("no target named"))?;
    let (fingerprint, ca) = (options.to_fingerprint.as_deref(), options.to_ca.as_deref());
    let (target, _) = connection::sign_in_to(url, fingerprint, ca, server, "to-").await?;
    let saved = save(&target, definition, &options).await;
    connection::sign_out(&target).await;
    saved
}

async fn save(client: &Client, mut definition: Definition, options: &CopyOptions) -> Result<(), Failure> {
    if let Some(name) = &options.rename {
        session::rename_report(&mut definition, name.clone());
    }
    let scope = if options.global { Scope::Global } else { Scope::Personal };
    let request = SaveReport { definition, scope, overwrite: options.overwrite };
    match client.save_report(&request).await {
        Ok(entry) => output::print(&format!("{} is on {}\n", entry.path, client.url())),
        Err(ClientError::Refused { body, url }) if body.code == ErrorCode::Exists => {
            let what = session::describe_existing(&body);
            Err(Failure::refused(format!("{what} on {url}; add --overwrite to replace it, or --as NAME")))
        }
        Err(error) => Err(error.into()),
    }
}

fn from_copy(error: CopyError) -> Failure {
    let text = session::in_one_line(&error);
    match error {
        CopyError::Read { .. } | CopyError::Write { .. } => Failure::failed(text),
        CopyError::Exists { .. } => Failure::refused(format!("{text}; add --overwrite to replace it")),
        CopyError::TooLarge { .. } | CopyError::NotUsable { .. } => Failure::refused(text),
    }
}
