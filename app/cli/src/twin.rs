//! `cms twin`: whether two servers hold the same.

mod heal;

pub(crate) use heal::{Watching, as_json as healed_json, left, text as healed_text};

use std::fmt::Write;
use std::time::Duration;

use client::Client;
use serde_json::{Value, json};
use session::twin::{self, Account, Area, Comparison, Finding, Stretch, counted_in_words};

use crate::arguments::{CompareOptions, ServerOptions, TwinCommand};
use crate::connection;
use crate::failure::Failure;
use crate::output;
use crate::when::Limit;

const HEALTH_TIMEOUT: Duration = Duration::from_secs(10);

pub(crate) async fn twin(client: &Client, command: TwinCommand, server: &ServerOptions) -> Result<(), Failure> {
    let options = match command {
        TwinCommand::Compare(options) => options,
        TwinCommand::Heal(options) => return heal::heal(client, options, server).await,
    };
    let named = &options.other;
    let (fingerprint, ca) = (named.with_fingerprint.as_deref(), named.with_ca.as_deref());
    let (other, _) = connection::sign_in_to(&named.with, fingerprint, ca, server, "with-").await?;
    let compared = compare(client, &other, &options).await;
    connection::sign_out(&other).await;
    compared
}

async fn compare(client: &Client, other: &Client, options: &CompareOptions) -> Result<(), Failure> {
    let stretch = stretch(client, options.from.as_deref(), options.to.as_deref()).await?;
    let (mut here, mut there) = tokio::try_join!(Account::of(client, stretch), Account::of(other, stretch))?;
    twin::are_two(&here, &there)?;
    twin::take_records((client, &mut here), (other, &mut there), stretch).await?;
    let comparison = twin::compare(&here, &there);
    output::print(&match options.other.json {
        true => output::json(&as_json(&comparison, &here.server, &there.server))?,
        false => text(&comparison, &here.server, &there.server),
    })?;
    judged(&comparison, &here.server, &there.server)
}

/// What the exit code says of a comparison.
pub(crate) fn judged(comparison: &Comparison, here: &str, there: &str) -> Result<(), Failure> {
    let lost = comparison.lost_text().map_or_else(String::new, |lost| format!("; besides, {lost}"));
    match comparison.differences().count() {
        _ if comparison.is_clean() => Ok(()),
        0 if comparison.is_lost_alike() => Err(lost_alike(comparison, here, there)),
        0 => Err(Failure::failed(format!(
            "what may be seen of {here} and {there} is the same, and it cannot be said of the rest: compare as an administrator of \
             both{lost}"
        ))),
        count => {
            let findings = counted_in_words(count, "finding", "findings");
            Err(Failure::failed(format!("{here} and {there} are not the same: {findings}; \"here\" is {here}{lost}")))
        }
    }
}

/// Nothing differs and something is lost: said as a failure, because nobody may take it for whole.
fn lost_alike(comparison: &Comparison, here: &str, there: &str) -> Failure {
    let lost = comparison.lost_text().unwrap_or_default();
    Failure::failed(format!(
        "{here} and {there} hold the same, and both lack data: {lost}; neither was receiving, or has it any more"
    ))
}

async fn stretch(client: &Client, from: Option<&str>, to: Option<&str>) -> Result<Stretch, Failure> {
    let health = client.health(HEALTH_TIMEOUT).await?;
    let Some(limit) = health.acds.first().map(Limit::of) else { return Ok(Stretch::default()) };
    let (from, to) = limit.range(from, to)?;
    Ok(Stretch { from, to })
}

pub(crate) fn text(comparison: &Comparison, here: &str, there: &str) -> String {
    let mut text = format!("here: {here}; there: {there}\n");
    if !comparison.findings.is_empty() {
        let mut table = output::table(false);
        table.set_header(["What", "ACD", "Which", "How many", "Verdict", "Here", "There"]);
        for finding in &comparison.findings {
            table.add_row([
                finding.area.to_string(),
                finding.acd.map_or_else(String::new, |acd| acd.to_string()),
                finding.thing.clone(),
                finding.intervals.to_string(),
                finding.verdict.to_string(),
                shown(finding, &finding.here),
                shown(finding, &finding.there),
            ]);
        }
        text += &output::table_text(&table);
    }
    let same: Vec<String> = comparison.identical.iter().map(|(area, count)| format!("{count} {area}")).collect();
    let _ = writeln!(text, "identical: {}", if same.is_empty() { "nothing".to_owned() } else { same.join(", ") });
    for (acd, from) in &comparison.records_from {
        let _ = writeln!(
            text,
            "Note: of ACD {acd} records were compared from {from} on; of earlier ones ask for at most eight days at once"
        );
    }
    text
}

/// A report's definition is too long for a table.
fn shown(finding: &Finding, value: &str) -> String {
    match (finding.area, value.is_empty()) {
        (Area::Reports, false) => "a report".to_owned(),
        _ => value.to_owned(),
    }
}

fn as_json(comparison: &Comparison, here: &str, there: &str) -> Value {
    let finding = |finding: &Finding| {
        json!({
            "area": finding.area.to_string(),
            "acd": finding.acd,
            "thing": finding.thing,
            "start": finding.stretch.map(|(start, _)| start),
            "end": finding.stretch.map(|(_, end)| end),
            "intervals": finding.intervals,
            "verdict": finding.verdict.to_string(),
            "here": finding.here,
            "there": finding.there,
        })
    };
    let identical: serde_json::Map<String, Value> =
        comparison.identical.iter().map(|(area, count)| (area.to_string(), json!(count))).collect();
    json!({
        "here": here,
        "there": there,
        "same": comparison.is_clean(),
        "findings": comparison.findings.iter().map(finding).collect::<Vec<_>>(),
        "identical": identical,
        "records_from": comparison.records_from,
    })
}
