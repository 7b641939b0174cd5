//! What a good program would do that stores nothing: one pass over the queue log, one thread.

use std::collections::{BTreeMap, HashMap};
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::{Context, Result};

/// Half hour (UNIX seconds) and queue.
pub(super) type Key = (i64, u32);

/// What is asked of every half hour and queue.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Row {
    answered: u32,
    abandoned: u32,
    waited_secs: i64,
    talked_secs: i64,
    longest_wait_secs: i64,
    in_time: u32,
}

/// Calls count in the half hour in which they end, as everywhere in the field. The lines stand in the order of time.
pub(super) fn rows(log: &Path) -> Result<BTreeMap<Key, Row>> {
    let file = std::fs::File::open(log).with_context(|| format!("opening {}", log.display()))?;
    let mut reader = BufReader::with_capacity(1 << 20, file);
    let mut calls: HashMap<u64, (i64, i64)> = HashMap::new();
    let mut rows: HashMap<Key, Row> = HashMap::new();
    let mut line = String::new();
    while reader.read_line(&mut line)? > 0 {
        let mut fields = line.trim_end().split(',');
        let mut next = || fields.next().context("a line with too few fields");
        let (at, call, queue, verb) = (next()?.parse::<i64>()?, next()?.parse()?, next()?.parse()?, next()?);
        let key = (at.div_euclid(1800) * 1800, queue);
        match verb {
            "ENTERQUEUE" => _ = calls.insert(call, (at, at)),
            "CONNECT" => calls.get_mut(&call).context("connected without having queued")?.1 = at,
            "ABANDON" => {
                calls.remove(&call).context("abandoned without having queued")?;
                rows.entry(key).or_default().abandoned += 1;
            }
            _ => {
                let (entered, answered) = calls.remove(&call).context("complete without having queued")?;
                let (row, wait) = (rows.entry(key).or_default(), answered - entered);
                row.answered += 1;
                row.waited_secs += wait;
                row.talked_secs += at - answered;
                row.longest_wait_secs = row.longest_wait_secs.max(wait);
                row.in_time += u32::from(wait <= 20);
            }
        }
        line.clear();
    }
    Ok(rows.into_iter().collect())
}
