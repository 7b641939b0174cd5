//! How long a call is expected to wait in a split: what the last answers of the interval say, for as many as are ahead.
//!
//! It depends on the moment, so it matters when it is looked at: after every event that changed the split's queue, answered a
//! call of it, or was done with one; and at the end of a second for calls that were done with in it.

use model::event::Priority;
use model::{CallId, ExceptionKey, ExceptionKind, ExceptionScope, Moment, SplitId};

use super::Recount;
use super::calls::split_key;
use super::desk::{Stage, Way};
use super::watching::{About, Fact};

/// Answers that count.
const ANSWERS: usize = 16;
const KINDS: [(ExceptionKind, Priority); 4] = [
    (ExceptionKind::SplitWaitTop, Priority::Top),
    (ExceptionKind::SplitWaitHigh, Priority::High),
    (ExceptionKind::SplitWaitMedium, Priority::Medium),
    (ExceptionKind::SplitWaitLow, Priority::Low),
];

impl Recount {
    /// A second is over, and with it calls that no after-call work followed.
    pub(super) fn end_second(&mut self, next: Moment) {
        if next > self.now {
            let over = |way: Way| if let Way::Skill(split) = way { Some(split) } else { None };
            let done = self.open_parts().filter(|(_, part)| part.stage() == Stage::Over);
            let splits: Vec<SplitId> = done.filter_map(|(_, part)| over(part.way)).collect();
            self.looked_at.extend(splits);
            self.watch_expectations();
        }
    }

    pub(super) fn watch_expectations(&mut self) {
        for split in std::mem::take(&mut self.looked_at) {
            for (kind, priority) in KINDS {
                let key = ExceptionKey { scope: ExceptionScope::Split(split), kind, reason: None };
                if self.is_watched(&key) {
                    let fact = Fact::Expected(self.expected_secs(split, priority));
                    self.note_case(key, self.now, fact, vec![(self.now, About::default())]);
                }
            }
        }
    }

    fn expected_secs(&self, split: SplitId, priority: Priority) -> Option<u32> {
        let rings_for = |call: CallId| {
            let ringing = |part: &super::desk::Part| part.stage() == Stage::Ringing && part.way == Way::Skill(split);
            self.open_parts().any(|(_, part)| part.call == call && ringing(part))
        };
        let ahead = self.calls.iter().filter(|(call, state)| {
            let waits = state.waits.iter().any(|wait| wait.split == split && wait.priority >= priority);
            waits && !rings_for(**call)
        });
        let ahead = ahead.count() as u64;
        let available = (split_key(split), "I_AVAILTIME".to_owned());
        if ahead == 0 && self.desks.values().any(|desk| desk.growing.contains(&available)) {
            return Some(0);
        }
        let answers = self.answers.get(&split)?;
        let begin = self.rules.calendar.interval(self.now).start;
        let answers = &answers[answers.partition_point(|at| *at < begin)..];
        let last = &answers[answers.len().saturating_sub(ANSWERS)..];
        let each = u64::from(self.now.since(*last.first()?)) * (ahead + 1) / last.len() as u64;
        u32::try_from(each).ok()
    }
}
