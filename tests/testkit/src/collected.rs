//! What a collector of its own makes of a list of events, without a link, a journal or a store.

use std::collections::BTreeMap;
use std::sync::Arc;

use catalog::{IntervalRows, LinkRow, LoginRow, Record, Value, canonical_record};
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
                Effect::Calendar(_) | Effect::Anomaly(_) => {}
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
            digest: hash(&rows.canonical()),
            rows: rows.len() as u64,
            incomplete: rows.incomplete,
            partly: false,
            records: Vec::new(),
        };
        self.intervals.iter().map(digest).collect()
    }

    /// The same with the digests of records that a server must tell, in the order of the tables.
    pub fn record_digests(&self, calendar: &Calendar) -> Vec<api::Digest> {
        let mut digests = self.digests();
        for digest in &mut digests {
            let numbers = Record::first_number(digest.start)..Record::first_number(digest.end);
            for (place, table) in Record::TABLES.into_iter().enumerate() {
                let of_table = self.records.iter().filter(|(_, record)| record.table_place() == place);
                let of_interval = of_table.filter(|(number, _)| numbers.contains(number));
                let (mut text, mut rows) = (String::new(), 0);
                for (number, record) in of_interval {
                    text.push_str(&canonical(*number, record, calendar));
                    rows += 1;
                }
                if rows > 0 {
                    digest.records.push(api::TableDigest { table: table.to_owned(), rows, digest: hash(&text) });
                }
            }
            self.add_logins(digest);
        }
        digests
    }

    fn add_logins(&self, digest: &mut api::Digest) {
        let over = |login: &&LoginRow| (digest.start..digest.end).contains(&login.logout);
        let mut logins: Vec<&LoginRow> = self.logins.iter().filter(over).collect();
        logins.sort_by_key(|login| (login.logout, login.logid, login.login, login.extension));
        let text: String = logins.iter().map(|login| canonical_login(login)).collect();
        if !logins.is_empty() {
            let rows = logins.len() as u64;
            digest.records.push(api::TableDigest { table: "haglog".to_owned(), rows, digest: hash(&text) });
        }
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

fn hash(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A record as the archive's digest reads it: its number stands apart.
fn canonical(number: u64, record: &Record, calendar: &Calendar) -> String {
    let values = record.values(AcdNumber(1), number, calendar);
    let items = record.table().items().iter().map(|item| item.name.as_str()).zip(&values);
    let items = items.filter(|(item, _)| !["SEQNUM", "SEQNO"].contains(item));
    let (mut text, number) = (String::new(), i64::try_from(number).unwrap_or(i64::MAX));
    let _ = canonical_record(&mut text, record.table().name, number, items);
    text
}

fn canonical_login(login: &LoginRow) -> String {
    let skills: Vec<String> = login
        .skills
        .iter()
        .map(|skill| format!("[{},{},{},{}]", skill.split, skill.level, skill.reserve, skill.percent))
        .collect();
    let values = [
        ("LOGID", Value::text(login.logid.as_str())),
        ("EXTN", Value::text(login.extension.as_str())),
        ("LOGIN", Value::At(login.login)),
        ("LOGOUT", Value::At(login.logout)),
        ("LOGOUT_REASON", login.reason.map_or(Value::Blank, |reason| Value::Int(reason.0.into()))),
        ("OUTFLAG", Value::text(if login.lost_at_link_down { ">" } else { "" })),
        ("SKILLS", Value::text(&format!("[{}]", skills.join(",")))),
    ];
    let mut text = String::new();
    let _ = canonical_record(&mut text, "haglog", login.logout.0, values.iter().map(|(item, value)| (*item, value)));
    text
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
