//! How quickly reports find their rows in thirteen months of half hours: one split's thirteen months, one split's agents for
//! a day, all splits for a day, and a month of daily rows of all splits; each warm, and cold where the operating system can
//! be told to forget the file.
//!
//! `cargo bench -p store --bench year_rate` takes 100 splits with 4 agents each, who work 16 half hours a day. With
//! `-- --keep FOLDER` the file stays, so that other databases can be asked the same of the same rows
//! (`tests/load/rivals/history.py`). Nothing here judges; `docs/performance.md` holds targets against figures.

use std::path::{Path, PathBuf};
use std::time::Instant;

use catalog::{AgentKey, IntervalRows, Table, TableKind, all_tables, hagent, hsplit};
use model::{AcdNumber, Calendar, Extension, IntervalMinutes, Level, LoginId, Moment, Period, SplitId, SummaryTimes};
use store::{AcdReader, AcdStore, RowFilter};

/// 2025-10-01, midnight in Berlin.
const START: Moment = Moment(1_759_269_600);
const DAYS: i64 = 395;
const DAY_SECS: i64 = 86_400;
const SPLITS: u32 = 100;
const AGENTS_OF_A_SPLIT: u32 = 4;
/// Half hours of a day in which there are agents: 08:00 to 16:00.
const STAFFED: std::ops::Range<i64> = 16..32;
/// Times each question is asked warm; the median counts.
const TIMES: usize = 15;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--keep");
    let kept = arguments.nth(1).map(PathBuf::from);
    let passing = tempfile::tempdir()?;
    let folder = kept.as_deref().unwrap_or(passing.path());
    std::fs::create_dir_all(folder)?;
    let path = folder.join("01.db");
    if !path.exists() {
        fill(&path)?;
    }
    let reader = AcdReader::open(&path)?;
    sizes(&reader)?;
    println!("{:<44} {:>8} {:>10} {:>10}", "", "rows", "warm ms", "cold ms");
    for question in questions() {
        question.ask(&reader, &path)?;
    }
    Ok(())
}

fn calendar() -> Outcome<Calendar> {
    Ok(Calendar { zone: "Europe/Berlin".parse()?, interval: IntervalMinutes::Half })
}

/// Archives every half hour in its order, as a server does, and sums the last month's days up.
fn fill(path: &Path) -> Outcome<()> {
    let calendar = calendar()?;
    let mut store = AcdStore::open(path, AcdNumber(1))?;
    let (began, mut rows) = (Instant::now(), 0);
    for number in 0..DAYS * 48 {
        let interval = half_hour(calendar, number)?;
        rows += interval.len();
        store.archive(&interval)?;
    }
    let secs = began.elapsed().as_secs_f64();
    println!("archived {rows} rows of {} half hours: {:.0} rows a second", DAYS * 48, rows as f64 / secs);
    let reader = store.reader()?;
    for day in DAYS - 31..DAYS {
        sum_up(&mut store, &reader, calendar, START + day * DAY_SECS + DAY_SECS / 2)?;
    }
    Ok(())
}

/// All splits, and the agents where it is day; every row with some twenty items that are not 0.
fn half_hour(calendar: Calendar, number: i64) -> Outcome<IntervalRows> {
    fn put(values: &mut [u32], step: usize, seed: i64) {
        let value = |n: usize| (n as u32 * 17 + seed as u32 * 7919) % 1800;
        values.iter_mut().step_by(step).enumerate().for_each(|(n, cell)| *cell = value(n));
    }
    let mut rows = IntervalRows::empty(calendar.interval(START + number * 1800), calendar);
    let staffed = STAFFED.contains(&(number % 48));
    for split in 1..=SPLITS {
        let mut row = hsplit::Row::default();
        put(row.values_mut(), 8, number + i64::from(split));
        rows.hsplit.push((SplitId(split), row));
        for place in (0..AGENTS_OF_A_SPLIT).take_while(|_| staffed) {
            let agent = split * 10 + place;
            let mut row = hagent::Row::default();
            put(row.values_mut(), 9, number + i64::from(agent));
            let logid = LoginId::new(&(20_000 + agent).to_string())?;
            let extension = Extension::new(&(70_000 + agent).to_string())?;
            rows.hagent.push((AgentKey { split: SplitId(split), logid, extension }, row));
        }
    }
    Ok(rows)
}

