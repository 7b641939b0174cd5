//! Shortcuts: each user's own, kept on the server, run by `cms` and by the desktop's session, and what becomes of them when a
//! permission or a user goes.

use std::time::Instant;

use anyhow::{Context, Result};
use api::{
    AddShortcut, ErrorCode, GiveShortcut, ModifyShortcut, Permission, Refresh, ReportRequest, SetPermissions, Shortcut,
};
use client::Client;
use report::Inputs;
use serde_json::{Value, from_str};
use session::{ChangeRequest, Command, Model, ReportKey, ShortcutChange, ShortcutRun, StepState, Which};
use testkit::{PASSWORD, Place, Site, SiteOptions};

use crate::cli::Server;
use crate::people::{add, code, signed_in};
use crate::running::Running;
use crate::switch_over::desk::{Desk, profile};

const REPORT: &str = "Split/Skill Report";
const FAILED: Option<i32> = Some(1);
const USAGE: Option<i32> = Some(2);
const REFUSED: Option<i32> = Some(3);

fn step(report: &str, inputs: &[(&str, &str)]) -> ReportRequest {
    let inputs: Inputs = inputs.iter().map(|(name, typed)| ((*name).to_owned(), (*typed).to_owned())).collect();
    ReportRequest { path: report.to_owned(), acd: Site::ACD, inputs, refresh: Refresh::Secs(5) }
}

fn shortcut(name: &str, steps: &[ReportRequest]) -> AddShortcut {
    AddShortcut { name: name.to_owned(), steps: steps.to_vec(), arrangement: None }
}

/// Ann, who may see splits 1 and 2 of the ACD alone.
async fn add_ann(cms: &Client) -> Result<()> {
    add(cms, "ann", |_| {}).await?;
    permit(
        cms,
        &[("feature", "reports", "read"), ("acd", "", "read"), ("splits", "1", "read"), ("splits", "2", "read")],
    )
    .await
}

