//! What the simulated switch counted of its own decisions, held against archived rows.
//!
//! Only figures that both sides define alike are compared: the archive's inflow counts whatever flowed in from another
//! queue, the switch's only what was answered; the archive's trunks count the first thing that became of a call, the
//! switch's every one. The switch calls an extension call begun while available
//! neither AUX nor available; the archive calls it AUX: so the sum of the two is compared.

use std::collections::BTreeMap;

use catalog::IntervalRows;
use simulator::{AgentTally, SplitTally, Tallies, TrunkGroupTally, Truth, VdnTally};
use testkit::Collected;

type Figures = BTreeMap<(String, &'static str), u64>;

/// Every difference in a closed interval, in words.
pub fn differences(truth: &Truth, collected: &Collected) -> Vec<String> {
    let mut found = Vec::new();
    let nothing = Tallies::default();
    for rows in &collected.intervals {
        let start = rows.interval.start;
        let known = figures_of(truth.intervals.get(&start).unwrap_or(&nothing));
        for ((entity, figure), value) in &known {
            let archived = archived(rows, entity, figure);
            if archived != *value {
                found
                    .push(format!("{start} {entity} {figure}: the switch counted {value}, the archive has {archived}"));
            }
        }
    }
    found
}

fn figures_of(tallies: &Tallies) -> Figures {
    let mut figures = Figures::new();
    let mut put = |entity: String, list: Vec<(&'static str, u64)>| {
        figures.extend(list.into_iter().map(|(figure, value)| ((entity.clone(), figure), value)));
    };
    tallies.splits.iter().for_each(|(split, tally)| put(format!("hsplit {split}"), split_figures(tally)));
    tallies.agents.iter().for_each(|(agent, tally)| put(format!("hagent {agent}"), agent_figures(tally)));
    tallies.vdns.iter().for_each(|(vdn, tally)| put(format!("hvdn {vdn}"), vdn_figures(tally)));
    tallies.trunk_groups.iter().for_each(|(group, tally)| put(format!("htkgrp {group}"), trunk_figures(tally)));
    figures
}

fn split_figures(tally: &SplitTally) -> Vec<(&'static str, u64)> {
    vec![
        ("I_ARRIVED", tally.queued),
        ("ACDCALLS", tally.answered),
        ("ACCEPTABLE", tally.acceptable),
        ("ABNCALLS", tally.abandoned),
        ("ABNRINGCALLS", tally.abandoned_ringing),
        ("BUSYCALLS", tally.forced_busy),
        ("DISCCALLS", tally.forced_disconnect),
        ("OUTFLOWCALLS", tally.outflowed),
        ("DEQUECALLS", tally.dequeued),
        ("NOANSREDIR", tally.redirected_no_answer),
        ("HOLDCALLS", tally.held),
        ("TRANSFERRED", tally.transferred),
        ("CONFERENCE", tally.conferenced),
        ("ASSISTS", tally.assists),
        ("ANSTIME", tally.answer_wait_secs),
        ("ABNTIME", tally.abandon_wait_secs),
        ("ACDTIME", tally.talk_secs),
        ("HOLDTIME", tally.hold_secs),
        ("ACWTIME", tally.acw_secs),
        ("CALLSOFFERED", tally.offered()),
    ]
}

fn agent_figures(tally: &AgentTally) -> Vec<(&'static str, u64)> {
    vec![
        ("ACDCALLS", tally.answered),
        ("DA_ACDCALLS", tally.direct_agent_answered),
        ("NOANSREDIR", tally.redirected_no_answer + tally.direct_redirected),
        ("TRANSFERRED", tally.transferred),
        ("CONFERENCE", tally.conferenced),
        ("TI_STAFFTIME", tally.staffed_secs),
        ("I_RINGTIME", tally.ringing_secs),
        ("TI_AVAILTIME", tally.available_secs),
        ("I_ACDTIME", tally.on_call_secs),
        ("TI_AUXTIME+TI_OTHERTIME", tally.aux_secs + tally.other_secs),
        ("AUXOUTCALLS+ACWOUTCALLS", tally.extension_out),
        ("AUXINCALLS+ACWINCALLS", tally.extension_in),
        ("ACDTIME", tally.talk_secs),
    ]
}

fn vdn_figures(tally: &VdnTally) -> Vec<(&'static str, u64)> {
    vec![
        ("I_ARRIVED", tally.arrived),
        ("INCALLS", tally.offered),
        ("ACDCALLS", tally.answered),
        ("ABNCALLS", tally.abandoned),
        ("CONNECTCALLS", tally.connected),
        ("BUSYCALLS", tally.forced_busy),
        ("DISCCALLS", tally.forced_disconnect),
        ("OUTFLOWCALLS", tally.outflowed),
        ("INFLOWCALLS", tally.inflowed),
        ("ANSTIME", tally.answer_wait_secs),
        ("ABNTIME", tally.abandon_wait_secs),
        ("ACDTIME", tally.talk_secs),
        ("ACWTIME", tally.acw_secs),
    ]
}

fn trunk_figures(tally: &TrunkGroupTally) -> Vec<(&'static str, u64)> {
    vec![
        ("INCALLS", tally.incoming),
        ("OUTCALLS", tally.outgoing),
        ("INTIME", tally.incoming_secs),
        ("OUTTIME", tally.outgoing_secs),
        ("ACDCALLS", tally.answered),
    ]
}

/// The sum of the items (joined by `+`) over the rows of the entity, whichever skill, extension or vector they are of.
fn archived(rows: &IntervalRows, entity: &str, figure: &str) -> u64 {
    let (table, number) = entity.split_once(' ').expect("table and number");
    let mut total = 0;
    rows.for_each(|row| {
        let place = usize::from(table == "hagent");
        if row.table.name != table || row.key[place] != number {
            return;
        }
        for item in figure.split('+') {
            let column = row.table.values().iter().position(|column| column.name == item);
            total += u64::from(row.values[column.unwrap_or_else(|| panic!("{table} has no {item}"))]);
        }
    });
    total
}
