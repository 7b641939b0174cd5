//! Administration pushed from the primary to the secondary with `cms`: what is taken over, what stays, and that it can be taken
//! back.

mod breaking;
mod desktop;
mod history;
mod lost;
mod people;
mod refusals;
mod shortcuts;

use anyhow::{Context, Result};
use api::{
    AddTimetable, AfterFailure, AfterMissing, LogCode, Permission, Profile, Profiled, RunOn, SetPermissions,
    SetProfile, SetSynonym, SetSynonyms, SetTrace, SetUser, SyncEntry, TimetableTask,
};
use client::Client;
use model::{AcdNumber, RunStatus};
use serde_json::Value;
use testkit::{ADMINISTRATOR, Place, Site, SiteOptions};

use crate::cli::{Ended, Server};
use crate::people::{add, signed_in};
use crate::running::Running;

const FAILED: Option<i32> = Some(1);
const REFUSED: Option<i32> = Some(3);

/// Two servers, each as a script and as a program sees it.
struct Both<'s> {
    site: &'s Site,
    a: Client,
    b: Client,
    cms_a: Server,
    cms_b: Server,
}

impl<'s> Both<'s> {
    async fn of(site: &'s Site) -> Result<Both<'s>> {
        let (a, b) = (site.client(Place::A).await?, site.client(Place::B).await?);
        let (cms_a, cms_b) = (Server::of(site, Place::A)?, Server::of(site, Place::B)?);
        Ok(Both { site, a, b, cms_a, cms_b })
    }

    /// `cms sync admin` from the primary to the secondary.
    fn sync(&self, options: &[&str]) -> Ended {
        self.cms_a.run(&[&["sync", "admin"][..], &self.cms_b.as_target(), options].concat())
    }

    /// The same as JSON, which must end with this code.
    #[track_caller]
    fn synced(&self, code: i32, options: &[&str]) -> Value {
        let ended = self.sync(&[options, &["--json"]].concat());
        assert_eq!(ended.code, Some(code), "{ended:?}");
        serde_json::from_str(&ended.out).expect("JSON")
    }

    /// What a comparison finds, as area and thing.
    fn findings(&self) -> Result<Vec<(String, String)>> {
        let ended = self.cms_a.run(&[&["twin", "compare", "--json"][..], &self.cms_b.as_twin()].concat());
        let told: Value = serde_json::from_str(&ended.out).with_context(|| format!("{ended:?}"))?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let findings = told["findings"].as_array().cloned().unwrap_or_default();
        let administered = findings.iter().filter(|finding| finding["area"] != "intervals");
        Ok(administered.map(|finding| (text(&finding["area"]), text(&finding["thing"]))).collect())
    }

    async fn level(&self, client: &Client, split: &str) -> Result<Option<u32>> {
        let known = client.profiles(Site::ACD).await?;
        Ok(known.iter().find(|known| known.number == split).map(|known| known.service_level_secs))
    }

    async fn log(&self, client: &Client) -> Result<SyncEntry> {
        client.syncs().await?.into_iter().next().context("a sync is in the log")
    }
}

async fn set_level(client: &Client, split: &str, service_level_secs: u32) -> Result<()> {
    let profile =
        Profile { of: Profiled::Split, number: split.to_owned(), service_level_secs, increments_secs: vec![5, 10] };
    client.set_profile(&SetProfile { acd: Site::ACD, profile }).await?;
    Ok(())
}

async fn name_split(client: &Client, number: &str, name: &str, take_over: bool) -> Result<()> {
    let (section, description) = ("splits".to_owned(), String::new());
    let synonym = SetSynonym { section, number: number.to_owned(), name: name.to_owned(), description };
    client.set_synonyms(&SetSynonyms { acd: Site::ACD, synonyms: vec![synonym], take_over, was: Vec::new() }).await?;
    Ok(())
}

/// Permits a user to read: kind, ACD, number or name.
async fn permit(client: &Client, user: &str, what: &[(&str, Option<AcdNumber>, &str)]) -> Result<()> {
    let permission = |(kind, acd, of): &(&str, Option<AcdNumber>, &str)| Permission {
        kind: (*kind).to_owned(),
        acd: *acd,
        of: (*of).to_owned(),
        access: "read".to_owned(),
    };
    let permissions = what.iter().map(permission).collect();
    client.set_permissions(&SetPermissions { user: user.to_owned(), reads_everything: None, permissions }).await?;
    Ok(())
}

async fn add_timetable(client: &Client, name: &str, run_on: RunOn, task: &str) -> Result<()> {
    let add = AddTimetable {
        owner: None,
        name: name.to_owned(),
        description: format!("{name}, by hand"),
        acd: Site::ACD,
        schedule: "daily 03:00".to_owned(),
        run_on: Some(run_on),
        after_failure: Some(AfterFailure::GoOn),
        after_missing: Some(AfterMissing::RunLate),
        tasks: vec![TimetableTask { acd: Site::ACD, task: task.to_owned() }],
    };
    client.add_timetable(&add).await?;
    Ok(())
}

const TASK: &str = "summarize daily -1 -1";

/// A dry run changes nothing; a sync leaves both the same but for what belongs to one of them, tells whoever has no password
/// there, and is taken back with what was there before; it is in the records of both.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn both_are_the_same_after_a_sync_and_it_can_be_taken_back() -> Result<()> {
    let running = Running::start().await?;
    let both = Both::of(&running.site).await?;
    let Both { a, b, cms_a, cms_b, .. } = &both;
    set_level(a, "1", 30).await?;
    add(a, "ann", |add| (add.user.max_windows, add.user.fastest_refresh_secs) = (Some(3), Some(30))).await?;
    let permitted = [("feature", None, "reports"), ("acd", Some(Site::ACD), ""), ("splits", Some(Site::ACD), "1")];
    permit(a, "ann", &permitted).await?;
    name_split(a, "2", "Reklamation", false).await?;
    add_timetable(a, "nightly", RunOn::ThisOrAnother, TASK).await?;
    add_timetable(a, "own", RunOn::ThisServer, TASK).await?;
    set_level(b, "3", 99).await?;
    b.set_trace(&SetTrace { acd: Site::ACD, agent: "1002".parse()?, on: true }).await?;
    let before = both.findings()?;
    assert!(before.len() >= 7, "{before:?}");
    assert!(before.contains(&("users".to_owned(), "permissions of ann".to_owned())), "{before:?}");

