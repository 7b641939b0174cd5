//! Chapter 5 and appendix E: what is done when a server fails, and afterwards.

use anyhow::{Context, Result};
use model::Moment;
use testkit::digests::compare;
use testkit::{Place, until};

use super::{Pair, back_up, restore, restore_alone};
use crate::cli::Server;
use crate::heal::{Missed, Outage, cut};

const HOURS: i64 = 3;

/// What the switch told while `gone` was down for some minutes.
async fn outage(seed: u64, gone: Place) -> Result<Missed> {
    Missed::open(seed, HOURS, &[Outage { place: gone, ..cut(50, 40) }]).await
}

/// First and last moment of the intervals that lack something on one server.
async fn gap(missed: &Missed) -> Result<(Moment, Moment)> {
    let [a, b] = missed.site.both_digests_through(missed.end).await?;
    let starts = compare(&a, &b).starts;
    let (first, last) = (starts.iter().min().context("a gap")?, starts.iter().max().context("a gap")?);
    Ok((*first, *last + 29 * 60))
}

/// Restores the history of a stretch, written as seconds.
fn restore_history(cms: &Server, label: &str, (from, to): (Moment, Moment)) -> Result<()> {
    let (from, to) = (from.0.to_string(), to.0.to_string());
    restore(cms, &[label, "--data", "historical", "--from", &from, "--to", &to])
}

async fn check_same(missed: &Missed) -> Result<()> {
    let [a, b] = missed.site.both_digests_through(missed.end).await?;
    assert_eq!(a, b);
    let here = Server::of(&missed.site, Place::A)?;
    let there = Server::of(&missed.site, Place::B)?;
    let ended = here.run(&[&["twin", "compare", "--json"][..], &there.as_twin()].concat());
    let told: serde_json::Value = serde_json::from_str(&ended.out)?;
    // A restore of a range takes records by when they were, and a comparison tells them by when they became final: one that began
    // before the range is a finding, and for a heal.
    let others = told["findings"].as_array().into_iter().flatten().filter(|finding| finding["area"] != "records");
    assert_eq!(others.count(), 0, "{ended:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn synchronizing_after_an_unscheduled_outage_of_the_primary_cms_server() -> Result<()> {
    let missed = outage(171, Place::A).await?;
    let (primary, secondary) = (Server::of(&missed.site, Place::A)?, Server::of(&missed.site, Place::B)?);
    // Administered on the secondary while the primary was down.
    secondary.out(&["dictionary", "set", "splits", "1", "Orders", "--acd", "1", "--take-over"]);
    let stretch = gap(&missed).await?;
    // 1: a full maintenance backup of the secondary.
    let label = back_up(&secondary, &["--data", "local,system,acd,historical"])?;
    crate::backup::carry(&missed.site, Place::B, Place::A)?;
    // 2 to 4: both kinds of administration in single-user mode.
    restore_alone(&primary, &[&label, "--data", "acd,system"])?;
    assert!(primary.out(&["dictionary", "list", "splits", "--acd", "1"]).contains("Orders"));
    // 5 is over: the interval is archived. 6: the history of the outage.
    restore_history(&primary, &label, stretch)?;
    check_same(&missed).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn synchronizing_after_an_unscheduled_outage_of_the_secondary_cms_server() -> Result<()> {
    let missed = outage(172, Place::B).await?;
    let (primary, secondary) = (Server::of(&missed.site, Place::A)?, Server::of(&missed.site, Place::B)?);
    primary.out(&["profile", "set", "split", "1", "--acd", "1", "--service-level", "25", "--increments", "5,10"]);
    let stretch = gap(&missed).await?;
    let label = back_up(&primary, &["--data", "local,system,acd,historical"])?;
    crate::backup::carry(&missed.site, Place::A, Place::B)?;
    restore_alone(&secondary, &[&label, "--data", "acd,system"])?;
    restore_history(&secondary, &label, stretch)?;
    check_same(&missed).await
}

/// "One or more links to the primary CMS server goes down": the status of both tells whose link it is.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_or_more_links_to_the_primary_cms_server_goes_down() -> Result<()> {
    let pair = Pair::start().await?;
    pair.running.switch.cut(0);
    let state = async |place| {
        let client = pair.site().client(place).await.ok()?;
        Some(client.status().await.ok()?.acds.first()?.health.link)
    };
    until("the primary's link is down", async || (state(Place::A).await? == api::LinkState::Down).then_some(())).await;
    assert_eq!(state(Place::B).await, Some(api::LinkState::Up));
    let told = pair.primary.out(&["status"]);
    assert!(told.contains("down"), "{told}");
    let checks = pair.secondary.run(&[&["checks"][..], &pair.primary.as_twin()].concat());
    assert!(checks.code == Some(1) && checks.out.contains("CMS-A"), "{checks:?}");
    // What is shown on the secondary goes on; what the primary misses is fetched when its link is back.
    pair.running.switch.resume(0);
    until("the primary's link is up", async || (state(Place::A).await? == api::LinkState::Up).then_some(())).await;
    Ok(())
}

/// "Primary CMS server goes down": the secondary is up with its link, and users sign in there with the password they have
/// there.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn primary_cms_server_goes_down() -> Result<()> {
    let mut pair = Pair::start().await?;
    pair.running.site.stop(Place::A);
    let gone = pair.primary.run(&["status"]);
    assert_eq!(gone.code, Some(4), "{gone:?}");
    let told = pair.secondary.out(&["status"]);
    assert!(told.starts_with("CMS-B (secondary)") && told.contains("up"), "{told}");
    let report = ["report", "run", "Split/Skill Report", "--acd", "1", "--input", "splits=all", "--format", "csv"];
    assert!(pair.secondary.out(&report).lines().count() > 4);
    pair.running.site.run(Place::A)?;
    until("the primary has the link again", async || {
        let client = pair.running.site.client(Place::A).await.ok()?;
        client.status().await.ok()?.acds.first().filter(|acd| acd.health.link == api::LinkState::Up).map(|_| ())
    })
    .await;
    Ok(())
}
