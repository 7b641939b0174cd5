//! What a switch tells: one vocabulary for every link dialect.
//!
//! Rules that dialects keep and the collector relies on:
//!
//! * Order is the order of arrival. Time stamps may step back a little (several threads of a switch
//!   stamp them) and never reorder anything.
//! * A call comes into being with the first event that names it, other than `Identified`. `Ringing` does not take it out of the
//!   queues it waits in; `Answered`, `Abandoned`, the forced endings, `Outflowed` and `Connected` do.
//! * Work modes are told, not guessed: after a call the switch says whether the agent is in ACW. While a
//!   call rings at an agent or the agent is on one, the call decides the displayed state.
//! * `LinkDown` ends what is known. Between `PumpUpBegan` and `PumpUpEnded` the `…Seen` events say what is so now.

mod identity;

use std::sync::Arc;

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::exception::ExceptionRule;
use crate::id::{
    AuxReason, CallId, EqLoc, Extension, LoginId, LogoutReason, PhoneNumber, SplitId, TrunkGroupId, VdnId, VectorId,
    WorkCode,
};
use crate::profile::CallProfile;
use crate::time::{IntervalMinutes, Moment};

pub use identity::CallIdentity;

/// One thing the switch told, with the switch's own time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The switch's time of it, floored to the second.
    pub at: Moment,
    /// What happened.
    pub body: EventBody,
}

/// The kinds of event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum EventBody {
    /// Time passes; nothing else.
    Heartbeat,
    /// The switch's clock was set; the event's own time is the new time. `before` is what it showed.
    ClockChanged {
        /// What the clock showed just before.
        before: Moment,
    },
    /// The link's data were lost from this event's time on: the time of the last event before the loss.
    LinkDown {
        /// Why, as linkex numbers it.
        reason: LinkReason,
    },
    /// The switch begins to tell its present state.
    PumpUpBegan,
    /// All that is so now has been told; whoever was not named is gone.
    PumpUpEnded,
    /// Something exists, with its name and properties.
    Configured(Box<Configuration>),
    /// Something was taken out of the switch's translations.
    Removed(Entity),
    /// What agents do.
    Agent {
        /// Who.
        agent: LoginId,
        /// What.
        act: AgentAct,
    },
    /// What happens to calls.
    Call {
        /// Which call.
        call: CallId,
        /// What.
        act: CallAct,
    },
    /// A trunk was taken out of service (`true`) or put back (`false`).
    TrunkMaintenance {
        /// Which trunk.
        trunk: EqLoc,
        /// Whether it is now maintenance busy.
        busy: bool,
    },
}

/// Why data were not collected (linkex REASON).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum LinkReason {
    /// Data collection started.
    Started = 91,
    /// New translations were started.
    NewTranslations = 92,
    /// Data collection was turned off.
    TurnedOff = 93,
    /// The link was busied out at the switch.
    BusiedOut = 94,
    /// Nothing was heard in time.
    TimedOut = 95,
    /// The switch's clock was reset.
    ClockReset = 96,
    /// The session went down.
    SessionDown = 97,
}

/// Something the switch knows by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Entity {
    /// A split or skill.
    Split(SplitId),
    /// An agent login ID.
    Agent(LoginId),
    /// A VDN.
    Vdn(VdnId),
    /// A vector.
    Vector(VectorId),
    /// A trunk group.
    TrunkGroup(TrunkGroupId),
    /// A trunk.
    Trunk(EqLoc),
    /// A call work code.
    WorkCode(WorkCode),
    /// An AUX reason code.
    AuxReason(AuxReason),
    /// A logout reason code.
    LogoutReason(LogoutReason),
}

/// What the switch (or the administrator, by an event of the same sequence) says about an entity.
/// Names are at most 100 characters; empty where there is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Configuration {
    /// A split or skill; the service level is the switch's own, where it tells one.
    Split { split: SplitId, name: String, service_level_secs: Option<u32> },
    /// An agent.
    Agent { agent: LoginId, name: String },
    /// A VDN and the vector it leads to.
    Vdn { vdn: VdnId, name: String, vector: Option<VectorId>, service_level_secs: Option<u32> },
    /// A vector.
    Vector { vector: VectorId, name: String },
    /// A trunk group.
    TrunkGroup { group: TrunkGroupId, name: String },
    /// A trunk of a group.
    Trunk { trunk: EqLoc, group: TrunkGroupId },
    /// A call work code.
    WorkCode { code: WorkCode, name: String },
    /// An AUX reason.
    AuxReason { reason: AuxReason, name: String },
    /// A logout reason.
    LogoutReason { reason: LogoutReason, name: String },
    /// Acceptable service level and increments of a split.
    SplitProfile { split: SplitId, profile: CallProfile },
    /// Acceptable service level and increments of a VDN.
    VdnProfile { vdn: VdnId, profile: CallProfile },
    /// The archive interval from the next interval on; a longer one from the next one on that its own grid has.
    Interval { minutes: IntervalMinutes },
    /// An agent is traced from now on, or no longer.
    Trace { agent: LoginId, on: bool },
    /// A rule for exceptions; it takes the place of the one with the same key.
    Exception { rule: ExceptionRule },
    /// A split has no profile of its own any more: what the switch tells of it holds, or what holds for all.
    SplitProfileRemoved { split: SplitId },
    /// Likewise a VDN.
    VdnProfileRemoved { vdn: VdnId },
    /// The time zone of the archive from the next interval on.
    Zone { zone: Tz },
    /// Calls that are answered from now on and end before so many seconds of talk count as abandoned; 0 turns it off.
    PhantomLimit { secs: u32 },
}

