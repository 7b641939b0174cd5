//! What the board keeps of each entity.

use std::sync::Arc;

use catalog::{hagent, hcwc, hsplit, htkgrp, htrunk, hvdn, hvector};
use model::event::{Direction, Priority};
use model::{Extension, LoginId, Moment, SplitId, TrunkGroupId, VdnId, VectorId};
use smallvec::SmallVec;

use crate::agent::{Agent, Session};
use crate::call::Stage;
use crate::collector::Collector;
use crate::heads::Heads;
use crate::leg::{LegKind, Phase};
use crate::live::Live;
use crate::slots::Ix;
use crate::split::{ExpectedWait, Split};
use crate::trunk::{Trunk, TrunkGroup};
use crate::vdn::Vdn;
use crate::vector::Vector;
use crate::work::Mode;
use crate::work_code::Code;

#[derive(Debug)]
pub(super) struct SplitView {
    pub id: SplitId,
    pub shown: bool,
    pub live: Live<hsplit::Row>,
    pub in_queue: u32,
    pub in_ring: u32,
    pub da_in_ring: u32,
    pub oldest: Option<Moment>,
    pub expected_wait: ExpectedWait,
    pub percents: u32,
    pub heads: Heads,
}

impl SplitView {
    pub(super) fn of(split: &Split) -> Self {
        SplitView {
            id: split.id,
            shown: split.configured || split.staffed() > 0 || !split.queue.is_empty() || split.live.is_active(),
            live: split.live.clone(),
            in_queue: split.in_queue(),
            in_ring: split.in_ring,
            da_in_ring: split.da_in_ring,
            oldest: split.queue.first().map(|(since, _)| *since),
            expected_wait: split.expected_wait(),
            percents: split.percents,
            heads: split.heads,
        }
    }
}

#[derive(Debug)]
pub(super) struct AgentView {
    pub id: LoginId,
    pub logid: Arc<str>,
    pub mode: Mode,
    pub changed_at: Moment,
    pub wide_since: Moment,
    pub work_skill: Option<SplitId>,
    pub work_level: Option<u8>,
    /// The available skill held longest, while available.
    pub work_split: Option<SplitId>,
    pub top: Option<SplitId>,
    pub oldest: Option<SplitId>,
    pub session: Option<Arc<Session>>,
    pub on_hold: u32,
    pub acd_on_hold: u32,
    pub direct_in_ring: u32,
    /// Of a call that the agent made: whether it goes off the switch, and whether an adjunct dialled it.
    pub made: Option<(bool, bool)>,
    pub vdn: Option<Arc<str>>,
    pub rows: Vec<AgentRowView>,
}

#[derive(Debug)]
pub(super) struct AgentRowView {
    pub split: SplitId,
    pub extension: Extension,
    pub live: Live<hagent::Row>,
    /// `None` for a skill the agent had in this interval and has no longer.
    pub skill: Option<SkillView>,
}

#[derive(Debug)]
pub(super) struct SkillView {
    pub mode: Mode,
    pub direction: Option<Direction>,
    pub since: Moment,
    pub reason: u8,
    pub level: u8,
    pub reserve: u8,
    pub percent: u8,
    pub top: bool,
}

impl AgentView {
    /// The row's skill, or for one that the agent has left any other: AUX with its reason and the direction of a call are the
    /// same in all of them, and reports that put the rows together by agent must find one value.
    pub(super) fn any_skill<'a>(&'a self, row: &'a AgentRowView) -> Option<&'a SkillView> {
        row.skill.as_ref().or_else(|| self.rows.iter().find_map(|row| row.skill.as_ref()))
    }

    /// Whether the two have rows of the same keys in the same places.
    pub(super) fn has_rows_of(&self, other: &AgentView) -> bool {
        let keys =
            |view: &AgentView| view.rows.iter().map(|row| (row.split, row.extension)).collect::<SmallVec<[_; 8]>>();
        self.rows.len() == other.rows.len() && keys(self) == keys(other)
    }
}

