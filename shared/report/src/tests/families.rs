//! Reports that exist for intervals, days, weeks and months are one report: what the lowest of them says follows for
//! those above. Each file stays readable by itself; this test keeps them in step.

use crate::built_in::FILES;
use crate::{Block, ColumnDef, Definition, Format, InputKind, built_in, write_file};

/// A level above the interval.
struct Level {
    kind: catalog::TableKind,
    /// Ends the report's name and, in lower case, its file's.
    word: &'static str,
    /// What one row is of.
    period: &'static str,
    blocks: &'static str,
    input: (InputKind, &'static str, &'static str),
    heading: &'static str,
    format: Format,
}

const DAILY: Level = Level {
    kind: catalog::TableKind::Daily,
    word: "Daily",
    period: "day",
    blocks: "Days",
    input: (InputKind::Dates, "Dates", "-7:-1"),
    heading: "Date",
    format: Format::Date,
};
const WEEKLY: Level = Level {
    kind: catalog::TableKind::Weekly,
    word: "Weekly",
    period: "week",
    blocks: "Weeks",
    input: (InputKind::Weeks, "Weeks", "-4:-1"),
    heading: "Week of",
    format: Format::Date,
};
const MONTHLY: Level = Level {
    kind: catalog::TableKind::Monthly,
    word: "Monthly",
    period: "month",
    blocks: "Months",
    input: (InputKind::Months, "Months", "-12:-1"),
    heading: "Month",
    format: Format::Month,
};

/// Ends the name of a family's file that tells of intervals.
const INTERVAL: &str = "_interval";

/// The lowest file of each family, and the levels above it. Attendance begins with days: an interval is no shift.
const FAMILIES: [(&str, &[Level]); 17] = [
    ("agent_attendance", &[WEEKLY, MONTHLY]),
    ("agent_aux_interval", &[DAILY]),
    ("agent_event_count_interval", &[DAILY, WEEKLY, MONTHLY]),
    ("agent_group_summary_interval", &[DAILY, WEEKLY, MONTHLY]),
    ("agent_inbound_outbound_interval", &[DAILY, WEEKLY, MONTHLY]),
    ("agent_split_skill_interval", &[DAILY, WEEKLY, MONTHLY]),
    ("agent_summary_interval", &[DAILY, WEEKLY, MONTHLY]),
    ("call_work_codes_interval", &[DAILY, WEEKLY, MONTHLY]),
    ("split_skill_call_profile_interval", &[DAILY, WEEKLY, MONTHLY]),
    ("split_skill_outbound_interval", &[DAILY, WEEKLY, MONTHLY]),
    ("split_skill_summary_interval", &[DAILY, WEEKLY, MONTHLY]),
    ("system_summary_interval", &[DAILY, WEEKLY, MONTHLY]),
    ("trunk_group_summary_interval", &[DAILY, WEEKLY, MONTHLY]),
    ("trunk_summary_interval", &[DAILY, WEEKLY, MONTHLY]),
    ("vdn_call_profile_interval", &[DAILY, WEEKLY, MONTHLY]),
    ("vdn_summary_interval", &[DAILY, WEEKLY, MONTHLY]),
    ("vector_interval", &[DAILY, WEEKLY, MONTHLY]),
];

/// Says how many of the intervals below lack data; a row that is no interval has a number of them.
const INCOMPLETE: &str =
    "if(INCOMPLETE > 1, join(INCOMPLETE, 'intervals incomplete'), if(INCOMPLETE, '1 interval incomplete', blank))";

fn at_level(lowest: &Definition, level: &Level) -> Definition {
    let named = |text: &str| format!("{} {}", text.strip_suffix(" Interval").unwrap_or(text), level.word);
    let inputs = lowest.inputs.iter().filter(|input| input.name != "times").cloned().map(|mut input| {
        if input.name == "dates" {
            let (kind, label, default) = level.input;
            (input.kind, input.label, input.default) = (kind, label.to_owned(), default.to_owned());
        }
        input
    });
    Definition {
        name: named(&lowest.name),
        path: named(&lowest.path),
        description: lowest
            .description
            .replace("an archive interval", &format!("a {}", level.period))
            .replace("archive interval", level.period)
            .replace("on each day", &format!("in each {}", level.period)),
        inputs: inputs.collect(),
        blocks: lowest.blocks.iter().map(|block| block_at_level(block, level)).collect(),
        ..lowest.clone()
    }
}

fn block_at_level(block: &Block, level: &Level) -> Block {
    let table = catalog::table(&block.table).and_then(|table| table.of_kind(level.kind)).expect("a table of the level");
    let of_interval = |item: &String| item.starts_with("STARTTIME");
    let columns =
        block.columns.iter().filter(|column| column.id != "time").cloned().map(|column| match column.id.as_str() {
            "date" => ColumnDef { heading: level.heading.to_owned(), format: level.format, ..column },
            "incomplete" => ColumnDef { expression: INCOMPLETE.to_owned(), ..column },
            _ => column,
        });
    Block {
        title: level.blocks.to_owned(),
        table: table.name.to_owned(),
        times: None,
        group_by: block.group_by.iter().filter(|item| !of_interval(item)).cloned().collect(),
        columns: columns.collect(),
        sort: block.sort.iter().filter(|key| key.column != "time").cloned().collect(),
        ..block.clone()
    }
}

fn report(file: &str) -> &'static Definition {
    let place = FILES.iter().position(|(known, _)| *known == file);
    &built_in()[place.unwrap_or_else(|| panic!("{file} is not among the built-in reports"))]
}

/// A family's name, by its lowest file.
fn family(lowest: &'static str) -> &'static str {
    lowest.strip_suffix(INTERVAL).unwrap_or(lowest)
}

/// Whether a file follows from the lowest of its family.
pub(super) fn is_derived(file: &str) -> bool {
    FAMILIES.iter().any(|(lowest, levels)| {
        let word = file.strip_prefix(family(lowest)).and_then(|rest| rest.strip_prefix('_'));
        word.is_some_and(|word| levels.iter().any(|level| level.word.to_lowercase() == word))
    })
}

/// With UPDATE_REPORTS=1 it writes them; the texts must then be compiled in anew.
#[test]
fn the_levels_of_a_family_are_one_report() {
    for (lowest, levels) in &FAMILIES {
        for level in *levels {
            let file = format!("{}_{}", family(lowest), level.word.to_lowercase());
            let expected = at_level(report(lowest), level);
            if std::env::var_os("UPDATE_REPORTS").is_some() {
                let path = format!("{}/reports/{file}.cmsreport", env!("CARGO_MANIFEST_DIR"));
                std::fs::write(path, write_file(&expected)).unwrap();
            } else {
                assert_eq!(report(&file), &expected, "{file}: change {lowest} and run with UPDATE_REPORTS=1");
            }
        }
    }
}

#[test]
fn descriptions_read_as_a_person_would_say_them() {
    for report in built_in() {
        for wrong in ["an day", "an week", "an month", "a interval", "a archive"] {
            let text = &report.description;
            assert!(!format!(" {text}").contains(&format!(" {wrong}")), "{}: {text}", report.name);
        }
    }
}

#[test]
fn every_interval_report_has_its_levels() {
    let is_of_intervals = |file: &&str| file.ends_with(INTERVAL);
    let of_intervals: Vec<&str> = FILES.iter().map(|(file, _)| *file).filter(is_of_intervals).collect();
    let lowest: Vec<&str> = FAMILIES.iter().map(|(lowest, _)| *lowest).filter(is_of_intervals).collect();
    assert_eq!(of_intervals, lowest);
}
