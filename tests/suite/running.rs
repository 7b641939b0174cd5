//! Two servers with a morning behind them, and a switch that goes on in real time.

use std::path::Path;

use simulator::{Feed, FeedSettings, LinkControl, Pace, Scenario, World};
use tempfile::TempDir;
use testkit::{Place, Site, SiteOptions};
use tokio::task::JoinHandle;

/// All of it; ends when dropped.
pub struct Running {
    pub site: Site,
    pub switch: LinkControl,
    feed: JoinHandle<Result<simulator::feed::Outcome, simulator::feed::FeedError>>,
    dir: TempDir,
}

impl Running {
    /// Starts it and returns once the morning is collected on both servers.
    pub async fn start() -> anyhow::Result<Running> {
        let dir = tempfile::tempdir()?;
        let site = Site::start(dir.path(), &SiteOptions::default())?;
        let start = Scenario::default().start + 2 * 3600;
        let world = World::new(Scenario { seed: 77, start, agents: 20, splits: 4, ..Scenario::default() })?;
        let mut settings = FeedSettings::new(Site::ACD, site.links());
        settings.pace = Pace::replay_until(start + 5_400);
        let (feed, mut switch) = Feed::new(world, settings);
        let feed = tokio::spawn(feed.run());
        switch.wait_for(|status| status.caught_up).await;
        for place in Place::BOTH {
            site.digests_through(place, start + 3_600).await?;
        }
        Ok(Running { site, switch, feed, dir })
    }

    /// A folder for a test's own files.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.feed.abort();
    }
}
