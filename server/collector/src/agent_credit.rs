//! Credits calls to the agent's own row of the skill.

use catalog::hagent::{self, Row};
use model::event::Direction;

use crate::agent::Agent;
use crate::answer::RingEnd;
use crate::collector::Collector;
use crate::leg::{Base, Leg, LegKind, Phase};
use crate::slots::Ix;

impl Collector {
    /// The agent's row that a part is counted in: that of its split where the agent was logged in, and for extension calls
    /// that of the skill logged on to longest when the call began. `None` if the agent was not logged in.
    fn agent_row(&mut self, ix: Ix<Agent>, leg: &Leg) -> Option<&mut Row> {
        let split = leg.split()?;
        self.touch_agent(ix);
        let split = self.splits[split].id;
        let agent = &mut self.agents[ix];
        let extension = leg.extension?;
        agent.fresh = false;
        let position = agent.row_position(split, extension);
        Some(agent.rows[position].live.row())
    }

    pub(crate) fn credit_agent(&mut self, ix: Ix<Agent>, leg: &Leg) {
        let Some(row) = self.agent_row(ix, leg) else { return };
        match leg.kind {
            LegKind::Skill(_) => credit_skill_call(row, leg),
            LegKind::Direct(_) => credit_direct_call(row, leg),
            LegKind::Extension(direction) => credit_extension_call(row, leg, direction),
        }
        if !leg.late && !leg.phantom {
            credit_deeds(row, leg);
        }
    }

    /// Credits ringing that the agent did not answer. Personal calls leave no trace.
    pub(crate) fn credit_unanswered_ring(&mut self, ix: Ix<Agent>, leg: &Leg, end: RingEnd) {
        if leg.kind.split().is_none() {
            return;
        }
        let direct = matches!(leg.kind, LegKind::Direct(_));
        let secs = leg.secs(Phase::Ringing);
        let Some(row) = self.agent_row(ix, leg) else { return };
        row[hagent::RINGCALLS] += 1;
        row[hagent::RINGTIME] += secs;
        row[hagent::NOANSREDIR] += u32::from(end == RingEnd::Redirected);
        match (end, direct) {
            (RingEnd::Abandoned, true) => {
                row[hagent::DA_ABNCALLS] += 1;
                row[hagent::DA_ABNTIME] += leg.waited_secs();
            }
            (RingEnd::Abandoned, false) => {
                row[hagent::ABNCALLS] += 1;
                row[hagent::ABNTIME] += secs;
            }
            (_, true) => {
                row[hagent::DA_OTHERCALLS] += 1;
                row[hagent::DA_OTHERTIME] += leg.waited_secs();
            }
            (_, false) => {}
        }
    }
}

fn credit_skill_call(row: &mut Row, leg: &Leg) {
    let (talk_secs, acw_secs) = (leg.secs(Phase::Talking), leg.secs(Phase::Acw));
    if leg.late {
        row[hagent::ACWTIME] += acw_secs;
        return;
    }
    credit_answered_ring(row, leg);
    if leg.phantom {
        row[hagent::PHANTOMABNS] += 1;
        row[hagent::ABNCALLS] += 1;
        row[hagent::ABNTIME] += leg.secs(Phase::Ringing) + talk_secs + leg.secs(Phase::Held);
        return;
    }
    row[hagent::ACDCALLS] += 1;
    row[hagent::ACDTIME] += talk_secs;
    row[hagent::ACWTIME] += acw_secs;
    row[hagent::HOLDACDTIME] += leg.secs(Phase::Held);
    row[hagent::ACD_RELEASE] += u32::from(leg.deeds.released);
    row[hagent::ACDCALLS_R1] += u32::from(leg.reserve == 1);
    row[hagent::ACDCALLS_R2] += u32::from(leg.reserve == 2);
    if leg.adjunct {
        row[hagent::O_ACDCALLS] += 1;
        row[hagent::O_ACDTIME] += talk_secs;
        row[hagent::O_ACWTIME] += acw_secs;
    }
}

