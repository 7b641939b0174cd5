//! Administration of a running ACD: what is changed holds on both servers alike, costs no data that it need not cost, survives
//! a restart, and is recorded.

use std::time::Duration;

use api::{
    ErrorCode, LinkState, Profile, Profiled, RemoveProfile, SetAgentGroup, SetCollection, SetInterval, SetProfile,
    SetStorage, SetSummarizing,
};
use client::{Client, ClientError};
use model::event::Configuration;
use model::{Event, EventBody, IntervalMinutes};
use simulator::{Feed, FeedSettings, Pace, Scenario, World};
use testkit::digests::compare;
use testkit::{LIMIT, Place, Site, SiteOptions, until};

use crate::day::{Day, restart_from_journal};
use crate::people::{add, signed_in};
use crate::running::Running;

fn strict() -> SetProfile {
    let profile = Profile {
        of: Profiled::Split,
        number: "1".to_owned(),
        service_level_secs: 3,
        increments_secs: vec![2, 4, 8, 16],
    };
    SetProfile { acd: Site::ACD, profile }
}

fn code(error: &ClientError) -> Option<ErrorCode> {
    error.refusal().map(|body| body.code)
}

async fn collection(client: &Client, on: bool) -> anyhow::Result<String> {
    Ok(client.set_collection(&SetCollection { acd: Site::ACD, on }).await?.text)
}

/// Changed on the one server at ten past and on the other at twenty past: both archive the same rows, whole, as if the
/// profile had been so from the interval's beginning.
#[tokio::test(flavor = "multi_thread")]
async fn a_profile_change_costs_nothing_and_is_alike_on_both() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = Site::start(dir.path(), &SiteOptions::default())?;
    let day = Day::small(8);
    let (mut feed, events) = day.feed(&site);
    let minutes = |minutes: i64| {
        let at = day.scenario.start + minutes * 60;
        events.iter().position(|event| event.at >= at).unwrap_or(events.len())
    };
    let (ten, twenty, fifty) = (minutes(10), minutes(20), minutes(50));
    feed.tell_all(&events[..ten])?;
    let told = site.client(Place::A).await?.set_profile(&strict()).await?;
    assert!(told.changed && told.text.contains("no data are lost"), "{told:?}");
    feed.tell_all(&events[ten..twenty])?;
    site.client(Place::B).await?.set_profile(&strict()).await?;
    assert!(!site.client(Place::B).await?.set_profile(&strict()).await?.changed);
    feed.tell_all(&events[twenty..fifty])?;
    // A start from the journal alone, without the checkpoint of an orderly stop, knows the profile too.
    restart_from_journal(&mut site)?;
    feed.tell_all(&events[fifty..])?;

    let [a, b] = site.both_digests_through(day.end).await?;
    assert_eq!(a, b);
    assert!(a.iter().all(|digest| !digest.incomplete));
    let sql = "SELECT count(*), sum(SERVICELEVEL = 3), sum(SVCLEVELCHG), sum(PERIODCHG), sum(INCOMPLETE) FROM hsplit WHERE SPLIT = 1";
    let bins = "SELECT sum(ACDCALLS) - sum(ACDCALLS1 + ACDCALLS2 + ACDCALLS3 + ACDCALLS4 + ACDCALLS5 + ACDCALLS10), sum(ACDCALLS) > 0
                FROM hsplit WHERE SPLIT = 1";
    for place in Place::BOTH {
        let intervals = a.len() as i64;
        assert_eq!(site.figures(place, sql).await?, [intervals, intervals, 1, 1, 0], "{place:?}");
        assert_eq!(site.figures(place, bins).await?, [0, 1], "{place:?}");
        let client = site.client(place).await?;
        assert_eq!(client.profiles(Site::ACD).await?, [strict().profile]);
        let changes = client.changes(10).await?;
        assert_eq!(changes.len(), 1, "{changes:?}");
        assert_eq!((changes[0].user.as_str(), changes[0].what.as_str()), ("cms", "call profile of split/skill 1"));
        assert!(changes[0].before.is_empty() && changes[0].after.contains("service level 3 s"), "{changes:?}");
    }
    Ok(())
}

