//! What was told of times already: a clock that is set leads back into them, or far ahead and back again.

use model::{Interval, Moment};
use serde::{Deserialize, Serialize};

/// Stretches that are remembered. A new one begins behind a time without data and where the clock leapt.
const STRETCHES: usize = 8;

/// Stretches of intervals that were told, the one that began last behind the others.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Told(Vec<Interval>);

impl Told {
    pub(crate) fn add(&mut self, interval: Interval) {
        let joins = |known: &&mut Interval| known.start <= interval.start && interval.start <= known.end;
        if let Some(known) = self.0.iter_mut().find(joins) {
            known.end = known.end.max(interval.end);
            return;
        }
        if self.end_of(interval.start).is_some() {
            return;
        }
        if self.0.len() == STRETCHES {
            self.0.remove(0);
        }
        self.0.push(interval);
    }

    /// End of the stretch that holds a moment; `None` if nothing was told of it. What lies before all that is remembered counts as
    /// told with the first: it may be stored all the same.
    pub(crate) fn end_of(&self, at: Moment) -> Option<Moment> {
        let first = self.0.iter().min_by_key(|known| known.start)?;
        if at < first.start {
            return Some(first.end);
        }
        self.0.iter().find(|known| known.start <= at && at < known.end).map(|known| known.end)
    }
}
