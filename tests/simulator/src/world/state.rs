//! What moves: agents, calls, queues, trunks, and what is planned for them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use model::event::{CallIdentity, Delivery, Direction, Entry, Party, Priority, Skills, WorkMode};
use model::{AuxReason, CallId, Moment, WorkCode};
use smallvec::SmallVec;

/// Something planned. Ordered by time, then by the order of planning.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Due {
    pub at: Moment,
    pub sequence: u64,
    pub task: Task,
}

/// What can be planned. Tokens tell a plan that has been overtaken: it then does nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Task {
    Heartbeat,
    Arrival,
    Whim,
    Maintenance,
    TrunkBack {
        group: usize,
        trunk: usize,
    },
    ShiftBegins {
        agent: usize,
    },
    LogIn {
        agent: usize,
    },
    ShiftEnds {
        agent: usize,
    },
    BreakDue {
        agent: usize,
        reason: AuxReason,
        secs: i64,
    },
    /// After-call work or AUX is over.
    Ready {
        agent: usize,
        token: u32,
    },
    RingEnds {
        call: CallId,
        agent: usize,
        end: RingEnd,
    },
    /// The caller's patience ends.
    GivesUp {
        call: CallId,
    },
    VectorStep {
        call: CallId,
        token: u32,
        step: VectorStep,
    },
    /// The next step of the call's script.
    Talk {
        call: CallId,
        token: u32,
    },
    /// The agent makes or takes an extension call in after-call work.
    OwnCall {
        agent: usize,
        token: u32,
    },
}

/// How ringing ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RingEnd {
    Answer,
    /// Redirected on no answer.
    Redirect,
    /// Whoever calls gives up.
    CallerQuits,
}

/// What a vector does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum VectorStep {
    /// The greeting has been heard.
    Greeted,
    /// Queue to the next backup split.
    Backup(usize),
    /// Waited too long: route to the overflow VDN.
    Overflow,
    /// The disconnect timer ends.
    Timer,
}

/// What an agent wants to do once free.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    Aux { reason: AuxReason, secs: i64 },
    GoHome,
}

/// How the truth divides an agent's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Standing {
    #[default]
    Unstaffed,
    Available,
    Ringing,
    OnCall,
    Acw,
    Direct,
    Aux(AuxReason),
    Other,
}

/// One agent.
#[derive(Debug, Clone)]
pub struct Agent {
    pub staffed_since: Option<Moment>,
    pub shift_ends_at: Moment,
    pub skills: Skills,
    /// As last told; the call decides while there is one.
    pub mode: WorkMode,
    /// The mode was told on the call, to take effect after it; for so long.
    pub told_aux_secs: Option<i64>,
    /// Rises with every mode, so that an overtaken `Ready` does nothing.
    pub token: u32,
    /// `Ready` came while an extension call was up.
    pub ready_due: bool,
    pub wish: Option<Wish>,
    pub ringing: Option<(CallId, Delivery)>,
    /// The call talked on or dialled.
    pub on: Option<CallId>,
    /// That call is the agent's own and on hold.
    pub holds_own: bool,
    /// The skill or direct-agent call being served, its after-call work included.
    pub service: Option<Service>,
    /// Place in the idle lists, if available and free.
    pub idle_place: Option<u64>,
    pub standing: Standing,
    pub standing_since: Moment,
}

impl Default for Agent {
    fn default() -> Self {
        Agent {
            staffed_since: None,
            shift_ends_at: Moment(0),
            skills: Skills::new(),
            mode: WorkMode::Unknown,
            told_aux_secs: None,
            token: 0,
            ready_due: false,
            wish: None,
            ringing: None,
            on: None,
            holds_own: false,
            service: None,
            idle_place: None,
            standing: Standing::Unstaffed,
            standing_since: Moment(0),
        }
    }
}

impl Agent {
    /// On a call, dialling, ringing, or with a call on hold.
    pub fn is_engaged(&self) -> bool {
        self.ringing.is_some() || self.on.is_some() || self.serves()
    }

    /// Has a skill or direct-agent call that is not over, on hold or not.
    pub fn serves(&self) -> bool {
        self.service.as_ref().is_some_and(|service| service.acw_since.is_none())
    }

    pub fn is_free(&self) -> bool {
        self.staffed_since.is_some() && !self.is_engaged()
    }
}

