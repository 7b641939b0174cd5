//! Records of the event tables as types, and how each becomes a row.
//!
//! The collector hands these out when something has become final; the store and the External Call History interface
//! take them. What no event can tell has no field here: its column stays empty and stands on the list of unfilled items.
//! Generic rows of named values were turned down for the collector's side: a record is filled in many places, and a
//! misspelt name would be found out by a customer.

use std::sync::LazyLock;

use arrayvec::{ArrayString, ArrayVec};
use model::event::Priority;
use model::{
    AuxReason, Calendar, CallId, EqLoc, Extension, LoginId, LogoutReason, Moment, SplitId, TrunkGroupId, VdnId,
    VectorId, WorkCode,
};
use serde::{Deserialize, Serialize};

use crate::item::Value;
use crate::table::{Table, table};

mod rows;

/// Records of one table that a second has numbers for.
const PER_SECOND: u64 = 1 << 16;

/// What became of a call (DISPOSITION).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum Disposition {
    /// A call that is no ACD call was connected to a measured agent or a station.
    Connected = 1,
    /// Answered as a split/skill or direct-agent call.
    Answered = 2,
    /// Given up by the caller, phantom abandons included.
    Abandoned = 3,
    /// Went to a place outside the switch.
    Interflow = 4,
    /// Given a busy tone.
    Busy = 5,
    /// Disconnected by the vector or a timer.
    Disconnected = 6,
    /// Anything else.
    Other = 7,
}

/// One segment of a call (call_rec); written when all its trunks and agents are gone, after-call work included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallRecord {
    /// CALLID: the same in all segments of a call.
    pub call: CallId,
    /// SEGMENT, from 1.
    pub segment: u8,
    /// SEGSTART_UTC.
    pub began_at: Moment,
    /// SEGSTOP_UTC.
    pub ended_at: Moment,
    /// UCID, 20 digits; empty where the switch tells none.
    pub ucid: ArrayString<20>,
    /// CALLING_PTY.
    pub calling_party: ArrayString<24>,
    /// CALLING_II.
    pub calling_ii: ArrayString<2>,
    /// DIALED_NUM.
    pub dialed_number: ArrayString<24>,
    /// LASTDIGITS.
    pub last_digits: ArrayString<16>,
    /// ASAI_UUI.
    pub user_to_user: ArrayString<96>,
    /// DISPOSITION.
    pub disposition: Disposition,
    /// DISPTIME.
    pub disposition_secs: u32,
    /// DISPSPLIT.
    pub disposition_split: Option<SplitId>,
    /// DISPPRIORITY.
    pub priority: Option<Priority>,
    /// DISPSKLEVEL; 0 if no agent answered in a skill.
    pub skill_level: u8,
    /// DISPVDN.
    pub disposition_vdn: Option<VdnId>,
    /// DISPIVECTOR.
    pub disposition_vector: Option<VectorId>,
    /// FIRSTVDN, VDN2 to VDN9, in the order entered.
    pub vdns: ArrayVec<VdnId, 9>,
    /// FIRSTIVECTOR.
    pub first_vector: Option<VectorId>,
    /// SPLIT1 to SPLIT3, in the order queued to.
    pub splits: ArrayVec<SplitId, 3>,
    /// QUEUETIME.
    pub queue_secs: u32,
    /// RINGTIME.
    pub ring_secs: u32,
    /// TALKTIME.
    pub talk_secs: u32,
    /// ANSHOLDTIME.
    pub answer_hold_secs: u32,
    /// ORIGHOLDTIME.
    pub origin_hold_secs: u32,
    /// CONSULTTIME.
    pub consult_secs: u32,
    /// ACWTIME.
    pub acw_secs: u32,
    /// DURATION.
    pub duration_secs: u32,
    /// ANSLOGIN.
    pub answering_agent: Option<LoginId>,
    /// ANSREASON.
    pub answering_aux: Option<AuxReason>,
    /// ORIGLOGIN.
    pub originating_agent: Option<LoginId>,
    /// ORIGREASON.
    pub originating_aux: Option<AuxReason>,
    /// TKGRP.
    pub trunk_group: Option<TrunkGroupId>,
    /// EQLOC.
    pub trunk: Option<EqLoc>,
    /// AGT_RELEASED.
    pub agent_released: bool,
    /// ASSIST.
    pub assist: bool,
    /// AUDIO.
    pub audio: bool,
    /// CONFERENCE.
    pub conference: bool,
    /// DA_QUEUED.
    pub direct_agent: bool,
    /// HELD: times.
    pub held: u8,
    /// HOLDABN.
    pub hold_abandoned: bool,
    /// MALICIOUS.
    pub malicious: bool,
    /// TRANSFERRED.
    pub transferred: bool,
    /// CWC1 to CWC5, in the order entered; the last one entered is `last_work_code`.
    pub work_codes: ArrayVec<WorkCode, 5>,
    /// LASTCWC.
    pub last_work_code: Option<WorkCode>,
    /// EVENT1 to EVENT9: times each stroke count button was pressed.
    pub strokes: [u8; 9],
}

