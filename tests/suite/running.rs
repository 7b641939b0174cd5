//! Two servers with a morning behind them, and a switch that goes on in real time.

use std::path::Path;
use std::time::SystemTime;

use model::Moment;
use simulator::{Feed, FeedSettings, LinkControl, Pace, Scenario, World};
use tempfile::TempDir;
use testkit::{LIMIT, Place, Site, SiteOptions, until};
use tokio::task::JoinHandle;

/// How much lies behind them.
const MORNING_SECS: i64 = 5_400;

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
        Running::since(Scenario::default().start + 2 * 3600).await
    }

    /// The same with a switch whose clock is right: its morning ends now.
    pub async fn start_now() -> anyhow::Result<Running> {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
        // The morning is told within less than a minute, during which the switch's clock stands.
        Running::since(Moment(i64::try_from(now)?) + 20 + -MORNING_SECS).await
    }

    async fn since(start: Moment) -> anyhow::Result<Running> {
        let dir = tempfile::tempdir()?;
        let site = Site::start(dir.path(), &SiteOptions::default())?;
        let world = World::new(Scenario { seed: 77, start, agents: 20, splits: 4, ..Scenario::default() })?;
        let mut settings = FeedSettings::new(Site::ACD, site.links());
        settings.pace = Pace::replay_until(start + MORNING_SECS);
        let (feed, mut switch) = Feed::new(world, settings);
        let feed = tokio::spawn(feed.run());
        switch.wait_for(|status| status.caught_up).await;
        for place in Place::BOTH {
            site.digests_through(place, start + 3_600).await?;
            let client = site.client(place).await?;
            until("the morning is on the board", async || {
                let reached = client.health(LIMIT).await.ok()?.acds[0].acd_at?;
                (reached >= start + MORNING_SECS + -60).then_some(())
            })
            .await;
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
