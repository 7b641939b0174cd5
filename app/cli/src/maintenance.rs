//! `cms backup` and `cms restore`: begin, follow, and tell what came of it.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use api::{
    BackupDescription, Backups, ErrorCode, Job, JobState, NameBackup, RestoreEntry, RestorePlan, RunBackup, RunRestore,
    Started, TableName, UndoRestore,
};
use client::Client;
use model::DataKind;
use model::words::counted;

use crate::archive::acd_health;
use crate::arguments::{
    BackupChoice, BackupCommand, BackupMode, BackupName, RestoreChoice, RestoreCommand, UndoChoice,
};
use crate::failure::{Failure, FailureKind};
use crate::output;
use crate::when::{self, Limit};

/// How often a job is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(200);

pub(crate) async fn backup(client: &Client, command: BackupCommand) -> Result<(), Failure> {
    match command {
        BackupCommand::Run(choice) => {
            let json = choice.json;
            let started = client.run_backup(&asked(choice)).await?;
            tell(&follow(client, started).await?, json)
        }
        BackupCommand::List { json } => {
            let backups = client.backups().await?;
            output::print(&if json {
                output::json(&backups)?
            } else {
                list_text(&backups, when::of_server(client).await.as_ref())
            })
        }
        BackupCommand::Verify(name) => {
            let json = name.json;
            let started = client.verify_backup(&named(name)).await?;
            tell(&follow(client, started).await?, json)
        }
        BackupCommand::Jobs { json } => {
            let jobs = client.jobs().await?;
            output::print(&if json { output::json(&jobs)? } else { jobs_text(&jobs) })
        }
        BackupCommand::CallOff { job, json } => {
            let running = match job {
                Some(job) => Some(job),
                None => client.jobs().await?.iter().find(|job| job.state == JobState::Running).map(|job| job.job),
            };
            let nothing = || {
                Failure::refused("nothing runs that could be called off; `cms backup jobs` lists what did".to_owned())
            };
            output::told(&client.call_off(running.ok_or_else(nothing)?).await?, json)
        }
        BackupCommand::Tables { json } => {
            let tables = client.table_names().await?;
            output::print(&if json { output::json(&tables)? } else { tables_text(&tables) })
        }
        BackupCommand::Describe(name) => {
            let json = name.json;
            let description = client.backup(&named(name)).await?;
            let calendar = when::of_server(client).await;
            output::print(&if json {
                output::json(&description)?
            } else {
                describe_text(&description, calendar.as_ref())
            })
        }
    }
}

pub(crate) async fn restore(client: &Client, command: RestoreCommand) -> Result<(), Failure> {
    match command {
        RestoreCommand::Plan(choice) => {
            let json = choice.json;
            let started = client.plan_restore(&wanted(client, choice).await?).await?;
            tell(&follow(client, started).await?, json)
        }
        RestoreCommand::Run(choice) => run(client, choice).await,
        RestoreCommand::Undo(choice) => undo(client, choice).await,
        RestoreCommand::List { json } => {
            let restores = client.restores().await?;
            let calendar = when::of_server(client).await;
            output::print(&if json { output::json(&restores)? } else { restores_text(&restores, calendar.as_ref()) })
        }
    }
}

/// Restores. What the plan cautions of is done with a person's yes alone.
async fn run(client: &Client, choice: RestoreChoice) -> Result<(), Failure> {
    let json = choice.json;
    let mut asked = wanted(client, choice).await?;
    let mut job = ended(client, client.run_restore(&asked).await?).await?;
    if let (Some(ErrorCode::NeedsYes), Some(plan)) = (job.code, job.plan.clone()) {
        if !agrees(&plan, "What the plan cautions of is done then. Go on? [y/N] ") {
            return Err(Failure::refused(
                "nothing was restored: the plan above has cautions. If that is meant, add --yes, or --expect with the digest that \
                 `cms restore plan` tells; --keep-whole leaves intervals alone that are whole here and INCOMPLETE there"
                    .to_owned(),
            ));
        }
        asked.expect = Some(plan.digest);
        job = ended(client, client.run_restore(&asked).await?).await?;
    }
    // What it would come to now: of a restore that was refused because something else was shown.
    if let (JobState::Failed, Some(plan), false) = (job.state, &job.plan, json) {
        output::print(&plan_text(plan))?;
    }
    tell(&done(job)?, json)
}

