//! What one server missed, fetched from the other one by `cms`: equal in the end, and never worse on the way.

mod carrying;
mod merging;
mod refusals;

use std::time::Duration;

use anyhow::Result;
use api::{Digest, SummaryDigest};
use client::Client;
use link::native::Capacity;
use model::{Level, Moment};
use serde_json::Value;
use simulator::feed::{LinkFault, ScheduledFault};
use simulator::{Feed, FeedSettings, Pace, Scenario, World};
use testkit::digests::compare;
use testkit::{Place, Site, SiteOptions, until};

use crate::cli::Server;
use crate::day::restart_from_journal;

/// From half past three in the afternoon until half past two at night, so that the day is summed up.
const HOURS: u64 = 11;
const SPEED: f64 = 5_000.0;

/// Two servers, of which the secondary has missed a part of the afternoon.
pub struct Missed {
    pub site: Site,
    pub start: Moment,
    pub end: Moment,
    _dir: tempfile::TempDir,
}

/// A cut of the secondary, in minutes from the beginning.
pub fn cut(minute: u64, minutes: u64) -> ScheduledFault {
    let (offset, lasting) = (Duration::from_secs(minute * 60), Some(Duration::from_secs(minutes * 60)));
    ScheduledFault { link: 1, fault: LinkFault::Cut, offset, lasting }
}

impl Missed {
    pub async fn open(seed: u64, hours: u64, faults: Vec<ScheduledFault>) -> Result<Missed> {
        let dir = tempfile::tempdir()?;
        let site = Site::start(dir.path(), &SiteOptions::default())?;
        let mut settings = FeedSettings::new(Site::ACD, site.links());
        settings.pace = Pace::at_speed(SPEED);
        settings.run_for = Some(Duration::from_secs(hours * 3600));
        // The switch keeps little, so what is missed is lost on that link.
        settings.capacity = Capacity { events: 200, ..Capacity::default() };
        settings.faults = faults;
        let scenario = Missed::scenario(seed);
        let start = scenario.start;
        let world = World::new(scenario)?;
        let (feed, _) = Feed::new(world, settings);
        feed.run().await?;
        let end = start + hours as i64 * 3600;
        site.both_digests_through(end).await?;
        Ok(Missed { site, start, end, _dir: dir })
    }

    /// A small centre from half past three in the afternoon on.
    pub fn scenario(seed: u64) -> Scenario {
        let start = Scenario::default().start + 9 * 3600;
        Scenario { seed, start, agents: 20, splits: 4, ..Scenario::default() }
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
    let mut missed = Missed::open(91, HOURS, vec![cut(45, 30)]).await?;
    let (a, b) = (missed.site.client(Place::A).await?, missed.site.client(Place::B).await?);
    let intervals = missed.check_gap().await?;
    assert_ne!(summaries(&a, 1).await?, summaries(&b, 1).await?, "the day lacks what was missed");
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
    assert_eq!((&told["healed"][0]["restores"][0]["restore"], &told["comparison"]["same"]), (&1.into(), &true.into()), "{told}");
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
