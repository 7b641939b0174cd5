//! The link: what its loss ends, and what a pump-up begins.
//!
//! Nothing is invented. Calls in progress vanish without credit, calls that are over count with the after-call work so far,
//! agents' times stop, sessions are suspended. After the
//! pump-up a suspended session goes on if the switch still has it; else it ended while the link was down. Intervals
//! are incomplete from the loss until every call that began unseen has gone with its records, and after-call work, too. So they are until
//! the records of other states are right again, although the counts are: until a traced agent's state is over, and until what a rule
//! for exceptions times is over or has reached its limit. When such a state began, only another server knows.

use catalog::LinkRow;
use model::Moment;
use model::event::LinkReason;
use serde::{Deserialize, Serialize};

use crate::collector::Collector;
use crate::effects::Effect;
use crate::work::{Mode, Work};

/// State of the link as the events tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Link {
    /// No pump-up yet; events may come all the same.
    Starting,
    Down {
        since: Moment,
        reason: LinkReason,
    },
    /// Being told what is so; `lost_at` is when the link was lost before.
    PumpingUp {
        lost_at: Moment,
    },
    Up,
}

impl Link {
    pub(crate) fn is_down(self) -> bool {
        matches!(self, Link::Down { .. })
    }

    /// When the link was lost, while the switch tells what is so now.
    pub(crate) fn lost_at(self) -> Option<Moment> {
        match self {
            Link::PumpingUp { lost_at } => Some(lost_at),
            Link::Starting | Link::Down { .. } | Link::Up => None,
        }
    }

    /// Whether data are collected in full.
    pub(crate) fn is_collecting(self) -> bool {
        matches!(self, Link::Starting | Link::Up)
    }
}

impl Collector {
    /// A pump-up while the link seemed up: what lies between the last event and it is lost.
    pub(crate) fn lose_before_pump_up(&mut self) {
        match self.link {
            Link::Down { .. } => {}
            Link::Starting if self.knows_nothing() => {}
            Link::Starting | Link::Up | Link::PumpingUp { .. } => self.lose_link(LinkReason::SessionDown),
        }
    }

    /// Nobody is logged in and no call is up.
    pub(crate) fn knows_nothing(&self) -> bool {
        self.calls.pool.indexed().next().is_none() && self.agents.iter().all(|agent| agent.session.is_none())
    }

    /// The link is lost as of now.
    pub(crate) fn lose_link(&mut self, reason: LinkReason) {
        if self.link.is_down() {
            return;
        }
        self.forget_everything();
        self.link = Link::Down { since: self.now(), reason };
        self.incomplete = true;
    }

    /// Data come again: the switch begins to tell what is so.
    pub(crate) fn return_link(&mut self) {
        let at = self.now();
        let (since, reason) = match self.link {
            Link::Down { since, reason } => (since, reason),
            Link::Starting | Link::Up | Link::PumpingUp { .. } => (at, LinkReason::Started),
        };
        self.out.push(Effect::Link(LinkRow { at: since, reason: reason as u8, duration_secs: at.since(since) }));
        if self.link != Link::Starting {
            self.incomplete = true;
        }
        self.connected = true;
        self.named.clear();
        self.link = Link::PumpingUp { lost_at: since };
    }

    /// All has been told: whoever was logged in and was not named is gone.
    pub(crate) fn end_pump_up(&mut self) {
        let Link::PumpingUp { lost_at } = self.link else { return };
        for ix in self.agents.indices() {
            let agent = &mut self.agents[ix];
            if let Some(session) = agent.suspended.take() {
                self.out.push(Effect::Login(session.row(agent.id, lost_at, None, true)));
            }
        }
        self.doubt_beginnings();
        self.link = Link::Up;
    }

    fn forget_everything(&mut self) {
        self.credit_just_ended();
        // What was told of these calls was heard to the end; a PBX tells of after-call work nothing at all.
        for ix in self.agents.indices() {
            self.end_acw(ix, |_| true);
        }
        self.check_touched();
        self.forget_exceptions();
        let at = self.now();
        for ix in self.agents.indices() {
            self.unstaff(ix);
            self.end_traced_state(ix);
            let agent = &mut self.agents[ix];
            if let Some(session) = agent.session.take() {
                agent.suspended = Some(session);
            }
            agent.legs.clear();
            agent.unseen_acw = false;
            agent.last = None;
            agent.work = Work::plain(Mode::Other);
            agent.fresh = false;
        }
        self.splits.iter_mut().for_each(|split| split.forget());
        self.vdns.iter_mut().for_each(|vdn| vdn.forget());
        self.vectors.iter_mut().for_each(|vector| vector.forget());
        for trunk in self.trunks.iter_mut() {
            trunk.forget(at);
        }
        for group in self.groups.iter_mut() {
            group.forget(at);
        }
        self.calls.clear();
        self.visits.clear();
        self.histories.clear();
        self.unseen = 0;
        self.over_set_clock.clear();
    }
}
