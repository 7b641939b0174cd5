//! Agents: sessions, skills, work modes, and their parts in calls.

use std::collections::BTreeMap;

use catalog::LoginRow;
use model::event::{AgentAct, CallAct, Delivery, Skill, Skills, WorkMode};
use model::{CallId, ExceptionKey, Extension, LoginId, Moment, SplitId, WorkCode};

use super::Recount;
use super::book::Key;
use super::calls::{Outcome, Wait, split_key};
use super::credit::code_key;
use super::passages::Passage;
use super::trace::Named;
use super::watching::Lasting;

/// One agent.
#[derive(Debug, Default)]
pub(super) struct Desk {
    /// Where logged in, while logged in.
    pub extension: Option<Extension>,
    /// When that was, and with which skills.
    login: Option<(Moment, Skills)>,
    pub skills: Vec<DeskSkill>,
    /// Items that grow each second, and since when.
    pub growing: Vec<(Key, String)>,
    pub growing_since: Moment,
    /// States that rules for exceptions time.
    pub lasting: BTreeMap<ExceptionKey, Lasting>,
    next_age: u64,
}

impl Desk {
    /// The skill of the best level; of several, the one that the switch names first.
    pub fn best(&self) -> Option<SplitId> {
        let best = self.skills.iter().map(|skill| skill.skill.level).min()?;
        self.skills.iter().find(|skill| skill.skill.level == best).map(|skill| skill.skill.split)
    }
}

/// One skill of an agent.
#[derive(Debug, Clone)]
pub(super) struct DeskSkill {
    pub skill: Skill,
    /// The lower, the longer logged in.
    pub age: u64,
    pub mode: Option<WorkMode>,
    /// Told while on a call.
    pub next: Option<WorkMode>,
}

/// Where an agent's part in a call stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Ringing,
    Talking,
    Held,
    /// Off the call.
    Over,
    Acw,
    /// After-call work is over too, or it never was answered.
    Done,
}

/// What kind of call it is to the agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Skill(SplitId),
    Direct(SplitId),
    In,
    Out { off: bool, adjunct: bool },
}

impl Way {
    pub fn of(delivery: Delivery) -> Way {
        match delivery {
            Delivery::Skill(split) => Way::Skill(split),
            Delivery::DirectAgent(split) => Way::Direct(split),
            Delivery::Extension => Way::In,
        }
    }

    pub fn split(self) -> Option<SplitId> {
        match self {
            Way::Skill(split) | Way::Direct(split) => Some(split),
            Way::In | Way::Out { .. } => None,
        }
    }
}

/// What an extension call was made or taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Base {
    Aux,
    Acw { split: SplitId, direct: bool },
    Holding(SplitId),
}

/// What an agent did on a call.
#[derive(Debug, Clone, Default)]
pub(super) struct Deeds {
    pub released: bool,
    pub hold_abandoned: bool,
    /// It was answered for so short a time that the caller counts as having given up.
    pub phantom: bool,
    pub transfers: u32,
    pub conferences: u32,
    pub assists: u32,
    pub audio: bool,
    pub malicious: bool,
    pub strokes: Vec<u8>,
    /// Work codes, each with its step.
    pub codes: Vec<(u64, WorkCode)>,
}

/// One agent's part in one call.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub call: CallId,
    /// Where it is told of.
    pub tale: usize,
    pub agent: LoginId,
    pub extension: Option<Extension>,
    pub way: Way,
    pub base: Base,
    /// Every stage with its beginning and the step of the recount.
    pub stages: Vec<(Stage, Moment, u64)>,
    pub deeds: Deeds,
    /// The queue that it was answered from; of a direct-agent call also one that it only rang from.
    pub wait: Option<Wait>,
    pub visit: Option<usize>,
    /// The vector that brought the call here, when, and as what; it is credited when the talk is over.
    pub passed: Option<(Passage, Moment, Outcome)>,
    /// The split that an extension call is counted with, found when it began.
    pub counted_in: Option<SplitId>,
    /// The caller gave up while it rang here.
    pub abandoned: bool,
    pub redirected: bool,
    /// The agent's reserve level in the skill when the part began.
    pub reserve: u8,
    /// An adjunct placed the call.
    pub placed: bool,
    /// What is known of the call.
    pub named: Named,
}

impl Part {
    pub fn stage(&self) -> Stage {
        self.stages.last().map_or(Stage::Done, |(stage, ..)| *stage)
    }

    pub fn since(&self) -> (Moment, u64) {
        self.stages.last().map_or((Moment(0), 0), |(_, at, step)| (*at, *step))
    }

