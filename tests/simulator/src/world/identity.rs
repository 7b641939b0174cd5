//! Who calls whom: numbers, universal IDs, digits that callers key in and agents dial.

use std::sync::Arc;

use model::event::{CallAct, CallIdentity};
use model::{CallId, CollectedDigits, LineKind, PhoneNumber, Ucid, UserToUser};

use super::World;
use crate::office;

/// Kinds of line that callers use: ordinary, coin, three of mobiles.
const LINE_KINDS: [u8; 8] = [0, 0, 0, 0, 27, 61, 62, 63];

fn number(text: &str) -> PhoneNumber {
    PhoneNumber::new(text).expect("a number has at most 24 digits")
}

impl World {
    /// Somebody outside, or at an unmeasured desk of the house, has dialled a VDN.
    pub(super) fn identify_caller(&mut self, id: CallId, vdn: usize) {
        let dialed = number(self.office.vdns[vdn].id.as_str());
        self.identify(id, Some(dialed));
    }

    /// A call to an agent's extension.
    pub(super) fn identify_caller_of(&mut self, id: CallId, agent: usize) {
        let dialed = number(self.office.agents[agent].extension.as_str());
        self.identify(id, Some(dialed));
    }

    fn identify(&mut self, id: CallId, dialed_number: Option<PhoneNumber>) {
        let from_outside = self.calls.get(&id).is_some_and(|call| call.line.is_some());
        let calling_party = match from_outside {
            true => Some(number(&format!("0{}{:07}", self.random.between(30, 89), self.random.below(10_000_000)))),
            false => Some(number(office::back_office_extension(&mut self.random).as_str())),
        };
        let line_kind = from_outside.then(|| LineKind(self.random.pick(&LINE_KINDS)));
        let known = from_outside && self.random.chance(120);
        let user_to_user = known.then(|| format!("customer={}", self.random.between(10_000, 99_999)));
        let user_to_user = user_to_user.map(|text| UserToUser::new(&text).expect("the text is short"));
        let ucid = Some(self.ucid(id));
        let identity =
            CallIdentity { calling_party, line_kind, dialed_number, collected_digits: None, ucid, user_to_user };
        self.tell_identity(id, identity);
    }

    /// An agent has made the call and dialled these digits; the agent's extension says who calls.
    pub(super) fn tell_dialed(&mut self, id: CallId, agent: usize, digits: &str) {
        let (caller, digits) = (self.office.agents[agent].id, number(digits));
        self.tell_call(id, CallAct::DigitsDialed { agent: caller, digits });
        let identity = CallIdentity { ucid: Some(self.ucid(id)), ..CallIdentity::default() };
        self.tell_identity(id, identity);
    }

    /// The vector has asked the caller for a number.
    pub(super) fn collect_digits(&mut self, id: CallId) {
        let Some(known) = self.calls.get(&id).and_then(|call| call.identity.clone()) else { return };
        let digits = self.random.between(1_000, 99_999_999).to_string();
        let digits = CollectedDigits::new(&digits).expect("eight digits are few enough");
        self.tell_identity(id, CallIdentity { collected_digits: Some(digits), ..CallIdentity::clone(&known) });
    }

    fn tell_identity(&mut self, id: CallId, identity: CallIdentity) {
        let identity = Arc::new(identity);
        if let Some(call) = self.calls.get_mut(&id) {
            call.identity = Some(Arc::clone(&identity));
        }
        self.tell_call(id, CallAct::Identified { identity });
    }

    /// Node 1, the call's number, and when it began.
    fn ucid(&self, id: CallId) -> Ucid {
        let began_at = self.calls.get(&id).map_or(self.now, |call| call.since);
        Ucid::new(&format!("{:05}{:05}{:010}", 1, id.0 % 100_000, began_at.0)).expect("twenty digits are a UCID")
    }
}
