//! Backups of one server restored on the other: the guide's procedures, what is refused, and kills in the middle.

mod faults;
mod half_way;
mod kills;
mod procedures;
mod recorded;

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use api::{Digest, Job, JobState, RunBackup, RunRestore, SetCollection, Started};
use client::Client;
use model::{DataKind, Moment};
use simulator::{Feed, FeedSettings, Pace, Scenario, World};
use testkit::{LIMIT, Place, Site, SiteOptions, until};

/// Two servers after some hours of which the secondary has missed a part.
struct Gap {
    site: Site,
    end: Moment,
    _dir: tempfile::TempDir,
    /// Label of the primary's full backup from before the gap.
    full: String,
}

impl Gap {
    /// The secondary is cut off for more than an hour, too long for the switch to send everything again.
    async fn open(seed: u64) -> Result<Gap> {
        let dir = tempfile::tempdir()?;
        let site = Site::start(dir.path(), &SiteOptions::default())?;
        let scenario = Scenario { seed, agents: 12, splits: 3, ..Scenario::default() };
        let end = scenario.start + 7 * 3600;
        let mut settings = FeedSettings::new(Site::ACD, site.links());
        settings.pace = Pace::at_speed(900.0);
        settings.run_for = Some(Duration::from_secs(7 * 3600));
        let (feed, _) = Feed::new(World::new(scenario.clone())?, settings);
        let feed = tokio::spawn(feed.run());
        site.digests_through(Place::A, scenario.start + 3600).await?;
        let (a, b) = (site.client(Place::A).await?, site.client(Place::B).await?);
        let full = done(&a, a.run_backup(&history(false)).await?).await?;
        b.set_collection(&SetCollection { acd: Site::ACD, on: false }).await?;
        let reached = b.health(LIMIT).await?.acds[0].acd_at.context("B has collected")?;
        site.digests_through(Place::A, reached + 5_400).await?;
        b.set_collection(&SetCollection { acd: Site::ACD, on: true }).await?;
        feed.await??;
        site.both_digests_through(end).await?;
        Ok(Gap { site, end, _dir: dir, full: full.label.context("a backup has a label")? })
    }

    async fn digests(&self) -> Result<[Vec<Digest>; 2]> {
        self.site.both_digests_through(self.end).await
    }

    /// Carries the primary's volumes to the secondary.
    fn carry(&self) -> Result<()> {
        carry(&self.site, Place::A, Place::B)
    }
}

pub fn carry(site: &Site, from: Place, to: Place) -> Result<()> {
    let name = if from == Place::A { "CMS-A" } else { "CMS-B" };
    let (from, to) = (site.folder(from).join("backup").join(name), site.folder(to).join("backup").join(name));
    std::fs::create_dir_all(&to)?;
    for entry in std::fs::read_dir(&from)? {
        let entry = entry?;
        std::fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}

fn history(incremental: bool) -> RunBackup {
    RunBackup { data: vec![DataKind::Historical], incremental, ..RunBackup::default() }
}

pub fn data(kinds: &[DataKind]) -> RunBackup {
    RunBackup { data: kinds.to_vec(), ..RunBackup::default() }
}

pub fn of(label: &str) -> RunRestore {
    RunRestore { label: label.to_owned(), ..RunRestore::default() }
}

/// Waits until a job is over, however it ends.
pub async fn over(client: &Client, started: Started) -> Job {
    until("the job ends", async || client.job(started).await.ok().filter(|job| job.state != JobState::Running)).await
}

/// Waits until a job is done.
pub async fn done(client: &Client, started: Started) -> Result<Job> {
    let job = over(client, started).await;
    anyhow::ensure!(job.state == JobState::Done, "{}: {}", job.what, job.text);
    Ok(job)
}

/// Names of the files in a folder.
pub fn files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}
