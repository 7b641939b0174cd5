//! `cms archive`: what is archived and summed up, one line for each interval or period to compare two servers by, and summing
//! up again.

use api::{AcdHealth, ArchiveStatus, Digest, Summarize, Summarized, SummaryDigest};
use client::Client;
use model::words::and_more;
use model::{AcdNumber, Calendar, Level};

use crate::arguments::{ArchiveCommand, DigestOptions, SummarizeOptions};
use crate::failure::Failure;
use crate::output;
use crate::when::{Limit, iso};

/// So many periods are named.
const FEW: usize = 3;
const HEALTH_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(10);

pub(crate) async fn archive(client: &Client, command: ArchiveCommand) -> Result<(), Failure> {
    match command {
        ArchiveCommand::Digests(options) => match options.level {
            Some(level) => summaries(client, options.acd, level.into(), options.json).await,
            None => digests(client, &options).await,
        },
        ArchiveCommand::Status { acd, json } => {
            let status = client.archive_status(acd).await?;
            let health = client.health(HEALTH_TIMEOUT).await?;
            output::print(&if json { output::json(&status)? } else { status_text(&status, &health.acds) })
        }
        ArchiveCommand::Summarize(options) => summarize(client, &options).await,
    }
}

pub(crate) async fn acd_health(client: &Client, acd: Option<AcdNumber>) -> Result<AcdHealth, Failure> {
    let health = client.health(HEALTH_TIMEOUT).await?;
    let known: Vec<String> = health.acds.iter().map(|acd| acd.acd.to_string()).collect();
    let found = health.acds.into_iter().find(|known| acd.is_none_or(|acd| known.acd == acd));
    found.ok_or_else(|| {
        let asked = acd.map_or_else(String::new, |acd| format!(" {acd}"));
        Failure::refused(format!("{} has no ACD{asked}; it has {}", client.url(), known.join(", ")))
    })
}

async fn digests(client: &Client, options: &DigestOptions) -> Result<(), Failure> {
    let acd = acd_health(client, Some(options.acd)).await?;
    let (from, to) = Limit::of(&acd).range(options.from.as_deref(), options.to.as_deref())?;
    let digests = match options.records {
        true => client.record_digests(options.acd, from, to).await?,
        false => client.digests(options.acd, from, to).await?,
    };
    let zone = Calendar::of_zone(&acd.zone);
    output::print(&match (options.json, options.records) {
        (true, _) => output::json(&digests)?,
        (false, true) => records_text(&digests, zone.as_ref()),
        (false, false) => text(&digests, zone.as_ref()),
    })
}

async fn summaries(client: &Client, acd: AcdNumber, level: Level, json: bool) -> Result<(), Failure> {
    let digests = client.summaries(acd, level).await?;
    output::print(&if json { output::json(&digests)? } else { summaries_text(&digests) })
}

async fn summarize(client: &Client, options: &SummarizeOptions) -> Result<(), Failure> {
    let limit = Limit::of(&acd_health(client, options.acd).await?);
    let (from, to) = (limit.date(&options.from)?, limit.date(&options.to)?);
    let asked = Summarize { acd: options.acd, level: options.level.into(), from, to };
    let done = client.summarize(&asked).await?;
    output::print(&if options.json { output::json(&done)? } else { summarized_text(&done) })?;
    if done.iter().any(|period| period.made || !period.digest.is_empty()) {
        return Ok(());
    }
    Err(Failure::failed(format!("nothing was summed up from {} to {}", asked.from, asked.to)))
}

pub(crate) fn status_text(status: &[ArchiveStatus], acds: &[AcdHealth]) -> String {
    let mut table = output::table(false);
    table.set_header(["ACD", "Level", "Last", "Done at", "Status", "Next", "Due", "Missing", "Out of date", "Detail"]);
    for acd in status {
        let zone = acds.iter().find(|known| known.acd == acd.acd).and_then(|known| Calendar::of_zone(&known.zone));
        for level in &acd.levels {
            table.add_row([
                acd.acd.to_string(),
                level.level.clone(),
                level.last.clone().unwrap_or_default(),
                level.done_at.map_or_else(String::new, |at| iso(at, zone.as_ref())),
                level.status.to_string(),
                level.next.clone().unwrap_or_default(),
                level.next_due.map_or_else(String::new, |at| iso(at, zone.as_ref())),
                and_more(&level.missing, FEW),
                and_more(&level.out_of_date, FEW),
                level.detail.clone(),
            ]);
        }
    }
    output::table_text(&table)
}

fn summaries_text(digests: &[SummaryDigest]) -> String {
    let mut table = output::table(false);
    table.set_header(["First day", "Last day", "Made from", "Rows", "Incomplete", "Up to date", "Digest"]);
    for digest in digests {
        table.add_row([
            digest.first.clone(),
            digest.last.clone(),
            digest.parts.to_string(),
            digest.rows.to_string(),
            digest.incomplete.to_string(),
            match (digest.out_of_date, digest.stays) {
                (true, _) => "no",
                (_, true) => "no, and stays so",
                _ => "yes",
            }
            .to_owned(),
            digest.digest.clone(),
        ]);
    }
    output::table_text(&table)
}

fn made_text(period: &Summarized) -> &'static str {
    match (period.made, period.digest.is_empty()) {
        (true, _) => "yes",
        (false, false) => "in part",
        (false, true) => "no",
    }
}

pub(crate) fn summarized_text(done: &[Summarized]) -> String {
    let mut table = output::table(false);
    table.set_header(["ACD", "Period", "Made", "Rows", "Digest", "Remark"]);
    for period in done {
        table.add_row([
            period.acd.to_string(),
            period.period.clone(),
            made_text(period).to_owned(),
            period.rows.to_string(),
            period.digest.clone(),
            period.text.clone(),
        ]);
    }
    output::table_text(&table)
}

/// One line for each table that has records of an interval.
pub(crate) fn records_text(digests: &[Digest], calendar: Option<&Calendar>) -> String {
    let mut table = output::table(false);
    table.set_header(["Start", "End", "Table", "Records", "Complete", "Digest"]);
    for digest in digests {
        for records in &digest.records {
            table.add_row([
                iso(digest.start, calendar),
                iso(digest.end, calendar),
                records.table.clone(),
                records.rows.to_string(),
                if digest.incomplete { "no" } else { "yes" }.to_owned(),
                if records.is_told() {
                    records.digest.clone()
                } else {
                    "some are let go: the table is full".to_owned()
                },
            ]);
        }
    }
    output::table_text(&table)
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