/// Set on both before the first event; removed on the one server at ten past and on the other at twenty past, they archive the
/// same rows as two that never had a profile, but for the mark of the change.
#[tokio::test(flavor = "multi_thread")]
async fn a_removed_profile_is_as_if_none_had_been_set() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = Site::start(dir.path(), &SiteOptions::default())?;
    let day = Day::small(8);
    let (mut feed, events) = day.feed(&site);
    let minutes = |minutes: i64| {
        let at = day.scenario.start + minutes * 60;
        events.iter().position(|event| event.at >= at).unwrap_or(events.len())
    };
    let (ten, twenty) = (minutes(10), minutes(20));
    let remove = RemoveProfile { acd: Site::ACD, of: Profiled::Split, number: "1".to_owned() };
    for place in Place::BOTH {
        let client = site.client(place).await?;
        let told = client.remove_profile(&remove).await?;
        assert!(!told.changed && told.text.contains("has no call profile of its own"), "{told:?}");
        client.set_profile(&strict()).await?;
    }
    feed.tell_all(&events[..ten])?;
    let told = site.client(Place::A).await?.remove_profile(&remove).await?;
    assert!(told.changed && told.text.contains("no data are lost"), "{told:?}");
    feed.tell_all(&events[ten..twenty])?;
    site.client(Place::B).await?.remove_profile(&remove).await?;
    // A start from the journal alone knows that there is none.
    restart_from_journal(&mut site)?;
    feed.tell_all(&events[twenty..])?;

    let [a, b] = site.both_digests_through(day.end).await?;
    assert_eq!(a, b);
    assert!(a.iter().all(|digest| !digest.incomplete));
    let rows = "SELECT count(*), sum(SERVICELEVEL = 20), sum(PERIOD9 = 120), sum(SVCLEVELCHG), sum(PERIODCHG) FROM hsplit WHERE SPLIT = 1";
    let accepted = "SELECT sum(ACDCALLS) - sum(ACDCALLS1 + ACDCALLS2 + ACDCALLS3 + ACDCALLS4 + ACDCALLS5 + ACDCALLS6 + ACDCALLS7 + \
                    ACDCALLS8 + ACDCALLS9 + ACDCALLS10), sum(ACCEPTABLE) - sum(ACDCALLS1 + ACDCALLS2 + ACDCALLS3 + ACDCALLS4), \
                    sum(ACDCALLS) > 0 FROM hsplit WHERE SPLIT = 1";
    for place in Place::BOTH {
        let intervals = a.len() as i64;
        assert_eq!(site.figures(place, rows).await?, [intervals, intervals, intervals, 1, 1], "{place:?}");
        assert_eq!(site.figures(place, accepted).await?, [0, 0, 1], "{place:?}");
        let client = site.client(place).await?;
        assert!(client.profiles(Site::ACD).await?.is_empty());
        let changes = client.changes(10).await?;
        let last = &changes[0];
        assert_eq!((last.user.as_str(), last.what.as_str()), ("cms", "call profile of split/skill 1"));
        assert!(last.before.contains("service level 3 s") && last.after.is_empty(), "{changes:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_profiles_are_refused_with_the_reason() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let client = site.client(Place::A).await?;
    for (number, increments, text) in [
        ("1", vec![5, 5], "must be above the one before"),
        ("1", (1..=10).collect(), "at most nine"),
        ("1", vec![0, 5], "above 0"),
        ("one", vec![5], "must be a number"),
        ("1", vec![5, 86_401], "an increment is 1 to 86400 seconds"),
        ("0", vec![5], "has a number from 1 to 8000"),
        ("99999999", vec![5], "has a number from 1 to 8000"),
    ] {
        let profile = Profile { number: number.to_owned(), increments_secs: increments, ..strict().profile };
        let error = client.set_profile(&SetProfile { acd: Site::ACD, profile }).await.expect_err("it is refused");
        assert_eq!(code(&error), Some(ErrorCode::BadRequest));
        assert!(error.to_string().contains(text), "{error}");
    }
    assert!(client.changes(10).await?.is_empty());
    // Before the first event it is kept all the same.
    client.set_profile(&strict()).await?;
    assert_eq!(client.profiles(Site::ACD).await?, [strict().profile]);
    Ok(())
}

/// By the guide: collection off on the one server, the interval set, collection on; then the other one.
#[tokio::test(flavor = "multi_thread")]
async fn collection_is_turned_off_and_on_again() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = Site::start(dir.path(), &SiteOptions::default())?;
    let scenario = Scenario { seed: 21, agents: 20, splits: 4, ..Scenario::default() };
    let end = scenario.start + 6 * 3600;
    let mut settings = FeedSettings::new(Site::ACD, site.links());
    settings.pace = Pace::at_speed(1200.0);
    settings.run_for = Some(Duration::from_secs(6 * 3600));
    let (feed, _) = Feed::new(World::new(scenario.clone())?, settings);
    let feed = tokio::spawn(feed.run());

    let archived = async |place, hours: i64| site.digests_through(place, scenario.start + hours * 3600).await;
    archived(Place::B, 1).await?;
    let b = site.client(Place::B).await?;
    let quarter = SetInterval { acd: Site::ACD, minutes: IntervalMinutes::Quarter };
    let refused = b.set_interval(&quarter).await.expect_err("collection is on");
    assert_eq!(code(&refused), Some(ErrorCode::WrongState));
    assert!(refused.to_string().contains("cms collection off --acd 1"), "{refused}");
    assert!(collection(&b, false).await?.contains("INCOMPLETE"));
    assert!(collection(&b, false).await?.contains("off already"));
    let health = b.health(LIMIT).await?;
    assert_eq!((health.acds[0].collecting, health.acds[0].link), (false, LinkState::Down));
    assert!(health.acds[0].link_text.contains("cms collection on --acd 1"), "{health:?}");
    // It stays off over a restart.
    site.stop(Place::B);
    site.run(Place::B)?;
    let reached = site.client(Place::B).await?.health(LIMIT).await?.acds[0].acd_at;
    site.digests_through(Place::A, scenario.start + 3 * 3600).await?;
    let b = site.client(Place::B).await?;
    assert_eq!(b.health(LIMIT).await?.acds[0].acd_at, reached);
    collection(&b, true).await?;
    until("the link of B is up", async || {
        let health = b.health(LIMIT).await.ok()?;
        (health.acds[0].link == LinkState::Up).then_some(())
    })
    .await;

    feed.await??;
    let [a, b] = site.both_digests_through(end).await?;
    assert!(a.iter().all(|digest| !digest.incomplete));
    let compared = compare(&a, &b);
    assert!(compared.missing + compared.incomplete > 0 && compared.differing == 0, "{compared:?}");
    assert!(compared.equal >= 4, "{compared:?}");
    let off = "SELECT count(*), min(DURATION) > 600 FROM linkex WHERE REASON = 93";
    assert_eq!(site.figures(Place::B, off).await?, [1, 1]);
    assert_eq!(site.figures(Place::A, "SELECT count(*) FROM linkex WHERE REASON = 93").await?, [0]);
    let changes = site.client(Place::B).await?.changes(10).await?;
    let told: Vec<_> = changes.iter().map(|change| (change.what.as_str(), change.after.as_str())).collect();
    assert_eq!(told, [("data collection", "on"), ("data collection", "off")]);
    Ok(())
}