    let dry = both.sync(&["--dry-run"]);
    assert!(dry.code == Some(0) && dry.out.contains("nothing was changed"), "{dry:?}");
    let line = |parts: &[&str]| dry.out.lines().any(|line| parts.iter().all(|part| line.contains(part)));
    assert!(line(&["differs, never synced", "split_pro", "SERVICELEVEL 30", "add"]), "{}", dry.out);
    assert!(line(&["differs, never synced", "split_pro", "SERVICELEVEL 99", "remove"]), "{}", dry.out);
    assert!(line(&["belongs to one server", "ttsc", "cms own", "keep", "it runs only on CMS-A"]), "{}", dry.out);
    assert_eq!(both.findings()?, before);
    assert!(b.restores().await?.is_empty() && b.syncs().await?.is_empty() && a.syncs().await?.is_empty());

    let told = both.synced(0, &[]);
    assert_eq!((&told["restore"], &told["report"]["conflicts"]), (&1.into(), &0.into()), "{told}");
    let text = told["text"].as_str().unwrap_or_default();
    assert!(text.contains("no password on CMS-B") && text.contains("ann"), "{text}");
    assert_eq!(both.findings()?, [], "what runs only on one of them must not be on the other");
    assert!(signed_in(both.site.server(Place::B), "ann").await.is_err(), "a password was carried");
    assert_eq!(both.level(b, "1").await?, Some(30));
    let names = b.dictionary(Site::ACD).await?;
    assert_eq!(names.name(model::NameKind::Split, "2"), Some("Reklamation"));

