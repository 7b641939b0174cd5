//! Single records that one server has lost out of intervals that are whole on both.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use catalog::{LoginRow, Record};
use model::{Extension, LoginId, Moment};
use serde_json::{Value, from_str};
use simulator::Scenario;
use store::AcdStore;
use testkit::{Place, Site, SiteOptions};

use super::parcels;
use crate::cli::Server;
use crate::day::Day;

/// Of so many calls of an interval one is lost.
const ONE_IN: usize = 19;
/// More records than there are.
const PLENTY: u64 = 1_000_000;

/// Takes call records of two intervals out of the archive of a server that is stopped: those that stay are written anew under their
/// numbers. Gives the numbers of those that are gone.
fn lose_some(site: &Site, place: Place, day: &Day) -> Result<BTreeSet<u64>> {
    let mut calls = day.collect().records;
    calls.retain(|(_, record)| record.table().name == "call_rec");
    let hit = [1, 4].map(|number| day.scenario.start + number * 1_800);
    let is_lost = |(place, call): &(usize, (u64, Record))| hit.contains(&interval_of(call.0)) && place % ONE_IN == 0;
    let (lost, kept): (Vec<_>, Vec<_>) = calls.into_iter().enumerate().partition(is_lost);
    let kept: Vec<(u64, Record)> = kept.into_iter().map(|(_, record)| record).collect();
    let mut store = AcdStore::open(&site.folder(place).join("acd/01.db"), Site::ACD)?;
    store.set_capacity("call_rec", 0)?;
    store.set_capacity("call_rec", PLENTY)?;
    store.append_records(&kept, &day.calendar())?;
    Ok(lost.into_iter().map(|(_, (number, _))| number).collect())
}

/// The numbers of a server's call records.
async fn calls(site: &Site, place: Place) -> Result<BTreeSet<u64>> {
    let sql = "SELECT rowid FROM call_rec ORDER BY rowid";
    let found = site.client(place).await?.sql(Site::ACD, sql).await?;
    let number = |row: Vec<report::Cell>| match row.first().map(|cell| &cell.value) {
        Some(catalog::Value::Int(number)) => u64::try_from(*number).ok(),
        _ => None,
    };
    found.rows.into_iter().map(|row| number(row).context("a record has a number")).collect()
}

/// Start of the interval in which a record became final.
fn interval_of(number: u64) -> Moment {
    let at = Record::moment_of(number).0;
    Moment(at - at.rem_euclid(1_800))
}

/// A loss of one server's link ended a session there that went on; the interval was restored since. The other server, which received
/// all of it, knows of no end.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_session_that_one_server_cut_off_and_that_went_on_is_not_there_twice() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = Site::start(dir.path(), &SiteOptions::default())?;
    let start = Scenario::default().start + 7 * 3600;
    let day = Day::play(Scenario { seed: 96, start, agents: 20, splits: 4, ..Scenario::default() }, 2);
    let (mut feed, events) = day.feed(&site);
    feed.tell_all(&events)?;
    site.both_digests_through(day.end).await?;
    let wanted = site.client(Place::A).await?.record_digests(Site::ACD, None, None).await?;

    site.stop(Place::B);
    let at = day.scenario.start + 3_000;
    let cut_off = LoginRow {
        logid: LoginId::new("1001")?,
        extension: Extension::new("2001")?,
        login: day.scenario.start + 60,
        logout: at,
        reason: None,
        seen_at_pump_up: false,
        lost_at_link_down: true,
        skills: std::iter::empty().collect(),
    };
    AcdStore::open(&site.folder(Place::B).join("acd/01.db"), Site::ACD)?.append_login(&cut_off, &day.calendar())?;
    site.run(Place::B)?;
    let (here, there) = (Server::of(&site, Place::B)?, Server::of(&site, Place::A)?);
    let compare = || here.run(&[&["twin", "compare", "--json"][..], &there.as_twin()].concat());
    assert_eq!(compare().code, Some(1));
    // The one that has too much is no reason for the other one to take it.
    let other_way: Value = from_str(&there.run(&[&["twin", "heal", "--json"][..], &here.as_source()].concat()).out)?;
    assert!(other_way["healed"].as_array().is_none_or(Vec::is_empty) || !restored_any(&other_way), "{other_way:#}");
    let healed: Value = from_str(&here.out(&[&["twin", "heal", "--json"][..], &there.as_source()].concat()))?;
    assert_eq!(healed["comparison"]["same"], true, "{healed:#}");
    assert_eq!(site.client(Place::B).await?.record_digests(Site::ACD, None, None).await?, wanted);
    assert!(healed.to_string().contains("had cut off and that went on: 1"), "{healed:#}");
    here.out(&["restore", "undo", "1"]);
    assert_ne!(site.client(Place::B).await?.record_digests(Site::ACD, None, None).await?, wanted, "it is taken back");
    Ok(())
}

