//! What agents do: sessions, skills and work modes.

use std::sync::Arc;

use model::event::{AgentAct, Skills, WorkMode};
use model::{CallId, Extension, LoginId, LogoutReason, Moment, SplitId};

use crate::agent::{Agent, Session};
use crate::collector::Collector;
use crate::effects::{AnomalyKind, Effect};
use crate::leg::{Leg, Phase};
use crate::live::Columns;
use crate::slots::Ix;
use crate::split::Split;
use crate::work::{Mode, Work};

impl Collector {
    pub(crate) fn agent_act(&mut self, id: LoginId, act: &AgentAct) {
        let ix = self.agent_ix(id);
        match act {
            AgentAct::LoggedIn { extension, skills } => {
                if self.agents[ix].session.is_some() {
                    self.anomaly(AnomalyKind::AlreadyLoggedIn, || {
                        format!("agent {id} logs in while logged in; the session before ends now")
                    });
                    self.note_second_login(ix, skills.first().map(|skill| skill.split));
                    self.log_out(ix, None);
                }
                let session = Session {
                    extension: *extension,
                    login: self.now(),
                    seen_at_pump_up: false,
                    skills: skills.clone(),
                };
                self.begin_session(ix, Arc::new(session), skills);
                self.trace_login(ix);
            }
            AgentAct::Seen { extension, skills, since, mode } => self.agent_seen(ix, *extension, skills, *since, *mode),
            _ if self.agents[ix].session.is_none() => {
                self.anomaly(AnomalyKind::UnknownAgent, || {
                    format!("agent {id} is not logged in; {act:?} is passed over")
                });
            }
            AgentAct::LoggedOut { reason } => {
                self.note_logout_reason(ix, *reason);
                self.log_out(ix, *reason);
            }
            AgentAct::Mode { split, mode } => {
                self.note_aux_reason(ix, *split, *mode);
                self.tell_mode(ix, *split, *mode);
            }
            AgentAct::SkillsChanged { skills } => self.change_skills(ix, skills),
        }
        self.refresh_agent(ix);
    }

    pub(crate) fn agent_ix(&mut self, id: LoginId) -> Ix<Agent> {
        let now = self.now();
        self.agents.intern(id, || Agent::new(id, now))
    }

    pub(crate) fn split_ix(&mut self, id: SplitId) -> Ix<Split> {
        let settings = &self.settings;
        self.splits.intern(id, || Split::new(id, settings.split_profiles.get(&id), &settings.split_profile))
    }

    fn begin_session(&mut self, ix: Ix<Agent>, session: Arc<Session>, skills: &Skills) {
        let (now, extension) = (self.now(), session.extension);
        let agent = &mut self.agents[ix];
        agent.session = Some(session);
        (agent.changed_at, agent.wide_since) = (now, now);
        self.set_skills(ix, skills, extension);
    }

    fn log_out(&mut self, ix: Ix<Agent>, reason: Option<LogoutReason>) {
        self.end_acw(ix, |_| true);
        self.unstaff(ix);
        let now = self.now();
        let agent = &mut self.agents[ix];
        agent.fresh = false;
        agent.changed_at = now;
        if let Some(session) = agent.session.take() {
            let row = session.row(agent.id, now, reason, false);
            self.out.push(Effect::Login(row));
            self.trace_logout(ix, reason);
        }
        self.forget_unseen_acw(ix);
    }

    /// Takes the agent out of all skills; the rows stay until the interval ends.
    pub(crate) fn unstaff(&mut self, ix: Ix<Agent>) {
        while !self.agents[ix].skills.is_empty() {
            self.drop_skill(ix, 0);
        }
    }

    fn drop_skill(&mut self, ix: Ix<Agent>, position: usize) {
        let now = self.now();
        let agent = &mut self.agents[ix];
        let skill = agent.skills.remove(position);
        let split = &mut self.splits[skill.split];
        split.fresh = false;
        agent.fresh = false;
        if let Some(state) = skill.state {
            agent.rows[skill.row].live.switch(&state.agent_columns(), &Columns::default(), now);
            split.live.switch(&state.split_columns(), &Columns::default(), now);
            split.top_staffed -= u32::from(state.top);
            split.percents -= u32::from(skill.skill.percent);
            split.heads.leave(&state);
        }
    }

