//! Days, weeks and months on two real servers: equal on both, equal to what the intervals say, made again alike; and what
//! administrators may change of them.

use std::time::Duration;

use api::{ErrorCode, LevelState, RunReport, SetCollection, SetStorage, SetSummarizing, Summarize, SummaryDigest};
use chrono_tz::Tz;
use client::Client;
use model::{Level, Moment};
use simulator::{Feed, FeedSettings, Pace, Scenario, World};
use testkit::{Place, Site, SiteOptions, until};

/// Friday, 27 March 2026, 17:00 in Berlin; on Sunday the clocks change.
const START: Moment = Moment(1_774_627_200);
/// Until the first of April, half past one at night.
const HOURS: u64 = 4 * 24 + 7;

/// Two servers and a small centre's long weekend.
async fn weekend(site: &Site) -> anyhow::Result<()> {
    let scenario = Scenario {
        seed: 31,
        start: START,
        utc_offset_secs: 7_200,
        agents: 5,
        splits: 2,
        heartbeat_secs: 300,
        ..Scenario::default()
    };
    let mut settings = FeedSettings::new(Site::ACD, site.links());
    settings.pace = Pace::at_speed(1e9);
    settings.run_for = Some(Duration::from_secs(HOURS * 3600));
    let (feed, _) = Feed::new(World::new(scenario)?, settings);
    feed.run().await?;
    Ok(())
}

/// The summaries of a level once a server has so many that are up to date.
async fn summaries(client: &Client, level: Level, count: usize) -> Vec<SummaryDigest> {
    let what = format!("{count} {level} summaries");
    until(&what, async || {
        let found = client.summaries(Site::ACD, level).await.ok()?;
        let ready = found.len() == count && found.iter().all(|known| !known.out_of_date);
        ready.then_some(found)
    })
    .await
}

