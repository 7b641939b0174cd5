//! A slow and plain recount of a whole event list, to be held against the rows of the collector.
//!
//! It goes through the events once and writes down what became of every call, queue, ring and agent; what takes
//! time is entered from when to when, and only afterwards cut into intervals. It shares no code with the collector,
//! keeps everything for ever and is in no hurry. Of calls it keeps what was told, and cuts records out of it when all is
//! over; of what exceptions may be about it keeps from when to when it was, and asks the rules afterwards.
//!
//! It takes undisturbed lists only: one pump-up before anything else,
//! no loss of the link, no change of the clock, and after-call work told in the second in which the call ends.

mod book;
mod call_records;
mod calls;
mod credit;
mod desk;
mod endings;
mod exceptions;
mod expectations;
mod joining;
mod passages;
mod segments;
mod tales;
mod trace;
mod trunks;
mod watching;
mod work;

use std::collections::{BTreeMap, BTreeSet};

use catalog::TraceRow;
use model::event::Configuration;
use model::{
    Calendar, CallId, CallProfile, EqLoc, Event, EventBody, ExceptionKey, ExceptionRule, LoginId, Moment, SplitId,
    TrunkGroupId, VdnId,
};

pub use book::Book;
use calls::{Call, Visit};
use desk::{Desk, Part};
use tales::{Tale, Told};
use trace::Watch;
use trunks::Group;
use watching::{Case, Codes};

/// What is known before the first event.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Zone and interval of the ACD.
    pub calendar: Calendar,
    /// Service level and increments of splits and VDNs that have none of their own.
    pub profile: CallProfile,
}

impl Rules {
    /// What servers use that were told nothing else.
    pub fn usual(calendar: Calendar) -> Rules {
        let increments = [5, 10, 15, 20, 30, 45, 60, 90, 120];
        Rules { calendar, profile: CallProfile::checked(20, &increments).expect("the increments rise") }
    }
}

/// Recounts the events. Rows are complete for intervals that end at or before the last event.
pub fn recount(rules: Rules, events: &[Event]) -> Book {
    let mut count = Recount::new(rules);
    for event in events {
        count.take(event);
    }
    count.finish()
}

/// All that was noticed so far.
struct Recount {
    rules: Rules,
    book: Book,
    now: Moment,
    /// Counts every change, so that of two in one second the later is known.
    step: u64,
    split_levels: BTreeMap<SplitId, CallProfile>,
    vdn_levels: BTreeMap<VdnId, CallProfile>,
    vectors: BTreeMap<VdnId, model::VectorId>,
    calls: BTreeMap<CallId, Call>,
    /// All calls that ever were, and what was told of them.
    tales: Vec<Tale>,
    told: Vec<Told>,
    /// Numbers that were given up, with those that stand for them.
    joined: BTreeMap<CallId, CallId>,
    visits: Vec<Visit>,
    desks: BTreeMap<LoginId, Desk>,
    /// Agents' parts in calls, by number; they are never thrown away.
    parts: Vec<Part>,
    /// Numbers of those that may still change.
    open: Vec<usize>,
    groups: BTreeMap<TrunkGroupId, Group>,
    group_of: BTreeMap<EqLoc, TrunkGroupId>,
    out_of_service: BTreeSet<EqLoc>,
    in_use: BTreeSet<EqLoc>,
    touched: BTreeSet<LoginId>,
    /// Agents whose trace is on.
    watches: BTreeMap<LoginId, Watch>,
    traces: Vec<TraceRow>,
    exception_rules: BTreeMap<ExceptionKey, ExceptionRule>,
    codes: Codes,
    /// What rules may tell.
    cases: Vec<Case>,
    /// How many there are of what rules count at one time.
    levels: BTreeMap<ExceptionKey, u32>,
    /// Splits whose expected waits are to be looked at, and when calls were answered in each.
    looked_at: BTreeSet<SplitId>,
    answers: BTreeMap<SplitId, Vec<Moment>>,
    /// By the number of a seizure, which agent had the call last.
    users: BTreeMap<u64, Vec<(Moment, Option<LoginId>)>>,
}

