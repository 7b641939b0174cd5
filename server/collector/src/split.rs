//! A split/skill: its queue, its profile, its row, and how calls that are not answered there are credited.

use catalog::hsplit::{self, Row};
use model::event::Priority;
use model::{CallProfile, Moment, SplitId};
use serde::{Deserialize, Serialize};

use crate::call::Call;
use crate::exceptions::{AgentRules, Watch};
use crate::heads::Heads;
use crate::judged::{Judged, Said, Standard, Verdict};
use crate::live::{Live, add, raise};
use crate::outcome::Departure;
use crate::pace::{Pace, Rate};
use crate::slots::{Ix, Keyed};

/// A call's place in one split's queue, kept by the call.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Wait {
    pub split: Ix<Split>,
    pub priority: Priority,
    pub since: Moment,
    /// No other queue held the call when it came here.
    pub first: bool,
    /// The call had waited in a queue before and left it unanswered.
    pub flowed: bool,
    /// It rang here without having queued.
    pub backup: bool,
    /// It is a direct-agent call, as it turned out when it rang: the split counts nothing of it.
    pub direct: bool,
    /// Number of agents at whom it rings now for this split.
    pub ringing: u8,
    pub rings: RingCount,
}

impl Wait {
    /// A call that queues, ringing nowhere.
    pub(crate) fn new(split: Ix<Split>, priority: Priority, since: Moment, first: bool, flowed: bool) -> Self {
        Wait {
            split,
            priority,
            since,
            first,
            flowed,
            backup: false,
            direct: false,
            ringing: 0,
            rings: RingCount::default(),
        }
    }
}

/// Rings of one call so far, as a split, VDN or vector counts them when the call is done there.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct RingCount {
    pub calls: u32,
    pub secs: u32,
    pub redirected: u32,
}

impl RingCount {
    pub(crate) fn add(&mut self, secs: u32, redirected: bool) {
        self.calls += 1;
        self.secs += secs;
        self.redirected += u32::from(redirected);
    }
}

/// One split/skill.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Split {
    pub id: SplitId,
    /// Whether the translations have it; what is not configured is shown only while it has activity.
    pub configured: bool,
    pub live: Live<Row>,
    /// Calls waiting, oldest first; a call that rings is still here.
    pub queue: Vec<(Moment, Ix<Call>)>,
    /// How many of them ring.
    pub in_ring: u32,
    pub da_in_ring: u32,
    /// Staffed agents whose best skill this is.
    pub top_staffed: u32,
    /// Sum of the staffed agents' allocated percentages.
    pub percents: u32,
    /// Calls waiting that do not ring, by priority.
    pub waiting: [u32; 4],
    /// Agents by role and state.
    pub heads: Heads,
    pub pace: Pace,
    /// Rules for exceptions of the split, and of its agents.
    pub watch: Option<Box<Watch>>,
    pub agent_rules: Option<Box<AgentRules>>,
    standard: Standard,
    /// What the profile judged in this interval, to be judged anew if it changes.
    judged: Judged,
    /// Changed since the last board.
    #[serde(skip)]
    pub fresh: bool,
}

impl Keyed for Split {
    type Key = SplitId;

    fn key(&self) -> SplitId {
        self.id
    }
}

impl Split {
    /// Looks at what an agent's change of state changes, see `ahead`.
    #[inline]
    pub(crate) fn touch(&self) -> usize {
        self.live.touch() ^ self.heads.touch() ^ self.percents as usize ^ usize::from(self.fresh)
    }

    /// A split without calls; `given` is its administered profile, `default` that of all others.
    pub(crate) fn new(id: SplitId, given: Option<&CallProfile>, default: &CallProfile) -> Self {
        let mut split = Split {
            id,
            configured: false,
            live: Live::default(),
            queue: Vec::new(),
            in_ring: 0,
            da_in_ring: 0,
            top_staffed: 0,
            percents: 0,
            waiting: [0; 4],
            heads: Heads::default(),
            pace: Pace::default(),
            watch: None,
            agent_rules: None,
            standard: Standard::new(given, default),
            judged: Judged::default(),
            fresh: false,
        };
        split.open_row();
        split
    }

    /// The settled row, to be changed.
    #[inline]
    pub(crate) fn row(&mut self) -> &mut Row {
        self.fresh = false;
        self.live.row()
    }

    /// Counts the wait of an answered call; one that counts as abandoned after all is judged by its whole time.
    pub(crate) fn judge_answer(&mut self, secs: u32, phantom: bool) {
        self.judge(if phantom { Verdict::Abandoned } else { Verdict::Answered }, secs);
    }