fn berlin() -> SiteOptions {
    SiteOptions { zone: Tz::Europe__Berlin, ..SiteOptions::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_servers_have_the_same_days_weeks_and_months() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = Site::start(dir.path(), &berlin())?;
    weekend(&site).await?;
    let (a, b) = (site.client(Place::A).await?, site.client(Place::B).await?);
    for (level, count) in [(Level::Daily, 5), (Level::Weekly, 1), (Level::Monthly, 1)] {
        let here = summaries(&a, level, count).await;
        assert_eq!(here, summaries(&b, level, count).await, "{level}");
        assert!(here.iter().all(|known| known.rows > 0 && known.tables.len() == 8), "{here:?}");
    }

    // What a person counts from the intervals is what the summaries say.
    let check = async |sql: &str, expect: &[i64]| {
        for place in Place::BOTH {
            assert_eq!(site.figures(place, sql).await.unwrap(), expect, "{place:?}: {sql}");
        }
    };
    check("SELECT SECSPERDAY FROM d_secs WHERE ROW_DATE = 20260329", &[82_800]).await;
    check("SELECT SECSPERMN FROM m_secs", &[7 * 3_600 + 4 * 86_400 - 3_600]).await;
    for (table, element) in [("msplit", "hsplit"), ("mvdn", "hvdn"), ("mtrunk", "htrunk")] {
        let item = if element == "hsplit" { "ACDCALLS" } else { "INCALLS" };
        let differ = format!(
            "SELECT (SELECT sum({item}) FROM {table}) - (SELECT sum({item}) FROM {element} WHERE ROW_DATE < 20260401),
             (SELECT sum({item}) > 50 FROM {table})"
        );
        check(&differ, &[0, 1]).await;
    }
    let busy = "SELECT sum(BH_INCALLS > INCALLS), sum(BH_INCALLS > 0) > 0, max(BH_STARTTIME) <= 2300 FROM dvdn";
    check(busy, &[0, 1, 1]).await;

    // Made again by hand, and after a restart, it is the same.
    let before = a.summaries(Site::ACD, Level::Daily).await?;
    let asked = Summarize { acd: None, level: Level::Daily, from: "2026-03-25".into(), to: "2026-04-02".into() };
    let done = a.summarize(&asked).await?;
    let outcome: Vec<_> = done.iter().map(|period| (period.period.as_str(), period.made)).collect();
    let days = ["25", "26", "27", "28", "29", "30", "31"].map(|day| format!("2026-03-{day}"));
    assert_eq!(outcome[..7], days.iter().map(|day| (day.as_str(), day > &days[1])).collect::<Vec<_>>()[..]);
    assert!(done[0].text.contains("no interval of 2026-03-25 is archived"), "{done:?}");
    assert!(done[7].text.contains("not over yet") && done.len() == 9, "{done:?}");
    assert_eq!(a.summaries(Site::ACD, Level::Daily).await?, before);
    site.stop(Place::A);
    site.run(Place::A)?;
    assert_eq!(summaries(&site.client(Place::A).await?, Level::Daily, 5).await, before);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn archiving_tells_how_it_stands() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &berlin())?;
    let client = site.client(Place::A).await?;
    let never = client.archive_status(None).await?;
    assert_eq!(never[0].levels.iter().map(|level| level.status).collect::<Vec<_>>(), [LevelState::Never; 4]);
    weekend(&site).await?;
    summaries(&client, Level::Monthly, 1).await;
    let status = &client.archive_status(Some(Site::ACD)).await?[0];
    let told: Vec<_> = status
        .levels
        .iter()
        .map(|level| (level.level.as_str(), level.status, level.last.as_deref(), level.next.as_deref()))
        .collect();
    let (daily, weekly) = (Some("2026-03-31"), Some("2026-03-22 to 2026-03-28"));
    assert_eq!(told[1], ("daily", LevelState::Done, daily, Some("2026-04-01")));
    assert_eq!(told[2], ("weekly", LevelState::Done, weekly, Some("2026-03-29 to 2026-04-04")));
    assert_eq!(told[3], ("monthly", LevelState::Done, Some("2026-03"), Some("2026-04")));
    assert_eq!((told[0].0, told[0].1), ("interval", LevelState::Done));
    assert!(status.levels.iter().all(|level| level.missing.is_empty() && level.out_of_date.is_empty()), "{status:?}");
    assert_eq!(status.levels[1].next_due, Some(Moment(1_775_082_900)), "2026-04-02 00:35");
    let unknown = client.archive_status(Some(model::AcdNumber(7))).await.expect_err("there is no ACD 7");
    assert_eq!(unknown.refusal().map(|body| body.code), Some(ErrorCode::NotFound));
    Ok(())
}