    /// Seconds in a stage that has ended.
    pub fn secs(&self, wanted: Stage) -> u32 {
        let ended = self.stages.windows(2).filter(|pair| pair[0].0 == wanted);
        ended.map(|pair| pair[1].1.since(pair[0].1)).sum()
    }

    /// Seconds talked and on hold.
    pub fn on_secs(&self) -> u32 {
        self.secs(Stage::Talking) + self.secs(Stage::Held)
    }

    /// The split that it is counted with.
    pub fn counted_with(&self) -> Option<SplitId> {
        self.way.split().or(self.counted_in)
    }

    pub fn had(&self, wanted: Stage) -> bool {
        self.stages.iter().any(|(stage, ..)| *stage == wanted)
    }
}

impl Recount {
    pub(super) fn desk(&mut self, agent: LoginId) -> &mut Desk {
        self.touched.insert(agent);
        self.desks.entry(agent).or_default()
    }

    pub(super) fn agent(&mut self, id: LoginId, act: &AgentAct) {
        match act {
            AgentAct::LoggedIn { extension, skills } => {
                let now = self.now;
                let desk = self.desk(id);
                (desk.extension, desk.login) = (Some(*extension), Some((now, skills.clone())));
                self.set_skills(id, skills);
            }
            AgentAct::LoggedOut { reason } => {
                self.end_acw(id, None);
                self.set_skills(id, &[]);
                let logout = self.now;
                let desk = self.desk(id);
                let (extension, login) = (desk.extension.take(), desk.login.take());
                self.logins.extend(login.zip(extension).map(|((login, skills), extension)| LoginRow {
                    logid: id,
                    extension,
                    login,
                    logout,
                    reason: *reason,
                    seen_at_pump_up: false,
                    lost_at_link_down: false,
                    skills,
                }));
            }
            AgentAct::Mode { split, mode } => self.tell_mode(id, *split, *mode),
            AgentAct::SkillsChanged { skills } => self.set_skills(id, skills),
            AgentAct::Seen { .. } => panic!("the recount takes lists that begin with nobody logged in"),
        }
    }

    fn set_skills(&mut self, id: LoginId, skills: &[Skill]) {
        let desk = self.desk(id);
        let modes = desk.skills.first().map(|skill| (skill.mode, skill.next));
        let mut new = Vec::new();
        for skill in skills {
            let known = desk.skills.iter().find(|known| known.skill.split == skill.split).cloned();
            new.push(known.map_or_else(
                || {
                    let (mode, next) = modes.unwrap_or((None, None));
                    desk.next_age += 1;
                    DeskSkill { skill: *skill, age: desk.next_age, mode, next }
                },
                |known| DeskSkill { skill: *skill, ..known },
            ));
        }
        let gone = std::mem::replace(&mut desk.skills, new);
        let Some(extension) = desk.extension else { return };
        let now = self.now;
        let reserves = gone.iter().map(|skill| (skill.skill.split, None));
        let reserves = reserves.chain(skills.iter().map(|skill| (skill.split, Some(skill.reserve))));
        let last: BTreeMap<SplitId, Option<u8>> = reserves.collect();
        for (split, reserve) in last {
            self.book.administered.set_reserve(("hagent", format!("{split},{id},{extension}")), now, reserve);
        }
    }

    fn tell_mode(&mut self, id: LoginId, split: Option<SplitId>, mode: WorkMode) {
        let busy = self.is_busy(id);
        for skill in &mut self.desk(id).skills {
            if split.is_none_or(|split| split == skill.skill.split) {
                *(if busy { &mut skill.next } else { &mut skill.mode }) = Some(mode);
            }
        }
        if !busy {
            self.follow_mode(id);
        }
    }

    fn is_busy(&self, agent: LoginId) -> bool {
        self.parts_of(agent).any(|part| matches!(part.stage(), Stage::Talking | Stage::Held))
    }

    /// The agent's parts that may still change, oldest first.
    pub(super) fn parts_of(&self, agent: LoginId) -> impl DoubleEndedIterator<Item = &Part> {
        self.open_parts().map(|(_, part)| part).filter(move |part| part.agent == agent)
    }

    /// All parts that may still change, with their numbers, oldest first.
    pub(super) fn open_parts(&self) -> impl DoubleEndedIterator<Item = (usize, &Part)> {
        self.open.iter().map(|&number| (number, &self.parts[number]))
    }

    /// Forgets parts that can change no more: with after-call work done, or none begun in the second of their end.
    pub(super) fn leave_finished_parts(&mut self) {
        let (parts, now) = (&self.parts, self.now);
        self.open.retain(|&number| {
            let part = &parts[number];
            !(part.stage() == Stage::Done || part.stage() == Stage::Over && part.since().0 < now)
        });
    }

