use catalog::{
    CallRecord, Disposition, ExceptionOf, ExceptionRow, LinkRow, LoginRow, MaliciousRow, Record, TraceFlags, TraceRow,
    Value, table,
};
use model::{CallId, LoginId, Moment, SplitId, TrunkGroupId, VdnId, VectorId};

use super::{ACD, NINE, berlin, folder, small, store};
use crate::{AcdReader, AcdStore, RowFilter, Storage, StoreError};

/// A call that `agent` answered in `split`, over at `at`.
fn call(at: Moment, number: u64, split: u32, agent: &str) -> Record {
    let vdn = VdnId::new("5000").unwrap();
    Record::Call(Box::new(CallRecord {
        ucid: "00001000011795420000".parse().unwrap(),
        calling_party: "0301234567".parse().unwrap(),
        disposition_secs: 12,
        disposition_split: Some(SplitId(split)),
        skill_level: 1,
        disposition_vdn: Some(vdn),
        disposition_vector: Some(VectorId(7)),
        vdns: [vdn].into_iter().collect(),
        first_vector: Some(VectorId(7)),
        splits: [SplitId(split)].into_iter().collect(),
        queue_secs: 8,
        ring_secs: 4,
        talk_secs: 60,
        acw_secs: 18,
        duration_secs: 72,
        answering_agent: Some(LoginId::new(agent).unwrap()),
        trunk_group: Some(TrunkGroupId(3)),
        ..CallRecord::bare(CallId(number), at + -90, at, Disposition::Answered)
    }))
}

fn trace(at: Moment, agent: &str, mode: &str) -> Record {
    Record::Trace(Box::new(TraceRow {
        split: Some(SplitId(4)),
        flags: TraceFlags { held: true, ..TraceFlags::default() },
        ..TraceRow::bare(LoginId::new(agent).unwrap(), at + -30, at, mode.parse().unwrap())
    }))
}

fn exception(at: Moment, of: ExceptionOf) -> Record {
    Record::Exception(ExceptionRow { at, kind: 31, threshold: 5, limit_secs: 120, of })
}

fn split_exception(at: Moment) -> Record {
    exception(at, ExceptionOf::Split { split: SplitId(9) })
}

/// Numbers as the collector gives them.
fn numbered(records: impl IntoIterator<Item = Record>) -> Vec<(u64, Record)> {
    let number = |(nth, record): (usize, Record)| ((record.at().0 as u64) << 16 | nth as u64, record);
    records.into_iter().enumerate().map(number).collect()
}

/// A row of each table.
fn one_of_each() -> Vec<(u64, Record)> {
    let agent = LoginId::new("2001").unwrap();
    numbered([
        call(NINE + 100, 1, 4, "2001"),
        trace(NINE + 101, "2001", "AUX"),
        exception(NINE + 102, ExceptionOf::Agent { agent, split: Some(SplitId(4)), reason: None }),
        split_exception(NINE + 103),
        exception(NINE + 104, ExceptionOf::TrunkGroup { group: TrunkGroupId(3), trunk: None, agent: None }),
        exception(NINE + 105, ExceptionOf::Vdn { vdn: VdnId::new("5000").unwrap(), vector: None }),
        exception(NINE + 106, ExceptionOf::Vector { vector: VectorId(7) }),
        Record::Malicious(MaliciousRow {
            at: NINE + 107,
            agent,
            extension: None,
            split: Some(SplitId(4)),
            trunk_group: None,
            trunk: None,
            vdn: None,
        }),
    ])
}

/// All items of the rows that the filter lets through.
fn rows(reader: &AcdReader, name: &str, filter: &RowFilter) -> Result<Vec<Vec<Value>>, StoreError> {
    let table = table(name).unwrap();
    let items: Vec<usize> = (0..table.items().len()).collect();
    let mut rows = Vec::new();
    reader.for_each_row(table, &items, filter, &mut |values| rows.push(values.to_vec()))?;
    Ok(rows)
}

