//! A timetable gets another name: what is known of it stays with it.

use anyhow::Result;
use api::{ErrorCode, GlobalEdit, LogCode, RunOn, UndoGlobalEdit};
use model::RunStatus;
use testkit::{ADMINISTRATOR, Place};

use super::{DAY, MIDNIGHT, MINUTE, Night, ended, ended_after, modify, timetable};
use crate::cli::Server;

fn to(name: &str, new: &str) -> api::ModifyTimetable {
    api::ModifyTimetable { rename: Some(new.to_owned()), ..modify(name) }
}

/// Its last run, a global edit that can be undone, and what is due stay with it; it neither runs twice nor is missed.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_known_of_a_timetable_stays_with_it_under_its_new_name() -> Result<()> {
    let mut night = Night::with_scripts()?;
    night.write_script("count.sh", "echo $CMS_TIMETABLE $CMS_TIME >> count")?;
    let client = night.site.client(Place::A).await?;
    let cms = Server::at(night.site.server(Place::A))?;
    client.add_timetable(&timetable("nightly", "daily 00:45", &["script count.sh"])).await?;
    night.clock.set(MIDNIGHT + 45 * MINUTE);
    let before = ended(&client, "nightly").await;
    client.edit_timetables(&GlobalEdit { owner: None, run_on: RunOn::ThisServer }).await?;

    let told = cms.out(&["timetable", "modify", "nightly", "--rename", "each night"]);
    assert!(told.contains("timetable \"nightly\" of cms is now timetable \"each night\" of cms"), "{told}");
    assert!(told.contains("it runs next on 2026-11-24 at 00:45"), "{told}");
    let after = client.timetable(None, "each night").await?;
    assert_eq!((after.started_at, after.ended_at, after.outcome), (before.started_at, before.ended_at, before.outcome));
    assert!(client.timetable(None, "nightly").await.is_err() && client.timetables(None).await?.len() == 1);
    let change = client.changes(1).await?.remove(0);
    assert_eq!(change.what, "timetable \"nightly\" of cms");
    assert!(change.after.starts_with("called \"each night\"; daily 00:45"), "{change:?}");
    let undone = client.undo_timetables_edit(&UndoGlobalEdit { owner: None }).await?;
    assert!(undone.changed && !undone.text.contains("changed or gone"), "{}", undone.text);
    assert_eq!(client.timetable(None, "each night").await?.run_on, Some(RunOn::ThisOrAnother));

    // It is due once, under its new name, also when the server was started anew between.
    night.site.stop(Place::A);
    night.site.run(Place::A)?;
    let client = night.site.client(Place::A).await?;
    night.clock.set(MIDNIGHT + DAY + 45 * MINUTE);
    ended_after(&client, ADMINISTRATOR, "each night", MIDNIGHT + DAY).await;
    let count = std::fs::read_to_string(night.scripts().join("count"))?;
    assert_eq!(count, "nightly 2026-11-23T00:45\neach night 2026-11-24T00:45\n");
    let log = client.maintenance_log(true, 100).await?;
    assert!(log.iter().all(|entry| entry.code == LogCode::TimetableDone), "{log:?}");

    // Where the tables are carried to, there is one timetable, which begins anew.
    night.carry_tables(Place::A, Place::B).await?;
    let other = night.site.client(Place::B).await?;
    let copy = other.timetable(None, "each night").await?;
    assert_eq!((other.timetables(None).await?.len(), copy.started_at), (1, None));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_name_that_is_taken_or_none_is_refused_and_so_is_a_timetable_that_runs() -> Result<()> {
    let night = Night::with_scripts()?;
    night.write_script("wait.sh", "while [ ! -e go ]; do sleep 0.05; done")?;
    let client = night.site.client(Place::A).await?;
    for name in ["first", "second"] {
        client.add_timetable(&timetable(name, "daily 00:45", &["collection on"])).await?;
    }
    let refused = async |change: &api::ModifyTimetable| {
        let Err(error) = client.modify_timetable(change).await else {
            panic!("it is not refused: {:?}", client.timetables(None).await);
        };
        (error.refusal().map(|body| body.code), error.to_string())
    };
    let (code, text) = refused(&to("first", "second")).await;
    assert!(code == Some(ErrorCode::Exists) && text.contains("choose another name"), "{text}");
    assert_eq!(refused(&to("first", " ")).await.0, Some(ErrorCode::BadRequest));
    assert_eq!(refused(&to("third", "fourth")).await.0, Some(ErrorCode::NotFound));
    assert!(!client.modify_timetable(&to("first", "first")).await?.changed);

    client.add_timetable(&timetable("long", "daily 00:45", &["script wait.sh"])).await?;
    client.run_timetable(&api::RunTimetable { owner: None, name: "long".to_owned() }).await?;
    // One that waits to begin may be renamed; its run goes on under the new name.
    let runs = |known: &api::Timetable| known.outcome == Some(RunStatus::Running);
    testkit::until("it runs", async || client.timetable(None, "long").await.ok().filter(runs)).await;
    let (code, text) = refused(&to("long", "longer")).await;
    assert!(code == Some(ErrorCode::Busy) && text.contains("is running"), "{text}");
    std::fs::write(night.scripts().join("go"), "")?;
    ended(&client, "long").await;
    assert!(client.modify_timetable(&to("long", "longer")).await?.changed);
    let names: Vec<_> = client.timetables(None).await?.into_iter().map(|known| known.name).collect();
    assert_eq!(names, ["first", "longer", "second"]);
    Ok(())
}
