//! Exceptions and agent traces on two servers: administered on each, and alike on both.

use std::time::Duration;

use api::{ErrorCode, SetException, SetTrace};
use client::{Client, ClientError};
use link::native::Capacity;
use model::{Event, EventBody, Moment};
use report::Cell;
use simulator::feed::{LinkFault, ScheduledFault};
use simulator::{Feed, FeedSettings, Pace, Scenario, World};
use testkit::{LIMIT, Place, Site, SiteOptions, until};

use crate::day::{Day, restart_from_journal};

const TABLES: [&str; 6] = ["agex", "spex", "tgex", "vdnex", "vecex", "ag_actv"];

/// Rules for a small centre's morning: of what, which exception, time limit, threshold.
const RULES: [(&str, &str, Option<u32>, u16); 15] = [
    ("agent", "time-aux", Some(300), 0),
    ("agent", "time-acw", Some(30), 1),
    ("agent", "acd-in-max", Some(180), 2),
    ("agent", "acd-in-min", Some(40), 0),
    ("agent", "held-calls", None, 1),
    ("split", "time-in-queue", Some(20), 1),
    ("split", "calls-waiting", None, 1),
    ("split", "abandons", None, 0),
    ("split", "answer-speed", Some(8), 3),
    ("split", "wait-medium", Some(60), 0),
    ("vdn", "time-in-vector", Some(45), 0),
    ("vdn", "abandons", None, 1),
    ("vector", "time-in-vector-max", Some(40), 0),
    ("trunk-group", "in-use-max", Some(400), 0),
    ("trunk-group", "in-use", None, 3),
];

/// What a day names: VDNs, vectors and trunk groups.
pub fn numbers_of(day: &Day, of: &str) -> Vec<String> {
    use model::event::Configuration as C;
    let number = |event: &Event| match (&event.body, of) {
        (EventBody::Configured(told), of) => match (&**told, of) {
            (C::Vdn { vdn, .. }, "vdn") => Some(vdn.to_string()),
            (C::Vector { vector, .. }, "vector") => Some(vector.to_string()),
            (C::TrunkGroup { group, .. }, "trunk-group") => Some(group.to_string()),
            (C::Split { split, .. }, "split" | "agent") => Some(split.to_string()),
            _ => None,
        },
        _ => None,
    };
    day.events.iter().filter_map(number).collect()
}

fn agents_of(day: &Day) -> Vec<model::LoginId> {
    let agent = |event: &Event| match &event.body {
        EventBody::Configured(told) => match &**told {
            model::event::Configuration::Agent { agent, .. } => Some(*agent),
            _ => None,
        },
        _ => None,
    };
    day.events.iter().filter_map(agent).collect()
}

fn rule(of: &str, numbers: Vec<String>, exception: &str, limit_secs: Option<u32>, threshold: u16) -> SetException {
    SetException {
        acd: Site::ACD,
        of: of.to_owned(),
        numbers,
        exception: exception.to_owned(),
        reason: None,
        threshold: Some(threshold),
        limit_secs,
        on: true,
    }
}

pub async fn administer(client: &Client, day: &Day) -> anyhow::Result<()> {
    for (of, exception, limit_secs, threshold) in RULES {
        let set = rule(of, numbers_of(day, of), exception, limit_secs, threshold);
        assert!(client.set_exception(&set).await?.changed);
    }
    for agent in agents_of(day).into_iter().step_by(3) {
        assert!(client.set_trace(&SetTrace { acd: Site::ACD, agent, on: true }).await?.changed);
    }
    Ok(())
}

async fn records(site: &Site, place: Place, table: &str, more: &str) -> anyhow::Result<Vec<Vec<Cell>>> {
    let order = if table == "ag_actv" { "EVENT_TIME, LOGID, WMODE_SEQ" } else { "SEQNO" };
    let sql = format!("SELECT * FROM {table} {more} ORDER BY {order}");
    Ok(site.client(place).await?.sql(Site::ACD, &sql).await?.rows)
}

