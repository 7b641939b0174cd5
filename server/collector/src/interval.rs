//! Archive intervals: where they begin and end, and the rows they leave behind.
//!
//! An interval is told if data were collected in any second of it, whether or not anything happened: an empty
//! complete interval is knowledge too. Intervals that lie wholly in a time without data are not told.

use std::sync::Arc;

use catalog::{AgentKey, IntervalRows, hagent};
use model::{Calendar, Interval, IntervalMinutes, Moment};

use crate::agent::Agent;
use crate::board::Board;
use crate::collector::Collector;
use crate::effects::Effect;
use crate::live::{Cells, Live};
use crate::slots::Ix;

/// A clock that is set back by no more tells no interval a second time: what comes twice counts into the interval behind it.
pub const SET_BACK_MAX_SECS: i64 = 86_400;

impl Collector {
    /// Begins the interval that contains the very first event. If that is not its first second, data are missing.
    pub(crate) fn open_first_interval(&mut self, at: Moment) {
        let interval = self.settings.calendar.interval(at);
        self.incomplete = at > interval.start;
        self.connected = true;
        self.interval = Some(interval);
    }

    /// Ends every interval due by `at`.
    pub(crate) fn close_intervals_until(&mut self, at: Moment) {
        while let Some(interval) = self.interval
            && interval.end <= at
        {
            self.tell_due(interval.end + -1);
            // While nothing is collected, nothing is to be told of the intervals between.
            let next = if self.link.is_down() {
                self.settings.calendar.interval(at).start.max(interval.end)
            } else {
                interval.end
            };
            self.close_interval(interval.end, next);
        }
    }

    /// Ends the running interval with the state at `at`, and begins the one that contains `next`.
    pub(crate) fn close_interval(&mut self, at: Moment, next: Moment) {
        let Some(interval) = self.interval else { return };
        let mut rows = IntervalRows::empty(interval, self.settings.calendar);
        rows.incomplete = self.incomplete;
        self.take_call_rows(at, &mut rows);
        self.take_agent_rows(at, &mut rows);
        if self.incomplete {
            mark_incomplete(&mut rows);
        }
        let rows = Arc::new(rows);
        let tells_again = self.told.end_of(interval.start).is_some();
        if self.connected || !rows.is_empty() {
            self.out.push(Effect::IntervalClosed(Arc::clone(&rows)));
            self.told.add(interval);
        }
        self.previous = Some(rows);
        self.begin_interval_of_exceptions();
        let calendar = self.calendar_from(next);
        if self.settings.calendar != calendar {
            self.settings.calendar = calendar;
            self.out.push(Effect::Calendar(calendar));
        }
        let found = self.settings.calendar.interval(next);
        // What was told stays: what comes in that time once more prolongs the interval behind it, so that none is told a second time.
        // But behind a clock that was set back by more than a day they are told again, up to the one in which it was set.
        let prolongs = |told_to: &Moment| *told_to <= found.end || !tells_again && *told_to - next <= SET_BACK_MAX_SECS;
        let rest_of_told = self.told.end_of(next).filter(prolongs);
        self.interval = Some(match rest_of_told {
            Some(start) => Interval { start, end: self.settings.calendar.interval(start).end },
            // After a change of length the next interval starts where the last one ended, not where it would have.
            None if found.start < interval.end && interval.end <= next => {
                Interval { start: interval.end, end: found.end }
            }
            None => found,
        });
        let start = self.interval.map_or(found.start, |interval| interval.start);
        self.incomplete = !self.link.is_collecting()
            || self.unseen > 0
            || !self.over_set_clock.is_empty()
            || self.doubts_a_beginning()
            || rest_of_told.is_some()
            || self.told.end_of(start).is_some();
        self.connected = !self.link.is_down();
        self.forgive_anomalies();
    }

    /// The calendar of the interval that begins at `next`. A longer interval waits until one of its own grid begins, and the shorter
    /// ones go on until then: else a row would tell a length that its interval has not.
    fn calendar_from(&self, next: Moment) -> Calendar {
        let (now, wanted) = (self.settings.calendar, self.next_calendar);
        Calendar { interval: if waits(now, wanted, next) { now.interval } else { wanted.interval }, ..wanted }
    }

