//! VDNs: visits of calls to them, and their rows, one for each vector that a VDN leads to.
//!
//! A visit lasts until the call ends or leaves for another VDN, and is credited when the after-call work of the
//! agents who answered it is over too.

use catalog::VdnKey;
use catalog::hvdn::{self, Row};
use model::event::Entry;
use model::{CallProfile, Moment, VdnId, VectorId};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::exceptions::Watch;
use crate::judged::{Judged, Said, Standard, Verdict};
use crate::live::{Live, raise};
use crate::outcome::{GaveUp, Outcome};
use crate::pace::Pace;
use crate::slots::{Ix, Keyed};
use crate::split::RingCount;

/// One call's stay in one VDN.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Visit {
    pub vdn: Ix<Vdn>,
    pub vector: Option<VectorId>,
    pub entered_at: Moment,
    pub entry: Entry,
    /// The first disposition, and how long the call had waited for it.
    pub outcome: Option<(Outcome, u32)>,
    /// It has entered a vector in this VDN.
    pub in_vector: bool,
    pub rings: RingCount,
    /// When a station that is no measured agent's answered.
    pub connected_at: Option<Moment>,
    pub talk_secs: u32,
    pub acw_secs: u32,
    pub hold_secs: u32,
    pub acd_hold_secs: u32,
    pub connect_talk_secs: u32,
    pub held: bool,
    pub acd_held: bool,
    pub hold_abandoned: bool,
    pub transfers: u32,
    pub reserve: u8,
    /// Parts that agents have in it and that are not over.
    pub open_parts: u16,
    /// The call has ended or left.
    pub left: bool,
    pub at_agent: bool,
    /// Since when it is with an agent, or no longer is.
    pub agent_since: Moment,
}

impl Visit {
    pub(crate) fn new(vdn: Ix<Vdn>, vector: Option<VectorId>, entered_at: Moment, entry: Entry) -> Self {
        Visit {
            vdn,
            vector,
            entered_at,
            entry,
            outcome: None,
            in_vector: false,
            rings: RingCount::default(),
            connected_at: None,
            talk_secs: 0,
            acw_secs: 0,
            hold_secs: 0,
            acd_hold_secs: 0,
            connect_talk_secs: 0,
            held: false,
            acd_held: false,
            hold_abandoned: false,
            transfers: 0,
            reserve: 0,
            open_parts: 0,
            left: false,
            at_agent: false,
            agent_since: entered_at,
        }
    }

    /// Settles the first disposition; later ones are not this VDN's.
    pub(crate) fn decide(&mut self, outcome: Outcome, at: Moment) {
        if self.outcome.is_none() {
            self.outcome = Some((outcome, at.since(self.entered_at)));
        }
    }
}

/// The row of a VDN with one vector.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct VdnRow {
    pub vector: Option<VectorId>,
    pub live: Live<Row>,
    /// What the profile judged in this interval, to be judged anew if it changes.
    judged: Judged,
}

impl VdnRow {
    fn new(vector: Option<VectorId>, profile: &CallProfile) -> Self {
        let mut row = VdnRow { vector, live: Live::default(), judged: Judged::default() };
        stamp(row.live.row(), profile);
        row
    }

    /// Counts a wait by the profile.
    fn judge(&mut self, profile: &CallProfile, verdict: Verdict, secs: u32) {
        self.judged.push(verdict, secs);
        let bin = profile.bin(secs) + 1;
        let within_level = u32::from(secs <= profile.service_level_secs);
        let row = self.live.row();
        match verdict {
            Verdict::Answered => {
                row[hvdn::ANSCONNCALLS.at(bin)] += 1;
                row[hvdn::ACCEPTABLE] += within_level;
            }
            Verdict::Abandoned => {
                row[hvdn::ABNCALLS_N.at(bin)] += 1;
                row[hvdn::SLVLABNS] += within_level;
            }
            Verdict::Outflowed => row[hvdn::SLVLOUTFLOWS] += within_level,
        }
    }

    fn judge_anew(&mut self, profile: &CallProfile) {
        let judged = std::mem::take(&mut self.judged);
        let row = self.live.row();
        stamp(row, profile);
        (row[hvdn::ACCEPTABLE], row[hvdn::SLVLABNS], row[hvdn::SLVLOUTFLOWS]) = (0, 0, 0);
        for number in 1..=CallProfile::INCREMENTS + 1 {
            (row[hvdn::ANSCONNCALLS.at(number)], row[hvdn::ABNCALLS_N.at(number)]) = (0, 0);
        }
        judged.iter().for_each(|(verdict, secs)| self.judge(profile, verdict, secs));
    }
}

/// One VDN.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Vdn {
    pub id: VdnId,
    pub configured: bool,
    /// The vector it leads to, as configured or last seen.
    pub vector: Option<VectorId>,
    pub rows: SmallVec<[VdnRow; 1]>,
    pub in_progress: u32,
    pub at_agent: u32,
    pub active_calls: u32,
    /// When the calls entered that have no disposition yet, oldest first.
    pub waiting: Vec<Moment>,
    /// Calls that wait in a queue, not ringing.
    pub in_queue: u32,
    pub pace: Pace,
    /// Rules for exceptions.
    pub watch: Option<Box<Watch>>,
    standard: Standard,
    /// The profile's service level or limits are other than when the running interval began.
    level_changed: bool,
    periods_changed: bool,
    #[serde(skip)]
    pub fresh: bool,
}