fn restored_any(healed: &Value) -> bool {
    let healed = healed["healed"].as_array().into_iter().flatten();
    healed.flat_map(|acd| acd["restores"].as_array().into_iter().flatten()).any(|done| done["restore"].is_number())
}

/// Records of calls are lost here and there: a comparison names their intervals, a heal fetches just those calls, and takes
/// nothing back that is whole.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn call_records_that_one_server_has_lost_are_fetched_from_the_other() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = Site::start(dir.path(), &SiteOptions::default())?;
    let start = Scenario::default().start + 7 * 3600;
    let day = Day::play(Scenario { seed: 95, start, agents: 20, splits: 4, ..Scenario::default() }, 3);
    let (mut feed, events) = day.feed(&site);
    feed.tell_all(&events)?;
    site.both_digests_through(day.end).await?;
    let wanted = site.client(Place::A).await?.record_digests(Site::ACD, None, None).await?;
    assert_eq!(site.client(Place::B).await?.record_digests(Site::ACD, None, None).await?, wanted);
    let all = calls(&site, Place::A).await?;

    site.stop(Place::B);
    let lost = lose_some(&site, Place::B, &day)?;
    site.run(Place::B)?;
    let left = calls(&site, Place::B).await?;
    ensure!(lost.len() > 3 && all.difference(&left).copied().collect::<BTreeSet<_>>() == lost, "{lost:?} are lost");
    let touched: BTreeSet<Moment> = lost.iter().map(|number| interval_of(*number)).collect();

    let (here, there) = (Server::of(&site, Place::B)?, Server::of(&site, Place::A)?);
    let compare = || here.run(&[&["twin", "compare", "--json"][..], &there.as_twin()].concat());
    let compared = compare();
    assert_eq!(compared.code, Some(1), "{compared:?}");
    let told: Value = from_str(&compared.out)?;
    let findings = told["findings"].as_array().context("findings")?;
    let is_of_calls =
        |finding: &Value| finding["area"] == "records" && finding["thing"].to_string().contains("call_rec");
    assert!(findings.iter().all(is_of_calls), "{told:#}");
    let starts = findings.iter().filter_map(|finding| finding["start"].as_i64().map(Moment));
    assert_eq!(starts.collect::<BTreeSet<Moment>>(), touched, "{told:#}");

    let heal = [&["twin", "heal", "--json"][..], &there.as_source()].concat();
    let planned: Value = from_str(&here.out(&[&heal[..], &["--dry-run"]].concat()))?;
    let tables = &planned["healed"][0]["restores"][0]["plan"]["tables"];
    let carried = all.iter().filter(|number| touched.contains(&interval_of(**number))).count();
    let line = |name: &str| tables[0][name].as_u64().map(|rows| rows as usize);
    assert!(
        tables.as_array().is_some_and(|tables| tables.len() == 1) && tables[0]["table"] == "call_rec",
        "{planned:#}"
    );
    let counts = [line("added"), line("replaced"), line("removed"), line("identical")];
    assert_eq!(counts, [lost.len(), 0, 0, carried - lost.len()].map(Some), "{planned:#}");
    assert_eq!(calls(&site, Place::B).await?, left, "a dry run changes nothing");
    let healed: Value = from_str(&here.out(&heal))?;
    assert_eq!(
        (&healed["comparison"]["same"], &healed["summarized"]),
        (&true.into(), &Value::Array(Vec::new())),
        "{healed:#}"
    );
    assert_eq!(calls(&site, Place::B).await?, all);
    assert_eq!(site.client(Place::B).await?.record_digests(Site::ACD, None, None).await?, wanted);
    assert_eq!(compare().code, Some(0));
    assert!(parcels(&site, Place::A).is_empty() && parcels(&site, Place::B).is_empty());

    // As any restore it can be taken back.
    here.out(&["restore", "undo", "1"]);
    assert_eq!(calls(&site, Place::B).await?, left);
    Ok(())
}