/// Shows a plan on the screen, and asks where somebody sits in front of it.
fn agrees(plan: &RestorePlan, question: &str) -> bool {
    let mut screen = std::io::stderr();
    let _ = write!(screen, "{}", plan_text(plan));
    if !(std::io::stdin().is_terminal() && screen.is_terminal()) {
        return false;
    }
    let _ = write!(screen, "{question}");
    let _ = screen.flush();
    let mut answer = String::new();
    let read = std::io::stdin().read_line(&mut answer);
    read.is_ok() && matches!(answer.trim(), "y" | "Y" | "yes")
}

/// Takes a restore back, or forward again: what was changed since, and what goes for good, goes only with a person's word.
async fn undo(client: &Client, choice: UndoChoice) -> Result<(), Failure> {
    let UndoChoice { restore, forward, dry_run, expect, yes, json } = choice;
    let mut asked = UndoRestore { restore, forward, dry_run, expect, yes };
    if !(asked.dry_run || yes || asked.expect.is_some()) {
        asked.expect = agreed(client, &asked).await?;
    }
    let command = format!("restore undo {restore}{}", if forward { " --forward" } else { "" });
    tell_and(&follow(client, client.undo(&asked).await?).await?, json, &command)
}

/// The digest of the plan, if nothing was changed since and nothing goes for good, or if a person agrees to it: only what was looked
/// at is done.
async fn agreed(client: &Client, asked: &UndoRestore) -> Result<Option<String>, Failure> {
    let planned = client.undo(&UndoRestore { dry_run: true, ..asked.clone() }).await?;
    let plan = follow(client, planned).await?.plan.unwrap_or_default();
    let digest = (!plan.digest.is_empty()).then(|| plan.digest.clone());
    let loses = match plan.changed_since {
        _ if plan.tables.is_empty() => return Ok(digest),
        Some(0) if !plan.for_good => return Ok(digest),
        Some(0) => "takes away for good what the caution names",
        _ => "replaces what was changed since, or that is not known",
    };
    if agrees(&plan, &format!("This {loses}. Go on? [y/N] ")) {
        return Ok(digest);
    }
    Err(Failure::refused(format!(
        "nothing was changed: taking this restore back or forward {loses}; the plan is above. If that is meant, add --yes, or \
         --expect with the digest that --dry-run tells"
    )))
}

fn asked(choice: BackupChoice) -> RunBackup {
    let BackupChoice { data, tables, acd, mode, device, .. } = choice;
    RunBackup { data, tables, acd: acd.0, incremental: mode == BackupMode::Incremental, device }
}

fn named(name: BackupName) -> NameBackup {
    NameBackup { label: name.label, device: name.device }
}

/// Times are those of the ACD; of the server's first one where all are meant.
async fn wanted(client: &Client, choice: RestoreChoice) -> Result<RunRestore, Failure> {
    let RestoreChoice { label, data, tables, acd, from, to, device, keep_whole, yes, expect, .. } = choice;
    let (from, to) = match (&from, &to) {
        (None, None) => (None, None),
        _ => {
            let limit = Limit::of(&acd_health(client, acd.0).await?);
            let first = from.as_deref().map(|text| limit.first(text)).transpose()?;
            (first, to.as_deref().map(|text| limit.last(text)).transpose()?)
        }
    };
    Ok(RunRestore { label, device, data, tables, acd: acd.0, from, to, keep_whole, yes, heals: false, expect })
}

/// The names that `--tables` takes, and those that it does not.
pub(crate) fn tables_text(tables: &[TableName]) -> String {
    let mut table = output::table(false);
    table.set_header(["Data", "Table", "Not kept"]);
    for known in tables {
        let data = known.data.map_or("", DataKind::word).to_owned();
        table.add_row([data, known.table.clone(), known.why_not.clone()]);
    }
    output::table_text(&table)
}

/// Waits until a job is done, and tells a person meanwhile how far it is.
pub(crate) async fn follow(client: &Client, started: Started) -> Result<Job, Failure> {
    done(ended(client, started).await?)
}

