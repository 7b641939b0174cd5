//! What timetables do when they run.

use anyhow::Result;
use api::{AfterFailure, ErrorCode, LogCode, RunReport, RunTimetable, SetCollection};
use document::{Document, Form, Head};
use model::{RunStatus, Severity};
use testkit::{ADMINISTRATOR, Place, Site, until};

use super::{DAY, HOUR, MIDNIGHT, MINUTE, Night, SUMMARY, ended, ended_after, logged, modify, timetable};
use crate::cli::Server;

/// The thin line: written down with `cms`, run by the server at its time, in its file, and told in the log.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_daily_report_is_in_its_file_and_in_the_log() -> Result<()> {
    let night = Night::start()?;
    let day = night.collect_a_morning()?;
    night.site.digests_through(Place::A, day.end).await?;
    let cms = Server::at(night.site.server(Place::A))?;
    let report = format!("report '{SUMMARY}' to splits-{{date}}-{{time}}.csv splits=1-3");
    let told = cms.out(&["timetable", "add", "nightly", "--schedule", "daily 00:45", "--acd", "1", "--task", &report]);
    assert!(told.contains("it runs next on 2026-11-23 at 00:45"), "{told}");
    let told = cms.out(&["timetable", "list"]);
    assert!(told.contains("nightly") && told.contains("daily 00:45") && told.contains("here or on another"), "{told}");

    night.clock.set(MIDNIGHT + 45 * MINUTE);
    let client = night.site.client(Place::A).await?;
    let run = ended(&client, "nightly").await;
    assert_eq!((run.outcome, run.outcome_text.as_str()), (Some(RunStatus::Done), "its task is done"));
    assert_eq!(run.next_at, Some(MIDNIGHT + DAY + 45 * MINUTE));
    let file = std::fs::read_to_string(night.export(Place::A, "splits-2026-11-23-0045.csv"))?;
    let inputs = [("splits".to_owned(), "1-3".to_owned())].into();
    let same = RunReport { path: SUMMARY.to_owned(), acd: Site::ACD, acds: Vec::new(), inputs };
    assert!(file.lines().count() > 3 && file == client.run(&same).await?.sheet.to_csv(), "{file}");
    let log = cms.out(&["maintenance", "log"]);
    assert!(log.contains("timetable-done") && log.contains("timetable \"nightly\" of cms: its task is done"), "{log}");

    // Night after night: one file each, one entry counted.
    night.clock.set(MIDNIGHT + DAY + 45 * MINUTE);
    ended_after(&client, ADMINISTRATOR, "nightly", MIDNIGHT + DAY).await;
    assert!(night.export(Place::A, "splits-2026-11-24-0045.csv").exists());
    let told = logged(&client, LogCode::TimetableDone).await;
    assert_eq!((told.len(), told[0].count, told[0].last_at), (1, 2, MIDNIGHT + DAY + 45 * MINUTE));
    let told = cms.out(&["maintenance", "acknowledge", "--all"]);
    assert_eq!(told, "one entry is acknowledged\n");
    assert_eq!(client.maintenance_log(false, 10).await?, []);
    assert_eq!(client.maintenance_log(true, 10).await?[0].acknowledged_by.as_deref(), Some(ADMINISTRATOR));
    Ok(())
}

/// A file of numbers has no place for what a report lacks: the log and the run say it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_report_that_lacks_data_is_done_and_told() -> Result<()> {
    let night = Night::start()?;
    let day = night.collect_a_morning()?;
    night.site.digests_through(Place::A, day.end).await?;
    let client = night.site.client(Place::A).await?;
    // The day that was collected is not over.
    let report = "report 'Split/Skill Summary Daily' to daily.csv splits=1-3 dates=0";
    client.add_timetable(&timetable("early", "daily 00:45", &[report])).await?;
    client.run_timetable(&RunTimetable { owner: None, name: "early".to_owned() }).await?;
    let run = ended(&client, "early").await;
    assert_eq!(run.outcome, Some(RunStatus::Done), "{run:?}");
    assert!(run.outcome_text.starts_with("its task is done; task 1: Not summed up yet: 20"), "{run:?}");
    let told = logged(&client, LogCode::ReportIncomplete).await;
    assert!(told[0].severity == Severity::Warning && told[0].text.contains("Not summed up yet: 20"), "{told:?}");
    assert!(night.export(Place::A, "daily.csv").exists());

    let nobody = format!("report '{SUMMARY}' to nobody.csv splits=1-3 dates=2020-01-01");
    client.add_timetable(&timetable("empty", "daily 00:45", &[&nobody])).await?;
    client.run_timetable(&RunTimetable { owner: None, name: "empty".to_owned() }).await?;
    let run = ended(&client, "empty").await;
    assert_eq!(
        run.outcome_text, "its task is done; task 1: the report has no rows. There are no data of this time",
        "that nobody is in it is no fault: it is said where it is looked at, and not in the log"
    );
    assert_eq!(logged(&client, LogCode::ReportIncomplete).await.len(), told.len());
    Ok(())
}

