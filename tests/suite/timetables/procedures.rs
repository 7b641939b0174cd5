//! The guide's three procedures about timetables on two servers, step by step, each to the end that it promises.

use anyhow::{Context as _, Result};
use api::{ErrorCode, GlobalEdit, LogCode, ModifyTimetable, RunOn, UndoGlobalEdit};
use client::Client;
use model::RunStatus;
use testkit::{ADMINISTRATOR, Place, Site, until};

use super::{DAY, HOUR, MIDNIGHT, MINUTE, Night, ended_after, modify, timetable};
use crate::cli::Server;

const ON_ANOTHER: &str = "This timetable will run on this or another CMS server\n";
const NOT_HERE: &str = "This timetable will not run on this CMS server\n";
const ONLY_HERE: &str = "This timetable will run only on this CMS server\n";
const BOX_HERE: [&str; 2] = ["< > Run only on this CMS server\n", "<X> Run only on this CMS server\n"];
const BOX_ANOTHER: [&str; 2] = ["< > Run on this or another CMS server\n", "<X> Run on this or another CMS server\n"];

/// The foot of a timetable's screen: the line and the two boxes.
fn foot(site: &Site, place: Place, owner: &str, name: &str) -> Result<String> {
    let told = Server::at(site.server(place))?.out(&["timetable", "show", name, "--owner", owner]);
    let from = told.find("This timetable").unwrap_or(0);
    Ok(told[from..].to_owned())
}

fn shown(line: &str, only_here: bool, another: bool) -> String {
    [line, BOX_HERE[usize::from(only_here)], BOX_ANOTHER[usize::from(another)]].concat()
}

/// The servers on which a timetable began after a moment. The second server is asked once it has looked at that time.
async fn ran_on(night: &Night, owner: &str, name: &str, hour: i64) -> Result<Vec<Place>> {
    let at = MIDNIGHT + hour * HOUR + 45 * MINUTE;
    let mut found = Vec::new();
    for place in Place::BOTH {
        let client = night.site.client(place).await?;
        // The probe runs on every server at the same minute and sorts behind all others, so it begins after them.
        ended_after(&client, "zoe", "probe", at).await;
        let run = client.timetable(Some(owner), name).await?;
        if run.started_at >= Some(at) {
            assert_eq!(ended_after(&client, owner, name, at).await.outcome, Some(RunStatus::Done));
            found.push(place);
        }
    }
    Ok(found)
}

/// Timetables run by a script that does nothing, at a quarter to every hour, and a probe that runs everywhere.
async fn start(timetables: &[(&str, &str)]) -> Result<Night> {
    let night = Night::with_scripts()?;
    night.write_script("nothing.sh", "exit 0")?;
    for owner in ["ann", "zoe"] {
        night.add_user(owner, true)?;
    }
    for (owner, name) in timetables.iter().chain(&[("zoe", "probe")]) {
        let client = night.site.client_of(Place::A, owner).await?;
        client.add_timetable(&timetable(name, "hourly :45", &["script nothing.sh"])).await?;
    }
    Ok(night)
}

async fn tick(client: &Client, name: &str, run_on: RunOn) -> Result<()> {
    let change = ModifyTimetable { run_on: Some(run_on), ..modify(name) };
    assert!(client.modify_timetable(&change).await?.changed);
    Ok(())
}