    /// After-call work begins and ends as the modes say.
    fn follow_mode(&mut self, id: LoginId) {
        let acw = self.desk(id).skills.iter().find_map(|skill| match skill.mode {
            Some(WorkMode::Acw(call)) => Some(call),
            _ => None,
        });
        let Some(of_call) = acw else { return self.end_acw(id, None) };
        if of_call.is_some() {
            self.end_acw(id, of_call);
        }
        if self.parts_of(id).any(|part| part.stage() == Stage::Acw) {
            return;
        }
        let (now, step) = (self.now, self.step);
        let begins = self.open_parts().rev().find(|(_, part)| {
            let just_over = part.stage() == Stage::Over && part.way.split().is_some();
            part.agent == id && just_over && of_call.is_none_or(|call| self.is_in_now(part, call))
        });
        if let Some((number, _)) = begins {
            self.parts[number].stages.push((Stage::Acw, now, step));
        }
    }

    /// Ends all after-call work but that of one call.
    pub(super) fn end_acw(&mut self, agent: LoginId, but: Option<CallId>) {
        let (now, step) = (self.now, self.step);
        self.touched.insert(agent);
        let ends = |part: &Part| {
            part.agent == agent && part.stage() == Stage::Acw && !but.is_some_and(|call| self.is_in_now(part, call))
        };
        let ended: Vec<usize> = self.open_parts().filter(|(_, part)| ends(part)).map(|(number, _)| number).collect();
        for number in ended {
            self.parts[number].stages.push((Stage::Done, now, step));
            if let Way::Skill(split) = self.parts[number].way {
                self.looked_at.insert(split);
            }
        }
    }

    pub(super) fn begin_part(&mut self, call: CallId, agent: LoginId, way: Way, stage: Stage) -> usize {
        let desk = self.desk(agent);
        let extension = desk.extension;
        let named = self.calls.get(&call).map(|call| call.named.clone()).unwrap_or_default();
        let desk = self.desk(agent);
        let skill = desk.skills.iter().find(|skill| Some(skill.skill.split) == way.split());
        let reserve = skill.map_or(0, |skill| skill.skill.reserve);
        let tale = self.get(call).tale;
        self.parts.push(Part {
            call,
            tale,
            agent,
            extension,
            way,
            base: Base::Aux,
            stages: vec![(stage, self.now, self.step)],
            deeds: Deeds::default(),
            wait: None,
            visit: None,
            passed: None,
            counted_in: None,
            abandoned: false,
            redirected: false,
            reserve,
            placed: false,
            named,
        });
        let number = self.parts.len() - 1;
        self.open.push(number);
        number
    }

    /// Number of the agent's part in a call that is in one of these stages.
    pub(super) fn part_at(&self, call: CallId, agent: LoginId, stages: &[Stage]) -> Option<usize> {
        let found = |part: &Part| part.call == call && part.agent == agent && stages.contains(&part.stage());
        self.open_parts().rev().find(|(_, part)| found(part)).map(|(number, _)| number)
    }

    /// Who has a part in the call that is in one of these stages.
    pub(super) fn agents_at(&self, call: CallId, stages: &[Stage]) -> Vec<LoginId> {
        let at = self.open_parts().filter(|(_, part)| part.call == call && stages.contains(&part.stage()));
        at.map(|(_, part)| part.agent).collect()
    }

    pub(super) fn restage(&mut self, call: CallId, agent: LoginId, stage: Stage) {
        self.touched.insert(agent);
        let at = (stage, self.now, self.step);
        if let Some(part) = self.part_at(call, agent, &[Stage::Talking, Stage::Held]) {
            self.parts[part].stages.push(at);
        }
    }

    /// Ringing at one agent is over.
    pub(super) fn end_ring(&mut self, call: CallId, agent: LoginId, redirected: bool, answered: bool) {
        self.touched.insert(agent);
        let Some(number) = self.part_at(call, agent, &[Stage::Ringing]) else { return };
        let (now, step) = (self.now, self.step);
        let part = &mut self.parts[number];
        part.stages.push((if answered { Stage::Talking } else { Stage::Done }, now, step));
        part.redirected = redirected;
        let (way, secs) = (part.way, part.secs(Stage::Ringing));
        if !answered {
            let queued = self.get(call).waits.iter().find(|wait| way == Way::Direct(wait.split)).cloned();
            self.parts[number].wait = queued;
            self.resume_passage(call);
        }
        if way.split().is_none() {
            return;
        }
        if let Some(visit) = self.get(call).visit {
            self.visits[visit].rings.add(secs, redirected);
        }
        if let Some(passage) = &mut self.get(call).passage {
            passage.rings.add(secs, redirected);
        }
        let wait = self.get(call).waits.iter_mut().find(|wait| way == Way::Skill(wait.split));
        if let Some(wait) = wait {
            wait.rings.add(secs, redirected);
            let split = wait.split;
            self.looked_at.insert(split);
        }
    }