    let again = both.synced(0, &[]);
    assert!(again["restore"].is_null(), "{again}");
    assert!(again["text"].as_str().unwrap_or_default().contains("nothing to change"), "{again}");
    for (client, sent) in [(a, true), (b, false)] {
        let syncs = client.syncs().await?;
        let told: Vec<_> = syncs.iter().map(|sync| (sync.sent, sync.status, sync.restore)).collect();
        assert_eq!(told, [(sent, RunStatus::Done, None), (sent, RunStatus::Done, Some(1))]);
        let report = syncs[1].report.as_ref().context("what it did")?;
        assert_eq!((report.from.as_str(), report.to.as_str()), ("CMS-A", "CMS-B"));
    }
    let log = cms_a.out(&["sync", "log"]);
    assert!(log.contains("1 on CMS-B") && log.contains("conflicts kept"), "{log}");
    let changes = cms_a.out(&["changes"]);
    assert!(changes.contains("Admin-Sync") && changes.contains("sent to CMS-B"), "{changes}");
    let changes = cms_b.out(&["changes"]);
    assert!(changes.contains("synced from CMS-A"), "{changes}");

    cms_b.out(&["restore", "undo", "1"]);
    assert_eq!(both.findings()?, before);
    assert!(b.syncs().await?[1].undone_at.is_some());
    let told = both.synced(0, &[]);
    assert_eq!((&told["restore"], &told["report"]["conflicts"]), (&2.into(), &0.into()), "{told}");
    assert_eq!(both.findings()?, []);
    Ok(())
}

/// What was changed on the secondary since the last sync is a conflict: refused, kept (again and again), or replaced.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_changed_on_the_secondary_is_a_conflict() -> Result<()> {
    let running = Running::start().await?;
    let both = Both::of(&running.site).await?;
    let (a, b) = (&both.a, &both.b);
    set_level(a, "1", 30).await?;
    set_level(a, "2", 30).await?;
    both.synced(0, &[]);
    set_level(b, "1", 40).await?;
    add(b, "eve", |_| {}).await?;
    set_level(a, "1", 50).await?;
    set_level(a, "2", 60).await?;
    set_level(a, "3", 20).await?;

    let refused = both.sync(&["--conflicts", "refuse"]);
    assert!(refused.code == REFUSED && refused.out.is_empty(), "{refused:?}");
    assert!(refused.err.contains("2 things were changed on CMS-B") && refused.err.contains("users eve"), "{refused:?}");
    assert_eq!((both.level(b, "1").await?, both.level(b, "3").await?), (Some(40), None));
    let told = b.maintenance_log(true, 20).await?;
    assert!(
        told.iter().any(|entry| entry.code == LogCode::SyncFailed && entry.text.contains("since the last sync")),
        "{told:?}"
    );

    let dry = both.sync(&["--dry-run"]);
    assert!(dry.code == FAILED && dry.err.contains("would stay as they are there"), "{dry:?}");
    let kept = both.sync(&[]);
    assert!(kept.code == FAILED && kept.err.contains("--conflicts replace takes over"), "{kept:?}");
    let line = |parts: &[&str]| kept.out.lines().any(|line| parts.iter().all(|part| line.contains(part)));
    assert!(line(&["conflict", "split_pro", "SERVICELEVEL 50", "SERVICELEVEL 40", "keep"]), "{}", kept.out);
    assert!(
        line(&["changed on the sender", "split_pro", "SERVICELEVEL 60", "SERVICELEVEL 30", "replace"]),
        "{}",
        kept.out
    );
    let levels = (both.level(b, "1").await?, both.level(b, "2").await?, both.level(b, "3").await?);
    assert_eq!(levels, (Some(40), Some(60), Some(20)));
    signed_in(both.site.server(Place::B), "eve").await?;

    let again = both.synced(1, &[]);
    assert!(again["restore"].is_null() && again["report"]["conflicts"] == 2, "{again}");
    assert_eq!(both.log(a).await?.report.map(|report| report.lines.len()), Some(2));

    both.synced(0, &["--conflicts", "replace"]);
    assert_eq!(both.level(b, "1").await?, Some(50));
    assert!(signed_in(both.site.server(Place::B), "eve").await.is_err());
    assert_eq!(both.findings()?, []);
    // Made the same on both by hand, it is no conflict.
    set_level(b, "1", 70).await?;
    set_level(a, "1", 70).await?;
    assert_eq!(both.synced(0, &[])["report"]["conflicts"], 0);
    Ok(())
}

