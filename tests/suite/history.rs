//! External Call History with real servers: files that an independent reader accepts, kills, and moving from one server to
//! the other.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use api::HistoryAcd;
use catalog::Value;
use testkit::{EventFeed, LIMIT, Place, Site, SiteOptions, until};

use crate::child::ServerProcess;
use crate::day::Day;

/// The published layouts, in the folder that `UNDERSTUDY_SHARED` names, else in `shared` beside the checkout.
fn layouts() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("UNDERSTUDY_SHARED").map_or_else(beside, PathBuf::from);
    Some(shared.join("reference/echi-layouts.json")).filter(|path| path.exists())
}

/// Holds files against a reader that knows the published layouts alone. Says how many records both found alike; `None` if
/// there is no Python or there are no layouts.
fn independent_reader(files: &[PathBuf]) -> Result<Option<usize>> {
    let Some(layouts) = layouts() else {
        println!("skipped: the published layouts are not there (UNDERSTUDY_SHARED)");
        return Ok(None);
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("history/reader.py");
    let output = match Command::new("python3").arg(script).arg(layouts).args(files).output() {
        Ok(output) => output,
        Err(error) => {
            println!("skipped: python3 cannot be run: {error}");
            return Ok(None);
        }
    };
    ensure!(output.status.success(), "the reader refused a file: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout)?;
    let mut records = 0;
    for (path, line) in files.iter().zip(text.lines()) {
        let theirs: serde_json::Value = serde_json::from_str(line)?;
        let ours = echi::read(&std::fs::read(path)?)?;
        assert_eq!(theirs["version"], ours.version.number(), "{}", path.display());
        assert_eq!(theirs["sequence"], ours.sequence, "{}", path.display());
        let theirs = theirs["records"].as_array().context("records are a list")?;
        assert_eq!(theirs.len(), ours.records.len(), "{}", path.display());
        for (theirs, ours_values) in theirs.iter().zip(&ours.records) {
            for (field, value) in ours.version.fields().iter().zip(ours_values) {
                let found = match value {
                    Value::Int(number) => theirs[field.name] == *number,
                    Value::Text(text) => theirs[field.name] == **text,
                    // A split that was not queued to, or an empty text.
                    _ => theirs[field.name] == -1 || theirs[field.name] == "",
                };
                assert!(found, "{}: {} is {value:?} and {}", path.display(), field.name, theirs[field.name]);
            }
            records += 1;
        }
    }
    Ok(Some(records))
}

#[test]
fn an_independent_reader_agrees_on_every_version() -> Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/echi");
    let files: Vec<PathBuf> = std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    assert_eq!(files.len(), 6, "one file for each version");
    if let Some(records) = independent_reader(&files)? {
        assert_eq!(records, 12);
    }
    Ok(())
}

/// Two servers that hand their files to folders of their own, small enough that there are many. Not started yet.
fn site(dir: &Path) -> Result<Site> {
    let site = Site::make(dir, &SiteOptions::default())?;
    for place in Place::BOTH {
        std::fs::create_dir(out(dir, place))?;
        let file = site.folder(place).join(daemon::config::FILE);
        let text = std::fs::read_to_string(&file)?;
        let history = format!("[history]\nfolder = {:?}\nsuffix = \"7\"\n", out(dir, place).display().to_string());
        std::fs::write(&file, format!("{text}{history}"))?;
    }
    Ok(site)
}

fn out(dir: &Path, place: Place) -> PathBuf {
    dir.join(format!("out-{place:?}"))
}

/// The files of call records in a folder, in order.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let paths = std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    let is_calls = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("chr"));
    let mut paths: Vec<PathBuf> = paths.into_iter().filter(is_calls).collect();
    paths.sort();
    Ok(paths)
}

/// What tells a segment from all others: CALLID, SEGMENT, SEGSTOP_UTC.
type Segment = (i64, i64, i64);

