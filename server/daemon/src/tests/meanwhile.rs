//! The moment in which an interval closes: whatever is archived already and whichever board is read, every interval is
//! there once.

use std::sync::Arc;

use catalog::{IntervalRows, LoginRow, Table, TableKind, Value, all_tables};
use collector::{Board, Collector, Effect, Settings};
use model::event::{AgentAct, Skill};
use model::{AcdNumber, Calendar, Event, EventBody, Extension, IntervalMinutes, LoginId, Moment, SplitId};
use report::{Definition, Filter, Inputs, ReportKind, RowSource, find_built_in};
use store::{AcdReader, AcdStore};

use crate::rows::Rows;

const ACD: AcdNumber = AcdNumber(1);
/// Some day at 10:00, UTC.
const TEN: Moment = Moment(1_795_428_000);
const CALENDAR: Calendar = Calendar { zone: chrono_tz::Tz::UTC, interval: IntervalMinutes::Half };

/// A centre in which two agents are staffed from 10:00 on, the second in two skills.
struct Centre {
    collector: Collector,
    closed: Vec<Arc<IntervalRows>>,
}

impl Centre {
    fn new() -> Centre {
        let mut centre = Centre { collector: Collector::new(Settings::new(ACD, CALENDAR)), closed: Vec::new() };
        let second = Skill { percent: 40, ..Skill::new(SplitId(2), 3) };
        for (number, more) in [("1001", None), ("1002", Some(second))] {
            let skills = [Skill::new(SplitId(1), 1)].into_iter().chain(more).collect();
            let act = AgentAct::LoggedIn { extension: Extension::new("5001").unwrap(), skills };
            centre.apply(TEN, EventBody::Agent { agent: LoginId::new(number).unwrap(), act });
        }
        centre
    }

    fn apply(&mut self, at: Moment, body: EventBody) {
        let mut effects = Vec::new();
        self.collector.apply(&Event { at, body }, &mut effects);
        self.closed.extend(effects.into_iter().filter_map(|effect| match effect {
            Effect::IntervalClosed(rows) => Some(rows),
            _ => None,
        }));
    }

    /// The board so many seconds after ten.
    fn after(&mut self, secs: i64) -> Arc<Board> {
        self.apply(TEN + secs, EventBody::Heartbeat);
        self.collector.board()
    }
}

/// An archive that holds these intervals.
fn archive(dir: &tempfile::TempDir, name: &str, intervals: &[&Arc<IntervalRows>]) -> AcdReader {
    let path = dir.path().join(name);
    let mut store = AcdStore::open(&path, ACD).unwrap();
    intervals.iter().for_each(|rows| drop(store.archive(rows).unwrap()));
    AcdReader::open(&path).unwrap()
}

/// Staffed seconds of split 1 since ten, in an integrated report.
fn staffed() -> Definition {
    let mut report = find_built_in("Split/Skill View").unwrap().clone();
    let columns = &mut report.blocks[0].columns;
    columns.retain(|column| column.id == "positions_staffed");
    "100 * I_STAFFTIME + SECSPERPERIOD / 100000".clone_into(&mut columns[0].expression);
    columns[0].format = report::Format::Decimal(5);
    report.blocks[0].sort.clear();
    assert_eq!((report.kind, report::check(&report)), (ReportKind::Integrated, vec![]));
    report
}

fn shown(rows: &Rows) -> Value {
    let inputs = [("from", "10:00"), ("splits", "1")].map(|(name, typed)| (name.to_owned(), typed.to_owned()));
    let board = Arc::clone(&rows.board);
    let mut dictionary = model::Dictionary::clone(&board.dictionary);
    dictionary.learn(&model::event::Configuration::Split {
        split: SplitId(1),
        name: "Sales".to_owned(),
        service_level_secs: None,
    });
    let sheet = report::run(&staffed(), &Inputs::from(inputs), rows, &dictionary, board.at).unwrap();
    sheet.blocks[0].rows[0].cells[0].value.clone()
}