/// The guide's nightly full maintenance backup: its label is in the maintenance error log, as the guide says of scheduled ones.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_nightly_backup_tells_its_label_in_the_log() -> Result<()> {
    let night = Night::start()?;
    let day = night.collect_a_morning()?;
    night.site.digests_through(Place::A, day.end).await?;
    let client = night.site.client(Place::A).await?;
    let unknown = client.add_timetable(&timetable("tape", "daily 00:45", &["backup system device=tape"])).await;
    let unknown = unknown.expect_err("there is no such device").to_string();
    assert!(unknown.contains("there is no device tape"), "{unknown}");
    let tasks = ["backup system,acd,historical", "backup historical incremental"];
    client.add_timetable(&timetable("backups", "daily 00:45", &tasks)).await?;
    night.clock.set(MIDNIGHT + 45 * MINUTE);
    assert_eq!(ended(&client, "backups").await.outcome, Some(RunStatus::Done));
    let told = logged(&client, LogCode::BackupDone).await;
    let labels: Vec<&str> = told.iter().filter_map(|entry| entry.text.split_whitespace().nth(1)).collect();
    assert!(labels.len() == 2 && labels.iter().all(|label| label.starts_with("CMS-")), "{told:?}");
    let known = client.backups().await?;
    assert!(known.backups.iter().all(|backup| labels.contains(&backup.label.as_str())), "{known:?}");
    assert_eq!(known.backups.len(), 2);
    Ok(())
}

/// Every kind of task, each in the owner's name and recorded as what a person does is.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_kind_of_task_does_what_it_says() -> Result<()> {
    let night = Night::with_scripts()?;
    let day = night.collect_a_morning()?;
    night.site.digests_through(Place::A, day.end).await?;
    night.write_script("tell.sh", "echo \"$CMS_TIMETABLE of $CMS_OWNER, ACD $CMS_ACD, $CMS_TIME: $1\" > told")?;
    let client = night.site.client(Place::A).await?;
    let date = day.calendar().row_date(day.scenario.start);
    let [csv, json, text] = ["csv", "json", "txt"].map(|form| format!("report '{SUMMARY}' to all/splits.{form}"));
    let [page, book, pdf] = ["html", "xlsx", "pdf"].map(|form| format!("report '{SUMMARY}' to all/splits.{form}"));
    let summarize = format!("summarize daily {date} {date}");
    let tasks = [
        &csv,
        &json,
        &text,
        &summarize,
        &page,
        &book,
        &pdf,
        "exception on split 1,2 time-in-queue limit=60",
        "script tell.sh 'two words'",
        "collection off",
    ];
    let add = timetable("everything", "hourly :15", &tasks);
    client.add_timetable(&add).await?;
    night.clock.set(MIDNIGHT + 15 * MINUTE);
    let run = ended(&client, "everything").await;
    // The day of the ACD is not over, so that it cannot be summed up yet: the rest is not done.
    assert_eq!(run.outcome, Some(RunStatus::Failed));
    assert!(run.outcome_text.contains("task 4 of 10 failed; 6 behind it not done"), "{run:?}");
    let failed = logged(&client, LogCode::TaskFailed).await;
    assert!(failed[0].text.contains("not over yet") && failed[0].text.contains("summarize daily"), "{failed:?}");

    client
        .modify_timetable(&api::ModifyTimetable { after_failure: Some(AfterFailure::GoOn), ..modify("everything") })
        .await?;
    night.clock.set(MIDNIGHT + HOUR + 15 * MINUTE);
    let run = ended_after(&client, ADMINISTRATOR, "everything", MIDNIGHT + HOUR).await;
    assert!(run.outcome_text.contains("of 10 tasks failed: 4; the others are done"), "{run:?}");
    let read = |name: &str| std::fs::read_to_string(night.export(Place::A, name));
    let answer: api::RunAnswer = serde_json::from_str(&read("all/splits.json")?)?;
    assert_eq!((answer.stamp.server.as_str(), answer.sheet.to_csv()), ("CMS-A", read("all/splits.csv")?));
    assert!(read("all/splits.txt")?.contains(&answer.sheet.title));
    // The same sheet gives the same documents, whoever makes them.
    let head = Head::new(&answer.stamp, &[], Vec::new());
    for form in [Form::Html, Form::Xlsx, Form::Pdf] {
        let file = std::fs::read(night.export(Place::A, &format!("all/splits.{}", form.extension())))?;
        assert!(file == Document::new(&answer.sheet, &head).content(form)?, "{form:?}");
    }
    let told = std::fs::read_to_string(night.scripts().join("told"))?;
    assert_eq!(told, "everything of cms, ACD 1, 2026-11-23T01:15: two words\n");
    let rules = client.exceptions(Site::ACD).await?;
    assert_eq!(rules.iter().filter(|rule| rule.on && rule.limit_secs == 60).count(), 2);
    assert!(!client.status().await?.acds[0].health.collecting);
    let changes = client.changes(10).await?;
    let of_cms = |what: &str| changes.iter().any(|change| change.user == ADMINISTRATOR && change.what == what);
    assert!(of_cms("data collection") && of_cms("exception time-in-queue of split 2"), "{changes:?}");
    client.set_collection(&SetCollection { acd: Site::ACD, on: true }).await?;
    Ok(())
}

