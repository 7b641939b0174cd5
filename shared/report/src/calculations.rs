//! The standard calculations: names that every report's expressions may use.
//!
//! They are expressions like any other and fit each table that has their items. A report's own
//! calculation of the same name takes precedence. Every one is evaluated over the items that a row has, and of rows put
//! together over the items put together: a ratio of sums, never an average of averages. So the field's twins with _SUM
//! are other names for the same. Names are the field's where it has one; formulas that no readable source tells are our
//! own, by the meaning of their items.

use std::fmt::Write;

use catalog::Unit;

/// A calculation that comes with the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StandardCalculation {
    /// How expressions name it.
    pub name: &'static str,
    /// What it computes.
    pub expression: &'static str,
    /// What it counts.
    pub unit: Unit,
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

/// `docs/calculations.md`, written from the list so that it cannot fall behind it.
pub fn calculations_markdown() -> String {
    let mut text = String::from(
        "# Standard calculations\n\n\
         Written from the list (`shared/report/src/calculations.rs`); do not edit. Expressions of every report may use \
         these names over tables that have their items ([items.md](items.md)).\n\n\
         `SECSPERPERIOD` is the length of a row's interval, day, week or month in seconds, and in a real-time table what \
         has passed of the running interval; daily, weekly and monthly tables also know it as `SECSPERDAY`, `SECSPERWK` \
         and `SECSPERMN`. Of rows put together it is the length of their periods, each counted once; what is \
         divided by it is, of several ACDs, the sum of what it is in each. `sum(…)` adds up what each of the rows \
         put together gives. A division by zero is blank. In tables of logins and of agent trace `BEGAN_BEFORE` is 1 where a session or \
         state began before the time that the report shows and reaches into it.\n\n\
         | name | unit | expression | meaning |\n|---|---|---|---|\n",
    );
    for StandardCalculation { name, expression, unit, meaning } in STANDARD {
        let unit = match unit {
            Unit::Secs => "seconds",
            Unit::Percent => "percent",
            Unit::Word => "word",
            _ => "count",
        };
        let _ = writeln!(text, "| `{name}` | {unit} | `{expression}` | {meaning} |");
    }
    text
}

const fn of(name: &'static str, unit: Unit, expression: &'static str, meaning: &'static str) -> StandardCalculation {
    StandardCalculation { name, expression, unit, meaning }
}

