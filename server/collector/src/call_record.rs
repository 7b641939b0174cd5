//! Writes call records: what a history knows, in the words of the catalogue.

use arrayvec::{ArrayString, ArrayVec};
use catalog::{CallRecord, Disposition, MaliciousRow, Record};
use model::event::CallIdentity;
use model::{CallId, Extension, Moment};
use smallvec::SmallVec;

use crate::agent::Agent;
use crate::collector::Collector;
use crate::history::{History, Part};
use crate::slots::Ix;
use crate::split::Split;

/// What all records of one call have in common.
struct Frame {
    call: CallId,
    /// When the call was over, without after-call work.
    call_ended_at: Moment,
    ended_at: Moment,
}

impl Collector {
    /// Everything about a call and those that joined it is over: its parts become records, in the order in which they
    /// began.
    pub(crate) fn write_records(&mut self, heir: Ix<History>) {
        let mut histories: SmallVec<[History; 1]> = SmallVec::new();
        self.take_histories(heir, &mut histories);
        let Some(call_ended_at) = histories.first().and_then(|heir| heir.ended_at) else { return };
        let mut parts: SmallVec<[(CallId, &Part); 1]> = SmallVec::new();
        for history in &histories {
            parts.extend(history.parts.iter().map(|part| (history.id, part)));
        }
        // Of one history, the parts are in order already; equal beginnings of several go by the number of the call.
        parts.sort_by_key(|(id, part)| (part.began_at, *id));
        let Some(&(call, _)) = parts.first() else { return };
        let frame = Frame { call, call_ended_at, ended_at: self.now() };
        let seen = parts.iter().filter(|(_, part)| !part.unseen);
        for (number, (_, part)) in (1..).zip(seen) {
            let segment = u8::try_from(number).unwrap_or(u8::MAX);
            let record = Box::new(self.call_record(&frame, segment, part));
            self.record(Record::Call(record));
        }
    }

    fn take_histories(&mut self, ix: Ix<History>, into: &mut SmallVec<[History; 1]>) {
        let Some(history) = self.histories.remove(ix) else { return };
        self.unseen = self.unseen.saturating_sub(u32::from(history.is_unseen()));
        self.over_set_clock.remove(&history.id);
        let joined = history.joined.clone();
        into.push(history);
        for other in joined {
            self.take_histories(other, into);
        }
    }

    fn call_record(&self, frame: &Frame, segment: u8, part: &Part) -> CallRecord {
        let (disposition, disposition_secs) = part.outcome(frame.call_ended_at);
        let unknown = CallIdentity::default();
        let identity = part.identity.as_deref().unwrap_or(&unknown);
        let origin = part.origin.as_deref();
        let extension = origin.and_then(|origin| origin.extension);
        let dialed = origin.and_then(|origin| origin.digits).or(identity.dialed_number);
        let (codes, strokes) =
            part.notes.as_deref().map_or((&[][..], [0; 9]), |notes| (&notes.codes[..], notes.strokes));
        let marks = part.marks;
        CallRecord {
            call: frame.call,
            segment,
            began_at: part.began_at,
            ended_at: frame.ended_at,
            ucid: text(identity.ucid.as_ref().map(|ucid| ucid.as_str())),
            calling_party: calling_party(part.identity.as_deref(), extension.as_ref()),
            calling_ii: line_kind(part.identity.as_deref()),
            dialed_number: text(dialed.as_ref().map(|number| number.as_str())),
            last_digits: text(identity.collected_digits.as_ref().map(|digits| digits.as_str())),
            user_to_user: text(identity.user_to_user.as_ref().map(|text| text.as_str())),
            disposition,
            disposition_secs,
            disposition_split: part
                .split
                .or_else(|| part.split_of_origin(disposition))
                .map(|split| self.splits[split].id),
            priority: part.priority,
            skill_level: part.answer.map_or(0, |answer| answer.level),
            disposition_vdn: part.vdn.map(|vdn| self.vdns[vdn].id),
            disposition_vector: part.vector.map(|vector| self.vectors[vector].id),
            vdns: part.vdns.iter().map(|&vdn| self.vdns[vdn].id).collect(),
            first_vector: part.first_vector.map(|vector| self.vectors[vector].id),
            splits: part.splits.iter().map(|&split| self.splits[split].id).collect(),
            queue_secs: part.queue_secs,
            ring_secs: part.ring_secs,
            talk_secs: part.talk_secs,
            answer_hold_secs: part.hold_secs,
            origin_hold_secs: origin.map_or(0, |origin| origin.hold_secs),
            consult_secs: origin.map_or(0, |origin| origin.talk_secs),
            acw_secs: part.acw_secs,
            duration_secs: frame.call_ended_at.since(part.began_at),
            answering_agent: part.answer.map(|answer| self.agents[answer.agent].id),
            answering_aux: part.answer.and_then(|answer| answer.aux),
            originating_agent: origin.map(|origin| self.agents[origin.agent].id),
            originating_aux: origin.and_then(|origin| origin.aux),
            trunk_group: part.group.map(|group| self.groups[group].id),
            trunk: part.trunk.map(|trunk| self.trunks[trunk].id),
            agent_released: marks.released,
            assist: marks.assist,
            audio: marks.audio,
            conference: marks.conference,
            direct_agent: part.direct,
            held: marks.holds,
            hold_abandoned: marks.hold_abandoned,
            malicious: marks.malicious,
            transferred: marks.transferred,
            work_codes: codes.iter().copied().take(5).collect::<ArrayVec<_, 5>>(),
            last_work_code: codes.last().copied(),
            strokes,
        }
    }

