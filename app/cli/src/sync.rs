//! `cms sync`: administration pushed from the server to the other one, the log of it, and the server that timetables sync to.

use std::fmt::Write as _;

use api::{Conflicts, PackAdministration, Peer, SetPeer, SyncEntry, SyncReport};
use client::Client;
use serde_json::json;
use session::twin::{Pushed, Pushing};

use crate::arguments::{PeerChoice, PeerCommand, ServerOptions, SyncChoice, SyncCommand};
use crate::connection;
use crate::failure::Failure;
use crate::output;
use crate::twin;
use crate::when;

pub(crate) async fn sync(
    client: &Client,
    command: SyncCommand,
    server: &ServerOptions,
    password: &str,
) -> Result<(), Failure> {
    match command {
        SyncCommand::Admin(choice) => admin(client, choice, server).await,
        SyncCommand::Log { count, json } => {
            let mut entries = client.syncs().await?;
            entries.truncate(count as usize);
            let calendar = when::of_server(client).await;
            output::print(&if json { output::json(&entries)? } else { log_text(&entries, calendar.as_ref()) })
        }
        SyncCommand::Peer(command) => peer(client, command, server, password).await,
    }
}

async fn admin(client: &Client, choice: SyncChoice, server: &ServerOptions) -> Result<(), Failure> {
    let (fingerprint, ca) = (choice.to_fingerprint.as_deref(), choice.to_ca.as_deref());
    let (other, _) = connection::sign_in_to(&choice.to, fingerprint, ca, server, "to-").await?;
    let pushed = push(client, &other, &choice).await;
    connection::sign_out(&other).await;
    let pushed = pushed?;
    let SyncChoice { dry_run, json, conflicts, .. } = choice;
    let calendar = when::of_server(client).await;
    output::print(&if json {
        output::json(&as_json(&pushed, dry_run))?
    } else {
        text(&pushed, dry_run, calendar.as_ref())
    })?;
    ended(&pushed, conflicts, dry_run)
}

/// Done, unless something on the other server is not what was sent, or the history is not the same then.
fn ended(pushed: &Pushed, rule: Conflicts, dry_run: bool) -> Result<(), Failure> {
    let report = &pushed.report;
    if let Some(Err(error)) = &pushed.healed {
        let Failure { kind, text } = error.clone().into();
        let text = match dry_run {
            true => format!("what a heal would fetch is not known: {text}"),
            false => format!(
                "the administration of {} was synced, and its history was not healed: {text}; begin anew, and what is left is done",
                report.to
            ),
        };
        return Err(Failure { kind, text });
    }
    if report.kept() > 0 {
        let (count, to) = (report.conflicts, &report.to);
        if rule == Conflicts::Replace {
            let (things, stay) =
                if count == 1 { ("one thing", "stays as it is") } else { ("some things", "stay as they are") };
            return Err(Failure::failed(format!("{things} {stay} on {to} all the same: the table says why")));
        }
        let (things, stays, it_is) = match count {
            1 => ("one thing was".to_owned(), "stays", "it is"),
            _ => (format!("{count} things were"), "stay", "they are"),
        };
        let what = match rule {
            Conflicts::Refuse => "so nothing would be taken over".to_owned(),
            _ if dry_run => format!("and would stay as {it_is} there"),
            _ => format!("and {stays} as {it_is} there"),
        };
        return Err(Failure::failed(format!(
            "{things} changed on {to} since the last sync, {what}; --conflicts replace takes over what {} has",
            report.from
        )));
    }
    match &pushed.healed {
        Some(Ok(healed)) if !dry_run && !healed.comparison.is_clean() => Err(twin::left(healed)),
        _ => Ok(()),
    }
}

async fn push(client: &Client, other: &Client, choice: &SyncChoice) -> Result<Pushed, Failure> {
    let mut watching = twin::Watching::default();
    let SyncChoice { conflicts, to_primary, from_another, history, dry_run, .. } = *choice;
    let asked = PackAdministration { data: choice.data.clone(), tables: choice.tables.clone(), acd: choice.acd };
    let pushing = Pushing {
        from: client,
        to: other,
        asked,
        conflicts,
        to_primary,
        from_another,
        history,
        dry_run,
        expect: choice.expect.clone(),
        tell: &mut |step| watching.tell(step),
    };
    let pushed = pushing.run().await;
    watching.end();
    Ok(pushed?)
}

pub(crate) fn text(pushed: &Pushed, dry_run: bool, calendar: Option<&model::Calendar>) -> String {
    let mut text = report_text(&pushed.report);
    let _ = writeln!(text, "{}", pushed.text);
    if let Some(Ok(healed)) = &pushed.healed {
        text += &twin::healed_text(healed, dry_run, calendar);
    }
    text
}

fn as_json(pushed: &Pushed, dry_run: bool) -> serde_json::Value {
    let history = pushed.healed.as_ref().map(|healed| match healed {
        Ok(healed) => twin::healed_json(healed, dry_run),
        Err(error) => json!({ "error": error.to_string() }),
    });
    json!({
        "dry_run": dry_run,
        "report": pushed.report,
        "restore": pushed.restore,
        "text": pushed.text,
        "history": history,
    })
}