/// The segments in files, in order.
fn segments(files: &[PathBuf]) -> Result<Vec<Segment>> {
    let mut found = Vec::new();
    for path in files {
        let file = echi::read(&std::fs::read(path)?)?;
        let fields = file.version.fields();
        let place = |name: &str| fields.iter().position(|field| field.name == name).expect("the version has it");
        let places = ["CALLID", "SEGMENT", "SEGSTOP_UTC"].map(place);
        for record in &file.records {
            let [call, segment, stop] = places.map(|place| match record[place] {
                Value::Int(number) => number,
                _ => -1,
            });
            found.push((call, segment, stop));
        }
    }
    Ok(found)
}

/// The segments in a server's call_rec, in order of their numbers.
async fn archived(site: &Site, place: Place) -> Result<Vec<Segment>> {
    let sql = "SELECT CALLID, SEGMENT, SEGSTOP_UTC FROM call_rec ORDER BY SEQNUM";
    let found = site.client(place).await?.sql(Site::ACD, sql).await?;
    let number = |cell: &report::Cell| match &cell.value {
        Value::Int(number) => *number,
        Value::At(at) => at.0,
        _ => -1,
    };
    Ok(found.rows.iter().map(|row| (number(&row[0]), number(&row[1]), number(&row[2]))).collect())
}

async fn interface(site: &Site, place: Place) -> Result<HistoryAcd> {
    let state = site.client(place).await?.history_interface().await?;
    state.acds.into_iter().next().context("there is one ACD")
}

/// Waits until a server has handed over all that is in its call_rec, and gives that.
async fn handed_over(site: &Site, place: Place, folder: &Path) -> Result<Vec<Segment>> {
    let client = site.client(place).await?;
    until("everything is handed over", async || {
        let state = client.history_interface().await.ok()?;
        let acd = state.acds.first()?;
        (acd.waiting_files == 0 && acd.growing_segments == 0 && acd.problem.is_empty()).then_some(())
    })
    .await;
    segments(&files(folder)?)
}

