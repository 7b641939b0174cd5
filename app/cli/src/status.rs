//! `cms status`: links, journal and archive of one server.

use std::fmt::Write;

use api::{AcdStatus, Status};
use client::Client;

use crate::failure::Failure;
use crate::output;
use crate::when::iso;

pub(crate) async fn status(client: &Client, json: bool) -> Result<(), Failure> {
    let status = client.status().await?;
    output::print(&if json { output::json(&status)? } else { text(&status) })
}

pub(crate) fn text(status: &Status) -> String {
    let mut text = String::new();
    let Status { server, role, version, mode, up_secs, .. } = status;
    let _ = writeln!(text, "{server} ({role}), version {version}, {mode}, up {up_secs} s");
    let _ = writeln!(
        text,
        "signed in as {}; {} live reports watched, {} evaluated",
        status.user, status.watchers, status.evaluations
    );
    for acd in &status.acds {
        let mut table = output::table(false);
        for (what, value) in lines(acd) {
            table.add_row([format!("  {what}"), value]);
        }
        let _ = write!(text, "\nACD {} {}\n{}", acd.health.acd, acd.health.name, output::table_text(&table));
    }
    text
}

fn lines(acd: &AcdStatus) -> Vec<(&'static str, String)> {
    let calendar = model::Calendar::of_zone(&acd.health.zone);
    let moment = |at| iso(at, calendar.as_ref());
    let mut link = acd.health.link.word().to_owned();
    if !acd.health.link_text.is_empty() {
        link += &format!(": {}", acd.health.link_text);
    }
    let none = || "none yet".to_owned();
    let mut lines = vec![
        ("link", link),
        ("dialect", format!("{} at {}", acd.dialect, acd.address)),
        ("storage interval", format!("{} minutes", u8::from(acd.interval_minutes))),
        ("peer", acd.peer.clone().unwrap_or_else(|| "not connected".to_owned())),
        ("ACD clock", acd.health.acd_at.map_or_else(none, moment)),
        ("age of the data", acd.health.age_ms.map_or_else(none, |age| format!("{}.{:03} s", age / 1000, age % 1000))),
        ("events", acd.events.to_string()),
        ("archived to", acd.health.archived_to.map_or_else(none, moment)),
        ("intervals", acd.intervals.to_string()),
        ("rows", acd.rows.to_string()),
        ("journal", format!("{} bytes", acd.journal_bytes)),
    ];
    if let Some(sequence) = acd.acknowledged {
        lines.insert(7, ("acknowledged", sequence.to_string()));
    }
    if !acd.health.archive_problem.is_empty() {
        lines.push(("NOT ARCHIVING", acd.health.archive_problem.clone()));
    }
    for (kind, count) in &acd.anomalies {
        lines.push(("anomaly", format!("{count} x {kind}")));
    }
    lines
}
