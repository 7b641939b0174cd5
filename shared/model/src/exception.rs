//! Exceptions: what may be watched, and the rules that say when something is told.
//!
//! A rule watches one thing (the agents of a split, a split, VDN, vector or trunk group) for one kind of exception, with a
//! threshold (how many occurrences, or how many at one time, are still allowed) and, for kinds that are about time, a limit
//! in seconds. Counting begins anew with every archive interval. Rules are events of the sequence, so two servers with the
//! same rules tell the same exceptions.
//!
//! Kinds bear the field's numbers (EXTYPE) as far as they are known. A kind whose number is not public has one of ours, from
//! [`ExceptionKind::OURS`] on, above every known number. Kinds that no event can tell (a full queue, trunk failures,
//! look-ahead and adjunct routing attempts, an agent who could not log in) are left out. A third sort of exception, counted
//! from a server's own start, concerns that server alone and is no part of this.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::{AuxReason, SplitId, TrunkGroupId, VdnId, VectorId};

/// What a rule watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExceptionScope {
    /// Every agent of a split/skill, each for itself (agex).
    Agents(SplitId),
    /// A split/skill (spex).
    Split(SplitId),
    /// A VDN (vdnex).
    Vdn(VdnId),
    /// A vector (vecex).
    Vector(VectorId),
    /// A trunk group and its trunks (tgex).
    TrunkGroup(TrunkGroupId),
}

/// Which things a kind of exception is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExceptionElement {
    Agent,
    Split,
    Vdn,
    Vector,
    TrunkGroup,
}

impl ExceptionElement {
    /// All of them, in the order of their tables.
    pub const ALL: [ExceptionElement; 5] = [
        ExceptionElement::Agent,
        ExceptionElement::Split,
        ExceptionElement::Vdn,
        ExceptionElement::Vector,
        ExceptionElement::TrunkGroup,
    ];

    /// The word that people write.
    pub fn word(self) -> &'static str {
        match self {
            ExceptionElement::Agent => "agent",
            ExceptionElement::Split => "split",
            ExceptionElement::Vdn => "vdn",
            ExceptionElement::Vector => "vector",
            ExceptionElement::TrunkGroup => "trunk-group",
        }
    }
}

impl FromStr for ExceptionElement {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = ExceptionElement::ALL.into_iter().find(|element| element.word() == text);
        found.ok_or_else(|| format!("exceptions are of agent, split, vdn, vector or trunk-group, not of {text:?}"))
    }
}

/// When a kind of exception occurs, and what its threshold and time limit mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Counting {
    /// Something has lasted as long as the time limit; dated to that moment. The threshold is how many of these an interval
    /// may have.
    Long,
    /// Something ended before the time limit. The threshold is how many of these an interval may have.
    Short,
    /// Something happened. The threshold is how often it may in an interval.
    Each,
    /// More than the threshold at one time; told when that begins.
    AtOnce,
    /// An estimate of now has reached the time limit; told when that begins. The threshold is how often it may in an
    /// interval.
    Reaches,
    /// An item of the interval has passed the threshold; told once in an interval.
    Total,
    /// An average of the interval has reached the time limit, with more calls than the threshold; told once in an interval.
    Average,
}

impl Counting {
    /// Whether a rule has a time limit.
    pub fn is_timed(self) -> bool {
        matches!(self, Counting::Long | Counting::Short | Counting::Reaches | Counting::Average)
    }

    /// Whether it is counted from items of the interval (and told once in it) and not from single calls and states.
    pub fn is_interval_based(self) -> bool {
        matches!(self, Counting::Total | Counting::Average)
    }
}

