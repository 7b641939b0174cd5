//! An older and a newer program beside each other, and the one after the other on the same data folder: real processes.
//!
//! The older one is what the variable [`OLDER`] names; `.ci/upgrade` builds it from an earlier commit. Without it there is
//! nothing to do here. What is only so between some versions is asked of the servers and never passed over: an older one reads a
//! backup or refuses it by its format, opens a newer folder or refuses it untouched. Both have to count alike: whoever changes what
//! is counted takes a commit behind that change for the older one, and says so in `docs/operating/installing.md`.

mod process;

use anyhow::{Context, Result};
use api::{Digest, Job, JobState};
use model::{Event, EventBody, Moment};
use serde_json::from_str;
use simulator::{Scenario, World};
use testkit::{EventFeed, LIMIT, Place, Site, until};

use crate::cli::Server;
use process::{Program, Programs};

/// Names the older `cms-server`.
const OLDER: &str = "UNDERSTUDY_OLDER_SERVER";
/// Events that the switch keeps for a server that is away: more than it tells in [`SHORT`], less than in [`LONG`].
const KEPT: usize = 400;
/// Minutes of a stop for an upgrade.
const SHORT: i64 = 4;
/// Minutes of an outage that loses something.
const LONG: i64 = 50;
/// Minutes in which some intervals end, and what began before is over.
const WHILE: i64 = 90;

/// Two servers and the switch that feeds them.
struct Pair {
    programs: Programs,
    servers: [Program; 2],
    world: World,
    feed: EventFeed,
    /// The switch's time.
    at: Moment,
    _dir: tempfile::TempDir,
}

impl Pair {
    /// Both are of the older version, as before any upgrade.
    fn start(programs: Programs) -> Result<Pair> {
        let dir = tempfile::tempdir()?;
        let servers = [
            programs.older.make(dir.path(), "CMS-A", "primary")?,
            programs.older.make(dir.path(), "CMS-B", "secondary")?,
        ];
        let links: Vec<String> = servers.iter().map(|server| server.link.to_string()).collect();
        let start = Scenario::default().start + 2 * 3600;
        let scenario = Scenario { seed: 101, start, agents: 20, splits: 4, heartbeat_secs: 60, ..Scenario::default() };
        let world = World::new(scenario)?;
        let feed = EventFeed::new(Site::ACD, &links, start, world.snapshot()).with_capacity(KEPT);
        let mut pair = Pair { programs, servers, world, feed, at: start, _dir: dir };
        for server in &mut pair.servers {
            server.run(&pair.programs.older)?;
        }
        tokio::task::block_in_place(|| pair.feed.tell(&[], LIMIT))?;
        Ok(pair)
    }

    /// The switch tells what happens in so many minutes to those that are here.
    fn tell(&mut self, minutes: i64) -> Result<()> {
        let mut events = Vec::new();
        self.at = self.at + minutes * 60;
        self.world.run_until(self.at, &mut events);
        events.push(Event { at: self.at, body: EventBody::Heartbeat });
        tokio::task::block_in_place(|| self.feed.tell_those_here(&events))
    }

    /// One server's link is down for so many minutes.
    fn without(&mut self, place: Place, minutes: i64) -> Result<()> {
        self.feed.leave(place as usize);
        self.tell(minutes)?;
        self.back(place)
    }

    fn back(&mut self, place: Place) -> Result<()> {
        let snapshot = self.world.snapshot();
        tokio::task::block_in_place(|| self.feed.come_back(place as usize, snapshot))
    }

    fn cms(&self, place: Place) -> Result<Server> {
        self.servers[place as usize].cms()
    }

    /// A server's digests of rows and records once all intervals that are over are archived.
    async fn digests(&self, place: Place) -> Result<Vec<Digest>> {
        let client = self.cms(place)?.client().await?;
        let end = Moment(self.at.0 - self.at.0.rem_euclid(1_800));
        until("the last interval is archived", async || {
            let digests = client.digests(Site::ACD, None, None).await.ok()?;
            digests.last().is_some_and(|last| last.end >= end).then_some(())
        })
        .await;
        Ok(client.record_digests(Site::ACD, None, None).await?)
    }

    /// Both have the same, and all of it is whole.
    async fn check_same(&self) -> Result<()> {
        let [a, b] = [self.digests(Place::A).await?, self.digests(Place::B).await?];
        assert_eq!(a, b);
        assert!(a.len() > 1 && a.iter().all(|digest| !digest.incomplete), "{a:?}");
        Ok(())
    }

    /// One server is stopped and the newer program takes over its folder: what was archived is there, and what the switch told
    /// meanwhile comes from the switch.
    async fn upgrade(&mut self, place: Place) -> Result<()> {
        let before = self.digests(place).await?;
        self.servers[place as usize].stop()?;
        self.feed.leave(place as usize);
        self.tell(SHORT)?;
        let newer = self.programs.newer.clone();
        self.servers[place as usize].run(&newer)?;
        self.back(place)?;
        self.tell(WHILE)?;
        let after = self.digests(place).await?;
        assert_eq!(after[..before.len()], before);
        self.check_same().await
    }
}

