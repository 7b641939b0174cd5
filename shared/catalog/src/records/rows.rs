//! A record's values in the order of its table's items, each put at its place. What a record does not tell stays blank.
//!
//! Places are constants of the tables: looking each name up cost more than all the rest of archiving a call record.

use model::event::Priority;
use model::{AcdNumber, Calendar, Face, Moment};

use super::{CallRecord, ExceptionOf, ExceptionRow, MaliciousRow, TraceRow};
use crate::item::Value;
use crate::tables::events::{ag_actv, agex, call_rec, mctex, spex, tgex, vdnex, vecex};

/// What every record's row has in common.
pub(super) struct Frame<'a> {
    pub acd: AcdNumber,
    pub number: u64,
    pub calendar: &'a Calendar,
}

/// A row that is being filled.
struct Row(Vec<Value>);

impl Row {
    fn of<T>(items: &[T]) -> Self {
        Row(vec![Value::Blank; items.len()])
    }

    fn number(&mut self, place: usize, number: impl Into<i64>) {
        self.0[place] = Value::Int(number.into());
    }

    /// A number of our own, which no column is too narrow for.
    fn count(&mut self, place: usize, count: u64) {
        self.number(place, i64::try_from(count).unwrap_or(i64::MAX));
    }

    /// A number that identifies, as far as there is one.
    fn id(&mut self, place: usize, id: Option<impl Into<i64>>) {
        if let Some(id) = id {
            self.number(place, id);
        }
    }

    /// A text, unless it is empty.
    fn text(&mut self, place: usize, text: &str) {
        if !text.is_empty() {
            self.0[place] = Value::text(text);
        }
    }

    fn yes_or_no(&mut self, place: usize, flag: bool) {
        self.text(place, if flag { "y" } else { "n" });
    }
}

/// An identifier as text; empty if there is none.
macro_rules! id_text {
    ($id:expr) => {
        $id.as_ref().map_or("", |id| id.as_str())
    };
}

