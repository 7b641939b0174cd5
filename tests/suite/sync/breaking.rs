//! A sync that is broken off: by a kill of the server that is written to, by one of both that goes.

use anyhow::Result;
use api::{JobState, PackAdministration, Profiled, RemoveProfile, SetSynonym, SetSynonyms, TakeAdministration};
use client::Client;
use model::RunStatus;
use session::twin::{HealError, Pushed, Pushing, Step};
use testkit::{ADMINISTRATOR, LIMIT, PASSWORD, Place, Site, until};

use super::{Both, quiet, set_level};
use crate::backup::done;
use crate::child::ServerProcess;
use crate::heal::parcels;
use crate::people::add;

async fn push(from: &Client, to: &Client, tell: &mut (dyn FnMut(&Step) + Send)) -> Result<Pushed, HealError> {
    let conflicts = api::Conflicts::Keep;
    let (asked, to_primary, history, dry_run) = (PackAdministration::default(), false, false, false);
    Pushing { from, to, asked, conflicts, to_primary, from_another: false, history, dry_run, expect: None, tell }
        .run()
        .await
}

async fn up(client: &Client) -> Result<()> {
    until("the server is up and recovered", async || {
        let health = client.health(LIMIT).await.ok()?;
        health.acds.iter().all(|acd| !acd.link_text.contains("recovering")).then_some(())
    })
    .await;
    client.login(ADMINISTRATOR, PASSWORD).await?;
    Ok(())
}

/// Names for so many work codes, so that taking them in takes a moment.
async fn name_many(client: &Client, round: usize) -> Result<()> {
    let name = |number: usize| SetSynonym {
        section: "work-codes".to_owned(),
        number: number.to_string(),
        name: format!("Code {number} of {round}"),
        description: String::new(),
    };
    let synonyms = (1..=400).map(name).collect();
    client.set_synonyms(&SetSynonyms { acd: Site::ACD, synonyms, take_over: true, was: Vec::new() }).await?;
    Ok(())
}

/// Killed at any step, the server has each file's tables as they were or as they were sent; the next sync finds no conflict in
/// what the broken one brought, and ends well.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_that_is_killed_meanwhile_takes_it_in_the_next_time() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = quiet(dir.path())?;
    let both = Both::of(&site).await?;
    set_level(&both.a, "1", 1).await?;
    push(&both.a, &both.b, &mut |_| {}).await?;
    let Both { a, b, .. } = both;
    let folder = site.folder(Place::B).to_owned();
    site.stop(Place::B);
    let steps = ["unpacking", "copying", "restoring system.db", "restoring ACD", "nothing, so that it ends first"];
    for (round, step) in steps.into_iter().enumerate() {
        name_many(&a, round).await?;
        add(&a, &format!("user-{round}"), |_| {}).await?;
        let process = ServerProcess::start(&folder, None)?;
        up(&b).await?;
        let packed = done(&a, a.pack_administration(&PackAdministration::default()).await?).await?;
        let label = packed.label.unwrap_or_default();
        let volume = format!("{}-01", label.rsplit('/').next().unwrap_or_default());
        let label = a.carry_volume(&b, &label, &volume, |_| {}).await?.label;
        let conflicts = api::Conflicts::Keep;
        let take = TakeAdministration {
            label,
            conflicts,
            dry_run: false,
            to_primary: false,
            from_another: false,
            expect: None,
        };
        let started = b.take_administration(&take).await?;
        until("it is on its way", async || {
            let job = b.job(started).await.ok()?;
            (job.step.contains(step) || job.state != JobState::Running).then_some(())
        })
        .await;
        tokio::task::block_in_place(|| process.kill())?;
        let reader = store::AcdReader::open(&folder.join("acd/01.db"))?;
        let names: Vec<String> = reader.synonyms()?.into_iter().map(|synonym| synonym.name).collect();
        let of = |round: usize| names.iter().filter(|name| name.ends_with(&format!(" of {round}"))).count();
        let before = if round == 0 { names.is_empty() } else { of(round - 1) == 400 };
        assert!(before || of(round) == 400, "round {round}: {} of {}", of(round), names.len());
        let process = ServerProcess::start(&folder, None)?;
        up(&b).await?;
        let pushed = push(&a, &b, &mut |_| {}).await?;
        assert_eq!(pushed.report.conflicts, 0, "round {round}: {:?}", pushed.report.lines);
        assert_eq!(b.users().await?.len(), round + 2);
        assert_eq!(b.synonyms(Site::ACD).await?, a.synonyms(Site::ACD).await?);
        tokio::task::block_in_place(|| process.kill())?;
    }
    site.run(Place::B)?;
    let syncs = site.client(Place::B).await?.syncs().await?;
    assert!(syncs.iter().all(|sync| matches!(sync.status, RunStatus::Done | RunStatus::Interrupted)), "{syncs:?}");
    Ok(())
}

/// The server that is written to goes while the parcel is on its way: said, nothing taken in, nothing left lying about.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_that_goes_half_way_has_taken_in_nothing() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = quiet(dir.path())?;
    let Both { a, b, .. } = Both::of(&site).await?;
    set_level(&a, "1", 30).await?;
    let stopped = &mut site;
    let mut go = |step: &Step| {
        if step.what.starts_with("carrying") {
            tokio::task::block_in_place(|| stopped.stop(Place::B));
        }
    };
    let error = push(&a, &b, &mut go).await.expect_err("the other server is gone");
    assert!(error.to_string().contains("cannot be reached"), "{error}");
    site.run(Place::B)?;
    let b = site.client(Place::B).await?;
    assert!(b.profiles(Site::ACD).await?.is_empty() && b.restores().await?.is_empty() && b.syncs().await?.is_empty());
    for place in Place::BOTH {
        assert!(parcels(&site, place).is_empty(), "{place:?} keeps a parcel");
    }
    assert!(a.syncs().await?.is_empty(), "what did not happen is not in the log");
    push(&a, &b, &mut |_| {}).await?;
    assert_eq!(b.profiles(Site::ACD).await?, a.profiles(Site::ACD).await?);
    assert_eq!(b.profiles(Site::ACD).await?.len(), 1);

    // What was removed there is removed here.
    a.remove_profile(&RemoveProfile { acd: Site::ACD, of: Profiled::Split, number: "1".to_owned() }).await?;
    push(&a, &b, &mut |_| {}).await?;
    assert!(b.profiles(Site::ACD).await?.is_empty());
    Ok(())
}
