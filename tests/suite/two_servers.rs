//! One switch, two links, two servers: the same rows on both, and the rows that the events call for.

use std::time::Duration;

use simulator::{Feed, FeedSettings, Pace, Scenario, World};
use testkit::digests::compare;
use testkit::{EventFeed, Place, Site, SiteOptions, bank};

use crate::day::Day;
use crate::truth;

#[tokio::test(flavor = "multi_thread")]
async fn a_day_over_two_links_gives_the_same_rows_as_no_link_at_all() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let scenario = Scenario { seed: 3, agents: 30, splits: 5, ..Scenario::default() };
    let day = Day::play(scenario.clone(), 6);

    let mut settings = FeedSettings::new(Site::ACD, site.links());
    settings.pace = Pace::at_speed(1e9);
    settings.run_for = Some(Duration::from_secs(6 * 3600));
    let (feed, _) = Feed::new(World::new(scenario)?, settings);
    let outcome = feed.run().await?;
    assert!(outcome.links.iter().all(|link| link.acknowledged == outcome.last_seq), "{:?}", outcome.links);

    let [a, b] = site.both_digests_through(day.end).await?;
    let collected = day.collect();
    assert_eq!(a, b);
    assert_eq!(a, collected.digests());
    assert_eq!(truth::differences(&outcome.truth, &collected), Vec::<String>::new());
    assert_eq!(outcome.truth, day.world.truth());
    assert!(a.len() == 12 && a.iter().map(|digest| digest.rows).sum::<u64>() > 1_000, "{}", a.len());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_stopped_and_started_misses_nothing() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = Site::start(dir.path(), &SiteOptions::default())?;
    let day = Day::small(5);
    let (mut feed, events) = day.feed(&site);
    for (index, some) in events.chunks(events.len() / 4 + 1).enumerate() {
        feed.tell_all(some)?;
        if index < 3 {
            site.stop(Place::B);
            site.run(Place::B)?;
        }
    }
    let [a, b] = site.both_digests_through(day.end).await?;
    assert_eq!(a, b);
    assert_eq!(a, day.collect().digests());
    Ok(())
}

/// A real bank's January, as fast as the links take it: exactly the calls that were answered and abandoned.
#[tokio::test(flavor = "multi_thread")]
async fn a_month_of_a_real_bank() -> anyhow::Result<()> {
    let Some(month) = bank::Month::load(1)? else {
        println!("skipped: the bank's calls are not on this machine");
        return Ok(());
    };
    let (answered, hung_up) = (month.count(bank::Outcome::Agent), month.count(bank::Outcome::Hang));
    assert_eq!((answered, hung_up, month.calls.len()), (27_060, 4_299, 31_599));
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions { zone: bank::ZONE, ..SiteOptions::default() })?;
    let mut feed = EventFeed::new(Site::ACD, &site.links(), month.start, month.configuration());
    feed.tell_all(&month.events())?;
    let [a, b] = site.both_digests_through(month.end).await?;
    let compared = compare(&a, &b);
    assert_eq!((compared.differing, compared.incomplete, compared.missing), (0, 0, 0), "{compared:?}");
    assert!(compared.equal >= 31 * 48 && a.iter().all(|digest| !digest.incomplete), "{compared:?}");

    let queued_hang_ups =
        month.calls.iter().filter(|call| call.outcome == bank::Outcome::Hang && call.queued.is_some());
    let served = || month.calls.iter().filter(|call| call.outcome == bank::Outcome::Agent);
    let wait: i64 = served().filter_map(|call| call.queued).map(|(_, secs)| secs).sum();
    let service: i64 = served().map(|call| call.service_secs).sum();
    let expected = [
        (
            "SELECT sum(ACDCALLS), sum(ABNCALLS), sum(DISCCALLS), sum(INCALLS) FROM hvdn",
            vec![27_060, 4_299, 240, 31_599],
        ),
        ("SELECT sum(ACDCALLS), sum(ABNCALLS) FROM hsplit", vec![27_060, queued_hang_ups.count() as i64]),
        ("SELECT sum(ANSTIME), sum(ACDTIME) FROM hsplit", vec![wait, service]),
        ("SELECT sum(ACDCALLS), sum(ACDTIME) FROM hagent", vec![27_060, service]),
        ("SELECT sum(INCALLS), sum(ABNCALLS) FROM htkgrp", vec![31_599, 4_299]),
    ];
    for place in Place::BOTH {
        for (sql, figures) in &expected {
            assert_eq!(site.figures(place, sql).await?, *figures, "{place:?}: {sql}");
        }
    }
    Ok(())
}