/// Makes a backup and gives its label with the server before it.
fn back_up(cms: &Server, server: &str, mode: &str) -> Result<String> {
    let what = ["backup", "run", "--data", "system,acd,historical", "--mode", mode, "--json"];
    let job: Job = from_str(&cms.out(&what))?;
    Ok(format!("{server}/{}", job.label.context("a backup has a label")?))
}

/// A backup of the one server is described, verified, planned and restored on the other, whose rows stay what they are.
async fn carries(pair: &Pair, from: Place, to: Place, mode: &str) -> Result<()> {
    let (source, target) = (pair.cms(from)?, pair.cms(to)?);
    let name = pair.servers[from as usize].name;
    pair.digests(from).await?;
    let label = back_up(&source, name, mode)?;
    pair.servers[from as usize].carry_backups(&pair.servers[to as usize])?;
    let before = pair.digests(to).await?;
    let described = target.run(&["backup", "describe", &label]);
    let reads = target.client().await?.health(LIMIT).await?.reads_volumes;
    if described.code != Some(0) {
        // Only a full backup has tables as they are stored, and the refusal names the format.
        assert!(mode == "full" && reads < backup::FORMAT, "{described:?}");
        assert!(described.err.contains("has format 2, and this program reads up to 1"), "{described:?}");
        return Ok(());
    }
    assert!(described.out.contains(name) && described.out.contains("hsplit"), "{described:?}");
    let told = target.out(&["backup", "verify", &label]);
    assert!(told.contains("is sound"), "{told}");
    let what = [&*label, "--data", "historical", "--json"];
    let plan: Job = from_str(&target.out(&[&["restore", "plan"][..], &what].concat()))?;
    let plan = plan.plan.context("a plan")?;
    let hsplit = plan.tables.iter().find(|line| line.table == "hsplit").context("hsplit is planned")?;
    assert!((hsplit.added, hsplit.removed, hsplit.replaced) == (0, 0, 0) && hsplit.identical > 0, "{plan:?}");
    let job: Job = from_str(&target.out(&[&["restore", "run"][..], &what].concat()))?;
    assert!(job.state == JobState::Done, "{job:?}");
    assert_eq!(pair.digests(to).await?, before);
    Ok(())
}

/// What the one lacks is told by a comparison and fetched by a heal, whichever of both is the newer one.
async fn heals(pair: &mut Pair, place: Place, other: Place) -> Result<()> {
    pair.without(place, LONG)?;
    pair.tell(WHILE)?;
    let [mine, others] = [pair.digests(place).await?, pair.digests(other).await?];
    let lacks = |digests: &[Digest]| digests.iter().any(|digest| digest.incomplete);
    assert!(lacks(&mine) && !lacks(&others), "{mine:?}");
    let (here, there) = (pair.cms(place)?, pair.cms(other)?);
    let compare = || here.run(&[&["twin", "compare"][..], &there.as_twin()].concat());
    let compared = compare();
    assert!(compared.code == Some(1) && compared.out.contains("intervals"), "{compared:?}");
    let heal = [&["twin", "heal"][..], &there.as_source()].concat();
    let healed = here.run(&heal);
    assert_eq!(healed.code, Some(0), "{healed:?}");
    pair.check_same().await?;
    let compared = compare();
    assert_eq!(compared.code, Some(0), "{compared:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_server_after_the_other_becomes_the_newer_version() -> Result<()> {
    let Some(programs) = Programs::of_environment()? else {
        eprintln!("not tried: {OLDER} names no older cms-server; `.ci/upgrade` builds one and tries it");
        return Ok(());
    };
    let mut pair = Pair::start(programs)?;
    pair.tell(WHILE)?;
    pair.check_same().await?;

    pair.upgrade(Place::B).await?;
    for mode in ["full", "incremental"] {
        pair.tell(WHILE)?;
        carries(&pair, Place::A, Place::B, mode).await?;
        carries(&pair, Place::B, Place::A, mode).await?;
    }
    heals(&mut pair, Place::B, Place::A).await?;
    heals(&mut pair, Place::A, Place::B).await?;

    pair.upgrade(Place::A).await?;
    way_back(&mut pair).await
}

/// The older program on the folder of the newer one: refused untouched, or it goes on with what is there. The newer one then does
/// so again.
async fn way_back(pair: &mut Pair) -> Result<()> {
    let before = pair.digests(Place::B).await?;
    let (older, newer) = (pair.programs.older.clone(), pair.programs.newer.clone());
    let server = &mut pair.servers[Place::B as usize];
    server.stop()?;
    pair.feed.leave(Place::B as usize);
    let kept = server.databases()?;
    if server.run(&older).is_ok() {
        assert_eq!(pair.digests(Place::B).await?, before);
        pair.servers[Place::B as usize].stop()?;
    } else {
        let said = server.said()?;
        assert!(said.contains("was written by a newer version") && said.contains("run the newer version"), "{said}");
        assert!(server.databases()? == kept, "a folder that is refused is left untouched");
    }
    pair.servers[Place::B as usize].run(&newer)?;
    pair.back(Place::B)?;
    pair.tell(WHILE)?;
    let after = pair.digests(Place::B).await?;
    assert_eq!(after[..before.len()], before);
    pair.check_same().await
}