/// Set before the first event, it holds from the first interval on, also for a state rebuilt from the journal alone.
#[tokio::test(flavor = "multi_thread")]
async fn a_storage_interval_set_before_the_first_event_holds_from_the_first_interval() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = Site::start(dir.path(), &SiteOptions::default())?;
    for place in Place::BOTH {
        let client = site.client(place).await?;
        collection(&client, false).await?;
        let set = SetInterval { acd: Site::ACD, minutes: IntervalMinutes::Quarter };
        assert!(client.set_interval(&set).await?.changed);
        assert!(!client.set_interval(&set).await?.changed);
        collection(&client, true).await?;
    }
    let day = Day::small(9);
    let (mut feed, events) = day.feed(&site);
    let half = events.len() / 2;
    feed.tell_all(&events[..half])?;
    restart_from_journal(&mut site)?;
    feed.tell_all(&events[half..])?;
    let [a, b] = site.both_digests_through(day.end).await?;
    assert_eq!(a, b);
    assert!(a.iter().all(|digest| digest.end - digest.start == 900), "{a:?}");
    Ok(())
}

/// What is in force counts, not what was set once: the switch may have told another interval since.
#[tokio::test(flavor = "multi_thread")]
async fn an_interval_can_be_set_again_when_the_switch_has_told_another_and_says_when_it_begins() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let set = |minutes| SetInterval { acd: Site::ACD, minutes };
    for place in Place::BOTH {
        let client = site.client(place).await?;
        collection(&client, false).await?;
        // An hour has to be archived before it is summed up.
        client.set_summarizing(&summarizing_at("01:30")).await?;
        let told = client.set_interval(&set(IntervalMinutes::Hour)).await?;
        assert!(told.changed && told.text.contains("60 minutes from the first interval on"), "{}", told.text);
        collection(&client, true).await?;
    }
    let day = Day::small(34);
    let start = day.scenario.start;
    let (mut feed, mut events) = day.feed(&site);
    let minutes = IntervalMinutes::Quarter;
    let told = Event { at: start + 600, body: EventBody::Configured(Box::new(Configuration::Interval { minutes })) };
    events.insert(events.partition_point(|event| event.at < told.at), told);
    // The hour that began with sixty minutes, and one of fifteen behind it.
    events.truncate(events.partition_point(|event| event.at < start + 3_600 + 1_000));
    tokio::task::block_in_place(|| feed.tell(&events, LIMIT).and_then(|()| feed.settle(LIMIT)))?;
    let client = site.client(Place::A).await?;
    let in_force = async || Some(client.status().await.ok()?.acds[0].interval_minutes);
    until("fifteen minutes are in force", async || (in_force().await? == IntervalMinutes::Quarter).then_some(())).await;
    collection(&client, false).await?;
    let told = client.set_interval(&set(IntervalMinutes::Hour)).await?;
    // The day begins at half past eight.
    let begins = day.calendar().minute_text(start + 5_400);
    let text = format!("60 minutes from {begins} on by the ACD's time");
    assert!(told.changed && told.text.contains(&text), "{}", told.text);
    assert!(
        told.text.contains("the next full hour") && told.text.contains("until then intervals have 15"),
        "{}",
        told.text
    );
    assert_eq!(in_force().await, Some(IntervalMinutes::Hour));
    assert!(!client.set_interval(&set(IntervalMinutes::Hour)).await?.changed);
    Ok(())
}

