//! What one server missed, fetched from the other one by `cms`: equal in the end, and never worse on the way.

mod carrying;
mod lost_records;
pub mod merging;
mod refusals;
mod soak;

use anyhow::Result;
use api::{Digest, SummaryDigest};
use client::Client;
use model::{Event, EventBody, Level, Moment};
use serde_json::Value;
use simulator::{Scenario, World};
use testkit::digests::compare;
use testkit::{EventFeed, LIMIT, Place, Site, SiteOptions, until};

use crate::cli::Server;
use crate::day::restart_from_journal;

/// From half past three in the afternoon until half past two at night, so that the day is summed up.
const HOURS: i64 = 11;
/// Events that the switch keeps for a server that is away.
const KEPT: usize = 20;

/// What befalls the secondary besides outages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// A call profile is set on it alone.
    Profile,
    /// It is stopped and started again, so that its journal goes on in a file of its own.
    Restart,
}

const PROFILE: [&str; 9] =
    ["profile", "set", "split", "1", "--acd", "1", "--service-level=3", "--increments", "1,5,10"];

/// Two servers, of which one or both have missed something.
pub struct Missed {
    pub site: Site,
    pub start: Moment,
    pub end: Moment,
    /// The links stay up as long as it is here.
    _feed: EventFeed,
    _dir: tempfile::TempDir,
}

/// A link that is down for some minutes, counted from the beginning. What is told meanwhile is lost on it.
#[derive(Debug, Clone, Copy)]
pub struct Outage {
    pub place: Place,
    pub minute: i64,
    pub minutes: i64,
}

/// An outage of the secondary.
pub fn cut(minute: i64, minutes: i64) -> Outage {
    Outage { place: Place::B, minute, minutes }
}

impl Missed {
    pub async fn open(seed: u64, hours: i64, outages: &[Outage]) -> Result<Missed> {
        Missed::with(seed, hours, outages, None).await
    }

    /// The same, with something else at a minute.
    pub async fn with(seed: u64, hours: i64, outages: &[Outage], deed: Option<(i64, Deed)>) -> Result<Missed> {
        let dir = tempfile::tempdir()?;
        let mut site = Site::start(dir.path(), &SiteOptions::default())?;
        let scenario = Missed::scenario(seed);
        let (start, end) = (scenario.start, scenario.start + hours * 3600);
        let mut world = World::new(scenario)?;
        let mut feed = EventFeed::new(Site::ACD, &site.links(), start, world.snapshot()).with_capacity(KEPT);
        let mut turns: Vec<(i64, bool, Result<usize, Deed>)> = Vec::new();
        let of_secondary = Server::of(&site, Place::B)?;
        for Outage { place, minute, minutes } in outages {
            turns.extend([(*minute, false, Ok(*place as usize)), (minute + minutes, true, Ok(*place as usize))]);
        }
        turns.extend(deed.map(|(minute, deed)| (minute, false, Err(deed))));
        turns.sort_by_key(|(minute, is_back, server)| (*minute, *is_back, server.is_ok()));
        tokio::task::block_in_place(|| -> Result<()> {
            feed.tell(&[], LIMIT)?;
            let mut events = Vec::new();
            for (minute, is_back, server) in turns {
                let at = start + minute * 60;
                world.run_until(at, &mut events);
                // So that the state that is told is not younger than the last event.
                events.push(Event { at, body: EventBody::Heartbeat });
                feed.tell_those_here(&std::mem::take(&mut events))?;
                match (server, is_back) {
                    (Err(Deed::Profile), _) => drop(of_secondary.out(&PROFILE)),
                    (Err(Deed::Restart), _) => {
                        site.stop(Place::B);
                        site.run(Place::B)?;
                    }
                    (Ok(server), false) => feed.leave(server),
                    (Ok(server), true) => feed.come_back(server, world.snapshot())?,
                }
            }
            world.run_until(end, &mut events);
            events.push(Event { at: end, body: EventBody::Heartbeat });
            feed.tell_those_here(&events)
        })?;
        site.both_digests_through(end).await?;
        Ok(Missed { site, start, end, _feed: feed, _dir: dir })
    }

    /// A small centre from half past three in the afternoon on.
    pub fn scenario(seed: u64) -> Scenario {
        let start = Scenario::default().start + 9 * 3600;
        Scenario { seed, start, agents: 20, splits: 4, heartbeat_secs: 60, ..Scenario::default() }
    }

    /// Digests of rows and records.
    pub async fn digests(&self, place: Place) -> Result<Vec<Digest>> {
        Ok(self.site.client(place).await?.record_digests(Site::ACD, None, None).await?)
    }