/// Seconds after nine at which rows are placed.
fn times(reader: &AcdReader, name: &str, filter: &RowFilter) -> Vec<i64> {
    let table = table(name).unwrap();
    let item = table.position(table.placed_by.unwrap()).unwrap();
    let mut found = Vec::new();
    let mut each = |values: &[Value]| match values[0] {
        Value::At(at) => found.push(at - NINE),
        ref other => panic!("{name} is placed by {other:?}"),
    };
    reader.for_each_row(table, &[item], filter, &mut each).unwrap();
    found
}

fn list(ids: &[&str]) -> Option<Vec<String>> {
    Some(ids.iter().map(|&id| id.to_owned()).collect())
}

#[test]
fn every_record_comes_back_item_by_item_and_stored_twice_is_stored_once() {
    let folder = folder();
    let mut store = store(&folder);
    let records = one_of_each();
    for _ in 0..2 {
        store.append_records(&records, &berlin()).unwrap();
    }
    let reader = store.reader().unwrap();
    for (number, record) in records {
        let table = record.table();
        let mut expected = record.values(ACD, number, &berlin());
        for (value, item) in expected.iter_mut().zip(table.items()) {
            if let (Value::Int(secs), catalog::Unit::Moment) = (&value, item.unit) {
                *value = Value::At(Moment(*secs));
            }
        }
        let mut found = rows(&reader, table.name, &RowFilter::default()).unwrap();
        let cells = found.iter_mut().flat_map(|row| row.iter_mut().zip(table.items()));
        cells.filter(|(_, item)| table.derived(item).is_some()).for_each(|(value, _)| *value = Value::Blank);
        assert_eq!(found, [expected], "{}", table.name);
    }
}

/// A call of the first minutes of a day in Berlin: in UTC it is the evening before.
#[test]
fn dates_of_a_call_are_made_when_it_is_read_and_stored_nowhere() {
    let folder = folder();
    let mut store = store(&folder);
    let midnight = NINE + -9 * 3600;
    let call = CallRecord::bare(CallId(9), midnight + -30, midnight + 60, Disposition::Answered);
    store.append_records(&[(Record::first_number(midnight), Record::Call(Box::new(call)))], &berlin()).unwrap();
    let mut reader = store.reader().unwrap();
    let table = table("call_rec").unwrap();
    let items =
        ["START_DATE", "START_DATE_UTC", "STOP_DATE", "STOP_DATE_UTC"].map(|item| table.position(item).unwrap());
    let mut found = Vec::new();
    reader.for_each_row(table, &items, &RowFilter::default(), &mut |row| found.push(row.to_vec())).unwrap();
    let dates = [20_261_122, 20_261_122, 20_261_123, 20_261_122].map(Value::Int);
    assert_eq!(found, [dates.to_vec()]);
    let of_all = reader.calls_after(0, u64::MAX, 9).unwrap();
    assert_eq!(items.map(|item| of_all[0][item].clone()), dates);
    assert!(reader.query("SELECT START_DATE FROM call_rec", Default::default()).is_err(), "it is no column");
}

