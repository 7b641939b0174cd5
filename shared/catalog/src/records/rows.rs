//! A record's values by the names of its table's items. Names that a record does not fill stay blank.

use std::fmt::Display;

use model::event::Priority;
use model::{AcdNumber, Calendar, Moment};

use super::{CallRecord, ExceptionOf, ExceptionRow, MaliciousRow, Record, TraceRow};
use crate::item::Value;
use crate::table::Table;

/// What every record's row has in common.
pub(super) struct Frame<'a> {
    pub acd: AcdNumber,
    pub number: u64,
    pub calendar: &'a Calendar,
}

/// A row that is being filled by the names of its items.
struct Row {
    table: &'static Table,
    values: Vec<Value>,
}

impl Row {
    fn of(record: &Record) -> Self {
        let table = record.table();
        Row { table, values: vec![Value::Blank; table.items().len()] }
    }

    fn put(&mut self, item: &str, value: Value) {
        match self.table.position(item) {
            Some(position) => self.values[position] = value,
            None => debug_assert!(false, "{} has no item {item}", self.table.name),
        }
    }

    fn number(&mut self, item: &str, number: impl Into<i64>) {
        self.put(item, Value::Int(number.into()));
    }

    fn flag(&mut self, item: &str, flag: bool) {
        self.number(item, flag);
    }

    /// A number that identifies, as far as there is one.
    fn id(&mut self, item: &str, id: Option<impl Into<i64>>) {
        if let Some(id) = id {
            self.number(item, id);
        }
    }

    /// A text, as far as there is one.
    fn text(&mut self, item: &str, text: Option<impl Display>) {
        if let Some(text) = text.map(|text| text.to_string()).filter(|text| !text.is_empty()) {
            self.put(item, Value::text(&text));
        }
    }

    fn yes_or_no(&mut self, item: &str, flag: bool) {
        self.put(item, Value::text(if flag { "y" } else { "n" }));
    }
}

impl Frame<'_> {
    fn date(&self, at: Moment) -> i64 {
        self.calendar.row_date_number(at)
    }

    /// The moment as the switch's local reckoning has it: UNIX seconds of the local clock face.
    fn local(&self, at: Moment) -> i64 {
        self.calendar.local(at).and_utc().timestamp()
    }

    fn begin(&self, row: &mut Row, at: Moment, number: &str) {
        row.number("ACD", self.acd.0);
        row.number("ROW_DATE", self.date(at));
        row.number("ROW_TIME", self.calendar.starttime(at));
        row.number(number, i64::try_from(self.number).unwrap_or(i64::MAX));
    }

    pub(super) fn call(&self, call: &CallRecord) -> Vec<Value> {
        let mut row = Row::of(&Record::Call(Box::new(call.clone())));
        self.begin(&mut row, call.ended_at, "SEQNUM");
        row.number("CALLID", i64::try_from(call.call.0).unwrap_or(i64::MAX));
        row.number("SEGMENT", call.segment);
        row.number("SEGSTART", self.local(call.began_at));
        row.number("SEGSTART_UTC", call.began_at.0);
        row.number("SEGSTOP", self.local(call.ended_at));
        row.number("SEGSTOP_UTC", call.ended_at.0);
        row.number("UTC_TIMEZONE", (self.local(call.began_at) - call.began_at.0) / 60);
        row.text("UCID", Some(call.ucid));
        row.text("CALLING_PTY", Some(call.calling_party));
        row.text("CALLING_II", Some(call.calling_ii));
        row.text("DIALED_NUM", Some(call.dialed_number));
        row.text("LASTDIGITS", Some(call.last_digits));
        row.text("ASAI_UUI", Some(call.user_to_user));
        row.number("UUI_LEN", i64::try_from(call.user_to_user.len()).unwrap_or(0));
        disposition(&mut row, call);
        parties(&mut row, call);
        row.values
    }

    pub(super) fn trace(&self, trace: &TraceRow) -> Vec<Value> {
        let mut row = Row::of(&Record::Trace(Box::new(trace.clone())));
        row.number("ACD", self.acd.0);
        row.number("ROW_DATE", self.date(trace.began_at));
        row.text("LOGID", Some(trace.agent));
        row.id("SPLIT", trace.split.map(|split| split.0));
        row.number("STARTTIME", trace.began_at.0);
        row.number("EVENT_TIME", trace.ended_at.0);
        row.number("WMODE_SEQ", trace.seq);
        row.text("WORKMODE", Some(trace.work_mode));
        row.text("DIRECTION", Some(trace.direction));
        row.number("DURATION", trace.ended_at.since(trace.began_at));
        row.id("AUXREASON", trace.aux_reason.map(|reason| reason.0));
        row.id("LOGOUT_REASON", trace.logout_reason.map(|reason| reason.0));
        row.text("UCID", Some(trace.ucid));
        row.text("CALLING_PTY", Some(trace.calling_party));
        row.text("DIGITS_DIALED", Some(trace.digits_dialed));
        row.text("WORKCODE", trace.work_code);
        let flags = &trace.flags;
        row.yes_or_no("AGT_RELEASED", flags.agent_released);
        row.yes_or_no("ASSIST_ACTV", flags.assist);
        row.yes_or_no("CALLER_HOLD", flags.held);
        row.yes_or_no("RECONNECT", flags.reconnected);
        row.yes_or_no("CONFERENCE", flags.conference);
        row.yes_or_no("TRANSFERRED", flags.transferred);
        row.yes_or_no("MCT", flags.malicious);
        row.yes_or_no("KEYBD_DIALED", flags.dialed_by_adjunct);
        row.yes_or_no("EXT_CALL_ORIG", flags.extension_call_made);
        row.values
    }

    pub(super) fn exception(&self, exception: &ExceptionRow) -> Vec<Value> {
        let mut row = Row::of(&Record::Exception(*exception));
        self.begin(&mut row, exception.at, "SEQNO");
        row.number("ROW_TIME_UTC", exception.at.0);
        row.number("EXTYPE", exception.kind);
        row.number("THRESHOLD", exception.threshold);
        row.number("TIME", exception.limit_secs);
        match exception.of {
            ExceptionOf::Agent { agent, split, reason } => {
                row.text("LOGID", Some(agent));
                row.id("SPLIT", split.map(|split| split.0));
                row.id("REASON_CODE", reason.map(|reason| reason.0));
            }
            ExceptionOf::Split { split } => row.number("SPLIT", split.0),
            ExceptionOf::TrunkGroup { group, trunk, agent } => {
                row.number("TKGRP", group.0);
                row.text("EQLOC", trunk);
                row.text("LOGID", agent);
            }
            ExceptionOf::Vdn { vdn, vector } => {
                row.text("VDN", Some(vdn));
                row.id("VECTOR", vector.map(|vector| vector.0));
            }
            ExceptionOf::Vector { vector } => row.number("VECTOR", vector.0),
        }
        row.values
    }

    pub(super) fn malicious(&self, malicious: &MaliciousRow) -> Vec<Value> {
        let mut row = Row::of(&Record::Malicious(*malicious));
        self.begin(&mut row, malicious.at, "SEQNO");
        row.number("ROW_TIME_UTC", malicious.at.0);
        row.text("LOGID", Some(malicious.agent));
        row.id("SPLIT", malicious.split.map(|split| split.0));
        row.id("TKGRP", malicious.trunk_group.map(|group| group.0));
        row.text("EQLOC", malicious.trunk);
        row.text("VDN", malicious.vdn);
        row.text("EXTENSION", malicious.extension);
        row.values
    }
}

