//! Two journals of a link without numbers, as one, by events that are alike in both.
//!
//! A PBX tells all its connections the same messages in the same order, and what is made of them follows from them alone. So
//! where one connection ends, the other one's events go on behind the last ones that both have. That is believed only where
//! these stand in one place of the other journal, and where the other server knew whatever is under way: of a call that it
//! never heard of it cannot tell the end. Where it is not believed, the link was lost, as if there were no other journal.

#[cfg(test)]
#[path = "../../tests/alike.rs"]
mod tests;

use std::collections::{BTreeSet, VecDeque};
use std::ops::Range;

use link::native::wire;
use model::event::{AgentAct, CallAct, WorkMode};
use model::{CallId, Event, EventBody, LoginId, Moment};

use super::{Told, begins_gap, is_own};

/// So many events that both have are enough to find a place.
const ALIKE: usize = 64;
/// What was told this long before the end of a connection may have been cut short: the meaning of some messages is only
/// decided by later ones.
const UNDECIDED_SECS: i64 = 3;

/// What one connection told.
struct Run {
    /// The loss before it.
    down: Range<usize>,
    /// What was so at its beginning; empty if that lies before the journal's stretch.
    pump_up: Range<usize>,
    /// What happened since.
    events: Range<usize>,
    begins_at: Moment,
    /// When it was lost; the end of time if it was not.
    ends_at: Moment,
}

/// One server's journal, by connections.
struct Journal<'a> {
    told: &'a [Told],
    runs: Vec<Run>,
}

/// Where a journal is read next.
#[derive(Clone, Copy)]
struct Place {
    is_other: bool,
    run: usize,
    next: usize,
}

impl<'a> Journal<'a> {
    fn new(told: &'a [Told]) -> Self {
        let mut runs: Vec<Run> = Vec::new();
        let mut index = 0;
        while index < told.len() {
            let behind = |from: usize, wanted: &dyn Fn(&EventBody) -> bool| {
                told[from..]
                    .iter()
                    .position(|told| !wanted(&told.event.body))
                    .map_or(told.len(), |length| from + length)
            };
            let down = index..behind(index, &|body| matches!(body, EventBody::LinkDown { .. }));
            let is_told_again = told.get(down.end).is_some_and(|told| told.event.body == EventBody::PumpUpBegan);
            let told_again = match is_told_again {
                true => (behind(down.end, &|body| *body != EventBody::PumpUpEnded) + 1).min(told.len()),
                false => down.end,
            };
            let ends = told[told_again..].iter().position(|told| begins_gap(&told.event));
            let events = told_again..ends.map_or(told.len(), |length| told_again + length);
            let begins_at = match (is_told_again, down.is_empty()) {
                (true, _) => told[down.end].event.at,
                (false, true) => Moment(i64::MIN),
                // Lost to this day.
                (false, false) => Moment(i64::MAX),
            };
            let ends_at = told.get(events.end).map_or(Moment(i64::MAX), |end| end.event.at);
            index = events.end;
            let pump_up = down.end..told_again;
            runs.push(Run { down, pump_up, events, begins_at, ends_at });
        }
        Journal { told, runs }
    }

    /// Up to where the events of a run are what they would be if it had gone on.
    fn decided(&self, run: &Run) -> usize {
        if run.ends_at == Moment(i64::MAX) {
            return run.events.end;
        }
        let sure = run.ends_at + -UNDECIDED_SECS;
        let undecided = run.events.clone().find(|index| self.told[*index].event.at > sure);
        undecided.unwrap_or(run.events.end)
    }