static STANDARD: &[StandardCalculation] = &[
    of("ACW_AUX_OUT_ADJ", Unit::Count, "ACWOUTADJCALLS + AUXOUTADJCALLS", "Extension calls out that an adjunct placed"),
    of("ACW_AUX_OUT_CALLS", Unit::Count, "ACWOUTOFFCALLS + AUXOUTOFFCALLS", "Extension calls to outside the switch"),
    of("AGENTS_ON_EXT_CALLS", Unit::Count, "ONACWIN + ONAUXIN + ONACWOUT + ONAUXOUT", "Agents on extension calls"),
    of(
        "AGENT_OCC_WO_ACW",
        Unit::Percent,
        "100 * (I_ACDTIME + I_RINGTIME + I_DA_ACDTIME + I_ACDOTHERTIME) / (TI_STAFFTIME - TI_AUXTIME)",
        "Share of the time not in AUX that an agent spent with calls ringing, answered or on hold, without after-call work",
    ),
    of(
        "AGENT_OCC_W_ACW",
        Unit::Percent,
        "100 * (I_ACDTIME + I_RINGTIME + I_DA_ACDTIME + I_ACDOTHERTIME + I_ACWTIME + I_DA_ACWTIME) / (TI_STAFFTIME - TI_AUXTIME)",
        "Share of the time not in AUX that an agent spent with calls ringing, answered or on hold, and in after-call work",
    ),
    of(
        "ART",
        Unit::Percent,
        "100 * TARGETACDCALLS / CALLSOFFERED - TARGETPERCENT",
        "Points above or below the switch's service target",
    ),
    of("AVG_ABANDON_TIME", Unit::Secs, "ABNTIME / ABNCALLS", "Average wait of calls that were abandoned"),
    of("AVG_ABANDON_TIME_SUM", Unit::Secs, "AVG_ABANDON_TIME", "The same over rows put together"),
    of("AVG_ACD_TALK_TIME", Unit::Secs, "ACDTIME / ACDCALLS", "Average talk time of ACD calls, without hold"),
    of("AVG_ACD_TALK_TIM_SUM", Unit::Secs, "AVG_ACD_TALK_TIME", "The same over rows put together"),
    of(
        "AVG_ACWAUX_OUT_CALLS",
        Unit::Secs,
        "(ACWOUTOFFTIME + AUXOUTOFFTIME) / ACW_AUX_OUT_CALLS",
        "Average time on extension calls to outside the switch",
    ),
    of("AVG_ACW_TIME", Unit::Secs, "ACWTIME / ACDCALLS", "Average after-call work of ACD calls"),
    of("AVG_ACW_TIME_SUM", Unit::Secs, "AVG_ACW_TIME", "The same over rows put together"),
    of("AVG_AGENT_ACW_SUM", Unit::Secs, "AVG_AGENT_ACW_TIME", "The same over rows put together"),
    of(
        "AVG_AGENT_ACW_TIME",
        Unit::Secs,
        "TOTAL_ACWTIME / TOTAL_ACDCALLS",
        "Average after-call work, direct-agent calls included",
    ),
    of("AVG_AGENT_TALK_SUM", Unit::Secs, "AVG_AGENT_TALK_TIME", "The same over rows put together"),
    of(
        "AVG_AGENT_TALK_TIME",
        Unit::Secs,
        "TOTAL_ACDTIME / TOTAL_ACDCALLS",
        "Average talk time, direct-agent calls included",
    ),
    of("AVG_ANSWER_SPEED", Unit::Secs, "ANSTIME / ACDCALLS", "Average speed of answer"),
    of("AVG_ANSWER_SPEED_SUM", Unit::Secs, "AVG_ANSWER_SPEED", "The same over rows put together"),
    of(
        "AVG_CONNECT_TIME",
        Unit::Secs,
        "CONNECTTIME / CONNECTCALLS",
        "Average wait of calls connected without being ACD calls",
    ),
    of("AVG_CONNECT_TIME_SUM", Unit::Secs, "AVG_CONNECT_TIME", "The same over rows put together"),
    of(
        "AVG_DEQUEUE_TIME",
        Unit::Secs,
        "DEQUETIME / DEQUECALLS",
        "Average wait of calls that were answered in or left by another of their queues",
    ),
    of("AVG_HOLD_TIME", Unit::Secs, "HOLDTIME / HOLDCALLS", "Average time on hold of calls that were held"),
    of(
        "AVG_POS_STAFFED",
        Unit::Count,
        "I_STAFFTIME / SECSPERPERIOD",
        "Average positions staffed over the interval, day, week or month",
    ),
    of("AVG_RING_TIME", Unit::Secs, "RINGTIME / RINGCALLS", "Average ring time of calls that rang at an agent"),
    of(
        "AVG_TALK_TIME_IN",
        Unit::Secs,
        "(ACWINTIME + AUXINTIME) / (ACWINCALLS + AUXINCALLS)",
        "Average talk time of extension calls received",
    ),
    of(
        "AVG_TALK_TIME_OUT",
        Unit::Secs,
        "(ACWOUTTIME + AUXOUTTIME) / (ACWOUTCALLS + AUXOUTCALLS)",
        "Average time of extension calls made",
    ),
    of(
        "AVG_TRUNKS_IN_USE",
        Unit::Count,
        "(I_INOCC + I_OUTOCC) / SECSPERPERIOD",
        "Average number of trunks in use at a time (erlangs)",
    ),
    of(
        "AVG_TRUNK_HOLD_TIME",
        Unit::Secs,
        "(INTIME + OUTTIME) / (INCALLS + OUTCALLS)",
        "Average time that a call held a trunk",
    ),
    of("BUSY_DISCONNECT", Unit::Count, "BUSYCALLS + DISCCALLS", "Calls forced busy or forced disconnect"),
    of("CALLS_WAITING", Unit::Count, "INQUEUE + INRING", "Calls in queue or ringing"),
    of("CALL_PER_POS", Unit::Count, "ACDCALLS / AVG_POS_STAFFED", "ACD calls for each position staffed"),
    of(
        "DISPOSITION_WORD",
        Unit::Word,
        "if(DISPOSITION = 1, 'connected', if(DISPOSITION = 2, 'answered', if(DISPOSITION = 3, 'abandoned', if(DISPOSITION = 4, 'interflow', if(DISPOSITION = 5, 'busy', if(DISPOSITION = 6, 'disconnected', 'other'))))))",
        "What became of a call, in a word",
    ),
    of("EXT_CALLS_IN", Unit::Count, "ACWINCALLS + AUXINCALLS", "Extension calls received"),
    of("EXT_CALLS_OUT", Unit::Count, "ACWOUTCALLS + AUXOUTCALLS", "Extension calls made"),
    of("MAIN_ACDCALLS", Unit::Count, "ACDCALLS - BACKUPCALLS", "ACD calls that came from the main queue"),
    of(
        "PERCENT_ACD_TIME",
        Unit::Percent,
        "100 * I_ACDTIME / I_STAFFTIME",
        "Share of the staffed time that agents spent on ACD calls",
    ),
    of(
        "PERCENT_ALL_BUSY",
        Unit::Percent,
        "100 * ALLINUSETIME / sum(SECSPERPERIOD)",
        "Share of the time in which no trunk of the group was free; of several groups their average",
    ),
    of(
        "PERCENT_CALL_ABAN",
        Unit::Percent,
        "100 * ABNCALLS / CALLSOFFERED",
        "Share of offered calls that were abandoned",
    ),
    of("PERCENT_CALL_ANS", Unit::Percent, "100 * ACDCALLS / CALLSOFFERED", "Share of offered calls that were answered"),
    of(
        "PERCENT_MBUSY",
        Unit::Percent,
        "100 * MBUSYTIME / sum(SECSPERPERIOD * TRUNKS)",
        "Share of the trunks' time in which they were maintenance busy",
    ),
    of(
        "PERCENT_SERV_LVL_SPL",
        Unit::Percent,
        "100 * ACCEPTABLE / CALLSOFFERED",
        "Share of offered calls answered within the service level",
    ),
    of(
        "PERCENT_SERV_LVL_VDN",
        Unit::Percent,
        "100 * ACCEPTABLE / INCALLS",
        "Share of the VDN's calls answered or connected within the service level",
    ),
    of("PERCENT_VDN_ABAN", Unit::Percent, "100 * ABNCALLS / INCALLS", "Share of the calls that were abandoned"),
    of("PERCENT_VDN_ANS", Unit::Percent, "100 * ACDCALLS / INCALLS", "Share of the calls that were answered"),
    of("PERCENT_VDN_BUSY", Unit::Percent, "100 * BUSYCALLS / INCALLS", "Share of the calls that were forced busy"),
    of("PERCENT_VDN_FLOW_OUT", Unit::Percent, "100 * OUTFLOWCALLS / INCALLS", "Share of the calls that flowed out"),
    of("TOTAL_ACDCALLS", Unit::Count, "ACDCALLS + DA_ACDCALLS", "ACD calls and direct-agent calls"),
    of("TOTAL_ACDTIME", Unit::Secs, "ACDTIME + DA_ACDTIME", "Talk time of ACD calls and direct-agent calls"),
    of("TOTAL_ACWTIME", Unit::Secs, "ACWTIME + DA_ACWTIME", "After-call work of ACD calls and direct-agent calls"),
    of("VDN_WAITING", Unit::Count, "INPROGRESS - ATAGENT", "Calls in the VDN that are not with an agent"),
];
