//! How fast a large site's day and month are summed up, and what a row takes: beside the same sums by GROUP BY in SQL, and
//! beside merely reading the rows.
//!
//! `cargo bench -p store --bench summary_rate` takes a tenth of the site (3,000 agent rows, 200 splits, 500 VDNs in each
//! half hour); with `-- full` it is the whole: 30,000 agent rows, 2,000 splits, 5,000 VDNs, some 450 MB of disk.

use std::path::Path;
use std::time::Instant;

use catalog::{AgentKey, IntervalRows, Rolling, Table, TableKind, VdnKey, all_tables, hagent, hsplit, hvdn};
use model::{
    AcdNumber, Calendar, Extension, IntervalMinutes, Level, LoginId, Moment, Period, SplitId, SummaryTimes, VdnId,
};
use rusqlite::Connection;
use store::{AcdReader, AcdStore};

/// 2026-11-01, midnight in Berlin.
const MONTH: Moment = Moment(1_793_487_600);
const SKILLS: u32 = 3;

/// How many there are of each in an interval.
struct Site {
    agents: u32,
    splits: u32,
    vdns: u32,
}

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    let full = std::env::args().any(|argument| argument == "full");
    let parts = if full { 1 } else { 10 };
    let site = Site { agents: 10_000 / parts, splits: 2_000 / parts, vdns: 5_000 / parts };
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("01.db");
    let mut store = AcdStore::open(&path, AcdNumber(1))?;
    let calendar = Calendar { zone: "Europe/Berlin".parse()?, interval: IntervalMinutes::Half };

    let (mut millis, mut rows) = (Vec::new(), 0);
    for number in 0..48 {
        let interval = site.interval(calendar, MONTH + number * 1800)?;
        rows += interval.len();
        let began = Instant::now();
        store.archive(&interval)?;
        millis.push(began.elapsed().as_millis());
    }
    millis.sort_unstable();
    println!("{} agent rows, {} splits, {} VDNs in each half hour", site.agents * SKILLS, site.splits, site.vdns);
    println!("archive a half hour   median {:>7} ms, longest {} ms ({} rows)", millis[24], millis[47], rows / 48);
    let bytes = store.reader()?.measure()?;
    let table_bytes = |name: &str| bytes.get(name).copied().unwrap_or_default();
    for (name, count) in [("hagent", site.agents * SKILLS), ("hsplit", site.splits), ("hvdn", site.vdns)] {
        println!("bytes of a row in {name:<8} {:>6}", table_bytes(name) / (48 * u64::from(count)));
    }

    let day = period(calendar, Level::Daily, MONTH);
    let (read, sql) = (bare(&path, "hagent")?, by_sql(&path, "dagent", day.row_date())?);
    let alone = sum_up(&mut store, calendar, day, &["dagent"])?;
    println!("agents' day: read only {read:>7} ms; GROUP BY in SQL {sql} ms; summed up {} ms", alone.0);
    let whole = sum_up(&mut store, calendar, day, &[])?;
    println!("a day, all tables     {:>7} ms to sum up, {} ms to store ({} rows)", whole.0, whole.1, whole.2);

    // The other days of the month, by way of their rows: what the month is made from.
    copy_day(&path, day.row_date(), 30)?;
    let mut store = AcdStore::open(&path, AcdNumber(1))?;
    for (level, at) in [(Level::Weekly, MONTH + 8 * 86_400), (Level::Monthly, MONTH)] {
        let (summed, stored, rows) = sum_up(&mut store, calendar, period(calendar, level, at), &[])?;
        println!("{:<21} {summed:>7} ms to sum up, {stored} ms to store ({rows} rows)", format!("{level}, all tables"));
    }
    Ok(())
}

impl Site {
    /// Every agent in three splits, each row with some twenty items that are not 0.
    fn interval(&self, calendar: Calendar, start: Moment) -> Outcome<IntervalRows> {
        fn fill(values: &mut [u32], step: usize, seed: u32) {
            values.iter_mut().step_by(step).enumerate().for_each(|(n, value)| *value = n as u32 * 17 + seed % 900);
        }
        let mut rows = IntervalRows::empty(calendar.interval(start), calendar);
        for split in 1..=self.splits {
            let mut row = hsplit::Row::default();
            fill(row.values_mut(), 8, split);
            rows.hsplit.push((SplitId(split), row));
        }
        for agent in 0..self.agents {
            for skill in 0..SKILLS {
                let split = SplitId((agent + skill * (self.splits / SKILLS)) % self.splits + 1);
                let (logid, extension) = (20_000 + agent, 70_000 + agent);
                let mut row = hagent::Row::default();
                fill(row.values_mut(), 9, agent);
                let key = AgentKey {
                    split,
                    logid: LoginId::new(&logid.to_string())?,
                    extension: Extension::new(&extension.to_string())?,
                };
                rows.hagent.push((key, row));
            }
        }
        for vdn in 0..self.vdns {
            let mut row = hvdn::Row::default();
            fill(row.values_mut(), 6, vdn);
            rows.hvdn.push((VdnKey { vdn: VdnId::new(&(50_000 + vdn).to_string())?, vector: None }, row));
        }
        rows.hagent.sort_by_key(|(key, _)| *key);
        Ok(rows)
    }
}