impl Configuration {
    /// Whether a person decides it on each server, and no pump-up of the switch tells it again.
    pub fn is_administered(&self) -> bool {
        matches!(
            self,
            Configuration::SplitProfile { .. }
                | Configuration::SplitProfileRemoved { .. }
                | Configuration::VdnProfile { .. }
                | Configuration::VdnProfileRemoved { .. }
                | Configuration::Interval { .. }
                | Configuration::Trace { .. }
                | Configuration::Exception { .. }
                | Configuration::Zone { .. }
                | Configuration::PhantomLimit { .. }
        )
    }

    /// What it says to exist; `None` of what is administered.
    pub fn entity(&self) -> Option<Entity> {
        match self {
            Configuration::Split { split, .. } => Some(Entity::Split(*split)),
            Configuration::Agent { agent, .. } => Some(Entity::Agent(*agent)),
            Configuration::Vdn { vdn, .. } => Some(Entity::Vdn(*vdn)),
            Configuration::Vector { vector, .. } => Some(Entity::Vector(*vector)),
            Configuration::TrunkGroup { group, .. } => Some(Entity::TrunkGroup(*group)),
            Configuration::Trunk { trunk, .. } => Some(Entity::Trunk(*trunk)),
            Configuration::WorkCode { code, .. } => Some(Entity::WorkCode(*code)),
            Configuration::AuxReason { reason, .. } => Some(Entity::AuxReason(*reason)),
            Configuration::LogoutReason { reason, .. } => Some(Entity::LogoutReason(*reason)),
            Configuration::SplitProfile { .. }
            | Configuration::SplitProfileRemoved { .. }
            | Configuration::VdnProfile { .. }
            | Configuration::VdnProfileRemoved { .. }
            | Configuration::Interval { .. }
            | Configuration::Trace { .. }
            | Configuration::Exception { .. }
            | Configuration::Zone { .. }
            | Configuration::PhantomLimit { .. } => None,
        }
    }

    /// Whether both are administered and about the same thing, so that of the two the later one decides.
    pub fn is_about_the_same(&self, other: &Configuration) -> bool {
        use Configuration::{
            Exception, Interval, PhantomLimit, SplitProfile, SplitProfileRemoved, Trace, VdnProfile, VdnProfileRemoved,
            Zone,
        };
        match (self, other) {
            (
                SplitProfile { split, .. } | SplitProfileRemoved { split },
                SplitProfile { split: other, .. } | SplitProfileRemoved { split: other },
            ) => split == other,
            (
                VdnProfile { vdn, .. } | VdnProfileRemoved { vdn },
                VdnProfile { vdn: other, .. } | VdnProfileRemoved { vdn: other },
            ) => vdn == other,
            (Interval { .. }, Interval { .. }) | (Zone { .. }, Zone { .. }) => true,
            (PhantomLimit { .. }, PhantomLimit { .. }) => true,
            (Trace { agent, .. }, Trace { agent: other, .. }) => agent == other,
            (Exception { rule }, Exception { rule: other }) => rule.key == other.key,
            _ => false,
        }
    }
}

/// One skill of an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skill {
    /// The split/skill.
    pub split: SplitId,
    /// Skill level 1 (first) to 16.
    pub level: u8,
    /// Reserve level 1 or 2; 0 for a standard skill.
    pub reserve: u8,
    /// Allocated percentage, 0 to 100.
    pub percent: u8,
}

impl Skill {
    /// A standard skill of the given level.
    pub fn new(split: SplitId, level: u8) -> Self {
        Skill { split, level, reserve: 0, percent: 0 }
    }
}

/// An agent's skills, the one held longest first: it carries the agent-wide times (OLDEST_LOGON). After a gap this
/// order is all that a server knows of their age, so it must be the same for both servers.
pub type Skills = SmallVec<[Skill; 4]>;

/// What an agent has chosen (or the switch has put the agent into) while no call decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum WorkMode {
    /// Ready for calls.
    Available,
    /// Auxiliary work, with its reason code.
    Aux(AuxReason),
    /// After-call work; the call it belongs to, or none if the agent chose it.
    Acw(Option<CallId>),
    /// The switch has not said yet.
    Unknown,
}

/// What an agent does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum AgentAct {
    /// Logs in at a station with these skills. OTHER until the work mode is told.
    LoggedIn { extension: Extension, skills: Skills },
    /// Logs out.
    LoggedOut { reason: Option<LogoutReason> },
    /// Changes the work mode, in one skill (`split`) or, normally, in all. While on a call it takes effect after it.
    Mode { split: Option<SplitId>, mode: WorkMode },
    /// Now has exactly these skills; skills that stay keep their logon age.
    SkillsChanged { skills: Skills },
    /// Pump-up: is logged in now, since `since` where the switch knows it.
    Seen { extension: Extension, skills: Skills, since: Option<Moment>, mode: WorkMode },
}