#[test]
fn an_interval_counts_once_whenever_it_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let mut centre = Centre::new();
    let before = centre.after(1790);
    let after = centre.after(1810);
    let [first] = &centre.closed.clone()[..] else { panic!("one interval has closed") };
    let mut number = 0;
    let mut check = |board: &Arc<Board>, closed: &[&Arc<IntervalRows>], archived: &[&Arc<IntervalRows>], secs: i64| {
        number += 1;
        let rows = Rows {
            board: Arc::clone(board),
            closed: closed.iter().map(|rows| Arc::clone(rows)).collect(),
            archive: Some(archive(&dir, &format!("{number}.db"), archived)),
            calendar: CALENDAR,
            keeping: Arc::default(),
        };
        // Two agents are staffed, and the length of the intervals comes after the point.
        let expected = 200.0 * secs as f64 + secs as f64 / 100_000.0;
        assert_eq!(shown(&rows), Value::Real(expected), "case {number}");
    };
    // The board of before, while the interval closes, waits, is archived.
    check(&before, &[], &[], 1790);
    check(&before, &[first], &[], 1790);
    check(&before, &[first], &[first], 1790);
    check(&before, &[], &[first], 1790);
    // The board of after, while it waits, is archived, has been.
    check(&after, &[first], &[], 1810);
    check(&after, &[first], &[first], 1810);
    check(&after, &[], &[first], 1810);
    // The disk is full: two wait.
    let later = centre.after(3700);
    let [_, second] = &centre.closed.clone()[..] else { panic!("two intervals have closed") };
    check(&later, &[first, second], &[], 3700);
    check(&later, &[second], &[first], 3700);
    check(&later, &[first, second], &[first], 3700);
    // Closed twice, because it was collected again.
    check(&later, &[first, first, second], &[first, second], 3700);
    check(&after, &[first, second], &[first, second], 1810);
}

fn all_rows(rows: &Rows, table: &'static Table, filter: &Filter) -> Vec<String> {
    let items: Vec<usize> = (0..table.items().len()).collect();
    let mut found = Vec::new();
    rows.for_each_row(table, &items, filter, &mut |row| found.push(format!("{row:?}"))).unwrap();
    found
}

#[test]
fn what_waits_for_the_archive_reads_as_it_will_there() {
    let dir = tempfile::tempdir().unwrap();
    let mut centre = Centre::new();
    let board = centre.after(5500);
    let closed = centre.closed.clone();
    let waiting = Rows {
        board: Arc::clone(&board),
        closed: closed.clone(),
        archive: Some(archive(&dir, "empty.db", &[])),
        calendar: CALENDAR,
        keeping: Arc::default(),
    };
    let all: Vec<&Arc<IntervalRows>> = closed.iter().collect();
    let archived = Rows {
        board,
        closed: Vec::new(),
        archive: Some(archive(&dir, "full.db", &all)),
        calendar: CALENDAR,
        keeping: Arc::default(),
    };
    let mut read = 0;
    for table in all_tables().iter().filter(|table| table.kind == TableKind::Interval) {
        for (from, to) in [(None, None), (Some(TEN + 1), None), (None, Some(TEN + 1800)), (Some(TEN), Some(TEN + 3600))]
        {
            let filter = Filter { from, to, ..Filter::default() };
            let (mut theirs, mut ours) = (all_rows(&archived, table, &filter), all_rows(&waiting, table, &filter));
            theirs.sort();
            ours.sort();
            assert_eq!(ours, theirs, "{} from {from:?} to {to:?}", table.name);
            read += ours.len();
        }
    }
    assert!(read > 20);
}