fn disposition(row: &mut Row, call: &CallRecord) {
    row.number("DISPOSITION", call.disposition as u8);
    row.number("DISPTIME", call.disposition_secs);
    row.id("DISPSPLIT", call.disposition_split.map(|split| split.0));
    row.number("DISPPRIORITY", call.priority.map_or(0, priority));
    row.number("DISPSKLEVEL", call.skill_level);
    row.text("DISPVDN", call.disposition_vdn);
    row.id("DISPIVECTOR", call.disposition_vector.map(|vector| vector.0));
    row.text("FIRSTVDN", call.vdns.first());
    row.id("FIRSTIVECTOR", call.first_vector.map(|vector| vector.0));
    for (number, vdn) in call.vdns.iter().enumerate().skip(1) {
        row.text(&format!("VDN{}", number + 1), Some(vdn));
    }
    for (number, split) in call.splits.iter().enumerate() {
        row.number(&format!("SPLIT{}", number + 1), split.0);
    }
    row.number("QUEUETIME", call.queue_secs);
    row.number("RINGTIME", call.ring_secs);
    row.number("TALKTIME", call.talk_secs);
    row.number("ANSHOLDTIME", call.answer_hold_secs);
    row.number("ORIGHOLDTIME", call.origin_hold_secs);
    row.number("CONSULTTIME", call.consult_secs);
    row.number("ACWTIME", call.acw_secs);
    row.number("DURATION", call.duration_secs);
}

fn parties(row: &mut Row, call: &CallRecord) {
    row.text("ANSLOGIN", call.answering_agent);
    row.number("ANSREASON", call.answering_aux.map_or(0, |reason| reason.0));
    row.text("ORIGLOGIN", call.originating_agent);
    row.number("ORIGREASON", call.originating_aux.map_or(0, |reason| reason.0));
    row.id("TKGRP", call.trunk_group.map(|group| group.0));
    row.text("EQLOC", call.trunk);
    row.flag("AGT_RELEASED", call.agent_released);
    row.flag("ASSIST", call.assist);
    row.flag("AUDIO", call.audio);
    row.flag("CONFERENCE", call.conference);
    row.flag("DA_QUEUED", call.direct_agent);
    row.number("HELD", call.held);
    row.flag("HOLDABN", call.hold_abandoned);
    row.flag("MALICIOUS", call.malicious);
    row.flag("TRANSFERRED", call.transferred);
    row.text("LASTCWC", call.last_work_code);
    for (number, code) in call.work_codes.iter().enumerate() {
        row.text(&format!("CWC{}", number + 1), Some(code));
    }
    for (number, &strokes) in call.strokes.iter().enumerate() {
        row.number(&format!("EVENT{}", number + 1), strokes);
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