/// No day may be in two weeks, and none that cannot be made again may be lost.
#[tokio::test(flavor = "multi_thread")]
async fn a_week_set_anew_takes_the_place_of_one_of_before_only_while_all_its_days_are_here() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &berlin())?;
    let client = site.client(Place::A).await?;
    weekend(&site).await?;
    summaries(&client, Level::Monthly, 1).await;
    client.set_collection(&SetCollection { acd: Site::ACD, on: false }).await?;
    client.set_summarizing(&SetSummarizing { week_start: Some("monday".into()), ..times() }).await?;
    let weekly = |from: &str, to: &str| Summarize {
        acd: Some(Site::ACD),
        level: Level::Weekly,
        from: from.to_owned(),
        to: to.to_owned(),
    };
    let done = client.summarize(&weekly("2026-03-23", "2026-03-29")).await?;
    assert!(done[0].made && done.len() == 1, "{done:?}");
    assert!(done[0].text.contains("in place of 2026-03-22 to 2026-03-28; 2026-03-22 lies in no week now"), "{done:?}");
    let stored = client.summaries(Site::ACD, Level::Weekly).await?;
    let weeks: Vec<_> = stored.iter().map(|week| (week.first.as_str(), week.last.as_str())).collect();
    assert_eq!(weeks, [("2026-03-23", "2026-03-29")]);

    for element in ["splits", "agents", "trunk-groups", "trunks", "work-codes", "vectors", "vdns"] {
        client.set_storage(&SetStorage { daily_days: Some(1), ..set(element) }).await?;
    }
    let days =
        "SELECT (SELECT min(ROW_DATE) FROM dsplit), (SELECT min(ROW_DATE) FROM dagent), min(ROW_DATE) FROM d_secs";
    until("the days of the week have gone", async || {
        let found = site.figures(Place::A, days).await.ok()?;
        (found == [20_260_330; 3]).then_some(())
    })
    .await;
    client.set_summarizing(&SetSummarizing { week_start: Some("sunday".into()), ..times() }).await?;
    let done = client.summarize(&weekly("2026-03-22", "2026-03-28")).await?;
    let left_alone = "left alone: it has days in common with 2026-03-23 to 2026-03-29, which stays as it is";
    assert!(!done[0].made && done[0].text.starts_with(left_alone), "{done:?}");
    assert_eq!(client.summaries(Site::ACD, Level::Weekly).await?, stored);

    // A report of all the days says of how many it has nothing.
    let inputs = [("dates".to_owned(), "2026-03-27:2026-03-31".to_owned())].into();
    let path = "Split/Skill Summary Daily".to_owned();
    let answer = client.run(&RunReport { path, acd: Site::ACD, acds: Vec::new(), inputs }).await?;
    let note = &answer.sheet.blocks[0].note;
    let told = note.starts_with("Rows from before 2026-03-3") && note.contains("of 5 days are missing here");
    assert!(told && !note.contains("2026-03-27"), "what is no longer kept is not to be summed up: {note}");
    Ok(())
}

fn set(element: &str) -> SetStorage {
    SetStorage {
        acd: Site::ACD,
        element: element.to_owned(),
        items: None,
        intrahour_days: None,
        daily_days: None,
        weekly_weeks: None,
        monthly_months: None,
        records: None,
    }
}

fn times() -> SetSummarizing {
    SetSummarizing {
        acd: Site::ACD,
        daily_start: None,
        daily_stop: None,
        week_start: None,
        week_stop: None,
        summarize_at: None,
        rerun: None,
    }
}

