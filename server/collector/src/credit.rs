//! Credits an agent's finished part in a call to the split, the VDN and the work codes; the agent's own row is in
//! `agent_credit`.

use catalog::hsplit::{self, Row};
use model::event::{CallAct, Direction, Priority};
use model::{CallId, LoginId};

use crate::agent::{Agent, LastCall};
use crate::collector::Collector;
use crate::effects::AnomalyKind;
use crate::leg::{Base, Leg, LegKind, Phase, visit_of};
use crate::live::{add, raise};
use crate::slots::Ix;
use crate::split::{Split, credit_rings};
use crate::vdn::Visit;
use crate::work_code::Code;

impl Collector {
    /// The second is over: calls that ended in it have no after-call work.
    pub(crate) fn credit_just_ended(&mut self) {
        let mut ended = std::mem::take(&mut self.just_ended);
        for (ix, call) in ended.drain(..) {
            let legs = &mut self.agents[ix].legs;
            if let Some(position) = legs.iter().position(|leg| leg.call_id == call && leg.phase == Phase::Ended) {
                let leg = legs.remove(position);
                self.credit_leg(ix, leg);
            }
        }
        self.just_ended = ended;
    }

    /// Credits a part that is over, after-call work included.
    pub(crate) fn credit_leg(&mut self, ix: Ix<Agent>, leg: Leg) {
        self.unseen = self.unseen.saturating_sub(u32::from(leg.unseen));
        if !leg.unseen {
            match leg.kind {
                LegKind::Skill(split) => {
                    self.splits[split].credit_part(&leg);
                    self.touch_split(split);
                }
                LegKind::Direct(_) => {}
                LegKind::Extension(direction) => {
                    if let Some(split) = leg.split() {
                        credit_extension(self.splits[split].row(), &leg, direction);
                    }
                }
            }
            self.credit_agent(ix, &leg);
            self.credit_codes(&leg);
        }
        if let Some(visit) = visit_of(&mut self.visits, &leg) {
            visit.add_part(&leg);
        }
        if let Some(visit) = leg.visit {
            self.credit_visit_if_over(visit);
        }
        if leg.kind.split().is_some() {
            self.agents[ix].last = Some(LastCall::of(&leg, self.other_numbers(&leg)));
        }
        if let Some(place) = leg.place {
            self.part_at(place).take(&leg);
            self.close_share(place);
        }
    }

    fn credit_codes(&mut self, leg: &Leg) {
        let codes = &leg.deeds.codes;
        for (position, code) in codes.iter().enumerate() {
            let again = codes[..position].contains(code);
            let (talk_secs, acw_secs) = if again { (0, 0) } else { (leg.secs(Phase::Talking), leg.secs(Phase::Acw)) };
            let ix = self.codes.intern(*code, || Code::new(*code));
            self.codes[ix].credit(1, talk_secs, acw_secs);
        }
    }

    pub(crate) fn credit_visit_if_over(&mut self, ix: Ix<Visit>) {
        if self.visits.get(ix).is_some_and(|visit| visit.left && visit.open_parts == 0)
            && let Some(visit) = self.visits.remove(ix)
        {
            self.vdns[visit.vdn].credit(&visit);
            self.touch_vdn(visit.vdn);
        }
    }