#[test]
fn records_are_found_by_time_and_by_what_they_are_about() {
    let folder = folder();
    let mut store = store(&folder);
    let calls = [(10, 4, "2001"), (20, 5, "2002"), (20, 4, "2002"), (30, 4, "2001"), (40, 6, "2003")];
    let calls = calls.map(|(at, split, agent)| call(NINE + at, at as u64, split, agent));
    let traces = [(5, "2001", "AVAIL"), (15, "2002", "ACD"), (25, "2001", "ACD")];
    let traces = traces.map(|(at, agent, mode)| trace(NINE + at, agent, mode));
    store.append_records(&numbered(calls.into_iter().chain(traces)), &berlin()).unwrap();
    store.append_link(&LinkRow { at: NINE + 7, reason: 97, duration_secs: 3 }, &berlin()).unwrap();
    let reader = store.reader().unwrap();
    let check = |name: &str, filter: RowFilter, expect: &[i64]| {
        assert_eq!(times(&reader, name, &filter), expect, "{name} {filter:?}");
    };
    let all = RowFilter::default();
    check("call_rec", all.clone(), &[10, 20, 20, 30, 40]);
    check("call_rec", RowFilter { from: Some(NINE + 20), to: Some(NINE + 40), ..all.clone() }, &[20, 20, 30]);
    check("call_rec", RowFilter { splits: list(&["4"]), ..all.clone() }, &[10, 20, 30]);
    check("call_rec", RowFilter { agents: list(&["2001"]), from: Some(NINE + 11), ..all.clone() }, &[30]);
    check("call_rec", RowFilter { vdns: list(&["5000"]), vectors: list(&["7"]), ..all.clone() }, &[10, 20, 20, 30, 40]);
    check("call_rec", RowFilter { trunk_groups: list(&["4"]), ..all.clone() }, &[]);
    // A state is placed by when it began.
    check("ag_actv", RowFilter { agents: list(&["2001"]), ..all.clone() }, &[-25, -5]);
    check("ag_actv", RowFilter { from: Some(NINE + -15), ..all.clone() }, &[-15, -5]);
    check("linkex", RowFilter { from: Some(NINE + 7), to: Some(NINE + 8), ..all.clone() }, &[7]);
    let refused = rows(&reader, "spex", &RowFilter { agents: list(&["2001"]), ..all.clone() }).unwrap_err();
    assert!(refused.to_string().contains("spex cannot be restricted by LOGID"), "{refused}");
    let refused = rows(&reader, "call_rec", &RowFilter { splits: list(&["x"]), ..all }).unwrap_err();
    assert!(refused.to_string().contains("DISPSPLIT must be a number"), "{refused}");
}

#[test]
fn questions_about_records_are_answered_by_look_ups() {
    let folder = folder();
    let mut store = store(&folder);
    store.append_records(&one_of_each(), &berlin()).unwrap();
    let reader = store.reader().unwrap();
    let day = RowFilter { from: Some(NINE), to: Some(NINE + 86_400), ..RowFilter::default() };
    let check = |name: &str, filter: &RowFilter, expect: &str| {
        let plan = reader.plan(table(name).unwrap(), &[0], filter);
        assert!(plan.iter().any(|line| line.contains(expect)), "{name}: {plan:#?}");
    };
    check("call_rec", &day, "call_rec_by_time (SEGSTOP_UTC>?");
    check(
        "call_rec",
        &RowFilter { splits: list(&["4"]), ..day.clone() },
        "call_rec_by_split (DISPSPLIT=? AND SEGSTOP_UTC>?",
    );
    check(
        "call_rec",
        &RowFilter { agents: list(&["2001"]), ..day.clone() },
        "call_rec_by_agent (ANSLOGIN=? AND SEGSTOP_UTC>?",
    );
    check(
        "ag_actv",
        &RowFilter { agents: list(&["2001"]), ..day.clone() },
        "ag_actv_by_agent (LOGID=? AND STARTTIME>?",
    );
    check("haglog", &day, "haglog_by_time (LOGIN>?");
    check("spex", &day, "spex_by_time (ROW_TIME_UTC>?");
}

#[test]
fn a_select_joins_records_and_history_by_their_plain_names() {
    let folder = folder();
    let mut store = store(&folder);
    store.archive(&small(NINE, 4, 5)).unwrap();
    store.append_records(&one_of_each(), &berlin()).unwrap();
    let mut reader = store.reader().unwrap();
    let mut check = |sql: &str, expect: &str| match reader.query(sql, Default::default()) {
        Ok(found) => assert_eq!(format!("{:?}", found.rows), expect, "{sql}"),
        Err(error) => assert_eq!(error.to_string(), expect, "{sql}"),
    };
    check(
        "SELECT c.CALLID, c.ROW_DATE, c.ROW_TIME, h.ACDCALLS FROM call_rec c JOIN hsplit h ON h.SPLIT = c.DISPSPLIT",
        "[[Int(1), Int(20261123), Int(901), Int(5)]]",
    );
    check("SELECT WORKMODE, CALLER_HOLD, AUXREASON FROM ag_actv", "[[Text(\"AUX\"), Text(\"y\"), Blank]]");
    for name in ["agex", "spex", "tgex", "vdnex", "vecex", "mctex", "events.spex"] {
        check(&format!("SELECT count(*) FROM {name}"), "[[Int(1)]]");
    }
    check("DELETE FROM call_rec", "only SELECT is allowed, nothing can be changed");
    check("SELECT * FROM events.sqlite_schema", "the table sqlite_master is not one of the history");
}

