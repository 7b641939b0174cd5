//! `cms checks`: the daily checks of one server or of both.

use client::Client;
use serde_json::{Value, json};
use session::checks::{self, Check, NotAsked, ServerChecks, Told};

use crate::arguments::{ChecksOptions, ServerOptions};
use crate::connection;
use crate::failure::{Failure, FailureKind};
use crate::output;

/// Asks, judges and tells. Of two servers one may be gone: that is a finding about that one, and no reason to say nothing
/// of the other. A single server that is not reachable is the failure that it is for every command.
pub(crate) async fn checks(options: &ChecksOptions, server: &ServerOptions) -> Result<(), Failure> {
    let url = server.server.as_deref().ok_or_else(|| Failure::usage("no server named; give --server URL"))?;
    let here = ask(connection::sign_in(server).await).await;
    let all = match &options.with {
        None => vec![checks::judge(&here?)],
        Some(with) => {
            let (fingerprint, ca) = (options.with_fingerprint.as_deref(), options.with_ca.as_deref());
            let there = ask(connection::sign_in_to(with, fingerprint, ca, server, "with-").await).await;
            let asked =
                [(url, here), (with, there)].map(|(address, told)| (address.to_owned(), told.map_err(not_asked)));
            checks::judge_all(&asked)
        }
    };
    output::print(&match options.json {
        true => output::json(&as_json(&all))?,
        false => all.iter().map(text).collect::<Vec<_>>().join("\n"),
    })?;
    match all.iter().map(ServerChecks::not_good).sum::<usize>() {
        0 => Ok(()),
        count => {
            let total: usize = all.iter().map(|server| server.checks.len()).sum();
            let verb = if count == 1 { "is" } else { "are" };
            Err(Failure::failed(format!("{count} of {total} checks {verb} not good")))
        }
    }
}

fn not_asked(failure: Failure) -> NotAsked {
    match failure.kind {
        FailureKind::NotReachable => NotAsked::Gone(failure.text),
        FailureKind::Untrusted => NotAsked::Certificate(failure.text),
        _ => NotAsked::Refused(failure.text),
    }
}

async fn ask(signed_in: Result<(Client, String), Failure>) -> Result<Told, Failure> {
    let (client, _) = signed_in?;
    let told = Told::by(&client).await.map_err(Failure::from);
    connection::sign_out(&client).await;
    told
}

pub(crate) fn text(server: &ServerChecks) -> String {
    let role = server.role.map_or_else(String::new, |role| format!(" ({role})"));
    let good = server.checks.len() - server.not_good();
    let mut table = output::table(output::is_terminal(None));
    table.set_header(["State", "Check", "ACD", "Found", "What to do"]);
    for Check { subject, acd, light, found, advice } in &server.checks {
        let acd = acd.map_or_else(String::new, |acd| acd.to_string());
        table.add_row([light.to_string(), subject.to_string(), acd, found.clone(), advice.clone()]);
    }
    format!(
        "{}{role}: {good} of {} checks are good\n{}",
        server.server,
        server.checks.len(),
        output::table_text(&table)
    )
}

fn as_json(all: &[ServerChecks]) -> Value {
    let check = |check: &Check| {
        json!({
            "check": check.subject.to_string(),
            "acd": check.acd,
            "state": check.light.to_string().to_lowercase(),
            "found": check.found,
            "to_do": check.advice,
        })
    };
    let server = |server: &ServerChecks| {
        json!({
            "server": server.server,
            "role": server.role,
            "good": server.not_good() == 0,
            "checks": server.checks.iter().map(check).collect::<Vec<_>>(),
        })
    };
    json!({
        "good": all.iter().all(|server| server.not_good() == 0),
        "servers": all.iter().map(server).collect::<Vec<_>>(),
    })
}