/// "Running timetables only on the primary server".
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn running_timetables_only_on_the_primary_server() -> Result<()> {
    // Steps 1 and 2: the default.
    let night = start(&[(ADMINISTRATOR, "nightly")]).await?;
    let site = &night.site;
    assert_eq!(foot(site, Place::A, ADMINISTRATOR, "nightly")?, shown(ON_ANOTHER, false, true));
    // Step 3: only on this server.
    let (a, b) = (site.client(Place::A).await?, site.client(Place::B).await?);
    tick(&a, "nightly", RunOn::ThisServer).await?;
    assert_eq!(foot(site, Place::A, ADMINISTRATOR, "nightly")?, shown(ONLY_HERE, true, false));
    // Steps 4 to 7: backup there, single-user mode, restore and multi-user mode here.
    night.carry_tables(Place::A, Place::B).await?;
    // Step 8.
    assert_eq!(foot(site, Place::B, ADMINISTRATOR, "nightly")?, shown(NOT_HERE, false, false));
    let lying = b.timetable(None, "nightly").await?;
    assert_eq!((lying.run_on, lying.next_at), (None, None));
    // Step 9: a copy is there, and it runs only on the primary.
    night.clock.set(MIDNIGHT + 45 * MINUTE);
    assert_eq!(ran_on(&night, ADMINISTRATOR, "nightly", 0).await?, [Place::A]);
    let run = api::RunTimetable { owner: None, name: "nightly".to_owned() };
    let refused = b.run_timetable(&run).await.expect_err("it does not run here");
    assert_eq!(refused.refusal().map(|body| body.code), Some(ErrorCode::WrongState));
    // What is changed beside the boxes does not revive it.
    let change = ModifyTimetable { description: Some("a copy".to_owned()), ..modify("nightly") };
    assert!(b.modify_timetable(&change).await?.text.contains("will not run on this CMS server"));
    // The note: either box, and it runs on both.
    tick(&b, "nightly", RunOn::ThisServer).await?;
    assert_eq!(foot(site, Place::B, ADMINISTRATOR, "nightly")?, shown(ONLY_HERE, true, false));
    night.clock.set(MIDNIGHT + HOUR + 45 * MINUTE);
    assert_eq!(ran_on(&night, ADMINISTRATOR, "nightly", 1).await?, Place::BOTH);
    tick(&b, "nightly", RunOn::ThisOrAnother).await?;
    night.clock.set(MIDNIGHT + 2 * HOUR + 45 * MINUTE);
    assert_eq!(ran_on(&night, ADMINISTRATOR, "nightly", 2).await?, Place::BOTH);
    // It began anew with each change: nothing that lay before counts as missed.
    for client in [&a, &b] {
        let log = client.maintenance_log(true, 100).await?;
        assert!(log.iter().all(|entry| entry.code == LogCode::TimetableDone), "{log:?}");
    }
    Ok(())
}

/// "Running timetables on both primary and secondary servers".
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn running_timetables_on_both_primary_and_secondary_servers() -> Result<()> {
    // Steps 1 to 4: added with the default.
    let night = start(&[(ADMINISTRATOR, "errors")]).await?;
    assert_eq!(foot(&night.site, Place::A, ADMINISTRATOR, "errors")?, shown(ON_ANOTHER, false, true));
    // Steps 5 to 8.
    night.carry_tables(Place::A, Place::B).await?;
    assert_eq!(foot(&night.site, Place::B, ADMINISTRATOR, "errors")?, shown(ON_ANOTHER, false, true));
    night.clock.set(MIDNIGHT + 45 * MINUTE);
    assert_eq!(ran_on(&night, ADMINISTRATOR, "errors", 0).await?, Place::BOTH);
    Ok(())
}

async fn edit(client: &Client, owner: &str, run_on: RunOn) -> Result<String> {
    Ok(client.edit_timetables(&GlobalEdit { owner: Some(owner.to_owned()), run_on }).await?.text)
}