    /// A work code, stroke count or call for assistance: on the call, or in its after-call work.
    pub(crate) fn note_deed(&mut self, call: CallId, agent_id: LoginId, act: &CallAct) {
        let ix = self.agent_ix(agent_id);
        let Some(position) = self.share_in(ix, call) else {
            self.note_late_deed(ix, call, act);
            return;
        };
        match act {
            CallAct::WorkCodeEntered { code, .. } => {
                self.note_traced_code(ix, *code);
                let Leg { kind, place, .. } = self.agents[ix].legs[position];
                self.note_work_code(ix, kind, *code);
                if let Some(place) = place {
                    self.part_at(place).note_code(*code);
                }
            }
            CallAct::Assist { .. } => self.note_traced(ix, |flags| flags.assist = true),
            CallAct::MaliciousTrace { .. } => self.note_traced(ix, |flags| flags.malicious = true),
            _ => {}
        }
        let deeds = &mut self.agents[ix].legs[position].deeds;
        match act {
            CallAct::WorkCodeEntered { code, .. } => deeds.codes.push(*code),
            CallAct::StrokeCount { button, .. } => {
                if let Some(count) = usize::from(*button).checked_sub(1).and_then(|nth| deeds.strokes.get_mut(nth)) {
                    *count = count.saturating_add(1);
                }
            }
            CallAct::Assist { .. } => deeds.assists += 1,
            CallAct::MaliciousTrace { .. } => {
                deeds.malicious = true;
                self.record_malicious(ix, position);
            }
            _ => {}
        }
    }

    /// The part is credited already; only a work code and a malicious-call trace still have a row to go to.
    fn note_late_deed(&mut self, ix: Ix<Agent>, call: CallId, act: &CallAct) {
        let known = self.agents[ix].last.as_ref().is_some_and(|last| last.is_known_by(call));
        match act {
            CallAct::MaliciousTrace { .. } if known => self.record_malicious_late(ix),
            CallAct::WorkCodeEntered { code, .. } if known => {
                let code = self.codes.intern(*code, || Code::new(*code));
                self.codes[code].credit(1, 0, 0);
            }
            _ => {
                let agent = self.agents[ix].id;
                self.anomaly(AnomalyKind::OutOfPlace, || {
                    format!("agent {agent} has no part in call {call}; {act:?} is passed over")
                });
            }
        }
    }
}

impl Split {
    /// Credits a call answered in this split.
    fn credit_part(&mut self, leg: &Leg) {
        let answer = &leg.answer;
        let wait_secs = answer.wait_secs;
        let acw_secs = leg.secs(Phase::Acw);
        if leg.late {
            self.row()[hsplit::ACWTIME] += acw_secs;
            return;
        }
        let talk_secs = leg.secs(Phase::Talking);
        let abandoned_secs = wait_secs.saturating_add(talk_secs).saturating_add(leg.secs(Phase::Held));
        self.judge_answer(if leg.phantom { abandoned_secs } else { wait_secs }, leg.phantom);
        let row = self.row();
        row[hsplit::CALLSOFFERED] += 1;
        row[hsplit::INFLOWCALLS] += answer.inflows;
        raise(&mut row[hsplit::MAXOCWTIME], wait_secs);
        credit_rings(row, &answer.rings);
        if leg.phantom {
            row[hsplit::PHANTOMABNS] += 1;
            row[hsplit::ABNCALLS] += 1;
            add(&mut row[hsplit::ABNTIME], abandoned_secs);
            row[hsplit::O_ABNCALLS] += u32::from(leg.adjunct);
            return;
        }
        row[hsplit::ACDCALLS] += 1;
        row[hsplit::ACDTIME] += talk_secs;
        add(&mut row[hsplit::ANSTIME], wait_secs);
        row[hsplit::ACWTIME] += acw_secs;
        row[hsplit::BACKUPCALLS] += u32::from(answer.backup || leg.reserve > 0);
        row[hsplit::ACDCALLS_R1] += u32::from(leg.reserve == 1);
        row[hsplit::ACDCALLS_R2] += u32::from(leg.reserve == 2);
        if leg.adjunct {
            row[hsplit::O_ACDCALLS] += 1;
            row[hsplit::O_ACDTIME] += talk_secs;
            row[hsplit::O_ACWTIME] += acw_secs;
        }
        if let Some(priority) = answer.priority {
            row[priority_calls(priority)] += 1;
        }
        credit_deeds(row, leg);
    }
}

