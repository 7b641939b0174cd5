//! What goes when it is older than the allocation keeps, and what stays because it is still needed.

use std::collections::BTreeMap;

use catalog::{Value, table};
use model::{AcdNumber, Level, Moment, SummaryTimes};

use super::summaries::{day, period, sum_up};
use super::{NINE, berlin, folder, small, store};
use crate::{AcdStore, Identity, LocalStore, MEMBERS, Retention, RowFilter, Storage, Summarizing};

fn kept(intrahour_days: u32, daily_days: u32, weekly_weeks: u32, monthly_months: u32) -> Retention {
    Retention { intrahour_days, daily_days, weekly_weeks, monthly_months }
}

/// An allocation that keeps every element so long.
fn storage(kept: Retention) -> Storage {
    let mut storage = Storage::default();
    storage.elements.values_mut().for_each(|allocation| allocation.kept = kept);
    storage
}

/// A store with one interval on each of some days from Monday, 2 November on.
fn with_days(folder: &tempfile::TempDir, days: i64) -> AcdStore {
    let mut store = store(folder);
    for number in 0..days {
        store.archive(&small(first() + number * 86_400, 2, 1)).unwrap();
    }
    store
}

fn first() -> Moment {
    NINE + -21 * 86_400
}

/// Ages until nothing is left to do, and says how many rows of which tables went.
fn age(store: &mut AcdStore, storage: &Storage, today: &str) -> BTreeMap<&'static str, u64> {
    let mut gone = BTreeMap::new();
    loop {
        let aged = store.age(storage, &SummaryTimes::default(), day(today)).unwrap();
        match aged.table {
            Some(table) => *gone.entry(table).or_default() += aged.rows,
            None => return gone,
        }
    }
}

/// The days of a table, each once.
fn days(store: &AcdStore, name: &str) -> Vec<i64> {
    let table = table(name).unwrap();
    let mut days = Vec::new();
    let mut each = |values: &[Value]| match values[0] {
        Value::Int(day) => days.push(day - 20_261_100),
        ref other => panic!("{other:?}"),
    };
    let items = [table.position("ROW_DATE").unwrap()];
    store.reader().unwrap().for_each_row(table, &items, &RowFilter::default(), &mut each).unwrap();
    days.sort_unstable();
    days.dedup();
    days
}

/// Digests of intervals stay and tell of rows that are no longer there.
#[test]
fn what_is_gone_although_it_is_kept_now_is_told() {
    let folder = folder();
    let mut store = with_days(&folder, 12);
    let (little, much) = (storage(kept(3, 0, 0, 0)), storage(kept(62, 0, 0, 0)));
    age(&mut store, &little, "2026-11-13");
    let gone = |storage: &Storage| store.reader().unwrap().gone_early(storage, day("2026-11-13")).unwrap();
    assert!(gone(&little).is_empty());
    assert_eq!(gone(&much).get("hsplit"), Some(&day("2026-11-10")));
}

#[test]
fn intervals_go_when_they_are_old_and_summed_up() {
    let folder = folder();
    let mut store = with_days(&folder, 8);
    let storage = storage(kept(3, 400, 0, 0));
    assert!(age(&mut store, &storage, "2026-11-09").is_empty(), "nothing is summed up yet");
    for date in ["2026-11-02", "2026-11-03", "2026-11-05", "2026-11-06"] {
        sum_up(&mut store, period(Level::Daily, date));
    }
    let gone = age(&mut store, &storage, "2026-11-09");
    assert_eq!(gone, BTreeMap::from([("hagent", 8), ("hsplit", 4)]), "up to the day that is missing");
    assert_eq!(days(&store, "hsplit"), [4, 5, 6, 7, 8, 9]);
    sum_up(&mut store, period(Level::Daily, "2026-11-04"));
    age(&mut store, &storage, "2026-11-09");
    assert_eq!((days(&store, "hsplit"), days(&store, "hagent")), (vec![6, 7, 8, 9], vec![6, 7, 8, 9]));
    let listed: Vec<_> = store.reader().unwrap().intervals(None, None).unwrap();
    assert_eq!(listed.first().unwrap().start, first() + 4 * 86_400, "the list of intervals goes with them");
    assert_eq!(days(&store, "dsplit"), [2, 3, 4, 5, 6], "days stay");
}

#[test]
fn that_an_interval_was_restored_is_forgotten_with_it() {
    let folder = folder();
    let mut store = with_days(&folder, 6);
    let connection = rusqlite::Connection::open(folder.path().join("01.db")).unwrap();
    for number in 0..6 {
        let sql = "INSERT INTO restored VALUES (?1, 'label', 1, 0)";
        connection.execute(sql, [first().0 + number * 86_400]).unwrap();
    }
    drop(connection);
    for date in ["2026-11-02", "2026-11-03", "2026-11-04"] {
        sum_up(&mut store, period(Level::Daily, date));
    }
    age(&mut store, &storage(kept(3, 400, 0, 0)), "2026-11-08");
    let reader = store.reader().unwrap();
    let intervals: Vec<i64> = reader.intervals(None, None).unwrap().iter().map(|left| left.start.0).collect();
    let origins: Vec<i64> = reader.origins().unwrap().iter().map(|origin| origin.start).collect();
    assert_eq!((origins.len(), origins), (3, intervals));
}