impl Recount {
    fn new(rules: Rules) -> Self {
        Recount {
            book: Book::new(rules.calendar),
            rules,
            now: Moment(0),
            step: 0,
            split_levels: BTreeMap::new(),
            vdn_levels: BTreeMap::new(),
            vectors: BTreeMap::new(),
            calls: BTreeMap::new(),
            tales: Vec::new(),
            told: Vec::new(),
            joined: BTreeMap::new(),
            visits: Vec::new(),
            desks: BTreeMap::new(),
            parts: Vec::new(),
            open: Vec::new(),
            groups: BTreeMap::new(),
            group_of: BTreeMap::new(),
            out_of_service: BTreeSet::new(),
            in_use: BTreeSet::new(),
            touched: BTreeSet::new(),
            watches: BTreeMap::new(),
            traces: Vec::new(),
            exception_rules: BTreeMap::new(),
            codes: Codes::default(),
            cases: Vec::new(),
            levels: BTreeMap::new(),
            looked_at: BTreeSet::new(),
            answers: BTreeMap::new(),
            users: BTreeMap::new(),
        }
    }

    fn take(&mut self, event: &Event) {
        self.end_second(event.at);
        self.now = self.now.max(event.at);
        self.step += 1;
        self.leave_finished_parts();
        match &event.body {
            EventBody::Heartbeat | EventBody::PumpUpBegan | EventBody::PumpUpEnded | EventBody::Removed(_) => {}
            EventBody::Configured(configuration) => self.configure(configuration),
            EventBody::Agent { agent, act } => {
                self.trace_session(*agent, act);
                self.note_reasons(*agent, act);
                self.agent(*agent, act);
            }
            EventBody::Call { call, act } => {
                self.trace_act(self.survivor(*call), act);
                self.call(*call, act);
            }
            EventBody::TrunkMaintenance { trunk, busy } => self.maintain(*trunk, *busy),
            other @ (EventBody::ClockChanged { .. } | EventBody::LinkDown { .. }) => {
                panic!("the recount takes undisturbed lists only, not {other:?}")
            }
        }
        for agent in std::mem::take(&mut self.touched) {
            self.note_state(agent);
            self.follow_trace(agent);
            self.watch_states(agent);
        }
        self.note_queues();
        self.watch_levels();
        self.watch_expectations();
    }

    fn configure(&mut self, configuration: &Configuration) {
        let level = |profile: &mut CallProfile, secs: &Option<u32>| {
            profile.service_level_secs = secs.unwrap_or(profile.service_level_secs);
        };
        let usual = self.rules.profile.clone();
        match configuration {
            Configuration::Split { split, service_level_secs, .. } => {
                level(self.split_levels.entry(*split).or_insert(usual), service_level_secs)
            }
            Configuration::Vdn { vdn, vector, service_level_secs, .. } => {
                level(self.vdn_levels.entry(*vdn).or_insert(usual), service_level_secs);
                self.vectors.extend(vector.map(|vector| (*vdn, vector)));
            }
            Configuration::SplitProfile { split, profile } => _ = self.split_levels.insert(*split, profile.clone()),
            Configuration::VdnProfile { vdn, profile } => _ = self.vdn_levels.insert(*vdn, profile.clone()),
            Configuration::Trunk { trunk, group } => {
                self.group_of.insert(*trunk, *group);
                self.groups.entry(*group).or_default().trunks += 1;
            }
            Configuration::Trace { agent, on } => self.set_trace(*agent, *on),
            Configuration::Exception { rule } => {
                assert!(self.calls.is_empty(), "the recount takes rules that are set before the first call");
                self.exception_rules.insert(rule.key, *rule);
                self.book.keeps_growth = true;
            }
            Configuration::AuxReason { reason, .. } => _ = self.codes.aux.insert(*reason),
            Configuration::LogoutReason { reason, .. } => _ = self.codes.logout.insert(*reason),
            Configuration::WorkCode { code, .. } => _ = self.codes.work.insert(*code),
            Configuration::Interval { .. } => panic!("the recount knows one length of interval"),
            _ => {}
        }
    }

    fn split_profile(&self, split: SplitId) -> CallProfile {
        self.split_levels.get(&split).unwrap_or(&self.rules.profile).clone()
    }

    fn vdn_profile(&self, vdn: VdnId) -> CallProfile {
        self.vdn_levels.get(&vdn).unwrap_or(&self.rules.profile).clone()
    }

    /// Enters what is over, and what still runs up to now.
    fn finish(mut self) -> Book {
        let agents: Vec<_> = self.desks.keys().copied().collect();
        for agent in agents {
            self.spread_state(agent);
        }
        self.spread_trunks();
        self.credit_parts();
        self.credit_visits();
        self.book.rows_of_calls = self.write_rows();
        self.note_what_lasted();
        self.book.exceptions = self.exceptions();
        self.book.close(self.now);
        self.book.traces = self.traces;
        self.book
    }
}
