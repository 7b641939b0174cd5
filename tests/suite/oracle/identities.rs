//! What must add up in every row, whoever counted it.

use std::collections::BTreeMap;

use catalog::IntervalRows;

/// Of a table: the item, and those that it is the sum of.
const SUMS: [(&str, &str, &[&str]); 14] = [
    ("hsplit", "CALLSOFFERED", &["ACDCALLS", "ABNCALLS", "OTHERCALLS"]),
    ("hsplit", "OTHERCALLS", &["BUSYCALLS", "DISCCALLS", "OUTFLOWCALLS", "DEQUECALLS"]),
    ("hsplit", "OTHERTIME", &["BUSYTIME", "DISCTIME", "OUTFLOWTIME", "DEQUETIME"]),
    ("hsplit", "ACDCALLS", &BINS_ACD),
    ("hsplit", "ABNCALLS", &BINS_ABN),
    ("hsplit", "I_STAFFTIME", &["I_AVAILTIME", "I_ACDTIME", "I_ACWTIME", "I_RINGTIME", "I_AUXTIME", "I_OTHERTIME"]),
    ("hvdn", "INCALLS", &["ACDCALLS", "ABNCALLS", "OTHERCALLS"]),
    ("hvdn", "INTIME", &["ACDTIME", "ABNTIME", "ANSTIME", "HOLDTIME", "OTHERTIME"]),
    ("hvdn", "OTHERCALLS", &["BUSYCALLS", "CONNECTCALLS", "DISCCALLS", "OUTFLOWCALLS"]),
    ("hvdn", "ABNCALLS", &BINS_ABN),
    ("hvector", "INCALLS", &["ACDCALLS", "ABNCALLS", "OTHERCALLS"]),
    ("hvector", "OTHERCALLS", &["BUSYCALLS", "DISCCALLS", "OUTFLOWCALLS", "GOTOCALLS"]),
    ("htkgrp", "INCALLS", &["ACDCALLS", "ABNCALLS", "OTHERCALLS"]),
    ("htkgrp", "OUTCALLS", &["O_ACDCALLS", "O_ABNCALLS", "O_OTHERCALLS"]),
];
const BINS_ACD: [&str; 10] = [
    "ACDCALLS1",
    "ACDCALLS2",
    "ACDCALLS3",
    "ACDCALLS4",
    "ACDCALLS5",
    "ACDCALLS6",
    "ACDCALLS7",
    "ACDCALLS8",
    "ACDCALLS9",
    "ACDCALLS10",
];
const BINS_ABN: [&str; 10] = [
    "ABNCALLS1",
    "ABNCALLS2",
    "ABNCALLS3",
    "ABNCALLS4",
    "ABNCALLS5",
    "ABNCALLS6",
    "ABNCALLS7",
    "ABNCALLS8",
    "ABNCALLS9",
    "ABNCALLS10",
];
/// Of a table: what is never more than something else.
const PARTS: [(&str, &str, &str); 6] = [
    ("hsplit", "PHANTOMABNS", "ABNCALLS"),
    ("hsplit", "SLVLABNS", "ABNCALLS"),
    ("hsplit", "NOANSREDIR", "RINGCALLS"),
    ("hsplit", "I_DA_ACDTIME", "I_OTHERTIME"),
    ("hvdn", "PHANTOMABNS", "ABNCALLS"),
    ("hagent", "NOANSREDIR", "RINGCALLS"),
];
/// An agent's seconds over all skills, by what the agent did in them.
const SECONDS: [&str; 8] = [
    "I_ACDTIME",
    "I_ACWTIME",
    "I_DA_ACDTIME",
    "I_DA_ACWTIME",
    "I_RINGTIME",
    "TI_AUXTIME",
    "TI_AVAILTIME",
    "TI_OTHERTIME",
];

/// Everything in an interval's rows that does not add up, in words.
pub fn broken(rows: &IntervalRows) -> Vec<String> {
    let mut found = Vec::new();
    let mut agents: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    rows.for_each(|row| {
        let (table, key) = (row.table.name, row.key.join(","));
        let item = |name: &str| {
            let place = row.table.values().iter().position(|item| item.name == name);
            u64::from(row.values[place.unwrap_or_else(|| panic!("{table} has no {name}"))])
        };
        let sum = |items: &[&str]| items.iter().map(|name| item(name)).sum::<u64>();
        for (_, whole, parts) in SUMS.iter().filter(|(of, ..)| *of == table) {
            if item(whole) != sum(parts) {
                found.push(format!("{table} {key}: {whole} is {}, its parts are {}", item(whole), sum(parts)));
            }
        }
        for (_, part, whole) in PARTS.iter().filter(|(of, ..)| *of == table) {
            if item(part) > item(whole) {
                found.push(format!("{table} {key}: {part} is {}, more than {whole}, {}", item(part), item(whole)));
            }
        }
        if table == "hvdn" {
            let bins: u64 = (1..=10).map(|bin| item(&format!("ANSCONNCALLS{bin}"))).sum();
            if bins != sum(&["ACDCALLS", "CONNECTCALLS"]) {
                found.push(format!("{table} {key}: the bins of ANSCONNCALLS are {bins}"));
            }
        }
        if table == "hagent" {
            let agent = agents.entry(row.key[1].to_string()).or_default();
            *agent = (agent.0 + item("TI_STAFFTIME"), agent.1 + sum(&SECONDS));
        }
    });
    let wrong = agents.into_iter().filter(|(_, (staffed, spent))| staffed != spent);
    found.extend(wrong.map(|(agent, (staffed, spent))| format!("agent {agent}: staffed {staffed} s, spent {spent} s")));
    found
}
