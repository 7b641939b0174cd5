//! A slow and plain recount of a whole event list, to be held against the rows of the collector.
//!
//! It goes through the events once and writes down what became of every call, queue, ring and agent; what takes
//! time is entered from when to when, and only afterwards cut into intervals. It shares no code with the collector,
//! keeps everything for ever and is in no hurry. Of calls it keeps what was told, and cuts records out of it when all is
//! over; of what exceptions may be about it keeps from when to when it was, and asks the rules afterwards.
//!
//! It takes undisturbed lists only: one pump-up before anything else,
//! no loss of the link, no change of the clock, and after-call work told in the second in which the call ends.

mod administered;
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

use catalog::{LoginRow, TraceRow};
use model::event::{Configuration, Entity};
use model::{
    Calendar, CallId, CallProfile, EqLoc, Event, EventBody, ExceptionKey, ExceptionRule, LoginId, Moment, SplitId,
    TrunkGroupId, VdnId,
};

pub use book::Book;
use book::Key;
use calls::{Call, Visit, split_key, vdn_key};
use desk::{Desk, Part};
use endings::Departure;
use tales::{Tale, Told};
use trace::Watch;
use trunks::Group;
use watching::{Case, Codes, User};

/// What is known before the first event.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Zone and interval of the ACD.
    pub calendar: Calendar,
    /// Service level and increments of splits and VDNs that have none of their own.
    pub profile: CallProfile,
    /// An answered call that is over before so many seconds of talk and hold was given up.
    pub phantom_abandon_secs: u32,
}

impl Rules {
    /// What servers use that were told nothing else.
    pub fn usual(calendar: Calendar) -> Rules {
        let increments = [5, 10, 15, 20, 30, 45, 60, 90, 120];
        let profile = CallProfile::checked(20, &increments).expect("the increments rise");
        Rules { calendar, profile, phantom_abandon_secs: 0 }
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
    splits: BTreeSet<SplitId>,
    /// Waits in queues that ended without an answer, to be judged by the profile.
    judged: Vec<(SplitId, Moment, u32, Departure)>,
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
    /// Login sessions that are over.
    logins: Vec<LoginRow>,
    exception_rules: BTreeMap<ExceptionKey, ExceptionRule>,
    codes: Codes,
    /// What rules may tell.
    cases: Vec<Case>,
    /// How many there are of what rules count at one time.
    levels: BTreeMap<ExceptionKey, u32>,
    /// Splits whose expected waits are to be looked at, and when calls were answered in each.
    looked_at: BTreeSet<SplitId>,
    answers: BTreeMap<SplitId, Vec<Moment>>,
    /// By the number of a seizure, of which call it was and which agent had that last.
    users: BTreeMap<u64, Vec<(Moment, User)>>,
}

impl Recount {
    fn new(rules: Rules) -> Self {
        Recount {
            book: Book::new(rules.calendar, rules.profile.clone()),
            judged: Vec::new(),
            rules,
            now: Moment(0),
            step: 0,
            splits: BTreeSet::new(),
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
            logins: Vec::new(),
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
        self.book.administered.begin(self.now);
        self.leave_finished_parts();
        match &event.body {
            EventBody::Heartbeat | EventBody::PumpUpBegan | EventBody::PumpUpEnded => {}
            EventBody::Removed(Entity::Trunk(trunk)) => self.take_out(*trunk),
            EventBody::Removed(Entity::Split(split)) => {
                self.book.administered.forget_level(split_key(*split), self.now)
            }
            EventBody::Removed(Entity::Vdn(vdn)) => self.book.administered.forget_level(vdn_key(*vdn), self.now),
            EventBody::Removed(Entity::AuxReason(reason)) => _ = self.codes.aux.remove(reason),
            EventBody::Removed(Entity::LogoutReason(reason)) => _ = self.codes.logout.remove(reason),
            EventBody::Removed(Entity::WorkCode(code)) => _ = self.codes.work.remove(code),
            EventBody::Removed(Entity::Agent(_) | Entity::Vector(_) | Entity::TrunkGroup(_)) => {}
            EventBody::Configured(configuration) => self.configure(configuration),
            EventBody::Agent { agent, act } => {
                self.trace_session(*agent, act);
                self.note_reasons(*agent, act);
                self.agent(*agent, act);
            }
            EventBody::Call { call, act } => {
                self.trace_act(*call, act);
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
        let now = self.now;
        match configuration {
            Configuration::Split { split, service_level_secs, .. } => {
                self.splits.insert(*split);
                self.book.administered.set_level(split_key(*split), now, *service_level_secs);
            }
            Configuration::Vdn { vdn, vector, service_level_secs, .. } => {
                self.book.administered.set_level(vdn_key(*vdn), now, *service_level_secs);
                self.vectors.extend(vector.map(|vector| (*vdn, vector)));
            }
            Configuration::SplitProfile { split, profile } => {
                self.splits.insert(*split);
                self.book.administered.give_profile(split_key(*split), now, profile.clone());
            }
            Configuration::SplitProfileRemoved { split } => {
                self.splits.insert(*split);
                self.book.administered.take_profile(split_key(*split), now);
            }
            Configuration::VdnProfileRemoved { vdn } => self.book.administered.take_profile(vdn_key(*vdn), now),
            Configuration::VdnProfile { vdn, profile } => {
                self.book.administered.give_profile(vdn_key(*vdn), now, profile.clone());
            }
            Configuration::Trunk { trunk, group } => self.place(*trunk, *group),
            Configuration::Trace { agent, on } => self.set_trace(*agent, *on),
            Configuration::Exception { rule } => {
                assert!(self.calls.is_empty(), "the recount takes rules that are set before the first call");
                self.exception_rules.insert(rule.key, *rule);
                self.book.keeps_growth = true;
            }
            Configuration::AuxReason { reason, .. } => _ = self.codes.aux.insert(*reason),
            Configuration::LogoutReason { reason, .. } => _ = self.codes.logout.insert(*reason),
            Configuration::WorkCode { code, .. } => _ = self.codes.work.insert(*code),
            Configuration::Interval { .. } | Configuration::Zone { .. } => panic!("the recount knows one calendar"),
            _ => {}
        }
    }

    /// The profile that what became of a call at a moment is judged by.
    fn profile(&self, key: &Key, at: Moment) -> CallProfile {
        self.book.administered.profile(key, self.rules.calendar.interval(at))
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
        self.judge_waits();
        self.book.rows_of_calls = self.write_rows();
        self.note_what_lasted();
        self.book.exceptions = self.exceptions();
        self.book.close(self.now);
        self.book.traces = self.traces;
        self.book.logins = self.logins;
        self.book
    }
}
