//! Items of the event tables: one record for each thing that happened, never rolled up.
//!
//! `N` is a number, `T` a text. Moments are UNIX seconds. What a table has in common with the others (ACD, ROW_DATE) comes
//! first. Each name is also the item's place among the items of its table, so that a record is filled without a search.
//! Which of the items no event can fill is said in `unfilled`.

/// Name, whether its values are texts, unit, meaning.
pub(crate) type EventLine = (&'static str, bool, crate::Unit, &'static str);

/// Most skills of a login session that are told one by one.
pub(crate) const LOGON_SKILLS: u8 = 120;

/// Numbered items of a session's skills from the second one on; they come behind the other items of haglog.
pub(crate) const FURTHER_SKILLS: &[(&str, crate::Unit, &str)] = &[
    (
        "LOGONSKILL",
        crate::Unit::Id,
        "Skill of that place in the session; the one held longest is the first, which is SPLIT",
    ),
    ("SKLEVEL", crate::Unit::Id, "Level of the skill of that place"),
    ("SKPERCENT", crate::Unit::Percent, "Allocated percentage of the skill of that place"),
    ("SKINTRTYPE", crate::Unit::Id, "Kind of interruption of the skill of that place"),
];

/// Declares event tables, a module each: `LINES`, and the place of each item under the item's name.
macro_rules! events {
    ($( $(#[$doc:meta])* $table:ident { $( $name:ident $kind:ident $unit:ident $meaning:literal; )* } )*) => { $(
        $(#[$doc])*
        #[allow(dead_code, reason = "what no event tells has a place all the same, and not every table is filled by place")]
        pub(crate) mod $table {
            #[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "item names are the field's")]
            enum Place { $($name),* }

            $( pub(crate) const $name: usize = Place::$name as usize; )*

            /// The items, in order.
            pub(crate) const LINES: &[super::EventLine] =
                &[ $( (stringify!($name), events!(@text $kind), crate::Unit::$unit, $meaning) ),* ];
        }
    )* };
    (@text T) => { true };
    (@text N) => { false };
}

/// Declares tables of exceptions, which begin alike.
macro_rules! exceptions {
    ($( $(#[$doc:meta])* $table:ident { $($own:tt)* } )*) => { $(
        events! {
            $(#[$doc])*
            $table {
                ACD N Id "Number of the ACD";
                ROW_DATE N Id "Local date, YYYYMMDD";
                ROW_TIME N Id "Local time, HHMM as a number";
                ROW_TIME_UTC N Moment "When the limit was passed";
                SEQNO N Id "Number of the record in this table; it rises with time and is the same on both servers";
                EXTYPE N Id "Which exception";
                THRESHOLD N Count "Occurrences that are allowed";
                TIME N Secs "Time limit of timed exceptions";
                $($own)*
            }
        }
    )* };
}

events! {
    /// Internal call history: one record for each segment of a call.
    call_rec {
        ACD N Id "Number of the ACD";
        ROW_DATE N Id "Local date on which the record was made, YYYYMMDD";
        ROW_TIME N Id "Local time at which the record was made, HHMM as a number";
        SEQNUM N Id "Number of the record in this table; it rises with time and is the same on both servers";
        CALLID N Id "Number of the call, the same in all its segments";
        SEGMENT N Id "Number of the segment in the call, from 1";
        SEGSTART N Moment "When the segment began, in the switch's local reckoning";
        SEGSTART_UTC N Moment "When the segment began";
        SEGSTOP N Moment "When all its trunks and agents were gone, in the switch's local reckoning";
        SEGSTOP_UTC N Moment "When all its trunks and agents were gone, after-call work included";
        UTC_TIMEZONE N Id "Difference between local time and UTC at the segment's start, in minutes";
        UCID T Id "Universal call ID: node, sequence and start";
        CALLING_PTY T Id "Number of the caller, or the extension that called";
        CALLING_II T Id "Kind of line that the caller uses, by its two digits";
        DIALED_NUM T Id "Number that was dialled";
        LASTDIGITS T Id "Digits that were collected last from the caller";
        DISPOSITION N Id "What became of the call: 1 connected, 2 answered, 3 abandoned, 4 interflow, 5 busy, 6 disconnected, 7 other";
        DISPTIME N Secs "Wait in vector, queue and ringing until the disposition";
        DISPSPLIT N Id "Split or skill of the disposition; blank if the call was not queued";
        DISPPRIORITY N Id "Priority in that queue: 3 low, 4 medium, 5 high, 6 top, 0 if not queued";
        DISPSKLEVEL N Id "Level at which the answering agent holds the skill";
        DISPVDN T Id "VDN of the disposition";
        DISPIVECTOR N Id "Vector of the disposition";
        FIRSTVDN T Id "First VDN of the segment";
        FIRSTIVECTOR N Id "First vector of the segment";
        VDN2 T Id "Second VDN of the segment";
        VDN3 T Id "Third VDN of the segment";
        VDN4 T Id "Fourth VDN of the segment";
        VDN5 T Id "Fifth VDN of the segment";
        VDN6 T Id "Sixth VDN of the segment";
        VDN7 T Id "Seventh VDN of the segment";
        VDN8 T Id "Eighth VDN of the segment";
        VDN9 T Id "Ninth VDN of the segment";
        SPLIT1 N Id "First split or skill that the call queued to";
        SPLIT2 N Id "Second split or skill that the call queued to";
        SPLIT3 N Id "Third split or skill that the call queued to";
        QUEUETIME N Secs "Time in the queues of the disposition";
        RINGTIME N Secs "Time that the call rang at agents";
        TALKTIME N Secs "Talk time of the answering agent, without hold";
        ANSHOLDTIME N Secs "Time that the answering agent had the call on hold";
        ORIGHOLDTIME N Secs "Time that the agent who made the call had it on hold";
        CONSULTTIME N Secs "Time that the agent who made the call talked on it: from AUX or after-call work, or with another call on hold";
        ACWTIME N Secs "After-call work of the answering agent";
        DURATION N Secs "Time that the segment held its trunk or line";
        NETINTIME N Secs "Time in the network before the call arrived";
        ANSLOGIN T Id "Login ID of the agent who answered";
        ANSREASON N Id "AUX reason code that the answering agent was in; 0 if none";
        ORIGLOGIN T Id "Login ID of the agent who made the call";
        ORIGREASON N Id "AUX reason code that the agent who made the call was in; 0 if none";
        LASTOBSERVER T Id "Login ID of who observed the call last";
        TKGRP N Id "Trunk group";
        EQLOC T Id "Equipment location of the trunk";
        AGT_RELEASED N Flag "1 if the agent ended the call first";
        ASSIST N Flag "1 if the agent asked for assistance";
        AUDIO N Flag "1 if bad audio was reported";
        CONFERENCE N Flag "1 if the agent made it a conference";
        DA_QUEUED N Flag "1 if it was a direct-agent call";
        HELD N Count "Times the call was put on hold";
        HOLDABN N Flag "1 if the caller gave up while on hold";
        MALICIOUS N Flag "1 if the agent had the call traced as malicious";
        OBSERVINGCALL N Flag "1 if the segment is an observer's";
        TRANSFERRED N Flag "1 if the agent transferred the call";
        LASTCWC T Id "Call work code entered last";
        CWC1 T Id "First call work code entered";
        CWC2 T Id "Second call work code entered";
        CWC3 T Id "Third call work code entered";
        CWC4 T Id "Fourth call work code entered";
        CWC5 T Id "Fifth call work code entered";
        EVENT1 N Count "Times stroke count button 1 was pressed";
        EVENT2 N Count "Times stroke count button 2 was pressed";
        EVENT3 N Count "Times stroke count button 3 was pressed";
        EVENT4 N Count "Times stroke count button 4 was pressed";
        EVENT5 N Count "Times stroke count button 5 was pressed";
        EVENT6 N Count "Times stroke count button 6 was pressed";
        EVENT7 N Count "Times stroke count button 7 was pressed";
        EVENT8 N Count "Times stroke count button 8 was pressed";
        EVENT9 N Count "Times stroke count button 9 was pressed";
        UUI_LEN N Count "Length of ASAI_UUI";
        ASAI_UUI T Word "User-to-user information that came with the call, at most 96 characters";
        EQ_LOCID N Id "Location of the trunk";
        ORIG_LOCID N Id "Location of the agent who made the call";
        ANS_LOCID N Id "Location of the answering agent";
        OBS_LOCID N Id "Location of the observer";
        INTERRUPTDEL N Id "How an interruptible AUX took part in the delivery";
        AGENTSURPLUS N Flag "1 if agents were in surplus at the delivery";
        AGENTSKILLLEVEL N Id "Level of the agent chosen in a surplus";
        PREFSKILLLEVEL N Id "Preferred level in a surplus";
        ICRRESENT N Flag "1 if the routing adjunct had sent the call before";
        ICRPULLREASON N Id "Why the routing adjunct pulled the call back, 0 to 6";
        TENANT N Id "Tenant";
        ORIG_ATTRIB_ID T Id "Attribute of the agent who made the call";
        ANS_ATTRIB_ID T Id "Attribute of the answering agent";
        OBS_ATTRIB_ID T Id "Attribute of the observer";
        ECD_NUM N Id "Enhanced call data: number";
        ECD_CONTROL N Id "Enhanced call data: control";
        ECD_INFO N Id "Enhanced call data: information";
        ECD_STR T Word "Enhanced call data: text";
        START_DATE N Id "Local date of the segment's start, YYYYMMDD";
        START_DATE_UTC N Id "Date of the segment's start in UTC, YYYYMMDD";
        STOP_DATE N Id "Local date of the segment's end, YYYYMMDD";
        STOP_DATE_UTC N Id "Date of the segment's end in UTC, YYYYMMDD";
    }

    /// Agent trace: one record for each state that a traced agent has left.
    ag_actv {
        ACD N Id "Number of the ACD";
        ROW_DATE N Id "Local date on which the state began, YYYYMMDD";
        LOGID T Id "The agent's login ID";
        SPLIT N Id "Split or skill of the state; blank where it has none";
        STARTTIME N Moment "When the state began";
        EVENT_TIME N Moment "When the state ended";
        WMODE_SEQ N Id "Order of the records within one second";
        WORKMODE T Word "LOGON, AVAIL, RING, ACD, ACW, AUX, DACD, DACW, OTHER, UNKNOWN or LOGOFF";
        DIRECTION T Word "IN or OUT while on a call, else blank";
        DURATION N Secs "Time in the state";
        AUXREASON N Id "AUX reason code while in AUX, else blank";
        LOGOUT_REASON N Id "Reason code of the logout, else blank";
        LOC_ID N Id "Location of the agent's station";
        UCID T Id "Universal call ID of the call";
        CALLING_PTY T Id "Number of the caller, or the extension that called";
        CALLING_II T Id "Kind of line that the caller uses, by its two digits";
        DIGITS_DIALED T Id "Number that the agent dialled";
        WORKCODE T Id "Call work code entered last";
        AGT_RELEASED T Word "y if the agent ended the call first, else n";
        ASSIST_ACTV T Word "y if the agent asked for assistance, else n";
        CALLER_HOLD T Word "y if the call was put on hold, else n";
        RECONNECT T Word "y if the call was taken back from hold, else n";
        CONFERENCE T Word "y if the agent made it a conference, else n";
        TRANSFERRED T Word "y if the agent transferred the call, else n";
        MCT T Word "y if the agent had the call traced as malicious, else n";
        KEYBD_DIALED T Word "y if an adjunct dialled for the agent, else n";
        EXT_CALL_ORIG T Word "y if the agent made an extension call, else n";
        INTERRUPTED T Word "y if an AUX was interrupted, else n";
    }

    /// Login sessions.
    haglog {
        ACD N Id "Number of the ACD";
        ROW_DATE N Id "Local date of the login, YYYYMMDD";
        LOGID T Id "The agent's login ID";
        EXTN T Id "Extension logged in at";
        LOGIN N Moment "When the session began, or came to be known";
        LOGOUT N Moment "When it ended, or the last moment it was known";
        LOGOUT_DATE N Id "Local date of the logout, YYYYMMDD";
        LOGOUT_REASON N Id "Reason code of the logout; blank if none was given";
        INFLAG T Word "< if the agent was logged in already when the link came up; the skills are then those of that moment";
        OUTFLAG T Word "> if the agent logged out while the link was down";
        SPLIT N Id "First skill of the session, the one held longest";
        SKLEVEL N Id "Level of the first skill";
        SKPERCENT N Percent "Allocated percentage of the first skill";
        LOGIN_UTC N Moment "The same as LOGIN";
        LOGOUT_UTC N Moment "The same as LOGOUT";
        LOGIN_DATE N Id "The same as ROW_DATE";
        LOGIN_DATE_UTC N Id "Date of the login in UTC, YYYYMMDD";
        LOGOUT_DATE_UTC N Id "Date of the logout in UTC, YYYYMMDD";
        UTC_TIMEZONE N Id "Difference between local time and UTC at the login, in minutes";
        SEQNUM N Id "Number of the record in this table";
        LOC_ID N Id "Location of the terminal";
        PREFERENCE T Word "Call handling preference at the login";
        SKINTRTYPE N Id "Kind of interruption of the first skill";
    }

    /// Malicious-call traces.
    mctex {
        ACD N Id "Number of the ACD";
        ROW_DATE N Id "Local date, YYYYMMDD";
        ROW_TIME N Id "Local time, HHMM as a number";
        ROW_TIME_UTC N Moment "When the agent asked for the trace";
        SEQNO N Id "Number of the record in this table; it rises with time and is the same on both servers";
        LOGID T Id "The agent's login ID";
        SPLIT N Id "Split or skill of the call";
        TKGRP N Id "Trunk group of the call";
        EQLOC T Id "Equipment location of the trunk";
        VDN T Id "VDN of the call";
        EXTENSION T Id "Extension of the agent";
    }

    /// Times without data.
    linkex {
        ACD N Id "Number of the ACD";
        ROW_DATE N Id "Local date of the first moment without data, YYYYMMDD";
        ROW_TIME N Id "Local time of it, HHMM as a number";
        ROW_TIME_UTC N Moment "The first moment without data";
        REASON N Id "91 started, 92 new translations, 93 turned off, 94 busied out, 95 timed out, 96 clock reset, 97 session down";
        DURATION N Secs "Time without data";
    }
}

exceptions! {
    /// Agent exceptions.
    agex {
        LOGID T Id "The agent's login ID";
        SPLIT N Id "Split or skill";
        REASON_CODE N Id "AUX reason code, where it matters";
    }

    /// Split/skill exceptions.
    spex {
        SPLIT N Id "Split or skill";
    }

    /// Trunk group exceptions.
    tgex {
        TKGRP N Id "Trunk group";
        EQLOC T Id "Equipment location of the trunk";
        LOGID T Id "The agent's login ID, where one takes part";
    }

    /// VDN exceptions.
    vdnex {
        VDN T Id "Number of the VDN";
        VECTOR N Id "Number of the vector";
    }

    /// Vector exceptions.
    vecex {
        VECTOR N Id "Number of the vector";
    }
}
