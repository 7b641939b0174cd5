//! Records of calls, traces, exceptions and login sessions on two servers: alike, record by record, whatever befalls one of them.

use simulator::Scenario;
use testkit::{LIMIT, Place, Site, SiteOptions, until};

use crate::child::ServerProcess;
use crate::day::Day;
use crate::exceptions::administer;

/// Digests of records of one table by interval.
fn of_table(digests: &[api::Digest], name: &str) -> Vec<(model::Moment, u64, String)> {
    let made = |digest: &api::Digest| {
        let found = digest.records.iter().find(|made| made.table == name);
        found.map(|made| (digest.start, made.rows, made.digest.clone()))
    };
    digests.iter().filter_map(made).collect()
}

/// One server is cut off and killed again and again in the middle of the afternoon, the other is not. In the end both tell the same
/// digests for every table, and those of calls and sessions are what a collector without links comes to.
#[tokio::test(flavor = "multi_thread")]
async fn records_are_alike_after_cuts_and_kills_of_one_server() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = Site::start(dir.path(), &SiteOptions::default())?;
    let start = Scenario::default().start + 7 * 3600;
    let day = Day::play(Scenario { seed: 17, start, agents: 20, splits: 4, ..Scenario::default() }, 3);
    for place in Place::BOTH {
        administer(&site.client(place).await?, &day).await?;
    }
    let (mut feed, events) = day.feed(&site);
    site.stop(Place::A);
    let mut process = Some(ServerProcess::start(site.folder(Place::A), None)?);
    let round = events.len() / 6 + 1;
    for (number, some) in events.chunks(round).enumerate() {
        tokio::task::block_in_place(|| -> anyhow::Result<()> {
            feed.tell(some, LIMIT)?;
            let wanted = (number * round + some.len() * (number + 1) / 8) as u64;
            feed.keep_going("the server acknowledges a part", LIMIT, |feed| feed.acknowledged(0) >= wanted)?;
            if number % 2 == 0 {
                feed.cut(0);
            } else {
                process.take().map_or(Ok(()), ServerProcess::kill)?;
                process = Some(ServerProcess::start(site.folder(Place::A), None)?);
            }
            feed.settle(LIMIT)
        })?;
    }
    tokio::task::block_in_place(|| process.take().map_or(Ok(()), ServerProcess::stop))?;
    site.run(Place::A)?;

    let expected = day.collect().record_digests(&day.calendar());
    let told = until("both servers tell the same digests of records", async || {
        let mut both = Vec::new();
        for place in Place::BOTH {
            both.push(site.client(place).await.ok()?.record_digests(Site::ACD, None, None).await.ok()?);
        }
        let whole = of_table(&both[0], "call_rec") == of_table(&expected, "call_rec");
        (both[0] == both[1] && whole).then(|| both.swap_remove(0))
    })
    .await;
    assert_eq!(told.len(), expected.len());
    for table in ["call_rec", "haglog", "mctex"] {
        assert_eq!(of_table(&told, table), of_table(&expected, table), "{table}");
    }
    for table in ["call_rec", "ag_actv", "agex", "spex", "tgex", "vdnex", "vecex", "haglog"] {
        assert!(!of_table(&told, table).is_empty(), "the afternoon has no record of {table}");
    }
    // Whoever does not ask for them is not told of them.
    assert!(
        site.client(Place::A).await?.digests(Site::ACD, None, None).await?.iter().all(|known| known.records.is_empty())
    );
    Ok(())
}
