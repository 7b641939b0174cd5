//! Handing the first closed file over, in steps that a kill may come between.
//!
//! 1. The file is put whole under a name that begins with a dot, so that a receiver looking for `chr*` does not see it.
//! 2. The spool notes that it is about to be renamed.
//! 3. It is renamed at the receiver.
//! 4. The spool notes that it is gone, and removes its own copy.
//!
//! A start, or a new try after an error, that finds the note of step 2 looks for the dotted name: if it is there, step 3 has not
//! happened; if not, it has, even if the receiver has since read and deleted the file. A receiver must leave dotted names alone.
//! Asking the receiver whether it has the file was turned down: it may have deleted it, and would get it twice.

use anyhow::{Context, Result, bail};
use parking_lot::Mutex;

use super::receiver::Receiver;
use super::spool::{Front, Spool};
use super::state::Handed;
use crate::clock::{Clock, SystemClock};

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HandOver {
    /// No closed file waits.
    Nothing,
    /// The receiver has this one.
    Done {
        /// Its name at the receiver.
        name: String,
        /// Records in it.
        segments: u64,
    },
}

/// The name under which a file is put before it is renamed.
pub fn part_of(name: &str) -> String {
    format!(".{name}.part")
}

/// Hands the first closed file over, or goes on with it. After an error the same call goes on.
pub fn hand_over(spool: &Mutex<Spool>, receiver: &mut dyn Receiver, suffix: &str) -> Result<HandOver> {
    let lock = || spool.lock();
    let Some(front) = lock().front() else { return Ok(HandOver::Nothing) };
    let name = if suffix.is_empty() { front.name.clone() } else { format!("{}.{suffix}", front.name) };
    let part = part_of(&name);
    let place = format!("{}/{name}", receiver.place());
    let is_put = front.placing_at.as_ref().is_some_and(|at| *at == place);
    if !is_put {
        put(&front, receiver, &name, &part)?;
        lock().placing(&place).context("noting what is handed over")?;
    }
    if !is_put || receiver.has(&part)? {
        receiver.rename(&part, &name)?;
    }
    lock().placed(Handed { name: name.clone(), at: SystemClock.now() }).context("noting what was handed over")?;
    Ok(HandOver::Done { name, segments: front.segments })
}

fn put(front: &Front, receiver: &mut dyn Receiver, name: &str, part: &str) -> Result<()> {
    if let Some(at) = &front.placing_at {
        tracing::warn!("{name} may be at {at} already: the target was changed while it was being handed over");
    }
    let content = std::fs::read(&front.path).with_context(|| {
        format!("cannot read {}: put it back from a copy, the files behind it wait", front.path.display())
    })?;
    if receiver.has(name)? {
        bail!(
            "{} has an earlier {name} that nobody has fetched: let the receiver fetch and delete its files",
            receiver.place()
        );
    }
    receiver.put(part, &content)
}