fn summarizing_at(clock: &str) -> SetSummarizing {
    SetSummarizing {
        acd: Site::ACD,
        daily_start: None,
        daily_stop: None,
        week_start: None,
        week_stop: None,
        summarize_at: Some(clock.to_owned()),
        rerun: None,
    }
}

/// Two administrators of the primary of a running site.
async fn two_administrators(running: &Running) -> anyhow::Result<[Client; 2]> {
    let cms = running.site.client(Place::A).await?;
    add(&cms, "ann", |add| add.user.administrator = Some(true)).await?;
    let ann = signed_in(running.site.server(Place::A), "ann").await?;
    Ok([cms, ann])
}

fn of_service_level(secs: u32) -> SetProfile {
    SetProfile { acd: Site::ACD, profile: Profile { service_level_secs: secs, ..strict().profile } }
}

fn early(agents: &[&str]) -> SetAgentGroup {
    let agents = agents.iter().map(|agent| (*agent).to_owned()).collect();
    SetAgentGroup { acd: Site::ACD, name: "Early".to_owned(), agents, description: None, take_over: false }
}

/// Who replaces whole what another one has just changed, and perhaps has not seen that, is told so.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_replaces_what_another_administrator_has_just_changed_is_told() -> anyhow::Result<()> {
    let running = Running::start().await?;
    let [cms, ann] = two_administrators(&running).await?;
    assert!(!cms.set_profile(&of_service_level(30)).await?.text.contains("replaces"));
    let told = ann.set_profile(&of_service_level(20)).await?.text;
    assert!(told.contains("it replaces what cms has changed at") && told.contains("service level 30 s"), "{told}");
    assert!(!ann.set_profile(&of_service_level(25)).await?.text.contains("replaces"), "that was her own");
    cms.set_agent_group(&early(&["20001", "20002"])).await?;
    let told = ann.set_agent_group(&early(&["20003"])).await?.text;
    assert!(told.contains("has 1 agents; it replaces what cms has changed at"), "{told}");
    assert!(told.contains("from nothing to 20001, 20002"), "{told}");

    // What is changed part by part keeps what both have changed.
    let timetable = |description: Option<&str>, schedule: Option<&str>| api::ModifyTimetable {
        owner: Some("cms".to_owned()),
        name: "nightly".to_owned(),
        description: description.map(str::to_owned),
        schedule: schedule.map(str::to_owned),
        ..api::ModifyTimetable::default()
    };
    cms.add_timetable(&crate::timetables::nightly()).await?;
    let (described, scheduled) = (timetable(Some("by cms"), None), timetable(None, Some("daily 01:15")));
    let (one, other) = tokio::join!(cms.modify_timetable(&described), ann.modify_timetable(&scheduled));
    assert!(one?.changed && other?.changed);
    let kept = cms.timetable(None, "nightly").await?;
    assert_eq!((kept.description.as_str(), kept.schedule.as_str()), ("by cms", "daily 01:15"));
    Ok(())
}

