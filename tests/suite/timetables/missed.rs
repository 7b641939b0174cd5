//! Runs that were missed, cut short, or come late.

use anyhow::Result;
use api::{AddTimetable, AfterMissing, LogCode, RunTimetable};
use client::Client;
use model::RunStatus;
use testkit::{ADMINISTRATOR, Place, Site, SiteOptions, until};

use super::{DAY, HOUR, MIDNIGHT, MINUTE, Night, ended, ended_after, logged, task, timetable};
use crate::child::ServerProcess;

/// So many entries with a code, oldest first.
async fn entries(client: &Client, code: LogCode, count: usize) -> Vec<String> {
    until(&format!("{count} entries {code}"), async || {
        let log = client.maintenance_log(true, 100).await.ok()?;
        let told: Vec<_> = log.into_iter().rev().filter(|entry| entry.code == code).map(|entry| entry.text).collect();
        (told.len() == count).then_some(told)
    })
    .await
}

/// What was due while the server was down is told; it is made up for only where that was chosen, and then once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn runs_missed_while_down_are_told_and_made_up_for_only_if_so_chosen() -> Result<()> {
    let mut night = Night::with_scripts()?;
    night.write_script("count.sh", "echo \"$CMS_TIMETABLE $CMS_TIME\" >> count")?;
    let client = night.site.client(Place::A).await?;
    client.add_timetable(&timetable("punctual", "daily 00:45", &["script count.sh"])).await?;
    let late = AddTimetable {
        after_missing: Some(AfterMissing::RunLate),
        ..timetable("late", "daily 00:45", &["script count.sh"])
    };
    client.add_timetable(&late).await?;
    night.site.stop(Place::A);
    night.clock.set(MIDNIGHT + 2 * DAY + 5 * HOUR);
    night.site.run(Place::A)?;
    let client = night.site.client(Place::A).await?;
    let run = ended(&client, "late").await;
    assert_eq!((run.outcome, run.started_at), (Some(RunStatus::Done), Some(MIDNIGHT + 2 * DAY + 5 * HOUR)));
    let told = entries(&client, LogCode::TimetableMissed, 2).await;
    let missed = "was not run 3 times from 2026-11-23 00:45 to 2026-11-25 00:45: the server was down";
    assert_eq!(
        told,
        [
            format!("timetable \"late\" of cms {missed}; it runs now instead"),
            format!("timetable \"punctual\" of cms {missed}"),
        ]
    );
    assert_eq!(std::fs::read_to_string(night.scripts().join("count"))?, "late 2026-11-25T00:45\n");
    assert_eq!(client.timetable(None, "punctual").await?.started_at, None);

    // From then on both run at their time, and a further restart brings none of it up again.
    night.site.stop(Place::A);
    night.site.run(Place::A)?;
    night.clock.set(MIDNIGHT + 3 * DAY + 45 * MINUTE);
    let client = night.site.client(Place::A).await?;
    for name in ["late", "punctual"] {
        ended_after(&client, "cms", name, MIDNIGHT + 3 * DAY).await;
    }
    assert_eq!(entries(&client, LogCode::TimetableMissed, 2).await.len(), 2);
    assert_eq!(std::fs::read_to_string(night.scripts().join("count"))?.lines().count(), 3);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_short_restart_costs_no_run() -> Result<()> {
    let mut night = Night::with_scripts()?;
    night.write_script("count.sh", "echo $CMS_TIME >> count")?;
    let client = night.site.client(Place::A).await?;
    client.add_timetable(&timetable("nightly", "daily 00:45", &["script count.sh"])).await?;
    client.add_timetable(&timetable("once", "once 2026-11-23 00:44", &["script count.sh"])).await?;
    night.site.stop(Place::A);
    night.clock.set(MIDNIGHT + 48 * MINUTE);
    night.site.run(Place::A)?;
    let client = night.site.client(Place::A).await?;
    assert_eq!(ended(&client, "nightly").await.outcome, Some(RunStatus::Done));
    assert_eq!(ended(&client, "once").await.next_at, None);
    // Nor is it done again after the next one.
    night.site.stop(Place::A);
    night.site.run(Place::A)?;
    night.clock.set(MIDNIGHT + DAY + 45 * MINUTE);
    let client = night.site.client(Place::A).await?;
    ended_after(&client, "cms", "nightly", MIDNIGHT + DAY).await;
    let mut count: Vec<_> =
        std::fs::read_to_string(night.scripts().join("count"))?.lines().map(str::to_owned).collect();
    count.sort();
    assert_eq!(count, ["2026-11-23T00:44", "2026-11-23T00:45", "2026-11-24T00:45"]);
    let log = client.maintenance_log(true, 100).await?;
    assert!(log.iter().all(|entry| entry.code == LogCode::TimetableDone), "{log:?}");
    Ok(())
}

