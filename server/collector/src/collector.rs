//! The collector: all state of one ACD, and how one event is applied to it.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;
use std::sync::Arc;

use catalog::{IntervalRows, Record};
use model::event::{Configuration, Entity, LinkReason};
use model::{Calendar, CallId, Dictionary, Event, EventBody, Interval, LoginId, Moment};
use serde::{Deserialize, Serialize};

use crate::agent::Agent;
use crate::board::Cache;
use crate::call::Calls;
use crate::doubt::{LEAP_SECS, is_dated};
use crate::effects::{Anomalies, AnomalyKind, Effect};
use crate::exceptions::Exceptions;
use crate::history::History;
use crate::interval::SET_BACK_MAX_SECS;
use crate::link_state::Link;
use crate::numbers::Numbers;
use crate::settings::Settings;
use crate::slots::{Ix, Pool, Slots};
use crate::split::Split;
use crate::told::Told;
use crate::trunk::{Trunk, TrunkGroup};
use crate::vdn::{Vdn, Visit};
use crate::vector::Vector;
use crate::work_code::Code;

/// Time stamps may step back this far (several threads of a switch stamp them) without it being strange.
const STEP_BACK_SECS: i64 = 5;
/// An ACD at which nothing is going on is not silent for longer; an event later than this is taken as the end of a time without
/// data.
const SILENCE_SECS: i64 = 7 * 86_400;
/// Times outside of the years 1970 to 2200 are not times.
const LATEST: Moment = Moment(7_258_118_400);

/// Collects one ACD. Serialised, it is a checkpoint: with the events that follow it, it comes to the same state, rows
/// and effects as if it had applied all events itself.
#[derive(Serialize, Deserialize)]
pub struct Collector {
    pub(crate) settings: Settings,
    /// The switch's time reached; `None` before the first event.
    pub(crate) clock: Option<Moment>,
    /// An event that is not applied yet, because the next one is to tell whether its time stamp can be true; with what has come
    /// behind it.
    pub(crate) doubted: Vec<Event>,
    pub(crate) interval: Option<Interval>,
    /// The calendar of the intervals to come.
    pub(crate) next_calendar: Calendar,
    /// Data are missing from the running interval.
    pub(crate) incomplete: bool,
    /// Data were collected in at least a part of the running interval.
    pub(crate) connected: bool,
    /// Calls whose records are not written yet, shares in calls, after-call work and traced states that began while nothing was
    /// collected.
    pub(crate) unseen: u32,
    /// Calls whose records are not written yet and whose lengths are not known, because the clock was set meanwhile.
    pub(crate) over_set_clock: BTreeSet<CallId>,
    pub(crate) link: Link,
    /// What the switch has named since its pump-up began.
    pub(crate) named: BTreeSet<Entity>,
    pub(crate) splits: Slots<Split>,
    pub(crate) agents: Slots<Agent>,
    pub(crate) vdns: Slots<Vdn>,
    pub(crate) vectors: Slots<Vector>,
    pub(crate) groups: Slots<TrunkGroup>,
    pub(crate) trunks: Slots<Trunk>,
    pub(crate) codes: Slots<Code>,
    pub(crate) calls: Calls,
    pub(crate) visits: Pool<Visit>,
    /// What became of calls whose records are not written yet.
    pub(crate) histories: Pool<History>,
    /// Parts in calls that ended within the present second: after-call work may still follow.
    pub(crate) just_ended: Vec<(Ix<Agent>, CallId)>,
    anomalies: Anomalies,
    numbers: Numbers,
    pub(crate) dictionary: Arc<Dictionary>,
    pub(crate) exceptions: Exceptions,
    /// Agents whose trace is on.
    pub(crate) traced: Arc<BTreeSet<LoginId>>,
    /// What may be stored already.
    pub(crate) told: Told,
    /// The rows of the interval that was closed last.
    pub(crate) previous: Option<Arc<IntervalRows>>,
    /// Traced agents whom the present event has changed.
    #[serde(skip)]
    pub(crate) changed_traced: Vec<Ix<Agent>>,
    #[serde(skip)]
    pub(crate) out: Vec<Effect>,
    #[serde(skip)]
    pub(crate) cache: Cache,
}