    /// The clock was set back: the running interval becomes the one that contains `to`, or the first one behind what was told. It
    /// keeps what it has.
    pub(crate) fn reopen_interval(&mut self, to: Moment) {
        let told_to = self.told.end_of(to);
        let at = told_to.unwrap_or(to);
        let Interval { start, end } = self.settings.calendar.interval(at);
        if let Some(interval) = &mut self.interval
            && at < interval.start
        {
            *interval = Interval { start: told_to.map_or(start, |told_to| start.max(told_to)), end };
        }
    }

    fn take_call_rows(&mut self, at: Moment, rows: &mut IntervalRows) {
        for ix in self.splits.sorted() {
            let split = &mut self.splits[ix];
            rows.hsplit.extend(split.live.close(at).map(|row| (split.id, row)));
            split.open_row();
        }
        for ix in self.vdns.sorted() {
            self.vdns[ix].close(at, &mut rows.hvdn);
        }
        rows.hvdn.sort_by_key(|(key, _)| *key);
        for ix in self.vectors.sorted() {
            let vector = &mut self.vectors[ix];
            vector.fresh = false;
            rows.hvector.extend(vector.live.close(at).map(|row| (vector.id, row)));
        }
        for ix in self.groups.sorted() {
            let group = &mut self.groups[ix];
            rows.htkgrp.extend(group.live.close(at).map(|row| (group.id, row)));
            group.stamp();
        }
        for ix in self.trunks.sorted() {
            let trunk = &mut self.trunks[ix];
            trunk.fresh = false;
            let row = trunk.live.close(at);
            rows.htrunk.extend(trunk.row_key().zip(row));
        }
        for ix in self.codes.sorted() {
            let code = &mut self.codes[ix];
            code.fresh = false;
            rows.hcwc.extend(code.live.close(at).map(|row| (code.id, row)));
        }
    }

    /// Rows are wide, so their keys are put in order first and each row is moved once.
    fn take_agent_rows(&mut self, at: Moment, rows: &mut IntervalRows) {
        let mut keys: Vec<(AgentKey, Ix<Agent>, usize)> = Vec::new();
        for ix in self.agents.indices() {
            let agent = &self.agents[ix];
            keys.extend(agent.rows.iter().enumerate().map(|(position, row)| (row.key(agent.id), ix, position)));
        }
        keys.sort_unstable_by_key(|(key, _, _)| *key);
        rows.hagent.reserve_exact(keys.len());
        for (key, ix, position) in keys {
            let live: &mut Live<hagent::Row> = &mut self.agents[ix].rows[position].live;
            rows.hagent.extend(live.close(at).map(|row| (key, row)));
        }
        self.agents.iter_mut().for_each(Agent::begin_interval);
    }
}

/// Whether a longer interval cannot begin yet at `next`, where one of its own grid does not.
fn waits(now: Calendar, wanted: Calendar, next: Moment) -> bool {
    wanted.interval > now.interval && wanted.interval(next).start < next
}

impl Board {
    /// When the first interval of this length begins if it is set now and data are collected until then; `None` before the first event.
    pub fn would_begin(&self, minutes: IntervalMinutes) -> Option<Moment> {
        let wanted = Calendar { interval: minutes, ..self.next_calendar };
        let (mut now, mut next) = (self.calendar, self.interval?.end);
        // At most so many of the shortest are between two of the longest, where a zone changes, too.
        for _ in 0..16 {
            if !waits(now, wanted, next) {
                break;
            }
            now = Calendar { interval: now.interval, ..wanted };
            next = now.interval(next).end;
        }
        Some(next)
    }
}

fn mark_incomplete(rows: &mut IntervalRows) {
    fn mark<K, R: Cells>(rows: &mut [(K, R)], column: catalog::tables::Column<R>) {
        rows.iter_mut().for_each(|(_, row)| row.cells_mut()[column.index()] = 1);
    }
    mark(&mut rows.hsplit, catalog::hsplit::INCOMPLETE);
    mark(&mut rows.hagent, catalog::hagent::INCOMPLETE);
    mark(&mut rows.hvdn, catalog::hvdn::INCOMPLETE);
    mark(&mut rows.hvector, catalog::hvector::INCOMPLETE);
    mark(&mut rows.htkgrp, catalog::htkgrp::INCOMPLETE);
    mark(&mut rows.htrunk, catalog::htrunk::INCOMPLETE);
    mark(&mut rows.hcwc, catalog::hcwc::INCOMPLETE);
}