#[derive(Debug)]
pub(super) struct VdnView {
    pub id: VdnId,
    pub shown: bool,
    pub number: Arc<str>,
    pub rows: SmallVec<[(Option<VectorId>, Live<hvdn::Row>); 1]>,
    pub in_progress: u32,
    pub at_agent: u32,
    pub active_calls: u32,
    pub oldest: Option<Moment>,
}

impl VdnView {
    pub(super) fn of(vdn: &Vdn) -> Self {
        let mut rows: SmallVec<[_; 1]> = vdn.rows.iter().map(|row| (row.vector, row.live.clone())).collect();
        if rows.is_empty() {
            rows.push((vdn.vector, Live::default()));
        }
        rows.sort_by_key(|(vector, _)| *vector);
        VdnView {
            id: vdn.id,
            shown: vdn.configured || vdn.in_progress > 0 || vdn.rows.iter().any(|row| row.live.is_active()),
            number: Arc::from(vdn.id.as_str()),
            rows,
            in_progress: vdn.in_progress,
            at_agent: vdn.at_agent,
            active_calls: vdn.active_calls,
            oldest: vdn.waiting.first().copied(),
        }
    }
}

#[derive(Debug)]
pub(super) struct VectorView {
    pub id: VectorId,
    pub shown: bool,
    pub live: Live<hvector::Row>,
    pub in_progress: u32,
}

impl VectorView {
    pub(super) fn of(vector: &Vector) -> Self {
        VectorView {
            id: vector.id,
            shown: vector.configured || vector.in_progress > 0 || vector.live.is_active(),
            live: vector.live.clone(),
            in_progress: vector.in_progress,
        }
    }
}

#[derive(Debug)]
pub(super) struct TrunkGroupView {
    pub id: TrunkGroupId,
    pub shown: bool,
    pub live: Live<htkgrp::Row>,
    pub on_inbound: u32,
    pub on_outbound: u32,
    pub in_queue: u32,
    pub in_ring: u32,
    pub at_agent: u32,
}

impl TrunkGroupView {
    pub(super) fn of(group: &TrunkGroup) -> Self {
        let in_use = group.on_inbound() + group.on_outbound();
        TrunkGroupView {
            id: group.id,
            shown: group.configured || in_use > 0 || group.live.is_active(),
            live: group.live.clone(),
            on_inbound: group.on_inbound(),
            on_outbound: group.on_outbound(),
            in_queue: group.in_queue,
            in_ring: group.in_ring,
            at_agent: group.at_agent,
        }
    }
}

#[derive(Debug)]
pub(super) struct TrunkView {
    pub eqloc: Arc<str>,
    pub shown: bool,
    pub group: Option<TrunkGroupId>,
    pub live: Live<htrunk::Row>,
    pub state: &'static str,
    pub since: Moment,
    pub direction: Option<Direction>,
    pub logid: Option<LoginId>,
    pub vdn: Option<VdnId>,
    pub split: Option<SplitId>,
    /// Priority of the queue the call waits in, and whether it came there by ringing alone.
    pub queue: Option<(Priority, bool)>,
}

#[derive(Debug)]
pub(super) struct CodeView {
    pub code: Arc<str>,
    pub shown: bool,
    pub live: Live<hcwc::Row>,
}

impl CodeView {
    pub(super) fn of(code: &Code) -> Self {
        CodeView { code: Arc::from(code.id.as_str()), shown: code.live.is_active(), live: code.live.clone() }
    }
}

fn is_direct(kind: LegKind) -> bool {
    matches!(kind, LegKind::Direct(_))
}