impl Collector {
    /// A collector that knows nothing yet.
    pub fn new(settings: Settings) -> Self {
        let (rules, traced) = (settings.exceptions.clone(), settings.traced.clone());
        let mut collector = Collector {
            next_calendar: settings.calendar,
            settings,
            clock: None,
            doubted: Vec::new(),
            interval: None,
            incomplete: false,
            connected: false,
            unseen: 0,
            over_set_clock: BTreeSet::new(),
            link: Link::Starting,
            named: BTreeSet::new(),
            splits: Slots::default(),
            agents: Slots::default(),
            vdns: Slots::default(),
            vectors: Slots::default(),
            groups: Slots::default(),
            trunks: Slots::default(),
            codes: Slots::default(),
            calls: Calls::default(),
            visits: Pool::default(),
            histories: Pool::default(),
            just_ended: Vec::new(),
            anomalies: Anomalies::default(),
            numbers: Numbers::default(),
            dictionary: Arc::default(),
            exceptions: Exceptions::default(),
            traced: Arc::default(),
            told: Told::default(),
            previous: None,
            changed_traced: Vec::new(),
            out: Vec::new(),
            cache: Cache::default(),
        };
        rules.values().for_each(|rule| collector.administer_exception(rule));
        traced.into_iter().for_each(|agent| collector.set_trace(agent, true));
        collector
    }

    /// Applies one event and adds what has become final to `effects`. Impossible input is an anomaly: counted,
    /// told once in an interval, and survived.
    pub fn apply(&mut self, event: &Event, effects: &mut Vec<Effect>) {
        mem::swap(&mut self.out, effects);
        self.cache.stale = true;
        if let EventBody::ClockChanged { before } = event.body {
            self.settle_doubt(before);
            self.change_clock(before, event.at);
        } else {
            self.take(event);
        }
        self.follow_changes();
        mem::swap(&mut self.out, effects);
    }

    /// An event is applied: what it has changed is traced, and held against the rules for exceptions.
    pub(crate) fn follow_changes(&mut self) {
        self.follow_traced_agents();
        self.check_touched();
    }

    /// The switch's time reached.
    pub fn now(&self) -> Moment {
        self.clock.unwrap_or_default()
    }

    /// The calendar of the running interval: by it, what becomes final is placed on local dates and times.
    pub fn calendar(&self) -> Calendar {
        self.settings.calendar
    }

    /// What of its settings `configuration` is about, as it is in force; `None` of what is no setting of the whole ACD.
    pub fn setting(&self, configuration: &Configuration) -> Option<Configuration> {
        match configuration {
            Configuration::Interval { .. } => Some(Configuration::Interval { minutes: self.next_calendar.interval }),
            Configuration::Zone { .. } => Some(Configuration::Zone { zone: self.next_calendar.zone }),
            Configuration::PhantomLimit { .. } => {
                Some(Configuration::PhantomLimit { secs: self.settings.phantom_abandon_secs })
            }
            _ => None,
        }
    }

    /// Names learned from configuration events.
    pub fn dictionary(&self) -> &Arc<Dictionary> {
        &self.dictionary
    }

    /// How often each kind of impossible input came.
    pub fn anomalies(&self) -> &BTreeMap<AnomalyKind, u64> {
        self.anomalies.counts()
    }

    pub(crate) fn anomaly(&mut self, kind: AnomalyKind, text: impl FnOnce() -> String) {
        let at = self.now();
        self.anomalies.count(kind, at, &mut self.out, text);
    }

    /// Hands out a record that has become final, and returns its number.
    pub(crate) fn record(&mut self, record: Record) -> u64 {
        let number = self.numbers.next(&record);
        self.out.push(Effect::Record { number, record });
        number
    }

    /// Number of the last call record that it told; 0 before the first.
    pub fn last_call_record(&self) -> u64 {
        self.numbers.last("call_rec")
    }

    pub(crate) fn forgive_anomalies(&mut self) {
        self.anomalies.new_interval();
    }

    /// Lets time pass up to an event, and settles whether its time can be true.
    pub(crate) fn settle_until(&mut self, event: &Event) {
        let (at, now) = (event.at, self.now());
        self.tell_due(now);
        if event.body == EventBody::PumpUpBegan && self.clock.is_some() && now - at > STEP_BACK_SECS && is_time(at) {
            // The switch tells what is so, and when: its clock was set back while nobody heard of it.
            self.change_clock(now, at);
            self.lose_before_pump_up();
            return;
        }
        if self.clock.is_some() && at <= now {
            if now - at > STEP_BACK_SECS {
                self.anomaly(AnomalyKind::TimeRanBack, || {
                    format!("an event of {at} came at {now} and counts as of {now}")
                });
            }
            if event.body == EventBody::PumpUpBegan {
                self.lose_before_pump_up();
            }
            return;
        }
        let pump_up = event.body == EventBody::PumpUpBegan;
        if !is_time(at) {
            self.anomaly(AnomalyKind::TimeLeapt, || format!("an event of {at} cannot be; it counts as of {now}"));
            if pump_up {
                self.lose_before_pump_up();
            }
            return;
        }
        if self.clock.is_some() && at - now > LEAP_SECS && !pump_up && !is_dated(&event.body) {
            self.anomaly(AnomalyKind::TimeLeapt, || format!("an event of {at} came at {now} and counts as of {now}"));
            return;
        }
        if pump_up {
            self.lose_before_pump_up();
        }
        if self.clock.is_some() && at - now > SILENCE_SECS && !self.link.is_down() {
            self.anomaly(AnomalyKind::TimeLeapt, || format!("nothing was heard between {now} and {at}"));
            self.lose_link(LinkReason::TimedOut);
            self.advance(at);
            if !pump_up {
                self.return_link();
                self.end_pump_up();
            }
            return;
        }
        self.advance(at);
    }