    /// Events of a stretch that are not heartbeats: these each connection has at times of its own.
    fn alike(&self, range: Range<usize>) -> impl DoubleEndedIterator<Item = usize> + '_ {
        range.filter(|index| self.told[*index].event.body != EventBody::Heartbeat)
    }

    /// Where this journal goes on behind a stretch of the other one.
    fn behind(&self, heard: &[&Event], ended_at: Moment, under_way: &UnderWay) -> Option<(usize, usize)> {
        let last = heard.last()?.at;
        let fits = |(_, run): &(usize, &Run)| run.begins_at < last && run.ends_at > ended_at;
        let (number, run) = self.runs.iter().enumerate().rfind(fits)?;
        let alike = heard.iter().rev().filter(|event| event.body != EventBody::Heartbeat && event.at > run.begins_at);
        let mut alike: Vec<&Event> = alike.take(ALIKE).copied().collect();
        alike.reverse();
        let next = match alike.is_empty() {
            true => self.quiet(run, last)?,
            false => self.place_of(run, &alike)? + 1,
        };
        under_way.is_known(self, run, next).then_some((number, next))
    }

    /// Where a run goes on behind a time in which nothing happened since it began.
    fn quiet(&self, run: &Run, last: Moment) -> Option<usize> {
        let next = run.events.clone().find(|index| self.told[*index].event.at > last).unwrap_or(run.events.end);
        self.alike(run.events.start..next).next().is_none().then_some(next)
    }

    /// The one place at which these events stand, or the last ones of them.
    fn place_of(&self, run: &Run, wanted: &[&Event]) -> Option<usize> {
        let here: Vec<usize> = self.alike(run.events.clone()).collect();
        let mut length = wanted.len();
        while length > 0 {
            let wanted = &wanted[wanted.len() - length..];
            let stands = |at: &[usize]| at.iter().zip(wanted).all(|(index, event)| self.told[*index].event == **event);
            let mut found = here.windows(length).filter(|at| stands(at));
            match (found.next(), found.next()) {
                (Some(place), None) => return place.last().copied(),
                (Some(_), Some(_)) => return None,
                (None, _) => length /= 2,
            }
        }
        None
    }
}

/// Calls and after-call work of which the end is still to come.
#[derive(Default)]
struct UnderWay {
    calls: BTreeSet<CallId>,
    after_calls: BTreeSet<LoginId>,
}

impl UnderWay {
    fn take(&mut self, event: &Event) {
        match &event.body {
            EventBody::LinkDown { .. } | EventBody::PumpUpBegan => *self = UnderWay::default(),
            EventBody::Call { call, act } if ends_call(act) => drop(self.calls.remove(call)),
            EventBody::Call { call, .. } => drop(self.calls.insert(*call)),
            EventBody::Agent { agent, act } => match puts_into_after_call_work(act) {
                Some(true) => drop(self.after_calls.insert(*agent)),
                Some(false) => drop(self.after_calls.remove(agent)),
                None => {}
            },
            _ => {}
        }
    }

    /// Whether a connection has heard of everything that is under way. Of one that began before what is looked at it is taken
    /// for granted.
    fn is_known(&self, journal: &Journal<'_>, run: &Run, next: usize) -> bool {
        if run.pump_up.is_empty() {
            return true;
        }
        let (mut calls, mut after_calls) = (self.calls.clone(), self.after_calls.clone());
        for told in &journal.told[run.pump_up.start..next.max(run.events.start)] {
            match &told.event.body {
                EventBody::Call { call, .. } => drop(calls.remove(call)),
                EventBody::Agent { agent, act } if puts_into_after_call_work(act) == Some(true) => {
                    after_calls.remove(agent);
                }
                _ => {}
            }
        }
        calls.is_empty() && after_calls.is_empty()
    }
}

fn ends_call(act: &CallAct) -> bool {
    matches!(
        act,
        CallAct::Abandoned
            | CallAct::ForcedBusy
            | CallAct::ForcedDisconnect { .. }
            | CallAct::Ended { .. }
            | CallAct::Transferred { to: Some(_), .. }
    )
}

/// Whether an agent is in after-call work then; `None` if the act does not say.
fn puts_into_after_call_work(act: &AgentAct) -> Option<bool> {
    match act {
        AgentAct::Mode { mode, .. } | AgentAct::Seen { mode, .. } => Some(matches!(mode, WorkMode::Acw(_))),
        AgentAct::LoggedIn { .. } | AgentAct::LoggedOut { .. } => Some(false),
        AgentAct::SkillsChanged { .. } => None,
    }
}