    /// The administered profile.
    pub(crate) fn given(&self) -> Option<&CallProfile> {
        self.standard.given()
    }

    /// Learns something of its profile; `default` is that of all others.
    pub(crate) fn configure(&mut self, said: Said<'_>, default: &CallProfile) {
        let Some(change) = self.standard.learn(said, default) else { return };
        let row = self.row();
        row[hsplit::SVCLEVELCHG] = u32::from(change.level);
        row[hsplit::PERIODCHG] = u32::from(change.periods);
        self.stamp_profile();
        self.judge_anew();
    }

    fn judge_anew(&mut self) {
        let judged = std::mem::take(&mut self.judged);
        let row = self.row();
        (row[hsplit::ACCEPTABLE], row[hsplit::SLVLABNS], row[hsplit::SLVLOUTFLOWS]) = (0, 0, 0);
        for number in 1..=CallProfile::INCREMENTS + 1 {
            (row[hsplit::ACDCALLS_N.at(number)], row[hsplit::ABNCALLS_N.at(number)]) = (0, 0);
        }
        judged.iter().for_each(|(verdict, secs)| self.judge(verdict, secs));
    }

    /// Counts a wait by the profile.
    fn judge(&mut self, verdict: Verdict, secs: u32) {
        self.judged.push(verdict, secs);
        let bin = self.standard.profile().bin(secs) + 1;
        let within_level = u32::from(secs <= self.standard.profile().service_level_secs);
        let row = self.row();
        match verdict {
            Verdict::Answered => {
                row[hsplit::ACDCALLS_N.at(bin)] += 1;
                row[hsplit::ACCEPTABLE] += within_level;
            }
            Verdict::Abandoned => {
                row[hsplit::ABNCALLS_N.at(bin)] += 1;
                row[hsplit::SLVLABNS] += within_level;
            }
            Verdict::Outflowed => row[hsplit::SLVLOUTFLOWS] += within_level,
        }
    }

    /// Enters what a fresh row starts with: the profile in force, and the maxima of this moment.
    pub(crate) fn open_row(&mut self) {
        self.judged.clear();
        self.standard.begin_interval();
        self.pace.begin_interval();
        self.stamp_profile();
        self.note_staff();
        self.note_queue();
    }

    fn stamp_profile(&mut self) {
        self.fresh = false;
        let (profile, row) = (self.standard.profile(), self.live.row());
        row[hsplit::SERVICELEVEL] = profile.service_level_secs;
        for number in 1..=CallProfile::INCREMENTS {
            row[hsplit::PERIOD.at(number)] = profile.increments_secs.get(number - 1).copied().unwrap_or(0);
        }
    }

    /// Calls waiting that do not ring.
    pub(crate) fn in_queue(&self) -> u32 {
        (self.queue.len() as u32).saturating_sub(self.in_ring)
    }

    pub(crate) fn staffed(&self) -> u32 {
        self.live.count(hsplit::I_STAFFTIME)
    }

    /// Raises the staffing maxima to what is so now.
    pub(crate) fn note_staff(&mut self) {
        let (staffed, top, percents) = (self.staffed(), self.top_staffed, self.percents);
        let row = self.row();
        raise(&mut row[hsplit::MAXSTAFFED], staffed);
        raise(&mut row[hsplit::MAXTOP], top);
        raise(&mut row[hsplit::MAX_TOT_PERCENTS], percents);
    }

    /// Raises the maximum of calls that wait without ringing to what is so now.
    pub(crate) fn note_queue(&mut self) {
        let waiting = self.in_queue();
        raise(&mut self.row()[hsplit::MAXINQUEUE], waiting);
    }

    /// How long a call would wait that queued now.
    pub(crate) fn expected_wait(&self) -> ExpectedWait {
        self.expected_at(self.pace.rate())
    }

    /// What rules for exceptions are held against.
    pub(crate) fn expected_wait_of_interval(&self) -> ExpectedWait {
        self.expected_at(self.pace.rate_of_interval())
    }

    fn expected_at(&self, rate: Option<Rate>) -> ExpectedWait {
        ExpectedWait { waiting: self.waiting, available: self.live.count(hsplit::I_AVAILTIME) > 0, rate }
    }