    /// Moves time forward: what became due on the way happens first, in its order.
    pub(crate) fn advance(&mut self, at: Moment) {
        if self.clock.is_some_and(|now| at <= now) {
            return;
        }
        self.tell_due(self.now());
        self.credit_just_ended();
        self.check_touched();
        match self.interval {
            None => self.open_first_interval(at),
            Some(_) => self.close_intervals_until(at),
        }
        self.tell_due(at);
        self.clock = Some(at);
    }

    pub(crate) fn act(&mut self, body: &EventBody) {
        if self.link.is_down() && matches!(body, EventBody::Agent { .. } | EventBody::Call { .. }) {
            self.anomaly(AnomalyKind::WhileDown, || "an agent or call event came while the link was down".to_owned());
        }
        match body {
            EventBody::Heartbeat | EventBody::ClockChanged { .. } => {}
            EventBody::LinkDown { reason } => self.lose_link(*reason),
            EventBody::PumpUpBegan => self.return_link(),
            EventBody::PumpUpEnded => {
                self.remove_unnamed();
                self.end_pump_up();
            }
            EventBody::Configured(configuration) => self.configure(configuration),
            EventBody::Removed(entity) => self.remove(*entity),
            EventBody::Agent { agent, act } => self.agent_act(*agent, act),
            EventBody::Call { call, act } => self.call_act(*call, act),
            EventBody::TrunkMaintenance { trunk, busy } => self.maintain_trunk(*trunk, *busy),
        }
    }

    /// The switch's clock was set from `before` to `to`. What runs goes on with its true length; the running
    /// interval is incomplete. A clock set back within a day goes back as far as nothing was told, and beyond that prolongs
    /// the interval there, so that none is ever told a second time. One set back by more tells intervals again, as lacking data:
    /// those that are stored stay.
    pub(crate) fn change_clock(&mut self, before: Moment, to: Moment) {
        if !is_time(to) || !is_time(before) {
            self.anomaly(AnomalyKind::TimeLeapt, || format!("the clock cannot have been set from {before} to {to}"));
            return;
        }
        if (before - self.now()).abs() <= LEAP_SECS || self.clock.is_none() {
            self.advance(before);
        }
        let now = self.now();
        self.tell_due(now);
        self.credit_just_ended();
        self.check_touched();
        self.incomplete = true;
        let forward = self.interval.is_some_and(|interval| to >= interval.end);
        if forward || now - to > SET_BACK_MAX_SECS {
            self.close_interval(now, to);
            self.incomplete = true;
        } else {
            self.reopen_interval(to);
        }
        self.shift(to - now);
        self.clock = Some(to);
        if !self.settings.tells_set_clocks {
            self.doubt_lengths();
        }
        self.out.push(Effect::Link(catalog::LinkRow {
            at: now,
            reason: LinkReason::ClockReset as u8,
            duration_secs: 0,
        }));
    }

    /// By how much the clock was set is known to a second or two only, so another server's lengths of what runs now differ. Intervals
    /// are incomplete until it is over.
    fn doubt_lengths(&mut self) {
        self.over_set_clock.extend(self.histories.indexed().map(|(_, history)| history.id));
        self.doubt_traced_states();
        self.doubt_beginnings();
    }

    fn shift(&mut self, secs: i64) {
        self.splits.iter_mut().for_each(|split| split.shift(secs));
        self.agents.iter_mut().for_each(|agent| agent.shift(secs));
        self.vdns.iter_mut().for_each(|vdn| vdn.shift(secs));
        self.groups.iter_mut().for_each(|group| group.shift(secs));
        self.trunks.iter_mut().for_each(|trunk| trunk.shift(secs));
        self.calls.pool.iter_mut().for_each(|call| call.shift(secs));
        self.histories.iter_mut().for_each(|history| history.shift(secs));
        self.shift_exceptions(secs);
        if let Link::Down { since, .. } = &mut self.link {
            *since = *since + secs;
        }
        for visit in self.visits.iter_mut() {
            visit.entered_at = visit.entered_at + secs;
            visit.agent_since = visit.agent_since + secs;
            visit.connected_at = visit.connected_at.map(|at| at + secs);
        }
    }
}

pub(crate) fn is_time(at: Moment) -> bool {
    Moment(0) <= at && at <= LATEST
}