#[test]
fn a_day_that_is_out_of_date_keeps_its_intervals() {
    let folder = folder();
    let mut store = with_days(&folder, 3);
    for date in ["2026-11-02", "2026-11-03"] {
        sum_up(&mut store, period(Level::Daily, date));
    }
    store.archive(&small(first() + 86_400 + 1800, 1, 9)).unwrap();
    age(&mut store, &storage(kept(1, 400, 0, 0)), "2026-11-20");
    assert_eq!(days(&store, "hsplit"), [3, 4]);
}

#[test]
fn days_stay_until_their_week_and_month_are_made() {
    let folder = folder();
    let mut store = with_days(&folder, 14);
    let storage = storage(kept(60, 2, 10, 10));
    for number in 2..16 {
        sum_up(&mut store, period(Level::Daily, &format!("2026-11-{number:02}")));
    }
    assert!(age(&mut store, &storage, "2026-11-20").is_empty());
    sum_up(&mut store, period(Level::Weekly, "2026-11-02"));
    assert!(age(&mut store, &storage, "2026-11-20").is_empty(), "the month is still to come");
    sum_up(&mut store, period(Level::Monthly, "2026-11-02"));
    age(&mut store, &storage, "2026-11-20");
    assert_eq!(days(&store, "dsplit"), (8..16).collect::<Vec<_>>(), "the week of the 8th is still to come");
    sum_up(&mut store, period(Level::Weekly, "2026-11-08"));
    sum_up(&mut store, period(Level::Weekly, "2026-11-15"));
    sum_up(&mut store, period(Level::Monthly, "2026-11-02"));
    age(&mut store, &storage, "2026-11-20");
    assert!(days(&store, "dsplit").is_empty() && days(&store, "d_secs").is_empty());
    assert_eq!(days(&store, "wsplit"), [1, 8, 15]);
    assert!(store.reader().unwrap().summaries(Level::Daily, None, None).unwrap().is_empty());
}

#[test]
fn what_was_aged_out_is_never_summed_up_again() {
    let folder = folder();
    let mut store = with_days(&folder, 2);
    let mut storage = storage(kept(1, 400, 0, 0));
    storage.elements.get_mut("splits").unwrap().kept = kept(60, 400, 0, 0);
    let before = sum_up(&mut store, period(Level::Daily, "2026-11-02"));
    age(&mut store, &storage, "2026-11-30");
    assert_eq!((days(&store, "hagent"), days(&store, "hsplit")), (vec![3], vec![2, 3]));
    // Somebody asks for the day again: the splits' rows are made anew, the agents' stay as they are.
    let again = sum_up(&mut store, period(Level::Daily, "2026-11-02"));
    assert_eq!((again.digest, again.rows), (before.digest, before.rows));
    assert_eq!(days(&store, "dagent"), [2]);
    let reader = store.reader().unwrap();
    let summing = reader.sum_up(before.period, SummaryTimes::default(), berlin()).unwrap();
    assert!(summing.is_gone(table("dagent").unwrap()) && !summing.is_gone(table("dsplit").unwrap()));
}

#[test]
fn an_element_of_which_nothing_is_kept_leaves_no_rows() {
    let folder = folder();
    let mut store = store(&folder);
    let mut storage = storage(kept(60, 400, 100, 60));
    storage.elements.get_mut("agents").unwrap().kept = kept(0, 400, 100, 60);
    store.set_storage(&storage).unwrap();
    let archived = store.archive(&small(first(), 2, 1)).unwrap();
    assert_eq!((archived.rows, days(&store, "hsplit"), days(&store, "hagent")), (6, vec![2], vec![]));
    assert!(!storage.kept(table("dagent").unwrap()).makes(Level::Daily));
    assert!(storage.kept(table("dsplit").unwrap()).makes(Level::Monthly));
    // Where only months are kept, days are made all the same, and go when the month is made.
    assert!(kept(10, 0, 0, 3).makes(Level::Daily) && !kept(10, 0, 0, 3).makes(Level::Weekly));
    assert!(!kept(10, 0, 0, 0).makes(Level::Daily));
}

