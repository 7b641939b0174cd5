//! Items that no event can tell, each with the reason. The list may only shrink: a test lets simulated days and recorded
//! streams fill every other item of history, and `docs/items.md` shows it.

/// Items of some tables that nothing fills, for one reason.
#[derive(Debug)]
pub struct Unfilled {
    /// Names of the tables; of an element the interval table stands for all.
    pub tables: &'static [&'static str],
    /// Names of the items; each is an item of every table named. A name stands for its numbered items, too.
    pub items: &'static [&'static str],
    /// Why.
    pub reason: &'static str,
}

macro_rules! unfilled {
    ($( $($table:ident)+: $($item:ident)+, $reason:expr; )*) => {
        &[ $( Unfilled {
            tables: &[$(stringify!($table)),+],
            items: &[$(stringify!($item)),+],
            reason: $reason,
        } ),* ]
    };
}

const ADJUNCT: &str = "a routing adjunct that asks, answers or pulls calls back is not told of";
const SITES: &str = "polling and choosing between several sites is not told of";
const SURPLUS: &str = "whether the switch saw a surplus of agents or of calls, and whom it preferred, is not told";
const TARGETS: &str = "overload limits and service targets are the switch's and are not told";
const STANDBY: &str = "when a reserve agent stands by follows from the overload limits, which are not told";
const INTERRUPT: &str = "interruptions of AUX are not told of";
const LOCATIONS: &str = "locations are not told";
const OBSERVING: &str = "who listens in is not told";
const DIRECT_QUEUE: &str = "a call queues to a split; for whom of its agents is told when it rings";
const PREFERS: &str = "the switch does not tell the call handling preference";
const PENDING: &str = "the switch tells of a change of skills when it is made";

/// The list.
pub const UNFILLED: &[Unfilled] = unfilled! {
    hsplit: I_NORMTIME I_OL1TIME I_OL2TIME I_BEHINDTIME I_AUTORESERVETIME TARGETPERCENT TARGETPCTCHG TARGETSECONDS
        TARGETSECCHG TARGETACDCALLS TARGETABNS TARGETOUTFLOWS, TARGETS;
    hsplit: I_OTHERSTBYTIME_R1 I_OTHERSTBYTIME_R2 I_AUXSTBYTIME_R1 I_AUXSTBYTIME_R2, STANDBY;
    hagent: I_AUXSTBYTIME I_OTHERSTBYTIME, STANDBY;
    hsplit: INTRDELIVERIES, INTERRUPT;
    hagent: INTRNOTIFIES ACCEPTEDINTRS REJECTEDINTRS INTRDELIVERIES, INTERRUPT;
    hsplit hvdn: AGSURPDELIVERIES AGSURPPREFCALLS AGSURPNPREFCALLS CALLSURPDELIVERIES, SURPLUS;
    hsplit hvdn hvector: ICRPULLCALLS ICRPULLTIME ICRPULLRINGCALLS, ADJUNCT;
    hvdn hvector: ICRPULLQUECALLS ADJATTEMPTS ADJROUTED, ADJUNCT;
    hagent: ICRPULLCALLS ICRPULLTIME DA_ICRPULLCALLS DA_ICRPULLTIME, ADJUNCT;
    htkgrp: ICRPULLCALLS ICRPULLVECCALLS ICRPULLQUECALLS ICRPULLRINGCALLS, ADJUNCT;
    htrunk: ICRPULLCALLS, ADJUNCT;
    hsplit: REDIRECTCALLS, "the field names the item and does not say what it counts";
    hvdn hvector: LOOKATTEMPTS LOOKFLOWCALLS DEFLECTCALLS NETDISCCALLS NETPOLLS, SITES;
    hvdn: BSRPLAN NETINCALLS NETINTIME, SITES;
    hvdn: SKILL1 SKILL2 SKILL3 SKILLCALLS1 SKILLCALLS2 SKILLCALLS3 SKILLTIME1 SKILLTIME2 SKILLTIME3 SKILLACWTIME1
        SKILLACWTIME2 SKILLACWTIME3, "which skills a VDN prefers is not told";
    htkgrp: SPLIT VDN, "where a trunk group leads to is not told; each of its calls tells for itself";
    htkgrp: BLOCKAGE, "switches no longer tell of calls that found no trunk";
    htkgrp htrunk: FAILURES, "failures of trunks are not told of";
    hagent htrunk: LOC_ID, LOCATIONS;
    call_rec: EQ_LOCID ORIG_LOCID ANS_LOCID, LOCATIONS;
    ag_actv haglog: LOC_ID, LOCATIONS;
    haglog: UTC_TIMEZONE, "login sessions are kept without the zone of their time; LOGIN and LOGOUT are moments";
    haglog: SEQNUM, "login sessions have no number; agent, extension, login and logout tell them apart";
    haglog: PREFERENCE, PREFERS;
    haglog: SKINTRTYPE, "whether a skill may interrupt AUX is not told; so with SKINTRTYPE2 to SKINTRTYPE120";
    call_rec: LASTOBSERVER OBSERVINGCALL OBS_LOCID OBS_ATTRIB_ID, OBSERVING;
    call_rec: NETINTIME, SITES;
    call_rec: INTERRUPTDEL, INTERRUPT;
    ag_actv: INTERRUPTED, INTERRUPT;
    call_rec: AGENTSURPLUS AGENTSKILLLEVEL PREFSKILLLEVEL, SURPLUS;
    call_rec: ICRRESENT ICRPULLREASON, ADJUNCT;
    call_rec: TENANT ORIG_ATTRIB_ID ANS_ATTRIB_ID, "tenants and attributes of agents are not told";
    call_rec: ECD_NUM ECD_CONTROL ECD_INFO ECD_STR, "enhanced call data are not told";
    csplit: DA_INQUEUE, DIRECT_QUEUE;
    cagent: DA_INQUEUE, DIRECT_QUEUE;
    csplit: SKSTATE, TARGETS;
    cagent: PREFERENCE, PREFERS;
    cagent: MOVEPENDING PENDINGSPLIT, PENDING;
    cagent: ACWREASON, "after-call work has no reason code";
    cagent: EXTYPE, "the switch does not tell the kind of extension";
};

/// Whether nothing fills an item of a table.
pub fn is_unfilled(table: &str, item: &str) -> bool {
    let stem = item.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let is_meant = |known: &&str| *known == item || *known == stem;
    UNFILLED.iter().any(|entry| entry.tables.contains(&table) && entry.items.iter().any(is_meant))
}