#[test]
fn a_full_table_loses_its_oldest_tenth_and_no_other() {
    let folder = folder();
    let mut store = store(&folder);
    store.set_capacity("spex", 100).unwrap();
    store.append_records(&one_of_each(), &berlin()).unwrap();
    let spex = |from: i64, to: i64| numbered((from..to).map(|at| split_exception(NINE + 1000 + at)));
    let kept = |store: &AcdStore| {
        let found = times(&store.reader().unwrap(), "spex", &RowFilter::default());
        (found.len(), found.first().map(|at| at - 1000))
    };
    for at in (0..100).step_by(10) {
        store.append_records(&spex(at, at + 10), &berlin()).unwrap();
    }
    assert_eq!(kept(&store), (101, Some(103 - 1000)), "capacity and a tenth fit");
    // The same again changes nothing, however often it is counted.
    for _ in 0..5 {
        store.append_records(&spex(90, 100), &berlin()).unwrap();
    }
    assert_eq!(kept(&store).0, 101);
    store.append_records(&spex(100, 109), &berlin()).unwrap();
    assert_eq!(kept(&store).0, 110);
    store.append_records(&spex(109, 110), &berlin()).unwrap();
    assert_eq!(kept(&store), (100, Some(10)), "one more and the oldest go");
    assert_eq!(times(&store.reader().unwrap(), "vecex", &RowFilter::default()), [106]);

    drop(store);
    let mut store = super::store(&folder);
    store.set_capacity("SPEX", 20).unwrap();
    assert_eq!(kept(&store), (20, Some(90)), "a smaller capacity counts at once");
    store.set_capacity("spex", 0).unwrap();
    store.append_records(&spex(0, 3), &berlin()).unwrap();
    assert_eq!(kept(&store), (0, None), "zero keeps nothing");
    let refused = store.set_capacity("hsplit", 5).unwrap_err().to_string();
    assert_eq!(refused, "hsplit is not limited by records");
}

#[test]
fn sessions_and_times_without_data_are_limited_too() {
    let folder = folder();
    let mut store = store(&folder);
    store.set_capacity("linkex", 10).unwrap();
    for at in 0..12 {
        store.append_link(&LinkRow { at: NINE + at, reason: 97, duration_secs: 1 }, &berlin()).unwrap();
    }
    let reader = store.reader().unwrap();
    assert_eq!(times(&reader, "linkex", &RowFilter::default()), (2..12).collect::<Vec<_>>());
}

#[test]
fn a_history_from_before_gets_its_event_file() {
    let folder = folder();
    let mut before = store(&folder);
    before.archive(&small(NINE, 2, 4)).unwrap();
    drop(before);
    let events = folder.path().join("01-events.db");
    for suffix in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(folder.path().join(format!("01-events.db{suffix}")));
    }
    let missing = AcdReader::open(&folder.path().join("01.db")).unwrap_err();
    assert!(matches!(&missing, StoreError::Missing { path, .. } if *path == events), "{missing}");
    let mut store = store(&folder);
    store.append_records(&one_of_each(), &berlin()).unwrap();
    let reader = store.reader().unwrap();
    assert_eq!(reader.interval_rows(NINE).unwrap().unwrap(), small(NINE, 2, 4));
    assert_eq!(times(&reader, "call_rec", &RowFilter::default()), [100]);
}

#[test]
fn a_full_disk_stores_no_record_and_is_only_temporary() {
    let folder = folder();
    let mut store = store(&folder);
    limit_events(&store, 1);
    let many = numbered((0..5_000).map(|at| call(NINE + at, at as u64, 1, "2001")));
    let error = store.append_records(&many, &berlin()).unwrap_err();
    assert!(matches!(error, StoreError::Full { .. }) && error.to_string().contains("01-events.db"), "{error}");
    assert!(times(&store.reader().unwrap(), "call_rec", &RowFilter::default()).is_empty());
    limit_events(&store, 1_000_000);
    store.append_records(&many, &berlin()).unwrap();
    assert_eq!(times(&store.reader().unwrap(), "call_rec", &RowFilter::default()).len(), 5_000);
}

