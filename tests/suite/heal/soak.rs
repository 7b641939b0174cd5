//! A day and a night with cuts, kills and full disks at random on either side, healed by the product itself: equal in the end, on
//! both servers, and without loss but where, for some part of an interval, neither server was receiving.

use std::path::Path;

use anyhow::Result;
use model::{Event, EventBody, Moment};
use simulator::World;
use testkit::digests::compare;
use testkit::{EventFeed, LIMIT, Place, Site, SiteOptions};

use super::merging::{heal, undisturbed};
use super::{KEPT, Missed};
use crate::child::{PLENTY, ServerProcess};

const HOURS: i64 = 26;
/// Calls that were up in the dark are over by then.
const AFTER: i64 = 3600;

/// Something that keeps a server from receiving, in minutes from the beginning.
#[derive(Debug, Clone, Copy)]
struct Blow {
    place: Place,
    from: i64,
    to: i64,
    how: How,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum How {
    /// Its link is cut.
    Cut,
    /// It is killed.
    Kill,
    /// Its disk is full; the link stays.
    Fill,
}

/// Numbers that look like chance and are the same in every run.
struct Chance(u64);

impl Chance {
    fn within(&mut self, low: i64, high: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        low + (self.0 >> 33) as i64 % (high - low + 1)
    }
}

fn blows(chance: &mut Chance) -> Vec<Blow> {
    let mut all = Vec::new();
    for place in Place::BOTH {
        let mut from = chance.within(5, 150);
        while from < HOURS * 60 - 60 {
            let to = from + chance.within(1, 40);
            let how = [How::Cut, How::Kill, How::Fill][chance.within(0, 2) as usize];
            all.push(Blow { place, from, to, how });
            from = to + chance.within(20, 300);
        }
    }
    all
}

/// Stretches in which neither server was receiving.
fn dark(blows: &[Blow], start: Moment) -> Vec<(Moment, Moment)> {
    let of = |place| blows.iter().filter(move |blow| blow.place == place);
    let both = of(Place::A).flat_map(|a| of(Place::B).map(move |b| (a.from.max(b.from), a.to.min(b.to))));
    both.filter(|(from, to)| from <= to).map(|(from, to)| (start + from * 60, start + to * 60)).collect()
}

/// Bytes that the journal may still take when the disk is full.
const ROOM: u64 = 512;

/// Size of the segment that the journal is written to.
fn journal_bytes(folder: &Path) -> Result<u64> {
    let segments = std::fs::read_dir(folder.join("acd/01/journal"))?.collect::<std::io::Result<Vec<_>>>()?;
    let last = segments.iter().max_by_key(|segment| segment.file_name());
    Ok(last.map(|segment| segment.metadata()).transpose()?.map_or(0, |found| found.len()))
}

/// Lets the switch tell the day to two servers in processes of their own that are struck again and again.
fn strike(site: &Site, links: &[String], seed: u64, blows: &[Blow]) -> Result<()> {
    let scenario = Missed::scenario(seed);
    let (start, end) = (scenario.start, scenario.start + HOURS * 3600);
    let mut world = World::new(scenario)?;
    let mut feed = EventFeed::new(Site::ACD, links, start, world.snapshot()).with_capacity(KEPT);
    let run = |place| ServerProcess::start(site.folder(place), Some(PLENTY)).map(Some);
    let mut processes = [run(Place::A)?, run(Place::B)?];
    feed.tell(&[], LIMIT)?;
    let mut turns: Vec<(i64, bool, usize, How)> = blows
        .iter()
        .flat_map(|b| [(b.from, false, b.place as usize, b.how), (b.to, true, b.place as usize, b.how)])
        .collect();
    turns.sort_unstable();
    let (mut events, mut held_up) = (Vec::new(), false);
    for (minute, is_back, server, how) in turns {
        let at = start + minute * 60;
        world.run_until(at, &mut events);
        events.push(Event { at, body: EventBody::Heartbeat });
        feed.tell_those_here(&std::mem::take(&mut events))?;
        let process = &mut processes[server];
        match (is_back, how) {
            (false, How::Cut) => feed.leave(server),
            (false, How::Kill) => {
                process.take().map_or(Ok(()), ServerProcess::kill)?;
                feed.leave(server);
            }
            (false, How::Fill) => {
                let room = journal_bytes(site.folder(Place::BOTH[server]))? + ROOM;
                process.as_ref().map_or(Ok(()), |process| process.fill(Some(room)))?;
                feed.excuse(server);
            }
            (true, _) => {
                held_up |= how == How::Fill && feed.is_behind(server);
                match how {
                    How::Cut => {}
                    How::Kill => *process = run(Place::BOTH[server])?,
                    How::Fill => process.as_ref().map_or(Ok(()), |process| process.fill(None))?,
                }
                feed.come_back(server, world.snapshot())?;
            }
        }
    }
    world.run_until(end, &mut events);
    events.push(Event { at: end, body: EventBody::Heartbeat });
    feed.tell_those_here(&events)?;
    anyhow::ensure!(held_up, "no full disk has held a server up");
    processes.into_iter().flatten().try_for_each(ServerProcess::stop)
}

async fn soak(seed: u64) -> Result<()> {
    let blows = blows(&mut Chance(seed));
    let dir = tempfile::tempdir()?;
    let mut site = Site::start(dir.path(), &SiteOptions::default())?;
    let links = site.links();
    Place::BOTH.into_iter().for_each(|place| site.stop(place));
    tokio::task::block_in_place(|| strike(&site, &links, seed, &blows))?;
    Place::BOTH.into_iter().try_for_each(|place| site.run(place))?;
    let scenario = Missed::scenario(seed);
    let (start, end) = (scenario.start, scenario.start + HOURS * 3600);
    let [a, b] = site.both_digests_through(end).await?;
    let gap = compare(&a, &b);
    assert!(gap.missing + gap.incomplete > 0 && gap.differing == 0, "seed {seed}: {gap:?}");
    for (here, there) in [(Place::B, Place::A), (Place::A, Place::B), (Place::B, Place::A)] {
        let ended = heal(&site, here, there)?;
        assert!(matches!(ended.code, Some(0 | 1)), "seed {seed}: {ended:?}");
    }
    let expected = undisturbed(scenario, HOURS);
    let dark = dark(&blows, start);
    let may_lack = |at: Moment| dark.iter().any(|(from, to)| at + 1800 > *from && at < *to + AFTER);
    let mut found = Vec::new();
    for place in Place::BOTH {
        let digests = site.client(place).await?.record_digests(Site::ACD, None, None).await?;
        let compared = compare(&digests, &expected);
        assert!(compared.differing == 0 && compared.missing == 0, "seed {seed} {place:?}: {compared:?}\n{blows:?}");
        let lost: Vec<_> = compared.starts.iter().filter(|start| !may_lack(**start)).collect();
        assert!(lost.is_empty(), "seed {seed} {place:?} lacks {lost:?}, which one of them received\n{blows:?}");
        found.push(digests);
    }
    // What is left in the dark is incomplete on both, and the same: all that any of them received.
    let unlike = found[0].iter().zip(&found[1]).filter(|(a, b)| a != b);
    let unlike: Vec<_> = unlike.map(|(a, b)| (a.start, a.incomplete, &a.records, &b.records)).collect();
    assert!(unlike.is_empty(), "seed {seed}: {unlike:#?}\n{blows:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_servers_that_are_struck_again_and_again_heal_each_other() -> Result<()> {
    for seed in 301..304 {
        soak(seed).await?;
    }
    Ok(())
}