fn sum_up(store: &mut AcdStore, reader: &AcdReader, calendar: Calendar, at: Moment) -> Outcome<()> {
    let times = SummaryTimes::default();
    let period: Period = times.period_of(Level::Daily, calendar.row_date(at)).ok_or("a day has no week")?;
    let summing = reader.sum_up(period, times, calendar)?;
    let head = summing.head().clone();
    for table in all_tables().iter().filter(|table| table.kind == TableKind::Daily) {
        let found = summing.rows(table, &mut || true)?.ok_or("nobody said stop")?;
        store.store_summary(&head, &found)?;
    }
    drop(summing);
    store.finish_summary(&head, at)?;
    Ok(())
}

/// What each table takes on the disk.
fn sizes(reader: &AcdReader) -> Outcome<()> {
    let bytes = reader.measure()?;
    for name in ["hsplit", "hagent", "dsplit"] {
        let mut rows = 0_u64;
        let table = catalog::table(name).ok_or("no such table")?;
        reader.for_each_row(table, &[], &RowFilter::default(), &mut |_| rows += 1)?;
        let taken = bytes.get(name).copied().unwrap_or_default();
        println!("{name}: {rows} rows, {} MB, {} bytes a row with its index", taken >> 20, taken / rows.max(1));
    }
    Ok(())
}

/// Something that a report asks for.
struct Question {
    what: &'static str,
    table: &'static Table,
    filter: RowFilter,
}

/// The items of a report: not all of a table's, and not only the first.
fn items(table: &Table) -> Vec<usize> {
    (0..table.items().len()).step_by(3).collect()
}

fn questions() -> Vec<Question> {
    let of = |name| catalog::table(name).expect("it is in the catalogue");
    let one_split = || Some(vec!["17".to_owned()]);
    let day = START + 200 * DAY_SECS;
    let a_day = RowFilter { from: Some(day), to: Some(day + DAY_SECS), ..RowFilter::default() };
    let month = START + (DAYS - 31) * DAY_SECS;
    vec![
        Question {
            what: "one split's 13 months of half hours",
            table: of("hsplit"),
            filter: RowFilter { splits: one_split(), ..RowFilter::default() },
        },
        Question {
            what: "one split's agents for one day",
            table: of("hagent"),
            filter: RowFilter { splits: one_split(), ..a_day.clone() },
        },
        Question { what: "all splits for one day", table: of("hsplit"), filter: a_day },
        Question {
            what: "a month of daily rows of all splits",
            table: of("dsplit"),
            filter: RowFilter { from: Some(month), ..RowFilter::default() },
        },
    ]
}

impl Question {
    fn ask(&self, reader: &AcdReader, path: &Path) -> Outcome<()> {
        let mut millis = Vec::new();
        let mut rows = 0;
        for _ in 0..TIMES {
            let (took, found) = self.once(reader)?;
            rows = found;
            millis.push(took);
        }
        millis.sort_by(f64::total_cmp);
        let cold = match forgotten(path) {
            // A connection of its own: the first one has pages in a memory of its own.
            true => format!("{:.2}", self.once(&AcdReader::open(path)?)?.0),
            false => "-".to_owned(),
        };
        println!("{:<44} {rows:>8} {:>10.2} {cold:>10}", self.what, millis[TIMES / 2]);
        Ok(())
    }

    fn once(&self, reader: &AcdReader) -> Outcome<(f64, usize)> {
        let (mut rows, mut cells) = (0, 0_usize);
        let began = Instant::now();
        reader.for_each_row(self.table, &items(self.table), &self.filter, &mut |values| {
            rows += 1;
            cells += values.len();
        })?;
        let took = began.elapsed().as_secs_f64() * 1e3;
        assert!(cells > 0, "{} finds nothing", self.what);
        Ok((took, rows))
    }
}

/// Has the operating system forget what it remembers of files; only an administrator of the machine may.
fn forgotten(path: &Path) -> bool {
    let synced = std::fs::File::open(path).is_ok_and(|file| file.sync_all().is_ok());
    synced && std::fs::write("/proc/sys/vm/drop_caches", "1").is_ok()
}
