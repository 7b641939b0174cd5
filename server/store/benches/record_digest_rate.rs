//! How long the digests of a busy week's call records take, and how much memory: of a day, and of all days that a comparison
//! asks for at once.
//!
//! `cargo bench -p store --bench record_digest_rate` stores seven days of 500,000 call records each, and reads them warm. With
//! `-- --records N` a day has N. Nothing here judges; `docs/performance.md` holds targets against figures.

use std::path::Path;
use std::time::Instant;

use catalog::{CallRecord, Disposition, IntervalRows, Record};
use model::{
    AcdNumber, Calendar, CallId, Interval, IntervalMinutes, LoginId, Moment, SplitId, TrunkGroupId, VdnId, VectorId,
};
use store::{AcdReader, AcdStore, Storage};

/// 2025-10-06, midnight in Berlin.
const START: Moment = Moment(1_759_701_600);
const DAYS: i64 = 7;
const DAY_SECS: i64 = 86_400;
/// Seconds of a day in which calls end.
const OPEN_SECS: std::ops::Range<i64> = 8 * 3_600..20 * 3_600;
/// Records in one transaction.
const BATCH: usize = 2_000;
const RECORDS: i64 = 500_000;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--records");
    let records: i64 = arguments.nth(1).map_or(Ok(RECORDS), |records| records.parse())?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("01.db");
    fill(&path, records)?;
    let bytes = std::fs::metadata(folder.path().join("01-events.db"))?.len();
    println!("{} call records in {} MB", records * DAYS, bytes >> 20);
    let reader = AcdReader::open(&path)?;
    let mut storage = Storage::default();
    storage.records.insert("call_rec".to_owned(), u64::MAX);
    for (what, days) in [("one day", 1), ("all days", DAYS), ("all days, again", DAYS)] {
        let intervals: Vec<Interval> =
            (0..days * 48).map(|number| Ok(calendar()?.interval(START + number * 1_800))).collect::<Outcome<_>>()?;
        let (before, began, cpu) = (peak(), Instant::now(), cpu_secs());
        let found = reader.record_digests(&intervals, &storage)?;
        let (took, cpu) = (began.elapsed().as_secs_f64(), cpu_secs() - cpu);
        let rows: u64 = found.values().flatten().map(|made| made.rows).sum();
        let each = cpu * 1e6 / rows.max(1) as f64;
        println!("{what}: {rows} records in {took:.2} s, {cpu:.2} s of CPU ({each:.1} µs each)");
        println!("    most memory before and after {before} and {} MB", peak());
    }
    Ok(())
}

fn calendar() -> Outcome<Calendar> {
    Ok(Calendar { zone: "Europe/Berlin".parse()?, interval: IntervalMinutes::Half })
}

fn fill(path: &Path, records: i64) -> Outcome<()> {
    let calendar = calendar()?;
    let mut store = AcdStore::open(path, AcdNumber(1))?;
    store.set_capacity("call_rec", u64::MAX)?;
    let open = OPEN_SECS.end - OPEN_SECS.start;
    for day in 0..DAYS {
        let mut batch: Vec<(u64, Record)> = Vec::with_capacity(BATCH);
        let mut of_second = (Moment(0), 0);
        for number in 0..records {
            let at = START + (day * DAY_SECS + OPEN_SECS.start + number * open / records);
            of_second = if of_second.0 == at { (at, of_second.1 + 1) } else { (at, 0) };
            batch.push((Record::first_number(at) + of_second.1, call(at, (day * records + number) as u64)?));
            if batch.len() == BATCH {
                store.append_records(&batch, &calendar)?;
                batch.clear();
            }
        }
        store.append_records(&batch, &calendar)?;
        for number in 0..48 {
            store.archive(&IntervalRows::empty(
                calendar.interval(START + (day * DAY_SECS + number * 1_800)),
                calendar,
            ))?;
        }
    }
    Ok(())
}

/// A call as most are: it waits, rings, is answered and is over.
fn call(at: Moment, number: u64) -> Outcome<Record> {
    let vdn = VdnId::new(&(50_000 + number % 400).to_string())?;
    let (talk_secs, split) = (30 + (number * 7 % 400) as u32, SplitId((number % 200 + 1) as u32));
    Ok(Record::Call(Box::new(CallRecord {
        ucid: format!("0000100001{number:010}").parse()?,
        calling_party: format!("030{:07}", number % 9_999_991).parse()?,
        dialed_number: "08001234567".parse()?,
        disposition_secs: 12,
        disposition_split: Some(split),
        skill_level: 1,
        disposition_vdn: Some(vdn),
        disposition_vector: Some(VectorId(7)),
        vdns: [vdn].into_iter().collect(),
        first_vector: Some(VectorId(7)),
        splits: [split].into_iter().collect(),
        queue_secs: 8,
        ring_secs: 4,
        talk_secs,
        acw_secs: 18,
        duration_secs: talk_secs + 12,
        answering_agent: Some(LoginId::new(&(20_000 + number % 3_000).to_string())?),
        trunk_group: Some(TrunkGroupId(3)),
        ..CallRecord::bare(CallId(number), at + (-i64::from(talk_secs) - 30), at, Disposition::Answered)
    })))
}

/// Processor time of this process, as the operating system's files tell it in hundredths; 0 where it does not say.
fn cpu_secs() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let behind_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = behind_name.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok());
    ticks.sum::<f64>() / 100.0
}

/// Most memory that this process has had, in MB; 0 where the operating system does not say.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) >> 10
}