/// An agent's work on one skill or direct-agent call, from the answer to the end of its after-call work.
#[derive(Debug, Clone)]
pub struct Service {
    pub call: CallId,
    pub split: usize,
    pub direct: bool,
    pub inflow: bool,
    pub wait_secs: u64,
    pub answered_at: Moment,
    pub held_since: Option<Moment>,
    pub hold_secs: u64,
    pub talk_secs: u64,
    pub holds: u64,
    pub transferred: bool,
    pub conferenced: bool,
    pub assists: u64,
    pub stroke_counts: u64,
    pub work_codes: SmallVec<[WorkCode; 2]>,
    pub visit: Option<u64>,
    pub acw_since: Option<Moment>,
}

/// One call.
#[derive(Debug, Clone)]
pub struct Call {
    pub since: Moment,
    pub stage: Stage,
    /// Rises when the call's course changes, so that overtaken steps do nothing.
    pub token: u32,
    pub line: Option<Line>,
    pub visit: Option<u64>,
    pub vdn: Option<usize>,
    pub waits: SmallVec<[Wait; 3]>,
    pub priority: Priority,
    pub gives_up_at: Moment,
    /// Agents on it, the one who serves or dialled it first.
    pub parties: SmallVec<[usize; 2]>,
    pub dialed: bool,
    /// Who calls whom, as told last.
    pub identity: Option<Arc<CallIdentity>>,
    /// VDNs it will be sent on to before it queues anywhere.
    pub detours: u32,
    /// The call on hold beside which this one is made or taken.
    pub consults_for: Option<CallId>,
    /// What is to happen on it, each with the seconds since the step before.
    pub script: VecDeque<(i64, TalkStep)>,
    /// Times it was routed or transferred.
    pub moves: u32,
}

/// Where a call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// In a vector, perhaps waiting in queues.
    Vector,
    Ringing {
        agent: usize,
        delivery: Delivery,
    },
    /// With agents: talked on, held or dialled.
    Talking,
    /// With someone who is not measured.
    Outside,
}

/// A place in a split's queue.
#[derive(Debug, Clone, Copy)]
pub struct Wait {
    pub split: usize,
    pub since: Moment,
    pub priority: Priority,
    pub place: u64,
    pub first: bool,
}

/// A trunk in use.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    pub group: usize,
    pub trunk: usize,
    pub since: Moment,
    pub direction: Direction,
    pub answered: bool,
    pub abandoned: bool,
}

/// Whether a trunk can be seized.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrunkState {
    Idle,
    Seized,
    MaintenanceBusy,
}

/// Calls waiting for one split, and agents waiting for its calls.
#[derive(Debug, Clone, Default)]
pub struct Queue {
    pub waiting: BTreeMap<(Reverse<Priority>, u64), CallId>,
    /// Skill level, place (longest idle first), agent.
    pub idle: BTreeSet<(u8, u64, usize)>,
}

/// A call's stay in a VDN, from entry until it and all work on it are over or it went to another VDN.
#[derive(Debug, Clone)]
pub struct Visit {
    pub vdn: usize,
    pub entered_at: Moment,
    pub entry: Entry,
    pub fate: Option<(Fate, u64)>,
    pub talk_secs: u64,
    pub hold_secs: u64,
    pub acw_secs: u64,
    /// Agents still serving it.
    pub open: u32,
    /// The call has ended or left.
    pub left: bool,
}

/// What became of a call in its VDN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Answered,
    Abandoned,
    Connected,
    Busy,
    Disconnected,
    Outflowed,
}

/// What happens on a call that an agent has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TalkStep {
    Hold,
    Retrieve,
    /// The caller hangs up while on hold.
    HangUpOnHold,
    WorkCode,
    StrokeCount,
    Assist,
    BadAudio,
    MaliciousTrace,
    FarEndAnswers,
    TransferToVdn,
    TransferToStation,
    TransferOutside,
    Consult,
    ConsultDone,
    /// A second agent is called in.
    CallIn,
    /// One of two agents leaves a conference.
    OneLeaves,
    /// The caller waits on hold while the agent takes a call to the own extension.
    TakeAnother,
    /// That call is over.
    BackToCaller,
    /// The agent hangs up, and the caller comes back to the VDN.
    Return,
    End(Party),
}

impl TalkStep {
    /// Whether the call's script ends with it.
    pub fn is_end(self) -> bool {
        matches!(self, TalkStep::End(_) | TalkStep::Return)
    }
}