/// Records are archived a moment after the events: waits until both servers hold as many, then compares.
async fn check_alike(site: &Site, table: &str, more: &str) -> anyhow::Result<usize> {
    let what = format!("both servers hold the same rows of {table}");
    let both = until(&what, async || {
        let [a, b] =
            [records(site, Place::A, table, more).await.ok()?, records(site, Place::B, table, more).await.ok()?];
        (a == b && !a.is_empty()).then_some(a.len())
    });
    Ok(both.await)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_rules_tell_the_same_on_both_servers() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = Site::start(dir.path(), &SiteOptions::default())?;
    let day = Day::small(8);
    for place in Place::BOTH {
        administer(&site.client(place).await?, &day).await?;
    }
    let (mut feed, events) = day.feed(&site);
    let half = events.len() / 2;
    feed.tell_all(&events[..half])?;
    // A start from the journal alone begins with what was administered before the first event.
    restart_from_journal(&mut site)?;
    feed.tell_all(&events[half..])?;

    let [a, b] = site.both_digests_through(day.end).await?;
    assert_eq!(a, b);
    let mut counts = Vec::new();
    for table in TABLES {
        counts.push((table, check_alike(&site, table, "").await?));
    }
    assert!(counts.iter().all(|(_, count)| *count > 0), "{counts:?}");
    // What is counted from items of the interval is told once in it.
    let twice = "SELECT count(*) FROM (SELECT count(*) AS n FROM spex WHERE EXTYPE IN (32, 39)
                 GROUP BY SPLIT, EXTYPE, ROW_TIME_UTC / 1800 HAVING n > 1)";
    assert_eq!(site.figures(Place::A, twice).await?, [0]);
    // Every traced session begins with LOGON, and no moment of it is missing.
    let traced = "SELECT count(DISTINCT LOGID), sum(WORKMODE = 'LOGON') > 0, sum(STARTTIME > EVENT_TIME) FROM ag_actv";
    // Not everybody who is traced comes to work in the morning.
    let chosen: Vec<String> = agents_of(&day).iter().step_by(3).map(|agent| format!("'{agent}'")).collect();
    let at_work = format!("SELECT count(DISTINCT LOGID) FROM hagent WHERE LOGID IN ({})", chosen.join(", "));
    let at_work = site.figures(Place::A, &at_work).await?;
    assert!(at_work[0] > 1, "{at_work:?}");
    assert_eq!(site.figures(Place::A, traced).await?, [at_work[0], 1, 0]);

    let (a, b) = (site.client(Place::A).await?, site.client(Place::B).await?);
    let logs = [a.exception_log(Site::ACD).await?, b.exception_log(Site::ACD).await?];
    assert_eq!(logs[0].exceptions, logs[1].exceptions);
    assert_eq!(logs[0].exceptions.len(), 100);
    assert!(logs[0].exceptions.is_sorted_by_key(|exception| exception.at));
    assert_eq!(a.exceptions(Site::ACD).await?, b.exceptions(Site::ACD).await?);
    assert_eq!(a.traces(Site::ACD).await?, b.traces(Site::ACD).await?);
    Ok(())
}

/// Administered on the one server at ten past and on the other at twenty past: from the next interval on both tell the same.
#[tokio::test(flavor = "multi_thread")]
async fn rules_set_one_after_the_other_agree_from_the_next_interval_on() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let day = Day::small(9);
    let (mut feed, events) = day.feed(&site);
    let at = |minutes: i64| {
        let at = day.scenario.start + minutes * 60;
        events.iter().position(|event| event.at >= at).unwrap_or(events.len())
    };
    feed.tell_all(&events[..at(10)])?;
    administer(&site.client(Place::A).await?, &day).await?;
    feed.tell_all(&events[at(10)..at(20)])?;
    administer(&site.client(Place::B).await?, &day).await?;
    feed.tell_all(&events[at(20)..])?;
    let [a, b] = site.both_digests_through(day.end).await?;
    assert_eq!(a, b);
    let next = day.scenario.start.0 + 1800;
    for table in ["spex", "vdnex", "vecex", "tgex"] {
        check_alike(&site, table, &format!("WHERE ROW_TIME_UTC >= {next}")).await?;
    }
    check_alike(&site, "ag_actv", &format!("WHERE STARTTIME >= {next}")).await?;
    let changes = site.client(Place::A).await?.changes(1000).await?;
    let first = changes.last().expect("changes are recorded");
    assert_eq!(
        (first.what.as_str(), first.before.as_str()),
        ("exception time-aux of agents of split 1", "off, time limit 0 s, threshold 0")
    );
    assert_eq!(first.after, "on, time limit 300 s, threshold 0");
    Ok(())
}

