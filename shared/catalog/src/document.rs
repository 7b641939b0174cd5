//! `docs/items.md`, written from the catalogue so that it cannot fall behind it.

use std::fmt::Write;

use crate::item::{Class, Item, Unit};
use crate::table::{Table, TableKind, all_tables};
use crate::tables::derived::Derived;
use crate::tables::unfilled::UNFILLED;

/// All tables and items as a Markdown document.
pub fn items_markdown() -> String {
    let mut text = String::from(
        "# Items\n\n\
         Written from the catalogue (`shared/catalog`); do not edit. Item and table names are the field's.\n\n\
         | class | how it comes about | day, week, month |\n|---|---|---|\n\
         | key | part of the row's identity | |\n\
         | admin | administered | last value in force |\n\
         | call | credited when the call and its after-call work have ended | sum |\n\
         | timed | grows inside the interval, whenever a call ends | sum |\n\
         | max | largest value in the interval | maximum |\n\
         | status | what is so now; never archived | |\n\
         | busy hour | the same figure of the day's busiest clock hour; only in daily tables | |\n\
         | event | part of the record of one thing that happened | |\n",
    );
    for table in all_tables() {
        let _ = write!(text, "\n## {}: {}\n\n", table.name, table.title);
        let shown: Vec<&Item> = match table.kind {
            TableKind::Interval | TableKind::Event => table.items().iter().collect(),
            TableKind::RealTime | TableKind::Previous | TableKind::Daily | TableKind::Weekly | TableKind::Monthly => {
                text.push_str(&shared_items(table));
                table.items().iter().filter(|item| is_own(table, item)).collect()
            }
        };
        text.push_str("| item | class | unit | meaning |\n|---|---|---|---|\n");
        for series in shown.chunk_by(|item, next| continues(item, next)) {
            let _ = writeln!(text, "{}", line(series));
        }
    }
    text.push_str(
        "\n## Items that nothing fills\n\n\
         What the events of a switch do not tell stays 0, or blank in records and among status items. Of an element the \
         interval table stands for all its tables. The list may only shrink.\n\n\
         | table | items | reason |\n|---|---|---|\n",
    );
    for entry in UNFILLED {
        let items: Vec<String> = entry.items.iter().map(|item| format!("`{item}`")).collect();
        let _ = writeln!(text, "| {} | {} | {} |", entry.tables.join(", "), items.join(" "), entry.reason);
    }
    text.push_str(&derived_items());
    text
}

/// The items that no file stores.
fn derived_items() -> String {
    let mut text = String::from(
        "\n## Items that are made when rows are read\n\n\
         Reports have these items like all others. They are no columns of the archive: a SELECT uses the item that each is \
         made from.\n\n| table | item | made from |\n|---|---|---|\n",
    );
    for table in all_tables() {
        let derived: Vec<(&Item, Derived)> =
            table.items().iter().filter_map(|item| Some((item, table.derived(item)?))).collect();
        for series in derived.chunk_by(|(item, _), (next, _)| continues(item, next)) {
            let from = match series[0].1 {
                Derived::Same(other) => format!("`{other}`"),
                Derived::DateOf(secs) => format!("the date of `{secs}`"),
                Derived::Blank => "nothing; always blank".to_owned(),
            };
            let series: Vec<&Item> = series.iter().map(|(item, _)| *item).collect();
            let _ = writeln!(text, "| {} | {} | {from} |", table.name, name(&series));
        }
    }
    text
}

/// Whether an item is not simply that of the interval table of the same element.
fn is_own(table: &Table, item: &Item) -> bool {
    matches!(item.class, Class::Key | Class::Status | Class::BusyHour)
        || table.of_kind(TableKind::Interval).is_none_or(|archived| archived.position(&item.name).is_none())
}

fn shared_items(table: &Table) -> String {
    let Some(archived) = table.of_kind(TableKind::Interval) else { return String::new() };
    let how = match table.kind {
        TableKind::RealTime => "as far as they have grown",
        TableKind::Previous => "of the interval before the running one",
        _ => "summed up by the rule of their class; INCOMPLETE is the number of incomplete intervals",
    };
    format!("Also the items of [{0}](#{0}-{1}), {how}.\n\n", archived.name, anchor(archived.title))
}

/// The part of a heading's address that its title makes.
fn anchor(title: &str) -> String {
    let kept = title.chars().filter(|letter| letter.is_alphanumeric() || *letter == ' ');
    kept.map(|letter| if letter == ' ' { '-' } else { letter.to_ascii_lowercase() }).collect()
}

/// Whether `next` is the next number of the series that `item` belongs to.
fn continues(item: &Item, next: &Item) -> bool {
    match (numbered(&item.name), numbered(&next.name)) {
        (Some((stem, number)), Some((same, following))) => {
            stem == same && following == number + 1 && item.meaning == next.meaning
        }
        _ => false,
    }
}

fn numbered(name: &str) -> Option<(&str, u32)> {
    let stem = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
    name[stem.len()..].parse().ok().map(|number| (stem, number))
}

/// The name of an item, or of the first and the last one of a series.
fn name(series: &[&Item]) -> String {
    let (first, last) = (series[0], series[series.len() - 1]);
    match series.len() {
        1 => format!("`{}`", first.name),
        _ => format!("`{}` to `{}`", first.name, last.name),
    }
}

fn line(series: &[&Item]) -> String {
    let (first, name) = (series[0], name(series));
    format!("| {name} | {} | {} | {} |", class(first.class), unit(first.unit), first.meaning)
}

fn class(class: Class) -> &'static str {
    match class {
        Class::Key => "key",
        Class::Admin => "admin",
        Class::Call => "call",
        Class::Timed => "timed",
        Class::Max => "max",
        Class::Status => "status",
        Class::BusyHour => "busy hour",
        Class::Event => "event",
    }
}

fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Count => "count",
        Unit::Secs => "seconds",
        Unit::Minutes => "minutes",
        Unit::Percent => "percent",
        Unit::Flag => "0 or 1",
        Unit::Id => "identifier",
        Unit::Word => "word",
        Unit::Moment => "moment",
    }
}