#[test]
fn call_records_are_given_in_order_of_their_numbers() {
    let dir = folder();
    let mut store = store(&dir);
    let records: Vec<_> = [7, 3, 5, 9].map(|number| (number, call(NINE, number, 1, "1001"))).into();
    store.append_records(&records, &berlin()).unwrap();
    let reader = store.reader().unwrap();
    let numbers = |after, up_to, limit| {
        let found = reader.calls_after(after, up_to, limit).unwrap();
        let position = table("call_rec").unwrap().position("SEQNUM").unwrap();
        found.iter().map(|values| values[position].clone()).collect::<Vec<_>>()
    };
    assert_eq!(numbers(3, u64::MAX, 10), [5, 7, 9].map(Value::Int));
    assert_eq!(numbers(0, 7, 2), [3, 5].map(Value::Int));
    assert_eq!(numbers(9, 9, 10), []);
    // They are what was stored.
    let expected = records[1].1.values(ACD, 3, &berlin());
    let found = &reader.calls_after(0, 3, 1).unwrap()[0];
    let number = |value: &Value| value.number(NINE).map(|number| number as i64);
    let call_rec = table("call_rec").unwrap();
    for (item, (found, expected)) in call_rec.items().iter().zip(found.iter().zip(&expected)) {
        // What is derived is made when it is read.
        let is_derived = call_rec.derived(item).is_some();
        assert!(
            is_derived || found == expected || number(found) == number(expected),
            "{found:?} instead of {expected:?}"
        );
    }
}

/// Digests of the two half hours from nine, as far as they have records.
fn two_digests(store: &AcdStore, storage: &Storage) -> Vec<(i64, &'static str, u64, String)> {
    let intervals = [NINE, NINE + 1_800].map(|start| berlin().interval(start));
    let found = store.reader().unwrap().record_digests(&intervals, storage).unwrap();
    let told = found.into_iter().flat_map(|(start, tables)| {
        tables.into_iter().map(move |made| {
            let name = table(&made.table).expect("it is a table").name;
            (start - NINE, name, made.rows, made.digest)
        })
    });
    told.collect()
}

fn login(logout: Moment) -> LoginRow {
    LoginRow {
        logid: LoginId::new("2001").unwrap(),
        extension: model::Extension::new("710").unwrap(),
        login: NINE + -600,
        logout,
        reason: None,
        seen_at_pump_up: false,
        lost_at_link_down: false,
        skills: [model::event::Skill::new(SplitId(4), 1)].into_iter().collect(),
    }
}

#[test]
fn digests_of_records_agree_whatever_the_batches_and_tell_every_difference() {
    let (one, other) = (folder(), folder());
    let (mut a, mut b) = (store(&one), store(&other));
    let mut records = one_of_each();
    records.extend(numbered([call(NINE + 1_799, 8, 4, "2001"), call(NINE + 1_800, 9, 4, "2001")]));
    a.append_records(&records, &berlin()).unwrap();
    for record in records.iter().rev() {
        b.append_records(std::slice::from_ref(record), &berlin()).unwrap();
        b.append_records(std::slice::from_ref(record), &berlin()).unwrap();
    }
    for store in [&mut a, &mut b] {
        store.append_login(&login(NINE + 1_800), &berlin()).unwrap();
        store.append_link(&LinkRow { at: NINE, reason: 97, duration_secs: 3 }, &berlin()).unwrap();
    }
    let storage = Storage::default();
    let told = two_digests(&a, &storage);
    assert_eq!(told, two_digests(&b, &storage));
    let counts: Vec<_> = told.iter().map(|(start, table, rows, _)| (*start, *table, *rows)).collect();
    let first = ["call_rec", "ag_actv", "agex", "spex", "tgex", "vdnex", "vecex", "mctex"];
    let mut expected: Vec<_> = first.map(|table| (0, table, if table == "call_rec" { 2 } else { 1 })).to_vec();
    expected.extend([(1_800, "call_rec", 1), (1_800, "haglog", 1)]);
    assert_eq!(counts, expected);

    // One record less, or another one under its number, is told in its table and interval alone.
    b.append_records(&[(records[0].0, call(NINE + 100, 1, 4, "2002"))], &berlin()).unwrap();
    let differ = two_digests(&b, &storage);
    let places: Vec<_> = told.iter().zip(&differ).filter(|(a, b)| a != b).map(|(a, _)| (a.0, a.1)).collect();
    assert_eq!(places, [(0, "call_rec")]);
}

