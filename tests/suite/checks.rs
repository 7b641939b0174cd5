//! The guide's daily checks (maintaining a CMS HA server) by `cms checks`, on two running servers.

use anyhow::Result;
use api::{LogCode, SetCollection};
use serde_json::Value;
use testkit::{Place, Site, until};

use crate::cli::{Ended, Server};
use crate::running::Running;

/// The checks as JSON.
fn told(ended: &Ended) -> Value {
    serde_json::from_str(&ended.out).unwrap_or_else(|error| panic!("{error}: {ended:?}"))
}

/// Checks that are not good, as `SERVER CHECK STATE`.
fn not_good(told: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut found = Vec::new();
    for server in told["servers"].as_array().into_iter().flatten() {
        for check in server["checks"].as_array().into_iter().flatten().filter(|check| check["state"] != "good") {
            found.push(format!("{} {} {}", text(&server["server"]), text(&check["check"]), text(&check["state"])));
        }
    }
    found
}

/// What a primary should have.
fn nightly(server: &Server) {
    let task = "backup local,system,acd,historical";
    server.out(&["timetable", "add", "nightly", "--schedule", "once 2040-01-01 00:45", "--acd", "1", "--task", task]);
}

/// Procedure "Maintaining CMS HA server": links, archiving, backups and the error log of both servers, each day.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_daily_checks_of_both_servers_are_green_only_when_all_is_well() -> Result<()> {
    let mut running = Running::start_now().await?;
    let (a, b) = (Server::of(&running.site, Place::A)?, Server::of(&running.site, Place::B)?);
    let checks = |options: &[&str]| a.run(&[&["checks"][..], &b.as_twin(), options].concat());

    // New servers have no backup yet, and nothing that makes one: that is what a first look finds, and nothing else.
    let first = checks(&["--json"]);
    assert_eq!(first.code, Some(1), "{first:?}");
    let no_backup =
        ["CMS-A backup bad", "CMS-A backup look", "CMS-A timetables look", "CMS-B backup bad", "CMS-B backup look"];
    assert_eq!(not_good(&told(&first)), no_backup, "{first:?}");
    nightly(&a);
    for server in [&a, &b] {
        server.out(&["backup", "run", "--data", "local,system,acd,historical"]);
    }
    let all_well = checks(&["--json"]);
    assert_eq!(all_well.code, Some(0), "{all_well:?}");
    assert_eq!(told(&all_well)["good"], true);
    let text = checks(&[]);
    assert!(
        text.out.contains("application: data transfer, session: data transfer, connection: operational"),
        "{text:?}"
    );
    assert!(text.out.contains("backups completed today: 1; Last backup finished at"), "{text:?}");
    assert!(text.out.contains("CMS-B (secondary): 11 of 11 checks are good"), "{text:?}");

    // Each thing that is not well is named, on the server where it is.
    let client = running.site.client(Place::B).await?;
    client.set_collection(&SetCollection { acd: Site::ACD, on: false }).await?;
    let off = checks(&["--json"]);
    assert_eq!(off.code, Some(1));
    assert_eq!(not_good(&told(&off)), ["CMS-B link bad", "CMS-B ACD status bad"], "{off:?}");
    assert!(off.err.contains("2 of 22 checks are not good"), "{off:?}");

    // A server that is gone is a finding about that server; the other one is checked all the same.
    running.site.stop(Place::B);
    let gone = checks(&["--json"]);
    assert_eq!(gone.code, Some(1), "{gone:?}");
    let gone = told(&gone);
    assert_eq!(gone["servers"][0]["good"], true, "{gone}");
    assert_eq!(gone["servers"][1]["checks"][0]["state"], "bad", "{gone}");
    let alone = b.run(&["checks"]);
    assert_eq!(alone.code, Some(4), "a single server that is gone is not reachable: {alone:?}");
    Ok(())
}

/// Who may read next to nothing learns that, and not that all is well.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_a_user_may_not_see_is_not_told_as_good() -> Result<()> {
    let running = Running::start().await?;
    let client = running.site.client(Place::A).await?;
    crate::people::add(&client, "bob", |_| {}).await?;
    let a = Server::of(&running.site, Place::A)?;
    let ended = a.run_as("bob", testkit::PASSWORD, &["checks", "--json"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let wrong = not_good(&told(&ended));
    for check in ["archiving", "backup", "restore", "maintenance error log", "timetables"] {
        let line = format!("CMS-A {check} not known");
        assert!(wrong.contains(&line), "{line} in {wrong:?}");
    }
    Ok(())
}

/// The report of the maintenance error log, and what the daily check says of it until somebody acknowledges.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_error_stays_in_the_checks_until_it_is_acknowledged() -> Result<()> {
    let running = Running::start_now().await?;
    let a = Server::of(&running.site, Place::A)?;
    let client = running.site.client(Place::A).await?;
    nightly(&a);
    a.out(&["backup", "run", "--data", "local,system,acd,historical"]);
    a.out(&[
        "timetable",
        "add",
        "odd",
        "--schedule",
        "daily 00:45",
        "--acd",
        "1",
        "--task",
        "summarize daily 2020-01-01 2020-01-01",
    ]);
    a.out(&["timetable", "run", "odd"]);
    until("the run has failed", async || {
        let entries = client.maintenance_log(false, 10).await.ok()?;
        entries.iter().any(|entry| entry.code == LogCode::TimetableFailed).then_some(())
    })
    .await;
    let ended = a.run(&["checks", "--json"]);
    let wrong = not_good(&told(&ended));
    assert_eq!(wrong, ["CMS-A maintenance error log bad", "CMS-A timetables bad"], "{ended:?}");

    let report = a.out(&["maintenance", "report", "--severity", "error", "--format", "csv"]);
    let lines: Vec<&str> = report.lines().collect();
    assert!(lines[0].starts_with("id,severity,code,count,first_at,last_at,text"), "{report}");
    assert_eq!(lines.len(), 2, "the task alone: {report}");
    let json = |option: &[&str]| a.out(&[&["maintenance", "report", "--severity", "error"][..], option].concat());
    assert_eq!(json(&["--json"]), json(&["--format", "json"]));
    let report = a.out(&["maintenance", "report", "--code", "task-failed"]);
    assert!(report.contains("task-failed") && !report.contains("timetable-failed"), "{report}");

    a.out(&["maintenance", "acknowledge", "--all"]);
    let report = a.out(&["maintenance", "report"]);
    assert!(report.contains("acknowledged at"), "{report}");
    a.out(&["timetable", "delete", "odd"]);
    assert_eq!(a.run(&["checks"]).code, Some(0));

    // The guide: a timetable may write each server's own report of its error log.
    a.out(&["timetable", "add", "log", "--schedule", "daily 01:00", "--acd", "1", "--task", "error-log to errors.csv"]);
    a.out(&["timetable", "run", "log"]);
    let file = running.site.folder(Place::A).join("exports/errors.csv");
    let written = until("the report is written", async || std::fs::read_to_string(&file).ok()).await;
    assert!(written.contains("task-failed") && written.lines().count() >= 3, "{written}");
    assert!(written.contains("+00:00,20"), "by the clock of the ACD, with its offset: {written}");
    Ok(())
}
