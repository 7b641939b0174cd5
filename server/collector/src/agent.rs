//! An agent: login session, skills, work modes, the calls at hand, and one row for each skill of the interval.

use std::sync::Arc;

use catalog::hagent::{self, Row};
use catalog::{AgentKey, LoginRow};
use model::event::{Direction, Skill, Skills, WorkMode};
use model::{AuxReason, CallId, Extension, LoginId, LogoutReason, Moment, SplitId};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::call::Call;
use crate::exceptions::AgentWatch;
use crate::leg::{Base, Leg, LegKind, Phase};
use crate::live::Live;
use crate::slots::{Ix, Keyed};
use crate::split::Split;
use crate::trace::Trace;
use crate::work::{ExtensionWork, Mode, SkillState, Work};

/// One login session.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Session {
    pub extension: Extension,
    pub login: Moment,
    pub seen_at_pump_up: bool,
    /// The skills at login.
    pub skills: Skills,
}

impl Session {
    pub(crate) fn row(&self, logid: LoginId, logout: Moment, reason: Option<LogoutReason>, lost: bool) -> LoginRow {
        LoginRow {
            logid,
            extension: self.extension,
            login: self.login,
            logout,
            reason,
            seen_at_pump_up: self.seen_at_pump_up,
            lost_at_link_down: lost,
            skills: self.skills.clone(),
        }
    }
}

/// One skill the agent is logged in to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AgentSkill {
    pub split: Ix<Split>,
    pub skill: Skill,
    /// Lower numbers were logged in earlier; the lowest is OLDEST_LOGON.
    pub age: u32,
    /// `None` until the switch tells it.
    pub mode: Option<WorkMode>,
    /// Told while on a call; in force after it.
    pub next: Option<WorkMode>,
    /// Position among the agent's rows.
    pub row: usize,
    pub state: Option<SkillState>,
    /// Since when WORKMODE and DIRECTION are what they are.
    pub since: Moment,
}

/// One hagent row of the running interval.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AgentRow {
    pub split: SplitId,
    pub extension: Extension,
    pub live: Live<Row>,
}

/// Positions among an agent's skills, for the moment.
pub(crate) struct Standing {
    /// OLDEST_LOGON.
    oldest: Option<usize>,
    /// The one that carries what the agent does.
    carrier: Option<usize>,
    /// The best one.
    top: Option<usize>,
}

/// A call that was credited, should its after-call work be told late.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct LastCall {
    pub call: Ix<Call>,
    pub call_id: CallId,
    /// Numbers of calls that had become one with it.
    pub others: Vec<CallId>,
    pub kind: LegKind,
    pub extension: Option<Extension>,
}

impl LastCall {
    pub(crate) fn of(leg: &Leg, others: Vec<CallId>) -> Self {
        LastCall { call: leg.call, call_id: leg.call_id, others, kind: leg.kind, extension: leg.extension }
    }

    /// Whether it was known by this number.
    pub(crate) fn is_known_by(&self, number: CallId) -> bool {
        self.call_id == number || self.others.contains(&number)
    }

    /// Its after-call work, from `at` on.
    pub(crate) fn leg(&self, at: Moment) -> Leg {
        let mut leg = Leg::new(self.call, self.call_id, self.kind, Phase::Acw, at);
        leg.extension = self.extension;
        leg
    }
}

impl AgentRow {
    pub(crate) fn key(&self, logid: LoginId) -> AgentKey {
        AgentKey { split: self.split, logid, extension: self.extension }
    }
}

/// One agent.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Agent {
    pub id: LoginId,
    /// Shared with boards, which are made many times while it lasts.
    pub session: Option<Arc<Session>>,
    /// What was known when the link was lost.
    pub suspended: Option<Arc<Session>>,
    pub skills: SmallVec<[AgentSkill; 4]>,
    pub legs: SmallVec<[Leg; 2]>,
    pub rows: Vec<AgentRow>,
    pub work: Work,
    /// Since when the state in any skill is what it is.
    pub changed_at: Moment,
    /// Since when the state over all skills is what it is.
    pub wide_since: Moment,
    /// Set while the agent is traced.
    pub trace: Option<Box<Trace>>,
    /// What rules of the agent's splits have come to; made when one first does.
    pub watch: Option<Box<AgentWatch>>,
    /// The last call credited, should its after-call work be told late.
    pub last: Option<LastCall>,
    /// In after-call work that began while nothing was collected.
    pub unseen_acw: bool,
    next_age: u32,
    /// Changed since the last board.
    #[serde(skip)]
    pub fresh: bool,
}