    /// A call joins the queue.
    pub(crate) fn join(&mut self, call: Ix<Call>, wait: &Wait) {
        let since = wait.since;
        self.in_ring += u32::from(wait.ringing > 0);
        self.waiting[wait.priority as usize] += u32::from(wait.ringing == 0);
        // Calls nearly always join in the order of time; only what a pump-up tells may be older.
        let position = self.queue.iter().rposition(|(other, _)| *other <= since).map_or(0, |last| last + 1);
        self.queue.insert(position, (since, call));
        self.note_queue();
    }

    /// A call is taken off the queue, whatever becomes of it.
    pub(crate) fn leave(&mut self, call: Ix<Call>, wait: &Wait) {
        self.fresh = false;
        if let Some(position) = self.queue.iter().position(|(_, other)| *other == call) {
            self.queue.remove(position);
        }
        let waiting = &mut self.waiting[wait.priority as usize];
        match wait.ringing {
            0 => *waiting = waiting.saturating_sub(1),
            _ => self.in_ring = self.in_ring.saturating_sub(1),
        }
    }

    /// Credits a call that was offered here and not answered here.
    pub(crate) fn credit_departure(&mut self, wait: &Wait, departure: Departure, at: Moment, predictive: bool) {
        let secs = at.since(wait.since);
        match departure {
            Departure::Abandoned { .. } => self.judge(Verdict::Abandoned, secs),
            Departure::Outflow { .. } => self.judge(Verdict::Outflowed, secs),
            Departure::Busy | Departure::Disconnected | Departure::Dequeued => {}
        }
        let row = self.row();
        row[hsplit::CALLSOFFERED] += 1;
        raise(&mut row[hsplit::MAXOCWTIME], secs);
        credit_rings(row, &wait.rings);
        let abandoned_ringing = departure == Departure::Abandoned { ringing: true };
        row[hsplit::INFLOWCALLS] += u32::from(wait.flowed) + u32::from(!wait.first && abandoned_ringing);
        if let Departure::Abandoned { ringing } = departure {
            row[hsplit::ABNCALLS] += 1;
            add(&mut row[hsplit::ABNTIME], secs);
            row[hsplit::ABNRINGCALLS] += u32::from(ringing);
            row[hsplit::O_ABNCALLS] += u32::from(predictive);
            return;
        }
        row[hsplit::OTHERCALLS] += 1;
        add(&mut row[hsplit::OTHERTIME], secs);
        row[hsplit::O_OTHERCALLS] += u32::from(predictive);
        let (calls, time) = match departure {
            Departure::Busy => (hsplit::BUSYCALLS, hsplit::BUSYTIME),
            Departure::Disconnected => (hsplit::DISCCALLS, hsplit::DISCTIME),
            Departure::Dequeued => (hsplit::DEQUECALLS, hsplit::DEQUETIME),
            Departure::Outflow { .. } | Departure::Abandoned { .. } => (hsplit::OUTFLOWCALLS, hsplit::OUTFLOWTIME),
        };
        row[calls] += 1;
        row[time] += secs;
        if let Departure::Outflow { interflow } = departure {
            row[hsplit::INTERFLOWCALLS] += u32::from(interflow);
        }
    }

    /// Everything that was so ends, because the link was lost.
    pub(crate) fn forget(&mut self) {
        self.queue.clear();
        (self.in_ring, self.da_in_ring, self.waiting) = (0, 0, [0; 4]);
        self.pace.forget();
        self.fresh = false;
    }

    pub(crate) fn shift(&mut self, secs: i64) {
        self.live.shift(secs);
        self.queue.iter_mut().for_each(|(since, _)| *since = *since + secs);
        self.pace.shift(secs);
        self.fresh = false;
    }
}

/// What an expected wait depends on, apart from the moment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ExpectedWait {
    waiting: [u32; 4],
    available: bool,
    rate: Option<Rate>,
}

impl ExpectedWait {
    /// Seconds that a call of this priority would wait at `at`: behind all that wait at its priority or a higher one, each
    /// taking as long as an answer took lately. None if an agent is free and nobody is ahead; unknown before the first
    /// answer.
    pub(crate) fn secs(self, priority: Priority, at: Moment) -> Option<u32> {
        let ahead = self.waiting[priority as usize..].iter().sum();
        match (self.available, ahead) {
            (true, 0) => Some(0),
            _ => self.rate.map(|rate| rate.wait_secs(ahead, at)),
        }
    }
}

/// Adds a call's rings to a split's row.
pub(crate) fn credit_rings(row: &mut Row, rings: &RingCount) {
    row[hsplit::RINGCALLS] += rings.calls;
    row[hsplit::RINGTIME] += rings.secs;
    row[hsplit::NOANSREDIR] += rings.redirected;
}