impl CallRecord {
    /// The record of a call of which nothing is known but when it was and what became of it.
    pub fn bare(call: CallId, began_at: Moment, ended_at: Moment, disposition: Disposition) -> Self {
        CallRecord {
            call,
            segment: 1,
            began_at,
            ended_at,
            ucid: ArrayString::new(),
            calling_party: ArrayString::new(),
            calling_ii: ArrayString::new(),
            dialed_number: ArrayString::new(),
            last_digits: ArrayString::new(),
            user_to_user: ArrayString::new(),
            disposition,
            disposition_secs: 0,
            disposition_split: None,
            priority: None,
            skill_level: 0,
            disposition_vdn: None,
            disposition_vector: None,
            vdns: ArrayVec::new(),
            first_vector: None,
            splits: ArrayVec::new(),
            queue_secs: 0,
            ring_secs: 0,
            talk_secs: 0,
            answer_hold_secs: 0,
            origin_hold_secs: 0,
            consult_secs: 0,
            acw_secs: 0,
            duration_secs: 0,
            answering_agent: None,
            answering_aux: None,
            originating_agent: None,
            originating_aux: None,
            trunk_group: None,
            trunk: None,
            agent_released: false,
            assist: false,
            audio: false,
            conference: false,
            direct_agent: false,
            held: 0,
            hold_abandoned: false,
            malicious: false,
            transferred: false,
            work_codes: ArrayVec::new(),
            last_work_code: None,
            strokes: [0; 9],
        }
    }
}

/// One state that a traced agent has left (ag_actv).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TraceRow {
    /// LOGID.
    pub agent: LoginId,
    /// STARTTIME: when the state began.
    pub began_at: Moment,
    /// EVENT_TIME: when it ended.
    pub ended_at: Moment,
    /// WMODE_SEQ.
    pub seq: u32,
    /// WORKMODE.
    pub work_mode: ArrayString<8>,
    /// DIRECTION: IN, OUT or empty.
    pub direction: ArrayString<3>,
    /// SPLIT.
    pub split: Option<SplitId>,
    /// AUXREASON.
    pub aux_reason: Option<AuxReason>,
    /// LOGOUT_REASON.
    pub logout_reason: Option<LogoutReason>,
    /// UCID.
    pub ucid: ArrayString<20>,
    /// CALLING_PTY.
    pub calling_party: ArrayString<24>,
    /// CALLING_II.
    pub calling_ii: ArrayString<2>,
    /// DIGITS_DIALED.
    pub digits_dialed: ArrayString<24>,
    /// WORKCODE.
    pub work_code: Option<WorkCode>,
    /// The y and n flags.
    pub flags: TraceFlags,
}

impl TraceRow {
    /// A state of which nothing is known but when it was and which.
    pub fn bare(agent: LoginId, began_at: Moment, ended_at: Moment, work_mode: ArrayString<8>) -> Self {
        TraceRow {
            agent,
            began_at,
            ended_at,
            seq: 1,
            work_mode,
            direction: ArrayString::new(),
            split: None,
            aux_reason: None,
            logout_reason: None,
            ucid: ArrayString::new(),
            calling_party: ArrayString::new(),
            calling_ii: ArrayString::new(),
            digits_dialed: ArrayString::new(),
            work_code: None,
            flags: TraceFlags::default(),
        }
    }
}

/// What an agent did in a traced state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TraceFlags {
    /// AGT_RELEASED.
    pub agent_released: bool,
    /// ASSIST_ACTV.
    pub assist: bool,
    /// CALLER_HOLD.
    pub held: bool,
    /// RECONNECT.
    pub reconnected: bool,
    /// CONFERENCE.
    pub conference: bool,
    /// TRANSFERRED.
    pub transferred: bool,
    /// MCT.
    pub malicious: bool,
    /// KEYBD_DIALED.
    pub dialed_by_adjunct: bool,
    /// EXT_CALL_ORIG.
    pub extension_call_made: bool,
}