/// "Editing timetables globally to change server ownership".
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn editing_timetables_globally_to_change_server_ownership() -> Result<()> {
    let mut night = start(&[(ADMINISTRATOR, "one"), (ADMINISTRATOR, "two"), ("ann", "three")]).await?;
    let known = [(ADMINISTRATOR, "one"), (ADMINISTRATOR, "two"), ("ann", "three")];
    // What is assumed: they are on both servers and run only on the primary.
    let a = night.site.client(Place::A).await?;
    for owner in [ADMINISTRATOR, "ann"] {
        edit(&a, owner, RunOn::ThisServer).await?;
    }
    night.carry_tables(Place::A, Place::B).await?;
    night.site.stop(Place::A);
    // Steps 1 to 3: on the secondary as cms, all owners.
    let cms = Server::at(night.site.server(Place::B))?;
    let list: Vec<api::Timetable> = serde_json::from_str(&cms.out(&["timetable", "list", "--json"]))?;
    let mut owners: Vec<_> = list.iter().map(|timetable| timetable.owner.as_str()).collect();
    owners.dedup();
    assert_eq!(owners, ["ann", ADMINISTRATOR, "zoe"]);
    // Steps 4 to 6, for each.
    for owner in [ADMINISTRATOR, "ann"] {
        let told = cms.out(&["timetable", "global-edit", "--owner", owner, "--only-here"]);
        assert!(told.contains("only on this CMS server from now on"), "{told}");
    }
    let b = night.site.client(Place::B).await?;
    for (owner, name) in known {
        assert_eq!(foot(&night.site, Place::B, owner, name)?, shown(ONLY_HERE, true, false));
        // Scheduled at once.
        assert_eq!(b.timetable(Some(owner), name).await?.next_at, Some(MIDNIGHT + 45 * MINUTE));
    }
    night.clock.set(MIDNIGHT + 45 * MINUTE);
    for (owner, name) in known {
        assert_eq!(ended_after(&b, owner, name, MIDNIGHT + 45 * MINUTE).await.outcome, Some(RunStatus::Done));
    }
    // Steps 7 to 11: the primary is back and takes over the secondary's administration. None of them runs on it.
    night.site.run(Place::A)?;
    night.carry_tables(Place::B, Place::A).await?;
    for (owner, name) in known {
        assert_eq!(foot(&night.site, Place::A, owner, name)?, shown(NOT_HERE, false, false));
    }
    night.clock.set(MIDNIGHT + HOUR + 45 * MINUTE);
    for (owner, name) in known {
        assert_eq!(ran_on(&night, owner, name, 1).await?, [Place::B]);
    }
    // Step 12: the same edit on the primary. Step 13: its administration onto the secondary.
    let a = night.site.client(Place::A).await?;
    for owner in [ADMINISTRATOR, "ann"] {
        edit(&a, owner, RunOn::ThisServer).await?;
    }
    night.carry_tables(Place::A, Place::B).await?;
    for (owner, name) in known {
        assert_eq!(foot(&night.site, Place::A, owner, name)?, shown(ONLY_HERE, true, false));
        assert_eq!(foot(&night.site, Place::B, owner, name)?, shown(NOT_HERE, false, false));
    }
    night.clock.set(MIDNIGHT + 2 * HOUR + 45 * MINUTE);
    for (owner, name) in known {
        assert_eq!(ran_on(&night, owner, name, 2).await?, [Place::A]);
    }
    Ok(())
}

/// What the guide cannot: the global edit is undone without restoring anything.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_global_edit_is_undone() -> Result<()> {
    let night = start(&[(ADMINISTRATOR, "one"), (ADMINISTRATOR, "two"), (ADMINISTRATOR, "three")]).await?;
    let a = night.site.client(Place::A).await?;
    tick(&a, "one", RunOn::ThisServer).await?;
    night.carry_tables(Place::A, Place::B).await?;
    let b = night.site.client(Place::B).await?;
    let refused = b.undo_timetables_edit(&UndoGlobalEdit { owner: None }).await.expect_err("nothing was edited");
    assert_eq!(refused.refusal().map(|body| body.code), Some(ErrorCode::NotFound));
    let told = edit(&b, ADMINISTRATOR, RunOn::ThisServer).await?;
    assert!(told.contains("the 3 timetables of cms") && told.contains("cms timetable undo --owner cms"), "{told}");
    // One of them is changed by hand after that; it is not the edit's any more.
    tick(&b, "three", RunOn::ThisOrAnother).await?;
    // Which edit would be undone, and what would become of each, is told before.
    let mut edited = Vec::new();
    for known in b.timetables(Some(ADMINISTRATOR)).await? {
        let edit = known.global_edit.context("it was edited")?;
        assert_eq!((edit.by.as_str(), edit.at), (ADMINISTRATOR, MIDNIGHT));
        edited.push((known.name, edit.was, edit.can_be_undone));
    }
    let was = Some(RunOn::ThisOrAnother);
    assert_eq!(
        edited,
        [("one".to_owned(), None, true), ("three".to_owned(), was, false), ("two".to_owned(), was, true)]
    );
    assert_eq!(a.timetable(None, "one").await?.global_edit, None, "nothing was edited there");
    let cms = Server::at(night.site.server(Place::B))?;
    let told = cms.out(&["timetable", "undo", "--owner", ADMINISTRATOR]);
    assert!(told.starts_with("2 timetables of cms run again where they ran before"), "{told}");
    assert!(told.contains("left as they are: three"), "{told}");
    assert!(b.timetables(None).await?.iter().all(|known| known.global_edit.is_none()), "it is undone");
    assert_eq!(foot(&night.site, Place::B, ADMINISTRATOR, "one")?, shown(NOT_HERE, false, false));
    assert_eq!(foot(&night.site, Place::B, ADMINISTRATOR, "two")?, shown(ON_ANOTHER, false, true));
    assert_eq!(foot(&night.site, Place::B, ADMINISTRATOR, "three")?, shown(ON_ANOTHER, false, true));
    assert!(b.undo_timetables_edit(&UndoGlobalEdit { owner: None }).await.is_err(), "it is undone once");
    let changes = b.changes(3).await?;
    let what: Vec<_> = changes.iter().map(|change| change.what.as_str()).collect();
    assert_eq!(what, ["all timetables of cms", "timetable \"three\" of cms", "all timetables of cms"]);
    assert!(changes[2].before.contains("one: server ") && changes[2].before.contains("two: any server"), "{changes:?}");
    night.clock.set(MIDNIGHT + 45 * MINUTE);
    assert_eq!(ran_on(&night, ADMINISTRATOR, "one", 0).await?, [Place::A]);
    assert_eq!(ran_on(&night, ADMINISTRATOR, "two", 0).await?, Place::BOTH);
    // Each edit can be undone, the last one first, and a restart forgets none.
    edit(&b, ADMINISTRATOR, RunOn::ThisServer).await?;
    edit(&b, ADMINISTRATOR, RunOn::ThisOrAnother).await?;
    let mut night = night;
    night.site.stop(Place::B);
    night.clock.set(MIDNIGHT + DAY);
    night.site.run(Place::B)?;
    let b = night.site.client(Place::B).await?;
    let told = b.undo_timetables_edit(&UndoGlobalEdit { owner: None }).await?.text;
    assert!(told.contains("the global edit before it, of ") && told.ends_with("by cms, can be undone next"), "{told}");
    let all_here = async || {
        let known = b.timetables(Some(ADMINISTRATOR)).await.ok()?;
        known.iter().all(|timetable| timetable.run_on == Some(RunOn::ThisServer)).then_some(())
    };
    until("all of them run only here again", all_here).await;
    let was: Vec<_> = b
        .timetables(Some(ADMINISTRATOR))
        .await?
        .into_iter()
        .map(|known| known.global_edit.map(|edit| edit.was))
        .collect();
    assert_eq!(was, [Some(None), Some(Some(RunOn::ThisOrAnother)), Some(Some(RunOn::ThisOrAnother))], "the one before");
    let told = b.undo_timetables_edit(&UndoGlobalEdit { owner: None }).await?.text;
    assert!(told.starts_with("3 timetables of cms run again") && !told.contains("next"), "{told}");
    assert_eq!(foot(&night.site, Place::B, ADMINISTRATOR, "one")?, shown(NOT_HERE, false, false));
    assert_eq!(foot(&night.site, Place::B, ADMINISTRATOR, "two")?, shown(ON_ANOTHER, false, true));
    Ok(())
}