#[test]
fn a_level_that_is_kept_anew_can_be_made_for_the_days_that_are_left() {
    let folder = folder();
    let mut store = with_days(&folder, 2);
    sum_up(&mut store, period(Level::Daily, "2026-11-02"));
    store.mark_level(Level::Daily).unwrap();
    let unsummed =
        store.reader().unwrap().unsummed(&period(Level::Daily, "2026-11-02"), &SummaryTimes::default(), true);
    assert_eq!(unsummed.unwrap(), [period(Level::Daily, "2026-11-02")]);
}

#[test]
fn items_are_counted_and_sizes_remembered() {
    let folder = folder();
    let mut store = store(&folder);
    store.archive(&small(first(), 40, 1)).unwrap();
    store.archive(&small(first() + 1800, 7, 1)).unwrap();
    let reader = store.reader().unwrap();
    let usage = reader.usage().unwrap();
    let of = |word: &str| (usage[word].most, usage[word].most_at, usage[word].last);
    assert_eq!((of("splits"), of("agents"), of(MEMBERS)), ((40, first(), 7), (80, first(), 14), (80, first(), 14)));
    let sizes = reader.measure().unwrap();
    assert!(sizes["hsplit"] > 0 && sizes["hagent"] >= sizes["hcwc"] && sizes["call_rec"] > 0, "{sizes:?}");
    assert!(sizes.values().sum::<u64>() <= reader.file_bytes().unwrap().0);
    store.set_sizes(day("2026-11-02"), &sizes).unwrap();
    assert_eq!(reader.sizes().unwrap()[&20_261_102], sizes);
    store.forget_usage().unwrap();
    assert!(reader.usage().unwrap().is_empty());
}

#[test]
fn the_allocation_is_kept_by_server_and_acd_and_never_more_than_can_be() {
    let folder = folder();
    let path = folder.path().join("local.db");
    let identity =
        Identity { name: "north".into(), role: "primary".into(), server_id: "9f2c".into(), created_at: Moment(1) };
    let mut local = LocalStore::create(&path, &identity).unwrap();
    let (one, two) = (AcdNumber(1), AcdNumber(2));
    assert_eq!((local.storage(one).unwrap(), local.summarizing(one).unwrap()), Default::default());
    let mut wanted = storage(kept(370, 1_825, 520, 120));
    wanted.members = 7;
    wanted.records.insert("call_rec".to_owned(), 12);
    local.set_storage(one, &wanted).unwrap();
    let mut times = Summarizing { rerun: false, ..Summarizing::default() };
    times.times.week_start = chrono::Weekday::Mon;
    times.times.summarize_at = "01:15:00".parse().unwrap();
    local.set_summarizing(one, &times).unwrap();
    drop(local);
    let mut local = LocalStore::open(&path).unwrap();
    assert_eq!((local.storage(one).unwrap(), local.summarizing(one).unwrap()), (wanted, times));
    assert_eq!(local.storage(two).unwrap(), Storage::default());
    let refused = local.set_storage(one, &storage(kept(371, 1, 1, 1))).unwrap_err().to_string();
    assert!(refused.contains("at most 370 days of intervals can be kept, not 371"), "{refused}");
}

/// Days are kept shorter than the intervals that they are made from: made again, they would go again, and put their week out of
/// date each time.
#[test]
fn days_that_would_be_let_go_at_once_are_made_only_for_a_week_that_waits_for_them() {
    let folder = folder();
    let mut store = with_days(&folder, 10);
    let storage = storage(kept(60, 2, 10, 0));
    let (times, today) = (SummaryTimes::default(), day("2026-11-11"));
    let last = |level| times.period_of(level, day("2026-11-10")).unwrap();
    let wanted = |store: &AcdStore, level| {
        let reader = store.reader().unwrap();
        let unsummed = reader.unsummed(&last(level), &times, true).unwrap();
        reader.still_wanted(unsummed, &storage, today).unwrap().len()
    };
    assert_eq!(wanted(&store, Level::Daily), 9, "their weeks wait for them");
    for number in 2..=11 {
        sum_up(&mut store, period(Level::Daily, &format!("2026-11-{number:02}")));
    }
    // From Sunday to Saturday.
    sum_up(&mut store, period(Level::Weekly, "2026-11-02"));
    age(&mut store, &storage, "2026-11-11");
    assert_eq!(days(&store, "dsplit"), [8, 9, 10, 11], "those of the week that is not over stay");
    let unsummed = store.reader().unwrap().unsummed(&last(Level::Daily), &times, true).unwrap();
    assert_eq!(unsummed.len(), 6, "{unsummed:?}");
    assert_eq!(wanted(&store, Level::Daily), 0);
    // A late interval of a day that is gone: its week cannot be made again of it, and says so.
    store.archive(&small(first() + 86_400 + 3_600, 2, 1)).unwrap();
    let week = &store.reader().unwrap().summaries(Level::Weekly, None, None).unwrap()[0];
    assert!(week.stays && !week.out_of_date, "{week:?}");
    assert_eq!(wanted(&store, Level::Daily), 0);
}