fn priority_calls(priority: Priority) -> catalog::tables::Column<Row> {
    match priority {
        Priority::Low => hsplit::LOWCALLS,
        Priority::Medium => hsplit::MEDCALLS,
        Priority::High => hsplit::HIGHCALLS,
        Priority::Top => hsplit::TOPCALLS,
    }
}

fn credit_deeds(row: &mut Row, leg: &Leg) {
    let deeds = &leg.deeds;
    row[hsplit::HOLDCALLS] += u32::from(deeds.holds > 0);
    row[hsplit::HOLDTIME] += leg.secs(Phase::Held);
    row[hsplit::HOLDABNCALLS] += u32::from(deeds.hold_abandoned);
    row[hsplit::TRANSFERRED] += deeds.transfers;
    row[hsplit::CONFERENCE] += deeds.conferences;
    row[hsplit::ASSISTS] += deeds.assists;
    for (button, &count) in (1..).zip(&deeds.strokes) {
        row[hsplit::EVENT.at(button)] += u32::from(count);
    }
}

/// Credits an agent's extension call to the split it is counted with.
fn credit_extension(row: &mut Row, leg: &Leg, direction: Direction) {
    let secs = leg.secs(Phase::Talking);
    match (leg.base, direction) {
        (Base::Acw { direct, .. }, Direction::In) => {
            row[hsplit::ACWINCALLS] += 1;
            row[hsplit::ACWINTIME] += secs;
            row[hsplit::DA_ACWINCALLS] += u32::from(direct);
            row[hsplit::DA_ACWINTIME] += if direct { secs } else { 0 };
        }
        (Base::Acw { direct, .. }, Direction::Out) => {
            row[hsplit::ACWOUTCALLS] += 1;
            row[hsplit::ACWOUTTIME] += secs;
            row[hsplit::ACWOUTOFFCALLS] += u32::from(leg.off_switch);
            row[hsplit::ACWOUTOFFTIME] += if leg.off_switch { secs } else { 0 };
            row[hsplit::ACWOUTADJCALLS] += u32::from(leg.adjunct);
            row[hsplit::DA_ACWOCALLS] += u32::from(direct);
            row[hsplit::DA_ACWOTIME] += if direct { secs } else { 0 };
        }
        (Base::Aux(_) | Base::AcdHeld(_), Direction::In) => {
            row[hsplit::AUXINCALLS] += 1;
            row[hsplit::AUXINTIME] += secs;
        }
        (base @ (Base::Aux(_) | Base::AcdHeld(_)), Direction::Out) => {
            row[hsplit::AUXOUTCALLS] += 1;
            row[hsplit::AUXOUTTIME] += secs;
            row[hsplit::AUXOUTOFFCALLS] += u32::from(leg.off_switch);
            row[hsplit::AUXOUTOFFTIME] += if leg.off_switch { secs } else { 0 };
            row[hsplit::AUXOUTADJCALLS] += u32::from(leg.adjunct);
            row[hsplit::ACDAUXOUTCALLS] += u32::from(matches!(base, Base::AcdHeld(_)));
        }
    }
}

impl Visit {
    /// Adds what an agent did to the visit that the agent answered.
    fn add_part(&mut self, leg: &Leg) {
        self.open_parts = self.open_parts.saturating_sub(1);
        if leg.unseen {
            return;
        }
        let (talk_secs, held_secs) = (leg.secs(Phase::Talking), leg.secs(Phase::Held));
        let acd = leg.kind.split().is_some();
        if acd && !leg.phantom {
            self.talk_secs += talk_secs;
            self.acw_secs += leg.secs(Phase::Acw);
            self.acd_hold_secs += held_secs;
            self.acd_held |= leg.deeds.holds > 0;
        } else if !acd {
            self.connect_talk_secs += talk_secs;
        }
        if !leg.phantom {
            self.hold_secs += held_secs;
            self.held |= leg.deeds.holds > 0;
            self.hold_abandoned |= leg.deeds.hold_abandoned;
            self.transfers += leg.deeds.transfers;
        }
    }
}
