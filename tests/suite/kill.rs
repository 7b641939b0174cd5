//! A server that is killed in the middle of everything and started again has lost nothing.

use model::event::Configuration;
use model::{Event, EventBody, IntervalMinutes};
use testkit::{EventFeed, LIMIT, Place, Site, SiteOptions};

use crate::child::ServerProcess;
use crate::day::Day;

#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_again_and_again_has_the_rows_of_the_other() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = Site::start(dir.path(), &SiteOptions::default())?;
    let links = site.links();
    let day = Day::small(31);
    let (snapshot, events) = day.split_pump_up();
    // From now on the primary runs in a process of its own, on the ports it had.
    site.stop(Place::A);
    let mut process = Some(ServerProcess::start(site.folder(Place::A), None)?);
    let mut feed = EventFeed::new(Site::ACD, &links, day.scenario.start, snapshot);
    let kills = 7;
    for (round, some) in events.chunks(events.len() / kills + 1).enumerate() {
        tokio::task::block_in_place(|| -> anyhow::Result<()> {
            feed.tell(some, LIMIT)?;
            // Somewhere between the first and the last acknowledgement of these events, another place each time.
            let told: u64 = events.chunks(events.len() / kills + 1).take(round + 1).map(|some| some.len() as u64).sum();
            let wanted = told - some.len() as u64 * (round as u64 + 1) / (kills as u64 + 2);
            feed.keep_going("the server acknowledges a part", LIMIT, |feed| feed.acknowledged(0) >= wanted)?;
            process.take().map_or(Ok(()), ServerProcess::kill)?;
            process = Some(ServerProcess::start(site.folder(Place::A), None)?);
            feed.settle(LIMIT)
        })?;
    }
    tokio::task::block_in_place(|| process.take().map_or(Ok(()), ServerProcess::stop))?;
    site.run(Place::A)?;
    let [a, b] = site.both_digests_through(day.end).await?;
    assert_eq!(a, b);
    assert_eq!(a, day.collect().digests());
    let sessions = "SELECT count(*), coalesce(sum(LOGOUT - LOGIN), 0) FROM haglog";
    assert_eq!(site.figures(Place::A, sessions).await?, site.figures(Place::B, sessions).await?);
    assert_eq!(site.figures(Place::A, "SELECT count(*) FROM linkex WHERE REASON <> 91").await?, [0]);
    Ok(())
}

/// What the switch tells is newer than what the first start has set, however soon that is killed.
#[tokio::test(flavor = "multi_thread")]
async fn an_interval_that_the_switch_tells_outlives_a_kill_of_the_very_first_start() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = Site::start(dir.path(), &SiteOptions::default())?;
    let links = site.links();
    let day = Day::small(33);
    let start = day.scenario.start;
    let (snapshot, mut events) = day.split_pump_up();
    let minutes = IntervalMinutes::Quarter;
    let told = Event { at: start + 600, body: EventBody::Configured(Box::new(Configuration::Interval { minutes })) };
    events.insert(events.partition_point(|event| event.at < told.at), told);
    let rest = events.split_off(events.partition_point(|event| event.at < start + 1_200));
    // Nothing is collected yet: the process makes the very first start, on the ports that there were.
    site.stop(Place::A);
    let _ = std::fs::remove_file(site.folder(Place::A).join("acd/01/site"));
    let mut process = Some(ServerProcess::start(site.folder(Place::A), None)?);
    let mut feed = EventFeed::new(Site::ACD, &links, start, snapshot);
    tokio::task::block_in_place(|| -> anyhow::Result<()> {
        feed.tell(&events, LIMIT)?;
        feed.settle(LIMIT)?;
        process.take().map_or(Ok(()), ServerProcess::kill)?;
        process = Some(ServerProcess::start(site.folder(Place::A), None)?);
        feed.tell(&rest, LIMIT)?;
        feed.settle(LIMIT)?;
        process.take().map_or(Ok(()), ServerProcess::stop)
    })?;
    site.run(Place::A)?;
    let [a, b] = site.both_digests_through(day.end).await?;
    assert_eq!(a, b);
    let lengths: Vec<i64> = a.iter().map(|known| (known.end - known.start) / 60).collect();
    assert_eq!(lengths, [30, 15, 15, 15, 15, 15, 15]);
    Ok(())
}
