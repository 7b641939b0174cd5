//! Who may change whose timetables, and in whose name tasks are done.

use anyhow::Result;
use api::{AddTimetable, ErrorCode, GlobalEdit, LogCode, ModifyTimetable, RunOn, RunTimetable, UndoGlobalEdit};
use client::{Client, ClientError};
use model::{AcdNumber, RunStatus, Task};
use testkit::Place;

use super::{MIDNIGHT, Night, SUMMARY, ended_after, logged, modify, timetable};

fn not_permitted<T: std::fmt::Debug>(outcome: Result<T, ClientError>) {
    let error = outcome.expect_err("it is refused");
    assert_eq!(error.refusal().map(|body| body.code), Some(ErrorCode::NotPermitted), "{error}");
}

async fn names(client: &Client) -> Result<Vec<(String, bool)>> {
    Ok(client.timetables(None).await?.into_iter().map(|known| (known.owner, known.may_change)).collect())
}

/// Others may look; the owner and administrators change; all of another's at once only `cms`.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn others_may_view_and_only_owner_and_administrators_change() -> Result<()> {
    let night = Night::start()?;
    for (name, administrator) in [("ann", false), ("bob", false), ("boss", true)] {
        night.add_user(name, administrator)?;
    }
    let [cms, ann, bob, boss] = ["cms", "ann", "bob", "boss"].map(|user| night.site.client_of(Place::A, user));
    let (cms, ann, bob, boss) = (cms.await?, ann.await?, bob.await?, boss.await?);
    let report = format!("report '{SUMMARY}' to ann.csv");
    ann.add_timetable(&timetable("mine", "daily 00:45", &[&report])).await?;
    assert_eq!(names(&ann).await?, [("ann".to_owned(), true)]);
    assert_eq!(names(&bob).await?, [("ann".to_owned(), false)]);
    assert_eq!(bob.timetable(Some("ann"), "mine").await?.tasks.len(), 1);

    let of_ann = |change: ModifyTimetable| ModifyTimetable { owner: Some("ann".to_owned()), ..change };
    let description = |text: &str| of_ann(ModifyTimetable { description: Some(text.to_owned()), ..modify("mine") });
    not_permitted(bob.modify_timetable(&description("bob was here")).await);
    not_permitted(bob.delete_timetable(Some("ann"), "mine").await);
    let run = RunTimetable { owner: Some("ann".to_owned()), name: "mine".to_owned() };
    not_permitted(bob.run_timetable(&run).await);
    let for_ann = AddTimetable { owner: Some("ann".to_owned()), ..timetable("another", "daily 00:45", &[&report]) };
    not_permitted(bob.add_timetable(&for_ann).await);
    boss.modify_timetable(&description("looked after")).await?;
    boss.add_timetable(&for_ann).await?;
    assert_eq!(ann.timetable(None, "mine").await?.changed_by, "boss");

    let all_of = |owner: &str| GlobalEdit { owner: Some(owner.to_owned()), run_on: RunOn::ThisServer };
    let undo = |owner: &str| UndoGlobalEdit { owner: Some(owner.to_owned()) };
    for client in [&bob, &boss] {
        not_permitted(client.edit_timetables(&all_of("ann")).await);
        not_permitted(client.undo_timetables_edit(&undo("ann")).await);
    }
    cms.edit_timetables(&all_of("ann")).await?;
    ann.undo_timetables_edit(&undo("ann")).await?;
    ann.edit_timetables(&all_of("ann")).await?;
    // There is nobody for whom it could be.
    let nobody = AddTimetable { owner: Some("nobody".to_owned()), ..timetable("lost", "daily 00:45", &[&report]) };
    not_permitted(cms.add_timetable(&nobody).await);
    Ok(())
}

/// Tasks are done in the owner's name: what the owner may not do is not done, also where it came with restored tables.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tasks_have_the_owners_permission_and_no_more() -> Result<()> {
    let night = Night::start()?;
    night.add_user("ann", false)?;
    let (cms, ann) = (night.site.client(Place::A).await?, night.site.client_of(Place::A, "ann").await?);
    let off = timetable("off", "daily 00:45", &["collection off"]);
    not_permitted(ann.add_timetable(&off).await);
    // Nor does it help that an administrator writes it down for her.
    not_permitted(cms.add_timetable(&AddTimetable { owner: Some("ann".to_owned()), ..off.clone() }).await);
    cms.add_timetable(&off).await?;
    let mut system = night.system(Place::A)?;
    let mut kept = system.timetables()?.timetables.remove(0);
    kept.timetable.key.owner = "ann".to_owned();
    system.add_timetable(&kept)?;
    kept.timetable.key.owner = "gone".to_owned();
    kept.timetable.tasks.push(Task::kept(AcdNumber(1), "sing loudly"));
    system.add_timetable(&kept)?;
    for owner in ["ann", "gone"] {
        let run = RunTimetable { owner: Some(owner.to_owned()), name: "off".to_owned() };
        cms.run_timetable(&run).await?;
        assert_eq!(ended_after(&cms, owner, "off", MIDNIGHT).await.outcome, Some(RunStatus::Failed));
    }
    let told: Vec<_> = logged(&cms, LogCode::TaskFailed).await.into_iter().map(|entry| entry.text).collect();
    let has = |part: &str| told.iter().any(|text| text.contains(part));
    assert!(has("ann may not change") && has("its owner gone does not exist"), "{told:?}");
    assert!(cms.status().await?.acds[0].health.collecting);
    // Nothing of it is changed while there is nobody whose it is, whatever its tasks.
    let note =
        ModifyTimetable { owner: Some("gone".to_owned()), description: Some("whose?".to_owned()), ..modify("off") };
    let refused = cms.modify_timetable(&note).await.expect_err("there is no such user").to_string();
    assert!(refused.contains("its owner gone does not exist on this server; add that user"), "{refused}");
    // A task of a newer version says so.
    night.add_user("gone", true)?;
    let only_song = ModifyTimetable { owner: Some("gone".to_owned()), delete_tasks: vec![1], ..modify("off") };
    cms.modify_timetable(&only_song).await?;
    night.clock.set(MIDNIGHT + 1);
    cms.run_timetable(&RunTimetable { owner: Some("gone".to_owned()), name: "off".to_owned() }).await?;
    let run = ended_after(&cms, "gone", "off", MIDNIGHT + 1).await;
    assert!(run.outcome_text.contains("this version does not know the task \"sing loudly\""), "{run:?}");
    Ok(())
}