/// Timetables do not run in single-user mode; what was due then is told when it is over.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_runs_in_single_user_mode() -> Result<()> {
    let night = Night::with_scripts()?;
    night.write_script("mark.sh", "touch marked")?;
    let client = night.site.client(Place::A).await?;
    client.add_timetable(&timetable("nightly", "daily 00:45", &["script mark.sh"])).await?;
    night.local(Place::A)?.set_setting("mode", "single-user")?;
    let run = RunTimetable { owner: None, name: "nightly".to_owned() };
    let refused = client.run_timetable(&run).await.expect_err("the server is in single-user mode");
    assert!(refused.to_string().contains("single-user mode"), "{refused}");
    night.clock.set(MIDNIGHT + 3 * HOUR);
    // One that comes with restored tables is known once the server has looked, so the server has seen the time.
    let mut system = night.system(Place::A)?;
    let mut kept = system.timetables()?.timetables.remove(0);
    kept.timetable.key.name = "other".to_owned();
    system.add_timetable(&kept)?;
    until("the server has looked at three o'clock", async || {
        let states = night.local(Place::A).ok()?.run_states().ok()?;
        states.iter().any(|(key, state)| key.name == "other" && state.seen_to == MIDNIGHT + 3 * HOUR).then_some(())
    })
    .await;
    night.local(Place::A)?.set_setting("mode", "multi-user")?;
    let told = logged(&client, LogCode::TimetableMissed).await;
    let told: Vec<_> = told.into_iter().map(|entry| entry.text).collect();
    assert_eq!(
        told,
        ["timetable \"nightly\" of cms was not run on 2026-11-23 00:45: the server was in single-user mode"]
    );
    assert!(!night.scripts().join("marked").exists());
    client.run_timetable(&run).await?;
    assert_eq!(ended(&client, "nightly").await.outcome, Some(RunStatus::Done));
    Ok(())
}

/// A run that goes on when single-user mode is set ends with the task that is being done, and says how much is left; but one
/// whose own script has set the mode is done to its end.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_run_ends_at_its_next_task_when_single_user_mode_is_set() -> Result<()> {
    let night = Night::with_scripts()?;
    night.write_script("wait.sh", "touch began; while [ ! -e go ]; do sleep 0.05; done; rm began go")?;
    night.write_script("mark.sh", "touch marked")?;
    let client = night.site.client(Place::A).await?;
    let tasks = ["script wait.sh", "script mark.sh", "script mark.sh"];
    client.add_timetable(&timetable("long", "daily 03:00", &tasks)).await?;
    let run = async |minute: i64, by: &str| -> Result<api::Timetable> {
        night.clock.set(MIDNIGHT + minute * MINUTE);
        client.run_timetable(&RunTimetable { owner: None, name: "long".to_owned() }).await?;
        until("its first task is being done", async || night.scripts().join("began").exists().then_some(())).await;
        night.local(Place::A)?.set_setting("mode.by", by)?;
        night.local(Place::A)?.set_setting("mode", "single-user")?;
        std::fs::write(night.scripts().join("go"), "")?;
        let ended = ended_after(&client, ADMINISTRATOR, "long", MIDNIGHT + minute * MINUTE).await;
        night.local(Place::A)?.set_setting("mode", "multi-user")?;
        Ok(ended)
    };
    let cut = run(1, "eve").await?;
    assert_eq!(cut.outcome, Some(RunStatus::Interrupted), "{cut:?}");
    let why = "cut short after 1 of 3 tasks because the server is in single-user mode, set by eve; 2 not done";
    assert_eq!(cut.outcome_text, why);
    assert!(!night.scripts().join("marked").exists());
    let told = logged(&client, LogCode::TimetableInterrupted).await;
    assert!(told[0].text.ends_with(why), "{told:?}");
    let whole = run(2, ADMINISTRATOR).await?;
    assert!(whole.outcome == Some(RunStatus::Done) && night.scripts().join("marked").exists(), "{whole:?}");
    Ok(())
}