pub(crate) fn jobs_text(jobs: &[Job]) -> String {
    let mut table = output::table(false);
    table.set_header(["Job", "What", "Begun by", "State", "Rows", "How far, or what came of it"]);
    for job in jobs {
        let (state, text) = match job.state {
            JobState::Running => ("running", &job.step),
            JobState::Done => ("done", &job.text),
            JobState::Failed => ("failed", &job.text),
        };
        let (number, what, by) = (job.job.to_string(), job.what.clone(), job.by.clone());
        table.add_row([number, what, by, state.to_owned(), job.rows.to_string(), text.clone()]);
    }
    output::table_text(&table)
}

/// The same until it is over, however it ends.
async fn ended(client: &Client, started: Started) -> Result<Job, Failure> {
    let mut screen = std::io::stderr();
    let is_watched = screen.is_terminal();
    let job = loop {
        let job = client.job(started).await?;
        if job.state != JobState::Running {
            break job;
        }
        if is_watched {
            let rows = if job.rows == 0 { String::new() } else { format!(": {}", output::rows(job.rows)) };
            let _ = write!(screen, "\r\x1b[K{}{rows}", job.step);
            let _ = screen.flush();
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            Ok(()) = tokio::signal::ctrl_c() => {
                let call_off = match job.can_be_called_off {
                    true => format!("; `cms backup call-off {}` ends it", job.job),
                    false => String::new(),
                };
                let text = format!(
                    "the server goes on with it; `cms backup list`, `cms restore list` and `cms maintenance log` tell what becomes of \
                     it{call_off}"
                );
                return Err(Failure { kind: FailureKind::BrokenOff, text });
            }
        }
    };
    if is_watched {
        let _ = write!(screen, "\r\x1b[K");
    }
    Ok(job)
}

fn done(job: Job) -> Result<Job, Failure> {
    match (job.state, job.code) {
        (JobState::Failed, Some(ErrorCode::Unavailable | ErrorCode::Internal | ErrorCode::CalledOff) | None) => {
            Err(Failure::failed(job.text))
        }
        (JobState::Failed, Some(_)) => Err(Failure::refused(job.text)),
        _ => Ok(job),
    }
}

pub(crate) fn tell(job: &Job, json: bool) -> Result<(), Failure> {
    tell_and(job, json, "restore run …")
}

/// Tells a job; `command` is what makes a plan that was shown come true.
fn tell_and(job: &Job, json: bool, command: &str) -> Result<(), Failure> {
    if json {
        return output::print(&output::json(job)?);
    }
    let mut text = job.plan.as_ref().map(plan_text).unwrap_or_default();
    text.push_str(&job.text);
    text.push('\n');
    let digest = job.plan.as_ref().filter(|plan| job.restore.is_none() && !plan.digest.is_empty());
    if let Some(RestorePlan { digest, .. }) = digest {
        text.push_str(&format!("Only so, and not as it may be by then: `cms {command} --expect {digest}`\n"));
    }
    output::print(&text)
}

pub(crate) fn plan_text(plan: &RestorePlan) -> String {
    let mut table = output::table(false);
    table.set_header(["ACD", "Data", "Table", "From", "To", "Added", "Replaced", "Identical", "Removed", "Skipped"]);
    for line in &plan.tables {
        table.add_row([
            line.acd.map_or_else(String::new, |acd| acd.to_string()),
            line.data.to_string(),
            line.table.clone(),
            line.from.clone().unwrap_or_default(),
            line.to.clone().unwrap_or_default(),
            line.added.to_string(),
            line.replaced.to_string(),
            line.identical.to_string(),
            line.removed.to_string(),
            line.skipped.to_string(),
        ]);
    }
    let mut text = format!("{} of {}\n{}", plan.label, plan.server, output::table_text(&table));
    plan.obstacles.iter().for_each(|obstacle| text.push_str(&format!("Not yet: {obstacle}\n")));
    plan.cautions.iter().for_each(|caution| text.push_str(&format!("CAUTION: {caution}\n")));
    plan.notes.iter().for_each(|note| text.push_str(&format!("Note: {note}\n")));
    text
}