    fn change_skills(&mut self, ix: Ix<Agent>, skills: &Skills) {
        if let Some(extension) = self.agents[ix].extension() {
            self.set_skills(ix, skills, extension);
        }
    }

    /// Gives the agent exactly these skills. Skills that stay keep their logon age and their mode.
    fn set_skills(&mut self, ix: Ix<Agent>, skills: &Skills, extension: Extension) {
        let now = self.now();
        let kept_mode = self.agents[ix].skills.first().map(|skill| (skill.mode, skill.next));
        let mut position = 0;
        while let Some(old) = self.agents[ix].skills.get(position) {
            if skills.iter().any(|skill| skill.split == old.skill.split) {
                position += 1;
            } else {
                self.drop_skill(ix, position);
            }
        }
        for skill in skills {
            let split = self.split_ix(skill.split);
            let agent = &mut self.agents[ix];
            match agent.skills.iter_mut().find(|old| old.split == split) {
                Some(old) => {
                    if old.state.is_some() && old.skill.percent != skill.percent {
                        let split = &mut self.splits[split];
                        split.percents = split.percents - u32::from(old.skill.percent) + u32::from(skill.percent);
                        split.note_staff();
                    }
                    old.skill = *skill;
                    agent.fresh = false;
                }
                None => agent.add_skill(*skill, split, extension, kept_mode, now),
            }
        }
        // The order in which the switch lists the skills decides between equal levels.
        let order = |split: SplitId| skills.iter().position(|skill| skill.split == split);
        self.agents[ix].skills.sort_by_key(|skill| order(skill.skill.split));
    }

    fn tell_mode(&mut self, ix: Ix<Agent>, split: Option<SplitId>, mode: WorkMode) {
        let agent = &mut self.agents[ix];
        let busy = agent.is_busy();
        let mut told = false;
        for skill in agent.skills.iter_mut().filter(|skill| split.is_none_or(|split| split == skill.skill.split)) {
            told = true;
            if busy { skill.next = Some(mode) } else { skill.mode = Some(mode) }
        }
        if !told && let Some(split) = split {
            let id = agent.id;
            self.anomaly(AnomalyKind::NotASkill, || {
                format!("agent {id} has no skill {split}; its work mode is passed over")
            });
        }
        if !busy {
            self.follow_modes(ix);
        }
    }

    /// The agent is off a call: what was chosen meanwhile comes into force.
    pub(crate) fn after_call(&mut self, ix: Ix<Agent>) {
        let agent = &mut self.agents[ix];
        if agent.is_busy() {
            return;
        }
        let mut told = false;
        for skill in &mut agent.skills {
            if let Some(next) = skill.next.take() {
                skill.mode = Some(next);
                told = true;
            }
        }
        if told {
            self.follow_modes(ix);
        }
    }

    /// Begins and ends after-call work of calls as the work mode just told says.
    fn follow_modes(&mut self, ix: Ix<Agent>) {
        let now = self.now();
        let acw = self.agents[ix].acw();
        let Some(of_call) = acw else {
            self.end_acw(ix, |_| true);
            self.forget_unseen_acw(ix);
            return;
        };
        let of_call = of_call.map(|told| self.known_number(ix, told));
        if let Some(call) = of_call {
            self.end_acw(ix, |leg| leg.call_id != call);
        }
        let agent = &mut self.agents[ix];
        if agent.legs.iter().any(|leg| leg.phase == Phase::Acw) {
            return;
        }
        let ended = |leg: &&mut Leg| leg.phase == Phase::Ended && of_call.is_none_or(|call| call == leg.call_id);
        if let Some(leg) = agent.legs.iter_mut().rev().find(ended) {
            leg.enter(Phase::Acw, now);
            return;
        }
        // Told after the second in which the call ended: the call is credited, its after-call work is not yet.
        if let (Some(call), Some(last)) = (of_call, &agent.last)
            && last.call_id == call
        {
            let mut leg = last.leg(now);
            leg.late = true;
            agent.legs.push(leg);
        }
    }