impl Keyed for Agent {
    type Key = LoginId;

    fn key(&self) -> LoginId {
        self.id
    }
}

impl Agent {
    pub(crate) fn new(id: LoginId, at: Moment) -> Self {
        Agent {
            id,
            session: None,
            suspended: None,
            skills: SmallVec::new(),
            legs: SmallVec::new(),
            rows: Vec::new(),
            work: Work::plain(Mode::Other),
            changed_at: at,
            wide_since: at,
            trace: None,
            watch: None,
            last: None,
            unseen_acw: false,
            next_age: 0,
            fresh: false,
        }
    }

    /// Looks at what decides on the agent's state, see `ahead`.
    #[inline]
    pub(crate) fn touch(&self) -> usize {
        let skills = self.skills.iter().fold(0, |seen, skill| seen ^ skill.row);
        let legs = self.legs.iter().fold(0, |seen, leg| seen ^ leg.call.number());
        let rows = self.rows.first().map_or(0, |row| row.split.0 as usize);
        skills
            ^ legs
            ^ rows
            ^ usize::from(self.session.is_some())
            ^ usize::from(self.fresh)
            ^ self.changed_at.0 as usize
    }

    pub(crate) fn extension(&self) -> Option<Extension> {
        self.session.as_ref().map(|session| session.extension)
    }

    /// Position of the row of a split at an extension; made if there is none yet.
    pub(crate) fn row_position(&mut self, split: SplitId, extension: Extension) -> usize {
        let found = self.rows.iter().position(|row| row.split == split && row.extension == extension);
        found.unwrap_or_else(|| {
            self.rows.push(AgentRow { split, extension, live: Live::default() });
            self.rows.len() - 1
        })
    }

    /// Adds a skill at the end of the logon order, in the mode (and the mode chosen next) of the skills before it.
    pub(crate) fn add_skill(
        &mut self,
        skill: Skill,
        split: Ix<Split>,
        extension: Extension,
        modes: Option<(Option<WorkMode>, Option<WorkMode>)>,
        at: Moment,
    ) {
        let row = self.row_position(skill.split, extension);
        self.rows[row].live.row()[hagent::RSV_LEVEL] = u32::from(skill.reserve);
        let (mode, next) = modes.unwrap_or((None, None));
        self.skills.push(AgentSkill { split, skill, age: self.next_age, mode, next, row, state: None, since: at });
        self.next_age += 1;
        self.fresh = false;
    }

    /// Position of OLDEST_LOGON among the skills.
    pub(crate) fn oldest(&self) -> Option<usize> {
        (0..self.skills.len()).min_by_key(|&position| self.skills[position].age)
    }

    /// Position of the skill held longest among those that the agent is available in.
    pub(crate) fn available_longest(&self) -> Option<usize> {
        let available = |position: &usize| self.skills[*position].state.is_some_and(|state| state.mode == Mode::Avail);
        (0..self.skills.len()).filter(available).min_by_key(|&position| self.skills[position].age)
    }

    /// Position of the best skill: the lowest level, then the one administered first.
    pub(crate) fn top(&self) -> Option<usize> {
        (0..self.skills.len()).min_by_key(|&position| (self.skills[position].skill.level, position))
    }

    pub(crate) fn leg(&self, call: CallId) -> Option<usize> {
        self.legs.iter().position(|leg| leg.call_id == call && leg.is_open())
    }

    /// Whether a call is at the agent that puts off a change of work mode.
    pub(crate) fn is_busy(&self) -> bool {
        self.legs.iter().any(Leg::is_on)
    }

    /// The after-call work in force: the call it belongs to, if the switch said so.
    pub(crate) fn acw(&self) -> Option<Option<CallId>> {
        self.skills.iter().find_map(|skill| match skill.mode {
            Some(WorkMode::Acw(call)) => Some(call),
            _ => None,
        })
    }

