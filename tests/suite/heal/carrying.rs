//! A heal that is broken off: by a kill of the server that is healed, by the other one that goes or refuses.

use anyhow::Result;
use api::{AddUser, Mode, SetUser};
use client::{Client, ClientError};
use session::twin::{HealError, Healed, Healing, Step, Stretch};
use testkit::{ADMINISTRATOR, LIMIT, PASSWORD, Place, until};

use super::{Missed, cut, parcels};
use crate::child::ServerProcess;
use crate::people::{add, signed_in};

async fn heal(here: &Client, there: &Client, tell: &mut (dyn FnMut(&Step) + Send)) -> Result<Healed, HealError> {
    Healing { here, there, stretch: Stretch::default(), dry_run: false, tell }.run().await
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

/// Killed at any step, the server has either all of the interval's rows or what it had before; a heal begun anew ends well.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_that_is_killed_while_it_is_healed_is_healed_the_next_time() -> Result<()> {
    let mut missed = Missed::open(92, 4, &[cut(45, 30), cut(140, 20)]).await?;
    missed.check_gap().await?;
    let (a, b) = (missed.site.client(Place::A).await?, missed.site.client(Place::B).await?);
    let (wanted, before) = (missed.digests(Place::A).await?, missed.digests(Place::B).await?);
    let folder = missed.site.folder(Place::B).to_owned();
    missed.site.stop(Place::B);
    let steps = ["packing", "carrying", "unpacking", "copying", "restoring the records", "restoring ACD"];
    for (round, wanted_step) in steps.into_iter().enumerate() {
        let process = ServerProcess::start(&folder, None)?;
        up(&b).await?;
        let mut process = Some(process);
        let mut kill = |step: &Step| {
            if step.what.contains(wanted_step)
                && let Some(process) = process.take()
            {
                process.kill().expect("it can be killed");
            }
        };
        let outcome = heal(&b, &a, &mut kill).await;
        // A step that was over between two looks is not seen; then the heal was done before the kill.
        assert!(outcome.is_err() || process.is_some(), "round {round}: {outcome:?}");
        if let Some(process) = process.take() {
            tokio::task::block_in_place(|| process.kill())?;
        }
        let reader = store::AcdReader::open(&folder.join("acd/01.db"))?;
        let found: Vec<String> = reader.digests(None, None)?.into_iter().map(|known| known.digest).collect();
        let same = |digests: &[api::Digest]| digests.iter().map(|digest| &digest.digest).eq(found.iter());
        assert!(same(&wanted) || same(&before), "round {round}: healed by half");
    }
    missed.site.run(Place::B)?;
    let b = missed.site.client(Place::B).await?;
    let healed = heal(&b, &a, &mut |_| {}).await?;
    assert!(healed.comparison.is_clean(), "{healed:?}");
    assert_eq!(missed.digests(Place::B).await?, wanted);
    Ok(())
}

/// The other server goes, or signs the user out, in the middle: said, nothing changed and nothing left lying about.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_peer_that_goes_or_refuses_half_way_changes_nothing() -> Result<()> {
    let mut missed = Missed::open(93, 4, &[cut(45, 30)]).await?;
    missed.check_gap().await?;
    let before = missed.digests(Place::B).await?;
    let wanted = missed.digests(Place::A).await?;
    let (a, b) = (missed.site.client(Place::A).await?, missed.site.client(Place::B).await?);
    add(&a, "ann", |user: &mut AddUser| user.user = SetUser { administrator: Some(true), ..user.user.clone() }).await?;
    let ann = signed_in(missed.site.server(Place::A), "ann").await?;
    let set =
        |mode: Mode| tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(ann.set_mode(mode)));
    let mut sign_out = |step: &Step| {
        if step.what.starts_with("carrying") {
            set(Mode::SingleUser).expect("an administrator may");
        }
    };
    let error = heal(&b, &a, &mut sign_out).await.expect_err("the user was signed out");
    assert!(matches!(&error, HealError::Client(ClientError::Refused { url, .. }) if url == a.url()), "{error}");
    assert_eq!(missed.digests(Place::B).await?, before);
    set(Mode::MultiUser)?;

    a.login(ADMINISTRATOR, PASSWORD).await?;
    let site = &mut missed.site;
    let mut go = |step: &Step| {
        if step.what.starts_with("carrying") {
            tokio::task::block_in_place(|| site.stop(Place::A));
        }
    };
    let error = heal(&b, &a, &mut go).await.expect_err("the other server is gone");
    assert!(matches!(&error, HealError::Client(ClientError::Unreachable { url, .. }) if url == a.url()), "{error}");
    assert_eq!(missed.digests(Place::B).await?, before);
    assert!(b.restores().await?.is_empty() && parcels(&missed.site, Place::B).is_empty());

    missed.site.run(Place::A)?;
    assert!(parcels(&missed.site, Place::A).is_empty(), "a start removes what was on its way");
    let a = missed.site.client(Place::A).await?;
    let healed = heal(&b, &a, &mut |_| {}).await?;
    assert!(healed.comparison.is_clean(), "{healed:?}");
    assert_eq!(missed.digests(Place::B).await?, wanted);
    Ok(())
}