/// The board is that of before the logout, the archive that of after it.
#[test]
fn a_session_that_ends_meanwhile_is_among_the_logins_once() {
    let dir = tempfile::tempdir().unwrap();
    let mut centre = Centre::new();
    let board = centre.after(600);
    let path = dir.path().join("acd.db");
    let session = |logid: &str, ended_after: i64| LoginRow {
        logid: LoginId::new(logid).unwrap(),
        extension: Extension::new("5001").unwrap(),
        login: TEN,
        logout: TEN + ended_after,
        reason: None,
        seen_at_pump_up: false,
        lost_at_link_down: false,
        skills: vec![Skill::new(SplitId(1), 1)].into_iter().collect(),
    };
    let mut store = AcdStore::open(&path, ACD).unwrap();
    store.append_login(&session("1001", 601), &CALENDAR).unwrap();
    // Lost with the link and told again since: it is open on the board all the same.
    store.append_login(&session("1002", 300), &CALENDAR).unwrap();
    drop(store);
    let archive = Some(AcdReader::open(&path).unwrap());
    let rows = Rows { board, closed: Vec::new(), archive, calendar: CALENDAR, keeping: Arc::default() };
    let table = catalog::table("haglog").unwrap();
    let items = ["LOGID", "LOGOUT"].map(|item| table.position(item).unwrap());
    let mut found = Vec::new();
    let mut each = |row: &[Value]| found.push((row[0].clone(), row[1].clone()));
    rows.for_each_row(table, &items, &Filter::default(), &mut each).unwrap();
    let archived = |logid: &str, after: i64| (Value::text(logid), Value::At(TEN + after));
    assert_eq!(found, [archived("1001", 601), archived("1002", 300), (Value::text("1002"), Value::Blank)]);
}

#[test]
fn sessions_that_are_open_are_among_the_logins() {
    let dir = tempfile::tempdir().unwrap();
    let mut centre = Centre::new();
    let board = centre.after(600);
    let rows = Rows {
        board,
        closed: Vec::new(),
        archive: Some(archive(&dir, "acd.db", &[])),
        calendar: CALENDAR,
        keeping: Arc::default(),
    };
    let dictionary = model::Dictionary::default();
    let sheet = |dates: &str| {
        let inputs = Inputs::from([("dates".to_owned(), dates.to_owned())]);
        let report = find_built_in("Agent Login/Logout").unwrap();
        report::run(report, &inputs, &rows, &dictionary, rows.board.at).unwrap().to_csv()
    };
    let text = sheet("0");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 3, "{text}");
    assert_eq!(lines[1], "1001,1001,2026-11-23,2026-11-23T10:00:00Z,,,,,5001,1,still logged in");
    assert!(lines[2].starts_with("1002,1002,2026-11-23,2026-11-23T10:00:00Z,,"), "{text}");
    assert_eq!(sheet("-1").lines().count(), 1);

    // With all skills of the login, as it will be archived.
    let table = catalog::table("haglog").unwrap();
    let items =
        ["LOGID", "SPLIT", "SKLEVEL", "LOGONSKILL2", "SKLEVEL2", "SKPERCENT2", "LOGONSKILL3", "INFLAG", "LOGOUT"];
    let items = items.map(|item| table.position(item).unwrap());
    let mut found = Vec::new();
    rows.for_each_row(table, &items, &Filter::default(), &mut |row| found.push(row.to_vec())).unwrap();
    let (int, text) = (Value::Int, Value::text);
    let nothing = || Value::Blank;
    assert_eq!(
        found,
        [
            vec![text("1001"), int(1), int(1), nothing(), nothing(), nothing(), nothing(), text(""), nothing()],
            vec![text("1002"), int(1), int(1), int(2), int(3), int(40), nothing(), text(""), nothing()],
        ]
    );
    // One that was under way when the link came up says so.
    for body in [EventBody::LinkDown { reason: model::event::LinkReason::SessionDown }, EventBody::PumpUpBegan] {
        centre.apply(TEN + 700, body);
    }
    let act = AgentAct::Seen {
        extension: Extension::new("5003").unwrap(),
        skills: [Skill::new(SplitId(2), 1)].into_iter().collect(),
        since: Some(TEN + 650),
        mode: model::event::WorkMode::Available,
    };
    centre.apply(TEN + 700, EventBody::Agent { agent: LoginId::new("1003").unwrap(), act });
    centre.apply(TEN + 700, EventBody::PumpUpEnded);
    let rows = Rows { board: centre.after(710), ..rows };
    found.clear();
    rows.for_each_row(table, &items, &Filter::default(), &mut |row| found.push(row.to_vec())).unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((&found[0][0], &found[0][1], &found[0][7]), (&text("1003"), &int(2), &text("<")));
}