    /// What the agent is in AUX for, if in AUX in all skills, as far as work modes tell.
    pub(crate) fn aux_reason(&self) -> Option<AuxReason> {
        let reason = |skill: &AgentSkill| match skill.mode {
            Some(WorkMode::Aux(reason)) => Some(reason),
            _ => None,
        };
        let oldest = self.oldest().map(|position| &self.skills[position]);
        oldest.and_then(reason).filter(|_| self.skills.iter().all(|skill| reason(skill).is_some()))
    }

    /// The base of an extension call that begins now.
    pub(crate) fn base(&self) -> Base {
        let held = self.legs.iter().find_map(|leg| match (leg.phase, leg.kind) {
            (Phase::Held, LegKind::Skill(split)) => Some(split),
            _ => None,
        });
        if let Some(split) = held {
            return Base::AcdHeld(split);
        }
        let work = self.mode_work();
        match (work.mode, work.skill) {
            (Mode::Acw, Some(split)) => Base::Acw { split, direct: false },
            (Mode::Dacw, Some(split)) => Base::Acw { split, direct: true },
            _ => Base::Aux(self.oldest().map(|position| self.skills[position].split)),
        }
    }

    /// What the agent is doing, over all skills.
    pub(crate) fn current_work(&self) -> Work {
        if let Some(leg) = self.legs.iter().rev().find(|leg| leg.phase == Phase::Talking) {
            return self.talking(leg);
        }
        let ringing = self.legs.iter().filter(|leg| leg.phase == Phase::Ringing);
        if let Some(skill) = ringing.clone().find_map(|leg| leg.kind.split()) {
            return Work { skill: Some(skill), direction: Some(Direction::In), ..Work::plain(Mode::Ring) };
        }
        if ringing.count() > 0 {
            return Work::plain(Mode::Other);
        }
        if self.is_busy() {
            let acd = self.legs.iter().find_map(|leg| match leg.kind {
                LegKind::Skill(split) if leg.is_on() => Some(split),
                _ => None,
            });
            return Work { skill: acd, only_held: acd.is_some(), ..Work::plain(Mode::Other) };
        }
        self.mode_work()
    }

    fn talking(&self, leg: &Leg) -> Work {
        let way = |out| Some(if out { Direction::Out } else { Direction::In });
        let direction = match leg.kind {
            LegKind::Skill(split) => {
                return Work { skill: Some(split), direction: way(leg.adjunct), ..Work::plain(Mode::Acd) };
            }
            LegKind::Direct(split) => {
                return Work { skill: Some(split), direction: way(false), ..Work::plain(Mode::Dacd) };
            }
            LegKind::Extension(direction) => direction,
        };
        let oldest = self.oldest().map(|position| self.skills[position].split);
        let (mode, skill, call_in, call_out) = match leg.base {
            Base::Aux(_) => (Mode::Aux, oldest, ExtensionWork::AuxIn, ExtensionWork::AuxOut),
            Base::AcdHeld(split) => (Mode::Aux, Some(split), ExtensionWork::AcdAuxIn, ExtensionWork::AcdAuxOut),
            Base::Acw { split, direct: false } => (Mode::Acw, Some(split), ExtensionWork::AcwIn, ExtensionWork::AcwOut),
            Base::Acw { split, direct: true } => (Mode::Dacw, Some(split), ExtensionWork::AcwIn, ExtensionWork::AcwOut),
        };
        let extension_call = Some(if direction == Direction::In { call_in } else { call_out });
        Work { mode, skill, direction: Some(direction), extension_call, only_held: false }
    }

