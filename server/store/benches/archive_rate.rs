//! How fast a large interval is archived, beside the bare limit: the same bytes into a plain file, and a sync.
//!
//! `cargo bench -p store`

use std::io::Write;
use std::time::Instant;

use catalog::{AgentKey, IntervalRows, hagent, hsplit};
use model::{AcdNumber, Calendar, Extension, IntervalMinutes, LoginId, Moment, SplitId};
use store::{AcdStore, RowFilter};

const SPLITS: u32 = 2_000;
const AGENTS: u32 = 10_000;
const INTERVALS: i64 = 48;
const START: Moment = Moment(1_795_420_800);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("01.db");
    let mut store = AcdStore::open(&path, AcdNumber(1))?;
    let calendar = Calendar { zone: "Europe/Berlin".parse()?, interval: IntervalMinutes::Half };
    let mut millis = Vec::new();
    for number in 0..INTERVALS {
        let rows = interval(calendar, START + number * 1800)?;
        let began = Instant::now();
        store.archive(&rows)?;
        millis.push(began.elapsed().as_millis());
    }
    let again = interval(calendar, START + 10 * 1800)?;
    let began = Instant::now();
    store.archive(&again)?;
    println!("archived again {:>6} ms", began.elapsed().as_millis());
    millis.sort_unstable();
    println!("{} rows an interval, {INTERVALS} intervals", again.len());
    println!("median         {:>6} ms", millis[millis.len() / 2]);
    println!("largest        {:>6} ms", millis[millis.len() - 1]);
    drop(store);
    bare(folder.path(), std::fs::metadata(&path)?.len() / INTERVALS as u64)?;
    println!("file           {:>6} MB", std::fs::metadata(&path)?.len() >> 20);
    read(&path)
}

/// What no database can be faster than: so many bytes for each interval, appended and synced.
fn bare(folder: &std::path::Path, bytes: u64) -> Result<(), Box<dyn std::error::Error>> {
    let mut file = std::fs::File::create(folder.join("bare"))?;
    let block = vec![0x5a; usize::try_from(bytes)?];
    let mut millis = Vec::new();
    for _ in 0..INTERVALS {
        let began = Instant::now();
        file.write_all(&block)?;
        file.sync_data()?;
        millis.push(began.elapsed().as_millis());
    }
    millis.sort_unstable();
    println!("bare limit     {:>6} ms to write and sync {} MB", millis[millis.len() / 2], bytes >> 20);
    Ok(())
}

/// Every agent in three splits, each row with about twenty items that are not zero.
fn interval(calendar: Calendar, start: Moment) -> Result<IntervalRows, Box<dyn std::error::Error>> {
    let mut rows = IntervalRows::empty(calendar.interval(start), calendar);
    for split in 1..=SPLITS {
        let mut row = hsplit::Row::default();
        row.values_mut().iter_mut().step_by(8).enumerate().for_each(|(n, value)| *value = n as u32 * 17 + split);
        rows.hsplit.push((SplitId(split), row));
    }
    for agent in 0..AGENTS {
        for skill in 0..3 {
            let split = SplitId((agent * 3 + skill) % SPLITS + 1);
            let logid = LoginId::new(&(20_000 + agent).to_string())?;
            let extension = Extension::new(&(70_000 + agent).to_string())?;
            let mut row = hagent::Row::default();
            row.values_mut().iter_mut().step_by(9).enumerate().for_each(|(n, value)| *value = n as u32 * 31 + agent);
            rows.hagent.push((AgentKey { split, logid, extension }, row));
        }
    }
    rows.hagent.sort_by_key(|(key, _)| *key);
    Ok(rows)
}

fn read(path: &std::path::Path) -> Result<(), Box<dyn std::error::Error>> {
    let reader = store::AcdReader::open(path)?;
    let table = catalog::table("hagent").ok_or("no hagent")?;
    let items: Vec<usize> = (0..40).collect();
    let day = RowFilter { from: Some(START), to: Some(START + 86_400), ..RowFilter::default() };
    let one = |id: &str| Some(vec![id.to_owned()]);
    let questions = [
        ("one split's agents, one day", RowFilter { splits: one("17"), ..day.clone() }),
        ("one agent's day", RowFilter { agents: one("20017"), ..day.clone() }),
        ("everybody, one interval", RowFilter { to: Some(START + 1800), ..day }),
    ];
    for (what, filter) in questions {
        let mut count = 0;
        let began = Instant::now();
        reader.for_each_row(table, &items, &filter, &mut |_| count += 1)?;
        println!("{what}: {count} rows in {:.2} ms", began.elapsed().as_secs_f64() * 1e3);
    }
    Ok(())
}