async fn permit(cms: &Client, permissions: &[(&str, &str, &str)]) -> Result<()> {
    let permission = |(kind, of, access): &(&str, &str, &str)| Permission {
        kind: (*kind).to_owned(),
        acd: (*kind != "feature").then_some(Site::ACD),
        of: (*of).to_owned(),
        access: (*access).to_owned(),
    };
    let permissions = permissions.iter().map(permission).collect();
    cms.set_permissions(&SetPermissions { user: "ann".to_owned(), reads_everything: None, permissions }).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_shortcut_is_kept_shown_changed_and_run_by_the_command_line() -> Result<()> {
    let running = Running::start().await?;
    let cms = Server::of(&running.site, Place::A)?;
    assert!(cms.out(&["shortcut", "list", "--json"]).trim() == "[]");
    let first = "\"Split/Skill Report\" acd=1 splits=1-3";
    let second = "'Split/Skill Summary Interval' dates=0";
    let told = cms.out(&["shortcut", "add", "Morning", "--acd", "1", "--step", first, "--step", second]);
    assert!(told.contains("shortcut \"Morning\" of cms opens 2 reports"), "{told}");

    // Reports are kept by their paths, and what was not said is filled in.
    let shown = cms.out(&["shortcut", "show", "morning"]);
    assert!(shown.contains("\"Real-time/Split-Skill/Split-Skill Report\" acd=1 refresh="), "{shown}");
    assert!(shown.contains("Split-Skill Summary Interval\" acd=1 refresh=once dates=0"), "{shown}");
    // What is shown can be taken in again.
    let file = running.dir().join("morning.steps");
    std::fs::write(&file, &shown)?;
    let file = file.to_str().context("a path of text")?;
    cms.out(&["shortcut", "add", "Again", "--from-file", file]);
    let shortcuts: Vec<Shortcut> = from_str(&cms.out(&["shortcut", "list", "--json"]))?;
    assert_eq!(shortcuts.iter().map(|known| known.name.as_str()).collect::<Vec<_>>(), ["Again", "Morning"]);
    assert_eq!(shortcuts[0].steps, shortcuts[1].steps);

    let ran = cms.out(&["shortcut", "run", "Morning"]);
    let one = cms.out(&["report", "run", REPORT, "--acd", "1", "--input", "splits=1-3"]);
    let title = |text: &str| text.lines().next().unwrap_or_default().to_owned();
    assert!(ran.starts_with(&title(&one)) && ran.contains("\n\nSplit/Skill Summary Interval"), "{ran}");
    let ran: Value = from_str(&cms.out(&["shortcut", "run", "Morning", "--json"]))?;
    assert_eq!((&ran[0]["step"], &ran[1]["step"]), (&1.into(), &2.into()));
    assert!(ran[0]["answer"]["sheet"]["blocks"].is_array() && ran[1]["answer"]["stamp"]["acd"] == 1, "{ran}");

    cms.out(&["shortcut", "modify", "Morning", "--rename", "Early", "--delete-step", "2"]);
    let shown = cms.out(&["shortcut", "show", "Early"]);
    assert_eq!(shown.lines().filter(|line| !line.starts_with('#')).count(), 1, "{shown}");
    assert_eq!(cms.run(&["shortcut", "show", "Morning"]).code, REFUSED);
    cms.out(&["shortcut", "delete", "Again"]);
    let changes = cms.out(&["changes"]);
    for part in ["shortcut \"Morning\" of cms", "shortcut \"Again\" of cms"] {
        assert!(changes.contains(part), "{changes}");
    }
    // It is there after a restart, and the other server has its own.
    let secondary = Server::of(&running.site, Place::B)?;
    assert!(secondary.out(&["shortcut", "list", "--json"]).trim() == "[]");
    let told = secondary.out(&["shortcut", "add", "Here", "--step", first]);
    assert!(told.contains("CMS-B is a secondary") && told.contains("make it there, too"), "{told}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_cannot_be_kept_is_refused_with_the_step_and_the_reason() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let cms = Server::of(&site, Place::A)?;
    let add = |name: &str, step: &str| cms.run(&["shortcut", "add", name, "--step", step]);
    for (name, step, code, part) in [
        ("a name of twenty-one!", "\"Agent Report\" acd=1", REFUSED, "1 to 20 letters"),
        ("Morning", "\"Agent Report\" acd=1 vdns=3", REFUSED, "step 1 (Agent Report) cannot be kept"),
        ("Morning", "\"Agent Report\" acd=9", REFUSED, "has no ACD 9"),
        ("Morning", "\"No Report\" acd=1 refresh=5", REFUSED, "has no report \"No Report\""),
        ("Morning", "\"Agent Report\" acd=1 refresh=601", USAGE, "refresh=601"),
        ("Morning", "\"Split/Skill Summary Daily\" acd=1 refresh=5 dates=0", REFUSED, "is not shown every 5 s"),
        ("Morning", "\"Split/Skill View\" acd=1 refresh=0", REFUSED, "each 10 to 600 seconds"),
        ("Morning", "\"Agent Report\"", USAGE, "acd=N"),
        ("Morning", "\"Agent Report", USAGE, "is not closed"),
        ("Morning", "\"Agent Report\" acd=1 agents", USAGE, "NAME=VALUE"),
    ] {
        let ended = add(name, step);
        assert!(ended.code == code && ended.err.contains(part), "{step}: {ended:?}");
    }
    assert_eq!(cms.run(&["shortcut", "add", "Morning"]).code, USAGE);
    let client = site.client(Place::A).await?;
    let many = vec![step("Agent Report", &[]); 21];
    assert_eq!(code(client.add_shortcut(&shortcut("Many", &many)).await), Some(ErrorCode::BadRequest));
    client.add_shortcut(&shortcut("Many", &many[..20])).await?;
    let again = client.add_shortcut(&shortcut("MANY", &many[..1])).await;
    assert_eq!(code(again), Some(ErrorCode::Exists));
    assert_eq!(client.shortcuts(None).await?.len(), 1);
    Ok(())
}

/// The step that a permission was for fails and says so; the others go on, on the command line and in the session.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_permission_withdrawn_later_fails_its_step_alone() -> Result<()> {
    let running = Running::start().await?;
    let site = &running.site;
    let cms = site.client(Place::A).await?;
    add_ann(&cms).await?;
    let ann = signed_in(site.server(Place::A), "ann").await?;
    let steps = [step(REPORT, &[("splits", "2")]), step(REPORT, &[("splits", "1")])];
    ann.add_shortcut(&shortcut("Mine", &steps)).await?;
    let server = Server::of(site, Place::A)?;
    let run = |options: &[&str]| server.run_as("ann", PASSWORD, &[&["shortcut", "run", "Mine"], options].concat());
    assert_eq!(run(&[]).code, Some(0));

    permit(&cms, &[("splits", "2", "none")]).await?;
    let ended = run(&["--format", "csv"]);
    assert_eq!(ended.code, FAILED);
    assert!(ended.err.contains("step 1 (Real-time/Split-Skill/Split-Skill Report)"), "{ended:?}");
    assert!(ended.err.contains("1 step could not be done") && ended.out.lines().count() >= 2, "{ended:?}");
    let ended = run(&["--json"]);
    let told: Value = from_str(&ended.out)?;
    assert!(ended.code == FAILED && told[0]["error"].is_string() && told[1]["answer"].is_object(), "{ended:?}");

    // The session of the desktop has the shortcut after signing in, and each of its reports stands for itself.
    let mut desk = Desk::sign_in(session::Profile { user: "ann".to_owned(), ..profile(site)? }).await?;
    desk.wait("the shortcuts", |model, _| !model.shortcuts.is_empty()).await;
    let known = desk.model.shortcuts[0].clone();
    let steps: Vec<_> = (1..).map(ReportKey).zip(known.steps).collect();
    for (report, request) in steps.clone() {
        desk.send(Command::Open { report, request });
    }
    let run = ShortcutRun { name: known.name, steps, stopped: false };
    let states = |model: &Model| run.states(model, &|_| true);
    let is_over = |model: &Model, _: Instant| states(model).iter().all(|state| !matches!(state, StepState::Waiting(_)));
    desk.wait("the end of both steps", is_over).await;
    let states = states(&desk.model);
    assert!(matches!(&states[0], StepState::Failed(why) if !why.is_empty()), "{states:?}");
    assert_eq!(states[1], StepState::Shown);

    // Nor can it be kept anew, once nothing of the ACD is permitted.
    permit(&cms, &[("acd", "", "none")]).await?;
    let refused = ann.add_shortcut(&shortcut("New", &[step(REPORT, &[])])).await;
    assert_eq!(code(refused), Some(ErrorCode::NotPermitted));
    assert_eq!(ann.shortcuts(None).await?.len(), 1, "what is kept stays, for the day it is permitted again");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_list_give_and_delete_and_nobody_else_does() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let cms = site.client(Place::A).await?;
    add_ann(&cms).await?;
    add(&cms, "bob", |add| add.reads_everything = true).await?;
    let server = site.server(Place::A);
    let (ann, bob) = (signed_in(server, "ann").await?, signed_in(server, "bob").await?);
    ann.add_shortcut(&shortcut("Mine", &[step(REPORT, &[])])).await?;
    for refused in [
        code(bob.shortcuts(Some("ann")).await),
        code(bob.shortcuts_of_everybody().await),
        code(bob.delete_shortcut(Some("ann"), "Mine").await),
        code(bob.give_shortcut(&give("ann", "bob")).await),
    ] {
        assert_eq!(refused, Some(ErrorCode::NotPermitted));
    }
    assert_eq!(code(bob.delete_shortcut(None, "Mine").await), Some(ErrorCode::NotFound), "he has none");

    assert!(cms.give_shortcut(&give("ann", "bob")).await?.text.contains("bob has a copy"));
    assert_eq!(code(cms.give_shortcut(&give("ann", "bob")).await), Some(ErrorCode::Exists));
    assert_eq!(code(cms.give_shortcut(&give("ann", "nobody")).await), Some(ErrorCode::NotFound));
    let all = cms.shortcuts_of_everybody().await?;
    assert_eq!(all.iter().map(|known| known.owner.as_str()).collect::<Vec<_>>(), ["ann", "bob"]);
    assert_eq!(bob.shortcuts(None).await?[0].steps, ann.shortcuts(None).await?[0].steps);
    // Of the owner's own report the other one is told.
    let mut definition = report::find_built_in(REPORT).context("a built-in report")?.clone();
    definition.name = "Splits of ann".to_owned();
    permit(&cms, &[("feature", "reports", "read,write")]).await?;
    ann.save_report(&api::SaveReport::new(definition, api::Scope::Personal, false)).await?;
    ann.add_shortcut(&shortcut("Own", &[step("Splits of ann", &[])])).await?;
    let give_own = GiveShortcut { name: "Own".to_owned(), ..give("ann", "bob") };
    let told = cms.give_shortcut(&give_own).await?.text;
    assert!(told.contains("bob has no report Real-time/Designer/Splits of ann"), "{told}");

    // Whoever removes a user is told, and says what becomes of them.
    let refused = cms.remove_user("bob", None, false).await.expect_err("he owns shortcuts").to_string();
    assert!(refused.contains("the shortcuts Mine, Own") && refused.contains("--give-to"), "{refused}");
    cms.delete_shortcut(Some("bob"), "own").await?;
    cms.remove_user("bob", Some("cms"), false).await?;
    assert_eq!(cms.shortcuts(None).await?.len(), 1);
    cms.remove_user("ann", None, true).await?;
    assert_eq!(cms.shortcuts_of_everybody().await?.len(), 1);
    Ok(())
}

/// How the steps are arranged is the desktop's business: it is kept, copied and renamed with them, and goes when they do.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_arrangement_goes_with_the_steps_that_it_is_of() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let cms = site.client(Place::A).await?;
    add_ann(&cms).await?;
    let arranged = |arrangement: &str| {
        let steps = shortcut("Mine", &[step(REPORT, &[]), step(REPORT, &[("splits", "1")])]);
        AddShortcut { arrangement: Some(arrangement.to_owned()), ..steps }
    };
    for (arrangement, part) in [("{", "no JSON"), (&"1".repeat(65_537), "at most 65536 bytes")] {
        let refused = cms.add_shortcut(&arranged(arrangement)).await.expect_err("it is refused").to_string();
        assert!(refused.contains(part), "{refused}");
    }
    cms.add_shortcut(&arranged("{\"version\":1}")).await?;
    let modify = |change: ModifyShortcut| ModifyShortcut { name: "Mine".to_owned(), ..change };
    let kept = async || Ok::<_, anyhow::Error>(cms.shortcuts(None).await?.swap_remove(0).arrangement);
    cms.give_shortcut(&give("cms", "ann")).await?;
    let all = cms.shortcuts_of_everybody().await?;
    assert!(all.iter().all(|known| known.arrangement.as_deref() == Some("{\"version\":1}")), "{all:?}");
    let other = modify(ModifyShortcut { arrangement: Some("{\"version\":2}".to_owned()), ..ModifyShortcut::default() });
    assert!(cms.modify_shortcut(&other).await?.changed && !cms.modify_shortcut(&other).await?.changed);
    assert_eq!(kept().await?.as_deref(), Some("{\"version\":2}"));
    cms.modify_shortcut(&modify(ModifyShortcut { delete_steps: vec![2], ..ModifyShortcut::default() })).await?;
    assert_eq!(kept().await?, None, "it was of two steps");
    Ok(())
}