    /// What the work modes say when no call decides. After-call work of a call is for all skills. What belongs to none may be told for
    /// some of them alone, and leaves the agent available in the others, as AUX does.
    fn mode_work(&self) -> Work {
        let has =
            |wanted: fn(&WorkMode) -> bool| self.skills.iter().any(|skill| skill.mode.as_ref().is_some_and(wanted));
        let is_available = has(|mode| *mode == WorkMode::Available);
        let leg_of = |of_call: Option<CallId>| {
            self.legs.iter().find(|leg| leg.phase == Phase::Acw && of_call.is_none_or(|id| id == leg.call_id))
        };
        let acw = self.acw().map(|of_call| (of_call, leg_of(of_call)));
        if let Some((_, leg)) = acw.filter(|(of_call, leg)| of_call.is_some() || leg.is_some() || !is_available) {
            let mode = match leg.map(|leg| leg.kind) {
                Some(LegKind::Direct(_)) => Mode::Dacw,
                _ => Mode::Acw,
            };
            let skill = leg.and_then(|leg| leg.kind.split()).or_else(|| self.chosen_acw_skill());
            return Work { skill, ..Work::plain(mode) };
        }
        let all_aux = self.skills.iter().all(|skill| matches!(skill.mode, Some(WorkMode::Aux(_))));
        if is_available {
            Work::plain(Mode::Avail)
        } else if all_aux && !self.skills.is_empty() {
            Work::plain(Mode::Aux)
        } else if has(|mode| *mode == WorkMode::Unknown) {
            Work::plain(Mode::Unknown)
        } else {
            Work::plain(Mode::Other)
        }
    }

    /// The skill of after-call work that belongs to no known call: the one it was told for, else the oldest.
    fn chosen_acw_skill(&self) -> Option<Ix<Split>> {
        let mut in_acw = self.skills.iter().filter(|skill| matches!(skill.mode, Some(WorkMode::Acw(_))));
        match (in_acw.next(), in_acw.next()) {
            (Some(only), None) => Some(only.split),
            _ => self.oldest().map(|position| self.skills[position].split),
        }
    }

    /// What is the same for all skills in a state.
    pub(crate) fn standing(&self, work: &Work) -> Standing {
        let oldest = self.oldest();
        let carrier = self.skills.iter().position(|other| Some(other.split) == work.skill).or(oldest);
        Standing { oldest, carrier, top: self.top() }
    }

    /// What `work` means in one of the skills. Work for a skill the agent does not have is carried by the oldest.
    pub(crate) fn skill_state(&self, position: usize, work: &Work, standing: &Standing) -> SkillState {
        let skill = &self.skills[position];
        let carries = standing.carrier == Some(position);
        let own = |mode| if carries { mode } else { Mode::Other };
        let mode = match work.mode {
            Mode::Acd | Mode::Acw | Mode::Dacd | Mode::Dacw | Mode::Ring => own(work.mode),
            Mode::Avail if skill.mode != Some(WorkMode::Available) => Mode::Other,
            Mode::Avail | Mode::Aux | Mode::Other | Mode::Unknown => work.mode,
        };
        let reason = match (mode, skill.mode) {
            (Mode::Aux, Some(WorkMode::Aux(AuxReason(reason)))) => reason.min(99),
            _ => 0,
        };
        SkillState {
            mode,
            direction: work.direction,
            extension_call: work.extension_call.filter(|_| carries),
            holds_acd: work.only_held && carries,
            reason,
            wide: (standing.oldest == Some(position)).then_some(work.mode),
            top: standing.top == Some(position),
            reserve: skill.skill.reserve,
        }
    }

    /// A new interval begins: only the rows of present skills go on.
    pub(crate) fn begin_interval(&mut self) {
        self.fresh = false;
        if let Some(watch) = &mut self.watch {
            watch.begin_interval();
        }
        if self.rows.len() != self.skills.len() {
            let mut kept = Vec::with_capacity(self.skills.len());
            for skill in &mut self.skills {
                kept.push(self.rows[skill.row].clone());
                skill.row = kept.len() - 1;
            }
            self.rows = kept;
        }
        for skill in &self.skills {
            self.rows[skill.row].live.row()[hagent::RSV_LEVEL] = u32::from(skill.skill.reserve);
        }
    }

    pub(crate) fn shift(&mut self, secs: i64) {
        self.changed_at = self.changed_at + secs;
        self.wide_since = self.wide_since + secs;
        self.trace.as_mut().into_iter().for_each(|trace| trace.shift(secs));
        self.watch.as_mut().into_iter().for_each(|watch| watch.shift(secs));
        self.rows.iter_mut().for_each(|row| row.live.shift(secs));
        self.skills.iter_mut().for_each(|skill| skill.since = skill.since + secs);
        self.legs.iter_mut().for_each(|leg| leg.phase_since = leg.phase_since + secs);
        self.fresh = false;
    }
}
