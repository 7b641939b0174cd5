//! Agents: all memberships with one login ID, and the work mode that follows from them.
//!
//! The PBX pauses a member of one queue; an agent is in AUX when every one of his memberships is paused. It knows no
//! after-call work; that follows from the wrap-up time and ends when it was due, or earlier by AUX, log-out or a call.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use model::event::{AgentAct, Configuration, EventBody, Skill, Skills, WorkMode};
use model::{AuxReason, CallId, Event, LoginId, Moment, SplitId};

use super::numbering;
use super::outbox::Outbox;
use super::wire::Block;
use super::{Notice, Settings};

const UNAVAILABLE: u8 = 5;
const INVALID: u8 = 4;

/// One member of one queue, as an event or a list tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) queue: String,
    pub(super) interface: String,
    pub(super) state_interface: String,
    pub(super) name: String,
    pub(super) level: u8,
    pub(super) status: u8,
    pub(super) in_call: bool,
    pub(super) wrapup_secs: u32,
    dynamic: bool,
    paused: bool,
    reason: String,
    paused_at: i64,
    joined_at: i64,
    last_call_at: i64,
}

impl Member {
    /// Reads the member fields of an event, or of a list entry where they are called otherwise.
    pub(super) fn read(block: &Block) -> Option<Member> {
        let interface = block.field("Interface").or_else(|| block.field("Location"))?;
        let state_interface = block.field("StateInterface").unwrap_or(interface);
        let penalty: u32 = block.number("Penalty").unwrap_or(0);
        Some(Member {
            queue: block.field("Queue")?.to_owned(),
            interface: interface.to_owned(),
            state_interface: state_interface.to_owned(),
            name: block.field("MemberName").unwrap_or_else(|| block.text("Name")).chars().take(100).collect(),
            level: u8::try_from(penalty.saturating_add(1).min(16)).unwrap_or(16),
            status: block.number("Status").unwrap_or(0),
            in_call: block.text("InCall") == "1",
            wrapup_secs: block.number("Wrapuptime").unwrap_or(0),
            dynamic: !matches!(block.text("Membership"), "static" | "realtime")
                && !state_interface.starts_with("Agent:"),
            paused: block.text("Paused") == "1",
            reason: block.text("PausedReason").to_owned(),
            paused_at: secs(block, "LastPause"),
            joined_at: secs(block, "LoginTime"),
            last_call_at: secs(block, "LastCall"),
        })
    }

    fn key(&self) -> (String, String) {
        (self.queue.clone(), self.interface.clone())
    }

    /// Leaves what was told since as it was before.
    fn keep_told(&mut self, before: &Member, told: Told) {
        if told.pause {
            (self.paused, self.paused_at) = (before.paused, before.paused_at);
            self.reason.clone_from(&before.reason);
        }
        if told.penalty {
            self.level = before.level;
        }
        if told.status {
            (self.status, self.in_call) = (before.status, before.in_call);
        }
    }

    /// Whether the phone is on a call.
    pub(super) fn is_in_use(&self) -> bool {
        matches!(self.status, 2 | 3 | 7 | 8)
    }

    /// Whether the membership was made while the PBX ran, and can be taken away so.
    pub(super) fn is_dynamic(&self) -> bool {
        self.dynamic
    }

    /// A member by `queues.conf` or by a database and an agent of the pool never log in or out; they are there while their
    /// phone is.
    fn present(&self) -> bool {
        self.dynamic || (self.status != UNAVAILABLE && self.status != INVALID)
    }
}

/// What events told of a member: all the rest of what they say of it changes without an event.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Told {
    membership: bool,
    pause: bool,
    penalty: bool,
    status: bool,
}

