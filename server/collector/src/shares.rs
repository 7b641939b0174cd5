//! Finds an agent's share in a call by any number of the call.
//!
//! Calls become one, and a switch may go on with either number: it may enter a work code for the number under which the
//! agent's share began, or for the one that the call has now. Which calls are one is known to their histories, for as long as
//! anybody has a share in them. Renaming finished shares with every transfer was turned down: what a share is credited to
//! must not depend on what becomes of the call behind the agent's back.

use model::CallId;

use crate::agent::Agent;
use crate::collector::Collector;
use crate::history::History;
use crate::leg::{Leg, Phase};
use crate::slots::Ix;

impl Collector {
    /// Whether an agent's share is one in the call of this number. Calls that have become one are meant by any of their numbers,
    /// whichever of them the switch goes on with.
    fn is_of_call(&self, leg: &Leg, number: CallId) -> bool {
        leg.call_id == number
            || leg.is_open() && self.calls.find(number) == Some(leg.call)
            || leg.place.is_some_and(|place| self.is_told_under(self.heir_of(place.history), number))
    }

    fn is_told_under(&self, history: Ix<History>, number: CallId) -> bool {
        let Some(history) = self.histories.get(history) else { return false };
        history.id == number || history.joined.iter().any(|&joined| self.is_told_under(joined, number))
    }

    /// Position of the agent's share in a call: the one at hand, else the one whose after-call work it is, else the latest.
    pub(crate) fn share_in(&self, ix: Ix<Agent>, number: CallId) -> Option<usize> {
        let legs = &self.agents[ix].legs;
        let newest =
            |wanted: fn(&Leg) -> bool| legs.iter().rposition(|leg| wanted(leg) && self.is_of_call(leg, number));
        newest(Leg::is_open).or_else(|| newest(|leg| leg.phase == Phase::Acw)).or_else(|| newest(|_| true))
    }

    /// The number by which the agent's share is known that is in a call and over, but for after-call work.
    pub(crate) fn finished_share_in(&self, ix: Ix<Agent>, number: CallId) -> Option<CallId> {
        let mut finished = self.agents[ix].legs.iter().rev().filter(|leg| !leg.is_open());
        let found = finished.clone().find(|leg| leg.call_id == number);
        found.or_else(|| finished.find(|leg| self.is_of_call(leg, number))).map(|leg| leg.call_id)
    }

    /// Numbers by which a share's call is known besides the share's own one.
    pub(crate) fn other_numbers(&self, leg: &Leg) -> Vec<CallId> {
        let Some(heir) = leg.place.map(|place| self.heir_of(place.history)) else { return Vec::new() };
        if self.histories[heir].joined.is_empty() {
            return Vec::new();
        }
        let mut numbers = Vec::new();
        self.add_numbers(heir, &mut numbers);
        numbers.retain(|number| *number != leg.call_id);
        numbers
    }

    fn add_numbers(&self, history: Ix<History>, numbers: &mut Vec<CallId>) {
        let Some(history) = self.histories.get(history) else { return };
        numbers.push(history.id);
        history.joined.iter().for_each(|&joined| self.add_numbers(joined, numbers));
    }
}