/// The same edit given once more changes nothing, neither of the timetables nor of what they can be put back to.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_global_edit_that_is_given_twice_is_undone_to_what_was_before_both() -> Result<()> {
    let night = start(&[(ADMINISTRATOR, "one"), (ADMINISTRATOR, "two")]).await?;
    let a = night.site.client(Place::A).await?;
    edit(&a, ADMINISTRATOR, RunOn::ThisServer).await?;
    // Of this one the second edit changes something, and the third does not.
    tick(&a, "two", RunOn::ThisOrAnother).await?;
    for _ in 0..2 {
        edit(&a, ADMINISTRATOR, RunOn::ThisServer).await?;
    }
    a.undo_timetables_edit(&UndoGlobalEdit { owner: None }).await?;
    for name in ["one", "two"] {
        assert_eq!(foot(&night.site, Place::A, ADMINISTRATOR, name)?, shown(ON_ANOTHER, false, true), "{name}");
    }
    Ok(())
}

/// What was changed by hand since stays so, also when the edit before is undone, too.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_changed_by_hand_no_undoing_takes_back() -> Result<()> {
    let night = start(&[(ADMINISTRATOR, "one"), (ADMINISTRATOR, "two")]).await?;
    let a = night.site.client(Place::A).await?;
    edit(&a, ADMINISTRATOR, RunOn::ThisServer).await?;
    edit(&a, ADMINISTRATOR, RunOn::ThisOrAnother).await?;
    // As the first edit had it, but by hand.
    tick(&a, "two", RunOn::ThisServer).await?;
    let told = a.undo_timetables_edit(&UndoGlobalEdit { owner: None }).await?.text;
    assert!(told.contains("left as they are: two"), "{told}");
    a.undo_timetables_edit(&UndoGlobalEdit { owner: None }).await?;
    assert_eq!(foot(&night.site, Place::A, ADMINISTRATOR, "one")?, shown(ON_ANOTHER, false, true));
    assert_eq!(foot(&night.site, Place::A, ADMINISTRATOR, "two")?, shown(ONLY_HERE, true, false));
    Ok(())
}