/// Timetables of one server alone, the passwords and the local data stay what they are, whatever is synced.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_belongs_to_one_server_is_never_touched() -> Result<()> {
    let running = Running::start().await?;
    let both = Both::of(&running.site).await?;
    let (a, b) = (&both.a, &both.b);
    for client in [a, b] {
        add_timetable(client, "mine", RunOn::ThisServer, TASK).await?;
    }
    add_timetable(a, "both", RunOn::ThisOrAnother, TASK).await?;
    add_timetable(b, "both", RunOn::ThisServer, "collection on").await?;
    add(a, "ann", |user| user.user.full_name = Some("Ann".to_owned())).await?;
    add(b, "ann", |user| user.password = Some("another one".to_owned())).await?;
    // Who is signed in for the sync stays who it is on the server that is written to.
    let boss = SetUser { name: ADMINISTRATOR.to_owned(), room: Some("1.07".to_owned()), ..SetUser::default() };
    a.modify_user(&boss).await?;
    both.cms_b.out(&["collection", "off", "--acd", "1"]);
    both.cms_b.out(&["storage", "set", "splits", "--acd", "1", "--items", "77"]);
    both.cms_b.out(&["collection", "on", "--acd", "1"]);
    let storage = b.storage(Site::ACD).await?;
    for options in [&[][..], &["--conflicts", "replace"]] {
        both.synced(0, options);
        let timetables = b.timetables(None).await?;
        let told: Vec<_> = timetables.iter().map(|known| (known.name.as_str(), known.tasks[0].task.as_str())).collect();
        assert_eq!(told, [("both", "collection on"), ("mine", TASK)]);
        assert!(timetables.iter().all(|known| known.run_on == Some(RunOn::ThisServer)), "{timetables:?}");
    }
    let names: Vec<String> = b.users().await?.into_iter().map(|user| user.full_name).collect();
    assert!(names.contains(&"Ann".to_owned()), "{names:?}");
    assert_eq!(b.user(ADMINISTRATOR).await?.room, "");
    assert_eq!(both.cms_b.run_as("ann", "another one", &["status"]).code, Some(0));
    let elements =
        |view: &api::StorageView| view.elements.iter().map(|known| known.items.allocated).collect::<Vec<_>>();
    assert_eq!(elements(&b.storage(Site::ACD).await?), elements(&storage));
    assert!(elements(&storage).contains(&77));
    Ok(())
}

/// Chosen tables alone; of timetables all of them or none.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn chosen_tables_are_synced_and_no_others() -> Result<()> {
    let running = Running::start().await?;
    let both = Both::of(&running.site).await?;
    let (a, b) = (&both.a, &both.b);
    set_level(a, "1", 30).await?;
    name_split(a, "2", "Reklamation", false).await?;
    add_timetable(a, "nightly", RunOn::ThisOrAnother, TASK).await?;
    both.synced(0, &["--tables", "ttsctasks,synonyms"]);
    assert_eq!(both.level(b, "1").await?, None);
    assert_eq!(b.dictionary(Site::ACD).await?.name(model::NameKind::Split, "2"), Some("Reklamation"));
    assert_eq!(b.timetable(None, "nightly").await?.tasks.len(), 1);
    // A name that was given on the secondary while the primary was away is a conflict of its own.
    name_split(b, "2", "Beschwerden", true).await?;
    name_split(a, "1", "Verkauf", false).await?;
    both.synced(1, &["--data", "acd"]);
    let names = b.dictionary(Site::ACD).await?;
    assert_eq!(names.name(model::NameKind::Split, "2"), Some("Beschwerden"));
    assert_eq!(names.name(model::NameKind::Split, "1"), Some("Verkauf"));
    assert_eq!(both.level(b, "1").await?, Some(30));
    Ok(())
}

/// Two servers without a switch.
fn quiet(dir: &std::path::Path) -> Result<Site> {
    Site::start(dir, &SiteOptions::default())
}