    /// Makes sure that the secondary misses something and is right in all else.
    pub async fn check_gap(&self) -> Result<usize> {
        let [a, b] = self.site.both_digests_through(self.end).await?;
        let compared = compare(&a, &b);
        assert!(compared.missing + compared.incomplete > 0 && compared.differing == 0, "{compared:?}");
        Ok(compared.starts.len())
    }
}

/// The summaries of a server once so many days are up to date.
async fn summaries(client: &Client, days: usize) -> Result<Vec<SummaryDigest>> {
    until("the day is summed up", async || {
        let known = client.summaries(Site::ACD, Level::Daily).await.ok()?;
        (known.len() >= days && known.iter().all(|known| !known.out_of_date)).then_some(())
    })
    .await;
    let mut all = Vec::new();
    for level in Level::ALL {
        all.extend(client.summaries(Site::ACD, level).await?);
    }
    Ok(all)
}

/// Half an hour is missed by one server, and healed: rows, records and days are the same on both, also after a start that
/// collects everything anew; it can be taken back, and done again.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn half_an_hour_that_one_server_missed_is_fetched_from_the_other() -> Result<()> {
    let mut missed = Missed::open(91, HOURS, &[cut(45, 30)]).await?;
    let (a, b) = (missed.site.client(Place::A).await?, missed.site.client(Place::B).await?);
    let intervals = missed.check_gap().await?;
    assert_ne!(summaries(&a, 1).await?, summaries(&b, 1).await?, "the day lacks what was missed");
    until("all up to the running interval is archived", async || {
        (b.health(LIMIT).await.ok()?.acds[0].settled_to == Some(missed.end)).then_some(())
    })
    .await;
    let before = missed.digests(Place::B).await?;
    let wanted = missed.digests(Place::A).await?;
    let from = Server::of(&missed.site, Place::A)?;
    let heal = [&["twin", "heal"][..], &from.as_source()].concat();

    let cms = Server::of(&missed.site, Place::B)?;
    let told = cms.out(&[&heal[..], &["--dry-run"]].concat());
    assert!(told.contains("nothing was changed") && told.contains("hsplit") && told.contains("call_rec"), "{told}");
    assert_eq!(missed.digests(Place::B).await?, before);
    assert!(b.restores().await?.is_empty());

    let told: Value = serde_json::from_str(&cms.out(&[&heal[..], &["--json"]].concat()))?;
    assert_eq!(told["healed"][0]["intervals"], intervals, "{told}");
    assert_eq!(
        (&told["healed"][0]["restores"][0]["restore"], &told["comparison"]["same"]),
        (&1.into(), &true.into()),
        "{told}"
    );
    assert!(told["comparison"]["identical"]["records"].as_u64() > Some(0), "{told}");
    assert_eq!(missed.digests(Place::B).await?, wanted);
    assert_eq!(summaries(&a, 1).await?, summaries(&b, 1).await?);
    assert_eq!(cms.run(&[&["twin", "compare"][..], &from.as_twin()].concat()).code, Some(0));
    for place in Place::BOTH {
        assert!(parcels(&missed.site, place).is_empty(), "{place:?} keeps a parcel");
    }

    cms.out(&["restore", "undo", "1"]);
    assert_eq!(missed.digests(Place::B).await?, before);
    let told = cms.out(&heal);
    assert!(told.contains("CMS-B was healed from CMS-A") && told.contains("cms restore undo 2"), "{told}");
    restart_from_journal(&mut missed.site)?;
    let b = missed.site.client(Place::B).await?;
    until("the journal is archived again", async || {
        let status = b.status().await.ok()?;
        (status.acds[0].intervals >= before.len() as u64).then_some(())
    })
    .await;
    assert_eq!(missed.digests(Place::B).await?, wanted);
    let cms = Server::of(&missed.site, Place::B)?;
    let told = cms.out(&heal);
    assert!(told.contains("CMS-A has nothing that CMS-B lacks"), "{told}");
    Ok(())
}

/// Names of the files of parcels on a server.
pub fn parcels(site: &Site, place: Place) -> Vec<String> {
    let folder = site.folder(place).join(api::PARCELS_DEVICE);
    let inside = |folder: &std::path::Path| -> Vec<std::path::PathBuf> {
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
    };
    let mut files = inside(&folder);
    files.extend(files.clone().iter().filter(|path| path.is_dir()).flat_map(|path| inside(path)));
    let names = files.iter().filter(|path| path.is_file());
    names.map(|path| path.file_name().unwrap_or_default().to_string_lossy().into_owned()).collect()
}
