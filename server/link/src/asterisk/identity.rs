//! Who calls whom, as far as the PBX's events tell: the caller's number, the number dialled, and a universal call ID made
//! of the channel's unique ID.
//!
//! A call is identified by the event that made it known, never by what a later one says of the same channel: connected
//! lines and extensions change while a caller goes through the dialplan, and the two servers must tell the same.

use model::event::{CallAct, CallIdentity};
use model::{CallId, PhoneNumber, Ucid};

use super::numbering;
use super::translator::Translator;
use super::wire::Block;

impl Translator {
    /// Tells who calls whom, from the event that made the call known.
    pub(super) fn identify(&mut self, id: CallId, block: &Block) {
        let dialed_number = dialed(block);
        let identity = of_channel(block.text("Uniqueid"), block.text("CallerIDNum"), dialed_number);
        self.say(id, CallAct::Identified { identity: identity.into() });
    }
}

/// The number that was dialled: the extension of the dialplan in which the channel is, if it is one that can be dialled.
pub(super) fn dialed(block: &Block) -> Option<PhoneNumber> {
    number(block.text("Exten")).filter(|exten| exten.as_str().len() > 1 && is_number(exten.as_str()))
}

pub(super) fn of_channel(uniqueid: &str, caller_id: &str, dialed_number: Option<PhoneNumber>) -> CallIdentity {
    CallIdentity { calling_party: number(caller_id), dialed_number, ucid: ucid(uniqueid), ..CallIdentity::default() }
}

/// The PBX writes `<unknown>` and `s` where there is no number.
fn number(text: &str) -> Option<PhoneNumber> {
    PhoneNumber::new(text).ok().filter(|number| number.as_str().contains(|letter: char| letter.is_ascii_digit()))
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || b"+*#".contains(&byte))
}

/// A universal call ID of node 0: the channel's serial number, shortened to five digits, and its start second.
fn ucid(uniqueid: &str) -> Option<Ucid> {
    let start = numbering::born_at(uniqueid)?;
    let serial: u64 = uniqueid.rsplit_once('.')?.1.parse().ok()?;
    Ucid::new(&format!("00000{:05}{start:010}", serial % 100_000)).ok()
}