/// At the very same time, again and again: the record tells each change from what the one before has left, whoever comes first.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_changes_at_the_same_time_the_second_begins_with_what_the_first_has_left() -> anyhow::Result<()> {
    let running = Running::start().await?;
    let [cms, ann] = two_administrators(&running).await?;
    let each = (1..=20_u32).map(|round| {
        let by = if round % 2 == 0 { cms.clone() } else { ann.clone() };
        let (profile, group) = (of_service_level(30 + round), early(&[&format!("{}", 20_000 + round)]));
        tokio::spawn(async move {
            by.set_profile(&profile).await?;
            by.set_agent_group(&group).await
        })
    });
    for done in each.collect::<Vec<_>>() {
        done.await??;
    }
    let mut changes = cms.changes(200).await?;
    changes.reverse();
    for what in ["call profile of split/skill 1", "agent group Early"] {
        let of_it: Vec<_> = changes.iter().filter(|change| change.what == what).collect();
        assert_eq!(of_it.len(), 20, "{what}: {of_it:?}");
        for pair in of_it.windows(2) {
            assert_eq!(pair[0].after, pair[1].before, "{what}");
        }
    }
    Ok(())
}

/// At the very same time: each names what it changes, and nothing of the other's is lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn allocations_and_times_that_two_administrators_set_at_once_are_all_kept() -> anyhow::Result<()> {
    let running = Running::start().await?;
    let [cms, ann] = two_administrators(&running).await?;
    collection(&cms, false).await?;
    let allocation = |element: &str, items, intrahour_days| SetStorage {
        acd: Site::ACD,
        element: element.to_owned(),
        items,
        intrahour_days,
        daily_days: None,
        weekly_weeks: None,
        monthly_months: None,
        records: None,
    };
    let times = |summarize_at: Option<String>, rerun| SetSummarizing {
        acd: Site::ACD,
        daily_start: None,
        daily_stop: None,
        week_start: None,
        week_stop: None,
        summarize_at,
        rerun,
    };
    for round in 0..10_u32 {
        let (items, days) = (500 + round, 100 + round);
        let (at, rerun) = (format!("02:{round:02}"), round % 2 == 0);
        let of = [
            allocation("splits", Some(items), None),
            allocation("splits", None, Some(days)),
            allocation("vdns", None, Some(days)),
        ];
        let of_times = [times(Some(at.clone()), None), times(None, Some(rerun))];
        let (one, two, three, four, five) = tokio::join!(
            cms.set_storage(&of[0]),
            ann.set_storage(&of[1]),
            cms.set_storage(&of[2]),
            ann.set_summarizing(&of_times[0]),
            cms.set_summarizing(&of_times[1]),
        );
        [one, two, three, four, five].into_iter().try_for_each(|done| done.map(drop))?;
        let view = cms.storage(Site::ACD).await?;
        let element = |word: &str| view.elements.iter().find(|known| known.element == word).cloned();
        let (splits, vdns) = (element("splits").expect("splits"), element("vdns").expect("VDNs"));
        assert_eq!((splits.items.allocated, splits.intrahour_days, vdns.intrahour_days), (items, days, days));
        assert_eq!((view.summarizing.summarize_at, view.summarizing.rerun), (at, rerun));
    }
    // Who replaces the very same amount is told so.
    cms.set_storage(&allocation("splits", Some(700), None)).await?;
    let told = ann.set_storage(&allocation("splits", Some(800), None)).await?.text;
    assert!(told.contains("it replaces what cms has changed at"), "{told}");
    Ok(())
}