/// A server that is killed in the middle of a timetable tells so, and does not begin it again by itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_run_that_was_cut_short_by_a_kill_is_told() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = Site::start(dir.path(), &SiteOptions::default())?;
    let scripts = dir.path().join("scripts");
    std::fs::create_dir(&scripts)?;
    let script = scripts.join("wait.sh");
    std::fs::write(&script, "#!/bin/sh\necho $$ > began\nwhile [ ! -e go ]; do sleep 0.05; done\necho . >> done\n")?;
    std::fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    let config = site.folder(Place::A).join("cms.toml");
    let text = std::fs::read_to_string(&config)? + &format!("\n[timetables]\nscripts = {scripts:?}\n");
    std::fs::write(&config, text)?;
    site.stop(Place::A);
    site.run(Place::A)?;
    let client = site.client(Place::A).await?;
    let add = AddTimetable {
        after_missing: Some(AfterMissing::RunLate),
        tasks: vec![task("script wait.sh"), task("script wait.sh")],
        ..timetable("long", "monthly first mon 03:00", &[])
    };
    client.add_timetable(&add).await?;
    let (url, fingerprint) = (site.server(Place::A).url(), site.server(Place::A).fingerprint()?);
    site.stop(Place::A);
    let process = ServerProcess::start(site.folder(Place::A), None)?;
    let address = client::Address { url, trust: client::Trust::Fingerprint(fingerprint.parse()?) };
    let client = Client::new(address)?;
    until("the server's process is up", async || client.login("cms", testkit::PASSWORD).await.ok()).await;
    client.run_timetable(&RunTimetable { owner: None, name: "long".to_owned() }).await?;
    until("its first task is being done", async || scripts.join("began").exists().then_some(())).await;
    process.kill()?;
    std::fs::write(scripts.join("go"), "")?;
    site.run(Place::A)?;
    let client = site.client(Place::A).await?;
    let told = logged(&client, LogCode::TimetableInterrupted).await;
    assert!(told[0].text.contains("was cut short when the server ended"), "{told:?}");
    assert_eq!(client.timetable(None, "long").await?.outcome, Some(RunStatus::Interrupted));
    // The script that was being run ends by itself; the second task was never begun.
    until("the first script has ended", async || scripts.join("done").exists().then_some(())).await;
    assert_eq!(std::fs::read_to_string(scripts.join("done"))?, ".\n");
    Ok(())
}

/// Stopping in good order ends a script and says what was not done.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_that_stops_ends_its_scripts_and_says_so() -> Result<()> {
    let mut night = Night::with_scripts()?;
    night.write_script("wait.sh", "touch began; while [ ! -e go ]; do sleep 0.05; done; touch never")?;
    let client = night.site.client(Place::A).await?;
    client.add_timetable(&timetable("long", "daily 03:00", &["script wait.sh"])).await?;
    client.run_timetable(&RunTimetable { owner: None, name: "long".to_owned() }).await?;
    until("it is being done", async || night.scripts().join("began").exists().then_some(())).await;
    night.site.stop(Place::A);
    std::fs::write(night.scripts().join("go"), "")?;
    night.site.run(Place::A)?;
    let client = night.site.client(Place::A).await?;
    let told = logged(&client, LogCode::TaskFailed).await;
    assert!(told[0].text.contains("was ended because the server stops"), "{told:?}");
    assert!(!night.scripts().join("never").exists());
    Ok(())
}