/// Which way a call crosses the trunk or the station.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Direction {
    /// Towards us.
    In,
    /// From us.
    Out,
}

/// Queue priority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Priority {
    Low,
    Medium,
    High,
    Top,
}

/// On whose behalf a call is brought to an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Delivery {
    /// A call of this split/skill.
    Skill(SplitId),
    /// A direct-agent call, counted with this split/skill.
    DirectAgent(SplitId),
    /// A personal call to the extension.
    Extension,
}

/// How a call came to a VDN or vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Entry {
    /// As its first, from the trunk or station.
    First,
    /// By a route-to (VDN) or goto (vector) step, a transfer, or redirection on no answer.
    Routed,
    /// By VDN return destination.
    Returned,
}

/// Who ended a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Party {
    /// The caller, or the far end of an outgoing call.
    Caller,
    /// The agent.
    Agent,
    /// The switch.
    Switch,
}

/// What happens to a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum CallAct {
    /// Takes a trunk. The trunk itself may be unknown where the switch only counts groups.
    TrunkSeized { trunk: Option<EqLoc>, group: TrunkGroupId, direction: Direction },
    /// Enters a VDN.
    VdnEntered { vdn: VdnId, entry: Entry },
    /// Enters a vector.
    VectorEntered { vector: VectorId, entry: Entry },
    /// Queues to a split; up to three at once. Queueing again to a split it already waits in is a
    /// requeue: one outflow, one inflow.
    Queued { split: SplitId, priority: Priority },
    /// Is taken out of one split's queue and stays alive (timeout, exit key, withdrawn).
    QueueLeft { split: SplitId },
    /// Rings at an agent.
    Ringing { agent: LoginId, delivery: Delivery },
    /// An agent answers. A second agent answering joins a conference.
    Answered { agent: LoginId, delivery: Delivery },
    /// Rang too long at this agent and was taken away (RONA). It still waits in its queues.
    Redirected { agent: LoginId },
    /// Stops ringing at this agent for any other reason.
    RingStopped { agent: LoginId },
    /// The agent puts it on hold.
    Held { agent: LoginId },
    /// The agent takes it back from hold.
    Retrieved { agent: LoginId },
    /// The agent transfers it and is off it. `to` is the consultation call that it joins, if any.
    Transferred { agent: LoginId, to: Option<CallId> },
    /// The agent makes it a conference, with the call `with` joined, if any.
    Conferenced { agent: LoginId, with: Option<CallId> },
    /// One agent leaves it; it goes on for others.
    AgentLeft { agent: LoginId },
    /// The caller gives up before an answer; ends the call.
    Abandoned,
    /// Gets a busy tone from the vector; ends the call.
    ForcedBusy,
    /// Is disconnected by the vector; ends the call. `vdn_timer`: by the disconnect timer or the vector's end.
    ForcedDisconnect { vdn_timer: bool },
    /// Leaves for a place that is not measured; `interflow`: outside the switch. The call stays until `Ended`.
    Outflowed { interflow: bool },
    /// Is answered at a station that is not a measured agent's. The call stays until `Ended`.
    Connected { extension: Extension },
    /// A measured agent dials it.
    Dialed { agent: LoginId, off_switch: bool, adjunct: bool },
    /// The far end of an outgoing call answers.
    FarEndAnswered,
    /// The agent enters a call work code, on the call or in its ACW.
    WorkCodeEntered { agent: LoginId, code: WorkCode },
    /// The agent presses stroke count button 1 to 9.
    StrokeCount { agent: LoginId, button: u8 },
    /// The agent asks the supervisor for assistance.
    Assist { agent: LoginId },
    /// The agent reports bad audio on the trunk.
    AudioDifficulty { agent: LoginId },
    /// Is over: trunk idle, nobody on it. After-call work may follow.
    Ended { by: Party },
    /// Pump-up: waits, rings or is talked on now.
    Seen { since: Moment, stage: CallStage },
    /// Who calls whom. Told as soon as it is known, and again as a whole whenever something of it changes; never as the
    /// first thing of a call.
    Identified { identity: Arc<CallIdentity> },
    /// The agent has dialled these digits on a call that the agent makes.
    DigitsDialed { agent: LoginId, digits: PhoneNumber },
    /// The agent has the call traced as malicious, on the call or in its ACW.
    MaliciousTrace { agent: LoginId },
}

/// Where a call stands when the switch pumps up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum CallStage {
    /// Waits in a split's queue since `CallAct::Seen::since`.
    Waiting { split: SplitId, vdn: Option<VdnId>, priority: Priority },
    /// Rings at an agent.
    Ringing { agent: LoginId, delivery: Delivery },
    /// Is talked on (or held) by an agent.
    Talking { agent: LoginId, delivery: Delivery },
    /// Only its trunk is known.
    OnTrunk { trunk: Option<EqLoc>, group: TrunkGroupId, direction: Direction },
}
