//! Status items of the real-time tables: what is so at this moment. The numeric items of the interval
//! table of the same entity follow them, as running values of the current interval.

use crate::item::Unit;

/// Name, unit, meaning.
pub(crate) type StatusLine = (&'static str, Unit, &'static str);

macro_rules! status {
    ($(#[$doc:meta])* $enum:ident, $lines:ident { $( $variant:ident $name:literal $unit:ident $meaning:literal; )* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $enum { $( #[doc = $meaning] $variant ),* }

        impl $enum {
            /// All status items, in the order of the table.
            pub const ALL: &'static [$enum] = &[ $( $enum::$variant ),* ];
        }

        pub(crate) const $lines: &[StatusLine] = &[ $( ($name, Unit::$unit, $meaning) ),* ];
    };
}

status! {
    /// Status items of csplit.
    SplitStatus, CSPLIT {
        Acd "ACD" Id "Number of the ACD";
        Split "SPLIT" Id "Number of the split or skill";
        InQueue "INQUEUE" Count "Calls waiting in the queue, not ringing";
        InRing "INRING" Count "Calls of the skill ringing at an agent";
        DaInQueue "DA_INQUEUE" Count "Direct-agent calls waiting without ringing";
        DaInRing "DA_INRING" Count "Direct-agent calls ringing";
        OldestCall "OLDESTCALL" Secs "How long the call waits that has waited longest";
        Staffed "STAFFED" Count "Agents logged in to the skill";
        Available "AVAILABLE" Count "Agents ready for a call of the skill";
        OnAcd "ONACD" Count "Agents on a call of the skill";
        InAcw "INACW" Count "Agents in after-call work for the skill";
        InAux "INAUX" Count "Agents in AUX";
        AgInRing "AGINRING" Count "Agents at whom a call of the skill rings";
        Other "OTHER" Count "Agents busy for another skill, on a direct-agent call, or not yet known";
        OnAcwIn "ONACWIN" Count "Agents on an incoming extension call during ACW";
        OnAcwOut "ONACWOUT" Count "Agents on an outgoing extension call during ACW";
        OnAuxIn "ONAUXIN" Count "Agents on an incoming extension call from AUX or while available";
        OnAuxOut "ONAUXOUT" Count "Agents on an outgoing extension call from AUX or while available";
        EwtTop "EWTTOP" Secs "Expected wait of a call of top priority that queued now, estimated from the last 16 answers";
        EwtHigh "EWTHIGH" Secs "Expected wait of a call of high priority that queued now, estimated like EWTTOP";
        EwtMedium "EWTMEDIUM" Secs "Expected wait of a call of medium priority that queued now, estimated like EWTTOP";
        EwtLow "EWTLOW" Secs "Expected wait of a call of low priority that queued now, estimated like EWTTOP";
        SkState "SKSTATE" Word "State of the skill by its overload limits; blank, because the switch does not tell it";
        TotPercents "TOT_PERCENTS" Percent "Sum of the percentages that agents are allocated to the skill";
        TStaffed "TSTAFFED" Count "Agents logged in for whom this is the best skill";
        TAvailable "TAVAILABLE" Count "Agents for whom this is the best skill, ready for a call of the skill";
        TOnAcd "TONACD" Count "Agents for whom this is the best skill, on a call of the skill";
        TInAcw "TINACW" Count "Agents for whom this is the best skill, in after-call work for the skill";
        TInAux "TINAUX" Count "Agents for whom this is the best skill, in AUX";
        TAgInRing "TAGINRING" Count "Agents for whom this is the best skill, at whom a call of the skill rings";
        TOther "TOTHER" Count "Agents for whom this is the best skill, busy otherwise or not yet known";
        TDaOnAcd "TDA_ONACD" Count "Agents for whom this is the best skill, on a direct-agent call, part of TOTHER";
        TDaInAcw "TDA_INACW" Count "Agents for whom this is the best skill, in after-call work of a direct-agent call, part of TOTHER";
        FStaffed "FSTAFFED" Count "Standard agents with a better skill than this, logged in";
        FAvailable "FAVAILABLE" Count "Standard agents with a better skill than this, ready for a call of the skill";
        FOnAcd "FONACD" Count "Standard agents with a better skill than this, on a call of the skill";
        FInAcw "FINACW" Count "Standard agents with a better skill than this, in after-call work for the skill";
        FInAux "FINAUX" Count "Standard agents with a better skill than this, in AUX";
        FAgInRing "FAGINRING" Count "Standard agents with a better skill than this, at whom a call of the skill rings";
        FOther "FOTHER" Count "Standard agents with a better skill than this, busy otherwise or not yet known";
        R1Staffed "R1STAFFED" Count "Agents who hold the skill at reserve level 1, logged in";
        R1Available "R1AVAILABLE" Count "Agents who hold the skill at reserve level 1, ready for a call of the skill";
        R1OnAcd "R1ONACD" Count "Agents who hold the skill at reserve level 1, on a call of the skill";
        R1InAcw "R1INACW" Count "Agents who hold the skill at reserve level 1, in after-call work for the skill";
        R1InAux "R1INAUX" Count "Agents who hold the skill at reserve level 1, in AUX";
        R1AgInRing "R1AGINRING" Count "Agents who hold the skill at reserve level 1, at whom a call of the skill rings";
        R1Other "R1OTHER" Count "Agents who hold the skill at reserve level 1, busy otherwise or not yet known";
        R2Staffed "R2STAFFED" Count "Agents who hold the skill at reserve level 2, logged in";
        R2Available "R2AVAILABLE" Count "Agents who hold the skill at reserve level 2, ready for a call of the skill";
        R2OnAcd "R2ONACD" Count "Agents who hold the skill at reserve level 2, on a call of the skill";
        R2InAcw "R2INACW" Count "Agents who hold the skill at reserve level 2, in after-call work for the skill";
        R2InAux "R2INAUX" Count "Agents who hold the skill at reserve level 2, in AUX";
        R2AgInRing "R2AGINRING" Count "Agents who hold the skill at reserve level 2, at whom a call of the skill rings";
        R2Other "R2OTHER" Count "Agents who hold the skill at reserve level 2, busy otherwise or not yet known";
    }
}

status! {
    /// Status items of cagent: one row for each agent and skill.
    AgentStatus, CAGENT {
        Acd "ACD" Id "Number of the ACD";
        Split "SPLIT" Id "Number of the split or skill";
        LogId "LOGID" Id "The agent's login ID";
        Extension "EXTENSION" Id "Extension the agent is logged in at";
        WorkMode "WORKMODE" Word "State of the agent in this skill: AVAIL, ACD, ACW, AUX, DACD, DACW, RING, OTHER, UNKNOWN or UNSTAFF";
        AWorkMode "AWORKMODE" Word "State of the agent over all skills";
        Direction "DIRECTION" Word "IN or OUT while on a call, in the rows of all the agent's skills; else blank";
        Duration "DURATION" Secs "Time since WORKMODE or DIRECTION last changed in this skill";
        AgDuration "AGDURATION" Secs "Time since the state last changed in any skill";
        AuxReason "AUXREASON" Id "AUX reason code while in AUX, else blank";
        WorkSkill "WORKSKILL" Id "Skill of the call or after-call work; of the oldest logon on an extension call";
        WorkSkLevel "WORKSKLEVEL" Id "Level of the agent in WORKSKILL";
        OldestLogon "OLDEST_LOGON" Id "Skill the agent has been in longest";
        SkLevel "SKLEVEL" Id "Level of the agent in this skill";
        RsvLevel "RESERVE" Id "Reserve level in this skill, 0 for a standard skill";
        Percent "PERCENT" Percent "Allocated percentage in this skill";
        LogonStart "LOGONSTART" Moment "When the agent logged in";
        OnHold "ONHOLD" Count "Calls the agent has on hold";
        AcdOnHold "ACDONHOLD" Count "ACD calls the agent has on hold";
        Vdn "VDN" Id "VDN of the call the agent is on";
        Position "POSITION" Id "Position the agent works at: the extension, where the switch tells no other";
        AgTime "AGTIME" Secs "Time since AWORKMODE or the direction over all skills last changed";
        WorkSplit "WORKSPLIT" Id "As WORKSKILL; while available, the available skill held longest";
        LogonSkill "LOGONSKILL" Id "The skill of this row while the agent is logged in to it";
        Role "ROLE" Word "What the skill is to the agent: TOP, ALLOCATED, BACKUP or RESERVE";
        TopSkill "TOPSKILL" Id "The agent's best skill: the lowest level, then the one administered first";
        DaInRing "DA_INRING" Count "Direct-agent calls ringing at the agent";
        Destination "DESTINATION" Word "Where a call goes that the agent made: PBX or OFF the switch";
        Origin "ORIGIN" Word "How the agent made the call: PHONE, or KEYBOARD if an adjunct dialled";
        DaInQueue "DA_INQUEUE" Count "Direct-agent calls waiting for the agent; blank, because the switch does not tell them apart";
        Preference "PREFERENCE" Word "Call handling preference; blank, because the switch does not tell it";
        MovePending "MOVEPENDING" Flag "1 if a change of skills waits; blank, because the switch tells of changes when they are made";
        PendingSplit "PENDINGSPLIT" Id "First skill of a change that waits; blank like MOVEPENDING";
        AcwReason "ACWREASON" Id "Reason code of after-call work; blank, because the switch tells none";
        ExType "EXTYPE" Id "Kind of extension; blank, because the switch does not tell it";
        StartTime "STARTTIME" Moment "When the state over all skills began";
    }
}

status! {
    /// Status items of cvdn.
    VdnStatus, CVDN {
        Acd "ACD" Id "Number of the ACD";
        Vdn "VDN" Id "Number of the VDN";
        Vector "VECTOR" Id "The vector it leads to";
        InProgress "INPROGRESS" Count "Calls in the VDN, waiting or with an agent";
        AtAgent "ATAGENT" Count "Of these, calls connected to an agent";
        OldestCall "OLDESTCALL" Secs "How long the call waits that has waited longest";
        ActiveCalls "ACTIVECALLS" Count "Incoming trunk calls whose first VDN this is";
    }
}

status! {
    /// Status items of cvector.
    VectorStatus, CVECTOR {
        Acd "ACD" Id "Number of the ACD";
        Vector "VECTOR" Id "Number of the vector";
        InProgress "INPROGRESS" Count "Calls in the vector";
    }
}

status! {
    /// Status items of ctkgrp.
    TrunkGroupStatus, CTKGRP {
        Acd "ACD" Id "Number of the ACD";
        TkGrp "TKGRP" Id "Number of the trunk group";
        InUse "INUSE" Count "Trunks in use";
        OnInbound "ONINBOUND" Count "Trunks in use by incoming calls";
        OnOutbound "ONOUTBOUND" Count "Trunks in use by outgoing calls";
        MBusy "MBUSY" Count "Trunks maintenance busy";
        AllInUse "ALLINUSE" Flag "1 while no trunk of the group is free";
        InQueue "INQUEUE" Count "Calls of the group waiting in a queue";
        InRing "INRING" Count "Calls of the group ringing at an agent";
        AtAgent "ATAGENT" Count "Calls of the group connected to an agent";
    }
}

status! {
    /// Status items of ctrunk.
    TrunkStatus, CTRUNK {
        Acd "ACD" Id "Number of the ACD";
        EqLoc "EQLOC" Id "Equipment location of the trunk";
        TkGrp "TKGRP" Id "Its trunk group";
        TkState "TKSTATE" Word "IDLE, SEIZED, QUEUED, RINGING, CONN, HOLD or MBUSY";
        Duration "DURATION" Secs "Time in TKSTATE";
        Direction "DIRECTION" Word "IN or OUT while in use";
        LogId "LOGID" Id "Agent the call is with";
        Vdn "VDN" Id "VDN of the call";
        Split "SPLIT" Id "Split the call waits for or was answered in";
        Priority "PRIORITY" Word "Priority of the call in the queue: LOW, MEDIUM, HIGH or TOP";
        QueType "QUETYPE" Word "Kind of queue the call waits in: MAIN, or BACKUP if it rings without having queued";
    }
}

status! {
    /// Status items of ccwc.
    WorkCodeStatus, CCWC {
        Acd "ACD" Id "Number of the ACD";
        Cwc "CWC" Id "The call work code";
    }
}
