//! The standard calculations: names that every report's expressions may use.
//!
//! They are expressions like any other and fit each table that has their items. A report's own
//! calculation of the same name takes precedence.

/// A calculation that comes with the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StandardCalculation {
    /// How expressions name it.
    pub name: &'static str,
    /// What it computes.
    pub expression: &'static str,
    /// What it means.
    pub meaning: &'static str,
}

/// All standard calculations, in the order of their names.
pub fn standard_calculations() -> &'static [StandardCalculation] {
    STANDARD
}

pub(crate) fn find(name: &str) -> Option<&'static StandardCalculation> {
    STANDARD.iter().find(|known| known.name.eq_ignore_ascii_case(name))
}

const fn of(name: &'static str, expression: &'static str, meaning: &'static str) -> StandardCalculation {
    StandardCalculation { name, expression, meaning }
}

static STANDARD: &[StandardCalculation] = &[
    of("ACW_AUX_OUT_ADJ", "ACWOUTADJCALLS + AUXOUTADJCALLS", "Extension calls out that an adjunct placed"),
    of("ACW_AUX_OUT_CALLS", "ACWOUTOFFCALLS + AUXOUTOFFCALLS", "Extension calls to outside the switch"),
    of("AGENTS_ON_EXT_CALLS", "ONACWIN + ONAUXIN + ONACWOUT + ONAUXOUT", "Agents on extension calls"),
    of(
        "ART",
        "100 * TARGETACDCALLS / CALLSOFFERED - TARGETPERCENT",
        "Points above or below the switch's service target",
    ),
    of("AVG_ABANDON_TIME", "ABNTIME / ABNCALLS", "Average wait of calls that were abandoned"),
    of("AVG_ACD_TALK_TIME", "ACDTIME / ACDCALLS", "Average talk time of ACD calls, without hold"),
    of("AVG_ACW_TIME", "ACWTIME / ACDCALLS", "Average after-call work of ACD calls"),
    of(
        "AVG_ACWAUX_OUT_CALLS",
        "(ACWOUTOFFTIME + AUXOUTOFFTIME) / ACW_AUX_OUT_CALLS",
        "Average time on extension calls to outside the switch",
    ),
    of("AVG_AGENT_ACW_TIME", "TOTAL_ACWTIME / TOTAL_ACDCALLS", "Average after-call work, direct-agent calls included"),
    of("AVG_AGENT_TALK_TIME", "TOTAL_ACDTIME / TOTAL_ACDCALLS", "Average talk time, direct-agent calls included"),
    of("AVG_ANSWER_SPEED", "ANSTIME / ACDCALLS", "Average speed of answer"),
    of("AVG_CONNECT_TIME", "CONNECTTIME / CONNECTCALLS", "Average wait of calls connected without being ACD calls"),
    of("AVG_POS_STAFFED", "I_STAFFTIME / (INTRVL * 60)", "Average positions staffed over the interval"),
    of("BUSY_DISCONNECT", "BUSYCALLS + DISCCALLS", "Calls forced busy or forced disconnect"),
    of("CALLS_WAITING", "INQUEUE + INRING", "Calls in queue or ringing"),
    of("MAIN_ACDCALLS", "ACDCALLS - BACKUPCALLS", "ACD calls that came from the main queue"),
    of("PERCENT_CALL_ABAN", "100 * ABNCALLS / CALLSOFFERED", "Share of offered calls that were abandoned"),
    of("PERCENT_CALL_ANS", "100 * ACDCALLS / CALLSOFFERED", "Share of offered calls that were answered"),
    of(
        "PERCENT_SERV_LVL_SPL",
        "100 * ACCEPTABLE / CALLSOFFERED",
        "Share of offered calls answered within the service level",
    ),
    of(
        "PERCENT_SERV_LVL_VDN",
        "100 * ACCEPTABLE / INCALLS",
        "Share of the VDN's calls answered within the service level",
    ),
    of("PERCENT_VDN_ABAN", "100 * ABNCALLS / INCALLS", "Share of the VDN's calls that were abandoned"),
    of("PERCENT_VDN_BUSY", "100 * BUSYCALLS / INCALLS", "Share of the VDN's calls that were forced busy"),
    of("PERCENT_VDN_FLOW_OUT", "100 * OUTFLOWCALLS / INCALLS", "Share of the VDN's calls that flowed out"),
    of("TOTAL_ACDCALLS", "ACDCALLS + DA_ACDCALLS", "ACD calls and direct-agent calls"),
    of("TOTAL_ACDTIME", "ACDTIME + DA_ACDTIME", "Talk time of ACD calls and direct-agent calls"),
    of("TOTAL_ACWTIME", "ACWTIME + DA_ACWTIME", "After-call work of ACD calls and direct-agent calls"),
    of("VDN_WAITING", "INPROGRESS - ATAGENT", "Calls in the VDN that are not with an agent"),
];