impl Frame<'_> {
    fn face(&self, at: Moment) -> Face {
        self.calendar.face(at)
    }

    pub(super) fn call(&self, call: &CallRecord) -> Vec<Value> {
        use call_rec as c;
        let mut row = Row::of(c::LINES);
        let (began, ended) = (self.face(call.began_at), self.face(call.ended_at));
        row.number(c::ACD, self.acd.0);
        row.number(c::ROW_DATE, ended.date);
        row.number(c::ROW_TIME, ended.time);
        row.count(c::SEQNUM, self.number);
        row.count(c::CALLID, call.call.0);
        row.number(c::SEGMENT, call.segment);
        row.number(c::SEGSTART, began.secs);
        row.number(c::SEGSTART_UTC, call.began_at.0);
        row.number(c::SEGSTOP, ended.secs);
        row.number(c::SEGSTOP_UTC, call.ended_at.0);
        row.number(c::UTC_TIMEZONE, (began.secs - call.began_at.0) / 60);
        row.text(c::UCID, &call.ucid);
        row.text(c::CALLING_PTY, &call.calling_party);
        row.text(c::CALLING_II, &call.calling_ii);
        row.text(c::DIALED_NUM, &call.dialed_number);
        row.text(c::LASTDIGITS, &call.last_digits);
        row.text(c::ASAI_UUI, &call.user_to_user);
        row.count(c::UUI_LEN, call.user_to_user.len() as u64);
        disposition(&mut row, call);
        parties(&mut row, call);
        deeds(&mut row, call);
        row.0
    }

    pub(super) fn trace(&self, trace: &TraceRow) -> Vec<Value> {
        use ag_actv as a;
        let mut row = Row::of(a::LINES);
        row.number(a::ACD, self.acd.0);
        row.number(a::ROW_DATE, self.face(trace.began_at).date);
        row.text(a::LOGID, trace.agent.as_str());
        row.id(a::SPLIT, trace.split.map(|split| split.0));
        row.number(a::STARTTIME, trace.began_at.0);
        row.number(a::EVENT_TIME, trace.ended_at.0);
        row.number(a::WMODE_SEQ, trace.seq);
        row.text(a::WORKMODE, &trace.work_mode);
        row.text(a::DIRECTION, &trace.direction);
        row.number(a::DURATION, trace.ended_at.since(trace.began_at));
        row.id(a::AUXREASON, trace.aux_reason.map(|reason| reason.0));
        row.id(a::LOGOUT_REASON, trace.logout_reason.map(|reason| reason.0));
        row.text(a::UCID, &trace.ucid);
        row.text(a::CALLING_PTY, &trace.calling_party);
        row.text(a::CALLING_II, &trace.calling_ii);
        row.text(a::DIGITS_DIALED, &trace.digits_dialed);
        row.text(a::WORKCODE, id_text!(trace.work_code));
        let flags = &trace.flags;
        row.yes_or_no(a::AGT_RELEASED, flags.agent_released);
        row.yes_or_no(a::ASSIST_ACTV, flags.assist);
        row.yes_or_no(a::CALLER_HOLD, flags.held);
        row.yes_or_no(a::RECONNECT, flags.reconnected);
        row.yes_or_no(a::CONFERENCE, flags.conference);
        row.yes_or_no(a::TRANSFERRED, flags.transferred);
        row.yes_or_no(a::MCT, flags.malicious);
        row.yes_or_no(a::KEYBD_DIALED, flags.dialed_by_adjunct);
        row.yes_or_no(a::EXT_CALL_ORIG, flags.extension_call_made);
        row.0
    }

    pub(super) fn exception(&self, exception: &ExceptionRow) -> Vec<Value> {
        let mut row = match exception.of {
            ExceptionOf::Agent { agent, split, reason } => {
                let mut row = Row::of(agex::LINES);
                row.text(agex::LOGID, agent.as_str());
                row.id(agex::SPLIT, split.map(|split| split.0));
                row.id(agex::REASON_CODE, reason.map(|reason| reason.0));
                row
            }
            ExceptionOf::Split { split } => {
                let mut row = Row::of(spex::LINES);
                row.number(spex::SPLIT, split.0);
                row
            }
            ExceptionOf::TrunkGroup { group, trunk, agent } => {
                let mut row = Row::of(tgex::LINES);
                row.number(tgex::TKGRP, group.0);
                row.text(tgex::EQLOC, id_text!(trunk));
                row.text(tgex::LOGID, id_text!(agent));
                row
            }
            ExceptionOf::Vdn { vdn, vector } => {
                let mut row = Row::of(vdnex::LINES);
                row.text(vdnex::VDN, vdn.as_str());
                row.id(vdnex::VECTOR, vector.map(|vector| vector.0));
                row
            }
            ExceptionOf::Vector { vector } => {
                let mut row = Row::of(vecex::LINES);
                row.number(vecex::VECTOR, vector.0);
                row
            }
        };
        // All five tables begin alike.
        let at = self.face(exception.at);
        row.number(agex::ACD, self.acd.0);
        row.number(agex::ROW_DATE, at.date);
        row.number(agex::ROW_TIME, at.time);
        row.number(agex::ROW_TIME_UTC, exception.at.0);
        row.count(agex::SEQNO, self.number);
        row.number(agex::EXTYPE, exception.kind);
        row.number(agex::THRESHOLD, exception.threshold);
        row.number(agex::TIME, exception.limit_secs);
        row.0
    }

    pub(super) fn malicious(&self, malicious: &MaliciousRow) -> Vec<Value> {
        use mctex as m;
        let mut row = Row::of(m::LINES);
        let at = self.face(malicious.at);
        row.number(m::ACD, self.acd.0);
        row.number(m::ROW_DATE, at.date);
        row.number(m::ROW_TIME, at.time);
        row.number(m::ROW_TIME_UTC, malicious.at.0);
        row.count(m::SEQNO, self.number);
        row.text(m::LOGID, malicious.agent.as_str());
        row.id(m::SPLIT, malicious.split.map(|split| split.0));
        row.id(m::TKGRP, malicious.trunk_group.map(|group| group.0));
        row.text(m::EQLOC, id_text!(malicious.trunk));
        row.text(m::VDN, id_text!(malicious.vdn));
        row.text(m::EXTENSION, id_text!(malicious.extension));
        row.0
    }
}