    /// The agent is off the call.
    pub(super) fn end_part(&mut self, call: CallId, agent: LoginId) {
        let Some(number) = self.part_at(call, agent, &[Stage::Talking, Stage::Held]) else { return };
        let (now, step) = (self.now, self.step);
        self.touched.insert(agent);
        let part = &mut self.parts[number];
        part.stages.push((Stage::Over, now, step));
        let passed = part.passed.take();
        passed.into_iter().for_each(|passed| self.credit_late_passage(number, passed));
        if self.is_busy(agent) {
            return;
        }
        let mut told = false;
        for skill in &mut self.desk(agent).skills {
            if let Some(next) = skill.next.take() {
                skill.mode = Some(next);
                told = true;
            }
        }
        if told {
            self.follow_mode(agent);
        }
    }

    /// The agent is on the call from now on: what it was made or taken from, and which split counts it as an extension call
    /// whatever skills the agent has later.
    pub(super) fn set_base(&mut self, agent: LoginId, number: usize) {
        let base = self.base(agent, number);
        let oldest = || self.desks.get(&agent)?.skills.iter().min_by_key(|skill| skill.age);
        let counted_in = match base {
            Base::Acw { split, .. } | Base::Holding(split) => Some(split),
            Base::Aux => oldest().map(|skill| skill.skill.split),
        };
        let part = &mut self.parts[number];
        (part.base, part.counted_in) = (base, counted_in);
    }

    pub(super) fn mark(&mut self, call: CallId, agent: LoginId, deed: impl FnOnce(&mut Deeds)) {
        if let Some(part) = self.part_at(call, agent, &[Stage::Talking, Stage::Held]) {
            deed(&mut self.parts[part].deeds);
        }
    }

    /// What is entered for a call, under any of its numbers.
    pub(super) fn note_deed(&mut self, call: CallId, act: &CallAct) {
        let (CallAct::WorkCodeEntered { agent, .. } | CallAct::StrokeCount { agent, .. } | CallAct::Assist { agent }) =
            act
        else {
            return;
        };
        let Some(part) = self.share(*agent, call) else {
            self.note_late_code(call, act);
            return;
        };
        let step = self.step;
        if let CallAct::WorkCodeEntered { code, .. } = act {
            self.note_code(part, *code);
        }
        let deeds = &mut self.parts[part].deeds;
        match act {
            CallAct::WorkCodeEntered { code, .. } => deeds.codes.push((step, *code)),
            CallAct::StrokeCount { button, .. } => deeds.strokes.push(*button),
            CallAct::Assist { .. } => deeds.assists += 1,
            _ => {}
        }
    }

    /// The after-call work of the agent's last part in a split is over: what is entered now only counts for the code.
    fn note_late_code(&mut self, call: CallId, act: &CallAct) {
        let CallAct::WorkCodeEntered { agent, code } = act else { return };
        if self.last_share(*agent, call).is_some() {
            self.book.add(self.now, &code_key(*code), "ACDCALLS", 1u32);
        }
    }

    /// Notes how many are staffed in each of the agent's splits, and what of the agent's grows from now on.
    pub(super) fn note_state(&mut self, agent: LoginId) {
        let growing = self.growing_items(agent);
        if self.desks.get(&agent).is_none_or(|desk| desk.growing != growing) {
            self.spread_state(agent);
            let now = self.now;
            let desk = self.desks.entry(agent).or_default();
            (desk.growing, desk.growing_since) = (growing, now);
        }
        let splits: Vec<_> = self.splits.iter().copied().collect();
        for split in splits {
            let skills =
                || self.desks.values().flat_map(|desk| &desk.skills).filter(|skill| skill.skill.split == split);
            let best = self.desks.values().filter(|desk| desk.best() == Some(split)).count();
            let percents = skills().map(|skill| u64::from(skill.skill.percent)).sum();
            let (staffed, key, now) = (skills().count() as u64, split_key(split), self.now);
            self.book.set_level(now, &key, "MAXSTAFFED", staffed);
            self.book.set_level(now, &key, "MAXTOP", best as u64);
            self.book.set_level(now, &key, "MAX_TOT_PERCENTS", percents);
        }
    }

    /// Enters what has grown of the agent's up to now.
    pub(super) fn spread_state(&mut self, agent: LoginId) {
        let now = self.now;
        let Some(desk) = self.desks.get_mut(&agent) else { return };
        let (growing, since) = (std::mem::take(&mut desk.growing), desk.growing_since);
        for (key, item) in growing {
            self.book.spread(since, now, &key, &item);
        }
    }
}
