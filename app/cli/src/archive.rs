//! `cms archive digests`: one line for each archived interval, to compare two servers by.

use api::Digest;
use client::Client;
use model::Calendar;

use crate::arguments::{ArchiveCommand, DigestOptions};
use crate::failure::Failure;
use crate::output;
use crate::when::{Limit, calendar, iso};

const HEALTH_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(10);

pub(crate) async fn archive(client: &Client, command: ArchiveCommand) -> Result<(), Failure> {
    let ArchiveCommand::Digests(options) = command;
    digests(client, &options).await
}

async fn digests(client: &Client, options: &DigestOptions) -> Result<(), Failure> {
    let health = client.health(HEALTH_TIMEOUT).await?;
    let acd = health.acds.iter().find(|acd| acd.acd == options.acd).ok_or_else(|| {
        let known: Vec<String> = health.acds.iter().map(|acd| acd.acd.to_string()).collect();
        Failure::refused(format!("{} has no ACD {}; it has {}", client.url(), options.acd, known.join(", ")))
    })?;
    let limit = Limit::of(acd);
    let from = options.from.as_deref().map(|text| limit.first(text)).transpose()?;
    let to = options.to.as_deref().map(|text| limit.last(text)).transpose()?;
    let digests = client.digests(options.acd, from, to).await?;
    output::print(&if options.json { output::json(&digests)? } else { text(&digests, calendar(&acd.zone).as_ref()) })
}

pub(crate) fn text(digests: &[Digest], calendar: Option<&Calendar>) -> String {
    let mut table = output::table(false);
    table.set_header(["Start", "End", "Rows", "Complete", "Digest"]);
    for digest in digests {
        table.add_row([
            iso(digest.start, calendar),
            iso(digest.end, calendar),
            digest.rows.to_string(),
            if digest.incomplete { "no" } else { "yes" }.to_owned(),
            digest.digest.clone(),
        ]);
    }
    output::table_text(&table)
}
