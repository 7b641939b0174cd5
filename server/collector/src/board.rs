//! The real-time tables at one moment, as an immutable picture that readers keep as long as they like.
//!
//! Only what changed since the last picture is made anew; the rest is shared with it. A picture does not age: growing
//! seconds are added when a row is read, and times in state are given as the moment they began, so a quiet agent's row
//! need not be touched for a whole interval.

mod previous;
mod rows;
mod sessions;
mod views;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use catalog::IntervalRows;
use model::{AcdNumber, Calendar, Dictionary, ExceptionKey, ExceptionRule, Interval, LoginId, Moment};

use crate::collector::Collector;
use crate::exceptions::LoggedException;
use crate::slots::{Ix, Keyed, Slots};

pub use rows::RowFilter;
pub use sessions::OpenSession;
use views::{AgentView, CodeView, SplitView, TrunkGroupView, TrunkView, VdnView, VectorView};

/// The real-time tables of one ACD at one moment.
#[derive(Debug)]
pub struct Board {
    /// Number of the ACD.
    pub acd: AcdNumber,
    /// The switch's time of the picture.
    pub at: Moment,
    /// The running archive interval; `None` before the first event.
    pub interval: Option<Interval>,
    /// The calendar of the running interval.
    pub calendar: Calendar,
    /// What the switch has told or an administrator has set since: it holds from the next interval on that can begin by it.
    pub next_calendar: Calendar,
    /// Whether data are missing from it.
    pub incomplete: bool,
    /// Whether the switch has told its whole state and the link is up.
    pub pumped_up: bool,
    /// Names.
    pub dictionary: Arc<Dictionary>,
    /// The last exceptions, oldest first.
    pub exception_log: Arc<VecDeque<LoggedException>>,
    /// How many exceptions the running interval has had.
    pub exceptions: u32,
    /// All rules for exceptions, also those that are off.
    pub exception_rules: Arc<BTreeMap<ExceptionKey, ExceptionRule>>,
    /// Agents whose trace is on.
    pub traced: Arc<BTreeSet<LoginId>>,
    /// Rows of the interval before the running one.
    previous: Option<Arc<IntervalRows>>,
    splits: Vec<Arc<SplitView>>,
    agents: Vec<Arc<AgentView>>,
    /// Agent and row of cagent's rows, in key order.
    agent_rows: Arc<Vec<(u32, u32)>>,
    vdns: Vec<Arc<VdnView>>,
    vectors: Vec<Arc<VectorView>>,
    groups: Vec<Arc<TrunkGroupView>>,
    trunks: Vec<Arc<TrunkView>>,
    codes: Vec<Arc<CodeView>>,
}

/// What was made for the last board, to be shared with the next one.
#[derive(Default)]
pub(crate) struct Cache {
    board: Option<Arc<Board>>,
    /// An event was applied since.
    pub stale: bool,
    splits: Kept<SplitView>,
    agents: Kept<AgentView>,
    agent_rows: Arc<Vec<(u32, u32)>>,
    vdns: Kept<VdnView>,
    vectors: Kept<VectorView>,
    groups: Kept<TrunkGroupView>,
    trunks: Kept<TrunkView>,
    codes: Kept<CodeView>,
}

/// One view for each slot, and the slots in key order.
struct Kept<V> {
    views: Vec<Arc<V>>,
    order: Vec<u32>,
}

impl<V> Default for Kept<V> {
    fn default() -> Self {
        Kept { views: Vec::new(), order: Vec::new() }
    }
}

impl<V> Kept<V> {
    /// Makes the views of slots that have changed; `make` gets the view of before.
    fn renew<T: Keyed>(&mut self, slots: &Slots<T>, fresh: fn(&T) -> bool, make: impl Fn(Ix<T>, Option<&V>) -> V) {
        for ix in slots.indices() {
            match self.views.get_mut(ix.number()) {
                Some(_) if fresh(&slots[ix]) => {}
                Some(view) => *view = Arc::new(make(ix, Some(view))),
                None => self.views.push(Arc::new(make(ix, None))),
            }
        }
        if self.order.len() != self.views.len() {
            self.order = slots.sorted().into_iter().map(|ix| ix.number() as u32).collect();
        }
    }

    /// The views worth a row, in key order.
    fn shown(&self, shows: fn(&V) -> bool) -> Vec<Arc<V>> {
        let views = self.order.iter().map(|&number| &self.views[number as usize]);
        views.filter(|view| shows(view)).cloned().collect()
    }
}