/// Whom an exception is about, and with it its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExceptionOf {
    /// agex.
    Agent { agent: LoginId, split: Option<SplitId>, reason: Option<AuxReason> },
    /// spex.
    Split { split: SplitId },
    /// tgex.
    TrunkGroup { group: TrunkGroupId, trunk: Option<EqLoc>, agent: Option<LoginId> },
    /// vdnex.
    Vdn { vdn: VdnId, vector: Option<VectorId> },
    /// vecex.
    Vector { vector: VectorId },
}

/// A limit that was passed (agex, spex, tgex, vdnex, vecex).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExceptionRow {
    /// ROW_TIME_UTC.
    pub at: Moment,
    /// EXTYPE.
    pub kind: u16,
    /// THRESHOLD.
    pub threshold: u16,
    /// TIME in seconds; 0 for exceptions without a time.
    pub limit_secs: u32,
    /// Whom it is about.
    pub of: ExceptionOf,
}

/// An agent had a call traced as malicious (mctex).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaliciousRow {
    /// ROW_TIME_UTC.
    pub at: Moment,
    /// LOGID.
    pub agent: LoginId,
    /// EXTENSION.
    pub extension: Option<Extension>,
    /// SPLIT.
    pub split: Option<SplitId>,
    /// TKGRP.
    pub trunk_group: Option<TrunkGroupId>,
    /// EQLOC.
    pub trunk: Option<EqLoc>,
    /// VDN.
    pub vdn: Option<VdnId>,
}

/// A record of one of the circular tables: when the table is full, the oldest records make room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Record {
    /// A segment of a call.
    Call(Box<CallRecord>),
    /// A traced state.
    Trace(Box<TraceRow>),
    /// An exception.
    Exception(ExceptionRow),
    /// A malicious-call trace.
    Malicious(MaliciousRow),
}

impl Record {
    /// Names of the tables that records belong to.
    pub const TABLES: [&str; 8] = ["call_rec", "ag_actv", "agex", "spex", "tgex", "vdnex", "vecex", "mctex"];

    /// Place of its table among [`Record::TABLES`].
    pub fn table_place(&self) -> usize {
        match self {
            Record::Call(_) => 0,
            Record::Trace(_) => 1,
            Record::Exception(exception) => match exception.of {
                ExceptionOf::Agent { .. } => 2,
                ExceptionOf::Split { .. } => 3,
                ExceptionOf::TrunkGroup { .. } => 4,
                ExceptionOf::Vdn { .. } => 5,
                ExceptionOf::Vector { .. } => 6,
            },
            Record::Malicious(_) => 7,
        }
    }

    /// The table that it belongs to.
    pub fn table(&self) -> &'static Table {
        static FOUND: LazyLock<[&'static Table; Record::TABLES.len()]> = LazyLock::new(|| {
            Record::TABLES.map(|name| table(name).expect("every table of records is in the catalogue"))
        });
        FOUND[self.table_place()]
    }

    /// The number that the first record of a second has in its table (SEQNUM, SEQNO). Numbers rise with time, so those of
    /// an interval lie between the first ones of its start and of its end.
    pub fn first_number(at: Moment) -> u64 {
        u64::try_from(at.0).unwrap_or_default().saturating_mul(PER_SECOND)
    }

    /// The second that a number belongs to.
    pub fn moment_of(number: u64) -> Moment {
        Moment(i64::try_from(number / PER_SECOND).unwrap_or(i64::MAX))
    }

    /// When it became final, by the switch's clock.
    pub fn at(&self) -> Moment {
        match self {
            Record::Call(call) => call.ended_at,
            Record::Trace(trace) => trace.ended_at,
            Record::Exception(exception) => exception.at,
            Record::Malicious(malicious) => malicious.at,
        }
    }

    /// Its values in the order of the table's items; what is derived when rows are read stays blank. `number` is its SEQNUM or SEQNO; `calendar` the ACD's, for local
    /// dates and times.
    pub fn values(&self, acd: model::AcdNumber, number: u64, calendar: &Calendar) -> Vec<Value> {
        let frame = rows::Frame { acd, number, calendar };
        match self {
            Record::Call(call) => frame.call(call),
            Record::Trace(trace) => frame.trace(trace),
            Record::Exception(exception) => frame.exception(exception),
            Record::Malicious(malicious) => frame.malicious(malicious),
        }
    }
}
