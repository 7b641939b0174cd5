//! History as people ask for it: over two ACDs at once, and up to now while intervals close.

use std::path::Path;

use api::{ErrorCode, RunReport};
use client::{Address, Client, Trust};
use daemon::Server;
use daemon::config::FILE;
use model::{AcdNumber, Moment};
use report::{Inputs, Sheet};
use testkit::{EventFeed, LIMIT, PASSWORD, Place, Site, SiteOptions, until};

use crate::day::Day;

const NORTH: AcdNumber = AcdNumber(1);
const SOUTH: AcdNumber = AcdNumber(2);
const SUMMARY: &str = "Split/Skill Summary Interval";
const VIEW: &str = "Split/Skill View";

/// Figures of a block's rows, by the ids of its columns; the total row comes last.
fn figures(sheet: &Sheet, ids: &[&str]) -> Vec<Vec<String>> {
    let block = &sheet.blocks[0];
    let place =
        |id: &&str| block.columns.iter().position(|column| column.id == *id).unwrap_or_else(|| panic!("no {id}"));
    let places: Vec<usize> = ids.iter().map(place).collect();
    let rows = block.rows.iter().map(|row| &row.cells).chain(&block.totals);
    let text =
        |cells: &[report::Cell], at: usize| report::format_value(report::Format::Text, &cells[at].value, sheet.at);
    rows.map(|cells| places.iter().map(|&at| text(cells, at)).collect()).collect()
}

fn total(sheet: &Sheet, id: &str) -> i64 {
    figures(sheet, &[id]).pop().and_then(|row| row[0].parse().ok()).unwrap_or(0)
}

fn asking(path: &str, acd: AcdNumber, typed: &[(&str, &str)]) -> RunReport {
    let inputs: Inputs = typed.iter().map(|(name, typed)| ((*name).to_owned(), (*typed).to_owned())).collect();
    RunReport { path: path.to_owned(), acd, acds: Vec::new(), inputs }
}

/// One server that collects from two switches, each with a morning behind it.
struct Two {
    server: Server,
    client: Client,
    /// The links stay up as long as they are here.
    _feeds: Vec<EventFeed>,
    _dir: tempfile::TempDir,
}

impl Two {
    async fn start() -> anyhow::Result<Two> {
        let dir = tempfile::tempdir()?;
        let folder = dir.path().join("cms");
        crate::recovering::two_acds(&folder)?;
        let ports = ports(&folder)?;
        let server = Server::start(&folder, None)?;
        let trust = Trust::Fingerprint(server.fingerprint()?.parse()?);
        let client = Client::new(Address { url: server.url(), trust })?;
        client.login(testkit::ADMINISTRATOR, PASSWORD).await?;
        let mut feeds = Vec::new();
        for ((acd, port), seed) in [NORTH, SOUTH].into_iter().zip(ports).zip([61, 62]) {
            let day = Day::small(seed);
            let (snapshot, events) = day.split_pump_up();
            let link = format!("127.0.0.1:{port}");
            let feed = tokio::task::block_in_place(|| -> anyhow::Result<EventFeed> {
                let mut feed = EventFeed::new(acd, &[link], day.scenario.start, snapshot);
                feed.tell(&events, LIMIT)?;
                feed.settle(LIMIT)?;
                Ok(feed)
            });
            feeds.push(feed?);
            let last = day.calendar().interval(day.end + -1).start;
            until("the morning is archived", async || {
                let digests = client.digests(acd, None, None).await.ok()?;
                digests.iter().any(|digest| digest.start == last).then_some(())
            })
            .await;
        }
        Ok(Two { server, client, _feeds: feeds, _dir: dir })
    }
}

