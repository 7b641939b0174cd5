//! The field's worksheets, followed step by step on two running servers whose switch goes on all the while: they end with equal
//! rows, can be interrupted anywhere, and keep to their order.

mod collection;
mod desk;
mod earlier;
mod outages;
mod refusals;

use std::time::Duration;

use anyhow::{Context, Result, bail};
use api::{Digest, Role, Worksheet};
use client::{Address, Client, Trust};
use link::native::Capacity;
use model::Moment;
use session::Secret;
use session::worksheets::{Member, Outcome, Pair};
use simulator::{Feed, FeedSettings, LinkControl, Pace, Scenario, World};
use testkit::digests::{Comparison, compare};
use testkit::{ADMINISTRATOR, LIMIT, PASSWORD, Place, Site, SiteOptions, until};
use tokio::task::JoinHandle;

/// Half an hour of the switch in some seconds.
const SPEED: f64 = 400.0;
/// What the switch keeps for a server that is away: less than an hour's worth, and more than a busy machine falls behind.
const KEPT: usize = 600;

/// Two servers and a switch that goes on until this is dropped.
pub struct Centre {
    pub site: Site,
    members: [Member; 2],
    _switch: LinkControl,
    feed: JoinHandle<Result<simulator::feed::Outcome, simulator::feed::FeedError>>,
    _dir: tempfile::TempDir,
}

impl Drop for Centre {
    fn drop(&mut self) {
        self.feed.abort();
    }
}

impl Centre {
    /// Returns once both have archived something.
    pub async fn open(seed: u64) -> Result<Centre> {
        let dir = tempfile::tempdir()?;
        let site = Site::start(dir.path(), &SiteOptions::default())?;
        let start = Scenario::default().start + 2 * 3600;
        let world =
            World::new(Scenario { seed, start, agents: 12, splits: 3, heartbeat_secs: 30, ..Scenario::default() })?;
        let mut settings = FeedSettings::new(Site::ACD, site.links());
        settings.pace = Pace::at_speed(SPEED);
        settings.capacity = Capacity { events: KEPT, ..Capacity::default() };
        let (feed, switch) = Feed::new(world, settings);
        let feed = tokio::spawn(feed.run());
        site.both_digests_through(start + 1800).await?;
        let member = |place: Place| -> Result<Member> {
            let server = site.server(place);
            let trust = Trust::Fingerprint(server.fingerprint()?.parse()?);
            let client = Client::new(Address { url: server.url(), trust })?;
            Ok(Member { client, user: ADMINISTRATOR.to_owned(), password: Some(Secret::new(PASSWORD)) })
        };
        let members = [member(Place::A)?, member(Place::B)?];
        Ok(Centre { site, members, _switch: switch, feed, _dir: dir })
    }

    /// Both servers as a program meets them that has just started.
    pub async fn pair(&self) -> Result<Pair> {
        let [a, b] = self.members.clone();
        // The profile's order says nothing of the roles.
        Ok(Pair::meet(b, a).await?)
    }

    /// The clock of the ACD as a server has it.
    pub async fn clock(&self, place: Place) -> Result<Moment> {
        let health = self.members[place as usize].client.health(LIMIT).await?;
        health.acds[0].acd_at.context("the switch has told something")
    }

    /// Lets so many minutes of the switch go by, as a server sees them.
    pub async fn let_pass(&self, place: Place, minutes: i64) -> Result<()> {
        let from = self.clock(place).await?;
        until("time passes", async || {
            let now = self.clock(place).await.ok()?;
            (now >= from + minutes * 60).then_some(())
        })
        .await;
        Ok(())
    }

    /// Rows of both as far as both have archived.
    pub async fn compared(&self) -> Result<Comparison> {
        let mut all: Vec<Vec<Digest>> = Vec::new();
        for place in Place::BOTH {
            all.push(self.site.client(place).await?.digests(Site::ACD, None, None).await?);
        }
        Ok(compare(&all[0], &all[1]))
    }

    /// Both hold the same rows, none of them incomplete.
    pub async fn check_equal(&self) -> Result<()> {
        let compared = self.compared().await?;
        let bad = compared.differing + compared.incomplete + compared.missing;
        assert!(bad == 0 && compared.equal > 2, "{compared:?}");
        Ok(())
    }

    /// Goes on with a step by a program that has just started, until there is something else to do than to wait.
    pub async fn go(&self, id: &str, yes: bool) -> Result<(Worksheet, Outcome)> {
        let began = std::time::Instant::now();
        loop {
            let pair = self.pair().await?;
            let mut sheet = pair.worksheet(Some(id)).await?;
            match pair.go(&mut sheet, None, yes, &mut |_| {}).await? {
                Outcome::Waits(what) if began.elapsed() > LIMIT => bail!("waited in vain: {what}"),
                Outcome::Waits(_) => tokio::time::sleep(Duration::from_millis(50)).await,
                outcome => return Ok((sheet, outcome)),
            }
        }
    }

    /// Goes on until the step of this word is to be done, saying yes and confirming on the way.
    pub async fn walk_to(&self, id: &str, word: Option<&str>) -> Result<Worksheet> {
        let mut yes = false;
        loop {
            let sheet = self.pair().await?.worksheet(Some(id)).await?;
            match sheet.now() {
                Some(now) if Some(sheet.steps[now].step.as_str()) != word => {}
                _ => return Ok(sheet),
            }
            let (sheet, outcome) = self.go(id, yes).await?;
            yes = false;
            match outcome {
                Outcome::Done(_) | Outcome::Waits(_) => {}
                Outcome::Asks(plans) => {
                    assert!(plans.iter().all(|planned| !planned.plan.tables.is_empty()), "{plans:?}");
                    yes = true;
                }
                Outcome::Person(_) => {
                    let mut sheet = sheet;
                    self.pair().await?.confirm(&mut sheet, None, "as agreed").await?;
                }
                Outcome::Failed(why) => bail!("step {:?} was not done: {why}", sheet.now()),
            }
        }
    }
}

/// The step of this word.
pub fn step<'a>(sheet: &'a Worksheet, word: &str) -> &'a api::WorksheetStep {
    sheet.steps.iter().find(|step| step.step == word).unwrap_or_else(|| panic!("{word} is a step: {sheet:?}"))
}

/// What both servers keep of the worksheet.
pub async fn kept(centre: &Centre, id: &str) -> Result<[Option<Worksheet>; 2]> {
    let mut kept = Vec::new();
    for place in Place::BOTH {
        let sheets = centre.site.client(place).await?.worksheets().await?;
        kept.push(sheets.into_iter().find(|sheet| sheet.id == id));
    }
    let secondary = kept.pop().flatten();
    Ok([kept.pop().flatten(), secondary])
}

/// The role of a place.
pub fn role(place: Place) -> Role {
    match place {
        Place::A => Role::Primary,
        Place::B => Role::Secondary,
    }
}
