//! The guide's fifth chapter: after an unscheduled outage of the one and of the other server.

use anyhow::Result;
use api::{
    AddTimetable, GlobalEdit, Mode, Profile, Profiled, RunOn, SetProfile, StepState, TimetableTask, WorksheetKind,
};
use session::worksheets::Outcome;
use testkit::{LIMIT, Place, Site, until};

use super::{Centre, kept, role, step};
use crate::child::ServerProcess;
use crate::heal::parcels;

fn level(seconds: u32) -> SetProfile {
    let increments_secs = vec![5, 10];
    let profile = Profile { of: Profiled::Split, number: "2".to_owned(), service_level_secs: seconds, increments_secs };
    SetProfile { acd: Site::ACD, profile }
}

/// Begun while the server is still away, the record lies on the other one; it is there for whoever comes next, and on both in
/// the end. Administration of meanwhile is carried, and nothing is missing.
async fn outage(seed: u64, down: Place, kind: WorksheetKind, by_backup: bool) -> Result<()> {
    let mut centre = Centre::open(seed).await?;
    let up = if down == Place::A { Place::B } else { Place::A };
    centre.site.stop(down);
    centre.site.client(up).await?.set_profile(&level(44)).await?;
    centre.let_pass(up, 80).await?;
    let pair = centre.pair().await?;
    assert!(pair.side(role(down)).told.is_err() && pair.side(role(up)).told.is_ok());
    let mut sheet = pair.start(kind, by_backup, "").await?;
    let outcome = pair.go(&mut sheet, None, false, &mut |_| {}).await?;
    assert!(matches!(&outcome, Outcome::Waits(what) if what.contains("does not answer")), "{outcome:?}");
    assert_eq!(step(&sheet, "back").state, StepState::Waiting);
    let id = sheet.id;

    centre.site.run(down)?;
    let sheet = centre.walk_to(&id, Some("administration")).await?;
    let name = if down == Place::A { &sheet.primary } else { &sheet.secondary };
    assert!(name.starts_with("CMS-") && step(&sheet, "back").times.len() == 1, "{sheet:?}");
    assert_eq!(centre.site.client(down).await?.health(LIMIT).await?.mode, Mode::SingleUser);
    if by_backup {
        let (_, outcome) = centre.go(&id, false).await?;
        assert!(matches!(&outcome, Outcome::Failed(why) if why.contains("does not see backup")), "{outcome:?}");
        crate::backup::carry(&centre.site, up, down)?;
        centre.walk_to(&id, Some("history")).await?;
        let lacking = centre.compared().await?;
        assert!(lacking.missing + lacking.incomplete > 0, "there is something to restore: {lacking:?}");
        crate::backup::carry(&centre.site, up, down)?;
    }
    let sheet = centre.walk_to(&id, None).await?;
    assert!(sheet.end.as_ref().is_some_and(|end| !end.abandoned), "{sheet:?}");
    centre.check_equal().await?;
    let [a, b] = kept(&centre, &id).await?;
    assert!(a == b && a == Some(sheet), "both keep the end of it");
    let profiles = centre.site.client(down).await?.profiles(Site::ACD).await?;
    assert_eq!(profiles, [level(44).profile]);
    for place in Place::BOTH {
        assert!(parcels(&centre.site, place).is_empty(), "{place:?} keeps a parcel");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn after_an_outage_of_the_primary() -> Result<()> {
    outage(311, Place::A, WorksheetKind::PrimaryOutage, false).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn after_an_outage_of_the_secondary() -> Result<()> {
    outage(312, Place::B, WorksheetKind::SecondaryOutage, false).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn after_an_outage_of_the_primary_with_backups() -> Result<()> {
    outage(313, Place::A, WorksheetKind::PrimaryOutage, true).await
}

/// The server is killed between two steps and in the middle of them: the step says so, and is done when it is back.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_that_is_killed_in_between_is_waited_for_and_the_step_repeated() -> Result<()> {
    let mut centre = Centre::open(314).await?;
    let folder = centre.site.folder(Place::B).to_owned();
    centre.site.stop(Place::B);
    centre.let_pass(Place::A, 80).await?;
    let process = ServerProcess::start(&folder, None)?;
    let id = centre.pair().await?.start(WorksheetKind::SecondaryOutage, false, "").await?.id;
    centre.walk_to(&id, Some("administration")).await?;
    process.kill()?;
    let pair = centre.pair().await?;
    let mut sheet = pair.worksheet(Some(&id)).await?;
    let outcome = pair.go(&mut sheet, None, false, &mut |_| {}).await?;
    assert!(matches!(&outcome, Outcome::Failed(why) if why.contains("cannot be reached")), "{outcome:?}");
    assert_eq!(step(&sheet, "administration").state, StepState::Failed);
    pair.skip(&mut sheet, None, "nothing was administered").await?;

    let process = ServerProcess::start(&folder, None)?;
    // It takes a moment until it answers again.
    let walked = until("the server answers", async || match centre.walk_to(&id, Some("heal")).await {
        Err(error) if error.to_string().contains("cannot be reached") => None,
        walked => Some(walked),
    });
    let sheet = walked.await?;
    assert_eq!(step(&sheet, "administration").text, "nothing was administered");
    let pair = centre.pair().await?;
    let mut sheet = pair.worksheet(Some(&id)).await?;
    let mut process = Some(process);
    let mut kill = |progress: &session::twin::Step| {
        if progress.what.contains("carrying")
            && let Some(process) = process.take()
        {
            process.kill().expect("it can be killed");
        }
    };
    let outcome = pair.go(&mut sheet, None, false, &mut kill).await?;
    let was_killed = process.is_none();
    assert!(was_killed && matches!(&outcome, Outcome::Failed(_)), "{outcome:?}");
    drop(process);
    centre.site.run(Place::B)?;
    centre.walk_to(&id, None).await?;
    centre.check_equal().await?;
    let [a, b] = kept(&centre, &id).await?;
    assert!(a.is_some() && a == b, "both keep the end of it");
    Ok(())
}

fn timetable(name: &str, run_on: RunOn) -> AddTimetable {
    AddTimetable {
        owner: None,
        name: name.to_owned(),
        description: String::new(),
        acd: Site::ACD,
        schedule: "once 2040-01-01 00:45".to_owned(),
        run_on: Some(run_on),
        after_failure: None,
        after_missing: None,
        tasks: vec![TimetableTask { acd: Site::ACD, task: "backup local,system,acd,historical".to_owned() }],
    }
}

/// "Editing timetables globally to change server ownership", with the primary back: what the secondary took over is given back, and
/// what runs on the primary alone is there again behind the restore, which is said before.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn timetables_run_where_they_ran_before_an_outage_of_the_primary() -> Result<()> {
    let mut centre = Centre::open(315).await?;
    let (a, b) = (centre.site.client(Place::A).await?, centre.site.client(Place::B).await?);
    for client in [&a, &b] {
        client.add_timetable(&timetable("nightly", RunOn::ThisOrAnother)).await?;
    }
    a.add_timetable(&timetable("own", RunOn::ThisServer)).await?;
    centre.site.stop(Place::A);
    b.edit_timetables(&GlobalEdit { owner: None, run_on: RunOn::ThisServer }).await?;
    centre.site.run(Place::A)?;

    let id = centre.pair().await?.start(WorksheetKind::PrimaryOutage, false, "").await?.id;
    let sheet = centre.walk_to(&id, Some("administration")).await?;
    assert!(step(&sheet, "timetables").text.contains("again where"), "{sheet:?}");
    let (_, outcome) = centre.go(&id, false).await?;
    let Outcome::Asks(plans) = outcome else { panic!("a plan: {outcome:?}") };
    let cautions = &plans[0].plan.cautions;
    assert!(cautions.iter().any(|caution| caution.starts_with("own of cms runs on CMS-A alone")), "{cautions:?}");
    centre.walk_to(&id, Some("archived")).await?;
    for (place, expect) in [
        (Place::A, vec![("nightly", Some(RunOn::ThisOrAnother)), ("own", Some(RunOn::ThisServer))]),
        (Place::B, vec![("nightly", Some(RunOn::ThisOrAnother))]),
    ] {
        let found = centre.site.client(place).await?.timetables(None).await?;
        let found: Vec<_> = found.iter().map(|timetable| (timetable.name.as_str(), timetable.run_on)).collect();
        assert_eq!(found, expect, "{place:?}");
    }
    Ok(())
}