impl Keyed for Vdn {
    type Key = VdnId;

    fn key(&self) -> VdnId {
        self.id
    }
}

impl Vdn {
    /// A VDN without calls; `given` is its administered profile, `default` that of all others.
    pub(crate) fn new(id: VdnId, given: Option<&CallProfile>, default: &CallProfile) -> Self {
        Vdn {
            id,
            configured: false,
            vector: None,
            rows: SmallVec::new(),
            in_progress: 0,
            at_agent: 0,
            active_calls: 0,
            waiting: Vec::new(),
            in_queue: 0,
            pace: Pace::default(),
            watch: None,
            standard: Standard::new(given, default),
            level_changed: false,
            periods_changed: false,
            fresh: false,
        }
    }

    /// The settled row of the VDN with this vector, to be changed.
    pub(crate) fn row(&mut self, vector: Option<VectorId>) -> &mut Row {
        let position = self.row_position(vector);
        self.rows[position].live.row()
    }

    fn row_position(&mut self, vector: Option<VectorId>) -> usize {
        self.fresh = false;
        let known = self.rows.iter().position(|row| row.vector == vector);
        known.unwrap_or_else(|| {
            self.rows.push(VdnRow::new(vector, self.standard.profile()));
            self.stamp_changes();
            self.rows.len() - 1
        })
    }

    /// The administered profile.
    pub(crate) fn given(&self) -> Option<&CallProfile> {
        self.standard.given()
    }

    /// Learns something of its profile; `default` is that of all others.
    pub(crate) fn configure(&mut self, said: Said<'_>, default: &CallProfile) {
        let Some(change) = self.standard.learn(said, default) else { return };
        (self.level_changed, self.periods_changed) = (change.level, change.periods);
        self.fresh = false;
        for row in &mut self.rows {
            row.judge_anew(self.standard.profile());
        }
        self.stamp_changes();
    }

    /// Marks the rows of a changed profile; also those begun later, so that the second of the change makes no difference.
    fn stamp_changes(&mut self) {
        for row in &mut self.rows {
            let values = row.live.row();
            values[hvdn::SVCLEVELCHG] = u32::from(self.level_changed);
            values[hvdn::PERIODCHG] = u32::from(self.periods_changed);
        }
    }

    /// Learns which vector the VDN leads to; what was counted before anyone said so is counted there too.
    pub(crate) fn learn_vector(&mut self, vector: VectorId) {
        if self.vector.is_none()
            && let Some(row) = self.rows.iter_mut().find(|row| row.vector.is_none())
        {
            row.vector = Some(vector);
        }
        self.vector = Some(vector);
        self.fresh = false;
    }

    pub(crate) fn arrive(&mut self, vector: Option<VectorId>, at: Moment) {
        self.in_progress += 1;
        let position = self.waiting.iter().rposition(|other| *other <= at).map_or(0, |last| last + 1);
        self.waiting.insert(position, at);
        let waiting = self.waiting.len() as u32;
        let row = self.row(vector);
        row[hvdn::I_ARRIVED] += 1;
        raise(&mut row[hvdn::MAXWAITING], waiting);
    }

    /// A call that arrived for one vector turns out to be led to another.
    pub(crate) fn move_arrival(&mut self, old: Option<VectorId>, new: VectorId, arrived_now: bool) {
        if old.is_none() && self.vector.is_none() {
            self.learn_vector(new);
            return;
        }
        self.vector = Some(new);
        if arrived_now {
            let arrived = &mut self.row(old)[hvdn::I_ARRIVED];
            *arrived = arrived.saturating_sub(1);
            self.row(Some(new))[hvdn::I_ARRIVED] += 1;
        }
    }

    pub(crate) fn stop_waiting(&mut self, entered_at: Moment) {
        self.fresh = false;
        if let Ok(position) = self.waiting.binary_search(&entered_at) {
            self.waiting.remove(position);
        }
    }

