//! What the tables take on the disk, what they will take when they are full, and how long the disk lasts.

use std::collections::BTreeMap;
use std::path::Path;

use crate::files::free_bytes;
use api::{Space, TableBytes};
use catalog::all_tables;
use model::Level;
use model::period::date_of;
use store::{AcdReader, Retention};

/// Files up to this size are measured when somebody asks; of larger ones the nightly figures are shown.
const MEASURED_AT_ONCE_BYTES: u64 = 256 << 20;
/// Days over which the growth is told.
const GROWTH_DAYS: i64 = 7;

/// Bytes by table.
pub(super) struct Sizes {
    tables: BTreeMap<String, u64>,
    measured_on: Option<i64>,
    /// As remembered, by day.
    history: BTreeMap<i64, u64>,
}

impl Sizes {
    pub(super) fn of(reader: &AcdReader) -> store::Result<Sizes> {
        let remembered = reader.sizes()?;
        let history = remembered.iter().map(|(day, tables)| (*day, tables.values().sum())).collect();
        let (file_bytes, _) = reader.file_bytes()?;
        if file_bytes <= MEASURED_AT_ONCE_BYTES {
            return Ok(Sizes { tables: reader.measure()?, measured_on: None, history });
        }
        let newest = remembered.into_iter().next_back();
        let measured_on = newest.as_ref().map(|(day, _)| *day);
        Ok(Sizes { tables: newest.map(|(_, tables)| tables).unwrap_or_default(), measured_on, history })
    }

    pub(super) fn of_table(&self, name: &str) -> u64 {
        self.tables.get(name).copied().unwrap_or_default()
    }

    pub(super) fn of_element(&self, element: &str) -> u64 {
        let tables = all_tables().iter().filter(|table| table.kind.is_archived() && table.element() == element);
        tables.map(|table| self.of_table(table.name)).sum()
    }

    /// Bytes when everything that is kept is there, by what a day, week or month takes now. `None` before a day is
    /// complete.
    pub(super) fn of_element_when_full(
        &self,
        element: &str,
        kept: &Retention,
        stored: &BTreeMap<String, u64>,
    ) -> Option<u64> {
        let tables = all_tables().iter().filter(|table| table.kind.is_archived() && table.element() == element);
        let full = tables.map(|table| {
            let allowed = match table.kind.level() {
                None => kept.intrahour_days,
                Some(Level::Daily) => kept.daily_days,
                Some(Level::Weekly) => kept.weekly_weeks,
                Some(Level::Monthly) => kept.monthly_months,
            };
            let bytes = self.of_table(table.name);
            match stored.get(table.name).copied().unwrap_or_default() {
                0 => bytes,
                periods => bytes.max(bytes / periods * u64::from(allowed)),
            }
        });
        let complete = stored.iter().any(|(name, periods)| *periods > 0 && name.starts_with('d'));
        complete.then(|| full.sum())
    }

    /// The whole of it, beside what is free on the disk that holds the file at `path`.
    pub(super) fn space(&self, reader: &AcdReader, path: &Path) -> store::Result<Space> {
        let (file_bytes, reusable_bytes) = reader.file_bytes()?;
        let mut tables: Vec<TableBytes> =
            self.tables.iter().map(|(table, bytes)| TableBytes { table: table.clone(), bytes: *bytes }).collect();
        tables.sort_by(|one, other| other.bytes.cmp(&one.bytes).then_with(|| one.table.cmp(&other.table)));
        let free_bytes = free_bytes(path).unwrap_or_default();
        let growth_bytes = self.growth();
        Ok(Space {
            tables,
            measured_on: self.measured_on.and_then(date_of).map(|date| date.to_string()),
            file_bytes,
            reusable_bytes,
            free_bytes,
            growth_bytes,
            days_left: growth_bytes.filter(|growth| *growth > 0).map(|growth| (free_bytes + reusable_bytes) / growth),
        })
    }

    /// Bytes a day over the last week for which there are figures; what was aged out is taken off. `None` if there are figures
    /// of one day only.
    fn growth(&self) -> Option<u64> {
        let (newest_day, newest) = self.history.iter().next_back()?;
        let newest_date = date_of(*newest_day)?;
        let ages =
            self.history.iter().filter_map(|(day, bytes)| Some(((newest_date - date_of(*day)?).num_days(), bytes)));
        let (days, before) = ages.filter(|(days, _)| (1..=GROWTH_DAYS).contains(days)).max_by_key(|(days, _)| *days)?;
        Some(newest.saturating_sub(*before) / u64::try_from(days).unwrap_or(1))
    }
}