/// Gives both links ports that are free, so that they are known before the server listens.
fn ports(folder: &Path) -> anyhow::Result<[u16; 2]> {
    let free = || -> anyhow::Result<std::net::TcpListener> { Ok(std::net::TcpListener::bind("127.0.0.1:0")?) };
    let (first, second) = (free()?, free()?);
    let ports = [first.local_addr()?.port(), second.local_addr()?.port()];
    let file = folder.join(FILE);
    let text = std::fs::read_to_string(&file)?;
    // The first address is the API's.
    let mut parts: Vec<String> = text.split("127.0.0.1:0").map(str::to_owned).collect();
    anyhow::ensure!(parts.len() == 4, "an API and two links: {text}");
    parts[1] = format!("127.0.0.1:0{}", parts[1]);
    parts[2] = format!("127.0.0.1:{}{}", ports[0], parts[2]);
    parts[3] = format!("127.0.0.1:{}{}", ports[1], parts[3]);
    std::fs::write(&file, parts.concat())?;
    Ok(ports)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_over_two_acds_says_whose_rows_are_whose() -> anyhow::Result<()> {
    let two = Two::start().await?;
    let client = &two.client;
    let alone = |acd| asking(SUMMARY, acd, &[]);
    let (north, south) = (client.run(&alone(NORTH)).await?.sheet, client.run(&alone(SOUTH)).await?.sheet);
    let both = client.run(&RunReport { acds: vec![SOUTH], ..alone(NORTH) }).await?;
    let rows = figures(&both.sheet, &["acd", "offered"]);
    let of = |name: &str| rows.iter().filter(|row| row[0] == name).count();
    assert_eq!((of("North"), of("South")), (north.blocks[0].rows.len(), south.blocks[0].rows.len()));
    assert!(of("North") > 8 && of("South") > 8);
    for id in ["offered", "acd_calls", "abandoned"] {
        assert_eq!(total(&both.sheet, id), total(&north, id) + total(&south, id), "{id}");
    }
    assert!(total(&both.sheet, "offered") > total(&north, "offered").max(total(&south, "offered")));
    let higher = total(&north, "max_queue").max(total(&south, "max_queue"));
    assert_eq!(total(&both.sheet, "max_queue"), higher);

    // The input of the same name is another way to say it, in live reports, too.
    for acds in ["2", "south", "all"] {
        let typed = client.run(&asking(SUMMARY, NORTH, &[("acds", acds)])).await?.sheet;
        assert_eq!(typed.blocks, both.sheet.blocks, "{acds}");
    }
    let status = client.run(&asking("Split/Skill Report", SOUTH, &[("acds", "North")])).await?;
    let names: std::collections::BTreeSet<String> = figures(&status.sheet, &["acd"]).into_iter().flatten().collect();
    assert!(names.contains("North") && names.contains("South"), "{names:?}");
    let refusal = client.run(&asking(SUMMARY, NORTH, &[("acds", "7")])).await.expect_err("there is no such ACD");
    let body = refusal.refusal().expect("the server answers");
    assert_eq!(body.code, ErrorCode::BadRequest);
    assert_eq!(body.message, "acds: \"7\" is no ACD here; there are 1 North, 2 South; write 1;2, 1-3 or all");

    // From the command line, by giving --acd again.
    let cms = crate::cli::Server::at(&two.server)?;
    let csv = cms.out(&["report", "run", SUMMARY, "--acd", "1", "--acd", "2", "--format", "csv"]);
    assert_eq!(csv, both.sheet.to_csv());
    assert!(csv.starts_with("acd,split,"), "{csv}");
    let told = cms.out(&["report", "run", SUMMARY, "--acd", "1", "--acd", "2"]);
    assert!(told.contains("ACD 1, 2 at "), "{told}");
    Ok(())
}

/// While the switch tells a morning and its intervals close, what was offered since its beginning only grows; in the end it
/// is what the archive and the running interval hold.
#[tokio::test(flavor = "multi_thread")]
async fn an_integrated_report_never_loses_or_doubles_an_interval() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let site = Site::start(dir.path(), &SiteOptions::default())?;
    let day = Day::small(63);
    let (snapshot, events) = day.split_pump_up();
    let mut feed = EventFeed::new(Site::ACD, &site.links(), day.scenario.start, snapshot);
    let client = site.client(Place::A).await?;
    let begin = asking(VIEW, Site::ACD, &[("from", &day.scenario.start.to_string())]);
    let offered = async || -> anyhow::Result<(i64, Moment)> {
        match client.run(&begin).await {
            Ok(answer) => Ok((total(&answer.sheet, "offered"), answer.sheet.at)),
            Err(error) if error.refusal().is_some_and(|body| body.code == ErrorCode::Unavailable) => Ok((0, Moment(0))),
            Err(error) => Err(error.into()),
        }
    };
    let (mut before, mut looks) = (0, 0);
    for some in events.chunks(events.len() / 40 + 1) {
        tokio::task::block_in_place(|| feed.tell(some, LIMIT))?;
        for _ in 0..3 {
            let (now, _) = offered().await?;
            assert!(now >= before, "offered fell from {before} to {now}");
            (before, looks) = (now, looks + 1);
        }
    }
    assert!(looks > 100);
    tokio::task::block_in_place(|| feed.settle(LIMIT))?;
    let collected = day.collect();
    let all = i64::try_from(collected.sum("hsplit", "CALLSOFFERED"))?;
    // The day ends with an interval: all of it is closed.
    let end = day.end;
    until("the last board is published", async || (offered().await.ok()? == (all, end)).then_some(())).await;
    assert!(all > 100);

    // Refreshing faster than it can be read is refused, with what would be right.
    let live =
        client::LiveRequest { path: VIEW.to_owned(), acd: Site::ACD, inputs: begin.inputs.clone(), refresh_secs: 9 };
    let refusal = client.live(&live, None).await.err().expect("nine seconds are too few");
    let message = refusal.refusal().map(|body| body.message.clone()).unwrap_or_default();
    assert_eq!(message, "an integrated report refreshes every 10 to 600 seconds, not 9");
    let mut stream = client.live(&client::LiveRequest { refresh_secs: 10, ..live }, None).await?;
    let Some(api::Frame::Sheet { sheet, .. }) = stream.next_frame().await? else { panic!("a sheet comes first") };
    assert_eq!(total(&sheet, "offered"), all);
    Ok(())
}

/// Inputs that mean nothing are answered with what would be right.
#[tokio::test(flavor = "multi_thread")]
async fn wrong_inputs_are_answered_with_right_ones() -> anyhow::Result<()> {
    let running = crate::running::Running::start().await?;
    let client = running.site.client(Place::A).await?;
    let said = async |path: &str, typed: &[(&str, &str)]| {
        let refusal = client.run(&asking(path, Site::ACD, typed)).await.expect_err("this means nothing");
        refusal.refusal().map(|body| body.message.clone()).unwrap_or_default()
    };
    let dates =
        "Dates: \"yesterday\" means no days; write 2026-11-01, -1 for yesterday, -7:0, or several with ; between";
    assert_eq!(said(SUMMARY, &[("dates", "yesterday")]).await, dates);
    let times = "Times of the day: \"8\" means no times; write 08:00-17:30, 08:00, or several with ; between";
    assert_eq!(said(SUMMARY, &[("times", "8")]).await, times);
    let unknown = "this report has no input \"from\"; it has splits, dates, times, acds";
    assert_eq!(said(SUMMARY, &[("from", "-1")]).await, unknown);
    let late = said(VIEW, &[("from", "-3")]).await;
    assert!(
        late.ends_with("is more than 24 hours ago; write a time of the past 24 hours, such as 08:00 or -1 22:00"),
        "{late}"
    );
    Ok(())
}
