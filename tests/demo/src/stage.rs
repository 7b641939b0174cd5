//! Two servers, a switch that feeds both, and the day so far collected.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use chrono::Utc;
use simulator::{Feed, FeedSettings, LinkControl, Pace, Scenario, World};
use tempfile::TempDir;
use testkit::digests::compare;
use testkit::{Place, Site, SiteOptions};
use tokio::task::JoinHandle;

use crate::Arguments;
use crate::day::Day;
use crate::summary::Summary;

/// Everything that runs.
pub struct Stage {
    /// The two servers.
    pub site: Site,
    /// Remote control of the switch.
    pub switch: LinkControl,
    feed: JoinHandle<Result<simulator::feed::Outcome, simulator::feed::FeedError>>,
    ends: bool,
    folder: PathBuf,
    _temporary: Option<TempDir>,
}

impl Stage {
    /// Starts all of it and waits until the day so far is collected on both servers.
    pub async fn set(arguments: &Arguments) -> Result<Stage> {
        let (folder, temporary) = match &arguments.keep {
            Some(folder) => (folder.clone(), None),
            None => {
                let temporary = tempfile::tempdir().context("making a folder for the demo")?;
                (temporary.path().to_owned(), Some(temporary))
            }
        };
        let day = Day::at(Utc::now());
        let site = Site::start(&folder, &SiteOptions { zone: day.zone, acd_name: "Demo ACD".to_owned(), clock: None })?;
        let scenario = Scenario {
            seed: arguments.seed,
            start: day.start,
            utc_offset_secs: day.utc_offset_secs,
            agents: arguments.agents,
            splits: arguments.splits,
            ..Scenario::default()
        };
        let replay = Duration::from_secs((day.now - day.start).unsigned_abs());
        let mut settings = FeedSettings::new(Site::ACD, site.links());
        settings.pace = Pace { catch_up_until: Some(day.now), speed: arguments.speed };
        settings.run_for = arguments.length.map(|length| replay + length);
        let world = World::new(scenario).context("the simulated switch cannot be so")?;
        let (feed, mut switch) = Feed::new(world, settings);
        let feed = tokio::spawn(feed.run());
        if !arguments.json {
            println!("Two servers are up; the switch ({}) replays {} of its day …", day.zone, hours(replay));
        }
        let caught_up = switch.wait_for(|status| status.caught_up);
        if tokio::time::timeout(Duration::from_secs(180), caught_up).await.is_err() {
            bail!("the day so far was not collected within three minutes; is the machine very busy?");
        }
        Ok(Stage { site, switch, feed, ends: arguments.length.is_some(), folder, _temporary: temporary })
    }

    /// Where all its files are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether the switch has come to its end.
    pub fn is_over(&self) -> bool {
        self.feed.is_finished()
    }

    /// Lets the switch come to its end and compares what both servers hold.
    pub async fn end(self) -> Result<Summary> {
        if !self.ends {
            self.switch.stop();
        }
        let outcome = self.feed.await.context("the simulated switch broke")??;
        let [a, b] = [self.site.client(Place::A).await?, self.site.client(Place::B).await?];
        // Both have acknowledged everything; the archivers may still be writing the last interval.
        let mut compared = None;
        for _ in 0..50 {
            let lists = [a.digests(Site::ACD, None, None).await?, b.digests(Site::ACD, None, None).await?];
            let comparison = compare(&lists[0], &lists[1]);
            let settled = comparison.intervals[0] == comparison.intervals[1];
            compared = Some(comparison);
            if settled {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Ok(Summary { events: outcome.events, comparison: compared.context("no digests were compared")? })
    }
}

fn hours(length: Duration) -> String {
    format!("{}:{:02} hours", length.as_secs() / 3600, length.as_secs() / 60 % 60)
}
