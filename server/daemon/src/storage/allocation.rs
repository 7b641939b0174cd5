//! The data storage allocation as it is shown and changed.

use api::{ElementStorage, ErrorBody, ItemUse, RecordStorage, SetStorage, StorageView};
use model::{AcdNumber, IntervalMinutes};
use store::{Allocation, ELEMENTS, MEMBERS, Retention, Storage, Usage};

use super::{space, times, wrong};
use crate::causes::failed;
use crate::reports::Reports;

/// How much of an ACD's history is kept, and what it takes.
pub fn storage_view(reports: &Reports, acd: AcdNumber, interval: IntervalMinutes) -> Result<StorageView, ErrorBody> {
    let source = reports.source(acd)?;
    let reader = reports.archive(acd)?;
    let keeping = source.view.keeping();
    let read = || -> store::Result<StorageView> {
        let usage = reader.usage()?;
        let sizes = space::Sizes::of(&reader)?;
        let stored = reader.stored()?;
        // By the newest interval: the server's own clock may be wrong.
        let newest = reader.last_interval()?.map(|interval| source.view.calendar().row_date(interval.start));
        let gone = newest.map(|today| reader.gone_early(&keeping.storage, today)).transpose()?.unwrap_or_default();
        let elements = ELEMENTS.iter().filter_map(|(word, element, title)| {
            let allocation = keeping.storage.elements.get(*word)?;
            let Retention { intrahour_days, daily_days, weekly_weeks, monthly_months } = allocation.kept;
            Some(ElementStorage {
                element: (*word).to_owned(),
                title: (*title).to_owned(),
                items: item_use(allocation.items, usage.get(*word)),
                intrahour_days,
                daily_days,
                weekly_weeks,
                monthly_months,
                bytes: sizes.of_element(element),
                full_bytes: sizes.of_element_when_full(element, &allocation.kept, &stored),
                gone_before: gone.get(&format!("h{element}")).map(ToString::to_string),
            })
        });
        let records = keeping.storage.records.iter().map(|(table, records)| RecordStorage {
            table: table.clone(),
            records: *records,
            stored: stored.get(table).copied().unwrap_or_default(),
            bytes: sizes.of_table(table),
        });
        Ok(StorageView {
            acd,
            elements: elements.collect(),
            members: item_use(keeping.storage.members, usage.get(MEMBERS)),
            records: records.collect(),
            summarizing: times::view(&keeping.summarizing, interval),
            space: sizes.space(&reader, &source.database)?,
        })
    };
    read().map_err(|error| failed("reading what is stored", &error))
}

fn item_use(allocated: u32, usage: Option<&Usage>) -> ItemUse {
    let most = usage.map_or(0, |usage| usage.most);
    ItemUse {
        allocated,
        most,
        most_at: usage.map(|usage| usage.most_at),
        last: usage.map_or(0, |usage| usage.last),
        beyond: most.saturating_sub(allocated),
    }
}

/// Changes one line of the allocation; gives it as it was and as it is, for people.
pub(super) fn change(storage: &mut Storage, set: &SetStorage) -> Result<(String, String), ErrorBody> {
    let kept = [set.intrahour_days, set.daily_days, set.weekly_weeks, set.monthly_months];
    let takes = |what: &str| wrong(format!("of {} only {what} can be allocated", set.element));
    if let Some(allocation) = storage.elements.get_mut(&set.element) {
        if set.records.is_some() {
            return Err(takes("items, and days, weeks and months"));
        }
        let was = allocation_text(allocation);
        allocation.items = set.items.unwrap_or(allocation.items);
        let Retention { intrahour_days, daily_days, weekly_weeks, monthly_months } = allocation.kept;
        let now = [intrahour_days, daily_days, weekly_weeks, monthly_months];
        let [intrahour_days, daily_days, weekly_weeks, monthly_months] =
            std::array::from_fn(|place| kept[place].unwrap_or(now[place]));
        allocation.kept = Retention { intrahour_days, daily_days, weekly_weeks, monthly_months };
        return Ok((was, allocation_text(allocation)));
    }
    if set.element == MEMBERS {
        if set.records.is_some() || kept.iter().any(Option::is_some) {
            return Err(takes("items"));
        }
        let was = format!("{} items", storage.members);
        storage.members = set.items.unwrap_or(storage.members);
        return Ok((was, format!("{} items", storage.members)));
    }
    match storage.records.get_mut(&set.element) {
        Some(_) if set.items.is_some() || kept.iter().any(Option::is_some) => Err(takes("records")),
        Some(records) => {
            let was = format!("{records} records");
            *records = set.records.unwrap_or(*records);
            Ok((was, format!("{records} records")))
        }
        None => {
            let words = ELEMENTS.iter().map(|(word, ..)| *word).chain([MEMBERS]);
            let known: Vec<&str> = words.chain(storage.records.keys().map(String::as_str)).collect();
            Err(wrong(format!("there is no {:?} to allocate; there are {}", set.element, known.join(", "))))
        }
    }
}

fn allocation_text(allocation: &Allocation) -> String {
    let Allocation { items, kept } = allocation;
    format!(
        "{items} items; {} days of intervals, {} days, {} weeks, {} months",
        kept.intrahour_days, kept.daily_days, kept.weekly_weeks, kept.monthly_months
    )
}
