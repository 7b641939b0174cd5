//! What a collector of its own makes of a list of events, without a link, a journal or a store.

use std::collections::BTreeMap;
use std::sync::Arc;

use catalog::{IntervalRows, LinkRow, LoginRow, Record};
use collector::{AnomalyKind, Collector, Effect, Settings};
use model::{AcdNumber, Calendar, Event, Moment};
use sha2::{Digest as _, Sha256};

/// Everything that became final.
#[derive(Debug, Default)]
pub struct Collected {
    /// The closed intervals, in order.
    pub intervals: Vec<IntervalRows>,
    /// Login sessions that are over.
    pub logins: Vec<LoginRow>,
    /// Times without data.
    pub links: Vec<LinkRow>,
    /// Records with their numbers.
    pub records: Vec<(u64, Record)>,
    /// Impossible input, by kind.
    pub anomalies: BTreeMap<AnomalyKind, u64>,
}

/// Collects the events of ACD 1.
pub fn collect(calendar: Calendar, events: &[Event]) -> Collected {
    collect_with_phantoms(calendar, 0, events)
}

/// The same, where an answered call that ends before so many seconds of talk counts as abandoned.
pub fn collect_with_phantoms(calendar: Calendar, phantom_abandon_secs: u32, events: &[Event]) -> Collected {
    let settings = Settings { phantom_abandon_secs, ..Settings::new(AcdNumber(1), calendar) };
    let mut collector = Collector::new(settings);
    let (mut effects, mut collected) = (Vec::new(), Collected::default());
    for event in events {
        collector.apply(event, &mut effects);
        for effect in effects.drain(..) {
            match effect {
                Effect::IntervalClosed(rows) => collected.intervals.push(Arc::unwrap_or_clone(rows)),
                Effect::Login(row) => collected.logins.push(row),
                Effect::Link(row) => collected.links.push(row),
                Effect::Record { number, record } => collected.records.push((number, record)),
                Effect::Anomaly(_) => {}
            }
        }
    }
    collected.anomalies = collector.anomalies().clone();
    collected
}

impl Collected {
    /// The digests that a server's archive must have for the same events.
    pub fn digests(&self) -> Vec<api::Digest> {
        let digest = |rows: &IntervalRows| api::Digest {
            start: rows.interval.start,
            end: rows.interval.end,
            digest: Sha256::digest(rows.canonical()).iter().map(|byte| format!("{byte:02x}")).collect(),
            rows: rows.len() as u64,
            incomplete: rows.incomplete,
        };
        self.intervals.iter().map(digest).collect()
    }

    /// Sum of one item over all rows of a table.
    pub fn sum(&self, table: &str, item: &str) -> u64 {
        self.intervals.iter().map(|rows| sum(rows, table, item, None)).sum()
    }

    /// Sum of one item over all rows of one entity; `key` as the archive writes it, its columns parted by commas.
    pub fn sum_of(&self, table: &str, key: &str, item: &str) -> u64 {
        self.intervals.iter().map(|rows| sum(rows, table, item, Some(key))).sum()
    }

    /// The rows of the interval that starts at `start`.
    pub fn interval(&self, start: Moment) -> Option<&IntervalRows> {
        self.intervals.iter().find(|rows| rows.interval.start == start)
    }
}

fn sum(rows: &IntervalRows, table: &str, item: &str, key: Option<&str>) -> u64 {
    let mut total = 0;
    rows.for_each(|row| {
        if row.table.name == table && key.is_none_or(|key| row.key.join(",") == key) {
            let place = row.table.values().iter().position(|column| column.name == item);
            total += u64::from(row.values[place.unwrap_or_else(|| panic!("{table} has no {item}"))]);
        }
    });
    total
}