impl Told {
    /// Takes note of an event of the member.
    pub(super) fn note(&mut self, event: &str) {
        match event {
            "QueueMemberAdded" | "QueueMemberRemoved" => self.membership = true,
            "QueueMemberPause" => self.pause = true,
            "QueueMemberPenalty" => self.penalty = true,
            "QueueMemberStatus" => self.status = true,
            _ => {}
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Acw {
    call: Option<CallId>,
    ends_at: Moment,
}

#[derive(Debug, Default)]
struct Agent {
    members: BTreeMap<(String, String), Member>,
    /// Memberships taken away during a call of their queue: as in the field, the skill stays until the call is over
    /// (MOVEPENDING).
    leaving: BTreeMap<(String, String), Member>,
    name: String,
    /// The name as it was told.
    named: String,
    /// What was told: staffed, skills, mode and the modes of single splits that differ from it.
    staffed: bool,
    skills: Skills,
    mode: Option<WorkMode>,
    split_modes: BTreeMap<SplitId, WorkMode>,
    acw: Option<Acw>,
}

/// Everybody.
#[derive(Debug, Default)]
pub(super) struct Roster {
    agents: BTreeMap<LoginId, Agent>,
    by_interface: BTreeMap<String, LoginId>,
    /// Whose membership it is, by queue and interface: a phone that moves to another agent's interface is that agent's.
    holders: BTreeMap<(String, String), LoginId>,
    acw_ends: BTreeSet<(Moment, LoginId)>,
    departing: BTreeSet<LoginId>,
    /// Who may have a membership that is `leaving`.
    leaving: BTreeSet<LoginId>,
    reasons: BTreeMap<AuxReason, String>,
    named_twice: BTreeSet<String>,
    pub(super) notices: Vec<Notice>,
}

impl Roster {
    /// The agent that an interface or state interface belongs to, known or not.
    pub(super) fn login(&self, settings: &Settings, interface: &str) -> LoginId {
        match self.by_interface.get(interface) {
            Some(&login) => login,
            None => numbering::login(settings, interface),
        }
    }

    /// The agent who is, or was last, this member of a queue. The same interface may be another agent's in another queue.
    pub(super) fn member(&self, settings: &Settings, queue: &str, interface: &str) -> LoginId {
        let holder = self.holders.get(&(queue.to_owned(), interface.to_owned()));
        holder.copied().unwrap_or_else(|| self.login(settings, interface))
    }

    /// The staffed agent whose phone this peer is.
    pub(super) fn at_phone(&self, peer: &str) -> Option<LoginId> {
        let login = *self.by_interface.get(peer)?;
        self.agents.get(&login).filter(|agent| agent.staffed).map(|_| login)
    }

    /// The state interface of a member: the phone behind a Local channel.
    pub(super) fn phone_of(&self, agent: LoginId, queue: &str, interface: &str) -> Option<&str> {
        Some(self.agents.get(&agent)?.membership(queue, interface)?.state_interface.as_str())
    }

    /// Wrap-up of a member: its own, else what the settings say of the queue.
    pub(super) fn wrapup_secs(&self, settings: &Settings, agent: LoginId, queue: &str, interface: &str) -> u32 {
        let member = self.agents.get(&agent).and_then(|agent| agent.membership(queue, interface));
        let own = member.map_or(0, |member| member.wrapup_secs);
        if own > 0 { own } else { settings.wrapup_secs.get(queue).copied().unwrap_or(0) }
    }

    /// Whether the agent is a member still, and not only until the call is over.
    pub(super) fn stays(&self, agent: LoginId, queue: &str, interface: &str) -> bool {
        let key = (queue.to_owned(), interface.to_owned());
        self.agents.get(&agent).is_some_and(|agent| !agent.leaving.contains_key(&key))
    }

    /// All memberships of an agent, by queue.
    pub(super) fn members_of(&self, login: LoginId) -> impl Iterator<Item = &Member> {
        self.agents.get(&login).into_iter().flat_map(|agent| agent.members.values())
    }

    /// The reason with which an agent is paused in every queue: that of the pause that was set last, by which the work mode is
    /// told, too. `None` if the agent is not paused in all of them.
    pub(super) fn pause(&self, settings: &Settings, login: LoginId) -> Option<&str> {
        let agent = self.agents.get(&login).filter(|agent| agent.all_paused())?;
        let last_first = |member: &&Member| (Reverse(member.paused_at), numbering::split(settings, &member.queue));
        agent.members.values().min_by_key(last_first).map(|member| member.reason.as_str())
    }

    /// Names of the queues that somebody is in.
    pub(super) fn queues(&self) -> impl Iterator<Item = &str> {
        self.agents.values().flat_map(|agent| agent.members.keys()).map(|(queue, _)| queue.as_str())
    }

    /// Takes over a membership and tells what changed.
    pub(super) fn update(&mut self, settings: &Settings, member: Member, at: Moment, out: &mut Outbox) {
        let login = self.take_over(settings, member);
        self.announce(settings, login, at, out);
    }

    /// Takes a membership away. What that changes is told by `end_leaving` as soon as no call of the queue is at the agent.
    pub(super) fn remove(&mut self, queue: &str, interface: &str) {
        let key = (queue.to_owned(), interface.to_owned());
        let Some(login) = self.holders.remove(&key) else { return };
        if let Some(agent) = self.agents.get_mut(&login)
            && let Some(member) = agent.members.remove(&key)
        {
            agent.leaving.insert(key, member);
            self.leaving.insert(login);
        }
    }

    /// Takes away the skills of queues that were left, unless a call of the queue is at the agent still.
    pub(super) fn end_leaving(
        &mut self,
        settings: &Settings,
        at: Moment,
        has_call: impl Fn(LoginId, &str) -> bool,
        out: &mut Outbox,
    ) {
        for login in std::mem::take(&mut self.leaving) {
            let Some(agent) = self.agents.get_mut(&login) else { continue };
            agent.leaving.retain(|(queue, _), _| has_call(login, queue));
            if !agent.leaving.is_empty() {
                self.leaving.insert(login);
            }
            self.announce(settings, login, at, out);
        }
    }

    /// A call rings at the agent: that ends after-call work.
    pub(super) fn ringing(&mut self, settings: &Settings, login: LoginId, at: Moment, out: &mut Outbox) {
        if self.end_acw(login) {
            self.announce_mode(settings, login, at, false, out);
        }
    }

    /// A call of a queue is over for the agent: says whether after-call work follows.
    pub(super) fn after_call(
        &mut self,
        settings: &Settings,
        login: LoginId,
        call: CallId,
        wrapup_secs: u32,
        at: Moment,
        out: &mut Outbox,
    ) {
        self.end_acw(login);
        let Some(agent) = self.agents.get_mut(&login).filter(|agent| agent.staffed) else { return };
        if wrapup_secs > 0 && !agent.members.is_empty() {
            let acw = Acw { call: Some(call), ends_at: at + i64::from(wrapup_secs) };
            agent.acw = Some(acw);
            self.acw_ends.insert((acw.ends_at, login));
        }
        self.announce_mode(settings, login, at, true, out);
    }

    /// Lets after-call work end that was due up to `now`, each at its moment.
    pub(super) fn pass(&mut self, settings: &Settings, now: Moment, out: &mut Outbox) {
        while let Some(&(ends_at, login)) = self.acw_ends.first().filter(|(ends_at, _)| *ends_at <= now) {
            self.end_acw(login);
            self.announce_mode(settings, login, ends_at, false, out);
        }
    }

    /// Who has left all queues, and not yet all calls.
    pub(super) fn departing(&self) -> impl Iterator<Item = LoginId> {
        self.departing.iter().copied()
    }

    /// Logs out whoever has left all queues and has no call any more.
    pub(super) fn let_go(&mut self, at: Moment, busy: impl Fn(LoginId) -> bool, out: &mut Outbox) {
        if self.departing.is_empty() {
            return;
        }
        let free: Vec<LoginId> = self.departing.iter().copied().filter(|login| !busy(*login)).collect();
        for login in free {
            self.departing.remove(&login);
            self.end_acw(login);
            if let Some(agent) = self.agents.get_mut(&login) {
                (agent.staffed, agent.mode) = (false, None);
                agent.skills.clear();
                agent.split_modes.clear();
                agent.leaving.clear();
                out.push(event(at, login, AgentAct::LoggedOut { reason: None }));
            }
        }
    }

    /// The clock was set by so many seconds: after-call work lasts as long as before.
    pub(super) fn clock_changed(&mut self, by_secs: i64) {
        let ends = std::mem::take(&mut self.acw_ends);
        self.acw_ends = ends.into_iter().map(|(ends_at, login)| (ends_at + by_secs, login)).collect();
        for acw in self.agents.values_mut().filter_map(|agent| agent.acw.as_mut()) {
            acw.ends_at = acw.ends_at + by_secs;
        }
    }

    /// Forgets everybody, but not which notices were given.
    pub(super) fn clear(&mut self) {
        self.agents.clear();
        self.by_interface.clear();
        self.holders.clear();
        self.acw_ends.clear();
        self.departing.clear();
        self.leaving.clear();
    }

    /// Pump-up: takes all memberships over and tells who is there.
    pub(super) fn seed(&mut self, settings: &Settings, members: &[Member], at: Moment, out: &mut Outbox) {
        for member in members {
            self.take_over(settings, member.clone());
        }
        for (&login, agent) in &mut self.agents {
            agent.tell_name(login, at, out);
        }
        let logins: Vec<LoginId> = self.agents.keys().copied().collect();
        for login in logins {
            self.seed_agent(settings, login, at, out);
        }
    }

    /// Corrects memberships by a list taken while the link was up: static members change without an event. What was `told_since`
    /// counts when it was told.
    pub(super) fn correct(
        &mut self,
        settings: &Settings,
        members: &[Member],
        told_since: &BTreeMap<(String, String), Told>,
        at: Moment,
        out: &mut Outbox,
    ) {
        let told = |key: &(String, String)| told_since.get(key).copied().unwrap_or_default();
        let listed: BTreeSet<(String, String)> = members.iter().map(Member::key).collect();
        let gone = self.holders.keys().filter(|key| !listed.contains(*key) && !told(key).membership);
        let gone: Vec<(String, String)> = gone.cloned().collect();
        for member in members.iter().filter(|member| !told(&member.key()).membership) {
            let (mut member, key) = (member.clone(), member.key());
            let known = self.holders.get(&key).and_then(|login| self.agents.get(login)?.members.get(&key));
            if let Some(known) = known {
                member.keep_told(known, told(&key));
            }
            self.update(settings, member, at, out);
        }
        for (queue, interface) in gone {
            self.remove(&queue, &interface);
        }
    }

    fn seed_agent(&mut self, settings: &Settings, login: LoginId, at: Moment, out: &mut Outbox) {
        let Some(agent) = self.agents.get_mut(&login) else { return };
        let Some(extension) = agent.extension(settings, login) else { return };
        if !agent.members.values().any(Member::present) {
            return;
        }
        let in_use = agent.members.values().any(Member::is_in_use);
        let last = agent.members.values().map(|member| (member.last_call_at, member)).max_by_key(|(secs, _)| *secs);
        if let Some((secs, member)) = last.filter(|(secs, _)| *secs > 0) {
            let queue_secs = settings.wrapup_secs.get(&member.queue).copied().unwrap_or(0);
            let wrapup_secs = if member.wrapup_secs > 0 { member.wrapup_secs } else { queue_secs };
            let ends_at = Moment(secs) + i64::from(wrapup_secs);
            if ends_at > at && wrapup_secs > 0 && !in_use && !agent.all_paused() {
                agent.acw = Some(Acw { call: None, ends_at });
                self.acw_ends.insert((ends_at, login));
            }
        }
        // Who is there while the phone is has logged in when the phone came, and that is not told.
        let joined = agent.members.values().filter(|member| member.dynamic).map(|member| member.joined_at);
        let since = joined.filter(|secs| *secs > 0).min().map(Moment);
        let (mode, split_modes) = agent.wanted(settings);
        (agent.staffed, agent.skills, agent.mode) = (true, agent.wanted_skills(settings), Some(mode));
        let seen = AgentAct::Seen { extension, skills: agent.skills.clone(), since, mode };
        agent.split_modes = split_modes;
        let reasons = agent.reasons(settings);
        let told: Vec<_> = agent.split_modes.iter().map(|(&split, &mode)| (split, mode)).collect();
        self.name_reasons(settings, &reasons, at, out);
        out.push(event(at, login, seen));
        for (split, mode) in told {
            out.push(event(at, login, AgentAct::Mode { split: Some(split), mode }));
        }
    }

    fn take_over(&mut self, settings: &Settings, member: Member) -> LoginId {
        let login = numbering::login(settings, &member.state_interface);
        for interface in [&member.interface, &member.state_interface] {
            self.by_interface.insert(interface.clone(), login);
        }
        let key = member.key();
        if self.holders.insert(key.clone(), login).is_some_and(|before| before != login) {
            self.hand_over(&key, login);
        }
        let agent = self.agents.entry(login).or_default();
        agent.leaving.remove(&key);
        let other = agent.members.values().find(|other| other.state_interface != member.state_interface);
        if let Some(other) = other
            && self.named_twice.insert(format!("{}\n{}", other.state_interface, member.state_interface))
        {
            let (first, second) = (other.state_interface.clone(), member.state_interface.clone());
            self.notices.push(Notice::SameLogin { login, first, second });
        }
        agent.members.insert(key, member);
        if let Some(named) = agent.members.values().find(|member| !member.name.is_empty()) {
            // Of several names that of the first queue, whichever was told last.
            agent.name.clone_from(&named.name);
        }
        login
    }

    /// The phone behind an interface is another agent's from now on: whoever had the membership has left the queue.
    fn hand_over(&mut self, key: &(String, String), to: LoginId) {
        for (&login, agent) in self.agents.iter_mut().filter(|(login, _)| **login != to) {
            if let Some(member) = agent.members.remove(key) {
                agent.leaving.insert(key.clone(), member);
                self.leaving.insert(login);
            }
        }
    }

    /// Tells the difference between what was told of an agent and what is so now.
    fn announce(&mut self, settings: &Settings, login: LoginId, at: Moment, out: &mut Outbox) {
        let Some(agent) = self.agents.get_mut(&login) else { return };
        if !agent.members.values().any(Member::present) {
            if agent.staffed {
                self.departing.insert(login);
            }
            return;
        }
        self.departing.remove(&login);
        let skills = agent.wanted_skills(settings);
        let mut again = false;
        if !agent.staffed {
            let Some(extension) = agent.extension(settings, login) else { return };
            (agent.staffed, agent.skills) = (true, skills.clone());
            agent.tell_name(login, at, out);
            out.push(event(at, login, AgentAct::LoggedIn { extension, skills }));
        } else if agent.skills != skills {
            let stays = |old: &&Skill| skills.iter().any(|skill| skill.split == old.split);
            let mut old = agent.skills.iter().filter(stays).peekable();
            let in_order =
                skills.iter().take_while(|skill| old.next_if(|old| old.split == skill.split).is_some()).count();
            if old.peek().is_some() {
                // Skills that stay keep their age, so those that another one comes before begin anew.
                again = true;
                out.push(event(at, login, AgentAct::SkillsChanged { skills: skills[..=in_order].into() }));
            }
            agent.skills.clone_from(&skills);
            agent.split_modes.retain(|split, _| skills.iter().any(|skill| skill.split == *split));
            out.push(event(at, login, AgentAct::SkillsChanged { skills }));
        }
        if agent.named != agent.name {
            agent.tell_name(login, at, out);
        }
        self.announce_mode(settings, login, at, again, out);
    }

    fn announce_mode(&mut self, settings: &Settings, login: LoginId, at: Moment, again: bool, out: &mut Outbox) {
        let Some(agent) = self.agents.get(&login).filter(|agent| agent.staffed && !agent.members.is_empty()) else {
            return;
        };
        if agent.acw.is_some() && agent.all_paused() {
            self.end_acw(login);
        }
        let Some(agent) = self.agents.get_mut(&login) else { return };
        let (mode, split_modes) = agent.wanted(settings);
        let mut told = Vec::new();
        if again || agent.mode != Some(mode) {
            told.push(AgentAct::Mode { split: None, mode });
            agent.mode = Some(mode);
            agent.split_modes.clear();
        }
        for (&split, &mode) in split_modes.iter().filter(|(split, mode)| agent.split_modes.get(split) != Some(mode)) {
            told.push(AgentAct::Mode { split: Some(split), mode });
        }
        for &split in agent.split_modes.keys().filter(|split| !split_modes.contains_key(split)) {
            told.push(AgentAct::Mode { split: Some(split), mode });
        }
        agent.split_modes = split_modes;
        let reasons = agent.reasons(settings);
        if !told.is_empty() {
            self.name_reasons(settings, &reasons, at, out);
        }
        for act in told {
            out.push(event(at, login, act));
        }
    }

    /// Names reason codes that no setting names. Said each time, so that it does not matter which server heard it first.
    fn name_reasons(&mut self, settings: &Settings, reasons: &[(AuxReason, String)], at: Moment, out: &mut Outbox) {
        for (code, text) in reasons.iter().filter(|(_, text)| !settings.aux_reasons.contains_key(text)) {
            if text.parse::<u8>().is_ok() || text.is_empty() {
                continue;
            }
            out.push(configured(
                at,
                Configuration::AuxReason { reason: *code, name: text.chars().take(100).collect() },
            ));
            let first = self.reasons.entry(*code).or_insert_with(|| text.clone()).clone();
            if first != *text && self.named_twice.insert(format!("{first}\n{text}")) {
                self.notices.push(Notice::SameReason { code: *code, first, second: text.clone() });
            }
        }
    }

    /// Whether there was after-call work to end.
    fn end_acw(&mut self, login: LoginId) -> bool {
        let Some(acw) = self.agents.get_mut(&login).and_then(|agent| agent.acw.take()) else {
            // An entry without its agent must not be found again by `pass`.
            self.acw_ends.retain(|(_, other)| *other != login);
            return false;
        };
        self.acw_ends.remove(&(acw.ends_at, login));
        true
    }
}

impl Agent {
    fn tell_name(&mut self, login: LoginId, at: Moment, out: &mut Outbox) {
        self.named.clone_from(&self.name);
        out.push(configured(at, Configuration::Agent { agent: login, name: self.name.clone() }));
    }

    fn membership(&self, queue: &str, interface: &str) -> Option<&Member> {
        let key = (queue.to_owned(), interface.to_owned());
        self.members.get(&key).or_else(|| self.leaving.get(&key))
    }

    fn extension(&self, settings: &Settings, login: LoginId) -> Option<model::Extension> {
        let member = self.members.values().next()?;
        settings.extension(&member.state_interface, login)
    }

    fn all_paused(&self) -> bool {
        self.members.values().all(|member| member.paused)
    }

    /// Earliest logon first, of several in one second the lowest split: the PBX still knows that after a cut, and the
    /// order decides which skill carries the agent's times. A queue that has the agent twice counts once.
    fn wanted_skills(&self, settings: &Settings) -> Skills {
        let mut held: BTreeMap<SplitId, (i64, u8)> = BTreeMap::new();
        for member in self.members.values().chain(self.leaving.values()) {
            let own = (member.joined_at, member.level);
            let (joined_at, level) = held.entry(numbering::split(settings, &member.queue)).or_insert(own);
            (*joined_at, *level) = (own.0.min(*joined_at), own.1.min(*level));
        }
        let mut order: Vec<_> = held.into_iter().collect();
        order.sort_by_key(|&(split, (joined_at, _))| (joined_at, split));
        order.into_iter().map(|(split, (_, level))| Skill::new(split, level)).collect()
    }

    /// The mode in all splits, and those splits where it is another.
    fn wanted(&self, settings: &Settings) -> (WorkMode, BTreeMap<SplitId, WorkMode>) {
        let mut paused: BTreeMap<SplitId, (i64, WorkMode)> = BTreeMap::new();
        for member in self.members.values().filter(|member| member.paused) {
            let latest =
                paused.entry(numbering::split(settings, &member.queue)).or_insert((i64::MIN, WorkMode::Unknown));
            if member.paused_at > latest.0 {
                *latest = (member.paused_at, paused_mode(settings, &member.reason));
            }
        }
        if self.all_paused() {
            // The pause that was set last names the reason; of several in one second that of the lowest split.
            let latest = paused.values().map(|(secs, _)| *secs).max();
            if let Some((_, mode)) = paused.values().find(|(secs, _)| Some(*secs) == latest) {
                return (*mode, BTreeMap::new());
            }
        }
        let mode = match self.acw {
            Some(acw) => WorkMode::Acw(acw.call),
            None => WorkMode::Available,
        };
        (mode, paused.into_iter().map(|(split, (_, mode))| (split, mode)).collect())
    }

    /// The pause reasons that count now, with their codes.
    fn reasons(&self, settings: &Settings) -> Vec<(AuxReason, String)> {
        let told: Vec<WorkMode> = self.mode.into_iter().chain(self.split_modes.values().copied()).collect();
        let texts: BTreeSet<&String> =
            self.members.values().filter(|m| m.paused).map(|member| &member.reason).collect();
        let coded = texts.into_iter().map(|text| (numbering::aux_reason(settings, text), text.clone()));
        coded.filter(|(code, _)| told.contains(&WorkMode::Aux(*code))).collect()
    }
}

/// A time in UNIX seconds; 0 for never and for nonsense.
fn secs(block: &Block, key: &str) -> i64 {
    block.number(key).filter(|secs| (0..1 << 34).contains(secs)).unwrap_or(0)
}

fn paused_mode(settings: &Settings, reason: &str) -> WorkMode {
    if !settings.acw_reason.is_empty() && reason == settings.acw_reason {
        WorkMode::Acw(None)
    } else {
        WorkMode::Aux(numbering::aux_reason(settings, reason))
    }
}

pub(super) fn event(at: Moment, agent: LoginId, act: AgentAct) -> Event {
    Event { at, body: EventBody::Agent { agent, act } }
}

pub(super) fn configured(at: Moment, configuration: Configuration) -> Event {
    Event { at, body: EventBody::Configured(Box::new(configuration)) }
}