/// What cannot be is refused with the reason, also while data collection is off.
async fn check_refusals(client: &Client) {
    for (wrong, text) in [
        (
            SetStorage { intrahour_days: Some(371), ..set("splits") },
            "at most 370 days of intervals can be kept, not 371",
        ),
        (SetStorage { records: Some(5), ..set("splits") }, "only items, and days, weeks and months"),
        (SetStorage { daily_days: Some(5), ..set("call_rec") }, "only records"),
        (SetStorage { items: Some(5), ..set("nothing") }, "there is no \"nothing\" to allocate; there are splits"),
    ] {
        let refused = client.set_storage(&wrong).await.expect_err("it is refused");
        assert_eq!(refused.refusal().map(|body| body.code), Some(ErrorCode::BadRequest));
        assert!(refused.to_string().contains(text), "{refused}");
    }
    for (wrong, text) in [
        (SetSummarizing { summarize_at: Some("00:10".into()), ..times() }, "until 00:30 at least"),
        (SetSummarizing { summarize_at: Some("soon".into()), ..times() }, "no time of day"),
        (SetSummarizing { week_stop: Some("someday".into()), ..times() }, "no day of the week"),
        (SetSummarizing { daily_start: Some("23:59".into()), ..times() }, "must be before the daily stop"),
    ] {
        let refused = client.set_summarizing(&wrong).await.expect_err("it is refused");
        assert!(refused.to_string().contains(text), "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_allocation_is_changed_with_collection_off_and_recorded() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = Site::start(dir.path(), &berlin())?;
    let client = site.client(Place::A).await?;
    let shorter = SetStorage { items: Some(1), intrahour_days: Some(2), ..set("splits") };
    let refused = client.set_storage(&shorter).await.expect_err("collection is on");
    assert_eq!(refused.refusal().map(|body| body.code), Some(ErrorCode::WrongState));
    assert!(refused.to_string().contains("cms collection off --acd 1"), "{refused}");
    let refused = client.set_summarizing(&SetSummarizing { week_start: Some("monday".into()), ..times() }).await;
    assert_eq!(refused.expect_err("collection is on").refusal().map(|body| body.code), Some(ErrorCode::WrongState));
    // This has nothing to do with collection.
    assert!(client.set_summarizing(&SetSummarizing { rerun: Some(false), ..times() }).await?.changed);

    weekend(&site).await?;
    summaries(&client, Level::Monthly, 1).await;
    client.set_collection(&SetCollection { acd: Site::ACD, on: false }).await?;
    check_refusals(&client).await;
    let told = client.set_storage(&shorter).await?;
    assert!(told.changed && told.text.contains("1 items; 2 days of intervals"), "{told:?}");
    assert!(!client.set_storage(&shorter).await?.changed);
    client.set_storage(&SetStorage { records: Some(9), ..set("haglog") }).await?;
    // Saturday 28 March ends the last week that is made: the Sunday behind it belongs to one that begins before.
    let told = client.set_summarizing(&SetSummarizing { week_start: Some("monday".into()), ..times() }).await?;
    assert!(told.text.contains("2026-03-29 lies in no week: "), "{told:?}");
    assert!(told.text.contains("--level weekly --from 2026-03-23 --to 2026-03-29"), "{told:?}");
    let told = client.set_summarizing(&SetSummarizing { week_start: Some("sunday".into()), ..times() }).await?;
    assert!(!told.text.contains("in no week"), "as the weeks are that are made: {told:?}");
    client.set_summarizing(&SetSummarizing { week_start: Some("monday".into()), ..times() }).await?;

    // Days that are summed up and older than two days go; those of other elements stay.
    let days = "SELECT min(ROW_DATE), (SELECT min(ROW_DATE) FROM hvdn), (SELECT count(*) < 20 FROM haglog) FROM hsplit";
    until("old intervals of splits have gone", async || {
        let found = site.figures(Place::A, days).await.ok()?;
        (found == [20_260_330, 20_260_327, 1]).then_some(())
    })
    .await;

    // It all survives a restart, and is told.
    site.stop(Place::A);
    site.run(Place::A)?;
    let client = site.client(Place::A).await?;
    let view = client.storage(Site::ACD).await?;
    let splits = &view.elements[0];
    assert_eq!((splits.element.as_str(), splits.items.allocated, splits.intrahour_days), ("splits", 1, 2));
    assert_eq!((view.summarizing.week_start.as_str(), view.summarizing.rerun), ("Monday", false));
    assert_eq!(view.records.iter().find(|records| records.table == "haglog").map(|records| records.records), Some(9));
    assert!(view.space.free_bytes > 0 && view.space.file_bytes > 0 && view.elements[1].bytes > 0, "{view:?}");
    assert!(view.elements[1].full_bytes > Some(view.elements[1].bytes), "{view:?}");
    let changes = client.changes(10).await?;
    let what: Vec<_> = changes.iter().map(|change| change.what.as_str()).collect();
    assert_eq!(
        what,
        [
            "times of summing up",
            "times of summing up",
            "times of summing up",
            "data storage allocation of haglog",
            "data storage allocation of splits",
            "data collection",
            "times of summing up"
        ]
    );
    assert!(changes[4].before.contains("62 days of intervals") && changes[4].after.contains("2 days of intervals"));
    // On again, two splits where one is allocated are counted and kept.
    client.set_collection(&SetCollection { acd: Site::ACD, on: true }).await?;
    Ok(())
}