#[tokio::test(flavor = "multi_thread")]
async fn both_servers_write_the_same_files_of_what_is_archived() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = site(dir.path())?;
    Place::BOTH.into_iter().try_for_each(|place| site.run(place))?;
    site.client(Place::B).await?.switch_history_interface(true, None).await?;
    let day = Day::small(61);
    let (snapshot, events) = day.split_pump_up();
    let mut feed = EventFeed::new(Site::ACD, &site.links(), day.scenario.start, snapshot);
    feed.tell_all(&events)?;
    site.both_digests_through(day.end).await?;
    for place in Place::BOTH {
        site.client(place).await?.switch_history_interface(false, None).await?;
    }
    let mut written = Vec::new();
    for place in Place::BOTH {
        let folder = out(dir.path(), place);
        let found = handed_over(&site, place, &folder).await?;
        assert!(found.len() > 100, "only {} segments", found.len());
        assert_eq!(found, archived(&site, place).await?, "{place:?}");
        written.push(files(&folder)?);
    }
    assert!(written[0].len() >= 4, "{:?}", written[0]);
    for (a, b) in written[0].iter().zip(&written[1]) {
        assert_eq!(a.file_name(), b.file_name());
        let (a, b) = (std::fs::read(a)?, std::fs::read(b)?);
        assert!(a[..4] == b[..4] && a[8..] == b[8..], "the servers' files differ");
    }
    assert_eq!(written[0].len(), written[1].len());
    let names = std::fs::read_to_string(out(dir.path(), Place::A).join("split.dat"))?;
    assert!(names.lines().all(|line| line.starts_with("1,")) && names.lines().count() >= 4, "{names}");
    if let Some(records) = independent_reader(&written[0])? {
        assert_eq!(records, archived(&site, Place::A).await?.len());
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_again_and_again_hands_each_segment_over_once() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = site(dir.path())?;
    Place::BOTH.into_iter().try_for_each(|place| site.run(place))?;
    let links = site.links();
    let day = Day::small(62);
    let (snapshot, events) = day.split_pump_up();
    site.stop(Place::A);
    let mut process = Some(ServerProcess::start(site.folder(Place::A), None)?);
    let mut feed = EventFeed::new(Site::ACD, &links, day.scenario.start, snapshot);
    let kills = 5;
    for (round, some) in events.chunks(events.len() / kills + 1).enumerate() {
        tokio::task::block_in_place(|| -> Result<()> {
            feed.tell(some, LIMIT)?;
            let told: u64 = events.chunks(events.len() / kills + 1).take(round + 1).map(|some| some.len() as u64).sum();
            let wanted = told - some.len() as u64 * (round as u64 + 1) / (kills as u64 + 2);
            feed.keep_going("the server acknowledges a part", LIMIT, |feed| feed.acknowledged(0) >= wanted)?;
            process.take().map_or(Ok(()), ServerProcess::kill)?;
            process = Some(ServerProcess::start(site.folder(Place::A), None)?);
            feed.settle(LIMIT)
        })?;
    }
    tokio::task::block_in_place(|| process.take().map_or(Ok(()), ServerProcess::kill))?;
    site.run(Place::A)?;
    site.both_digests_through(day.end).await?;
    site.client(Place::A).await?.switch_history_interface(false, None).await?;
    let found = handed_over(&site, Place::A, &out(dir.path(), Place::A)).await?;
    assert!(found.len() > 100, "only {} segments", found.len());
    assert_eq!(found, archived(&site, Place::B).await?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn sending_moves_to_the_secondary_and_back_without_a_gap() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = site(dir.path())?;
    Place::BOTH.into_iter().try_for_each(|place| site.run(place))?;
    let links = site.links();
    let day = Day::small(63);
    let (snapshot, events) = day.split_pump_up();
    let thirds: Vec<_> = events.chunks(events.len() / 3 + 1).collect();
    let mut feed = EventFeed::new(Site::ACD, &links, day.scenario.start, snapshot);
    feed.tell_all(thirds[0])?;

    // The primary dies; what its file had not been closed with is not at the receiver.
    let primary = until("the primary has handed over its first interval", async || {
        let state = interface(&site, Place::A).await.ok()?;
        (state.handed_record > 0 && state.waiting_files == 0).then_some(state)
    })
    .await;
    site.stop(Place::A);
    let told = thirds[0].len() + thirds[1].len();
    tokio::task::block_in_place(|| -> Result<()> {
        thirds[1].iter().try_for_each(|event| feed.push(event))?;
        feed.keep_going("the secondary goes on alone", LIMIT, |feed| feed.acknowledged(1) >= told as u64)
    })?;
    let on = site.client(Place::B).await?.switch_history_interface(true, Some(primary.handed_record)).await?;
    assert!(on.on && on.acds[0].last_record >= primary.handed_record, "{on:?}");

    // The primary comes back with its interface off; then the two change places.
    // What it had taken and not handed over the secondary has sent.
    daemon::switch_history_interface(site.folder(Place::A), false, true)?;
    site.run(Place::A)?;
    tokio::task::block_in_place(|| feed.settle(LIMIT))?;
    let off = site.client(Place::B).await?.switch_history_interface(false, None).await?;
    let ended_with = off.acds[0].last_record;
    site.client(Place::A).await?.switch_history_interface(true, Some(ended_with)).await?;
    feed.tell_all(thirds[2])?;
    site.both_digests_through(day.end).await?;
    site.client(Place::A).await?.switch_history_interface(false, None).await?;

    let mut found = handed_over(&site, Place::A, &out(dir.path(), Place::A)).await?;
    let theirs = handed_over(&site, Place::B, &out(dir.path(), Place::B)).await?;
    let expected = archived(&site, Place::A).await?;
    assert_eq!(expected, archived(&site, Place::B).await?);
    assert!(theirs.len() > 20, "the secondary sent {} segments", theirs.len());
    found.extend(theirs);
    found.sort_unstable();
    let mut expected = expected;
    expected.sort_unstable();
    assert_eq!(found, expected);
    Ok(())
}
