use catalog::Value;

use super::{NINE, folder, small, store};
use crate::{AcdReader, QueryLimits, QueryResult, StoreError};

fn with_reader(test: impl FnOnce(&mut AcdReader)) {
    let folder = folder();
    let mut store = store(&folder);
    store.archive(&small(NINE, 3, 5)).unwrap();
    test(&mut store.reader().unwrap());
}

fn run(reader: &mut AcdReader, sql: &str) -> Result<QueryResult, StoreError> {
    reader.query(sql, QueryLimits::default())
}

#[test]
fn selects_in_the_fields_names_work() {
    with_reader(|reader| {
        let mut check = |sql: &str, columns: &[&str], rows: Vec<Vec<Value>>| {
            let found = run(reader, sql).unwrap();
            assert_eq!(found.columns, columns, "{sql}");
            assert_eq!((found.rows, found.truncated), (rows, false), "{sql}");
        };
        check(
            "SELECT split, SUM(acdcalls) AS calls FROM hsplit WHERE row_date = 20261123 GROUP BY split HAVING split < 3;",
            &["SPLIT", "calls"],
            vec![vec![Value::Int(1), Value::Int(5)], vec![Value::Int(2), Value::Int(5)]],
        );
        check("SELECT count(*) FROM hagent", &["count(*)"], vec![vec![Value::Int(6)]]);
        check(
            "WITH busy AS (SELECT LOGID, ACDCALLS c FROM hagent WHERE SPLIT = 2) SELECT max(c), avg(c), NULL FROM busy",
            &["max(c)", "avg(c)", "NULL"],
            vec![vec![Value::Int(6), Value::Real(5.5), Value::Blank]],
        );
        check(
            "SELECT a.LOGID FROM hagent a JOIN hsplit s USING (SPLIT, STARTTIME_UTC) WHERE s.SPLIT = 1 ORDER BY 1",
            &["LOGID"],
            vec![vec![Value::text("2002")], vec![Value::text("2003")]],
        );
        check("SELECT count(*) FROM (SELECT SPLIT FROM hsplit)", &["count(*)"], vec![vec![Value::Int(3)]]);
        check(
            "SELECT ROW_COUNT, REVISION FROM digests",
            &["ROW_COUNT", "REVISION"],
            vec![vec![Value::Int(9), Value::Int(1)]],
        );
        check("SELECT ITEM_NAME FROM synonyms", &["ITEM_NAME"], vec![]);
        check("SELECT ITEM_NAME FROM switch_names", &["ITEM_NAME"], vec![]);
    });
}

#[test]
fn whatever_is_not_reading_the_history_is_refused_with_a_reason() {
    with_reader(|reader| {
        let mut check = |sql: &str, expect: &str| match run(reader, sql) {
            Err(StoreError::Query(text)) => assert!(text.contains(expect), "{sql}: {text}"),
            other => panic!("{sql}: {other:?}"),
        };
        check("ATTACH DATABASE 'other.db' AS other", "no other file");
        check("PRAGMA user_version", "PRAGMA user_version is not allowed");
        check("PRAGMA query_only = 0", "not allowed");
        check("SELECT * FROM pragma_table_info('hsplit')", "not one of the history");
        check("INSERT INTO hsplit (SPLIT) VALUES (1)", "only SELECT");
        check("UPDATE hsplit SET ACDCALLS = 0", "only SELECT");
        check("DELETE FROM hagent", "only SELECT");
        check("DROP TABLE hagent", "only SELECT");
        check("CREATE TEMP TABLE t (x)", "only SELECT");
        check("BEGIN", "only SELECT");
        check("VACUUM INTO 'copy.db'", "this is none");
        check("SELECT * FROM sqlite_schema", "not one of the history");
        check("SELECT * FROM users", "no such table: users");
        check("SELECT load_extension('x')", "no extension");
        check("SELECT value FROM json_each('[1]')", "not one of the history");
        check("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n", "recursive");
        check("SELECT 1; SELECT 2", "one statement");
        check("SELECT ?1", "parameters");
        check("SELECT NO_SUCH FROM hsplit", "no such column: NO_SUCH");
        check("SELEC 1", "syntax error");
        check(" -- nothing", "this is none");
        check("SELECT zeroblob(100000000)", "longer");
        assert_eq!(run(reader, "SELECT count(*) FROM hsplit").unwrap().rows, [[Value::Int(3)]]);
    });
}

#[test]
fn rows_and_time_are_limited_and_the_connection_stays_usable() {
    with_reader(|reader| {
        let three = reader.query("SELECT LOGID FROM hagent", QueryLimits { rows: 3, millis: 60_000 }).unwrap();
        assert_eq!((three.rows.len(), three.truncated), (3, true));
        let six = reader.query("SELECT LOGID FROM hagent", QueryLimits { rows: 6, millis: 60_000 }).unwrap();
        assert_eq!((six.rows.len(), six.truncated), (6, false));
        // 6 to the power of 12 rows: never finished, whatever the machine.
        let everybody: Vec<_> = (0..12).map(|number| format!("hagent t{number}")).collect();
        let endless = format!("SELECT count(*) FROM {}", everybody.join(", "));
        let error = reader.query(&endless, QueryLimits { rows: 1, millis: 20 }).unwrap_err();
        assert!(error.to_string().contains("took longer than 20 ms"), "{error}");
        assert_eq!(run(reader, "SELECT count(*) FROM hsplit").unwrap().rows, [[Value::Int(3)]]);
        assert_eq!(reader.digests(None, None).unwrap().len(), 1);
    });
}