fn disposition(row: &mut Row, call: &CallRecord) {
    use call_rec as c;
    row.number(c::DISPOSITION, call.disposition as u8);
    row.number(c::DISPTIME, call.disposition_secs);
    row.id(c::DISPSPLIT, call.disposition_split.map(|split| split.0));
    row.number(c::DISPPRIORITY, call.priority.map_or(0, priority));
    row.number(c::DISPSKLEVEL, call.skill_level);
    row.text(c::DISPVDN, id_text!(call.disposition_vdn));
    row.id(c::DISPIVECTOR, call.disposition_vector.map(|vector| vector.0));
    row.text(c::FIRSTVDN, id_text!(call.vdns.first()));
    row.id(c::FIRSTIVECTOR, call.first_vector.map(|vector| vector.0));
    // The later ones stand side by side, and so do the splits.
    for (place, vdn) in (c::VDN2..).zip(call.vdns.iter().skip(1)) {
        row.text(place, vdn.as_str());
    }
    for (place, split) in (c::SPLIT1..).zip(&call.splits) {
        row.number(place, split.0);
    }
    row.number(c::QUEUETIME, call.queue_secs);
    row.number(c::RINGTIME, call.ring_secs);
    row.number(c::TALKTIME, call.talk_secs);
    row.number(c::ANSHOLDTIME, call.answer_hold_secs);
    row.number(c::ORIGHOLDTIME, call.origin_hold_secs);
    row.number(c::CONSULTTIME, call.consult_secs);
    row.number(c::ACWTIME, call.acw_secs);
    row.number(c::DURATION, call.duration_secs);
}

fn parties(row: &mut Row, call: &CallRecord) {
    use call_rec as c;
    row.text(c::ANSLOGIN, id_text!(call.answering_agent));
    row.number(c::ANSREASON, call.answering_aux.map_or(0, |reason| reason.0));
    row.text(c::ORIGLOGIN, id_text!(call.originating_agent));
    row.number(c::ORIGREASON, call.originating_aux.map_or(0, |reason| reason.0));
    row.id(c::TKGRP, call.trunk_group.map(|group| group.0));
    row.text(c::EQLOC, id_text!(call.trunk));
}

fn deeds(row: &mut Row, call: &CallRecord) {
    use call_rec as c;
    row.number(c::AGT_RELEASED, call.agent_released);
    row.number(c::ASSIST, call.assist);
    row.number(c::AUDIO, call.audio);
    row.number(c::CONFERENCE, call.conference);
    row.number(c::DA_QUEUED, call.direct_agent);
    row.number(c::HELD, call.held);
    row.number(c::HOLDABN, call.hold_abandoned);
    row.number(c::MALICIOUS, call.malicious);
    row.number(c::TRANSFERRED, call.transferred);
    row.text(c::LASTCWC, id_text!(call.last_work_code));
    for (place, code) in (c::CWC1..).zip(&call.work_codes) {
        row.text(place, code.as_str());
    }
    for (place, &strokes) in (c::EVENT1..).zip(&call.strokes) {
        row.number(place, strokes);
    }
}

/// DISPPRIORITY with vectoring.
fn priority(priority: Priority) -> u8 {
    match priority {
        Priority::Low => 3,
        Priority::Medium => 4,
        Priority::High => 5,
        Priority::Top => 6,
    }
}