    /// The agent at `position` among whose shares the call is has it traced as malicious.
    pub(crate) fn record_malicious(&mut self, agent: Ix<Agent>, position: usize) {
        let leg = &self.agents[agent].legs[position];
        let call = self.calls.pool.get(leg.call).filter(|_| leg.is_open());
        let place = leg.place.or(call.map(|call| self.last_place(call)));
        let part = place.map(|place| self.part_of(place));
        let seized = call.and_then(|call| call.trunks.first());
        let group = seized.map(|seized| seized.group).or(part.and_then(|part| part.group));
        let trunk = seized.map_or(part.and_then(|part| part.trunk), |seized| seized.trunk);
        let row = MaliciousRow {
            at: self.now(),
            agent: self.agents[agent].id,
            extension: leg.extension,
            split: leg.kind.split().map(|split| self.splits[split].id),
            trunk_group: group.map(|group| self.groups[group].id),
            trunk: trunk.map(|trunk| self.trunks[trunk].id),
            vdn: part.and_then(|part| part.vdn).map(|vdn| self.vdns[vdn].id),
        };
        self.record(Record::Malicious(row));
    }

    /// The call is credited and forgotten already; who asked and in which split is still known.
    pub(crate) fn record_malicious_late(&mut self, agent: Ix<Agent>) {
        let last = self.agents[agent].last.as_ref();
        let row = MaliciousRow {
            at: self.now(),
            agent: self.agents[agent].id,
            extension: last.and_then(|last| last.extension),
            split: last.and_then(|last| last.kind.split()).map(|split| self.splits[split].id),
            trunk_group: None,
            trunk: None,
            vdn: None,
        };
        self.record(Record::Malicious(row));
    }
}

impl Part {
    /// The disposition with the wait until then. A call of which nothing became has waited to its end, if it was on its
    /// way to anybody by a VDN, vector or queue.
    fn outcome(&self, call_ended_at: Moment) -> (Disposition, u32) {
        self.disposition.unwrap_or_else(|| {
            let secs = if self.is_on_its_way() {
                call_ended_at.since(self.began_at)
            } else {
                self.queue_secs + self.ring_secs
            };
            (Disposition::Other, secs)
        })
    }

    /// The split that an agent's own call is counted with, if no other had to do with it.
    fn split_of_origin(&self, disposition: Disposition) -> Option<Ix<Split>> {
        let counts = matches!(disposition, Disposition::Connected | Disposition::Interflow | Disposition::Other);
        self.origin.as_ref().filter(|_| counts).and_then(|origin| origin.split)
    }
}

/// CALLING_PTY: the number of the caller, or the extension of the agent who made the call.
pub(crate) fn calling_party(identity: Option<&CallIdentity>, made_at: Option<&Extension>) -> ArrayString<24> {
    let number = identity.and_then(|identity| identity.calling_party.as_ref());
    text(number.map(|number| number.as_str()).or(made_at.map(|extension| extension.as_str())))
}

/// CALLING_II.
pub(crate) fn line_kind(identity: Option<&CallIdentity>) -> ArrayString<2> {
    identity.and_then(|identity| identity.line_kind).map_or_else(ArrayString::new, |kind| digits(kind.0))
}

/// A text that is known to fit.
fn text<const N: usize>(text: Option<&str>) -> ArrayString<N> {
    text.and_then(|text| ArrayString::from(text).ok()).unwrap_or_default()
}

fn digits(number: u8) -> ArrayString<2> {
    let mut digits = ArrayString::new();
    for digit in [number / 10 % 10, number % 10] {
        digits.push(char::from(b'0' + digit));
    }
    digits
}