macro_rules! kinds {
    ($( $element:ident { $( $kind:ident = $number:literal $counting:ident $name:literal $meaning:literal; )* } )*) => {
        /// A kind of exception.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "(ExceptionElement, u16)", into = "(ExceptionElement, u16)")]
        pub enum ExceptionKind { $( $( #[doc = $meaning] $kind, )* )* }

        impl ExceptionKind {
            /// All kinds, by element and number.
            pub const ALL: &'static [ExceptionKind] = &[ $( $( ExceptionKind::$kind, )* )* ];

            /// Which things it is about.
            pub fn element(self) -> ExceptionElement {
                match self { $( $( ExceptionKind::$kind => ExceptionElement::$element, )* )* }
            }

            /// EXTYPE; unique among the kinds of one element.
            pub fn number(self) -> u16 {
                match self { $( $( ExceptionKind::$kind => $number, )* )* }
            }

            /// When it occurs.
            pub fn counting(self) -> Counting {
                match self { $( $( ExceptionKind::$kind => Counting::$counting, )* )* }
            }

            /// The word that people write; unique among the kinds of one element.
            pub fn name(self) -> &'static str {
                match self { $( $( ExceptionKind::$kind => $name, )* )* }
            }

            /// What it means.
            pub fn meaning(self) -> &'static str {
                match self { $( $( ExceptionKind::$kind => $meaning, )* )* }
            }
        }
    };
}

kinds! {
    Agent {
        AgentAvailable = 1 Long "time-available" "Available for a call of the split as long as the time limit";
        AgentAcdShort = 2 Short "acd-in-min" "A call of the split talked on for less than the time limit";
        AgentAcdLong = 3 Long "acd-in-max" "A call of the split talked on, without hold, as long as the time limit";
        AgentAcw = 4 Long "time-acw" "In after-call work for the split as long as the time limit";
        AgentAcwOut = 5 Long "acw-out-max" "An extension call made during after-call work as long as the time limit";
        AgentAcwIn = 6 Long "acw-in-max" "An extension call received during after-call work as long as the time limit";
        AgentAux = 7 Long "time-aux" "In AUX, for any reason or for the rule's, as long as the time limit";
        AgentAuxOut = 8 Long "aux-out-max" "An extension call made in AUX or while available as long as the time limit";
        AgentAuxIn = 9 Long "aux-in-max" "An extension call received in AUX or while available as long as the time limit";
        AgentAcwOutCalls = 10 Total "acw-out-calls" "Extension calls made during after-call work";
        AgentAcwInCalls = 11 Total "acw-in-calls" "Extension calls received during after-call work";
        AgentAuxOutCalls = 12 Total "aux-out-calls" "Extension calls made in AUX or while available";
        AgentAuxInCalls = 13 Total "aux-in-calls" "Extension calls received in AUX or while available";
        AgentSecondLogin = 14 Each "login-id" "A login with an ID that is logged in already";
        AgentHold = 15 Long "hold-max" "A call of the split on hold as long as the time limit";
        AgentHeldCalls = 101 Total "held-calls" "Calls that the agent held";
        AgentHoldAbandons = 102 Total "hold-abandons" "Calls whose caller gave up on hold";
        AgentAcdOutShort = 103 Short "acd-out-min" "An outgoing call of the split talked on for less than the time limit";
        AgentAcdOutLong = 104 Long "acd-out-max" "An outgoing call of the split talked on as long as the time limit";
        AgentTransfers = 105 Total "transfers" "Calls that the agent transferred";
        AgentRing = 106 Long "ring-max" "A call of the split ringing at the agent as long as the time limit";
        AgentRedirected = 107 Total "redirects" "Calls taken away from the agent because they rang too long";
        AgentLogoutReason = 108 Each "logout-reason" "A logout without a reason code that the switch has";
        AgentAuxReason = 109 Each "aux-reason" "AUX without a reason code that the switch has";
        AgentWorkCode = 110 Each "work-code" "A call work code entered that the switch does not have";
        AgentDirectShort = 111 Short "direct-min" "A direct-agent call talked on for less than the time limit";
        AgentDirectLong = 112 Long "direct-max" "A direct-agent call talked on, without hold, as long as the time limit";
        AgentDirectAcw = 113 Long "direct-acw" "In after-call work of a direct-agent call as long as the time limit";
        AgentAcdCalls = 114 Total "acd-in-calls" "Calls of the split answered, without outgoing ones";
        AgentAcdOutCalls = 115 Total "acd-out-calls" "Outgoing calls of the split answered";
    }
    Split {
        SplitWaiting = 30 AtOnce "calls-waiting" "Calls waiting in the queue, not ringing";
        SplitQueueTime = 31 Long "time-in-queue" "A call waiting, ringing included, as long as the time limit";
        SplitAbandons = 32 Total "abandons" "Calls abandoned";
        SplitFlowIn = 33 Total "intraflow-in" "Calls that came from another queue";
        SplitFlowOut = 34 Total "intraflow-out" "Calls that left the queue for another place inside the switch";
        SplitInterflow = 35 Total "interflow-out" "Calls that left the queue for a place outside the switch";
        SplitBackup = 37 Total "backup" "Answered calls that came otherwise than by the main queuing step, or to reserve agents";
        SplitTransfers = 38 Total "transfers" "Calls that an agent transferred";
        SplitAnswerSpeed = 39 Average "answer-speed" "Average speed of answer of the interval";
        SplitRollingSpeed = 40 Reaches "rolling-speed" "Average speed of the last 16 answers of the interval";
        SplitWaitTop = 41 Reaches "wait-top" "Expected wait of a call of top priority";
        SplitWaitHigh = 42 Reaches "wait-high" "Expected wait of a call of high priority";
        SplitWaitMedium = 43 Reaches "wait-medium" "Expected wait of a call of medium priority";
        SplitWaitLow = 44 Reaches "wait-low" "Expected wait of a call of low priority";
    }
    Vdn {
        VdnAgentShort = 2 Short "time-at-agent-min" "A call with an agent, hold included, for less than the time limit";
        VdnAgentLong = 3 Long "time-at-agent-max" "A call with an agent, hold included, as long as the time limit";
        VdnWaiting = 30 AtOnce "calls-in-queue" "Calls of the VDN that wait in a queue, not ringing";
        VdnAbandons = 32 Total "abandons" "Calls abandoned";
        VdnFlowIn = 33 Total "flow-in" "Calls that came from another VDN";
        VdnFlowOut = 34 Total "flow-out" "Calls that left for another VDN or place, inside or outside the switch";
        VdnInterflow = 35 Total "interflow-out" "Calls that left for a place outside the switch";
        VdnBackup = 37 Total "backup" "Answered calls that came otherwise than by the main queuing step";
        VdnTime = 71 Long "time-in-vector" "A call unanswered in the VDN as long as the time limit";
        VdnBusy = 72 Total "forced-busy" "Calls given a busy tone";
        VdnDisconnects = 73 Total "disconnects" "Calls disconnected by the vector or its timer";
        VdnRollingSpeed = 76 Reaches "rolling-speed" "Average speed of the last 16 answers of the interval";
    }
    Vector {
        VectorWaiting = 30 AtOnce "calls-in-queue" "Calls in the vector that wait in a queue, not ringing";
        VectorAbandons = 32 Total "abandons" "Calls abandoned";
        VectorBusy = 72 Total "forced-busy" "Calls given a busy tone";
        VectorDisconnects = 73 Total "disconnects" "Calls disconnected by the vector or its timer";
        VectorShort = 80 Short "time-in-vector-min" "A call processed by the vector for less than the time limit";
        VectorLong = 81 Long "time-in-vector-max" "A call processed by the vector, without ringing, as long as the time limit";
    }
    TrunkGroup {
        TrunkShort = 50 Short "in-use-min" "A trunk in use for less than the time limit";
        TrunkLong = 51 Long "in-use-max" "A trunk in use as long as the time limit";
        TrunksInUse = 52 AtOnce "in-use" "Trunks in use";
        TrunkMaintenance = 53 Long "maintenance-time" "A trunk maintenance busy as long as the time limit";
        TrunksMaintenance = 54 AtOnce "maintenance" "Trunks maintenance busy";
        TrunksAllBusy = 55 Long "all-busy" "No trunk free as long as the time limit";
        TrunkAudio = 58 Total "audio" "Reports of bad audio on calls that have ended";
    }
}

impl ExceptionKind {
    /// From this number on, EXTYPE is ours: the field's number of such a kind is not public.
    pub const OURS: u16 = 101;

    /// The kind of this number.
    pub fn by_number(element: ExceptionElement, number: u16) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.element() == element && kind.number() == number)
    }

    /// The kind of this name or number, as people write it; the error names those that there are.
    pub fn parse(element: ExceptionElement, text: &str) -> Result<Self, String> {
        let of_element = || Self::ALL.iter().copied().filter(|kind| kind.element() == element);
        let found = of_element().find(|kind| kind.name() == text || kind.number().to_string() == text);
        found.ok_or_else(|| {
            let names: Vec<_> = of_element().map(ExceptionKind::name).collect();
            format!("there is no exception {text:?} of {}; there are {}", element.word(), names.join(", "))
        })
    }

    /// Whether it is on without a rule.
    pub fn is_on_by_default(self) -> bool {
        self == ExceptionKind::AgentSecondLogin
    }
}

