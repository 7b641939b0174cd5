//! `cms storage`: how much of the history is kept, and what it takes.

use api::{ItemUse, KEPT, SetStorage, StorageView, SummarizingView, less_is_kept};
use client::Client;

use crate::arguments::{StorageChoice, StorageCommand};
use crate::failure::Failure;
use crate::output;
use crate::when::acds;

/// Tables whose sizes are listed.
const LARGEST: usize = 10;

pub(crate) async fn storage(client: &Client, command: StorageCommand) -> Result<(), Failure> {
    match command {
        StorageCommand::Show { acd, json } => {
            let mut views = Vec::new();
            for acd in acds(client, acd).await? {
                views.push(client.storage(acd).await?);
            }
            let texts = views.iter().map(text).collect::<Vec<_>>();
            output::print(&if json { output::json(&views)? } else { texts.join("\n") })
        }
        StorageCommand::Set(choice) => {
            let StorageChoice { element, acd, amounts, yes, json } = choice;
            let set = SetStorage {
                acd,
                element,
                items: amounts.items,
                intrahour_days: amounts.intrahour_days,
                daily_days: amounts.daily_days,
                weekly_weeks: amounts.weekly_weeks,
                monthly_months: amounts.monthly_months,
                records: amounts.records,
            };
            let losses = if yes { Vec::new() } else { losses(&client.storage(acd).await?, &set) };
            if !losses.is_empty() {
                return Err(Failure::refused(format!(
                    "less is to be kept of {} in ACD {acd}, and nothing was changed: {}. What is older is removed at once and for \
                     good; the other server may still have it. If that is meant, add --yes",
                    set.element,
                    losses.join(", ")
                )));
            }
            output::told(&client.set_storage(&set).await?, json)
        }
    }
}

/// What is kept for less long, or less of, than now.
fn losses(view: &StorageView, set: &SetStorage) -> Vec<String> {
    let element = view.elements.iter().find(|known| known.element == set.element).into_iter().flat_map(|element| {
        let now = [element.intrahour_days, element.daily_days, element.weekly_weeks, element.monthly_months];
        let wanted = [set.intrahour_days, set.daily_days, set.weekly_weeks, set.monthly_months];
        KEPT.into_iter()
            .zip(now)
            .zip(wanted)
            .filter_map(|((what, now), wanted)| Some((what, now.into(), wanted?.into())))
    });
    // Records that are not there cannot go.
    let table = view.records.iter().find(|known| known.table == set.element);
    let records = table.and_then(|table| Some(("records", table.records.min(table.stored), set.records?)));
    less_is_kept(element.chain(records))
}

pub(crate) fn text(view: &StorageView) -> String {
    let mut text = format!("ACD {}\n", view.acd);
    text.push_str(&elements(view));
    text.push_str(&records(view));
    text.push_str(&format!("Summed up: {}\n", summarizing(&view.summarizing)));
    text.push_str(&space(view));
    text
}

fn elements(view: &StorageView) -> String {
    let mut table = output::table(false);
    table.set_header([
        "Element",
        "Allocated",
        "Most",
        "Beyond",
        "Intervals",
        "Days",
        "Weeks",
        "Months",
        "Takes",
        "When full",
    ]);
    let items = |items: &ItemUse| {
        let beyond = if items.beyond == 0 { String::new() } else { items.beyond.to_string() };
        // It is counted when an interval is archived, and anew after a change of the allocation.
        let most = items.most_at.map_or_else(|| "not counted yet".to_owned(), |_| items.most.to_string());
        [items.allocated.to_string(), most, beyond]
    };
    for element in &view.elements {
        let [allocated, most, beyond] = items(&element.items);
        table.add_row([
            element.element.clone(),
            allocated,
            most,
            beyond,
            format!("{} days", element.intrahour_days),
            element.daily_days.to_string(),
            element.weekly_weeks.to_string(),
            element.monthly_months.to_string(),
            bytes(element.bytes),
            element.full_bytes.map_or_else(String::new, bytes),
        ]);
    }
    let [allocated, most, beyond] = items(&view.members);
    table.add_row(["members".to_owned(), allocated, most, beyond]);
    let gone = view.elements.iter().filter_map(|element| {
        let day = element.gone_before.as_ref()?;
        Some(format!("Interval rows of {} from before {day} are gone: less was kept once.\n", element.element))
    });
    output::table_text(&table) + &gone.collect::<String>()
}

fn records(view: &StorageView) -> String {
    let mut table = output::table(false);
    table.set_header(["Events", "Records kept", "Stored", "Takes"]);
    for records in &view.records {
        let (kept, stored) = (records.records.to_string(), records.stored.to_string());
        table.add_row([records.table.clone(), kept, stored, bytes(records.bytes)]);
    }
    output::table_text(&table)
}

/// When history is summed up, in one line.
pub(crate) fn summarizing(view: &SummarizingView) -> String {
    format!(
        "intervals of {} minutes; days from {} to {}; weeks from {} to {}; at {}; {}",
        view.interval_minutes,
        view.daily_start,
        view.daily_stop,
        view.week_start,
        view.week_stop,
        view.summarize_at,
        if view.rerun { "again when out of date" } else { "again only by hand" }
    )
}

fn space(view: &StorageView) -> String {
    let space = &view.space;
    let measured = space.measured_on.as_ref().map_or_else(String::new, |day| format!(" (as of {day})"));
    let mut text = format!(
        "Files: {}, of which {} are free for new rows; free on the disk: {}\n",
        bytes(space.file_bytes),
        bytes(space.reusable_bytes),
        bytes(space.free_bytes)
    );
    text.push_str(&match (space.growth_bytes, space.days_left) {
        (Some(growth), Some(days)) => format!("Growth: {} a day; the disk lasts {days} days at that\n", bytes(growth)),
        (Some(_), None) => "Growth: none at present\n".to_owned(),
        (None, _) => "Growth: not known before two nights have passed\n".to_owned(),
    });
    let largest = space.tables.iter().take(LARGEST).map(|table| format!("{} {}", table.table, bytes(table.bytes)));
    text.push_str(&format!("Largest tables{measured}: {}\n", largest.collect::<Vec<_>>().join(", ")));
    text
}

/// A size with three digits or so.
pub(crate) fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KB", "MB", "GB", "TB"];
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 1_000.0 && unit + 1 < UNITS.len() {
        value /= 1_000.0;
        unit += 1;
    }
    if unit == 0 || value >= 100.0 {
        format!("{value:.0} {}", UNITS[unit])
    } else {
        format!("{value:.1} {}", UNITS[unit])
    }
}