fn give(owner: &str, to: &str) -> GiveShortcut {
    GiveShortcut { owner: Some(owner.to_owned()), name: "Mine".to_owned(), to: to.to_owned(), rename: None }
}

/// Shortcuts belong to the server: after a switch-over they are those of the other one, also on another PC.
#[tokio::test(flavor = "multi_thread")]
async fn the_session_keeps_and_lists_the_shortcuts_of_the_server_in_use() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let mut desk = Desk::sign_in(profile(&site)?).await?;
    let names = |model: &Model| model.shortcuts.iter().map(|known| known.name.clone()).collect::<Vec<_>>();
    let add = ShortcutChange::Add(shortcut("Morning", &[step(REPORT, &[])]));
    assert!(desk.change(ChangeRequest::Shortcut(add)).await.contains("opens 1 report"));
    desk.wait("it is listed", |model, _| names(model) == ["Morning"]).await;
    let mut other_pc = Desk::sign_in(profile(&site)?).await?;
    other_pc.wait("it is listed there", |model, _| names(model) == ["Morning"]).await;
    let delete = ShortcutChange::Delete { owner: None, name: "Morning".to_owned() };
    desk.change(ChangeRequest::Shortcut(delete.clone())).await;
    desk.wait("it is gone", |model, _| model.shortcuts.is_empty()).await;
    assert!(other_pc.refused(ChangeRequest::Shortcut(delete)).await.contains("has no shortcut"));

    let secondary = site.client(Place::B).await?;
    secondary.add_shortcut(&shortcut("There", &[step(REPORT, &[])])).await?;
    desk.send(Command::SwitchTo(Which::Secondary));
    desk.wait("those of the secondary", |model, _| names(model) == ["There"]).await;
    secondary.delete_shortcut(None, "There").await?;
    desk.send(Command::LoadShortcuts);
    desk.wait("it is gone there, too", |model, _| model.shortcuts.is_empty()).await;
    Ok(())
}

