//! `cms image`: images of the whole server, made, listed and verified. Making a machine again is `cms-server`'s.

use api::{Images, NameImage, RunImage};
use client::Client;

use crate::arguments::{ImageCommand, ImageName};
use crate::failure::Failure;
use crate::maintenance::{follow, tell};
use crate::output;
use crate::when;

pub(crate) async fn image(client: &Client, command: ImageCommand) -> Result<(), Failure> {
    match command {
        ImageCommand::Run { device, json } => {
            let started = client.run_image(&RunImage { device }).await?;
            tell(&follow(client, started).await?, json)
        }
        ImageCommand::List { json } => {
            let images = client.images().await?;
            output::print(&if json {
                output::json(&images)?
            } else {
                list_text(&images, when::of_server(client).await.as_ref())
            })
        }
        ImageCommand::Verify(ImageName { label, device, json }) => {
            let started = client.verify_image(&NameImage { label, device }).await?;
            tell(&follow(client, started).await?, json)
        }
    }
}

pub(crate) fn list_text(images: &Images, calendar: Option<&model::Calendar>) -> String {
    let mut table = output::table(false);
    table.set_header(["Label", "Server", "Role", "Made at", "Volumes", "Bytes", "Device", "First volume"]);
    for image in &images.images {
        table.add_row([
            image.label.clone(),
            image.server.clone(),
            image.role.clone(),
            image.made_at.map_or_else(String::new, |at| when::iso(at, calendar)),
            image.volumes.to_string(),
            image.bytes.map_or_else(String::new, |bytes| bytes.to_string()),
            image.device.clone(),
            image.volume.clone(),
        ]);
    }
    let mut text = output::table_text(&table);
    images.problems.iter().for_each(|problem| text.push_str(&format!("PROBLEM: {problem}\n")));
    text
}