fn report_text(report: &SyncReport) -> String {
    let SyncReport { from, to, what, rule, .. } = report;
    let mut text = format!("{from} to {to}: {what}; conflicts: {rule}\n");
    let mut table = output::table(false);
    table.set_header(["ACD", "Table", "Added", "Replaced", "Removed", "Identical", "Conflicts kept", "Left alone"]);
    for line in &report.tables {
        let counts = [line.added, line.replaced, line.removed, line.identical, line.kept, line.skipped];
        let acd = line.acd.map_or_else(String::new, |acd| acd.to_string());
        table.add_row([acd, line.table.clone()].into_iter().chain(counts.map(|count| count.to_string())));
    }
    text += &output::table_text(&table);
    if !report.lines.is_empty() {
        let mut table = output::table(output::is_terminal(None));
        let (has, had) = (format!("{from} has"), format!("{to} has"));
        table.set_header(["How it stands", "ACD", "Table", "Which", &has, &had, "Done", "Why"]);
        for line in &report.lines {
            table.add_row([
                line.state.to_string(),
                line.acd.map_or_else(String::new, |acd| acd.to_string()),
                line.table.clone(),
                line.key.clone(),
                line.from.to_string(),
                line.to.to_string(),
                line.act.to_string(),
                line.why.clone(),
            ]);
        }
        text += &output::table_text(&table);
    }
    if report.left_out > 0 {
        let _ = writeln!(text, "and {} more", report.left_out);
    }
    report.notes.iter().for_each(|note| text.push_str(&format!("Note: {note}\n")));
    text
}

pub(crate) fn log_text(entries: &[SyncEntry], calendar: Option<&model::Calendar>) -> String {
    let mut table = output::table(false);
    table.set_header([
        "Sync",
        "At",
        "From",
        "To",
        "User",
        "Status",
        "What it came to",
        "Conflicts",
        "Restore",
        "Taken back",
    ]);
    for entry in entries {
        let report = entry.report.as_ref();
        let of = |text: fn(&SyncReport) -> String| report.map_or_else(String::new, text);
        table.add_row([
            entry.sync.to_string(),
            when::iso(entry.at, calendar),
            of(|report| report.from.clone()),
            of(|report| report.to.clone()),
            entry.user.clone(),
            if entry.detail.is_empty() {
                entry.status.to_string()
            } else {
                format!("{}: {}", entry.status, entry.detail)
            },
            report.map_or_else(
                || "noted by another version, which alone can show it".to_owned(),
                |report| format!("{}: {}", report.what, report.counted()),
            ),
            of(|report| format!("{}, {}", report.conflicts, report.rule)),
            entry.restore.map_or_else(String::new, |restore| match report {
                Some(report) => format!("{restore} on {}", report.to),
                None => restore.to_string(),
            }),
            entry.undone_at.map_or_else(String::new, |at| when::iso(at, calendar)),
        ]);
    }
    let mut text = output::table_text(&table);
    let reports = entries.iter().filter_map(|entry| Some((entry.sync, entry.report.as_ref()?)));
    for (sync, report) in reports {
        let SyncReport { to, from, .. } = report;
        for line in report.lines.iter().filter(|line| line.state == api::SyncState::Conflict) {
            let (table, key, act) = (&line.table, &line.key, line.act);
            let _ = writeln!(
                text,
                "Sync {sync}, conflict: {table} {key}: {from} had {}; {to} had {}; done: {act}",
                or_nothing(&line.from.to_string()),
                or_nothing(&line.to.to_string())
            );
        }
    }
    text
}

fn or_nothing(text: &str) -> &str {
    if text.is_empty() { "nothing" } else { text }
}

async fn peer(client: &Client, command: PeerCommand, server: &ServerOptions, password: &str) -> Result<(), Failure> {
    let (changed, json) = match command {
        PeerCommand::Show { json } => {
            let peer = client.peer().await?;
            return output::print(&if json { output::json(&peer)? } else { peer_text(peer.as_ref()) });
        }
        PeerCommand::Set(choice) => {
            let json = choice.json;
            (client.set_peer(&set_peer(choice, server, password)?).await?, json)
        }
        PeerCommand::Remove { json } => (client.remove_peer().await?, json),
    };
    output::told(&changed, json)
}

fn set_peer(choice: PeerChoice, server: &ServerOptions, password: &str) -> Result<SetPeer, Failure> {
    let PeerChoice { url, to_fingerprint: fingerprint, to_user, to_password_file, .. } = choice;
    let user = to_user.or_else(|| server.user.clone()).unwrap_or_default();
    let password = match to_password_file {
        None => password.to_owned(),
        Some(file) => {
            let text = std::fs::read_to_string(&file)
                .map_err(|error| Failure::usage(format!("cannot read {}: {error}", file.display())))?;
            text.trim_end_matches(['\r', '\n']).to_owned()
        }
    };
    Ok(SetPeer { url, fingerprint, user, password })
}

fn peer_text(peer: Option<&Peer>) -> String {
    match peer {
        None => "Timetables of this server sync to no other one\n".to_owned(),
        Some(Peer { url, fingerprint, user }) => {
            format!("Timetables of this server sync to {url} as {user}\nCertificate: {fingerprint}\n")
        }
    }
}