impl Collector {
    /// The real-time tables as they are now. Without an event in between it is the same board again.
    pub fn board(&mut self) -> Arc<Board> {
        if let Some(board) = self.cache.board.as_ref().filter(|_| !self.cache.stale) {
            return Arc::clone(board);
        }
        let mut cache = std::mem::take(&mut self.cache);
        self.renew(&mut cache);
        let board = Arc::new(Board {
            acd: self.settings.acd,
            at: self.now(),
            interval: self.interval,
            calendar: self.settings.calendar,
            next_calendar: self.next_calendar,
            incomplete: self.incomplete,
            pumped_up: self.link == crate::link_state::Link::Up,
            dictionary: Arc::clone(&self.dictionary),
            exception_log: Arc::clone(&self.exceptions.log),
            exceptions: self.exceptions.told,
            exception_rules: Arc::clone(&self.exceptions.rules),
            traced: Arc::clone(&self.traced),
            previous: self.previous_rows(),
            splits: cache.splits.shown(|split| split.shown),
            agents: cache.agents.views.clone(),
            agent_rows: Arc::clone(&cache.agent_rows),
            vdns: cache.vdns.shown(|vdn| vdn.shown),
            vectors: cache.vectors.shown(|vector| vector.shown),
            groups: cache.groups.shown(|group| group.shown),
            trunks: cache.trunks.shown(|trunk| trunk.shown),
            codes: cache.codes.shown(|code| code.shown),
        });
        cache.board = Some(Arc::clone(&board));
        cache.stale = false;
        self.cache = cache;
        board
    }

    /// Rows of the interval that ended where the running one began; after a time without data there is none.
    fn previous_rows(&self) -> Option<Arc<IntervalRows>> {
        let running = self.interval?;
        self.previous.as_ref().filter(|rows| rows.interval.end == running.start).cloned()
    }

    fn renew(&mut self, cache: &mut Cache) {
        let rows_changed = self.renew_agents(cache);
        if rows_changed {
            cache.agent_rows = Arc::new(agent_row_order(&cache.agents));
        }
        cache.splits.renew(&self.splits, |split| split.fresh, |ix, _| SplitView::of(&self.splits[ix]));
        cache.vdns.renew(&self.vdns, |vdn| vdn.fresh, |ix, _| VdnView::of(&self.vdns[ix]));
        cache.vectors.renew(&self.vectors, |vector| vector.fresh, |ix, _| VectorView::of(&self.vectors[ix]));
        cache.groups.renew(&self.groups, |group| group.fresh, |ix, _| TrunkGroupView::of(&self.groups[ix]));
        cache.trunks.renew(&self.trunks, |trunk| trunk.fresh, |ix, _| self.trunk_view(ix));
        cache.codes.renew(&self.codes, |code| code.fresh, |ix, _| CodeView::of(&self.codes[ix]));
        self.splits.iter_mut().for_each(|split| split.fresh = true);
        self.vdns.iter_mut().for_each(|vdn| vdn.fresh = true);
        self.vectors.iter_mut().for_each(|vector| vector.fresh = true);
        self.groups.iter_mut().for_each(|group| group.fresh = true);
        self.trunks.iter_mut().for_each(|trunk| trunk.fresh = true);
        self.codes.iter_mut().for_each(|code| code.fresh = true);
    }

    /// Renews the agents' views; tells whether a row came or went.
    fn renew_agents(&mut self, cache: &mut Cache) -> bool {
        let mut rows_changed = false;
        let views = &mut cache.agents.views;
        for ix in self.agents.indices() {
            if self.agents[ix].fresh && ix.number() < views.len() {
                continue;
            }
            let before = views.get(ix.number());
            let view = Arc::new(self.agent_view(ix, before.map(Arc::as_ref)));
            rows_changed |= before.is_none_or(|before| !before.has_rows_of(&view));
            match views.get_mut(ix.number()) {
                Some(slot) => *slot = view,
                None => views.push(view),
            }
            self.agents[ix].fresh = true;
        }
        if cache.agents.order.len() != views.len() {
            cache.agents.order = self.agents.sorted().into_iter().map(|ix| ix.number() as u32).collect();
        }
        rows_changed
    }
}

/// Rows by split, then login ID, then extension. Agents are in order already, so numbers are all that is sorted.
fn agent_row_order(agents: &Kept<AgentView>) -> Vec<(u32, u32)> {
    let mut rows = Vec::new();
    for (rank, &number) in agents.order.iter().enumerate() {
        let view = &agents.views[number as usize];
        let keys = view.rows.iter().zip(0u32..);
        rows.extend(keys.map(|(row, position)| (row.split, rank, row.extension, number, position)));
    }
    rows.sort_unstable_by_key(|&(split, rank, extension, _, _)| (split, rank, extension));
    rows.into_iter().map(|(_, _, _, number, position)| (number, position)).collect()
}
