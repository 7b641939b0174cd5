//! A person's own SELECT on the history, behind a fence.
//!
//! Four fences, each enough alone: the connection is read-only, `query_only` is set, every action of the
//! statement but reading the history tables is refused while it is prepared, and rows, memory and time
//! are limited.

use std::sync::Arc;
use std::time::{Duration, Instant};

use catalog::{Value, all_tables};
use model::hex;
use parking_lot::Mutex;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, Statement};

use super::AcdReader;
use crate::error::{Result, StoreError};

/// How much a query may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueryLimits {
    /// Most rows of the answer.
    pub rows: usize,
    /// Most milliseconds until it is broken off.
    pub millis: u64,
}

impl Default for QueryLimits {
    fn default() -> Self {
        QueryLimits { rows: 100_000, millis: 30_000 }
    }
}

/// What a query found.
#[derive(Debug, Clone, PartialEq)]
pub struct QueryResult {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Value>>,
    /// Whether there was more than the limits let through.
    pub truncated: bool,
}

/// Longest text that a statement can make.
const TEXT_BYTES: i32 = 1 << 20;
/// All text and cells of one answer together.
const ANSWER_BYTES: usize = 64 << 20;
/// Instructions of SQLite between two looks at the clock.
const STEPS: i32 = 10_000;
/// Tables that a query can read besides the catalogue's.
const OTHER_TABLES: [&str; 8] =
    ["digests", "synonyms", "switch_names", "former_names", "agroups", "summaries", "summary_digests", "arch_stat"];

impl AcdReader {
    /// Runs one SELECT on the history tables.
    ///
    /// # Errors
    /// [`StoreError::Query`] with a sentence for the person if the statement is wrong, does more than
    /// read the history, or takes too long.
    pub fn query(&mut self, sql: &str, limits: QueryLimits) -> Result<QueryResult> {
        let refused: Arc<Mutex<Option<String>>> = Arc::default();
        let path = self.database.path().to_owned();
        let connection = self.database.connection_mut();
        let failed = |source| StoreError::sql("fence a query", &path, source);
        fence(connection, limits, Arc::clone(&refused)).map_err(failed)?;
        let outcome = read(connection, sql, limits);
        open_fence(connection).map_err(failed)?;
        let refused = refused.lock().take();
        match outcome {
            Ok(Some(result)) => Ok(result),
            Ok(None) => Err(StoreError::Query("only SELECT is allowed, and this is none".to_owned())),
            Err(source) => Err(explain(source, refused, limits, &path)),
        }
    }
}

fn fence(
    connection: &mut Connection,
    limits: QueryLimits,
    refused: Arc<Mutex<Option<String>>>,
) -> rusqlite::Result<()> {
    let ends_at = Instant::now() + Duration::from_millis(limits.millis);
    connection.progress_handler(STEPS, Some(move || Instant::now() >= ends_at))?;
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, TEXT_BYTES)?;
    connection.authorizer(Some(move |context: AuthContext<'_>| match refusal(&context.action) {
        None => Authorization::Allow,
        Some(reason) => {
            refused.lock().get_or_insert(reason);
            Authorization::Deny
        }
    }))
}

fn open_fence(connection: &mut Connection) -> rusqlite::Result<()> {
    connection.authorizer(None::<fn(AuthContext<'_>) -> Authorization>)?;
    connection.progress_handler(0, None::<fn() -> bool>)?;
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, i32::MAX).map(drop)
}

/// Why an action is not allowed; `None` if it is.
fn refusal(action: &AuthAction<'_>) -> Option<String> {
    match action {
        AuthAction::Select => None,
        AuthAction::Function { function_name } if function_name.eq_ignore_ascii_case("load_extension") => {
            Some("no extension can be loaded".to_owned())
        }
        AuthAction::Function { .. } => None,
        AuthAction::Read { table_name, .. } if is_history(table_name) => None,
        AuthAction::Read { table_name, .. } => Some(format!("the table {table_name} is not one of the history")),
        AuthAction::Attach { .. } | AuthAction::Detach { .. } => Some("no other file can be opened".to_owned()),
        AuthAction::Pragma { pragma_name, .. } => Some(format!("PRAGMA {pragma_name} is not allowed")),
        AuthAction::Recursive => Some("a recursive query is not allowed".to_owned()),
        _ => Some("only SELECT is allowed, nothing can be changed".to_owned()),
    }
}

/// Tables of the history. An empty name is what SQLite gives for a subquery.
fn is_history(name: &str) -> bool {
    let mut history = all_tables().iter().filter(|table| table.kind.is_archived());
    name.is_empty()
        || OTHER_TABLES.iter().any(|known| known.eq_ignore_ascii_case(name))
        || history.any(|table| table.name.eq_ignore_ascii_case(name))
}

/// The answer; `None` if the statement has none, or the text holds only blanks or comments.
fn read(connection: &Connection, sql: &str, limits: QueryLimits) -> rusqlite::Result<Option<QueryResult>> {
    let mut statement = connection.prepare(sql)?;
    // VACUUM INTO writes a file and passes every other fence until it runs.
    if statement.column_count() == 0 {
        return Ok(None);
    }
    let mut result = QueryResult { columns: columns(&statement), rows: Vec::new(), truncated: false };
    let mut bytes = 0;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if result.rows.len() == limits.rows || bytes > ANSWER_BYTES {
            result.truncated = true;
            break;
        }
        let mut values = Vec::with_capacity(result.columns.len());
        for place in 0..result.columns.len() {
            let value = value(row.get_ref(place)?);
            bytes += size_of::<Value>() + if let Value::Text(text) = &value { text.len() } else { 0 };
            values.push(value);
        }
        result.rows.push(values);
    }
    Ok(Some(result))
}

fn columns(statement: &Statement<'_>) -> Vec<String> {
    statement.column_names().map(str::to_owned).collect()
}

fn value(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Blank,
        ValueRef::Integer(number) => Value::Int(number),
        ValueRef::Real(number) => Value::Real(number),
        ValueRef::Text(text) => Value::text(&String::from_utf8_lossy(text)),
        ValueRef::Blob(bytes) => Value::text(&hex(bytes)),
    }
}

fn explain(
    source: rusqlite::Error,
    refused: Option<String>,
    limits: QueryLimits,
    path: &std::path::Path,
) -> StoreError {
    if let Some(reason) = refused {
        return StoreError::Query(reason);
    }
    match &source {
        rusqlite::Error::MultipleStatement => StoreError::Query("only one statement at a time".to_owned()),
        rusqlite::Error::InvalidParameterCount(..) => {
            StoreError::Query("write values into the statement; it cannot have parameters".to_owned())
        }
        rusqlite::Error::NulError(_) => StoreError::Query("the statement contains a zero byte".to_owned()),
        // The text already names what is wrong and where.
        rusqlite::Error::SqlInputError { msg, .. } => StoreError::Query(msg.clone()),
        _ => match source.sqlite_error_code() {
            Some(ErrorCode::OperationInterrupted) => StoreError::Query(format!(
                "the query took longer than {} ms and was broken off; ask for less time or fewer entities",
                limits.millis
            )),
            Some(ErrorCode::TooBig) => StoreError::Query(format!("a text would be longer than {TEXT_BYTES} bytes")),
            Some(ErrorCode::Unknown) => StoreError::Query(source.to_string()),
            _ => StoreError::sql("run a query", path, source),
        },
    }
}