#[test]
fn a_full_table_tells_nothing_of_where_its_oldest_records_went() {
    let folder = folder();
    let mut store = store(&folder);
    let calls = [100, 200, 1_900, 2_000].map(|at| call(NINE + at, at as u64, 4, "2001"));
    store.append_records(&numbered(calls), &berlin()).unwrap();
    let told = |store: &AcdStore, records: u64| {
        let mut storage = Storage::default();
        storage.records.insert("call_rec".to_owned(), records);
        two_digests(store, &storage).iter().map(|(start, _, rows, _)| (*start, *rows)).collect::<Vec<_>>()
    };
    assert_eq!(told(&store, 5), [(0, 2), (1_800, 2)]);
    // Something is told, or it would look like an interval without records.
    assert_eq!(told(&store, 4), [(0, 0), (1_800, 2)]);
    store.set_capacity("call_rec", 3).unwrap();
    assert_eq!(told(&store, 3), [(0, 0), (1_800, 2)]);
}

/// What is stored together becomes durable together, or not at all, whether it is few records or so many that they are
/// stored on a thread of their own.
#[test]
fn what_is_stored_together_is_there_or_not_as_a_whole() {
    let many = numbered((0..2_000).map(|at| call(NINE + at, at as u64, 1, "2001")));
    for (records, calls) in [(one_of_each(), 1), (many, 2_000)] {
        let folder = folder();
        let mut store = store(&folder);
        let failed = store.together(&records, &berlin(), |history| {
            history.archive(&small(NINE, 2, 5))?;
            Err::<(), _>(StoreError::Invalid("that was it".to_owned()))
        });
        assert!(matches!(failed, Err(StoreError::Invalid(_))));
        assert_eq!(intervals_and_calls(&store), (0, 0));
        let meanwhile = store.reader().unwrap();
        let stored = store.together(&records, &berlin(), |history| {
            history.archive(&small(NINE, 2, 5))?;
            history.archive(&small(NINE + 1_800, 2, 5))?;
            assert_eq!(meanwhile.digests(None, None).unwrap().len(), 0, "nobody sees it before it is durable");
            Ok("stored")
        });
        assert_eq!((stored.unwrap(), intervals_and_calls(&store)), ("stored", (2, calls)));
    }
}

/// A disk that is full under the records takes the intervals along.
#[test]
fn intervals_are_not_stored_without_the_records_beside_them() {
    let folder = folder();
    let mut store = store(&folder);
    let records = numbered((0..5_000).map(|at| call(NINE + at, at as u64, 1, "2001")));
    limit_events(&store, 1);
    let failed = store.together(&records, &berlin(), |history| history.archive(&small(NINE, 2, 5)));
    assert!(matches!(failed, Err(StoreError::Full { .. })), "{failed:?}");
    assert_eq!(intervals_and_calls(&store), (0, 0));
    limit_events(&store, 1_000_000);
    store.together(&records, &berlin(), |history| history.archive(&small(NINE, 2, 5))).unwrap();
    assert_eq!(intervals_and_calls(&store), (1, 5_000));
}

fn intervals_and_calls(store: &AcdStore) -> (usize, usize) {
    let reader = store.reader().unwrap();
    (reader.digests(None, None).unwrap().len(), times(&reader, "call_rec", &RowFilter::default()).len())
}

/// The event file can have so many pages, as on a full disk.
fn limit_events(store: &AcdStore, pages: i64) {
    let limit = |connection: &rusqlite::Connection| {
        connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))
    };
    store.events.database.run("limit", limit).unwrap();
}