/// A server that lost data tells no exception of the time it does not know, and is alike again when its intervals are whole.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_lost_its_link_is_alike_again_in_whole_intervals() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let start = Scenario::default().start + 2 * 3600;
    let scenario = Scenario { seed: 13, start, agents: 20, splits: 4, ..Scenario::default() };
    let day = Day::play(scenario.clone(), 3);
    for place in Place::BOTH {
        administer(&site.client(place).await?, &day).await?;
    }
    let mut settings = FeedSettings::new(Site::ACD, site.links());
    settings.pace = Pace::at_speed(2_500.0);
    settings.run_for = Some(Duration::from_secs(3 * 3600));
    settings.capacity = Capacity { events: 600, in_flight: 400, ..Capacity::default() };
    let (offset, lasting) = (Duration::from_secs(70 * 60), Some(Duration::from_secs(35 * 60)));
    settings.faults = vec![ScheduledFault { link: 1, fault: LinkFault::Cut, offset, lasting }];
    let (feed, _) = Feed::new(World::new(scenario)?, settings);
    feed.run().await?;
    let [a, b] = site.both_digests_through(day.end).await?;
    let lost: Vec<Moment> = b.iter().filter(|digest| digest.incomplete).map(|digest| digest.start).collect();
    assert!(!lost.is_empty() && a.iter().all(|digest| !digest.incomplete));
    let whole = |column: &str| {
        let outside = |start: &Moment| format!("({column} < {0} OR {column} >= {0} + 1800)", start.0);
        lost.iter().map(outside).collect::<Vec<_>>().join(" AND ")
    };
    // What calls bring about begins and ends within what both have seen, and so do the interval's totals.
    let call_based = format!("WHERE EXTYPE IN (31, 32) AND {}", whole("ROW_TIME_UTC"));
    assert!(check_alike(&site, "spex", &call_based).await? > 0);
    assert!(check_alike(&site, "vdnex", &format!("WHERE {}", whole("ROW_TIME_UTC"))).await? > 0);
    let troubles = site.client(Place::B).await?.server_exceptions().await?;
    let lost = troubles.exceptions.iter().find(|known| known.exception == "link-lost");
    assert!(lost.is_some_and(|lost| lost.count >= 1 && lost.acd == Some(Site::ACD)), "{troubles:?}");
    Ok(())
}

fn code(error: &ClientError) -> Option<ErrorCode> {
    error.refusal().map(|body| body.code)
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_rules_are_refused_and_values_last_while_a_rule_is_off() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let client = site.client(Place::A).await?;
    let one = || vec!["1".to_owned()];
    for (set, text) in [
        (rule("split", one(), "time-in-vector", Some(60), 0), "there are calls-waiting"),
        (rule("queue", one(), "calls-waiting", None, 0), "agent, split, vdn, vector or trunk-group"),
        (rule("split", one(), "calls-waiting", None, 1000), "0 to 999"),
        (rule("split", one(), "calls-waiting", Some(5), 0), "not about time"),
        (rule("split", one(), "time-in-queue", Some(28_801), 0), "0 to 28800"),
        (rule("split", vec!["1".to_owned(), "x".to_owned()], "calls-waiting", None, 0), "must be a number"),
        (rule("split", Vec::new(), "calls-waiting", None, 0), "at least one"),
    ] {
        let error = client.set_exception(&set).await.expect_err("it is refused");
        assert_eq!(code(&error), Some(ErrorCode::BadRequest), "{error}");
        assert!(error.to_string().contains(text), "{error}");
    }
    assert!(client.exceptions(Site::ACD).await?.is_empty() && client.changes(10).await?.is_empty());

    let set = rule("split", vec!["1".to_owned(), "2".to_owned()], "31", Some(60), 3);
    let told = client.set_exception(&set).await?;
    assert!(told.changed && told.text.contains("for 2 things"), "{told:?}");
    assert!(!client.set_exception(&set).await?.changed);
    let off = SetException { threshold: None, limit_secs: None, on: false, ..set };
    assert!(client.set_exception(&off).await?.text.contains("limits are kept"));
    let rules = client.exceptions(Site::ACD).await?;
    let kept = |rule: &api::Exception| (rule.exception == "time-in-queue", rule.limit_secs, rule.threshold, rule.on);
    assert_eq!(rules.iter().map(kept).collect::<Vec<_>>(), [(true, 60, 3, false); 2]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_read_as_it_grows() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let client = site.client(Place::A).await?;
    let day = Day::small(10);
    client.set_exception(&rule("split", numbers_of(&day, "split"), "time-in-queue", Some(1), 0)).await?;
    let mut live = client.follow_exceptions(Site::ACD).await?;
    let first = live.next_frame().await?.expect("a frame comes at once");
    assert!(first.exceptions.is_empty());
    let (mut feed, events) = day.feed(&site);
    let told = tokio::task::spawn_blocking(move || feed.tell_all(&events));
    let mut seen = Vec::new();
    while seen.len() < 20 {
        let frame = tokio::time::timeout(LIMIT, live.next_frame()).await??.expect("the stream goes on");
        seen.extend(frame.exceptions);
    }
    told.await??;
    assert!(seen.is_sorted_by_key(|exception| exception.number), "nothing comes twice or out of order: {seen:?}");
    assert!(seen.iter().all(|exception| exception.exception == "time-in-queue" && exception.value == 1));
    Ok(())
}