fn credit_direct_call(row: &mut Row, leg: &Leg) {
    let acw_secs = leg.secs(Phase::Acw);
    if leg.late {
        row[hagent::DA_ACWTIME] += acw_secs;
        return;
    }
    credit_answered_ring(row, leg);
    row[hagent::DA_ACDCALLS] += 1;
    row[hagent::DA_ACDTIME] += leg.secs(Phase::Talking);
    row[hagent::DA_ACWTIME] += acw_secs;
    row[hagent::DA_ANSTIME] += leg.waited_secs();
    row[hagent::HOLDACDTIME] += leg.secs(Phase::Held);
    row[hagent::DA_RELEASE] += u32::from(leg.deeds.released);
}

/// An answered call rang here unless it was delivered straight into the agent's ear.
fn credit_answered_ring(row: &mut Row, leg: &Leg) {
    row[hagent::RINGCALLS] += u32::from(leg.rang);
    row[hagent::RINGTIME] += leg.secs(Phase::Ringing);
    row[hagent::ANSRINGTIME] += leg.secs(Phase::Ringing);
}

fn credit_extension_call(row: &mut Row, leg: &Leg, direction: Direction) {
    let secs = leg.secs(Phase::Talking);
    match (leg.base, direction) {
        (Base::Acw { direct, .. }, Direction::In) => {
            row[hagent::ACWINCALLS] += 1;
            row[hagent::ACWINTIME] += secs;
            row[hagent::DA_ACWINCALLS] += u32::from(direct);
            row[hagent::DA_ACWINTIME] += if direct { secs } else { 0 };
        }
        (Base::Acw { direct, .. }, Direction::Out) => {
            row[hagent::ACWOUTCALLS] += 1;
            row[hagent::ACWOUTTIME] += secs;
            row[hagent::ACWOUTADJCALLS] += u32::from(leg.adjunct);
            row[hagent::ACWOUTOFFCALLS] += u32::from(leg.off_switch);
            row[hagent::ACWOUTOFFTIME] += if leg.off_switch { secs } else { 0 };
            if direct {
                row[hagent::DA_ACWOCALLS] += 1;
                row[hagent::DA_ACWOTIME] += secs;
                row[hagent::DA_ACWOADJCALLS] += u32::from(leg.adjunct);
                row[hagent::DA_ACWOOFFCALLS] += u32::from(leg.off_switch);
                row[hagent::DA_ACWOOFFTIME] += if leg.off_switch { secs } else { 0 };
            }
        }
        (Base::Aux(_) | Base::AcdHeld(_), Direction::In) => {
            row[hagent::AUXINCALLS] += 1;
            row[hagent::AUXINTIME] += secs;
        }
        (base @ (Base::Aux(_) | Base::AcdHeld(_)), Direction::Out) => {
            row[hagent::AUXOUTCALLS] += 1;
            row[hagent::AUXOUTTIME] += secs;
            row[hagent::AUXOUTADJCALLS] += u32::from(leg.adjunct);
            row[hagent::AUXOUTOFFCALLS] += u32::from(leg.off_switch);
            row[hagent::AUXOUTOFFTIME] += if leg.off_switch { secs } else { 0 };
            row[hagent::ACDAUXOUTCALLS] += u32::from(matches!(base, Base::AcdHeld(_)));
        }
    }
}

fn credit_deeds(row: &mut Row, leg: &Leg) {
    let deeds = &leg.deeds;
    row[hagent::HOLDCALLS] += u32::from(deeds.holds > 0);
    row[hagent::HOLDTIME] += leg.secs(Phase::Held);
    row[hagent::HOLDABNCALLS] += u32::from(deeds.hold_abandoned);
    row[hagent::TRANSFERRED] += deeds.transfers;
    row[hagent::CONFERENCE] += deeds.conferences;
    row[hagent::ASSISTS] += deeds.assists;
    for (button, &count) in (1..).zip(&deeds.strokes) {
        row[hagent::EVENT.at(button)] += u32::from(count);
    }
}