    /// The number by which the agent's share in a call is known whose after-call work is told under any number of the call.
    /// The work modes name the share by it from now on.
    fn known_number(&mut self, ix: Ix<Agent>, told: CallId) -> CallId {
        let agent = &self.agents[ix];
        let last = agent.last.as_ref().filter(|last| last.is_known_by(told)).map(|last| last.call_id);
        let known = self.finished_share_in(ix, told).or(last).unwrap_or(told);
        let modes = self.agents[ix].skills.iter_mut().filter_map(|skill| skill.mode.as_mut());
        for mode in modes.filter(|mode| **mode == WorkMode::Acw(Some(told))) {
            *mode = WorkMode::Acw(Some(known));
        }
        known
    }

    /// Ends and credits the after-call work that `which` chooses.
    pub(crate) fn end_acw(&mut self, ix: Ix<Agent>, which: impl Fn(&Leg) -> bool) {
        let now = self.now();
        while let Some(position) = self.agents[ix].legs.iter().position(|leg| leg.phase == Phase::Acw && which(leg)) {
            let mut leg = self.agents[ix].legs.remove(position);
            leg.enter(Phase::Acw, now);
            self.credit_leg(ix, leg);
        }
    }

    fn forget_unseen_acw(&mut self, ix: Ix<Agent>) {
        if std::mem::take(&mut self.agents[ix].unseen_acw) {
            self.unseen = self.unseen.saturating_sub(1);
        }
    }

    /// Pump-up: who is logged in now. A session that was suspended goes on if it is the same one.
    fn agent_seen(
        &mut self,
        ix: Ix<Agent>,
        extension: Extension,
        skills: &Skills,
        since: Option<Moment>,
        mode: WorkMode,
    ) {
        let now = self.now();
        let lost_at = self.link.lost_at().unwrap_or(now);
        if self.agents[ix].session.is_none() {
            let suspended = self.agents[ix].suspended.take();
            let same = |old: &Session| old.extension == extension && since.is_none_or(|since| since == old.login);
            let session = match suspended {
                Some(old) if same(&old) => old,
                other => {
                    let logid = self.agents[ix].id;
                    self.out.extend(other.map(|old| Effect::Login(old.row(logid, lost_at, None, true))));
                    let login = since.unwrap_or(now);
                    Arc::new(Session { extension, login, seen_at_pump_up: true, skills: skills.clone() })
                }
            };
            self.begin_session(ix, session, skills);
        } else {
            self.change_skills(ix, skills);
        }
        self.tell_mode(ix, None, mode);
        let agent = &mut self.agents[ix];
        if matches!(mode, WorkMode::Acw(_))
            && !agent.legs.iter().any(|leg| leg.phase == Phase::Acw)
            && !agent.unseen_acw
        {
            agent.unseen_acw = true;
            self.unseen += 1;
            self.incomplete = true;
        }
    }

    /// Works out anew what the agent is doing, and moves the agent's seconds to where they now belong.
    pub(crate) fn refresh_agent(&mut self, ix: Ix<Agent>) {
        let now = self.now();
        let agent = &mut self.agents[ix];
        agent.fresh = false;
        let work = if agent.session.is_some() { agent.current_work() } else { Work::plain(Mode::Other) };
        if (work.mode, work.direction) != (agent.work.mode, agent.work.direction) {
            agent.wide_since = now;
        }
        agent.work = work;
        let standing = agent.standing(&work);
        for position in 0..agent.skills.len() {
            let state = agent.skill_state(position, &work, &standing);
            let skill = &mut agent.skills[position];
            let old = skill.state.replace(state);
            if old == Some(state) {
                continue;
            }
            let (old_agent, old_split) = old.map(|old| (old.agent_columns(), old.split_columns())).unwrap_or_default();
            let split = &mut self.splits[skill.split];
            split.fresh = false;
            agent.rows[skill.row].live.switch(&old_agent, &state.agent_columns(), now);
            split.live.switch(&old_split, &state.split_columns(), now);
            if old.is_none_or(|old| (old.mode, old.direction) != (state.mode, state.direction)) {
                skill.since = now;
                agent.changed_at = now;
            }
            split.heads.switch(old.as_ref(), &state);
            if old.is_none() {
                split.percents += u32::from(skill.skill.percent);
            }
            let was_top = old.is_some_and(|old| old.top);
            split.top_staffed = split.top_staffed + u32::from(state.top) - u32::from(was_top);
            if old.is_none_or(|old| old.top != state.top) {
                split.note_staff();
            }
        }
        self.trace_state(ix);
        self.time_agent(ix);
    }
}