/// Seven at once: five run, the others wait their turn, and all of them run.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn five_run_at_once_and_the_others_wait() -> Result<()> {
    let night = Night::with_scripts()?;
    night.write_script("wait.sh", "echo + >> turns; while [ ! -e go ]; do sleep 0.05; done; echo - >> turns")?;
    let client = night.site.client(Place::A).await?;
    for name in ["a", "b", "c", "d", "e", "f", "g"] {
        client.add_timetable(&timetable(name, "hourly :15", &["script wait.sh"])).await?;
    }
    night.clock.set(MIDNIGHT + 15 * MINUTE);
    let turns = night.scripts().join("turns");
    let lines = || std::fs::read_to_string(&turns).unwrap_or_default();
    until("five scripts run", async || (lines().lines().count() == 5).then_some(())).await;
    // This is refused after the server has looked at all of them.
    let run = RunTimetable { owner: None, name: "a".to_owned() };
    let refused = client.run_timetable(&run).await.expect_err("it runs");
    assert_eq!(refused.refusal().map(|body| body.code), Some(ErrorCode::Busy));
    let refused = client.delete_timetable(None, "a").await.expect_err("it runs");
    assert_eq!(refused.refusal().map(|body| body.code), Some(ErrorCode::Busy));
    assert!(refused.to_string().contains("is running; wait"), "{refused}");
    let running = client.timetables(None).await?;
    assert!(running.iter().all(|known| known.started_at.is_some() && known.ended_at.is_none()), "{running:?}");
    let waits = |known: &&api::Timetable| known.outcome == Some(RunStatus::Waiting);
    assert_eq!(running.iter().filter(waits).count(), 2, "{running:?}");
    assert_eq!(lines().lines().count(), 5);
    std::fs::write(night.scripts().join("go"), "")?;
    for name in ["a", "b", "c", "d", "e", "f", "g"] {
        assert_eq!(ended(&client, name).await.outcome, Some(RunStatus::Done));
    }
    let turns = lines();
    let mut at_once: i32 = 0;
    for line in turns.lines() {
        at_once += if line == "+" { 1 } else { -1 };
        assert!((0..=5).contains(&at_once), "{turns}");
    }
    assert_eq!(turns.lines().count(), 14);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_script_that_fails_is_told_with_its_words() -> Result<()> {
    let night = Night::with_scripts()?;
    night.write_script("fail.sh", "echo 'no such customer' >&2; exit 3")?;
    night.write_script("mark.sh", "touch marked")?;
    let client = night.site.client(Place::A).await?;
    client.add_timetable(&timetable("failing", "daily 00:45", &["script fail.sh", "script mark.sh"])).await?;
    client.run_timetable(&RunTimetable { owner: None, name: "failing".to_owned() }).await?;
    let run = ended(&client, "failing").await;
    assert_eq!((run.outcome, run.next_at), (Some(RunStatus::Failed), Some(MIDNIGHT + 45 * MINUTE)));
    assert!(!night.scripts().join("marked").exists(), "what is behind a failing task is not done");
    let failed = logged(&client, LogCode::TaskFailed).await;
    let text = &failed[0].text;
    assert!(text.contains("task 1 (ACD 1: script fail.sh) failed") && text.contains("no such customer"), "{text}");
    assert_eq!(failed[0].severity, Severity::Error);
    assert_eq!(logged(&client, LogCode::TimetableFailed).await.len(), 1);
    Ok(())
}