impl Collector {
    pub(super) fn agent_view(&self, ix: Ix<Agent>, before: Option<&AgentView>) -> AgentView {
        let agent = &self.agents[ix];
        let split_id = |split: Ix<Split>| self.splits[split].id;
        let held = |acd: bool| {
            let counts = |kind| !acd || matches!(kind, LegKind::Skill(_) | LegKind::Direct(_));
            agent.legs.iter().filter(|leg| leg.phase == Phase::Held && counts(leg.kind)).count() as u32
        };
        let talking = agent.legs.iter().rev().find(|leg| leg.phase == Phase::Talking);
        let visit = talking.and_then(|leg| leg.visit).and_then(|visit| self.visits.get(visit));
        let work_skill = agent.work.skill.map(split_id);
        let rows = agent.rows.iter().enumerate().map(|(position, row)| {
            let skill = agent.skills.iter().find(|skill| skill.row == position);
            AgentRowView {
                split: row.split,
                extension: row.extension,
                live: row.live.clone(),
                skill: skill.and_then(|skill| {
                    let state = skill.state?;
                    Some(SkillView {
                        mode: state.mode,
                        direction: state.direction,
                        since: skill.since,
                        reason: state.reason,
                        level: skill.skill.level,
                        reserve: skill.skill.reserve,
                        percent: skill.skill.percent,
                        top: state.top,
                    })
                }),
            }
        });
        AgentView {
            id: agent.id,
            logid: before.map_or_else(|| Arc::from(agent.id.as_str()), |before| Arc::clone(&before.logid)),
            mode: agent.work.mode,
            changed_at: agent.changed_at,
            wide_since: agent.wide_since,
            work_skill,
            work_split: agent.available_longest().map(|position| agent.skills[position].skill.split).or(work_skill),
            top: agent.top().map(|position| agent.skills[position].skill.split),
            work_level: agent.skills.iter().find(|s| Some(s.skill.split) == work_skill).map(|s| s.skill.level),
            oldest: agent.oldest().map(|position| agent.skills[position].skill.split),
            session: agent.session.clone(),
            on_hold: held(false),
            acd_on_hold: held(true),
            direct_in_ring: agent.legs.iter().filter(|leg| leg.phase == Phase::Ringing && is_direct(leg.kind)).count()
                as u32,
            made: talking
                .filter(|leg| leg.kind == LegKind::Extension(Direction::Out))
                .map(|leg| (leg.off_switch, leg.adjunct)),
            vdn: visit.map(|visit| Arc::from(self.vdns[visit.vdn].id.as_str())),
            rows: rows.collect(),
        }
    }

    pub(super) fn trunk_view(&self, ix: Ix<Trunk>) -> TrunkView {
        let trunk = &self.trunks[ix];
        let call = trunk.call.and_then(|call| self.calls.pool.get(call));
        let visit = call.and_then(|call| call.visit).and_then(|visit| self.visits.get(visit));
        let state = match trunk.stage {
            None if trunk.maintenance_busy => "MBUSY",
            None => "IDLE",
            Some(Stage::Seized) => "SEIZED",
            Some(Stage::Queued) => "QUEUED",
            Some(Stage::Ringing) => "RINGING",
            Some(Stage::Connected) => "CONN",
            Some(Stage::Held) => "HOLD",
        };
        TrunkView {
            eqloc: Arc::from(trunk.id.as_str()),
            shown: trunk.configured || trunk.call.is_some() || trunk.live.is_active(),
            group: trunk.group_id,
            live: trunk.live.clone(),
            state,
            since: trunk.since,
            direction: call
                .and_then(|call| call.trunks.iter().find(|seized| seized.trunk == Some(ix)))
                .map(|seized| seized.direction),
            logid: call.and_then(|call| call.agents.last()).map(|&agent| self.agents[agent].id),
            vdn: visit.map(|visit| self.vdns[visit.vdn].id),
            queue: call.and_then(|call| call.waits.first()).map(|wait| (wait.priority, wait.backup)),
            split: call.and_then(|call| call.waits.first().map(|wait| self.splits[wait.split].id).or(call.answered_in)),
        }
    }
}
