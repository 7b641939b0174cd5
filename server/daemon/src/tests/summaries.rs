//! Summing up beside archiving: by the ACD's time, after a time of being down, and again when something comes late.

use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};

use catalog::{ExceptionOf, ExceptionRow, IntervalRows, Record, TableKind, hsplit};
use collector::{Collector, Settings};
use model::{
    AcdNumber, Calendar, Dictionary, Event, EventBody, IntervalMinutes, Level, Moment, Period, RunStatus, SplitId,
    SummaryTimes,
};
use parking_lot::Mutex;
use report::{Inputs, RowSource, find_built_in, run};
use store::{AcdReader, AcdStore, Archiving, Identity, LocalStore, Summarizing, SummaryDigest};
use tempfile::TempDir;

use super::archiver::{Archiver, Job};
use super::files::AcdFiles;
use super::view::AcdView;
use crate::clock::{Clock, SystemClock};
use crate::config::{AcdConfig, LinkConfig};
use crate::maintenance_log::MaintenanceLog;
use crate::reach::Reach;
use crate::rows::Rows;
use crate::standing::{Keeping, Standing};

const ACD: AcdNumber = AcdNumber(1);
/// 2026-11-23 00:00 in Berlin, a Monday.
const MONDAY: Moment = Moment(1_795_388_400);
/// How long anything may take before a test gives it up.
const LIMIT: Duration = Duration::from_secs(60);

fn berlin() -> Calendar {
    Calendar { zone: chrono_tz::Tz::Europe__Berlin, interval: IntervalMinutes::Half }
}

/// Half an hour in which split 1 answered `calls` calls.
fn interval(start: Moment, calls: u32) -> IntervalRows {
    let mut rows = IntervalRows::empty(berlin().interval(start), berlin());
    let mut values = hsplit::Row::default();
    values[hsplit::ACDCALLS] = calls;
    rows.hsplit.push((SplitId(1), values));
    rows
}

/// An ACD without a link.
struct Bench {
    folder: TempDir,
    view: Arc<AcdView>,
    files: Option<AcdFiles>,
    archiver: Option<Archiver>,
}

impl Bench {
    fn new(keeping: Keeping) -> Bench {
        Bench::by(Arc::new(SystemClock), keeping)
    }

    fn by(clock: Arc<dyn Clock>, keeping: Keeping) -> Bench {
        let config = AcdConfig {
            number: ACD,
            name: "Berlin".to_owned(),
            zone: berlin().zone,
            interval_minutes: berlin().interval,
            phantom_abandon_secs: 0,
            link: LinkConfig::Native { listen: "127.0.0.1:0".parse().unwrap(), tls: None },
        };
        let standing = Standing { keeping: Arc::new(keeping), ..Standing::default() };
        let folder = tempfile::tempdir().unwrap();
        Bench { folder, view: Arc::new(AcdView::new(&config, &standing, None, clock)), files: None, archiver: None }
    }

    fn store(&self) -> AcdStore {
        AcdStore::open(&self.folder.path().join("01.db"), ACD).unwrap()
    }

    fn start(&mut self) {
        let (files, queue) = AcdFiles::channel();
        self.archiver = Some(Archiver::start(self.store(), Arc::clone(&self.view), queue).unwrap());
        self.files = Some(files);
    }

    fn files(&self) -> &AcdFiles {
        self.files.as_ref().unwrap()
    }

    fn send(&mut self, job: Job) {
        self.archiver.as_mut().unwrap().send(job);
    }

    /// The ACD's time goes on.
    fn reach(&self, at: Moment) {
        let mut collector = Collector::new(Settings::new(ACD, berlin()));
        collector.apply(&Event { at, body: EventBody::Heartbeat }, &mut Vec::new());
        self.view.publish(collector.board(), Vec::new());
    }

    fn reader(&self) -> AcdReader {
        AcdReader::open(&self.folder.path().join("01.db")).unwrap()
    }

    /// The summaries of a level once they are as wanted.
    fn wait(&self, level: Level, what: &str, wanted: impl Fn(&[SummaryDigest]) -> bool) -> Vec<SummaryDigest> {
        self.until(what, |reader| reader.summaries(level, None, None).unwrap(), |found| wanted(found))
    }

