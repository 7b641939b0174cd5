//! What can go wrong on the way from the switch: cuts, stalls, repeats, restarts, strangers and noise.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use link::native::Capacity;
use model::AcdNumber;
use simulator::feed::{LinkFault, Outcome, ScheduledFault};
use simulator::{Feed, FeedSettings, Pace, Scenario, World};
use testkit::digests::{Comparison, compare};
use testkit::{EventFeed, LIMIT, Place, Site, SiteOptions, until};

use crate::day::Day;

const HOURS: u64 = 3;

fn scenario(seed: u64) -> Scenario {
    let start = Scenario::default().start + 2 * 3600;
    Scenario { seed, start, agents: 20, splits: 4, ..Scenario::default() }
}

fn fault(link: usize, minute: u64, fault: LinkFault, minutes: u64) -> ScheduledFault {
    let lasting = (minutes > 0).then_some(Duration::from_secs(minutes * 60));
    ScheduledFault { link, fault, offset: Duration::from_secs(minute * 60), lasting }
}

/// Plays a few hours with these faults, at so many seconds of switch time per second at most.
async fn play(
    site: &Site,
    scenario: Scenario,
    speed: f64,
    capacity: Capacity,
    faults: Vec<ScheduledFault>,
) -> anyhow::Result<Outcome> {
    let mut settings = FeedSettings::new(Site::ACD, site.links());
    settings.pace = Pace::at_speed(speed);
    settings.run_for = Some(Duration::from_secs(HOURS * 3600));
    (settings.capacity, settings.faults) = (capacity, faults);
    let (feed, _) = Feed::new(World::new(scenario)?, settings);
    Ok(feed.run().await?)
}

/// Plays with faults that no event may be lost by: both servers have the rows of an undisturbed collector.
async fn check_lossless(seed: u64, faults: Vec<ScheduledFault>) -> anyhow::Result<Outcome> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let outcome = play(&site, scenario(seed), 1e9, Capacity::default(), faults).await?;
    let day = Day::play(scenario(seed), HOURS as i64);
    let [a, b] = site.both_digests_through(day.end).await?;
    assert_eq!(a, b);
    assert_eq!(a, day.collect().digests());
    for place in Place::BOTH {
        assert_eq!(site.figures(place, "SELECT count(*) FROM linkex WHERE REASON <> 91").await?, [0], "{place:?}");
    }
    Ok(outcome)
}