/// What a failing script has started, and what holds its standard error, is not waited for: neither by the timetable nor by a
/// server that stops.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_script_that_fails_is_over_although_what_it_has_started_goes_on() -> Result<()> {
    let mut night = Night::with_scripts()?;
    night.write_script("fail.sh", "sleep 600 & echo $! > child; echo 'no such customer' >&2; exit 3")?;
    let client = night.site.client(Place::A).await?;
    client.add_timetable(&timetable("failing", "daily 00:45", &["script fail.sh"])).await?;
    client.run_timetable(&RunTimetable { owner: None, name: "failing".to_owned() }).await?;
    let run = ended(&client, "failing").await;
    assert!(run.outcome == Some(RunStatus::Failed) && run.outcome_text.contains("no such customer"), "{run:?}");
    night.site.stop(Place::A);
    let child: i32 = std::fs::read_to_string(night.scripts().join("child"))?.trim().parse()?;
    let child = nix::unistd::Pid::from_raw(child);
    nix::sys::signal::kill(child, nix::sys::signal::Signal::SIGKILL)?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_could_not_be_done_is_refused_when_it_is_written_down() -> Result<()> {
    let night = Night::start()?;
    let client = night.site.client(Place::A).await?;
    let check = async |schedule: &str, tasks: &[&str], code, part: &str| {
        let error = client.add_timetable(&timetable("new", schedule, tasks)).await.expect_err("it is refused");
        assert_eq!(error.refusal().map(|body| body.code), Some(code), "{error}");
        assert!(error.to_string().contains(part), "{error}");
    };
    use ErrorCode::{BadRequest, NotFound, WrongState};
    check("daily 25:00", &["collection on"], BadRequest, "\"25:00\" is no time").await;
    check("daily 00:45", &[], BadRequest, "at least one task").await;
    check("daily 00:45", &["dance"], BadRequest, "a task is").await;
    check("daily 00:45", &["report 'No such report' to a.csv"], NotFound, "No such report").await;
    check("daily 00:45", &["report 'Queue/Agent Status' to a.csv"], BadRequest, "real-time report").await;
    check("daily 00:45", &["acd 7 collection on"], NotFound, "ACD 7").await;
    check("daily 00:45", &["exception on split 1 time-in-queue limit=99999"], BadRequest, "28800").await;
    check("daily 00:45", &["script tell.sh"], WrongState, "scripts are off").await;
    // Dates that are none, and times that are past, in whatever field they stand.
    check("once 2026-02-31 10:00", &["collection on"], BadRequest, "the schedule `once 2026-02-31 10:00` cannot be")
        .await;
    check("once 2026-11-22 23:59", &["collection on"], BadRequest, "that time is past, it is 2026-11-23 00:00").await;
    let daily = |input: &str| format!("report 'Split/Skill Summary Daily' to a.csv {input}");
    check("daily 00:45", &[&daily("dates=2026-02-31")], BadRequest, "\"2026-02-31\" means no days").await;
    check("daily 00:45", &[&daily("dates=-1:-7")], BadRequest, "-1:-7 runs backwards").await;
    check("daily 00:45", &[&daily("days=-1")], BadRequest, "no input \"days\"").await;
    check("daily 00:45", &["summarize daily 2026-02-31 -1"], BadRequest, "\"2026-02-31\" is no day").await;
    check("daily 00:45", &["summarize daily -1 -7"], BadRequest, "-1 is after -7").await;
    check("daily 00:45", &["call-history on"], BadRequest, "add [history]").await;
    check("daily 00:45", &["report 'Split/Skill Summary Daily' to a.csv foo=3"], BadRequest, "no input \"foo\"").await;
    assert_eq!(client.timetables(None).await?, []);

    client.add_timetable(&timetable("new", "daily 00:45", &["collection on", "collection off"])).await?;
    let twice =
        client.add_timetable(&timetable("new", "daily 00:45", &["collection on"])).await.expect_err("it is there");
    assert_eq!(twice.refusal().map(|body| body.code), Some(ErrorCode::Exists));
    let past = api::ModifyTimetable { schedule: Some("once 2026-11-22 10:00".to_owned()), ..modify("new") };
    assert!(client.modify_timetable(&past).await.expect_err("it is past").to_string().contains("that time is past"));
    let change = api::ModifyTimetable { delete_tasks: vec![3], ..modify("new") };
    assert!(client.modify_timetable(&change).await.expect_err("no such task").to_string().contains("no task 3"));
    let change = api::ModifyTimetable {
        delete_tasks: vec![1],
        add_tasks: vec![super::task("summarize daily -1 -1")],
        ..modify("new")
    };
    assert!(client.modify_timetable(&change).await?.changed);
    let tasks: Vec<_> = client.timetable(None, "new").await?.tasks.into_iter().map(|task| task.task).collect();
    assert_eq!(tasks, ["collection off", "summarize daily -1 -1"]);
    assert!(!client.modify_timetable(&modify("new")).await?.changed);
    client.delete_timetable(None, "new").await?;
    assert!(client.timetable(None, "new").await.is_err());
    let changes = client.changes(10).await?;
    let told: Vec<_> = changes.iter().map(|change| (change.what.as_str(), change.after.is_empty())).collect();
    let what = "timetable \"new\" of cms";
    assert_eq!(told, [(what, true), (what, false), (what, false)]);
    assert!(changes[1].before.contains("collection on; ACD 1: collection off"), "{changes:?}");
    Ok(())
}