    /// What is read once it is as wanted.
    fn until<T: Debug>(&self, what: &str, read: impl Fn(&AcdReader) -> T, wanted: impl Fn(&T) -> bool) -> T {
        let (reader, began) = (self.reader(), Instant::now());
        loop {
            let found = read(&reader);
            if wanted(&found) {
                return found;
            }
            assert!(began.elapsed() < LIMIT, "waited in vain for {what}: {found:?}, {}", self.view.summary_problem());
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        if let Some(archiver) = &mut self.archiver {
            archiver.finish();
        }
    }
}

fn day(number: i64) -> Period {
    let date = berlin().row_date(MONDAY + number * 86_400);
    SummaryTimes::default().period_of(Level::Daily, date).unwrap()
}

#[test]
fn a_day_is_summed_up_when_the_acds_clock_says_so_and_not_before() {
    let mut bench = Bench::new(Keeping::default());
    bench.start();
    for number in 0..48 {
        bench.send(Job::Interval(Arc::new(interval(MONDAY + number * 1800, 2))));
    }
    bench.reach(MONDAY + 86_400 + 34 * 60);
    // Whatever is due at 00:34 has been done when this is.
    bench.files().make(Vec::new()).unwrap();
    assert!(bench.reader().summaries(Level::Daily, None, None).unwrap().is_empty());
    bench.reach(MONDAY + 86_400 + 35 * 60);
    let found = bench.wait(Level::Daily, "Monday", |found| found.iter().any(|known| known.revision > 0));
    assert_eq!((found.len(), found[0].period, found[0].parts, found[0].rows), (1, day(0), 48, 2));
    // How a level stands is written behind its rows.
    let is_told = |status: &Vec<Archiving>| status.iter().any(|known| known.level == "daily");
    let status = bench.until("the level's status", |reader| reader.archiving().unwrap(), is_told);
    let daily = status.iter().find(|known| known.level == "daily").unwrap();
    assert_eq!((daily.period.as_str(), daily.status), ("2026-11-23", RunStatus::Done));
    let newest = status.iter().find(|known| known.level == "interval").unwrap();
    assert_eq!(newest.period, "2026-11-23 23:30");
}

#[test]
fn what_was_missed_while_the_server_was_down_is_made_up_for() {
    let mut bench = Bench::new(Keeping::default());
    let mut store = bench.store();
    for number in 0..10 {
        store.archive(&interval(MONDAY + number * 86_400 + 9 * 3600, 1)).unwrap();
    }
    drop(store);
    // Thursday of the week after, so nine days, one week; no month is over.
    bench.reach(MONDAY + 10 * 86_400 + 3600);
    bench.start();
    let finished = |count: usize| {
        move |found: &[SummaryDigest]| {
            found.iter().filter(|known| known.revision > 0 && !known.out_of_date).count() == count
        }
    };
    let weeks = bench.wait(Level::Weekly, "the week", finished(1));
    assert_eq!((weeks[0].period.to_string().as_str(), weeks[0].parts), ("2026-11-22 to 2026-11-28", 6));
    // December has come: November is over, too.
    bench.wait(Level::Monthly, "November", finished(1));
    bench.wait(Level::Daily, "the days", finished(10));
}

#[test]
fn what_comes_late_is_summed_up_again_by_itself_or_by_hand() {
    for rerun in [true, false] {
        let mut keeping = Keeping::default();
        keeping.summarizing.rerun = rerun;
        let mut bench = Bench::new(keeping);
        bench.start();
        bench.send(Job::Interval(Arc::new(interval(MONDAY + 9 * 3600, 1))));
        bench.reach(MONDAY + 86_400 + 3600);
        let first = bench.wait(Level::Daily, "Monday", |found| found.iter().any(|known| known.revision == 1));
        bench.send(Job::Interval(Arc::new(interval(MONDAY + 10 * 3600, 5))));
        if !rerun {
            bench.wait(Level::Daily, "the mark", |found| found[0].out_of_date);
            let made = bench.files().make(vec![day(0), day(1)]).unwrap();
            assert_eq!(made[0].digest.as_ref().map(|digest| digest.parts), Some(2));
            assert_eq!((made[1].digest.as_ref(), made[1].kept.len()), (None, 0), "Tuesday has no data");
        }
        let again = bench.wait(Level::Daily, "Monday again", |found| found[0].revision == 2 && !found[0].out_of_date);
        assert!(again[0].digest != first[0].digest && again[0].parts == 2, "{again:?}");
    }
}

#[test]
fn another_allocation_counts_at_once() {
    let mut bench = Bench::new(Keeping::default());
    bench.start();
    for number in 0..5 {
        bench.send(Job::Interval(Arc::new(interval(MONDAY + number * 86_400 + 9 * 3600, 1))));
    }
    bench.reach(MONDAY + 5 * 86_400 + 3600);
    bench.wait(Level::Daily, "five days", |found| found.iter().filter(|known| known.revision > 0).count() == 5);
    let mut keeping = Keeping::clone(&bench.view.keeping());
    keeping.storage.elements.get_mut("splits").unwrap().kept.intrahour_days = 2;
    keeping.storage.records.insert("spex".to_owned(), 3);
    bench.files().keep(Arc::new(keeping), Vec::new()).unwrap();
    let began = Instant::now();
    let count = |bench: &Bench| bench.reader().stored().unwrap()["hsplit"];
    while count(&bench) > 2 {
        assert!(began.elapsed() < LIMIT, "waited in vain for rows to go: {}", count(&bench));
        std::thread::sleep(Duration::from_millis(10));
    }
    let of = ExceptionOf::Split { split: SplitId(1) };
    let exception = |at| Record::Exception(ExceptionRow { at, kind: 30, threshold: 1, limit_secs: 0, of });
    let numbered = |second: i64| ((second as u64) << 16, exception(MONDAY + second));
    bench.send(Job::Records((0..9).map(numbered).collect()));
    settle(&mut bench);
    assert_eq!(bench.reader().stored().unwrap()["spex"], 3);
}

/// Summed up at half past six of the day itself; half an hour later the day is given back its evening.
#[test]
fn a_day_that_is_due_later_by_other_times_is_made_again_then() {
    let time = |hour, minute| chrono::NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
    let early = SummaryTimes { daily_stop: time(17, 59), summarize_at: time(18, 30), ..SummaryTimes::default() };
    let by = |times| Keeping { summarizing: Summarizing { times, rerun: false }, ..Keeping::default() };
    let mut bench = Bench::new(by(early));
    bench.start();
    bench.send(Job::Interval(Arc::new(interval(MONDAY + 9 * 3600, 1))));
    bench.reach(MONDAY + 18 * 3600 + 1860);
    let made = |found: &[SummaryDigest]| found.iter().any(|known| known.revision > 0 && !known.out_of_date);
    let first = bench.wait(Level::Daily, "the day", made);
    assert_eq!(first[0].parts, 1);
    bench.reach(MONDAY + 19 * 3600);
    bench.files().keep(Arc::new(by(SummaryTimes::default())), Vec::new()).unwrap();
    let known = bench.reader().summaries(Level::Daily, None, None).unwrap();
    assert!(known[0].out_of_date && known[0].revision == 0, "it is not made by these times: {known:?}");
    assert_eq!(bench.reader().out_of_date(Level::Daily).unwrap(), (vec![day(0)], Vec::new()));
    bench.send(Job::Interval(Arc::new(interval(MONDAY + 20 * 3600, 1))));
    settle(&mut bench);
    bench.reach(MONDAY + 86_400 + 1800);
    bench.reach(MONDAY + 86_400 + 2160);
    let again = bench.wait(Level::Daily, "the whole day", made);
    assert_eq!((again[0].parts, again[0].revision), (2, 1));
    // What is due by both stays as it was made.
    bench.files().keep(Arc::new(by(early)), Vec::new()).unwrap();
    assert_eq!(bench.reader().summaries(Level::Daily, None, None).unwrap(), again);
}

/// Returns when everything that was sent before is written.
fn settle(bench: &mut Bench) {
    let (done, written) = sync_channel(1);
    bench.send(Job::Work(Box::new(move |_| {
        let _ = done.send(());
    })));
    written.recv_timeout(LIMIT).unwrap();
}

#[test]
fn records_that_come_closely_are_written_together_and_in_their_order_with_the_rest() {
    let mut bench = Bench::new(Keeping::default());
    bench.start();
    let of = ExceptionOf::Split { split: SplitId(1) };
    for second in 0..200 {
        let record = Record::Exception(ExceptionRow { at: MONDAY + second, kind: 30, threshold: 1, limit_secs: 0, of });
        bench.send(Job::Records(vec![((MONDAY.0 + second) as u64 * 65_536, record)]));
        if second == 100 {
            bench.send(Job::Interval(Arc::new(interval(MONDAY, 1))));
        }
    }
    let began = Instant::now();
    while !bench.archiver.as_ref().is_some_and(|archiver| archiver.has_done(archiver.sent())) {
        assert!(began.elapsed() < LIMIT, "waited in vain for the archiver");
        std::thread::sleep(Duration::from_millis(5));
    }
    let stored = bench.reader().stored().unwrap();
    assert_eq!((stored["spex"], stored["hsplit"]), (200, 1));
}

#[test]
fn a_server_that_stops_does_not_wait_for_summaries() {
    let mut bench = Bench::new(Keeping::default());
    let mut store = bench.store();
    for number in 0..40 {
        store.archive(&interval(MONDAY + number * 86_400 + 9 * 3600, 1)).unwrap();
    }
    drop(store);
    bench.reach(MONDAY + 60 * 86_400);
    bench.start();
    bench.archiver.as_mut().unwrap().finish();
    bench.archiver = None;
    // Whatever was left is made after the next start.
    bench.start();
    bench.wait(Level::Daily, "all days", |found| found.iter().filter(|known| known.revision > 0).count() == 40);
}

#[test]
fn a_report_says_which_of_its_days_are_out_of_date_until_they_are_made_again() {
    let by_hand = Summarizing { rerun: false, ..Summarizing::default() };
    let mut bench = Bench::new(Keeping { summarizing: by_hand, ..Keeping::default() });
    bench.start();
    for number in 0..2 {
        bench.send(Job::Interval(Arc::new(interval(MONDAY + number * 86_400 + 9 * 3600, 2))));
    }
    let now = MONDAY + 2 * 86_400 + 3600;
    bench.reach(now);
    bench.wait(Level::Daily, "two days", |found| found.iter().filter(|known| known.revision > 0).count() == 2);
    let shown = |bench: &Bench| {
        let mut collector = Collector::new(Settings::new(ACD, berlin()));
        collector.apply(&Event { at: now, body: EventBody::Heartbeat }, &mut Vec::new());
        let board = collector.board();
        let rows = Rows {
            board,
            closed: Vec::new(),
            archive: Some(bench.reader()),
            calendar: berlin(),
            keeping: Arc::default(),
        };
        // As a report reads them: through what its user may see.
        let reach = Reach::everything();
        let rows = reach.rows(ACD, rows);
        assert!(rows.out_of_date(TableKind::Interval).unwrap().is_empty(), "nothing below it");
        let report = find_built_in("Split/Skill Summary Daily").unwrap();
        let inputs = Inputs::from([("dates".to_owned(), "-2:-1".to_owned())]);
        let sheet = run(report, &inputs, &rows, &Dictionary::default(), now).unwrap();
        (sheet.blocks[0].rows.len(), sheet.blocks[0].note.clone())
    };
    assert_eq!(shown(&bench), (2, String::new()));
    bench.send(Job::Interval(Arc::new(interval(MONDAY + 9 * 3600, 3))));
    bench.wait(Level::Daily, "the late interval", |found| found[0].out_of_date);
    assert_eq!(shown(&bench), (2, "Out of date until summed up again: 2026-11-23".to_owned()));
    bench.files().make(vec![day(0)]).unwrap();
    assert_eq!(shown(&bench), (2, String::new()));
}

/// A clock that stands until it is set.
struct Hand(AtomicI64);

impl Clock for Hand {
    fn now(&self) -> Moment {
        Moment(self.0.load(Ordering::Relaxed))
    }
}

/// Somebody may ask while the ACD still recovers, and after it has ended.
#[test]
fn what_is_asked_of_an_acds_files_waits_for_their_writer_and_is_refused_behind_it() {
    let bench = Bench::new(Keeping::default());
    let (files, queue) = AcdFiles::channel();
    let asking = std::thread::spawn({
        let files = files.clone();
        move || (files.work(|_| 7), files.change(|_| Err(store::StoreError::Stopped)))
    });
    let mut archiver = Archiver::start(bench.store(), Arc::clone(&bench.view), queue).unwrap();
    let (done, refused) = asking.join().unwrap();
    assert_eq!(done, Ok(7));
    assert!(refused.unwrap_err().starts_with("this cannot be kept, and nothing was changed: "));
    archiver.finish();
    let gone = Err("this ACD is not running; its link state says why".to_owned());
    assert_eq!((files.work(|_| 7), files.make(Vec::new()).map(|_| 7)), (gone.clone(), gone.clone()));
    let (files, queue) = AcdFiles::channel();
    drop(queue);
    assert_eq!(files.work(|_| 7), gone, "it has never come up");
}

#[test]
fn a_time_without_archiving_is_told_with_its_beginning_and_its_end() {
    let clock = Arc::new(Hand(AtomicI64::new(100)));
    let bench = Bench::by(Arc::clone(&clock) as Arc<dyn Clock>, Keeping::default());
    let identity =
        Identity { name: "CMS-A".into(), role: "primary".into(), server_id: "a1".into(), created_at: Moment(0) };
    let local = LocalStore::create(&bench.folder.path().join("local.db"), &identity).unwrap();
    let log = Arc::new(MaintenanceLog::new(Arc::new(Mutex::new(local)), Arc::clone(&clock) as Arc<dyn Clock>, berlin));
    bench.view.tell_into(&log);
    for (at, problem) in [(100, "no room"), (160, "no room at all"), (400, "")] {
        clock.0.store(at, Ordering::Relaxed);
        bench.view.set_archive_problem(problem.to_owned());
    }
    let told = log.entries(false, 9).unwrap();
    let times: Vec<(&str, i64, i64)> =
        told.iter().map(|entry| (entry.code.word(), entry.first_at.0, entry.last_at.0)).collect();
    assert_eq!(times, [("archive-recovered", 100, 400)]);
}
