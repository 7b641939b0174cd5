//! Commands that a switch was given on one connection and has not answered yet.
//!
//! Nobody waits without an end: a command is answered by the switch, ends with its connection, or is given up.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use link::native::{ANSWER_SECS, Answer};

use super::orders::Reply;

/// Most characters of what a switch says that are told on.
const TEXT_MAX: usize = 300;

/// See the module.
#[derive(Default)]
pub(super) struct Commands {
    last_id: u64,
    waiting: BTreeMap<u64, (Instant, Reply)>,
}

impl Commands {
    pub(super) fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// A command is on its way.
    pub(super) fn asked(&mut self, id: u64, reply: Reply) {
        self.waiting.insert(id, (Instant::now(), reply));
    }

    /// The switch has answered. Answers to what was given up already mean nothing any more.
    pub(super) fn answered(&mut self, answers: Vec<Answer>) {
        for Answer { id, refused } in answers {
            let Some((_, reply)) = self.waiting.remove(&id) else { continue };
            let told = refused.map(|why| format!("the switch refused it: {}", short(&why)));
            let _ = reply.send(told.map_or(Ok(()), Err));
        }
    }

    /// Gives up what the switch has not answered for too long.
    pub(super) fn give_up_old(&mut self) {
        let old = |_: &u64, (asked_at, _): &mut (Instant, Reply)| asked_at.elapsed() > Duration::from_secs(ANSWER_SECS);
        for (_, (_, reply)) in self.waiting.extract_if(.., old) {
            let why = format!("the switch has not answered within {ANSWER_SECS} s; look whether it was done");
            let _ = reply.send(Err(why));
        }
    }

    /// The connection is gone.
    pub(super) fn lost(self, why: &str) {
        for (_, reply) in self.waiting.into_values() {
            let _ = reply
                .send(Err(format!("the link was lost before the switch answered ({why}); look whether it was done")));
        }
    }
}

fn short(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).take(TEXT_MAX).collect()
}