pub(crate) fn list_text(backups: &Backups, calendar: Option<&model::Calendar>) -> String {
    let mut text = format!("Backups completed today: {}\nStatus: {}\n", backups.completed_today, backups.status);
    for device in &backups.devices {
        let keep = device.keep.map_or_else(|| "all are kept".to_owned(), |keep| format!("{keep} full ones are kept"));
        text.push_str(&format!(
            "Device {} ({}): a full backup needs up to {}; {keep}\n",
            device.name,
            device.folder,
            counted(device.volumes_needed, "volume", "volumes"),
        ));
    }
    let mut table = output::table(false);
    table.set_header([
        "Label",
        "Server",
        "Role",
        "Made at",
        "Mode",
        "Data",
        "Builds on",
        "Volumes",
        "Rows",
        "Bytes",
        "Device",
    ]);
    for backup in &backups.backups {
        let missing: Vec<String> = backup.missing.iter().map(|number| format!("{number:02}")).collect();
        let volumes = match missing.is_empty() {
            true if !backup.damaged.is_empty() => format!("{}, DAMAGED", backup.volumes),
            true => backup.volumes.to_string(),
            false => format!("{}, MISSING {}", backup.volumes, missing.join(" ")),
        };
        table.add_row([
            backup.label.clone(),
            backup.server.clone(),
            backup.role.clone(),
            when::iso(backup.made_at, calendar),
            backup.mode.clone(),
            backup.tables.as_ref().map_or_else(|| DataKind::words(&backup.data), |tables| tables.join(",")),
            backup.needs().join(", "),
            volumes,
            backup.rows.to_string(),
            backup.bytes.to_string(),
            backup.device.clone(),
        ]);
    }
    text.push_str(&output::table_text(&table));
    backups.problems.iter().for_each(|problem| text.push_str(&format!("PROBLEM: {problem}\n")));
    text
}

pub(crate) fn describe_text(description: &BackupDescription, calendar: Option<&model::Calendar>) -> String {
    let BackupDescription { backup, printed, parts, product, format, tables } = description;
    let mut text = format!("{printed}\n");
    let mut words = output::table(false);
    for (number, (code, meaning)) in parts.iter().enumerate() {
        words.add_row([(number + 1).to_string(), code.clone(), meaning.clone()]);
    }
    text.push_str(&output::table_text(&words));
    text.push_str(&format!(
        "\nMade on {} ({}) at {} by version {product}, format {format}; {}\n",
        backup.server,
        backup.role,
        when::iso(backup.made_at, calendar),
        counted(backup.volumes, "volume", "volumes")
    ));
    if !backup.needs().is_empty() {
        text.push_str(&format!("It builds on {}.\n", backup.needs().join(" and ")));
    }
    if let Some(only) = &backup.tables {
        text.push_str(&format!("Only the tables {}.\n", only.join(", ")));
    }
    let mut table = output::table(false);
    table.set_header(["ACD", "Data", "Table", "Rows", "Volume", "Stored as", "Digest"]);
    for part in tables {
        table.add_row([
            part.acd.map_or_else(String::new, |acd| acd.to_string()),
            part.data.to_string(),
            part.table.clone(),
            part.rows.to_string(),
            part.volume.clone(),
            part.stored_as.clone(),
            part.digest.clone(),
        ]);
    }
    text + "\n" + &output::table_text(&table)
}

fn restores_text(restores: &[RestoreEntry], calendar: Option<&model::Calendar>) -> String {
    let mut table = output::table(false);
    table.set_header(["ID", "Label", "What", "Began", "Ended", "Status", "By", "Taken back", "Detail"]);
    for restore in restores {
        let at = |at: Option<model::Moment>| at.map_or_else(String::new, |at| when::iso(at, calendar));
        table.add_row([
            restore.restore.to_string(),
            restore.label.clone(),
            restore.what.clone(),
            at(Some(restore.started_at)),
            at(restore.finished_at),
            restore.status.to_string(),
            restore.user.clone(),
            at(restore.undone_at),
            restore.detail.clone(),
        ]);
    }
    output::table_text(&table)
}