impl From<ExceptionKind> for (ExceptionElement, u16) {
    fn from(kind: ExceptionKind) -> Self {
        (kind.element(), kind.number())
    }
}

impl TryFrom<(ExceptionElement, u16)> for ExceptionKind {
    type Error = String;

    fn try_from((element, number): (ExceptionElement, u16)) -> Result<Self, String> {
        Self::by_number(element, number).ok_or_else(|| format!("there is no exception {number} of {}", element.word()))
    }
}

impl ExceptionScope {
    /// Which things it consists of.
    pub fn element(self) -> ExceptionElement {
        match self {
            ExceptionScope::Agents(_) => ExceptionElement::Agent,
            ExceptionScope::Split(_) => ExceptionElement::Split,
            ExceptionScope::Vdn(_) => ExceptionElement::Vdn,
            ExceptionScope::Vector(_) => ExceptionElement::Vector,
            ExceptionScope::TrunkGroup(_) => ExceptionElement::TrunkGroup,
        }
    }

    /// The scope of an element and the number that people write: a split's number for agents.
    ///
    /// # Errors
    /// If the text is no such number.
    pub fn parse(element: ExceptionElement, number: &str) -> Result<Self, crate::id::IdError> {
        Ok(match element {
            ExceptionElement::Agent => ExceptionScope::Agents(number.parse()?),
            ExceptionElement::Split => ExceptionScope::Split(number.parse()?),
            ExceptionElement::Vdn => ExceptionScope::Vdn(number.parse()?),
            ExceptionElement::Vector => ExceptionScope::Vector(number.parse()?),
            ExceptionElement::TrunkGroup => ExceptionScope::TrunkGroup(number.parse()?),
        })
    }