/// Another version has kept a step that this one does not understand: its user is told, and it stays as it is.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_shortcut_that_cannot_be_read_is_told_to_its_user_and_stays() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = Site::start(dir.path(), &SiteOptions::default())?;
    site.stop(Place::A);
    let kept = store::KeptShortcut {
        owner: "cms".to_owned(),
        name: "Wall".to_owned(),
        steps: vec!["\"Split/Skill Report\" acd=1 refresh=5".to_owned(), "wallboard 7 north".to_owned()],
        arrangement: None,
        changed_at: model::Moment(1_795_392_000),
        changed_by: "cms".to_owned(),
    };
    let path = store::DataFolder::new(site.folder(Place::A)).system();
    store::SystemStore::open(&path)?.add_shortcut(&kept)?;
    tokio::task::block_in_place(|| site.run(Place::A))?;
    let client = site.client(Place::A).await?;
    let told = client.shortcuts(None).await?;
    let unreadable = told[0].unreadable.as_ref().context("it is told")?;
    assert!(told[0].steps.is_empty() && unreadable.kept == kept.steps, "{told:?}");
    assert!(unreadable.why.contains("step 2") && unreadable.why.contains("upgrade this server"), "{unreadable:?}");
    let cms = Server::of(&site, Place::A)?;
    let list = cms.out(&["shortcut", "list"]);
    assert!(list.contains("Wall") && list.contains("CANNOT BE READ: step 2"), "{list}");
    assert!(cms.out(&["shortcut", "show", "Wall"]).contains("wallboard 7 north"));
    let refused = cms.run(&["shortcut", "run", "Wall"]);
    assert_eq!(refused.code, REFUSED, "{}", refused.err);
    // Another name is no reason to lose what is kept.
    cms.out(&["shortcut", "modify", "Wall", "--rename", "Board"]);
    assert_eq!(client.shortcuts(None).await?[0].typed(), kept.steps);
    Ok(())
}