/// Gives the events of two journals of the same stretch of time as one. What this server's people administered stays in it.
pub fn weave(own: &[Told], others: &[Told], give: &mut dyn FnMut(&Event)) {
    let (administered, own): (Vec<Told>, Vec<Told>) = own.iter().cloned().partition(|told| is_own(&told.event));
    let mut weaving = Weaving {
        own: Journal::new(&own),
        others: Journal::new(others),
        administered: administered.into_iter().map(|told| told.event).collect(),
        under_way: UnderWay::default(),
        at: Moment(i64::MIN),
        in_gap: false,
        give,
    };
    weaving.run();
}

struct Weaving<'a, 'b> {
    own: Journal<'a>,
    others: Journal<'a>,
    administered: VecDeque<Event>,
    under_way: UnderWay,
    at: Moment,
    in_gap: bool,
    give: &'b mut dyn FnMut(&Event),
}

impl<'a> Weaving<'a, '_> {
    fn run(&mut self) {
        let mut place = Some(Place { is_other: false, run: 0, next: 0 }).filter(|_| !self.own.runs.is_empty());
        while let Some(at) = place {
            place = self.connection(at);
        }
        while let Some(event) = self.administered.pop_front() {
            (self.give)(&event);
        }
    }

    fn journal(&self, is_other: bool) -> &Journal<'a> {
        if is_other { &self.others } else { &self.own }
    }

    /// Gives what a connection told from a place on, and says where to go on.
    fn connection(&mut self, at: Place) -> Option<Place> {
        let journal = self.journal(at.is_other);
        let (told, run) = (journal.told, &journal.runs[at.run]);
        let (events, ends_at, decided) = (run.events.clone(), run.ends_at, journal.decided(run).max(at.next));
        self.tell(&told[at.next..decided]);
        if ends_at == Moment(i64::MAX) {
            return None;
        }
        let heard: Vec<&Event> = told[events.start..decided].iter().map(|told| &told.event).collect();
        let other = self.journal(!at.is_other);
        if let Some((run, next)) = other.behind(&heard, ends_at, &self.under_way) {
            return Some(Place { is_other: !at.is_other, run, next });
        }
        self.tell(&told[decided..events.end]);
        // The loss as this connection had it, and what the next one was told.
        if let Some(lost) = self.journal(at.is_other).runs.get(at.run + 1).map(|run| run.down.clone()) {
            self.tell(&told[lost]);
        }
        self.told_again_behind(at, ends_at)
    }

    /// The first connection of the two that was told what is so after this one was lost.
    fn told_again_behind(&self, at: Place, ended_at: Moment) -> Option<Place> {
        let next = |is_other: bool| {
            let runs = self.journal(is_other).runs.iter().enumerate();
            let mut behind = runs.filter(move |(number, run)| match is_other == at.is_other {
                true => *number > at.run,
                // Without any event it is the PBX's clock that dates a beginning, and that is believed less.
                false => run.begins_at > ended_at + -UNDECIDED_SECS && run.ends_at > ended_at,
            });
            behind.find(|(_, run)| !run.pump_up.is_empty()).map(|(number, run)| (is_other, number, run))
        };
        let same = |(is_other, _, run): &(bool, usize, &Run)| {
            let mut bytes = Vec::new();
            let told = &self.journal(*is_other).told[run.pump_up.clone()];
            told.iter().for_each(|told| wire::encode_event(&told.event, &mut bytes));
            (run.begins_at, bytes)
        };
        // Of two that were told at the same moment it must not matter whose they are.
        let (is_other, run, found) = [next(false), next(true)].into_iter().flatten().min_by_key(same)?;
        Some(Place { is_other, run, next: found.pump_up.start })
    }

    fn tell(&mut self, told: &[Told]) {
        for Told { event, .. } in told {
            while let Some(own) = self.administered.pop_front_if(|own| own.at < event.at) {
                (self.give)(&own);
            }
            self.under_way.take(event);
            self.in_gap |= begins_gap(event);
            // What belongs to a gap is not older than what was heard before it.
            let at = if self.in_gap { event.at.max(self.at) } else { event.at };
            self.in_gap &= event.body != EventBody::PumpUpEnded;
            self.at = at;
            (self.give)(&Event { at, body: event.body.clone() });
        }
    }
}
