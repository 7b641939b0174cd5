//! Two records: one in which everything happened, and one in which hardly anything did.

use arrayvec::{ArrayString, ArrayVec};
use catalog::{CallRecord, Disposition, Record, Value};
use model::event::Priority;
use model::{AcdNumber, AuxReason, Calendar, CallId, Moment, SplitId, TrunkGroupId, VectorId};

/// 2026-11-23 10:00:00 UTC.
pub const AT: Moment = Moment(1_795_428_000);

fn text<const N: usize>(text: &str) -> ArrayString<N> {
    ArrayString::from(text).unwrap()
}

/// A call that waited, was answered, held, transferred and worked on.
pub fn full() -> CallRecord {
    let id = |text: &str| text.parse().unwrap();
    CallRecord {
        call: CallId(70_001),
        segment: 2,
        began_at: AT,
        ended_at: AT + 251,
        ucid: text("00001070011795428000"),
        calling_party: text("+49301234567"),
        calling_ii: text("27"),
        dialed_number: text("08001234"),
        last_digits: text("4711#"),
        user_to_user: text("order=17,line=3"),
        disposition: Disposition::Answered,
        disposition_secs: 31,
        disposition_split: Some(SplitId(12)),
        priority: Some(Priority::High),
        skill_level: 3,
        disposition_vdn: Some("5101".parse().unwrap()),
        disposition_vector: Some(VectorId(7)),
        vdns: ArrayVec::from_iter(["5100", "5101", "5102"].map(|vdn| vdn.parse().unwrap())),
        first_vector: Some(VectorId(6)),
        splits: ArrayVec::from_iter([SplitId(12), SplitId(40)]),
        queue_secs: 20,
        ring_secs: 8,
        talk_secs: 150,
        answer_hold_secs: 15,
        origin_hold_secs: 4,
        consult_secs: 22,
        acw_secs: 55,
        duration_secs: 196,
        answering_agent: Some(id("1001")),
        answering_aux: Some(AuxReason(4)),
        originating_agent: Some(id("1002")),
        originating_aux: Some(AuxReason(9)),
        trunk_group: Some(TrunkGroupId(31)),
        trunk: Some("01A0305".parse().unwrap()),
        agent_released: true,
        assist: true,
        audio: false,
        conference: true,
        direct_agent: false,
        held: 2,
        hold_abandoned: false,
        malicious: true,
        transferred: true,
        work_codes: ArrayVec::from_iter(["17", "18"].map(|code| code.parse().unwrap())),
        last_work_code: Some("18".parse().unwrap()),
        strokes: [1, 0, 3, 0, 0, 0, 0, 0, 9],
    }
}

/// A call that was given up in a vector.
pub fn bare() -> CallRecord {
    let bare = CallRecord::bare(CallId(70_002), AT, AT + 9, Disposition::Abandoned);
    CallRecord { disposition_secs: 9, duration_secs: 9, ..bare }
}

/// A record's values, of ACD 2 in Berlin.
pub fn values(record: &CallRecord) -> Vec<Value> {
    let calendar = Calendar { zone: "Europe/Berlin".parse().unwrap(), interval: Default::default() };
    Record::Call(Box::new(record.clone())).values(AcdNumber(2), 9, &calendar)
}