    /// The number alone, as people write it.
    pub fn number(self) -> String {
        match self {
            ExceptionScope::Agents(split) | ExceptionScope::Split(split) => split.to_string(),
            ExceptionScope::Vdn(vdn) => vdn.to_string(),
            ExceptionScope::Vector(vector) => vector.to_string(),
            ExceptionScope::TrunkGroup(group) => group.to_string(),
        }
    }
}

impl fmt::Display for ExceptionScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ExceptionScope::Agents(split) => write!(f, "agents of split {split}"),
            ExceptionScope::Split(split) => write!(f, "split {split}"),
            ExceptionScope::Vdn(vdn) => write!(f, "VDN {vdn}"),
            ExceptionScope::Vector(vector) => write!(f, "vector {vector}"),
            ExceptionScope::TrunkGroup(group) => write!(f, "trunk group {group}"),
        }
    }
}

/// What makes a rule the one it is; a rule with the same key takes its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ExceptionKey {
    /// What is watched.
    pub scope: ExceptionScope,
    /// For what.
    pub kind: ExceptionKind,
    /// Of AUX only this reason; `None` is any.
    pub reason: Option<AuxReason>,
}

/// One rule. Its values last while it is off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ExceptionRule {
    /// What is watched, and for what.
    pub key: ExceptionKey,
    /// What is still allowed, 0 to 999; see [`Counting`].
    pub threshold: u16,
    /// Time limit in seconds, 0 to 28,800; 0 for kinds that are not about time.
    pub limit_secs: u32,
    /// Whether it is checked.
    pub on: bool,
}

impl ExceptionRule {
    /// Highest threshold.
    pub const THRESHOLD_MAX: u16 = 999;
    /// Highest time limit: eight hours.
    pub const LIMIT_SECS_MAX: u32 = 28_800;

    /// What is wrong with the rule; `None` if it can be in force.
    pub fn fault(&self) -> Option<String> {
        let ExceptionKey { scope, kind, reason } = self.key;
        let name = kind.name();
        if scope.element() != kind.element() {
            return Some(format!("{name} is an exception of {}, not of {scope}", kind.element().word()));
        }
        if self.threshold > Self::THRESHOLD_MAX {
            return Some(format!("a threshold is 0 to {}, not {}", Self::THRESHOLD_MAX, self.threshold));
        }
        if self.limit_secs > Self::LIMIT_SECS_MAX {
            return Some(format!("a time limit is 0 to {} seconds, not {}", Self::LIMIT_SECS_MAX, self.limit_secs));
        }
        if self.limit_secs > 0 && !kind.counting().is_timed() {
            return Some(format!("{name} is not about time; leave the time limit out"));
        }
        match reason {
            Some(_) if kind != ExceptionKind::AgentAux => Some(format!("{name} knows no AUX reason; leave it out")),
            Some(reason) if reason.0 > 99 => Some(format!("a reason code is 0 to 99, not {reason}")),
            _ => None,
        }
    }
}