    /// Credits a finished visit.
    pub(crate) fn credit(&mut self, visit: &Visit) {
        let (outcome, secs) = visit.outcome.unwrap_or((Outcome::Outflow { interflow: false }, 0));
        let position = self.row_position(visit.vector.or(self.vector));
        match outcome {
            Outcome::Answered { .. } | Outcome::Connected => {
                self.rows[position].judge(self.standard.profile(), Verdict::Answered, secs);
            }
            Outcome::Abandoned(_) => self.rows[position].judge(self.standard.profile(), Verdict::Abandoned, secs),
            Outcome::Outflow { .. } => self.rows[position].judge(self.standard.profile(), Verdict::Outflowed, secs),
            Outcome::Busy | Outcome::Disconnected { .. } => {}
        }
        let row = self.rows[position].live.row();
        credit_passage(row, visit);
        raise(&mut row[hvdn::MAXOCWTIME], secs);
        match outcome {
            Outcome::Answered { backup } => {
                row[hvdn::ACDCALLS] += 1;
                row[hvdn::ANSTIME] += secs;
                row[hvdn::INTIME] += secs;
                row[hvdn::BACKUPCALLS] += u32::from(backup || visit.reserve > 0);
                row[hvdn::ACDCALLS_R1] += u32::from(visit.reserve == 1);
                row[hvdn::ACDCALLS_R2] += u32::from(visit.reserve == 2);
            }
            Outcome::Abandoned(gave_up) => {
                row[hvdn::ABNCALLS] += 1;
                row[hvdn::ABNTIME] += secs;
                row[hvdn::INTIME] += secs;
                row[hvdn::ABNQUECALLS] += u32::from(gave_up == GaveUp::InQueue);
                row[hvdn::ABNRINGCALLS] += u32::from(gave_up == GaveUp::Ringing);
                row[hvdn::PHANTOMABNS] += u32::from(gave_up == GaveUp::Phantom);
            }
            other => credit_other(row, other, secs),
        }
    }

    pub(crate) fn close(&mut self, at: Moment, out: &mut Vec<(VdnKey, Row)>) {
        let id = self.id;
        (self.level_changed, self.periods_changed) = (false, false);
        self.standard.begin_interval();
        self.pace.begin_interval();
        for row in &mut self.rows {
            let vector = row.vector;
            out.extend(row.live.close(at).map(|row| (VdnKey { vdn: id, vector }, row)));
            row.judged.clear();
            stamp(row.live.row(), self.standard.profile());
        }
        let present = self.vector;
        self.rows.retain(|row| row.vector == present);
        let waiting = self.waiting.len() as u32;
        if waiting > 0 {
            let vector = self.vector;
            raise(&mut self.row(vector)[hvdn::MAXWAITING], waiting);
        }
        self.fresh = false;
    }

    pub(crate) fn forget(&mut self) {
        (self.in_progress, self.at_agent, self.active_calls, self.in_queue) = (0, 0, 0, 0);
        self.pace.forget();
        self.waiting.clear();
        self.fresh = false;
    }

    pub(crate) fn shift(&mut self, secs: i64) {
        self.waiting.iter_mut().for_each(|since| *since = *since + secs);
        self.pace.shift(secs);
        self.fresh = false;
    }
}

fn stamp(row: &mut Row, profile: &CallProfile) {
    row[hvdn::SERVICELEVEL] = profile.service_level_secs;
    for number in 1..=CallProfile::INCREMENTS {
        row[hvdn::PERIOD.at(number)] = profile.increments_secs.get(number - 1).copied().unwrap_or(0);
    }
}

/// What is counted of every visit, however it came out. Talk, hold and rings belong to it even if the first
/// disposition was another one.
fn credit_passage(row: &mut Row, visit: &Visit) {
    row[hvdn::INCALLS] += 1;
    row[hvdn::INFLOWCALLS] += u32::from(visit.entry == Entry::Routed);
    row[hvdn::RETURNCALLS] += u32::from(visit.entry == Entry::Returned);
    row[hvdn::ACDTIME] += visit.talk_secs;
    row[hvdn::ACWTIME] += visit.acw_secs;
    row[hvdn::HOLDTIME] += visit.hold_secs;
    row[hvdn::HOLDACDTIME] += visit.acd_hold_secs;
    row[hvdn::HOLDCALLS] += u32::from(visit.held);
    row[hvdn::HOLDACDCALLS] += u32::from(visit.acd_held);
    row[hvdn::HOLDABNCALLS] += u32::from(visit.hold_abandoned);
    row[hvdn::TRANSFERRED] += visit.transfers;
    row[hvdn::CONNTALKTIME] += visit.connect_talk_secs;
    row[hvdn::RINGCALLS] += visit.rings.calls;
    row[hvdn::RINGTIME] += visit.rings.secs;
    row[hvdn::NOANSREDIR] += visit.rings.redirected;
    row[hvdn::INTIME] += visit.talk_secs + visit.hold_secs;
}

fn credit_other(row: &mut Row, outcome: Outcome, secs: u32) {
    row[hvdn::OTHERCALLS] += 1;
    row[hvdn::OTHERTIME] += secs;
    row[hvdn::INTIME] += secs;
    match outcome {
        Outcome::Connected => {
            row[hvdn::CONNECTCALLS] += 1;
            row[hvdn::CONNECTTIME] += secs;
        }
        Outcome::Busy => {
            row[hvdn::BUSYCALLS] += 1;
            row[hvdn::BUSYTIME] += secs;
        }
        Outcome::Disconnected { timer } => {
            row[hvdn::DISCCALLS] += 1;
            row[hvdn::DISCTIME] += secs;
            row[hvdn::VDISCCALLS] += u32::from(timer);
        }
        Outcome::Outflow { .. } | Outcome::Answered { .. } | Outcome::Abandoned(_) => {
            row[hvdn::OUTFLOWCALLS] += 1;
            row[hvdn::OUTFLOWTIME] += secs;
            row[hvdn::INTERFLOWCALLS] += u32::from(outcome == Outcome::Outflow { interflow: true });
        }
    }
}
