//! A changed zone in `cms.toml`: what is archived stays as it is, no second is left out, and both servers come to the same.

use model::event::Configuration;
use model::{Event, EventBody, IntervalMinutes, Moment, cover};
use testkit::{LIMIT, Place, Site, SiteOptions, until};

use crate::day::{Day, restart_from_journal};

const FILE: &str = daemon::config::FILE;

fn set_zone(site: &Site, place: Place, zone: &str) -> anyhow::Result<()> {
    let path = site.folder(place).join(FILE);
    let text = std::fs::read_to_string(&path)?;
    let changed = text.replace("zone = \"UTC\"", &format!("zone = \"{zone}\""));
    assert_ne!(text, changed, "the file tells the zone");
    Ok(std::fs::write(&path, changed)?)
}

/// All that both servers tell, once they tell the same up to `end`.
async fn same_on_both(site: &Site, end: Moment) -> anyhow::Result<Vec<api::Digest>> {
    site.both_digests_through(end).await?;
    Ok(until("both servers tell the same", async || {
        let a = site.client(Place::A).await.ok()?.record_digests(Site::ACD, None, None).await.ok()?;
        let b = site.client(Place::B).await.ok()?.record_digests(Site::ACD, None, None).await.ok()?;
        (a == b).then_some(a)
    })
    .await)
}

/// The distances from UTC, in minutes, by which the records of calls that ended in this stretch are placed.
async fn distances(site: &Site, place: Place, from: Moment, to: Moment) -> anyhow::Result<Vec<i64>> {
    let sql = format!(
        "SELECT min(UTC_TIMEZONE), max(UTC_TIMEZONE) FROM call_rec WHERE SEGSTOP_UTC >= {} AND SEGSTOP_UTC < {}",
        from.0, to.0
    );
    site.figures(place, &sql).await
}

/// The half hours of Kathmandu lie between those of UTC, so nothing of the new grid fits the old one. One of the two servers is
/// killed behind the change and makes everything from its journal, which begins before it.
#[tokio::test(flavor = "multi_thread")]
async fn a_changed_zone_counts_from_the_next_interval_on_and_leaves_nothing_out() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = Site::start(dir.path(), &SiteOptions::default())?;
    let day = Day::small(58);
    let start = day.scenario.start;
    let (mut feed, mut events) = day.feed(&site);
    let changed_at = start + 3_600 + 600;
    let rest = events.split_off(events.partition_point(|event| event.at < changed_at));
    tokio::task::block_in_place(|| feed.tell(&events, LIMIT).and_then(|()| feed.settle(LIMIT)))?;
    let before = same_on_both(&site, start + 3_600).await?;
    for place in Place::BOTH {
        site.stop(place);
        set_zone(&site, place, "Asia/Kathmandu")?;
        site.run(place)?;
    }
    tokio::task::block_in_place(|| feed.tell(&rest, LIMIT).and_then(|()| feed.settle(LIMIT)))?;

    // The running half hour ends as it began; behind it a quarter of an hour leads over to the grid of Kathmandu.
    let (old_ends, last_ends) = (start + 5_400, day.end + -900);
    let told = same_on_both(&site, last_ends).await?;
    let ends: Vec<i64> = told.iter().map(|known| (known.end - start) / 60).collect();
    assert_eq!(ends, [30, 60, 90, 105]);
    assert_eq!(told[..2], before[..2], "what was archived is as it was");
    assert!(told.iter().all(|known| !known.incomplete));
    assert!(cover(told.iter().map(|known| (known.start.0, known.end.0)), start.0, last_ends.0));
    for place in Place::BOTH {
        assert_eq!(distances(&site, place, start, old_ends).await?, [0, 0], "{place:?}");
        assert_eq!(distances(&site, place, old_ends, day.end).await?, [345, 345], "{place:?}");
    }

    restart_from_journal(&mut site)?;
    assert_eq!(same_on_both(&site, last_ends).await?, told);
    assert_eq!(distances(&site, Place::B, start, old_ends).await?, [0, 0]);
    Ok(())
}

/// What a switch tells both servers holds on both, whichever of them is started anew, as long as its `cms.toml` is as it was.
#[tokio::test(flavor = "multi_thread")]
async fn an_interval_that_the_switch_tells_outlives_a_start() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = Site::start(dir.path(), &SiteOptions::default())?;
    let day = Day::small(59);
    let start = day.scenario.start;
    let (mut feed, mut events) = day.feed(&site);
    let minutes = IntervalMinutes::Quarter;
    let told = Event { at: start + 600, body: EventBody::Configured(Box::new(Configuration::Interval { minutes })) };
    events.insert(events.partition_point(|event| event.at < told.at), told);
    let mut rest = events.split_off(events.partition_point(|event| event.at < start + 1_200));
    let last = rest.split_off(rest.partition_point(|event| event.at < start + 4_000));
    let mut tell =
        |events: &[Event]| tokio::task::block_in_place(|| feed.tell(events, LIMIT).and_then(|()| feed.settle(LIMIT)));
    tell(&events)?;
    site.stop(Place::A);
    site.run(Place::A)?;
    tell(&rest)?;
    for _ in 0..2 {
        site.stop(Place::A);
        site.run(Place::A)?;
    }
    tell(&last)?;
    let told = same_on_both(&site, day.end).await?;
    let lengths: Vec<i64> = told.iter().map(|known| (known.end - known.start) / 60).collect();
    assert_eq!(lengths, [30, 15, 15, 15, 15, 15, 15]);
    Ok(())
}

/// All that the server does by the ACD's time goes by the zone in force, whoever told it, and a start forgets none of that.
#[tokio::test(flavor = "multi_thread")]
async fn a_zone_that_the_switch_tells_is_the_servers_too() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = Site::start(dir.path(), &SiteOptions::default())?;
    let day = Day::small(60);
    let start = day.scenario.start;
    let (mut feed, mut events) = day.feed(&site);
    let zone = "Asia/Kathmandu".parse().map_err(anyhow::Error::msg)?;
    let told = Event { at: start + 600, body: EventBody::Configured(Box::new(Configuration::Zone { zone })) };
    events.insert(events.partition_point(|event| event.at < told.at), told);
    events.truncate(events.partition_point(|event| event.at < start + 4_000));
    tokio::task::block_in_place(|| feed.tell(&events, LIMIT).and_then(|()| feed.settle(LIMIT)))?;
    let client = site.client(Place::A).await?;
    client.add_timetable(&crate::timetables::nightly()).await?;
    for round in 0..2 {
        let client = site.client(Place::A).await?;
        until("the server goes by the zone of the switch", async || {
            let health = client.health(LIMIT).await.ok()?;
            let timetable = client.timetable(None, "nightly").await.ok()?;
            (health.acds[0].zone == "Asia/Kathmandu" && timetable.zone == "Asia/Kathmandu").then_some(())
        })
        .await;
        // A quarter to one there is seven in the evening in Greenwich.
        let next_at = client.timetable(None, "nightly").await?.next_at.map(|at| at.0.rem_euclid(86_400));
        assert_eq!(next_at, Some(19 * 3_600), "round {round}");
        if round == 0 {
            site.stop(Place::A);
            site.run(Place::A)?;
        }
    }
    Ok(())
}