#[tokio::test(flavor = "multi_thread")]
async fn cuts_that_the_buffer_outlasts_leave_no_trace() -> anyhow::Result<()> {
    let cuts = vec![
        fault(0, 20, LinkFault::Cut, 10),
        fault(1, 25, LinkFault::Cut, 40),
        fault(0, 70, LinkFault::Cut, 0),
        fault(1, 80, LinkFault::Cut, 1),
        fault(1, 110, LinkFault::Cut, 5),
    ];
    let outcome = check_lossless(11, cuts).await?;
    assert!(outcome.links.iter().all(|link| link.connections > 1 && link.pump_ups == 1), "{:?}", outcome.links);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn stalls_delays_and_repeats_change_nothing() -> anyhow::Result<()> {
    let faults = vec![
        fault(0, 15, LinkFault::Stall, 20),
        fault(1, 50, LinkFault::Late(Duration::from_millis(40)), 30),
        fault(0, 60, LinkFault::Duplicate(400), 0),
        fault(1, 100, LinkFault::Duplicate(1_000), 0),
        fault(1, 130, LinkFault::Stall, 10),
    ];
    check_lossless(12, faults).await?;
    Ok(())
}

/// What both servers hold after a fault that costs data, and the losses that each recorded.
async fn lossy(capacity: Capacity, faults: Vec<ScheduledFault>) -> anyhow::Result<(Comparison, [i64; 2], [i64; 2])> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    // Slow enough that a link that comes back finds some of the morning left.
    play(&site, scenario(13), 2_500.0, capacity, faults).await?;
    let day = Day::play(scenario(13), HOURS as i64);
    let [a, b] = site.both_digests_through(day.end).await?;
    let undisturbed = day.collect().digests();
    // Whatever is called complete is right.
    for list in [&a, &b] {
        let compared = compare(list, &undisturbed);
        assert_eq!(compared.differing, 0, "{compared:?}");
    }
    let (mut losses, mut incomplete) = ([0; 2], [0; 2]);
    for (index, place) in Place::BOTH.into_iter().enumerate() {
        losses[index] = site.figures(place, "SELECT count(*) FROM linkex WHERE REASON = 97").await?[0];
        let rows = "SELECT count(DISTINCT STARTTIME_UTC) FROM hsplit WHERE INCOMPLETE = 1";
        incomplete[index] = site.figures(place, rows).await?[0];
    }
    Ok((compare(&a, &b), losses, incomplete))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_buffer_that_rolled_over_costs_only_that_server_and_says_so() -> anyhow::Result<()> {
    let small = Capacity { events: 600, in_flight: 400, ..Capacity::default() };
    let (compared, losses, incomplete) = lossy(small, vec![fault(1, 70, LinkFault::Cut, 35)]).await?;
    assert_eq!(losses, [0, 1]);
    assert!(incomplete[0] == 0 && incomplete[1] >= 1, "{incomplete:?}");
    assert!(compared.differing == 0 && compared.incomplete >= 1 && compared.equal >= 2, "{compared:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_of_the_switch_is_a_gap_on_both() -> anyhow::Result<()> {
    let (compared, losses, incomplete) = lossy(Capacity::default(), vec![fault(0, 75, LinkFault::Restart, 0)]).await?;
    assert_eq!(losses, [1, 1]);
    assert!(incomplete.iter().all(|intervals| *intervals >= 1), "{incomplete:?}");
    assert!(compared.differing == 0 && compared.equal >= 2, "{compared:?}");
    Ok(())
}

/// Two servers, a feed that has told the first half of a morning, and the second half.
struct Morning {
    _dir: tempfile::TempDir,
    site: Site,
    feed: EventFeed,
    day: Day,
    rest: Vec<model::Event>,
}

impl Morning {
    fn half() -> anyhow::Result<Morning> {
        let dir = tempfile::tempdir()?;
        let site = Site::start(dir.path(), &SiteOptions::default())?;
        let day = Day::small(21);
        let (snapshot, mut events) = day.split_pump_up();
        let rest = events.split_off(events.len() / 2);
        let mut feed = EventFeed::new(Site::ACD, &site.links(), day.scenario.start, snapshot);
        feed.tell(&events, LIMIT)?;
        feed.settle(LIMIT)?;
        Ok(Morning { _dir: dir, site, feed, day, rest })
    }

    /// Tells the rest; both servers must hold what an undisturbed collector holds.
    async fn check_end(mut self) -> anyhow::Result<()> {
        tokio::task::block_in_place(|| {
            self.feed.tell(&self.rest, LIMIT)?;
            self.feed.settle(LIMIT)
        })?;
        let [a, b] = self.site.both_digests_through(self.day.end).await?;
        assert_eq!(a, b);
        assert_eq!(a, self.day.collect().digests());
        Ok(())
    }

    /// Another switch that tries its luck with the primary; what it is told.
    fn stranger(&self, acd: AcdNumber) -> anyhow::Result<String> {
        let links = [self.site.link(Place::A)];
        let mut stranger = EventFeed::new(acd, &links, self.day.end, Vec::new()).with_boot(99);
        stranger.keep_going("the server refuses", LIMIT, |stranger| !stranger.last_error(0).is_empty())?;
        Ok(stranger.last_error(0).to_owned())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_switch_is_refused_and_the_first_goes_on() -> anyhow::Result<()> {
    let morning = tokio::task::block_in_place(Morning::half)?;
    let told = tokio::task::block_in_place(|| morning.stranger(Site::ACD))?;
    assert!(told.contains("Busy") && told.contains("ACD 1 is fed by another switch (Event list)"), "{told}");
    morning.check_end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_switch_with_the_wrong_number_is_refused_and_the_right_one_goes_on() -> anyhow::Result<()> {
    let morning = tokio::task::block_in_place(Morning::half)?;
    let told = tokio::task::block_in_place(|| morning.stranger(AcdNumber(2)))?;
    assert!(told.contains("the switch says it is ACD 2, but this link is for ACD 1"), "{told}");
    morning.check_end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_switch_is_told_of_where_the_person_looks() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let links = [site.link(Place::A)];
    let mut wrong = EventFeed::new(AcdNumber(7), &links, model::Moment(1_772_433_000), Vec::new());
    tokio::task::block_in_place(|| {
        wrong.keep_going("the server refuses", LIMIT, |wrong| !wrong.last_error(0).is_empty())
    })?;
    let client = site.client(Place::A).await?;
    let text = until("the link's text names the refused switch", async || {
        let health = client.health(LIMIT).await.ok()?;
        Some(health.acds[0].link_text.clone()).filter(|text| text.contains("ACD 7"))
    });
    assert!(text.await.contains("waiting for the switch"));
    Ok(())
}

/// Sends bytes to a server's link and reads until it hangs up.
fn shout(address: &str, bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(LIMIT))?;
    stream.write_all(bytes)?;
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        // The server had not read everything when it closed: that is a hang-up too.
        Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => Ok(answer),
        result => result.map(|_| answer),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn noise_from_strangers_disturbs_nobody() -> anyhow::Result<()> {
    let morning = tokio::task::block_in_place(Morning::half)?;
    let oversized: Vec<u8> = [u32::MAX.to_be_bytes().as_slice(), &[0; 64]].concat();
    let nonsense: Vec<u8> = [8_u32.to_be_bytes().as_slice(), &[0xff; 8]].concat();
    for noise in [b"GET / HTTP/1.1\r\nHost: x\r\n\r\n".as_slice(), &oversized, &nonsense] {
        let answer = tokio::task::block_in_place(|| shout(&morning.site.link(Place::A), noise))?;
        assert!(!answer.is_empty(), "{noise:?} was not answered by a refusal");
    }
    morning.check_end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spoilt_stream_is_refused_and_resumed_without_loss() -> anyhow::Result<()> {
    let mut morning = tokio::task::block_in_place(Morning::half)?;
    tokio::task::block_in_place(|| -> anyhow::Result<()> {
        let oversized = u32::MAX.to_be_bytes();
        // Cut off in the middle of a frame; a frame too long; nonsense in place of a frame.
        for (whole, noise) in [(1_001, &[][..]), (0, &oversized[..]), (2_000, &[0, 0, 0, 4, 9, 9, 9, 9][..])] {
            let some: Vec<_> = morning.rest.drain(..200).collect();
            some.iter().try_for_each(|event| morning.feed.push(event))?;
            let before = morning.feed.acknowledged(0);
            morning.feed.spoil(0, whole, noise)?;
            if noise.is_empty() {
                morning.feed.cut(0);
            }
            morning.feed.settle(LIMIT)?;
            assert!(morning.feed.acknowledged(0) >= before + 200);
        }
        Ok(())
    })?;
    assert!(!morning.feed.last_error(0).is_empty());
    morning.check_end().await
}