fn period(calendar: Calendar, level: Level, at: Moment) -> Period {
    SummaryTimes::default().period_of(level, calendar.row_date(at)).expect("the week has all its days")
}

/// Milliseconds of summing up and of storing, and the rows. All tables if none is named.
fn sum_up(store: &mut AcdStore, calendar: Calendar, period: Period, only: &[&str]) -> Outcome<(u128, u128, usize)> {
    let reader: AcdReader = store.reader()?;
    let summing = reader.sum_up(period, SummaryTimes::default(), calendar)?;
    let head = summing.head().clone();
    let (mut summed, mut stored, mut rows) = (0, 0, 0);
    let wanted = |table: &&'static Table| only.is_empty() || only.contains(&table.name);
    for table in all_tables().iter().filter(|table| table.kind == TableKind::of(period.level)).filter(wanted) {
        let began = Instant::now();
        let found = summing.rows(table, &mut || true)?.ok_or("nobody said stop")?;
        summed += began.elapsed().as_millis();
        rows += found.rows.len();
        let began = Instant::now();
        store.store_summary(&head, &found)?;
        stored += began.elapsed().as_millis();
    }
    drop(summing);
    if only.is_empty() {
        store.finish_summary(&head, MONTH)?;
    }
    Ok((summed, stored, rows))
}

/// Every value of a table read once in the table's own order.
fn bare(path: &Path, name: &str) -> Outcome<u128> {
    let connection = Connection::open(path)?;
    let began = Instant::now();
    let mut statement = connection.prepare(&format!("SELECT * FROM {name}"))?;
    let columns = statement.column_count();
    let mut rows = statement.query([])?;
    let mut total = 0_i64;
    while let Some(row) = rows.next()? {
        for place in 0..columns {
            total = total.wrapping_add(row.get_ref(place)?.as_i64().unwrap_or_default());
        }
    }
    println!("(read {total})");
    Ok(began.elapsed().as_millis())
}

/// The same sums by SQL: plain sums and maxima, without busy hours and without last values, which it cannot do so plainly.
fn by_sql(path: &Path, target: &str, row_date: i64) -> Outcome<u128> {
    let target = catalog::table(target).ok_or("no such table")?;
    let source = Rolling::source_of(target).ok_or("made from nothing")?;
    let sums: Vec<String> = source.values().iter().map(|item| format!("sum(\"{}\")", item.name)).collect();
    let keys = "SPLIT, LOGID, EXTENSION";
    let sql = format!("SELECT {keys}, {} FROM {} WHERE ROW_DATE = ?1 GROUP BY {keys}", sums.join(", "), source.name);
    let connection = Connection::open(path)?;
    let began = Instant::now();
    let mut statement = connection.prepare(&sql)?;
    let columns = statement.column_count();
    let mut rows = statement.query([row_date])?;
    while let Some(row) = rows.next()? {
        for place in 3..columns {
            row.get_ref(place)?;
        }
    }
    Ok(began.elapsed().as_millis())
}

/// Gives the other days of a month the rows and digests of its first.
fn copy_day(path: &Path, first: i64, days: i64) -> Outcome<()> {
    let connection = Connection::open(path)?;
    for table in all_tables().iter().filter(|table| table.kind == TableKind::Daily) {
        let columns: Vec<String> = table.items().iter().map(|item| format!("\"{}\"", item.name)).collect();
        let values: Vec<&str> =
            columns.iter().map(|column| if column == "\"ROW_DATE\"" { "ROW_DATE + ?2" } else { column }).collect();
        let sql = format!(
            "INSERT INTO {name} ({}) SELECT {} FROM {name} WHERE ROW_DATE = ?1",
            columns.join(", "),
            values.join(", "),
            name = table.name
        );
        for day in 1..days {
            connection.execute(&sql, [first, day])?;
        }
    }
    for day in 1..days {
        connection.execute(
            "INSERT INTO summaries SELECT LEVEL, ROW_DATE + ?1, LAST_DATE + ?1, STARTTIME_UTC + ?1 * 86400, DAILY_START,
             DAILY_STOP, PARTS, INCOMPLETE, DIGEST, ROW_COUNT, REVISION, 0, DONE_AT, PROGRAM FROM summaries
             WHERE LEVEL = 'daily' AND ROW_DATE = ?2",
            [day, first],
        )?;
    }
    Ok(())
}
